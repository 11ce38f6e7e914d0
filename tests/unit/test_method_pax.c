/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/preshared_bed.h"
#include <errno.h>
#include <method/list.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

/* EAP-PAX: a login of other programs, and a server after RFC 4746 with nothing but OpenSSL. */

static const char ak[] = "abcdefghijklmnop", quoted[] = "\"abcdefghijklmnop\"", cid[] = "paxuser";

/* tests/fixtures/captures/pax.pcap and .keys.txt */
static void capture(void **state)
{
	struct preshared_bed b;

	bed_begin(&b, &xeap_method_pax, cid, quoted, NULL);
	bed_random_hex("d702bb8ca45a0e2f9e4e5b3d1eca39aba2564051f742c2669e665cd60d13de18");
	bed_feed_hex(&b, "01f0003c2e01000100000020a066b8d14d9e13dea44775eeec4252b979006017e8e859a1"
			 "33de4318ca894679b3c8e3d50a761b821872d671b604d202");
	bed_assert_response_hex(
		&b, "02f000572e02000100000020d702bb8ca45a0e2f9e4e5b3d1eca39aba2564051f742c2669e665c"
		    "d60d13de18000770617875736572001027e6f81c2db2d63b2b3bb95a5ddabb80daac23b13c06f9"
		    "4c8c53a9361974fab2");
	bed_assert_no_keys(&b);
	bed_feed_hex(&b, "01f1002c2e0300010000001048dadd1b6c54cac8ef23d03cfc523ad9c55e0a4975d16e7d"
			 "63c414d76f4c9b5d");
	bed_assert_response_hex(&b, "02f1001a2e2100010000023100d3b2395e3b0e06db018a7052f4");
	bed_assert_proven(&b);
	bed_assert_key_hex(&b, XEAP_KEY_SESSION_ID, "2e693a060fe83ecd9910a73a2c367f219c");
	bed_end(&b);
}

/* The server. */

struct server {
	uint8_t mac_id, e[64], ck[16], ick[16], mid[16], msk[64], emsk[64];
};

struct text {
	uint8_t bytes[512];
	size_t len;
};

static void add(struct text *t, const void *bytes, size_t len)
{
	memcpy(t->bytes + t->len, bytes, len);
	t->len += len;
}

static void mac(const struct server *s, const uint8_t *key, size_t key_len, const uint8_t *bytes,
		size_t len, uint8_t *ret)
{
	uint8_t whole[EVP_MAX_MD_SIZE];

	HMAC(s->mac_id == 1 ? EVP_sha1() : EVP_sha256(), key, (int)key_len, bytes, len, whole,
	     NULL);
	memcpy(ret, whole, 16);
}

static void kdf(const struct server *s, const uint8_t *key, const char *label, uint8_t *ret,
		size_t len)
{
	for (uint8_t i = 1; (size_t)i * 16 <= len; i++) {
		struct text t = { .len = 0 };

		add(&t, label, strlen(label));
		add(&t, s->e, 64);
		add(&t, &i, 1);
		mac(s, key, 16, t.bytes, t.len, ret + (i - 1) * 16);
	}
}

static void derive(struct server *s, const char *with)
{
	uint8_t mk[16];

	kdf(s, (const uint8_t *)with, "Master Key", mk, 16);
	kdf(s, mk, "Confirmation Key", s->ck, 16);
	kdf(s, mk, "Integrity Check Key", s->ick, 16);
	kdf(s, mk, "Method ID", s->mid, 16);
	kdf(s, mk, "Master Session Key", s->msk, 64);
	kdf(s, mk, "Extended Master Session Key", s->emsk, 64);
}

/* The next request: header, payload, and the ICV over the packet that it becomes. */
static void make(const struct preshared_bed *b, const struct server *s, const uint8_t header[5],
		 const struct text *payload, struct text *ret)
{
	size_t n = 5 + 5 + payload->len + 16;
	uint8_t icv[16];
	struct text t = { { 1, (uint8_t)(b->id + 1), 0, (uint8_t)n, 46 }, 5 };

	add(&t, header, 5);
	add(&t, payload->bytes, payload->len);
	mac(s, s->ick, header[0] == 1 ? 0 : 16, t.bytes, t.len, icv);
	add(&t, icv, 16);
	ret->len = 0;
	add(ret, t.bytes + 5, n - 5);
}

static void make_first(struct preshared_bed *b, struct server *s, uint8_t mac_id, struct text *ret)
{
	struct text payload = { { 0, 32 }, 34 };

	memset(s, 0, sizeof(*s));
	s->mac_id = mac_id;
	memset(s->e, 0x11, 32);
	memset(payload.bytes + 2, 0x11, 32);
	make(b, s, (uint8_t[]){ 1, 0, mac_id, 0, 0 }, &payload, ret);
}

static void first(struct preshared_bed *b, struct server *s, uint8_t mac_id)
{
	struct text t;

	make_first(b, s, mac_id, &t);
	bed_feed(b, t.bytes, t.len);
}

