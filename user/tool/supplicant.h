/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_SUPPLICANT_H
#define XEAP_TOOL_SUPPLICANT_H

#include <xeap/host.h>
#include <xeap/link.h>
#include <xeap/pae.h>
#include <xeap/port.h>

#include "base/timers.h"
#include "tool/credentials.h"
#include "tool/prompt.h"
#include "tool/run_options.h"

enum outcome {
	OUTCOME_PENDING,
	OUTCOME_AUTHENTICATED,
	OUTCOME_FAILED,
	OUTCOME_MAX
};

struct report;

/* What one thread owns: everything below is touched by that thread only. */
struct worker {
	const struct run_options *options;
	struct report *report;
	struct prompts *prompts;
	struct xeap_host *host;
	struct xeap_rings *rings;
	struct xeap_timers timers;
	xeap_time now; /* read once a turn of the loop and once a received frame */
};

/*
 * What is told of a supplicant: kept here because the session and the port go before the report
 * is written.
 */
struct supplicant_facts {
	enum outcome outcome;
	char method[16], tls_version[8], driver[32], mode[16], ring[8];
	char reason[XEAP_DIAG_TEXT]; /* of the last failure */
	xeap_time elapsed;	     /* of the last attempt that came to a result */
	uint64_t frames_rx, frames_tx, tx_copied, retransmitted;
	bool resumed; /* an earlier TLS session */
};

/* One supplicant on one port: where rings, 802.1X machine and EAP session meet. */
struct supplicant {
	struct worker *worker;
	const struct credentials *credentials;
	size_t network; /* which of the profiles is being tried */
	int ifindex;
	char ifname[16];
	uint8_t mac[6]; /* that the 802.1X machine sends from */
	bool running;	/* the link, as last told */
	bool gone;	/* the netdev was removed */

	struct xeap_port
		*port; /* NULL while it cannot be joined; tried again when the timer is due */
	struct xeap_pae *pae;
	struct xeap_timer timer;
	xeap_session_id session;

	xeap_time began;	  /* of the attempt that is under way; 0: none */
	bool verdict;		  /* the running conversation has come to a result */
	bool start_over;	  /* the attempt failed, and there is another to be made at once */
	char why[XEAP_DIAG_TEXT]; /* what went wrong in the running conversation */
	struct question question;
	bool asks;		    /* the session has a question that was not put yet */
	bool ask_again;		    /* the password was refused: ask for another */
	bool refused;		    /* by the last result */
	struct xeap_profile *typed; /* with what was typed and accepted, for the logins to come */
	size_t typed_network;	    /* the block that it stands for */
	struct xeap_resumption *resumption; /* what the next login can resume from */
	unsigned int answers;		    /* typed since the last time of being held */
	struct supplicant_facts facts;
	struct supplicant_facts earlier; /* frames counted by machines and ports that are no more */
};

/*
 * Make one for a netdev and join its port; a port that cannot be joined is reported and tried
 * again later. NULL: no memory.
 */
struct supplicant *supplicant_new(struct worker *w, const struct xeap_link *link,
				  const struct credentials *credentials);
struct supplicant *supplicant_free(struct supplicant *s);
/*
 * End the conversation and forget the port without closing it: the set of rings closes all of its
 * ports at once.
 */
void supplicant_detach(struct supplicant *s);
/* The netdev is no more, or no longer ours. */
void supplicant_removed(struct supplicant *s, const char *reason);

void supplicant_link_changed(struct supplicant *s, const struct xeap_link *link);
void supplicant_renamed(struct supplicant *s, const struct xeap_link *link);
void supplicant_receive(struct supplicant *s, struct xeap_span frame);
void supplicant_due(struct supplicant *s);
const char *supplicant_name(const struct supplicant *s);
/* What its question was answered with; an empty answer cancels. */
void supplicant_answer(struct supplicant *s, struct xeap_span answer);
/* EAPOL-Logoff where it is due. */
void supplicant_logoff(struct supplicant *s);
/* Bring facts up to date with the counters. */
void supplicant_count(struct supplicant *s);
/* Settle the outcome of one that has none. */
void supplicant_give_up(struct supplicant *s, const char *reason);

#endif
