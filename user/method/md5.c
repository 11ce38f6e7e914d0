/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/reader.h>
#include <crypto/digest.h>
#include <errno.h>
#include <method/list.h>
#include <wire/eap.h>

/*
 * MD5-Challenge, RFC 3748 §5.4: the response value is CHAP's, MD5(Identifier ‖ secret ‖ challenge),
 * RFC 1994 §4.1.
 */

static const struct xeap_method_type md5_type = { .type = XEAP_EAP_MD5 };

struct md5_conversation {
	struct xeap_digest *digest;
	struct xeap_span password;
};

static int md5_load(const struct xeap_config *config, bool interactive, void **ret_shared,
		    struct xeap_diag *ret_diag)
{
	const char *origin = xeap_config_origin(config);
	const char *colon = *origin ? ": " : "";
	struct xeap_digest_algorithm *md5;
	int r;

	if (xeap_config_get(config, XEAP_CONFIG_PASSWORD_HASH).data)
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%s%spassword=hash:… is of no use to eap=MD5: it needs "
				     "password=\"…\"",
				     origin, colon);
	if (!xeap_config_get(config, XEAP_CONFIG_PASSWORD).data)
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%s%spassword is missing: eap=MD5 needs password=\"…\"",
				     origin, colon);
	r = xeap_digest_fetch(XEAP_DIGEST_MD5, &md5);
	if (r < 0)
		return xeap_diag_set(ret_diag, r, XEAP_E_NOT_SUPPORTED,
				     "%s%seap=MD5: OpenSSL offers no MD5 here (FIPS?): use eap=TLS",
				     origin, colon);
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

	c->password = xeap_config_get(args->config, XEAP_CONFIG_PASSWORD);
	if (!c->password.data || !args->shared)
		return -EINVAL;
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
	struct xeap_span parts[] = { xeap_span(&id, 1), c->password, challenge };
	uint8_t *p = xeap_eap_begin_response(to, id, md5_type);
	int r;

	if (!p || to->cap - to->len < 1 + XEAP_MD5_LEN)
		return -EMSGSIZE;
	p[0] = XEAP_MD5_LEN;
	r = xeap_digest_parts(c->digest, parts, 3, p + 1, XEAP_MD5_LEN);
	if (r < 0)
		return r;
	to->len += 1 + XEAP_MD5_LEN;
	xeap_eap_finish(to);
	return 0;
}

static int md5_process(void *ctx, struct xeap_span request, struct xeap_writer *response,
		       struct xeap_method_result *ret_result)
{
	struct xeap_span challenge;
	struct xeap_eap eap;
	int r;

	if (xeap_eap_parse(request, &eap) < 0 || !read_challenge(eap.data, &challenge)) {
		ret_result->ignore = true;
		return 0;
	}
	r = write_response(ctx, eap.id, challenge, &response->c);
	if (r < 0)
		return xeap_diag_set(&ret_result->diag, r, XEAP_E_AUTHENTICATION_FAILED,
				     "MD5 response could not be made");
	/* Whether it was right is for the server to say: Success and Failure are both believed. */
	ret_result->method_state = XEAP_METHOD_DONE;
	ret_result->decision = XEAP_DECISION_COND_SUCC;
	ret_result->allow_notifications = true;
	return 0;
}

static void md5_done(void *ctx)
{
	struct md5_conversation *c = ctx;

	c->digest = xeap_digest_free(c->digest);
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
	.done = md5_done,
};
