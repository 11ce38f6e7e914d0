/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_SIGNALS_H
#define XEAP_TOOL_SIGNALS_H

#include <stdbool.h>

/* What signals ask of a run. */
struct signals {
	bool stop;
	bool hand_over; /* TAKEOVER_SIGNAL */
};

/*
 * Block them for this thread and those that it starts. Returns a descriptor that is readable when
 * one came, or -1.
 */
int signals_open(void);
/* Those that came since; what was asked before stays. */
void signals_take(int fd, struct signals *s);

#endif
