/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <port/vlan_strip.h>

#include <errno.h>
#include <string.h>
#include <base/diag.h>
#include <port/ring.h>

static const char *const use_names[XEAP_VLAN_STRIP_MAX] = {
	[XEAP_VLAN_STRIP_REFUSE] = "refuse",
	[XEAP_VLAN_STRIP_OFF] = "off",
};

const char *xeap_vlan_strip_name(enum xeap_vlan_strip use)
{
	return (unsigned int)use < XEAP_VLAN_STRIP_MAX ? use_names[use] : "?";
}

int xeap_vlan_strip_parse(const char *name, enum xeap_vlan_strip *ret_use)
{
	for (unsigned int i = 0; i < XEAP_VLAN_STRIP_MAX; i++) {
		if (strcmp(name, use_names[i]))
			continue;
		*ret_use = (enum xeap_vlan_strip)i;
		return 0;
	}
	return -EINVAL;
}

static const char *const tags_names[XEAP_VLAN_TAGS_MAX] = {
	[XEAP_VLAN_TAGS_KEPT] = "kept",
	[XEAP_VLAN_TAGS_STRIPPED] = "stripped",
	[XEAP_VLAN_TAGS_FIXED] = "stripped-fixed",
	[XEAP_VLAN_TAGS_FAR] = "far-end",
};

const char *xeap_vlan_tags_name(enum xeap_vlan_tags tags)
{
	return (unsigned int)tags < XEAP_VLAN_TAGS_MAX ? tags_names[tags] : "?";
}

/*
 * A veth has no device to strip anything: a tag that the far end's stack has put beside the frame
 * (its tx-vlan-hw-insert) stays beside it, whatever this end's features say.
 */
int xeap_vlan_tags_of(const struct xeap_netdev *netdev, enum xeap_vlan_tags *ret_tags)
{
	struct xeap_sys_strip s;
	int err;

	if (!strcmp(netdev->driver, "veth")) {
		*ret_tags = XEAP_VLAN_TAGS_FAR;
		return 0;
	}
	err = xeap_sys_strip_read(netdev->ifindex, &s);
	if (err && err != -EOPNOTSUPP)
		return err;
	if (err || !s.active)
		*ret_tags = XEAP_VLAN_TAGS_KEPT;
	else
		*ret_tags = s.active & ~s.changeable ? XEAP_VLAN_TAGS_FIXED
						     : XEAP_VLAN_TAGS_STRIPPED;
	return 0;
}

static int stripped(const struct xeap_port *p, int err, const char *way_out,
		    struct xeap_diag *ret_diag)
{
	return xeap_diag_set(ret_diag, err, XEAP_E_NOT_SUPPORTED,
			     "port %s: its device takes VLAN tags off before XDP sees them: %s",
			     p->netdev.name, way_out);
}

/* The driver may take the wish and do something else. */
static int switch_off(struct xeap_port *p, struct xeap_diag *ret_diag)
{
	int ifindex = p->netdev.ifindex;
	struct xeap_sys_strip before, after;
	int err = xeap_sys_strip_read(ifindex, &before);

	if (!err)
		err = xeap_sys_strip_write(ifindex, before.active, false);
	if (!err)
		err = xeap_sys_strip_read(ifindex, &after);
	if (err)
		return stripped(p, err, strerror(-err), ret_diag);
	if (after.active) {
		xeap_sys_strip_write(ifindex, before.active & ~after.active, true);
		return stripped(p, -EOPNOTSUPP, "its driver does not let that be switched off",
				ret_diag);
	}
	p->strip_off = before.active;
	return 0;
}

int xeap_vlan_strip_settle(struct xeap_port *port, struct xeap_diag *ret_diag)
{
	enum xeap_vlan_tags tags;
	int err = xeap_vlan_tags_of(&port->netdev, &tags);

	if (err)
		return stripped(port, err, strerror(-err), ret_diag);
	switch (tags) {
	case XEAP_VLAN_TAGS_KEPT:
	case XEAP_VLAN_TAGS_FAR:
	case XEAP_VLAN_TAGS_MAX:
		return 0;
	case XEAP_VLAN_TAGS_FIXED:
		return stripped(port, -EOPNOTSUPP, "its driver cannot do otherwise", ret_diag);
	case XEAP_VLAN_TAGS_STRIPPED:
		break;
	}
	if (port->options.vlan_strip == XEAP_VLAN_STRIP_OFF)
		return switch_off(port, ret_diag);
	return stripped(port, -EOPNOTSUPP,
			"let xeap switch that off (--vlan-strip off), or do it with 'ethtool -K'",
			ret_diag);
}

void xeap_vlan_strip_restore(struct xeap_port *port)
{
	if (port->strip_off)
		xeap_sys_strip_write(port->netdev.ifindex, port->strip_off, true);
	port->strip_off = 0;
}
