/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* RADIUS packets and their keys: RFC 2865, 2548, 3579. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "radius/keys.h"
#include "radius_server.h"

static struct xeap_span hex(const char *text)
{
	static uint8_t buf[2][512];
	static unsigned int turn;
	uint8_t *out = buf[turn++ % 2];
	size_t n = 0;

	for (; *text; text++) {
		int digit = *text >= 'a' ? *text - 'a' + 10 : *text - '0';

		if (*text == ' ')
			continue;
		out[n / 2] = (uint8_t)(n % 2 ? out[n / 2] << 4 | digit : digit);
		n++;
	}
	return xeap_span(out, n / 2);
}

static struct xeap_radius_keys *keys_of(const char *secret)
{
	struct xeap_radius_keys *keys;
	struct xeap_diag why;

	assert_int_equal(xeap_radius_keys_new(xeap_span(secret, strlen(secret)), &keys, &why), 0);
	return keys;
}

/* From a heap block of exactly these bytes, so that a sanitizer sees any look past the end. */
static int parse(struct xeap_span bytes, struct xeap_radius *r)
{
	uint8_t *exact = malloc(bytes.len ? bytes.len : 1);
	int err;

	if (bytes.len)
		memcpy(exact, bytes.data, bytes.len);
	err = xeap_radius_parse(xeap_span(exact, bytes.len), r);
	free(exact);
	return err;
}

/* RFC 2865 §7.1 to §7.3: requests of three users, and what the server with "xyzzy5461" answers. */
static const struct {
	const char *request, *response;
	uint8_t code;
	unsigned int attributes;
} examples[] = {
	{ "01 00 00 38 0f 40 3f 94 73 97 80 57 bd 83 d5 cb 98 f4 22 7a 01 06 6e 65 6d 6f 02 12 0d "
	  "be 70 8d 93 d4 13 ce 31 96 e4 3f 78 2a 0a ee 04 06 c0 a8 01 10 05 06 00 00 00 03",
	  "02 00 00 26 86 fe 22 0e 76 24 ba 2a 10 05 f6 bf 9b 55 e0 b2 06 06 00 00 00 01 0f 06 00 "
	  "00 00 00 0e 06 c0 a8 01 03",
	  XEAP_RADIUS_ACCESS_ACCEPT, 3 },
	{ "01 01 00 47 2a ee 86 f0 8d 0d 55 96 9c a5 97 8e 0d 33 67 a2 01 08 66 6c 6f 70 73 79 03 "
	  "13 16 e9 75 57 c3 16 18 58 95 f2 93 ff 63 44 07 72 75 04 06 c0 a8 01 10 05 06 00 00 00 "
	  "14 06 06 00 00 00 02 07 06 00 00 00 01",
	  "02 01 00 38 15 ef bc 7d ab 26 cf a3 dc 34 d9 c0 3c 86 01 a4 06 06 00 00 00 02 07 06 00 "
	  "00 00 01 08 06 ff ff ff fe 0a 06 00 00 00 02 0d 06 00 00 00 01 0c 06 00 00 05 dc",
	  XEAP_RADIUS_ACCESS_ACCEPT, 6 },
	{ "01 02 00 39 f3 a4 7a 1f 6a 6d 76 71 0b 94 7a b9 30 41 a0 39 01 07 6d 6f 70 73 79 02 12 "
	  "33 65 75 73 77 82 89 b5 70 88 5e 15 08 48 25 c5 04 06 c0 a8 01 10 05 06 00 00 00 07",
	  "0b 02 00 4e 36 f3 c8 76 4a e8 c7 11 57 40 3c 0c 71 ff 9c 45 12 30 43 68 61 6c 6c 65 6e "
	  "67 65 20 33 32 37 36 39 34 33 30 2e 20 20 45 6e 74 65 72 20 72 65 73 70 6f 6e 73 65 20 "
	  "61 74 20 70 72 6f 6d 70 74 2e 18 0a 33 32 37 36 39 34 33 30",
	  XEAP_RADIUS_ACCESS_CHALLENGE, 2 },
};

