#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 120 s
#
# xeap bench straight at FreeRADIUS, both on the loopback of one namespace, and over EAPOL at hostapd in front of it:
#
#	xeap bench ── UDP 1812, TLS 2083 ── FreeRADIUS 3.2.1 (fr)
#	xeap bench ── UDP 1900 ───────────── delay_radius, which answers a ClientHello with an alert
#	xeap bench ── UDP 1901 ───────────── delay_radius, which takes 5 ms
#	xeap bench ── port0 ─ auth0 ── hostapd ──┘
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/freeradius.sh"
. "$(dirname "$0")/load.sh"
status=
stub=$(dirname "$LAB_XEAP")/tests/bench/delay_radius

# requests, answers: that FreeRADIUS received and sent so far
requests()
{
	grep -c 'Received Access-Request' "$LAB_DIR/fr.log"
}

answers()
{
	grep -c 'Sent Access-' "$LAB_DIR/fr.log"
}

# same_packets NAME REQUESTS ANSWERS: what it counted since then is what the server did
same_packets()
{
	is "$1: the server counted the same packets" "[$(($(requests) - $2)),$(($(answers) - $3))]" \
		"$(told "$1" '[.frames.sent, .frames.received]')"
}

net_begin
net_need radius_start fr radsec=2083
for conf in md5 tls12 tls13; do
	lab_config "eapol_test/$conf.conf" >"$LAB_DIR/$conf.conf"
done
lab_config eapol_test/peap-mschapv2.conf >"$LAB_DIR/peap.conf"
for conf in md5-wrongpw tls-badca; do
	lab_config "wpa_supplicant/sup-$conf.conf" >"$LAB_DIR/$conf.conf"
done
server=(--radius 127.0.0.1 --secret testing123)
md5=(--no-keys -c "$LAB_DIR/md5.conf")

# Who logs in
r=$(requests) a=$(answers)
load far udp "${server[@]}" "${md5[@]}" --source-ports 4
is 'UDP: 100, when nobody says how many, exit status 0' "$(ended udp) $status" '{"success":100} 0'
is 'UDP: it says so' "$(told udp '[.run.transport, .run.target, .run.method, .frames.sent, .frames.received]')" \
	'["udp","127.0.0.1:1812","MD5",200,200]'
accounted udp
same_packets udp "$r" "$a"
is 'UDP: from four ports' "$(grep -o 'Received Access-Request Id [0-9]* from 127.0.0.1:[0-9]*' "$LAB_DIR/fr.log" |
	sed 's/.*://' | sort -u | wc -l)" 4
is 'UDP: each with its own address' "$(grep -o 'Calling-Station-Id = "02-00-01-00-00-[0-9A-F]*' "$LAB_DIR/fr.log" | sort -u | wc -l)" 100
r=$(requests) a=$(answers)
load far tls "${server[@]}" -n 20 -j 2 -c "$LAB_DIR/tls13.conf"
is 'TLS by two threads' "$(ended tls) $(told tls '[.run.method, .run.tls, .run.threads]')" '{"success":20} ["TLS","1.3",2]'
accounted tls
same_packets tls "$r" "$a"
is 'TLS: every stage is measured once a login' "$(told tls '.latency | [."identity-method", .method, ."response-result"] | map(.count)')" '[20,20,20]'
load far radsec --radius localhost --radsec --ca-cert "$LAB_DIR/certs/ca.pem" --client-cert "$LAB_DIR/certs/client.pem" \
	--private-key "$LAB_DIR/certs/client.key" --server-name radius.baseline.test -n 20 -c "$LAB_DIR/tls13.conf"
is 'RadSec' "$(ended radsec) $(told radsec '[.run.transport, .run.target]')" '{"success":20} ["radsec","localhost:2083"]'
accounted radsec

