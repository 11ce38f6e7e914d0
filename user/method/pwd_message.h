/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_PWD_MESSAGE_H
#define XEAP_METHOD_PWD_MESSAGE_H

#include <stdbool.h>
#include <xeap/method.h>

/* Messages of EAP-pwd and their fragments, RFC 5931 §3.1 and §4. */

#define XEAP_PWD_ID_EXCH 1
#define XEAP_PWD_COMMIT_EXCH 2
#define XEAP_PWD_CONFIRM_EXCH 3

/* Most bytes of a message: more than any identity or commit needs. */
#define XEAP_PWD_MESSAGE_MAX 2048

/* What is being put together or sent off, wiped and freed by xeap_pwd_messages_done(). */
struct xeap_pwd_messages {
	size_t packet_max; /* bytes of one EAP packet sent */
	uint8_t *in, *out;
	size_t in_len, in_total;
	bool in_whole;
	size_t out_len, out_at;
	uint8_t out_exch;
};

/* What to do with a request. */
enum xeap_pwd_turn {
	XEAP_PWD_IGNORE,
	XEAP_PWD_WRITTEN, /* a response was written: a fragment, or an acknowledgement of one */
	XEAP_PWD_MESSAGE, /* a whole message is there */
	XEAP_PWD_TURN_MAX
};

/*
 * Take Type-Data of a request with identifier id. XEAP_PWD_MESSAGE: *ret_exch and *ret_message,
 * which lives until the next call. An enum xeap_pwd_turn, or -ENOMEM or -EMSGSIZE.
 */
int xeap_pwd_take(struct xeap_pwd_messages *m, uint8_t id, struct xeap_span type_data,
		  struct xeap_chunk *response, uint8_t *ret_exch, struct xeap_span *ret_message);

/* Write a message, or its first fragment. 0, -ENOMEM or -EMSGSIZE. */
int xeap_pwd_send(struct xeap_pwd_messages *m, uint8_t id, uint8_t exch, struct xeap_span message,
		  struct xeap_chunk *response);

/* Whether fragments of a message are yet to be sent. */
bool xeap_pwd_sending(const struct xeap_pwd_messages *m);

void xeap_pwd_messages_done(struct xeap_pwd_messages *m);

#endif
