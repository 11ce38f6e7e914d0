/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_HOST_H
#define XEAP_HOST_H

#include <stdbool.h>
#include <stdint.h>
#include <xeap/config.h>
#include <xeap/error.h>
#include <xeap/frame.h>
#include <xeap/method.h>
#include <xeap/prompt.h>
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
#define XEAP_FLAG_FULL_AUTH 0x1000u /**< no TLS session resumption, no ERP */
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
	/** keys as MS-MPPE-Recv-Key (MSK octets 0 to 31) and -Send-Key (32 to 63), RFC 2548; of
	 *  EAP-MSCHAPv2 with 16 octets each, [MS-CHAP] 3.1.5.1 */
	struct xeap_attributes attributes;
	bool save_connection_data; /**< connection_data is worth keeping; no method makes any */
	struct xeap_span connection_data; /**< a blob, see xeap_config_from_blob() */
	bool save_user_data;		  /**< a person typed user_data and it was accepted */
	/** a secret: a blob with identity= and password= as they were typed, as connection_data */
	struct xeap_span user_data;
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
 * The same for a configuration that may lack what a person can be asked for: identity, password.
 * @config: as for xeap_profile_new()
 * @ret_profile: as for xeap_profile_new()
 * @ret_diag: as for xeap_profile_new()
 * Returns as xeap_profile_new().
 */
int xeap_profile_new_interactive(const struct xeap_config *config,
				 struct xeap_profile **ret_profile, struct xeap_diag *ret_diag);

/**
 * What one of many supplicants has of its own. A span with data NULL stands for what the profile
 * has; an empty one for an empty value.
 */
struct xeap_derivation {
	size_t size;		   /**< sizeof(struct xeap_derivation) */
	struct xeap_span identity; /**< as identity= */
	/** as anonymous_identity=; the profile's goes on being shown when it has one */
	struct xeap_span anonymous_identity;
	struct xeap_span password; /**< as password="…"; a hash of the profile is not used then */
	/**
	 * PEM, both or none: the certificate, with those of its issuers after it, and its key;
	 * as the files of client_cert= and private_key=, whose private_key_passwd= opens a key that
	 * is encrypted
	 */
	struct xeap_span client_cert, private_key;
};

/**
 * Make a profile that shares all that another one loaded (trust store, TLS contexts, rules) and has
 * credentials of its own: a few hundred bytes for a supplicant, some KiB with a certificate. It is
 * used as any profile, may be derived from in turn, and resumes no session of another one;
 * xeap_resumption_export() has nothing of its sessions. The user inside a tunnel is meant as well,
 * the machine of TEAP and client_cert2= are not. EAP-FAST without a pac_file keeps the PACs of each
 * apart. Any number of threads may derive from one profile.
 * @base: the profile, of which a reference is taken
 * @derivation: copied, need not outlive the call
 * @ret_profile: the profile, to be given up with xeap_profile_unref(); untouched on failure
 * @ret_diag: on failure one line that says which method cannot have what; may be NULL
 * Returns 0; -EOPNOTSUPP when a method takes what differs from elsewhere (a password where a card
 * has the key, an identity where imsi_identity= says who it is) or none uses a certificate; -EINVAL
 * (a size that is none, a password or certificate that a method cannot use, a NULL pointer); -E2BIG
 * for a value inside a tunnel of more than 4 KiB; -EILSEQ for a password that is to be UTF-8;
 * -ENOMEM.
 */
int xeap_profile_derive(struct xeap_profile *base, const struct xeap_derivation *derivation,
			struct xeap_profile **ret_profile, struct xeap_diag *ret_diag);

/**
 * Whether a session can leave something to resume from: whether one of its methods knows how.
 * @profile: the profile
 * Returns whether it does.
 */
bool xeap_profile_resumes(const struct xeap_profile *profile);

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

