/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_BASE_WIPE_H
#define XEAP_BASE_WIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Overwrite with zeros in a way the compiler keeps. */
void xeap_wipe(void *p, size_t len);

/* Compare in constant time. */
bool xeap_equal_secret(const void *a, const void *b, size_t len);

/* A secret in automatic storage, wiped when it goes out of scope: XEAP_SECRET(key, 64); */
struct xeap_secret {
	uint8_t *p;
	size_t len;
};
void xeap_secret_wipe(struct xeap_secret *s);
#define XEAP_SECRET(name, n)                                                                       \
	uint8_t name[n];                                                                           \
	__attribute__((cleanup(xeap_secret_wipe),                                                  \
		       unused)) struct xeap_secret name##_wiped = { name, n }

#endif
