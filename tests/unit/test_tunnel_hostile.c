/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What a server, or somebody on the link, may try with the TLS that carries a method: compression,
 * renegotiation, older versions, messages after the handshake, alerts, and lengths that lie. Each
 * case runs with each method that has a tunnel, EAP-FAST with TLS 1.2.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tests/unit/tls_record.h"
#include "tests/unit/tunnel_bed.h"

#define RECORD 5
#define HELLO (RECORD + 4) /* where the body of a ServerHello begins */
#define LENGTH 0x80
#define MORE 0x40
#define START 0x20

static const char *const user[] = { "identity=\"user\"", "password=\"secret\"",
				    "phase1=\"fast_provisioning=2\"", NULL };

/* A method, and the version that the server offers in its Start. */
struct outer {
	const struct xeap_method *method;
	uint8_t version;
	bool only_12; /* no TLS 1.3 */
};

static const struct outer outers[] = { { &xeap_method_tls, 0, false },
				       { &xeap_method_peap, 0, false },
				       { &xeap_method_peap, 1, false },
				       { &xeap_method_ttls, 0, false },
				       { &xeap_method_teap, 1, false },
				       { &xeap_method_fast, 1, true },
				       { NULL, 0, false } };

static enum server_verdict says_nothing(struct server *s, struct xeap_span data)
{
	return SERVER_GOING_ON;
}

static void begin(struct tunnel_bed *b, const struct outer *o, int version,
		  void (*spoil)(struct server *))
{
	struct tunnel_start s = {
		.method = o->method,
		.keys = user,
		.server = { .version = version,
			    .version_bits = o->version,
			    .no_indication = true,
			    .inside = o->method == &xeap_method_tls ? NULL : says_nothing,
			    .spoil = spoil },
	};

	tunnel_bed_begin(b, &s);
	SSL_CTX_set_keylog_callback(b->server.ctx, tls_record_note);
}

/* A run that ends in a failure of the peer's for that reason; alert: what it told the server. */
static void fails(const struct outer *o, int version, void (*spoil)(struct server *), int alert,
		  const char *why)
{
	struct tunnel_bed b;

	if (o->only_12 && version == TLS1_3_VERSION)
		return;
	begin(&b, o, version, spoil);
	tunnel_bed_run(&b);
	assert_int_equal(b.server.alert, alert);
	tunnel_bed_assert_failure(&b, why);
	assert_int_equal(b.result.method_state, XEAP_METHOD_MAY_CONT);
	tunnel_bed_end(&b);
}

static bool is_server_hello(const struct server *s)
{
	return s->message_len > HELLO + 35 && s->message[0] == 22 && s->message[RECORD] == 2;
}

/* Where the cipher suite is: behind version, random and session. */
static size_t after_session(const struct server *s)
{
	return HELLO + 34 + 1 + s->message[HELLO + 34];
}

static void compress(struct server *s)
{
	if (is_server_hello(s))
		s->message[after_session(s) + 2] = 1;
}

/* RFC 7457 §2.6: no compression, which tells what is inside by its length. */
static void compression(void **state)
{
	for (const struct outer *o = outers; o->method; o++) {
		for (int v = TLS1_2_VERSION; v <= TLS1_3_VERSION; v++)
			fails(o, v, compress, SSL_AD_ILLEGAL_PARAMETER, "compression");
	}
}

static void no_compression_is_offered(void **state)
{
	for (const struct outer *o = outers; o->method; o++) {
		const uint8_t *hello;
		struct tunnel_bed b;
		size_t at;

		begin(&b, o, 0, NULL);
		assert_true(tunnel_bed_step(&b));
		assert_true(b.out.w.c.len > 6 + HELLO + 40);
		hello = b.out.w.c.data + 6;
		assert_int_equal(hello[0], 22);
		assert_int_equal(hello[RECORD], 1);
		at = HELLO + 34 + 1 + hello[HELLO + 34];
		at += 2 + (size_t)(hello[at] << 8 | hello[at + 1]);
		assert_int_equal(hello[at], 1);
		assert_int_equal(hello[at + 1], 0);
		tunnel_bed_end(&b);
	}
}

static void say_tls_1_1(struct server *s)
{
	if (is_server_hello(s))
		s->message[HELLO + 1] = 2;
}

static void say_tls_1_0(struct server *s)
{
	if (is_server_hello(s))
		s->message[HELLO + 1] = 1;
}

