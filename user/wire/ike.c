/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <wire/ike.h>

#define LENGTH_AT 24
#define CRITICAL 0x80u
#define MAJOR 0xf0u

static void read_spi(struct xeap_reader *r, uint8_t *ret)
{
	struct xeap_span s = xeap_read_span(r, XEAP_IKE_SPI);

	if (s.len)
		memcpy(ret, s.data, s.len);
}

int xeap_ike_parse_header(struct xeap_span message, struct xeap_ike_header *ret_header,
			  struct xeap_span *ret_payloads)
{
	struct xeap_reader r = xeap_reader(message);
	struct xeap_ike_header h = { 0 };
	uint8_t version;
	uint32_t len;

	read_spi(&r, h.spi_i);
	read_spi(&r, h.spi_r);
	h.first = xeap_read_u8(&r);
	version = xeap_read_u8(&r);
	h.exchange = xeap_read_u8(&r);
	h.flags = xeap_read_u8(&r);
	h.message_id = xeap_read_u32(&r);
	len = xeap_read_u32(&r);
	if (r.bad || len != message.len)
		return -EBADMSG;
	if ((version & MAJOR) != XEAP_IKE_VERSION)
		return -EPROTONOSUPPORT;
	*ret_header = h;
	*ret_payloads = xeap_read_rest(&r);
	return 0;
}

/* What may come once. An empty one is there as well. */
static bool set_once(struct xeap_span *to, struct xeap_span body)
{
	if (to->data)
		return false;
	*to = body;
	return true;
}

static bool read_ke(struct xeap_span body, struct xeap_ike_payloads *p)
{
	struct xeap_reader r = xeap_reader(body);

	p->group = xeap_read_u16(&r);
	xeap_read_u16(&r); /* reserved */
	return !r.bad && set_once(&p->public_value, xeap_read_rest(&r));
}

static bool read_id(struct xeap_span body, struct xeap_span *to)
{
	return body.len >= 4 && set_once(to, body);
}

static bool read_auth(struct xeap_span body, struct xeap_ike_payloads *p)
{
	struct xeap_reader r = xeap_reader(body);

	p->auth_method = xeap_read_u8(&r);
	xeap_read_span(&r, 3); /* reserved */
	return !r.bad && set_once(&p->auth, xeap_read_rest(&r));
}

static bool read_nonce(struct xeap_span body, struct xeap_ike_payloads *p)
{
	return body.len >= XEAP_IKE_NONCE_MIN && body.len <= XEAP_IKE_NONCE_MAX &&
	       set_once(&p->nonce, body);
}

static bool read_notify(struct xeap_span body, struct xeap_ike_payloads *p)
{
	struct xeap_reader r = xeap_reader(body);
	uint16_t type;

	xeap_read_u8(&r);		      /* Protocol ID */
	xeap_read_span(&r, xeap_read_u8(&r)); /* SPI */
	type = xeap_read_u16(&r);
	if (!p->error && type < XEAP_IKE_STATUS_FIRST)
		p->error = type;
	return !r.bad;
}

/* §2.5: what is not known is skipped, unless it is critical. */
static bool read_payload(uint8_t type, bool critical, struct xeap_span body,
			 struct xeap_ike_payloads *p)
{
	switch (type) {
	case XEAP_IKE_PAYLOAD_SA:
		return set_once(&p->sa, body);
	case XEAP_IKE_PAYLOAD_KE:
		return read_ke(body, p);
	case XEAP_IKE_PAYLOAD_ID_I:
		return read_id(body, &p->id_i);
	case XEAP_IKE_PAYLOAD_ID_R:
		return read_id(body, &p->id_r);
	case XEAP_IKE_PAYLOAD_AUTH:
		return read_auth(body, p);
	case XEAP_IKE_PAYLOAD_NONCE:
		return read_nonce(body, p);
	case XEAP_IKE_PAYLOAD_NOTIFY:
		return read_notify(body, p);
	default:
		break;
	}
	if (critical && !p->unknown)
		p->unknown = type;
	return true;
}

