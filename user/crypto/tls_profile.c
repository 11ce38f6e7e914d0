/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <crypto/certs.h>
#include <crypto/ocsp.h>
#include <crypto/tls_profile.h>
#include <errno.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t options =
	SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
	/* Unless a connection asks for one: do not have the server make tickets for nothing. */
	SSL_OP_NO_TICKET;

static int set_versions(SSL_CTX *ctx, const struct xeap_tls_params *p, struct xeap_diag *d)
{
	const char *origin = p->origin ? p->origin : "";

	if (p->disable_tls12 && p->disable_tls13)
		return xeap_diag_set(d, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%s%sphase1: tls_disable_tlsv1_2=1 and tls_disable_tlsv1_3=1 "
				     "leave no TLS version: drop one of them",
				     origin, *origin ? ": " : "");
	if (!SSL_CTX_set_min_proto_version(ctx,
					   p->disable_tls12 ? TLS1_3_VERSION : TLS1_2_VERSION) ||
	    !SSL_CTX_set_max_proto_version(ctx, p->disable_tls13 ? TLS1_2_VERSION : TLS1_3_VERSION))
		return xeap_diag_set(d, -ENOTSUP, XEAP_E_NOT_SUPPORTED,
				     "OpenSSL offers no TLS 1.2 or 1.3 here");
	return 0;
}

static int no_such(const struct xeap_tls_params *p, const char *key, const char *list,
		   const char *what, struct xeap_diag *d)
{
	const char *origin = p->origin ? p->origin : "";

	ERR_clear_error();
	return xeap_diag_set(d, -EINVAL, XEAP_E_INVALID_PARAMETER,
			     "%s%s%s=\"%s\": OpenSSL has no such %s", origin, *origin ? ": " : "",
			     key, list, what);
}

/* Whether OpenSSL can begin with what it was given, as it cannot where no version has a group. */
static bool can_begin(SSL_CTX *ctx)
{
	SSL *ssl = SSL_new(ctx);
	BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
	bool can = false;

	if (ssl && in && out) {
		SSL_set_bio(ssl, in, out); /* takes them over */
		in = out = NULL;
		can = SSL_get_error(ssl, SSL_connect(ssl)) == SSL_ERROR_WANT_READ;
	}
	BIO_free(in);
	BIO_free(out);
	SSL_free(ssl);
	return can;
}

static int cannot_begin(const struct xeap_tls_params *p, struct xeap_diag *d)
{
	const char *origin = p->origin ? p->origin : "";

	ERR_clear_error();
	return xeap_diag_set(d, -EINVAL, XEAP_E_INVALID_PARAMETER,
			     "%s%sopenssl_ciphers=, openssl_ecdh_curves= and openssl_sigalgs= "
			     "leave nothing to offer in the TLS versions that are on",
			     origin, *origin ? ": " : "");
}

/* OpenSSL's macros of these commands cast a const away. */
static bool set_list(SSL_CTX *ctx, int command, const char *list)
{
	return SSL_CTX_ctrl(ctx, command, 0, (void *)(uintptr_t)list) == 1;
}

/* What is offered, where the administrator knows better than OpenSSL. */
static int set_lists(SSL_CTX *ctx, const struct xeap_tls_params *p, struct xeap_diag *d)
{
	const char *ciphers = p->openssl_ciphers, *curves = p->openssl_ecdh_curves;
	const char *sigalgs = p->openssl_sigalgs;

	if (ciphers && SSL_CTX_set_cipher_list(ctx, ciphers) != 1)
		return no_such(p, "openssl_ciphers", ciphers,
			       "cipher (openssl ciphers -v lists them)", d);
	if (curves && !set_list(ctx, SSL_CTRL_SET_GROUPS_LIST, curves))
		return no_such(p, "openssl_ecdh_curves", curves,
			       "group (as in X25519:P-256, most wanted first)", d);
	if (sigalgs && !set_list(ctx, SSL_CTRL_SET_SIGALGS_LIST, sigalgs))
		return no_such(p, "openssl_sigalgs", sigalgs,
			       "signature algorithm (as in ECDSA+SHA256:RSA-PSS+SHA256)", d);
	return (ciphers || curves || sigalgs) && !can_begin(ctx) ? cannot_begin(p, d) : 0;
}

static void set_verification(SSL_CTX *ctx, const struct xeap_tls_params *p)
{
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, xeap_tls_on_verify);
	SSL_CTX_set_cert_verify_callback(ctx, xeap_tls_on_chain, NULL);
	SSL_CTX_set_verify_depth(ctx, XEAP_TLS_MAX_CHAIN);
	if (p->disable_time_checks)
		X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(ctx), X509_V_FLAG_NO_CHECK_TIME);
}

static int copy_rule(char **to, const char *from)
{
	if (from)
		*to = strdup(from);
	return from && !*to ? -ENOMEM : 0;
}

static int check_rules(const struct xeap_tls_params *p, struct xeap_diag *d)
{
	const char *origin = p->origin ? p->origin : "";

	if (p->check_cert_subject && !xeap_verify_subject_valid(p->check_cert_subject))
		return xeap_diag_set(d, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%s%scheck_cert_subject=\"%s\": parts are written CN=…, C=…, "
				     "L=…, ST=…, O=…, OU=… or emailAddress=…, with / between",
				     origin, *origin ? ": " : "", p->check_cert_subject);
	if (!p->altsubject_match || xeap_verify_altsubject_valid(p->altsubject_match))
		return 0;
	return xeap_diag_set(d, -EINVAL, XEAP_E_INVALID_PARAMETER,
			     "%s%saltsubject_match=\"%s\": names are written DNS:…, EMAIL:… or "
			     "URI:…, with ; between",
			     origin, *origin ? ": " : "", p->altsubject_match);
}

