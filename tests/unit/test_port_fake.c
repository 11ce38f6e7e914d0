/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "test_port_fake.h"
#include <errno.h>
#include <linux/if_link.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xeap/steer.h>

struct fake fake;

/* Rings are closed by several threads at a time. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Indexes into fake_socket.shared. */
enum {
	FILL_PROD,
	FILL_CONS,
	COMP_PROD,
	COMP_CONS,
	RX_PROD,
	RX_CONS,
	TX_PROD,
	TX_CONS,
	FILL_FLAGS,
	TX_FLAGS,
	SHARED
};

void fake_reset(void)
{
	memset(&fake, 0, sizeof(fake));
	fake.next_fd = FAKE_FD_FIRST;
	for (int i = 0; i < FAKE_PORTS; i++) {
		struct fake_netdev *d = &fake.netdev[i];

		d->there = true;
		d->n = (struct xeap_netdev){ .ifindex = 100 + i,
					     .driver = "fake",
					     .mac = { 2, 0, 0, 0, 0, (uint8_t)i },
					     .mtu = 1500,
					     .queues = 1,
					     .ethernet = true,
					     .up = true };
		snprintf(d->n.name, sizeof(d->n.name), "p%d", i);
	}
}

static unsigned int places_taken(void)
{
	unsigned int n = 0;

	for (uint32_t i = 0; i < XEAP_STEER_GATE_PLACES; i++)
		n += fake.gate_place[i] != 0;
	return n;
}

bool fake_is_clean(void)
{
	unsigned int places = places_taken();

	if (!fake.programs && !fake.links && !fake.sockets && !fake.areas && !fake.packet_sockets &&
	    !fake.epolls && !fake.memberships && !fake.entries && !fake.polls && !fake.veths &&
	    !places && !fake_pins() && !fake.locked)
		return true;
	printf("left: programs %u links %u sockets %u areas %u packet %u epoll %u groups %u "
	       "entries %u polled %u veths %u gate places %u pins %u locked %d\n",
	       fake.programs, fake.links, fake.sockets, fake.areas, fake.packet_sockets,
	       fake.epolls, fake.memberships, fake.entries, fake.polls, fake.veths, places,
	       fake_pins(), fake.locked);
	return false;
}

int fake_step(void)
{
	return ++fake.calls == fake.fail_at ? -fake.fail_with : 0;
}

static struct fake_netdev *by_name(const char *name)
{
	for (int i = 0; i < FAKE_NETDEVS; i++)
		if (fake.netdev[i].there && !strcmp(fake.netdev[i].n.name, name))
			return &fake.netdev[i];
	return NULL;
}

struct fake_netdev *fake_netdev_at(int ifindex)
{
	for (int i = 0; i < FAKE_NETDEVS; i++)
		if (fake.netdev[i].there && fake.netdev[i].n.ifindex == ifindex)
			return &fake.netdev[i];
	return NULL;
}

/* AF_XDP */

static struct fake_socket *free_socket(void)
{
	for (int i = 0; i < FAKE_SOCKETS; i++)
		if (!fake.socket[i].xsk)
			return &fake.socket[i];
	abort();
}

static void *ring_memory(uint32_t n, size_t size)
{
	void *p = calloc(n, size);

	if (!p)
		abort();
	return p;
}

#define RING(member, p, c, f, desc)                                                                \
	do {                                                                                       \
		x->member.mask = n - 1;                                                            \
		x->member.size = n;                                                                \
		x->member.producer = &s->shared[p];                                                \
		x->member.consumer = &s->shared[c];                                                \
		x->member.flags = &s->shared[f];                                                   \
		x->member.ring = ring_memory(n, sizeof(desc));                                     \
	} while (0)

static void make_rings(struct fake_socket *s, struct xeap_xsk *x, uint32_t n)
{
	RING(fill, FILL_PROD, FILL_CONS, FILL_FLAGS, uint64_t);
	x->fill.cached_cons = n;
	RING(tx, TX_PROD, TX_CONS, TX_FLAGS, struct xdp_desc);
	x->tx.cached_cons = n;
	RING(comp, COMP_PROD, COMP_CONS, FILL_FLAGS, uint64_t);
	RING(rx, RX_PROD, RX_CONS, FILL_FLAGS, struct xdp_desc);
	s->shared[TX_FLAGS] = XDP_RING_NEED_WAKEUP;
}

