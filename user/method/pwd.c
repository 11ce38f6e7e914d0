/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/reader.h>
#include <base/wipe.h>
#include <crypto/digest.h>
#include <crypto/mschap.h>
#include <crypto/pwd.h>
#include <errno.h>
#include <method/keys.h>
#include <method/list.h>
#include <method/password.h>
#include <method/pwd_message.h>
#include <stdlib.h>
#include <string.h>
#include <wire/eap.h>

/*
 * EAP-pwd, RFC 5931, with the salted passwords of RFC 8146: three exchanges, ID, Commit and
 * Confirm. The server is the first to confirm, so it is here that a wrong password shows.
 */

static const char name[] = "PWD";

#define FRAGMENT_SIZE 1020 /* RFC 3748 §3.1's smallest MTU */

/* Password Preprocessing Methods, RFC 5931 §3.2.1 and RFC 8146. */
enum prep {
	PREP_NONE = 0,
	PREP_MS = 1, /* HashNtPasswordHash of RFC 2759 */
	PREP_SASLPREP = 2,
	PREP_SHA1 = 3, /* a hash of the password and a salt, which comes with the Commit */
	PREP_SHA256 = 4,
	PREP_SHA512 = 5,
	PREP_OPAQUE_SHA1 = 7, /* the same, of an OpaqueString */
	PREP_OPAQUE_SHA256 = 8,
	PREP_OPAQUE_SHA512 = 9,
};

enum progress {
	EXPECTS_ID,
	EXPECTS_COMMIT,
	EXPECTS_CONFIRM,
	LAST_FRAGMENTS,
	CONFIRMED
};

struct pwd_shared {
	struct xeap_legacy *legacy; /* NULL where OpenSSL has none: then without PREP_MS */
};

struct pwd_conversation {
	const struct pwd_shared *shared;
	struct xeap_password password;
	struct xeap_span hash; /* the configuration's, instead of a password */
	struct xeap_span identity;
	struct xeap_pwd_messages messages;
	struct xeap_pwd *pwd;
	enum progress progress;
	uint8_t prep;
	uint8_t token[XEAP_PWD_TOKEN];
	uint8_t *server; /* its identity */
	size_t server_len;

	/* A Commit that is open while a person is asked. */
	bool open;
	uint8_t id;
	uint8_t *commit;
	size_t commit_len;

	uint8_t keys[XEAP_PWD_KEYS];
	uint8_t session_id[XEAP_PWD_SESSION_ID];
};

static void pwd_unload(void *shared)
{
	struct pwd_shared *s = shared;

	if (s)
		xeap_legacy_put(s->legacy);
	free(s);
}

/*
 * Whether MD4 will be needed is the server's choice. It is looked for here nevertheless: a process
 * in a sandbox cannot load it later.
 */
static int pwd_load(const struct xeap_config *config, bool interactive, void **ret_shared,
		    struct xeap_diag *ret_diag)
{
	bool hash = xeap_config_get(config, XEAP_CONFIG_PASSWORD_HASH).data != NULL;
	const char *origin = xeap_config_origin(config);
	struct pwd_shared *s;
	int r = xeap_password_or_hash_check(config, name, interactive, ret_diag);

	if (r < 0)
		return r;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	r = xeap_legacy_get(&s->legacy);
	if (r == -ENOMEM || (r < 0 && hash)) {
		pwd_unload(s);
		return xeap_diag_set(ret_diag, r, XEAP_E_NOT_SUPPORTED,
				     "%s%spassword=hash:… of eap=PWD needs MD4, which OpenSSL does "
				     "not offer here (FIPS, or no legacy provider installed): use "
				     "password=\"…\"",
				     origin, *origin ? ": " : "");
	}
	*ret_shared = s;
	return 0;
}

