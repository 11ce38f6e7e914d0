/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/reader.h>
#include <errno.h>
#include <wire/peaptlv.h>

#define HEADER 4
#define CRYPTOBINDING_LEN 56
#define TYPE_MASK 0x3fff

static int take_result(struct xeap_peaptlvs *t, struct xeap_span value)
{
	unsigned int result;

	if (value.len != 2 || t->result != XEAP_PEAP_RESULT_NONE)
		return -EBADMSG;
	result = (unsigned int)value.data[0] << 8 | value.data[1];
	if (result != XEAP_PEAP_RESULT_SUCCESS && result != XEAP_PEAP_RESULT_FAILURE)
		return -EBADMSG;
	t->result = (enum xeap_peap_result)result;
	return 0;
}

static int take_cryptobinding(struct xeap_peaptlvs *t, struct xeap_span value)
{
	if (value.len != CRYPTOBINDING_LEN || t->cryptobinding.data)
		return -EBADMSG;
	t->cryptobinding = xeap_span(value.data - HEADER, value.len + HEADER);
	return 0;
}

static int take(struct xeap_peaptlvs *t, uint16_t type, struct xeap_span value)
{
	switch (type & TYPE_MASK) {
	case XEAP_PEAPTLV_RESULT:
		return take_result(t, value);
	case XEAP_PEAPTLV_CRYPTOBINDING:
		return take_cryptobinding(t, value);
	default: /* numbers from outside */
		if (type & XEAP_PEAPTLV_MANDATORY && !t->refuses) {
			t->refuses = true;
			t->refused = type & TYPE_MASK;
		}
		return 0;
	}
}

int xeap_peaptlvs_parse(struct xeap_span data, struct xeap_peaptlvs *ret_tlvs)
{
	struct xeap_reader r = xeap_reader(data);
	struct xeap_peaptlvs t = { .result = XEAP_PEAP_RESULT_NONE };

	while (xeap_reader_left(&r)) {
		uint16_t type = xeap_read_u16(&r), len = xeap_read_u16(&r);
		struct xeap_span value = xeap_read_span(&r, len);

		if (r.bad || take(&t, type, value) < 0)
			return -EBADMSG;
	}
	*ret_tlvs = t;
	return 0;
}
