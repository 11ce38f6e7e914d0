#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# xeap bench --merge, as a user runs it: what comes of good files, and that of bad ones a line is said and nothing written.

cd "$(dirname "$0")/../.." || exit 1
. tests/scripts/lib.sh
xeap=${XEAP_BUILD:-build}/xeap
seed=tests/fuzz/seeds/fuzz_bench_result/second
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

# merge FILE…: in $dir; its status, what it says in $dir/err, reports in $dir/new
merge()
{
	rm -rf "$dir/new"
	mkdir "$dir/new"
	(cd "$dir" && exec "$xeap" bench --merge "$@" --json new/all.json --csv new/all.csv --report new/all.html) >"$dir/out" 2>"$dir/err"
}

# refused WHAT LINE FILE…: with nothing but that line, on standard error
refused()
{
	local what=$1 line=$2 status

	shift 2
	merge "$@"
	status=$?
	[ $status = 2 ] && [ "$(cat "$dir/err")" = "xeap bench: $line" ] && [ ! -s "$dir/out" ] && [ -z "$(ls "$dir/new")" ]
	report $? "$what" "status $status, $(ls "$dir/new"): $(cat "$dir/err")"
}

# variant NAME SED-SCRIPT: of a good file
variant()
{
	sed "$2" "$dir/a.json" >"$dir/$1.json"
	! cmp -s "$dir/a.json" "$dir/$1.json" || report 1 "$1 is none: $2"
}

case $xeap in /*) ;; *) xeap=$PWD/$xeap ;; esac
cp "$seed" "$dir/a.json"
variant b 's/"host":"tester-1"/"host":"tester-2"/'
merge a.json b.json
report $? 'two files' "$(cat "$dir/err")"
[ "$(jq -c '[.run.machines, .host, .run.supplicants]' "$dir/new/all.json")" = '[2,"tester-1, tester-2",2000]' ]
report $? '… are one result' "$(cat "$dir/new/all.json")"
jq -se '[.[0], .[2]] | map(.latency | map_values([.count, .sum_us, .min_us, .max_us, .p50_us, .p90_us, .p99_us, .p999_us])) |
	.[0] as $one | .[1] | to_entries | map(.value[0:2] == [$one[.key][0] * 2, $one[.key][1] * 2] and .value[2:] == $one[.key][2:]) |
	all' "$dir/a.json" "$dir/b.json" "$dir/new/all.json" >/dev/null
report $? '… whose counts are twice, and whose percentiles are the same'
[ "$(tail -n +2 "$dir/new/all.csv" | wc -l)" = "$(jq '.seconds | length' "$dir/new/all.json")" ]
report $? '… in CSV, a line for each second' "$(cat "$dir/new/all.csv")"
grep -q '</html>' "$dir/new/all.html" && grep -q '^Logins' "$dir/out"
report $? '… as a page and as text'

cp "$dir/a.json" "$dir/copy.json"
refused 'the same file twice' 'a.json: is the same result as a.json' a.json b.json a.json
refused 'a copy' 'copy.json: is the same result as a.json' b.json a.json copy.json
: >"$dir/empty.json"
refused 'an empty file' 'empty.json: is empty' a.json empty.json
head -c 1000 "$dir/a.json" >"$dir/short.json"
refused 'a truncated one' "short.json: line 1, column 1000: premature end of input near '\"max_us'" a.json short.json
echo 'Logins   succeeded' >"$dir/text.json"
refused 'no JSON' "text.json: line 1, column 6: '[' or '{' expected near 'Logins'" text.json
echo '[1, 2]' >"$dir/list.json"
refused 'a list' 'list.json: this is no JSON object' list.json
echo '{"schema":"fio","version":1}' >"$dir/fio.json"
refused 'a result of something else' 'fio.json: schema: is not "xeap-bench": this is no result of xeap bench' fio.json
variant later 's/"version":1/"version":2/'
refused 'a later version' 'later.json: version: 2 is not 1, the one that this xeap reads' a.json later.json
variant ramp 's/"ramp_s":5/"ramp_s":9/; s/tester-1/tester-2/'
refused 'another ramp' 'ramp.json: the runs differ in ramp_s: 9, not 5' a.json ramp.json
variant over 's/"transport":"eapol"/"transport":"udp"/; s/tester-1/tester-2/'
refused 'another transport' "over.json: the runs differ in transport: 'udp', not 'eapol'" a.json over.json
variant wide 's/"received":[0-9]*/"received":99999999999999999999/'
refused 'more than a JSON number can be' "wide.json: line 1, column $(grep -bo 9999 "$dir/wide.json" | sed -n 's/:.*//p;q' |
	awk '{ print $1 + 20 }'): too big integer near '99999999999999999999'" wide.json
variant most 's/"received":[0-9]*/"received":9223372036854775807/; s/tester-1/tester-2/'
refused 'more than can be counted together' 'most.json: together, received is more than can be counted' a.json most.json
variant rate 's/"rate":250/"rate":1e308/'
refused 'a rate that is none' 'rate.json: run.rate: is no number from 0 to 1e+15' rate.json
refused 'no such file' 'none.json: No such file or directory' a.json none.json
refused 'a folder' '.: Is a directory' .
refused 'a file without an end' '/dev/zero: File too large' /dev/zero

echo "1..$count"
exit $((failures > 0))
