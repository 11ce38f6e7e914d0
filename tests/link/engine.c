/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <stdio.h>
#include <xeap/host.h>

int main(void)
{
	struct xeap_host *host = NULL;
	uint32_t code = xeap_host_new(NULL, &host);

	printf("%s\n", xeap_strerror(code));
	xeap_host_free(host);
	return code != XEAP_OK;
}
