/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* EAP-AKA and EAP-AKA'; what they share with EAP-SIM is in test_method_sim. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <xeap/card.h>
#include "tests/unit/sim_bed.h"

static const struct xeap_method *const both[] = { &xeap_method_aka, &xeap_method_aka_prime };

static void begin(struct sim_bed *b, const struct xeap_method *method, const char *phase1)
{
	bed_begin(b, method, NULL, phase1, NULL);
}

static void assert_keys(const struct sim_bed *b)
{
	uint8_t key[64];

	assert_int_equal(b->method->get_key(b->ctx, XEAP_KEY_MSK, key, 64), 64);
	assert_memory_equal(key, b->keys.msk, 64);
	assert_int_equal(b->method->get_key(b->ctx, XEAP_KEY_EMSK, key, 64), 64);
	assert_memory_equal(key, b->keys.emsk, 64);
}

static void assert_rejected(const struct sim_bed *b, const char *says)
{
	assert_int_equal(b->r, 0);
	assert_int_equal(bed_subtype(b), 2);
	assert_int_equal(b->out.w.c.len, 8);
	assert_int_equal(b->result.method_state, XEAP_METHOD_DONE);
	assert_int_equal(b->result.decision, XEAP_DECISION_FAIL);
	assert_non_null(strstr(b->result.diag.text, says));
}

/* As after a wrong AT_MAC. */
static void assert_unprocessable(const struct sim_bed *b, const char *says)
{
	assert_true(bed_is_client_error(b, 0));
	assert_non_null(strstr(b->result.diag.text, says));
}

static void good_challenge(struct sim_bed *b)
{
	bed_challenge(b);
	bed_inner_text(b, AT_NEXT_REAUTH_ID, "4reauth@realm");
	bed_put_encrypted(b);
	bed_challenge_mac(b);
	assert_int_equal(b->r, 0);
	assert_int_equal(bed_subtype(b), 1);
}

static void logs_in(void **state)
{
	struct sim_bed b;
	uint8_t id[33];
	size_t n;

	for (size_t i = 0; i < 2; i++) {
		begin(&b, both[i], NULL);
		good_challenge(&b);
		assert_true(bed_mac_is_right(&b, NULL, 0));
		/* RFC 4187 §10.8: the length in bits. */
		assert_memory_equal(bed_find(&b, AT_RES, &n), "\0\x40", 2);
		assert_memory_equal(bed_find(&b, AT_RES, &n) + 2, b.card.res, 8);
		assert_int_equal(b.result.decision, XEAP_DECISION_COND_SUCC);
		assert_keys(&b);
		assert_int_equal(b.method->get_key(b.ctx, XEAP_KEY_SESSION_ID, id, 33), 33);
		assert_int_equal(id[0], both[i]->type.type);
		assert_memory_equal(id + 1, b.rand, 16);
		bed_end(&b);
	}
}

static void reauthenticates(void **state)
{
	struct xeap_span identity = xeap_span("4reauth@realm", 13);
	struct sim_bed b;

	for (size_t i = 0; i < 2; i++) {
		begin(&b, both[i], NULL);
		good_challenge(&b);
		bed_again(&b);
		bed_identity(&b, AT_ANY_ID_REQ);
		assert_string_equal(b.identity, "4reauth@realm");
		bed_reauth(&b, 5, NULL);
		assert_int_equal(bed_subtype(&b), 13);
		assert_true(bed_mac_is_right(&b, b.nonce_s, 16));
		assert_int_equal((b.prime ? xeap_aka_prime_keys_reauth : xeap_sim_keys_reauth)(
					 &b.keys, identity, 5, xeap_span(b.nonce_s, 16)),
				 0);
		assert_keys(&b);
		bed_end(&b);
	}
}

