#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 60 s
#
# AF_XDP zero-copy on emulated igb devices, which Linux has since 6.14; in a guest of scripts/vm only.
#
#	port0 ─ hub ─ auth0   two devices of the guest, 52:54:00:00:00:11 and :12, --nics igb
. "$(dirname "$0")/../net/lib.sh"
. "$(dirname "$0")/devices"

vm_newer 6 14 || skip_all 'igb has no zero-copy before Linux 6.14'
modprobe igb || skip_all 'this kernel has no igb'
near=$(vm_device 52:54:00:00:00:11)
far=$(vm_device 52:54:00:00:00:12)
[ -n "$near" ] && [ -n "$far" ] || skip_all 'needs a QEMU that emulates igb: 8 or newer'

net_begin
net_need vm_ports "$near" "$far"
net_need lab_hostapd hostapd hostapd auth0
for conf in md5 tls12; do
	lab_config "wpa_supplicant/sup-$conf.conf" >"$LAB_DIR/$conf.conf"
done

# Of a socket that cannot, the kernel refuses the bind.
for conf in md5 tls12; do
	net_need lab_xeap "zc-$conf" --once --mode zero-copy --timeout 30 -c "$LAB_DIR/$conf.conf" -p port0
	lab_join "zc-$conf" 50
	is "$conf: zero-copy, and nothing copied" \
		"$(lab_events "zc-$conf" '.[] | select(.event == "auth") | [.result, .mode, .tx_copied]')" \
		'["success","zero-copy",0]'
done
vm_zero_copy "$LAB_DIR/md5.conf"
net_end
