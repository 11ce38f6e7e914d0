/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Framing of the TLS methods, RFC 5216 §3.1 and §2.1.5. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "wire/eaptls.h"

#define L XEAP_EAPTLS_LENGTH
#define M XEAP_EAPTLS_MORE
#define S XEAP_EAPTLS_START

static const uint8_t payload[70000];

static int parse(const uint8_t *bytes, size_t len, struct xeap_eaptls *f)
{
	uint8_t *exact = malloc(len ? len : 1);
	int ret;

	memcpy(exact, bytes, len);
	ret = xeap_eaptls_parse(xeap_span(exact, len), f);
	free(exact);
	return ret;
}

static void parse_fields(void **state)
{
	static const uint8_t with[] = { L | M, 0x01, 0x02, 0x03, 0x04, 'x' },
			     without[] = { M, 'x' };
	struct xeap_eaptls f;

	assert_int_equal(xeap_eaptls_parse(xeap_span(with, 6), &f), 0);
	assert_int_equal(f.flags, L | M);
	assert_int_equal(f.message_len, 0x01020304);
	assert_ptr_equal(f.data.data, with + 5);
	assert_int_equal(f.data.len, 1);
	assert_int_equal(xeap_eaptls_parse(xeap_span(without, 2), &f), 0);
	assert_int_equal(f.message_len, 0);
	assert_ptr_equal(f.data.data, without + 1);
	assert_int_equal(f.data.len, 1);
}

static void parse_edges(void **state)
{
	struct xeap_eaptls f, before;

	memset(&before, 0x5a, sizeof(before));
	f = before;
	assert_int_equal(parse(payload, 0, &f), -EBADMSG);
	assert_int_equal(xeap_eaptls_parse(xeap_span(NULL, 0), &f), -EBADMSG);
	for (size_t cut = 1; cut < 5; cut++)
		assert_int_equal(parse((const uint8_t[]){ L, 0, 0, 0, 1 }, cut, &f), -EBADMSG);
	assert_memory_equal(&f, &before, sizeof(f));
	assert_int_equal(parse((const uint8_t[]){ L, 0, 0, 0, 1 }, 5, &f), 0);
	assert_int_equal(f.data.len, 0);
	/* A fragment acknowledgement, and PEAP's Start with its version. */
	assert_int_equal(parse((const uint8_t[]){ 0 }, 1, &f), 0);
	assert_int_equal(f.flags, 0);
	assert_int_equal(f.data.len, 0);
	assert_int_equal(parse((const uint8_t[]){ S | 1 }, 1, &f), 0);
	assert_int_equal(f.flags & XEAP_EAPTLS_VERSION, 1);
}

/* One fragment, and what xeap_eaptls_rx_add() says of it. */
struct step {
	uint8_t flags;
	uint32_t announced, bytes;
	int ret;
};

#define MAX XEAP_EAPTLS_MAX_MESSAGE

static const struct {
	const char *name;
	struct step step[5];
	size_t n;
} messages[] = {
	{ "a single one", { { 0, 0, 100, 0 } }, 1 },
	{ "a single one with its length", { { L, 100, 100, 0 } }, 1 },
	{ "an acknowledgement", { { 0, 0, 0, 0 } }, 1 },
	{ "a start", { { S, 0, 0, 0 }, { 0, 0, 10, 0 } }, 2 },
	{ "a start that announces nothing", { { L | S, 0, 0, 0 } }, 1 },
	{ "three", { { L | M, 250, 100, 0 }, { M, 0, 100, 0 }, { 0, 0, 50, 0 } }, 3 },
	{ "three, the length each time",
	  { { L | M, 250, 100, 0 }, { L | M, 250, 100, 0 }, { L, 250, 50, 0 } },
	  3 },
	{ "three without a length", { { M, 0, 100, 0 }, { M, 0, 100, 0 }, { 0, 0, 50, 0 } }, 3 },
	{ "two messages in turn", { { L | M, 20, 10, 0 }, { 0, 0, 10, 0 }, { L, 7, 7, 0 } }, 3 },
	{ "an empty last one", { { M, 0, 100, 0 }, { 0, 0, 0, 0 } }, 2 },
	{ "more than announced at once", { { L, 99, 100, -EBADMSG } }, 1 },
	{ "more than announced later", { { L | M, 150, 100, 0 }, { 0, 0, 51, -EBADMSG } }, 2 },
	{ "more than announced, and M", { { L | M, 99, 100, -EBADMSG } }, 1 },
	{ "data where 0 was announced", { { L, 0, 1, -EBADMSG }, { L | M, 0, 1, -EBADMSG } }, 2 },
	{ "less than announced", { { L, 101, 100, -EBADMSG } }, 1 },
	{ "less than announced later", { { L | M, 150, 100, 0 }, { 0, 0, 49, -EBADMSG } }, 2 },
	{ "an empty one that ends it early", { { L | M, 150, 100, 0 }, { 0, 0, 0, -EBADMSG } }, 2 },
	{ "a length that changes", { { L | M, 150, 100, 0 }, { L, 151, 51, -EBADMSG } }, 2 },
	{ "a length that changes to 0", { { L | M, 150, 100, 0 }, { L, 0, 50, -EBADMSG } }, 2 },
	{ "a length that comes late", { { M, 0, 100, 0 }, { L, 150, 50, -EBADMSG } }, 2 },
	{ "M on an empty one", { { M, 0, 0, -EBADMSG }, { L | M, 10, 0, -EBADMSG } }, 2 },
	{ "M on an empty one later", { { L | M, 150, 100, 0 }, { M, 0, 0, -EBADMSG } }, 2 },
	{ "a start midway", { { L | M, 150, 100, 0 }, { S, 0, 0, -EBADMSG } }, 2 },
	{ "a start midway with data", { { M, 0, 100, 0 }, { S | M, 0, 10, -EBADMSG } }, 2 },
	{ "the longest", { { L | M, MAX, 60000, 0 }, { 0, 0, MAX - 60000, 0 } }, 2 },
	{ "announced too long", { { L | M, MAX + 1, 100, -EMSGSIZE } }, 1 },
	{ "announced far too long", { { L | M, UINT32_MAX, 100, -EMSGSIZE } }, 1 },
	{ "grows too long", { { M, 0, 60000, 0 }, { M, 0, MAX - 59999, -EMSGSIZE } }, 2 },
	{ "too long at once", { { 0, 0, MAX + 1, -EMSGSIZE } }, 1 },
};

