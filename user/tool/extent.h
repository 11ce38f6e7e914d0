/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_EXTENT_H
#define XEAP_TOOL_EXTENT_H

#include "tool/run_options.h"

/* How much there is to serve, which rings and maps are made for. */
struct extent {
	unsigned int ports;
	uint64_t supplicants; /* of all of them */
};

/* What is there now, as far as names tell. */
struct extent extent_now(const struct run_options *o);

/* Frames of a worker's funnel: four a port, with some to spare for ports that come later. */
uint32_t extent_funnel_frames(const struct run_options *o, const struct extent *e);
/* The XDP program's maps, with room for as much again. */
struct xeap_steer_options extent_steer(const struct run_options *o, const struct extent *e);

#endif
