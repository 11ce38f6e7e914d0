/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_WIRE_SIM_IDENTITY_H
#define XEAP_WIRE_SIM_IDENTITY_H

#include <xeap/span.h>

#define XEAP_SIM_IMSI_NAI 64 /* room for an identity made of an IMSI */

/* First characters of permanent identities: RFC 4187 §4.1.1.6, RFC 4186 §4.2.1.6, RFC 9048 §5. */
#define XEAP_SIM_PREFIX_AKA '0'
#define XEAP_SIM_PREFIX_SIM '1'
#define XEAP_SIM_PREFIX_AKA_PRIME '6'

/* That of an EAP type; 0 for one that has none. */
char xeap_sim_prefix(uint8_t type);

/*
 * The permanent identity of an IMSI, 3GPP TS 23.003 §19.3.2: prefix, IMSI,
 * "@wlan.mncNNN.mccNNN.3gppnetwork.org". An IMSI does not say how long its MNC is: it is taken for
 * three digits in the MCCs of North America (302, 310 to 316, 334), else for two. Returns the
 * identity's length, 0 when imsi is no IMSI.
 */
size_t xeap_sim_nai_of_imsi(struct xeap_span imsi, char prefix, uint8_t ret_nai[XEAP_SIM_IMSI_NAI]);

#endif
