/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/printable.h>
#include <base/wipe.h>
#include <crypto/cipher.h>
#include <errno.h>
#include <method/list.h>
#include <method/mschapv2.h>
#include <method/mschapv2_packet.h>
#include <method/password.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wire/eap.h>
#include <xeap/host.h>

/*
 * EAP-MSCHAPv2, draft-kamath-pppext-eap-mschapv2-02: RFC 2759 in EAP. The server's Success is
 * believed only with its proof that it knows the password as well; a Failure may be followed by
 * another try or by a new password, both of which a person is asked for.
 */

static const char name[] = "MSCHAPV2";

#define MSK_LEN 64

struct mschapv2_shared {
	struct xeap_legacy *legacy;
	bool interactive, retry;
};

enum progress {
	EXPECTS_CHALLENGE,
	EXPECTS_VERDICT, /* a response with a password is out */
	SUCCEEDED,
	FAILED, /* the refusal was acknowledged */
	PROGRESS_MAX
};

enum question {
	NO_QUESTION,
	ASKS_PASSWORD,
	ASKS_NEW_PASSWORD,
	QUESTION_MAX
};

struct mschapv2_conversation {
	const struct mschapv2_shared *shared;
	struct xeap_password password;
	struct xeap_span identity;
	bool may_ask, challenges_given;
	enum progress progress;

	/* The request that is open while a person is asked. */
	enum question question;
	uint8_t eap_id, id;
	char text[XEAP_DIAG_TEXT];

	bool has_hash;
	uint8_t hash[XEAP_NT_HASH];
	uint8_t authenticator_challenge[XEAP_MSCHAPV2_CHALLENGE];
	uint8_t peer_challenge[XEAP_MSCHAPV2_CHALLENGE];
	uint8_t proof[XEAP_MSCHAPV2_PROOF];
	uint8_t keys[XEAP_MSCHAPV2_KEYS];
};

static int bad_password(const struct xeap_config *config, int err, struct xeap_diag *ret_diag)
{
	const char *origin = xeap_config_origin(config);
	const char *why = "cannot be hashed";

	if (err == -EILSEQ)
		why = "is no UTF-8 text, which eap=MSCHAPV2 needs";
	else if (err == -E2BIG)
		why = "is longer than the 256 characters of eap=MSCHAPV2";
	return xeap_diag_set(ret_diag, err, XEAP_E_INVALID_PARAMETER, "%s%spassword %s", origin,
			     *origin ? ": " : "", why);
}

static int no_legacy(const struct xeap_config *config, int err, struct xeap_diag *ret_diag)
{
	const char *origin = xeap_config_origin(config);

	if (err == -ENOMEM)
		return err;
	return xeap_diag_set(ret_diag, err, XEAP_E_NOT_SUPPORTED,
			     "%s%seap=MSCHAPV2: OpenSSL offers no MD4 and DES here (FIPS, or no "
			     "legacy provider installed): use eap=TLS or another method",
			     origin, *origin ? ": " : "");
}

/* Whether there is a password that can be hashed, before anybody connects. */
static int check_password(const struct xeap_config *config, const struct xeap_legacy *legacy,
			  struct xeap_diag *ret_diag)
{
	struct xeap_span password = xeap_config_get(config, XEAP_CONFIG_PASSWORD);
	XEAP_SECRET(hash, XEAP_NT_HASH);
	int r = password.data ? xeap_nt_hash(legacy, password, hash) : 0;

	return r < 0 ? bad_password(config, r, ret_diag) : 0;
}

/* phase2="mschapv2_retry=0": a password that was refused is the end. */
static int read_retry(const struct xeap_config *config, bool *ret_retry, struct xeap_diag *ret_diag)
{
	const char *origin = xeap_config_origin(config);
	struct xeap_span value;

	*ret_retry = true;
	if (xeap_config_get_word(config, XEAP_CONFIG_PHASE2, "mschapv2_retry", &value) < 0)
		return 0;
	if (value.len == 1 && (value.data[0] == '0' || value.data[0] == '1')) {
		*ret_retry = value.data[0] == '1';
		return 0;
	}
	return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
			     "%s%smschapv2_retry= of phase2 is 0 or 1", origin,
			     *origin ? ": " : "");
}

