/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_RADIUS_LOGIN_H
#define XEAP_RADIUS_LOGIN_H

#include "radius/client.h"

/* What client.c and login.c share: the client, and how packets get from one to the other. */

struct xeap_radius_flow {
	struct xeap_radius_login *waiting[XEAP_RADIUS_FLOW_LOGINS]; /* by identifier */
	uint8_t next_id;
};

struct xeap_radius_client {
	struct xeap_radius_options o;
	struct xeap_timers timers;
	struct xeap_radius_flow *flows;
	struct xeap_radius_counters counters;
	uint64_t random;		 /* state of the jitter */
	bool has_user_name, has_station; /* in common */
	uint8_t common[XEAP_RADIUS_COMMON_MAX];
	uint8_t eap[XEAP_RADIUS_MAX]; /* of the response that is being processed */
};

/*
 * Send the login's next request with this EAP packet. False: it could not be made, and the login
 * has ended.
 */
bool xeap_radius_request(struct xeap_radius_login *l, struct xeap_span eap, xeap_time now);

/* The Authenticator of the login's last request. */
const uint8_t *xeap_radius_request_authenticator(const struct xeap_radius_login *l);

/* A genuine response to the login's last request came. */
void xeap_radius_take(struct xeap_radius_login *l, const struct xeap_radius *response,
		      xeap_time now);
/* End a login without success; format as for xeap_diag_set(). */
void xeap_radius_fail(struct xeap_radius_login *l, xeap_time now, uint32_t code, const char *format,
		      ...) __attribute__((format(printf, 4, 5)));
/* Its session is over: tell the owner. */
void xeap_radius_end(struct xeap_radius_login *l, xeap_time now);

#endif
