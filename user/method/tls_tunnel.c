/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/reader.h>
#include <base/wipe.h>
#include <errno.h>
#include <method/tls_config.h>
#include <method/tls_tunnel.h>
#include <stdlib.h>
#include <string.h>
#include <wire/eap.h>
#include <xeap/host.h>

/*
 * Bytes in front of the TLS data. Every flight's first chunk is written with the longer header,
 * because the length of the message is known only when it is whole; a message of one packet gives
 * the four bytes of length up again.
 */
#define FLAGS_HEADER (XEAP_EAP_HEADER + 2)
#define LENGTH_BYTES 4

static size_t header_of(uint32_t chunk_number)
{
	return FLAGS_HEADER + (chunk_number == 0 ? LENGTH_BYTES : 0);
}

/* TLS bytes that a chunk still takes. */
static size_t room_in(const struct xeap_tunnel *t, const struct xeap_chunk *c)
{
	size_t header = header_of(t->chunks - 1);
	size_t cap = c->cap < t->max_packet ? c->cap : t->max_packet;

	if (cap > header + t->fragment_size)
		cap = header + t->fragment_size;
	return cap > c->len ? cap - c->len : 0;
}

/* The chunk to write to, appended when the last one is full; NULL when there can be none. */
static struct xeap_chunk *chunk_to_fill(struct xeap_tunnel *t)
{
	struct xeap_chunk *c = t->chunks ? xeap_flight_last(t->writer) : NULL;

	if (c && room_in(t, c) > 0)
		return c;
	if (t->chunks == XEAP_TUNNEL_MAX_FRAGMENTS) {
		t->overflow = true;
		return NULL;
	}
	c = xeap_flight_append(t->writer);
	if (!c)
		return NULL;
	c->len = header_of(t->chunks++);
	return c;
}

static size_t write_output(struct xeap_tls_output *output, const uint8_t *data, size_t len)
{
	struct xeap_tunnel *t =
		(struct xeap_tunnel *)(void *)((char *)output -
					       offsetof(struct xeap_tunnel, output));
	size_t done = 0;

	while (done < len) {
		struct xeap_chunk *c;
		size_t n;

		t->overflow |= t->flight_len + (len - done) > XEAP_TUNNEL_MAX_FLIGHT;
		c = t->overflow ? NULL : chunk_to_fill(t);
		n = c ? room_in(t, c) : 0;
		if (n == 0)
			break;
		if (n > len - done)
			n = len - done;
		memcpy(c->data + c->len, data + done, n);
		c->len += n;
		t->flight_len += (uint32_t)n;
		done += n;
	}
	return done;
}

int xeap_tunnel_init(struct xeap_tunnel *t, const struct xeap_tunnel_ops *ops,
		     const struct xeap_method_args *args)
{
	long size = xeap_config_get_int(args->config, XEAP_CONFIG_FRAGMENT_SIZE,
					XEAP_TUNNEL_FRAGMENT_SIZE);

	memset(t, 0, sizeof(*t));
	t->ops = ops;
	t->output.write = write_output;
	t->fragment_size = size > 0 ? (size_t)size : XEAP_TUNNEL_FRAGMENT_SIZE;
	t->max_packet = args->max_packet;
	t->silent = true;
	t->include_length = xeap_tls_config_word(args->config, "include_tls_length");
	if (!args->shared || t->max_packet <= FLAGS_HEADER + LENGTH_BYTES)
		return -EINVAL;
	if (xeap_tls_init(&t->tls, args->shared, &t->output) < 0)
		return -ENOMEM;
	if (args->flags & (XEAP_FLAG_NON_INTERACTIVE | XEAP_FLAG_SUPPRESS_UI))
		t->tls.may_ask = false;
	if (args->keeps_resumption)
		xeap_tls_resume(&t->tls, args->resumption);
	return 0;
}

static void let_go(struct xeap_tunnel *t)
{
	free(t->held);
	t->held = NULL;
	t->held_len = 0;
}

static void empty_inbox(struct xeap_tunnel *t)
{
	if (t->inbox)
		xeap_wipe(t->inbox, t->inbox_size);
	free(t->inbox);
	t->inbox = NULL;
	t->inbox_len = t->inbox_size = 0;
}

