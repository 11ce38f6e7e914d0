/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/wipe.h>
#include <crypto/testca.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define DAY 86400L
#define CA_DAYS 3650
#define CLIENT_DAYS 365
#define SERIAL 16 /* bytes, RFC 5280 §4.1.2.2 */

struct xeap_testca {
	X509 *cert;
	EVP_PKEY *key;
	bool root;
	char *pem;
	enum xeap_testca_key kind;
	unsigned int count;
	atomic_uint next; /* whose turn it is */
	EVP_PKEY *keys[];
};

static const struct {
	const char *name;
	unsigned int bits;     /* of RSA */
	const char *algorithm; /* for what has no functions of its own */
} kinds[XEAP_TESTCA_KEY_MAX] = {
	[XEAP_TESTCA_EC] = { .name = "ec" },
	[XEAP_TESTCA_RSA2048] = { .name = "rsa2048", .bits = 2048 },
	[XEAP_TESTCA_RSA4096] = { .name = "rsa4096", .bits = 4096 },
	[XEAP_TESTCA_RSA8192] = { .name = "rsa8192", .bits = 8192 },
	[XEAP_TESTCA_ML_DSA_44] = { .name = "ml-dsa-44", .algorithm = "ML-DSA-44" },
	[XEAP_TESTCA_ML_DSA_65] = { .name = "ml-dsa-65", .algorithm = "ML-DSA-65" },
	[XEAP_TESTCA_ML_DSA_87] = { .name = "ml-dsa-87", .algorithm = "ML-DSA-87" },
};

enum xeap_testca_key xeap_testca_key_of(const char *name)
{
	int i = 0;

	while (i < XEAP_TESTCA_KEY_MAX && strcmp(kinds[i].name, name) != 0)
		i++;
	return (enum xeap_testca_key)i;
}

const char *xeap_testca_key_name(enum xeap_testca_key key)
{
	return kinds[key].name;
}

bool xeap_testca_key_is_here(enum xeap_testca_key key)
{
	const char *algorithm = kinds[key].algorithm;
	EVP_KEYMGMT *keys = algorithm ? EVP_KEYMGMT_fetch(NULL, algorithm, NULL) : NULL;
	bool is_here = !algorithm || keys;

	EVP_KEYMGMT_free(keys);
	ERR_clear_error();
	return is_here;
}

/* OpenSSL's reason for what failed. */
static int failed(struct xeap_diag *d, int err, const char *what)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());

	ERR_clear_error();
	return xeap_diag_set(d, err, XEAP_E_INVALID_PARAMETER, "%s%s%s", what, reason ? ": " : "",
			     reason ? reason : "");
}

static EVP_PKEY *make_key(enum xeap_testca_key kind)
{
	unsigned int bits = kinds[kind].bits;

	if (kinds[kind].algorithm)
		return EVP_PKEY_Q_keygen(NULL, NULL, kinds[kind].algorithm);
	return bits ? EVP_RSA_gen(bits) : EVP_EC_gen("P-256");
}

static bool extend(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *e;
	X509V3_CTX ctx;
	bool ok;

	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	ok = e && X509_add_ext(x, e, -1) == 1;
	X509_EXTENSION_free(e);
	return ok;
}

static bool set_serial(X509 *x)
{
	unsigned char bytes[SERIAL];
	BIGNUM *n = NULL;
	bool ok = RAND_bytes(bytes, sizeof(bytes)) == 1;

	bytes[0] &= 0x7f;
	bytes[0] |= 0x40;
	n = ok ? BN_bin2bn(bytes, sizeof(bytes), NULL) : NULL;
	ok = n && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x));
	BN_free(n);
	return ok;
}

/* Clocks differ: it is valid since yesterday. No longer than its issuer's. */
static bool set_validity(X509 *x, const X509 *issuer, long days)
{
	const ASN1_TIME *end = issuer ? X509_get0_notAfter(issuer) : NULL;

	if (!X509_gmtime_adj(X509_getm_notBefore(x), -DAY) ||
	    !X509_gmtime_adj(X509_getm_notAfter(x), days * DAY))
		return false;
	return !end || ASN1_TIME_compare(end, X509_get0_notAfter(x)) >= 0 ||
	       X509_set1_notAfter(x, end) == 1;
}

static bool set_name(X509 *x, struct xeap_span cn)
{
	return X509_NAME_add_entry_by_NID(X509_get_subject_name(x), NID_commonName, MBSTRING_UTF8,
					  cn.data, (int)cn.len, -1, 0) == 1;
}

