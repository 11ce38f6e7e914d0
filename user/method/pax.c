/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/wipe.h>
#include <crypto/cipher.h>
#include <crypto/mac.h>
#include <errno.h>
#include <method/list.h>
#include <method/preshared.h>
#include <string.h>
#include <wire/eap.h>

/*
 * EAP-PAX, RFC 4746: PAX_STD with a shared key and either MAC. PAX_SEC, which protects the identity
 * with the server's public key and changes the shared one, is refused, and so are fragments.
 */

#define KEY 16
#define NONCE 32
#define MAC 16
#define ICV 16

enum opcode {
	STD_1 = 0x01,
	STD_2 = 0x02,
	STD_3 = 0x03,
	SEC_1 = 0x11,
	ACK = 0x21
};

#define FLAG_MF 0x01u /* more fragments */
#define FLAG_CE 0x02u /* certificate enabled */
#define FLAG_AI 0x04u /* an ADE is included */

#define HMAC_SHA1_128 1
#define HMAC_SHA256_128 2

static const struct xeap_preshared_kind pax_kind = {
	.method = &xeap_method_pax,
	.min = KEY,
	.max = KEY,
	.wants = "a key of 16 bytes, as 32 hexadecimal digits without quotes",
};

enum progress {
	EXPECTS_FIRST,
	EXPECTS_THIRD,
	OVER
};

struct pax_conversation {
	struct xeap_preshared shared;
	enum progress progress;
	uint8_t mac_id;
	uint8_t e[2 * NONCE]; /* A of the server, B of the peer */
	uint8_t ck[KEY], ick[KEY];
};

static int pax_load(const struct xeap_config *config, bool interactive, void **ret_shared,
		    struct xeap_diag *ret_diag)
{
	return xeap_preshared_load(&pax_kind, config, interactive, ret_diag);
}

static int pax_init(void *ctx, const struct xeap_method_args *args)
{
	struct pax_conversation *c = ctx;

	return xeap_preshared_init(&c->shared, &pax_kind, args);
}

/* PAX-MAC, §2.6: 16 bytes of an HMAC. */
static int pax_mac(uint8_t mac_id, struct xeap_span key, const struct xeap_span *parts, size_t n,
		   uint8_t ret_mac[MAC])
{
	XEAP_SECRET(value, XEAP_SHA256_LEN);
	int r = xeap_hmac(mac_id == HMAC_SHA1_128 ? XEAP_DIGEST_SHA1 : XEAP_DIGEST_SHA256, key,
			  parts, n, value, sizeof(value));

	if (r < 0)
		return r;
	memcpy(ret_mac, value, MAC);
	return 0;
}

/* PAX-KDF, §2.5: PAX-MAC(X, Y | Z | i), i of one octet from 1 on; len is a multiple of 16. */
static int kdf(const struct pax_conversation *c, const uint8_t *x, const char *label, uint8_t *ret,
	       size_t len)
{
	uint8_t i = 1;
	const struct xeap_span parts[] = { { (const uint8_t *)label, strlen(label) },
					   { c->e, sizeof(c->e) },
					   { &i, 1 } };
	int r = 0;

	for (; r == 0 && (size_t)i * MAC <= len; i++)
		r = pax_mac(c->mac_id, xeap_span(x, KEY), parts, 3, ret + (size_t)(i - 1) * MAC);
	return r;
}

static int derive(struct pax_conversation *c)
{
	struct xeap_preshared *p = &c->shared;
	XEAP_SECRET(mk, KEY);
	uint8_t mid[KEY];
	int r = kdf(c, xeap_preshared_key(p).data, "Master Key", mk, sizeof(mk));

	if (r == 0)
		r = kdf(c, mk, "Confirmation Key", c->ck, sizeof(c->ck));
	if (r == 0)
		r = kdf(c, mk, "Integrity Check Key", c->ick, sizeof(c->ick));
	if (r == 0)
		r = kdf(c, mk, "Method ID", mid, sizeof(mid));
	if (r == 0)
		r = kdf(c, mk, "Master Session Key", p->msk, sizeof(p->msk));
	if (r == 0)
		r = kdf(c, mk, "Extended Master Session Key", p->emsk, sizeof(p->emsk));
	xeap_preshared_session_id(p, xeap_span(mid, sizeof(mid)), xeap_span(NULL, 0));
	return r;
}

/* What is in front of a packet's payload, §3.1. */
struct header {
	uint8_t opcode, flags, mac_id, group, key;
};

