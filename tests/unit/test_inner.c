/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The EAP peer inside a tunnel, alone: RFC 3748 §2.1, §5.1 to §5.3 and §5.7. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <base/diag.h>
#include <errno.h>
#include <method/inner.h>
#include <method/list.h>
#include <stdlib.h>
#include <string.h>

#define ONE 100
#define TWO 101
#define NEEDS_KEY 102
#define TUNNEL 103
#define CERTIFIED 104

/* What a fake does is told by the octet behind the Type of a request, and echoed. */
enum order {
	GOES_ON = 'c',	/* CONT */
	UNPROVED = 'm', /* MAY_CONT, FAIL: nothing of the server's is proved yet */
	CONTENT = 'p',	/* MAY_CONT, COND_SUCC */
	SUCCEEDS = 's', /* DONE, UNCOND_SUCC */
	FAILS = 'f',	/* DONE, FAIL */
	IGNORES = 'i',
	ASKS = 'u',
	WANTS_MORE = 'a', /* attributes */
	BREAKS = 'e',
	FLIES = 'l', /* a flight of three packets, of which this is the first */
};

struct fake {
	uint8_t type, turns, id;
};

static unsigned int inits, dones;
static bool begun;
static size_t max_packet;

static int fake_init(void *ctx, const struct xeap_method_args *args)
{
	const struct fake *f = ctx;

	inits++;
	max_packet = args->max_packet;
	assert_int_equal(f->turns, 0);
	assert_false(args->keeps_resumption);
	return 0;
}

static void fake_done(void *ctx)
{
	dones++;
}

static void respond(struct fake *f, uint8_t octet, struct xeap_chunk *c)
{
	const uint8_t response[] = { 2, f->id, 0, 7, f->type, octet, f->turns };

	memcpy(c->data, response, sizeof(response));
	c->len = sizeof(response);
}

static int fly(struct fake *f, struct xeap_writer *w)
{
	for (uint8_t i = 0; i < 3; i++) {
		struct xeap_chunk *c = xeap_flight_append(w);

		assert_ptr_equal(c, xeap_flight_last(w));
		respond(f, i, c);
	}
	return xeap_flight_take(w);
}

static void tell(struct xeap_method_result *r, enum xeap_method_state state,
		 enum xeap_decision decision)
{
	r->method_state = state;
	r->decision = decision;
}

static int fake_process(void *ctx, struct xeap_span request, struct xeap_writer *w,
			struct xeap_method_result *result)
{
	enum order order = request.len > 5 ? request.data[5] : IGNORES;
	struct fake *f = ctx;

	f->type = request.data[4];
	f->id = request.data[1];
	if (order != IGNORES)
		f->turns++;
	if (order == FLIES)
		return xeap_flight_pending(w) ? xeap_flight_take(w) : fly(f, w);
	respond(f, order, &w->c);
	switch (order) {
	case GOES_ON:
		tell(result, XEAP_METHOD_CONT, XEAP_DECISION_FAIL);
		break;
	case UNPROVED:
		tell(result, XEAP_METHOD_MAY_CONT, XEAP_DECISION_FAIL);
		break;
	case CONTENT:
		tell(result, XEAP_METHOD_MAY_CONT, XEAP_DECISION_COND_SUCC);
		break;
	case SUCCEEDS:
		tell(result, XEAP_METHOD_DONE, XEAP_DECISION_UNCOND_SUCC);
		break;
	case FAILS:
		tell(result, XEAP_METHOD_DONE, XEAP_DECISION_FAIL);
		break;
	case IGNORES:
		result->ignore = true;
		break;
	case ASKS: /* what else it says counts for nothing */
		tell(result, XEAP_METHOD_DONE, XEAP_DECISION_UNCOND_SUCC);
		result->need = XEAP_NEED_UI;
		break;
	case WANTS_MORE:
		result->need = XEAP_NEED_ATTRIBUTES;
		break;
	case BREAKS:
		return xeap_diag_set(&result->diag, -EACCES, XEAP_E_AUTHENTICATION_FAILED,
				     "it broke");
	case FLIES:
		break;
	}
	return 0;
}

