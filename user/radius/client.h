/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_RADIUS_CLIENT_H
#define XEAP_RADIUS_CLIENT_H

#include <xeap/host.h>

#include "base/timers.h"
#include "radius/keys.h"

/*
 * Logins of EAP peers at a RADIUS server, RFC 3579: the authenticator's side of RADIUS with the
 * peer in it, without I/O and clock. Packets go out through an operation, come in as bytes, and
 * time is an argument.
 *
 *	begin ──► Access-Request ──► Access-Challenge ──► Access-Request ──► … ──► Accept, Reject
 *	            │  ▲ again when nothing comes (RFC 5080 §2.2.1)
 *	            └──┘
 *
 * A flow is what identifiers are counted in: a UDP socket or a connection. A login has one request
 * under way at a time, and its memory is in the struct that its owner keeps, so that many cost as
 * much as so many structs. One thread at a time.
 */

#define XEAP_RADIUS_FLOW_LOGINS 256 /* identifiers of a flow: so many logins share it at most */
#define XEAP_RADIUS_MTU_DEFAULT 1400
#define XEAP_RADIUS_MTU_MAX 2048    /* so that other attributes have room beside EAP-Message */
#define XEAP_RADIUS_COMMON_MAX 1024 /* bytes of attributes that all requests carry */

struct xeap_radius_client;
struct xeap_radius_login;

struct xeap_radius_ops {
	/*
	 * Send one packet on login->flow; it is not kept. 0 or a negative errno: the packet counts
	 * as lost, and the error is named when no answer comes at all.
	 */
	int (*send)(void *ctx, struct xeap_radius_login *login, struct xeap_span packet);
	/*
	 * A login came to its end; its result is there. It may be begun again when the call of the
	 * client during which this happened has returned.
	 */
	void (*ended)(void *ctx, struct xeap_radius_login *login);
	/* A genuine Access-Challenge came. May be NULL. */
	void (*challenged)(void *ctx, struct xeap_radius_login *login, xeap_time now);
	/*
	 * An EAP response is about to be put into a request; it may be changed in place. `last`:
	 * the method has nothing to say after it. False: it is not sent, and the login was ended
	 * with xeap_radius_login_stop(). May be NULL.
	 */
	bool (*responds)(void *ctx, struct xeap_radius_login *login, uint8_t *eap, size_t len,
			 bool last, xeap_time now);
};

struct xeap_radius_options {
	struct xeap_host *host;	       /* of the sessions; outlives the client */
	struct xeap_radius_keys *keys; /* outlives the client */
	const struct xeap_radius_ops *ops;
	void *ctx;
	/*
	 * Attributes of all requests, as they are sent, at most XEAP_RADIUS_COMMON_MAX; copied.
	 * With a User-Name or a Calling-Station-Id among them no other is sent.
	 */
	struct xeap_span attributes;
	const char *server;	/* for messages; outlives the client */
	uint32_t framed_mtu;	/* most bytes of one EAP packet, 64 to XEAP_RADIUS_MTU_MAX */
	xeap_time timeout;	/* of one login */
	uint32_t flows, logins; /* most of each */
	uint64_t seed;		/* of the jitter of retransmissions */
	bool reliable; /* a stream: nothing is sent twice (RFC 6614 §2.5, RFC 6613 §2.6.1) */
	bool no_keys;  /* MPPE keys need not come */
	bool wants_key_name; /* ask for EAP-Key-Name */
};

/* 0, -EINVAL for a number out of range, -ENOMEM. */
int xeap_radius_client_new(const struct xeap_radius_options *options,
			   struct xeap_radius_client **ret_client);
/* No login is under way. NULL is accepted. */
struct xeap_radius_client *xeap_radius_client_free(struct xeap_radius_client *client);

struct xeap_radius_counters {
	uint64_t sent, retransmitted, received;
	uint64_t malformed; /* no RADIUS response, or lengths are not sound */
	uint64_t stray;	    /* nobody waits for that identifier */
	uint64_t refused[XEAP_RADIUS_VERDICT_MAX]; /* by verdict; that of GENUINE stays 0 */
};
const struct xeap_radius_counters *xeap_radius_client_counters(const struct xeap_radius_client *c);

