/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/wipe.h>
#include <errno.h>
#include <method/inner.h>
#include <method/inner_set.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wire/eap.h>
#include <xeap/host.h>

/*
 * An inner packet is to fit an outer one, but not below what every method may count on (RFC 3748
 * §3.1): the tunnel's own fragments carry it then.
 */
#define OUTER_OVERHEAD 96
#define PACKET_MIN XEAP_EAP_MIN_MTU

/* A packet of a flight that is to come. */
struct xeap_inner_chunk {
	struct xeap_inner_chunk *next;
	struct xeap_chunk c;
	uint8_t memory[];
};

static struct xeap_chunk *append(struct xeap_writer *w)
{
	struct xeap_inner *i = w->host;
	size_t size = i->response_size;
	struct xeap_inner_chunk *k = calloc(1, sizeof(*k) + size);

	if (!k)
		return NULL;
	k->c = (struct xeap_chunk){ .data = k->memory, .cap = size };
	if (i->flight_last)
		i->flight_last->next = k;
	else
		i->flight = k;
	i->flight_last = k;
	return &k->c;
}

static struct xeap_chunk *last(struct xeap_writer *w)
{
	struct xeap_inner *i = w->host;

	return i->flight_last ? &i->flight_last->c : NULL;
}

static bool pending(const struct xeap_writer *w)
{
	const struct xeap_inner *i = w->host;

	return i->flight;
}

static void drop_first(struct xeap_inner *i)
{
	struct xeap_inner_chunk *k = i->flight;

	i->flight = k->next;
	if (!i->flight)
		i->flight_last = NULL;
	xeap_wipe(k->memory, i->response_size);
	free(k);
}

static int take(struct xeap_writer *w)
{
	struct xeap_inner *i = w->host;
	struct xeap_chunk *c;

	if (!i->flight)
		return -ENOENT;
	c = &i->flight->c;
	memcpy(i->response, c->data, c->len);
	w->c = (struct xeap_chunk){ i->response, c->len, i->response_size };
	drop_first(i);
	return 0;
}

static void clear(struct xeap_writer *w)
{
	struct xeap_inner *i = w->host;

	while (i->flight)
		drop_first(i);
}

static const struct xeap_flight_ops flight_ops = {
	.append = append,
	.last = last,
	.pending = pending,
	.take = take,
	.clear = clear,
};

static struct xeap_writer writer(struct xeap_inner *i)
{
	return (struct xeap_writer){
		.c = { .data = i->response, .cap = i->response_size },
		.flight = &flight_ops,
		.host = i,
	};
}

int xeap_inner_init(struct xeap_inner *i, const struct xeap_inner_set *set,
		    const struct xeap_method_args *args)
{
	size_t size = args->max_packet > PACKET_MIN + OUTER_OVERHEAD
			      ? args->max_packet - OUTER_OVERHEAD
			      : PACKET_MIN;

	*i = (struct xeap_inner){ .set = set, .args = *args, .response_size = size };
	i->args.config = set->config;
	i->args.max_packet = (uint32_t)size;
	i->args.keeps_resumption = false;
	i->args.resumption = xeap_span(NULL, 0);
	if (set->whose == XEAP_INNER_MACHINE || !i->args.identity.data)
		i->args.identity = xeap_config_get(set->config, XEAP_CONFIG_IDENTITY);
	i->response = malloc(size);
	i->ctx = calloc(1, set->ctx_size ? set->ctx_size : 1);
	if (i->response && i->ctx)
		return 0;
	xeap_inner_done(i);
	return -ENOMEM;
}

static void end_method(struct xeap_inner *i)
{
	struct xeap_writer w = writer(i);

	if (i->method && i->method->done)
		i->method->done(i->ctx);
	if (i->ctx)
		xeap_wipe(i->ctx, i->set->ctx_size);
	i->method = NULL;
	i->asking = false;
	clear(&w);
}

void xeap_inner_restart(struct xeap_inner *i)
{
	end_method(i);
	i->result = (struct xeap_method_result){ 0 };
}

