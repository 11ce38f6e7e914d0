/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wire/eaptls.h>
#include "tests/unit/tls_bed.h"

static void login(const struct server_options *o, size_t max_packet, const char *const *further)
{
	struct tls_bed b;

	tls_bed_begin(&b, o, max_packet, further);
	tls_bed_run(&b);
	tls_bed_assert_success(&b);
	assert_false(xeap_flight_pending(&b.out.w));
	tls_bed_end(&b);
}

/* RFC 5216 §2.1.1: after its last message the peer believes the server, whatever it says. */
static void tls_1_2(void **state)
{
	struct server_options o = { .version = TLS1_2_VERSION };
	struct xeap_method_info info = { 0 };
	struct tls_bed b;

	tls_bed_begin(&b, &o, 0, NULL);
	tls_bed_run(&b);
	tls_bed_assert_success(&b);
	assert_int_equal(b.result.method_state, XEAP_METHOD_DONE);
	assert_int_equal(b.result.decision, XEAP_DECISION_COND_SUCC);
	xeap_method_tls.describe(b.ctx, &info);
	assert_string_equal(info.tls_version, "1.2");
	assert_string_equal(info.cipher, SSL_get_cipher_name(b.server.ssl));
	assert_false(info.resumed);
	tls_bed_end(&b);
}

static void tls_1_3(void **state)
{
	struct xeap_method_info info = { 0 };
	struct tls_bed b;

	tls_bed_begin(&b, NULL, 0, NULL);
	xeap_method_tls.describe(b.ctx, &info);
	assert_null(info.tls_version);
	assert_null(info.cipher);
	tls_bed_run(&b);
	tls_bed_assert_success(&b);
	assert_int_equal(b.result.decision, XEAP_DECISION_UNCOND_SUCC);
	xeap_method_tls.describe(b.ctx, &info);
	assert_string_equal(info.tls_version, "1.3");
	assert_string_equal(info.cipher, "TLS_AES_256_GCM_SHA384");
	tls_bed_end(&b);
}

static void rsa(void **state)
{
	static const char *const keys[] = { "client_cert=\"@/client-rsa.pem\"",
					    "private_key=\"@/client-rsa.key\"", NULL };
	struct server_options o = { .cert = &files.server_rsa };

	login(&o, 0, keys);
	o.version = TLS1_2_VERSION;
	login(&o, 0, keys);
}

/*
 * RFC 9190 §2.1.1: tickets come with the protected success indication, or in a message before it.
 */
static void session_tickets(void **state)
{
	struct server_options o = { .tickets = 2 };

	login(&o, 0, NULL);
	o.tickets_apart = true;
	login(&o, 0, NULL);
}

/* RFC 8446 §4.6.3: the server may change its keys before it tells of its success. */
static void key_update(void **state)
{
	struct server_options o = { .key_update = true, .tickets = 1 };

	login(&o, 0, NULL);
}

/*
 * The peer's word on what it accepts, TLS 1.3: nothing before the indication has come (RFC 9190
 * §2.5).
 */
static void nothing_is_decided_before_the_indication(void **state)
{
	struct server_options o = { .tickets = 1, .tickets_apart = true };
	struct tls_bed b;
	uint8_t key[128];

	tls_bed_begin(&b, &o, 0, NULL);
	while (!b.server.indicated) {
		assert_true(tls_bed_step(&b));
		assert_int_equal(b.result.decision, XEAP_DECISION_FAIL);
		assert_int_equal(xeap_method_tls.get_key(b.ctx, XEAP_KEY_MSK, key, sizeof(key)),
				 -ENOENT);
	}
	tls_bed_run(&b);
	tls_bed_assert_success(&b);
	tls_bed_end(&b);
}

/* A message of the server in fragments of any size, each acknowledged. */
static void server_fragments(void **state)
{
	static const size_t sizes[] = { 8, 9, 13, 50, 100, 255, 256, 999, 1400 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct server_options o = { .fragment = sizes[i], .tickets = 1 };

		login(&o, 0, NULL);
		o.version = TLS1_2_VERSION;
		o.length_everywhere = true;
		login(&o, 0, NULL);
	}
}

