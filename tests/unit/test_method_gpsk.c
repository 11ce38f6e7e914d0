/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/preshared_bed.h"
#include <method/list.h>
#include <openssl/evp.h>
#include <string.h>
#include "tests/unit/hex.h"

/* EAP-GPSK: a login of other programs, and a server after RFC 5433 with nothing but OpenSSL. */

static const char psk[] = "abcdefghijklmnop0123456789abcdef", peer_id[] = "gpskuser",
		  server_id[] = "radius.example", quoted[] = "\"abcdefghijklmnop0123456789abcdef\"";

/* tests/fixtures/captures/gpsk.pcap and .keys.txt */
static void capture(void **state)
{
	struct preshared_bed b;

	bed_begin(&b, &xeap_method_gpsk, peer_id, quoted, NULL);
	bed_random_hex("c954a9b9c918929186b05b774ea0fd4c00cbd5fe131545c3c78368b85bcca75b");
	bed_feed_hex(&b, "0140004a330100147261646975732e626173656c696e652e74657374c3a8af306ff5400d"
			 "94858a22ad4b813d32d6de157f70ea6a7a552e887cca16bb000c00000000000100000000"
			 "0002");
	bed_assert_response_hex(
		&b, "0240008c330200086770736b7573657200147261646975732e626173656c696e652e74657374c9"
		    "54a9b9c918929186b05b774ea0fd4c00cbd5fe131545c3c78368b85bcca75bc3a8af306ff5400d"
		    "94858a22ad4b813d32d6de157f70ea6a7a552e887cca16bb000c00000000000100000000000200"
		    "000000000100008e60b6de89538a6da1fc766f615c896d");
	bed_assert_no_keys(&b);
	bed_feed_hex(&b, "014100743303c954a9b9c918929186b05b774ea0fd4c00cbd5fe131545c3c78368b85bcc"
			 "a75bc3a8af306ff5400d94858a22ad4b813d32d6de157f70ea6a7a552e887cca16bb0014"
			 "7261646975732e626173656c696e652e7465737400000000000100006bc3aad63a658f00"
			 "69b48c7fccb8092b");
	bed_assert_response_hex(&b, "0241001833040000443176d3ac0bcc8e33dbc894111d8cea");
	bed_assert_proven(&b);
	bed_assert_key_hex(&b, XEAP_KEY_MSK,
			   "382caa964fb45a837b9f3fc13e67cd6c1b3d0261d831ab6a01f86cc86f5312c16083c3"
			   "968cbc68a5c8a2c7dffd0a928d5e34911b84e7a747f863beb4e4c64cf0");
	bed_assert_key_hex(&b, XEAP_KEY_EMSK,
			   "4a3ad1204653b9d777c401a188a5a4085ee361e95bbadb7eec37a2925c0860daef9d0f"
			   "63a54578408421d083076ab7583074415803"
			   "86f004fc568efeb8998c59");
	bed_assert_key_hex(&b, XEAP_KEY_SESSION_ID, "338b29d05cb98d01486a0883cfb7e973eb");
	bed_end(&b);
}

/* The server. */

struct text {
	uint8_t bytes[1024];
	size_t len;
};

struct server {
	uint16_t suite;
	size_t ks;
	uint8_t rand_s[32], rand_p[32], msk[64], emsk[64], sk[32], session[17];
	struct text input;
};

static void add(struct text *t, const void *bytes, size_t len)
{
	assert_true(t->len + len <= sizeof(t->bytes));
	memcpy(t->bytes + t->len, bytes, len);
	t->len += len;
}

static void add_counted(struct text *t, const void *bytes, size_t len)
{
	add(t, (uint8_t[]){ (uint8_t)(len >> 8), (uint8_t)len }, 2);
	add(t, bytes, len);
}

static void add_suite(struct text *t, uint16_t suite)
{
	add(t, (uint8_t[]){ 0, 0, 0, 0, 0, (uint8_t)suite }, 6);
}

