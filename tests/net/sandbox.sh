#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 120 s
#
# What rights a running xeap has, and that it can still do everything. (All other tests in this folder run with them, too.)
#
#	port0, port1 ─ auth0, auth1   hostapd, MD5 and EAP-TLS
#	late2 ─ auth2                 appears when the rights are gone
. "$(dirname "$0")/lib.sh"

# rights RUN LINE: of every thread, one a line: THREAD-NAME VALUE, of a line of /proc/PID/task/TID/status
rights()
{
	local task

	for task in /proc/"${LAB_PIDS[$1]}"/task/*; do
		sed -n "s/^$2:\t*//p" "$task/status"
	done | sort | uniq -c | sed 's/^ *//'
}

# successes RUN PORT COUNT
successes()
{
	lab_events "$1" "[.[] | select(.event == \"auth\" and .port == \"$2\" and .result == \"success\")] | length >= $3"
}

net_begin
net_need lab_ports 0 1
net_need lab_hostapd hostapd hostapd-tls13 'auth0 auth1'
lab_config wpa_supplicant/sup-md5.conf >"$LAB_DIR/md5.conf"
lab_config wpa_supplicant/sup-tls13.conf >"$LAB_DIR/tls.conf"
xeap=(--start-period 0.5 --held-period 1 -w 2 -c "$LAB_DIR/md5.conf" -p 'port*' -p 'late*' -p "port1=$LAB_DIR/tls.conf")

