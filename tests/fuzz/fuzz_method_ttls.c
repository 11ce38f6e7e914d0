/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/fuzz/tunnel_link.h"

/* What a server with the right certificate, but without the password, says inside EAP-TTLS. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tunnel_link l = { .method = &xeap_method_ttls };
	struct xeap_method_result result;
	bool said;

	if (!l.ca.x) {
		tunnel_link_load(&l, 0, "\"auth=MSCHAPV2\"");
		tunnel_link_load(&l, 1, "\"autheap=MSCHAPV2\"");
	}
	result = tunnel_link_run(&l, data, size, &said);
	/* Either way the server has to prove that it knows the password. */
	CHECK(result.ignore || result.decision == XEAP_DECISION_FAIL);
	return 0;
}
