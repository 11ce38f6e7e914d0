/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/wipe.h>
#include <crypto/fips186.h>
#include <string.h>

#define WORDS 5

static uint32_t rotate(uint32_t x, unsigned int n)
{
	return x << n | x >> (32 - n);
}

/* f and K of FIPS 180-1 §5 and §6. */
static uint32_t mix(unsigned int t, uint32_t b, uint32_t c, uint32_t d)
{
	if (t < 20)
		return ((b & c) | (~b & d)) + 0x5a827999;
	if (t < 40)
		return (b ^ c ^ d) + 0x6ed9eba1;
	if (t < 60)
		return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	return (b ^ c ^ d) + 0xca62c1d6;
}

static void schedule(const uint8_t x[XEAP_FIPS186_KEY], uint32_t w[80])
{
	for (unsigned int t = 0; t < 16; t++) {
		const uint8_t *p = x + (size_t)t * 4;

		w[t] = t < WORDS ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
					   (uint32_t)p[2] << 8 | p[3]
				 : 0;
	}
	for (unsigned int t = 16; t < 80; t++)
		w[t] = rotate(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
}

/* G(t, c): one block of SHA-1, filled with zeros in place of its padding. */
static void g(const uint8_t x[XEAP_FIPS186_KEY], uint8_t ret_w[XEAP_FIPS186_KEY])
{
	static const uint32_t start[WORDS] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476,
					       0xc3d2e1f0 };
	uint32_t w[80], h[WORDS], v;

	schedule(x, w);
	memcpy(h, start, sizeof(h));
	for (unsigned int t = 0; t < 80; t++) {
		v = rotate(h[0], 5) + mix(t, h[1], h[2], h[3]) + h[4] + w[t];
		h[4] = h[3];
		h[3] = h[2];
		h[2] = rotate(h[1], 30);
		h[1] = h[0];
		h[0] = v;
	}
	for (size_t i = 0; i < WORDS; i++) {
		v = h[i] + start[i];
		ret_w[i * 4] = (uint8_t)(v >> 24);
		ret_w[i * 4 + 1] = (uint8_t)(v >> 16);
		ret_w[i * 4 + 2] = (uint8_t)(v >> 8);
		ret_w[i * 4 + 3] = (uint8_t)v;
	}
	xeap_wipe(w, sizeof(w));
	xeap_wipe(h, sizeof(h));
}

/* XKEY = (1 + XKEY + w) mod 2^160. */
static void step(uint8_t key[XEAP_FIPS186_KEY], const uint8_t w[XEAP_FIPS186_KEY])
{
	unsigned int carry = 1;

	for (size_t i = XEAP_FIPS186_KEY; i-- > 0;) {
		carry += (unsigned int)key[i] + w[i];
		key[i] = (uint8_t)carry;
		carry >>= 8;
	}
}

void xeap_fips186_prf(const uint8_t key[XEAP_FIPS186_KEY], uint8_t *ret_bytes, size_t len)
{
	XEAP_SECRET(xkey, XEAP_FIPS186_KEY);
	XEAP_SECRET(w, XEAP_FIPS186_KEY);

	memcpy(xkey, key, sizeof(xkey));
	while (len) {
		size_t n = len < sizeof(w) ? len : sizeof(w);

		g(xkey, w);
		memcpy(ret_bytes, w, n);
		step(xkey, w);
		ret_bytes += n;
		len -= n;
	}
}
