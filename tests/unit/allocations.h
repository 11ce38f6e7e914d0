/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_ALLOCATIONS_H
#define XEAP_TESTS_ALLOCATIONS_H

#include <stdatomic.h>

/*
 * What is allocated, by the code under test and by the test itself; links with --wrap for malloc,
 * calloc and realloc.
 */
extern atomic_uint allocations;
/* So many succeed, then none does; -1: all do. */
extern atomic_int allocations_left;

#endif
