/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_SUPPLICANT_H
#define XEAP_TOOL_SUPPLICANT_H

#include <xeap/host.h>
#include <xeap/pae.h>

#include "base/list.h"
#include "base/map.h"
#include "base/timers.h"

struct lan;
struct netport;
struct question;

enum outcome {
	OUTCOME_PENDING,
	OUTCOME_AUTHENTICATED,
	OUTCOME_FAILED,
	OUTCOME_MAX
};

#define SUPPLICANT_NAME 64

/*
 * One supplicant: where the 802.1X machine and the EAP session meet. There may be very many, so
 * that what most of them do not need is allocated when it is.
 */
struct supplicant {
	/* What every frame looks at, first and together. */
	struct xeap_map_entry entry; /* in the netport's supplicants, by address */
	struct netport *netport;
	struct lan *lan;
	struct xeap_pae *pae; /* NULL while the port is not joined */
	xeap_session_id session;
	struct xeap_timer timer;

	struct xeap_node line;	    /* in one of the LAN's lists */
	struct question *question;  /* that was put to somebody */
	struct xeap_profile *typed; /* with what was typed and accepted, for the logins to come */
	struct xeap_resumption *resumption; /* what the next login can resume from */
	uint16_t typed_network;		    /* the block that it stands for */
	uint16_t network;		    /* which of the profiles is being tried */
	uint8_t mac[6];
	uint8_t answers; /* typed since the last time of being held */
	enum outcome outcome;
	bool own_mac;	 /* mac is its own, not the netdev's */
	bool is_running; /* on the LAN's running list */
	bool is_waiting; /* on the LAN's waiting list */
	bool verdict;	 /* the running conversation has come to a result */
	bool start_over; /* the attempt failed, and there is another to be made at once */
	bool asks;	 /* the session has a question that was not put yet */
	bool ask_again;	 /* the password was refused: ask for another */
	bool refused;	 /* by the last result */
	bool authorized; /* as its gate was told */
	bool resumed;	 /* an earlier session, so says the last result */
	uint64_t kept;	 /* when, what is in resumption; for its ticket in a file */
	xeap_time began; /* of the attempt that is under way; 0: none */
	char *why;	 /* what went wrong in the running conversation, or NULL */

	/* What is told of it, also when session and port are gone. */
	char method[16], tls_version[8];
	char *reason;	   /* of the last failure, or NULL */
	xeap_time elapsed; /* of the last attempt that came to a result */
	uint64_t frames_rx, frames_tx, retransmitted;		/* of all machines it has had */
	uint64_t earlier_rx, earlier_tx, earlier_retransmitted; /* of those that are no more */
};

/* One that is part of `n`, zeroed; its address is set by the caller. */
void supplicant_init(struct supplicant *s, struct netport *n);
/* End the conversation and let go of all it has. */
void supplicant_done(struct supplicant *s);

/* The port was joined, or the address changed: make the machine, its link down. 0 or -ENOMEM. */
int supplicant_join(struct supplicant *s);
/* The port is about to be left, or the address to change. */
void supplicant_leave(struct supplicant *s);
/* The port could not be joined. */
void supplicant_refuse(struct supplicant *s, const char *why);

/* portEnabled, IEEE 802.1X-2004 §8.2.2. */
void supplicant_link(struct supplicant *s, bool up);
/* It is its turn: ask for an authenticator. */
void supplicant_begin(struct supplicant *s);
void supplicant_receive(struct supplicant *s, struct xeap_span frame);
void supplicant_due(struct supplicant *s);
/* What its question was answered with; an empty answer cancels. */
void supplicant_answer(struct supplicant *s, struct xeap_span answer);
/* EAPOL-Logoff where it is due. */
void supplicant_logoff(struct supplicant *s);
/* Bring what is told up to date with the counters. */
void supplicant_count(struct supplicant *s);
/* Settle the outcome of one that has none. */
void supplicant_give_up(struct supplicant *s, const char *reason);

/* For people: the netdev, and VLAN and address where it has several supplicants. Returns buf. */
const char *supplicant_name(const struct supplicant *s, char buf[SUPPLICANT_NAME]);

#endif
