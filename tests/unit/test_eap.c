/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* EAP packets, RFC 3748 §4 and §5. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "wire/eap.h"

#define TYPE(n) ((struct xeap_method_type){ .type = (n) })
#define VENDOR(v, n)                                                                               \
	((struct xeap_method_type){ .type = XEAP_EAP_EXPANDED, .vendor = (v), .vendor_type = (n) })

/*
 * Parse from a heap block of exactly these bytes, so that a sanitizer sees any look past the end.
 */
static int parse(const uint8_t *bytes, size_t len)
{
	uint8_t *exact = malloc(len ? len : 1);
	struct xeap_eap eap, before;
	int ret;

	memset(&before, 0x5a, sizeof(before));
	eap = before;
	memcpy(exact, bytes, len);
	ret = xeap_eap_parse(xeap_span(exact, len), &eap);
	if (ret)
		assert_memory_equal(&eap, &before, sizeof(eap));
	else
		assert_ptr_equal(eap.packet.data, exact);
	free(exact);
	return ret;
}

static void request_with_data(void **state)
{
	static const uint8_t packet[] = { 1, 42, 0, 8, 4, 'a', 'b', 'c', 'p', 'a', 'd' };
	struct xeap_eap eap;

	assert_int_equal(xeap_eap_parse(xeap_span(packet, sizeof(packet)), &eap), 0);
	assert_int_equal(eap.code, XEAP_EAP_REQUEST);
	assert_int_equal(eap.id, 42);
	assert_int_equal(eap.len, 8);
	assert_int_equal(eap.type.type, XEAP_EAP_MD5);
	assert_int_equal(eap.type.vendor, 0);
	assert_int_equal(eap.type.vendor_type, 0);
	assert_int_equal(eap.type.author, 0);
	assert_ptr_equal(eap.data.data, packet + 5);
	assert_int_equal(eap.data.len, 3);
	/* RFC 3748 §4: octets outside the range of Length are padding. */
	assert_ptr_equal(eap.packet.data, packet);
	assert_int_equal(eap.packet.len, 8);
}

static void expanded_type(void **state)
{
	static const uint8_t packet[] = { 2,	1,    0,    13,	  254,	0x12, 0x34,
					  0x56, 0xfe, 0xdc, 0xba, 0x98, 7 };
	struct xeap_eap eap;

	assert_int_equal(xeap_eap_parse(xeap_span(packet, sizeof(packet)), &eap), 0);
	assert_int_equal(eap.type.type, 254);
	assert_int_equal(eap.type.vendor, 0x123456);
	assert_true(eap.type.vendor_type == 0xfedcba98);
	assert_int_equal(eap.data.len, 1);
	assert_int_equal(eap.data.data[0], 7);
	for (size_t cut = 0; cut < sizeof(packet); cut++)
		assert_int_equal(parse(packet, cut), -EBADMSG);
}

