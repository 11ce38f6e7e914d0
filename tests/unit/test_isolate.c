/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Messages between a program and the process of a plug-in: there and back, and cut anywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wire/isolate.h"

static uint8_t buf[4096];

static void calls(void **state)
{
	struct xeap_isolate_call in = { .op = XEAP_ISOLATE_INIT,
					.id = 0x80000001,
					.arg = { 1, 2, 3, 0xffffffff },
					.data = xeap_span("data", 4) },
				 out;
	size_t n = xeap_isolate_write_call(&in, buf, sizeof(buf));

	assert_int_equal(n, 1 + 4 + 16 + 4);
	assert_int_equal(xeap_isolate_parse_call(xeap_span(buf, n), &out), 0);
	assert_int_equal(out.op, in.op);
	assert_int_equal(out.id, in.id);
	assert_memory_equal(out.arg, in.arg, sizeof(in.arg));
	assert_int_equal(out.data.len, 4);
	assert_memory_equal(out.data.data, "data", 4);
	assert_int_equal(xeap_isolate_parse_call(xeap_span(buf, 20), &out), -EBADMSG);
	assert_int_equal(xeap_isolate_write_call(&in, buf, n - 1), 0);
	buf[0] = XEAP_ISOLATE_OP_MAX;
	assert_int_equal(xeap_isolate_parse_call(xeap_span(buf, n), &out), -EBADMSG);
}

static void replies(void **state)
{
	struct xeap_isolate_reply in = { .op = XEAP_ISOLATE_DONE, .id = 5, .error = -ENOENT }, out;
	size_t n = xeap_isolate_write_reply(&in, buf, sizeof(buf));

	assert_int_equal(xeap_isolate_parse_reply(xeap_span(buf, n), &out), 0);
	assert_int_equal(out.error, -ENOENT);
	assert_int_equal(out.id, 5);
	assert_int_equal(out.data.len, 0);
	assert_int_equal(xeap_isolate_parse_reply(xeap_span(buf, n - 1), &out), -EBADMSG);
	memset(buf + 5, 0xff, 2); /* an errno there is not */
	assert_int_equal(xeap_isolate_parse_reply(xeap_span(buf, n), &out), -EBADMSG);
}

static size_t write_step(void)
{
	struct xeap_isolate_step in = {
		.result = { .need = (enum xeap_method_need)77,
			    .method_state = XEAP_METHOD_DONE,
			    .decision = (enum xeap_decision)0xffffffff,
			    .allow_notifications = true,
			    .diag = { XEAP_E_SERVER_CERT_EXPIRED, "it is too old" } },
		.tls_version = "1.3",
		.resumed = true,
		.response = xeap_span("response", 8),
	};

	return xeap_isolate_write_step(&in, buf, sizeof(buf));
}

static void steps(void **state)
{
	size_t n = write_step();
	struct xeap_isolate_step out;

	assert_int_equal(xeap_isolate_parse_step(xeap_span(buf, n), &out), 0);
	assert_int_equal(out.result.need, 77);
	assert_int_equal(out.result.method_state, XEAP_METHOD_DONE);
	assert_int_equal((uint32_t)out.result.decision, 0xffffffff);
	assert_true(out.result.allow_notifications);
	assert_false(out.result.ignore);
	assert_false(out.result.save_user_data);
	assert_false(out.misplaced);
	assert_true(out.resumed);
	assert_int_equal(out.result.diag.code, XEAP_E_SERVER_CERT_EXPIRED);
	assert_string_equal(out.result.diag.text, "it is too old");
	assert_string_equal(out.tls_version, "1.3");
	assert_string_equal(out.cipher, "");
	assert_int_equal(out.response.len, 8);
	for (size_t cut = 0; cut < n - 8; cut++)
		assert_int_equal(xeap_isolate_parse_step(xeap_span(buf, cut), &out), -EBADMSG);
	buf[0] = 0x80; /* a flag there is not */
	assert_int_equal(xeap_isolate_parse_step(xeap_span(buf, n), &out), -EBADMSG);
}

/* What is shown to people cannot write to their terminal. */
static void texts_are_printable(void **state)
{
	struct xeap_isolate_step out;
	size_t n = write_step();

	memcpy(memmem(buf, n, "it is", 5), "\033[31m", 5);
	assert_int_equal(xeap_isolate_parse_step(xeap_span(buf, n), &out), -EBADMSG);
	n = write_step();
	*(uint8_t *)memmem(buf, n, "1.3", 3) = '\0';
	assert_int_equal(xeap_isolate_parse_step(xeap_span(buf, n), &out), -EBADMSG);
}

