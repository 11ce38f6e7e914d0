/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/bench/peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/bench.h"

void bench_files_make(struct bench_files *f, unsigned int padding)
{
	strcpy(f->dir, "/tmp/xeap-bench-XXXXXX");
	if (!mkdtemp(f->dir))
		bench_die("no folder for certificates: %m");
	f->ca = test_cert_make(&(struct test_cert_spec){ .cn = "the CA" });
	f->server = test_cert_make(&(struct test_cert_spec){
		.cn = "radius.xeap.test", .eku = "serverAuth", .issuer = &f->ca });
	f->client = test_cert_make(&(struct test_cert_spec){
		.cn = "client", .eku = "clientAuth", .issuer = &f->ca, .padding = padding });
	test_cert_write(&f->ca, f->dir, "ca.pem", TEST_PEM);
	test_cert_write(&f->client, f->dir, "client.pem", TEST_PEM);
	test_key_write(&f->client, f->dir, "client.key", TEST_PEM, NULL);
}

void bench_files_remove(struct bench_files *f)
{
	static const char *const names[] = { "ca.pem", "client.pem", "client.key" };
	char path[128];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", f->dir, names[i]);
		unlink(path);
	}
	rmdir(f->dir);
	test_cert_free(&f->ca);
	test_cert_free(&f->server);
	test_cert_free(&f->client);
}

static void set(const struct bench_files *files, struct xeap_config *config, const char *setting)
{
	const char *value = strchr(setting, '=') + 1, *at = strchr(value, '@');
	char name[64], text[256];
	struct xeap_diag why = { 0 };

	snprintf(name, sizeof(name), "%.*s", (int)(value - 1 - setting), setting);
	if (at)
		snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - value), value, files->dir,
			 at + 1);
	else
		snprintf(text, sizeof(text), "%s", value);
	if (xeap_config_set(config, name, text, &why))
		bench_die("%s: %s", setting, why.text);
}

struct xeap_profile *bench_profile(const struct bench_files *files, const char *const *settings)
{
	struct xeap_profile *profile;
	struct xeap_config *config;
	struct xeap_diag why = { 0 };

	if (xeap_config_new(&config))
		bench_die("out of memory");
	for (; *settings; settings++)
		set(files, config, *settings);
	if (xeap_profile_new(config, &profile, &why))
		bench_die("%s", why.text);
	xeap_config_free(config);
	return profile;
}

xeap_session_id bench_begin(struct xeap_host *host, struct xeap_profile *profile,
			    struct xeap_pool *pool)
{
	struct xeap_session_options o = { .size = sizeof(o), .profile = profile, .pool = pool };
	xeap_session_id id;
	uint32_t code = xeap_session_begin(host, &o, &id, NULL);

	if (code)
		bench_die("no session: code %#x", code);
	return id;
}

struct xeap_span bench_answer(struct xeap_host *host, xeap_session_id id, struct xeap_span packet)
{
	enum xeap_action action;
	uint32_t size = 0;
	uint8_t *response = NULL;
	uint32_t code = xeap_session_process_received_packet(host, id, (uint32_t)packet.len,
							     packet.data, &action, NULL);

	if (!code && action == XEAP_ACTION_SEND)
		code = xeap_session_get_send_packet(host, id, &size, &response, NULL);
	if (code || !response)
		bench_die("a request was not answered: code %#x, action %d", code, (int)action);
	return xeap_span(response, size);
}
