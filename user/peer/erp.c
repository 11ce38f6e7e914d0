/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "peer/erp.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/wipe.h"
#include "crypto/mac.h"
#include "peer/peer.h"

#define EMSK_NAME 8 /* bytes, RFC 5295 §3.2 */
#define LENGTH 2    /* of a key, in what it is derived from */

/* RFC 6696 §4.1, §4.3, §4.6, and RFC 5295 §3.2; with the zero byte that follows. */
static const char emsk_label[] = "EMSK";
static const char rrk_label[] = "EAP Re-authentication Root Key@ietf.org";
static const char rik_label[] = "Re-authentication Integrity Key@ietf.org";
static const char rmsk_label[] = "Re-authentication Master Session Key@ietf.org";

/*
 * KDF of RFC 5295 §3.1.2, which is prf+ of IKEv2 with HMAC-SHA256. S is label ‖ 0 ‖ data ‖
 * length.
 */
static int derive(struct xeap_span key, struct xeap_span label, struct xeap_span data,
		  uint8_t *ret_key, size_t len)
{
	const uint8_t length[LENGTH] = { (uint8_t)(len >> 8), (uint8_t)len };
	const struct xeap_span parts[] = { label, data, xeap_span(length, LENGTH) };

	return xeap_prf_plus(XEAP_DIGEST_SHA256, key, parts, sizeof(parts) / sizeof(parts[0]),
			     ret_key, len);
}

struct xeap_span xeap_erp_realm(struct xeap_span nai)
{
	for (size_t i = nai.len; i--;) {
		if (nai.data[i] == '@')
			return xeap_span(nai.data + i + 1, nai.len - i - 1);
	}
	return xeap_span(NULL, 0);
}

/* keyName-NAI, RFC 6696 §5.3.4: EMSKname in ASCII, an @ and the realm. */
static void put_nai(struct xeap_erp *erp, const uint8_t name[EMSK_NAME], struct xeap_span realm)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < EMSK_NAME; i++) {
		erp->nai[2 * i] = digits[name[i] >> 4];
		erp->nai[2 * i + 1] = digits[name[i] & 15];
	}
	erp->nai[XEAP_ERP_NAME] = '@';
	memcpy(erp->nai + XEAP_ERP_NAME + 1, realm.data, realm.len);
	erp->nai_len = (uint16_t)(XEAP_ERP_NAME + 1 + realm.len);
}

int xeap_erp_derive(struct xeap_span emsk, struct xeap_span session_id, struct xeap_span realm,
		    struct xeap_erp *ret_erp)
{
	static const struct xeap_span nothing;
	XEAP_SECRET(rrk, XEAP_ERP_KEY);
	uint8_t name[EMSK_NAME];
	int err;

	if (emsk.len != XEAP_ERP_KEY || !session_id.len || !realm.len ||
	    realm.len > XEAP_ERP_MAX_NAI - XEAP_ERP_NAME - 1)
		return -EINVAL;
	err = derive(session_id, xeap_span(emsk_label, sizeof(emsk_label)), nothing, name,
		     EMSK_NAME);
	if (!err)
		err = derive(emsk, xeap_span(rrk_label, sizeof(rrk_label)), nothing, rrk,
			     XEAP_ERP_KEY);
	if (err)
		return err;
	xeap_wipe(ret_erp, sizeof(*ret_erp));
	memcpy(ret_erp->rrk, rrk, sizeof(ret_erp->rrk));
	put_nai(ret_erp, name, realm);
	return 0;
}

/* Domain names do not mind capitals (RFC 4343 §3). */
static bool same_domain(struct xeap_span a, struct xeap_span b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		if (tolower(a.data[i]) != tolower(b.data[i]))
			return false;
	}
	return true;
}

static struct xeap_span nai_of(const struct xeap_erp *erp)
{
	return xeap_span(erp->nai, erp->nai_len);
}

/* RFC 6696 §5.3.2: a SEQ is used once, so that a key is spent with the last of them. */
bool xeap_erp_usable(const struct xeap_erp *erp, struct xeap_span domain)
{
	if (!erp->nai_len || erp->seq == UINT16_MAX)
		return false;
	return !domain.data || same_domain(domain, xeap_erp_realm(nai_of(erp)));
}

/* The tag of what it covers: the first bytes of HMAC-SHA256 with rIK. */
static int sign(const struct xeap_erp *erp, uint8_t suite, struct xeap_span covered,
		uint8_t ret_tag[XEAP_ERP_MAX_TAG])
{
	XEAP_SECRET(rik, XEAP_ERP_KEY);
	int err = derive(xeap_span(erp->rrk, sizeof(erp->rrk)),
			 xeap_span(rik_label, sizeof(rik_label)), xeap_span(&suite, 1), rik,
			 XEAP_ERP_KEY);

	if (err)
		return err;
	err = xeap_hmac(XEAP_DIGEST_SHA256, xeap_span(rik, sizeof(rik)), &covered, 1, ret_tag,
			XEAP_ERP_MAX_TAG);
	return err < 0 ? err : 0;
}

