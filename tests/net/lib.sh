# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# shellcheck shell=bash
#
# What a namespace test starts with:
#
#	#!/bin/bash
#	# time limit: 60 s          optional; the runner reads it
#	. "$(dirname "$0")/lib.sh"
#	net_begin                   a lab (scripts/lab.sh), torn down at the end whatever happens
#	lab_ports 0 0 …
#	ok 'what a user would notice' COMMAND…
#	net_end                     stops what runs, looks for leaks, prints the plan
#
# Tests are TAP on standard output. A setup step that fails ends the test: net_need COMMAND…

. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lab.sh"

NET_COUNT=0
NET_FAILED=0

# ok WHAT COMMAND…: passes when the command does; its output is shown when it does not
ok()
{
	local what=$1 out status

	shift
	out=$("$@" 2>&1)
	status=$?
	[ $status = 0 ] && pass "$what" && return
	fail "$what" "$(printf '%s: status %s\n%s' "$*" $status "$out")"
}

# is WHAT GOT WANTED
is()
{
	[ "$2" = "$3" ] && pass "$1" && return
	fail "$1" "got:    $2"$'\n'"wanted: $3"
}

# eventually SECONDS WHAT COMMAND…: passes when the command does within that time
eventually()
{
	local seconds=$1 what=$2

	shift 2
	lab_wait "$seconds" net_quiet "$@" && pass "$what" && return
	fail "$what" "not within $seconds s: $*"
}

net_quiet()
{
	"$@" >/dev/null 2>&1
}

pass()
{
	echo "ok $((++NET_COUNT)) - $1"
}

# fail WHAT [WHY]
fail()
{
	NET_FAILED=$((NET_FAILED + 1))
	echo "not ok $((++NET_COUNT)) - $1"
	[ -z "${2:-}" ] || sed 's/^/# /' <<<"$2"
	return 1
}

# net_counted FILE: tests that another program has printed are this script's, too
net_counted()
{
	NET_COUNT=$((NET_COUNT + $(grep -cE '^(not )?ok ' "$1")))
	NET_FAILED=$((NET_FAILED + $(grep -c '^not ok ' "$1")))
}

# skip WHAT WHY
skip()
{
	echo "ok $((++NET_COUNT)) - $1 # SKIP $2"
}

# skip_all WHY: instead of the whole test, before net_begin
skip_all()
{
	echo "1..0 # SKIP $1"
	exit 0
}

# The log files, when something failed.
net_logs()
{
	local file

	[ $NET_FAILED -gt 0 ] && [ -n "$LAB_DIR" ] || return 0
	for file in "$LAB_DIR"/*.log "$LAB_DIR"/*.out "$LAB_DIR"/*.err; do
		[ -s "$file" ] || continue
		echo "# --- ${file##*/}"
		tail -n 40 "$file" | sed 's/^/# /'
	done
}

# net_need COMMAND…: what the test cannot do without
net_need()
{
	"$@" && return
	echo "Bail out! failed: $*"
	NET_FAILED=$((NET_FAILED + 1))
	exit 1
}

# net_own_mounts: the test begins anew in a mount namespace of its own, for lab_bpffs; before net_begin
net_own_mounts()
{
	[ -n "${NET_OWN_MOUNTS:-}" ] || NET_OWN_MOUNTS=1 exec unshare --mount --propagation private "$0"
}

net_begin()
{
	lab_trap net_logs
	lab_sweep xeapt
	net_need lab_up xeapt
	# ASan reports to files of its own: a test may throw the program's messages away, or expect it to fail.
	export ASAN_OPTIONS=${ASAN_OPTIONS:-}:log_path=$LAB_DIR/sanitizer
}

# Ends what still runs, as its user would, and looks for what it left behind.
net_end()
{
	local near=$LAB_NEAR far=$LAB_FAR

	lab_stop_all
	is 'no process is left' "$(ip netns pids "$near"; ip netns pids "$far")" ''
	is 'no XDP program is left' "$(ip -n "$near" -d link show | grep -E 'prog/xdp| xdp')" ''
	# That a thread was about to end when leaks were looked for is no complaint.
	is 'no sanitizer complains' "$(cat "$LAB_DIR"/sanitizer.* 2>/dev/null | grep -v 'was not suspended. False leaks are possible'
		grep -h 'runtime error:' "$LAB_DIR"/*.err)" ''
	net_logs
	lab_down
	is 'no namespace is left' "$(ip netns list | grep -E "^($near|$far)( |$)")" ''
	echo "1..$NET_COUNT"
	exit $((NET_FAILED > 0))
}

# net_unattached PORT: no XDP program is on it
net_unattached()
{
	! ip -n "$LAB_NEAR" -d link show "$1" | grep -qE 'prog/xdp| xdp'
}
