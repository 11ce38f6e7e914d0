/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/wipe.h>
#include <errno.h>
#include <method/noob_state.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wire/base64url.h>
#include <wire/json.h>

#define MEMBERS_MAX 24

bool xeap_noob_text_set(struct xeap_noob_text *t, struct xeap_span value, size_t max)
{
	if (value.len > max || value.len > sizeof(t->bytes))
		return false;
	t->len = value.len;
	if (value.len)
		memcpy(t->bytes, value.data, value.len);
	return true;
}

static void put(struct xeap_builder *b, const char *text)
{
	xeap_put_span(b, xeap_span(text, strlen(text)));
}

static void put_name(struct xeap_builder *b, const char *name)
{
	put(b, ",\n\"");
	put(b, name);
	put(b, "\":");
}

static void put_number(struct xeap_builder *b, const char *name, uint32_t value)
{
	char text[12];

	snprintf(text, sizeof(text), "%u", value);
	put_name(b, name);
	put(b, text);
}

static void put_text(struct xeap_builder *b, const char *name, struct xeap_span value)
{
	if (!value.len)
		return;
	put_name(b, name);
	xeap_put_u8(b, '"');
	xeap_put_span(b, value);
	xeap_put_u8(b, '"');
}

static void put_bytes(struct xeap_builder *b, const char *name, const uint8_t *bytes, size_t len)
{
	put_name(b, name);
	xeap_put_u8(b, '"');
	xeap_put_base64url(b, xeap_span(bytes, len));
	xeap_put_u8(b, '"');
}

static void put_ephemeral(struct xeap_builder *b, const struct xeap_noob_state *s)
{
	put_text(b, "ServerUrl", xeap_noob_text(&s->url));
	put_number(b, "Dirp", s->dirs);
	put_name(b, "Fields");
	xeap_put_u8(b, '[');
	xeap_put_span(b, xeap_span(s->fields, s->fields_len));
	xeap_put_u8(b, ']');
	put_bytes(b, "Z", s->z, sizeof(s->z));
	put_bytes(b, "Np", s->np, sizeof(s->np));
	put_bytes(b, "Ns", s->ns, sizeof(s->ns));
	if (s->has_mine)
		put_bytes(b, "NoobToServer", s->mine, sizeof(s->mine));
	if (s->has_theirs)
		put_bytes(b, "NoobToPeer", s->theirs, sizeof(s->theirs));
}

static void put_persistent(struct xeap_builder *b, const struct xeap_noob_state *s)
{
	put_bytes(b, "Kz", s->kz, sizeof(s->kz));
	if (!s->has_prev)
		return;
	put_number(b, "CryptosuitepPrev", s->suite_prev);
	put_bytes(b, "KzPrev", s->kz_prev, sizeof(s->kz_prev));
}

void xeap_noob_state_write(const struct xeap_noob_state *s, struct xeap_span message,
			   struct xeap_builder *b)
{
	put(b, "{\"File\":\"EAP-NOOB peer\"");
	put_number(b, "PeerState", (uint32_t)s->state);
	if (s->state != XEAP_NOOB_UNREGISTERED) {
		put_text(b, "PeerId", xeap_noob_text(&s->peer_id));
		put_text(b, "NewNAI", xeap_noob_text(&s->nai));
		put_number(b, "Cryptosuitep", s->suite);
	}
	if (s->state == XEAP_NOOB_WAITING || s->state == XEAP_NOOB_OOB_RECEIVED)
		put_ephemeral(b, s);
	if (s->state == XEAP_NOOB_REGISTERED)
		put_persistent(b, s);
	put_text(b, "MessageToServer", message);
	put(b, "\n}\n");
}

/* What parse() reads from; bad once a member is not as it has to be. */
struct members {
	struct xeap_json_member list[MEMBERS_MAX];
	size_t n;
	bool bad;
};

static bool has(const struct members *m, const char *name)
{
	return xeap_json_find(m->list, m->n, name).data != NULL;
}

static uint32_t get_number(struct members *m, const char *name, uint32_t max)
{
	uint32_t value = 0;

	if (xeap_json_number(xeap_json_find(m->list, m->n, name), max, &value) < 0)
		m->bad = true;
	return value;
}

