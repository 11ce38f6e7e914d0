/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */

/*
 * One program for all ports: EAPOL frames that are a supplicant's go to the socket of (port,
 * queue) or into a funnel, every other frame goes where it would have gone without us. The verdict
 * is XDP_PASS or XDP_REDIRECT, and the redirect itself falls back to XDP_PASS: with nobody
 * listening, an ordinary supplicant gets the frame.
 *
 * Frames are dropped on ports that ask for it only: EAPOL that is malformed, of unwanted types or
 * too much, and what is not EAPOL before somebody is authorised. Ports with such a gate have
 * programs of their own, so that others do not look for one.
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

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, XEAP_STEER_MAX_PORTS);
	__type(key, struct xeap_steer_vlan);
	__type(value, __u32);
} xeap_vlans SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, XEAP_STEER_MAX_PORTS);
	__type(key, __u32);
	__type(value, struct xeap_steer_guard);
} xeap_guards SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, XEAP_STEER_MAX_PORTS);
	__type(key, struct xeap_steer_source);
	__type(value, struct xeap_steer_station);
} xeap_stations SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, XEAP_STEER_MAX_PORTS);
	__type(key, __u32);
	__type(value, struct xeap_steer_gate);
} xeap_gates SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, XEAP_STEER_MAX_PORTS);
	__type(key, struct xeap_steer_authorized);
	__type(value, __u32);
} xeap_authorized SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, XEAP_STEER_GATE_PLACES);
	__type(key, __u32);
	__type(value, __u64);
} xeap_gate_places SEC(".maps");

/* Whether a program has a gate is settled when it is compiled. */
enum gate {
	UNGATED,
	GATE_PORT,
	GATE_STATION,
};

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

static __always_inline int drop(__u32 slot, enum xeap_steer_reason why)
{
	return count(slot, why, XDP_DROP);
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
	__u32 frame_len;    /* of all buffers */
	__u32 left;	    /* bytes of the first buffer from the EAPOL header on */
	__u16 outer, inner; /* VIDs other than 0; 0: no such tag */
};

static __always_inline int is_other_vlan(const struct xeap_steer_port *port, const struct found *f)
{
	struct xeap_steer_vlan key = { .slot = port->slot, .outer = f->outer, .inner = f->inner };

	if (!(port->flags & XEAP_STEER_F_VLANS))
		return f->outer && port->flags & XEAP_STEER_F_UNTAGGED_ONLY;
	if (!f->outer)
		return !(port->flags & XEAP_STEER_F_UNTAGGED);
	return !bpf_map_lookup_elem(&xeap_vlans, &key);
}

static __always_inline int malformed(const struct xeap_steer_port *port, enum xeap_steer_reason why)
{
	if (port->flags & XEAP_STEER_F_DROP_MALFORMED)
		return drop(port->slot, XEAP_STEER_MALFORMED);
	return pass(port->slot, why);
}

static __always_inline int unwanted_type(const struct xeap_steer_port *port, __u8 type)
{
	if (port->drop_types & (1u << (type < 31 ? type : 31)))
		return drop(port->slot, XEAP_STEER_TYPE_DROPPED);
	return pass(port->slot, XEAP_STEER_MASKED);
}

/* Make `span` the current one: what was seen longest ago is forgotten. */
static __always_inline void advance(struct xeap_steer_guard *g, __u64 span)
{
	int i;

#pragma unroll
	for (i = 0; i < XEAP_STEER_SPANS && g->now < span; i++)
		g->seen[++g->now % XEAP_STEER_SPANS] = 0;
	if (g->now < span)
		g->now = span;
}

static __always_inline __u32 stations_seen(const struct xeap_steer_guard *g)
{
	__u32 sum = 0;
	int i;

#pragma unroll
	for (i = 0; i < XEAP_STEER_SPANS; i++)
		sum += g->seen[i];
	return sum;
}

static __always_inline int is_early(const struct xeap_steer_rate *rate, __u64 due, __u64 now)
{
	return rate->interval && due > now + rate->tolerance;
}

static __always_inline __u64 next_due(const struct xeap_steer_rate *rate, __u64 due, __u64 now)
{
	return (due > now ? due : now) + rate->interval;
}

/* A station's place moves to the current span. */
static __always_inline void see(struct xeap_steer_guard *g, struct xeap_steer_station *s, int known)
{
	__u32 *was = &g->seen[s->span % XEAP_STEER_SPANS];

	if (known && *was)
		(*was)--;
	g->seen[g->now % XEAP_STEER_SPANS]++;
	s->span = g->now;
}