static int copy_rules(struct xeap_verify_rules *rules, const struct xeap_tls_params *p)
{
	if (copy_rule(&rules->subject_match, p->subject_match) < 0 ||
	    copy_rule(&rules->altsubject_match, p->altsubject_match) < 0 ||
	    copy_rule(&rules->domain_suffix_match, p->domain_suffix_match) < 0 ||
	    copy_rule(&rules->check_cert_subject, p->check_cert_subject) < 0 ||
	    copy_rule(&rules->domain_match, p->domain_match) < 0)
		return -ENOMEM;
	return 0;
}

static struct xeap_chains *new_chains(void)
{
	struct xeap_chains *c = malloc(sizeof(*c));

	if (c && xeap_chains_init(c) < 0) {
		free(c);
		c = NULL;
	}
	return c;
}

static int load_trust(struct xeap_tls_profile *profile, const struct xeap_tls_params *p,
		      struct xeap_diag *d)
{
	int r = xeap_certs_read_pin(p, profile->fingerprint, d);

	profile->pinned = r > 0;
	return r ? (r < 0 ? r : 0) : xeap_certs_load_trust(profile->ctx, p, d);
}

/*
 * SSL_CTX_new() fails where OpenSSL's configuration leaves no algorithms for TLS, as when it asks
 * for fips=yes without a FIPS provider; that memory is short is the rare case.
 */
static int no_tls(const struct xeap_tls_params *p, struct xeap_diag *d)
{
	const char *origin = p->origin ? p->origin : "";
	unsigned long error = ERR_peek_error();
	const char *reason = ERR_reason_error_string(error);
	int r;

	if (ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE)
		r = xeap_diag_set(d, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	else
		r = xeap_diag_set(d, -ENOTSUP, XEAP_E_NOT_SUPPORTED,
				  "%s%sOpenSSL offers no TLS here: %s (see openssl.cnf: providers "
				  "and default_properties)",
				  origin, *origin ? ": " : "",
				  reason ? reason : "it gives no reason");
	ERR_clear_error();
	return r;
}

static int make(struct xeap_tls_profile *profile, const struct xeap_tls_params *p,
		struct xeap_diag *d)
{
	SSL_CTX *ctx;
	int r;

	ERR_clear_error();
	ctx = profile->ctx = SSL_CTX_new(TLS_client_method());
	if (!ctx)
		return no_tls(p, d);
	profile->bio = xeap_tls_bio_method();
	profile->chains = new_chains();
	profile->interactive = p->interactive && !p->never_ask;
	profile->ignores_time = p->disable_time_checks;
	profile->no_ticket = p->disable_session_ticket;
	if (!profile->bio || !profile->chains || copy_rules(&profile->rules, p) < 0)
		return xeap_diag_set(d, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	SSL_CTX_set_options(ctx, options);
	/*
	 * Tens of thousands of connections wait most of their time: give record buffers back
	 * between packets.
	 */
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	/* Each supplicant keeps its own: the callback is all that is wanted of a cache. */
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(ctx, xeap_tls_on_session);
	SSL_CTX_set_max_cert_list(ctx, XEAP_TLS_MAX_CERTS);
	SSL_CTX_set_info_callback(ctx, xeap_tls_on_info);
	set_verification(ctx, p);
	profile->requires_ocsp = p->ocsp > 1;
	if (p->ocsp)
		xeap_ocsp_ask(ctx);
	r = set_versions(ctx, p, d);
	if (r == 0)
		r = check_rules(p, d);
	if (r == 0)
		r = set_lists(ctx, p, d);
	if (r == 0)
		r = load_trust(profile, p, d);
	if (r == 0 && (!p->client_optional || p->private_key || p->client_cert || p->key_id))
		r = xeap_certs_load_client(ctx, p, d);
	ERR_clear_error();
	return r;
}

int xeap_tls_profile_new(const struct xeap_tls_params *params,
			 struct xeap_tls_profile **ret_profile, struct xeap_diag *ret_diag)
{
	struct xeap_tls_profile *profile = calloc(1, sizeof(*profile));
	int r;

	if (!profile)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	r = make(profile, params, ret_diag);
	if (r < 0) {
		xeap_tls_profile_free(profile);
		return r;
	}
	*ret_profile = profile;
	return 0;
}

int xeap_tls_profile_derive(const struct xeap_tls_profile *base, struct xeap_span client_cert,
			    struct xeap_span private_key, const char *passwd, const char *origin,
			    struct xeap_tls_profile **ret_profile, struct xeap_diag *ret_diag)
{
	struct xeap_tls_profile *profile = malloc(sizeof(*profile));
	int r;

	if (!profile)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	*profile = *base;
	r = xeap_client_new(base->ctx, client_cert, private_key, passwd, origin, &profile->client,
			    ret_diag);
	if (r < 0) {
		free(profile);
		return r;
	}
	*ret_profile = profile;
	return 0;
}

struct xeap_tls_profile *xeap_tls_profile_free(struct xeap_tls_profile *profile)
{
	if (!profile)
		return NULL;
	if (profile->client) {
		xeap_client_free(profile->client);
		free(profile);
		return NULL;
	}
	SSL_CTX_free(profile->ctx);
	BIO_meth_free(profile->bio);
	if (profile->chains)
		xeap_chains_destroy(profile->chains);
	free(profile->chains);
	free(profile->rules.subject_match);
	free(profile->rules.altsubject_match);
	free(profile->rules.domain_suffix_match);
	free(profile->rules.domain_match);
	free(profile->rules.check_cert_subject);
	free(profile);
	return NULL;
}
