// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/credentials.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xeap/config_text.h>

#include "base/diag.h"
#include "base/wipe.h"
#include "tool/passwords.h"
#include "tool/report.h"

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
	return credentials_load_with(c, path, interactive, NULL, NULL);
}

int credentials_load_with(struct credentials *c, const char *path, bool interactive,
			  credentials_prepare prepare, void *ctx)
{
	int err;

	*c = (struct credentials){ .path = path };
	err = xeap_config_read(path, &c->file, &c->diag);
	if (err)
		return err;
	c->globals = c->file->globals;
	err = passwords_fetch(c->file, path, &c->diag);
	if (!err && prepare)
		err = prepare(ctx, c->file->networks[0], &c->diag);
	if (!err)
		err = load_profiles(c, c->file, interactive);
	if (err) {
		struct xeap_diag why = c->diag;

		credentials_free(c);
		c->diag = why;
	}
	return err;
}

void credentials_free(struct credentials *c)
{
	for (size_t i = 0; i < c->count; i++)
		xeap_profile_unref(c->profiles[i]);
	free(c->profiles);
	c->profiles = NULL;
	c->count = 0;
	if (c->file)
		xeap_config_file_free(c->file);
	c->file = NULL;
}

/* Any bytes, in the file format's hexadecimal form. */
static int set_bytes(struct xeap_config *config, const char *name, struct xeap_span value)
{
	XEAP_SECRET(hex, 2 * XEAP_PROMPT_TEXT_MAX + 1);

	if (!value.data)
		return 0;
	if (value.len > XEAP_PROMPT_TEXT_MAX)
		return -E2BIG;
	for (size_t i = 0; i < value.len; i++)
		snprintf((char *)hex + 2 * i, 3, "%02x", value.data[i]);
	return xeap_config_set(config, name, (const char *)hex, NULL);
}

struct xeap_profile *credentials_with(const struct credentials *c, size_t network,
				      struct xeap_span user_data)
{
	struct xeap_config *typed = NULL, *config = NULL;
	struct xeap_profile *profile = NULL;

	if (!xeap_config_from_blob(user_data, &typed, NULL) &&
	    !xeap_config_copy(c->file->networks[network], &config) &&
	    !set_bytes(config, "identity", xeap_config_get(typed, XEAP_CONFIG_IDENTITY)) &&
	    !set_bytes(config, "password", xeap_config_get(typed, XEAP_CONFIG_PASSWORD)) &&
	    xeap_profile_new_interactive(config, &profile, NULL))
		profile = NULL;
	xeap_config_free(typed);
	xeap_config_free(config);
	return profile;
}

static bool saves(const struct credentials *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (xeap_config_get(c->file->networks[i], XEAP_CONFIG_PAC_FILE).data)
			return true;
	return false;
}

bool credentials_save(const struct credentials *all, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (saves(&all[i]))
			return true;
	return false;
}

static const char *conf_of(const struct run_options *o, const struct port_spec *s)
{
	return s->conf ? s->conf : o->conf;
}

static size_t find(const struct credentials *all, size_t count, const char *path)
{
	size_t i = 0;

	while (i < count && strcmp(all[i].path, path))
		i++;
	return i;
}

int credentials_load_all(struct run_options *o, bool interactive, struct report *report,
			 struct credentials **ret_all, size_t *ret_count)
{
	struct credentials *all = calloc(o->spec_count, sizeof(*all));
	size_t usable = 0;

	if (!all)
		return -ENOMEM;
	*ret_all = all;
	for (size_t i = 0; i < o->spec_count; i++) {
		struct port_spec *s = &o->specs[i];
		const char *path = conf_of(o, s);

		s->credentials = find(all, *ret_count, path);
		if (s->credentials < *ret_count)
			continue;
		++*ret_count;
		if (!credentials_load(&all[s->credentials], path, interactive))
			usable++;
		else
			report_warning(report, all[s->credentials].diag.text);
	}
	return usable ? 0 : -EINVAL;
}
