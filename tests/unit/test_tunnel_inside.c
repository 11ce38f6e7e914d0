/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What a server may try inside the tunnels of PEAP, TTLS and TEAP: another method in place of a
 * proof, results out of turn, bindings of other tunnels, lengths that lie. And EAP-TLS inside PEAP.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/unit/peap_server.h"
#include "tests/unit/ttls_server.h"
#include "tests/unit/tunnel_bed.h"

#define IDENTITY "identity=\"DOM\\user\""
#define USER IDENTITY, "password=\"secret\""
/* NtPasswordHash of "secret" */
#define HASHED IDENTITY, "password=hash:878d8014606cda29677a44efa1353fc7"

static const char *const any[] = { USER, NULL };
static const char *const mschapv2[] = { USER, "phase2=\"auth=MSCHAPV2\"", NULL };
static const char *const eap_mschapv2[] = { USER, "phase2=\"autheap=MSCHAPV2\"", NULL };

static const struct insider insider = { .kind = INSIDER_MSCHAPV2,
					.user = "DOM\\user",
					.password = "secret" };

/* A login with PEAP 0 or 1, or TTLS: 0 to 2. */
struct login {
	struct peap_server peap;
	struct ttls_server ttls;
	struct tunnel_bed b;
	int which;
};

static struct insider *inside(struct login *l)
{
	return l->which < 2 ? &l->peap.insider : &l->ttls.insider;
}

static void begin(struct login *l, int which, int tls, const struct insider *i,
		  const char *const *keys)
{
	struct tunnel_start s = {
		.method = which < 2 ? &xeap_method_peap : &xeap_method_ttls,
		.keys = keys,
		.server = { .version = tls,
			    .version_bits = which == 1,
			    .inside = which < 2 ? peap_server_inside : ttls_server_inside,
			    .insider = which < 2 ? (void *)&l->peap : &l->ttls,
			    .label = which < 2 ? NULL : "ttls keying material" },
	};

	l->which = which;
	*inside(l) = *i;
	tunnel_bed_begin(&l->b, &s);
}

static void end(struct login *l)
{
	struct insider *i = inside(l);

	tunnel_bed_end(&l->b);
	i->legacy = xeap_legacy_put(i->legacy);
}

static void assert_success(struct login *l)
{
	tunnel_bed_assert_success(&l->b, l->which < 2 ? l->peap.keys : l->b.server.keys);
}

static void run(struct login *l, int way, const struct insider *i, const char *const *keys)
{
	memset(l, 0, sizeof(*l));
	begin(l, way / 2, way % 2 ? TLS1_2_VERSION : TLS1_3_VERSION, i, keys);
	tunnel_bed_run(&l->b);
}

/*
 * The proof is due, and the server asks for the password itself: were it answered, whoever does not
 * know it would learn it.
 */
static void another_method_instead_of_the_proof(void **state)
{
	static const uint8_t types[] = { INSIDER_GTC, INSIDER_MD5, 13, 99 };

	for (size_t t = 0; t < sizeof(types); t++) {
		struct insider i = insider;

		i.instead = types[t];
		for (int way = 0; way < 6; way++) {
			struct login l;

			run(&l, way, &i, any);
			assert_false(inside(&l)->leaked);
			assert_false(inside(&l)->naked);
			tunnel_bed_assert_failure(&l.b, "before the end of MSCHAPV2");
			end(&l);
		}
	}
}

/* After the proof another one may follow, if it is allowed; it counts then. */
static void another_method_after_the_proof(void **state)
{
	struct insider i = insider;

	for (int way = 0; way < 6; way++) {
		struct login l;

		i.afterwards = INSIDER_GTC;
		run(&l, way, &i, way < 4 ? mschapv2 : eap_mschapv2);
		assert_true(inside(&l)->naked);
		assert_false(inside(&l)->leaked);
		assert_success(&l);
		end(&l);
		/* Allowed, but of no use yet: what is content is not what runs. */
		i.afterwards = INSIDER_MSCHAPV2;
		run(&l, way, &i, any);
		tunnel_bed_assert_failure(&l.b, "");
		assert_false(inside(&l)->leaked);
		end(&l);
	}
}

