/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_RUN_OPTIONS_H
#define XEAP_TOOL_RUN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <xeap/bridge.h>
#include <xeap/port.h>

#include "tool/port_spec.h"
#include "tool/protect_options.h"

#define WORKERS_MAX 64
#define STATIONS_MAX 65536 /* on one port, over all of its VLANs */

struct run_options {
	const char *conf;
	struct port_spec *specs;
	size_t spec_count;
	enum xeap_mode mode;
	bool once, json;
	unsigned int verbose;
	xeap_time timeout; /* 0: none */
	xeap_time start_period, held_period, auth_period, ui_period;
	const char *agent; /* command that answers questions; NULL: none */
	unsigned int max_start;
	unsigned int frames; /* chunks a ring; 0: the default */
	enum xeap_rings_kind rings;
	const char *plugins; /* directory; NULL: where they are installed */
	bool isolate;
	const char *method_host; /* NULL: where it is installed */
	const char *tickets;	 /* file to keep them in; NULL: none */
	const char *pin_dir;	 /* NULL: nothing is pinned */
	bool keep;		 /* pins, at the end */
	bool takeover;		 /* from the process that has the pins */
	unsigned int workers;
	bool no_sandbox;
	unsigned int stations;	/* supplicants in each LAN, with addresses of their own; 0: one */
	uint8_t station_mac[6]; /* the first one's */
	bool station_mac_set;
	uint32_t bridge;	  /* enum xeap_bridge_way; 0: ports are not kept closed */
	uint8_t *bridge_stations; /* addresses that are let in, one behind the other */
	uint32_t bridge_station_count;
	enum xeap_flow_rule_use flow_rule;
	enum xeap_vlan_strip vlan_strip;
	struct protect_options protect;
	const char *control; /* path of the control socket, "none"; NULL: the default */
	gid_t control_group; /* that may use it; -1: nobody but its owner */
	bool help;
};

/* Returns 0, or -EINVAL after one line on stderr. The struct is to be freed either way. */
int run_options_parse(struct run_options *o, int argc, char **argv);
void run_options_free(struct run_options *o);
void run_options_help(void);

/*
 * The first spec that a netdev's name matches; a plain name goes before patterns. NULL when none
 * does.
 */
struct port_spec *run_options_match(const struct run_options *o, const char *ifname);

#endif