static void a_server_with_another_key(void **state)
{
	struct sim_bed b;

	for (size_t i = 0; i < 2; i++) {
		begin(&b, both[i], NULL);
		b.key.k[0] ^= 1;
		bed_challenge(&b);
		bed_challenge_mac(&b);
		assert_rejected(&b, "AUTN does not verify");
		bed_end(&b);
		begin(&b, both[i], NULL);
		bed_challenge(&b);
		b.keys.k_aut[0] ^= 1;
		bed_challenge_mac(&b);
		assert_true(bed_is_client_error(&b, 0));
		bed_end(&b);
	}
}

/* 3GPP TS 33.102 §6.3.5: the server reads the card's number out of AUTS. */
static void assert_auts(const struct sim_bed *b, uint64_t sqn)
{
	uint8_t number[6], mac_a[8], mac_s[8];
	struct xeap_milenage m;
	size_t n;
	const uint8_t *auts = bed_find(b, AT_AUTS, &n);

	assert_int_equal(bed_subtype(b), 4);
	assert_non_null(auts);
	assert_int_equal(n, 14);
	assert_int_equal(xeap_milenage_f2345(&b->key, b->rand, &m), 0);
	for (size_t i = 0; i < 6; i++) {
		number[i] = auts[i] ^ m.aks[i];
		assert_int_equal(number[i], (uint8_t)(sqn >> (40 - 8 * i)));
	}
	assert_int_equal(
		xeap_milenage_f1(&b->key, b->rand, number, (uint8_t[]){ 0, 0 }, mac_a, mac_s), 0);
	assert_memory_equal(mac_s, auts + 6, 8);
}

/* A challenge that was used is out of order; the number is remembered from session to session. */
static void a_replayed_challenge_is_not_fresh(void **state)
{
	struct sim_bed b;
	size_t n;

	for (size_t i = 0; i < 2; i++) {
		begin(&b, both[i], NULL);
		b.sqn = 0x100;
		good_challenge(&b);
		bed_again(&b);
		b.sqn = 0x100;
		bed_challenge(&b);
		bed_challenge_mac(&b);
		assert_auts(&b, 0x100);
		assert_int_equal(bed_find(&b, AT_KDF, &n) != NULL, b.prime);
		assert_int_equal(b.result.method_state, XEAP_METHOD_CONT);
		b.sqn = 0x101;
		good_challenge(&b);
		assert_keys(&b);
		bed_end(&b);
	}
}

static void checkcode(struct sim_bed *b, uint8_t ret_value[32])
{
	struct xeap_span rounds = xeap_span(b->rounds, b->rounds_len);

	assert_true(xeap_digest_once(b->prime ? XEAP_DIGEST_SHA256 : XEAP_DIGEST_SHA1, &rounds, 1,
				     ret_value, 32) > 0);
}

/* RFC 4187 §10.13: what was said before the keys was not changed. */
static void identities_are_under_the_checkcode(void **state)
{
	struct sim_bed b;
	uint8_t value[32];
	size_t n;

	for (size_t i = 0; i < 6; i++) {
		size_t len;

		begin(&b, both[i % 2], NULL);
		len = b.prime ? 32 : 20;
		bed_identity(&b, AT_ANY_ID_REQ);
		bed_identity(&b, AT_PERMANENT_ID_REQ);
		bed_challenge(&b);
		checkcode(&b, value);
		if (i / 2 == 1)
			value[3] ^= 1;
		bed_put_block(&b, AT_CHECKCODE, value, i / 2 == 2 ? 0 : len);
		bed_challenge_mac(&b);
		if (i / 2) {
			assert_true(bed_is_client_error(&b, 0));
			assert_non_null(strstr(b.result.diag.text, "AT_CHECKCODE"));
		} else {
			assert_memory_equal(bed_find(&b, AT_CHECKCODE, &n) + 2, value, len);
			assert_keys(&b);
		}
		bed_end(&b);
	}
	begin(&b, both[0], NULL);
	bed_challenge(&b);
	bed_put_block(&b, AT_CHECKCODE, NULL, 0);
	bed_challenge_mac(&b);
	assert_non_null(bed_find(&b, AT_CHECKCODE, &n));
	assert_int_equal(n, 2);
	bed_end(&b);
}

