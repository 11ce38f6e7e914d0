/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/check.h"
#include "tests/unit/teap_server.h"
#include <base/reader.h>
#include <method/list.h>
#include <string.h>
#include <unistd.h>

/*
 * A server whose tunnel is sound and that says anything inside:
 *
 *	first byte:	bit 0: TLS 1.2, bit 1: the PRF on TLS 1.3, bit 2: outer TLVs
 *	then:	0 hi lo …	these bytes
 *		1 type value	a TLV of two bytes
 *		2 flags		a binding, right as far as the server knows
 *		3		the next link of its chains, without keys of a method
 *		4		say what is gathered, and hear the answer
 *
 * The peer must not succeed without a binding.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SAY_MAX 30000

const struct xeap_method *const xeap_methods_builtin[] = { &xeap_method_md5, &xeap_method_gtc,
							   NULL };
const size_t xeap_methods_builtin_count = 2;

static struct xeap_config *config;
static void *shared;
static struct test_cert ca, server_cert;

static void set(const char *key, const char *value)
{
	CHECK(xeap_config_set(config, key, value, NULL) == 0);
}

static void load(void)
{
	char dir[] = "/tmp/xeap-fuzz-teap-XXXXXX", path[64];
	struct xeap_diag diag;

	ca = test_cert_make(&(struct test_cert_spec){ .cn = "the CA" });
	server_cert = test_cert_make(
		&(struct test_cert_spec){ .cn = "server", .eku = "serverAuth", .issuer = &ca });
	CHECK(mkdtemp(dir));
	test_cert_write(&ca, dir, "ca", TEST_PEM);
	snprintf(path, sizeof(path), "\"%s/ca\"", dir);
	CHECK(xeap_config_new(&config) == 0);
	set("ca_cert", path);
	set("identity", "\"user\"");
	set("password", "\"secret\"");
	set("machine_identity", "\"host/pc\"");
	set("machine_password", "\"machine\"");
	CHECK(xeap_method_teap.load(config, false, &shared, &diag) == 0);
	snprintf(path, sizeof(path), "%s/ca", dir);
	unlink(path);
	rmdir(dir);
}

/* Whether it goes on. */
static bool step(struct teap_server *s, struct xeap_reader *r, bool *bound)
{
	struct xeap_span bytes;
	uint8_t type;

	if (s->t.say_len > SAY_MAX)
		return false;
	switch (xeap_read_u8(r) % 5) {
	case 0:
		bytes = xeap_read_span(r, xeap_read_u16(r) % SAY_MAX);
		if (bytes.len)
			memcpy(s->t.say + s->t.say_len, bytes.data, bytes.len);
		s->t.say_len += bytes.len;
		return true;
	case 1:
		type = xeap_read_u8(r);
		tlv_say_u16(&s->t, type, xeap_read_u8(r));
		return true;
	case 2:
		teap_say_binding(s, xeap_read_u8(r) & 15);
		*bound = true;
		return true;
	case 3:
		teap_link(s, NULL, NULL);
		return true;
	default:
		tlv_turn(&s->t);
		return !s->t.error && !s->t.result.ignore && !s->t.result.need &&
		       s->t.result.method_state != XEAP_METHOD_DONE;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct teap_server s;
	struct xeap_method_args args = { .size = sizeof(args), .max_packet = 2000 };
	struct xeap_reader r = xeap_reader(xeap_span(data, size));
	uint8_t flags = xeap_read_u8(&r), msk[64];
	bool bound = false;

	if (!shared)
		load();
	args.config = config;
	args.shared = shared;
	args.identity = xeap_config_get(config, XEAP_CONFIG_IDENTITY);
	memset(&s, 0, sizeof(s));
	s.prf = flags & 2;
	if (flags & 4)
		memcpy(s.outer, "\0\1\0\1a", s.outer_len = 5);
	CHECK(teap_server_begin(&s, &server_cert, flags & 1 ? TLS1_2_VERSION : TLS1_3_VERSION,
				&xeap_method_teap, &args, 1));
	while (xeap_reader_left(&r) && step(&s, &r, &bound))
		;
	if (!s.t.error && s.t.result.decision == XEAP_DECISION_UNCOND_SUCC) {
		CHECK(bound);
		CHECK(xeap_method_teap.get_key(s.t.peer, XEAP_KEY_MSK, msk, 64) == 64);
	}
	teap_server_end(&s);
	return 0;
}