static void mschapv2_unload(void *shared)
{
	struct mschapv2_shared *s = shared;

	if (s)
		xeap_legacy_put(s->legacy);
	free(s);
}

static int mschapv2_load(const struct xeap_config *config, bool interactive, void **ret_shared,
			 struct xeap_diag *ret_diag)
{
	struct mschapv2_shared *s;
	bool retry = true;
	int r = xeap_password_or_hash_check(config, name, interactive, ret_diag);

	if (r == 0)
		r = read_retry(config, &retry, ret_diag);
	if (r < 0)
		return r;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->interactive = interactive;
	s->retry = retry;
	r = xeap_legacy_get(&s->legacy);
	if (r < 0)
		r = no_legacy(config, r, ret_diag);
	else
		r = check_password(config, s->legacy, ret_diag);
	if (r < 0) {
		mschapv2_unload(s);
		return r;
	}
	*ret_shared = s;
	return 0;
}

static int mschapv2_init(void *ctx, const struct xeap_method_args *args)
{
	struct xeap_span hash = xeap_config_get(args->config, XEAP_CONFIG_PASSWORD_HASH);
	struct mschapv2_conversation *m = ctx;

	if (!args->shared || !args->identity.data)
		return -EINVAL;
	m->shared = args->shared;
	m->identity = args->identity;
	m->may_ask = m->shared->interactive &&
		     !(args->flags & (XEAP_FLAG_NON_INTERACTIVE | XEAP_FLAG_SUPPRESS_UI));
	xeap_password_init(&m->password, args);
	if (hash.len == XEAP_NT_HASH && !args->ask_again) {
		memcpy(m->hash, hash.data, XEAP_NT_HASH);
		m->has_hash = true;
	}
	return 0;
}

void xeap_mschapv2_set_challenges(void *ctx, const uint8_t authenticator[XEAP_MSCHAPV2_CHALLENGE],
				  const uint8_t peer[XEAP_MSCHAPV2_CHALLENGE])
{
	struct mschapv2_conversation *m = ctx;

	memcpy(m->authenticator_challenge, authenticator, XEAP_MSCHAPV2_CHALLENGE);
	memcpy(m->peer_challenge, peer, XEAP_MSCHAPV2_CHALLENGE);
	m->challenges_given = true;
}

/* Hash what is configured or was typed. */
static int hash_password(struct mschapv2_conversation *m)
{
	int r;

	if (m->has_hash)
		return 0;
	r = xeap_nt_hash(m->shared->legacy, xeap_password_get(&m->password), m->hash);
	m->has_hash = r == 0;
	return r;
}

/* The response to the challenge, what the server has to prove in return, and the keys. */
static int derive(struct mschapv2_conversation *m, uint8_t ret_response[XEAP_NT_RESPONSE])
{
	const struct xeap_legacy *legacy = m->shared->legacy;
	const struct xeap_mschapv2 exchange = { m->authenticator_challenge, m->peer_challenge,
						m->identity };
	int r = m->challenges_given ? 0 : xeap_random(m->peer_challenge, XEAP_MSCHAPV2_CHALLENGE);

	if (r == 0)
		r = xeap_mschapv2_response(legacy, m->hash, &exchange, ret_response);
	if (r == 0)
		r = xeap_mschapv2_proof(legacy, m->hash, &exchange, ret_response, m->proof);
	return r < 0 ? r : xeap_mschapv2_keys(legacy, m->hash, ret_response, m->keys);
}

/* What the response of an exchange shows of its peer challenge. */
static struct xeap_mschapv2_answer answer_of(const struct mschapv2_conversation *m, uint8_t id,
					     const uint8_t *response)
{
	static const uint8_t none[XEAP_MSCHAPV2_CHALLENGE];

	return (struct xeap_mschapv2_answer){
		.eap_id = m->eap_id,
		.id = id,
		.peer_challenge = m->challenges_given ? none : m->peer_challenge,
		.response = response,
	};
}

