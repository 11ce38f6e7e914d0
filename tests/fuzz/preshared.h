/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_FUZZ_PRESHARED_H
#define XEAP_FUZZ_PRESHARED_H

#include <xeap/method.h>

/*
 * The input is a conversation: two bytes of length, then as many bytes that xeap_random() gives
 * over and over, so that a capture of another peer can be gone on with; then requests, each two
 * bytes of length, Identifier (MACs are over it) and as many of Type-Data.
 */
struct preshared_target {
	const struct xeap_method *method;
	const char *identity, *password;
};

int preshared_fuzz(const struct preshared_target *target, const uint8_t *data, size_t size);

#endif
