/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/wipe.h>
#include <errno.h>
#include <method/ikev2_packet.h>
#include <method/list.h>
#include <method/preshared.h>
#include <stdlib.h>
#include <string.h>
#include <wire/eap.h>

/*
 * EAP-IKEv2 with a shared key, RFC 5106: the server is IKEv2's initiator. IKE_SA_INIT, then
 * IKE_AUTH, in which the server proves itself first; errors are told with a Notify (§7). There is
 * no fast reconnect (§4): it goes by an identity that a server gives out, and none is taken.
 */

#define FRAGMENT_SIZE 1020 /* RFC 3748 §3.1's smallest MTU */

static const struct xeap_preshared_kind ikev2_kind = {
	.method = &xeap_method_ikev2,
	.min = 1,
	.max = UINT16_MAX,
	.wants = "1 byte or more",
};

enum progress {
	EXPECTS_INIT,
	EXPECTS_AUTH,
	AUTHENTICATED, /* the server; its fragments of IKE_AUTH may still be on their way */
	OVER
};

struct ikev2_conversation {
	struct xeap_preshared shared;
	struct xeap_ikev2_packets packets;
	struct xeap_ikev2_keys keys;
	enum progress progress;
	uint32_t message_id; /* of the next request */
	bool group_refused;
	uint8_t spi[XEAP_IKEV2_SIDE_MAX][XEAP_IKE_SPI];
	uint8_t nonce_server[XEAP_IKE_NONCE_MAX], nonce_peer[XEAP_IKEV2_NONCE_MAX];
	size_t nonce_server_len;
	/* Both messages of IKE_SA_INIT, which AUTH is over. */
	uint8_t *message[XEAP_IKEV2_SIDE_MAX];
	size_t message_len[XEAP_IKEV2_SIDE_MAX];
	struct xeap_diag why; /* it is over */
};

/* A request's message, in parts. */
struct incoming {
	uint8_t id; /* of the EAP packet */
	struct xeap_span message;
	struct xeap_ike_header header;
	struct xeap_ike_payloads payloads;
};

static int ikev2_load(const struct xeap_config *config, bool interactive, void **ret_shared,
		      struct xeap_diag *ret_diag)
{
	return xeap_preshared_load(&ikev2_kind, config, interactive, ret_diag);
}

static int ikev2_init(void *ctx, const struct xeap_method_args *args)
{
	long size = xeap_config_get_int(args->config, XEAP_CONFIG_FRAGMENT_SIZE, FRAGMENT_SIZE);
	struct ikev2_conversation *c = ctx;

	c->packets.packet_max = size > 0 && (unsigned long)size < args->max_packet
					? (size_t)size
					: args->max_packet;
	return xeap_preshared_init(&c->shared, &ikev2_kind, args);
}

static struct xeap_ikev2_init of_init(const struct ikev2_conversation *c)
{
	return (struct xeap_ikev2_init){
		.nonce = { { c->nonce_server, c->nonce_server_len },
			   { c->nonce_peer, xeap_ikev2_nonce_len(&c->keys.suite) } },
		.spi = { { c->spi[XEAP_IKEV2_SERVER], XEAP_IKE_SPI },
			 { c->spi[XEAP_IKEV2_PEER], XEAP_IKE_SPI } },
	};
}

/* The response to a message; `first` is the type of its first payload. */
static struct xeap_ike_header response_header(const struct ikev2_conversation *c,
					      const struct incoming *in, uint8_t first)
{
	struct xeap_ike_header h = {
		.first = first,
		.exchange = in->header.exchange,
		.flags = XEAP_IKE_RESPONSE,
		.message_id = in->header.message_id,
	};

	memcpy(h.spi_i, in->header.spi_i, XEAP_IKE_SPI);
	memcpy(h.spi_r, c->spi[XEAP_IKEV2_PEER], XEAP_IKE_SPI);
	return h;
}

static int send(struct ikev2_conversation *c, const struct incoming *in,
		const struct xeap_builder *message, struct xeap_writer *response)
{
	if (message->bad)
		return -EMSGSIZE;
	return xeap_ikev2_send(&c->packets, in->id,
			       xeap_span(message->base, xeap_builder_len(message)), &response->c);
}

