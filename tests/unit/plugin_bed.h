/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_PLUGIN_BED_H
#define XEAP_TESTS_PLUGIN_BED_H

/*
 * A directory of plug-ins, a host, and sessions with a fake authenticator; and the tests that hold
 * alike for plug-ins in this process and in one of their own: the file that includes this defines
 * ISOLATE.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xeap/host.h>
#include <xeap/plugin.h>

#include "method/list.h"

const struct xeap_method *const xeap_methods_builtin[] = { NULL };
const size_t xeap_methods_builtin_count = 0;

#define PASSWORD "a password"
#define HEADER 12

static char built[256];			       /* the folder that tests were built in */
static char dir[] = "/tmp/xeap-plugin-XXXXXX"; /* of plug-ins */
static char refused[4096];		       /* lines of what was refused */

static void find_built(void)
{
	ssize_t n = readlink("/proc/self/exe", built, sizeof(built) - 1);

	assert_true(n > 0);
	built[n] = '\0';
	for (int i = 0; i < 3; i++) /* tests/unit/NAME */
		*strrchr(built, '/') = '\0';
}

/* Copy a plug-in into the directory, as `to`. */
static void put(const char *name, const char *to, mode_t mode)
{
	char from[400], path[400], buf[65536];
	int in, out;
	ssize_t n;

	snprintf(from, sizeof(from), "%s/tests/plugin/%s.so", built, name);
	snprintf(path, sizeof(path), "%s/%s", dir, to);
	in = open(from, O_RDONLY);
	out = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0700);
	assert_true(in >= 0 && out >= 0);
	while ((n = read(in, buf, sizeof(buf))) > 0)
		assert_int_equal(write(out, buf, (size_t)n), n);
	assert_int_equal(fchmod(out, mode), 0);
	close(in);
	close(out);
}

static void remove_dir(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	assert_int_equal(system(command), 0);
}

#ifndef LAUNCH
#define LAUNCH NULL
#endif

static void note_refused(void *ctx, const struct xeap_diag *why)
{
	assert_ptr_equal(ctx, refused);
	assert_true(why->code == XEAP_E_METHOD_NOT_INSTALLED ||
		    why->code == XEAP_E_THIRD_PARTY_METHOD_HOST_RESET);
	assert_null(strchr(why->text, '\n'));
	snprintf(refused + strlen(refused), sizeof(refused) - strlen(refused), "%s\n", why->text);
}

static struct xeap_plugins_options plugins_options(bool isolate)
{
	static char host_path[400];

	snprintf(host_path, sizeof(host_path), "%s/xeap-method-host", built);
	refused[0] = '\0';
	return (struct xeap_plugins_options){
		.size = sizeof(struct xeap_plugins_options),
		.directory = dir,
		.isolate = isolate,
		.host_path = host_path,
		.timeout_ms = getenv("XEAP_TIME_SCALE") ? 5000 : 1000,
		.refused = note_refused,
		.ctx = refused,
		.launch = LAUNCH,
	};
}

struct bed {
	struct xeap_host *host;
	struct xeap_profile *profile;
	xeap_session_id session;
	uint8_t in[256];
	uint32_t code;
	enum xeap_action action;
	struct xeap_error *error;
	uint32_t size;
	uint8_t *packet;
};

static struct xeap_config *config_of(const char *eap, const char *password)
{
	struct xeap_config *config;
	char value[64];

	assert_int_equal(xeap_config_new(&config), 0);
	snprintf(value, sizeof(value), "\"%s\"", password ? password : "");
	assert_int_equal(xeap_config_set(config, "eap", eap, NULL), 0);
	assert_int_equal(xeap_config_set(config, "identity", "\"user\"", NULL), 0);
	if (password)
		assert_int_equal(xeap_config_set(config, "password", value, NULL), 0);
	assert_int_equal(xeap_config_set(config, "private_key_passwd", "\"x\"", NULL), 0);
	assert_int_equal(xeap_config_set(config, "ca_cert", "\"/ca.pem\"", NULL), 0);
	return config;
}

