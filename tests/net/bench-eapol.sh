#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 120 s
#
# xeap bench over EAPOL:
#
#	port0 ─ auth0, port1 ─ auth1   hostapd answers to supplicants' addresses
#	port2 ─ auth2                  hostapd answers to the group address
#	port3 ─ auth3 ─ tag-relay      VLANs 0, 100, 101 and 10.20, hostapd on the other ends (vlan…)
#	port4 ─ auth4                  nobody is there
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/load.sh"
status=

# frames INTERFACE…: those that the far ends received and sent so far
frames()
{
	local interface

	for interface; do
		ip -n "$LAB_FAR" -s -j link show "$interface"
	done | jq -cs '[[.[][0].stats64.rx.packets], [.[][0].stats64.tx.packets]] | map(add)'
}

# same_frames NAME BEFORE INTERFACE…: what it counted since then is what the far ends did
same_frames()
{
	local name=$1 before=$2

	shift 2
	is "$name: the far ends saw the same frames" \
		"$(jq -nc --argjson a "$before" --argjson b "$(frames "$@")" '[$b[0] - $a[0], $b[1] - $a[1]]')" \
		"$(told "$name" '[.frames.sent, .frames.received]')"
}

# refused WHAT TEXT ARGS…: exit status 2, one line that has the text in it, no frame
refused()
{
	local what=$1 text=$2 before

	shift 2
	before=$(frames auth0 auth1 auth2 auth3 auth4 | jq '.[0]')
	lab_near "$LAB_XEAP" bench "$@" >"$LAB_DIR/refused.out" 2>"$LAB_DIR/refused.err"
	is "$what: exit status 2" $? 2
	is "$what: one line" "$(wc -l <"$LAB_DIR/refused.err")" 1
	ok "$what: it says why" grep -qF -- "$text" "$LAB_DIR/refused.err"
	is "$what: no frame was sent" "$(frames auth0 auth1 auth2 auth3 auth4 | jq '.[0]')" "$before"
}

net_begin
net_need lab_ports 0 4
for conf in md5 md5-wrongpw tls12 tls-badca; do
	lab_config "wpa_supplicant/sup-$conf.conf" >"$LAB_DIR/$conf.conf"
done
md5=$LAB_DIR/md5.conf
net_need lab_hostapd addressed hostapd-unicast 'auth0 auth1'
net_need lab_hostapd grouped hostapd auth2

# Every mode, on several ports
for mode in native generic packet; do
	before=$(frames auth0 auth1)
	load near "$mode" -m $mode -n 100 -p 'port[01]' -c "$md5"
	is "$mode: exit status 0, and nothing on standard error" "$status $(cat "$LAB_DIR/$mode.err")" '0 '
	is "$mode: 100 log in on two ports" "$(ended "$mode")" '{"success":100}'
	is "$mode: without a frame too many" "$(told "$mode" '[.frames[]]')" '[300,300,0,0]'
	is "$mode: it says so" "$(told "$mode" '[.run.transport, .run.target, (.run.mode | startswith("'$mode'")), .run.method]')" \
		'["eapol","port0, port1",true,"MD5"]'
	accounted "$mode"
	same_frames "$mode" "$before" auth0 auth1
done
is 'each from its own address' "$(grep -c 'CTRL-EVENT-EAP-SUCCESS2* 02:00:0[1-3]:00:00:' "$LAB_DIR/addressed.log")" \
	"$(lab_hostapd_count addressed CTRL-EVENT-EAP-SUCCESS)"
load near funnel --rings funnel -n 20 -p port0,port1 -c "$md5"
is 'over a funnel' "$(ended funnel)" '{"success":20}'
load near narrow --frames 16 -n 200 --timeout 2 -p port0 -c "$md5"
is 'frames that no ring has room for: the tester says that it is the bottleneck' \
	"$(told narrow '(.frames.received < 600) == ((.bottleneck // "") | test("no ring had room for"))')" true
