/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_KEYS_H
#define XEAP_METHOD_KEYS_H

#include <errno.h>
#include <string.h>
#include <xeap/method.h>

/* The keys that a method exports; data NULL where it has none. */
struct xeap_method_keys {
	struct xeap_span msk, emsk, session_id;
};

/* As xeap_method.get_key(), out of these. */
static inline int xeap_method_keys_get(const struct xeap_method_keys *keys, enum xeap_key_kind kind,
				       uint8_t *buf, size_t size)
{
	struct xeap_span key = { NULL, 0 };

	switch (kind) {
	case XEAP_KEY_MSK:
		key = keys->msk;
		break;
	case XEAP_KEY_EMSK:
		key = keys->emsk;
		break;
	case XEAP_KEY_SESSION_ID:
		key = keys->session_id;
		break;
	case XEAP_KEY_KIND_MAX:
		break;
	}
	if (!key.data)
		return -ENOENT;
	if (size < key.len)
		return -ENOSPC;
	memcpy(buf, key.data, key.len);
	return (int)key.len;
}

#endif