static void say_ssl_3(struct server *s)
{
	if (is_server_hello(s))
		s->message[HELLO + 1] = 0;
}

static void older_versions(void **state)
{
	for (const struct outer *o = outers; o->method; o++) {
		fails(o, TLS1_2_VERSION, say_tls_1_1, SSL_AD_PROTOCOL_VERSION,
		      "unsupported protocol");
		fails(o, TLS1_2_VERSION, say_tls_1_0, SSL_AD_PROTOCOL_VERSION,
		      "unsupported protocol");
		fails(o, TLS1_2_VERSION, say_ssl_3, SSL_AD_PROTOCOL_VERSION,
		      "unsupported protocol");
	}
}

static void mark_downgrade(struct server *s)
{
	static const uint8_t mark[] = { 'D', 'O', 'W', 'N', 'G', 'R', 'D', 1 };

	if (is_server_hello(s))
		memcpy(s->message + HELLO + 2 + 24, mark, sizeof(mark));
}

/* RFC 8446 §4.1.3: a server that could do TLS 1.3 says so; somebody made it 1.2. */
static void downgrade(void **state)
{
	for (const struct outer *o = outers; o->method; o++)
		if (!o->only_12)
			fails(o, TLS1_2_VERSION, mark_downgrade, SSL_AD_ILLEGAL_PARAMETER,
			      "inappropriate fallback");
}

static void choose_null_cipher(struct server *s)
{
	size_t at = after_session(s);

	if (!is_server_hello(s))
		return;
	s->message[at] = 0;
	s->message[at + 1] = 2; /* TLS_RSA_WITH_NULL_SHA */
}

static void cipher_not_offered(void **state)
{
	for (const struct outer *o = outers; o->method; o++) {
		for (int v = TLS1_2_VERSION; v <= TLS1_3_VERSION; v++)
			fails(o, v, choose_null_cipher, SSL_AD_ILLEGAL_PARAMETER, "cipher");
	}
}

static bool is_first_after_handshake(struct server *s)
{
	return SSL_is_init_finished(s->ssl) && s->alert < 0 && s->spoilt++ == 0;
}

static void ask_to_renegotiate(struct server *s)
{
	int n;

	if (!is_first_after_handshake(s))
		return;
	assert_int_equal(SSL_renegotiate(s->ssl), 1);
	assert_int_equal(SSL_do_handshake(s->ssl), 1);
	n = BIO_read(s->out, s->message + s->message_len, 1000);
	assert_true(n > 0);
	s->message_len += (size_t)n;
}

/*
 * RFC 5246 §7.4.1.1: the peer may decline, and does; that server gives up then. Plain EAP-TLS has
 * succeeded by then: what comes after its end changes nothing.
 */
static void renegotiation(void **state)
{
	for (const struct outer *o = outers; o->method; o++) {
		struct tunnel_bed b;

		begin(&b, o, TLS1_2_VERSION, ask_to_renegotiate);
		while (b.server.alert < 0 && tunnel_bed_step(&b))
			;
		assert_int_equal(b.server.spoilt, 1);
		assert_int_equal(b.server.alert, SSL_AD_NO_RENEGOTIATION);
		assert_true(b.server.message_len > 0); /* its own alert */
		if (o->method == &xeap_method_tls) {
			assert_int_equal(b.result.decision, XEAP_DECISION_COND_SUCC);
		} else {
			tunnel_bed_run(&b);
			assert_int_equal(b.server.verdict, SERVER_FAILURE);
			tunnel_bed_assert_failure(&b, "handshake failure");
		}
		tunnel_bed_end(&b);
	}
}

static struct xeap_span inject; /* a handshake message after the handshake */
static uint8_t inject_type = 22;

static void say_afterwards(struct server *s)
{
	if (is_first_after_handshake(s))
		s->message_len += tls_record_seal(s->ssl, 0, inject_type, inject,
						  s->message + s->message_len, 20000);
}

static void fails_afterwards(struct xeap_span message, uint8_t type, int alert, const char *why)
{
	inject = message;
	inject_type = type;
	for (const struct outer *o = outers; o->method; o++)
		fails(o, TLS1_3_VERSION, say_afterwards, alert, why);
}

/* RFC 8446 §4.6.2: nobody who has not offered it may be asked for a certificate afterwards. */
static void certificate_request_afterwards(void **state)
{
	static const uint8_t ask[] = { 13, 0, 0, 11, 0, 0, 8, 0, 13, 0, 4, 0, 2, 4, 3 };

	fails_afterwards(xeap_span(ask, sizeof(ask)), 22, SSL_AD_UNEXPECTED_MESSAGE, "unexpected");
}

