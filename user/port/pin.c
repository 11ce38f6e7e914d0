/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <base/diag.h>
#include <port/pin.h>
#include <port/steer.h>
#include <port/sys_pin.h>

#define HEADER "xeap_header"
#define MAPS "xeap_" /* what the names of maps begin with, the header's, too */
#define LINKS "link-"
#define PATH_ROOM (XEAP_PIN_DIR + 64)

static const char mount_it[] = "mount one with 'mount -t bpf bpf /sys/fs/bpf' and name a directory "
			       "there";

static void path_of(char path[PATH_ROOM], const char *dir, const char *name)
{
	snprintf(path, PATH_ROOM, "%s/%s", dir, name);
}

static void link_path(char path[PATH_ROOM], const char *dir, int ifindex)
{
	snprintf(path, PATH_ROOM, "%s/" LINKS "%d", dir, ifindex);
}

/* The directory. */

static int blocked_dir(const char *dir, int err, struct xeap_diag *ret_diag)
{
	switch (err) {
	case -ENOENT:
		return xeap_diag_set(ret_diag, err, XEAP_E_INVALID_PARAMETER,
				     "there is no directory to pin in, %s: %s", dir, mount_it);
	case -EMEDIUMTYPE:
		return xeap_diag_set(ret_diag, err, XEAP_E_INVALID_PARAMETER,
				     "%s is not on a bpffs: %s", dir, mount_it);
	case -EPERM:
	case -EACCES:
		return xeap_diag_set(ret_diag, -EPERM, XEAP_E_NOT_SUPPORTED,
				     "no permission to pin in %s: run as root, and name a "
				     "directory without dots on a bpffs",
				     dir);
	default:
		return xeap_diag_set(ret_diag, err, XEAP_E_NOT_SUPPORTED, "cannot pin in %s: %s",
				     dir, strerror(-err));
	}
}

static int open_dir(const char *dir, bool make, struct xeap_pins *p, struct xeap_diag *ret_diag)
{
	int fd;

	if (!dir[0] || strlen(dir) >= sizeof(p->dir))
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "the name of a directory to pin in has 1 to %zu bytes",
				     sizeof(p->dir) - 1);
	fd = xeap_sys_pin_dir(dir, make);
	if (fd == -ENOENT && !make)
		return xeap_diag_set(ret_diag, fd, XEAP_E_INVALID_PARAMETER,
				     "nothing is pinned in %s: there is no such directory", dir);
	if (fd < 0)
		return blocked_dir(dir, fd, ret_diag);
	*p = (struct xeap_pins){ .lock = fd, .header = -1 };
	snprintf(p->dir, sizeof(p->dir), "%s", dir);
	return 0;
}

static void close_dir(struct xeap_pins *p)
{
	if (p->header >= 0)
		xeap_sys_close(p->header);
	if (p->lock >= 0)
		xeap_sys_close(p->lock);
	*p = (struct xeap_pins){ .lock = -1, .header = -1 };
}

/* The header. */

static int open_header(struct xeap_pins *p)
{
	char path[PATH_ROOM];
	int fd;

	path_of(path, p->dir, HEADER);
	fd = xeap_sys_pin_get(path);
	if (fd == -ENOENT)
		return 0;
	p->header = fd;
	return fd < 0 ? fd : 0;
}

static int write_header(const struct xeap_pins *p, const struct xeap_steer_header *h)
{
	uint32_t zero = 0;

	return xeap_sys_map_update(p->header, &zero, h, 0);
}

/* Say who works with the pins: this process, or nobody. */
static int sign(struct xeap_pins *p, bool here)
{
	struct xeap_steer_header h;
	int err = xeap_sys_single_read(p->header, &h, sizeof(h)), self = xeap_sys_process_id();
	uint64_t start = 0;

	if (err)
		return err;
	h.process = here ? (uint32_t)self : 0;
	if (here) {
		xeap_sys_process_start(self, &start);
		p->left_at = h.left_at;
		p->left_passed = h.left_passed;
		h.left_at = h.left_passed = 0;
	}
	h.process_start = start;
	return write_header(p, &h);
}

