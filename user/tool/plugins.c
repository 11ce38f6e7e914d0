// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/plugins.h"

#include <errno.h>
#include <stdio.h>
#include <xeap/plugin.h>

#include "tool/launcher.h"

/* Plug-ins are the process's, and stay as long as it does. */
static struct launcher *launcher;

static void say_refused(void *ctx, const struct xeap_diag *why)
{
	fprintf(stderr, "xeap: plug-in refused: %s\n", why->text);
}

static void launch(void *ctx, void (*run)(void *arg), void *arg)
{
	if (launcher)
		launcher_run(launcher, run, arg);
	else
		run(arg);
}

int plugins_launch(void)
{
	launcher = launcher_new();
	return launcher ? 0 : -ENOMEM;
}

void plugins_end_launching(void)
{
	launcher = launcher_free(launcher);
}

int plugins_load(const char *directory, bool isolate, const char *host_path)
{
	struct xeap_plugins_options o = {
		.size = sizeof(o),
		.directory = directory,
		.isolate = isolate,
		.host_path = host_path,
		.refused = say_refused,
		.launch = launch,
	};
	struct xeap_diag why = { 0 };
	int n = xeap_plugins_load(&o, &why);

	if (n < 0)
		fprintf(stderr, "xeap: plug-ins: %s\n", why.text);
	return n < 0 ? n : 0;
}
