/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Frames of a supplicant: which ones it takes, what it sends byte by byte, what it counts. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "test_pae_bed.h"

static void assert_wire(const struct bed *b, const uint8_t *bytes, size_t len)
{
	assert_int_equal(b->port.wire_len, len);
	assert_memory_equal(b->port.wire, bytes, len);
}

static struct xeap_pae_config tagged(void)
{
	struct xeap_pae_config config;

	xeap_pae_config_defaults(&config);
	config.eapol_version = 3;
	config.vlan_tags = 2;
	config.vlan_tpid[0] = XEAP_ETHERTYPE_QINQ;
	config.vlan_tci[0] = 0x6064;
	config.vlan_tpid[1] = XEAP_ETHERTYPE_VLAN;
	config.vlan_tci[1] = 7;
	return config;
}

/* ---- sent ---- */

static void test_start_and_logoff_on_the_wire(void **state)
{
	uint8_t bytes[] = { 0x01, 0x80, 0xc2, 0x00, 0x00, 0x03, 0x02, 0x11, 0x22,
			    0x33, 0x44, 0x55, 0x88, 0x8e, 2,	1,    0,    0 };
	struct bed *b = (struct bed *)*state;

	bed_connect(b);
	assert_wire(b, bytes, sizeof(bytes));
	/* lent, sent and given back: it is free as soon as the ring is done with it */
	bed_complete(b);
	assert_int_equal(xeap_frame_get_state(b->port.last), XEAP_FRAME_FREE);
	bytes[15] = XEAP_EAPOL_LOGOFF;
	xeap_pae_set_logoff(b->pae, true, b->now);
	assert_wire(b, bytes, sizeof(bytes));
}

static void test_start_carries_the_configured_tags_and_version(void **state)
{
	static const uint8_t bytes[] = { 0x01, 0x80, 0xc2, 0x00, 0x00, 0x03, 0x02, 0x11, 0x22,
					 0x33, 0x44, 0x55, 0x88, 0xa8, 0x60, 0x64, 0x81, 0x00,
					 0x00, 0x07, 0x88, 0x8e, 3,    1,    0,	   0 };
	struct xeap_pae_config config = tagged();
	struct bed b;

	bed_new(&b, &config);
	bed_connect(&b);
	assert_wire(&b, bytes, sizeof(bytes));
	bed_free(&b);
}

static void test_a_response_on_the_wire(void **state)
{
	static const uint8_t bytes[] = { 0x01, 0x80, 0xc2, 0x00, 0x00, 0x03, 0x02, 0x11, 0x22,
					 0x33, 0x44, 0x55, 0x88, 0x8e, 2,    0,	   0,	 7,
					 2,    1,    0,	   7,	 1,    0xde, 0xad };
	struct bed *b = (struct bed *)*state;

	bed_begin(b);
	assert_wire(b, bytes, sizeof(bytes));
	assert_ptr_equal(b->port.last, b->engine.frame);
}

static void test_a_response_carries_the_tags_of_its_request(void **state)
{
	static const uint8_t eap[] = { 1, 5, 0, 5, 1 };
	static const uint8_t tags[] = { 0x81, 0x00, 0xe0, 0x00, 0x88, 0x8e, 3 };
	static const uint8_t untagged[] = { 0x88, 0x8e, 3 };
	struct xeap_pae_config config = tagged();
	struct xeap_eapol h = bed_header();
	struct bed b;

	bed_new(&b, &config);
	bed_connect(&b);
	h.tags = 1;
	h.tag[0] = (struct xeap_eapol_tag){ XEAP_ETHERTYPE_VLAN, 0xe000 };
	bed_receive(&b, &h, eap, sizeof(eap));
	assert_memory_equal(b.port.wire + 12, tags, sizeof(tags));
	bed_complete(&b);
	/* the same held frame again, in other headers */
	h.tags = 0;
	bed_receive(&b, &h, eap, sizeof(eap));
	assert_memory_equal(b.port.wire + 12, untagged, sizeof(untagged));
	bed_free(&b);
}

