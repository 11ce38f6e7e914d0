/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Any bytes as an EAP packet. What is accepted lies within the packet; as a Response it builds the
 * same bytes again. Its Type-Data then serve as the list of types of a Nak, legacy and expanded,
 * which must fit exactly the room they need and parse again.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "wire/eap.h"
#include "tests/unit/check.h"

#define MAX_TYPES 64
#define ROOM (XEAP_EAP_EXPANDED_HEADER + 8 * MAX_TYPES)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool has_type(const struct xeap_eap *eap)
{
	return eap->code == XEAP_EAP_REQUEST || eap->code == XEAP_EAP_RESPONSE;
}

static void check_bounds(struct xeap_span bytes, const struct xeap_eap *eap)
{
	CHECK(eap->code >= XEAP_EAP_REQUEST && eap->code <= XEAP_EAP_FINISH);
	CHECK(eap->packet.data == bytes.data && eap->packet.len == eap->len);
	CHECK(eap->len >= XEAP_EAP_HEADER && eap->len <= bytes.len);
	if (!has_type(eap)) {
		CHECK(eap->data.len == 0 && eap->type.type == 0);
		return;
	}
	CHECK(eap->data.data > eap->packet.data);
	CHECK(eap->data.data + eap->data.len == eap->packet.data + eap->packet.len);
	CHECK(eap->type.type == XEAP_EAP_EXPANDED || !eap->type.vendor);
	CHECK(eap->type.vendor <= 0xffffff && eap->type.author == 0);
}

/* The packet as a Response: begun, filled and finished, in a chunk without a byte to spare. */
static void check_rebuilt(const struct xeap_eap *eap)
{
	struct xeap_chunk c = { .data = malloc(eap->len), .cap = eap->len };
	uint8_t *at;

	if (!c.data)
		return;
	at = xeap_eap_begin_response(&c, eap->id, eap->type);
	CHECK(at && c.len + eap->data.len == eap->len);
	memcpy(at, eap->data.data, eap->data.len);
	c.len += eap->data.len;
	xeap_eap_finish(&c);
	CHECK(c.data[0] == XEAP_EAP_RESPONSE);
	CHECK(memcmp(c.data + 1, eap->packet.data + 1, eap->len - 1u) == 0);
	free(c.data);
}

static size_t types_from(struct xeap_span s, struct xeap_method_type types[MAX_TYPES])
{
	size_t n = 0;

	for (size_t i = 0; i + 1 < s.len && n < MAX_TYPES; i += 2) {
		struct xeap_method_type *t = &types[n++];

		*t = (struct xeap_method_type){ .type = s.data[i] };
		if (t->type != XEAP_EAP_EXPANDED)
			continue;
		t->vendor = s.data[i + 1] >> 2;
		t->vendor_type = (s.data[i + 1] & 3) * 100u;
	}
	return n;
}

typedef int build_nak(struct xeap_chunk *c, uint8_t id, const struct xeap_method_type *types,
		      size_t n);

/* Returns the Nak parsed again; its spans point into buf. */
static struct xeap_eap check_nak(build_nak *build, const struct xeap_method_type *types, size_t n,
				 uint8_t buf[ROOM])
{
	struct xeap_chunk c = { .data = buf, .len = 1, .cap = ROOM };
	struct xeap_eap nak;
	size_t need;

	CHECK(build(&c, 7, types, n) == 0);
	need = c.len;
	c = (struct xeap_chunk){ .data = buf, .len = 1, .cap = need - 1 };
	CHECK(build(&c, 7, types, n) == -EMSGSIZE && c.len == 1);
	c.cap = need;
	CHECK(build(&c, 7, types, n) == 0);
	CHECK(xeap_eap_parse(xeap_span(buf, c.len), &nak) == 0);
	CHECK(nak.code == XEAP_EAP_RESPONSE && nak.id == 7 && nak.len == need);
	CHECK(xeap_eap_type_equal(nak.type, (struct xeap_method_type){ .type = XEAP_EAP_NAK }));
	return nak;
}

static void check_naks(struct xeap_span s)
{
	struct xeap_method_type types[MAX_TYPES];
	size_t n = types_from(s, types), expanded = 0;
	uint8_t buf[ROOM];
	struct xeap_eap nak = check_nak(xeap_eap_build_nak, types, n, buf);

	CHECK(nak.data.len >= 1 && nak.data.len <= (n ? n : 1));
	for (size_t i = 0; i < nak.data.len; i++)
		expanded += nak.data.data[i] == XEAP_EAP_EXPANDED;
	CHECK(expanded <= 1);
	nak = check_nak(xeap_eap_build_expanded_nak, types, n, buf);
	CHECK(nak.data.len == 8 * (n ? n : 1));
	for (size_t i = 0; i < nak.data.len; i += 8)
		CHECK(nak.data.data[i] == XEAP_EAP_EXPANDED);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xeap_eap eap, before;

	memset(&before, 0x5a, sizeof(before));
	eap = before;
	if (xeap_eap_parse(xeap_span(data, size), &eap)) {
		CHECK(same_bytes(&eap, &before, sizeof(eap)));
		return 0;
	}
	check_bounds(xeap_span(data, size), &eap);
	if (has_type(&eap)) {
		check_rebuilt(&eap);
		check_naks(eap.data);
	}
	return 0;
}
