/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/check.h"
#include <string.h>
#include <wire/sim.h>

/* The first byte: 0 Type-Data, else what AT_ENCR_DATA held. Every value lies within the input. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_span(struct xeap_span s, const uint8_t *data, size_t size)
{
	CHECK(s.len == 0 || (s.data >= data && s.len <= size && s.data + s.len <= data + size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xeap_sim_message m;
	struct xeap_span bytes;
	uint8_t *exact;
	int r;

	if (size < 1)
		return 0;
	exact = malloc(size);
	CHECK(exact);
	memcpy(exact, data, size);
	bytes = xeap_span(exact + 1, size - 1);
	r = exact[0] ? xeap_sim_parse_encrypted(bytes, &m) : xeap_sim_parse(bytes, &m);
	for (int i = 0; r == 0 && i < XEAP_AT_MAX; i++) {
		check_span(m.value[i], bytes.data, bytes.len);
		CHECK((m.present >> i & 1) || m.value[i].len == 0);
		xeap_sim_u16(&m, (enum xeap_sim_attribute)i);
	}
	if (r == 0)
		CHECK(m.kdf.count <= XEAP_SIM_KDFS_MAX && m.kdf_fs.count <= XEAP_SIM_KDFS_MAX);
	free(exact);
	return 0;
}
