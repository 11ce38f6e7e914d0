/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <crypto/ocsp.h>
#include <crypto/tls_profile.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ocsp.h>

#define CLOCK_SKEW 300 /* seconds that a responder's clock may be off */

void xeap_ocsp_ask(SSL_CTX *ctx)
{
	SSL_CTX_set_tlsext_status_type(ctx, TLSEXT_STATUSTYPE_ocsp);
	SSL_CTX_set_tlsext_status_cb(ctx, xeap_tls_on_ocsp);
}

static int says(struct xeap_diag *d, int err, uint32_t code, const char *what)
{
	return xeap_diag_set(d, err, code, "server certificate's status (OCSP) %s", what);
}

static OCSP_RESPONSE *stapled(SSL *ssl)
{
	const unsigned char *data = NULL;
	long len = SSL_get_tlsext_status_ocsp_resp(ssl, &data);

	return data && len > 0 ? d2i_OCSP_RESPONSE(NULL, &data, len) : NULL;
}

static bool is_stapled(SSL *ssl)
{
	const unsigned char *data = NULL;

	return SSL_get_tlsext_status_ocsp_resp(ssl, &data) > 0 && data;
}

/*
 * Who issued the server's certificate, of those that it sent and those that are trusted. NULL when
 * nobody known did: then it is a person who accepted it.
 */
static X509 *issuer_of(SSL *ssl, X509 *cert)
{
	STACK_OF(X509) *sent = SSL_get_peer_cert_chain(ssl);
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	X509 *issuer = NULL;

	for (int i = 0; i < sk_X509_num(sent) && !issuer; i++)
		if (sk_X509_value(sent, i) != cert &&
		    X509_check_issued(sk_X509_value(sent, i), cert) == X509_V_OK)
			issuer = sk_X509_value(sent, i);
	if (issuer)
		X509_up_ref(issuer);
	else if (ctx &&
		 X509_STORE_CTX_init(ctx, SSL_CTX_get_cert_store(SSL_get_SSL_CTX(ssl)), cert, sent))
		X509_STORE_CTX_get1_issuer(&issuer, ctx, cert);
	X509_STORE_CTX_free(ctx);
	return issuer;
}

/* Whether an entry is about the certificate; the hash is the responder's choice. */
static bool is_about(const OCSP_SINGLERESP *single, X509 *cert, X509 *issuer)
{
	OCSP_CERTID *id = OCSP_CERTID_dup(OCSP_SINGLERESP_get0_id(single)), *mine = NULL;
	ASN1_OBJECT *hash = NULL;
	const EVP_MD *md = NULL;
	bool same;

	if (id && OCSP_id_get0_info(NULL, &hash, NULL, NULL, id))
		md = EVP_get_digestbyobj(hash);
	if (md)
		mine = OCSP_cert_to_id(md, cert, issuer);
	same = mine && OCSP_id_cmp(id, mine) == 0;
	OCSP_CERTID_free(mine);
	OCSP_CERTID_free(id);
	return same;
}

static OCSP_SINGLERESP *entry_of(OCSP_BASICRESP *basic, X509 *cert, X509 *issuer)
{
	for (int i = 0; i < OCSP_resp_count(basic); i++)
		if (is_about(OCSP_resp_get0(basic, i), cert, issuer))
			return OCSP_resp_get0(basic, i);
	return NULL;
}

/* Without nextUpdate there is newer information at any time (RFC 6960 §4.2.2.1). */
static uint64_t until_of(const ASN1_GENERALIZEDTIME *next)
{
	int days, rest;
	uint64_t now = xeap_now_seconds();

	if (!next || !ASN1_TIME_diff(&days, &rest, NULL, next) || days < 0 || rest < 0)
		return now;
	return now + (uint64_t)days * 86400 + (uint64_t)rest;
}

static int judge_entry(OCSP_SINGLERESP *single, uint64_t *ret_until, struct xeap_diag *d)
{
	ASN1_GENERALIZEDTIME *this = NULL, *next = NULL;
	int reason, status = OCSP_single_get0_status(single, &reason, NULL, &this, &next);

	/* Who was revoked once stays so, however old the news. */
	if (status == V_OCSP_CERTSTATUS_REVOKED)
		return says(d, -EPERM, XEAP_E_SERVER_CERT_REVOKED, "is: revoked");
	if (!OCSP_check_validity(this, next, CLOCK_SKEW, -1))
		return says(d, -EPERM, XEAP_E_SERVER_CERT_INVALID,
			    "is out of date, or not yet valid (is this machine's clock right?)");
	if (status != V_OCSP_CERTSTATUS_GOOD)
		return says(d, -ENOENT, XEAP_E_SERVER_CERT_INVALID, "is not known to its issuer");
	*ret_until = until_of(next);
	return 0;
}

static int judge_basic(SSL *ssl, OCSP_BASICRESP *basic, X509 *cert, uint64_t *ret_until,
		       struct xeap_diag *d)
{
	X509_STORE *store = SSL_CTX_get_cert_store(SSL_get_SSL_CTX(ssl));
	X509 *issuer = issuer_of(ssl, cert);
	OCSP_SINGLERESP *single;
	int r;

	if (!issuer)
		return says(d, -ENOENT, XEAP_E_SERVER_CERT_INVALID,
			    "cannot be checked: its issuer is not known");
	single = entry_of(basic, cert, issuer);
	if (OCSP_basic_verify(basic, SSL_get_peer_cert_chain(ssl), store, 0) != 1)
		r = says(d, -EPERM, XEAP_E_SERVER_CERT_INVALID,
			 "is not signed by its issuer, or by whom that lets");
	else if (!single)
		r = says(d, -ENOENT, XEAP_E_SERVER_CERT_INVALID, "is about another certificate");
	else
		r = judge_entry(single, ret_until, d);
	X509_free(issuer);
	return r;
}

static int judge(SSL *ssl, OCSP_RESPONSE *response, X509 *cert, uint64_t *ret_until,
		 struct xeap_diag *d)
{
	OCSP_BASICRESP *basic;
	int r;

	if (OCSP_response_status(response) != OCSP_RESPONSE_STATUS_SUCCESSFUL)
		return says(d, -ENOENT, XEAP_E_SERVER_CERT_INVALID,
			    "is missing: the responder had no answer");
	basic = OCSP_response_get1_basic(response);
	if (!basic)
		return says(d, -EPERM, XEAP_E_SERVER_CERT_INVALID, "is broken");
	r = judge_basic(ssl, basic, cert, ret_until, d);
	OCSP_BASICRESP_free(basic);
	return r;
}

int xeap_ocsp_judge(SSL *ssl, uint64_t *ret_until, struct xeap_diag *ret_diag)
{
	X509 *cert = SSL_get0_peer_certificate(ssl);
	OCSP_RESPONSE *response;
	int r;

	if (!cert || !is_stapled(ssl))
		return says(ret_diag, -ENOENT, XEAP_E_SERVER_CERT_INVALID,
			    "is missing: the server sends none");
	response = stapled(ssl);
	if (!response)
		r = says(ret_diag, -EPERM, XEAP_E_SERVER_CERT_INVALID, "is broken");
	else
		r = judge(ssl, response, cert, ret_until, ret_diag);
	OCSP_RESPONSE_free(response);
	ERR_clear_error();
	return r;
}
