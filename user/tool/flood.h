/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_FLOOD_H
#define XEAP_TOOL_FLOOD_H

/* `xeap flood`. argv[0] is the command's name. Returns the exit status. */
int xeap_cmd_flood(int argc, char **argv);

#endif
