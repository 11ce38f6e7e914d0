/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <port/sys.h>
#include <port/veth.h>
#include <xeap/port.h>

#define NAME "xeapf"
#define MAX_FUNNELS 50 /* of a process: two digits are left behind a process id of seven */

/*
 * The alias says whose it is. A process id alone may be another process's by now, so the time that
 * it began is beside it; 0 when that cannot be had.
 */
#define ALIAS "xeap funnel of process %d started %" PRIu64
#define ALIAS_SCAN "xeap funnel of process %d started %" SCNu64

static int names(struct xeap_sys_veth *v, int pid, int n)
{
	for (int end = 0; end < 2; end++)
		if (snprintf(v->name[end], IF_NAMESIZE, NAME "%d-%d", pid, 2 * n + end) >=
		    IF_NAMESIZE)
			return -ENAMETOOLONG;
	return 0;
}

int xeap_funnel_veth_make(uint32_t mtu, struct xeap_funnel_veth *ret_veth)
{
	char alias[XEAP_SYS_ALIAS];
	struct xeap_sys_veth v = { .alias = alias, .mtu = mtu };
	int pid = xeap_sys_process_id(), err = -EEXIST, ifindex[2];
	uint64_t start = 0;

	xeap_sys_process_start(pid, &start);
	snprintf(alias, sizeof(alias), ALIAS, pid, start);
	for (int n = 0; err == -EEXIST && n < MAX_FUNNELS; n++) {
		err = names(&v, pid, n);
		if (!err)
			err = xeap_sys_veth_make(&v, ifindex);
	}
	if (err)
		return err;
	memcpy(ret_veth->outer_name, v.name[0], IF_NAMESIZE);
	memcpy(ret_veth->inner_name, v.name[1], IF_NAMESIZE);
	ret_veth->outer = ifindex[0];
	ret_veth->inner = ifindex[1];
	return 0;
}

void xeap_funnel_veth_remove(struct xeap_funnel_veth *veth)
{
	if (veth->outer)
		xeap_sys_netdev_delete(veth->outer);
	*veth = (struct xeap_funnel_veth){ 0 };
}

/* Whether an alias is a funnel's, and whose. */
static bool read_owner(const char *alias, int *ret_pid, uint64_t *ret_start)
{
	return sscanf(alias, ALIAS_SCAN, ret_pid, ret_start) == 2;
}

/*
 * A process in another process namespace cannot be seen from here, but its programs can: they go
 * with it.
 */
static bool is_alive(int ifindex, int pid, uint64_t start)
{
	char program[16];
	uint64_t now;
	int err = xeap_sys_process_start(pid, &now);

	if (err != -ESRCH && (err || !start || now == start))
		return true;
	return xeap_sys_xdp_query(ifindex, program);
}

/* What a dump of netdevs finds is removed after it. Both ends have the alias, one is enough. */
#define SWEEP 64

struct sweep {
	int dead[SWEEP];
	unsigned int count;
};

static void look_at(void *arg, int ifindex, const char *alias)
{
	struct sweep *s = arg;
	uint64_t start;
	int pid;

	if (read_owner(alias, &pid, &start) && s->count < SWEEP && !is_alive(ifindex, pid, start))
		s->dead[s->count++] = ifindex;
}

void xeap_funnel_veth_sweep(void)
{
	struct sweep s = { .count = 0 };

	xeap_sys_netdev_aliases(look_at, &s);
	for (unsigned int i = 0; i < s.count; i++)
		xeap_sys_netdev_delete(s.dead[i]);
}

/* A thread that made one has not named it by its alias yet when others hear of it. */
static bool is_own_name(const char *ifname)
{
	int pid;

	return sscanf(ifname, NAME "%d-", &pid) == 1 && pid == xeap_sys_process_id();
}

bool xeap_port_is_funnel(const char *ifname)
{
	char alias[XEAP_SYS_ALIAS];
	uint64_t start;
	int pid;

	if (strncmp(ifname, NAME, strlen(NAME)) != 0)
		return false;
	return is_own_name(ifname) ||
	       (!xeap_sys_netdev_alias(ifname, alias) && read_owner(alias, &pid, &start));
}
