/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "tests/unit/peap_server.h"
#include "tests/unit/tunnel_bed.h"

#define USER "identity=\"DOM\\user\"", "password=\"secret\""

static const char *const mschapv2[] = { USER, "phase2=\"auth=MSCHAPV2\"", NULL };

/* A server of version `offered`, with MSCHAPv2 and a good end unless the test says otherwise. */
static struct peap_server good(void)
{
	return (struct peap_server){
		.insider = { .kind = INSIDER_MSCHAPV2, .user = "DOM\\user", .password = "secret" },
	};
}

static struct tunnel_start start(struct peap_server *p, const char *const *keys)
{
	return (struct tunnel_start){
		.method = &xeap_method_peap,
		.keys = keys,
		.server = { .inside = peap_server_inside, .insider = p, .tickets = 1 },
	};
}

static void end(struct tunnel_bed *b, struct peap_server *p)
{
	tunnel_bed_end(b);
	p->insider.legacy = xeap_legacy_put(p->insider.legacy);
}

static void login(struct peap_server *p, struct tunnel_start s)
{
	struct tunnel_bed b;

	tunnel_bed_begin(&b, &s);
	tunnel_bed_run(&b);
	tunnel_bed_assert_success(&b, p->keys);
	end(&b, p);
}

/* Each with TLS 1.2 and 1.3, in one packet and in many, spoken apart and with the handshake. */
static void login_in_all_ways(struct peap_server like, struct tunnel_start s, uint8_t version,
			      bool bound)
{
	for (int way = 0; way < 8; way++) {
		struct peap_server p = like;

		s.server.insider = &p;
		s.server.version_bits = version;
		s.server.version = way & 1 ? TLS1_2_VERSION : TLS1_3_VERSION;
		s.server.fragment = way & 2 ? 60 : 0;
		s.max_packet = way & 2 ? 80 : 0;
		s.server.at_once = way & 4;
		login(&p, s);
		assert_true(p.bound == bound);
		assert_true(version == 1 || p.peer_agreed);
	}
}

static void version_0(void **state)
{
	struct peap_server p = good();

	login_in_all_ways(p, start(&p, mschapv2), 0, true);
	p.binding = BINDING_NONE;
	login_in_all_ways(p, start(&p, mschapv2), 0, false);
}

static void version_1(void **state)
{
	struct peap_server p = good();

	login_in_all_ways(p, start(&p, mschapv2), 1, false);
}

/* What has no keys is bound with zeros. */
static void other_methods(void **state)
{
	static const char *const any[] = { USER, NULL };
	struct peap_server p = good();

	p.insider.kind = INSIDER_GTC;
	login_in_all_ways(p, start(&p, any), 0, true);
	p.insider.asks_twice = false;
	p.insider.kind = INSIDER_MD5;
	login_in_all_ways(p, start(&p, any), 1, false);
}

static void binding_required(void **state)
{
	static const char *const keys[] = { USER, "phase1=\"crypto_binding=2\"", NULL };
	struct peap_server p = good();
	struct tunnel_start s = start(&p, keys);
	struct tunnel_bed b;

	login(&p, s);
	p = good();
	p.binding = BINDING_NONE;
	tunnel_bed_begin(&b, &s);
	tunnel_bed_run(&b);
	tunnel_bed_assert_failure(&b, "crypto_binding=2");
	assert_false(p.peer_agreed);
	end(&b, &p);
	/* A server, or somebody on the link, that makes it version 1 does not get around it. */
	p = good();
	s.server.version_bits = 1;
	tunnel_bed_begin(&b, &s);
	tunnel_bed_run(&b);
	tunnel_bed_assert_failure(&b, "crypto_binding=2");
	end(&b, &p);
}

static void binding_off(void **state)
{
	static const char *const keys[] = { USER, "phase1=\"crypto_binding=0\"", NULL };
	struct peap_server p = good();

	login(&p, start(&p, keys));
	assert_false(p.peer_bound);
}

/* Whoever sits between the tunnel and the method inside is found out. */
static void bad_bindings(void **state)
{
	static const struct {
		enum peap_binding binding;
		const char *why;
	} rows[] = {
		{ BINDING_WRONG_MAC, "cryptobinding is wrong" },
		{ BINDING_OTHER_KEYS, "cryptobinding is wrong" },
		{ BINDING_OTHER_TUNNEL, "cryptobinding is wrong" },
		{ BINDING_REFLECTED, "no request" },
		{ BINDING_OTHER_VERSION, "version" },
		{ BINDING_SHORT, "malformed" },
	};

	for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		struct peap_server p = good();
		struct tunnel_start s = start(&p, mschapv2);
		struct tunnel_bed b;

		p.binding = rows[i / 2].binding;
		s.server.version = i % 2 ? TLS1_2_VERSION : TLS1_3_VERSION;
		tunnel_bed_begin(&b, &s);
		tunnel_bed_run(&b);
		tunnel_bed_assert_failure(&b, rows[i / 2].why);
		assert_false(p.peer_agreed || p.peer_bound);
		end(&b, &p);
	}
}

