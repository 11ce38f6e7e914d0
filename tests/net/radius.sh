#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 180 s
#
# xeap radius against FreeRADIUS, and beside eapol_test with the same command line. Both ends are on the loopback of one
# namespace:
#
#	xeap radius ──┬─ UDP 1812, TLS 2083 ─── FreeRADIUS 3.2.1 (fr), which resumes TLS sessions
#	eapol_test  ──┴─ UDP 1912 ───────────── FreeRADIUS 3.2.7 (next), which offers TEAP first
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/freeradius.sh"

net_begin
net_need radius_start fr radsec=2083 cache=yes
net_need radius_start next version=next port=1912 first=teap

for conf in md5 tls12 tls13; do
	lab_config "eapol_test/$conf.conf" >"$LAB_DIR/$conf.conf"
done
for conf in gtc md5-wrongpw tls-badca; do
	lab_config "wpa_supplicant/sup-$conf.conf" >"$LAB_DIR/$conf.conf"
done
sed -i 's/private_key=/phase1="tls_disable_tlsv1_3=1"\n&/' "$LAB_DIR/tls12.conf"
sed 's/fast_reauth=0/fast_reauth=1/' "$LAB_DIR/tls12.conf" >"$LAB_DIR/again12.conf"
sed 's/fast_reauth=0/fast_reauth=1/' "$LAB_DIR/tls13.conf" >"$LAB_DIR/again13.conf"
local_server=(-a 127.0.0.1 -s testing123)

# radius ARGS…: $status, $out and $last, its last line
radius()
{
	out=$(lab_far "$LAB_XEAP" radius "$@" 2>"$LAB_DIR/radius.err")
	status=$?
	last=${out##*$'\n'}
	err=$(cat "$LAB_DIR/radius.err")
}

# outcome WHAT STATUS LAST ARGS…
outcome()
{
	local what=$1 wanted="$2 $3"

	shift 3
	radius "$@"
	is "$what" "$status $last" "$wanted"
	[ "$status $last" = "$wanted" ] || printf '%s\n' "$out" "$err" | sed 's/^/# /'
}

# events FILTER: over the JSON of the last run, as one array
events()
{
	jq -cs "$1" <<<"$out"
}

# login WHAT FACTS ARGS…: of the one login: result, method, TLS version, keys, resumed
login()
{
	local what=$1 wanted=$2

	shift 2
	radius --json "$@"
	is "$what" "$(events '.[0] | [.result, .method, .tls_version, .mppe_keys, .resumed] | map(tostring) | join(" ")' |
		tr -d '"')" "$wanted"
}

# says WHAT TEXT: the last run's output has it
says()
{
	[[ $out$err == *"$2"* ]] && pass "$1" && return
	fail "$1" "$out$err"$'\n'"does not say: $2"
}

# beside WHAT ARGS…: xeap and eapol_test end alike
beside()
{
	local what=$1 theirs

	shift
	if theirs=$(lab_far timeout 30 eapol_test "$@" 2>&1); then
		theirs="0 ${theirs##*$'\n'}"
	else
		theirs="not 0 ${theirs##*$'\n'}"
	fi
	radius "$@"
	[ $status = 0 ] && status=0 || status='not 0'
	is "$what: as eapol_test" "$status $last" "$theirs"
}

# What logs in, and what does not
login 'MD5, without keys' 'success MD5 null none false' "${local_server[@]}" -c "$LAB_DIR/md5.conf" -n
login 'GTC, without keys' 'success GTC null none false' "${local_server[@]}" -c "$LAB_DIR/gtc.conf" -n
login 'TLS 1.2: the MPPE keys are the MSK' 'success TLS 1.2 equal false' "${local_server[@]}" -c "$LAB_DIR/tls12.conf"
login 'TLS 1.3: the MPPE keys are the MSK' 'success TLS 1.3 equal false' "${local_server[@]}" -c "$LAB_DIR/tls13.conf"
login 'a server of a CA that is not trusted' 'failure TLS 1.3 none false' "${local_server[@]}" -c "$LAB_DIR/tls-badca.conf"
is '… and the reason names it' "$(events '.[0].reason | test("is not in ca_cert")')" true
is '… and the server rejected it' "$(events '.[0] | [.accepted, .rejected]')" '[false,true]'
login 'a wrong password' 'failure MD5 null none false' "${local_server[@]}" -c "$LAB_DIR/md5-wrongpw.conf" -n

