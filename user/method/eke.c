/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/reader.h>
#include <base/wipe.h>
#include <errno.h>
#include <method/eke_keys.h>
#include <method/list.h>
#include <method/password.h>
#include <stdlib.h>
#include <string.h>
#include <wire/eap.h>

/*
 * EAP-EKE, RFC 6124: three exchanges, ID, Commit and Confirm. What goes wrong is told to the server
 * with a Failure (§4.2.4), whose own Failures are acknowledged with one.
 */

static const char name[] = "EKE";
static const struct xeap_method_type eke_type = { .type = XEAP_EAP_EKE };

enum exchange {
	EXCH_ID = 1,
	EXCH_COMMIT = 2,
	EXCH_CONFIRM = 3,
	EXCH_FAILURE = 4
};

#define ID_TYPE_NAI 2

/* Failure-Code, §4.2.4. */
#define NO_ERROR 1u
#define PROTOCOL_ERROR 2u
#define PASSWORD_NOT_FOUND 3u
#define AUTHENTICATION_FAILURE 4u
#define AUTHORIZATION_FAILURE 5u
#define NO_PROPOSAL_CHOSEN 6u

enum progress {
	EXPECTS_ID,
	EXPECTS_COMMIT,
	EXPECTS_CONFIRM,
	CONFIRMED,
	FAILED
};

/* The words of phase1="" that restrict the choice, as wpa_supplicant's; 0 is any. */
struct eke_wanted {
	long group, cipher, prf, mac;
};

struct eke_conversation {
	struct xeap_password password;
	struct eke_wanted wanted;
	struct xeap_span identity;
	struct xeap_eke eke;
	enum progress progress;
	uint8_t *server; /* its identity */
	/* The four packets before Confirm, which both sides' Auth is over. */
	uint8_t *messages;
	size_t messages_len;
	/* A Commit that is open while a person is asked. */
	bool open;
	uint8_t *commit;
	size_t commit_len;

	uint8_t keys[XEAP_EKE_KEYS];
};

static int read_word(const struct xeap_config *config, const char *word, long max, long *ret_value,
		     struct xeap_diag *ret_diag)
{
	const char *origin = xeap_config_origin(config);
	struct xeap_span value;
	struct xeap_reader r;
	long n;

	if (xeap_config_get_word(config, XEAP_CONFIG_PHASE1, word, &value) < 0)
		return 0;
	r = xeap_reader(value);
	n = xeap_read_u8(&r) - '0';
	if (r.bad || xeap_reader_left(&r) || n < 1 || n > max)
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%s%sphase1: %s= of eap=EKE is a number from 1 to %ld", origin,
				     *origin ? ": " : "", word, max);
	*ret_value = n;
	return 0;
}

static int read_wanted(const struct xeap_config *config, struct eke_wanted *ret_wanted,
		       struct xeap_diag *ret_diag)
{
	struct eke_wanted wanted = { 0 };
	int r = read_word(config, "dhgroup", XEAP_MODP_4096, &wanted.group, ret_diag);

	if (r == 0)
		r = read_word(config, "encr", 1, &wanted.cipher, ret_diag);
	if (r == 0)
		r = read_word(config, "prf", 2, &wanted.prf, ret_diag);
	if (r == 0)
		r = read_word(config, "mac", 2, &wanted.mac, ret_diag);
	if (r == 0)
		*ret_wanted = wanted;
	return r;
}

static int eke_load(const struct xeap_config *config, bool interactive, void **ret_shared,
		    struct xeap_diag *ret_diag)
{
	struct eke_wanted wanted;
	int r = xeap_password_check(config, name, interactive, ret_diag);

	return r < 0 ? r : read_wanted(config, &wanted, ret_diag);
}

static void eke_unload(void *shared)
{
	/* load() made nothing. */
}

static int eke_init(void *ctx, const struct xeap_method_args *args)
{
	struct eke_conversation *c = ctx;

	if (!args->identity.data || read_wanted(args->config, &c->wanted, NULL) < 0)
		return -EINVAL;
	c->identity = args->identity;
	xeap_password_init(&c->password, args);
	return 0;
}

static struct xeap_builder begin(struct xeap_chunk *to, uint8_t id, uint8_t exchange)
{
	struct xeap_builder b = xeap_eap_build_response(to, id, eke_type);

	xeap_put_u8(&b, exchange);
	return b;
}

