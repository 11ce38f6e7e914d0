// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/prompt.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/wipe.h"
#include "tool/agent.h"
#include "tool/answer.h"
#include "tool/supplicant.h"
#include "tool/terminal.h"
#include "tool/worker.h"

static int open_queue(struct prompts *p)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = p };

	p->epoll = epoll_create1(EPOLL_CLOEXEC);
	p->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (p->epoll < 0 || p->wake < 0)
		return -errno;
	return epoll_ctl(p->epoll, EPOLL_CTL_ADD, p->wake, &e) ? -errno : 0;
}

int prompts_open(struct prompts *p, const char *command, struct report *report)
{
	int err;

	*p = (struct prompts){ .report = report, .command = command, .epoll = -1, .wake = -1 };
	pthread_mutex_init(&p->lock, NULL);
	xeap_list_init(&p->fresh);
	xeap_list_init(&p->forgotten);
	if (!command && !terminal_is_there())
		return 0;
	err = open_queue(p);
	if (!err && !command) {
		p->terminal = terminal_new(p->epoll, report);
		err = p->terminal ? 0 : -ENOMEM;
	}
	if (err)
		prompts_close(p);
	return err;
}

bool prompts_somebody(const struct prompts *p)
{
	return p->epoll >= 0;
}

static void free_question(struct question *q)
{
	xeap_wipe(q->answer, sizeof(q->answer));
	free(q->bytes);
	free(q);
}

static struct question *new_question(struct prompts *p, const struct asking *a)
{
	struct question *q = calloc(1, sizeof(*q));

	if (!q)
		return NULL;
	xeap_list_init(&q->node);
	q->prompts = p;
	q->worker = a->worker;
	q->supplicant = a->supplicant;
	q->again = a->again;
	snprintf(q->name, sizeof(q->name), "%s", a->name);
	q->bytes = malloc(a->context.len);
	if (!q->bytes) {
		free_question(q);
		return NULL;
	}
	memcpy(q->bytes, a->context.data, a->context.len);
	if (!xeap_prompt_parse(xeap_span(q->bytes, a->context.len), &q->prompt))
		return q;
	free_question(q);
	return NULL;
}

static void enqueue(struct xeap_node *queue, struct question *q)
{
	const uint64_t one = 1;

	xeap_list_append(queue, &q->node);
	/* A counter that is full is readable, which is all that is asked of it. */
	if (write(q->prompts->wake, &one, sizeof(one)) < 0)
		return;
}

struct question *prompts_ask(struct prompts *p, const struct asking *a)
{
	struct question *q = prompts_somebody(p) ? new_question(p, a) : NULL;

	if (!q)
		return NULL;
	pthread_mutex_lock(&p->lock);
	enqueue(&p->fresh, q);
	pthread_mutex_unlock(&p->lock);
	return q;
}

void prompts_forget(struct question *q)
{
	struct prompts *p;
	bool mine = false;

	if (!q)
		return;
	p = q->prompts;
	pthread_mutex_lock(&p->lock);
	q->supplicant = NULL;
	mine = q->state == QUESTION_NEW;
	if (mine)
		xeap_list_remove(&q->node);
	else if (q->state == QUESTION_ASKED)
		enqueue(&p->forgotten, q);
	pthread_mutex_unlock(&p->lock);
	if (mine)
		free_question(q);
}

/* The first of a queue, off it; NULL when it is empty. */
static struct question *take(struct prompts *p, struct xeap_node *queue)
{
	struct question *q = NULL;

	pthread_mutex_lock(&p->lock);
	if (!xeap_list_empty(queue)) {
		q = XEAP_CONTAINER(queue->next, struct question, node);
		xeap_list_remove(&q->node);
		q->state = QUESTION_ASKED;
	}
	pthread_mutex_unlock(&p->lock);
	return q;
}

static void withdraw(struct prompts *p, struct question *q)
{
	if (p->terminal)
		terminal_forget(p->terminal, q);
	if (q->agent)
		agent_forget(q->agent);
	free_question(q);
}

static void put_questions(struct prompts *p)
{
	struct question *q;
	uint64_t count;

	if (read(p->wake, &count, sizeof(count)) < 0 && errno != EAGAIN)
		return;
	while ((q = take(p, &p->fresh))) {
		if (p->terminal)
			terminal_ask(p->terminal, q);
		else if (agent_start(p, q))
			question_answer(q, NULL);
	}
	while ((q = take(p, &p->forgotten)))
		withdraw(p, q);
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
	put_questions(p);
	for (unsigned int i = 0; i < 64 && epoll_wait(p->epoll, &e, 1, 0) == 1; i++) {
		if (e.data.ptr == p)
			put_questions(p);
		else if (e.data.ptr)
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

void prompts_close(struct prompts *p)
{
	struct question *q;

	if (!prompts_somebody(p))
		return;
	while ((q = take(p, &p->fresh)) || (q = take(p, &p->forgotten)))
		withdraw(p, q);
	agents_end(p);
	p->terminal = terminal_free(p->terminal);
	close(p->epoll);
	if (p->wake >= 0)
		close(p->wake);
	p->epoll = p->wake = -1;
}

/* No to everything: a refused certificate gets its alert. False when no is no answer. */
static bool decline(struct xeap_prompt *prompt)
{
	for (uint32_t i = 0; i < prompt->count; i++)
		if (prompt->fields[i].kind == XEAP_FIELD_CONFIRM)
			prompt->fields[i].value = xeap_span("0", 1);
	return answer_is_whole(prompt);
}

/* In the worker's thread. */
static void bring_answer(struct worker *w, void *arg)
{
	struct question *q = arg;

	/* Nobody else has it now: it is in no queue, and its supplicant is of this thread. */
	if (q->supplicant)
		supplicant_answer(q->supplicant, xeap_span(q->answer, q->answer_len));
	free_question(q);
}

/* One that was forgotten meanwhile waits in the other queue, and is freed from there. */
static bool conclude(struct question *q)
{
	bool wanted;

	pthread_mutex_lock(&q->prompts->lock);
	wanted = q->supplicant;
	if (wanted)
		q->state = QUESTION_ANSWERED;
	pthread_mutex_unlock(&q->prompts->lock);
	return wanted;
}

void question_answer(struct question *q, const struct xeap_prompt *answers)
{
	struct xeap_prompt declined = q->prompt;
	int n = 0;

	if (!answers && decline(&declined))
		answers = &declined;
	if (answers)
		n = xeap_prompt_write(answers, q->answer, sizeof(q->answer));
	if (n < 0 || (size_t)n > sizeof(q->answer))
		n = 0;
	q->answer_len = (size_t)n;
	q->agent = NULL;
	q->job = (struct job){ .fn = bring_answer, .arg = q };
	if (conclude(q))
		worker_give(q->worker, &q->job);
}
