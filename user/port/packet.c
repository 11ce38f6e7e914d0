/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */

/*
 * The packet ring: one unbound AF_PACKET socket for all ports that have no XDP. It makes the choice
 * that the XDP program makes elsewhere. What it sends is copied by the kernel during the call, so
 * frames complete right after it.
 *
 * The kernel takes VLAN tags off before a socket for one EtherType sees a frame, and marks a frame
 * of a VLAN that has no netdev as another host's. A tag that does come along (as auxiliary data) is
 * put back in front.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <stdlib.h>
#include <string.h>
#include <base/frame.h>
#include <port/ring.h>

#define BATCH 64
#define TURNS 4
#define PLACES 1024 /* power of two */
#define TAG_LEN 4
#define VLAN_VID_MASK 0x0FFF
#define ADDRESSES_LEN 12 /* destination and source */
/*
 * Where a frame is received in its chunk: room for one tag in front, and the EAP packet 16-byte
 * aligned.
 */
#define RX_OFFSET 14

struct outgoing {
	struct xeap_frame *frame; /* NULL: withdrawn */
	struct xeap_port *port;
};

/* What one received message needs besides its frame. */
struct incoming {
	struct xeap_frame *frame; /* filled; NULL: none to be had */
	struct iovec iov;
	struct sockaddr_ll from;
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	} control;
};

struct packet_ring {
	struct xeap_ring ring;
	struct xeap_port *place[PLACES]; /* by ifindex, chained */
	struct xeap_port *bearer;	 /* shows the socket's drops */
	uint64_t drops;
	uint64_t copied_seen; /* copies of the pool that were booked to a port */
	unsigned int
		batch; /* messages a call; half of the frames at most, the rest is for sending */
	struct incoming in[BATCH];
	struct mmsghdr in_message[BATCH];
	struct iovec out_iov[BATCH];
	struct sockaddr_ll out_to[BATCH];
	struct mmsghdr out_message[BATCH];
	uint32_t first, queued, room; /* out: a circle of `room`, as many as the pool has frames */
	struct outgoing out[];
};

static struct packet_ring *packet(struct xeap_ring *ring)
{
	return XEAP_CONTAINER(ring, struct packet_ring, ring);
}

static struct xeap_port **place_of(struct packet_ring *r, int ifindex)
{
	return &r->place[(unsigned int)ifindex & (PLACES - 1)];
}

static struct xeap_port *find_port(struct packet_ring *r, int ifindex)
{
	struct xeap_port *p = *place_of(r, ifindex);

	while (p && p->netdev.ifindex != ifindex)
		p = p->same_place;
	return p;
}

/* Give every message a frame to be received into. */
static void provide(struct packet_ring *r)
{
	for (unsigned int i = 0; i < r->batch; i++) {
		struct incoming *in = &r->in[i];

		if (in->frame)
			continue;
		in->frame = xeap_pool_fill(r->ring.pool);
		if (!in->frame)
			return;
		in->iov.iov_base = in->frame->base + RX_OFFSET;
		in->iov.iov_len = in->frame->size - RX_OFFSET;
	}
}

/* How many messages in a row have a frame. */
static unsigned int provided(const struct packet_ring *r, unsigned int max)
{
	unsigned int n = 0;

	while (n < max && n < r->batch && r->in[n].frame)
		n++;
	return n;
}

static void prepare(struct packet_ring *r, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		struct incoming *in = &r->in[i];

		r->in_message[i].msg_hdr = (struct msghdr){
			.msg_name = &in->from,
			.msg_namelen = sizeof(in->from),
			.msg_iov = &in->iov,
			.msg_iovlen = 1,
			.msg_control = in->control.bytes,
			.msg_controllen = sizeof(in->control.bytes),
		};
	}
}

/*
 * The tag that the kernel or the device took off, as it stood in the frame; false when there was
 * none.
 */
static bool stripped_tag(struct msghdr *m, uint16_t ret_tag[2])
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	struct tpacket_auxdata aux;

	if (!c || c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA ||
	    c->cmsg_len < CMSG_LEN(sizeof(aux)))
		return false;
	memcpy(&aux, CMSG_DATA(c), sizeof(aux));
	if (!(aux.tp_status & TP_STATUS_VLAN_VALID))
		return false;
	ret_tag[0] =
		htons(aux.tp_status & TP_STATUS_VLAN_TPID_VALID ? aux.tp_vlan_tpid : ETH_P_8021Q);
	ret_tag[1] = htons(aux.tp_vlan_tci);
	return true;
}

static bool is_group(const uint8_t *dst)
{
	static const uint8_t pae[5] = { 0x01, 0x80, 0xc2, 0x00, 0x00 };

	return !memcmp(dst, pae, sizeof(pae)) &&
	       (dst[5] == 0x03 || dst[5] == 0x00 || dst[5] == 0x0e);
}

/*
 * As the XDP program decides: destination, version, type and length. `frame` has no tag in front.
 */
