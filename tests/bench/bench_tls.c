/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * CPU time of the peer in an EAP-TLS login, full and resumed: all calls on libxeap from begin to
 * end, with the keys fetched and the session kept for the next one, against an EAP-TLS server in
 * memory whose work is not counted. Beside it what OpenSSL alone takes for the client's side of the
 * same full handshake over memory BIOs: SSL_new(), SSL_do_handshake(), SSL_free(), with the same
 * certificates, options and server.
 */
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench.h"
#include "tests/bench/peer.h"

#define LOGINS 60 /* a round */

struct bed {
	struct bench_files files;
	struct server_options server;
	struct server *s;
	struct xeap_host *host;
	struct xeap_pool *pool;
	struct xeap_profile *profile;
	struct xeap_resumption *resumption;
	SSL_CTX *ctx;
};

static double spent; /* by the side that is measured */

static void enter(void)
{
	spent -= bench_clock(CLOCK_THREAD_CPUTIME_ID);
}

static void leave(void)
{
	spent += bench_clock(CLOCK_THREAD_CPUTIME_ID);
}

static struct xeap_span answer(const struct bed *b, xeap_session_id id, struct xeap_span packet)
{
	struct xeap_span response;

	enter();
	response = bench_answer(b->host, id, packet);
	leave();
	return response;
}

/* EAP-Success, the verdict, the key, the end. */
static void succeed(const struct bed *b, xeap_session_id id, bool resumed)
{
	const uint8_t success[] = { 3, b->s->id, 0, 4 };
	struct xeap_session_result result;
	enum xeap_action action;
	uint8_t key[64];
	uint32_t size = sizeof(key);

	enter();
	if (xeap_session_process_received_packet(b->host, id, sizeof(success), success, &action,
						 NULL) ||
	    xeap_session_get_result(b->host, id, XEAP_REASON_FROM_METHOD, &result, NULL) ||
	    !result.success || xeap_session_get_key(b->host, id, XEAP_KEY_MSK, &size, key, NULL))
		bench_die("an EAP-TLS login failed");
	if (result.info.resumed != resumed)
		bench_die("an EAP-TLS session was%s resumed", resumed ? " not" : "");
	xeap_session_end(b->host, id, NULL);
	leave();
}

static xeap_session_id begin(const struct bed *b)
{
	struct xeap_session_options o = { .size = sizeof(o),
					  .profile = b->profile,
					  .pool = b->pool,
					  .resumption = b->resumption };
	xeap_session_id id;

	enter();
	if (xeap_session_begin(b->host, &o, &id, NULL))
		bench_die("no session");
	leave();
	return id;
}

static void log_in(const struct bed *b, bool resumed)
{
	static const uint8_t identity_request[] = { 1, 0, 0, 5, 1 };
	xeap_session_id id;

	server_init(b->s, &b->server);
	id = begin(b);
	answer(b, id, xeap_span(identity_request, sizeof(identity_request)));
	while (b->s->verdict == SERVER_GOING_ON)
		server_take(b->s, answer(b, id, xeap_span(b->s->request, b->s->request_len)));
	if (b->s->verdict != SERVER_SUCCESS)
		bench_die("the server refused an EAP-TLS login");
	succeed(b, id, resumed);
	server_free(b->s);
}

static void log_in_fully(const struct bed *b)
{
	xeap_resumption_clear(b->resumption);
	log_in(b, false);
}

static void log_in_again(const struct bed *b)
{
	log_in(b, true);
}

/* Its two BIOs are the server's, the other way round. */
static SSL *new_client(const struct bed *b)
{
	SSL *ssl = SSL_new(b->ctx);

	BIO_up_ref(b->s->in);
	BIO_up_ref(b->s->out);
	SSL_set_bio(ssl, b->s->out, b->s->in);
	SSL_set_connect_state(ssl);
	return ssl;
}

static void shake_hands(const struct bed *b)
{
	int client = 0, server = 0;
	SSL *ssl;

	server_init(b->s, &b->server);
	enter();
	ssl = new_client(b);
	leave();
	for (int turns = 0; (client != 1 || server != 1) && turns < 10; turns++) {
		enter();
		client = SSL_do_handshake(ssl);
		leave();
		server = SSL_do_handshake(b->s->ssl);
	}
	if (client != 1 || server != 1)
		bench_die("a bare OpenSSL handshake failed");
	enter();
	SSL_free(ssl);
	leave();
	server_free(b->s);
}

