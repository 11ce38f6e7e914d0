/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CARD_H
#define XEAP_CARD_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A real SIM or USIM. The library knows no card reader: a program that has one registers what runs
 * the card's algorithms, and a network block with pcsc="NAME" then logs in by EAP-SIM, EAP-AKA or
 * EAP-AKA' with that card instead of a key in password=.
 */

/** What a card answers to UMTS AUTHENTICATE, 3GPP TS 31.102 §7.1.2. A secret. */
struct xeap_card_umts {
	uint8_t res[16];
	size_t res_len; /**< bytes of res, 4 to 16 */
	uint8_t ck[16];
	uint8_t ik[16];
	uint8_t auts[14]; /**< after -ESTALE only */
};

/**
 * A card. Its functions are called from within a session, by the thread that feeds it, while no
 * other call on the same card runs; they may block that thread. Outputs count only when 0, or where
 * said, is returned.
 */
struct xeap_card {
	size_t size;	  /**< sizeof(struct xeap_card) */
	const char *name; /**< what stands after pcsc= */
	void *ctx;	  /**< passed to the functions */
	/**
	 * RUN GSM ALGORITHM, 3GPP TS 51.011 §8.16. NULL: no EAP-SIM. pin is pin= of the network
	 * block, or NULL. Returns 0; -EACCES when the card wants a PIN or another one; -ENODEV when
	 * it is gone; or another negative errno.
	 */
	int (*gsm)(void *ctx, const char *pin, const uint8_t rand[16], uint8_t ret_sres[4],
		   uint8_t ret_kc[8]);
	/**
	 * AUTHENTICATE. NULL: no EAP-AKA. As gsm(), and: -EBADMSG when the card finds AUTN wrong;
	 * -ESTALE when its sequence number is out of range, ret_umts->auts filled.
	 */
	int (*umts)(void *ctx, const char *pin, const uint8_t rand[16], const uint8_t autn[16],
		    struct xeap_card_umts *ret_umts);
};

#define XEAP_CARDS_MAX 16 /**< that can be registered in a process */

/**
 * Make a card known, for the life of the process; before the profiles that name it are made. Any
 * thread may call it.
 * @card: a constant, not copied
 * Returns 0; -EINVAL for a struct of another size, without a name or without functions; -EEXIST
 * when there is one of that name; -ENOSPC after XEAP_CARDS_MAX of them.
 */
int xeap_card_register(const struct xeap_card *card);

#ifdef __cplusplus
}
#endif
#endif