static void get_text(struct members *m, const char *name, struct xeap_noob_text *to)
{
	struct xeap_span value;

	if (!has(m, name))
		return;
	if (xeap_json_plain(xeap_json_find(m->list, m->n, name), &value) < 0 ||
	    !xeap_noob_text_set(to, value, sizeof(to->bytes)))
		m->bad = true;
}

static void get_bytes(struct members *m, const char *name, uint8_t *to, size_t len)
{
	struct xeap_span text;

	if (xeap_json_plain(xeap_json_find(m->list, m->n, name), &text) < 0 ||
	    xeap_base64url(text, to, len) < 0)
		m->bad = true;
}

static void get_fields(struct members *m, struct xeap_noob_state *s)
{
	struct xeap_reader r = xeap_reader(xeap_json_find(m->list, m->n, "Fields"));
	struct xeap_span inside;

	if (xeap_read_u8(&r) != '[') {
		m->bad = true;
		return;
	}
	inside = xeap_read_span(&r, xeap_reader_left(&r) - 1);
	if (!inside.len || inside.len > sizeof(s->fields)) {
		m->bad = true;
		return;
	}
	memcpy(s->fields, inside.data, inside.len);
	s->fields_len = inside.len;
}

static void get_ephemeral(struct members *m, struct xeap_noob_state *s)
{
	get_text(m, "ServerUrl", &s->url);
	s->dirs = get_number(m, "Dirp", XEAP_NOOB_DIRS);
	get_fields(m, s);
	get_bytes(m, "Z", s->z, sizeof(s->z));
	get_bytes(m, "Np", s->np, sizeof(s->np));
	get_bytes(m, "Ns", s->ns, sizeof(s->ns));
	s->has_mine = has(m, "NoobToServer");
	if (s->has_mine)
		get_bytes(m, "NoobToServer", s->mine, sizeof(s->mine));
	s->has_theirs = has(m, "NoobToPeer");
	if (s->has_theirs)
		get_bytes(m, "NoobToPeer", s->theirs, sizeof(s->theirs));
}

static void get_persistent(struct members *m, struct xeap_noob_state *s)
{
	get_bytes(m, "Kz", s->kz, sizeof(s->kz));
	s->has_prev = has(m, "KzPrev");
	if (!s->has_prev)
		return;
	s->suite_prev = get_number(m, "CryptosuitepPrev", UINT16_MAX);
	get_bytes(m, "KzPrev", s->kz_prev, sizeof(s->kz_prev));
}

static void get_state(struct members *m, struct xeap_noob_state *s)
{
	s->state = (enum xeap_noob_peer_state)get_number(m, "PeerState", XEAP_NOOB_REGISTERED);
	if (s->state == XEAP_NOOB_UNREGISTERED)
		return;
	get_text(m, "PeerId", &s->peer_id);
	get_text(m, "NewNAI", &s->nai);
	s->suite = get_number(m, "Cryptosuitep", UINT16_MAX);
	/* Reconnecting is no state to keep: it is Registered with a conversation going on. */
	if (!s->peer_id.len || s->state == XEAP_NOOB_RECONNECTING)
		m->bad = true;
	if (s->state == XEAP_NOOB_REGISTERED)
		get_persistent(m, s);
	else
		get_ephemeral(m, s);
	if (s->state == XEAP_NOOB_OOB_RECEIVED && !s->has_theirs)
		m->bad = true;
}

static bool is_blank(struct xeap_span text)
{
	struct xeap_reader r = xeap_reader(text);

	while (xeap_reader_left(&r))
		if (!strchr(" \t\r\n", xeap_read_u8(&r)))
			return false;
	return true;
}

int xeap_noob_state_parse(struct xeap_span text, struct xeap_noob_state *ret_state)
{
	struct members m = { .n = 0 };
	struct xeap_noob_state s = { .state = XEAP_NOOB_UNREGISTERED };

	if (!is_blank(text)) {
		if (xeap_json_members(text, m.list, MEMBERS_MAX, &m.n) < 0)
			return -EBADMSG;
		get_state(&m, &s);
	}
	if (!m.bad)
		*ret_state = s;
	xeap_wipe(&s, sizeof(s));
	return m.bad ? -EBADMSG : 0;
}