static int pwd_init(void *ctx, const struct xeap_method_args *args)
{
	long size = xeap_config_get_int(args->config, XEAP_CONFIG_FRAGMENT_SIZE, FRAGMENT_SIZE);
	struct pwd_conversation *c = ctx;

	if (!args->shared || !args->identity.data)
		return -EINVAL;
	c->shared = args->shared;
	c->identity = args->identity;
	c->messages.packet_max = size > 0 && (unsigned long)size < args->max_packet
					 ? (size_t)size
					 : args->max_packet;
	xeap_password_init(&c->password, args);
	if (!args->ask_again)
		c->hash = xeap_config_get(args->config, XEAP_CONFIG_PASSWORD_HASH);
	return 0;
}

static int refuse(struct xeap_method_result *ret_result, int err, const char *why)
{
	return xeap_diag_set(&ret_result->diag, err, XEAP_E_REMOTE_INVALID_PACKET, "server sent %s",
			     why);
}

static bool is_salted(uint8_t prep)
{
	return (prep >= PREP_SHA1 && prep <= PREP_SHA512) ||
	       (prep >= PREP_OPAQUE_SHA1 && prep <= PREP_OPAQUE_SHA512);
}

/* Those for which text outside ASCII would have to be prepared (RFC 4013, RFC 8265). */
static bool prepares_text(uint8_t prep)
{
	return prep == PREP_SASLPREP || (prep >= PREP_OPAQUE_SHA1 && prep <= PREP_OPAQUE_SHA512);
}

/* Whether the server's way of keeping passwords can be followed; sets a diagnosis if not. */
static int check_prep(const struct pwd_conversation *c, uint8_t prep,
		      struct xeap_method_result *ret_result)
{
	const char *why = NULL;

	if (prep > PREP_SASLPREP && !is_salted(prep))
		why = "in a way that is not supported (crypt or unknown)";
	else if (prep == PREP_MS && !c->shared->legacy)
		why = "as NT hashes, which needs MD4, and OpenSSL offers none here";
	else if (prep != PREP_MS && c->hash.data)
		why = "not as NT hashes: password=\"…\" is needed, not password=hash:…";
	if (!why)
		return 0;
	return xeap_diag_set(&ret_result->diag, -ENOTSUP, XEAP_E_NOT_SUPPORTED,
			     "server keeps passwords %s (EAP-pwd preprocessing %u)", why, prep);
}

static int keep_server(struct pwd_conversation *c, struct xeap_span server)
{
	c->server = malloc(server.len ? server.len : 1);
	if (!c->server)
		return -ENOMEM;
	if (server.len)
		memcpy(c->server, server.data, server.len);
	c->server_len = server.len;
	return 0;
}

/* §3.2.1: Group, Random Function, PRF, Token and Prep are echoed, then comes the own identity. */
static int answer_id(struct pwd_conversation *c, uint8_t id, struct xeap_span message,
		     struct xeap_writer *response)
{
	uint8_t out[XEAP_PWD_MESSAGE_MAX];
	struct xeap_builder b = xeap_builder(out, sizeof(out));
	int r;

	xeap_put_span(&b, xeap_span(message.data, 4 + XEAP_PWD_TOKEN + 1));
	xeap_put_span(&b, c->identity);
	if (b.bad)
		return -EMSGSIZE;
	r = xeap_pwd_send(&c->messages, id, XEAP_PWD_ID_EXCH, xeap_span(out, xeap_builder_len(&b)),
			  &response->c);
	if (r == 0)
		c->progress = EXPECTS_COMMIT;
	return r;
}

static int take_id(struct pwd_conversation *c, uint8_t id, struct xeap_span message,
		   struct xeap_writer *response, struct xeap_method_result *ret_result)
{
	struct xeap_reader r = xeap_reader(message);
	struct xeap_pwd_suite suite = { .group = xeap_read_u16(&r),
					.random_function = xeap_read_u8(&r),
					.prf = xeap_read_u8(&r) };
	struct xeap_span token = xeap_read_span(&r, XEAP_PWD_TOKEN);
	uint8_t prep = xeap_read_u8(&r);
	struct xeap_span server = xeap_read_rest(&r);
	int err;

