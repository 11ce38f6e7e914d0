/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The calls of xeap/xml.h in a library that was built without libxml2 (CONFIG_XEAP_XML=n). */
#include <xeap/xml.h>

#include <errno.h>

#include "base/diag.h"

static int absent(struct xeap_diag *diag)
{
	return xeap_diag_set(diag, -EOPNOTSUPP, XEAP_E_NOT_SUPPORTED,
			     "this xeap was built without XML (CONFIG_XEAP_XML=n)");
}

int xeap_config_from_xml(struct xeap_span text, struct xeap_config **ret_config,
			 struct xeap_notes *notes, struct xeap_diag *ret_diag)
{
	return absent(ret_diag);
}

int xeap_config_credentials_from_xml(struct xeap_config *config, struct xeap_span text,
				     struct xeap_notes *notes, struct xeap_diag *ret_diag)
{
	return absent(ret_diag);
}

int xeap_config_completed_from_xml(struct xeap_span text, struct xeap_span credentials,
				   struct xeap_config **ret_config, struct xeap_notes *notes,
				   struct xeap_diag *ret_diag)
{
	return absent(ret_diag);
}

int xeap_config_to_xml(const struct xeap_config *config, char **ret_text, struct xeap_notes *notes,
		       struct xeap_diag *ret_diag)
{
	return absent(ret_diag);
}

int xeap_lan_profile_from_xml(struct xeap_span text, struct xeap_lan_profile *ret_profile,
			      struct xeap_notes *notes, struct xeap_diag *ret_diag)
{
	return absent(ret_diag);
}

void xeap_lan_profile_clear(struct xeap_lan_profile *profile)
{
	xeap_config_free(profile->config);
	*profile = (struct xeap_lan_profile){ 0 };
}
