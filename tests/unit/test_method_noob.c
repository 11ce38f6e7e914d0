/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <method/list.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include <xeap/host.h>
#include "tests/unit/noob_bed.h"

#define ID "\"PeerId\":\"07KRU6OgqX0HIeRFldnbSW\""

static const uint8_t noob[16] = "sixteen octets!";

static const char *const to_peer[] = { "noob_dir=2", NULL };
static const char *const to_server[] = { "noob_dir=1", NULL };

/* The message for the peer is in the configuration once it is there. */
static void give(struct noob_bed *b, const char *message)
{
	char quoted[300];

	snprintf(quoted, sizeof(quoted), "\"%s\"", message);
	assert_int_equal(xeap_config_set(b->config, "noob", quoted, NULL), 0);
}

/* A peer that a message of the server's has made OOB Received; the Hoob is right. */
static void set_up_received(struct noob_bed *b, const char *path, int suite)
{
	char line[100], room[200];
	const char *lines[] = { "noob_dir=2", line, NULL };

	snprintf(line, sizeof(line), "noob_state_file=\"%s\"", path);
	noob_bed_init(b, false, lines);
	b->server.suites = suite == 1 ? "[1]" : "[2]";
	noob_discovery(b, 0);
	noob_initial(b, suite);
	give(b, noob_message(b, noob, room));
	noob_bed_restart(b);
}

static void set_up_registered(struct noob_bed *b, const char *path, int suite)
{
	set_up_received(b, path, suite);
	noob_discovery(b, 2);
	noob_completion(b);
	b->server.nai = NULL;
	b->server.info = NULL;
	noob_bed_again(b);
}

