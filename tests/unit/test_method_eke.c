/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <method/list.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/unit/fake_writer.h"

/* EAP-EKE against a server in here that is written after RFC 6124 with nothing but OpenSSL. */

#define DH_MAX 512
static const char peer_id[] = "ekeuser", server_id[] = "radius.example";

struct text {
	uint8_t bytes[8192];
	size_t len;
};

struct bed {
	struct xeap_config *config;
	void *ctx;
	struct fake_writer out;
	struct xeap_method_result result;
	uint8_t id;

	/* the server */
	const char *password;
	uint8_t suite[4]; /* group, cipher, PRF, MAC */
	size_t dh_len, prf_len, mac_len;
	BIGNUM *p, *x;
	uint8_t key[16], shared[32], ke[16], ki[32], ka[32], nonce_p[16], nonce_s[16];
	struct text messages;
};

static void add(struct text *t, const void *bytes, size_t len)
{
	assert_true(t->len + len <= sizeof(t->bytes));
	memcpy(t->bytes + t->len, bytes, len);
	t->len += len;
}

static const EVP_MD *md_of(uint8_t number)
{
	return number == 1 ? EVP_sha1() : EVP_sha256();
}

static void prf(const struct bed *b, const uint8_t *key, const struct text *t, uint8_t *ret)
{
	HMAC(md_of(b->suite[2]), key, (int)b->prf_len, t->bytes, t->len, ret, NULL);
}

static void prf_plus(const struct bed *b, const uint8_t *key, const struct text *s, uint8_t *ret,
		     size_t len)
{
	uint8_t t[32];

	for (uint8_t i = 1; len; i++) {
		struct text in = { .len = 0 };
		size_t n = len < b->prf_len ? len : b->prf_len;

		if (i > 1)
			add(&in, t, b->prf_len);
		add(&in, s->bytes, s->len);
		add(&in, &i, 1);
		prf(b, key, &in, t);
		memcpy(ret, t, n);
		ret += n;
		len -= n;
	}
}

static void aes(bool encrypt, const uint8_t *key, const uint8_t *iv, const uint8_t *in, size_t len,
		uint8_t *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n;

	EVP_CipherInit_ex(ctx, EVP_aes_128_cbc(), NULL, key, iv, encrypt);
	EVP_CIPHER_CTX_set_padding(ctx, 0);
	assert_int_equal(EVP_CipherUpdate(ctx, out, &n, in, (int)len), 1);
	EVP_CIPHER_CTX_free(ctx);
}

static void add_ids(struct text *t)
{
	add(t, server_id, strlen(server_id));
	add(t, peer_id, strlen(peer_id));
}

static void begin_with(struct bed *b, const char *password, const char *phase1, bool again)
{
	struct xeap_method_args args = { .size = sizeof(args),
					 .max_packet = 1496,
					 .ask_again = again,
					 .identity = xeap_span(peer_id, strlen(peer_id)) };
	void *shared = NULL;

	memset(b, 0, sizeof(*b));
	b->password = "ekepass";
	assert_int_equal(xeap_config_new(&b->config), 0);
	if (password)
		assert_int_equal(xeap_config_set(b->config, "password", password, NULL), 0);
	if (phase1)
		assert_int_equal(xeap_config_set(b->config, "phase1", phase1, NULL), 0);
	assert_int_equal(xeap_method_eke.load(b->config, true, &shared, NULL), 0);
	b->ctx = calloc(1, xeap_method_eke.ctx_size);
	args.config = b->config;
	args.shared = shared;
	assert_int_equal(xeap_method_eke.init(b->ctx, &args), 0);
	fake_writer_init(&b->out, 1496);
}

static void begin(struct bed *b)
{
	begin_with(b, "\"ekepass\"", NULL, false);
}

static void end(struct bed *b)
{
	BN_free(b->p);
	BN_free(b->x);
	xeap_method_eke.done(b->ctx);
	free(b->ctx);
	fake_writer_free(&b->out);
	xeap_method_eke.unload(NULL);
	xeap_config_free(b->config);
}