load near few --frames 16 -n 1 -p port0 -c "$md5"
load near many --frames 16384 -n 1 -p port0 -c "$md5"
is '--frames: so much memory' "$(jq -s 'map(.tester.memory_bytes) | (.[1] - .[0]) / 16384 | . > 2000 and . < 10000' "$LAB_DIR/few.json" "$LAB_DIR/many.json")" true
# on_terminal ARGS…: how many lines of a second a run on a terminal of its own shows
on_terminal()
{
	lab_near env TERM=xterm script -qec "'$LAB_XEAP' bench -m packet -p port4 -n 1 --timeout 1.2 -c '$md5' $*" /dev/null </dev/null |
		grep -cE '^ +[0-9.]+ s  started'
}
is '--no-view: lines on a terminal, too' "$(($(on_terminal --no-view) > 0))" 1
is '… where the full screen would be' "$(on_terminal)" 0
load near threads -j 2 -n 41 -p port0,port1 -c "$md5"
is 'two threads' "$(ended threads) $(told threads .run.threads)" '{"success":41} 2'
accounted threads
load near grouped -p port2 -c "$md5"
is 'one supplicant and the group address' "$(ended grouped) $(told grouped '[.frames[]]')" '{"success":1} [3,3,0,0]'
packet=(-m packet -p port0)

# Where logins are given up, as the authenticator sees it: Starts, identities, ClientHellos, and the message after them
net_need lab_stop addressed
stops()
{
	local stage=$1 wanted=$2 conf=${3:-tls12} before

	net_need lab_hostapd "stop-$stage" hostapd-unicast auth0
	before=$(frames auth0)
	load near "at-$stage" "${packet[@]}" -n 8 --stop-at "$stage" --start-period 60 -c "$LAB_DIR/$conf.conf"
	is "--stop-at $stage: all were abandoned, which is no failure" "$(ended "at-$stage") $status" '{"abandoned":8} 0'
	is "--stop-at $stage: so many frames" "$(told "at-$stage" '[.frames.sent, .run.stop_at]')" "[$wanted,\"$stage\"]"
	accounted "at-$stage"
	is "--stop-at $stage: the authenticator got no more" "$(jq -nc --argjson a "$before" --argjson b "$(frames auth0)" '$b[0] - $a[0]')" "$wanted"
	net_need lab_stop "stop-$stage"
}
stops start 8
stops identity 16
stops method 24
stops method 24 md5 # which has no response after its first one
stops before-success 32
net_need lab_hostapd stop-share hostapd-unicast auth0
load near share "${packet[@]}" -n 60 --stop-at method:0.5 --seed 3 -c "$LAB_DIR/tls12.conf"
is 'a share is abandoned, the others log in' "$(told share '[.ended.abandoned > 15, .ended.success > 15, .ended.abandoned + .ended.success]')" \
	'[true,true,60]'
net_need lab_stop stop-share # which asks again those that went silent

# Why logins fail
net_need lab_hostapd addressed hostapd-unicast 'auth0 auth1'
load near wrong "${packet[@]}" -n 5 -c "$LAB_DIR/md5-wrongpw.conf"
is 'a wrong password is an EAP-Failure, exit status 1' "$(ended wrong) $status" '{"eap-failure":5} 1'
load near badca "${packet[@]}" -n 5 -c "$LAB_DIR/tls-badca.conf"
is 'an unknown CA is refused by the peer' "$(ended badca)" '{"peer-refused":5}'
ok '… and a reason names it' grep -q 'is not in ca_cert' "$LAB_DIR/badca.out"
before=$(frames auth4)
load near silent -m packet -p port4 -n 3 --timeout 1 --start-period 0.3 -c "$md5"
is 'nobody there: no answer' "$(ended silent) $status" '{"no-answer":3} 1'
is 'nobody there: Starts were repeated' "$(told silent '.frames.retransmitted >= 6 and .frames.sent == 3 + .frames.retransmitted')" true
accounted silent
same_frames silent "$before" auth4

