#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 200 s
#
# Whatever happens to ports, in whatever order: none is lost that the kernel still has, nobody hangs, nothing crashes.
# tests/net/interleave says what is done, and what has to hold.
#
#	port0 … port3 ─ auth0 … auth3   hostapd; port1 by EAP-TLS, the others by MD5
#	port4, port5 ─ auth4, auth5     nobody but who sends at random
#
# XEAP_SOAK_SEED=N repeats a run, XEAP_SOAK_SECONDS=N makes it longer.
. "$(dirname "$0")/lib.sh"

net_own_mounts
seed=${XEAP_SOAK_SEED:-$((RANDOM * 32768 + RANDOM))}
seconds=${XEAP_SOAK_SECONDS:-40}
net_begin
net_need lab_bpffs
net_need lab_ports 0 5
for port in 0 1 2 3; do
	lab_hostapd_config hostapd-tls13 auth$port >"$LAB_DIR/auth$port.conf"
done
lab_config wpa_supplicant/sup-md5.conf >"$LAB_DIR/md5.conf"
lab_config wpa_supplicant/sup-tls13.conf >"$LAB_DIR/tls.conf"
echo "# XEAP_SOAK_SEED=$seed XEAP_SOAK_SECONDS=$seconds"
lab_far "$LAB_ROOT/tests/net/interleave" --near "$LAB_NEAR" --far "$LAB_FAR" --dir "$LAB_DIR" --xeap "$LAB_XEAP" \
	--seed "$seed" --seconds "$seconds" --ports 6 --hostapd 4 --scale "${XEAP_TIME_SCALE:-1}" >"$LAB_DIR/soak.out" 2>&1
is "$seconds s of random interleavings, seed $seed" $? 0
sed 's/^/# /' "$LAB_DIR/soak.out"
net_end
