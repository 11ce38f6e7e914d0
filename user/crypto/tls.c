/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/wipe.h>
#include <crypto/ocsp.h>
#include <crypto/tls_profile.h>
#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int bio_read(BIO *bio, char *buf, size_t len, size_t *ret_n)
{
	struct xeap_tls *t = BIO_get_data(bio);
	size_t n = t->in.len < len ? t->in.len : len;

	BIO_clear_retry_flags(bio);
	if (n == 0) {
		BIO_set_retry_read(bio);
		return 0;
	}
	memcpy(buf, t->in.data, n);
	t->in = xeap_span(t->in.data + n, t->in.len - n);
	*ret_n = n;
	return 1;
}

static int bio_write(BIO *bio, const char *buf, size_t len, size_t *ret_n)
{
	struct xeap_tls *t = BIO_get_data(bio);
	size_t n = t->output->write(t->output, (const uint8_t *)buf, len);

	BIO_clear_retry_flags(bio);
	if (n == 0) {
		BIO_set_retry_write(bio);
		return 0;
	}
	*ret_n = n;
	return 1;
}

static long bio_ctrl(BIO *bio, int command, long num, void *ptr)
{
	return command == BIO_CTRL_FLUSH;
}

BIO_METHOD *xeap_tls_bio_method(void)
{
	BIO_METHOD *m = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "xeap");

	if (m && BIO_meth_set_read_ex(m, bio_read) && BIO_meth_set_write_ex(m, bio_write) &&
	    BIO_meth_set_ctrl(m, bio_ctrl))
		return m;
	BIO_meth_free(m);
	return NULL;
}

static bool failed(const struct xeap_tls *t)
{
	return t->why.code != 0;
}

static struct xeap_tls *connection_of(X509_STORE_CTX *store)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());

	return SSL_get_app_data(ssl);
}

/* Whether a person may decide. The first doubt is the one that counts if the answer is no. */
static bool note_doubt(struct xeap_tls *t, int error, const struct xeap_diag *why)
{
	struct xeap_tls_doubt *d;

	if (!t->may_ask)
		return false;
	if (!t->doubt)
		t->doubt = calloc(1, sizeof(*t->doubt));
	d = t->doubt;
	if (!d)
		return false;
	if (error == X509_V_ERR_HOSTNAME_MISMATCH)
		d->name_why = *why;
	if (!d->error) {
		d->error = error;
		d->why = *why;
	}
	return true;
}

/*
 * Called by OpenSSL for each certificate and each fault. With a doubt the check goes on, so that
 * what comes after it (validity, purpose) is seen too: nobody is asked about a certificate that
 * must not be accepted.
 */
int xeap_tls_on_verify(int ok, X509_STORE_CTX *store)
{
	int error = X509_STORE_CTX_get_error(store);
	struct xeap_tls *t = connection_of(store);
	struct xeap_diag why;

	if (ok)
		return 1;
	/* Where lists are there, the server's issuer must have one; CAs above it may. */
	if (error == X509_V_ERR_UNABLE_TO_GET_CRL && X509_STORE_CTX_get_error_depth(store) > 0) {
		X509_STORE_CTX_set_error(store, X509_V_OK);
		return 1;
	}
	xeap_verify_explain(error, X509_STORE_CTX_get_error_depth(store),
			    X509_STORE_CTX_get_current_cert(store), &why);
	if (xeap_verify_is_doubt(error) && note_doubt(t, error, &why))
		return 1;
	t->why = why;
	return 0;
}

static int refuse_chain(struct xeap_tls *t, X509_STORE_CTX *store, int error,
			const struct xeap_diag *why)
{
	t->why = *why;
	/* What OpenSSL makes the alert of: bad_certificate for a name, unknown_ca for the rest. */
	X509_STORE_CTX_set_error(store, error);
	return 0;
}

static void describe_doubt(struct xeap_tls_doubt *d, X509 *cert)
{
	bool two = d->name_why.code && d->error != X509_V_ERR_HOSTNAME_MISMATCH;
	int n = snprintf(d->text, sizeof(d->text), "%s\n%s%s", d->why.text,
			 two ? d->name_why.text : "", two ? "\n" : "");

	xeap_verify_describe(cert, d->fingerprint, sizeof(d->fingerprint), d->text + n,
			     sizeof(d->text) - (size_t)n);
}

/*
 * Nothing is wrong but what a person may accept. OpenSSL suspends the handshake until it is known
 * (SSL_set_retry_verify()) and then checks everything again. An answer is good for the certificate
 * that was shown only.
 */
