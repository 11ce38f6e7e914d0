#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 120 s
#
# Ports that the kernel keeps closed until they are authenticated (--bridge).
#
#	br0 ┬─ port0 ─ auth0   192.0.2.1 on the bridge, 192.0.2.2 behind the authenticator
#	    └─ port1 ─ auth1   its password is wrong
#	       port2 ─ auth2   is in no bridge
. "$(dirname "$0")/lib.sh"

net_begin
net_need lab_ports 0 2
net_need lab_near ip link add br0 type bridge mcast_snooping 0
net_need lab_near ip link set port0 master br0
net_need lab_near ip link set port1 master br0
net_need lab_near ip link set br0 up
net_need lab_near ip addr add 192.0.2.1/24 dev br0
net_need lab_far ip addr add 192.0.2.2/24 dev auth0
lab_config wpa_supplicant/sup-md5.conf >"$LAB_DIR/md5.conf"
lab_config wpa_supplicant/sup-md5-wrongpw.conf >"$LAB_DIR/wrong.conf"
ports=(-c "$LAB_DIR/md5.conf" -p 'port0,port2' -p "port1=$LAB_DIR/wrong.conf"
	--start-period 0.5 --held-period 1 --auth-period 1)

# locked PORT on|off
locked()
{
	lab_near bridge -d link show dev "$1" | grep -q "locked $2"
}

# link PORT STATE MODE: as `ip link` shows them
link()
{
	lab_near ip link show "$1" | grep -q "state $2 mode $3 "
}

# pings: how many of ten were answered by the bridge
pings()
{
	lab_far ip neigh flush dev auth0
	lab_far "$LAB_ROOT/tests/net/ping" 192.0.2.1 10
}

reaches()
{
	[ "$(pings)" -gt 0 ]
}

# told NAME PORT STATE: a bridge event
told()
{
	lab_events "$1" "any(.[]; .event == \"bridge\" and .port == \"$2\" and .state == \"$3\")"
}

# as_before: nothing of it is left
as_before()
{
	locked port0 off && locked port1 off && link port0 UP DEFAULT && link port1 UP DEFAULT &&
		link port2 UP DEFAULT && ! lab_near bridge fdb show br br0 | grep -q ' static'
}

modes='auto packet'
[ -z "${XEAP_EMULATED:-}" ] || modes=auto # how frames are taken says nothing about another kernel's bridge
ok 'without xeap the bridge is reached' reaches
for mode in $modes; do
	run=run-$mode
	net_need lab_xeap "$run" --mode "$mode" --bridge locked,linkmode "${ports[@]}"
	eventually 5 "$mode: port0 is locked" locked port0 on
	eventually 5 "$mode: port0 is dormant" link port0 DORMANT DORMANT
	eventually 5 "$mode: port2, in no bridge, is dormant" link port2 DORMANT DORMANT
	is "$mode: the bridge is not reached before the login" "$(pings)" 0
	net_need lab_hostapd "hostapd-$mode" hostapd 'auth0 auth1 auth2'
	eventually 15 "$mode: port0 is unlocked by the login" locked port0 off
	eventually 5 "$mode: port0 is up" link port0 UP DORMANT
	eventually 15 "$mode: port2 is up" link port2 UP DORMANT
	eventually 10 "$mode: the bridge is reached after the login" reaches
	ok "$mode: port1, whose login fails, stays locked" locked port1 on
	ok "$mode: and dormant" link port1 DORMANT DORMANT
	ok "$mode: closed and open were told" eval "told $run port0 closed && told $run port0 open"
	is "$mode: port1 was never said to be open" "$(told "$run" port1 open)" false

	net_need lab_far ip link set auth0 down
	eventually 5 "$mode: a lost link locks port0" locked port0 on
	net_need lab_far ip link set auth0 up
	eventually 15 "$mode: port0 is unlocked by the next login" locked port0 off
	eventually 5 "$mode: and up again" link port0 UP DORMANT
	eventually 10 "$mode: and the bridge is reached" reaches

	net_need lab_near ip link set port0 nomaster
	eventually 5 "$mode: leaving the bridge is told" told "$run" port0 moved
	net_need lab_near ip link set port0 master br0
	eventually 10 "$mode: an open port that comes back to the bridge is open there" reaches
	net_need lab_near ip link set port1 nomaster
	net_need lab_near ip link set port1 master br0
	eventually 5 "$mode: a closed one is locked there" locked port1 on

	lab_stop "$run" TERM
	is "$mode: SIGTERM: exit status 0" $? 0
	ok "$mode: all is as before" as_before
	is "$mode: nothing on standard error" "$(cat "$LAB_DIR/$run.err")" ''
	ok "$mode: the bridge is reached as before" reaches
	net_need lab_stop "hostapd-$mode"
done

# By station: the port stays locked, and lets in who is named and the authenticator.
net_need lab_far ip link set auth0 address 02:00:00:00:00:aa
net_need lab_xeap stations --bridge stations,linkmode --bridge-station 02:00:00:00:00:77 "${ports[@]}"
eventually 5 'stations: port0 is locked' locked port0 on
net_need lab_hostapd hostapd-stations hostapd 'auth0 auth1 auth2'
eventually 15 'stations: port0 is up after the login' link port0 UP DORMANT
ok 'stations: it is still locked' locked port0 on
lab_near bridge fdb show br br0 >"$LAB_DIR/fdb.out"
ok 'stations: the named one has an entry' grep -q '02:00:00:00:00:77 dev port0 master br0 static' "$LAB_DIR/fdb.out"
ok 'stations: the authenticator has one' grep -q '02:00:00:00:00:aa dev port0 master br0 static' "$LAB_DIR/fdb.out"
eventually 10 'stations: the authenticator reaches the bridge' reaches
net_need lab_far ip link set auth0 address 02:00:00:00:00:bb
is 'stations: another station does not' "$(pings)" 0
net_need lab_far ip link set auth0 address 02:00:00:00:00:77
eventually 10 'stations: the named one does' reaches

# Killed: closed stays closed and open stays open; what the manual says undoes it.
ok 'kill: it runs' lab_running stations
lab_stop stations KILL
ok 'kill: the port stays locked' locked port0 on
ok 'kill: the one that failed stays dormant' link port1 DORMANT DORMANT
for port in port0 port1 port2; do
	net_need lab_near ip link set "$port" mode default state up
done
for port in port0 port1; do
	net_need lab_near bridge link set dev "$port" locked off
done
net_need lab_near bridge fdb del 02:00:00:00:00:77 dev port0 master
net_need lab_near bridge fdb del 02:00:00:00:00:aa dev port0 master
ok 'kill: what the manual says undoes it' as_before

# With --once the state is kept for as long as it runs.
net_need lab_xeap once --once --bridge locked -c "$LAB_DIR/md5.conf" -p port0,port2
lab_join once 20
is 'once: exit status 0' $? 0
ok 'once: port0 was open' told once port0 open
is 'once: port2, in no bridge, is said to be kept closed by nothing' \
	"$(lab_events once 'first(.[] | select(.event == "bridge" and .port == "port2") | .means)')" '"nothing keeps it closed"'
ok 'once: all is as before' as_before

lab_near setpriv --reuid=65534 --regid=65534 --clear-groups "$LAB_XEAP" run --mode packet --once --timeout 2 \
	--bridge linkmode -c "$LAB_DIR/md5.conf" -p port0 >"$LAB_DIR/user.out" 2>"$LAB_DIR/user.err"
ok 'no permission: one line says so' grep -q 'CAP_NET_ADMIN' "$LAB_DIR/user.err"
ok 'no permission: nothing was done' as_before
net_end
