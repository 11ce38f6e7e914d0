/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <net/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <port/sys_pin.h>

/*
 * For packet sockets: a burst from a thousand ports must fit while the thread is busy with the one
 * before.
 */
#define PACKET_RCVBUF (8 << 20)

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	return 0;
}

/* By what a port's gate goes by: the program, and the one that knows frames of several buffers. */
static const char *const xdp_names[XEAP_GATE_MAX][2] = {
	[XEAP_GATE_NONE] = { "xeap_steer", "xeap_steer_frags" },
	[XEAP_GATE_PORT] = { "xeap_steer_gate_port", "xeap_steer_gate_port_frags" },
	[XEAP_GATE_STATION] = { "xeap_steer_gate_station", "xeap_steer_gate_station_frags" },
};

static struct bpf_object *open_object(const struct xeap_sys_object *object)
{
	struct bpf_object *o = bpf_object__open_mem(object->elf, object->size, NULL);
	int err = 0;

	if (!o)
		return NULL;
	for (const struct xeap_sys_map_size *m = object->map_sizes; m->map; m++)
		err |= bpf_map__set_max_entries(bpf_object__find_map_by_name(o, m->map),
						m->entries);
	if (err) {
		bpf_object__close(o);
		errno = EINVAL;
		return NULL;
	}
	return o;
}

static void autoload_frags(struct bpf_object *o, bool frags)
{
	for (int gate = 0; gate < XEAP_GATE_MAX; gate++)
		bpf_program__set_autoload(bpf_object__find_program_by_name(o, xdp_names[gate][1]),
					  frags);
}

/* pins: where maps are pinned that it is to have, NULL: it gets its own */
static int load_maps(struct bpf_object *o, const char *pins)
{
	int err = pins ? xeap_sys_pin_reuse(o, pins) : 0;

	return err ? err : bpf_object__load(o);
}

/*
 * Returns a loaded object; kernels before 5.18 refuse the frags programs, so they are left out at
 * the second try.
 */
static struct bpf_object *load_object(const struct xeap_sys_object *object, const char *pins,
				      bool *ret_frags)
{
	struct bpf_object *o;
	bool frags = true;
	int err;

	for (;; frags = false) {
		o = open_object(object);
		if (!o)
			return NULL;
		autoload_frags(o, frags);
		err = load_maps(o, pins);
		if (!err)
			break;
		bpf_object__close(o);
		if (!frags || err != -EINVAL) {
			errno = -err;
			return NULL;
		}
	}
	*ret_frags = frags;
	return o;
}

static int program_fd(struct bpf_object *o, const char *name)
{
	return bpf_program__fd(bpf_object__find_program_by_name(o, name));
}

static int map_fd(struct bpf_object *o, const char *name)
{
	return bpf_object__find_map_fd_by_name(o, name);
}

static struct xeap_sys_program descriptors(struct bpf_object *o, bool frags)
{
	struct xeap_sys_program p = {
		.object = o,
		.funnel_in = program_fd(o, "xeap_funnel_in"),
		.funnel_out = program_fd(o, "xeap_funnel_out"),
		.ports = map_fd(o, "xeap_ports"),
		.sockets = map_fd(o, "xeap_sockets"),
		.counters = map_fd(o, "xeap_counters"),
		.funnels = map_fd(o, "xeap_funnels"),
		.exits = map_fd(o, "xeap_exits"),
		.vlans = map_fd(o, "xeap_vlans"),
		.guards = map_fd(o, "xeap_guards"),
		.stations = map_fd(o, "xeap_stations"),
		.gates = map_fd(o, "xeap_gates"),
		.authorized = map_fd(o, "xeap_authorized"),
		.gate_places = map_fd(o, "xeap_gate_places"),
	};

	for (int gate = 0; gate < XEAP_GATE_MAX; gate++) {
		p.xdp[gate] = program_fd(o, xdp_names[gate][0]);
		p.xdp_frags[gate] = frags ? program_fd(o, xdp_names[gate][1]) : -1;
	}
	return p;
}

static int load_program(const struct xeap_sys_object *object, const char *pins,
			struct xeap_sys_program *ret_program)
{
	/* libbpf writes to stderr, which is not a library's to use; the errno says enough here. */
	libbpf_print_fn_t print = libbpf_set_print(quiet);
	struct bpf_object *o;
	bool frags = false;
	int err;

	o = load_object(object, pins, &frags);
	err = o ? 0 : -errno;
	libbpf_set_print(print);
	if (!err)
		*ret_program = descriptors(o, frags);
	return err;
}

int xeap_sys_program_load(const struct xeap_sys_object *object,
			  struct xeap_sys_program *ret_program)
{
	return load_program(object, NULL, ret_program);
}

int xeap_sys_program_reload(const struct xeap_sys_object *object, const char *dir,
			    struct xeap_sys_program *ret_program)
{
	return load_program(object, dir, ret_program);
}

void xeap_sys_program_unload(struct xeap_sys_program *program)
{
	bpf_object__close(program->object);
}

int xeap_sys_map_update(int map, const void *key, const void *value, uint64_t flags)
{
	return bpf_map_update_elem(map, key, value, flags) ? -errno : 0;
}

