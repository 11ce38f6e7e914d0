// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/run_options.h"

#include <errno.h>
#include <getopt.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/option.h"

#define NO_GROUP ((gid_t)-1)
#define DEFAULT_TIMEOUT XEAP_S(60) /* of --once: a port without a link would keep it for ever */

static const char help_text[] =
	"usage: xeap run -c CONF -p PORT[,PORT…] [option…]\n"
	"\n"
	"Authenticate ports by IEEE 802.1X, as the supplicant.\n"
	"\n"
	"  -c, --config CONF        file of wpa_supplicant network blocks\n"
	"  -p, --port PORT[,PORT…]  names or patterns ('eth*'); may be repeated\n"
	"  -p PORT=CONF             a port with credentials of its own\n"
	"  -p PORT:VLANS            one in each VLAN of the port: 0 (none), 10, 100-199, 10.20\n"
	"                           (outer.inner), joined by '+'\n"
	"      --stations COUNT     supplicants on each port or VLAN, with addresses of their own\n"
	"      --station-mac MAC    the first one's address; the others count on from there\n"
	"  -w, --workers COUNT      threads that share the ports (1)\n"
	"      --mode MODE          auto (default), zero-copy, native, generic or packet\n"
	"      --rings KIND         own, funnel, or auto (default): funnel from 128 ports on\n"
	"      --flow-rule USE      a queue of its own for EAPOL, if the driver can: auto\n"
	"                           (default) or off\n"
	"      --vlan-strip USE     a device that takes VLAN tags off: refuse (default) or off,\n"
	"                           for as long as xeap runs\n"
	"      --bridge WAYS        ports are closed until authenticated: locked or stations (in\n"
	"                           a bridge), linkmode (dormant), joined by a comma\n"
	"      --bridge-station MAC\n"
	"                           with --bridge stations: let this one in; may be repeated\n"
	"      --pin DIR            pin program and maps in DIR on a bpffs, or take over what is\n"
	"                           pinned there\n"
	"      --keep               with --pin: leave them on the ports at the end\n"
	"      --takeover           with --pin: have the process that serves the ports hand over\n"
	"      --keep-tickets FILE  TLS sessions to resume from after a restart, in this file\n"
	"      --once               exit when every port has a result\n"
	"      --timeout SECONDS    with --once: ports without a result by then have failed (60)\n"
	"      --agent COMMAND      a program that answers questions (passwords, certificates)\n"
	"      --ui-period SECONDS  time for an answer (120)\n"
	"      --plugins DIR        more EAP methods, from this directory of plug-ins\n"
	"      --isolate[=PROGRAM]  run each plug-in in a process of its own\n"
	"      --no-sandbox         keep all rights after the set-up\n"
	"      --json               one JSON object a line on standard output\n"
	"      --start-period SECONDS, --held-period SECONDS, --auth-period SECONDS,\n"
	"      --max-start COUNT    802.1X timers and counts (5, 60, 30 and 3)\n"
	"      --police RATE[:BURST]  EAPOL frames a second that each port takes\n"
	"      --police-station RATE[:BURST]  the same of each source address\n"
	"      --drop-malformed     drop malformed EAPOL\n"
	"      --drop-types LIST    drop EAPOL of these types: start, logoff, mka, others, …\n"
	"      --max-stations COUNT  source addresses a port takes EAPOL from at a time\n"
	"      --gate BY            drop what is not EAPOL until the port, or the station, is\n"
	"                           authorised: port or station\n"
	"      --gate-allow ETHERTYPE[,…]  what passes nevertheless, such as 0x88cc\n"
	"      --gate-fail HOW      open or closed (default), should the process die\n"
	"      --frames COUNT       frames a ring, a power of two from 16 to 16384 (32)\n"
	"      --control PATH       socket for 'xeap status' and 'xeap capture', or none\n"
	"                           (/run/xeap/control)\n"
	"      --control-group GROUP  whose members may use it, too\n"
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
	OPT_STATIONS,
	OPT_STATION_MAC,
	OPT_FLOW_RULE,
	OPT_VLAN_STRIP,
	OPT_BRIDGE,
	OPT_BRIDGE_STATION,
	OPT_PIN,
	OPT_KEEP,
	OPT_TAKEOVER,
	OPT_KEEP_TICKETS,
	OPT_CONTROL,
	OPT_CONTROL_GROUP,
	OPT_NO_SANDBOX,
};

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "port", required_argument, NULL, 'p' },
	{ "workers", required_argument, NULL, 'w' },
	{ "stations", required_argument, NULL, OPT_STATIONS },
	{ "station-mac", required_argument, NULL, OPT_STATION_MAC },
	{ "mode", required_argument, NULL, OPT_MODE },
	{ "rings", required_argument, NULL, OPT_RINGS },
	{ "flow-rule", required_argument, NULL, OPT_FLOW_RULE },
	{ "vlan-strip", required_argument, NULL, OPT_VLAN_STRIP },
	{ "bridge", required_argument, NULL, OPT_BRIDGE },
	{ "bridge-station", required_argument, NULL, OPT_BRIDGE_STATION },
	{ "pin", required_argument, NULL, OPT_PIN },
	{ "keep", no_argument, NULL, OPT_KEEP },
	{ "takeover", no_argument, NULL, OPT_TAKEOVER },
	{ "keep-tickets", required_argument, NULL, OPT_KEEP_TICKETS },
	{ "once", no_argument, NULL, OPT_ONCE },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "start-period", required_argument, NULL, OPT_START_PERIOD },
	{ "held-period", required_argument, NULL, OPT_HELD_PERIOD },
	{ "auth-period", required_argument, NULL, OPT_AUTH_PERIOD },
	{ "max-start", required_argument, NULL, OPT_MAX_START },
	{ "frames", required_argument, NULL, OPT_FRAMES },
	{ "police", required_argument, NULL, OPT_POLICE },
	{ "police-station", required_argument, NULL, OPT_POLICE_STATION },
	{ "drop-malformed", no_argument, NULL, OPT_DROP_MALFORMED },
	{ "drop-types", required_argument, NULL, OPT_DROP_TYPES },
	{ "max-stations", required_argument, NULL, OPT_MAX_STATIONS },
	{ "gate", required_argument, NULL, OPT_GATE },
	{ "gate-allow", required_argument, NULL, OPT_GATE_ALLOW },
	{ "gate-fail", required_argument, NULL, OPT_GATE_FAIL },
	{ "agent", required_argument, NULL, OPT_AGENT },
	{ "ui-period", required_argument, NULL, OPT_UI_PERIOD },
	{ "plugins", required_argument, NULL, OPT_PLUGINS },
	{ "isolate", optional_argument, NULL, OPT_ISOLATE },
	{ "control", required_argument, NULL, OPT_CONTROL },
	{ "control-group", required_argument, NULL, OPT_CONTROL_GROUP },
	{ "no-sandbox", no_argument, NULL, OPT_NO_SANDBOX },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

