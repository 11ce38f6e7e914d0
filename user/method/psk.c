/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/wipe.h>
#include <crypto/cipher.h>
#include <crypto/eax.h>
#include <crypto/mac.h>
#include <errno.h>
#include <method/list.h>
#include <method/preshared.h>
#include <stdlib.h>
#include <string.h>
#include <wire/eap.h>

/*
 * EAP-PSK, RFC 4764: four messages, both sides proven with AES-CMAC, and a protected channel (EAX)
 * that carries the result. Of the channel's extensions none is known here.
 */

#define KEY 16
#define RAND 16

/* Flags: T, the message's number, in the two highest bits. */
#define FLAGS_T(n) ((uint8_t)((n) << 6))

/* First byte of what the channel protects, §5.3: R in the two highest bits, E. */
#define R_MASK 0xc0u
#define R_DONE_SUCCESS 0x80u
#define R_DONE_FAILURE 0xc0u
#define E_FLAG 0x20u

/* The channel protects the EAP header, Type, Flags and RAND_S with it, §3.3. */
#define CHANNEL_HEADER (XEAP_EAP_HEADER + 2 + RAND)
#define NONCE_SERVER 0u
#define NONCE_PEER 1u

static const struct xeap_preshared_kind psk_kind = {
	.method = &xeap_method_psk,
	.min = KEY,
	.max = KEY,
	.wants = "a key of 16 bytes, as 32 hexadecimal digits without quotes",
};

enum progress {
	EXPECTS_FIRST,
	EXPECTS_THIRD,
	OVER
};

struct psk_conversation {
	struct xeap_preshared shared;
	enum progress progress;
	uint8_t ak[KEY], kdk[KEY], tek[KEY];
	uint8_t rand_s[RAND], rand_p[RAND];
	uint8_t *server; /* ID_S */
	size_t server_len;
};

static int psk_load(const struct xeap_config *config, bool interactive, void **ret_shared,
		    struct xeap_diag *ret_diag)
{
	return xeap_preshared_load(&psk_kind, config, interactive, ret_diag);
}

static int psk_init(void *ctx, const struct xeap_method_args *args)
{
	struct psk_conversation *c = ctx;

	return xeap_preshared_init(&c->shared, &psk_kind, args);
}

/*
 * The modified counter mode of §3.1: `n` blocks, the i-th of them AES(key, AES(key, in) xor i), i
 * counted from `first` on.
 */
static int expand(const uint8_t *key, const uint8_t *in, uint8_t first, uint8_t n, uint8_t *ret)
{
	XEAP_SECRET(base, XEAP_AES_BLOCK);
	XEAP_SECRET(block, XEAP_AES_BLOCK);
	struct xeap_span k = { key, KEY }, none = { NULL, 0 };
	int r = xeap_aes(XEAP_CIPHER_ECB, true, k, none, xeap_span(in, XEAP_AES_BLOCK), base);

	for (uint8_t i = 0; r == 0 && i < n; i++) {
		memcpy(block, base, XEAP_AES_BLOCK);
		block[XEAP_AES_BLOCK - 1] ^= (uint8_t)(first + i);
		r = xeap_aes(XEAP_CIPHER_ECB, true, k, none, xeap_span(block, XEAP_AES_BLOCK),
			     ret + (size_t)i * XEAP_AES_BLOCK);
	}
	return r;
}

/* AK and KDK, §3.1; TEK, MSK and EMSK, §3.2. */
static int derive(struct psk_conversation *c)
{
	static const uint8_t zero[XEAP_AES_BLOCK];
	struct xeap_preshared *p = &c->shared;
	const uint8_t *psk = xeap_preshared_key(p).data;
	int r = expand(psk, zero, 1, 1, c->ak);

	if (r == 0)
		r = expand(psk, zero, 2, 1, c->kdk);
	if (r == 0)
		r = expand(c->kdk, c->rand_p, 1, 1, c->tek);
	if (r == 0)
		r = expand(c->kdk, c->rand_p, 2, sizeof(p->msk) / XEAP_AES_BLOCK, p->msk);
	if (r == 0)
		r = expand(c->kdk, c->rand_p, 2 + sizeof(p->msk) / XEAP_AES_BLOCK,
			   sizeof(p->emsk) / XEAP_AES_BLOCK, p->emsk);
	xeap_preshared_session_id(p, xeap_span(c->rand_p, RAND), xeap_span(c->rand_s, RAND));
	return r;
}

