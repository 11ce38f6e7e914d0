/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_CREDENTIALS_H
#define XEAP_TOOL_CREDENTIALS_H

#include <xeap/host.h>
#include "tool/run_options.h"

struct report;

/*
 * What one configuration file came to: the profiles of its network blocks, in the order they are
 * tried, or the reason why it cannot be used.
 */
struct credentials {
	const char *path; /* the option's, for messages */
	struct xeap_config_globals globals;
	struct xeap_config_file *file; /* the blocks as they were read */
	struct xeap_profile **profiles;
	size_t count; /* 0: not usable, see diag */
	struct xeap_diag diag;
};

/*
 * Load a file and everything its blocks name. `interactive`: what a person can be asked for may be
 * missing. Returns 0, or a negative errno with count 0 and
 * diag set: a file counts as a whole, so that a port never runs on half of what its administrator
 * wrote.
 */
int credentials_load(struct credentials *c, const char *path, bool interactive);
/* The same, where something is done to the file's first network before it is loaded. */
typedef int (*credentials_prepare)(void *ctx, struct xeap_config *network,
				   struct xeap_diag *ret_why);
int credentials_load_with(struct credentials *c, const char *path, bool interactive,
			  credentials_prepare prepare, void *ctx);
void credentials_free(struct credentials *c);

/*
 * Load the file of every -p, each file once, before anything is attached; what cannot be used is
 * reported. 0; -EINVAL: none can be; -ENOMEM. *ret_all is to be freed in any case, file by file.
 */
int credentials_load_all(struct run_options *o, bool interactive, struct report *report,
			 struct credentials **ret_all, size_t *ret_count);

/* Whether a block of these files names one that is written: pac_file. */
bool credentials_save(const struct credentials *all, size_t count);

/*
 * A profile like that of a block, with what a person typed: the user_data of a session's result.
 * NULL: not enough memory, or nothing that a block can hold.
 */
struct xeap_profile *credentials_with(const struct credentials *c, size_t network,
				      struct xeap_span user_data);

#endif
