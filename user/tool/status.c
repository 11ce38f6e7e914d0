// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/status.h"

#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tool/ask.h"
#include "tool/control.h"
#include "tool/exit.h"
#include "tool/option.h"
#include "tool/screen.h"
#include "tool/status_print.h"

static const char help_text[] =
	"usage: xeap status [option…]\n"
	"\n"
	"Show what a running 'xeap run' does: ports, supplicants, and all that is counted.\n"
	"\n"
	"      --json             one JSON object on one line\n"
	"      --prometheus       metrics in Prometheus' text format\n"
	"      --watch[=SECONDS]  again each second, with rates, until q or ^C\n"
	"      --stations         every supplicant, also where many share a port\n"
	"  -p, --port PORT[,PORT…]  only these ports: names or patterns ('eth*')\n"
	"      --control PATH     the socket of that process (/run/xeap/control)\n"
	"  -h, --help             this text\n"
	"\n"
	"Exit status: 0, 1 nobody could be asked, 2 the command line is wrong, 3 no permission.\n";

enum {
	OPT_JSON = 256,
	OPT_PROMETHEUS,
	OPT_WATCH,
	OPT_STATIONS,
	OPT_CONTROL,
};

static const struct option long_options[] = {
	{ "json", no_argument, NULL, OPT_JSON },
	{ "prometheus", no_argument, NULL, OPT_PROMETHEUS },
	{ "watch", optional_argument, NULL, OPT_WATCH },
	{ "stations", no_argument, NULL, OPT_STATIONS },
	{ "port", required_argument, NULL, 'p' },
	{ "control", required_argument, NULL, OPT_CONTROL },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

struct options {
	bool json, prometheus, help;
	const char *control;
	double watch; /* seconds; 0: once */
	struct request request;
};

/* Options */

#define wrong(...) option_wrong("status", __VA_ARGS__)

static int take_watch(struct options *o, const char *text)
{
	char *end;

	o->watch = text ? strtod(text, &end) : 1;
	if (text && (end == text || *end || !(o->watch >= 0.1 && o->watch <= 3600)))
		return wrong("--watch takes seconds from 0.1 to 3600");
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
	case OPT_JSON:
		o->json = true;
		return 0;
	case OPT_PROMETHEUS:
		o->prometheus = true;
		return 0;
	case OPT_WATCH:
		return take_watch(o, optarg);
	case OPT_STATIONS:
		o->request.stations = true;
		return 0;
	case OPT_CONTROL:
		o->control = optarg;
		return 0;
	case 'p':
		return take_ports(o, optarg);
	case 'h':
		o->help = true;
		return 0;
	}
	return -EINVAL; /* getopt has said why */
}

static int parse(struct options *o, int argc, char **argv)
{
	int option, err;

	*o = (struct options){ .control = CONTROL_PATH, .request.cmd = "status" };
	optind = 1;
	while ((option = getopt_long(argc, argv, "p:h", long_options, NULL)) != -1) {
		err = take_option(o, option);
		if (err)
			return err;
	}
	if (optind < argc && !o->help)
		return wrong("it takes no words but options: ports are named with -p");
	if (o->json && o->prometheus)
		return wrong("--json or --prometheus, not both");
	if (o->prometheus && o->watch > 0)
		return wrong("--prometheus and --watch: who scrapes, asks again himself");
	return 0;
}

/* Asking */

/* As it comes: it is a line of JSON already. */
static int copy_reply(struct answerer *a, struct xeap_diag *ret_why)
{
	int more;

	while ((more = ask_wait(a, ret_why)) == 1) {
		if (fwrite(a->bytes + a->taken, 1, a->len - a->taken, stdout) != a->len - a->taken)
			break;
		a->taken = a->len;
	}
	if (more >= 0 && (fflush(stdout) || ferror(stdout))) {
		snprintf(ret_why->text, sizeof(ret_why->text), "standard output: %s",
			 strerror(errno));
		return -EIO;
	}
	return more;
}

struct reading {
	struct answerer *a;
	struct xeap_diag *why;
	int err;
};

static size_t read_some(void *buffer, size_t size, void *data)
{
	struct reading *r = data;
	size_t n;

	r->err = ask_wait(r->a, r->why);
	if (r->err <= 0)
		return r->err ? (size_t)-1 : 0;
	n = r->a->len - r->a->taken;
	n = n < size ? n : size;
	memcpy(buffer, r->a->bytes + r->a->taken, n);
	r->a->taken += n;
	return n;
}

static int read_reply(struct answerer *a, json_t **ret_document, struct xeap_diag *ret_why)
{
	struct reading r = { a, ret_why, 0 };
	json_t *document = json_load_callback(read_some, &r, 0, NULL);

	if (r.err < 0) {
		json_decref(document);
		return r.err;
	}
	if (!json_is_object(document)) {
		json_decref(document);
		snprintf(
			ret_why->text, sizeof(ret_why->text),
			"the reply broke off: the process may have ended, or ask for less with -p");
		return -EPROTO;
	}
	*ret_document = document;
	return 0;
}

/* With --json *ret_document stays NULL. */
static int fetch(const struct options *o, json_t **ret_document, struct xeap_diag *ret_why)
{
	struct answerer a;
	int err = ask(&a, o->control, &o->request, ret_why);

	if (err)
		return err;
	err = o->json ? copy_reply(&a, ret_why) : read_reply(&a, ret_document, ret_why);
	ask_end(&a);
	return err;
}

/* Showing */

static double clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct shown {
	json_t *document;
	double at;
};

static void show(const struct options *o, struct screen *s, const struct shown *now,
		 const struct shown *before)
{
	struct status_view view = {
		.columns = s->columns,
		.rows = s->rows,
		.stations = o->request.stations,
		.before = before->document,
		.seconds = now->at - before->at,
	};

	screen_begin(s);
	if (o->prometheus)
		status_print_metrics(s->out, now->document);
	else
		status_print_table(s->out, now->document, &view);
	screen_end(s);
}

/* Ask, and show what was said beside what was said before. */
static int refresh(const struct options *o, struct screen *s, struct shown *before,
		   struct xeap_diag *ret_why)
{
	struct shown now = { NULL, clock_now() };
	int err = fetch(o, &now.document, ret_why);

	if (err)
		return err;
	if (now.document)
		show(o, s, &now, before);
	json_decref(before->document);
	*before = now;
	return s->failed ? -EIO : 0;
}

static int run(const struct options *o, struct screen *s, struct xeap_diag *ret_why)
{
	struct shown before = { NULL, 0 };
	double next = clock_now();
	int err;

	do {
		err = refresh(o, s, &before, ret_why);
		next += o->watch;
	} while (!err && o->watch > 0 && screen_wait(s, next - clock_now()));
	json_decref(before.document);
	return err;
}

int xeap_cmd_status(int argc, char **argv)
{
	struct xeap_diag why = { 0 };
	struct options o;
	struct screen s;
	int err;

	if (parse(&o, argc, argv)) {
		fputs("xeap status: see 'xeap status --help'\n", stderr);
		return XEAP_EXIT_USAGE;
	}
	if (o.help) {
		fputs(help_text, stdout);
		return XEAP_EXIT_OK;
	}
	screen_open(&s, o.watch > 0 && !o.json);
	err = run(&o, &s, &why);
	screen_close(&s);
	if (!err)
		return XEAP_EXIT_OK;
	if (*why.text)
		fprintf(stderr, "xeap status: %s\n", why.text);
	else
		fprintf(stderr, "xeap status: standard output: %s\n", strerror(EIO));
	return ask_exit_status(err);
}
