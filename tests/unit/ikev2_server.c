/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/ikev2_server.h"
#include <method/list.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#define HEADER 28
#define TYPE_IKEV2 49

const char server_peer_id[] = "ikev2user";
const char server_key[] = "ikev2pass", server_quoted_key[] = "\"ikev2pass\"";
const struct server_suite server_hostapd = { 128, 2, 2, 2 };
static const uint8_t server_id[] = "\x02\0\0\0radius.example"; /* an FQDN */

void add(struct text *t, const void *bytes, size_t len)
{
	assert_true(t->len + len <= sizeof(t->bytes));
	if (len)
		memcpy(t->bytes + t->len, bytes, len);
	t->len += len;
}

static void add_u8(struct text *t, size_t value)
{
	add(t, (uint8_t[]){ (uint8_t)value }, 1);
}

void add_u16(struct text *t, size_t value)
{
	add(t, (uint8_t[]){ (uint8_t)(value >> 8), (uint8_t)value }, 2);
}

void add_u32(struct text *t, size_t value)
{
	add_u16(t, value >> 16);
	add_u16(t, value & 0xffff);
}

void add_payload(struct text *t, uint8_t next, uint8_t flags, const void *body, size_t len)
{
	add_u8(t, next);
	add_u8(t, flags);
	add_u16(t, len + 4);
	add(t, body, len);
}

void add_notify(struct text *t, uint8_t next, uint16_t type)
{
	struct text n = { .len = 0 };

	add_u16(&n, 0);
	add_u16(&n, type);
	add_payload(t, next, 0, n.bytes, n.len);
}

static const char *digest_of(uint16_t number)
{
	switch (number) {
	case 2:
		return "SHA1";
	case 5:
	case 12:
		return "SHA256";
	case 6:
	case 13:
		return "SHA384";
	default:
		return "SHA512";
	}
}

static size_t hash_len(uint16_t number)
{
	return (size_t)EVP_MD_get_size(EVP_get_digestbyname(digest_of(number)));
}

static size_t icv_len(const struct server *s)
{
	return s->suite.integ == 2 ? 12 : hash_len(s->suite.integ) / 2;
}

static void hmac(uint16_t number, const void *key, size_t key_len, const void *bytes, size_t len,
		 uint8_t *ret)
{
	size_t n = 0;

	assert_non_null(EVP_Q_mac(NULL, "HMAC", NULL, digest_of(number), NULL, key, key_len, bytes,
				  len, ret, 64, &n));
}

static void prf_plus(const struct server *s, const uint8_t *key, const struct text *seed,
		     uint8_t *ret, size_t len)
{
	size_t h = hash_len(s->suite.prf);
	uint8_t t[64];

	for (size_t i = 1, done = 0; done < len; i++) {
		struct text in = { .len = 0 };
		size_t n = len - done < h ? len - done : h;

		add(&in, t, i == 1 ? 0 : h);
		add(&in, seed->bytes, seed->len);
		add_u8(&in, i);
		hmac(s->suite.prf, key, h, in.bytes, in.len, t);
		memcpy(ret + done, t, n);
		done += n;
	}
}

static BIGNUM *prime(uint16_t group)
{
	switch (group) {
	case 2:
		return BN_get_rfc2409_prime_1024(NULL);
	case 5:
		return BN_get_rfc3526_prime_1536(NULL);
	case 14:
		return BN_get_rfc3526_prime_2048(NULL);
	case 15:
		return BN_get_rfc3526_prime_3072(NULL);
	default:
		return BN_get_rfc3526_prime_4096(NULL);
	}
}

/* base to the power of the server's private value; base NULL: 2. Returns the length. */
static size_t power(const struct server *s, const uint8_t *base, size_t len, uint8_t *ret)
{
	BIGNUM *p = prime(s->suite.group), *b = BN_new(), *r = BN_new();
	BIGNUM *e = BN_bin2bn(s->private_value, sizeof(s->private_value), NULL);
	BN_CTX *ctx = BN_CTX_new();
	int n = BN_num_bytes(p);

	assert_true(base ? BN_bin2bn(base, (int)len, b) != NULL : BN_set_word(b, 2) == 1);
	assert_int_equal(BN_mod_exp(r, b, e, p, ctx), 1);
	assert_int_equal(BN_bn2binpad(r, ret, n), n);
	BN_free(p);
	BN_free(b);
	BN_free(r);
	BN_free(e);
	BN_CTX_free(ctx);
	return (size_t)n;
}

