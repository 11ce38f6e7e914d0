#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 400 s
# alone
#
# One process, 1,024 ports, two workers: all log in, and again whenever all links flap at once.
#
#	port0 … port1023 ─ auth0 … auth1023    hostapd, 200 ports a process
. "$(dirname "$0")/lib.sh"

# threads RUN: threads of a run
threads()
{
	find "/proc/${LAB_PIDS[$1]}/task" -mindepth 1 -maxdepth 1 | wc -l
}

# authenticated RUN COUNT: so many ports
authenticated()
{
	lab_events "$1" "[.[] | select(.event == \"auth\" and .result == \"success\") | .port] | unique | length == $2"
}

# all up|down: the far ends, in one go
all()
{
	seq -f "link set auth%.0f $1" 0 1023 | ip -n "$LAB_FAR" -batch -
}

# logins RUN: [ports, logins of the port with the fewest, of that with the most]
logins()
{
	lab_events "$1" '[.[] | select(.event == "auth" and .result == "success") | .port] | group_by(.) | map(length) |
		[length, min, max]'
}

# logged_in RUN COUNT: every port at least so many times
logged_in()
{
	[[ $(logins "$1") =~ ^\[1024,([0-9]+),[0-9]+\]$ ]] && [ "${BASH_REMATCH[1]}" -ge "$2" ]
}

net_begin
net_need lab_ports 0 1023
net_need lab_hostapd wide hostapd "$(seq -f 'auth%.0f' -s ' ' 0 1023)"
lab_config wpa_supplicant/sup-md5.conf >"$LAB_DIR/md5.conf"
for rings in funnel own; do
	net_need lab_xeap "run-$rings" -w 2 --rings $rings --start-period 2 -c "$LAB_DIR/md5.conf" -p 'port*'
	eventually 60 "$rings rings: 1,024 ports log in" authenticated "run-$rings" 1024
	is "$rings rings: a thread a worker, and the main one" "$(threads "run-$rings")" 3
	is "$rings rings: nothing on standard error" "$(cat "$LAB_DIR/run-$rings.err")" ''
	[ $rings != funnel ] || is 'a funnel a worker' "$(ip -n "$LAB_NEAR" -o link show | grep -c xeapf)" 4
	for storm in 1 2; do
		most=$(logins "run-$rings" | jq '.[2]')
		net_need all down
		# The others leave the program hardly time to hear of it.
		[ $storm != 1 ] || sleep 1
		net_need all up
		start=${EPOCHREALTIME/./}
		eventually 60 "$rings rings, storm $storm: all log in again" logged_in "run-$rings" $((most + 1))
		echo "# in $(((${EPOCHREALTIME/./} - start) / 1000)) ms"
	done
	ok "$rings rings: no port was refused or removed" lab_events "run-$rings" \
		'all(.[]; .event != "port" or (.state != "refused" and .state != "removed"))'
	lab_stop "run-$rings"
	is "$rings rings: exit status 0" $? 0
	is "$rings rings: the summary" "$(lab_events "run-$rings" 'last | [.ports, .authenticated, .failed, .tx_copied]')" '[1024,1024,0,0]'
	[ $rings = own ] || sleep 6 # hostapd is deaf for some 5 s to those that left
done
net_end
