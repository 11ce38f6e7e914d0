#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 120 s
#
# What the rings carry, as tshark reads it.
#
#	port0 ─ auth0   EAP-TLS 1.3
#	port1 ─ auth1   MD5, again every second
#	port2 ─ auth2   nobody
. "$(dirname "$0")/lib.sh"

# frames FILE FILTER FIELD…: a line each
frames()
{
	local file=$1 filter=$2 fields=() field

	shift 2
	for field in "$@"; do
		fields+=(-e "$field")
	done
	tshark -n -r "$file" -Y "$filter" -T fields "${fields[@]}" 2>"$LAB_DIR/tshark.txt"
}

# capture NAME ARGS…: in the background
capture()
{
	local name=$1

	shift
	lab_start "$name" near "$LAB_XEAP" capture --control "$LAB_DIR/run.control" "$@"
}

# has_frames FILE COUNT
has_frames()
{
	[ "$(frames "$1" eapol frame.number | wc -l)" -ge "$2" ]
}

authenticated()
{
	lab_events run "[.[] | select(.event == \"auth\" and .result == \"success\" and .port == \"$1\")] | length >= $2"
}

# summary NAME: what it said at its end
summary()
{
	cat "$LAB_DIR/$1.err"
}

net_begin
net_need lab_ports 0 2
lab_config wpa_supplicant/sup-md5.conf >"$LAB_DIR/md5.conf"
lab_config wpa_supplicant/sup-tls13.conf >"$LAB_DIR/tls.conf"
net_need lab_start dump near dumpcap -q -i port0 -w "$LAB_DIR/dump.pcapng" -f 'ether proto 0x888e'
net_need lab_xeap run -w 2 --start-period 0.5 --max-start 1000 -c "$LAB_DIR/md5.conf" -p port1,port2 -p "port0=$LAB_DIR/tls.conf"
eventually 10 'the ports are joined' lab_events run '[.[] | select(.event == "port" and .state == "joined")] | length == 3'

# A whole login
capture all -w "$LAB_DIR/all.pcapng"
capture alone -p port0 -w "$LAB_DIR/alone.pcapng"
eventually 10 'a capture that has begun sees Starts' has_frames "$LAB_DIR/all.pcapng" 1
net_need lab_hostapd tls hostapd-tls13 auth0
net_need lab_hostapd md5 hostapd auth1 eap_reauth_period=1
eventually 20 'port0 logs in' authenticated port0 1
eventually 20 'port1 logs in, three times' authenticated port1 3
net_need lab_stop alone INT
lab_stop all INT
is 'ended by ^C' $? 0
like='^[0-9]+ frames written, 0 lost$'
ok 'it says how many frames it has' grep -qE "$like" "$LAB_DIR/all.err"
is 'as many are in the file' "$(frames "$LAB_DIR/all.pcapng" 'eapol' frame.number | wc -l)" "$(summary all | sed 's/ .*//')"
is 'tshark finds nothing wrong with it' "$(grep -v 'as user "root"' "$LAB_DIR/tshark.txt")" ''
ok 'nor has capinfos' capinfos "$LAB_DIR/all.pcapng"
is 'interfaces have the names of ports' "$(capinfos "$LAB_DIR/all.pcapng" 2>/dev/null | sed -n 's/^ *Name = //p' | sort)" $'port0\nport1\nport2'
is 'and say what they are' "$(capinfos "$LAB_DIR/all.pcapng" 2>/dev/null | sed -n 's/^ *Description = //p' | sort -u)" 'veth, native, own ring'
is 'times are in nanoseconds' "$(capinfos "$LAB_DIR/all.pcapng" 2>/dev/null | sed -n 's/^ *Time precision = //p' | sort -u)" 'nanoseconds (9)'
ok 'and of now' test "$(frames "$LAB_DIR/all.pcapng" eapol frame.time_epoch | tail -n 1 | cut -d. -f1)" -ge $(($(date +%s) - 60))

# Of port0 all of EAP-TLS: code, type and direction of each frame.
port0='frame.interface_name == "port0" && eap'
is 'it begins with the identity and ends with success' \
	"$(frames "$LAB_DIR/all.pcapng" "$port0" eap.code eap.type | sed -n '1p;2p;$p' | tr '\t\n' ' ,')" '1 1,2 1,3 ,'
is 'every request is inbound and every response outbound' \
	"$(frames "$LAB_DIR/all.pcapng" "$port0" eap.code frame.packet_flags_direction | sort -u | tr '\t\n' ' ,')" \
	'1 0x00000001,2 0x00000002,3 0x00000001,'
is 'requests and responses have the same number' "$(frames "$LAB_DIR/all.pcapng" "$port0 && eap.code == 1" eap.id)" \
	"$(frames "$LAB_DIR/all.pcapng" "$port0 && eap.code == 2" eap.id)"