/* A response with the password went out, or could not be made. */
static int responded(struct mschapv2_conversation *m, int r, struct xeap_method_result *ret_result)
{
	if (r < 0)
		return xeap_diag_set(&ret_result->diag, r, XEAP_E_AUTHENTICATION_FAILED,
				     "MSCHAPV2 response could not be made");
	m->progress = EXPECTS_VERDICT;
	m->question = NO_QUESTION;
	/* Some servers refuse by EAP-Failure at once, without the packet that says why. */
	ret_result->method_state = XEAP_METHOD_MAY_CONT;
	ret_result->decision = XEAP_DECISION_FAIL;
	ret_result->allow_notifications = true;
	xeap_diag_set(&ret_result->diag, 0, XEAP_E_USER_NAME_PASSWORD_REJECTED,
		      "authenticator sent EAP-Failure after MSCHAPV2: check identity and password");
	return 0;
}

static int respond(struct mschapv2_conversation *m, struct xeap_writer *response,
		   struct xeap_method_result *ret_result)
{
	uint8_t nt_response[XEAP_NT_RESPONSE];
	struct xeap_mschapv2_answer answer = answer_of(m, m->id, nt_response);
	int r = derive(m, nt_response);

	if (r == 0)
		r = xeap_mschapv2_write_response(&answer, m->identity, &response->c);
	return responded(m, r, ret_result);
}

/*
 * RFC 2759 §7: with a new password, encrypted with the old one's hash, and an MS-CHAPv2-ID that is
 * one more than the Failure's. Response, proof and keys are of the new password.
 */
static int respond_with_change(struct mschapv2_conversation *m, struct xeap_writer *response,
			       struct xeap_method_result *ret_result)
{
	const struct xeap_legacy *legacy = m->shared->legacy;
	uint8_t nt_response[XEAP_NT_RESPONSE], encrypted[XEAP_NT_ENCRYPTED_PASSWORD];
	uint8_t encrypted_hash[XEAP_NT_HASH];
	struct xeap_mschapv2_answer answer = answer_of(m, (uint8_t)(m->id + 1), nt_response);
	struct xeap_span password = xeap_password_get(&m->password);
	XEAP_SECRET(old_hash, XEAP_NT_HASH);
	int r;

	memcpy(old_hash, m->hash, XEAP_NT_HASH);
	r = xeap_nt_hash(legacy, password, m->hash);
	if (r == 0)
		r = derive(m, nt_response);
	if (r == 0)
		r = xeap_nt_encrypt_password(legacy, password, old_hash, encrypted);
	if (r == 0)
		r = xeap_nt_encrypt_hash(legacy, old_hash, m->hash, encrypted_hash);
	if (r == 0)
		r = xeap_mschapv2_write_change(&answer, encrypted, encrypted_hash, &response->c);
	return responded(m, r, ret_result);
}

static int ask(struct mschapv2_conversation *m, enum question question, const char *text,
	       struct xeap_method_result *ret_result)
{
	snprintf(m->text, sizeof(m->text), "%s", text);
	m->question = question;
	ret_result->need = XEAP_NEED_UI;
	return 0;
}

static int take_challenge(struct mschapv2_conversation *m,
			  const struct xeap_mschapv2_request *request, struct xeap_writer *response,
			  struct xeap_method_result *ret_result)
{
	int r;

	if (!m->challenges_given)
		memcpy(m->authenticator_challenge, request->challenge, XEAP_MSCHAPV2_CHALLENGE);
	if (!m->has_hash && !xeap_password_get(&m->password).data)
		return ask(m, ASKS_PASSWORD, "The network asks for a password.", ret_result);
	r = hash_password(m);
	return r < 0 ? r : respond(m, response, ret_result);
}

/* RFC 2759 §5: a server that cannot prove itself is no server of ours. */
static int take_success(struct mschapv2_conversation *m,
			const struct xeap_mschapv2_request *request, struct xeap_writer *response,
			struct xeap_method_result *ret_result)
{
	int r;

	if (!xeap_mschapv2_proves(request->message, m->proof, NULL))
		return xeap_diag_set(&ret_result->diag, -EACCES, XEAP_E_AUTHENTICATION_FAILED,
				     "server did not prove that it knows the password (RFC 2759 "
				     "§5): is it the right network?");
	r = xeap_mschapv2_write_ack(m->eap_id, XEAP_MSCHAPV2_SUCCESS_OP, &response->c);
	if (r < 0)
		return r;
	m->progress = SUCCEEDED;
	ret_result->method_state = XEAP_METHOD_DONE;
	ret_result->decision = XEAP_DECISION_UNCOND_SUCC;
	ret_result->save_user_data = m->password.typed != NULL;
	return 0;
}