static void fails(struct peap_server p, uint8_t version, const char *why)
{
	struct tunnel_start s = start(&p, mschapv2);
	struct tunnel_bed b;

	s.server.version_bits = version;
	for (int tls = TLS1_2_VERSION; tls <= TLS1_3_VERSION; tls++) {
		struct peap_server like = p;

		s.server.insider = &like;
		s.server.version = tls;
		tunnel_bed_begin(&b, &s);
		tunnel_bed_run(&b);
		tunnel_bed_assert_failure(&b, why);
		assert_false(like.peer_agreed);
		end(&b, &like);
	}
}

/* An EAP-Success outside, which anybody can send, is nothing without one inside. */
static void endings(void **state)
{
	static const struct {
		enum peap_ending ending;
		const char *why;
	} rows[] = {
		{ PEAP_OUTER_ONLY, "" },
		{ PEAP_RESULT_FAILURE, "failure inside PEAP" },
		{ PEAP_RESULT_TWICE, "malformed" },
		{ PEAP_BINDING_ALONE, "without a result" },
		{ PEAP_RESULT_LONG, "malformed" },
		{ PEAP_RESULT_ODD, "malformed" },
		{ PEAP_NO_HEADER, "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct peap_server p = good();

		p.ending = rows[i].ending;
		fails(p, 0, rows[i].why);
	}
}

/* A failure is the last word. */
static void failure_then_success(void **state)
{
	struct peap_server p = good();

	p.ending = PEAP_FAILURE_SUCCESS;
	fails(p, 0, "failure inside PEAP");
}

static void success_without_a_method(void **state)
{
	for (uint8_t version = 0; version <= 1; version++) {
		struct peap_server p = good();

		p.skips_inner = true;
		fails(p, version, "has not proved it");
		p.skips_inner = false;
		p.insider.kind = INSIDER_NONE;
		fails(p, version, "has not proved it");
	}
}

/* MSCHAPv2's own proof: a server that does not know the password. */
static void server_without_the_password(void **state)
{
	for (uint8_t version = 0; version <= 1; version++) {
		struct peap_server p = good();

		p.insider.forges_proof = true;
		fails(p, version, "did not prove");
		p.insider.forges_proof = false;
		p.insider.skips_success = true;
		fails(p, version, "has not proved it");
	}
}

static void wrong_password(void **state)
{
	struct peap_server p = good();

	p.insider.password = "another";
	fails(p, 0, "E=691");
	fails(p, 1, "E=691");
}

static void unknown_tlv(void **state)
{
	struct peap_server p = good();

	p.ending = PEAP_UNKNOWN_FIRST;
	login(&p, start(&p, mschapv2));
	assert_true(p.refused_tlv);
}

/* What is not allowed is refused by Nak, with what is. */
static void method_not_allowed(void **state)
{
	static const char *const only[] = { USER, "phase2=\"auth=GTC\"", NULL };
	struct peap_server p = good();
	struct tunnel_start s = start(&p, only);
	struct tunnel_bed b;

	p.insider.first = 18;
	p.insider.kind = INSIDER_GTC;
	login(&p, s);
	assert_true(p.insider.naked);
	p = good();
	tunnel_bed_begin(&b, &s);
	tunnel_bed_run(&b);
	tunnel_bed_assert_failure(&b, "");
	end(&b, &p);
}

static void versions(void **state)
{
	static const char *const zero[] = { USER, "phase1=\"peapver=0\"", NULL };
	static const char *const one[] = { USER, "phase1=\"peapver=1\"", NULL };
	struct peap_server p = good();
	struct tunnel_start s = start(&p, zero);
	struct tunnel_bed b;

	s.server.version_bits = 1;
	tunnel_bed_begin(&b, &s);
	tunnel_bed_run(&b);
	assert_int_equal(b.server.version_bits, 0);
	tunnel_bed_assert_success(&b, p.keys);
	end(&b, &p);
	p = good();
	s.keys = one;
	s.server.version_bits = 0;
	tunnel_bed_begin(&b, &s);
	tunnel_bed_run(&b);
	tunnel_bed_assert_failure(&b, "peapver=1");
	end(&b, &p);
	/* Of what nobody has yet: the highest that is there. */
	p = good();
	s.keys = mschapv2;
	s.server.version_bits = 2;
	tunnel_bed_begin(&b, &s);
	tunnel_bed_run(&b);
	assert_int_equal(b.server.version_bits, 1);
	tunnel_bed_assert_success(&b, p.keys);
	end(&b, &p);
}

/* A packet that says another version than was agreed on is not the server's. */
static void version_changes_midway(void **state)
{
	struct peap_server p = good();
	struct tunnel_start s = start(&p, mschapv2);
	struct xeap_method_result result = { 0 };
	struct tunnel_bed b;

	s.server.version_bits = 1;
	tunnel_bed_begin(&b, &s);
	assert_true(tunnel_bed_step(&b));
	b.server.request[5] &= (uint8_t)~7;
	assert_int_equal(xeap_method_peap.process(b.ctx,
						  xeap_span(b.server.request, b.server.request_len),
						  fake_writer_begin(&b.out), &result),
			 0);
	assert_true(result.ignore);
	b.server.request[5] |= 1;
	tunnel_bed_run(&b);
	tunnel_bed_assert_success(&b, p.keys);
	end(&b, &p);
}

static void old_label(void **state)
{
	static const char *const keys[] = { USER, "phase1=\"peaplabel=1\"", NULL };
	struct peap_server p = good();
	struct tunnel_start s = start(&p, keys);

	s.server.label = "client PEAP encryption";
	s.server.version = TLS1_2_VERSION;
	login(&p, s);
}

/*
 * A session that was resumed needs no method inside; the binding is then the tunnel's alone. On TLS
 * 1.3 there are servers that have an octet of zero come before (way 4 and 5).
 */
static void resumption(void **state)
{
	for (int way = 0; way < 6; way++) {
		uint8_t session[XEAP_RESUMPTION_MAX];
		struct peap_server p = good(), again = good();
		struct tunnel_start s = start(&p, mschapv2);
		struct xeap_method_info info;
		struct tunnel_bed b, second;
		int n;

		s.server.version = way < 4 && way & 1 ? TLS1_2_VERSION : TLS1_3_VERSION;
		s.server.version_bits = way & 2 || way == 5 ? 1 : 0;
		s.keeps = true;
		again.indicates = way >= 4;
		tunnel_bed_begin(&b, &s);
		tunnel_bed_run(&b);
		tunnel_bed_assert_success(&b, p.keys);
		n = xeap_method_peap.get_resumption(b.ctx, session, sizeof(session));
		assert_true(n > 0);
		s.with = &b;
		s.server.ctx = b.server.ctx;
		s.server.insider = &again;
		s.resumption = xeap_span(session, (size_t)n);
		SSL_set_shutdown(b.server.ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
		tunnel_bed_begin(&second, &s);
		tunnel_bed_run(&second);
		tunnel_bed_assert_success(&second, again.keys);
		xeap_method_peap.describe(second.ctx, &info);
		assert_true(info.resumed && again.skips_inner);
		end(&second, &again);
		end(&b, &p);
	}
}

/* The password is asked for through the tunnel, and kept if it was right. */
static void asks_for_the_password(void **state)
{
	static const char *const keys[] = { "identity=\"DOM\\user\"", "phase2=\"auth=MSCHAPV2\"",
					    NULL };

	for (int way = 0; way < 4; way++) {
		struct peap_server p = good();
		struct tunnel_start s = start(&p, keys);
		struct tunnel_bed b;

		s.interactive = true;
		s.server.fragment = way & 1 ? 50 : 0;
		s.server.version = way & 2 ? TLS1_2_VERSION : TLS1_3_VERSION;
		tunnel_bed_begin(&b, &s);
		tunnel_bed_run(&b);
		tunnel_bed_answer(&b, "password", "secret");
		tunnel_bed_run(&b);
		tunnel_bed_assert_success(&b, p.keys);
		assert_true(b.result.save_user_data);
		end(&b, &p);
	}
}

static void words(void **state)
{
	static const char *const rows[][4] = {
		{ USER, "phase1=\"peapver=2\"" },
		{ USER, "phase1=\"crypto_binding=3\"" },
		{ USER, "phase1=\"peap_outer_success=x\"" },
		{ USER, "phase1=\"peaplabel=\"" },
		{ USER, "phase2=\"auth=NOSUCH\"" },
		{ USER, "phase2=\"auth=TTLS\"" },
		{ USER, "phase2=\"authh=MSCHAPV2\"" },
		{ USER, "phase2=\"auth=MSCHAPV2 mschapv2_retry=2\"" },
	};
	static const char *const why[] = { "peapver",	"crypto_binding", "peap_outer_success",
					   "peaplabel", "NOSUCH",	  "TTLS",
					   "authh",	"mschapv2_retry" };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		tunnel_bed_assert_refused(&xeap_method_peap, rows[i], why[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version_0),
		cmocka_unit_test(version_1),
		cmocka_unit_test(other_methods),
		cmocka_unit_test(binding_required),
		cmocka_unit_test(binding_off),
		cmocka_unit_test(bad_bindings),
		cmocka_unit_test(endings),
		cmocka_unit_test(failure_then_success),
		cmocka_unit_test(success_without_a_method),
		cmocka_unit_test(server_without_the_password),
		cmocka_unit_test(wrong_password),
		cmocka_unit_test(unknown_tlv),
		cmocka_unit_test(method_not_allowed),
		cmocka_unit_test(versions),
		cmocka_unit_test(version_changes_midway),
		cmocka_unit_test(old_label),
		cmocka_unit_test(resumption),
		cmocka_unit_test(asks_for_the_password),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests_name("method peap", tests, tls_files_make, tls_files_remove);
}
