/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "tests/unit/ttls_server.h"
#include "tests/unit/tunnel_bed.h"

#define IDENTITY "identity=\"DOM\\user\""
#define USER IDENTITY, "password=\"secret\""
/* NtPasswordHash of "secret" */
#define HASHED IDENTITY, "password=hash:878d8014606cda29677a44efa1353fc7"

static const char *const pap[] = { USER, "phase2=\"auth=PAP\"", NULL };
static const char *const mschapv2[] = { USER, "phase2=\"auth=MSCHAPV2\"", NULL };
static const char *const eap[] = { USER, "phase2=\"autheap=MSCHAPV2\"", NULL };

static struct ttls_server good(void)
{
	return (struct ttls_server){
		.insider = { .kind = INSIDER_MSCHAPV2, .user = "DOM\\user", .password = "secret" },
	};
}

static struct tunnel_start start(struct ttls_server *t, const char *const *keys)
{
	return (struct tunnel_start){
		.method = &xeap_method_ttls,
		.keys = keys,
		.server = { .inside = ttls_server_inside,
			    .insider = t,
			    .tickets = 1,
			    .label = "ttls keying material" },
	};
}

static void end(struct tunnel_bed *b, struct ttls_server *t)
{
	tunnel_bed_end(b);
	t->insider.legacy = xeap_legacy_put(t->insider.legacy);
}

static void login(struct ttls_server *t, struct tunnel_start s)
{
	struct tunnel_bed b;

	tunnel_bed_begin(&b, &s);
	tunnel_bed_run(&b);
	tunnel_bed_assert_success(&b, b.server.keys);
	end(&b, t);
}

/* Each with TLS 1.2 and 1.3, in one packet and in many. */
static void login_in_all_ways(struct ttls_server like, const char *const *keys, enum ttls_says says)
{
	for (int way = 0; way < 4; way++) {
		struct ttls_server t = like;
		struct tunnel_start s = start(&t, keys);

		s.server.version = way & 1 ? TLS1_2_VERSION : TLS1_3_VERSION;
		s.server.fragment = way & 2 ? 60 : 0;
		s.max_packet = way & 2 ? 80 : 0;
		login(&t, s);
		assert_int_equal(t.said, says);
	}
}

static void passwords(void **state)
{
	static const char *const chap[] = { USER, "phase2=\"auth=CHAP\"", NULL };
	static const char *const mschap[] = { USER, "phase2=\"auth=MSCHAP\"", NULL };

	login_in_all_ways(good(), pap, TTLS_SAYS_PAP);
	login_in_all_ways(good(), chap, TTLS_SAYS_CHAP);
	login_in_all_ways(good(), mschap, TTLS_SAYS_MSCHAP);
	login_in_all_ways(good(), mschapv2, TTLS_SAYS_MSCHAPV2);
}

static void hashed_passwords(void **state)
{
	static const char *const mschap[] = { HASHED, "phase2=\"auth=MSCHAP\"", NULL };
	static const char *const v2[] = { HASHED, "phase2=\"auth=MSCHAPV2\"", NULL };
	static const char *const clear[] = { HASHED, "phase2=\"auth=PAP\"", NULL };

	login_in_all_ways(good(), mschap, TTLS_SAYS_MSCHAP);
	login_in_all_ways(good(), v2, TTLS_SAYS_MSCHAPV2);
	tunnel_bed_assert_refused(&xeap_method_ttls, clear, "hash");
}

/* RFC 5281 §11.2.5: zeros up to a multiple of 16, which hide the length. */
static void pap_padding(void **state)
{
	static const size_t lengths[] = { 1, 15, 16, 17, 32, 33, 128, 253 };

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		char key[320], password[300];
		const char *const keys[] = { IDENTITY, key, "phase2=\"auth=PAP\"", NULL };
		struct ttls_server t = good();

		memset(password, 'x', lengths[i]);
		password[lengths[i]] = '\0';
		snprintf(key, sizeof(key), "password=\"%s\"", password);
		t.insider.password = password;
		login(&t, start(&t, keys));
		assert_int_equal(t.padded, (lengths[i] + 15) / 16 * 16);
	}
}

