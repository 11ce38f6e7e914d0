/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_STEER_H
#define XEAP_TOOL_STEER_H

/* Where pins are when nobody says where. */
#define XEAP_PIN_DIR_DEFAULT "/sys/fs/bpf/xeap"

/* `xeap steer`. argv[0] is the command's name. Returns the exit status. */
int xeap_cmd_steer(int argc, char **argv);

#endif
