/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_BENCH_PORTS_H
#define XEAP_TOOL_BENCH_PORTS_H

#include <xeap/link.h>

#include "base/map.h"
#include "tool/bench_options.h"
#include "tool/bench_result.h"

struct bench_supplicant;

/* A netdev that supplicants of a run live on; one thread serves it. */
struct bench_port {
	struct xeap_link link;
	const struct port_spec *spec;
	unsigned int worker;
	uint32_t supplicants;
	/* the main thread's, while it runs */
	bool away, gone;
	uint32_t lost; /* times that it went down, or away */
	/* the worker's */
	struct xeap_port *port;
	uint32_t max_packet; /* EAP bytes that a frame holds */
	struct xeap_map by_address;
	uint64_t strays; /* frames for nobody here */
};

/* An untagged link, or one VLAN of it. */
struct bench_lan {
	struct bench_port *port;
	uint16_t vid[2]; /* outermost first; 0: none */
	uint32_t supplicants;
	struct bench_supplicant *last; /* the only one where there is one */
};

struct bench_ports {
	struct bench_port *ports;
	size_t count;
	struct bench_lan *lans;
	size_t lan_count;
	struct xeap_links *links; /* what becomes of them */
};

/*
 * Find the netdevs that -p means. 0, or a negative errno with why: none is there, one carries the
 * default route, or memory is short. To be freed either way.
 */
int bench_ports_find(struct bench_ports *p, const struct bench_options *o,
		     struct xeap_diag *ret_why);
void bench_ports_free(struct bench_ports *p);

/* Readable when something may have become of a port; -1: nobody listens. */
int bench_ports_fd(const struct bench_ports *p);

/* See what became of them, without waiting; whether one of them is left. */
bool bench_ports_look(struct bench_ports *p);

/* At the end, with the ports still open: what a reader of the result has to know of them. */
void bench_ports_tell(const struct bench_ports *p, struct bench_result *result);

#endif
