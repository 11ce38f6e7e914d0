#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 120 s
#
# The demo, as a user runs it: 64 of 64, nothing copied; interrupted; killed and run again.
. "$(dirname "$0")/lib.sh"

net_begin
export XEAP_BUILD=${LAB_XEAP%/xeap}
demo=$LAB_ROOT/scripts/demo
out=$LAB_DIR/demo.out

"$demo" --json >"$out" 2>"$LAB_DIR/demo.err"
is 'exit status 0' $? 0
is 'the summary comes last: 64 of 64, no copy' \
	"$(tail -n 1 "$out" | jq -c '[.event, .ports, .authenticated, .failed, .tx_copied]')" '["summary",64,64,0,0]'
is '32 by TLS, 16 on each version, and 32 by MD5' \
	"$(jq -sc '[.[] | select(.event == "auth") | .method + " " + (.tls_version // "-")] | group_by(.) | map("\(.[0]) \(length)")' "$out")" \
	'["MD5 - 32","TLS 1.2 16","TLS 1.3 16"]'
is 'every event has its fields' \
	"$(jq -sc '[.[] | select(.event != "summary") | select((has("port") and has("state") and has("method") and
		has("tls_version") and has("result") and has("reason") and has("elapsed_us") and has("frames_rx") and
		has("frames_tx") and has("tx_copied") and has("mode")) | not)] | length' "$out")" 0

"$demo" -n 2 >"$out" 2>"$LAB_DIR/demo.err"
is 'as text: exit status 0' $? 0
ok 'as text: the totals' grep -q '^2 of 2 authenticated, 0 failed' "$out"
ok 'as text: a row a port' grep -qE '^port1 +veth +(native|generic|packet) +MD5 +- +success' "$out"

# left PID: what a demo of that process has left
left()
{
	ip netns list | grep "xeap-demo-$1-"
	ls -d "${TMPDIR:-/tmp}/xeap-demo-$1" 2>/dev/null
}

made()
{
	[ -n "$(left "$1")" ]
}

# Ctrl-C reaches the whole foreground group, so it does here.
set -m
"$demo" -n 40 >"$out" 2>&1 </dev/null &
pid=$!
set +m
eventually 20 'a demo is under way' made $pid
kill -INT -- -$pid
wait $pid
is 'interrupted: exit status 130' $? 130
is 'interrupted: nothing is left' "$(left $pid)" ''

set -m
"$demo" -n 40 >"$out" 2>&1 </dev/null &
pid=$!
set +m
eventually 20 'another demo is under way' made $pid
kill -KILL -- -$pid
wait $pid 2>/dev/null
ok 'killed: it could not clean up' made $pid
"$demo" -n 2 >"$out" 2>&1
is 'the next one: exit status 0' $? 0
is 'the next one cleans up after both' "$(left $pid)" ''

"$demo" -n 0 >"$out" 2>&1
is 'no ports: exit status 2' $? 2
ok 'no ports: the reason' grep -q "not '0'" "$out"
net_end
