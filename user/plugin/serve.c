/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The plug-in's process: calls come in, methods run, replies go out, one at a time. */
#include "plugin/serve.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/wipe.h"
#include "plugin/context.h"
#include "plugin/module.h"

#define ALARM_GRACE 5 /* seconds past the caller's patience, should the caller be gone, too */

struct server {
	struct xeap_module module;
	struct xeap_diag refused; /* why the plug-in is not acceptable */
	void *configs, *contexts; /* trees by number */
	unsigned int patience;	  /* seconds a call may take */
	uint8_t in[XEAP_ISOLATE_MAX], out[XEAP_ISOLATE_MAX], data[XEAP_ISOLATE_MAX];
	uint8_t response[XEAP_CONTEXT_PACKET];
};

/* Configurations and contexts begin with their number. */
static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void *find(void *const *tree, uint32_t id)
{
	void *const *at = tfind(&id, tree, by_number);

	return at ? *at : NULL;
}

/* An errno that fits a reply. */
static int sane(int err)
{
	return err <= 0 && err >= -4095 ? err : -EPROTO;
}

static void describe_keys(const enum xeap_config_key *keys, uint8_t ret[XEAP_ISOLATE_KEYS])
{
	static const enum xeap_config_key usual[] = { XEAP_CONFIG_IDENTITY,
						      XEAP_CONFIG_ANONYMOUS_IDENTITY,
						      XEAP_CONFIG_PASSWORD, XEAP_CONFIG_PHASE1,
						      XEAP_CONFIG_MAX };

	for (keys = keys ? keys : usual; *keys < XEAP_CONFIG_MAX; keys++)
		ret[*keys / 8] |= (uint8_t)(1u << *keys % 8);
}

static void describe_method(const struct xeap_plugin_method *from, struct xeap_isolate_method *ret)
{
	const struct xeap_method *m = from->method;

	memcpy(ret->name, m->name, strlen(m->name) + 1); /* its length was checked */
	ret->type = m->type;
	ret->flags = m->flags;
	ret->properties = from->properties;
	ret->can = (m->get_prompt ? XEAP_ISOLATE_ASKS : 0) |
		   (m->get_attributes ? XEAP_ISOLATE_OFFERS : 0) |
		   (m->get_key ? XEAP_ISOLATE_KEYED : 0);
	describe_keys(from->keys, ret->keys);
}

static int hello(struct server *s, const struct xeap_isolate_call *call, struct xeap_span *ret_data)
{
	struct xeap_isolate_hello hello = { .count = (uint32_t)s->module.count };

	s->patience = call->arg[0] / 1000 + ALARM_GRACE;
	ret_data->data = s->data;
	if (!s->module.handle) {
		ret_data->len = xeap_isolate_write_diag(&s->refused, s->data, sizeof(s->data));
		return -EINVAL;
	}
	for (size_t i = 0; i < s->module.count; i++)
		describe_method(&s->module.plugin->methods[i], &hello.method[i]);
	ret_data->len = xeap_isolate_write_hello(&hello, s->data, sizeof(s->data));
	return 0;
}

static int load(struct server *s, const struct xeap_isolate_call *call, struct xeap_span *ret_data)
{
	struct xeap_diag why = { 0 }, clean = { 0 };
	struct xeap_served_config *c;
	int err = -EINVAL;

	if (call->arg[0] < s->module.count)
		err = xeap_served_config_new(s->module.plugin->methods[call->arg[0]].method, call,
					     &c, &why);
	if (!err && !tsearch(c, &s->configs, by_number)) {
		xeap_served_config_free(c);
		err = -ENOMEM;
	}
	if (err) {
		why.text[sizeof(why.text) - 1] = '\0';
		xeap_diag_set(&clean, 0, why.code, "%s", why.text);
		*ret_data = xeap_span(s->data,
				      xeap_isolate_write_diag(&clean, s->data, sizeof(s->data)));
	}
	return err;
}

static int unload(struct server *s, const struct xeap_isolate_call *call,
		  struct xeap_span *ret_data)
{
	struct xeap_served_config *c = find(&s->configs, call->id);

