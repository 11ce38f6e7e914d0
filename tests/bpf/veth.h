/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef TESTS_BPF_VETH_H
#define TESTS_BPF_VETH_H

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/*
 * A network namespace of the test's own with veth pairs in it:
 *
 *	xeap (the port) ──── pN / fN ──── the test, on an AF_PACKET socket
 */

/* Run a shell command quietly. Returns its exit status. */
static inline int sh(const char *format, ...) __attribute__((format(printf, 1, 2)));

static inline int sh(const char *format, ...)
{
	char line[512], full[600];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	snprintf(full, sizeof(full), "(%s) >/dev/null 2>&1", line);
	return system(full);
}

/* Without IPv6, whose own frames would be counted with the test's. */
static inline int own_namespace(void)
{
	if (unshare(CLONE_NEWNET))
		return -errno;
	sh("echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6");
	return 0;
}

/* An AF_PACKET socket on a netdev that sees everything, tags included; -1 on failure. */
static inline int far_socket(const char *ifname)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(0x0003), /* ETH_P_ALL */
		.sll_ifindex = (int)if_nametoindex(ifname),
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(0x0003));
	int one = 1;

	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &one, sizeof(one)) ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at))) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

/*
 * The next EAPOL frame that came in on a far socket, within 0.4 s; with its tag put back. 0 when
 * none came.
 */
static inline size_t far_receive(int fd, uint8_t *buf, size_t size)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];

	while (poll(&p, 1, 400) == 1) {
		struct sockaddr_ll from;
		struct iovec iov = { buf + 4, size - 4 };
		struct msghdr m = { .msg_name = &from,
				    .msg_namelen = sizeof(from),
				    .msg_iov = &iov,
				    .msg_iovlen = 1,
				    .msg_control = control,
				    .msg_controllen = sizeof(control) };
		ssize_t n = recvmsg(fd, &m, 0);
		struct cmsghdr *c = CMSG_FIRSTHDR(&m);
		struct tpacket_auxdata aux = { 0 };

		if (n < 14 || from.sll_pkttype == PACKET_OUTGOING)
			continue;
		if (c)
			memcpy(&aux, CMSG_DATA(c), sizeof(aux));
		if (aux.tp_status & TP_STATUS_VLAN_VALID) {
			uint16_t tag[2] = { htons(aux.tp_vlan_tpid), htons(aux.tp_vlan_tci) };

			memmove(buf, buf + 4, 12);
			memcpy(buf + 12, tag, 4);
			n += 4;
		} else {
			memmove(buf, buf + 4, (size_t)n);
		}
		if (memmem(buf + 12, n < 30 ? (size_t)n - 12 : 18, "\x88\x8e", 2))
			return (size_t)n;
	}
	return 0;
}

static inline double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

#endif
