/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */

/* The ethtool half of the kernel of test_port_fake.h. */
#include "test_port_fake.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void spread_by_default(struct fake_netdev *d)
{
	for (uint32_t i = 0; i < FAKE_SPREAD; i++)
		d->spread[i] = i % d->n.queues;
}

void fake_takes_rules(struct fake_netdev *d, uint32_t queues)
{
	d->n.queues = queues;
	d->takes_rules = true;
	spread_by_default(d);
}

/* A netdev that can be asked, or why not. */
static struct fake_netdev *ruled(int ifindex, int *err)
{
	struct fake_netdev *d = fake_netdev_at(ifindex);

	*err = fake_step();
	if (!*err)
		*err = !d ? -ENODEV : d->takes_rules ? 0 : -EOPNOTSUPP;
	return d;
}

int xeap_sys_rules(int ifindex, struct xeap_sys_rule *ret_rules, unsigned int max)
{
	unsigned int n = 0;
	int err;
	const struct fake_netdev *d = ruled(ifindex, &err);

	for (; !err && n < d->rules && n < max; n++)
		ret_rules[n] = d->rule[n];
	return err ? err : (int)n;
}

int xeap_sys_rule_add(int ifindex, uint32_t queue, uint32_t *ret_location)
{
	int err;
	struct fake_netdev *d = ruled(ifindex, &err);

	if (err || d->rule_error)
		return err ? err : -d->rule_error;
	if (d->rules == FAKE_RULES)
		abort();
	*ret_location = 100 + (uint32_t)fake.next_fd++;
	d->rule[d->rules++] = (struct xeap_sys_rule){ .location = *ret_location, .queue = queue };
	return 0;
}

/* What takes things back does not fail, or nothing could be said of what is left. */
int xeap_sys_rule_delete(int ifindex, uint32_t location)
{
	struct fake_netdev *d = fake_netdev_at(ifindex);

	for (unsigned int i = 0; d && i < d->rules; i++) {
		if (d->rule[i].location != location)
			continue;
		d->rule[i] = d->rule[--d->rules];
		return 0;
	}
	return -ENOENT;
}

int xeap_sys_spread_read(int ifindex, uint32_t **ret_table, uint32_t *ret_size)
{
	const struct fake_netdev *d = fake_netdev_at(ifindex);

	if (!d || !d->takes_rules)
		return d ? -EOPNOTSUPP : -ENODEV;
	*ret_table = malloc(sizeof(d->spread));
	if (!*ret_table)
		return -ENOMEM;
	memcpy(*ret_table, d->spread, sizeof(d->spread));
	*ret_size = FAKE_SPREAD;
	return 0;
}

int xeap_sys_spread_write(int ifindex, const uint32_t *table, uint32_t size)
{
	struct fake_netdev *d = fake_netdev_at(ifindex);

	if (!d || d->spread_error)
		return d ? -d->spread_error : -ENODEV;
	if (size) {
		memcpy(d->spread, table, sizeof(d->spread));
		return 0;
	}
	spread_by_default(d);
	d->spread_resets++;
	return 0;
}

int xeap_sys_strip_read(int ifindex, struct xeap_sys_strip *ret_strip)
{
	const struct fake_netdev *d = fake_netdev_at(ifindex);

	if (!d)
		return -ENODEV;
	*ret_strip = d->strip;
	return 0;
}

int xeap_sys_strip_write(int ifindex, uint32_t which, bool on)
{
	struct fake_netdev *d = fake_netdev_at(ifindex);

	if (!d)
		return -ENODEV;
	which &= d->strip.changeable;
	if (on)
		d->strip.active |= which;
	else if (!d->keeps_stripping)
		d->strip.active &= ~which;
	return 0;
}