static void test_a_duplicate_gets_the_same_frame_again(void **state)
{
	struct bed *b = (struct bed *)*state;
	struct xeap_frame *first;
	uint8_t bytes[BED_WIRE];

	bed_begin(b);
	bed_complete(b);
	first = b->port.last;
	memcpy(bytes, b->port.wire, b->port.wire_len);
	bed_request(b, 1, XEAP_EAP_IDENTITY);
	assert_ptr_equal(b->port.last, first);
	assert_wire(b, bytes, b->port.wire_len);
	assert_int_equal(b->port.sent, 3);
	assert_int_equal(bed_stats(b).retransmitted, 1);
	assert_int_equal(bed_stats(b).eapol_resp_id_frames_tx, 2);
}

static void test_a_frame_in_the_ring_is_not_touched(void **state)
{
	static const uint8_t eap[] = { 1, 1, 0, 5, 1 };
	struct bed *b = (struct bed *)*state;
	struct xeap_eapol h = bed_header();
	uint8_t *wire;

	bed_begin(b);
	wire = xeap_frame_wire(b->engine.frame);
	h.tags = 1;
	h.tag[0] = (struct xeap_eapol_tag){ XEAP_ETHERTYPE_VLAN, 9 };
	bed_receive(b, &h, eap, sizeof(eap));
	assert_ptr_equal(xeap_frame_wire(b->engine.frame), wire);
	assert_memory_equal(wire, b->port.wire, b->port.wire_len);
	assert_int_equal(b->port.sent, 2);
	assert_int_equal(bed_stats(b).transmit_failed, 0);
	assert_int_equal(bed_stats(b).eapol_frames_tx, 2);
}

static void test_a_response_that_found_no_room_goes_with_the_duplicate(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_connect(b);
	b->port.transmit_err = -ENOBUFS;
	bed_request(b, 1, XEAP_EAP_IDENTITY);
	assert_int_equal(bed_stats(b).transmit_failed, 1);
	assert_int_equal(bed_stats(b).eapol_resp_id_frames_tx, 0);
	assert_int_equal(xeap_pae_get_state(b->pae), XEAP_PAE_AUTHENTICATING);
	b->port.transmit_err = 0;
	bed_request(b, 1, XEAP_EAP_IDENTITY);
	assert_int_equal(bed_stats(b).eapol_resp_id_frames_tx, 1);
	assert_int_equal(bed_stats(b).retransmitted, 0);
}

static void test_a_promised_response_that_is_missing_is_counted(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_connect(b);
	b->engine.action = XEAP_ACTION_NONE;
	bed_request(b, 1, XEAP_EAP_IDENTITY);
	b->engine.action = XEAP_ACTION_SEND;
	b->engine.frame_id = 2;
	b->engine.frame = xeap_pool_lend(b->pool);
	b->engine.frame->c.len = 0;
	bed_request(b, 2, XEAP_EAP_MD5);
	assert_int_equal(b->port.sent, 1);
	assert_int_equal(bed_stats(b).transmit_failed, 1);
}

/* ---- received ---- */

static void try_address(struct bed *b, const uint8_t *dst, bool taken)
{
	static const uint8_t eap[] = { 1, 9, 0, 5, 1 };
	struct xeap_eapol h = bed_header();
	struct xeap_pae_stats before = bed_stats(b);

	memcpy(h.dst, dst, sizeof(h.dst));
	bed_receive(b, &h, eap, sizeof(eap));
	assert_int_equal(bed_stats(b).eapol_frames_rx - before.eapol_frames_rx, taken);
	assert_int_equal(bed_stats(b).ignored_frames_rx - before.ignored_frames_rx, !taken);
}

