/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "tests/unit/tls_bed.h"

struct tls_files files;

static struct test_cert make_leaf(const char *cn, const char *san, const char *eku, bool rsa)
{
	struct test_cert_spec spec = {
		.cn = cn, .san = san, .eku = eku, .issuer = &files.ca, .rsa = rsa
	};

	return test_cert_make(&spec);
}

static void write_pair(const struct test_cert *cert, const char *name)
{
	char file[64];

	snprintf(file, sizeof(file), "%s.pem", name);
	test_cert_write(cert, files.dir, file, TEST_PEM);
	snprintf(file, sizeof(file), "%s.key", name);
	test_key_write(cert, files.dir, file, TEST_PEM, NULL);
}

int tls_files_make(void **state)
{
	strcpy(files.dir, "/tmp/xeap-test-tls-XXXXXX");
	assert_non_null(mkdtemp(files.dir));
	files.ca = test_cert_make(&(struct test_cert_spec){ .cn = "the CA" });
	files.other_ca = test_cert_make(&(struct test_cert_spec){ .cn = "another CA" });
	files.server = make_leaf("radius.xeap.test", "DNS:radius.xeap.test", "serverAuth", false);
	files.server_rsa =
		make_leaf("radius.xeap.test", "DNS:radius.xeap.test", "serverAuth", true);
	files.client = make_leaf("client", NULL, "clientAuth", false);
	files.client_rsa = make_leaf("client", NULL, "clientAuth", true);
	write_pair(&files.ca, "ca");
	write_pair(&files.other_ca, "otherca");
	write_pair(&files.client, "client");
	write_pair(&files.client_rsa, "client-rsa");
	return 0;
}

int tls_files_remove(void **state)
{
	DIR *dir = opendir(files.dir);
	struct dirent *e;

	while ((e = readdir(dir)))
		unlinkat(dirfd(dir), e->d_name, 0);
	closedir(dir);
	rmdir(files.dir);
	test_cert_free(&files.ca);
	test_cert_free(&files.other_ca);
	test_cert_free(&files.server);
	test_cert_free(&files.server_rsa);
	test_cert_free(&files.client);
	test_cert_free(&files.client_rsa);
	return 0;
}

/* "NAME=VALUE"; @ in a value is the folder. */
static void set(struct xeap_config *config, const char *key_value)
{
	const char *equals = strchr(key_value, '=');
	char name[64], value[4096] = "";

	snprintf(name, sizeof(name), "%.*s", (int)(equals - key_value), key_value);
	for (const char *p = equals + 1; *p; p++)
		strncat(value, *p == '@' ? files.dir : (char[]){ *p, 0 },
			sizeof(value) - strlen(value) - 1);
	assert_int_equal(xeap_config_set(config, name, value, NULL), 0);
}

struct xeap_config *tls_config(const char *const *further)
{
	static const char *const usual[] = { "ca_cert=\"@/ca.pem\"", "client_cert=\"@/client.pem\"",
					     "private_key=\"@/client.key\"" };
	struct xeap_config *config;

	assert_int_equal(xeap_config_new(&config), 0);
	if (further && *further && strcmp(*further, TLS_NO_CA) == 0)
		further++;
	else
		set(config, usual[0]);
	for (size_t i = 1; i < 3; i++)
		set(config, usual[i]);
	for (; further && *further; further++)
		set(config, *further);
	return config;
}

static void begin(struct tls_bed *b, const struct server_options *options, size_t max_packet,
		  uint32_t flags)
{
	struct xeap_method_args args = { .size = sizeof(args), .flags = flags };
	struct server_options o = options ? *options : (struct server_options){ 0 };

	if (!o.cert)
		o.cert = &files.server;
	if (!o.ca)
		o.ca = &files.ca;
	args.config = b->config;
	args.shared = b->shared;
	args.keeps_resumption = b->keeps;
	args.resumption = b->resumption;
	args.max_packet = max_packet ? (uint32_t)max_packet : 1496;
	if (!o.max_packet)
		o.max_packet = args.max_packet;
	b->ctx = calloc(1, xeap_method_tls.ctx_size);
	assert_int_equal(xeap_method_tls.init(b->ctx, &args), 0);
	/*
	 * Memory for more than may be sent, half of the time: the packet's limit is not the
	 * memory's.
	 */
	fake_writer_init(&b->out, args.max_packet + (args.max_packet % 4 ? 0 : 200));
	server_init(&b->server, &o);
}

