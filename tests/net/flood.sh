#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 60 s
#
# xeap flood: what arrives is counted frame by frame, logins succeed beside it, and it refuses before anything is sent.
#
#	port0 ─ auth0   logins by xeap bench, with the load out of the same port
#	port1 ─ auth1   what arrives is counted
. "$(dirname "$0")/lib.sh"

net_begin
net_need lab_ports 0 3
net_need lab_far ethtool -K auth0 gro on >/dev/null
net_need lab_far ethtool -K auth1 gro on >/dev/null
net_need lab_far ethtool -K auth2 gro off >/dev/null
net_need lab_near ip link set port3 down
net_need lab_hostapd hostapd hostapd-unicast auth0
lab_config wpa_supplicant/sup-md5.conf >"$LAB_DIR/md5.conf"

# refused STATUS WHAT TEXT ARGS…: that status, and one line with TEXT
refused()
{
	local status=$1 what=$2 text=$3 said got

	shift 3
	said=$(lab_near "$LAB_XEAP" flood "$@" 2>&1)
	got=$?
	is "refused: $what" $got "$status"
	is "… in one line" "$(wc -l <<<"$said")" 1
	ok "… that says $text" grep -qF -- "$text" <<<"$said"
}

# What the command line alone decides, no kernel does.
if [ -z "${XEAP_EMULATED:-}" ]; then
	refused 2 'no netdev' '-i NETDEV is missing' -n 1
	refused 2 'no end' 'a load has an end' -i port1
	refused 2 'a netdev that is not there' 'there is no netdev none0' -i none0 -n 1
	refused 2 'the same one twice' 'twice' -i port1 -i port1 -n 1
	refused 2 'no number' "-n takes a whole number from 0 to 4294967295, not 'x'" -i port1 -n x
	refused 2 'a size below the least' '-s takes' -i port1 -n 1 -s 20
	refused 2 'a size beyond the MTU' 'does not fit the MTU of port1' -i port1 -n 1 -s 1516
	refused 2 'VLAN 4095' '--vlan takes' -i port1 -n 1 --vlan 4095
	refused 2 'a kind of EAPOL that there is not' '--eapol takes start, identity or malformed' -i port1 -n 1 --eapol hello
	refused 2 'no Ethernet' 'lo is no Ethernet device' -i lo -n 1
fi
refused 1 'a netdev that is down' 'port3 is down' -i port3 -n 1
refused 1 'a veth whose other end takes nothing from XDP' 'gro on' -i port2 -n 100
net_need lab_near ip address add 198.18.0.1/24 dev port2
net_need lab_near ip route add default via 198.18.0.2
refused 1 'the default route' 'port2 carries the default route' -i port2 -n 1
if grep -qs pktgen /proc/modules || [ -e /proc/net/pktgen ] || modprobe -n pktgen 2>/dev/null; then
	skip 'scripts/pktgen name xeap flood' 'this kernel has pktgen'
else
	ok 'scripts/pktgen name xeap flood' grep -qF "'xeap flood -i port1 -n 7 -r 50 --eapol start --sources 9 --json'" <<<"$(
		lab_near "$LAB_ROOT/scripts/pktgen/eapol.sh" -i port1 -n 7 -r 50 -S 9 -j 2>&1)"
	ok '… with a rate for a delay, also one of more than a second' grep -qF "'xeap flood -i port1 -n 7 -r 1 " <<<"$(
		lab_near "$LAB_ROOT/scripts/pktgen/eapol.sh" -i port1 -n 7 -w 2000000000 2>&1)"
fi

for form in '' --json; do
	said=$(lab_near "$LAB_XEAP" flood -i port1 -n 1 $form 2>&1 >/dev/full)
	is "a result${form:+ as JSON} that cannot be written: exit status 1 and a line" "$? $said" \
		'1 xeap flood: standard output could not be written'
done

# flood NAME ARGS…: its results in NAME.json
flood()
{
	lab_near "$LAB_XEAP" flood -i port1 --json "${@:2}" >"$LAB_DIR/$1.json"
}

result()
{
	jq -c "$2" "$LAB_DIR/$1.json"
}

net_need lab_start count far "$LAB_ROOT/tests/vm/count-frames" auth1 120
net_need lab_wait 10 grep -q listening "$LAB_DIR/count.err"
ok 'UDP goes out' flood udp -n 4000 -r 2000
ok 'in a VLAN' flood vlan -n 300 -r 3000 --vlan 7 -s 200
ok 'EAPOL-Start from 50 senders' flood start -n 400 -r 3000 --eapol start --sources 50
ok 'Request/Identity' flood identity -n 200 -r 3000 --eapol identity
ok 'malformed EAPOL' flood malformed -n 300 -r 3000 --eapol malformed
ok 'the results say what was sent, and the netdev the same' result udp \
	'.schema == "xeap-flood" and .version == 1 and (.devices[0] | [.packets, .errors, .interface_packets]) == [4000, 0, 4000]'
ok 'at a rate within 10 %' jq -e '.devices[0].pps | . > 1800 and . < 2200' "$LAB_DIR/udp.json"
lab_stop count
arrived()
{
	jq -c "$1" "$LAB_DIR/count.out"
}
is 'every frame of UDP arrived, and no other' "$(arrived .udp)" 4300
is '… those of the VLAN in its tag' "$(arrived .tagged)" '{"7":300}'
is '… each frame of EAPOL in its kind' "$(arrived .eapol)" \
	'{"0.0.5":100,"2.0.5":200,"2.0.65535":100,"2.1.0":400,"2.99.0":100}'
is '… from 50 senders and the netdev' "$(arrived .senders)" 51
is '… to the PAE group' "$(arrived .group)" 900

# Logins beside it, out of the same port.
lab_start load near "$LAB_XEAP" flood -i port0 -t 2 -r 5000 --sources 1000 --json
ok 'logins beside it succeed' lab_near "$LAB_XEAP" bench -q -p port0 -c "$LAB_DIR/md5.conf" -n 20 -r 20 --json "$LAB_DIR/bench.json"
is '… all of them' "$(jq -c '[.started, .ended.success]' "$LAB_DIR/bench.json")" '[20,20]'
lab_join load 10
is 'the load ends by itself' $? 0
ok 'a run reads its results' lab_near "$LAB_XEAP" bench -q -p port0 -c "$LAB_DIR/md5.conf" -n 1 --mac 02:00:00:00:01:01 \
	--background "$LAB_DIR/load.out" --json "$LAB_DIR/read.json"
is '… into its own' "$(jq -c '.background[0] | [.name, .packets, .errors, .pps]' "$LAB_DIR/read.json")" \
	"$(jq -c '.devices[0] | [.device, .packets, .errors, .pps]' "$LAB_DIR/load.out")"
echo '{}' >"$LAB_DIR/empty.json"
said=$(lab_near "$LAB_XEAP" bench -q -p port0 -c "$LAB_DIR/md5.conf" -n 1 --mac 02:00:00:00:01:02 \
	--background "$LAB_DIR/empty.json" --json "$LAB_DIR/read.json" 2>&1 >/dev/null)
is 'results that cannot be read cost no run' "$? $(jq -c '[.ended.success, .background]' "$LAB_DIR/read.json")" '0 [1,[]]'
ok '… but a line' grep -q 'warning: background load .*empty.json' <<<"$said"
net_end
