/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What cannot be derived, and what is said of it. */
#include "tests/unit/derive_bed.h"
#include <errno.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <xeap/card.h>

#define NOBODY "identity=\"nobody\"", "password=\"nothing\""

static struct xeap_derivation derivation(const char *identity, const char *password)
{
	return (struct xeap_derivation){
		.size = sizeof(struct xeap_derivation),
		.identity = text(identity),
		.password = text(password),
	};
}

static void assert_refused(struct xeap_profile *base, const struct xeap_derivation *d, int err,
			   const char *why)
{
	struct xeap_profile *p = base;
	struct xeap_diag diag = { 0 };

	assert_int_equal(xeap_profile_derive(base, d, &p, &diag), err);
	assert_ptr_equal(p, base);
	if (!strstr(diag.text, why))
		fail_msg("\"%s\" is not in \"%s\"", why, diag.text);
	assert_int_not_equal(diag.code, 0);
	assert_int_equal(xeap_profile_derive(base, d, &p, NULL), err);
}

static void refused(const char *const *keys, struct xeap_derivation d, int err, const char *why)
{
	struct xeap_profile *base = load(keys);

	assert_refused(base, &d, err, why);
	xeap_profile_unref(base);
}

static void what_is_no_derivation(void **state)
{
	static const char *const keys[] = { "eap=MD5", NOBODY, NULL };
	struct xeap_derivation d = derivation("me", "mine");
	struct xeap_profile *base = load(keys), *p;

	d.size = 4;
	assert_refused(base, &d, -EINVAL, "a size");
	assert_refused(base, NULL, -EINVAL, "a size");
	d.size = sizeof(d);
	assert_int_equal(xeap_profile_derive(NULL, &d, &p, NULL), -EINVAL);
	assert_int_equal(xeap_profile_derive(base, &d, NULL, NULL), -EINVAL);
	/* An older caller's, without certificates; and a newer one's. */
	d.client_cert = text("not looked at");
	d.size = offsetof(struct xeap_derivation, client_cert);
	assert_int_equal(xeap_profile_derive(base, &d, &p, NULL), 0);
	xeap_profile_unref(p);
	xeap_profile_unref(base);
}

static void passwords(void **state)
{
	static const char *const psk[] = { "eap=PSK", "identity=\"nobody\"",
					   "password=\"0123456789abcdef\"", NULL };
	static const char *const mschapv2[] = { "eap=MSCHAPV2", NOBODY, NULL };
	static const char *const peap[] = { "eap=PEAP", NOBODY, "phase2=\"auth=MSCHAPV2\"", CA,
					    NULL };
	char *large = calloc(1, 5001);

	refused(psk, derivation("me", "too short"), -EINVAL, "eap=PSK needs");
	refused(mschapv2, derivation("me", "\xff"), -EILSEQ, "UTF-8");
	refused(peap, derivation("me", "\xff"), -EILSEQ, "MSCHAPV2 inside PEAP: ");
	memset(large, 'x', 5000);
	refused(peap, derivation("me", large), -E2BIG, "inside PEAP cannot be used");
	free(large);
}

static int no_umts(void *ctx, const char *pin, const uint8_t rand[16], const uint8_t autn[16],
		   struct xeap_card_umts *ret_umts)
{
	return -ENODEV;
}

static const struct xeap_card card = { .size = sizeof(card), .name = "a card", .umts = no_umts };

/* Who a subscriber is, and the key, may be elsewhere. */
static void subscribers(void **state)
{
	static const char *const imsi[] = { "eap=AKA", "imsi_identity=\"232010000000000\"",
					    "password=\"90dca4eda45b53cf0f12d7c9c3bc6a89:"
					    "cb9cccc4b9258e6dca4760379fb82581:000000000123\"",
					    NULL };
	static const char *const in_card[] = { "eap=AKA' AKA", "identity=\"6232010000000000@x\"",
					       "pcsc=\"a card\"", NULL };
	const char *const of_another = "90dca4eda45b53cf0f12d7c9c3bc6a89:"
				       "cb9cccc4b9258e6dca4760379fb82582:000000000123";
	struct xeap_profile *base, *p;

	assert_int_equal(xeap_card_register(&card), 0);
	refused(imsi, derivation("0232010000000001@x", NULL), -EOPNOTSUPP,
		"eap=AKA: imsi_identity= says who");
	refused(in_card, derivation("6232010000000001@x", of_another), -EOPNOTSUPP,
		"eap=AKA': the key is in the card");
	refused(imsi, derivation(NULL, "no key"), -EINVAL, "Ki:OPc:SQN");
	base = load(imsi);
	p = derive(base, NULL, of_another);
	xeap_profile_unref(p);
	xeap_profile_unref(base);
	base = load(in_card);
	p = derive(base, "6232010000000001@x", NULL);
	xeap_profile_unref(p);
	xeap_profile_unref(base);
}