# Each supplicant as somebody else
cat >"$LAB_DIR/people.csv" <<END
md5user,md5pass
"md5user","md5pass"
nobody,"no ""password"", at all"
END
load far users "${server[@]}" --no-keys -n 9 --users "$LAB_DIR/people.csv" -c "$LAB_DIR/md5-wrongpw.conf"
is '--users: round and round' "$(ended users)" '{"success":6,"radius-reject":3}'
load far pattern "${server[@]}" --no-keys -n 4 --identity 'md5user' --password 'md5pass' -c "$LAB_DIR/md5-wrongpw.conf"
is '--password: in place of that of the configuration' "$(ended pattern)" '{"success":4}'
load far names "${server[@]}" --no-keys -n 3 --identity 'u%03d-%m' -c "$LAB_DIR/md5.conf"
is '--identity: nobody the server knows' "$(ended names)" '{"radius-reject":3}'
for name in u000 u001 u002; do
	ok "--identity: the server was asked for $name" grep -q "User-Name = \"$name-0200[0-9a-f]*\"" "$LAB_DIR/fr.log"
done
load far outer "${server[@]}" -n 3 --anonymous-identity 'anon%d' -c "$LAB_DIR/peap.conf"
is '--anonymous-identity: outside of a tunnel' "$(ended outer)" '{"success":3}'
ok '… the server sees' grep -q 'User-Name = "anon2"' "$LAB_DIR/fr.log"
load far signed "${server[@]}" -n 6 --test-ca ec --test-ca-files "$LAB_DIR/certs/ca.pem,$LAB_DIR/certs/ca.key" --identity 'host%d' \
	-c "$LAB_DIR/tls13.conf"
is '--test-ca: certificates that are signed for the run' "$(ended signed)" '{"success":6}'
ok '… each for its name' grep -q 'TLS-Client-Cert-Common-Name *:*= *"host5"' "$LAB_DIR/fr.log"
load far untrusted "${server[@]}" -n 2 --test-ca ec --test-ca-write "$LAB_DIR/run-ca.pem" -c "$LAB_DIR/tls13.conf"
is '--test-ca: of an authority that the server does not know' "$(told untrusted .ended.success)" 0
ok '--test-ca-write: that authority' openssl x509 -in "$LAB_DIR/run-ca.pem" -noout

# person NAME [OPTION…]: a certificate of the clients' authority, and its key, to which openssl does that
person()
{
	local to=$LAB_DIR/$1

	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 "${@:2}" -out "$to.key" &&
		openssl req -new -key "$to.key" -passin pass:pw -subj "/CN=cert-of-$1" -out "$to.csr" &&
		openssl x509 -req -in "$to.csr" -CA "$LAB_DIR/certs/ca.pem" -CAkey "$LAB_DIR/certs/ca.key" -set_serial 0x77 \
			-days 30 -extfile <(echo extendedKeyUsage=clientAuth) -out "$to.pem" 2>/dev/null
}

# people NAME CSV: a run of two that are in that file, by a configuration without a certificate
people()
{
	lab_far timeout 60 "$LAB_XEAP" bench -q "${server[@]}" -n 2 --json "$LAB_DIR/$1.json" --users "$LAB_DIR/$2" -c "$LAB_DIR/nocert.conf" \
		>"$LAB_DIR/$1.out" 2>"$LAB_DIR/$1.err"
	status=$?
}

sed -e '/client_cert=/d' -e 's/private_key=.*/private_key_passwd="pw"/' "$LAB_DIR/tls13.conf" >"$LAB_DIR/nocert.conf"
net_need person ann
net_need person bob -aes128 -pass pass:pw
cat >"$LAB_DIR/certs.csv" <<END
identity,mac,cert,key
ann,02:0a:00:00:00:11,$LAB_DIR/ann.pem,$LAB_DIR/ann.key
bob,02:0b:00:00:00:22,$LAB_DIR/bob.pem,$LAB_DIR/bob.key
END
people certs certs.csv
is '--users with addresses and certificates, one key encrypted' "$(ended certs) $status $(cat "$LAB_DIR/certs.err")" '{"success":2} 0 '
for who in 'ann 02-0A-00-00-00-11' 'bob 02-0B-00-00-00-22'; do
	is "… each its own: $who" "$(awk -v who="\"${who% *}\"" '/ User-Name = / { name[$1] = $NF }
		/ Calling-Station-Id = / && name[$1] == who { print $NF }' "$LAB_DIR/fr.log" | sort -u)" "\"${who#* }\""
	ok "… and the certificate of ${who% *}" grep -q "TLS-Client-Cert-Common-Name *:*= *\"cert-of-${who% *}\"" "$LAB_DIR/fr.log"