static void mac(const struct server *s, const uint8_t *key, const uint8_t *bytes, size_t len,
		uint8_t *ret)
{
	size_t n = s->ks;
	const char *name = s->suite == 1 ? "CMAC" : "HMAC";
	const char *built_on = s->suite == 1 ? "AES-128-CBC" : "SHA256";

	assert_non_null(
		EVP_Q_mac(NULL, name, NULL, built_on, NULL, key, s->ks, bytes, len, ret, n, &n));
}

static void gkdf(const struct server *s, const uint8_t *key, const struct text *z, uint8_t *ret,
		 size_t len)
{
	for (uint8_t i = 1; len; i++) {
		struct text t = { { 0, i }, 2 };
		size_t n = len < s->ks ? len : s->ks;
		uint8_t m[32];

		add(&t, z->bytes, z->len);
		mac(s, key, t.bytes, t.len, m);
		memcpy(ret, m, n);
		ret += n;
		len -= n;
	}
}

static void derive(struct server *s, const char *with)
{
	uint8_t mk[32], keys[160];
	struct text t = { .len = 0 };

	s->input.len = 0;
	add(&s->input, s->rand_p, 32);
	add(&s->input, peer_id, strlen(peer_id));
	add(&s->input, s->rand_s, 32);
	add(&s->input, server_id, strlen(server_id));
	add_counted(&t, with, strlen(with));
	add_suite(&t, s->suite);
	add(&t, s->input.bytes, s->input.len);
	gkdf(s, (const uint8_t *)with, &t, mk, s->ks);
	gkdf(s, mk, &s->input, keys, 128 + s->ks);
	memcpy(s->msk, keys, 64);
	memcpy(s->emsk, keys + 64, 64);
	memcpy(s->sk, keys + 128, s->ks);
	t.len = 0;
	add(&t, "Method ID\x33", 10);
	add_suite(&t, s->suite);
	add(&t, s->input.bytes, s->input.len);
	s->session[0] = 0x33;
	gkdf(s, (const uint8_t *)with, &t, s->session + 1, 16);
}

static void feed_first(struct preshared_bed *b, struct server *s, const uint8_t *suites, size_t n)
{
	struct text t = { { 1 }, 1 };

	memset(s->rand_s, 0xa5, 32);
	add_counted(&t, server_id, strlen(server_id));
	add(&t, s->rand_s, 32);
	add_counted(&t, suites, n);
	bed_feed(b, t.bytes, t.len);
}

static const uint8_t both[] = { 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2 };
static const uint8_t only_sha256[] = { 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 1 };

/* GPSK-2 against what it must be; `with` says what the server takes for the key. */
static void read_second(struct preshared_bed *b, struct server *s, uint16_t suite,
			const uint8_t *suites, size_t n, const char *with)
{
	struct xeap_span r = bed_response(b);
	struct text t = { { 2 }, 1 };
	uint8_t code[32];

	s->suite = suite;
	s->ks = suite == 1 ? 16 : 32;
	memcpy(s->rand_p, r.data + 1 + 2 + strlen(peer_id) + 2 + strlen(server_id), 32);
	add_counted(&t, peer_id, strlen(peer_id));
	add_counted(&t, server_id, strlen(server_id));
	add(&t, s->rand_p, 32);
	add(&t, s->rand_s, 32);
	add_counted(&t, suites, n);
	add_suite(&t, suite);
	add_counted(&t, "", 0);
	derive(s, with);
	assert_int_equal(r.len, t.len + s->ks);
	assert_memory_equal(r.data, t.bytes, t.len);
	mac(s, s->sk, t.bytes + 1, t.len - 1, code);
	assert_int_equal(memcmp(r.data + t.len, code, s->ks) == 0, strcmp(with, psk) == 0);
	assert_int_equal(b->result.diag.code, XEAP_E_USER_NAME_PASSWORD_REJECTED);
	bed_assert_no_keys(b);
}

