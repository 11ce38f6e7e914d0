/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_H
#define XEAP_METHOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xeap/config.h>
#include <xeap/error.h>
#include <xeap/prompt.h>
#include <xeap/span.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Version of this header's structs; a method carries the one it was compiled with. */
#define XEAP_METHOD_ABI 5

/** A piece of memory being filled: len bytes of cap are in use from data on. */
struct xeap_chunk {
	uint8_t *data;
	size_t len;
	size_t cap;
};

struct xeap_writer;

/** How a writer's flight is kept; provided by the host. Use the xeap_flight_ functions below. */
struct xeap_flight_ops {
	struct xeap_chunk *(*append)(struct xeap_writer *w);
	struct xeap_chunk *(*last)(struct xeap_writer *w);
	bool (*pending)(const struct xeap_writer *w);
	int (*take)(struct xeap_writer *w);
	void (*clear)(struct xeap_writer *w);
};

/**
 * Where a method writes its response: a whole EAP packet, from the Code byte on, at most `cap`
 * bytes, in a frame that is sent from where it lies. A method may advance `data` (and take as much
 * from `cap`), never move it back.
 *
 * A response that takes several packets (a TLS flight) is a chain of further chunks, the *flight*.
 * It belongs to the session and outlives the call: a method fills it once, then takes a chunk a
 * request.
 */
struct xeap_writer {
	struct xeap_chunk c;
	const struct xeap_flight_ops *flight;
	void *host; /**< the host's own */
};

/**
 * Add an empty chunk to the end of the flight.
 * @w: the writer
 * Returns the chunk, its cap that of the writer; NULL when memory is short.
 */
static inline struct xeap_chunk *xeap_flight_append(struct xeap_writer *w)
{
	return w->flight->append(w);
}

/**
 * The chunk added last.
 * @w: the writer
 * Returns it, or NULL when the flight is empty.
 */
static inline struct xeap_chunk *xeap_flight_last(struct xeap_writer *w)
{
	return w->flight->last(w);
}

/**
 * Whether the flight has chunks.
 * @w: the writer
 * Returns whether it has.
 */
static inline bool xeap_flight_pending(const struct xeap_writer *w)
{
	return w->flight->pending(w);
}

/**
 * Make the first chunk of the flight this writer's response, in place of what was written to it.
 * @w: the writer
 * Returns 0; -ENOENT when the flight is empty; -ENOBUFS when no packet is free, nothing changed.
 */
static inline int xeap_flight_take(struct xeap_writer *w)
{
	return w->flight->take(w);
}

/**
 * Drop all chunks of the flight.
 * @w: the writer
 */
static inline void xeap_flight_clear(struct xeap_writer *w)
{
	w->flight->clear(w);
}

/** methodState of RFC 4137 §4.2. */
enum xeap_method_state {
	XEAP_METHOD_NONE,
	XEAP_METHOD_INIT,
	XEAP_METHOD_CONT,
	XEAP_METHOD_MAY_CONT,
	XEAP_METHOD_DONE,
	XEAP_METHOD_STATE_MAX
};

/** decision of RFC 4137 §4.2. */
enum xeap_decision {
	XEAP_DECISION_FAIL,
	XEAP_DECISION_COND_SUCC,
	XEAP_DECISION_UNCOND_SUCC,
	XEAP_DECISION_MAX
};

/** What a method waits for before it can answer a request. */
enum xeap_method_need {
	XEAP_NEED_NONE,
	XEAP_NEED_UI,	      /**< a person: get_prompt(), then answer() */
	XEAP_NEED_ATTRIBUTES, /**< the supplicant: get_attributes(), then set_attributes() */
	XEAP_NEED_MAX
};

/**
 * What process() says of a request (RFC 4137 §4.2 and §4.4). The host zeroes it before the call.
 */
struct xeap_method_result {
	/** the request was not acceptable: drop it silently, nothing else here counts */
	bool ignore;
	/**
	 * Not XEAP_NEED_NONE: no response was written and nothing else here counts but diag, which
	 * may say what a session lacks that must not ask; the request stays open until answer() or
	 * set_attributes(). The method keeps what it needs of it. process() may come before, with
	 * another request: then the open one is over.
	 */
	enum xeap_method_need need;
	enum xeap_method_state method_state;
	enum xeap_decision decision;
	bool allow_notifications;
	/**
	 * what a person typed into fields with XEAP_FIELD_F_SAVE is worth keeping once the session
	 * succeeds
	 */
	bool save_user_data;
	/**
	 * Why the method failed or, while decision is FAIL, what was wrong if the server ended it
	 * now.
	 */
	struct xeap_diag diag;
};

