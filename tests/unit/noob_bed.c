/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/noob_bed.h"
#include <jansson.h>
#include <method/list.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define MAX_PACKET 1400

static void begin(struct noob_bed *b)
{
	struct xeap_method_args args = { .size = sizeof(args),
					 .config = b->config,
					 .shared = b->shared,
					 .max_packet = MAX_PACKET,
					 .flags = b->flags };

	b->ctx = calloc(1, xeap_method_noob.ctx_size);
	assert_int_equal(xeap_method_noob.init(b->ctx, &args), 0);
}

static void end(struct noob_bed *b)
{
	xeap_method_noob.done(b->ctx);
	free(b->ctx);
}

static void load(struct noob_bed *b)
{
	struct xeap_diag diag = { 0 };

	if (xeap_method_noob.load(b->config, b->interactive, &b->shared, &diag) != 0)
		fail_msg("%s", diag.text);
}

static void set(struct xeap_config *config, const char *line)
{
	char name[40];
	const char *eq = strchr(line, '=');

	snprintf(name, sizeof(name), "%.*s", (int)(eq - line), line);
	assert_int_equal(xeap_config_set(config, name, eq + 1, NULL), 0);
}

void noob_bed_init(struct noob_bed *b, bool interactive, const char *const *lines)
{
	*b = (struct noob_bed){ .interactive = interactive };
	assert_int_equal(xeap_config_new(&b->config), 0);
	for (; lines && *lines; lines++)
		set(b->config, *lines);
	load(b);
	fake_writer_init(&b->out, MAX_PACKET);
	noob_server_init(&b->server);
	begin(b);
}

void noob_bed_free(struct noob_bed *b)
{
	end(b);
	noob_server_free(&b->server);
	fake_writer_free(&b->out);
	xeap_method_noob.unload(b->shared);
	xeap_config_free(b->config);
}

void noob_bed_restart(struct noob_bed *b)
{
	end(b);
	xeap_method_noob.unload(b->shared);
	load(b);
	begin(b);
}

void noob_bed_again(struct noob_bed *b)
{
	end(b);
	begin(b);
}

static void read_reply(struct noob_bed *b)
{
	const struct xeap_chunk *c = &b->out.w.c;

	assert_true(c->len > 5 && c->len < sizeof(b->reply));
	assert_int_equal(c->data[0], 2);
	assert_int_equal(c->data[1], b->id);
	assert_int_equal(c->data[2] << 8 | c->data[3], c->len);
	assert_int_equal(c->data[4], 56);
	memcpy(b->reply, c->data + 5, c->len - 5);
	b->reply[c->len - 5] = '\0';
}

int noob_feed_bytes(struct noob_bed *b, const void *type_data, size_t len)
{
	size_t n = len + 5;
	uint8_t *packet = malloc(n);
	int r;

	b->id++;
	memcpy(packet, (uint8_t[]){ 1, b->id, (uint8_t)(n >> 8), (uint8_t)n, 56 }, 5);
	memcpy(packet + 5, type_data, len);
	memset(&b->result, 0, sizeof(b->result));
	*b->reply = '\0';
	r = xeap_method_noob.process(b->ctx, xeap_span(packet, n), fake_writer_begin(&b->out),
				     &b->result);
	free(packet);
	if (r == 0 && !b->result.ignore && b->result.need == XEAP_NEED_NONE)
		read_reply(b);
	return r;
}

void noob_feed(struct noob_bed *b, const char *format, ...)
{
	char text[1400];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	assert_true(n > 0 && n < (int)sizeof(text));
	assert_int_equal(noob_feed_bytes(b, text, (size_t)n), 0);
}

static json_t *parse(const struct noob_bed *b)
{
	json_t *root = json_loads(b->reply, JSON_REJECT_DUPLICATES, NULL);

	if (!root)
		fail_msg("no JSON: %s", b->reply);
	return root;
}

void noob_assert_text(const struct noob_bed *b, const char *name, const char *expected)
{
	json_t *root = parse(b);

	assert_non_null(json_string_value(json_object_get(root, name)));
	assert_string_equal(json_string_value(json_object_get(root, name)), expected);
	json_decref(root);
}

