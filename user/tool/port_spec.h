/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_PORT_SPEC_H
#define XEAP_TOOL_PORT_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* VLANs from first to last, outermost first; VID 0: no tag. */
struct vlan_range {
	uint16_t first[2], last[2];
};

/* One -p: a name or shell-style pattern, and the file its ports log in with. */
struct port_spec {
	char *pattern;
	struct vlan_range *vlans; /* NULL: untagged only */
	size_t vlan_count;
	const char *conf;   /* NULL: that of -c */
	bool is_pattern;    /* has * ? or [ */
	bool matched;	    /* it fits some netdev that was taken */
	size_t credentials; /* index into the loaded files */
};

/*
 * Add what one -p says, PORT[:VLANS][,PORT[:VLANS]…][=CONF]; conf points into it. 0, -ENOMEM, or
 * -EINVAL after one line on stderr. The list is to be freed either way.
 */
int port_specs_add(struct port_spec **specs, size_t *count, const char *text);
void port_specs_free(struct port_spec *specs, size_t count);

/* How many VLANs, or pairs of them, a range has. */
static inline uint32_t vlan_range_size(const struct vlan_range *r)
{
	return (uint32_t)(r->last[0] - r->first[0] + 1) * (uint32_t)(r->last[1] - r->first[1] + 1);
}

/* Whether a netdev's name is what a -p says. */
bool port_spec_fits(const struct port_spec *s, const char *ifname);

#endif
