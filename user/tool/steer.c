// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/steer.h"

#include <errno.h>
#include <getopt.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xeap/port.h>
#include <xeap/steer.h>
#include "tool/exit.h"
#include "tool/json.h"
#include "tool/protect_options.h"

static const char help_text[] =
	"usage: xeap steer show [--json] [PORT…]\n"
	"       xeap steer attach [--mode MODE] [--gate BY] PORT…\n"
	"       xeap steer detach [PORT…]\n"
	"\n"
	"The XDP program on ports, apart from a process that works with it: show it and its\n"
	"counters, attach it ahead of 'xeap run --pin', or take away what is pinned: from PORTs,\n"
	"or all of it.\n"
	"\n"
	"      --pin DIR    directory of pins on a bpffs; /sys/fs/bpf/xeap unless given\n"
	"      --mode MODE  attach: auto, native or generic\n"
	"      --gate BY    attach: drop what is not EAPOL until 'xeap run' has logged in the\n"
	"                   port, or the station\n"
	"      --gate-allow ETHERTYPE[,…]  what passes nevertheless, such as 0x88cc\n"
	"      --gate-fail HOW  open or closed (default), as long as no process is there\n"
	"      --json       show: one JSON object a line and port\n"
	"  -h, --help       this text\n"
	"\n"
	"Exit status: 0, 1 something could not be done, 2 the command line is wrong, 3 no\n"
	"permission.\n";

static const struct option long_options[] = {
	{ "pin", required_argument, NULL, 'p' },
	{ "mode", required_argument, NULL, 'm' },
	{ "gate", required_argument, NULL, OPT_GATE },
	{ "gate-allow", required_argument, NULL, OPT_GATE_ALLOW },
	{ "gate-fail", required_argument, NULL, OPT_GATE_FAIL },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

struct steer {
	const char *pin_dir;
	enum xeap_mode mode;
	struct protect_options gate;
	bool json, help, for_attach; /* an option that goes with attach */
	const struct action *action;
	char **ports; /* named on the command line */
	int port_count;

	struct xeap_steer_seen *seen; /* for the table */
	size_t count, room;
	bool no_memory;
};

struct action {
	const char *name;
	int (*act)(struct steer *s);
};

static int complain(int err, const char *what)
{
	fprintf(stderr, "xeap steer: %s\n", what);
	return err;
}

/* The first error decides on the exit status; the other ports are tried all the same. */
static void keep_first(int *first, int err)
{
	if (!*first)
		*first = err;
}

/* show */

static bool is_named(const struct steer *s, const char *ifname)
{
	for (int i = 0; i < s->port_count; i++)
		if (!strcmp(s->ports[i], ifname))
			return true;
	return !s->port_count;
}

static void keep_seen(void *arg, const struct xeap_steer_seen *port)
{
	struct steer *s = arg;

	if (!is_named(s, port->ifname))
		return;
	if (s->count == s->room) {
		size_t room = s->room ? 2 * s->room : 64;
		void *more = reallocarray(s->seen, room, sizeof(*s->seen));

		if (!more) {
			s->no_memory = true;
			return;
		}
		s->seen = more;
		s->room = room;
	}
	s->seen[s->count++] = *port;
}

static void print_packets(const struct xeap_steer_seen *port)
{
	struct json j;

	fputs(",\"packets\":", stdout);
	json_begin(&j, stdout);
	for (unsigned int i = 0; i < XEAP_STEER_REASON_MAX; i++)
		json_uint(&j, xeap_steer_reason_name(i), port->packets[i]);
	putchar('}');
}

static void print_json(const struct xeap_steer_seen *port)
{
	struct json j;
	char mac[18];

	snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x", port->mac[0], port->mac[1],
		 port->mac[2], port->mac[3], port->mac[4], port->mac[5]);
	json_begin(&j, stdout);
	json_string(&j, "port", port->ifname);
	json_uint(&j, "ifindex", (uint64_t)port->ifindex);
	json_string(&j, "mode", xeap_mode_name(port->mode));
	json_string(&j, "program", port->program_name);
	json_uint(&j, "program_id", port->program);
	json_bool(&j, "pinned", port->pinned);
	if (port->slot) {
		json_uint(&j, "slot", port->slot);
		json_uint(&j, "types", port->type_mask);
		json_string(&j, "address", mac);
		json_bool(&j, "funnel", port->funnel);
		print_packets(port);
	} else {
		json_null(&j, "slot");
	}
	json_end(&j);
}

static void print_row(const struct xeap_steer_seen *port)
{
	bool any = false;

	printf("%-15s  %-7s  %7u  ", port->ifname, xeap_mode_name(port->mode), port->program);
	if (port->slot)
		printf("%5u", port->slot);
	else
		printf("%5s", "-");
	printf("  %-6s  ", port->pinned ? "yes" : "no");
	for (unsigned int i = 0; i < XEAP_STEER_REASON_MAX; i++) {
		if (!port->packets[i])
			continue;
		printf("%s%s=%llu", any ? " " : "", xeap_steer_reason_name(i),
		       (unsigned long long)port->packets[i]);
		any = true;
	}
	puts(any ? "" : "-");
}

static void print_all(const struct steer *s)
{
	if (!s->json)
		printf("%-15s  %-7s  %7s  %5s  %-6s  %s\n", "PORT", "MODE", "PROGRAM", "SLOT",
		       "PINNED", "COUNTERS");
	for (size_t i = 0; i < s->count; i++) {
		if (s->json)
			print_json(&s->seen[i]);
		else
			print_row(&s->seen[i]);
	}
}

