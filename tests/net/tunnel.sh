#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 120 s
#
# PEAP and EAP-TTLS against Debian's hostapd, which asks for them over and over: full logins, then sessions that are resumed with
# no method inside.
#
#	port0 ─ auth0   PEAPv0/MSCHAPv2 on TLS 1.2, with cryptobinding required
#	port1 ─ auth1   PEAPv1/MSCHAPv2 on TLS 1.2
#	port2 ─ auth2   EAP-TTLS/PAP on TLS 1.2
#	port3 ─ auth3   EAP-TTLS/MSCHAPv2 on TLS 1.2, fragments of 200
#	port4 ─ auth4   EAP-TTLS/PAP on TLS 1.3, a server that keeps no sessions
. "$(dirname "$0")/lib.sh"

net_begin
net_need lab_ports 0 4
export LAB_HOSTAPD_FLAGS=-dd
net_need lab_hostapd tls12 hostapd 'auth0 auth1 auth2' tls_session_lifetime=3600 eap_reauth_period=1
net_need lab_hostapd frag hostapd-frag auth3 tls_session_lifetime=3600 eap_reauth_period=1
net_need lab_hostapd tls13 hostapd-tls13 auth4 eap_reauth_period=1

lab_config wpa_supplicant/sup-peap-mschapv2.conf | sed 's/phase1="[^"]*"/phase1="peapver=0 crypto_binding=2"/' >"$LAB_DIR/peap0.conf"
grep -q crypto_binding=2 "$LAB_DIR/peap0.conf" ||
	sed -i 's/^}/    phase1="peapver=0 crypto_binding=2"\n}/' "$LAB_DIR/peap0.conf"
lab_config wpa_supplicant/sup-peapv1-mschapv2.conf >"$LAB_DIR/peap1.conf"
lab_config wpa_supplicant/sup-ttls-pap.conf >"$LAB_DIR/pap.conf"
lab_config wpa_supplicant/sup-ttls-mschapv2.conf >"$LAB_DIR/mschapv2.conf"
lab_config wpa_supplicant/sup-ttls-pap-tls13.conf >"$LAB_DIR/pap13.conf"

# logins PORT N: N logins of a port have come to a result
logins()
{
	lab_events run "[.[] | select(.event == \"auth\" and .port == \"$1\")] | length >= $2"
}

# story PORT: the first three of them
story()
{
	lab_events run "[.[] | select(.event == \"auth\" and .port == \"$1\") |
		[.result, .method, .tls_version, (.resumed | tostring)] | join(\" \")][:3]"
}

# told PORT METHOD TLS SECOND: the first login is full, the others are as SECOND says
told()
{
	is "$1: $2 on TLS $3, then resumed: $4" "$(story "$1")" \
		"[\"success $2 $3 false\",\"success $2 $3 $4\",\"success $2 $3 $4\"]"
}

net_need lab_xeap run -p "port0=$LAB_DIR/peap0.conf" -p "port1=$LAB_DIR/peap1.conf" -p "port2=$LAB_DIR/pap.conf" \
	-p "port3=$LAB_DIR/mschapv2.conf" -p "port4=$LAB_DIR/pap13.conf"
for port in port0 port1 port2 port3 port4; do
	eventually 40 "$port has logged in three times" logins $port 3
done
# hostapd 2.10 forgets a session of version 0 once it was resumed: it does not call it a success then, as it does in version 1.
is 'port0: PEAP on TLS 1.2, resumed with the tunnel in the cryptobinding, then full again' "$(story port0)" \
	'["success PEAP 1.2 false","success PEAP 1.2 true","success PEAP 1.2 false"]'
told port1 PEAP 1.2 true
told port2 TTLS 1.2 true
told port3 TTLS 1.2 true
told port4 TTLS 1.3 false
ok 'hostapd agrees about PEAP' test "$(lab_hostapd_count tls12 'EAP-PEAP: Resuming previous session')" -ge 2
is 'nothing failed' "$(lab_events run '[.[] | select(.event == "auth" and .result != "success")]')" '[]'
net_end
