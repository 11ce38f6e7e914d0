/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <port/flow_rule.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <port/sys.h>
#include <xeap/port.h>
#include <xeap/steer.h>

#define MAX_FOUND 16

static const char *const use_names[XEAP_FLOW_RULE_MAX] = {
	[XEAP_FLOW_RULE_AUTO] = "auto",
	[XEAP_FLOW_RULE_OFF] = "off",
};

const char *xeap_flow_rule_name(enum xeap_flow_rule_use use)
{
	return (unsigned int)use < XEAP_FLOW_RULE_MAX ? use_names[use] : "?";
}

int xeap_flow_rule_parse(const char *name, enum xeap_flow_rule_use *ret_use)
{
	for (unsigned int i = 0; i < XEAP_FLOW_RULE_MAX; i++) {
		if (strcmp(name, use_names[i]))
			continue;
		*ret_use = (enum xeap_flow_rule_use)i;
		return 0;
	}
	return -EINVAL;
}

static int refused(int err, char ret_why[96], const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int refused(int err, char ret_why[96], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(ret_why, 96, format, args);
	va_end(args);
	return err;
}

/* Where a driver puts an entry of the table unless it is told (ethtool_rxfh_indir_default()). */
static uint32_t by_default(uint32_t entry, uint32_t queues)
{
	return entry % queues;
}

/* An entry of the table with the queue kept free; what led there is dealt out to the others. */
static uint32_t kept_off(uint32_t value, uint32_t entry, const struct xeap_flow_rule *r)
{
	return value == r->queue ? entry / r->queues % r->queue : value;
}

static bool is_default(const uint32_t *table, uint32_t size, const struct xeap_flow_rule *r)
{
	for (uint32_t i = 0; i < size; i++)
		if (table[i] != by_default(i, r->queues))
			return false;
	return true;
}

/* What an earlier process made of the driver's own table. */
static bool is_ours(const uint32_t *table, uint32_t size, const struct xeap_flow_rule *r)
{
	for (uint32_t i = 0; i < size; i++)
		if (table[i] != kept_off(by_default(i, r->queues), i, r))
			return false;
	return true;
}

static bool is_free(const uint32_t *table, uint32_t size, uint32_t queue)
{
	for (uint32_t i = 0; i < size; i++)
		if (table[i] == queue)
			return false;
	return true;
}

/* `table` with the queue kept free. */
static int write_kept_off(int ifindex, const uint32_t *table, uint32_t size,
			  const struct xeap_flow_rule *r)
{
	uint32_t *changed = calloc(size, sizeof(*changed));
	int err;

	if (!changed)
		return -ENOMEM;
	for (uint32_t i = 0; i < size; i++)
		changed[i] = kept_off(table[i], i, r);
	err = xeap_sys_spread_write(ifindex, changed, size);
	free(changed);
	return err;
}

/* Keep other traffic off the queue. `stale`: an earlier process's rule was found. */
static int keep_off(int ifindex, bool stale, struct xeap_flow_rule *r)
{
	uint32_t *table, size;
	int err = xeap_sys_spread_read(ifindex, &table, &size);

	if (err)
		return err;
	if (is_free(table, size, r->queue)) {
		r->spread_default = stale && is_ours(table, size, r);
	} else {
		err = write_kept_off(ifindex, table, size, r);
		r->spread_default = !err && is_default(table, size, r);
		if (!err && !r->spread_default) {
			r->spread = table;
			r->spread_size = size;
			return 0;
		}
	}
	free(table);
	return err;
}

/* Remove what an earlier process left. -EEXIST: there is a rule of somebody else's. */
static int sweep(int ifindex, const struct xeap_flow_rule *r, bool *ret_stale, uint32_t *ret_queue)
{
	struct xeap_sys_rule found[MAX_FOUND];
	int n = xeap_sys_rules(ifindex, found, MAX_FOUND), err = 0;

	if (n < 0)
		return n;
	*ret_stale = false;
	for (int i = 0; i < n; i++) {
		if (found[i].queue != r->queue) {
			*ret_queue = found[i].queue;
			return -EEXIST;
		}
	}
	for (int i = 0; !err && i < n; i++) {
		err = xeap_sys_rule_delete(ifindex, found[i].location);
		*ret_stale = true;
	}
	return err;
}

static int blocked(int err, uint32_t queue, char ret_why[96])
{
	if (err == -EEXIST)
		return refused(err, ret_why,
			       "a rule for EAPOL leads to queue %u: remove it (ethtool -N)", queue);
	if (err == -EOPNOTSUPP || err == -EINVAL)
		return refused(-EOPNOTSUPP, ret_why, "the driver takes no flow rule for EAPOL");
	return refused(err, ret_why, "no flow rule for EAPOL (%s)", strerror(-err));
}

int xeap_flow_rule_set(int ifindex, uint32_t queues, struct xeap_flow_rule *rule, char ret_why[96])
{
	struct xeap_flow_rule r = { .queues = queues, .queue = queues - 1 };
	uint32_t other = 0;
	bool stale = false;
	int err;

	if (queues < 2)
		return refused(-ERANGE, ret_why, "it has one queue, which other traffic needs");
	if (queues > XEAP_STEER_MAX_QUEUES)
		r.queue = XEAP_STEER_MAX_QUEUES - 1;
	err = sweep(ifindex, &r, &stale, &other);
	if (!err)
		err = xeap_sys_rule_add(ifindex, r.queue, &r.location);
	if (err)
		return blocked(err, other, ret_why);
	err = keep_off(ifindex, stale, &r);
	if (err) {
		xeap_sys_rule_delete(ifindex, r.location);
		return refused(err, ret_why, "other traffic cannot be kept off queue %u (%s)",
			       r.queue, strerror(-err));
	}
	r.set = true;
	*rule = r;
	return 0;
}

/* Whether the table is still what was written; somebody may have had another idea since. */
static bool is_still_ours(int ifindex, const struct xeap_flow_rule *r)
{
	uint32_t *table, size;
	bool same;

	if (xeap_sys_spread_read(ifindex, &table, &size))
		return false;
	same = r->spread_default ? is_ours(table, size, r) : size == r->spread_size;
	for (uint32_t i = 0; same && !r->spread_default && i < size; i++)
		same = table[i] == kept_off(r->spread[i], i, r);
	free(table);
	return same;
}

void xeap_flow_rule_clear(int ifindex, struct xeap_flow_rule *rule)
{
	if (!rule->set)
		return;
	xeap_sys_rule_delete(ifindex, rule->location);
	if ((rule->spread || rule->spread_default) && is_still_ours(ifindex, rule))
		xeap_sys_spread_write(ifindex, rule->spread, rule->spread_size);
	free(rule->spread);
	*rule = (struct xeap_flow_rule){ 0 };
}

int xeap_flow_rule_probe(int ifindex, uint32_t queues)
{
	struct xeap_sys_rule found;
	uint32_t *table, size;
	int err;

	if (queues < 2)
		return -ERANGE;
	err = xeap_sys_rules(ifindex, &found, 1);
	if (err >= 0)
		err = xeap_sys_spread_read(ifindex, &table, &size);
	if (!err)
		free(table);
	return err;
}
