/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Whom a frame is for: addresses, VLANs, and what of EAP tells whom it answers. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <xeap/pae.h>

static struct xeap_pae_address a;

static int read_hex(const char *hex)
{
	static uint8_t frame[128];
	size_t n = 0;

	for (; hex[0] && hex[1]; hex += *hex == ' ' ? 1 : 2)
		if (*hex != ' ')
			assert_int_equal(sscanf(hex, "%2hhx", &frame[n++]), 1);
	return xeap_pae_read_address(xeap_span(frame, n), &a);
}

#define UNICAST "020000000007 020000000009 "
#define GROUP "0180c2000003 020000000009 "

static void an_address_is_read(void **state)
{
	assert_int_equal(read_hex(UNICAST "888e 02 00 0005 01 4d 0005 01"), 0);
	assert_memory_equal(a.dst, "\2\0\0\0\0\7", 6);
	assert_false(a.group);
	assert_int_equal(a.vlans, 0);
	assert_int_equal(a.code, 1);
	assert_int_equal(a.id, 0x4d);
	assert_true(a.identity);
	assert_int_equal(read_hex(GROUP "888e 02 00 0004 03 4e 0004"), 0);
	assert_true(a.group);
	assert_int_equal(a.code, 3);
	assert_int_equal(a.id, 0x4e);
	assert_false(a.identity);
}

/* Priority bits and priority tags are no VLAN, wherever they stand. */
static void vlans_are_read(void **state)
{
	assert_int_equal(read_hex(UNICAST "8100 e064 888e 02 00 0004 03 01 0004"), 0);
	assert_int_equal(a.vlans, 1);
	assert_int_equal(a.vid[0], 100);
	assert_int_equal(a.vid[1], 0);
	assert_int_equal(read_hex(UNICAST "88a8 000a 8100 0014 888e 02 00 0004 03 01 0004"), 0);
	assert_int_equal(a.vlans, 2);
	assert_int_equal(a.vid[0], 10);
	assert_int_equal(a.vid[1], 20);
	assert_int_equal(read_hex(UNICAST "8100 e000 888e 02 00 0004 03 01 0004"), 0);
	assert_int_equal(a.vlans, 0);
	assert_int_equal(read_hex(UNICAST "8100 0000 8100 0014 888e 02 00 0004 03 01 0004"), 0);
	assert_int_equal(a.vlans, 1);
	assert_int_equal(a.vid[0], 20);
}

/* EAPOL that is not EAP, or is a malformed packet, has an address all the same. */
static void without_eap_there_is_no_code(void **state)
{
	assert_int_equal(read_hex(UNICAST "888e 02 01 0000"), 0);
	assert_int_equal(a.code, 0);
	assert_int_equal(read_hex(UNICAST "888e 02 00 0004 01 01 0099"), 0);
	assert_int_equal(a.code, 0);
}

static void what_is_no_eapol_leaves_the_address_alone(void **state)
{
	memset(&a, 0x5a, sizeof(a));
	assert_int_equal(read_hex(UNICAST "0800 4500"), -EPROTONOSUPPORT);
	assert_int_equal(read_hex(UNICAST "888e 02 00"), -EBADMSG);
	assert_int_equal(read_hex(UNICAST "888e 02 00 0009 01"), -EBADMSG);
	assert_int_equal(read_hex(UNICAST "888e 00 00 0000"), -EPROTO);
	assert_int_equal(read_hex("0200"), -EBADMSG);
	assert_int_equal(a.vid[0], 0x5a5a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_read),
		cmocka_unit_test(vlans_are_read),
		cmocka_unit_test(without_eap_there_is_no_code),
		cmocka_unit_test(what_is_no_eapol_leaves_the_address_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
