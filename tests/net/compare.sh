#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 120 s
#
# The comparison at a very small size: every program logs in, all of it is counted, table, JSON and plot are whole. Whether
# the figures are good is for no test to say.
. "$(dirname "$0")/lib.sh"

# true FILTER: of what was measured
holds()
{
	jq -e "$1" "$LAB_DIR/compare.json"
}

# svg FILE: that it is XML, with a bar of some width for each side, twice
svg()
{
	python3 - "$1" "$2" <<-'END'
		import sys, xml.etree.ElementTree as tree
		bars = [e for e in tree.parse(sys.argv[1]).iter('{http://www.w3.org/2000/svg}rect') if e.get('class') == 'bar']
		sys.exit(not (len(bars) == 2 * int(sys.argv[2]) and all(1 <= float(bar.get('width')) <= 265 for bar in bars)))
	END
}

net_begin
export XEAP_BUILD=${LAB_XEAP%/xeap}
compare=$LAB_ROOT/scripts/compare/run
"$compare" -n 6 -w 3 -p 2 -t 1 -r 1 --hold 300 -m 'md5 tls' --json "$LAB_DIR/compare.json" --svg "$LAB_DIR/compare.svg" \
	--rows "$LAB_DIR/rows" >"$LAB_DIR/compare.out" 2>"$LAB_DIR/compare.err"
is 'exit status 0' $? 0
is 'every program, by every method and way' \
	"$(jq -c '[.comparisons[] | [.method, .tls, .over] + [.sides[].name]]' "$LAB_DIR/compare.json" | sed 's/\],/],\n/g')" \
	'[["EAP-MD5",null,"RADIUS","xeap bench","eapol_test","eapol_test -r"],
["EAP-TLS","1.3","RADIUS","xeap bench","eapol_test","eapol_test -r"],
["EAP-MD5",null,"EAPOL","xeap bench","wpa_supplicant"],
["EAP-TLS","1.3","EAPOL","xeap bench","wpa_supplicant"]]'
ok 'the same number of logins over RADIUS' holds \
	'[.comparisons[] | select(.over == "RADIUS") | .sides[] | .logins, .succeeded] | length == 12 and all(. == 6)'
ok 'all logins succeeded' holds 'all(.comparisons[].sides[]; .succeeded == .logins and .logins >= 6)'
ok 'CPU time of program and server, and memory' holds \
	'all(.comparisons[].sides[]; .cpu_ms > 0 and .server_cpu_ms > 0 and .memory_kib > 500 and .rate > 0)'
ok 'nobody had more time than there was' holds \
	'.cpus as $n | all(.comparisons[].sides[]; .cpu_share + .server_cpu_share <= 1.05 and .cpu_share > 0)'
ok 'TLS costs more than MD5' holds \
	'[.comparisons[] | select(.over == "RADIUS") | .sides[0].cpu_ms] | .[1] > .[0]'
ok 'a median of one round is that round' holds 'all(.comparisons[].sides[]; .cpu_ms == .rounds[0].cpu_ms)'
ok 'all supplicants of one process logged in' holds '.held.supplicants == 300 and .held.succeeded == 300'
ok 'what ran where' holds '[.versions[], .date, .kernel, .cpu] | all(length > 0) and length == 9'
is 'the table has a line for each' "$(grep -cE '^EAP-(MD5|TLS 1.3), (RADIUS|EAPOL) .* ms .* MiB$' "$LAB_DIR/compare.out")" 10
ok 'ratios and goals below it' grep -qE '^CPU a login, EAP-TLS 1.3, RADIUS: xeap bench / eapol_test: 0\.[0-9]+ \(goal <= 0.20: ' "$LAB_DIR/compare.out"
ok 'the plot' svg "$LAB_DIR/compare.svg" 10
ok 'rows as scripts/bench has them' jq -es 'length > 10 and all(.row == "compare" and (.goal == null) == (.met == null) and .value > 0)' \
	"$LAB_DIR/rows"
for args in '-n 0' '-m leap' '-p 500' '--hold x'; do
	# shellcheck disable=SC2086 # one word an option
	"$compare" $args >"$LAB_DIR/wrong.out" 2>"$LAB_DIR/wrong.err"
	is "$args: exit status 2" $? 2
	is "$args: one line" "$(grep -c "not '${args#* }'" "$LAB_DIR/wrong.err") $(wc -l <"$LAB_DIR/wrong.err")" '1 1'
done
is 'no namespace of it is left' "$(ip netns list | grep -c '^xeap-compare-')" 0
net_end
