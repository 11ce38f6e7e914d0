#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 240 s
#
# What stays when xeap ends, and how the next one goes on with it: 64 ports that hostapd authenticates.
. "$(dirname "$0")/lib.sh"

PORTS=64

# run NAME ARGUMENT…: xeap run on all ports, with pins of this test's own
run()
{
	local name=$1

	shift
	lab_xeap "$name" --pin "$LAB_DIR/bpf/xeap" --start-period 1 -c "$LAB_DIR/md5.conf" -p 'port*' "$@"
}

# authenticators: new ones; hostapd asks nobody who has left with EAPOL-Logoff
authenticators()
{
	lab_stop hostapd
	lab_hostapd hostapd hostapd "$(seq -f 'auth%.0f' -s ' ' 0 $((PORTS - 1)))" eap_reauth_period=2
}

steer()
{
	lab_near "$LAB_XEAP" steer --pin "$LAB_DIR/bpf/xeap" "$@"
}

# logged_in RUN COUNT: so many ports are, or were, authenticated
logged_in()
{
	lab_events "$1" "[.[] | select(.event == \"auth\" and .result == \"success\") | .port] | unique | length == $2"
}

# programs: of all ports, port and program id
programs()
{
	steer show --json | jq -c '[.port, .program_id]'
}

# pinned COUNT: so many ports have the program, pinned
pinned()
{
	test "$(steer show --json | jq -s 'map(select(.pinned)) | length')" = "$1"
}

# left: what is still there
left()
{
	steer show --json
	ls "$LAB_DIR/bpf/xeap" 2>/dev/null
}

# took_over RUN: its event, and the line on standard error
took_over()
{
	lab_events "$1" "any(.[]; .event == \"takeover\" and .ports == $PORTS and .gap_us > 0 and .passed != null)" &&
		grep -E "^xeap: $PORTS pinned ports taken over: for [0-9.]+ ms EAPOL went to the kernel, [0-9]+ frames did\$" \
			"$LAB_DIR/$1.err"
}

# logoffs: EAPOL-Logoff frames that hostapd has seen
logoffs()
{
	grep -c 'EAPOL-Logoff' "$LAB_DIR/hostapd.log"
}

# Every change of a port while it is watched: carrier, flags, XDP programs.
watch_ports()
{
	net_need lab_start watch near ip -o -d monitor link
	net_need lab_wait 5 net_quiet test -e "$LAB_DIR/watch.out"
	sleep 0.3
}

# undisturbed: no port went down, lost its carrier or was without a program in the meantime
undisturbed()
{
	lab_stop watch
	! grep -E '^[0-9]+: port[0-9]+@' "$LAB_DIR/watch.out" | grep -vE '<[^>]*\bUP,LOWER_UP\b[^>]*>.*\bxdp' &&
		! grep -E 'Deleted' "$LAB_DIR/watch.out" | grep -v xeapf
}

carriers()
{
	lab_near sh -c 'for i in /sys/class/net/port*; do cat $i/carrier_changes; done' | sort | uniq -c
}

net_own_mounts
net_begin
net_need lab_bpffs
net_need lab_ports 0 $((PORTS - 1))
export LAB_HOSTAPD_FLAGS=-dd
lab_config wpa_supplicant/sup-md5.conf >"$LAB_DIR/md5.conf"

# Killed: an ordinary supplicant works, the next xeap takes over.
for rings in own funnel; do
	net_need authenticators
	net_need run "killed-$rings" --rings $rings
	eventually 20 "$rings: $PORTS ports log in" logged_in "killed-$rings" $PORTS
	before=$(programs)
	lab_stop "killed-$rings" KILL
	is "$rings: killed" $? 137
	is "$rings: the program stays on all ports" "$(programs)" "$before"
	count=$(lab_hostapd_count hostapd 'auth7: CTRL-EVENT-EAP-SUCCESS')
	net_need lab_start "wpa-$rings" near wpa_supplicant -D wired -i port7 -c "$LAB_DIR/md5.conf"
	eventually 15 "$rings: wpa_supplicant logs in on a port" grep -q CTRL-EVENT-EAP-SUCCESS "$LAB_DIR/wpa-$rings.out"
	ok "$rings: hostapd says so" test "$(lab_hostapd_count hostapd 'auth7: CTRL-EVENT-EAP-SUCCESS')" -gt "$count"
	lab_stop "wpa-$rings"
	carriers=$(carriers)
	watch_ports
	net_need run "next-$rings" --rings $rings
	eventually 20 "$rings: the next one logs all of them in" logged_in "next-$rings" $PORTS
	ok "$rings: no port lost its program or its carrier" undisturbed
	is "$rings: no carrier was lost" "$(carriers)" "$carriers"
	ok "$rings: with its own program" test "$(programs)" != "$before"
	ok "$rings: it says that they were left by a process that was killed" \
		grep -q "^xeap: $PORTS pinned ports taken over from a process that was killed\$" "$LAB_DIR/next-$rings.err"
	lab_stop "next-$rings"
	is "$rings: exit status 0" $? 0
	is "$rings: at a normal end nothing stays" "$(left)" ''