static void begin(struct preshared_bed *b, struct server *s)
{
	bed_begin(b, &xeap_method_gpsk, peer_id, quoted, NULL);
	feed_first(b, s, both, sizeof(both));
	read_second(b, s, 1, both, sizeof(both), psk);
}

static void close_with_mac(const struct server *s, struct text *t)
{
	uint8_t code[32];

	mac(s, s->sk, t->bytes + 1, t->len - 1, code);
	add(t, code, s->ks);
}

static void make_third(const struct server *s, struct text *t, const char *pd)
{
	t->bytes[0] = 3;
	t->len = 1;
	add(t, s->rand_p, 32);
	add(t, s->rand_s, 32);
	add_counted(t, server_id, strlen(server_id));
	add_suite(t, s->suite);
	add_counted(t, pd, strlen(pd));
	close_with_mac(s, t);
}

static void assert_logged_in(struct preshared_bed *b, const struct server *s)
{
	struct xeap_span r = bed_response(b);
	uint8_t key[64], code[32];

	assert_int_equal(r.len, 3 + s->ks);
	assert_memory_equal(r.data, "\4\0\0", 3);
	mac(s, s->sk, r.data + 1, 2, code);
	assert_memory_equal(r.data + 3, code, s->ks);
	bed_assert_proven(b);
	assert_int_equal(b->method->get_key(b->ctx, XEAP_KEY_MSK, key, 64), 64);
	assert_memory_equal(key, s->msk, 64);
	assert_int_equal(b->method->get_key(b->ctx, XEAP_KEY_EMSK, key, 64), 64);
	assert_memory_equal(key, s->emsk, 64);
	assert_int_equal(b->method->get_key(b->ctx, XEAP_KEY_SESSION_ID, key, 64), 17);
	assert_memory_equal(key, s->session, 17);
}