static void hellos(void **state)
{
	struct xeap_isolate_hello in, out;
	size_t n;

	/* They are compared whole, with what is between their members. */
	memset(&in, 0, sizeof(in));
	in.count = 2;
	for (uint32_t i = 0; i < 2; i++) {
		struct xeap_isolate_method *m = &in.method[i];

		strcpy(m->name, "A-name_of.1");
		m->type.type = 254;
		m->type.vendor = 0xffffff;
		m->type.vendor_type = i;
		m->type.author = 9;
		m->flags = 1;
		m->properties = 0xffffffff;
		m->can = XEAP_ISOLATE_ASKS;
		m->keys[15] = 0x81;
	}
	n = xeap_isolate_write_hello(&in, buf, sizeof(buf));
	memset(&out, 0, sizeof(out));
	assert_int_equal(xeap_isolate_parse_hello(xeap_span(buf, n), &out), 0);
	assert_int_equal(out.count, 2);
	assert_memory_equal(&out.method[1], &in.method[1], sizeof(in.method[1]));
	for (size_t cut = 0; cut < n; cut++)
		assert_int_equal(xeap_isolate_parse_hello(xeap_span(buf, cut), &out), -EBADMSG);
	assert_int_equal(xeap_isolate_parse_hello(xeap_span(buf, n + 1), &out), -EBADMSG);
	in.method[1].can = 0x80;
	n = xeap_isolate_write_hello(&in, buf, sizeof(buf));
	assert_int_equal(xeap_isolate_parse_hello(xeap_span(buf, n), &out), -EBADMSG);
	in.method[1].can = 0;
	n = (xeap_isolate_write_hello(&in, buf, sizeof(buf)) - 1) / 2;
	for (size_t i = 0; i <= XEAP_PLUGIN_METHODS_MAX; i++)
		memmove(buf + 1 + i * n, buf + 1, n);
	buf[0] = XEAP_PLUGIN_METHODS_MAX;
	assert_int_equal(xeap_isolate_parse_hello(xeap_span(buf, 1 + buf[0] * n), &out), 0);
	buf[0] = XEAP_PLUGIN_METHODS_MAX + 1;
	assert_int_equal(xeap_isolate_parse_hello(xeap_span(buf, 1 + buf[0] * n), &out), -EBADMSG);
	assert_int_equal(out.count, XEAP_PLUGIN_METHODS_MAX);
}

static void names(void **state)
{
	assert_true(xeap_isolate_name_ok("TLS"));
	assert_true(xeap_isolate_name_ok("abcdefghijklmnopqrstuvwxyz012345"));
	assert_false(xeap_isolate_name_ok("abcdefghijklmnopqrstuvwxyz0123456"));
	assert_false(xeap_isolate_name_ok(""));
	assert_false(xeap_isolate_name_ok("two words"));
	assert_false(xeap_isolate_name_ok("tab\t"));
}

static void attributes(void **state)
{
	struct xeap_attributes in = { .count = 2,
				      .item = { { 26, 311, 16, { (const uint8_t *)"key", 3 } },
						{ 1, 0, 0, { NULL, 0 } } } },
			       out;
	size_t n = xeap_isolate_write_attributes(&in, buf, sizeof(buf));

	assert_int_equal(xeap_isolate_parse_attributes(xeap_span(buf, n), &out), 0);
	assert_int_equal(out.count, 2);
	assert_int_equal(out.item[0].vendor, 311);
	assert_int_equal(out.item[0].value.len, 3);
	assert_memory_equal(out.item[0].value.data, "key", 3);
	for (size_t cut = 0; cut < n; cut++)
		assert_int_equal(xeap_isolate_parse_attributes(xeap_span(buf, cut), &out),
				 -EBADMSG);
	memset(buf, 0, sizeof(buf));
	buf[0] = XEAP_ATTRIBUTES_MAX;
	assert_int_equal(xeap_isolate_parse_attributes(xeap_span(buf, 1 + buf[0] * 16), &out), 0);
	buf[0] = XEAP_ATTRIBUTES_MAX + 1;
	assert_int_equal(xeap_isolate_parse_attributes(xeap_span(buf, 1 + buf[0] * 16), &out),
			 -EBADMSG);
	in.count = XEAP_ATTRIBUTES_MAX + 1;
	assert_int_equal(xeap_isolate_write_attributes(&in, buf, sizeof(buf)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls),      cmocka_unit_test(replies),
		cmocka_unit_test(steps),      cmocka_unit_test(texts_are_printable),
		cmocka_unit_test(hellos),     cmocka_unit_test(names),
		cmocka_unit_test(attributes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
