/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/reader.h>
#include <base/wipe.h>
#include <errno.h>
#include <method/ikev2_packet.h>
#include <stdlib.h>
#include <wire/eap.h>

#define LENGTH 0x80u			     /* L: the Message Length follows */
#define MORE 0x40u			     /* M: so does another fragment */
#define INTEGRITY 0x20u			     /* I: Integrity Checksum Data at the end */
#define HEADER ((size_t)XEAP_EAP_HEADER + 2) /* and Type, Flags */
#define TOTAL 4

static const struct xeap_method_type ikev2_type = { .type = XEAP_EAP_IKEV2 };

static void forget_in(struct xeap_ikev2_packets *m)
{
	free(m->in);
	m->in = NULL;
	m->in_len = m->in_total = 0;
	m->in_whole = false;
}

static void forget_out(struct xeap_ikev2_packets *m)
{
	free(m->out);
	m->out = NULL;
	m->out_len = m->out_at = 0;
}

void xeap_ikev2_packets_done(struct xeap_ikev2_packets *m)
{
	forget_in(m);
	forget_out(m);
}

bool xeap_ikev2_sending(const struct xeap_ikev2_packets *m)
{
	return m->out != NULL;
}

/* The checksum covers the packet from Code on, its Length the final one. */
static int put_checksum(const struct xeap_ikev2_packets *m, struct xeap_builder *b,
			struct xeap_chunk *to)
{
	size_t covered = to->len + xeap_builder_len(b), icv_len = 0;
	uint8_t icv[XEAP_IKEV2_ICV_MAX];
	int r;

	if (m->out_protected)
		icv_len = xeap_ikev2_icv_len(&m->keys->suite);
	if (b->bad || covered + icv_len > to->cap)
		return -EMSGSIZE;
	to->len = covered + icv_len;
	xeap_eap_finish(to);
	if (!m->out_protected)
		return 0;
	r = xeap_ikev2_checksum(m->keys, XEAP_IKEV2_PEER, xeap_span(to->data, covered), icv);
	if (r == 0)
		xeap_put_span(b, xeap_span(icv, icv_len));
	return r;
}

static int write_packet(const struct xeap_ikev2_packets *m, uint8_t id, uint8_t flags,
			struct xeap_span part, struct xeap_chunk *to)
{
	struct xeap_builder b = xeap_eap_build_response(to, id, ikev2_type);

	xeap_put_u8(&b, m->out_protected ? flags | INTEGRITY : flags);
	if (flags & LENGTH)
		xeap_put_u32(&b, (uint32_t)m->out_len);
	xeap_put_span(&b, part);
	return put_checksum(m, &b, to);
}

/* Bytes of a packet beside those of the message. */
static size_t overhead(const struct xeap_ikev2_packets *m, bool with_total)
{
	return HEADER + (with_total ? TOTAL : 0) +
	       (m->out_protected ? xeap_ikev2_icv_len(&m->keys->suite) : 0);
}

/* The next fragment of what is being sent. */
static int write_fragment(struct xeap_ikev2_packets *m, uint8_t id, struct xeap_chunk *to)
{
	size_t around = overhead(m, m->out_at == 0), left = m->out_len - m->out_at;
	size_t max = m->packet_max < to->cap ? m->packet_max : to->cap;
	uint8_t flags = m->out_at ? 0 : LENGTH;
	int r;

	if (max <= around)
		return -EMSGSIZE;
	if (left > max - around) {
		left = max - around;
		flags |= MORE;
	}
	r = write_packet(m, id, flags, xeap_span(m->out + m->out_at, left), to);
	if (r < 0)
		return r;
	m->out_at += left;
	if (m->out_at == m->out_len)
		forget_out(m);
	return 0;
}

int xeap_ikev2_send(struct xeap_ikev2_packets *m, uint8_t id, struct xeap_span message,
		    struct xeap_chunk *response)
{
	int r;

	m->out_protected = m->keys != NULL;
	if (overhead(m, false) + message.len <= m->packet_max)
		return write_packet(m, id, 0, message, response);
	forget_out(m);
	m->out = malloc(message.len);
	if (!m->out)
		return -ENOMEM;
	memcpy(m->out, message.data, message.len);
	m->out_len = message.len;
	r = write_fragment(m, id, response);
	if (r < 0)
		forget_out(m);
	return r;
}

/* An acknowledgement has no data at all, hence no checksum. */
static int write_ack(uint8_t id, struct xeap_chunk *to)
{
	if (!xeap_eap_begin_response(to, id, ikev2_type))
		return -EMSGSIZE;
	xeap_eap_finish(to);
	return 0;
}

static int take_ack(struct xeap_ikev2_packets *m, const struct xeap_eap *eap,
		    struct xeap_chunk *response)
{
	int r;

	if (eap->data.len)
		return XEAP_IKEV2_IGNORE;
	r = write_fragment(m, eap->id, response);
	return r < 0 ? r : XEAP_IKEV2_WRITTEN;
}