static void lengths(void **state)
{
	static const struct {
		uint8_t bytes[16];
		size_t len;
		int ret;
	} cases[] = {
		{ { 1, 1, 0, 5, 1 }, 5, 0 },
		{ { 1, 1, 0, 5, 1 }, 4, -EBADMSG }, /* Length past the bytes */
		{ { 1, 1, 0, 6, 1 }, 5, -EBADMSG },
		{ { 1, 1, 1, 5, 1 }, 5, -EBADMSG },
		{ { 1, 1, 0, 4, 1 }, 5, -EBADMSG }, /* a Request without Type */
		{ { 2, 1, 0, 4, 1 }, 5, -EBADMSG },
		{ { 1, 1, 0, 3, 1 }, 5, -EBADMSG }, /* Length below the header */
		{ { 1, 1, 0, 0, 1 }, 5, -EBADMSG },
		{ { 1, 1, 0 }, 3, -EBADMSG },
		{ { 0 }, 0, -EBADMSG },
		{ { 3, 1, 0, 4 }, 4, 0 },
		{ { 3, 1, 0, 3 }, 4, -EBADMSG },
		{ { 4, 1, 0, 0 }, 4, -EBADMSG },
		{ { 4, 1, 0, 4 }, 4, 0 },
		{ { 3, 1, 0, 4, 9, 9 }, 6, 0 },	    /* padded Success */
		{ { 3, 1, 0, 5, 9 }, 5, -EBADMSG }, /* RFC 3748 §4.2: Length is 4 */
		{ { 4, 1, 0, 5, 9 }, 5, -EBADMSG },
		{ { 1, 1, 0, 12, 254, 0, 0, 0, 0, 0, 0, 3 }, 12, 0 },
		{ { 1, 1, 0, 11, 254, 0, 0, 0, 0, 0, 0, 3 }, 12, -EBADMSG },
		{ { 1, 1, 0, 5, 254, 0, 0, 0, 0, 0, 0, 3 }, 12, -EBADMSG },
		{ { 5, 1, 0, 5, 2 }, 5, 0 }, /* RFC 6696: EAP-Initiate, EAP-Finish */
		{ { 6, 1, 0, 9, 2, 0, 0, 0, 0 }, 9, 0 },
		{ { 5, 1, 0, 4, 2 }, 5, -EBADMSG },
		{ { 0, 1, 0, 5, 1 }, 5, -EPROTONOSUPPORT },
		{ { 7, 1, 0, 5, 1 }, 5, -EPROTONOSUPPORT },
		{ { 255, 1, 0, 4 }, 4, -EPROTONOSUPPORT },
		{ { 7, 1, 0, 6, 1 }, 5, -EBADMSG }, /* the header comes first */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int ret = parse(cases[i].bytes, cases[i].len);

		if (ret != cases[i].ret)
			fail_msg("case %zu: %d instead of %d", i, ret, cases[i].ret);
	}
	assert_int_equal(xeap_eap_parse(xeap_span(NULL, 0), &(struct xeap_eap){ 0 }), -EBADMSG);
}

static void only_requests_and_responses_have_a_type(void **state)
{
	static const uint8_t packet[] = { 5, 1, 0, 7, 2, 0, 0 };
	struct xeap_eap eap;

	assert_int_equal(xeap_eap_parse(xeap_span(packet, sizeof(packet)), &eap), 0);
	assert_int_equal(eap.type.type, 0);
	assert_null(eap.data.data);
	assert_int_equal(eap.packet.len, 7);
}

static void largest_packet(void **state)
{
	uint8_t *packet = calloc(1, 65536);
	struct xeap_eap eap;

	packet[0] = 1;
	packet[2] = packet[3] = 0xff;
	packet[4] = 13;
	assert_int_equal(xeap_eap_parse(xeap_span(packet, 65536), &eap), 0);
	assert_int_equal(eap.len, 65535);
	assert_int_equal(eap.data.len, 65530);
	free(packet);
}

static void equal_types(void **state)
{
	struct xeap_method_type with_author = { .type = 13, .author = 311 };

	assert_true(xeap_eap_type_equal(TYPE(13), TYPE(13)));
	assert_false(xeap_eap_type_equal(TYPE(13), TYPE(25)));
	assert_true(xeap_eap_type_equal(TYPE(13), with_author));
	/* RFC 3748 §5.7 */
	assert_true(xeap_eap_type_equal(TYPE(13), VENDOR(0, 13)));
	assert_true(xeap_eap_type_equal(VENDOR(0, 13), TYPE(13)));
	assert_false(xeap_eap_type_equal(TYPE(13), VENDOR(311, 13)));
	assert_true(xeap_eap_type_equal(VENDOR(311, 13), VENDOR(311, 13)));
	assert_false(xeap_eap_type_equal(VENDOR(311, 13), VENDOR(311, 269)));
	assert_false(xeap_eap_type_equal(VENDOR(311, 13), VENDOR(312, 13)));
	assert_false(xeap_eap_type_equal(TYPE(13), VENDOR(0, 269)));
}

/* A chunk of cap bytes, followed by guards. */
struct room {
	uint8_t bytes[80];
	struct xeap_chunk c;
};

