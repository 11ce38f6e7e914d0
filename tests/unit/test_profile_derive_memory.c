/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What one of many supplicants costs, beside what is loaded once. */
#include "tests/unit/derive_bed.h"
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#define PEOPLE 10000
#define CERTIFIED 500 /* OpenSSL takes most of a millisecond to read one */

static struct xeap_profile *people[PEOPLE];

static size_t used(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

static void derive_one(struct xeap_profile *base, int i)
{
	char user[32], password[32];

	snprintf(user, sizeof(user), "user-%05d@example.org", i);
	snprintf(password, sizeof(password), "password of %05d", i);
	people[i] = derive(base, user, password);
}

static void certify_one(struct xeap_profile *base, int i, const struct pem *pem)
{
	const struct xeap_derivation d = {
		.size = sizeof(d),
		.identity = text("user@example.org"),
		.client_cert = text(pem->cert),
		.private_key = text(pem->key),
	};
	struct xeap_diag why;

	if (xeap_profile_derive(base, &d, &people[i], &why))
		fail_msg("%s", why.text);
}

/* Bytes for each. */
static void measure(const char *const *keys, const struct pem *pem, size_t limit)
{
	int n = pem ? CERTIFIED : PEOPLE;
	struct xeap_profile *base = load(keys);
	size_t before, each;

	/* What is made once, on the first occasion, is not the supplicants'. */
	if (pem)
		certify_one(base, 0, pem);
	else
		derive_one(base, 0);
	xeap_profile_unref(people[0]);
	before = used();
	for (int i = 0; i < n; i++)
		pem ? certify_one(base, i, pem) : derive_one(base, i);
	each = (used() - before) / (size_t)n;
	print_message("# %s: %zu bytes a supplicant\n", keys[0], each);
	assert_true(each < limit);
	for (int i = 0; i < n; i++)
		xeap_profile_unref(people[i]);
	xeap_profile_unref(base);
}

static void passwords(void **state)
{
	static const char *const md5[] = { "eap=MD5", "identity=\"nobody\"", "password=\"nothing\"",
					   NULL };
	static const char *const mschapv2[] = { "eap=MSCHAPV2", "identity=\"nobody\"",
						"password=\"nothing\"", NULL };

	measure(md5, NULL, 768);
	measure(mschapv2, NULL, 768);
}

static void tunnels(void **state)
{
	static const char *const peap[] = { "eap=PEAP",
					    "identity=\"nobody\"",
					    "password=\"nothing\"",
					    "phase2=\"auth=MSCHAPV2\"",
					    CA,
					    NULL };
	static const char *const ttls[] = { "eap=TTLS",
					    "identity=\"nobody\"",
					    "password=\"nothing\"",
					    "phase2=\"auth=PAP\"",
					    CA,
					    NULL };

	measure(peap, NULL, 2048);
	measure(ttls, NULL, 2048);
}

static void certificates(void **state)
{
	static const char *const tls[] = { "eap=TLS", "identity=\"nobody\"", CERTIFICATE, NULL };
	struct pem ec = pem_make("user@example.org", false, false);
	struct pem rsa = pem_make("user@example.org", true, false);

	measure(tls, NULL, 768);
	measure(tls, &ec, 16384);
	measure(tls, &rsa, 16384);
	pem_free(&ec);
	pem_free(&rsa);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passwords),
		cmocka_unit_test(tunnels),
		cmocka_unit_test(certificates),
	};

	return cmocka_run_group_tests(tests, derive_bed_set_up, derive_bed_tear_down);
}
