/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <method/list.h>
#include <openssl/provider.h>
#include <stdlib.h>
#include <string.h>
#include "tests/unit/fake_writer.h"

struct bed {
	struct xeap_config *config;
	void *shared;
	void *ctx;
	struct fake_writer out;
	struct xeap_method_result result;
};

/*
 * From a login between other programs, tests/fixtures/captures/md5.pcap; the password is "md5pass".
 */
static const uint8_t request[] = {
	0x01, 0xfd, 0x00, 0x16, 0x04, 0x10, 0xa5, 0xd3, 0xee, 0xdb, 0x15,
	0x26, 0x2f, 0xe3, 0xf0, 0xbd, 0x0e, 0xd7, 0x40, 0xab, 0xb4, 0x96
};
static const uint8_t response[] = { 0x02, 0xfd, 0x00, 0x16, 0x04, 0x10, 0x84, 0xb8,
				    0x18, 0xb6, 0xaf, 0x32, 0x9e, 0x3e, 0x78, 0xd3,
				    0x95, 0xce, 0x11, 0x9b, 0xc7, 0xea };

static void begin_with(struct bed *bed, size_t cap, const char *password, bool ask_again)
{
	struct xeap_method_args args = { .size = sizeof(args),
					 .max_packet = (uint32_t)cap,
					 .ask_again = ask_again };

	assert_int_equal(xeap_config_new(&bed->config), 0);
	if (password)
		assert_int_equal(xeap_config_set(bed->config, "password", password, NULL), 0);
	assert_int_equal(xeap_method_md5.load(bed->config, !password, &bed->shared, NULL), 0);
	bed->ctx = calloc(1, xeap_method_md5.ctx_size);
	args.config = bed->config;
	args.shared = bed->shared;
	assert_int_equal(xeap_method_md5.init(bed->ctx, &args), 0);
	fake_writer_init(&bed->out, cap);
}

static void begin(struct bed *bed, size_t cap)
{
	begin_with(bed, cap, "\"md5pass\"", false);
}

static void end(struct bed *bed)
{
	xeap_method_md5.done(bed->ctx);
	free(bed->ctx);
	fake_writer_free(&bed->out);
	xeap_method_md5.unload(bed->shared);
	xeap_config_free(bed->config);
}

static int feed(struct bed *bed, const void *bytes, size_t len)
{
	uint8_t *exact = malloc(len);
	int r;

	memcpy(exact, bytes, len);
	memset(&bed->result, 0, sizeof(bed->result));
	r = xeap_method_md5.process(bed->ctx, xeap_span(exact, len), fake_writer_begin(&bed->out),
				    &bed->result);
	free(exact);
	return r;
}

static void answers_as_another_program_did(void **state)
{
	struct bed bed;

	begin(&bed, 1496);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(feed(&bed, request, sizeof(request)), 0);
		assert_false(bed.result.ignore);
		assert_int_equal(bed.out.w.c.len, sizeof(response));
		assert_memory_equal(bed.out.w.c.data, response, sizeof(response));
		assert_int_equal(bed.result.method_state, XEAP_METHOD_DONE);
		assert_int_equal(bed.result.decision, XEAP_DECISION_COND_SUCC);
	}
	end(&bed);
}

/* A Name after the Value, RFC 1994 §4.1, changes nothing. */
static void name_after_the_challenge(void **state)
{
	uint8_t named[sizeof(request) + 4];
	struct bed bed;

	begin(&bed, 1496);
	memcpy(named, request, sizeof(request));
	memcpy(named + sizeof(request), "name", 4);
	named[3] = sizeof(named);
	assert_int_equal(feed(&bed, named, sizeof(named)), 0);
	assert_memory_equal(bed.out.w.c.data, response, sizeof(response));
	end(&bed);
}

