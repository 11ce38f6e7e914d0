/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_FAKE_PACKET_H
#define XEAP_TESTS_FAKE_PACKET_H

#include <string.h>
#include <xeap/span.h>

/* A packet for the peer; `type` 0 for those without one. Returns it as a span over buf. */
static inline struct xeap_span fake_packet(uint8_t *buf, uint8_t code, uint8_t id, uint8_t type,
					   const void *data, size_t len)
{
	size_t n = 4;

	buf[0] = code;
	buf[1] = id;
	if (type)
		buf[n++] = type;
	if (len)
		memcpy(buf + n, data, len);
	n += len;
	buf[2] = (uint8_t)(n >> 8);
	buf[3] = (uint8_t)n;
	return xeap_span(buf, n);
}

#endif
