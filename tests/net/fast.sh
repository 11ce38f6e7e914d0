#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 120 s
#
# EAP-FAST against Debian's hostapd, which is asked for it over and over: how a PAC comes to be known, and that it is used.
#
#	port0 ─ auth0   a PAC from a server with a certificate
#	port1 ─ auth1   a PAC from an anonymous tunnel
. "$(dirname "$0")/lib.sh"

# network CA PROVISIONING FILE
network()
{
	printf '%s\n' 'network={' 'key_mgmt=IEEE8021X' 'eap=FAST' 'identity="user-mschapv2"' 'password="innerpass"' \
		'anonymous_identity="anon-fast"' 'phase2="auth=MSCHAPV2"' "phase1=\"fast_provisioning=$2\"" "pac_file=\"$LAB_DIR/$3\"" ${1:+"ca_cert=\"$1\""} '}'
}

# logins RUN PORT N: N logins of a port have succeeded
logins()
{
	lab_events "$1" "[.[] | select(.event == \"auth\" and .port == \"$2\" and .result == \"success\")] | length >= $3"
}

# story RUN PORT: the first two that succeeded, whether a PAC made the tunnel
story()
{
	lab_events "$1" "[.[] | select(.event == \"auth\" and .port == \"$2\" and .result == \"success\") | .resumed][:2]"
}

net_begin
net_need lab_ports 0 1
export LAB_HOSTAPD_FLAGS=-dd
net_need lab_hostapd certified hostapd-rsa auth0 eap_reauth_period=2 eap_fast_prov=3
net_need lab_hostapd anonymous hostapd-rsa auth1 eap_reauth_period=2 eap_fast_prov=3
lab_config wpa_supplicant/sup-tls12.conf >"$LAB_DIR/tls.conf"
ca=$(sed -n 's/.*ca_cert="\(.*\)".*/\1/p' "$LAB_DIR/tls.conf" | head -1)
network "$ca" 2 certified.pac >"$LAB_DIR/certified.conf"
network '' 1 anonymous.pac >"$LAB_DIR/anonymous.conf"

# A first run each: certified logs in and again with its PAC; the anonymous tunnel is no login.
net_need lab_xeap run -p "port0=$LAB_DIR/certified.conf" -p "port1=$LAB_DIR/anonymous.conf"
eventually 8 'certified: two logins' logins run port0 2
is 'the first is with the certificate, the next with the PAC' "$(story run port0)" '[false,true]'
is 'anonymous: what is wrong is told' \
	"$(lab_events run '[.[] | select(.event == "auth" and .port == "port1") | .reason][:1]')" \
	'["EAP-FAST server gave a PAC: the next login is with it"]'
eventually 3 'the file of PACs is there' test -s "$LAB_DIR/certified.pac"
is 'it is for its owner only' "$(stat -c %a "$LAB_DIR/certified.pac")" 600
is 'it has one PAC' "$(grep -c '^START$' "$LAB_DIR/certified.pac")" 1
lab_stop run

net_need lab_xeap again -p "port0=$LAB_DIR/certified.conf" -p "port1=$LAB_DIR/anonymous.conf"
for port in port0 port1; do
	eventually 8 "$port: a second run logs in" logins again $port 1
	is 'with the PAC of the first' "$(story again $port | jq -c '.[0]')" true
done
net_end