static struct fake_socket *by_xsk(const struct xeap_xsk *xsk)
{
	for (int i = 0; i < FAKE_SOCKETS; i++)
		if (fake.socket[i].xsk == xsk)
			return &fake.socket[i];
	abort();
}

int xeap_sys_xsk_open(const struct xeap_xsk_config *config, struct xeap_xsk *ret_xsk)
{
	struct fake_socket *s = free_socket();
	int err = fake_step();

	if (err)
		return err;
	memset(s, 0, sizeof(*s));
	memset(ret_xsk, 0, sizeof(*ret_xsk));
	ret_xsk->fd = -1;
	s->shared = ring_memory(SHARED, sizeof(uint32_t));
	s->config = *config;
	s->netdev = -1;
	make_rings(s, ret_xsk, config->frames);
	s->xsk = ret_xsk;
	fake.sockets++;
	return 0;
}

int xeap_sys_xsk_bind(const struct xeap_xsk_config *config, struct xeap_xsk *xsk)
{
	struct fake_netdev *d = by_name(config->ifname);
	struct fake_socket *s = by_xsk(xsk);
	int err = fake_step();

	if (err)
		return err;
	if (!d)
		return -ENODEV;
	if (!d->n.up)
		return -ENETDOWN;
	if (d->bind_error)
		return -d->bind_error;
	if (d->busy) {
		d->busy--;
		return -EBUSY;
	}
	if (config->flags & XDP_ZEROCOPY && !d->zero_copy)
		return -EOPNOTSUPP;
	s->filled_at_bind = fake_filled(s);
	s->netdev = (int)(d - fake.netdev);
	xsk->fd = fake.next_fd++;
	return 0;
}

/* The kernel takes a closed socket out of epoll and of maps by itself. */
void xeap_sys_xsk_close(struct xeap_xsk *xsk)
{
	struct fake_socket *s;

	pthread_mutex_lock(&lock);
	s = by_xsk(xsk);
	free(xsk->fill.ring);
	free(xsk->tx.ring);
	free(xsk->comp.ring);
	free(xsk->rx.ring);
	free(s->shared);
	if (xsk->fd >= 0)
		xeap_sys_epoll_remove(0, xsk->fd);
	s->xsk = NULL;
	fake.sockets--;
	pthread_mutex_unlock(&lock);
}

static struct fake_socket *by_fd(int fd)
{
	for (int i = 0; i < FAKE_SOCKETS; i++)
		if (fake.socket[i].xsk && fake.socket[i].xsk->fd == fd)
			return &fake.socket[i];
	return NULL;
}

int xeap_sys_xsk_zero_copy(int fd, bool *ret_zero_copy)
{
	int err = fake_step();

	if (!err)
		*ret_zero_copy = by_fd(fd)->config.flags & XDP_ZEROCOPY;
	return err;
}

int xeap_sys_xsk_statistics(int fd, struct xdp_statistics *ret_statistics)
{
	*ret_statistics = (struct xdp_statistics){ .rx_dropped = 3, .rx_ring_full = 4 };
	return 0;
}

static void send_one(struct fake_socket *s, const struct xdp_desc *d)
{
	const struct xeap_xsk *x = s->xsk;
	uint64_t area = (uint64_t)s->config.frames * s->config.chunk;

	if (d->addr >= area || d->addr % s->config.chunk + d->len > s->config.chunk) {
		s->skipped++;
		return;
	}
	s->last_len = d->len;
	memcpy(s->last, (const uint8_t *)s->config.area + d->addr, d->len);
	((uint64_t *)x->comp.ring)[s->shared[COMP_PROD]++ & x->comp.mask] = d->addr;
	s->sent++;
	if (fake.on_sent)
		fake.on_sent(s, s->last, d->len);
}

/* Invalid descriptors are skipped, they do not count against the 32 of a call. */
int xeap_sys_xsk_kick_tx(int fd)
{
	struct fake_socket *s = by_fd(fd);
	uint32_t before = s->sent;

	s->tx_kicks++;
	if (!fake.netdev[s->netdev].there)
		return -ENXIO;
	if (!fake.netdev[s->netdev].n.up)
		return -ENETDOWN;
	if (s->kick_error)
		return -s->kick_error;
	if (s->stuck)
		return -EAGAIN;
	while (s->shared[TX_CONS] != s->shared[TX_PROD] && s->sent - before < 32)
		send_one(s, &((const struct xdp_desc *)
				      s->xsk->tx.ring)[s->shared[TX_CONS]++ & s->xsk->tx.mask]);
	return s->shared[TX_CONS] != s->shared[TX_PROD] ? -EAGAIN : 0;
}

