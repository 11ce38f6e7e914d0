/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Resumption: what a login leaves for the next one, and when that is not taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <crypto/tls.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tests/unit/tls_bed.h"
#include "tests/unit/tls_clock.h"

/* Supplicant and server from one login to the next. */
struct scene {
	struct server_options o;
	struct tls_bed network; /* whose profile all logins share */
	uint8_t kept[XEAP_RESUMPTION_MAX];
	int len; /* what get_resumption() returned */
	bool resumed;
};

static void open_scene(struct scene *s, const struct server_options *o, const char *const *keys)
{
	memset(s, 0, sizeof(*s));
	ahead = 0;
	s->o = *o;
	tls_bed_begin(&s->network, o, 0, keys);
	s->o.ctx = s->network.server.ctx;
}

static void close_scene(struct scene *s)
{
	tls_bed_end(&s->network);
	ahead = 0;
}

static struct xeap_span kept(const struct scene *s)
{
	return s->len > 0 ? xeap_span(s->kept, (size_t)s->len) : xeap_span(NULL, 0);
}

/* A login that succeeds, with what the one before left. */
static void log_in(struct scene *s)
{
	struct xeap_method_info info = { 0 };
	struct tls_bed b;

	tls_bed_begin_resuming(&b, &s->o, &s->network, kept(s));
	tls_bed_run(&b);
	tls_bed_assert_success(&b);
	xeap_method_tls.describe(b.ctx, &info);
	assert_int_equal(info.resumed, SSL_session_reused(b.server.ssl));
	s->resumed = info.resumed;
	s->len = xeap_method_tls.get_resumption(b.ctx, s->kept, sizeof(s->kept));
	tls_bed_end(&b);
}

static void assert_resumes(struct scene *s, bool resumes)
{
	log_in(s);
	assert_int_equal(s->resumed, resumes);
}

/* Each with the keys of both ends compared. */
static void logins_resume(const struct server_options *o, const char *const *keys)
{
	struct scene s;

	open_scene(&s, o, keys);
	assert_resumes(&s, false);
	for (int i = 0; i < 3; i++) {
		assert_true(s.len > 0);
		assert_resumes(&s, true);
	}
	close_scene(&s);
}

static void tls_1_2_by_ticket(void **state)
{
	struct server_options o = { .version = TLS1_2_VERSION };

	logins_resume(&o, NULL);
}

static void tls_1_2_by_session_id(void **state)
{
	static const char *const keys[] = { "phase1=\"tls_disable_session_ticket=1\"", NULL };
	struct server_options o = { .version = TLS1_2_VERSION };

	logins_resume(&o, keys);
}

/* RFC 9190 §2.1.3: the indication is required there too. */
static void tls_1_3(void **state)
{
	static const struct server_options kinds[] = {
		{ .tickets = 1 },
		{ .tickets = 2, .tickets_apart = true },
		{ .tickets = 1, .fragment = 60 },
		{ .tickets = 1, .key_update = true },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		logins_resume(&kinds[i], NULL);
}

static void rsa(void **state)
{
	static const char *const keys[] = { "client_cert=\"@/client-rsa.pem\"",
					    "private_key=\"@/client-rsa.key\"", NULL };
	struct server_options o = { .cert = &files.server_rsa, .tickets = 1 };

	logins_resume(&o, keys);
	o.version = TLS1_2_VERSION;
	logins_resume(&o, keys);
}

/* A server that has forgotten (another key for its tickets) authenticates in full at once. */
static void refused_tickets_fall_back(void **state)
{
	static const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };

	for (size_t i = 0; i < 2; i++) {
		struct server_options o = { .version = versions[i], .tickets = 1 };
		struct tls_bed other;
		struct scene s;

		open_scene(&s, &o, NULL);
		log_in(&s);
		tls_bed_begin(&other, &o, 0, NULL);
		s.o.ctx = other.server.ctx;
		assert_resumes(&s, false);
		assert_resumes(&s, true);
		tls_bed_end(&other);
		close_scene(&s);
	}
}

