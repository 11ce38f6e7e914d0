// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/confine.h"

#include <errno.h>

#include "base/diag.h"
#include "tool/launcher.h"
#include "tool/sandbox.h"

int confine_process(const struct run_options *options, bool saves, struct xeap_diag *ret_why)
{
	int err = options->no_sandbox ? 0 : sandbox_process(ret_why);

	if (err || options->no_sandbox || !(options->isolate || saves) || !launcher_begin())
		return err;
	return xeap_diag_set(ret_why, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
}

struct confinement {
	int err;
	struct xeap_diag why;
};

static void confine(struct worker *w, void *arg)
{
	struct confinement *c = arg;

	if (!c->err && !w->options->no_sandbox)
		c->err = sandbox_worker(w->options->pin_dir, &c->why);
}

int confine_workers(struct worker *workers, unsigned int count, struct xeap_diag *ret_why)
{
	struct confinement c = { 0 };

	for (unsigned int i = 0; i < count; i++)
		worker_call(&workers[i], confine, &c);
	if (c.err)
		*ret_why = c.why;
	return c.err;
}
