/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_HOST_CONFIG_KEYS_H
#define XEAP_HOST_CONFIG_KEYS_H

#include <stdbool.h>
#include <xeap/config.h>

/* How the right-hand side of a key is written. */
enum xeap_config_form {
	XEAP_FORM_TEXT,	 /* "…", P"…" or hexadecimal; no NUL among the bytes */
	XEAP_FORM_FILE,	 /* TEXT that names a file */
	XEAP_FORM_BYTES, /* as TEXT, any bytes */
	/*
	 * as BYTES, or hash: and 32 hexadecimal digits, which set the rule's hash key, or ext: and
	 * a name, which set its external key
	 */
	XEAP_FORM_PASSWORD,
	XEAP_FORM_HASH,	    /* set only through a PASSWORD */
	XEAP_FORM_EXTERNAL, /* the same */
	XEAP_FORM_NUMBER,
	XEAP_FORM_METHODS,  /* words, stored in upper case */
	XEAP_FORM_KEY_MGMT, /* words from a list */
	XEAP_FORM_MAX
};

struct xeap_config_rule {
	const char *name;
	enum xeap_config_form form;
	int min, max;		       /* NUMBER */
	enum xeap_config_key hash;     /* PASSWORD: where its hash goes */
	enum xeap_config_key external; /* PASSWORD: where its name goes */
	enum xeap_config_key password; /* HASH and EXTERNAL: where it came from */
	bool no_effect;		       /* stored to be written again only */
	bool zero_unsets;	       /* NUMBER: 0 is as if it did not stand there */
	const char *refused;	       /* not NULL: why a network with it is not used */
};

/* What a name means in its place. */
enum xeap_name_meaning {
	XEAP_NAME_STORED,    /* *ret_key says which */
	XEAP_NAME_IGNORED,   /* wpa_supplicant's, without a meaning for a wired EAP peer */
	XEAP_NAME_MISPLACED, /* known, but on the other side of the block's braces */
	XEAP_NAME_UNKNOWN,
	XEAP_NAME_MAX
};

/* The rule of a key in range. */
const struct xeap_config_rule *xeap_config_rule(enum xeap_config_key key);

/* Look a name up among the keys of a network block. *ret_key is untouched unless it is STORED. */
enum xeap_name_meaning xeap_config_find_key(struct xeap_span name, enum xeap_config_key *ret_key);

/*
 * The same for what stands outside the blocks; never STORED: the parser knows the few that it
 * reads.
 */
enum xeap_name_meaning xeap_config_find_global(struct xeap_span name);

bool xeap_config_is_key_mgmt(struct xeap_span word);

/*
 * The known name nearest to a mistyped one, NULL when none is near: at most two letters wrong,
 * missing, too many or swapped with their neighbour, and fewer than half of them.
 */
const char *xeap_config_nearest_key(struct xeap_span name);
const char *xeap_config_nearest_global(struct xeap_span name);
const char *xeap_config_nearest_key_mgmt(struct xeap_span word);

#endif