static void make_path(char path[40])
{
	int fd;

	strcpy(path, "/tmp/xeap-noob-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
}

static void assert_identity(const struct noob_bed *b, const char *expected)
{
	uint8_t buf[XEAP_IDENTITY_ASSIGNED_MAX];
	int n = xeap_method_noob.get_identity(b->shared, buf, sizeof(buf));

	assert_int_equal(n, expected ? (int)strlen(expected) : -ENOENT);
	if (expected)
		assert_memory_equal(buf, expected, strlen(expected));
}

static void first_contact_and_waiting(void **state)
{
	struct noob_bed b;

	noob_bed_init(&b, false, to_peer);
	assert_identity(&b, NULL);
	noob_discovery(&b, 0);
	noob_initial(&b, 1);
	assert_identity(&b, "noob@example.org");
	noob_assert_text(&b, "PeerId", "07KRU6OgqX0HIeRFldnbSW");
	assert_non_null(strstr(b.result.diag.text, "waits for the out-of-band message"));
	noob_bed_again(&b);
	noob_discovery(&b, 1);
	noob_waiting(&b);
	assert_non_null(strstr(b.result.diag.text, "set noob to that of the server"));
	assert_non_null(strstr(b.result.diag.text, "60 s"));
	noob_bed_free(&b);
}

static void message_to_the_peer(void **state)
{
	for (int suite = 1; suite <= 2; suite++) {
		char path[40], id[32];
		struct noob_bed b;

		make_path(path);
		set_up_received(&b, path, suite);
		noob_discovery(&b, 2);
		/* The server asks which message the peer has. */
		noob_feed(&b, "{\"Type\":5,\"PeerId\":\"%s\"}", b.server.peer_id);
		noob_assert_number(&b, "Type", 5);
		noob_server_id(&b.server, id);
		noob_assert_text(&b, "NoobId", id);
		noob_completion(&b);
		noob_bed_again(&b);
		noob_discovery(&b, 3);
		noob_bed_free(&b);
		unlink(path);
	}
}

/* What a program shows a person; it has the secret, so the file is its owner's alone. */
static void read_message(const char *path, char message[600])
{
	json_t *root = json_load_file(path, 0, NULL);
	struct stat st;

	assert_non_null(root);
	assert_non_null(json_string_value(json_object_get(root, "MessageToServer")));
	snprintf(message, 600, "%s", json_string_value(json_object_get(root, "MessageToServer")));
	json_decref(root);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

/* The server checks Hoob as §3.2.3 says, and has the Noob then. */
static void take_message(struct noob_bed *b, const char *message)
{
	static const char start[] = "https://noob.example.org/sendOOB?P=07KRU6OgqX0HIeRFldnbSW&N=";
	char text[32], hoob[32];
	uint8_t bytes[16];

	assert_memory_equal(message, start, sizeof(start) - 1);
	snprintf(text, sizeof(text), "%.22s", message + sizeof(start) - 1);
	assert_int_equal(noob_unbase64url(text, bytes, sizeof(bytes)), 16);
	noob_server_set_noob(&b->server, bytes);
	noob_server_hoob(&b->server, 1, hoob);
	assert_memory_equal(message + sizeof(start) - 1 + 22, "&H=", 3);
	assert_string_equal(message + sizeof(start) - 1 + 25, hoob);
}

static void message_to_the_server(void **state)
{
	char path[40], line[100], message[600];
	const char *lines[] = { "noob_dir=1", line, NULL };
	struct noob_bed b;

	make_path(path);
	snprintf(line, sizeof(line), "noob_state_file=\"%s\"", path);
	noob_bed_init(&b, false, lines);
	noob_discovery(&b, 0);
	noob_initial(&b, 1);
	assert_non_null(strstr(b.result.diag.text, path));
	read_message(path, message);
	take_message(&b, message);
	noob_bed_restart(&b);
	noob_discovery(&b, 1);
	noob_completion(&b);
	noob_bed_restart(&b);
	noob_discovery(&b, 3);
	noob_bed_free(&b);
	unlink(path);
}

static int answer(struct noob_bed *b, const char *value)
{
	struct xeap_prompt prompt;
	int r;

	assert_int_equal(xeap_method_noob.get_prompt(b->ctx, &prompt), 0);
	assert_true(xeap_prompt_write(&prompt, NULL, 0) > 0);
	for (uint32_t i = 0; i < prompt.count; i++)
		if (strcmp(prompt.fields[i].id, "response") == 0)
			prompt.fields[i].value = xeap_span(value, strlen(value));
	memset(&b->result, 0, sizeof(b->result));
	r = xeap_method_noob.answer(b->ctx, &prompt, fake_writer_begin(&b->out), &b->result);
	if (r == 0 && b->result.need == XEAP_NEED_NONE) {
		memcpy(b->reply, b->out.w.c.data + 5, b->out.w.c.len - 5);
		b->reply[b->out.w.c.len - 5] = '\0';
	}
	return r;
}

static void start_asking(struct noob_bed *b, const char *const *lines)
{
	noob_bed_init(b, true, lines);
	noob_discovery(b, 0);
	noob_initial(b, 1);
	noob_bed_again(b);
	noob_feed(b, "{\"Type\":1}");
	assert_int_equal(b->result.need, XEAP_NEED_UI);
}

/* A message that does not fit is asked for again, one that fits goes on from there. */
static void person_enters_the_message(void **state)
{
	char room[200];
	struct noob_bed b;

	start_asking(&b, to_peer);
	assert_int_equal(answer(&b, "P=07KRU6OgqX0HIeRFldnbSW"), 0);
	assert_int_equal(b.result.need, XEAP_NEED_UI);
	assert_int_equal(b.result.diag.code, XEAP_E_INVALID_PARAMETER);
	assert_int_equal(answer(&b, noob_message(&b, noob, room)), 0);
	assert_int_equal(b.result.need, XEAP_NEED_NONE);
	noob_assert_number(&b, "PeerState", 2);
	noob_completion(&b);
	noob_bed_free(&b);
}

/* Who has no message after all goes on without. */
static void person_gives_up(void **state)
{
	struct noob_bed b;

	start_asking(&b, to_peer);
	assert_int_equal(answer(&b, "what?"), 0);
	assert_int_equal(b.result.need, XEAP_NEED_UI);
	assert_int_equal(answer(&b, ""), 0);
	assert_int_equal(b.result.need, XEAP_NEED_NONE);
	noob_assert_number(&b, "PeerState", 1);
	noob_waiting(&b);
	noob_bed_free(&b);
}

/* The person carries the message away, and comes back to press Enter. */
static void person_is_shown_the_message(void **state)
{
	struct xeap_prompt prompt;
	const struct xeap_field *f;
	char message[600];
	struct noob_bed b;

	start_asking(&b, to_server);
	assert_int_equal(xeap_method_noob.get_prompt(b.ctx, &prompt), 0);
	f = xeap_prompt_field(&prompt, "message");
	assert_non_null(f);
	snprintf(message, sizeof(message), "%.*s", (int)f->value.len, (const char *)f->value.data);
	take_message(&b, message);
	assert_int_equal(answer(&b, ""), 0);
	noob_assert_number(&b, "PeerState", 1);
	noob_completion(&b);
	noob_bed_free(&b);
}

static void nobody_is_asked_who_must_not_be(void **state)
{
	struct noob_bed b;

	noob_bed_init(&b, true, to_peer);
	b.flags = XEAP_FLAG_NON_INTERACTIVE;
	noob_discovery(&b, 0);
	noob_initial(&b, 1);
	noob_bed_again(&b);
	noob_discovery(&b, 1);
	noob_waiting(&b);
	noob_bed_free(&b);
}

static void assert_refused(struct noob_bed *b, const char *message, const char *why)
{
	assert_int_equal(answer(b, message), 0);
	assert_int_equal(b->result.need, XEAP_NEED_UI);
	if (!strstr(b->result.diag.text, why))
		fail_msg("%s: %s", message, b->result.diag.text);
}

static void messages_that_do_not_fit(void **state)
{
	char text[300], room[200], hoob[32];
	const char *id, *n;
	struct noob_bed b;

	start_asking(&b, to_peer);
	noob_message(&b, noob, room);
	noob_server_hoob(&b.server, 2, hoob);
	id = b.server.peer_id;
	n = b.server.noob_text;
	snprintf(text, sizeof(text), "P=%s&N=%s", id, n);
	assert_refused(&b, text, "is not P=");
	snprintf(text, sizeof(text), "N=%s&H=%s", n, hoob);
	assert_refused(&b, text, "is not P=");
	snprintf(text, sizeof(text), "P=%s&N=%s&H=%.21s", id, n, hoob);
	assert_refused(&b, text, "is not P=");
	snprintf(text, sizeof(text), "P=%s&N=%.21s*&H=%s", id, n, hoob);
	assert_refused(&b, text, "is not P=");
	snprintf(text, sizeof(text), "%s&P=1", room);
	assert_refused(&b, text, "is not P=");
	snprintf(text, sizeof(text), "P=other&N=%s&H=%s", n, hoob);
	assert_refused(&b, text, "is for another peer");
	snprintf(text, sizeof(text), "P=%s&N=%s&H=%s", id, hoob, hoob);
	assert_refused(&b, text, "does not fit");
	/* The direction is in it: what this peer would send is not what it takes. */
	noob_server_hoob(&b.server, 1, hoob);
	snprintf(text, sizeof(text), "P=%s&N=%s&H=%s", id, n, hoob);
	assert_refused(&b, text, "does not fit");
	snprintf(text, sizeof(text), "https://example.org/x?y=1&%s", room);
	assert_int_equal(answer(&b, text), 0);
	noob_assert_number(&b, "PeerState", 2);
	noob_bed_free(&b);
}

/* One of the configuration that does not fit is told of when the server waits. */
static void configured_message_does_not_fit(void **state)
{
	char path[40];
	struct noob_bed b;

	make_path(path);
	set_up_received(&b, path, 1);
	give(&b, "P=other&N=x3JlolaPciK4Wa6XlMJxtQ&H=rV8zK-OEvqJ2MywCKjwAsg");
	noob_bed_restart(&b);
	noob_discovery(&b, 1);
	noob_waiting(&b);
	assert_non_null(strstr(b.result.diag.text, "is for another peer"));
	noob_bed_free(&b);
	unlink(path);
}

/* With and without new keys; then another cryptosuite, and back. */
static void reconnects(void **state)
{
	char path[40];
	struct noob_bed b;

	make_path(path);
	set_up_registered(&b, path, 1);
	for (int mode = 1; mode <= 2; mode++) {
		noob_discovery(&b, 3);
		noob_reconnect(&b, 1, mode);
		noob_bed_restart(&b);
	}
	b.server.nai = "other@example.org";
	b.server.info = "{\"Type\":\"url\"}";
	b.server.suites = "[2]";
	assert_identity(&b, "noob@example.org");
	noob_discovery(&b, 3);
	noob_reconnect(&b, 2, 3);
	assert_identity(&b, "other@example.org");
	memcpy(b.server.kz, b.server.keys + 288, 32);
	noob_bed_restart(&b);
	noob_discovery(&b, 3);
	noob_reconnect(&b, 2, 2);
	noob_bed_restart(&b);
	noob_discovery(&b, 3);
	noob_reconnect(&b, 2, 1);
	noob_bed_free(&b);
	unlink(path);
}

/* §3.4.2: the server has not heard the end of the exchange that changed the key. */
static void server_keeps_the_key_before(void **state)
{
	char path[40];
	struct noob_bed b;

	make_path(path);
	set_up_registered(&b, path, 1);
	b.server.suites = "[2]";
	noob_discovery(&b, 3);
	noob_reconnect(&b, 2, 3);
	noob_bed_restart(&b);
	/* Its Kz is the old one, and it changes the cryptosuite once more. */
	noob_discovery(&b, 3);
	noob_reconnect(&b, 2, 3);
	noob_bed_restart(&b);
	/* Or gives up on the new one. */
	b.server.suites = "[1]";
	noob_discovery(&b, 3);
	noob_reconnect(&b, 1, 2);
	noob_bed_restart(&b);
	noob_discovery(&b, 3);
	noob_reconnect(&b, 1, 1);
	noob_bed_free(&b);
	unlink(path);
}

static void keying_modes_that_do_not_fit(void **state)
{
	static const struct {
		int suite, mode;
	} rows[] = { { 1, 3 }, { 2, 1 }, { 2, 2 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char path[40];
		struct noob_bed b;

		make_path(path);
		set_up_registered(&b, path, 1);
		b.server.suites = rows[i].suite == 1 ? "[1]" : "[2]";
		noob_discovery(&b, 3);
		noob_reconnect_keys(&b, rows[i].suite, rows[i].mode);
		noob_assert_error(&b, 1003);
		noob_bed_free(&b);
		unlink(path);
	}
}

/* KeyingMode 1 is without a public key, the others with one; there is no fourth. */
static void keying_modes_without_sense(void **state)
{
	static const char *const rows[] = {
		"\"KeyingMode\":1,\"PKs2\":{}",
		"\"KeyingMode\":2",
		"\"KeyingMode\":3",
		"\"KeyingMode\":0",
		"\"KeyingMode\":4,\"PKs2\":{}",
	};
	char path[40];
	struct noob_bed b;

	make_path(path);
	set_up_registered(&b, path, 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		noob_bed_again(&b);
		noob_discovery(&b, 3);
		noob_feed(&b, "{\"Type\":7," ID ",\"Vers\":[1],\"Cryptosuites\":[1]}");
		noob_feed(&b,
			  "{\"Type\":8," ID ",%s,\"Ns2\":"
			  "\"RDLahHBlIgnmL_F_xcynrHurLPkCsrp3G3B_S82WUF4\"}",
			  rows[i]);
		noob_assert_error(&b, 1003);
	}
	noob_bed_free(&b);
	unlink(path);
}

static void wrong_macs(void **state)
{
	char path[40], id[32], mac[64];
	struct noob_bed b;

	make_path(path);
	set_up_received(&b, path, 1);
	noob_discovery(&b, 2);
	noob_server_id(&b.server, id);
	noob_server_derive(&b.server);
	noob_server_mac(&b.server, 1, mac); /* a reflection of the peer's own */
	noob_feed(&b, "{\"Type\":6,\"PeerId\":\"%s\",\"NoobId\":\"%s\",\"MACs\":\"%s\"}",
		  b.server.peer_id, id, mac);
	noob_assert_error(&b, 4001);
	/* It was no server that knows Noob: nothing is lost. */
	noob_bed_restart(&b);
	noob_discovery(&b, 2);
	noob_completion(&b);
	noob_bed_restart(&b);
	b.server.nai = b.server.info = NULL;
	noob_discovery(&b, 3);
	noob_reconnect_keys(&b, 1, 1);
	noob_feed(&b, "{\"Type\":9,\"PeerId\":\"%s\",\"MACs2\":\"%s\"}", b.server.peer_id, mac);
	noob_assert_error(&b, 4001);
	noob_bed_again(&b);
	noob_discovery(&b, 3);
	noob_reconnect(&b, 1, 1);
	noob_bed_free(&b);
	unlink(path);
}

static void unknown_noob_id(void **state)
{
	char path[40];
	struct noob_bed b;

	make_path(path);
	set_up_received(&b, path, 1);
	noob_discovery(&b, 2);
	noob_feed(&b,
		  "{\"Type\":6,\"PeerId\":\"%s\",\"NoobId\":\"U0OHwYGCS4nEkzk2TPIE6g\","
		  "\"MACs\":\"dXWb_EYliQMAA80c7rtzsbU3AwHeuHnm7uyHTwK0h1s\"}",
		  b.server.peer_id);
	noob_assert_error(&b, 2003);
	noob_bed_free(&b);
	unlink(path);
}

#define HEAD "{\"Type\":2,\"Vers\":[1]," ID

static void negotiations_refused(void **state)
{
	static const struct {
		int code;
		const char *text;
	} rows[] = {
		{ 1002, "" },
		{ 1002, "[1]" },
		{ 1002, "{\"Type\":2" },
		{ 1002, "{\"Type\":2,\"Type\":2}" },
		{ 1002, "{\"Type\":\"2\"}" },
		{ 1002, "{\"Type\":2}" },
		{ 1004, "{\"Type\":1}" }, /* again */
		{ 1004, "{\"Type\":3}" },
		{ 1004, "{\"Type\":9}" },
		{ 1004, "{\"Type\":10}" },
		{ 1004, "{\"Type\":255}" },
		{ 2002, "{\"Type\":4," ID "}" },
		{ 2002, "{\"Type\":5," ID "}" },
		{ 2002, "{\"Type\":6," ID "}" },
		{ 2002, "{\"Type\":7," ID "}" },
		{ 1004, "{\"Type\":8," ID "}" },
		{ 1002, "{\"Type\":2,\"Vers\":[\"1\"]," ID ",\"Cryptosuites\":[1],\"Dirs\":3}" },
		{ 3001, "{\"Type\":2,\"Vers\":[2]," ID ",\"Cryptosuites\":[1],\"Dirs\":3}" },
		{ 3002, HEAD ",\"Cryptosuites\":[3,0],\"Dirs\":3}" },
		{ 1002, HEAD ",\"Cryptosuites\":1,\"Dirs\":3}" },
		{ 3003, HEAD ",\"Cryptosuites\":[1],\"Dirs\":1}" },
		{ 1002, HEAD ",\"Cryptosuites\":[1],\"Dirs\":4}" },
		{ 1002, HEAD ",\"Cryptosuites\":[1]}" },
		{ 5002, HEAD ",\"Cryptosuites\":[1],\"Dirs\":3,\"ServerInfo\":[]}" },
		{ 1002, HEAD ",\"Cryptosuites\":[1],\"Dirs\":3,\"NewNAI\":7}" },
		{ 1002, "{\"Type\":2,\"Vers\":[1],\"Cryptosuites\":[1],\"Dirs\":3}" },
		{ 1003,
		  "{\"Type\":2,\"Vers\":[1],\"PeerId\":\"0123456789012345678901234567890123456"
		  "789012345678901234567890\",\"Cryptosuites\":[1],\"Dirs\":3}" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct noob_bed b;

		noob_bed_init(&b, false, to_peer);
		noob_discovery(&b, 0);
		assert_int_equal(noob_feed_bytes(&b, rows[i].text, strlen(rows[i].text)), 0);
		noob_assert_error(&b, rows[i].code);
		/* Nothing answers after that. */
		noob_feed(&b, "{\"Type\":1}");
		assert_true(b.result.ignore);
		noob_bed_free(&b);
	}
}

/* ServerInfo has at most 500 bytes, and what comes after is bounded, too. */
static void server_info_is_bounded(void **state)
{
	static const int lens[] = { 489, 490 };
	struct noob_bed b;

	for (int i = 0; i < 2; i++) {
		char info[600];

		snprintf(info, sizeof(info), "{\"Name\":\"%0*d\"}", lens[i], 0);
		noob_bed_init(&b, false, to_peer);
		b.server.info = info;
		noob_discovery(&b, 0);
		noob_negotiation(&b);
		if (i == 0)
			noob_assert_number(&b, "Type", 2);
		else
			noob_assert_error(&b, 5002);
		noob_bed_free(&b);
	}
}

static void public_keys_refused(void **state)
{
	static const struct {
		int suite, code;
		const char *text;
	} rows[] = {
		{ 1, 1002, "{\"Type\":3," ID ",\"PKs\":{}}" },
		{ 1, 1003, "{\"Type\":3," ID ",\"PKs\":{},\"Ns\":\"AA\"}" },
		{ 1, 2004, "{\"Type\":3,\"PeerId\":\"other\"}" },
		{ 1, 1002, "{\"Type\":3}" },
	};
	static const struct {
		int suite, code;
		const char *jwk;
	} keys[] = {
		{ 1, 1002, "7" },
		{ 1, 1005, "{}" },
		{ 1, 1005,
		  "{\"kty\":\"EC\",\"crv\":\"X25519\",\"x\":\"hSDwCYkwp1R0i33ctD73Wg2_"
		  "Og0mOBr066SpjqqbTmo\"}" },
		{ 1, 1005,
		  "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"hSDwCYkwp1R0i33ctD73Wg2_"
		  "Og0mOBr066SpjqqbTm\"}" },
		/* RFC 7748 §6.1: the secret would be zero */
		{ 1, 1005,
		  "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":"
		  "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}" },
		/* no point of the curve */
		{ 2, 1005,
		  "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"hSDwCYkwp1R0i33ctD73Wg2_"
		  "Og0mOBr066SpjqqbTmo\",\"y\":\"hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo\"}" },
		{ 2, 1005,
		  "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"hSDwCYkwp1R0i33ctD73Wg2_"
		  "Og0mOBr066SpjqqbTmo\"}" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct noob_bed b;

		noob_bed_init(&b, false, to_peer);
		noob_discovery(&b, 0);
		noob_negotiation(&b);
		noob_feed(&b, "%s", rows[i].text);
		noob_assert_error(&b, rows[i].code);
		noob_bed_again(&b);
		noob_discovery(&b, 0);
		noob_bed_free(&b);
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct noob_bed b;

		noob_bed_init(&b, false, to_peer);
		b.server.suites = keys[i].suite == 1 ? "[1]" : "[2]";
		noob_discovery(&b, 0);
		noob_negotiation(&b);
		noob_feed(&b,
			  "{\"Type\":3," ID ",\"PKs\":%s,\"Ns\":\"PYO7NVd9Af3BxEri1MI6hL8Ck49YxwCj"
			  "SRPqlC1SPbw\"}",
			  keys[i].jwk);
		noob_assert_error(&b, keys[i].code);
		noob_bed_free(&b);
	}
}

/* A server that has forgotten everything may begin anew, but not with a peer that is registered. */
static void states_that_do_not_match(void **state)
{
	char path[40];
	struct noob_bed b;

	make_path(path);
	set_up_received(&b, path, 1);
	noob_discovery(&b, 2);
	noob_initial(&b, 1);
	noob_bed_restart(&b);
	noob_discovery(&b, 1);
	noob_waiting(&b);
	noob_bed_free(&b);
	unlink(path);

	set_up_registered(&b, path, 1);
	noob_discovery(&b, 3);
	noob_negotiation(&b);
	noob_assert_error(&b, 2002);
	assert_non_null(strstr(b.result.diag.text, "noob_state_file"));
	noob_bed_free(&b);
	unlink(path);
}

static void error_of_the_server(void **state)
{
	struct noob_bed b;

	noob_bed_init(&b, false, NULL);
	noob_discovery(&b, 0);
	noob_feed(&b, "{\"Type\":0,\"ErrorCode\":2001,\"ErrorInfo\":\"go away\\u0007\"}");
	noob_assert_error(&b, 2001);
	assert_non_null(strstr(b.result.diag.text, "error 2001, unwanted peer"));
	noob_bed_again(&b);
	noob_feed(&b, "{\"Type\":0,\"ErrorCode\":6001,\"ErrorInfo\":\"not on mondays\"}");
	noob_assert_error(&b, 6001);
	assert_non_null(strstr(b.result.diag.text, "error 6001: not on mondays"));
	noob_bed_free(&b);
}

static int try_load(const char *line, struct xeap_diag *ret_diag)
{
	const char *eq = strchr(line, '=');
	struct xeap_config *config;
	void *shared = NULL;
	char name[40];
	int r;

	snprintf(name, sizeof(name), "%.*s", (int)(eq - line), line);
	assert_int_equal(xeap_config_new(&config), 0);
	assert_int_equal(xeap_config_set(config, name, eq + 1, NULL), 0);
	r = xeap_method_noob.load(config, false, &shared, ret_diag);
	if (r == 0)
		xeap_method_noob.unload(shared);
	xeap_config_free(config);
	return r;
}

static void configurations_refused(void **state)
{
	struct xeap_diag diag = { 0 };
	char path[40], line[100];
	FILE *f;

	assert_int_equal(try_load("noob_peer_info=\"{\"Make\":\"Acme\"}\"", &diag), 0);
	assert_true(try_load("noob_peer_info=\"[]\"", &diag) < 0);
	assert_non_null(strstr(diag.text, "noob_peer_info is a JSON object"));
	assert_true(try_load("noob_state_file=\"/nowhere/at/all\"", &diag) < 0);
	assert_non_null(strstr(diag.text, "noob_state_file=\"/nowhere/at/all\": No such file"));
	make_path(path);
	snprintf(line, sizeof(line), "noob_state_file=\"%s\"", path);
	assert_int_equal(try_load(line, &diag), 0);
	f = fopen(path, "w");
	fputs("{\"PeerState\":4,\"PeerId\":\"x\",\"Cryptosuitep\":1}", f);
	fclose(f);
	assert_true(try_load(line, &diag) < 0);
	assert_non_null(strstr(diag.text, "remove the file"));
	unlink(path);
}

/* A process in a sandbox can make no file, but write the one that it has open. */
static void file_that_cannot_be_replaced(void **state)
{
	char dir[] = "/tmp/xeap-noob-XXXXXX", path[60], line[100], text[20] = "";
	const char *lines[] = { line, NULL };
	struct noob_bed b;
	int fd;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/state", dir);
	snprintf(line, sizeof(line), "noob_state_file=\"%s\"", path);
	noob_bed_init(&b, false, lines);
	fd = open(path, O_RDONLY);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
	noob_discovery(&b, 0);
	noob_initial(&b, 1);
	assert_int_equal(read(fd, text, sizeof(text) - 1), sizeof(text) - 1);
	assert_string_equal(text, "{\"File\":\"EAP-NOOB p");
	close(fd);
	noob_bed_free(&b);
}

/* The server would know a device that has forgotten it: the login fails, and the next goes on. */
static void file_that_cannot_be_written(void **state)
{
	char path[40], id[32], mac[64], text[300];
	struct rlimit before, none;
	struct noob_bed b;
	int n;

	make_path(path);
	set_up_received(&b, path, 1);
	noob_discovery(&b, 2);
	noob_server_id(&b.server, id);
	noob_server_derive(&b.server);
	noob_server_mac(&b.server, 2, mac);
	n = snprintf(text, sizeof(text), "{\"Type\":6," ID ",\"NoobId\":\"%s\",\"MACs\":\"%s\"}",
		     id, mac);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	none = (struct rlimit){ 0, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	assert_true(noob_feed_bytes(&b, text, (size_t)n) < 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_non_null(strstr(b.result.diag.text, path));
	noob_bed_restart(&b);
	noob_discovery(&b, 2);
	noob_completion(&b);
	noob_bed_free(&b);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_contact_and_waiting),
		cmocka_unit_test(message_to_the_peer),
		cmocka_unit_test(message_to_the_server),
		cmocka_unit_test(person_enters_the_message),
		cmocka_unit_test(person_gives_up),
		cmocka_unit_test(person_is_shown_the_message),
		cmocka_unit_test(nobody_is_asked_who_must_not_be),
		cmocka_unit_test(messages_that_do_not_fit),
		cmocka_unit_test(configured_message_does_not_fit),
		cmocka_unit_test(reconnects),
		cmocka_unit_test(server_keeps_the_key_before),
		cmocka_unit_test(keying_modes_that_do_not_fit),
		cmocka_unit_test(keying_modes_without_sense),
		cmocka_unit_test(wrong_macs),
		cmocka_unit_test(unknown_noob_id),
		cmocka_unit_test(negotiations_refused),
		cmocka_unit_test(server_info_is_bounded),
		cmocka_unit_test(public_keys_refused),
		cmocka_unit_test(states_that_do_not_match),
		cmocka_unit_test(error_of_the_server),
		cmocka_unit_test(configurations_refused),
		cmocka_unit_test(file_that_cannot_be_replaced),
		cmocka_unit_test(file_that_cannot_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