/* A response of nothing but an Encrypted payload. */
static int send_sealed(struct ikev2_conversation *c, const struct incoming *in, uint8_t first,
		       struct xeap_span inner, struct xeap_writer *response)
{
	struct xeap_ike_header h = response_header(c, in, XEAP_IKE_PAYLOAD_SK);
	uint8_t bytes[XEAP_IKEV2_MESSAGE_MAX];
	struct xeap_builder b = xeap_builder(bytes, sizeof(bytes));
	int r;

	xeap_ike_put_header(&b, &h);
	r = xeap_ikev2_seal(&c->keys, &b, first, inner);
	return r < 0 ? r : send(c, in, &b, response);
}

static int send_notify(struct ikev2_conversation *c, const struct incoming *in, uint16_t type,
		       struct xeap_span data, struct xeap_writer *response)
{
	struct xeap_ike_header h = response_header(c, in, XEAP_IKE_PAYLOAD_NOTIFY);
	uint8_t bytes[XEAP_IKE_HEADER + 16];
	struct xeap_builder b = xeap_builder(bytes, sizeof(bytes));

	xeap_ike_put_header(&b, &h);
	xeap_ike_put_notify(&b, XEAP_IKE_NO_NEXT, type, data);
	xeap_ike_finish(&b, 0);
	return send(c, in, &b, response);
}

/* Tell the server, as well as can be at that point. The caller has set the diagnosis. */
static int refuse(struct ikev2_conversation *c, const struct incoming *in, uint16_t type,
		  struct xeap_span data, struct xeap_writer *response)
{
	uint8_t bytes[16];
	struct xeap_builder b = xeap_builder(bytes, sizeof(bytes));
	int r;

	if (c->progress == EXPECTS_INIT) {
		r = send_notify(c, in, type, data, response);
	} else {
		xeap_ike_put_notify(&b, XEAP_IKE_NO_NEXT, type, data);
		r = send_sealed(c, in, XEAP_IKE_PAYLOAD_NOTIFY,
				xeap_span(bytes, xeap_builder_len(&b)), response);
	}
	if (r == 0)
		c->progress = OVER;
	return r;
}

static int refuse_payload(struct ikev2_conversation *c, const struct incoming *in, uint8_t type,
			  struct xeap_writer *response)
{
	xeap_diag_set(&c->why, 0, XEAP_E_NOT_SUPPORTED,
		      "server sent an IKEv2 payload of type %u, which it will not do without",
		      type);
	return refuse(c, in, XEAP_IKE_UNSUPPORTED_CRITICAL_PAYLOAD, xeap_span(&type, 1), response);
}

static int refuse_proposals(struct ikev2_conversation *c, const struct incoming *in,
			    struct xeap_writer *response)
{
	xeap_diag_set(&c->why, 0, XEAP_E_NOT_SUPPORTED,
		      "server offers no EAP-IKEv2 ciphersuite that is known: AES-CBC of 128 or 256 "
		      "bits, HMAC with SHA-1 or SHA-2, Diffie-Hellman group 2, 5, 14, 15 or 16");
	return refuse(c, in, XEAP_IKE_NO_PROPOSAL_CHOSEN, xeap_span(NULL, 0), response);
}

/* RFC 7296 §1.3: the server may begin again with the group that was chosen of its proposal. */
static int ask_for_group(struct ikev2_conversation *c, const struct incoming *in, uint16_t group,
			 struct xeap_writer *response)
{
	const uint8_t number[] = { (uint8_t)(group >> 8), (uint8_t)group };
	int r = send_notify(c, in, XEAP_IKE_INVALID_KE_PAYLOAD, xeap_span(number, sizeof(number)),
			    response);

	if (r == 0)
		c->group_refused = true;
	return r;
}

/* Diffie-Hellman, and all keys of it. */
static int agree(struct ikev2_conversation *c, struct xeap_span server_value, uint8_t *ret_value)
{
	uint8_t group = xeap_ikev2_group(c->keys.suite.group);
	const struct xeap_ikev2_init init = of_init(c);
	XEAP_SECRET(private_value, XEAP_MODP_MAX);
	XEAP_SECRET(secret, XEAP_MODP_MAX);
	int r = xeap_modp_make_ike(group, private_value, ret_value);

	if (r == 0)
		r = xeap_modp_share(group, private_value, server_value.data, secret);
	if (r == 0)
		r = xeap_ikev2_derive(&c->keys, &init, xeap_span(secret, xeap_modp_len(group)));
	return r;
}

