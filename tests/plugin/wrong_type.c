/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#define TYPE                                                                                       \
	{                                                                                          \
		.type = 2                                                                          \
	}
#include "tests/plugin/refused.h"
