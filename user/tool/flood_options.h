/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_FLOOD_OPTIONS_H
#define XEAP_TOOL_FLOOD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FLOOD_NETDEVS_MAX 16
#define FLOOD_SIZE_MAX 1518

enum flood_kind {
	FLOOD_UDP,
	FLOOD_START,
	FLOOD_IDENTITY,
	FLOOD_MALFORMED,
	FLOOD_KIND_MAX
};

struct flood_options {
	const char *netdevs[FLOOD_NETDEVS_MAX];
	size_t netdev_count;
	uint64_t count; /* frames a netdev, 0: no limit */
	double seconds; /* 0: no limit; not both */
	double rate;	/* frames a second and netdev, 0: as fast as it goes */
	size_t size;
	uint8_t mac[6];
	bool mac_set;
	uint8_t address[4]; /* IPv4 */
	enum flood_kind kind;
	uint32_t sources; /* 0: the netdev's own */
	uint16_t vid;	  /* 0: no tag */
	bool json, force, help;
};

void flood_options_help(void);
/* 0, or -EINVAL after one line on standard error. Words of argv are kept. */
int flood_options_parse(struct flood_options *o, int argc, char **argv);

#endif