static void identity_requests_that_are_not_right(void **state)
{
	static const uint8_t filler[900];
	struct sim_bed b;

	begin(&b, both[0], NULL);
	bed_request(&b, 5);
	bed_feed(&b);
	assert_true(bed_is_client_error(&b, 0));
	bed_end(&b);
	/* More than is kept for the checkcode. */
	begin(&b, both[0], NULL);
	bed_request(&b, 5);
	bed_put_u16(&b, AT_ANY_ID_REQ, 0);
	bed_put(&b, 222, filler, sizeof(filler));
	bed_put(&b, 223, filler, sizeof(filler));
	bed_put(&b, 224, filler, sizeof(filler));
	bed_feed(&b);
	assert_true(bed_is_client_error(&b, 0));
	bed_end(&b);
	/* AT_VERSION_LIST is EAP-SIM's. */
	begin(&b, both[0], NULL);
	bed_request(&b, 5);
	bed_put_u16(&b, AT_ANY_ID_REQ, 0);
	bed_put(&b, AT_VERSION_LIST, "\0\2\0\1", 4);
	bed_feed(&b);
	assert_true(bed_is_client_error(&b, 0));
	bed_end(&b);
	/* Nothing of it before AT_AUTN. */
	begin(&b, both[0], NULL);
	bed_challenge(&b);
	bed_request(&b, 1);
	bed_put_block(&b, AT_RAND, b.rand, 16);
	bed_challenge_mac(&b);
	assert_true(bed_is_client_error(&b, 0));
	bed_end(&b);
}

/* RFC 9048 §4 */
static void nobody_bids_down(void **state)
{
	static const struct {
		const char *eap;
		uint16_t bidding;
		bool rejected;
	} rows[] = { { "AKA' AKA", 0x8000, true },
		     { "AKA' AKA", 0, false },
		     { "AKA", 0x8000, false } };
	struct sim_bed b;

	for (size_t i = 0; i < 3; i++) {
		bed_begin(&b, both[0], NULL, NULL, rows[i].eap);
		bed_challenge(&b);
		bed_put_u16(&b, AT_BIDDING, rows[i].bidding);
		bed_challenge_mac(&b);
		if (rows[i].rejected)
			assert_rejected(&b, "bid down");
		else
			assert_keys(&b);
		bed_end(&b);
	}
}

/* AKA' up to AT_MAC, with lists of its own. */
static void prime_challenge(struct sim_bed *b, const char *amf, const uint16_t *kdf, size_t n)
{
	bed_challenge_with(b, b->sqn++, amf, NULL);
	for (size_t i = 0; i < n; i++)
		bed_put_u16(b, AT_KDF, kdf[i]);
	if (b->network)
		bed_put_text(b, AT_KDF_INPUT, b->network);
}

static void separation_bit(void **state)
{
	static const uint16_t kdf[] = { 1 };
	struct sim_bed b;

	begin(&b, both[1], NULL);
	prime_challenge(&b, "7fff", kdf, 1);
	bed_challenge_mac(&b);
	assert_rejected(&b, "separation bit");
	bed_end(&b);
}

