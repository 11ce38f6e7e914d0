#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 120 s
#
# Passwords that are kept outside the configuration: each backend logs in, over RADIUS and over EAPOL.
#
#	xeap radius ─── UDP 1812 ─── FreeRADIUS (fr), MD5
#	port0 ─ auth0   hostapd, EAP-MSCHAPv2
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/freeradius.sh"

net_begin
net_need lab_ports 0 0
net_need radius_start fr
net_need lab_hostapd mschapv2 hostapd auth0

cat >"$LAB_DIR/passwords" <<-EOF
	# of this test
	lab = md5pass
	lab=md5pass
	port0=mschappass # of the switch
EOF

# config NAME BACKEND SECRET [FIXTURE]: a fixture whose password is kept elsewhere
config()
{
	{
		[ -z "$2" ] || echo "ext_password_backend=$2"
		lab_config "${4:-eapol_test/md5.conf}" | sed "s/password=.*/password=ext:$3/"
	} >"$LAB_DIR/$1.conf"
}

# radius WHAT STATUS TEXT CONFIG: how a login over RADIUS ends, and what is said
radius()
{
	local out status

	out=$(lab_far "$LAB_XEAP" radius -a 127.0.0.1 -s testing123 -n -t 5 -c "$LAB_DIR/$4.conf" 2>&1)
	status=$?
	is "$1" "$status" "$2"
	ok '… and what is said' grep -qF "$3" <<<"$out"
	ok '… without a password' eval '! grep -q md5pass <<<"$out"'
}

config file "file:$LAB_DIR/passwords" lab
radius 'a file' 0 SUCCESS file
config cmd "cmd:sed -n 3p '$LAB_DIR/passwords'" lab
radius 'a command' 0 SUCCESS cmd
config fd fd:5 lab
exec 5<"$LAB_DIR/passwords"
radius 'a descriptor of a file' 0 SUCCESS fd
exec 5< <(cat "$LAB_DIR/passwords")
radius 'a descriptor of a pipe' 0 SUCCESS fd
exec 5<&-
radius 'a descriptor that is not there' 2 'is no descriptor that was inherited' fd
config stdin fd:0 lab
radius 'standard input' 0 SUCCESS stdin <"$LAB_DIR/passwords"

config unknown "file:$LAB_DIR/passwords" la
radius 'a name that is not in the file' 2 "password=ext:la, and $LAB_DIR/passwords has no such name" unknown
config wrong "file:$LAB_DIR/passwords" port0
radius 'the password of another' 1 FAILURE wrong
config fails "cmd:echo lab=md5pass; exit 7" lab
radius 'a command that fails' 2 'ext_password_backend=cmd:… ended with status 7' fails
config none '' lab
radius 'no backend' 2 'ext_password_backend= does not say where' none
config test 'test:lab=md5pass' lab
radius "wpa_supplicant's backend for tests" 2 'none of file:PATH, fd:N and cmd:COMMAND' test

# The daemon fetches before it drops its rights, once for each file.
config run-file "file:$LAB_DIR/passwords" port0 wpa_supplicant/sup-mschapv2.conf
config run-cmd "cmd:id -u >>'$LAB_DIR/ran'; cat '$LAB_DIR/passwords'" port0 wpa_supplicant/sup-mschapv2.conf
config run-fd fd:5 port0 wpa_supplicant/sup-mschapv2.conf
for backend in file cmd fd; do
	exec 5<"$LAB_DIR/passwords"
	net_need lab_xeap "run-$backend" --once --timeout 20 -p "port0=$LAB_DIR/run-$backend.conf"
	exec 5<&-
	lab_join "run-$backend" 30
	is "xeap run: $backend" "$(lab_events "run-$backend" '.[] | select(.event == "auth") | .result')" '"success"'
	ok '… and no password in what it said' eval '! grep -q mschappass "$LAB_DIR/run-$backend.out" "$LAB_DIR/run-$backend.err"'
done
is 'a command runs once, as who starts the program' "$(cat "$LAB_DIR/ran")" 0

net_end
