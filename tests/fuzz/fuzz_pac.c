/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/check.h"
#include <method/fast_pac.h>

/* The input is a file of PACs, and a message inside EAP-FAST. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xeap_fast_tlvs tlvs;
	struct xeap_pacs *pacs;
	unsigned int line;

	CHECK(xeap_pacs_open(NULL, "", 2, &pacs, NULL) == 0);
	xeap_pacs_parse(pacs, xeap_span(data, size), &line);
	if (xeap_fast_parse(xeap_span(data, size), &tlvs) == 0 && tlvs.pac.there)
		xeap_pacs_add(pacs, &tlvs.pac);
	xeap_pacs_close(pacs);
	return 0;
}
