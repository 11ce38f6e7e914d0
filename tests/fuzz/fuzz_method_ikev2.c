/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/fuzz/preshared.h"
#include <base/wipe.h>
#include <crypto/cipher.h>
#include <method/list.h>
#include <string.h>
#include "tests/unit/ikev2_pair.h"

/*
 * One octet in front of the conversation: 0, all is as it is; else every checksum and AUTH is right
 * and nothing is encrypted, so that what is in an Encrypted payload can be anything. The pair of
 * Diffie-Hellman is that of the login that the first seed is.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
bool __real_xeap_equal_secret(const void *a, const void *b, size_t len);
bool __wrap_xeap_equal_secret(const void *a, const void *b, size_t len);
int __real_xeap_aes(enum xeap_cipher_mode mode, bool encrypt, struct xeap_span key,
		    struct xeap_span iv, struct xeap_span in, uint8_t *ret_out);
int __wrap_xeap_aes(enum xeap_cipher_mode mode, bool encrypt, struct xeap_span key,
		    struct xeap_span iv, struct xeap_span in, uint8_t *ret_out);

static bool is_open;

bool __wrap_xeap_equal_secret(const void *a, const void *b, size_t len)
{
	return __real_xeap_equal_secret(a, b, len) || is_open;
}

int __wrap_xeap_aes(enum xeap_cipher_mode mode, bool encrypt, struct xeap_span key,
		    struct xeap_span iv, struct xeap_span in, uint8_t *ret_out)
{
	if (!is_open)
		return __real_xeap_aes(mode, encrypt, key, iv, in, ret_out);
	memmove(ret_out, in.data, in.len);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct preshared_target target = {
		.method = &xeap_method_ikev2,
		.identity = "ikev2user",
		.password = "\"ikev2pass\"",
	};

	if (!size)
		return 0;
	is_open = data[0];
	ikev2_pair_is_given = true;
	return preshared_fuzz(&target, data + 1, size - 1);
}