# Faults
# shellcheck disable=SC2054 # one word, two ports
lossy=(-m packet -p port0,port1 --start-period 0.2 --timeout 8)
before=$(frames auth0 auth1)
load near drop "${lossy[@]}" -n 40 --fault drop=0.5@start --seed 1 -c "$md5"
is 'drop: Starts come again until all are in' "$(ended drop) $(told drop '.faults.drop > 10 and .frames.retransmitted == .faults.drop')" \
	'{"success":40} true'
accounted drop
same_frames drop "$before" auth0 auth1
load near again "${lossy[@]}" -n 40 --fault drop=0.5@start --seed 1 -c "$md5"
is 'the same seed: the same faults' "$(told again .faults)" "$(told drop .faults)"
before=$(frames auth0 auth1)
load near corrupt "${lossy[@]}" -n 40 --fault corrupt=0.5@result --timeout 1.5 --seed 2 -c "$md5"
is 'corrupt: as many fail as were' "$(told corrupt '[.faults.corrupt > 8, .ended.success == 40 - .faults.corrupt]')" '[true,true]'
accounted corrupt
is 'corrupt: the far ends got as many frames' "$(jq -nc --argjson a "$before" --argjson b "$(frames auth0 auth1)" '$b[0] - $a[0]')" \
	"$(told corrupt .frames.sent)"
net_need lab_stop addressed # which asks again those that it did not understand
net_need lab_hostapd addressed hostapd-unicast 'auth0 auth1'
before=$(frames auth0 auth1)
load near duplicate "${lossy[@]}" -n 40 --fault duplicate=1@result --seed 2 -c "$md5"
is 'duplicate: the method goes out twice' "$(ended duplicate) $(told duplicate '[.faults.duplicate, .frames.sent]')" \
	'{"success":40} [40,160]'
accounted duplicate
same_frames duplicate "$before" auth0 auth1
load near delay "${lossy[@]}" -n 10 --fault delay=1@result:300 -c "$md5"
is 'delay: is seen in the latency' "$(ended delay) $(told delay '[.faults.delay, .latency["response-result"].min_us >= 300000]')" \
	'{"success":10} [10,true]'
load near reorder "${lossy[@]}" -n 40 --fault reorder=0.5 --seed 4 -c "$md5"
is 'reorder: all get in' "$(told reorder '[.ended.success, .faults.reorder > 20]')" '[40,true]'
accounted reorder

# When. hostapd 2.10 is silent for five seconds to who logs off twice: nobody does.
net_need lab_stop addressed
net_need lab_hostapd addressed hostapd-unicast 'auth0 auth1'
before0=$(frames auth0)
before1=$(frames auth1)
beside near churn "${packet[@]}" -n 60 -t 2 --churn 20 --timeout 6 -c "$md5"
beside near reauth -m packet -p port1 -n 20 -t 2 --reauth 20 -c "$md5"
all_loaded
# A hostapd that has too much to do may lose its way with one that logs off (see above); it does with few.
is 'churn: so many log off and in again' "$(told churn '[.ended.success >= 90, .started, .run.churn]')" '[true,100,20]'
accounted churn
same_frames churn "$before0" auth0
is 'churn: the authenticator saw so many logoffs' "$(lab_hostapd_count addressed 'auth0.*EAPOL-Logoff')" 40
is 'reauth: so many authenticate again' "$(told reauth '[.ended.success, .started, .run.reauth]')" '[60,60,20]'
accounted reauth
same_frames reauth "$before1" auth1
is 'reauth: nobody logs off for it' "$(lab_hostapd_count addressed 'auth1.*EAPOL-Logoff')" 0
beside near paced "${packet[@]}" -n 60 -r 60 -c "$md5"
beside near ramp -m packet -p port1 -n 60 -r 40 --ramp 2 -t 2 -c "$md5"
all_loaded
is 'a rate: as many a second' "$(told paced '[.ended.success, .elapsed_s > 0.9, .latency.late.p50_us < 50000]')" '[60,true,true]'
is 'a ramp: a quarter of it in its first half' "$(told ramp '[.started, (.seconds[0].started | . > 5 and . < 16)]')" '[40,true]'