static void inner_eap(void **state)
{
	static const char *const gtc[] = { USER, "phase2=\"autheap=GTC\"", NULL };
	static const char *const md5[] = { USER, "phase2=\"autheap=MD5\"", NULL };
	struct ttls_server t = good();

	login_in_all_ways(t, eap, TTLS_SAYS_EAP);
	t.oddity = TTLS_SPLIT_EAP;
	login_in_all_ways(t, eap, TTLS_SAYS_EAP);
	t.insider.kind = INSIDER_GTC;
	login_in_all_ways(t, gtc, TTLS_SAYS_EAP);
	t.insider.kind = INSIDER_MD5;
	login_in_all_ways(t, md5, TTLS_SAYS_EAP);
	t.insider.first = 26;
	login_in_all_ways(t, md5, TTLS_SAYS_EAP);
}

/* A server that goes on to ask, after an answer with which it could have been content. */
static void token_asks_once_more(void **state)
{
	static const char *const keys[] = { USER, "phase2=\"autheap=GTC\"", NULL };
	struct ttls_server t = good();
	struct tunnel_start s = start(&t, keys);
	struct tunnel_bed b;

	t.insider.kind = INSIDER_GTC;
	t.insider.asks_twice = true;
	s.interactive = true;
	tunnel_bed_begin(&b, &s);
	tunnel_bed_run(&b);
	tunnel_bed_answer(&b, "response", "secret");
	tunnel_bed_run(&b);
	tunnel_bed_assert_success(&b, b.server.keys);
	end(&b, &t);
}

static void fails(struct ttls_server like, const char *const *keys, const char *why)
{
	for (int tls = TLS1_2_VERSION; tls <= TLS1_3_VERSION; tls++) {
		struct ttls_server t = like;
		struct tunnel_start s = start(&t, keys);
		struct tunnel_bed b;

		s.server.version = tls;
		tunnel_bed_begin(&b, &s);
		tunnel_bed_run(&b);
		tunnel_bed_assert_failure(&b, why);
		end(&b, &t);
	}
}

/* RFC 5281 §11.2.4: no success without MS-CHAP2-Success, whatever is said outside. */
static void proofs(void **state)
{
	static const struct {
		enum ttls_oddity oddity;
		const char *why;
	} rows[] = {
		{ TTLS_FORGES_PROOF, "does not prove" },
		{ TTLS_OTHER_IDENT, "does not prove" },
		{ TTLS_OUTER_ONLY, "" },
		{ TTLS_ERROR_THEN_PROOF, "" },
		{ TTLS_UNKNOWN_MANDATORY, "" },
		{ TTLS_LENGTH_LONG, "AVPs" },
		{ TTLS_LENGTH_SHORT, "AVPs" },
	};
	struct ttls_server t = good();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t.oddity = rows[i].oddity;
		fails(t, mschapv2, rows[i].why);
	}
	t.oddity = TTLS_UNKNOWN_OPTIONAL;
	login_in_all_ways(t, mschapv2, TTLS_SAYS_MSCHAPV2);
}

/* Challenge and Ident are the tunnel's (RFC 5281 §11.1): a proof is good for one. */
static void proof_of_another_tunnel(void **state)
{
	struct ttls_server t = good();
	uint8_t proof[sizeof(t.proof)];

	login(&t, start(&t, mschapv2));
	memcpy(proof, t.proof, sizeof(proof));
	t = good();
	t.replayed = proof;
	fails(t, mschapv2, "does not prove");
}

static void eap_proofs(void **state)
{
	struct ttls_server t = good();

	t.insider.forges_proof = true;
	fails(t, eap, "did not prove");
	t.insider.forges_proof = false;
	t.insider.skips_success = true;
	fails(t, eap, "");
}

static void wrong_password(void **state)
{
	struct ttls_server t = good();

	t.insider.password = "another";
	fails(t, mschapv2, "password");
	fails(t, eap, "E=691");
}

