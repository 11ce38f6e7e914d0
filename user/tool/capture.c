// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/fd.h"
#include "tool/ask.h"
#include "tool/control.h"
#include "tool/exit.h"
#include "tool/option.h"
#include "tool/pcapng.h"

static const char help_text[] =
	"usage: xeap capture -w FILE [option…]\n"
	"\n"
	"Write what the rings of a running 'xeap run' carry, both ways, as pcapng: tcpdump does\n"
	"not see those frames.\n"
	"\n"
	"  -w, --write FILE         to this file; '-' is standard output\n"
	"  -p, --port PORT[,PORT…]  only these ports: names or patterns ('eth*'); may be repeated\n"
	"  -c, --count COUNT        end after so many frames\n"
	"      --control PATH       the socket of that process (/run/xeap/control)\n"
	"  -h, --help               this text\n"
	"\n"
	"It ends on ^C, when that process ends, and when nobody reads its output any more.\n"
	"\n"
	"Exit status: 0, 1 nobody could be asked or the file could not be written, 2 the command\n"
	"line is wrong, 3 no permission.\n";

enum {
	OPT_CONTROL = 256,
};

static const struct option long_options[] = {
	{ "write", required_argument, NULL, 'w' },
	{ "port", required_argument, NULL, 'p' },
	{ "count", required_argument, NULL, 'c' },
	{ "control", required_argument, NULL, OPT_CONTROL },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

struct options {
	const char *control, *file;
	bool help;
	struct request request;
};

/* A reply on its way into the file, a block at a time: what is written is always whole. */
struct writing {
	int fd;
	size_t len;
	uint8_t block[65536];
	uint64_t frames, lost;
};

/* Options */

#define wrong(...) option_wrong("capture", __VA_ARGS__)

static int take_count(struct options *o, const char *text)
{
	char *end;

	errno = 0;
	o->request.count = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || !o->request.count ||
	    o->request.count > INT64_MAX)
		return wrong("--count takes a whole number from 1 on");
	return 0;
}

static int take_ports(struct options *o, const char *list)
{
	struct xeap_diag why = { 0 };

	return request_add_ports(&o->request, list, &why) ? wrong("%s", why.text) : 0;
}

static int take_option(struct options *o, int option)
{
	switch (option) {
	case 'w':
		o->file = optarg;
		return 0;
	case 'p':
		return take_ports(o, optarg);
	case 'c':
		return take_count(o, optarg);
	case OPT_CONTROL:
		o->control = optarg;
		return 0;
	case 'h':
		o->help = true;
		return 0;
	}
	return -EINVAL; /* getopt has said why */
}

static int parse(struct options *o, int argc, char **argv)
{
	int option, err;

	*o = (struct options){ .control = CONTROL_PATH, .request.cmd = "capture" };
	optind = 1;
	while ((option = getopt_long(argc, argv, "w:p:c:h", long_options, NULL)) != -1) {
		err = take_option(o, option);
		if (err)
			return err;
	}
	if (o->help)
		return 0;
	if (optind < argc)
		return wrong("it takes no words but options: ports are named with -p");
	if (!o->file || !*o->file)
		return wrong("no file given: name one with -w, or '-' for standard output");
	if (!strcmp(o->file, "-") && isatty(STDOUT_FILENO))
		return wrong("standard output is a terminal: send it to a file or a program");
	return 0;
}

/* Signals: the first asks the other side to come to the end, the second does not ask. */

static volatile sig_atomic_t asked_on = -1;

static void ask_for_the_end(int signal)
{
	struct answerer a = { .fd = asked_on };

	ask_stop(&a);
}

