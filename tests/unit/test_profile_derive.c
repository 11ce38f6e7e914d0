/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Many supplicants of one loaded profile, each with credentials of its own. */
#include "tests/unit/derive_bed.h"
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/unit/peap_server.h"
#include "tests/unit/pwd_server.h"
#include "tests/unit/ttls_server.h"

#define PEOPLE 3
#define NOBODY "identity=\"nobody\"", "password=\"nothing\""
#define HASH "password=hash:878d8014606cda29677a44efa1353fc7"

static void names_of(int i, char user[32], char password[32])
{
	snprintf(user, 32, "user-%d@example.org", i);
	snprintf(password, 32, "secret of %d", i);
}

static struct xeap_profile *person(struct xeap_profile *base, int i)
{
	char user[32], password[32];

	names_of(i, user, password);
	return derive(base, user, password);
}

static struct insider insider_of(enum insider_kind kind, const char *user, const char *password)
{
	return (struct insider){ .kind = kind, .user = user, .password = password };
}

/* The method itself, without a tunnel. Whether the server accepts. */
static bool log_in_plainly(struct xeap_profile *p, enum insider_kind kind, const char *user,
			   const char *password)
{
	struct insider i = insider_of(kind, user, password);
	enum insider_verdict verdict = INSIDER_GOES_ON;
	struct derive_bed b;

	derive_bed_begin(&b, p, NULL);
	insider_begin(&i);
	while (verdict == INSIDER_GOES_ON && derive_bed_feed(&b, i.packet, i.packet_len))
		verdict = insider_take(&i, derive_bed_response(&b));
	xeap_legacy_put(i.legacy);
	return derive_bed_end(&b, verdict == INSIDER_ACCEPTS, i.id);
}

static void of_its_own(const char *const *keys, enum insider_kind kind)
{
	struct xeap_profile *base = load(keys), *people[PEOPLE];
	char user[32], password[32];

	for (int i = 0; i < PEOPLE; i++)
		people[i] = person(base, i);
	assert_true(log_in_plainly(base, kind, "nobody", "nothing"));
	/* The derived ones hold what they need. */
	xeap_profile_unref(base);
	for (int i = 0; i < PEOPLE; i++) {
		names_of(i, user, password);
		assert_true(log_in_plainly(people[i], kind, user, password));
		assert_false(log_in_plainly(people[i], kind, user, "nothing"));
		xeap_profile_unref(people[i]);
	}
}

static void plain_methods(void **state)
{
	static const char *const md5[] = { "eap=MD5", NOBODY, NULL };
	static const char *const gtc[] = { "eap=GTC", NOBODY, NULL };
	static const char *const mschapv2[] = { "eap=MSCHAPV2", NOBODY, NULL };
	static const char *const all[] = { "eap=TLS MSCHAPV2 MD5 GTC", NOBODY, CERTIFICATE, NULL };

	of_its_own(md5, INSIDER_MD5);
	of_its_own(gtc, INSIDER_GTC);
	of_its_own(mschapv2, INSIDER_MSCHAPV2);
	of_its_own(all, INSIDER_MD5);
}

/* RFC 2759's hash stands for a password: with another password it would be another's. */
static void hash_is_dropped(void **state)
{
	static const char *const keys[] = { "eap=MSCHAPV2", "identity=\"nobody\"", HASH, NULL };
	struct xeap_profile *base = load(keys), *p = person(base, 1), *same;

	assert_true(log_in_plainly(p, INSIDER_MSCHAPV2, "user-1@example.org", "secret of 1"));
	assert_true(log_in_plainly(base, INSIDER_MSCHAPV2, "nobody", "secret"));
	/* Who has no password of its own has that of the base. */
	same = derive(base, "somebody", NULL);
	assert_true(log_in_plainly(same, INSIDER_MSCHAPV2, "somebody", "secret"));
	xeap_profile_unref(same);
	xeap_profile_unref(p);
	xeap_profile_unref(base);
}