static int feed(struct bed *b, uint8_t exch, const void *bytes, size_t len)
{
	uint8_t *packet = malloc(6 + len);
	int r;

	b->id++;
	memcpy(packet,
	       (uint8_t[]){ 1, b->id, (uint8_t)((len + 6) >> 8), (uint8_t)(len + 6), 53, exch }, 6);
	if (len)
		memcpy(packet + 6, bytes, len);
	memset(&b->result, 0, sizeof(b->result));
	r = xeap_method_eke.process(b->ctx, xeap_span(packet, len + 6), fake_writer_begin(&b->out),
				    &b->result);
	if (r == 0 && !b->result.ignore && exch < 3) {
		add(&b->messages, packet, len + 6);
		if (b->result.need == XEAP_NEED_NONE)
			add(&b->messages, b->out.w.c.data, b->out.w.c.len);
	}
	free(packet);
	return r;
}

/* The response, after its header of an exchange. */
static const uint8_t *response(struct bed *b, uint8_t exch, size_t len)
{
	const uint8_t *p = b->out.w.c.data;

	assert_false(b->result.ignore);
	assert_int_equal(b->out.w.c.len, 6 + len);
	assert_int_equal(p[0], 2);
	assert_int_equal(p[1], b->id);
	assert_int_equal(p[2] << 8 | p[3], 6 + len);
	assert_int_equal(p[4], 53);
	assert_int_equal(p[5], exch);
	return p + 6;
}

static void assert_failure(struct bed *b, uint8_t code)
{
	const uint8_t wanted[] = { 0, 0, 0, code };

	assert_memory_equal(response(b, 4, 4), wanted, 4);
	assert_int_equal(b->result.method_state, XEAP_METHOD_MAY_CONT);
	assert_int_equal(b->result.decision, XEAP_DECISION_FAIL);
	assert_true(b->result.diag.code != 0);
}

static int send_id(struct bed *b, const uint8_t *suites, uint8_t n)
{
	struct text t = { .len = 0 };
	const uint8_t head[] = { n, 0 }, id_type = 5;

	add(&t, head, 2);
	add(&t, suites, 4 * n);
	add(&t, &id_type, 1);
	add(&t, server_id, strlen(server_id));
	return feed(b, 1, t.bytes, t.len);
}

static void choose(struct bed *b, const uint8_t suite[4])
{
	static BIGNUM *(*const primes[])(BIGNUM *) = {
		NULL,
		BN_get_rfc2409_prime_1024,
		BN_get_rfc3526_prime_1536,
		BN_get_rfc3526_prime_2048,
		BN_get_rfc3526_prime_3072,
		BN_get_rfc3526_prime_4096,
	};

	memcpy(b->suite, suite, 4);
	b->p = primes[suite[0]](NULL);
	b->dh_len = (size_t)BN_num_bytes(b->p);
	b->prf_len = suite[2] == 1 ? 20 : 32;
	b->mac_len = suite[3] == 1 ? 20 : 32;
}

static void do_id(struct bed *b, const uint8_t suite[4])
{
	const uint8_t *r;

	choose(b, suite);
	assert_int_equal(send_id(b, suite, 1), 0);
	r = response(b, 1, 7 + strlen(peer_id));
	assert_int_equal(r[0], 1);
	assert_memory_equal(r + 2, suite, 4);
	assert_int_equal(r[6], 2); /* ID_NAI */
	assert_memory_equal(r + 7, peer_id, strlen(peer_id));
}

/* What a server sends first; `y` instead of a public value if there is one. */
static size_t make_component(struct bed *b, const BIGNUM *y, uint8_t *ret)
{
	static const int generators[] = { 0, 5, 31, 11, 5, 5 };
	struct text password = { .len = 0 }, ids = { .len = 0 };
	BIGNUM *g = BN_new(), *public = BN_new();
	uint8_t zero[32] = { 0 }, temp[32], plain[DH_MAX];
	BN_CTX *ctx = BN_CTX_new();

	add(&password, b->password, strlen(b->password));
	prf(b, zero, &password, temp);
	add_ids(&ids);
	prf_plus(b, temp, &ids, b->key, 16);
	b->x = BN_new();
	BN_rand(b->x, 300, 0, 0);
	BN_set_word(g, (BN_ULONG)generators[b->suite[0]]);
	BN_mod_exp(public, g, b->x, b->p, ctx);
	BN_bn2binpad(y ? y : public, plain, (int)b->dh_len);
	memset(ret, 0x77, 16);
	aes(true, b->key, ret, plain, b->dh_len, ret + 16);
	BN_free(g);
	BN_free(public);
	BN_CTX_free(ctx);
	return 16 + b->dh_len;
}

