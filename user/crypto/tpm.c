/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <crypto/tpm.h>
#include <crypto/tpm_provider.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <stdio.h>
#include <string.h>

static const char handle_start[] = "handle:";
static const char pem_start[] = "-----BEGIN TSS2 PRIVATE KEY-----";
static const char from_tpm[] = "?provider=tpm2"; /* the property that its algorithms have */

#define URI_MAX 256
#define SIGNATURE_MAX 1024

/* For ever: keys go on needing it. Under the TPM's lock. */
static struct {
	OSSL_LIB_CTX *its, *ours; /* where the provider tpm2 is, and where what we let through is */
	OSSL_PROVIDER *provider;
} tpm;

bool xeap_tpm_is_handle(const char *value)
{
	return value && strncmp(value, handle_start, sizeof(handle_start) - 1) == 0;
}

bool xeap_tpm_is_wrapped(struct xeap_span file)
{
	const size_t len = sizeof(pem_start) - 1;
	const uint8_t *at = file.len ? memmem(file.data, file.len, pem_start, len) : NULL;

	return at && (at == file.data || at[-1] == '\n');
}

/* The password of a handle may be told after a question mark: messages show what comes before. */
static int fail(const struct xeap_tls_params *p, struct xeap_diag *d, int err, const char *what)
{
	const char *origin = p->origin ? p->origin : "";

	ERR_clear_error();
	return xeap_diag_set(d, err,
			     err == -ENOTSUP ? XEAP_E_NOT_SUPPORTED : XEAP_E_USER_CERT_NOT_FOUND,
			     "%s%sprivate_key=\"%.*s\": %s", origin, *origin ? ": " : "",
			     (int)strcspn(p->private_key, "?"), p->private_key, what);
}

/* Whether it was a library that could not be loaded. */
static bool is_missing(void)
{
	unsigned long e;
	bool missing = false;

	while ((e = ERR_get_error()))
		missing |= ERR_GET_LIB(e) == ERR_LIB_DSO;
	return missing;
}

static int load_provider(const struct xeap_tls_params *p, struct xeap_diag *d)
{
	tpm.provider = OSSL_PROVIDER_load(tpm.its, "tpm2");
	if (tpm.provider)
		return 0;
	if (is_missing())
		return fail(p, d, -ENOTSUP, "OpenSSL has no provider tpm2 (Debian's tpm2-openssl)");
	return fail(p, d, -EINVAL,
		    "no TPM answers: is there a /dev/tpmrm0 that this process may open, or "
		    "another in TPM2OPENSSL_TCTI?");
}

static int load_ours(void)
{
	if (!OSSL_PROVIDER_load(tpm.ours, "default"))
		return -ENOMEM;
	return xeap_tpm_provider_add(tpm.ours, tpm.provider);
}

static void give_up(void)
{
	OSSL_LIB_CTX_free(tpm.ours);
	if (tpm.provider)
		OSSL_PROVIDER_unload(tpm.provider);
	OSSL_LIB_CTX_free(tpm.its);
	tpm.ours = tpm.its = NULL;
	tpm.provider = NULL;
}

static int open_tpm(const struct xeap_tls_params *p, struct xeap_diag *d)
{
	int r;

	if (tpm.provider)
		return 0;
	tpm.its = OSSL_LIB_CTX_new();
	tpm.ours = OSSL_LIB_CTX_new();
	if (!tpm.its || !tpm.ours)
		r = fail(p, d, -ENOMEM, "out of memory");
	else
		r = load_provider(p, d);
	if (r == 0)
		r = load_ours();
	if (r < 0 && tpm.provider)
		fail(p, d, r,
		     r == -ENOTSUP ? "this provider tpm2 has other functions than are known here"
				   : "out of memory");
	if (r < 0)
		give_up();
	return r;
}

/* Keys. */

static const char *password_of(const struct xeap_tls_params *p)
{
	return p->private_key_passwd ? p->private_key_passwd : p->pin;
}

static int give_password(char *buf, int size, int for_writing, void *arg)
{
	const char *password = arg;
	size_t len = password ? strlen(password) : 0;

	if (!password || len >= (size_t)size)
		return -1;
	memcpy(buf, password, len + 1);
	return (int)len;
}

