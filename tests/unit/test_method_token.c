/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <method/list.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/unit/fake_writer.h"

/* EAP-GTC and EAP-OTP, RFC 3748 §5.6 and §5.5. */

#define PACKETS 8

struct bed {
	const struct xeap_method *m;
	struct xeap_config *config;
	void *ctx;
	struct fake_writer out;
	struct xeap_method_result result;
	struct xeap_prompt prompt;
};

static void begin(struct bed *b, const struct xeap_method *m, const char *password, bool again)
{
	struct xeap_method_args args = { .size = sizeof(args), .max_packet = 1496 };
	struct xeap_diag diag;
	void *shared = NULL;

	memset(b, 0, sizeof(*b));
	b->m = m;
	assert_int_equal(xeap_config_new(&b->config), 0);
	if (password)
		assert_int_equal(xeap_config_set(b->config, "password", password, &diag), 0);
	assert_int_equal(m->load(b->config, true, &shared, &diag), 0);
	b->ctx = calloc(1, m->ctx_size);
	args.config = b->config;
	args.ask_again = again;
	assert_int_equal(m->init(b->ctx, &args), 0);
	fake_writer_init(&b->out, 1496);
}

static void end(struct bed *b)
{
	b->m->done(b->ctx);
	free(b->ctx);
	fake_writer_free(&b->out);
	b->m->unload(NULL);
	xeap_config_free(b->config);
}

static int feed(struct bed *b, struct xeap_span packet)
{
	uint8_t *exact = malloc(packet.len);
	int r;

	memcpy(exact, packet.data, packet.len);
	memset(&b->result, 0, sizeof(b->result));
	r = b->m->process(b->ctx, xeap_span(exact, packet.len), fake_writer_begin(&b->out),
			  &b->result);
	free(exact);
	return r;
}

static int request(struct bed *b, uint8_t id, const char *text)
{
	uint8_t packet[2048] = { 1, id, 0, 0, b->m->type.type };
	size_t n = 5 + strlen(text);

	packet[2] = (uint8_t)(n >> 8);
	packet[3] = (uint8_t)n;
	memcpy(packet + 5, text, strlen(text));
	return feed(b, xeap_span(packet, n));
}

/* Answer as the host does: the same fields, values of the caller's. */
static int answer(struct bed *b, const char *value)
{
	struct xeap_prompt answers;
	char *copy = strdup(value);
	int r;

	assert_int_equal(b->m->get_prompt(b->ctx, &answers), 0);
	answers.fields[0].value = xeap_span(copy, strlen(copy));
	memset(&b->result, 0, sizeof(b->result));
	r = b->m->answer(b->ctx, &answers, fake_writer_begin(&b->out), &b->result);
	free(copy);
	return r;
}

static void assert_response(struct bed *b, uint8_t id, const char *text)
{
	const struct xeap_chunk *c = &b->out.w.c;

	assert_int_equal(c->len, 5 + strlen(text));
	assert_int_equal(c->data[0], 2);
	assert_int_equal(c->data[1], id);
	assert_int_equal(c->data[3], c->len);
	assert_int_equal(c->data[4], b->m->type.type);
	assert_memory_equal(c->data + 5, text, strlen(text));
	assert_int_equal(b->result.need, XEAP_NEED_NONE);
	assert_int_equal(b->result.decision, XEAP_DECISION_COND_SUCC);
	assert_int_equal(b->result.method_state, XEAP_METHOD_MAY_CONT);
	assert_true(b->result.allow_notifications);
}

static void assert_asks(struct bed *b, const char *text)
{
	assert_int_equal(b->result.need, XEAP_NEED_UI);
	assert_int_equal(b->out.w.c.len, 0);
	assert_int_equal(b->m->get_prompt(b->ctx, &b->prompt), 0);
	assert_string_equal(b->prompt.text, text);
	assert_string_equal(b->prompt.method, b->m->name);
	assert_int_equal(b->prompt.count, 1);
	assert_string_equal(b->prompt.fields[0].id, "response");
	assert_int_equal(b->prompt.fields[0].kind, XEAP_FIELD_PASSWORD);
	assert_true(b->prompt.fields[0].flags & XEAP_FIELD_F_REQUIRED);
	assert_null(b->prompt.fields[0].value.data);
}

