/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/preshared_bed.h"
#include <errno.h>
#include <method/list.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

/*
 * EAP-SAKE against a server in here that is written after RFC 4763 with nothing but OpenSSL;
 * tests/net/preshared.sh compares with another program.
 */

static const char secret[] = "abcdefghijklmnop0123456789abcdef",
		  quoted[] = "\"abcdefghijklmnop0123456789abcdef\"", peer_id[] = "saseuser",
		  server_id[] = "radius.example";

struct server {
	uint8_t rand_s[16], rand_p[16], tek[32], keys[128];
	uint8_t session;
};

struct text {
	uint8_t bytes[1024];
	size_t len;
};

static void add(struct text *t, const void *bytes, size_t len)
{
	assert_true(t->len + len <= sizeof(t->bytes));
	memcpy(t->bytes + t->len, bytes, len);
	t->len += len;
}

static void add_attribute(struct text *t, uint8_t type, const void *value, size_t len)
{
	add(t, (uint8_t[]){ type, (uint8_t)(len + 2) }, 2);
	add(t, value, len);
}

static void kdf(const void *key, const char *label, const struct text *data, uint8_t *ret,
		size_t len)
{
	for (uint8_t i = 0; len; i++) {
		struct text t = { .len = 0 };
		size_t n = len < 20 ? len : 20;
		uint8_t h[20];

		add(&t, label, strlen(label));
		add(&t, "", 1);
		add(&t, data->bytes, data->len);
		add(&t, &i, 1);
		HMAC(EVP_sha1(), key, 16, t.bytes, t.len, h, NULL);
		memcpy(ret, h, n);
		ret += n;
		len -= n;
	}
}

static void derive(struct server *s, const char *with)
{
	struct text p_s = { .len = 0 }, s_p = { .len = 0 };
	uint8_t sms[16];

	add(&p_s, s->rand_p, 16);
	add(&p_s, s->rand_s, 16);
	add(&s_p, s->rand_s, 16);
	add(&s_p, s->rand_p, 16);
	kdf(with, "SAKE Master Secret A", &p_s, sms, 16);
	kdf(sms, "Transient EAP Key", &s_p, s->tek, 32);
	kdf(with + 16, "SAKE Master Secret B", &p_s, sms, 16);
	kdf(sms, "Master Session Key", &s_p, s->keys, 128);
}

/* `packet` has zeros where the MIC goes. */
static void mic(const struct server *s, bool of_peer, const struct text *packet, uint8_t *ret)
{
	struct text t = { .len = 0 };

	add(&t, of_peer ? s->rand_s : s->rand_p, 16);
	add(&t, of_peer ? s->rand_p : s->rand_s, 16);
	add(&t, of_peer ? peer_id : server_id, strlen(of_peer ? peer_id : server_id) + 1);
	add(&t, of_peer ? server_id : peer_id, strlen(of_peer ? server_id : peer_id) + 1);
	add(&t, packet->bytes, packet->len);
	kdf(s->tek, of_peer ? "Peer MIC" : "Server MIC", &t, ret, 16);
}

static struct text head(const struct server *s, uint8_t subtype)
{
	return (struct text){ { 2, s->session, subtype }, 3 };
}

static void make_challenge(struct server *s, struct text *ret)
{
	memset(s->rand_s, 0x21, 16);
	*ret = head(s, 1);
	add_attribute(ret, 1, s->rand_s, 16);
	add_attribute(ret, 5, server_id, strlen(server_id));
}

static void challenge(struct preshared_bed *b, struct server *s)
{
	struct text t;

	make_challenge(s, &t);
	bed_feed(b, t.bytes, t.len);
}

static struct text response_without_mic(struct preshared_bed *b, uint8_t *ret_mic)
{
	struct text t = { .len = 0 };

	add(&t, b->out.w.c.data, b->out.w.c.len);
	memcpy(ret_mic, t.bytes + t.len - 16, 16);
	memset(t.bytes + t.len - 16, 0, 16);
	return t;
}

static void read_challenge(struct preshared_bed *b, struct server *s, const char *with)
{
	struct xeap_span r = bed_response(b);
	struct text wanted = head(s, 1), t;
	uint8_t code[16], got[16];

	assert_true(r.len > 21);
	memcpy(s->rand_p, r.data + 5, 16);
	add_attribute(&wanted, 2, s->rand_p, 16);
	add_attribute(&wanted, 6, peer_id, strlen(peer_id));
	add(&wanted, "\4\22", 2);
	assert_int_equal(r.len, wanted.len + 16);
	assert_memory_equal(r.data, wanted.bytes, wanted.len);
	derive(s, with);
	t = response_without_mic(b, got);
	mic(s, true, &t, code);
	assert_int_equal(memcmp(code, got, 16) == 0, with == secret);
	assert_int_equal(b->result.diag.code, XEAP_E_USER_NAME_PASSWORD_REJECTED);
	bed_assert_no_keys(b);
}