static void load(struct tls_bed *b, const char *const *further, bool interactive)
{
	struct xeap_diag diag = { 0 };

	memset(b, 0, sizeof(*b));
	b->config = tls_config(further);
	if (xeap_method_tls.load(b->config, interactive, &b->shared, &diag) < 0)
		fail_msg("%s", diag.text);
}

void tls_bed_begin(struct tls_bed *b, const struct server_options *options, size_t max_packet,
		   const char *const *further)
{
	load(b, further, false);
	begin(b, options, max_packet, 0);
}

void tls_bed_begin_asking(struct tls_bed *b, const struct server_options *options,
			  size_t max_packet, const char *const *further, uint32_t flags)
{
	load(b, further, true);
	begin(b, options, max_packet, flags);
}

static void share(struct tls_bed *b, const struct tls_bed *with)
{
	memset(b, 0, sizeof(*b));
	b->config = with->config;
	b->shared = with->shared;
	b->sharing = true;
}

void tls_bed_begin_sharing(struct tls_bed *b, const struct server_options *options,
			   const struct tls_bed *with)
{
	share(b, with);
	begin(b, options, 0, 0);
}

void tls_bed_begin_resuming(struct tls_bed *b, const struct server_options *options,
			    const struct tls_bed *with, struct xeap_span resumption)
{
	share(b, with);
	b->keeps = true;
	b->resumption = resumption;
	begin(b, options, 0, 0);
}

void tls_bed_end(struct tls_bed *b)
{
	xeap_method_tls.done(b->ctx);
	free(b->ctx);
	fake_writer_free(&b->out);
	server_free(&b->server);
	if (b->sharing)
		return;
	xeap_method_tls.unload(b->shared);
	xeap_config_free(b->config);
}

int tls_bed_feed(struct tls_bed *b, const uint8_t *bytes, size_t len, bool *ret_ignored)
{
	struct xeap_method_result result = { 0 };
	uint8_t *exact = malloc(len);
	int r;

	memcpy(exact, bytes, len);
	r = xeap_method_tls.process(b->ctx, xeap_span(exact, len), fake_writer_begin(&b->out),
				    &result);
	free(exact);
	*ret_ignored = result.ignore;
	if (!result.ignore)
		b->result = result;
	return r;
}

bool tls_bed_step(struct tls_bed *b)
{
	bool ignored;

	if (b->server.verdict != SERVER_GOING_ON)
		return false;
	assert_int_equal(tls_bed_feed(b, b->server.request, b->server.request_len, &ignored), 0);
	assert_false(ignored);
	assert_true(++b->rounds < 4096);
	if (b->result.need == XEAP_NEED_UI)
		return false;
	server_take(&b->server, xeap_span(b->out.w.c.data, b->out.w.c.len));
	return b->server.verdict == SERVER_GOING_ON;
}

void tls_bed_run(struct tls_bed *b)
{
	while (tls_bed_step(b))
		;
}

int tls_bed_answer(struct tls_bed *b, const char *accept)
{
	struct xeap_method_result result = { 0 };
	struct xeap_prompt answers;
	int r;

	assert_int_equal(xeap_method_tls.get_prompt(b->ctx, &answers), 0);
	assert_int_equal(answers.count, 1);
	assert_string_equal(answers.fields[0].id, "accept");
	assert_int_equal(answers.fields[0].kind, XEAP_FIELD_CONFIRM);
	answers.fields[0].value = xeap_span(accept, strlen(accept));
	r = xeap_method_tls.answer(b->ctx, &answers, fake_writer_begin(&b->out), &result);
	b->result = result;
	if (r == 0)
		server_take(&b->server, xeap_span(b->out.w.c.data, b->out.w.c.len));
	return r;
}

static void assert_key(struct tls_bed *b, enum xeap_key_kind kind, const uint8_t *want, size_t len)
{
	uint8_t got[128];

	assert_int_equal(xeap_method_tls.get_key(b->ctx, kind, got, len - 1), -ENOSPC);
	assert_int_equal(xeap_method_tls.get_key(b->ctx, kind, got, sizeof(got)), len);
	assert_memory_equal(got, want, len);
}

void tls_bed_assert_success(struct tls_bed *b)
{
	if (b->result.decision == XEAP_DECISION_FAIL)
		fail_msg("peer: %s", b->result.diag.text);
	assert_int_equal(b->server.verdict, SERVER_SUCCESS);
	assert_int_equal(b->result.diag.code, 0);
	assert_key(b, XEAP_KEY_MSK, b->server.keys, 64);
	assert_key(b, XEAP_KEY_EMSK, b->server.keys + 64, 64);
	assert_key(b, XEAP_KEY_SESSION_ID, b->server.session_id, 65);
}
