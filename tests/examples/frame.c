/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Runs the example frame of xeap-host(7): the response to an Identity request, framed in the
 * memory that it was built in.
 */
#include <stdio.h>
#include <string.h>
#include <xeap/host.h>

#include "tests/examples/profile.h"

uint8_t *frame_response(struct xeap_host *host, xeap_session_id session, const uint8_t mac[6],
			uint32_t *ret_size);
int engine_get_send_frame(void *engine, struct xeap_frame **ret_frame);

struct engine {
	struct xeap_host *host;
	xeap_session_id session;
	struct xeap_pool *pool;
};

static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 7 };

/* To the PAE group address, EAPOL version 2, EAP packet of 9 bytes: Response, Identity "user" */
static const uint8_t expected[] = { 0x01, 0x80, 0xc2, 0,    0,	  3,   2,   0,	 0,
				    0,	  0,	7,    0x88, 0x8e, 2,   0,   0,	 9,
				    0x02, 0x2a, 0,    9,    1,	  'u', 's', 'e', 'r' };

static int check(int ok, const char *what)
{
	if (!ok)
		fprintf(stderr, "%s\n", what);
	return !ok;
}

static int check_frames(struct engine *e)
{
	static const uint8_t ask_identity[] = { 1, 0x2a, 0, 5, 1 };
	enum xeap_action action = XEAP_ACTION_NONE;
	struct xeap_frame *frame = NULL;
	uint32_t size = 0;
	uint8_t *bytes = frame_response(e->host, e->session, mac, &size);
	int failures = check(!bytes && !size, "a frame without a response") +
		       check(engine_get_send_frame(e, &frame) < 0 && !frame, "the same");

	xeap_session_process_received_packet(e->host, e->session, sizeof(ask_identity),
					     ask_identity, &action, NULL);
	failures += check(action == XEAP_ACTION_SEND, "the session does not answer");
	bytes = frame_response(e->host, e->session, mac, &size);
	failures += check(bytes && size == sizeof(expected) && !memcmp(bytes, expected, size),
			  "not the bytes expected");
	failures += check(!engine_get_send_frame(e, &frame) && frame, "no frame");
	return failures + check(xeap_pool_frame_of(e->pool, bytes) == frame,
				"the headers lie in another frame than the packet");
}

int main(void)
{
	struct xeap_session_options options = { .size = sizeof(options) };
	struct engine e = { 0 };
	int failures = 1;

	options.profile = make_profile();
	if (options.profile && !xeap_pool_new(4, 2048, &e.pool) && !xeap_host_new(NULL, &e.host)) {
		options.pool = e.pool;
		if (!xeap_session_begin(e.host, &options, &e.session, NULL))
			failures = check_frames(&e);
	}
	xeap_host_free(e.host);
	xeap_pool_free(e.pool);
	xeap_profile_unref(options.profile);
	return failures;
}