static void read_second(struct preshared_bed *b, struct server *s, const char *with)
{
	struct xeap_span r = bed_response(b);
	struct text t = { .len = 0 };
	uint8_t code[16];

	assert_int_equal(r.len, 5 + 34 + 9 + 18 + 16);
	assert_memory_equal(r.data, ((uint8_t[]){ 2, 0, s->mac_id, 0, 0, 0, 32 }), 7);
	memcpy(s->e + 32, r.data + 7, 32);
	derive(s, with);
	assert_memory_equal(r.data + 39, "\0\7paxuser\0\20", 11);
	add(&t, s->e, 64);
	add(&t, cid, strlen(cid));
	mac(s, s->ck, 16, t.bytes, t.len, code);
	assert_int_equal(memcmp(r.data + 50, code, 16) == 0, strcmp(with, ak) == 0);
	mac(s, s->ick, 16, b->out.w.c.data, b->out.w.c.len - 16, code);
	assert_int_equal(memcmp(r.data + 66, code, 16) == 0, strcmp(with, ak) == 0);
	assert_int_equal(b->result.diag.code, XEAP_E_USER_NAME_PASSWORD_REJECTED);
}

static void make_third(const struct preshared_bed *b, const struct server *s, uint8_t flags,
		       const struct text *more, struct text *ret)
{
	struct text proof = { .len = 0 }, payload = { { 0, 16 }, 18 };

	add(&proof, s->e + 32, 32);
	add(&proof, cid, strlen(cid));
	mac(s, s->ck, 16, proof.bytes, proof.len, payload.bytes + 2);
	if (more)
		add(&payload, more->bytes, more->len);
	make(b, s, (uint8_t[]){ 3, flags, s->mac_id, 0, 0 }, &payload, ret);
}

static void assert_logged_in(struct preshared_bed *b, const struct server *s)
{
	struct xeap_span r = bed_response(b);
	uint8_t key[64], code[16];

	assert_int_equal(r.len, 21);
	assert_memory_equal(r.data, ((uint8_t[]){ 0x21, 0, s->mac_id, 0, 0 }), 5);
	mac(s, s->ick, 16, b->out.w.c.data, 10, code);
	assert_memory_equal(r.data + 5, code, 16);
	bed_assert_proven(b);
	assert_int_equal(b->method->get_key(b->ctx, XEAP_KEY_MSK, key, 64), 64);
	assert_memory_equal(key, s->msk, 64);
	assert_int_equal(b->method->get_key(b->ctx, XEAP_KEY_EMSK, key, 64), 64);
	assert_memory_equal(key, s->emsk, 64);
	assert_int_equal(b->method->get_key(b->ctx, XEAP_KEY_SESSION_ID, key, 64), 17);
	assert_int_equal(key[0], 46);
	assert_memory_equal(key + 1, s->mid, 16);
}

static void both_macs(void **state)
{
	for (uint8_t mac_id = 1; mac_id <= 2; mac_id++) {
		struct text t, ade = { { 0, 4, 0, 2, 0, 0 }, 6 };
		struct preshared_bed b;
		struct server s;

		bed_begin(&b, &xeap_method_pax, cid, quoted, NULL);
		first(&b, &s, mac_id);
		read_second(&b, &s, ak);
		/* One with data that is of no use, one without. */
		make_third(&b, &s, mac_id == 2 ? 4 : 0, mac_id == 2 ? &ade : NULL, &t);
		bed_feed(&b, t.bytes, t.len);
		assert_logged_in(&b, &s);
		make_third(&b, &s, 0, NULL, &t);
		bed_feed(&b, t.bytes, t.len);
		assert_true(b.result.ignore);
		bed_end(&b);
	}
}

static void tampered(void **state)
{
	struct text t, more = { { 0 }, 1 }, too_long = { { 0xff, 0xff }, 2 };
	struct preshared_bed b;
	struct server s;

	bed_begin(&b, &xeap_method_pax, cid, quoted, NULL);
	first(&b, &s, 1);
	read_second(&b, &s, ak);
	for (size_t i = 0; i < 39; i++) {
		make_third(&b, &s, 0, NULL, &t);
		t.bytes[i] ^= 0x10;
		bed_feed(&b, t.bytes, t.len);
		bed_assert_ignored(&b);
		make_third(&b, &s, 0, NULL, &t);
		bed_feed(&b, t.bytes, i);
		bed_assert_ignored(&b);
	}
	/* Under a right ICV: a byte too many, fragments, data that point out of the packet. */
	make_third(&b, &s, 0, &more, &t);
	bed_feed(&b, t.bytes, t.len);
	bed_assert_ignored(&b);
	make_third(&b, &s, 1, NULL, &t);
	bed_feed(&b, t.bytes, t.len);
	bed_assert_ignored(&b);
	make_third(&b, &s, 4, &too_long, &t);
	bed_feed(&b, t.bytes, t.len);
	bed_assert_ignored(&b);
	/* A right ICV and a wrong proof, and the peer's own proof sent back. */
	s.ck[0] ^= 1;
	make_third(&b, &s, 0, NULL, &t);
	bed_feed(&b, t.bytes, t.len);
	bed_assert_ignored(&b);
	s.ck[0] ^= 1;
	make_third(&b, &s, 0, NULL, &t);
	bed_feed(&b, t.bytes, t.len);
	assert_logged_in(&b, &s);
	bed_end(&b);
}

