/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_SAME_NETWORK_H
#define XEAP_TESTS_SAME_NETWORK_H

#include <stdbool.h>
#include <string.h>
#include <xeap/config.h>

/* For unit tests and fuzz targets. */

static inline bool same_key(const struct xeap_config *a, const struct xeap_config *b,
			    enum xeap_config_key key)
{
	struct xeap_span x = xeap_config_get(a, key), y = xeap_config_get(b, key);

	return !x.data == !y.data && x.len == y.len && (!x.len || !memcmp(x.data, y.data, x.len)) &&
	       xeap_config_get_int(a, key, -7) == xeap_config_get_int(b, key, -7) &&
	       xeap_config_get_int(a, key, -8) == xeap_config_get_int(b, key, -8);
}

static inline const char *other_key(const struct xeap_config *a, const struct xeap_config *b)
{
	for (int key = 0; key < XEAP_CONFIG_MAX; key++) {
		if (!same_key(a, b, (enum xeap_config_key)key))
			return xeap_config_key_name((enum xeap_config_key)key);
	}
	return NULL;
}

#define assert_same_network(a, b)                                                                  \
	do {                                                                                       \
		const char *other = other_key(a, b);                                               \
                                                                                                   \
		if (other)                                                                         \
			fail_msg("%s is not the same", other);                                     \
	} while (0)

#endif
