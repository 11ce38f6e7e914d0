/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/check.h"
#include "tests/unit/fake_writer.h"
#include "tests/unit/tls_certs.h"
#include "tests/unit/tls_server.h"
#include <errno.h>
#include <method/list.h>
#include <string.h>
#include <unistd.h>

/*
 * Somebody on the link between the peer and a good server. The input says what he does with each
 * request of the server:
 *
 *	first byte:	bit 0: TLS 1.2
 *			bit 1: packets of 64 bytes
 *			bit 2: fragments of 60 bytes from the server
 *			bit 3: the peer does not know the CA and asks a person, who says yes
 *			bit 4: who says no, with bit 3
 *			bit 5: the peer offers a session that the server knows
 *	then:	0		hand it on
 *		1 hi lo x	hand it on with x put on the byte at that place (modulo its length)
 *		2 n …		send n bytes of Type-Data before it
 *		3		let the peer find no room for its packets, once
 * After the input's end all is handed on.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_ROUNDS 600

static struct xeap_config *config;
static void *shared, *shared_asking;
static struct test_cert ca, server_cert, client;

/* Of a login before all others, TLS 1.3 and 1.2: what it left, and the server that knows it. */
static struct {
	uint8_t data[XEAP_RESUMPTION_MAX];
	size_t len;
	SSL_CTX *ctx;
} earlier[2];

struct link {
	const uint8_t *p, *end;
	void *ctx;
	struct fake_writer out;
	struct server server;
	size_t max_packet;
	bool broken; /* the peer took something that the server did not send */
	bool over;
	const char *accept;
};

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

static void load(void)
{
	char dir[] = "/tmp/xeap-fuzz-tls-XXXXXX";
	struct xeap_diag diag;

	CHECK(mkdtemp(dir));
	test_cert_write(&ca, dir, "ca", TEST_PEM);
	test_cert_write(&client, dir, "cert", TEST_PEM);
	test_key_write(&client, dir, "key", TEST_PEM, NULL);
	CHECK(xeap_config_new(&config) == 0);
	set_file(dir, "client_cert", "cert");
	set_file(dir, "private_key", "key");
	CHECK(xeap_method_tls.load(config, true, &shared_asking, &diag) == 0);
	set_file(dir, "ca_cert", "ca");
	CHECK(xeap_method_tls.load(config, false, &shared, &diag) == 0);
	remove_file(dir, "ca");
	remove_file(dir, "cert");
	remove_file(dir, "key");
	rmdir(dir);
}

static uint8_t next(struct link *l)
{
	return l->p < l->end ? *l->p++ : 0;
}

/* What must hold of every response, whatever came before. */
static void check_response(const struct link *l, const uint8_t *request)
{
	const struct xeap_chunk *c = &l->out.w.c;

	CHECK(c->len >= 6 && c->len <= l->max_packet);
	CHECK(c->data[0] == 2 && c->data[1] == request[1]);
	CHECK((size_t)(c->data[2] << 8 | c->data[3]) == c->len);
	CHECK(c->data[4] == 13);
}

/* The person sees the server's own certificate, and answers as ever. */
static int answer(struct link *l, struct xeap_method_result *result)
{
	struct xeap_prompt prompt;

	CHECK(l->accept && l->out.w.c.len == 0);
	CHECK(xeap_method_tls.get_prompt(l->ctx, &prompt) == 0);
	CHECK(prompt.count == 1 && strstr(prompt.text, "SHA-256"));
	prompt.fields[0].value = xeap_span(l->accept, 1);
	*result = (struct xeap_method_result){ 0 };
	return xeap_method_tls.answer(l->ctx, &prompt, fake_writer_begin(&l->out), result);
}

/*
 * Nobody but the server makes the peer believe in a success. Its Finished is the first of the two
 * when TLS 1.2 is resumed.
 */
static bool server_finished(const struct link *l)
{
	SSL *ssl = l->server.ssl;

	return SSL_is_init_finished(ssl) ||
	       (SSL_session_reused(ssl) && SSL_get_state(ssl) == TLS_ST_SW_FINISHED);
}

/* Returns whether there is a response. */
static bool feed(struct link *l, const uint8_t *bytes, size_t len)
{
	struct xeap_method_result result = { 0 };
	uint8_t *exact = malloc(len);
	int r;

	memcpy(exact, bytes, len);
	r = xeap_method_tls.process(l->ctx, xeap_span(exact, len), fake_writer_begin(&l->out),
				    &result);
	while (r == 0 && result.need == XEAP_NEED_UI) {
		r = answer(l, &result);
		if (r != -ENOBUFS)
			continue;
		l->out.append_max = SIZE_MAX;
		result.need = XEAP_NEED_UI;
		r = 0;
	}
	if (r == 0 && !result.ignore) {
		check_response(l, exact);
		if (result.decision != XEAP_DECISION_FAIL)
			CHECK(!(l->accept && *l->accept == '0') && server_finished(l));
	}
	free(exact);
	if (r == -ENOBUFS)
		l->out.append_max = SIZE_MAX;
	else if (r < 0)
		l->over = true;
	return r == 0 && !result.ignore;
}

