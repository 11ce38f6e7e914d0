# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# shellcheck shell=bash
#
# A lab on one machine: veth ports between two network namespaces, hostapd on the far ends, xeap on the near ones.
# Sourced by the namespace tests (tests/net/lib.sh) and by the demo.
#
#	  namespace PREFIX-PID-near               namespace PREFIX-PID-far
#	┌───────────────────────────┐           ┌──────────────────────────┐
#	│  xeap run        port0 ───┼── veth ───┼─── auth0        hostapd  │
#	│                  port1 ───┼── veth ───┼─── auth1                 │
#	└───────────────────────────┘           └──────────────────────────┘
#
#	lab_make all         builds
#	lab_sweep PREFIX     what runs that died left behind
#	lab_up PREFIX        both namespaces and $LAB_DIR, with certificates in $LAB_DIR/certs
#	lab_ports 0 63       port0 ↔ auth0 … port63 ↔ auth63, up
#	lab_hostapd NAME FIXTURE 'auth0 auth1' [KEY=VALUE…]
#	lab_hostapd_radius NAME PORT [KEY=VALUE…]
#	lab_xeap NAME ARGS…  xeap run --json ARGS in the background
#	lab_bpffs            mounts a bpffs, $LAB_DIR/bpf; wants a mount namespace of its own (unshare -m)
#	lab_ask NAME status|capture ARGS…  of that run
#	lab_down             ends all of it
#	lab_trap [COMMAND]   calls COMMAND and lab_down when the script ends, in whatever way
#
# Every function returns non-zero after one line on standard error when it could not do its work.

