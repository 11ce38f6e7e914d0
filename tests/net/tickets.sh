#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 180 s
#
# xeap is started again, and goes on with the TLS sessions of the one before.
#
#	port0 ─ auth0   hostapd's own EAP server: EAP-TLS 1.2
#	port1 ─ auth1   the same: PEAPv1, TLS 1.2
#	port2 ─ auth2   the same: TTLS, TLS 1.2
#	port3 ─ auth3   hostapd in front of FreeRADIUS: EAP-TLS 1.3 (what hostapd resumes of that it spoils, see resume.sh)
#	port4 ─ auth4   the same as auth0, with three stations
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/freeradius.sh"

net_own_mounts
net_begin
net_need lab_bpffs
net_need lab_ports 0 4
net_need radius_start fr cache=yes
export LAB_HOSTAPD_FLAGS=-dd
net_need lab_hostapd tls12 hostapd 'auth0 auth1 auth2' tls_session_lifetime=3600
net_need lab_hostapd stations hostapd-unicast auth4 tls_session_lifetime=3600
net_need radius_hostapd tls13 auth3

lab_config wpa_supplicant/sup-tls12.conf >"$LAB_DIR/tls.conf"
lab_config wpa_supplicant/sup-tls13.conf >"$LAB_DIR/tls13.conf"
lab_config wpa_supplicant/sup-peapv1-mschapv2.conf >"$LAB_DIR/peap.conf"
lab_config wpa_supplicant/sup-ttls-pap.conf >"$LAB_DIR/ttls.conf"
mkdir -m 700 "$LAB_DIR/state"
file=$LAB_DIR/state/tickets

# all NAME ARG…: the four ports log in
all()
{
	lab_xeap "$1" --start-period 1 -p "port0=$LAB_DIR/tls.conf" -p "port1=$LAB_DIR/peap.conf" \
		-p "port2=$LAB_DIR/ttls.conf" -p "port3=$LAB_DIR/tls13.conf" "${@:2}"
}

# logins NAME: of each port the first one's result, version, and whether it was resumed
logins()
{
	lab_events "$1" '[.[] | select(.event == "auth")] | group_by(.port) | map(.[0]) |
		map([.port, .result, .tls_version, (.resumed | tostring)] | join(" "))'
}

# resumed NAME: which ports
resumed()
{
	lab_events "$1" '[.[] | select(.event == "auth" and .result == "success" and .resumed) | .port] | sort'
}

# one NAME CONF ARG…: port0 logs in, and says whether it resumed
one()
{
	lab_xeap "$1" --once --timeout 15 --start-period 1 -c "$LAB_DIR/$2.conf" -p port0 --keep-tickets "$file" "${@:3}" || return
	lab_join "$1" 30 || return
	resumed "$1"
}

# said NAME: lines of standard error about the file
said()
{
	grep -F -- --keep-tickets "$LAB_DIR/$1.err"
}

# First, and again.
net_need all first --once --timeout 20 --keep-tickets "$file"
lab_join first 30
is 'all ports log in' $? 0
is 'in full' "$(logins first)" '["port0 success 1.2 false","port1 success 1.2 false","port2 success 1.2 false","port3 success 1.3 false"]'
is 'the file is nobody else'"'"'s' "$(stat -c '%a %u' "$file")" '600 0'
is 'nothing lies beside it' "$(ls -A "$LAB_DIR/state")" tickets
is 'nothing is said about it' "$(said first)" ''
net_need all again --once --timeout 20 --keep-tickets "$file"
lab_join again 30
is 'all ports log in again' $? 0
is 'and resume' "$(logins again)" '["port0 success 1.2 true","port1 success 1.2 true","port2 success 1.2 true","port3 success 1.3 true"]'
ok 'hostapd agrees about EAP-TLS' test "$(lab_hostapd_count tls12 'EAP-TLS: Resuming previous session')" = 1
ok '… and about PEAP' test "$(lab_hostapd_count tls12 'EAP-PEAP: Resuming previous session')" = 1
net_need all without --once --timeout 20
lab_join without 30
is 'without the option nothing is resumed' "$(resumed without)" '[]'