/* Tell the server; it answers with EAP-Failure. The caller has said why in the diagnosis. */
static int fail(struct eke_conversation *c, uint8_t id, uint32_t code, struct xeap_writer *response,
		struct xeap_method_result *ret_result)
{
	struct xeap_builder b;

	response->c.len = 0;
	b = begin(&response->c, id, EXCH_FAILURE);
	xeap_put_u32(&b, code);
	c->progress = FAILED;
	/* RFC 4137 §4.2 has no response sent that comes with DONE and FAIL. */
	ret_result->method_state = XEAP_METHOD_MAY_CONT;
	ret_result->decision = XEAP_DECISION_FAIL;
	return xeap_eap_finish_built(&response->c, &b);
}

static int refuse(struct eke_conversation *c, uint8_t id, struct xeap_writer *response,
		  struct xeap_method_result *ret_result, const char *why)
{
	xeap_diag_set(&ret_result->diag, 0, XEAP_E_REMOTE_INVALID_PACKET, "server sent %s", why);
	return fail(c, id, PROTOCOL_ERROR, response, ret_result);
}

static int refuse_password(struct eke_conversation *c, uint8_t id, struct xeap_writer *response,
			   struct xeap_method_result *ret_result)
{
	xeap_diag_set(&ret_result->diag, 0, XEAP_E_USER_NAME_PASSWORD_REJECTED,
		      "server has another password for this identity (EAP-EKE): check identity and "
		      "password");
	return fail(c, id, AUTHENTICATION_FAILURE, response, ret_result);
}

static int keep_messages(struct eke_conversation *c, struct xeap_span request,
			 struct xeap_span response)
{
	size_t len = c->messages_len + request.len + response.len;
	uint8_t *more = realloc(c->messages, len);
	struct xeap_builder b;

	if (!more)
		return -ENOMEM;
	c->messages = more;
	b = xeap_builder(more + c->messages_len, request.len + response.len);
	xeap_put_span(&b, request);
	xeap_put_span(&b, response);
	c->messages_len = len;
	return 0;
}

/* Without dhgroup= the primes of 1024 and 1536 bits are not taken, whoever offers them. */
static bool is_wanted(const struct eke_wanted *w, const struct xeap_eke_suite *s)
{
	return (w->group ? w->group == s->group : s->group >= XEAP_MODP_2048) &&
	       (!w->cipher || w->cipher == s->cipher) && (!w->prf || w->prf == s->prf) &&
	       (!w->mac || w->mac == s->mac);
}

/* The first proposal that will do: §4.2.1 has them in the server's order. */
static bool choose(struct eke_conversation *c, struct xeap_reader *r, uint8_t count)
{
	bool found = false;

	for (uint8_t i = 0; i < count; i++) {
		struct xeap_eke_suite s = { .group = xeap_read_u8(r),
					    .cipher = xeap_read_u8(r),
					    .prf = xeap_read_u8(r),
					    .mac = xeap_read_u8(r) };

		if (found || r->bad || !xeap_eke_suite_known(&s) || !is_wanted(&c->wanted, &s))
			continue;
		c->eke.suite = s;
		found = true;
	}
	return found;
}

static int keep_server(struct eke_conversation *c, struct xeap_span server)
{
	uint8_t *copy = malloc(server.len ? server.len : 1);

	if (!copy)
		return -ENOMEM;
	if (server.len)
		memcpy(copy, server.data, server.len);
	free(c->server);
	c->server = copy;
	c->eke.server = xeap_span(copy, server.len);
	c->eke.peer = c->identity;
	return 0;
}

static int answer_id(struct eke_conversation *c, const struct xeap_eap *eap,
		     struct xeap_writer *response)
{
	const struct xeap_eke_suite *s = &c->eke.suite;
	struct xeap_builder b = begin(&response->c, eap->id, EXCH_ID);
	int r;

	xeap_put_u8(&b, 1);
	xeap_put_u8(&b, 0);
	xeap_put_u8(&b, s->group);
	xeap_put_u8(&b, s->cipher);
	xeap_put_u8(&b, s->prf);
	xeap_put_u8(&b, s->mac);
	xeap_put_u8(&b, ID_TYPE_NAI);
	xeap_put_span(&b, c->identity);
	r = xeap_eap_finish_built(&response->c, &b);
	if (r == 0)
		r = keep_messages(c, eap->packet, xeap_span(response->c.data, response->c.len));
	if (r == 0)
		c->progress = EXPECTS_COMMIT;
	return r;
}

