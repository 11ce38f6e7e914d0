/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Any AVPs of a TTLS server: what is found lies inside the message, one after the other and as long
 * as its header says; written again and read again it is the same.
 */
#include "tests/unit/check.h"
#include <errno.h>
#include <string.h>
#include <wire/avp.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t length_of(const uint8_t *p)
{
	return (uint32_t)p[5] << 16 | (uint32_t)p[6] << 8 | p[7];
}

static void check_again(const struct xeap_avp *avp)
{
	static uint8_t bytes[1 << 16];
	struct xeap_builder b = xeap_builder(bytes, sizeof(bytes));
	struct xeap_avp again;
	struct xeap_reader r;

	xeap_avp_put(&b, avp->code, avp->vendor, avp->data);
	if (b.bad)
		return;
	r = xeap_reader(xeap_span(bytes, xeap_builder_len(&b)));
	CHECK(xeap_builder_len(&b) % 4 == 0);
	CHECK(xeap_avp_next(&r, &again) == 1);
	CHECK(again.code == avp->code && again.vendor == avp->vendor && again.mandatory);
	CHECK(again.data.len == avp->data.len);
	CHECK(!avp->data.len || memcmp(again.data.data, avp->data.data, avp->data.len) == 0);
	CHECK(xeap_avp_next(&r, &again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xeap_reader r = xeap_reader(xeap_span(data, size));
	const uint8_t *at = data;
	struct xeap_avp avp;
	int more;

	while ((more = xeap_avp_next(&r, &avp)) > 0) {
		size_t header = at[4] & 0x80 ? 12 : 8, len = length_of(at);

		CHECK(avp.mandatory == ((at[4] & 0x40) != 0));
		CHECK(avp.data.len + header == len);
		CHECK(!avp.data.len || avp.data.data == at + header);
		CHECK(header == 12 || !avp.vendor);
		CHECK((size_t)(data + size - at) >= len);
		check_again(&avp);
		at = data + size - xeap_reader_left(&r);
	}
	CHECK(more == 0 || more == -EBADMSG);
	CHECK(more < 0 || !xeap_reader_left(&r));
	return 0;
}
