/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#define NAME "example"
#include "tests/plugin/refused.h"
