#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# EAPOL: the generator's UDP, which a program on the device's egress hook turns into it (bpf/shape.bpf.c).
. "$(dirname "$0")/pktgen.sh"

usage='  -e KIND      start (default), identity, length, version, type, or all of them in turn: all;
               length, version and type are malformed
  -S COUNT     senders: MAC addresses that differ in the last two octets (1)
  -o OBJECT    the compiled bpf/shape.bpf.c (of the build, or installed)'
KIND=start
SENDERS=1
OBJECT=

pg_more()
{
	case $1 in
	e) KIND=$2 ;;
	S)
		pg_number S "$2" 1
		[ "$2" -le 65535 ] || pg_fail "-S $2: at most 65535" 2
		SENDERS=$2
		;;
	o) OBJECT=$2 ;;
	esac
}

pg_options 'EAPOL from as many senders as wanted.' e:S:o: "$usage" "$@"
case $KIND in
start) ports=8021 ;;
identity) ports=8022 ;;
length) ports=8023 ;;
version) ports=8024 ;;
type) ports=8025 ;;
all) ports=8021-8025 ;;
*) pg_fail "-e $KIND: start, identity, length, version, type or all" 2 ;;
esac
here=$(cd "$(dirname "$0")" && pwd)
for file in "$here/../../${XEAP_BUILD:-build}/bpf/shape.bpf.o" "$here/shape.bpf.o"; do
	[ -n "$OBJECT" ] || [ ! -e "$file" ] || OBJECT=$file
done
[ -e "$OBJECT" ] || pg_fail "no compiled bpf/shape.bpf.c${OBJECT:+ at $OBJECT}: run make, or name it with -o"

case $KIND in
start | identity) PG_INSTEAD=" --eapol $KIND" ;;
*) PG_INSTEAD=' --eapol malformed' ;;
esac
[ "$SENDERS" = 1 ] || PG_INSTEAD+=" --sources $SENDERS"
pg_begin
# Only what is not there before is taken away at the end.
if ! tc qdisc show dev "$DEV" clsact | grep -q clsact; then
	tc qdisc add dev "$DEV" clsact || pg_fail "$DEV takes no clsact"
	undo="tc qdisc del dev $DEV clsact"
else
	undo="tc filter del dev $DEV egress pref 8021"
fi
trap 'pg_write pgctrl reset; $undo' EXIT
tc filter add dev "$DEV" egress pref 8021 bpf da object-file "$OBJECT" section tc ||
	pg_fail "$DEV: the program does not load"
[ "$SIZE" -ge 60 ] || SIZE=60
pg_add "$FIRST" "$DEV@$FIRST"
# start_xmit would pass the egress hook by.
pg_set "$DEV@$FIRST" xmit_mode queue_xmit
pg_ports "$DEV@$FIRST" dst "$ports"
pg_ports "$DEV@$FIRST" src "0-$((SENDERS - 1))"
[ "$KIND" != all ] || pg_set "$DEV@$FIRST" flag UDPDST_RND
pg_run
