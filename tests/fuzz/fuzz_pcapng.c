/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Any bytes as blocks of a pcapng stream that come from another process. */
#include <string.h>

#include "tests/unit/check.h"
#include "tool/pcapng.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum pcapng_block kind = PCAPNG_BLOCK_KIND_MAX;
	uint64_t kept, lost;

	while (size >= PCAPNG_HEAD) {
		size_t len = pcapng_head(data, &kind);

		CHECK(!len || (len >= 12 && len % 4 == 0 && kind < PCAPNG_BLOCK_KIND_MAX));
		pcapng_read_statistics(data, len && len < size ? len : size, &kept, &lost);
		if (!len || len > size)
			break;
		data += len;
		size -= len;
	}
	return 0;
}
