/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_TICKETS_GATHER_H
#define XEAP_TOOL_TICKETS_GATHER_H

#include "tool/tickets.h"
#include "tool/worker.h"

struct report;
struct supplicant;

/* Tickets of the supplicants of `xeap run`. */

/* What supplicant `s` has just begun to keep sessions in, it may have from the file. */
void tickets_give(struct supplicant *s);

/*
 * Write the file when its time has come. Not from a worker's thread; workers are asked bit by bit,
 * so that their frames do not wait. What goes wrong is reported.
 */
void tickets_turn(struct tickets *t, struct worker *workers, unsigned int count,
		  struct report *report, xeap_time now);
/* At the end, when no session runs any more. */
void tickets_finish(struct tickets *t, struct worker *workers, unsigned int count,
		    struct report *report);

#endif