static void longest_challenge(void **state)
{
	uint8_t longest[6 + 255] = { 1, 7, 0x01, 0x05, 4, 255 };
	struct bed bed;

	begin(&bed, 1496);
	assert_int_equal(feed(&bed, longest, sizeof(longest)), 0);
	assert_false(bed.result.ignore);
	assert_int_equal(bed.out.w.c.len, sizeof(response));
	end(&bed);
}

/* RFC 3748 §5.4 and RFC 1994 §4.1: Value-Size is there, not 0, and within the packet. */
static void malformed_is_ignored(void **state)
{
	static const uint8_t no_size[] = { 1, 1, 0, 5, 4 };
	static const uint8_t size_0[] = { 1, 1, 0, 7, 4, 0, 0xaa };
	static const uint8_t beyond[] = { 1, 1, 0, 8, 4, 3, 0xaa, 0xbb };
	struct bed bed;

	begin(&bed, 1496);
	assert_int_equal(feed(&bed, no_size, sizeof(no_size)), 0);
	assert_true(bed.result.ignore);
	assert_int_equal(feed(&bed, size_0, sizeof(size_0)), 0);
	assert_true(bed.result.ignore);
	assert_int_equal(feed(&bed, beyond, sizeof(beyond)), 0);
	assert_true(bed.result.ignore);
	end(&bed);
}

static void response_that_does_not_fit(void **state)
{
	struct bed bed;

	begin(&bed, sizeof(response) - 1);
	assert_int_equal(feed(&bed, request, sizeof(request)), -EMSGSIZE);
	end(&bed);
}

static int answer(struct bed *bed, const char *value)
{
	struct xeap_prompt answers;
	char *copy = strdup(value);
	int r;

	assert_int_equal(xeap_method_md5.get_prompt(bed->ctx, &answers), 0);
	assert_int_equal(answers.count, 1);
	assert_string_equal(answers.fields[0].id, "password");
	assert_int_equal(answers.fields[0].kind, XEAP_FIELD_PASSWORD);
	assert_int_equal(answers.fields[0].flags, XEAP_FIELD_F_REQUIRED | XEAP_FIELD_F_SAVE);
	answers.fields[0].value = xeap_span(copy, strlen(copy));
	memset(&bed->result, 0, sizeof(bed->result));
	r = xeap_method_md5.answer(bed->ctx, &answers, fake_writer_begin(&bed->out), &bed->result);
	free(copy);
	return r;
}

static void assert_asks_and_answers(struct bed *bed)
{
	assert_int_equal(feed(bed, request, sizeof(request)), 0);
	assert_int_equal(bed->result.need, XEAP_NEED_UI);
	assert_int_equal(bed->out.w.c.len, 0);
	assert_int_equal(answer(bed, ""), 0);
	assert_int_equal(bed->result.need, XEAP_NEED_UI);
	assert_int_equal(answer(bed, "md5pass"), 0);
	assert_int_equal(bed->result.need, XEAP_NEED_NONE);
	assert_int_equal(bed->out.w.c.len, sizeof(response));
	assert_memory_equal(bed->out.w.c.data, response, sizeof(response));
	assert_int_equal(bed->result.method_state, XEAP_METHOD_DONE);
	assert_int_equal(bed->result.decision, XEAP_DECISION_COND_SUCC);
	assert_true(bed->result.save_user_data);
}

static void a_person_is_asked_for_a_missing_password(void **state)
{
	struct xeap_prompt prompt;
	struct bed bed;

	begin_with(&bed, 1496, NULL, false);
	assert_int_equal(xeap_method_md5.get_prompt(bed.ctx, &prompt), -EINVAL);
	assert_asks_and_answers(&bed);
	/* Once typed it serves the conversation. */
	assert_int_equal(feed(&bed, request, sizeof(request)), 0);
	assert_memory_equal(bed.out.w.c.data, response, sizeof(response));
	end(&bed);
}

static void a_refused_password_is_asked_for(void **state)
{
	struct bed bed;

	begin_with(&bed, 1496, "\"wrong\"", true);
	assert_asks_and_answers(&bed);
	end(&bed);
}

