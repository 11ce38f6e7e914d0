/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <wire/tlv.h>

#define TYPE_MASK 0x3fff
#define EAP_HEADER 4

static int read_number(struct xeap_span value, size_t len, uint32_t *ret)
{
	struct xeap_reader r = xeap_reader(value);

	if (value.len != len)
		return -EBADMSG;
	*ret = len == 2 ? xeap_read_u16(&r) : xeap_read_u32(&r);
	return 0;
}

/* RFC 9930 §4.2.11: further TLVs may follow the status of an intermediate one; unused. */
static int take_result(enum xeap_tlv_result *result, struct xeap_span value, bool further)
{
	uint32_t status;

	if (further && value.len > 2)
		value.len = 2;
	if (*result != XEAP_TLV_RESULT_NONE || read_number(value, 2, &status) < 0 ||
	    (status != XEAP_TLV_RESULT_SUCCESS && status != XEAP_TLV_RESULT_FAILURE))
		return -EBADMSG;
	*result = (enum xeap_tlv_result)status;
	return 0;
}

/* An identity type that does not exist is none that we have (RFC 9930 §4.2.3). */
static int take_identity(struct xeap_tlvs *t, struct xeap_span value)
{
	uint32_t type;

	if (t->identity != XEAP_TLV_IDENTITY_NONE)
		return -EBADMSG;
	if (read_number(value, 2, &type) < 0)
		return 0;
	t->identity = type == XEAP_TLV_IDENTITY_MACHINE ? XEAP_TLV_IDENTITY_MACHINE
							: XEAP_TLV_IDENTITY_USER;
	return 0;
}

static int take_error(struct xeap_tlvs *t, struct xeap_span value)
{
	uint32_t error;

	if (read_number(value, 4, &error) == 0 && error > t->error)
		t->error = error;
	return 0;
}

static int take_eap(struct xeap_tlvs *t, struct xeap_span value)
{
	if (t->eap.data || value.len < EAP_HEADER)
		return -EBADMSG;
	t->eap = value;
	return 0;
}

static int take_password(struct xeap_tlvs *t, struct xeap_span value)
{
	if (t->password_wanted)
		return -EBADMSG;
	t->password_wanted = true;
	t->password_prompt = value;
	return 0;
}

static int take_binding(struct xeap_tlvs *t, struct xeap_span whole)
{
	struct xeap_reader r = xeap_reader(whole);
	struct xeap_tlv_binding b = { .whole = whole };
	uint8_t flags;

	if (t->binding.whole.data || whole.len != XEAP_TLV_BINDING_LEN)
		return -EBADMSG;
	xeap_read_span(&r, XEAP_TLV_HEADER + 1);
	b.version = xeap_read_u8(&r);
	b.received_version = xeap_read_u8(&r);
	flags = xeap_read_u8(&r);
	b.flags = flags >> 4;
	b.subtype = flags & 15;
	b.nonce = xeap_read_span(&r, XEAP_TLV_NONCE);
	b.emsk_mac = xeap_read_span(&r, XEAP_TLV_MAC);
	b.msk_mac = xeap_read_span(&r, XEAP_TLV_MAC);
	t->binding = b;
	return 0;
}

/* A NAK names a vendor and a type. */
static int take_nak(struct xeap_tlvs *t, struct xeap_span value)
{
	t->nak |= value.len >= 6;
	return 0;
}

/* RFC 9930 §4.2.9: Status, Action, and the TLVs that are wanted. An unknown status is the worst. */
static int take_action(struct xeap_tlvs *t, struct xeap_span value)
{
	struct xeap_reader r = xeap_reader(value);
	uint8_t status = xeap_read_u8(&r);

	xeap_read_u8(&r);
	if (r.bad)
		return 0;
	if (status != XEAP_TLV_RESULT_SUCCESS)
		t->action = XEAP_TLV_RESULT_FAILURE;
	else if (t->action == XEAP_TLV_RESULT_NONE)
		t->action = XEAP_TLV_RESULT_SUCCESS;
	return 0;
}

static int refuse(struct xeap_tlvs *t, uint16_t type, struct xeap_span value)
{
	struct xeap_reader r = xeap_reader(value);
	bool vendors = (type & TYPE_MASK) == XEAP_TLV_VENDOR_SPECIFIC;

	if (vendors && value.len < 4)
		return 0;
	if (!(type & XEAP_TLV_MANDATORY) || t->refuses)
		return 0;
	t->refuses = true;
	t->refused = type & TYPE_MASK;
	t->refused_vendor = vendors ? xeap_read_u32(&r) : 0;
	return 0;
}

