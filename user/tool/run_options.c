// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/run_options.h"

#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_TIMEOUT XEAP_S(60) /* of --once: a port without a link would keep it for ever */

static const char help_text[] =
	"usage: xeap run -c CONF -p PORT[,PORT…] [option…]\n"
	"\n"
	"Authenticate ports by IEEE 802.1X, as the supplicant.\n"
	"\n"
	"  -c, --config CONF        file of wpa_supplicant network blocks\n"
	"  -p, --port PORT[,PORT…]  names or patterns ('eth*'); may be repeated\n"
	"  -p PORT=CONF             a port with credentials of its own\n"
	"      --mode MODE          auto (default), zero-copy, native, generic or packet\n"
	"      --rings KIND         own, funnel, or auto (default): funnel from 128 ports on\n"
	"      --once               exit when every port has a result\n"
	"      --timeout SECONDS    with --once: ports without a result by then have failed (60)\n"
	"      --agent COMMAND      a program that answers questions (passwords, certificates)\n"
	"      --ui-period SECONDS  time for an answer (120)\n"
	"      --plugins DIR        more EAP methods, from this directory of plug-ins\n"
	"      --isolate[=PROGRAM]  run each plug-in in a process of its own\n"
	"      --json               one JSON object a line on standard output\n"
	"      --start-period SECONDS, --held-period SECONDS, --auth-period SECONDS,\n"
	"      --max-start COUNT    802.1X timers and counts (5, 60, 30 and 3)\n"
	"      --frames COUNT       frames a ring, a power of two from 16 to 16384 (32)\n"
	"  -v, --verbose            say every change of state\n"
	"  -h, --help               this text\n"
	"\n"
	"Exit status: 0 every port authenticated (or, without --once, ended by a signal),\n"
	"1 some did not, 2 the command line or a configuration is wrong, 3 no permission.\n";

enum {
	OPT_MODE = 256,
	OPT_ONCE,
	OPT_TIMEOUT,
	OPT_JSON,
	OPT_START_PERIOD,
	OPT_HELD_PERIOD,
	OPT_AUTH_PERIOD,
	OPT_MAX_START,
	OPT_FRAMES,
	OPT_PLUGINS,
	OPT_ISOLATE,
	OPT_AGENT,
	OPT_UI_PERIOD,
	OPT_RINGS,
};

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "port", required_argument, NULL, 'p' },
	{ "mode", required_argument, NULL, OPT_MODE },
	{ "rings", required_argument, NULL, OPT_RINGS },
	{ "once", no_argument, NULL, OPT_ONCE },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "start-period", required_argument, NULL, OPT_START_PERIOD },
	{ "held-period", required_argument, NULL, OPT_HELD_PERIOD },
	{ "auth-period", required_argument, NULL, OPT_AUTH_PERIOD },
	{ "max-start", required_argument, NULL, OPT_MAX_START },
	{ "frames", required_argument, NULL, OPT_FRAMES },
	{ "agent", required_argument, NULL, OPT_AGENT },
	{ "ui-period", required_argument, NULL, OPT_UI_PERIOD },
	{ "plugins", required_argument, NULL, OPT_PLUGINS },
	{ "isolate", optional_argument, NULL, OPT_ISOLATE },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

void run_options_help(void)
{
	fputs(help_text, stdout);
}

static int parse_seconds(const char *option, const char *text, xeap_time *ret)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end || !(seconds >= 0.001 && seconds <= 86400)) {
		fprintf(stderr, "xeap: --%s takes seconds from 0.001 to 86400, not '%s'\n", option,
			text);
		return -EINVAL;
	}
	*ret = (xeap_time)(seconds * 1e6);
	return 0;
}

static int parse_count(const char *option, const char *text, unsigned long min, unsigned long max,
		       unsigned int *ret)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || n < min || n > max) {
		fprintf(stderr, "xeap: --%s takes a whole number from %lu to %lu, not '%s'\n",
			option, min, max, text);
		return -EINVAL;
	}
	*ret = (unsigned int)n;
	return 0;
}

