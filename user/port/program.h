/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PORT_PROGRAM_H
#define XEAP_PORT_PROGRAM_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <port/pin.h>
#include <port/sys.h>

/* The loaded program, for the files that work on it: program.c opens it, steer.c gives it ports. */
struct xeap_steer {
	struct xeap_sys_program program;
	struct xeap_pins pins;
	uint32_t max_ports, max_stations;
	uint32_t found; /* ports that were pinned */
	uint32_t cpus;
	pthread_mutex_t lock;	   /* of what follows */
	uint32_t stations_limited; /* sum over the ports that have a limit */
	struct slot {
		bool taken;
		bool left;	     /* by a process before this one, to whoever opens the port */
		uint16_t generation; /* of the last that had it */
	} * slot;		     /* from 1 on */
};

/* Whether what it does is to outlive the process. */
static inline bool xeap_steer_is_pinned(const struct xeap_steer *steer)
{
	return steer->pins.dir[0];
}

#endif
