/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/wipe.h>
#include <crypto/cipher.h>
#include <crypto/mac.h>
#include <errno.h>
#include <method/list.h>
#include <method/preshared.h>
#include <stdlib.h>
#include <string.h>
#include <wire/eap.h>

/*
 * EAP-GPSK, RFC 5433: four messages, the server's list of ciphersuites among what the last two
 * confirm. Nothing is sent in a PD_Payload, and what comes in one is covered by the MAC and of no
 * use here.
 */

#define RAND 32
#define SUITE 6 /* CSuite/Vendor, CSuite/Specifier */
#define HASH_MAX 32
#define METHOD_ID 16
#define PSK_MAX UINT16_MAX

enum opcode {
	GPSK_1 = 1,
	GPSK_2 = 2,
	GPSK_3 = 3,
	GPSK_4 = 4,
	GPSK_FAIL = 5,
	GPSK_PROTECTED_FAIL = 6
};

/* Failure-Code, §5. */
#define PSK_NOT_FOUND 1u
#define AUTHENTICATION_FAILURE 2u
#define AUTHORIZATION_FAILURE 3u

/* CSuite/Specifier of vendor 0, §6. */
#define AES_CMAC 1
#define HMAC_SHA256 2
#define SPECIFIERS 2

static const struct xeap_preshared_kind gpsk_kind = {
	.method = &xeap_method_gpsk,
	.min = 16,
	.max = PSK_MAX,
	.wants = "16 bytes or more, 32 for ciphersuite 2",
};

enum progress {
	EXPECTS_FIRST,
	EXPECTS_THIRD,
	OVER
};

struct gpsk_conversation {
	struct xeap_preshared shared;
	enum progress progress;
	long wanted; /* phase1="cipher=…"; 0: any */
	uint16_t specifier;
	uint8_t suite[SUITE];
	uint8_t rand_s[RAND], rand_p[RAND];
	uint8_t *server; /* ID_Server */
	size_t server_len;
	uint8_t sk[HASH_MAX];
};

static int read_wanted(const struct xeap_config *config, long *ret_wanted,
		       struct xeap_diag *ret_diag)
{
	const char *origin = xeap_config_origin(config);
	struct xeap_span value;
	long n;

	if (xeap_config_get_word(config, XEAP_CONFIG_PHASE1, "cipher", &value) < 0)
		return 0;
	n = value.len == 1 ? value.data[0] - '0' : 0;
	if (n < 1 || n > SPECIFIERS)
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%s%sphase1: cipher= of eap=GPSK is 1 (AES-CMAC) or 2 "
				     "(HMAC-SHA256)",
				     origin, *origin ? ": " : "");
	*ret_wanted = n;
	return 0;
}

/* Bytes of the hash, of SK and of a MAC. */
static size_t hash_len(uint16_t specifier)
{
	return specifier == AES_CMAC ? 16 : 32;
}

static int gpsk_load(const struct xeap_config *config, bool interactive, void **ret_shared,
		     struct xeap_diag *ret_diag)
{
	const char *origin = xeap_config_origin(config);
	struct xeap_span psk = xeap_config_get(config, XEAP_CONFIG_PASSWORD);
	long wanted = 0;
	int r = xeap_preshared_load(&gpsk_kind, config, interactive, ret_diag);

	if (r == 0)
		r = read_wanted(config, &wanted, ret_diag);
	if (r < 0)
		return r;
	if (psk.data && wanted == HMAC_SHA256 && psk.len < hash_len(HMAC_SHA256))
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%s%spassword of %zu bytes: eap=GPSK with "
				     "phase1=\"cipher=2\" needs 32 or more",
				     origin, *origin ? ": " : "", psk.len);
	return 0;
}

static int gpsk_init(void *ctx, const struct xeap_method_args *args)
{
	struct gpsk_conversation *c = ctx;
	int r = read_wanted(args->config, &c->wanted, NULL);

	return r < 0 ? r : xeap_preshared_init(&c->shared, &gpsk_kind, args);
}