static void examples_of_rfc_2865(void **state)
{
	struct xeap_radius_keys *keys = keys_of("xyzzy5461");

	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct xeap_span request = hex(examples[i].request);
		struct xeap_span response = hex(examples[i].response);
		struct xeap_radius_attribute a;
		struct xeap_reader reader;
		struct xeap_radius r;
		unsigned int n = 0;

		assert_int_equal(xeap_radius_parse(request, &r), 0);
		assert_int_equal(r.code, XEAP_RADIUS_ACCESS_REQUEST);
		assert_int_equal(xeap_radius_parse(response, &r), 0);
		assert_int_equal(r.code, examples[i].code);
		assert_int_equal(r.id, i);
		reader = xeap_reader(r.attributes);
		while (xeap_radius_next(&reader, &a))
			n++;
		assert_int_equal(n, examples[i].attributes);
		/* The Response Authenticator is right; in 2000 there was nothing more. */
		assert_int_equal(xeap_radius_check(keys, &r, request.data + 4),
				 XEAP_RADIUS_NO_MESSAGE_AUTHENTICATOR);
		assert_int_equal(xeap_radius_check(keys, &r, request.data + 5),
				 XEAP_RADIUS_WRONG_AUTHENTICATOR);
	}
	xeap_radius_keys_free(keys);
}

static void attributes_are_found(void **state)
{
	struct xeap_span challenge = hex(examples[2].response), value;
	struct xeap_radius r;
	uint32_t number;

	assert_int_equal(xeap_radius_parse(challenge, &r), 0);
	assert_true(xeap_radius_find(&r, XEAP_RADIUS_STATE, &value));
	assert_int_equal(value.len, 8);
	assert_memory_equal(value.data, "32769430", 8);
	assert_false(xeap_radius_find(&r, XEAP_RADIUS_EAP_MESSAGE, &value));
	assert_false(xeap_radius_find_u32(&r, XEAP_RADIUS_STATE, &number));
	assert_int_equal(xeap_radius_parse(hex(examples[1].response), &r), 0);
	assert_true(xeap_radius_find_u32(&r, XEAP_RADIUS_FRAMED_MTU, &number));
	assert_int_equal(number, 1500);
}

/* Every cut of a packet, and every attribute length that does not fit it. */
static void lengths_are_checked(void **state)
{
	struct xeap_span whole = hex(examples[0].response);
	uint8_t bytes[64];
	struct xeap_radius r, before;

	memset(&before, 0x5a, sizeof(before));
	r = before;
	for (size_t cut = 0; cut < whole.len; cut++)
		assert_int_equal(parse(xeap_span(whole.data, cut), &r), -EBADMSG);
	memcpy(bytes, whole.data, whole.len);
	for (unsigned int len = 0; len < 256; len++) {
		bytes[33] = (uint8_t)len; /* of the last attribute, which ends the packet with 6 */
		assert_int_equal(parse(xeap_span(bytes, whole.len), &r), len == 6 ? 0 : -EBADMSG);
		r = before;
	}
	bytes[33] = 6;
	for (unsigned int len = 0; len < 0x10000; len++) {
		bytes[2] = (uint8_t)(len >> 8);
		bytes[3] = (uint8_t)len;
		/* Only where attributes end, and what comes after is padding. */
		assert_int_equal(parse(xeap_span(bytes, whole.len), &r),
				 len == 20 || len == 26 || len == 32 || len == 38 ? 0 : -EBADMSG);
	}
}

static void largest_packet(void **state)
{
	uint8_t bytes[XEAP_RADIUS_MAX + 2] = { 2, 0 };
	struct xeap_radius r;

	for (size_t at = 20; at < 4096;) {
		size_t left = 4096 - at, n = left < 255 ? left : 255;

		bytes[at] = 1;
		bytes[at + 1] = (uint8_t)n;
		at += n;
	}
	bytes[2] = 0x10;
	assert_int_equal(xeap_radius_parse(xeap_span(bytes, 4096), &r), 0);
	bytes[4097] = 2;
	bytes[3] = 2;
	assert_int_equal(xeap_radius_parse(xeap_span(bytes, 4098), &r), -EBADMSG);
}

