/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_FLOOD_FRAMES_H
#define XEAP_TOOL_FLOOD_FRAMES_H

#include "flood/flood.h"
#include "tool/flood_options.h"

/* The frames that the options ask for, from a netdev with this address. */
void flood_frames_build(struct flood_frames *ret, const struct flood_options *o,
			const uint8_t own[6]);

#endif
