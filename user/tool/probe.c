// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/probe.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xeap/bridge.h>
#include <xeap/link.h>
#include <xeap/port.h>
#include "tool/exit.h"
#include "tool/json.h"

static const char help_text[] =
	"usage: xeap probe [--json] [PORT…]\n"
	"\n"
	"Show what ports can do: all Ethernet ports, or those named. Nothing stays attached.\n"
	"\n"
	"      --json    one JSON object a line and port\n"
	"  -h, --help    this text\n"
	"\n"
	"Of each mode: yes (the kernel says so), tried (done and undone), no, unknown (could not\n"
	"be tried). FLOW-RULE: whether EAPOL may have a queue of its own, asked and not tried.\n"
	"VLAN-TAGS: kept in frames, stripped by the device (which can be switched off), stripped-\n"
	"fixed, or, on veth, up to the far end. BRIDGE: what 'xeap run --bridge' can do: locked "
	"(and\n"
	"stations) in a bridge, linkmode anywhere.\n"
	"\n"
	"Exit status: 0, 1 a port could not be probed, 2 the command line is wrong, 3 no\n"
	"permission.\n";

static const struct option long_options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static const char *const result_names[XEAP_PROBE_RESULT_MAX] = {
	[XEAP_PROBE_NO] = "no",
	[XEAP_PROBE_YES] = "yes",
	[XEAP_PROBE_TRIED] = "tried",
	[XEAP_PROBE_UNKNOWN] = "unknown",
};

static const enum xeap_mode shown_modes[] = { XEAP_MODE_NATIVE, XEAP_MODE_GENERIC,
					      XEAP_MODE_ZERO_COPY, XEAP_MODE_PACKET };
#define SHOWN_MODES (sizeof(shown_modes) / sizeof(shown_modes[0]))

/* A port, and what its bridge can do for it. */
struct probed {
	struct xeap_port_probe port;
	uint32_t ways; /* enum xeap_bridge_way */
};

struct prober {
	bool json, help;
	struct xeap_steer *steer;
	struct xeap_bridge *bridge; /* NULL: there is no asking */
	struct probed *ports;	    /* probed, for the table */
	size_t count, room;
	bool failed; /* some port could not be probed */
};

