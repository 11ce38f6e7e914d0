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
 * EAP-SAKE, RFC 4763: an optional exchange of identities, Challenge and Confirm, and Auth-Reject
 * where one side does not believe the other. No temporary identities: what a server encrypts in
 * AT_ENCR_DATA is covered by its MIC, and left alone.
 */

#define VERSION 2
#define SECRET 16
#define RAND 16
#define MIC 16

enum subtype {
	CHALLENGE = 1,
	CONFIRM = 2,
	AUTH_REJECT = 3,
	IDENTITY = 4
};

enum attribute {
	AT_RAND_S = 1,
	AT_RAND_P = 2,
	AT_MIC_S = 3,
	AT_MIC_P = 4,
	AT_SERVERID = 5,
	AT_PEERID = 6,
	AT_SPI_S = 7,
	AT_SPI_P = 8,
	AT_ANY_ID_REQ = 9,
	AT_PERM_ID_REQ = 10,
	AT_KNOWN_MAX
};

#define AT_SKIPPABLE 128 /* from here on an unknown attribute is skipped, §3.3.2 */
#define AT_HEADER 2u
#define AT_VALUE_MAX (UINT8_MAX - AT_HEADER)

static const struct xeap_preshared_kind sake_kind = {
	.method = &xeap_method_sake,
	.min = 2 * SECRET,
	.max = 2 * SECRET,
	.wants = "32 bytes: the two root secrets of 16, one after the other",
};

enum progress {
	EXPECTS_CHALLENGE, /* or a request for an identity */
	EXPECTS_CONFIRM,
	OVER
};

struct sake_conversation {
	struct xeap_preshared shared;
	enum progress progress;
	bool has_session;
	uint8_t session; /* Session ID of the packets */
	uint8_t rand_s[RAND], rand_p[RAND];
	uint8_t server[AT_VALUE_MAX]; /* SERVERID */
	size_t server_len;
	uint8_t tek_auth[SECRET];
};

/* A packet's attributes, data NULL for those that are not there. */
struct attributes {
	struct xeap_span value[AT_KNOWN_MAX];
};

static int sake_load(const struct xeap_config *config, bool interactive, void **ret_shared,
		     struct xeap_diag *ret_diag)
{
	return xeap_preshared_load(&sake_kind, config, interactive, ret_diag);
}

static int sake_init(void *ctx, const struct xeap_method_args *args)
{
	/* An attribute has its length in one octet. */
	if (args->identity.len > AT_VALUE_MAX)
		return -EINVAL;
	return xeap_preshared_init(&((struct sake_conversation *)ctx)->shared, &sake_kind, args);
}

#define PARTS_MAX 9

/* KDF, §3.2.6.1: HMAC-SHA1(key, label | 0 | data | i), i of one octet from 0 on. */
static int kdf(const uint8_t *key, const char *label, const struct xeap_span *data, size_t n,
	       uint8_t *ret, size_t len)
{
	XEAP_SECRET(block, XEAP_SHA1_LEN);
	struct xeap_builder out = xeap_builder(ret, len);
	struct xeap_span parts[PARTS_MAX + 2] = { xeap_span(label, strlen(label) + 1) };
	uint8_t i = 0;

	for (size_t k = 0; k < n; k++)
		parts[k + 1] = data[k];
	parts[n + 1] = xeap_span(&i, 1);
	for (; len; i++) {
		size_t take = len < XEAP_SHA1_LEN ? len : XEAP_SHA1_LEN;
		int r = xeap_hmac(XEAP_DIGEST_SHA1, xeap_span(key, SECRET), parts, n + 2, block,
				  XEAP_SHA1_LEN);

		if (r < 0)
			return r;
		xeap_put_span(&out, xeap_span(block, take));
		len -= take;
	}
	return 0;
}

/* §3.2.6.1: SMS-A and TEK of Root-Secret-A, SMS-B, MSK and EMSK of Root-Secret-B. */
static int derive(struct sake_conversation *c)
{
	struct xeap_preshared *p = &c->shared;
	const uint8_t *root = xeap_preshared_key(p).data;
	const struct xeap_span s_p[] = { { c->rand_s, RAND }, { c->rand_p, RAND } };
	const struct xeap_span p_s[] = { { c->rand_p, RAND }, { c->rand_s, RAND } };
	XEAP_SECRET(sms, SECRET);
	XEAP_SECRET(tek, 2 * SECRET);
	XEAP_SECRET(keys, sizeof(p->msk) + sizeof(p->emsk));
	int r = kdf(root, "SAKE Master Secret A", p_s, 2, sms, sizeof(sms));

	if (r == 0)
		r = kdf(sms, "Transient EAP Key", s_p, 2, tek, sizeof(tek));
	if (r == 0)
		r = kdf(root + SECRET, "SAKE Master Secret B", p_s, 2, sms, sizeof(sms));
	if (r == 0)
		r = kdf(sms, "Master Session Key", s_p, 2, keys, sizeof(keys));
	if (r < 0)
		return r;
	memcpy(c->tek_auth, tek, SECRET);
	memcpy(p->msk, keys, sizeof(p->msk));
	memcpy(p->emsk, keys + sizeof(p->msk), sizeof(p->emsk));
	xeap_preshared_session_id(p, s_p[0], s_p[1]);
	return 0;
}