# Interrupted
lab_start cut near "$LAB_XEAP" bench --json "$LAB_DIR/cut.json" "${packet[@]}" -n 20 -r 20 -t 60 --report "$LAB_DIR/cut.html" -c "$md5"
net_need lab_wait 5 net_quiet grep -q '2.0 s' "$LAB_DIR/cut.err"
lab_stop cut INT
is 'interrupted: exit status 1' $? 1
is 'interrupted: it reports and says so' "$(told cut '[.cut, .started > 15, ([.ended[]] | add) == .started]')" '["interrupted",true,true]'
ok 'interrupted: so does the text' grep -qi 'interrupted' "$LAB_DIR/cut.out"
ok 'interrupted: so does the page' grep -qi 'interrupted' "$LAB_DIR/cut.html"

# Ports that are lost
net_need lab_ports 8 9
net_need lab_hostapd lost hostapd 'auth8 auth9'
lab_start going near "$LAB_XEAP" bench --json "$LAB_DIR/going.json" "${packet[@]:0:2}" -p port8,port9 -n 2 -r 20 -t 60 --timeout 1 -c "$md5"
net_need lab_wait 10 net_quiet grep -q '1.0 s' "$LAB_DIR/going.err"
ip -n "$LAB_FAR" link set auth9 down
sleep 0.3
ip -n "$LAB_FAR" link set auth9 up
ip -n "$LAB_NEAR" link delete port8
sleep 0.3
ip -n "$LAB_NEAR" link delete port9
lab_join going 20
is 'all ports go: it ends, and says why' "$? $(told going .cut)" '1 "no port is left"'
is 'what became of a port is a reason' "$(told going '[.reasons[] | select(.text | test("down, or away")) | [.text, .count]] | sort')" \
	'[["port8: it was down, or away",1],["port9: it was down, or away",2]]'
lab_stop lost0

# What is refused before anything is sent
for option in --json --csv --report; do
	refused "$option nowhere" "$option $LAB_DIR/none/x: No such file or directory" "$option" "$LAB_DIR/none/x" -p port0 -c "$md5"
done
refused 'no such port' "no port is called 'nosuch*'" -p 'nosuch*' -c "$md5"
refused 'no such file' 'none.conf' -p port0 -c "$LAB_DIR/none.conf"
refused 'rate 0' '-r takes a number' -p port0 -r 0 -c "$md5"
refused 'more addresses than there are' 'only 1 addresses' -p port0 -n 2 --mac 02:00:00:ff:ff:ff -c "$md5"
refused 'a window that leaves a thread without a login' '-w 1: less than the threads of -j, 2' -p port0,port1 -j 2 -w 1 -c "$md5"
refused 'a window wider than the ports' '-w 3' -p port0,port1 -w 3 -c "$md5"
ip -n "$LAB_NEAR" link set port4 down
refused 'a port that is down' "port port4 is down: 'ip link set port4 up'" -p port4 -c "$md5"
ip -n "$LAB_NEAR" link set port4 up
ip -n "$LAB_NEAR" address add 192.0.2.1/24 dev port0
ip -n "$LAB_NEAR" route add default via 192.0.2.2 dev port0
refused 'the default route' 'port port0 carries the default route' -p 'port[01]' -c "$md5"
load near force "${packet[@]}" --force -n 5 -c "$md5"
is '--force: all the same' "$(ended force)" '{"success":5}'
ip -n "$LAB_NEAR" route delete default
load near addressed "${packet[@]}" -n 5 -c "$md5"
is 'an address and its route are no default route' "$(ended addressed)" '{"success":5}'
ip -n "$LAB_NEAR" route add unreachable default
load near unreachable "${packet[@]}" -n 5 -c "$md5"
is 'nor is one that leads nowhere' "$(ended unreachable)" '{"success":5}'
ip -n "$LAB_NEAR" route delete unreachable default
ip -n "$LAB_NEAR" route add default via 192.0.2.2 dev port0 table 7
refused 'the default route of another table' 'port port0 carries the default route:' -p 'port[01]' -c "$md5"
ip -n "$LAB_NEAR" address flush dev port0

