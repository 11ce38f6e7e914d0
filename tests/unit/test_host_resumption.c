/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What a supplicant keeps from session to session: who gets it, how often, and when it is wiped. */
#include "fake_host.h"

#define CONNECTION ((const uint8_t *)"connection-00001")
#define SECRET "a ticket"

static struct xeap_method other;
static const void *watched; /* memory that holds what is kept: it is as long as SECRET */
static bool found_secret;   /* when that was freed */

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void __real_free(void *p);
void __wrap_free(void *p);

void *__wrap_malloc(size_t size)
{
	void *p = __real_malloc(size);

	if (size == sizeof(SECRET) - 1)
		watched = p;
	return p;
}

void __wrap_free(void *p)
{
	if (p && p == watched)
		found_secret |= memcmp(p, SECRET, sizeof(SECRET) - 1) == 0;
	__real_free(p);
}

static void leave_behind(const char *what)
{
	fake_left.len = strlen(what);
	memcpy(fake_left.data, what, fake_left.len);
}

static void assert_given(const char *what)
{
	assert_int_equal(fake_given.len, strlen(what));
	assert_memory_equal(fake_given.data, what, fake_given.len);
}

static int set_up(void **state)
{
	static struct bed b;

	other = fake_method;
	other.name = "OTHER";
	other.type.type = FAKE_TYPE + 1;
	xeap_method_register(&other);
	memset(&b, 0, sizeof(b));
	memset(&fake_given, 0, sizeof(fake_given));
	fake_refuses_to_resume = found_secret = false;
	bed_open(&b);
	leave_behind(SECRET);
	*state = &b;
	return 0;
}

static int tear_down(void **state)
{
	fake_left.len = 0;
	bed_close(*state);
	return 0;
}

static struct xeap_session_options options(const struct bed *b, struct xeap_resumption *r)
{
	struct xeap_session_options o = bed_options(b);

	o.resumption = r;
	return o;
}

static void begin(struct bed *b, const struct xeap_session_options *o)
{
	xeap_session_end(b->host, b->session, NULL);
	assert_int_equal(xeap_session_begin(b->host, o, &b->session, NULL), XEAP_OK);
}

/* A whole session, up to its end. */
static void log_in_as(struct bed *b, const struct xeap_session_options *o, bool success,
		      uint8_t type)
{
	begin(b, o);
	bed_exchange(b, 1, type, "r41-x"); /* COND_SUCC: both verdicts are believed */
	bed_verdict(b, success ? XEAP_EAP_SUCCESS : XEAP_EAP_FAILURE, 1);
	xeap_session_end(b->host, b->session, NULL);
}

static void log_in(struct bed *b, struct xeap_resumption *r, bool success)
{
	struct xeap_session_options o = options(b, r);

	log_in_as(b, &o, success, FAKE_TYPE);
}

static struct xeap_resumption *empty(void)
{
	struct xeap_resumption *r;

	assert_int_equal(xeap_resumption_new(&r), 0);
	return r;
}

/* RFC 5216 §2.1.2: the next session of the same supplicant may resume. */
static void next_session_gets_it(void **state)
{
	struct xeap_resumption *r = empty(), *another = empty();

	log_in(*state, r, true);
	assert_true(fake_given.keeps);
	assert_given("");
	log_in(*state, another, true);
	assert_given("");
	leave_behind("the second");
	log_in(*state, r, true);
	assert_given(SECRET);
	log_in(*state, r, true);
	assert_given("the second");
	xeap_resumption_free(r);
	xeap_resumption_free(another);
}

static void without_one_nothing_is_kept(void **state)
{
	log_in(*state, NULL, true);
	assert_false(fake_given.keeps);
	log_in(*state, NULL, true);
	assert_given("");
}

static void not_all_methods_can(void **state)
{
	static struct xeap_method forgetful;
	struct bed *b = *state;
	struct xeap_profile *profile;

	assert_true(xeap_profile_resumes(b->profile));
	forgetful = fake_method;
	forgetful.name = "FORGETFUL";
	forgetful.type.type = FAKE_TYPE + 2;
	forgetful.get_resumption = NULL;
	xeap_method_register(&forgetful);
	profile = bed_profile("FORGETFUL", "\"x\"");
	assert_false(xeap_profile_resumes(profile));
	xeap_profile_unref(profile);
}

/* RFC 8446 §C.4: what was offered is not offered again, whatever came of it. */
static void offered_once(void **state)
{
	struct xeap_resumption *r = empty();

	log_in(*state, r, true);
	fake_left.len = 0;
	log_in(*state, r, true);
	assert_given(SECRET);
	log_in(*state, r, true);
	assert_given("");
	xeap_resumption_free(r);
}