/* With the lock held. A frame that is refused leaves everything as it was. */
static __always_inline enum xeap_steer_reason
judge(struct xeap_steer_guard *g, struct xeap_steer_station *s, __u64 now, __u64 span)
{
	int known;

	advance(g, span);
	known = s->span && g->now - s->span < XEAP_STEER_SPANS;
	if (g->station_limit && !known && stations_seen(g) >= g->station_limit)
		return XEAP_STEER_STATION_LIMIT;
	if (is_early(&g->station, s->due, now))
		return XEAP_STEER_POLICED_STATION;
	if (is_early(&g->port, g->due, now))
		return XEAP_STEER_POLICED_PORT;
	if (g->station_limit)
		see(g, s, known);
	s->due = next_due(&g->station, s->due, now);
	g->due = next_due(&g->port, g->due, now);
	return XEAP_STEER_REDIRECTED;
}

/*
 * REDIRECTED: the frame may go on. The station is looked up before the lock is taken and entered
 * after it is let go, so a new one whose frames come in on two CPUs at a time may be counted twice,
 * until the spans go by.
 */
static __always_inline enum xeap_steer_reason guard(const struct xeap_steer_port *port,
						    const __u8 *src)
{
	struct xeap_steer_source key = { .slot = port->slot, .generation = port->generation };
	__u32 slot = port->slot;
	struct xeap_steer_guard *g = bpf_map_lookup_elem(&xeap_guards, &slot);
	struct xeap_steer_station *known = 0, s = { 0 };
	enum xeap_steer_reason why;
	__u64 now, span;

	if (!g)
		return XEAP_STEER_REDIRECTED;
	__builtin_memcpy(key.mac, src, sizeof(key.mac));
	if (g->station_limit || g->station.interval)
		known = bpf_map_lookup_elem(&xeap_stations, &key);
	now = bpf_ktime_get_ns();
	span = g->span ? now / g->span + XEAP_STEER_SPANS : XEAP_STEER_SPANS;
	bpf_spin_lock(&g->lock);
	if (known)
		s = *known;
	why = judge(g, &s, now, span);
	if (known)
		*known = s;
	bpf_spin_unlock(&g->lock);
	if (!known && why == XEAP_STEER_REDIRECTED && (g->station_limit || g->station.interval))
		bpf_map_update_elem(&xeap_stations, &key, &s, BPF_ANY);
	return why;
}

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

static __always_inline int into_socket(const struct xdp_md *ctx, const struct xeap_steer_port *port)
{
	__u32 queue = ctx->rx_queue_index;
	int verdict;

	if (queue >= XEAP_STEER_MAX_QUEUES)
		return pass(port->slot, XEAP_STEER_BAD_QUEUE);
	verdict = bpf_redirect_map(&xeap_sockets, XEAP_STEER_SOCKET(port->slot, queue), XDP_PASS);
	return count(port->slot,
		     verdict == XDP_REDIRECT ? XEAP_STEER_REDIRECTED : XEAP_STEER_NO_SOCKET,
		     verdict);
}

static __always_inline int steer_eapol(struct xdp_md *ctx, const struct xeap_steer_port *port,
				       const struct found *f)
{
	enum xeap_steer_reason why;

	if (!is_for(port, f->eth->dst))
		return pass(port->slot, XEAP_STEER_OTHER_DST);
	if (is_other_vlan(port, f))
		return pass(port->slot, XEAP_STEER_OTHER_VLAN);
	if ((const void *)(f->eapol + 1) > f->end)
		return malformed(port, XEAP_STEER_RUNT);
	if (f->eapol->version < 1)
		return malformed(port, XEAP_STEER_BAD_VERSION);
	if (f->eapol->type > 31 || !(port->type_mask & (1u << (f->eapol->type & 31))))
		return unwanted_type(port, f->eapol->type);
	if (f->frame_len > (__u32)(f->end - (const void *)f->eth))
		return pass(port->slot, XEAP_STEER_FRAGS);
	if (bpf_ntohs(f->eapol->len) > f->left - sizeof(*f->eapol))
		return malformed(port, XEAP_STEER_BAD_LENGTH);
	if (port->flags & XEAP_STEER_F_GUARD) {
		why = guard(port, f->eth->src);
		if (why != XEAP_STEER_REDIRECTED)
			return drop(port->slot, why);
	}
	if (port->flags & XEAP_STEER_F_FUNNEL)
		return into_funnel(ctx, port);
	return into_socket(ctx, port);
}

static __always_inline int has_place(__u32 ifindex, __u64 mac)
{
	__u64 number = xeap_steer_gate_number(ifindex, mac);
	__u32 place = xeap_steer_gate_place(number);
	const __u64 *there = bpf_map_lookup_elem(&xeap_gate_places, &place);

	return there && *there == number && !(ifindex >> 16);
}

static __always_inline int is_authorized(const struct xdp_md *ctx, const struct ethernet *eth,
					 enum gate gate)
{
	struct xeap_steer_authorized key = { .ifindex = ctx->ingress_ifindex };
	__u64 mac = 0;