# Who is killed has written it before.
net_need all killed --keep-tickets "$file"
eventually 20 'all log in' lab_events killed '[.[] | select(.event == "auth") | .port] | unique | length == 4'
is 'what was there was written back at the start' "$(stat -c %a "$file")" 600
lab_stop killed KILL
echo stale >"$file.new"
net_need all next --once --timeout 20 --keep-tickets "$file"
lab_join next 30
is 'after kill -9 all log in' $? 0
is 'TLS 1.2 resumes what was kept before' "$(lab_events next '[.[] | select(.event == "auth" and .port == "port0") | .resumed]')" '[true]'
is 'what the killed one left beside the file is gone' "$(ls -A "$LAB_DIR/state")" tickets

# Another configuration, another address, another file.
is 'once more for the ones to come' "$(one base tls)" '["port0"]'
cp -p "$file" "$LAB_DIR/good"
sed 's/identity=.*/identity="tlsuser"\n    id_str="changed"/' "$LAB_DIR/tls.conf" >"$LAB_DIR/changed.conf"
is 'another network block: a full login' "$(one changed changed)" '[]'
cp -p "$LAB_DIR/good" "$file"
cp "$(readlink -f "$LAB_DIR/certs/ca.pem")" "$LAB_DIR/own-ca.pem"
sed "s|ca_cert=.*|ca_cert=\"$LAB_DIR/own-ca.pem\"|" "$LAB_DIR/tls.conf" >"$LAB_DIR/own.conf"
is 'a CA of its own' "$(one own tls; one own own; one own2 own)" $'["port0"]\n[]\n["port0"]'
echo '# changed' >>"$LAB_DIR/own-ca.pem"
is '… whose file changes: a full login' "$(one own3 own)" '[]'
is 'fast_reauth=0: a full login' "$({ echo fast_reauth=0; cat "$LAB_DIR/tls.conf"; } >"$LAB_DIR/full.conf"; one full full)" '[]'
cp -p "$LAB_DIR/good" "$file"
net_need lab_near ip link set port0 address 02:00:00:00:77:01
is 'another address: a full login' "$(one address tls)" '[]'
is 'once again' "$(one address2 tls)" '["port0"]'

# Stations of one port have one file, and each its own ticket.
stations()
{
	lab_xeap "$1" --once --timeout 20 --start-period 1 -c "$LAB_DIR/tls.conf" -p port4 --keep-tickets "$LAB_DIR/state/stations" \
		--stations "$2" && lab_join "$1" 30
	lab_events "$1" '[.[] | select(.event == "auth") | .result + " " + (.resumed | tostring)] | sort'
}

is 'two stations' "$(stations two 2)" '["success false","success false"]'
is 'three, of which two resume' "$(stations three 3)" '["success false","success true","success true"]'

# What is wrong with the file.
cp -p "$file" "$LAB_DIR/good"
truncate -s -1 "$file"
is 'cut off: a full login' "$(one cut tls)" '[]'
is 'and one line' "$(said cut)" "xeap: --keep-tickets $file: is damaged or cut off: all logins are full ones"
is 'it is sound afterwards' "$(one cut2 tls; said cut2)" '["port0"]'
for damage in 0 1 40 200; do
	cp -p "$LAB_DIR/good" "$file"
	[ $damage = 0 ] && : >"$file"
	printf '\377' | dd of="$file" bs=1 seek=$((damage + 15)) conv=notrunc status=none
	is "an octet changed behind $damage: a full login and one line" "$(one damaged tls; said damaged | wc -l)" $'[]\n1'
done
: >"$file"
is 'empty: a full login and one line' "$(one empty tls; said empty | wc -l)" $'[]\n1'
cp -p "$LAB_DIR/good" "$file"
sed -i 's/^xeap tickets 1/xeap tickets 9/' "$file"
is 'another version: a full login' "$(one version tls)" '[]'
is 'and one line' "$(said version)" "xeap: --keep-tickets $file: is of another version of xeap: all logins are full ones"
echo 'what was this?' >"$file"
is 'not ours: a full login' "$(one foreign tls)" '[]'
is 'and one line' "$(said foreign)" "xeap: --keep-tickets $file: is no file of xeap's tickets: it stays as it is, and none are kept"
is 'it stays as it is' "$(cat "$file")" 'what was this?'

