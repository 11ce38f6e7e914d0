/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * An EAP method as a plug-in: a challenge, answered with HMAC-SHA-256(password, Identifier ‖
 * challenge). Type-Data of a request is the challenge, 1 to 64 bytes; that of the response is the
 * HMAC. It has an expanded type (RFC 3748 §5.7) of vendor 32473, who is nobody (RFC 5612).
 */
#include <errno.h>
#include <openssl/hmac.h>
#include <string.h>
#include <xeap/host.h>
#include <xeap/plugin.h>

#define HEADER 12 /* Code, Identifier, Length, Type 254, Vendor-Id, Vendor-Type */
#define MAC 32

struct example {
	struct xeap_span password;
	size_t len;	       /* of what is authenticated */
	uint8_t input[1 + 64]; /* Identifier ‖ challenge */
	uint8_t msk[2 * MAC];  /* HMAC of the response, and of that */
};

static int example_init(void *ctx, const struct xeap_method_args *args)
{
	struct example *e = ctx;

	if (!args->ask_again)
		e->password = xeap_config_get(args->config, XEAP_CONFIG_PASSWORD);
	return 0;
}

static void hmac(struct xeap_span key, const uint8_t *data, size_t len, uint8_t ret[MAC])
{
	HMAC(EVP_sha256(), key.data, (int)key.len, data, len, ret, NULL);
}

static int respond(struct example *e, struct xeap_span password, struct xeap_chunk *c,
		   struct xeap_method_result *ret_result)
{
	static const char header[] = "\2\0\0\54\376\0\x7e\xd9\0\0\0\1"; /* 44 bytes long */

	if (c->cap < HEADER + MAC)
		return -EMSGSIZE;
	memcpy(c->data, header, HEADER);
	c->data[1] = e->input[0];
	hmac(password, e->input, e->len, c->data + HEADER);
	c->len = HEADER + MAC;
	hmac(password, c->data + HEADER, MAC, e->msk);
	hmac(password, e->msk, MAC, e->msk + MAC);
	ret_result->method_state = XEAP_METHOD_MAY_CONT;
	ret_result->decision = XEAP_DECISION_COND_SUCC;
	return 0;
}

static int example_process(void *ctx, struct xeap_span request, struct xeap_writer *response,
			   struct xeap_method_result *ret_result)
{
	struct example *e = ctx;

	if (request.len <= HEADER || request.len > HEADER + 64) {
		ret_result->ignore = true;
		return 0;
	}
	e->len = 1 + request.len - HEADER;
	e->input[0] = request.data[1];
	memcpy(e->input + 1, request.data + HEADER, e->len - 1);
	if (e->password.data)
		return respond(e, e->password, &response->c, ret_result);
	ret_result->need = XEAP_NEED_UI;
	return 0;
}

static int example_get_prompt(void *ctx, struct xeap_prompt *ret_prompt)
{
	static const struct xeap_field field = { XEAP_FIELD_PASSWORD, XEAP_FIELD_F_REQUIRED,
						 "password", "Password" };

	*ret_prompt = (struct xeap_prompt){ "Example", "Your password, please.", "EXAMPLE", 1,
					    .fields = { field } };
	return 0;
}

static int example_answer(void *ctx, const struct xeap_prompt *answers,
			  struct xeap_writer *response, struct xeap_method_result *ret_result)
{
	const struct xeap_field *f = xeap_prompt_field(answers, "password");

	return f ? respond(ctx, f->value, &response->c, ret_result) : -EINVAL;
}

static int example_get_key(const void *ctx, enum xeap_key_kind kind, uint8_t *buf, size_t size)
{
	const struct example *e = ctx;

	if (kind != XEAP_KEY_MSK)
		return -ENOENT;
	if (size < sizeof(e->msk))
		return -ENOSPC;
	memcpy(buf, e->msk, sizeof(e->msk));
	return sizeof(e->msk);
}

static const struct xeap_method example = {
	.abi = XEAP_METHOD_ABI,
	.name = "EXAMPLE",
	.type = { .type = 254, .vendor = 32473, .vendor_type = 1, .author = 32473 },
	.flags = XEAP_METHOD_F_KEYS,
	.ctx_size = sizeof(struct example),
	.init = example_init,
	.process = example_process,
	.get_prompt = example_get_prompt,
	.answer = example_answer,
	.get_key = example_get_key,
};

#define CLAIMS (XEAP_PROP_STANDALONE | XEAP_PROP_KEY_DERIVATION | XEAP_PROP_USER_AUTH)
static const struct xeap_plugin_method methods[] = { { &example, CLAIMS }, { NULL } };

const struct xeap_plugin xeap_plugin = { XEAP_METHOD_ABI, methods };
