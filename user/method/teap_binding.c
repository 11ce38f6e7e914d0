/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/wipe.h>
#include <errno.h>
#include <method/teap_peer.h>
#include <string.h>
#include <wire/eap.h>

/* The Crypto-Binding TLV, RFC 9930 §4.2.13 and §6: the server's is proved, ours is made. */

bool xeap_teap_is_finished(struct teap *p)
{
	return p->answered || (!p->refused && xeap_inner_succeeded(xeap_teap_speaking(p)));
}

/*
 * The order in which servers speak of EAP-MSCHAPv2's keys is that of EAP-FAST (RFC 9930 §3.6.4,
 * RFC 5422 §3.2.3): what the server sends with comes first.
 */
static void order_keys(const struct xeap_inner *inner, uint8_t *msk)
{
	XEAP_SECRET(half, 16);

	if (!inner->method || inner->method->type.type != XEAP_EAP_MSCHAPV2)
		return;
	memcpy(half, msk, 16);
	memcpy(msk, msk + 16, 16);
	memcpy(msk + 16, half, 16);
}

static int inner_key(const struct xeap_inner *inner, enum xeap_key_kind kind, uint8_t *key,
		     size_t size, struct xeap_span *ret_key)
{
	int r = xeap_inner_get_key(inner, kind, key, size);

	if (r < 0 && r != -ENOENT)
		return r;
	*ret_key = xeap_span(key, r > 0 ? (size_t)r : 0);
	return 0;
}

/*
 * The chains go on by one link for each method, a password being one without keys; once for a
 * conversation without any.
 */
static int go_on(struct teap *p)
{
	XEAP_SECRET(msk, 256);
	XEAP_SECRET(emsk, 256);
	const struct xeap_inner *inner = xeap_teap_speaking(p);
	struct xeap_span m = { NULL, 0 }, e = { NULL, 0 };
	int r = 0;

	if (!xeap_teap_is_finished(p) && p->bound)
		return 0;
	if (!p->answered && xeap_teap_is_finished(p)) {
		r = inner_key(inner, XEAP_KEY_MSK, msk, 256, &m);
		if (r == 0)
			r = inner_key(inner, XEAP_KEY_EMSK, emsk, 256, &e);
		if (m.len >= 32)
			order_keys(inner, msk);
	}
	for (unsigned int i = 0; r == 0 && i < p->way_count; i++)
		r = xeap_teap_keys_next(&p->tunnel.tls, &p->ways[i], m, e);
	return r;
}

static bool mac_is_right(const struct teap *p, const struct xeap_teap_keys *way, bool emsk,
			 const struct xeap_tlv_binding *b)
{
	uint8_t mac[XEAP_TLV_MAC];

	if (xeap_teap_mac(way, emsk, b->whole, xeap_span(p->outer, p->outer_len), mac) < 0)
		return false;
	return xeap_equal_secret(mac, emsk ? b->emsk_mac.data : b->msk_mac.data, sizeof(mac));
}

/*
 * Each MAC that both ends can make must be right. FreeRADIUS makes that of the MSK without the keys
 * of some methods: that of the EMSK is enough if told so. Returns what is wrong, as the server is
 * told (RFC 9930 §4.2.6), 0 for nothing.
 */
static uint32_t disproof(const struct teap *p, const struct xeap_teap_keys *way,
			 const struct xeap_tlv_binding *b)
{
	bool emsk = b->flags & XEAP_TLV_BINDING_EMSK && way->has_emsk;
	bool msk = b->flags & XEAP_TLV_BINDING_MSK;

	if (emsk && !mac_is_right(p, way, true, b))
		return XEAP_TLV_ERROR_EMSK_MAC;
	if (emsk && p->shared->freeradius)
		return 0;
	if (msk && !mac_is_right(p, way, false, b))
		return XEAP_TLV_ERROR_MSK_MAC;
	return emsk || msk ? 0 : XEAP_TLV_ERROR_NO_MSK_MAC;
}

static bool is_replayed(const struct teap *p, const struct xeap_tlv_binding *b)
{
	return p->has_nonce && memcmp(p->nonce, b->nonce.data, XEAP_TLV_NONCE) == 0;
}

