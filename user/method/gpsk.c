/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/reader.h>
#include <base/wipe.h>
#include <crypto/cipher.h>
#include <errno.h>
#include <method/gpsk_keys.h>
#include <method/list.h>
#include <string.h>
#include <wire/eap.h>

/*
 * EAP-GPSK, RFC 5433: both sides prove that they know a key, with four messages.
 *
 *	GPSK-1  server: its name, a nonce, the ciphersuites it offers
 *	GPSK-2  peer: both names and nonces, the suite it takes, MAC
 *	GPSK-3  server: nonces, its name, the suite, MAC: the server's proof
 *	GPSK-4  peer: MAC
 */

static const struct xeap_method_type gpsk_type = { .type = XEAP_EAP_GPSK };

enum gpsk_op {
	OP_1 = 1,
	OP_2,
	OP_3,
	OP_4,
	OP_FAIL,
	OP_PROTECTED_FAIL,
};

enum gpsk_progress {
	WAITS_1,
	WAITS_3,
	FINISHED,
	FAILED,
};

struct gpsk {
	struct xeap_span psk, identity;
	enum gpsk_progress progress;
	uint8_t server[XEAP_GPSK_ID_MAX];
	size_t server_len;
	uint8_t suites[XEAP_GPSK_SUITES_MAX];
	size_t suites_len;
	uint8_t rand_peer[XEAP_GPSK_RAND], rand_server[XEAP_GPSK_RAND];
	struct xeap_gpsk_keys keys;
};

static int gpsk_load(const struct xeap_config *config, bool interactive, void **ret_shared,
		     struct xeap_diag *ret_diag)
{
	const char *origin = xeap_config_origin(config), *why = NULL;
	struct xeap_span psk = xeap_config_get(config, XEAP_CONFIG_PASSWORD);

	(void)interactive;
	(void)ret_shared;
	if (!psk.data)
		why = "password is missing: eap=GPSK needs a key of 16 bytes or more, as text or "
		      "hexadecimal digits";
	else if (psk.len < XEAP_GPSK_KEY_MIN || psk.len > XEAP_GPSK_KEY_MAX)
		why = "password is no key for eap=GPSK: from 16 to 1024 bytes";
	else if (xeap_config_get(config, XEAP_CONFIG_IDENTITY).len > XEAP_GPSK_ID_MAX)
		why = "identity is too long for eap=GPSK: 254 bytes at most";
	if (!why)
		return 0;
	return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER, "%s%s%s", origin,
			     *origin ? ": " : "", why);
}

static void gpsk_unload(void *shared)
{
	(void)shared;
}

static int gpsk_init(void *ctx, const struct xeap_method_args *args)
{
	struct gpsk *g = ctx;

	g->psk = xeap_config_get(args->config, XEAP_CONFIG_PASSWORD);
	g->identity = args->identity;
	if (!g->psk.data || g->identity.len > XEAP_GPSK_ID_MAX)
		return -EINVAL;
	return 0;
}

/* A length of two octets, and as many octets. */
static struct xeap_span read_string(struct xeap_reader *r)
{
	return xeap_read_span(r, xeap_read_u16(r));
}

static void put_string(struct xeap_builder *b, struct xeap_span s)
{
	xeap_put_u16(b, (uint16_t)s.len);
	xeap_put_span(b, s);
}

static struct xeap_span server_of(const struct gpsk *g)
{
	return xeap_span(g->server, g->server_len);
}

/* The best suite of the list that the key is long enough for. */
static enum xeap_gpsk_suite choose(const struct gpsk *g, struct xeap_span list)
{
	enum xeap_gpsk_suite best = XEAP_GPSK_NO_SUITE;
	struct xeap_reader r = xeap_reader(list);

	while (xeap_reader_left(&r) >= XEAP_GPSK_SUITE_LEN) {
		uint32_t vendor = xeap_read_u32(&r);
		uint16_t suite = xeap_read_u16(&r);

		if (vendor == 0 && suite == XEAP_GPSK_AES && best == XEAP_GPSK_NO_SUITE)
			best = XEAP_GPSK_AES;
		if (vendor == 0 && suite == XEAP_GPSK_SHA256 &&
		    g->psk.len >= xeap_gpsk_key_size(XEAP_GPSK_SHA256))
			best = XEAP_GPSK_SHA256;
	}
	return best;
}