/* RFC 3579 §3.1 */
static void eap_is_split_and_joined(void **state)
{
	static const uint8_t authenticator[16] = { 1 };
	static uint8_t eap[2000], packet[XEAP_RADIUS_MAX], joined[2000];
	static const struct {
		size_t len, attributes;
	} cases[] = { { 1, 1 }, { 253, 1 }, { 254, 2 }, { 506, 2 }, { 507, 3 }, { 2000, 8 } };

	for (size_t i = 0; i < sizeof(eap); i++)
		eap[i] = (uint8_t)(i * 7);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct xeap_builder b = xeap_builder(packet, sizeof(packet));
		struct xeap_radius r;
		size_t len;

		xeap_radius_begin(&b, XEAP_RADIUS_ACCESS_REQUEST, 9, authenticator);
		xeap_radius_put_u32(&b, XEAP_RADIUS_FRAMED_MTU, 1400);
		xeap_radius_put_eap(&b, xeap_span(eap, cases[i].len));
		xeap_radius_put(&b, XEAP_RADIUS_STATE, xeap_span("x", 1));
		len = xeap_radius_finish(&b);
		assert_int_equal(len, 20 + 6 + cases[i].len + 2 * cases[i].attributes + 3);
		assert_int_equal(xeap_radius_parse(xeap_span(packet, len), &r), 0);
		assert_int_equal(xeap_radius_get_eap(&r, joined, sizeof(joined)), cases[i].len);
		assert_memory_equal(joined, eap, cases[i].len);
		assert_int_equal(xeap_radius_get_eap(&r, joined, cases[i].len - 1), -ENOSPC);
	}
}

static void eap_in_pieces_apart_is_none(void **state)
{
	static const struct server_packet request = { .len = 20 };
	struct server_packet p;
	struct xeap_radius r;
	uint8_t buf[16];

	server_begin(&p, 11, &request);
	assert_int_equal(xeap_radius_parse(xeap_span(p.data, p.len), &r), 0);
	assert_int_equal(xeap_radius_get_eap(&r, buf, sizeof(buf)), 0);
	server_add(&p, 79, "ab", 2);
	server_add(&p, 24, "s", 1);
	server_add(&p, 79, "cd", 2);
	assert_int_equal(xeap_radius_parse(xeap_span(p.data, p.len), &r), 0);
	assert_int_equal(xeap_radius_get_eap(&r, buf, sizeof(buf)), -EBADMSG);
}

static void too_much_is_no_packet(void **state)
{
	static const uint8_t authenticator[16], value[254];
	uint8_t packet[300];
	struct xeap_builder b = xeap_builder(packet, sizeof(packet));

	xeap_radius_begin(&b, 1, 0, authenticator);
	xeap_radius_put(&b, 1, xeap_span(value, 254));
	assert_int_equal(xeap_radius_finish(&b), 0);
	b = xeap_builder(packet, sizeof(packet));
	xeap_radius_begin(&b, 1, 0, authenticator);
	xeap_radius_put(&b, 1, xeap_span(value, 253));
	assert_int_equal(xeap_radius_finish(&b), 275);
	xeap_radius_put_vendor(&b, 311, 1, xeap_span(value, 100));
	assert_int_equal(xeap_radius_finish(&b), 0);
}

