/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Any EAP Extensions of a PEAP server: what is taken is what a plain walk over the TLVs finds. */
#include "tests/unit/check.h"
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <wire/peaptlv.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct walk {
	unsigned int results, bindings, last_result;
	const uint8_t *binding;
	uint16_t refused;
	bool refuses, fits;
};

static void step(struct walk *w, const uint8_t *tlv, size_t len)
{
	unsigned int type = (unsigned int)(tlv[0] << 8 | tlv[1]) & 0x3fff;

	if (type == 3) {
		w->results++;
		w->fits &= len == 2;
		w->last_result = len == 2 ? (unsigned int)(tlv[4] << 8 | tlv[5]) : 0;
	} else if (type == 12) {
		w->bindings++;
		w->fits &= len == 56;
		w->binding = tlv;
	} else if (tlv[0] & 0x80 && !w->refuses) {
		w->refuses = true;
		w->refused = (uint16_t)type;
	}
}

static struct walk walk(const uint8_t *p, size_t left)
{
	struct walk w = { .fits = true };

	while (left >= 4 && left - 4 >= (size_t)(p[2] << 8 | p[3])) {
		size_t len = (size_t)(p[2] << 8 | p[3]);

		step(&w, p, len);
		p += 4 + len;
		left -= 4 + len;
	}
	w.fits &= left == 0;
	return w;
}

static bool is_good(const struct walk *w)
{
	return w->fits && w->results <= 1 && w->bindings <= 1 &&
	       (!w->results || w->last_result == 1 || w->last_result == 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct walk w = walk(data, size);
	struct xeap_peaptlvs t;
	int r = xeap_peaptlvs_parse(xeap_span(data, size), &t);

	CHECK(r == (is_good(&w) ? 0 : -EBADMSG));
	if (r < 0)
		return 0;
	CHECK(t.result == w.last_result);
	CHECK(t.refuses == w.refuses && t.refused == w.refused);
	CHECK(t.cryptobinding.data == w.binding);
	CHECK(!w.binding || t.cryptobinding.len == 60);
	return 0;
}