static int blocked_by_owner(const struct xeap_pins *p, struct xeap_diag *ret_diag)
{
	struct xeap_steer_header h = { 0 };

	if (p->header >= 0)
		xeap_sys_single_read(p->header, &h, sizeof(h));
	if (!h.process)
		return xeap_diag_set(ret_diag, -EBUSY, XEAP_E_INVALID_STATE,
				     "another xeap works with the pins in %s: end it first",
				     p->dir);
	return xeap_diag_set(ret_diag, -EBUSY, XEAP_E_INVALID_STATE,
			     "process %u works with the pins in %s: end it, or take over from it",
			     h.process, p->dir);
}

static int other_version(const struct xeap_pins *p, const struct xeap_steer_header *h,
			 struct xeap_diag *ret_diag)
{
	if (h->magic != XEAP_STEER_MAGIC)
		return xeap_diag_set(ret_diag, -EPROTO, XEAP_E_NOT_SUPPORTED,
				     "%s/" HEADER " is not xeap's: name another directory", p->dir);
	return xeap_diag_set(
		ret_diag, -EPROTO, XEAP_E_NOT_SUPPORTED,
		"the maps in %s are those of xeap %.*s (version %u), not of " XEAP_VERSION
		" (version %u): end that xeap, run 'xeap steer detach --pin %s', and "
		"start anew",
		p->dir, (int)sizeof(h->version), h->version, h->abi, XEAP_STEER_ABI, p->dir);
}

static bool is_our_version(const struct xeap_steer_header *h)
{
	return h->magic == XEAP_STEER_MAGIC && h->abi == XEAP_STEER_ABI &&
	       h->port_size == sizeof(struct xeap_steer_port) &&
	       h->counters_size == sizeof(struct xeap_steer_counters);
}

static bool fits(uint32_t asked, uint32_t there)
{
	return asked <= there;
}

static int check_sizes(const struct xeap_pins *p, const struct xeap_steer_header *h,
		       struct xeap_pins_sizes *z, struct xeap_diag *ret_diag)
{
	if (fits(z->ports, h->max_ports) && fits(z->vlans, h->max_vlans) &&
	    fits(z->stations, h->max_stations) && fits(z->authorized, h->max_authorized)) {
		*z = (struct xeap_pins_sizes){ h->max_ports, h->max_vlans, h->max_stations,
					       h->max_authorized };
		return 0;
	}
	return xeap_diag_set(
		ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
		"the maps in %s are for %u ports, %u VLANs and %u or %u stations, which is "
		"too few: run 'xeap steer detach --pin %s' to have others",
		p->dir, h->max_ports, h->max_vlans, h->max_stations, h->max_authorized, p->dir);
}

/* Whether the pins can be used; they are complete. */
static int check_header(const struct xeap_pins *p, const struct xeap_steer_header *h,
			struct xeap_pins_sizes *z, struct xeap_diag *ret_diag)
{
	if (!is_our_version(h))
		return other_version(p, h, ret_diag);
	if (h->netns != xeap_sys_network_namespace())
		return xeap_diag_set(ret_diag, -EXDEV, XEAP_E_INVALID_PARAMETER,
				     "the pins in %s are for ports of another network namespace: "
				     "name another directory",
				     p->dir);
	return check_sizes(p, h, z, ret_diag);
}

/* Removal: links, then maps, then the header; whoever dies in between leaves what is told apart. */

static void remove_pin(const char *dir, const char *name)
{
	char path[PATH_ROOM];

	path_of(path, dir, name);
	xeap_sys_pin_remove(path);
}

/* A pin that is removed holds its link for some more milliseconds: let go of the port at once. */
static void remove_link(void *arg, const char *name)
{
	const struct xeap_pins *p = arg;
	char path[PATH_ROOM];
	int fd;

	if (strncmp(name, LINKS, strlen(LINKS)))
		return;
	path_of(path, p->dir, name);
	fd = xeap_sys_pin_get(path);
	if (fd >= 0) {
		xeap_sys_link_detach(fd);
		xeap_sys_close(fd);
	}
	xeap_sys_pin_remove(path);
}

