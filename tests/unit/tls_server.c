/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/check.h"
#include "tests/unit/tls_server.h"
#include <stdlib.h>
#include <string.h>

#define LENGTH 0x80
#define MORE 0x40
#define START 0x20

static void note_alert(const SSL *ssl, int where, int value)
{
	struct server *s = SSL_get_app_data(ssl);

	if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT)
		s->alert = value & 0xff;
}

static void make_request(struct server *s, uint8_t flags, const uint8_t *data, size_t len,
			 size_t total)
{
	uint8_t *p = s->request;
	size_t n = 6 + (flags & LENGTH ? 4 : 0) + len;

	s->id++;
	*p++ = 1;
	*p++ = s->id;
	*p++ = (uint8_t)(n >> 8);
	*p++ = (uint8_t)n;
	*p++ = s->o.type ? s->o.type : 13;
	*p++ = flags | s->version_bits;
	if (flags & LENGTH)
		for (int shift = 24; shift >= 0; shift -= 8)
			*p++ = (uint8_t)(total >> shift);
	memcpy(p, data, len);
	s->request_len = n;
}

static void send_fragment(struct server *s)
{
	size_t left = s->message_len - s->message_at;
	size_t n = left < s->o.fragment ? left : s->o.fragment;
	uint8_t flags = n < left ? MORE : 0;

	if (s->o.length_everywhere || (s->message_at == 0 && flags))
		flags |= LENGTH;
	make_request(s, flags, s->message + s->message_at, n, s->message_len);
	s->message_at += n;
}

static int staple(SSL *ssl, void *arg)
{
	struct server *s = SSL_get_app_data(ssl);
	unsigned char *copy;

	if (!s->o.ocsp.data)
		return SSL_TLSEXT_ERR_NOACK;
	copy = OPENSSL_memdup(s->o.ocsp.data, s->o.ocsp.len);
	SSL_set_tlsext_status_ocsp_resp(ssl, copy, (long)s->o.ocsp.len);
	return SSL_TLSEXT_ERR_OK;
}

static SSL_CTX *make_ctx(const struct server_options *o)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	CHECK(ctx);
	if (o->version) {
		SSL_CTX_set_min_proto_version(ctx, o->version);
		SSL_CTX_set_max_proto_version(ctx, o->version);
	}
	CHECK(SSL_CTX_use_certificate(ctx, o->cert->x) == 1);
	CHECK(SSL_CTX_use_PrivateKey(ctx, o->cert->key) == 1);
	if (o->extra)
		SSL_CTX_add1_chain_cert(ctx, o->extra->x);
	X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), o->ca->x);
	if (!o->inside)
		SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	SSL_CTX_set_session_id_context(ctx, (const unsigned char *)"t", 1);
	if (o->early_indication)
		SSL_CTX_set_max_early_data(ctx, 1);
	SSL_CTX_set_num_tickets(ctx, (size_t)o->tickets);
	if (o->lifetime)
		SSL_CTX_set_timeout(ctx, o->lifetime);
	SSL_CTX_set_info_callback(ctx, note_alert);
	SSL_CTX_set_tlsext_status_cb(ctx, staple);
	SSL_CTX_set_max_cert_list(ctx, SERVER_PACKET);
	return ctx;
}

void server_init(struct server *s, const struct server_options *options)
{
	memset(s, 0, sizeof(*s));
	s->o = *options;
	if (!s->o.fragment)
		s->o.fragment = 1000;
	s->alert = -1;
	if (options->ctx)
		SSL_CTX_up_ref(options->ctx);
	s->ctx = options->ctx ? options->ctx : make_ctx(options);
	s->ssl = SSL_new(s->ctx);
	s->in = BIO_new(BIO_s_mem());
	s->out = BIO_new(BIO_s_mem());
	SSL_set_bio(s->ssl, s->in, s->out);
	SSL_set_app_data(s->ssl, s);
	SSL_set_accept_state(s->ssl);
	s->version_bits = s->o.version_bits;
	s->inbox = s->o.inside ? malloc(SERVER_PACKET) : NULL;
	make_request(s, START, s->message, 0, 0);
}

