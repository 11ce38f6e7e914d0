/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/fuzz/password.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The peer sends fragments of 64 bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct password_target target = {
		.method = &xeap_method_pwd,
		.identity = "pwduser",
		.password = "\"pwdpass\"",
		.max_packet = 64,
		.requests = 40,
		.input_max = 0xff00,
	};

	return password_fuzz(&target, data, size);
}