static void play(size_t i)
{
	struct xeap_eaptls_rx rx = { 0 };

	for (size_t s = 0; s < messages[i].n; s++) {
		const struct step *step = &messages[i].step[s];
		struct xeap_eaptls f = { step->flags, step->announced,
					 xeap_span(payload, step->bytes) };
		struct xeap_eaptls_rx before = rx;
		int ret = xeap_eaptls_rx_add(&rx, &f);

		if (ret != step->ret)
			fail_msg("%s: fragment %zu gives %d", messages[i].name, s, ret);
		if (ret)
			assert_memory_equal(&rx, &before, sizeof(rx));
		else
			assert_int_equal(rx.more, !!(step->flags & M));
	}
}

static void reassembly(void **state)
{
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		play(i);
}

static void totals(void **state)
{
	struct xeap_eaptls first = { L | M, 250, xeap_span(payload, 200) };
	struct xeap_eaptls last = { 0, 0, xeap_span(payload, 50) };
	struct xeap_eaptls next = { 0, 0, xeap_span(payload, 9) };
	struct xeap_eaptls_rx rx = { 0 };

	assert_int_equal(xeap_eaptls_rx_add(&rx, &first), 0);
	assert_int_equal(xeap_eaptls_rx_add(&rx, &last), 0);
	assert_int_equal(rx.message_len, 250);
	assert_int_equal(rx.received, 250);
	assert_int_equal(rx.fragments, 2);
	assert_int_equal(xeap_eaptls_rx_add(&rx, &next), 0);
	assert_int_equal(rx.message_len, 0);
	assert_int_equal(rx.received, 9);
	assert_int_equal(rx.fragments, 1);
}

static void most_fragments(void **state)
{
	struct xeap_eaptls f = { M, 0, xeap_span(payload, 1) };
	struct xeap_eaptls_rx rx = { 0 };

	for (int i = 0; i < XEAP_EAPTLS_MAX_FRAGMENTS; i++)
		assert_int_equal(xeap_eaptls_rx_add(&rx, &f), 0);
	assert_int_equal(xeap_eaptls_rx_add(&rx, &f), -EMSGSIZE);
	f.flags = 0;
	assert_int_equal(xeap_eaptls_rx_add(&rx, &f), -EMSGSIZE);
	assert_int_equal(rx.fragments, XEAP_EAPTLS_MAX_FRAGMENTS);
}

/* More than 32 bits count must not come out as little. */
static void size_that_wraps_is_too_long(void **state)
{
	struct xeap_eaptls f = { 0, 0, { payload, (size_t)UINT32_MAX + 2 } };
	struct xeap_eaptls_rx rx = { 0 };

	assert_int_equal(xeap_eaptls_rx_add(&rx, &f), -EMSGSIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parse_fields),	  cmocka_unit_test(parse_edges),
		cmocka_unit_test(reassembly),	  cmocka_unit_test(totals),
		cmocka_unit_test(most_fragments), cmocka_unit_test(size_that_wraps_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