/*
 * Ed25519, ML-DSA and their like bring a digest of their own, which X509_sign() must not be given
 * another for; by name, as EVP_PKEY_get_default_digest_nid() does not know of those in 3.5.
 */
static bool sign(X509 *x, EVP_PKEY *key)
{
	char name[32] = "";
	bool none = EVP_PKEY_get_default_digest_name(key, name, sizeof(name)) == 2 &&
		    !strcmp(name, SN_undef);

	return X509_sign(x, key, none ? NULL : EVP_sha256()) > 0;
}

static X509 *begin_cert(struct xeap_span cn, const X509 *issuer, EVP_PKEY *key, long days)
{
	X509 *x = X509_new();

	if (x && X509_set_version(x, X509_VERSION_3) == 1 && set_serial(x) &&
	    set_validity(x, issuer, days) && set_name(x, cn) && X509_set_pubkey(x, key) == 1)
		return x;
	X509_free(x);
	return NULL;
}

static X509 *make_root(EVP_PKEY *key)
{
	static const char name[] = "xeap test CA";
	X509 *x = begin_cert(xeap_span(name, sizeof(name) - 1), NULL, key, CA_DAYS);

	if (x && X509_set_issuer_name(x, X509_get_subject_name(x)) == 1 &&
	    extend(x, x, NID_basic_constraints, "critical,CA:TRUE") &&
	    extend(x, x, NID_key_usage, "critical,keyCertSign,cRLSign") &&
	    extend(x, x, NID_subject_key_identifier, "hash") && sign(x, key))
		return x;
	X509_free(x);
	return NULL;
}

static X509 *make_client(const struct xeap_testca *ca, struct xeap_span cn, EVP_PKEY *key)
{
	X509 *x = begin_cert(cn, ca->cert, key, CLIENT_DAYS);

	if (x && X509_set_issuer_name(x, X509_get_subject_name(ca->cert)) == 1 &&
	    extend(x, ca->cert, NID_basic_constraints, "critical,CA:FALSE") &&
	    extend(x, ca->cert, NID_key_usage, "critical,digitalSignature") &&
	    extend(x, ca->cert, NID_ext_key_usage, "clientAuth") &&
	    (!X509_get0_subject_key_id(ca->cert) ||
	     extend(x, ca->cert, NID_authority_key_identifier, "keyid")) &&
	    sign(x, ca->key))
		return x;
	X509_free(x);
	return NULL;
}

/* The text of a BIO, which is freed; NULL when memory is short. It may be a secret. */
static char *text_of(BIO *bio)
{
	char *data, *copy;
	long n = BIO_get_mem_data(bio, &data);

	copy = n > 0 ? calloc(1, (size_t)n + 1) : NULL;
	if (copy)
		memcpy(copy, data, (size_t)n);
	if (n > 0)
		xeap_wipe(data, (size_t)n);
	BIO_free(bio);
	return copy;
}

static char *cert_text(X509 *first, X509 *second)
{
	BIO *bio = BIO_new(BIO_s_mem());

	if (bio && PEM_write_bio_X509(bio, first) == 1 &&
	    (!second || PEM_write_bio_X509(bio, second) == 1))
		return text_of(bio);
	BIO_free(bio);
	return NULL;
}

static char *key_text(EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_secmem());

	if (bio && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1)
		return text_of(bio);
	BIO_free(bio);
	return NULL;
}

/* Nobody is there to type a passphrase. */
static int no_passphrase(char *buf, int size, int for_writing, void *arg)
{
	return -1;
}

static int load(struct xeap_testca *ca, const struct xeap_testca_params *p, struct xeap_diag *d)
{
	BIO *cert = BIO_new_mem_buf(p->cert.data, (int)p->cert.len);
	BIO *key = BIO_new_mem_buf(p->key.data, (int)p->key.len);

	ca->cert = cert ? PEM_read_bio_X509(cert, NULL, NULL, NULL) : NULL;
	ca->key = key ? PEM_read_bio_PrivateKey(key, NULL, no_passphrase, NULL) : NULL;
	BIO_free(cert);
	BIO_free(key);
	if (!ca->cert)
		return failed(d, -EINVAL, "the CA's certificate is none in PEM form");
	if (!ca->key)
		return failed(d, -EINVAL, "the CA's key is none in PEM form, or encrypted");
	if (X509_check_private_key(ca->cert, ca->key) != 1)
		return failed(d, -EINVAL, "the CA's key is of another certificate");
	if (X509_check_ca(ca->cert) == 0)
		return failed(d, -EINVAL, "the CA's certificate is not one of a CA");
	ca->root = X509_get_extension_flags(ca->cert) & EXFLAG_SS;
	return 0;
}