static void remove_map(void *arg, const char *name)
{
	const struct xeap_pins *p = arg;

	if (!strncmp(name, MAPS, strlen(MAPS)) && strcmp(name, HEADER))
		remove_pin(p->dir, name);
}

static void remove_all(struct xeap_pins *p)
{
	struct xeap_steer_header h;

	xeap_sys_pin_list(p->dir, remove_link, p);
	/* Of another version, whose header is longer, the flag cannot be written: then all is. */
	if (p->header >= 0 && !xeap_sys_single_read(p->header, &h, sizeof(h)) &&
	    is_our_version(&h)) {
		h.complete = 0;
		write_header(p, &h);
	}
	if (!xeap_sys_pin_list(p->dir, remove_map, p) && p->header >= 0)
		remove_pin(p->dir, HEADER);
	xeap_sys_pin_dir_remove(p->dir);
}

/* Opening. */

/* Pins that somebody has begun to make, or to remove, and died. */
static int start_anew(struct xeap_pins *p, struct xeap_diag *ret_diag)
{
	if (!p->owned)
		return blocked_by_owner(p, ret_diag);
	remove_all(p);
	xeap_sys_close(p->header);
	p->header = -1;
	xeap_sys_close(p->lock);
	p->lock = xeap_sys_pin_dir(p->dir, true);
	return p->lock < 0 ? blocked_dir(p->dir, p->lock, ret_diag) : xeap_sys_pin_lock(p->lock);
}

static void count_maps(void *arg, const char *name)
{
	*(unsigned int *)arg += !strncmp(name, MAPS, strlen(MAPS));
}

/* The header goes last, so maps without one are none of ours. */
static int look_at_files(const struct xeap_pins *p, struct xeap_diag *ret_diag)
{
	unsigned int maps = 0;
	int err = xeap_sys_pin_list(p->dir, count_maps, &maps);

	if (err)
		return blocked_dir(p->dir, err, ret_diag);
	if (!maps)
		return 0;
	return xeap_diag_set(ret_diag, -EEXIST, XEAP_E_INVALID_PARAMETER,
			     "%s holds files " MAPS "… that are not xeap's pins: name another "
			     "directory, or remove them",
			     p->dir);
}

static int look_at_pins(struct xeap_pins *p, struct xeap_pins_sizes *z, struct xeap_diag *ret_diag)
{
	struct xeap_steer_header h;
	int err = open_header(p);

	if (!err && p->header >= 0)
		err = xeap_sys_single_read(p->header, &h, sizeof(h));
	if (err)
		return blocked_dir(p->dir, err, ret_diag);
	if (p->header < 0)
		return p->owned ? look_at_files(p, ret_diag) : blocked_by_owner(p, ret_diag);
	if (is_our_version(&h) && !h.complete)
		return start_anew(p, ret_diag);
	return check_header(p, &h, z, ret_diag);
}

int xeap_pins_open(const char *dir, bool beside, struct xeap_pins_sizes *sizes,
		   struct xeap_pins *ret_pins, struct xeap_diag *ret_diag)
{
	struct xeap_pins p;
	int err = open_dir(dir, true, &p, ret_diag);

	if (err)
		return err;
	err = xeap_sys_pin_lock(p.lock);
	p.owned = !err;
	if (err == -EBUSY && beside)
		err = 0;
	if (err) {
		open_header(&p);
		err = err == -EBUSY ? blocked_by_owner(&p, ret_diag)
				    : blocked_dir(dir, err, ret_diag);
	}
	if (!err)
		err = look_at_pins(&p, sizes, ret_diag);
	if (err) {
		close_dir(&p);
		return err;
	}
	*ret_pins = p;
	return 0;
}

