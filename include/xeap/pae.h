/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PAE_H
#define XEAP_PAE_H

#include <stdbool.h>
#include <stdint.h>
#include <xeap/frame.h>
#include <xeap/host.h>
#include <xeap/span.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The supplicant side of IEEE 802.1X: the Supplicant PAE and backend machines (IEEE 802.1X-2004
 * §8.2.11, §8.2.12) with deadlines in place of ticks. It does no I/O, reads no clock and allocates
 * nothing after xeap_pae_new(): frames and the time are passed in, frames go out through ops.
 * One thread at a time per machine. EAP is run by an engine behind ops, EAPHost-shaped.
 */

/** Supplicant PAE state, IEEE 802.1X-2004 figure 8-17. */
enum xeap_pae_state {
	XEAP_PAE_LOGOFF,	 /**< link up, the user is logged off; requests are not answered */
	XEAP_PAE_DISCONNECTED,	 /**< link down */
	XEAP_PAE_CONNECTING,	 /**< asking for an authenticator */
	XEAP_PAE_AUTHENTICATING, /**< an EAP conversation is running */
	XEAP_PAE_AUTHENTICATED,	 /**< the last conversation ended with success */
	XEAP_PAE_HELD,		 /**< it failed, or nobody answered: quiet for heldPeriod */
	XEAP_PAE_RESTART,	 /**< a conversation is to begin, the engine is not ready yet */
	XEAP_PAE_STATE_MAX
};

/**
 * Why a machine is not authenticated, or was not the last time; see xeap_pae_get_reason().
 */
enum xeap_pae_reason {
	XEAP_PAE_REASON_NONE, /**< nothing went wrong since the link came up, or since success */
	XEAP_PAE_REASON_LINK_DOWN,  /**< there is no link */
	XEAP_PAE_REASON_LOGOFF,	    /**< the user logged off */
	XEAP_PAE_REASON_NO_ANSWER,  /**< maxStart periods of CONNECTING without an authenticator */
	XEAP_PAE_REASON_SILENT,	    /**< the authenticator fell silent within a conversation */
	XEAP_PAE_REASON_FAILURE,    /**< the conversation failed: the engine knows why */
	XEAP_PAE_REASON_REFUSED,    /**< EAP-Failure before a conversation had begun */
	XEAP_PAE_REASON_WITHDRAWN,  /**< EAP-Failure after success */
	XEAP_PAE_REASON_NO_ENGINE,  /**< the engine could not begin a conversation for authPeriod */
	XEAP_PAE_REASON_UNANSWERED, /**< the engine asked, and was not answered for ui_period */
	XEAP_PAE_REASON_MAX
};

/** Timers and counts, IEEE 802.1X-2004 §8.2.11.1 and §8.2.12.1. Times in microseconds. */
struct xeap_pae_config {
	size_t size;		/**< sizeof(struct xeap_pae_config) */
	xeap_time start_period; /**< startPeriod, default 30 s; EAPOL-Start repeats */
	uint32_t max_start;	/**< maxStart, default 3; 1 to 65535 */
	xeap_time held_period;	/**< heldPeriod, default 60 s after a failure */
	xeap_time auth_period;	/**< authPeriod, default 30 s without a request */
	xeap_time ui_period;	/**< time a person or program has to answer, default 120 s */
	uint8_t eapol_version;	/**< 1 to 3, default 2; frames of any version from 1 on are taken */
	bool send_start;	/**< default true: ask for authentication when the port comes up */
	uint8_t vlan_tags;	/**< 0 to 2 tags on EAPOL-Start and EAPOL-Logoff */
	uint16_t vlan_tpid[2];	/**< host order, outermost first; 0x8100 or 0x88a8 */
	uint16_t vlan_tci[2];	/**< host order */
	/**
	 * default false: the engine runs ERP (RFC 6696), EAP-Initiate asks for authentication as a
	 * Request does, and EAP-Finish may end it
	 */
	bool erp;
};

/** Periods are accepted from here on, in microseconds: an authenticator needs some time, too. */
#define XEAP_PAE_PERIOD_MIN XEAP_MS(1)
/** Longest period accepted, that of IEEE8021-PAE-MIB. */
#define XEAP_PAE_PERIOD_MAX XEAP_S(65535)

/**
 * The EAP engine that a machine drives. Each function gets the `engine` pointer and must not call
 * the machine.
 */
struct xeap_pae_engine_ops {
	/**
	 * End the running conversation, if any, and begin a new one. Returns 0, or a negative errno
	 * (-ENOMEM): the machine tries again every 100 ms and with every request, for authPeriod.
	 */
	int (*restart)(void *engine);

