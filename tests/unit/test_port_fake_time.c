/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Time, as the kernel that test_port_fake.c plays tells it: it passes when it is asked for. */
#include "test_port_fake.h"

uint64_t xeap_sys_now(void)
{
	return fake.now_ns += 1000;
}

void xeap_sys_nap(unsigned int ns)
{
	fake.naps++;
	fake.now_ns += ns;
}

void xeap_sys_pause(unsigned int milliseconds)
{
	fake.paused_ms += milliseconds;
}