static int make_header(struct xeap_pins *p, const struct xeap_pins_sizes *z,
		       struct xeap_steer_header *ret_header)
{
	struct xeap_steer_header h = {
		.magic = XEAP_STEER_MAGIC,
		.abi = XEAP_STEER_ABI,
		.version = XEAP_VERSION,
		.max_ports = z->ports,
		.max_vlans = z->vlans,
		.max_stations = z->stations,
		.max_authorized = z->authorized,
		.port_size = sizeof(struct xeap_steer_port),
		.counters_size = sizeof(struct xeap_steer_counters),
		.netns = xeap_sys_network_namespace(),
	};
	char path[PATH_ROOM];
	int err, fd = xeap_sys_single_make(HEADER, sizeof(h));

	if (fd < 0)
		return fd;
	p->header = fd;
	path_of(path, p->dir, HEADER);
	err = write_header(p, &h);
	if (!err)
		err = xeap_sys_pin(fd, path);
	*ret_header = h;
	return err;
}

static int pin_maps(struct xeap_pins *p, const struct xeap_sys_program *program,
		    const struct xeap_pins_sizes *z, struct xeap_diag *ret_diag)
{
	struct xeap_steer_header h;
	int err = make_header(p, z, &h);

	if (!err)
		err = xeap_sys_program_pin(program, p->dir);
	h.complete = 1;
	if (!err)
		err = write_header(p, &h);
	p->used = !err;
	if (!err)
		return 0;
	remove_all(p);
	return blocked_dir(p->dir, err, ret_diag);
}

static int reload(struct xeap_pins *p, const struct xeap_sys_object *object,
		  struct xeap_sys_program *ret_program, struct xeap_diag *ret_diag)
{
	struct xeap_steer_header h = { 0 };
	int err = xeap_sys_program_reload(object, p->dir, ret_program);

	p->inherited = true;
	if (!err)
		return 0;
	if (err != -EPROTO)
		return xeap_steer_blocked(err, ret_diag);
	xeap_sys_single_read(p->header, &h, sizeof(h));
	return other_version(p, &h, ret_diag);
}

int xeap_pins_load(struct xeap_pins *p, const struct xeap_sys_object *object,
		   const struct xeap_pins_sizes *sizes, struct xeap_sys_program *ret_program,
		   struct xeap_diag *ret_diag)
{
	struct xeap_sys_program program;
	int err;

	if (p->header >= 0)
		return reload(p, object, ret_program, ret_diag);
	err = xeap_sys_program_load(object, &program);
	if (err)
		return xeap_steer_blocked(err, ret_diag);
	err = pin_maps(p, &program, sizes, ret_diag);
	if (err) {
		xeap_sys_program_unload(&program);
		return err;
	}
	*ret_program = program;
	return 0;
}

/* Owning. */

struct upgrade {
	const struct xeap_pins *pins;
	const struct xeap_sys_program *program;
	int err, ifindex; /* of the first link that could not be updated */
};

/* A program that knows frames of several buffers takes the place of one that does not, and back. */
int xeap_pins_update(int link, const struct xeap_sys_program *program, enum xeap_gate gated_by)
{
	int err = xeap_sys_link_update(link, program->xdp[gated_by]), again;

	if (!xeap_steer_wants_frags(err) || program->xdp_frags[gated_by] < 0)
		return err;
	again = xeap_sys_link_update(link, program->xdp_frags[gated_by]);
	return again ? err : 0;
}

/* What the port's program goes by, as its gate says. */
static enum xeap_gate gate_of(const struct xeap_sys_program *program, int ifindex)
{
	struct xeap_steer_gate gate;

	if (xeap_sys_map_lookup(program->gates, &ifindex, &gate))
		return XEAP_GATE_NONE;
	return gate.flags & XEAP_STEER_GATE_STATIONS ? XEAP_GATE_STATION : XEAP_GATE_PORT;
}