/* The server that does not resume and then fails has said nothing about resumption. */
static void failure_drops_it(void **state)
{
	struct xeap_resumption *r = empty();

	fake_refuses_to_resume = true;
	log_in(*state, r, true);
	log_in(*state, r, false);
	assert_given(SECRET);
	log_in(*state, r, true);
	assert_given("");
	log_in(*state, r, true);
	assert_given(SECRET);
	xeap_resumption_free(r);
}

/* A server that resumes and then goes wrong is not asked to each time. */
static void failure_of_a_resumed_one(void **state)
{
	struct xeap_resumption *r = empty();

	log_in(*state, r, true);
	log_in(*state, r, false);
	assert_given(SECRET);
	for (int i = 0; i < 16; i++) {
		log_in(*state, r, true);
		assert_false(fake_given.keeps);
		assert_given("");
	}
	log_in(*state, r, true);
	assert_true(fake_given.keeps);
	log_in(*state, r, true);
	assert_given(SECRET);
	xeap_resumption_free(r);
}

/* A failed session leaves nothing, though its method would. */
static void failure_leaves_nothing(void **state)
{
	struct xeap_resumption *r = empty();
	size_t size = xeap_resumption_size(r);

	log_in(*state, r, false);
	assert_int_equal(xeap_resumption_size(r), size);
	xeap_resumption_free(r);
}

/* A session whose method never spoke has not shown it to anybody. */
static void kept_until_the_method_speaks(void **state)
{
	struct xeap_resumption *r = empty();
	struct bed *b = *state;
	struct xeap_session_options o = options(b, r);

	log_in(b, r, true);
	begin(b, &o);
	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	xeap_session_end(b->host, b->session, NULL);
	log_in(b, r, true);
	assert_given(SECRET);
	xeap_resumption_free(r);
}

static void another_profile_gets_nothing(void **state)
{
	struct xeap_resumption *r = empty();
	struct bed *b = *state;
	struct xeap_profile *first = b->profile;

	log_in(b, r, true);
	b->profile = bed_profile("FAKE", "\"" BED_IDENTITY "\"");
	log_in(b, r, false);
	assert_given("");
	xeap_profile_unref(b->profile);
	/* It is of no concern to what belongs to the first. */
	b->profile = first;
	log_in(b, r, true);
	assert_given(SECRET);
	xeap_resumption_free(r);
}

static void another_method_gets_nothing(void **state)
{
	struct xeap_resumption *r = empty();
	struct bed *b = *state;
	struct xeap_profile *first = b->profile;
	struct xeap_session_options o;

	b->profile = bed_profile("FAKE OTHER", "\"" BED_IDENTITY "\"");
	o = options(b, r);
	log_in_as(b, &o, true, FAKE_TYPE);
	log_in_as(b, &o, true, FAKE_TYPE + 1);
	assert_given("");
	log_in_as(b, &o, true, FAKE_TYPE + 1);
	assert_given(SECRET);
	xeap_profile_unref(b->profile);
	b->profile = first;
	xeap_resumption_free(r);
}

/* The machine's is not the user's. */
static void another_identity_gets_nothing(void **state)
{
	struct xeap_resumption *r = empty();
	struct bed *b = *state;
	struct xeap_session_options o = options(b, r);

	log_in(b, r, true);
	o.flags = XEAP_FLAG_GUEST_ACCESS;
	log_in_as(b, &o, true, FAKE_TYPE);
	assert_given("");
	xeap_resumption_free(r);
}

static void full_authentication(void **state)
{
	struct xeap_resumption *r = empty();
	struct bed *b = *state;
	struct xeap_session_options o = options(b, r);
	size_t size = xeap_resumption_size(r);

	log_in(b, r, true);
	o.flags = XEAP_FLAG_FULL_AUTH;
	log_in_as(b, &o, true, FAKE_TYPE);
	assert_false(fake_given.keeps);
	assert_given("");
	assert_int_equal(xeap_resumption_size(r), size);
	xeap_resumption_free(r);
}

static void one_session_at_a_time(void **state)
{
	struct xeap_resumption *r = empty();
	struct bed *b = *state;
	struct xeap_session_options o = options(b, r);
	struct xeap_error *error;
	xeap_session_id id;

	begin(b, &o);
	assert_int_equal(xeap_session_begin(b->host, &o, &id, &error), XEAP_E_INVALID_PARAMETER);
	assert_non_null(strstr(error->root_cause, "resumption"));
	xeap_error_free(error);
	assert_int_equal(xeap_resumption_clear(r), -EBUSY);
	xeap_session_end(b->host, b->session, NULL);
	assert_int_equal(xeap_resumption_clear(r), 0);
	xeap_resumption_free(r);
}

