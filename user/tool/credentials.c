// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/credentials.h"

#include <errno.h>
#include <stdlib.h>

#include "base/diag.h"

static int load_profile(struct credentials *c, const struct xeap_config *network, bool interactive)
{
	struct xeap_profile **at = &c->profiles[c->count];

	return interactive ? xeap_profile_new_interactive(network, at, &c->diag)
			   : xeap_profile_new(network, at, &c->diag);
}

static int load_profiles(struct credentials *c, const struct xeap_config_file *file,
			 bool interactive)
{
	c->profiles = calloc(file->count, sizeof(struct xeap_profile *));
	if (!c->profiles)
		return xeap_diag_set(&c->diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "%s: out of memory",
				     c->path);
	for (size_t i = 0; i < file->count; i++) {
		int err = load_profile(c, file->networks[i], interactive);

		if (err)
			return err;
		c->count++;
	}
	return 0;
}

int credentials_load(struct credentials *c, const char *path, bool interactive)
{
	struct xeap_config_file *file;
	int err;

	*c = (struct credentials){ .path = path };
	err = xeap_config_read(path, &file, &c->diag);
	if (err)
		return err;
	c->globals = file->globals;
	err = load_profiles(c, file, interactive);
	if (err) {
		struct xeap_diag why = c->diag;

		credentials_free(c);
		c->diag = why;
	}
	xeap_config_file_free(file);
	return err;
}

void credentials_free(struct credentials *c)
{
	for (size_t i = 0; i < c->count; i++)
		xeap_profile_unref(c->profiles[i]);
	free(c->profiles);
	c->profiles = NULL;
	c->count = 0;
}