static void derived_again(void **state)
{
	static const char *const keys[] = { "eap=PEAP MD5", NOBODY, CERTIFICATE, NULL };
	struct xeap_profile *base = load(keys), *once = derive(base, "once", "first");
	struct xeap_profile *twice = derive(once, NULL, "second");

	xeap_profile_unref(base);
	assert_true(log_in_plainly(twice, INSIDER_MD5, "once", "second"));
	assert_true(log_in_plainly(once, INSIDER_MD5, "once", "first"));
	xeap_profile_unref(once);
	assert_true(log_in_plainly(twice, INSIDER_MD5, "once", "second"));
	xeap_profile_unref(twice);
}

static void assert_identity(struct xeap_profile *p, const char *want)
{
	struct xeap_span got;

	assert_int_equal(xeap_get_identity(p, 0, &got), XEAP_OK);
	assert_int_equal(got.len, strlen(want));
	assert_memory_equal(got.data, want, got.len);
}

/* RFC 7542 §3 */
static void anonymous_identities(void **state)
{
	static const char *const keys[] = { "eap=MD5", NOBODY, NULL };
	static const char *const hidden[] = { "eap=MD5", NOBODY, "anonymous_identity=\"@a\"",
					      NULL };
	struct xeap_derivation d = { .size = sizeof(d),
				     .identity = text("me"),
				     .anonymous_identity = text("@b") };
	struct xeap_profile *base = load(keys), *anonymous = load(hidden), *p;

	assert_int_equal(xeap_profile_derive(base, &d, &p, NULL), 0);
	assert_identity(p, "@b");
	xeap_profile_unref(p);
	p = derive(base, "me", NULL);
	assert_identity(p, "me");
	xeap_profile_unref(p);
	p = derive(anonymous, "me", NULL);
	assert_identity(p, "@a");
	xeap_profile_unref(p);
	assert_identity(base, "nobody");
	xeap_profile_unref(base);
	xeap_profile_unref(anonymous);
}

/* What the server saw of the last login. */
static struct {
	char common_name[64];
	bool resumed;
} seen;

static void look_at(const struct server *s)
{
	X509 *x = SSL_get0_peer_certificate(s->ssl);

	seen.common_name[0] = '\0';
	if (x)
		X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_commonName,
					  seen.common_name, sizeof(seen.common_name));
}

/* To the end; whether the peer takes it for a success. */
static bool run(struct xeap_profile *p, const struct server_options *like,
		struct xeap_resumption *r)
{
	struct server_options o = *like;
	struct server server;
	struct derive_bed b;
	bool good;

	o.cert = &files.server;
	o.ca = &files.ca;
	derive_bed_begin(&b, p, r);
	server_init(&server, &o);
	while (server.verdict == SERVER_GOING_ON &&
	       derive_bed_feed(&b, server.request, server.request_len))
		server_take(&server, derive_bed_response(&b));
	good = derive_bed_end(&b, server.verdict == SERVER_SUCCESS, server.id);
	seen.resumed = b.resumed;
	look_at(&server);
	server_free(&server);
	return good;
}

static bool run_peap(struct xeap_profile *p, const char *user, const char *password, int version)
{
	struct peap_server s = { .insider = insider_of(INSIDER_MSCHAPV2, user, password) };
	const struct server_options o = {
		.inside = peap_server_inside, .insider = &s, .type = 25, .version = version
	};
	bool good = run(p, &o, NULL);

	xeap_legacy_put(s.insider.legacy);
	return good;
}

static bool run_ttls(struct xeap_profile *p, const char *user, const char *password,
		     enum ttls_says way)
{
	struct ttls_server s = { .insider = insider_of(INSIDER_MSCHAPV2, user, password) };
	const struct server_options o = { .inside = ttls_server_inside,
					  .insider = &s,
					  .type = 21,
					  .label = "ttls keying material" };
	bool good = run(p, &o, NULL);

	assert_int_equal(s.said, way);
	xeap_legacy_put(s.insider.legacy);
	return good;
}

