#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 240 s
#
# The interoperability matrix: every method against every server that has it, with TLS 1.2 and 1.3, in one packet a message
# and in many, with right and wrong credentials. matrix_rows.py says what there is, matrix-cells makes the cells of it.
#
#	portN ─ authN   a port for each cell, all in one run: hostapd's own EAP server, or hostapd before FreeRADIUS;
#	                then once more where it logs in, by the sample supplicant, whose MSK is to be hostapd's;
#	                at ports of their own for methods whose MSK hostapd's own EAP server keeps to itself
#	far             hostapd as a RADIUS server, and FreeRADIUS, on the loopback: xeap radius, once for each cell
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/freeradius.sh"

here=$(dirname "$0")
sample=${XEAP_BUILD:-build}/tests/sample/supplicant
many=200 # bytes of TLS data a packet, as in matrix-cells
LAB_HOSTAPD_MOST=100 # those before a RADIUS server have more descriptors than hostapd can wait for with 200
export XEAP_METHODS
XEAP_METHODS=$("$LAB_XEAP" methods --json | jq -r .name | tr '\n' ' ')

# hostapd_radius NAME PORT [KEY=VALUE…]: with TLS 1.3, and subscribers
hostapd_radius()
{
	lab_hostapd_radius "$@" "tls_flags=[ENABLE-TLSv1.3]" "eap_sim_db=unix:$LAB_DIR/hlr.socket"
}

# key_cell NUMBER PORT: with the MSK that the sample supplicant derives. It knows one conversation: when the authenticator, deaf
# for some 5 s to a station that left, then begins two, there is no result.
key_cell()
{
	local turn

	for turn in once again; do
		SHOW_KEYS=1 "$sample" "$2" "$LAB_DIR/cells/$1.conf" >"$LAB_DIR/cells/$1.key" 2>"$LAB_DIR/cells/$1.err"
		! grep -q '^success' "$LAB_DIR/cells/$1.key" || break
	done
}

# unlucky CONF…: FreeRADIUS 3.2.1, whose EAP-PWD gives up when ten tries found no password element, did so; one login in a
# thousand ends there, whoever it is with
unlucky()
{
	grep -q 'eap=PWD$' "$@" && grep -qs 'failed to obtain password element' "$LAB_DIR"/fr*.log
}

# radius_cell NUMBER PORT KEYS
radius_cell()
{
	local conf=$LAB_DIR/cells/$1.conf flags=() turn

	[ "$3" = 1 ] || flags=(-n)
	for turn in once again; do
		"$LAB_XEAP" radius --json -c "$conf" -a 127.0.0.1 -p "$2" -s testing123 -t 20 "${flags[@]}" \
			>"$LAB_DIR/cells/$1.json" 2>"$LAB_DIR/cells/$1.err" && break
		[ $turn = once ] && unlucky "$conf" || break
	done
}

# each_cell LIST COMMAND: with each line of $LAB_DIR/LIST, two at a time
each_cell()
{
	local line

	while read -r line; do
		# shellcheck disable=SC2086 # two words or three
		$2 $line &
		[ "$(jobs -rp | wc -l)" -lt 2 ] || wait -n
	done <"$LAB_DIR/$1"
	wait
}

net_begin
lab_config hostapd/hostapd.conf >"$LAB_DIR/hostapd.conf"
# hostapd asks a home location register for subscribers, whose identities tell their methods by the first digit.
echo "eap_sim_db=unix:$LAB_DIR/hlr.socket" >>"$LAB_DIR/hostapd.conf"
printf '"0"* AKA\n"1"* SIM\n"6"* AKA%s\n' "'" >>"$LAB_DIR/eap_users.txt"
net_need lab_start hlr far "$here/hlr" "$LAB_DIR/hlr.socket"
net_need lab_wait 5 test -S "$LAB_DIR/hlr.socket"
net_need "$here/matrix-cells" plan "$LAB_DIR"
net_need hostapd_radius one 1802
net_need hostapd_radius many 1803 "fragment_size=$many"
net_need radius_start fr port=1812 sim=yes
net_need radius_start fr-many port=1813 "fragment_size=$many"
for port in 1804 1805; do
	rsa=("server_cert=$LAB_DIR/certs/server-rsa.pem" "private_key=$LAB_DIR/certs/server-rsa.key")
	[ $port = 1804 ] || rsa+=("fragment_size=$many")
	net_need hostapd_radius rsa$port $port "${rsa[@]}"
done
# Each method is refused here before it gets to what is inside the tunnel.
net_need hostapd_radius expired 1806 "server_cert=$LAB_DIR/certs/server-rsa-expired.pem" \
	"private_key=$LAB_DIR/certs/server-rsa-expired.key"
net_need radius_start fr-expired port=1816 certificate=server-expired
net_need radius_start next-expired version=next port=1836 first=teap certificate=server-expired
fast=(fast=yes max_version=1.2 certificate=server-rsa)
net_need radius_start fast port=1822 "${fast[@]}"
net_need radius_start fast-many port=1823 "${fast[@]}" "fragment_size=$many"
net_need radius_start next-fast version=next port=1824 "${fast[@]}"
net_need radius_start next-fast-many version=next port=1825 "${fast[@]}" "fragment_size=$many"
net_need radius_start next version=next port=1832 first=teap sim=yes
net_need radius_start next-many version=next port=1833 first=teap "fragment_size=$many"
net_need radius_start next-tls version=next port=1842 first=teap teap_inner=tls
net_need radius_start next-tls-many version=next port=1843 first=teap teap_inner=tls "fragment_size=$many"
net_need radius_start next-both version=next port=1852 first=teap teap_identities=machine,user
net_need radius_start next-both-many version=next port=1853 first=teap teap_identities=machine,user "fragment_size=$many"

confs=("$LAB_DIR"/hostapd/*.conf)
net_need lab_ports 0 $((${#confs[@]} - 1))
for ((i = 0; i < ${#confs[@]}; i += LAB_HOSTAPD_MOST)); do
	some=("${confs[@]:i:LAB_HOSTAPD_MOST}")
	LAB_HOSTAPD_FLAGS='-dd -K' net_need lab_hostapd_start "authenticators$i" "${some[@]}"
	net_need lab_hostapd_started "authenticators$i" ${#some[@]}
done
mapfile -t ports <"$LAB_DIR/ports"
net_need lab_xeap run --once --timeout 60 "${ports[@]/#/-p}"
export -f key_cell radius_cell each_cell unlucky
export LAB_DIR LAB_XEAP sample
lab_far bash -c 'each_cell radius radius_cell'
lab_join run 90
if unlucky "$LAB_DIR"/cells/*.conf; then
	mapfile -t ports < <(grep -F -f <(grep -l 'eap=PWD$' "$LAB_DIR"/cells/*.conf) "$LAB_DIR/ports")
	net_need lab_xeap again --once --timeout 30 "${ports[@]/#/-p}"
	lab_join again 40
	cat "$LAB_DIR/again.out" >>"$LAB_DIR/run.out"
fi
lab_near bash -c 'each_cell keys key_cell'
export XEAP_MATRIX=${XEAP_MATRIX:-$LAB_DIR/matrix.json}
"$here/matrix-cells" judge "$LAB_DIR" "$XEAP_MATRIX" >"$LAB_DIR/verdicts"
cat "$LAB_DIR/verdicts"
net_counted "$LAB_DIR/verdicts"
ok "the README's table is what was found" "$LAB_ROOT/scripts/interop-table" --check "$XEAP_MATRIX"
net_end