static const char *question;

static int fake_prompt(void *ctx, struct xeap_prompt *ret_prompt)
{
	*ret_prompt = (struct xeap_prompt){ .title = "fake", .text = question };
	return 0;
}

static int fake_answer(void *ctx, const struct xeap_prompt *answers, struct xeap_writer *w,
		       struct xeap_method_result *result)
{
	struct fake *f = ctx;

	if (!answers->count) {
		result->need = XEAP_NEED_UI;
		return 0;
	}
	respond(f, ASKS, &w->c);
	tell(result, XEAP_METHOD_MAY_CONT, XEAP_DECISION_COND_SUCC);
	return 0;
}

static int fake_key(const void *ctx, enum xeap_key_kind kind, uint8_t *buf, size_t size)
{
	const struct fake *f = ctx;

	if (kind != XEAP_KEY_MSK)
		return -ENOENT;
	memset(buf, f->type, 64);
	return 64;
}

static int needs_key(const struct xeap_config *config, bool interactive, void **ret_shared,
		     struct xeap_diag *ret_diag)
{
	if (xeap_config_get(config, XEAP_CONFIG_PRIVATE_KEY).data)
		return 0;
	return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER, "private_key is missing");
}

#define FAKE(n, t, ...)                                                                            \
	{                                                                                          \
		.abi = XEAP_METHOD_ABI, .name = n, .type = { .type = t },                          \
		.ctx_size = sizeof(struct fake), .init = fake_init, .process = fake_process,       \
		.get_prompt = fake_prompt, .answer = fake_answer, .done = fake_done, __VA_ARGS__   \
	}

static const struct xeap_method one = FAKE("ONE", ONE, .get_key = fake_key);
static const struct xeap_method two = FAKE("TWO", TWO);
static const struct xeap_method keyed = FAKE("KEYED", NEEDS_KEY, .load = needs_key);
static const struct xeap_method certified =
	FAKE("CERTIFIED", CERTIFIED, .flags = XEAP_METHOD_F_CERTIFICATE);
static const struct xeap_method tunnel = FAKE("TUNNEL", TUNNEL, .flags = XEAP_METHOD_F_TUNNEL);

const struct xeap_method *const xeap_methods_builtin[] = { &one,    &two,	&keyed,
							   &tunnel, &certified, NULL };
const size_t xeap_methods_builtin_count = 5;

static const char *const any[] = { "ONE", "TWO", "KEYED", NULL };

struct bed {
	struct xeap_config *config;
	struct xeap_inner_set *set;
	struct xeap_inner inner;
	struct xeap_span response;
};

static struct xeap_config *network(const char *const *keys)
{
	struct xeap_config *config;

	assert_int_equal(xeap_config_new(&config), 0);
	for (; *keys; keys += 2)
		assert_int_equal(xeap_config_set(config, keys[0], keys[1], NULL), 0);
	return config;
}

static int load(struct bed *b, const char *const *keys, enum xeap_inner_whose whose,
		struct xeap_diag *diag)
{
	const struct xeap_inner_choice choice = {
		.outer = "OUTER", .whose = whose, .prefix = "auth=", .otherwise = any
	};

	memset(b, 0, sizeof(*b));
	*diag = (struct xeap_diag){ 0 };
	b->config = network(keys);
	return xeap_inner_load(b->config, &choice, false, &b->set, diag);
}

static void begin_as(struct bed *b, const char *const *keys, enum xeap_inner_whose whose,
		     struct xeap_span identity)
{
	struct xeap_method_args args = {
		.size = sizeof(args),
		.max_packet = 1496,
		.keeps_resumption = true,
		.identity = identity,
	};
	struct xeap_diag diag;