LAB_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
LAB_XEAP=${XEAP_BUILD:-$LAB_ROOT/build}/xeap
case $LAB_XEAP in /*) ;; *) LAB_XEAP=$LAB_ROOT/$LAB_XEAP ;; esac
LAB_DIR=
LAB_NEAR=
LAB_FAR=
declare -A LAB_PIDS=() # what was started here, by name; nothing else is ever signalled
PATH=$PATH:/usr/sbin:/sbin

lab_say()
{
	echo "$*" >&2
	return 1
}

# lab_make ARGS…: make in the build folder; under sudo as the owner of the tree, so that it stays theirs
lab_make()
{
	local build owner as=()

	build=$(dirname "$LAB_XEAP")
	[ -e "$build" ] && owner=$(stat -c %u:%g "$build") || owner=$(stat -c %u:%g "$LAB_ROOT")
	if [ "$(id -u)" = 0 ] && [ "${owner%:*}" != 0 ]; then
		as=(setpriv --reuid="${owner%:*}" --regid="${owner#*:}" --clear-groups --)
	fi
	"${as[@]}" make -C "$LAB_ROOT" --no-print-directory O="${XEAP_BUILD:-build}" "$@"
}

# lab_wait SECONDS COMMAND…: until it succeeds; an emulated processor has four times as long
lab_wait()
{
	local times=${XEAP_EMULATED:+4}
	local end=$((SECONDS + $1 * ${times:-1} + 1))

	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.05
	done
}

# lab_sweep PREFIX: namespaces of a run whose process is gone, with all that still runs in them
lab_sweep()
{
	local name pid

	for name in $(ip netns list 2>/dev/null | awk '{ print $1 }' | grep -E "^$1-[0-9]+-(near|far)$"); do
		pid=${name#"$1"-}
		kill -0 "${pid%-*}" 2>/dev/null || lab_netns_delete "$name"
	done
	for name in "${TMPDIR:-/tmp}/$1"-*; do
		pid=${name##*-}
		[ -d "$name" ] && [ -O "$name" ] && ! kill -0 "$pid" 2>/dev/null && rm -rf "$name"
	done
	return 0
}

lab_netns_delete()
{
	local pids

	pids=$(ip netns pids "$1" 2>/dev/null)
	# shellcheck disable=SC2086 # one word a process
	[ -z "$pids" ] || kill -9 $pids 2>/dev/null
	ip netns delete "$1"
}

# lab_up PREFIX
lab_up()
{
	local ns

	[ "$(id -u)" = 0 ] || { lab_say "network namespaces need root: run this with sudo"; return; }
	LAB_NEAR=$1-$$-near
	LAB_FAR=$1-$$-far
	LAB_DIR=${TMPDIR:-/tmp}/$1-$$
	mkdir -m 755 "$LAB_DIR" && mkdir "$LAB_DIR/run" || return
	for ns in "$LAB_NEAR" "$LAB_FAR"; do
		ip netns add "$ns" && ip -n "$ns" link set lo up || return
		# Router solicitations and the like would mix with the frames that are counted.
		ip netns exec "$ns" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
			echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6' 2>/dev/null
	done
	cp "$LAB_ROOT/tests/fixtures/hostapd/eap_users.txt" "$LAB_DIR/" || return
	lab_certs
}

# One set of certificates serves all tests of a run: XEAP_CERTS names it.
lab_certs()
{
	if [ -e "${XEAP_CERTS:-}/complete" ]; then
		ln -s "$XEAP_CERTS" "$LAB_DIR/certs"
	else
		"$LAB_ROOT/tests/net/make-certs" "$LAB_DIR/certs"
	fi
}

# lab_ports FIRST LAST
lab_ports()
{
	local i

	for ((i = $1; i <= $2; i++)); do
		echo "link add port$i type veth peer name auth$i netns $LAB_FAR"
		echo "link set port$i up"
	done | ip -n "$LAB_NEAR" -batch - || return
	for ((i = $1; i <= $2; i++)); do
		echo "link set auth$i up"
	done | ip -n "$LAB_FAR" -batch -
}

lab_bpffs()
{
	mkdir "$LAB_DIR/bpf" && mount -t bpf bpf "$LAB_DIR/bpf"
}

lab_near()
{
	ip netns exec "$LAB_NEAR" "$@"
}

lab_far()
{
	ip netns exec "$LAB_FAR" "$@"
}

# lab_start NAME near|far COMMAND…: in the background, output to $LAB_DIR/NAME.out and .err. "ip netns exec" becomes the
# command, so its process id is the command's.
lab_start()
{
	local name=$1 ns=$LAB_NEAR

	lab_running "$name" && { lab_say "$name is running already"; return; }
	[ "$2" = near ] || ns=$LAB_FAR
	shift 2
	ip netns exec "$ns" "$@" >"$LAB_DIR/$name.out" 2>"$LAB_DIR/$name.err" </dev/null &
	LAB_PIDS[$name]=$!
}

lab_running()
{
	[ -n "${LAB_PIDS[$1]:-}" ] && kill -0 "${LAB_PIDS[$1]}" 2>/dev/null
}

# lab_join NAME SECONDS: waits for its end and returns its exit status; 124 when it is still running
lab_join()
{
	local pid=${LAB_PIDS[$1]}

	lab_wait "$2" lab_ended "$pid" || return 124
	unset "LAB_PIDS[$1]"
	wait "$pid"
}

lab_ended()
{
	! kill -0 "$1" 2>/dev/null
}

# lab_stop NAME [SIGNAL]: returns its exit status
lab_stop()
{
	local pid=${LAB_PIDS[$1]:-}

	[ -n "$pid" ] || return 0
	unset "LAB_PIDS[$1]"
	kill -"${2:-TERM}" "$pid" 2>/dev/null
	if ! lab_wait 30 lab_ended "$pid"; then
		lab_say "$1 did not end within 30 s"
		kill -9 "$pid" 2>/dev/null
	fi
	wait "$pid" 2>/dev/null
}

# lab_stop_all: at once, since a hostapd of many interfaces takes seconds to end
lab_stop_all()
{
	local name

	for name in "${!LAB_PIDS[@]}"; do
		kill "${LAB_PIDS[$name]}" 2>/dev/null
	done
	for name in "${!LAB_PIDS[@]}"; do
		lab_stop "$name" 0 >/dev/null
	done
}

# lab_config FILE: a fixture with this lab's folder in it
lab_config()
{
	sed "s|@DIR@|$LAB_DIR|g" "$LAB_ROOT/tests/fixtures/$1"
}

# lab_hostapd NAME FIXTURE INTERFACES [KEY=VALUE…]: one process for each LAB_HOSTAPD_MOST interfaces (hostapd 2.10 spins
# with 256), with tests/fixtures/hostapd/FIXTURE.conf and the keys replaced. Returns when every interface is ready.
LAB_HOSTAPD_MOST=200
lab_hostapd()
{
	local name=$1 fixture=$2 n=0 conf
	local -a interfaces confs=() names=()

	read -ra interfaces <<<"$3"
	shift 3
	conf=$(lab_hostapd_config "$fixture" @INTERFACE@ "$@") || return
	for interface in "${interfaces[@]}"; do
		printf '%s\n' "${conf//@INTERFACE@/"$interface"}" >"$LAB_DIR/$interface.conf" || return
		confs+=("$LAB_DIR/$interface.conf")
		if [ ${#confs[@]} = "$LAB_HOSTAPD_MOST" ]; then
			names+=("$name$n:${#confs[@]}")
			lab_hostapd_start "$name$((n++))" "${confs[@]}" || return
			confs=()
		fi
	done
	if [ ${#confs[@]} != 0 ]; then
		names+=("$name${n#0}:${#confs[@]}")
		lab_hostapd_start "$name${n#0}" "${confs[@]}" || return
	fi
	for name in "${names[@]}"; do
		lab_hostapd_started "${name%:*}" "${name##*:}" || return
	done
}

# lab_hostapd_config FIXTURE INTERFACE [KEY=VALUE…]
lab_hostapd_config()
{
	local fixture=hostapd/$1.conf interface=$2 setting
	local -a edit=(-e "s|^interface=.*|interface=$interface|")

	shift 2
	for setting in "$@"; do
		edit+=(-e "/^${setting%%=*}=/d")
	done
	lab_config "$fixture" | sed "${edit[@]}"
	[ $# = 0 ] || printf '%s\n' "$@"
}

# lab_hostapd_radius NAME PORT [KEY=VALUE…]: hostapd's EAP server as a RADIUS server on the far loopback, secret testing123
lab_hostapd_radius()
{
	local name=$1 port=$2

	shift 2
	echo '127.0.0.1/32 testing123' >"$LAB_DIR/clients"
	lab_hostapd_config hostapd lo ctrl_interface= driver=none "radius_server_auth_port=$port" \
		"radius_server_clients=$LAB_DIR/clients" "$@" | sed '/^ctrl_interface=$/d' >"$LAB_DIR/$name.conf" &&
		lab_hostapd_start "$name" "$LAB_DIR/$name.conf" && lab_hostapd_started "$name" 1
}

# LAB_HOSTAPD_FLAGS="-dd -K" makes hostapd show keys and packets.
lab_hostapd_start()
{
	local name=$1

	shift
	# hostapd's output is flushed line by line in a log file of its own only, and appended to one that is there.
	rm -f "$LAB_DIR/$name.log"
	# shellcheck disable=SC2086 # one word a flag
	lab_start "$name" far hostapd ${LAB_HOSTAPD_FLAGS:-} -f "$LAB_DIR/$name.log" "$@"
}

# lab_hostapd_started NAME COUNT: when all of its interfaces are ready
lab_hostapd_started()
{
	local name=$1

	lab_wait $((10 + $2 / 4)) lab_hostapd_ready_or_dead "$name" "$2" && lab_hostapd_ready "$name" "$2" && return
	lab_say "hostapd ($name) did not start:"
	tail -n 20 "$LAB_DIR/$name.log" "$LAB_DIR/$name.err" >&2
	return 1
}

lab_hostapd_ready()
{
	[ "$(grep -c 'AP-ENABLED' "$LAB_DIR/$1.log" 2>/dev/null)" = "$2" ]
}

lab_hostapd_ready_or_dead()
{
	lab_hostapd_ready "$@" || ! lab_running "$1"
}

# lab_hostapd_count NAME TEXT: lines of its log, e.g. CTRL-EVENT-EAP-SUCCESS
lab_hostapd_count()
{
	grep -c -- "$2" "$LAB_DIR/$1.log"
}

# lab_hostapd_key NAME: the MSK that the last TLS method derived, in hex; wants LAB_HOSTAPD_FLAGS="-dd -K"
lab_hostapd_key()
{
	sed -n 's/.*EAP-TLS: Derived key - hexdump(len=[0-9]*): //p' "$LAB_DIR/$1.log" | tail -n 1 | tr -d ' '
}

# lab_hostapd_cli INTERFACE COMMAND…
lab_hostapd_cli()
{
	local interface=$1

	shift
	hostapd_cli -p "$LAB_DIR/run/hostapd" -s "$LAB_DIR/run" -i "$interface" "$@"
}

# lab_xeap NAME ARGS…: xeap run --json ARGS; events in $LAB_DIR/NAME.out, messages in NAME.err, control socket NAME.control
lab_xeap()
{
	local name=$1

	shift
	[ -x "$LAB_XEAP" ] || { lab_say "$LAB_XEAP is not built: run make"; return; }
	lab_start "$name" near "$LAB_XEAP" run --json --control "$LAB_DIR/$name.control" "$@"
}

# lab_ask NAME COMMAND ARGS…: xeap COMMAND ARGS, put to a run of lab_xeap
lab_ask()
{
	local name=$1 command=$2

	shift 2
	"$LAB_XEAP" "$command" --control "$LAB_DIR/$name.control" "$@"
}

# lab_events NAME FILTER: jq over the events of a run, as one array; true when the result is neither false nor null
lab_events()
{
	jq -ces "$2" "$LAB_DIR/$1.out" 2>/dev/null
}

# Ends all that was started here. Safe to call at any point, and twice.
lab_down()
{
	local ns

	lab_stop_all
	for ns in "$LAB_NEAR" "$LAB_FAR"; do
		[ -z "$ns" ] || [ ! -e "/run/netns/$ns" ] || lab_netns_delete "$ns"
	done
	[ -z "$LAB_DIR" ] || ! mountpoint -q "$LAB_DIR/bpf" || umount "$LAB_DIR/bpf"
	[ -z "$LAB_DIR" ] || rm -rf "$LAB_DIR"
	LAB_NEAR='' LAB_FAR='' LAB_DIR=''
}

# lab_trap [COMMAND]
lab_trap()
{
	LAB_LAST_WORD=${1:-}
	trap lab_leave EXIT
	trap 'lab_leave 130' INT
	trap 'lab_leave 143' TERM HUP
}

# A signal that comes when lab_leave has begun, but does not ignore it yet, runs all of it once more, inside.
lab_leave()
{
	local status=${1:-$?}

	trap '' INT TERM HUP
	trap - EXIT
	[ -z "$LAB_LAST_WORD" ] || "$LAB_LAST_WORD"
	lab_down
	exit "$status"
}
