#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 90 s
#
# Logins that must fail, each with a reason that names the cause; beside them one that succeeds.
#
#	port0   right                        port5   the client's certificate has expired
#	port1   wrong password               port6   the server's name is another
#	port2   a CA that did not sign       port7   nobody answers
#	port3   the server has expired       port8   the other end is not up: no link
#	port4   no server's certificate
. "$(dirname "$0")/lib.sh"

net_begin
net_need lab_ports 0 8
net_need lab_hostapd plain hostapd 'auth0 auth1 auth2 auth5 auth6'
net_need lab_hostapd expired hostapd auth3 "server_cert=$LAB_DIR/certs/server-expired.pem" \
	"private_key=$LAB_DIR/certs/server-expired.key"
net_need lab_hostapd noeku hostapd auth4 "server_cert=$LAB_DIR/certs/server-noeku.pem" \
	"private_key=$LAB_DIR/certs/server-noeku.key"
net_need lab_far ip link set auth8 down

lab_config wpa_supplicant/sup-tls12.conf >"$LAB_DIR/tls.conf"
lab_config wpa_supplicant/sup-md5-wrongpw.conf >"$LAB_DIR/wrongpw.conf"
lab_config wpa_supplicant/sup-tls-badca.conf >"$LAB_DIR/badca.conf"
sed 's/client\.\(pem\|key\)/client-expired.\1/' "$LAB_DIR/tls.conf" >"$LAB_DIR/oldclient.conf"
sed 's/domain_match=.*/domain_match="other.baseline.test"/' "$LAB_DIR/tls.conf" >"$LAB_DIR/name.conf"

net_need lab_xeap run --once --start-period 1 --max-start 2 --timeout 12 -c "$LAB_DIR/tls.conf" \
	-p port0,port3,port4,port7,port8 -p "port1=$LAB_DIR/wrongpw.conf" -p "port2=$LAB_DIR/badca.conf" \
	-p "port5=$LAB_DIR/oldclient.conf" -p "port6=$LAB_DIR/name.conf"
lab_join run 20
is 'exit status 1' $? 1

reason()
{
	jq -r "select(.event == \"auth\" and .port == \"$1\" and .result == \"failure\") | .reason" "$LAB_DIR/run.out"
}

# refused PORT WHAT WORDS: the reason has these words
refused()
{
	local got

	got=$(reason "$1")
	grep -qiE -- "$3" <<<"$got" && pass "$1: $2: $got" && return
	fail "$1: $2" "reason: '$got', wanted: $3"
}

is 'the right one logs in' "$(lab_events run '[.[] | select(.event == "auth" and .result == "success") | .port]')" '["port0"]'
refused port1 'wrong password' 'EAP-Failure|password|rejected'
refused port2 'wrong CA' 'certificate.*(issuer|CA|authority|trust)'
refused port3 'expired server certificate' 'certificate.*expired'
refused port4 'certificate that is not a server'\''s' 'certificate.*(purpose|usage|server)'
refused port5 'expired client certificate' 'alert|expired|EAP-Failure'
refused port6 'other name' 'other\.baseline\.test'
refused port7 'nobody answers' 'answer'
refused port8 'no link' 'link is down'
is 'the totals' "$(lab_events run 'last | [.ports, .authenticated, .failed]')" '[9,1,8]'

# The server learns why from a TLS alert.
ok 'hostapd got the alert of the wrong CA' grep -qi 'unknown CA' "$LAB_DIR/plain.log"
ok 'hostapd got the alert of the expired certificate' grep -qi 'certificate expired' "$LAB_DIR/expired.log"
net_end
