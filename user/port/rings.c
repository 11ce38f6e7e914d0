/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <base/diag.h>
#include <base/frame.h>
#include <port/ring.h>

/*
 * Frames taken from one ring before it is another's turn: a flooded port must not starve the rest.
 */
#define TURN 16

/*
 * Turns in which frames were found by a look, until the kernel is asked all the same: what else is
 * waited for must not starve.
 */
#define UNASKED_MAX 16

void xeap_ring_init(struct xeap_ring *ring, const struct xeap_ring_ops *ops, struct xeap_rings *set)
{
	ring->ops = ops;
	ring->set = set;
	ring->fd = -1;
	xeap_list_init(&ring->direct);
	xeap_list_init(&ring->ready);
	xeap_list_init(&ring->owing);
	xeap_list_init(&ring->busy);
}

static void leave_direct(struct xeap_ring *ring)
{
	xeap_list_remove(&ring->direct);
	ring->set->direct_count--;
}

/* Into the epoll with all rings, for ever. One that fails to get there is asked directly on. */
static int gather(struct xeap_rings *rings)
{
	struct xeap_node *head = &rings->direct, *n, *next;
	int err = 0;

	rings->gathered = true;
	for (n = head->next; n != head; n = next) {
		struct xeap_ring *ring = XEAP_CONTAINER(n, struct xeap_ring, direct);
		int one = 0;

		next = n->next;
		if (ring->fd >= 0) /* else it enters when it has a socket again */
			one = xeap_sys_epoll_add(rings->epoll, ring->fd, ring);
		if (one)
			err = one;
		else
			leave_direct(ring);
	}
	return err;
}

int xeap_ring_enter(struct xeap_ring *ring)
{
	struct xeap_rings *set = ring->set;

	if (!xeap_list_empty(&ring->direct))
		return 0; /* with another socket than before */
	if (ring->ops->waiting && set->direct_count == XEAP_DIRECT_RINGS)
		gather(set);
	if (!ring->ops->waiting || set->gathered)
		return xeap_sys_epoll_add(set->epoll, ring->fd, ring);
	xeap_list_append(&set->direct, &ring->direct);
	set->direct_count++;
	return 0;
}

void xeap_ring_unwatch(struct xeap_ring *ring)
{
	if (!xeap_list_empty(&ring->direct))
		leave_direct(ring);
	else if (ring->fd >= 0)
		xeap_sys_epoll_remove(ring->set->epoll, ring->fd);
}

void xeap_ring_leave(struct xeap_ring *ring)
{
	xeap_ring_unwatch(ring);
	xeap_list_remove(&ring->ready);
	xeap_list_remove(&ring->owing);
	xeap_list_remove(&ring->busy);
}

uint32_t xeap_frame_pad(struct xeap_frame *frame)
{
	uint8_t *wire = xeap_frame_wire(frame);
	uint32_t len = xeap_frame_wire_len(frame);

	if (len >= XEAP_MIN_WIRE || frame->base + frame->size - wire < XEAP_MIN_WIRE)
		return len;
	memset(wire + len, 0, XEAP_MIN_WIRE - len);
	return XEAP_MIN_WIRE;
}

static bool power_of_two(uint32_t n)
{
	return n && !(n & (n - 1));
}

int xeap_rings_check_frames(uint32_t frames, struct xeap_diag *ret_diag)
{
	if (power_of_two(frames) && frames >= 16 && frames <= 16384)
		return 0;
	return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
			     "%u frames a ring: must be a power of two, 16 to 16384", frames);
}

static int take_options(const struct xeap_rings_options *given, struct xeap_rings_options *o,
			struct xeap_diag *ret_diag)
{
	if (given)
		memcpy(o, given, given->size < sizeof(*o) ? given->size : sizeof(*o));
	if (!o->frames)
		o->frames = 32;
	if (!o->packet_frames)
		o->packet_frames = 1024;
	if (!o->funnel_frames)
		o->funnel_frames = 4096;
	if (xeap_rings_check_frames(o->frames, ret_diag))
		return -EINVAL;
	if (o->chunk && o->chunk != XEAP_CHUNK_SMALL && o->chunk != XEAP_CHUNK_LARGE)
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "chunks of %u bytes: must be 2048 or 4096", o->chunk);
	if (!power_of_two(o->funnel_frames) || o->funnel_frames < 64 || o->funnel_frames > 65536)
		return xeap_diag_set(
			ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
			"%u frames for the funnel: must be a power of two, 64 to 65536",
			o->funnel_frames);
	if ((unsigned int)o->kind >= XEAP_RINGS_KIND_MAX)
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "no such kind of rings: %u", o->kind);
	if (o->packet_frames < 16 || o->packet_frames > 65536)
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%u frames for the packet socket: must be 16 to 65536",
				     o->packet_frames);
	return 0;
}