static int settle_doubt(struct xeap_tls *t, X509_STORE_CTX *store, X509 *cert)
{
	struct xeap_tls_doubt *d = t->doubt;
	uint8_t fingerprint[EVP_MAX_MD_SIZE];
	unsigned int len = 0;

	if (!X509_digest(cert, EVP_sha256(), fingerprint, &len) || len != sizeof(d->fingerprint))
		return refuse_chain(t, store, d->error, &d->why);
	if (!d->answered) {
		memcpy(d->fingerprint, fingerprint, len);
		describe_doubt(d, cert);
		SSL_set_retry_verify(t->ssl);
		return 1;
	}
	if (!d->accepted || memcmp(d->fingerprint, fingerprint, len) != 0)
		return refuse_chain(t, store, d->error, &d->why);
	X509_STORE_CTX_set_error(store, X509_V_OK);
	return 1;
}

/* The certificate that was named is the server's, whoever signed it and when. */
static int verify_pin(struct xeap_tls *t, X509_STORE_CTX *store, struct xeap_chain *chain)
{
	X509 *cert = X509_STORE_CTX_get0_cert(store);
	uint8_t fingerprint[EVP_MAX_MD_SIZE];
	struct xeap_diag why;
	unsigned int len = 0;

	if (!X509_digest(cert, EVP_sha256(), fingerprint, &len) || len != XEAP_TLS_FINGERPRINT ||
	    memcmp(fingerprint, t->profile->fingerprint, len) != 0) {
		xeap_verify_explain_pin(cert, fingerprint, len, &why);
		return refuse_chain(t, store, X509_V_ERR_CERT_REJECTED, &why);
	}
	if (!xeap_verify_names(&t->profile->rules, cert, &why))
		return refuse_chain(t, store, X509_V_ERR_HOSTNAME_MISMATCH, &why);
	X509_STORE_CTX_set_error(store, X509_V_OK);
	xeap_chain_validity(chain, store, true);
	return 1;
}

/* A chain that leaves a doubt is good for the connection that a person accepts, for no other. */
static int verify(struct xeap_tls *t, X509_STORE_CTX *store, struct xeap_chain *chain)
{
	X509 *cert = X509_STORE_CTX_get0_cert(store);
	int mismatch = X509_V_ERR_HOSTNAME_MISMATCH;
	struct xeap_diag why;

	if (t->profile->pinned)
		return verify_pin(t, store, chain);
	if (t->doubt)
		t->doubt->error = 0;
	if (X509_verify_cert(store) <= 0)
		return 0;
	if (!xeap_verify_names(&t->profile->rules, cert, &why) && !note_doubt(t, mismatch, &why))
		return refuse_chain(t, store, mismatch, &why);
	xeap_chain_validity(chain, store, t->profile->ignores_time);
	if (t->doubt && t->doubt->error)
		return settle_doubt(t, store, cert);
	xeap_chains_add(t->profile->chains, chain);
	return 1;
}

/* Called by OpenSSL for the server's certificate message. */
int xeap_tls_on_chain(X509_STORE_CTX *store, void *arg)
{
	struct xeap_tls *t = connection_of(store);
	struct xeap_chain chain;
	int ok = xeap_chains_know(t->profile->chains, store, &chain) || verify(t, store, &chain);

	t->chain_until = chain.until;
	return ok;
}

/*
 * Called by OpenSSL when the server has said all before its Finished, and with TLS 1.3 when a
 * session was resumed, too: there the full handshake's judgement holds. 1: go on, 0: alert.
 */
int xeap_tls_on_ocsp(SSL *ssl, void *arg)
{
	struct xeap_tls *t = SSL_get_app_data(ssl);
	struct xeap_diag why;
	uint64_t until;
	int r;

	if (xeap_tls_resumed(t))
		return 1;
	r = xeap_ocsp_judge(ssl, &until, &why);
	if (r == 0) {
		t->chain_until = until < t->chain_until ? until : t->chain_until;
		return 1;
	}
	if (r == -ENOENT && !t->profile->requires_ocsp)
		return 1;
	t->why = why;
	return 0;
}

/* Only an alert that ends the connection is a reason; warnings may precede a success. */
void xeap_tls_on_info(const SSL *ssl, int where, int value)
{
	struct xeap_tls *t = SSL_get_app_data(ssl);
	int level = value >> 8, alert = value & 0xff;

	if ((where & SSL_CB_READ_ALERT) != SSL_CB_READ_ALERT || failed(t))
		return;
	if (level == SSL3_AL_FATAL || alert == SSL_AD_CLOSE_NOTIFY)
		xeap_alert_explain(alert, &t->why);
}

int xeap_tls_init(struct xeap_tls *t, const struct xeap_tls_profile *profile,
		  struct xeap_tls_output *output)
{
	BIO *bio;

