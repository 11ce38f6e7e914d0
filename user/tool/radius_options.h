/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_RADIUS_OPTIONS_H
#define XEAP_TOOL_RADIUS_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <xeap/span.h>

#include "radius/client.h"

#define RADIUS_SESSIONS_MAX 1000000

struct radius_options {
	const char *conf;
	char *host, *port; /* of the server; what -a or -s says is taken apart */
	const char *bind;  /* address of our end; NULL: the kernel's choice */
	char *secret;	   /* wiped when it is freed */
	size_t secret_len;
	bool radsec;
	const char *ca_cert, *client_cert, *private_key, *server_name;
	char *private_key_passwd;
	unsigned int again;    /* logins of a station after its first */
	unsigned int sessions; /* stations at once */
	xeap_time timeout;     /* of one login */
	uint8_t mac[6];	       /* the first station's; the others count on from there */
	unsigned int framed_mtu;
	const char *connect_info;
	bool no_keys, wants_key_name, json, verbose, help;
	const char *tickets; /* file to keep them in; NULL: none */
	const char *plugins;
	/* -N, as they are sent */
	size_t extra_len;
	uint8_t extra[XEAP_RADIUS_COMMON_MAX];
	/* as they stood on the command line, until all of it was seen */
	const char *server_word, *address_word, *s_word, *port_word, *secret_word, *secret_file;
};

/* Returns 0, or -EINVAL after one line on stderr. The struct is to be freed either way. */
int radius_options_parse(struct radius_options *o, int argc, char **argv);
void radius_options_free(struct radius_options *o);
void radius_options_help(void);

/*
 * Write the attributes that every request carries: those of -N, and the usual ones that it does not
 * name. `nas` is the address of our end, 4 or 16 bytes, or empty. Returns their length, 0 when they
 * have no room.
 */
size_t radius_options_attributes(const struct radius_options *o, struct xeap_span nas, uint8_t *buf,
				 size_t size);

#endif
