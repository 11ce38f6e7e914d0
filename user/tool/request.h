/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_REQUEST_H
#define XEAP_TOOL_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xeap/error.h>

/*
 * What another process asks of a running one through its control socket: one JSON object of at most
 * REQUEST_MAX bytes on one line.
 */
#define REQUEST_MAX 4096
#define REQUEST_PORTS_MAX 1024 /* bytes of names and patterns */
#define REQUEST_PATTERN_MAX 63 /* bytes of each */

struct request {
	char cmd[16];
	char ports[REQUEST_PORTS_MAX + 1]; /* names and patterns with commas; "": all */
	bool stations;			   /* every supplicant, also where many share a port */
	uint64_t count;			   /* frames; 0: no limit */
};

/*
 * 0, or -EINVAL with one line about what is wrong; *ret is untouched then. `text` without its
 * newline.
 */
int request_read(const char *text, size_t len, struct request *ret, struct xeap_diag *ret_why);

/*
 * Add a -p of the command line to those that are asked for. 0, or -EINVAL with one line; nothing is
 * added then.
 */
int request_add_ports(struct request *r, const char *list, struct xeap_diag *ret_why);

/* Whether a list of names and patterns is one: none empty, none too long. */
int port_list_check(const char *list, struct xeap_diag *ret_why);
/* Whether one of them fits; an empty list fits all. */
bool port_list_fits(const char *list, const char *ifname);
/*
 * A name, not a pattern, that is in the list: the n-th of them, from 0; cut to fit. False when
 * there are fewer.
 */
bool port_list_name(const char *list, unsigned int n, char *ret_name, size_t size);

#endif
