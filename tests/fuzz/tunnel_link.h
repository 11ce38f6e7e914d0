/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_TUNNEL_LINK_H
#define XEAP_TESTS_TUNNEL_LINK_H

#include "tests/unit/check.h"
#include "tests/unit/fake_writer.h"
#include "tests/unit/tls_certs.h"
#include "tests/unit/tls_server.h"
#include <method/list.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * A peer with a tunnelled method before a server whose certificate is good and who says inside the
 * tunnel what the input wants, in turn: how many bytes (two), and these. The first byte:
 *
 *	bit 0: TLS 1.2
 *	bit 1: packets of 80 bytes
 *	bit 2: fragments of 60 bytes from the server
 *	bit 3: which of the target's two networks
 *	bit 4: the server speaks in the message that ends the handshake
 *	bits 5 and 6: the version of the Start
 */
struct tunnel_link {
	const struct xeap_method *method;
	struct xeap_config *config[2];
	void *shared[2];
	struct test_cert ca, cert;
};

struct tunnel_input {
	const uint8_t *p, *end;
	bool said; /* something */
};

static inline void tunnel_link_load(struct tunnel_link *l, int n, const char *phase2)
{
	char dir[] = "/tmp/xeap-fuzz-tunnel-XXXXXX", value[256], path[96];
	struct xeap_diag diag = { 0 };

	if (!l->ca.x) {
		l->ca = test_cert_make(&(struct test_cert_spec){ .cn = "CA" });
		l->cert = test_cert_make(&(struct test_cert_spec){
			.cn = "s", .eku = "serverAuth", .issuer = &l->ca });
	}
	CHECK(mkdtemp(dir));
	test_cert_write(&l->ca, dir, "ca", TEST_PEM);
	snprintf(path, sizeof(path), "%s/ca", dir);
	snprintf(value, sizeof(value), "\"%s\"", path);
	CHECK(xeap_config_new(&l->config[n]) == 0);
	CHECK(xeap_config_set(l->config[n], "ca_cert", value, NULL) == 0);
	CHECK(xeap_config_set(l->config[n], "identity", "\"user\"", NULL) == 0);
	CHECK(xeap_config_set(l->config[n], "password", "\"secret\"", NULL) == 0);
	CHECK(xeap_config_set(l->config[n], "phase2", phase2, NULL) == 0);
	CHECK(l->method->load(l->config[n], false, &l->shared[n], &diag) == 0);
	unlink(path);
	rmdir(dir);
}

static inline enum server_verdict tunnel_say(struct server *s, struct xeap_span data)
{
	struct tunnel_input *in = s->o.insider;
	size_t n, left = (size_t)(in->end - in->p);

	(void)data;
	if (left < 2)
		return SERVER_SUCCESS;
	n = (size_t)(in->p[0] << 8 | in->p[1]) % 4096;
	in->p += 2;
	n = n < left - 2 ? n : left - 2;
	if (n && SSL_write(s->ssl, in->p, (int)n) <= 0)
		return SERVER_FAILURE;
	in->p += n;
	in->said |= n > 0;
	return n ? SERVER_GOING_ON : SERVER_SUCCESS;
}

static inline void tunnel_link_check(const struct xeap_chunk *c, const struct server *s,
				     size_t max_packet)
{
	CHECK(c->len >= 6 && c->len <= max_packet && c->data[0] == 2);
	CHECK(c->data[1] == s->id && c->data[4] == s->o.type);
}

/* Returns the last result, which is the target's to judge, and whether anything was said. */
static inline struct xeap_method_result tunnel_link_run(struct tunnel_link *l, const uint8_t *data,
							size_t size, bool *ret_said)
{
	static struct server server;
	static struct fake_writer out;
	struct tunnel_input in = { data + (size > 0), data + size, false };
	uint8_t options = size ? data[0] : 0;
	int which = options >> 3 & 1;
	struct server_options o = { .cert = &l->cert, .ca = &l->ca, .tickets = 1 };
	struct xeap_method_args args = { .size = sizeof(args), .shared = l->shared[which] };
	struct xeap_method_result result = { 0 };
	void *ctx = calloc(1, l->method->ctx_size);

	o.version = options & 1 ? TLS1_2_VERSION : 0;
	o.fragment = options & 4 ? 60 : 0;
	o.at_once = options & 16;
	o.version_bits = options >> 5 & 3;
	o.inside = tunnel_say;
	o.insider = &in;
	o.type = l->method->type.type;
	args.config = l->config[which];
	args.identity = xeap_config_get(args.config, XEAP_CONFIG_IDENTITY);
	args.max_packet = options & 2 ? 80 : 1496;
	CHECK(l->method->init(ctx, &args) == 0);
	fake_writer_init(&out, args.max_packet);
	server_init(&server, &o);
	for (int i = 0; i < 2000 && server.verdict == SERVER_GOING_ON; i++) {
		result = (struct xeap_method_result){ 0 };
		if (l->method->process(ctx, xeap_span(server.request, server.request_len),
				       fake_writer_begin(&out), &result) < 0 ||
		    result.ignore || result.need != XEAP_NEED_NONE)
			break;
		tunnel_link_check(&out.w.c, &server, args.max_packet);
		server_take(&server, xeap_span(out.w.c.data, out.w.c.len));
	}
	*ret_said = in.said;
	l->method->done(ctx);
	free(ctx);
	fake_writer_free(&out);
	server_free(&server);
	return result;
}

#endif