int xeap_sys_map_delete(int map, const void *key)
{
	return bpf_map_delete_elem(map, key) ? -errno : 0;
}

int xeap_sys_map_lookup(int map, const void *key, void *ret_value)
{
	return bpf_map_lookup_elem(map, key, ret_value) ? -errno : 0;
}

int xeap_sys_cpus(void)
{
	return libbpf_num_possible_cpus();
}

int xeap_sys_xdp_attach(int program, int ifindex, uint32_t flags)
{
	LIBBPF_OPTS(bpf_link_create_opts, o, .flags = flags);
	int fd = bpf_link_create(program, ifindex, BPF_XDP, &o);

	return fd < 0 ? -errno : fd;
}

uint32_t xeap_sys_xdp_query(int ifindex, char ret_name[16])
{
	struct bpf_prog_info info = { 0 };
	uint32_t id, size = sizeof(info);
	struct xeap_sys_xdp x;
	int fd;

	ret_name[0] = '\0';
	if (xeap_sys_xdp_read(ifindex, &x))
		return 0;
	id = x.native ? x.native : x.generic ? x.generic : x.offloaded;
	fd = id ? bpf_prog_get_fd_by_id(id) : -1;
	if (fd < 0)
		return id;
	if (!bpf_obj_get_info_by_fd(fd, &info, &size))
		snprintf(ret_name, 16, "%s", info.name);
	close(fd);
	return id;
}

/* The rings are zeroed first: libxdp keeps what it finds in cached_prod and cached_cons. */
int xeap_sys_xsk_open(const struct xeap_xsk_config *c, struct xeap_xsk *ret_xsk)
{
	struct xsk_umem_config umem = {
		.fill_size = c->frames,
		.comp_size = c->frames,
		.frame_size = c->chunk,
	};

	/* In place, because the umem remembers where its rings are. */
	memset(ret_xsk, 0, sizeof(*ret_xsk));
	ret_xsk->fd = -1;
	return xsk_umem__create(&ret_xsk->umem, c->area, (uint64_t)c->frames * c->chunk,
				&ret_xsk->fill, &ret_xsk->comp, &umem);
}

int xeap_sys_xsk_bind(const struct xeap_xsk_config *c, struct xeap_xsk *xsk)
{
	struct xsk_socket_config socket = {
		.rx_size = c->frames,
		.tx_size = c->frames,
		.libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
		.bind_flags = c->flags,
	};
	int err = xsk_socket__create(&xsk->socket, c->ifname, c->queue, xsk->umem, &xsk->rx,
				     c->tx ? &xsk->tx : NULL, &socket);

	if (err) {
		xsk->socket = NULL;
		return err;
	}
	xsk->fd = xsk_socket__fd(xsk->socket);
	return 0;
}

void xeap_sys_xsk_close(struct xeap_xsk *xsk)
{
	if (xsk->socket)
		xsk_socket__delete(xsk->socket);
	xsk_umem__delete(xsk->umem);
	xsk->fd = -1;
}

int xeap_sys_xsk_zero_copy(int fd, bool *ret_zero_copy)
{
	struct xdp_options o = { 0 };
	socklen_t len = sizeof(o);

	if (getsockopt(fd, SOL_XDP, XDP_OPTIONS, &o, &len))
		return -errno;
	*ret_zero_copy = o.flags & XDP_OPTIONS_ZEROCOPY;
	return 0;
}

int xeap_sys_xsk_statistics(int fd, struct xdp_statistics *ret_statistics)
{
	struct xdp_statistics s = { 0 };
	socklen_t len = sizeof(s);

	if (getsockopt(fd, SOL_XDP, XDP_STATISTICS, &s, &len))
		return -errno;
	*ret_statistics = s;
	return 0;
}

int xeap_sys_xsk_kick_tx(int fd)
{
	return sendto(fd, NULL, 0, MSG_DONTWAIT, NULL, 0) < 0 ? -errno : 0;
}

int xeap_sys_xsk_kick_rx(int fd)
{
	return recvfrom(fd, NULL, 0, MSG_DONTWAIT, NULL, NULL) < 0 ? -errno : 0;
}

void *xeap_sys_area_map(size_t size)
{
	void *area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return area == MAP_FAILED ? NULL : area;
}

void xeap_sys_area_unmap(void *area, size_t size)
{
	munmap(area, size);
}

int xeap_sys_packet_open(uint16_t protocol)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(protocol));
	int one = 1, room = PACKET_RCVBUF;

	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &one, sizeof(one))) {
		int err = -errno;

		close(fd);
		return err;
	}
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	return fd;
}

static int membership(int fd, int ifindex, const uint8_t group[6], int option)
{
	struct packet_mreq m = {
		.mr_ifindex = ifindex,
		.mr_type = group ? PACKET_MR_MULTICAST : PACKET_MR_PROMISC,
		.mr_alen = ETH_ALEN,
	};

	if (group)
		memcpy(m.mr_address, group, ETH_ALEN);
	return setsockopt(fd, SOL_PACKET, option, &m, sizeof(m)) ? -errno : 0;
}