/* A login between other programs: EAP packets of the capture, from and to the authenticator. */
static size_t read_capture(const char *path, uint8_t packets[PACKETS][64], size_t *ret_len)
{
	uint8_t record[16], frame[64];
	FILE *f = fopen(path, "rb");
	size_t n = 0;

	assert_non_null(f);
	assert_int_equal(fseek(f, 24, SEEK_SET), 0);
	while (n < PACKETS && fread(record, sizeof(record), 1, f) == 1) {
		size_t len = record[8];

		assert_in_range(len, 18, sizeof(frame));
		assert_int_equal(fread(frame, len, 1, f), 1);
		if (frame[15] != 0)
			continue; /* EAPOL-Start */
		memcpy(packets[n], frame + 18, len - 18);
		ret_len[n++] = len - 18;
	}
	fclose(f);
	return n;
}

static void answers_as_another_program_did(void **state)
{
	const char *fixtures = getenv("XEAP_FIXTURES");
	uint8_t packets[PACKETS][64];
	size_t len[PACKETS], n, seen = 0;
	char path[512];
	struct bed b;

	snprintf(path, sizeof(path), "%s/captures/gtc.pcap",
		 fixtures ? fixtures : "tests/fixtures");
	n = read_capture(path, packets, len);
	begin(&b, &xeap_method_gtc, "\"gtcpass\"", false);
	for (size_t i = 0; i + 1 < n; i++) {
		if (packets[i][0] != 1 || packets[i][4] != 6)
			continue;
		assert_int_equal(feed(&b, xeap_span(packets[i], len[i])), 0);
		assert_int_equal(b.out.w.c.len, len[i + 1]);
		assert_memory_equal(b.out.w.c.data, packets[i + 1], len[i + 1]);
		assert_response(&b, packets[i][1], "gtcpass");
		assert_false(b.result.save_user_data);
		seen++;
	}
	assert_int_equal(seen, 1);
	end(&b);
}

static void a_person_is_asked(void **state)
{
	struct bed b;

	begin(&b, &xeap_method_gtc, NULL, false);
	assert_int_equal(request(&b, 7, "Enter PASSCODE:"), 0);
	assert_asks(&b, "Enter PASSCODE:");
	assert_true(b.prompt.fields[0].flags & XEAP_FIELD_F_SAVE);
	assert_int_equal(answer(&b, "123456"), 0);
	assert_response(&b, 7, "123456");
	assert_true(b.result.save_user_data);
	end(&b);
}

/* RFC 2289 §6: "otp-<algorithm> <sequence integer> <seed>". */
static void otp_challenge(void **state)
{
	struct bed b;

	begin(&b, &xeap_method_otp, NULL, false);
	assert_int_equal(request(&b, 9, "otp-md5 487 dog2"), 0);
	assert_asks(&b, "otp-md5 487 dog2");
	assert_false(b.prompt.fields[0].flags & XEAP_FIELD_F_SAVE);
	assert_int_equal(answer(&b, "A GUY SWING GONE SO SIP"), 0);
	assert_response(&b, 9, "A GUY SWING GONE SO SIP");
	assert_false(b.result.save_user_data);
	end(&b);
}

static void otp_with_a_password(void **state)
{
	struct bed b;

	begin(&b, &xeap_method_otp, "\"word\"", false);
	assert_int_equal(request(&b, 9, "otp-md5 487 dog2"), 0);
	assert_response(&b, 9, "word");
	end(&b);
}

/* A server that goes on (next token code) wants something new. */
static void asked_once_more(void **state)
{
	struct bed b;

	begin(&b, &xeap_method_gtc, "\"first\"", false);
	assert_int_equal(request(&b, 1, "Password"), 0);
	assert_response(&b, 1, "first");
	assert_int_equal(request(&b, 2, "Next token code"), 0);
	assert_asks(&b, "Next token code");
	assert_int_equal(answer(&b, "second"), 0);
	assert_response(&b, 2, "second");
	assert_int_equal(request(&b, 3, "And one more"), 0);
	assert_asks(&b, "And one more");
	assert_int_equal(answer(&b, "third"), 0);
	assert_response(&b, 3, "third");
	end(&b);
}

static void a_refused_password_is_not_used_again(void **state)
{
	struct bed b;

	begin(&b, &xeap_method_gtc, "\"refused\"", true);
	assert_int_equal(request(&b, 1, "Password"), 0);
	assert_asks(&b, "Password");
	end(&b);
}

