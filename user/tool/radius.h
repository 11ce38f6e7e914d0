/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_RADIUS_H
#define XEAP_TOOL_RADIUS_H

/* xeap radius; returns an enum xeap_exit. */
int xeap_cmd_radius(int argc, char **argv);

#endif