/* False: what it protects is of another key. */
static bool open_prot(struct bed *b, const uint8_t *prot, size_t n, uint8_t *ret)
{
	uint8_t code[32];

	HMAC(md_of(b->suite[3]), b->ki, (int)b->mac_len, prot + 16, n, code, NULL);
	if (memcmp(code, prot + 16 + n, b->mac_len))
		return false;
	aes(false, b->ke, prot, prot + 16, n, ret);
	return true;
}

static size_t make_prot(struct bed *b, const uint8_t *data, size_t n, uint8_t *ret)
{
	memset(ret, 0x33, 16);
	aes(true, b->ke, ret, data, n, ret + 16);
	HMAC(md_of(b->suite[3]), b->ki, (int)b->mac_len, ret + 16, n, ret + 16 + n, NULL);
	return 16 + n + b->mac_len;
}

static bool read_commit(struct bed *b)
{
	const uint8_t *r = response(b, 2, 16 + b->dh_len + 32 + b->mac_len);
	struct text secret = { .len = 0 }, ids = { .len = 0 };
	uint8_t y[DH_MAX], zero[32] = { 0 }, keys[16 + 32];
	BIGNUM *base;
	BN_CTX *ctx = BN_CTX_new();

	aes(false, b->key, r, r + 16, b->dh_len, y);
	base = BN_bin2bn(y, (int)b->dh_len, NULL);
	BN_mod_exp(base, base, b->x, b->p, ctx);
	BN_bn2binpad(base, y, (int)b->dh_len);
	add(&secret, y, b->dh_len);
	prf(b, zero, &secret, b->shared);
	add(&ids, "EAP-EKE Keys", 12);
	add_ids(&ids);
	prf_plus(b, b->shared, &ids, keys, 16 + b->mac_len);
	memcpy(b->ke, keys, 16);
	memcpy(b->ki, keys + 16, b->mac_len);
	BN_free(base);
	BN_CTX_free(ctx);
	return open_prot(b, r + 16 + b->dh_len, 16, b->nonce_p);
}

static void do_commit(struct bed *b)
{
	uint8_t component[16 + DH_MAX];
	size_t n = make_component(b, NULL, component);

	assert_int_equal(feed(b, 2, component, n), 0);
	assert_int_equal(b->result.method_state, XEAP_METHOD_CONT);
}

static void with_nonces(struct bed *b, const char *label, const uint8_t *first,
			const uint8_t *second, uint8_t *ret, size_t len)
{
	struct text t = { .len = 0 };

	add(&t, label, strlen(label));
	add_ids(&t);
	add(&t, first, 16);
	add(&t, second, 16);
	prf_plus(b, b->shared, &t, ret, len);
}

static void auth(struct bed *b, const char *label, uint8_t *ret)
{
	struct text t = { .len = 0 };

	add(&t, label, strlen(label));
	add(&t, b->messages.bytes, b->messages.len);
	prf(b, b->ka, &t, ret);
}

static size_t make_confirm(struct bed *b, uint8_t *ret)
{
	uint8_t both[32];
	size_t n;

	memset(b->nonce_s, 0x99, 16);
	memcpy(both, b->nonce_p, 16);
	memcpy(both + 16, b->nonce_s, 16);
	n = make_prot(b, both, 32, ret);
	with_nonces(b, "EAP-EKE Ka", b->nonce_p, b->nonce_s, b->ka, b->prf_len);
	auth(b, "EAP-EKE server", ret + n);
	return n + b->prf_len;
}

