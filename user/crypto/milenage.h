/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_MILENAGE_H
#define XEAP_CRYPTO_MILENAGE_H

#include <stdint.h>

/* Milenage, 3GPP TS 35.206, with its own constants r1 to r5 and c1 to c5. */

#define XEAP_MILENAGE_KEY 16
#define XEAP_MILENAGE_SQN 6
#define XEAP_MILENAGE_MAC 8
#define XEAP_MILENAGE_RES 8

struct xeap_milenage_key {
	uint8_t k[XEAP_MILENAGE_KEY];
	uint8_t opc[XEAP_MILENAGE_KEY];
};

/* What f2 to f5 and f5* make of a RAND. A secret. */
struct xeap_milenage {
	uint8_t res[XEAP_MILENAGE_RES]; /* f2 */
	uint8_t ck[16];			/* f3 */
	uint8_t ik[16];			/* f4 */
	uint8_t ak[XEAP_MILENAGE_SQN];	/* f5 */
	uint8_t aks[XEAP_MILENAGE_SQN]; /* f5* */
};

/* All return 0, or a negative errno of the cipher. */
int xeap_milenage_f1(const struct xeap_milenage_key *key, const uint8_t rand[16],
		     const uint8_t sqn[XEAP_MILENAGE_SQN], const uint8_t amf[2],
		     uint8_t ret_mac_a[XEAP_MILENAGE_MAC], uint8_t ret_mac_s[XEAP_MILENAGE_MAC]);
int xeap_milenage_f2345(const struct xeap_milenage_key *key, const uint8_t rand[16],
			struct xeap_milenage *ret_out);

/* OPc of OP, TS 35.206 §4.1. */
int xeap_milenage_opc(const uint8_t k[XEAP_MILENAGE_KEY], const uint8_t op[XEAP_MILENAGE_KEY],
		      uint8_t ret_opc[XEAP_MILENAGE_KEY]);

/* GSM-MILENAGE, TS 55.205: conversion functions c2 and c3 of TS 33.102 §6.8.1.2. */
int xeap_milenage_gsm(const struct xeap_milenage_key *key, const uint8_t rand[16],
		      uint8_t ret_sres[4], uint8_t ret_kc[8]);

#endif