/* The server's words, fit for a terminal; XEAP_DIAG_TEXT / 2 bytes. */
static void server_says(const struct xeap_mschapv2_failure *f, char *ret_text)
{
	char words[XEAP_DIAG_TEXT / 2 - 32];

	xeap_printable(f->text, false, words, sizeof(words));
	snprintf(ret_text, XEAP_DIAG_TEXT / 2, "E=%u%s%s%s", f->error, *words ? ", \"" : "", words,
		 *words ? "\"" : "");
}

static int acknowledge_failure(struct mschapv2_conversation *m,
			       const struct xeap_mschapv2_failure *f, struct xeap_writer *response,
			       struct xeap_method_result *ret_result)
{
	char says[XEAP_DIAG_TEXT / 2];
	int r = xeap_mschapv2_write_ack(m->eap_id, XEAP_MSCHAPV2_FAILURE_OP, &response->c);

	if (r < 0)
		return r;
	m->progress = FAILED;
	server_says(f, says);
	/* RFC 4137 §4.2 has no response sent that comes with DONE and FAIL. */
	ret_result->method_state = XEAP_METHOD_MAY_CONT;
	ret_result->decision = XEAP_DECISION_FAIL;
	ret_result->allow_notifications = true;
	xeap_diag_set(&ret_result->diag, 0,
		      f->error == XEAP_MSCHAPV2_REFUSED ? XEAP_E_USER_NAME_PASSWORD_REJECTED
							: XEAP_E_USER_CREDENTIALS_REJECTED,
		      "server refused the login (%s): %s", says,
		      xeap_mschapv2_error_text(f->error));
	return 0;
}

/* What a person can do about a failure. */
static enum question question_of(const struct mschapv2_conversation *m,
				 const struct xeap_mschapv2_failure *f)
{
	if (!m->may_ask)
		return NO_QUESTION;
	/* RFC 2759 §6: V=3 says that the server can change passwords. */
	if (f->error == XEAP_MSCHAPV2_PASSWORD_EXPIRED && f->version == 3)
		return ASKS_NEW_PASSWORD;
	if (f->error == XEAP_MSCHAPV2_REFUSED && f->retry && m->shared->retry)
		return ASKS_PASSWORD;
	return NO_QUESTION;
}

static int take_failure(struct mschapv2_conversation *m,
			const struct xeap_mschapv2_request *request, struct xeap_writer *response,
			struct xeap_method_result *ret_result)
{
	char says[XEAP_DIAG_TEXT / 2], text[XEAP_DIAG_TEXT];
	struct xeap_mschapv2_failure f;
	enum question question;

	xeap_mschapv2_read_failure(request->message, &f);
	question = question_of(m, &f);
	if (question == NO_QUESTION)
		return acknowledge_failure(m, &f, response, ret_result);
	if (f.has_challenge && !m->challenges_given)
		memcpy(m->authenticator_challenge, f.challenge, XEAP_MSCHAPV2_CHALLENGE);
	m->progress = EXPECTS_CHALLENGE; /* no other verdict before there is another response */
	server_says(&f, says);
	snprintf(text, sizeof(text), "%s (%s)",
		 question == ASKS_PASSWORD ? "The server refused the password."
					   : "The password has expired: choose another.",
		 says);
	return ask(m, question, text, ret_result);
}

/* A verdict is one of a response; after the last one nothing is expected but EAP's own end. */
static bool is_expected(const struct mschapv2_conversation *m, uint8_t opcode)
{
	if (m->progress == EXPECTS_CHALLENGE)
		return opcode == XEAP_MSCHAPV2_CHALLENGE_OP;
	return m->progress == EXPECTS_VERDICT;
}

static int mschapv2_process(void *ctx, struct xeap_span request, struct xeap_writer *response,
			    struct xeap_method_result *ret_result)
{
	struct mschapv2_conversation *m = ctx;
	struct xeap_mschapv2_request r;
	struct xeap_eap eap;

	if (xeap_eap_parse(request, &eap) < 0 || !xeap_mschapv2_read(eap.data, &r) ||
	    !is_expected(m, r.opcode)) {
		ret_result->ignore = true;
		return 0;
	}
	m->question = NO_QUESTION;
	m->eap_id = eap.id;
	m->id = r.id;
	if (r.opcode == XEAP_MSCHAPV2_CHALLENGE_OP)
		return take_challenge(m, &r, response, ret_result);
	if (r.opcode == XEAP_MSCHAPV2_SUCCESS_OP)
		return take_success(m, &r, response, ret_result);
	return take_failure(m, &r, response, ret_result);
}

