/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/reader.h>
#include <errno.h>
#include <wire/erp.h>

/* Attributes, RFC 6696 §5.3.4: of two the length is fixed, the others carry it. */
enum attribute {
	KEYNAME_NAI = 1,
	RRK_LIFETIME = 2,
	RMSK_LIFETIME = 3,
	DOMAIN_NAME = 4,
	CRYPTOSUITES = 5,
};

#define REAUTH_HEADER (XEAP_EAP_HEADER + 4) /* and Type, flags and SEQ */

struct attributes {
	struct xeap_span name, domain, suites;
	uint32_t rrk_lifetime, rmsk_lifetime;
};

size_t xeap_erp_tag_len(uint8_t suite)
{
	switch (suite) {
	case XEAP_ERP_SHA256_64:
		return 8;
	case XEAP_ERP_SHA256_128:
		return 16;
	case XEAP_ERP_SHA256_256:
		return 32;
	}
	return 0;
}

static void take(struct xeap_reader *r, struct xeap_span *place)
{
	struct xeap_span value = xeap_read_span(r, xeap_read_u8(r));

	if (!r->bad && !place->data)
		*place = value;
}

static void take_lifetime(struct xeap_reader *r, uint32_t *place)
{
	uint32_t value = xeap_read_u32(r);

	if (!*place)
		*place = value;
}

static void take_attribute(struct xeap_reader *r, struct attributes *a)
{
	struct xeap_span other = { 0 };

	switch (xeap_read_u8(r)) {
	case KEYNAME_NAI:
		take(r, &a->name);
		return;
	case RRK_LIFETIME:
		take_lifetime(r, &a->rrk_lifetime);
		return;
	case RMSK_LIFETIME:
		take_lifetime(r, &a->rmsk_lifetime);
		return;
	case DOMAIN_NAME:
		take(r, &a->domain);
		return;
	case CRYPTOSUITES:
		take(r, &a->suites);
		return;
	}
	take(r, &other);
}

static int read_attributes(struct xeap_span bytes, struct attributes *ret_attributes)
{
	struct xeap_reader r = xeap_reader(bytes);
	struct attributes a = { 0 };

	while (xeap_reader_left(&r))
		take_attribute(&r, &a);
	if (r.bad)
		return -EBADMSG;
	*ret_attributes = a;
	return 0;
}

/* The packet without what follows its Length. */
static int parse_header(struct xeap_span packet, uint8_t type, struct xeap_eap *ret_eap)
{
	struct xeap_eap eap;

	if (xeap_eap_parse(packet, &eap) ||
	    (eap.code != XEAP_EAP_INITIATE && eap.code != XEAP_EAP_FINISH) ||
	    eap.packet.data[XEAP_EAP_HEADER] != type)
		return -EBADMSG;
	*ret_eap = eap;
	return 0;
}

int xeap_erp_parse_start(struct xeap_span packet, struct xeap_erp_start *ret_start)
{
	struct attributes a;
	struct xeap_reader r;
	struct xeap_eap eap;

	if (parse_header(packet, XEAP_ERP_REAUTH_START, &eap) || eap.code != XEAP_EAP_INITIATE)
		return -EBADMSG;
	r = xeap_reader(eap.packet);
	xeap_read_span(&r, XEAP_EAP_HEADER + 2); /* Type and a reserved octet */
	if (r.bad || read_attributes(xeap_read_rest(&r), &a))
		return -EBADMSG;
	*ret_start = (struct xeap_erp_start){ .id = eap.id, .domain = a.domain };
	return 0;
}

static struct xeap_erp_reauth message(const struct xeap_eap *eap, const struct attributes *a)
{
	struct xeap_reader r = xeap_reader(eap->packet);
	struct xeap_erp_reauth m = {
		.code = eap->code,
		.id = eap->id,
		.name = a->name,
		.domain = a->domain,
		.suites = a->suites,
		.rrk_lifetime = a->rrk_lifetime,
		.rmsk_lifetime = a->rmsk_lifetime,
	};

	xeap_read_span(&r, XEAP_EAP_HEADER + 1);
	m.flags = xeap_read_u8(&r);
	m.seq = xeap_read_u16(&r);
	return m;
}

int xeap_erp_parse_reauth(struct xeap_span packet, uint8_t suite,
			  struct xeap_erp_reauth *ret_reauth)
{
	size_t tag = xeap_erp_tag_len(suite), end = 1 + tag; /* Cryptosuite and tag */
	struct attributes a;
	struct xeap_reader r;
	struct xeap_eap eap;

	if (!tag || parse_header(packet, XEAP_ERP_REAUTH, &eap))
		return -EBADMSG;
	r = xeap_reader(eap.packet);
	xeap_read_span(&r, REAUTH_HEADER);
	if (xeap_reader_left(&r) < end ||
	    read_attributes(xeap_read_span(&r, xeap_reader_left(&r) - end), &a) ||
	    xeap_read_u8(&r) != suite)
		return -EBADMSG;
	*ret_reauth = message(&eap, &a);
	ret_reauth->covered = xeap_span(eap.packet.data, eap.packet.len - tag);
	ret_reauth->tag = xeap_read_rest(&r);
	return 0;
}

int xeap_erp_parse_unprotected(struct xeap_span packet, struct xeap_erp_reauth *ret_reauth)
{
	struct attributes a = { 0 };
	struct xeap_reader r;
	struct xeap_eap eap;

	if (parse_header(packet, XEAP_ERP_REAUTH, &eap))
		return -EBADMSG;
	r = xeap_reader(eap.packet);
	xeap_read_span(&r, REAUTH_HEADER);
	if (r.bad)
		return -EBADMSG;
	while (xeap_reader_left(&r))
		take_attribute(&r, &a);
	*ret_reauth = message(&eap, &a);
	return 0;
}

int xeap_erp_build_reauth(struct xeap_chunk *c, uint8_t id, uint16_t seq, struct xeap_span name,
			  uint8_t suite)
{
	size_t tag = xeap_erp_tag_len(suite);
	size_t len = REAUTH_HEADER + 2 + name.len + 1 + tag;
	struct xeap_builder b = xeap_builder(c->data, c->cap);
	uint8_t *at;

	if (!tag || name.len > XEAP_ERP_MAX_NAI || len > c->cap)
		return -EMSGSIZE;
	xeap_put_u8(&b, XEAP_EAP_INITIATE);
	xeap_put_u8(&b, id);
	xeap_put_u16(&b, (uint16_t)len);
	xeap_put_u8(&b, XEAP_ERP_REAUTH);
	xeap_put_u8(&b, 0);
	xeap_put_u16(&b, seq);
	xeap_put_u8(&b, KEYNAME_NAI);
	xeap_put_u8(&b, (uint8_t)name.len);
	xeap_put_span(&b, name);
	xeap_put_u8(&b, suite);
	at = xeap_put_space(&b, tag);
	memset(at, 0, tag);
	c->len = len;
	return 0;
}
