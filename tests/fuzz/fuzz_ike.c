/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Any IKEv2 message: what is found lies inside it, and the lists in it come to an end. */
#include "tests/unit/check.h"
#include <wire/ike.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_inside(struct xeap_span s, struct xeap_span whole)
{
	if (s.data && s.len)
		CHECK(s.data >= whole.data && s.len <= whole.len &&
		      s.data <= whole.data + (whole.len - s.len));
}

static void check_transforms(struct xeap_span transforms)
{
	struct xeap_reader r = xeap_reader(transforms);
	struct xeap_ike_transform t;

	for (size_t n = 0; xeap_ike_next_transform(&r, &t) == 1; n++)
		CHECK(n < transforms.len);
}

static void check_proposals(struct xeap_span sa)
{
	struct xeap_reader r = xeap_reader(sa);
	struct xeap_ike_proposal p;

	for (size_t n = 0; xeap_ike_next_proposal(&r, &p) == 1; n++) {
		CHECK(n < sa.len);
		check_inside(p.spi, sa);
		check_inside(p.transforms, sa);
		check_transforms(p.transforms);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xeap_span message = { data, size }, chain;
	struct xeap_ike_payloads p;
	struct xeap_ike_header h;

	if (xeap_ike_parse_header(message, &h, &chain) < 0)
		return 0;
	CHECK(chain.len == size - XEAP_IKE_HEADER);
	if (xeap_ike_parse_payloads(h.first, chain, &p) < 0)
		return 0;
	check_inside(p.sa, chain);
	check_inside(p.public_value, chain);
	check_inside(p.nonce, chain);
	check_inside(p.id_i, chain);
	check_inside(p.id_r, chain);
	check_inside(p.auth, chain);
	check_inside(p.sk, chain);
	CHECK(!p.nonce.data ||
	      (p.nonce.len >= XEAP_IKE_NONCE_MIN && p.nonce.len <= XEAP_IKE_NONCE_MAX));
	CHECK(!p.id_i.data || p.id_i.len >= 4);
	CHECK(!p.id_r.data || p.id_r.len >= 4);
	CHECK(p.error < XEAP_IKE_STATUS_FIRST);
	if (p.sa.data)
		check_proposals(p.sa);
	return 0;
}