enum xeap_radius_mppe {
	XEAP_RADIUS_MPPE_NONE,	   /* none came */
	XEAP_RADIUS_MPPE_EQUAL,	   /* they are the method's MSK */
	XEAP_RADIUS_MPPE_MISMATCH, /* they are not, or there is no MSK */
	XEAP_RADIUS_MPPE_MAX
};
/* "none", "equal", "mismatch" */
const char *xeap_radius_mppe_name(enum xeap_radius_mppe mppe);

struct xeap_radius_result {
	bool success;
	bool accepted, rejected; /* an Access-Accept or -Reject came */
	bool timed_out;		 /* nothing genuine came in time */
	struct xeap_diag why;	 /* of a failure */
	char method[24];	 /* "" when none ran */
	char tls_version[8];	 /* "" without TLS */
	bool resumed;
	uint32_t round_trips; /* Access-Requests with an answer */
	enum xeap_radius_mppe mppe;
	enum xeap_radius_mppe key_name;		 /* EAP-Key-Name beside the method's Session-Id */
	char message[XEAP_RADIUS_VALUE_MAX + 1]; /* Reply-Message, printable; "" when none */
	uint32_t session_timeout;		 /* of the Access-Accept, seconds; 0: none */
	uint32_t challenge_timeout;		 /* of the last Access-Challenge */
	xeap_time elapsed;
};

/* One EAP peer, zeroed before its first login. All but `result` and `owner` is the client's. */
struct xeap_radius_login {
	void *owner;
	struct xeap_radius_result result;

	struct xeap_radius_client *client;
	struct xeap_timer timer;
	bool running, waiting; /* waiting: for an answer with this identifier */
	uint8_t id;
	uint32_t flow;
	xeap_session_id session;
	xeap_time began, interval, resend, give_up;
	unsigned int tries; /* of this request */
	int error;	    /* of sending it, a negative errno */
	uint64_t refused[XEAP_RADIUS_VERDICT_MAX];
	size_t user_name_len, station_len, state_len, packet_len;
	bool has_state;
	uint8_t user_name[XEAP_RADIUS_VALUE_MAX];
	uint8_t station[XEAP_RADIUS_VALUE_MAX]; /* Calling-Station-Id */
	uint8_t state[XEAP_RADIUS_VALUE_MAX];
	uint8_t packet[XEAP_RADIUS_MAX]; /* as it was sent */
};

struct xeap_radius_begin {
	struct xeap_profile *profile;
	struct xeap_resumption *resumption; /* or NULL */
	uint32_t flags;		  /* XEAP_FLAG_…; nobody is asked anything in any case */
	uint32_t flow;		  /* below options.flows */
	struct xeap_span station; /* Calling-Station-Id; len 0: none is sent */
};

/*
 * Begin a login. What can go wrong goes to its result through `ended`, before this returns if need
 * be. Returns 0, or -EINVAL: it is under way already, or a number is out of range.
 */
int xeap_radius_login_begin(struct xeap_radius_client *client, struct xeap_radius_login *login,
			    const struct xeap_radius_begin *begin, xeap_time now);
/* End one that is under way, for a reason of the caller's. */
void xeap_radius_login_stop(struct xeap_radius_login *login, const char *why, xeap_time now);

/* Bytes that came on a flow: one packet. */
void xeap_radius_client_receive(struct xeap_radius_client *client, uint32_t flow,
				struct xeap_span bytes, xeap_time now);
/* The kernel told of an error on a flow, such as -ECONNREFUSED. Nothing is given up for it. */
void xeap_radius_client_error(struct xeap_radius_client *client, uint32_t flow, int error);
/* A flow is no more: its logins fail, for the reason given. */
void xeap_radius_client_lost(struct xeap_radius_client *client, uint32_t flow, const char *why,
			     xeap_time now);

xeap_time xeap_radius_client_deadline(const struct xeap_radius_client *client);
void xeap_radius_client_tick(struct xeap_radius_client *client, xeap_time now);

#endif
