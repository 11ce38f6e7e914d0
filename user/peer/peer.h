/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PEER_PEER_H
#define XEAP_PEER_PEER_H

#include <peer/erp.h>
#include <wire/eap.h>
#include <xeap/method.h>

/*
 * The EAP peer state machine of RFC 4137 §4, with its variable names. It knows methods and
 * writers; it does not know sessions, pools or frames: the host lends the writer and keeps the
 * response (lastRespData).
 *
 * A packet takes two calls. xeap_peer_receive() is the state RECEIVED: it says where the packet
 * leads and changes nothing, so that a frame is lent only to a packet that gets a response.
 * xeap_peer_enter() goes there.
 *
 * A request that a person or the supplicant has to help with stays open, beyond RFC 4137: lastId is
 * still that of the request before. xeap_peer_answer() or xeap_peer_set_attributes() goes on where
 * it stopped; a duplicate of it changes nothing, duplicates of older ones are stale, and the answer
 * to another request closes it, for then the authenticator has moved on (RFC 3748 §4.1).
 */

enum xeap_peer_state {
	XEAP_PEER_IDLE,
	XEAP_PEER_SUCCESS,
	XEAP_PEER_FAILURE,
	XEAP_PEER_STATE_MAX
};

/* The exits of RECEIVED (RFC 4137 figure 3). */
enum xeap_peer_step {
	XEAP_PEER_TO_DISCARD,
	XEAP_PEER_TO_METHOD,
	XEAP_PEER_TO_GET_METHOD,
	XEAP_PEER_TO_IDENTITY,
	XEAP_PEER_TO_NOTIFICATION,
	XEAP_PEER_TO_RETRANSMIT,
	XEAP_PEER_TO_WAIT,   /* duplicate of the open request */
	XEAP_PEER_TO_REAUTH, /* RFC 6696: EAP-Initiate/Re-auth-Start */
	XEAP_PEER_TO_SUCCESS,
	XEAP_PEER_TO_FAILURE,
	XEAP_PEER_STEP_MAX
};

/* A packet and where it leads; valid until the peer changes. */
struct xeap_peer_received {
	enum xeap_peer_step step;
	struct xeap_eap req;
	uint64_t digest[2];
};

/* What feeding a packet came to. */
enum xeap_peer_verdict {
	XEAP_PEER_DISCARD,    /* nothing changed */
	XEAP_PEER_RESPOND,    /* the writer holds a new response */
	XEAP_PEER_RETRANSMIT, /* duplicate: send lastRespData again */
	XEAP_PEER_DONE,	      /* SUCCESS or FAILURE was reached; nothing is to be sent */
	XEAP_PEER_WAIT,	      /* nothing changed, the open request is still open */
	XEAP_PEER_ASK,	      /* the request stays open: see xeap_peer_need() */
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
	/* what Identity requests are answered with; data NULL: a person is to be asked */
	struct xeap_span identity;
	struct xeap_span user; /* who the methods are to authenticate; data NULL: not known */
	void *ctx_memory;      /* for a method's context: ctx_size bytes, aligned and zeroed */
	uint32_t ctx_size;
	uint32_t method_count;
	uint32_t flags; /* XEAP_FLAG_ */
	uint32_t max_packet;
	/*
	 * eap_workaround=1: Success and Failure may carry lastId + 1, as some old authenticators
	 * send them.
	 */
	bool next_id_accepted;
	bool ask_again; /* as in struct xeap_method_args */
	bool keeps_resumption;
	struct xeap_span resumption; /* for resumption_of; data NULL: nothing */
	const struct xeap_method *resumption_of;
	/* the key to re-authenticate with, changed by its use; NULL: ERP is not wanted */
	struct xeap_erp *erp;
	/*
	 * Whether what a method says its response is lies in the memory that it was given: asked
	 * before a byte of it is read. NULL: it does.
	 */
	bool (*holds)(const void *holds_ctx, const struct xeap_chunk *c);
	const void *holds_ctx;
	/* as in struct xeap_method_args */
	void (*save)(void *ctx, void (*run)(void *arg), void *arg);
	void *save_ctx;
};

/*
 * Rounds in a row that carried at most a flags octet both ways: as many as a TLS message may have
 * fragments, XEAP_EAPTLS_MAX_FRAGMENTS. Requests answered in one conversation: a flight of as many
 * both ways, and what goes around them.
 */
#define XEAP_PEER_MAX_EMPTY_ROUNDS 256
#define XEAP_PEER_MAX_ROUNDS 1024
#define XEAP_PEER_NOTIFICATION_TEXT 1024 /* bytes of a notification that are kept, NUL included */

/* A session embeds this; the fields are peer.c's own, with the names of RFC 4137 §4.2 and §4.3. */
struct xeap_peer {
	const struct xeap_peer_config *config;
	const struct xeap_peer_method *selected; /* selectedMethod */
	char *notification;	     /* allocated only when the authenticator sends one */
	uint64_t last_req_digest[2]; /* content of the last request answered (RFC 3748 §4.1) */
	uint64_t open_digest[2];     /* and of the open one, when need is not XEAP_NEED_NONE */
	uint16_t rounds, empty_rounds;
	uint8_t state;	      /* enum xeap_peer_state */
	uint8_t method_state; /* methodState, enum xeap_method_state */
	uint8_t decision;     /* enum xeap_decision */
	uint8_t last_id;      /* lastId, when have_last_req */
	uint8_t need;	      /* enum xeap_method_need */
	uint8_t open_id;
	bool open_empty; /* the open request carried at most a flags octet */
	bool have_last_req;
	bool allow_notifications; /* allowNotifications */
	bool identity_done;	  /* an Identity request was answered */
	bool naked;		  /* a Nak was sent */
	bool save_user_data;	  /* the method says so */
	bool erp_sent;		  /* EAP-Initiate/Re-auth, the last one with: */
	uint8_t erp_id;
	uint16_t erp_seq;
	struct xeap_diag diag;
};

