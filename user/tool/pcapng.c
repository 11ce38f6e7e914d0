// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/pcapng.h"

#include <string.h>

#define SECTION_TYPE 0x0A0D0D0Au
#define INTERFACE_TYPE 1u
#define STATISTICS_TYPE 5u
#define FRAME_TYPE 6u
#define BYTE_ORDER_MAGIC 0x1A2B3C4Du
#define LINKTYPE_ETHERNET 1
#define NANOSECONDS 9 /* if_tsresol: a power of ten */
#define TEXT_MAX 127
#define BLOCK_MAX (1u << 20) /* that a reader takes: no frame comes near it */

enum {
	OPT_END = 0,
	SHB_USERAPPL = 4,
	IF_NAME = 2,
	IF_DESCRIPTION = 3,
	IF_MACADDR = 6,
	IF_TSRESOL = 9,
	EPB_FLAGS = 2,
	EPB_DROPCOUNT = 4,
	ISB_STARTTIME = 2,
	ISB_ENDTIME = 3,
	ISB_IFDROP = 5,
	ISB_USRDELIV = 8,
};

/* epb_flags: direction in bits 0 and 1, what the address is in bits 2 to 4. */
#define FLAG_INBOUND 1u
#define FLAG_OUTBOUND 2u
#define FLAG_UNICAST (1u << 2)
#define FLAG_MULTICAST (2u << 2)
#define FLAG_BROADCAST (3u << 2)

static const uint32_t block_types[PCAPNG_BLOCK_KIND_MAX] = {
	[PCAPNG_BLOCK_SECTION] = SECTION_TYPE,
	[PCAPNG_BLOCK_INTERFACE] = INTERFACE_TYPE,
	[PCAPNG_BLOCK_FRAME] = FRAME_TYPE,
	[PCAPNG_BLOCK_STATISTICS] = STATISTICS_TYPE,
};

/* A block under construction. One that does not fit is written no further. */
struct writer {
	uint8_t *out;
	size_t size, len;
	bool full;
};

static void put(struct writer *w, const void *bytes, size_t n)
{
	if (w->full || n > w->size - w->len) {
		w->full = true;
		return;
	}
	if (n)
		memcpy(w->out + w->len, bytes, n);
	w->len += n;
}

static void put16(struct writer *w, uint16_t v)
{
	put(w, &v, sizeof(v));
}

static void put32(struct writer *w, uint32_t v)
{
	put(w, &v, sizeof(v));
}

static void pad(struct writer *w)
{
	static const uint8_t zeros[3];

	put(w, zeros, -w->len & 3);
}

/* A time is two halves, the high one first whatever the byte order. */
static void put_time(struct writer *w, uint64_t time)
{
	put32(w, (uint32_t)(time >> 32));
	put32(w, (uint32_t)time);
}

static void put_option(struct writer *w, uint16_t code, const void *value, size_t len)
{
	put16(w, code);
	put16(w, (uint16_t)len);
	put(w, value, len);
	pad(w);
}

static void put_text(struct writer *w, uint16_t code, const char *text)
{
	size_t len = strnlen(text, TEXT_MAX);

	if (len)
		put_option(w, code, text, len);
}

static void put_count(struct writer *w, uint16_t code, uint64_t n)
{
	put_option(w, code, &n, sizeof(n));
}

static void put_time_option(struct writer *w, uint16_t code, uint64_t time)
{
	put16(w, code);
	put16(w, 8);
	put_time(w, time);
}

static struct writer begin(uint8_t *out, size_t size, uint32_t type)
{
	struct writer w = { .out = out, .size = size };

	put32(&w, type);
	put32(&w, 0); /* the length, once it is known */
	return w;
}

static size_t end(struct writer *w)
{
	uint32_t total = (uint32_t)w->len + 8;

	put_option(w, OPT_END, NULL, 0);
	put32(w, total);
	if (w->full)
		return 0;
	memcpy(w->out + 4, &total, sizeof(total));
	return w->len;
}

