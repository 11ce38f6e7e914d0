/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_SIM_BED_H
#define XEAP_TESTS_SIM_BED_H

#include <crypto/milenage.h>
#include <method/list.h>
#include <method/sim_keys.h>
#include <stdbool.h>
#include "tests/unit/fake_writer.h"

/*
 * A peer of EAP-SIM, EAP-AKA or EAP-AKA', and a server written from the RFCs: it lays its packets
 * out by itself. What keys are made of is tested against vectors in test_sim_keys.
 */

/* Numbers on the wire. */
enum {
	AT_RAND = 1,
	AT_AUTN = 2,
	AT_RES = 3,
	AT_AUTS = 4,
	AT_PADDING = 6,
	AT_NONCE_MT = 7,
	AT_PERMANENT_ID_REQ = 10,
	AT_MAC = 11,
	AT_NOTIFICATION = 12,
	AT_ANY_ID_REQ = 13,
	AT_IDENTITY = 14,
	AT_VERSION_LIST = 15,
	AT_SELECTED_VERSION = 16,
	AT_FULLAUTH_ID_REQ = 17,
	AT_COUNTER = 19,
	AT_COUNTER_TOO_SMALL = 20,
	AT_NONCE_S = 21,
	AT_CLIENT_ERROR_CODE = 22,
	AT_KDF_INPUT = 23,
	AT_KDF = 24,
	AT_IV = 129,
	AT_ENCR_DATA = 130,
	AT_NEXT_PSEUDONYM = 132,
	AT_NEXT_REAUTH_ID = 133,
	AT_CHECKCODE = 134,
	AT_RESULT_IND = 135,
	AT_BIDDING = 136,
	AT_PUB_ECDHE = 152,
	AT_KDF_FS = 153,
};

#define BED_IDENTITY "1232010000000000@wlan.mnc001.mcc232.3gppnetwork.org"
#define BED_KEY "90dca4eda45b53cf0f12d7c9c3bc6a89:cb9cccc4b9258e6dca4760379fb82581"

struct sim_bed {
	const struct xeap_method *method;
	bool prime;
	struct xeap_config *config;
	void *shared;
	void *ctx;
	struct fake_writer out;
	struct xeap_method_result result;
	int r; /* of the last process() */
	uint8_t kept[1024];
	int kept_len; /* of a session before, by bed_again() */

	/* The server */
	uint8_t packet[4096];
	size_t len, mac_at;
	uint8_t id;
	struct xeap_milenage_key key;
	uint64_t sqn;
	struct xeap_sim_keys keys;
	char identity[300]; /* last AT_IDENTITY, or that of the EAP-Response/Identity */
	uint8_t nonce_mt[16], rand[48], rounds[2048];
	size_t rounds_len;
	struct {
		uint8_t res[8], sres[12], kc[24];
	} card;
	uint8_t inner[512]; /* plain encrypted attributes */
	size_t inner_len;
	uint16_t counter;
	uint8_t nonce_s[16];
	const char *network;
};

/* phase1 and eap may be NULL. password NULL: BED_KEY, with ":000000000000" but for SIM. */
void bed_begin(struct sim_bed *b, const struct xeap_method *method, const char *password,
	       const char *phase1, const char *eap);
/* The same with one key more. */
void bed_begin_with(struct sim_bed *b, const struct xeap_method *method, const char *key,
		    const char *value);
/* A new conversation of the same configuration, which gets what the one before left. */
void bed_again(struct sim_bed *b);
void bed_end(struct sim_bed *b);

/* One request: begin, attributes, maybe bed_mac(), bed_feed(). */
void bed_request(struct sim_bed *b, uint8_t subtype);
void bed_put(struct sim_bed *b, uint8_t number, const void *content, size_t n);
void bed_put_u16(struct sim_bed *b, uint8_t number, uint16_t value);
/* Reserved octets, then 16 or more. */
void bed_put_block(struct sim_bed *b, uint8_t number, const void *block, size_t n);
void bed_put_text(struct sim_bed *b, uint8_t number, const char *text);
/* Attributes for bed_put_encrypted(), which pads and encrypts them. */
void bed_inner(struct sim_bed *b, uint8_t number, const void *content, size_t n);
void bed_inner_text(struct sim_bed *b, uint8_t number, const char *text);
void bed_put_encrypted(struct sim_bed *b);
void bed_mac(struct sim_bed *b, const void *extra, size_t n);
int bed_feed(struct sim_bed *b);

/* What a whole server sends. */
void bed_identity(struct sim_bed *b, uint8_t which);
/* The challenge up to AT_MAC, which bed_challenge_mac() puts. */
void bed_challenge(struct sim_bed *b);
void bed_challenge_mac(struct sim_bed *b);
void bed_challenge_with(struct sim_bed *b, uint64_t sqn, const char *amf, const uint8_t *secret);
void bed_reauth(struct sim_bed *b, uint16_t counter, const char *next);
void bed_notification(struct sim_bed *b, uint16_t code);

/* Of the response. Content of an attribute after Type and Length, NULL when it is not there. */
const uint8_t *bed_find(const struct sim_bed *b, uint8_t number, size_t *ret_len);
uint8_t bed_subtype(const struct sim_bed *b);
bool bed_mac_is_right(const struct sim_bed *b, const void *extra, size_t n);
bool bed_is_client_error(const struct sim_bed *b, uint16_t code);

#endif