/** Why a connection's supplicant is told to authenticate again. */
enum xeap_notification_reason {
	XEAP_NOTIFY_CONFIGURATION, /**< its configuration or credentials changed */
	XEAP_NOTIFY_METHOD,	   /**< its method asks for it */
	XEAP_NOTIFY_REASON_MAX
};

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
	/**
	 * Called by xeap_host_dispatch() when the connection is to be authenticated again, also
	 * after the session ended, until xeap_connection_clear(). May be NULL; ignored without a
	 * connection id.
	 */
	void (*notify)(void *ctx, const uint8_t *connection_id,
		       enum xeap_notification_reason reason);
	void *notify_ctx; /**< passed to notify */
	bool ask_again;	  /**< the password was refused before: ask a person for another */
	/**
	 * What the supplicant's earlier sessions left to resume from; outlives the session. NULL:
	 * the host keeps it with the connection id, until xeap_connection_clear(), and without a
	 * connection id nothing is resumed. XEAP_FLAG_FULL_AUTH: it is emptied and not used.
	 */
	struct xeap_resumption *resumption;
	/**
	 * Have run(arg) called by a thread that may open files, and return when it has: a method
	 * has something to keep in a file (the PACs of EAP-FAST). NULL: the session's own thread
	 * calls it.
	 */
	void (*save)(void *ctx, void (*run)(void *arg), void *arg);
	void *save_ctx; /**< passed to save */
};

/**
 * What a supplicant keeps of a session so that its next login is cheap: a TLS session ticket, for
 * example. One for each supplicant, which then gives it to all of its sessions, one after the
 * other; a session takes what it offers out of it, and puts back what can be resumed after it
 * succeeded. Bound to the profile: another one, with the same content too, gets nothing and
 * replaces it. After a session that was resumed and failed the next 16 are full ones. At most
 * XEAP_RESUMPTION_MAX bytes, wiped when they are used or void. One thread at a time uses it.
 *
 * With erp=1 and an identity with a realm it is also the key of ERP (RFC 6696), which a full
 * session of a method with an EMSK leaves. A session answers EAP-Initiate/Re-auth-Start with it; it
 * is good for any number of sessions, until one fails. Such a session's method is "ERP", resumed is
 * true, and its MSK is rMSK.
 */
struct xeap_resumption;

/**
 * Make an empty one.
 * @ret_resumption: the caller's, to be freed with xeap_resumption_free(); untouched on failure
 * Returns 0 or -ENOMEM.
 */
int xeap_resumption_new(struct xeap_resumption **ret_resumption);

/**
 * Wipe and free.
 * @resumption: no session that has it is open; NULL is accepted
 * Returns NULL.
 */
struct xeap_resumption *xeap_resumption_free(struct xeap_resumption *resumption);

/**
 * Forget what is kept: the next session is a full one.
 * @resumption: what to empty
 * Returns 0; -EBUSY while a session has it.
 */
int xeap_resumption_clear(struct xeap_resumption *resumption);

/**
 * Memory it takes.
 * @resumption: what to look at
 * Returns bytes, the object itself included; more than that only while it holds something.
 */
size_t xeap_resumption_size(const struct xeap_resumption *resumption);

/** Bytes that xeap_resumption_export() needs at most. */
#define XEAP_RESUMPTION_EXPORT_MAX (XEAP_RESUMPTION_MAX + 512)

/**
 * Write what is kept as bytes that another process of the same program can go on with, for as long
 * as its network block means the same: keys, and the content of the files that they name at the
 * time of xeap_profile_new(), but for the PAC file. They are a secret: whoever has them can log in
 * as the supplicant. They do not say when they were made; whoever stores them drops the old ones.
 * What a subscriber's card has agreed on stays (RFC 4186 §5.1: its counter must not go back), and
 * so does the key of ERP (RFC 6696 §5.3.1, its SEQ).
 * @resumption: what to write; it keeps what it has
 * @profile: the profile of the session that left it
 * @buf: where to; XEAP_RESUMPTION_EXPORT_MAX bytes are enough; the caller's to wipe
 * @size: bytes of buf
 * @ret_len: how many were written; untouched on failure
 * Returns 0; -ENOENT when there is nothing, or nothing of this profile, or nothing that outlasts
 * the process; -EBUSY while a session has it; -ENOSPC; -ENOMEM; -EIO and -ENOTSUP by OpenSSL.
 */