/* RFC 9048 §3.2 */
static void a_function_is_agreed_on(void **state)
{
	static const uint16_t offer[] = { 2, 1, 3 }, good[] = { 1, 2, 1, 3 }, less[] = { 1, 2, 1 },
			      other[] = { 1, 2, 3, 1 }, twice[] = { 1, 2, 2 }, none[] = { 2, 3 };
	static const struct {
		const uint16_t *list;
		size_t n;
		bool accepted;
	} rows[] = {
		{ good, 4, true }, { less, 3, false }, { other, 4, false }, { offer, 3, false }
	};
	struct sim_bed b;
	size_t n;

	for (size_t i = 0; i < 4; i++) {
		begin(&b, both[1], NULL);
		prime_challenge(&b, "8000", offer, 3);
		bed_challenge_mac(&b);
		assert_int_equal(bed_subtype(&b), 1);
		assert_memory_equal(bed_find(&b, AT_KDF, &n), "\0\1", 2);
		assert_int_equal(b.out.w.c.len, 12);
		prime_challenge(&b, "8000", rows[i].list, rows[i].n);
		bed_challenge_mac(&b);
		if (rows[i].accepted)
			assert_keys(&b);
		else
			assert_unprocessable(&b, "AT_KDF");
		bed_end(&b);
	}
	begin(&b, both[1], NULL);
	prime_challenge(&b, "8000", twice, 3);
	bed_challenge_mac(&b);
	assert_rejected(&b, "AT_KDF");
	bed_end(&b);
	begin(&b, both[1], NULL);
	prime_challenge(&b, "8000", none, 2);
	bed_challenge_mac(&b);
	assert_rejected(&b, "key derivation function");
	bed_end(&b);
	begin(&b, both[1], NULL);
	prime_challenge(&b, "8000", NULL, 0);
	bed_challenge_mac(&b);
	assert_true(bed_is_client_error(&b, 0));
	bed_end(&b);
}

/* RFC 9048 §3.1 */
static void network_names(void **state)
{
	static const struct {
		const char *phase1, *network;
		bool accepted;
	} rows[] = {
		{ NULL, "5G:mnc001.mcc232.3gppnetwork.org", true },
		{ "network_name=WLAN", "WLAN", true },
		{ "network_name=WLAN", "WLAN:more", true },
		{ "network_name=WLAN:a:b", "WLAN:a", true },
		{ "network_name=WLAN:a:b", "WLAN:x", false },
		{ "network_name=WLAN", "WLA", false },
		{ "network_name=WLAN", "HRPD", false },
		{ NULL, "", false },
	};
	static const uint16_t kdf[] = { 1 };
	struct sim_bed b;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(&b, both[1], rows[i].phase1);
		b.network = rows[i].network;
		prime_challenge(&b, "8000", kdf, 1);
		bed_challenge_mac(&b);
		if (rows[i].accepted)
			assert_keys(&b);
		else
			assert_rejected(&b, "network");
		bed_end(&b);
	}
}

/* The server's half of RFC 9678 §6.5. */
struct server_key {
	EVP_PKEY *key;
	bool p256;
	uint8_t public_value[33], secret[32];
	size_t len;
};

static void server_key(struct server_key *k, bool p256)
{
	uint8_t whole[65];
	size_t n;

	*k = (struct server_key){ .p256 = p256, .len = p256 ? 33 : 32 };
	if (!p256) {
		k->key = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
		assert_int_equal(EVP_PKEY_get_raw_public_key(k->key, k->public_value, &k->len), 1);
		return;
	}
	k->key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	assert_int_equal(EVP_PKEY_get_octet_string_param(k->key, "encoded-pub-key", whole,
							 sizeof(whole), &n),
			 1);
	assert_int_equal(n, 65);
	memcpy(k->public_value, whole, 33);
	k->public_value[0] = 2 + (whole[64] & 1);
}

static void server_agree(struct server_key *k, const uint8_t *theirs)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(k->key, NULL);
	EVP_PKEY *other = EVP_PKEY_new();
	size_t n = 32;

	if (k->p256) {
		assert_int_equal(EVP_PKEY_copy_parameters(other, k->key), 1);
		assert_int_equal(EVP_PKEY_set1_encoded_public_key(other, theirs, 33), 1);
	} else {
		EVP_PKEY_free(other);
		other = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, theirs, 32);
	}
	assert_int_equal(EVP_PKEY_derive_init(ctx), 1);
	assert_int_equal(EVP_PKEY_derive_set_peer(ctx, other), 1);
	assert_int_equal(EVP_PKEY_derive(ctx, k->secret, &n), 1);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(other);
	EVP_PKEY_free(k->key);
	k->key = NULL;
}

