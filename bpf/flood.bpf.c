/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */

/*
 * `xeap flood`: frames that BPF_PROG_TEST_RUN makes (BPF_F_TEST_XDP_LIVE_FRAMES) go to the netdev
 * `target`, each with another number and sender.
 *
 * The kernel lends the same pages again and again, and whoever received one may have changed it:
 * so the head is written anew into each.
 */
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define HEAD 60
#define SOURCE 6
#define SHAPES 4 /* heads that frames take turns with, a power of two */

/* Written before a run. */
__u8 heads[SHAPES][HEAD + 4];
__u32 shapes;	   /* of heads, how many; 1 at least */
__u32 target;	   /* netdev; 0: frames are dropped here */
__u32 sources;	   /* senders that differ in the last four octets; 0: as in the head */
__u32 number_at;   /* where a number is written, at most 56 */
__u32 number_size; /* 1 or 4 octets of it; 0: none */
/* Written here. */
__u64 made, sent;

/* False: it does not fit. */
static __always_inline int number(const struct xdp_md *ctx, __u32 n)
{
	__u8 *data = (void *)(long)ctx->data, *p = data + (number_at & 63);

	if (p + 4 > (__u8 *)(long)ctx->data_end)
		return 0;
	if (number_size == 1)
		*p = (__u8)n;
	else if (number_size == 4)
		*(__be32 *)p = bpf_htonl(n);
	return 1;
}

/* The mask is what the verifier bounds the index by; the compiler must not move it away. */
static __always_inline const __u8 *head_of(__u32 n)
{
	__u64 shape = shapes ? n % shapes : 0;

	asm volatile("" : "+r"(shape));
	return heads[shape & (SHAPES - 1)];
}

SEC("xdp")
int flood_make(struct xdp_md *ctx)
{
	__u8 *p = (void *)(long)ctx->data;
	__u32 n = (__u32)made;

	if (!target || p + HEAD > (__u8 *)(long)ctx->data_end)
		return XDP_DROP;
	__builtin_memcpy(p, head_of(n), HEAD);
	if (sources) {
		__be32 who = bpf_htonl(n % sources);

		__builtin_memcpy(p + SOURCE + 2, &who, sizeof(who));
	}
	if (!number(ctx, n))
		return XDP_DROP;
	made++;
	return bpf_redirect(target, 0);
}

/*
 * How many of a batch were taken: from_dev, to_dev, sent, drops, err. It is traced in the thread
 * that runs the batch, and `thread` is that one.
 */
__u32 thread;

SEC("raw_tp/xdp_devmap_xmit")
int flood_sent(struct bpf_raw_tracepoint_args *ctx)
{
	if ((__u32)bpf_get_current_pid_tgid() != thread)
		return 0;
	sent += (__u32)ctx->args[2];
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
