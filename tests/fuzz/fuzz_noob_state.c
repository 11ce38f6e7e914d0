/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <method/noob_state.h>
#include <string.h>
#include "tests/unit/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file that is taken is written again in a way that is taken, and says the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char first[XEAP_NOOB_FILE_MAX], second[XEAP_NOOB_FILE_MAX];
	struct xeap_builder a = xeap_builder(first, sizeof(first));
	struct xeap_builder b = xeap_builder(second, sizeof(second));
	struct xeap_noob_state s;

	if (xeap_noob_state_parse(xeap_span(data, size), &s) < 0)
		return 0;
	xeap_noob_state_write(&s, xeap_span(NULL, 0), &a);
	CHECK(!a.bad);
	CHECK(xeap_noob_state_parse(xeap_span(first, xeap_builder_len(&a)), &s) == 0);
	xeap_noob_state_write(&s, xeap_span(NULL, 0), &b);
	CHECK(xeap_builder_len(&a) == xeap_builder_len(&b));
	CHECK(memcmp(first, second, xeap_builder_len(&a)) == 0);
	return 0;
}