static void an_empty_answer_is_none(void **state)
{
	struct xeap_prompt none = { .count = 0 };
	struct bed b;

	begin(&b, &xeap_method_gtc, NULL, false);
	assert_int_equal(request(&b, 1, "Password"), 0);
	assert_int_equal(answer(&b, ""), 0);
	assert_asks(&b, "Password");
	memset(&b.result, 0, sizeof(b.result));
	assert_int_equal(b.m->answer(b.ctx, &none, fake_writer_begin(&b.out), &b.result), 0);
	assert_asks(&b, "Password");
	assert_int_equal(answer(&b, "x"), 0);
	assert_response(&b, 1, "x");
	end(&b);
}

/* The server's message is shown on a terminal: it does not get to write control sequences there. */
static void message_is_made_printable(void **state)
{
	char longest[1400];
	struct bed b;

	begin(&b, &xeap_method_gtc, NULL, false);
	assert_int_equal(request(&b, 1, "a\033]0;owned\007b\r\nc\xff"), 0);
	assert_asks(&b, "a?]0;owned?b\nc?");
	assert_int_equal(request(&b, 2, ""), 0);
	assert_asks(&b, "The server asks for a token or a password.");
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(request(&b, 3, longest), 0);
	longest[XEAP_PROMPT_TEXT_MAX - 1] = '\0';
	assert_asks(&b, longest);
	end(&b);
}

static void no_request_no_prompt(void **state)
{
	struct xeap_prompt prompt;
	struct bed b;

	begin(&b, &xeap_method_gtc, NULL, false);
	assert_int_equal(b.m->get_prompt(b.ctx, &prompt), -EINVAL);
	assert_int_equal(b.m->answer(b.ctx, &prompt, fake_writer_begin(&b.out), &b.result),
			 -EINVAL);
	assert_int_equal(request(&b, 1, "Password"), 0);
	assert_int_equal(answer(&b, "x"), 0);
	assert_int_equal(b.m->get_prompt(b.ctx, &prompt), -EINVAL);
	end(&b);
}

static void what_is_said_of_a_failure(void **state)
{
	struct bed b;

	begin(&b, &xeap_method_gtc, "\"x\"", false);
	assert_int_equal(request(&b, 1, "Password"), 0);
	assert_int_equal(b.result.diag.code, XEAP_E_USER_NAME_PASSWORD_REJECTED);
	assert_non_null(strstr(b.result.diag.text, "GTC: check identity and password"));
	end(&b);
}

static void response_that_does_not_fit(void **state)
{
	struct bed b;

	begin(&b, &xeap_method_gtc, "\"0123456789\"", false);
	fake_writer_free(&b.out);
	fake_writer_init(&b.out, 14);
	assert_int_equal(request(&b, 1, "Password"), -EMSGSIZE);
	end(&b);
}

static void malformed_is_ignored(void **state)
{
	static const uint8_t shorter[] = { 1, 1, 0, 9, 6 };
	struct bed b;

	begin(&b, &xeap_method_gtc, "\"x\"", false);
	assert_int_equal(feed(&b, xeap_span(shorter, sizeof(shorter))), 0);
	assert_true(b.result.ignore);
	end(&b);
}

static void without_a_person_a_password_is_required(void **state)
{
	const struct xeap_method *const methods[] = { &xeap_method_gtc, &xeap_method_otp };
	struct xeap_config *config;
	struct xeap_diag diag;
	void *shared = NULL;

	assert_int_equal(xeap_config_new(&config), 0);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(methods[i]->load(config, false, &shared, &diag), -EINVAL);
		assert_non_null(strstr(diag.text, "password is missing"));
		assert_non_null(strstr(diag.text, methods[i]->name));
	}
	assert_int_equal(xeap_config_set(config, "password",
					 "hash:8846f7eaee8fb117ad06bdd830b7586c", NULL),
			 0);
	assert_int_equal(xeap_method_gtc.load(config, true, &shared, &diag), -EINVAL);
	assert_non_null(strstr(diag.text, "hash"));
	xeap_config_free(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_as_another_program_did),
		cmocka_unit_test(a_person_is_asked),
		cmocka_unit_test(otp_challenge),
		cmocka_unit_test(otp_with_a_password),
		cmocka_unit_test(asked_once_more),
		cmocka_unit_test(a_refused_password_is_not_used_again),
		cmocka_unit_test(an_empty_answer_is_none),
		cmocka_unit_test(message_is_made_printable),
		cmocka_unit_test(no_request_no_prompt),
		cmocka_unit_test(what_is_said_of_a_failure),
		cmocka_unit_test(response_that_does_not_fit),
		cmocka_unit_test(malformed_is_ignored),
		cmocka_unit_test(without_a_person_a_password_is_required),
	};

	return cmocka_run_group_tests_name("method token", tests, NULL, NULL);
}