int xeap_resumption_export(struct xeap_resumption *resumption, const struct xeap_profile *profile,
			   void *buf, size_t size, size_t *ret_len);

/**
 * Keep what another process exported: the profile's next session offers it. What is kept of an
 * earlier session goes.
 * @resumption: where to
 * @profile: whose it is to be
 * @exported: bytes of xeap_resumption_export(), from wherever; not kept
 * Returns 0; -EBADMSG when the bytes are none of an export; -ESTALE when they are of a block that
 * means something else, or of another version of the program, or damaged; -EBUSY while a session
 * has it; -ENOMEM; -EIO and -ENOTSUP by OpenSSL. Nothing has changed after a failure.
 */
int xeap_resumption_import(struct xeap_resumption *resumption, const struct xeap_profile *profile,
			   struct xeap_span exported);

/**
 * Open one EAP conversation. On success xeap_session_end() is mandatory.
 * @host: the host; NULL answers XEAP_E_INVALID_STATE
 * @options: see the struct
 * @ret_session: the handle; 0 on failure
 * @ret_error: on failure an error to be freed with xeap_error_free(), else NULL
 * Returns XEAP_OK, XEAP_E_INVALID_STATE (no host), XEAP_E_INVALID_PARAMETER (no profile, size out
 * of range, connection id or resumption in use), XEAP_E_METHOD_NOT_INSTALLED (method_type is not
 * one of the profile's), XEAP_E_IDENTITY_UNKNOWN (no identity=, not XEAP_FLAG_GUEST_ACCESS, and
 * nobody may be asked), XEAP_E_OUT_OF_MEMORY (also when max_sessions are open).
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
 * (FROM_METHOD, and no result yet), XEAP_E_OUT_OF_MEMORY (ask again).
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
 * Whether the method has nothing to say after the response that is there to be sent: only the
 * server's verdict is to come. (RFC 4137 §4.2: methodState DONE, or MAY_CONT with a decision that
 * is no failure.)
 * @host: the host
 * @session: the handle
 * Returns true when that is so; false also for a handle that is not known.
 */
bool xeap_session_is_concluding(struct xeap_host *host, xeap_session_id session);

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
 * What to ask a person, after XEAP_ACTION_INVOKE_UI.
 * @host: the host
 * @session: the handle
 * @ret_size: bytes; 0 on failure
 * @ret_context: a prompt for xeap_prompt_parse(), the session's, valid until the next call on it;
 * NULL on failure
 * @ret_error: as for xeap_session_begin()
 * Returns XEAP_OK, XEAP_E_INVALID_HANDLE, XEAP_E_INVALID_PARAMETER, XEAP_E_OUT_OF_MEMORY,
 * XEAP_E_INVALID_STATE (no interaction is open).
 */
uint32_t xeap_session_get_ui_context(struct xeap_host *host, xeap_session_id session,
				     uint32_t *ret_size, const uint8_t **ret_context,
				     struct xeap_error **ret_error);

/**
 * Hand the person's answer back. Mandatory after the interaction, also when it was cancelled.
 * @host: the host
 * @session: the handle
 * @size: bytes of answer; 0 means cancelled: the session fails
 * @answer: the prompt with its fields filled, written by xeap_prompt_write(); the caller's, not
 * kept. Every field of the prompt that is no note is in it, and no other
 * @ret_action: what to do next, as for xeap_session_process_received_packet()
 * @ret_error: as for xeap_session_begin()
 * Returns as xeap_session_process_received_packet(); XEAP_E_INVALID_STATE when no interaction is
 * open; XEAP_E_INVALID_PARAMETER for an answer that is none or lacks a required field (the
 * interaction stays open).
 */
