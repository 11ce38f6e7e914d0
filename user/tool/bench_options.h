/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_BENCH_OPTIONS_H
#define XEAP_TOOL_BENCH_OPTIONS_H

#include <xeap/port.h>

#include "bench/engine.h"
#include "tool/port_spec.h"
#include "tool/radius_options.h"

#define BENCH_SUPPLICANTS_MAX 1000000
#define BENCH_THREADS_MAX 64
#define BENCH_COUNT_WHY 100

struct bench_options {
	/* where to */
	bool over_radius;
	struct radius_options radius; /* with over_radius; its conf is that of -c */
	unsigned int source_ports;    /* at least; 0: as many as identifiers take */
	struct port_spec *specs;
	size_t spec_count;
	enum xeap_mode mode;
	enum xeap_rings_kind rings;
	unsigned int frames; /* chunks a ring; 0: by supplicants */
	xeap_time start_period;
	bool force;

	/* who */
	char *conf;
	unsigned int supplicants;		     /* 0: one for each LAN */
	const char *identity, *anonymous, *password; /* patterns; NULL: as the configuration says */
	const char *users;			     /* CSV, see bench_people.h */
	const char *test_ca;	   /* kind of key of the certificates that are signed; NULL: none */
	char *test_ca_cert;	   /* files of an authority; NULL: one is made */
	const char *test_ca_key;   /* within the former's text */
	const char *test_ca_write; /* file for the authority's certificate, or NULL */
	uint8_t mac[6];		   /* the first one's */
	const char *mac_pattern;   /* of each, in place of that; or NULL */
	bool mac_set;

	/* when */
	double rate, ramp, duration, churn, reauth; /* 0: none */
	uint64_t window;			    /* 0: no limit */
	enum bench_stop stop;
	double stop_share;
	xeap_time timeout; /* of one login */
	uint64_t seed;
	bool seed_set;
	struct faults faults;
	unsigned int threads;

	/* what is told */
	const char *background;		 /* file of a load's results */
	const char *json, *csv, *report; /* files; "-" is standard output, of one */
	bool quiet, no_view;
	bool merge; /* of files that earlier runs wrote */
	char **merged;
	size_t merged_count;
	bool help;
};

/* Returns 0, or -EINVAL after one line on stderr. The struct is to be freed either way. */
int bench_options_parse(struct bench_options *o, int argc, char **argv);
/*
 * What goes by how many supplicants there are, which without -n only the ports tell. 0, or -EINVAL
 * with why.
 */
int bench_options_check_count(const struct bench_options *o, uint32_t supplicants,
			      char why[BENCH_COUNT_WHY]);
void bench_options_free(struct bench_options *o);
void bench_options_help(void);

#endif
