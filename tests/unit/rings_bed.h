/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_RINGS_BED_H
#define XEAP_TESTS_RINGS_BED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "test_port_fake.h"
#include <xeap/port.h>

/* One set of rings over a kernel that the test plays. */

static struct xeap_steer *steer;
static struct xeap_rings *rings;
static struct xeap_diag diag;

static inline int bed_make(struct xeap_rings_options o)
{
	int err = xeap_steer_open(NULL, &steer, &diag);

	o.size = sizeof(o);
	o.steer = steer;
	return err ? err : xeap_rings_new(&o, &rings, &diag);
}

static inline void bed_free(void)
{
	rings = xeap_rings_free(rings);
	steer = xeap_steer_close(steer);
}

static inline int bed_begin(struct xeap_rings_options o)
{
	fake_reset();
	memset(&diag, 0, sizeof(diag));
	return bed_make(o);
}

static inline int bed_setup(void **state)
{
	return bed_begin((struct xeap_rings_options){ 0 });
}

static inline int bed_teardown(void **state)
{
	bed_free();
	return fake_is_clean() ? 0 : -1;
}

static inline struct xeap_port *bed_open(const char *name, enum xeap_mode mode)
{
	struct xeap_port_options o = { .size = sizeof(o), .mode = mode };
	struct xeap_port *p = NULL;

	if (xeap_port_open(rings, name, &o, &p, &diag))
		fail_msg("%s", diag.text);
	return p;
}

#endif