static void identity_asked_again(void **state)
{
	struct insider i = insider;

	i.identity_midway = true;
	for (int way = 0; way < 6; way++) {
		struct login l;

		run(&l, way, &i, any);
		assert_success(&l);
		end(&l);
		/* It is no proof. */
		i.forges_proof = true;
		run(&l, way, &i, any);
		tunnel_bed_assert_failure(&l.b, "did not prove");
		i.forges_proof = false;
		end(&l);
	}
}

/* What was refused is refused each time, and what is allowed still is. */
static void refused_method_again(void **state)
{
	struct insider i = insider;

	i.first = INSIDER_GTC;
	i.nags = 100;
	for (int way = 0; way < 6; way++) {
		struct login l;

		run(&l, way, &i, way < 4 ? mschapv2 : eap_mschapv2);
		assert_int_equal(inside(&l)->nags, 0);
		assert_true(inside(&l)->naked);
		assert_success(&l);
		end(&l);
	}
}

/*
 * EAP-Success outside while the method inside is at any of its steps: it does not count before the
 * server's proof, and in PEAP before its result.
 */
static void outer_success_at_any_step(void **state)
{
	for (int way = 0; way < 6; way++) {
		int steps = 0;
		bool more = true;

		while (more) {
			struct login l;
			uint8_t key[64];

			memset(&l, 0, sizeof(l));
			begin(&l, way / 2, way % 2 ? TLS1_2_VERSION : TLS1_3_VERSION, &insider,
			      any);
			steps++;
			for (int n = 0; n < steps && more; n++)
				more = tunnel_bed_step(&l.b);
			if (more) {
				assert_int_equal(l.b.result.decision, XEAP_DECISION_FAIL);
				assert_int_equal(l.b.method->get_key(l.b.ctx, XEAP_KEY_MSK, key,
								     64),
						 -ENOENT);
			} else {
				assert_true(inside(&l)->proved);
				assert_success(&l);
			}
			end(&l);
		}
		assert_true(steps >= 4);
	}
}

static void peap_fails(struct login *l, enum peap_ending ending, enum peap_binding binding,
		       const char *why)
{
	for (int tls = TLS1_2_VERSION; tls <= TLS1_3_VERSION; tls++) {
		void (*spoil)(struct peap_server *, uint8_t *) = l->peap.spoil;

		memset(l, 0, sizeof(*l));
		l->peap = (struct peap_server){ .ending = ending,
						.binding = binding,
						.spoil = spoil };
		begin(l, 0, tls, &insider, mschapv2);
		tunnel_bed_run(&l->b);
		tunnel_bed_assert_failure(&l->b, why);
		assert_false(l->peap.peer_agreed || l->peap.peer_bound);
		end(l);
	}
}

/* [MS-PEAP] §2.2.8.1.1: what was sent and what was received. */
static void binding_versions(void **state)
{
	struct login l = { 0 };

	peap_fails(&l, PEAP_GOOD, BINDING_OTHER_VERSION, "another version was negotiated");
	peap_fails(&l, PEAP_GOOD, BINDING_OTHER_RECEIVED, "another version was negotiated");
}

/* A binding, however right, makes no success of a failure. */
static void binding_with_failure(void **state)
{
	struct login l = { 0 };

	peap_fails(&l, PEAP_FAILURE_BOUND, BINDING_GOOD, "failure inside PEAP");
}

static uint8_t recorded[60];

static void record(struct peap_server *p, uint8_t *tlv)
{
	memcpy(recorded, tlv, sizeof(recorded));
}

static void replay(struct peap_server *p, uint8_t *tlv)
{
	memcpy(tlv, recorded, sizeof(recorded));
}

