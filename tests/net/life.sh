#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 120 s
#
# What happens to ports while xeap stays.
#
#	port0 ─ auth0   re-authenticated by hostapd every 2 s
#	port1 ─ auth1   its authenticator is restarted, also in the middle of a login
#	port2 ─ auth2   its link flaps
#	port3 ─ auth3   is removed, made again, renamed away and back
#	late4 ─ auth4   appears later
. "$(dirname "$0")/lib.sh"

net_begin
net_need lab_ports 0 3
net_need lab_hostapd reauth hostapd auth0 eap_reauth_period=2
net_need lab_hostapd restarted hostapd-tls13 auth1
net_need lab_hostapd flapping hostapd auth2
net_need lab_hostapd removed hostapd auth3
lab_config wpa_supplicant/sup-md5.conf >"$LAB_DIR/md5.conf"
lab_config wpa_supplicant/sup-tls13.conf >"$LAB_DIR/tls.conf"
net_need lab_xeap run --mode "${LIFE_MODE:-auto}" --start-period 0.5 --held-period 1 --auth-period 1 \
	-c "$LAB_DIR/md5.conf" -p 'port*' -p 'late*' -p "port1=$LAB_DIR/tls.conf"

# logins PORT COUNT: at least that many successes
logins()
{
	lab_events run "[.[] | select(.event == \"auth\" and .port == \"$1\" and .result == \"success\")] | length >= $2"
}

count()
{
	lab_events run "[.[] | select(.event == \"auth\" and .port == \"$1\" and .result == \"success\")] | length"
}

# told PORT STATE: a port event
told()
{
	lab_events run "any(.[]; .event == \"port\" and .port == \"$1\" and .state == \"$2\")"
}

for port in 0 1 2 3; do
	eventually 10 "port$port logs in" logins port$port 1
done
eventually 15 'port0 answers three re-authentications' logins port0 4

# A silent authenticator is noticed when it is back: hostapd asks at its start only those it knows, so the port is
# authenticated again as soon as it is asked, or when its link comes back.
net_need lab_stop restarted
net_need lab_far ip link set auth1 down
net_need lab_far ip link set auth1 up
sleep 0.6
net_need lab_hostapd restarted hostapd-tls13 auth1
eventually 15 'port1 logs in again after its authenticator was restarted' logins port1 2

# In the middle: an authenticator that falls silent once it has the ClientHello, then hostapd again.
n=$(count port1)
net_need lab_stop restarted
net_need lab_start half far "$LAB_ROOT/tests/net/half-authenticator" auth1
net_need lab_far ip link set auth1 down
net_need lab_far ip link set auth1 up
lab_join half 20
is 'port1 begins a login with an authenticator that dies in the middle' $? 0
net_need lab_hostapd restarted hostapd-tls13 auth1
eventually 20 'port1 logs in with the next one' logins port1 $((n + 1))

for i in 1 2 3 4 5; do
	n=$(count port2)
	net_need lab_far ip link set auth2 down
	sleep 0.0$i
	net_need lab_far ip link set auth2 up
done
eventually 15 'port2 logs in again after its link flapped' logins port2 $((n + 1))
ok 'the flap was told' told port2 down
n=$(count port2)
net_need lab_near ip link set port2 down
net_need lab_near ip link set port2 up
eventually 15 'port2 logs in again after its near end was down' logins port2 $((n + 1))

# From another address it is another supplicant.
for state in down up; do
	n=$(count port2)
	net_need lab_near ip link set port2 "$state"
	net_need lab_near ip link set port2 address "02:00:00:00:01:0$n"
	net_need lab_near ip link set port2 up
	eventually 15 "port2 logs in from the address it was given while $state" logins port2 $((n + 1))
	ok 'hostapd saw the new address' grep -q "CTRL-EVENT-EAP-SUCCESS 02:00:00:00:01:0$n" "$LAB_DIR/flapping.log"
done
ok 'the new address was told' told port2 readdressed

n=$(count port3)
net_need lab_near ip link delete port3
eventually 5 'the removal was told' told port3 removed
net_need lab_stop removed
net_need lab_ports 3 3
net_need lab_hostapd removed hostapd auth3
eventually 15 'port3 logs in again after it was removed and made again' logins port3 $((n + 1))
net_need lab_near ip link set port3 down
net_need lab_near ip link set port3 name other3
net_need lab_near ip link set other3 up
sleep 0.5
ok 'a port whose name matches no longer is left' net_unattached other3
n=$(count port3)
net_need lab_near ip link set other3 down
net_need lab_near ip link set other3 name port3
net_need lab_near ip link set port3 up
eventually 15 'port3 logs in again after it got its name back' logins port3 $((n + 1))

net_need lab_near ip link add late4 type veth peer name auth4 netns "$LAB_FAR"
net_need lab_far ip link set auth4 up
net_need lab_hostapd late hostapd auth4
net_need lab_near ip link set late4 up
eventually 15 'a port that appears later logs in' logins late4 1

is "nothing on standard error" "$(cat "$LAB_DIR/run.err")" ""
lab_stop run TERM
is 'SIGTERM: exit status 0' $? 0
for name in reauth restarted flapping removed late; do
	eventually 3 "hostapd ($name) got an EAPOL-Logoff" grep -q 'received EAPOL-Logoff' "$LAB_DIR/$name.log"
done
is 'the summary counts five ports' "$(lab_events run 'last | [.event, .ports, .authenticated]')" '["summary",5,5]'
net_end
