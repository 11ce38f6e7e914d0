/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/wipe.h>
#include <crypto/cipher.h>
#include <errno.h>
#include <method/noob_peer.h>

/*
 * The Reconnect Exchange, RFC 9140 §3.4. KeyingMode 3 leaves two keys: when the server has not seen
 * the end of it, it still has the one before, which the MAC of the next exchange tells (§3.4.2).
 */

#define WITHOUT_ECDHE 1u
#define WITH_ECDHE 2u
#define NEW_SUITE 3u

static int read_renegotiation(struct xeap_noob_peer *c, const struct xeap_noob_request *q)
{
	struct xeap_span nai;
	int r = xeap_noob_negotiate(q, &c->suite);

	if (r == 0)
		r = xeap_noob_string(q, "NewNAI", XEAP_NOOB_NAI_MAX, &nai);
	if (r == 0)
		xeap_noob_text_set(&c->nai, nai, XEAP_NOOB_NAI_MAX);
	return r;
}

int xeap_noob_take_renegotiation(struct xeap_noob_peer *c, const struct xeap_noob_request *q,
				 struct xeap_builder *b)
{
	int r = read_renegotiation(c, q);

	if (r == 0)
		r = xeap_noob_begin_fields(c, q, c->suite, true);
	if (r)
		return r;
	xeap_noob_put_name(b, "Verp");
	xeap_noob_put_number(b, 1);
	xeap_noob_put_name(b, "PeerId");
	xeap_noob_put_string(b, xeap_noob_text(&c->next.peer_id));
	xeap_noob_put_name(b, "Cryptosuitep");
	xeap_noob_put_number(b, c->suite);
	c->at = XEAP_NOOB_AT_REKEYS;
	return 0;
}

/* KeyingMode 3 and only that is for another cryptosuite than the key's. */
static bool fits(const struct xeap_noob_peer *c, uint32_t suite_of_key)
{
	return (c->keying_mode == NEW_SUITE) == (c->suite != suite_of_key);
}

static int read_mode(struct xeap_noob_peer *c, const struct xeap_noob_request *q)
{
	bool has_key = xeap_noob_value(q, "PKs2").data != NULL;
	int r = xeap_noob_number(q, "KeyingMode", UINT8_MAX, &c->keying_mode);

	if (r)
		return r;
	if (c->keying_mode < WITHOUT_ECDHE || c->keying_mode > NEW_SUITE ||
	    has_key != (c->keying_mode != WITHOUT_ECDHE))
		return XEAP_NOOB_E_DATA;
	if (fits(c, c->next.suite) || (c->next.has_prev && fits(c, c->next.suite_prev)))
		return 0;
	return XEAP_NOOB_E_DATA;
}

/* PKs2, Ns2, PKp2 and Np2. */
static int end_fields(struct xeap_noob_peer *c, const struct xeap_noob_request *q,
		      struct xeap_builder *response)
{
	struct xeap_noob_state *s = &c->next;
	uint8_t room[256];
	struct xeap_builder key = xeap_builder(room, sizeof(room));
	struct xeap_span ours = { NULL, 0 };
	int r = 0;

	if (c->keying_mode != WITHOUT_ECDHE) {
		r = xeap_noob_exchange(xeap_noob_value(q, "PKs2"), c->suite, &key, s->z);
		ours = xeap_span(room, xeap_builder_len(&key));
	}
	if (r)
		return r;
	if (ours.data) {
		xeap_noob_put_name(response, "PKp2");
		xeap_put_span(response, ours);
	}
	xeap_noob_put_name(response, "Np2");
	xeap_noob_put_bytes(response, s->np, sizeof(s->np));
	return xeap_noob_end_fields(s, c->keying_mode, xeap_noob_value(q, "PKs2"),
				    xeap_noob_value(q, "Ns2"), ours);
}

int xeap_noob_take_rekeys(struct xeap_noob_peer *c, const struct xeap_noob_request *q,
			  struct xeap_builder *b)
{
	struct xeap_noob_state *s = &c->next;
	int r = read_mode(c, q);

	if (r == 0)
		r = xeap_noob_bytes(q, "Ns2", s->ns, sizeof(s->ns));
	if (r == 0)
		r = xeap_random(s->np, sizeof(s->np));
	if (r == 0)
		r = end_fields(c, q, b);
	if (r == 0)
		c->at = XEAP_NOOB_AT_RECOMPLETION;
	return r;
}

/* Whether the server has this Kz: 0, XEAP_NOOB_E_MAC or a negative errno. */
static int try_key(struct xeap_noob_peer *c, const uint8_t kz[XEAP_NOOB_KEY],
		   const uint8_t theirs[XEAP_NOOB_MAC])
{
	const struct xeap_noob_state *s = &c->next;
	bool fresh = c->keying_mode != WITHOUT_ECDHE;
	int r = xeap_noob_keys_derive(xeap_span(fresh ? s->z : kz, XEAP_NOOB_KEY),
				      xeap_span(s->np, sizeof(s->np)),
				      xeap_span(s->ns, sizeof(s->ns)),
				      xeap_span(kz, fresh ? XEAP_NOOB_KEY : 0), &c->keys);

	return r < 0 ? r : xeap_noob_check_mac(c, &c->keys, NULL, theirs);
}

/* The server went back to the key before, or never had the new one. */
static void go_back(struct xeap_noob_state *s)
{
	memcpy(s->kz, s->kz_prev, sizeof(s->kz));
	s->suite = s->suite_prev;
}

static int find_key(struct xeap_noob_peer *c, const uint8_t theirs[XEAP_NOOB_MAC])
{
	struct xeap_noob_state *s = &c->next;
	int r = fits(c, s->suite) ? try_key(c, s->kz, theirs) : XEAP_NOOB_E_MAC;

	if (r != XEAP_NOOB_E_MAC || !s->has_prev || !fits(c, s->suite_prev))
		return r;
	r = try_key(c, s->kz_prev, theirs);
	if (r == 0)
		go_back(s);
	return r;
}

/* Only KeyingMode 3 makes another Kz. Most exchanges leave nothing to write down. */
static int renew(struct xeap_noob_peer *c)
{
	struct xeap_noob_state *s = &c->next;
	bool changed = s->has_prev || c->keying_mode == NEW_SUITE || c->nai.len;

	s->has_prev = c->keying_mode == NEW_SUITE;
	xeap_wipe(s->kz_prev, sizeof(s->kz_prev));
	if (s->has_prev) {
		memcpy(s->kz_prev, s->kz, sizeof(s->kz_prev));
		s->suite_prev = s->suite;
		memcpy(s->kz, c->keys.kz, sizeof(s->kz));
		s->suite = c->suite;
	}
	if (c->nai.len)
		s->nai = c->nai;
	xeap_wipe(s->z, sizeof(s->z));
	return changed ? xeap_noob_shared_set(c->shared, s) : 0;
}

int xeap_noob_take_recompletion(struct xeap_noob_peer *c, const struct xeap_noob_request *q,
				struct xeap_builder *b)
{
	uint8_t theirs[XEAP_NOOB_MAC];
	int r = xeap_noob_bytes(q, "MACs2", theirs, sizeof(theirs));

	if (r == 0)
		r = find_key(c, theirs);
	if (r)
		return r;
	xeap_noob_put_name(b, "MACp2");
	r = xeap_noob_put_mac(c, &c->keys, NULL, b);
	if (r == 0)
		r = renew(c);
	if (r == 0)
		c->proven = true;
	return r;
}
