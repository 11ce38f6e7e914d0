/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_TTLS_PASSWORD_H
#define XEAP_METHOD_TTLS_PASSWORD_H

#include <crypto/mschap.h>
#include <method/password.h>
#include <method/tls_tunnel.h>

/* The ways in which EAP-TTLS carries a password without an EAP method, RFC 5281 §11.2. */
enum xeap_ttls_way {
	XEAP_TTLS_EAP, /* by an EAP method, which is not here */
	XEAP_TTLS_PAP,
	XEAP_TTLS_CHAP,
	XEAP_TTLS_MSCHAP,
	XEAP_TTLS_MSCHAPV2,
	XEAP_TTLS_WAY_MAX
};

/* The way of a word "auth=NAME"; XEAP_TTLS_WAY_MAX: there is none of that name. */
enum xeap_ttls_way xeap_ttls_way_of(struct xeap_span name);
const char *xeap_ttls_way_name(enum xeap_ttls_way way);
/* Whether the NT hash does for the password, and MD4 and DES are needed. */
bool xeap_ttls_way_is_microsofts(enum xeap_ttls_way way);

struct xeap_ttls_login {
	enum xeap_ttls_way way;
	struct xeap_span identity, password, hash; /* password or, of Microsoft's ways, hash */
	const struct xeap_legacy *legacy;
	uint8_t proof[XEAP_MSCHAPV2_PROOF]; /* that MS-CHAPv2 expects */
	uint8_t ident;
};

#define XEAP_TTLS_LOGIN_MAX 2048 /* bytes of the AVPs */

/*
 * Write the AVPs that log in, for challenges out of the tunnel (§11.1). Returns their length;
 * -EILSEQ: Microsoft's ways want a password in UTF-8; -E2BIG; -EIO.
 */
int xeap_ttls_login_write(struct xeap_ttls_login *l, const struct xeap_tls *tls, uint8_t *buf,
			  size_t size);

/* Whether the server's MS-CHAP2-Success is the proof. */
bool xeap_ttls_login_proves(const struct xeap_ttls_login *l, struct xeap_span success);

#endif