int xeap_sys_xsk_kick_rx(int fd)
{
	by_fd(fd)->rx_kicks++;
	return 0;
}

void *xeap_sys_area_map(size_t size)
{
	void *p = fake_step() ? NULL : calloc(1, size);

	fake.areas += p != NULL;
	return p;
}

void xeap_sys_area_unmap(void *area, size_t size)
{
	pthread_mutex_lock(&lock);
	fake.areas--;
	pthread_mutex_unlock(&lock);
	free(area);
}

struct fake_socket *fake_socket_on(const char *name, uint32_t queue)
{
	for (int i = 0; i < FAKE_SOCKETS; i++) {
		struct fake_socket *s = &fake.socket[i];

		if (s->xsk && s->netdev >= 0 && !strcmp(fake.netdev[s->netdev].n.name, name) &&
		    s->config.queue == queue)
			return s;
	}
	return NULL;
}

uint32_t fake_filled(const struct fake_socket *s)
{
	return s->shared[FILL_PROD] - s->shared[FILL_CONS];
}

uint32_t fake_received(const struct fake_socket *s)
{
	return s->shared[RX_PROD] - s->shared[RX_CONS];
}

uint32_t fake_to_send(const struct fake_socket *s)
{
	return s->shared[TX_PROD] - s->shared[TX_CONS] + s->shared[COMP_PROD] -
	       s->shared[COMP_CONS];
}

void fake_deliver_raw(struct fake_socket *s, uint64_t addr, uint32_t len)
{
	struct xdp_desc *ring = s->xsk->rx.ring;

	ring[s->shared[RX_PROD]++ & s->xsk->rx.mask] = (struct xdp_desc){ addr, len, 0 };
}

bool fake_deliver(struct fake_socket *s, const void *bytes, uint32_t len)
{
	const uint64_t *ring = s->xsk->fill.ring;
	uint64_t addr;

	if (!fake_filled(s))
		return false;
	addr = ring[s->shared[FILL_CONS]++ & s->xsk->fill.mask] + 256;
	memcpy((uint8_t *)s->config.area + addr, bytes, len);
	fake_deliver_raw(s, addr, len);
	return true;
}

static void remove_one(struct fake_netdev *d)
{
	d->there = false;
	fake.memberships -= d->groups;
	d->groups = 0;
	for (unsigned int i = 0; i < fake.polls; i++) {
		const struct fake_socket *s = by_fd(fake.polled[i].fd);

		if ((s && s->netdev == d - fake.netdev) ||
		    (d->watch && fake.polled[i].fd == d->watch))
			fake.polled[i].error = true;
	}
}

void fake_remove_netdev(const char *name)
{
	struct fake_netdev *d = by_name(name);

	remove_one(d);
	if (!d->peer)
		return;
	remove_one(&fake.netdev[d->peer]);
	fake.veths--;
}

static struct fake_netdev *new_netdev(const char *name)
{
	for (int i = FAKE_PORTS; i < FAKE_NETDEVS; i++) {
		struct fake_netdev *d = &fake.netdev[i];

		if (d->there)
			continue;
		memset(d, 0, sizeof(*d));
		d->there = true;
		d->n = (struct xeap_netdev){ .ifindex = 200 + fake.next_fd++,
					     .driver = "veth",
					     .mtu = 1500,
					     .queues = 1,
					     .ethernet = true,
					     .up = true };
		snprintf(d->n.name, sizeof(d->n.name), "%s", name);
		return d;
	}
	abort();
}

static struct fake_netdev *new_veth(const char *name, const char *far, const char *alias)
{
	struct fake_netdev *a = new_netdev(name), *b = new_netdev(far);

	a->peer = (int)(b - fake.netdev);
	b->peer = (int)(a - fake.netdev);
	snprintf(a->alias, sizeof(a->alias), "%s", alias);
	snprintf(b->alias, sizeof(b->alias), "%s", alias);
	fake.veths++;
	return a;
}

int fake_foreign_veth(const char *name, const char *alias)
{
	char far[IF_NAMESIZE];

	snprintf(far, sizeof(far), "%.14s1", name);
	return new_veth(name, far, alias)->n.ifindex;
}

