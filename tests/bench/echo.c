/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/bench/echo.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <xdp/xsk.h>

#include "tests/bench/bench.h"

#define CHUNK 2048
#define AREA ((size_t)ECHO_FRAMES * CHUNK)
#define BLOCK 65536
#define BATCH 64
#define BUFFER (4 << 20) /* a burst of XDP frames, a page each, has to fit */

/* From the supplicant, and a response. */
static void answer(uint8_t *frame)
{
	frame[11] ^= 1;
	frame[18] = 2;
}

static int packet_socket(const struct echo *e)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(ETH_P_PAE),
				  .sll_ifindex = (int)if_nametoindex(e->ifname) };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &(int){ BUFFER }, sizeof(int)))
		bench_die("no packet socket on %s: %m", e->ifname);
	return fd;
}

static void say_start(int packet)
{
	static const uint8_t start[60] = { 0x01, 0x80, 0xc2, 0, 0,    3,    2, 0,
					   0,	 0,    0,    8, 0x88, 0x8e, 2, 1 };

	if (send(packet, start, sizeof(start), 0) != sizeof(start))
		bench_die("EAPOL-Start could not be sent: %m");
}

void echo_plain(const struct echo *e)
{
	uint8_t frame[CHUNK];
	int fd = packet_socket(e);
	ssize_t n;

	say_start(fd);
	while ((n = recvfrom(fd, frame, sizeof(frame), 0, NULL, NULL)) > 0) {
		answer(frame);
		sendto(fd, frame, (size_t)n, 0, NULL, 0);
	}
}

static struct tpacket2_hdr *slot(uint8_t *ring, unsigned int n)
{
	return (struct tpacket2_hdr *)(void *)(ring + (size_t)(n % ECHO_FRAMES) * CHUNK);
}

static bool has_frame(struct tpacket2_hdr *h)
{
	return __atomic_load_n(&h->tp_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER;
}

/* Frames from `first` on are sent out of the ring. Returns how many. */
static unsigned int answer_mapped(int fd, uint8_t *ring, unsigned int first)
{
	struct mmsghdr m[BATCH];
	struct iovec iov[BATCH];
	unsigned int n = 0;

	memset(m, 0, sizeof(m));
	for (; n < BATCH && has_frame(slot(ring, first + n)); n++) {
		struct tpacket2_hdr *h = slot(ring, first + n);

		iov[n] = (struct iovec){ (uint8_t *)h + h->tp_mac, h->tp_snaplen };
		answer(iov[n].iov_base);
		m[n].msg_hdr.msg_iov = &iov[n];
		m[n].msg_hdr.msg_iovlen = 1;
	}
	for (unsigned int done = 0; done < n;) {
		int sent = sendmmsg(fd, m + done, n - done, 0);

		if (sent <= 0)
			break;
		done += (unsigned int)sent;
	}
	for (unsigned int i = 0; i < n; i++)
		__atomic_store_n(&slot(ring, first + i)->tp_status, TP_STATUS_KERNEL,
				 __ATOMIC_RELEASE);
	return n;
}

void echo_mapped(const struct echo *e)
{
	struct tpacket_req r = { .tp_block_size = BLOCK,
				 .tp_block_nr = AREA / BLOCK,
				 .tp_frame_size = CHUNK,
				 .tp_frame_nr = ECHO_FRAMES };
	int fd = packet_socket(e), version = TPACKET_V2;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	unsigned int at = 0, n;
	uint8_t *ring;

	if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &r, sizeof(r)))
		bench_die("no mapped ring: %m");
	ring = mmap(NULL, AREA, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (ring == MAP_FAILED)
		bench_die("no mapped ring: %m");
	say_start(fd);
	for (;;) {
		n = answer_mapped(fd, ring, at);
		at += n;
		if (!n)
			poll(&p, 1, -1);
	}
}

struct xsk {
	uint8_t *area;
	struct xsk_umem *umem;
	struct xsk_socket *socket;
	struct xsk_ring_prod fill, tx;
	struct xsk_ring_cons comp, rx;
	int fd;
};

