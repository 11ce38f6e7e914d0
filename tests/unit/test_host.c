/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Methods, profiles, hosts, and what a session's result says. */
#include "fake_host.h"

static int load_error;
static unsigned int loaded;

static int test_load(const struct xeap_config *config, bool interactive, void **ret_shared,
		     struct xeap_diag *ret_diag)
{
	if (load_error == -EACCES)
		strcpy(ret_diag->text, "ca_cert=/x: permission denied");
	if (load_error)
		return load_error;
	loaded++;
	*ret_shared = &loaded;
	return 0;
}

static void test_unload(void *shared)
{
	assert_ptr_equal(shared, &loaded);
	loaded--;
}

static struct xeap_method loading_method(void)
{
	struct xeap_method m = fake_method;

	m.name = "LOADING";
	m.type.type = 99;
	m.load = test_load;
	m.unload = test_unload;
	return m;
}

static struct xeap_method loading;

static int register_methods(void **state)
{
	loading = loading_method();
	xeap_method_register(&fake_method);
	return xeap_method_register(&loading);
}

static void only_sound_methods_are_registered(void **state)
{
	static struct xeap_method m;

	assert_int_equal(xeap_method_register(NULL), -EINVAL);
	m = loading_method();
	assert_int_equal(xeap_method_register(&m), -EEXIST);
	m.name = "NEW";
	assert_int_equal(xeap_method_register(&m), -EEXIST); /* its type */
	m.type.type = 98;
	m.abi++;
	assert_int_equal(xeap_method_register(&m), -EINVAL);
	m.abi--;
	m.unload = NULL;
	assert_int_equal(xeap_method_register(&m), -EINVAL);
	m.unload = test_unload;
	m.process = NULL;
	assert_int_equal(xeap_method_register(&m), -EINVAL);
	m.process = fake_process;
	m.name = "";
	assert_int_equal(xeap_method_register(&m), -EINVAL);
	m.name = "NEW";
	m.type = (struct xeap_method_type){ .type = XEAP_EAP_NAK };
	assert_int_equal(xeap_method_register(&m), -EINVAL);
	/* {254, 0, 99} is 99 in another spelling (RFC 3748 §5.7). */
	m.type = (struct xeap_method_type){ .type = 254, .vendor_type = 99 };
	assert_int_equal(xeap_method_register(&m), -EEXIST);
}

static int try_profile(const char *eap, struct xeap_diag *ret_diag)
{
	struct xeap_config *config = bed_config(eap, "\"x\"");
	struct xeap_profile *p = NULL;
	int err = xeap_profile_new(config, &p, ret_diag);

	assert_int_equal(p != NULL, err == 0);
	xeap_profile_unref(p);
	xeap_config_free(config);
	return err;
}

static void profile_loads_and_unloads_its_methods(void **state)
{
	struct xeap_profile *p = bed_profile("FAKE LOADING LOADING", "\"x\"");

	assert_int_equal(loaded, 1);
	assert_ptr_equal(xeap_profile_ref(p), p);
	assert_null(xeap_profile_unref(p));
	assert_int_equal(loaded, 1);
	xeap_profile_unref(p);
	assert_int_equal(loaded, 0);
	assert_null(xeap_profile_unref(NULL));
}

static void profile_without_eap_names_the_key(void **state)
{
	struct xeap_diag diag = { 0 };

	assert_int_equal(try_profile(NULL, &diag), -EINVAL);
	assert_non_null(strstr(diag.text, "eap="));
}

static void profile_with_an_unknown_method_names_those_there_are(void **state)
{
	struct xeap_diag diag = { 0 };

	assert_int_equal(try_profile("LOADING NOSUCH", &diag), -EINVAL);
	assert_non_null(strstr(diag.text, "eap=NOSUCH"));
	assert_non_null(strstr(diag.text, "FAKE, LOADING"));
	assert_int_equal(diag.code, XEAP_E_METHOD_NOT_INSTALLED);
	assert_int_equal(loaded, 0);
}

