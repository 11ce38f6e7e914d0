/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */

/* The ethtool part of sys.h: flow rules, the spread of other traffic, tags that are stripped. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <port/sys.h>

#define MAX_RULES 65536 /* of a device; a driver that says more is not believed */
#define MAX_SPREAD 65536
#define MAX_FEATURES 1024

int xeap_sys_ethtool(int fd, const char *name, void *command)
{
	struct ifreq r = { .ifr_data = command };

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	return ioctl(fd, SIOCETHTOOL, &r) < 0 ? -errno : 0;
}

static int ask(int ifindex, void *command)
{
	char name[IF_NAMESIZE];
	int fd, err;

	if (!if_indextoname((unsigned int)ifindex, name))
		return errno == ENXIO ? -ENODEV : -errno;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	err = xeap_sys_ethtool(fd, name, command);
	close(fd);
	return err;
}

/* Flow rules. */

static bool is_zero(const uint8_t mac[ETH_ALEN])
{
	static const uint8_t zero[ETH_ALEN];

	return !memcmp(mac, zero, ETH_ALEN);
}

/* Whether a rule takes all EAPOL, and nothing but EAPOL, to a queue. */
static bool is_eapol(const struct ethtool_rx_flow_spec *fs)
{
	const struct ethhdr *mask = &fs->m_u.ether_spec;

	return fs->flow_type == ETHER_FLOW && fs->ring_cookie <= UINT32_MAX &&
	       fs->h_u.ether_spec.h_proto == htons(ETH_P_PAE) && mask->h_proto == 0xffff &&
	       is_zero(mask->h_dest) && is_zero(mask->h_source);
}

/* The locations of all rules; to be freed. */
static int list_rules(int ifindex, struct ethtool_rxnfc **ret_all)
{
	struct ethtool_rxnfc count = { .cmd = ETHTOOL_GRXCLSRLCNT }, *all;
	int err = ask(ifindex, &count);

	if (err)
		return err;
	if (count.rule_cnt > MAX_RULES)
		return -EOPNOTSUPP;
	all = calloc(1, sizeof(*all) + count.rule_cnt * sizeof(uint32_t));
	if (!all)
		return -ENOMEM;
	all->cmd = ETHTOOL_GRXCLSRLALL;
	all->rule_cnt = count.rule_cnt;
	err = ask(ifindex, all);
	if (!err && all->rule_cnt > count.rule_cnt)
		err = -EAGAIN; /* more came in between */
	if (err) {
		free(all);
		return err;
	}
	/* Only the count says whether the driver chooses locations; the list has the size. */
	all->flow_type = count.data & RX_CLS_LOC_SPECIAL ? 1 : 0;
	*ret_all = all;
	return 0;
}

int xeap_sys_rules(int ifindex, struct xeap_sys_rule *ret_rules, unsigned int max)
{
	struct ethtool_rxnfc *all, one;
	unsigned int n = 0;
	int err = list_rules(ifindex, &all);

	if (err)
		return err;
	for (uint32_t i = 0; i < all->rule_cnt && n < max; i++) {
		one = (struct ethtool_rxnfc){ .cmd = ETHTOOL_GRXCLSRULE };
		one.fs.location = all->rule_locs[i];
		if (ask(ifindex, &one) || !is_eapol(&one.fs))
			continue;
		ret_rules[n++] = (struct xeap_sys_rule){ .location = all->rule_locs[i],
							 .queue = (uint32_t)one.fs.ring_cookie };
	}
	free(all);
	return (int)n;
}

static bool is_taken(const struct ethtool_rxnfc *all, uint32_t location)
{
	for (uint32_t i = 0; i < all->rule_cnt; i++)
		if (all->rule_locs[i] == location)
			return true;
	return false;
}

/* Where to put a rule: where the driver likes, or at the end, which is the least of priorities. */
static int free_location(int ifindex, uint32_t *ret_location)
{
	struct ethtool_rxnfc *all;
	uint32_t at;
	int err = list_rules(ifindex, &all);

	if (err)
		return err;
	at = all->flow_type ? 0 : (uint32_t)all->data;
	*ret_location = RX_CLS_LOC_ANY;
	if (!all->flow_type) {
		while (at && is_taken(all, at - 1))
			at--;
		err = at ? 0 : -ENOSPC;
		if (!err)
			*ret_location = at - 1;
	}
	free(all);
	return err;
}

int xeap_sys_rule_add(int ifindex, uint32_t queue, uint32_t *ret_location)
{
	struct ethtool_rxnfc c = { .cmd = ETHTOOL_SRXCLSRLINS };
	int err;

	c.fs.flow_type = ETHER_FLOW;
	c.fs.h_u.ether_spec.h_proto = htons(ETH_P_PAE);
	c.fs.m_u.ether_spec.h_proto = 0xffff;
	c.fs.ring_cookie = queue;
	err = free_location(ifindex, &c.fs.location);
	if (!err)
		err = ask(ifindex, &c);
	if (err)
		return err;
	*ret_location = c.fs.location;
	return 0;
}

int xeap_sys_rule_delete(int ifindex, uint32_t location)
{
	struct ethtool_rxnfc c = { .cmd = ETHTOOL_SRXCLSRLDEL };

	c.fs.location = location;
	return ask(ifindex, &c);
}

/* The spread of other traffic over queues. */

