/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Any bytes as a RADIUS response: the first 16 are the request's Authenticator. What is accepted
 * lies within the packet and can be read to its end; what is made of it by the shared secret stays
 * within bounds; and its attributes written again make the same packet.
 */
#include <string.h>

#include "radius/keys.h"
#include "tests/unit/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct xeap_radius_keys *the_keys(void)
{
	static struct xeap_radius_keys *keys;

	if (!keys)
		CHECK(!xeap_radius_keys_new(xeap_span("testing123", 10), &keys, NULL));
	return keys;
}

static void write_again(const struct xeap_radius *r)
{
	uint8_t again[XEAP_RADIUS_MAX];
	struct xeap_builder b = xeap_builder(again, sizeof(again));
	struct xeap_reader reader = xeap_reader(r->attributes);
	struct xeap_radius_attribute a;

	xeap_radius_begin(&b, r->code, r->id, r->authenticator.data);
	while (xeap_radius_next(&reader, &a)) {
		CHECK(a.value.len <= XEAP_RADIUS_VALUE_MAX);
		xeap_radius_put(&b, a.type, a.value);
	}
	CHECK(xeap_radius_finish(&b) == r->packet.len);
	CHECK(same_bytes(again, r->packet.data, r->packet.len));
}

static void join_eap(const struct xeap_radius *r)
{
	uint8_t eap[XEAP_RADIUS_MAX], split[XEAP_RADIUS_MAX];
	int n = xeap_radius_get_eap(r, eap, sizeof(eap));
	struct xeap_builder b = xeap_builder(split, sizeof(split));
	struct xeap_radius again;
	size_t len;

	if (n <= 0)
		return;
	xeap_radius_begin(&b, 1, 0, r->authenticator.data);
	xeap_radius_put_eap(&b, xeap_span(eap, (size_t)n));
	len = xeap_radius_finish(&b);
	CHECK(len && !xeap_radius_parse(xeap_span(split, len), &again));
	CHECK(xeap_radius_get_eap(&again, split + len, sizeof(split) - len) == n ||
	      sizeof(split) - len < (size_t)n);
}

static void accepted(const struct xeap_radius *r, const uint8_t *request)
{
	uint8_t key[32];
	struct xeap_span covered;
	int n;

	CHECK(xeap_radius_check(the_keys(), r, request) < XEAP_RADIUS_VERDICT_MAX);
	for (uint8_t type = 16; type <= 17; type++) {
		if (!xeap_radius_find_vendor(r, 311, type, &covered))
			continue;
		n = xeap_radius_uncover(the_keys(), covered, request, key, sizeof(key));
		CHECK(n <= (int)sizeof(key));
	}
	join_eap(r);
	write_again(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xeap_radius r, before;

	if (size < XEAP_RADIUS_AUTHENTICATOR)
		return 0;
	memset(&before, 0x5a, sizeof(before));
	r = before;
	if (!xeap_radius_parse(xeap_span(data + XEAP_RADIUS_AUTHENTICATOR,
					 size - XEAP_RADIUS_AUTHENTICATOR),
			       &r))
		accepted(&r, data);
	else
		CHECK(same_bytes(&r, &before, sizeof(r)));
	return 0;
}
