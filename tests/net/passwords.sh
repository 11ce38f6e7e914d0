#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 120 s
#
# Methods of a password against Debian's hostapd, each with the right and with a wrong one; the MSK is what hostapd has.
#
#	port0 ─ auth0   EAP-MSCHAPv2
#	port1 ─ auth1   EAP-pwd, group 19
#	port2 ─ auth2   EAP-pwd, group 21
#	port3 ─ auth3   EAP-EKE
#	port4 ─ auth4   EAP-pwd, group 20, fragments of 100 both ways
. "$(dirname "$0")/lib.sh"

sample=${XEAP_BUILD:-build}/tests/sample/supplicant

net_begin
net_need lab_ports 0 4
export LAB_HOSTAPD_FLAGS='-dd -K'
net_need lab_hostapd mschapv2 hostapd auth0
net_need lab_hostapd pwd19 hostapd auth1
net_need lab_hostapd pwd21 hostapd auth2 pwd_group=21
net_need lab_hostapd eke hostapd auth3
net_need lab_hostapd pwd20 hostapd auth4 pwd_group=20 fragment_size=100

for conf in mschapv2 pwd eke; do
	lab_config "wpa_supplicant/sup-$conf.conf" >"$LAB_DIR/$conf.conf"
	sed 's/password=.*/password="wrong"/' "$LAB_DIR/$conf.conf" >"$LAB_DIR/$conf-wrong.conf"
done
sed 's/eap=PWD/&\n    fragment_size=100/' "$LAB_DIR/pwd.conf" >"$LAB_DIR/pwd-frag.conf"
# iconv and OpenSSL make the NT hash: MD4 of UTF-16.
hash=$(printf mschappass | iconv -t utf-16le | openssl dgst -provider legacy -provider default -md4 -r | cut -d' ' -f1)
sed "s/password=.*/password=hash:$hash/" "$LAB_DIR/mschapv2.conf" >"$LAB_DIR/mschapv2-hash.conf"

# key NAME: the MSK of hostapd's last login. For EAP-pwd hostapd shows no key; there RADIUS tests compare.
key()
{
	sed -n 's/.*EAP-EKE: MSK - hexdump(len=64): //p;s/.*EAP-MSCHAPV2: Derived key - hexdump(len=32): //p' \
		"$LAB_DIR/$1.log" | tail -n 1 | tr -d ' '
}

# log_in HOSTAPD PORT CONFIG TYPE: with success, and the same MSK on both sides
log_in()
{
	net_need lab_start "sample-$2" near env SHOW_KEYS=1 "$sample" "$2" "$LAB_DIR/$3.conf"
	lab_join "sample-$2" 40
	is "$1: $3 logs in" "$(head -n 1 "$LAB_DIR/sample-$2.out")" "success type $4 keys 2"
	is "$1: nothing on standard error" "$(cat "$LAB_DIR/sample-$2.err")" ''
	[ "$4" = 52 ] && return
	is "$1: the MSK is hostapd's" "$(tail -n 1 "$LAB_DIR/sample-$2.out")" "$(key "$1")"
}

log_in mschapv2 port0 mschapv2 26
log_in mschapv2 port0 mschapv2-hash 26
log_in pwd19 port1 pwd 52
log_in pwd21 port2 pwd 52
log_in eke port3 eke 53
log_in pwd20 port4 pwd-frag 52

# The program itself, in each mode that veth has.
for mode in native generic packet; do
	net_need lab_xeap "run-$mode" --once --mode "$mode" --timeout 20 -p "port0=$LAB_DIR/mschapv2.conf" \
		-p "port1,port2=$LAB_DIR/pwd.conf" -p "port3=$LAB_DIR/eke.conf" -p "port4=$LAB_DIR/pwd-frag.conf"
	lab_join "run-$mode" 30
	is "$mode: exit status 0" $? 0
	is "$mode: all five are in" "$(lab_events "run-$mode" '[.[] | select(.event == "auth") |
		.port + " " + .result + " " + .method] | sort')" \
		'["port0 success MSCHAPV2","port1 success PWD","port2 success PWD","port3 success EKE","port4 success PWD"]'
done

# refused NAME PORT CONFIG TEXT: no login, and why
refused()
{
	net_need lab_xeap "wrong-$2" --once --timeout 20 -p "$2=$LAB_DIR/$3.conf"
	lab_join "wrong-$2" 30
	ok "$1: exit status is not 0" test $? != 0
	ok "$1: $4" grep -qF "$4" "$LAB_DIR/wrong-$2.out" "$LAB_DIR/wrong-$2.err"
}

refused mschapv2 port0 mschapv2-wrong 'server refused the login (E=691'
refused pwd19 port1 pwd-wrong 'check identity and password'
refused eke port3 eke-wrong 'server refused the login (EAP-EKE failure 4): check identity and password'
net_end