int xeap_rings_new(const struct xeap_rings_options *options, struct xeap_rings **ret_rings,
		   struct xeap_diag *ret_diag)
{
	struct xeap_rings_options o = { 0 };
	struct xeap_rings *r;
	int err = take_options(options, &o, ret_diag);

	if (err)
		return err;
	r = calloc(1, sizeof(*r));
	if (!r)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	r->options = o;
	r->steer = o.steer;
	r->groups = -1;
	xeap_list_init(&r->direct);
	xeap_list_init(&r->ready);
	xeap_list_init(&r->owing);
	xeap_list_init(&r->busy);
	xeap_list_init(&r->ports);
	r->epoll = xeap_sys_epoll_new();
	if (r->epoll < 0) {
		err = r->epoll;
		free(r);
		return xeap_diag_set(ret_diag, err, XEAP_E_OUT_OF_MEMORY,
				     "no descriptor for the set of rings (%s): raise the limit of "
				     "open files (ulimit -n)",
				     strerror(-err));
	}
	*ret_rings = r;
	return 0;
}

static void close_all_ports(struct xeap_rings *rings)
{
	struct xeap_node *head = &rings->ports, *n;
	struct xeap_port **ports, *one;
	unsigned int count = 0;

	for (n = head->next; n != head; n = n->next)
		count++;
	ports = calloc(count ? count : 1, sizeof(*ports));
	count = 0;
	for (n = head->next; ports && n != head; n = n->next)
		ports[count++] = XEAP_CONTAINER(n, struct xeap_port, node);
	xeap_ports_close(ports, count);
	free(ports);
	while (!xeap_list_empty(head)) { /* short of memory: one by one */
		one = XEAP_CONTAINER(head->next, struct xeap_port, node);
		xeap_port_close(one);
	}
}

static void close_shared(struct xeap_ring *ring)
{
	if (!ring)
		return;
	xeap_ring_leave(ring);
	ring->ops->close(ring);
}

struct xeap_rings *xeap_rings_free(struct xeap_rings *rings)
{
	if (!rings)
		return NULL;
	close_all_ports(rings);
	close_shared(rings->packet);
	close_shared(rings->funnel);
	if (rings->groups >= 0)
		xeap_sys_close(rings->groups);
	xeap_sys_close(rings->epoll);
	free(rings);
	return NULL;
}

int xeap_rings_fd(struct xeap_rings *rings)
{
	int err = gather(rings);

	return err ? err : rings->epoll;
}

/* A socket in error polls readable for ever: it leaves the set, and its ring learns of it. */
static void take_event(struct xeap_ring *ring, bool error)
{
	xeap_list_append(&ring->set->ready, &ring->ready);
	if (error)
		ring->ops->fail(ring);
}

/*
 * A ring that failed may have other sockets now: what was said of the old ones is not looked at,
 * and the rest will be said again.
 */
static void find_gathered(struct xeap_rings *rings)
{
	struct xeap_sys_event events[XEAP_SYS_EVENTS];
	int n = xeap_sys_epoll_poll(rings->epoll, events);

	for (int i = 0; i < n; i++) {
		take_event(events[i].ptr, events[i].error);
		if (events[i].error)
			return;
	}
}

/* Places in what poll(2) is asked: something of the caller's, the epoll, the sockets out of it. */
enum {
	OTHER,
	GATHERED,
	DIRECT,
	ASKED_MAX = DIRECT + XEAP_DIRECT_RINGS
};

static void find_direct(struct xeap_rings *rings, const struct pollfd *asked)
{
	struct xeap_node *head = &rings->direct, *n = head->next;

	for (; n != head; asked++) {
		struct xeap_ring *ring = XEAP_CONTAINER(n, struct xeap_ring, direct);
		bool error = asked->revents & (POLLERR | POLLHUP);

		n = n->next;
		if (asked->revents)
			take_event(ring, error);
		if (error)
			return;
	}
}

