/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PORT_VETH_H
#define XEAP_PORT_VETH_H

#include <net/if.h>
#include <stdint.h>

/* The veth pair of a funnel: its ends are xeap<…>-N, N even outside and odd inside. */
struct xeap_funnel_veth {
	char outer_name[IF_NAMESIZE], inner_name[IF_NAMESIZE];
	int outer, inner; /* ifindexes; 0: none */
};

/* Make one, up, with an alias that names this process. 0 or a negative errno. */
int xeap_funnel_veth_make(uint32_t mtu, struct xeap_funnel_veth *ret_veth);
void xeap_funnel_veth_remove(struct xeap_funnel_veth *veth);

/* Remove those of processes that are gone: the kernel keeps a netdev that nobody holds. */
void xeap_funnel_veth_sweep(void);

#endif
