/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_EXIT_H
#define XEAP_TOOL_EXIT_H

/* Exit status of every command; xeap(1) tells it. */
enum xeap_exit {
	XEAP_EXIT_OK = 0,
	XEAP_EXIT_FAILED = 1, /* some port did not do what was asked */
	XEAP_EXIT_USAGE = 2,  /* the command line or a configuration is wrong */
	XEAP_EXIT_PERMISSION = 3,
};

#endif