	if (r.bad)
		return refuse(ret_result, -EPROTO, "an EAP-pwd-ID that is too short");
	err = check_prep(c, prep, ret_result);
	if (err < 0)
		return err;
	/* Left over where memory was short and the request is fed again. */
	c->pwd = xeap_pwd_free(c->pwd);
	free(c->server);
	c->server = NULL;
	err = xeap_pwd_new(&suite, &c->pwd);
	if (err == -ENOTSUP)
		return xeap_diag_set(&ret_result->diag, err, XEAP_E_NOT_SUPPORTED,
				     "server offers EAP-pwd with group %u, random function %u and "
				     "PRF %u: the group has to be %s, the others 1",
				     suite.group, suite.random_function, suite.prf,
				     xeap_pwd_groups);
	if (err == 0)
		err = keep_server(c, server);
	if (err < 0) {
		c->pwd = xeap_pwd_free(c->pwd);
		return err;
	}
	c->prep = prep;
	memcpy(c->token, token.data, sizeof(c->token));
	return answer_id(c, id, message, response);
}

/* RFC 8146: Hash(password | salt). */
static int hash_salted(uint8_t prep, struct xeap_span password, struct xeap_span salt,
		       uint8_t ret_value[XEAP_DIGEST_MAX])
{
	static const enum xeap_digest_name names[] = { XEAP_DIGEST_SHA1, XEAP_DIGEST_SHA256,
						       XEAP_DIGEST_SHA512 };
	const struct xeap_span parts[] = { password, salt };
	unsigned int which = prep >= PREP_OPAQUE_SHA1 ? prep - PREP_OPAQUE_SHA1 : prep - PREP_SHA1;

	return xeap_digest_once(names[which], parts, 2, ret_value, XEAP_DIGEST_MAX);
}

static int hash_twice(const struct pwd_conversation *c, struct xeap_span password,
		      uint8_t ret_value[XEAP_DIGEST_MAX])
{
	XEAP_SECRET(hash, XEAP_NT_HASH);
	int r = 0;

	if (c->hash.data && !c->password.typed)
		memcpy(hash, c->hash.data, XEAP_NT_HASH);
	else
		r = xeap_nt_hash(c->shared->legacy, password, hash);
	if (r == 0)
		r = xeap_nt_hash_hash(c->shared->legacy, hash, ret_value);
	return r < 0 ? r : XEAP_NT_HASH;
}

static bool is_ascii(struct xeap_span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] < 0x20 || text.data[i] > 0x7e)
			return false;
	return true;
}

/* The password as the server has it; bytes or a negative errno. `buf` holds what is computed. */
static int prepare(const struct pwd_conversation *c, struct xeap_span salt,
		   uint8_t buf[XEAP_DIGEST_MAX], struct xeap_span *ret_password)
{
	struct xeap_span password = xeap_password_get(&c->password);
	int r;

	if (prepares_text(c->prep) && !is_ascii(password))
		return -EILSEQ;
	if (c->prep == PREP_NONE || c->prep == PREP_SASLPREP) {
		*ret_password = password;
		return 0;
	}
	r = c->prep == PREP_MS ? hash_twice(c, password, buf)
			       : hash_salted(c->prep, password, salt, buf);
	if (r < 0)
		return r;
	*ret_password = xeap_span(buf, (size_t)r);
	return 0;
}

static int hunt(struct pwd_conversation *c, struct xeap_span salt)
{
	XEAP_SECRET(buf, XEAP_DIGEST_MAX);
	struct xeap_pwd_input input = {
		.token = xeap_span(c->token, sizeof(c->token)),
		.peer = c->identity,
		.server = xeap_span(c->server, c->server_len),
	};
	int r = prepare(c, salt, buf, &input.password);

	return r < 0 ? r : xeap_pwd_hunt(c->pwd, &input);
}

static int describe_failed_commit(int err, struct xeap_method_result *ret_result)
{
	if (err == -ENOMEM)
		return err;
	if (err == -EBADMSG)
		return refuse(ret_result, err,
			      "an EAP-pwd-Commit with an element or scalar that no honest server "
			      "has (RFC 5931 §2.8.5.2)");
	if (err == -EILSEQ || err == -E2BIG)
		return xeap_diag_set(&ret_result->diag, err, XEAP_E_NOT_SUPPORTED,
				     "password has characters that the server's way of keeping it "
				     "does not allow here: use ASCII only");
	return xeap_diag_set(&ret_result->diag, err, XEAP_E_AUTHENTICATION_FAILED,
			     "EAP-pwd-Commit could not be made");
}