static int make(struct xeap_testca *ca, struct xeap_diag *d)
{
	ca->root = true;
	ca->key = make_key(ca->kind);
	ca->cert = ca->key ? make_root(ca->key) : NULL;
	return ca->cert ? 0 : failed(d, -ENOMEM, "a CA cannot be made");
}

static int make_keys(struct xeap_testca *ca, struct xeap_diag *d)
{
	for (unsigned int i = 0; i < ca->count; i++) {
		ca->keys[i] = make_key(ca->kind);
		if (!ca->keys[i])
			return failed(d, -ENOMEM, "a key cannot be made");
	}
	return 0;
}

static int fill(struct xeap_testca *ca, const struct xeap_testca_params *p, struct xeap_diag *d)
{
	int r = p->cert.data ? load(ca, p, d) : make(ca, d);

	if (r < 0)
		return r;
	ca->pem = cert_text(ca->cert, NULL);
	if (!ca->pem)
		return failed(d, -ENOMEM, "out of memory");
	return make_keys(ca, d);
}

int xeap_testca_new(const struct xeap_testca_params *params, struct xeap_testca **ret_ca,
		    struct xeap_diag *ret_diag)
{
	struct xeap_testca *ca;
	int r;

	if (!params->cert.data != !params->key.data)
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "a CA's certificate needs its key, and a key its certificate");
	if (params->keys > XEAP_TESTCA_KEYS_MAX)
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "more than %d keys for clients", XEAP_TESTCA_KEYS_MAX);
	ca = calloc(1, sizeof(*ca) + params->keys * sizeof(ca->keys[0]));
	if (!ca)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	ca->kind = params->kind;
	ca->count = params->keys;
	ERR_clear_error();
	r = fill(ca, params, ret_diag);
	if (r < 0) {
		xeap_testca_free(ca);
		return r;
	}
	*ret_ca = ca;
	return 0;
}

struct xeap_testca *xeap_testca_free(struct xeap_testca *ca)
{
	if (!ca)
		return NULL;
	for (unsigned int i = 0; i < ca->count; i++)
		EVP_PKEY_free(ca->keys[i]);
	X509_free(ca->cert);
	EVP_PKEY_free(ca->key);
	free(ca->pem);
	free(ca);
	return NULL;
}

/* The key whose turn it is, or a new one; a reference. */
static EVP_PKEY *next_key(struct xeap_testca *ca)
{
	EVP_PKEY *key;

	if (!ca->count)
		return make_key(ca->kind);
	key = ca->keys[atomic_fetch_add(&ca->next, 1) % ca->count];
	EVP_PKEY_up_ref(key);
	return key;
}

int xeap_testca_issue(struct xeap_testca *ca, struct xeap_span name,
		      struct xeap_testca_pair *ret_pair, struct xeap_diag *ret_diag)
{
	struct xeap_testca_pair pair = { NULL, NULL };
	EVP_PKEY *key;
	X509 *x;

	if (!name.len || name.len > 4 * XEAP_TESTCA_NAME_MAX)
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "a certificate's common name has 1 to %d characters",
				     XEAP_TESTCA_NAME_MAX);
	ERR_clear_error();
	key = next_key(ca);
	x = key ? make_client(ca, name, key) : NULL;
	if (x)
		pair = (struct xeap_testca_pair){ cert_text(x, ca->root ? NULL : ca->cert),
						  key_text(key) };
	EVP_PKEY_free(key);
	X509_free(x);
	if (!pair.cert || !pair.key) {
		xeap_testca_pair_free(&pair);
		return failed(ret_diag, x ? -ENOMEM : -EINVAL,
			      "a certificate of that name cannot be made");
	}
	*ret_pair = pair;
	return 0;
}

void xeap_testca_pair_free(struct xeap_testca_pair *pair)
{
	if (pair->key)
		xeap_wipe(pair->key, strlen(pair->key));
	free(pair->cert);
	free(pair->key);
	*pair = (struct xeap_testca_pair){ NULL, NULL };
}

const char *xeap_testca_cert(const struct xeap_testca *ca)
{
	return ca->pem;
}
