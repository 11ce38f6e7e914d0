/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PAE_PAE_H
#define XEAP_PAE_PAE_H

#include <xeap/pae.h>
#include <wire/eap.h>
#include <wire/eapol.h>

/* What failed for want of memory or of room in a ring is tried again after this. */
#define XEAP_PAE_RETRY XEAP_MS(100)

/*
 * Identity polls that may share a conversation: so many, of the engine's 1,024 rounds, after the
 * one that began it, and so long after that.
 */
#define XEAP_PAE_POLLS 64
#define XEAP_PAE_POLL_SPELL XEAP_S(1)

/* What can happen to a machine. */
enum xeap_pae_event {
	XEAP_PAE_LINK_UP,
	XEAP_PAE_LINK_DOWN,
	XEAP_PAE_USER_LOGOFF,
	XEAP_PAE_USER_LOGON,
	XEAP_PAE_DUE,	  /* the deadline has come */
	XEAP_PAE_REQUEST, /* an EAP Request */
	XEAP_PAE_SUCCESS, /* an EAP Success */
	XEAP_PAE_FAILURE, /* an EAP Failure */
	XEAP_PAE_ANSWER,  /* a person, or the program, answered what the engine asked */
	XEAP_PAE_EVENT_MAX
};

/* What comes with an event. */
struct xeap_pae_input {
	xeap_time now;
	const struct xeap_eapol *eapol; /* REQUEST, SUCCESS and FAILURE; else NULL */
	const struct xeap_eap *eap;	/* the same */
	enum xeap_action action;	/* ANSWER */
	bool begun_again; /* the engine asked for START_AUTHENTICATION with this packet before */
};

struct xeap_pae {
	struct xeap_pae_config config;
	uint8_t mac[6];
	struct xeap_eapol header; /* of what is sent: EAP in EAPOL, with the configured tags */
	const struct xeap_pae_engine_ops *engine_ops;
	void *engine;
	const struct xeap_pae_port_ops *port_ops;
	void *port;

	enum xeap_pae_state state;
	enum xeap_pae_reason reason;
	bool port_enabled; /* portEnabled */
	bool user_logoff;  /* userLogoff */
	bool authorized;   /* suppPortStatus */

	xeap_time expiry; /* when startWhen, authWhile or heldWhile is over: the state says which */
	xeap_time deadline;   /* expiry, or earlier to try something again */
	uint32_t start_count; /* startCount */

	bool conversation;	 /* the engine has one that was not ended */
	xeap_time begun;	 /* when it began */
	uint32_t polls;		 /* Identity polls that share it with the one that began it */
	bool method_began;	 /* it went beyond Identity */
	bool asking;		 /* the engine waits for xeap_pae_resume() */
	struct xeap_eapol asked; /* headers of the request that it is about */
	int last_request;	 /* Identifier of the last request the engine took; -1: none */
	int last_response;	 /* Identifier of the last response sent; -1: none */

	struct xeap_pae_stats stats;
};

/* Let something happen. */
void xeap_pae_happen(struct xeap_pae *p, enum xeap_pae_event event, struct xeap_pae_input *in);

/* Send EAPOL-Start or EAPOL-Logoff. 0 or a negative errno; counted either way. */
int xeap_pae_send_empty(struct xeap_pae *p, enum xeap_eapol_type type);

/* Send the engine's response to a request that came in `request`. Counted either way. */
void xeap_pae_send_response(struct xeap_pae *p, const struct xeap_eapol *request);

#endif