static void inside_peap(void **state)
{
	static const char *const any[] = { "eap=PEAP", NOBODY,
					   "anonymous_identity=\"@example.org\"", CA, NULL };
	static const char *const named[] = { "eap=PEAP",  "identity=\"nobody\"",
					     HASH,	  "phase2=\"auth=MSCHAPV2\"",
					     CERTIFICATE, NULL };
	const char *const *const both[] = { any, named };

	for (int way = 0; way < 4; way++) {
		struct xeap_profile *base = load(both[way & 1]);
		struct xeap_profile *a = person(base, 1), *b = person(base, 2);
		int version = way & 2 ? TLS1_2_VERSION : TLS1_3_VERSION;

		assert_true(run_peap(base, "nobody", way & 1 ? "secret" : "nothing", version));
		xeap_profile_unref(base);
		assert_true(run_peap(a, "user-1@example.org", "secret of 1", version));
		assert_true(run_peap(b, "user-2@example.org", "secret of 2", version));
		assert_false(run_peap(a, "user-1@example.org", "secret of 2", version));
		xeap_profile_unref(a);
		assert_true(run_peap(b, "user-2@example.org", "secret of 2", version));
		xeap_profile_unref(b);
	}
}

static void inside_ttls(void **state)
{
	static const struct {
		enum ttls_says says;
		const char *phase2;
	} rows[] = {
		{ TTLS_SAYS_PAP, "phase2=\"auth=PAP\"" },
		{ TTLS_SAYS_CHAP, "phase2=\"auth=CHAP\"" },
		{ TTLS_SAYS_MSCHAPV2, "phase2=\"auth=MSCHAPV2\"" },
		{ TTLS_SAYS_EAP, "phase2=\"autheap=MSCHAPV2\"" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *const keys[] = { "eap=TTLS", NOBODY, CA, rows[i].phase2, NULL };
		struct xeap_profile *base = load(keys);
		struct xeap_profile *a = person(base, 1), *b = person(base, 2);

		assert_true(run_ttls(base, "nobody", "nothing", rows[i].says));
		xeap_profile_unref(base);
		assert_true(run_ttls(b, "user-2@example.org", "secret of 2", rows[i].says));
		xeap_profile_unref(b);
		assert_true(run_ttls(a, "user-1@example.org", "secret of 1", rows[i].says));
		assert_false(run_ttls(a, "user-1@example.org", "nothing", rows[i].says));
		xeap_profile_unref(a);
	}
}

/* A request of a method that has its Type-Data after five octets. */
static bool ask(struct derive_bed *b, uint8_t id, uint8_t type, const uint8_t *data, size_t len)
{
	uint8_t packet[512] = { 1, id, (uint8_t)((len + 5) >> 8), (uint8_t)(len + 5), type };

	memcpy(packet + 5, data, len);
	return derive_bed_feed(b, packet, len + 5);
}

/* RFC 5931 §3.2: ID, Commit, Confirm; the peer answers the last one when the password is right. */
static bool run_pwd(struct xeap_profile *p, const char *user, const char *password)
{
	static const uint8_t id[] = { 1,    0, 19,  1,	 1,   0xbc, 0xe5, 0x4d,
				      0x62, 0, 's', 'e', 'r', 'v',  'e',  'r' };
	uint8_t message[1 + 198];
	struct pwd_server s;
	struct derive_bed b;
	bool good;

	derive_bed_begin(&b, p, NULL);
	pwd_server_init(&s, 19);
	assert_true(ask(&b, 1, 52, id, sizeof(id)));
	assert_int_equal(derive_bed_response(&b).len, 15 + strlen(user));
	assert_memory_equal(derive_bed_response(&b).data + 15, user, strlen(user));
	pwd_server_commit(&s, xeap_span(id + 5, 4), text(user), text("server"), text(password));
	message[0] = 2;
	memcpy(message + 1, s.mine, pwd_server_commit_len(&s));
	assert_true(ask(&b, 2, 52, message, 1 + pwd_server_commit_len(&s)));
	assert_true(pwd_server_take(&s, derive_bed_response(&b).data + 6));
	message[0] = 3;
	pwd_server_confirm(&s, true, message + 1);
	good = ask(&b, 3, 52, message, 33);
	pwd_server_free(&s);
	return derive_bed_end(&b, good, 3);
}

static void with_pwd(void **state)
{
	static const char *const keys[] = { "eap=PWD", "identity=\"nobody\"", HASH, NULL };
	struct xeap_profile *base = load(keys), *a = person(base, 1), *b = person(base, 2);

	xeap_profile_unref(base);
	assert_true(run_pwd(a, "user-1@example.org", "secret of 1"));
	assert_true(run_pwd(b, "user-2@example.org", "secret of 2"));
	assert_false(run_pwd(b, "user-2@example.org", "secret of 1"));
	xeap_profile_unref(a);
	xeap_profile_unref(b);
}

static void aes(const uint8_t key[16], const uint8_t *iv, const uint8_t *in, size_t len,
		uint8_t *ret_last)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	uint8_t out[512];
	int n;

	EVP_EncryptInit_ex(c, EVP_aes_128_cbc(), NULL, key, iv);
	EVP_CIPHER_CTX_set_padding(c, 0);
	assert_int_equal(EVP_EncryptUpdate(c, out, &n, in, (int)len), 1);
	memcpy(ret_last, out + len - 16, 16);
	EVP_CIPHER_CTX_free(c);
}