ok 'it has the hellos of a TLS handshake' \
	test "$(frames "$LAB_DIR/alone.pcapng" 'tls.handshake.type in {1,2}' frame.number | wc -l)" = 2
is 'a capture of port0 alone has the same of it' "$(frames "$LAB_DIR/alone.pcapng" eap frame.time_epoch eap.code eap.id)" \
	"$(frames "$LAB_DIR/all.pcapng" "$port0" frame.time_epoch eap.code eap.id)"
is 'it is the traffic of one supplicant' "$(frames "$LAB_DIR/all.pcapng" "$port0 && frame.packet_flags_direction == 2" eth.src | sort -u)" \
	"$(ip -n "$LAB_NEAR" -j link show port0 | jq -r '.[0].address')"
is 'groups are known from addresses' \
	"$(frames "$LAB_DIR/all.pcapng" 'eapol.type == 1' eth.dst frame.packet_flags_reception_type | sort -u)" $'01:80:c2:00:00:03\t2'
is 'port2 has Starts only' "$(frames "$LAB_DIR/all.pcapng" 'frame.interface_name == "port2"' eapol.type | sort -u)" 1
net_need lab_stop dump INT
is 'who listens on the port sees no request' "$(frames "$LAB_DIR/dump.pcapng" 'eap.code == 1' frame.number)" ''

# Some ports, some frames
capture some -p 'port1,port9*' -c 6 -w "$LAB_DIR/some.pcapng"
lab_join some 20
is 'with -c it ends by itself' "$? $(summary some)" '0 6 frames written, 0 lost'
is 'only the port that was asked for' "$(frames "$LAB_DIR/some.pcapng" frame frame.interface_name | sort | uniq -c | xargs)" '6 port1'
lab_ask run capture -p port1,port9 -w "$LAB_DIR/none.pcapng" >"$LAB_DIR/none.txt" 2>&1
is 'a port that is not served is an error' "$? $(grep -c 'no port port9 is served' "$LAB_DIR/none.txt")" '1 1'
ok 'without a file' test ! -e "$LAB_DIR/none.pcapng"
lab_ask run capture -w /nowhere/file >"$LAB_DIR/none.txt" 2>&1
is 'so is a file that cannot be written' "$? $(cat "$LAB_DIR/none.txt")" '1 xeap capture: /nowhere/file: No such file or directory'
lab_ask run capture -w /dev/full >"$LAB_DIR/none.txt" 2>&1
is 'or takes no more' "$? $(cat "$LAB_DIR/none.txt")" '1 xeap capture: /dev/full: No space left on device'

# Through a pipe
timeout 20 bash -c '"$1" capture --control "$2" -p port1 -w - 2>"$3.err" | tshark -n -l -i - -c 4 -T fields -e frame.interface_name \
	>"$3.out" 2>"$3.tshark"; echo "${PIPESTATUS[*]}" >"$3.status"' pipe "$LAB_XEAP" "$LAB_DIR/run.control" "$LAB_DIR/pipe"
is 'tshark reads a pipe' "$(sort "$LAB_DIR/pipe.out" | uniq -c | xargs)" '4 port1'
is 'and when it has enough, that is the end of both' "$(cat "$LAB_DIR/pipe.status")" '0 0'
for i in 1 2 3 4; do
	capture "full$i" -w "$LAB_DIR/full$i.pcapng"
done
eventually 5 'four capture at a time' has_frames "$LAB_DIR/full4.pcapng" 1
lab_ask run capture -w "$LAB_DIR/none.pcapng" >"$LAB_DIR/none.txt" 2>&1
is 'a fifth is refused' "$? $(grep -c '4 captures are running' "$LAB_DIR/none.txt")" '1 1'
for i in 2 3 4; do
	lab_stop "full$i" TERM
done

# One that is stopped reads nothing: it loses frames, and the port none.
kill -STOP "${LAB_PIDS[full1]}"
logins=$(lab_events run '[.[] | select(.event == "auth" and .port == "port1")] | length')
eventually 20 'a capture that does not read stops nobody' authenticated port1 $((logins + 3))
kill -CONT "${LAB_PIDS[full1]}"

# The run ends meanwhile: its last frames are in the file, which is whole.
capture last -w "$LAB_DIR/last.pcapng"
eventually 5 'one that is running' has_frames "$LAB_DIR/last.pcapng" 1
lab_stop run TERM
is 'the run ends' $? 0
lab_join last 10
is 'so does its capture' $? 0
is 'which has the Logoffs of both workers' "$(frames "$LAB_DIR/last.pcapng" 'eapol.type == 2' frame.interface_name | sort | xargs)" 'port0 port1 port2'
is 'and is whole' "$(grep -v 'as user "root"' "$LAB_DIR/tshark.txt")" ''
lab_join full1 10
is 'and the other one' $? 0
is 'nothing on standard error' "$(cat "$LAB_DIR/run.err")" ''
net_end
