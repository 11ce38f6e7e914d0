/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <wire/ike.h>
#include "tests/unit/hex.h"

/* IKE_SA_INIT of tests/fixtures/captures/ikev2.pcap, of hostapd and wpa_supplicant. */
static const char first[] =
	"bc740df218c137d500000000000000002120220800000000000000e8220000300000002c"
	"010100040300000c0100000c800e00800300000802000002030000080300000200000008"
	"040000022800008800020000160d00d5a3bf3e32774d61c7bcdda86c1e97313e4a80f31d"
	"bc3a7b50841aa5b8f9169dba48c4a547d951b9c8b80c023070a05f21adb2675b28266871"
	"b4944f940a97ed332a65f6cb906a83bd786c5b539e817213183219ddb0e803e4bfa89719"
	"47c0e3c6c36bd9189b64e6d78eb29d6d6c88062cd40eb537388d244eb9ba767600000014"
	"41c88b39b6244885bfb9e9c0e0d6fbad";
static const char second[] =
	"bc740df218c137d5aba588c9ffec0e5e212022200000000000000128220000300000002c"
	"010100040300000c0100000c800e00800300000802000002030000080300000200000008"
	"04000002280000880002000061cb40cb393425d3e3f25589bcbd0854a63cdd63424eeccd"
	"04baa4426a7b74ae852f0b240384ecb089b97c4bf48897bd124af98db8f4e788a5c745b6"
	"4e690f9bdf447361dde4ac66da079906cf9a21ebe8d5a361017b8156de51870a4b749103"
	"746ca1ccb2099c202643459af2fe93c1a99d8679692988af4acb26ed3f5663592e000014"
	"6cf3a3feb9a83515b61137ed46ca88c7240000408f9cc1c40d6bbe314ce61b7a1a35dd1e"
	"9904a1eb92251910f0233ceda2e2ff708d90b530de399745b9117574bbc098118038939c"
	"e6e964a11834c88e";

static const struct xeap_ike_transform hostapd_offers[] = {
	{ .type = XEAP_IKE_ENCR, .id = 12, .key_bits = 128 },
	{ .type = XEAP_IKE_PRF, .id = 2 },
	{ .type = XEAP_IKE_INTEG, .id = 2 },
	{ .type = XEAP_IKE_DH, .id = 2 },
};

struct message {
	uint8_t bytes[512];
	size_t len;
	struct xeap_ike_header header;
	struct xeap_ike_payloads payloads;
};

static int parse(struct message *m)
{
	struct xeap_span chain;
	int r = xeap_ike_parse_header(xeap_span(m->bytes, m->len), &m->header, &chain);

	return r < 0 ? r : xeap_ike_parse_payloads(m->header.first, chain, &m->payloads);
}

static void assert_offer(struct xeap_span sa)
{
	struct xeap_reader r = xeap_reader(sa), in;
	struct xeap_ike_proposal p;
	struct xeap_ike_transform t;

	assert_int_equal(xeap_ike_next_proposal(&r, &p), 1);
	assert_int_equal(p.number, 1);
	assert_int_equal(p.protocol, XEAP_IKE_PROTOCOL_IKE);
	assert_int_equal(p.spi.len, 0);
	in = xeap_reader(p.transforms);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(xeap_ike_next_transform(&in, &t), 1);
		assert_int_equal(t.type, hostapd_offers[i].type);
		assert_int_equal(t.id, hostapd_offers[i].id);
		assert_int_equal(t.key_bits, hostapd_offers[i].key_bits);
		assert_false(t.unknown);
	}
	assert_int_equal(xeap_ike_next_transform(&in, &t), 0);
	assert_int_equal(xeap_ike_next_proposal(&r, &p), 0);
}

