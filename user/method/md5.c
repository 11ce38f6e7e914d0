/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/reader.h>
#include <crypto/digest.h>
#include <errno.h>
#include <method/list.h>
#include <method/password.h>
#include <string.h>
#include <wire/eap.h>

/*
 * MD5-Challenge, RFC 3748 §5.4: the response value is CHAP's, MD5(Identifier ‖ secret ‖ challenge),
 * RFC 1994 §4.1.
 */

static const char name[] = "MD5";
static const struct xeap_method_type md5_type = { .type = XEAP_EAP_MD5 };

struct md5_conversation {
	struct xeap_digest *digest;
	struct xeap_password password;
	/* The open request, while a person is asked. */
	bool open;
	uint8_t id, size;
	uint8_t challenge[UINT8_MAX];
};

static int md5_load(const struct xeap_config *config, bool interactive, void **ret_shared,
		    struct xeap_diag *ret_diag)
{
	const char *origin = xeap_config_origin(config);
	struct xeap_digest_algorithm *md5;
	int r = xeap_password_check(config, name, interactive, ret_diag);

	if (r < 0)
		return r;
	r = xeap_digest_fetch(XEAP_DIGEST_MD5, &md5);
	if (r < 0)
		return xeap_diag_set(ret_diag, r, XEAP_E_NOT_SUPPORTED,
				     "%s%seap=MD5: OpenSSL offers no MD5 here (FIPS?): use eap=TLS",
				     origin, *origin ? ": " : "");
	*ret_shared = md5;
	return 0;
}

static void md5_unload(void *shared)
{
	xeap_digest_algorithm_free(shared);
}

static int md5_init(void *ctx, const struct xeap_method_args *args)
{
	struct md5_conversation *c = ctx;

	if (!args->shared)
		return -EINVAL;
	xeap_password_init(&c->password, args);
	return xeap_digest_new(args->shared, &c->digest);
}

/*
 * Value-Size and Value (RFC 1994 §4.1); the Name after it is of no use to a peer. False: not
 * acceptable.
 */
static bool read_challenge(struct xeap_span type_data, struct xeap_span *ret_challenge)
{
	struct xeap_reader r = xeap_reader(type_data);
	uint8_t size = xeap_read_u8(&r);
	struct xeap_span challenge = xeap_read_span(&r, size);

	if (r.bad || size == 0)
		return false;
	*ret_challenge = challenge;
	return true;
}

/* The response carries no Name: the server knows it from the Identity (RFC 3748 §5.4). */
static int write_response(struct md5_conversation *c, uint8_t id, struct xeap_span challenge,
			  struct xeap_chunk *to)
{
	struct xeap_span parts[] = { xeap_span(&id, 1), xeap_password_get(&c->password),
				     challenge };
	struct xeap_builder b = xeap_eap_build_response(to, id, md5_type);
	uint8_t *digest;
	int r;

	xeap_put_u8(&b, XEAP_MD5_LEN);
	digest = xeap_put_space(&b, XEAP_MD5_LEN);
	if (!digest)
		return -EMSGSIZE;
	r = xeap_digest_parts(c->digest, parts, 3, digest, XEAP_MD5_LEN);
	return r < 0 ? r : xeap_eap_finish_built(to, &b);
}

static int respond(struct md5_conversation *c, uint8_t id, struct xeap_span challenge,
		   struct xeap_writer *response, struct xeap_method_result *ret_result)
{
	int r = write_response(c, id, challenge, &response->c);

	if (r < 0)
		return xeap_diag_set(&ret_result->diag, r, XEAP_E_AUTHENTICATION_FAILED,
				     "MD5 response could not be made");
	ret_result->method_state = XEAP_METHOD_DONE;
	xeap_password_answered(&c->password, name, ret_result);
	return 0;
}

static int md5_process(void *ctx, struct xeap_span request, struct xeap_writer *response,
		       struct xeap_method_result *ret_result)
{
	struct md5_conversation *c = ctx;
	struct xeap_span challenge;
	struct xeap_eap eap;

	if (xeap_eap_parse(request, &eap) < 0 || !read_challenge(eap.data, &challenge)) {
		ret_result->ignore = true;
		return 0;
	}
	if (xeap_password_get(&c->password).data)
		return respond(c, eap.id, challenge, response, ret_result);
	c->open = true;
	c->id = eap.id;
	c->size = (uint8_t)challenge.len;
	memcpy(c->challenge, challenge.data, challenge.len);
	ret_result->need = XEAP_NEED_UI;
	return 0;
}

static int md5_get_prompt(void *ctx, struct xeap_prompt *ret_prompt)
{
	const struct md5_conversation *c = ctx;

	if (!c->open)
		return -EINVAL;
	xeap_password_prompt(name, ret_prompt);
	return 0;
}

static int md5_answer(void *ctx, const struct xeap_prompt *answers, struct xeap_writer *response,
		      struct xeap_method_result *ret_result)
{
	struct md5_conversation *c = ctx;
	int r;

	if (!c->open)
		return -EINVAL;
	r = xeap_password_take(&c->password, answers, "password");
	if (r == -EINVAL) {
		ret_result->need = XEAP_NEED_UI;
		return 0;
	}
	if (r == 0)
		r = respond(c, c->id, xeap_span(c->challenge, c->size), response, ret_result);
	if (r == 0)
		c->open = false;
	return r;
}

static void md5_done(void *ctx)
{
	struct md5_conversation *c = ctx;

	c->digest = xeap_digest_free(c->digest);
	xeap_password_done(&c->password);
}

const struct xeap_method xeap_method_md5 = {
	.abi = XEAP_METHOD_ABI,
	.name = "MD5",
	.type = { .type = XEAP_EAP_MD5 },
	.ctx_size = sizeof(struct md5_conversation),
	.load = md5_load,
	.unload = md5_unload,
	.init = md5_init,
	.process = md5_process,
	.get_prompt = md5_get_prompt,
	.answer = md5_answer,
	.done = md5_done,
};
