#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 60 s
#
# A bench of three ranks, as if of three machines: against FreeRADIUS, and over EAPOL with a port each.
#
#	port0 ─ auth0, port1 ─ auth1, port2 ─ auth2	hostapd on each
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/freeradius.sh"
mpi=() xeap=
. "$(dirname "$0")/mpi.sh"

# load near|far ARGUMENTS…: of mpirun, at an end; results in result.json
load()
{
	local at=$1

	shift
	rm -f "$LAB_DIR/result.json"
	"lab_$at" "${mpi[@]}" "$@" >"$LAB_DIR/mpi.out" 2>"$LAB_DIR/mpi.err" </dev/null
}

net_begin
net_need lab_ports 0 3
net_need radius_start fr
lab_config wpa_supplicant/sup-md5.conf >"$LAB_DIR/md5.conf"
server=(bench --radius 127.0.0.1 --secret testing123 --no-keys -c "$LAB_DIR/md5.conf")
json=(--json "$LAB_DIR/result.json")

load far -n 3 "$xeap" "${server[@]}" -n 31 -r 100 --seed 7 "${json[@]}" --csv "$LAB_DIR/result.csv" --report "$LAB_DIR/result.html"
is 'FreeRADIUS, three ranks: exit status 0' $? 0
is 'all logins are in one result' "$(told '[.started, .ended.success, .frames.sent, .frames.received]')" '[31,31,62,62]'
is 'as it was asked for' "$(told '.run | [.supplicants, .rate, .seed, .ranks, .threads, .machines]')" '[31,100,"7",3,3,1]'
is 'histograms have all of them' "$(told '.latency | [.login, .method] | map(.count)')" '[31,31]'
is 'no two ranks have one supplicant' \
	"$(grep -o 'Calling-Station-Id = "[0-9A-F-]*' "$LAB_DIR/fr.log" | sort -u | wc -l)" 31
is 'the server saw as many requests' "$(grep -c 'Received Access-Request' "$LAB_DIR/fr.log")" 62
is 'starts of 31 at 100 a second take 0.3 s' "$(told '.elapsed_s > 0.29 and .elapsed_s < 1.5')" true
is 'one report' "$(grep -c '^Logins' "$LAB_DIR/mpi.out")" 1
is 'the CSV has all' "$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "started") c = i; next } { n += $c } END { print n }' \
	"$LAB_DIR/result.csv")" 31
ok 'the page is there' grep -q '</html>' "$LAB_DIR/result.html"

requests=$(grep -c 'Received Access-Request' "$LAB_DIR/fr.log")
load far -n 3 "$xeap" "${server[@]}" -n 2 "${json[@]}"
is 'fewer supplicants than ranks: exit status 2' $? 2
is 'and why' "$(grep '^xeap' "$LAB_DIR/mpi.err")" \
	'xeap bench: rank 0: it has fewer supplicants than threads: more of -n, or fewer ranks'
is 'the server was asked nothing' "$(grep -c 'Received Access-Request' "$LAB_DIR/fr.log")" "$requests"

load far -n 1 "$xeap" "${server[@]}" -n 2 "${json[@]}" --csv "$LAB_DIR/one.csv"
is 'one rank is a run like any other' "$? $(told '[.ended.success, .run.ranks, .run.supplicants]') $(grep -c ^ "$LAB_DIR/one.csv")" \
	'0 [2,1,2] 2'

load far -n 2 "$xeap" "${server[@]}" -n 2 --test-ca ec --test-ca-write "$LAB_DIR/made.pem"
is 'an authority for each rank is refused' "$? $(grep '^xeap' "$LAB_DIR/mpi.err")" \
	'2 xeap bench: rank 0: --test-ca: several ranks need one authority, by --test-ca-files'

# Nobody answers, so that all that may be are under way.
load far -n 3 "$xeap" bench --radius 127.0.0.1:9 --secret testing123 --no-keys -c "$LAB_DIR/md5.conf" -n 31 -w 7 -t 1.5 --timeout 4 "${json[@]}"
is 'a window of 7 for three ranks' "$(told '[.seconds[].under_way] | max')" 7
load far -n 3 "$xeap" "${server[@]}" -n 31 -w 5 -j 2 "${json[@]}"
is 'a window that leaves a thread without a login' "$? $(grep '^xeap' "$LAB_DIR/mpi.err")" \
	'2 xeap bench: rank 0: -w: less than the threads of all ranks'

# A port each
net_need lab_hostapd ap hostapd 'auth0 auth1 auth2'
load near -n 1 "$xeap" bench -c "$LAB_DIR/md5.conf" -p port0 "${json[@]}" : -n 1 "$xeap" bench -c "$LAB_DIR/md5.conf" -p port1 : \
	-n 1 "$xeap" bench -c "$LAB_DIR/md5.conf" -p port2
is 'EAPOL, a port each: exit status 0' $? 0
is 'all three logged in' "$(told '[.ended.success, .run.supplicants, .run.ranks, .run.target]')" '[3,3,3,"port0, port1, port2"]'

# One that cannot
sent=$(lab_near cat /sys/class/net/port0/statistics/tx_packets)
load near -n 1 "$xeap" bench -c "$LAB_DIR/md5.conf" -p port0 "${json[@]}" : -n 1 "$xeap" bench -c "$LAB_DIR/md5.conf" -p port1 : \
	-n 1 "$xeap" bench -c "$LAB_DIR/md5.conf" -p missing
is 'a rank without its port: exit status 2' $? 2
is 'one line, with the rank' "$(grep '^xeap' "$LAB_DIR/mpi.err" | grep -c 'rank 2: .*missing')/$(grep -c '^xeap' "$LAB_DIR/mpi.err")" 1/1
is 'no frame was sent' "$(lab_near cat /sys/class/net/port0/statistics/tx_packets)" "$sent"

net_end
