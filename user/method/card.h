/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_CARD_H
#define XEAP_METHOD_CARD_H

#include <xeap/card.h>

/* The card registered under a name, NULL when there is none. */
const struct xeap_card *xeap_card_find(const char *name);

/* xeap_card's functions, one call at a time a card. */
int xeap_card_gsm(const struct xeap_card *card, const char *pin, const uint8_t rand[16],
		  uint8_t ret_sres[4], uint8_t ret_kc[8]);
int xeap_card_umts(const struct xeap_card *card, const char *pin, const uint8_t rand[16],
		   const uint8_t autn[16], struct xeap_card_umts *ret_umts);

#endif
