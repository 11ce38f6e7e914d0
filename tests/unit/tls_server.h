/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_TLS_SERVER_H
#define XEAP_TESTS_TLS_SERVER_H

#include "tests/unit/tls_certs.h"
#include <openssl/ssl.h>
#include <stdbool.h>
#include <xeap/span.h>

/*
 * The server side of EAP-TLS and of the methods that speak inside it, in memory, written from RFC
 * 5216, RFC 9190 and RFC 9427 without any code of the peer. It makes requests and takes responses,
 * and checks of every response what the RFCs ask of a peer.
 */
#define SERVER_PACKET 70000
#define SERVER_KEYS 128
#define SERVER_SESSION_ID 65

enum server_verdict {
	SERVER_GOING_ON,
	SERVER_SUCCESS,
	SERVER_FAILURE,
};

struct server;

/*
 * A method inside the tunnel: takes what the peer said there, possibly nothing, and answers with
 * SSL_write(). A verdict counts once all that was written is acknowledged.
 */
typedef enum server_verdict (*server_inside)(struct server *s, struct xeap_span data);

/*
 * What makes a server different from a well-behaved one. All zero: a good one with TLS 1.2 and 1.3.
 */
struct server_options {
	const struct test_cert *cert, *ca; /* ca: that of the client */
	const struct test_cert *extra;	   /* sent along in the chain */
	struct xeap_span ocsp;		   /* a response that is stapled; data NULL: none */
	int version;			   /* TLS1_2_VERSION; 0: any */
	size_t fragment;		   /* TLS bytes a packet; 0: 1000 */
	bool length_everywhere;		   /* L in every fragment, and in messages of one */
	bool no_indication;		   /* TLS 1.3: no protected success indication */
	bool early_indication;		   /* TLS 1.3: sent along with the server's Finished */
	const char *indication;		   /* instead of one octet of zero: this text */
	bool close_notify;		   /* instead of the indication */
	bool key_update;		   /* TLS 1.3: KeyUpdate before the indication */
	int tickets;			   /* TLS 1.3: NewSessionTickets */
	bool tickets_apart;		   /* the indication follows in a message of its own */
	size_t max_packet, max_data;	   /* what responses must keep to; 0: not asked */
	SSL_CTX *ctx;  /* an earlier server's, whose sessions this one knows; NULL: its own */
	long lifetime; /* of its sessions, in seconds; 0: OpenSSL's two hours */
	/* With a method inside: its type, what the Start offers, the label of TLS 1.2's keys. */
	server_inside inside;
	void *insider; /* the method's own */
	uint8_t type, version_bits;
	const char *label;
	bool at_once; /* the method speaks in the message that ends the handshake */
	/* May change message and message_len before any of it is sent. */
	void (*spoil)(struct server *s);
};

struct server {
	struct server_options o;
	SSL_CTX *ctx;
	SSL *ssl;
	BIO *in, *out;
	enum server_verdict verdict;
	uint8_t id;
	uint8_t request[SERVER_PACKET];
	size_t request_len;
	uint8_t message[SERVER_PACKET]; /* what the server has to say, and how far it is */
	size_t message_len, message_at;
	size_t peer_len, peer_got; /* of the peer's message: announced and received */
	bool peer_more;
	unsigned int spoilt;	     /* how often: spoil()'s own */
	unsigned int peer_fragments; /* in the largest message of the peer */
	unsigned int peer_count;
	bool indicated;
	int alert;	      /* that the peer sent, -1: none */
	uint8_t version_bits; /* of the response to the Start, and all packets afterwards */
	uint8_t *inbox;	      /* what the peer said inside since the method was asked */
	size_t inbox_len;
	uint8_t keys[SERVER_KEYS], session_id[SERVER_SESSION_ID];
};

/* The first request, a Start, is in request afterwards. */
void server_init(struct server *s, const struct server_options *options);
/* Take a response; the next request is in request unless the verdict says that it is over. */
void server_take(struct server *s, struct xeap_span response);
void server_free(struct server *s);

#endif
