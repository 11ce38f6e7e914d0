/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_PROMPT_H
#define XEAP_TOOL_PROMPT_H

#include <pthread.h>
#include <stdbool.h>
#include <xeap/prompt.h>

#include "base/list.h"
#include "tool/worker.h"

/*
 * Asking people on behalf of supplicants: through a program that is started for each question, all
 * at once (agent.h), or at the terminal, one after the other (terminal.h).
 *
 * Supplicants live in workers; people are asked by the main thread alone. A question goes to it
 * through a queue, its answer comes back as a job of the worker.
 */

struct agent;
struct report;
struct supplicant;
struct terminal;

enum question_state {
	QUESTION_NEW,	   /* in prompts.fresh */
	QUESTION_ASKED,	   /* of an agent or at the terminal */
	QUESTION_ANSWERED, /* a job of the worker brings the answer */
	QUESTION_STATE_MAX
};

/* What one supplicant asks. Under prompts.lock: node, state, supplicant, forgotten. */
struct question {
	struct xeap_node node; /* in prompts.fresh or .forgotten */
	enum question_state state;
	struct prompts *prompts;
	struct worker *worker;
	struct supplicant *supplicant; /* NULL: it no longer wants to know */
	char name[48];		       /* the supplicant's, for people */
	bool again;		       /* the last answer was refused */
	uint8_t *bytes;		       /* the UI context that prompt points into */
	struct xeap_prompt prompt;     /* what is asked */
	struct agent *agent;	       /* the program that was started for it */
	struct question *next;	       /* in the terminal's queue */
	struct job job;		       /* that brings the answer */
	size_t answer_len;	       /* 0: cancelled */
	uint8_t answer[XEAP_PROMPT_BYTES_MAX];
};

struct prompts {
	struct report *report;
	const char *command;	   /* --agent, or NULL */
	struct terminal *terminal; /* or NULL */
	struct agent *agents;	   /* those that run */
	int epoll;		   /* of what is waited for; -1: nobody can be asked */
	int wake;		   /* eventfd in it: fresh or forgotten has something */
	pthread_mutex_t lock;
	struct xeap_node fresh, forgotten;
};

/* Find out who can be asked. 0 or a negative errno. */
int prompts_open(struct prompts *p, const char *command, struct report *report);
/* Ends what runs, and leaves the terminal as it was. All supplicants are gone. */
void prompts_close(struct prompts *p);
bool prompts_somebody(const struct prompts *p);

/* What somebody asks. */
struct asking {
	struct worker *worker;
	struct supplicant *supplicant;
	const char *name;
	bool again;
	struct xeap_span context; /* a session's UI context, copied */
};

/*
 * From a worker: ask. The answer comes to supplicant_answer() in a later turn of the worker. NULL:
 * nobody is asked.
 */
struct question *prompts_ask(struct prompts *p, const struct asking *a);
/* From a worker: the question is none any more; its answer will not come. NULL is accepted. */
void prompts_forget(struct question *q);

/* From the main thread: take what has come. */
void prompts_turn(struct prompts *p);
/* Whether something waits that no descriptor tells of: turn again within a second. */
bool prompts_waiting(const struct prompts *p);

/*
 * For agent.c and terminal.c: close the question and hand the answer on; NULL: it was cancelled,
 * and what can be answered with no is answered so.
 */
void question_answer(struct question *q, const struct xeap_prompt *answers);

#endif