/*
 * §3.2.6.2: over the nonces and identities, the other side's nonce first, and the EAP packet with
 * zeros for the MIC at `at`.
 */
static int make_mic(const struct sake_conversation *c, bool of_peer, struct xeap_span packet,
		    size_t at, uint8_t ret_mic[MIC])
{
	static const uint8_t zeros[MIC];
	const struct xeap_span end = { zeros, 1 }, peer = c->shared.identity,
			       server = { c->server, c->server_len }, rand_s = { c->rand_s, RAND },
			       rand_p = { c->rand_p, RAND };
	const struct xeap_span parts[] = {
		of_peer ? rand_s : rand_p,
		of_peer ? rand_p : rand_s,
		of_peer ? peer : server,
		end,
		of_peer ? server : peer,
		end,
		{ packet.data, at },
		{ zeros, MIC },
		{ packet.data + at + MIC, packet.len - at - MIC },
	};

	return kdf(c->tek_auth, of_peer ? "Peer MIC" : "Server MIC", parts,
		   sizeof(parts) / sizeof(parts[0]), ret_mic, MIC);
}

/* False: a length that does not fit, one attribute twice, or one that may not be skipped. */
static bool read_attributes(struct xeap_reader *in, struct attributes *ret)
{
	struct attributes a = { 0 };

	while (xeap_reader_left(in)) {
		uint8_t type = xeap_read_u8(in), len = xeap_read_u8(in);
		struct xeap_span value =
			xeap_read_span(in, len < AT_HEADER ? SIZE_MAX : len - AT_HEADER);

		if (in->bad || (type >= AT_KNOWN_MAX && type < AT_SKIPPABLE) || type == 0)
			return false;
		if (type >= AT_SKIPPABLE)
			continue;
		if (a.value[type].data)
			return false;
		a.value[type] = value;
	}
	*ret = a;
	return true;
}

static struct xeap_builder begin(const struct sake_conversation *c, struct xeap_chunk *to,
				 uint8_t id, enum subtype subtype)
{
	struct xeap_builder b = xeap_preshared_begin(&c->shared, to, id);

	xeap_put_u8(&b, VERSION);
	xeap_put_u8(&b, c->session);
	xeap_put_u8(&b, (uint8_t)subtype);
	return b;
}

static void put_attribute(struct xeap_builder *b, enum attribute type, struct xeap_span value)
{
	xeap_put_u8(b, (uint8_t)type);
	xeap_put_u8(b, (uint8_t)(AT_HEADER + value.len));
	xeap_put_span(b, value);
}

/* AT_MIC_P at the end, and the packet with it. */
static int finish_with_mic(const struct sake_conversation *c, struct xeap_builder *b,
			   struct xeap_chunk *to)
{
	static const uint8_t zeros[MIC];
	int r;

	put_attribute(b, AT_MIC_P, xeap_span(zeros, MIC));
	r = xeap_eap_finish_built(to, b);
	if (r < 0)
		return r;
	return make_mic(c, true, xeap_span(to->data, to->len), to->len - MIC, b->p - MIC);
}

static int answer_identity(const struct sake_conversation *c, uint8_t id, struct attributes *a,
			   struct xeap_writer *response, struct xeap_method_result *ret_result)
{
	struct xeap_builder b;

	if (!a->value[AT_ANY_ID_REQ].data && !a->value[AT_PERM_ID_REQ].data)
		return xeap_preshared_ignore(ret_result);
	b = begin(c, &response->c, id, IDENTITY);
	put_attribute(&b, AT_PEERID, c->shared.identity);
	xeap_preshared_unproven(&c->shared, ret_result);
	return xeap_eap_finish_built(&response->c, &b);
}

static int write_challenge(struct sake_conversation *c, uint8_t id, struct xeap_chunk *to)
{
	struct xeap_builder b = begin(c, to, id, CHALLENGE);
	int r = xeap_random(c->rand_p, RAND);

	if (r == 0)
		r = derive(c);
	if (r < 0)
		return r;
	put_attribute(&b, AT_RAND_P, xeap_span(c->rand_p, RAND));
	put_attribute(&b, AT_PEERID, c->shared.identity);
	return finish_with_mic(c, &b, to);
}

static int take_challenge(struct sake_conversation *c, const struct xeap_eap *eap,
			  const struct attributes *a, struct xeap_writer *response,
			  struct xeap_method_result *ret_result)
{
	struct xeap_span server = a->value[AT_SERVERID];
	int r;

