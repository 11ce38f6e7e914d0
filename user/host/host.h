/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_HOST_HOST_H
#define XEAP_HOST_HOST_H

#include <base/frame.h>
#include <host/meaning.h>
#include <peer/peer.h>
#include <stdatomic.h>
#include <wire/sim_identity.h>
#include <xeap/host.h>

/*
 * Inside of the host. methods.c: the methods known to this process. profile.c: a configuration and
 * what its methods loaded. table.c: handles, and who may use a session. connections.c: connection
 * ids and notifications. begin.c: begin and end. session.c: packets in and out. interaction.c:
 * questions and answers. derive.c: profiles that differ in credentials. result.c: verdict, status,
 * keys. flight.c: the frames of a session. resumption.c: what is kept for the next session;
 * resumption_export.c: and taken to another process; meaning.c: as long as the configuration is the
 * same. refusal.c: error objects.
 */

#define XEAP_MIN_SEND_PACKET 64
#define XEAP_DEFAULT_SEND_PACKET 1496
#define XEAP_MAX_SEND_PACKET (65536 - XEAP_FRAME_HEADROOM) /* what the largest chunk holds */
#define XEAP_MAX_REGISTERED_METHODS 64
#define XEAP_MAX_PROFILE_METHODS 32
#define XEAP_CONNECTION_ID 16
#define XEAP_IDENTITY_HEADER 5 /* of an Identity response, in front of the identity */

/*
 * Frames of a session that was begun without a pool: last response, new response, and the rest
 * for short flights.
 */
#define XEAP_OWN_POOL_FRAMES 4

struct xeap_profile {
	atomic_uint refs;
	struct xeap_profile *base; /* it was derived from, a reference; or NULL */
	uint32_t ctx_size;	   /* the largest of its methods */
	uint32_t count;
	struct xeap_config *config;
	struct xeap_span identity; /* data NULL: none */
	uint8_t imsi_identity[XEAP_SIM_IMSI_NAI];
	bool interactive; /* what is missing can be asked for */
	bool resumes;	  /* one of its methods can */
	bool has_meaning;
	uint8_t meaning[XEAP_MEANING]; /* as it was when the methods were loaded */
	uint64_t number;	       /* no other profile of this process has it */
	struct xeap_peer_method methods[];
};

/* Everything of a conversation, its method's context included, is one piece of memory. */
struct xeap_session {
	struct xeap_frame_owner owner; /* of the frames below */
	struct xeap_pool *pool;
	struct xeap_pool *own_pool; /* pool, when it is the session's own */
	struct xeap_frame *last;    /* lastRespData; a heap frame when it was spilled */
	struct xeap_frame *work;    /* lent to the response that is being made */
	struct xeap_frame *flight;  /* first of a chain */
	struct xeap_frame *flight_last;
	struct xeap_profile *profile;
	struct xeap_connection *connection; /* NULL: none; under the connections' lock */
	struct xeap_extras *extras;	    /* NULL until needed, see interaction.h */
	struct xeap_resumption *resumption; /* borrowed; NULL: none */
	struct xeap_resumption *left; /* by its connection, which was cleared; freed at the end */
	uint8_t *assigned; /* identity that a server gave in an earlier session; NULL: none */
	bool handed_out;   /* last was held when it was fetched to be sent again */
	struct xeap_peer_config config;
	struct xeap_peer peer;
	_Alignas(max_align_t) uint8_t ctx[];
};

/*
 * profile.c. A profile whose methods are to be loaded, with room for n; takes `config` over, on
 * failure too. NULL when memory is short.
 */
struct xeap_profile *xeap_profile_alloc(struct xeap_config *config, size_t n);
/* Settle who it is once the methods are there. */
void xeap_profile_find_identity(struct xeap_profile *p);
/* What a method says of a failure to load it, behind the place of the network. Returns err. */
int xeap_profile_load_failed(const struct xeap_method *m, const char *origin, int err,
			     const struct xeap_diag *why, struct xeap_diag *ret_diag);
void xeap_profile_free(struct xeap_profile *p);

/* methods.c. A registered or built-in method, NULL when the name is not known. */
const struct xeap_method *xeap_method_find(const char *name);
/* Names of all methods known, for a message: "MD5, TLS". */
void xeap_method_names(char *buf, size_t size);

/* table.c. Make a session usable under a handle. XEAP_OK or XEAP_E_OUT_OF_MEMORY. */
uint32_t xeap_table_add(struct xeap_host *host, struct xeap_session *s, xeap_session_id *ret_id);
/*
 * Get the sole use of a session, without a lock. XEAP_OK; XEAP_E_INVALID_STATE when another
 * thread has it or there is no host; XEAP_E_INVALID_HANDLE.
 */
uint32_t xeap_table_claim(struct xeap_host *host, xeap_session_id id,
			  struct xeap_session **ret_session);
void xeap_table_release(struct xeap_host *host, xeap_session_id id);
/* Make the handle of a claimed session unknown for ever. The session is the caller's to free. */
void xeap_table_remove(struct xeap_host *host, xeap_session_id id);

/* begin.c. Wipe and free, frames given back. */
void xeap_session_free(struct xeap_session *s);

/*
 * session.c. What the peer made of a request or an answer, as action and code: `err` and `verdict`
 * of the peer, `w` what it wrote to, NULL when nothing was lent.
 */
uint32_t xeap_session_settle(struct xeap_session *s, int err, enum xeap_peer_verdict verdict,
			     const struct xeap_writer *w, enum xeap_action *ret_action,
			     struct xeap_error **ret_error);

/*
 * flight.c. Lend a frame for a response, s->work, and set a writer to it. 0 or -ENOBUFS with
 * nothing changed.
 */
int xeap_session_lend(struct xeap_session *s, struct xeap_writer *ret_writer);
/* Whether what a writer holds lies within s->work, behind its headroom. */
bool xeap_session_work_holds(const struct xeap_session *s, const struct xeap_chunk *c);
/* Make s->work, as the writer left it, the last response; the one before is given back. */
void xeap_session_keep_work(struct xeap_session *s, const struct xeap_chunk *c);
/* Give s->work back unused. */
void xeap_session_drop_work(struct xeap_session *s);
/* Have the last response in a frame that can be sent. 0 or -ENOBUFS. */
int xeap_session_restore_last(struct xeap_session *s);
/* The last response is fetched: nobody else gets its frame before it was sent. */
void xeap_session_hand_out_last(struct xeap_session *s);
/* Give all frames back. */
void xeap_session_drop_frames(struct xeap_session *s);
/* Become the owner that frames are asked back from. */
void xeap_session_own_frames(struct xeap_session *s);

/*
 * refusal.c. Return `code`, with an error object when one is wanted. `why` NULL means the code's
 * own text.
 */
uint32_t xeap_refuse(struct xeap_error **ret_error, uint32_t code, const char *why);
/*
 * The same for what a session's method or authenticator did: method type and reason are filled
 * from the peer.
 */
uint32_t xeap_refuse_peer(struct xeap_error **ret_error, uint32_t code,
			  const struct xeap_peer *peer);

#endif