	memset(t, 0, sizeof(*t));
	t->profile = profile;
	t->output = output;
	t->may_ask = profile->interactive;
	t->ssl = SSL_new(profile->ctx);
	bio = t->ssl ? BIO_new(profile->bio) : NULL;
	if (!bio || (profile->client && xeap_client_use(profile->client, t->ssl) < 0)) {
		BIO_free(bio);
		xeap_tls_done(t);
		ERR_clear_error();
		return -ENOMEM;
	}
	BIO_set_data(bio, t);
	BIO_set_init(bio, 1);
	SSL_set_bio(t->ssl, bio, bio);
	SSL_set_app_data(t->ssl, t);
	SSL_set_connect_state(t->ssl);
	return 0;
}

void xeap_tls_done(struct xeap_tls *t)
{
	SSL_free(t->ssl);
	t->ssl = NULL;
	free(t->doubt);
	t->doubt = NULL;
}

/* A failure that is neither the certificate's nor told by an alert: OpenSSL's own words. */
static int give_up(struct xeap_tls *t)
{
	const char *reason = ERR_reason_error_string(ERR_peek_error());

	if (!failed(t))
		xeap_diag_set(&t->why, 0, XEAP_E_AUTHENTICATION_FAILED, "TLS failed: %s",
			      reason ? reason : "unexpected end");
	ERR_clear_error();
	return -EPROTO;
}

/* What became of a call into OpenSSL that did not succeed: 0 when it wants more input. */
static int outcome(struct xeap_tls *t, int r)
{
	switch (SSL_get_error(t->ssl, r)) {
	case SSL_ERROR_WANT_READ:
		return 0;
	case SSL_ERROR_WANT_WRITE:
		return -ENOBUFS;
	case SSL_ERROR_WANT_RETRY_VERIFY:
		return -EAGAIN;
	default: /* OpenSSL's numbers, not ours */
		return give_up(t);
	}
}

int xeap_tls_handshake(struct xeap_tls *t, struct xeap_span *in)
{
	int r;

	if (failed(t))
		return -EPROTO;
	ERR_clear_error();
	t->in = *in;
	r = SSL_do_handshake(t->ssl);
	*in = t->in;
	t->in = xeap_span(NULL, 0);
	return r == 1 ? 1 : outcome(t, r);
}

void xeap_tls_answer(struct xeap_tls *t, bool accept)
{
	t->doubt->answered = true;
	t->doubt->accepted = accept;
}

int xeap_tls_read(struct xeap_tls *t, struct xeap_span *in, uint8_t *buf, size_t size)
{
	int r;

	if (failed(t))
		return -EPROTO;
	ERR_clear_error();
	t->in = *in;
	r = SSL_read(t->ssl, buf, size > INT_MAX ? INT_MAX : (int)size);
	*in = t->in;
	t->in = xeap_span(NULL, 0);
	return r > 0 ? r : outcome(t, r);
}

int xeap_tls_write(struct xeap_tls *t, struct xeap_span data)
{
	int r;

	if (failed(t) || data.len > INT_MAX)
		return -EPROTO;
	ERR_clear_error();
	r = SSL_write(t->ssl, data.data, (int)data.len);
	return r > 0 ? r : outcome(t, r);
}

const struct xeap_diag *xeap_tls_why(const struct xeap_tls *t)
{
	return &t->why;
}

int xeap_tls_export(const struct xeap_tls *t, const char *label, struct xeap_span context,
		    uint8_t *ret_key, size_t len)
{
	int ok = SSL_export_keying_material(t->ssl, ret_key, len, label, strlen(label),
					    context.data, context.len, context.data != NULL);

	ERR_clear_error();
	return ok == 1 ? 0 : -EIO;
}

int xeap_tls_randoms(const struct xeap_tls *t, uint8_t ret_client[XEAP_TLS_RANDOM],
		     uint8_t ret_server[XEAP_TLS_RANDOM])
{
	if (SSL_get_client_random(t->ssl, NULL, 0) != XEAP_TLS_RANDOM ||
	    SSL_get_server_random(t->ssl, NULL, 0) != XEAP_TLS_RANDOM)
		return -EIO;
	SSL_get_client_random(t->ssl, ret_client, XEAP_TLS_RANDOM);
	SSL_get_server_random(t->ssl, ret_server, XEAP_TLS_RANDOM);
	return 0;
}

bool xeap_tls_is_13(const struct xeap_tls *t)
{
	return SSL_version(t->ssl) == TLS1_3_VERSION;
}

const char *xeap_tls_version(const struct xeap_tls *t)
{
	if (!SSL_get_current_cipher(t->ssl))
		return NULL;
	return xeap_tls_is_13(t) ? "1.3" : "1.2";
}

const char *xeap_tls_cipher(const struct xeap_tls *t)
{
	const SSL_CIPHER *cipher = SSL_get_current_cipher(t->ssl);

	return cipher ? SSL_CIPHER_get_name(cipher) : NULL;
}
