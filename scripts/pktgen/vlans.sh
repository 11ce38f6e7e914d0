#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# UDP in VLAN tags: threads take turns with the VLANs.
. "$(dirname "$0")/pktgen.sh"

usage='  -l FIRST-LAST  the VLANs (100-103)'
VLANS=100-103

pg_more()
{
	[[ $2 =~ ^[0-9]{1,4}(-[0-9]{1,4})?$ ]] || pg_fail "-l $2: a VLAN, or two with - between" 2
	VLANS=$2
}

pg_options 'UDP in VLAN tags; each thread has its share of the VLANs.' l: "$usage" "$@"
lowest=${VLANS%-*}
highest=${VLANS#*-}
[ "$lowest" -ge 1 ] && [ "$highest" -le 4094 ] && [ "$lowest" -le "$highest" ] || pg_fail "-l $VLANS: from 1 to 4094" 2
# One of them; xeap flood has one at a time.
# shellcheck disable=SC2034 # pktgen.sh uses it
PG_INSTEAD=" --vlan $lowest"
pg_begin
for ((vlan = lowest; vlan <= highest; vlan++)); do
	thread=$((FIRST + (vlan - lowest) % THREADS))
	pg_add $thread "$DEV@$vlan"
	pg_set "$DEV@$vlan" vlan_id "$vlan"
done
pg_run
