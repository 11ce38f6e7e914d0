/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <method/list.h>
#include <string.h>
#include "tests/unit/ikev2_server.h"

/* EAP-IKEv2's packets: fragments either way, RFC 5106 §8.1. */

static void fragments(void **state)
{
	static const size_t sizes[] = { 1, 28, 57, 200 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct preshared_bed b;
		struct server s;
		struct text t;

		server_init(&s, &server_hostapd);
		bed_begin_fragments(&b, &xeap_method_ikev2, server_peer_id, server_quoted_key,
				    i & 1 ? "64" : "100");
		server_make_first(&s, NULL);
		server_feed_fragments(&b, &s, &s.first, sizes[i], false);
		assert_true(b.out.w.c.len <= (i & 1 ? 64 : 100));
		server_read_second(&b, &s);
		server_make_third(&s, &t);
		server_feed_fragments(&b, &s, &t, sizes[i], true);
		assert_true(b.out.w.c.len <= (i & 1 ? 64 : 100));
		server_assert_logged_in(&b, &s);
		bed_end(&b);
	}
}

static void feed_ignored(struct preshared_bed *b, const struct server *s, uint8_t flags,
			 size_t total, const uint8_t *part, size_t len)
{
	server_feed_part(b, s, flags, total, part, len);
	bed_assert_ignored(b);
}

static void bad_fragments(void **state)
{
	struct preshared_bed b;
	struct server s;
	struct text t;
	uint8_t *p = s.first.bytes;

	server_init(&s, &server_hostapd);
	server_make_first(&s, NULL);
	bed_begin(&b, &xeap_method_ikev2, server_peer_id, server_quoted_key, NULL);
	feed_ignored(&b, &s, 0x40, 0, p, 100); /* no length */
	feed_ignored(&b, &s, 0x40, 0, p, s.first.len);
	feed_ignored(&b, &s, 0xc0, 4097, p, 100);	/* longer than any */
	feed_ignored(&b, &s, 0xc0, 0xffffffff, p, 100); /* and the longest */
	feed_ignored(&b, &s, 0xc0, 99, p, 100);		/* shorter than its part */
	feed_ignored(&b, &s, 0xc0, 100, p, 100);	/* whole, and yet more to come */
	feed_ignored(&b, &s, 0xc0, 100, p, 0);
	feed_ignored(&b, &s, 0x80, 101, p, 100); /* not whole, and no more to come */
	bed_feed(&b, "\x80\0\0", 3);		 /* a length that is cut */
	bed_assert_ignored(&b);
	server_feed_part(&b, &s, 0xc0, s.first.len, p, 100);
	assert_int_equal(bed_response(&b).len, 0);
	feed_ignored(&b, &s, 0xc0, s.first.len, p, 100); /* a beginning in the middle */
	feed_ignored(&b, &s, 0x40, 0, p + 100, 0);
	feed_ignored(&b, &s, 0x40, 0, p + 100, s.first.len - 100); /* whole, and yet more */
	feed_ignored(&b, &s, 0x40, 0, p + 100, s.first.len - 99);
	feed_ignored(&b, &s, 0, 0, p + 100, s.first.len - 99);	/* too long */
	feed_ignored(&b, &s, 0, 0, p + 100, s.first.len - 101); /* too short */
	bed_feed(&b, NULL, 0);					/* an acknowledgement of nothing */
	bed_assert_ignored(&b);
	server_feed_part(&b, &s, 0, 0, p + 100, s.first.len - 100);
	server_read_second(&b, &s);
	server_make_third(&s, &t);
	/* Each has a checksum of its own. */
	feed_ignored(&b, &s, 0xc0, t.len, t.bytes, 50);
	server_feed_part(&b, &s, 0xe0, t.len, t.bytes, 50);
	feed_ignored(&b, &s, 0, 0, t.bytes + 50, t.len - 50);
	server_feed_part(&b, &s, 0x20, 0, t.bytes + 50, t.len - 50);
	server_assert_logged_in(&b, &s);
	bed_end(&b);
}

/* While the peer's fragments are on their way, nothing but their acknowledgements is taken. */
static void bad_acknowledgements(void **state)
{
	struct preshared_bed b;
	struct server s;

	server_init(&s, &server_hostapd);
	bed_begin_fragments(&b, &xeap_method_ikev2, server_peer_id, server_quoted_key, "100");
	server_make_first(&s, NULL);
	server_feed(&b, &s, &s.first, false);
	assert_int_equal(bed_response(&b).data[0], 0xc0);
	server_assert_ignored(&b, &s, &s.first, false);
	bed_feed(&b, "\0", 1);
	bed_assert_ignored(&b);
	bed_feed(&b, NULL, 0);
	assert_int_equal(bed_response(&b).data[0], 0x40);
	bed_end(&b);
}

/* A message in one packet that is longer than any that is put together of fragments. */
static void the_longest_message(void **state)
{
	static const size_t lengths[] = { 4096 - 4, 4096 - 4 + 16 };

	for (size_t i = 0; i < 2; i++) {
		struct text inner = { .len = 0 }, t;
		struct preshared_bed b;
		struct server s;
		/* Header, payload's header, IV, Pad Length, checksum. */
		size_t around = 28 + 4 + 16 + 1 + 12;

		server_start(&b, &s);
		inner.len = lengths[i] - around - 3;
		memset(inner.bytes, 0, inner.len);
		inner.bytes[2] = (uint8_t)(inner.len >> 8);
		inner.bytes[3] = (uint8_t)inner.len;
		s.pad.len = 0;
		server_seal(&s, &t, 37, 1, 200, &inner);
		assert_int_equal(t.len <= 4096, i == 0);
		server_feed(&b, &s, &t, true);
		assert_int_equal(b.result.ignore, i == 1);
		bed_end(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fragments),
		cmocka_unit_test(bad_fragments),
		cmocka_unit_test(bad_acknowledgements),
		cmocka_unit_test(the_longest_message),
	};

	return cmocka_run_group_tests_name("method ikev2 fragments", tests, NULL, NULL);
}
