/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/sim_bed.h"
#include <crypto/cipher.h>
#include <crypto/mac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/unit/check.h"
#include "tests/unit/hex.h"

#define REQUEST 1

static bool is_sim(const struct sim_bed *b)
{
	return b->method->type.type == 18;
}

static void begin_context(struct sim_bed *b)
{
	struct xeap_method_args args = { .size = sizeof(args),
					 .config = b->config,
					 .shared = b->shared,
					 .max_packet = 1496,
					 .identity = xeap_span(BED_IDENTITY, strlen(BED_IDENTITY)),
					 .keeps_resumption = true };

	if (b->kept_len > 0)
		args.resumption = xeap_span(b->kept, (size_t)b->kept_len);
	b->ctx = calloc(1, b->method->ctx_size);
	CHECK(b->ctx && b->method->init(b->ctx, &args) == 0);
	strcpy(b->identity, BED_IDENTITY);
	b->rounds_len = 0;
}

static void set(struct sim_bed *b, const char *name, const char *value)
{
	char quoted[1024];

	snprintf(quoted, sizeof(quoted), "\"%s\"", value);
	CHECK(xeap_config_set(b->config, name, quoted, NULL) == 0);
}

static void prepare(struct sim_bed *b, const struct xeap_method *method, const char *password,
		    const char *phase1, const char *eap)
{
	*b = (struct sim_bed){ .method = method, .network = "WLAN", .sqn = 1 };
	b->prime = method->type.type == 50;
	CHECK(xeap_config_new(&b->config) == 0);
	CHECK(xeap_config_set(b->config, "eap", eap ? eap : method->name, NULL) == 0);
	set(b, "identity", BED_IDENTITY);
	if (!password)
		password = is_sim(b) ? BED_KEY : BED_KEY ":000000000000";
	set(b, "password", password);
	if (phase1)
		set(b, "phase1", phase1);
	hex(BED_KEY, b->key.k);
	hex(strchr(BED_KEY, ':') + 1, b->key.opc);
}

static void load(struct sim_bed *b)
{
	CHECK(b->method->load(b->config, false, &b->shared, NULL) == 0);
	begin_context(b);
	fake_writer_init(&b->out, 1496);
}

void bed_begin(struct sim_bed *b, const struct xeap_method *method, const char *password,
	       const char *phase1, const char *eap)
{
	prepare(b, method, password, phase1, eap);
	load(b);
}

void bed_begin_with(struct sim_bed *b, const struct xeap_method *method, const char *key,
		    const char *value)
{
	prepare(b, method, NULL, NULL, NULL);
	CHECK(xeap_config_set(b->config, key, value, NULL) == 0);
	load(b);
}

void bed_again(struct sim_bed *b)
{
	b->kept_len = b->method->get_resumption(b->ctx, b->kept, sizeof(b->kept));
	b->method->done(b->ctx);
	free(b->ctx);
	begin_context(b);
}

void bed_end(struct sim_bed *b)
{
	b->method->done(b->ctx);
	free(b->ctx);
	fake_writer_free(&b->out);
	b->method->unload(b->shared);
	xeap_config_free(b->config);
}

void bed_request(struct sim_bed *b, uint8_t subtype)
{
	uint8_t header[] = { REQUEST, ++b->id, 0, 0, b->method->type.type, subtype, 0, 0 };

	memcpy(b->packet, header, sizeof(header));
	b->len = sizeof(header);
	b->mac_at = 0;
	b->inner_len = 0;
}

static void put(uint8_t *to, size_t *len, size_t cap, uint8_t number, const void *content, size_t n)
{
	size_t whole = (2 + n + 3) / 4 * 4;

	CHECK(*len + whole <= cap);
	memset(to + *len, 0, whole);
	to[*len] = number;
	to[*len + 1] = (uint8_t)(whole / 4);
	memcpy(to + *len + 2, content, n);
	*len += whole;
}

void bed_put(struct sim_bed *b, uint8_t number, const void *content, size_t n)
{
	put(b->packet, &b->len, sizeof(b->packet), number, content, n);
}

void bed_put_u16(struct sim_bed *b, uint8_t number, uint16_t value)
{
	uint8_t content[] = { (uint8_t)(value >> 8), (uint8_t)value };

	bed_put(b, number, content, 2);
}

void bed_put_block(struct sim_bed *b, uint8_t number, const void *block, size_t n)
{
	uint8_t content[1024] = { 0 };

	CHECK(n <= sizeof(content) - 2);
	if (n)
		memcpy(content + 2, block, n);
	bed_put(b, number, content, 2 + n);
}

static size_t counted(uint8_t *to, size_t cap, const char *text)
{
	size_t n = strlen(text);

	CHECK(n <= cap - 2);
	to[0] = (uint8_t)(n >> 8);
	to[1] = (uint8_t)n;
	memcpy(to + 2, text, n);
	return n + 2;
}

void bed_put_text(struct sim_bed *b, uint8_t number, const char *text)
{
	uint8_t content[1024];

	bed_put(b, number, content, counted(content, sizeof(content), text));
}