static void what_is_said_of_a_failure(void **state)
{
	struct bed bed;

	begin(&bed, 1496);
	assert_int_equal(feed(&bed, request, sizeof(request)), 0);
	assert_int_equal(bed.result.diag.code, XEAP_E_USER_NAME_PASSWORD_REJECTED);
	assert_non_null(strstr(bed.result.diag.text, "MD5: check identity and password"));
	assert_false(bed.result.save_user_data);
	end(&bed);
}

static void password_is_required(void **state)
{
	struct xeap_config *config;
	struct xeap_diag diag = { 0 };
	void *shared = NULL;

	assert_int_equal(xeap_config_new(&config), 0);
	assert_int_equal(xeap_method_md5.load(config, false, &shared, &diag), -EINVAL);
	assert_non_null(strstr(diag.text, "password"));
	assert_int_equal(diag.code, XEAP_E_INVALID_PARAMETER);
	assert_int_equal(xeap_config_set(config, "password",
					 "hash:8846f7eaee8fb117ad06bdd830b7586c", NULL),
			 0);
	assert_int_equal(xeap_method_md5.load(config, false, &shared, &diag), -EINVAL);
	assert_non_null(strstr(diag.text, "hash"));
	assert_null(strstr(diag.text, "8846"));
	assert_null(shared);
	xeap_config_free(config);
}

static void file_and_line_of_a_missing_password(void **state)
{
	static const char text[] = "network={\n key_mgmt=IEEE8021X\n eap=MD5\n identity=\"u\"\n}\n";
	struct xeap_config_file *file;
	struct xeap_diag diag = { 0 };
	void *shared = NULL;

	assert_int_equal(
		xeap_config_parse(xeap_span(text, strlen(text)), "office.conf", &file, &diag), 0);
	assert_int_equal(xeap_method_md5.load(file->networks[0], false, &shared, &diag), -EINVAL);
	assert_non_null(strstr(diag.text, "office.conf:1: password"));
	xeap_config_file_free(file);
}

/*
 * Without the default provider OpenSSL has no MD5, as under a FIPS-only configuration. It goes
 * first, before OpenSSL has loaded the default one by itself.
 */
static OSSL_PROVIDER *usual;

static void no_md5_in_openssl(void **state)
{
	OSSL_PROVIDER *only = OSSL_PROVIDER_load(NULL, "null");
	struct xeap_config *config;
	struct xeap_diag diag = { 0 };
	void *shared = NULL;

	assert_non_null(only);
	assert_int_equal(xeap_config_new(&config), 0);
	assert_int_equal(xeap_config_set(config, "password", "\"x\"", NULL), 0);
	assert_int_equal(xeap_method_md5.load(config, false, &shared, &diag), -ENOTSUP);
	assert_non_null(strstr(diag.text, "MD5"));
	assert_int_equal(diag.code, XEAP_E_NOT_SUPPORTED);
	xeap_config_free(config);
	OSSL_PROVIDER_unload(only);
	usual = OSSL_PROVIDER_load(NULL, "default");
	assert_non_null(usual);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_md5_in_openssl),
		cmocka_unit_test(answers_as_another_program_did),
		cmocka_unit_test(name_after_the_challenge),
		cmocka_unit_test(longest_challenge),
		cmocka_unit_test(malformed_is_ignored),
		cmocka_unit_test(response_that_does_not_fit),
		cmocka_unit_test(a_person_is_asked_for_a_missing_password),
		cmocka_unit_test(a_refused_password_is_asked_for),
		cmocka_unit_test(what_is_said_of_a_failure),
		cmocka_unit_test(password_is_required),
		cmocka_unit_test(file_and_line_of_a_missing_password),
	};

	int failed = cmocka_run_group_tests_name("method md5", tests, NULL, NULL);

	OSSL_PROVIDER_unload(usual);
	return failed;
}