int xeap_sys_veth_make(const struct xeap_sys_veth *veth, int ret_ifindex[2])
{
	const struct fake_netdev *d;
	int err = fake_step();

	if (err)
		return err;
	if (fake.no_veth)
		return -fake.no_veth;
	if (by_name(veth->name[0]) || by_name(veth->name[1]))
		return -EEXIST;
	d = new_veth(veth->name[0], veth->name[1], veth->alias);
	ret_ifindex[0] = d->n.ifindex;
	ret_ifindex[1] = fake.netdev[d->peer].n.ifindex;
	return 0;
}

int xeap_sys_netdev_delete(int ifindex)
{
	const struct fake_netdev *d = fake_netdev_at(ifindex);

	if (!d)
		return -ENODEV;
	fake_remove_netdev(d->n.name);
	return 0;
}

int xeap_sys_netdev_tx_dropped(int ifindex, uint64_t *ret_dropped)
{
	*ret_dropped = 5;
	return 0;
}

int xeap_sys_netdev_alias(const char *name, char ret_alias[XEAP_SYS_ALIAS])
{
	const struct fake_netdev *d = by_name(name);

	if (!d)
		return -ENODEV;
	memcpy(ret_alias, d->alias, XEAP_SYS_ALIAS);
	return 0;
}

int xeap_sys_netdev_aliases(void (*found)(void *arg, int ifindex, const char *alias), void *arg)
{
	for (int i = 0; i < FAKE_NETDEVS; i++)
		if (fake.netdev[i].there && fake.netdev[i].alias[0])
			found(arg, fake.netdev[i].n.ifindex, fake.netdev[i].alias);
	return 0;
}

int xeap_sys_netdev_watch(int ifindex)
{
	struct fake_netdev *d = fake_netdev_at(ifindex);
	int err = fake_step();

	if (err || !d)
		return err ? err : -ENODEV;
	fake.packet_sockets++;
	d->watch = fake.next_fd++;
	return d->watch;
}

int xeap_sys_process_id(void)
{
	return 42;
}

int xeap_sys_process_start(int pid, uint64_t *ret_ticks)
{
	if (pid == fake.dead_process)
		return -ESRCH;
	*ret_ticks = (uint64_t)pid * 100;
	return 0;
}

/* AF_PACKET */

int xeap_sys_packet_open(uint16_t protocol)
{
	int err = fake_step();

	if (err)
		return err;
	fake.packet_sockets++;
	return fake.next_fd++;
}

int xeap_sys_packet_join(int fd, int ifindex, const uint8_t group[6])
{
	struct fake_netdev *d = fake_netdev_at(ifindex);
	int err = fake_step();

	if (err || !d)
		return err ? err : -ENODEV;
	d->groups++;
	fake.memberships++;
	return 0;
}

int xeap_sys_packet_leave(int fd, int ifindex, const uint8_t group[6])
{
	struct fake_netdev *d = fake_netdev_at(ifindex);

	if (!d)
		return -ENODEV;
	d->groups--;
	fake.memberships--;
	return 0;
}

int xeap_sys_packet_drops(int fd, uint32_t *ret_drops)
{
	*ret_drops = 2;
	return 0;
}

void fake_packet_in(const struct fake_packet *p)
{
	fake.in[(fake.in_first + fake.in_count++) % FAKE_PACKETS] = *p;
}

static void fill_message(struct mmsghdr *m, const struct fake_packet *p)
{
	struct sockaddr_ll from = { .sll_family = AF_PACKET,
				    .sll_ifindex = p->ifindex,
				    .sll_pkttype = p->pkttype };
	struct tpacket_auxdata aux = { .tp_status = TP_STATUS_VLAN_VALID |
						    TP_STATUS_VLAN_TPID_VALID,
				       .tp_vlan_tci = (uint16_t)p->tag,
				       .tp_vlan_tpid = 0x88a8 };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m->msg_hdr);

	if (p->tag < 0)
		aux.tp_status = 0;
	memcpy(m->msg_hdr.msg_name, &from, sizeof(from));
	memcpy(m->msg_hdr.msg_iov[0].iov_base, p->bytes, p->len);
	m->msg_len = p->len;
	c->cmsg_level = SOL_PACKET;
	c->cmsg_type = PACKET_AUXDATA;
	c->cmsg_len = CMSG_LEN(sizeof(aux));
	memcpy(CMSG_DATA(c), &aux, sizeof(aux));
}