/* Ask the kernel what is ready. Returns 1 when `other` is, 0 or a negative errno. */
static int ask(struct xeap_rings *rings, int other, int timeout_ms)
{
	struct xeap_node *head = &rings->direct;
	struct pollfd asked[ASKED_MAX] = { [OTHER] = { .fd = other, .events = POLLIN },
					   [GATHERED] = { .fd = rings->epoll, .events = POLLIN } };
	unsigned int count = DIRECT;
	int err;

	for (struct xeap_node *n = head->next; n != head; n = n->next)
		asked[count++] = (struct pollfd){
			.fd = XEAP_CONTAINER(n, struct xeap_ring, direct)->fd,
			.events = POLLIN,
		};
	err = xeap_sys_poll(asked, count, timeout_ms);
	if (err < 0)
		return err;
	find_direct(rings, asked + DIRECT);
	if (asked[GATHERED].revents)
		find_gathered(rings);
	return asked[OTHER].revents != 0;
}

/* A look into a few rings costs less than asking the kernel. Returns whether any has frames. */
static bool look(struct xeap_rings *rings)
{
	struct xeap_node *head = &rings->direct;

	for (struct xeap_node *n = head->next; n != head; n = n->next) {
		struct xeap_ring *ring = XEAP_CONTAINER(n, struct xeap_ring, direct);

		if (ring->ops->waiting(ring))
			xeap_list_append(&rings->ready, &ring->ready);
	}
	return !xeap_list_empty(&rings->ready);
}

static void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

/* Look for frames until there are some. Returns whether that was in time. */
static bool stay_awake(struct xeap_rings *rings, uint64_t now)
{
	for (uint64_t end = now + XEAP_PACE_AWAKE; now < end; now = xeap_sys_now()) {
		if (look(rings))
			return true;
		relax();
	}
	xeap_pace_in_vain(&rings->pace);
	return false;
}

/* Wait without the kernel's help. Returns whether frames came. */
static bool wait_a_moment(struct xeap_rings *rings)
{
	uint64_t now = xeap_sys_now();

	switch (xeap_pace_next(&rings->pace, now, rings->received)) {
	case XEAP_WAIT_AWAKE:
		return rings->direct_count && stay_awake(rings, now);
	case XEAP_WAIT_NAPPING:
		xeap_sys_nap(XEAP_PACE_NAP);
		break;
	case XEAP_WAIT_ASLEEP:
	case XEAP_WAIT_MAX:
		break;
	}
	return look(rings);
}

int xeap_rings_wait(struct xeap_rings *rings, int other, int timeout_ms)
{
	bool waiting = timeout_ms ? wait_a_moment(rings) : look(rings);
	int err;

	rings->waits = true;
	rings->received = 0;
	if (waiting && ++rings->unasked < UNASKED_MAX)
		return 0;
	rings->unasked = 0;
	if (!waiting)
		xeap_pace_sleeps(&rings->pace);
	err = ask(rings, other, waiting ? 0 : timeout_ms);
	return err == -EINTR ? 0 : err;
}

/* Where nobody waits with xeap_rings_wait(), the kernel is asked here. */
static void find_ready(struct xeap_rings *rings)
{
	if (rings->waits)
		look(rings);
	else if (rings->direct_count)
		ask(rings, -1, 0);
	else
		find_gathered(rings);
}

static int flush_busy(struct xeap_rings *rings, bool send)
{
	struct xeap_node *head = &rings->busy, *n, *next;
	int err = 0, one;

	for (n = head->next; n != head; n = next) {
		struct xeap_ring *ring = XEAP_CONTAINER(n, struct xeap_ring, busy);

		next = n->next;
		one = ring->ops->flush(ring, send);
		if (one)
			err = one;
		if (!ring->ops->sending(ring))
			xeap_list_remove(&ring->busy);
	}
	return err;
}

unsigned int xeap_rings_receive(struct xeap_rings *rings, struct xeap_rx *ret_batch,
				unsigned int max)
{
	unsigned int n = 0, turn, got;

	flush_busy(rings, false);
	find_ready(rings);
	while (n < max && !xeap_list_empty(&rings->ready)) {
		struct xeap_ring *ring = XEAP_CONTAINER(rings->ready.next, struct xeap_ring, ready);

		turn = max - n < TURN ? max - n : TURN;
		got = ring->ops->receive(ring, ret_batch + n, turn);
		n += got;
		xeap_list_remove(&ring->ready);
		if (got == turn)
			xeap_list_append(&rings->ready, &ring->ready);
	}
	rings->received += n;
	return n;
}

void xeap_rings_recycle(struct xeap_rings *rings, const struct xeap_rx *batch, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		xeap_frame_give_back(batch[i].frame);
	while (!xeap_list_empty(&rings->owing)) {
		struct xeap_ring *ring = XEAP_CONTAINER(rings->owing.next, struct xeap_ring, owing);

		xeap_list_remove(&ring->owing);
		ring->ops->recycle(ring);
	}
}

int xeap_rings_flush(struct xeap_rings *rings)
{
	return flush_busy(rings, true);
}