int xeap_erp_initiate(struct xeap_erp *erp, struct xeap_chunk *c, uint8_t id, uint8_t suite,
		      uint16_t *ret_seq)
{
	size_t len = c->len, n = xeap_erp_tag_len(suite);
	uint8_t tag[XEAP_ERP_MAX_TAG];
	int err = xeap_erp_build_reauth(c, id, erp->seq, nai_of(erp), suite);

	if (!err)
		err = sign(erp, suite, xeap_span(c->data, c->len - n), tag);
	if (err) {
		c->len = len;
		return err;
	}
	memcpy(c->data + c->len - n, tag, n);
	*ret_seq = erp->seq++;
	return 0;
}

static bool is_named(const struct xeap_erp *erp, struct xeap_span name)
{
	return name.len == erp->nai_len && !memcmp(name.data, erp->nai, name.len);
}

int xeap_erp_check_finish(const struct xeap_erp *erp, struct xeap_span packet, uint8_t id,
			  uint8_t suite, uint16_t seq, struct xeap_erp_reauth *ret_finish)
{
	XEAP_SECRET(tag, XEAP_ERP_MAX_TAG);
	struct xeap_erp_reauth m;

	if (xeap_erp_parse_reauth(packet, suite, &m) || m.code != XEAP_EAP_FINISH || m.id != id ||
	    m.seq != seq || !is_named(erp, m.name))
		return -EBADMSG;
	if (sign(erp, suite, m.covered, tag) || !xeap_equal_secret(tag, m.tag.data, m.tag.len))
		return -EBADMSG;
	*ret_finish = m;
	return 0;
}

bool xeap_erp_is_refusal(const struct xeap_erp *erp, struct xeap_span packet, uint8_t id,
			 uint16_t seq)
{
	struct xeap_erp_reauth m;

	return !xeap_erp_parse_unprotected(packet, &m) && m.code == XEAP_EAP_FINISH && m.id == id &&
	       m.seq == seq && m.flags & XEAP_ERP_FLAG_FAILURE && is_named(erp, m.name);
}

int xeap_erp_rmsk(const struct xeap_erp *erp, uint16_t seq, uint8_t *buf, size_t size)
{
	const uint8_t data[2] = { (uint8_t)(seq >> 8), (uint8_t)seq };
	int err;

	if (size < XEAP_ERP_KEY)
		return -ENOSPC;
	err = derive(xeap_span(erp->rrk, sizeof(erp->rrk)),
		     xeap_span(rmsk_label, sizeof(rmsk_label)), xeap_span(data, sizeof(data)), buf,
		     XEAP_ERP_KEY);
	return err ? err : XEAP_ERP_KEY;
}

/* ---- within the peer ---- */

#define SUITE XEAP_ERP_SHA256_128

enum xeap_peer_step xeap_peer_initiate_step(const struct xeap_peer *p, struct xeap_span packet)
{
	struct xeap_erp_start start;

	if (!p->config->erp || p->selected || p->need != XEAP_NEED_NONE ||
	    xeap_erp_parse_start(packet, &start) || !xeap_erp_usable(p->config->erp, start.domain))
		return XEAP_PEER_TO_DISCARD;
	return XEAP_PEER_TO_REAUTH;
}

enum xeap_peer_step xeap_peer_finish_step(const struct xeap_peer *p, struct xeap_span packet)
{
	struct xeap_erp_reauth m;

	if (!p->erp_sent || p->selected)
		return XEAP_PEER_TO_DISCARD;
	if (xeap_erp_is_refusal(p->config->erp, packet, p->erp_id, p->erp_seq))
		return XEAP_PEER_TO_FAILURE;
	if (xeap_erp_check_finish(p->config->erp, packet, p->erp_id, SUITE, p->erp_seq, &m))
		return XEAP_PEER_TO_DISCARD;
	return XEAP_PEER_TO_SUCCESS;
}

int xeap_peer_enter_reauth(struct xeap_peer *p, uint8_t id, struct xeap_chunk *c)
{
	int err = xeap_erp_initiate(p->config->erp, c, id, SUITE, &p->erp_seq);

	if (err)
		return err;
	p->erp_sent = true;
	p->erp_id = id;
	return 0;
}

bool xeap_peer_used_erp(const struct xeap_peer *p)
{
	return p->erp_sent && !p->selected;
}

int xeap_peer_erp_key(const struct xeap_peer *p, enum xeap_key_kind kind, uint8_t *buf, size_t size)
{
	if (kind != XEAP_KEY_MSK || !xeap_peer_used_erp(p))
		return -ENOENT;
	return xeap_erp_rmsk(p->config->erp, p->erp_seq, buf, size);
}
