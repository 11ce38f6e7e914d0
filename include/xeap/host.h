/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_HOST_H
#define XEAP_HOST_H

#include <stdbool.h>
#include <stdint.h>
#include <xeap/config.h>
#include <xeap/error.h>
#include <xeap/frame.h>
#include <xeap/method.h>
#include <xeap/span.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * EAP peer sessions with the semantics of EAPHost's supplicant API: feed a received EAP packet
 * in, get an action back, on XEAP_ACTION_SEND fetch the packet to transmit.
 *
 *	begin ──► process_received_packet ──► SEND ──► get_send_packet ──► (transmit) ─┐
 *	              ▲      │                                                         │
 *	              │      ├──► NONE, DISCARD: wait                                  │
 *	              │      └──► RESULT ──► get_result ──► end                        │
 *	              └──────────────────── the next packet ───────────────────────────┘
 *
 * One thread at a time per session: a second one is refused with XEAP_E_INVALID_STATE. Different
 * sessions may run in parallel, of one host too. Every function accepts a NULL error argument,
 * and on failure leaves its other outputs zero or NULL. Functions return XEAP_OK or an enum
 * xeap_code / XEAP_E_ number.
 */

struct xeap_host;
struct xeap_profile;

/** Session handle: slot and generation, never 0, never reused for another session. */
typedef uint64_t xeap_session_id;

/** Flags of a session; the numbers are EAPHost's. */
#define XEAP_FLAG_NON_INTERACTIVE 0x2u
#define XEAP_FLAG_LOGON 0x4u
#define XEAP_FLAG_PREVIEW 0x8u
#define XEAP_FLAG_MACHINE_AUTH 0x20u
#define XEAP_FLAG_GUEST_ACCESS 0x40u /**< empty identity */
#define XEAP_FLAG_RESUME_FROM_HIBERNATE 0x200u
#define XEAP_FLAG_FULL_AUTH 0x1000u /**< no TLS session resumption */
#define XEAP_FLAG_PREFER_ALT_CREDENTIALS 0x2000u
#define XEAP_FLAG_SUPPRESS_UI 0x10000u
#define XEAP_FLAG_PRE_LOGON 0x20000u
#define XEAP_FLAG_USER_AUTH 0x40000u
#define XEAP_FLAG_CONFIG_READONLY 0x80000u

/** What the supplicant has to do next; the numbers are EAPHost's. */
enum xeap_action {
	XEAP_ACTION_DISCARD = 0,
	XEAP_ACTION_SEND = 1,
	XEAP_ACTION_RESULT = 2,
	XEAP_ACTION_INVOKE_UI = 3,
	XEAP_ACTION_RESPOND = 4,
	XEAP_ACTION_START_AUTHENTICATION = 5,
	XEAP_ACTION_NONE = 6,
	XEAP_ACTION_MAX
};

enum xeap_auth_status {
	XEAP_AUTH_INVALID_SESSION = 0,
	XEAP_AUTH_NOT_STARTED = 1,
	XEAP_AUTH_IDENTITY_EXCHANGE = 2,
	XEAP_AUTH_NEGOTIATING_TYPE = 3,
	XEAP_AUTH_IN_PROGRESS = 4,
	XEAP_AUTH_SUCCEEDED = 5,
	XEAP_AUTH_FAILED = 6,
	XEAP_AUTH_STATUS_MAX
};

/** Why a result is asked for. */
enum xeap_result_reason {
	XEAP_REASON_ALT_SUCCESS_RECEIVED =
		1, /**< the lower layer says the authentication succeeded (altAccept) */
	XEAP_REASON_TIMEOUT = 2,     /**< the lower layer gave up */
	XEAP_REASON_FROM_METHOD = 3, /**< after XEAP_ACTION_RESULT */
};

/** What get_result() fills; its strings are the session's and valid until the next call on it. */
struct xeap_session_result {
	bool success;
	uint32_t failure_code; /**< 0 on success, else enum xeap_code or XEAP_E_ */
	const char *reason;    /**< one line, "" on success */
	const char *method;    /**< name of the method that ran, "" when none did */
	struct xeap_method_type type;
	struct xeap_method_info info;
	uint32_t round_trips; /**< requests answered */
};

/**
 * Configuration and what its methods loaded from it (keys, trust store, TLS context), shared by
 * any number of sessions in any threads. Counted: sessions hold a reference.
 * @config: a network block; copied, need not outlive the call
 * @ret_profile: the profile, to be given up with xeap_profile_unref(); untouched on failure
 * @ret_diag: on failure one line that names file, key and way out; may be NULL
 * Returns 0, -EINVAL (unknown method, missing key, unreadable certificate, …), -ENOMEM.
 */
int xeap_profile_new(const struct xeap_config *config, struct xeap_profile **ret_profile,
		     struct xeap_diag *ret_diag);