static void flip_nonce(struct peap_server *p, uint8_t *tlv)
{
	tlv[8] ^= 1;
}

static void flip_reserved(struct peap_server *p, uint8_t *tlv)
{
	tlv[4] ^= 1;
}

/* One that was right in another tunnel, byte for byte; one that was changed on its way. */
static void binding_replayed(void **state)
{
	struct login l;

	memset(&l, 0, sizeof(l));
	l.peap.spoil = record;
	begin(&l, 0, 0, &insider, mschapv2);
	tunnel_bed_run(&l.b);
	assert_success(&l);
	assert_true(l.peap.peer_bound);
	end(&l);
	l.peap.spoil = replay;
	peap_fails(&l, PEAP_GOOD, BINDING_GOOD, "cryptobinding is wrong");
	l.peap.spoil = flip_nonce;
	peap_fails(&l, PEAP_GOOD, BINDING_GOOD, "cryptobinding is wrong");
	l.peap.spoil = flip_reserved;
	peap_fails(&l, PEAP_GOOD, BINDING_GOOD, "cryptobinding is wrong");
}

/* Once both ends have said success, nothing inside changes it, nor the keys. */
static void after_the_end_of_peap(void **state)
{
	static const enum peap_ending endings[] = { PEAP_SUCCESS_FAILURE, PEAP_SUCCESS_TWICE };

	for (int k = 0; k < 4; k++) {
		struct login l;

		memset(&l, 0, sizeof(l));
		l.peap.ending = endings[k / 2];
		begin(&l, 0, k % 2 ? TLS1_2_VERSION : TLS1_3_VERSION, &insider, mschapv2);
		tunnel_bed_run(&l.b);
		assert_true(l.peap.peer_bound);
		assert_int_equal(l.peap.ending, PEAP_GOOD);
		assert_success(&l);
		end(&l);
	}
}

/*
 * A session that was resumed needs no method inside; one that is begun all the same has to prove
 * what it has to, and one that was refused leaves nothing to be content with.
 */
