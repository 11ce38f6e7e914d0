# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# shellcheck shell=bash
#
# How the tests of xeap bench run it, and what holds for the result of every run. Sourced after lib.sh.
#
#	load near|far NAME ARGS…   one run, with addresses that no other has: $status,
#	                           $LAB_DIR/NAME.json, .csv, .out and .err
#	beside near|far NAME ARGS… the same in the background, without a $status
#	all_loaded                 … until those have ended
#	told NAME FILTER           jq over its JSON
#	ended NAME                 what logins came to, those that there are: {"success":100}
#	accounted NAME             its counts add up

LOADS=0
LOADING=()

# shellcheck disable=SC2034 # for who sources this
load()
{
	local where=$1 name=$2

	shift 2
	LOADS=$((LOADS + 1))
	"lab_$where" timeout 60 "$LAB_XEAP" bench --quiet --mac "$(printf '02:00:%02x:00:00:01' $LOADS)" --json "$LAB_DIR/$name.json" --csv "$LAB_DIR/$name.csv" "$@" \
		>"$LAB_DIR/$name.out" 2>"$LAB_DIR/$name.err" </dev/null
	status=$?
}

beside()
{
	load "$@" &
	LOADS=$((LOADS + 1)) # as in there
	LOADING+=($!)
}

# all_loaded: those beside have ended
all_loaded()
{
	wait "${LOADING[@]}"
	LOADING=()
}

told()
{
	jq -c "$2" "$LAB_DIR/$1.json"
}

ended()
{
	told "$1" '.ended | with_entries(select(.value > 0))'
}

# What the rows of a CSV file add up to, by the names of its columns.
load_csv_sums()
{
	tr -d '\r' <"$LAB_DIR/$1.csv" | awk -F, 'NR == 1 {
		for (i = 1; i <= NF; i++) column[$i] = i
	}
	NR > 1 {
		started += $column["started"]; succeeded += $column["succeeded"]
		received += $column["frames_received"]; sent += $column["frames_sent"]
	}
	END { printf "[%d,%d,%d,%d]\n", started, succeeded, received, sent }'
}

# Every login that was started has ended, each latency belongs to a login, and the seconds are the whole.
accounted()
{
	is "$1: logins and seconds add up" "$(told "$1" '
		def seconds(f): [.seconds[] | f] | add // 0;
		[([.ended[]] | add) == .started,
		 .latency.login.count == .ended.success,
		 .latency.late.count == .started,
		 ([.latency[] | ([.cells[][1]] | add // 0) == .count] | all),
		 seconds(.started) == .started, seconds(.succeeded) == .ended.success,
		 seconds([.failed[]] | add // 0) == .started - .ended.success,
		 seconds(.frames_received) == .frames.received, seconds(.frames_sent) == .frames.sent,
		 (if .started > 0 then (.seconds | last.under_way) == 0 else true end)]')" \
		'[true,true,true,true,true,true,true,true,true,true]'
	is "$1: so do the lines of CSV" "$(load_csv_sums "$1")" \
		"$(told "$1" '[.started, .ended.success, .frames.received, .frames.sent]')"
}
