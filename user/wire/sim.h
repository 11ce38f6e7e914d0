/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_WIRE_SIM_H
#define XEAP_WIRE_SIM_H

#include <base/reader.h>
#include <stdbool.h>
#include <xeap/method.h>

/*
 * The packets that EAP-SIM, EAP-AKA and EAP-AKA' share: a subtype and attributes (RFC 4186 §8 and
 * §10, RFC 4187 §8 and §10, RFC 9048 §3, RFC 9678 §6).
 */

enum xeap_sim_subtype {
	XEAP_AKA_CHALLENGE = 1,
	XEAP_AKA_AUTHENTICATION_REJECT = 2,
	XEAP_AKA_SYNCHRONIZATION_FAILURE = 4,
	XEAP_AKA_IDENTITY = 5,
	XEAP_SIM_START = 10,
	XEAP_SIM_CHALLENGE = 11,
	XEAP_SIM_NOTIFICATION = 12,	/* and of AKA */
	XEAP_SIM_REAUTHENTICATION = 13, /* and of AKA */
	XEAP_SIM_CLIENT_ERROR = 14,	/* and of AKA */
};

/* What is known, in the order of the table in sim.c; numbers on the wire are AT_… of the RFCs. */
enum xeap_sim_attribute {
	XEAP_AT_RAND,
	XEAP_AT_AUTN,
	XEAP_AT_RES,
	XEAP_AT_AUTS,
	XEAP_AT_PADDING,
	XEAP_AT_NONCE_MT,
	XEAP_AT_PERMANENT_ID_REQ,
	XEAP_AT_MAC,
	XEAP_AT_NOTIFICATION,
	XEAP_AT_ANY_ID_REQ,
	XEAP_AT_IDENTITY,
	XEAP_AT_VERSION_LIST,
	XEAP_AT_SELECTED_VERSION,
	XEAP_AT_FULLAUTH_ID_REQ,
	XEAP_AT_COUNTER,
	XEAP_AT_COUNTER_TOO_SMALL,
	XEAP_AT_NONCE_S,
	XEAP_AT_CLIENT_ERROR_CODE,
	XEAP_AT_KDF_INPUT,
	XEAP_AT_KDF,
	XEAP_AT_IV,
	XEAP_AT_ENCR_DATA,
	XEAP_AT_NEXT_PSEUDONYM,
	XEAP_AT_NEXT_REAUTH_ID,
	XEAP_AT_CHECKCODE,
	XEAP_AT_RESULT_IND,
	XEAP_AT_BIDDING,
	XEAP_AT_PUB_ECDHE,
	XEAP_AT_KDF_FS,
	XEAP_AT_MAX
};

#define XEAP_AT_BIT(name) (UINT32_C(1) << XEAP_AT_##name)

/* AT_CLIENT_ERROR_CODE, RFC 4186 §10.19 and RFC 4187 §10.20. */
enum xeap_sim_error {
	XEAP_SIM_UNABLE = 0,
	XEAP_SIM_VERSION = 1, /* SIM only, as the following two */
	XEAP_SIM_FEW_CHALLENGES = 2,
	XEAP_SIM_RANDS_NOT_FRESH = 3,
};

#define XEAP_SIM_NOTIFICATION_S 0x8000 /* success */
#define XEAP_SIM_NOTIFICATION_P 0x4000 /* before the challenge round */
#define XEAP_SIM_SUCCESS 0x8000

#define XEAP_SIM_BLOCK 16	  /* RAND, AUTN, MAC, IV, both nonces */
#define XEAP_SIM_AUTS_LEN 14	  /* RFC 4187 §10.9 */
#define XEAP_SIM_RANDS_MAX 3	  /* RFC 4186 §10.9 */
#define XEAP_SIM_KDFS_MAX 10	  /* AT_KDF or AT_KDF_FS attributes of a message */
#define XEAP_SIM_BIDDING_D 0x8000 /* RFC 9048 §4 */
#define XEAP_SIM_VERSION_1 1

struct xeap_sim_list {
	size_t count;
	uint16_t value[XEAP_SIM_KDFS_MAX];
};

/*
 * A parsed message, or parsed encrypted attributes. `value` holds what an attribute carries,
 * without its reserved octets, actual length and padding, in place: the RANDs one after the other,
 * the list of versions, RES, names. Of AT_KDF and AT_KDF_FS, which come more than once, it holds
 * the last.
 */
struct xeap_sim_message {
	uint8_t subtype;
	uint32_t present; /* XEAP_AT_BIT() of each */
	struct xeap_span value[XEAP_AT_MAX];
	struct xeap_sim_list kdf, kdf_fs;
};

/*
 * Parse Type-Data: subtype, two reserved octets, attributes. 0; -EBADMSG for lengths or values that
 * no attribute of its kind has, or one that comes twice; -EPROTONOSUPPORT for an unknown attribute
 * that must not be skipped (RFC 4186 §8.1). ret_message is untouched unless 0 is returned.
 */
int xeap_sim_parse(struct xeap_span type_data, struct xeap_sim_message *ret_message);

/* The same for what AT_ENCR_DATA held; AT_PADDING is last and zero (RFC 4186 §10.12). */
int xeap_sim_parse_encrypted(struct xeap_span plain, struct xeap_sim_message *ret_message);

/* An attribute of 16 bits: AT_COUNTER, AT_NOTIFICATION, AT_BIDDING. */
uint16_t xeap_sim_u16(const struct xeap_sim_message *m, enum xeap_sim_attribute which);

/* Writers: one attribute each; the builder goes bad when it does not fit. */
void xeap_sim_put_u16(struct xeap_builder *b, enum xeap_sim_attribute which, uint16_t value);
/* 16 octets, with data NULL zeros; returns where they are, NULL when there is no room. */
uint8_t *xeap_sim_put_block(struct xeap_builder *b, enum xeap_sim_attribute which,
			    struct xeap_span block);
/* Octets with their length in octets (AT_IDENTITY) or in bits (AT_RES) in front. */
void xeap_sim_put_counted(struct xeap_builder *b, enum xeap_sim_attribute which,
			  struct xeap_span value);
/* Octets right after Type and Length (AT_AUTS, AT_PUB_ECDHE). */
void xeap_sim_put_bare(struct xeap_builder *b, enum xeap_sim_attribute which,
		       struct xeap_span value);
/* Octets after two reserved ones (AT_CHECKCODE, AT_ENCR_DATA); a multiple of four. */
void xeap_sim_put_reserved(struct xeap_builder *b, enum xeap_sim_attribute which,
			   struct xeap_span value);
/* AT_PADDING up to a whole cipher block; nothing when none is needed. */
void xeap_sim_put_padding(struct xeap_builder *b);

#endif