void xeap_inner_done(struct xeap_inner *i)
{
	if (i->set)
		end_method(i);
	if (i->response)
		xeap_wipe(i->response, i->response_size);
	free(i->response);
	free(i->ctx);
	free(i->question);
	i->response = NULL;
	i->ctx = NULL;
	i->question = NULL;
}

static const struct xeap_inner_method *find(const struct xeap_inner *i,
					    struct xeap_method_type type)
{
	for (size_t n = 0; n < i->set->count; n++)
		if (xeap_eap_type_equal(i->set->methods[n].method->type, type))
			return &i->set->methods[n];
	return NULL;
}

static int begin_method(struct xeap_inner *i, const struct xeap_inner_method *m)
{
	int r;

	xeap_inner_restart(i);
	i->args.shared = m->shared;
	r = m->method->init(i->ctx, &i->args);
	if (r < 0)
		return xeap_diag_set(&i->result.diag, r, XEAP_E_AUTHENTICATION_FAILED,
				     "%s inside the tunnel could not be begun", m->method->name);
	i->method = m->method;
	i->was_refused = false;
	if (i->begun)
		i->begun(i);
	return 0;
}

static void explain(struct xeap_inner *i)
{
	struct xeap_diag why = i->result.diag;
	const char *hint = xeap_inner_hint(i->set->whose, why.text);

	if (why.code && *hint)
		xeap_diag_set(&i->result.diag, 0, why.code, "%s inside the tunnel: %s%s",
			      i->method->name, why.text, hint);
}

/* What a method made of a request or an answer. */
static int conclude(struct xeap_inner *i, int r, const struct xeap_writer *w,
		    struct xeap_span *ret_response)
{
	i->asking = false;
	explain(i);
	if (r < 0)
		return r == -EBADMSG || r == -EAGAIN ? -EPROTO : r;
	if (i->result.ignore)
		return -EBADMSG;
	if (i->result.need == XEAP_NEED_UI) {
		i->asking = true;
		return -EAGAIN;
	}
	if (i->result.need != XEAP_NEED_NONE)
		return xeap_diag_set(&i->result.diag, -EPROTO, XEAP_E_NOT_SUPPORTED,
				     "%s wants attributes, which it cannot have inside a tunnel",
				     i->method->name);
	*ret_response = xeap_span(w->c.data, w->c.len);
	return 0;
}

static int run_method(struct xeap_inner *i, struct xeap_span request,
		      struct xeap_span *ret_response)
{
	struct xeap_method_result before = i->result;
	struct xeap_writer w = writer(i);
	int r;

	i->result = (struct xeap_method_result){ 0 };
	r = i->method->process(i->ctx, request, &w, &i->result);
	if (r == 0 && i->result.ignore) {
		i->result = before;
		return -EBADMSG;
	}
	return conclude(i, r, &w, ret_response);
}

static int refuse_type(struct xeap_inner *i, const struct xeap_eap *eap, struct xeap_chunk *c)
{
	struct xeap_method_type types[XEAP_INNER_METHODS];

	for (size_t n = 0; n < i->set->count; n++)
		types[n] = i->set->methods[n].method->type;
	i->was_refused = true;
	if (eap->type.type == XEAP_EAP_EXPANDED)
		return xeap_eap_build_expanded_nak(c, eap->id, types, i->set->count);
	return xeap_eap_build_nak(c, eap->id, types, i->set->count);
}

/*
 * A method that is under way is not left for another (RFC 3748 §2.1), one of which a proof is still
 * due least of all; one that is content may be followed.
 */
static bool is_busy(const struct xeap_inner *i)
{
	return i->method && !xeap_inner_succeeded(i);
}

static int process_type(struct xeap_inner *i, const struct xeap_eap *eap, struct xeap_chunk *c,
			struct xeap_span *ret_response)
{
	const struct xeap_inner_method *m;
	int r;

	if (i->method && xeap_eap_type_equal(i->method->type, eap->type))
		return run_method(i, eap->packet, ret_response);
	if (is_busy(i))
		return xeap_diag_set(&i->result.diag, -EBADMSG, XEAP_E_REMOTE_INVALID_PACKET,
				     "server begins another method inside the tunnel before the "
				     "end of %s",
				     i->method->name);
	m = find(i, eap->type);
	if (!m) {
		r = refuse_type(i, eap, c);
		if (r == 0)
			*ret_response = xeap_span(c->data, c->len);
		return r;
	}
	r = begin_method(i, m);
	return r < 0 ? r : run_method(i, eap->packet, ret_response);
}

