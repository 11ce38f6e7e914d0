/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_NOOB_STATE_H
#define XEAP_METHOD_NOOB_STATE_H

#include <base/reader.h>
#include <method/kept_file.h>
#include <method/noob_keys.h>
#include <pthread.h>
#include <stdbool.h>
#include <xeap/config.h>
#include <xeap/error.h>

/*
 * What an EAP-NOOB peer keeps between conversations, and the file that it stands in: the ephemeral
 * association until the out-of-band message has come, the persistent one from then on (RFC 9140
 * §3.1 and §3.4.1).
 */

/* RFC 9140 figure 1; the numbers are PeerState's. */
enum xeap_noob_peer_state {
	XEAP_NOOB_UNREGISTERED = 0,
	XEAP_NOOB_WAITING = 1,
	XEAP_NOOB_OOB_RECEIVED = 2,
	XEAP_NOOB_RECONNECTING = 3,
	XEAP_NOOB_REGISTERED = 4,
	XEAP_NOOB_STATE_MAX
};

/* Directions of the out-of-band message, bits of Dirs and Dirp. */
#define XEAP_NOOB_TO_SERVER 1u
#define XEAP_NOOB_TO_PEER 2u
#define XEAP_NOOB_DIRS 3u

#define XEAP_NOOB_PEER_ID_MAX 60
#define XEAP_NOOB_NAI_MAX 253 /* RFC 7542 §2.3 */
#define XEAP_NOOB_URL_MAX 253
#define XEAP_NOOB_INFO_MAX 500 /* ServerInfo, PeerInfo */
#define XEAP_NOOB_FIELDS_MAX 3000

/* The text between a JSON string's quotes. */
struct xeap_noob_text {
	size_t len;
	char bytes[XEAP_NOOB_NAI_MAX];
};

struct xeap_noob_state {
	enum xeap_noob_peer_state state;
	struct xeap_noob_text peer_id;
	struct xeap_noob_text nai; /* what the server assigned, or nothing */
	struct xeap_noob_text url; /* ServerInfo's, where a message may be delivered */
	uint32_t suite;		   /* Cryptosuitep */

	/* Until it is registered. */
	uint32_t dirs; /* Dirp */
	size_t fields_len;
	char fields[XEAP_NOOB_FIELDS_MAX]; /* Vers to Np of what Hoob and the MACs are made of */
	uint8_t z[XEAP_NOOB_KEY], np[XEAP_NOOB_NONCE], ns[XEAP_NOOB_NONCE];
	bool has_mine, has_theirs;
	uint8_t mine[XEAP_NOOB_NOOB], theirs[XEAP_NOOB_NOOB]; /* Noob, of which side's message */

	/* From then on. */
	uint8_t kz[XEAP_NOOB_KEY];
	bool has_prev; /* KeyingMode 3 went before: the server may not have seen the end of it */
	uint32_t suite_prev;
	uint8_t kz_prev[XEAP_NOOB_KEY];
};

/* Keep a text; false when it is too long. */
bool xeap_noob_text_set(struct xeap_noob_text *t, struct xeap_span value, size_t max);
static inline struct xeap_span xeap_noob_text(const struct xeap_noob_text *t)
{
	return xeap_span(t->bytes, t->len);
}

/* Most bytes of a state written. */
#define XEAP_NOOB_FILE_MAX 8192

/* Write as JSON with the builder; `message` is the out-of-band message for the server, or empty. */
void xeap_noob_state_write(const struct xeap_noob_state *s, struct xeap_span message,
			   struct xeap_builder *b);
/* 0 or -EBADMSG. A text of white space only is the state of a peer that is not registered. */
int xeap_noob_state_parse(struct xeap_span text, struct xeap_noob_state *ret_state);

/* What the conversations of one network block share. */
struct xeap_noob_shared {
	bool interactive;
	uint32_t dirs;
	struct xeap_span peer_info; /* of the configuration */
	struct xeap_span message;   /* noob=, the configuration's; data NULL when not given */

	pthread_mutex_t lock; /* of what follows */
	struct xeap_noob_state state;
	struct xeap_kept_file file;
};

int xeap_noob_shared_load(const struct xeap_config *config, bool interactive,
			  struct xeap_noob_shared **ret_shared, struct xeap_diag *ret_diag);
void xeap_noob_shared_free(struct xeap_noob_shared *s);

void xeap_noob_shared_get(struct xeap_noob_shared *s, struct xeap_noob_state *ret_state);
/* The NAI that the server assigned; its length, or -ENOENT. */
int xeap_noob_shared_nai(struct xeap_noob_shared *s, uint8_t *buf, size_t size);
/* Keep a state; 0, or what writing the file failed with, the state before being kept. */
int xeap_noob_shared_set(struct xeap_noob_shared *s, const struct xeap_noob_state *state);

#endif