size_t pcapng_section(uint8_t *out, size_t size, const char *application)
{
	struct writer w = begin(out, size, SECTION_TYPE);
	static const uint64_t unknown = UINT64_MAX;

	put32(&w, BYTE_ORDER_MAGIC);
	put16(&w, 1); /* version 1.0 */
	put16(&w, 0);
	put(&w, &unknown, sizeof(unknown)); /* the section's length */
	put_text(&w, SHB_USERAPPL, application);
	return end(&w);
}

size_t pcapng_interface(uint8_t *out, size_t size, const struct pcapng_interface *i)
{
	static const uint8_t resolution = NANOSECONDS;
	struct writer w = begin(out, size, INTERFACE_TYPE);

	put16(&w, LINKTYPE_ETHERNET);
	put16(&w, 0);
	put32(&w, 0); /* frames are never cut */
	put_text(&w, IF_NAME, i->name);
	put_text(&w, IF_DESCRIPTION, i->description);
	put_option(&w, IF_MACADDR, i->mac, sizeof(i->mac));
	put_option(&w, IF_TSRESOL, &resolution, sizeof(resolution));
	return end(&w);
}

static uint32_t flags_of(const struct pcapng_frame *f)
{
	static const uint8_t broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	uint32_t flags = f->direction == PCAPNG_INBOUND ? FLAG_INBOUND : FLAG_OUTBOUND;

	if (f->data.len < sizeof(broadcast))
		return flags;
	if (!memcmp(f->data.data, broadcast, sizeof(broadcast)))
		return flags | FLAG_BROADCAST;
	return flags | (f->data.data[0] & 1 ? FLAG_MULTICAST : FLAG_UNICAST);
}

size_t pcapng_frame(uint8_t *out, size_t size, const struct pcapng_frame *f)
{
	struct writer w = begin(out, size, FRAME_TYPE);
	uint32_t flags = flags_of(f);

	put32(&w, f->interface);
	put_time(&w, f->time);
	put32(&w, (uint32_t)f->data.len);
	put32(&w, f->whole);
	put(&w, f->data.data, f->data.len);
	pad(&w);
	put_option(&w, EPB_FLAGS, &flags, sizeof(flags));
	if (f->lost)
		put_count(&w, EPB_DROPCOUNT, f->lost);
	return end(&w);
}

size_t pcapng_statistics(uint8_t *out, size_t size, const struct pcapng_statistics *s)
{
	struct writer w = begin(out, size, STATISTICS_TYPE);

	put32(&w, s->interface);
	put_time(&w, s->time);
	put_time_option(&w, ISB_STARTTIME, s->began);
	put_time_option(&w, ISB_ENDTIME, s->time);
	put_count(&w, ISB_IFDROP, s->lost);
	put_count(&w, ISB_USRDELIV, s->kept);
	return end(&w);
}

size_t pcapng_head(const uint8_t *head, enum pcapng_block *ret_kind)
{
	uint32_t type, total;

	memcpy(&type, head, sizeof(type));
	memcpy(&total, head + 4, sizeof(total));
	if (total < 12 || total > BLOCK_MAX || total & 3)
		return 0;
	for (unsigned int i = 0; i < PCAPNG_BLOCK_KIND_MAX; i++) {
		if (type != block_types[i])
			continue;
		*ret_kind = (enum pcapng_block)i;
		return total;
	}
	return 0;
}

bool pcapng_read_statistics(const uint8_t *block, size_t len, uint64_t *ret_kept,
			    uint64_t *ret_lost)
{
	size_t at = 20; /* type, length, interface, time */
	unsigned int found = 0;

	while (len >= 8 && at + 4 <= len - 4) {
		uint16_t option[2];

		memcpy(option, block + at, sizeof(option));
		at += sizeof(option);
		if (option[0] == OPT_END || option[1] > len - 4 - at)
			break;
		if (option[0] == ISB_USRDELIV && option[1] == 8) {
			memcpy(ret_kept, block + at, 8);
			found |= 1;
		} else if (option[0] == ISB_IFDROP && option[1] == 8) {
			memcpy(ret_lost, block + at, 8);
			found |= 2;
		}
		at += (option[1] + 3u) & ~3u;
	}
	return found == 3;
}
