// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/methods.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <xeap/plugin.h>

#include "tool/exit.h"
#include "tool/json.h"
#include "tool/plugins.h"

static const char help_text[] =
	"usage: xeap methods [--json] [--plugins DIR] [--isolate[=PROGRAM]]\n"
	"\n"
	"Show the EAP methods there are, and what they claim of themselves.\n"
	"\n"
	"      --json         one JSON object a line and method\n"
	"      --plugins DIR  plug-ins of this directory, not of where they are installed\n"
	"      --isolate[=PROGRAM]\n"
	"                     load each plug-in in a process of its own, run by PROGRAM\n"
	"  -h, --help         this text\n"
	"\n"
	"Exit status: 0, 1 the plug-ins could not be read, 2 the command line is wrong.\n";

static const struct option long_options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "plugins", required_argument, NULL, 'p' },
	{ "isolate", optional_argument, NULL, 'i' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

struct lister {
	bool json, help, isolate;
	const char *plugins, *host_path;
};

/* By bit. */
static const char *const property_names[] = {
	"cipher-suite-negotiation",
	"mutual-auth",
	"integrity",
	"replay-protection",
	"confidentiality",
	"key-derivation",
	"key-strength-64",
	"key-strength-128",
	"key-strength-256",
	"key-strength-512",
	"key-strength-1024",
	"dictionary-attack-resistance",
	"fast-reconnect",
	"crypto-binding",
	"session-independence",
	"fragmentation",
	"channel-binding",
	"nap",
	"standalone",
	"mppe-encryption",
	"tunnel-method",
	"supports-config",
	"certified-method",
	"hidden-method",
	"machine-auth",
	"user-auth",
	"identity-privacy",
	"method-chaining",
	"shared-state-equivalence",
};

#define PROPERTIES (sizeof(property_names) / sizeof(property_names[0]))

static void take_isolate(struct lister *l, const char *host_path)
{
	l->isolate = true;
	l->host_path = host_path;
}

static int parse(struct lister *l, int argc, char **argv)
{
	int c;

	optind = 1;
	while ((c = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		if (c == 'j')
			l->json = true;
		else if (c == 'p')
			l->plugins = optarg;
		else if (c == 'i')
			take_isolate(l, optarg);
		else if (c == 'h')
			l->help = true;
		else
			return -EINVAL; /* getopt has said why */
	}
	if (optind == argc)
		return 0;
	fprintf(stderr, "xeap methods: '%s' is not an option\n", argv[optind]);
	return -EINVAL;
}

/* Names of the bits, with blanks between them. */
static void name_properties(uint32_t properties, char *buf, size_t size)
{
	size_t at = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < PROPERTIES && at < size; i++)
		if (properties & 1u << i)
			at += (size_t)snprintf(buf + at, size - at, "%s%s", at ? " " : "",
					       property_names[i]);
}

static void print_json(const struct xeap_method_entry *e, const char *properties)
{
	const struct xeap_method_type *type = &e->method->type;
	struct json j;

	json_begin(&j, stdout);
	json_string(&j, "name", e->method->name);
	json_uint(&j, "type", type->type);
	json_uint(&j, "vendor", type->vendor);
	json_uint(&j, "vendor_type", type->vendor_type);
	json_uint(&j, "author", type->author);
	json_uint(&j, "property_bits", e->properties);
	json_string(&j, "properties", properties);
	json_string(&j, "plugin", e->file);
	json_bool(&j, "isolated", e->isolated);
	json_end(&j);
}

static void print_row(const struct xeap_method_entry *e, const char *properties)
{
	const struct xeap_method_type *type = &e->method->type;
	char number[40];

	if (type->type == 254)
		snprintf(number, sizeof(number), "254/%u/%u", (unsigned int)type->vendor,
			 (unsigned int)type->vendor_type);
	else
		snprintf(number, sizeof(number), "%u", type->type);
	printf("%-12s  %-14s  %6u  %s%s\n", e->method->name, number, (unsigned int)type->author,
	       e->file ? e->file : "built-in", e->isolated ? " (isolated)" : "");
	printf("    %s\n", properties);
}

static void print_all(const struct lister *l)
{
	struct xeap_method_entry e;
	char properties[640];

	if (!l->json)
		printf("%-12s  %-14s  %6s  %s\n", "NAME", "TYPE", "AUTHOR", "FROM");
	for (size_t n = 0; !xeap_method_enumerate(n, &e); n++) {
		name_properties(e.properties, properties, sizeof(properties));
		if (l->json)
			print_json(&e, properties);
		else
			print_row(&e, properties);
	}
}

int xeap_cmd_methods(int argc, char **argv)
{
	struct lister l = { 0 };

	if (parse(&l, argc, argv)) {
		fputs("xeap methods: see 'xeap methods --help'\n", stderr);
		return XEAP_EXIT_USAGE;
	}
	if (l.help) {
		fputs(help_text, stdout);
		return XEAP_EXIT_OK;
	}
	if (plugins_load(l.plugins, l.isolate, l.host_path))
		return XEAP_EXIT_FAILED;
	print_all(&l);
	return XEAP_EXIT_OK;
}
