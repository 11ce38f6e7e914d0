/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/fuzz/preshared.h"
#include <method/list.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct preshared_target target = {
		.method = &xeap_method_sake,
		.identity = "saseuser",
		.password = "\"abcdefghijklmnop0123456789abcdef\"",
	};

	return preshared_fuzz(&target, data, size);
}