/* Start: INITIALIZE of RFC 4137. config outlives the peer's use of it. */
void xeap_peer_init(struct xeap_peer *peer, const struct xeap_peer_config *config);

/* RECEIVED. 0, or -EBADMSG for a packet that is malformed and to be dropped. */
int xeap_peer_receive(const struct xeap_peer *peer, struct xeap_span packet,
		      struct xeap_peer_received *ret_received);

/* Whether a packet gets a new response, so that xeap_peer_enter() needs a writer. */
bool xeap_peer_responds(const struct xeap_peer_received *received);

/*
 * Go where the packet leads. `response` is a fresh writer if xeap_peer_responds(), else NULL.
 * Returns 0 with the verdict; -ENOBUFS or -ENOMEM with nothing changed; -EPROTO when the method
 * made a packet that must not leave, -ELOOP when a round limit was passed, another negative errno
 * when the method gave up: the peer is then in FAILURE and xeap_peer_diag() says why.
 */
int xeap_peer_enter(struct xeap_peer *peer, const struct xeap_peer_received *received,
		    struct xeap_writer *response, enum xeap_peer_verdict *ret_verdict);

/* What the open request waits for; XEAP_NEED_NONE when none is open. */
enum xeap_method_need xeap_peer_need(const struct xeap_peer *peer);

/* What to ask, when that is XEAP_NEED_UI. As xeap_method.get_prompt(). */
int xeap_peer_get_prompt(const struct xeap_peer *peer, struct xeap_prompt *ret_prompt);

/*
 * Go on with what was answered; who was asked for the identity has put it into the configuration.
 * Returns as xeap_peer_enter(), with a fresh writer as there.
 */
int xeap_peer_answer(struct xeap_peer *peer, const struct xeap_prompt *answers,
		     struct xeap_writer *response, enum xeap_peer_verdict *ret_verdict);

/* The same for XEAP_NEED_ATTRIBUTES. */
int xeap_peer_get_attributes(const struct xeap_peer *peer, struct xeap_attributes *ret_attributes);
int xeap_peer_set_attributes(struct xeap_peer *peer, const struct xeap_attributes *answers,
			     struct xeap_writer *response, enum xeap_peer_verdict *ret_verdict);

/* Nobody will answer: FAILURE. */
void xeap_peer_cancel(struct xeap_peer *peer);

/*
 * The response that was just written must not leave, for a reason only its owner can see. Returns
 * -EPROTO, in FAILURE.
 */
int xeap_peer_refuse(struct xeap_peer *peer, const char *why);

/* altAccept / altReject (RFC 4137 §4.1.1). Returns whether the peer is now in SUCCESS. */
bool xeap_peer_alt_indication(struct xeap_peer *peer, bool accept);

/* idleWhile ran out (RFC 4137 §4.4). Returns whether the peer is now in SUCCESS. */
bool xeap_peer_timeout(struct xeap_peer *peer);

enum xeap_peer_state xeap_peer_state(const struct xeap_peer *peer);
/* Why the peer is in FAILURE, or what the method complained of so far. */
const struct xeap_diag *xeap_peer_diag(const struct xeap_peer *peer);
/* The method that runs or ran, NULL before one was chosen. */
const struct xeap_peer_method *xeap_peer_selected(const struct xeap_peer *peer);
/* What the method tells of itself; zeroed before one was chosen. */
void xeap_peer_describe(const struct xeap_peer *peer, struct xeap_method_info *ret_info);
/* Text of the last Notification, "" when there was none. */
const char *xeap_peer_notification(const struct xeap_peer *peer);
/* eapKeyData and what goes with it; -ENOENT unless in SUCCESS. As xeap_method.get_key(). */
int xeap_peer_get_key(const struct xeap_peer *peer, enum xeap_key_kind kind, uint8_t *buf,
		      size_t size);
/* -ENOENT unless in SUCCESS. As xeap_method.get_resumption(). */
int xeap_peer_get_resumption(const struct xeap_peer *peer, uint8_t *buf, size_t size);
/* End the method and wipe everything, the context memory too. */
void xeap_peer_done(struct xeap_peer *peer);

/*
 * erp.c: where EAP-Initiate and EAP-Finish lead, and what is done there. A Start for which there is
 * no key is dropped: the authenticator asks for the identity when its time is over (RFC 6696 §3.1).
 * xeap_peer_enter_reauth() returns as xeap_erp_initiate().
 */
enum xeap_peer_step xeap_peer_initiate_step(const struct xeap_peer *peer, struct xeap_span packet);
enum xeap_peer_step xeap_peer_finish_step(const struct xeap_peer *peer, struct xeap_span packet);
int xeap_peer_enter_reauth(struct xeap_peer *peer, uint8_t id, struct xeap_chunk *c);
int xeap_peer_erp_key(const struct xeap_peer *peer, enum xeap_key_kind kind, uint8_t *buf,
		      size_t size);
/* Whether the conversation is or was ERP's, so far. */
bool xeap_peer_used_erp(const struct xeap_peer *peer);

/*
 * notification.c: UTF-8 without control characters or broken sequences, allocated; NULL when
 * memory is short.
 */
char *xeap_peer_printable(struct xeap_span text);

#endif