/* The server's Commit: with a salt before it if the password is salted, RFC 8146. */
static int respond_commit(struct pwd_conversation *c, uint8_t id, struct xeap_span message,
			  struct xeap_writer *response, struct xeap_method_result *ret_result)
{
	struct xeap_reader in = xeap_reader(message);
	struct xeap_span salt = { NULL, 0 }, theirs;
	uint8_t ours[XEAP_PWD_COMMIT_MAX];
	int r;

	if (is_salted(c->prep)) {
		salt = xeap_read_span(&in, xeap_read_u8(&in));
		if (salt.len == 0)
			return refuse(ret_result, -EPROTO, "an EAP-pwd-Commit without a salt");
	}
	theirs = xeap_read_rest(&in);
	if (in.bad || theirs.len != xeap_pwd_commit_len(c->pwd))
		return refuse(ret_result, -EPROTO, "an EAP-pwd-Commit of the wrong length");
	r = hunt(c, salt);
	if (r == 0)
		r = xeap_pwd_commit(c->pwd, ours);
	if (r == 0)
		r = xeap_pwd_take_commit(c->pwd, theirs);
	if (r == 0)
		r = xeap_pwd_send(&c->messages, id, XEAP_PWD_COMMIT_EXCH,
				  xeap_span(ours, xeap_pwd_commit_len(c->pwd)), &response->c);
	if (r < 0)
		return describe_failed_commit(r, ret_result);
	c->progress = EXPECTS_CONFIRM;
	return 0;
}

static int ask(struct pwd_conversation *c, uint8_t id, struct xeap_span message,
	       struct xeap_method_result *ret_result)
{
	uint8_t *copy = malloc(message.len ? message.len : 1);

	if (!copy)
		return -ENOMEM;
	if (message.len)
		memcpy(copy, message.data, message.len);
	free(c->commit);
	c->commit = copy;
	c->commit_len = message.len;
	c->open = true;
	c->id = id;
	ret_result->need = XEAP_NEED_UI;
	return 0;
}

/* The result of the last message, which may still be on its way in fragments. */
static void succeed(struct pwd_conversation *c, struct xeap_method_result *ret_result)
{
	if (xeap_pwd_sending(&c->messages)) {
		c->progress = LAST_FRAGMENTS;
		return;
	}
	c->progress = CONFIRMED;
	xeap_password_proven(&c->password, name, ret_result);
}

static int take_confirm(struct pwd_conversation *c, uint8_t id, struct xeap_span message,
			struct xeap_writer *response, struct xeap_method_result *ret_result)
{
	uint8_t theirs[XEAP_PWD_CONFIRM], ours[XEAP_PWD_CONFIRM];
	int r = xeap_pwd_confirm(c->pwd, true, theirs);

	if (r == 0)
		r = xeap_pwd_confirm(c->pwd, false, ours);
	if (r == 0)
		r = xeap_pwd_keys(c->pwd, c->keys, c->session_id);
	if (r < 0)
		return r;
	if (message.len != sizeof(theirs) ||
	    !xeap_equal_secret(message.data, theirs, sizeof(theirs)))
		return xeap_diag_set(&ret_result->diag, -EACCES, XEAP_E_USER_NAME_PASSWORD_REJECTED,
				     "server has another password for this identity (EAP-pwd): "
				     "check identity and password");
	r = xeap_pwd_send(&c->messages, id, XEAP_PWD_CONFIRM_EXCH, xeap_span(ours, sizeof(ours)),
			  &response->c);
	if (r == 0)
		succeed(c, ret_result);
	return r;
}