	inits = dones = 0;
	assert_int_equal(load(b, keys, whose, &diag), 0);
	args.config = b->config;
	assert_int_equal(xeap_inner_init(&b->inner, b->set, &args), 0);
}

static void begin(struct bed *b, const char *phase2)
{
	const char *const keys[] = { "identity", "\"user\"", phase2 ? "phase2" : NULL, phase2,
				     NULL };

	begin_as(b, keys, XEAP_INNER_USER, xeap_span(NULL, 0));
}

static void end(struct bed *b)
{
	xeap_inner_done(&b->inner);
	xeap_inner_unload(b->set);
	xeap_config_free(b->config);
	assert_int_equal(inits, dones);
}

/* From memory of exactly the size. */
static int take(struct bed *b, const void *bytes, size_t len)
{
	uint8_t *exact = malloc(len ? len : 1);
	int r;

	memcpy(exact, bytes, len);
	b->response = xeap_span(NULL, 0);
	r = xeap_inner_process(&b->inner, xeap_span(exact, len), &b->response);
	free(exact);
	assert_true(r == 0 || !b->response.data);
	return r;
}

static int request(struct bed *b, uint8_t type, enum order order)
{
	static uint8_t id;
	const uint8_t packet[] = { 1, ++id, 0, 6, type, (uint8_t)order };

	return take(b, packet, sizeof(packet));
}

static void assert_answered(const struct bed *b, uint8_t type, uint8_t octet, uint8_t turns)
{
	assert_int_equal(b->response.len, 7);
	assert_int_equal(b->response.data[0], 2);
	assert_int_equal(b->response.data[4], type);
	assert_int_equal(b->response.data[5], octet);
	assert_int_equal(b->response.data[6], turns);
}

static void runs(struct bed *b, uint8_t type, enum order order, uint8_t turns)
{
	assert_int_equal(request(b, type, order), 0);
	assert_answered(b, type, (uint8_t)order, turns);
}

static void assert_identity(struct bed *b, const char *who)
{
	static const uint8_t ask[] = { 1, 77, 0, 5, 1 };

	assert_int_equal(take(b, ask, sizeof(ask)), 0);
	assert_int_equal(b->response.len, 5 + strlen(who));
	assert_memory_equal(b->response.data, "\2\115\0", 3);
	assert_int_equal(b->response.data[4], 1);
	assert_memory_equal(b->response.data + 5, who, strlen(who));
}

static void identities(void **state)
{
	static const char *const keys[] = { "identity", "\"user\"", "machine_identity",
					    "\"host/pc\"", NULL };
	struct bed b;

	begin_as(&b, keys, XEAP_INNER_USER, xeap_span(NULL, 0));
	assert_identity(&b, "user");
	end(&b);
	/* What a person typed is the user's, and never the machine's. */
	begin_as(&b, keys, XEAP_INNER_USER, xeap_span("typed", 5));
	assert_identity(&b, "typed");
	end(&b);
	begin_as(&b, keys, XEAP_INNER_MACHINE, xeap_span("typed", 5));
	assert_identity(&b, "host/pc");
	end(&b);
}

/* RFC 3748 §5.1: it may come at any time, and changes nothing about the method. */
static void identity_again(void **state)
{
	struct bed b;

	begin(&b, NULL);
	runs(&b, ONE, GOES_ON, 1);
	assert_identity(&b, "user");
	assert_false(xeap_inner_succeeded(&b.inner));
	runs(&b, ONE, SUCCEEDS, 2);
	assert_identity(&b, "user");
	assert_true(xeap_inner_succeeded(&b.inner));
	assert_int_equal(inits, 1);
	end(&b);
}

static void notification(void **state)
{
	static const uint8_t text[] = { 1, 9, 0, 7, 2, 'h', 'i' };
	struct bed b;

	begin(&b, NULL);
	assert_int_equal(take(&b, text, sizeof(text)), 0);
	assert_int_equal(b.response.len, 5);
	assert_memory_equal(b.response.data, "\2\11\0\5\2", 5);
	assert_int_equal(inits, 0);
	end(&b);
}