/** Keys a method exports (RFC 5247 §1.2); Session-Id includes the Type octet. */
enum xeap_key_kind {
	XEAP_KEY_MSK,
	XEAP_KEY_EMSK,
	XEAP_KEY_SESSION_ID,
	XEAP_KEY_KIND_MAX
};

/**
 * Most bytes of a key: Session-Id of EAP-IKEv2, its Type, the server's nonce of 256 octets at most
 * (RFC 5106 §8.11) and the peer's of 32.
 */
#define XEAP_KEY_MAX 289

/**
 * What a method tells of a conversation, for people. Strings are constants or live as long as the
 * context.
 */
struct xeap_method_info {
	const char *tls_version; /**< "1.3", "1.2" or NULL */
	const char *cipher;	 /**< TLS cipher suite or NULL */
	bool resumed;		 /**< a TLS session was resumed */
};

/** What a conversation starts from. All of it outlives the context. */
struct xeap_method_args {
	size_t size;			  /**< sizeof(struct xeap_method_args) */
	const struct xeap_config *config; /**< the network block */
	void *shared;			  /**< what load() made, or NULL */
	uint32_t max_packet;		  /**< most bytes of one EAP packet either way */
	uint32_t flags;			  /**< session flags, XEAP_FLAG_… of xeap/host.h */
	/** the secret of the configuration was refused: ask a person for another */
	bool ask_again;
	/** who is to be authenticated: identity= or what a person typed; data NULL when unknown */
	struct xeap_span identity;
	/** get_resumption() will be called if the session succeeds; false: do not resume at all */
	bool keeps_resumption;
	/**
	 * What get_resumption() gave when an earlier session of the same supplicant and the same
	 * loaded configuration succeeded, good for one attempt; unlike the rest of this struct, it
	 * lives for the call of init() only. data NULL: nothing.
	 */
	struct xeap_span resumption;
	/**
	 * What writes a file does so in run(arg), which this has called and waits for; from done()
	 * only. NULL: call it yourself.
	 */
	void (*save)(void *ctx, void (*run)(void *arg), void *arg);
	void *save_ctx; /**< passed to save */
};

/** Most bytes that are kept of a session for the next one to resume from. */
#define XEAP_RESUMPTION_MAX 8192

/**
 * What a supplicant has of its own where many share what was loaded, see xeap_profile_derive().
 */
struct xeap_method_derivation {
	size_t size; /**< sizeof(struct xeap_method_derivation) */
	/**
	 * the network block: what was loaded from, but for identity, anonymous identity, password
	 * and password hash; outlives what is made of it
	 */
	const struct xeap_config *config;
	bool interactive;    /**< as for load() */
	bool other_identity; /**< it differs from what was loaded, which need not be so, */
	bool other_password; /**< in these; a password stands for a hash, too */
	/**
	 * PEM, in place of client_cert and private_key, with the block's private_key_passwd; data
	 * NULL: those of the block
	 */
	struct xeap_span client_cert, private_key;
};

/** Most bytes of a name that a server assigns (RFC 7542 §2.3). */
#define XEAP_IDENTITY_ASSIGNED_MAX 253

#define XEAP_METHOD_F_KEYS 0x1u	  /**< derives MSK and EMSK */
#define XEAP_METHOD_F_TUNNEL 0x2u /**< runs other methods inside */
/** The MSK is two keys of 16 octets, then zeros; so MS-MPPE keys are of 16 ([MS-CHAP] 3.1.5.1). */
#define XEAP_METHOD_F_MPPE_128 0x4u
/**
 * what get_resumption() gives is good in another process of the same program, and may be offered
 * twice if that one was killed
 */
#define XEAP_METHOD_F_LASTING 0x8u
#define XEAP_METHOD_F_CERTIFICATE 0x10u /**< derive() can do with a client certificate */

/**
 * One EAP method. Every function gets the context that init() set up, `ctx_size` bytes aligned for
 * any type, zeroed before init() and wiped after done(). No function blocks, reads a clock or keeps
 * a pointer to its arguments. Methods are constants; one thread at a time uses a context, any
 * number use the method.
 */
struct xeap_method {
	uint32_t abi;	  /**< XEAP_METHOD_ABI */
	const char *name; /**< as written after eap= */
	struct xeap_method_type type;
	uint32_t flags; /**< XEAP_METHOD_F_… */
	size_t ctx_size;

	/**
	 * Check a configuration and load what its conversations share (keys, trust store, TLS
	 * context). May be NULL. Called once a configuration, before any init().
	 * @config: the network block
	 * @interactive: a person can be asked: a missing password is no error
	 * @ret_shared: what was loaded, freed with unload(); may be left NULL
	 * @ret_diag: on failure one line that names the key or file
	 * Returns 0 or a negative errno.
	 */
	int (*load)(const struct xeap_config *config, bool interactive, void **ret_shared,
		    struct xeap_diag *ret_diag);