static void test_addresses(void **state)
{
	static const uint8_t other[6] = { 0x02, 0x11, 0x22, 0x33, 0x44, 0x56 };
	static const uint8_t broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	struct bed *b = (struct bed *)*state;
	uint8_t group[6] = { 0x01, 0x80, 0xc2, 0x00, 0x00, 0x00 };

	for (unsigned int i = 0; i < 256; i++) {
		group[5] = (uint8_t)i;
		try_address(b, group, i == 0x00 || i == 0x03 || i == 0x0e);
	}
	group[0] = 0x03;
	group[5] = 0x03;
	try_address(b, group, false);
	try_address(b, bed_mac, true);
	try_address(b, other, false);
	try_address(b, broadcast, false);
}

static void test_own_frames_that_come_back_are_ignored(void **state)
{
	static const uint8_t eap[] = { 1, 9, 0, 5, 1 };
	struct bed *b = (struct bed *)*state;
	struct xeap_eapol h = bed_header();

	bed_connect(b);
	memcpy(h.src, bed_mac, sizeof(h.src));
	bed_receive(b, &h, eap, sizeof(eap));
	assert_int_equal(bed_stats(b).ignored_frames_rx, 1);
	assert_int_equal(b->engine.fed, 0);
}

static void test_versions(void **state)
{
	static const uint8_t eap[] = { 1, 9, 0, 5, 1 };
	struct bed *b = (struct bed *)*state;
	struct xeap_eapol h = bed_header();

	bed_connect(b);
	for (unsigned int v = 1; v < 256; v++) {
		h.version = (uint8_t)v;
		bed_receive(b, &h, eap, sizeof(eap));
		assert_int_equal(bed_stats(b).last_version_rx, v);
	}
	assert_int_equal(b->engine.fed, 255);
	h.version = 0;
	bed_receive(b, &h, eap, sizeof(eap));
	assert_int_equal(bed_stats(b).invalid_eapol_frames_rx, 1);
	assert_int_equal(bed_stats(b).last_version_rx, 255);
	assert_int_equal(bed_stats(b).eapol_frames_rx, 255);
	assert_memory_equal(bed_stats(b).last_source, bed_switch, 6);
}

static void test_eapol_types(void **state)
{
	struct bed *b = (struct bed *)*state;
	struct xeap_eapol h = bed_header();

	bed_connect(b);
	for (unsigned int type = 1; type < 256; type++) {
		h.type = (uint8_t)type;
		bed_receive(b, &h, NULL, 0);
	}
	assert_int_equal(bed_stats(b).other_frames_rx, XEAP_EAPOL_ANNOUNCEMENT_REQ);
	assert_int_equal(bed_stats(b).invalid_eapol_frames_rx, 255 - XEAP_EAPOL_ANNOUNCEMENT_REQ);
	assert_int_equal(b->engine.fed, 0);
	assert_int_equal(xeap_pae_get_state(b->pae), XEAP_PAE_CONNECTING);
}

struct bad_eap {
	const char *what;
	uint8_t eap[8];
	size_t len;
	uint64_t length_errors, invalid, other;
};

static void test_eap_that_is_not_for_a_peer(void **state)
{
	static const struct bad_eap bad[] = {
		{ "empty", { 0 }, 0, .length_errors = 1 },
		{ "short", { 1, 1, 0 }, 3, .length_errors = 1 },
		{ "Length beyond the body", { 1, 1, 0, 6, 1 }, 5, .length_errors = 1 },
		{ "Length below the header", { 1, 1, 0, 3, 1 }, 5, .length_errors = 1 },
		{ "Request without Type", { 1, 1, 0, 4 }, 4, .length_errors = 1 },
		{ "Success of 5", { 3, 1, 0, 5, 0 }, 5, .length_errors = 1 },
		{ "Failure of 5", { 4, 1, 0, 5, 0 }, 5, .length_errors = 1 },
		{ "Code 0", { 0, 1, 0, 5, 1 }, 5, .invalid = 1 },
		{ "Code 7", { 7, 1, 0, 5, 1 }, 5, .invalid = 1 },
		{ "Response", { 2, 1, 0, 5, 1 }, 5, .other = 1 },
		{ "Initiate", { 5, 1, 0, 5, 1 }, 5, .other = 1 },
		{ "Finish", { 6, 1, 0, 5, 1 }, 5, .other = 1 },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct xeap_eapol h = bed_header();
		struct xeap_pae_stats stats;
		struct bed b;

		bed_new(&b, NULL);
		bed_connect(&b);
		bed_receive(&b, &h, bad[i].eap, bad[i].len);
		stats = bed_stats(&b);
		if (stats.eap_length_error_frames_rx != bad[i].length_errors ||
		    stats.invalid_eapol_frames_rx != bad[i].invalid ||
		    stats.other_frames_rx != bad[i].other)
			fail_msg("%s", bad[i].what);
		assert_int_equal(xeap_pae_get_state(b.pae), XEAP_PAE_CONNECTING);
		bed_free(&b);
	}
}