void server_init(struct server *s, const struct server_suite *suite)
{
	static const uint8_t nonce[] = "a nonce of the server";

	memset(s, 0, sizeof(*s));
	s->suite = *suite;
	s->key_bytes = server_key;
	s->flags = 0x08;
	RAND_bytes(s->spi_i, 8);
	s->spi_i[0] |= 1;
	RAND_bytes(s->private_value, 32);
	add(&s->ni, nonce, sizeof(nonce));
}

static void add_transform(struct text *t, uint8_t more, uint8_t type, uint16_t id, uint16_t bits)
{
	add_u16(t, (size_t)more << 8);
	add_u16(t, bits ? 12 : 8);
	add_u16(t, (size_t)type << 8);
	add_u16(t, id);
	if (!bits)
		return;
	add_u16(t, 0x800e);
	add_u16(t, bits);
}

void server_add_proposal(const struct server *s, struct text *t)
{
	add_u16(t, 0);
	add_u16(t, 44);
	add(t, "\1\1\0\4", 4);
	add_transform(t, 3, 1, 12, s->suite.key_bits);
	add_transform(t, 3, 2, s->suite.prf, 0);
	add_transform(t, 3, 3, s->suite.integ, 0);
	add_transform(t, 0, 4, s->offered_group ? s->offered_group : s->suite.group, 0);
}

void server_begin(const struct server *s, struct text *t, uint8_t first, uint8_t exchange,
		  uint32_t message_id)
{
	t->len = 0;
	add(t, s->spi_i, 8);
	add(t, s->spi_r, 8);
	add(t, (uint8_t[]){ first, 0x20, exchange, s->flags }, 4);
	add_u32(t, message_id);
	add_u32(t, 0);
}

void server_end(struct text *t)
{
	t->bytes[26] = (uint8_t)(t->len >> 8);
	t->bytes[27] = (uint8_t)t->len;
}

void server_make_first(struct server *s, const struct text *sa)
{
	struct text own = { .len = 0 }, ke = { .len = 0 };

	if (!sa)
		server_add_proposal(s, &own);
	add_u16(&ke, s->suite.group);
	add_u16(&ke, 0);
	ke.len += power(s, NULL, 0, ke.bytes + 4);
	server_begin(s, &s->first, 33, 34, 0);
	add_payload(&s->first, 34, 0, sa ? sa->bytes : own.bytes, sa ? sa->len : own.len);
	add_payload(&s->first, 40, 0, ke.bytes, ke.len);
	add_payload(&s->first, 0, 0, s->ni.bytes, s->ni.len);
	server_end(&s->first);
}

void server_feed_part(struct preshared_bed *b, const struct server *s, uint8_t flags, size_t total,
		      const uint8_t *part, size_t len)
{
	struct text t = { .len = 0 };
	size_t n = 6 + (flags & 0x80 ? 4u : 0) + len + (flags & 0x20 ? icv_len(s) : 0);
	uint8_t icv[64];

	add(&t, (uint8_t[]){ 1, (uint8_t)(b->id + 1) }, 2);
	add_u16(&t, n);
	add(&t, (uint8_t[]){ TYPE_IKEV2, flags }, 2);
	if (flags & 0x80)
		add_u32(&t, total);
	add(&t, part, len);
	if (flags & 0x20) {
		hmac(s->suite.integ, s->ai, hash_len(s->suite.integ), t.bytes, t.len, icv);
		add(&t, icv, icv_len(s));
	}
	bed_feed(b, t.bytes + 5, t.len - 5);
}

void server_feed(struct preshared_bed *b, const struct server *s, const struct text *message,
		 bool with_checksum)
{
	server_feed_part(b, s, with_checksum ? 0x20 : 0, 0, message->bytes, message->len);
}

void server_feed_fragments(struct preshared_bed *b, const struct server *s,
			   const struct text *message, size_t size, bool with_checksum)
{
	uint8_t integrity = with_checksum ? 0x20 : 0;

	for (size_t at = 0; at < message->len; at += size) {
		bool more = message->len - at > size;
		uint8_t flags = integrity | (at ? 0 : 0x80) | (more ? 0x40 : 0);

		server_feed_part(b, s, flags, message->len, message->bytes + at,
				 more ? size : message->len - at);
		if (more)
			assert_int_equal(bed_response(b).len, 0);
	}
}

