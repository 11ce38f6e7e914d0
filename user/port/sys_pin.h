/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PORT_SYS_PIN_H
#define XEAP_PORT_SYS_PIN_H

#include <port/sys.h>

/*
 * What sys.h is for, as far as a bpffs goes: files in it that keep maps and links alive, and the
 * lock on the directory they are in.
 */

struct bpf_object;

/*
 * Open a directory on a bpffs, to lock it; with `make` it is made when it is missing. -ENOENT: it
 * is missing, or what it would be made in is; -EMEDIUMTYPE: it is on another file system.
 */
int xeap_sys_pin_dir(const char *path, bool make);
/* -EBUSY: another process has it. It is let go of with the descriptor. */
int xeap_sys_pin_lock(int dir);
void xeap_sys_pin_dir_remove(const char *path); /* if nothing else is in it */

/* Call `found` for each file in a directory, which it may remove. */
int xeap_sys_pin_list(const char *dir, void (*found)(void *arg, const char *name), void *arg);
int xeap_sys_pin(int fd, const char *path);
int xeap_sys_pin_get(const char *path); /* a descriptor */
int xeap_sys_pin_remove(const char *path);

/*
 * As xeap_sys_program_load(), with the maps that are pinned in `dir` under their names. -EPROTO:
 * one is missing or is not what the object says.
 */
int xeap_sys_program_reload(const struct xeap_sys_object *object, const char *dir,
			    struct xeap_sys_program *ret_program);
/* Its part in sys.c: give an object that was opened the pinned maps. */
int xeap_sys_pin_reuse(struct bpf_object *object, const char *dir);
/* Pin all maps of a program under their names. After a failure some are. */
int xeap_sys_program_pin(const struct xeap_sys_program *program, const char *dir);

/* An array of one value; returns the map. */
int xeap_sys_single_make(const char *name, uint32_t value_size);
/* Read an array's first value, or as much of it as there is and fits; the rest is zeros. */
int xeap_sys_single_read(int map, void *ret_value, size_t size);
/* The key behind `key`, which may be NULL: the first. -ENOENT: there is none. */
int xeap_sys_map_next(int map, const void *key, void *ret_next);
/* The map of this name that a loaded program uses. -EPROTO: its values are of another size. */
int xeap_sys_program_map(uint32_t program_id, const char *name, uint32_t value_size);

struct xeap_sys_link {
	int ifindex; /* 0: its netdev is gone, or it was detached */
	uint32_t program;
};

int xeap_sys_link_read(int link, struct xeap_sys_link *ret_link);
/* Put another program in the place of the one that it holds; there is always one of the two. */
int xeap_sys_link_update(int link, int program);
void xeap_sys_link_detach(int link);
/* The programs on a netdev, by id; 0: none. libbpf dumps all netdevs to know of one. */
struct xeap_sys_xdp {
	uint32_t native, generic, offloaded;
};

int xeap_sys_xdp_read(int ifindex, struct xeap_sys_xdp *ret_xdp);
/* How a program sits on a netdev: XDP_FLAGS_DRV_MODE, XDP_FLAGS_SKB_MODE; 0: it does not. */
uint32_t xeap_sys_xdp_flags(int ifindex, uint32_t program);

/* Call `found` for each netdev. */
int xeap_sys_netdevs(void (*found)(void *arg, int ifindex, const char *name), void *arg);

uint64_t xeap_sys_clock(void); /* CLOCK_MONOTONIC in ns */

uint64_t xeap_sys_network_namespace(void); /* a number that is its own until the machine ends */

#endif
