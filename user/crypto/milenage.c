/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/wipe.h>
#include <crypto/cipher.h>
#include <crypto/milenage.h>
#include <string.h>

#define BLOCK 16

static int encrypt(const uint8_t k[XEAP_MILENAGE_KEY], uint8_t block[BLOCK])
{
	return xeap_aes(XEAP_CIPHER_ECB, true, xeap_span(k, XEAP_MILENAGE_KEY), xeap_span(NULL, 0),
			xeap_span(block, BLOCK), block);
}

static void mix(uint8_t to[BLOCK], const uint8_t from[BLOCK])
{
	for (size_t i = 0; i < BLOCK; i++)
		to[i] ^= from[i];
}

/* TEMP = E_K(RAND ⊕ OPc). */
static int begin(const struct xeap_milenage_key *key, const uint8_t rand[16], uint8_t temp[BLOCK])
{
	memcpy(temp, rand, BLOCK);
	mix(temp, key->opc);
	return encrypt(key->k, temp);
}

/* OUT = E_K(rot(TEMP ⊕ OPc, r) ⊕ c) ⊕ OPc, r in octets, c in the last octet. */
static int output(const struct xeap_milenage_key *key, const uint8_t temp[BLOCK], size_t r,
		  uint8_t c, uint8_t out[BLOCK])
{
	int err;

	for (size_t i = 0; i < BLOCK; i++)
		out[i] = temp[(i + r) % BLOCK] ^ key->opc[(i + r) % BLOCK];
	out[BLOCK - 1] ^= c;
	err = encrypt(key->k, out);
	mix(out, key->opc);
	return err;
}

int xeap_milenage_f1(const struct xeap_milenage_key *key, const uint8_t rand[16],
		     const uint8_t sqn[XEAP_MILENAGE_SQN], const uint8_t amf[2],
		     uint8_t ret_mac_a[XEAP_MILENAGE_MAC], uint8_t ret_mac_s[XEAP_MILENAGE_MAC])
{
	XEAP_SECRET(in, BLOCK);
	XEAP_SECRET(temp, BLOCK);
	XEAP_SECRET(out, BLOCK);
	int err = begin(key, rand, temp);

	memcpy(in, sqn, XEAP_MILENAGE_SQN);
	memcpy(in + XEAP_MILENAGE_SQN, amf, 2);
	memcpy(in + 8, in, 8);
	/* r1 is 64 bits, c1 is 0. */
	for (size_t i = 0; i < BLOCK; i++)
		out[(i + 8) % BLOCK] = in[i] ^ key->opc[i];
	mix(out, temp);
	if (!err)
		err = encrypt(key->k, out);
	if (err)
		return err;
	mix(out, key->opc);
	memcpy(ret_mac_a, out, XEAP_MILENAGE_MAC);
	memcpy(ret_mac_s, out + 8, XEAP_MILENAGE_MAC);
	return 0;
}

int xeap_milenage_f2345(const struct xeap_milenage_key *key, const uint8_t rand[16],
			struct xeap_milenage *ret_out)
{
	XEAP_SECRET(temp, BLOCK);
	XEAP_SECRET(out2, BLOCK);
	XEAP_SECRET(out3, BLOCK);
	XEAP_SECRET(out4, BLOCK);
	XEAP_SECRET(out5, BLOCK);
	int err = begin(key, rand, temp);

	if (!err)
		err = output(key, temp, 0, 1, out2);
	if (!err)
		err = output(key, temp, 4, 2, out3);
	if (!err)
		err = output(key, temp, 8, 4, out4);
	if (!err)
		err = output(key, temp, 12, 8, out5);
	if (err)
		return err;
	memcpy(ret_out->res, out2 + 8, sizeof(ret_out->res));
	memcpy(ret_out->ak, out2, sizeof(ret_out->ak));
	memcpy(ret_out->ck, out3, sizeof(ret_out->ck));
	memcpy(ret_out->ik, out4, sizeof(ret_out->ik));
	memcpy(ret_out->aks, out5, sizeof(ret_out->aks));
	return 0;
}

int xeap_milenage_opc(const uint8_t k[XEAP_MILENAGE_KEY], const uint8_t op[XEAP_MILENAGE_KEY],
		      uint8_t ret_opc[XEAP_MILENAGE_KEY])
{
	XEAP_SECRET(out, BLOCK);
	int err;

	memcpy(out, op, BLOCK);
	err = encrypt(k, out);
	if (err)
		return err;
	mix(out, op);
	memcpy(ret_opc, out, BLOCK);
	return 0;
}

int xeap_milenage_gsm(const struct xeap_milenage_key *key, const uint8_t rand[16],
		      uint8_t ret_sres[4], uint8_t ret_kc[8])
{
	struct xeap_milenage m;
	int err = xeap_milenage_f2345(key, rand, &m);

	if (err)
		return err;
	for (size_t i = 0; i < 4; i++)
		ret_sres[i] = m.res[i] ^ m.res[i + 4];
	for (size_t i = 0; i < 8; i++)
		ret_kc[i] = m.ck[i] ^ m.ck[i + 8] ^ m.ik[i] ^ m.ik[i + 8];
	xeap_wipe(&m, sizeof(m));
	return 0;
}
