/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Any message of a TEAP server: what is found lies inside it and keeps to its limits. */
#include "tests/unit/check.h"
#include <wire/tlv.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_inside(struct xeap_span s, const uint8_t *data, size_t size)
{
	if (s.data && s.len)
		CHECK(s.data >= data && s.len <= size && s.data <= data + size - s.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xeap_tlvs t;

	if (xeap_tlvs_parse(xeap_span(data, size), &t) < 0)
		return 0;
	check_inside(t.eap, data, size);
	check_inside(t.password_prompt, data, size);
	check_inside(t.binding.whole, data, size);
	CHECK(!t.eap.data || t.eap.len >= 4);
	CHECK(t.result <= XEAP_TLV_RESULT_FAILURE && t.intermediate <= XEAP_TLV_RESULT_FAILURE);
	if (t.binding.whole.data) {
		CHECK(t.binding.whole.len == XEAP_TLV_BINDING_LEN);
		check_inside(t.binding.nonce, data, size);
		check_inside(t.binding.msk_mac, data, size);
	}
	return 0;
}
