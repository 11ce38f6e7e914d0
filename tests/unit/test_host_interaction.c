/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Questions, what is kept of the answers, keys as attributes, and connections that start again. */
#include <poll.h>
#include <pthread.h>

#include "fake_host.h"
#include <xeap/config_text.h>

#define CONNECTION ((const uint8_t *)"connection-00001")

static void begin_again(struct bed *b, const struct xeap_session_options *o)
{
	xeap_session_end(b->host, b->session, NULL);
	assert_int_equal(xeap_session_begin(b->host, o, &b->session, NULL), XEAP_OK);
}

static uint32_t answer(struct bed *b, const char *id, const char *value)
{
	struct xeap_prompt p = {
		.title = "",
		.text = "",
		.method = "",
		.count = 1,
		.fields = { { .kind = XEAP_FIELD_TEXT,
			      .id = id,
			      .label = "",
			      .value = xeap_span(value, strlen(value)) } },
	};
	uint8_t bytes[256];
	int n = xeap_prompt_write(&p, bytes, sizeof(bytes));

	assert_true(n > 0);
	return xeap_session_set_ui_context(b->host, b->session, (uint32_t)n, bytes, &b->action,
					   NULL);
}

static struct xeap_session_result result(struct bed *b)
{
	struct xeap_session_result r;

	assert_int_equal(xeap_session_get_result(b->host, b->session, XEAP_REASON_FROM_METHOD, &r,
						 NULL),
			 XEAP_OK);
	return r;
}

static void keys_are_two_attributes(void **state)
{
	struct bed *b = *state;
	uint8_t key[32];
	struct xeap_session_result r;

	memset(key, FAKE_PATTERN, sizeof(key));
	bed_exchange(b, 1, FAKE_TYPE, "r42-x");
	bed_verdict(b, XEAP_EAP_SUCCESS, 1);
	r = result(b);
	assert_int_equal(r.attributes.count, 2);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(r.attributes.item[i].type, 26);
		assert_int_equal(r.attributes.item[i].vendor, XEAP_VENDOR_MICROSOFT);
		assert_int_equal(r.attributes.item[i].vendor_type,
				 i ? XEAP_MS_MPPE_SEND_KEY : XEAP_MS_MPPE_RECV_KEY);
		assert_int_equal(r.attributes.item[i].value.len, 32);
		assert_memory_equal(r.attributes.item[i].value.data, key, 32);
	}
	assert_false(r.save_user_data);
}

static int counted_key(const void *ctx, enum xeap_key_kind kind, uint8_t *buf, size_t size)
{
	if (kind != XEAP_KEY_MSK || size < 64)
		return -ENOENT;
	for (uint8_t i = 0; i < 64; i++)
		buf[i] = i;
	return 64;
}

/* [MS-CHAP] 3.1.5.1: the MSK is the authenticator's Recv-Key, its Send-Key and 32 zeros. */
static void short_keys_are_whole(void **state)
{
	static struct xeap_method chap;
	struct bed *b = *state;
	struct xeap_session_options o = bed_options(b);
	struct xeap_session_result r;
	uint8_t msk[64];
	uint32_t size = sizeof(msk);

	chap = fake_method;
	chap.name = "CHAP";
	chap.type.type = FAKE_TYPE + 1;
	chap.flags = XEAP_METHOD_F_KEYS | XEAP_METHOD_F_MPPE_128;
	chap.get_key = counted_key;
	xeap_method_register(&chap);
	o.profile = bed_profile("CHAP", "\"" BED_IDENTITY "\"");
	begin_again(b, &o);
	bed_exchange(b, 1, FAKE_TYPE + 1, "r42-x");
	bed_verdict(b, XEAP_EAP_SUCCESS, 1);
	r = result(b);
	assert_int_equal(r.attributes.count, 2);
	for (uint8_t i = 0; i < 2; i++) {
		assert_int_equal(r.attributes.item[i].vendor_type,
				 i ? XEAP_MS_MPPE_SEND_KEY : XEAP_MS_MPPE_RECV_KEY);
		assert_int_equal(r.attributes.item[i].value.len, 16);
		for (uint8_t k = 0; k < 16; k++)
			assert_int_equal(r.attributes.item[i].value.data[k], 16 * i + k);
	}
	assert_int_equal(xeap_session_get_key(b->host, b->session, XEAP_KEY_MSK, &size, msk, NULL),
			 XEAP_OK);
	assert_int_equal(size, 64);
	xeap_profile_unref(o.profile);
}

static void expect_blob(struct xeap_span blob, const char *identity, const char *password)
{
	struct xeap_config *config;
	const char *s;

	assert_int_equal(xeap_config_from_blob(blob, &config, NULL), 0);
	s = xeap_config_get_string(config, XEAP_CONFIG_IDENTITY);
	assert_int_equal(s != NULL, identity != NULL);
	if (identity)
		assert_string_equal(s, identity);
	s = xeap_config_get_string(config, XEAP_CONFIG_PASSWORD);
	assert_int_equal(s != NULL, password != NULL);
	if (password)
		assert_string_equal(s, password);
	xeap_config_free(config);
}

