#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# One flow of UDP from one thread, handed to the device in bursts: the most that one queue takes.
. "$(dirname "$0")/pktgen.sh"

pg_options 'One flow of UDP from one thread, in bursts.' '' '' "$@"
[ "$THREADS" = 1 ] || pg_fail '-t: this is one thread; threads.sh has more' 2
pg_begin
pg_add "$FIRST" "$DEV@$FIRST"
pg_run
