// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/bench.h"
#include "tool/capture.h"
#include "tool/config.h"
#include "tool/exit.h"
#include "tool/flood.h"
#include "tool/methods.h"
#include "tool/probe.h"
#include "tool/radius.h"
#include "tool/run.h"
#include "tool/status.h"
#include "tool/steer.h"
#include "tool/streams.h"

static int cmd_version(int argc, char **argv);
static int cmd_help(int argc, char **argv);

static const struct command {
	const char *name, *what;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "run", "authenticate ports", xeap_cmd_run },
	{ "radius", "log in at a RADIUS server", xeap_cmd_radius },
	{ "bench", "measure how many logins are taken", xeap_cmd_bench },
	{ "flood", "load ports beside logins", xeap_cmd_flood },
	{ "status", "show what a running 'xeap run' does", xeap_cmd_status },
	{ "capture", "write the frames that it sends and receives", xeap_cmd_capture },
	{ "probe", "show what ports can do", xeap_cmd_probe },
	{ "steer", "show, attach and detach the XDP program", xeap_cmd_steer },
	{ "config", "convert configurations", xeap_cmd_config },
	{ "methods", "list EAP methods", xeap_cmd_methods },
	{ "version", "print the version", cmd_version },
	{ "help", "print this list", cmd_help },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static int cmd_version(int argc, char **argv)
{
	puts("xeap " XEAP_VERSION);
	return 0;
}

static int cmd_help(int argc, char **argv)
{
	puts("usage: xeap COMMAND [option…]\n");
	for (size_t i = 0; i < COMMANDS; i++)
		printf("  %-8s %s\n", commands[i].name, commands[i].what);
	puts("\n'xeap COMMAND --help' tells more; so does xeap(1).");
	return 0;
}

static const char *canonical(const char *word)
{
	if (!strcmp(word, "--version") || !strcmp(word, "-V"))
		return "version";
	if (!strcmp(word, "--help") || !strcmp(word, "-h"))
		return "help";
	return word;
}

int main(int argc, char **argv)
{
	streams_open();
	/* The TPM's libraries would put lines of their own before the one that says what to do. */
	setenv("TSS2_LOG", "all+NONE", 0);
	if (argc < 2) {
		fputs("xeap: no command given: see 'xeap help'\n", stderr);
		return XEAP_EXIT_USAGE;
	}
	for (size_t i = 0; i < COMMANDS; i++)
		if (!strcmp(commands[i].name, canonical(argv[1])))
			return commands[i].run(argc - 1, argv + 1);
	fprintf(stderr, "xeap: there is no command '%s': see 'xeap help'\n", argv[1]);
	return XEAP_EXIT_USAGE;
}