int xeap_ike_parse_payloads(uint8_t first, struct xeap_span chain,
			    struct xeap_ike_payloads *ret_payloads)
{
	struct xeap_reader r = xeap_reader(chain);
	struct xeap_ike_payloads p = { 0 };

	for (uint8_t type = first; type != XEAP_IKE_NO_NEXT;) {
		uint8_t next = xeap_read_u8(&r);
		bool critical = xeap_read_u8(&r) & CRITICAL;
		uint16_t len = xeap_read_u16(&r);
		struct xeap_span body;

		if (len < XEAP_IKE_PAYLOAD_HEADER)
			return -EBADMSG;
		body = xeap_read_span(&r, len - XEAP_IKE_PAYLOAD_HEADER);
		if (r.bad)
			return -EBADMSG;
		if (type == XEAP_IKE_PAYLOAD_SK) { /* §3.14: the last; its Next is inside */
			p.inner = next;
			p.sk = body;
			break;
		}
		if (!read_payload(type, critical, body, &p))
			return -EBADMSG;
		type = next;
	}
	if (xeap_reader_left(&r))
		return -EBADMSG;
	*ret_payloads = p;
	return 0;
}

/* A proposal or transform: what is in it, and whether the octet of the last one is right. */
static bool read_substructure(struct xeap_reader *r, uint8_t more, struct xeap_span *ret_body)
{
	uint8_t last = xeap_read_u8(r);
	uint16_t len;

	xeap_read_u8(r); /* reserved */
	len = xeap_read_u16(r);
	if (len < 4)
		return false;
	*ret_body = xeap_read_span(r, len - 4u);
	return !r->bad && last == (xeap_reader_left(r) ? more : 0);
}

#define MORE_PROPOSALS 2
#define MORE_TRANSFORMS 3

int xeap_ike_next_proposal(struct xeap_reader *sa, struct xeap_ike_proposal *ret_proposal)
{
	struct xeap_ike_proposal p = { 0 };
	struct xeap_reader r;
	struct xeap_span body;
	uint8_t spi_len, n = 0;

	if (!sa->bad && xeap_reader_left(sa) == 0)
		return 0;
	if (!read_substructure(sa, MORE_PROPOSALS, &body))
		return -EBADMSG;
	r = xeap_reader(body);
	p.number = xeap_read_u8(&r);
	p.protocol = xeap_read_u8(&r);
	spi_len = xeap_read_u8(&r);
	n = xeap_read_u8(&r);
	p.spi = xeap_read_span(&r, spi_len);
	if (r.bad || n == 0)
		return -EBADMSG;
	p.transforms = xeap_read_rest(&r);
	*ret_proposal = p;
	return 1;
}

#define ATTRIBUTE_SHORT 0x8000u /* AF: type and value, no length */
#define KEY_LENGTH 14u

static bool read_attribute(struct xeap_reader *r, struct xeap_ike_transform *t)
{
	uint16_t type = xeap_read_u16(r), value = xeap_read_u16(r);

	if (type == (ATTRIBUTE_SHORT | KEY_LENGTH))
		t->key_bits = value;
	else
		t->unknown = true;
	if (!(type & ATTRIBUTE_SHORT))
		xeap_read_span(r, value);
	return !r->bad;
}

int xeap_ike_next_transform(struct xeap_reader *transforms,
			    struct xeap_ike_transform *ret_transform)
{
	struct xeap_ike_transform t = { 0 };
	struct xeap_reader r;
	struct xeap_span body;

	if (!transforms->bad && xeap_reader_left(transforms) == 0)
		return 0;
	if (!read_substructure(transforms, MORE_TRANSFORMS, &body))
		return -EBADMSG;
	r = xeap_reader(body);
	t.type = xeap_read_u8(&r);
	xeap_read_u8(&r); /* reserved */
	t.id = xeap_read_u16(&r);
	while (xeap_reader_left(&r))
		if (!read_attribute(&r, &t))
			return -EBADMSG;
	if (r.bad)
		return -EBADMSG;
	*ret_transform = t;
	return 1;
}

