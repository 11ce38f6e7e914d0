// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/flood_options.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/option.h"

static const char help_text[] =
	"usage: xeap flood -i NETDEV -n COUNT|-t SECONDS [option…]\n"
	"\n"
	"Load on netdevs beside logins, as scripts/pktgen makes it, where the kernel has no "
	"pktgen.\n"
	"\n"
	"  -i, --netdev NETDEV   the netdev to send on; repeatable\n"
	"  -n, --count COUNT     frames a netdev; 0: until -t (0)\n"
	"  -t, --time SECONDS    and no longer than that\n"
	"  -r, --rate RATE       frames a second and netdev; 0: as fast as it goes (0)\n"
	"  -s, --size SIZE       octets of a frame without its checksum (60)\n"
	"  -m, --mac MAC         to send to (90:e2:ba:ff:ff:ff; EAPOL: 01:80:c2:00:00:03)\n"
	"  -d, --address ADDRESS  IPv4 address that UDP is for (198.18.0.42)\n"
	"      --eapol KIND      start, identity or malformed, in place of UDP\n"
	"      --sources N       senders in turn, from 02:f1:00:00:00:00 on (the netdev's own)\n"
	"      --vlan VID        in frames of this VLAN\n"
	"      --force           also a netdev that carries the default route\n"
	"      --json            what was sent, as JSON\n"
	"  -h, --help            this text\n"
	"\n"
	"Exit status: 0 frames were sent, 1 none could be sent or it was cut, 2 the command line "
	"is\n"
	"wrong, 3 no permission.\n";

enum {
	OPT_EAPOL = 256,
	OPT_SOURCES,
	OPT_VLAN,
	OPT_FORCE,
	OPT_JSON,
};

static const struct option long_options[] = {
	{ "netdev", required_argument, NULL, 'i' },
	{ "count", required_argument, NULL, 'n' },
	{ "time", required_argument, NULL, 't' },
	{ "rate", required_argument, NULL, 'r' },
	{ "size", required_argument, NULL, 's' },
	{ "mac", required_argument, NULL, 'm' },
	{ "address", required_argument, NULL, 'd' },
	{ "eapol", required_argument, NULL, OPT_EAPOL },
	{ "sources", required_argument, NULL, OPT_SOURCES },
	{ "vlan", required_argument, NULL, OPT_VLAN },
	{ "force", no_argument, NULL, OPT_FORCE },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

void flood_options_help(void)
{
	fputs(help_text, stdout);
}

#define wrong(...) option_wrong("flood", __VA_ARGS__)

static int parse_kind(struct flood_options *o, const char *text)
{
	static const char *const names[FLOOD_KIND_MAX] = {
		[FLOOD_UDP] = "",
		[FLOOD_START] = "start",
		[FLOOD_IDENTITY] = "identity",
		[FLOOD_MALFORMED] = "malformed",
	};

	for (unsigned int i = FLOOD_START; i < FLOOD_KIND_MAX; i++)
		if (!strcmp(text, names[i])) {
			o->kind = (enum flood_kind)i;
			return 0;
		}
	return wrong("--eapol takes start, identity or malformed, not '%s'", text);
}

static int add_netdev(struct flood_options *o, const char *name)
{
	for (size_t i = 0; i < o->netdev_count; i++)
		if (!strcmp(o->netdevs[i], name))
			return wrong("-i %s is there twice", name);
	if (o->netdev_count == FLOOD_NETDEVS_MAX)
		return wrong("-i: at most %d netdevs", FLOOD_NETDEVS_MAX);
	o->netdevs[o->netdev_count++] = name;
	return 0;
}

static int take_number(struct flood_options *o, int option, const char *arg)
{
	unsigned long long n = 0;
	int err;

	switch (option) {
	case 'n':
		err = option_count("flood", "-n", arg, 0, UINT32_MAX, &n);
		o->count = n;
		return err;
	case 's':
		err = option_count("flood", "-s", arg, 60, FLOOD_SIZE_MAX, &n);
		o->size = err ? o->size : (size_t)n;
		return err;
	case OPT_SOURCES:
		err = option_count("flood", "--sources", arg, 1, UINT32_MAX, &n);
		o->sources = (uint32_t)n;
		return err;
	case OPT_VLAN:
		err = option_count("flood", "--vlan", arg, 1, 4094, &n);
		o->vid = (uint16_t)n;
		return err;
	case 't':
		return option_real("flood", "-t", arg, 0.01, 86400, &o->seconds);
	case 'r':
		return option_real("flood", "-r", arg, 0, 1e8, &o->rate);
	}
	return -ENOENT;
}

static int take(struct flood_options *o, int option, const char *arg)
{
	switch (option) {
	case 'i':
		return add_netdev(o, arg);
	case 'm':
		o->mac_set = true;
		return option_mac("flood", "-m", arg, false, o->mac);
	case 'd':
		return inet_pton(AF_INET, arg, o->address) == 1
			       ? 0
			       : wrong("-d takes an IPv4 address, not '%s'", arg);
	case OPT_EAPOL:
		return parse_kind(o, arg);
	case OPT_FORCE:
		o->force = true;
		return 0;
	case OPT_JSON:
		o->json = true;
		return 0;
	case 'h':
		o->help = true;
		return 0;
	}
	return take_number(o, option, arg);
}

static int check(const struct flood_options *o)
{
	if (!o->netdev_count)
		return wrong("-i NETDEV is missing");
	if (!o->count && !o->seconds)
		return wrong("-n COUNT or -t SECONDS is missing: a load has an end");
	return 0;
}

int flood_options_parse(struct flood_options *o, int argc, char **argv)
{
	int option, err = 0;

	*o = (struct flood_options){ .size = 60, .address = { 198, 18, 0, 42 } };
	optind = 1;
	while (!err &&
	       (option = getopt_long(argc, argv, "i:n:t:r:s:m:d:h", long_options, NULL)) >= 0)
		err = option == '?' ? -EINVAL : take(o, option, optarg);
	if (!err && !o->help && optind < argc)
		err = wrong("'%s': no argument is taken", argv[optind]);
	return err || o->help ? err : check(o);
}