static void make_room(struct room *r, size_t cap)
{
	memset(r->bytes, 0xee, sizeof(r->bytes));
	r->c = (struct xeap_chunk){ .data = r->bytes, .len = 77, .cap = cap };
}

static void assert_built(const struct room *r, const uint8_t *want, size_t len)
{
	assert_int_equal(r->c.len, len);
	assert_memory_equal(r->bytes, want, len);
	for (size_t i = len; i < sizeof(r->bytes); i++)
		assert_int_equal(r->bytes[i], 0xee);
}

static void assert_refused(const struct room *r, int ret)
{
	assert_int_equal(ret, -EMSGSIZE);
	assert_int_equal(r->c.len, 77);
	for (size_t i = 0; i < sizeof(r->bytes); i++)
		assert_int_equal(r->bytes[i], 0xee);
}

static void response_of_a_method(void **state)
{
	static const uint8_t want[] = { 2, 9, 0, 7, 13, 0x80, 0x01 };
	struct room r;
	uint8_t *data;

	make_room(&r, 7);
	data = xeap_eap_begin_response(&r.c, 9, TYPE(XEAP_EAP_TLS));
	assert_ptr_equal(data, r.bytes + 5);
	assert_int_equal(r.c.len, 5);
	data[0] = 0x80;
	data[1] = 0x01;
	r.c.len += 2;
	xeap_eap_finish(&r.c);
	assert_built(&r, want, sizeof(want));
	make_room(&r, 4);
	assert_null(xeap_eap_begin_response(&r.c, 9, TYPE(XEAP_EAP_TLS)));
	assert_refused(&r, -EMSGSIZE);
}

static void response_of_an_expanded_method(void **state)
{
	static const uint8_t want[] = { 2, 9, 0, 12, 254, 0, 0x37, 0x2a, 0, 0, 0, 1 };
	struct room r;

	make_room(&r, 12);
	assert_ptr_equal(xeap_eap_begin_response(&r.c, 9, VENDOR(14122, 1)), r.bytes + 12);
	xeap_eap_finish(&r.c);
	assert_built(&r, want, sizeof(want));
	make_room(&r, 11);
	assert_null(xeap_eap_begin_response(&r.c, 9, VENDOR(14122, 1)));
	assert_refused(&r, -EMSGSIZE);
}

static void length_field_is_big_endian(void **state)
{
	uint8_t bytes[0x1234] = { 0 };
	struct xeap_chunk c = { .data = bytes, .len = sizeof(bytes), .cap = sizeof(bytes) };

	xeap_eap_finish(&c);
	assert_int_equal(bytes[2], 0x12);
	assert_int_equal(bytes[3], 0x34);
}

static void identity(void **state)
{
	static const uint8_t want[] = { 2, 5, 0, 8, 1, 'b', 'o', 'b' }, empty[] = { 2, 5, 0, 5, 1 };
	struct room r;

	make_room(&r, 8);
	assert_int_equal(xeap_eap_build_identity(&r.c, 5, xeap_span("bob", 3)), 0);
	assert_built(&r, want, sizeof(want));
	make_room(&r, 7);
	assert_refused(&r, xeap_eap_build_identity(&r.c, 5, xeap_span("bob", 3)));
	make_room(&r, 5);
	assert_int_equal(xeap_eap_build_identity(&r.c, 5, xeap_span(NULL, 0)), 0);
	assert_built(&r, empty, sizeof(empty));
	make_room(&r, SIZE_MAX);
	assert_refused(&r, xeap_eap_build_identity(&r.c, 5, xeap_span("bob", 65536 - 5)));
	assert_refused(&r, xeap_eap_build_identity(&r.c, 5, xeap_span("bob", SIZE_MAX)));
}

/* RFC 3748 §5.2: nothing follows the Type of the Response. */
static void notification(void **state)
{
	static const uint8_t want[] = { 2, 200, 0, 5, 2 };
	struct room r;

	make_room(&r, 40);
	assert_int_equal(xeap_eap_build_notification(&r.c, 200), 0);
	assert_built(&r, want, sizeof(want));
	make_room(&r, 4);
	assert_refused(&r, xeap_eap_build_notification(&r.c, 200));
}

