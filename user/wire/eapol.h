/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_WIRE_EAPOL_H
#define XEAP_WIRE_EAPOL_H

#include <xeap/span.h>

/* EAPOL in Ethernet, IEEE 802.1X-2020 §11.1 and §11.3, behind up to two VLAN tags (IEEE 802.1Q). */

enum xeap_eapol_type {
	XEAP_EAPOL_EAP = 0,
	XEAP_EAPOL_START = 1,
	XEAP_EAPOL_LOGOFF = 2,
	XEAP_EAPOL_KEY = 3,
	XEAP_EAPOL_ENCAPSULATED_ASF_ALERT = 4,
	XEAP_EAPOL_MKA = 5,
	XEAP_EAPOL_ANNOUNCEMENT_GENERIC = 6,
	XEAP_EAPOL_ANNOUNCEMENT_SPECIFIC = 7,
	XEAP_EAPOL_ANNOUNCEMENT_REQ = 8,
};

#define XEAP_ETHERTYPE_PAE 0x888E
#define XEAP_ETHERTYPE_VLAN 0x8100
#define XEAP_ETHERTYPE_QINQ 0x88A8
#define XEAP_EAPOL_HEADER 4
#define XEAP_EAPOL_MAX_TAGS 2

extern const uint8_t xeap_pae_group[6]; /* 01:80:c2:00:00:03 */

struct xeap_eapol_tag {
	uint16_t tpid, tci;
};

struct xeap_eapol {
	uint8_t dst[6], src[6];
	struct xeap_eapol_tag tag[XEAP_EAPOL_MAX_TAGS]; /* outermost first */
	uint8_t tags;
	uint8_t version, type;
	struct xeap_span body; /* in place, as long as the Length field says; padding cut off */
};

/*
 * Parse an Ethernet frame. Returns 0; -EPROTONOSUPPORT when it is not EAPOL (another EtherType,
 * more than two tags); -EBADMSG when it ends within the headers or its Length runs past the frame;
 * -EPROTO for version 0. ret_eapol is untouched unless 0 is returned.
 */
int xeap_eapol_parse(struct xeap_span frame, struct xeap_eapol *ret_eapol);

/* Bytes in front of the body: 18, 22 or 26. */
uint32_t xeap_eapol_header_len(uint8_t tags);

/*
 * Write the headers of a frame with `body_len` bytes of body into `at`,
 * xeap_eapol_header_len(h->tags) bytes; tags is at most XEAP_EAPOL_MAX_TAGS. h->body is not looked
 * at.
 */
void xeap_eapol_write_header(uint8_t *at, const struct xeap_eapol *h, uint16_t body_len);

#endif