/* Its netdev is gone, or another has its number by now: not live. Returns the program's id or 0. */
static uint32_t live_program(int link, int ifindex)
{
	struct xeap_sys_link l;

	if (xeap_sys_link_read(link, &l) || l.ifindex != ifindex)
		return 0;
	return l.program;
}

static void upgrade_link(void *arg, const char *name)
{
	struct upgrade *u = arg;
	char path[PATH_ROOM];
	int ifindex, fd, err = 0;

	if (sscanf(name, LINKS "%d", &ifindex) != 1)
		return;
	path_of(path, u->pins->dir, name);
	fd = xeap_sys_pin_get(path);
	if (fd < 0)
		return;
	if (live_program(fd, ifindex))
		err = xeap_pins_update(fd, u->program, gate_of(u->program, ifindex));
	else
		xeap_sys_pin_remove(path);
	xeap_sys_close(fd);
	if (!err || err == -ENOLINK || u->err)
		return; /* -ENOLINK: it went just now */
	u->err = err;
	u->ifindex = ifindex;
}

static int upgrade_links(const struct xeap_pins *p, const struct xeap_sys_program *program,
			 struct xeap_diag *ret_diag)
{
	struct upgrade u = { .pins = p, .program = program };
	int err = xeap_sys_pin_list(p->dir, upgrade_link, &u);

	if (err)
		return blocked_dir(p->dir, err, ret_diag);
	if (!u.err)
		return 0;
	return xeap_diag_set(ret_diag, u.err, XEAP_E_NOT_SUPPORTED,
			     "the program that is pinned on netdev %d cannot be replaced (%s): run "
			     "'xeap steer detach --pin %s' and start anew",
			     u.ifindex, strerror(-u.err), p->dir);
}

static bool is_held(const struct xeap_pins *p, int ifindex)
{
	char path[PATH_ROOM];
	bool live;
	int fd;

	link_path(path, p->dir, ifindex);
	fd = xeap_sys_pin_get(path);
	if (fd < 0)
		return false;
	live = live_program(fd, ifindex);
	xeap_sys_close(fd);
	return live;
}

/* The next key is asked for before an entry goes: behind a key that is gone comes the first. */
static void sweep_ports(const struct xeap_pins *p, int ports, xeap_pins_found *found, void *arg)
{
	struct xeap_steer_port port;
	int ifindex, next, err = xeap_sys_map_next(ports, NULL, &ifindex);

	for (; !err; ifindex = next) {
		err = xeap_sys_map_next(ports, &ifindex, &next);
		if (xeap_sys_map_lookup(ports, &ifindex, &port))
			continue;
		if (is_held(p, ifindex))
			found(arg, ifindex, &port);
		else
			xeap_sys_map_delete(ports, &ifindex);
	}
}

int xeap_pins_own(struct xeap_pins *p, const struct xeap_sys_program *program,
		  xeap_pins_found *found, void *arg, struct xeap_diag *ret_diag)
{
	int err = p->owned ? 0 : xeap_sys_pin_lock(p->lock);

	if (err == -EBUSY)
		return blocked_by_owner(p, ret_diag);
	if (!err) {
		p->owned = true;
		err = sign(p, true);
	}
	if (err)
		return blocked_dir(p->dir, err, ret_diag);
	err = upgrade_links(p, program, ret_diag);
	if (!err)
		sweep_ports(p, program->ports, found, arg);
	return err;
}

void xeap_pins_close(struct xeap_pins *p)
{
	if (!p->dir[0])
		return;
	if (p->owned && p->used && !p->keep)
		remove_all(p);
	else if (p->owned && p->header >= 0)
		sign(p, false);
	close_dir(p);
}

void xeap_pins_keep(struct xeap_pins *p, uint64_t passed)
{
	struct xeap_steer_header h;

	if (!p->owned || p->keep)
		return;
	p->keep = true;
	if (xeap_sys_single_read(p->header, &h, sizeof(h)))
		return;
	h.left_at = xeap_sys_clock();
	h.left_passed = passed;
	write_header(p, &h);
}

