/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Methods that stand for those of a plug-in in another process: each call goes there and back. A
 * conversation belongs to the process in which it began; when that is gone, so is the
 * conversation, while what load() made is made again in the next one.
 */
#include "plugin/isolate.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <xeap/config_text.h>

#include "base/diag.h"
#include "base/wipe.h"
#include "host/config_network.h"

struct stand_in {
	struct xeap_process *process;
	uint32_t index; /* among the plug-in's methods */
	struct xeap_isolate_method m;
	struct xeap_method method;
};

/* What load() made: all that is needed to make it once more. */
struct loaded {
	const struct stand_in *of;
	char *blob; /* the configuration, as far as the method reads it */
	size_t size;
	bool interactive;
	uint32_t generation, id; /* of the process that has it, and what it is called there */
};

/* A method's context here. */
struct conversation {
	struct loaded *loaded;
	uint32_t max_packet, flags;
	bool ask_again, resumed;
	struct xeap_span identity;
	uint32_t generation, id; /* id 0: not begun there */
	char tls_version[XEAP_ISOLATE_TEXT], cipher[XEAP_ISOLATE_TEXT];
	uint8_t *held; /* prompt or attributes last handed out */
	size_t held_len;
};

static pthread_mutex_t slots_lock = PTHREAD_MUTEX_INITIALIZER;
static struct stand_in *slots[XEAP_ISOLATED_MAX];

_Static_assert(XEAP_CONFIG_MAX <= 8 * XEAP_ISOLATE_KEYS, "a bit for every key");

static bool wants(const struct xeap_isolate_method *m, unsigned int key)
{
	return m->keys[key / 8] & 1u << key % 8;
}

/* The network, without what the method does not read. */
static int make_blob(const struct xeap_isolate_method *m, const struct xeap_config *config,
		     struct loaded *l)
{
	struct xeap_config *copy;
	int err = xeap_config_copy(config, &copy);

	if (err)
		return err;
	for (unsigned int key = 0; key < XEAP_CONFIG_MAX; key++)
		if (!wants(m, key))
			xeap_config_unset(copy, (enum xeap_config_key)key);
	err = xeap_config_to_blob(copy, &l->blob, &l->size);
	xeap_config_free(copy);
	return err;
}

/* Have the process know a configuration. What the method said to it is in ret_diag. */
static int load_there(struct loaded *l, struct xeap_diag *ret_diag)
{
	struct xeap_process *p = l->of->process;
	struct xeap_isolate_call call = { .op = XEAP_ISOLATE_LOAD,
					  .arg = { l->of->index, l->interactive },
					  .data = xeap_span(l->blob, l->size) };
	struct xeap_isolate_reply reply;
	int err = xeap_process_start(p, ret_diag);

	if (err || xeap_process_is(p, l->generation))
		return err;
	call.id = p->next_id++;
	err = xeap_process_call(p, &call, &reply, ret_diag);
	if (err)
		return err;
	if (reply.error) {
		if (xeap_isolate_parse_diag(reply.data, ret_diag))
			return xeap_process_fail(p, "sent a message that is no reason", ret_diag);
		return reply.error;
	}
	l->generation = p->generation;
	l->id = call.id;
	return 0;
}

static void free_loaded(struct loaded *l)
{
	xeap_text_free(l->blob);
	free(l);
}

static int load(const struct stand_in *s, const struct xeap_config *config, bool interactive,
		void **ret_shared, struct xeap_diag *ret_diag)
{
	struct loaded *l = calloc(1, sizeof(*l));
	int err;

	if (!l)
		return -ENOMEM;
	l->of = s;
	l->interactive = interactive;
	err = make_blob(&s->m, config, l);
	if (!err) {
		xeap_process_lock(s->process);
		err = load_there(l, ret_diag);
		xeap_process_unlock(s->process);
	}
	if (err)
		free_loaded(l);
	else
		*ret_shared = l;
	return err;
}

/* load() is not told which method it is of, unlike all others: so every method has its own. */
#define LOAD(n)                                                                                    \
	static int load_##n(const struct xeap_config *config, bool interactive, void **ret_shared, \
			    struct xeap_diag *ret_diag)                                            \
	{                                                                                          \
		return load(slots[n], config, interactive, ret_shared, ret_diag);                  \
	}