static void memory_is_bounded_and_told(void **state)
{
	struct xeap_resumption *r = empty();
	size_t size = xeap_resumption_size(r);

	assert_true(size <= 64);
	fake_left.len = XEAP_RESUMPTION_MAX;
	log_in(*state, r, true);
	assert_int_equal(xeap_resumption_size(r), size + XEAP_RESUMPTION_MAX);
	fake_left.len = XEAP_RESUMPTION_MAX + 1;
	log_in(*state, r, true);
	assert_int_equal(fake_given.len, XEAP_RESUMPTION_MAX);
	assert_int_equal(xeap_resumption_size(r), size);
	xeap_resumption_free(r);
}

static void drop_by_failure(struct bed *b, struct xeap_resumption *r)
{
	log_in(b, r, false);
}

static void drop_by_success(struct bed *b, struct xeap_resumption *r)
{
	fake_left.len = 0;
	log_in(b, r, true);
}

static void drop_by_clear(struct bed *b, struct xeap_resumption *r)
{
	xeap_resumption_clear(r);
}

static void drop_by_free(struct bed *b, struct xeap_resumption *r)
{
}

static void wiped(void **state)
{
	static void (*const ways[])(struct bed * b, struct xeap_resumption * r) = {
		drop_by_failure, drop_by_success, drop_by_clear, drop_by_free
	};

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct xeap_resumption *r = empty();

		leave_behind(SECRET);
		watched = NULL;
		log_in(*state, r, true);
		assert_non_null(watched);
		assert_memory_equal(watched, SECRET, sizeof(SECRET) - 1);
		ways[i](*state, r);
		xeap_resumption_free(r);
		assert_false(found_secret);
	}
	assert_null(xeap_resumption_free(NULL));
}

/* A host that knows the connection needs no object of the caller's. */
static void kept_with_the_connection(void **state)
{
	struct bed *b = *state;
	struct xeap_session_options o = options(b, NULL);

	o.connection_id = CONNECTION;
	log_in_as(b, &o, true, FAKE_TYPE);
	assert_given("");
	log_in_as(b, &o, true, FAKE_TYPE);
	assert_given(SECRET);
	o.connection_id = (const uint8_t *)"connection-00002";
	log_in_as(b, &o, true, FAKE_TYPE);
	assert_given("");
	assert_int_equal(xeap_connection_clear(b->host, CONNECTION, NULL), XEAP_OK);
	o.connection_id = CONNECTION;
	log_in_as(b, &o, true, FAKE_TYPE);
	assert_given("");
}

/* The session that is open goes on, and what it leaves goes with it. */
static void connection_cleared_midway(void **state)
{
	struct bed *b = *state;
	struct xeap_session_options o = options(b, NULL);

	o.connection_id = CONNECTION;
	log_in_as(b, &o, true, FAKE_TYPE);
	begin(b, &o);
	assert_int_equal(xeap_connection_clear(b->host, CONNECTION, NULL), XEAP_OK);
	bed_exchange(b, 1, FAKE_TYPE, "r42-x");
	assert_given(SECRET);
	bed_verdict(b, XEAP_EAP_SUCCESS, 1);
	xeap_session_end(b->host, b->session, NULL);
	log_in_as(b, &o, true, FAKE_TYPE);
	assert_given("");
}

/* The session's memory of an older caller ends before this field. */
static void older_callers_resume_nothing(void **state)
{
	struct xeap_resumption *r = empty();
	struct bed *b = *state;
	struct xeap_session_options o = options(b, r);

	o.size = offsetof(struct xeap_session_options, resumption);
	log_in_as(b, &o, true, FAKE_TYPE);
	assert_false(fake_given.keeps);
	xeap_resumption_free(r);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(next_session_gets_it),
		TEST(without_one_nothing_is_kept),
		TEST(not_all_methods_can),
		TEST(offered_once),
		TEST(failure_drops_it),
		TEST(failure_of_a_resumed_one),
		TEST(failure_leaves_nothing),
		TEST(kept_until_the_method_speaks),
		TEST(another_profile_gets_nothing),
		TEST(another_method_gets_nothing),
		TEST(another_identity_gets_nothing),
		TEST(full_authentication),
		TEST(one_session_at_a_time),
		TEST(memory_is_bounded_and_told),
		TEST(wiped),
		TEST(kept_with_the_connection),
		TEST(connection_cleared_midway),
		TEST(older_callers_resume_nothing),
	};

	return cmocka_run_group_tests_name("host, resumption", tests, NULL, NULL);
}
