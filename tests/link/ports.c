/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <stdio.h>
#include <xeap/link.h>
#include <xeap/port.h>

int main(void)
{
	struct xeap_links *links = NULL;
	struct xeap_link_event event;

	if (xeap_links_open(&links, NULL) || xeap_links_next(links, &event) != 1)
		return 1;
	printf("%s: %s mode\n", event.link.ifname, xeap_mode_name(XEAP_MODE_NATIVE));
	xeap_links_close(links);
	return 0;
}
