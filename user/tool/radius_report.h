/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_RADIUS_REPORT_H
#define XEAP_TOOL_RADIUS_REPORT_H

#include "radius/client.h"
#include "tool/radius_options.h"

/* What `xeap radius` tells people, or programs (JSON). */
struct radius_report {
	const struct radius_options *options;
	const char *server;
	xeap_time began;
	uint64_t wanted, authenticated, failed;
	uint64_t keys_equal, keys_mismatch;
	bool broken; /* standard output takes no more */
};

/* A login ended. */
void radius_report_login(struct radius_report *r, const uint8_t mac[6],
			 const struct xeap_radius_result *result);
/* The totals and, for people, SUCCESS or FAILURE. */
void radius_report_end(struct radius_report *r, const struct xeap_radius_counters *c,
		       xeap_time now);
bool radius_report_is_success(const struct radius_report *r);

#endif