int xeap_inner_process(struct xeap_inner *i, struct xeap_span request,
		       struct xeap_span *ret_response)
{
	struct xeap_chunk c = { .data = i->response, .cap = i->response_size };
	struct xeap_eap eap;
	int r;

	if (i->asking || xeap_eap_parse(request, &eap) < 0 || eap.code != XEAP_EAP_REQUEST)
		return -EBADMSG;
	if (eap.type.type == XEAP_EAP_IDENTITY)
		r = xeap_eap_build_identity(&c, eap.id, i->args.identity);
	else if (eap.type.type == XEAP_EAP_NOTIFICATION)
		r = xeap_eap_build_notification(&c, eap.id);
	else
		return process_type(i, &eap, &c, ret_response);
	if (r == 0)
		*ret_response = xeap_span(c.data, c.len);
	return r;
}

/* Keys about the server's certificate. */
static const char *const server_keys[] = {
	"ca_cert",
	"ca_path",
	"subject_match",
	"altsubject_match",
	"domain_match",
	"domain_suffix_match",
	"check_cert_subject",
};

static bool is_server_key(const char *word, size_t len)
{
	for (size_t n = 0; n < sizeof(server_keys) / sizeof(server_keys[0]); n++)
		if (strlen(server_keys[n]) == len && memcmp(word, server_keys[n], len) == 0)
			return true;
	return false;
}

/*
 * What is wrong with a server inside is told by the keys of a method that is not inside anything.
 * Where better ones find no room they are what is shown.
 */
static const char *rename_keys(struct xeap_inner *i, const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz_";
	bool machine = i->set->whose == XEAP_INNER_MACHINE;
	const char *at = text;
	size_t n = 0;

	if (!i->question)
		i->question = malloc(XEAP_PROMPT_TEXT_MAX);
	if (!i->question)
		return text;
	while (*at) {
		size_t word = strspn(at, letters), len = word ? word : 1;
		bool key = is_server_key(at, word);
		size_t room = XEAP_PROMPT_TEXT_MAX - n;

		n += (size_t)snprintf(i->question + n, room, "%s%.*s%s",
				      key && machine ? "machine_" : "", (int)len, at,
				      key && !machine ? "2" : "");
		if (n >= XEAP_PROMPT_TEXT_MAX)
			return text;
		at += len;
	}
	i->question[n] = '\0';
	return i->question;
}

int xeap_inner_get_prompt(struct xeap_inner *i, struct xeap_prompt *ret_prompt)
{
	int r;

	if (!i->asking || !i->method->get_prompt)
		return -EINVAL;
	r = i->method->get_prompt(i->ctx, ret_prompt);
	if (r == 0 && ret_prompt->text && i->method->flags & XEAP_METHOD_F_CERTIFICATE)
		ret_prompt->text = rename_keys(i, ret_prompt->text);
	return r;
}

int xeap_inner_answer(struct xeap_inner *i, const struct xeap_prompt *answers,
		      struct xeap_span *ret_response)
{
	struct xeap_writer w = writer(i);

	if (!i->asking || !i->method->answer)
		return -EPROTO;
	i->result = (struct xeap_method_result){ 0 };
	return conclude(i, i->method->answer(i->ctx, answers, &w, &i->result), &w, ret_response);
}

bool xeap_inner_succeeded(const struct xeap_inner *i)
{
	return i->method && !i->asking && i->result.decision != XEAP_DECISION_FAIL;
}

int xeap_inner_get_key(const struct xeap_inner *i, enum xeap_key_kind kind, uint8_t *buf,
		       size_t size)
{
	if (!i->method || !i->method->get_key)
		return -ENOENT;
	return i->method->get_key(i->ctx, kind, buf, size);
}

const struct xeap_config *xeap_inner_config(const struct xeap_inner_set *set)
{
	return set->config;
}

size_t xeap_inner_count(const struct xeap_inner_set *set)
{
	return set->count;
}