/* A Nak names what is allowed, and nothing else; it may be needed again. */
static void naks(void **state)
{
	static const uint8_t expanded[] = { 1, 3, 0, 13, 254, 0, 0x12, 0x34, 0, 0, 0, 7, 0 };
	struct bed b;

	begin(&b, "\"auth=TWO auth=ONE\"");
	for (int i = 0; i < 300; i++) {
		assert_int_equal(request(&b, NEEDS_KEY, SUCCEEDS), 0);
		assert_int_equal(b.response.len, 7);
		assert_int_equal(b.response.data[4], 3);
		assert_int_equal(b.response.data[5], TWO);
		assert_int_equal(b.response.data[6], ONE);
		assert_true(b.inner.was_refused);
		assert_false(xeap_inner_succeeded(&b.inner));
	}
	assert_int_equal(take(&b, expanded, sizeof(expanded)), 0);
	assert_int_equal(b.response.len, 4 + 3 * 8);
	assert_memory_equal(b.response.data + 4, "\376\0\0\0\0\0\0\3", 8);
	assert_int_equal(inits, 0);
	runs(&b, ONE, SUCCEEDS, 1);
	assert_false(b.inner.was_refused);
	end(&b);
}

static void not_allowed(void **state)
{
	struct bed b;

	begin(&b, "\"auth=ONE\"");
	assert_int_equal(request(&b, TWO, SUCCEEDS), 0);
	assert_int_equal(b.response.len, 6);
	assert_int_equal(b.response.data[4], 3);
	assert_int_equal(b.response.data[5], ONE);
	/* The same after the one that is allowed, which has succeeded. */
	runs(&b, ONE, SUCCEEDS, 1);
	assert_int_equal(request(&b, TWO, SUCCEEDS), 0);
	assert_int_equal(b.response.data[4], 3);
	assert_true(xeap_inner_succeeded(&b.inner));
	/* RFC 3748 §5.3.1: a Nak is a response, and so is an MD5 of the other side. */
	assert_int_equal(request(&b, 3, ONE), 0);
	assert_int_equal(b.response.data[4], 3);
	end(&b);
}

static void nothing_has_succeeded_yet(void **state)
{
	uint8_t key[64];
	struct bed b;

	begin(&b, NULL);
	assert_false(xeap_inner_succeeded(&b.inner));
	assert_int_equal(xeap_inner_get_key(&b.inner, XEAP_KEY_MSK, key, 64), -ENOENT);
	assert_identity(&b, "user");
	assert_false(xeap_inner_succeeded(&b.inner));
	end(&b);
}

/*
 * RFC 3748 §2.1: a method is not left for another before its end, lest one that proves nothing take
 * the place of one that wants a proof.
 */
static void switch_midway(void **state)
{
	static const enum order orders[] = { GOES_ON, UNPROVED, FAILS };

	for (size_t i = 0; i < 3; i++) {
		struct bed b;

		begin(&b, NULL);
		runs(&b, ONE, orders[i], 1);
		assert_int_equal(request(&b, TWO, SUCCEEDS), -EBADMSG);
		assert_int_equal(request(&b, NEEDS_KEY, SUCCEEDS), -EBADMSG);
		assert_non_null(strstr(b.inner.result.diag.text, "before the end of ONE"));
		assert_false(xeap_inner_succeeded(&b.inner));
		assert_int_equal(inits, 1);
		runs(&b, ONE, SUCCEEDS, 2);
		assert_true(xeap_inner_succeeded(&b.inner));
		end(&b);
	}
}