static int parse_frames(const char *text, unsigned int *ret)
{
	unsigned int n;
	int err = parse_count("frames", text, 16, 16384, &n);

	if (err)
		return err;
	if (n & (n - 1)) {
		fprintf(stderr, "xeap: --frames takes a power of two, not %u\n", n);
		return -EINVAL;
	}
	*ret = n;
	return 0;
}

static int add_spec(struct run_options *o, const char *name, size_t len, const char *conf)
{
	struct port_spec *more;

	if (!len) {
		fputs("xeap: -p has an empty port name in it\n", stderr);
		return -EINVAL;
	}
	more = reallocarray(o->specs, o->spec_count + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	o->specs = more;
	more[o->spec_count] = (struct port_spec){ .pattern = strndup(name, len), .conf = conf };
	if (!more[o->spec_count].pattern)
		return -ENOMEM;
	more[o->spec_count].is_pattern = strpbrk(more[o->spec_count].pattern, "*?[");
	o->spec_count++;
	return 0;
}

/* PORT[,PORT…][=CONF] */
static int add_specs(struct run_options *o, const char *text)
{
	const char *equals = strchr(text, '=');
	const char *end = equals ? equals : text + strlen(text);

	if (equals && !equals[1]) {
		fprintf(stderr, "xeap: -p %s: no file name after the equals sign\n", text);
		return -EINVAL;
	}
	for (;;) {
		const char *comma = memchr(text, ',', (size_t)(end - text));
		const char *stop = comma ? comma : end;
		int err = add_spec(o, text, (size_t)(stop - text), equals ? equals + 1 : NULL);

		if (err || !comma)
			return err;
		text = comma + 1;
	}
}

static int parse_mode(const char *text, enum xeap_mode *ret)
{
	if (!xeap_mode_parse(text, ret))
		return 0;
	fprintf(stderr, "xeap: --mode is auto, zero-copy, native, generic or packet, not '%s'\n",
		text);
	return -EINVAL;
}

static int take_agent(struct run_options *o, const char *command)
{
	if (!*command) {
		fputs("xeap: --agent takes a command, not an empty word\n", stderr);
		return -EINVAL;
	}
	o->agent = command;
	return 0;
}

static int parse_rings(const char *text, enum xeap_rings_kind *ret)
{
	if (!xeap_rings_kind_parse(text, ret))
		return 0;
	fprintf(stderr, "xeap: --rings is auto, own or funnel, not '%s'\n", text);
	return -EINVAL;
}

static int take_flag(struct run_options *o, int option)
{
	switch (option) {
	case OPT_ONCE:
		o->once = true;
		return 0;
	case OPT_JSON:
		o->json = true;
		return 0;
	case 'v':
		o->verbose++;
		return 0;
	case 'h':
		o->help = true;
		return 0;
	}
	fputs("xeap: see 'xeap run --help'\n", stderr);
	return -EINVAL;
}

static int take_option(struct run_options *o, int option, const char *arg)
{
	switch (option) {
	case 'c':
		o->conf = arg;
		return 0;
	case 'p':
		return add_specs(o, arg);
	case OPT_MODE:
		return parse_mode(arg, &o->mode);
	case OPT_TIMEOUT:
		return parse_seconds("timeout", arg, &o->timeout);
	case OPT_START_PERIOD:
		return parse_seconds("start-period", arg, &o->start_period);
	case OPT_HELD_PERIOD:
		return parse_seconds("held-period", arg, &o->held_period);
	case OPT_AUTH_PERIOD:
		return parse_seconds("auth-period", arg, &o->auth_period);
	case OPT_UI_PERIOD:
		return parse_seconds("ui-period", arg, &o->ui_period);
	case OPT_AGENT:
		return take_agent(o, arg);
	case OPT_MAX_START:
		return parse_count("max-start", arg, 1, 1000, &o->max_start);
	case OPT_FRAMES:
		return parse_frames(arg, &o->frames);
	case OPT_PLUGINS:
		o->plugins = arg;
		return 0;
	case OPT_ISOLATE:
		o->isolate = true;
		o->method_host = arg;
		return 0;
	case OPT_RINGS:
		return parse_rings(arg, &o->rings);
	}
	return take_flag(o, option);
}

static const char *conf_of(const struct run_options *o, const struct port_spec *s)
{
	const char *conf = s->conf ? s->conf : o->conf;

	return conf ? conf : "";
}

/* One name with two files: neither order says which was meant. */
static int check_contradiction(const struct run_options *o, const struct port_spec *s)
{
	for (const struct port_spec *other = o->specs; other < s; other++) {
		if (s->is_pattern || strcmp(other->pattern, s->pattern) ||
		    !strcmp(conf_of(o, other), conf_of(o, s)))
			continue;
		fprintf(stderr, "xeap: port '%s' is given twice, with '%s' and with '%s'\n",
			s->pattern, conf_of(o, other), conf_of(o, s));
		return -EINVAL;
	}
	return 0;
}

static int check_specs(const struct run_options *o)
{
	for (size_t i = 0; i < o->spec_count; i++) {
		const struct port_spec *s = &o->specs[i];

		if (!*conf_of(o, s)) {
			fprintf(stderr,
				"xeap: no configuration for port '%s': give -c CONF or -p "
				"%s=CONF\n",
				s->pattern, s->pattern);
			return -EINVAL;
		}
		if (check_contradiction(o, s))
			return -EINVAL;
	}
	return 0;
}

static int check(const struct run_options *o)
{
	if (!o->spec_count) {
		fputs("xeap: no port given: name at least one with -p\n", stderr);
		return -EINVAL;
	}
	if (check_specs(o))
		return -EINVAL;
	if (o->timeout && !o->once) {
		fputs("xeap: --timeout goes with --once\n", stderr);
		return -EINVAL;
	}
	return 0;
}

int run_options_parse(struct run_options *o, int argc, char **argv)
{
	int option, err;

	*o = (struct run_options){ .mode = XEAP_MODE_AUTO,
				   .start_period = XEAP_S(5),
				   .held_period = XEAP_S(60),
				   .auth_period = XEAP_S(30),
				   .ui_period = XEAP_S(120),
				   .max_start = 3 };
	optind = 1;
	while ((option = getopt_long(argc, argv, "c:p:vh", long_options, NULL)) != -1) {
		err = take_option(o, option, optarg);
		if (err)
			return err;
	}
	if (o->help)
		return 0;
	if (optind < argc) {
		fprintf(stderr, "xeap: '%s' is not an option; ports are given with -p\n",
			argv[optind]);
		return -EINVAL;
	}
	err = check(o);
	if (!o->timeout)
		o->timeout = DEFAULT_TIMEOUT;
	return err;
}

void run_options_free(struct run_options *o)
{
	for (size_t i = 0; i < o->spec_count; i++)
		free(o->specs[i].pattern);
	free(o->specs);
	o->specs = NULL;
	o->spec_count = 0;
}

bool port_spec_fits(const struct port_spec *s, const char *ifname)
{
	return s->is_pattern ? !fnmatch(s->pattern, ifname, 0) : !strcmp(s->pattern, ifname);
}

struct port_spec *run_options_match(const struct run_options *o, const char *ifname)
{
	struct port_spec *found = NULL;

	for (size_t i = 0; i < o->spec_count; i++) {
		struct port_spec *s = &o->specs[i];

		if (!port_spec_fits(s, ifname))
			continue;
		if (!s->is_pattern)
			return s;
		if (!found)
			found = s;
	}
	return found;
}