static int take_message(struct pwd_conversation *c, uint8_t id, uint8_t exch,
			struct xeap_span message, struct xeap_writer *response,
			struct xeap_method_result *ret_result)
{
	if (c->progress == EXPECTS_ID && exch == XEAP_PWD_ID_EXCH)
		return take_id(c, id, message, response, ret_result);
	if (c->progress == EXPECTS_COMMIT && exch == XEAP_PWD_COMMIT_EXCH) {
		if (!c->hash.data && !xeap_password_get(&c->password).data)
			return ask(c, id, message, ret_result);
		return respond_commit(c, id, message, response, ret_result);
	}
	if (c->progress == EXPECTS_CONFIRM && exch == XEAP_PWD_CONFIRM_EXCH)
		return take_confirm(c, id, message, response, ret_result);
	ret_result->ignore = true;
	return 0;
}

static int pwd_process(void *ctx, struct xeap_span request, struct xeap_writer *response,
		       struct xeap_method_result *ret_result)
{
	struct pwd_conversation *c = ctx;
	struct xeap_span message;
	struct xeap_eap eap;
	uint8_t exch;
	int r;

	if (xeap_eap_parse(request, &eap) < 0) {
		ret_result->ignore = true;
		return 0;
	}
	ret_result->method_state = XEAP_METHOD_CONT;
	ret_result->decision = XEAP_DECISION_FAIL;
	r = xeap_pwd_take(&c->messages, eap.id, eap.data, &response->c, &exch, &message);
	if (r < 0)
		return r;
	if (r == XEAP_PWD_MESSAGE)
		return take_message(c, eap.id, exch, message, response, ret_result);
	ret_result->ignore = r == XEAP_PWD_IGNORE;
	if (!ret_result->ignore && c->progress == LAST_FRAGMENTS)
		succeed(c, ret_result);
	return 0;
}

static int pwd_get_prompt(void *ctx, struct xeap_prompt *ret_prompt)
{
	const struct pwd_conversation *c = ctx;

	if (!c->open)
		return -EINVAL;
	xeap_password_prompt(name, ret_prompt);
	return 0;
}

static int pwd_answer(void *ctx, const struct xeap_prompt *answers, struct xeap_writer *response,
		      struct xeap_method_result *ret_result)
{
	struct pwd_conversation *c = ctx;
	int r;

	if (!c->open)
		return -EINVAL;
	r = xeap_password_take(&c->password, answers, "password");
	if (r == -EINVAL) {
		ret_result->need = XEAP_NEED_UI;
		return 0;
	}
	ret_result->method_state = XEAP_METHOD_CONT;
	ret_result->decision = XEAP_DECISION_FAIL;
	if (r == 0)
		r = respond_commit(c, c->id, xeap_span(c->commit, c->commit_len), response,
				   ret_result);
	if (r == 0)
		c->open = false;
	return r;
}

static int pwd_get_key(const void *ctx, enum xeap_key_kind kind, uint8_t *buf, size_t size)
{
	const struct pwd_conversation *c = ctx;
	const struct xeap_method_keys exported = {
		.msk = xeap_span(c->keys, XEAP_PWD_KEYS / 2),
		.emsk = xeap_span(c->keys + XEAP_PWD_KEYS / 2, XEAP_PWD_KEYS / 2),
		.session_id = xeap_span(c->session_id, sizeof(c->session_id)),
	};

	return c->progress == CONFIRMED ? xeap_method_keys_get(&exported, kind, buf, size)
					: -ENOENT;
}

static void pwd_done(void *ctx)
{
	struct pwd_conversation *c = ctx;

	c->pwd = xeap_pwd_free(c->pwd);
	xeap_pwd_messages_done(&c->messages);
	xeap_password_done(&c->password);
	free(c->server);
	free(c->commit);
}

const struct xeap_method xeap_method_pwd = {
	.abi = XEAP_METHOD_ABI,
	.name = "PWD",
	.type = { .type = XEAP_EAP_PWD },
	.flags = XEAP_METHOD_F_KEYS,
	.ctx_size = sizeof(struct pwd_conversation),
	.load = pwd_load,
	.unload = pwd_unload,
	.init = pwd_init,
	.process = pwd_process,
	.get_prompt = pwd_get_prompt,
	.answer = pwd_answer,
	.get_key = pwd_get_key,
	.done = pwd_done,
};