/* Also when the other version is all that it speaks now. */
static void version_changes(void **state)
{
	struct server_options o12 = { .version = TLS1_2_VERSION };
	struct server_options o13 = { .version = TLS1_3_VERSION, .tickets = 1 };
	struct scene s;

	open_scene(&s, &o12, NULL);
	log_in(&s);
	s.o = o13;
	assert_resumes(&s, false);
	s.o = o12;
	assert_resumes(&s, false);
	close_scene(&s);
}

/* RFC 8446 §C.4: a ticket that was used is not used again, and here no other comes. */
static void no_ticket_no_resumption(void **state)
{
	struct server_options o = { 0 };
	struct scene s;

	open_scene(&s, &o, NULL);
	log_in(&s);
	assert_int_equal(s.len, -ENOENT);
	SSL_CTX_set_num_tickets(s.o.ctx, 1);
	log_in(&s);
	assert_true(s.len > 0);
	SSL_CTX_set_num_tickets(s.o.ctx, 0);
	assert_resumes(&s, true);
	assert_int_equal(s.len, -ENOENT);
	close_scene(&s);
}

/* Who does not want to resume does not have the server make a ticket. */
static void no_ticket_is_asked_for(void **state)
{
	struct server_options o = { .version = TLS1_2_VERSION };
	struct tls_bed b;

	tls_bed_begin(&b, &o, 0, NULL);
	tls_bed_run(&b);
	tls_bed_assert_success(&b);
	assert_false(SSL_SESSION_has_ticket(SSL_get_session(b.server.ssl)));
	tls_bed_end(&b);
}

/* Nothing before the end: a server that then refuses has not agreed to it. */
static void nothing_before_the_indication(void **state)
{
	struct server_options o = { .tickets = 1, .tickets_apart = true };
	uint8_t buf[XEAP_RESUMPTION_MAX];
	struct scene s;
	struct tls_bed b;

	open_scene(&s, &o, NULL);
	tls_bed_begin_resuming(&b, &s.o, &s.network, kept(&s));
	while (!b.server.indicated) {
		assert_true(tls_bed_step(&b));
		assert_int_equal(xeap_method_tls.get_resumption(b.ctx, buf, sizeof(buf)), -ENOENT);
	}
	tls_bed_end(&b);
	close_scene(&s);
}

static const char *const workaround[] = { "eap_workaround=1", NULL };

/* A resumed session at its end, of a server that says nothing there. */
static void resume_without_indication(struct scene *s, const char *const *keys, struct tls_bed *b)
{
	struct server_options o = { .tickets = 1 };

	open_scene(s, &o, keys);
	log_in(s);
	s->o.no_indication = true;
	s->o.ctx = s->network.server.ctx;
	SSL_CTX_set_num_tickets(s->o.ctx, 0);
	tls_bed_begin_resuming(b, &s->o, &s->network, kept(s));
	tls_bed_run(b);
	assert_true(SSL_session_reused(b->server.ssl));
	assert_int_equal(b->server.verdict, SERVER_SUCCESS);
}

static void close_both(struct scene *s, struct tls_bed *b)
{
	tls_bed_end(b);
	close_scene(s);
}

static void assert_no_key(struct tls_bed *b)
{
	uint8_t key[64];

	assert_int_equal(b->result.decision, XEAP_DECISION_FAIL);
	assert_int_equal(xeap_method_tls.get_key(b->ctx, XEAP_KEY_MSK, key, sizeof(key)), -ENOENT);
}

/* RFC 9190 §2.5: a resumed session without the indication is no success either. */
static void resumed_without_indication(void **state)
{
	static const char *const off[] = { "eap_workaround=0", NULL };
	static const char *const *const kinds[] = { NULL, off };

	for (size_t i = 0; i < 2; i++) {
		struct scene s;
		struct tls_bed b;

		resume_without_indication(&s, kinds[i], &b);
		assert_no_key(&b);
		assert_non_null(strstr(b.result.diag.text, "eap_workaround=1"));
		close_both(&s, &b);
	}
}