void server_free(struct server *s)
{
	/* OpenSSL forgets the session of a connection that ends in another way. */
	if (s->verdict == SERVER_SUCCESS)
		SSL_set_shutdown(s->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
	SSL_free(s->ssl);
	SSL_CTX_free(s->ctx);
	free(s->inbox);
}

static void derive_keys(struct server *s)
{
	const unsigned char type = s->o.type ? s->o.type : 13;
	const char *label = s->o.label ? s->o.label : "client EAP encryption";

	s->session_id[0] = type;
	if (SSL_version(s->ssl) == TLS1_3_VERSION) {
		SSL_export_keying_material(s->ssl, s->keys, 128, "EXPORTER_EAP_TLS_Key_Material",
					   29, &type, 1, 1);
		SSL_export_keying_material(s->ssl, s->session_id + 1, 64,
					   "EXPORTER_EAP_TLS_Method-Id", 26, &type, 1, 1);
		return;
	}
	SSL_export_keying_material(s->ssl, s->keys, 128, label, strlen(label), NULL, 0, 0);
	SSL_get_client_random(s->ssl, s->session_id + 1, 32);
	SSL_get_server_random(s->ssl, s->session_id + 33, 32);
}

static void indicate(struct server *s)
{
	const char *text = s->o.indication ? s->o.indication : "";
	size_t len = s->o.indication ? strlen(text) : 1;

	s->indicated = true;
	if (s->o.key_update)
		CHECK(SSL_key_update(s->ssl, SSL_KEY_UPDATE_REQUESTED) == 1);
	if (s->o.no_indication)
		return;
	if (s->o.close_notify)
		SSL_shutdown(s->ssl);
	else
		CHECK(SSL_write(s->ssl, text, (int)len) == (int)len);
}

/* What the server may say before it has seen the client's certificate. */
static int indicate_early(struct server *s)
{
	uint8_t byte;
	size_t n;

	SSL_read_early_data(s->ssl, &byte, 1, &n);
	CHECK((SSL_write_early_data(s->ssl, "", 1, &n)) == 1);
	s->indicated = true;
	return 0;
}

static bool take_output(struct server *s)
{
	int n = BIO_read(s->out, s->message, sizeof(s->message));

	CHECK(BIO_eof(s->out));
	s->message_len = n > 0 ? (size_t)n : 0;
	s->message_at = 0;
	if (s->o.spoil)
		s->o.spoil(s);
	return s->message_len > 0;
}

/* The handshake wants more, is done, or failed; say what there is to say. */
static void go_on(struct server *s)
{
	bool was_done = SSL_is_init_finished(s->ssl);
	int r = s->o.early_indication && !s->indicated ? indicate_early(s)
						       : SSL_do_handshake(s->ssl);
	uint8_t byte;

	if (r == 1 && !was_done)
		derive_keys(s);
	if (r == 1 && SSL_version(s->ssl) == TLS1_3_VERSION && !s->indicated &&
	    (!s->o.tickets_apart || was_done))
		indicate(s);
	/* An alert of the peer comes after the handshake too. */
	if (r == 1)
		SSL_read(s->ssl, &byte, 1);
	if (take_output(s))
		send_fragment(s);
	else if (r == 1 && s->alert < 0)
		s->verdict = SERVER_SUCCESS;
	else
		s->verdict = SERVER_FAILURE;
}

/* Whether the handshake's last message is to go alone, before the method says anything. */
static bool goes_alone(const struct server *s, bool was_done)
{
	return !was_done && !s->o.at_once && BIO_pending(s->out) > 0;
}

static void go_on_inside(struct server *s)
{
	bool was_done = SSL_is_init_finished(s->ssl);
	enum server_verdict verdict = SERVER_GOING_ON;
	int n;

	if (SSL_do_handshake(s->ssl) == 1) {
		if (!was_done)
			derive_keys(s);
		while ((n = SSL_read(s->ssl, s->inbox + s->inbox_len,
				     (int)(SERVER_PACKET - s->inbox_len))) > 0)
			s->inbox_len += (size_t)n;
		if (s->alert < 0 && !goes_alone(s, was_done)) {
			verdict = s->o.inside(s, xeap_span(s->inbox, s->inbox_len));
			s->inbox_len = 0;
		}
	}
	if (take_output(s))
		send_fragment(s);
	else if (verdict == SERVER_GOING_ON)
		s->verdict = SERVER_FAILURE;
	else
		s->verdict = verdict;
}

static uint32_t read_length(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* What RFC 5216 §3.2 and §2.1.5 ask of every response. Returns its TLS data. */
static struct xeap_span check_response(struct server *s, struct xeap_span r)
{
	size_t header;
	uint8_t flags;

	CHECK(r.len >= 6);
	CHECK(r.data[0] == 2);
	CHECK(r.data[1] == s->id);
	CHECK((size_t)(r.data[2] << 8 | r.data[3]) == r.len);
	CHECK(r.data[4] == (s->o.type ? s->o.type : 13));
	flags = r.data[5];
	if (s->id == 1 && !s->peer_more)
		s->version_bits = flags & 7;
	CHECK((flags & 7) == s->version_bits && s->version_bits <= s->o.version_bits);
	flags &= (uint8_t)~7;
	header = flags & LENGTH ? 10 : 6;
	CHECK((flags & ~(LENGTH | MORE)) == 0);
	CHECK(r.len >= header);
	if (s->o.max_packet)
		CHECK(r.len <= s->o.max_packet);
	if (s->o.max_data)
		CHECK(r.len - header <= s->o.max_data);
	if (flags & MORE)
		CHECK(r.len > header);
	/* The first of several fragments tells the length, the others do not. */
	if (s->peer_more)
		CHECK(!(flags & LENGTH));
	else if (flags & MORE)
		CHECK(flags & LENGTH);
	if (!s->peer_more)
		s->peer_len = s->peer_got = s->peer_count = 0;
	if (flags & LENGTH)
		s->peer_len = read_length(r.data + 6);
	s->peer_more = flags & MORE;
	return xeap_span(r.data + header, r.len - header);
}

void server_take(struct server *s, struct xeap_span response)
{
	struct xeap_span data = check_response(s, response);

	if (s->message_at < s->message_len) {
		CHECK(data.len == 0);
		send_fragment(s);
		return;
	}
	s->message_at = s->message_len = 0;
	BIO_write(s->in, data.data, (int)data.len);
	s->peer_got += data.len;
	if (++s->peer_count > s->peer_fragments)
		s->peer_fragments = s->peer_count;
	if (s->peer_more) {
		make_request(s, 0, s->message, 0, 0);
		return;
	}
	if (s->peer_len)
		CHECK(s->peer_got == s->peer_len);
	if (s->o.inside)
		go_on_inside(s);
	else
		go_on(s);
}
