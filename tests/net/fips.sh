#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 60 s
#
# xeap with an OpenSSL that has the FIPS and the base provider only (Debian 13's 3.5): methods of approved algorithms log
# in, each of the others says in one line what it lacks. And where there is no such provider, but fips=yes is asked for.
#
#	port0…7   ─ auth0…7     hostapd, TLS 1.2 and methods of a shared key
#	port8,9   ─ auth8,9     hostapd, TLS 1.3
#	port10,11 ─ auth10,11   hostapd with tests/net/hlr: EAP-AKA, EAP-AKA'
#	port12…15 ─ auth12…15   hostapd ── UDP 1812 ── FreeRADIUS 3.2.7: TLS 1.2 and 1.3
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/freeradius.sh"

# openssl_cnf PROVIDERS…: on standard output, one with default_properties = fips=yes
openssl_cnf()
{
	local p

	printf '%s\n' 'config_diagnostics = 1' 'openssl_conf = init'
	[ ! -e "$LAB_DIR/fipsmodule.cnf" ] || echo ".include $LAB_DIR/fipsmodule.cnf"
	printf '%s\n' '[init]' 'providers = providers' 'alg_section = algorithms' '[algorithms]' \
		'default_properties = fips=yes' '[providers]'
	for p in "$@"; do echo "$p = ${p}_sect"; done
	printf '[%s]\nactivate = 1\n' base_sect default_sect
}

# What the package's own installation does: the module checks itself, and its configuration is written. TLS 1.2 must have
# extended master secrets (SP 800-52r2 §3.5), which is an option there.
install_fips()
{
	"$LAB_DIR/openssl-next" fipsinstall -module "$RADIUS_NEXT"/usr/lib/*-linux-gnu*/ossl-modules/fips.so -ems_check \
		-out "$LAB_DIR/fipsmodule.cnf" 2>"$LAB_DIR/fipsinstall.err" && openssl_cnf fips base >"$LAB_DIR/fips.cnf"
}

# network NAME LINE…: $LAB_DIR/NAME.conf
network()
{
	local name=$1

	shift
	printf '%s\n' 'network={' 'key_mgmt=IEEE8021X' 'identity="user"' "$@" '}' >"$LAB_DIR/$name.conf"
}

# refused NAME TEXT: with that configuration it does not start, and one line says where and why
refused()
{
	lab_near "$LAB_XEAP" run --once -p "port0=$LAB_DIR/$1.conf" >"$LAB_DIR/refused.out" 2>"$LAB_DIR/refused.err"
	is "$1: does not start, in one line" "$? $(wc -l <"$LAB_DIR/refused.err")" '2 1'
	ok "$1: names file and line, and: $2" grep -qE -- "^xeap: $LAB_DIR/$1.conf:[14]: ([A-Z0-9]+ inside (PEAP|TTLS): )?$2" "$LAB_DIR/refused.err"
	! grep -qi 'out of memory' "$LAB_DIR/refused.err" || fail "$1: not for want of memory" "$(cat "$LAB_DIR/refused.err")"
}

# logged_in PORT CONFIG METHOD TLS-VERSION: in the one run of all
logged_in()
{
	is "$2: logs in at $1" "$(lab_events run ".[] | select(.event == \"auth\" and .port == \"$1\")" |
		jq -r '[.result, .method, .tls_version] | map(tostring) | join(" ")')" "success $3 $4"
}

# subscriber NAME EAP PREFIX: $LAB_DIR/NAME.conf, of one whom tests/net/hlr knows
subscriber()
{
	printf '%s\n' 'network={' 'key_mgmt=IEEE8021X' "eap=$2" "identity=\"${3}232010000000001@wlan.mnc001.mcc232.3gppnetwork.org\"" \
		'password="90dca4eda45b53cf0f12d7c9c3bc6a89:cb9cccc4b9258e6dca4760379fb82581:000000000000"' '}' >"$LAB_DIR/$1.conf"
}

# mapped PORT CONFIG METHOD: whether a run that has logged in has OpenSSL's legacy provider in its memory
mapped()
{
	net_need lab_xeap "maps-$2" -p "$1=$LAB_DIR/$2.conf"
	lab_wait 10 lab_events "maps-$2" "any(.[]; .event == \"auth\" and .result == \"success\" and .method == \"$3\")" \
		>"$LAB_DIR/maps.txt" || { echo 'no login'; return; }
	grep -q 'ossl-modules/legacy\.so' "/proc/${LAB_PIDS["maps-$2"]}/maps" && echo yes || echo no
	lab_stop "maps-$2"
}

net_begin
net_need lab_ports 0 15
ca=("ca_cert=\"$LAB_DIR/certs/ca.pem\"" 'password="innerpass"')
for conf in tls12 tls13 ttls-pap ttls-pap-tls13 psk gpsk sake pax eke ikev2 md5 mschapv2; do
	lab_config "wpa_supplicant/sup-$conf.conf" >"$LAB_DIR/$conf.conf"
done
network peap eap=PEAP "${ca[@]}" 'phase2="auth=MSCHAPV2"'
network peap-gtc eap=PEAP "${ca[@]}" 'phase2="auth=GTC"'
for way in CHAP MSCHAP MSCHAPV2; do network "ttls-$way" eap=TTLS "${ca[@]}" "phase2=\"auth=$way\""; done
for way in MD5 MSCHAPV2; do network "ttls-eap-$way" eap=TTLS "${ca[@]}" "phase2=\"autheap=$way\""; done
network pwd-hash eap=PWD 'password=hash:00112233445566778899aabbccddeeff'
subscriber aka AKA 0
subscriber aka-prime "AKA'" 6
client=("client_cert=\"$LAB_DIR/certs/client.pem\"" "private_key=\"$LAB_DIR/certs/client.key\"")
for v in 2 3; do
	only="phase1=\"tls_disable_tlsv1_$((5 - v))=1\""
	network "fr-tls1$v" eap=TLS "${ca[@]}" "${client[@]}" "$only"
	network "fr-ttls1$v" eap=TTLS "${ca[@]}" 'phase2="auth=PAP"' "$only"
	sed -i 's/"user"/"user-pap"/' "$LAB_DIR/fr-ttls1$v.conf"