	/** Free what load() or derive() made. NULL exactly when load is NULL. */
	void (*unload)(void *shared);

	/**
	 * Make what load() would make of a derivation's network block, with what is the same in
	 * both taken from what is loaded. NULL: load() is called, with the derivation's network
	 * block, and a client certificate is of no use to the method.
	 * @shared: what load() or derive() made; outlives what is made here
	 * @derivation: the caller's
	 * @ret_shared: freed with unload(); or `shared` itself when nothing differs
	 * @ret_diag: on failure one line
	 * Returns 0; -EOPNOTSUPP when something that differs cannot be had; or another negative
	 * errno.
	 */
	int (*derive)(void *shared, const struct xeap_method_derivation *derivation,
		      void **ret_shared, struct xeap_diag *ret_diag);

	/**
	 * Start a conversation. Returns 0, -ENOMEM, or -EINVAL for a configuration that lacks what
	 * is needed; the context is then not used again and done() is not called.
	 */
	int (*init)(void *ctx, const struct xeap_method_args *args);

	/**
	 * Take one request, write one response.
	 * @request: the EAP Request, whole, lengths checked, Type that of this method; the
	 * caller's, valid for the call
	 * @response: where the response goes; the host refuses one that is empty, too long or
	 * mis-sized
	 * @ret_result: what to make of it
	 * Returns 0, or a negative errno when the conversation cannot go on (the host then fails
	 * the session); -ENOBUFS or -ENOMEM only if the state is unchanged and the same request can
	 * be fed again.
	 */
	int (*process)(void *ctx, struct xeap_span request, struct xeap_writer *response,
		       struct xeap_method_result *ret_result);

	/**
	 * After XEAP_NEED_UI: what to ask. The strings live until the next call on the context.
	 * NULL for a method that never asks. Returns 0 or a negative errno.
	 */
	int (*get_prompt)(void *ctx, struct xeap_prompt *ret_prompt);

	/**
	 * What was answered: the prompt's own fields with the answers' values, of which the
	 * required ones are not empty, nowhere kept but in the method after the call. The host
	 * keeps those with XEAP_FIELD_F_SAVE: "identity", "password", and "response" as the
	 * password. Outputs and return values are those of process(), XEAP_NEED_UI included.
	 * NULL exactly when get_prompt is.
	 */
	int (*answer)(void *ctx, const struct xeap_prompt *answers, struct xeap_writer *response,
		      struct xeap_method_result *ret_result);

	/**
	 * After XEAP_NEED_ATTRIBUTES: what the method offers. Lives until the next call on the
	 * context. NULL for a method that has none. Returns 0 or a negative errno.
	 */
	int (*get_attributes)(void *ctx, struct xeap_attributes *ret_attributes);

	/**
	 * What the supplicant returned. Outputs and return values are those of process(). NULL
	 * exactly when get_attributes is.
	 */
	int (*set_attributes)(void *ctx, const struct xeap_attributes *answers,
			      struct xeap_writer *response, struct xeap_method_result *ret_result);

	/**
	 * Copy a key. Returns its length in bytes, -ENOENT when there is none, -ENOSPC when size is
	 * too small. May be NULL.
	 */
	int (*get_key)(const void *ctx, enum xeap_key_kind kind, uint8_t *buf, size_t size);

	/**
	 * Write what the supplicant's next session of the same configuration can resume from (RFC
	 * 5216 §2.1.2): a secret, opaque to the host, which wipes it when it is used or void.
	 * Called at the end of a session that succeeded, before done(). May be NULL.
	 * Returns its length in bytes, -ENOENT when there is nothing to resume, -ENOSPC when size,
	 * at most XEAP_RESUMPTION_MAX, is too small; or another negative errno.
	 */
	int (*get_resumption)(const void *ctx, uint8_t *buf, size_t size);

	/** Describe the conversation so far. May be NULL. */
	void (*describe)(const void *ctx, struct xeap_method_info *ret_info);

	/** Free what init() took; the host wipes the context. May be NULL. */
	void (*done)(void *ctx);

	/**
	 * Who a session tells to be in answer to Identity requests, where a server has assigned a
	 * name in an earlier one (RFC 9140 §3.3.1) that takes the place of the configuration's.
	 * Called at the beginning of a session, by any thread. May be NULL.
	 * @shared: what load() made, or NULL
	 * @buf: where to
	 * @size: bytes at buf, XEAP_IDENTITY_ASSIGNED_MAX
	 * Returns its length in bytes; -ENOENT when there is none.
	 */
	int (*get_identity)(void *shared, uint8_t *buf, size_t size);
};

#ifdef __cplusplus
}
#endif
#endif
