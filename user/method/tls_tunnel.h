/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_TLS_TUNNEL_H
#define XEAP_METHOD_TLS_TUNNEL_H

#include <crypto/tls.h>
#include <wire/eaptls.h>
#include <xeap/method.h>

/*
 * The TLS tunnel of EAP-TLS and the methods built on it: framing, fragmentation and
 * acknowledgements of RFC 5216 §2.1.5 around a TLS connection. Neither direction is buffered here:
 * fragments of the server are fed to TLS where they lie, and what TLS says is written into the
 * chunks that are sent.
 *
 *	START ──Start──► HANDSHAKE ──Finished──► OPEN ──method──► CLOSED
 *	                      └────────────┴──── anything wrong ──► FAILED
 *
 * Requests that do not fit (a Start midway, data while our fragments are not all acknowledged,
 * fragments that contradict each other) are ignored: anybody on the link can send them. What is
 * over a limit ends the conversation.
 *
 * fragment_size is, as in wpa_supplicant, the most TLS data in one packet; max_packet bounds the
 * whole EAP packet.
 */

#define XEAP_TUNNEL_FRAGMENT_SIZE 1398 /* default, wpa_supplicant's */
#define XEAP_TUNNEL_MAX_FLIGHT 65536   /* bytes of one TLS message of ours */
#define XEAP_TUNNEL_MAX_FRAGMENTS 256  /* packets it may take */
#define XEAP_TUNNEL_READ 256	       /* most bytes given to received() at a time */
#define XEAP_TUNNEL_MAX_INBOX 65536    /* bytes inside one message of the server */

enum xeap_tunnel_state {
	XEAP_TUNNEL_START,
	XEAP_TUNNEL_HANDSHAKE,
	XEAP_TUNNEL_OPEN,
	/* the method has what it wanted; post-handshake messages are still read */
	XEAP_TUNNEL_CLOSED,
	XEAP_TUNNEL_FAILED,
	XEAP_TUNNEL_STATE_MAX
};

struct xeap_tunnel;

/* What process() answers, once the handshake is done and nothing is left to be sent. */
struct xeap_tunnel_verdict {
	enum xeap_method_state method_state;
	enum xeap_decision decision;
	const char
		*lacking; /* a constant: what is wrong if the server ends it now; NULL: nothing */
	enum xeap_code code; /* with lacking; 0: XEAP_E_AUTHENTICATION_FAILED */
};

/*
 * What a method adds to the tunnel. Its functions set t->verdict, and t->state once the method has
 * what it wanted. Either received() or message() takes what the server says inside.
 */
struct xeap_tunnel_ops {
	struct xeap_method_type type;
	/*
	 * The server's Start: the version it offers, and what came with it. Returns the version for
	 * all packets from now on; negative with t->tls.why set: none will do. NULL: version 0,
	 * whatever is offered, and data has no meaning. Packets of another version are ignored
	 * afterwards.
	 */
	int (*start)(struct xeap_tunnel *t, uint8_t offered, struct xeap_span data);
	/* The handshake is done: derive keys. 0, or a negative errno with t->tls.why set. */
	int (*established)(struct xeap_tunnel *t);
	/*
	 * The server said something inside. `early`: before it can have seen the end of our
	 * handshake. As established(). data is wiped after the call.
	 */
	int (*received)(struct xeap_tunnel *t, struct xeap_span data, bool early);
	/*
	 * A message of the server is whole: what it said inside, wiped after the call. Empty, once,
	 * when the handshake is done and nothing was said: whoever speaks first may. Answers with
	 * xeap_tunnel_write(). Returns 0; -EAGAIN when a person has to be asked first; another
	 * negative errno with t->tls.why set.
	 */
	int (*message)(struct xeap_tunnel *t, struct xeap_span data);
	/* After -EAGAIN, as xeap_method.get_prompt(); and what was answered, as message(). */
	int (*get_prompt)(struct xeap_tunnel *t, struct xeap_prompt *ret_prompt);
	int (*answer)(struct xeap_tunnel *t, const struct xeap_prompt *answers);
};

/*
 * Part of a method's context. Its ops set verdict, state and tls.why; all else is the tunnel's own.
 */
struct xeap_tunnel {
	struct xeap_tls tls;
	struct xeap_tls_output output;
	const struct xeap_tunnel_ops *ops;
	enum xeap_tunnel_state state;
	struct xeap_tunnel_verdict verdict;
	struct xeap_eaptls_rx rx;
	struct xeap_writer *writer; /* during process() only */
	size_t fragment_size, max_packet;
	uint32_t flight_len, chunks, taken; /* of our message: TLS bytes, packets, packets sent */
	bool include_length;
	bool sending;  /* the flight is complete and has packets left */
	bool overflow; /* our message passed a limit */
	/* Output had no room: the same request continues where its data was left. */
	bool stalled;
	uint8_t stalled_id;
	size_t stalled_left;
	uint8_t version; /* of the flags octet */
	bool silent;	 /* message() was not called yet */
	uint8_t *inbox;	 /* what the server said inside, of the message that is being received */
	size_t inbox_len, inbox_size;
	/*
	 * A person is asked about the server's certificate: what TLS has not read yet of the
	 * request waits here. Or, `inside`, message() has a question.
	 */
	bool asking, inside;
	uint8_t asked_id;
	uint8_t *held;
	size_t held_len;
};

/* 0 or -ENOMEM. args->shared is a struct xeap_tls_profile. */
int xeap_tunnel_init(struct xeap_tunnel *t, const struct xeap_tunnel_ops *ops,
		     const struct xeap_method_args *args);
void xeap_tunnel_done(struct xeap_tunnel *t);

/* As xeap_method.process(). */
int xeap_tunnel_process(struct xeap_tunnel *t, struct xeap_span request,
			struct xeap_writer *response, struct xeap_method_result *ret_result);

/*
 * Say something inside, from message() and answer(). 0; negative with t->tls.why set.
 */
int xeap_tunnel_write(struct xeap_tunnel *t, struct xeap_span data);

/*
 * As xeap_method.get_prompt() and .answer(), for the method called `name`. The tunnel's question is
 * whether to accept the server's certificate, field "accept"; others are message()'s.
 */
int xeap_tunnel_get_prompt(struct xeap_tunnel *t, const char *name, struct xeap_prompt *ret_prompt);
int xeap_tunnel_answer(struct xeap_tunnel *t, const struct xeap_prompt *answers,
		       struct xeap_writer *response, struct xeap_method_result *ret_result);

void xeap_tunnel_describe(const struct xeap_tunnel *t, struct xeap_method_info *ret_info);

#endif