/**
 * Take another reference.
 * @profile: the profile
 * Returns it.
 */
struct xeap_profile *xeap_profile_ref(struct xeap_profile *profile);

/**
 * Give a reference up; the last one wipes and frees.
 * @profile: NULL is accepted
 * Returns NULL.
 */
struct xeap_profile *xeap_profile_unref(struct xeap_profile *profile);

struct xeap_host_options {
	size_t size;	       /**< sizeof(struct xeap_host_options) */
	uint32_t max_sessions; /**< most sessions at a time; 0 means 65536; at most 1048576 */
};

/**
 * Make a host: a table of sessions. A thread that owns its sessions usually owns a host of its own.
 * @options: NULL for the defaults
 * @ret_host: the host, the caller's to free with xeap_host_free(); untouched on failure
 * Returns XEAP_OK, XEAP_E_INVALID_PARAMETER, XEAP_E_OUT_OF_MEMORY.
 */
uint32_t xeap_host_new(const struct xeap_host_options *options, struct xeap_host **ret_host);

/**
 * End all sessions and free the host. Errors that were handed out stay valid.
 * @host: NULL is accepted
 * Returns NULL.
 */
struct xeap_host *xeap_host_free(struct xeap_host *host);

struct xeap_session_options {
	size_t size;		      /**< sizeof(struct xeap_session_options) */
	uint32_t flags;		      /**< XEAP_FLAG_… */
	struct xeap_profile *profile; /**< required; the session takes a reference */
	uint8_t method_type;	      /**< run only this type; 0: all of the profile */
	/**
	 * Most bytes of one EAP packet sent, 64 to 65504; 0 means 1496. Lowered to what a frame of
	 * the pool holds.
	 */
	uint32_t max_send_packet_size;
	/** Where responses are built; outlives the session. NULL: a small heap pool of its own. */
	struct xeap_pool *pool;
	const uint8_t *connection_id; /**< 16 bytes, copied, or NULL; at most one session each */
};

/**
 * Open one EAP conversation. On success xeap_session_end() is mandatory.
 * @host: the host; NULL answers XEAP_E_INVALID_STATE
 * @options: see the struct
 * @ret_session: the handle; 0 on failure
 * @ret_error: on failure an error to be freed with xeap_error_free(), else NULL
 * Returns XEAP_OK, XEAP_E_INVALID_STATE (no host), XEAP_E_INVALID_PARAMETER (no profile, size out
 * of range, connection id in use), XEAP_E_METHOD_NOT_INSTALLED (method_type is not one of the
 * profile's), XEAP_E_IDENTITY_UNKNOWN (no identity= and not XEAP_FLAG_GUEST_ACCESS),
 * XEAP_E_OUT_OF_MEMORY (also when max_sessions are open).
 */
uint32_t xeap_session_begin(struct xeap_host *host, const struct xeap_session_options *options,
			    xeap_session_id *ret_session, struct xeap_error **ret_error);

/**
 * Feed one received EAP packet (from the Code byte on). A packet that gets a response invalidates
 * the previous one.
 * @host: the host
 * @session: the handle
 * @size: bytes of packet; bytes after the EAP Length are ignored (RFC 3748 §4)
 * @packet: the caller's, not kept
 * @ret_action: what to do next
 * @ret_error: as for xeap_session_begin()
 * Returns XEAP_OK; XEAP_E_INVALID_HANDLE (action XEAP_ACTION_START_AUTHENTICATION);
 * XEAP_E_INVALID_PARAMETER; XEAP_E_INVALID_STATE (another thread is in the session, or no host);
 * XEAP_E_OUT_OF_MEMORY (no frame: nothing changed, feed the same packet again);
 * XEAP_E_REMOTE_INVALID_PACKET (malformed: dropped, nothing changed). The conversation is over,
 * and xeap_session_get_result() says so, after XEAP_E_METHOD_INVALID_PACKET and after
 * XEAP_E_AUTHENTICATION_FAILED (the method gave up; the error's reason says why). Allocates
 * nothing but the error, the text of a Notification, and, when the pool runs dry, copies of what
 * it held.
 */
uint32_t xeap_session_process_received_packet(struct xeap_host *host, xeap_session_id session,
					      uint32_t size, const uint8_t *packet,
					      enum xeap_action *ret_action,
					      struct xeap_error **ret_error);

