/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/wipe.h>
#include <crypto/cipher.h>
#include <errno.h>
#include <method/noob_peer.h>

/* The Initial Exchange, RFC 9140 §3.2.2. */

static const uint32_t versions[] = { 1 };
static const uint32_t suites[] = { 1, 2 };

/* A value as the server wrote it, without white space; "" when there is none. */
static void put_value(struct xeap_builder *b, struct xeap_span value)
{
	if (value.data)
		xeap_json_put_compact(b, value);
	else
		xeap_noob_put_string(b, xeap_span(NULL, 0));
}

static void add_value(struct xeap_builder *b, struct xeap_span value)
{
	xeap_put_u8(b, ',');
	put_value(b, value);
}

static int fields_done(struct xeap_noob_state *s, const struct xeap_builder *b)
{
	if (b->bad)
		return -EMSGSIZE;
	s->fields_len = xeap_builder_len(b);
	return 0;
}

int xeap_noob_begin_fields(struct xeap_noob_peer *c, const struct xeap_noob_request *q,
			   uint32_t suite, bool reconnect)
{
	const struct xeap_span none = { NULL, 0 };
	struct xeap_noob_state *s = &c->next;
	struct xeap_builder b = xeap_builder(s->fields, sizeof(s->fields));

	put_value(&b, xeap_noob_value(q, "Vers"));
	xeap_put_span(&b, xeap_span(",1,", 3));
	xeap_noob_put_string(&b, xeap_noob_text(&s->peer_id));
	add_value(&b, xeap_noob_value(q, "Cryptosuites"));
	add_value(&b, reconnect ? none : xeap_noob_value(q, "Dirs"));
	add_value(&b, xeap_noob_value(q, "ServerInfo"));
	xeap_put_u8(&b, ',');
	xeap_noob_put_number(&b, suite);
	xeap_put_u8(&b, ',');
	if (reconnect)
		put_value(&b, none);
	else
		xeap_noob_put_number(&b, s->dirs);
	add_value(&b, xeap_noob_value(q, "NewNAI"));
	add_value(&b, reconnect ? none : c->shared->peer_info);
	return fields_done(s, &b);
}

int xeap_noob_end_fields(struct xeap_noob_state *s, uint32_t keying_mode, struct xeap_span pks,
			 struct xeap_span ns, struct xeap_span pkp)
{
	struct xeap_builder b = xeap_builder(s->fields, sizeof(s->fields));

	xeap_put_space(&b, s->fields_len);
	xeap_put_u8(&b, ',');
	xeap_noob_put_number(&b, keying_mode);
	add_value(&b, pks);
	add_value(&b, ns);
	add_value(&b, pkp);
	xeap_put_u8(&b, ',');
	xeap_noob_put_bytes(&b, s->np, sizeof(s->np));
	return fields_done(s, &b);
}

int xeap_noob_negotiate(const struct xeap_noob_request *q, uint32_t *ret_suite)
{
	uint32_t version;
	int r = xeap_noob_choose(q, "Vers", versions, sizeof(versions) / sizeof(versions[0]),
				 XEAP_NOOB_E_VERSION, &version);

	if (r)
		return r;
	return xeap_noob_choose(q, "Cryptosuites", suites, sizeof(suites) / sizeof(suites[0]),
				XEAP_NOOB_E_SUITE, ret_suite);
}

/* Where a message may be delivered; one that cannot be written down is as none. */
static int read_server_info(struct xeap_span info, struct xeap_noob_text *ret_url)
{
	struct xeap_noob_request q;
	struct xeap_span url;

	if (!info.data)
		return 0;
	if (info.len > XEAP_NOOB_INFO_MAX ||
	    xeap_json_members(info, q.members, XEAP_NOOB_MEMBERS_MAX, &q.n) < 0)
		return XEAP_NOOB_E_SERVER_INFO;
	if (xeap_noob_string(&q, "Url", XEAP_NOOB_URL_MAX, &url) == 0)
		xeap_noob_text_set(ret_url, url, XEAP_NOOB_URL_MAX);
	return 0;
}

/* A NAI that the server does not change stays. */
static int read_names(const struct xeap_noob_request *q, struct xeap_noob_state *s)
{
	struct xeap_span peer_id, nai;
	int r = xeap_noob_string(q, "PeerId", XEAP_NOOB_PEER_ID_MAX, &peer_id);

	if (r == 0)
		r = xeap_noob_string(q, "NewNAI", XEAP_NOOB_NAI_MAX, &nai);
	if (r)
		return r;
	if (!peer_id.len)
		return XEAP_NOOB_E_STRUCTURE;
	xeap_noob_text_set(&s->peer_id, peer_id, XEAP_NOOB_PEER_ID_MAX);
	if (nai.len)
		xeap_noob_text_set(&s->nai, nai, XEAP_NOOB_NAI_MAX);
	return 0;
}

