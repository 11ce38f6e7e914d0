/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_CHAINS_H
#define XEAP_CRYPTO_CHAINS_H

#include <openssl/x509_vfy.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Certificate chains that a profile has found good. Who is the same server for a thousand ports is
 * checked once: trust store and rules of a profile never change, so that the same bytes are judged
 * the same way for as long as all certificates of the chain are valid.
 */
#define XEAP_CHAINS 8 /* of different servers; the oldest one goes */
#define XEAP_CHAIN_DIGEST 32

struct xeap_chain {
	uint8_t digest[XEAP_CHAIN_DIGEST]; /* of all certificates that the server sent */
	uint64_t from, until;		   /* seconds since 1970; until 0: nothing */
};

struct xeap_chains {
	pthread_mutex_t lock;
	unsigned int next;
	struct xeap_chain known[XEAP_CHAINS];
};

/* 0 or -ENOMEM. */
int xeap_chains_init(struct xeap_chains *c);
void xeap_chains_destroy(struct xeap_chains *c);

/*
 * Whether what the server sent is known to be good, and valid now. ret_chain is filled all the
 * same, for xeap_chains_add().
 */
bool xeap_chains_know(struct xeap_chains *c, X509_STORE_CTX *store, struct xeap_chain *ret_chain);

/* Since when and until when a verified chain is valid; for ever when periods are not looked at. */
void xeap_chain_validity(struct xeap_chain *chain, X509_STORE_CTX *store, bool ignores_time);
void xeap_chains_add(struct xeap_chains *c, const struct xeap_chain *chain);

/* Since 1970, by OpenSSL's clock; the end of time when it cannot be had. */
uint64_t xeap_now_seconds(void);

#endif
