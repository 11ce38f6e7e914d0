/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Any bytes as a message of ERP, and as the server's answer to an EAP-Initiate/Re-auth. What is
 * parsed lies within the packet; nothing but a message with the right tag is success.
 */
#include <string.h>

#include "peer/erp.h"
#include "tests/unit/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_within(struct xeap_span packet, struct xeap_span part)
{
	CHECK(!part.data ||
	      (part.data >= packet.data && part.data + part.len <= packet.data + packet.len));
}

static void check_message(struct xeap_span packet, const struct xeap_erp_reauth *m)
{
	CHECK(m->code == packet.data[0] && m->id == packet.data[1]);
	check_within(packet, m->name);
	check_within(packet, m->domain);
	check_within(packet, m->suites);
	check_within(packet, m->covered);
	check_within(packet, m->tag);
}

static void parse_all(struct xeap_span packet)
{
	struct xeap_erp_reauth m;
	struct xeap_erp_start s;

	if (!xeap_erp_parse_start(packet, &s)) {
		CHECK(packet.data[0] == XEAP_EAP_INITIATE && s.id == packet.data[1]);
		check_within(packet, s.domain);
	}
	for (uint8_t suite = 0; suite <= 4; suite++) {
		if (xeap_erp_parse_reauth(packet, suite, &m))
			continue;
		check_message(packet, &m);
		CHECK(m.tag.len == xeap_erp_tag_len(suite));
		CHECK(m.covered.data + m.covered.len == m.tag.data);
		CHECK(m.covered.data[m.covered.len - 1] == suite);
	}
	if (!xeap_erp_parse_unprotected(packet, &m))
		check_message(packet, &m);
}

/* The key is in no seed, so that a tag that is right cannot be found. */
static void answer(struct xeap_span packet)
{
	static const uint8_t emsk[XEAP_ERP_KEY] = { 1, 2, 3 };
	struct xeap_erp erp;
	struct xeap_erp_reauth m;
	uint8_t buf[128];
	struct xeap_chunk c = { .data = buf, .cap = sizeof(buf) };
	uint16_t seq;

	CHECK(!xeap_erp_derive(xeap_span(emsk, sizeof(emsk)), xeap_span("id", 2),
			       xeap_span("a.b", 3), &erp));
	CHECK(!xeap_erp_initiate(&erp, &c, 7, XEAP_ERP_SHA256_128, &seq));
	CHECK(xeap_erp_check_finish(&erp, packet, 7, XEAP_ERP_SHA256_128, seq, &m));
	if (xeap_erp_is_refusal(&erp, packet, 7, seq))
		CHECK(packet.data[5] & XEAP_ERP_FLAG_FAILURE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	parse_all(xeap_span(data, size));
	answer(xeap_span(data, size));
	return 0;
}
