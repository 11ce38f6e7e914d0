/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The methods that are installed, and what they say of themselves. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "win/win.h"

#define AUTHOR "xeap"
#define EXPANDED 254
#define PROPERTIES 29 /* bits that EAPHost has a name for, from 0 */

EAP_METHOD_TYPE xeap_win_type(const struct xeap_method_type *type)
{
	return (EAP_METHOD_TYPE){
		.eapType = { .type = type->type,
			     .dwVendorId = type->vendor,
			     .dwVendorType = type->vendor_type },
		.dwAuthorId = type->author,
	};
}

bool xeap_win_type_given(const EAP_METHOD_TYPE *type)
{
	return type->eapType.type != 0;
}

/* Methods that anybody may write carry no author's number. */
static bool same_author(DWORD a, uint32_t b)
{
	return !a || !b || a == b;
}

static bool same_type(const EAP_METHOD_TYPE *a, const struct xeap_method_type *b)
{
	if (a->eapType.type != b->type || !same_author(a->dwAuthorId, b->author))
		return false;
	return b->type != EXPANDED ||
	       (a->eapType.dwVendorId == b->vendor && a->eapType.dwVendorType == b->vendor_type);
}

int xeap_win_method(const EAP_METHOD_TYPE *type, struct xeap_method_entry *ret_entry)
{
	struct xeap_method_entry e;

	for (size_t n = 0; !xeap_method_enumerate(n, &e); n++) {
		if (same_type(type, &e.method->type)) {
			*ret_entry = e;
			return 0;
		}
	}
	return -ENOENT;
}

int xeap_win_method_named(const char *name, struct xeap_method_entry *ret_entry)
{
	struct xeap_method_entry e;

	for (size_t n = 0; !xeap_method_enumerate(n, &e); n++) {
		if (strcasecmp(e.method->name, name) == 0) {
			*ret_entry = e;
			return 0;
		}
	}
	return -ENOENT;
}

static size_t count_methods(void)
{
	struct xeap_method_entry e;
	size_t n = 0;

	while (!xeap_method_enumerate(n, &e))
		n++;
	return n;
}

/* `info` is part of `whole`. False when memory is short. */
static bool describe(const struct xeap_method_entry *e, EAP_METHOD_INFO *info, void *whole)
{
	info->eaptype = xeap_win_type(&e->method->type);
	info->pwszAuthorName = xeap_win_string(xeap_span(AUTHOR, strlen(AUTHOR)), whole);
	info->pwszFriendlyName =
		xeap_win_string(xeap_span(e->method->name, strlen(e->method->name)), whole);
	info->eapProperties = e->properties;
	return info->pwszAuthorName && info->pwszFriendlyName;
}

static bool list_methods(EAP_METHOD_INFO *infos, size_t count)
{
	struct xeap_method_entry e;

	for (size_t n = 0; n < count; n++)
		if (xeap_method_enumerate(n, &e) || !describe(&e, &infos[n], infos))
			return false;
	return true;
}

DWORD EapHostPeerGetMethods(EAP_METHOD_INFO_ARRAY *pEapMethodInfoArray, EAP_ERROR **ppEapError)
{
	size_t count = count_methods();
	EAP_METHOD_INFO *infos;

	if (ppEapError)
		*ppEapError = NULL;
	if (!pEapMethodInfoArray)
		return xeap_win_refuse(ppEapError, ERROR_INVALID_PARAMETER, NULL);
	*pEapMethodInfoArray = (EAP_METHOD_INFO_ARRAY){ 0 };
	infos = xeap_win_alloc(count * sizeof(*infos), NULL);
	if (!infos || !list_methods(infos, count)) {
		xeap_win_free(infos);
		return xeap_win_refuse(ppEapError, ERROR_NOT_ENOUGH_MEMORY, NULL);
	}
	pEapMethodInfoArray->dwNumberOfMethods = (DWORD)count;
	pEapMethodInfoArray->pEapMethods = infos;
	return NO_ERROR;
}

static void list_properties(uint32_t bits, EAP_METHOD_PROPERTY *p)
{
	for (int bit = 0; bit < PROPERTIES; bit++) {
		p[bit].eapMethodPropertyType = (EAP_METHOD_PROPERTY_TYPE)bit;
		p[bit].eapMethodPropertyValueType = empvtBool;
		p[bit].eapMethodPropertyValue.empvBool.length = sizeof(BOOL);
		p[bit].eapMethodPropertyValue.empvBool.value = bits >> bit & 1;
	}
}

DWORD EapHostPeerGetMethodProperties(DWORD dwVersion, DWORD dwFlags, EAP_METHOD_TYPE eapMethodType,
				     HANDLE hUserImpersonationToken, DWORD dwEapConnDataSize,
				     const BYTE *pbEapConnData, DWORD dwUserDataSize,
				     const BYTE *pbUserData,
				     EAP_METHOD_PROPERTY_ARRAY *pMethodPropertyArray,
				     EAP_ERROR **ppEapError)
{
	struct xeap_method_entry e;
	EAP_METHOD_PROPERTY *p;

	if (ppEapError)
		*ppEapError = NULL;
	if (!pMethodPropertyArray)
		return xeap_win_refuse(ppEapError, ERROR_INVALID_PARAMETER, NULL);
	*pMethodPropertyArray = (EAP_METHOD_PROPERTY_ARRAY){ 0 };
	if (dwVersion > EAPHOST_PEER_API_VERSION)
		return xeap_win_refuse(ppEapError, ERROR_INVALID_PARAMETER, "a later version");
	if (xeap_win_method(&eapMethodType, &e))
		return xeap_win_refuse(ppEapError, EAP_E_EAPHOST_METHOD_NOT_INSTALLED, NULL);
	p = xeap_win_alloc(PROPERTIES * sizeof(*p), NULL);
	if (!p)
		return xeap_win_refuse(ppEapError, ERROR_NOT_ENOUGH_MEMORY, NULL);
	list_properties(e.properties, p);
	pMethodPropertyArray->dwNumberOfProperties = PROPERTIES;
	pMethodPropertyArray->pMethodProperty = p;
	return NO_ERROR;
}
