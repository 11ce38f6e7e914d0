/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/wipe.h>
#include <errno.h>
#include <method/noob_oob.h>
#include <wire/base64url.h>

#define FINGER_TEXT XEAP_BASE64URL_LEN(XEAP_NOOB_FINGER)
#define NOOB_TEXT XEAP_BASE64URL_LEN(XEAP_NOOB_NOOB)

static void put(struct xeap_builder *b, const char *text)
{
	xeap_put_span(b, xeap_span(text, strlen(text)));
}

struct xeap_span xeap_noob_array(const struct xeap_noob_state *s, char first,
				 const uint8_t noob[XEAP_NOOB_NOOB], char *room, size_t size)
{
	struct xeap_builder b = xeap_builder(room, size);

	xeap_put_u8(&b, '[');
	xeap_put_u8(&b, (uint8_t)first);
	xeap_put_u8(&b, ',');
	xeap_put_span(&b, xeap_span(s->fields, s->fields_len));
	put(&b, ",\"");
	if (noob)
		xeap_put_base64url(&b, xeap_span(noob, XEAP_NOOB_NOOB));
	put(&b, "\"]");
	return xeap_span(room, xeap_builder_len(&b));
}

static int hoob(const struct xeap_noob_state *s, char dir, const uint8_t *noob,
		uint8_t ret_hoob[XEAP_NOOB_FINGER])
{
	XEAP_SECRET(room, XEAP_NOOB_ARRAY_MAX);

	return xeap_noob_hoob(xeap_noob_array(s, dir, noob, (char *)room, sizeof(room)), ret_hoob);
}

int xeap_noob_message_write(const struct xeap_noob_state *s, struct xeap_builder *b)
{
	uint8_t finger[XEAP_NOOB_FINGER];
	int r = s->has_mine ? hoob(s, '1', s->mine, finger) : -ENOENT;

	if (r < 0)
		return r;
	xeap_put_span(b, xeap_noob_text(&s->url));
	if (s->url.len)
		xeap_put_u8(b, '?');
	put(b, "P=");
	xeap_put_span(b, xeap_noob_text(&s->peer_id));
	put(b, "&N=");
	xeap_put_base64url(b, xeap_span(s->mine, XEAP_NOOB_NOOB));
	put(b, "&H=");
	xeap_put_base64url(b, xeap_span(finger, sizeof(finger)));
	return b->bad ? -ENOSPC : 0;
}

static struct xeap_span after_question_mark(struct xeap_span text)
{
	struct xeap_reader r = xeap_reader(text);

	while (xeap_reader_left(&r))
		if (xeap_read_u8(&r) == '?')
			return xeap_read_rest(&r);
	return text;
}

/* Up to the next '&', which is skipped. */
static struct xeap_span next_parameter(struct xeap_reader *r)
{
	size_t left = xeap_reader_left(r);
	const uint8_t *end = memchr(r->p, '&', left);
	struct xeap_span s = xeap_read_span(r, end ? (size_t)(end - r->p) : left);

	if (end)
		xeap_read_u8(r);
	return s;
}

struct message {
	struct xeap_span peer_id, noob, hoob;
};

static struct xeap_span *slot(struct message *m, uint8_t name)
{
	switch (name) {
	case 'P':
		return &m->peer_id;
	case 'N':
		return &m->noob;
	case 'H':
		return &m->hoob;
	default:
		return NULL;
	}
}

/* Other parameters are the delivery's own. */
static int split(struct xeap_span text, struct message *ret_message)
{
	struct xeap_reader r = xeap_reader(after_question_mark(text));
	struct message m = { 0 };

	while (xeap_reader_left(&r)) {
		struct xeap_reader one = xeap_reader(next_parameter(&r));
		struct xeap_span *to = slot(&m, xeap_read_u8(&one));

		if (!to || xeap_read_u8(&one) != '=')
			continue;
		if (to->data)
			return -EBADMSG;
		*to = xeap_read_rest(&one);
	}
	if (!m.peer_id.len || m.noob.len != NOOB_TEXT || m.hoob.len != FINGER_TEXT)
		return -EBADMSG;
	*ret_message = m;
	return 0;
}

int xeap_noob_message_take(struct xeap_noob_state *s, struct xeap_span message)
{
	uint8_t theirs[XEAP_NOOB_FINGER], ours[XEAP_NOOB_FINGER];
	XEAP_SECRET(noob, XEAP_NOOB_NOOB);
	struct message m;
	int r = split(message, &m);

	if (r < 0 || xeap_base64url(m.noob, noob, XEAP_NOOB_NOOB) < 0 ||
	    xeap_base64url(m.hoob, theirs, sizeof(theirs)) < 0)
		return -EBADMSG;
	if (m.peer_id.len != s->peer_id.len ||
	    memcmp(m.peer_id.data, s->peer_id.bytes, m.peer_id.len) != 0)
		return -ENOENT;
	r = hoob(s, '2', noob, ours);
	if (r < 0)
		return r;
	if (!xeap_equal_secret(ours, theirs, sizeof(ours)))
		return -EACCES;
	memcpy(s->theirs, noob, sizeof(s->theirs));
	s->has_theirs = true;
	s->state = XEAP_NOOB_OOB_RECEIVED;
	return 0;
}

int xeap_noob_put_id(struct xeap_builder *b, const uint8_t noob[XEAP_NOOB_NOOB])
{
	XEAP_SECRET(text, NOOB_TEXT);
	struct xeap_builder t = xeap_builder(text, sizeof(text));
	uint8_t id[XEAP_NOOB_FINGER];
	int r;

	xeap_put_base64url(&t, xeap_span(noob, XEAP_NOOB_NOOB));
	r = xeap_noob_id(xeap_span(text, sizeof(text)), id);
	if (r == 0)
		xeap_put_base64url(b, xeap_span(id, sizeof(id)));
	return r;
}
