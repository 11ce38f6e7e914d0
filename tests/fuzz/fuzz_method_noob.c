/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <crypto/ecdhe.h>
#include <errno.h>
#include <method/list.h>
#include <stdlib.h>
#include <string.h>
#include "tests/unit/check.h"
#include "tests/unit/fake_writer.h"
#include "tests/unit/hex.h"

/*
 * The input is lines: each is a message of the server, an empty one begins the next conversation of
 * the same peer, and one that begins with '?' is what a person enters when asked. Nonces and keys
 * are those of the examples that RFC 9140's authors generate, so that their messages are good.
 */

#define MAX_PACKET 1400

int __wrap_xeap_random(uint8_t *ret_bytes, size_t len);
int __wrap_xeap_ecdhe(enum xeap_ecdhe_curve curve, struct xeap_span theirs, uint8_t *ret_ours,
		      uint8_t *ret_secret);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned int nonces;

int __wrap_xeap_random(uint8_t *ret_bytes, size_t len)
{
	static const char *const known[] = {
		"1c8bc1ea0d27d9bb69c44714ed85e7581fb8e75103e8beaf79041deae8223c55",
		"8cdd3f5783f42684eac08f551c740a77da33521eed41d73d00177e8faa13cbfe",
	};

	memset(ret_bytes, 7, len);
	if (len == 32)
		hex(known[nonces++ % 2], ret_bytes);
	return 0;
}

int __wrap_xeap_ecdhe(enum xeap_ecdhe_curve curve, struct xeap_span theirs, uint8_t *ret_ours,
		      uint8_t *ret_secret)
{
	CHECK(theirs.len == xeap_ecdhe_public_len(curve));
	memset(ret_ours, 9, theirs.len);
	if (curve == XEAP_ECDHE_X25519)
		hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f", ret_ours);
	hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742", ret_secret);
	return theirs.data[0] ? 0 : -EBADMSG;
}

struct run {
	struct xeap_config *config;
	void *shared;
	uint8_t *ctx;
	struct fake_writer out;
	uint8_t id;
	bool open; /* a person is asked */
};

static void begin(struct run *run)
{
	struct xeap_method_args args = { .size = sizeof(args),
					 .config = run->config,
					 .shared = run->shared,
					 .max_packet = MAX_PACKET };

	run->ctx = calloc(1, xeap_method_noob.ctx_size);
	CHECK(xeap_method_noob.init(run->ctx, &args) == 0);
	run->open = false;
}

static void end(struct run *run)
{
	xeap_method_noob.done(run->ctx);
	free(run->ctx);
}

/* What comes out is a response of this method, and keys are of those who have proven themselves. */
static void check(struct run *run, int r, const struct xeap_method_result *result)
{
	const struct xeap_chunk *c = &run->out.w.c;
	uint8_t key[64];

	run->open = r == 0 && result->need == XEAP_NEED_UI;
	if (r < 0) {
		CHECK(result->diag.code);
		return;
	}
	if (result->ignore || run->open)
		return;
	CHECK(c->len >= 6 && c->len <= MAX_PACKET && c->data[0] == 2 && c->data[4] == 56);
	CHECK(c->data[1] == run->id && (size_t)(c->data[2] << 8 | c->data[3]) == c->len);
	CHECK(c->data[5] == '{' && c->data[c->len - 1] == '}');
	CHECK(result->diag.code);
	CHECK((xeap_method_noob.get_key(run->ctx, XEAP_KEY_MSK, key, sizeof(key)) == 64) ==
	      (result->decision != XEAP_DECISION_FAIL));
}

static void feed(struct run *run, const uint8_t *text, size_t len)
{
	size_t n = len + 5;
	uint8_t *request = malloc(n);
	struct xeap_method_result result = { 0 };
	int r;

	run->id++;
	memcpy(request, (uint8_t[]){ 1, run->id, (uint8_t)(n >> 8), (uint8_t)n, 56 }, 5);
	memcpy(request + 5, text, len);
	r = xeap_method_noob.process(run->ctx, xeap_span(request, n), fake_writer_begin(&run->out),
				     &result);
	free(request);
	check(run, r, &result);
}

static void answer(struct run *run, const uint8_t *text, size_t len)
{
	struct xeap_method_result result = { 0 };
	struct xeap_prompt prompt;
	int r;

	if (!run->open)
		return;
	CHECK(xeap_method_noob.get_prompt(run->ctx, &prompt) == 0);
	CHECK(xeap_prompt_write(&prompt, NULL, 0) > 0);
	prompt.fields[prompt.count - 1].value = xeap_span(text, len);
	r = xeap_method_noob.answer(run->ctx, &prompt, fake_writer_begin(&run->out), &result);
	check(run, r, &result);
}

static void take_line(struct run *run, const uint8_t *text, size_t len)
{
	if (!len) {
		end(run);
		begin(run);
	} else if (*text == '?') {
		answer(run, text + 1, len - 1);
	} else {
		feed(run, text, len);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char info[] = "\"{\"Type\":\"wifi\",\"Make\":\"Acme\",\"Serial\":\"DU-9999\","
				   "\"SSID\":\"Noob1\",\"BSSID\":\"6c:19:8f:83:c2:80\"}\"";
	struct run run = { .id = 0 };

	if (size > 20000)
		return 0;
	nonces = 0;
	CHECK(xeap_config_new(&run.config) == 0);
	CHECK(xeap_config_set(run.config, "noob_peer_info", info, NULL) == 0);
	CHECK(xeap_config_set(run.config, "noob_dir", "2", NULL) == 0);
	CHECK(xeap_method_noob.load(run.config, true, &run.shared, NULL) == 0);
	fake_writer_init(&run.out, MAX_PACKET);
	begin(&run);
	for (size_t at = 0; at < size;) {
		const uint8_t *newline = memchr(data + at, '\n', size - at);
		size_t len = newline ? (size_t)(newline - (data + at)) : size - at;

		take_line(&run, data + at, len);
		at += len + 1;
	}
	end(&run);
	fake_writer_free(&run.out);
	xeap_method_noob.unload(run.shared);
	xeap_config_free(run.config);
	return 0;
}