struct offer {
	uint16_t list[4];
	size_t n;
};

static void lists_challenge(struct sim_bed *b, struct offer kdf, struct offer fs,
			    const uint8_t *value, size_t len)
{
	prime_challenge(b, "8000", kdf.list, kdf.n);
	for (size_t i = 0; i < fs.n; i++)
		bed_put_u16(b, AT_KDF_FS, fs.list[i]);
	bed_put(b, AT_PUB_ECDHE, value, len);
	bed_inner_text(b, AT_NEXT_REAUTH_ID, "8reauth@realm");
	bed_put_encrypted(b);
	bed_challenge_mac(b);
}

static void fs_challenge(struct sim_bed *b, const uint16_t *fs, size_t n, const uint8_t *value,
			 size_t len)
{
	struct offer offer = { .n = n };

	memcpy(offer.list, fs, n * sizeof(*fs));
	lists_challenge(b, (struct offer){ { 1 }, 1 }, offer, value, len);
}

/* What the server derives, with the secret, for the challenge before. */
static void fs_keys(struct sim_bed *b, const uint8_t *secret)
{
	struct sim_bed copy = *b;

	copy.id = (uint8_t)(b->id - 1); /* RAND is made of it */
	bed_challenge_with(&copy, b->sqn - 1, "8000", secret);
	b->keys = copy.keys;
}

static void forward_secrecy(void **state)
{
	struct server_key k;
	struct sim_bed b;
	const uint8_t *ours;
	size_t n;

	for (int p256 = 0; p256 < 2; p256++) {
		uint16_t fs = (uint16_t)(1 + p256);

		begin(&b, both[1], "aka_fs=2");
		server_key(&k, p256);
		fs_challenge(&b, &fs, 1, k.public_value, k.len);
		assert_int_equal(bed_subtype(&b), 1);
		assert_true(bed_mac_is_right(&b, NULL, 0));
		ours = bed_find(&b, AT_PUB_ECDHE, &n);
		assert_non_null(ours);
		assert_int_equal(n, 34);
		server_agree(&k, ours);
		fs_keys(&b, k.secret);
		assert_keys(&b);
		/* K_re is of the secret, too. */
		bed_again(&b);
		bed_identity(&b, AT_ANY_ID_REQ);
		bed_reauth(&b, 1, NULL);
		assert_int_equal(xeap_aka_prime_keys_reauth(&b.keys, xeap_span("8reauth@realm", 13),
							    1, xeap_span(b.nonce_s, 16)),
				 0);
		assert_keys(&b);
		bed_end(&b);
	}
}

static void forward_secrecy_of_another_function(void **state)
{
	static const uint16_t offer[] = { 9, 2 }, good[] = { 2, 9, 2 }, other[] = { 2, 8, 2 };
	struct server_key k;
	struct sim_bed b;
	size_t n;

	for (int right = 0; right < 2; right++) {
		begin(&b, both[1], NULL);
		server_key(&k, true);
		fs_challenge(&b, offer, 2, k.secret, 32);
		assert_memory_equal(bed_find(&b, AT_KDF_FS, &n), "\0\2", 2);
		assert_int_equal(b.out.w.c.len, 12);
		fs_challenge(&b, right ? good : other, 3, k.public_value, 33);
		if (right) {
			server_agree(&k, bed_find(&b, AT_PUB_ECDHE, &n));
			fs_keys(&b, k.secret);
			assert_keys(&b);
		} else {
			assert_unprocessable(&b, "AT_KDF_FS");
			EVP_PKEY_free(k.key);
		}
		bed_end(&b);
	}
}