static void legacy_nak(void **state)
{
	const struct xeap_method_type types[] = { TYPE(13), VENDOR(311, 7), TYPE(4), VENDOR(9, 1),
						  VENDOR(0, 25) };
	static const uint8_t want[] = { 2, 6, 0, 9, 3, 13, 254, 4, 25 },
			     none[] = { 2, 6, 0, 6, 3, 0 };
	static const uint8_t one[] = { 2, 6, 0, 6, 3, 13 };
	struct room r;

	make_room(&r, sizeof(want));
	assert_int_equal(xeap_eap_build_nak(&r.c, 6, types, 5), 0);
	assert_built(&r, want, sizeof(want));
	make_room(&r, sizeof(want) - 1);
	assert_refused(&r, xeap_eap_build_nak(&r.c, 6, types, 5));
	make_room(&r, 6);
	assert_int_equal(xeap_eap_build_nak(&r.c, 6, types, 1), 0);
	assert_built(&r, one, sizeof(one));
	make_room(&r, 6);
	assert_int_equal(xeap_eap_build_nak(&r.c, 6, NULL, 0), 0);
	assert_built(&r, none, sizeof(none));
	make_room(&r, 5);
	assert_refused(&r, xeap_eap_build_nak(&r.c, 6, NULL, 0));
}

/* A vendor type whose number does not fit a legacy Nak must not be cut to one that does. */
static void legacy_nak_never_lies(void **state)
{
	const struct xeap_method_type types[] = { VENDOR(0, 0x10d), VENDOR(0, 254),
						  VENDOR(0, 255) };
	static const uint8_t want[] = { 2, 6, 0, 6, 3, 254 };
	struct room r;

	make_room(&r, 40);
	assert_int_equal(xeap_eap_build_nak(&r.c, 6, types, 3), 0);
	assert_built(&r, want, sizeof(want));
}

/* The example of RFC 3748 §5.3.2: types 5, 20/6 of a vendor; and its "no desired alternative". */
static void expanded_nak(void **state)
{
	const struct xeap_method_type types[] = { TYPE(5), VENDOR(20, 6) };
	static const uint8_t want[] = { 2, 6, 0, 28, 254, 0, 0,	  0, 0, 0,  0, 3, 254, 0,
					0, 0, 0, 0,  0,	  5, 254, 0, 0, 20, 0, 0, 0,   6 };
	static const uint8_t none[] = { 2, 6, 0,   20, 254, 0, 0, 0, 0, 0,
					0, 3, 254, 0,  0,   0, 0, 0, 0, 0 };
	struct room r;

	make_room(&r, sizeof(want));
	assert_int_equal(xeap_eap_build_expanded_nak(&r.c, 6, types, 2), 0);
	assert_built(&r, want, sizeof(want));
	make_room(&r, sizeof(want) - 1);
	assert_refused(&r, xeap_eap_build_expanded_nak(&r.c, 6, types, 2));
	make_room(&r, sizeof(none));
	assert_int_equal(xeap_eap_build_expanded_nak(&r.c, 6, NULL, 0), 0);
	assert_built(&r, none, sizeof(none));
	make_room(&r, SIZE_MAX);
	assert_refused(&r, xeap_eap_build_expanded_nak(&r.c, 6, types, SIZE_MAX / 8 + 2));
	assert_refused(&r, xeap_eap_build_expanded_nak(&r.c, 6, types, 8191));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(request_with_data),
		cmocka_unit_test(expanded_type),
		cmocka_unit_test(lengths),
		cmocka_unit_test(only_requests_and_responses_have_a_type),
		cmocka_unit_test(largest_packet),
		cmocka_unit_test(equal_types),
		cmocka_unit_test(response_of_a_method),
		cmocka_unit_test(response_of_an_expanded_method),
		cmocka_unit_test(length_field_is_big_endian),
		cmocka_unit_test(identity),
		cmocka_unit_test(notification),
		cmocka_unit_test(legacy_nak),
		cmocka_unit_test(legacy_nak_never_lies),
		cmocka_unit_test(expanded_nak),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