static int take_id(struct eke_conversation *c, const struct xeap_eap *eap, struct xeap_reader *in,
		   struct xeap_writer *response, struct xeap_method_result *ret_result)
{
	uint8_t count = xeap_read_u8(in);
	bool found;
	int r;

	xeap_read_u8(in); /* Reserved */
	found = choose(c, in, count);
	xeap_read_u8(in); /* IDType */
	if (in->bad)
		return refuse(c, eap->id, response, ret_result, "an EAP-EKE-ID that is too short");
	if (!found) {
		xeap_diag_set(
			&ret_result->diag, 0, XEAP_E_NOT_SUPPORTED,
			"server offers no EAP-EKE ciphersuite that is wanted: a prime of 2048 "
			"bits or more, or what phase1=\"dhgroup=… prf=… mac=…\" says");
		return fail(c, eap->id, NO_PROPOSAL_CHOSEN, response, ret_result);
	}
	r = keep_server(c, xeap_read_rest(in));
	return r < 0 ? r : answer_id(c, eap, response);
}

/* Commit/Response, §4.2.2: DHComponent_P, PNonce_P; nothing to bind of the channel. */
static int write_commit(struct eke_conversation *c, uint8_t id, const uint8_t *server_component,
			struct xeap_chunk *to)
{
	struct xeap_builder b = begin(to, id, EXCH_COMMIT);
	uint8_t *component = xeap_put_space(&b, xeap_eke_component_len(&c->eke));
	uint8_t *nonce = xeap_put_space(&b, xeap_eke_prot_len(&c->eke, XEAP_EKE_NONCE));
	int r = nonce ? 0 : -EMSGSIZE;

	if (r == 0)
		r = xeap_eke_commit(&c->eke, xeap_password_get(&c->password), server_component,
				    component);
	if (r == 0)
		r = xeap_random(c->eke.nonce_peer, XEAP_EKE_NONCE);
	if (r == 0)
		r = xeap_eke_protect(&c->eke, xeap_span(c->eke.nonce_peer, XEAP_EKE_NONCE), nonce);
	return r < 0 ? r : xeap_eap_finish_built(to, &b);
}

static int respond_commit(struct eke_conversation *c, const struct xeap_eap *eap,
			  struct xeap_writer *response, struct xeap_method_result *ret_result)
{
	struct xeap_reader in = xeap_reader(eap->data);
	struct xeap_span component;
	int r;

	xeap_read_u8(&in);
	component = xeap_read_span(&in, xeap_eke_component_len(&c->eke));
	if (in.bad)
		return refuse(c, eap->id, response, ret_result,
			      "an EAP-EKE-Commit that is too short");
	r = write_commit(c, eap->id, component.data, &response->c);
	/* With odds of one to 2⁶⁴ what was decrypted with another password. */
	if (r == -EBADMSG)
		return refuse_password(c, eap->id, response, ret_result);
	if (r == 0)
		r = keep_messages(c, eap->packet, xeap_span(response->c.data, response->c.len));
	if (r < 0)
		return r == -ENOMEM
			       ? r
			       : xeap_diag_set(&ret_result->diag, r, XEAP_E_AUTHENTICATION_FAILED,
					       "EAP-EKE-Commit could not be made");
	c->progress = EXPECTS_CONFIRM;
	return 0;
}

static int ask(struct eke_conversation *c, struct xeap_span packet,
	       struct xeap_method_result *ret_result)
{
	uint8_t *copy = malloc(packet.len);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, packet.data, packet.len);
	free(c->commit);
	c->commit = copy;
	c->commit_len = packet.len;
	c->open = true;
	ret_result->need = XEAP_NEED_UI;
	return 0;
}

static int take_commit(struct eke_conversation *c, const struct xeap_eap *eap,
		       struct xeap_writer *response, struct xeap_method_result *ret_result)
{
	if (!xeap_password_get(&c->password).data)
		return ask(c, eap->packet, ret_result);
	return respond_commit(c, eap, response, ret_result);
}

