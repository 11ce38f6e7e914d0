/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */

/*
 * One program for all ports: EAPOL frames that are a supplicant's go to the socket of (port,
 * queue) or into a funnel, every other frame goes where it would have gone without us. There is no
 * verdict but XDP_PASS and XDP_REDIRECT, and the redirect itself falls back to XDP_PASS: with
 * nobody listening, an ordinary supplicant gets the frame.
 *
 * A funnel is a veth of xeap's own with a program on either end:
 *
 *	port ─ xeap_steer ─ tag ─► outer ══ veth ══ inner ─ xeap_funnel_in ──► socket
 *	port ◄─ untag ─ xeap_funnel_out ─ outer ══ veth ══ inner ◄──────────── socket
 *
 * Nothing but xeap's frames has any business there, so what else appears is dropped.
 */
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <xeap/steer.h>

#define ETH_P_8021Q 0x8100
#define ETH_P_8021AD 0x88A8
#define VLAN_VID_MASK 0x0FFF
#define MAX_TAGS 2

struct ethernet {
	__u8 dst[6], src[6];
	__be16 type;
};

struct vlan {
	__be16 tci, type; /* type: of what follows */
};

/* A frame on a funnel's veth. */
struct tagged {
	__u8 dst[6], src[6];
	struct xeap_funnel_tag tag;
	__be16 inner; /* the frame's own EtherType */
};

struct eapol {
	__u8 version, type;
	__be16 len;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, XEAP_STEER_MAX_PORTS);
	__type(key, __u32);
	__type(value, struct xeap_steer_port);
} xeap_ports SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, XEAP_STEER_SOCKET(XEAP_STEER_MAX_PORTS + 1, 0));
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} xeap_sockets SEC(".maps");

/*
 * A hash, because a DEVMAP that is an array belongs to programs that know frags or to those that do
 * not.
 */
struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP_HASH);
	__uint(max_entries, XEAP_STEER_MAX_PORTS + 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} xeap_funnels SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, XEAP_STEER_MAX_PORTS + 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} xeap_exits SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, XEAP_STEER_MAX_PORTS + 1);
	__type(key, __u32);
	__type(value, struct xeap_steer_counters);
} xeap_counters SEC(".maps");

static __always_inline int count(__u32 slot, enum xeap_steer_reason why, int verdict)
{
	struct xeap_steer_counters *c = bpf_map_lookup_elem(&xeap_counters, &slot);

	if (c)
		c->packets[why]++;
	return verdict;
}

static __always_inline int pass(__u32 slot, enum xeap_steer_reason why)
{
	return count(slot, why, XDP_PASS);
}

/* For verdicts that fall before the port was needed. */
static __always_inline int pass_on_port(const struct xdp_md *ctx, enum xeap_steer_reason why)
{
	__u32 ifindex = ctx->ingress_ifindex;
	const struct xeap_steer_port *port = bpf_map_lookup_elem(&xeap_ports, &ifindex);

	return pass(port ? port->slot : XEAP_STEER_SLOT_NONE, why);
}

static __always_inline int is_vlan(__be16 type)
{
	return type == bpf_htons(ETH_P_8021Q) || type == bpf_htons(ETH_P_8021AD);
}

/* The PAE group addresses that end stations and bridges use (IEEE 802.1X-2020 Table 11-1). */
static __always_inline int is_pae_group(const __u8 *dst)
{
	return dst[0] == 0x01 && dst[1] == 0x80 && dst[2] == 0xc2 && !dst[3] && !dst[4] &&
	       (dst[5] == 0x03 || dst[5] == 0x00 || dst[5] == 0x0e);
}

static __always_inline int is_for(const struct xeap_steer_port *port, const __u8 *dst)
{
	const __u8 *mac = port->mac;

	if (dst[0] & 1)
		return is_pae_group(dst);
	if (port->flags & XEAP_STEER_F_ANY_UNICAST)
		return 1;
	return dst[0] == mac[0] && dst[1] == mac[1] && dst[2] == mac[2] && dst[3] == mac[3] &&
	       dst[4] == mac[4] && dst[5] == mac[5];
}