/* As hostapd 2.10 ends: Success and Failure are both believed, as with TLS 1.2. */
static void workaround_takes_a_bare_success(void **state)
{
	struct scene s;
	struct tls_bed b;

	resume_without_indication(&s, workaround, &b);
	assert_int_equal(b.result.decision, XEAP_DECISION_COND_SUCC);
	assert_int_equal(b.result.method_state, XEAP_METHOD_MAY_CONT);
	tls_bed_assert_success(&b);
	assert_int_equal(xeap_method_tls.get_resumption(b.ctx, s.kept, sizeof(s.kept)), -ENOENT);
	close_both(&s, &b);
}

/* What a server that does say it has to say is as good as ever, and better than a bare Success. */
static void workaround_takes_the_indication(void **state)
{
	struct server_options o = { .tickets = 1 };
	struct scene s;
	struct tls_bed b;

	logins_resume(&o, workaround);
	open_scene(&s, &o, workaround);
	log_in(&s);
	tls_bed_begin_resuming(&b, &s.o, &s.network, kept(&s));
	tls_bed_run(&b);
	assert_int_equal(b.result.decision, XEAP_DECISION_UNCOND_SUCC);
	close_both(&s, &b);
}

/* Nobody has looked at our certificate before: RFC 9190 §2.5 holds, whatever the key says. */
static void workaround_is_not_for_full_handshakes(void **state)
{
	struct server_options o = { .tickets = 1 };
	struct server_options silent = { .no_indication = true };
	struct scene s;
	struct tls_bed b;

	tls_bed_begin(&b, &silent, 0, workaround);
	tls_bed_run(&b);
	assert_no_key(&b);
	tls_bed_end(&b);
	/* Neither when a session was offered, and not taken. */
	open_scene(&s, &o, workaround);
	log_in(&s);
	tls_bed_begin_resuming(&b, &silent, &s.network, kept(&s));
	tls_bed_run(&b);
	assert_false(SSL_session_reused(b.server.ssl));
	assert_no_key(&b);
	close_both(&s, &b);
}

/* TLS 1.2 knows no indication: nothing is different there, before the Finished and after. */
static void workaround_changes_nothing_on_tls_1_2(void **state)
{
	struct server_options o = { .version = TLS1_2_VERSION };
	struct scene s;
	struct tls_bed b;

	open_scene(&s, &o, workaround);
	log_in(&s);
	tls_bed_begin_resuming(&b, &s.o, &s.network, kept(&s));
	assert_true(tls_bed_step(&b));
	assert_no_key(&b);
	tls_bed_run(&b);
	assert_true(SSL_session_reused(b.server.ssl));
	assert_int_equal(b.result.method_state, XEAP_METHOD_DONE);
	tls_bed_assert_success(&b);
	close_both(&s, &b);
}

/* A message of the server that goes on behind its Finished, with the head of a record. */
static void finished_with_more_behind(struct server *s)
{
	static const uint8_t head[] = { 0x17, 0x03, 0x03 };

	if (s->spoilt++)
		return;
	s->o.fragment = s->message_len;
	memcpy(s->message + s->message_len, head, sizeof(head));
	s->message_len += sizeof(head);
}

/* Our Finished waits until the server's message is whole; a Success answers nothing before. */
static void workaround_waits_for_our_finished(void **state)
{
	static const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };

	for (size_t i = 0; i < 2; i++) {
		struct server_options o = { .tickets = 1, .version = versions[i] };
		struct scene s;
		struct tls_bed b;

		open_scene(&s, &o, workaround);
		log_in(&s);
		s.o.spoil = finished_with_more_behind;
		s.o.no_indication = true;
		tls_bed_begin_resuming(&b, &s.o, &s.network, kept(&s));
		assert_true(tls_bed_step(&b)); /* Start */
		assert_int_equal(b.result.decision, XEAP_DECISION_FAIL);
		assert_true(tls_bed_step(&b)); /* the server's Finished */
		assert_int_equal(b.server.peer_got, 0);
		assert_int_equal(b.result.decision, XEAP_DECISION_FAIL);
		tls_bed_step(&b); /* the rest, and what was waiting for it */
		assert_true(b.server.peer_got > 0);
		assert_int_equal(b.result.decision, XEAP_DECISION_COND_SUCC);
		close_both(&s, &b);
	}
}

