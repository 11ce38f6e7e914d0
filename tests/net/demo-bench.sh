#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 120 s
#
# The demo of a benchmark, as a user runs it: by each method, with a report; what is wrong is refused.
. "$(dirname "$0")/lib.sh"

net_begin
export XEAP_BUILD=${LAB_XEAP%/xeap}
demo=$LAB_ROOT/scripts/demo-bench
for method in md5 tls peap; do
	"$demo" -m $method -n 20 -r 20 -t 2 --report "$LAB_DIR/$method.html" --json "$LAB_DIR/$method.json" \
		>"$LAB_DIR/demo.out" 2>"$LAB_DIR/demo.err"
	is "$method: exit status 0" $? 0
	ok "$method: logins, of which none failed" jq -e '.schema == "xeap-bench" and .ended.success >= 10 and .ended.success == .started' \
		"$LAB_DIR/$method.json"
	ok "$method: as text, too" grep -qE '^  succeeded +[0-9]+ .*100\.00 %' "$LAB_DIR/demo.out"
	ok "$method: a report" grep -q '<svg' "$LAB_DIR/$method.html"
	ok "$method: where it is" grep -qx "demo-bench: the report: $LAB_DIR/$method.html" "$LAB_DIR/demo.err"
done
is 'TLS is 1.3' "$(jq -r .run.tls "$LAB_DIR/tls.json" "$LAB_DIR/peap.json" | tr '\n' ' ')" '1.3 1.3 '
for args in '-r 0' '-m leap' '-n many' '-t'; do
	# shellcheck disable=SC2086 # one word an option
	"$demo" $args >"$LAB_DIR/wrong.out" 2>"$LAB_DIR/wrong.err"
	is "$args: exit status 2" $? 2
	is "$args: one line, which says why" "$(grep -cE "^demo-bench: .*(not '${args#* }'|wants a value)" "$LAB_DIR/wrong.err") $(wc -l <"$LAB_DIR/wrong.err")" '1 1'
done
is 'no namespace of it is left' "$(ip netns list | grep -c '^xeap-demo-bench-')" 0
net_end