/* The peer's, bounded by fragment_size and by the packet. */
static void peer_fragments(void **state)
{
	static const size_t sizes[] = { 64, 65, 100, 200, 500, 1000 };
	char text[32];
	const char *const keys[] = { text, NULL };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct server_options o = { .max_data = sizes[i], .fragment = sizes[i] };

		snprintf(text, sizeof(text), "fragment_size=%zu", sizes[i]);
		login(&o, 0, keys);
		o.version = TLS1_2_VERSION;
		login(&o, 0, keys);
	}
}

/* The smallest packets that there are, every size up to a ClientHello in one, and a little more. */
static void packets_of_every_size(void **state)
{
	for (size_t packet = 64; packet < 340; packet++) {
		struct server_options o = { .version = packet % 2 ? TLS1_2_VERSION : 0 };

		login(&o, packet, NULL);
	}
}

static void one_packet_has_no_length(void **state)
{
	static const char *const keys[] = { "phase1=\"include_tls_length=1\"", NULL };
	struct tls_bed b;
	bool ignored;

	tls_bed_begin(&b, NULL, 0, NULL);
	assert_int_equal(tls_bed_feed(&b, b.server.request, b.server.request_len, &ignored), 0);
	assert_int_equal(b.out.w.c.data[5], 0);
	assert_int_equal(b.out.w.c.data[6], 0x16);
	tls_bed_end(&b);
	tls_bed_begin(&b, NULL, 0, keys);
	assert_int_equal(tls_bed_feed(&b, b.server.request, b.server.request_len, &ignored), 0);
	assert_int_equal(b.out.w.c.data[5], XEAP_EAPTLS_LENGTH);
	assert_int_equal(b.out.w.c.data[10], 0x16);
	tls_bed_end(&b);
	login(NULL, 0, keys);
}

/* A server certificate of 30 kB and a client chain of as much. */
static void large_chains(void **state)
{
	static const char *const keys[] = { "client_cert=\"@/large.pem\"",
					    "private_key=\"@/large.key\"", NULL };
	struct test_cert_spec spec = {
		.cn = "large", .eku = "serverAuth,clientAuth", .issuer = &files.ca, .padding = 30000
	};
	struct test_cert large = test_cert_make(&spec);
	struct server_options o = { .cert = &large };

	test_cert_write(&large, files.dir, "large.pem", TEST_PEM);
	test_key_write(&large, files.dir, "large.key", TEST_PEM, NULL);
	login(&o, 0, keys);
	o.version = TLS1_2_VERSION;
	login(&o, 0, keys);
	test_cert_free(&large);
}

static void assert_ignored(struct tls_bed *b, const void *bytes, size_t len)
{
	bool ignored;

	assert_int_equal(tls_bed_feed(b, bytes, len, &ignored), 0);
	assert_true(ignored);
}

/* What anybody on the link could send in between changes nothing. */
static void assert_nonsense_ignored(struct tls_bed *b)
{
	static const uint8_t start[] = { 1, 99, 0, 6, 13, 0x20 };
	static const uint8_t no_flags[] = { 1, 99, 0, 5, 13 };
	static const uint8_t cut_length[] = { 1, 99, 0, 8, 13, 0x80, 0, 0 };
	static const uint8_t empty_more[] = { 1, 99, 0, 6, 13, 0x40 };
	static const uint8_t over[] = { 1, 99, 0, 12, 13, 0x80, 0, 0, 0, 1, 0x16, 3 };
	static const uint8_t under[] = { 1, 99, 0, 12, 13, 0x80, 0, 0, 0, 9, 0x16, 3 };

	assert_ignored(b, start, sizeof(start));
	assert_ignored(b, no_flags, sizeof(no_flags));
	assert_ignored(b, cut_length, sizeof(cut_length));
	assert_ignored(b, empty_more, sizeof(empty_more));
	assert_ignored(b, over, sizeof(over));
	assert_ignored(b, under, sizeof(under));
}

