/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "radius/radsec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "crypto/tls.h"
#include "wire/radius.h"

/* A packet of each of a flow's logins with some room; what waits beyond that is refused. */
#define QUEUE_MAX (2u << 20)
#define QUEUE_MIN 16384

/* Bytes that wait. The memory grows to what was needed once, and stays. */
struct queue {
	uint8_t *data;
	size_t from, to, room;
};

struct xeap_radsec {
	struct xeap_tls tls;
	struct xeap_tls_output output;
	const struct xeap_radsec_sink *sink;
	bool ready; /* the handshake is done */
	bool is_no_radius;
	struct queue plain;  /* packets that wait for the handshake */
	struct queue sealed; /* for the stream */
	size_t got;	     /* bytes of the packet that is coming */
	uint8_t packet[XEAP_RADIUS_MAX];
};

/* It has no members: it is a TLS profile by a name that this layer gives out. */
static const struct xeap_tls_profile *tls_of(const struct xeap_radsec_profile *profile)
{
	return (const struct xeap_tls_profile *)profile;
}

int xeap_radsec_profile_new(const struct xeap_radsec_params *params,
			    struct xeap_radsec_profile **ret_profile, struct xeap_diag *ret_diag)
{
	const struct xeap_tls_params p = {
		.origin = "RadSec",
		.ca_cert = params->ca_cert,
		.client_cert = params->client_cert,
		.private_key = params->private_key,
		.private_key_passwd = params->private_key_passwd,
		.domain_match = params->server_name,
	};
	struct xeap_tls_profile *profile;
	int err = xeap_tls_profile_new(&p, &profile, ret_diag);

	if (!err)
		*ret_profile = (struct xeap_radsec_profile *)profile;
	return err;
}

struct xeap_radsec_profile *xeap_radsec_profile_free(struct xeap_radsec_profile *profile)
{
	xeap_tls_profile_free((struct xeap_tls_profile *)profile);
	return NULL;
}

static bool make_room(struct queue *q, size_t len)
{
	size_t room = q->room ? q->room : QUEUE_MIN, held = q->to - q->from;
	uint8_t *data;

	if (q->room - q->to >= len)
		return true;
	if (q->from && held)
		memmove(q->data, q->data + q->from, held);
	q->from = 0;
	q->to = held;
	while (room - held < len)
		room *= 2;
	if (room == q->room)
		return true;
	data = room <= QUEUE_MAX ? realloc(q->data, room) : NULL;
	if (!data)
		return false;
	q->data = data;
	q->room = room;
	return true;
}

static bool queue_put(struct queue *q, struct xeap_span bytes)
{
	if (!make_room(q, bytes.len))
		return false;
	memcpy(q->data + q->to, bytes.data, bytes.len);
	q->to += bytes.len;
	return true;
}

static struct xeap_span queue_bytes(const struct queue *q)
{
	return xeap_span(q->data ? q->data + q->from : NULL, q->to - q->from);
}

static void queue_take(struct queue *q, size_t n)
{
	q->from += n;
	if (q->from == q->to)
		q->from = q->to = 0;
}

static size_t write_sealed(struct xeap_tls_output *output, const uint8_t *data, size_t len)
{
	struct xeap_radsec *r =
		(struct xeap_radsec *)((char *)output - offsetof(struct xeap_radsec, output));

	return queue_put(&r->sealed, xeap_span(data, len)) ? len : 0;
}

int xeap_radsec_new(const struct xeap_radsec_profile *profile, const struct xeap_radsec_sink *sink,
		    struct xeap_radsec **ret_radsec)
{
	struct xeap_radsec *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->output.write = write_sealed;
	r->sink = sink;
	if (xeap_tls_init(&r->tls, tls_of(profile), &r->output)) {
		free(r);
		return -ENOMEM;
	}
	*ret_radsec = r;
	return 0;
}