/* One packet of a response; whether more follow. */
static bool take_part(struct preshared_bed *b, const struct server *s, bool with_checksum,
		      struct text *message, size_t *total)
{
	struct xeap_span r = bed_response(b);
	size_t at = 1, cut = with_checksum ? icv_len(s) : 0;
	uint8_t flags = r.data[0], icv[64];

	assert_int_equal(flags & ~0xc0, with_checksum ? 0x20 : 0);
	if (flags & 0x80) {
		assert_int_equal(message->len, 0);
		*total = (size_t)r.data[3] << 8 | r.data[4];
		at = 5;
	}
	add(message, r.data + at, r.len - at - cut);
	if (with_checksum) {
		const struct xeap_chunk *c = &b->out.w.c;

		hmac(s->suite.integ, s->ar, hash_len(s->suite.integ), c->data, c->len - cut, icv);
		assert_memory_equal(c->data + c->len - cut, icv, cut);
	}
	return flags & 0x40;
}

void server_take(struct preshared_bed *b, const struct server *s, bool with_checksum,
		 struct text *ret_message)
{
	size_t total = 0;

	ret_message->len = 0;
	while (take_part(b, s, with_checksum, ret_message, &total)) {
		assert_true(total > ret_message->len);
		bed_assert_no_keys(b);
		bed_feed(b, NULL, 0);
	}
	if (total)
		assert_int_equal(ret_message->len, total);
	assert_int_equal(ret_message->bytes[26] << 8 | ret_message->bytes[27], ret_message->len);
}

/* What is left at `at` of a payload, whose next one must be `next`. */
static size_t after(const struct text *m, size_t at, uint8_t next)
{
	assert_int_equal(m->bytes[at], next);
	assert_int_equal(m->bytes[at + 1], 0);
	return at + ((size_t)m->bytes[at + 2] << 8 | m->bytes[at + 3]);
}

static void derive(struct server *s, const uint8_t *public_value, size_t len)
{
	size_t p = hash_len(s->suite.prf), a = hash_len(s->suite.integ), e = s->suite.key_bits / 8;
	struct text nonces = { .len = 0 };
	uint8_t secret[512], seed[64], all[512], *at = all;
	size_t n = power(s, public_value, len, secret);

	add(&nonces, s->ni.bytes, s->ni.len);
	add(&nonces, s->nr.bytes, s->nr.len);
	hmac(s->suite.prf, nonces.bytes, nonces.len, secret, n, seed);
	add(&nonces, s->spi_i, 8);
	add(&nonces, s->spi_r, 8);
	prf_plus(s, seed, &nonces, all, 3 * p + 2 * a + 2 * e);
	memcpy(s->d, at, p);
	memcpy(s->ai, at += p, a);
	memcpy(s->ar, at += a, a);
	memcpy(s->ei, at += a, e);
	memcpy(s->er, at += e, e);
	memcpy(s->pi, at += e, p);
	memcpy(s->pr, at += p, p);
}

static void aes(const struct server *s, bool encrypt, const uint8_t *key, const uint8_t *iv,
		uint8_t *bytes, size_t len)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0;

	assert_int_equal(EVP_CipherInit_ex(ctx,
					   s->suite.key_bits == 128 ? EVP_aes_128_cbc()
								    : EVP_aes_256_cbc(),
					   NULL, key, iv, encrypt),
			 1);
	EVP_CIPHER_CTX_set_padding(ctx, 0);
	assert_int_equal(EVP_CipherUpdate(ctx, bytes, &n, bytes, (int)len), 1);
	assert_int_equal(n, len);
	EVP_CIPHER_CTX_free(ctx);
}

void server_open(const struct server *s, const struct text *message, size_t at,
		 struct text *ret_inner)
{
	size_t cut = icv_len(s), len = message->len - at - 4 - 16 - cut;
	uint8_t icv[64];