/* The ICV, which ends the packet, is over all before it. -EACCES when it is another. */
static int check_icv(uint8_t mac_id, struct xeap_span key, struct xeap_span packet)
{
	struct xeap_span covered = { packet.data, packet.len - ICV };
	uint8_t wanted[ICV];
	int r = pax_mac(mac_id, key, &covered, 1, wanted);

	if (r == 0 && !xeap_equal_secret(packet.data + covered.len, wanted, ICV))
		r = -EACCES;
	return r;
}

/* A value of two octets of length before it, which must be as many as `len`. */
static struct xeap_span read_counted(struct xeap_reader *in, uint16_t len)
{
	if (xeap_read_u16(in) != len)
		in->bad = true;
	return xeap_read_span(in, len);
}

static void put_counted(struct xeap_builder *b, struct xeap_span s)
{
	if (s.len > UINT16_MAX)
		b->bad = true;
	xeap_put_u16(b, (uint16_t)s.len);
	xeap_put_span(b, s);
}

static struct xeap_builder begin(const struct pax_conversation *c, struct xeap_chunk *to,
				 uint8_t id, enum opcode opcode)
{
	struct xeap_builder b = xeap_preshared_begin(&c->shared, to, id);

	xeap_put_u8(&b, (uint8_t)opcode);
	xeap_put_u8(&b, 0); /* flags */
	xeap_put_u8(&b, c->mac_id);
	xeap_put_u8(&b, 0); /* no DH group */
	xeap_put_u8(&b, 0); /* no public key */
	return b;
}

static int finish_with_icv(const struct pax_conversation *c, struct xeap_builder *b,
			   struct xeap_chunk *to)
{
	uint8_t *icv = xeap_put_space(b, ICV);
	struct xeap_span covered;
	int r = xeap_eap_finish_built(to, b);

	if (r < 0)
		return r;
	covered = xeap_span(to->data, to->len - ICV);
	return pax_mac(c->mac_id, xeap_span(c->ick, KEY), &covered, 1, icv);
}

/* MAC_CK(A, B, CID) of the peer, MAC_CK(B, CID) of the server. */
static int proof(const struct pax_conversation *c, bool of_peer, uint8_t ret_mac[MAC])
{
	const struct xeap_span parts[] = {
		of_peer ? xeap_span(c->e, 2 * NONCE) : xeap_span(c->e + NONCE, NONCE),
		c->shared.identity,
	};

	return pax_mac(c->mac_id, xeap_span(c->ck, KEY), parts, 2, ret_mac);
}

static int write_second(struct pax_conversation *c, uint8_t id, struct xeap_chunk *to)
{
	struct xeap_builder b = begin(c, to, id, STD_2);
	uint8_t mac[MAC];
	int r = xeap_random(c->e + NONCE, NONCE);

	if (r == 0)
		r = derive(c);
	if (r == 0)
		r = proof(c, true, mac);
	if (r < 0)
		return r;
	put_counted(&b, xeap_span(c->e + NONCE, NONCE));
	put_counted(&b, c->shared.identity);
	put_counted(&b, xeap_span(mac, sizeof(mac)));
	return finish_with_icv(c, &b, to);
}

/*
 * PAX_SEC and other MACs and groups: there is no message to refuse with, so the peer says nothing
 * and the diagnosis why.
 */
static int refuse(struct xeap_method_result *ret_result, const char *what)
{
	xeap_diag_set(&ret_result->diag, 0, XEAP_E_NOT_SUPPORTED,
		      "server wants %s of EAP-PAX, which is not supported: PAX_STD with "
		      "HMAC_SHA1_128 or HMAC_SHA256_128 is",
		      what);
	return -ENOTSUP;
}

static int take_first(struct pax_conversation *c, const struct xeap_eap *eap,
		      const struct header *h, struct xeap_reader *in, struct xeap_writer *response,
		      struct xeap_method_result *ret_result)
{
	struct xeap_span a = read_counted(in, NONCE);
	int r;