static bool wanted(const struct xeap_port *port, const struct sockaddr_ll *from,
		   const uint8_t *frame, uint32_t len)
{
	const uint8_t *eapol = frame + ETH_HLEN;

	if (len < ETH_HLEN + 4)
		return false;
	if (frame[0] & 1) {
		/* To a group and yet another host's: of a VLAN that is not here. */
		if (!is_group(frame) || from->sll_pkttype == PACKET_OTHERHOST)
			return false;
	} else if (!port->options.any_unicast && memcmp(frame, port->netdev.mac, ETH_ALEN)) {
		return false;
	}
	return eapol[0] >= 1 && eapol[1] < 32 && port->options.type_mask & 1u << eapol[1] &&
	       (uint32_t)(eapol[2] << 8 | eapol[3]) + 4 <= len - ETH_HLEN;
}

/* Put a tag behind the addresses, which move into the room before the frame. */
static void insert_tag(uint8_t *frame, const uint16_t tag[2])
{
	memmove(frame - TAG_LEN, frame, ADDRESSES_LEN);
	memcpy(frame - TAG_LEN + ADDRESSES_LEN, tag, TAG_LEN);
}

/*
 * One message that was received into in->frame. Returns whether it became a frame for the caller.
 */
static bool take(struct packet_ring *r, struct incoming *in, struct mmsghdr *m,
		 struct xeap_rx *ret_rx)
{
	struct xeap_port *port = find_port(r, in->from.sll_ifindex);
	uint32_t offset = RX_OFFSET, len = m->msg_len;
	uint16_t tag[2];
	bool tagged = stripped_tag(&m->msg_hdr, tag);

	if (!port || m->msg_hdr.msg_flags & MSG_TRUNC ||
	    !wanted(port, &in->from, in->frame->base + offset, len))
		return false;
	if (tagged && port->options.untagged_only && tag[1] & htons(VLAN_VID_MASK))
		return false;
	if (tagged) {
		insert_tag(in->frame->base + offset, tag);
		offset -= TAG_LEN;
		len += TAG_LEN;
	}
	xeap_frame_receive(in->frame, offset, len);
	*ret_rx = (struct xeap_rx){
		.port = port,
		.frame = in->frame,
		.data = xeap_span(in->frame->c.data, len),
	};
	port->frames_rx++;
	in->frame = NULL;
	return true;
}

/*
 * Frames that were not wanted stay with their messages and are received into again, a few times: it
 * may be a flood.
 */
static unsigned int packet_receive(struct xeap_ring *ring, struct xeap_rx *ret_batch,
				   unsigned int max)
{
	struct packet_ring *r = packet(ring);
	unsigned int stored = 0, n, turns = TURNS;
	int got;

	do {
		provide(r);
		n = provided(r, max - stored);
		prepare(r, n);
		got = n ? xeap_sys_receive(ring->fd, r->in_message, n) : -EAGAIN;
		for (int i = 0; i < got; i++)
			if (take(r, &r->in[i], &r->in_message[i], &ret_batch[stored]))
				stored++;
	} while (got == (int)n && stored < max && --turns);
	xeap_list_append(&ring->set->owing, &ring->owing);
	return stored;
}

static void packet_recycle(struct xeap_ring *ring)
{
	provide(packet(ring));
}

static int packet_transmit(struct xeap_ring *ring, struct xeap_port *port, struct xeap_frame *frame)
{
	struct packet_ring *r = packet(ring);
	struct xeap_pool_stats s;
	int err;

	if (port->down)
		return -ENETDOWN;
	if (r->queued == r->room)
		return -ENOBUFS;
	err = xeap_frame_queue(frame);
	if (err)
		return err;
	xeap_pool_get_stats(ring->pool, &s);
	port->tx_copied += s.copied - r->copied_seen; /* copied just now, to be sent here */
	r->copied_seen = s.copied;
	r->out[(r->first + r->queued++) % r->room] = (struct outgoing){ frame, port };
	xeap_list_append(&ring->set->busy, &ring->busy);
	return 0;
}

static void prepare_out(struct packet_ring *r, unsigned int i, const struct outgoing *out)
{
	r->out_iov[i] = (struct iovec){
		.iov_base = xeap_frame_wire(out->frame),
		.iov_len = xeap_frame_pad(out->frame),
	};
	r->out_to[i] = (struct sockaddr_ll){
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_PAE),
		.sll_ifindex = out->port->netdev.ifindex,
		.sll_halen = ETH_ALEN,
	};
	memcpy(r->out_to[i].sll_addr, xeap_frame_wire(out->frame), ETH_ALEN);
	r->out_message[i].msg_hdr = (struct msghdr){
		.msg_name = &r->out_to[i],
		.msg_namelen = sizeof(r->out_to[i]),
		.msg_iov = &r->out_iov[i],
		.msg_iovlen = 1,
	};
}

static struct outgoing *first_out(struct packet_ring *r)
{
	return &r->out[r->first];
}

static void pop_out(struct packet_ring *r)
{
	*first_out(r) = (struct outgoing){ NULL, NULL };
	r->first = (r->first + 1) % r->room;
	r->queued--;
}

static void skip_withdrawn(struct packet_ring *r)
{
	while (r->queued && !first_out(r)->frame)
		pop_out(r);
}