/**
 * Fetch the packet to transmit, after XEAP_ACTION_SEND. The packet is the EAP packet alone, in
 * the frame it was built in, with XEAP_FRAME_HEADROOM bytes free before it; xeap_pool_frame_of()
 * gives the frame to queue. It belongs to the host, is not to be freed, and is unchanged until
 * the next call on this session that processes a request or ends it. Asked again it returns the
 * same pointer; once it was sent its frame may be taken for others when the pool runs dry, and
 * then it comes in another frame, its bytes the same. Does no I/O, takes no lock, allocates
 * nothing but the error.
 * @host: the host
 * @session: the handle
 * @ret_size: bytes of the packet, its EAP Length; output only; 0 on failure
 * @ret_packet: the packet; NULL on failure
 * @ret_error: as for xeap_session_begin()
 * Returns XEAP_OK; XEAP_E_INVALID_HANDLE; XEAP_E_INVALID_PARAMETER (a NULL pointer);
 * XEAP_E_INVALID_STATE (nothing to send, another thread is in the session, or no host);
 * XEAP_E_OUT_OF_MEMORY (no frame for a response that had left its own).
 */
uint32_t xeap_session_get_send_packet(struct xeap_host *host, xeap_session_id session,
				      uint32_t *ret_size, uint8_t **ret_packet,
				      struct xeap_error **ret_error);

/**
 * The final result, or a forced one.
 * @host: the host
 * @session: the handle
 * @reason: FROM_METHOD after XEAP_ACTION_RESULT; ALT_SUCCESS_RECEIVED and TIMEOUT at any time
 * @ret_result: filled; success is in it, not in the return value
 * @ret_error: as for xeap_session_begin()
 * Returns XEAP_OK, XEAP_E_INVALID_HANDLE, XEAP_E_INVALID_PARAMETER, XEAP_E_INVALID_STATE
 * (FROM_METHOD, and no result yet).
 */
uint32_t xeap_session_get_result(struct xeap_host *host, xeap_session_id session,
				 enum xeap_result_reason reason,
				 struct xeap_session_result *ret_result,
				 struct xeap_error **ret_error);

/**
 * How far a session is.
 * @host: the host
 * @session: the handle
 * @ret_status: XEAP_AUTH_INVALID_SESSION when the handle is not known
 * @ret_error: as for xeap_session_begin()
 * Returns XEAP_OK, XEAP_E_INVALID_HANDLE, XEAP_E_INVALID_PARAMETER.
 */
uint32_t xeap_session_get_auth_status(struct xeap_host *host, xeap_session_id session,
				      enum xeap_auth_status *ret_status,
				      struct xeap_error **ret_error);

/**
 * Copy a key that the method exported, once the session has succeeded.
 * @host: the host
 * @session: the handle
 * @kind: which
 * @ret_size: in: bytes at buf; out: bytes written, 0 on failure
 * @buf: the caller's; holds a secret afterwards
 * @ret_error: as for xeap_session_begin()
 * Returns XEAP_OK, XEAP_E_INVALID_HANDLE, XEAP_E_INVALID_PARAMETER (too small),
 * XEAP_E_INVALID_STATE (no success yet), XEAP_E_NOT_SUPPORTED (the method has no such key).
 */
uint32_t xeap_session_get_key(struct xeap_host *host, xeap_session_id session,
			      enum xeap_key_kind kind, uint32_t *ret_size, uint8_t *buf,
			      struct xeap_error **ret_error);

/**
 * The text of the last Notification request (RFC 3748 §5.2), for the application to show.
 * @host: the host
 * @session: the handle
 * @ret_text: UTF-8 without control characters, the session's, valid until the next call on it; ""
 * when there was none
 * @ret_error: as for xeap_session_begin()
 * Returns XEAP_OK, XEAP_E_INVALID_HANDLE, XEAP_E_INVALID_PARAMETER.
 */
uint32_t xeap_session_get_notification(struct xeap_host *host, xeap_session_id session,
				       const char **ret_text, struct xeap_error **ret_error);

/**
 * Close a session: wipe and free all of it but its errors, give its frames back.
 * @host: the host
 * @session: the handle, dead afterwards
 * @ret_error: as for xeap_session_begin()
 * Returns XEAP_OK, XEAP_E_INVALID_HANDLE.
 */
uint32_t xeap_session_end(struct xeap_host *host, xeap_session_id session,
			  struct xeap_error **ret_error);

/**
 * Make a method known to xeap_profile_new() for this process, before the first profile that names
 * it.
 * @method: a constant that outlives the process's use of xeap
 * Returns 0, -EINVAL (wrong ABI, missing function, empty name), -EEXIST (name or type taken),
 * -ENOSPC.
 */
int xeap_method_register(const struct xeap_method *method);

/**
 * Name of an action, for people.
 * @action: the action
 * Returns a constant string, "?" out of range.
 */
const char *xeap_action_name(enum xeap_action action);

/**
 * Name of an authentication status, for people.
 * @status: the status
 * Returns a constant string, "?" out of range.
 */
const char *xeap_auth_status_name(enum xeap_auth_status status);

#ifdef __cplusplus
}
#endif
#endif
