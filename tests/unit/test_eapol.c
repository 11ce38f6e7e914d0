/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* EAPOL in Ethernet, IEEE 802.1X-2020 §11.1 and §11.3. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "wire/eapol.h"

#define ADDRESSES 0x01, 0x80, 0xc2, 0x00, 0x00, 0x03, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01
#define PAE 0x88, 0x8e
#define START 0x02, 0x01, 0x00, 0x00

/*
 * Parse from a heap block of exactly these bytes, so that a sanitizer sees any look past the end.
 */
static int parse(const uint8_t *bytes, size_t len, struct xeap_eapol *h)
{
	uint8_t *exact = malloc(len ? len : 1);
	int ret;

	memcpy(exact, bytes, len);
	ret = xeap_eapol_parse(xeap_span(exact, len), h);
	if (ret == 0 && h->body.len)
		assert_in_range(h->body.data - exact, 18, len - h->body.len);
	free(exact);
	return ret;
}

static void start_frame(void **state)
{
	static const uint8_t frame[] = { ADDRESSES, PAE, START };
	static const uint8_t src[6] = { 0x02, 0, 0, 0, 0, 1 };
	struct xeap_eapol h;

	assert_int_equal(xeap_eapol_parse(xeap_span(frame, sizeof(frame)), &h), 0);
	assert_memory_equal(h.dst, xeap_pae_group, 6);
	assert_memory_equal(h.src, src, 6);
	assert_int_equal(h.tags, 0);
	assert_int_equal(h.version, 2);
	assert_int_equal(h.type, XEAP_EAPOL_START);
	assert_int_equal(h.body.len, 0);
	assert_int_equal(frame[0] & 1, 1);
}

/* Behind a tag, a priority tag (VID 0), an S-tag and C-tag, and two C-tags. */
static void tags(void **state)
{
	static const struct {
		uint8_t n;
		uint8_t bytes[8];
		struct xeap_eapol_tag tag[2];
	} cases[] = {
		{ 1, { 0x81, 0x00, 0x00, 0x64 }, { { 0x8100, 100 } } },
		{ 1, { 0x81, 0x00, 0xe0, 0x00 }, { { 0x8100, 0xe000 } } },
		{ 1, { 0x88, 0xa8, 0x0f, 0xff }, { { 0x88a8, 4095 } } },
		{ 2, { 0x88, 0xa8, 0, 5, 0x81, 0, 0, 6 }, { { 0x88a8, 5 }, { 0x8100, 6 } } },
		{ 2, { 0x81, 0x00, 0, 5, 0x81, 0, 0, 6 }, { { 0x8100, 5 }, { 0x8100, 6 } } },
	};
	static const uint8_t addresses[] = { ADDRESSES }, rest[] = { PAE, 1, 0, 0, 2, 'h', 'i' };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t n = 4u * cases[i].n, len = 12 + n + sizeof(rest);
		uint8_t frame[64], again[64];
		struct xeap_eapol h;

		memcpy(frame, addresses, 12);
		memcpy(frame + 12, cases[i].bytes, n);
		memcpy(frame + 12 + n, rest, sizeof(rest));
		assert_int_equal(xeap_eapol_parse(xeap_span(frame, len), &h), 0);
		assert_int_equal(h.tags, cases[i].n);
		assert_memory_equal(h.tag, cases[i].tag, cases[i].n * sizeof(h.tag[0]));
		assert_ptr_equal(h.body.data, frame + len - 2);
		assert_int_equal(h.body.len, 2);
		assert_int_equal(xeap_eapol_header_len(h.tags), len - 2);
		xeap_eapol_write_header(again, &h, 2);
		assert_memory_equal(again, frame, len - 2);
		/* Every cut of it is a runt. */
		for (size_t cut = 0; cut < len; cut++)
			assert_int_equal(parse(frame, cut, &h), -EBADMSG);
	}
}

static void three_tags_are_not_ours(void **state)
{
	static const uint8_t frame[] = { ADDRESSES, 0x88, 0xa8, 0, 1, 0x81, 0,	  0,
					 2,	    0x81, 0,	0, 3, PAE,  START };
	struct xeap_eapol h;

	assert_int_equal(parse(frame, sizeof(frame), &h), -EPROTONOSUPPORT);
}

