/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* RADIUS over TLS, RFC 6614 and RFC 6613 §2.6.4, against OpenSSL's server in memory. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "radius/radsec.h"
#include "tests/unit/tls_certs.h"

#define NAME "radsec.example.org"
#define GOT_MAX 16384

static struct test_cert ca, other_ca, server_cert, client_cert;
static char dir[] = "/tmp/xeap-radsec-XXXXXX";

struct lab {
	struct xeap_radsec_profile *profile;
	struct xeap_radsec_sink sink;
	struct xeap_radsec *radsec;
	SSL_CTX *ctx;
	SSL *ssl;
	BIO *in, *out;
	uint8_t got[GOT_MAX]; /* what came to the sink, one packet behind the other */
	size_t got_len, packets;
};

static int make_certs(void **state)
{
	ca = test_cert_make(&(struct test_cert_spec){ .cn = "ca" });
	other_ca = test_cert_make(&(struct test_cert_spec){ .cn = "other" });
	server_cert = test_cert_make(&(struct test_cert_spec){
		.cn = NAME, .san = "DNS:" NAME, .eku = "serverAuth", .issuer = &ca });
	client_cert = test_cert_make(
		&(struct test_cert_spec){ .cn = "nas", .eku = "clientAuth", .issuer = &ca });
	assert_non_null(mkdtemp(dir));
	test_cert_write(&ca, dir, "ca.pem", TEST_PEM);
	test_cert_write(&other_ca, dir, "other.pem", TEST_PEM);
	test_cert_write(&client_cert, dir, "client.pem", TEST_PEM);
	test_key_write(&client_cert, dir, "client.key", TEST_PEM, "swordfish");
	return 0;
}

static int remove_certs(void **state)
{
	static const char *const names[] = { "ca.pem", "other.pem", "client.pem", "client.key" };
	char path[64];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	rmdir(dir);
	test_cert_free(&ca);
	test_cert_free(&other_ca);
	test_cert_free(&server_cert);
	test_cert_free(&client_cert);
	return 0;
}

static void take(void *ctx, struct xeap_span packet)
{
	struct lab *l = ctx;

	assert_in_range(packet.len, 20, 4096);
	assert_true(l->got_len + packet.len <= sizeof(l->got));
	memcpy(l->got + l->got_len, packet.data, packet.len);
	l->got_len += packet.len;
	l->packets++;
}

static int load(struct lab *l, const char *ca_name, const char *server_name, struct xeap_diag *why)
{
	char ca_path[64], cert[64], key[64];
	const struct xeap_radsec_params p = {
		.ca_cert = ca_path,
		.client_cert = cert,
		.private_key = key,
		.private_key_passwd = "swordfish",
		.server_name = server_name,
	};

	snprintf(ca_path, sizeof(ca_path), "%s/%s", dir, ca_name);
	snprintf(cert, sizeof(cert), "%s/client.pem", dir);
	snprintf(key, sizeof(key), "%s/client.key", dir);
	return xeap_radsec_profile_new(&p, &l->profile, why);
}

static void make_server(struct lab *l)
{
	l->ctx = SSL_CTX_new(TLS_server_method());
	assert_true(SSL_CTX_use_certificate(l->ctx, server_cert.x));
	assert_true(SSL_CTX_use_PrivateKey(l->ctx, server_cert.key));
	X509_STORE_add_cert(SSL_CTX_get_cert_store(l->ctx), ca.x);
	SSL_CTX_set_verify(l->ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	l->ssl = SSL_new(l->ctx);
	l->in = BIO_new(BIO_s_mem());
	l->out = BIO_new(BIO_s_mem());
	SSL_set_bio(l->ssl, l->in, l->out);
	SSL_set_accept_state(l->ssl);
}

static void begin(struct lab *l, const char *ca_name, const char *server_name)
{
	struct xeap_diag why = { 0 };

	memset(l, 0, sizeof(*l));
	assert_int_equal(load(l, ca_name, server_name, &why), 0);
	l->sink = (struct xeap_radsec_sink){ .packet = take, .ctx = l };
	assert_int_equal(xeap_radsec_new(l->profile, &l->sink, &l->radsec), 0);
	make_server(l);
	assert_int_equal(xeap_radsec_start(l->radsec), 0);
}

static void end(struct lab *l)
{
	assert_null(xeap_radsec_free(l->radsec));
	assert_null(xeap_radsec_profile_free(l->profile));
	SSL_free(l->ssl);
	SSL_CTX_free(l->ctx);
}

static void to_server(struct lab *l)
{
	struct xeap_span out;

	while ((out = xeap_radsec_output(l->radsec)).len) {
		size_t n = out.len < 100 ? out.len : 100;

		assert_int_equal(BIO_write(l->in, out.data, (int)n), n);
		xeap_radsec_sent(l->radsec, n);
	}
}

/* At most `step` bytes at a time. */
static int to_client(struct lab *l, size_t step)
{
	uint8_t bytes[8192];
	int n;

	while ((n = BIO_read(l->out, bytes, (int)step)) > 0) {
		int err = xeap_radsec_receive(l->radsec, xeap_span(bytes, (size_t)n));

		if (err)
			return err;
	}
	return 0;
}

/* 0 when both are done, or what the client says. */
static int shake_hands(struct lab *l)
{
	int err = 0;

	for (int i = 0; i < 6 && !err; i++) {
		to_server(l);
		SSL_do_handshake(l->ssl);
		ERR_clear_error();
		err = to_client(l, 1000);
	}
	return err;
}

static struct xeap_span packet(uint8_t code, size_t len)
{
	static uint8_t bytes[2][5000];
	static unsigned int turn;
	uint8_t *p = bytes[turn++ % 2];

	memset(p, code, sizeof(bytes[0]));
	p[2] = (uint8_t)(len >> 8);
	p[3] = (uint8_t)len;
	return xeap_span(p, len);
}

static void read_packet(struct lab *l, struct xeap_span want)
{
	uint8_t bytes[5000];

	/* Each in a record of its own. */
	assert_int_equal(SSL_read(l->ssl, bytes, sizeof(bytes)), want.len);
	assert_memory_equal(bytes, want.data, want.len);
}

/* Packets from before the handshake and after it, and answers in pieces of each size. */
static void packets_go_both_ways(void **state)
{
	static const size_t steps[] = { 1, 7, 1000, 8192 };

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct xeap_span a = packet(1, 20), b = packet(2, 4096);
		struct lab l;

		begin(&l, "ca.pem", NAME);
		assert_int_equal(xeap_radsec_send(l.radsec, a), 0);
		assert_int_equal(xeap_radsec_send(l.radsec, b), 0);
		assert_int_equal(shake_hands(&l), 0);
		read_packet(&l, a);
		read_packet(&l, b);
		assert_int_equal(xeap_radsec_send(l.radsec, b), 0);
		to_server(&l);
		read_packet(&l, b);
		/* Three, of which two are in one record. */
		{
			uint8_t both[4116];

			memcpy(both, b.data, 4096);
			memcpy(both + 4096, a.data, 20);
			SSL_write(l.ssl, both, sizeof(both));
			SSL_write(l.ssl, both, 4096);
		}
		assert_int_equal(to_client(&l, steps[i]), 0);
		assert_int_equal(l.packets, 3);
		assert_int_equal(l.got_len, 4096 + 20 + 4096);
		assert_memory_equal(l.got, b.data, 4096);
		assert_memory_equal(l.got + 4096, a.data, 20);
		assert_memory_equal(l.got + 4116, b.data, 4096);
		end(&l);
	}
}