#define wrong(...) option_wrong(NULL, __VA_ARGS__)

void run_options_help(void)
{
	fputs(help_text, stdout);
}

static int parse_frames(const char *text, unsigned int *ret)
{
	unsigned int n;
	int err = option_uint(NULL, "--frames", text, 16, 16384, &n);

	if (err)
		return err;
	if (n & (n - 1))
		return wrong("--frames takes a power of two, not %u", n);
	*ret = n;
	return 0;
}

static int add_bridge_station(struct run_options *o, const char *text)
{
	uint8_t *more, mac[6];
	int err = option_mac(NULL, "--bridge-station", text, true, mac);

	if (err)
		return err;
	if (o->bridge_station_count == XEAP_BRIDGE_MAX_STATIONS)
		return wrong("--bridge-station: at most %u addresses", XEAP_BRIDGE_MAX_STATIONS);
	more = reallocarray(o->bridge_stations, o->bridge_station_count + 1, sizeof(mac));
	if (!more)
		return -ENOMEM;
	o->bridge_stations = more;
	memcpy(more + sizeof(mac) * o->bridge_station_count++, mac, sizeof(mac));
	return 0;
}

static int parse_bridge(const char *text, uint32_t *ret)
{
	if (!xeap_bridge_ways_parse(text, ret))
		return 0;
	return wrong("--bridge takes linkmode and one of locked and stations, joined by a comma, "
		     "not '%s'",
		     text);
}

static int parse_flow_rule(const char *text, enum xeap_flow_rule_use *ret)
{
	if (!xeap_flow_rule_parse(text, ret))
		return 0;
	return wrong("--flow-rule is auto or off, not '%s'", text);
}

static int parse_vlan_strip(const char *text, enum xeap_vlan_strip *ret)
{
	if (!xeap_vlan_strip_parse(text, ret))
		return 0;
	return wrong("--vlan-strip is refuse or off, not '%s'", text);
}

static int parse_mode(const char *text, enum xeap_mode *ret)
{
	if (!xeap_mode_parse(text, ret))
		return 0;
	return wrong("--mode is auto, zero-copy, native, generic or packet, not '%s'", text);
}