static void both_suites(void **state)
{
	static const struct {
		const uint8_t *suites;
		size_t n;
		const char *phase1;
		uint16_t chosen;
	} rows[] = {
		{ both, sizeof(both), NULL, 1 },
		{ both, sizeof(both), "\"cipher=1\"", 1 },
		{ both, sizeof(both), "\"cipher=2\"", 2 },
		{ only_sha256, sizeof(only_sha256), NULL, 2 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct preshared_bed b;
		struct server s;
		struct text t;

		bed_begin(&b, &xeap_method_gpsk, peer_id, quoted, rows[i].phase1);
		feed_first(&b, &s, rows[i].suites, rows[i].n);
		read_second(&b, &s, rows[i].chosen, rows[i].suites, rows[i].n, psk);
		make_third(&s, &t, i ? "" : "a payload");
		bed_feed(&b, t.bytes, t.len);
		assert_logged_in(&b, &s);
		bed_feed(&b, t.bytes, t.len);
		assert_true(b.result.ignore);
		bed_end(&b);
	}
}

static void no_suite(void **state)
{
	static const struct {
		const char *password, *phase1;
		const uint8_t *suites;
		size_t n;
	} rows[] = {
		{ quoted, "\"cipher=1\"", only_sha256, sizeof(only_sha256) },
		{ quoted, NULL, only_sha256, 6 },
		{ quoted, NULL, only_sha256 + 12, 6 },
		/* Too short a key for 32 bytes of it. */
		{ "\"abcdefghijklmnop\"", NULL, only_sha256, 12 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct preshared_bed b;
		struct server s;

		bed_begin(&b, &xeap_method_gpsk, peer_id, rows[i].password, rows[i].phase1);
		feed_first(&b, &s, rows[i].suites, rows[i].n);
		bed_assert_failed(&b, "no EAP-GPSK ciphersuite");
		assert_memory_equal(bed_response(&b).data, "\5\0\0\0\2", 5);
		bed_end(&b);
	}
}

static void tampered(void **state)
{
	struct preshared_bed b;
	struct server s;
	struct text t, whole;

	begin(&b, &s);
	make_third(&s, &whole, "");
	for (size_t i = 0; i < whole.len; i++) {
		t = whole;
		t.bytes[i] ^= 0x40;
		bed_feed(&b, t.bytes, t.len);
		bed_assert_ignored(&b);
		bed_feed(&b, whole.bytes, i);
		bed_assert_ignored(&b);
	}
	/* A byte more; another server, suite and nonce under a right MAC. */
	t = whole;
	add(&t, "x", 1);
	bed_feed(&b, t.bytes, t.len);
	bed_assert_ignored(&b);
	for (size_t i = 1; i < whole.len - 18; i++) {
		t = whole;
		t.bytes[i] ^= 0x40;
		t.len -= s.ks;
		close_with_mac(&s, &t);
		bed_feed(&b, t.bytes, t.len);
		bed_assert_ignored(&b);
	}
	/* A length that points out of the packet. */
	t = whole;
	memset(t.bytes + 65, 0xff, 2);
	bed_feed(&b, t.bytes, t.len);
	bed_assert_ignored(&b);
	bed_feed(&b, whole.bytes, whole.len);
	assert_logged_in(&b, &s);
	bed_end(&b);
}

/* What the peer sent, sent back; and a third message of an earlier conversation. */
static void reflected_and_replayed(void **state)
{
	struct preshared_bed b;
	struct server s, old;
	struct text t;
	struct xeap_span r;

	begin(&b, &old);
	make_third(&old, &t, "");
	bed_end(&b);
	begin(&b, &s);
	bed_feed(&b, t.bytes, t.len);
	bed_assert_ignored(&b);
	bed_end(&b);
	begin(&b, &s);
	r = bed_response(&b);
	memcpy(t.bytes, r.data, r.len);
	t.bytes[0] = 3;
	bed_feed(&b, t.bytes, r.len);
	bed_assert_ignored(&b);
	bed_end(&b);
}

static void another_key(void **state)
{
	struct preshared_bed b;
	struct server s;
	struct text t;

	bed_begin(&b, &xeap_method_gpsk, peer_id, quoted, NULL);
	feed_first(&b, &s, both, sizeof(both));
	read_second(&b, &s, 1, both, sizeof(both), "another key of 32 bytes, or more");
	make_third(&s, &t, "");
	bed_feed(&b, t.bytes, t.len);
	bed_assert_ignored(&b);
	bed_end(&b);
}

static void failures(void **state)
{
	static const struct {
		uint8_t code;
		const char *text;
	} rows[] = { { 1, "check the identity" },
		     { 2, "check identity and password" },
		     { 3, "not allowed" },
		     { 0, "does not know" },
		     { 4, "does not know" } };

	for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		bool with_mac = i & 1;
		struct preshared_bed b;
		struct server s;
		struct text t = { { with_mac ? 6 : 5, 0, 0, 0, rows[i / 2].code }, 5 };

		bed_begin(&b, &xeap_method_gpsk, peer_id, quoted, NULL);
		bed_feed(&b, t.bytes, t.len);
		bed_assert_ignored(&b); /* nothing has been said yet */
		feed_first(&b, &s, both, sizeof(both));
		read_second(&b, &s, 1, both, sizeof(both), psk);
		bed_feed(&b, t.bytes, 4);
		bed_assert_ignored(&b);
		if (with_mac) {
			bed_feed(&b, t.bytes, t.len);
			bed_assert_ignored(&b);
			close_with_mac(&s, &t);
			t.bytes[12] ^= 1;
			bed_feed(&b, t.bytes, t.len);
			bed_assert_ignored(&b);
			t.bytes[12] ^= 1;
		}
		bed_feed(&b, t.bytes, t.len);
		bed_assert_failed(&b, rows[i / 2].text);
		assert_int_equal(bed_response(&b).len, t.len);
		assert_memory_equal(bed_response(&b).data, t.bytes, t.len);
		make_third(&s, &t, "");
		bed_feed(&b, t.bytes, t.len);
		bed_assert_ignored(&b);
		bed_end(&b);
	}
}

static void malformed_first(void **state)
{
	struct text whole = { { 1 }, 1 };
	struct preshared_bed b;
	struct server s;

	memset(s.rand_s, 1, 32);
	add_counted(&whole, server_id, strlen(server_id));
	add(&whole, s.rand_s, 32);
	add_counted(&whole, both, sizeof(both));
	bed_begin(&b, &xeap_method_gpsk, peer_id, quoted, NULL);
	for (size_t i = 0; i < whole.len; i++) {
		bed_feed(&b, whole.bytes, i);
		bed_assert_ignored(&b);
	}
	feed_first(&b, &s, both, 11);
	bed_assert_ignored(&b);
	feed_first(&b, &s, both, 0);
	bed_assert_ignored(&b);
	add(&whole, "x", 1);
	bed_feed(&b, whole.bytes, whole.len);
	bed_assert_ignored(&b);
	bed_feed(&b, (uint8_t[]){ 3, 0 }, 2);
	bed_assert_ignored(&b);
	feed_first(&b, &s, both, sizeof(both));
	read_second(&b, &s, 1, both, sizeof(both), psk);
	feed_first(&b, &s, both, sizeof(both));
	bed_assert_ignored(&b);
	bed_end(&b);
}

static void a_person_is_asked(void **state)
{
	struct preshared_bed b;
	struct server s;
	struct text t;

	for (int again = 0; again < 2; again++) {
		if (again)
			bed_begin_again(&b, &xeap_method_gpsk, peer_id,
					"\"wrong but long enough\"");
		else
			bed_begin(&b, &xeap_method_gpsk, peer_id, NULL, NULL);
		feed_first(&b, &s, both, sizeof(both));
		assert_int_equal(b.result.need, XEAP_NEED_UI);
		bed_answer(&b, "short");
		assert_int_equal(b.result.need, XEAP_NEED_UI);
		bed_answer(&b, psk);
		read_second(&b, &s, 1, both, sizeof(both), psk);
		make_third(&s, &t, "");
		bed_feed(&b, t.bytes, t.len);
		assert_logged_in(&b, &s);
		assert_true(b.result.save_user_data);
		bed_end(&b);
	}
}

static void what_load_refuses(void **state)
{
	const struct xeap_method *m = &xeap_method_gpsk;

	bed_assert_refused(m, NULL, NULL, "password is missing: eap=GPSK");
	bed_assert_refused(m, "hash:0123456789abcdef0123456789abcdef", NULL,
			   "of no use to eap=GPSK");
	bed_assert_refused(m, "\"short\"", NULL, "password of 5 bytes: eap=GPSK needs 16 bytes or");
	bed_assert_refused(m, "\"abcdefghijklmnop\"", "\"cipher=2\"",
			   "with phase1=\"cipher=2\" needs 32 or more");
	bed_assert_refused(m, quoted, "\"cipher=3\"", "cipher= of eap=GPSK is 1 (AES-CMAC) or 2");
	bed_assert_refused(m, quoted, "\"cipher=12\"", "cipher= of eap=GPSK is");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capture),
		cmocka_unit_test(both_suites),
		cmocka_unit_test(no_suite),
		cmocka_unit_test(tampered),
		cmocka_unit_test(reflected_and_replayed),
		cmocka_unit_test(another_key),
		cmocka_unit_test(failures),
		cmocka_unit_test(malformed_first),
		cmocka_unit_test(a_person_is_asked),
		cmocka_unit_test(what_load_refuses),
	};

	return cmocka_run_group_tests_name("method gpsk", tests, NULL, NULL);
}