void bed_inner(struct sim_bed *b, uint8_t number, const void *content, size_t n)
{
	put(b->inner, &b->inner_len, sizeof(b->inner), number, content, n);
}

void bed_inner_text(struct sim_bed *b, uint8_t number, const char *text)
{
	uint8_t content[400];

	bed_inner(b, number, content, counted(content, sizeof(content), text));
}

void bed_put_encrypted(struct sim_bed *b)
{
	static const uint8_t zeros[16], iv[16] = { 0x17 };
	size_t over = b->inner_len % 16;

	if (over)
		bed_inner(b, AT_PADDING, zeros, 16 - over - 2);
	CHECK(xeap_aes(XEAP_CIPHER_CBC, true, xeap_span(b->keys.k_encr, 16), xeap_span(iv, 16),
		       xeap_span(b->inner, b->inner_len), b->inner) == 0);
	bed_put_block(b, AT_IV, iv, 16);
	bed_put_block(b, AT_ENCR_DATA, b->inner, b->inner_len);
	b->inner_len = 0;
}

static void close_packet(struct sim_bed *b)
{
	b->packet[2] = (uint8_t)(b->len >> 8);
	b->packet[3] = (uint8_t)b->len;
}

static void mac_of(const struct sim_bed *b, const uint8_t *packet, size_t len, const void *extra,
		   size_t n, uint8_t mac[16])
{
	struct xeap_span parts[] = { xeap_span(packet, len), xeap_span(extra, n) };
	uint8_t whole[32];

	CHECK(xeap_hmac(b->prime ? XEAP_DIGEST_SHA256 : XEAP_DIGEST_SHA1,
			xeap_span(b->keys.k_aut, b->prime ? 32 : 16), parts, 2, whole,
			sizeof(whole)) > 0);
	memcpy(mac, whole, 16);
}

