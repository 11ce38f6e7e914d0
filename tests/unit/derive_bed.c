/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/derive_bed.h"
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>

static struct xeap_host *host;

int derive_bed_set_up(void **state)
{
	assert_int_equal(xeap_host_new(NULL, &host), XEAP_OK);
	return tls_files_make(state);
}

int derive_bed_tear_down(void **state)
{
	host = xeap_host_free(host);
	return tls_files_remove(state);
}

static void set(struct xeap_config *config, const char *key_value)
{
	const char *equals = strchr(key_value, '=');
	char name[64], value[512] = "";

	snprintf(name, sizeof(name), "%.*s", (int)(equals - key_value), key_value);
	for (const char *p = equals + 1; *p; p++)
		strncat(value, *p == '@' && p[1] == '/' ? files.dir : (char[]){ *p, 0 },
			sizeof(value) - strlen(value) - 1);
	assert_int_equal(xeap_config_set(config, name, value, NULL), 0);
}

struct xeap_config *config_of(const char *const *keys)
{
	struct xeap_config *config;

	assert_int_equal(xeap_config_new(&config), 0);
	for (; *keys; keys++)
		set(config, *keys);
	return config;
}

struct xeap_profile *load(const char *const *keys)
{
	struct xeap_config *config = config_of(keys);
	struct xeap_profile *p = NULL;
	struct xeap_diag why;

	if (xeap_profile_new(config, &p, &why))
		fail_msg("%s", why.text);
	xeap_config_free(config);
	return p;
}

static struct xeap_profile *derived(struct xeap_profile *base, const struct xeap_derivation *d)
{
	struct xeap_profile *p = NULL;
	struct xeap_diag why;

	if (xeap_profile_derive(base, d, &p, &why))
		fail_msg("%s", why.text);
	return p;
}

struct xeap_profile *derive(struct xeap_profile *base, const char *identity, const char *password)
{
	const struct xeap_derivation d = {
		.size = sizeof(d),
		.identity = text(identity),
		.password = text(password),
	};

	return derived(base, &d);
}

static char *contents(BIO *bio)
{
	char *data, *copy;
	size_t n = (size_t)BIO_get_mem_data(bio, &data);

	copy = calloc(1, n + 1);
	assert_non_null(copy);
	memcpy(copy, data, n);
	BIO_free(bio);
	return copy;
}

static struct test_cert make(const char *cn, bool rsa)
{
	const struct test_cert_spec spec = {
		.cn = cn, .eku = "clientAuth", .issuer = &files.ca, .rsa = rsa
	};

	return test_cert_make(&spec);
}

static struct pem write(struct test_cert cert, bool chained)
{
	BIO *certs = BIO_new(BIO_s_mem()), *key = BIO_new(BIO_s_mem());

	PEM_write_bio_X509(certs, cert.x);
	if (chained)
		PEM_write_bio_X509(certs, files.ca.x);
	PEM_write_bio_PrivateKey(key, cert.key, NULL, NULL, 0, NULL, NULL);
	test_cert_free(&cert);
	return (struct pem){ contents(certs), contents(key) };
}

struct pem pem_make(const char *cn, bool rsa, bool chained)
{
	return write(make(cn, rsa), chained);
}

struct pem pem_make_weak(const char *cn)
{
	struct test_cert cert = make(cn, true);

	EVP_PKEY_free(cert.key);
	cert.key = EVP_RSA_gen(512);
	X509_set_pubkey(cert.x, cert.key);
	X509_sign(cert.x, files.ca.key, EVP_sha256());
	return write(cert, false);
}

void pem_free(struct pem *p)
{
	free(p->cert);
	free(p->key);
}

struct xeap_profile *derive_certified(struct xeap_profile *base, const char *cn, bool rsa,
				      bool chained)
{
	struct pem pem = pem_make(cn, rsa, chained);
	const struct xeap_derivation d = {
		.size = sizeof(d),
		.identity = text(cn),
		.client_cert = text(pem.cert),
		.private_key = text(pem.key),
	};
	struct xeap_profile *p = derived(base, &d);

	pem_free(&pem);
	return p;
}

void derive_bed_begin(struct derive_bed *b, struct xeap_profile *p, struct xeap_resumption *r)
{
	static const uint8_t ask[] = { 1, 0, 0, 5, 1 };
	struct xeap_span identity;

	memset(b, 0, sizeof(*b));
	b->options = (struct xeap_session_options){ .size = sizeof(b->options),
						    .profile = p,
						    .resumption = r };
	assert_int_equal(xeap_session_begin(host, &b->options, &b->session, NULL), XEAP_OK);
	assert_true(derive_bed_feed(b, ask, sizeof(ask)));
	assert_int_equal(xeap_get_identity(p, 0, &identity), XEAP_OK);
	assert_int_equal(b->response.len, 5 + identity.len);
	assert_memory_equal(b->response.data + 5, identity.data, identity.len);
}

bool derive_bed_feed(struct derive_bed *b, const uint8_t *packet, size_t len)
{
	enum xeap_action action;
	uint8_t *response;
	uint32_t size, code;

	code = xeap_session_process_received_packet(host, b->session, (uint32_t)len, packet,
						    &action, NULL);
	if (code || action != XEAP_ACTION_SEND)
		return false;
	assert_int_equal(xeap_session_get_send_packet(host, b->session, &size, &response, NULL),
			 XEAP_OK);
	b->response = xeap_span(response, size);
	return true;
}

struct xeap_span derive_bed_response(const struct derive_bed *b)
{
	return b->response;
}

bool derive_bed_end(struct derive_bed *b, bool success, uint8_t id)
{
	const uint8_t verdict[] = { success ? 3 : 4, id, 0, 4 };
	struct xeap_session_result result;

	derive_bed_feed(b, verdict, sizeof(verdict));
	assert_int_equal(xeap_session_get_result(host, b->session, XEAP_REASON_TIMEOUT, &result,
						 NULL),
			 XEAP_OK);
	b->resumed = result.info.resumed;
	assert_int_equal(xeap_session_end(host, b->session, NULL), XEAP_OK);
	return result.success;
}

SSL_CTX *derive_bed_server_context(void)
{
	const struct server_options o = { .cert = &files.server, .ca = &files.ca, .tickets = 1 };
	struct server s;
	SSL_CTX *ctx;

	server_init(&s, &o);
	ctx = s.ctx;
	SSL_CTX_up_ref(ctx);
	server_free(&s);
	return ctx;
}