void noob_assert_number(const struct noob_bed *b, const char *name, int expected)
{
	json_t *root = parse(b);

	assert_true(json_is_integer(json_object_get(root, name)));
	assert_int_equal(json_integer_value(json_object_get(root, name)), expected);
	json_decref(root);
}

bool noob_has(const struct noob_bed *b, const char *name)
{
	json_t *root = parse(b);
	bool has = json_object_get(root, name) != NULL;

	json_decref(root);
	return has;
}

static void assert_failing(const struct noob_bed *b)
{
	uint8_t key[64];

	assert_false(b->result.ignore);
	assert_int_equal(b->result.method_state, XEAP_METHOD_MAY_CONT);
	assert_int_equal(b->result.decision, XEAP_DECISION_FAIL);
	assert_int_not_equal(b->result.diag.code, 0);
	assert_true(xeap_method_noob.get_key(b->ctx, XEAP_KEY_MSK, key, sizeof(key)) < 0);
}

void noob_assert_error(const struct noob_bed *b, int code)
{
	noob_assert_number(b, "Type", 0);
	noob_assert_number(b, "ErrorCode", code);
	assert_failing(b);
}

void noob_discovery(struct noob_bed *b, int expected_state)
{
	noob_feed(b, "{\"Type\":1}");
	noob_assert_number(b, "Type", 1);
	noob_assert_number(b, "PeerState", expected_state);
	assert_failing(b);
	if (expected_state)
		noob_assert_text(b, "PeerId", b->server.peer_id);
	else
		assert_false(noob_has(b, "PeerId"));
}

static void member(char *to, size_t size, const char *name, const char *quote, const char *value)
{
	*to = '\0';
	if (value)
		snprintf(to, size, ",\"%s\":%s%s%s", name, quote, value, quote);
}

void noob_negotiation(struct noob_bed *b)
{
	const struct noob_server *s = &b->server;
	char nai[300], info[700];

	member(nai, sizeof(nai), "NewNAI", "\"", s->nai);
	member(info, sizeof(info), "ServerInfo", "", s->info);
	noob_feed(b,
		  "{\"Type\":2,\"Vers\":%s,\"PeerId\":\"%s\"%s,\"Cryptosuites\":%s,\"Dirs\":%d%s}",
		  s->vers, s->peer_id, nai, s->suites, s->dirs, info);
}

void noob_initial(struct noob_bed *b, int suite)
{
	struct noob_server *s = &b->server;
	json_t *root;
	char *text;

	noob_negotiation(b);
	noob_assert_number(b, "Type", 2);
	noob_assert_number(b, "Verp", 1);
	noob_assert_number(b, "Cryptosuitep", suite);
	noob_assert_text(b, "PeerId", s->peer_id);
	root = parse(b);
	s->dirp = (int)json_integer_value(json_object_get(root, "Dirp"));
	text = json_dumps(json_object_get(root, "PeerInfo"), JSON_COMPACT);
	snprintf(s->peer_info, sizeof(s->peer_info), "%s", text);
	free(text);
	json_decref(root);
	s->keying_mode = 0;
	noob_server_make_keys(s, suite);
	noob_feed(b, "{\"Type\":3,\"PeerId\":\"%s\",\"PKs\":%s,\"Ns\":\"%s\",\"SleepTime\":60}",
		  s->peer_id, s->pks, s->ns_text);
	noob_assert_number(b, "Type", 3);
	noob_assert_text(b, "PeerId", s->peer_id);
	assert_failing(b);
	noob_server_take_keys(s, b->reply, "PKp", "Np");
}

void noob_waiting(struct noob_bed *b)
{
	noob_feed(b, "{\"Type\":4,\"PeerId\":\"%s\",\"SleepTime\":60}", b->server.peer_id);
	noob_assert_number(b, "Type", 4);
	noob_assert_text(b, "PeerId", b->server.peer_id);
	assert_failing(b);
}