static xeap_session_id begin(struct bed *b)
{
	struct xeap_session_options o = { .size = sizeof(o), .profile = b->profile };
	xeap_session_id id;

	assert_int_equal(xeap_session_begin(b->host, &o, &id, NULL), XEAP_OK);
	return id;
}

static void bed_open(struct bed *b, const char *eap, const char *password)
{
	struct xeap_config *config = config_of(eap, password);
	struct xeap_diag why = { 0 };

	*b = (struct bed){ 0 };
	assert_int_equal(xeap_host_new(NULL, &b->host), XEAP_OK);
	if (xeap_profile_new_interactive(config, &b->profile, &why))
		fail_msg("%s", why.text);
	xeap_config_free(config);
	b->session = begin(b);
}

static void bed_close(struct bed *b)
{
	xeap_error_free(b->error);
	xeap_host_free(b->host);
	xeap_profile_unref(b->profile);
}

static uint32_t feed(struct bed *b, uint8_t code, uint8_t id, uint8_t vendor_type, const void *data,
		     size_t len)
{
	size_t n = vendor_type ? HEADER + len : 4;

	memcpy(b->in, "\0\0\0\0\376\0\x7e\xd9\0\0\0\0", HEADER);
	b->in[0] = code;
	b->in[1] = id;
	b->in[3] = (uint8_t)n;
	b->in[11] = vendor_type;
	memcpy(b->in + HEADER, data, len);
	xeap_error_free(b->error);
	b->code = xeap_session_process_received_packet(b->host, b->session, (uint32_t)n, b->in,
						       &b->action, &b->error);
	return b->code;
}

static void fetch(struct bed *b)
{
	assert_int_equal(b->code, XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_SEND);
	assert_int_equal(xeap_session_get_send_packet(b->host, b->session, &b->size, &b->packet,
						      NULL),
			 XEAP_OK);
}

/* Have the misbehaving method do something in the bed's session. */
static uint32_t tell(struct bed *b, uint8_t id, char what)
{
	return feed(b, 1, id, 2, &what, 1);
}

static struct xeap_session_result result_of(struct bed *b)
{
	struct xeap_session_result r;

	assert_int_equal(xeap_session_get_result(b->host, b->session, XEAP_REASON_FROM_METHOD, &r,
						 NULL),
			 XEAP_OK);
	return r;
}

static void hmac(const void *data, size_t len, uint8_t ret[32])
{
	HMAC(EVP_sha256(), PASSWORD, sizeof(PASSWORD) - 1, data, len, ret, NULL);
}

/* What the authenticator expects for a challenge, and the keys both sides have then. */
static void check_login(struct bed *b, uint8_t id, const char *challenge)
{
	uint8_t input[65] = { id }, expected[32], msk[64], key[64];
	uint32_t size = sizeof(key);
	struct xeap_session_result r;

	memcpy(input + 1, challenge, strlen(challenge));
	hmac(input, 1 + strlen(challenge), expected);
	assert_int_equal(b->size, HEADER + 32);
	assert_memory_equal(b->packet + 4, "\376\0\x7e\xd9\0\0\0\1", 8);
	assert_memory_equal(b->packet + HEADER, expected, 32);
	assert_int_equal(feed(b, 3, id, 0, "", 0), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_RESULT);
	r = result_of(b);
	assert_true(r.success);
	assert_string_equal(r.method, "EXAMPLE");
	assert_int_equal(r.type.vendor, 32473);
	assert_int_equal(r.type.author, 32473);
	hmac(expected, 32, msk);
	hmac(msk, 32, msk + 32);
	assert_int_equal(xeap_session_get_key(b->host, b->session, XEAP_KEY_MSK, &size, key, NULL),
			 XEAP_OK);
	assert_int_equal(size, 64);
	assert_memory_equal(key, msk, 64);
	assert_int_equal(r.attributes.count, 2);
	assert_int_equal(r.attributes.item[0].vendor_type, XEAP_MS_MPPE_RECV_KEY);
	assert_memory_equal(r.attributes.item[0].value.data, msk, 32);
	size = 63;
	assert_int_equal(xeap_session_get_key(b->host, b->session, XEAP_KEY_MSK, &size, key, NULL),
			 XEAP_E_INVALID_PARAMETER);
}

