# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# shellcheck shell=bash
#
# What tests of a bench of several ranks begin with. Sourced after lib.sh.
#
#	"${mpi[@]}" -n RANKS "$xeap" ARGS…   mpirun, which gives up after 40 s; "${mpi[@]:2}" is without that
#	told FILTER                          jq over $LAB_DIR/result.json, which ${json[@]} writes

command -v mpirun >/dev/null || skip_all 'skipped: there is no mpirun'
[ -e "${LAB_XEAP%/*}/xeap-bench-mpi.so" ] || skip_all 'skipped: xeap was built without MPI'

# shellcheck disable=SC2034 # for who sources this, as are the others
xeap=$LAB_XEAP
# Ranks speak over shared memory, and with mpirun over loopback.
# shellcheck disable=SC2034
mpi=(timeout 40 mpirun --allow-run-as-root --oversubscribe --mca btl 'self,vader' --mca pml ob1 --mca oob_tcp_if_include lo
	--mca plm isolated)

# Open MPI leaves memory behind, some of it of modules that it has unloaded, which no suppression can name.
export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0

told()
{
	jq -c "$1" "$LAB_DIR/result.json"
}
