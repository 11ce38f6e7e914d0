/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/check.h"
#include "tests/unit/fake_writer.h"
#include <errno.h>
#include <method/list.h>
#include <string.h>

/*
 * EAP-GTC and EAP-OTP. The input's first byte: bit 0 OTP, bit 1 a configured password. Then steps:
 * an even byte is a request, an odd one an answer, followed by the length of its text and the text.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_PACKET 300

struct bed {
	const struct xeap_method *m;
	void *ctx;
	struct fake_writer out;
	bool open; /* the method waits for an answer */
	uint8_t id;
};

static struct xeap_config *configs[2];

static void set_up(void)
{
	if (configs[0])
		return;
	CHECK(xeap_config_new(&configs[0]) == 0);
	CHECK(xeap_config_new(&configs[1]) == 0);
	CHECK(xeap_config_set(configs[1], "password", "\"pass\"", NULL) == 0);
}

/* What is shown to a person holds no control character but line ends, and is bounded. */
static void check_prompt(struct bed *b)
{
	struct xeap_prompt prompt;

	CHECK(b->m->get_prompt(b->ctx, &prompt) == 0);
	CHECK(*prompt.text && strlen(prompt.text) < XEAP_PROMPT_TEXT_MAX);
	for (const char *p = prompt.text; *p; p++)
		CHECK((unsigned char)*p >= 0x20 || *p == '\n');
	CHECK(prompt.count == 1 && prompt.fields[0].value.data == NULL);
}

static void check_outcome(struct bed *b, int r, const struct xeap_method_result *result)
{
	const struct xeap_chunk *c = &b->out.w.c;

	CHECK(r == 0 || r == -EMSGSIZE);
	b->open = r == 0 && result->need == XEAP_NEED_UI;
	if (b->open)
		check_prompt(b);
	if (r < 0 || b->open)
		return;
	CHECK(!result->ignore && c->len >= 5 && c->len <= MAX_PACKET);
	CHECK(c->data[0] == 2 && c->data[1] == b->id && c->data[4] == b->m->type.type);
	CHECK((size_t)(c->data[2] << 8 | c->data[3]) == c->len);
}

static void request(struct bed *b, struct xeap_span text)
{
	struct xeap_method_result result = { 0 };
	size_t n = 5 + text.len;
	uint8_t *packet = malloc(n);

	b->id++;
	packet[0] = 1;
	packet[1] = b->id;
	packet[2] = (uint8_t)(n >> 8);
	packet[3] = (uint8_t)n;
	packet[4] = b->m->type.type;
	memcpy(packet + 5, text.data, text.len);
	check_outcome(
		b, b->m->process(b->ctx, xeap_span(packet, n), fake_writer_begin(&b->out), &result),
		&result);
	free(packet);
}

static void answer(struct bed *b, struct xeap_span text)
{
	struct xeap_method_result result = { 0 };
	struct xeap_prompt answers;
	int r;

	if (!b->open) {
		CHECK(b->m->get_prompt(b->ctx, &answers) == -EINVAL);
		return;
	}
	CHECK(b->m->get_prompt(b->ctx, &answers) == 0);
	answers.fields[0].value = text;
	r = b->m->answer(b->ctx, &answers, fake_writer_begin(&b->out), &result);
	CHECK(text.len > 0 || (r == 0 && result.need == XEAP_NEED_UI));
	check_outcome(b, r, &result);
}

static void run(struct bed *b, const uint8_t *p, const uint8_t *end)
{
	while (end - p >= 2) {
		size_t n = p[1], left = (size_t)(end - p) - 2;
		uint8_t step = p[0];
		struct xeap_span text = xeap_span(p + 2, n < left ? n : left);

		p += 2 + text.len;
		if (step & 1)
			answer(b, text);
		else
			request(b, text);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xeap_method_args args = { .size = sizeof(args), .max_packet = MAX_PACKET };
	struct bed b = { 0 };

	if (size < 1)
		return 0;
	set_up();
	b.m = data[0] & 1 ? &xeap_method_otp : &xeap_method_gtc;
	args.config = configs[data[0] >> 1 & 1];
	b.ctx = calloc(1, b.m->ctx_size);
	CHECK(b.m->init(b.ctx, &args) == 0);
	fake_writer_init(&b.out, MAX_PACKET);
	run(&b, data + 1, data + size);
	b.m->done(b.ctx);
	free(b.ctx);
	fake_writer_free(&b.out);
	return 0;
}
