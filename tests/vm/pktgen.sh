#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 60 s
#
# The kernel's packet generator (scripts/pktgen) beside logins, and EAPOL out of it; in a guest of scripts/vm only.
#
#	port0 ─ auth0   logins, with the generator's UDP out of either end
#	port1 ─ auth1   what arrives is counted
. "$(dirname "$0")/../net/lib.sh"

modprobe -a veth pktgen sch_ingress cls_bpf || skip_all 'this kernel has no pktgen'
pktgen=$LAB_ROOT/scripts/pktgen

net_begin
net_need lab_ports 0 1
net_need lab_hostapd hostapd hostapd auth0
lab_config wpa_supplicant/sup-md5.conf >"$LAB_DIR/md5.conf"

said=$(lab_near "$pktgen/threads.sh" -i port1 -f 63 2>&1)
is 'a thread for which there is no processor is refused, in one line' "$? $(wc -l <<<"$said")" '1 1'
ok '… that names it' grep -qF 'no thread 63' <<<"$said"

# count NAME SCRIPT ARGS…: what SCRIPT made arrive, in NAME.out; its results in $results
count()
{
	local name=$1 script=$2

	shift 2
	net_need lab_start "$name" far "$LAB_ROOT/tests/vm/count-frames" auth1 120
	net_need lab_wait 10 grep -q listening "$LAB_DIR/$name.err"
	results=$(lab_near "$pktgen/$script" -i port1 -j "$@")
	lab_stop "$name"
}

# arrived NAME FILTER
arrived()
{
	jq -c "$2" "$LAB_DIR/$1.out"
}

count burst burst.sh -n 3000 -r 2000
is 'burst.sh says what it sent' \
	"$(jq -c '[.schema, .version, (.devices[] | .device, .packets, .errors)]' <<<"$results")" \
	'["xeap-pktgen",1,"port1@0",3000,0]'
is 'and it arrives' "$(arrived burst .udp)" 3000
count threads threads.sh -n 1000 -r 1000
is 'threads.sh sends on each thread' "$(jq -c '[.devices[].packets]' <<<"$results")" '[1000]'
count vlans vlans.sh -l 100-102 -n 500 -r 500
is 'vlans.sh sends in each VLAN' "$(arrived vlans '[.tagged[]]')" '[500,500,500]'
count start eapol.sh -n 2000 -r 1000 -S 50
is 'eapol.sh makes EAPOL-Starts' "$(arrived start '[.eapol, .group, .udp]')" '[{"2.1.0":2000},2000,0]'
is 'from as many senders as asked for' "$(arrived start .senders)" 50
count all eapol.sh -n 1000 -r 1000 -e all -S 20
is 'eapol.sh -e all makes every kind' "$(arrived all '[.eapol | keys[]]')" '["0.0.5","2.0.5","2.0.65535","2.1.0","2.99.0"]'
is 'the malformed of it, too, from as many senders' "$(arrived all .senders)" 20
is 'and nothing is left on the device' "$(lab_near tc qdisc show dev port1 clsact)" ''

# Logins under load: the generator at both ends of the port, for as long as they take.
net_need lab_start near-load near "$pktgen/burst.sh" -i port0 -n 0 -r 3000 -j
net_need lab_start far-load far "$pktgen/burst.sh" -i auth0 -n 0 -r 3000 -j
for n in 1 2 3; do
	net_need lab_xeap "run$n" --once --mode native --timeout 30 -c "$LAB_DIR/md5.conf" -p port0
	lab_join "run$n" 50
	is "login $n beside other traffic" \
		"$(lab_events "run$n" '.[] | select(.event == "auth") | [.result, .mode]')" '["success","native"]'
done
for load in near-load far-load; do
	lab_stop $load
	ok "$load was there, and is told when it is interrupted" \
		jq -e '.devices[0].packets > 1000' "$LAB_DIR/$load.out"
done
net_end