static struct xeap_profile *without_identity(void)
{
	struct xeap_config *config = bed_config("FAKE", NULL);
	struct xeap_profile *profile;

	assert_int_equal(xeap_profile_new_interactive(config, &profile, NULL), 0);
	xeap_config_free(config);
	return profile;
}

static void what_was_typed_can_be_kept(void **state)
{
	struct bed *b = *state;
	struct xeap_session_options o = bed_options(b);
	struct xeap_session_result r;

	o.profile = without_identity();
	begin_again(b, &o);
	bed_request(b, 1, XEAP_EAP_IDENTITY, "");
	assert_int_equal(b->action, XEAP_ACTION_INVOKE_UI);
	assert_int_equal(answer(b, "identity", "me"), XEAP_OK);
	bed_request(b, 2, FAKE_TYPE, "u20-");
	assert_int_equal(answer(b, "password", "again"), XEAP_OK);
	assert_int_equal(answer(b, "password", "sesame"), XEAP_OK);
	bed_exchange(b, 3, FAKE_TYPE, "r42-x");
	bed_verdict(b, XEAP_EAP_SUCCESS, 3);
	r = result(b);
	assert_true(r.save_user_data);
	expect_blob(r.user_data, "me", "sesame");
	/* Asked for again it is the same. */
	assert_ptr_equal(result(b).user_data.data, r.user_data.data);
	/* The identity alone: the method does not vouch for the password. */
	begin_again(b, &o);
	bed_request(b, 1, XEAP_EAP_IDENTITY, "");
	assert_int_equal(answer(b, "identity", "me"), XEAP_OK);
	bed_request(b, 3, FAKE_TYPE, "u20-");
	assert_int_equal(answer(b, "password", "vague"), XEAP_OK);
	bed_exchange(b, 2, FAKE_TYPE, "r42-x");
	bed_verdict(b, XEAP_EAP_SUCCESS, 2);
	expect_blob(result(b).user_data, "me", NULL);
	xeap_profile_unref(o.profile);
}

static void nothing_is_kept_of_a_failure(void **state)
{
	struct bed *b = *state;
	struct xeap_session_result r;

	bed_request(b, 1, FAKE_TYPE, "u30-");
	assert_int_equal(answer(b, "password", "sesame"), XEAP_OK);
	bed_verdict(b, XEAP_EAP_FAILURE, 1);
	r = result(b);
	assert_false(r.success);
	assert_false(r.save_user_data);
	assert_null(r.user_data.data);
}

static void answers_have_to_fit(void **state)
{
	struct bed *b = *state;
	struct xeap_session_options o = bed_options(b);
	char name[BED_CHUNK];

	bed_request(b, 1, FAKE_TYPE, "u20-");
	assert_int_equal(answer(b, "response", "x"), XEAP_E_INVALID_PARAMETER);
	assert_int_equal(answer(b, "note", "x"), XEAP_E_INVALID_PARAMETER);
	assert_int_equal(answer(b, "password", ""), XEAP_E_INVALID_PARAMETER);
	assert_int_equal(answer(b, "password", "x"), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_SEND);
	/* An identity as long as a packet has no room for it. */
	o.profile = without_identity();
	begin_again(b, &o);
	bed_request(b, 1, XEAP_EAP_IDENTITY, "");
	memset(name, 'x', 196);
	name[196] = '\0';
	assert_int_equal(answer(b, "identity", name), XEAP_E_INVALID_PARAMETER);
	name[195] = '\0';
	assert_int_equal(answer(b, "identity", name), XEAP_OK);
	assert_int_equal(bed_gsp(b), XEAP_OK);
	assert_int_equal(b->size, 200);
	xeap_profile_unref(o.profile);
}

static void without_a_person_the_session_fails(void **state)
{
	struct bed *b = *state;
	struct xeap_session_options o = bed_options(b);
	xeap_session_id id;

	o.flags = XEAP_FLAG_SUPPRESS_UI;
	begin_again(b, &o);
	bed_request(b, 1, FAKE_TYPE, "u20-");
	assert_int_equal(b->action, XEAP_ACTION_RESULT);
	assert_int_equal(result(b).failure_code, XEAP_E_USER_CREDENTIALS_REJECTED);
	o.profile = without_identity();
	assert_int_equal(xeap_session_begin(b->host, &o, &id, NULL), XEAP_E_IDENTITY_UNKNOWN);
	xeap_profile_unref(o.profile);
}