	/**
	 * Feed one EAP packet, a Request, Success or Failure of sound lengths, or with ERP an
	 * Initiate or Finish; see
	 * xeap_session_process_received_packet(). With INVOKE_UI or RESPOND the conversation waits,
	 * ui_period in place of authPeriod, for xeap_pae_resume(); a request for which the engine
	 * then says NONE (it is the same again) or DISCARD changes nothing, any other action ends
	 * the wait.
	 * Returns 0; -ENOMEM or -ENOBUFS (state unchanged) and -EBADMSG (malformed): the packet is
	 * dropped; another negative errno: the conversation has failed. With *ret_action SEND
	 * there is a last response (an alert) that is sent first, and the authenticator's
	 * EAP-Failure is waited for.
	 */
	int (*process)(void *engine, struct xeap_span eap, enum xeap_action *ret_action);

	/**
	 * After XEAP_ACTION_SEND: the frame of the response, lent or held; it stays the engine's.
	 * The machine writes link headers in front of it and queues it. For a duplicate request it
	 * may be the same frame, queued still. Returns 0 or a negative errno.
	 */
	int (*get_send_frame)(void *engine, struct xeap_frame **ret_frame);

	/**
	 * The verdict; what is to be kept of the conversation (keys, reason) is to be read now, or
	 * when state_changed is told: end() follows. Returns 0 or a negative errno (a failure).
	 */
	int (*get_result)(void *engine, enum xeap_result_reason reason, bool *ret_success);

	/** End the running conversation, if any: after each result, at link down and logoff. */
	void (*end)(void *engine);
};

/**
 * The port that a machine lives on. Each function gets the `port` pointer and must not call the
 * machine, but for the functions that read it.
 */
struct xeap_pae_port_ops {
	/** A frame for EAPOL-Start and EAPOL-Logoff, or NULL. Given back right after transmit. */
	struct xeap_frame *(*lend)(void *port);

	/**
	 * Queue a frame, link headers written. Returns 0, -EALREADY (it is in the TX ring already:
	 * as good as sent), or a negative errno.
	 */
	int (*transmit)(void *port, struct xeap_frame *frame);

	/** Told of every state change, after it. May be NULL. */
	void (*state_changed)(void *port, enum xeap_pae_state from, enum xeap_pae_state to,
			      xeap_time now);
};

/** Counters under their names in IEEE8021-PAE-MIB, dot1xSuppStatsTable, and what it lacks. */
struct xeap_pae_stats {
	uint64_t eapol_frames_rx;	 /**< valid EAPOL frames for this supplicant, of any type */
	uint64_t eapol_frames_tx;	 /**< all that the port took */
	uint64_t eapol_start_frames_tx;	 /**< EAPOL-Start among them */
	uint64_t eapol_logoff_frames_tx; /**< EAPOL-Logoff among them */
	uint64_t eapol_resp_id_frames_tx;    /**< EAP Response/Identity among them */
	uint64_t eapol_resp_frames_tx;	     /**< other EAP Responses among them */
	uint64_t eapol_req_id_frames_rx;     /**< EAP Request/Identity */
	uint64_t eapol_req_frames_rx;	     /**< other EAP Requests */
	uint64_t invalid_eapol_frames_rx;    /**< version 0, or a type or EAP Code nobody knows */
	uint64_t eap_length_error_frames_rx; /**< cut short, or a Length that cannot be */
	uint64_t other_frames_rx;   /**< not the supplicant's: Start, Key, MKA, EAP Responses … */
	uint64_t ignored_frames_rx; /**< not EAPOL, not addressed to us, or our own come back */
	uint64_t retransmitted;	    /**< responses to duplicate requests, and repeated Starts */
	uint64_t transmit_failed;   /**< frames the port would not take, or had none for */
	uint8_t last_version_rx;    /**< EAPOL version of the last frame in eapol_frames_rx */
	uint8_t last_source[6];	    /**< and its source address */
};

struct xeap_pae;

/**
 * Fill a configuration with the standard's defaults.
 * @ret_config: filled, size included
 */
void xeap_pae_config_defaults(struct xeap_pae_config *ret_config);

/**
 * Make a machine, in state DISCONNECTED: the link is down, the user logged on.
 * @config: copied; NULL for the defaults
 * @mac: the supplicant's address, 6 bytes, unicast, copied
 * @engine_ops: outlives the machine
 * @engine: passed to engine_ops
 * @port_ops: outlives the machine
 * @port: passed to port_ops
 * @ret_pae: the machine, the caller's to free with xeap_pae_free(); untouched on failure
 * Returns 0, -EINVAL (a value out of range), -ENOMEM.
 */
int xeap_pae_new(const struct xeap_pae_config *config, const uint8_t *mac,
		 const struct xeap_pae_engine_ops *engine_ops, void *engine,
		 const struct xeap_pae_port_ops *port_ops, void *port, struct xeap_pae **ret_pae);

/**
 * End the conversation and free the machine; sends nothing.
 * @pae: NULL is accepted
 * Returns NULL.
 */
struct xeap_pae *xeap_pae_free(struct xeap_pae *pae);