static void profile_passes_on_why_a_method_did_not_load(void **state)
{
	struct xeap_diag diag = { 0 };

	load_error = -EACCES;
	assert_int_equal(try_profile("FAKE LOADING", &diag), -EACCES);
	assert_non_null(strstr(diag.text, "ca_cert=/x: permission denied"));
	load_error = -ENOENT;
	assert_int_equal(try_profile("FAKE LOADING", &diag), -ENOENT);
	assert_non_null(strstr(diag.text, "LOADING cannot be set up"));
	load_error = 0;
}

static void messages_say_file_and_line(void **state)
{
	static const char text[] = "\n\nnetwork={\n key_mgmt=IEEE8021X\n eap=NOSUCH\n}\n";
	struct xeap_config_file *file;
	struct xeap_profile *p;
	struct xeap_diag diag = { 0 };

	assert_int_equal(
		xeap_config_parse(xeap_span(text, sizeof(text) - 1), "x.conf", &file, &diag), 0);
	assert_int_equal(xeap_profile_new(file->networks[0], &p, &diag), -EINVAL);
	assert_memory_equal(diag.text, "x.conf:3: eap=NOSUCH", 20);
	assert_int_equal(xeap_profile_new(file->networks[0], &p, NULL), -EINVAL);
	xeap_config_file_free(file);
}

/* A name is not a password that somebody might log in with. */
static void passwords_that_were_not_fetched_are_refused(void **state)
{
	static const char text[] = "network={\neap=LOADING\npassword=ext:me\n}\n";
	struct xeap_config_file *file;
	struct xeap_profile *p;
	struct xeap_diag diag = { 0 };

	assert_int_equal(
		xeap_config_parse(xeap_span(text, sizeof(text) - 1), "x.conf", &file, &diag), 0);
	assert_int_equal(xeap_profile_new_interactive(file->networks[0], &p, &diag), -EINVAL);
	assert_string_equal(diag.text, "x.conf:1: password=ext:me is kept outside and was not "
				       "fetched; ext_password_backend= says where it is");
	assert_int_equal(xeap_config_resolve(file, xeap_span("me=x", 4), "pw", &diag), 0);
	assert_int_equal(xeap_profile_new(file->networks[0], &p, &diag), 0);
	xeap_profile_unref(p);
	xeap_config_file_free(file);
}

/* To log in with the identity in the clear would be less than the file asks for. */
static void keys_that_are_not_supported_are_refused(void **state)
{
	static const char text[] =
		"network={\neap=LOADING\nimsi_privacy_cert=\"/etc/operator.pem\"\n}\n";
	struct xeap_config_file *file;
	struct xeap_profile *p;
	struct xeap_diag diag = { 0 };

	assert_int_equal(
		xeap_config_parse(xeap_span(text, sizeof(text) - 1), "x.conf", &file, &diag), 0);
	assert_int_equal(xeap_profile_new(file->networks[0], &p, &diag), -EINVAL);
	assert_int_equal(diag.code, XEAP_E_NOT_SUPPORTED);
	assert_memory_equal(diag.text, "x.conf:1: imsi_privacy_cert is not supported: ", 46);
	xeap_config_file_free(file);
}

static void session_without_an_identity_is_refused(void **state)
{
	struct bed *b = *state;
	struct xeap_session_options o = bed_options(b);
	xeap_session_id id;

	o.profile = bed_profile("FAKE", NULL);
	assert_int_equal(xeap_session_begin(b->host, &o, &id, &b->error), XEAP_E_IDENTITY_UNKNOWN);
	assert_non_null(strstr(b->error->root_cause, "identity="));
	o.flags = XEAP_FLAG_GUEST_ACCESS;
	assert_int_equal(xeap_session_begin(b->host, &o, &id, NULL), XEAP_OK);
	xeap_profile_unref(o.profile);
}

static const char *assigned; /* NULL: none */

static int test_get_identity(void *shared, uint8_t *buf, size_t size)
{
	assert_ptr_equal(shared, &loaded);
	assert_int_equal(size, XEAP_IDENTITY_ASSIGNED_MAX);
	if (!assigned)
		return -ENOENT;
	memcpy(buf, assigned, strlen(assigned));
	return (int)strlen(assigned);
}

