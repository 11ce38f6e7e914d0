/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Any bytes as a prompt. What is accepted lies within the bytes, and writes the same bytes again;
 * in a buffer one octet too small it writes none.
 */
#include <stdlib.h>
#include <string.h>
#include <xeap/prompt.h>
#include "tests/unit/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_string(struct xeap_span bytes, const char *s)
{
	const uint8_t *at = (const uint8_t *)s;

	CHECK(at > bytes.data && at < bytes.data + bytes.len);
	CHECK(strlen(s) <= XEAP_PROMPT_TEXT_MAX);
	CHECK(at + strlen(s) < bytes.data + bytes.len);
}

static void check_bounds(struct xeap_span bytes, const struct xeap_prompt *p)
{
	CHECK(p->count <= XEAP_PROMPT_FIELDS_MAX);
	check_string(bytes, p->title);
	check_string(bytes, p->text);
	check_string(bytes, p->method);
	for (uint32_t i = 0; i < p->count; i++) {
		const struct xeap_field *f = &p->fields[i];

		CHECK((unsigned int)f->kind < XEAP_FIELD_KIND_MAX);
		check_string(bytes, f->id);
		check_string(bytes, f->label);
		CHECK(f->value.data + f->value.len < bytes.data + bytes.len);
		CHECK(xeap_prompt_field(p, f->id) == f);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xeap_prompt p;
	uint8_t *again;

	if (xeap_prompt_parse(xeap_span(data, size), &p))
		return 0;
	check_bounds(xeap_span(data, size), &p);
	CHECK(xeap_prompt_write(&p, NULL, size - 1) == (int)size);
	again = malloc(size);
	if (!again)
		return 0;
	CHECK(xeap_prompt_write(&p, again, size) == (int)size);
	CHECK(memcmp(again, data, size) == 0);
	free(again);
	return 0;
}