void xeap_tunnel_done(struct xeap_tunnel *t)
{
	xeap_tls_done(&t->tls);
	let_go(t);
	empty_inbox(t);
}

/* Write the header of the packet that was taken off the flight; its length is known now. */
static void write_header(struct xeap_tunnel *t, uint8_t id, struct xeap_chunk *c)
{
	bool first = t->taken == 0, more = t->taken + 1 < t->chunks;
	bool length = first && (more || t->include_length);
	struct xeap_builder b;

	if (first && !length) {
		c->data += LENGTH_BYTES;
		c->len -= LENGTH_BYTES;
		c->cap -= LENGTH_BYTES;
	}
	b = xeap_builder(c->data, c->len);
	xeap_put_u8(&b, XEAP_EAP_RESPONSE);
	xeap_put_u8(&b, id);
	xeap_put_u16(&b, (uint16_t)c->len);
	xeap_put_u8(&b, t->ops->type.type);
	xeap_put_u8(&b,
		    (length ? XEAP_EAPTLS_LENGTH : 0) | (more ? XEAP_EAPTLS_MORE : 0) | t->version);
	if (length)
		xeap_put_u32(&b, t->flight_len);
}

/* Answer with the next packet of the flight. */
static int send_next(struct xeap_tunnel *t, uint8_t id, struct xeap_writer *w)
{
	int r = xeap_flight_take(w);

	if (r < 0)
		return r;
	write_header(t, id, &w->c);
	t->taken++;
	t->sending = t->taken < t->chunks;
	if (!t->sending)
		t->chunks = t->taken = t->flight_len = 0;
	return 0;
}

/* The empty packet that asks for the next fragment, or says that all is read. */
static int send_ack(struct xeap_tunnel *t, uint8_t id, struct xeap_writer *w)
{
	uint8_t *p = xeap_eap_begin_response(&w->c, id, t->ops->type);

	if (!p || w->c.len == w->c.cap)
		return -EMSGSIZE;
	*p = t->version;
	w->c.len++;
	xeap_eap_finish(&w->c);
	return 0;
}

