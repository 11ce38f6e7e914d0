/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Attributes as EAPHost has them: a vendor's are in the value of one of type 26. */
#include <string.h>

#include "base/wipe.h"
#include "win/win.h"

#define VSA_HEADER 6 /* vendor, vendor's type, length (RFC 2865 §5.26) */
#define VSA_LENGTH_AT 5
#define MPPE_KEY_MAX 32
#define MPPE_KEY_AT                                                                                \
	3 /* behind salt and length, and before padding to a multiple of 16 (RFC 2548 §2.4.2) */
#define MPPE_PADDING 15 /* as both keys of 16 and of 32 octets want it */

static bool is_mppe(const struct xeap_attribute *a)
{
	return a->type == eatVendorSpecific && a->vendor == XEAP_VENDOR_MICROSOFT &&
	       (a->vendor_type == XEAP_MS_MPPE_SEND_KEY || a->vendor_type == XEAP_MS_MPPE_RECV_KEY);
}

static void put_vendor(BYTE *p, const struct xeap_attribute *a)
{
	size_t len = a->value.len + 2; /* from the vendor's type on */

	p[0] = (BYTE)(a->vendor >> 24);
	p[1] = (BYTE)(a->vendor >> 16);
	p[2] = (BYTE)(a->vendor >> 8);
	p[3] = (BYTE)a->vendor;
	p[4] = (BYTE)a->vendor_type;
	p[VSA_LENGTH_AT] = len <= UINT8_MAX ? (BYTE)len : 0;
}

/* Append one. False when memory is short. */
static bool append(struct xeap_win_arena *arena, EAP_ATTRIBUTES *to, const struct xeap_attribute *a)
{
	size_t header = a->type == eatVendorSpecific ? VSA_HEADER : 0;
	BYTE *value = xeap_win_take(arena, header + a->value.len);

	if (!value)
		return false;
	if (header)
		put_vendor(value, a);
	if (a->value.len)
		memcpy(value + header, a->value.data, a->value.len);
	to->pAttribs[to->dwNumberOfAttributes++] = (EAP_ATTRIBUTE){
		.eaType = (EAP_ATTRIBUTE_TYPE)a->type,
		.dwLength = (DWORD)(header + a->value.len),
		.pValue = value,
	};
	return true;
}

/*
 * One key. The peer sends with the key that the authenticator receives with, so the names change
 * sides ([MS-PEAP] 3.1.5.7, [MS-CHAP] 3.1.5.1).
 */
static bool append_key(struct xeap_win_arena *arena, EAP_ATTRIBUTES *to,
		       const struct xeap_attribute *key)
{
	XEAP_SECRET(value, MPPE_KEY_AT + MPPE_KEY_MAX + MPPE_PADDING);
	size_t len = key->value.len;

	if (len > MPPE_KEY_MAX)
		return true;
	memset(value, 0, sizeof(value));
	value[MPPE_KEY_AT - 1] = (BYTE)len;
	memcpy(value + MPPE_KEY_AT, key->value.data, len);
	return append(arena, to,
		      &(struct xeap_attribute){
			      .type = eatVendorSpecific,
			      .vendor = XEAP_VENDOR_MICROSOFT,
			      .vendor_type = key->vendor_type == XEAP_MS_MPPE_RECV_KEY
						     ? XEAP_MS_MPPE_SEND_KEY
						     : XEAP_MS_MPPE_RECV_KEY,
			      .value = xeap_span(value, MPPE_KEY_AT + len + MPPE_PADDING),
		      });
}

EAP_ATTRIBUTES *xeap_win_attributes(struct xeap_win_arena *arena,
				    const struct xeap_attributes *attributes)
{
	EAP_ATTRIBUTES *to = xeap_win_take(arena, sizeof(*to));
	bool ok = true;

	if (!to)
		return NULL;
	to->pAttribs = xeap_win_take(arena, XEAP_ATTRIBUTES_MAX * sizeof(*to->pAttribs));
	if (!to->pAttribs)
		return NULL;
	for (uint32_t i = 0; i < attributes->count && i < XEAP_ATTRIBUTES_MAX; i++)
		if (!is_mppe(&attributes->item[i]))
			ok &= append(arena, to, &attributes->item[i]);
	return ok ? to : NULL;
}

bool xeap_win_add_keys(struct xeap_win_arena *arena, EAP_ATTRIBUTES *to,
		       const struct xeap_attributes *attributes)
{
	bool ok = true;

	for (uint32_t i = 0; i < attributes->count && i < XEAP_ATTRIBUTES_MAX; i++)
		if (is_mppe(&attributes->item[i]))
			ok &= append_key(arena, to, &attributes->item[i]);
	return ok;
}

static bool read_vendor(const EAP_ATTRIBUTE *from, struct xeap_attribute *a)
{
	const BYTE *p = from->pValue;

	if (from->dwLength < VSA_HEADER)
		return false;
	if (p[VSA_LENGTH_AT] && p[VSA_LENGTH_AT] != (BYTE)(from->dwLength - 4))
		return false;
	a->vendor = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	a->vendor_type = p[4];
	a->value = xeap_span(p + VSA_HEADER, from->dwLength - VSA_HEADER);
	return true;
}

DWORD xeap_win_native_attributes(const EAP_ATTRIBUTES *attributes, struct xeap_attributes *ret)
{
	struct xeap_attributes to = { .count = attributes->dwNumberOfAttributes };

	if (to.count > XEAP_ATTRIBUTES_MAX || (to.count && !attributes->pAttribs))
		return ERROR_INVALID_PARAMETER;
	for (uint32_t i = 0; i < to.count; i++) {
		const EAP_ATTRIBUTE *from = &attributes->pAttribs[i];
		struct xeap_attribute *a = &to.item[i];

		if (from->dwLength && !from->pValue)
			return ERROR_INVALID_PARAMETER;
		a->type = (uint32_t)from->eaType;
		a->value = xeap_span(from->pValue, from->dwLength);
		if (from->eaType == eatVendorSpecific && !read_vendor(from, a))
			return ERROR_INVALID_PARAMETER;
	}
	*ret = to;
	return NO_ERROR;
}
