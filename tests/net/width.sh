#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 300 s
#
# One process, 1,024 ports, two workers.
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
	lab_stop "run-$rings"
	is "$rings rings: exit status 0" $? 0
	is "$rings rings: the summary" "$(lab_events "run-$rings" 'last | [.ports, .authenticated, .failed, .tx_copied]')" '[1024,1024,0,0]'
	[ $rings = own ] || sleep 6 # hostapd is deaf for some 5 s to those that left
done
net_end
