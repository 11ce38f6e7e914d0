#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The harness itself, with other people's programs at both ends: Debian's wpa_supplicant logs in at Debian's hostapd.
# If this fails, look here before looking at xeap.
# time limit: 90 s
. "$(dirname "$0")/lib.sh"

supplicant()
{
	lab_config "wpa_supplicant/$3.conf" >"$LAB_DIR/$1.conf"
	lab_start "$1" near wpa_supplicant -D wired -i "$2" -c "$LAB_DIR/$1.conf"
}

net_begin
net_need lab_ports 0 2
net_need lab_hostapd md5 hostapd auth0
LAB_HOSTAPD_FLAGS='-dd -K' net_need lab_hostapd tls hostapd-tls13 'auth1 auth2' fragment_size=300

is 'ports are veth pairs between the two namespaces' \
	"$(lab_near ip -br link show type veth | wc -l) $(lab_far ip -br link show type veth | wc -l)" '3 3'
is 'a key of a configuration is replaced' "$(grep -h ^fragment_size= "$LAB_DIR/auth2.conf")" fragment_size=300

supplicant right port0 sup-md5
supplicant tls-peer port1 sup-tls13
supplicant wrong port2 sup-tls-badca
eventually 15 'EAP-MD5 logs in' grep -q CTRL-EVENT-EAP-SUCCESS "$LAB_DIR/md5.log"
eventually 15 'EAP-TLS 1.3 logs in with these certificates' grep -q 'auth1: CTRL-EVENT-EAP-SUCCESS' "$LAB_DIR/tls.log"
is 'its key can be read' "$(lab_hostapd_key tls | wc -c)" 129
eventually 15 'the wrong CA does not' grep -q CTRL-EVENT-EAP-FAILURE "$LAB_DIR/wrong.out"
is 'successes are counted' "$(lab_hostapd_count tls CTRL-EVENT-EAP-SUCCESS)" 1
ok 'hostapd answers its control interface' lab_hostapd_cli auth0 ping

lab_stop right
ok 'a name is given to one process at a time' eval '! lab_start wrong near true'
is 'what was stopped has ended' "$(lab_running right || echo ended)" ended
lab_start brief near sh -c 'exit 7'
lab_join brief 5
is 'a command can be waited for' $? 7
lab_start long near sleep 60
lab_join long 0
is 'but not for ever' $? 124

# A run that died without a chance to clean up.
bash -c '. "$1" && lab_up xeapt-died && lab_start left near sleep 60 && echo $$ && kill -9 $$' - \
	"$LAB_ROOT/scripts/lab.sh" >"$LAB_DIR/died" 2>/dev/null
is 'a killed run leaves its namespace' "$(ip netns list | grep -c "^xeapt-died-$(cat "$LAB_DIR/died")-")" 2
lab_sweep xeapt-died
is 'the next one sweeps it away' "$(ip netns list | grep -c '^xeapt-died-')" 0

# A test that is interrupted.
bash -c '. "$1" && net_begin && lab_ports 0 0 && echo $$ && sleep 60' - "$LAB_ROOT/tests/net/lib.sh" \
	>"$LAB_DIR/interrupted" &
lab_wait 10 test -s "$LAB_DIR/interrupted"
pid=$(cat "$LAB_DIR/interrupted")
kill -TERM "$pid"
pkill -TERM -P "$pid" sleep
wait "$pid"
is 'an interrupted test has the status of its signal' $? 143
is 'and leaves nothing' "$(ip netns list | grep -c "^xeapt-$pid-")" 0
net_end
