/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include "base/reader.h"
#include "wire/eapol.h"

#define ETHERNET_HEADER 14
#define ADDRESSES 12
#define VLAN_TAG 4

/* Nearest non-TPMR Bridge group address, IEEE 802.1X-2020 §11.1.1 */
const uint8_t xeap_pae_group[6] = { 0x01, 0x80, 0xc2, 0x00, 0x00, 0x03 };

static bool is_tag(uint16_t ethertype)
{
	return ethertype == XEAP_ETHERTYPE_VLAN || ethertype == XEAP_ETHERTYPE_QINQ;
}

/* Tags and the EtherType behind them. */
static uint16_t read_tags(struct xeap_reader *r, struct xeap_eapol_tag *tag, uint8_t *ret_tags)
{
	uint16_t ethertype = xeap_read_u16(r);
	uint8_t n = 0;

	while (is_tag(ethertype) && n < XEAP_EAPOL_MAX_TAGS) {
		tag[n].tpid = ethertype;
		tag[n++].tci = xeap_read_u16(r);
		ethertype = xeap_read_u16(r);
	}
	*ret_tags = n;
	return ethertype;
}

int xeap_eapol_parse(struct xeap_span frame, struct xeap_eapol *ret_eapol)
{
	struct xeap_reader r = xeap_reader(frame);
	const uint8_t *addresses = xeap_read_span(&r, ADDRESSES).data;
	struct xeap_eapol_tag tag[XEAP_EAPOL_MAX_TAGS] = { 0 };
	uint8_t tags, version, type;
	uint16_t ethertype = read_tags(&r, tag, &tags);
	struct xeap_span body;

	if (!r.bad && ethertype != XEAP_ETHERTYPE_PAE)
		return -EPROTONOSUPPORT;
	version = xeap_read_u8(&r);
	type = xeap_read_u8(&r);
	body = xeap_read_span(&r, xeap_read_u16(&r));
	if (r.bad)
		return -EBADMSG;
	if (version == 0)
		return -EPROTO;
	*ret_eapol = (struct xeap_eapol){
		.tag = { tag[0], tag[1] },
		.tags = tags,
		.version = version,
		.type = type,
		.body = body,
	};
	memcpy(ret_eapol->dst, addresses, sizeof(ret_eapol->dst));
	memcpy(ret_eapol->src, addresses + sizeof(ret_eapol->dst), sizeof(ret_eapol->src));
	return 0;
}

uint32_t xeap_eapol_header_len(uint8_t tags)
{
	return ETHERNET_HEADER + (uint32_t)tags * VLAN_TAG + XEAP_EAPOL_HEADER;
}

void xeap_eapol_write_header(uint8_t *at, const struct xeap_eapol *h, uint16_t body_len)
{
	struct xeap_builder b = xeap_builder(at, xeap_eapol_header_len(h->tags));

	xeap_put_span(&b, xeap_span(h->dst, sizeof(h->dst)));
	xeap_put_span(&b, xeap_span(h->src, sizeof(h->src)));
	for (uint8_t i = 0; i < h->tags && i < XEAP_EAPOL_MAX_TAGS; i++) {
		xeap_put_u16(&b, h->tag[i].tpid);
		xeap_put_u16(&b, h->tag[i].tci);
	}
	xeap_put_u16(&b, XEAP_ETHERTYPE_PAE);
	xeap_put_u8(&b, h->version);
	xeap_put_u8(&b, h->type);
	xeap_put_u16(&b, body_len);
}