static int parse(struct prober *p, int argc, char **argv)
{
	int c;

	optind = 1;
	while ((c = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		if (c == 'j')
			p->json = true;
		else if (c == 'h')
			p->help = true;
		else
			return -EINVAL; /* getopt has said why */
	}
	return 0;
}

static void json_ways(uint32_t ways)
{
	const char *comma = "";

	fputs(",\"bridge\":[", stdout);
	for (unsigned int i = 0; i < XEAP_BRIDGE_WAYS; i++) {
		if (!(ways & 1U << i))
			continue;
		printf("%s\"%s\"", comma, xeap_bridge_way_name((enum xeap_bridge_way)(1 << i)));
		comma = ",";
	}
	putchar(']');
}

static void print_json(const struct probed *probed)
{
	const struct xeap_port_probe *port = &probed->port;
	struct json j, modes;

	json_begin(&j, stdout);
	json_string(&j, "port", port->info.ifname);
	json_string(&j, "driver", port->info.driver);
	json_uint(&j, "queues", port->info.queues);
	json_uint(&j, "mtu", port->info.mtu);
	fputs(",\"modes\":", stdout);
	json_begin(&modes, stdout);
	for (size_t i = 0; i < SHOWN_MODES; i++)
		json_string(&modes, xeap_mode_name(shown_modes[i]),
			    result_names[port->mode[shown_modes[i]]]);
	putchar('}');
	json_string(&j, "flow_rule", result_names[port->flow_rule]);
	json_string(&j, "vlan_tags", xeap_vlan_tags_name(port->tags));
	json_ways(probed->ways);
	json_string(&j, "blocked", port->blocked);
	json_end(&j);
}

static int width_of(const char *title, size_t longest)
{
	size_t n = strlen(title);

	return (int)(n > longest ? n : longest);
}

/*
 * The columns between name and obstacle are as wide as their titles, which are wider than what they
 * hold.
 */
static const char *ways_name(uint32_t ways)
{
	if (ways & XEAP_BRIDGE_LOCKED)
		return xeap_bridge_way_name(XEAP_BRIDGE_LOCKED);
	return ways ? xeap_bridge_way_name(XEAP_BRIDGE_LINKMODE) : "-";
}

static void print_row(const struct probed *probed, int name_width, int driver_width)
{
	const struct xeap_port_probe *port = &probed->port;
	const struct xeap_port_info *info = &port->info;

	printf("%-*s  %-*s  %6u", name_width, info->ifname, driver_width,
	       info->driver[0] ? info->driver : "-", info->queues);
	for (size_t i = 0; i < SHOWN_MODES; i++)
		printf("  %-9s", result_names[port->mode[shown_modes[i]]]);
	printf("  %5u  %-9s  %-14s  %-8s  %s\n", info->mtu, result_names[port->flow_rule],
	       xeap_vlan_tags_name(port->tags), ways_name(probed->ways),
	       port->blocked[0] ? port->blocked : "-");
}

static void print_table(const struct prober *p)
{
	size_t name = 0, driver = 0;
	int name_width, driver_width;

	for (size_t i = 0; i < p->count; i++) {
		size_t n = strlen(p->ports[i].port.info.ifname),
		       d = strlen(p->ports[i].port.info.driver);

		name = n > name ? n : name;
		driver = d > driver ? d : driver;
	}
	name_width = width_of("PORT", name);
	driver_width = width_of("DRIVER", driver);
	printf("%-*s  %-*s  QUEUES", name_width, "PORT", driver_width, "DRIVER");
	printf("  %-9s  %-9s  %-9s  %-9s  %5s  %-9s  %-14s  %-8s  %s\n", "NATIVE", "GENERIC",
	       "ZERO-COPY", "PACKET", "MTU", "FLOW-RULE", "VLAN-TAGS", "BRIDGE", "BLOCKED BY");
	for (size_t i = 0; i < p->count; i++)
		print_row(&p->ports[i], name_width, driver_width);
}

static int keep(struct prober *p, const struct probed *port)
{
	if (p->count == p->room) {
		size_t room = p->room ? p->room * 2 : 16;
		void *ports = realloc(p->ports, room * sizeof(*p->ports));

		if (!ports)
			return -ENOMEM;
		p->ports = ports;
		p->room = room;
	}
	p->ports[p->count++] = *port;
	return 0;
}

static int complain(int err, const char *what)
{
	fprintf(stderr, "xeap probe: %s\n", what);
	return err;
}

/* One port that cannot be probed does not keep the others from it. */
static int probe_port(struct prober *p, const char *ifname)
{
	struct xeap_diag why = { 0 };
	struct probed port = { .ways = 0 };

	if (xeap_port_probe(p->steer, ifname, &port.port, &why)) {
		complain(0, why.text);
		p->failed = true;
		return 0;
	}
	if (p->bridge && xeap_bridge_probe(p->bridge, port.port.info.ifindex, &port.ways, &why))
		complain(0, why.text);
	if (p->json) {
		print_json(&port);
		return 0;
	}
	return keep(p, &port) ? complain(-ENOMEM, "out of memory") : 0;
}

static int probe_all(struct prober *p)
{
	struct xeap_link_event e;
	struct xeap_diag why = { 0 };
	struct xeap_links *links;
	int err = xeap_links_open(&links, &why);

	if (err)
		return complain(err, why.text);
	while (!err && xeap_links_next(links, &e) == 1)
		if (e.type == XEAP_LINK_ADDED && e.link.ethernet && !e.link.loopback &&
		    !xeap_port_is_funnel(e.link.ifname))
			err = probe_port(p, e.link.ifname);
	xeap_links_close(links);
	return err;
}

/* Without XDP in the kernel there is still the packet mode to be probed. */
static int open_steer(struct prober *p)
{
	struct xeap_diag why = { 0 };
	int err = xeap_steer_open(NULL, &p->steer, &why);

	if (err == -EPERM || err == -EACCES)
		return complain(err,
				"needs CAP_NET_ADMIN, CAP_NET_RAW and CAP_BPF: run it with sudo");
	if (err)
		complain(0, why.text);
	return 0;
}

static int probe_ports(struct prober *p, int count, char **names)
{
	int err = open_steer(p);

	xeap_bridge_open(&p->bridge, NULL);
	if (!err && !count)
		err = probe_all(p);
	for (int i = 0; !err && i < count; i++)
		err = probe_port(p, names[i]);
	if (!err && !p->json && (p->count || !p->failed))
		print_table(p);
	xeap_bridge_close(p->bridge);
	xeap_steer_close(p->steer);
	free(p->ports);
	return err;
}

int xeap_cmd_probe(int argc, char **argv)
{
	struct prober p = { 0 };

	if (parse(&p, argc, argv)) {
		fputs("xeap probe: see 'xeap probe --help'\n", stderr);
		return XEAP_EXIT_USAGE;
	}
	if (p.help) {
		fputs(help_text, stdout);
		return XEAP_EXIT_OK;
	}
	switch (probe_ports(&p, argc - optind, argv + optind)) {
	case 0:
		return p.failed ? XEAP_EXIT_FAILED : XEAP_EXIT_OK;
	case -EPERM:
	case -EACCES:
		return XEAP_EXIT_PERMISSION;
	}
	return XEAP_EXIT_FAILED;
}
