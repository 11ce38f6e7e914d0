// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/plugins.h"

#include <stdio.h>
#include <xeap/plugin.h>

#include "tool/launcher.h"

static void say_refused(void *ctx, const struct xeap_diag *why)
{
	fprintf(stderr, "xeap: plug-in refused: %s\n", why->text);
}

/* Plug-ins are the process's, and stay as long as it does. */
int plugins_load(const char *directory, bool isolate, const char *host_path)
{
	struct xeap_plugins_options o = {
		.size = sizeof(o),
		.directory = directory,
		.isolate = isolate,
		.host_path = host_path,
		.refused = say_refused,
		.launch = launcher_do,
	};
	struct xeap_diag why = { 0 };
	int n = xeap_plugins_load(&o, &why);

	if (n < 0)
		fprintf(stderr, "xeap: plug-ins: %s\n", why.text);
	return n < 0 ? n : 0;
}
