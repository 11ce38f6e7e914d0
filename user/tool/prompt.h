/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_PROMPT_H
#define XEAP_TOOL_PROMPT_H

#include <stdbool.h>
#include <xeap/prompt.h>

/*
 * Asking people on behalf of supplicants: through a program that is started for each question, all
 * at once (agent.h), or at the terminal, one after the other (terminal.h). Everything happens in
 * the event loop: one descriptor becomes readable when prompts_turn() has something to do.
 */

struct agent;
struct report;
struct supplicant;
struct terminal;

/* What one supplicant asks; part of it. */
struct question {
	struct supplicant *supplicant;
	bool open;
	bool again;		   /* the last answer was refused */
	uint8_t *bytes;		   /* the UI context that prompt points into */
	struct xeap_prompt prompt; /* what is asked */
	struct agent *agent;	   /* the program that was started for it */
	struct question *next;	   /* in the terminal's queue */
};

struct prompts {
	struct report *report;
	const char *command;	   /* --agent, or NULL */
	struct terminal *terminal; /* or NULL */
	struct agent *agents;	   /* those that run */
	int epoll;		   /* of what is waited for; -1: nobody can be asked */
};

/* Find out who can be asked. 0 or a negative errno. */
int prompts_open(struct prompts *p, const char *command, struct report *report);
/* Ends what runs, and leaves the terminal as it was. */
void prompts_close(struct prompts *p);
bool prompts_somebody(const struct prompts *p);

/*
 * Ask what a session's UI context says, copied. The answer goes to supplicant_answer(), at the
 * earliest in prompts_turn(). 0 or a negative errno: nobody is asked.
 */
int prompts_ask(struct prompts *p, struct question *q, struct xeap_span context);
/* The question is none any more; not open is fine. */
void prompts_forget(struct prompts *p, struct question *q);

/* Take what has come. */
void prompts_turn(struct prompts *p);
/* Whether something waits that no descriptor tells of: turn again within a second. */
bool prompts_waiting(const struct prompts *p);

/*
 * For agent.c and terminal.c: close the question and hand the answer on; NULL: it was cancelled,
 * and what can be answered with no is answered so.
 */
void question_answer(struct question *q, const struct xeap_prompt *answers);

#endif
