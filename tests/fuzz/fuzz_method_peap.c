/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/fuzz/tunnel_link.h"

/* What a server with the right certificate, but without the password, says inside PEAP. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tunnel_link l = { .method = &xeap_method_peap };
	struct xeap_method_result result;
	bool said;

	if (!l.ca.x) {
		tunnel_link_load(&l, 0, "\"auth=MSCHAPV2\"");
		tunnel_link_load(&l, 1, "\"auth=GTC auth=MD5\"");
	}
	result = tunnel_link_run(&l, data, size, &said);
	/* MSCHAPv2's proof cannot be had without the password. */
	if (!said || !(data[0] & 8))
		CHECK(result.ignore || result.decision == XEAP_DECISION_FAIL);
	return 0;
}
