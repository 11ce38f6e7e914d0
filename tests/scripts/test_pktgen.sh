#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# scripts/pktgen, wrongly called: one line that names what is wrong, before the generator is looked for.

cd "$(dirname "$0")/../.." || exit 1
. tests/scripts/lib.sh

# refused WHAT STATUS TEXT SCRIPT ARGS…
refused()
{
	local what=$1 status=$2 text=$3 script=$4 said got

	shift 4
	said=$("scripts/pktgen/$script" "$@" 2>&1)
	got=$?
	[ "$got" = "$status" ] && [ "$(wc -l <<<"$said")" = 1 ] && grep -qF -e "$text" <<<"$said"
	report $? "refused: $what" "exit status $got"$'\n'"$said"
}

refused 'no device' 2 '-i DEVICE is missing' burst.sh
refused 'a device that is not there' 1 '-i none0' burst.sh -i none0
refused 'no number' 2 '-n x' burst.sh -i lo -n x
refused 'no burst' 2 '-b 0' burst.sh -i lo -b 0
refused 'no MAC address' 2 '-m 1:2' burst.sh -i lo -m 1:2
refused 'no port' 2 '-p a' burst.sh -i lo -p a
refused 'more threads than one in one flow' 2 'threads.sh has more' burst.sh -i lo -t 2
refused 'VLAN 5000' 2 '5000' vlans.sh -i lo -l 1-5000
refused 'a kind of EAPOL that there is not' 2 '-e hello' eapol.sh -i lo -e hello
refused 'more senders than there are' 2 'at most 65535' eapol.sh -i lo -S 65536
refused 'an option that there is not' 2 'no option -z' threads.sh -i lo -z
refused 'an option without its value' 2 '-n wants a value' threads.sh -i lo -n
refused 'an argument' 2 'no argument is taken' threads.sh -i lo more
ok '-h says what there is' grep -q -e '-b COUNT' <(scripts/pktgen/burst.sh -h)
echo "1..$count"
exit $((failures > 0))