/* One that is done may be followed: then the last one counts, and its keys alone. */
static void one_after_another(void **state)
{
	uint8_t key[64];
	struct bed b;

	begin(&b, NULL);
	runs(&b, ONE, CONTENT, 1);
	assert_true(xeap_inner_succeeded(&b.inner));
	assert_int_equal(xeap_inner_get_key(&b.inner, XEAP_KEY_MSK, key, 64), 64);
	assert_int_equal(key[0], ONE);
	runs(&b, TWO, UNPROVED, 1);
	assert_int_equal(dones, 1);
	assert_false(xeap_inner_succeeded(&b.inner));
	assert_int_equal(xeap_inner_get_key(&b.inner, XEAP_KEY_MSK, key, 64), -ENOENT);
	runs(&b, TWO, SUCCEEDS, 2);
	assert_true(xeap_inner_succeeded(&b.inner));
	end(&b);
}

/* After a restart nothing is known of what ran, and any may begin. */
static void restart(void **state)
{
	struct bed b;

	begin(&b, NULL);
	runs(&b, ONE, UNPROVED, 1);
	xeap_inner_restart(&b.inner);
	assert_false(xeap_inner_succeeded(&b.inner));
	assert_int_equal(b.inner.result.method_state, XEAP_METHOD_NONE);
	assert_int_equal(dones, 1);
	runs(&b, TWO, GOES_ON, 1);
	xeap_inner_restart(&b.inner);
	runs(&b, TWO, SUCCEEDS, 1);
	end(&b);
}

/* What a method does not accept leaves what it said before. */
static void ignored(void **state)
{
	struct bed b;

	begin(&b, NULL);
	assert_int_equal(request(&b, ONE, IGNORES), -EBADMSG);
	assert_false(xeap_inner_succeeded(&b.inner));
	runs(&b, ONE, SUCCEEDS, 1);
	assert_int_equal(request(&b, ONE, IGNORES), -EBADMSG);
	assert_true(xeap_inner_succeeded(&b.inner));
	end(&b);
}

