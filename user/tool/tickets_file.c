// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/tickets_file.h"

#define FNV_PRIME 0x100000001b3u
#define END_SIZE 9
#define ENTRY 1
#define END 0

static const char head[] = "xeap tickets 1\n";
#define NAMED 13 /* octets that say whose it is, before the version */

static uint64_t read_u64(struct xeap_reader *r)
{
	uint64_t high = xeap_read_u32(r);

	return high << 32 | xeap_read_u32(r);
}

static void put_u64(struct xeap_builder *b, uint64_t v)
{
	xeap_put_u32(b, (uint32_t)(v >> 32));
	xeap_put_u32(b, (uint32_t)v);
}

uint64_t tickets_sum(uint64_t sum, struct xeap_span bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		sum = (sum ^ bytes.data[i]) * FNV_PRIME;
	return sum;
}

bool ticket_next(struct xeap_reader *entries, struct ticket *ret)
{
	struct xeap_span mac;

	if (xeap_read_u8(entries) != ENTRY)
		return false;
	ret->time = read_u64(entries);
	mac = xeap_read_span(entries, sizeof(ret->mac));
	if (mac.len)
		memcpy(ret->mac, mac.data, sizeof(ret->mac));
	ret->name = xeap_read_span(entries, xeap_read_u8(entries));
	ret->kept = xeap_read_span(entries, xeap_read_u16(entries));
	return !entries->bad;
}

/* Whether the entries end where the end is. */
static bool are_whole(struct xeap_reader entries)
{
	struct ticket t;

	while (ticket_next(&entries, &t))
		;
	return !entries.bad && !xeap_reader_left(&entries);
}

/* As far as it goes: a file that was cut off right at its beginning is one of ours, too. */
static bool begins_as(struct xeap_span file, size_t len)
{
	size_t n = file.len < len ? file.len : len;

	return !n || !memcmp(file.data, head, n);
}

enum tickets_form tickets_form_of(struct xeap_span file, struct xeap_reader *ret_entries)
{
	const size_t head_len = sizeof(head) - 1;
	struct xeap_reader r = xeap_reader(file), end;
	struct xeap_span entries;

	if (!begins_as(file, NAMED))
		return TICKETS_FOREIGN;
	if (!begins_as(file, head_len))
		return TICKETS_OTHER;
	if (file.len < head_len + END_SIZE)
		return TICKETS_DAMAGED;
	xeap_read_span(&r, head_len);
	entries = xeap_read_span(&r, file.len - head_len - (END_SIZE - 1));
	end = xeap_reader(xeap_read_rest(&r));
	if (read_u64(&end) !=
	    tickets_sum(TICKETS_SUM_BEGIN, xeap_span(file.data, file.len - (END_SIZE - 1))))
		return TICKETS_DAMAGED;
	if (!are_whole(xeap_reader(entries)))
		return TICKETS_DAMAGED;
	*ret_entries = xeap_reader(entries);
	return TICKETS_SOUND;
}

void tickets_put_head(struct xeap_builder *b)
{
	xeap_put_span(b, xeap_span(head, sizeof(head) - 1));
}

void ticket_put(struct xeap_builder *b, const struct ticket *t)
{
	xeap_put_u8(b, ENTRY);
	put_u64(b, t->time);
	xeap_put_span(b, xeap_span(t->mac, sizeof(t->mac)));
	xeap_put_u8(b, (uint8_t)t->name.len);
	xeap_put_span(b, t->name);
	xeap_put_u16(b, (uint16_t)t->kept.len);
	xeap_put_span(b, t->kept);
}

void tickets_put_end(struct xeap_builder *b, uint64_t sum)
{
	static const uint8_t end = END;

	xeap_put_u8(b, end);
	put_u64(b, tickets_sum(sum, xeap_span(&end, 1)));
}