#define EACH(f)                                                                                    \
	f(0) f(1) f(2) f(3) f(4) f(5) f(6) f(7) f(8) f(9) f(10) f(11) f(12) f(13) f(14) f(15)      \
		f(16) f(17) f(18) f(19) f(20) f(21) f(22) f(23) f(24) f(25) f(26) f(27) f(28)      \
			f(29) f(30) f(31)
EACH(LOAD)

#define LOAD_NAME(n) load_##n,
static int (*const loads[XEAP_ISOLATED_MAX])(const struct xeap_config *, bool, void **,
					     struct xeap_diag *) = { EACH(LOAD_NAME) };

/* A call that only says that something is over. */
static void tell(struct xeap_process *p, enum xeap_isolate_op op, uint32_t generation, uint32_t id)
{
	struct xeap_isolate_call call = { .op = op, .id = id };
	struct xeap_isolate_reply reply;

	xeap_process_lock(p);
	if (xeap_process_is(p, generation))
		xeap_process_call(p, &call, &reply, NULL);
	xeap_process_unlock(p);
}

static void unload(void *shared)
{
	struct loaded *l = shared;

	tell(l->of->process, XEAP_ISOLATE_UNLOAD, l->generation, l->id);
	free_loaded(l);
}

/* Begun there with the first request, whose result can say what went wrong. */
static int init(void *ctx, const struct xeap_method_args *args)
{
	*(struct conversation *)ctx = (struct conversation){
		.loaded = args->shared,
		.max_packet = args->max_packet,
		.flags = args->flags,
		.ask_again = args->ask_again,
		.identity = args->identity,
	};
	return args->shared ? 0 : -EINVAL;
}

static const char *name_of(const struct conversation *c)
{
	return c->loaded->of->m.name;
}

static int begin_there(struct conversation *c, struct xeap_diag *ret_diag)
{
	struct xeap_process *p = c->loaded->of->process;
	struct xeap_isolate_call call = { .op = XEAP_ISOLATE_INIT, .data = c->identity };
	struct xeap_isolate_reply reply;
	int err = load_there(c->loaded, ret_diag);

	if (err)
		return err;
	call.id = p->next_id++;
	call.arg[0] = c->loaded->id;
	call.arg[1] = c->max_packet;
	call.arg[2] = c->flags;
	call.arg[3] = (c->ask_again ? XEAP_ISOLATE_ASK_AGAIN : 0) |
		      (c->identity.data ? XEAP_ISOLATE_IDENTITY : 0);
	err = xeap_process_call(p, &call, &reply, ret_diag);
	if (err)
		return err;
	if (reply.error)
		return xeap_diag_set(ret_diag, reply.error, XEAP_E_AUTHENTICATION_FAILED,
				     "%s cannot start: %s", name_of(c), strerror(-reply.error));
	c->generation = p->generation;
	c->id = call.id;
	return 0;
}

static int have_conversation(struct conversation *c, struct xeap_diag *ret_diag)
{
	struct xeap_process *p = c->loaded->of->process;

	if (!c->id)
		return begin_there(c, ret_diag);
	if (xeap_process_is(p, c->generation))
		return 0;
	return xeap_diag_set(ret_diag, -ECONNRESET, XEAP_E_THIRD_PARTY_METHOD_HOST_RESET,
			     "%s: the plug-in's process ended, and this session with it", p->file);
}

/* One call about a conversation. The reply is valid until the unlock. */
static int ask(struct conversation *c, enum xeap_isolate_op op, const uint32_t arg[2],
	       struct xeap_span data, struct xeap_isolate_reply *ret_reply,
	       struct xeap_diag *ret_diag)
{
	struct xeap_isolate_call call = { .op = op, .arg = { arg[0], arg[1] }, .data = data };
	int err = have_conversation(c, ret_diag);

	call.id = c->id;
	return err ? err : xeap_process_call(c->loaded->of->process, &call, ret_reply, ret_diag);
}

/*
 * What lies outside of its memory there, or is too long for the memory here, is not copied: its
 * length alone has the peer refuse it.
 */
static void copy_response(const struct xeap_isolate_step *step, struct xeap_chunk *c)
{
	c->len = step->misplaced ? c->cap + 1 : step->response.len;
	if (c->len && c->len <= c->cap)
		memcpy(c->data, step->response.data, c->len);
}

static int take_step(struct conversation *c, const struct xeap_isolate_reply *reply,
		     struct xeap_writer *response, struct xeap_method_result *ret_result)
{
	struct xeap_isolate_step step;