done
network list 'eap=MD5 TTLS' "${ca[@]}" 'phase2="auth=PAP"'
network ttls-none eap=TTLS "${ca[@]}" 'phase2="auth=PAP"'
net_need lab_hostapd wired hostapd 'auth0 auth1 auth2 auth3 auth4 auth5 auth6 auth7'
net_need lab_hostapd tls13 hostapd-tls13 'auth8 auth9'

is 'EAP-TLS does not load the legacy provider' "$(mapped port0 tls12 TLS)" no
is 'EAP-MSCHAPv2 does' "$(mapped port8 mschapv2 MSCHAPV2)" yes

# fips=yes, and nothing that has it.
openssl_cnf default >"$LAB_DIR/none.cnf"
export OPENSSL_CONF=$LAB_DIR/none.cnf
for conf in tls12 peap-gtc ttls-none; do
	refused "$conf" 'OpenSSL offers no TLS here: '
done
unset OPENSSL_CONF

if ldd "$LAB_XEAP" | grep -qE 'lib(asan|tsan|ubsan)'; then
	skip 'the FIPS provider' 'sanitizers do not start by the loader of another libc'
	net_end
fi
net_need radius_next_programs
net_need install_fips
printf '%s\n' '"0"* AKA' "\"6\"* AKA'" >"$LAB_DIR/subscribers"
net_need lab_start hlr far "$(dirname "$0")/hlr" "$LAB_DIR/hlr.socket"
net_need lab_wait 5 test -S "$LAB_DIR/hlr.socket"
net_need lab_hostapd sim hostapd 'auth10 auth11' "eap_user_file=$LAB_DIR/subscribers" "eap_sim_db=unix:$LAB_DIR/hlr.socket"
net_need radius_start fr version=next inner=gtc
net_need radius_hostapd front 'auth12 auth13 auth14 auth15'

LAB_XEAP=$LAB_DIR/xeap-next
export OPENSSL_CONF=$LAB_DIR/fips.cnf
is 'the providers are FIPS and base' "$("$LAB_DIR/openssl-next" list -providers | sed -n 's/^  \([a-z]*\)$/\1/p' | tr '\n' ' ')" \
	'base fips '

# port config method TLS version
logins='port0 tls12 TLS 1.2
port1 ttls-pap TTLS 1.2
port2 psk PSK null
port3 gpsk GPSK null
port4 sake SAKE null
port5 pax PAX null
port6 eke EKE null
port7 ikev2 IKEV2 null
port8 tls13 TLS 1.3
port9 ttls-pap-tls13 TTLS 1.3
port10 aka AKA null
port11 aka-prime AKA\x27 null
port12 fr-tls12 TLS 1.2
port13 fr-tls13 TLS 1.3
port14 fr-ttls12 TTLS 1.2
port15 fr-ttls13 TTLS 1.3'
logins=${logins//\\x27/\'}
args=()
while read -r port conf _; do args+=(-p "$port=$LAB_DIR/$conf.conf"); done <<<"$logins"
net_need lab_xeap run --once --timeout 10 "${args[@]}"
lab_join run 15
is 'all of these: exit status 0' $? 0
is '… nothing on standard error' "$(cat "$LAB_DIR/run.err")" ''
while read -r port conf method version; do logged_in "$port" "$conf" "$method" "$version"; done <<<"$logins"

refused md5 'eap=MD5: OpenSSL offers no MD5 here'
refused mschapv2 'eap=MSCHAPV2: OpenSSL offers no MD4 and DES here'
refused peap 'eap=MSCHAPV2: OpenSSL offers no MD4 and DES here'
refused ttls-CHAP 'phase2: auth=CHAP: OpenSSL offers no MD5 here'
refused ttls-MSCHAP 'phase2: auth=MSCHAP: OpenSSL offers no MD4 and DES here'
refused ttls-MSCHAPV2 'phase2: auth=MSCHAPV2: OpenSSL offers no MD4 and DES here'
refused ttls-eap-MD5 'eap=MD5: OpenSSL offers no MD5 here'
refused ttls-eap-MSCHAPV2 'eap=MSCHAPV2: OpenSSL offers no MD4 and DES here'
refused list 'eap=MD5: OpenSSL offers no MD5 here'
refused pwd-hash 'password=hash:… of eap=PWD needs MD4'

# RADIUS itself is made of MD5, over TLS as well (RFC 6614 §2.3).
radsec=(--radsec --server-name radius.baseline.test --ca-cert "$LAB_DIR/certs/ca.pem"
	--client-cert "$LAB_DIR/certs/client.pem" --private-key "$LAB_DIR/certs/client.key")
for how in '-s testing123' "${radsec[*]}"; do
	# shellcheck disable=SC2086 # words
	out=$(lab_far "$LAB_XEAP" radius -a 127.0.0.1 $how -c "$LAB_DIR/tls12.conf" 2>&1)
	is "xeap radius ${how%% *}: status, and what it lacks" "$? $out" \
		'2 xeap radius: RADIUS needs MD5, which OpenSSL does not offer here (FIPS?)'
done
LAB_XEAP=${XEAP_BUILD:-$LAB_ROOT/build}/xeap
net_end