/* Success, Failure and responses are no requests; neither is what lies about its length. */
static void no_requests(void **state)
{
	static const struct {
		uint8_t bytes[8];
		size_t len;
	} rows[] = {
		{ { 3, 1, 0, 4 }, 4 },
		{ { 4, 1, 0, 4 }, 4 },
		{ { 2, 1, 0, 6, ONE, 's' }, 6 },
		{ { 0, 1, 0, 6, ONE, 's' }, 6 },
		{ { 5, 1, 0, 6, ONE, 's' }, 6 },
		{ { 1, 1, 0, 4 }, 4 },
		{ { 1, 1, 0, 7, ONE, 's' }, 6 },
		{ { 1, 1, 0xff, 0xff, ONE, 's' }, 6 },
		{ { 1, 1, 0, 3, ONE, 's' }, 6 },
		{ { 1, 1, 0 }, 3 },
		{ { 1 }, 0 },
		{ { 1, 1, 0, 6, 254, 0 }, 6 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bed b;

		begin(&b, NULL);
		assert_int_equal(take(&b, rows[i].bytes, rows[i].len), -EBADMSG);
		assert_int_equal(inits, 0);
		assert_false(xeap_inner_succeeded(&b.inner));
		end(&b);
	}
}

static void questions(void **state)
{
	struct xeap_prompt prompt;
	struct bed b;

	begin(&b, NULL);
	assert_int_equal(xeap_inner_get_prompt(&b.inner, &prompt), -EINVAL);
	prompt = (struct xeap_prompt){ .count = 1 };
	assert_int_equal(xeap_inner_answer(&b.inner, &prompt, &b.response), -EPROTO);
	runs(&b, ONE, CONTENT, 1);
	assert_int_equal(request(&b, ONE, ASKS), -EAGAIN);
	/* Whoever was content before is so no more. */
	assert_false(xeap_inner_succeeded(&b.inner));
	assert_int_equal(request(&b, ONE, SUCCEEDS), -EBADMSG);
	assert_int_equal(request(&b, TWO, SUCCEEDS), -EBADMSG);
	assert_int_equal(xeap_inner_get_prompt(&b.inner, &prompt), 0);
	assert_string_equal(prompt.title, "fake");
	assert_int_equal(xeap_inner_answer(&b.inner, &prompt, &b.response), -EAGAIN);
	prompt.count = 1;
	assert_int_equal(xeap_inner_answer(&b.inner, &prompt, &b.response), 0);
	assert_answered(&b, ONE, ASKS, 2);
	assert_true(xeap_inner_succeeded(&b.inner));
	assert_int_equal(xeap_inner_answer(&b.inner, &prompt, &b.response), -EPROTO);
	end(&b);
}

static void failures(void **state)
{
	struct bed b;

	begin(&b, NULL);
	assert_int_equal(request(&b, ONE, WANTS_MORE), -EPROTO);
	assert_int_equal(b.inner.result.diag.code, XEAP_E_NOT_SUPPORTED);
	assert_false(xeap_inner_succeeded(&b.inner));
	assert_int_equal(request(&b, ONE, BREAKS), -EACCES);
	assert_string_equal(b.inner.result.diag.text, "it broke");
	assert_false(xeap_inner_succeeded(&b.inner));
	end(&b);
}

static void flights(void **state)
{
	struct bed b;

	begin(&b, NULL);
	for (uint8_t i = 0; i < 3; i++) {
		assert_int_equal(request(&b, ONE, FLIES), 0);
		assert_answered(&b, ONE, i, 1);
	}
	/* What is left of one goes with the method that made it. */
	assert_int_equal(request(&b, ONE, FLIES), 0);
	xeap_inner_restart(&b.inner);
	assert_int_equal(request(&b, TWO, FLIES), 0);
	assert_answered(&b, TWO, 0, 1);
	end(&b);
}

static void note_begun(struct xeap_inner *i)
{
	begun = i->method == &two;
}

static void hook(void **state)
{
	struct bed b;

	begin(&b, NULL);
	b.inner.begun = note_begun;
	runs(&b, TWO, GOES_ON, 1);
	assert_true(begun);
	begun = false;
	runs(&b, TWO, GOES_ON, 2);
	assert_false(begun);
	assert_int_equal(max_packet, 1400);
	end(&b);
}

static void assert_refused(const char *const *keys, const char *why)
{
	struct xeap_diag diag;
	struct bed b;

	assert_int_equal(load(&b, keys, XEAP_INNER_USER, &diag), -EINVAL);
	if (!strstr(diag.text, why))
		fail_msg("\"%s\" is not in \"%s\"", why, diag.text);
	xeap_config_free(b.config);
}

static void loading(void **state)
{
	static const char *const rows[][3] = { { "phase2", "\"auth=NOSUCH\"" },
					       { "phase2", "\"auth=TUNNEL\"" },
					       { "phase2", "\"auth=ONE auth=NO\"" },
					       { "phase2", "\"auth=KEYED\"" } };
	static const char *const why[] = { "auth=NOSUCH is no method", "auth=TUNNEL is no method",
					   "auth=NO is no method",
					   "private_key is missing (keys end in 2 there)" };
	static const char *const with[] = { "private_key2", "\"k\"", NULL };
	static const char *const outer[] = { "private_key", "\"k\"", NULL };
	struct xeap_diag diag;
	struct bed b;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_refused(rows[i], why[i]);
	/* Unnamed, what can be loaded is allowed; the outer method's keys are none of the inner. */
	assert_int_equal(load(&b, with, XEAP_INNER_USER, &diag), 0);
	assert_int_equal(xeap_inner_count(b.set), 3);
	xeap_inner_unload(b.set);
	xeap_config_free(b.config);
	assert_int_equal(load(&b, outer, XEAP_INNER_USER, &diag), 0);
	assert_int_equal(xeap_inner_count(b.set), 2);
	xeap_inner_unload(b.set);
	xeap_config_free(b.config);
}

/* Whose keys they are is not mixed up. */
static void whose(void **state)
{
	static const char *const keys[] = { "password",	    "\"users\"",      "machine_password",
					    "\"machines\"", "machine_phase2", "\"auth=TWO\"",
					    "phase2",	    "\"auth=ONE\"",   NULL };
	static const char *const passwords[] = { "users", "machines" };

	for (int w = 0; w < XEAP_INNER_WHOSE_MAX; w++) {
		struct xeap_span password;
		struct bed b;

		begin_as(&b, keys, w, xeap_span("i", 1));
		password = xeap_config_get(xeap_inner_config(b.set), XEAP_CONFIG_PASSWORD);
		assert_int_equal(password.len, strlen(passwords[w]));
		assert_memory_equal(password.data, passwords[w], password.len);
		assert_int_equal(request(&b, w ? ONE : TWO, SUCCEEDS), 0);
		assert_int_equal(b.response.data[4], 3);
		runs(&b, w ? TWO : ONE, SUCCEEDS, 1);
		end(&b);
	}
}

static void shown_as(enum xeap_inner_whose whose, uint8_t type, const char *text,
		     const char *wanted)
{
	static const char *const keys[] = { "phase2", "\"auth=ONE auth=CERTIFIED\"",
					    "machine_phase2", "\"auth=CERTIFIED\"", NULL };
	struct xeap_prompt prompt;
	struct bed b;

	question = text;
	begin_as(&b, keys, whose, xeap_span(NULL, 0));
	assert_int_equal(request(&b, type, ASKS), -EAGAIN);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(xeap_inner_get_prompt(&b.inner, &prompt), 0);
		if (wanted)
			assert_string_equal(prompt.text, wanted);
		else
			assert_null(prompt.text);
	}
	end(&b);
	question = NULL;
}

