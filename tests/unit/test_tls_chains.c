/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* A server's chain is verified once for all sessions of a profile, as long as it is valid. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <crypto/chains.h>
#include <string.h>
#include "tests/unit/tls_bed.h"
#include "tests/unit/tls_clock.h"

static unsigned int verified;
int __real_X509_verify_cert(X509_STORE_CTX *store);
int __wrap_X509_verify_cert(X509_STORE_CTX *store);

int __wrap_X509_verify_cert(X509_STORE_CTX *store)
{
	verified++;
	return __real_X509_verify_cert(store);
}

static struct test_cert make_server(int seconds)
{
	return test_cert_make(&(struct test_cert_spec){ .cn = "radius.xeap.test",
							.eku = "serverAuth",
							.issuer = &files.ca,
							.from_days = -1,
							.to_seconds = seconds });
}

/* How many chains the peer verified in a login that succeeds. */
static unsigned int log_in(const struct tls_bed *network, const struct test_cert *server)
{
	struct server_options o = { .cert = server };
	struct tls_bed b;

	verified = 0;
	tls_bed_begin_sharing(&b, &o, network);
	tls_bed_run(&b);
	tls_bed_assert_success(&b);
	tls_bed_end(&b);
	return verified;
}

static void open_network(struct tls_bed *network, const char *const *keys)
{
	ahead = 0;
	tls_bed_begin(network, NULL, 0, keys);
}

static void once_a_server(void **state)
{
	struct test_cert other = make_server(1000);
	struct tls_bed network;

	open_network(&network, NULL);
	assert_int_equal(log_in(&network, &files.server), 1);
	assert_int_equal(log_in(&network, &files.server), 0);
	assert_int_equal(log_in(&network, &other), 1);
	assert_int_equal(log_in(&network, &other), 0);
	assert_int_equal(log_in(&network, &files.server), 0);
	tls_bed_end(&network);
	test_cert_free(&other);
}

static void once_a_profile(void **state)
{
	struct tls_bed network;

	for (int i = 0; i < 2; i++) {
		open_network(&network, NULL);
		assert_int_equal(log_in(&network, &files.server), 1);
		tls_bed_end(&network);
	}
}

/* Outside of its validity it is for OpenSSL to say what is wrong. */
static void while_it_is_valid(void **state)
{
	struct test_cert server = make_server(1000);
	struct tls_bed network;

	open_network(&network, NULL);
	assert_int_equal(log_in(&network, &server), 1);
	ahead = 999;
	assert_int_equal(log_in(&network, &server), 0);
	ahead = 1001;
	assert_int_equal(log_in(&network, &server), 1);
	ahead = -90000; /* the certificate begins a day ago */
	assert_int_equal(log_in(&network, &server), 1);
	tls_bed_end(&network);
	test_cert_free(&server);
}

static void unless_time_is_not_looked_at(void **state)
{
	static const char *const keys[] = { "phase1=\"tls_disable_time_checks=1\"", NULL };
	struct test_cert server = make_server(1000);
	struct tls_bed network;

	open_network(&network, keys);
	assert_int_equal(log_in(&network, &server), 1);
	ahead = 1001;
	assert_int_equal(log_in(&network, &server), 0);
	tls_bed_end(&network);
	test_cert_free(&server);
}

static void memory_is_bounded(void **state)
{
	struct test_cert servers[XEAP_CHAINS + 1];
	struct tls_bed network;

	open_network(&network, NULL);
	for (int i = 0; i <= XEAP_CHAINS; i++) {
		servers[i] = make_server(1000);
		assert_int_equal(log_in(&network, &servers[i]), 1);
	}
	assert_int_equal(log_in(&network, &servers[XEAP_CHAINS]), 0);
	assert_int_equal(log_in(&network, &servers[0]), 1);
	for (int i = 0; i <= XEAP_CHAINS; i++)
		test_cert_free(&servers[i]);
	tls_bed_end(&network);
}

static void assert_refused(const struct tls_bed *network, const struct test_cert *server)
{
	struct server_options o = { .cert = server };
	struct tls_bed b;

	verified = 0;
	tls_bed_begin_sharing(&b, &o, network);
	tls_bed_run(&b);
	assert_int_equal(b.result.decision, XEAP_DECISION_FAIL);
	assert_true(b.result.diag.code != 0);
	assert_int_equal(verified, 1);
	tls_bed_end(&b);
}

/* By its name, or by its issuer. */
static void refused_each_time(void **state)
{
	static const char *const keys[] = { "domain_match=\"radius.xeap.test\"", NULL };
	struct test_cert_spec spec = { .cn = "other.xeap.test",
				       .eku = "serverAuth",
				       .issuer = &files.ca };
	struct test_cert name = test_cert_make(&spec), issuer;
	struct tls_bed network;

	spec.cn = "radius.xeap.test";
	spec.issuer = &files.other_ca;
	issuer = test_cert_make(&spec);
	open_network(&network, keys);
	assert_int_equal(log_in(&network, &files.server), 1);
	for (int i = 0; i < 2; i++) {
		assert_refused(&network, &name);
		assert_refused(&network, &issuer);
	}
	assert_int_equal(log_in(&network, &files.server), 0);
	tls_bed_end(&network);
	test_cert_free(&name);
	test_cert_free(&issuer);
}

/* A person's word is good for one login. */
static void accepted_by_a_person(void **state)
{
	static const char *const keys[] = { TLS_NO_CA, NULL };
	struct tls_bed network, b;

	tls_bed_begin_asking(&network, NULL, 0, keys, 0);
	for (int i = 0; i < 2; i++) {
		tls_bed_begin_sharing(&b, NULL, &network);
		tls_bed_run(&b);
		assert_int_equal(b.result.need, XEAP_NEED_UI);
		assert_int_equal(tls_bed_answer(&b, "1"), 0);
		tls_bed_run(&b);
		tls_bed_assert_success(&b);
		tls_bed_end(&b);
	}
	tls_bed_end(&network);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(once_a_server),
		cmocka_unit_test(once_a_profile),
		cmocka_unit_test(while_it_is_valid),
		cmocka_unit_test(unless_time_is_not_looked_at),
		cmocka_unit_test(memory_is_bounded),
		cmocka_unit_test(refused_each_time),
		cmocka_unit_test(accepted_by_a_person),
	};

	return cmocka_run_group_tests_name("tls chains", tests, tls_files_make, tls_files_remove);
}