static void put_identity(const struct ikev2_conversation *c, struct xeap_builder *b)
{
	xeap_put_u8(b, XEAP_IKE_ID_KEY_ID);
	xeap_put_u24(b, 0); /* reserved */
	xeap_put_span(b, c->shared.identity);
}

#define IDENTITY_MAX 2048

/* HDR, SAr1, KEr, Nr, SK{IDr} */
static int build_init(const struct ikev2_conversation *c, const struct incoming *in,
		      struct xeap_span public_value, struct xeap_builder *b)
{
	struct xeap_ike_header h = response_header(c, in, XEAP_IKE_PAYLOAD_SA);
	const struct xeap_ikev2_init init = of_init(c);
	struct xeap_ike_transform transforms[4];
	uint8_t id[IDENTITY_MAX], inner[IDENTITY_MAX + XEAP_IKE_PAYLOAD_HEADER];
	struct xeap_builder to_id = xeap_builder(id, sizeof(id)),
			    to_inner = xeap_builder(inner, sizeof(inner));

	put_identity(c, &to_id);
	xeap_ike_put_id(&to_inner, XEAP_IKE_NO_NEXT, xeap_span(id, xeap_builder_len(&to_id)));
	if (to_id.bad)
		return -EMSGSIZE;
	xeap_ikev2_answer(&c->keys.suite, transforms);
	xeap_ike_put_header(b, &h);
	xeap_ike_put_sa(b, XEAP_IKE_PAYLOAD_KE, c->keys.suite.proposal, transforms, 4);
	xeap_ike_put_ke(b, XEAP_IKE_PAYLOAD_NONCE, c->keys.suite.group, public_value);
	xeap_ike_put_nonce(b, XEAP_IKE_PAYLOAD_SK, init.nonce[XEAP_IKEV2_PEER]);
	return xeap_ikev2_seal(&c->keys, b, XEAP_IKE_PAYLOAD_ID_R,
			       xeap_span(inner, xeap_builder_len(&to_inner)));
}

static int keep(struct ikev2_conversation *c, enum xeap_ikev2_side side, struct xeap_span message)
{
	uint8_t *copy = xeap_preshared_copy(message);

	if (!copy)
		return -ENOMEM;
	free(c->message[side]);
	c->message[side] = copy;
	c->message_len[side] = message.len;
	return 0;
}

static int make_init(struct ikev2_conversation *c, const struct incoming *in,
		     struct xeap_builder *b)
{
	uint8_t public_value[XEAP_MODP_MAX];
	int r = agree(c, in->payloads.public_value, public_value);

	if (r == 0)
		r = build_init(c, in, xeap_span(public_value, in->payloads.public_value.len), b);
	if (r == 0)
		r = keep(c, XEAP_IKEV2_SERVER, in->message);
	if (r == 0)
		r = keep(c, XEAP_IKEV2_PEER, xeap_span(b->base, xeap_builder_len(b)));
	return r;
}

static int respond_init(struct ikev2_conversation *c, const struct incoming *in,
			struct xeap_writer *response)
{
	uint8_t bytes[XEAP_IKEV2_MESSAGE_MAX];
	struct xeap_builder b = xeap_builder(bytes, sizeof(bytes));
	int r = xeap_random(c->spi[XEAP_IKEV2_PEER], XEAP_IKE_SPI);

	memcpy(c->spi[XEAP_IKEV2_SERVER], in->header.spi_i, XEAP_IKE_SPI);
	memcpy(c->nonce_server, in->payloads.nonce.data, in->payloads.nonce.len);
	c->nonce_server_len = in->payloads.nonce.len;
	if (r == 0)
		r = xeap_random(c->nonce_peer, xeap_ikev2_nonce_len(&c->keys.suite));
	if (r == 0)
		r = make_init(c, in, &b);
	if (r == 0)
		r = send(c, in, &b, response);
	if (r < 0)
		return r;
	/* From here on, what comes and what is sent is protected. */
	c->packets.keys = &c->keys;
	c->progress = EXPECTS_AUTH;
	c->message_id = 1;
	return 0;
}

/* 0; -EBADMSG: not to be answered */
static int take_init(struct ikev2_conversation *c, const struct incoming *in,
		     struct xeap_writer *response)
{
	static const uint8_t none[XEAP_IKE_SPI];
	const struct xeap_ike_payloads *p = &in->payloads;
	struct xeap_ikev2_suite suite;
	int r;

