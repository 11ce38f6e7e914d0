/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef TESTS_BENCH_STUB_SERVER_H
#define TESTS_BENCH_STUB_SERVER_H

#include "../unit/radius_server.h"

/* What a RADIUS server without any state answers; when it does is its caller's business. */

enum stub_how {
	STUB_MD5,   /* logs one user in by EAP-MD5, in two turns */
	STUB_ALERT, /* answers a ClientHello with a TLS alert, handshake_failure */
	STUB_HOW_MAX
};

struct stub_user {
	const char *name, *password; /* NULL: nobody gets in */
};

#define STUB_FIRST UINT32_MAX /* a request that continues nothing */

/*
 * Make the answer to a request, with `turn` in its State. Returns false when it deserves none: its
 * lengths are not right, or it has no response of EAP. Who asks is not checked. ret_previous is the
 * turn that the request continues, or STUB_FIRST.
 */
bool stub_answer(enum stub_how how, const struct stub_user *user,
		 const struct server_packet *request, uint32_t turn,
		 struct server_packet *ret_answer, uint32_t *ret_previous);

#endif
