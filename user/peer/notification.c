/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "peer/peer.h"

#include <stdlib.h>

#include "base/printable.h"

char *xeap_peer_printable(struct xeap_span text)
{
	size_t room = text.len < XEAP_PEER_NOTIFICATION_TEXT ? text.len + 1
							     : XEAP_PEER_NOTIFICATION_TEXT;
	char *out = calloc(1, room);

	if (out)
		xeap_printable(text, false, out, room);
	return out;
}