/* What makes no sense behind a resumed handshake is answered with an alert, and nothing counts. */
static void workaround_does_not_hide_an_alert(void **state)
{
	static const struct server_options kinds[] = {
		{ .indication = "wrong" },
		{ .close_notify = true },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct server_options o = { .tickets = 1 };
		struct scene s;
		struct tls_bed b;

		open_scene(&s, &o, workaround);
		log_in(&s);
		s.o.indication = kinds[i].indication;
		s.o.close_notify = kinds[i].close_notify;
		tls_bed_begin_resuming(&b, &s.o, &s.network, kept(&s));
		tls_bed_run(&b);
		assert_true(SSL_session_reused(b.server.ssl));
		assert_no_key(&b);
		close_both(&s, &b);
	}
}

static void tickets_expire(void **state)
{
	static const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };

	for (size_t i = 0; i < 2; i++) {
		struct server_options o = { .version = versions[i], .tickets = 1, .lifetime = 600 };
		struct scene s;

		open_scene(&s, &o, NULL);
		log_in(&s);
		ahead = 590;
		assert_resumes(&s, true);
		ahead += 601;
		assert_resumes(&s, false);
		close_scene(&s);
	}
}

/* The full handshake vouches for XEAP_TLS_RESUME_SECONDS, however often it is resumed. */
static void resumptions_end(void **state)
{
	struct server_options o = { .tickets = 1, .lifetime = 604800 };
	struct scene s;

	open_scene(&s, &o, NULL);
	log_in(&s);
	for (ahead = 0; ahead < XEAP_TLS_RESUME_SECONDS - 3600; ahead += 3600)
		assert_resumes(&s, true);
	ahead = XEAP_TLS_RESUME_SECONDS + 1;
	assert_resumes(&s, false);
	close_scene(&s);
}

/* RFC 9190 §5.7: resumption does not outlive the server's certificate. */
static void certificate_expires(void **state)
{
	static const char *const no_time[] = { "phase1=\"tls_disable_time_checks=1\"", NULL };
	struct test_cert_spec spec = { .cn = "radius.xeap.test",
				       .eku = "serverAuth",
				       .issuer = &files.ca,
				       .from_days = -1,
				       .to_seconds = 1000 };
	struct test_cert cert = test_cert_make(&spec);
	struct server_options o = { .cert = &cert, .tickets = 1 };
	struct scene s;

	for (int i = 0; i < 2; i++) {
		open_scene(&s, &o, i ? no_time : NULL);
		log_in(&s);
		ahead = 900;
		assert_resumes(&s, true);
		ahead = 1001;
		assert_resumes(&s, i);
		close_scene(&s);
	}
	test_cert_free(&cert);
}

/* What a person said yes to was this login. */
static void accepted_by_a_person(void **state)
{
	static const char *const keys[] = { TLS_NO_CA, NULL };
	struct server_options o = { .tickets = 1 };
	uint8_t buf[XEAP_RESUMPTION_MAX];
	struct tls_bed network, b;

	tls_bed_begin_asking(&network, &o, 0, keys, 0);
	tls_bed_begin_resuming(&b, &o, &network, xeap_span(NULL, 0));
	tls_bed_run(&b);
	assert_int_equal(b.result.need, XEAP_NEED_UI);
	assert_int_equal(tls_bed_answer(&b, "1"), 0);
	tls_bed_run(&b);
	tls_bed_assert_success(&b);
	assert_int_equal(xeap_method_tls.get_resumption(b.ctx, buf, sizeof(buf)), -ENOENT);
	tls_bed_end(&b);
	tls_bed_end(&network);
}

