/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <string.h>
#include <pae/pae.h>

#define VID_MASK 0x0FFF

/* A tag without a VLAN carries a priority only (IEEE 802.1Q-2018 §9.6). */
static void read_vlans(const struct xeap_eapol *eapol, struct xeap_pae_address *a)
{
	for (unsigned int i = 0; i < eapol->tags; i++)
		if (eapol->tag[i].tci & VID_MASK)
			a->vid[a->vlans++] = eapol->tag[i].tci & VID_MASK;
}

int xeap_pae_read_address(struct xeap_span frame, struct xeap_pae_address *ret_address)
{
	struct xeap_pae_address a = { 0 };
	struct xeap_eapol eapol;
	struct xeap_eap eap;
	int err = xeap_eapol_parse(frame, &eapol);

	if (err)
		return err;
	memcpy(a.dst, eapol.dst, sizeof(a.dst));
	a.group = eapol.dst[0] & 1;
	read_vlans(&eapol, &a);
	if (eapol.type == XEAP_EAPOL_EAP && !xeap_eap_parse(eapol.body, &eap)) {
		a.code = eap.code;
		a.id = eap.id;
		a.identity = eap.code == XEAP_EAP_REQUEST && eap.type.type == XEAP_EAP_IDENTITY;
	}
	*ret_address = a;
	return 0;
}
