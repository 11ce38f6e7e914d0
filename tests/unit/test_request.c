// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* What may be asked of a running process, and which ports a list of names and patterns means. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tool/request.h"

static void whole(void **state)
{
	static const char text[] =
		"{\"cmd\":\"capture\",\"ports\":\"port1,eth*\",\"count\":12,\"stations\":true}";
	struct xeap_diag why = { 0 };
	struct request r;

	assert_int_equal(request_read(text, strlen(text), &r, &why), 0);
	assert_string_equal(r.cmd, "capture");
	assert_string_equal(r.ports, "port1,eth*");
	assert_int_equal(r.count, 12);
	assert_true(r.stations);
}

static void only_the_command(void **state)
{
	static const char text[] = " { \"cmd\" : \"status\" } ";
	struct xeap_diag why = { 0 };
	struct request r;

	assert_int_equal(request_read(text, strlen(text), &r, &why), 0);
	assert_string_equal(r.cmd, "status");
	assert_string_equal(r.ports, "");
	assert_int_equal(r.count, 0);
	assert_false(r.stations);
}

/* Each has its own reason, nothing of it is taken. */
static void refused(void **state)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{ "", "not a JSON object" },
		{ "status", "not a JSON object" },
		{ "[]", "not a JSON object" },
		{ "{\"cmd\":\"status\"", "not a JSON object" },
		{ "{\"cmd\":\"status\"} {}", "not a JSON object" },
		{ "{\"cmd\":\"a\",\"cmd\":\"b\"}", "not a JSON object" },
		{ "{\"cmd\":\"a\\u0000b\"}", "not a JSON object" },
		{ "{\"cmd\":\"\xff\"}", "not a JSON object" },
		{ "{}", "no 'cmd'" },
		{ "{\"cmd\":7}", "no text in 'cmd'" },
		{ "{\"cmd\":\"0123456789abcdef\"}", "too much text in 'cmd'" },
		{ "{\"cmd\":\"status\",\"port\":\"a\"}", "unknown key 'port'" },
		{ "{\"cmd\":\"status\",\"ports\":[]}", "no text in 'ports'" },
		{ "{\"cmd\":\"status\",\"ports\":\"a,,b\"}", "empty name" },
		{ "{\"cmd\":\"status\",\"ports\":\",\"}", "empty name" },
		{ "{\"cmd\":\"status\",\"ports\":\"a,\"}", "empty name" },
		{ "{\"cmd\":\"status\",\"count\":-1}", "no count" },
		{ "{\"cmd\":\"status\",\"count\":1.5}", "no count" },
		{ "{\"cmd\":\"status\",\"count\":\"1\"}", "no count" },
		{ "{\"cmd\":\"status\",\"count\":99999999999999999999}", "not a JSON object" },
		{ "{\"cmd\":\"status\",\"stations\":1}", "neither true nor false" },
	};
	struct request r, untouched;

	memset(&r, 0xAA, sizeof(r));
	untouched = r;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct xeap_diag why = { 0 };

		assert_int_equal(request_read(bad[i].text, strlen(bad[i].text), &r, &why), -EINVAL);
		if (!strstr(why.text, bad[i].why))
			fail_msg("%s: %s", bad[i].text, why.text);
		assert_memory_equal(&r, &untouched, sizeof(r));
	}
}

static void too_long(void **state)
{
	static char text[REQUEST_MAX + 100];
	struct xeap_diag why = { 0 };
	struct request r;

	memset(text, ' ', sizeof(text));
	memcpy(text, "{\"cmd\":\"status\"}", 16);
	assert_int_equal(request_read(text, REQUEST_MAX, &r, &why), 0);
	assert_int_equal(request_read(text, REQUEST_MAX + 1, &r, &why), -EINVAL);
	memset(text, '[', sizeof(text));
	assert_int_equal(request_read(text, REQUEST_MAX, &r, &why), -EINVAL);
}

static void lists(void **state)
{
	assert_true(port_list_fits("", "port0"));
	assert_true(port_list_fits("port0", "port0"));
	assert_false(port_list_fits("port0", "port01"));
	assert_false(port_list_fits("port01", "port0"));
	assert_true(port_list_fits("a,port0,b", "port0"));
	assert_true(port_list_fits("a,p*", "port0"));
	assert_true(port_list_fits("port?", "port0"));
	assert_true(port_list_fits("port[0-3]", "port2"));
	assert_false(port_list_fits("port[0-3]", "port4"));
	/* A name is none with a pattern in it: it means itself only. */
	assert_false(port_list_fits("a.b", "axb"));
}

static void names_of_a_list(void **state)
{
	char name[REQUEST_PATTERN_MAX + 1];

	assert_true(port_list_name("a*,bb,c?,dd", 0, name, sizeof(name)));
	assert_string_equal(name, "bb");
	assert_true(port_list_name("a*,bb,c?,dd", 1, name, sizeof(name)));
	assert_string_equal(name, "dd");
	assert_false(port_list_name("a*,bb,c?,dd", 2, name, sizeof(name)));
	assert_false(port_list_name("", 0, name, sizeof(name)));
}

static void options_add_up(void **state)
{
	struct request r = { 0 };
	struct xeap_diag why = { 0 };
	char longest[REQUEST_PORTS_MAX + 1];

	assert_int_equal(request_add_ports(&r, "a,b", &why), 0);
	assert_int_equal(request_add_ports(&r, "c*", &why), 0);
	assert_string_equal(r.ports, "a,b,c*");
	assert_int_equal(request_add_ports(&r, "", &why), -EINVAL);
	assert_int_equal(request_add_ports(&r, "d,,e", &why), -EINVAL);
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(request_add_ports(&r, longest, &why), -EINVAL);
	longest[REQUEST_PATTERN_MAX + 1] = '\0';
	assert_int_equal(request_add_ports(&r, longest, &why), -EINVAL);
	assert_string_equal(r.ports, "a,b,c*");
	longest[REQUEST_PATTERN_MAX] = '\0';
	assert_int_equal(request_add_ports(&r, longest, &why), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),	  cmocka_unit_test(only_the_command),
		cmocka_unit_test(refused),	  cmocka_unit_test(too_long),
		cmocka_unit_test(lists),	  cmocka_unit_test(names_of_a_list),
		cmocka_unit_test(options_add_up),
	};

	return cmocka_run_group_tests_name("requests", tests, NULL, NULL);
}
