#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 60 s
#
# ca_cert="system": the machine's own authorities, of which the lab's is one only where a mount over /etc/ssl/certs says so.
#
#	port0 ─ auth0, port1 ─ auth1   hostapd, whose certificate the lab's authority signed
. "$(dirname "$0")/lib.sh"

# One mount namespace for each: xeap with DIR in the place of /etc/ssl/certs.
write_program()
{
	printf '%s\n' '#!/bin/sh' 'dir=$1' 'shift' "mount --bind \"\$dir\" /etc/ssl/certs && exec '$LAB_XEAP' \"\$@\"" >"$LAB_DIR/with"
	printf '%s\n' '#!/bin/sh' "exec unshare --mount --propagation private '$LAB_DIR/with' '$LAB_DIR/trusted' \"\$@\"" \
		>"$LAB_DIR/xeap-trusting"
	chmod 755 "$LAB_DIR/with" "$LAB_DIR/xeap-trusting"
}

# login NAME PORT: result and reason of one
login()
{
	net_need lab_xeap "$1" --once --timeout 15 -p "$2=$LAB_DIR/system.conf"
	lab_join "$1" 20
	lab_events "$1" '.[] | select(.event == "auth") | [.result, .method, .reason // ""] | join(" ")'
}

net_begin
[ -d /etc/ssl/certs ] || skip_all 'skipped: no /etc/ssl/certs (ca-certificates)'
net_need lab_ports 0 2
net_need lab_hostapd wired hostapd 'auth0 auth1 auth2'
mkdir "$LAB_DIR/trusted"
cp "$LAB_DIR/certs/ca.pem" "$LAB_DIR/trusted/lab.pem"
lab_config wpa_supplicant/sup-tls12.conf | sed 's/ca_cert=.*/ca_cert="system"/' >"$LAB_DIR/system.conf"
net_need write_program

ok 'of the machine'"'"'s own authorities none signed the server' grep -q '^"failure TLS .*is not in ca_cert or ca_path' <<<"$(login own port0)"

# A supplicant's environment does not decide whom it trusts.
export SSL_CERT_FILE=$LAB_DIR/certs/ca.pem SSL_CERT_DIR=$LAB_DIR/trusted
ok 'nor do SSL_CERT_FILE and SSL_CERT_DIR add one' grep -q '^"failure TLS .*is not in ca_cert or ca_path' <<<"$(login environment port1)"
unset SSL_CERT_FILE SSL_CERT_DIR

LAB_XEAP=$LAB_DIR/xeap-trusting
is 'an authority in /etc/ssl/certs is trusted' "$(login trusting port2)" '"success TLS "'
net_end