static void hand_on(struct link *l, size_t at, uint8_t x)
{
	static uint8_t copy[SERVER_PACKET];
	size_t len = l->server.request_len;
	bool answered;

	memcpy(copy, l->server.request, len);
	if (x)
		copy[5 + at % (len - 5)] ^= x;
	answered = feed(l, copy, len);
	if (!answered && !l->over)
		answered = !x && feed(l, copy, len);
	l->broken |= answered && x;
	if (answered && !l->broken && l->server.verdict == SERVER_GOING_ON)
		server_take(&l->server, xeap_span(l->out.w.c.data, l->out.w.c.len));
}

static void inject(struct link *l)
{
	uint8_t packet[5 + 255] = { 1, 200, 0, 0, 13 };
	size_t n = next(l), left = (size_t)(l->end - l->p);

	if (n > left)
		n = left;
	packet[3] = (uint8_t)(5 + n);
	packet[2] = (uint8_t)((5 + n) >> 8);
	memcpy(packet + 5, l->p, n);
	l->p += n;
	l->broken |= feed(l, packet, 5 + n);
}

static void step(struct link *l)
{
	size_t at;

	switch (next(l) % 4) {
	case 0:
		hand_on(l, 0, 0);
		break;
	case 1:
		at = (size_t)next(l) << 8;
		at |= next(l);
		hand_on(l, at, next(l));
		break;
	case 2:
		inject(l);
		break;
	case 3:
		l->out.append_max = l->out.appended;
		break;
	}
}

static void offer(struct xeap_method_args *args, struct server_options *o, int version)
{
	args->keeps_resumption = true;
	args->resumption = xeap_span(earlier[version].data, earlier[version].len);
	o->ctx = earlier[version].ctx;
}

static void begin(struct link *l)
{
	uint8_t options = next(l);
	struct server_options o = { .cert = &server_cert, .ca = &ca, .tickets = 1 };
	struct xeap_method_args args = { .size = sizeof(args), .config = config, .shared = shared };

	l->accept = NULL;
	if (options & 8) {
		args.shared = shared_asking;
		l->accept = options & 16 ? "0" : "1";
	}

	o.version = options & 1 ? TLS1_2_VERSION : 0;
	o.fragment = options & 4 ? 60 : 0;
	if (options & 32 && !l->accept)
		offer(&args, &o, options & 1);
	l->max_packet = args.max_packet = options & 2 ? 64 : 1496;
	l->ctx = calloc(1, xeap_method_tls.ctx_size);
	CHECK(xeap_method_tls.init(l->ctx, &args) == 0);
	fake_writer_init(&l->out, l->max_packet);
	server_init(&l->server, &o);
}

static void end(struct link *l)
{
	xeap_method_tls.done(l->ctx);
	free(l->ctx);
	fake_writer_free(&l->out);
	server_free(&l->server);
}

static void log_in_before(int version)
{
	const uint8_t options = (uint8_t)(32 | version);
	static struct link l;
	int n;

	memset(&l, 0, sizeof(l));
	l.p = &options;
	l.end = l.p + 1;
	begin(&l);
	while (l.server.verdict == SERVER_GOING_ON)
		hand_on(&l, 0, 0);
	n = xeap_method_tls.get_resumption(l.ctx, earlier[version].data, XEAP_RESUMPTION_MAX);
	CHECK(n > 0);
	earlier[version].len = (size_t)n;
	earlier[version].ctx = l.server.ctx;
	SSL_CTX_up_ref(l.server.ctx);
	end(&l);
}

static void set_up(void)
{
	if (config)
		return;
	ca = test_cert_make(&(struct test_cert_spec){ .cn = "CA" });
	server_cert = test_cert_make(
		&(struct test_cert_spec){ .cn = "s", .eku = "serverAuth", .issuer = &ca });
	client = test_cert_make(
		&(struct test_cert_spec){ .cn = "c", .eku = "clientAuth", .issuer = &ca });
	load();
	log_in_before(0);
	log_in_before(1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct link l;

	set_up();
	memset(&l, 0, sizeof(l));
	l.p = data;
	l.end = data + size;
	begin(&l);
	for (int i = 0; i < MAX_ROUNDS && !l.over; i++) {
		if (l.p == l.end && (l.broken || l.server.verdict != SERVER_GOING_ON))
			break;
		step(&l);
	}
	end(&l);
	return 0;
}