/*
 * The kernel refused the first frame for a reason of its own: what it was to leave by is down or
 * gone.
 */
static void refuse_first(struct packet_ring *r, int err)
{
	struct outgoing *out = first_out(r);

	if (err == -ENETDOWN)
		out->port->down = true;
	out->port->tx_refused++;
	xeap_frame_unqueue(out->frame);
	pop_out(r);
}

/* Send a run of frames. 0; -EAGAIN: the socket's buffer is full. */
static int send_run(struct packet_ring *r)
{
	unsigned int n = 0;
	int sent;

	while (n < r->queued && n < BATCH) {
		const struct outgoing *out = &r->out[(r->first + n) % r->room];

		if (!out->frame)
			break;
		prepare_out(r, n++, out);
	}
	first_out(r)->port->tx_wakeups++;
	sent = xeap_sys_send(r->ring.fd, r->out_message, n);
	if (sent == -EAGAIN || sent == -ENOBUFS || sent == -EINTR)
		return -EAGAIN;
	if (sent < 0) {
		refuse_first(r, sent);
		return 0;
	}
	while (sent-- > 0) {
		first_out(r)->port->frames_tx++;
		xeap_frame_complete(first_out(r)->frame);
		pop_out(r);
	}
	return 0;
}

static int packet_flush(struct xeap_ring *ring, bool send)
{
	struct packet_ring *r = packet(ring);
	int err = 0;

	if (!send)
		return 0;
	skip_withdrawn(r);
	while (!err && r->queued) {
		err = send_run(r);
		skip_withdrawn(r);
	}
	return err;
}

static bool packet_sending(const struct xeap_ring *ring)
{
	return ((const struct packet_ring *)(const void *)((const char *)ring -
							   offsetof(struct packet_ring, ring)))
		->queued;
}

static void packet_stats(struct xeap_ring *ring, const struct xeap_port *port,
			 struct xeap_port_stats *stats)
{
	struct packet_ring *r = packet(ring);
	uint32_t drops;

	if (!r->bearer)
		r->bearer = find_port(r, port->netdev.ifindex);
	if (!xeap_sys_packet_drops(ring->fd, &drops))
		r->drops += drops;
	stats->tx_copied += port->tx_copied;
	if (r->bearer == port)
		stats->rx_dropped += r->drops;
}

/* An unbound socket reports errors of single frames; there is nothing to mend. */
static void packet_fail(struct xeap_ring *ring)
{
}

static void packet_close(struct xeap_ring *ring)
{
	xeap_sys_close(ring->fd);
	xeap_pool_free(ring->pool);
	free(packet(ring));
}

static const struct xeap_ring_ops packet_ops = {
	.receive = packet_receive,
	.recycle = packet_recycle,
	.transmit = packet_transmit,
	.flush = packet_flush,
	.sending = packet_sending,
	.stats = packet_stats,
	.fail = packet_fail,
	.close = packet_close,
};

int xeap_packet_ring_new(struct xeap_rings *set, struct xeap_ring **ret_ring)
{
	uint32_t frames = set->options.packet_frames, chunk;
	struct packet_ring *r = calloc(1, sizeof(*r) + frames * sizeof(r->out[0]));
	int err, fd;

	if (!r)
		return -ENOMEM;
	xeap_ring_init(&r->ring, &packet_ops, set);
	r->room = frames;
	r->batch = frames / 2 < BATCH ? frames / 2 : BATCH;
	/* All ports share it, and none is asked for its MTU. */
	chunk = set->options.chunk ? set->options.chunk : XEAP_CHUNK_LARGE;
	err = xeap_pool_new(frames, chunk, &r->ring.pool);
	if (err)
		goto out_free;
	fd = xeap_sys_packet_open(ETH_P_PAE);
	if (fd < 0) {
		err = fd;
		goto out_pool;
	}
	r->ring.fd = fd;
	err = xeap_ring_enter(&r->ring);
	if (err)
		goto out_socket;
	*ret_ring = &r->ring;
	return 0;

out_socket:
	xeap_sys_close(fd);
out_pool:
	xeap_pool_free(r->ring.pool);
out_free:
	free(r);
	return err;
}

void xeap_packet_ring_add(struct xeap_ring *ring, struct xeap_port *port)
{
	struct xeap_port **place = place_of(packet(ring), port->netdev.ifindex);

	port->same_place = *place;
	*place = port;
}

void xeap_packet_ring_remove(struct xeap_ring *ring, struct xeap_port *port)
{
	struct packet_ring *r = packet(ring);
	struct xeap_port **at = place_of(r, port->netdev.ifindex);

	while (*at != port)
		at = &(*at)->same_place;
	*at = port->same_place;
	if (r->bearer == port)
		r->bearer = NULL;
	for (uint32_t i = 0; i < r->queued; i++) {
		struct outgoing *out = &r->out[(r->first + i) % r->room];

		if (out->port != port || !out->frame)
			continue;
		xeap_frame_unqueue(out->frame);
		out->frame = NULL;
	}
}
