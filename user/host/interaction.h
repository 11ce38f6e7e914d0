/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_HOST_INTERACTION_H
#define XEAP_HOST_INTERACTION_H

#include <host/host.h>

/* RFC 2548 §2.4: two keys of 32 octets, the MSK's first 64; or of 16, its first 32. */
#define XEAP_MPPE_KEY 32
#define XEAP_MPPE_KEY_128 16

/* What a session has only once somebody asked it something, or it succeeded with keys. */
struct xeap_extras {
	uint8_t *context; /* the UI context handed out last */
	size_t context_size;
	struct xeap_config *typed; /* what a person typed that may be kept */
	bool identity_typed;
	char *user_data; /* `typed` as a blob */
	size_t user_data_size;
	uint8_t msk[2 * XEAP_MPPE_KEY];
};

/* The session's, made when there is none yet; NULL when memory is short. */
struct xeap_extras *xeap_session_extras(struct xeap_session *s);
/* Wipe and free. NULL is accepted. */
void xeap_extras_free(struct xeap_extras *extras);

#endif
