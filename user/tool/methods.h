/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_METHODS_H
#define XEAP_TOOL_METHODS_H

int xeap_cmd_methods(int argc, char **argv);

#endif
