/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_PROTECT_OPTIONS_H
#define XEAP_TOOL_PROTECT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <xeap/port.h>

/* What `xeap run` is told to have the XDP program drop, and what its gates go by. */
struct protect_options {
	struct xeap_rate police, police_station;
	bool drop_malformed;
	uint32_t drop_types; /* as in xeap_port_options */
	unsigned int max_stations;
	enum xeap_gate gate;
	uint16_t gate_allow[XEAP_GATE_ALLOW];
	bool gate_fail_open, gate_fail_set;
};

/* Their codes for getopt_long(), from the first on. */
enum protect_option {
	PROTECT_OPTION_FIRST = 512,
	OPT_POLICE = PROTECT_OPTION_FIRST,
	OPT_POLICE_STATION,
	OPT_DROP_MALFORMED,
	OPT_DROP_TYPES,
	OPT_MAX_STATIONS,
	OPT_GATE,
	OPT_GATE_ALLOW,
	OPT_GATE_FAIL,
	PROTECT_OPTION_MAX
};

/* All return 0, or -EINVAL after one line on stderr. */
int protect_options_take(struct protect_options *o, enum protect_option option, const char *arg);
int protect_options_check(const struct protect_options *o, enum xeap_mode mode);

/* For one port. */
void protect_options_port(const struct protect_options *o, struct xeap_port_options *ret_port);

#endif
