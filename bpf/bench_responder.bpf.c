/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */

/*
 * A benchmark aid for the far end of a veth, where an authenticator would be, in native mode. It
 * lets everybody in, by EAP-MD5, with fixed frames and without a state:
 *
 *	EAPOL-Start ────────────► ◄──────────── Request/Identity
 *	Response/Identity ──────► ◄──────────── Request/MD5-Challenge
 *	Response/MD5-Challenge ─► ◄──────────── Success
 *
 * Each goes to the address that was answered, so that one port may have many supplicants.
 */
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define MIN_FRAME 60

enum bench_kind {
	BENCH_START,
	BENCH_IDENTITY,
	BENCH_MD5,
	BENCH_OTHER, /* EAPOL that is none of these: Logoff, other methods, malformed */
	BENCH_KIND_MAX
};

/*
 * Written by the benchmark: whether to answer; whether the near end has no program, so that veth
 * does not look for what XDP_TX puts into its ring; how many Starts and Successes are awaited.
 */
__u32 silent, no_program;
__u64 awaited;
/* Written here: what came, by kind; when the awaited one of each came (CLOCK_MONOTONIC, ns). */
__u64 seen[BENCH_KIND_MAX];
__u64 first_at, started_at, done_at;

/* What is on the wire, with nothing in between. */
struct eapol {
	__u8 dst[6], src[6];
	__be16 type;
	__u8 version, kind;
	__be16 len;
} __attribute__((packed));

struct eap {
	__u8 code, id;
	__be16 len;
	__u8 type;
} __attribute__((packed));

/* An EAP packet as it is sent. */
struct answer {
	struct eap eap;
	__u8 data[17];
	__u8 len;
};

static __always_inline int classify(const struct eapol *f, const void *end, __u8 *ret_id)
{
	const struct eap *e = (const void *)(f + 1);

	if (f->kind == 1)
		return BENCH_START;
	if (f->kind || (const void *)(e + 1) > end || e->code != 2)
		return BENCH_OTHER;
	*ret_id = e->id;
	return e->type == 1 ? BENCH_IDENTITY : e->type == 4 ? BENCH_MD5 : BENCH_OTHER;
}

static __always_inline void count(int kind)
{
	__u64 n = __sync_fetch_and_add(&seen[kind], 1) + 1;

	if (kind == BENCH_START && n == 1)
		first_at = bpf_ktime_get_ns();
	if (kind == BENCH_START && n == awaited)
		started_at = bpf_ktime_get_ns();
	if (kind == BENCH_MD5 && n == awaited)
		done_at = bpf_ktime_get_ns();
}

/*
 * A peer takes a request with the identifier of the one before it for a repetition: so every login
 * begins with another one, and each request of it has the next. Success has that of the response.
 */
static __always_inline void make_answer(struct answer *a, int kind, __u8 id)
{
	__builtin_memset(a, 0, sizeof(*a));
	if (kind == BENCH_START) {
		*a = (struct answer){ .eap = { 1, (__u8)(seen[BENCH_START] * 2), 0, 1 }, .len = 5 };
	} else if (kind == BENCH_IDENTITY) {
		*a = (struct answer){ .eap = { 1, (__u8)(id + 1), 0, 4 }, .len = 22 };
		a->data[0] = sizeof(a->data) - 1;
	} else {
		*a = (struct answer){ .eap = { 3, id, 0, 0 }, .len = 4 };
	}
	a->eap.len = bpf_htons(a->len);
}

static const __u8 mac[6] = { 2, 0, 0, 0, 0, 9 };
static const __u8 pae_group[6] = { 0x01, 0x80, 0xc2, 0, 0, 3 };

/* Into the frame that is answered, which becomes one of the least length. */
static __always_inline int send_back(struct xdp_md *ctx, const struct answer *a)
{
	struct eapol *f;

	if (bpf_xdp_adjust_tail(ctx, MIN_FRAME - (int)(ctx->data_end - ctx->data)))
		return XDP_ABORTED;
	f = (void *)(long)ctx->data;
	if ((void *)f + MIN_FRAME > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	__builtin_memcpy(f->dst, f->src, sizeof(f->dst));
	__builtin_memcpy(f->src, mac, sizeof(f->src));
	f->version = 2;
	f->kind = 0;
	f->len = a->eap.len;
	__builtin_memset(f + 1, 0, MIN_FRAME - sizeof(*f));
	__builtin_memcpy(f + 1, a, sizeof(a->eap) + sizeof(a->data));
	return no_program ? (int)bpf_redirect(ctx->ingress_ifindex, 0) : XDP_TX;
}

static __always_inline struct eapol *eapol_of(const struct xdp_md *ctx)
{
	struct eapol *f = (void *)(long)ctx->data;

	if ((void *)(f + 1) > (void *)(long)ctx->data_end || f->type != bpf_htons(0x888E))
		return 0;
	return f;
}

SEC("xdp")
int bench_responder(struct xdp_md *ctx)
{
	const struct eapol *f = eapol_of(ctx);
	struct answer a;
	__u8 id = 0;
	int kind;

	if (!f)
		return XDP_PASS;
	kind = classify(f, (const void *)(long)ctx->data_end, &id);
	count(kind);
	if (silent || kind == BENCH_OTHER)
		return XDP_DROP;
	make_answer(&a, kind, id);
	return send_back(ctx, &a);
}

/* The least that a far end can do, for the same way of a frame: EAPOL goes back as a request. */
SEC("xdp")
int bench_bounce(struct xdp_md *ctx)
{
	struct eapol *f = eapol_of(ctx);
	__u8 dst[6];

	if (!f || (void *)f + MIN_FRAME > (void *)(long)ctx->data_end)
		return XDP_PASS;
	__sync_fetch_and_add(&seen[BENCH_OTHER], 1);
	__builtin_memcpy(dst, f->dst, sizeof(dst));
	__builtin_memcpy(f->dst, f->src, sizeof(dst));
	__builtin_memcpy(f->src, dst, sizeof(dst));
	((struct eap *)(f + 1))->code = 1;
	return XDP_TX;
}

/* The netdevs of the far ends. */
struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 1024);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} bench_far SEC(".maps");

/* Written by the benchmark: the identifier of a burst's requests, and the first far end. */
__u32 burst_id, burst_next;

/*
 * For BPF_F_TEST_XDP_LIVE_FRAMES: one request out of each far end, which to the near end looks like
 * what a driver that has XDP receives. The memory has been other frames, which xeap's programs put a
 * tag into.
 */
SEC("xdp")
int bench_burst(struct xdp_md *ctx)
{
	struct eapol *f = eapol_of(ctx);

	if (!f || (void *)f + MIN_FRAME > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	__builtin_memcpy(f->dst, pae_group, sizeof(f->dst));
	__builtin_memcpy(f->src, mac, sizeof(f->src));
	((struct eap *)(f + 1))->id = (__u8)burst_id;
	return (int)bpf_redirect_map(&bench_far, burst_next++, 0);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
