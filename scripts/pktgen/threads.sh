#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# A flow of UDP from each of several threads, each to a queue of its own.
. "$(dirname "$0")/pktgen.sh"

pg_options 'A flow of UDP from each thread, each to a queue of its own.' '' '' "$@"
pg_begin
for ((thread = FIRST; thread < FIRST + THREADS; thread++)); do
	pg_add "$thread" "$DEV@$thread"
	pg_set "$DEV@$thread" flag QUEUE_MAP_CPU
	# Flows that differ in their source port spread over the receiver's queues.
	pg_ports "$DEV@$thread" src $((9 + thread))
done
pg_run