/* RFC 8446 §4.1.2: no renegotiation in TLS 1.3, neither as HelloRequest nor as ServerHello. */
static void renegotiation_of_1_3(void **state)
{
	static const uint8_t hello_request[] = { 0, 0, 0, 0 };
	static const uint8_t server_hello[44] = { 2, 0, 0, 40, 3, 3 };

	fails_afterwards(xeap_span(hello_request, 4), 22, SSL_AD_UNEXPECTED_MESSAGE, "unexpected");
	fails_afterwards(xeap_span(server_hello, 44), 22, SSL_AD_UNEXPECTED_MESSAGE, "unexpected");
}

static void bad_key_updates(void **state)
{
	static const uint8_t odd[] = { 24, 0, 0, 1, 2 }, longer[] = { 24, 0, 0, 2, 0, 0 };
	static const uint8_t joined[] = { 24, 0, 0, 1, 0, 24, 0, 0, 1, 0 };

	fails_afterwards(xeap_span(odd, 5), 22, SSL_AD_ILLEGAL_PARAMETER, "key update");
	fails_afterwards(xeap_span(longer, 6), 22, SSL_AD_ILLEGAL_PARAMETER, "excessive");
	/* RFC 8446 §5.1: no message of the old keys may follow. */
	fails_afterwards(xeap_span(joined, 10), 22, SSL_AD_UNEXPECTED_MESSAGE, "record boundary");
}

/* A message that claims 16 MB is not waited for. */
static void long_messages_afterwards(void **state)
{
	static const uint8_t ticket[] = { 4, 0xff, 0xff, 0xff, 0 };
	static const uint8_t update[] = { 24, 0xff, 0xff, 0xff, 0 };

	fails_afterwards(xeap_span(ticket, 5), 22, SSL_AD_ILLEGAL_PARAMETER, "excessive");
	fails_afterwards(xeap_span(update, 5), 22, SSL_AD_ILLEGAL_PARAMETER, "excessive");
}

static void odd_records(void **state)
{
	static const uint8_t zeros[17000];
	static const uint8_t change[] = { 1 };

	/* RFC 8446 §5.1: change_cipher_spec is no record any more, an empty handshake none ever. */
	fails_afterwards(xeap_span(change, 1), 20, SSL_AD_UNEXPECTED_MESSAGE, "record type");
	fails_afterwards(xeap_span(NULL, 0), 22, SSL_AD_UNEXPECTED_MESSAGE, "");
	fails_afterwards(xeap_span(zeros, sizeof(zeros)), 23, SSL_AD_RECORD_OVERFLOW, "length");
}

static void ask_for_new_keys(struct server *s)
{
	int n;

	if (!SSL_is_init_finished(s->ssl) || s->alert >= 0 || s->spoilt++ > 100)
		return;
	assert_int_equal(SSL_key_update(s->ssl, SSL_KEY_UPDATE_REQUESTED), 1);
	assert_int_equal(SSL_do_handshake(s->ssl), 1);
	n = BIO_read(s->out, s->message + s->message_len, 1000);
	assert_true(n > 0);
	s->message_len += (size_t)n;
}

/* RFC 8446 §4.6.3: they are answered, each once, and are no progress of the method. */
static void key_updates_without_end(void **state)
{
	for (const struct outer *o = outers; o->method; o++) {
		struct tunnel_bed b;

		if (o->only_12)
			continue;
		begin(&b, o, TLS1_3_VERSION, ask_for_new_keys);
		tunnel_bed_run(&b);
		assert_true(b.rounds > 30 && b.server.peer_fragments <= 2);
		tunnel_bed_assert_failure(&b, "");
		tunnel_bed_end(&b);
	}
}

static uint8_t alert_level, alert_code;

static void say_alert(struct server *s)
{
	const uint8_t record[] = { 21, 3, 3, 0, 2, alert_level, alert_code };

	if (s->spoilt++)
		return;
	memcpy(s->message, record, sizeof(record));
	s->message_len = sizeof(record);
}

