/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_LINK_SOCK_H
#define XEAP_LINK_SOCK_H

#include <stddef.h>
#include <stdint.h>

/* Everything that user/link asks of the kernel. Unit tests and fuzz targets replace link_sock.c. */

struct nl_msg;
struct nl_sock;

/*
 * A non-blocking rtnetlink socket that hears of netdevs. One socket carries events and dumps: the
 * kernel queues both under one lock, so that the order in which they are read is the order in which
 * things happened. rcvbuf: bytes of receive buffer. Returns 0 or a negative errno.
 */
int xeap_link_sock_open(int rcvbuf, struct nl_sock **ret_sock);

/* NULL is accepted. Returns NULL. */
struct nl_sock *xeap_link_sock_close(struct nl_sock *sock);

int xeap_link_sock_fd(const struct nl_sock *sock);

/* Ask for all netdevs; the answer carries the number stored. Returns 0 or a negative errno. */
int xeap_link_sock_dump(struct nl_sock *sock, uint32_t *ret_seq);

/*
 * Read one datagram of the kernel's. Returns its bytes; -EAGAIN when none waits; -ENOBUFS when
 * messages were lost; -EMSGSIZE when it was longer than size, and lost; 0 when it was not the
 * kernel's; another negative errno.
 */
int xeap_link_sock_receive(struct nl_sock *sock, void *buf, size_t size);

/* A non-blocking rtnetlink socket for questions, which hears of nothing else. */
int xeap_link_sock_open_quiet(struct nl_sock **ret_sock);

/*
 * Send a message and read the one datagram that answers it: rtnetlink answers within the call that
 * sends. Returns its bytes or a negative errno.
 */
int xeap_link_sock_ask(struct nl_sock *sock, struct nl_msg *msg, void *answer, size_t size);

#endif
