/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */

/*
 * Benchmark aids for the far end of a veth, where an authenticator would be: programs that make
 * EAP requests, and one that counts what comes back. And the least that can be put on the near end
 * for an AF_XDP socket.
 */
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define MIN_FRAME 60
#define PATIENCE 5000000 /* ns without a response until what is outstanding counts as lost */

/* An Ethernet frame with EAPOL and EAP in it; what is on the wire, with nothing in between. */
struct request {
	__u8 dst[6], src[6];
	__be16 type;
	__u8 eapol_version, eapol_type;
	__be16 eapol_len;
	__u8 eap_code, eap_id;
};

/* Written here, read by the benchmark. */
__u64 sent, responses, starts, lost;
/* Written by the benchmark: frames outstanding at most; the netdev of bench_feed. */
__u64 window;
__u32 target;

static __u64 burst_left, progress_at, progress;

static __always_inline struct request *request_of(const struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;

	return data + MIN_FRAME <= (void *)(long)ctx->data_end ? data : 0;
}

/* Responses come, or it has been too long. */
static __always_inline void watch(void)
{
	__u64 now = bpf_ktime_get_ns();

	if (progress != responses) {
		progress = responses;
		progress_at = now;
	} else if (now - progress_at > PATIENCE) {
		lost = sent - responses;
		progress_at = now;
	}
}

/*
 * For BPF_F_TEST_XDP_LIVE_FRAMES, run without end: a burst of `window` requests leaves, each with
 * another identifier, when all of the burst before it are answered.
 */
SEC("xdp")
int bench_inject(struct xdp_md *ctx)
{
	struct request *r = request_of(ctx);

	if (!r)
		return XDP_ABORTED;
	if (!burst_left) {
		watch();
		if (sent > responses + lost)
			return XDP_DROP;
		burst_left = window;
	}
	burst_left--;
	r->eap_id = (__u8)sent++;
	return XDP_TX;
}

/* Requests from somewhere else go to the netdev `target`, each with another identifier. */
SEC("xdp")
int bench_feed(struct xdp_md *ctx)
{
	struct request *r = request_of(ctx);

	if (!r)
		return XDP_DROP;
	r->eap_id = (__u8)sent++;
	return bpf_redirect(target, 0);
}

/* EAP-Responses, and EAPOL-Start, which says that a supplicant is there. */
SEC("xdp")
int bench_count(struct xdp_md *ctx)
{
	const struct request *r = request_of(ctx);

	if (!r || r->type != bpf_htons(0x888E))
		return XDP_PASS;
	if (r->eapol_type == 1)
		__sync_fetch_and_add(&starts, 1);
	else if (r->eapol_type == 0 && r->eap_code == 2)
		__sync_fetch_and_add(&responses, 1);
	return XDP_DROP;
}

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} bench_sockets SEC(".maps");

SEC("xdp")
int bench_echo(struct xdp_md *ctx)
{
	return bpf_redirect_map(&bench_sockets, ctx->rx_queue_index, XDP_PASS);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
