/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/wipe.h>
#include <errno.h>
#include <method/tlv_answer.h>
#include <stdlib.h>

struct xeap_builder xeap_tlv_answer_add(struct xeap_tlv_answer *a)
{
	struct xeap_builder to = xeap_builder(a->head, sizeof(a->head));

	xeap_put_space(&to, a->len);
	return to;
}

void xeap_tlv_answer_keep(struct xeap_tlv_answer *a, const struct xeap_builder *to)
{
	a->len = xeap_builder_len(to);
}

int xeap_tlv_answer_send(struct xeap_tlv_answer *a, struct xeap_tunnel *t, enum xeap_tlv_type type,
			 struct xeap_span value)
{
	size_t size = a->len + XEAP_TLV_HEADER + value.len;
	uint8_t *message;
	struct xeap_builder to;
	int r;

	if (!a->len && !value.data)
		return 0;
	message = malloc(size);
	if (!message)
		return xeap_diag_set(&t->tls.why, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	to = xeap_builder(message, size);
	xeap_put_span(&to, xeap_span(a->head, a->len));
	if (value.data)
		xeap_tlv_put(&to, type, value);
	a->len = 0;
	r = to.bad ? xeap_diag_set(&t->tls.why, -EMSGSIZE, XEAP_E_AUTHENTICATION_FAILED,
				   "the answer inside the tunnel is too long")
		   : xeap_tunnel_write(t, xeap_span(message, xeap_builder_len(&to)));
	xeap_wipe(message, size);
	free(message);
	return r;
}