# CAP_NET_ADMIN 12, CAP_NET_RAW 13, CAP_IPC_LOCK 14, CAP_BPF 39
kept=0000008000007000
none=0000000000000000
n=0
for mode in native-own native-funnel generic-own packet-own; do
	n=$((n + 1))
	net_need lab_xeap $mode --mode ${mode%-*} --rings ${mode#*-} "${xeap[@]}"
	for port in port0 port1; do
		eventually 15 "$mode: $port logs in" successes $mode $port 1
	done
	for set in Prm Eff; do
		is "$mode: every thread has four capabilities (Cap$set)" "$(rights $mode Cap$set)" "3 $kept"
	done
	for set in Bnd Inh Amb; do
		is "$mode: and gets no others (Cap$set)" "$(rights $mode Cap$set)" "3 $none"
	done
	is "$mode: no thread gets new privileges" "$(rights $mode NoNewPrivs)" '3 1'
	is "$mode: two workers have a filter, the main thread has none" "$(rights $mode Seccomp | tr '\n' ' ')" '1 0 2 2 '

	net_need lab_far ip link set auth0 down
	net_need lab_far ip link set auth0 up
	eventually 15 "$mode: port0 logs in again after a flap" successes $mode port0 2
	net_need lab_near ip link add late2 type veth peer name auth2 netns "$LAB_FAR"
	net_need lab_far ip link set auth2 up
	net_need lab_hostapd late$n hostapd auth2
	net_need lab_near ip link set late2 up
	eventually 15 "$mode: a port that appears later logs in" successes $mode late2 1
	net_need lab_near ip link delete late2
	eventually 5 "$mode: its removal is told" lab_events $mode 'any(.[]; .port == "late2" and .state == "removed")'
	net_need lab_stop late$n
	is "$mode: nothing on standard error" "$(cat "$LAB_DIR/$mode.err")" ''
	lab_stop $mode TERM
	is "$mode: SIGTERM: exit status 0" $? 0
	net_need lab_stop hostapd
	net_need lab_hostapd hostapd hostapd-tls13 'auth0 auth1'
done
is 'no funnel is left' "$(ip -n "$LAB_NEAR" -o link show | grep -c xeapf)" 0

# The contrast.
net_need lab_xeap free --no-sandbox "${xeap[@]}"
eventually 15 '--no-sandbox: a port logs in' successes free port1 1
is '--no-sandbox: all capabilities that this test has' "$(rights free CapEff)" "3 $(sed -n 's/^CapEff:\t*//p' /proc/self/status)"
is '--no-sandbox: no_new_privs is not set' "$(rights free NoNewPrivs)" '3 0'
is '--no-sandbox: no filter' "$(rights free Seccomp)" '3 0'
lab_stop free TERM
is '--no-sandbox: exit status 0' $? 0

# An agent is a program: the main thread still starts it.
sed '/password=/d' "$LAB_DIR/md5.conf" >"$LAB_DIR/nopw.conf"
cat >"$LAB_DIR/agent" <<END
#!/bin/sh
grep CapEff /proc/self/status >"$LAB_DIR/agent.rights"
echo '{"fields":{"password":"md5pass"}}'
END
chmod 755 "$LAB_DIR/agent"
net_need lab_stop hostapd
net_need lab_hostapd hostapd hostapd 'auth0 auth1'
net_need lab_xeap asked --once --timeout 20 --start-period 0.5 --agent "$LAB_DIR/agent" -c "$LAB_DIR/nopw.conf" -p port0
lab_join asked 25
is 'an agent is asked: exit status 0' $? 0
is 'the agent has no capability' "$(sed 's/.*:\t*//' "$LAB_DIR/agent.rights")" $none

# Plug-ins with processes of their own: one thread more, which may start them again.
net_need mkdir -m 755 "$LAB_DIR/plugins"
net_need cp "$(dirname "$LAB_XEAP")/tests/plugin/example.so" "$LAB_DIR/plugins/"
net_need chown root "$LAB_DIR/plugins/example.so"
net_need chmod 755 "$LAB_DIR/plugins/example.so"
net_need lab_xeap isolated --plugins "$LAB_DIR/plugins" --isolate="$(dirname "$LAB_XEAP")/xeap-method-host" "${xeap[@]}"
eventually 15 'isolated plug-ins: a port logs in' successes isolated port0 1
is 'isolated plug-ins: one thread more has no filter' "$(rights isolated Seccomp | tr '\n' ' ')" '2 0 2 2 '
is 'isolated plug-ins: it has no more capabilities than others' "$(rights isolated CapEff)" "4 $kept"
is 'isolated plug-ins: nothing on standard error' "$(cat "$LAB_DIR/isolated.err")" ''
lab_stop isolated TERM
is 'isolated plug-ins: exit status 0' $? 0

# Too little for what was asked: one line before anything is opened.
limited()
{
	lab_near timeout 20 prlimit "$@" "$LAB_XEAP" run --once --timeout 1 -w 1 --rings own -c "$LAB_DIR/md5.conf" -p 'port*' \
		>/dev/null 2>"$LAB_DIR/limited.err" </dev/null
}

limited --nofile=40:40
is 'too few files: exit status 1' $? 1
is 'too few files: one line says how many, and how to get them' "$(cat "$LAB_DIR/limited.err")" \
	'xeap: 2 ports need 48 open files, the limit is 40: raise it (ulimit -n 48, or LimitNOFILE= of the unit)'
ok 'too few files: nothing attached' net_unattached port0
limited --nofile=40:4096
ok 'a soft limit is raised' test $? = 0 -o ! -s "$LAB_DIR/limited.err"
lab_near timeout 20 setpriv --bounding-set -ipc_lock,-sys_resource prlimit --memlock=65536:65536 "$LAB_XEAP" run --once \
	--timeout 1 --rings own -c "$LAB_DIR/md5.conf" -p 'port*' >/dev/null 2>"$LAB_DIR/limited.err" </dev/null
is 'too little locked memory: exit status 1' $? 1
is 'too little locked memory: one line' "$(cat "$LAB_DIR/limited.err")" \
	'xeap: 2 ports need 128 KiB of locked memory, the limit is 64: raise it (ulimit -l 128, or LimitMEMLOCK= of the unit), or give the program CAP_IPC_LOCK'
net_end