static void begin(struct preshared_bed *b, struct server *s)
{
	s->session = 0x7e;
	bed_begin(b, &xeap_method_sake, peer_id, quoted, NULL);
	challenge(b, s);
	read_challenge(b, s, secret);
}

/* Confirm, with other attributes in front of the MIC or not. */
static void make_confirm(const struct preshared_bed *b, const struct server *s,
			 const struct text *before, struct text *ret)
{
	struct text t = head(s, 2), packet = { .len = 0 };
	uint8_t zeros[16] = { 0 }, code[16];
	size_t n;

	if (before)
		add(&t, before->bytes, before->len);
	add_attribute(&t, 3, zeros, 16);
	n = t.len + 5;
	add(&packet, (uint8_t[]){ 1, (uint8_t)(b->id + 1), 0, (uint8_t)n, 48 }, 5);
	add(&packet, t.bytes, t.len);
	mic(s, false, &packet, code);
	memcpy(t.bytes + t.len - 16, code, 16);
	*ret = t;
}

static void assert_logged_in(struct preshared_bed *b, const struct server *s)
{
	struct xeap_span r = bed_response(b);
	uint8_t code[16], got[16], key[64];
	struct text t;

	assert_int_equal(r.len, 21);
	assert_memory_equal(r.data, ((uint8_t[]){ 2, s->session, 2, 4, 18 }), 5);
	t = response_without_mic(b, got);
	mic(s, true, &t, code);
	assert_memory_equal(got, code, 16);
	bed_assert_proven(b);
	assert_int_equal(b->method->get_key(b->ctx, XEAP_KEY_MSK, key, 64), 64);
	assert_memory_equal(key, s->keys, 64);
	assert_int_equal(b->method->get_key(b->ctx, XEAP_KEY_EMSK, key, 64), 64);
	assert_memory_equal(key, s->keys + 64, 64);
	assert_int_equal(b->method->get_key(b->ctx, XEAP_KEY_SESSION_ID, key, 64), 33);
	assert_int_equal(key[0], 48);
	assert_memory_equal(key + 1, s->rand_s, 16);
	assert_memory_equal(key + 17, s->rand_p, 16);
}

static void logins(void **state)
{
	struct text t, before = { .len = 0 };
	struct preshared_bed b;
	struct server s;

	add_attribute(&before, 7, "spi", 3);
	add_attribute(&before, 129, s.rand_s, 16);
	add_attribute(&before, 200, "unknown, and may be skipped", 27);
	for (int i = 0; i < 2; i++) {
		begin(&b, &s);
		make_confirm(&b, &s, i ? &before : NULL, &t);
		bed_feed(&b, t.bytes, t.len);
		assert_logged_in(&b, &s);
		make_confirm(&b, &s, NULL, &t);
		bed_feed(&b, t.bytes, t.len);
		assert_true(b.result.ignore);
		bed_end(&b);
	}
}

static void identities(void **state)
{
	for (uint8_t at = 9; at <= 10; at++) {
		struct preshared_bed b;
		struct server s = { .session = 3 };
		struct text t = head(&s, 4), wanted = head(&s, 4);

		bed_begin(&b, &xeap_method_sake, peer_id, quoted, NULL);
		bed_feed(&b, t.bytes, t.len);
		bed_assert_ignored(&b);
		add_attribute(&t, at, "\0\0", 2);
		add_attribute(&t, 5, server_id, strlen(server_id));
		bed_feed(&b, t.bytes, t.len);
		add_attribute(&wanted, 6, peer_id, strlen(peer_id));
		assert_int_equal(bed_response(&b).len, wanted.len);
		assert_memory_equal(bed_response(&b).data, wanted.bytes, wanted.len);
		/* Of another conversation. */
		s.session = 4;
		challenge(&b, &s);
		bed_assert_ignored(&b);
		s.session = 3;
		challenge(&b, &s);
		read_challenge(&b, &s, secret);
		bed_feed(&b, t.bytes, t.len);
		bed_assert_ignored(&b);
		bed_end(&b);
	}
}

static void assert_rejected(struct preshared_bed *b, const char *text)
{
	bed_assert_failed(b, text);
	assert_int_equal(b->result.diag.code, XEAP_E_USER_NAME_PASSWORD_REJECTED);
	assert_int_equal(bed_response(b).len, 3);
	assert_int_equal(bed_response(b).data[2], 3);
}

/* A wrong MIC is told to the server (§3.2.2), and that was it. */
static void tampered(void **state)
{
	struct preshared_bed b;
	struct server s;
	struct text t;

	for (size_t i = 0; i < 21; i++) {
		begin(&b, &s);
		make_confirm(&b, &s, NULL, &t);
		t.bytes[i] ^= 0x80;
		bed_feed(&b, t.bytes, t.len);
		if (i < 5)
			bed_assert_ignored(&b);
		else
			assert_rejected(&b, "server has another key");
		make_confirm(&b, &s, NULL, &t);
		bed_feed(&b, t.bytes, t.len);
		if (i < 5)
			assert_logged_in(&b, &s);
		else
			bed_assert_ignored(&b);
		bed_end(&b);
	}
	begin(&b, &s);
	make_confirm(&b, &s, NULL, &t);
	for (size_t i = 0; i < t.len; i++) {
		bed_feed(&b, t.bytes, i);
		bed_assert_ignored(&b);
	}
	bed_end(&b);
}