static void take_signals(int fd)
{
	static const int those[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction a = { .sa_handler = ask_for_the_end, .sa_flags = (int)SA_RESETHAND };

	asked_on = fd;
	sigemptyset(&a.sa_mask);
	for (size_t i = 0; i < sizeof(those) / sizeof(those[0]); i++)
		sigaction(those[i], &a, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* Output */

static int broken(const struct options *o, int err, struct xeap_diag *ret_why)
{
	snprintf(ret_why->text, sizeof(ret_why->text), "%.200s: %s",
		 strcmp(o->file, "-") ? o->file : "standard output", strerror(-err));
	return err;
}

/* There may be secrets in what is captured. */
static int open_file(const struct options *o, struct writing *w, struct xeap_diag *ret_why)
{
	if (!strcmp(o->file, "-"))
		w->fd = STDOUT_FILENO;
	else
		w->fd = open(o->file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	return w->fd < 0 ? broken(o, -errno, ret_why) : 0;
}

static void note(struct writing *w, enum pcapng_block kind)
{
	uint64_t kept, lost;

	if (kind == PCAPNG_BLOCK_FRAME)
		w->frames++;
	else if (kind == PCAPNG_BLOCK_STATISTICS &&
		 pcapng_read_statistics(w->block, w->len, &kept, &lost))
		w->lost += lost;
}

/* How many bytes more the block that has begun needs; 0: it makes no sense. */
static size_t needed(const struct writing *w, enum pcapng_block *ret_kind)
{
	size_t total;

	if (w->len < PCAPNG_HEAD)
		return PCAPNG_HEAD - w->len;
	total = pcapng_head(w->block, ret_kind);
	return total > w->len && total <= sizeof(w->block) ? total - w->len : 0;
}

/* Write the blocks that are whole, keep what is begun. */
static int take_bytes(struct writing *w, struct answerer *a)
{
	enum pcapng_block kind = PCAPNG_BLOCK_KIND_MAX;

	while (a->taken < a->len) {
		size_t want = needed(w, &kind), has = a->len - a->taken;
		int err;

		has = has < want ? has : want;
		memcpy(w->block + w->len, a->bytes + a->taken, has);
		w->len += has;
		a->taken += has;
		if (w->len == PCAPNG_HEAD && !needed(w, &kind))
			return -EBADMSG;
		if (has < want || w->len == PCAPNG_HEAD)
			continue;
		err = xeap_fd_write(w->fd, xeap_span(w->block, w->len));
		if (err)
			return err;
		note(w, kind);
		w->len = 0;
	}
	return 0;
}

/* Until the reply goes on. False: nobody reads what is written any more. */
static bool wait_for_more(const struct writing *w, const struct answerer *a)
{
	struct pollfd p[] = { { a->fd, POLLIN, 0 }, { w->fd, 0, 0 } };

	while (poll(p, 2, -1) < 0 && errno == EINTR)
		;
	return !(p[1].revents & POLLERR);
}

static int copy(const struct options *o, struct writing *w, struct answerer *a,
		struct xeap_diag *ret_why)
{
	int more = 1, err = 0;

	while (!err && more == 1 && wait_for_more(w, a)) {
		more = ask_wait(a, ret_why);
		if (more == 1)
			err = take_bytes(w, a);
		if (more == -EINTR)
			more = 1;
	}
	if (err == -EPIPE)
		return 0;
	if (err == -EBADMSG)
		return xeap_diag_set(ret_why, err, XEAP_E_NOT_SUPPORTED,
				     "%s does not answer with a capture: is it a xeap run's?",
				     o->control);
	if (err)
		return broken(o, err, ret_why);
	return more < 0 ? more : 0;
}

/* What was refused leaves no file behind. */
static int capture(const struct options *o, struct writing *w, struct answerer *a,
		   struct xeap_diag *ret_why)
{
	int err = ask_wait(a, ret_why);

	if (err == 1)
		err = open_file(o, w, ret_why);
	if (!err && w->fd >= 0)
		err = copy(o, w, a, ret_why);
	if (w->fd > STDERR_FILENO && close(w->fd) && !err)
		err = broken(o, -errno, ret_why);
	return err;
}

static int run(const struct options *o, struct writing *w, struct xeap_diag *ret_why)
{
	struct answerer a;
	int err = ask(&a, o->control, &o->request, ret_why);

	if (err)
		return err;
	take_signals(a.fd);
	err = capture(o, w, &a, ret_why);
	ask_end(&a);
	return err;
}

int xeap_cmd_capture(int argc, char **argv)
{
	static struct writing w = { .fd = -1 };
	struct xeap_diag why = { 0 };
	struct options o;
	int err;

	if (parse(&o, argc, argv)) {
		fputs("xeap capture: see 'xeap capture --help'\n", stderr);
		return XEAP_EXIT_USAGE;
	}
	if (o.help) {
		fputs(help_text, stdout);
		return XEAP_EXIT_OK;
	}
	err = run(&o, &w, &why);
	if (err) {
		fprintf(stderr, "xeap capture: %s\n", why.text);
		return ask_exit_status(err);
	}
	fprintf(stderr, "%" PRIu64 " frames written, %" PRIu64 " lost\n", w.frames, w.lost);
	return XEAP_EXIT_OK;
}