/* H of the ciphersuite, §6: a MAC too. `key` has hash_len() bytes. */
static int hash(uint16_t specifier, const uint8_t *key, const struct xeap_span *parts, size_t n,
		uint8_t *ret)
{
	struct xeap_span k = { key, hash_len(specifier) };
	int r = specifier == AES_CMAC ? xeap_cmac(k, parts, n, ret, HASH_MAX)
				      : xeap_hmac(XEAP_DIGEST_SHA256, k, parts, n, ret, HASH_MAX);

	return r < 0 ? r : 0;
}

#define PARTS_MAX 7

/* GKDF, §4: M_i = H(Y, i | Z), i of two octets from 1 on. */
static int gkdf(uint16_t specifier, const uint8_t *y, const struct xeap_span *z, size_t n,
		uint8_t *ret, size_t len)
{
	XEAP_SECRET(m, HASH_MAX);
	uint8_t count[2];
	struct xeap_span parts[PARTS_MAX + 1] = { { count, sizeof(count) } };
	struct xeap_builder out = xeap_builder(ret, len);

	for (size_t k = 0; k < n; k++)
		parts[k + 1] = z[k];
	for (uint16_t i = 1; len; i++) {
		size_t take = len < hash_len(specifier) ? len : hash_len(specifier);
		int r;

		count[0] = (uint8_t)(i >> 8);
		count[1] = (uint8_t)i;
		r = hash(specifier, y, parts, n + 1, m);
		if (r < 0)
			return r;
		xeap_put_span(&out, xeap_span(m, take));
		len -= take;
	}
	return 0;
}

/* MK = GKDF(PSK[0..KS-1], PL | PSK | CSuite_Sel | inputString), KS bytes of it. */
static int derive_mk(const struct gpsk_conversation *c, const struct xeap_span input[4],
		     uint8_t *ret_mk)
{
	struct xeap_span psk = xeap_preshared_key(&c->shared);
	const uint8_t pl[] = { (uint8_t)(psk.len >> 8), (uint8_t)psk.len };
	const struct xeap_span parts[PARTS_MAX] = {
		{ pl, sizeof(pl) }, psk, { c->suite, SUITE }, input[0], input[1], input[2], input[3]
	};

	return gkdf(c->specifier, psk.data, parts, PARTS_MAX, ret_mk, hash_len(c->specifier));
}

/* Method-ID, §4: of the PSK itself, in front of which Session-Id has the Type. */
static int derive_method_id(struct gpsk_conversation *c, const struct xeap_span input[4])
{
	static const char label[] = "Method ID";
	static const uint8_t type = XEAP_EAP_GPSK;
	const struct xeap_span parts[PARTS_MAX] = {
		xeap_span(label, sizeof(label) - 1),
		{ &type, 1 },
		{ c->suite, SUITE },
		input[0],
		input[1],
		input[2],
		input[3],
	};
	uint8_t id[METHOD_ID];
	int r = gkdf(c->specifier, xeap_preshared_key(&c->shared).data, parts, PARTS_MAX, id,
		     sizeof(id));

	xeap_preshared_session_id(&c->shared, xeap_span(id, sizeof(id)), xeap_span(NULL, 0));
	return r;
}

/* MSK | EMSK | SK (| PK, which nothing is encrypted with) = GKDF(MK, inputString) */
static int derive(struct gpsk_conversation *c)
{
	struct xeap_preshared *p = &c->shared;
	const struct xeap_span input[4] = {
		{ c->rand_p, RAND }, p->identity, { c->rand_s, RAND }, { c->server, c->server_len }
	};
	XEAP_SECRET(mk, HASH_MAX);
	XEAP_SECRET(keys, sizeof(p->msk) + sizeof(p->emsk) + HASH_MAX);
	size_t sk_len = hash_len(c->specifier);
	int r = derive_mk(c, input, mk);

	if (r == 0)
		r = gkdf(c->specifier, mk, input, 4, keys,
			 sizeof(p->msk) + sizeof(p->emsk) + sk_len);
	if (r < 0)
		return r;
	memcpy(p->msk, keys, sizeof(p->msk));
	memcpy(p->emsk, keys + sizeof(p->msk), sizeof(p->emsk));
	memcpy(c->sk, keys + sizeof(p->msk) + sizeof(p->emsk), sk_len);
	return derive_method_id(c, input);
}