/* Growing by doubling, because what was in it has to be wiped where it was. */
static int grow_inbox(struct xeap_tunnel *t, size_t more)
{
	size_t size = t->inbox_size ? t->inbox_size : XEAP_TUNNEL_READ;
	uint8_t *larger;

	while (size < t->inbox_len + more)
		size *= 2;
	if (size == t->inbox_size)
		return 0;
	if (t->inbox_len + more > XEAP_TUNNEL_MAX_INBOX)
		return xeap_diag_set(&t->tls.why, -EMSGSIZE, XEAP_E_REMOTE_INVALID_PACKET,
				     "server sent more than %u bytes inside one message",
				     XEAP_TUNNEL_MAX_INBOX);
	larger = malloc(size);
	if (!larger)
		return xeap_diag_set(&t->tls.why, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	if (t->inbox_len)
		memcpy(larger, t->inbox, t->inbox_len);
	if (t->inbox)
		xeap_wipe(t->inbox, t->inbox_size);
	free(t->inbox);
	t->inbox = larger;
	t->inbox_size = size;
	return 0;
}

/* Give it to the method, or keep it until the message is whole; nobody waits for it at the end. */
static int take_data(struct xeap_tunnel *t, struct xeap_span data, bool early)
{
	int r;

	if (!t->ops->message)
		return t->ops->received(t, data, early);
	if (t->state == XEAP_TUNNEL_CLOSED)
		return 0;
	r = grow_inbox(t, data.len);
	if (r < 0)
		return r;
	memcpy(t->inbox + t->inbox_len, data.data, data.len);
	t->inbox_len += data.len;
	return 0;
}

static int read_application_data(struct xeap_tunnel *t, struct xeap_span *in, bool early)
{
	XEAP_SECRET(data, XEAP_TUNNEL_READ);

	for (;;) {
		int n = xeap_tls_read(&t->tls, in, data, sizeof(data));

		if (n <= 0)
			return n;
		if (take_data(t, xeap_span(data, (size_t)n), early) < 0)
			return -EPROTO;
	}
}

/* Give TLS what came. 0; -ENOBUFS; -EPROTO. `in` is what was left over. */
static int pump(struct xeap_tunnel *t, struct xeap_span *in)
{
	bool early = t->state == XEAP_TUNNEL_HANDSHAKE;

	if (early) {
		int r = xeap_tls_handshake(&t->tls, in);

		if (r <= 0)
			return r;
		t->state = XEAP_TUNNEL_OPEN;
		if (t->ops->established(t) < 0)
			return -EPROTO;
	}
	return read_application_data(t, in, early);
}

/* Output did not fit: wait for room, unless it never will. */
static int stall(struct xeap_tunnel *t, uint8_t id, size_t left)
{
	if (t->overflow) {
		t->state = XEAP_TUNNEL_FAILED;
		if (t->chunks < XEAP_TUNNEL_MAX_FRAGMENTS)
			return xeap_diag_set(&t->tls.why, -EMSGSIZE, XEAP_E_INVALID_PARAMETER,
					     "TLS message of more than %u bytes: shorten "
					     "client_cert's chain",
					     XEAP_TUNNEL_MAX_FLIGHT);
		return xeap_diag_set(&t->tls.why, -EMSGSIZE, XEAP_E_INVALID_PARAMETER,
				     "TLS message too large for %u packets of %zu bytes: raise "
				     "fragment_size or shorten client_cert's chain",
				     XEAP_TUNNEL_MAX_FRAGMENTS, t->fragment_size);
	}
	t->stalled = true;
	t->stalled_id = id;
	t->stalled_left = left;
	return -ENOBUFS;
}

/*
 * Answer what was received: with our message once the server's is whole, an alert too, else with an
 * acknowledgement. A failure without an alert of ours is acknowledged as well: the server's own
 * alert wants that (RFC 5216 §2.1.3), and then its EAP-Failure ends the conversation.
 */
static int respond(struct xeap_tunnel *t, uint8_t id, struct xeap_writer *w)
{
	int r;

	if (t->rx.more || t->chunks == 0)
		return send_ack(t, id, w);
	t->sending = true;
	r = send_next(t, id, w);
	return r == -ENOBUFS || r == -ENOMEM ? stall(t, id, 0) : r;
}

/*
 * After success a message that makes no sense changes nothing any more; an alert about it does not
 * leave.
 */
static int drop(struct xeap_tunnel *t, struct xeap_writer *w)
{
	xeap_flight_clear(w);
	t->chunks = t->flight_len = 0;
	return -EBADMSG;
}

/* `data` is what TLS has not read yet; it may lie in what is held from before. */
static int ask(struct xeap_tunnel *t, uint8_t id, struct xeap_span data)
{
	uint8_t *copy = malloc(data.len + 1);

	if (!copy)
		return stall(t, id, data.len);
	if (data.len)
		memcpy(copy, data.data, data.len);
	free(t->held);
	t->held = copy;
	t->held_len = data.len;
	t->asked_id = id;
	t->asking = true;
	return 0;
}

/* A whole message was read: the method's turn. -EAGAIN: it has a question. */
static int deliver(struct xeap_tunnel *t)
{
	int r;

	if (!t->ops->message || t->state != XEAP_TUNNEL_OPEN || t->rx.more ||
	    (!t->silent && !t->inbox_len))
		return 0;
	t->silent = false;
	r = t->ops->message(t, xeap_span(t->inbox, t->inbox_len));
	empty_inbox(t);
	t->inside = r == -EAGAIN;
	return r == 0 || r == -EAGAIN ? r : -EPROTO;
}

int xeap_tunnel_write(struct xeap_tunnel *t, struct xeap_span data)
{
	int r = xeap_tls_write(&t->tls, data);

	if (r > 0 && (size_t)r == data.len)
		return 0;
	if (!xeap_tls_why(&t->tls)->code)
		return xeap_diag_set(&t->tls.why, -ENOMEM, XEAP_E_OUT_OF_MEMORY,
				     "no room for a response inside the tunnel");
	return -EPROTO;
}

static int feed(struct xeap_tunnel *t, uint8_t id, struct xeap_span data, struct xeap_writer *w)
{
	bool was_closed = t->state == XEAP_TUNNEL_CLOSED;
	int r = 0;

	t->writer = w;
	if (t->state != XEAP_TUNNEL_FAILED)
		r = pump(t, &data);
	if (r == 0)
		r = deliver(t);
	t->writer = NULL;
	if (r == -ENOBUFS)
		return stall(t, id, data.len);
	if (r == -EAGAIN)
		return ask(t, id, data);
	if (r < 0 && was_closed)
		return drop(t, w);
	if (r < 0)
		t->state = XEAP_TUNNEL_FAILED;
	return respond(t, id, w);
}

/* The request that found no room came again. */
static int resume(struct xeap_tunnel *t, uint8_t id, const struct xeap_eaptls *frag,
		  struct xeap_writer *w)
{
	size_t left = t->stalled_left;

	if (id != t->stalled_id || frag->data.len < left)
		return -EBADMSG;
	t->stalled = false;
	if (t->sending)
		return respond(t, id, w);
	return feed(t, id, xeap_span(frag->data.data + frag->data.len - left, left), w);
}

static int start(struct xeap_tunnel *t, uint8_t id, const struct xeap_eaptls *frag,
		 struct xeap_writer *w)
{
	int version;

	if (!(frag->flags & XEAP_EAPTLS_START))
		return -EBADMSG;
	if (t->ops->start) {
		version = t->ops->start(t, frag->flags & XEAP_EAPTLS_VERSION, frag->data);
		if (version < 0)
			return -EPROTO;
		t->version = (uint8_t)version;
	}
	xeap_flight_clear(w);
	t->state = XEAP_TUNNEL_HANDSHAKE;
	/* Data beside the Start bit is no TLS data in any of the methods (RFC 5216 §2.1.1). */
	return feed(t, id, xeap_span(NULL, 0), w);
}

static bool is_ack(const struct xeap_eaptls *frag)
{
	return frag->data.len == 0 &&
	       !(frag->flags & (XEAP_EAPTLS_LENGTH | XEAP_EAPTLS_MORE | XEAP_EAPTLS_START));
}

static int receive(struct xeap_tunnel *t, uint8_t id, const struct xeap_eaptls *frag,
		   struct xeap_writer *w)
{
	int r;

	if (frag->flags & XEAP_EAPTLS_START || is_ack(frag))
		return -EBADMSG;
	if (t->state == XEAP_TUNNEL_FAILED && !t->rx.more)
		return -EBADMSG;
	r = xeap_eaptls_rx_add(&t->rx, frag);
	if (r == -EMSGSIZE) {
		t->state = XEAP_TUNNEL_FAILED;
		return xeap_diag_set(&t->tls.why, r, XEAP_E_REMOTE_INVALID_PACKET,
				     "server's TLS message has more than %u bytes or %u fragments",
				     XEAP_EAPTLS_MAX_MESSAGE, XEAP_EAPTLS_MAX_FRAGMENTS);
	}
	if (r < 0)
		return r;
	return feed(t, id, frag->data, w);
}

/* The rest of the request that the question came up with, now that it was answered. */
static int resume_held(struct xeap_tunnel *t, struct xeap_writer *w)
{
	const struct xeap_eaptls held = { .data = xeap_span(t->held, t->held_len) };
	int r;

	if (t->stalled)
		r = resume(t, t->asked_id, &held, w);
	else
		r = feed(t, t->asked_id, held.data, w);
	if (r == -ENOBUFS || r == -ENOMEM)
		return r;
	t->asking = false;
	let_go(t);
	return r;
}

/* While a question is open no other request makes sense: the server has not got its answer. */
static int dispatch(struct xeap_tunnel *t, uint8_t id, const struct xeap_eaptls *frag,
		    struct xeap_writer *w)
{
	if (t->asking)
		return -EBADMSG;
	if (t->ops->start && t->state != XEAP_TUNNEL_START &&
	    (frag->flags & XEAP_EAPTLS_VERSION) != t->version)
		return -EBADMSG;
	if (t->stalled)
		return resume(t, id, frag, w);
	if (t->sending)
		return is_ack(frag) ? send_next(t, id, w) : -EBADMSG;
	if (t->state == XEAP_TUNNEL_START)
		return start(t, id, frag, w);
	return receive(t, id, frag, w);
}

/*
 * While TLS is at it, Success must not be believed and Failure may be: many servers end a handshake
 * that they do not like with no alert before (methodState MAY_CONT, decision FAIL).
 */
static void tell(const struct xeap_tunnel *t, struct xeap_method_result *ret_result)
{
	const struct xeap_tunnel_verdict *v = &t->verdict;

	ret_result->method_state = XEAP_METHOD_MAY_CONT;
	ret_result->decision = XEAP_DECISION_FAIL;
	ret_result->allow_notifications = true;
	if (t->state == XEAP_TUNNEL_FAILED)
		ret_result->diag = *xeap_tls_why(&t->tls);
	/* Chunks: our message waits until the server's is whole. */
	if (t->sending || t->chunks > 0 ||
	    (t->state != XEAP_TUNNEL_OPEN && t->state != XEAP_TUNNEL_CLOSED))
		return;
	ret_result->method_state = v->method_state;
	ret_result->decision = v->decision;
	if (v->lacking)
		xeap_diag_set(&ret_result->diag, 0,
			      v->code ? v->code : XEAP_E_AUTHENTICATION_FAILED, "%s", v->lacking);
}

/* What process() and answer() return; what was sent or asked is known. */
static int conclude(struct xeap_tunnel *t, int r, struct xeap_method_result *ret_result)
{
	if (r < 0)
		ret_result->diag = *xeap_tls_why(&t->tls);
	else if (t->asking)
		ret_result->need = XEAP_NEED_UI;
	else
		tell(t, ret_result);
	return r;
}

int xeap_tunnel_process(struct xeap_tunnel *t, struct xeap_span request,
			struct xeap_writer *response, struct xeap_method_result *ret_result)
{
	struct xeap_eaptls frag;
	struct xeap_eap eap;
	int r;

	if (xeap_eap_parse(request, &eap) < 0 || xeap_eaptls_parse(eap.data, &frag) < 0)
		r = -EBADMSG;
	else
		r = dispatch(t, eap.id, &frag, response);
	if (r == -EBADMSG) {
		ret_result->ignore = true;
		return 0;
	}
	return conclude(t, r, ret_result);
}

int xeap_tunnel_get_prompt(struct xeap_tunnel *t, const char *name, struct xeap_prompt *ret_prompt)
{
	if (!t->asking)
		return -EINVAL;
	if (t->inside)
		return t->ops->get_prompt(t, ret_prompt);
	*ret_prompt = (struct xeap_prompt){
		.title = "Unknown server certificate",
		.text = t->tls.doubt->text,
		.method = name,
		.count = 1,
		.fields = { { .kind = XEAP_FIELD_CONFIRM,
			      .flags = XEAP_FIELD_F_REQUIRED,
			      .id = "accept",
			      .label = "Accept this certificate for this login" } },
	};
	return 0;
}

/* The method's own question was answered. */
static int answer_inside(struct xeap_tunnel *t, const struct xeap_prompt *answers,
			 struct xeap_writer *w)
{
	int r;

	t->writer = w;
	r = t->ops->answer(t, answers);
	t->writer = NULL;
	if (r == -EAGAIN)
		return 0;
	t->asking = t->inside = false;
	let_go(t);
	if (r < 0)
		t->state = XEAP_TUNNEL_FAILED;
	return respond(t, t->asked_id, w);
}

int xeap_tunnel_answer(struct xeap_tunnel *t, const struct xeap_prompt *answers,
		       struct xeap_writer *response, struct xeap_method_result *ret_result)
{
	const struct xeap_field *accept;

	if (!t->asking)
		return -EINVAL;
	if (t->inside)
		return conclude(t, answer_inside(t, answers, response), ret_result);
	accept = xeap_prompt_field(answers, "accept");
	if (!t->tls.doubt->answered)
		xeap_tls_answer(&t->tls,
				accept && accept->value.len == 1 && accept->value.data[0] == '1');
	return conclude(t, resume_held(t, response), ret_result);
}

void xeap_tunnel_describe(const struct xeap_tunnel *t, struct xeap_method_info *ret_info)
{
	*ret_info = (struct xeap_method_info){
		.tls_version = xeap_tls_version(&t->tls),
		.cipher = xeap_tls_cipher(&t->tls),
		.resumed = xeap_tls_resumed(&t->tls),
	};
}