static void assert_told(struct bed *b, const char *identity)
{
	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	assert_int_equal(b->size, 5 + strlen(identity));
	assert_memory_equal(b->packet + 5, identity, strlen(identity));
}

/* A name that a server gave takes the place of the configuration's, from the next session on. */
static void assigned_name_is_told(void **state)
{
	struct bed *b = *state;

	loading.get_identity = test_get_identity;
	xeap_session_end(b->host, b->session, NULL);
	xeap_profile_unref(b->profile);
	b->profile = bed_profile("LOADING", "\"" BED_IDENTITY "\"");
	assigned = NULL;
	b->session = bed_begin(b);
	assert_told(b, BED_IDENTITY);
	assigned = "noob@example.org";
	xeap_session_end(b->host, b->session, NULL);
	b->session = bed_begin(b);
	assigned = "other@example.org";
	assert_told(b, "noob@example.org");
	loading.get_identity = NULL;
}

static void options_are_checked(void **state)
{
	struct bed *b = *state;
	struct xeap_session_options o = bed_options(b);
	struct xeap_host_options h = { .size = sizeof(h), .max_sessions = 1048577 };
	struct xeap_host *host;
	xeap_session_id id;

	o.size = 0;
	assert_int_equal(xeap_session_begin(b->host, &o, &id, NULL), XEAP_E_INVALID_PARAMETER);
	o = bed_options(b);
	o.profile = NULL;
	assert_int_equal(xeap_session_begin(b->host, &o, &id, NULL), XEAP_E_INVALID_PARAMETER);
	o = bed_options(b);
	o.max_send_packet_size = 65536;
	assert_int_equal(xeap_session_begin(b->host, &o, &id, NULL), XEAP_E_INVALID_PARAMETER);
	o = bed_options(b);
	assert_int_equal(xeap_session_begin(b->host, &o, NULL, NULL), XEAP_E_INVALID_PARAMETER);
	assert_int_equal(xeap_session_begin(NULL, &o, &id, NULL), XEAP_E_INVALID_STATE);
	assert_int_equal(xeap_host_new(&h, &host), XEAP_E_INVALID_PARAMETER);
	h.max_sessions = 1;
	h.size = 0;
	assert_int_equal(xeap_host_new(&h, &host), XEAP_E_INVALID_PARAMETER);
}

/* What a frame of the pool cannot hold is not promised to methods. */
static void packets_fit_the_pool(void **state)
{
	struct bed *b = *state;
	struct xeap_session_options o = bed_options(b);

	o.max_send_packet_size = 9000;
	xeap_session_end(b->host, b->session, NULL);
	assert_int_equal(xeap_session_begin(b->host, &o, &b->session, NULL), XEAP_OK);
	/* On the heap or in the pool. */
	for (uint8_t i = 0; i < 20; i++) {
		bed_exchange(b, i, FAKE_TYPE, i ? "n20-" : "f20-\24");
		assert_int_equal(b->size, BED_CHUNK - XEAP_FRAME_HEADROOM);
	}
}

static void a_host_holds_so_many_sessions(void **state)
{
	struct bed *b = *state;
	struct xeap_host_options h = { .size = sizeof(h), .max_sessions = 600 };
	struct xeap_session_options o = bed_options(b);
	xeap_session_id id[601];
	struct xeap_host *host;

	assert_int_equal(xeap_host_new(&h, &host), XEAP_OK);
	for (int i = 0; i < 600; i++)
		assert_int_equal(xeap_session_begin(host, &o, &id[i], NULL), XEAP_OK);
	assert_int_equal(xeap_session_begin(host, &o, &id[600], NULL), XEAP_E_OUT_OF_MEMORY);
	assert_int_equal(xeap_session_end(host, id[300], NULL), XEAP_OK);
	assert_int_equal(xeap_session_begin(host, &o, &id[600], NULL), XEAP_OK);
	assert_null(xeap_host_free(host)); /* ends the 600 */
	assert_null(xeap_host_free(NULL));
}

