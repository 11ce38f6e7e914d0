#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 60 s
#
# xeap bench over AF_XDP zero-copy, with the kernel's packet generator beside it; in a guest of scripts/vm only.
#
#	port0 ─ hub ─ auth0   two devices of the guest, 52:54:00:00:00:01 and :02; UDP out of auth0 while logins run
. "$(dirname "$0")/../net/lib.sh"
. "$(dirname "$0")/devices"

vm_newer 6 13 || skip_all 'virtio-net has no zero-copy before Linux 6.13'
modprobe -a virtio_net pktgen || skip_all 'this kernel has no pktgen'
near=$(vm_device 52:54:00:00:00:01)
far=$(vm_device 52:54:00:00:00:02)
[ -n "$near" ] && [ -n "$far" ] || skip_all 'needs the two devices of scripts/vm --nics virtio'

# told FILTER: of the JSON that the bench wrote
told()
{
	jq -c "$1" "$LAB_DIR/bench.json"
}

received()
{
	lab_near cat /sys/class/net/port0/statistics/rx_packets
}

net_begin
net_need vm_ports "$near" "$far"
# An answer to the port's own address reaches one supplicant, one to the group all of them.
net_need lab_hostapd hostapd hostapd-unicast auth0
lab_config wpa_supplicant/sup-md5.conf >"$LAB_DIR/md5.conf"

# The load, in bursts, which veth does not take, ends before the logins do: their report has its results.
net_need lab_start load far "$LAB_ROOT/scripts/pktgen/burst.sh" -i auth0 -m 52:54:00:00:00:01 -n 600 -b 4 -r 125 -j
net_need lab_start bench near "$LAB_XEAP" bench -q -p port0 --mode zero-copy -n 50 -r 10 -c "$LAB_DIR/md5.conf" \
	--background "$LAB_DIR/load.out" --json "$LAB_DIR/bench.json"
lab_join load 20
is 'the generator ends by itself' $? 0
ok 'while logins run' lab_running bench
lab_join bench 40
is 'the bench ends with exit status 0' $? 0
is 'all 50 logins are in, and none failed' "$(told '[.started, .ended.success, (.ended | add)]')" '[50,50,50]'
# In brackets: what the sockets say of themselves (XDP_OPTIONS_ZEROCOPY).
is 'over zero-copy' "$(told '.run.mode | contains("(zero-copy)")')" true
is 'with nothing copied' "$(told '.frames.copied')" 0
is "the generator's results are in the bench's" "$(told '.background[0] | [.name, .packets, .errors]')" '["auth0@0",600,0]'
ok 'and its frames came to the port' test "$(received)" -gt 600
net_end
