#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 120 s
#
# Floods of EAPOL that the XDP program keeps away, and logins that work meanwhile.
#
#	port0 ─ auth0   hostapd, which asks again every second, and a flood beside it
. "$(dirname "$0")/lib.sh"

pae_group=01:80:c2:00:00:03
identity=888e020000050163000501 # EAP-Request/Identity
start=888e02010000 logoff=888e02020000 mka=888e03050000 version0=888e00000000
count=20000

flood()
{
	lab_far "$LAB_ROOT/tests/net/flood" auth0 "$@"
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

# received RUN: frames that got as far as the supplicant, once the run has ended
received()
{
	lab_events "$1" 'last.frames_rx'
}

# leaked COUNT HEX: of so many frames of a kind, what the kernel saw of them on port0
leaked()
{
	lab_start types near "$LAB_ROOT/tests/net/ethertypes" &&
		lab_wait 5 net_quiet grep -q ready "$LAB_DIR/types.out" || return
	flood "$1" $pae_group 02:00:00:00:00:77 "$2"
	sleep 0.2
	lab_stop types
	awk '$1 == "port0" && $2 == "888e" { n = $3 } END { print n + 0 }' "$LAB_DIR/types.out"
}

net_begin
net_need lab_ports 0 0
lab_config wpa_supplicant/sup-md5.conf >"$LAB_DIR/md5.conf"

for run in native:own generic:own native:funnel; do
	mode=${run%:*} rings=${run#*:}
	net_need lab_hostapd "auth-$run" hostapd auth0 eap_reauth_period=1
	net_need lab_xeap "station-$run" --mode "$mode" --rings "$rings" --police-station 20 --start-period 0.5 \
		-c "$LAB_DIR/md5.conf" -p port0
	flood $count $pae_group 02:00:00:00:00:77 $identity
	eventually 15 "$run: a station's flood does not keep it from logging in" logged_in "station-$run" 1
	before=$(logins "station-$run")
	flood $count $pae_group 02:00:00:00:00:77 $identity
	eventually 15 "$run: nor from logging in again" logged_in "station-$run" $((before + 1))
	lab_stop "station-$run" TERM
	is "$run: exit status 0" $? 0
	got=$(received "station-$run")
	[ "$got" -lt 2000 ]
	is "$run: of $((2 * count)) frames few got through ($got)" $? 0
	net_need lab_stop "auth-$run"
done

# Made-up addresses: the authenticator has its place.
net_need lab_hostapd auth hostapd auth0 eap_reauth_period=1
net_need lab_xeap limit --max-stations 3 --police 50 --start-period 0.5 -c "$LAB_DIR/md5.conf" -p port0
eventually 15 'it logs in' logged_in limit 1
before=$(logins limit)
flood $count $pae_group made-up $identity
eventually 15 'a flood from made-up addresses does not keep it from logging in again' logged_in limit $((before + 1))
lab_stop limit TERM
got=$(received limit)
[ "$got" -lt 200 ]
is "of $count frames few got through ($got)" $? 0
net_need lab_stop auth

# What is not taken goes to the kernel, unless it is to be dropped.
net_need lab_xeap plain -c "$LAB_DIR/md5.conf" -p port0
eventually 5 'without options the port is joined' lab_events plain 'any(.[]; .state == "joined")'
is 'EAPOL-Start passes' "$(leaked 50 $start)" 50
is 'EAPOL of version 0 passes' "$(leaked 50 $version0)" 50
lab_stop plain TERM
net_need lab_xeap drop --drop-malformed --drop-types start,logoff -c "$LAB_DIR/md5.conf" -p port0
eventually 5 'with options the port is joined' lab_events drop 'any(.[]; .state == "joined")'
is 'EAPOL-Start is dropped' "$(leaked 50 $start)" 0
is 'EAPOL-Logoff is dropped' "$(leaked 50 $logoff)" 0
is 'EAPOL of version 0 is dropped' "$(leaked 50 $version0)" 0
is 'EAPOL-MKA passes' "$(leaked 50 $mka)" 50
lab_stop drop TERM
is 'exit status 0' $? 0
net_end
