/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_TPM_H
#define XEAP_CRYPTO_TPM_H

#include <crypto/tls.h>
#include <openssl/ssl.h>

/*
 * Private keys in a TPM 2.0, through OpenSSL's provider "tpm2" (tpm2-openssl): persistent ones by
 * handle, and those that a TPM has wrapped into a file. The provider is loaded when the first
 * configuration asks for it, and stays; it is kept apart from everything else that OpenSSL does.
 */

/* Whether a value names a persistent key, "handle:0x81000001". NULL does not. */
bool xeap_tpm_is_handle(const char *value);
/* Whether a file is a key that a TPM wrapped, in PEM: "TSS2 PRIVATE KEY". */
bool xeap_tpm_is_wrapped(struct xeap_span file);

/*
 * Fetch private_key, the caller's to free, and see that it signs. `file`: the wrapped key, data
 * NULL for a handle. Its password is private_key_passwd, else pin. 0; -EINVAL or -ENOTSUP with a
 * diagnosis.
 */
int xeap_tpm_key(const struct xeap_tls_params *params, struct xeap_span file, EVP_PKEY **ret_key,
		 struct xeap_diag *ret_diag);

#endif
