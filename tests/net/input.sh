#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 90 s
#
# What bad input gets: one line that names the thing, an exit status that says what kind it was, other ports unaffected,
# nothing left attached.
#
#	port0 ─ auth0   a right one beside each wrong one
#	port1 ─ auth1   the wrong one
. "$(dirname "$0")/lib.sh"

net_begin
net_need lab_ports 0 1
net_need lab_hostapd hostapd hostapd 'auth0 auth1'
lab_config wpa_supplicant/sup-md5.conf >"$LAB_DIR/md5.conf"
lab_config wpa_supplicant/sup-tls12.conf >"$LAB_DIR/tls.conf"

# run ARGS…: xeap run in the foreground; messages in $LAB_DIR/err, events in $LAB_DIR/fg.out
run()
{
	lab_near timeout 20 "$LAB_XEAP" run --control none "$@" >"$LAB_DIR/fg.out" 2>"$LAB_DIR/err" </dev/null
}

# one_line WHAT STATUS WORDS ARGS…: this exit status, one line on standard error that has these words, nothing attached
one_line()
{
	local what=$1 status=$2 words=$3 got

	shift 3
	run "$@"
	got=$?
	is "$what: exit status $status" $got "$status"
	is "$what: one line" "$(wc -l <"$LAB_DIR/err")" 1
	ok "$what: $(cat "$LAB_DIR/err")" grep -qE -- "$words" "$LAB_DIR/err"
	ok "$what: nothing attached" net_unattached port0
}

# The command line
one_line 'no port' 2 'no port.*-p' -c "$LAB_DIR/md5.conf"
one_line 'no configuration' 2 "port0.*-c CONF" -p port0
one_line 'unknown mode' 2 "--mode.*'fast'" -c "$LAB_DIR/md5.conf" -p port0 --mode fast
one_line 'bad time' 2 "--timeout.*'soon'" -c "$LAB_DIR/md5.conf" -p port0 --once --timeout soon
one_line 'frames not a power of two' 2 'power of two' -c "$LAB_DIR/md5.conf" -p port0 --frames 33
one_line 'two files for a port' 2 "port0.*twice.*tls.conf" -c "$LAB_DIR/md5.conf" -p port0 -p "port0=$LAB_DIR/tls.conf"
one_line 'empty port name' 2 'empty port name' -c "$LAB_DIR/md5.conf" -p port0,,port1

# Configurations
one_line 'missing file' 2 "$LAB_DIR/none.conf.*No such file" -c "$LAB_DIR/none.conf" -p port0
sed 's/password=/pasword=/' "$LAB_DIR/md5.conf" >"$LAB_DIR/typo.conf"
line=$(grep -n pasword "$LAB_DIR/typo.conf" | cut -d: -f1)
one_line 'unknown key' 2 "typo.conf:$line:.*pasword.*password" -c "$LAB_DIR/typo.conf" -p port0
sed '/password=/d' "$LAB_DIR/md5.conf" >"$LAB_DIR/nopw.conf"
one_line 'no password' 2 'nopw.conf:.*password' -c "$LAB_DIR/nopw.conf" -p port0
sed 's/eap=MD5/eap=LEAP/' "$LAB_DIR/md5.conf" >"$LAB_DIR/leap.conf"
one_line 'unknown method' 2 'LEAP' -c "$LAB_DIR/leap.conf" -p port0
for key in ca_cert client_cert private_key; do
	sed "s|^\( *$key=\).*|\1\"$LAB_DIR/none.pem\"|" "$LAB_DIR/tls.conf" >"$LAB_DIR/$key.conf"
	one_line "missing $key" 2 "$key.*$LAB_DIR/none.pem.*No such file" -c "$LAB_DIR/$key.conf" -p port0
done
echo garbage >"$LAB_DIR/garbage.pem"
sed "s|^\( *private_key=\).*|\1\"$LAB_DIR/garbage.pem\"|" "$LAB_DIR/tls.conf" >"$LAB_DIR/garbage.conf"
one_line 'private key that is none' 2 'private_key.*garbage.pem' -c "$LAB_DIR/garbage.conf" -p port0
sed "s|^\( *private_key=\).*|\1\"$LAB_DIR/certs/client-rsa.key\"|" "$LAB_DIR/tls.conf" >"$LAB_DIR/other.conf"
one_line 'key of another certificate' 2 'private_key.*client-rsa.key' -c "$LAB_DIR/other.conf" -p port0
sed '/ca_cert=/d' "$LAB_DIR/tls.conf" >"$LAB_DIR/noca.conf"
one_line 'no CA' 2 'ca_cert' -c "$LAB_DIR/noca.conf" -p port0

# Ports
one_line 'unknown port' 1 "'port9'" --once --json -c "$LAB_DIR/md5.conf" -p port9
one_line 'pattern without a match' 1 "'none\*'" --once --json -c "$LAB_DIR/md5.conf" -p 'none*'
one_line 'zero-copy on veth' 1 'port0.*zero-copy' --once --json --mode zero-copy -c "$LAB_DIR/md5.conf" -p port0

