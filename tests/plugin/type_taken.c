/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#define TYPE                                                                                       \
	{                                                                                          \
		.type = 254, .vendor = 32473, .vendor_type = 1                                     \
	}
/* Its first method is in order, and is not taken either. */
#define FIRST
#include "tests/plugin/refused.h"