	assert_int_equal(message->bytes[at + 2] << 8 | message->bytes[at + 3], message->len - at);
	hmac(s->suite.integ, s->ar, hash_len(s->suite.integ), message->bytes, message->len - cut,
	     icv);
	assert_memory_equal(message->bytes + message->len - cut, icv, cut);
	ret_inner->len = 0;
	add(ret_inner, message->bytes + at + 20, len);
	aes(s, false, s->er, message->bytes + at + 4, ret_inner->bytes, len);
	assert_true(ret_inner->bytes[len - 1] < len);
	ret_inner->len -= 1u + ret_inner->bytes[len - 1];
}

static void add_peer_id(struct text *t, uint8_t next)
{
	struct text id = { .len = 0 };

	add(&id, "\x0b\0\0\0", 4);
	add(&id, server_peer_id, strlen(server_peer_id));
	add_payload(t, next, 0, id.bytes, id.len);
}

/* HDR, SAr1, KEr, Nr, SK{IDr} */
void server_read_second(struct preshared_bed *b, struct server *s)
{
	struct text wanted = { .len = 0 }, inner;
	struct text *m = &s->second;
	size_t sa = HEADER, ke, nonce, sk;

	server_take(b, s, false, m);
	assert_memory_equal(m->bytes, s->spi_i, 8);
	memcpy(s->spi_r, m->bytes + 8, 8);
	assert_memory_equal(m->bytes + 16, "\x21\x20\x22\x20\0\0\0", 8);
	ke = after(m, sa, 34);
	nonce = after(m, ke, 40);
	sk = after(m, nonce, 46);
	server_add_proposal(s, &wanted);
	assert_int_equal(ke - sa - 4, wanted.len);
	assert_memory_equal(m->bytes + sa + 4, wanted.bytes, wanted.len);
	assert_int_equal(m->bytes[ke + 4] << 8 | m->bytes[ke + 5], s->suite.group);
	s->nr.len = 0;
	add(&s->nr, m->bytes + nonce + 4, sk - nonce - 4);
	derive(s, m->bytes + ke + 8, nonce - ke - 8);
	assert_int_equal(m->bytes[sk], 36);
	server_open(s, m, sk, &inner);
	wanted.len = 0;
	add_peer_id(&wanted, 0);
	assert_int_equal(inner.len, wanted.len);
	assert_memory_equal(inner.bytes, wanted.bytes, wanted.len);
	assert_int_equal(b->result.diag.code, XEAP_E_USER_NAME_PASSWORD_REJECTED);
	bed_assert_no_keys(b);
}

void server_seal(struct server *s, struct text *t, uint8_t exchange, uint32_t message_id,
		 uint8_t first, const struct text *inner)
{
	struct text plain = *inner;
	uint8_t iv[16], icv[64];
	size_t at;

	add(&plain, s->pad.bytes, s->pad.len);
	while (plain.len % 16 != 15) {
		add_u8(&plain, 0xee);
		add_u8(&s->pad, 0xee);
	}
	add_u8(&plain, s->pad.len + s->pad_too_long);
	s->pad.len = 0;
	if (s->nothing_encrypted)
		plain.len = 0;
	RAND_bytes(iv, 16);
	server_begin(s, t, 46, exchange, message_id);
	add_u16(t, (size_t)first << 8);
	add_u16(t, 4 + 16 + plain.len + icv_len(s));
	add(t, iv, 16);
	at = t->len;
	add(t, plain.bytes, plain.len);
	if (plain.len)
		aes(s, true, s->ei, iv, t->bytes + at, plain.len);
	t->len += icv_len(s);
	server_end(t);
	t->len -= icv_len(s);
	hmac(s->suite.integ, s->ai, hash_len(s->suite.integ), t->bytes, t->len, icv);
	add(t, icv, icv_len(s));
}

size_t server_auth(const struct server *s, bool of_peer, const uint8_t *id, size_t id_len,
		   uint8_t *ret_auth)
{
	const struct text *message = of_peer ? &s->second : &s->first;
	const struct text *nonce = of_peer ? &s->ni : &s->nr;
	size_t len = hash_len(s->suite.prf);
	struct text t = { .len = 0 };
	uint8_t key[64], mac[64];

	hmac(s->suite.prf, s->key_bytes, strlen(s->key_bytes), "Key Pad for EAP-IKEv2", 21, key);
	hmac(s->suite.prf, of_peer ? s->pr : s->pi, len, id, id_len, mac);
	add(&t, message->bytes, message->len);
	add(&t, nonce->bytes, nonce->len);
	add(&t, mac, len);
	hmac(s->suite.prf, key, len, t.bytes, t.len, ret_auth);
	return len;
}

