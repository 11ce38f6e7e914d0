/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <wire/fasttlv.h>

#define TYPE_MASK 0x3fff
#define EAP_HEADER 4

/* One TLV off the reader. False: there is none, or it does not fit (r->bad). */
static bool next(struct xeap_reader *r, uint16_t *ret_type, struct xeap_span *ret_whole,
		 struct xeap_span *ret_value)
{
	struct xeap_reader header = *r, inside;
	uint16_t type = xeap_read_u16(&header);
	size_t len = xeap_read_u16(&header);
	struct xeap_span whole;

	if (!xeap_reader_left(r))
		return false;
	whole = xeap_read_span(r, XEAP_FAST_HEADER + len);
	r->bad |= header.bad;
	if (r->bad)
		return false;
	inside = xeap_reader(whole);
	xeap_read_span(&inside, XEAP_FAST_HEADER);
	*ret_value = xeap_read_rest(&inside);
	*ret_whole = whole;
	*ret_type = type;
	return true;
}

/* RFC 4851 §4.2.7: further TLVs may follow the status of an intermediate one; they are not used. */
static int take_result(uint16_t *result, struct xeap_span value, bool further)
{
	struct xeap_reader r = xeap_reader(value);
	uint16_t status = xeap_read_u16(&r);

	if (*result || r.bad || (!further && value.len != 2) ||
	    (status != XEAP_FAST_SUCCESS && status != XEAP_FAST_FAILURE))
		return -EBADMSG;
	*result = status;
	return 0;
}

static int take_error(struct xeap_fast_tlvs *t, struct xeap_span value)
{
	struct xeap_reader r = xeap_reader(value);
	uint32_t error = xeap_read_u32(&r);

	if (value.len != 4)
		return -EBADMSG;
	if (error > t->error)
		t->error = error;
	return 0;
}

static int take_eap(struct xeap_fast_tlvs *t, struct xeap_span value)
{
	if (t->eap.data || value.len < EAP_HEADER)
		return -EBADMSG;
	t->eap = value;
	return 0;
}

static int take_binding(struct xeap_fast_tlvs *t, struct xeap_span whole)
{
	struct xeap_reader r = xeap_reader(whole);
	struct xeap_fast_binding b = { .whole = whole };

	if (t->binding.whole.data || whole.len != XEAP_FAST_BINDING_LEN)
		return -EBADMSG;
	xeap_read_span(&r, XEAP_FAST_HEADER + 1);
	b.version = xeap_read_u8(&r);
	b.received_version = xeap_read_u8(&r);
	b.subtype = xeap_read_u8(&r);
	b.nonce = xeap_read_span(&r, XEAP_FAST_NONCE);
	b.mac = xeap_read_span(&r, XEAP_FAST_MAC);
	t->binding = b;
	return 0;
}

static int take_once(struct xeap_span *to, struct xeap_span value)
{
	if (to->data || !value.len)
		return -EBADMSG;
	*to = value;
	return 0;
}

static int take_type(struct xeap_fast_pac *pac, struct xeap_span value)
{
	struct xeap_reader r = xeap_reader(value);

	if (value.len != 2 || pac->type)
		return -EBADMSG;
	pac->type = xeap_read_u16(&r);
	return 0;
}

static int take_attributes(struct xeap_fast_pac *pac, struct xeap_span data, bool info);

/* Attributes of a PAC TLV, and those of the PAC-Info in it. Others are of no use here. */
static int take_attribute(struct xeap_fast_pac *pac, uint16_t type, struct xeap_span value,
			  bool info)
{
	switch (type & TYPE_MASK) {
	case XEAP_PAC_KEY_ATTRIBUTE:
		return info ? 0 : take_once(&pac->key, value);
	case XEAP_PAC_OPAQUE:
		return info ? 0 : take_once(&pac->opaque, value);
	case XEAP_PAC_INFO:
		return info ? -EBADMSG : take_attributes(pac, value, true);
	case XEAP_PAC_TYPE:
		return take_type(pac, value);
	case XEAP_PAC_A_ID:
		return info ? take_once(&pac->a_id, value) : 0;
	case XEAP_PAC_I_ID:
		return info && value.len ? take_once(&pac->i_id, value) : 0;
	case XEAP_PAC_A_ID_INFO:
		return info && value.len ? take_once(&pac->a_id_info, value) : 0;
	default: /* numbers from outside */
		return 0;
	}
}