# refused WHAT WORDS: xeap does not start, with one line and status 2
refused()
{
	lab_near "$LAB_XEAP" run --once -c "$LAB_DIR/tls.conf" -p port0 --keep-tickets "$file" 2>"$LAB_DIR/refused.err"
	is "$1: status 2" $? 2
	is '… and one line' "$(cat "$LAB_DIR/refused.err")" "xeap: --keep-tickets $file: $2"
}

cp -p "$LAB_DIR/good" "$file"
chmod 640 "$file"
refused 'others can read it' 'has mode 0640, so that others get at the keys in it: chmod 600, or remove it'
chmod 600 "$file"
chown 65534 "$file"
refused 'it is not ours' 'belongs to user 65534, not to 0: name another file'
rm "$file"
ln -s "$LAB_DIR/good" "$file"
refused 'a symbolic link' 'is a symbolic link: name the file itself'
rm "$file"
mkdir "$file"
refused 'a directory' 'is not a regular file'
rmdir "$file"
file=$LAB_DIR/none/tickets refused 'no such directory' 'No such file or directory'

# Without CAP_DAC_OVERRIDE, which --no-sandbox alone keeps, a directory of somebody else's is not ours to write to.
mkdir "$LAB_DIR/theirs"
chown 65534 "$LAB_DIR/theirs"
is 'a directory that cannot be written to: it is said once' \
	"$(file=$LAB_DIR/theirs/tickets; one theirs tls; said theirs)" \
	$'[]\n'"xeap: --keep-tickets $LAB_DIR/theirs/tickets cannot be written: Permission denied"

# From process to process.
file=$LAB_DIR/state/pinned
net_need all old --pin "$LAB_DIR/bpf/xeap" --keep-tickets "$file"
eventually 20 'with pins: all log in' lab_events old '[.[] | select(.event == "auth") | .port] | unique | length == 4'
rm "$file"
net_need all taker --pin "$LAB_DIR/bpf/xeap" --takeover --keep-tickets "$file"
lab_join old 20
is 'the old one hands over' $? 0
eventually 20 'the next one logs in with what that wrote last' lab_events taker \
	'[.[] | select(.event == "auth" and .resumed and .tls_version == "1.2") | .port] | unique | length == 3'
lab_stop taker

# xeap radius
file=$LAB_DIR/state/radius
# radius VERSION ARG…: the logins of one run, as resumed or not
radius()
{
	lab_far "$LAB_XEAP" radius --json -a 127.0.0.1 -s testing123 -c "$LAB_DIR/again$1.conf" --keep-tickets "$file" "${@:2}" |
		jq -cs '[.[] | select(.event == "auth") | .result + " " + .tls_version + " " + (.resumed | tostring)] | sort'
}

lab_config eapol_test/tls12.conf | sed 's/fast_reauth=0/fast_reauth=1/; s/private_key=/phase1="tls_disable_tlsv1_3=1"\n&/' >"$LAB_DIR/again12.conf"
lab_config eapol_test/tls13.conf | sed 's/fast_reauth=0/fast_reauth=1/' >"$LAB_DIR/again13.conf"
for version in 12 13; do
	dotted=1.${version#1}
	is "xeap radius, TLS $dotted: a full login" "$(radius $version)" "[\"success $dotted false\"]"
	is '… and the next run resumes' "$(radius $version)" "[\"success $dotted true\"]"
done
is 'each peer has its own' "$(radius 12 --sessions 3 -M 02:00:00:00:01:00; radius 12 --sessions 3 -M 02:00:00:00:01:01)" \
	$'["success 1.2 false","success 1.2 false","success 1.2 false"]\n["success 1.2 false","success 1.2 true","success 1.2 true"]'
chmod 604 "$file"
lab_far "$LAB_XEAP" radius -a 127.0.0.1 -s testing123 -c "$LAB_DIR/again12.conf" --keep-tickets "$file" 2>"$LAB_DIR/radius.err"
is 'refused: status 2' $? 2
is '… and one line' "$(cat "$LAB_DIR/radius.err")" \
	"xeap radius: --keep-tickets $file: has mode 0604, so that others get at the keys in it: chmod 600, or remove it"
net_end