# above NETDEV PORT: the default route is NETDEV's, which stands on the port. Bridges and macvlans send frames of their own, so
# none are counted here.
above()
{
	ip -n "$LAB_NEAR" link set "$1" up
	ip -n "$LAB_NEAR" address add 192.0.2.1/24 dev "$1"
	ip -n "$LAB_NEAR" route add default via 192.0.2.2 dev "$1"
	lab_near "$LAB_XEAP" bench -p "$2" -c "$md5" >"$LAB_DIR/above.out" 2>"$LAB_DIR/above.err"
	is "the default route of a netdev above: $1" "$? $(cut -d : -f 1,2 "$LAB_DIR/above.err")" \
		"2 xeap bench: port $2 carries the default route of $1"
	ip -n "$LAB_NEAR" address flush dev "$1"
}
ip -n "$LAB_NEAR" link add bridge0 type bridge
ip -n "$LAB_NEAR" link set port1 master bridge0
above bridge0 port1
if ip -n "$LAB_NEAR" link add macvlan0 link bridge0 type macvlan 2>/dev/null; then
	above macvlan0 port1
else
	skip 'the default route of a netdev above: macvlan0' 'this kernel has no macvlan'
fi
ip -n "$LAB_NEAR" link delete bridge0
lab_near sh -c 'echo 0 >/proc/sys/net/ipv6/conf/port0/disable_ipv6'
if ip -n "$LAB_NEAR" -6 route add default dev port0 2>/dev/null; then
	lab_near "$LAB_XEAP" bench -p port0 -c "$md5" >"$LAB_DIR/six.out" 2>"$LAB_DIR/six.err"
	is 'the default route of IPv6' "$? $(cut -d : -f 1,2 "$LAB_DIR/six.err")" '2 xeap bench: port port0 carries the default route'
	lab_near sh -c 'echo 1 >/proc/sys/net/ipv6/conf/port0/disable_ipv6'
else
	skip 'the default route of IPv6' 'this kernel has no IPv6'
fi

# Ports that are VLANs
for vlan in 100 101 1020; do
	net_need lab_far ip link add "vlan$vlan" type veth peer name "sw$vlan"
	net_need lab_far ip link set "vlan$vlan" up
	net_need lab_far ip link set "sw$vlan" up
done
net_need lab_hostapd vlans hostapd-unicast 'vlan100 vlan101 vlan1020'
net_need lab_start relay far "$LAB_ROOT/tests/net/tag-relay" auth3 sw100=100 sw101=101 sw1020=10.20
net_need lab_wait 5 net_quiet grep -q ready "$LAB_DIR/relay.out"
load near vlans -n 30 -p port3:100-101+10.20 -c "$md5"
is 'VLANs: ten log in on each of three' "$(ended vlans)" '{"success":30}'
for vlan in 100 101 1020; do
	is "VLAN $vlan: its ten" "$(grep -c "vlan$vlan: CTRL-EVENT-EAP-SUCCESS" "$LAB_DIR/vlans.log")" 10
done

# Two files make one
lab_near "$LAB_XEAP" bench --merge "$LAB_DIR/native.json" "$LAB_DIR/packet.json" --json "$LAB_DIR/both.json" >"$LAB_DIR/both.out"
is '--merge: exit status 0' $? 0
is '--merge: both are in it' "$(told both '[.started, .ended.success, .latency.login.count, .frames.sent]')" '[200,200,200,600]'
net_end
