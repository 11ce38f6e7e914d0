/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include "base/reader.h"
#include "wire/eaptls.h"

int xeap_eaptls_parse(struct xeap_span type_data, struct xeap_eaptls *ret_frag)
{
	struct xeap_reader r = xeap_reader(type_data);
	struct xeap_eaptls frag = { .flags = xeap_read_u8(&r) };

	if (frag.flags & XEAP_EAPTLS_LENGTH)
		frag.message_len = xeap_read_u32(&r);
	frag.data = xeap_read_rest(&r);
	if (r.bad)
		return -EBADMSG;
	*ret_frag = frag;
	return 0;
}

/* A fragment in the middle of a message: no Start, and the length it announces is the known one. */
static int check_continuation(const struct xeap_eaptls_rx *rx, const struct xeap_eaptls *frag)
{
	if (frag->flags & XEAP_EAPTLS_START)
		return -EBADMSG;
	if (frag->flags & XEAP_EAPTLS_LENGTH && frag->message_len != rx->message_len)
		return -EBADMSG;
	return 0;
}

/* What holds of the message after any fragment. */
static int check_totals(const struct xeap_eaptls_rx *rx, bool announced)
{
	if (rx->message_len > XEAP_EAPTLS_MAX_MESSAGE || rx->received > XEAP_EAPTLS_MAX_MESSAGE ||
	    rx->fragments > XEAP_EAPTLS_MAX_FRAGMENTS)
		return -EMSGSIZE;
	if (announced && rx->received > rx->message_len)
		return -EBADMSG;
	if (announced && !rx->more && rx->received < rx->message_len)
		return -EBADMSG;
	return 0;
}

int xeap_eaptls_rx_add(struct xeap_eaptls_rx *rx, const struct xeap_eaptls *frag)
{
	bool more = frag->flags & XEAP_EAPTLS_MORE;
	struct xeap_eaptls_rx next = { 0 };
	int err;

	if (rx->more) {
		err = check_continuation(rx, frag);
		if (err)
			return err;
		next = *rx;
	} else if (frag->flags & XEAP_EAPTLS_LENGTH) {
		next.message_len = frag->message_len;
	}
	if (more && frag->data.len == 0)
		return -EBADMSG;
	if (frag->data.len > XEAP_EAPTLS_MAX_MESSAGE)
		return -EMSGSIZE;
	next.received += (uint32_t)frag->data.len;
	next.fragments++;
	next.more = more;
	err = check_totals(&next, next.message_len || frag->flags & XEAP_EAPTLS_LENGTH);
	if (!err)
		*rx = next;
	return err;
}