static void assert_keys(struct bed *b)
{
	uint8_t keys[128], got[64], id[33] = { 53 };

	/* As hostapd, not as RFC 6124 §5.6: tests/net/passwords.sh compares with it. */
	with_nonces(b, "EAP-EKE Exported Keys", b->nonce_s, b->nonce_p, keys, 128);
	assert_int_equal(xeap_method_eke.get_key(b->ctx, XEAP_KEY_MSK, got, 64), 64);
	assert_memory_equal(got, keys, 64);
	assert_int_equal(xeap_method_eke.get_key(b->ctx, XEAP_KEY_EMSK, got, 64), 64);
	assert_memory_equal(got, keys + 64, 64);
	memcpy(id + 1, b->nonce_p, 16);
	memcpy(id + 17, b->nonce_s, 16);
	assert_int_equal(xeap_method_eke.get_key(b->ctx, XEAP_KEY_SESSION_ID, got, 64), 33);
	assert_memory_equal(got, id, 33);
	assert_int_equal(xeap_method_eke.get_key(b->ctx, XEAP_KEY_SESSION_ID, got, 32), -ENOSPC);
	assert_int_equal(xeap_method_eke.get_key(b->ctx, XEAP_KEY_MSK, got, 63), -ENOSPC);
}

static void do_confirm(struct bed *b)
{
	uint8_t confirm[256], nonce[16], proof[32];
	size_t n = make_confirm(b, confirm);
	const uint8_t *r;

	assert_int_equal(xeap_method_eke.get_key(b->ctx, XEAP_KEY_MSK, confirm, 64), -ENOENT);
	assert_int_equal(feed(b, 3, confirm, n), 0);
	r = response(b, 3, 32 + b->mac_len + b->prf_len);
	assert_true(open_prot(b, r, 16, nonce));
	assert_memory_equal(nonce, b->nonce_s, 16);
	auth(b, "EAP-EKE peer", proof);
	assert_memory_equal(r + 32 + b->mac_len, proof, b->prf_len);
	assert_int_equal(b->result.method_state, XEAP_METHOD_DONE);
	assert_int_equal(b->result.decision, XEAP_DECISION_COND_SUCC);
	assert_keys(b);
}

static const uint8_t usual[] = { 3, 1, 2, 2 };

static void every_suite(void **state)
{
	static const struct {
		uint8_t suite[4];
		const char *phase1;
	} rows[] = {
		{ { 3, 1, 1, 1 }, NULL },
		{ { 3, 1, 2, 1 }, NULL },
		{ { 3, 1, 1, 2 }, NULL },
		{ { 4, 1, 2, 2 }, NULL },
		{ { 5, 1, 2, 2 }, NULL },
		{ { 1, 1, 2, 2 }, "\"dhgroup=1\"" },
		{ { 2, 1, 2, 2 }, "\"dhgroup=2\"" },
	};
	struct bed b;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin_with(&b, "\"ekepass\"", rows[i].phase1, false);
		do_id(&b, rows[i].suite);
		do_commit(&b);
		assert_true(read_commit(&b));
		do_confirm(&b);
		assert_false(b.result.save_user_data);
		end(&b);
	}
}

/* The server's first that will do; nothing weak unless it is asked for. */
static void choice_of_a_proposal(void **state)
{
	static const uint8_t offers[][4] = {
		{ 1, 1, 2, 2 }, { 5, 2, 2, 2 }, { 9, 1, 2, 2 }, { 3, 1, 1, 1 }, { 5, 1, 2, 2 }
	};
	static const struct {
		const char *phase1;
		int offer;
	} rows[] = { { NULL, 3 },
		     { "\"dhgroup=1\"", 0 },
		     { "\"dhgroup=5\"", 4 },
		     { "\"prf=2\"", 4 },
		     { "\"mac=2 encr=1\"", 4 } };
	struct bed b;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin_with(&b, "\"ekepass\"", rows[i].phase1, false);
		assert_int_equal(send_id(&b, offers[0], 5), 0);
		assert_memory_equal(b.out.w.c.data + 8, offers[rows[i].offer], 4);
		end(&b);
	}
	begin(&b);
	assert_int_equal(send_id(&b, offers[0], 3), 0);
	assert_failure(&b, 6);
	assert_non_null(strstr(b.result.diag.text, "2048 bits or more"));
	end(&b);
}