/* The queue of a process that has just ended is free some 16 ms later. */
static void bind_xsk(struct xsk *x, const struct echo *e, const struct xsk_socket_config *c)
{
	int err = -EBUSY;

	for (int i = 0; err == -EBUSY && i < 50; i++) {
		err = xsk_socket__create(&x->socket, e->ifname, 0, x->umem, &x->rx, &x->tx, c);
		if (err == -EBUSY)
			usleep(4000);
	}
	if (err)
		bench_die("no AF_XDP socket on %s: %s", e->ifname, strerror(-err));
}

static void open_xsk(struct xsk *x, const struct echo *e)
{
	struct xsk_umem_config u = { .fill_size = ECHO_FRAMES,
				     .comp_size = ECHO_FRAMES,
				     .frame_size = CHUNK };
	struct xsk_socket_config s = { .rx_size = ECHO_FRAMES,
				       .tx_size = ECHO_FRAMES,
				       .libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
				       .bind_flags = XDP_COPY | XDP_USE_NEED_WAKEUP };
	uint32_t key = 0, at = 0;

	x->area = mmap(NULL, AREA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (xsk_umem__create(&x->umem, x->area, AREA, &x->fill, &x->comp, &u))
		bench_die("no memory for AF_XDP: %m");
	bind_xsk(x, e, &s);
	x->fd = xsk_socket__fd(x->socket);
	xsk_ring_prod__reserve(&x->fill, ECHO_FRAMES, &at);
	for (uint32_t i = 0; i < ECHO_FRAMES; i++)
		*xsk_ring_prod__fill_addr(&x->fill, at + i) = (uint64_t)i * CHUNK;
	xsk_ring_prod__submit(&x->fill, ECHO_FRAMES);
	if (bpf_map_update_elem(e->sockets, &key, &x->fd, 0))
		bench_die("no AF_XDP socket in the map: %m");
}

/* The program goes when the process goes. */
static void attach(const struct echo *e)
{
	LIBBPF_OPTS(bpf_link_create_opts, o, .flags = e->xdp_flags);

	if (bpf_link_create(e->program, (int)if_nametoindex(e->ifname), BPF_XDP, &o) < 0)
		bench_die("no XDP program on %s: %m", e->ifname);
}

/* What was sent may be received into. */
static void recycle(struct xsk *x)
{
	uint32_t from, to = 0, n = xsk_ring_cons__peek(&x->comp, ECHO_FRAMES, &from);

	if (!n)
		return;
	xsk_ring_prod__reserve(&x->fill, n, &to);
	for (uint32_t i = 0; i < n; i++)
		*xsk_ring_prod__fill_addr(&x->fill, to + i) =
			*xsk_ring_cons__comp_addr(&x->comp, from + i) / CHUNK * CHUNK;
	xsk_ring_prod__submit(&x->fill, n);
	xsk_ring_cons__release(&x->comp, n);
}

static void send_all(struct xsk *x)
{
	while (*x->tx.producer != __atomic_load_n(x->tx.consumer, __ATOMIC_ACQUIRE))
		sendto(x->fd, NULL, 0, MSG_DONTWAIT, NULL, 0);
}

/* Frames go back in the memory in which they came. */
static uint32_t answer_xsk(struct xsk *x)
{
	uint32_t from, to = 0, n = xsk_ring_cons__peek(&x->rx, BATCH, &from);

	if (!n)
		return 0;
	xsk_ring_prod__reserve(&x->tx, n, &to);
	for (uint32_t i = 0; i < n; i++) {
		const struct xdp_desc *d = xsk_ring_cons__rx_desc(&x->rx, from + i);

		answer(x->area + d->addr);
		*xsk_ring_prod__tx_desc(&x->tx, to + i) =
			(struct xdp_desc){ .addr = d->addr, .len = d->len };
	}
	xsk_ring_prod__submit(&x->tx, n);
	xsk_ring_cons__release(&x->rx, n);
	send_all(x);
	return n;
}

void echo_xdp(const struct echo *e)
{
	struct xsk x = { 0 };
	struct pollfd p = { .events = POLLIN };

	attach(e);
	open_xsk(&x, e);
	p.fd = x.fd;
	say_start(packet_socket(e));
	for (;;) {
		recycle(&x);
		if (!answer_xsk(&x))
			poll(&p, 1, -1);
	}
}