/* One after the other; what was agreed on first stays as it is. */
static void both_functions_are_agreed_on(void **state)
{
	static const struct offer kdf = { { 2, 1 }, 2 }, kdf_chosen = { { 1, 2, 1 }, 3 },
				  fs = { { 9, 2 }, 2 }, fs_chosen = { { 2, 9, 2 }, 3 };
	struct server_key k;
	struct sim_bed b;
	size_t n;

	for (int right = 0; right < 2; right++) {
		begin(&b, both[1], NULL);
		server_key(&k, true);
		lists_challenge(&b, kdf, fs, k.secret, 32);
		assert_memory_equal(bed_find(&b, AT_KDF, &n), "\0\1", 2);
		assert_null(bed_find(&b, AT_KDF_FS, &n));
		lists_challenge(&b, kdf_chosen, fs, k.secret, 32);
		assert_memory_equal(bed_find(&b, AT_KDF_FS, &n), "\0\2", 2);
		assert_null(bed_find(&b, AT_KDF, &n));
		lists_challenge(&b, right ? kdf_chosen : kdf, fs_chosen, k.public_value, 33);
		if (right) {
			server_agree(&k, bed_find(&b, AT_PUB_ECDHE, &n));
			fs_keys(&b, k.secret);
			assert_keys(&b);
		} else {
			assert_unprocessable(&b, "AT_KDF ");
			EVP_PKEY_free(k.key);
		}
		bed_end(&b);
	}
}

/* RFC 9678 §6.2: no value comes twice, and no list changes that nobody asked to change. */
static void forward_secrecy_whose_list_changes(void **state)
{
	static const uint16_t both_of[] = { 1, 2 }, one[] = { 2 }, twice[] = { 1, 2, 2 };
	static const uint8_t zero[32];
	struct server_key k;
	struct sim_bed b;
	size_t n;

	/* Nobody may leave functions away when the sequence number makes a second Challenge. */
	for (int off = 0; off < 2; off++) {
		begin(&b, both[1], off ? "aka_fs=0" : NULL);
		server_key(&k, true);
		b.sqn = 0;
		fs_challenge(&b, both_of, 2, zero, 32);
		assert_int_equal(bed_subtype(&b), 4);
		b.sqn = 64;
		fs_challenge(&b, one, 1, k.public_value, 33);
		if (off)
			assert_keys(&b);
		else
			assert_unprocessable(&b, "AT_KDF_FS");
		EVP_PKEY_free(k.key);
		bed_end(&b);
	}
	begin(&b, both[1], NULL);
	fs_challenge(&b, twice, 3, zero, 32);
	assert_rejected(&b, "AT_KDF_FS");
	bed_end(&b);
	/* With it off, its list is ignored. */
	begin(&b, both[1], "aka_fs=0");
	fs_challenge(&b, twice, 3, zero, 32);
	assert_null(bed_find(&b, AT_PUB_ECDHE, &n));
	assert_keys(&b);
	bed_end(&b);
}

