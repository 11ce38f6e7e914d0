/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PORT_PIN_H
#define XEAP_PORT_PIN_H

#include <linux/types.h>
#include <stdbool.h>
#include <stdint.h>
#include <port/sys.h>
#include <xeap/port.h>
#include <xeap/steer.h>

/*
 * The pins of a program: files in one directory of a bpffs that keep its maps, and the links which
 * hold it on its ports, when no process does.
 *
 *	xeap_header	what the maps are: the first to come, the last to go
 *	xeap_ports …	the maps, under their names
 *	link-IFINDEX	the bpf_link of a port
 *
 * The directory itself is locked by the process that works with them, for as long as it lives. What
 * was being made or removed when a process died is told by the header, and is made anew; a link
 * whose netdev is gone is removed, and so is the entry of a port that has no link.
 */

#define XEAP_PIN_DIR 128

struct xeap_pins {
	char dir[XEAP_PIN_DIR];	       /* "": nothing is pinned */
	int lock;		       /* the directory */
	int header;		       /* the map; -1: there are no pins yet */
	bool owned;		       /* the lock is ours */
	bool inherited;		       /* they were there before */
	bool used;		       /* made by this process, or it has attached a port */
	bool keep;		       /* what is closed stays pinned */
	uint64_t left_at, left_passed; /* of the header, as it was found */
};

/* What maps are made for; 0: whatever. */
struct xeap_pins_sizes {
	uint32_t ports, vlans, stations, authorized;
};

/* Told of a port that pins keep. */
typedef void xeap_pins_found(void *arg, int ifindex, const struct xeap_steer_port *port);

/*
 * Open the directory, made when it is missing, lock it, and see that its pins are ours to use.
 * beside: one that is locked is opened all the same, to be owned later. The pinned maps
 * have to be as large as `sizes`, which become theirs. 0, or a negative errno and a line.
 */
int xeap_pins_open(const char *dir, bool beside, struct xeap_pins_sizes *sizes,
		   struct xeap_pins *ret_pins, struct xeap_diag *ret_diag);

/* Load the program with the maps that are pinned, or pin those that it gets. */
int xeap_pins_load(struct xeap_pins *p, const struct xeap_sys_object *object,
		   const struct xeap_pins_sizes *sizes, struct xeap_sys_program *ret_program,
		   struct xeap_diag *ret_diag);

/*
 * Lock the directory if it is not yet, put the program in the place of the one that links hold, and
 * tell of their ports. -EBUSY: another process has it.
 */
int xeap_pins_own(struct xeap_pins *p, const struct xeap_sys_program *program,
		  xeap_pins_found *found, void *arg, struct xeap_diag *ret_diag);

/*
 * Let go of the directory. All pins are removed, unless they are to be kept, or are only those of
 * processes before this one, which then has failed.
 */
void xeap_pins_close(struct xeap_pins *p);

/* From now on what is closed stays pinned; the header says when. */
void xeap_pins_keep(struct xeap_pins *p, uint64_t passed);
int xeap_pins_owner(const struct xeap_pins *p); /* its number, or -ESRCH */

/* The pinned link of a netdev, and how it is attached. Returns its descriptor, or -ENOENT. */
int xeap_pins_link(const struct xeap_pins *p, int ifindex, uint32_t *ret_flags);
/* Put the program, the one for this gate, in the place of the one that a link holds. */
int xeap_pins_update(int link, const struct xeap_sys_program *program, enum xeap_gate gated_by);
bool xeap_pins_has(const char *dir, int ifindex); /* a link, live or not */
int xeap_pins_add(const struct xeap_pins *p, int ifindex, int link);
/* Detach a port's link and remove its pin. */
void xeap_pins_remove(const struct xeap_pins *p, int ifindex, int link);

#endif