/* RFC 4764 §3.1: AK is the PSK's encryption of its encryption of zero, with 1 added to it. */
static void psk_ak(const char *psk, uint8_t ret_ak[16])
{
	static const uint8_t zero[16];
	uint8_t block[16];

	aes((const uint8_t *)psk, zero, zero, 16, block);
	block[15] ^= 1;
	aes((const uint8_t *)psk, zero, block, 16, ret_ak);
}

/* RFC 4493, for whole blocks and not */
static void cmac(const uint8_t key[16], uint8_t *data, size_t len, uint8_t ret[16])
{
	static const uint8_t zero[16];
	bool whole = len % 16 == 0;
	uint8_t k[16];

	aes(key, zero, zero, 16, k);
	for (int round = whole ? 0 : -1; round < 1; round++) {
		uint8_t top = k[0] & 0x80;

		for (int i = 0; i < 16; i++)
			k[i] = (uint8_t)(k[i] << 1 | (i < 15 ? k[i + 1] >> 7 : 0));
		k[15] ^= top ? 0x87 : 0;
	}
	if (!whole)
		data[len++] = 0x80;
	while (len % 16)
		data[len++] = 0;
	for (int i = 0; i < 16; i++)
		data[len - 16 + (size_t)i] ^= k[i];
	aes(key, zero, data, len, ret);
}

/* RFC 4764 §3.2: the second message has a MAC over ID_P ‖ ID_S ‖ RAND_S ‖ RAND_P. */
static void assert_psk(struct xeap_profile *p, const char *user, const char *psk)
{
	uint8_t first[1 + 16 + 6] = { 0 }, data[256], ak[16], mac[16];
	size_t n = strlen(user);
	struct derive_bed b;
	const uint8_t *r;

	memset(first + 1, 0x5a, 16);
	memcpy(first + 17, "server", 6);
	derive_bed_begin(&b, p, NULL);
	assert_true(ask(&b, 1, 47, first, sizeof(first)));
	assert_int_equal(derive_bed_response(&b).len, 5 + 1 + 16 + 16 + 16 + n);
	r = derive_bed_response(&b).data + 5;
	assert_memory_equal(r + 49, user, n);
	memcpy(data, user, n);
	memcpy(data + n, "server", 6);
	memcpy(data + n + 6, r + 1, 32);
	psk_ak(psk, ak);
	cmac(ak, data, n + 38, mac);
	assert_memory_equal(mac, r + 33, 16);
	derive_bed_end(&b, false, 1);
}

static void with_psk(void **state)
{
	static const char *const keys[] = { "eap=PSK", "identity=\"nobody\"",
					    "password=\"0123456789abcdef\"", NULL };
	struct xeap_profile *base = load(keys), *a = derive(base, "me", "fedcba9876543210");

	assert_psk(base, "nobody", "0123456789abcdef");
	xeap_profile_unref(base);
	assert_psk(a, "me", "fedcba9876543210");
	xeap_profile_unref(a);
}

static void logs_in_with(struct xeap_profile *p, const char *cn, int version)
{
	const struct server_options o = { .version = version };

	assert_true(run(p, &o, NULL));
	assert_string_equal(seen.common_name, cn);
}