static void test_first_message(void **state)
{
	struct message m;

	m.len = hex(first, m.bytes);
	assert_int_equal(parse(&m), 0);
	assert_memory_equal(m.header.spi_i, "\xbc\x74\x0d\xf2\x18\xc1\x37\xd5", 8);
	assert_memory_equal(m.header.spi_r, "\0\0\0\0\0\0\0", 8);
	assert_int_equal(m.header.exchange, XEAP_IKE_SA_INIT);
	assert_int_equal(m.header.flags, XEAP_IKE_INITIATOR);
	assert_int_equal(m.header.message_id, 0);
	assert_offer(m.payloads.sa);
	assert_int_equal(m.payloads.group, 2);
	assert_int_equal(m.payloads.public_value.len, 128);
	assert_int_equal(m.payloads.nonce.len, 16);
	assert_null(m.payloads.sk.data);
}

static void test_second_message(void **state)
{
	struct message m;

	m.len = hex(second, m.bytes);
	assert_int_equal(parse(&m), 0);
	assert_int_equal(m.header.flags, XEAP_IKE_RESPONSE);
	assert_offer(m.payloads.sa);
	assert_int_equal(m.payloads.inner, XEAP_IKE_PAYLOAD_ID_R);
	assert_int_equal(m.payloads.sk.len, 60);
}

/* What was read, built again, is the same message. */
static void test_built_again(void **state)
{
	struct message m;
	uint8_t built[512];
	struct xeap_builder b = xeap_builder(built, sizeof(built));

	m.len = hex(second, m.bytes);
	assert_int_equal(parse(&m), 0);
	xeap_ike_put_header(&b, &m.header);
	xeap_ike_put_sa(&b, XEAP_IKE_PAYLOAD_KE, 1, hostapd_offers, 4);
	xeap_ike_put_ke(&b, XEAP_IKE_PAYLOAD_NONCE, m.payloads.group, m.payloads.public_value);
	xeap_ike_put_nonce(&b, XEAP_IKE_PAYLOAD_SK, m.payloads.nonce);
	xeap_ike_put_sk(&b, m.payloads.inner, m.payloads.sk.len);
	xeap_ike_finish(&b, m.payloads.sk.len);
	xeap_put_span(&b, m.payloads.sk);
	assert_int_equal(xeap_builder_len(&b), m.len);
	assert_memory_equal(built, m.bytes, m.len);
}

static void test_other_payloads(void **state)
{
	struct message m = { .header = { .first = XEAP_IKE_PAYLOAD_ID_I } };
	struct xeap_builder b = xeap_builder(m.bytes, sizeof(m.bytes));

	xeap_ike_put_header(&b, &m.header);
	xeap_ike_put_id(&b, XEAP_IKE_PAYLOAD_ID_R, xeap_span("\x0b\0\0\0me", 6));
	xeap_ike_put_id(&b, XEAP_IKE_PAYLOAD_AUTH, xeap_span("\x01\0\0\0", 4));
	xeap_ike_put_auth(&b, XEAP_IKE_PAYLOAD_NOTIFY, XEAP_IKE_AUTH_SHARED_KEY,
			  xeap_span("mac", 3));
	xeap_ike_put_notify(&b, XEAP_IKE_PAYLOAD_NOTIFY, 16390, xeap_span("cookie", 6));
	xeap_ike_put_notify(&b, XEAP_IKE_PAYLOAD_NOTIFY, XEAP_IKE_AUTHENTICATION_FAILED,
			    xeap_span(NULL, 0));
	xeap_ike_put_notify(&b, 200, XEAP_IKE_INVALID_SYNTAX, xeap_span(NULL, 0));
	xeap_put_span(&b, xeap_span("\x2b\0\0\4", 4));	/* type 200, not critical */
	xeap_put_span(&b, xeap_span("\0\x80\0\5x", 5)); /* type 43, critical */
	xeap_ike_finish(&b, 0);
	m.len = xeap_builder_len(&b);
	assert_int_equal(parse(&m), 0);
	assert_int_equal(m.payloads.id_i.len, 6);
	assert_int_equal(m.payloads.id_r.len, 4);
	assert_int_equal(m.payloads.auth_method, XEAP_IKE_AUTH_SHARED_KEY);
	assert_int_equal(m.payloads.auth.len, 3);
	assert_int_equal(m.payloads.error, XEAP_IKE_AUTHENTICATION_FAILED);
	assert_int_equal(m.payloads.unknown, 43);
}

