/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/wipe.h>
#include <crypto/cipher.h>
#include <crypto/eax.h>
#include <crypto/mac.h>
#include <errno.h>

/* OMAC^t(M) = CMAC of t as a block, then M. */
static int omac(struct xeap_span key, uint8_t t, struct xeap_span m, uint8_t *ret)
{
	const uint8_t block[XEAP_AES_BLOCK] = { [XEAP_AES_BLOCK - 1] = t };
	const struct xeap_span parts[] = { { block, sizeof(block) }, m };
	int r = xeap_cmac(key, parts, 2, ret, XEAP_CMAC_LEN);

	return r < 0 ? r : 0;
}

/* n: OMAC of the nonce, which is also where the counter begins. */
static int make_tag(struct xeap_span key, const uint8_t *n, struct xeap_span header,
		    struct xeap_span encrypted, uint8_t *ret_tag)
{
	uint8_t h[XEAP_CMAC_LEN], c[XEAP_CMAC_LEN];
	int r = omac(key, 1, header, h);

	if (r == 0)
		r = omac(key, 2, encrypted, c);
	for (int i = 0; r == 0 && i < XEAP_EAX_TAG; i++)
		ret_tag[i] = (uint8_t)(n[i] ^ h[i] ^ c[i]);
	return r;
}

int xeap_eax_encrypt(struct xeap_span key, struct xeap_span nonce, struct xeap_span header,
		     struct xeap_span plain, uint8_t *ret_out, uint8_t ret_tag[XEAP_EAX_TAG])
{
	uint8_t n[XEAP_CMAC_LEN];
	int r = omac(key, 0, nonce, n);

	if (r == 0)
		r = xeap_aes(XEAP_CIPHER_CTR, true, key, xeap_span(n, sizeof(n)), plain, ret_out);
	if (r == 0)
		r = make_tag(key, n, header, xeap_span(ret_out, plain.len), ret_tag);
	return r;
}

int xeap_eax_decrypt(struct xeap_span key, struct xeap_span nonce, struct xeap_span header,
		     struct xeap_span encrypted, const uint8_t *tag, uint8_t *ret_out)
{
	uint8_t n[XEAP_CMAC_LEN], wanted[XEAP_EAX_TAG];
	int r = omac(key, 0, nonce, n);

	if (r == 0)
		r = make_tag(key, n, header, encrypted, wanted);
	if (r == 0 && !xeap_equal_secret(tag, wanted, XEAP_EAX_TAG))
		r = -EACCES;
	if (r == 0)
		r = xeap_aes(XEAP_CIPHER_CTR, false, key, xeap_span(n, sizeof(n)), encrypted,
			     ret_out);
	return r;
}