static bool was_seen(const struct steer *s, const char *ifname)
{
	for (size_t i = 0; i < s->count; i++)
		if (!strcmp(s->seen[i].ifname, ifname))
			return true;
	return false;
}

static int show(struct steer *s)
{
	struct xeap_diag why = { 0 };
	int err = xeap_steer_look(s->pin_dir, keep_seen, s, &why);

	if (err)
		return complain(err, why.text);
	if (s->no_memory)
		return complain(-ENOMEM, "out of memory");
	print_all(s);
	for (int i = 0; i < s->port_count; i++) {
		if (was_seen(s, s->ports[i]))
			continue;
		fprintf(stderr, "xeap steer: there is no program of xeap's on a port %s\n",
			s->ports[i]);
		err = -ENOENT;
	}
	return err;
}

/* attach */

static int attach_one(struct steer *s, struct xeap_steer *steer, const char *ifname)
{
	struct xeap_port_options o = { .size = sizeof(o), .mode = s->mode };
	struct xeap_diag why = { 0 };
	enum xeap_mode mode;
	int err;

	protect_options_port(&s->gate, &o);
	err = xeap_steer_attach_port(steer, ifname, &o, &mode, &why);

	if (err)
		return complain(err, why.text);
	printf("%s: %s\n", ifname, xeap_mode_name(mode));
	return 0;
}

/* Where no port could be attached, no pins stay behind that were not there before. */
static int attach(struct steer *s)
{
	struct xeap_steer_options o = { .size = sizeof(o), .pin_dir = s->pin_dir };
	struct xeap_diag why = { 0 };
	struct xeap_steer *steer;
	int err = xeap_steer_open(&o, &steer, &why), first = 0;

	if (err)
		return complain(err, why.text);
	for (int i = 0; i < s->port_count; i++) {
		err = attach_one(s, steer, s->ports[i]);
		keep_first(&first, err);
		if (!err)
			xeap_steer_keep(steer);
	}
	xeap_steer_close(steer);
	return first;
}

/* detach */

static int detach_one(const struct steer *s, const char *ifname)
{
	struct xeap_diag why = { 0 };
	int err = xeap_steer_unpin(s->pin_dir, ifname, &why);

	return err ? complain(err, why.text) : 0;
}

static int detach(struct steer *s)
{
	int first = 0;

	if (!s->port_count)
		return detach_one(s, NULL);
	for (int i = 0; i < s->port_count; i++)
		keep_first(&first, detach_one(s, s->ports[i]));
	return first;
}

/* The command line. */

static const struct action actions[] = {
	{ "show", show },
	{ "attach", attach },
	{ "detach", detach },
};

static int parse_option(struct steer *s, int option)
{
	s->for_attach |= option == 'm' || option >= PROTECT_OPTION_FIRST;
	switch (option) {
	case 'p':
		s->pin_dir = optarg;
		return 0;
	case 'm':
		if (!xeap_mode_parse(optarg, &s->mode))
			return 0;
		return complain(-EINVAL, "--mode is auto, native or generic");
	case OPT_GATE:
	case OPT_GATE_ALLOW:
	case OPT_GATE_FAIL:
		return protect_options_take(&s->gate, (enum protect_option)option, optarg);
	case 'j':
		s->json = true;
		return 0;
	case 'h':
		s->help = true;
		return 0;
	}
	return -EINVAL; /* getopt has said why */
}

static int parse_action(struct steer *s, const char *name)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (!strcmp(actions[i].name, name))
			s->action = &actions[i];
	return s->action ? 0 : complain(-EINVAL, "what to do is show, attach or detach");
}

static int check(const struct steer *s)
{
	if (s->action->act != show && s->json)
		return complain(-EINVAL, "--json goes with show");
	if (s->action->act != attach && s->for_attach)
		return complain(-EINVAL, "--mode and --gate go with attach");
	if (s->action->act == attach && !s->port_count)
		return complain(-EINVAL, "attach needs a PORT");
	return protect_options_check(&s->gate, s->mode);
}

static int parse(struct steer *s, int argc, char **argv)
{
	int c, err;

	optind = 1;
	while ((c = getopt_long(argc, argv, "h", long_options, NULL)) != -1)
		if (parse_option(s, c))
			return -EINVAL;
	if (s->help)
		return 0;
	if (optind == argc)
		return complain(-EINVAL, "what to do is show, attach or detach");
	err = parse_action(s, argv[optind]);
	s->ports = argv + optind + 1;
	s->port_count = argc - optind - 1;
	return err ? err : check(s);
}

int xeap_cmd_steer(int argc, char **argv)
{
	struct steer s = { .pin_dir = XEAP_PIN_DIR_DEFAULT };
	int err;

	if (parse(&s, argc, argv)) {
		fputs("xeap steer: see 'xeap steer --help'\n", stderr);
		return XEAP_EXIT_USAGE;
	}
	if (s.help) {
		fputs(help_text, stdout);
		return XEAP_EXIT_OK;
	}
	err = s.action->act(&s);
	free(s.seen);
	switch (err) {
	case 0:
		return XEAP_EXIT_OK;
	case -EPERM:
	case -EACCES:
		return XEAP_EXIT_PERMISSION;
	}
	return XEAP_EXIT_FAILED;
}