done

# From one that runs to the next.
net_need authenticators
net_need run first
eventually 20 "$PORTS ports log in" logged_in first $PORTS
ok 'a second one is refused' eval '! "$LAB_XEAP" run --once --pin "$LAB_DIR/bpf/xeap" -c "$LAB_DIR/md5.conf" -p port0 2>/dev/null'
lab_near "$LAB_XEAP" run --pin "$LAB_DIR/bpf/xeap" -c "$LAB_DIR/md5.conf" -p port0 2>"$LAB_DIR/second.txt"
is 'with exit status 1' $? 1
ok 'and told who has the pins' grep -q "^xeap: process [0-9]* works with the pins in .*: end it, or take over" "$LAB_DIR/second.txt"
ok 'no port is lost by that' pinned $PORTS
last=first
for rings in own funnel own; do
	next=after-$last-$rings
	logoffs=$(logoffs)
	carriers=$(carriers)
	watch_ports
	net_need run "$next" --takeover --rings $rings -w 2
	lab_join $last 20
	is "$last ends with exit status 0" $? 0
	eventually 20 "$rings: all ports log in at the next one" logged_in "$next" $PORTS
	ok "$rings: no port lost its program or its carrier" undisturbed
	is "$rings: no carrier was lost" "$(carriers)" "$carriers"
	is "$rings: nobody logged off" "$(logoffs)" "$logoffs"
	ok "$rings: the gap is told" took_over "$next"
	ok "$rings: all ports are pinned" pinned $PORTS
	echo "# $rings: $(head -1 "$LAB_DIR/$next.err")"
	last=$next
done
lab_stop "$last"
is 'the last one ends with exit status 0' $? 0
is 'and leaves nothing' "$(left)" ''

# Kept at the end, and asked to leave by hand.
net_need authenticators
net_need run kept --keep
eventually 20 "$PORTS ports log in" logged_in kept $PORTS
logoffs=$(logoffs)
lab_stop kept
is 'kept: exit status 0' $? 0
ok 'kept: the program stays' pinned $PORTS
eventually 5 'kept: it logged off all the same' eval "test \"\$(grep -c EAPOL-Logoff '$LAB_DIR/hostapd.log')\" -ge $((logoffs + PORTS))"
net_need authenticators
net_need run by-hand
eventually 20 'the next one logs them in' logged_in by-hand $PORTS
ok 'and tells how long it took' took_over by-hand
lab_stop by-hand USR2
is 'let go by hand: exit status 0' $? 0
ok 'the program stays' pinned $PORTS

# Other versions.
before=$(programs)
net_need lab_near "$LAB_ROOT/tests/net/pinned-version" "$LAB_DIR/bpf/xeap/xeap_header" 99
for args in '' --takeover; do
	# shellcheck disable=SC2086
	lab_near "$LAB_XEAP" run --pin "$LAB_DIR/bpf/xeap" $args -c "$LAB_DIR/md5.conf" -p port0 2>"$LAB_DIR/version.txt"
	is "maps of another version: exit status 1 ${args:+with $args}" $? 1
	ok 'one line names both, and the way out' grep -qE \
		"^xeap: the maps in .* are those of xeap .* \(version 99\), not of .* \(version [0-9]+\): .*run 'xeap steer detach" \
		"$LAB_DIR/version.txt"
	is 'nothing was touched' "$(programs)" "$before"
done
ok 'detach takes all of it away' steer detach
is 'nothing is left' "$(left)" ''

# Where nothing can be pinned.
for args in "--pin $LAB_DIR/none" '--keep' '--takeover' "--pin $LAB_DIR/bpf/xeap --mode packet"; do
	# shellcheck disable=SC2086
	lab_near "$LAB_XEAP" run $args -c "$LAB_DIR/md5.conf" -p port0 2>"$LAB_DIR/none.txt"
	ok "xeap run ${args//$LAB_DIR/…} is refused" test $? -gt 0
	ok 'with one line' test "$(wc -l <"$LAB_DIR/none.txt")" = 1
done
net_need authenticators
net_need run plain
eventually 20 'taken over from nobody' logged_in plain $PORTS
net_end
