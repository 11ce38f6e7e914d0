#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 180 s
#
# Nothing but EAPOL arrives until somebody is authorised.
#
#	port0 ─ auth0   gate for the port: ping from here to there
#	port1 ─ auth1   gate for stations, two of them: frames from there to each
#
# And what is left of a gate for port0 when its process is killed.
. "$(dirname "$0")/lib.sh"

pae_group=01:80:c2:00:00:03
failure=888e02000004042a0004 # EAP-Failure

# answered [COUNT]: of so many pings (20); ARP has to get through as well
answered()
{
	lab_near ip neigh flush dev port0
	lab_near "$LAB_ROOT/tests/net/ping" 192.0.2.2 "${1:-20}"
}

# arrived DESTINATION TYPE: of 10 frames to port1
arrived()
{
	rm -f "$LAB_DIR/types.out"
	lab_start types near "$LAB_ROOT/tests/net/ethertypes" &&
		lab_wait 5 net_quiet grep -q ready "$LAB_DIR/types.out" || return
	lab_far "$LAB_ROOT/tests/net/flood" auth1 10 "$1" - "$2"
	sleep 0.2
	lab_stop types
	awk -v type="$2" '$1 == "port1" && $2 == type { n = $3 } END { print n + 0 }' "$LAB_DIR/types.out"
}

# told RUN PORT STATE: a port event
told()
{
	lab_events "$1" "any(.[]; .event == \"port\" and .port == \"$2\" and .state == \"$3\")"
}

# logins RUN: successes so far
logins()
{
	lab_events "$1" '[.[] | select(.event == "auth" and .result == "success")] | length'
}

# logged_in RUN COUNT: at least that many
logged_in()
{
	[ "$(logins "$1")" -ge "$2" ]
}

net_own_mounts
net_begin
net_need lab_bpffs
net_need lab_ports 0 1
net_need lab_near ip addr add 192.0.2.1/24 dev port0
net_need lab_far ip addr add 192.0.2.2/24 dev auth0
lab_config wpa_supplicant/sup-md5.conf >"$LAB_DIR/md5.conf"
is 'without xeap ping is answered' "$(answered)" 20

for run in native:own generic:own native:funnel; do
	mode=${run%:*} rings=${run#*:}
	net_need lab_xeap "run-$run" --mode "$mode" --rings "$rings" --gate port --start-period 0.5 \
		--held-period 2 -c "$LAB_DIR/md5.conf" -p port0
	eventually 5 "$run: the port is joined" told "run-$run" port0 joined
	is "$run: before the login no ping is answered" "$(answered)" 0
	net_need lab_hostapd "auth-$run" hostapd auth0 eap_reauth_period=1
	eventually 15 "$run: it logs in" logged_in "run-$run" 1
	is "$run: then ping is answered" "$(answered)" 20
	is "$run: and for two seconds in which the authenticator asks again" "$(answered 200)" 200
	ok "$run: and again" logged_in "run-$run" 2

	net_need lab_stop "auth-$run"
	before=$(logins "run-$run")
	net_need lab_far "$LAB_ROOT/tests/net/flood" auth0 1 $pae_group - $failure
	is "$run: EAP-Failure shuts the gate" "$(answered)" 0
	net_need lab_hostapd "auth-$run" hostapd auth0
	eventually 15 "$run: the next login" logged_in "run-$run" $((before + 1))
	is "$run: opens it again" "$(answered)" 20

	net_need lab_stop "auth-$run"
	net_need lab_near ip link set port0 down
	net_need lab_near ip link set port0 up
	is "$run: a link that was down is gated" "$(answered)" 0
	lab_stop "run-$run" TERM
	is "$run: exit status 0" $? 0
	is "$run: nothing on standard error" "$(cat "$LAB_DIR/run-$run.err")" ''
	is "$run: the gate ends with xeap" "$(answered)" 20
done

# By station; LLDP is for all.
one=02:00:00:00:01:00 two=02:00:00:00:01:01 other=02:00:00:00:01:02
net_need lab_xeap station --gate station --gate-allow 0x88cc,88b6 --stations 2 --station-mac $one \
	--start-period 0.5 --held-period 2 -c "$LAB_DIR/md5.conf" -p port1
eventually 5 'the port of stations is joined' told station port1 joined
is 'nobody is authorised: nothing to a station' "$(arrived $one 88b7)" 0
is 'nor to everybody' "$(arrived ff:ff:ff:ff:ff:ff 88b7)" 0
is 'but what is allowed' "$(arrived 01:80:c2:00:00:0e 88cc)" 10
is 'also the second of the list' "$(arrived $one 88b6)" 10
net_need lab_hostapd stations hostapd auth1
eventually 15 'both stations log in' logged_in station 2
is 'frames to the first arrive' "$(arrived $one 88b7)" 10
is 'frames to the second arrive' "$(arrived $two 88b7)" 10
is 'frames to another do not' "$(arrived $other 88b7)" 0
is 'frames to everybody do' "$(arrived ff:ff:ff:ff:ff:ff 88b7)" 10
net_need lab_stop stations
net_need lab_far "$LAB_ROOT/tests/net/flood" auth1 1 $two - $failure
is 'failed: nothing to the second any more' "$(arrived $two 88b7)" 0
is 'the first has what it had' "$(arrived $one 88b7)" 10
is 'and frames to everybody' "$(arrived ff:ff:ff:ff:ff:ff 88b7)" 10
net_need lab_far "$LAB_ROOT/tests/net/flood" auth1 1 $one - $failure
is 'both failed: nothing to everybody' "$(arrived ff:ff:ff:ff:ff:ff 88b7)" 0
lab_stop station TERM
is 'stations: exit status 0' $? 0

# killed RUN ARGUMENT…: a run with pins is joined, and killed; with an authenticator it is logged in before
killed()
{
	local run=$1

	shift
	net_need lab_xeap "$run" --pin "$LAB_DIR/bpf/xeap" --gate port --start-period 0.5 -c "$LAB_DIR/md5.conf" -p port0 "$@"
	net_need lab_wait 5 told "$run" port0 joined
	! lab_running authenticator || net_need lab_wait 15 logged_in "$run" 1
	lab_stop "$run" KILL
}

for rings in own funnel; do
	killed "closed-$rings" --rings $rings --gate-fail closed
	is "$rings rings: fail-closed, killed before the login: no ping is answered" "$(answered)" 0
	killed "open-$rings" --rings $rings --gate-fail open
	is "$rings rings: fail-open, killed before the login: ping is answered" "$(answered)" 20
	net_need lab_hostapd authenticator hostapd auth0
	killed "after-$rings" --rings $rings --gate-fail closed
	is "$rings rings: fail-closed, killed after the login: it stays open" "$(answered)" 20
	net_need lab_stop authenticator
	net_need lab_near "$LAB_XEAP" steer --pin "$LAB_DIR/bpf/xeap" detach
	is "$rings rings: detached, nothing is gated" "$(answered)" 20
done

net_need lab_xeap packet --mode packet --gate port -c "$LAB_DIR/md5.conf" -p port0
lab_join packet 5
is 'mode packet has no gate' "$? $(cat "$LAB_DIR/packet.err")" \
	'2 xeap: --gate needs XDP: use another --mode than packet'
net_end
