// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/extent.h"

#include <net/if.h>

#include "tool/netport.h"

#define FUNNEL_FRAMES_MIN 256
#define FUNNEL_FRAMES_MAX 65536
#define PORTS_MIN 64	      /* reckoned with, should there be fewer */
#define ENTRIES_MAX (1 << 24) /* that the XDP program's maps can have */

struct extent extent_now(const struct run_options *o)
{
	struct if_nameindex *all = if_nameindex();
	struct extent e = { 0 };

	for (const struct if_nameindex *i = all; i && i->if_name; i++) {
		const struct port_spec *spec = run_options_match(o, i->if_name);

		if (!spec)
			continue;
		e.ports++;
		e.supplicants += netport_size(o, spec);
	}
	if (all)
		if_freenameindex(all);
	return e;
}

uint32_t extent_funnel_frames(const struct run_options *o, const struct extent *e)
{
	uint64_t want = 4 * (uint64_t)e->ports * (o->stations ? o->stations : 1) / o->workers;
	uint32_t n = FUNNEL_FRAMES_MIN;

	while (n < want && n < FUNNEL_FRAMES_MAX)
		n *= 2;
	return n;
}

/* 0, what the library has by itself, where that is enough. */
static uint32_t entries(uint64_t want, uint32_t by_itself)
{
	if (want <= by_itself)
		return 0;
	return want < ENTRIES_MAX ? (uint32_t)want : ENTRIES_MAX;
}

struct xeap_steer_options extent_steer(const struct run_options *o, const struct extent *e)
{
	uint64_t ports = 2 * (uint64_t)(e->ports > PORTS_MIN / 2 ? e->ports : PORTS_MIN / 2);
	uint64_t lans = e->supplicants / (o->stations ? o->stations : 1);
	bool by_station = o->protect.gate == XEAP_GATE_STATION;

	return (struct xeap_steer_options){
		.size = sizeof(struct xeap_steer_options),
		.max_vlans = entries(2 * lans, 16 * 4096),
		.max_stations = entries(ports * o->protect.max_stations, 4096),
		.max_authorized = entries(by_station ? 2 * e->supplicants : 0, 4096),
	};
}