static void one_method_of_several_can_be_asked_for(void **state)
{
	struct bed *b = *state;
	struct xeap_session_options o = bed_options(b);

	o.profile = bed_profile("FAKE LOADING", "\"x\"");
	o.method_type = 99;
	xeap_session_end(b->host, b->session, NULL);
	assert_int_equal(xeap_session_begin(b->host, &o, &b->session, NULL), XEAP_OK);
	xeap_profile_unref(o.profile);
	assert_int_equal(loaded, 1); /* the session has its reference */
	bed_exchange(b, 1, FAKE_TYPE, "r20-x");
	assert_memory_equal(b->packet, "\2\1\0\6\3\143", 6);
	xeap_session_end(b->host, b->session, NULL);
	assert_int_equal(loaded, 0);
}

static struct xeap_session_result bed_result(struct bed *b, enum xeap_result_reason reason)
{
	struct xeap_session_result r;

	assert_int_equal(xeap_session_get_result(b->host, b->session, reason, &r, NULL), XEAP_OK);
	return r;
}

static void result_of_a_success(void **state)
{
	struct bed *b = *state;
	struct xeap_session_result r;

	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	bed_exchange(b, 2, FAKE_TYPE, "r42-x");
	bed_verdict(b, XEAP_EAP_SUCCESS, 2);
	r = bed_result(b, XEAP_REASON_FROM_METHOD);
	assert_true(r.success);
	assert_int_equal(r.failure_code, 0);
	assert_string_equal(r.reason, "");
	assert_string_equal(r.method, "FAKE");
	assert_int_equal(r.type.type, FAKE_TYPE);
	assert_string_equal(r.info.cipher, "ROT13");
	assert_int_equal(r.round_trips, 2);
}

static void result_says_how_far_it_came(void **state)
{
	struct bed *b = *state;

	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	bed_verdict(b, XEAP_EAP_FAILURE, 1);
	assert_string_equal(bed_result(b, XEAP_REASON_FROM_METHOD).reason,
			    "authenticator sent EAP-Failure after the identity");
	xeap_session_end(b->host, b->session, NULL);
	b->session = bed_begin(b);
	assert_string_equal(bed_result(b, XEAP_REASON_TIMEOUT).reason,
			    "the authenticator went silent before any method");
	xeap_session_end(b->host, b->session, NULL);
	b->session = bed_begin(b);
	bed_exchange(b, 1, FAKE_TYPE, "r31-x");
	assert_int_equal(bed_verdict(b, XEAP_EAP_FAILURE, 1), XEAP_OK);
	assert_string_equal(bed_result(b, XEAP_REASON_FROM_METHOD).reason,
			    "authenticator sent EAP-Failure after FAKE");
}

static void forced_results(void **state)
{
	struct bed *b = *state;
	struct xeap_session_result r;

	bed_exchange(b, 1, FAKE_TYPE, "r20-x");
	r = bed_result(b, XEAP_REASON_ALT_SUCCESS_RECEIVED);
	assert_false(r.success);
	assert_int_equal(r.failure_code, XEAP_E_AUTHENTICATION_FAILED);
	assert_true(r.reason[0]);
	bed_exchange(b, 2, FAKE_TYPE, "r31-x");
	assert_true(bed_result(b, XEAP_REASON_ALT_SUCCESS_RECEIVED).success);
	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_STATE);
	assert_int_equal(bed_frames(b, XEAP_FRAME_FREE), BED_FRAMES);
	xeap_session_end(b->host, b->session, NULL);
	b->session = bed_begin(b);
	bed_exchange(b, 1, FAKE_TYPE, "r42-x");
	assert_true(bed_result(b, XEAP_REASON_TIMEOUT).success);
	assert_int_equal(xeap_session_get_result(b->host, b->session, (enum xeap_result_reason)7,
						 &r, NULL),
			 XEAP_E_INVALID_PARAMETER);
}

