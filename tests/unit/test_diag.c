/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/diag.h"

static void says_code_and_text(void **state)
{
	struct xeap_diag d = { 0 };

	assert_int_equal(xeap_diag_set(&d, -ENOENT, XEAP_E_USER_CERT_NOT_FOUND, "%s: %s, line %d",
				       "ca.pem", "missing", 3),
			 -ENOENT);
	assert_true(d.code == XEAP_E_USER_CERT_NOT_FOUND);
	assert_string_equal(d.text, "ca.pem: missing, line 3");
	assert_int_equal(xeap_diag_set(NULL, -EIO, 1, "nobody listens"), -EIO);
}

/* What a peer sends must not reach a terminal as a command: C0, DEL, and C1 in UTF-8. */
static void control_characters_are_replaced(void **state)
{
	static const struct {
		const char *raw, *shown;
	} cases[] = {
		{ "a\nb\r\tc", "a?b??c" },
		{ "\x1b[2J\x7f", "?[2J?" },
		{ "\xc2\x9b"
		  "31m",
		  "??31m" },
		{ "\xc2\x80\xc2\x9f\xc2\xa0", "????\xc2\xa0" },
		{ "gr\xc3\xbc\xc3\x9f e\xe2\x82\xac", "gr\xc3\xbc\xc3\x9f e\xe2\x82\xac" },
		{ "cut\xc2", "cut\xc2" },
		{ "", "" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct xeap_diag d;
		struct xeap_error *e;

		xeap_diag_set(&d, 0, 1, "%s", cases[i].raw);
		assert_string_equal(d.text, cases[i].shown);
		e = xeap_error_new(1, NULL, 0, cases[i].raw, cases[i].raw);
		assert_string_equal(e->root_cause, cases[i].shown);
		assert_string_equal(e->repair, cases[i].shown);
		xeap_error_free(e);
	}
}

/* A text of n letters and then some character, cut at 255 bytes. */
static void check_cut(const char *character, size_t n, size_t want)
{
	char text[XEAP_DIAG_TEXT + 8];
	struct xeap_diag d;

	memset(text, 'x', n);
	strcpy(text + n, character);
	strcat(text, "yyyy");
	xeap_diag_set(&d, 0, 1, "%s", text);
	assert_int_equal(strlen(d.text), want);
	assert_memory_equal(d.text, text, want);
}

static void long_text_is_cut_between_characters(void **state)
{
	check_cut("\xc3\xbc", 253, 255);
	check_cut("\xc3\xbc", 254, 254);
	check_cut("\xe2\x82\xac", 252, 255);
	check_cut("\xe2\x82\xac", 253, 253);
	check_cut("\xe2\x82\xac", 254, 254);
	check_cut("\xf0\x9f\x94\x91", 251, 255);
	check_cut("\xf0\x9f\x94\x91", 252, 252);
	check_cut("\xf0\x9f\x94\x91", 253, 253);
	check_cut("\xf0\x9f\x94\x91", 254, 254);
	check_cut("z", 254, 255);
	check_cut("\x80\x80\x80\x80\x80", 250, 255); /* no UTF-8 at all: kept */
}

static void error_keeps_copies(void **state)
{
	struct xeap_method_type tls = { .type = 13, .author = 311 };
	char cause[] = "expired", repair[] = "renew it";
	struct xeap_error *e = xeap_error_new(XEAP_E_AUTHENTICATION_FAILED, &tls,
					      XEAP_E_SERVER_CERT_EXPIRED, cause, repair);

	cause[0] = repair[0] = 'X';
	tls.type = 0;
	assert_true(e->code == XEAP_E_AUTHENTICATION_FAILED);
	assert_true(e->reason == XEAP_E_SERVER_CERT_EXPIRED);
	assert_int_equal(e->method.type, 13);
	assert_int_equal(e->method.author, 311);
	assert_string_equal(e->root_cause, "expired");
	assert_string_equal(e->repair, "renew it");
	xeap_error_free(e);
}

static void error_has_defaults(void **state)
{
	struct xeap_error *e = xeap_error_new(XEAP_E_INVALID_STATE, NULL, 0, NULL, NULL);

	assert_int_equal(e->method.type, 0);
	assert_int_equal(e->reason, XEAP_E_INVALID_STATE);
	assert_string_equal(e->root_cause, xeap_strerror(XEAP_E_INVALID_STATE));
	assert_string_equal(e->repair, "");
	xeap_error_free(e);
	e = xeap_error_new(XEAP_E_AUTHENTICATION_FAILED, NULL, XEAP_E_SERVER_CERT_REVOKED, NULL,
			   NULL);
	assert_string_equal(e->root_cause, xeap_strerror(XEAP_E_SERVER_CERT_REVOKED));
	xeap_error_free(e);
	xeap_error_free(NULL);
}

static const uint32_t all_codes[] = {
	XEAP_OK,
	XEAP_E_INVALID_HANDLE,
	XEAP_E_OUT_OF_MEMORY,
	XEAP_E_NOT_SUPPORTED,
	XEAP_E_INVALID_PARAMETER,
	XEAP_E_INVALID_STATE,
	XEAP_E_CERT_STORE_INACCESSIBLE,
	XEAP_E_METHOD_NOT_INSTALLED,
	XEAP_E_THIRD_PARTY_METHOD_HOST_RESET,
	XEAP_E_IDENTITY_UNKNOWN,
	XEAP_E_AUTHENTICATION_FAILED,
	XEAP_I_NEGOTIATION_FAILED,
	XEAP_E_METHOD_INVALID_PACKET,
	XEAP_E_REMOTE_INVALID_PACKET,
	XEAP_E_XML_MALFORMED,
	XEAP_E_METHOD_OPERATION_NOT_SUPPORTED,
	XEAP_E_USER_CERT_NOT_FOUND,
	XEAP_E_USER_CERT_INVALID,
	XEAP_E_USER_CERT_EXPIRED,
	XEAP_E_USER_CERT_REVOKED,
	XEAP_E_USER_CERT_OTHER,
	XEAP_E_USER_CERT_REJECTED,
	XEAP_E_USER_CREDENTIALS_REJECTED,
	XEAP_E_USER_NAME_PASSWORD_REJECTED,
	XEAP_E_SERVER_CERT_NOT_FOUND,
	XEAP_E_SERVER_CERT_INVALID,
	XEAP_E_SERVER_CERT_EXPIRED,
	XEAP_E_SERVER_CERT_REVOKED,
	XEAP_E_SERVER_CERT_OTHER,
	XEAP_E_USER_ROOT_CERT_NOT_FOUND,
	XEAP_E_USER_ROOT_CERT_INVALID,
	XEAP_E_SERVER_ROOT_CERT_NOT_FOUND,
	XEAP_E_SERVER_ROOT_CERT_INVALID,
	XEAP_E_SERVER_ROOT_CERT_NAME_REQUIRED,
};

/* One line each, all different: a user must be able to tell them apart. */
static void every_code_has_its_text(void **state)
{
	const size_t n = sizeof(all_codes) / sizeof(all_codes[0]);

	for (size_t i = 0; i < n; i++) {
		const char *text = xeap_strerror(all_codes[i]);

		assert_string_not_equal(text, "unknown error");
		assert_null(strchr(text, '\n'));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(text, xeap_strerror(all_codes[j]));
	}
	assert_string_equal(xeap_strerror(1), "unknown error");
	assert_string_equal(xeap_strerror(UINT32_MAX), "unknown error");
}

static void errno_becomes_a_code(void **state)
{
	assert_int_equal(xeap_code_of_errno(0), XEAP_OK);
	assert_int_equal(xeap_code_of_errno(-ENOMEM), XEAP_E_OUT_OF_MEMORY);
	assert_int_equal(xeap_code_of_errno(-ENOBUFS), XEAP_E_OUT_OF_MEMORY);
	assert_int_equal(xeap_code_of_errno(-EINVAL), XEAP_E_INVALID_PARAMETER);
	assert_int_equal(xeap_code_of_errno(-ENOSPC), XEAP_E_INVALID_PARAMETER);
	assert_int_equal(xeap_code_of_errno(-EOPNOTSUPP), XEAP_E_NOT_SUPPORTED);
	assert_int_equal(xeap_code_of_errno(-EBADFD), XEAP_E_INVALID_STATE);
	assert_true(xeap_code_of_errno(-EBADMSG) == XEAP_E_REMOTE_INVALID_PACKET);
	/* No errno may turn into success. */
	for (int err = 1; err < 4096; err++)
		assert_int_not_equal(xeap_code_of_errno(-err), XEAP_OK);
	assert_true(xeap_code_of_errno(-EIO) == XEAP_E_AUTHENTICATION_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_code_and_text),
		cmocka_unit_test(control_characters_are_replaced),
		cmocka_unit_test(long_text_is_cut_between_characters),
		cmocka_unit_test(error_keeps_copies),
		cmocka_unit_test(error_has_defaults),
		cmocka_unit_test(every_code_has_its_text),
		cmocka_unit_test(errno_becomes_a_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