/* False: it is not acceptable. */
static bool read_1(struct gpsk *g, struct xeap_reader *r)
{
	struct xeap_span server = read_string(r), nonce = xeap_read_span(r, XEAP_GPSK_RAND);
	struct xeap_span list = read_string(r);

	if (r->bad || xeap_reader_left(r) || server.len > sizeof(g->server) || !list.len ||
	    list.len > sizeof(g->suites) || list.len % XEAP_GPSK_SUITE_LEN)
		return false;
	memcpy(g->server, server.data, server.len);
	g->server_len = server.len;
	memcpy(g->rand_server, nonce.data, nonce.len);
	memcpy(g->suites, list.data, list.len);
	g->suites_len = list.len;
	return true;
}

/* Append the MAC of all that follows the OP-Code, and close the packet. */
static int seal(const struct gpsk *g, struct xeap_chunk *c, uint8_t *op, struct xeap_builder *b)
{
	struct xeap_span covered = { op + 1, xeap_builder_len(b) - 1 };
	uint8_t *mac = xeap_put_space(b, xeap_gpsk_key_size(g->keys.suite));
	int r;

	if (!mac)
		return -EMSGSIZE;
	r = xeap_gpsk_mac(&g->keys, covered, mac);
	if (r < 0)
		return r;
	c->len += xeap_builder_len(b);
	xeap_eap_finish(c);
	return 0;
}

static int write_2(struct gpsk *g, uint8_t id, struct xeap_chunk *c)
{
	uint8_t *op = xeap_eap_begin_response(c, id, gpsk_type);
	struct xeap_builder b = xeap_builder(op, op ? c->cap - c->len : 0);

	xeap_put_u8(&b, OP_2);
	put_string(&b, g->identity);
	put_string(&b, server_of(g));
	xeap_put_span(&b, xeap_span(g->rand_peer, XEAP_GPSK_RAND));
	xeap_put_span(&b, xeap_span(g->rand_server, XEAP_GPSK_RAND));
	put_string(&b, xeap_span(g->suites, g->suites_len));
	xeap_put_u32(&b, 0);
	xeap_put_u16(&b, g->keys.suite);
	xeap_put_u16(&b, 0); /* no protected data */
	return b.bad ? -EMSGSIZE : seal(g, c, op, &b);
}

static int write_4(struct gpsk *g, uint8_t id, struct xeap_chunk *c)
{
	uint8_t *op = xeap_eap_begin_response(c, id, gpsk_type);
	struct xeap_builder b = xeap_builder(op, op ? c->cap - c->len : 0);

	xeap_put_u8(&b, OP_4);
	xeap_put_u16(&b, 0);
	return b.bad ? -EMSGSIZE : seal(g, c, op, &b);
}

static int refuse(struct gpsk *g, struct xeap_method_result *result, enum xeap_code code,
		  const char *why)
{
	g->progress = FAILED;
	return xeap_diag_set(&result->diag, -EPROTO, code, "%s", why);
}

static int derive(struct gpsk *g, enum xeap_gpsk_suite suite)
{
	struct xeap_gpsk_seed seed = { g->psk, g->identity, server_of(g), g->rand_peer,
				       g->rand_server };
	int r = xeap_random(g->rand_peer, sizeof(g->rand_peer));

	return r < 0 ? r : xeap_gpsk_derive(suite, &seed, &g->keys);
}

static int answer_1(struct gpsk *g, uint8_t id, struct xeap_writer *response,
		    struct xeap_method_result *result)
{
	enum xeap_gpsk_suite suite = choose(g, xeap_span(g->suites, g->suites_len));
	int r;

	if (suite == XEAP_GPSK_NO_SUITE)
		return refuse(g, result, XEAP_E_NOT_SUPPORTED,
			      "server offers no GPSK ciphersuite that the key is long enough for");
	r = derive(g, suite);
	if (r == 0)
		r = write_2(g, id, &response->c);
	if (r < 0)
		return xeap_diag_set(&result->diag, r, XEAP_E_AUTHENTICATION_FAILED,
				     "GPSK response could not be made");
	g->progress = WAITS_3;
	result->method_state = XEAP_METHOD_MAY_CONT;
	result->decision = XEAP_DECISION_FAIL;
	result->allow_notifications = true;
	xeap_diag_set(&result->diag, 0, XEAP_E_USER_NAME_PASSWORD_REJECTED,
		      "authenticator sent EAP-Failure after GPSK: check identity and password");
	return 0;
}

static bool is(struct xeap_span s, const uint8_t *bytes, size_t len)
{
	return s.len == len && memcmp(s.data, bytes, len) == 0;
}

