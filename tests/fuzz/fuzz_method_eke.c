/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/fuzz/password.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct password_target target = {
		.method = &xeap_method_eke,
		.identity = "ekeuser",
		.password = "\"ekepass\"",
		.phase1 = "\"dhgroup=1\"", /* the fastest */
		.max_packet = 1400,
		.requests = 10,
		.input_max = 0xff00,
	};

	return password_fuzz(&target, data, size);
}