static void resumed_with_a_method(void **state)
{
	static const uint8_t refused = 99;

	for (int way = 0; way < 16; way++) {
		struct peap_server first = { .insider = insider }, p = first;
		uint8_t session[XEAP_RESUMPTION_MAX];
		struct tunnel_bed b, again;
		struct tunnel_start s = {
			.method = &xeap_method_peap,
			.keys = mschapv2,
			.server = { .version = way & 1 ? TLS1_2_VERSION : TLS1_3_VERSION,
				    .version_bits = way & 2 ? 1 : 0,
				    .inside = peap_server_inside,
				    .insider = &first,
				    .tickets = 1 },
			.keeps = true,
		};
		int n;

		tunnel_bed_begin(&b, &s);
		tunnel_bed_run(&b);
		tunnel_bed_assert_success(&b, first.keys);
		n = xeap_method_peap.get_resumption(b.ctx, session, sizeof(session));
		assert_true(n > 0);
		SSL_set_shutdown(b.server.ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
		s.with = &b;
		s.server.ctx = b.server.ctx;
		s.server.insider = &p;
		s.resumption = xeap_span(session, (size_t)n);
		p.runs_inner = true;
		switch (way / 4) {
		case 0:
			p.insider.forges_proof = true;
			break;
		case 1:
			p.insider.skips_success = true;
			break;
		case 2:
			p.insider.first = refused;
			p.insider.kind = INSIDER_NONE;
			break;
		}
		tunnel_bed_begin(&again, &s);
		tunnel_bed_run(&again);
		assert_true(SSL_session_reused(again.server.ssl));
		if (way / 4 == 3)
			tunnel_bed_assert_success(&again, p.keys);
		else
			tunnel_bed_assert_failure(&again, "");
		assert_true(way / 4 != 2 || p.insider.naked);
		tunnel_bed_end(&again);
		tunnel_bed_end(&b);
		first.insider.legacy = xeap_legacy_put(first.insider.legacy);
		p.insider.legacy = xeap_legacy_put(p.insider.legacy);
	}
}

static void talk(struct tunnel_bed *b)
{
	static uint8_t packet[20000], zeros[16000];
	struct xeap_method_result result = { 0 };
	int n;

	assert_int_equal(SSL_write(b->server.ssl, zeros, sizeof(zeros)), sizeof(zeros));
	n = BIO_read(b->server.out, packet + 6, (int)sizeof(packet) - 6) + 6;
	memcpy(packet,
	       (const uint8_t[]){ 1, b->server.id ^ 0x80, (uint8_t)(n >> 8), (uint8_t)n,
				  b->method->type.type, b->server.version_bits },
	       6);
	assert_int_equal(b->method->process(b->ctx, xeap_span(packet, (size_t)n),
					    fake_writer_begin(&b->out), &result),
			 0);
	assert_false(result.ignore);
	assert_int_equal(b->out.w.c.len, 6);
	assert_int_not_equal(result.decision, XEAP_DECISION_FAIL);
}

/* Of what is said after the end nothing is kept, however much it is, and nothing comes of it. */
static void talk_after_the_end(void **state)
{
	for (int way = 0; way < 4; way++) {
		struct login l;

		run(&l, way, &insider, mschapv2);
		assert_success(&l);
		for (int n = 0; n < 20; n++)
			talk(&l.b);
		assert_success(&l);
		end(&l);
	}
}

/* What is said inside, whatever the peer answers; then EAP-Success outside. */
struct script {
	const uint8_t *bytes;
	size_t len;
	bool said;
	size_t heard; /* bytes of the answer */
};

static enum server_verdict say(struct server *s, struct xeap_span data)
{
	struct script *script = s->o.insider;

	if (script->said) {
		script->heard = data.len;
		return SERVER_SUCCESS;
	}
	/* In TTLS the peer speaks first. */
	script->said = true;
	assert_int_equal(SSL_write(s->ssl, script->bytes, (int)script->len), (int)script->len);
	return SERVER_GOING_ON;
}

static void script_fails(const struct xeap_method *method, uint8_t version, const char *const *keys,
			 const uint8_t *bytes, size_t len, const char *why)
{
	for (int tls = TLS1_2_VERSION; tls <= TLS1_3_VERSION; tls++) {
		struct script script = { .bytes = bytes, .len = len };
		struct tunnel_start s = {
			.method = method,
			.keys = keys,
			.server = { .version = tls,
				    .version_bits = version,
				    .inside = say,
				    .insider = &script,
				    .label = "x" },
		};
		struct tunnel_bed b;

		tunnel_bed_begin(&b, &s);
		tunnel_bed_run(&b);
		assert_true(script.said);
		tunnel_bed_assert_failure(&b, why);
		if (b.result.method_state != XEAP_METHOD_DONE)
			assert_int_equal(b.server.verdict, SERVER_SUCCESS);
		tunnel_bed_end(&b);
	}
}

#define SAYS(...) ((const uint8_t[]){ __VA_ARGS__ }), sizeof((const uint8_t[]){ __VA_ARGS__ })

/* Lengths inside, which only the server can have written. */
static void lengths_inside_peap(void **state)
{
	static uint8_t large[65000] = { 26, 1, 7, 0xff, 0xff, 16 };
	const struct xeap_method *m = &xeap_method_peap;
	static const char why[] = "makes no sense";

	script_fails(m, 1, any, SAYS(1, 9, 0xff, 0xff, 26, 1, 7, 0), why);
	script_fails(m, 1, any, SAYS(1, 9, 0, 3, 26), why);
	script_fails(m, 1, any, SAYS(1, 9, 0, 4), why);
	script_fails(m, 1, any, SAYS(1), why);
	script_fails(m, 0, any, large, sizeof(large), "");
	/* Extensions whose length is not that of the message are none in version 0. */
	script_fails(m, 0, any, SAYS(1, 9, 0, 12, 33, 0x80, 3, 0, 2, 0, 1), "");
	script_fails(m, 0, any, SAYS(1, 9, 0, 11, 33, 0x80, 3, 0xff, 0xff, 0, 1), "malformed");
	script_fails(m, 0, any, SAYS(1, 9, 0, 7, 33, 0x80, 3), "malformed");
	/* A Success inside version 0 is none, nor is an Identity a method. */
	script_fails(m, 0, any, SAYS(3, 9, 0, 4), "");
	script_fails(m, 1, any, SAYS(3, 9, 0, 4), "has not proved it");
	script_fails(m, 1, any, SAYS(4, 9, 0, 4), "failure inside PEAP");
	script_fails(m, 0, any, SAYS(1), "");
}

static void lengths_inside_ttls(void **state)
{
	static const char *const eap[] = { USER, "phase2=\"autheap=MSCHAPV2\"", NULL };
	static const char *const v2[] = { USER, "phase2=\"auth=MSCHAPV2\"", NULL };
	static const char *const both[] = { "AVPs inside TTLS that make no sense",
					    "packet inside TTLS that makes no sense" };
	const struct xeap_method *m = &xeap_method_ttls;

	script_fails(m, 0, eap, SAYS(0, 0, 0, 79, 0x40, 0xff, 0xff, 0xff, 1, 9, 0, 5), both[0]);
	script_fails(m, 0, eap, SAYS(0, 0, 0, 79, 0x40, 1, 0, 8, 1, 9, 0, 5), both[0]);
	script_fails(m, 0, eap, SAYS(0, 0, 0, 79, 0x40, 0, 0, 7), both[0]);
	script_fails(m, 0, eap, SAYS(0, 0, 0, 79, 0x40, 0, 0), both[0]);
	script_fails(m, 0, eap, SAYS(0, 0, 0, 26, 0xc0, 0, 0, 11, 0, 0, 1, 55), both[0]);
	script_fails(m, 0, eap, SAYS(0, 0, 0, 79, 0x40, 0, 0, 13, 1, 9, 0xff, 0xff, 26), both[1]);
	/* RFC 5281 §11.2.1: results come outside; a Success inside is none. */
	script_fails(m, 0, eap, SAYS(0, 0, 0, 79, 0x40, 0, 0, 12, 3, 9, 0, 4), both[1]);
	script_fails(m, 0, eap, SAYS(0, 0, 0, 79, 0x40, 0, 0, 12, 4, 9, 0, 4), both[1]);
	/* EAP where none was begun; a proof that is none, or of the other vendor. */
	script_fails(m, 0, v2, SAYS(0, 0, 0, 79, 0x40, 0, 0, 13, 1, 9, 0, 5, 1), both[0]);
	script_fails(m, 0, v2, SAYS(0, 0, 0, 26, 0xc0, 0, 0, 12, 0, 0, 1, 55), "does not prove");
	script_fails(m, 0, v2, SAYS(0, 0, 0, 26, 0x40, 0, 0, 8), both[0]);
	script_fails(m, 0, eap, SAYS(0, 0, 0, 26, 0xc0, 0, 0, 12, 0, 0, 1, 55), both[0]);
	/* What need not be understood is skipped, and is no success. */
	script_fails(m, 0, v2, SAYS(0, 0, 0, 77, 0, 0, 0, 9, 1), "check identity and password");
}

static void lengths_inside_teap(void **state)
{
	const struct xeap_method *m = &xeap_method_teap;
	static const char malformed[] = "malformed TEAP TLVs", none[] = "makes no sense";

	script_fails(m, 1, any, SAYS(0x80, 9, 0xff, 0xff, 1, 9, 0, 5, 1), malformed);
	script_fails(m, 1, any, SAYS(0x80, 9, 0, 3, 1, 9, 0), malformed);
	script_fails(m, 1, any, SAYS(0x80, 9, 0), malformed);
	script_fails(m, 1, any, SAYS(0x80, 9, 0, 6, 1, 9, 0xff, 0xff, 26, 1), none);
	script_fails(m, 1, any, SAYS(0x80, 9, 0, 4, 3, 9, 0, 4), none);
	script_fails(m, 1, any, SAYS(0x80, 3, 0, 2, 0, 1), "without crypto-binding");
	script_fails(m, 1, any, SAYS(0x80, 10, 0, 2, 0, 1), "has not proved it");
	script_fails(m, 1, any, SAYS(0x80, 9, 0, 5, 1, 9, 0, 5, 1, 0x80, 9, 0, 5, 1, 9, 0, 5, 1),
		     malformed);
}

/* A login within the login: another server, of another CA perhaps. */
struct nested {
	struct server server;
	struct login l;
};

static void begin_nested(struct nested *n, int way, const char *const *keys, bool interactive)
{
	struct server_options o = { .cert = &files.server, .ca = &files.ca, .fragment = 300 };
	struct insider i = insider;
	struct tunnel_start s = {
		.method = &xeap_method_peap,
		.keys = keys,
		.interactive = interactive,
		.server = { .inside = peap_server_inside, .insider = &n->l.peap },
	};

	memset(n, 0, sizeof(*n));
	s.server.version = way & 1 ? TLS1_2_VERSION : TLS1_3_VERSION;
	s.server.version_bits = way & 2 ? 1 : 0;
	o.version = s.server.version;
	server_init(&n->server, &o);
	i.kind = INSIDER_TLS;
	i.nested = &n->server;
	n->l.peap.insider = i;
	tunnel_bed_begin(&n->l.b, &s);
	tunnel_bed_run(&n->l.b);
}

static void end_nested(struct nested *n)
{
	end(&n->l);
	server_free(&n->server);
}

#define CLIENT2 "client_cert2=\"@/client.pem\"", "private_key2=\"@/client.key\""
#define TLS_INSIDE IDENTITY, CLIENT2, "phase2=\"auth=TLS\""

static void tls_inside(void **state)
{
	static const char *const keys[] = { TLS_INSIDE, "ca_cert2=\"@/ca.pem\"", NULL };
	static struct nested n;

	for (int way = 0; way < 4; way++) {
		begin_nested(&n, way, keys, false);
		assert_success(&n.l);
		assert_int_equal(n.server.verdict, SERVER_SUCCESS);
		assert_true(n.l.peap.bound == !(way & 2));
		end_nested(&n);
	}
}

/* The right CA outside is not enough, though it is the same server's certificate. */
static void tls_inside_of_another_ca(void **state)
{
	static const char *const other[] = { TLS_INSIDE, "ca_cert2=\"@/otherca.pem\"", NULL };
	static const char *const name[] = { TLS_INSIDE, "ca_cert2=\"@/ca.pem\"",
					    "domain_match2=\"other.test\"", NULL };
	static struct nested n;

	for (int way = 0; way < 4; way++) {
		begin_nested(&n, way, other, false);
		assert_int_equal(n.server.alert, SSL_AD_UNKNOWN_CA);
		assert_int_equal(n.server.verdict, SERVER_FAILURE);
		tunnel_bed_assert_failure(&n.l.b, "TLS inside the tunnel: server certificate's CA "
						  "(CN=the CA,O=xeap test) is not in ca_cert or "
						  "ca_path (keys end in 2 there)");
		assert_int_equal(n.l.b.result.diag.code, XEAP_E_SERVER_ROOT_CERT_NOT_FOUND);
		end_nested(&n);
		begin_nested(&n, way, name, false);
		assert_int_equal(n.server.alert, SSL_AD_BAD_CERTIFICATE);
		tunnel_bed_assert_failure(&n.l.b, "domain_match=\"other.test\"");
		tunnel_bed_assert_failure(&n.l.b, "(keys end in 2 there)");
		end_nested(&n);
	}
}

/* Without ca_cert2 nobody could tell the server inside: refused, or a person is asked. */
static void tls_inside_without_a_ca(void **state)
{
	static const char *const keys[] = { TLS_INSIDE, NULL };
	static const char *const no_client[] = { IDENTITY, "ca_cert2=\"@/ca.pem\"",
						 "phase2=\"auth=TLS\"", NULL };
	static struct nested n;

	tunnel_bed_assert_refused(&xeap_method_peap, keys, "TLS inside PEAP");
	tunnel_bed_assert_refused(&xeap_method_peap, keys, "ca_cert");
	tunnel_bed_assert_refused(&xeap_method_peap, keys, "(keys end in 2 there)");
	tunnel_bed_assert_refused(&xeap_method_peap, no_client, "(keys end in 2 there)");
	for (int way = 0; way < 8; way++) {
		struct xeap_prompt prompt;

		begin_nested(&n, way, keys, true);
		assert_int_equal(n.l.b.method->get_prompt(n.l.b.ctx, &prompt), 0);
		assert_non_null(strstr(prompt.text, " is not in ca_cert2 or ca_path2\n"));
		assert_non_null(strstr(prompt.text, "SHA-256: "));
		tunnel_bed_answer(&n.l.b, "accept", way & 4 ? "1" : "0");
		tunnel_bed_run(&n.l.b);
		if (way & 4) {
			assert_success(&n.l);
		} else {
			assert_int_equal(n.server.alert, SSL_AD_UNKNOWN_CA);
			tunnel_bed_assert_failure(&n.l.b, "server certificate's CA");
		}
		end_nested(&n);
	}
}

/* The hash of a password does where the password does, and no further. */
static void hashed_password(void **state)
{
	static const char *const hashed[] = { HASHED, "phase2=\"auth=MSCHAPV2\"", NULL };
	static const char *const wrong[] = { IDENTITY,
					     "password=hash:878d8014606cda29677a44efa1353fc8",
					     "phase2=\"auth=MSCHAPV2\"", NULL };
	static const char *const gtc[] = { HASHED, "phase2=\"auth=GTC\"", NULL };
	static const char *const md5[] = { HASHED, "phase2=\"auth=MD5\"", NULL };

	for (int way = 0; way < 4; way++) {
		struct login l;

		run(&l, way, &insider, hashed);
		assert_success(&l);
		end(&l);
		run(&l, way, &insider, wrong);
		tunnel_bed_assert_failure(&l.b, "E=691");
		end(&l);
	}
	tunnel_bed_assert_refused(&xeap_method_peap, gtc, "GTC inside PEAP");
	tunnel_bed_assert_refused(&xeap_method_peap, md5, "MD5 inside PEAP");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_method_instead_of_the_proof),
		cmocka_unit_test(another_method_after_the_proof),
		cmocka_unit_test(identity_asked_again),
		cmocka_unit_test(refused_method_again),
		cmocka_unit_test(outer_success_at_any_step),
		cmocka_unit_test(binding_versions),
		cmocka_unit_test(binding_with_failure),
		cmocka_unit_test(binding_replayed),
		cmocka_unit_test(after_the_end_of_peap),
		cmocka_unit_test(talk_after_the_end),
		cmocka_unit_test(resumed_with_a_method),
		cmocka_unit_test(lengths_inside_peap),
		cmocka_unit_test(lengths_inside_ttls),
		cmocka_unit_test(lengths_inside_teap),
		cmocka_unit_test(tls_inside),
		cmocka_unit_test(tls_inside_of_another_ca),
		cmocka_unit_test(tls_inside_without_a_ca),
		cmocka_unit_test(hashed_password),
	};

	return cmocka_run_group_tests_name("inside tunnels, hostile servers", tests, tls_files_make,
					   tls_files_remove);
}