/* Of a method with a certificate, keys are called as in the network; nobody else's text changes. */
static void keys_in_a_prompt(void **state)
{
	static const char why[] = "CA is not in ca_cert or ca_path\nno domain_match=\"a\"",
			  others[] = "my_ca_cert ca_certs ca_cert_ domain",
			  whys2[] = "CA is not in ca_cert2 or ca_path2\nno domain_match2=\"a\"",
			  whysm[] = "CA is not in machine_ca_cert or machine_ca_path\n"
				    "no machine_domain_match=\"a\"";
	char full[XEAP_PROMPT_TEXT_MAX];

	shown_as(XEAP_INNER_USER, CERTIFIED, why, whys2);
	shown_as(XEAP_INNER_MACHINE, CERTIFIED, why, whysm);
	shown_as(XEAP_INNER_USER, CERTIFIED, others, others);
	shown_as(XEAP_INNER_USER, CERTIFIED, "", "");
	shown_as(XEAP_INNER_USER, CERTIFIED, NULL, NULL);
	shown_as(XEAP_INNER_USER, ONE, why, why);
	memset(full, ' ', sizeof(full));
	full[sizeof(full) - 1] = '\0';
	memcpy(full + sizeof(full) - 8, "ca_cert", 7);
	shown_as(XEAP_INNER_USER, CERTIFIED, full, full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identities),	 cmocka_unit_test(identity_again),
		cmocka_unit_test(notification),	 cmocka_unit_test(naks),
		cmocka_unit_test(not_allowed),	 cmocka_unit_test(nothing_has_succeeded_yet),
		cmocka_unit_test(switch_midway), cmocka_unit_test(one_after_another),
		cmocka_unit_test(restart),	 cmocka_unit_test(ignored),
		cmocka_unit_test(no_requests),	 cmocka_unit_test(questions),
		cmocka_unit_test(failures),	 cmocka_unit_test(flights),
		cmocka_unit_test(hook),		 cmocka_unit_test(loading),
		cmocka_unit_test(whose),	 cmocka_unit_test(keys_in_a_prompt),
	};

	return cmocka_run_group_tests_name("methods inside", tests, NULL, NULL);
}
