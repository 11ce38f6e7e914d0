/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Whole logins between other programs, through the codecs. One test a capture in
 * $XEAP_FIXTURES/captures (tests/fixtures when it is not set): every frame parses, what was parsed
 * builds the same bytes again, and TLS fragments add up.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "wire/eap.h"
#include "wire/eapol.h"
#include "wire/eaptls.h"

#define PCAP_MAGIC 0xa1b2c3d4
#define LINKTYPE_ETHERNET 1

struct pcap_header {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t zone, accuracy, snaplen, linktype;
};

struct pcap_record {
	uint32_t seconds, microseconds, captured, length;
};

/* A conversation as far as it was read. */
struct login {
	unsigned int frames, requests, responses, starts, fragments[2];
	uint8_t last_code, last_id;
	struct xeap_eaptls_rx rx[2]; /* from the server, from the peer */
};

static bool is_tls(uint8_t type)
{
	return type == XEAP_EAP_TLS || type == 21 || type == 25 || type == 43;
}

static void check_fragment(struct login *login, const struct xeap_eap *eap)
{
	int from_peer = eap->code == XEAP_EAP_RESPONSE;
	struct xeap_eaptls_rx *rx = &login->rx[from_peer];
	uint32_t before = rx->more ? rx->received : 0;
	struct xeap_eaptls frag;

	assert_int_equal(xeap_eaptls_parse(eap->data, &frag), 0);
	assert_int_equal(xeap_eaptls_rx_add(rx, &frag), 0);
	assert_int_equal(rx->received, before + frag.data.len);
	if (frag.flags & XEAP_EAPTLS_LENGTH)
		assert_int_equal(rx->message_len, frag.message_len);
	assert_int_equal(eap->data.len, (frag.flags & XEAP_EAPTLS_LENGTH ? 5 : 1) + frag.data.len);
	login->fragments[from_peer] += rx->more;
}

/* The response again, by the functions that the peer builds it with. */
static void check_rebuilt(const struct xeap_eap *eap)
{
	uint8_t bytes[2048];
	struct xeap_chunk c = { .data = bytes, .cap = sizeof(bytes) };
	uint8_t *data = xeap_eap_begin_response(&c, eap->id, eap->type);

	memcpy(data, eap->data.data, eap->data.len);
	c.len += eap->data.len;
	xeap_eap_finish(&c);
	assert_int_equal(c.len, eap->packet.len);
	assert_memory_equal(bytes, eap->packet.data, c.len);
	if (eap->type.type != XEAP_EAP_IDENTITY)
		return;
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(xeap_eap_build_identity(&c, eap->id, eap->data), 0);
	assert_int_equal(c.len, eap->packet.len);
	assert_memory_equal(bytes, eap->packet.data, c.len);
}

static void check_eap(struct login *login, struct xeap_span body)
{
	struct xeap_eap eap;

	assert_int_equal(xeap_eap_parse(body, &eap), 0);
	assert_int_equal(eap.len, body.len);
	if (eap.code == XEAP_EAP_RESPONSE) {
		assert_int_equal(login->last_code, XEAP_EAP_REQUEST);
		assert_int_equal(eap.id, login->last_id);
		check_rebuilt(&eap);
		login->responses++;
	}
	if (eap.code == XEAP_EAP_REQUEST)
		login->requests++;
	if (is_tls(eap.type.type))
		check_fragment(login, &eap);
	login->last_code = eap.code;
	login->last_id = eap.id;
}

static void check_frame(struct login *login, struct xeap_span frame)
{
	struct xeap_eapol h;
	uint8_t header[26];
	uint32_t n;

	assert_int_equal(xeap_eapol_parse(frame, &h), 0);
	n = xeap_eapol_header_len(h.tags);
	assert_ptr_equal(h.body.data, frame.data + n);
	assert_in_range(n + h.body.len, 18, frame.len);
	xeap_eapol_write_header(header, &h, (uint16_t)h.body.len);
	assert_memory_equal(header, frame.data, n);
	login->frames++;
	if (h.type == XEAP_EAPOL_START)
		login->starts++;
	else if (h.type == XEAP_EAPOL_EAP)
		check_eap(login, h.body);
	else
		fail_msg("EAPOL type %d", h.type);
}

static void check_end(const struct login *login, const char *path)
{
	assert_int_equal(login->starts, 1);
	assert_in_range(login->requests, 2, 1000);
	assert_int_equal(login->requests, login->responses);
	assert_int_equal(login->frames, login->starts + 2 * login->requests + 1);
	if (strstr(path, "badca") || strstr(path, "wrongpw"))
		assert_int_equal(login->last_code, XEAP_EAP_FAILURE);
	else
		assert_int_equal(login->last_code, XEAP_EAP_SUCCESS);
	assert_false(login->rx[0].more || login->rx[1].more);
	if (strstr(path, "frag"))
		assert_int_not_equal(login->fragments[1], 0);
	if (strstr(path, "frag-both"))
		assert_int_not_equal(login->fragments[0], 0);
}

static void replay(void **state)
{
	const char *path = *state;
	FILE *file = fopen(path, "rb");
	struct pcap_header header;
	struct pcap_record record;
	struct login login = { 0 };

	assert_non_null(file);
	assert_int_equal(fread(&header, sizeof(header), 1, file), 1);
	assert_true(header.magic == PCAP_MAGIC); /* of a machine with our byte order */
	assert_int_equal(header.linktype, LINKTYPE_ETHERNET);
	while (fread(&record, sizeof(record), 1, file) == 1) {
		uint8_t *frame = malloc(record.captured);

		assert_int_equal(fread(frame, 1, record.captured, file), record.captured);
		check_frame(&login, xeap_span(frame, record.captured));
		free(frame);
	}
	assert_true(feof(file));
	fclose(file);
	check_end(&login, path);
}

static void fixtures_are_there(void **state)
{
	const glob_t *captures = *state;

	assert_in_range(captures->gl_pathc, 1, 10000);
}

int main(void)
{
	const char *fixtures = getenv("XEAP_FIXTURES");
	struct CMUnitTest *tests;
	glob_t captures = { 0 };
	char pattern[4096];
	int failed;

	snprintf(pattern, sizeof(pattern), "%s/captures/*.pcap",
		 fixtures ? fixtures : "tests/fixtures");
	glob(pattern, 0, NULL, &captures);
	tests = calloc(captures.gl_pathc + 1, sizeof(tests[0]));
	if (!tests)
		return 1;
	tests[0] = (struct CMUnitTest){ .name = "fixtures are there",
					.test_func = fixtures_are_there,
					.initial_state = &captures };
	for (size_t i = 0; i < captures.gl_pathc; i++)
		tests[i + 1] = (struct CMUnitTest){ .name = basename(captures.gl_pathv[i]),
						    .test_func = replay,
						    .initial_state = captures.gl_pathv[i] };
	failed = _cmocka_run_group_tests("captures", tests, captures.gl_pathc + 1, NULL, NULL);
	free(tests);
	globfree(&captures);
	return failed;
}
