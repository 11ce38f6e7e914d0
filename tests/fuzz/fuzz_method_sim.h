/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_FUZZ_METHOD_SIM_H
#define XEAP_FUZZ_METHOD_SIM_H

#include "tests/unit/check.h"
#include "tests/unit/sim_bed.h"
#include <string.h>

/*
 * A server that knows the key, and does what the input says; every packet is protected as its kind
 * wants, so that what is behind AT_MAC is reached.
 *
 *	first byte:	bit 0: result_ind=1; bit 1: aka_fs=0; bit 2: conservative_peer_mode=1
 *	then:	0 x		a request for the identity of attribute x
 *		1		a challenge with new identities
 *		2 n …		a challenge with n bytes of attributes of the input before AT_MAC
 *		3 n …		a challenge with n bytes of encrypted attributes of the input
 *		4 hi lo		a re-authentication with that counter
 *		5 hi lo		a notification
 *		6		the next session, with what this one left
 *		7 n …		a packet of n bytes from the subtype on, without a MAC
 *		8 s n …		a packet of subtype s with n bytes of the input and a right MAC
 */

struct fuzz_sim {
	const uint8_t *p, *end;
	struct sim_bed bed;
};

static inline uint8_t fuzz_byte(struct fuzz_sim *f)
{
	return f->p < f->end ? *f->p++ : 0;
}

/* n bytes of the input, put where the packet goes on. */
static inline void fuzz_raw(struct fuzz_sim *f, uint8_t *to, size_t *len)
{
	size_t n = fuzz_byte(f), left = (size_t)(f->end - f->p);

	if (n > left)
		n = left;
	memcpy(to + *len, f->p, n);
	*len += n;
	f->p += n;
}

/* Whatever came in: a response to this request, or none and no failure. */
static inline void fuzz_check(struct fuzz_sim *f)
{
	const struct sim_bed *b = &f->bed;

	CHECK(b->r == 0);
	if (b->result.ignore)
		return;
	CHECK(b->out.w.c.len >= 8 && b->out.w.c.data[1] == b->packet[1]);
	CHECK((size_t)(b->out.w.c.data[2] << 8 | b->out.w.c.data[3]) == b->out.w.c.len);
	CHECK(b->result.decision == XEAP_DECISION_FAIL ||
	      b->method->get_key(b->ctx, XEAP_KEY_MSK, (uint8_t[64]){ 0 }, 64) == 64);
}

static inline void fuzz_challenge(struct fuzz_sim *f, uint8_t how)
{
	struct sim_bed *b = &f->bed;

	bed_challenge(b);
	if (how == 1) {
		bed_inner_text(b, AT_NEXT_PSEUDONYM, "2pseudonym");
		bed_inner_text(b, AT_NEXT_REAUTH_ID, "4reauth");
	} else if (how == 2) {
		fuzz_raw(f, b->packet, &b->len);
	} else {
		fuzz_raw(f, b->inner, &b->inner_len);
		b->inner_len -= b->inner_len % 16;
	}
	if (b->inner_len)
		bed_put_encrypted(b);
	bed_challenge_mac(b);
}

static inline void fuzz_packet(struct fuzz_sim *f, bool protect)
{
	struct sim_bed *b = &f->bed;

	bed_request(b, fuzz_byte(f));
	fuzz_raw(f, b->packet, &b->len);
	if (protect)
		bed_mac(b, NULL, 0);
	bed_feed(b);
}

static inline uint16_t fuzz_u16(struct fuzz_sim *f)
{
	uint8_t high = fuzz_byte(f);

	return (uint16_t)(high << 8 | fuzz_byte(f));
}

static inline void fuzz_step(struct fuzz_sim *f)
{
	uint8_t what = fuzz_byte(f) % 9;

	if (what == 6) {
		bed_again(&f->bed);
		return;
	}
	if (what == 0)
		bed_identity(&f->bed, fuzz_byte(f));
	else if (what <= 3)
		fuzz_challenge(f, what);
	else if (what == 4)
		bed_reauth(&f->bed, fuzz_u16(f), "4reauth");
	else if (what == 5)
		bed_notification(&f->bed, fuzz_u16(f));
	else
		fuzz_packet(f, what == 8);
	fuzz_check(f);
}

static inline int fuzz_sim(const struct xeap_method *method, const uint8_t *data, size_t size)
{
	struct fuzz_sim f = { .p = data, .end = data + size };
	char phase1[80];
	uint8_t flags;

	if (size < 2 || size > 4096)
		return 0;
	flags = fuzz_byte(&f);
	snprintf(phase1, sizeof(phase1), "result_ind=%d aka_fs=%d conservative_peer_mode=%d",
		 flags & 1, flags & 2 ? 0 : 1, flags & 4 ? 1 : 0);
	bed_begin(&f.bed, method, NULL, phase1, NULL);
	for (int i = 0; i < 40 && f.p < f.end; i++)
		fuzz_step(&f);
	bed_end(&f.bed);
	return 0;
}

#endif
