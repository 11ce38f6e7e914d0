/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PLUGIN_CONTEXT_H
#define XEAP_PLUGIN_CONTEXT_H

#include <wire/isolate.h>

/* Conversations and configurations in the plug-in's process, each under its number. */

#define XEAP_CONTEXT_PACKET 65536 /* more than a response can have */

struct xeap_served_config {
	uint32_t id;
	const struct xeap_method *method;
	struct xeap_config *config;
	void *shared;
};

struct xeap_served_chunk {
	struct xeap_chunk c;
	struct xeap_served_chunk *next;
	uint8_t bytes[];
};

struct xeap_served_context {
	uint32_t id;
	const struct xeap_method *method;
	struct xeap_method_args args;
	struct xeap_served_chunk *flight, *flight_last;
	uint32_t cap;	   /* of the response that is being made */
	uint8_t *response; /* where it is made */
	_Alignas(max_align_t) uint8_t ctx[];
};

/* Make one from a LOAD call. 0, a negative errno, with one line in ret_diag. */
int xeap_served_config_new(const struct xeap_method *method, const struct xeap_isolate_call *call,
			   struct xeap_served_config **ret_config, struct xeap_diag *ret_diag);
void xeap_served_config_free(struct xeap_served_config *c);

/* Make one from an INIT call, and call init(). 0 or a negative errno. */
int xeap_served_context_new(const struct xeap_served_config *c,
			    const struct xeap_isolate_call *call,
			    struct xeap_served_context **ret_context);
void xeap_served_context_free(struct xeap_served_context *x);

/* A writer for a response of at most `cap` bytes at `response`. */
struct xeap_writer xeap_served_writer(struct xeap_served_context *x, uint8_t *response,
				      uint32_t cap);

#endif
