/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */

/*
 * EAPOL out of the kernel's packet generator, which builds UDP only: a program for the egress
 * hook (clsact) of the netdev it sends on, with xmit_mode queue_xmit, since start_xmit passes the
 * hook by.
 *
 *	UDP destination port   8021 EAPOL-Start, to the PAE group address
 *	                       8022 EAP-Request/Identity
 *	                       8023 a Length beyond the end of the frame
 *	                       8024 version 0
 *	                       8025 a packet type that nobody has assigned
 *	UDP source port        the last two octets of the sender's address
 *
 * Frames may carry one VLAN tag. Only those with the generator's mark in them are touched.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define PKTGEN_MAGIC 0xbe9be955
#define FIRST_PORT 8021
#define MIN_FRAME 60
#define TAG 4
#define ETH_P_EAPOL 0x888e

enum shape_kind {
	SHAPE_START,
	SHAPE_IDENTITY,
	SHAPE_LENGTH,
	SHAPE_VERSION,
	SHAPE_TYPE,
	SHAPE_KIND_MAX
};

struct addresses {
	__u8 dst[ETH_ALEN], src[ETH_ALEN];
} __attribute__((packed));

/* What the generator puts behind addresses and tag. */
struct generated {
	__be16 proto;
	struct iphdr ip;
	struct udphdr udp;
	__be32 magic;
} __attribute__((packed));

/* What becomes of it: zeros up to the least length of a frame. */
struct eapol {
	__be16 proto;
	__u8 version, type;
	__be16 len;
	__u8 code, id;
	__be16 eap_len;
	__u8 eap_type;
	__u8 zeros[MIN_FRAME - 2 * ETH_ALEN - 11];
} __attribute__((packed));

static const struct {
	__u8 version, type;
	__u16 len;
	__u8 code; /* of an EAP packet of 5 octets, 0: none */
} shapes[SHAPE_KIND_MAX] = {
	[SHAPE_START] = { .version = 2, .type = 1 },
	[SHAPE_IDENTITY] = { .version = 2, .len = 5, .code = 1 },
	[SHAPE_LENGTH] = { .version = 2, .len = 0xffff, .code = 1 },
	[SHAPE_VERSION] = { .version = 0, .len = 5, .code = 1 },
	[SHAPE_TYPE] = { .version = 2, .type = 99 },
};

static __always_inline int kind_of(const struct generated *g)
{
	if (g->proto != bpf_htons(ETH_P_IP) || g->ip.ihl != 5 || g->ip.protocol != IPPROTO_UDP ||
	    g->magic != bpf_htonl(PKTGEN_MAGIC))
		return SHAPE_KIND_MAX;
	return bpf_ntohs(g->udp.dest) - FIRST_PORT;
}

SEC("tc")
int xeap_shape(struct __sk_buff *skb)
{
	__u32 at = sizeof(struct addresses);
	struct eapol e = { .proto = bpf_htons(ETH_P_EAPOL) };
	struct addresses a;
	struct generated g;
	int kind;

	if (bpf_skb_load_bytes(skb, 0, &a, sizeof(a)) || bpf_skb_load_bytes(skb, at, &g, sizeof(g)))
		return TC_ACT_UNSPEC;
	if (g.proto == bpf_htons(ETH_P_8021Q)) {
		at += TAG;
		if (bpf_skb_load_bytes(skb, at, &g, sizeof(g)))
			return TC_ACT_UNSPEC;
	}
	kind = kind_of(&g);
	if (kind < 0 || kind >= SHAPE_KIND_MAX)
		return TC_ACT_UNSPEC;
	e.version = shapes[kind].version;
	e.type = shapes[kind].type;
	e.len = bpf_htons(shapes[kind].len);
	e.code = shapes[kind].code;
	e.eap_len = e.code ? bpf_htons(5) : 0;
	e.eap_type = e.code;
	if (kind == SHAPE_START)
		__builtin_memcpy(a.dst, "\x01\x80\xc2\x00\x00\x03", ETH_ALEN);
	__builtin_memcpy(a.src + 4, &g.udp.source, sizeof(g.udp.source));
	/* A frame that could not be changed whole must not leave half changed. */
	if (bpf_skb_change_tail(skb, at + sizeof(e), 0) ||
	    bpf_skb_store_bytes(skb, 0, &a, sizeof(a), 0) ||
	    bpf_skb_store_bytes(skb, at, &e, sizeof(e), 0))
		return TC_ACT_SHOT;
	return TC_ACT_UNSPEC;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