static int take_agent(struct run_options *o, const char *command)
{
	if (!*command)
		return wrong("--agent takes a command, not an empty word");
	o->agent = command;
	return 0;
}

static int parse_rings(const char *text, enum xeap_rings_kind *ret)
{
	if (!xeap_rings_kind_parse(text, ret))
		return 0;
	return wrong("--rings is auto, own or funnel, not '%s'", text);
}

static int take_control(struct run_options *o, const char *path)
{
	if (!*path)
		return wrong("--control takes a path or none, not an empty word");
	o->control = path;
	return 0;
}

/* A name, or a number. */
static int take_control_group(struct run_options *o, const char *text)
{
	const struct group *g = getgrnam(text);
	unsigned int number;

	if (g) {
		o->control_group = g->gr_gid;
		return 0;
	}
	if (*text < '0' || *text > '9')
		return wrong("there is no group '%s'", text);
	if (option_uint(NULL, "--control-group", text, 0, INT32_MAX, &number))
		return -EINVAL;
	o->control_group = number;
	return 0;
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
	case OPT_KEEP:
		o->keep = true;
		return 0;
	case OPT_TAKEOVER:
		o->takeover = true;
		return 0;
	case OPT_NO_SANDBOX:
		o->no_sandbox = true;
		return 0;
	case 'v':
		o->verbose++;
		return 0;
	case 'h':
		o->help = true;
		return 0;
	}
	return wrong("see 'xeap run --help'");
}

/* What is done to devices. */
static int take_device_option(struct run_options *o, int option, const char *arg)
{
	switch (option) {
	case OPT_FLOW_RULE:
		return parse_flow_rule(arg, &o->flow_rule);
	case OPT_VLAN_STRIP:
		return parse_vlan_strip(arg, &o->vlan_strip);
	case OPT_BRIDGE:
		return parse_bridge(arg, &o->bridge);
	case OPT_BRIDGE_STATION:
		return add_bridge_station(o, arg);
	}
	return take_flag(o, option);
}

static int take_option(struct run_options *o, int option, const char *arg)
{
	switch (option) {
	case 'c':
		o->conf = arg;
		return 0;
	case 'p':
		return port_specs_add(&o->specs, &o->spec_count, arg);
	case OPT_MODE:
		return parse_mode(arg, &o->mode);
	case OPT_TIMEOUT:
		return option_seconds(NULL, "--timeout", arg, &o->timeout);
	case OPT_START_PERIOD:
		return option_seconds(NULL, "--start-period", arg, &o->start_period);
	case OPT_HELD_PERIOD:
		return option_seconds(NULL, "--held-period", arg, &o->held_period);
	case OPT_AUTH_PERIOD:
		return option_seconds(NULL, "--auth-period", arg, &o->auth_period);
	case OPT_UI_PERIOD:
		return option_seconds(NULL, "--ui-period", arg, &o->ui_period);
	case OPT_AGENT:
		return take_agent(o, arg);
	case OPT_MAX_START:
		return option_uint(NULL, "--max-start", arg, 1, 1000, &o->max_start);
	case OPT_FRAMES:
		return parse_frames(arg, &o->frames);
	case OPT_PLUGINS:
		o->plugins = arg;
		return 0;
	case OPT_ISOLATE:
		o->isolate = true;
		o->method_host = arg;
		return 0;
	case OPT_PIN:
		o->pin_dir = arg;
		return 0;
	case OPT_KEEP_TICKETS:
		o->tickets = arg;
		return 0;
	case OPT_RINGS:
		return parse_rings(arg, &o->rings);
	case OPT_CONTROL:
		return take_control(o, arg);
	case OPT_CONTROL_GROUP:
		return take_control_group(o, arg);
	case 'w':
		return option_uint(NULL, "--workers", arg, 1, WORKERS_MAX, &o->workers);
	case OPT_STATIONS:
		return option_uint(NULL, "--stations", arg, 1, STATIONS_MAX, &o->stations);
	case OPT_STATION_MAC:
		o->station_mac_set = true;
		return option_mac(NULL, "--station-mac", arg, true, o->station_mac);
	}
	return take_device_option(o, option, arg);
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
		return wrong("port '%s' is given twice, with '%s' and with '%s'", s->pattern,
			     conf_of(o, other), conf_of(o, s));
	}
	return 0;
}