done
sed "s/bob.key/ann.key/" "$LAB_DIR/certs.csv" >"$LAB_DIR/mixed.csv"
people mixed mixed.csv
is "--users with another's key: exit status 2, and it names the line" "$status $(grep -c . "$LAB_DIR/mixed.err") $(grep -o 'mixed.csv:3: .*' "$LAB_DIR/mixed.err" |
	grep -o 'mixed.csv:3\|the key is of another certificate' | tr '\n' ' ')" '2 1 mixed.csv:3 the key is of another certificate '
sed '3s/,[^,]*,[^,]*$/,,/' "$LAB_DIR/certs.csv" >"$LAB_DIR/none.csv"
people none none.csv
is '--users without a certificate where the configuration has none: exit status 2' "$status $(cat "$LAB_DIR/none.err")" \
	"2 xeap bench: --users $LAB_DIR/none.csv:3: it has no cert, and the network block has none"
sed '3d' "$LAB_DIR/certs.csv" >"$LAB_DIR/one.csv"
people one one.csv
is '--users with fewer addresses than supplicants: exit status 2' "$status $(cat "$LAB_DIR/one.err")" \
	'2 xeap bench: -n 2: --users has only 1 addresses'
load far macs "${server[@]}" -n 3 "${md5[@]}" --mac '02:0c:00:00:%02x:01'
is '--mac: a pattern' "$(ended macs) $(grep -o 'Calling-Station-Id = "02-0C-[-0-9A-F]*' "$LAB_DIR/fr.log" | sort -u | cut -d '"' -f 2 | tr '\n' ' ')" \
	'{"success":3} 02-0C-00-00-00-01 02-0C-00-00-01-01 02-0C-00-00-02-01 '

# How the server is spoken to
echo testing123 >"$LAB_DIR/secret"
before=$(wc -l <"$LAB_DIR/fr.log")
load far spoken --radius 127.0.0.1 --secret-file "$LAB_DIR/secret" --attribute 32:s:lab77 --connect-info 'CONNECT by bench' --framed-mtu 200 \
	--key-name -n 2 -c "$LAB_DIR/tls13.conf"
is '--secret-file, --attribute, --connect-info, --framed-mtu and --key-name: they get in' "$(ended spoken)" '{"success":2}'
for said in 'NAS-Identifier = "lab77"' 'Connect-Info = "CONNECT by bench"' 'Framed-MTU = 200' 'EAP-Key-Name = '; do
	ok "… the server sees $said" grep -qF "$said" <(tail -n "+$before" "$LAB_DIR/fr.log")
done
is '… and an EAP packet of more octets goes in parts' "$(told spoken '.frames.sent > 20')" true
load far bound "${server[@]}" --bind 127.0.0.2 -n 1 --timeout 1 "${md5[@]}"
is '--bind: a server that knows 127.0.0.1 alone does not answer' "$(ended bound)" '{"no-answer":1}'
ok '… it says why' grep -q 'unknown client 127.0.0.2' "$LAB_DIR/fr.log"
load far locked --radius localhost --radsec --ca-cert "$LAB_DIR/certs/ca.pem" --client-cert "$LAB_DIR/bob.pem" \
	--private-key "$LAB_DIR/bob.key" --private-key-passwd <(echo pw) --server-name radius.baseline.test -n 2 -c "$LAB_DIR/tls13.conf"
is '--private-key-passwd: RadSec with an encrypted key' "$(ended locked)" '{"success":2}'

