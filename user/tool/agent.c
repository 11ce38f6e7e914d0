// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/wipe.h"
#include "tool/answer.h"
#include "tool/command.h"
#include "tool/json.h"
#include "tool/report.h"

struct agent {
	struct agent *next;
	struct question *question; /* NULL: forgotten, only its end is waited for */
	pid_t pid;
	int pidfd, output;
	size_t len;
	char text[AGENT_OUTPUT_MAX];
	bool too_long;
};

static const char *const kind_name[XEAP_FIELD_KIND_MAX] = {
	[XEAP_FIELD_NOTE] = "note",	    [XEAP_FIELD_TEXT] = "text",
	[XEAP_FIELD_PASSWORD] = "password", [XEAP_FIELD_PIN] = "pin",
	[XEAP_FIELD_CONFIRM] = "confirm",
};

static void write_fields(FILE *out, const struct xeap_prompt *prompt)
{
	fputs(",\"fields\":[", out);
	for (uint32_t i = 0; i < prompt->count; i++) {
		const struct xeap_field *f = &prompt->fields[i];
		struct json j;

		if (i)
			putc(',', out);
		json_begin(&j, out);
		json_string(&j, "id", f->id);
		json_string(&j, "label", f->label);
		json_string(&j, "kind", kind_name[f->kind]);
		json_bool(&j, "required", f->flags & XEAP_FIELD_F_REQUIRED);
		putc('}', out);
	}
	putc(']', out);
}

static void write_question(FILE *out, const struct question *q)
{
	struct json j;

	json_begin(&j, out);
	json_string(&j, "port", q->name);
	json_string(&j, "method", q->prompt.method);
	json_string(&j, "title", q->prompt.title);
	json_string(&j, "text", q->prompt.text);
	json_bool(&j, "again", q->again);
	write_fields(out, &q->prompt);
	json_end(&j);
}

/* The question as a file: the program reads it when it likes, and nobody waits for a full pipe. */
static int question_file(const struct question *q)
{
	int fd = memfd_create("xeap-question", MFD_CLOEXEC);
	FILE *out = fd >= 0 ? fdopen(dup(fd), "w") : NULL;
	bool written;

	if (!out) {
		if (fd >= 0)
			close(fd);
		return -ENFILE;
	}
	write_question(out, q);
	written = !fclose(out);
	if (written && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	close(fd);
	return -EIO;
}

/* Start it, with a pipe for what it says. */
static int run(struct agent *a, const char *command, int input)
{
	int ends[2], err;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	err = fcntl(ends[0], F_SETFL, O_NONBLOCK) ? -errno
						  : command_start(command, input, ends[1], &a->pid);
	close(ends[1]);
	if (err)
		close(ends[0]);
	else
		a->output = ends[0];
	return err;
}

static void kill_group(const struct agent *a)
{
	kill(-a->pid, SIGKILL);
}

static int watch(const struct prompts *p, struct agent *a)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = a };

	a->pidfd = pidfd_open(a->pid, 0);
	if (a->pidfd < 0 || epoll_ctl(p->epoll, EPOLL_CTL_ADD, a->pidfd, &e) ||
	    epoll_ctl(p->epoll, EPOLL_CTL_ADD, a->output, &e))
		return -errno;
	return 0;
}

static void free_agent(struct agent *a)
{
	if (a->output >= 0)
		close(a->output);
	if (a->pidfd >= 0)
		close(a->pidfd);
	xeap_wipe(a, sizeof(*a));
	free(a);
}

/* Kill what is left of the group while its leader, not yet reaped, keeps the number taken. */
static int reap(struct agent *a)
{
	int status = -1;

	kill_group(a);
	while (waitpid(a->pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

int agent_start(struct prompts *p, struct question *q)
{
	struct agent *a = calloc(1, sizeof(*a));
	int input = a ? question_file(q) : -ENOMEM, err;

	if (input < 0) {
		free(a);
		return input;
	}
	a->output = a->pidfd = -1;
	err = run(a, p->command, input);
	close(input);
	if (!err) {
		err = watch(p, a);
		if (err)
			reap(a);
	}
	if (err) {
		free_agent(a);
		return err;
	}
	a->question = q;
	q->agent = a;
	a->next = p->agents;
	p->agents = a;
	return 0;
}

void agent_forget(struct agent *a)
{
	a->question = NULL;
	kill_group(a);
}

/* Take what is in the pipe. One that says too much is ended. */
static void read_output(struct prompts *p, struct agent *a)
{
	while (a->output >= 0) {
		size_t room = sizeof(a->text) - a->len;
		char beyond;
		ssize_t n = read(a->output, room ? a->text + a->len : &beyond, room ? room : 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n > 0 && room) {
			a->len += (size_t)n;
			continue;
		}
		a->too_long = n > 0;
		if (a->too_long)
			kill_group(a);
		epoll_ctl(p->epoll, EPOLL_CTL_DEL, a->output, NULL);
		close(a->output);
		a->output = -1;
	}
}

static void complain(struct prompts *p, const struct question *q, const char *what)
{
	char text[128];

	snprintf(text, sizeof(text), "%s: the agent %s", q->name, what);
	report_warning(p->report, text);
}

/* A cancelled question needs no word; anything else that is no answer does. */
static bool may_answer(struct prompts *p, const struct agent *a, int status)
{
	if (WIFSIGNALED(status) && !a->too_long)
		complain(p, a->question, "was killed by a signal");
	else if (a->too_long)
		complain(p, a->question, "says more than 16 KiB");
	return !a->too_long && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void judge(struct prompts *p, struct agent *a, int status)
{
	struct question *q = a->question;
	struct xeap_prompt answers = q->prompt;
	void *root;

	if (!may_answer(p, a, status)) {
		question_answer(q, NULL);
		return;
	}
	if (!answer_read(a->text, a->len, &answers, &root)) {
		complain(p, q, "gave no answer that is one: see xeap(1)");
		question_answer(q, NULL);
		return;
	}
	question_answer(q, &answers);
	answer_free(root);
}

static void unlink_agent(struct prompts *p, struct agent *a)
{
	struct agent **at = &p->agents;

	while (*at != a)
		at = &(*at)->next;
	*at = a->next;
}

static bool has_ended(const struct agent *a)
{
	siginfo_t info = { 0 };

	return waitid(P_PIDFD, (id_t)a->pidfd, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid == a->pid;
}

void agent_event(struct prompts *p, struct agent *a)
{
	bool ended = has_ended(a);
	int status;

	read_output(p, a);
	if (!ended)
		return;
	unlink_agent(p, a);
	status = reap(a);
	if (a->question)
		judge(p, a, status);
	free_agent(a);
}

void agents_end(struct prompts *p)
{
	while (p->agents) {
		struct agent *a = p->agents;

		p->agents = a->next;
		reap(a);
		free_agent(a);
	}
}
