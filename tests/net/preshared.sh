#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 120 s
#
# Methods of a shared key against Debian's hostapd, each with the right and with a wrong one; the MSK is what hostapd has.
#
#	port0 ─ auth0   EAP-PSK
#	port1 ─ auth1   EAP-GPSK
#	port2 ─ auth2   EAP-SAKE
#	port3 ─ auth3   EAP-PAX
#	port4 ─ auth4   EAP-IKEv2
#	far    xeap radius ── UDP 1812 ── hostapd, whose MPPE keys are compared
. "$(dirname "$0")/lib.sh"

sample=${XEAP_BUILD:-build}/tests/sample/supplicant
methods=(psk gpsk sake pax ikev2)
types=(47 51 48 46 49)

net_begin
net_need lab_ports 0 4
export LAB_HOSTAPD_FLAGS='-dd -K'
for i in "${!methods[@]}"; do
	net_need lab_hostapd "${methods[i]}" hostapd "auth$i"
	lab_config "wpa_supplicant/sup-${methods[i]}.conf" >"$LAB_DIR/${methods[i]}.conf"
done
sed 's/password=.*/password=ffffffffffffffffffffffffffffffff/' "$LAB_DIR/psk.conf" >"$LAB_DIR/psk-wrong.conf"
sed 's/password=.*/password="ABCDEFGHIJKLMNOP0123456789abcdef"/' "$LAB_DIR/gpsk.conf" >"$LAB_DIR/gpsk-wrong.conf"
sed 's/password=.*/password="ABCDEFGHIJKLMNOP0123456789abcdef"/' "$LAB_DIR/sake.conf" >"$LAB_DIR/sake-wrong.conf"
sed 's/password=.*/password="ABCDEFGHIJKLMNOP"/' "$LAB_DIR/pax.conf" >"$LAB_DIR/pax-wrong.conf"
sed 's/eap=GPSK/&\n    phase1="cipher=2"/' "$LAB_DIR/gpsk.conf" >"$LAB_DIR/gpsk-sha256.conf"
sed 's/ikev2pass/another/' "$LAB_DIR/ikev2.conf" >"$LAB_DIR/ikev2-wrong.conf"
# Both messages of the peer in fragments.
sed 's/eap=IKEV2/&\n    fragment_size=90/' "$LAB_DIR/ikev2.conf" >"$LAB_DIR/ikev2-fragments.conf"
# The same key as digits.
sed "s/password=.*/password=$(printf abcdefghijklmnop | od -An -tx1 | tr -d ' ')/" "$LAB_DIR/pax.conf" >"$LAB_DIR/pax-hex.conf"

# key NAME: the MSK of hostapd's last login. For EAP-PAX hostapd shows no key; for EAP-IKEv2 the EMSK after it.
key()
{
	sed -nE 's/.*EAP-IKEV2: KEYMAT - hexdump\(len=128\): (([0-9a-f]{2} ?){64}).*/\1/p' "$LAB_DIR/$1.log" | tail -n 1 | tr -d ' '
	sed -nE 's/.*EAP-(PSK|GPSK|SAKE): MSK - hexdump\(len=64\): //p' "$LAB_DIR/$1.log" | tail -n 1 | tr -d ' '
}

# log_in HOSTAPD PORT CONFIG TYPE: with success, and the same MSK on both sides
log_in()
{
	net_need lab_start "sample-$3" near env SHOW_KEYS=1 "$sample" "$2" "$LAB_DIR/$3.conf"
	lab_join "sample-$3" 40
	is "$1: $3 logs in" "$(head -n 1 "$LAB_DIR/sample-$3.out")" "success type $4 keys 2"
	is "$1: nothing on standard error" "$(cat "$LAB_DIR/sample-$3.err")" ''
	[ "$4" = 46 ] && return
	ok "$1: hostapd shows its MSK" test -n "$(key "$1")"
	is "$1: the MSK is hostapd's" "$(tail -n 1 "$LAB_DIR/sample-$3.out")" "$(key "$1")"
}

for i in "${!methods[@]}"; do
	log_in "${methods[i]}" "port$i" "${methods[i]}" "${types[i]}"
done
log_in gpsk port1 gpsk-sha256 51
log_in pax port3 pax-hex 46
log_in ikev2 port4 ikev2-fragments 49

# The program itself, in each mode that veth has.
for mode in native generic packet; do
	args=()
	for i in "${!methods[@]}"; do args+=(-p "port$i=$LAB_DIR/${methods[i]}.conf"); done
	net_need lab_xeap "run-$mode" --once --mode "$mode" --timeout 20 "${args[@]}"
	lab_join "run-$mode" 30
	is "$mode: exit status 0" $? 0
	is "$mode: all are in" "$(lab_events "run-$mode" '[.[] | select(.event == "auth") |
		.port + " " + .result + " " + .method] | sort')" \
		'["port0 success PSK","port1 success GPSK","port2 success SAKE","port3 success PAX","port4 success IKEV2"]'
done

# Over RADIUS the MSK comes as MPPE keys, which the program compares with its own;
net_need lab_hostapd_radius server 1812
# of EAP-SAKE hostapd 2.10 sends a Session-Id with RAND_S in the place of RAND_P too, for which nobody asked.
for conf in psk gpsk gpsk-sha256 sake pax ikev2 ikev2-fragments; do
	wanted='success equal '
	out=$(lab_far "$LAB_XEAP" radius --json -a 127.0.0.1 -p 1812 -s testing123 -t 10 -c "$LAB_DIR/$conf.conf" 2>&1)
	is "radius: $conf logs in, the keys are the same" "$(jq -rs '[.[] | select(.event == "auth" or .result) |
		select(.method)][0] | .result + " " + .mppe_keys + " " + (.reason // "")' <<<"$out")" "$wanted"
done

# refused NAME PORT TEXT: no login with the wrong key, and why
refused()
{
	net_need lab_xeap "wrong-$2" --once --timeout 20 -p "$2=$LAB_DIR/$1-wrong.conf"
	lab_join "wrong-$2" 30
	ok "$1: exit status is not 0" test $? != 0
	ok "$1: $3" grep -qF "$3" "$LAB_DIR/wrong-$2.out" "$LAB_DIR/wrong-$2.err"
}

refused psk port0 'check identity and password'
refused gpsk port1 'check identity and password'
refused sake port2 'check identity and password'
refused pax port3 'check identity and password'
refused ikev2 port4 'server has another key'
net_end