	if (!c)
		return -ENOENT;
	tdelete(&call->id, &s->configs, by_number);
	xeap_served_config_free(c);
	return 0;
}

static int init(struct server *s, const struct xeap_isolate_call *call, struct xeap_span *ret_data)
{
	struct xeap_served_config *c = find(&s->configs, call->arg[0]);
	struct xeap_served_context *x;
	int err = c ? xeap_served_context_new(c, call, &x) : -ENOENT;

	if (!err && !tsearch(x, &s->contexts, by_number)) {
		xeap_served_context_free(x);
		err = -ENOMEM;
	}
	return err;
}

static void copy_text(char ret[XEAP_ISOLATE_TEXT], const char *text)
{
	struct xeap_diag clean = { 0 };

	if (!text)
		return;
	xeap_diag_set(&clean, 0, 0, "%.*s", XEAP_ISOLATE_TEXT - 1, text);
	memcpy(ret, clean.text, XEAP_ISOLATE_TEXT - 1);
}

static void finish_step(struct server *s, struct xeap_served_context *x,
			const struct xeap_writer *w, struct xeap_isolate_step *step)
{
	struct xeap_method_info info = { 0 };
	struct xeap_diag clean = { 0 };
	uintptr_t at = (uintptr_t)w->c.data, base = (uintptr_t)s->response;

	step->misplaced = w->c.len &&
			  (at < base || at - base > x->cap || w->c.len > x->cap - (at - base));
	if (!step->misplaced)
		step->response = xeap_span(w->c.data, w->c.len);
	if (x->method->describe)
		x->method->describe(x->ctx, &info);
	copy_text(step->tls_version, info.tls_version);
	copy_text(step->cipher, info.cipher);
	step->resumed = info.resumed;
	step->result.diag.text[XEAP_DIAG_TEXT - 1] = '\0';
	xeap_diag_set(&clean, 0, step->result.diag.code, "%s", step->result.diag.text);
	step->result.diag = clean;
}

static int run_method(struct server *s, struct xeap_served_context *x,
		      const struct xeap_isolate_call *call, struct xeap_writer *w,
		      struct xeap_method_result *ret_result)
{
	struct xeap_attributes attributes;
	struct xeap_prompt prompt;
	int err;

	if (call->op == XEAP_ISOLATE_PROCESS)
		return x->method->process(x->ctx, call->data, w, ret_result);
	if (call->op == XEAP_ISOLATE_ANSWER) {
		err = x->method->answer ? xeap_prompt_parse(call->data, &prompt) : -EOPNOTSUPP;
		return err ? err : x->method->answer(x->ctx, &prompt, w, ret_result);
	}
	err = x->method->set_attributes ? xeap_isolate_parse_attributes(call->data, &attributes)
					: -EOPNOTSUPP;
	return err ? err : x->method->set_attributes(x->ctx, &attributes, w, ret_result);
}

static int step(struct server *s, const struct xeap_isolate_call *call, struct xeap_span *ret_data)
{
	struct xeap_served_context *x = find(&s->contexts, call->id);
	struct xeap_isolate_step step = { 0 };
	struct xeap_writer w;
	int err;

	if (!x || call->arg[0] > sizeof(s->response))
		return -ENOENT;
	w = xeap_served_writer(x, s->response, call->arg[0]);
	err = run_method(s, x, call, &w, &step.result);
	finish_step(s, x, &w, &step);
	*ret_data = xeap_span(s->data, xeap_isolate_write_step(&step, s->data, sizeof(s->data)));
	xeap_wipe(s->response, call->arg[0]);
	return err;
}

static int get_prompt(struct server *s, const struct xeap_isolate_call *call,
		      struct xeap_span *ret_data)
{
	struct xeap_served_context *x = find(&s->contexts, call->id);
	struct xeap_prompt prompt = { 0 };
	int n;

	if (!x || !x->method->get_prompt)
		return -ENOENT;
	n = x->method->get_prompt(x->ctx, &prompt);
	if (!n)
		n = xeap_prompt_write(&prompt, s->data, sizeof(s->data));
	if (n < 0)
		return n;
	*ret_data = xeap_span(s->data, (size_t)n);
	return 0;
}