	xeap_read_span(in, ICV);
	if (in->bad || xeap_reader_left(in))
		return xeap_preshared_ignore(ret_result);
	/* There is no key yet: this finds accidents only, §3.1. */
	r = check_icv(h->mac_id, xeap_span(NULL, 0), eap->packet);
	if (r == -EACCES)
		return xeap_preshared_ignore(ret_result);
	if (r == 0 && !xeap_preshared_key(&c->shared).data)
		return xeap_preshared_ask(&c->shared, eap->packet, ret_result);
	c->mac_id = h->mac_id;
	memcpy(c->e, a.data, NONCE);
	if (r == 0)
		r = write_second(c, eap->id, &response->c);
	if (r < 0)
		return xeap_diag_set(&ret_result->diag, r, XEAP_E_AUTHENTICATION_FAILED,
				     "EAP-PAX response could not be made");
	c->progress = EXPECTS_THIRD;
	xeap_preshared_unproven(&c->shared, ret_result);
	return 0;
}

/* An ADE, if there is one, is under the ICV and of no use here. -EACCES: nobody with the key. */
static int check_third(const struct pax_conversation *c, const struct xeap_eap *eap,
		       const struct header *h, struct xeap_reader *in)
{
	struct xeap_span mac = read_counted(in, MAC);
	uint8_t wanted[MAC];
	int r;

	if (h->flags & FLAG_AI)
		xeap_read_span(in, xeap_read_u16(in));
	xeap_read_span(in, ICV);
	if (in->bad || xeap_reader_left(in) || h->mac_id != c->mac_id)
		return -EACCES;
	r = check_icv(c->mac_id, xeap_span(c->ick, KEY), eap->packet);
	if (r == 0)
		r = proof(c, false, wanted);
	if (r == 0 && !xeap_equal_secret(mac.data, wanted, MAC))
		r = -EACCES;
	return r;
}

static int take_third(struct pax_conversation *c, const struct xeap_eap *eap,
		      const struct header *h, struct xeap_reader *in, struct xeap_writer *response,
		      struct xeap_method_result *ret_result)
{
	struct xeap_builder b;
	int r = check_third(c, eap, h, in);

	if (r == -EACCES)
		return xeap_preshared_ignore(ret_result);
	if (r < 0)
		return r;
	b = begin(c, &response->c, eap->id, ACK);
	r = finish_with_icv(c, &b, &response->c);
	if (r < 0)
		return r;
	c->progress = OVER;
	xeap_preshared_proven(&c->shared, ret_result);
	return 0;
}

static int take(struct pax_conversation *c, const struct xeap_eap *eap, const struct header *h,
		struct xeap_reader *in, struct xeap_writer *response,
		struct xeap_method_result *ret_result)
{
	if (c->progress == EXPECTS_FIRST && h->opcode == SEC_1)
		return refuse(ret_result, "PAX_SEC");
	if (c->progress == EXPECTS_FIRST && h->opcode == STD_1) {
		if (h->mac_id != HMAC_SHA1_128 && h->mac_id != HMAC_SHA256_128)
			return refuse(ret_result, "another MAC");
		if (h->group || h->key || h->flags)
			return refuse(ret_result, "a DH group, a public key or fragments");
		return take_first(c, eap, h, in, response, ret_result);
	}
	if (c->progress == EXPECTS_THIRD && h->opcode == STD_3 && !(h->flags & ~FLAG_AI))
		return take_third(c, eap, h, in, response, ret_result);
	return xeap_preshared_ignore(ret_result);
}

static int pax_process(void *ctx, struct xeap_span request, struct xeap_writer *response,
		       struct xeap_method_result *ret_result)
{
	struct pax_conversation *c = ctx;
	struct xeap_reader in;
	struct xeap_eap eap;
	struct header h;

	if (xeap_eap_parse(request, &eap) < 0)
		return xeap_preshared_ignore(ret_result);
	in = xeap_reader(eap.data);
	h.opcode = xeap_read_u8(&in);
	h.flags = xeap_read_u8(&in);
	h.mac_id = xeap_read_u8(&in);
	h.group = xeap_read_u8(&in);
	h.key = xeap_read_u8(&in);
	if (in.bad)
		return xeap_preshared_ignore(ret_result);
	return take(c, &eap, &h, &in, response, ret_result);
}

const struct xeap_method xeap_method_pax = {
	.abi = XEAP_METHOD_ABI,
	.name = "PAX",
	.type = { .type = XEAP_EAP_PAX },
	.flags = XEAP_METHOD_F_KEYS,
	.ctx_size = sizeof(struct pax_conversation),
	.load = pax_load,
	.unload = xeap_preshared_unload,
	.init = pax_init,
	.process = pax_process,
	.get_prompt = xeap_preshared_get_prompt,
	.answer = xeap_preshared_answer,
	.get_key = xeap_preshared_get_key,
	.done = xeap_preshared_done,
};
