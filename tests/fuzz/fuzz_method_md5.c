/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/check.h"
#include "tests/unit/fake_writer.h"
#include <errno.h>
#include <method/list.h>
#include <string.h>

/*
 * The input is a request, from the Code byte on; the host has checked its Length and Type, so these
 * are put right.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct xeap_config *config;
static void *shared;

static void set_up(void)
{
	if (config)
		return;
	CHECK(xeap_config_new(&config) == 0);
	CHECK(xeap_config_set(config, "password", "\"md5pass\"", NULL) == 0);
	CHECK(xeap_method_md5.load(config, false, &shared, NULL) == 0);
}

static void process(void *ctx, struct xeap_span request)
{
	struct xeap_method_result result = { 0 };
	struct fake_writer out;
	int r;

	fake_writer_init(&out, 64);
	r = xeap_method_md5.process(ctx, request, fake_writer_begin(&out), &result);
	CHECK(r == 0);
	if (!result.ignore) {
		CHECK(out.w.c.len == 22 && out.w.c.data[3] == 22);
		CHECK(out.w.c.data[1] == request.data[1]);
	}
	fake_writer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xeap_method_args args = { .size = sizeof(args), .max_packet = 64 };
	uint8_t *request, *ctx;

	if (size < 5 || size > 0xffff)
		return 0;
	set_up();
	args.config = config;
	args.shared = shared;
	request = malloc(size);
	memcpy(request, data, size);
	request[0] = 1;
	request[2] = (uint8_t)(size >> 8);
	request[3] = (uint8_t)size;
	request[4] = 4;
	ctx = calloc(1, xeap_method_md5.ctx_size);
	CHECK(xeap_method_md5.init(ctx, &args) == 0);
	process(ctx, xeap_span(request, size));
	xeap_method_md5.done(ctx);
	free(ctx);
	free(request);
	return 0;
}
