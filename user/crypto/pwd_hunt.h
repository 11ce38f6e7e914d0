/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_PWD_HUNT_H
#define XEAP_CRYPTO_PWD_HUNT_H

#include <crypto/pwd.h>
#include <openssl/ec.h>

/* Hunting and pecking; for pwd.c only, hence OpenSSL's types. A point of the group, or NULL. */
EC_POINT *xeap_pwd_hunt_point(const EC_GROUP *group, const struct xeap_pwd_input *input,
			      BN_CTX *ctx);

#endif
