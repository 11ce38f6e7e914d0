/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_TPM_PROVIDER_H
#define XEAP_CRYPTO_TPM_PROVIDER_H

#include <openssl/provider.h>

/*
 * A provider of OpenSSL's that passes on what another one, for a TPM, has of keys and signatures.
 * That one knows nothing of threads: whoever uses it otherwise, to load a key for example, holds
 * the lock meanwhile.
 */

/* Put it into `ctx`, for ever, with the keys of `tpm` in another context. 0 or -ENOMEM. Once. */
int xeap_tpm_provider_add(OSSL_LIB_CTX *ctx, OSSL_PROVIDER *tpm);

void xeap_tpm_lock(void);
void xeap_tpm_unlock(void);

#endif