/**
 * portEnabled: the link came up or went down. Up asks for authentication; down ends it.
 * @pae: the machine
 * @up: the link's state; saying the same again changes nothing
 * @now: the time
 */
void xeap_pae_set_link(struct xeap_pae *pae, bool up, xeap_time now);

/**
 * userLogoff: leave, or log on again. Leaving sends EAPOL-Logoff from whatever state the machine
 * is in while the link is up; with the link down it is sent when the link comes up (IEEE
 * 802.1X-2004 figure 8-17).
 * @pae: the machine
 * @logoff: true to leave, false to log on; saying the same again changes nothing
 * @now: the time
 */
void xeap_pae_set_logoff(struct xeap_pae *pae, bool logoff, xeap_time now);

/**
 * Take one received Ethernet frame, tags included, addressed to the supplicant or to a PAE group
 * address. Anything that is not an acceptable EAPOL frame is counted and dropped; bytes after the
 * EAPOL body are padding. Responses go to the PAE group address with the VLAN tags of the request.
 * @pae: the machine
 * @frame: destination address first; the caller's, not kept
 * @now: the time
 */
void xeap_pae_receive(struct xeap_pae *pae, struct xeap_span frame, xeap_time now);

/** Whom a frame is for, where several machines live on one netdev. */
struct xeap_pae_address {
	uint8_t dst[6];
	bool group;	 /**< dst is a group address: whom it answers has to be found out */
	uint8_t vlans;	 /**< 0 to 2; priority tags (VID 0) do not count */
	uint16_t vid[2]; /**< VLAN identifiers, outermost first */
	uint8_t code;	 /**< EAP Code; 0: no EAP packet, or a malformed one */
	uint8_t id;	 /**< EAP Identifier */
	bool identity;	 /**< it is an EAP Request/Identity */
};

/**
 * Read whom a received Ethernet frame is for (IEEE 802.1X-2020 §11.1.1, IEEE 802.1Q-2018 §9.6).
 * @frame: destination address first, tags included
 * @ret_address: untouched on failure
 * Returns 0; -EPROTONOSUPPORT (not EAPOL), -EBADMSG (cut short), -EPROTO (version 0).
 */
int xeap_pae_read_address(struct xeap_span frame, struct xeap_pae_address *ret_address);

/**
 * Identifier of the response that an authenticator's next EAP packet answers (RFC 3748 §4.1).
 * @pae: the machine
 * Returns 0 to 255, or -1 while no conversation runs or nothing was sent in it.
 */
int xeap_pae_outstanding(const struct xeap_pae *pae);

/**
 * Go on after an interaction or attributes: what xeap_session_set_ui_context() or
 * xeap_session_set_response_attributes() made the engine answer. Without one that is open (the
 * conversation has ended, or the authenticator went on) nothing happens.
 * @pae: the machine
 * @action: as a packet's; INVOKE_UI and RESPOND open the next one
 * @now: the time
 */
void xeap_pae_resume(struct xeap_pae *pae, enum xeap_action action, xeap_time now);

/**
 * Run what is due. Afterwards the deadline lies after `now`.
 * @pae: the machine
 * @now: the time
 */
void xeap_pae_tick(struct xeap_pae *pae, xeap_time now);

/**
 * When xeap_pae_tick() is next to be called.
 * @pae: the machine
 * Returns the time, XEAP_NEVER when nothing is pending. Ask again after every call on the machine.
 */
xeap_time xeap_pae_deadline(const struct xeap_pae *pae);

/**
 * State of the machine.
 * @pae: the machine
 * Returns the state.
 */
enum xeap_pae_state xeap_pae_get_state(const struct xeap_pae *pae);

/**
 * suppPortStatus: whether the port is authorised. It stays so while the authenticator asks again.
 * @pae: the machine
 * Returns true from success on until failure, silence within a method, logoff or link down.
 */
bool xeap_pae_is_authorized(const struct xeap_pae *pae);

/**
 * Why the machine is not authenticated, or was not the last time.
 * @pae: the machine
 * Returns the last reason; XEAP_PAE_REASON_NONE after success, and while the first attempt runs.
 */
enum xeap_pae_reason xeap_pae_get_reason(const struct xeap_pae *pae);

/**
 * Read the counters.
 * @pae: the machine
 * @ret_stats: filled
 */
void xeap_pae_get_stats(const struct xeap_pae *pae, struct xeap_pae_stats *ret_stats);

/**
 * Name of a state, for people.
 * @state: the state
 * Returns a constant string, "?" out of range.
 */
const char *xeap_pae_state_name(enum xeap_pae_state state);

/**
 * One line about a reason, for people.
 * @reason: the reason
 * Returns a constant string, "?" out of range.
 */
const char *xeap_pae_reason_name(enum xeap_pae_reason reason);

#ifdef __cplusplus
}
#endif
#endif
