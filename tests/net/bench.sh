#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 180 s
#
# The benchmark at a small size: its rows come, with figures that can be; whether they are good is for no test to say.
. "$(dirname "$0")/lib.sh"

# rows ROW: its lines in the JSON
rows()
{
	jq -c ".rows[] | select(.row == \"$1\")" "$LAB_DIR/bench.json"
}

# has ROW TEXT: a figure above zero whose description begins so
has()
{
	rows "$1" | jq -es --arg what "$2" 'any(.[]; (.what | startswith($what)) and .value > 0)'
}

net_begin
PORTS=8 STATIONS=1000 DELAY_SECONDS=0.5 "$LAB_ROOT/scripts/bench" --json "$LAB_DIR/bench.json" delay stations width >"$LAB_DIR/bench.out" 2>"$LAB_DIR/bench.err"
is 'exit status 0' $? 0
for way in 'own rings' funnel packet; do
	ok "a burst, $way" has width "burst at 8 ports of XDP frames, in all, $way"
	ok "set-up, $way" has width "set-up, 8 ports, $way"
	ok "teardown, $way" has width "teardown of all, 8 ports, $way"
done
ok 'memory' has width 'memory, process and kernel, 1 ports, own rings'
ok 'CPU time of a login' has width 'process CPU a login, MD5 by hostapd, 8 ports'
for share in 50 90 99 999; do
	ok "latency, p$share" has delay "p$share of logins, open loop"
done
is 'latency beside what is due, and beside what the server took, which is no less' \
	"$(rows delay | jq -cs 'map(.against) | unique')" '["what is due","what the server took"]'
is '… and neither is ever ahead of the server' "$(rows delay | jq -s 'any(.[]; .reference < 10 or .ratio < 1)')" false
ok 'logins of stations' has stations 'logins a second of one CPU, MD5, 1000 stations'
ok 'memory of a station' has stations 'an idle authenticated supplicant'
is 'every goal is judged' "$(jq '.rows | map(select((.goal == null) != (.met == null))) | length' "$LAB_DIR/bench.json")" 0
is 'the table has a line for every figure' "$(grep -cE '^(delay|stations|width): ' "$LAB_DIR/bench.out")" "$(jq '.rows | length' "$LAB_DIR/bench.json")"
ok 'it ends with how many goals are met' grep -qE '^[0-9]+ goals met, [0-9]+ missed$' "$LAB_DIR/bench.out"
PORTS=2000 "$LAB_ROOT/scripts/bench" width >"$LAB_DIR/wide.out" 2>"$LAB_DIR/wide.err"
is 'too many ports: exit status 2' $? 2
is 'and one line that says how many there may be' "$(cat "$LAB_DIR/wide.err")" \
	"bench: PORTS is from 1 to 1024, not '2000'"
is 'no namespace of it is left' "$(ip netns list | grep -c '^xeap-bench-')" 0
net_end