static int mschapv2_get_prompt(void *ctx, struct xeap_prompt *ret_prompt)
{
	const struct mschapv2_conversation *m = ctx;

	if (m->question == NO_QUESTION)
		return -EINVAL;
	xeap_password_prompt(name, ret_prompt);
	ret_prompt->text = m->text;
	if (m->question == ASKS_NEW_PASSWORD) {
		ret_prompt->title = "New password";
		ret_prompt->fields[0].label = "New password";
		ret_prompt->fields[1] = (struct xeap_field){ .kind = XEAP_FIELD_PASSWORD,
							     .flags = XEAP_FIELD_F_REQUIRED,
							     .id = "repeat",
							     .label = "New password once more" };
		ret_prompt->count = 2;
	}
	return 0;
}

/* Why an answer is none; NULL when it is good. */
static const char *objection(const struct mschapv2_conversation *m,
			     const struct xeap_prompt *answers)
{
	const struct xeap_field *password = xeap_prompt_field(answers, "password");
	const struct xeap_field *repeat = xeap_prompt_field(answers, "repeat");
	XEAP_SECRET(hash, XEAP_NT_HASH);

	if (!password || password->value.len == 0)
		return "A password is needed.";
	if (xeap_nt_hash(m->shared->legacy, password->value, hash) < 0)
		return "A password has at most 256 characters.";
	if (m->question == ASKS_NEW_PASSWORD &&
	    (!repeat || repeat->value.len != password->value.len ||
	     !xeap_equal_secret(repeat->value.data, password->value.data, repeat->value.len)))
		return "The two passwords are not the same.";
	return NULL;
}

static int mschapv2_answer(void *ctx, const struct xeap_prompt *answers,
			   struct xeap_writer *response, struct xeap_method_result *ret_result)
{
	struct mschapv2_conversation *m = ctx;
	const char *why;
	int r;

	if (m->question == NO_QUESTION)
		return -EINVAL;
	why = objection(m, answers);
	if (why)
		return ask(m, m->question, why, ret_result);
	r = xeap_password_take(&m->password, answers, "password");
	if (r < 0)
		return r;
	if (m->question == ASKS_NEW_PASSWORD)
		return respond_with_change(m, response, ret_result);
	m->has_hash = false;
	r = hash_password(m);
	return r < 0 ? r : respond(m, response, ret_result);
}

/* Sends and receives are the server's: RFC 3079 §3.3, MS-MPPE-Recv-Key, then -Send-Key. */
static int mschapv2_get_key(const void *ctx, enum xeap_key_kind kind, uint8_t *buf, size_t size)
{
	const struct mschapv2_conversation *m = ctx;

	if (m->progress != SUCCEEDED || kind != XEAP_KEY_MSK)
		return -ENOENT;
	if (size < MSK_LEN)
		return -ENOSPC;
	memcpy(buf, m->keys, XEAP_MSCHAPV2_KEYS);
	/* RFC 3748 §7.10: at least 64 octets; with zeros, [MS-CHAP] 3.1.5.1. */
	memset(buf + XEAP_MSCHAPV2_KEYS, 0, MSK_LEN - XEAP_MSCHAPV2_KEYS);
	return MSK_LEN;
}

static void mschapv2_done(void *ctx)
{
	struct mschapv2_conversation *m = ctx;

	xeap_password_done(&m->password);
}

const struct xeap_method xeap_method_mschapv2 = {
	.abi = XEAP_METHOD_ABI,
	.name = "MSCHAPV2",
	.type = { .type = XEAP_EAP_MSCHAPV2 },
	.flags = XEAP_METHOD_F_KEYS | XEAP_METHOD_F_MPPE_128,
	.ctx_size = sizeof(struct mschapv2_conversation),
	.load = mschapv2_load,
	.unload = mschapv2_unload,
	.init = mschapv2_init,
	.process = mschapv2_process,
	.get_prompt = mschapv2_get_prompt,
	.answer = mschapv2_answer,
	.get_key = mschapv2_get_key,
	.done = mschapv2_done,
};
