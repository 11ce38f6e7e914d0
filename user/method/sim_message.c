/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/wipe.h>
#include <crypto/cipher.h>
#include <errno.h>
#include <method/sim_message.h>
#include <string.h>

static const uint8_t zeros[XEAP_SIM_MAC];

/* The MAC of a packet whose AT_MAC, within it, counts as zero. */
static int mac_of(struct xeap_span packet, const uint8_t *mac, bool prime,
		  const struct xeap_sim_keys *keys, struct xeap_span extra, uint8_t *ret_mac)
{
	struct xeap_reader r = xeap_reader(packet);
	struct xeap_span before = xeap_read_span(&r, (size_t)(mac - packet.data));
	struct xeap_span after;

	xeap_read_span(&r, XEAP_SIM_MAC);
	after = xeap_read_rest(&r);
	if (r.bad)
		return -EBADMSG;
	return xeap_sim_mac(prime, keys,
			    (struct xeap_span[]){ before, xeap_span(zeros, sizeof(zeros)), after,
						  extra },
			    4, ret_mac);
}

bool xeap_sim_mac_is_right(const struct xeap_sim_message *m, struct xeap_span packet, bool prime,
			   const struct xeap_sim_keys *keys, struct xeap_span extra)
{
	uint8_t wanted[XEAP_SIM_MAC];

	if (!(m->present & XEAP_AT_BIT(MAC)))
		return false;
	if (mac_of(packet, m->value[XEAP_AT_MAC].data, prime, keys, extra, wanted))
		return false;
	return xeap_equal_secret(wanted, m->value[XEAP_AT_MAC].data, sizeof(wanted));
}

int xeap_sim_decrypt(const struct xeap_sim_message *m, const struct xeap_sim_keys *keys,
		     uint32_t allowed, uint8_t plain[XEAP_SIM_PLAIN_MAX],
		     struct xeap_sim_message *ret_message)
{
	uint32_t both = XEAP_AT_BIT(IV) | XEAP_AT_BIT(ENCR_DATA);
	struct xeap_span data = m->value[XEAP_AT_ENCR_DATA];
	struct xeap_sim_message inner;
	int err;

	if (!(m->present & both)) {
		*ret_message = (struct xeap_sim_message){ 0 };
		return 0;
	}
	if ((m->present & both) != both || data.len == 0 || data.len % XEAP_AES_BLOCK ||
	    data.len > XEAP_SIM_PLAIN_MAX)
		return -EBADMSG;
	err = xeap_aes(XEAP_CIPHER_CBC, false, xeap_span(keys->k_encr, XEAP_SIM_K_ENCR),
		       m->value[XEAP_AT_IV], data, plain);
	if (!err)
		err = xeap_sim_parse_encrypted(xeap_span(plain, data.len), &inner);
	if (err)
		return err;
	if (inner.present & ~(allowed | XEAP_AT_BIT(PADDING)))
		return -EBADMSG;
	*ret_message = inner;
	return 0;
}

struct xeap_sim_reply xeap_sim_reply(struct xeap_chunk *chunk, uint8_t id, uint8_t type,
				     enum xeap_sim_subtype subtype)
{
	struct xeap_method_type method = { .type = type };
	struct xeap_sim_reply r = { .chunk = chunk,
				    .b = xeap_eap_build_response(chunk, id, method) };

	xeap_put_u8(&r.b, (uint8_t)subtype);
	xeap_put_u16(&r.b, 0);
	return r;
}

int xeap_sim_reply_counter(struct xeap_sim_reply *r, const struct xeap_sim_keys *keys,
			   uint16_t counter, bool too_small)
{
	uint8_t plain[XEAP_SIM_BLOCK], iv[XEAP_SIM_BLOCK];
	struct xeap_builder b = xeap_builder(plain, sizeof(plain));
	int err = xeap_random(iv, sizeof(iv));

	if (err)
		return err;
	xeap_sim_put_u16(&b, XEAP_AT_COUNTER, counter);
	if (too_small)
		xeap_sim_put_u16(&b, XEAP_AT_COUNTER_TOO_SMALL, 0);
	xeap_sim_put_padding(&b);
	err = xeap_aes(XEAP_CIPHER_CBC, true, xeap_span(keys->k_encr, XEAP_SIM_K_ENCR),
		       xeap_span(iv, sizeof(iv)), xeap_span(plain, xeap_builder_len(&b)), plain);
	if (err)
		return err;
	xeap_sim_put_block(&r->b, XEAP_AT_IV, xeap_span(iv, sizeof(iv)));
	xeap_sim_put_reserved(&r->b, XEAP_AT_ENCR_DATA, xeap_span(plain, sizeof(plain)));
	return 0;
}

void xeap_sim_reply_mac(struct xeap_sim_reply *r)
{
	r->mac = xeap_sim_put_block(&r->b, XEAP_AT_MAC, xeap_span(NULL, 0));
}

int xeap_sim_reply_finish(struct xeap_sim_reply *r, bool prime, const struct xeap_sim_keys *keys,
			  struct xeap_span extra)
{
	struct xeap_chunk *c = r->chunk;
	uint8_t mac[XEAP_SIM_MAC];
	int err;

	err = xeap_eap_finish_built(c, &r->b);
	if (err || !r->mac)
		return err;
	err = mac_of(xeap_span(c->data, c->len), r->mac, prime, keys, extra, mac);
	if (err)
		return err;
	memcpy(r->mac, mac, sizeof(mac));
	return 0;
}