static int check_specs(const struct run_options *o)
{
	for (size_t i = 0; i < o->spec_count; i++) {
		const struct port_spec *s = &o->specs[i];

		if (!*conf_of(o, s))
			return wrong("no configuration for port '%s': give -c CONF or -p "
				     "%s=CONF",
				     s->pattern, s->pattern);
		if (check_contradiction(o, s))
			return -EINVAL;
	}
	return 0;
}

static bool overlap(const struct vlan_range *a, const struct vlan_range *b)
{
	return a->first[0] <= b->last[0] && b->first[0] <= a->last[0] &&
	       a->first[1] <= b->last[1] && b->first[1] <= a->last[1];
}

/* Each VLAN once, and no more supplicants than a port can have. */
static int check_vlans(const struct run_options *o, const struct port_spec *s)
{
	uint64_t count = s->vlan_count ? 0 : 1;

	for (size_t i = 0; i < s->vlan_count; i++) {
		const struct vlan_range *r = &s->vlans[i];

		count += (uint64_t)(r->last[0] - r->first[0] + 1) *
			 (uint64_t)(r->last[1] - r->first[1] + 1);
		for (size_t k = 0; k < i; k++) {
			if (!overlap(r, &s->vlans[k]))
				continue;
			return wrong("port '%s' has VLAN %u twice", s->pattern,
				     r->first[0] > s->vlans[k].first[0] ? r->first[0]
									: s->vlans[k].first[0]);
		}
	}
	count *= o->stations ? o->stations : 1;
	if (count <= STATIONS_MAX)
		return 0;
	return wrong("%llu supplicants on port '%s' are more than %u", (unsigned long long)count,
		     s->pattern, STATIONS_MAX);
}

static int check_supplicants(const struct run_options *o)
{
	int err = 0;

	if (o->station_mac_set && !o->stations)
		return wrong("--station-mac goes with --stations");
	for (size_t i = 0; !err && i < o->spec_count; i++)
		err = check_vlans(o, &o->specs[i]);
	return err;
}

/* A bridge port is open or closed for all that live on it. */
static int check_bridge(const struct run_options *o)
{
	bool many = o->stations;

	for (size_t i = 0; i < o->spec_count; i++)
		many |= o->specs[i].vlan_count != 0;
	if (o->bridge && many)
		return wrong("--bridge goes with one supplicant a port: leave out --stations and "
			     "VLANs");
	if (o->bridge_station_count && !(o->bridge & XEAP_BRIDGE_STATIONS)) {
		return wrong("--bridge-station goes with --bridge stations");
	}
	return 0;
}

static int check_pins(const struct run_options *o)
{
	if (!o->pin_dir && (o->keep || o->takeover))
		return wrong("--%s goes with --pin", o->keep ? "keep" : "takeover");
	if (o->pin_dir && o->mode == XEAP_MODE_PACKET) {
		return wrong("in mode packet there is no XDP program for --pin");
	}
	if (o->protect.gate_fail_set && !o->protect.gate_fail_open && !o->pin_dir)
		return wrong("--gate-fail closed goes with --pin DIR: else the gate ends with the "
			     "process");
	return 0;
}

static int check(const struct run_options *o)
{
	if (!o->spec_count)
		return wrong("no port given: name at least one with -p");
	if (check_specs(o) || check_supplicants(o) || check_bridge(o) || check_pins(o) ||
	    protect_options_check(&o->protect, o->mode))
		return -EINVAL;
	if (o->timeout && !o->once)
		return wrong("--timeout goes with --once");
	if (o->control_group != NO_GROUP && o->control && !strcmp(o->control, "none")) {
		return wrong("--control-group goes with a control socket, not with --control none");
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
				   .max_start = 3,
				   .workers = 1,
				   .control_group = NO_GROUP };
	optind = 1;
	while ((option = getopt_long(argc, argv, "c:p:w:vh", long_options, NULL)) != -1) {
		err = option < PROTECT_OPTION_FIRST
			      ? take_option(o, option, optarg)
			      : protect_options_take(&o->protect, (enum protect_option)option,
						     optarg);
		if (err)
			return err;
	}
	if (o->help)
		return 0;
	if (optind < argc)
		return wrong("'%s' is not an option; ports are given with -p", argv[optind]);
	err = check(o);
	if (!o->timeout)
		o->timeout = DEFAULT_TIMEOUT;
	return err;
}

void run_options_free(struct run_options *o)
{
	port_specs_free(o->specs, o->spec_count);
	free(o->bridge_stations);
	o->bridge_stations = NULL;
	o->specs = NULL;
	o->spec_count = 0;
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