/* The MAC is over all after the OP-Code, §5; it is put where the builder is. */
static int finish_with_mac(const struct gpsk_conversation *c, struct xeap_builder *b,
			   struct xeap_chunk *to)
{
	uint8_t mac[HASH_MAX];
	struct xeap_span covered;
	int r;

	if (b->bad)
		return -EMSGSIZE;
	covered = xeap_span(b->base + 1, xeap_builder_len(b) - 1);
	r = hash(c->specifier, c->sk, &covered, 1, mac);
	if (r < 0)
		return r;
	xeap_put_span(b, xeap_span(mac, hash_len(c->specifier)));
	return xeap_eap_finish_built(to, b);
}

/* Read a MAC that ends the packet. -EACCES when it is another. */
static int check_mac(const struct gpsk_conversation *c, struct xeap_span type_data,
		     struct xeap_reader *in)
{
	struct xeap_span mac = xeap_read_span(in, hash_len(c->specifier)), covered;
	uint8_t wanted[HASH_MAX];
	int r;

	if (in->bad || xeap_reader_left(in))
		return -EACCES;
	covered = xeap_span(type_data.data + 1, type_data.len - 1 - mac.len);
	r = hash(c->specifier, c->sk, &covered, 1, wanted);
	if (r == 0 && !xeap_equal_secret(mac.data, wanted, mac.len))
		r = -EACCES;
	return r;
}

static struct xeap_span read_counted(struct xeap_reader *in)
{
	return xeap_read_span(in, xeap_read_u16(in));
}

static void put_counted(struct xeap_builder *b, struct xeap_span s)
{
	if (s.len > UINT16_MAX)
		b->bad = true;
	xeap_put_u16(b, (uint16_t)s.len);
	xeap_put_span(b, s);
}

struct first {
	struct xeap_span server, rand_s, suites;
};

/* A list with a part of an entry at its end is none. */
static bool read_first(struct xeap_span type_data, struct first *ret_first)
{
	struct xeap_reader in = xeap_reader(type_data);
	struct first f;

	xeap_read_u8(&in);
	f.server = read_counted(&in);
	f.rand_s = xeap_read_span(&in, RAND);
	f.suites = read_counted(&in);
	if (in.bad || xeap_reader_left(&in) || f.suites.len == 0 || f.suites.len % SUITE)
		return false;
	*ret_first = f;
	return true;
}

/* The server's first that will do. */
static bool choose(struct gpsk_conversation *c, struct xeap_span suites)
{
	struct xeap_reader in = xeap_reader(suites);
	size_t psk_len = xeap_preshared_key(&c->shared).len;

	while (xeap_reader_left(&in)) {
		struct xeap_span suite = xeap_read_span(&in, SUITE);
		struct xeap_reader one = xeap_reader(suite);
		uint32_t vendor = xeap_read_u32(&one);
		uint16_t specifier = xeap_read_u16(&one);

		if (vendor != 0 || specifier < AES_CMAC || specifier > HMAC_SHA256 ||
		    (c->wanted && specifier != c->wanted) || psk_len < hash_len(specifier))
			continue;
		c->specifier = specifier;
		memcpy(c->suite, suite.data, SUITE);
		return true;
	}
	return false;
}

static int write_fail(const struct gpsk_conversation *c, uint8_t id, enum opcode opcode,
		      uint32_t code, struct xeap_chunk *to)
{
	struct xeap_builder b = xeap_preshared_begin(&c->shared, to, id);

	xeap_put_u8(&b, (uint8_t)opcode);
	xeap_put_u32(&b, code);
	return opcode == GPSK_FAIL ? xeap_eap_finish_built(to, &b) : finish_with_mac(c, &b, to);
}

static int write_second(struct gpsk_conversation *c, uint8_t id, struct xeap_span suites,
			struct xeap_chunk *to)
{
	struct xeap_builder b = xeap_preshared_begin(&c->shared, to, id);
	int r = xeap_random(c->rand_p, RAND);

