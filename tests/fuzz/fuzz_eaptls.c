/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Any series of EAP-TLS fragments: a byte n, then n bytes of Type-Data, and so on. After 255 come
 * flags, TLS Message Length (4 bytes) and a size (2 bytes) of a fragment of zeros, so that small
 * inputs reach the limits. The account must be what a plain sum says, keep to its limits, and not
 * change when a fragment is refused.
 */
#include <stdbool.h>
#include <string.h>
#include "base/reader.h"
#include "wire/eaptls.h"
#include "tests/unit/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The message in progress, counted again without the code under test. */
struct model {
	uint64_t bytes, fragments, announced;
	bool more, knows_length;
};

static void check_parsed(struct xeap_span s, const struct xeap_eaptls *f)
{
	size_t header = f->flags & XEAP_EAPTLS_LENGTH ? 5 : 1;

	CHECK(f->flags == s.data[0]);
	CHECK(f->data.len + header == s.len);
	CHECK(f->data.data == s.data + header);
	CHECK(header == 5 || f->message_len == 0);
}

static void accepted(struct model *m, const struct xeap_eaptls *f, const struct xeap_eaptls_rx *rx)
{
	bool announces = f->flags & XEAP_EAPTLS_LENGTH;

	CHECK(!m->more || !(f->flags & XEAP_EAPTLS_START));
	if (!m->more)
		*m = (struct model){ .announced = f->message_len, .knows_length = announces };
	CHECK(!announces || (m->knows_length && f->message_len == m->announced));
	m->bytes += f->data.len;
	m->fragments++;
	m->more = f->flags & XEAP_EAPTLS_MORE;
	CHECK(!m->more || f->data.len);
	CHECK(rx->received == m->bytes && m->bytes <= XEAP_EAPTLS_MAX_MESSAGE);
	CHECK(rx->fragments == m->fragments && m->fragments <= XEAP_EAPTLS_MAX_FRAGMENTS);
	CHECK(rx->more == m->more && rx->message_len == m->announced);
	if (m->knows_length)
		CHECK(m->more ? m->bytes <= m->announced : m->bytes == m->announced);
}

static void add(struct model *m, struct xeap_eaptls_rx *rx, const struct xeap_eaptls *f)
{
	struct xeap_eaptls_rx before = *rx;

	if (xeap_eaptls_rx_add(rx, f))
		CHECK(same_bytes(rx, &before, sizeof(before)));
	else
		accepted(m, f, rx);
}

static bool read_zeros(struct xeap_reader *r, struct xeap_eaptls *f)
{
	static const uint8_t zeros[UINT16_MAX];

	*f = (struct xeap_eaptls){ .flags = xeap_read_u8(r) };
	f->message_len = xeap_read_u32(r);
	if (!(f->flags & XEAP_EAPTLS_LENGTH))
		f->message_len = 0;
	f->data = xeap_span(zeros, xeap_read_u16(r));
	return !r->bad;
}

static bool read_fragment(struct xeap_span s, struct xeap_eaptls *f)
{
	if (xeap_eaptls_parse(s, f)) {
		CHECK(s.len == 0 || (s.data[0] & XEAP_EAPTLS_LENGTH && s.len < 5));
		return false;
	}
	check_parsed(s, f);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xeap_reader r = xeap_reader(xeap_span(data, size));
	struct xeap_eaptls_rx rx = { 0 };
	struct model m = { 0 };
	struct xeap_eaptls f;

	while (xeap_reader_left(&r)) {
		uint8_t n = xeap_read_u8(&r);

		if (n == 255 ? read_zeros(&r, &f) : read_fragment(xeap_read_span(&r, n), &f))
			add(&m, &rx, &f);
	}
	return 0;
}