	if (in->header.exchange != XEAP_IKE_SA_INIT || in->header.message_id != 0 ||
	    memcmp(in->header.spi_i, none, XEAP_IKE_SPI) == 0 ||
	    memcmp(in->header.spi_r, none, XEAP_IKE_SPI) != 0)
		return -EBADMSG;
	if (p->unknown)
		return refuse_payload(c, in, p->unknown, response);
	if (!p->sa.data || !p->public_value.data || !p->nonce.data || p->sk.data)
		return -EBADMSG;
	r = xeap_ikev2_choose(p->sa, p->group, &suite);
	if (r == -ENOENT)
		return refuse_proposals(c, in, response);
	if (r < 0)
		return r;
	if (suite.group != p->group)
		return c->group_refused ? -EBADMSG : ask_for_group(c, in, suite.group, response);
	if (p->public_value.len != xeap_modp_len(xeap_ikev2_group(suite.group)))
		return -EBADMSG;
	c->keys.suite = suite;
	return respond_init(c, in, response);
}

static int auth_of(const struct ikev2_conversation *c, enum xeap_ikev2_side side,
		   struct xeap_span id, uint8_t *ret_auth)
{
	const struct xeap_ikev2_init init = of_init(c);
	const struct xeap_ikev2_signed what = {
		.message = xeap_span(c->message[side], c->message_len[side]),
		.nonce =
			init.nonce[side == XEAP_IKEV2_SERVER ? XEAP_IKEV2_PEER : XEAP_IKEV2_SERVER],
		.id = id,
	};

	return xeap_ikev2_auth(&c->keys, side, xeap_preshared_key(&c->shared), &what, ret_auth);
}

/* 0, or -EACCES when the server has another key. */
static int check_auth(const struct ikev2_conversation *c, const struct xeap_ike_payloads *p)
{
	size_t len = xeap_ikev2_auth_len(&c->keys.suite);
	XEAP_SECRET(wanted, XEAP_DIGEST_MAX);
	int r = auth_of(c, XEAP_IKEV2_SERVER, p->id_i, wanted);

	if (r == 0 && (p->auth.len != len || !xeap_equal_secret(p->auth.data, wanted, len)))
		r = -EACCES;
	return r;
}

static int derive_keys(struct ikev2_conversation *c)
{
	const struct xeap_ikev2_init init = of_init(c);
	XEAP_SECRET(keys, XEAP_IKEV2_KEYS);
	int r = xeap_ikev2_export(&c->keys, &init, keys);

	if (r < 0)
		return r;
	memcpy(c->shared.msk, keys, sizeof(c->shared.msk));
	memcpy(c->shared.emsk, keys + sizeof(c->shared.msk), sizeof(c->shared.emsk));
	/* Type | Ni | Nr, RFC 5106 §6 */
	xeap_preshared_session_id(&c->shared, init.nonce[XEAP_IKEV2_SERVER],
				  init.nonce[XEAP_IKEV2_PEER]);
	return 0;
}

/* HDR, SK{IDr, AUTH} */
static int respond_auth(struct ikev2_conversation *c, const struct incoming *in,
			struct xeap_writer *response)
{
	uint8_t id[IDENTITY_MAX], inner[IDENTITY_MAX + 128], auth[XEAP_DIGEST_MAX];
	struct xeap_builder to_id = xeap_builder(id, sizeof(id)),
			    to_inner = xeap_builder(inner, sizeof(inner));
	struct xeap_span whole;
	int r;

	put_identity(c, &to_id);
	whole = xeap_span(id, xeap_builder_len(&to_id));
	r = auth_of(c, XEAP_IKEV2_PEER, whole, auth);
	if (r < 0)
		return r;
	xeap_ike_put_id(&to_inner, XEAP_IKE_PAYLOAD_AUTH, whole);
	xeap_ike_put_auth(&to_inner, XEAP_IKE_NO_NEXT, XEAP_IKE_AUTH_SHARED_KEY,
			  xeap_span(auth, xeap_ikev2_auth_len(&c->keys.suite)));
	r = derive_keys(c);
	if (r == 0)
		r = send_sealed(c, in, XEAP_IKE_PAYLOAD_ID_R,
				xeap_span(inner, xeap_builder_len(&to_inner)), response);
	if (r < 0)
		return r;
	c->progress = AUTHENTICATED;
	c->message_id++;
	return 0;
}

static int refuse_auth(struct ikev2_conversation *c, const struct incoming *in,
		       struct xeap_writer *response)
{
	return refuse(c, in, XEAP_IKE_AUTHENTICATION_FAILED, xeap_span(NULL, 0), response);
}

