/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "plugin/context.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xeap/config_text.h>

#include "base/diag.h"
#include "base/wipe.h"

int xeap_served_config_new(const struct xeap_method *method, const struct xeap_isolate_call *call,
			   struct xeap_served_config **ret_config, struct xeap_diag *ret_diag)
{
	struct xeap_served_config *c = calloc(1, sizeof(*c));
	int err;

	if (!c)
		return -ENOMEM;
	c->id = call->id;
	c->method = method;
	err = xeap_config_from_blob(call->data, &c->config, ret_diag);
	if (!err && method->load)
		err = method->load(c->config, call->arg[1], &c->shared, ret_diag);
	if (err) {
		xeap_config_free(c->config);
		free(c);
		return err;
	}
	*ret_config = c;
	return 0;
}

void xeap_served_config_free(struct xeap_served_config *c)
{
	if (c->method->unload)
		c->method->unload(c->shared);
	xeap_config_free(c->config);
	free(c);
}

static int copy_identity(struct xeap_served_context *x, const struct xeap_isolate_call *call)
{
	uint8_t *copy;

	if (!(call->arg[3] & XEAP_ISOLATE_IDENTITY))
		return 0;
	copy = malloc(call->data.len + 1);
	if (!copy)
		return -ENOMEM;
	if (call->data.len)
		memcpy(copy, call->data.data, call->data.len);
	copy[call->data.len] = '\0';
	x->args.identity = xeap_span(copy, call->data.len);
	return 0;
}

static void free_context(struct xeap_served_context *x)
{
	free((void *)(uintptr_t)x->args.identity.data);
	xeap_wipe(x, sizeof(*x) + x->method->ctx_size);
	free(x);
}

int xeap_served_context_new(const struct xeap_served_config *c,
			    const struct xeap_isolate_call *call,
			    struct xeap_served_context **ret_context)
{
	struct xeap_served_context *x = calloc(1, sizeof(*x) + c->method->ctx_size);
	int err;

	if (!x)
		return -ENOMEM;
	x->id = call->id;
	x->method = c->method;
	x->args = (struct xeap_method_args){
		.size = sizeof(x->args),
		.config = c->config,
		.shared = c->shared,
		.max_packet = call->arg[1],
		.flags = call->arg[2],
		.ask_again = call->arg[3] & XEAP_ISOLATE_ASK_AGAIN,
	};
	err = copy_identity(x, call);
	if (!err)
		err = x->method->init(x->ctx, &x->args);
	if (err) {
		free_context(x);
		return err;
	}
	*ret_context = x;
	return 0;
}

static struct xeap_served_chunk *pop(struct xeap_served_context *x)
{
	struct xeap_served_chunk *f = x->flight;

	x->flight = f->next;
	if (!x->flight)
		x->flight_last = NULL;
	return f;
}

static void clear(struct xeap_served_context *x)
{
	while (x->flight)
		free(pop(x));
}

void xeap_served_context_free(struct xeap_served_context *x)
{
	clear(x);
	if (x->method->done)
		x->method->done(x->ctx);
	free_context(x);
}

static struct xeap_chunk *flight_append(struct xeap_writer *w)
{
	struct xeap_served_context *x = w->host;
	struct xeap_served_chunk *f = calloc(1, sizeof(*f) + x->cap);

	if (!f)
		return NULL;
	f->c = (struct xeap_chunk){ .data = f->bytes, .cap = x->cap };
	*(x->flight_last ? &x->flight_last->next : &x->flight) = f;
	x->flight_last = f;
	return &f->c;
}

static struct xeap_chunk *flight_last(struct xeap_writer *w)
{
	struct xeap_served_context *x = w->host;

	return x->flight_last ? &x->flight_last->c : NULL;
}

static bool flight_pending(const struct xeap_writer *w)
{
	const struct xeap_served_context *x = w->host;

	return x->flight;
}

/* A chunk that does not lie in its memory, or has grown, is left to be found by who looks. */
static int flight_take(struct xeap_writer *w)
{
	struct xeap_served_context *x = w->host;
	struct xeap_served_chunk *f;

	if (!x->flight)
		return -ENOENT;
	f = pop(x);
	w->c = (struct xeap_chunk){ .data = x->response, .len = f->c.len, .cap = x->cap };
	if (f->c.data == f->bytes && f->c.len <= x->cap)
		memcpy(x->response, f->bytes, f->c.len);
	else
		w->c.data = NULL;
	free(f);
	return 0;
}

static void flight_clear(struct xeap_writer *w)
{
	clear(w->host);
}

static const struct xeap_flight_ops flight_ops = {
	.append = flight_append,
	.last = flight_last,
	.pending = flight_pending,
	.take = flight_take,
	.clear = flight_clear,
};

struct xeap_writer xeap_served_writer(struct xeap_served_context *x, uint8_t *response,
				      uint32_t cap)
{
	x->response = response;
	x->cap = cap;
	return (struct xeap_writer){ .c = { .data = response, .cap = cap },
				     .flight = &flight_ops,
				     .host = x };
}
