/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_RADIUS_RADSEC_H
#define XEAP_RADIUS_RADSEC_H

#include <xeap/error.h>
#include <xeap/span.h>

/*
 * RADIUS over TLS, RFC 6614: a connection's bytes in and out, without a socket. What the bytes of
 * the stream hold is RADIUS packets one behind the other (RFC 6613 §2.6.4).
 */

struct xeap_radsec_profile;
struct xeap_radsec;

struct xeap_radsec_params {
	const char *ca_cert;	 /* PEM file */
	const char *client_cert; /* PEM file; with its key required, RFC 6614 §2.3 */
	const char *private_key, *private_key_passwd;
	const char *server_name; /* dNSName of the server's certificate */
};

/* 0, or a negative errno with a line that names file and parameter. */
int xeap_radsec_profile_new(const struct xeap_radsec_params *params,
			    struct xeap_radsec_profile **ret_profile, struct xeap_diag *ret_diag);
struct xeap_radsec_profile *xeap_radsec_profile_free(struct xeap_radsec_profile *profile);

/* Where packets of the server go; valid for the call. */
struct xeap_radsec_sink {
	void (*packet)(void *ctx, struct xeap_span packet);
	void *ctx;
};

/* A connection, which outlives neither profile nor sink. 0 or -ENOMEM. */
int xeap_radsec_new(const struct xeap_radsec_profile *profile, const struct xeap_radsec_sink *sink,
		    struct xeap_radsec **ret_radsec);
struct xeap_radsec *xeap_radsec_free(struct xeap_radsec *radsec);

/* The stream is there: begin the handshake. As xeap_radsec_receive(). */
int xeap_radsec_start(struct xeap_radsec *radsec);
/*
 * Bytes that came. 0; -EPROTO: TLS failed, see xeap_radsec_why(); -EBADMSG: what comes is no
 * RADIUS, so that the start of the next packet is not known (RFC 6613 §2.6.4). The sink must not
 * free the connection.
 */
int xeap_radsec_receive(struct xeap_radsec *radsec, struct xeap_span bytes);
/* Have a packet sent, when TLS is ready. 0, -ENOBUFS: too much waits, -EPROTO. */
int xeap_radsec_send(struct xeap_radsec *radsec, struct xeap_span packet);

/* What is to be written to the stream now; xeap_radsec_sent() says how much of it was. */
struct xeap_span xeap_radsec_output(const struct xeap_radsec *radsec);
void xeap_radsec_sent(struct xeap_radsec *radsec, size_t n);

/* Why the connection failed, one line. */
const char *xeap_radsec_why(const struct xeap_radsec *radsec);

#endif
