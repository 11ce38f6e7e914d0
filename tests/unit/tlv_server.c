/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/tlv_server.h"
#include "tests/unit/check.h"
#include <string.h>

#define VERSION 1

uint8_t *tlv_say(struct tlv_server *s, uint16_t type, const void *value, size_t len)
{
	uint8_t *at = s->say + s->say_len;

	CHECK(s->say_len + 4 + len <= sizeof(s->say));
	at[0] = (uint8_t)(type >> 8 | 0x80);
	at[1] = (uint8_t)type;
	at[2] = (uint8_t)(len >> 8);
	at[3] = (uint8_t)len;
	if (len)
		memcpy(at + 4, value, len);
	s->say_len += 4 + len;
	return at;
}

void tlv_say_u16(struct tlv_server *s, uint16_t type, uint16_t value)
{
	uint8_t bytes[] = { (uint8_t)(value >> 8), (uint8_t)value };

	tlv_say(s, type, bytes, 2);
}

const uint8_t *tlv_find(const struct tlv_server *s, uint16_t type, size_t *ret_len)
{
	for (size_t at = 0; at + 4 <= s->heard_len;) {
		size_t len = (size_t)s->heard[at + 2] << 8 | s->heard[at + 3];

		CHECK(at + 4 + len <= s->heard_len);
		if (((s->heard[at] & 0x3f) << 8 | s->heard[at + 1]) == type) {
			if (ret_len)
				*ret_len = len;
			return s->heard + at + 4;
		}
		at += 4 + len;
	}
	return NULL;
}

static void feed(struct tlv_server *s, uint8_t flags, const uint8_t *data, size_t len)
{
	size_t total = 6 + len;
	uint8_t *p = malloc(total);

	CHECK(p && total <= 65535);
	p[0] = 1;
	p[1] = ++s->id;
	p[2] = (uint8_t)(total >> 8);
	p[3] = (uint8_t)total;
	p[4] = s->method->type.type;
	p[5] = flags;
	if (len)
		memcpy(p + 6, data, len);
	memset(&s->result, 0, sizeof(s->result));
	s->error = s->method->process(s->peer, xeap_span(p, total), fake_writer_begin(&s->writer),
				      &s->result);
	free(p);
}

void tlv_hear(struct tlv_server *s, const struct xeap_writer *w)
{
	const uint8_t *r = w->c.data;
	size_t skip = w->c.len > 5 && r[5] & 0x80 ? 10 : 6;
	int n;

	s->heard_len = 0;
	if (s->error || s->result.ignore || s->result.need || w->c.len < skip)
		return;
	CHECK(r[0] == 2 && r[1] == s->id && r[4] == s->method->type.type);
	CHECK((r[5] & 7) == VERSION && !(r[5] & 0x40));
	if (w->c.len > skip)
		CHECK(BIO_write(s->in, r + skip, (int)(w->c.len - skip)) > 0);
	if (!SSL_is_init_finished(s->ssl) && (n = SSL_do_handshake(s->ssl)) != 1)
		s->failed = SSL_get_error(s->ssl, n) != SSL_ERROR_WANT_READ;
	while (SSL_is_init_finished(s->ssl) &&
	       (n = SSL_read(s->ssl, s->heard + s->heard_len,
			     (int)(sizeof(s->heard) - s->heard_len))) > 0)
		s->heard_len += (size_t)n;
}

static void flush(struct tlv_server *s)
{
	static uint8_t bytes[TLV_SERVER_MAX];
	int n = BIO_read(s->out, bytes, sizeof(bytes));

	feed(s, VERSION, bytes, n > 0 ? (size_t)n : 0);
	tlv_hear(s, &s->writer.w);
}

void tlv_turn(struct tlv_server *s)
{
	if (s->say_len)
		CHECK(SSL_write(s->ssl, s->say, (int)s->say_len) == (int)s->say_len);
	s->say_len = 0;
	flush(s);
}

void tlv_server_init(struct tlv_server *s, SSL_CTX *ctx, const struct xeap_method *method,
		     const struct xeap_method_args *args)
{
	s->ctx = ctx;
	s->ssl = SSL_new(s->ctx);
	s->in = BIO_new(BIO_s_mem());
	s->out = BIO_new(BIO_s_mem());
	SSL_set_bio(s->ssl, s->in, s->out);
	SSL_set_accept_state(s->ssl);
	s->method = method;
	s->peer = calloc(1, method->ctx_size);
	CHECK(s->peer && method->init(s->peer, args) == 0);
	fake_writer_init(&s->writer, args->max_packet);
}

bool tlv_server_start(struct tlv_server *s, uint8_t flags, const uint8_t *data, size_t len)
{
	feed(s, flags, data, len);
	if (s->error || s->result.ignore || s->writer.w.c.len < 6 || !s->writer.w.c.data)
		return false;
	tlv_hear(s, &s->writer.w);
	for (int i = 0; i < 4 && !s->failed && !SSL_is_init_finished(s->ssl); i++)
		flush(s);
	if (BIO_pending(s->out)) /* the server's Finished, or its alert */
		flush(s);
	return !s->failed && SSL_is_init_finished(s->ssl);
}

void tlv_server_end(struct tlv_server *s)
{
	s->method->done(s->peer);
	free(s->peer);
	fake_writer_free(&s->writer);
	SSL_free(s->ssl);
	SSL_CTX_free(s->ctx);
}