struct xeap_radsec *xeap_radsec_free(struct xeap_radsec *radsec)
{
	if (!radsec)
		return NULL;
	xeap_tls_done(&radsec->tls);
	if (radsec->plain.data)
		xeap_wipe(radsec->plain.data, radsec->plain.room);
	free(radsec->plain.data);
	free(radsec->sealed.data);
	xeap_wipe(radsec->packet, sizeof(radsec->packet));
	free(radsec);
	return NULL;
}

const char *xeap_radsec_why(const struct xeap_radsec *radsec)
{
	if (radsec->is_no_radius)
		return "the server sends what is no RADIUS packet";
	return xeap_tls_why(&radsec->tls)->text;
}

/* What the Length field of a packet says, of which at least the header is there. */
static size_t length_of(struct xeap_span packet)
{
	struct xeap_reader r = xeap_reader(packet);

	xeap_read_span(&r, XEAP_RADIUS_LENGTH_AT);
	return xeap_read_u16(&r);
}

/*
 * Packets that were to be sent before the handshake was done. Each gets a record of its own:
 * FreeRADIUS takes two in one for a fault of ours, though TLS gives records no meaning.
 */
static int send_waiting(struct xeap_radsec *r)
{
	struct xeap_span waiting;

	while ((waiting = queue_bytes(&r->plain)).len) {
		int n = xeap_tls_write(&r->tls, xeap_span(waiting.data, length_of(waiting)));

		if (n < 0)
			return n;
		queue_take(&r->plain, (size_t)n);
	}
	return 0;
}

/* 1: done, 0: more is needed, or a negative errno. */
static int shake_hands(struct xeap_radsec *r, struct xeap_span *in)
{
	int n = xeap_tls_handshake(&r->tls, in), err;

	if (n <= 0)
		return n;
	r->ready = true;
	err = send_waiting(r);
	return err ? err : 1;
}

int xeap_radsec_start(struct xeap_radsec *radsec)
{
	struct xeap_span none = { 0 };
	int n = shake_hands(radsec, &none);

	return n < 0 ? n : 0;
}

/* How long the packet is that is coming: its header as long as that is not there. */
static size_t wanted(const struct xeap_radsec *r)
{
	return r->got < XEAP_RADIUS_HEADER ? XEAP_RADIUS_HEADER
					   : length_of(xeap_span(r->packet, r->got));
}

/* What is there may be a header, a whole packet, or a part of either. */
static int look_at_packet(struct xeap_radsec *r)
{
	size_t len = wanted(r);

	if (len < XEAP_RADIUS_HEADER || len > XEAP_RADIUS_MAX) {
		r->is_no_radius = true;
		return -EBADMSG;
	}
	if (r->got < XEAP_RADIUS_HEADER || r->got < len)
		return 0;
	r->got = 0;
	r->sink->packet(r->sink->ctx, xeap_span(r->packet, len));
	return 0;
}

int xeap_radsec_receive(struct xeap_radsec *radsec, struct xeap_span bytes)
{
	int n = radsec->ready ? 1 : shake_hands(radsec, &bytes);

	while (n > 0) {
		size_t missing = wanted(radsec) - radsec->got;

		n = xeap_tls_read(&radsec->tls, &bytes, radsec->packet + radsec->got, missing);
		if (n > 0) {
			int err;

			radsec->got += (size_t)n;
			err = look_at_packet(radsec);
			if (err)
				return err;
		}
	}
	return n;
}

int xeap_radsec_send(struct xeap_radsec *radsec, struct xeap_span packet)
{
	int n;

	if (!radsec->ready)
		return queue_put(&radsec->plain, packet) ? 0 : -ENOBUFS;
	n = xeap_tls_write(&radsec->tls, packet);
	return n < 0 ? n : 0;
}

struct xeap_span xeap_radsec_output(const struct xeap_radsec *radsec)
{
	return queue_bytes(&radsec->sealed);
}

void xeap_radsec_sent(struct xeap_radsec *radsec, size_t n)
{
	queue_take(&radsec->sealed, n);
}