/* What is known once EtherType 0x888E was found. */
struct found {
	const struct ethernet *eth;
	const struct eapol *eapol;
	const void *end;
	__u32 frame_len; /* of all buffers */
	__u32 left;	 /* bytes of the first buffer from the EAPOL header on */
	int tagged;	 /* a tag with a VID other than 0 */
};

/* The addresses move to the front, the tag takes their place. 0, or the frame is as it was. */
static __always_inline int push_tag(struct xdp_md *ctx, const struct xeap_steer_port *port)
{
	struct tagged *t;

	if (bpf_xdp_adjust_head(ctx, -(int)sizeof(t->tag)))
		return -1;
	t = (void *)(long)ctx->data;
	if ((const void *)(t + 1) > (const void *)(long)ctx->data_end) {
		bpf_xdp_adjust_head(ctx, sizeof(t->tag));
		return -1;
	}
	__builtin_memcpy(t->dst, t->src, sizeof(t->dst));
	__builtin_memcpy(t->src, &t->tag, sizeof(t->src));
	t->tag.type = bpf_htons(XEAP_ETH_P_FUNNEL);
	t->tag.slot = bpf_htons(port->slot);
	t->tag.generation = bpf_htons(port->generation);
	return 0;
}

/*
 * The way is looked up before the frame is changed: one that has none passes as it came. A veth
 * outlives a process that is killed, its socket does not.
 */
static __always_inline int into_funnel(struct xdp_md *ctx, const struct xeap_steer_port *port)
{
	__u32 key = XEAP_STEER_SOCKET(port->slot, 0);
	int verdict = bpf_redirect_map(&xeap_funnels, port->slot, XDP_PASS);

	if (verdict != XDP_REDIRECT)
		return count(port->slot, XEAP_STEER_NO_SOCKET, verdict);
	if (!bpf_map_lookup_elem(&xeap_sockets, &key))
		return pass(port->slot, XEAP_STEER_NO_SOCKET);
	if (push_tag(ctx, port))
		return pass(port->slot, XEAP_STEER_NO_HEADROOM);
	return count(port->slot, XEAP_STEER_REDIRECTED, verdict);
}

static __always_inline int steer_eapol(struct xdp_md *ctx, const struct xeap_steer_port *port,
				       const struct found *f)
{
	__u32 queue = ctx->rx_queue_index;
	int verdict;

	if ((const void *)(f->eapol + 1) > f->end)
		return pass(port->slot, XEAP_STEER_RUNT);
	if (!is_for(port, f->eth->dst))
		return pass(port->slot, XEAP_STEER_OTHER_DST);
	if (f->tagged && port->flags & XEAP_STEER_F_UNTAGGED_ONLY)
		return pass(port->slot, XEAP_STEER_OTHER_VLAN);
	if (f->eapol->version < 1)
		return pass(port->slot, XEAP_STEER_BAD_VERSION);
	if (f->eapol->type > 31 || !(port->type_mask & (1u << (f->eapol->type & 31))))
		return pass(port->slot, XEAP_STEER_MASKED);
	if (f->frame_len > (__u32)(f->end - (const void *)f->eth))
		return pass(port->slot, XEAP_STEER_FRAGS);
	if (bpf_ntohs(f->eapol->len) > f->left - sizeof(*f->eapol))
		return pass(port->slot, XEAP_STEER_BAD_LENGTH);
	if (port->flags & XEAP_STEER_F_FUNNEL)
		return into_funnel(ctx, port);
	if (queue >= XEAP_STEER_MAX_QUEUES)
		return pass(port->slot, XEAP_STEER_BAD_QUEUE);

	verdict = bpf_redirect_map(&xeap_sockets, XEAP_STEER_SOCKET(port->slot, queue), XDP_PASS);
	return count(port->slot,
		     verdict == XDP_REDIRECT ? XEAP_STEER_REDIRECTED : XEAP_STEER_NO_SOCKET,
		     verdict);
}