static void identity_is_known_without_a_session(void **state)
{
	struct bed *b = *state;
	struct xeap_profile *p = without_identity();
	struct xeap_span identity = xeap_span("untouched", 9);

	assert_int_equal(xeap_get_identity(p, 0, &identity), XEAP_E_IDENTITY_UNKNOWN);
	assert_int_equal(identity.len, 9);
	assert_int_equal(xeap_get_identity(NULL, 0, &identity), XEAP_E_INVALID_PARAMETER);
	assert_int_equal(xeap_get_identity(b->profile, 0, &identity), XEAP_OK);
	assert_int_equal(identity.len, strlen(BED_IDENTITY));
	assert_int_equal(xeap_get_identity(p, XEAP_FLAG_GUEST_ACCESS, &identity), XEAP_OK);
	assert_int_equal(identity.len, 0);
	xeap_profile_unref(p);
}

static bool readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

static void descriptor_is_readable_while_something_waits(void **state)
{
	struct bed *b = *state;
	struct xeap_session_options o = bed_options(b);
	struct xeap_notification n;
	int fd;

	o.connection_id = CONNECTION;
	begin_again(b, &o);
	assert_int_equal(xeap_connection_notify(b->host, CONNECTION, XEAP_NOTIFY_METHOD), XEAP_OK);
	fd = xeap_host_notification_fd(b->host);
	assert_true(fd >= 0);
	assert_int_equal(xeap_host_notification_fd(b->host), fd);
	assert_true(readable(fd));
	/* The first reason stays. */
	assert_int_equal(xeap_connection_notify(b->host, CONNECTION, XEAP_NOTIFY_CONFIGURATION),
			 XEAP_OK);
	assert_int_equal(xeap_host_dispatch(b->host), 0);
	assert_int_equal(xeap_host_next_notification(b->host, &n), 1);
	assert_memory_equal(n.connection_id, CONNECTION, 16);
	assert_int_equal(n.reason, XEAP_NOTIFY_METHOD);
	assert_false(readable(fd));
	assert_int_equal(xeap_host_next_notification(b->host, &n), 0);
	assert_int_equal(xeap_connection_notify(b->host, CONNECTION, XEAP_NOTIFY_METHOD), XEAP_OK);
	assert_true(readable(fd));
	assert_int_equal(xeap_connection_clear(b->host, CONNECTION, NULL), XEAP_OK);
	assert_false(readable(fd));
	/* The session goes on without. */
	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
}

struct listener {
	struct xeap_host *host;
	atomic_uint calls;
	atomic_bool cleared, late;
};

/* Asks for itself again; that waits for the next time. */
static void listen(void *ctx, const uint8_t *id, enum xeap_notification_reason reason)
{
	struct listener *l = ctx;

	l->late = l->late || l->cleared;
	l->calls++;
	xeap_connection_notify(l->host, id, reason);
	assert_int_equal(xeap_host_dispatch(l->host), 0);
}

static void callbacks_do_not_chase_their_tails(void **state)
{
	struct bed *b = *state;
	struct listener l = { .host = b->host };
	struct xeap_session_options o = bed_options(b);

	o.connection_id = CONNECTION;
	o.notify = listen;
	o.notify_ctx = &l;
	begin_again(b, &o);
	xeap_connection_notify(b->host, CONNECTION, XEAP_NOTIFY_METHOD);
	assert_int_equal(xeap_host_dispatch(b->host), 1);
	assert_int_equal(xeap_host_dispatch(b->host), 1);
	assert_int_equal(l.calls, 2);
}

static void *dispatch_often(void *arg)
{
	struct listener *l = arg;

	while (!l->cleared)
		xeap_host_dispatch(l->host);
	for (int i = 0; i < 100; i++)
		xeap_host_dispatch(l->host);
	return NULL;
}

/* Once the call returned no callback comes, nor is one still running. */
static void clearing_waits_for_a_callback(void **state)
{
	struct bed *b = *state;
	struct xeap_session_options o = bed_options(b);

	for (int round = 0; round < 50; round++) {
		struct listener l = { .host = b->host };
		pthread_t thread;

		o.connection_id = CONNECTION;
		o.notify = listen;
		o.notify_ctx = &l;
		begin_again(b, &o);
		xeap_connection_notify(b->host, CONNECTION, XEAP_NOTIFY_METHOD);
		assert_int_equal(pthread_create(&thread, NULL, dispatch_often, &l), 0);
		while (!l.calls)
			;
		assert_int_equal(xeap_connection_clear(b->host, CONNECTION, NULL), XEAP_OK);
		l.cleared = true;
		pthread_join(thread, NULL);
		assert_false(l.late);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BED_TEST(keys_are_two_attributes),
		BED_TEST(short_keys_are_whole),
		BED_TEST(what_was_typed_can_be_kept),
		BED_TEST(nothing_is_kept_of_a_failure),
		BED_TEST(answers_have_to_fit),
		BED_TEST(without_a_person_the_session_fails),
		BED_TEST(identity_is_known_without_a_session),
		BED_TEST(descriptor_is_readable_while_something_waits),
		BED_TEST(callbacks_do_not_chase_their_tails),
		BED_TEST(clearing_waits_for_a_callback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
