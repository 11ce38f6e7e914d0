/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_GATE_H
#define XEAP_TOOL_GATE_H

#include <stdbool.h>

struct supplicant;

/*
 * Whether a supplicant's port is authorised now. With --gate, the netdev's gate follows: for the
 * port it is open while any of its supplicants is authorised, for a station while that one is.
 */
void gate_follow(struct supplicant *s, bool authorized);

#endif
