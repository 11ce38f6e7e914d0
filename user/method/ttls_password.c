/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/wipe.h>
#include <crypto/cipher.h>
#include <crypto/digest.h>
#include <errno.h>
#include <method/ttls_password.h>
#include <string.h>
#include <strings.h>
#include <wire/avp.h>
#include <xeap/prompt.h>

#define PAP_BLOCK 16 /* a password is padded with zeros, RFC 5281 §11.2.5 */
#define PAP_MAX 1024
#define CHAP_CHALLENGE 16
#define MSCHAP_RESPONSE 50 /* Ident, Flags, LM and NT response; MS-CHAPv2's has the same length */

static const struct {
	const char *name;
	size_t challenge; /* octets out of the tunnel, without the Ident after them */
} ways[XEAP_TTLS_WAY_MAX] = {
	[XEAP_TTLS_EAP] = { "EAP", 0 },
	[XEAP_TTLS_PAP] = { "PAP", 0 },
	[XEAP_TTLS_CHAP] = { "CHAP", CHAP_CHALLENGE },
	[XEAP_TTLS_MSCHAP] = { "MSCHAP", XEAP_MSCHAP_CHALLENGE },
	[XEAP_TTLS_MSCHAPV2] = { "MSCHAPV2", XEAP_MSCHAPV2_CHALLENGE },
};

enum xeap_ttls_way xeap_ttls_way_of(struct xeap_span name)
{
	for (int i = XEAP_TTLS_PAP; i < XEAP_TTLS_WAY_MAX; i++)
		if (strlen(ways[i].name) == name.len &&
		    strncasecmp(ways[i].name, (const char *)name.data, name.len) == 0)
			return (enum xeap_ttls_way)i;
	return XEAP_TTLS_WAY_MAX;
}

const char *xeap_ttls_way_name(enum xeap_ttls_way way)
{
	return ways[way].name;
}

bool xeap_ttls_way_is_microsofts(enum xeap_ttls_way way)
{
	return way == XEAP_TTLS_MSCHAP || way == XEAP_TTLS_MSCHAPV2;
}

static int put_pap(const struct xeap_ttls_login *l, struct xeap_builder *b)
{
	XEAP_SECRET(padded, PAP_MAX);
	size_t len = (l->password.len + PAP_BLOCK - 1) / PAP_BLOCK * PAP_BLOCK;

	if (len > sizeof(padded))
		return -E2BIG;
	memset(padded, 0, sizeof(padded));
	memcpy(padded, l->password.data, l->password.len);
	xeap_avp_put(b, XEAP_AVP_USER_PASSWORD, 0, xeap_span(padded, len ? len : PAP_BLOCK));
	return 0;
}

/* RFC 1994 §4.1: MD5(Identifier ‖ secret ‖ challenge). */
static int put_chap(const struct xeap_ttls_login *l, const uint8_t *challenge,
		    struct xeap_builder *b)
{
	uint8_t value[1 + XEAP_MD5_LEN] = { l->ident };
	struct xeap_span parts[] = { xeap_span(&l->ident, 1), l->password,
				     xeap_span(challenge, CHAP_CHALLENGE) };
	int r = xeap_digest_once(XEAP_DIGEST_MD5, parts, 3, value + 1, XEAP_MD5_LEN);

	if (r < 0)
		return r;
	xeap_avp_put(b, XEAP_AVP_CHAP_CHALLENGE, 0, xeap_span(challenge, CHAP_CHALLENGE));
	xeap_avp_put(b, XEAP_AVP_CHAP_PASSWORD, 0, xeap_span(value, sizeof(value)));
	return 0;
}