const char *noob_message(struct noob_bed *b, const uint8_t noob[16], char room[200])
{
	char hoob[32];

	noob_server_set_noob(&b->server, noob);
	noob_server_hoob(&b->server, 2, hoob);
	snprintf(room, 200, "P=%s&N=%s&H=%s", b->server.peer_id, b->server.noob_text, hoob);
	return room;
}

void noob_completion(struct noob_bed *b)
{
	struct noob_server *s = &b->server;
	char id[32], mac[64];

	noob_server_id(s, id);
	noob_server_derive(s);
	noob_server_mac(s, 2, mac);
	noob_feed(b, "{\"Type\":6,\"PeerId\":\"%s\",\"NoobId\":\"%s\",\"MACs\":\"%s\"}", s->peer_id,
		  id, mac);
	noob_assert_number(b, "Type", 6);
	noob_assert_text(b, "PeerId", s->peer_id);
	noob_server_mac(s, 1, mac);
	noob_assert_text(b, "MACp", mac);
	noob_assert_proven(b);
	memcpy(s->kz, s->keys + 288, sizeof(s->kz));
}

void noob_reconnect_keys(struct noob_bed *b, int suite, int keying_mode)
{
	struct noob_server *s = &b->server;
	char nai[300], info[700], pks[700];

	member(nai, sizeof(nai), "NewNAI", "\"", s->nai);
	member(info, sizeof(info), "ServerInfo", "", s->info);
	noob_feed(b, "{\"Type\":7,\"Vers\":%s,\"PeerId\":\"%s\",\"Cryptosuites\":%s%s%s}", s->vers,
		  s->peer_id, s->suites, nai, info);
	noob_assert_number(b, "Type", 7);
	noob_assert_number(b, "Verp", 1);
	noob_assert_number(b, "Cryptosuitep", suite);
	s->keying_mode = keying_mode;
	noob_server_make_keys(s, suite);
	member(pks, sizeof(pks), "PKs2", "", keying_mode == 1 ? NULL : s->pks);
	noob_feed(b, "{\"Type\":8,\"PeerId\":\"%s\",\"KeyingMode\":%d%s,\"Ns2\":\"%s\"}",
		  s->peer_id, keying_mode, pks, s->ns_text);
}

void noob_reconnect(struct noob_bed *b, int suite, int keying_mode)
{
	struct noob_server *s = &b->server;
	char mac[64];

	noob_reconnect_keys(b, suite, keying_mode);
	noob_assert_number(b, "Type", 8);
	assert_true(noob_has(b, "PKp2") == (keying_mode != 1));
	noob_server_take_keys(s, b->reply, keying_mode == 1 ? NULL : "PKp2", "Np2");
	noob_server_derive(s);
	noob_server_mac(s, 2, mac);
	noob_feed(b, "{\"Type\":9,\"PeerId\":\"%s\",\"MACs2\":\"%s\"}", s->peer_id, mac);
	noob_assert_number(b, "Type", 9);
	noob_server_mac(s, 1, mac);
	noob_assert_text(b, "MACp2", mac);
	noob_assert_proven(b);
}

static void assert_key(struct noob_bed *b, enum xeap_key_kind kind, const uint8_t *expected,
		       size_t len)
{
	uint8_t key[64];

	assert_int_equal(xeap_method_noob.get_key(b->ctx, kind, key, sizeof(key)), len);
	assert_memory_equal(key, expected, len);
}

void noob_assert_proven(struct noob_bed *b)
{
	uint8_t session_id[33] = { 56 };

	assert_int_equal(b->result.method_state, XEAP_METHOD_DONE);
	assert_int_equal(b->result.decision, XEAP_DECISION_COND_SUCC);
	assert_key(b, XEAP_KEY_MSK, b->server.keys, 64);
	assert_key(b, XEAP_KEY_EMSK, b->server.keys + 64, 64);
	memcpy(session_id + 1, b->server.keys + 192, 32);
	assert_key(b, XEAP_KEY_SESSION_ID, session_id, sizeof(session_id));
}