	if (a->value[AT_RAND_S].len != RAND)
		return xeap_preshared_ignore(ret_result);
	if (!xeap_preshared_key(&c->shared).data)
		return xeap_preshared_ask(&c->shared, eap->packet, ret_result);
	memcpy(c->rand_s, a->value[AT_RAND_S].data, RAND);
	if (server.len)
		memcpy(c->server, server.data, server.len);
	c->server_len = server.len;
	r = write_challenge(c, eap->id, &response->c);
	if (r < 0)
		return xeap_diag_set(&ret_result->diag, r, XEAP_E_AUTHENTICATION_FAILED,
				     "EAP-SAKE response could not be made");
	c->progress = EXPECTS_CONFIRM;
	xeap_preshared_unproven(&c->shared, ret_result);
	return 0;
}

static int reject(struct sake_conversation *c, uint8_t id, struct xeap_writer *response,
		  struct xeap_method_result *ret_result, const char *who)
{
	struct xeap_builder b = begin(c, &response->c, id, AUTH_REJECT);

	xeap_diag_set(&ret_result->diag, 0, XEAP_E_USER_NAME_PASSWORD_REJECTED,
		      "%s (EAP-SAKE Auth-Reject): check identity and password", who);
	c->progress = OVER;
	xeap_preshared_failed(ret_result);
	return xeap_eap_finish_built(&response->c, &b);
}

static int take_confirm(struct sake_conversation *c, const struct xeap_eap *eap,
			const struct attributes *a, struct xeap_writer *response,
			struct xeap_method_result *ret_result)
{
	struct xeap_span mic = a->value[AT_MIC_S];
	struct xeap_builder b;
	uint8_t wanted[MIC];
	int r;

	if (mic.len != MIC)
		return xeap_preshared_ignore(ret_result);
	r = make_mic(c, false, eap->packet, (size_t)(mic.data - eap->packet.data), wanted);
	if (r < 0)
		return r;
	if (!xeap_equal_secret(mic.data, wanted, MIC))
		return reject(c, eap->id, response, ret_result, "server has another key");
	b = begin(c, &response->c, eap->id, CONFIRM);
	r = finish_with_mic(c, &b, &response->c);
	if (r < 0)
		return r;
	c->progress = OVER;
	xeap_preshared_proven(&c->shared, ret_result);
	return 0;
}

static int take(struct sake_conversation *c, const struct xeap_eap *eap, uint8_t subtype,
		struct attributes *a, struct xeap_writer *response,
		struct xeap_method_result *ret_result)
{
	if (c->progress == EXPECTS_CHALLENGE && subtype == IDENTITY)
		return answer_identity(c, eap->id, a, response, ret_result);
	if (c->progress == EXPECTS_CHALLENGE && subtype == CHALLENGE)
		return take_challenge(c, eap, a, response, ret_result);
	if (c->progress == EXPECTS_CONFIRM && subtype == CONFIRM)
		return take_confirm(c, eap, a, response, ret_result);
	if (c->progress == EXPECTS_CONFIRM && subtype == AUTH_REJECT)
		return reject(c, eap->id, response, ret_result, "server refused the login");
	return xeap_preshared_ignore(ret_result);
}

static int sake_process(void *ctx, struct xeap_span request, struct xeap_writer *response,
			struct xeap_method_result *ret_result)
{
	struct sake_conversation *c = ctx;
	struct xeap_reader in;
	struct attributes a;
	struct xeap_eap eap;
	uint8_t version, session, subtype;

	if (xeap_eap_parse(request, &eap) < 0)
		return xeap_preshared_ignore(ret_result);
	in = xeap_reader(eap.data);
	version = xeap_read_u8(&in);
	session = xeap_read_u8(&in);
	subtype = xeap_read_u8(&in);
	if (in.bad || version != VERSION || (c->has_session && session != c->session) ||
	    !read_attributes(&in, &a))
		return xeap_preshared_ignore(ret_result);
	if (!c->has_session && (subtype == IDENTITY || subtype == CHALLENGE)) {
		c->has_session = true;
		c->session = session;
	}
	return take(c, &eap, subtype, &a, response, ret_result);
}

const struct xeap_method xeap_method_sake = {
	.abi = XEAP_METHOD_ABI,
	.name = "SAKE",
	.type = { .type = XEAP_EAP_SAKE },
	.flags = XEAP_METHOD_F_KEYS,
	.ctx_size = sizeof(struct sake_conversation),
	.load = sake_load,
	.unload = xeap_preshared_unload,
	.init = sake_init,
	.process = sake_process,
	.get_prompt = xeap_preshared_get_prompt,
	.answer = xeap_preshared_answer,
	.get_key = xeap_preshared_get_key,
	.done = xeap_preshared_done,
};
