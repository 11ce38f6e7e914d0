/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Whether a method is one that can be run. */
#include "host/properties.h"

#include "wire/eap.h"

/* RFC 3748 §5: 1 to 3 are no methods; vendor and vendor type belong to the expanded type. */
static bool type_ok(struct xeap_method_type t)
{
	if (t.type == XEAP_EAP_EXPANDED)
		return t.vendor <= 0xffffff && (t.vendor || t.vendor_type > XEAP_EAP_NAK);
	return t.type > XEAP_EAP_NAK && !t.vendor && !t.vendor_type;
}

const char *xeap_method_fault(const struct xeap_method *m)
{
	if (m->abi != XEAP_METHOD_ABI)
		return "it was compiled for another version of xeap/method.h";
	if (!m->name || !m->name[0])
		return "it has no name";
	if (!type_ok(m->type))
		return "its type is none of a method";
	if (!m->init || !m->process)
		return "it has no init() or no process()";
	if (!m->load != !m->unload)
		return "it has one of load() and unload()";
	if (m->derive && !m->load)
		return "it has derive() and no load()";
	if (!m->get_prompt != !m->answer)
		return "it has one of get_prompt() and answer()";
	if (!m->get_attributes != !m->set_attributes)
		return "it has one of get_attributes() and set_attributes()";
	return NULL;
}