	if (r == 0)
		r = derive(c);
	if (r < 0)
		return r;
	xeap_put_u8(&b, GPSK_2);
	put_counted(&b, c->shared.identity);
	put_counted(&b, xeap_span(c->server, c->server_len));
	xeap_put_span(&b, xeap_span(c->rand_p, RAND));
	xeap_put_span(&b, xeap_span(c->rand_s, RAND));
	put_counted(&b, suites);
	xeap_put_span(&b, xeap_span(c->suite, SUITE));
	xeap_put_u16(&b, 0); /* PD_Payload_Block */
	return finish_with_mac(c, &b, to);
}

static int refuse_suites(struct gpsk_conversation *c, uint8_t id, struct xeap_chunk *to,
			 struct xeap_method_result *ret_result)
{
	xeap_diag_set(&ret_result->diag, 0, XEAP_E_NOT_SUPPORTED,
		      "server offers no EAP-GPSK ciphersuite that is wanted: 1, or 2 with a "
		      "password of 32 bytes or more, or what phase1=\"cipher=…\" says");
	c->progress = OVER;
	xeap_preshared_failed(ret_result);
	return write_fail(c, id, GPSK_FAIL, AUTHENTICATION_FAILURE, to);
}

static int take_first(struct gpsk_conversation *c, const struct xeap_eap *eap,
		      struct xeap_writer *response, struct xeap_method_result *ret_result)
{
	struct first f;
	int r;

	if (!read_first(eap->data, &f))
		return xeap_preshared_ignore(ret_result);
	if (!xeap_preshared_key(&c->shared).data)
		return xeap_preshared_ask(&c->shared, eap->packet, ret_result);
	if (!choose(c, f.suites))
		return refuse_suites(c, eap->id, &response->c, ret_result);
	free(c->server);
	c->server = xeap_preshared_copy(f.server);
	if (!c->server)
		return -ENOMEM;
	c->server_len = f.server.len;
	memcpy(c->rand_s, f.rand_s.data, RAND);
	r = write_second(c, eap->id, f.suites, &response->c);
	if (r < 0)
		return xeap_diag_set(&ret_result->diag, r, XEAP_E_AUTHENTICATION_FAILED,
				     "EAP-GPSK response could not be made");
	c->progress = EXPECTS_THIRD;
	xeap_preshared_unproven(&c->shared, ret_result);
	return 0;
}

static bool equal(struct xeap_span a, const void *bytes, size_t len)
{
	return a.len == len && (len == 0 || memcmp(a.data, bytes, len) == 0);
}

/* §5 and §10: what does not match GPSK-2, or has a wrong MAC, is silently discarded: -EACCES. */
static int check_third(const struct gpsk_conversation *c, struct xeap_span type_data)
{
	struct xeap_reader in = xeap_reader(type_data);
	struct xeap_span rand_p, rand_s, server, suite;

	xeap_read_u8(&in);
	rand_p = xeap_read_span(&in, RAND);
	rand_s = xeap_read_span(&in, RAND);
	server = read_counted(&in);
	suite = xeap_read_span(&in, SUITE);
	read_counted(&in); /* PD_Payload_Block */
	if (in.bad || !equal(rand_p, c->rand_p, RAND) || !equal(rand_s, c->rand_s, RAND) ||
	    !equal(server, c->server, c->server_len) || !equal(suite, c->suite, SUITE))
		return -EACCES;
	return check_mac(c, type_data, &in);
}

static int take_third(struct gpsk_conversation *c, const struct xeap_eap *eap,
		      struct xeap_writer *response, struct xeap_method_result *ret_result)
{
	struct xeap_builder b;
	int r = check_third(c, eap->data);

	if (r == -EACCES)
		return xeap_preshared_ignore(ret_result);
	if (r < 0)
		return r;
	b = xeap_preshared_begin(&c->shared, &response->c, eap->id);
	xeap_put_u8(&b, GPSK_4);
	xeap_put_u16(&b, 0); /* PD_Payload_Block */
	r = finish_with_mac(c, &b, &response->c);
	if (r < 0)
		return r;
	c->progress = OVER;
	xeap_preshared_proven(&c->shared, ret_result);
	return 0;
}

