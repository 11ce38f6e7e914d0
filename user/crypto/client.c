/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <crypto/certs.h>
#include <crypto/client.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

struct xeap_client {
	X509 *cert;
	STACK_OF(X509) * issuers; /* NULL: none */
	EVP_PKEY *key;
};

static int refuse(const char *origin, struct xeap_diag *d, const char *what)
{
	ERR_clear_error();
	return xeap_diag_set(d, -EINVAL, XEAP_E_USER_CERT_INVALID, "%s%sclient certificate: %s",
			     origin, *origin ? ": " : "", what);
}

struct passphrase {
	const char *text; /* NULL: none, and nobody is there to type it */
	bool asked;
};

static int give_passphrase(char *buf, int size, int for_writing, void *arg)
{
	struct passphrase *p = arg;
	size_t len = p->text ? strlen(p->text) : 0;

	p->asked = true;
	if (!p->text || len > (size_t)size)
		return -1;
	memcpy(buf, p->text, len);
	return (int)len;
}

static const char *key_error(const struct passphrase *pass)
{
	if (!pass->asked)
		return "no private key in PEM form";
	return pass->text ? "private_key_passwd does not open its key"
			  : "its key is encrypted: private_key_passwd is missing";
}

static BIO *bio_of(struct xeap_span text)
{
	return text.len <= XEAP_CERT_FILE_MAX ? BIO_new_mem_buf(text.data, (int)text.len) : NULL;
}

static bool add_issuer(struct xeap_client *c, X509 *x)
{
	if (!c->issuers)
		c->issuers = sk_X509_new_null();
	if (c->issuers && sk_X509_push(c->issuers, x) > 0)
		return true;
	X509_free(x);
	return false;
}

/* Whether the last certificate was read to the end because there is no other. */
static bool at_end(void)
{
	return ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
}

/* The first one is the client's. */
static bool read_certs(struct xeap_client *c, struct xeap_span text)
{
	BIO *bio = bio_of(text);
	bool ok = bio;
	X509 *x;

	c->cert = ok ? PEM_read_bio_X509_AUX(bio, NULL, NULL, NULL) : NULL;
	ok = c->cert;
	while (ok && (x = PEM_read_bio_X509(bio, NULL, NULL, NULL)))
		ok = add_issuer(c, x);
	ok = ok && at_end();
	BIO_free(bio);
	return ok;
}

static bool read_key(struct xeap_client *c, struct xeap_span text, struct passphrase *pass)
{
	BIO *bio = bio_of(text);

	c->key = bio ? PEM_read_bio_PrivateKey(bio, NULL, give_passphrase, pass) : NULL;
	BIO_free(bio);
	return c->key;
}

/* Too weak a key or signature, for example. */
static int try(const struct xeap_client *c, SSL_CTX *ctx, const char *origin, struct xeap_diag *d)
{
	SSL *ssl = SSL_new(ctx);
	int r = ssl ? xeap_client_use(c, ssl) : -ENOMEM;
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());

	SSL_free(ssl);
	return r < 0 ? refuse(origin, d, reason ? reason : "refused") : 0;
}

static int read_all(struct xeap_client *c, struct xeap_span cert, struct xeap_span key,
		    const char *passwd, const char *origin, struct xeap_diag *d)
{
	struct passphrase pass = { passwd, false };

	ERR_clear_error();
	if (!read_certs(c, cert))
		return refuse(origin, d, "no certificate in PEM form, or a broken one");
	if (!read_key(c, key, &pass))
		return refuse(origin, d, key_error(&pass));
	if (X509_check_private_key(c->cert, c->key) != 1)
		return refuse(origin, d, "the key is of another certificate");
	return 0;
}

int xeap_client_new(SSL_CTX *ctx, struct xeap_span cert, struct xeap_span key, const char *passwd,
		    const char *origin, struct xeap_client **ret_client, struct xeap_diag *ret_diag)
{
	struct xeap_client *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	r = read_all(c, cert, key, passwd, origin, ret_diag);
	if (r == 0)
		r = try(c, ctx, origin, ret_diag);
	ERR_clear_error();
	if (r < 0) {
		xeap_client_free(c);
		return r;
	}
	*ret_client = c;
	return 0;
}

struct xeap_client *xeap_client_free(struct xeap_client *client)
{
	if (!client)
		return NULL;
	X509_free(client->cert);
	sk_X509_pop_free(client->issuers, X509_free);
	EVP_PKEY_free(client->key);
	free(client);
	return NULL;
}

int xeap_client_use(const struct xeap_client *client, SSL *ssl)
{
	/* A certificate of the context's with another kind of key would stay beside it. */
	SSL_certs_clear(ssl);
	return SSL_use_cert_and_key(ssl, client->cert, client->key, client->issuers, 1) == 1
		       ? 0
		       : -ENOMEM;
}