uint32_t xeap_session_set_ui_context(struct xeap_host *host, xeap_session_id session, uint32_t size,
				     const uint8_t *answer, enum xeap_action *ret_action,
				     struct xeap_error **ret_error);

/**
 * What the method offers, after XEAP_ACTION_RESPOND.
 * @host: the host
 * @session: the handle
 * @ret_attributes: filled; values are the session's, valid until the next call on it
 * @ret_error: as for xeap_session_begin()
 * Returns XEAP_OK, XEAP_E_INVALID_HANDLE, XEAP_E_INVALID_PARAMETER, XEAP_E_INVALID_STATE.
 */
uint32_t xeap_session_get_response_attributes(struct xeap_host *host, xeap_session_id session,
					      struct xeap_attributes *ret_attributes,
					      struct xeap_error **ret_error);

/**
 * Answer the method's attributes; mandatory after xeap_session_get_response_attributes().
 * @host: the host
 * @session: the handle
 * @attributes: the caller's, not kept; count 0 for none
 * @ret_action: what to do next
 * @ret_error: as for xeap_session_begin()
 * Returns as xeap_session_process_received_packet(); XEAP_E_INVALID_STATE when none are awaited.
 */
uint32_t xeap_session_set_response_attributes(struct xeap_host *host, xeap_session_id session,
					      const struct xeap_attributes *attributes,
					      enum xeap_action *ret_action,
					      struct xeap_error **ret_error);

struct xeap_notification {
	uint8_t connection_id[16];
	enum xeap_notification_reason reason;
};

/**
 * Ask for a connection to be authenticated again. Any thread may call it.
 * @host: the host
 * @connection_id: 16 bytes
 * @reason: why
 * Returns XEAP_OK (also when one is pending already), XEAP_E_INVALID_PARAMETER for a connection
 * that is not known, XEAP_E_INVALID_STATE without a host.
 */
uint32_t xeap_connection_notify(struct xeap_host *host, const uint8_t *connection_id,
				enum xeap_notification_reason reason);

/**
 * A descriptor that polls readable while notifications wait: for any event loop.
 * @host: the host
 * Returns the descriptor, which stays the host's, or a negative errno.
 */
int xeap_host_notification_fd(struct xeap_host *host);

/**
 * Take one notification. Those of connections with a callback are delivered by
 * xeap_host_dispatch() instead.
 * @host: the host
 * @ret_notification: untouched unless 1 is returned
 * Returns 1 when one was stored, 0 when none waits.
 */
int xeap_host_next_notification(struct xeap_host *host, struct xeap_notification *ret_notification);

/**
 * Call the callbacks of what waits, in this thread and without a lock held; none while another
 * thread does so, or from within a callback.
 * @host: the host
 * Returns how many were called.
 */
unsigned int xeap_host_dispatch(struct xeap_host *host);

/**
 * Forget a connection id; until then a host remembers it. Its callback is not called any more once
 * this has returned; a session that is open goes on without a connection. The last step of a
 * supplicant.
 * @host: the host
 * @connection_id: 16 bytes
 * @ret_error: as for xeap_session_begin()
 * Returns XEAP_OK, XEAP_E_INVALID_PARAMETER (not known, or NULL), XEAP_E_INVALID_STATE (no host).
 */
uint32_t xeap_connection_clear(struct xeap_host *host, const uint8_t *connection_id,
			       struct xeap_error **ret_error);

/**
 * The identity that a session of this profile would answer with, without a session.
 * @profile: the profile
 * @flags: XEAP_FLAG_…; GUEST_ACCESS gives an empty one
 * @ret_identity: the profile's; untouched on failure
 * Returns XEAP_OK, XEAP_E_INVALID_PARAMETER, XEAP_E_IDENTITY_UNKNOWN (it has to be asked for).
 */
uint32_t xeap_get_identity(struct xeap_profile *profile, uint32_t flags,
			   struct xeap_span *ret_identity);

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
