/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_TEAP_PEER_H
#define XEAP_METHOD_TEAP_PEER_H

#include <method/password.h>
#include <method/teap_keys.h>
#include <method/teap_load.h>
#include <method/tlv_answer.h>
#include <method/tunnel_keys.h>
#include <method/tunnel_load.h>

#define XEAP_TEAP_VERSION 1

/* One conversation of TEAP. */
struct teap {
	struct xeap_tunnel tunnel;
	struct xeap_inner inner[XEAP_INNER_WHOSE_MAX];
	struct xeap_password password[XEAP_INNER_WHOSE_MAX];
	const struct teap_shared *shared;
	enum xeap_inner_whose whose; /* speaks now */
	uint8_t offered;	     /* version of the server's Start */
	uint8_t *outer;		     /* the server's outer TLVs */
	size_t outer_len;
	/* The ways in which the server may make its keys; one after it has proved one. */
	struct xeap_teap_keys ways[XEAP_TEAP_KDF_MAX];
	unsigned int way_count;
	bool uses_emsk;	    /* of the last binding */
	unsigned int bound; /* bindings proved */
	bool answered;	    /* a password was sent, of which nothing was heard yet */
	bool refused;	    /* the method inside failed and is not forgotten yet */
	bool asking_password;
	char *prompt;	/* the server's, printable; NULL or empty: none */
	uint32_t error; /* what the server hears of a doubt */
	bool has_nonce;
	uint8_t nonce[XEAP_TLV_NONCE]; /* of the last binding */
	struct xeap_tlv_answer answer;
	struct xeap_tunnel_keys keys;
	size_t session_id_len;
};

static inline struct xeap_inner *xeap_teap_speaking(struct teap *p)
{
	return &p->inner[p->whose];
}

/* Whether there is something whose success the server may confirm. */
bool xeap_teap_is_finished(struct teap *p);

/*
 * Take the server's Crypto-Binding TLV. NULL: it is proved, and the keys have gone on; otherwise
 * what is wrong, and p->error is what the server hears of it.
 */
const char *xeap_teap_doubt_binding(struct teap *p, const struct xeap_tlv_binding *b);

/* The response to the binding proved last, asked with these flags. 0 or a negative errno. */
int xeap_teap_put_binding(struct teap *p, struct xeap_builder *to, uint8_t asked);

#endif