static void forward_secrecy_that_cannot_be(void **state)
{
	static const uint16_t fs = 1, unknown = 9;
	static const uint8_t zero[32];
	struct sim_bed b;
	size_t n;

	begin(&b, both[1], "aka_fs=2");
	bed_challenge(&b);
	bed_challenge_mac(&b);
	assert_rejected(&b, "aka_fs=2");
	bed_end(&b);
	begin(&b, both[1], "aka_fs=2");
	fs_challenge(&b, &unknown, 1, zero, 32);
	assert_rejected(&b, "aka_fs=2");
	bed_end(&b);
	begin(&b, both[1], NULL);
	fs_challenge(&b, &fs, 1, zero, 32);
	assert_true(bed_is_client_error(&b, 0));
	bed_end(&b);
	begin(&b, both[1], NULL);
	fs_challenge(&b, &fs, 1, zero, 20);
	assert_true(bed_is_client_error(&b, 0));
	bed_end(&b);
	/* Not wanted, or not known: as if it were not there (RFC 9678 §6.5.4). */
	for (int i = 0; i < 2; i++) {
		begin(&b, both[1], i ? NULL : "aka_fs=0");
		fs_challenge(&b, i ? &unknown : &fs, 1, zero, 32);
		assert_null(bed_find(&b, AT_PUB_ECDHE, &n));
		assert_keys(&b);
		bed_end(&b);
	}
	/* EAP-AKA knows nothing of it. */
	begin(&b, both[0], NULL);
	bed_challenge(&b);
	bed_put_u16(&b, AT_KDF_FS, 1);
	bed_challenge_mac(&b);
	assert_keys(&b);
	bed_end(&b);
	begin(&b, both[0], NULL);
	bed_challenge(&b);
	bed_put_u16(&b, AT_KDF, 1);
	bed_challenge_mac(&b);
	assert_true(bed_is_client_error(&b, 0));
	bed_end(&b);
}

/* A card of which each answer is set. */
static struct {
	int r;
	size_t res_len;
} card_answer;

static int card_umts(void *ctx, const char *pin, const uint8_t rand[16], const uint8_t autn[16],
		     struct xeap_card_umts *ret_umts)
{
	(void)ctx;
	(void)pin;
	(void)rand;
	(void)autn;
	*ret_umts = (struct xeap_card_umts){ .res_len = card_answer.res_len, .auts = { 0xa7 } };
	return card_answer.r;
}

static void a_card(void **state)
{
	static const struct xeap_card card = { .size = sizeof(card),
					       .name = "umts",
					       .umts = card_umts };
	static const struct {
		int r;
		size_t res_len;
		uint8_t subtype;
	} rows[] = { { -EBADMSG, 8, 2 }, { -ESTALE, 8, 4 }, { -ENODEV, 8, 14 },
		     { -EACCES, 8, 14 }, { 0, 3, 14 },	    { 0, 17, 14 } };
	struct xeap_diag diag = { 0 };
	struct sim_bed b;

	assert_int_equal(xeap_card_register(&card), 0);
	begin(&b, both[0], NULL);
	assert_int_equal(xeap_config_set(b.config, "pcsc", "\"umts\"", NULL), 0);
	b.method->unload(b.shared);
	assert_int_equal(b.method->load(b.config, false, &b.shared, NULL), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bed_again(&b);
		card_answer.r = rows[i].r;
		card_answer.res_len = rows[i].res_len;
		bed_challenge(&b);
		bed_challenge_mac(&b);
		assert_int_equal(b.r, 0);
		assert_int_equal(bed_subtype(&b), rows[i].subtype);
	}
	/* It has no GSM algorithm. */
	void *shared = NULL;
	assert_int_equal(xeap_method_sim.load(b.config, false, &shared, &diag), -EINVAL);
	assert_non_null(strstr(diag.text, "algorithm"));
	bed_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logs_in),
		cmocka_unit_test(reauthenticates),
		cmocka_unit_test(a_server_with_another_key),
		cmocka_unit_test(a_replayed_challenge_is_not_fresh),
		cmocka_unit_test(identities_are_under_the_checkcode),
		cmocka_unit_test(identity_requests_that_are_not_right),
		cmocka_unit_test(nobody_bids_down),
		cmocka_unit_test(separation_bit),
		cmocka_unit_test(a_function_is_agreed_on),
		cmocka_unit_test(network_names),
		cmocka_unit_test(forward_secrecy),
		cmocka_unit_test(forward_secrecy_of_another_function),
		cmocka_unit_test(both_functions_are_agreed_on),
		cmocka_unit_test(forward_secrecy_whose_list_changes),
		cmocka_unit_test(forward_secrecy_that_cannot_be),
		cmocka_unit_test(a_card),
	};

	return cmocka_run_group_tests_name("method aka", tests, NULL, NULL);
}
