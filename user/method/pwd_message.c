/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/reader.h>
#include <base/wipe.h>
#include <errno.h>
#include <method/pwd_message.h>
#include <stdlib.h>
#include <wire/eap.h>

#define LENGTH 0x80u /* L: a Total-Length follows */
#define MORE 0x40u   /* M: so does another fragment */
#define EXCH 0x3fu
#define HEADER 1
#define TOTAL 2

static const struct xeap_method_type pwd_type = { .type = XEAP_EAP_PWD };

static uint8_t *forget(uint8_t *p, size_t len)
{
	if (p)
		xeap_wipe(p, len);
	free(p);
	return NULL;
}

static void forget_in(struct xeap_pwd_messages *m)
{
	m->in = forget(m->in, m->in_total);
	m->in_len = m->in_total = 0;
	m->in_whole = false;
}

static void forget_out(struct xeap_pwd_messages *m)
{
	m->out = forget(m->out, m->out_len);
	m->out_len = m->out_at = 0;
}

void xeap_pwd_messages_done(struct xeap_pwd_messages *m)
{
	forget_in(m);
	forget_out(m);
}

bool xeap_pwd_sending(const struct xeap_pwd_messages *m)
{
	return m->out != NULL;
}

static int write_packet(uint8_t id, uint8_t flags, size_t total, struct xeap_span part,
			struct xeap_chunk *to)
{
	struct xeap_builder b = xeap_eap_build_response(to, id, pwd_type);

	xeap_put_u8(&b, flags);
	if (flags & LENGTH)
		xeap_put_u16(&b, (uint16_t)total);
	xeap_put_span(&b, part);
	return xeap_eap_finish_built(to, &b);
}

/* The next fragment of what is being sent. */
static int write_fragment(struct xeap_pwd_messages *m, uint8_t id, struct xeap_chunk *to)
{
	size_t header = XEAP_EAP_HEADER + 1 + HEADER + (m->out_at ? 0 : TOTAL);
	size_t left = m->out_len - m->out_at;
	size_t max = m->packet_max < to->cap ? m->packet_max : to->cap;
	uint8_t flags = m->out_exch;
	int r;

	if (max <= header)
		return -EMSGSIZE;
	if (m->out_at == 0)
		flags |= LENGTH;
	if (left > max - header) {
		left = max - header;
		flags |= MORE;
	}
	r = write_packet(id, flags, m->out_len, xeap_span(m->out + m->out_at, left), to);
	if (r < 0)
		return r;
	m->out_at += left;
	if (m->out_at == m->out_len)
		forget_out(m);
	return 0;
}

int xeap_pwd_send(struct xeap_pwd_messages *m, uint8_t id, uint8_t exch, struct xeap_span message,
		  struct xeap_chunk *response)
{
	if (message.len > XEAP_PWD_MESSAGE_MAX)
		return -EMSGSIZE;
	if (XEAP_EAP_HEADER + 1 + HEADER + message.len <= m->packet_max)
		return write_packet(id, exch, 0, message, response);
	forget_out(m);
	m->out = malloc(message.len);
	if (!m->out)
		return -ENOMEM;
	memcpy(m->out, message.data, message.len);
	m->out_len = message.len;
	m->out_exch = exch;
	return write_fragment(m, id, response);
}

/* §4: an acknowledgement is a packet of the same exchange without flags and data. */
static int take_ack(struct xeap_pwd_messages *m, uint8_t id, uint8_t flags, struct xeap_span part,
		    struct xeap_chunk *response)
{
	int r;

	if (flags != m->out_exch || part.len)
		return XEAP_PWD_IGNORE;
	r = write_fragment(m, id, response);
	return r < 0 ? r : XEAP_PWD_WRITTEN;
}

/*
 * Total-Length is said once, with the first fragment. It is an upper bound here: hostapd counts the
 * octets of L, M and PWD-Exch and of Total-Length itself, and RFC 5931 §3.1 does not say what is to
 * be counted. Who reads a message checks its length.
 */
static int begin_in(struct xeap_pwd_messages *m, size_t total, size_t part)
{
	if (m->in || total > XEAP_PWD_MESSAGE_MAX || total < part || total == 0)
		return XEAP_PWD_IGNORE;
	m->in = malloc(total);
	if (!m->in)
		return -ENOMEM;
	m->in_total = total;
	return XEAP_PWD_MESSAGE;
}

static int take_fragment(struct xeap_pwd_messages *m, uint8_t id, uint8_t flags,
			 struct xeap_span part, struct xeap_chunk *response,
			 struct xeap_span *ret_message)
{
	bool more = flags & MORE;
	int r;

	if (part.len > m->in_total - m->in_len || (more && part.len == 0))
		return XEAP_PWD_IGNORE;
	if (more) {
		r = write_packet(id, flags & EXCH, 0, xeap_span(NULL, 0), response);
		if (r < 0)
			return r;
	}
	if (part.len)
		memcpy(m->in + m->in_len, part.data, part.len);
	m->in_len += part.len;
	if (more)
		return XEAP_PWD_WRITTEN;
	m->in_whole = true;
	*ret_message = xeap_span(m->in, m->in_len);
	return XEAP_PWD_MESSAGE;
}

int xeap_pwd_take(struct xeap_pwd_messages *m, uint8_t id, struct xeap_span type_data,
		  struct xeap_chunk *response, uint8_t *ret_exch, struct xeap_span *ret_message)
{
	struct xeap_reader r = xeap_reader(type_data);
	uint8_t flags = xeap_read_u8(&r);
	size_t total = flags & LENGTH ? xeap_read_u16(&r) : 0;
	struct xeap_span part = xeap_read_rest(&r);

	if (r.bad)
		return XEAP_PWD_IGNORE;
	if (m->out)
		return take_ack(m, id, flags, part, response);
	/* What was whole has been read by now. */
	if (m->in_whole)
		forget_in(m);
	*ret_exch = flags & EXCH;
	if (flags & LENGTH) {
		int begun = begin_in(m, total, part.len);

		if (begun != XEAP_PWD_MESSAGE)
			return begun;
	}
	if (m->in)
		return take_fragment(m, id, flags, part, response, ret_message);
	if (flags & MORE)
		return XEAP_PWD_IGNORE;
	*ret_message = part;
	return XEAP_PWD_MESSAGE;
}