/* What the server says is told by its name, whatever the method. */
static void alerts(void **state)
{
	static const struct {
		uint8_t code;
		const char *name;
	} rows[] = {
		{ 40, "(handshake failure)" },
		{ 42, "(bad certificate)" },
		{ 44, "(certificate revoked)" },
		{ 45, "(certificate expired)" },
		{ 46, "(certificate unknown)" },
		{ 47, "(illegal parameter)" },
		{ 48, "(unknown CA)" },
		{ 49, "(access denied)" },
		{ 51, "(decrypt error)" },
		{ 70, "(protocol version)" },
		{ 71, "(insufficient security)" },
		{ 80, "(internal error)" },
		{ 90, "(user canceled)" },
		{ 250, "alert 250 (" },
	};

	alert_level = 2;
	for (const struct outer *o = outers; o->method; o++) {
		for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
			alert_code = rows[k].code;
			fails(o, 0, say_alert, -1, rows[k].name);
		}
	}
}

/* A packet that is not among the server's own. Returns what process() said. */
static int feed(struct tunnel_bed *b, uint8_t flags, uint32_t announced, struct xeap_span data,
		struct xeap_method_result *ret_result)
{
	size_t header = flags & LENGTH ? 10 : 6, len = header + data.len;
	uint8_t *packet = malloc(len);
	int r;

	*ret_result = (struct xeap_method_result){ 0 };
	packet[0] = 1;
	packet[1] = b->server.id ^ 0x80;
	packet[2] = (uint8_t)(len >> 8);
	packet[3] = (uint8_t)len;
	packet[4] = b->method->type.type;
	packet[5] = flags | b->server.version_bits;
	for (int k = 0; k < 4 && flags & LENGTH; k++)
		packet[6 + k] = (uint8_t)(announced >> (24 - 8 * k));
	if (data.len)
		memcpy(packet + header, data.data, data.len);
	r = b->method->process(b->ctx, xeap_span(packet, len), fake_writer_begin(&b->out),
			       ret_result);
	free(packet);
	return r;
}

static void assert_ignored(struct tunnel_bed *b, uint8_t flags, uint32_t announced, size_t n)
{
	static const uint8_t record[2000] = { 22, 3, 3, 0x40, 0 };
	struct xeap_method_result result;

	assert_int_equal(feed(b, flags, announced, xeap_span(record, n), &result), 0);
	assert_true(result.ignore);
	assert_int_equal(b->out.w.c.len, 0);
}

/* The server's own packets are still taken: to the end, or to where the method speaks. */
static void assert_goes_on(struct tunnel_bed *b)
{
	tunnel_bed_run(b);
	assert_true(SSL_is_init_finished(b->server.ssl));
	assert_int_equal(b->server.alert, -1);
}

/* RFC 5216 §2.1.5: fragments that contradict their own lengths are nobody's, however many come. */
static void lengths_that_lie(void **state)
{
	for (const struct outer *o = outers; o->method; o++) {
		struct tunnel_bed b;

		begin(&b, o, 0, NULL);
		assert_true(tunnel_bed_step(&b));
		for (int k = 0; k < 300; k++) {
			assert_ignored(&b, MORE, 0, 0);
			assert_ignored(&b, LENGTH | MORE, 100, 0);
			assert_ignored(&b, LENGTH | MORE, 10, 20);
			assert_ignored(&b, LENGTH, 100, 50);
			assert_ignored(&b, LENGTH, 50, 100);
			assert_ignored(&b, LENGTH, 0, 100);
			assert_ignored(&b, START, 0, 100);
		}
		assert_goes_on(&b);
		tunnel_bed_end(&b);
	}
}

/* The same amid a message of the server's in fragments. */
static void lengths_that_lie_midway(void **state)
{
	for (const struct outer *o = outers; o->method; o++) {
		struct tunnel_bed b;

		begin(&b, o, 0, NULL);
		b.server.o.fragment = 100;
		assert_true(tunnel_bed_step(&b));
		assert_true(tunnel_bed_step(&b));
		assert_true(b.server.message_at < b.server.message_len);
		for (int k = 0; k < 300; k++) {
			assert_ignored(&b, MORE, 0, 0);
			assert_ignored(&b, LENGTH | MORE, (uint32_t)b.server.message_len + 1, 50);
			assert_ignored(&b, LENGTH | MORE, 0xffffffff, 50);
			assert_ignored(&b, 0, 0, 50);
			assert_ignored(&b, MORE, 0, b.server.message_len - 99);
			assert_ignored(&b, START, 0, 0);
		}
		assert_goes_on(&b);
		tunnel_bed_end(&b);
	}
}