static int read_directions(const struct xeap_noob_peer *c, const struct xeap_noob_request *q,
			   uint32_t *ret_dirs)
{
	uint32_t dirs;
	int r = xeap_noob_number(q, "Dirs", XEAP_NOOB_DIRS, &dirs);

	if (r)
		return r;
	*ret_dirs = dirs & c->shared->dirs;
	return *ret_dirs ? 0 : XEAP_NOOB_E_DIRECTION;
}

static int read_negotiation(struct xeap_noob_peer *c, const struct xeap_noob_request *q)
{
	struct xeap_noob_state *s = &c->next;
	int r = xeap_noob_negotiate(q, &s->suite);

	if (r == 0)
		r = read_names(q, s);
	if (r == 0)
		r = read_directions(c, q, &s->dirs);
	if (r == 0)
		r = read_server_info(xeap_noob_value(q, "ServerInfo"), &s->url);
	return r;
}

int xeap_noob_take_negotiation(struct xeap_noob_peer *c, const struct xeap_noob_request *q,
			       struct xeap_builder *b)
{
	struct xeap_noob_text nai = c->next.nai;
	int r;

	xeap_wipe(&c->next, sizeof(c->next));
	c->next.nai = nai;
	r = read_negotiation(c, q);
	if (r == 0)
		r = xeap_noob_begin_fields(c, q, c->next.suite, false);
	if (r)
		return r;
	xeap_noob_put_name(b, "Verp");
	xeap_noob_put_number(b, 1);
	xeap_noob_put_name(b, "PeerId");
	xeap_noob_put_string(b, xeap_noob_text(&c->next.peer_id));
	xeap_noob_put_name(b, "Cryptosuitep");
	xeap_noob_put_number(b, c->next.suite);
	xeap_noob_put_name(b, "Dirp");
	xeap_noob_put_number(b, c->next.dirs);
	xeap_noob_put_name(b, "PeerInfo");
	put_value(b, c->shared->peer_info);
	c->at = XEAP_NOOB_AT_KEYS;
	return 0;
}

int xeap_noob_exchange(struct xeap_span pks, uint32_t suite, struct xeap_builder *to,
		       uint8_t ret_z[XEAP_NOOB_KEY])
{
	enum xeap_ecdhe_curve curve = xeap_noob_curve(suite);
	uint8_t theirs[XEAP_ECDHE_PUBLIC_MAX], ours[XEAP_ECDHE_PUBLIC_MAX];
	int r = xeap_noob_read_key(pks, suite, theirs);

	if (r)
		return r;
	r = xeap_ecdhe(curve, xeap_span(theirs, xeap_ecdhe_public_len(curve)), ours, ret_z);
	if (r < 0)
		return r == -EBADMSG ? XEAP_NOOB_E_KEY : r;
	xeap_noob_put_key(to, suite, ours);
	return 0;
}

/* PKs, Ns, PKp and Np, and those two into the response. */
static int end_fields(struct xeap_noob_state *s, const struct xeap_noob_request *q,
		      struct xeap_builder *response)
{
	uint8_t room[256];
	struct xeap_builder key = xeap_builder(room, sizeof(room));
	struct xeap_span ours;
	int r = xeap_noob_exchange(xeap_noob_value(q, "PKs"), s->suite, &key, s->z);

	if (r)
		return r;
	ours = xeap_span(room, xeap_builder_len(&key));
	xeap_noob_put_name(response, "PKp");
	xeap_put_span(response, ours);
	xeap_noob_put_name(response, "Np");
	xeap_noob_put_bytes(response, s->np, sizeof(s->np));
	return xeap_noob_end_fields(s, 0, xeap_noob_value(q, "PKs"), xeap_noob_value(q, "Ns"),
				    ours);
}

int xeap_noob_take_keys(struct xeap_noob_peer *c, const struct xeap_noob_request *q,
			struct xeap_builder *b)
{
	struct xeap_noob_state *s = &c->next;
	int r = xeap_noob_bytes(q, "Ns", s->ns, sizeof(s->ns));

	if (r == 0)
		r = xeap_random(s->np, sizeof(s->np));
	if (r == 0)
		r = xeap_random(s->mine, sizeof(s->mine));
	if (r == 0)
		r = end_fields(s, q, b);
	if (r)
		return r;
	s->has_mine = s->dirs & XEAP_NOOB_TO_SERVER;
	s->state = XEAP_NOOB_WAITING;
	c->at = XEAP_NOOB_OVER;
	return xeap_noob_shared_set(c->shared, s);
}
