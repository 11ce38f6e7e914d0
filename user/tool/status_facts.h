/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_STATUS_FACTS_H
#define XEAP_TOOL_STATUS_FACTS_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <xeap/error.h>
#include <xeap/frame.h>
#include <xeap/pae.h>
#include <xeap/port.h>
#include <linux/bpf.h>
#include <xeap/steer.h>

/*
 * What a running process tells of itself: copies, taken by the thread that owns what they are
 * copies of, and how they are written as JSON. The document is one object on one line, written in
 * pieces, so that ten thousand supplicants need no memory:
 *
 *	status_write_head(); status_write_worker() for each; status_write_ports();
 *	for each port: status_write_port(), status_write_supplicant() for each that is shown,
 *	status_write_port_end(); status_write_tail()
 *
 * Member names that begin with dot1x are those of IEEE8021-PAE-MIB (IEEE 802.1X-2004 clause 9).
 */
#define STATUS_SCHEMA "xeap-status"
#define STATUS_VERSION 1

enum status_result {
	STATUS_PENDING,
	STATUS_SUCCESS,
	STATUS_FAILURE,
	STATUS_RESULT_MAX
};

struct status_process {
	const char *version;
	int pid;
	uint64_t time;	  /* seconds since 1970, UTC */
	xeap_time uptime; /* microseconds */
	unsigned int workers;
};

/* A pool that the ports of a worker share. */
struct status_pool {
	bool present;
	struct xeap_pool_stats stats;
};

struct status_worker {
	unsigned int number; /* from 0 */
	uint32_t ports, supplicants;
	struct status_pool funnel, packet;
};

struct status_supplicant {
	uint8_t mac[6];
	uint16_t vid[2]; /* of its VLAN, outermost first; 0: none */
	bool running;	 /* there is a machine: the port could be joined */
	enum xeap_pae_state state;
	bool authorized;
	enum status_result result;
	char reason[XEAP_DIAG_TEXT]; /* of the last failure */
	char method[16], tls_version[8];
	xeap_time elapsed; /* of the last attempt that came to a result */
	struct xeap_pae_stats stats;
};

struct status_port {
	unsigned int worker;
	char ifname[16];
	int ifindex;
	bool joined;		     /* info and what is counted are there */
	bool link;		     /* up and running */
	uint8_t eapol_version;	     /* that it speaks */
	char reason[XEAP_DIAG_TEXT]; /* why it is not joined */
	struct xeap_port_info info;
	struct xeap_port_stats rings;
	uint64_t steer[XEAP_STEER_REASON_MAX];
	struct xeap_pool_stats pool; /* of its own; all 0 when it is shared */
	uint64_t strays;	     /* frames to an address or VLAN that no supplicant has */
	uint32_t supplicants;
	uint32_t results[STATUS_RESULT_MAX];
	uint32_t states[XEAP_PAE_STATE_MAX];
	struct xeap_pae_stats sum; /* of all its supplicants */
};

/* The timers and counts that all supplicants have. */
struct status_timers {
	xeap_time start_period, held_period, auth_period;
	unsigned int max_start;
};

struct status_totals {
	uint64_t ports, supplicants, results[STATUS_RESULT_MAX], refused;
	/* What the XDP program counts for all ports together; the other reasons are not written. */
	uint64_t steer[XEAP_STEER_REASON_MAX];
};

void status_add_stats(struct xeap_pae_stats *sum, const struct xeap_pae_stats *s);

void status_write_head(FILE *out, const struct status_process *p);
void status_write_worker(FILE *out, const struct status_worker *w);
void status_write_ports(FILE *out);
void status_write_port(FILE *out, const struct status_port *p, bool first);
void status_write_supplicant(FILE *out, const struct status_supplicant *s,
			     const struct status_timers *t, bool first);
void status_write_port_end(FILE *out);
void status_write_tail(FILE *out, const struct status_totals *t);

#endif
