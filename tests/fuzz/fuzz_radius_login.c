/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A login with the FAKE method against a server that says any bytes. Each record of the input is
 * what to do, two bytes of length, and attributes:
 *
 *	0 to 3	an Access-Accept, -Reject or -Challenge, or a code that is none, right in every
 *		other way: what is made of attributes is reached
 *	4	the record as a packet, as it is
 *	5	time passes, to the next deadline
 *
 * However it goes, the login has come to its end when time is up, once, with a reason if it failed;
 * and it succeeds only after an Access-Accept.
 */

#include "method/list.h"
#include "radius/client.h"
#include "tests/unit/fake_method.h"
#include "tests/unit/radius_server.h"
#include "tests/unit/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

const struct xeap_method *const xeap_methods_builtin[] = { &fake_method };
const size_t xeap_methods_builtin_count = 1;

#define DEADLINES_MAX 64

struct lab {
	struct xeap_host *host;
	struct xeap_profile *profile;
	struct xeap_radius_keys *keys;
	struct xeap_radius_client *client;
	struct xeap_radius_login login;
	struct server_packet request;
	unsigned int ended;
	bool accepted;
	xeap_time now;
};

static int take_request(void *ctx, struct xeap_radius_login *login, struct xeap_span packet)
{
	struct lab *l = ctx;

	CHECK(packet.len >= 20 && packet.len <= 4096);
	memcpy(l->request.data, packet.data, packet.len);
	l->request.len = packet.len;
	CHECK(server_accepts(&l->request, SERVER_SECRET));
	return 0;
}

static void ended(void *ctx, struct xeap_radius_login *login)
{
	struct lab *l = ctx;

	l->ended++;
	CHECK(!login->running);
	CHECK(!login->result.success || l->accepted);
	CHECK(login->result.success || login->result.why.text[0]);
}

static const struct xeap_radius_ops ops = { .send = take_request, .ended = ended };

/* Host, profile and keys are made once. */
static struct lab *set_up(void)
{
	static struct lab l;
	struct xeap_radius_options o = { .ops = &ops,
					 .ctx = &l,
					 .server = "server",
					 .framed_mtu = 1400,
					 .timeout = XEAP_S(60),
					 .flows = 1,
					 .logins = 1 };
	struct xeap_config *config = NULL;

	if (!l.host) {
		CHECK(!xeap_host_new(NULL, &l.host) && !xeap_config_new(&config));
		CHECK(!xeap_config_set(config, "eap", "FAKE", NULL));
		CHECK(!xeap_config_set(config, "identity", "\"bob\"", NULL));
		CHECK(!xeap_profile_new(config, &l.profile, NULL));
		xeap_config_free(config);
		CHECK(!xeap_radius_keys_new(xeap_span(SERVER_SECRET, strlen(SERVER_SECRET)),
					    &l.keys, NULL));
	}
	o.host = l.host;
	o.keys = l.keys;
	l.ended = 0;
	l.accepted = false;
	CHECK(!xeap_radius_client_new(&o, &l.client));
	return &l;
}

static void deliver(struct lab *l, const uint8_t *data, size_t len)
{
	xeap_radius_client_receive(l->client, 0, xeap_span(data, len), l->now);
}

/* Attributes as they are in the input, in a packet that is the server's. */
static void respond(struct lab *l, uint8_t code, struct xeap_span attributes)
{
	struct server_packet p;

	server_begin(&p, code, &l->request);
	server_add_message_authenticator(&p);
	if (attributes.len)
		memcpy(p.data + p.len, attributes.data, attributes.len);
	p.len += attributes.len;
	p.data[2] = (uint8_t)(p.len >> 8);
	p.data[3] = (uint8_t)p.len;
	server_seal(&p, SERVER_SECRET);
	l->accepted |= code == XEAP_RADIUS_ACCESS_ACCEPT;
	deliver(l, p.data, p.len);
}

static void pass_time(struct lab *l)
{
	xeap_time at = xeap_radius_client_deadline(l->client);

	CHECK(!l->login.running || at != XEAP_NEVER);
	if (at != XEAP_NEVER)
		l->now = at;
	xeap_radius_client_tick(l->client, l->now);
}

static void act(struct lab *l, uint8_t what, struct xeap_span record)
{
	static const uint8_t codes[] = { 2, 3, 11, 5 };

	if (what < 4)
		respond(l, codes[what], record);
	else if (what == 4)
		deliver(l, record.data, record.len);
	else
		pass_time(l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lab *l = set_up();
	struct xeap_reader r = xeap_reader(xeap_span(data, size));
	const struct xeap_radius_begin b = { .profile = l->profile,
					     .station = xeap_span("02-00", 5) };

	CHECK(!xeap_radius_login_begin(l->client, &l->login, &b, l->now));
	while (l->login.running && xeap_reader_left(&r)) {
		uint8_t what = xeap_read_u8(&r) % 6;
		size_t len = xeap_read_u16(&r), left = xeap_reader_left(&r);

		len = len < left ? len : left;
		act(l, what, xeap_read_span(&r, len < 4000 ? len : 4000));
	}
	for (int i = 0; l->login.running && i < DEADLINES_MAX; i++)
		pass_time(l);
	CHECK(l->ended == 1 && !l->login.running && !l->login.session);
	xeap_radius_client_free(l->client);
	return 0;
}