void xeap_ike_put_header(struct xeap_builder *b, const struct xeap_ike_header *header)
{
	xeap_put_span(b, xeap_span(header->spi_i, XEAP_IKE_SPI));
	xeap_put_span(b, xeap_span(header->spi_r, XEAP_IKE_SPI));
	xeap_put_u8(b, header->first);
	xeap_put_u8(b, XEAP_IKE_VERSION);
	xeap_put_u8(b, header->exchange);
	xeap_put_u8(b, header->flags);
	xeap_put_u32(b, header->message_id);
	xeap_put_u32(b, 0); /* Length, of finish() */
}

static void put_payload_header(struct xeap_builder *b, uint8_t next, size_t body)
{
	if (body > UINT16_MAX - XEAP_IKE_PAYLOAD_HEADER)
		b->bad = true;
	xeap_put_u8(b, next);
	xeap_put_u8(b, 0);
	xeap_put_u16(b, (uint16_t)(XEAP_IKE_PAYLOAD_HEADER + body));
}

static size_t transform_len(const struct xeap_ike_transform *t)
{
	return t->key_bits ? 12 : 8;
}

void xeap_ike_put_sa(struct xeap_builder *b, uint8_t next, uint8_t proposal,
		     const struct xeap_ike_transform *transforms, uint8_t n)
{
	size_t len = 8;

	for (uint8_t i = 0; i < n; i++)
		len += transform_len(&transforms[i]);
	put_payload_header(b, next, len);
	xeap_put_u16(b, 0); /* the last proposal */
	xeap_put_u16(b, (uint16_t)len);
	xeap_put_u8(b, proposal);
	xeap_put_u8(b, XEAP_IKE_PROTOCOL_IKE);
	xeap_put_u8(b, 0); /* SPI Size */
	xeap_put_u8(b, n);
	for (uint8_t i = 0; i < n; i++) {
		const struct xeap_ike_transform *t = &transforms[i];

		xeap_put_u8(b, i + 1 < n ? MORE_TRANSFORMS : 0);
		xeap_put_u8(b, 0);
		xeap_put_u16(b, (uint16_t)transform_len(t));
		xeap_put_u8(b, t->type);
		xeap_put_u8(b, 0);
		xeap_put_u16(b, t->id);
		if (!t->key_bits)
			continue;
		xeap_put_u16(b, ATTRIBUTE_SHORT | KEY_LENGTH);
		xeap_put_u16(b, t->key_bits);
	}
}

void xeap_ike_put_ke(struct xeap_builder *b, uint8_t next, uint16_t group,
		     struct xeap_span public_value)
{
	put_payload_header(b, next, 4 + public_value.len);
	xeap_put_u16(b, group);
	xeap_put_u16(b, 0);
	xeap_put_span(b, public_value);
}

void xeap_ike_put_nonce(struct xeap_builder *b, uint8_t next, struct xeap_span nonce)
{
	put_payload_header(b, next, nonce.len);
	xeap_put_span(b, nonce);
}

void xeap_ike_put_id(struct xeap_builder *b, uint8_t next, struct xeap_span id)
{
	put_payload_header(b, next, id.len);
	xeap_put_span(b, id);
}

void xeap_ike_put_auth(struct xeap_builder *b, uint8_t next, uint8_t method, struct xeap_span auth)
{
	put_payload_header(b, next, 4 + auth.len);
	xeap_put_u8(b, method);
	xeap_put_u24(b, 0);
	xeap_put_span(b, auth);
}

void xeap_ike_put_notify(struct xeap_builder *b, uint8_t next, uint16_t type, struct xeap_span data)
{
	put_payload_header(b, next, 4 + data.len);
	xeap_put_u16(b, 0); /* Protocol ID, SPI Size: not of a child SA */
	xeap_put_u16(b, type);
	xeap_put_span(b, data);
}

void xeap_ike_put_sk(struct xeap_builder *b, uint8_t inner, size_t len)
{
	put_payload_header(b, inner, len);
}

void xeap_ike_finish(struct xeap_builder *b, size_t more)
{
	size_t len = xeap_builder_len(b) + more;
	struct xeap_builder at;

	if (b->bad)
		return;
	at = xeap_builder(b->base, XEAP_IKE_HEADER);
	xeap_put_space(&at, LENGTH_AT);
	xeap_put_u32(&at, (uint32_t)len);
}