static void room(void **state)
{
	struct server_options o = { .tickets = 1 };
	struct scene s;
	struct tls_bed b;

	open_scene(&s, &o, NULL);
	tls_bed_begin_resuming(&b, &s.o, &s.network, kept(&s));
	tls_bed_run(&b);
	s.len = xeap_method_tls.get_resumption(b.ctx, s.kept, sizeof(s.kept));
	assert_true(s.len > 0);
	for (int n = 0; n < s.len; n++) {
		uint8_t *exact = malloc((size_t)n + 1);

		assert_int_equal(xeap_method_tls.get_resumption(b.ctx, exact, (size_t)n), -ENOSPC);
		free(exact);
	}
	tls_bed_end(&b);
	assert_resumes(&s, true);
	close_scene(&s);
}

static bool has_bytes(const uint8_t *in, size_t len, const uint8_t *what, size_t n)
{
	for (size_t at = 0; at + n <= len; at++)
		if (memcmp(in + at, what, n) == 0)
			return true;
	return false;
}

/* Thousands of these are kept: the server's certificate is not in them. */
static void kept_without_the_certificate(void **state)
{
	struct server_options o = { .version = TLS1_2_VERSION };
	const ASN1_BIT_STRING *signature;
	struct scene s;

	open_scene(&s, &o, NULL);
	log_in(&s);
	X509_get0_signature(&signature, NULL, files.server.x);
	assert_false(has_bytes(s.kept, (size_t)s.len, ASN1_STRING_get0_data(signature),
			       (size_t)ASN1_STRING_length(signature)));
	assert_true(s.len < 1500);
	close_scene(&s);
}

/* Bytes that were cut or changed lead to a full login, or to a resumed one that holds. */
static void damaged(void **state)
{
	static const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };

	for (size_t i = 0; i < 2; i++) {
		struct server_options o = { .version = versions[i], .tickets = 1 };
		uint8_t good[XEAP_RESUMPTION_MAX];
		struct scene s;
		int len;

		open_scene(&s, &o, NULL);
		log_in(&s);
		len = s.len;
		memcpy(good, s.kept, (size_t)len);
		for (int n = 0; n < len; n += 17) {
			memcpy(s.kept, good, (size_t)len);
			s.len = n;
			assert_resumes(&s, false);
		}
		close_scene(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tls_1_2_by_ticket),
		cmocka_unit_test(tls_1_2_by_session_id),
		cmocka_unit_test(tls_1_3),
		cmocka_unit_test(rsa),
		cmocka_unit_test(refused_tickets_fall_back),
		cmocka_unit_test(version_changes),
		cmocka_unit_test(no_ticket_no_resumption),
		cmocka_unit_test(no_ticket_is_asked_for),
		cmocka_unit_test(nothing_before_the_indication),
		cmocka_unit_test(resumed_without_indication),
		cmocka_unit_test(workaround_takes_a_bare_success),
		cmocka_unit_test(workaround_takes_the_indication),
		cmocka_unit_test(workaround_is_not_for_full_handshakes),
		cmocka_unit_test(workaround_changes_nothing_on_tls_1_2),
		cmocka_unit_test(workaround_waits_for_our_finished),
		cmocka_unit_test(workaround_does_not_hide_an_alert),
		cmocka_unit_test(tickets_expire),
		cmocka_unit_test(resumptions_end),
		cmocka_unit_test(certificate_expires),
		cmocka_unit_test(accepted_by_a_person),
		cmocka_unit_test(room),
		cmocka_unit_test(kept_without_the_certificate),
		cmocka_unit_test(damaged),
	};

	return cmocka_run_group_tests_name("method tls, resumption", tests, tls_files_make,
					   tls_files_remove);
}