/* RFC 9930 §4.2.13: what the fields of a request say. */
static const char *doubt_fields(struct teap *p, const struct xeap_tlv_binding *b)
{
	p->error = XEAP_TLV_ERROR_BINDING_FIELDS;
	if (b->subtype != 0)
		return "server's TEAP crypto-binding is no request";
	if (b->version != XEAP_TEAP_VERSION || b->received_version != XEAP_TEAP_VERSION)
		return "server's TEAP crypto-binding says that another version was negotiated";
	p->error = XEAP_TLV_ERROR_TUNNEL_COMPROMISE;
	if (b->flags < XEAP_TLV_BINDING_EMSK ||
	    b->flags > (XEAP_TLV_BINDING_EMSK | XEAP_TLV_BINDING_MSK))
		return "server's TEAP crypto-binding has no MAC";
	if (b->nonce.data[XEAP_TLV_NONCE - 1] & 1)
		return "server's TEAP crypto-binding has the nonce of a response";
	if (is_replayed(p, b))
		return "server's TEAP crypto-binding repeats an earlier nonce";
	return NULL;
}

const char *xeap_teap_doubt_binding(struct teap *p, const struct xeap_tlv_binding *b)
{
	const char *why = doubt_fields(p, b);
	uint32_t error;

	if (why)
		return why;
	if (go_on(p) < 0)
		return "TEAP crypto-binding could not be computed";
	p->error = XEAP_TLV_ERROR_EMSK_MAC;
	for (unsigned int i = 0; i < p->way_count; i++) {
		error = disproof(p, &p->ways[i], b);
		p->error = error > p->error ? p->error : error; /* of the way that came farthest */
		if (error)
			continue;
		p->ways[0] = p->ways[i];
		p->way_count = 1;
		p->uses_emsk = b->flags & XEAP_TLV_BINDING_EMSK && p->ways[0].has_emsk;
		memcpy(p->nonce, b->nonce.data, XEAP_TLV_NONCE);
		p->has_nonce = true;
		p->bound++;
		return NULL;
	}
	return "server's TEAP crypto-binding is wrong: who ends the tunnel is not who "
	       "authenticated "
	       "inside, or computes it otherwise (teap_compat=freeradius in phase1)";
}

/* The response's nonce is one more than the request's, whose last bit is 0. */
int xeap_teap_put_binding(struct teap *p, struct xeap_builder *to, uint8_t asked)
{
	const struct xeap_teap_keys *way = &p->ways[0];
	uint8_t *tlv = xeap_put_space(to, XEAP_TLV_BINDING_LEN);
	struct xeap_builder b = xeap_builder(tlv, tlv ? XEAP_TLV_BINDING_LEN : 0);
	struct xeap_span outer = xeap_span(p->outer, p->outer_len);
	struct xeap_span whole = xeap_span(tlv, XEAP_TLV_BINDING_LEN);
	uint8_t emsk[XEAP_TLV_MAC] = { 0 }, msk[XEAP_TLV_MAC] = { 0 };
	uint8_t flags = asked & XEAP_TLV_BINDING_MSK;
	int r = 0;

	if (!tlv)
		return -ENOBUFS;
	if (p->uses_emsk)
		flags |= XEAP_TLV_BINDING_EMSK;
	xeap_put_u16(&b, XEAP_TLV_MANDATORY | XEAP_TLV_CRYPTO_BINDING);
	xeap_put_u16(&b, XEAP_TLV_BINDING_VALUE);
	xeap_put_u8(&b, 0);
	xeap_put_u8(&b, XEAP_TEAP_VERSION);
	xeap_put_u8(&b, p->offered);
	xeap_put_u8(&b, (uint8_t)(flags << 4 | 1));
	xeap_put_span(&b, xeap_span(p->nonce, XEAP_TLV_NONCE - 1));
	xeap_put_u8(&b, p->nonce[XEAP_TLV_NONCE - 1] | 1);
	if (flags & XEAP_TLV_BINDING_EMSK)
		r = xeap_teap_mac(way, true, whole, outer, emsk);
	if (r == 0 && flags & XEAP_TLV_BINDING_MSK)
		r = xeap_teap_mac(way, false, whole, outer, msk);
	xeap_put_span(&b, xeap_span(emsk, sizeof(emsk)));
	xeap_put_span(&b, xeap_span(msk, sizeof(msk)));
	return r;
}
