// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/keys.h"

#include <stdio.h>
#include <xeap/config.h>

static const char *const fates[XEAP_CONFIG_FATE_MAX] = {
	[XEAP_CONFIG_FATE_USED] = "used",
	[XEAP_CONFIG_FATE_IGNORED] = "ignored",
	[XEAP_CONFIG_FATE_REFUSED] = "refused",
};

void keys_print(void)
{
	struct xeap_config_name name;

	for (size_t n = 0; !xeap_config_name(n, &name); n++)
		printf("%s %s %s\n", name.outside ? "global" : "network", name.name,
		       fates[name.fate]);
}
