#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 90 s
#
# EAP-NOOB against a server of the test's own, as no package has one: a device becomes known by a message that is carried
# to the server, or from there, and is known from then on, with all confinement on.
#
#	port0 ─ auth0   the message goes to the server, out of the file
#	port1 ─ auth1   it comes from there, into the configuration
#	port2 ─ auth2   it comes from there, at a terminal
. "$(dirname "$0")/lib.sh"

# network NAME LINES…
network()
{
	local name=$1

	shift
	printf '%s\n' 'network={' 'key_mgmt=IEEE8021X' 'eap=NOOB' "noob_state_file=\"$LAB_DIR/$name.state\"" "$@" '}' >"$LAB_DIR/$name.conf"
}

# ended N HOW: what the server said of a login, the identity and the state of the device in it
ended()
{
	grep "^$2 " "$LAB_DIR/server$1.out"
}

# login RUN PORT CONF STATUS: one login, that ends so
login()
{
	lab_xeap "$1" --once --timeout 10 --start-period 0.3 -p "$2=$LAB_DIR/$3.conf" || return
	lab_join "$1" 15
	is "$1: exit status $4" $? "$4"
}

# reason RUN
reason()
{
	jq -r 'select(.event == "auth" and .result == "failure") | .reason' "$LAB_DIR/$1.out" | head -n 1
}

# twice RUN PORT CONF: the device is known: a login of a new process, and another
twice()
{
	local n

	for n in 1 2; do
		login "$1-known$n" "$2" "$3" 0
	done
}

net_begin
net_need lab_ports 0 2
for n in 0 1 2; do
	net_need lab_start server$n far "$LAB_ROOT/tests/net/noob-server" auth$n "$LAB_DIR/message$n"
done

network to noob_dir=1 'noob_peer_info="{"Make":"Acme"}"'
login first port0 to 1
is 'the failure says what is waited for, and where it is' "$(reason first)" \
	"EAP-NOOB waits for the out-of-band message: give the server MessageToServer of $LAB_DIR/to.state"
is 'the file is for its owner only' "$(stat -c %a "$LAB_DIR/to.state")" 600
login waits port0 to 1
jq -r .MessageToServer "$LAB_DIR/to.state" >"$LAB_DIR/message0.in"
is 'the message is an address of the server' "$(cut -d'&' -f1 "$LAB_DIR/message0.in")" \
	'https://noob.example.org/sendOOB?P=07KRU6OgqX0HIeRFldnbSW'
login carried port0 to 0
twice to port0 to
is 'the server saw it so: who, in which state' "$(cut -d' ' -f1-3 "$LAB_DIR/server0.out")" \
	"$(printf '%s\n' 'failure noob@eap-noob.arpa 0' 'failure noob@example.org 1' 'success noob@example.org 1' \
		'success noob@example.org 3' 'success noob@example.org 3')"

network from noob_dir=2
login other port1 from 1
is 'the failure says what to set' "$(reason other)" \
	'EAP-NOOB waits for the out-of-band message: set noob to that of the server, or log in where somebody can be asked'
network from noob_dir=2 "noob=\"$(sed 's/N=..../N=AAAA/' "$LAB_DIR/message1")\""
login forged port1 from 1
is 'a message that does not fit is refused' "$(reason forged)" \
	'EAP-NOOB waits for the out-of-band message: the one given does not fit what was exchanged: somebody may be in the middle'
network from noob_dir=2 "noob=\"$(cat "$LAB_DIR/message1")\""
login configured port1 from 0
twice from port1 from

network terminal
login shown port2 terminal 1
lab_near "$LAB_ROOT/tests/net/terminal" 'From the server' "$(cat "$LAB_DIR/message2")" -- \
	"$LAB_XEAP" run --once --timeout 20 --start-period 0.3 -p "port2=$LAB_DIR/terminal.conf" >"$LAB_DIR/terminal.out" 2>&1
is 'entered at a terminal: exit status' $? 0
ok 'the message for the server is shown' grep -q 'noob.example.org/sendOOB?P=' "$LAB_DIR/terminal.out"
twice terminal port2 terminal
net_end