static void another_password(void **state)
{
	struct bed b;

	/* The server sees it first. */
	begin(&b);
	b.password = "other";
	do_id(&b, usual);
	do_commit(&b);
	assert_false(read_commit(&b));
	assert_int_equal(feed(&b, 4, "\0\0\0\4", 4), 0);
	assert_failure(&b, 1);
	assert_int_equal(b.result.diag.code, XEAP_E_USER_NAME_PASSWORD_REJECTED);
	assert_non_null(strstr(b.result.diag.text, "check identity and password"));
	end(&b);
}

static void tampered_confirm(void **state)
{
	struct bed b;

	/* Each byte group: iv, what is encrypted, its MAC, Auth_S; then too short. */
	for (int i = 0; i < 5; i++) {
		static const size_t at[] = { 0, 17, 50, 85 };
		uint8_t confirm[256], key[64];
		size_t n;

		begin(&b);
		do_id(&b, usual);
		do_commit(&b);
		assert_true(read_commit(&b));
		n = make_confirm(&b, confirm);
		if (i < 4)
			confirm[at[i]] ^= 1;
		assert_int_equal(feed(&b, 3, confirm, i < 4 ? n : n - 1), 0);
		assert_failure(&b, i < 4 ? 4 : 2);
		assert_int_equal(xeap_method_eke.get_key(b.ctx, XEAP_KEY_MSK, key, 64), -ENOENT);
		/* And that is the end of it. */
		confirm[at[i < 4 ? i : 0]] ^= 1;
		assert_int_equal(feed(&b, 3, confirm, n), 0);
		assert_true(b.result.ignore);
		end(&b);
	}
}

/* A server that does not know the password can repeat what the peer sent, to no avail. */
static void reflected_nonce(void **state)
{
	uint8_t confirm[256], both[32];
	struct bed b;
	size_t n;

	begin(&b);
	do_id(&b, usual);
	do_commit(&b);
	assert_true(read_commit(&b));
	memset(both, 0x44, 32); /* a nonce that is not the peer's */
	n = make_confirm(&b, confirm);
	make_prot(&b, both, 32, confirm);
	assert_int_equal(feed(&b, 3, confirm, n), 0);
	assert_failure(&b, 4);
	end(&b);
}

/* 0, 1, p - 1, p and above have few powers or none: whoever sends them would know the secret. */
static void forged_public_values(void **state)
{
	for (int i = 0; i < 5; i++) {
		uint8_t component[16 + DH_MAX];
		struct bed b;
		BIGNUM *y;
		size_t n;

		begin(&b);
		do_id(&b, usual);
		y = BN_dup(b.p);
		if (i < 2)
			BN_set_word(y, (BN_ULONG)i);
		else if (i == 2)
			BN_sub_word(y, 1);
		else if (i == 4)
			BN_add_word(y, 5);
		n = make_component(&b, y, component);
		assert_int_equal(feed(&b, 2, component, n), 0);
		assert_failure(&b, 4);
		BN_free(y);
		end(&b);
	}
}

static void failures_of_the_server(void **state)
{
	static const struct {
		uint8_t code;
		const char *said;
	} rows[] = { { 2, "protocol error" },	{ 3, "check the identity" },
		     { 5, "not allowed here" }, { 6, "no ciphersuite" },
		     { 0, "does not know" },	{ 7, "does not know" } };
	struct bed b;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const uint8_t code[] = { 0, 0, 0, rows[i].code };

		begin(&b);
		do_id(&b, usual);
		assert_int_equal(feed(&b, 4, code, 3), 0);
		assert_true(b.result.ignore);
		assert_int_equal(feed(&b, 4, code, 4), 0);
		assert_failure(&b, 1);
		assert_non_null(strstr(b.result.diag.text, rows[i].said));
		end(&b);
	}
}

