/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_HOST_CONFIG_NETWORK_H
#define XEAP_HOST_CONFIG_NETWORK_H

#include <stdbool.h>
#include <xeap/config.h>

#include "host/config_value.h"

struct xeap_config_entry {
	enum xeap_config_key key;
	struct xeap_bytes bytes; /* data NULL: a number */
	long number;
	bool absent; /* not set, whatever the network below has */
};

/* A network holds only the keys that are set: a file may have tens of thousands of blocks. */
struct xeap_config {
	struct xeap_config_entry *entries;
	size_t count;
	char *origin;			 /* "FILE:LINE", NULL when it came from no file */
	size_t order;			 /* of its block in the file */
	const struct xeap_config *below; /* has what is not set here, outlives this; or NULL */
};

/*
 * xeap_config_set() on spans. `where` stands in front of a message: "" or "FILE:LINE: ".
 */
int xeap_config_assign(struct xeap_config *config, const char *where, struct xeap_span name,
		       struct xeap_span value, struct xeap_diag *ret_diag);

/*
 * Refuse a name that is none of ours; `near` is one that may have been meant, or NULL. Returns
 * -EINVAL.
 */
int xeap_config_unknown(const char *where, struct xeap_span name, const char *near,
			struct xeap_diag *ret_diag);

/* Set a key to an entry, whose bytes are taken over, on failure too. 0 or -ENOMEM. */
int xeap_config_store(struct xeap_config *config, struct xeap_config_entry entry);
/* 0; -ENOMEM only over another network. */
int xeap_config_unset(struct xeap_config *config, enum xeap_config_key key);

/* Store bytes that need no parsing, as they are. 0 or -ENOMEM. */
int xeap_config_put(struct xeap_config *config, enum xeap_config_key key, struct xeap_span bytes);

/* The key of a password that is kept outside and not fetched, XEAP_CONFIG_MAX for none. */
enum xeap_config_key xeap_config_external_key(const struct xeap_config *config);

/* Whether a network may serve a wired port: enabled, and for IEEE 802.1X. */
bool xeap_config_usable(const struct xeap_config *config);

#endif