/* What only a server with the password can have sent: both nonces, and Auth_S over all. */
static int check_confirm(struct eke_conversation *c, struct xeap_span nonces, struct xeap_span auth)
{
	XEAP_SECRET(both, 2 * XEAP_EKE_NONCE);
	uint8_t wanted[XEAP_EKE_HASH_MAX];
	int r = xeap_eke_open(&c->eke, nonces, both);

	if (r < 0)
		return r;
	if (!xeap_equal_secret(both, c->eke.nonce_peer, XEAP_EKE_NONCE))
		return -EACCES;
	memcpy(c->eke.nonce_server, both + XEAP_EKE_NONCE, XEAP_EKE_NONCE);
	r = xeap_eke_derive_ka(&c->eke);
	if (r == 0)
		r = xeap_eke_auth(&c->eke, true, xeap_span(c->messages, c->messages_len), wanted);
	if (r == 0 && !xeap_equal_secret(auth.data, wanted, auth.len))
		r = -EACCES;
	return r;
}

/* Confirm/Response: PNonce_S, Auth_P. */
static int write_confirm(struct eke_conversation *c, uint8_t id, struct xeap_chunk *to)
{
	struct xeap_builder b = begin(to, id, EXCH_CONFIRM);
	uint8_t *nonce = xeap_put_space(&b, xeap_eke_prot_len(&c->eke, XEAP_EKE_NONCE));
	uint8_t auth[XEAP_EKE_HASH_MAX];
	int r = nonce ? 0 : -EMSGSIZE;

	if (r == 0)
		r = xeap_eke_protect(&c->eke, xeap_span(c->eke.nonce_server, XEAP_EKE_NONCE),
				     nonce);
	if (r == 0)
		r = xeap_eke_auth(&c->eke, false, xeap_span(c->messages, c->messages_len), auth);
	if (r == 0)
		r = xeap_eke_export(&c->eke, c->keys);
	if (r < 0)
		return r;
	xeap_put_span(&b, xeap_span(auth, xeap_eke_auth_len(&c->eke)));
	return xeap_eap_finish_built(to, &b);
}

static int take_confirm(struct eke_conversation *c, const struct xeap_eap *eap,
			struct xeap_reader *in, struct xeap_writer *response,
			struct xeap_method_result *ret_result)
{
	struct xeap_span nonces =
		xeap_read_span(in, xeap_eke_prot_len(&c->eke, 2 * XEAP_EKE_NONCE));
	struct xeap_span auth = xeap_read_span(in, xeap_eke_auth_len(&c->eke));
	int r;

	if (in->bad)
		return refuse(c, eap->id, response, ret_result,
			      "an EAP-EKE-Confirm that is too short");
	r = check_confirm(c, nonces, auth);
	if (r == -EACCES)
		return refuse_password(c, eap->id, response, ret_result);
	if (r == 0)
		r = write_confirm(c, eap->id, &response->c);
	if (r < 0)
		return r;
	c->progress = CONFIRMED;
	xeap_password_proven(&c->password, name, ret_result);
	return 0;
}

/* Not authenticated: it may end this conversation, which anybody on the wire can. */
static int take_failure(struct eke_conversation *c, const struct xeap_eap *eap,
			struct xeap_reader *in, struct xeap_writer *response,
			struct xeap_method_result *ret_result)
{
	static const char *const texts[] = {
		[NO_ERROR] = "no error",
		[PROTOCOL_ERROR] = "protocol error",
		[PASSWORD_NOT_FOUND] = "no password for this identity: check the identity",
		[AUTHENTICATION_FAILURE] = "check identity and password",
		[AUTHORIZATION_FAILURE] = "the account is not allowed here",
		[NO_PROPOSAL_CHOSEN] = "no ciphersuite in common",
	};
	uint32_t code = xeap_read_u32(in);
	bool password = code == PASSWORD_NOT_FOUND || code == AUTHENTICATION_FAILURE;
	bool known = code && code < sizeof(texts) / sizeof(texts[0]);

	if (in->bad) {
		ret_result->ignore = true;
		return 0;
	}
	xeap_diag_set(&ret_result->diag, 0,
		      password ? XEAP_E_USER_NAME_PASSWORD_REJECTED : XEAP_E_AUTHENTICATION_FAILED,
		      "server refused the login (EAP-EKE failure %u): %s", code,
		      known ? texts[code] : "a reason that RFC 6124 does not know");
	return fail(c, eap->id, NO_ERROR, response, ret_result);
}