# Why logins fail
load far wrong "${server[@]}" -n 5 --no-keys -c "$LAB_DIR/md5-wrongpw.conf"
is 'a wrong password is an Access-Reject, exit status 1' "$(ended wrong) $status" '{"radius-reject":5} 1'
load far badca "${server[@]}" -n 5 -c "$LAB_DIR/tls-badca.conf"
is 'an unknown CA is refused by the peer' "$(ended badca)" '{"peer-refused":5}'
ok '… and a reason names it' grep -q 'is not in ca_cert' "$LAB_DIR/badca.out"
net_need lab_start alerting far "$stub" 1900 0 alert
net_need lab_wait 5 net_quiet grep -q ready "$LAB_DIR/alerting.out"
load far alert "${server[@]/127.0.0.1/127.0.0.1:1900}" -n 5 -c "$LAB_DIR/tls12.conf"
is "the server's alert has its name" "$(ended alert) $(told alert '.reasons[0].text | test("handshake.failure")')" '{"alert":5} true'
load far keys "${server[@]}" -n 5 -c "$LAB_DIR/md5.conf"
is 'an Access-Accept without keys, of a method that has none, is no login' "$(told keys '.ended.success')" 0
load far secret --radius 127.0.0.1 --secret wrong -n 3 --timeout 1 "${md5[@]}"
is 'a wrong secret: no answer' "$(ended secret)" '{"no-answer":3}'
load far nobody --radius 127.0.0.1:9 -n 3 --timeout 1 "${md5[@]}"
is 'no server: no answer' "$(ended nobody) $status" '{"no-answer":3} 1'
accounted nobody
net_need lab_ports 0 0
net_need radius_hostapd ap auth0 auth_server_port=1900
load near eapol -m packet -p port0 -n 3 -c "$LAB_DIR/tls12.conf"
is 'over EAPOL the alert has its name, too' "$(ended eapol) $(told eapol '.reasons[0].text | test("handshake.failure")')" '{"alert":3} true'

# A login of known length, two turns of 5 ms, is never told shorter, and on a machine with other work not much longer.
net_need lab_start slow-server far "$stub" 1901 5 md5 md5user:md5pass
net_need lab_wait 5 net_quiet grep -q ready "$LAB_DIR/slow-server.out"
load far slow "${server[@]/127.0.0.1/127.0.0.1:1901}" -n 100 -r 100 "${md5[@]}"
is 'a server of 5 ms: no login is faster than two turns, and half are in time' \
	"$(told slow '[.ended.success, .latency.login.min_us >= 10000, .latency.login.p50_us < 20000, .latency."response-result".min_us >= 5000]')" \
	'[100,true,true,true]'
lab_stop slow-server
is '… the server tells the same number of logins, and that it was late, not early' \
	"$(tail -n 1 "$LAB_DIR/slow-server.out" | jq -c '[.lost, .answer_late_us.count >= 200, .login_late_us.count, .login_late_us.min > 0]')" \
	'[0,true,100,true]'

# Where logins are given up
stops()
{
	local stage=$1 wanted=$2 conf=${3:-tls12} r a

	r=$(requests) a=$(answers)
	load far "at-$stage" "${server[@]}" -n 6 --stop-at "$stage" --no-keys -c "$LAB_DIR/$conf.conf"
	is "--stop-at $stage: all were abandoned, after so many packets" "$(ended "at-$stage") $(told "at-$stage" .frames.sent)" \
		"{\"abandoned\":6} $wanted"
	accounted "at-$stage"
	net_need lab_wait 5 is_so "$((r + wanted))" requests
	is "--stop-at $stage: the server got no more" "$(requests)" "$((r + wanted))"
}

# is_so VALUE COMMAND
is_so()
{
	[ "$("$2")" = "$1" ]
}

stops start 6
stops identity 6
stops method 12
stops method 12 md5 # which has no response after its first one

# Faults
load far drop "${server[@]}" -n 60 --fault drop=0.1@result --seed 3 "${md5[@]}"
is 'drop: what got lost is sent again' "$(ended drop) $(told drop '.faults.drop > 0 and .frames.retransmitted == .faults.drop and .frames.sent == 120')" \
	'{"success":60} true'
accounted drop
for run in corrupt again; do
	load far $run "${server[@]}" -n 30 -w 1 --fault corrupt=0.3@result --timeout 0.5 --seed 5 "${md5[@]}"
