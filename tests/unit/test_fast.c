/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <method/fast_keys.h>
#include <method/fast_pac.h>
#include <stdlib.h>
#include <string.h>

#define BYTES(...)                                                                                 \
	xeap_span(((const uint8_t[]){ __VA_ARGS__ }), sizeof((const uint8_t[]){ __VA_ARGS__ }))
#define FIRST "wpa_supplicant EAP-FAST PAC file - version 1\n"
#define KEY "PAC-Key=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
#define ONE "START\nPAC-Type=1\n" KEY "PAC-Opaque=aabb\nA-ID=0102\nI-ID=75\nI-ID-txt=u\nEND\n"

/* RFC 4851 Appendix B.1: the master secret of a PAC. */
static void test_tprf(void **state)
{
	static const uint8_t key[] = { 0x0b, 0x97, 0x39, 0x0f, 0x37, 0x51, 0x78, 0x09,
				       0x81, 0x1e, 0xfd, 0x9c, 0x6e, 0x65, 0x94, 0x2b,
				       0x63, 0x2c, 0xe9, 0x53, 0x89, 0x38, 0x08, 0xba,
				       0x36, 0x0b, 0x03, 0x7c, 0xd1, 0x85, 0xe4, 0x14 };
	static const uint8_t seed[] = { 0x3f, 0xfb, 0x11, 0xc4, 0x6c, 0xbf, 0xa5, 0x7a, 0x54, 0x40,
					0xda, 0xe8, 0x22, 0xd3, 0x11, 0xd3, 0xf7, 0x6d, 0xe4, 0x1d,
					0xd9, 0x33, 0xe5, 0x93, 0x70, 0x97, 0xeb, 0xa9, 0xb3, 0x66,
					0xf4, 0x2a, 0x00, 0x00, 0x00, 0x02, 0x6a, 0x66, 0x43, 0x2a,
					0x8d, 0x14, 0x43, 0x2c, 0xec, 0x58, 0x2d, 0x2f, 0xc7, 0x9c,
					0x33, 0x64, 0xba, 0x04, 0xad, 0x3a, 0x52, 0x54, 0xd6, 0xa5,
					0x79, 0xad, 0x1e, 0x00 };
	static const uint8_t master[] = { 0x4a, 0x1a, 0x51, 0x2c, 0x01, 0x60, 0xbc, 0x02,
					  0x3c, 0xcf, 0xbc, 0x83, 0x3f, 0x03, 0xbc, 0x64,
					  0x88, 0xc1, 0x31, 0x2f, 0x0b, 0xa9, 0xa2, 0x77,
					  0x16, 0xa8, 0xd8, 0xe8, 0xbd, 0xc9, 0xd2, 0x29,
					  0x38, 0x4b, 0x7a, 0x85, 0xbe, 0x16, 0x4d, 0x27,
					  0x33, 0xd5, 0x24, 0x79, 0x87, 0xb1, 0xc5, 0xa2 };
	uint8_t out[48];

	assert_int_equal(xeap_tprf(xeap_span(key, sizeof(key)), "PAC to master secret label hash",
				   xeap_span(seed, sizeof(seed)), out, sizeof(out)),
			 0);
	assert_memory_equal(out, master, sizeof(master));
	assert_int_equal(xeap_tprf(xeap_span(key, sizeof(key)), "", xeap_span(NULL, 0), out, 5101),
			 -EINVAL);
}

static void test_tlvs(void **state)
{
	struct xeap_fast_tlvs t;

	assert_int_equal(xeap_fast_parse(BYTES(0x80, 3, 0, 2, 0, 1, 0, 11, 0, 13, 0, 9, 0, 8, 0, 4,
					       0, 1, 'A', 0, 10, 0, 0),
					 &t),
			 -EBADMSG);
	assert_int_equal(xeap_fast_parse(BYTES(0, 11, 0, 15, 0, 1, 0, 1, 'K', 0, 9, 0, 6, 0, 4, 0,
					       2, 'A', 'B'),
					 &t),
			 0);
	assert_true(t.pac.there);
	assert_int_equal(t.pac.key.len, 1);
	assert_int_equal(t.pac.a_id.len, 2);
	assert_int_equal(xeap_fast_parse(BYTES(0x80, 3, 0, 2, 0, 3), &t), -EBADMSG);
	assert_int_equal(xeap_fast_parse(BYTES(0x80, 3, 0, 2, 0, 1, 0x80, 3, 0, 2, 0, 1), &t),
			 -EBADMSG);
	assert_int_equal(xeap_fast_parse(BYTES(0x80, 3, 0, 3, 0, 1), &t), -EBADMSG);
	assert_int_equal(xeap_fast_parse(BYTES(0x80, 99, 0, 0), &t), 0);
	assert_true(t.refuses);
	assert_int_equal(t.refused, 99);
	assert_int_equal(xeap_fast_parse(BYTES(0x80, 0, 0, 0, 0x80, 99, 0, 0), &t), 0);
	assert_true(t.refuses);
	assert_int_equal(t.refused, 0);
	assert_int_equal(xeap_fast_a_id(BYTES(0, 4, 0, 2, 7, 8)).len, 2);
	assert_null(xeap_fast_a_id(BYTES(0, 4, 0, 9, 7, 8)).data);
}

static unsigned int bad_line(const char *text)
{
	struct xeap_pacs *pacs;
	unsigned int line = 0;

	assert_int_equal(xeap_pacs_open(NULL, "", 10, &pacs, NULL), 0);
	if (xeap_pacs_parse(pacs, xeap_span(text, strlen(text)), &line) == 0)
		line = 0;
	xeap_pacs_close(pacs);
	return line;
}

static void test_file(void **state)
{
	assert_int_equal(bad_line(""), 0);
	assert_int_equal(bad_line(FIRST), 0);
	assert_int_equal(bad_line(FIRST ONE ONE "\n\n"), 0);
	assert_int_equal(bad_line("garbage"), 1);
	assert_int_equal(bad_line(FIRST "garbage\n"), 2);
	assert_int_equal(bad_line(FIRST "START\nPAC-Key=00\nEND\n"), 3);
	assert_int_equal(bad_line(FIRST "START\n" KEY "PAC-Opaque=0g\n"), 4);
	assert_int_equal(bad_line(FIRST "START\n" KEY "A-ID=01\nEND\n"), 5);
	assert_int_not_equal(bad_line(FIRST "START\n" KEY), 0);
}

static void test_find(void **state)
{
	struct xeap_pacs *pacs;
	uint8_t key[XEAP_PAC_KEY], *ticket;
	unsigned int line;
	size_t len;

	assert_int_equal(xeap_pacs_open("blob://x", "", 1, &pacs, NULL), 0);
	assert_int_equal(xeap_pacs_parse(pacs, xeap_span(FIRST ONE, strlen(FIRST ONE)), &line), 0);
	assert_int_equal(xeap_pacs_find(pacs, BYTES(1, 3), BYTES('u'), key, &ticket, &len),
			 -ENOENT);
	assert_int_equal(xeap_pacs_find(pacs, BYTES(1, 2), BYTES('v'), key, &ticket, &len),
			 -ENOENT);
	assert_int_equal(xeap_pacs_find(pacs, BYTES(1, 2), BYTES('u'), key, &ticket, &len), 0);
	assert_int_equal(len, 6);
	assert_memory_equal(ticket, "\0\2\0\2\xaa\xbb", 6);
	assert_int_equal(key[31], 31);
	free(ticket);
	xeap_pacs_close(pacs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tprf),
		cmocka_unit_test(test_tlvs),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