static int take_auth(struct ikev2_conversation *c, const struct incoming *in,
		     const struct xeap_ike_payloads *p, struct xeap_writer *response)
{
	int r;

	if (!p->id_i.data || !p->auth.data) {
		xeap_diag_set(&c->why, 0, XEAP_E_REMOTE_INVALID_PACKET,
			      "server sent IKE_AUTH without its identity or a proof of it");
		return refuse(c, in, XEAP_IKE_INVALID_SYNTAX, xeap_span(NULL, 0), response);
	}
	if (p->auth_method != XEAP_IKE_AUTH_SHARED_KEY) {
		xeap_diag_set(&c->why, 0, XEAP_E_NOT_SUPPORTED,
			      "server proves itself with IKEv2's authentication method %u: "
			      "eap=IKEV2 knows shared keys only, method 2",
			      p->auth_method);
		return refuse_auth(c, in, response);
	}
	r = check_auth(c, p);
	if (r == 0)
		return respond_auth(c, in, response);
	if (r != -EACCES)
		return r;
	xeap_diag_set(&c->why, 0, XEAP_E_USER_NAME_PASSWORD_REJECTED,
		      "server has another key (EAP-IKEv2): check identity and password");
	return refuse_auth(c, in, response);
}

/* §7: what the server says of an error is answered with an empty Encrypted payload. */
static int take_error(struct ikev2_conversation *c, const struct incoming *in, uint16_t error,
		      struct xeap_writer *response)
{
	bool password = error == XEAP_IKE_AUTHENTICATION_FAILED;
	int r = send_sealed(c, in, XEAP_IKE_NO_NEXT, xeap_span(NULL, 0), response);

	if (r < 0)
		return r;
	c->progress = OVER;
	xeap_diag_set(&c->why, 0,
		      password ? XEAP_E_USER_NAME_PASSWORD_REJECTED : XEAP_E_AUTHENTICATION_FAILED,
		      "server refused the login (IKEv2 error %u)%s", error,
		      password ? ": check identity and password" : "");
	return 0;
}

static int take_informational(struct ikev2_conversation *c, const struct incoming *in,
			      const struct xeap_ike_payloads *p, struct xeap_writer *response)
{
	int r;

	if (p->error)
		return take_error(c, in, p->error, response);
	r = send_sealed(c, in, XEAP_IKE_NO_NEXT, xeap_span(NULL, 0), response);
	if (r == 0)
		c->message_id++;
	return r;
}

/* What is in the Encrypted payload, and was protected with the right keys. */
static int take_inner(struct ikev2_conversation *c, const struct incoming *in,
		      struct xeap_span inner, struct xeap_writer *response)
{
	struct xeap_ike_payloads p;

	if (xeap_ike_parse_payloads(in->payloads.inner, inner, &p) < 0) {
		xeap_diag_set(&c->why, 0, XEAP_E_REMOTE_INVALID_PACKET,
			      "server sent an encrypted IKEv2 payload that is malformed inside");
		return refuse(c, in, XEAP_IKE_INVALID_SYNTAX, xeap_span(NULL, 0), response);
	}
	if (p.unknown)
		return refuse_payload(c, in, p.unknown, response);
	if (in->header.exchange == XEAP_IKE_INFORMATIONAL)
		return take_informational(c, in, &p, response);
	if (p.error)
		return take_error(c, in, p.error, response);
	return take_auth(c, in, &p, response);
}

static bool expected(const struct ikev2_conversation *c, const struct xeap_ike_header *h)
{
	return (h->exchange == XEAP_IKE_INFORMATIONAL ||
		(h->exchange == XEAP_IKE_AUTH && c->progress == EXPECTS_AUTH)) &&
	       h->message_id == c->message_id &&
	       memcmp(h->spi_i, c->spi[XEAP_IKEV2_SERVER], XEAP_IKE_SPI) == 0 &&
	       memcmp(h->spi_r, c->spi[XEAP_IKEV2_PEER], XEAP_IKE_SPI) == 0;
}

/* 0; -EBADMSG and -EACCES: not to be answered */
static int take_protected(struct ikev2_conversation *c, const struct incoming *in,
			  struct xeap_writer *response)
{
	XEAP_SECRET(inner, XEAP_IKEV2_MESSAGE_MAX);
	size_t len;
	int r;