static void assert_bad(const uint8_t *bytes, size_t len, int wanted)
{
	struct message m = { .len = len };

	memcpy(m.bytes, bytes, len);
	assert_int_equal(parse(&m), wanted);
}

static void test_headers_that_are_none(void **state)
{
	struct message m;

	m.len = hex(first, m.bytes);
	for (size_t i = 0; i < m.len; i++)
		assert_bad(m.bytes, i, -EBADMSG);
	assert_bad(m.bytes, m.len + 1, -EBADMSG);
	m.bytes[17] = 0x10;
	assert_bad(m.bytes, m.len, -EPROTONOSUPPORT);
	m.bytes[17] = 0x2f; /* §2.5: a minor version does not count */
	assert_bad(m.bytes, m.len, 0);
}

static int chain(uint8_t type, const void *bytes, size_t len)
{
	struct xeap_ike_payloads p, before;
	int r;

	memset(&p, 0x5a, sizeof(p));
	before = p;
	r = xeap_ike_parse_payloads(type, xeap_span(bytes, len), &p);
	if (r < 0)
		assert_memory_equal(&p, &before, sizeof(p));
	return r;
}

static void test_payloads_that_are_none(void **state)
{
	static const uint8_t long_nonce[4 + 257] = { 0, 0, 1, 5 };
	static const uint8_t longest_nonce[4 + 256] = { 0, 0, 1, 4 };

	assert_int_equal(chain(0, NULL, 0), 0);
	assert_int_equal(chain(0, "x", 1), -EBADMSG);
	assert_int_equal(chain(33, NULL, 0), -EBADMSG);
	assert_int_equal(chain(33, "\0\0\0\3", 4), -EBADMSG);
	assert_int_equal(chain(33, "\0\0\0\5", 4), -EBADMSG);
	assert_int_equal(chain(33, "\0\0\0\4x", 5), -EBADMSG);
	assert_int_equal(chain(33, "\0\0\0\4", 4), 0);
	assert_int_equal(chain(33, "\x21\0\0\4\0\0\0\4", 8), -EBADMSG); /* twice */
	assert_int_equal(chain(34, "\0\0\0\7\0\2\0", 7), -EBADMSG);
	assert_int_equal(chain(35, "\0\0\0\7\1\0\0", 7), -EBADMSG);
	assert_int_equal(chain(39, "\0\0\0\7\2\0\0", 7), -EBADMSG);
	assert_int_equal(chain(40, long_nonce, sizeof(long_nonce)), -EBADMSG);
	assert_int_equal(chain(40, longest_nonce, sizeof(longest_nonce)), 0);
	assert_int_equal(chain(40,
			       "\0\0\0\x13"
			       "123456789012345",
			       19),
			 -EBADMSG);
	assert_int_equal(chain(41, "\0\0\0\7\0\0\1", 7), -EBADMSG);
	assert_int_equal(chain(41, "\0\0\0\x08\1\4\0\x18", 8),
			 -EBADMSG); /* an SPI that is not there */
	/* The Encrypted payload is the last. */
	assert_int_equal(chain(46, "\x23\0\0\5x", 5), 0);
	assert_int_equal(chain(46, "\x23\0\0\5x\0\0\0\4", 9), -EBADMSG);
}

static void assert_proposals(const void *bytes, size_t len, int wanted)
{
	struct xeap_reader r = xeap_reader(xeap_span(bytes, len));
	struct xeap_ike_proposal p;
	int last;

	while ((last = xeap_ike_next_proposal(&r, &p)) == 1)
		;
	assert_int_equal(last, wanted);
}