static void reflected_and_replayed(void **state)
{
	struct text t, mine;
	struct preshared_bed b;
	struct server s;

	bed_begin(&b, &xeap_method_pax, cid, quoted, NULL);
	first(&b, &s, 1);
	read_second(&b, &s, ak);
	mine.len = 0;
	add(&mine, bed_response(&b).data, bed_response(&b).len);
	make_third(&b, &s, 0, NULL, &t);
	bed_end(&b);
	bed_begin(&b, &xeap_method_pax, cid, quoted, NULL);
	first(&b, &s, 1);
	bed_feed(&b, t.bytes, t.len);
	bed_assert_ignored(&b);
	mine.bytes[0] = 3;
	bed_feed(&b, mine.bytes, mine.len);
	bed_assert_ignored(&b);
	bed_end(&b);
}

static void another_key(void **state)
{
	struct preshared_bed b;
	struct server s;
	struct text t;

	bed_begin(&b, &xeap_method_pax, cid, quoted, NULL);
	first(&b, &s, 1);
	read_second(&b, &s, "ponmlkjihgfedcba");
	make_third(&b, &s, 0, NULL, &t);
	bed_feed(&b, t.bytes, t.len);
	bed_assert_ignored(&b);
	bed_end(&b);
}

static void what_is_refused(void **state)
{
	static const uint8_t headers[][5] = { { 0x11, 0, 1, 0, 0 }, { 1, 0, 3, 0, 0 },
					      { 1, 0, 0, 0, 0 },    { 1, 0, 1, 1, 0 },
					      { 1, 0, 1, 0, 1 },    { 1, 1, 1, 0, 0 } };

	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		struct xeap_method_result result = { 0 };
		uint8_t packet[60] = { 1, 1, 0, 60, 46 };
		struct preshared_bed b;

		memcpy(packet + 5, headers[i], 5);
		bed_begin(&b, &xeap_method_pax, cid, quoted, NULL);
		assert_int_equal(xeap_method_pax.process(b.ctx, xeap_span(packet, 60),
							 fake_writer_begin(&b.out), &result),
				 -ENOTSUP);
		assert_int_equal(result.diag.code, XEAP_E_NOT_SUPPORTED);
		assert_non_null(strstr(result.diag.text, i ? "EAP-PAX" : "PAX_SEC of EAP-PAX"));
		bed_end(&b);
	}
}

static void malformed_first(void **state)
{
	struct preshared_bed b;
	struct server s;
	struct text t;

	bed_begin(&b, &xeap_method_pax, cid, quoted, NULL);
	for (size_t i = 0; i < 55; i++) {
		make_first(&b, &s, 1, &t);
		bed_feed(&b, t.bytes, i);
		bed_assert_ignored(&b);
		if (i < 5)
			continue;
		make_first(&b, &s, 1, &t);
		t.bytes[i] ^= 1;
		bed_feed(&b, t.bytes, t.len);
		bed_assert_ignored(&b);
	}
	first(&b, &s, 1);
	read_second(&b, &s, ak);
	first(&b, &s, 1);
	bed_assert_ignored(&b);
	bed_end(&b);
}

static void a_person_is_asked(void **state)
{
	static const char *const typed[] = { "abcdefghijklmnop",
					     "6162636465666768696a6b6c6d6e6f70" };

	for (int i = 0; i < 2; i++) {
		struct preshared_bed b;
		struct server s;
		struct text t;

		bed_begin(&b, &xeap_method_pax, cid, NULL, NULL);
		first(&b, &s, 1);
		assert_int_equal(b.result.need, XEAP_NEED_UI);
		bed_answer(&b, typed[i]);
		read_second(&b, &s, ak);
		make_third(&b, &s, 0, NULL, &t);
		bed_feed(&b, t.bytes, t.len);
		assert_logged_in(&b, &s);
		/* Digits would not be taken for the key that they stand for. */
		assert_int_equal(b.result.save_user_data, i == 0);
		bed_end(&b);
	}
}

static void what_load_refuses(void **state)
{
	const struct xeap_method *m = &xeap_method_pax;

	bed_assert_refused(m, NULL, NULL, "password is missing: eap=PAX");
	bed_assert_refused(m, "hash:0123456789abcdef0123456789abcdef", NULL,
			   "of no use to eap=PAX");
	bed_assert_refused(m, "\"short\"", NULL, "password of 5 bytes: eap=PAX needs a key of 16");
	bed_assert_refused(m, "0123456789abcdef0123456789abcdef00", NULL, "password of 17 bytes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capture),	     cmocka_unit_test(both_macs),
		cmocka_unit_test(tampered),	     cmocka_unit_test(reflected_and_replayed),
		cmocka_unit_test(another_key),	     cmocka_unit_test(what_is_refused),
		cmocka_unit_test(malformed_first),   cmocka_unit_test(a_person_is_asked),
		cmocka_unit_test(what_load_refuses),
	};

	return cmocka_run_group_tests_name("method pax", tests, NULL, NULL);
}
