/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_WIRE_PEAPTLV_H
#define XEAP_WIRE_PEAPTLV_H

#include <stdbool.h>
#include <xeap/span.h>

/* The TLVs of PEAP's EAP Extensions packet, [MS-PEAP] §2.2.8.1. */

#define XEAP_PEAPTLV_RESULT 3
#define XEAP_PEAPTLV_NAK 4
#define XEAP_PEAPTLV_CRYPTOBINDING 12
#define XEAP_PEAPTLV_MANDATORY 0x8000

enum xeap_peap_result {
	XEAP_PEAP_RESULT_NONE, /* there is no Result TLV */
	XEAP_PEAP_RESULT_SUCCESS = 1,
	XEAP_PEAP_RESULT_FAILURE = 2,
};

struct xeap_peaptlvs {
	enum xeap_peap_result result;
	struct xeap_span cryptobinding; /* the whole TLV, header included; data NULL: none */
	/* A mandatory TLV is not known; the first one's type. */
	bool refuses;
	uint16_t refused;
};

/*
 * Parse what follows the Type. 0; -EBADMSG: lengths that do not fit, a TLV that comes twice, a
 * Result that is neither success nor failure. ret_tlvs is untouched on failure.
 */
int xeap_peaptlvs_parse(struct xeap_span data, struct xeap_peaptlvs *ret_tlvs);

#endif
