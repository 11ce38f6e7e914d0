/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_AGENT_H
#define XEAP_TOOL_AGENT_H

#include "tool/prompt.h"

/*
 * A program that answers a question: one process for each, in a process group of its own, with the
 * question as one line of JSON on its standard input and the answer as JSON on its standard output.
 * It has as long as the supplicant waits; what is left of its group is killed when it ends, or when
 * the question does.
 *
 *	{"port":"eth0","method":"GTC","title":"…","text":"…","again":false,
 *	 "fields":[{"id":"response","label":"…","kind":"password","required":true}]}
 *
 *	{"fields":{"response":"123456"}}
 *
 * An exit status other than 0 cancels the question.
 */

#define AGENT_OUTPUT_MAX 16384

/* 0 or a negative errno. */
int agent_start(struct prompts *p, struct question *q);
/* Its question is none any more. */
void agent_forget(struct agent *a);
/* Its output or its end has come: the event's data.ptr. */
void agent_event(struct prompts *p, struct agent *a);
/* End all. */
void agents_end(struct prompts *p);

#endif