/* A handle with a password says so, and is asked for it then. */
static OSSL_STORE_CTX *open_store(const struct xeap_tls_params *p, struct xeap_span file, BIO *bio,
				  UI_METHOD *ui)
{
	void *password = (void *)(uintptr_t)password_of(p);
	char uri[URI_MAX];

	if (file.data)
		return OSSL_STORE_attach(bio, "file", tpm.ours, from_tpm, ui, password, NULL, NULL,
					 NULL);
	snprintf(uri, sizeof(uri), "%.*s%s", (int)strcspn(p->private_key, "?"), p->private_key,
		 password ? "?pass" : "");
	return OSSL_STORE_open_ex(uri, tpm.ours, from_tpm, ui, password, NULL, NULL, NULL);
}

static EVP_PKEY *next_key(OSSL_STORE_CTX *store)
{
	OSSL_STORE_INFO *info = OSSL_STORE_load(store);
	EVP_PKEY *key = info ? OSSL_STORE_INFO_get1_PKEY(info) : NULL;

	OSSL_STORE_INFO_free(info);
	return key;
}

static EVP_PKEY *load_key(const struct xeap_tls_params *p, struct xeap_span file)
{
	UI_METHOD *ui = UI_UTIL_wrap_read_pem_callback(give_password, 0);
	BIO *bio = file.data ? BIO_new_mem_buf(file.data, (int)file.len) : NULL;
	OSSL_STORE_CTX *store = NULL;
	EVP_PKEY *key = NULL;

	if (ui && (bio || !file.data))
		store = open_store(p, file, bio, ui);
	while (store && !key && !OSSL_STORE_eof(store) && !OSSL_STORE_error(store))
		key = next_key(store);
	OSSL_STORE_close(store);
	BIO_free(bio);
	UI_destroy_method(ui);
	return key;
}

static bool set_padding(EVP_PKEY_CTX *c)
{
	return EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PSS_PADDING) > 0 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(c, RSA_PSS_SALTLEN_DIGEST) > 0;
}

/*
 * As for TLS 1.3 (RFC 8446 §4.2.3): the password is looked at by the TPM when it signs, and a key
 * may be made for something else.
 */
static bool signs(EVP_PKEY *key)
{
	uint8_t signature[SIGNATURE_MAX];
	size_t len = sizeof(signature);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *c = NULL;
	bool ok = md && EVP_DigestSignInit_ex(md, &c, "SHA256", tpm.ours, NULL, key, NULL) > 0;

	if (ok && EVP_PKEY_is_a(key, "RSA"))
		ok = set_padding(c);
	ok = ok && EVP_DigestSign(md, signature, &len, (const uint8_t *)handle_start, 1) > 0;
	EVP_MD_CTX_free(md);
	return ok;
}

static int load(const struct xeap_tls_params *p, struct xeap_span file, EVP_PKEY **ret_key,
		struct xeap_diag *d)
{
	int r = open_tpm(p, d);

	if (r < 0)
		return r;
	*ret_key = load_key(p, file);
	if (*ret_key)
		return 0;
	return fail(p, d, -EINVAL,
		    file.data ? "the TPM does not take this key: another one made it, or its "
				"password is missing"
			      : "the TPM has no such key");
}

static int does_not_sign(const struct xeap_tls_params *p, struct xeap_diag *d)
{
	return fail(p, d, -EINVAL,
		    password_of(p)
			    ? "the TPM does not sign with it: the password is wrong, or the "
			      "key is not for signatures (RSA-PSS, ECDSA)"
			    : "the TPM does not sign with it: private_key_passwd is missing, "
			      "or the key is not for signatures (RSA-PSS, ECDSA)");
}

int xeap_tpm_key(const struct xeap_tls_params *params, struct xeap_span file, EVP_PKEY **ret_key,
		 struct xeap_diag *ret_diag)
{
	EVP_PKEY *key = NULL;
	int r;

	xeap_tpm_lock();
	r = load(params, file, &key, ret_diag);
	if (r == 0 && !signs(key))
		r = does_not_sign(params, ret_diag);
	xeap_tpm_unlock();
	if (r < 0) {
		EVP_PKEY_free(key);
		return r;
	}
	ERR_clear_error();
	*ret_key = key;
	return 0;
}