static void keys_come_after_success(void **state)
{
	struct bed *b = *state;
	uint8_t key[64];
	uint32_t size = sizeof(key);

	bed_exchange(b, 1, FAKE_TYPE, "r42-x");
	assert_int_equal(xeap_session_get_key(b->host, b->session, XEAP_KEY_MSK, &size, key, NULL),
			 XEAP_E_INVALID_STATE);
	assert_int_equal(size, 0);
	bed_verdict(b, XEAP_EAP_SUCCESS, 1);
	size = sizeof(key);
	assert_int_equal(xeap_session_get_key(b->host, b->session, XEAP_KEY_MSK, &size, key, NULL),
			 XEAP_OK);
	assert_int_equal(size, FAKE_SECRET);
	size = FAKE_SECRET - 1;
	assert_int_equal(xeap_session_get_key(b->host, b->session, XEAP_KEY_MSK, &size, key, NULL),
			 XEAP_E_INVALID_PARAMETER);
	size = sizeof(key);
	assert_int_equal(xeap_session_get_key(b->host, b->session, XEAP_KEY_EMSK, &size, key, NULL),
			 XEAP_E_NOT_SUPPORTED);
	assert_int_equal(xeap_session_get_key(b->host, b->session, XEAP_KEY_KIND_MAX, &size, key,
					      NULL),
			 XEAP_E_INVALID_PARAMETER);
}

/* Old authenticators count on; eap_workaround=1 lets them. */
static void workaround_takes_the_next_identifier(void **state)
{
	struct bed *b = *state;
	struct xeap_config *config = bed_config("FAKE", "\"x\"");
	struct xeap_session_options o = bed_options(b);
	struct xeap_diag diag;

	bed_exchange(b, 1, FAKE_TYPE, "r42-x");
	assert_int_equal(bed_verdict(b, XEAP_EAP_SUCCESS, 2), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_DISCARD);
	xeap_session_end(b->host, b->session, NULL);
	assert_int_equal(xeap_config_set(config, "eap_workaround", "1", &diag), 0);
	assert_int_equal(xeap_profile_new(config, &o.profile, &diag), 0);
	xeap_config_free(config);
	assert_int_equal(xeap_session_begin(b->host, &o, &b->session, NULL), XEAP_OK);
	xeap_profile_unref(o.profile);
	bed_exchange(b, 1, FAKE_TYPE, "r42-x");
	assert_int_equal(bed_verdict(b, XEAP_EAP_SUCCESS, 2), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_RESULT);
}

static void names_are_for_people(void **state)
{
	for (int i = 0; i < XEAP_ACTION_MAX; i++)
		assert_true(xeap_action_name((enum xeap_action)i)[0] != '?');
	for (int i = 0; i < XEAP_AUTH_STATUS_MAX; i++)
		assert_true(xeap_auth_status_name((enum xeap_auth_status)i)[0] != '?');
	assert_string_equal(xeap_action_name(XEAP_ACTION_MAX), "?");
	assert_string_equal(xeap_auth_status_name(XEAP_AUTH_STATUS_MAX), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_sound_methods_are_registered),
		cmocka_unit_test(profile_loads_and_unloads_its_methods),
		cmocka_unit_test(profile_without_eap_names_the_key),
		cmocka_unit_test(profile_with_an_unknown_method_names_those_there_are),
		cmocka_unit_test(profile_passes_on_why_a_method_did_not_load),
		cmocka_unit_test(messages_say_file_and_line),
		cmocka_unit_test(passwords_that_were_not_fetched_are_refused),
		cmocka_unit_test(keys_that_are_not_supported_are_refused),
		BED_TEST(session_without_an_identity_is_refused),
		BED_TEST(assigned_name_is_told),
		BED_TEST(options_are_checked),
		BED_TEST(packets_fit_the_pool),
		BED_TEST(a_host_holds_so_many_sessions),
		BED_TEST(one_method_of_several_can_be_asked_for),
		BED_TEST(result_of_a_success),
		BED_TEST(result_says_how_far_it_came),
		BED_TEST(forced_results),
		BED_TEST(keys_come_after_success),
		BED_TEST(workaround_takes_the_next_identifier),
		cmocka_unit_test(names_are_for_people),
	};

	return cmocka_run_group_tests(tests, register_methods, NULL);
}