/* Cut the checksum off: XEAP_IKEV2_MESSAGE, or XEAP_IKEV2_IGNORE for a wrong one or none. */
static int check_integrity(const struct xeap_ikev2_packets *m, const struct xeap_eap *eap,
			   bool there, struct xeap_span *part)
{
	uint8_t wanted[XEAP_IKEV2_ICV_MAX];
	struct xeap_reader r = xeap_reader(*part);
	struct xeap_span icv;
	size_t len;
	int err;

	if (!m->keys || !there)
		return !m->keys && !there ? XEAP_IKEV2_MESSAGE : XEAP_IKEV2_IGNORE;
	len = xeap_ikev2_icv_len(&m->keys->suite);
	if (part->len < len)
		return XEAP_IKEV2_IGNORE;
	*part = xeap_read_span(&r, part->len - len);
	icv = xeap_read_span(&r, len);
	err = xeap_ikev2_checksum(m->keys, XEAP_IKEV2_SERVER,
				  xeap_span(eap->packet.data, eap->packet.len - len), wanted);
	if (err < 0)
		return err;
	return xeap_equal_secret(icv.data, wanted, len) ? XEAP_IKEV2_MESSAGE : XEAP_IKEV2_IGNORE;
}

/* The Message Length is said once, with the first fragment. */
static int begin_in(struct xeap_ikev2_packets *m, size_t total, size_t part, bool more)
{
	if (m->in || total > XEAP_IKEV2_MESSAGE_MAX || part == 0 ||
	    (more ? part >= total : part != total))
		return XEAP_IKEV2_IGNORE;
	m->in = malloc(total);
	if (!m->in)
		return -ENOMEM;
	m->in_total = total;
	return XEAP_IKEV2_MESSAGE;
}

static int take_fragment(struct xeap_ikev2_packets *m, uint8_t id, bool more, struct xeap_span part,
			 struct xeap_chunk *response, struct xeap_span *ret_message)
{
	size_t left = m->in_total - m->in_len;

	/* The last ends the message, and no other does. */
	if (part.len == 0 || (more ? part.len >= left : part.len != left))
		return XEAP_IKEV2_IGNORE;
	if (more && write_ack(id, response) < 0)
		return -EMSGSIZE;
	memcpy(m->in + m->in_len, part.data, part.len);
	m->in_len += part.len;
	if (more)
		return XEAP_IKEV2_WRITTEN;
	m->in_whole = true;
	*ret_message = xeap_span(m->in, m->in_len);
	return XEAP_IKEV2_MESSAGE;
}

/* What is left of a packet, its checksum right. */
static int take_part(struct xeap_ikev2_packets *m, uint8_t id, struct xeap_span part, size_t total,
		     uint8_t flags, struct xeap_chunk *response, struct xeap_span *ret_message)
{
	bool more = flags & MORE;

	/* What was whole has been read by now. */
	if (m->in_whole)
		forget_in(m);
	if (flags & LENGTH) {
		int begun = begin_in(m, total, part.len, more);

		if (begun != XEAP_IKEV2_MESSAGE)
			return begun;
	}
	if (m->in)
		return take_fragment(m, id, more, part, response, ret_message);
	if (more || part.len > XEAP_IKEV2_MESSAGE_MAX)
		return XEAP_IKEV2_IGNORE;
	*ret_message = part;
	return XEAP_IKEV2_MESSAGE;
}

int xeap_ikev2_take(struct xeap_ikev2_packets *m, struct xeap_span request,
		    struct xeap_chunk *response, struct xeap_span *ret_message)
{
	struct xeap_span part;
	struct xeap_reader r;
	struct xeap_eap eap;
	uint8_t flags;
	size_t total;
	int turn;

	if (xeap_eap_parse(request, &eap) < 0)
		return XEAP_IKEV2_IGNORE;
	if (m->out)
		return take_ack(m, &eap, response);
	r = xeap_reader(eap.data);
	flags = xeap_read_u8(&r);
	total = flags & LENGTH ? xeap_read_u32(&r) : 0;
	part = xeap_read_rest(&r);
	if (r.bad)
		return XEAP_IKEV2_IGNORE;
	turn = check_integrity(m, &eap, flags & INTEGRITY, &part);
	if (turn != XEAP_IKEV2_MESSAGE)
		return turn;
	return take_part(m, eap.id, part, total, flags, response, ret_message);
}

bool xeap_ikev2_begins(struct xeap_span request)
{
	struct xeap_reader r;
	struct xeap_eap eap;
	uint8_t exchange;

	if (xeap_eap_parse(request, &eap) < 0)
		return false;
	r = xeap_reader(eap.data);
	if (xeap_read_u8(&r) & LENGTH)
		xeap_read_u32(&r);
	xeap_read_span(&r, 2 * XEAP_IKE_SPI + 2);
	exchange = xeap_read_u8(&r);
	xeap_read_span(&r, XEAP_IKE_HEADER - 2 * XEAP_IKE_SPI - 3);
	return !r.bad && exchange == XEAP_IKE_SA_INIT;
}