int xeap_sys_spread_read(int ifindex, uint32_t **ret_table, uint32_t *ret_size)
{
	struct ethtool_rxfh_indir head = { .cmd = ETHTOOL_GRXFHINDIR }, *c;
	int err = ask(ifindex, &head);

	if (err)
		return err;
	if (!head.size || head.size > MAX_SPREAD)
		return -EOPNOTSUPP;
	c = calloc(1, sizeof(*c) + head.size * sizeof(uint32_t));
	if (!c)
		return -ENOMEM;
	c->cmd = ETHTOOL_GRXFHINDIR;
	c->size = head.size;
	err = ask(ifindex, c);
	if (err) {
		free(c);
		return err;
	}
	memmove(c, c->ring_index, head.size * sizeof(uint32_t));
	*ret_table = (uint32_t *)(void *)c;
	*ret_size = head.size;
	return 0;
}

int xeap_sys_spread_write(int ifindex, const uint32_t *table, uint32_t size)
{
	struct ethtool_rxfh_indir *c = calloc(1, sizeof(*c) + size * sizeof(uint32_t));
	int err;

	if (!c)
		return -ENOMEM;
	c->cmd = ETHTOOL_SRXFHINDIR;
	c->size = size;
	if (size)
		memcpy(c->ring_index, table, size * sizeof(uint32_t));
	err = ask(ifindex, c);
	free(c);
	return err;
}

/* Tags. */

static const struct {
	uint32_t strip;
	const char *feature;
} features[] = {
	{ XEAP_STRIP_CTAG, "rx-vlan-hw-parse" },
	{ XEAP_STRIP_STAG, "rx-vlan-stag-hw-parse" },
};
#define FEATURES (sizeof(features) / sizeof(features[0]))

static int count_features(int ifindex, uint32_t *ret_count)
{
	/* The head ends in an array of unknown length, here of one count. */
	uint32_t room[(sizeof(struct ethtool_sset_info) + sizeof(uint32_t)) / sizeof(uint32_t)]
		__attribute__((aligned(8))) = { 0 };
	struct ethtool_sset_info *head = (void *)room;
	int err;

	head->cmd = ETHTOOL_GSSET_INFO;
	head->sset_mask = 1ULL << ETH_SS_FEATURES;
	err = ask(ifindex, head);
	if (err)
		return err;
	if (!head->sset_mask || !head->data[0] || head->data[0] > MAX_FEATURES)
		return -EOPNOTSUPP;
	*ret_count = head->data[0];
	return 0;
}

/* The number of each of `features`, UINT32_MAX: the kernel has none of that name. */
static int find_features(int ifindex, uint32_t count, uint32_t ret_bit[FEATURES])
{
	struct ethtool_gstrings *c = calloc(1, sizeof(*c) + (size_t)count * ETH_GSTRING_LEN);
	int err;

	if (!c)
		return -ENOMEM;
	c->cmd = ETHTOOL_GSTRINGS;
	c->string_set = ETH_SS_FEATURES;
	c->len = count;
	err = ask(ifindex, c);
	for (size_t f = 0; !err && f < FEATURES; f++) {
		ret_bit[f] = UINT32_MAX;
		for (uint32_t i = 0; i < c->len && i < count; i++)
			if (!strncmp((const char *)c->data + (size_t)i * ETH_GSTRING_LEN,
				     features[f].feature, ETH_GSTRING_LEN))
				ret_bit[f] = i;
	}
	free(c);
	return err;
}

struct feature_bits {
	uint32_t count, bit[FEATURES];
};

static int learn_features(int ifindex, struct feature_bits *b)
{
	int err = count_features(ifindex, &b->count);

	return err ? err : find_features(ifindex, b->count, b->bit);
}

static uint32_t blocks(const struct feature_bits *b)
{
	return (b->count + 31) / 32;
}

int xeap_sys_strip_read(int ifindex, struct xeap_sys_strip *ret_strip)
{
	struct xeap_sys_strip s = { 0 };
	struct ethtool_gfeatures *c;
	struct feature_bits b;
	int err = learn_features(ifindex, &b);

	if (err)
		return err;
	c = calloc(1, sizeof(*c) + blocks(&b) * sizeof(c->features[0]));
	if (!c)
		return -ENOMEM;
	c->cmd = ETHTOOL_GFEATURES;
	c->size = blocks(&b);
	err = ask(ifindex, c);
	for (size_t f = 0; !err && f < FEATURES; f++) {
		uint32_t mask = 1U << b.bit[f] % 32;

		if (b.bit[f] == UINT32_MAX)
			continue;
		if (c->features[b.bit[f] / 32].active & mask)
			s.active |= features[f].strip;
		if (c->features[b.bit[f] / 32].available & mask)
			s.changeable |= features[f].strip;
	}
	free(c);
	if (!err)
		*ret_strip = s;
	return err;
}

int xeap_sys_strip_write(int ifindex, uint32_t which, bool on)
{
	struct ethtool_sfeatures *c;
	struct feature_bits b;
	int err = learn_features(ifindex, &b);

	if (err)
		return err;
	c = calloc(1, sizeof(*c) + blocks(&b) * sizeof(c->features[0]));
	if (!c)
		return -ENOMEM;
	c->cmd = ETHTOOL_SFEATURES;
	c->size = blocks(&b);
	for (size_t f = 0; f < FEATURES; f++) {
		struct ethtool_set_features_block *block = &c->features[b.bit[f] / 32 % blocks(&b)];

		if (b.bit[f] == UINT32_MAX || !(which & features[f].strip))
			continue;
		block->valid |= 1U << b.bit[f] % 32;
		block->requested |= on ? 1U << b.bit[f] % 32 : 0;
	}
	err = ask(ifindex, c);
	free(c);
	return err;
}