/* The peer's own MIC sent back, and one of an earlier conversation. */
static void reflected_and_replayed(void **state)
{
	struct preshared_bed b;
	struct server s;
	struct text t, old;

	begin(&b, &s);
	make_confirm(&b, &s, NULL, &old);
	bed_end(&b);
	begin(&b, &s);
	bed_feed(&b, old.bytes, old.len);
	assert_rejected(&b, "server has another key");
	bed_end(&b);
	begin(&b, &s);
	t = head(&s, 2);
	add_attribute(&t, 3, bed_response(&b).data + bed_response(&b).len - 16, 16);
	bed_feed(&b, t.bytes, t.len);
	assert_rejected(&b, "server has another key");
	bed_end(&b);
}

static void another_key(void **state)
{
	struct preshared_bed b;
	struct server s = { .session = 1 };
	struct text t = head(&s, 3);

	bed_begin(&b, &xeap_method_sake, peer_id, quoted, NULL);
	bed_feed(&b, t.bytes, t.len);
	bed_assert_ignored(&b);
	challenge(&b, &s);
	read_challenge(&b, &s, "ABCDEFGHIJKLMNOP0123456789abcdef");
	bed_feed(&b, t.bytes, t.len);
	assert_rejected(&b, "server refused the login (EAP-SAKE Auth-Reject)");
	bed_end(&b);
}

/* Lengths of 0 and 1, over the end; twice; one that may not be skipped; of another size. */
static void malformed(void **state)
{
	static const struct {
		uint8_t bytes[40];
		size_t len;
	} rows[] = {
		{ { 1, 0 }, 2 },
		{ { 1, 1 }, 2 },
		{ { 1 }, 1 },
		{ { 1, 255, 0, 0 }, 4 },
		{ { 0, 2 }, 2 },
		{ { 11, 2, 1, 18 }, 20 },
		{ { 127, 2, 1, 18 }, 20 },
		{ { 1, 17 }, 17 },
		{ { 1, 19 }, 19 },
		{ { 5, 2 }, 2 },
		{ { 1, 18, [18] = 1, 18 }, 36 },
	};
	struct preshared_bed b;
	struct server s = { .session = 1 };

	bed_begin(&b, &xeap_method_sake, peer_id, quoted, NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text t = head(&s, 1);

		add(&t, rows[i].bytes, rows[i].len);
		bed_feed(&b, t.bytes, t.len);
		bed_assert_ignored(&b);
	}
	bed_feed(&b, "\1\1\1", 3);
	bed_assert_ignored(&b);
	challenge(&b, &s);
	read_challenge(&b, &s, secret);
	bed_end(&b);
}

static void a_person_is_asked(void **state)
{
	struct preshared_bed b;
	struct server s = { .session = 9 };
	struct text t;

	bed_begin(&b, &xeap_method_sake, peer_id, NULL, NULL);
	challenge(&b, &s);
	assert_int_equal(b.result.need, XEAP_NEED_UI);
	bed_answer(&b, "abcdefghijklmnop");
	assert_int_equal(b.result.need, XEAP_NEED_UI);
	bed_answer(&b, secret);
	read_challenge(&b, &s, secret);
	make_confirm(&b, &s, NULL, &t);
	bed_feed(&b, t.bytes, t.len);
	assert_logged_in(&b, &s);
	bed_end(&b);
}

static void what_load_refuses(void **state)
{
	const struct xeap_method *m = &xeap_method_sake;

	bed_assert_refused(m, NULL, NULL, "password is missing: eap=SAKE");
	bed_assert_refused(m, "hash:0123456789abcdef0123456789abcdef", NULL,
			   "of no use to eap=SAKE");
	bed_assert_refused(m, "\"abcdefghijklmnop\"", NULL,
			   "password of 16 bytes: eap=SAKE needs 32 bytes");
}

static void an_identity_too_long(void **state)
{
	uint8_t identity[254] = { 0 };
	struct xeap_method_args args = { .size = sizeof(args), .identity = { identity, 254 } };
	void *ctx = calloc(1, xeap_method_sake.ctx_size);
	struct xeap_config *config;

	assert_int_equal(xeap_config_new(&config), 0);
	args.config = config;
	assert_int_equal(xeap_method_sake.init(ctx, &args), -EINVAL);
	xeap_config_free(config);
	free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logins),
		cmocka_unit_test(identities),
		cmocka_unit_test(tampered),
		cmocka_unit_test(reflected_and_replayed),
		cmocka_unit_test(another_key),
		cmocka_unit_test(malformed),
		cmocka_unit_test(a_person_is_asked),
		cmocka_unit_test(what_load_refuses),
		cmocka_unit_test(an_identity_too_long),
	};

	return cmocka_run_group_tests_name("method sake", tests, NULL, NULL);
}
