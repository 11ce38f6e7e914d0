/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/preshared_bed.h"
#include <crypto/eax.h>
#include <errno.h>
#include <method/list.h>
#include <openssl/evp.h>
#include <string.h>
#include "tests/unit/hex.h"

/*
 * EAP-PSK: the algorithm's own test vectors, a login of other programs, and a server in here that
 * is written after RFC 4764 with nothing but OpenSSL.
 */

static const char key[] = "0123456789abcdef0123456789abcdef";
static const char server_id[] = "radius.example", peer_id[] = "pskuser";

/* "The EAX Mode of Operation", appendix G. */
static void eax_vectors(void **state)
{
	static const struct {
		const char *plain, *key, *nonce, *header, *cipher;
	} rows[] = {
		{ "", "233952DEE4D5ED5F9B9C6D6FF80FF478", "62EC67F9C3A4A407FCB2A8C49031A8B3",
		  "6BFB914FD07EAE6B", "E037830E8389F27B025A2D6527E79D01" },
		{ "F7FB", "91945D3F4DCBEE0BF45EF52255F095A4", "BECAF043B0A23D843194BA972C66DEBD",
		  "FA3BFD4806EB53FA", "19DD5C4C9331049D0BDAB0277408F67967E5" },
		{ "1A47CB4933", "01F74AD64077F2E704C0F60ADA3DD523",
		  "70C3DB4F0D26368400A10ED05D2BFF5E", "234A3463C1264AC6",
		  "D851D5BAE03A59F238A23E39199DC9266626C40F80" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t k[16], n[16], h[16], plain[16], cipher[48], out[48], tag[16];
		size_t h_len = hex(rows[i].header, h), len = hex(rows[i].plain, plain);

		hex(rows[i].key, k);
		hex(rows[i].nonce, n);
		hex(rows[i].cipher, cipher);
		assert_int_equal(xeap_eax_encrypt(xeap_span(k, 16), xeap_span(n, 16),
						  xeap_span(h, h_len), xeap_span(plain, len), out,
						  tag),
				 0);
		assert_memory_equal(out, cipher, len);
		assert_memory_equal(tag, cipher + len, 16);
		assert_int_equal(xeap_eax_decrypt(xeap_span(k, 16), xeap_span(n, 16),
						  xeap_span(h, h_len), xeap_span(cipher, len), tag,
						  out),
				 0);
		assert_memory_equal(out, plain, len);
		tag[3] ^= 1;
		assert_int_equal(xeap_eax_decrypt(xeap_span(k, 16), xeap_span(n, 16),
						  xeap_span(h, h_len), xeap_span(cipher, len), tag,
						  out),
				 -EACCES);
	}
}

/* tests/fixtures/captures/psk.pcap and .keys.txt */
static void capture(void **state)
{
	struct preshared_bed b;

	bed_begin(&b, &xeap_method_psk, "pskuser", key, NULL);
	bed_random_hex("8167f43eabbd764acab3e23dc0fe254e");
	bed_feed_hex(&b, "01b4002a2f009e642c3e18bfebba4fbc03b636db56977261646975732e62617365"
			 "6c696e652e74657374");
	bed_assert_response_hex(&b, "02b4003d2f409e642c3e18bfebba4fbc03b636db56978167f43eabbd764a"
				    "cab3e23dc0fe254ef8893fa071289ec88764fafecee57fe570736b757365"
				    "72");
	bed_assert_no_keys(&b);
	bed_feed_hex(&b, "01b5003b2f809e642c3e18bfebba4fbc03b636db5697f8f683d0eee02f63b7cbd1433093"
			 "ce5d00000000f56bf5a9871db4032ed4c273a095ecf83e");
	bed_assert_response_hex(&b, "02b5002b2fc09e642c3e18bfebba4fbc03b636db569700000001c7170d249e"
				    "b6168b69cb21d41ac9216a9b");
	bed_assert_proven(&b);
	assert_int_equal(b.result.decision, XEAP_DECISION_UNCOND_SUCC);
	bed_assert_key_hex(
		&b, XEAP_KEY_MSK,
		"0c79768b2a4711664a33971c21e7515119cd4091b34718c086645e573c71ff89b038e3b4"
		"e420774d72fccec5349576ee96b648ab7a2b9691368be09bafe66577");
	bed_assert_key_hex(
		&b, XEAP_KEY_EMSK,
		"d9383f2e786507a16223af18a642c0b41a35b346c8222bea7aae0faf0a3bf67c531c5339"
		"e209bc51d104ee4fd0aedf18f74ed7bc130f1afb2b801a47b4cc3e38");
	bed_assert_key_hex(&b, XEAP_KEY_SESSION_ID,
			   "2f8167f43eabbd764acab3e23dc0fe254e9e642c3e18bfebba4fbc03b636db5697");
	bed_end(&b);
}

/* The server. */

struct server {
	uint8_t ak[16], kdk[16], tek[16], rand_s[16], rand_p[16];
};

static void aes(const uint8_t *k, const uint8_t *in, uint8_t *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n;

	EVP_EncryptInit_ex(ctx, EVP_aes_128_ecb(), NULL, k, NULL);
	EVP_EncryptUpdate(ctx, out, &n, in, 16);
	EVP_CIPHER_CTX_free(ctx);
}

static void counted(const uint8_t *k, const uint8_t *in, uint8_t i, uint8_t *out)
{
	uint8_t block[16];

	aes(k, in, block);
	block[15] ^= i;
	aes(k, block, out);
}

static void cmac(const uint8_t *k, const void *bytes, size_t len, uint8_t *out)
{
	size_t n = 16;

	assert_non_null(
		EVP_Q_mac(NULL, "CMAC", NULL, "AES-128-CBC", NULL, k, 16, bytes, len, out, 16, &n));
}

static void eax(const uint8_t *k, uint32_t nonce, const uint8_t *header, uint8_t *data, size_t len,
		uint8_t *tag)
{
	uint8_t text[512] = { 0 }, n[16], h[16], c[16];
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int done;

	text[31] = (uint8_t)nonce;
	cmac(k, text, 32, n);
	memset(text, 0, 16);
	text[15] = 1;
	memcpy(text + 16, header, 22);
	cmac(k, text, 38, h);
	EVP_EncryptInit_ex(ctx, EVP_aes_128_ctr(), NULL, k, n);
	EVP_EncryptUpdate(ctx, data, &done, data, (int)len);
	EVP_CIPHER_CTX_free(ctx);
	text[15] = 2;
	memcpy(text + 16, data, len);
	cmac(k, text, 16 + len, c);
	for (int i = 0; i < 16; i++)
		tag[i] = n[i] ^ h[i] ^ c[i];
}

static void first(struct preshared_bed *b, struct server *s)
{
	uint8_t m[17 + sizeof(server_id)] = { 0 };

	memset(s->rand_s, 0x5a, 16);
	memcpy(m + 1, s->rand_s, 16);
	memcpy(m + 17, server_id, strlen(server_id));
	bed_feed(b, m, 17 + strlen(server_id));
}

static void read_second(struct preshared_bed *b, struct server *s, const char *with)
{
	struct xeap_span r = bed_response(b);
	uint8_t psk[16], zero[16] = { 0 }, text[128], mac[16];
	size_t n = 0;

	hex(with, psk);
	counted(psk, zero, 1, s->ak);
	counted(psk, zero, 2, s->kdk);
	assert_int_equal(r.len, 49 + strlen(peer_id));
	assert_int_equal(r.data[0], 0x40);
	assert_memory_equal(r.data + 1, s->rand_s, 16);
	memcpy(s->rand_p, r.data + 17, 16);
	memcpy(text, peer_id, strlen(peer_id));
	n += strlen(peer_id);
	memcpy(text + n, server_id, strlen(server_id));
	n += strlen(server_id);
	memcpy(text + n, r.data + 1, 32);
	cmac(s->ak, text, n + 32, mac);
	if (strcmp(with, key) == 0)
		assert_memory_equal(r.data + 33, mac, 16);
	assert_memory_equal(r.data + 49, peer_id, strlen(peer_id));
	counted(s->kdk, s->rand_p, 1, s->tek);
	assert_int_equal(b->result.decision, XEAP_DECISION_FAIL);
	assert_int_equal(b->result.diag.code, XEAP_E_USER_NAME_PASSWORD_REJECTED);
}

/* The third message: 1 + 16 + 16 + 4 + 16 + len. The header is that of the packet to come. */
static size_t make_third(struct preshared_bed *b, struct server *s, const uint8_t *plain,
			 size_t len, uint8_t *m)
{
	uint8_t text[64], header[22];
	size_t n = 53 + len;

	m[0] = 0x80;
	memcpy(m + 1, s->rand_s, 16);
	memcpy(text, server_id, strlen(server_id));
	memcpy(text + strlen(server_id), s->rand_p, 16);
	cmac(s->ak, text, strlen(server_id) + 16, m + 17);
	memset(m + 33, 0, 4);
	memcpy(header, (uint8_t[]){ 1, (uint8_t)(b->id + 1), 0, (uint8_t)(n + 5), 47, 0x80 }, 6);
	memcpy(header + 6, s->rand_s, 16);
	memcpy(m + 53, plain, len);
	eax(s->tek, 0, header, m + 53, len, m + 37);
	return n;
}

static void assert_fourth(struct preshared_bed *b, struct server *s, uint8_t result)
{
	struct xeap_span r = bed_response(b);
	uint8_t tag[16], data[1] = { result };

	assert_int_equal(r.len, 38);
	assert_int_equal(r.data[0], 0xc0);
	assert_memory_equal(r.data + 1, s->rand_s, 16);
	assert_memory_equal(r.data + 17, "\0\0\0\1", 4);
	eax(s->tek, 1, b->out.w.c.data, data, 1, tag);
	assert_memory_equal(r.data + 21, tag, 16);
	assert_memory_equal(r.data + 37, data, 1);
}

static void begin(struct preshared_bed *b, struct server *s)
{
	bed_begin(b, &xeap_method_psk, peer_id, key, NULL);
	first(b, s);
	read_second(b, s, key);
}

static void results(void **state)
{
	static const struct {
		uint8_t plain[3];
		size_t len;
		const char *text; /* NULL: logged in */
	} rows[] = {
		{ { 0x80 }, 1, NULL },
		{ { 0xc0 }, 1, "DONE_FAILURE" },
		{ { 0x40 }, 1, "extension" },
		{ { 0x00 }, 1, "extension" },
		{ { 0xa0, 1, 2 }, 3, "extension" },
		{ { 0x60, 1, 2 }, 3, "extension" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct preshared_bed b;
		struct server s;
		uint8_t m[64], again[64];
		size_t n;

		begin(&b, &s);
		n = make_third(&b, &s, rows[i].plain, rows[i].len, m);
		memcpy(again, m, n);
		bed_feed(&b, m, n);
		assert_fourth(&b, &s, rows[i].text ? 0xc0 : 0x80);
		if (rows[i].text)
			bed_assert_failed(&b, rows[i].text);
		else
			bed_assert_proven(&b);
		/* Once more is once too often. */
		bed_feed(&b, again, n);
		assert_true(b.result.ignore);
		bed_end(&b);
	}
}

/* Each byte of the third message counts; what is left of it when it is cut is nothing. */
static void tampered(void **state)
{
	struct preshared_bed b;
	struct server s;
	uint8_t m[64];
	size_t n;

	begin(&b, &s);
	for (size_t i = 0; i < 54; i++) {
		n = make_third(&b, &s, (const uint8_t[]){ 0x80 }, 1, m);
		m[i] ^= 0x01;
		bed_feed(&b, m, n);
		bed_assert_ignored(&b);
		n = make_third(&b, &s, (const uint8_t[]){ 0x80 }, 1, m);
		bed_feed(&b, m, i);
		bed_assert_ignored(&b);
	}
	/* A channel with nothing in it, and with more than there can be. */
	n = make_third(&b, &s, (const uint8_t[]){ 0x80 }, 0, m);
	bed_feed(&b, m, n);
	bed_assert_ignored(&b);
	{
		uint8_t big[1400] = { 0x80 };

		bed_feed(&b, big, sizeof(big));
		bed_assert_ignored(&b);
	}
	/* None of that has spoilt it. */
	n = make_third(&b, &s, (const uint8_t[]){ 0x80 }, 1, m);
	bed_feed(&b, m, n);
	bed_assert_proven(&b);
	bed_end(&b);
}

/* A server that repeats what the peer sent proves nothing. */
static void reflected(void **state)
{
	struct preshared_bed b;
	struct server s;
	uint8_t m[64];
	size_t n;

	begin(&b, &s);
	n = make_third(&b, &s, (const uint8_t[]){ 0x80 }, 1, m);
	memcpy(m + 17, bed_response(&b).data + 33, 16);
	bed_feed(&b, m, n);
	bed_assert_ignored(&b);
	bed_end(&b);
}

static void another_key(void **state)
{
	struct preshared_bed b;
	struct server s;
	uint8_t m[64];
	size_t n;

	bed_begin(&b, &xeap_method_psk, peer_id, key, NULL);
	first(&b, &s);
	read_second(&b, &s, "ffffffffffffffffffffffffffffffff");
	n = make_third(&b, &s, (const uint8_t[]){ 0x80 }, 1, m);
	bed_feed(&b, m, n);
	bed_assert_ignored(&b);
	bed_end(&b);
}

static void out_of_order(void **state)
{
	static const uint8_t flags[] = { 0x40, 0x80, 0xc0, 0x01 };
	struct preshared_bed b;
	struct server s;
	uint8_t m[64] = { 0 };

	bed_begin(&b, &xeap_method_psk, peer_id, key, NULL);
	bed_feed(&b, m, 0);
	bed_assert_ignored(&b);
	for (size_t i = 0; i < sizeof(flags); i++) {
		m[0] = flags[i];
		bed_feed(&b, m, sizeof(m));
		bed_assert_ignored(&b);
	}
	m[0] = 0;
	bed_feed(&b, m, 16);
	bed_assert_ignored(&b);
	first(&b, &s);
	read_second(&b, &s, key);
	first(&b, &s);
	bed_assert_ignored(&b);
	bed_end(&b);
	/* An empty name of the server is one. */
	bed_begin(&b, &xeap_method_psk, peer_id, key, NULL);
	bed_feed(&b, m, 17);
	bed_response(&b);
	bed_end(&b);
}

static void a_person_is_asked(void **state)
{
	struct xeap_prompt prompt;
	struct preshared_bed b;
	struct server s;

	for (int again = 0; again < 2; again++) {
		if (again)
			bed_begin_again(&b, &xeap_method_psk, peer_id, "\"abcdefghijklmnop\"");
		else
			bed_begin(&b, &xeap_method_psk, peer_id, NULL, NULL);
		assert_int_equal(xeap_method_psk.get_prompt(b.ctx, &prompt), -EINVAL);
		assert_int_equal(xeap_method_psk.answer(b.ctx, &prompt, &b.out.w, &b.result),
				 -EINVAL);
		first(&b, &s);
		assert_int_equal(b.result.need, XEAP_NEED_UI);
		bed_answer(&b, "");
		assert_int_equal(b.result.need, XEAP_NEED_UI);
		bed_answer(&b, "0123456789abcdef0123456789abcdeg");
		assert_int_equal(b.result.need, XEAP_NEED_UI);
		assert_non_null(strstr(b.result.diag.text, "eap=PSK needs a key of 16 bytes"));
		bed_answer(&b, "0123456789ABCDEF0123456789abcdef");
		read_second(&b, &s, key);
		bed_end(&b);
	}
}

static void what_load_refuses(void **state)
{
	static const char hash[] = "hash:0123456789abcdef0123456789abcdef";

	bed_assert_refused(&xeap_method_psk, NULL, NULL, "password is missing: eap=PSK");
	bed_assert_refused(&xeap_method_psk, hash, NULL, "of no use to eap=PSK");
	bed_assert_refused(&xeap_method_psk, "\"short\"", NULL,
			   "password of 5 bytes: eap=PSK needs a key of 16 bytes, as 32 "
			   "hexadecimal digits");
	bed_assert_refused(&xeap_method_psk, "\"0123456789abcdef0123456789abcdef\"", NULL,
			   "password of 32 bytes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(eax_vectors),	     cmocka_unit_test(capture),
		cmocka_unit_test(results),	     cmocka_unit_test(tampered),
		cmocka_unit_test(reflected),	     cmocka_unit_test(another_key),
		cmocka_unit_test(out_of_order),	     cmocka_unit_test(a_person_is_asked),
		cmocka_unit_test(what_load_refuses),
	};

	return cmocka_run_group_tests_name("method psk", tests, NULL, NULL);
}
