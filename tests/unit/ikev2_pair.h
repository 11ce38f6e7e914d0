/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_IKEV2_PAIR_H
#define XEAP_TESTS_IKEV2_PAIR_H

#include <stdbool.h>

/*
 * While it is set, xeap_modp_make_ike() gives the pair of a captured login; links with
 * -Wl,--wrap=xeap_modp_make_ike.
 */
extern bool ikev2_pair_is_given;

#endif