/* RFC 9140 §3.1: an association is of one peer; those in memory are each supplicant's own. */
static void associations(void **state)
{
	static const char *const in_file[] = { "eap=NOOB", "noob_state_file=\"@/noob\"", NULL };
	static const char *const in_memory[] = { "eap=NOOB", NULL };
	struct xeap_profile *base, *p;

	refused(in_file, derivation("me", NULL), -EOPNOTSUPP, "the association of one peer");
	base = load(in_memory);
	p = derive(base, "me", NULL);
	xeap_profile_unref(base);
	xeap_profile_unref(p);
}

static struct xeap_derivation certified(const char *cert, const char *key)
{
	struct xeap_derivation d = derivation("me", NULL);

	d.client_cert = text(cert);
	d.private_key = text(key);
	return d;
}

static char *encrypted(const char *pem)
{
	BIO *in = BIO_new_mem_buf(pem, -1), *out = BIO_new(BIO_s_mem());
	EVP_PKEY *key = PEM_read_bio_PrivateKey(in, NULL, NULL, NULL);
	char *data, *copy;
	size_t n;

	PEM_write_bio_PrivateKey(out, key, EVP_aes_128_cbc(), (const unsigned char *)"pw", 2, NULL,
				 NULL);
	n = (size_t)BIO_get_mem_data(out, &data);
	copy = calloc(1, n + 1);
	assert_non_null(copy);
	memcpy(copy, data, n);
	BIO_free(in);
	BIO_free(out);
	EVP_PKEY_free(key);
	return copy;
}

static void opened(const char *const *keys, struct xeap_derivation d)
{
	struct xeap_profile *base = load(keys), *p = NULL;

	assert_int_equal(xeap_profile_derive(base, &d, &p, NULL), 0);
	xeap_profile_unref(p);
	xeap_profile_unref(base);
}

static void certificates(void **state)
{
	static const char *const md5[] = { "eap=MD5", NOBODY, NULL };
	static const char *const tls[] = { "eap=TLS", "identity=\"nobody\"", CERTIFICATE, NULL };
	static const char *const mixed[] = { "eap=MD5 PEAP", NOBODY, CA, NULL };
	static const char *const right[] = { "eap=TLS", "identity=\"nobody\"", CERTIFICATE,
					     "private_key_passwd=\"pw\"", NULL };
	static const char *const other[] = { "eap=TLS", "identity=\"nobody\"", CERTIFICATE,
					     "private_key_passwd=\"no\"", NULL };
	struct pem one = pem_make("one", false, false), two = pem_make("two", true, false);
	char *locked = encrypted(one.key), broken[64];

	refused(md5, certified(one.cert, one.key), -EOPNOTSUPP,
		"eap=MD5 has no use for a client certificate");
	refused(tls, certified(one.cert, NULL), -EINVAL, "needs its key");
	refused(tls, certified(NULL, one.key), -EINVAL, "needs its key");
	refused(tls, certified("", one.key), -EINVAL, "no certificate in PEM form");
	refused(tls, certified(one.key, one.key), -EINVAL, "no certificate in PEM form");
	snprintf(broken, sizeof(broken), "%.63s", one.cert);
	refused(tls, certified(broken, one.key), -EINVAL, "a broken one");
	refused(tls, certified(one.cert, "key"), -EINVAL, "no private key in PEM form");
	refused(tls, certified(one.cert, locked), -EINVAL,
		"its key is encrypted: private_key_passwd is missing");
	refused(other, certified(one.cert, locked), -EINVAL,
		"private_key_passwd does not open its key");
	opened(right, certified(one.cert, locked));
	opened(right, certified(one.cert, one.key));
	refused(tls, certified(one.cert, two.key), -EINVAL, "the key is of another certificate");
	refused(mixed, certified(one.cert, two.key), -EINVAL, "the key is of another certificate");
	free(locked);
	pem_free(&one);
	pem_free(&two);
}

/* Their keys are too short for OpenSSL to use them. */
static void weak_certificates(void **state)
{
	static const char *const tls[] = { "eap=TLS", "identity=\"nobody\"", CERTIFICATE, NULL };
	struct pem weak = pem_make_weak("me");

	refused(tls, certified(weak.cert, weak.key), -EINVAL, "too small");
	pem_free(&weak);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_derivation), cmocka_unit_test(passwords),
		cmocka_unit_test(subscribers),		 cmocka_unit_test(certificates),
		cmocka_unit_test(weak_certificates),	 cmocka_unit_test(associations),
	};

	return cmocka_run_group_tests(tests, derive_bed_set_up, derive_bed_tear_down);
}
