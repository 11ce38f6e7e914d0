/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_FIPS186_H
#define XEAP_CRYPTO_FIPS186_H

#include <stddef.h>
#include <stdint.h>

#define XEAP_FIPS186_KEY 20

/*
 * The generator of FIPS 186-2, change notice 1, with XSEED_j = 0 and G built on SHA-1, as RFC 4186
 * appendix B and RFC 4187 appendix A describe it: len bytes from a key of 20. OpenSSL's public
 * interface has no SHA-1 without its padding.
 */
void xeap_fips186_prf(const uint8_t key[XEAP_FIPS186_KEY], uint8_t *ret_bytes, size_t len);

#endif