static void other_ethertypes(void **state)
{
	static const uint8_t types[][2] = {
		{ 0x08, 0x00 }, { 0x88, 0x8f }, { 0x8e, 0x88 }, { 0x00, 0x04 }, { 0x91, 0x00 },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		uint8_t frame[] = { ADDRESSES, types[i][0], types[i][1], START };
		struct xeap_eapol h;

		assert_int_equal(parse(frame, sizeof(frame), &h), -EPROTONOSUPPORT);
		/* Known by its EtherType alone. */
		assert_int_equal(parse(frame, 14, &h), -EPROTONOSUPPORT);
		assert_int_equal(parse(frame, 13, &h), -EBADMSG);
	}
}

/* IEEE 802.1X-2020 §11.3.1: later versions are read as this one; 0 was never assigned. */
static void versions(void **state)
{
	for (unsigned int version = 0; version < 256; version++) {
		uint8_t frame[] = { ADDRESSES, PAE, version, 1, 0, 0 };
		struct xeap_eapol h;

		assert_int_equal(parse(frame, sizeof(frame), &h), version ? 0 : -EPROTO);
		if (version)
			assert_int_equal(h.version, version);
	}
}

/* Types are for the layer above to judge: a codec that drops some would hide MKA from it. */
static void all_types(void **state)
{
	for (unsigned int type = 0; type < 256; type++) {
		uint8_t frame[] = { ADDRESSES, PAE, 3, type, 0, 0 };
		struct xeap_eapol h;

		assert_int_equal(parse(frame, sizeof(frame), &h), 0);
		assert_int_equal(h.type, type);
	}
}

/* Ethernet pads to 60 bytes: what follows Length is no part of the body. */
static void padding_is_cut_off(void **state)
{
	uint8_t frame[60] = { ADDRESSES, PAE, 2, 0, 0, 4, 3, 7, 0, 4 };
	struct xeap_eapol h;

	memset(frame + 22, 0xff, sizeof(frame) - 22);
	assert_int_equal(parse(frame, sizeof(frame), &h), 0);
	assert_int_equal(h.body.len, 4);
	frame[17] = 42; /* up to the very end */
	assert_int_equal(parse(frame, sizeof(frame), &h), 0);
	assert_int_equal(h.body.len, 42);
	frame[17] = 43;
	assert_int_equal(parse(frame, sizeof(frame), &h), -EBADMSG);
	frame[16] = frame[17] = 0xff;
	assert_int_equal(parse(frame, sizeof(frame), &h), -EBADMSG);
}

static void untouched_on_failure(void **state)
{
	static const uint8_t frames[][18] = {
		{ ADDRESSES, PAE, 0, 1, 0, 0 },
		{ ADDRESSES, PAE, 1, 1, 0, 1 },
		{ ADDRESSES, 0x08, 0, 1, 1, 0, 0 },
	};
	struct xeap_eapol h, before;

	memset(&before, 0x5a, sizeof(before));
	for (size_t i = 0; i < 3; i++) {
		h = before;
		assert_true(parse(frames[i], 18, &h) < 0);
		assert_memory_equal(&h, &before, sizeof(h));
	}
	assert_int_equal(xeap_eapol_parse(xeap_span(NULL, 0), &h), -EBADMSG);
}

static void written_header_in_bytes(void **state)
{
	static const uint8_t want[] = { ADDRESSES, 0x81, 0, 0x20, 7, PAE, 2, 0, 0x12, 0x34 };
	struct xeap_eapol h = { .src = { 2, 0, 0, 0, 0, 1 },
				.tag = { { 0x8100, 0x2007 } },
				.tags = 1,
				.version = 2,
				.type = XEAP_EAPOL_EAP,
				.body = { NULL, 99 } };
	uint8_t at[sizeof(want) + 1];

	memcpy(h.dst, xeap_pae_group, 6);
	at[sizeof(want)] = 0x77;
	xeap_eapol_write_header(at, &h, 0x1234);
	assert_memory_equal(at, want, sizeof(want));
	assert_int_equal(at[sizeof(want)], 0x77);
	assert_int_equal(xeap_eapol_header_len(0), 18);
	assert_int_equal(xeap_eapol_header_len(1), 22);
	assert_int_equal(xeap_eapol_header_len(2), 26);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(start_frame),
		cmocka_unit_test(tags),
		cmocka_unit_test(three_tags_are_not_ours),
		cmocka_unit_test(other_ethertypes),
		cmocka_unit_test(versions),
		cmocka_unit_test(all_types),
		cmocka_unit_test(padding_is_cut_off),
		cmocka_unit_test(untouched_on_failure),
		cmocka_unit_test(written_header_in_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
