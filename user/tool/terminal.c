// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/terminal.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <termios.h>
#include <unistd.h>

#include "base/wipe.h"
#include "tool/answer.h"
#include "tool/report.h"

#define FD STDIN_FILENO
#define LINE_MAX_BYTES (XEAP_PROMPT_TEXT_MAX - 1)

struct terminal {
	int epoll;
	struct report *report;
	struct question *first; /* the queue */
	struct question *shown; /* NULL or first */
	uint32_t field;		/* that is being asked */
	struct xeap_prompt answers;
	char value[XEAP_PROMPT_FIELDS_MAX][XEAP_PROMPT_TEXT_MAX];
	char line[XEAP_PROMPT_TEXT_MAX];
	size_t len;
	bool too_long; /* the line that is being typed */
	bool hidden;   /* no echo: `before` is to be restored */
	struct termios before;
};

bool terminal_is_there(void)
{
	return isatty(FD) && isatty(STDERR_FILENO);
}

struct terminal *terminal_new(int epoll, struct report *report)
{
	struct terminal *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->epoll = epoll;
	t->report = report;
	return t;
}

/* Reading the terminal from the background would stop the program. */
static bool is_ours(void)
{
	return tcgetpgrp(FD) == getpgrp();
}

static void hide(struct terminal *t)
{
	struct termios quiet;

	if (t->hidden || tcgetattr(FD, &t->before))
		return;
	quiet = t->before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK);
	quiet.c_lflag |= ICANON | ECHONL;
	quiet.c_cc[VSUSP] = _POSIX_VDISABLE;
	/* What was typed before is not meant for this question, and was seen. */
	tcflush(FD, TCIFLUSH);
	t->hidden = tcsetattr(FD, TCSANOW, &quiet) == 0;
}

static void unhide(struct terminal *t)
{
	if (t->hidden)
		tcsetattr(FD, TCSANOW, &t->before);
	t->hidden = false;
}

static void forget_line(struct terminal *t)
{
	xeap_wipe(t->line, sizeof(t->line));
	t->len = 0;
	t->too_long = false;
}

static bool is_secret(const struct xeap_field *f)
{
	return f->kind == XEAP_FIELD_PASSWORD || f->kind == XEAP_FIELD_PIN;
}

static const char *hint(const struct xeap_field *f)
{
	if (f->kind == XEAP_FIELD_CONFIRM)
		return " [y/N]";
	return f->value.len && !is_secret(f) ? " [Enter: as it is]" : "";
}

/* Ask the next field that takes an answer. False when there is none left. */
static bool ask_field(struct terminal *t)
{
	struct xeap_field *f;

	for (; t->field < t->answers.count; t->field++) {
		f = &t->answers.fields[t->field];
		if (f->kind != XEAP_FIELD_NOTE)
			break;
		fprintf(stderr, "%s\n", f->label);
	}
	if (t->field == t->answers.count)
		return false;
	f = &t->answers.fields[t->field];
	if (is_secret(f))
		hide(t);
	else
		unhide(t);
	fprintf(stderr, "%s%s: ", f->label, hint(f));
	fflush(stderr);
	return true;
}

static void leave(struct terminal *t)
{
	unhide(t);
	epoll_ctl(t->epoll, EPOLL_CTL_DEL, FD, NULL);
	forget_line(t);
	xeap_wipe(t->value, sizeof(t->value));
	t->shown = NULL;
	report_hold(t->report, false);
}

/* NULL: cancelled. */
static void finish(struct terminal *t, bool answered)
{
	struct question *q = t->shown;

	/* The answer may lead to the next question of the same port, in this queue. */
	t->first = q->next;
	t->shown = NULL;
	unhide(t);
	question_answer(q, answered ? &t->answers : NULL);
	leave(t);
}

static void show(struct terminal *t)
{
	struct question *q = t->first;
	struct epoll_event e = { .events = EPOLLIN };

	report_hold(t->report, true);
	t->shown = q;
	t->field = 0;
	t->answers = q->prompt;
	fprintf(stderr, "\n%s: %s (EAP-%s)\n%s%s\n", q->name, q->prompt.title, q->prompt.method,
		q->again ? "The last answer was refused.\n" : "", q->prompt.text);
	if (!ask_field(t) || epoll_ctl(t->epoll, EPOLL_CTL_ADD, FD, &e))
		finish(t, answer_is_whole(&t->answers));
}

static bool is_yes(const char *line)
{
	return *line == 'y' || *line == 'Y';
}

/* Nothing typed keeps what was there. */
static void take_value(struct terminal *t, struct xeap_field *f)
{
	char *value = t->value[t->field];

	if (f->kind == XEAP_FIELD_CONFIRM)
		t->len = (size_t)snprintf(t->line, sizeof(t->line), "%d", is_yes(t->line));
	if (!t->len)
		return;
	memcpy(value, t->line, t->len);
	f->value = xeap_span(value, t->len);
}

/* A line is whole. */
static void take_line(struct terminal *t)
{
	struct xeap_field *f = &t->answers.fields[t->field];
	bool too_long = t->too_long;

	t->line[t->len] = '\0';
	if (!too_long)
		take_value(t, f);
	forget_line(t);
	if (too_long)
		fputs("That is too long.\n", stderr);
	else if (f->value.len || !(f->flags & XEAP_FIELD_F_REQUIRED))
		t->field++;
	if (!ask_field(t))
		finish(t, true);
}

static void take_byte(struct terminal *t, char c)
{
	if (c == '\n')
		take_line(t);
	else if (t->len < LINE_MAX_BYTES)
		t->line[t->len++] = c;
	else
		t->too_long = true;
}

/* A terminal gives at most one line at a time; end of file (^D) and errors cancel. */
void terminal_event(struct terminal *t)
{
	XEAP_SECRET(typed, 256);
	ssize_t n;

	if (!t->shown || !is_ours())
		return;
	n = read(FD, typed, sizeof(typed));
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		fputs("\n", stderr);
		finish(t, false);
		return;
	}
	for (ssize_t i = 0; i < n && t->shown; i++)
		take_byte(t, (char)typed[i]);
}

void terminal_ask(struct terminal *t, struct question *q)
{
	struct question **last = &t->first;

	while (*last)
		last = &(*last)->next;
	q->next = NULL;
	*last = q;
}

void terminal_forget(struct terminal *t, struct question *q)
{
	struct question **at = &t->first;

	while (*at && *at != q)
		at = &(*at)->next;
	if (*at)
		*at = q->next;
	if (t->shown != q)
		return;
	fputs("\nNo longer asked.\n", stderr);
	leave(t);
	tcflush(FD, TCIFLUSH);
}

void terminal_turn(struct terminal *t)
{
	if (t->first && !t->shown && is_ours())
		show(t);
}

bool terminal_is_waiting(const struct terminal *t)
{
	return t->first && (!t->shown || !is_ours());
}

struct terminal *terminal_free(struct terminal *t)
{
	if (!t)
		return NULL;
	if (t->shown)
		fputs("\n", stderr);
	unhide(t);
	xeap_wipe(t, sizeof(*t));
	free(t);
	return NULL;
}