/*
 * RFC 5216 §2.1.5: while fragments are outstanding only an acknowledgement counts, and otherwise
 * none does.
 */
static void nonsense_between_requests(void **state)
{
	static const uint8_t ack[] = { 1, 99, 0, 6, 13, 0 };
	static const uint8_t data[] = { 1, 99, 0, 8, 13, 0, 0x16, 3 };
	static const char *const keys[] = { "fragment_size=100", NULL };
	struct server_options o = { .fragment = 100 };
	struct tls_bed b;

	for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
		o.version = version;
		tls_bed_begin(&b, &o, 0, keys);
		assert_ignored(&b, data, sizeof(data));
		assert_ignored(&b, ack, sizeof(ack));
		while (tls_bed_step(&b)) {
			assert_nonsense_ignored(&b);
			if (xeap_flight_pending(&b.out.w))
				assert_ignored(&b, data, sizeof(data));
			else
				assert_ignored(&b, ack, sizeof(ack));
		}
		tls_bed_assert_success(&b);
		tls_bed_end(&b);
	}
}

/* After the protected success indication nothing that is forged takes the success back. */
static void garbage_after_success(void **state)
{
	static const uint8_t garbage[] = { 1, 99, 0, 14, 13, 0, 0x17, 3, 3, 0, 3, 1, 2, 3 };
	static const uint8_t alert[] = { 1, 99, 0, 13, 13, 0, 0x15, 3, 3, 0, 2, 2, 40 };
	struct tls_bed b;

	tls_bed_begin(&b, NULL, 0, NULL);
	tls_bed_run(&b);
	assert_ignored(&b, garbage, sizeof(garbage));
	assert_false(xeap_flight_pending(&b.out.w));
	assert_ignored(&b, alert, sizeof(alert));
	tls_bed_assert_success(&b);
	tls_bed_end(&b);
}

/*
 * No room for the next packet of the flight: the same request is fed again until there is, and
 * nothing is lost.
 */
static void short_of_packets(void **state)
{
	static const char *const keys[] = { "fragment_size=64", NULL };
	struct server_options o = { .fragment = 300 };

	for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
		struct tls_bed b;
		size_t shortages = 0;

		o.version = version;
		tls_bed_begin(&b, &o, 0, keys);
		b.out.append_max = 0;
		while (b.server.verdict == SERVER_GOING_ON) {
			bool ignored;
			int r = tls_bed_feed(&b, b.server.request, b.server.request_len, &ignored);

			assert_false(ignored);
			b.out.take_fails = shortages % 2;
			if (r == -ENOBUFS) {
				shortages++;
				b.out.append_max = b.out.appended + 1;
				continue;
			}
			assert_int_equal(r, 0);
			server_take(&b.server, xeap_span(b.out.w.c.data, b.out.w.c.len));
		}
		tls_bed_assert_success(&b);
		assert_true(shortages > 15);
		tls_bed_end(&b);
	}
}

static void assert_gives_up(struct tls_bed *b, const uint8_t *bytes, size_t len, const char *why)
{
	bool ignored;

	assert_int_equal(tls_bed_feed(b, bytes, len, &ignored), -EMSGSIZE);
	assert_int_not_equal(b->result.diag.code, 0);
	assert_non_null(strstr(b->result.diag.text, why));
}