static int eke_process(void *ctx, struct xeap_span request, struct xeap_writer *response,
		       struct xeap_method_result *ret_result)
{
	struct eke_conversation *c = ctx;
	struct xeap_reader in;
	struct xeap_eap eap;
	uint8_t exchange;

	if (xeap_eap_parse(request, &eap) < 0) {
		ret_result->ignore = true;
		return 0;
	}
	in = xeap_reader(eap.data);
	exchange = xeap_read_u8(&in);
	ret_result->method_state = XEAP_METHOD_CONT;
	ret_result->decision = XEAP_DECISION_FAIL;
	if (c->progress == EXPECTS_ID && exchange == EXCH_ID)
		return take_id(c, &eap, &in, response, ret_result);
	if (c->progress == EXPECTS_COMMIT && exchange == EXCH_COMMIT)
		return take_commit(c, &eap, response, ret_result);
	if (c->progress == EXPECTS_CONFIRM && exchange == EXCH_CONFIRM)
		return take_confirm(c, &eap, &in, response, ret_result);
	if (c->progress < CONFIRMED && exchange == EXCH_FAILURE)
		return take_failure(c, &eap, &in, response, ret_result);
	ret_result->ignore = true;
	return 0;
}

static int eke_get_prompt(void *ctx, struct xeap_prompt *ret_prompt)
{
	const struct eke_conversation *c = ctx;

	if (!c->open)
		return -EINVAL;
	xeap_password_prompt(name, ret_prompt);
	return 0;
}

static int eke_answer(void *ctx, const struct xeap_prompt *answers, struct xeap_writer *response,
		      struct xeap_method_result *ret_result)
{
	struct eke_conversation *c = ctx;
	struct xeap_eap eap;
	int r;

	if (!c->open || xeap_eap_parse(xeap_span(c->commit, c->commit_len), &eap) < 0)
		return -EINVAL;
	r = xeap_password_take(&c->password, answers, "password");
	if (r == -EINVAL) {
		ret_result->need = XEAP_NEED_UI;
		return 0;
	}
	ret_result->method_state = XEAP_METHOD_CONT;
	ret_result->decision = XEAP_DECISION_FAIL;
	if (r == 0)
		r = respond_commit(c, &eap, response, ret_result);
	if (r == 0)
		c->open = false;
	return r;
}

/* Session-Id = Type | Nonce_P | Nonce_S, RFC 6124 §5.6. */
static int copy_session_id(const struct eke_conversation *c, uint8_t *buf, size_t size)
{
	struct xeap_builder b = xeap_builder(buf, size);

	xeap_put_u8(&b, XEAP_EAP_EKE);
	xeap_put_span(&b, xeap_span(c->eke.nonce_peer, XEAP_EKE_NONCE));
	xeap_put_span(&b, xeap_span(c->eke.nonce_server, XEAP_EKE_NONCE));
	return b.bad ? -ENOSPC : (int)xeap_builder_len(&b);
}

static int eke_get_key(const void *ctx, enum xeap_key_kind kind, uint8_t *buf, size_t size)
{
	const struct eke_conversation *c = ctx;
	const size_t len = XEAP_EKE_KEYS / 2;

	if (c->progress != CONFIRMED)
		return -ENOENT;
	switch (kind) {
	case XEAP_KEY_SESSION_ID:
		return copy_session_id(c, buf, size);
	case XEAP_KEY_MSK:
	case XEAP_KEY_EMSK:
		if (size < len)
			return -ENOSPC;
		memcpy(buf, kind == XEAP_KEY_MSK ? c->keys : c->keys + len, len);
		return (int)len;
	case XEAP_KEY_KIND_MAX:
		break;
	}
	return -ENOENT;
}

static void eke_done(void *ctx)
{
	struct eke_conversation *c = ctx;

	xeap_password_done(&c->password);
	free(c->server);
	free(c->messages);
	free(c->commit);
}

const struct xeap_method xeap_method_eke = {
	.abi = XEAP_METHOD_ABI,
	.name = "EKE",
	.type = { .type = XEAP_EAP_EKE },
	.flags = XEAP_METHOD_F_KEYS,
	.ctx_size = sizeof(struct eke_conversation),
	.load = eke_load,
	.unload = eke_unload,
	.init = eke_init,
	.process = eke_process,
	.get_prompt = eke_get_prompt,
	.answer = eke_answer,
	.get_key = eke_get_key,
	.done = eke_done,
};
