/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_RADIUS_BED_H
#define XEAP_TESTS_RADIUS_BED_H

/*
 * Logins of peers that run the FAKE method, a server in memory (radius_server.h), and a virtual
 * clock.
 */
#include "fake_host.h"

#include <stdio.h>

#include "radius/client.h"
#include "radius_server.h"

#define FLOWS 2
#define LOGINS 300
#define STATION "02-00-00-00-00-01"
#define SENT_MAX 300

/* What the FAKE method is to do: respond, and be done with success. */
#define DO_SUCCEED "r42n"
#define DO_CONTINUE "r20n"

struct lab {
	struct xeap_host *host;
	struct xeap_profile *profile;
	struct xeap_radius_keys *keys;
	struct xeap_radius_client *client;
	struct xeap_radius_login *logins;
	struct server_packet *sent; /* as many as SENT_MAX, the oldest first */
	unsigned int sent_count, ended;
	int send_error;
	xeap_time now;
};

static inline int lab_send(void *ctx, struct xeap_radius_login *login, struct xeap_span packet)
{
	struct lab *l = ctx;
	struct server_packet *p = &l->sent[l->sent_count];

	if (l->send_error)
		return l->send_error;
	assert_in_range(l->sent_count, 0, SENT_MAX - 1);
	assert_in_range(packet.len, 20, 4096);
	l->sent_count++;
	memcpy(p->data, packet.data, packet.len);
	p->len = packet.len;
	assert_true(server_accepts(p, SERVER_SECRET));
	return 0;
}

static inline void lab_ended(void *ctx, struct xeap_radius_login *login)
{
	struct lab *l = ctx;

	assert_false(login->running);
	l->ended++;
}

static const struct xeap_radius_ops lab_ops = { .send = lab_send, .ended = lab_ended };

static inline struct xeap_radius_options lab_options(struct lab *l)
{
	static const uint8_t attributes[] = { 12, 6, 0, 0, 5, 0x78 };

	return (struct xeap_radius_options){
		.host = l->host,
		.keys = l->keys,
		.ops = &lab_ops,
		.ctx = l,
		.attributes = xeap_span(attributes, sizeof(attributes)),
		.server = "the server",
		.framed_mtu = 1400,
		.timeout = XEAP_S(60),
		.flows = FLOWS,
		.logins = LOGINS,
		.seed = 42,
	};
}

static inline void lab_client(struct lab *l, const struct xeap_radius_options *o)
{
	l->client = xeap_radius_client_free(l->client);
	assert_int_equal(xeap_radius_client_new(o, &l->client), 0);
}

static inline int lab_up(void **state)
{
	struct xeap_host_options host = { .size = sizeof(host), .max_sessions = LOGINS };
	struct lab *l = calloc(1, sizeof(*l));
	struct xeap_radius_options o;

	xeap_method_register(&fake_method);
	assert_int_equal(xeap_host_new(&host, &l->host), XEAP_OK);
	l->profile = bed_profile("FAKE", "\"" BED_IDENTITY "\"");
	assert_int_equal(xeap_radius_keys_new(xeap_span(SERVER_SECRET, strlen(SERVER_SECRET)),
					      &l->keys, NULL),
			 0);
	l->logins = calloc(LOGINS, sizeof(*l->logins));
	l->sent = calloc(SENT_MAX, sizeof(*l->sent));
	l->now = XEAP_S(1000);
	o = lab_options(l);
	lab_client(l, &o);
	*state = l;
	return 0;
}

static inline int lab_down(void **state)
{
	struct lab *l = *state;

	for (unsigned int i = 0; i < LOGINS; i++)
		xeap_radius_login_stop(&l->logins[i], "the test is over", l->now);
	xeap_radius_client_free(l->client);
	xeap_host_free(l->host);
	xeap_profile_unref(l->profile);
	xeap_radius_keys_free(l->keys);
	free(l->logins);
	free(l->sent);
	free(l);
	assert_int_equal(fake_begun, 0);
	return 0;
}