# A port that several -p fit is one port.
run --once --json --timeout 10 -c "$LAB_DIR/md5.conf" -p port0 -p port0 -p 'port0*'
is 'a port named twice: exit status 0' $? 0
is 'a port named twice: one port' "$(jq -c 'select(.event == "summary") | [.ports, .authenticated]' "$LAB_DIR/fg.out")" '[1,1]'

# Nobody reads the report: it leaves rather than run unseen. (Without --once it would log off, after which hostapd
# forgets the supplicant in its own time, deaf until then.)
lab_near timeout 20 "$LAB_XEAP" run --control none --json --once -c "$LAB_DIR/md5.conf" -p port0 >/dev/full 2>"$LAB_DIR/err" </dev/null
is 'report that cannot be written: exit status 1' $? 1
ok "report that cannot be written: $(cat "$LAB_DIR/err")" grep -q 'standard output: No space left' "$LAB_DIR/err"
is 'report that cannot be written: one line' "$(wc -l <"$LAB_DIR/err")" 1
lab_near timeout 20 "$LAB_XEAP" run --control none --once --start-period 1 -c "$LAB_DIR/md5.conf" -p port0 >&- 2>&- <&-
is 'no standard streams: exit status 0' $? 0

# No permission
net_need chmod 644 "$LAB_DIR/md5.conf"
lab_near setpriv --reuid=65534 --regid=65534 --clear-groups "$LAB_XEAP" run --control none --once -c "$LAB_DIR/md5.conf" -p port0 \
	>"$LAB_DIR/fg.out" 2>"$LAB_DIR/err" </dev/null
is 'no permission: exit status 3' $? 3
is 'no permission: one line' "$(wc -l <"$LAB_DIR/err")" 1
ok "no permission: $(cat "$LAB_DIR/err")" grep -qE 'CAP_|sudo|root' "$LAB_DIR/err"

# beside WHAT WORDS ARGS…: port1 is refused with these words, port0 logs in all the same
beside()
{
	local what=$1 words=$2

	shift 2
	run --once --json --timeout 10 --start-period 1 "$@"
	is "$what: exit status 1" $? 1
	is "$what: the other port logs in" "$(jq -r 'select(.event == "auth" and .result == "success") | .port' "$LAB_DIR/fg.out")" port0
	ok "$what: $(tail -n 1 "$LAB_DIR/err")" grep -qE -- "$words" "$LAB_DIR/err"
	is "$what: the summary" "$(jq -c 'select(.event == "summary") | [.ports, .authenticated, .failed]' "$LAB_DIR/fg.out")" '[2,1,1]'
	ok "$what: nothing attached" net_unattached port0
}

beside 'bad configuration of one port' 'typo.conf' -c "$LAB_DIR/md5.conf" -p port0 -p "port1=$LAB_DIR/typo.conf"
beside 'unknown port' "'port9'" -c "$LAB_DIR/md5.conf" -p port0,port9

# Another XDP program on the port: left alone. In mode auto the packet socket serves the port.
echo '__attribute__((section("xdp"), used)) int pass_all(void *ctx) { return 2; /* XDP_PASS */ }' >"$LAB_DIR/pass.c"
net_need clang -target bpf -O2 -g -c -o "$LAB_DIR/pass.o" "$LAB_DIR/pass.c"
net_need lab_near ip link set port1 xdp obj "$LAB_DIR/pass.o" sec xdp
beside 'another XDP program' 'port1.*XDP program' --mode native -c "$LAB_DIR/md5.conf" -p port0,port1
run --once --json --timeout 10 --start-period 1 -c "$LAB_DIR/md5.conf" -p port0,port1
is 'another XDP program, mode auto: exit status 0' $? 0
is 'another XDP program, mode auto: modes' "$(jq -r 'select(.event == "auth") | .port + " " + .mode' "$LAB_DIR/fg.out" | sort | tr '\n' ' ')" 'port0 native port1 packet '
ok 'the other program is still there' grep -q 'prog/xdp' <(ip -n "$LAB_NEAR" -d link show port1)
net_need lab_near ip link set port1 xdp off

# A second xeap on the same port
net_need lab_xeap first -c "$LAB_DIR/md5.conf" -p port1
eventually 10 'the first xeap logs in' lab_events first 'any(.[]; .event == "auth" and .result == "success")'
beside 'a port that another xeap has' 'port1' --mode native -c "$LAB_DIR/md5.conf" -p port0,port1
lab_stop first

# A port that vanishes in the middle of a login: an authenticator that never goes on keeps it there.
net_need lab_stop hostapd
net_need lab_hostapd hostapd hostapd auth0
net_need lab_start half far "$LAB_ROOT/tests/net/half-authenticator" auth1
net_need lab_xeap vanish --once --timeout 15 --start-period 1 -c "$LAB_DIR/md5.conf" -p port0 -p "port1=$LAB_DIR/tls.conf"
lab_join half 10
is 'vanishing port: a login has begun' $? 0
net_need lab_near ip link delete port1
lab_join vanish 10
is 'vanishing port: exit status 1' $? 1
is 'vanishing port: its result' "$(lab_events vanish '[.[] | select(.event == "auth") | [.port, .result, .reason]] | sort')" \
	'[["port0","success",null],["port1","failure","the port was removed"]]'
net_end