/* A length that no packet has: where the next one begins nobody knows. */
static void what_is_no_radius(void **state)
{
	static const size_t lengths[] = { 0, 19, 4097, 65535 };

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct lab l;

		begin(&l, "ca.pem", NAME);
		assert_int_equal(shake_hands(&l), 0);
		SSL_write(l.ssl, packet(2, lengths[i]).data, 20);
		assert_int_equal(to_client(&l, 1000), -EBADMSG);
		assert_non_null(strstr(xeap_radsec_why(l.radsec), "no RADIUS"));
		assert_int_equal(l.packets, 0);
		end(&l);
	}
}

static void server_of_another_name(void **state)
{
	struct lab l;

	begin(&l, "ca.pem", "other.example.org");
	assert_int_equal(xeap_radsec_send(l.radsec, packet(1, 20)), 0);
	assert_int_equal(shake_hands(&l), -EPROTO);
	assert_non_null(strstr(xeap_radsec_why(l.radsec), "other.example.org"));
	assert_int_equal(xeap_radsec_receive(l.radsec, packet(2, 20)), -EPROTO);
	end(&l);
}

static void server_of_another_ca(void **state)
{
	struct lab l;

	begin(&l, "other.pem", NAME);
	assert_int_equal(shake_hands(&l), -EPROTO);
	assert_non_null(strstr(xeap_radsec_why(l.radsec), "is not in ca_cert"));
	end(&l);
}

static void server_that_leaves(void **state)
{
	struct lab l;

	begin(&l, "ca.pem", NAME);
	assert_int_equal(shake_hands(&l), 0);
	SSL_shutdown(l.ssl);
	assert_int_equal(to_client(&l, 1000), -EPROTO);
	assert_int_not_equal(strlen(xeap_radsec_why(l.radsec)), 0);
	assert_int_equal(xeap_radsec_send(l.radsec, packet(1, 20)), -EPROTO);
	end(&l);
}

/* What waits is bounded. */
static void too_much_waits(void **state)
{
	struct lab l;
	int err = 0, n = 0;

	begin(&l, "ca.pem", NAME);
	while (!err && n++ < 1000)
		err = xeap_radsec_send(l.radsec, packet(1, 4096));
	assert_int_equal(err, -ENOBUFS);
	assert_in_range(n, 256, 999);
	end(&l);
}

static void parameters_are_checked(void **state)
{
	struct xeap_radsec_params p = { .server_name = NAME };
	struct xeap_diag why = { 0 };
	struct lab l = { 0 };

	assert_true(xeap_radsec_profile_new(&p, &l.profile, &why) < 0);
	assert_true(load(&l, "missing.pem", NAME, &why) < 0);
	assert_non_null(strstr(why.text, "missing.pem"));
	assert_null(l.profile);
	assert_null(xeap_radsec_profile_free(NULL));
	assert_null(xeap_radsec_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_go_both_ways),	  cmocka_unit_test(what_is_no_radius),
		cmocka_unit_test(server_of_another_name), cmocka_unit_test(server_of_another_ca),
		cmocka_unit_test(server_that_leaves),	  cmocka_unit_test(too_much_waits),
		cmocka_unit_test(parameters_are_checked),
	};

	return cmocka_run_group_tests(tests, make_certs, remove_certs);
}