/* RFC 2548 §2.1.3: Ident, Flags (1: the NT response is used), LM-Response, NT-Response. */
static int put_mschap(const struct xeap_ttls_login *l, const uint8_t *hash,
		      const uint8_t *challenge, struct xeap_builder *b)
{
	uint8_t value[MSCHAP_RESPONSE] = { l->ident, 1 };
	int r = xeap_mschap_response(l->legacy, hash, challenge,
				     value + sizeof(value) - XEAP_NT_RESPONSE);

	if (r < 0)
		return r;
	xeap_avp_put(b, XEAP_AVP_MS_CHAP_CHALLENGE, XEAP_VENDOR_MICROSOFT,
		     xeap_span(challenge, XEAP_MSCHAP_CHALLENGE));
	xeap_avp_put(b, XEAP_AVP_MS_CHAP_RESPONSE, XEAP_VENDOR_MICROSOFT,
		     xeap_span(value, sizeof(value)));
	return 0;
}

/* RFC 2548 §2.3.2: Ident, Flags, Peer-Challenge, eight reserved octets, Response. */
static int put_mschapv2(struct xeap_ttls_login *l, const uint8_t *hash, const uint8_t *challenge,
			struct xeap_builder *b)
{
	uint8_t value[MSCHAP_RESPONSE] = { l->ident, 0 };
	uint8_t *peer = value + 2, *response = value + sizeof(value) - XEAP_NT_RESPONSE;
	struct xeap_mschapv2 m = { challenge, peer, l->identity };
	int r = xeap_random(peer, XEAP_MSCHAPV2_CHALLENGE);

	if (r == 0)
		r = xeap_mschapv2_response(l->legacy, hash, &m, response);
	if (r == 0)
		r = xeap_mschapv2_proof(l->legacy, hash, &m, response, l->proof);
	if (r < 0)
		return r;
	xeap_avp_put(b, XEAP_AVP_MS_CHAP_CHALLENGE, XEAP_VENDOR_MICROSOFT,
		     xeap_span(challenge, XEAP_MSCHAPV2_CHALLENGE));
	xeap_avp_put(b, XEAP_AVP_MS_CHAP2_RESPONSE, XEAP_VENDOR_MICROSOFT,
		     xeap_span(value, sizeof(value)));
	return 0;
}

static int put_microsofts(struct xeap_ttls_login *l, const uint8_t *challenge,
			  struct xeap_builder *b)
{
	XEAP_SECRET(hash, XEAP_NT_HASH);
	int r = 0;

	if (l->hash.len == XEAP_NT_HASH)
		memcpy(hash, l->hash.data, XEAP_NT_HASH);
	else
		r = xeap_nt_hash(l->legacy, l->password, hash);
	if (r < 0)
		return r;
	return l->way == XEAP_TTLS_MSCHAP ? put_mschap(l, hash, challenge, b)
					  : put_mschapv2(l, hash, challenge, b);
}

static int put_password(struct xeap_ttls_login *l, const uint8_t *challenge, struct xeap_builder *b)
{
	if (l->way == XEAP_TTLS_PAP)
		return put_pap(l, b);
	return l->way == XEAP_TTLS_CHAP ? put_chap(l, challenge, b)
					: put_microsofts(l, challenge, b);
}

int xeap_ttls_login_write(struct xeap_ttls_login *l, const struct xeap_tls *tls, uint8_t *buf,
			  size_t size)
{
	uint8_t challenge[XEAP_MSCHAPV2_CHALLENGE + 1] = { 0 };
	struct xeap_builder b = xeap_builder(buf, size);
	size_t len = ways[l->way].challenge;
	int r = 0;

	if (len)
		r = xeap_tls_export(tls, "ttls challenge", xeap_span(NULL, 0), challenge, len + 1);
	if (r < 0)
		return r;
	l->ident = challenge[len];
	xeap_avp_put(&b, XEAP_AVP_USER_NAME, 0, l->identity);
	r = put_password(l, challenge, &b);
	if (r < 0)
		return r;
	return b.bad ? -E2BIG : (int)xeap_builder_len(&b);
}

bool xeap_ttls_login_proves(const struct xeap_ttls_login *l, struct xeap_span success)
{
	return success.len > 1 && success.data[0] == l->ident &&
	       xeap_mschapv2_proves(xeap_span(success.data + 1, success.len - 1), l->proof, NULL);
}