static void assert_too_long(struct tunnel_bed *b, int r, const struct xeap_method_result *result)
{
	uint8_t key[128];

	assert_int_equal(r, -EMSGSIZE);
	assert_int_equal(result->diag.code, XEAP_E_REMOTE_INVALID_PACKET);
	assert_non_null(strstr(result->diag.text, "more than 65536 bytes or 256 fragments"));
	assert_true(b->method->get_key(b->ctx, XEAP_KEY_MSK, key, sizeof(key)) < 0);
}

/* More than 64 KiB is not begun with, nor a message of more fragments than such a one needs. */
static void messages_without_end(void **state)
{
	static const uint8_t record[] = { 22, 3, 3, 0x40, 0 };
	static const uint32_t lengths[] = { 65537, 0x7fffffff, 0x80000000, 0xffffffff };

	for (const struct outer *o = outers; o->method; o++) {
		struct xeap_method_result result;
		struct tunnel_bed b;
		int r;

		for (size_t k = 0; k < 4; k++) {
			begin(&b, o, 0, NULL);
			assert_true(tunnel_bed_step(&b));
			r = feed(&b, LENGTH | MORE, lengths[k], xeap_span(record, 5), &result);
			assert_too_long(&b, r, &result);
			tunnel_bed_end(&b);
		}
		begin(&b, o, 0, NULL);
		assert_true(tunnel_bed_step(&b));
		for (size_t k = 0; k < 256; k++) {
			r = feed(&b, MORE, 0, xeap_span(record + (k < 5 ? k : 4), 1), &result);
			assert_int_equal(r, 0);
			assert_false(result.ignore);
			assert_int_equal(b.out.w.c.len, 6);
		}
		r = feed(&b, MORE, 0, xeap_span(record + 4, 1), &result);
		assert_too_long(&b, r, &result);
		tunnel_bed_end(&b);
	}
}

/* A person is asked about an unknown server, and not taken for having said yes. */
static void certificate_questions(void **state)
{
	static const char *const keys[] = { TLS_NO_CA, "identity=\"user\"", "password=\"secret\"",
					    "phase1=\"fast_provisioning=2\"", NULL };

	for (int i = 0; outers[i / 4].method; i++) {
		const struct outer *o = &outers[i / 4];
		struct tunnel_start s = {
			.method = o->method,
			.keys = keys,
			.interactive = true,
			.server = { .version = i & 1 ? TLS1_2_VERSION : TLS1_3_VERSION,
				    .version_bits = o->version,
				    .no_indication = true,
				    .inside = o->method == &xeap_method_tls ? NULL : says_nothing },
		};
		struct xeap_prompt prompt;
		struct tunnel_bed b;

		if (o->only_12)
			s.server.version = TLS1_2_VERSION;
		tunnel_bed_begin(&b, &s);
		tunnel_bed_run(&b);
		assert_int_equal(b.result.need, XEAP_NEED_UI);
		assert_int_equal(b.method->get_prompt(b.ctx, &prompt), 0);
		assert_non_null(strstr(prompt.text, "Subject: CN=radius.xeap.test"));
		assert_string_equal(prompt.method, o->method->name);
		tunnel_bed_answer(&b, "accept", i & 2 ? "1" : "0");
		if (i & 2) {
			assert_goes_on(&b);
		} else {
			tunnel_bed_run(&b);
			assert_false(SSL_is_init_finished(b.server.ssl));
			assert_int_equal(b.server.alert, SSL_AD_UNKNOWN_CA);
			tunnel_bed_assert_failure(&b, "CN=the CA");
		}
		tunnel_bed_end(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compression),
		cmocka_unit_test(no_compression_is_offered),
		cmocka_unit_test(older_versions),
		cmocka_unit_test(downgrade),
		cmocka_unit_test(cipher_not_offered),
		cmocka_unit_test(renegotiation),
		cmocka_unit_test(certificate_request_afterwards),
		cmocka_unit_test(renegotiation_of_1_3),
		cmocka_unit_test(bad_key_updates),
		cmocka_unit_test(long_messages_afterwards),
		cmocka_unit_test(odd_records),
		cmocka_unit_test(key_updates_without_end),
		cmocka_unit_test(alerts),
		cmocka_unit_test(lengths_that_lie),
		cmocka_unit_test(lengths_that_lie_midway),
		cmocka_unit_test(messages_without_end),
		cmocka_unit_test(certificate_questions),
	};

	return cmocka_run_group_tests_name("tunnels before hostile servers", tests, tls_files_make,
					   tls_files_remove);
}
