#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 60 s
#
# AF_XDP zero-copy on emulated virtio-net devices; in a guest of scripts/vm only.
#
#	port0 ─ hub ─ auth0   two devices of the guest, 52:54:00:00:00:01 and :02, --nics virtio
#
# Drivers have it or not: virtio-net since Linux 6.13. Where it has not, asking for it is refused and the rest works.
. "$(dirname "$0")/../net/lib.sh"
. "$(dirname "$0")/devices"

modprobe virtio_net
near=$(vm_device 52:54:00:00:00:01)
far=$(vm_device 52:54:00:00:00:02)
[ -n "$near" ] && [ -n "$far" ] || skip_all 'needs the two devices of scripts/vm --nics virtio'

net_begin
net_need vm_ports "$near" "$far"
net_need lab_hostapd hostapd hostapd auth0
for conf in md5 tls12; do
	lab_config "wpa_supplicant/sup-$conf.conf" >"$LAB_DIR/$conf.conf"
done
sed -e '/fragment_size/d' -e '/identity=/a fragment_size=200' "$LAB_DIR/tls12.conf" >"$LAB_DIR/frag.conf"

# result NAME: of the one login
result()
{
	lab_events "$1" '.[] | select(.event == "auth") | [.result, .mode, .tx_copied]'
}

# Of a socket that cannot, the kernel refuses the bind.
for conf in md5 tls12 frag; do
	net_need lab_xeap "zc-$conf" --once --mode zero-copy --timeout 30 -c "$LAB_DIR/$conf.conf" -p port0
	lab_join "zc-$conf" 50
	status=$?
	if vm_newer 6 13; then
		is "$conf: zero-copy, and nothing copied" "$(result "zc-$conf")" '["success","zero-copy",0]'
	else
		is "$conf: zero-copy is refused" "$status" 1
		ok "$conf: in one line that names it" grep -qi 'zero-copy' "$LAB_DIR/zc-$conf.err"
	fi
done
! vm_newer 6 13 || vm_zero_copy "$LAB_DIR/md5.conf"
ok 'probe says whether the driver has it' lab_near "$LAB_XEAP" probe port0
for mode in native generic packet; do
	net_need lab_xeap "run-$mode" --once --mode "$mode" --timeout 30 -c "$LAB_DIR/tls12.conf" -p port0
	lab_join "run-$mode" 50
	is "$mode works on it, too" "$(result "run-$mode")" "[\"success\",\"$mode\",0]"
done
net_end
