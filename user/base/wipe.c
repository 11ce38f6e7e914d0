/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <string.h>
#include "base/wipe.h"

void xeap_wipe(void *p, size_t len)
{
	if (len)
		explicit_bzero(p, len);
}

bool xeap_equal_secret(const void *a, const void *b, size_t len)
{
	const volatile uint8_t *x = a, *y = b;
	uint8_t difference = 0;

	while (len--)
		difference |= *x++ ^ *y++;
	return difference == 0;
}

void xeap_secret_wipe(struct xeap_secret *s)
{
	xeap_wipe(s->p, s->len);
}