static inline void begin_on(struct lab *l, unsigned int login, uint32_t flow)
{
	const struct xeap_radius_begin b = {
		.profile = l->profile,
		.flow = flow,
		.station = xeap_span(STATION, strlen(STATION)),
	};

	assert_int_equal(xeap_radius_login_begin(l->client, &l->logins[login], &b, l->now), 0);
}

static inline void begin(struct lab *l)
{
	begin_on(l, 0, 0);
}

static inline struct server_packet *last(struct lab *l)
{
	assert_in_range(l->sent_count, 1, SENT_MAX);
	return &l->sent[l->sent_count - 1];
}

static inline void deliver(struct lab *l, const struct server_packet *p)
{
	/* A block of its own, so that a sanitizer sees any look past the end. */
	uint8_t *exact = malloc(p->len);

	memcpy(exact, p->data, p->len);
	xeap_radius_client_receive(l->client, 0, xeap_span(exact, p->len), l->now);
	free(exact);
}

/* A challenge whose EAP request tells the FAKE method what to do. */
static inline void make_challenge(const struct server_packet *request, struct server_packet *p,
				  const char *what, const char *echo)
{
	uint8_t eap[2048];
	char data[1024];
	struct xeap_span packet;

	snprintf(data, sizeof(data), "%s%s", what, echo);
	packet = fake_packet(eap, XEAP_EAP_REQUEST, (uint8_t)(request->data[1] + 17), FAKE_TYPE,
			     data, strlen(data));
	server_begin(p, 11, request);
	server_add_message_authenticator(p);
	server_add_eap(p, packet.data, packet.len);
	server_add(p, 24, "state!", 6);
}

static inline void challenge(struct lab *l, const char *what)
{
	struct server_packet p;

	make_challenge(last(l), &p, what, "");
	server_seal(&p, SERVER_SECRET);
	deliver(l, &p);
}

/* EAP-Success or -Failure with the Identifier of the response in the request (RFC 3748 §4.2). */
static inline void add_end(const struct server_packet *request, struct server_packet *p,
			   uint8_t code)
{
	size_t len;
	const uint8_t *response = server_find(request, 79, &len);
	uint8_t end[] = { code, response[1], 0, 4 };

	server_add_eap(p, end, sizeof(end));
}

static inline void make_accept(const struct server_packet *request, struct server_packet *p,
			       uint8_t fill)
{
	uint8_t key[32];

	memset(key, fill, sizeof(key));
	server_begin(p, 2, request);
	server_add_message_authenticator(p);
	add_end(request, p, XEAP_EAP_SUCCESS);
	server_add_key(p, 16, key, sizeof(key), request);
	server_add_key(p, 17, key, sizeof(key), request);
}

static inline void accept(struct lab *l, uint8_t fill)
{
	struct server_packet p;

	make_accept(last(l), &p, fill);
	server_seal(&p, SERVER_SECRET);
	deliver(l, &p);
}

static const struct xeap_radius_result *result(struct lab *l)
{
	assert_false(l->logins[0].running);
	assert_int_equal(xeap_radius_client_deadline(l->client), XEAP_NEVER);
	return &l->logins[0].result;
}

static inline void assert_failed(struct lab *l, const char *why)
{
	assert_int_equal(l->ended, 1);
	assert_false(result(l)->success);
	if (!strstr(result(l)->why.text, why))
		fail_msg("\"%s\" does not say \"%s\"", result(l)->why.text, why);
}

static inline void assert_attribute(const struct server_packet *p, uint8_t type, const char *value)
{
	size_t len = 0;
	const uint8_t *at = server_find(p, type, &len);

	assert_non_null(at);
	assert_int_equal(len, strlen(value));
	assert_memory_equal(at, value, len);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, lab_up, lab_down)

#endif
