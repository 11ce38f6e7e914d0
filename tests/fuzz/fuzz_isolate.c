/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A reply of a plug-in's process, its data read in each of the ways there are. What parses is
 * written again, and comes to the same bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "wire/isolate.h"

static uint8_t again[XEAP_ISOLATE_MAX];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(struct xeap_span data, size_t n)
{
	if (n != data.len || (n && memcmp(data.data, again, n)))
		abort();
}

static void check_text(const char *text, size_t size)
{
	if (!memchr(text, 0, size))
		abort();
	for (; *text; text++)
		if ((uint8_t)*text < 0x20 || *text == 0x7f)
			abort();
}

static void read_step(struct xeap_span data)
{
	struct xeap_isolate_step step;

	if (xeap_isolate_parse_step(data, &step))
		return;
	check_text(step.result.diag.text, sizeof(step.result.diag.text));
	check_text(step.tls_version, sizeof(step.tls_version));
	check_text(step.cipher, sizeof(step.cipher));
	same(data, xeap_isolate_write_step(&step, again, sizeof(again)));
}

static void read_others(struct xeap_span data)
{
	struct xeap_attributes attributes;
	struct xeap_isolate_hello hello;
	struct xeap_diag diag;

	if (!xeap_isolate_parse_attributes(data, &attributes))
		same(data, xeap_isolate_write_attributes(&attributes, again, sizeof(again)));
	if (!xeap_isolate_parse_hello(data, &hello)) {
		for (uint32_t i = 0; i < hello.count; i++)
			if (!xeap_isolate_name_ok(hello.method[i].name))
				abort();
		same(data, xeap_isolate_write_hello(&hello, again, sizeof(again)));
	}
	if (!xeap_isolate_parse_diag(data, &diag)) {
		check_text(diag.text, sizeof(diag.text));
		same(data, xeap_isolate_write_diag(&diag, again, sizeof(again)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xeap_isolate_reply reply;
	struct xeap_isolate_call call;

	if (size > XEAP_ISOLATE_MAX)
		return 0;
	if (!xeap_isolate_parse_call(xeap_span(data, size), &call))
		same(xeap_span(data, size), xeap_isolate_write_call(&call, again, sizeof(again)));
	if (xeap_isolate_parse_reply(xeap_span(data, size), &reply))
		return 0;
	same(xeap_span(data, size), xeap_isolate_write_reply(&reply, again, sizeof(again)));
	read_step(reply.data);
	read_others(reply.data);
	return 0;
}
