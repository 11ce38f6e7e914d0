/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What is kept of a connection, so that the next one need not prove everything again. */
#include <crypto/tls_profile.h>
#include <errno.h>
#include <openssl/err.h>
#include <string.h>

/* In front of SSL_SESSION as OpenSSL writes it, less the certificate. Seconds since 1970. */
struct terms {
	uint64_t until; /* not to be offered from then on */
	uint64_t vouched_until;
};

#define TICKET_SECONDS_12 XEAP_TLS_RESUME_SECONDS
#define TICKET_SECONDS_13 604800 /* RFC 8446 §4.6.1 */
#define CERTIFICATE_TAG 3	 /* of SSL_SESSION: peer [3] EXPLICIT X509 */

/* OpenSSL's DER of a session, which holds its master secret. */
struct der {
	uint8_t *data;
	size_t len;
};

static void der_free(struct der *d)
{
	OPENSSL_clear_free(d->data, d->len);
}

#define DER_SCOPE __attribute__((cleanup(der_free))) struct der

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* One ticket or more came, TLS 1.3; or the handshake made a session, TLS 1.2. Nothing is kept. */
int xeap_tls_on_session(SSL *ssl, SSL_SESSION *session)
{
	struct xeap_tls *t = SSL_get_app_data(ssl);

	t->new_ticket = true;
	return 0;
}

/* How long the full handshake is good for: until the first certificate of the chain expires. */
static uint64_t vouched_until(const struct xeap_tls *t)
{
	if (xeap_tls_resumed(t))
		return t->vouched_until;
	return least(t->chain_until, xeap_now_seconds() + XEAP_TLS_RESUME_SECONDS);
}

/* A lifetime of 0 is unspecified in TLS 1.2 (RFC 5077 §5.6), and over at once in TLS 1.3. */
static uint64_t ticket_until(const struct xeap_tls *t, const SSL_SESSION *session)
{
	uint64_t lifetime = SSL_SESSION_get_ticket_lifetime_hint(session);

	if (xeap_tls_is_13(t))
		lifetime = least(lifetime, TICKET_SECONDS_13);
	else
		lifetime = lifetime ? least(lifetime, TICKET_SECONDS_12) : TICKET_SECONDS_12;
	return xeap_now_seconds() + lifetime;
}

/* Tag of the element at *at, -1 when it is broken; *at is then behind it. */
static int next_element(const uint8_t **at, const uint8_t *end)
{
	int tag, class;
	long len;
	int form = ASN1_get_object(at, &len, &tag, &class, end - *at);

	if (form & 0x80)
		return -1;
	*at += len;
	return class == V_ASN1_CONTEXT_SPECIFIC ? tag : 0;
}

/* A session's content: [from, peer) and [rest, end), with the certificate between. */
struct content {
	const uint8_t *from, *peer, *rest, *end;
};

static int find_certificate(const struct der *d, struct content *ret_content)
{
	const uint8_t *at = d->data, *end = d->data + d->len, *start;
	struct content c = { .peer = end, .rest = end, .end = end };
	int tag, class, found = 0;
	long len;

	if (ASN1_get_object(&at, &len, &tag, &class, (long)d->len) & 0x80)
		return -EBADMSG;
	c.from = at;
	while (at < end && found != CERTIFICATE_TAG) {
		start = at;
		found = next_element(&at, end);
		if (found < 0)
			return -EBADMSG;
		if (found == CERTIFICATE_TAG) {
			c.peer = start;
			c.rest = at;
		}
	}
	*ret_content = c;
	return 0;
}

/*
 * The server's certificate makes a third of a session and takes most of the time to read it, and is
 * not looked at again. Returns the length, -ENOSPC or -EBADMSG.
 */
static int write_stripped(const struct der *d, uint8_t *buf, size_t size)
{
	struct content c;
	size_t before, after;
	int len, total, r = find_certificate(d, &c);

	if (r < 0)
		return r;
	before = (size_t)(c.peer - c.from);
	after = (size_t)(c.end - c.rest);
	len = (int)(before + after);
	total = ASN1_object_size(1, len, V_ASN1_SEQUENCE);
	if (total < 0 || (size_t)total > size)
		return -ENOSPC;
	ASN1_put_object(&buf, 1, len, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL);
	memcpy(buf, c.from, before);
	memcpy(buf + before, c.rest, after);
	return total;
}

static int write_session(SSL_SESSION *session, uint8_t *buf, size_t size)
{
	int len = i2d_SSL_SESSION(session, NULL);
	DER_SCOPE d = { NULL, 0 };
	uint8_t *p;

	if (len <= 0)
		return -ENOENT;
	d = (struct der){ OPENSSL_malloc((size_t)len), (size_t)len };
	p = d.data;
	if (!p)
		return -ENOMEM;
	i2d_SSL_SESSION(session, &p);
	return write_stripped(&d, buf, size);
}

static bool may_keep(const struct xeap_tls *t, const SSL_SESSION *session)
{
	if (!session || !SSL_SESSION_is_resumable(session) || t->doubt)
		return false;
	return t->new_ticket || !xeap_tls_is_13(t);
}

int xeap_tls_get_session(const struct xeap_tls *t, uint8_t *buf, size_t size)
{
	SSL_SESSION *session = SSL_get0_session(t->ssl);
	struct terms terms;
	int n;

	if (!may_keep(t, session))
		return -ENOENT;
	if (size < sizeof(terms))
		return -ENOSPC;
	terms.vouched_until = vouched_until(t);
	terms.until = least(ticket_until(t, session), terms.vouched_until);
	if (terms.until <= xeap_now_seconds())
		return -ENOENT;
	memcpy(buf, &terms, sizeof(terms));
	n = write_session(session, buf + sizeof(terms), size - sizeof(terms));
	ERR_clear_error();
	return n < 0 ? n : (int)sizeof(terms) + n;
}

static SSL_SESSION *read_session(struct xeap_tls *t, struct xeap_span data)
{
	struct terms terms;
	const uint8_t *p = data.data + sizeof(terms);

	if (data.len < sizeof(terms))
		return NULL;
	memcpy(&terms, data.data, sizeof(terms));
	if (xeap_now_seconds() >= terms.until)
		return NULL;
	t->vouched_until = terms.vouched_until;
	return d2i_SSL_SESSION(NULL, &p, (long)(data.len - sizeof(terms)));
}

void xeap_tls_resume(struct xeap_tls *t, struct xeap_span data)
{
	SSL_SESSION *session = data.data ? read_session(t, data) : NULL;

	if (!t->profile->no_ticket)
		SSL_clear_options(t->ssl, SSL_OP_NO_TICKET);
	if (session)
		SSL_set_session(t->ssl, session);
	SSL_SESSION_free(session);
	ERR_clear_error();
}

bool xeap_tls_resumed(const struct xeap_tls *t)
{
	return SSL_session_reused(t->ssl) == 1;
}

/* There is a signature of ours in a handshake only behind a certificate of ours. */
bool xeap_tls_gave_certificate(const struct xeap_tls *t)
{
	int algorithm;

	return SSL_get_signature_nid(t->ssl, &algorithm) == 1;
}
