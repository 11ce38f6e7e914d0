#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The files of xeap bench, as a user names them: a refused run leaves what was there, one that begins replaces it, and what could
# not be written is told. No server is there: a run is one login that nobody answers.

cd "$(dirname "$0")/../.." || exit 1
. tests/scripts/lib.sh
xeap=${XEAP_BUILD:-build}/xeap
case $xeap in /*) ;; *) xeap=$PWD/$xeap ;; esac
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cp tests/fuzz/seeds/fuzz_bench_result/second "$dir/a.json"
cat >"$dir/md5.conf" <<END
network={
	key_mgmt=IEEE8021X
	eap=MD5
	identity="user"
	password="pass"
}
END
cd "$dir" || exit 1
run=(bench --radius 127.0.0.1:9 --secret x --no-keys -n 1 --timeout 0.1 -q)

# equal WHAT GOT WANTED
equal()
{
	[ "$2" = "$3" ]
	report $? "$1" "got '$2', not '$3'"
}

# refused WHAT LINE ARGS…: exit status 2, that one line, and files as they were
refused()
{
	local what=$1 line=$2 status

	shift 2
	rm -f ./*.new
	for file in keep.json keep.csv keep.html; do
		echo "kept $file" >"$file"
	done
	"$xeap" "${run[@]}" "$@" >out 2>err
	status=$?
	equal "$what: one line, exit status 2" "$status $(cat err)" "2 xeap bench: $line"
	equal "$what: earlier results are left" "$(cat keep.json keep.csv keep.html)" 'kept keep.json
kept keep.csv
kept keep.html'
	equal "$what: nothing new is left" "$(ls ./*.new 2>/dev/null)" ''
}

refused 'no configuration' '/nonexistent: No such file or directory' --json keep.json --csv keep.csv --report keep.html -c /nonexistent
refused 'no configuration, new files' '/nonexistent: No such file or directory' --json j.new --csv c.new --report r.new -c /nonexistent
refused 'a later file cannot be opened' '--report none/x: No such file or directory' \
	--json keep.json --csv c.new --report none/x -c md5.conf
refused 'more threads than supplicants' '-j 2: more than the supplicants of -n, 1' --json keep.json -c md5.conf -j 2
refused 'two names of one file' '--csv ./keep.json: is the file of --json keep.json' --json keep.json --csv ./keep.json -c md5.conf
refused 'two names of a new file' '--report ./j.new: is the file of --json j.new' --json j.new --report ./j.new -c md5.conf
rm -f link
ln -s target.new link
refused 'a new file behind a link' '/nonexistent: No such file or directory' --json link -c /nonexistent
equal '… and the link is left' "$(readlink link)" target.new

# One that begins
for file in j c r; do
	head -c 100000 /dev/zero | tr '\0' x >"$file"
done
"$xeap" "${run[@]}" -c md5.conf --json j --csv c --report r >out 2>err
equal 'what begins replaces them' "$? $(jq -c .started j) $(grep -c xxx j c r | tr '\n' ' ')" '1 1 j:0 c:0 r:0 '
mkfifo pipe
timeout 10 cat pipe >piped &
timeout 10 "$xeap" "${run[@]}" -c md5.conf --json pipe >out 2>err
wait
equal 'a FIFO is written to' "$(jq -c .started piped)" 1
"$xeap" "${run[@]}" -c md5.conf --json /dev/full >out 2>err
equal 'a full device: exit status 1 and a line' "$? $(cat err)" '1 xeap bench: /dev/full could not be written'

# Standard output
for word in - /dev/stdout; do
	"$xeap" "${run[@]}" -c md5.conf --json $word >out 2>err
	equal "--json $word: that alone" "$(jq -c .started out)" 1
	"$xeap" "${run[@]}" -c md5.conf --csv $word >out 2>err
	equal "--csv $word: that alone" "$(head -c 5 out) $(grep -vc $'\r$' out)" 'at_s, 0'
	"$xeap" "${run[@]}" -c md5.conf --report $word >out 2>err
	equal "--report $word: that alone" "$(head -n 1 out) $(tail -n 1 out)" '<!DOCTYPE html> </html>'
done
refused 'standard output by its name' '--json out: is the file of standard output: name it -' --json out -c md5.conf

# merged WHAT STATUS LINE COMMAND…: of the shell
merged()
{
	bash -c "$4" bash "$xeap" 2>err >out
	equal "$1" "$? $(cat err)" "$2 $3"
}
lost='xeap bench: standard output could not be written'
merged 'text to a full device' 1 "$lost" '"$1" bench --merge a.json >/dev/full'
merged 'text to nowhere' 1 "$lost" '"$1" bench --merge a.json >&-'
merged 'JSON to a full device' 1 "$lost" '"$1" bench --merge a.json --json - >/dev/full'
merged 'JSON to nowhere' 1 "$lost" '"$1" bench --merge a.json --json - >&-'
merged 'a file that is full' 1 'xeap bench: /dev/full could not be written' '"$1" bench --merge a.json --csv /dev/full'
merged 'a run, too' 1 "$lost" '"$1" bench --radius 127.0.0.1:9 --secret x -c md5.conf -n 1 --timeout 0.1 -q >/dev/full'
merged 'help to a full device' 1 "$lost" '"$1" bench --help >/dev/full'
merged 'help of xeap flood to a full device' 1 'xeap flood: standard output could not be written' '"$1" flood --help >/dev/full'
merged 'help to nowhere' 1 'xeap flood: standard output could not be written' '"$1" flood --help >&-'

echo "1..$count"
exit $((failures > 0))