static void test_cut_short_anywhere(void **state)
{
	static const uint8_t eap[] = { 1, 9, 0, 5, 1 };
	struct bed *b = (struct bed *)*state;
	struct xeap_eapol h = bed_header();
	uint8_t frame[BED_WIRE];
	size_t len = bed_wrap(frame, &h, eap, sizeof(eap));

	bed_connect(b);
	for (size_t n = 0; n < len; n++) {
		/* a copy of its own, so that a sanitizer sees a byte read too many */
		uint8_t *copy = (uint8_t *)malloc(n ? n : 1);

		memcpy(copy, frame, n);
		xeap_pae_receive(b->pae, xeap_span(copy, n), b->now);
		free(copy);
	}
	assert_int_equal(bed_stats(b).eap_length_error_frames_rx, len);
	assert_int_equal(b->engine.fed, 0);
	xeap_pae_receive(b->pae, xeap_span(frame, len), b->now);
	assert_int_equal(b->engine.fed, 1);
}

static void test_padding_is_cut_off_twice(void **state)
{
	/* EAP Length 5, EAPOL Length 7, and the rest of an Ethernet frame of 60 */
	static const uint8_t eap[] = { 1, 9, 0, 5, 1, 0xff, 0xff };
	struct bed *b = (struct bed *)*state;
	struct xeap_eapol h = bed_header();
	uint8_t frame[60] = { 0 };

	bed_connect(b);
	bed_wrap(frame, &h, eap, sizeof(eap));
	xeap_pae_receive(b->pae, xeap_span(frame, sizeof(frame)), b->now);
	assert_int_equal(b->engine.fed, 1);
	assert_int_equal(b->engine.fed_len, 5);
	assert_memory_equal(b->engine.fed_packet, eap, 5);
}

static void test_what_is_not_eapol_is_ignored(void **state)
{
	static const uint8_t eap[] = { 1, 9, 0, 5, 1 };
	struct bed *b = (struct bed *)*state;
	struct xeap_eapol h = bed_header();
	uint8_t frame[BED_WIRE];
	size_t len = bed_wrap(frame, &h, eap, sizeof(eap));

	frame[12] = 0x08;
	frame[13] = 0x00;
	xeap_pae_receive(b->pae, xeap_span(frame, len), b->now);
	assert_int_equal(bed_stats(b).ignored_frames_rx, 1);
	assert_int_equal(bed_stats(b).eapol_frames_rx, 0);
}

/* ---- configuration ---- */

static int try_config(const struct xeap_pae_config *config)
{
	struct xeap_pae *pae = NULL;
	struct bed b = { 0 };
	int err = xeap_pae_new(config, bed_mac, &bed_engine_ops, &b, &bed_port_ops, &b, &pae);

	assert_int_equal(pae != NULL, err == 0);
	xeap_pae_free(pae);
	return err;
}

