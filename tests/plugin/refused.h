/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* A plug-in that would be in order but for what the file that includes this says. */
#include <errno.h>
#include <xeap/plugin.h>

#ifndef ABI
#define ABI XEAP_METHOD_ABI
#endif
#ifndef METHOD_ABI
#define METHOD_ABI XEAP_METHOD_ABI
#endif
#ifndef NAME
#define NAME "REFUSED"
#endif
#ifndef TYPE
#define TYPE                                                                                       \
	{                                                                                          \
		.type = 254, .vendor = 32473, .vendor_type = 99                                    \
	}
#endif
#ifndef PROCESS
#define PROCESS process
#endif

static int init(void *ctx, const struct xeap_method_args *args)
{
	return -EINVAL;
}

__attribute__((unused)) static int process(void *ctx, struct xeap_span request,
					   struct xeap_writer *response,
					   struct xeap_method_result *ret_result)
{
	return -EINVAL;
}

static const struct xeap_method method = {
	.abi = METHOD_ABI,
	.name = NAME,
	.type = TYPE,
	.init = init,
	.process = PROCESS,
};

#ifdef FIRST
static const struct xeap_method first = {
	.abi = XEAP_METHOD_ABI,
	.name = "FIRST",
	.type = { .type = 254, .vendor = 32473, .vendor_type = 100 },
	.init = init,
	.process = process,
};
#endif

static const struct xeap_plugin_method methods[] = {
#ifdef FIRST
	{ &first, 0, NULL },
#endif
	{ &method, 0, NULL },
	{ NULL },
};

const struct xeap_plugin xeap_plugin = { ABI, methods };
