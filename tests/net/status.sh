#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 120 s
#
# What a running process tells of itself: who may ask, and whether it is true.
#
#	port0 … port63 ─ auth0 … auth63      MD5; port63 has no authenticator
#	port64 ─ auth64                      nine stations
. "$(dirname "$0")/lib.sh"

# status RUN FILTER [ARGS…]: jq over what a run says
status()
{
	local name=$1 filter=$2 document

	shift 2
	document=$(lab_ask "$name" status --json "$@") && jq -ce "$filter" <<<"$document"
}

# authenticated RUN COUNT
authenticated()
{
	status "$1" ".totals.success == $2"
}

# python CODE ARGS…: a client that does not behave
python()
{
	python3 -c "import socket, sys, time
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
$1" "${@:2}"
}

# wanted_sum: EAPOL frames that the far ends saw or sent, as their devices counted them. Nothing else is sent there.
far_count()
{
	ip -n "$LAB_FAR" -s -j link show | jq "[.[] | select(.ifname | test(\"^auth([0-9]|[1-5][0-9]|6[0-2])$\")) |
		.stats64.$1.packets] | add"
}

net_begin
net_need lab_ports 0 64
net_need lab_hostapd plain hostapd "$(seq -f 'auth%.0f' -s ' ' 0 62)"
net_need lab_hostapd unicast hostapd-unicast auth64
lab_config wpa_supplicant/sup-md5.conf >"$LAB_DIR/md5.conf"

# Who may ask
net_need lab_xeap run -w 2 --start-period 1 --max-start 2 --control-group nogroup -c "$LAB_DIR/md5.conf" -p 'port[0-9]' -p 'port[1-5][0-9]' -p 'port6[0-3]'
eventually 20 '63 of 64 ports log in' authenticated run 63
is 'the socket is its owner'"'"'s and the group'"'"'s' "$(stat -c '%A %U %G' "$LAB_DIR/run.control")" 'srw-rw---- root nogroup'
is 'a member of the group may ask' "$(setpriv --reuid=1234 --regid=65534 --clear-groups \
	"$LAB_XEAP" status --json --control "$LAB_DIR/run.control" | jq .totals.ports)" 64
setpriv --reuid=1234 --regid=1234 --clear-groups "$LAB_XEAP" status --control "$LAB_DIR/run.control" >/dev/null 2>"$LAB_DIR/other.txt"
is 'others have no permission' "$? $(grep -c 'no permission' "$LAB_DIR/other.txt")" '3 1'

# What it says is true
eventually 10 'the last one has failed' status run '.totals.failure == 1'
is 'two workers share the ports' "$(status run '[.workers[] | .ports] | add')" 64
is 'each port once' "$(status run '[.ports[].port] | unique | length')" 64
is 'all ports are named in the schema' "$(status run '[.schema, .version]')" '["xeap-status",1]'
received=$(far_count tx)
is 'frames received are those that the authenticators sent' \
	"$(status run '[.ports[] | select(.port != "port63") | .sum.dot1xSuppEapolFramesRx] | add')" "$received"
is 'so are those that the rings carried' "$(status run '[.ports[] | select(.port != "port63") | .rings.frames_rx] | add')" "$received"
is 'and those that the XDP program redirected' "$(status run '[.ports[] | select(.port != "port63") | .steer.redirected] | add')" "$received"
is 'frames sent are those that came' \
	"$(status run '[.ports[] | select(.port != "port63") | .sum.dot1xSuppEapolFramesTx] | add')" "$(far_count rx)"
is 'an MD5 login has four requests and results by their MIB names' "$(status run '.ports[] | select(.port == "port7") | .supplicants[0] |
	[.dot1xSuppPaeState, .dot1xSuppControlledPortStatus, .dot1xSuppEapolFramesRx, .dot1xSuppEapolReqIdFramesRx, .dot1xSuppEapolReqFramesRx,
	.dot1xSuppEapolRespIdFramesTx, .dot1xSuppEapolRespFramesTx, .dot1xSuppEapolLogoffFramesTx, .dot1xSuppStartPeriod, .dot1xSuppMaxStart]')" \
	'["authenticated","authorized",3,1,1,1,1,0,1,2]'
is 'the authenticator is known by its address' \
	"$(status run '.ports[] | select(.port == "port7") | .supplicants[0].dot1xSuppLastEapolFrameSource')" \
	"\"$(ip -n "$LAB_FAR" -j link show auth7 | jq -r '.[0].address')\""
is 'the port by its number' "$(status run '.ports[] | select(.port == "port7") | .dot1xPaePortNumber')" \
	"$(ip -n "$LAB_NEAR" -j link show port7 | jq '.[0].ifindex')"
is 'the one that failed says why' "$(status run '.ports[] | select(.port == "port63") | .supplicants[0] |
	[.result, .dot1xSuppPaeState, .reason]')" '["failure","held","no answer from an authenticator"]'
ok 'every pool adds up' status run '[.ports[].pool | .frames == .free + .filled + .received + .lent + .queued + .held] | all'
is 'only the ports that are named' "$(status run '[.ports[].port] | sort' -p 'port7,port1[0-2],nowhere')" '["port10","port11","port12","port7"]'