static void example_logs_in(void **state)
{
	struct bed b;

	bed_open(&b, "EXAMPLE", PASSWORD);
	feed(&b, 1, 7, 1, "nonce", 5);
	fetch(&b);
	check_login(&b, 7, "nonce");
	bed_close(&b);
}

/* Sessions of one plug-in run side by side, each with what is its own. */
static void example_sessions_interleave(void **state)
{
	xeap_session_id first;
	struct bed b;

	bed_open(&b, "EXAMPLE", PASSWORD);
	first = b.session;
	feed(&b, 1, 7, 1, "nonce", 5);
	b.session = begin(&b);
	feed(&b, 1, 9, 1, "another", 7);
	fetch(&b);
	check_login(&b, 9, "another");
	b.session = first;
	assert_int_equal(xeap_session_get_send_packet(b.host, b.session, &b.size, &b.packet, NULL),
			 XEAP_OK);
	check_login(&b, 7, "nonce");
	bed_close(&b);
}

static void example_asks_for_a_password(void **state)
{
	struct xeap_prompt prompt;
	const uint8_t *context;
	uint8_t answer[512];
	uint32_t size;
	struct bed b;
	int n;

	bed_open(&b, "EXAMPLE", NULL);
	assert_int_equal(feed(&b, 1, 7, 1, "nonce", 5), XEAP_OK);
	assert_int_equal(b.action, XEAP_ACTION_INVOKE_UI);
	assert_int_equal(xeap_session_get_ui_context(b.host, b.session, &size, &context, NULL),
			 XEAP_OK);
	assert_int_equal(xeap_prompt_parse(xeap_span(context, size), &prompt), 0);
	assert_string_equal(prompt.text, "Your password, please.");
	prompt.fields[0].value = xeap_span(PASSWORD, strlen(PASSWORD));
	n = xeap_prompt_write(&prompt, answer, sizeof(answer));
	assert_true(n > 0);
	b.code = xeap_session_set_ui_context(b.host, b.session, (uint32_t)n, answer, &b.action,
					     NULL);
	fetch(&b);
	check_login(&b, 7, "nonce");
	bed_close(&b);
}

static void attributes_go_both_ways(void **state)
{
	struct xeap_attributes a;
	struct bed b;

	bed_open(&b, "OFFERING", PASSWORD);
	assert_int_equal(feed(&b, 1, 7, 3, "?", 1), XEAP_OK);
	assert_int_equal(b.action, XEAP_ACTION_RESPOND);
	assert_int_equal(xeap_session_get_response_attributes(b.host, b.session, &a, NULL),
			 XEAP_OK);
	assert_int_equal(a.count, 1);
	assert_int_equal(a.item[0].vendor, 32473);
	assert_int_equal(a.item[0].value.len, 1);
	assert_int_equal(a.item[0].value.data[0], '?');
	a.count = 2;
	a.item[1] = (struct xeap_attribute){ .type = 1, .value = xeap_span("!", 1) };
	b.code = xeap_session_set_response_attributes(b.host, b.session, &a, &b.action, NULL);
	fetch(&b);
	assert_int_equal(b.packet[HEADER], '!');
	assert_int_equal(feed(&b, 3, 7, 0, "", 0), XEAP_OK);
	assert_true(result_of(&b).success);
	assert_string_equal(result_of(&b).info.tls_version, "1.3");
	assert_string_equal(result_of(&b).info.cipher, "ROT13");
	assert_true(result_of(&b).info.resumed);
	bed_close(&b);
}

