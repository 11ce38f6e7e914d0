/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/check.h"
#include "tests/unit/fake_writer.h"
#include <errno.h>
#include <method/list.h>
#include <stdlib.h>
#include <string.h>

/*
 * The input is a conversation: Type-Data of requests, each behind its length in two octets. The host
 * has checked Length and Type.
 */
#define PACKET 1024
#define REQUESTS 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct xeap_config *config;

static void set_up(void)
{
	void *shared = NULL;

	if (config)
		return;
	CHECK(xeap_config_new(&config) == 0);
	CHECK(xeap_config_set(config, "password", "\"abcdefghijklmnop0123456789abcdef\"", NULL) ==
	      0);
	CHECK(xeap_method_gpsk.load(config, false, &shared, NULL) == 0);
}

static bool process(void *ctx, const uint8_t *data, size_t size, struct fake_writer *out)
{
	struct xeap_method_result result = { 0 };
	uint8_t *request = malloc(size + 5), key[64];
	struct xeap_writer *w = fake_writer_begin(out);
	int r;

	CHECK(request);
	request[0] = 1;
	request[1] = 9;
	request[2] = (uint8_t)((size + 5) >> 8);
	request[3] = (uint8_t)(size + 5);
	request[4] = 51;
	memcpy(request + 5, data, size);
	r = xeap_method_gpsk.process(ctx, xeap_span(request, size + 5), w, &result);
	CHECK(r == 0 || result.diag.code);
	if (r == 0 && !result.ignore)
		CHECK(w->c.len > 5 && w->c.data[1] == 9 &&
		      (size_t)(w->c.data[2] << 8 | w->c.data[3]) == w->c.len);
	/* Nobody here knows the peer's nonce before it is sent, so nothing can be proved. */
	CHECK(result.decision == XEAP_DECISION_FAIL);
	CHECK(xeap_method_gpsk.get_key(ctx, XEAP_KEY_MSK, key, sizeof(key)) == -ENOENT);
	free(request);
	return r == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xeap_method_args args = { .size = sizeof(args), .max_packet = PACKET };
	struct fake_writer out;
	void *ctx;

	set_up();
	args.config = config;
	args.identity = xeap_span("gpskuser", 8);
	ctx = calloc(1, xeap_method_gpsk.ctx_size);
	CHECK(ctx && xeap_method_gpsk.init(ctx, &args) == 0);
	fake_writer_init(&out, PACKET);
	for (int i = 0; i < REQUESTS && size > 2; i++) {
		size_t len = (size_t)(data[0] << 8 | data[1]) % PACKET;

		if (len > size - 2)
			len = size - 2;
		if (!process(ctx, data + 2, len, &out))
			break;
		data += 2 + len;
		size -= 2 + len;
	}
	fake_writer_free(&out);
	xeap_method_gpsk.done(ctx);
	free(ctx);
	return 0;
}