static int take(struct xeap_tlvs *t, uint16_t type, struct xeap_span whole)
{
	struct xeap_reader r = xeap_reader(whole);
	struct xeap_span value;

	xeap_read_span(&r, XEAP_TLV_HEADER);
	value = xeap_read_rest(&r);
	switch (type & TYPE_MASK) {
	case XEAP_TLV_RESULT:
		return take_result(&t->result, value, false);
	case XEAP_TLV_INTERMEDIATE_RESULT:
		return take_result(&t->intermediate, value, true);
	case XEAP_TLV_IDENTITY_TYPE:
		return take_identity(t, value);
	case XEAP_TLV_ERROR:
		return take_error(t, value);
	case XEAP_TLV_EAP_PAYLOAD:
		return take_eap(t, value);
	case XEAP_TLV_BASIC_PASSWORD_REQ:
		return take_password(t, value);
	case XEAP_TLV_CRYPTO_BINDING:
		return take_binding(t, whole);
	case XEAP_TLV_NAK:
		return take_nak(t, value);
	case XEAP_TLV_REQUEST_ACTION:
		return take_action(t, value);
	case XEAP_TLV_PAC:
		t->pac = true;
		return 0;
	/* None of these is ever refused by a NAK (RFC 9930 §4.2.2, §4.2.7, §4.2.16 to §4.2.18). */
	case XEAP_TLV_AUTHORITY_ID:
	case XEAP_TLV_CHANNEL_BINDING:
	case XEAP_TLV_PKCS7:
	case XEAP_TLV_PKCS10:
	case XEAP_TLV_TRUSTED_SERVER_ROOT:
		return 0;
	default: /* numbers from outside */
		return refuse(t, type, value);
	}
}

int xeap_tlvs_parse(struct xeap_span data, struct xeap_tlvs *ret_tlvs)
{
	struct xeap_reader r = xeap_reader(data);
	struct xeap_tlvs t = { .result = XEAP_TLV_RESULT_NONE };

	while (xeap_reader_left(&r)) {
		struct xeap_reader header = r;
		uint16_t type = xeap_read_u16(&header);
		size_t len = xeap_read_u16(&header);
		struct xeap_span whole = xeap_read_span(&r, XEAP_TLV_HEADER + len);

		if (header.bad || r.bad || take(&t, type, whole) < 0)
			return -EBADMSG;
	}
	*ret_tlvs = t;
	return 0;
}

enum xeap_tlv_identity xeap_tlvs_outer_identity(struct xeap_span data)
{
	struct xeap_reader r = xeap_reader(data);
	struct xeap_tlvs t = { .identity = XEAP_TLV_IDENTITY_NONE };

	while (xeap_reader_left(&r)) {
		uint16_t type = xeap_read_u16(&r);
		struct xeap_span value = xeap_read_span(&r, xeap_read_u16(&r));

		if (r.bad || (type == XEAP_TLV_IDENTITY_TYPE && take_identity(&t, value) < 0))
			return XEAP_TLV_IDENTITY_NONE;
	}
	return t.identity;
}

/*
 * What RFC 7170 has as mandatory. RFC 9930 adds Identity-Type and the passwords, but FreeRADIUS
 * 3.2.7 refuses the first as "unknown mandatory"; who knows them does not need the bit.
 */
static const bool mandatory[] = {
	[XEAP_TLV_RESULT] = true,
	[XEAP_TLV_NAK] = true,
	[XEAP_TLV_ERROR] = true,
	[XEAP_TLV_EAP_PAYLOAD] = true,
	[XEAP_TLV_INTERMEDIATE_RESULT] = true,
	[XEAP_TLV_CRYPTO_BINDING] = true,
	[XEAP_TLV_IDENTITY_HINT] = false,
};

static void put_header(struct xeap_builder *to, enum xeap_tlv_type type, size_t len)
{
	if (len > UINT16_MAX)
		to->bad = true;
	xeap_put_u16(to,
		     (uint16_t)((mandatory[type] ? XEAP_TLV_MANDATORY : 0u) | (unsigned int)type));
	xeap_put_u16(to, (uint16_t)len);
}

void xeap_tlv_put(struct xeap_builder *to, enum xeap_tlv_type type, struct xeap_span value)
{
	put_header(to, type, value.len);
	xeap_put_span(to, value);
}

void xeap_tlv_put_u16(struct xeap_builder *to, enum xeap_tlv_type type, uint16_t value)
{
	put_header(to, type, 2);
	xeap_put_u16(to, value);
}

void xeap_tlv_put_u32(struct xeap_builder *to, enum xeap_tlv_type type, uint32_t value)
{
	put_header(to, type, 4);
	xeap_put_u32(to, value);
}

void xeap_tlv_put_nak(struct xeap_builder *to, uint32_t vendor, uint16_t type)
{
	put_header(to, XEAP_TLV_NAK, 6);
	xeap_put_u32(to, vendor);
	xeap_put_u16(to, type);
}