static double microseconds(void (*f)(const struct bed *b), const struct bed *b)
{
	spent = 0;
	for (int i = 0; i < LOGINS; i++)
		f(b);
	return spent / LOGINS / 1000;
}

/* As user/crypto has it. */
static SSL_CTX *make_ctx(const struct bed *b, int version)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

	if (!ctx)
		bench_die("no OpenSSL");
	SSL_CTX_set_options(ctx,
			    SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_min_proto_version(ctx, version);
	SSL_CTX_set_max_proto_version(ctx, version);
	X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), b->files.ca.x);
	if (SSL_CTX_use_certificate(ctx, b->files.client.x) != 1 ||
	    SSL_CTX_use_PrivateKey(ctx, b->files.client.key) != 1)
		bench_die("OpenSSL refuses the client's certificate");
	return ctx;
}

static const struct side {
	const char *what;
	void (*log_in)(const struct bed *b);
	double limit;
} sides[] = {
	{ "full", log_in_fully, 1.15 },
	{ "resumed", log_in_again, 0.35 },
};

#define SIDES (sizeof(sides) / sizeof(sides[0]))

/* All sides in turn, so that what disturbs one round disturbs each of them. */
static void measure(const struct bed *b, struct bench_pair pairs[SIDES])
{
	for (size_t i = 0; i < BENCH_ROUNDS; i++) {
		double bare = microseconds(shake_hands, b);

		for (size_t n = 0; n < SIDES; n++) {
			pairs[n].ours[i] = microseconds(sides[n].log_in, b);
			pairs[n].theirs[i] = bare;
		}
	}
}

static void print(const char *tls, const struct bench_pair pairs[SIDES])
{
	char what[64];

	for (size_t n = 0; n < SIDES; n++) {
		snprintf(what, sizeof(what), "peer CPU of a %s EAP-TLS login, TLS %s",
			 sides[n].what, tls);
		bench_print(&(struct bench_row){ .row = "tls",
						 .what = what,
						 .unit = "us",
						 .against = "bare OpenSSL full handshake",
						 .goal = { .about = BENCH_RATIO,
							   .limit = sides[n].limit } },
			    &pairs[n]);
	}
}

static void compare(struct bed *b, int version, const char *tls, const char *phase1)
{
	const char *const settings[] = { "eap=TLS",
					 "identity=\"user\"",
					 "ca_cert=\"@/ca.pem\"",
					 "client_cert=\"@/client.pem\"",
					 "private_key=\"@/client.key\"",
					 phase1,
					 NULL };
	struct bench_pair pairs[SIDES];

	b->server = (struct server_options){
		.cert = &b->files.server, .ca = &b->files.ca, .version = version, .tickets = 1
	};
	server_init(b->s, &b->server);
	b->server.ctx = b->s->ctx; /* what knows the tickets outlives each server */
	SSL_CTX_up_ref(b->server.ctx);
	server_free(b->s);
	b->profile = bench_profile(&b->files, settings);
	b->ctx = make_ctx(b, version);
	log_in_fully(b);
	shake_hands(b);
	measure(b, pairs);
	print(tls, pairs);
	SSL_CTX_free(b->server.ctx);
	SSL_CTX_free(b->ctx);
	xeap_profile_unref(b->profile);
}

int main(void)
{
	struct bed b = { .s = malloc(sizeof(*b.s)) };

	if (!b.s || xeap_host_new(NULL, &b.host) || xeap_pool_new(64, 2048, &b.pool) ||
	    xeap_resumption_new(&b.resumption))
		bench_die("out of memory");
	bench_files_make(&b.files, 0);
	compare(&b, TLS1_2_VERSION, "1.2", "phase1=\"tls_disable_tlsv1_3=1\"");
	compare(&b, TLS1_3_VERSION, "1.3", "phase1=\"tls_disable_tlsv1_2=1\"");
	xeap_resumption_free(b.resumption);
	bench_files_remove(&b.files);
	xeap_host_free(b.host);
	xeap_pool_free(b.pool);
	free(b.s);
	return 0;
}
