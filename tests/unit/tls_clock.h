/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_TLS_CLOCK_H
#define XEAP_TESTS_TLS_CLOCK_H

/*
 * The peer's clock, for programs linked with --wrap=ASN1_TIME_diff: OpenSSL's own, the server's
 * too, goes on as ever. Included after cmocka.h, once.
 */
#include <openssl/asn1.h>

/* How far the peer is ahead of the server, in seconds. */
static long ahead;
int __real_ASN1_TIME_diff(int *days, int *seconds, const ASN1_TIME *from, const ASN1_TIME *to);
int __wrap_ASN1_TIME_diff(int *days, int *seconds, const ASN1_TIME *from, const ASN1_TIME *to);

/* NULL is now. */
int __wrap_ASN1_TIME_diff(int *days, int *seconds, const ASN1_TIME *from, const ASN1_TIME *to)
{
	long all;

	assert_int_equal(__real_ASN1_TIME_diff(days, seconds, from, to), 1);
	all = *days * 86400L + *seconds + (to ? 0 : ahead) - (from ? 0 : ahead);
	*days = (int)(all / 86400);
	*seconds = (int)(all % 86400);
	return 1;
}

#endif
