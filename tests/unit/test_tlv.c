/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <wire/tlv.h>

#define TLVS(...) ((const uint8_t[]){ __VA_ARGS__ }), sizeof((const uint8_t[]){ __VA_ARGS__ })

static struct xeap_tlvs parsed(const uint8_t *bytes, size_t len)
{
	struct xeap_tlvs t;

	assert_int_equal(xeap_tlvs_parse(xeap_span(bytes, len), &t), 0);
	return t;
}

static void assert_bad(const uint8_t *bytes, size_t len)
{
	struct xeap_tlvs t, before;

	memset(&t, 0x5a, sizeof(t));
	memset(&before, 0x5a, sizeof(before));
	assert_int_equal(xeap_tlvs_parse(xeap_span(bytes, len), &t), -EBADMSG);
	assert_memory_equal(&t, &before, sizeof(t));
}

static void test_each(void **state)
{
	struct xeap_tlvs t = parsed(TLVS(0x80, 3, 0, 2, 0, 1, 0x80, 10, 0, 2, 0, 2, 0, 2, 0, 2, 0,
					 2, 0x80, 5, 0, 4, 0, 0, 7, 0xd1, 0x80, 13, 0, 1, 'P'));

	assert_int_equal(t.result, XEAP_TLV_RESULT_SUCCESS);
	assert_int_equal(t.intermediate, XEAP_TLV_RESULT_FAILURE);
	assert_int_equal(t.identity, XEAP_TLV_IDENTITY_MACHINE);
	assert_int_equal(t.error, XEAP_TLV_ERROR_TUNNEL_COMPROMISE);
	assert_true(t.password_wanted);
	assert_int_equal(t.password_prompt.len, 1);
	assert_null(t.eap.data);
	assert_null(t.binding.whole.data);
	t = parsed(TLVS(0x80, 9, 0, 4, 1, 2, 0, 4, 0x80, 4, 0, 6, 0, 0, 0, 0, 0, 9));
	assert_int_equal(t.eap.len, 4);
	assert_true(t.nak);
	t = parsed(NULL, 0);
	assert_int_equal(t.result, XEAP_TLV_RESULT_NONE);
	/* RFC 9930 §4.2.11: TLVs inside an intermediate result */
	t = parsed(TLVS(0x80, 10, 0, 6, 0, 1, 0, 7, 0, 0));
	assert_int_equal(t.intermediate, XEAP_TLV_RESULT_SUCCESS);
}

static void test_binding(void **state)
{
	uint8_t tlv[160] = { 0x80, 12, 0, 76, 0, 1, 2, 0x31 };
	struct xeap_tlvs t;

	tlv[8] = 8;
	tlv[40] = 40;
	tlv[60] = 60;
	t = parsed(tlv, 80);
	assert_ptr_equal(t.binding.whole.data, tlv);
	assert_int_equal(t.binding.version, 1);
	assert_int_equal(t.binding.received_version, 2);
	assert_int_equal(t.binding.flags, 3);
	assert_int_equal(t.binding.subtype, 1);
	assert_int_equal(t.binding.nonce.data[0], 8);
	assert_int_equal(t.binding.emsk_mac.data[0], 40);
	assert_int_equal(t.binding.msk_mac.data[0], 60);
	memcpy(tlv + 80, tlv, 80);
	assert_bad(tlv, 160);
	tlv[3] = 75;
	assert_bad(tlv, 79);
	tlv[3] = 77;
	assert_bad(tlv, 81);
}

static void test_refused(void **state)
{
	/* the first one that must be understood; those that need not be are passed over */
	struct xeap_tlvs t = parsed(TLVS(0, 99, 0, 0, 0x80, 98, 0, 1, 7, 0x80, 97, 0, 0));

	assert_true(t.refuses);
	assert_int_equal(t.refused, 98);
	assert_int_equal(t.refused_vendor, 0);
	t = parsed(TLVS(0x80, 7, 0, 5, 0, 0, 1, 0x37, 1));
	assert_int_equal(t.refused, XEAP_TLV_VENDOR_SPECIFIC);
	assert_int_equal(t.refused_vendor, 0x137);
	t = parsed(TLVS(0, 11, 0, 2, 1, 2));
	assert_false(t.refuses);
	assert_true(t.pac);
	/* a type of 0 is one as any other */
	t = parsed(TLVS(0x80, 0, 0, 0, 0x80, 15, 0, 0));
	assert_true(t.refuses);
	assert_int_equal(t.refused, 0);
	/* Authority-ID, Channel-Binding, PKCS#7, PKCS#10, Trusted-Server-Root: no NAK is due */
	t = parsed(TLVS(0x80, 1, 0, 1, 'a', 0x80, 6, 0, 0, 0x80, 15, 0, 0, 0x80, 16, 0, 0, 0x80, 17,
			0, 2, 0, 1));
	assert_false(t.refuses);
	/* the reserved bit counts for nothing */
	t = parsed(TLVS(0xc0, 3, 0, 2, 0, 1));
	assert_int_equal(t.result, XEAP_TLV_RESULT_SUCCESS);
}

