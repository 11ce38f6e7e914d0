/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <method/list.h>
#include <string.h>
#include <unistd.h>
#include <xeap/host.h>

#include "host/resumption.h"
#include "tests/unit/check.h"
#include "tests/unit/fake_writer.h"
#include "tests/unit/tls_certs.h"
#include "tool/tickets_file.h"

/*
 * What a process kept for the next one, as that may find it. The input's first byte says how deep
 * it gets:
 *
 *	0	a file of tickets as it is
 *	1	its entries: beginning and sum are put right
 *	2	what one supplicant exported
 *	3	the session in it, without the time until which it is good: offered to a server
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

const struct xeap_method *const xeap_methods_builtin[] = { &xeap_method_tls };
const size_t xeap_methods_builtin_count = 1;

#define ROOM 65536

static struct xeap_config *config;
static struct xeap_profile *profile;
static void *shared;

static void set_file(const char *dir, const char *key, const char *name)
{
	char value[128];

	snprintf(value, sizeof(value), "\"%s/%s\"", dir, name);
	CHECK(xeap_config_set(config, key, value, NULL) == 0);
}

static void remove_file(const char *dir, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	unlink(path);
}

static void load(struct test_cert *ca, struct test_cert *client)
{
	char dir[] = "/tmp/xeap-fuzz-resumption-XXXXXX";

	CHECK(mkdtemp(dir));
	test_cert_write(ca, dir, "ca", TEST_PEM);
	test_cert_write(client, dir, "cert", TEST_PEM);
	test_key_write(client, dir, "key", TEST_PEM, NULL);
	CHECK(xeap_config_new(&config) == 0);
	CHECK(xeap_config_set(config, "eap", "TLS", NULL) == 0);
	CHECK(xeap_config_set(config, "identity", "\"user\"", NULL) == 0);
	set_file(dir, "ca_cert", "ca");
	set_file(dir, "client_cert", "cert");
	set_file(dir, "private_key", "key");
	CHECK(xeap_profile_new(config, &profile, NULL) == 0);
	CHECK(xeap_method_tls.load(config, false, &shared, NULL) == 0);
	remove_file(dir, "ca");
	remove_file(dir, "cert");
	remove_file(dir, "key");
	rmdir(dir);
}

static void set_up(void)
{
	struct test_cert ca, client;

	if (config)
		return;
	ca = test_cert_make(&(struct test_cert_spec){ .cn = "CA" });
	client = test_cert_make(&(struct test_cert_spec){ .cn = "client", .issuer = &ca });
	load(&ca, &client);
	test_cert_free(&ca);
	test_cert_free(&client);
}

/* Nothing that anybody made up is taken: there is a digest of what only the profile knows. */
static void import(struct xeap_span exported)
{
	struct xeap_resumption *r;
	size_t size;
	int err;

	CHECK(xeap_resumption_new(&r) == 0);
	size = xeap_resumption_size(r);
	err = xeap_resumption_import(r, profile, exported);
	CHECK(err == -EBADMSG || err == -ESTALE);
	CHECK(xeap_resumption_size(r) == size);
	xeap_resumption_free(r);
}

/* What was read is written in the same way. */
static void check_same(struct xeap_reader entries, struct xeap_span file)
{
	uint8_t *buf = malloc(ROOM + TICKET_SIZE_MAX);
	struct xeap_builder b = xeap_builder(buf, ROOM + TICKET_SIZE_MAX);
	struct ticket t;

	tickets_put_head(&b);
	while (ticket_next(&entries, &t))
		ticket_put(&b, &t);
	tickets_put_end(&b, tickets_sum(TICKETS_SUM_BEGIN, xeap_span(buf, xeap_builder_len(&b))));
	CHECK(xeap_builder_len(&b) == file.len && !memcmp(buf, file.data, file.len));
	free(buf);
}

static void read_file(struct xeap_span file, bool has_form)
{
	struct xeap_reader entries, all;
	struct ticket t;
	enum tickets_form form = tickets_form_of(file, &entries);

	CHECK(!has_form || form == TICKETS_SOUND || form == TICKETS_DAMAGED);
	if (form != TICKETS_SOUND)
		return;
	all = entries;
	check_same(all, file);
	while (ticket_next(&entries, &t))
		import(t.kept);
}

static void read_entries(struct xeap_span data)
{
	uint8_t *buf = malloc(data.len + 64), *exact;
	struct xeap_builder b = xeap_builder(buf, data.len + 64);
	size_t len;

	tickets_put_head(&b);
	xeap_put_span(&b, data);
	tickets_put_end(&b, tickets_sum(TICKETS_SUM_BEGIN, xeap_span(buf, xeap_builder_len(&b))));
	len = xeap_builder_len(&b);
	exact = malloc(len);
	memcpy(exact, buf, len);
	read_file(xeap_span(exact, len), true);
	free(exact);
	free(buf);
}

/* TLS Start, and what the peer says to it with that session in mind. */
static void hello(void *ctx)
{
	static const uint8_t start[] = { 1, 1, 0, 6, 13, 0x20 };
	struct xeap_method_result result = { 0 };
	struct fake_writer out;

	fake_writer_init(&out, 1400);
	CHECK(xeap_method_tls.process(ctx, xeap_span(start, sizeof(start)), fake_writer_begin(&out),
				      &result) == 0);
	CHECK(out.w.c.len > 6 && out.w.c.data[0] == 2);
	fake_writer_free(&out);
}

static void offer(struct xeap_span session)
{
	const uint64_t for_ever[2] = { UINT64_MAX, UINT64_MAX };
	uint8_t *kept = malloc(sizeof(for_ever) + session.len);
	struct xeap_method_args args = {
		.size = sizeof(args),
		.config = config,
		.shared = shared,
		.max_packet = 1400,
		.keeps_resumption = true,
		.resumption = { kept, sizeof(for_ever) + session.len },
	};
	void *ctx = calloc(1, xeap_method_tls.ctx_size);

	memcpy(kept, for_ever, sizeof(for_ever));
	memcpy(kept + sizeof(for_ever), session.data, session.len);
	CHECK(xeap_method_tls.init(ctx, &args) == 0);
	free(kept);
	hello(ctx);
	xeap_method_tls.done(ctx);
	free(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *exact;

	if (!size || size > ROOM)
		return 0;
	set_up();
	exact = malloc(size > 1 ? size - 1 : 1);
	memcpy(exact, data + 1, size - 1);
	switch (data[0] % 4) {
	case 0:
		read_file(xeap_span(exact, size - 1), false);
		break;
	case 1:
		read_entries(xeap_span(exact, size - 1));
		break;
	case 2:
		import(xeap_span(exact, size - 1));
		break;
	case 3:
		offer(xeap_span(exact, size - 1));
		break;
	}
	free(exact);
	return 0;
}