# eapol_test's place in a script can be taken
beside 'MD5 -n' "${local_server[@]}" -c "$LAB_DIR/md5.conf" -n -t 10
beside 'MD5 without -n' "${local_server[@]}" -c "$LAB_DIR/md5.conf" -t 10
beside 'TLS' "${local_server[@]}" -c "$LAB_DIR/tls13.conf" -t 10
says '… counts keys in the same words' 'MPPE keys OK: 1  mismatch: 0'
beside 'TLS, glued options and others' -c"$LAB_DIR/tls13.conf" -a127.0.0.1 -p1812 -stesting123 -r1 -t10 -M02:00:00:00:00:0a \
	-N30:s:01-80-C2-00-00-03 -N61:d:15 -N87:x:706f7274 -e
says '… which count twice' 'MPPE keys OK: 2  mismatch: 0'
beside 'without -a' -s testing123 -c "$LAB_DIR/tls13.conf" -t 10
beside 'a wrong password' "${local_server[@]}" -c "$LAB_DIR/md5-wrongpw.conf" -n -t 10
beside 'a wrong secret' -a 127.0.0.1 -s wrong -c "$LAB_DIR/tls13.conf" -t 3
says '… and the message thinks of the secret' 'its shared secret is another'
beside 'no server' -a 127.0.0.1 -p 9 -s wrong -c "$LAB_DIR/tls13.conf" -t 3
says '… and the message says why' 'Connection refused'

# Who is not the server, or is one of before 2024
port=3000
for how in old forged stranger; do
	lab_start "$how" far "$(dirname "$0")/radius-forger" $((++port)) "$how"
	net_need lab_wait 5 lab_far sh -c "ss -Hlun sport = $port | grep -q ."
	outcome "an Access-Accept of who is $how is dropped" 1 FAILURE -a 127.0.0.1 -p $port -s testing123 -n -t 0.5 \
		-c "$LAB_DIR/md5.conf"
	case $how in
	old) says '… and the message says why' 'have no Message-Authenticator' ;;
	forged) says '… and the message says why' 'have a wrong Message-Authenticator' ;;
	stranger) says '… and the message says why' 'have a wrong Response Authenticator' ;;
	esac
done

# The other ways to say server and secret
outcome '-s HOST with --secret' 0 SUCCESS -s 127.0.0.1 --secret testing123 -c "$LAB_DIR/tls13.conf"
echo testing123 >"$LAB_DIR/secret"
outcome '-s HOST:PORT with --secret-file' 0 SUCCESS -s localhost:1812 --secret-file "$LAB_DIR/secret" -c "$LAB_DIR/tls13.conf"
outcome '-s ADDRESS:PORT alone is the server' 1 FAILURE -s 127.0.0.1:1812 -c "$LAB_DIR/tls13.conf" -t 0.3
says '… with the default secret' 'no answer from 127.0.0.1:1812'

radius --json "${local_server[@]}" -c "$LAB_DIR/tls12.conf" -e
is '-e: EAP-Key-Name is the Session-Id of TLS 1.2' "$(events '.[0] | [.result, .key_name]')" '["success","equal"]'
radius --json "${local_server[@]}" -c "$LAB_DIR/tls13.conf" -e
is '-e: and of TLS 1.3' "$(events '.[0] | [.result, .key_name]')" '["success","equal"]'

# What a request has in it
radius "${local_server[@]}" -c "$LAB_DIR/tls13.conf" -M 02:00:00:00:00:0b -N 30:s:01-80-C2-00-00-03 -N 61:d:15 \
	-N 32:s:lab -N 87:x:706f7274 -C 'CONNECT by wire'
for attribute in 'User-Name = "tlsuser"' 'NAS-IP-Address = 127.0.0.1' 'Calling-Station-Id = "02-00-00-00-00-0B"' \
	'Called-Station-Id = "01-80-C2-00-00-03"' 'NAS-Port-Type = Ethernet' 'NAS-Identifier = "lab"' 'Framed-MTU = 1400' \
	'NAS-Port-Id = "port"' 'Connect-Info = "CONNECT by wire"' 'Service-Type = Framed-User'; do
	ok "the server sees $attribute" grep -qF "$attribute" "$LAB_DIR/fr.log"
