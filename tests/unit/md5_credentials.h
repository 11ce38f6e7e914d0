/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_MD5_CREDENTIALS_H
#define XEAP_TESTS_MD5_CREDENTIALS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tool/credentials.h"

/* One network, of EAP-MD5. The profile is the caller's to give back. */
static inline void md5_credentials(struct xeap_profile **ret_profile, struct credentials *ret)
{
	struct xeap_config *c;

	assert_int_equal(xeap_config_new(&c), 0);
	assert_int_equal(xeap_config_set(c, "eap", "MD5", NULL), 0);
	assert_int_equal(xeap_config_set(c, "identity", "\"md5user\"", NULL), 0);
	assert_int_equal(xeap_config_set(c, "password", "\"md5pass\"", NULL), 0);
	assert_int_equal(xeap_profile_new(c, ret_profile, NULL), 0);
	xeap_config_free(c);
	*ret = (struct credentials){ .globals = { .eapol_version = 2 },
				     .profiles = ret_profile,
				     .count = 1 };
}

#endif
