/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What the kernel answers about a bridge port: the state of its link, an entry of its FDB. */
#include <errno.h>
#include <linux/netlink.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "link/brport.h"
#include "link/link_sock.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Nothing is sent here. */
int xeap_link_sock_ask(struct nl_sock *sock, struct nl_msg *msg, void *answer, size_t size)
{
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xeap_brport_entry entry;
	struct xeap_brport state;
	void *answer = malloc(size); /* where netlink wants it aligned, and ASan sees its end */

	if (!answer || size > XEAP_BRPORT_ANSWER) {
		free(answer);
		return 0;
	}
	memcpy(answer, data, size);
	if (!xeap_brport_parse(answer, (int)size, &state)) {
		if (!memchr(state.ifname, 0, sizeof(state.ifname)))
			abort();
		if (!state.bridge && (state.can_lock || state.locked))
			abort();
	}
	xeap_brport_parse_entry(answer, (int)size, &entry);
	free(answer);
	return 0;
}