/* MAC_P = CMAC(AK, ID_P | ID_S | RAND_S | RAND_P) */
static int mac_of_peer(const struct psk_conversation *c, uint8_t *ret_mac)
{
	const struct xeap_span parts[] = { c->shared.identity,
					   { c->server, c->server_len },
					   { c->rand_s, RAND },
					   { c->rand_p, RAND } };
	int r = xeap_cmac(xeap_span(c->ak, KEY), parts, 4, ret_mac, XEAP_CMAC_LEN);

	return r < 0 ? r : 0;
}

/* MAC_S = CMAC(AK, ID_S | RAND_P) */
static int mac_of_server(const struct psk_conversation *c, uint8_t *ret_mac)
{
	const struct xeap_span parts[] = { { c->server, c->server_len }, { c->rand_p, RAND } };
	int r = xeap_cmac(xeap_span(c->ak, KEY), parts, 2, ret_mac, XEAP_CMAC_LEN);

	return r < 0 ? r : 0;
}

static int keep_first(struct psk_conversation *c, struct xeap_span rand_s, struct xeap_span server)
{
	uint8_t *copy = xeap_preshared_copy(server);

	if (!copy)
		return -ENOMEM;
	free(c->server);
	c->server = copy;
	c->server_len = server.len;
	memcpy(c->rand_s, rand_s.data, RAND);
	return 0;
}

static int write_second(struct psk_conversation *c, uint8_t id, struct xeap_chunk *to)
{
	struct xeap_builder b = xeap_preshared_begin(&c->shared, to, id);
	uint8_t mac[XEAP_CMAC_LEN];
	int r = xeap_random(c->rand_p, RAND);

	if (r == 0)
		r = derive(c);
	if (r == 0)
		r = mac_of_peer(c, mac);
	if (r < 0)
		return r;
	xeap_put_u8(&b, FLAGS_T(1));
	xeap_put_span(&b, xeap_span(c->rand_s, RAND));
	xeap_put_span(&b, xeap_span(c->rand_p, RAND));
	xeap_put_span(&b, xeap_span(mac, sizeof(mac)));
	xeap_put_span(&b, c->shared.identity);
	return xeap_eap_finish_built(to, &b);
}

static int take_first(struct psk_conversation *c, const struct xeap_eap *eap,
		      struct xeap_writer *response, struct xeap_method_result *ret_result)
{
	struct xeap_reader in = xeap_reader(eap->data);
	struct xeap_span rand_s;
	int r;

	xeap_read_u8(&in); /* Flags */
	rand_s = xeap_read_span(&in, RAND);
	if (in.bad)
		return xeap_preshared_ignore(ret_result);
	if (!xeap_preshared_key(&c->shared).data)
		return xeap_preshared_ask(&c->shared, eap->packet, ret_result);
	r = keep_first(c, rand_s, xeap_read_rest(&in));
	if (r == 0)
		r = write_second(c, eap->id, &response->c);
	if (r < 0)
		return r == -ENOMEM
			       ? r
			       : xeap_diag_set(&ret_result->diag, r, XEAP_E_AUTHENTICATION_FAILED,
					       "EAP-PSK response could not be made");
	c->progress = EXPECTS_THIRD;
	xeap_preshared_unproven(&c->shared, ret_result);
	return 0;
}

/* N of EAX is the channel's nonce, with zeros before it to 16 bytes. */
static void put_nonce(uint32_t nonce, uint8_t ret_n[XEAP_AES_BLOCK])
{
	struct xeap_builder b = xeap_builder(ret_n, XEAP_AES_BLOCK);

	memset(ret_n, 0, XEAP_AES_BLOCK);
	xeap_put_space(&b, XEAP_AES_BLOCK - 4);
	xeap_put_u32(&b, nonce);
}

/* The fourth message: RAND_S and, in the channel, `result`. */
static int write_fourth(const struct psk_conversation *c, uint8_t id, uint8_t result,
			struct xeap_chunk *to)
{
	struct xeap_builder b = xeap_preshared_begin(&c->shared, to, id);
	uint8_t n[XEAP_AES_BLOCK], *tag, *at;
	int r;

	xeap_put_u8(&b, FLAGS_T(3));
	xeap_put_span(&b, xeap_span(c->rand_s, RAND));
	xeap_put_u32(&b, NONCE_PEER);
	tag = xeap_put_space(&b, XEAP_EAX_TAG);
	at = xeap_put_space(&b, 1);
	r = xeap_eap_finish_built(to, &b);
	if (r < 0)
		return r;
	put_nonce(NONCE_PEER, n);
	return xeap_eax_encrypt(xeap_span(c->tek, KEY), xeap_span(n, sizeof(n)),
				xeap_span(to->data, CHANNEL_HEADER), xeap_span(&result, 1), at,
				tag);
}