done
# More may fail than were: a server that is busy answers late, too.
is 'corrupt: as many fail as were, at least' "$(told corrupt '[.faults.corrupt > 4, .ended.success <= 30 - .faults.corrupt]')" '[true,true]'
is 'the same seed: the same faults, and the same refused' "$(told again '[.faults, .ended."radius-reject"]')" "$(told corrupt '[.faults, .ended."radius-reject"]')"
# Many at once, in an order that is another each time. A repetition, which a busy server causes, is a frame more, and has one that
# follows it in its login draw anew.
for run in order other; do
	load far $run "${server[@]}" -n 200 -w 20 -j 2 --stop-at method:0.3 --fault duplicate=0.3 --seed 6 "${md5[@]}"
done
is 'the same seed: as many are abandoned' "$(told other .ended)" "$(told order .ended)"
is '… and as many frames hit' "$(jq -s '(.[0].faults.duplicate - .[1].faults.duplicate | fabs) <= 2 * (map(.frames.retransmitted) | add)' \
	"$LAB_DIR/order.json" "$LAB_DIR/other.json")" true
is '… a share of them' "$(told order '[.ended.abandoned, .faults.duplicate | . > 30 and . < 170]')" '[true,true]'
load far duplicate "${server[@]}" -n 20 --fault duplicate=1 --seed 2 "${md5[@]}"
is 'duplicate: each goes out twice' "$(ended duplicate) $(told duplicate '[.faults.duplicate, .frames.sent]')" '{"success":20} [40,80]'
load far delay "${server[@]}" -n 10 --fault delay=1@result:200 "${md5[@]}"
is 'delay: is seen in the latency' "$(ended delay) $(told delay '[.faults.delay, .latency."response-result".min_us >= 200000]')" \
	'{"success":10} [10,true]'
load far reorder "${server[@]}" -n 40 --fault reorder=0.5 --seed 4 "${md5[@]}"
is 'reorder: all get in' "$(told reorder '[.ended.success, .faults.reorder > 20]')" '[40,true]'

# Again and again
r=$(requests) a=$(answers)
load far window "${server[@]}" -n 30 -w 3 -t 1 -r 100000 "${md5[@]}"
is 'a window: three at a time, again and again; what found no place is told' \
	"$(told window '[.ended.success > 100, ([.seconds[].under_way] | max) <= 3, .unbegun > 1000]')" '[true,true,true]'
accounted window
same_packets window "$r" "$a"

# A share of the window for each thread, which add up to it; nobody answers, so that all that may be are under way.
for shape in 4/4/8 5/4/8 7/3/30; do
	IFS=/ read -r window threads supplicants <<<"$shape"
	load far share --radius 127.0.0.1:9 --secret testing123 -n "$supplicants" -w "$window" -j "$threads" -t 1.5 --timeout 5 "${md5[@]}"
	is "a window of $window, $threads threads: as many are under way" "$(told share '[.seconds[].under_way] | max')" "$window"
done

# Between two logins a thread waits: a timer that has fired is no work.
load far idle "${server[@]}" -n 6 -r 2 "${md5[@]}"
is 'two logins a second: no thread is busy' "$(told idle '[.ended.success, .tester.busiest < 0.4]')" '[6,true]'

# Before the first packet
r=$(requests)
# making: it is there, and minds signals
making()
{
	grep -qx 'xeap' "/proc/${LAB_PIDS[early]}/comm" && grep -q '^SigBlk:.*7$' "/proc/${LAB_PIDS[early]}/status"
}
for signal in INT TERM; do
	net_need lab_start early far "$LAB_XEAP" bench --quiet "${server[@]}" -n 100000 --test-ca rsa2048 -c "$LAB_DIR/tls13.conf"
	net_need lab_wait 10 making
	kill -$signal "${LAB_PIDS[early]}"
	lab_join early 20
	is "SIG$signal while identities are made: exit status 1, one line" "$? $(cat "$LAB_DIR/early.err")" \
		'1 xeap bench: interrupted before the start: nothing was sent'
	is '… and nothing was sent' "$(requests)" "$r"
done
net_end
