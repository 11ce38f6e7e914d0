#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 90 s
#
# A bench of three ranks that does not come to its end: all are interrupted, one is, one dies.
#
#	mpirun ── 3 xeap bench ── UDP 1812 ── FreeRADIUS 3.2.1 (fr)
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/freeradius.sh"
mpi=() xeap=
. "$(dirname "$0")/mpi.sh"

# asked: how many requests the server has had; asked_more COUNT: whether there were so many since begin
asked()
{
	grep -c 'Received Access-Request' "$LAB_DIR/fr.log"
}

asked_more()
{
	[ $(($(asked) - requests)) -ge "$1" ]
}

# begin SECONDS [ARGUMENTS…]: a run of three ranks, named cut, that takes so long; arguments are mpirun's
begin()
{
	local seconds=$1

	shift
	rm -f "$LAB_DIR/result.json"
	requests=$(asked)
	lab_start cut far "${mpi[@]:2}" "$@" -n 3 "$xeap" "${server[@]}" -n 30 -r 20 -t "$seconds" "${json[@]}"
}

# pid_of RANK: of that run
pid_of()
{
	local pid

	for pid in $(pgrep -P "${LAB_PIDS[cut]}"); do
		! tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | grep -qx "OMPI_COMM_WORLD_RANK=$1" || echo "$pid"
	done
}

net_begin
net_need radius_start fr
lab_config wpa_supplicant/sup-md5.conf >"$LAB_DIR/md5.conf"
server=(bench --radius 127.0.0.1 --secret testing123 --no-keys -c "$LAB_DIR/md5.conf")
json=(--json "$LAB_DIR/result.json")

# All of them, which may take more than a second to report
net_need begin 30 --mca odls_base_sigkill_timeout 5
net_need lab_wait 20 asked_more 60
kill -INT "${LAB_PIDS[cut]}"
lab_join cut 20
ok 'interrupted: it is not a success' test $? -ne 0
is 'it says so and what it has' "$(told '[.cut, .run.ranks, .ended.success > 20]')" '["interrupted",3,true]'

# One of them alone: what it has counts, the others go on.
for rank in 0 2; do
	net_need begin 3
	net_need lab_wait 20 asked_more 20
	pid=$(pid_of "$rank")
	ok "rank $rank alone is interrupted" kill -INT "$pid"
	lab_join cut 20
	status=$?
	is '… the report is there and is a cut one, of all ranks' "$(told '[.cut, .run.ranks, .elapsed_s > 2.5, .ended.success > 30]')" \
		'["interrupted",3,true,true]'
	is '… exit status 1, and the page of text says so' "$status $(grep -c '^This run was cut, interrupted' "$LAB_DIR/cut.out")" '1 1'
done

# One that dies takes the others with it, as MPI has it, and mpirun says which.
net_need begin 30
net_need lab_wait 20 asked_more 20
kill -KILL "$(pid_of 1)"
lab_join cut 20
status=$?
ok 'a rank that dies: the run ends, not as a success' test "$status" -ne 0 -a "$status" -ne 124
ok '… which rank it was' grep -q 'process rank 1 .*signal 9' "$LAB_DIR/cut.err" "$LAB_DIR/cut.out"
is '… no half of a result' "$(wc -c <"$LAB_DIR/result.json")" 0
net_end