/* A number that is another process's by now, or is of another namespace, is nobody's. */
int xeap_pins_owner(const struct xeap_pins *p)
{
	struct xeap_steer_header h;
	uint64_t start = 0;

	if (p->header < 0 || xeap_sys_single_read(p->header, &h, sizeof(h)) || !h.process)
		return -ESRCH;
	if (xeap_sys_process_start((int)h.process, &start) || start != h.process_start)
		return -ESRCH;
	return (int)h.process;
}

/* Links. */

int xeap_pins_link(const struct xeap_pins *p, int ifindex, uint32_t *ret_flags)
{
	char path[PATH_ROOM];
	uint32_t flags;
	int fd;

	link_path(path, p->dir, ifindex);
	fd = xeap_sys_pin_get(path);
	if (fd < 0)
		return fd;
	flags = xeap_sys_xdp_flags(ifindex, live_program(fd, ifindex));
	if (!flags) {
		xeap_sys_close(fd);
		return -ENOENT;
	}
	*ret_flags = flags;
	return fd;
}

int xeap_pins_add(const struct xeap_pins *p, int ifindex, int link)
{
	char path[PATH_ROOM];
	int err;

	link_path(path, p->dir, ifindex);
	err = xeap_sys_pin(link, path);
	if (err != -EEXIST)
		return err;
	xeap_sys_pin_remove(path); /* of a netdev that is gone; this one has a link of its own */
	return xeap_sys_pin(link, path);
}

void xeap_pins_remove(const struct xeap_pins *p, int ifindex, int link)
{
	char path[PATH_ROOM];

	xeap_sys_link_detach(link);
	link_path(path, p->dir, ifindex);
	xeap_sys_pin_remove(path);
}

bool xeap_pins_has(const char *dir, int ifindex)
{
	char path[PATH_ROOM];
	int fd;

	link_path(path, dir, ifindex);
	fd = xeap_sys_pin_get(path);
	if (fd < 0)
		return false;
	xeap_sys_close(fd);
	return true;
}

/* Taking pins away, of whatever version they are. */

static int unpin_port(struct xeap_pins *p, const char *ifname, struct xeap_diag *ret_diag)
{
	int ifindex = xeap_sys_netdev_index(ifname), ports;
	char path[PATH_ROOM], name[32];

	if (ifindex < 0)
		return xeap_diag_set(ret_diag, ifindex, XEAP_E_INVALID_PARAMETER,
				     "no port %s here: 'ip link' lists what there is", ifname);
	if (!xeap_pins_has(p->dir, ifindex))
		return xeap_diag_set(ret_diag, -ENOENT, XEAP_E_INVALID_PARAMETER,
				     "port %s is not pinned in %s: 'xeap steer show' tells what is",
				     ifname, p->dir);
	path_of(path, p->dir, MAPS "ports");
	ports = xeap_sys_pin_get(path);
	if (ports >= 0) {
		xeap_sys_map_delete(ports, &ifindex);
		xeap_sys_close(ports);
	}
	snprintf(name, sizeof(name), LINKS "%d", ifindex);
	remove_link(p, name);
	return 0;
}

static int unpin(struct xeap_pins *p, const char *ifname, struct xeap_diag *ret_diag)
{
	int err = xeap_sys_pin_lock(p->lock);

	if (!err || err == -EBUSY) {
		int why = open_header(p);

		err = err ? err : why;
	}
	if (err == -EBUSY)
		return blocked_by_owner(p, ret_diag);
	if (err)
		return blocked_dir(p->dir, err, ret_diag);
	if (ifname)
		return unpin_port(p, ifname, ret_diag);
	remove_all(p);
	return 0;
}

int xeap_steer_unpin(const char *pin_dir, const char *ifname, struct xeap_diag *ret_diag)
{
	struct xeap_pins p;
	int err = open_dir(pin_dir, false, &p, ret_diag);

	if (err)
		return err;
	err = unpin(&p, ifname, ret_diag);
	close_dir(&p);
	return err;
}