static void vendors_attributes(void **state)
{
	static const uint8_t authenticator[16];
	uint8_t packet[300];
	struct xeap_builder b = xeap_builder(packet, sizeof(packet));
	struct xeap_radius r;
	struct xeap_span value;
	size_t len;

	xeap_radius_begin(&b, 2, 0, authenticator);
	xeap_radius_put(&b, XEAP_RADIUS_VENDOR_SPECIFIC, xeap_span("\0\0\1", 3));
	xeap_radius_put(&b, XEAP_RADIUS_VENDOR_SPECIFIC, xeap_span("\0\0\1\x37\x11\x09no", 8));
	xeap_radius_put_vendor(&b, 9, 17, xeap_span("cisco", 5));
	xeap_radius_put(&b, XEAP_RADIUS_VENDOR_SPECIFIC,
			xeap_span("\0\0\1\x37\x10\x03q\x11\x05yes", 12));
	len = xeap_radius_finish(&b);
	assert_int_equal(xeap_radius_parse(xeap_span(packet, len), &r), 0);
	assert_true(xeap_radius_find_vendor(&r, 311, 17, &value));
	assert_int_equal(value.len, 3);
	assert_memory_equal(value.data, "yes", 3);
	assert_false(xeap_radius_find_vendor(&r, 311, 18, &value));
	assert_true(xeap_radius_find_vendor(&r, 9, 17, &value));
	assert_memory_equal(value.data, "cisco", 5);
}

static void requests_are_signed(void **state)
{
	static const char *const secrets[] = {
		"x", SERVER_SECRET,
		("a secret of more than sixty-four bytes is replaced "
		 "by its digest, RFC 2104 section 2")
	};
	static const uint8_t authenticator[16] = { 3, 1, 4 };

	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		struct xeap_radius_keys *keys = keys_of(secrets[i]);
		struct server_packet p = { 0 };
		struct xeap_builder b = xeap_builder(p.data, sizeof(p.data));

		xeap_radius_begin(&b, 1, 5, authenticator);
		xeap_radius_put_message_authenticator(&b);
		xeap_radius_put(&b, XEAP_RADIUS_USER_NAME, xeap_span("bob", 3));
		p.len = xeap_radius_finish(&b);
		assert_int_equal(xeap_radius_sign(keys, p.data, p.len), 0);
		assert_true(server_accepts(&p, secrets[i]));
		assert_false(server_accepts(&p, "another"));
		p.data[20] = 81;
		assert_int_equal(xeap_radius_sign(keys, p.data, p.len), -EBADMSG);
		xeap_radius_keys_free(keys);
	}
}

/* A response with its Message-Authenticator at each place, and what is wrong with others. */
static void responses_are_checked(void **state)
{
	static const struct server_packet request = { .data = { 1, 7, 0, 20, 1, 2, 3 }, .len = 20 };
	struct xeap_radius_keys *keys = keys_of(SERVER_SECRET);

	for (int place = 0; place < 6; place++) {
		static const enum xeap_radius_verdict wanted[] = {
			XEAP_RADIUS_GENUINE,
			XEAP_RADIUS_GENUINE,
			XEAP_RADIUS_NO_MESSAGE_AUTHENTICATOR,
			XEAP_RADIUS_WRONG_MESSAGE_AUTHENTICATOR, /* two of them */
			XEAP_RADIUS_WRONG_MESSAGE_AUTHENTICATOR, /* too short */
			XEAP_RADIUS_WRONG_AUTHENTICATOR,	 /* another secret */
		};
		struct server_packet p;
		struct xeap_radius r;

		server_begin(&p, 2, &request);
		if (place == 0 || place == 3 || place == 5)
			server_add_message_authenticator(&p);
		server_add(&p, 1, "bob", 3);
		if (place == 1 || place == 3)
			server_add_message_authenticator(&p);
		if (place == 4)
			server_add(&p, 80, "too short", 9);
		server_seal(&p, place == 5 ? "another" : SERVER_SECRET);
		assert_int_equal(xeap_radius_parse(xeap_span(p.data, p.len), &r), 0);
		assert_int_equal(xeap_radius_check(keys, &r, request.data + 4), wanted[place]);
	}
	xeap_radius_keys_free(keys);
}