	if (gate == GATE_STATION && !(eth->dst[0] & 1))
		mac = xeap_steer_mac_number(eth->dst);
	if (has_place(key.ifindex, mac))
		return 1;
	if (mac)
		__builtin_memcpy(key.mac, eth->dst, sizeof(key.mac));
	return !!bpf_map_lookup_elem(&xeap_authorized, &key);
}

static __always_inline int is_allowed(const struct xeap_steer_gate *g, __be16 type)
{
	int i;

#pragma unroll
	for (i = 0; i < XEAP_STEER_GATE_TYPES; i++)
		if (g->allow[i] && g->allow[i] == type)
			return 1;
	return 0;
}

/* A frame of an EtherType, 0 for one that has none, before a gate that nobody has opened. */
static __always_inline int at_shut_gate(const struct xdp_md *ctx, __be16 type)
{
	__u32 ifindex = ctx->ingress_ifindex, socket;
	const struct xeap_steer_gate *g = bpf_map_lookup_elem(&xeap_gates, &ifindex);

	if (!g)
		return drop(XEAP_STEER_SLOT_NONE, XEAP_STEER_GATED);
	if (is_allowed(g, type))
		return pass(g->slot, XEAP_STEER_GATE_ALLOWED);
	socket = XEAP_STEER_SOCKET(g->slot, 0);
	if (g->flags & XEAP_STEER_GATE_FAIL_OPEN && !bpf_map_lookup_elem(&xeap_sockets, &socket))
		return pass(g->slot, XEAP_STEER_GATE_OPEN);
	return drop(g->slot, XEAP_STEER_GATED);
}

/* The frame ends within its tags, or has more of them than we look behind. */
static __always_inline int odd_frame(const struct xdp_md *ctx, const struct ethernet *eth,
				     enum xeap_steer_reason why, enum gate gate)
{
	if (gate != UNGATED && !is_authorized(ctx, eth, gate))
		return at_shut_gate(ctx, 0);
	return pass_on_port(ctx, why);
}

static __always_inline int not_eapol(const struct xdp_md *ctx, const struct ethernet *eth,
				     __be16 type, enum gate gate)
{
	if (is_vlan(type))
		return odd_frame(ctx, eth, XEAP_STEER_VLAN_DEPTH, gate);
	if (gate != UNGATED && !is_authorized(ctx, eth, gate))
		return at_shut_gate(ctx, type);
	return pass(XEAP_STEER_SLOT_NONE, XEAP_STEER_NOT_EAPOL);
}

static __always_inline int steer(struct xdp_md *ctx, __u32 frame_len, enum gate gate)
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
		return gate == UNGATED ? pass_on_port(ctx, XEAP_STEER_RUNT) : at_shut_gate(ctx, 0);
	type = eth->type;

#pragma unroll
	for (i = 0; i < MAX_TAGS && is_vlan(type); i++) {
		const struct vlan *tag = at;
		__u16 vid;

		at = tag + 1;
		if (at > end)
			return odd_frame(ctx, eth, XEAP_STEER_RUNT, gate);
		vid = bpf_ntohs(tag->tci) & VLAN_VID_MASK;
		if (f.outer)
			f.inner = vid;
		else
			f.outer = vid;
		type = tag->type;
	}
	if (type != bpf_htons(XEAP_ETH_P_PAE))
		return not_eapol(ctx, eth, type, gate);

	ifindex = ctx->ingress_ifindex;
	port = bpf_map_lookup_elem(&xeap_ports, &ifindex);
	if (!port)
		return pass(XEAP_STEER_SLOT_NONE, XEAP_STEER_UNKNOWN_PORT);
	f.eapol = at;
	f.left = end - at;
	return steer_eapol(ctx, port, &f);
}

/*
 * The *_frags programs are for ports whose MTU does not fit one buffer, and need Linux 5.18. EAPOL
 * passes there unless it fits the first buffer.
 */
SEC("xdp")
int xeap_steer(struct xdp_md *ctx)
{
	return steer(ctx, ctx->data_end - ctx->data, UNGATED);
}

SEC("xdp.frags")
int xeap_steer_frags(struct xdp_md *ctx)
{
	return steer(ctx, bpf_xdp_get_buff_len(ctx), UNGATED);
}

SEC("xdp")
int xeap_steer_gate_port(struct xdp_md *ctx)
{
	return steer(ctx, ctx->data_end - ctx->data, GATE_PORT);
}

SEC("xdp.frags")
int xeap_steer_gate_port_frags(struct xdp_md *ctx)
{
	return steer(ctx, bpf_xdp_get_buff_len(ctx), GATE_PORT);
}

SEC("xdp")
int xeap_steer_gate_station(struct xdp_md *ctx)
{
	return steer(ctx, ctx->data_end - ctx->data, GATE_STATION);
}

SEC("xdp.frags")
int xeap_steer_gate_station_frags(struct xdp_md *ctx)
{
	return steer(ctx, bpf_xdp_get_buff_len(ctx), GATE_STATION);
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