done
radius --json "${local_server[@]}" -c "$LAB_DIR/tls13.conf" --framed-mtu 200
is 'with a Framed-MTU of 200 both sides fragment' "$(events '.[0] | [.result, .round_trips > 15]')" '["success",true]'

# Many
# resumes VERSION WANTED: which of four logins of one peer were resumed
resumes()
{
	radius --json "${local_server[@]}" -c "$LAB_DIR/again$1.conf" -r 3
	is "TLS $1: -r 3 resumes" "$(events '[.[] | select(.event == "auth" and .result == "success" and .mppe_keys == "equal")
		.resumed]')" "$2"
}

resumes 12 '[false,true,true,true]'
# A ticket of TLS 1.3 is good for once, and FreeRADIUS forgets the one of a session that was resumed (see resume-radius.sh).
resumes 13 '[false,true,false,true]'
radius --json "${local_server[@]}" -c "$LAB_DIR/tls13.conf" --sessions 300
is '300 at once, on two sockets' "$(events 'last | [.logins, .authenticated, .mppe_keys_equal]')" '[300,300,300]'
is '… each with an address of its own' "$(events '[.[].mac | select(.)] | unique | length')" 300

# RadSec
radsec=(--radsec -s localhost --ca-cert "$LAB_DIR/certs/ca.pem" --client-cert "$LAB_DIR/certs/client.pem"
	--private-key "$LAB_DIR/certs/client.key" --server-name radius.baseline.test)
login 'RadSec, TLS' 'success TLS 1.3 equal false' "${radsec[@]}" -c "$LAB_DIR/tls13.conf"
login 'RadSec, MD5' 'success MD5 null none false' "${radsec[@]}" -c "$LAB_DIR/md5.conf" -n
outcome 'RadSec, 20 at once and once more' 0 SUCCESS "${radsec[@]}" -c "$LAB_DIR/tls13.conf" --sessions 20 -r 1
outcome 'RadSec refuses a server of another name' 1 FAILURE "${radsec[@]}" --server-name other.test -c "$LAB_DIR/tls13.conf"
says '… and says so' 'does not satisfy'
outcome 'RadSec refuses a server of another CA' 1 FAILURE "${radsec[@]}" --ca-cert "$LAB_DIR/certs/otherca.pem" -c "$LAB_DIR/tls13.conf"
says '… and says so' 'is not in ca_cert'
outcome 'RadSec with a certificate that expired' 1 FAILURE "${radsec[@]}" --client-cert "$LAB_DIR/certs/client-expired.pem" \
	--private-key "$LAB_DIR/certs/client-expired.key" -c "$LAB_DIR/tls13.conf"
says '… which the server refuses' 'RadSec connection to localhost:2083'
outcome 'RadSec without a server' 1 FAILURE "${radsec[@]}" -p 9 -c "$LAB_DIR/tls13.conf"
says '… and says so' 'Connection refused'
radius --radsec -s localhost --ca-cert "$LAB_DIR/certs/ca.pem" -c "$LAB_DIR/tls13.conf"
is 'RadSec without a client certificate is a wrong command line' "$status" 2

# Debian 13's FreeRADIUS
login 'FreeRADIUS 3.2.7 takes TLS 1.3' 'success TLS 1.3 equal false' "${local_server[@]}" -p 1912 -c "$LAB_DIR/tls13.conf"
ok '… after it offered TEAP' grep -q 'Calling submodule eap_teap' "$LAB_DIR/next.log"

# Through hostapd as the authenticator, EAPOL on the one side and RADIUS on the other
net_need lab_ports 0 0
net_need radius_hostapd ap auth0
net_need lab_xeap run --once --timeout 20 -p "port0=$LAB_DIR/tls13.conf"
lab_join run 30
is 'FreeRADIUS behind hostapd takes TLS 1.3' "$(lab_events run '.[] | select(.event == "auth") | [.result, .method, .tls_version]')" \
	'["success","TLS","1.3"]'

net_end
