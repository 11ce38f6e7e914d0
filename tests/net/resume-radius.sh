#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 60 s
#
# TLS sessions that FreeRADIUS resumes: of each method a login in full, then another one of the same station that is not.
#
#	xeap radius ──┬─ UDP 1812 ─── FreeRADIUS 3.2.1 (fr)      far, on the loopback
#	              └─ UDP 1912 ─── FreeRADIUS 3.2.7 (next)
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/freeradius.sh"

# network NAME TLS LINE…: a network block in NAME-TLS.conf
network()
{
	local name=$1 tls=$2 not=3

	shift 2
	[ "$tls" = 1.2 ] || not=2
	printf '%s\n' 'network={' 'key_mgmt=IEEE8021X' "phase1=\"tls_disable_tlsv1_$not=1\"" 'domain_match="radius.baseline.test"' \
		"ca_cert=\"$LAB_DIR/certs/ca.pem\"" "$@" '}' >"$LAB_DIR/$name-$tls.conf"
}

# story PORT CONF LOGINS [FIELD]: what became of that many logins, one behind the other
story()
{
	lab_far "$LAB_XEAP" radius --json -a 127.0.0.1 -p "$1" -s testing123 -t 10 -c "$LAB_DIR/$2.conf" -r $(($3 - 1)) \
		2>"$LAB_DIR/radius.err" | jq -cs '[.[] | select(.event == "auth") |
			[.result, .method, .tls_version, .mppe_keys, .resumed, .reason // empty] | map(tostring) | join(" ")]'
}

# resumes NAME PORT CONF METHOD: on both TLS versions
resumes()
{
	local name=$1 port=$2 conf=$3 method=$4 tls

	for tls in 1.2 1.3; do
		is "$name: $conf on TLS $tls is resumed, and the MPPE keys are the MSK" "$(story "$port" "$conf-$tls" 2)" \
			"[\"success $method $tls equal false\",\"success $method $tls equal true\"]"
	done
}

net_begin
for tls in 1.2 1.3; do
	network tls $tls eap=TLS 'identity="tlsuser"' "client_cert=\"$LAB_DIR/certs/client.pem\"" \
		"private_key=\"$LAB_DIR/certs/client.key\""
	network peap $tls eap=PEAP 'identity="user-mschapv2"' 'anonymous_identity="anon"' 'password="innerpass"' 'phase2="auth=MSCHAPV2"'
	network ttls $tls eap=TTLS 'identity="user-mschapv2"' 'anonymous_identity="anon"' 'password="innerpass"' 'phase2="auth=MSCHAPV2"'
	network teap $tls eap=TEAP 'identity="user-mschapv2"' 'anonymous_identity="anon"' 'password="innerpass"' 'phase2="auth=MSCHAPV2"'
	network ttls-pap $tls eap=TTLS 'identity="user-pap"' 'anonymous_identity="anon"' 'password="innerpass"' 'phase2="auth=PAP"'
done
net_need radius_start fr cache=yes
net_need radius_start next version=next port=1912 cache=yes

for server in 'fr 1812' 'next 1912'; do
	for method in tls peap ttls; do
		resumes "${server% *}" "${server#* }" $method ${method^^}
	done
done
is 'fr: ttls-pap on TLS 1.2 is resumed' "$(story 1812 ttls-pap-1.2 2)" \
	'["success TTLS 1.2 equal false","success TTLS 1.2 equal true"]'
# On TLS 1.3 the ticket is due in the answer to the client's Finished. That has the password with it here: FreeRADIUS answers
# with EAP-Success at once, and the ticket that it has made does not leave.
is 'fr: ttls-pap on TLS 1.3 is in full each time' "$(story 1812 ttls-pap-1.3 2)" \
	'["success TTLS 1.3 equal false","success TTLS 1.3 equal false"]'
# A ticket of TLS 1.3 is for once (RFC 8446 §C.4). FreeRADIUS sends a new one with a session that is resumed, and does not keep
# what it has to know of it ("Failed loading persisted VPs"): the login after that is in full.
is 'fr: peap on TLS 1.3 is resumed every other time' "$(story 1812 peap-1.3 4)" \
	'["success PEAP 1.3 equal false","success PEAP 1.3 equal true","success PEAP 1.3 equal false","success PEAP 1.3 equal true"]'
# Of TEAP, on TLS 1.2, FreeRADIUS 3.2.7 resumes the tunnel and then says EAP-Success at once, without the result that RFC 9930
# §3.6.6 has inside, and without MPPE keys. That is no success; resumption is left alone for a while then.
is 'next: teap on TLS 1.2 is not resumed, nor tried again' "$(story 1912 teap-1.2 4 | jq -c 'map(split(" ")[:5] | join(" "))')" \
	'["success TEAP 1.2 equal false","failure TEAP 1.2 none false","success TEAP 1.2 equal false","success TEAP 1.2 equal false"]'
ok 'fr agrees about PEAP' grep -q 'eap_peap: Skipping Phase2 because of session resumption' "$LAB_DIR/fr.log"
net_end