static void test_proposals(void **state)
{
	assert_proposals("", 0, 0);
	assert_proposals("\0\0\0\x08\1\1\0\1", 8, 0);
	assert_proposals("\2\0\0\x08\1\1\0\1\0\0\0\x0a\2\1\2\1xy", 18, 0);
	assert_proposals("\2\0\0\x08\1\1\0\1", 8, -EBADMSG);
	assert_proposals("\0\0\0\x08\1\1\0\1\0\0\0\x08\2\1\0\1", 16, -EBADMSG);
	assert_proposals("\0\0\0\3\1\1\0\1", 8, -EBADMSG);
	assert_proposals("\0\0\0\x09\1\1\0\1", 8, -EBADMSG);
	assert_proposals("\0\0\0\x08\1\1\1\1", 8, -EBADMSG);
	assert_proposals("\0\0\0\x08\1\1\0\0", 8, -EBADMSG);
	assert_proposals("\0\0\0\7\1\1\0", 7, -EBADMSG);
}

static int transform(const void *bytes, size_t len, struct xeap_ike_transform *ret)
{
	struct xeap_reader r = xeap_reader(xeap_span(bytes, len));

	return xeap_ike_next_transform(&r, ret);
}

static void test_transforms(void **state)
{
	struct xeap_ike_transform t;

	assert_int_equal(transform("\0\0\0\x08\1\0\0\x0c", 8, &t), 1);
	assert_int_equal(t.key_bits, 0);
	assert_int_equal(transform("\0\0\0\x0c\1\0\0\x0c\x80\x0e\1\0", 12, &t), 1);
	assert_int_equal(t.key_bits, 256);
	/* Another attribute, short and long. */
	assert_int_equal(transform("\0\0\0\x0c\1\0\0\x0c\x80\x0f\1\0", 12, &t), 1);
	assert_true(t.unknown);
	assert_int_equal(transform("\0\0\0\x0e\1\0\0\x0c\0\x0e\0\2\1\0", 14, &t), 1);
	assert_true(t.unknown);
	assert_int_equal(t.key_bits, 0);
	assert_int_equal(transform("\0\0\0\x0e\1\0\0\x0c\0\x0e\0\3\1\0", 14, &t), -EBADMSG);
	assert_int_equal(transform("\0\0\0\x0b\1\0\0\x0c\x80\x0e\1", 11, &t), -EBADMSG);
	assert_int_equal(transform("\0\0\0\7\1\0\0", 7, &t), -EBADMSG);
	assert_int_equal(transform("\3\0\0\x08\1\0\0\x0c", 8, &t), -EBADMSG);
	assert_int_equal(transform("\0\0\0\x08\1\0\0\x0cx", 9, &t), -EBADMSG);
}

/* What does not fit is not there. */
static void test_no_room(void **state)
{
	static const struct xeap_ike_header header = { .first = XEAP_IKE_PAYLOAD_SA };
	uint8_t bytes[XEAP_IKE_HEADER + 48];

	for (size_t n = 0; n <= sizeof(bytes); n++) {
		struct xeap_builder b = xeap_builder(bytes, n);

		xeap_ike_put_header(&b, &header);
		xeap_ike_put_sa(&b, 0, 1, hostapd_offers, 4);
		xeap_ike_finish(&b, 0);
		assert_int_equal(b.bad, n < sizeof(bytes));
	}
}

static void test_too_long(void **state)
{
	static uint8_t bytes[70000];
	struct xeap_builder b = xeap_builder(bytes, sizeof(bytes));

	xeap_ike_put_nonce(&b, 0, xeap_span(bytes, 65532));
	assert_true(b.bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_message),
		cmocka_unit_test(test_second_message),
		cmocka_unit_test(test_built_again),
		cmocka_unit_test(test_other_payloads),
		cmocka_unit_test(test_headers_that_are_none),
		cmocka_unit_test(test_payloads_that_are_none),
		cmocka_unit_test(test_proposals),
		cmocka_unit_test(test_transforms),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_too_long),
	};

	return cmocka_run_group_tests_name("ike", tests, NULL, NULL);
}