/* What the server sees is the supplicant's own, of whatever kind of key, with its issuer. */
static void certificates(void **state)
{
	static const char *const keys[] = { "eap=TLS", "identity=\"nobody\"", CERTIFICATE, NULL };

	for (int way = 0; way < 2; way++) {
		int version = way ? TLS1_2_VERSION : TLS1_3_VERSION;
		struct xeap_profile *base = load(keys), *ec, *rsa, *chained, *same;

		ec = derive_certified(base, "a person", false, false);
		rsa = derive_certified(base, "another person", true, false);
		chained = derive_certified(base, "a third person", false, true);
		same = derive(base, "somebody", NULL);
		logs_in_with(base, "client", version);
		xeap_profile_unref(base);
		logs_in_with(ec, "a person", version);
		logs_in_with(rsa, "another person", version);
		logs_in_with(chained, "a third person", version);
		logs_in_with(same, "client", version);
		logs_in_with(ec, "a person", version);
		xeap_profile_unref(ec);
		logs_in_with(rsa, "another person", version);
		xeap_profile_unref(rsa);
		xeap_profile_unref(chained);
		xeap_profile_unref(same);
	}
}

/* A session of the base's certificate is not one of the supplicant's. */
static void sessions_are_its_own(void **state)
{
	static const char *const keys[] = { "eap=TLS", "identity=\"nobody\"", CERTIFICATE, NULL };
	SSL_CTX *ctx = derive_bed_server_context();
	const struct server_options o = { .tickets = 1, .ctx = ctx };
	struct xeap_profile *base = load(keys), *a, *b;
	struct xeap_resumption *of_a, *of_b;
	static uint8_t exported[16384];
	size_t len;

	a = derive_certified(base, "a person", false, false);
	b = derive_certified(base, "another person", false, false);
	assert_int_equal(xeap_resumption_new(&of_a), 0);
	assert_int_equal(xeap_resumption_new(&of_b), 0);
	assert_true(xeap_profile_resumes(a));
	assert_true(run(a, &o, of_a));
	assert_false(seen.resumed);
	assert_true(run(a, &o, of_a));
	assert_true(seen.resumed);
	assert_int_equal(xeap_resumption_export(of_a, a, exported, sizeof(exported), &len),
			 -ENOENT);
	/* What is a's is of no use to b, nor to the base, and theirs replaces it. */
	assert_true(run(b, &o, of_a));
	assert_false(seen.resumed);
	assert_true(run(base, &o, of_a));
	assert_false(seen.resumed);
	assert_true(run(a, &o, of_a));
	assert_false(seen.resumed);
	assert_true(run(b, &o, of_b));
	assert_false(seen.resumed);
	assert_true(run(b, &o, of_b));
	assert_true(seen.resumed);
	xeap_resumption_free(of_a);
	xeap_resumption_free(of_b);
	xeap_profile_unref(a);
	xeap_profile_unref(b);
	xeap_profile_unref(base);
	SSL_CTX_free(ctx);
}

/* The other tunnels: what is shared is freed once, whoever goes first. */
static void fast_and_teap(void **state)
{
	static const char *const fast[] = { "eap=FAST", NOBODY, CA,
					    "phase1=\"fast_provisioning=3\"", NULL };
	static const char *const file[] = { "eap=FAST", NOBODY, CA, "pac_file=\"@/pacs\"", NULL };
	static const char *const teap[] = { "eap=TEAP",
					    NOBODY,
					    CERTIFICATE,
					    "machine_identity=\"host\"",
					    "machine_password=\"its own\"",
					    NULL };
	const char *const *const all[] = { fast, file, teap };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct xeap_profile *base = load(all[i]), *a = person(base, 1);
		struct xeap_profile *b = derive_certified(a, "a person", false, false);

		xeap_profile_unref(base);
		assert_identity(a, "user-1@example.org");
		xeap_profile_unref(b);
		xeap_profile_unref(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_methods), cmocka_unit_test(hash_is_dropped),
		cmocka_unit_test(derived_again), cmocka_unit_test(anonymous_identities),
		cmocka_unit_test(inside_peap),	 cmocka_unit_test(inside_ttls),
		cmocka_unit_test(with_pwd),	 cmocka_unit_test(with_psk),
		cmocka_unit_test(certificates),	 cmocka_unit_test(sessions_are_its_own),
		cmocka_unit_test(fast_and_teap),
	};

	return cmocka_run_group_tests(tests, derive_bed_set_up, derive_bed_tear_down);
}
