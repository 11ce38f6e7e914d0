/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PEER_PEER_H
#define XEAP_PEER_PEER_H

#include <xeap/method.h>

/*
 * The EAP peer state machine of RFC 4137 §4, with its variable names. It knows methods and writers; it does not know
 * sessions, pools or frames: the host lends the writer and keeps the response.
 */

enum xeap_peer_state {
	XEAP_PEER_IDLE,
	XEAP_PEER_SUCCESS,
	XEAP_PEER_FAILURE,
	XEAP_PEER_STATE_MAX
};

/* What feeding a packet came to. */
enum xeap_peer_verdict {
	XEAP_PEER_DISCARD,    /* nothing changed */
	XEAP_PEER_RESPOND,    /* the writer holds a new response */
	XEAP_PEER_RETRANSMIT, /* duplicate: send lastRespData again, the writer was not used */
	XEAP_PEER_DONE,	      /* SUCCESS or FAILURE was reached; the writer was not used */
	XEAP_PEER_VERDICT_MAX
};

/* One method that the peer may run, loaded by a profile. */
struct xeap_peer_method {
	const struct xeap_method *method;
	void *shared;
};

struct xeap_peer_config {
	const struct xeap_config *config;
	const struct xeap_peer_method *methods; /* in order of preference */
	size_t method_count;
	struct xeap_span identity; /* what Identity requests are answered with */
	uint32_t flags;		   /* XEAP_FLAG_ */
	uint32_t max_packet;
	void *ctx_memory; /* for a method's context: the largest ctx_size of methods, aligned */
	size_t ctx_size;
};

#define XEAP_PEER_MAX_ROUNDS 256 /* requests answered in one conversation (limit of the whole) */
#define XEAP_PEER_MAX_EMPTY_ROUNDS                                                                 \
	64 /* answers in a row that carried no payload either way, e.g. TLS acknowledgements */
#define XEAP_PEER_NOTIFICATION_TEXT 256

/* A session embeds this; the fields are peer.c's own, with the names of RFC 4137 §4.2 and §4.3. */
struct xeap_peer {
	const struct xeap_peer_config *config;
	enum xeap_peer_state state;
	const struct xeap_peer_method *selected; /* selectedMethod */
	enum xeap_method_state method_state;	 /* methodState */
	enum xeap_decision decision;
	bool allow_notifications;
	bool have_last_req; /* lastId is valid */
	uint8_t last_id;    /* lastId */
	uint64_t last_req_digest
		[2]; /* content of the last request: a duplicate has the same (RFC 3748 §4.1) */
	uint32_t rounds, empty_rounds;
	bool identity_done, naked;
	struct xeap_diag diag;
	char notification[XEAP_PEER_NOTIFICATION_TEXT];
};

/* Start, or start again: INITIALIZE of RFC 4137. config outlives the peer's use of it. */
void xeap_peer_init(struct xeap_peer *peer, const struct xeap_peer_config *config);

/*
 * Feed one EAP packet (eapReqData). `response` is a fresh writer.
 * Returns 0 with the verdict; -ENOBUFS or -ENOMEM with nothing changed; -EPROTO when the method made a packet that must
 * not leave (peer is then in FAILURE); -EBADMSG for a packet that is malformed (nothing changed, it is to be dropped);
 * another negative errno when the method gave up (peer is in FAILURE, see xeap_peer_diag()).
 */
int xeap_peer_process(struct xeap_peer *peer, struct xeap_span packet, struct xeap_writer *response,
		      enum xeap_peer_verdict *ret_verdict);

/* altAccept / altReject (RFC 4137 §4.1.1). Returns whether the peer is now in SUCCESS. */
bool xeap_peer_alt_indication(struct xeap_peer *peer, bool accept);

enum xeap_peer_state xeap_peer_state(const struct xeap_peer *peer);
const struct xeap_diag *xeap_peer_diag(const struct xeap_peer *peer);
/* The method that runs or ran, NULL before one was chosen. */
const struct xeap_peer_method *xeap_peer_selected(const struct xeap_peer *peer);
/* eapKeyData and what goes with it; only in SUCCESS. As xeap_method.get_key(). */
int xeap_peer_get_key(const struct xeap_peer *peer, enum xeap_key_kind kind, uint8_t *buf,
		      size_t size);
/* End the method and wipe everything, the context memory too. */
void xeap_peer_done(struct xeap_peer *peer);

#endif
