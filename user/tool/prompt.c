// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/prompt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/wipe.h"
#include "tool/agent.h"
#include "tool/answer.h"
#include "tool/supplicant.h"
#include "tool/terminal.h"

int prompts_open(struct prompts *p, const char *command, struct report *report)
{
	*p = (struct prompts){ .report = report, .command = command, .epoll = -1 };
	if (!command && !terminal_is_there())
		return 0;
	p->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (p->epoll < 0)
		return -errno;
	if (command)
		return 0;
	p->terminal = terminal_new(p->epoll, report);
	if (p->terminal)
		return 0;
	prompts_close(p);
	return -ENOMEM;
}

void prompts_close(struct prompts *p)
{
	agents_end(p);
	p->terminal = terminal_free(p->terminal);
	if (p->epoll >= 0)
		close(p->epoll);
	p->epoll = -1;
}

bool prompts_somebody(const struct prompts *p)
{
	return p->epoll >= 0;
}

static void drop(struct question *q)
{
	free(q->bytes);
	q->bytes = NULL;
	q->open = false;
	q->agent = NULL;
	q->next = NULL;
}

static int keep(struct question *q, struct xeap_span context)
{
	int err;

	q->bytes = malloc(context.len);
	if (!q->bytes)
		return -ENOMEM;
	memcpy(q->bytes, context.data, context.len);
	err = xeap_prompt_parse(xeap_span(q->bytes, context.len), &q->prompt);
	if (err)
		drop(q);
	else
		q->open = true;
	return err;
}

int prompts_ask(struct prompts *p, struct question *q, struct xeap_span context)
{
	int err = prompts_somebody(p) ? keep(q, context) : -ENOENT;

	if (err)
		return err;
	if (p->terminal)
		terminal_ask(p->terminal, q);
	else
		err = agent_start(p, q);
	if (err)
		drop(q);
	return err;
}

void prompts_forget(struct prompts *p, struct question *q)
{
	if (!q->open)
		return;
	if (p->terminal)
		terminal_forget(p->terminal, q);
	if (q->agent)
		agent_forget(q->agent);
	drop(q);
}

/*
 * One event at a time: what it leads to may end what another event of the same batch is about. A
 * loop's turn takes a bounded number.
 */
void prompts_turn(struct prompts *p)
{
	struct epoll_event e;

	if (!prompts_somebody(p))
		return;
	for (unsigned int i = 0; i < 64 && epoll_wait(p->epoll, &e, 1, 0) == 1; i++) {
		if (e.data.ptr)
			agent_event(p, e.data.ptr);
		else
			terminal_event(p->terminal);
	}
	if (p->terminal)
		terminal_turn(p->terminal);
}

bool prompts_waiting(const struct prompts *p)
{
	return p->terminal && terminal_is_waiting(p->terminal);
}

/* No to everything: a refused certificate gets its alert. False when no is no answer. */
static bool decline(struct xeap_prompt *prompt)
{
	for (uint32_t i = 0; i < prompt->count; i++)
		if (prompt->fields[i].kind == XEAP_FIELD_CONFIRM)
			prompt->fields[i].value = xeap_span("0", 1);
	return answer_is_whole(prompt);
}

void question_answer(struct question *q, const struct xeap_prompt *answers)
{
	XEAP_SECRET(bytes, XEAP_PROMPT_BYTES_MAX);
	struct xeap_prompt declined = q->prompt;
	int n = 0;

	if (!answers && decline(&declined))
		answers = &declined;
	if (answers)
		n = xeap_prompt_write(answers, bytes, sizeof(bytes));
	if (n < 0 || (size_t)n > sizeof(bytes))
		n = 0;
	drop(q);
	supplicant_answer(q->supplicant, xeap_span(bytes, (size_t)n));
}