/* With PAP the server's word decides; a Failure is explained. */
static void wrong_pap_password(void **state)
{
	struct ttls_server t = good();
	struct tunnel_start s = start(&t, pap);
	struct tunnel_bed b;

	t.insider.password = "another";
	tunnel_bed_begin(&b, &s);
	tunnel_bed_run(&b);
	assert_int_equal(b.server.verdict, SERVER_FAILURE);
	assert_int_equal(b.result.decision, XEAP_DECISION_COND_SUCC);
	assert_int_equal(b.result.diag.code, XEAP_E_USER_NAME_PASSWORD_REJECTED);
	end(&b, &t);
}

static void method_not_allowed(void **state)
{
	static const char *const only[] = { USER, "phase2=\"autheap=GTC\"", NULL };

	fails(good(), only, "");
}

static void resumption(void **state)
{
	for (int tls = TLS1_2_VERSION; tls <= TLS1_3_VERSION; tls++) {
		struct ttls_server t = good(), again = good();
		uint8_t session[XEAP_RESUMPTION_MAX];
		struct tunnel_start s = start(&t, pap);
		struct xeap_method_info info;
		struct tunnel_bed b, second;
		int n;

		s.server.version = tls;
		s.keeps = true;
		tunnel_bed_begin(&b, &s);
		tunnel_bed_run(&b);
		tunnel_bed_assert_success(&b, b.server.keys);
		n = xeap_method_ttls.get_resumption(b.ctx, session, sizeof(session));
		assert_true(n > 0);
		SSL_set_shutdown(b.server.ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
		s.with = &b;
		s.server.ctx = b.server.ctx;
		s.server.insider = &again;
		s.resumption = xeap_span(session, (size_t)n);
		tunnel_bed_begin(&second, &s);
		tunnel_bed_run(&second);
		tunnel_bed_assert_success(&second, second.server.keys);
		xeap_method_ttls.describe(second.ctx, &info);
		assert_true(info.resumed);
		assert_int_equal(again.said, TTLS_SAYS_NOTHING);
		end(&second, &again);
		end(&b, &t);
	}
}

static void asks_for_the_password(void **state)
{
	static const char *const ways[] = { "phase2=\"auth=PAP\"", "phase2=\"auth=MSCHAPV2\"",
					    "phase2=\"autheap=MSCHAPV2\"" };

	for (int i = 0; i < 6; i++) {
		const char *const keys[] = { IDENTITY, ways[i / 2], NULL };
		struct ttls_server t = good();
		struct tunnel_start s = start(&t, keys);
		struct tunnel_bed b;

		s.interactive = true;
		s.server.version = i % 2 ? TLS1_2_VERSION : TLS1_3_VERSION;
		tunnel_bed_begin(&b, &s);
		tunnel_bed_run(&b);
		tunnel_bed_answer(&b, "password", "secret");
		tunnel_bed_run(&b);
		tunnel_bed_assert_success(&b, b.server.keys);
		assert_true(b.result.save_user_data);
		end(&b, &t);
	}
}

static void words(void **state)
{
	static const char *const rows[][4] = {
		{ USER, "phase2=\"auth=NOSUCH\"" },	     { USER, "phase2=\"autheap=PEAP\"" },
		{ USER, "phase2=\"auth=PAP autheap=MD5\"" }, { USER, "phase2=\"aut=PAP\"" },
		{ IDENTITY, "phase2=\"auth=PAP\"" },
	};
	static const char *const why[] = { "NOSUCH", "PEAP", "exclude", "aut=PAP", "password" };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		tunnel_bed_assert_refused(&xeap_method_ttls, rows[i], why[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passwords),
		cmocka_unit_test(hashed_passwords),
		cmocka_unit_test(pap_padding),
		cmocka_unit_test(inner_eap),
		cmocka_unit_test(token_asks_once_more),
		cmocka_unit_test(proofs),
		cmocka_unit_test(proof_of_another_tunnel),
		cmocka_unit_test(eap_proofs),
		cmocka_unit_test(wrong_password),
		cmocka_unit_test(wrong_pap_password),
		cmocka_unit_test(method_not_allowed),
		cmocka_unit_test(resumption),
		cmocka_unit_test(asks_for_the_password),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests_name("method ttls", tests, tls_files_make, tls_files_remove);
}
