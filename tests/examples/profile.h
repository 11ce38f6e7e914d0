/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef TESTS_EXAMPLES_PROFILE_H
#define TESTS_EXAMPLES_PROFILE_H

#include <xeap/host.h>

/* Logs "user" in by EAP-MD5 with the password "secret". NULL when that cannot be had. */
static inline struct xeap_profile *make_profile(void)
{
	struct xeap_profile *profile = NULL;
	struct xeap_config *config;

	if (xeap_config_new(&config))
		return NULL;
	if (!xeap_config_set(config, "eap", "MD5", NULL) &&
	    !xeap_config_set(config, "identity", "\"user\"", NULL) &&
	    !xeap_config_set(config, "password", "\"secret\"", NULL))
		xeap_profile_new(config, &profile, NULL);
	xeap_config_free(config);
	return profile;
}

#endif
