// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/flood_frames.h"

#include <string.h>

#define IP_HEADER 20
#define UDP_PORT 9 /* discard, RFC 863 */

static const uint8_t pae_group[6] = { 0x01, 0x80, 0xc2, 0x00, 0x00, 0x03 };
static const uint8_t pktgen_dst[6] = { 0x90, 0xe2, 0xba, 0xff, 0xff, 0xff };
/* Locally administered; those of xeap bench begin with 02:00. */
static const uint8_t first_source[6] = { 0x02, 0xf1, 0x00, 0x00, 0x00, 0x00 };

/* A head, written from its begin on; the calls below fit in FLOOD_HEAD together. */
struct head {
	uint8_t *octets;
	unsigned int len;
};

static void put8(struct head *h, unsigned int value)
{
	if (h->len < FLOOD_HEAD)
		h->octets[h->len++] = (uint8_t)value;
}

static void put16(struct head *h, unsigned int value)
{
	put8(h, value >> 8);
	put8(h, value);
}

static void put(struct head *h, const uint8_t *octets, size_t len)
{
	for (size_t i = 0; i < len; i++)
		put8(h, octets[i]);
}

/* RFC 1071 */
static unsigned int checksum(const uint8_t *octets, size_t len)
{
	unsigned int sum = 0;

	for (size_t i = 0; i + 1 < len; i += 2)
		sum += (unsigned int)octets[i] << 8 | octets[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

/* RFC 791 §3.1 and RFC 768, whose checksum may be left out. */
static void put_udp(struct head *h, const struct flood_options *o, struct flood_frames *f)
{
	static const uint8_t source[4] = { 198, 18, 0, 1 };
	unsigned int ip, len, sum;

	put16(h, 0x0800);
	ip = h->len;
	len = (unsigned int)o->size - ip;
	put16(h, 0x4500);
	put16(h, len);
	put16(h, 0);
	put16(h, 0);
	put16(h, 32 << 8 | 17);
	put16(h, 0);
	put(h, source, sizeof(source));
	put(h, o->address, sizeof(o->address));
	sum = checksum(h->octets + ip, IP_HEADER);
	h->octets[ip + 10] = (uint8_t)(sum >> 8);
	h->octets[ip + 11] = (uint8_t)sum;
	put16(h, UDP_PORT);
	put16(h, UDP_PORT);
	put16(h, len - IP_HEADER);
	put16(h, 0);
	f->number_at = h->len;
	f->number_size = 4;
}

struct eapol {
	uint8_t version, type;
	uint16_t len;
	bool eap; /* a Request/Identity follows */
};

static const struct eapol eapols[FLOOD_KIND_MAX][FLOOD_SHAPES_MAX] = {
	[FLOOD_START] = { { 2, 1, 0, false } },
	[FLOOD_IDENTITY] = { { 2, 0, 5, true } },
	[FLOOD_MALFORMED] = { { 2, 0, 0xffff, true }, { 0, 0, 5, true }, { 2, 99, 0, false } },
};

/* IEEE 802.1X-2010 §11.3; the same shapes as bpf/shape.bpf.c makes of pktgen's frames. */
static void put_eapol(struct head *h, enum flood_kind kind, unsigned int shape,
		      struct flood_frames *f)
{
	const struct eapol *e = &eapols[kind][shape];

	put16(h, 0x888e);
	put8(h, e->version);
	put8(h, e->type);
	put16(h, e->len);
	if (kind == FLOOD_IDENTITY) {
		f->number_at = h->len + 1;
		f->number_size = 1;
	}
	if (e->eap) {
		put16(h, 1 << 8); /* Request, RFC 3748 §4.1 */
		put16(h, 5);
		put8(h, 1); /* Identity */
	}
}

void flood_frames_build(struct flood_frames *ret, const struct flood_options *o,
			const uint8_t own[6])
{
	*ret = (struct flood_frames){ .size = o->size, .sources = o->sources };
	ret->shapes = o->kind == FLOOD_MALFORMED ? FLOOD_SHAPES_MAX : 1;
	for (unsigned int i = 0; i < ret->shapes; i++) {
		struct head h = { .octets = ret->head[i] };

		put(&h, o->mac_set ? o->mac : o->kind ? pae_group : pktgen_dst, 6);
		put(&h, o->sources ? first_source : own, 6);
		if (o->vid) {
			put16(&h, 0x8100);
			put16(&h, o->vid);
		}
		if (o->kind == FLOOD_UDP)
			put_udp(&h, o, ret);
		else
			put_eapol(&h, o->kind, i, ret);
	}
}
