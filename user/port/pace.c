/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <port/pace.h>

/* Frames a spell, when they came in `time` ns. */
static uint32_t rate_of(const struct xeap_pace *p, uint64_t time)
{
	return (uint32_t)((uint64_t)p->frames * XEAP_PACE_SPELL / time);
}

/* With naps: do as many frames come as did without? A quarter less may be chance. */
static void judge_naps(struct xeap_pace *p, uint32_t rate)
{
	p->naps = rate >= XEAP_PACE_LEAST && rate <= XEAP_PACE_MOST;
	if (!p->naps || rate >= p->rate - p->rate / 4)
		return;
	p->naps = false;
	p->sober = XEAP_PACE_SOBER;
}

static void end_spell(struct xeap_pace *p, uint64_t now)
{
	uint32_t rate = rate_of(p, now - p->since);

	if (p->naps) {
		judge_naps(p, rate);
	} else {
		p->rate = rate;
		p->naps = !p->sober && rate >= XEAP_PACE_LEAST && rate <= XEAP_PACE_MOST;
		if (p->sober)
			p->sober--;
	}
	p->since = now;
	p->frames = 0;
}

/* Sleep, unless a burst was answered just now; what was answered long ago counts ever less. */
static enum xeap_wait sleep_or_not(struct xeap_pace *p)
{
	bool burst = p->burst >= XEAP_PACE_BURST;

	if (burst && p->rest) {
		p->rest--;
		p->burst = 0;
		return XEAP_WAIT_ASLEEP;
	}
	p->burst /= 2;
	return burst ? XEAP_WAIT_AWAKE : XEAP_WAIT_ASLEEP;
}

enum xeap_wait xeap_pace_next(struct xeap_pace *p, uint64_t now, uint32_t frames)
{
	p->frames += frames;
	p->burst += frames;
	if (now - p->since >= XEAP_PACE_SPELL)
		end_spell(p, now);
	if (!p->naps)
		return sleep_or_not(p);
	xeap_pace_sleeps(p);
	return XEAP_WAIT_NAPPING;
}

void xeap_pace_in_vain(struct xeap_pace *p)
{
	p->rest = XEAP_PACE_REST;
}

void xeap_pace_sleeps(struct xeap_pace *p)
{
	p->burst = 0;
}
