/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/fuzz/password.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct password_target target = {
		.method = &xeap_method_mschapv2,
		.identity = "mschapuser",
		.password = "\"mschappass\"",
		.max_packet = 1020,
		.requests = 20,
		.longest = 1020 - 5,
		.asks = true,
		.may_fail = EACCES,
	};

	return password_fuzz(&target, data, size);
}