void bed_mac(struct sim_bed *b, const void *extra, size_t n)
{
	bed_put_block(b, AT_MAC, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	b->mac_at = b->len - 16;
	close_packet(b);
	mac_of(b, b->packet, b->len, extra, n, b->packet + b->mac_at);
}

static void remember(struct sim_bed *b, const void *bytes, size_t n)
{
	if (n > sizeof(b->rounds) - b->rounds_len)
		return;
	memcpy(b->rounds + b->rounds_len, bytes, n);
	b->rounds_len += n;
}

/* What the server learns from a response. */
static void learn(struct sim_bed *b)
{
	size_t n;
	const uint8_t *identity = bed_find(b, AT_IDENTITY, &n);
	const uint8_t *nonce = bed_find(b, AT_NONCE_MT, &n);

	if (nonce)
		memcpy(b->nonce_mt, nonce + 2, 16);
	if (identity) {
		n = (size_t)identity[0] << 8 | identity[1];
		CHECK(n < sizeof(b->identity));
		memcpy(b->identity, identity + 2, n);
		b->identity[n] = '\0';
	}
	if (bed_subtype(b) == 5) {
		remember(b, b->packet, b->len);
		remember(b, b->out.w.c.data, b->out.w.c.len);
	}
}

int bed_feed(struct sim_bed *b)
{
	uint8_t *exact;

	close_packet(b);
	exact = malloc(b->len);
	CHECK(exact);
	memcpy(exact, b->packet, b->len);
	memset(&b->result, 0, sizeof(b->result));
	b->r = b->method->process(b->ctx, xeap_span(exact, b->len), fake_writer_begin(&b->out),
				  &b->result);
	free(exact);
	if (b->r == 0 && !b->result.ignore)
		learn(b);
	return b->r;
}

void bed_identity(struct sim_bed *b, uint8_t which)
{
	static const uint8_t versions[] = { 0, 2, 0, 1 };

	bed_request(b, is_sim(b) ? 10 : 5);
	if (is_sim(b))
		bed_put(b, AT_VERSION_LIST, versions, sizeof(versions));
	if (which)
		bed_put_u16(b, which, 0);
	bed_feed(b);
}

static struct xeap_span text(const char *s)
{
	return xeap_span(s, strlen(s));
}

static void sim_challenge(struct sim_bed *b)
{
	static const uint8_t version[] = { 0, 1 };
	struct xeap_span parts[] = { text(b->identity), xeap_span(b->card.kc, 24),
				     xeap_span(b->nonce_mt, 16), xeap_span(version, 2),
				     xeap_span(version, 2) };

	for (size_t i = 0; i < 3; i++) {
		memset(b->rand + 16 * i, (int)(0x11 * (i + 1)), 16);
		CHECK(xeap_milenage_gsm(&b->key, b->rand + 16 * i, b->card.sres + 4 * i,
					b->card.kc + 8 * i) == 0);
	}
	CHECK(xeap_sim_keys_derive(parts, 5, &b->keys) == 0);
	bed_request(b, 11);
	bed_put_block(b, AT_RAND, b->rand, 48);
}

static void derive_umts(struct sim_bed *b, const struct xeap_milenage *m, const uint8_t *autn,
			const uint8_t *secret)
{
	struct xeap_span parts[] = { text(b->identity), xeap_span(m->ik, 16),
				     xeap_span(m->ck, 16) };
	uint8_t ck[16], ik[16];

	if (!b->prime) {
		CHECK(xeap_sim_keys_derive(parts, 3, &b->keys) == 0);
		return;
	}
	CHECK(xeap_aka_prime_ck_ik(parts[2], parts[1], text(b->network), xeap_span(autn, 6), ck,
				   ik) == 0);
	CHECK(xeap_aka_prime_keys_derive(xeap_span(ck, 16), xeap_span(ik, 16), parts[0],
					 xeap_span(secret, secret ? 32 : 0), &b->keys) == 0);
}

void bed_challenge_with(struct sim_bed *b, uint64_t sqn, const char *amf, const uint8_t *secret)
{
	uint8_t autn[16], number[6], mac_s[8];
	struct xeap_milenage m;

	for (size_t i = 0; i < 6; i++)
		number[i] = (uint8_t)(sqn >> (40 - 8 * i));
	memset(b->rand, (int)(0x20 + b->id), 16);
	hex(amf, autn + 6);
	CHECK(xeap_milenage_f2345(&b->key, b->rand, &m) == 0);
	CHECK(xeap_milenage_f1(&b->key, b->rand, number, autn + 6, autn + 8, mac_s) == 0);
	for (size_t i = 0; i < 6; i++)
		autn[i] = number[i] ^ m.ak[i];
	memcpy(b->card.res, m.res, 8);
	derive_umts(b, &m, autn, secret);
	bed_request(b, 1);
	bed_put_block(b, AT_RAND, b->rand, 16);
	bed_put_block(b, AT_AUTN, autn, 16);
}

void bed_challenge(struct sim_bed *b)
{
	if (is_sim(b)) {
		sim_challenge(b);
		return;
	}
	bed_challenge_with(b, b->sqn++, "8000", NULL);
	if (b->prime) {
		bed_put_u16(b, AT_KDF, 1);
		bed_put_text(b, AT_KDF_INPUT, b->network);
	}
}

void bed_challenge_mac(struct sim_bed *b)
{
	bed_mac(b, b->nonce_mt, is_sim(b) ? 16 : 0);
	bed_feed(b);
}

void bed_reauth(struct sim_bed *b, uint16_t counter, const char *next)
{
	uint8_t nonce[18] = { 0 }, count[] = { (uint8_t)(counter >> 8), (uint8_t)counter };

	memset(b->nonce_s, 0x77, sizeof(b->nonce_s));
	memcpy(nonce + 2, b->nonce_s, 16);
	b->counter = counter;
	bed_request(b, 13);
	bed_inner(b, AT_COUNTER, count, 2);
	bed_inner(b, AT_NONCE_S, nonce, 18);
	if (next)
		bed_inner_text(b, AT_NEXT_REAUTH_ID, next);
	bed_put_encrypted(b);
	bed_mac(b, NULL, 0);
	bed_feed(b);
}

void bed_notification(struct sim_bed *b, uint16_t code)
{
	bed_request(b, 12);
	bed_put_u16(b, AT_NOTIFICATION, code);
	if (!(code & 0x4000))
		bed_mac(b, NULL, 0);
	bed_feed(b);
}

const uint8_t *bed_find(const struct sim_bed *b, uint8_t number, size_t *ret_len)
{
	const struct xeap_chunk *c = &b->out.w.c;
	size_t at = 8;

	while (at + 4 <= c->len) {
		size_t len = (size_t)c->data[at + 1] * 4;

		CHECK(len && at + len <= c->len);
		if (c->data[at] == number) {
			*ret_len = len - 2;
			return c->data + at + 2;
		}
		at += len;
	}
	CHECK(at == c->len || c->len == 0);
	return NULL;
}

uint8_t bed_subtype(const struct sim_bed *b)
{
	return b->out.w.c.len >= 8 ? b->out.w.c.data[5] : 0;
}

bool bed_mac_is_right(const struct sim_bed *b, const void *extra, size_t n)
{
	const struct xeap_chunk *c = &b->out.w.c;
	uint8_t copy[1500], wanted[16];
	size_t len;
	const uint8_t *mac = bed_find(b, AT_MAC, &len);

	if (!mac || len != 18)
		return false;
	memcpy(copy, c->data, c->len);
	memset(copy + (mac + 2 - c->data), 0, 16);
	mac_of(b, copy, c->len, extra, n, wanted);
	return memcmp(wanted, mac + 2, 16) == 0;
}

bool bed_is_client_error(const struct sim_bed *b, uint16_t code)
{
	size_t len;
	const uint8_t *error = bed_find(b, AT_CLIENT_ERROR_CODE, &len);

	return b->r == 0 && !b->result.ignore && bed_subtype(b) == 14 && error && len == 2 &&
	       (error[0] << 8 | error[1]) == code && b->result.method_state == XEAP_METHOD_DONE &&
	       b->result.decision == XEAP_DECISION_FAIL && b->result.diag.text[0];
}