static void say_failure(uint32_t code, bool is_protected, struct xeap_method_result *ret_result)
{
	static const char *const texts[] = {
		[PSK_NOT_FOUND] = "no key for this identity: check the identity",
		[AUTHENTICATION_FAILURE] = "check identity and password",
		[AUTHORIZATION_FAILURE] = "the account is not allowed here",
	};
	bool password = code == PSK_NOT_FOUND || code == AUTHENTICATION_FAILURE;
	bool known = code && code < sizeof(texts) / sizeof(texts[0]);

	xeap_diag_set(&ret_result->diag, 0,
		      password ? XEAP_E_USER_NAME_PASSWORD_REJECTED : XEAP_E_AUTHENTICATION_FAILED,
		      "server refused the login (EAP-GPSK %sfailure %u): %s",
		      is_protected ? "protected " : "", code,
		      known ? texts[code] : "a reason that RFC 5433 does not know");
}

/* The peer answers with the same failure. One without a MAC may end this, as anybody may. */
static int take_failure(struct gpsk_conversation *c, const struct xeap_eap *eap, enum opcode opcode,
			struct xeap_writer *response, struct xeap_method_result *ret_result)
{
	struct xeap_reader in = xeap_reader(eap->data);
	uint32_t code;
	int r = 0;

	xeap_read_u8(&in);
	code = xeap_read_u32(&in);
	if (in.bad)
		return xeap_preshared_ignore(ret_result);
	if (opcode == GPSK_PROTECTED_FAIL)
		r = check_mac(c, eap->data, &in);
	if (r == -EACCES)
		return xeap_preshared_ignore(ret_result);
	if (r < 0)
		return r;
	c->progress = OVER;
	say_failure(code, opcode == GPSK_PROTECTED_FAIL, ret_result);
	xeap_preshared_failed(ret_result);
	return write_fail(c, eap->id, opcode, code, &response->c);
}

static int gpsk_process(void *ctx, struct xeap_span request, struct xeap_writer *response,
			struct xeap_method_result *ret_result)
{
	struct gpsk_conversation *c = ctx;
	struct xeap_eap eap;
	uint8_t opcode;

	if (xeap_eap_parse(request, &eap) < 0 || eap.data.len < 1)
		return xeap_preshared_ignore(ret_result);
	opcode = eap.data.data[0];
	if (c->progress == EXPECTS_FIRST && opcode == GPSK_1)
		return take_first(c, &eap, response, ret_result);
	if (c->progress == EXPECTS_THIRD && opcode == GPSK_3)
		return take_third(c, &eap, response, ret_result);
	/* Failures answer GPSK-2; before it there are no keys for a protected one. */
	if (c->progress == EXPECTS_THIRD && opcode == GPSK_FAIL)
		return take_failure(c, &eap, GPSK_FAIL, response, ret_result);
	if (c->progress == EXPECTS_THIRD && opcode == GPSK_PROTECTED_FAIL)
		return take_failure(c, &eap, GPSK_PROTECTED_FAIL, response, ret_result);
	return xeap_preshared_ignore(ret_result);
}

static void gpsk_done(void *ctx)
{
	struct gpsk_conversation *c = ctx;

	xeap_preshared_done(ctx);
	free(c->server);
}

const struct xeap_method xeap_method_gpsk = {
	.abi = XEAP_METHOD_ABI,
	.name = "GPSK",
	.type = { .type = XEAP_EAP_GPSK },
	.flags = XEAP_METHOD_F_KEYS,
	.ctx_size = sizeof(struct gpsk_conversation),
	.load = gpsk_load,
	.unload = xeap_preshared_unload,
	.init = gpsk_init,
	.process = gpsk_process,
	.get_prompt = xeap_preshared_get_prompt,
	.answer = xeap_preshared_answer,
	.get_key = xeap_preshared_get_key,
	.done = gpsk_done,
};