static __always_inline int steer(struct xdp_md *ctx, __u32 frame_len)
{
	const void *end = (const void *)(long)ctx->data_end;
	const struct ethernet *eth = (const void *)(long)ctx->data;
	const void *at = eth + 1;
	struct found f = { .eth = eth, .end = end, .frame_len = frame_len };
	const struct xeap_steer_port *port;
	__u32 ifindex;
	__be16 type;
	int i;

	if (at > end)
		return pass_on_port(ctx, XEAP_STEER_RUNT);
	type = eth->type;

#pragma unroll
	for (i = 0; i < MAX_TAGS && is_vlan(type); i++) {
		const struct vlan *tag = at;

		at = tag + 1;
		if (at > end)
			return pass_on_port(ctx, XEAP_STEER_RUNT);
		f.tagged |= !!(tag->tci & bpf_htons(VLAN_VID_MASK));
		type = tag->type;
	}
	if (type != bpf_htons(XEAP_ETH_P_PAE))
		return is_vlan(type) ? pass_on_port(ctx, XEAP_STEER_VLAN_DEPTH)
				     : pass(XEAP_STEER_SLOT_NONE, XEAP_STEER_NOT_EAPOL);

	ifindex = ctx->ingress_ifindex;
	port = bpf_map_lookup_elem(&xeap_ports, &ifindex);
	if (!port)
		return pass(XEAP_STEER_SLOT_NONE, XEAP_STEER_UNKNOWN_PORT);
	f.eapol = at;
	f.left = end - at;
	return steer_eapol(ctx, port, &f);
}

SEC("xdp")
int xeap_steer(struct xdp_md *ctx)
{
	return steer(ctx, ctx->data_end - ctx->data);
}

/*
 * For ports whose MTU does not fit one buffer; needs Linux 5.18. Such frames pass unless they fit
 * the first buffer.
 */
SEC("xdp.frags")
int xeap_steer_frags(struct xdp_md *ctx)
{
	return steer(ctx, bpf_xdp_get_buff_len(ctx));
}

static __always_inline int stray(void)
{
	return count(XEAP_STEER_SLOT_NONE, XEAP_STEER_FUNNEL_STRAY, XDP_DROP);
}

static __always_inline int is_tagged(const struct tagged *t, const void *end)
{
	return (const void *)(t + 1) <= end && t->tag.type == bpf_htons(XEAP_ETH_P_FUNNEL);
}

/*
 * On the funnel's inner end: from a port to the socket. Whether its port is still there the owner
 * of the socket knows, too, and looks at the generation.
 */
SEC("xdp")
int xeap_funnel_in(struct xdp_md *ctx)
{
	const struct tagged *t = (const void *)(long)ctx->data;
	int verdict;

	if (!is_tagged(t, (const void *)(long)ctx->data_end))
		return stray();
	verdict = bpf_redirect_map(&xeap_sockets, XEAP_STEER_SOCKET(bpf_ntohs(t->tag.slot), 0),
				   XDP_DROP);
	return verdict == XDP_REDIRECT ? verdict : stray();
}

/* The port that a tag is meant for, if it is still the one. */
static __always_inline const struct xeap_steer_port *port_of_tag(const struct xeap_funnel_tag *tag)
{
	__u32 slot = bpf_ntohs(tag->slot);
	const __u32 *exit = bpf_map_lookup_elem(&xeap_exits, &slot);
	const struct xeap_steer_port *port;
	__u32 ifindex;

	if (!exit)
		return 0;
	ifindex = *exit;
	port = bpf_map_lookup_elem(&xeap_ports, &ifindex);
	if (!port || port->slot != slot || port->generation != bpf_ntohs(tag->generation))
		return 0;
	return port;
}

/* On the funnel's outer end: from the socket to the port. */
SEC("xdp")
int xeap_funnel_out(struct xdp_md *ctx)
{
	struct tagged *t = (void *)(long)ctx->data;
	const struct xeap_steer_port *port;
	int verdict;

	if (!is_tagged(t, (const void *)(long)ctx->data_end))
		return stray();
	port = port_of_tag(&t->tag);
	if (!port)
		return stray();
	verdict = bpf_redirect_map(&xeap_exits, port->slot, XDP_DROP);
	__builtin_memcpy(&t->tag, t->src, sizeof(t->src));
	__builtin_memcpy(t->src, t->dst, sizeof(t->dst));
	if (verdict != XDP_REDIRECT || bpf_xdp_adjust_head(ctx, sizeof(t->tag)))
		return stray();
	return count(port->slot, XEAP_STEER_FUNNEL_SENT, verdict);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
