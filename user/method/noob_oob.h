/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_NOOB_OOB_H
#define XEAP_METHOD_NOOB_OOB_H

#include <method/noob_state.h>

/* The out-of-band message (RFC 9140 §3.2.3 and appendix D): P=PeerId&N=Noob&H=Hoob of a URL. */

#define XEAP_NOOB_MESSAGE_MAX 512
#define XEAP_NOOB_ARRAY_MAX (XEAP_NOOB_FIELDS_MAX + 64)

/* [first, fields, Noob]: what Hoob and the MACs are computed of. */
struct xeap_span xeap_noob_array(const struct xeap_noob_state *s, char first,
				 const uint8_t noob[XEAP_NOOB_NOOB], char *room, size_t size);

/* The message that the state's own Noob makes. 0 or a negative errno. */
int xeap_noob_message_write(const struct xeap_noob_state *s, struct xeap_builder *b);

/*
 * Take a message of the server into the state, which is OOB Received then. 0; -EBADMSG for what is
 * no such message; -ENOENT for one of another peer; -EACCES for a Hoob that does not fit, which
 * means that somebody is in the middle; or another negative errno.
 */
int xeap_noob_message_take(struct xeap_noob_state *s, struct xeap_span message);

/* NoobId of a Noob, in base64url, into the builder. */
int xeap_noob_put_id(struct xeap_builder *b, const uint8_t noob[XEAP_NOOB_NOOB]);

#endif
