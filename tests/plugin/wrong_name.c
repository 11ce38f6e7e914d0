/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#define NAME "tls in red \033[31m"
#include "tests/plugin/refused.h"