int xeap_sys_receive(int fd, struct mmsghdr *messages, unsigned int count)
{
	unsigned int n = 0;

	for (; n < count && fake.in_count; n++, fake.in_count--) {
		fill_message(&messages[n], &fake.in[fake.in_first]);
		fake.in_first = (fake.in_first + 1) % FAKE_PACKETS;
	}
	return n ? (int)n : -EAGAIN;
}

int xeap_sys_send(int fd, struct mmsghdr *messages, unsigned int count)
{
	unsigned int n;

	for (n = 0; n < count; n++) {
		const struct sockaddr_ll *to = messages[n].msg_hdr.msg_name;
		const struct iovec *iov = messages[n].msg_hdr.msg_iov;
		struct fake_packet *p = &fake.out[fake.out_count % FAKE_PACKETS];

		if (fake.send_error && to->sll_ifindex == fake.send_error_ifindex)
			return n ? (int)n : -fake.send_error;
		p->ifindex = to->sll_ifindex;
		p->len = (uint32_t)iov->iov_len;
		memcpy(p->bytes, iov->iov_base, p->len < 256 ? p->len : 256);
		fake.out_count++;
		if (fake.on_packet)
			fake.on_packet(p);
	}
	return (int)n;
}

void xeap_sys_close(int fd)
{
	if (fake_closed(fd))
		return;
	if (fake.epolls && fd == 1) {
		fake.epolls--;
		return;
	}
	xeap_sys_epoll_remove(0, fd);
	fake.packet_sockets--;
}

/* epoll */

int xeap_sys_epoll_new(void)
{
	int err = fake_step();

	if (err)
		return err;
	fake.epolls++;
	return 1;
}

int xeap_sys_epoll_add(int epoll, int fd, void *ptr)
{
	int err = fake_step();

	if (err)
		return err;
	fake.polled[fake.polls].fd = fd;
	fake.polled[fake.polls].error = false;
	fake.polled[fake.polls++].ptr = ptr;
	return 0;
}

int xeap_sys_epoll_remove(int epoll, int fd)
{
	for (unsigned int i = 0; i < fake.polls; i++)
		if (fake.polled[i].fd == fd) {
			fake.polled[i] = fake.polled[--fake.polls];
			return 0;
		}
	return -ENOENT;
}

int xeap_sys_epoll_poll(int epoll, struct xeap_sys_event ret_events[XEAP_SYS_EVENTS])
{
	int n = 0;

	for (unsigned int i = 0; i < fake.polls && n < XEAP_SYS_EVENTS; i++) {
		const struct fake_socket *s = by_fd(fake.polled[i].fd);
		bool waits = s ? s->shared[RX_PROD] != s->shared[RX_CONS] : fake.in_count;

		if (waits || fake.polled[i].error)
			ret_events[n++] =
				(struct xeap_sys_event){ fake.polled[i].ptr, fake.polled[i].error };
	}
	return n;
}

static short revents_of(int fd)
{
	struct xeap_sys_event events[XEAP_SYS_EVENTS];
	const struct fake_socket *s = by_fd(fd);

	if (fd == 1 || !s)
		return fd == fake.other || (fd == 1 && xeap_sys_epoll_poll(fd, events)) ? POLLIN
											: 0;
	if (s->netdev >= 0 && !fake.netdev[s->netdev].there)
		return POLLERR;
	return s->shared[RX_PROD] != s->shared[RX_CONS] ? POLLIN : 0;
}

int xeap_sys_poll(struct pollfd *fds, unsigned int count, int timeout_ms)
{
	int n = 0;

	fake.asked++;
	fake.asked_sockets = count - 2;
	fake.timeout_ms = timeout_ms;
	if (fake.poll_error)
		return -fake.poll_error;
	for (unsigned int i = 0; i < count; i++) {
		fds[i].revents = revents_of(fds[i].fd);
		n += fds[i].revents != 0;
	}
	return n;
}

/* netdevs */

int xeap_sys_netdev_index(const char *name)
{
	const struct fake_netdev *d = by_name(name);
	int err = fake_step();

	return err ? err : d ? d->n.ifindex : -ENODEV;
}

int xeap_sys_netdev_read(int ifindex, struct xeap_netdev *ret_netdev)
{
	const struct fake_netdev *d = fake_netdev_at(ifindex);
	int err = fake_step();

	if (err || !d)
		return err ? err : -ENODEV;
	*ret_netdev = d->n;
	return 0;
}
