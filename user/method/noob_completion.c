/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/wipe.h>
#include <errno.h>
#include <method/noob_peer.h>
#include <wire/base64url.h>
#include <wire/eap.h>

/* The Completion Exchange, RFC 9140 §3.2.4. */

int xeap_noob_check_mac(const struct xeap_noob_peer *c, const struct xeap_noob_keys *keys,
			const uint8_t *noob, const uint8_t theirs[XEAP_NOOB_MAC])
{
	XEAP_SECRET(room, XEAP_NOOB_ARRAY_MAX);
	uint8_t mac[XEAP_NOOB_MAC];
	int r = xeap_noob_mac(
		keys->kms, xeap_noob_array(&c->next, '2', noob, (char *)room, sizeof(room)), mac);

	if (r < 0)
		return r;
	return xeap_equal_secret(mac, theirs, sizeof(mac)) ? 0 : XEAP_NOOB_E_MAC;
}

int xeap_noob_put_mac(const struct xeap_noob_peer *c, const struct xeap_noob_keys *keys,
		      const uint8_t *noob, struct xeap_builder *b)
{
	XEAP_SECRET(room, XEAP_NOOB_ARRAY_MAX);
	uint8_t mac[XEAP_NOOB_MAC];
	int r = xeap_noob_mac(
		keys->kmp, xeap_noob_array(&c->next, '1', noob, (char *)room, sizeof(room)), mac);

	if (r == 0)
		xeap_noob_put_bytes(b, mac, sizeof(mac));
	return r;
}

/* The server asks only while this peer has a message of its. */
int xeap_noob_take_id(struct xeap_noob_peer *c, const struct xeap_noob_request *q,
		      struct xeap_builder *b)
{
	int r;

	(void)q;
	xeap_noob_put_name(b, "NoobId");
	xeap_put_u8(b, '"');
	r = xeap_noob_put_id(b, c->next.theirs);
	xeap_put_u8(b, '"');
	c->at = XEAP_NOOB_AT_COMPLETION;
	return r;
}

static bool is_id(struct xeap_span id, const uint8_t noob[XEAP_NOOB_NOOB])
{
	uint8_t text[XEAP_BASE64URL_LEN(XEAP_NOOB_FINGER)];
	struct xeap_builder b = xeap_builder(text, sizeof(text));

	return xeap_noob_put_id(&b, noob) == 0 && id.len == sizeof(text) &&
	       xeap_equal_secret(text, id.data, sizeof(text));
}

/* Which message it is that the other side has, or that came from there. */
static int find_noob(const struct xeap_noob_state *s, const struct xeap_noob_request *q,
		     const uint8_t **ret_noob)
{
	struct xeap_span id;
	int r = xeap_noob_string(q, "NoobId", 64, &id);

	if (r)
		return r;
	if (!id.len)
		return XEAP_NOOB_E_STRUCTURE;
	if (s->has_theirs && is_id(id, s->theirs))
		*ret_noob = s->theirs;
	else if (s->has_mine && is_id(id, s->mine))
		*ret_noob = s->mine;
	else
		return XEAP_NOOB_E_OOB_ID;
	return 0;
}

/* What was of use until here goes. */
static int register_with(struct xeap_noob_peer *c)
{
	struct xeap_noob_state *s = &c->next;

	s->state = XEAP_NOOB_REGISTERED;
	memcpy(s->kz, c->keys.kz, sizeof(s->kz));
	s->has_mine = false;
	s->has_theirs = false;
	xeap_wipe(s->mine, sizeof(s->mine));
	xeap_wipe(s->theirs, sizeof(s->theirs));
	xeap_wipe(s->z, sizeof(s->z));
	return xeap_noob_shared_set(c->shared, s);
}

int xeap_noob_take_completion(struct xeap_noob_peer *c, const struct xeap_noob_request *q,
			      struct xeap_builder *b)
{
	const struct xeap_noob_state *s = &c->next;
	const uint8_t *noob = NULL;
	uint8_t theirs[XEAP_NOOB_MAC];
	int r = find_noob(s, q, &noob);

	if (r == 0)
		r = xeap_noob_bytes(q, "MACs", theirs, sizeof(theirs));
	if (r == 0)
		r = xeap_noob_keys_derive(xeap_span(s->z, sizeof(s->z)),
					  xeap_span(s->np, sizeof(s->np)),
					  xeap_span(s->ns, sizeof(s->ns)),
					  xeap_span(noob, XEAP_NOOB_NOOB), &c->keys);
	if (r == 0)
		r = xeap_noob_check_mac(c, &c->keys, noob, theirs);
	if (r)
		return r;
	xeap_noob_put_name(b, "MACp");
	r = xeap_noob_put_mac(c, &c->keys, noob, b);
	if (r == 0)
		r = register_with(c);
	if (r == 0)
		c->proven = true;
	return r;
}
