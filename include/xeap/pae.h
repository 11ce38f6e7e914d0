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
 * The supplicant side of IEEE 802.1X: the Supplicant PAE and backend machines (IEEE 802.1X-2004 §8.2.11, §8.2.12) with
 * deadlines in place of ticks. It does no I/O and reads no clock: frames and the time are passed in, frames go out
 * through ops. One thread at a time per machine. EAP is run by an engine behind ops, EAPHost-shaped.
 */

/** Supplicant PAE state, IEEE 802.1X-2004 figure 8-17. */
enum xeap_pae_state {
	XEAP_PAE_LOGOFF,
	XEAP_PAE_DISCONNECTED,
	XEAP_PAE_CONNECTING,
	XEAP_PAE_AUTHENTICATING,
	XEAP_PAE_AUTHENTICATED,
	XEAP_PAE_HELD,
	XEAP_PAE_RESTART,
	XEAP_PAE_STATE_MAX
};

/** Timers and counts, IEEE 802.1X-2004 §8.2.11.1 and §8.2.12.1. Times in microseconds. */
struct xeap_pae_config {
	size_t size;		/**< sizeof(struct xeap_pae_config) */
	xeap_time start_period; /**< startPeriod, default 30 s; EAPOL-Start repeats */
	uint32_t max_start;	/**< maxStart, default 3 */
	xeap_time held_period;	/**< heldPeriod, default 60 s after a failure */
	xeap_time auth_period;	/**< authPeriod, default 30 s without a request */
	uint8_t eapol_version; /**< 1 to 3, default 2; frames of any version are accepted (§11.3.1) */
	bool send_start;       /**< default true: ask for authentication when the port comes up */
	uint8_t vlan_tags;     /**< 0 to 2 tags on frames sent */
	uint16_t vlan_tpid[2]; /**< host order, outermost first */
	uint16_t vlan_tci[2];  /**< host order */
};

/** The EAP engine that a machine drives. Each function gets the `engine` pointer. */
struct xeap_pae_engine_ops {
	/** End the running conversation, if any, and begin a new one. Returns 0 or -ENOMEM, tried again by the machine. */
	int (*restart)(void *engine);
	/** Feed one EAP packet; see xeap_session_process_received_packet(). Returns 0 or a negative errno. */
	int (*process)(void *engine, struct xeap_span eap, enum xeap_action *ret_action);
	/** After XEAP_ACTION_SEND: the frame of the response; it stays the engine's. Returns 0 or a negative errno. */
	int (*get_send_frame)(void *engine, struct xeap_frame **ret_frame);
	/** The verdict. Returns 0 or a negative errno. */
	int (*get_result)(void *engine, enum xeap_result_reason reason, bool *ret_success);
	/** End the running conversation, if any. */
	void (*end)(void *engine);
};

/** The port that a machine lives on. Each function gets the `port` pointer. */
struct xeap_pae_port_ops {
	/** A frame for EAPOL-Start and EAPOL-Logoff, or NULL. The machine gives it back right after transmit. */
	struct xeap_frame *(*lend)(void *port);
	/** Queue a frame. 0, -EALREADY (it is in the TX ring already: as good as sent), or a negative errno. */
	int (*transmit)(void *port, struct xeap_frame *frame);
	/** Told of every state change, after it. May be NULL. Must not free the machine. */
	void (*state_changed)(void *port, enum xeap_pae_state from, enum xeap_pae_state to,
			      xeap_time now);
};

/** Counters under their names in IEEE8021-PAE-MIB, dot1xSuppStatsTable, and what it lacks. */
struct xeap_pae_stats {
	uint64_t eapol_frames_rx;
	uint64_t eapol_frames_tx;
	uint64_t eapol_start_frames_tx;
	uint64_t eapol_logoff_frames_tx;
	uint64_t eapol_resp_id_frames_tx;
	uint64_t eapol_resp_frames_tx;
	uint64_t eapol_req_id_frames_rx;
	uint64_t eapol_req_frames_rx;
	uint64_t invalid_eapol_frames_rx;
	uint64_t eap_length_error_frames_rx;
	uint64_t
		other_frames_rx; /**< EAPOL types that are not the supplicant's: Start, Logoff, Key, MKA … */
	uint64_t
		retransmitted; /**< responses sent again for a duplicate request, and repeated EAPOL-Starts */
	uint64_t transmit_failed; /**< frames the port would not take */
	uint8_t last_version_rx;
	uint8_t last_source[6];
};

struct xeap_pae;

/**
 * Fill a configuration with the standard's defaults.
 * @ret_config: filled, size included
 */
void xeap_pae_config_defaults(struct xeap_pae_config *ret_config);

/**
 * Make a machine, in state LOGOFF with the link down.
 * @config: copied; NULL for the defaults
 * @mac: the supplicant's address, 6 bytes, copied
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
 * portEnabled: the link came up or went down. Up starts the authentication.
 * @pae: the machine
 * @up: the link's state; saying the same again changes nothing
 * @now: the time
 */
void xeap_pae_set_link(struct xeap_pae *pae, bool up, xeap_time now);

/**
 * userLogoff: leave with EAPOL-Logoff (sent if the port was authenticated or authenticating), or log on again.
 * @pae: the machine
 * @logoff: true to leave
 * @now: the time
 */
void xeap_pae_set_logoff(struct xeap_pae *pae, bool logoff, xeap_time now);

/**
 * Take one received Ethernet frame, tags included. Anything that is not an acceptable EAPOL frame is counted and
 * dropped; bytes after the EAPOL body are padding.
 * @pae: the machine
 * @frame: destination address first; the caller's, not kept
 * @now: the time
 */
void xeap_pae_receive(struct xeap_pae *pae, struct xeap_span frame, xeap_time now);

/**
 * Run what is due.
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

#ifdef __cplusplus
}
#endif
#endif