/*
 * Who changes a packet and can make its Response Authenticator right again (CVE-2024-3596) still
 * cannot make a Message-Authenticator.
 */
static void forged_response_is_refused(void **state)
{
	static const struct server_packet request = { .data = { 1, 7, 0, 20, 1, 2, 3 }, .len = 20 };
	struct xeap_radius_keys *keys = keys_of(SERVER_SECRET);
	struct server_packet p;
	struct xeap_radius r;

	server_begin(&p, 3, &request);
	server_add(&p, 80, "0123456789abcdef", 16);
	server_forge(&p, SERVER_SECRET);
	assert_int_equal(xeap_radius_parse(xeap_span(p.data, p.len), &r), 0);
	assert_int_equal(xeap_radius_check(keys, &r, request.data + 4),
			 XEAP_RADIUS_WRONG_MESSAGE_AUTHENTICATOR);
	xeap_radius_keys_free(keys);
}

static void keys_are_uncovered(void **state)
{
	static const struct server_packet request = { .data = { 1, 7, 0, 20, 9, 8, 7 }, .len = 20 };
	struct xeap_radius_keys *keys = keys_of(SERVER_SECRET);
	static const size_t lengths[] = { 0, 1, 15, 16, 31, 32, 33, 64 };
	uint8_t key[64], got[64];

	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)(i + 1);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct server_packet p;
		struct xeap_span covered;
		struct xeap_radius r;

		server_begin(&p, 2, &request);
		server_add_key(&p, 17, key, lengths[i], &request);
		assert_int_equal(xeap_radius_parse(xeap_span(p.data, p.len), &r), 0);
		assert_true(xeap_radius_find_vendor(&r, 311, 17, &covered));
		assert_int_equal(xeap_radius_uncover(keys, covered, request.data + 4, got,
						     sizeof(got)),
				 lengths[i]);
		assert_memory_equal(got, key, lengths[i]);
		if (lengths[i])
			assert_int_equal(xeap_radius_uncover(keys, covered, request.data + 4, got,
							     lengths[i] - 1),
					 -ENOSPC);
		covered.len--;
		assert_int_equal(xeap_radius_uncover(keys, covered, request.data + 4, got,
						     sizeof(got)),
				 -EBADMSG);
	}
	assert_int_equal(xeap_radius_uncover(keys, xeap_span("ab", 2), request.data + 4, got,
					     sizeof(got)),
			 -EBADMSG);
	xeap_radius_keys_free(keys);
}

static void secrets_have_bounds(void **state)
{
	static const uint8_t long_one[XEAP_RADIUS_SECRET_MAX + 1] = { 1 };
	struct xeap_radius_keys *keys = NULL;
	struct xeap_diag why = { 0 };

	assert_int_equal(xeap_radius_keys_new(xeap_span("", 0), &keys, &why), -EINVAL);
	assert_non_null(strstr(why.text, "shared secret"));
	assert_int_equal(xeap_radius_keys_new(xeap_span(long_one, sizeof(long_one)), &keys, &why),
			 -EINVAL);
	assert_null(keys);
	assert_int_equal(
		xeap_radius_keys_new(xeap_span(long_one, XEAP_RADIUS_SECRET_MAX), &keys, &why), 0);
	assert_null(xeap_radius_keys_free(keys));
	assert_null(xeap_radius_keys_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples_of_rfc_2865),
		cmocka_unit_test(attributes_are_found),
		cmocka_unit_test(lengths_are_checked),
		cmocka_unit_test(largest_packet),
		cmocka_unit_test(eap_is_split_and_joined),
		cmocka_unit_test(eap_in_pieces_apart_is_none),
		cmocka_unit_test(too_much_is_no_packet),
		cmocka_unit_test(vendors_attributes),
		cmocka_unit_test(requests_are_signed),
		cmocka_unit_test(responses_are_checked),
		cmocka_unit_test(forged_response_is_refused),
		cmocka_unit_test(keys_are_uncovered),
		cmocka_unit_test(secrets_have_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
