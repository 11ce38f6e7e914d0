/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <wire/avp.h>

#define FLAG_VENDOR 0x80
#define FLAG_MANDATORY 0x40
#define HEADER 8

static size_t padding(size_t len)
{
	return (4 - len % 4) % 4;
}

int xeap_avp_next(struct xeap_reader *r, struct xeap_avp *ret_avp)
{
	struct xeap_avp avp = { 0 };
	size_t len, header = HEADER, left, pad;
	uint8_t flags;

	if (!xeap_reader_left(r) && !r->bad)
		return 0;
	avp.code = xeap_read_u32(r);
	flags = xeap_read_u8(r);
	len = xeap_read_u24(r);
	if (flags & FLAG_VENDOR) {
		avp.vendor = xeap_read_u32(r);
		header = XEAP_AVP_HEADER_MAX;
	}
	if (r->bad || len < header)
		return -EBADMSG;
	avp.mandatory = flags & FLAG_MANDATORY;
	avp.data = xeap_read_span(r, len - header);
	left = xeap_reader_left(r);
	pad = padding(len);
	xeap_read_span(r, pad < left ? pad : left);
	if (r->bad)
		return -EBADMSG;
	*ret_avp = avp;
	return 1;
}

void xeap_avp_put(struct xeap_builder *b, uint32_t code, uint32_t vendor, struct xeap_span data)
{
	size_t header = vendor ? XEAP_AVP_HEADER_MAX : HEADER;
	static const uint8_t zeros[4];

	xeap_put_u32(b, code);
	xeap_put_u8(b, (vendor ? FLAG_VENDOR : 0) | FLAG_MANDATORY);
	xeap_put_u24(b, (uint32_t)(header + data.len));
	if (vendor)
		xeap_put_u32(b, vendor);
	xeap_put_span(b, data);
	xeap_put_span(b, xeap_span(zeros, padding(header + data.len)));
}
