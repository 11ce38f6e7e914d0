#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 120 s
#
# EAP-SIM, EAP-AKA and EAP-AKA' against hostapd's EAP server, which asks a home location register (tests/net/hlr) with a
# Milenage of its own:
#
#	far    xeap radius ── UDP 1802 ── hostapd (plain)     ─┐
#	              └────── UDP 1803 ── hostapd (indicates) ─┴─ hlr
#	port0 ─ auth0   EAP-AKA' over EAPOL, authenticated over and over
. "$(dirname "$0")/lib.sh"

# network EAP PREFIX LAST [LINE…]: a network block of the subscriber whose IMSI ends so
network()
{
	local eap=$1 prefix=$2 last=$3 sqn=:000000000000

	shift 3
	[ "$eap" != SIM ] || sqn=
	printf '%s\n' 'fast_reauth=1' 'network={' 'key_mgmt=IEEE8021X' "eap=$eap" \
		"identity=\"${prefix}23201000000000$last@wlan.mnc001.mcc232.3gppnetwork.org\"" \
		"password=\"90dca4eda45b53cf0f12d7c9c3bc6a89:cb9cccc4b9258e6dca4760379fb82581$sqn\"" "$@" '}'
}

# radius PORT ARGS…: $out
radius()
{
	local port=$1

	shift
	out=$(lab_far "$LAB_XEAP" radius --json -a 127.0.0.1 -p "$port" -s testing123 -t 10 "$@" 2>"$LAB_DIR/radius.err")
}

# story: what became of the logins of the last run, in order: result, keys against the server's, re-authenticated or not
story()
{
	jq -cs '[.[] | select(.event == "auth" or .result) | select(.method) |
		[.result, .mppe_keys, .resumed] | map(tostring) | join(" ")]' <<<"$out"
}

reason()
{
	jq -rs '.[0].reason' <<<"$out"
}

net_begin
net_need lab_ports 0 0
# By the first character of permanent identities, pseudonyms and re-authentication identities.
cat >"$LAB_DIR/subscribers" <<'END'
"0"* AKA
"2"* AKA
"4"* AKA
"1"* SIM
"3"* SIM
"5"* SIM
"6"* AKA'
"7"* AKA'
"8"* AKA'
END
db=("eap_user_file=$LAB_DIR/subscribers" "eap_sim_db=unix:$LAB_DIR/hlr.socket")
export LAB_HOSTAPD_FLAGS='-dd -K'
net_need lab_start hlr far "$(dirname "$0")/hlr" "$LAB_DIR/hlr.socket"
net_need lab_wait 5 test -S "$LAB_DIR/hlr.socket"
net_need lab_hostapd_radius plain 1802 "${db[@]}"
net_need lab_hostapd_radius indicates 1803 "${db[@]}" eap_sim_aka_result_ind=1
net_need lab_hostapd wired hostapd auth0 "${db[@]}" eap_reauth_period=1

for row in 'SIM 1' 'AKA 0' "AKA' 6"; do
	eap=${row% *} prefix=${row#* }
	network "$eap" "$prefix" 1 >"$LAB_DIR/right.conf"
	network "$eap" "$prefix" 1 'phase1="result_ind=1"' >"$LAB_DIR/indicates.conf"
	network "$eap" "$prefix" 2 >"$LAB_DIR/wrong.conf"
	network "$eap" "$prefix" 4 >"$LAB_DIR/unknown.conf"
	before=$(grep -c REQ-AUTH "$LAB_DIR/hlr.out")
	radius 1802 -c "$LAB_DIR/right.conf" -r 3
	is "$eap: a full login, then fast re-authentications; MPPE keys are the MSK" "$(story)" \
		'["success equal false","success equal true","success equal true","success equal true"]'
	is "$eap: the register was asked once" "$(($(grep -c REQ-AUTH "$LAB_DIR/hlr.out") - before))" 1
	radius 1803 -c "$LAB_DIR/indicates.conf" -r 1
	is "$eap: with protected result indications, both kinds" "$(story)" '["success equal false","success equal true"]'
	radius 1802 -c "$LAB_DIR/indicates.conf"
	is "$eap: result_ind=1 and a server without" "$(story)" '["success equal false"]'
	radius 1802 -c "$LAB_DIR/wrong.conf"
	is "$eap: a network that does not know the key" "$(story)" '["failure none false"]'
	ok '… and the reason says so' grep -qE 'does not know the key|Ki and OPc' <<<"$(reason)"
	radius 1802 -c "$LAB_DIR/unknown.conf"
	is "$eap: a subscriber that is not known" "$(story)" '["failure none false"]'
done

# Two full logins of one process: the second one is by the pseudonym that the first one got.
for row in 'SIM 1' 'AKA 0' "AKA' 6"; do
	eap=${row% *} prefix=${row#* }
	network "$eap" "$prefix" 1 | sed s/fast_reauth=1/fast_reauth=0/ >"$LAB_DIR/full.conf"
	before=$(wc -l <"$LAB_DIR/plain.log")
	radius 1802 -c "$LAB_DIR/full.conf" -r 1
	is "$eap: fast_reauth=0 logs in in full each time" "$(story)" '["success equal false","success equal false"]'
	is "$eap: … and by a pseudonym the second time" \
		"$(tail -n "+$before" "$LAB_DIR/plain.log" | grep ': Pseudonym username' | sort -u | wc -l)" 1
done

# The identity is made of the IMSI, for the first method of the network.
for row in 'SIM 1' 'AKA 0' "AKA' 6"; do
	eap=${row% *} prefix=${row#* }
	network "$eap" "$prefix" 1 | sed 's/^identity=.*/imsi_identity="232010000000001"/' >"$LAB_DIR/imsi.conf"
	radius 1802 -c "$LAB_DIR/imsi.conf"
	is "$eap: imsi_identity alone" "$(story)" '["success equal false"]'
done

# A register that is behind the card: AUTS, and a second challenge
for row in 'AKA 0 3' "AKA' 6 5"; do
	read -r eap prefix last <<<"$row"
	network "$eap" "$prefix" "$last" | sed 's/:000000000000/:000000009000/' >"$LAB_DIR/behind.conf"
	radius 1802 -c "$LAB_DIR/behind.conf"
	is "$eap: the sequence number is behind the card's: it is synchronized" "$(story)" '["success equal false"]'
done
is 'the register took AUTS for genuine' "$(grep -c '^resynchronized' "$LAB_DIR/hlr.out")" 2

# Over EAPOL
network "AKA'" 6 1 >"$LAB_DIR/eapol.conf"
net_need lab_xeap run -p "port0=$LAB_DIR/eapol.conf"
eventually 30 'port0 has logged in three times' lab_events run \
	'[.[] | select(.event == "auth" and .port == "port0")] | length >= 3'
is 'EAPOL: the first login is full, the others are re-authentications' \
	"$(lab_events run '[.[] | select(.event == "auth") | .result + " " + (.resumed | tostring)][:3]')" \
	'["success false","success true","success true"]'
net_end