void server_make_third(struct server *s, struct text *t)
{
	struct text inner = { .len = 0 }, auth = { .len = 0 };

	add(&auth, "\2\0\0\0", 4);
	auth.len += server_auth(s, false, server_id, sizeof(server_id) - 1, auth.bytes + 4);
	add_payload(&inner, 39, 0, server_id, sizeof(server_id) - 1);
	add_payload(&inner, 0, 0, auth.bytes, auth.len);
	server_seal(s, t, 35, 1, 35, &inner);
}

static void assert_keys(struct preshared_bed *b, const struct server *s)
{
	struct text nonces = { .len = 0 };
	uint8_t keys[128], key[512];
	int n;

	add(&nonces, s->ni.bytes, s->ni.len);
	add(&nonces, s->nr.bytes, s->nr.len);
	prf_plus(s, s->d, &nonces, keys, 128);
	assert_int_equal(b->method->get_key(b->ctx, XEAP_KEY_MSK, key, 64), 64);
	assert_memory_equal(key, keys, 64);
	assert_int_equal(b->method->get_key(b->ctx, XEAP_KEY_EMSK, key, 64), 64);
	assert_memory_equal(key, keys + 64, 64);
	n = b->method->get_key(b->ctx, XEAP_KEY_SESSION_ID, key, sizeof(key));
	assert_int_equal(n, 1 + nonces.len);
	assert_int_equal(key[0], TYPE_IKEV2);
	assert_memory_equal(key + 1, nonces.bytes, nonces.len);
}

void server_assert_logged_in(struct preshared_bed *b, struct server *s)
{
	struct text m, inner, wanted = { .len = 0 }, auth = { .len = 0 }, id = { .len = 0 };

	server_take(b, s, true, &m);
	assert_memory_equal(m.bytes, s->spi_i, 8);
	assert_memory_equal(m.bytes + 8, s->spi_r, 8);
	assert_memory_equal(m.bytes + 16, "\x2e\x20\x23\x20\0\0\0\1", 8);
	assert_int_equal(m.bytes[HEADER], 36);
	server_open(s, &m, HEADER, &inner);
	add_peer_id(&wanted, 39);
	add(&id, wanted.bytes + 4, wanted.len - 4);
	add(&auth, "\2\0\0\0", 4);
	auth.len += server_auth(s, true, id.bytes, id.len, auth.bytes + 4);
	add_payload(&wanted, 0, 0, auth.bytes, auth.len);
	assert_int_equal(inner.len, wanted.len);
	assert_memory_equal(inner.bytes, wanted.bytes, wanted.len);
	assert_int_equal(b->result.method_state, XEAP_METHOD_MAY_CONT);
	assert_int_equal(b->result.decision, XEAP_DECISION_COND_SUCC);
	assert_keys(b, s);
}

void server_assert_refused(struct preshared_bed *b, const struct server *s, uint16_t error,
			   const char *why)
{
	struct text m, inner;

	bed_assert_failed(b, why);
	server_take(b, s, true, &m);
	assert_int_equal(m.bytes[HEADER], 41);
	server_open(s, &m, HEADER, &inner);
	assert_true(inner.len >= 8);
	assert_int_equal(inner.bytes[6] << 8 | inner.bytes[7], error);
}

void server_assert_ignored(struct preshared_bed *b, const struct server *s,
			   const struct text *message, bool with_checksum)
{
	server_feed(b, s, message, with_checksum);
	bed_assert_ignored(b);
}

void server_begin_first(struct preshared_bed *b, struct server *s, const struct text *sa)
{
	bed_begin(b, &xeap_method_ikev2, server_peer_id, server_quoted_key, NULL);
	server_make_first(s, sa);
	server_feed(b, s, &s->first, false);
}

void server_start(struct preshared_bed *b, struct server *s)
{
	server_init(s, &server_hostapd);
	server_begin_first(b, s, NULL);
	server_read_second(b, s);
}

void server_log_in(struct preshared_bed *b, struct server *s)
{
	struct text t;

	server_make_third(s, &t);
	server_feed(b, s, &t, true);
	server_assert_logged_in(b, s);
}

void server_finish(struct preshared_bed *b, struct server *s)
{
	server_read_second(b, s);
	server_log_in(b, s);
}