#define REFUSED(field, value)                                                                      \
	do {                                                                                       \
		struct xeap_pae_config c_;                                                         \
		xeap_pae_config_defaults(&c_);                                                     \
		c_.field = (value);                                                                \
		assert_int_equal(try_config(&c_), -EINVAL);                                        \
	} while (0)

static void test_values_out_of_range_are_refused(void **state)
{
	struct xeap_pae_config config = tagged();

	assert_int_equal(try_config(NULL), 0);
	assert_int_equal(try_config(&config), 0);
	config.vlan_tpid[1] = 0x9100;
	assert_int_equal(try_config(&config), -EINVAL);
	REFUSED(size, 0);
	REFUSED(size, sizeof(config) + 1);
	REFUSED(start_period, 0);
	REFUSED(start_period, XEAP_NEVER);
	REFUSED(held_period, XEAP_PAE_PERIOD_MIN - 1);
	REFUSED(auth_period, XEAP_PAE_PERIOD_MAX + 1);
	REFUSED(ui_period, 0);
	REFUSED(ui_period, XEAP_PAE_PERIOD_MAX + 1);
	REFUSED(max_start, 0);
	REFUSED(max_start, 65536);
	REFUSED(eapol_version, 0);
	REFUSED(eapol_version, 4);
	REFUSED(vlan_tags, 3);
}

static void test_a_shorter_configuration_keeps_the_other_defaults(void **state)
{
	struct xeap_pae_config config;

	xeap_pae_config_defaults(&config);
	config.size = offsetof(struct xeap_pae_config, held_period);
	config.held_period = 0;
	assert_int_equal(try_config(&config), 0);
}

static void test_a_group_address_is_no_station(void **state)
{
	struct xeap_pae *pae = NULL;

	assert_int_equal(xeap_pae_new(NULL, xeap_pae_group, &bed_engine_ops, NULL, &bed_port_ops,
				      NULL, &pae),
			 -EINVAL);
	assert_null(pae);
}

static void test_names(void **state)
{
	for (int i = 0; i < XEAP_PAE_STATE_MAX; i++)
		assert_string_not_equal(xeap_pae_state_name((enum xeap_pae_state)i), "?");
	for (int i = 0; i < XEAP_PAE_REASON_MAX; i++)
		assert_string_not_equal(xeap_pae_reason_name((enum xeap_pae_reason)i), "?");
	assert_string_equal(xeap_pae_state_name(XEAP_PAE_STATE_MAX), "?");
	assert_string_equal(xeap_pae_state_name((enum xeap_pae_state) - 1), "?");
	assert_string_equal(xeap_pae_reason_name(XEAP_PAE_REASON_MAX), "?");
	assert_null(xeap_pae_free(NULL));
}

#define bed_test(f) cmocka_unit_test_setup_teardown(f, bed_setup, bed_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		bed_test(test_start_and_logoff_on_the_wire),
		cmocka_unit_test(test_start_carries_the_configured_tags_and_version),
		bed_test(test_a_response_on_the_wire),
		cmocka_unit_test(test_a_response_carries_the_tags_of_its_request),
		bed_test(test_a_duplicate_gets_the_same_frame_again),
		bed_test(test_a_frame_in_the_ring_is_not_touched),
		bed_test(test_a_response_that_found_no_room_goes_with_the_duplicate),
		bed_test(test_a_promised_response_that_is_missing_is_counted),
		bed_test(test_addresses),
		bed_test(test_own_frames_that_come_back_are_ignored),
		bed_test(test_versions),
		bed_test(test_eapol_types),
		cmocka_unit_test(test_eap_that_is_not_for_a_peer),
		bed_test(test_cut_short_anywhere),
		bed_test(test_padding_is_cut_off_twice),
		bed_test(test_what_is_not_eapol_is_ignored),
		cmocka_unit_test(test_values_out_of_range_are_refused),
		cmocka_unit_test(test_a_shorter_configuration_keeps_the_other_defaults),
		cmocka_unit_test(test_a_group_address_is_no_station),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("pae_frames", tests, NULL, NULL);
}
