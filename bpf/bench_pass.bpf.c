/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */

/* A benchmark aid: the least that an XDP program can cost. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int bench_pass(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
