/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/bench/packet_loop.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/bench/bench.h"

#define BATCH 64
#define FRAME 2048
#define BUFFER (16 << 20) /* a burst of all ports has to fit */

struct batch {
	uint8_t frame[BATCH][FRAME];
	struct sockaddr_ll port[BATCH];
	struct iovec iov[BATCH];
	struct mmsghdr message[BATCH];
};

static int open_socket(void)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_PAE) };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &(int){ BUFFER }, sizeof(int)))
		bench_die("no packet socket: %m");
	return fd;
}

static void say_start(int fd, const char *ifname)
{
	static const uint8_t start[60] = { 0x01, 0x80, 0xc2, 0, 0,    3,    2, 0,
					   0,	 0,    0,    8, 0x88, 0x8e, 2, 1 };
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(ETH_P_PAE),
				  .sll_ifindex = (int)if_nametoindex(ifname) };

	if (sendto(fd, start, sizeof(start), 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		bench_die("EAPOL-Start could not be sent: %m");
}

static void prepare(struct batch *b)
{
	memset(b, 0, sizeof(*b));
	for (int i = 0; i < BATCH; i++) {
		b->message[i].msg_hdr.msg_name = &b->port[i];
		b->message[i].msg_hdr.msg_iov = &b->iov[i];
		b->message[i].msg_hdr.msg_iovlen = 1;
	}
}

/* Returns how many came. */
static int receive(int fd, struct batch *b)
{
	int n;

	for (int i = 0; i < BATCH; i++) {
		b->iov[i] = (struct iovec){ b->frame[i], FRAME };
		b->message[i].msg_hdr.msg_namelen = sizeof(b->port[i]);
	}
	n = recvmmsg(fd, b->message, BATCH, MSG_WAITFORONE, NULL);
	for (int i = 0; i < n; i++) {
		b->frame[i][11] ^= 1;
		b->frame[i][18] = 2;
		b->iov[i].iov_len = b->message[i].msg_len;
	}
	return n;
}

void packet_loop(const char *ifname)
{
	static struct batch b;
	int fd = open_socket(), n;

	prepare(&b);
	say_start(fd, ifname);
	while ((n = receive(fd, &b)) > 0)
		for (int sent = 0, more = 0; sent < n; sent += more) {
			more = sendmmsg(fd, b.message + sent, (unsigned int)(n - sent), 0);
			if (more <= 0)
				break;
		}
}