	if (xeap_isolate_parse_step(reply->data, &step))
		return xeap_process_fail(c->loaded->of->process, "sent a message that is no result",
					 &ret_result->diag);
	*ret_result = step.result;
	memcpy(c->tls_version, step.tls_version, sizeof(c->tls_version));
	memcpy(c->cipher, step.cipher, sizeof(c->cipher));
	c->resumed = step.resumed;
	if (!reply->error)
		copy_response(&step, &response->c);
	return reply->error;
}

static int step(struct conversation *c, enum xeap_isolate_op op, struct xeap_span data,
		struct xeap_writer *response, struct xeap_method_result *ret_result)
{
	struct xeap_process *p = c->loaded->of->process;
	uint32_t arg[2] = { (uint32_t)response->c.cap };
	struct xeap_isolate_reply reply;
	int err;

	xeap_process_lock(p);
	err = ask(c, op, arg, data, &reply, &ret_result->diag);
	if (!err)
		err = take_step(c, &reply, response, ret_result);
	xeap_process_unlock(p);
	return err;
}

static int process(void *ctx, struct xeap_span request, struct xeap_writer *response,
		   struct xeap_method_result *ret_result)
{
	return step(ctx, XEAP_ISOLATE_PROCESS, request, response, ret_result);
}

static void let_go(struct conversation *c)
{
	if (c->held)
		xeap_wipe(c->held, c->held_len);
	free(c->held);
	c->held = NULL;
	c->held_len = 0;
}

static int hold(struct conversation *c, const struct xeap_isolate_reply *reply)
{
	if (reply->error)
		return reply->error;
	c->held = malloc(reply->data.len ? reply->data.len : 1);
	if (!c->held)
		return -ENOMEM;
	c->held_len = reply->data.len;
	if (c->held_len)
		memcpy(c->held, reply->data.data, c->held_len);
	return 0;
}

/* Fetch what the method has to show, and keep it until the next call. */
static int fetch(struct conversation *c, enum xeap_isolate_op op)
{
	struct xeap_process *p = c->loaded->of->process;
	const uint32_t no_args[2] = { 0 };
	struct xeap_isolate_reply reply;
	struct xeap_diag unused;
	int err;

	let_go(c);
	xeap_process_lock(p);
	err = ask(c, op, no_args, xeap_span(NULL, 0), &reply, &unused);
	if (!err)
		err = hold(c, &reply);
	xeap_process_unlock(p);
	return err;
}

static int get_prompt(void *ctx, struct xeap_prompt *ret_prompt)
{
	struct conversation *c = ctx;
	int err = fetch(c, XEAP_ISOLATE_GET_PROMPT);

	return err ? err : xeap_prompt_parse(xeap_span(c->held, c->held_len), ret_prompt);
}

static int answer(void *ctx, const struct xeap_prompt *answers, struct xeap_writer *response,
		  struct xeap_method_result *ret_result)
{
	XEAP_SECRET(bytes, XEAP_PROMPT_BYTES_MAX);
	int n = xeap_prompt_write(answers, bytes, sizeof(bytes));

	if (n < 0 || (size_t)n > sizeof(bytes))
		return -EMSGSIZE;
	return step(ctx, XEAP_ISOLATE_ANSWER, xeap_span(bytes, (size_t)n), response, ret_result);
}

static int get_attributes(void *ctx, struct xeap_attributes *ret_attributes)
{
	struct conversation *c = ctx;
	int err = fetch(c, XEAP_ISOLATE_GET_ATTRIBUTES);

	return err ? err
		   : xeap_isolate_parse_attributes(xeap_span(c->held, c->held_len), ret_attributes);
}

static int set_attributes(void *ctx, const struct xeap_attributes *answers,
			  struct xeap_writer *response, struct xeap_method_result *ret_result)
{
	uint8_t *bytes = malloc(XEAP_ISOLATE_MAX);
	size_t n;
	int err;

	if (!bytes)
		return -ENOMEM;
	n = xeap_isolate_write_attributes(answers, bytes, XEAP_ISOLATE_MAX);
	err = n ? step(ctx, XEAP_ISOLATE_SET_ATTRIBUTES, xeap_span(bytes, n), response, ret_result)
		: -EMSGSIZE;
	xeap_wipe(bytes, n);
	free(bytes);
	return err;
}