static int get_attributes(struct server *s, const struct xeap_isolate_call *call,
			  struct xeap_span *ret_data)
{
	struct xeap_served_context *x = find(&s->contexts, call->id);
	struct xeap_attributes attributes = { 0 };
	int err;

	if (!x || !x->method->get_attributes)
		return -ENOENT;
	err = x->method->get_attributes(x->ctx, &attributes);
	if (err)
		return err;
	*ret_data = xeap_span(s->data,
			      xeap_isolate_write_attributes(&attributes, s->data, sizeof(s->data)));
	return ret_data->len ? 0 : -EMSGSIZE;
}

static int get_key(struct server *s, const struct xeap_isolate_call *call,
		   struct xeap_span *ret_data)
{
	struct xeap_served_context *x = find(&s->contexts, call->id);
	size_t size = call->arg[1];
	int n;

	if (!x || !x->method->get_key)
		return -ENOENT;
	if (size > XEAP_ISOLATE_KEY_BYTES)
		size = XEAP_ISOLATE_KEY_BYTES;
	n = x->method->get_key(x->ctx, (enum xeap_key_kind)call->arg[0], s->data, size);
	if (n < 0)
		return n;
	*ret_data = xeap_span(s->data, (size_t)n < size ? (size_t)n : size);
	return 0;
}

static int done(struct server *s, const struct xeap_isolate_call *call, struct xeap_span *ret_data)
{
	struct xeap_served_context *x = find(&s->contexts, call->id);

	if (!x)
		return -ENOENT;
	tdelete(&call->id, &s->contexts, by_number);
	xeap_served_context_free(x);
	return 0;
}

static int (*const operations[XEAP_ISOLATE_OP_MAX])(struct server *,
						    const struct xeap_isolate_call *,
						    struct xeap_span *) = {
	[XEAP_ISOLATE_HELLO] = hello,	      [XEAP_ISOLATE_LOAD] = load,
	[XEAP_ISOLATE_UNLOAD] = unload,	      [XEAP_ISOLATE_INIT] = init,
	[XEAP_ISOLATE_PROCESS] = step,	      [XEAP_ISOLATE_GET_PROMPT] = get_prompt,
	[XEAP_ISOLATE_ANSWER] = step,	      [XEAP_ISOLATE_GET_ATTRIBUTES] = get_attributes,
	[XEAP_ISOLATE_SET_ATTRIBUTES] = step, [XEAP_ISOLATE_GET_KEY] = get_key,
	[XEAP_ISOLATE_DONE] = done,
};

/* One call; false when there is nobody any more to make one. */
static bool serve_one(struct server *s)
{
	struct xeap_isolate_reply reply = { 0 };
	struct xeap_isolate_call call;
	ssize_t n = recv(XEAP_SERVE_SOCKET, s->in, sizeof(s->in), 0);
	size_t len;

	if (n <= 0 || xeap_isolate_parse_call(xeap_span(s->in, (size_t)n), &call) ||
	    (!s->module.handle && call.op != XEAP_ISOLATE_HELLO))
		return n < 0 && errno == EINTR;
	alarm(s->patience);
	reply.op = call.op;
	reply.id = call.id;
	reply.error = sane(operations[call.op](s, &call, &reply.data));
	alarm(0);
	len = xeap_isolate_write_reply(&reply, s->out, sizeof(s->out));
	xeap_wipe(s->in, (size_t)n);
	xeap_wipe(s->data, reply.data.len);
	n = send(XEAP_SERVE_SOCKET, s->out, len, MSG_NOSIGNAL);
	xeap_wipe(s->out, len);
	return n > 0;
}

void xeap_serve(const char *name)
{
	static struct server s = { .patience = 60 };

	alarm(s.patience);
	xeap_module_open(XEAP_SERVE_PLUGIN, name, &s.module, &s.refused);
	alarm(0);
	while (serve_one(&s))
		;
	/* What the methods still have goes with the process, whatever a destructor would say. */
	_exit(0);
}
