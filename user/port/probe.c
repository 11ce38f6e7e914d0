/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */

/*
 * What a port can do. Attaching an XDP program natively makes some drivers start their rings anew,
 * which ordinary traffic feels; so where the kernel can be asked it is asked, and the rest is
 * tried.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "base/diag.h"
#include "port/flow_rule.h"
#include "port/netdev.h"
#include "port/sys.h"
#include "port/vlan_strip.h"
#include <xeap/port.h>

/* Only to be bound and closed again. */
#define PROBE_FRAMES 16

struct probe {
	struct xeap_steer *steer;
	struct xeap_netdev netdev;
	enum xeap_probe_result mode[XEAP_MODE_MAX];
	bool settled[XEAP_MODE_MAX]; /* known without trying */
	bool joined[XEAP_MODE_MAX];  /* it could be entered, now or once the port is up */
	char blocked[128];
};

/* The first obstacle stays: they are looked for from the one that explains most. */
static void block(struct probe *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void block(struct probe *p, const char *format, ...)
{
	va_list args;

	if (p->blocked[0])
		return;
	va_start(args, format);
	vsnprintf(p->blocked, sizeof(p->blocked), format, args);
	va_end(args);
}

static void settle(struct probe *p, enum xeap_mode mode, enum xeap_probe_result result)
{
	p->mode[mode] = result;
	p->settled[mode] = true;
	p->joined[mode] = result == XEAP_PROBE_YES;
}

static void settle_xdp(struct probe *p, enum xeap_probe_result result)
{
	settle(p, XEAP_MODE_ZERO_COPY, result);
	settle(p, XEAP_MODE_NATIVE, result);
	settle(p, XEAP_MODE_GENERIC, result);
}

static const char *driver_of(const struct probe *p)
{
	return p->netdev.driver[0] ? p->netdev.driver : "(unknown)";
}

static void ask_features(struct probe *p)
{
	const uint64_t native = XEAP_XDP_BASIC | XEAP_XDP_REDIRECT;
	uint64_t features;

	if (xeap_netdev_features(p->netdev.ifindex, &features))
		return;
	if ((features & native) != native) {
		settle(p, XEAP_MODE_NATIVE, XEAP_PROBE_NO);
		settle(p, XEAP_MODE_ZERO_COPY, XEAP_PROBE_NO);
		block(p, "driver %s has no native XDP", driver_of(p));
		return;
	}
	settle(p, XEAP_MODE_NATIVE, XEAP_PROBE_YES);
	if (features & XEAP_XDP_ZERO_COPY) {
		settle(p, XEAP_MODE_ZERO_COPY, XEAP_PROBE_YES);
		return;
	}
	settle(p, XEAP_MODE_ZERO_COPY, XEAP_PROBE_NO);
	block(p, "driver %s has no AF_XDP zero-copy", driver_of(p));
}

static void ask(struct probe *p)
{
	struct xeap_netdev_program program;

	if (!p->steer) {
		settle_xdp(p, XEAP_PROBE_UNKNOWN);
		block(p, "no XDP program was loaded to try with");
		return;
	}
	if (!xeap_netdev_program(p->netdev.ifindex, &program) && program.id) {
		settle_xdp(p, XEAP_PROBE_NO);
		block(p, "XDP program %s%s(id %u, %s) is attached", program.name,
		      program.name[0] ? " " : "", program.id, program.mode);
		return;
	}
	ask_features(p);
}

/*
 * Join and leave. 0; 1 when it was joined but is down, so that no ring was bound; or a negative
 * errno.
 */
static int join(struct probe *p, enum xeap_mode mode, struct xeap_diag *ret_diag)
{
	struct xeap_rings_options rings_options = {
		.size = sizeof(rings_options),
		.steer = p->steer,
		.frames = PROBE_FRAMES,
		.packet_frames = PROBE_FRAMES,
	};
	struct xeap_port_options options = { .size = sizeof(options),
					     .mode = mode,
					     .flow_rule = XEAP_FLOW_RULE_OFF };
	struct xeap_port_info info = { 0 };
	struct xeap_rings *rings;
	struct xeap_port *port;
	int err = xeap_rings_new(&rings_options, &rings, ret_diag);

	if (err)
		return err;
	err = xeap_port_open(rings, p->netdev.name, &options, &port, ret_diag);
	if (!err) {
		xeap_port_get_info(port, &info);
		xeap_port_close(port);
	}
	xeap_rings_free(rings);
	return err ? err : info.waiting;
}

static enum xeap_probe_result result_of(int joined)
{
	switch (joined) {
	case 0:
		return XEAP_PROBE_TRIED;
	case 1:
	case -EPERM:
	case -ENOMEM:
	case -EMFILE:
	case -ENFILE:
		return XEAP_PROBE_UNKNOWN;
	default:
		return XEAP_PROBE_NO;
	}
}

/*
 * A diagnosis is "port NAME, mode MODE: why: way out"; what it begins with stands beside it in a
 * table already.
 */
static const char *reason_in(const struct xeap_diag *diag)
{
	const char *colon = strstr(diag->text, ": ");

	return colon ? colon + 2 : diag->text;
}

static int try(struct probe *p, enum xeap_mode mode, struct xeap_diag *ret_diag)
{
	struct xeap_diag diag = { 0 };
	int joined;

	if (p->settled[mode])
		return 0;
	joined = join(p, mode, &diag);
	if (joined == -ENODEV) { /* gone in the middle of it */
		if (ret_diag)
			*ret_diag = diag;
		return joined;
	}
	p->mode[mode] = result_of(joined);
	p->joined[mode] = joined >= 0;
	if (joined)
		block(p, "%s",
		      joined > 0 ? "the port is down: no queue could be bound" : reason_in(&diag));
	return 0;
}

static int find(const char *ifname, struct xeap_netdev *ret_netdev, struct xeap_diag *ret_diag)
{
	int ifindex = xeap_sys_netdev_index(ifname);
	int err = ifindex < 0 ? ifindex : xeap_sys_netdev_read(ifindex, ret_netdev);

	if (err == -ENODEV)
		return xeap_diag_set(ret_diag, err, XEAP_E_INVALID_PARAMETER,
				     "no port %s here: 'ip link' lists what there is", ifname);
	if (err)
		return xeap_diag_set(ret_diag, err, xeap_code_of_errno(err),
				     "port %s cannot be read: %s", ifname, strerror(-err));
	if (!ret_netdev->ethernet)
		return xeap_diag_set(ret_diag, -EOPNOTSUPP, XEAP_E_NOT_SUPPORTED,
				     "port %s is not an Ethernet port: 802.1X needs one", ifname);
	return 0;
}

/* As xeap_port_open() climbs: zero-copy only on request. */
static enum xeap_mode best_mode(const struct probe *p)
{
	for (enum xeap_mode mode = XEAP_MODE_NATIVE; mode < XEAP_MODE_MAX; mode++)
		if (p->joined[mode])
			return mode;
	return XEAP_MODE_AUTO;
}

static enum xeap_probe_result flow_rule_of(const struct xeap_netdev *n)
{
	int err = xeap_flow_rule_probe(n->ifindex, n->queues);

	if (err == -EPERM || err == -ENOMEM || err == -EMFILE || err == -ENFILE)
		return XEAP_PROBE_UNKNOWN;
	return err ? XEAP_PROBE_NO : XEAP_PROBE_YES;
}

static void fill(const struct probe *p, struct xeap_port_probe *ret_probe)
{
	const struct xeap_netdev *n = &p->netdev;
	struct xeap_port_probe r = {
		.info = {
			.ifindex = n->ifindex,
			.mtu = n->mtu,
			.queues = n->queues,
			.mode = best_mode(p),
			.flow_queue = -1,
		},
		.flow_rule = flow_rule_of(n),
	};

	memcpy(r.info.ifname, n->name, sizeof(r.info.ifname));
	memcpy(r.info.driver, n->driver, sizeof(r.info.driver));
	memcpy(r.info.mac, n->mac, sizeof(r.info.mac));
	memcpy(r.mode, p->mode, sizeof(r.mode));
	memcpy(r.blocked, p->blocked, sizeof(r.blocked));
	xeap_vlan_tags_of(n, &r.tags);
	r.mode[XEAP_MODE_AUTO] = r.info.mode ? r.mode[r.info.mode] : XEAP_PROBE_NO;
	*ret_probe = r;
}

int xeap_port_probe(struct xeap_steer *steer, const char *ifname, struct xeap_port_probe *ret_probe,
		    struct xeap_diag *ret_diag)
{
	/* The best mode goes last: its obstacle is the least of all when one below fails, too. */
	static const enum xeap_mode order[] = { XEAP_MODE_PACKET, XEAP_MODE_GENERIC,
						XEAP_MODE_NATIVE, XEAP_MODE_ZERO_COPY };
	struct probe p = { .steer = steer };
	int err = find(ifname, &p.netdev, ret_diag);

	if (err)
		return err;
	ask(&p);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		err = try(&p, order[i], ret_diag);
		if (err)
			return err;
	}
	fill(&p, ret_probe);
	return 0;
}
