#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# time limit: 240 s
#
# The interoperability matrix: every method against every server that has it, with TLS 1.2 and 1.3, in one packet a message
# and in many, with right and wrong credentials. matrix_rows.py says what there is, matrix-cells makes the cells of it.
#
#	portN ─ authN   a port a cell, all in one run: hostapd's own EAP server, or hostapd before FreeRADIUS
#	far             hostapd as a RADIUS server and FreeRADIUS, on loopback; xeap radius, one run a cell
. "$(dirname "$0")/lib.sh"

here=$(dirname "$0")
export XEAP_METHODS
XEAP_METHODS=$("$LAB_XEAP" methods --json | jq -r .name | tr '\n' ' ')

net_begin
lab_config hostapd/hostapd.conf >"$LAB_DIR/hostapd.conf"
net_need "$here/matrix-cells" plan "$LAB_DIR"
net_need lab_ports 0 $(($(wc -l <"$LAB_DIR/ports") - 1))
net_need lab_hostapd_start authenticators "$LAB_DIR"/hostapd/*.conf
net_need lab_hostapd_started authenticators "$(wc -l <"$LAB_DIR/ports")"

mapfile -t ports <"$LAB_DIR/ports"
net_need lab_xeap run --once --timeout 60 "${ports[@]/#/-p}"
lab_join run 90
"$here/matrix-cells" judge "$LAB_DIR" "${XEAP_MATRIX:-$LAB_DIR/matrix.json}" >"$LAB_DIR/verdicts"
cat "$LAB_DIR/verdicts"
NET_COUNT=$(grep -cE '^(not )?ok ' "$LAB_DIR/verdicts")
NET_FAILED=$(grep -c '^not ok ' "$LAB_DIR/verdicts")
net_end