int xeap_sys_packet_join(int fd, int ifindex, const uint8_t group[6])
{
	return membership(fd, ifindex, group, PACKET_ADD_MEMBERSHIP);
}

int xeap_sys_packet_leave(int fd, int ifindex, const uint8_t group[6])
{
	return membership(fd, ifindex, group, PACKET_DROP_MEMBERSHIP);
}

int xeap_sys_packet_drops(int fd, uint32_t *ret_drops)
{
	struct tpacket_stats s = { 0 };
	socklen_t len = sizeof(s);

	if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &s, &len))
		return -errno;
	*ret_drops = s.tp_drops;
	return 0;
}

int xeap_sys_receive(int fd, struct mmsghdr *messages, unsigned int count)
{
	int n = recvmmsg(fd, messages, count, MSG_DONTWAIT, NULL);

	return n < 0 ? -errno : n;
}

int xeap_sys_send(int fd, struct mmsghdr *messages, unsigned int count)
{
	int n = sendmmsg(fd, messages, count, MSG_DONTWAIT);

	return n < 0 ? -errno : n;
}

void xeap_sys_close(int fd)
{
	close(fd);
}

int xeap_sys_epoll_new(void)
{
	int fd = epoll_create1(EPOLL_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int xeap_sys_epoll_add(int epoll, int fd, void *ptr)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = ptr };

	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) ? -errno : 0;
}

int xeap_sys_epoll_remove(int epoll, int fd)
{
	return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL) ? -errno : 0;
}

int xeap_sys_epoll_poll(int epoll, struct xeap_sys_event ret_events[XEAP_SYS_EVENTS])
{
	struct epoll_event e[XEAP_SYS_EVENTS];
	int n = epoll_wait(epoll, e, XEAP_SYS_EVENTS, 0);

	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++)
		ret_events[i] = (struct xeap_sys_event){
			.ptr = e[i].data.ptr,
			.error = e[i].events & (EPOLLERR | EPOLLHUP),
		};
	return n;
}

uint64_t xeap_sys_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

void xeap_sys_nap(unsigned int ns)
{
	const struct timespec t = { .tv_nsec = (long)ns };

	nanosleep(&t, NULL);
}

int xeap_sys_poll(struct pollfd *fds, unsigned int count, int timeout_ms)
{
	int n = poll(fds, count, timeout_ms);

	return n < 0 ? -errno : n;
}

/* Why a netdev was not found: none is there, or there was no descriptor to ask with. */
static int no_netdev(void)
{
	return errno == ENXIO ? -ENODEV : -errno;
}

int xeap_sys_netdev_index(const char *name)
{
	unsigned int ifindex = if_nametoindex(name);

	return ifindex ? (int)ifindex : no_netdev();
}

static uint32_t read_queues(int fd, const char *name)
{
	struct ethtool_channels channels = { .cmd = ETHTOOL_GCHANNELS };
	struct ethtool_rxnfc rings = { .cmd = ETHTOOL_GRXRINGS };

	if (!xeap_sys_ethtool(fd, name, &channels) && channels.rx_count + channels.combined_count)
		return channels.rx_count + channels.combined_count;
	if (!xeap_sys_ethtool(fd, name, &rings) && rings.data)
		return (uint32_t)rings.data;
	return 1;
}

static int read_netdev(int fd, const char *name, struct xeap_netdev *n)
{
	struct ethtool_drvinfo driver = { .cmd = ETHTOOL_GDRVINFO };
	struct ifreq r = { 0 };

	memcpy(r.ifr_name, name, sizeof(r.ifr_name));
	if (ioctl(fd, SIOCGIFHWADDR, &r))
		return -errno;
	n->ethernet = r.ifr_hwaddr.sa_family == ARPHRD_ETHER;
	memcpy(n->mac, r.ifr_hwaddr.sa_data, sizeof(n->mac));
	if (ioctl(fd, SIOCGIFMTU, &r))
		return -errno;
	n->mtu = (uint32_t)r.ifr_mtu;
	if (ioctl(fd, SIOCGIFFLAGS, &r))
		return -errno;
	n->up = r.ifr_flags & IFF_UP;
	if (!xeap_sys_ethtool(fd, name, &driver))
		memcpy(n->driver, driver.driver, sizeof(n->driver) - 1);
	n->queues = read_queues(fd, name);
	return 0;
}

int xeap_sys_netdev_read(int ifindex, struct xeap_netdev *ret_netdev)
{
	struct xeap_netdev n = { .ifindex = ifindex };
	int err, fd;

	if (!if_indextoname((unsigned int)ifindex, n.name))
		return no_netdev();
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0); /* any family will do */
	if (fd < 0)
		return -errno;
	err = read_netdev(fd, n.name, &n);
	close(fd);
	if (err)
		return err;
	*ret_netdev = n;
	return 0;
}

void xeap_sys_pause(unsigned int milliseconds)
{
	struct timespec t = { milliseconds / 1000, (long)(milliseconds % 1000) * 1000000 };

	nanosleep(&t, NULL);
}
