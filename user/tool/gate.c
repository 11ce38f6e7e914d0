// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/gate.h"

#include <stdio.h>
#include <string.h>

#include "tool/netport.h"
#include "tool/report.h"

static void move(const struct netport *n, const uint8_t *mac, bool open)
{
	int err = xeap_port_authorize(n->port, mac, open);
	char text[128];

	if (!err)
		return;
	snprintf(text, sizeof(text), "port %s: its gate cannot be %s: %s", n->ifname,
		 open ? "opened" : "shut", strerror(-err));
	report_warning(n->worker->report, text);
}

/*
 * Supplicants that share the netdev's address share its gate. The address that it was opened for is
 * kept: the netdev may have another by the time it is shut.
 */
static void count(struct netport *n, const struct supplicant *s, bool authorized)
{
	bool by_station = n->worker->options->protect.gate == XEAP_GATE_STATION;

	if (authorized && !n->authorized++) {
		memcpy(n->gate_mac, s->mac, sizeof(n->gate_mac));
		move(n, by_station ? n->gate_mac : NULL, true);
	} else if (!authorized && !--n->authorized) {
		move(n, by_station ? n->gate_mac : NULL, false);
	}
}

void gate_follow(struct supplicant *s, bool authorized)
{
	struct netport *n = s->netport;
	enum xeap_gate gate = n->worker->options->protect.gate;

	if (gate == XEAP_GATE_NONE || s->authorized == authorized)
		return;
	s->authorized = authorized;
	if (gate == XEAP_GATE_STATION && s->own_mac)
		move(n, s->mac, authorized);
	else
		count(n, s, authorized);
}
