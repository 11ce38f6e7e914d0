/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/check.h"
#include "tests/unit/fast_server.h"
#include <base/reader.h>
#include <method/list.h>
#include <string.h>
#include <unistd.h>

/*
 * A server whose tunnel is sound and that says anything inside:
 *
 *	first byte:	bit 0: a suite of CBC, bit 1: as hostapd, bit 2: it knows the peer's PAC,
 *			bit 3: an anonymous tunnel, bit 4: no A-ID
 *	then:	0 hi lo …	these bytes
 *		1 type value	a TLV of two bytes
 *		2		a binding, right as far as the server knows
 *		3		the next link of its chain, without keys of a method
 *		4		say what is gathered, and hear the answer
 *		5		a PAC
 *
 * The peer must not succeed without a binding, and in an anonymous tunnel not at all.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SAY_MAX 30000

const struct xeap_method *const xeap_methods_builtin[] = { &xeap_method_md5, &xeap_method_gtc,
							   &xeap_method_mschapv2, NULL };
const size_t xeap_methods_builtin_count = 3;

static const struct fast_pac pac = { { 1 }, { 2 }, 32 };
static struct test_cert ca, server_cert;
static struct xeap_config *config;
static char dir[] = "/tmp/xeap-fuzz-fast-XXXXXX";

static void set(const char *key, const char *value)
{
	CHECK(xeap_config_set(config, key, value, NULL) == 0);
}

static void make_config(void)
{
	char path[64];

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
	set("phase1", "\"fast_provisioning=3\"");
}

static void *load(void)
{
	struct xeap_diag diag;
	void *shared = NULL;

	if (!config)
		make_config();
	CHECK(xeap_method_fast.load(config, false, &shared, &diag) == 0);
	return shared;
}

static void begin(struct fast_server *s, void *shared)
{
	struct xeap_method_args args = {
		.size = sizeof(args), .config = config, .shared = shared, .max_packet = 2000
	};

	args.identity = xeap_config_get(config, XEAP_CONFIG_IDENTITY);
	CHECK(fast_server_begin(s, &server_cert, &xeap_method_fast, &args));
}

/* A login with EAP-GTC that ends with a PAC, so that there is one. */
static void provision(void *shared)
{
	static const uint8_t gtc[] = { 1, 1, 0, 6, 6, '?' };
	static struct fast_server s;

	memset(&s, 0, sizeof(s));
	s.a_id[0] = 'A';
	s.a_id_len = 1;
	begin(&s, shared);
	tlv_say(&s.t, 9, gtc, sizeof(gtc));
	tlv_turn(&s.t);
	fast_link(&s, NULL);
	fast_say_binding(&s);
	fast_say_pac(&s, &pac);
	tlv_say_u16(&s.t, 3, 1);
	tlv_turn(&s.t);
	CHECK(s.t.result.decision == XEAP_DECISION_UNCOND_SUCC);
	fast_server_end(&s);
}

static void say_bytes(struct fast_server *s, struct xeap_reader *r)
{
	struct xeap_span bytes = xeap_read_span(r, xeap_read_u16(r) % SAY_MAX);

	if (bytes.len)
		memcpy(s->t.say + s->t.say_len, bytes.data, bytes.len);
	s->t.say_len += bytes.len;
}

/* Whether it goes on. */
static bool step(struct fast_server *s, struct xeap_reader *r, bool *bound)
{
	uint8_t type;

	if (s->t.say_len > SAY_MAX)
		return false;
	switch (xeap_read_u8(r) % 6) {
	case 0:
		say_bytes(s, r);
		return true;
	case 1:
		type = xeap_read_u8(r);
		tlv_say_u16(&s->t, type, xeap_read_u8(r));
		return true;
	case 2:
		fast_say_binding(s);
		*bound = true;
		return true;
	case 3:
		fast_link(s, NULL);
		return true;
	case 4:
		tlv_turn(&s->t);
		return !s->t.error && !s->t.result.ignore && !s->t.result.need &&
		       s->t.result.method_state != XEAP_METHOD_DONE;
	default: /* bytes from outside */
		fast_say_pac(s, &pac);
		return true;
	}
}

static void judge(const struct fast_server *s, bool bound)
{
	uint8_t msk[64];

	if (s->t.error || s->t.result.decision == XEAP_DECISION_FAIL) {
		CHECK(s->t.result.decision != XEAP_DECISION_UNCOND_SUCC);
		return;
	}
	CHECK(bound && !s->anonymous);
	CHECK(xeap_method_fast.get_key(s->t.peer, XEAP_KEY_MSK, msk, 64) == 64);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fast_server s;
	struct xeap_reader r = xeap_reader(xeap_span(data, size));
	uint8_t flags = xeap_read_u8(&r);
	void *shared = load();
	bool bound = false;

	memset(&s, 0, sizeof(s));
	s.suite = flags & 1 ? "ECDHE-ECDSA-AES256-SHA" : NULL;
	s.whole_nonce = flags & 2;
	s.anonymous = flags & 8;
	s.a_id[0] = 'A';
	s.a_id_len = flags & 16 ? 0 : 1;
	if (flags & 4) {
		provision(shared);
		s.pac = &pac;
		s.anonymous = false;
	}
	begin(&s, shared);
	while (xeap_reader_left(&r) && step(&s, &r, &bound))
		;
	judge(&s, bound);
	fast_server_end(&s);
	xeap_method_fast.unload(shared);
	return 0;
}
