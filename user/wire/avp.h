/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_WIRE_AVP_H
#define XEAP_WIRE_AVP_H

#include <base/reader.h>
#include <stdbool.h>

/* Diameter AVPs as EAP-TTLS carries them, RFC 5281 §10. */

#define XEAP_AVP_USER_NAME 1
#define XEAP_AVP_USER_PASSWORD 2
#define XEAP_AVP_CHAP_PASSWORD 3
#define XEAP_AVP_REPLY_MESSAGE 18
#define XEAP_AVP_CHAP_CHALLENGE 60
#define XEAP_AVP_EAP_MESSAGE 79

/* With vendor Microsoft, RFC 2548. */
#define XEAP_AVP_MS_CHAP_RESPONSE 1
#define XEAP_AVP_MS_CHAP_ERROR 2
#define XEAP_AVP_MS_CHAP_CHALLENGE 11
#define XEAP_AVP_MS_CHAP2_RESPONSE 25
#define XEAP_AVP_MS_CHAP2_SUCCESS 26

#define XEAP_AVP_HEADER_MAX 12

struct xeap_avp {
	uint32_t code, vendor; /* vendor 0: none */
	bool mandatory;
	struct xeap_span data;
};

/*
 * Take the next AVP off a reader. Returns 1; 0 at the end; -EBADMSG: lengths that do not fit. The
 * padding of the last one may be missing.
 */
int xeap_avp_next(struct xeap_reader *r, struct xeap_avp *ret_avp);

/* Write one, mandatory, padded to a multiple of four. `b` is bad when there was no room. */
void xeap_avp_put(struct xeap_builder *b, uint32_t code, uint32_t vendor, struct xeap_span data);

#endif