static void methods_are_listed(void **state)
{
	struct xeap_method_entry e;
	char file[64];

	snprintf(file, sizeof(file), "%s/example.so", dir);
	assert_int_equal(xeap_method_enumerate(0, &e), 0);
	assert_string_equal(e.method->name, "EXAMPLE");
	assert_string_equal(e.file, file);
	assert_int_equal(e.isolated, ISOLATE);
	assert_int_equal(e.method->type.author, 32473);
	assert_int_equal(e.properties,
			 XEAP_PROP_STANDALONE | XEAP_PROP_KEY_DERIVATION | XEAP_PROP_USER_AUTH);
	assert_int_equal(xeap_method_properties(e.method), e.properties);
	assert_int_equal(xeap_method_enumerate(1, &e), 0);
	assert_string_equal(e.method->name, "misbehaving");
	assert_int_equal(xeap_method_enumerate(2, &e), 0);
	assert_string_equal(e.method->name, "offering");
	assert_int_equal(xeap_method_enumerate(3, &e), -ENOENT);
}

/* A plug-in's refusal of a configuration is passed on in its own words. */
static void load_says_why(void **state)
{
	struct xeap_config *config = config_of("MISBEHAVING", PASSWORD);
	struct xeap_profile *profile;
	struct xeap_diag why = { 0 };

	assert_int_equal(xeap_config_set(config, "phase1", "\"x\"", NULL), 0);
	assert_int_equal(xeap_profile_new(config, &profile, &why), -EINVAL);
	assert_string_equal(why.text, "phase1 is not to my taste");
	assert_int_equal(why.code, XEAP_E_INVALID_PARAMETER);
	xeap_config_free(config);
}

/* Each costs the session in which it happens, and is told; the session beside it goes on. */
static void misbehaviour_costs_its_session(void **state)
{
	static const char wrong[] = "0lLCdtoNabsDnuATGM";
	xeap_session_id first;
	struct bed b;

	bed_open(&b, "MISBEHAVING", PASSWORD);
	first = b.session;
	tell(&b, 1, 'r');
	fetch(&b);
	for (const char *what = wrong; *what; what++) {
		b.session = begin(&b);
		tell(&b, 1, *what);
		if (b.code != XEAP_E_METHOD_INVALID_PACKET)
			fail_msg("%c: %x", *what, b.code);
		assert_int_equal(b.error->method.vendor_type, 2);
		assert_int_equal(result_of(&b).failure_code, XEAP_E_METHOD_INVALID_PACKET);
		assert_false(result_of(&b).success);
		xeap_session_end(b.host, b.session, NULL);
	}
	b.session = first;
	tell(&b, 2, 'r');
	fetch(&b);
	assert_int_equal(b.packet[1], 2);
	bed_close(&b);
}

static void failures_of_its_own(void **state)
{
	struct bed b;

	bed_open(&b, "MISBEHAVING", PASSWORD);
	assert_int_equal(tell(&b, 1, 'm'), XEAP_E_OUT_OF_MEMORY); /* nothing has changed */
	assert_int_equal(tell(&b, 1, 'r'), XEAP_OK);
	tell(&b, 2, 'p');
	assert_int_not_equal(b.code, XEAP_OK);
	b.session = begin(&b);
	assert_int_equal(tell(&b, 1, 'g'), XEAP_E_AUTHENTICATION_FAILED);
	assert_null(strchr(b.error->root_cause, '\a'));
	bed_close(&b);
}

#define SHARED_TESTS                                                                               \
	cmocka_unit_test(methods_are_listed), cmocka_unit_test(example_logs_in),                   \
		cmocka_unit_test(example_sessions_interleave),                                     \
		cmocka_unit_test(example_asks_for_a_password),                                     \
		cmocka_unit_test(attributes_go_both_ways), cmocka_unit_test(load_says_why),        \
		cmocka_unit_test(misbehaviour_costs_its_session),                                  \
		cmocka_unit_test(failures_of_its_own)

static int setup(void **state)
{
	struct xeap_plugins_options o;

	find_built();
	assert_non_null(mkdtemp(dir));
	put("example", "example.so", 0755);
	put("misbehaving", "misbehaving.so", 0755);
	o = plugins_options(ISOLATE);
	if (xeap_plugins_load(&o, NULL) != 2 || refused[0])
		fail_msg("%s", refused);
	return 0;
}

static int teardown(void **state)
{
	remove_dir();
	return 0;
}

#endif