/* Both nonces, the name and the suite have to be those of GPSK-1 and GPSK-2, RFC 5433 §5. */
static bool is_ours(const struct gpsk *g, struct xeap_reader *r)
{
	struct xeap_span peer = xeap_read_span(r, XEAP_GPSK_RAND);
	struct xeap_span server = xeap_read_span(r, XEAP_GPSK_RAND), id = read_string(r);
	uint32_t vendor = xeap_read_u32(r);
	uint16_t suite = xeap_read_u16(r);

	read_string(r); /* protected data, of which none is known */
	return !r->bad && is(peer, g->rand_peer, XEAP_GPSK_RAND) &&
	       is(server, g->rand_server, XEAP_GPSK_RAND) && is(id, g->server, g->server_len) &&
	       vendor == 0 && suite == g->keys.suite;
}

/* The server's proof. False: dropped silently, RFC 5433 §5. */
static bool proves(const struct gpsk *g, struct xeap_span data)
{
	size_t size = xeap_gpsk_key_size(g->keys.suite);
	struct xeap_reader r = xeap_reader(data);
	uint8_t mac[XEAP_GPSK_MAC_MAX];

	xeap_read_u8(&r);
	if (!is_ours(g, &r) || xeap_reader_left(&r) != size ||
	    xeap_gpsk_mac(&g->keys, xeap_span(data.data + 1, data.len - 1 - size), mac) < 0)
		return false;
	return xeap_equal_secret(mac, data.data + data.len - size, size);
}

static int answer_3(struct gpsk *g, uint8_t id, struct xeap_writer *response,
		    struct xeap_method_result *result)
{
	int r = write_4(g, id, &response->c);

	if (r < 0)
		return xeap_diag_set(&result->diag, r, XEAP_E_AUTHENTICATION_FAILED,
				     "GPSK response could not be made");
	g->progress = FINISHED;
	result->method_state = XEAP_METHOD_DONE;
	result->decision = XEAP_DECISION_UNCOND_SUCC;
	return 0;
}

static int gpsk_process(void *ctx, struct xeap_span request, struct xeap_writer *response,
			struct xeap_method_result *ret_result)
{
	struct gpsk *g = ctx;
	struct xeap_reader r;
	struct xeap_eap eap;
	uint8_t op;

	if (xeap_eap_parse(request, &eap) < 0) {
		ret_result->ignore = true;
		return 0;
	}
	r = xeap_reader(eap.data);
	op = xeap_read_u8(&r);
	if (op == OP_1 && g->progress == WAITS_1 && read_1(g, &r))
		return answer_1(g, eap.id, response, ret_result);
	if (op == OP_3 && g->progress == WAITS_3 && proves(g, eap.data))
		return answer_3(g, eap.id, response, ret_result);
	/* Anybody can send a GPSK-Fail; the EAP-Failure after it is what counts. */
	ret_result->ignore = true;
	return 0;
}

static int gpsk_get_key(const void *ctx, enum xeap_key_kind kind, uint8_t *buf, size_t size)
{
	const struct gpsk *g = ctx;
	struct xeap_span key = { NULL, 0 };

	if (g->progress != FINISHED)
		return -ENOENT;
	switch (kind) {
	case XEAP_KEY_MSK:
		key = xeap_span(g->keys.msk, sizeof(g->keys.msk));
		break;
	case XEAP_KEY_EMSK:
		key = xeap_span(g->keys.emsk, sizeof(g->keys.emsk));
		break;
	case XEAP_KEY_SESSION_ID:
		key = xeap_span(g->keys.session_id, sizeof(g->keys.session_id));
		break;
	case XEAP_KEY_KIND_MAX:
		break;
	}
	if (!key.data)
		return -ENOENT;
	if (size < key.len)
		return -ENOSPC;
	memcpy(buf, key.data, key.len);
	return (int)key.len;
}

static void gpsk_done(void *ctx)
{
	struct gpsk *g = ctx;

	xeap_wipe(&g->keys, sizeof(g->keys));
}

const struct xeap_method xeap_method_gpsk = {
	.abi = XEAP_METHOD_ABI,
	.name = "GPSK",
	.type = { .type = XEAP_EAP_GPSK },
	.flags = XEAP_METHOD_F_KEYS,
	.ctx_size = sizeof(struct gpsk),
	.load = gpsk_load,
	.unload = gpsk_unload,
	.init = gpsk_init,
	.process = gpsk_process,
	.get_key = gpsk_get_key,
	.done = gpsk_done,
};
