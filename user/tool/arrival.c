// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/arrival.h"

#include <string.h>
#include <time.h>

#define LOOKS 4
#define APART 5000  /* ns between two looks at one clock that make the other's look a good one */
#define STEP 100000 /* ns by which the gap changes only when somebody sets the time of day */

static int64_t clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void arrival_ask(int fd)
{
	int one = 1;

	setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof(one));
}

void arrival_look(struct arrival_clock *clock)
{
	int64_t before = clock_ns(CLOCK_MONOTONIC), gap = 0, after, change;
	bool is_good = false;

	/* Between two looks the thread may have lost its processor. */
	for (int i = 0; i < LOOKS && !is_good; i++) {
		gap = before - clock_ns(CLOCK_REALTIME);
		after = clock_ns(CLOCK_MONOTONIC);
		is_good = after - before < APART;
		before = after;
	}
	change = gap - clock->gap;
	clock->is_trusted = is_good && change < STEP && change > -STEP;
	if (is_good)
		clock->gap = gap;
}

xeap_time arrival_of(const struct arrival_clock *clock, struct msghdr *m, xeap_time now)
{
	struct timespec t;
	int64_t at;

	if (!clock->is_trusted)
		return now;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS)
			continue;
		memcpy(&t, CMSG_DATA(c), sizeof(t));
		at = (int64_t)t.tv_sec * 1000000000 + t.tv_nsec + clock->gap;
		/* Rounded up: a latency is never told shorter than it was. */
		at = (at + 999) / 1000;
		return at > 0 && (xeap_time)at < now ? (xeap_time)at : now;
	}
	return now;
}