/* What only a server with the key can have sent. -EACCES: it is not. */
static int open_third(const struct psk_conversation *c, const struct xeap_eap *eap,
		      uint8_t *ret_result)
{
	struct xeap_reader in = xeap_reader(eap->data);
	uint8_t wanted[XEAP_CMAC_LEN], n[XEAP_AES_BLOCK], plain[XEAP_EAP_MIN_MTU];
	struct xeap_span rand_s, mac, tag, encrypted;
	uint32_t nonce;
	int r = mac_of_server(c, wanted);

	xeap_read_u8(&in); /* Flags */
	rand_s = xeap_read_span(&in, RAND);
	mac = xeap_read_span(&in, XEAP_CMAC_LEN);
	nonce = xeap_read_u32(&in);
	tag = xeap_read_span(&in, XEAP_EAX_TAG);
	encrypted = xeap_read_rest(&in);
	if (r < 0)
		return r;
	if (in.bad || encrypted.len < 1 || encrypted.len > sizeof(plain) || nonce != NONCE_SERVER ||
	    memcmp(rand_s.data, c->rand_s, RAND) != 0 ||
	    !xeap_equal_secret(mac.data, wanted, sizeof(wanted)))
		return -EACCES;
	put_nonce(nonce, n);
	r = xeap_eax_decrypt(xeap_span(c->tek, KEY), xeap_span(n, sizeof(n)),
			     xeap_span(eap->packet.data, CHANNEL_HEADER), encrypted, tag.data,
			     plain);
	if (r == 0)
		*ret_result = plain[0];
	return r;
}

/* Both are proven, and yet one of them will not. */
static int fail(struct psk_conversation *c, uint8_t id, uint8_t result, struct xeap_chunk *to,
		struct xeap_method_result *ret_result)
{
	if ((result & R_MASK) == R_DONE_FAILURE)
		xeap_diag_set(&ret_result->diag, 0, XEAP_E_AUTHENTICATION_FAILED,
			      "server refused the login (EAP-PSK DONE_FAILURE): the account may "
			      "not be allowed here");
	else
		xeap_diag_set(&ret_result->diag, 0, XEAP_E_NOT_SUPPORTED,
			      "server wants an extension of EAP-PSK (RFC 4764 §5.3), of which "
			      "none is supported");
	xeap_preshared_failed(ret_result);
	return write_fourth(c, id, R_DONE_FAILURE, to);
}

static int take_third(struct psk_conversation *c, const struct xeap_eap *eap,
		      struct xeap_writer *response, struct xeap_method_result *ret_result)
{
	uint8_t result;
	int r = open_third(c, eap, &result);

	/* Anybody can have sent it. */
	if (r == -EACCES)
		return xeap_preshared_ignore(ret_result);
	if (r < 0)
		return r;
	c->progress = OVER;
	if ((result & R_MASK) != R_DONE_SUCCESS || result & E_FLAG)
		return fail(c, eap->id, result, &response->c, ret_result);
	r = write_fourth(c, eap->id, R_DONE_SUCCESS, &response->c);
	if (r < 0)
		return r;
	xeap_preshared_proven(&c->shared, ret_result);
	/* The channel said so: a Failure that is not protected is none (RFC 3748 §7.16). */
	ret_result->decision = XEAP_DECISION_UNCOND_SUCC;
	return 0;
}

static int psk_process(void *ctx, struct xeap_span request, struct xeap_writer *response,
		       struct xeap_method_result *ret_result)
{
	struct psk_conversation *c = ctx;
	struct xeap_eap eap;
	uint8_t flags;

	if (xeap_eap_parse(request, &eap) < 0 || eap.data.len < 1)
		return xeap_preshared_ignore(ret_result);
	flags = eap.data.data[0];
	if (c->progress == EXPECTS_FIRST && flags == FLAGS_T(0))
		return take_first(c, &eap, response, ret_result);
	if (c->progress == EXPECTS_THIRD && flags == FLAGS_T(2))
		return take_third(c, &eap, response, ret_result);
	return xeap_preshared_ignore(ret_result);
}

static void psk_done(void *ctx)
{
	struct psk_conversation *c = ctx;

	xeap_preshared_done(ctx);
	free(c->server);
}

const struct xeap_method xeap_method_psk = {
	.abi = XEAP_METHOD_ABI,
	.name = "PSK",
	.type = { .type = XEAP_EAP_PSK },
	.flags = XEAP_METHOD_F_KEYS,
	.ctx_size = sizeof(struct psk_conversation),
	.load = psk_load,
	.unload = xeap_preshared_unload,
	.init = psk_init,
	.process = psk_process,
	.get_prompt = xeap_preshared_get_prompt,
	.answer = xeap_preshared_answer,
	.get_key = xeap_preshared_get_key,
	.done = psk_done,
};