static void out_of_order_is_ignored(void **state)
{
	uint8_t confirm[256];
	struct bed b;
	size_t n;

	begin(&b);
	assert_int_equal(feed(&b, 2, confirm, 200), 0);
	assert_true(b.result.ignore);
	assert_int_equal(feed(&b, 0, "", 0), 0);
	assert_true(b.result.ignore);
	assert_int_equal(feed(&b, 1, "\1", 1), 0);
	assert_failure(&b, 2);
	end(&b);
	begin(&b);
	do_id(&b, usual);
	assert_int_equal(feed(&b, 3, confirm, 200), 0);
	assert_true(b.result.ignore);
	do_commit(&b);
	assert_true(read_commit(&b));
	n = make_confirm(&b, confirm);
	assert_int_equal(send_id(&b, usual, 1), 0);
	assert_true(b.result.ignore);
	do_confirm(&b);
	assert_int_equal(feed(&b, 3, confirm, n), 0);
	assert_true(b.result.ignore);
	assert_int_equal(feed(&b, 4, "\0\0\0\4", 4), 0);
	assert_true(b.result.ignore);
	end(&b);
	begin(&b);
	do_id(&b, usual);
	assert_int_equal(feed(&b, 2, confirm, 200), 0);
	assert_failure(&b, 2);
	end(&b);
}

static void a_person_is_asked(void **state)
{
	struct xeap_prompt prompt;

	for (int again = 0; again < 2; again++) {
		struct bed b;

		begin_with(&b, again ? "\"wrong\"" : NULL, NULL, again);
		do_id(&b, usual);
		assert_int_equal(xeap_method_eke.get_prompt(b.ctx, &prompt), -EINVAL);
		assert_int_equal(xeap_method_eke.answer(b.ctx, &prompt, &b.out.w, &b.result),
				 -EINVAL);
		b.result.need = XEAP_NEED_NONE;
		{
			uint8_t component[16 + DH_MAX];
			size_t n = make_component(&b, NULL, component);

			assert_int_equal(feed(&b, 2, component, n), 0);
		}
		assert_int_equal(b.result.need, XEAP_NEED_UI);
		assert_int_equal(xeap_method_eke.get_prompt(b.ctx, &prompt), 0);
		assert_int_equal(xeap_method_eke.answer(b.ctx, &prompt, &b.out.w, &b.result), 0);
		assert_int_equal(b.result.need, XEAP_NEED_UI);
		prompt.fields[0].value = xeap_span("ekepass", 7);
		memset(&b.result, 0, sizeof(b.result));
		assert_int_equal(xeap_method_eke.answer(b.ctx, &prompt, fake_writer_begin(&b.out),
							&b.result),
				 0);
		add(&b.messages, b.out.w.c.data, b.out.w.c.len);
		assert_true(read_commit(&b));
		do_confirm(&b);
		assert_true(b.result.save_user_data);
		end(&b);
	}
}

static void what_load_refuses(void **state)
{
	static const char *const wrong[] = { "\"dhgroup=6\"", "\"prf=0\"", "\"mac=12\"",
					     "\"encr=x\"" };
	struct xeap_config *config;
	struct xeap_diag diag = { 0 };
	void *shared = NULL;

	assert_int_equal(xeap_config_new(&config), 0);
	assert_int_equal(xeap_method_eke.load(config, false, &shared, &diag), -EINVAL);
	assert_non_null(strstr(diag.text, "password is missing: eap=EKE"));
	assert_int_equal(xeap_config_set(config, "password", "\"x\"", NULL), 0);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(xeap_config_set(config, "phase1", wrong[i], NULL), 0);
		assert_int_equal(xeap_method_eke.load(config, false, &shared, &diag), -EINVAL);
		assert_non_null(strstr(diag.text, "of eap=EKE is a number from 1 to"));
	}
	xeap_config_free(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_suite),
		cmocka_unit_test(choice_of_a_proposal),
		cmocka_unit_test(another_password),
		cmocka_unit_test(tampered_confirm),
		cmocka_unit_test(reflected_nonce),
		cmocka_unit_test(forged_public_values),
		cmocka_unit_test(failures_of_the_server),
		cmocka_unit_test(out_of_order_is_ignored),
		cmocka_unit_test(a_person_is_asked),
		cmocka_unit_test(what_load_refuses),
	};

	return cmocka_run_group_tests_name("method eke", tests, NULL, NULL);
}
