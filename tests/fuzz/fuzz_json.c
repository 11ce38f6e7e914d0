/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Any bytes as an object and as an array. What is accepted lies within the text; each of its values
 * is a value again, alone in an array, and so is its compact form, whose compact form it is itself.
 */
#include <stdlib.h>
#include <string.h>
#include <wire/json.h>
#include "tests/unit/check.h"

#define MAX_MEMBERS 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_value(struct xeap_span text, struct xeap_span value)
{
	uint8_t *room = malloc(2 * value.len + 2);
	struct xeap_builder b = xeap_builder(room, value.len + 2), again;
	struct xeap_span item, inner, compact;
	size_t n;

	CHECK(room && value.len && value.data >= text.data);
	CHECK(value.data + value.len <= text.data + text.len);
	xeap_put_u8(&b, '[');
	xeap_json_put_compact(&b, value);
	xeap_put_u8(&b, ']');
	compact = xeap_span(room, xeap_builder_len(&b));
	CHECK(compact.len && xeap_json_items(compact, &item, 1, &n) == 0 && n == 1);
	CHECK(item.len == compact.len - 2);
	again = xeap_builder(room + compact.len, value.len);
	xeap_json_put_compact(&again, item);
	inner = xeap_span(room + compact.len, xeap_builder_len(&again));
	CHECK(inner.len == item.len && memcmp(inner.data, item.data, item.len) == 0);
	free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xeap_span text = xeap_span(data, size), plain, items[MAX_MEMBERS];
	struct xeap_json_member m[MAX_MEMBERS];
	uint32_t number;
	size_t n;

	if (xeap_json_members(text, m, MAX_MEMBERS, &n) == 0)
		for (size_t i = 0; i < n; i++) {
			check_value(text, m[i].value);
			for (size_t j = 0; j < i; j++)
				CHECK(m[i].name.len != m[j].name.len ||
				      (m[i].name.len &&
				       memcmp(m[i].name.data, m[j].name.data, m[i].name.len) != 0));
		}
	if (xeap_json_items(text, items, MAX_MEMBERS, &n) == 0)
		for (size_t i = 0; i < n; i++)
			check_value(text, items[i]);
	if (xeap_json_number(text, 65535, &number) == 0)
		CHECK(number <= 65535 && size <= 5);
	if (xeap_json_plain(text, &plain) == 0)
		CHECK(plain.len + 2 == size);
	return 0;
}