# For people and for Prometheus
lab_ask run status >"$LAB_DIR/table.txt"
is 'the table has a row a port' "$(grep -c '^port' "$LAB_DIR/table.txt")" 64
ok 'it says how port7 fares' grep -qE '^port7 +veth +native +own +authenticated +success +MD5 +- +3 +3 +0$' "$LAB_DIR/table.txt"
is 'nothing is wider than 120 columns' "$(awk 'length > 120' "$LAB_DIR/table.txt")" ''
lab_ask run status --prometheus >"$LAB_DIR/metrics.txt"
ok 'metrics of a port' grep -qx 'xeap_eapol_received_frames_total{port="port7"} 3' "$LAB_DIR/metrics.txt"
is 'each metric has its type once' "$(grep '^# TYPE' "$LAB_DIR/metrics.txt" | sort | uniq -d)" ''
timeout -s INT 2 "$LAB_XEAP" status --control "$LAB_DIR/run.control" --watch=0.3 >"$LAB_DIR/watch.txt"
ok 'watched, it comes again' test "$(grep -c '^xeap 0' "$LAB_DIR/watch.txt")" -ge 3
ok 'with rates' grep -q 'IN/S  OUT/S$' "$LAB_DIR/watch.txt"
"$LAB_ROOT/tests/net/terminal" 'authenticated' 'q' -- "$LAB_XEAP" status --control "$LAB_DIR/run.control" --watch >"$LAB_DIR/screen.txt" 2>&1
is 'on a terminal q ends it' $? 0
ok 'and the screen is given back' grep -q $'\033\[?1049l' "$LAB_DIR/screen.txt"

# Several at once, and such as do not behave
python 's.sendall(b"{\"cmd\":\"status\"}\n")
time.sleep(4)' "$LAB_DIR/run.control" &
slow=$!
for _ in 1 2 3; do
	python 's.sendall(b"{\"cmd\":")
time.sleep(4)' "$LAB_DIR/run.control" &
done
for i in 1 2; do
	lab_ask run status --json >"$LAB_DIR/both$i.txt" &
	both[i]=$!
done
wait "${both[1]}" && wait "${both[2]}"
is 'two get their answers while others say nothing' $? 0
is 'and whole ones' "$(jq .totals.ports "$LAB_DIR/both1.txt" "$LAB_DIR/both2.txt")" $'64\n64'
for request in '' 'x' '{"cmd":"status","ports":"a,,b"}' '{"cmd":"stop"}' "$(head -c 5000 /dev/zero | tr '\0' x)"; do
	is "no answer but an error to '${request:0:40}'" "$(python 's.sendall(sys.argv[2].encode() + b"\n")
try:
	print(s.makefile().read()[:9])
except ConnectionResetError:
	print("{\"error\":")' "$LAB_DIR/run.control" "$request")" '{"error":'
done
head -c 100000 /dev/urandom >"$LAB_DIR/random"
python 'try:
	s.sendall(open(sys.argv[2], "rb").read())
except (BrokenPipeError, ConnectionResetError):
	pass' "$LAB_DIR/run.control" "$LAB_DIR/random"
ok 'it goes on' authenticated run 63
wait $slow

# The socket as a file
lab_near "$LAB_XEAP" run --control "$LAB_DIR/run.control" -c "$LAB_DIR/md5.conf" -p port64 >"$LAB_DIR/second.txt" 2>&1
is 'a socket that is named and taken is an error' "$? $(grep -c 'another xeap run has it' "$LAB_DIR/second.txt")" '1 1'
ok 'and nothing was attached' net_unattached port64
lab_stop run KILL
ok 'what was killed leaves its socket behind' test -S "$LAB_DIR/run.control"
lab_ask run status >"$LAB_DIR/gone.txt" 2>&1
is 'nobody is there' "$? $(grep -c 'no xeap run listens' "$LAB_DIR/gone.txt")" '1 1'

# Many on one port
net_need lab_xeap run --start-period 1 --stations 9 -c "$LAB_DIR/md5.conf" -p port64
eventually 20 'nine stations log in, over a socket that was left behind' authenticated run 9
is 'none is shown by itself' "$(status run '.ports[0] | [.count, .states.authenticated, (.supplicants | length)]')" '[9,9,0]'
is 'all are when that is asked for' \
	"$(status run '.ports[0].supplicants | [length, (map(.mac) | unique | length), (map(.result) | unique)]' --stations)" '[9,9,["success"]]'
is 'the sum is theirs' "$(status run '.ports[0] | .sum.dot1xSuppEapolFramesRx == ([.supplicants[].dot1xSuppEapolFramesRx] | add)' --stations)" true
is 'a row each' "$(lab_ask run status --stations | grep -cE '^port64 .*authenticated +success')" 9
lab_stop run
is 'ended by a signal' $? 0
ok 'it takes its socket away' test ! -e "$LAB_DIR/run.control"
is 'nothing on standard error' "$(cat "$LAB_DIR/run.err")" ''

# None
net_need lab_xeap run --control none -c "$LAB_DIR/md5.conf" -p port64
eventually 10 'without one ports log in as well' lab_events run 'any(.[]; .event == "auth" and .result == "success")'
ok 'there is none' test ! -e "$LAB_DIR/run.control"
net_end