static int copy_key(const struct xeap_isolate_reply *reply, uint8_t *buf, size_t size)
{
	if (reply->error)
		return reply->error;
	if (reply->data.len > size)
		return -ENOSPC;
	if (reply->data.len)
		memcpy(buf, reply->data.data, reply->data.len);
	return (int)reply->data.len;
}

static int get_key(const void *ctx, enum xeap_key_kind kind, uint8_t *buf, size_t size)
{
	struct conversation *c = (struct conversation *)(uintptr_t)ctx;
	struct xeap_process *p = c->loaded->of->process;
	const uint32_t arg[2] = { (uint32_t)kind, size < XEAP_ISOLATE_KEY_BYTES
							  ? (uint32_t)size
							  : XEAP_ISOLATE_KEY_BYTES };
	struct xeap_isolate_reply reply;
	struct xeap_diag unused;
	int err;

	xeap_process_lock(p);
	err = ask(c, XEAP_ISOLATE_GET_KEY, arg, xeap_span(NULL, 0), &reply, &unused);
	if (!err)
		err = copy_key(&reply, buf, size);
	xeap_process_unlock(p);
	return err;
}

static void describe(const void *ctx, struct xeap_method_info *ret_info)
{
	const struct conversation *c = ctx;

	ret_info->tls_version = c->tls_version[0] ? c->tls_version : NULL;
	ret_info->cipher = c->cipher[0] ? c->cipher : NULL;
	ret_info->resumed = c->resumed;
}

static void done(void *ctx)
{
	struct conversation *c = ctx;

	let_go(c);
	if (c->id)
		tell(c->loaded->of->process, XEAP_ISOLATE_DONE, c->generation, c->id);
}

static void set_up(struct stand_in *s, size_t slot)
{
	s->method = (struct xeap_method){
		.abi = XEAP_METHOD_ABI,
		.name = s->m.name,
		.type = s->m.type,
		.flags = s->m.flags,
		.ctx_size = sizeof(struct conversation),
		.load = loads[slot],
		.unload = unload,
		.init = init,
		.process = process,
		.get_prompt = s->m.can & XEAP_ISOLATE_ASKS ? get_prompt : NULL,
		.answer = s->m.can & XEAP_ISOLATE_ASKS ? answer : NULL,
		.get_attributes = s->m.can & XEAP_ISOLATE_OFFERS ? get_attributes : NULL,
		.set_attributes = s->m.can & XEAP_ISOLATE_OFFERS ? set_attributes : NULL,
		.get_key = s->m.can & XEAP_ISOLATE_KEYED ? get_key : NULL,
		.describe = describe,
		.done = done,
	};
}

static struct stand_in *new_stand_in(struct xeap_process *p, uint32_t index, int *ret_err)
{
	struct stand_in *s;
	size_t slot = 0;

	while (slot < XEAP_ISOLATED_MAX && slots[slot])
		slot++;
	*ret_err = slot == XEAP_ISOLATED_MAX ? -ENOSPC : -ENOMEM;
	s = slot == XEAP_ISOLATED_MAX ? NULL : calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->process = p;
	s->index = index;
	s->m = p->hello.method[index];
	set_up(s, slot);
	slots[slot] = s;
	return s;
}

int xeap_isolate_methods(struct xeap_process *p,
			 struct xeap_method_entry ret_entries[XEAP_PLUGIN_METHODS_MAX])
{
	struct stand_in *s = NULL;
	int err = 0;

	pthread_mutex_lock(&slots_lock);
	for (uint32_t i = 0; i < p->hello.count; i++) {
		s = new_stand_in(p, i, &err);
		if (!s)
			break;
		ret_entries[i] = (struct xeap_method_entry){
			.method = &s->method,
			.properties = s->m.properties,
			.file = p->file,
			.isolated = true,
		};
	}
	pthread_mutex_unlock(&slots_lock);
	if (s)
		return 0;
	xeap_isolate_forget(p);
	return err;
}

void xeap_isolate_forget(struct xeap_process *p)
{
	pthread_mutex_lock(&slots_lock);
	for (size_t i = 0; i < XEAP_ISOLATED_MAX; i++) {
		if (!slots[i] || slots[i]->process != p)
			continue;
		free(slots[i]);
		slots[i] = NULL;
	}
	pthread_mutex_unlock(&slots_lock);
}