static int take_attributes(struct xeap_fast_pac *pac, struct xeap_span data, bool info)
{
	struct xeap_reader r = xeap_reader(data);
	struct xeap_span whole, value;
	uint16_t type;

	while (next(&r, &type, &whole, &value))
		if (take_attribute(pac, type, value, info) < 0)
			return -EBADMSG;
	return r.bad ? -EBADMSG : 0;
}

static int take_pac(struct xeap_fast_tlvs *t, struct xeap_span value)
{
	if (t->pac.there)
		return -EBADMSG;
	t->pac.there = true;
	return take_attributes(&t->pac, value, false);
}

static int refuse(struct xeap_fast_tlvs *t, uint16_t type, struct xeap_span value)
{
	struct xeap_reader r = xeap_reader(value);
	bool vendors = (type & TYPE_MASK) == XEAP_FAST_VENDOR;

	if (vendors && value.len < 4)
		return -EBADMSG;
	if (!(type & XEAP_FAST_MANDATORY) || t->refuses)
		return 0;
	t->refuses = true;
	t->refused = type & TYPE_MASK;
	t->refused_vendor = vendors ? xeap_read_u32(&r) : 0;
	return 0;
}

static int take(struct xeap_fast_tlvs *t, uint16_t type, struct xeap_span whole,
		struct xeap_span value)
{
	switch (type & TYPE_MASK) {
	case XEAP_FAST_RESULT:
		return take_result(&t->result, value, false);
	case XEAP_FAST_INTERMEDIATE:
		return take_result(&t->intermediate, value, true);
	case XEAP_FAST_ERROR:
		return take_error(t, value);
	case XEAP_FAST_EAP_PAYLOAD:
		return take_eap(t, value);
	case XEAP_FAST_BINDING:
		return take_binding(t, whole);
	case XEAP_FAST_PAC:
		return take_pac(t, value);
	case XEAP_FAST_NAK:
		return value.len < 6 ? -EBADMSG : 0;
	default: /* numbers from outside */
		return refuse(t, type, value);
	}
}

int xeap_fast_parse(struct xeap_span data, struct xeap_fast_tlvs *ret_tlvs)
{
	struct xeap_reader r = xeap_reader(data);
	struct xeap_fast_tlvs t = { .result = 0 };
	struct xeap_span whole, value;
	uint16_t type;

	while (next(&r, &type, &whole, &value))
		if (take(&t, type, whole, value) < 0)
			return -EBADMSG;
	if (r.bad)
		return -EBADMSG;
	*ret_tlvs = t;
	return 0;
}

struct xeap_span xeap_fast_a_id(struct xeap_span data)
{
	struct xeap_reader r = xeap_reader(data);
	struct xeap_span whole, value;
	uint16_t type;

	while (next(&r, &type, &whole, &value))
		if ((type & TYPE_MASK) == XEAP_PAC_A_ID && value.len)
			return value;
	return xeap_span(NULL, 0);
}

void xeap_fast_put_process_tlv(struct xeap_builder *to)
{
	xeap_put_u16(to, XEAP_FAST_MANDATORY | XEAP_FAST_REQUEST_ACTION);
	xeap_put_u16(to, 2);
	xeap_put_u16(to, XEAP_FAST_PROCESS_TLV);
}

void xeap_fast_put_pac(struct xeap_builder *to, enum xeap_pac_attribute attribute, uint16_t value)
{
	xeap_put_u16(to, XEAP_FAST_PAC);
	xeap_put_u16(to, 6);
	xeap_put_u16(to, (uint16_t)attribute);
	xeap_put_u16(to, 2);
	xeap_put_u16(to, value);
}