/* RFC 9930 §4.2.9: the worst status of all, an unknown one among them. */
static void test_action(void **state)
{
	assert_int_equal(parsed(NULL, 0).action, XEAP_TLV_RESULT_NONE);
	assert_int_equal(parsed(TLVS(0x80, 8, 0, 2, 1, 1)).action, XEAP_TLV_RESULT_SUCCESS);
	assert_int_equal(parsed(TLVS(0x80, 8, 0, 6, 2, 1, 0, 16, 0, 0, 0x80, 8, 0, 2, 1, 2)).action,
			 XEAP_TLV_RESULT_FAILURE);
	assert_int_equal(parsed(TLVS(0x80, 8, 0, 2, 9, 1)).action, XEAP_TLV_RESULT_FAILURE);
	assert_int_equal(parsed(TLVS(0x80, 8, 0, 1, 2)).action, XEAP_TLV_RESULT_NONE);
}

/* RFC 9930 §4.2.1: what is of a wrong format is not there. */
static void test_passed_over(void **state)
{
	struct xeap_tlvs t = parsed(TLVS(0x80, 5, 0, 2, 0, 1, 0x80, 4, 0, 5, 0, 0, 0, 0, 0, 0x80, 7,
					 0, 3, 0, 0, 0, 0, 2, 0, 1, 1, 0x80, 3, 0, 2, 0, 1));

	assert_int_equal(t.error, 0);
	assert_false(t.nak);
	assert_int_equal(t.refused, 0);
	assert_int_equal(t.identity, XEAP_TLV_IDENTITY_NONE);
	assert_int_equal(t.result, XEAP_TLV_RESULT_SUCCESS);
}

static void test_malformed(void **state)
{
	assert_bad(TLVS(0x80));
	assert_bad(TLVS(0x80, 3, 0));
	assert_bad(TLVS(0x80, 3, 0, 3, 0, 1));
	assert_bad(TLVS(0x80, 3, 0, 1, 1));
	assert_bad(TLVS(0x80, 3, 0, 3, 0, 1, 1));
	assert_bad(TLVS(0x80, 3, 0, 2, 0, 0));
	assert_bad(TLVS(0x80, 3, 0, 2, 0, 3));
	assert_bad(TLVS(0x80, 3, 0, 2, 1, 1));
	assert_bad(TLVS(0x80, 3, 0, 2, 0, 1, 0x80, 3, 0, 2, 0, 1));
	assert_bad(TLVS(0x80, 10, 0, 2, 0, 1, 0x80, 10, 0, 2, 0, 1));
	assert_bad(TLVS(0x80, 10, 0, 0));
	assert_bad(TLVS(0x80, 2, 0, 2, 0, 1, 0x80, 2, 0, 2, 0, 2));
	assert_bad(TLVS(0x80, 9, 0, 3, 1, 2, 0));
	assert_bad(TLVS(0x80, 9, 0, 4, 1, 2, 0, 4, 0x80, 9, 0, 4, 1, 2, 0, 4));
	assert_bad(TLVS(0x80, 13, 0, 0, 0x80, 13, 0, 0));
	assert_bad(TLVS(0x80, 9, 0xff, 0xff, 1, 2, 0, 4));
}

static void test_put(void **state)
{
	static const uint8_t expected[] = { 0x80, 9,	0, 1, 7, 0x80, 3, 0, 2,	   0,
					    1,	  0x80, 5, 0, 4, 0,    0, 7, 0xd2, 0x80,
					    4,	  0,	6, 0, 0, 0x01, 0, 0, 15 };
	uint8_t bytes[64], value = 7;
	struct xeap_builder b = xeap_builder(bytes, sizeof(bytes));

	xeap_tlv_put(&b, XEAP_TLV_EAP_PAYLOAD, xeap_span(&value, 1));
	xeap_tlv_put_u16(&b, XEAP_TLV_RESULT, 1);
	xeap_tlv_put_u32(&b, XEAP_TLV_ERROR, 2002);
	xeap_tlv_put_nak(&b, 256, 15);
	assert_int_equal(xeap_builder_len(&b), sizeof(expected));
	assert_memory_equal(bytes, expected, sizeof(expected));
	b = xeap_builder(bytes, 5);
	xeap_tlv_put_u16(&b, XEAP_TLV_RESULT, 1);
	assert_true(b.bad);
	b = xeap_builder(bytes, sizeof(bytes));
	xeap_tlv_put(&b, XEAP_TLV_EAP_PAYLOAD, xeap_span(bytes, 65536));
	assert_true(b.bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each),	    cmocka_unit_test(test_binding),
		cmocka_unit_test(test_refused),	    cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_put),	    cmocka_unit_test(test_action),
		cmocka_unit_test(test_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