static void message_of_the_server_too_large(void **state)
{
	static const uint8_t announced[] = { 1, 99, 0, 11, 13, 0xc0, 0, 1, 0, 1, 0x16 };
	static const uint8_t fragment[] = { 1, 99, 0, 7, 13, 0x40, 0x16 };
	struct tls_bed b;
	bool ignored;

	tls_bed_begin(&b, NULL, 0, NULL);
	tls_bed_step(&b);
	assert_gives_up(&b, announced, sizeof(announced), "65536");
	tls_bed_end(&b);
	tls_bed_begin(&b, NULL, 0, NULL);
	tls_bed_step(&b);
	for (int i = 0; i < XEAP_EAPTLS_MAX_FRAGMENTS; i++)
		assert_int_equal(tls_bed_feed(&b, fragment, sizeof(fragment), &ignored), 0);
	assert_gives_up(&b, fragment, sizeof(fragment), "256");
	tls_bed_end(&b);
}

static void assert_too_large(const char *const *keys, const char *why)
{
	struct tls_bed b;
	bool ignored = false;
	int r = 0;

	tls_bed_begin(&b, NULL, 0, keys);
	while (r == 0) {
		r = tls_bed_feed(&b, b.server.request, b.server.request_len, &ignored);
		if (r == 0)
			server_take(&b.server, xeap_span(b.out.w.c.data, b.out.w.c.len));
	}
	assert_int_equal(r, -EMSGSIZE);
	assert_non_null(strstr(b.result.diag.text, why));
	tls_bed_end(&b);
}

/* A file that is three times another. */
static void triple(const char *from, const char *to)
{
	char command[256];

	snprintf(command, sizeof(command), "cd %s && cat %s %s %s >%s", files.dir, from, from, from,
		 to);
	assert_int_equal(system(command), 0);
}

/* 30 kB of chain are more than 256 packets of 64 bytes; 90 kB are too much in any. */
static void message_of_the_peer_too_large(void **state)
{
	static const char *const fragments[] = { "client_cert=\"@/large.pem\"",
						 "private_key=\"@/large.key\"", "fragment_size=64",
						 NULL };
	static const char *const bytes[] = { "client_cert=\"@/huge.pem\"",
					     "private_key=\"@/large.key\"", NULL };

	assert_too_large(fragments, "fragment_size");
	triple("large.pem", "huge.pem");
	assert_too_large(bytes, "65536 bytes: shorten");
}

#define THREADS 4
#define LOGINS 25

static void *log_in_again_and_again(void *arg)
{
	const struct tls_bed *shared_with = arg;

	for (int i = 0; i < LOGINS; i++) {
		struct server_options o = { .version = i % 2 ? TLS1_2_VERSION : TLS1_3_VERSION,
					    .fragment = 200 };
		struct tls_bed b;

		tls_bed_begin_sharing(&b, &o, shared_with);
		tls_bed_run(&b);
		if (b.server.verdict != SERVER_SUCCESS || b.result.decision == XEAP_DECISION_FAIL)
			return arg;
		tls_bed_end(&b);
	}
	return NULL;
}

/* One profile, many threads, each with conversations of its own. */
static void threads_share_a_profile(void **state)
{
	pthread_t threads[THREADS];
	struct tls_bed b;

	tls_bed_begin(&b, NULL, 0, NULL);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, log_in_again_and_again, &b), 0);
	for (int i = 0; i < THREADS; i++) {
		void *failed;

		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
	tls_bed_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tls_1_2),
		cmocka_unit_test(tls_1_3),
		cmocka_unit_test(rsa),
		cmocka_unit_test(session_tickets),
		cmocka_unit_test(key_update),
		cmocka_unit_test(nothing_is_decided_before_the_indication),
		cmocka_unit_test(server_fragments),
		cmocka_unit_test(peer_fragments),
		cmocka_unit_test(packets_of_every_size),
		cmocka_unit_test(one_packet_has_no_length),
		cmocka_unit_test(large_chains),
		cmocka_unit_test(nonsense_between_requests),
		cmocka_unit_test(garbage_after_success),
		cmocka_unit_test(short_of_packets),
		cmocka_unit_test(message_of_the_server_too_large),
		cmocka_unit_test(message_of_the_peer_too_large),
		cmocka_unit_test(threads_share_a_profile),
	};

	return cmocka_run_group_tests_name("method tls", tests, tls_files_make, tls_files_remove);
}