	if (!expected(c, &in->header) || !in->payloads.sk.data)
		return -EBADMSG;
	r = xeap_ikev2_open(&c->keys, in->message, in->payloads.sk, inner, &len);
	return r < 0 ? r : take_inner(c, in, xeap_span(inner, len), response);
}

static int take_message(struct ikev2_conversation *c, uint8_t id, struct xeap_span message,
			struct xeap_writer *response)
{
	struct incoming in = { .id = id, .message = message };
	struct xeap_span chain;

	if (xeap_ike_parse_header(message, &in.header, &chain) < 0 ||
	    xeap_ike_parse_payloads(in.header.first, chain, &in.payloads) < 0 ||
	    !(in.header.flags & XEAP_IKE_INITIATOR) || (in.header.flags & XEAP_IKE_RESPONSE))
		return -EBADMSG;
	if (c->progress == EXPECTS_INIT)
		return take_init(c, &in, response);
	return take_protected(c, &in, response);
}

/* What is to be said after a response, which may be a fragment or an acknowledgement of one. */
static void report(struct ikev2_conversation *c, struct xeap_method_result *ret_result)
{
	ret_result->method_state = XEAP_METHOD_CONT;
	ret_result->decision = XEAP_DECISION_FAIL;
	switch (c->progress) {
	case EXPECTS_INIT:
		xeap_diag_set(&ret_result->diag, 0, XEAP_E_AUTHENTICATION_FAILED,
			      "server ended EAP-IKEv2 before it had begun");
		break;
	case EXPECTS_AUTH:
		xeap_preshared_unproven(&c->shared, ret_result);
		break;
	case AUTHENTICATED:
		if (xeap_ikev2_sending(&c->packets)) {
			xeap_preshared_unproven(&c->shared, ret_result);
			break;
		}
		xeap_preshared_proven(&c->shared, ret_result);
		/* The server may still say what it found wrong, RFC 5106 §7. */
		ret_result->method_state = XEAP_METHOD_MAY_CONT;
		break;
	case OVER:
		xeap_preshared_failed(ret_result);
		ret_result->diag = c->why;
		break;
	}
}

static int ikev2_process(void *ctx, struct xeap_span request, struct xeap_writer *response,
			 struct xeap_method_result *ret_result)
{
	struct ikev2_conversation *c = ctx;
	struct xeap_span message;
	int r;

	if (c->progress == OVER && !xeap_ikev2_sending(&c->packets))
		return xeap_preshared_ignore(ret_result);
	if (!xeap_preshared_key(&c->shared).data)
		return xeap_ikev2_begins(request)
			       ? xeap_preshared_ask(&c->shared, request, ret_result)
			       : xeap_preshared_ignore(ret_result);
	r = xeap_ikev2_take(&c->packets, request, &response->c, &message);
	if (r == XEAP_IKEV2_IGNORE)
		return xeap_preshared_ignore(ret_result);
	if (r == XEAP_IKEV2_MESSAGE) {
		r = take_message(c, request.data[1], message, response);
		if (r == -EBADMSG || r == -EACCES)
			return xeap_preshared_ignore(ret_result);
		/* Its fragments cannot be fed again. */
		if (r == -ENOMEM && c->packets.in_whole)
			r = -EIO;
	}
	if (r < 0)
		return xeap_diag_set(&ret_result->diag, r, XEAP_E_AUTHENTICATION_FAILED,
				     "EAP-IKEv2 response could not be made");
	report(c, ret_result);
	return 0;
}

static void ikev2_done(void *ctx)
{
	struct ikev2_conversation *c = ctx;

	xeap_preshared_done(ctx);
	xeap_ikev2_packets_done(&c->packets);
	free(c->message[XEAP_IKEV2_SERVER]);
	free(c->message[XEAP_IKEV2_PEER]);
}

const struct xeap_method xeap_method_ikev2 = {
	.abi = XEAP_METHOD_ABI,
	.name = "IKEV2",
	.type = { .type = XEAP_EAP_IKEV2 },
	.flags = XEAP_METHOD_F_KEYS,
	.ctx_size = sizeof(struct ikev2_conversation),
	.load = ikev2_load,
	.unload = xeap_preshared_unload,
	.init = ikev2_init,
	.process = ikev2_process,
	.get_prompt = xeap_preshared_get_prompt,
	.answer = xeap_preshared_answer,
	.get_key = xeap_preshared_get_key,
	.done = ikev2_done,
};
