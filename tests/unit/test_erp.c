/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * ERP (RFC 6696): messages and keys as hostapd 2.10 derived and took them, and sessions with a
 * server that is written here from the RFC.
 */
#include "fake_host.h"
#include "host/resumption.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "peer/erp.h"

/* clang-format off */

/* What hostapd had of an EAP-TLS 1.2 login and of the two EAP-Initiate/Re-auth that followed. */
static const uint8_t session_id[] = {
	0x0d, 0x89, 0x78, 0xd4, 0xc5, 0x37, 0xb0, 0xca, 0x41, 0x43, 0x05, 0xaf,
	0x3c, 0x97, 0x22, 0x6a, 0x8a, 0x5c, 0x75, 0x22, 0x01, 0xa1, 0xeb, 0x26,
	0x0c, 0xb8, 0x23, 0xa2, 0xc0, 0xa7, 0x1e, 0xa6, 0x33, 0x50, 0x55, 0xe4,
	0xaf, 0x67, 0x50, 0xe0, 0x15, 0x37, 0xad, 0xa2, 0x37, 0x7a, 0x44, 0x90,
	0x5a, 0x21, 0x07, 0xe7, 0x03, 0x3f, 0x59, 0x6b, 0xea, 0x99, 0x44, 0x43,
	0xbd, 0x70, 0x90, 0x4d, 0x60,
};

static const uint8_t emsk[] = {
	0x0c, 0x9f, 0x4c, 0x22, 0x51, 0x8c, 0xd6, 0x81, 0x0d, 0x4b, 0x99, 0xf4,
	0xad, 0x17, 0xb3, 0xee, 0xdb, 0x1b, 0x1f, 0x70, 0xa1, 0x6d, 0xa7, 0xf2,
	0x31, 0x6b, 0x32, 0xcd, 0xb4, 0x15, 0xa1, 0x44, 0xb8, 0x0f, 0x8c, 0xec,
	0x3f, 0x53, 0x57, 0xec, 0xf5, 0x38, 0xd0, 0xe8, 0xa2, 0x06, 0x10, 0xed,
	0x66, 0x2b, 0x8b, 0x3c, 0xa5, 0x4c, 0xca, 0x1c, 0xcb, 0xc0, 0xe6, 0x14,
	0xf9, 0x1b, 0x0c, 0xd0,
};

static const uint8_t rrk[] = {
	0xdb, 0xb3, 0x43, 0x3b, 0x32, 0x25, 0xcd, 0x5d, 0x89, 0x1b, 0xc5, 0x31,
	0x0d, 0x84, 0x4f, 0x1f, 0x62, 0x09, 0xa3, 0x58, 0xd1, 0x61, 0xb1, 0xdb,
	0xb5, 0x68, 0x35, 0x5e, 0x09, 0xb1, 0x0e, 0x49, 0xe3, 0xe0, 0x9a, 0x9a,
	0xd9, 0x77, 0xef, 0x79, 0x21, 0xb0, 0xd0, 0xce, 0xbf, 0xaa, 0xbb, 0xab,
	0x49, 0x6e, 0xb6, 0xf6, 0x84, 0xbd, 0xbd, 0x7b, 0xe0, 0xf2, 0x08, 0x56,
	0x75, 0x7a, 0x95, 0xc9,
};

static const uint8_t initiate[] = {
	0x05, 0x73, 0x00, 0x37, 0x02, 0x00, 0x00, 0x00, 0x01, 0x1c, 0x66, 0x30,
	0x37, 0x65, 0x30, 0x32, 0x36, 0x32, 0x31, 0x61, 0x38, 0x34, 0x30, 0x36,
	0x31, 0x61, 0x40, 0x65, 0x72, 0x70, 0x2e, 0x65, 0x78, 0x61, 0x6d, 0x70,
	0x6c, 0x65, 0x02, 0x25, 0xce, 0xce, 0x15, 0xc8, 0xb3, 0x51, 0xcb, 0xe7,
	0x34, 0x22, 0x6c, 0xfb, 0x6b, 0x2f, 0x08,
};

static const uint8_t initiate_again[] = {
	0x05, 0x66, 0x00, 0x37, 0x02, 0x00, 0x00, 0x01, 0x01, 0x1c, 0x66, 0x30,
	0x37, 0x65, 0x30, 0x32, 0x36, 0x32, 0x31, 0x61, 0x38, 0x34, 0x30, 0x36,
	0x31, 0x61, 0x40, 0x65, 0x72, 0x70, 0x2e, 0x65, 0x78, 0x61, 0x6d, 0x70,
	0x6c, 0x65, 0x02, 0x24, 0xf7, 0xf9, 0x61, 0xdc, 0x8c, 0xff, 0x15, 0x98,
	0x87, 0x37, 0x12, 0xc9, 0xeb, 0x03, 0x6b,
};

static const uint8_t rmsk[] = {
	0xaa, 0x8a, 0x70, 0xfc, 0x19, 0x82, 0x86, 0x88, 0xb6, 0x4b, 0xe3, 0x41,
	0x05, 0x24, 0x8c, 0x44, 0xad, 0x14, 0x03, 0x09, 0x2f, 0x40, 0x51, 0xc1,
	0x43, 0x51, 0x8e, 0x44, 0x26, 0xb6, 0x2f, 0x19, 0x26, 0x00, 0x50, 0x46,
	0xc4, 0xde, 0xdf, 0x4e, 0xf9, 0x9c, 0xb8, 0x0c, 0xe3, 0xd2, 0x56, 0x21,
	0x06, 0x10, 0x24, 0xc4, 0x3b, 0x53, 0x95, 0xe6, 0xae, 0xde, 0xee, 0x6b,
	0x08, 0x93, 0xc0, 0x0c,
};

static const uint8_t rmsk_again[] = {
	0x72, 0xb0, 0x26, 0xd5, 0xfc, 0x5e, 0x87, 0x69, 0xc0, 0x86, 0xee, 0xf7,
	0xd1, 0x5a, 0xb1, 0x0f, 0x1c, 0xdd, 0x1b, 0xb4, 0x89, 0xf0, 0x01, 0x32,
	0x66, 0x16, 0x91, 0x9a, 0x98, 0x35, 0x1e, 0x0c, 0x10, 0x43, 0x5f, 0xf3,
	0xd2, 0x6f, 0xf7, 0x68, 0x53, 0x35, 0x79, 0xb4, 0x33, 0x22, 0xe7, 0x7d,
	0x97, 0x4f, 0x98, 0xbe, 0xd6, 0x28, 0x11, 0xea, 0x08, 0x20, 0xd6, 0x40,
	0x0c, 0xba, 0x47, 0x90,
};

/* clang-format on */

#define NAI "f07e02621a84061a@erp.example"
#define REALM "erp.example"
#define SUITE XEAP_ERP_SHA256_128
#define KEYED_TYPE (FAKE_TYPE + 1)

static struct xeap_span text(const char *s)
{
	return xeap_span(s, strlen(s));
}

#define BYTES(array) xeap_span(array, sizeof(array))

/* ---- the server ---- */

/* RFC 5295 §3.1.2, one block after the other. */
static void prf_plus(struct xeap_span key, const char *label, struct xeap_span data, uint8_t *out,
		     size_t len)
{
	const uint8_t total[2] = { (uint8_t)(len >> 8), (uint8_t)len };
	uint8_t in[256], t[32];
	unsigned int n = 0;

	for (uint8_t i = 1; len; i++) {
		size_t at = 0, take = len < sizeof(t) ? len : sizeof(t);

		memcpy(in, t, n);
		at += n;
		memcpy(in + at, label, strlen(label) + 1);
		at += strlen(label) + 1;
		if (data.len)
			memcpy(in + at, data.data, data.len);
		at += data.len;
		in[at++] = total[0];
		in[at++] = total[1];
		in[at++] = i;
		assert_non_null(HMAC(EVP_sha256(), key.data, (int)key.len, in, at, t, &n));
		memcpy(out, t, take);
		out += take;
		len -= take;
	}
}

static void server_tag(uint8_t suite, const uint8_t *packet, size_t len, uint8_t tag[32])
{
	uint8_t key[64], rik[64];

	prf_plus(BYTES(emsk), "EAP Re-authentication Root Key@ietf.org", text(""), key, 64);
	prf_plus(BYTES(key), "Re-authentication Integrity Key@ietf.org", xeap_span(&suite, 1), rik,
		 64);
	assert_non_null(HMAC(EVP_sha256(), rik, 64, packet, len, tag, NULL));
}

static void server_rmsk(uint16_t seq, uint8_t out[64])
{
	const uint8_t s[2] = { (uint8_t)(seq >> 8), (uint8_t)seq };
	uint8_t key[64];

	prf_plus(BYTES(emsk), "EAP Re-authentication Root Key@ietf.org", text(""), key, 64);
	prf_plus(BYTES(key), "Re-authentication Master Session Key@ietf.org", BYTES(s), out, 64);
}

/* What a server would say, and what is wrong with it. */
struct answer {
	uint8_t code, id, flags, suite;
	uint16_t seq;
	const char *nai;
	uint8_t spoil; /* the tag */
	bool lifetimes;
	bool no_name, unsigned_one;
};

static struct answer right(uint8_t id, uint16_t seq)
{
	return (struct answer){
		.code = XEAP_EAP_FINISH, .id = id, .suite = SUITE, .seq = seq, .nai = NAI
	};
}

static size_t put(uint8_t *to, size_t at, const void *bytes, size_t len)
{
	memcpy(to + at, bytes, len);
	return at + len;
}

static struct xeap_span finish(uint8_t buf[256], const struct answer *a)
{
	const uint8_t head[] = { a->code,	 a->id, 0, 0, 2, a->flags, (uint8_t)(a->seq >> 8),
				 (uint8_t)a->seq };
	size_t n = put(buf, 0, head, sizeof(head)), tag = xeap_erp_tag_len(a->suite), total;
	uint8_t mac[32];

	if (a->lifetimes)
		n = put(buf, n, "\x02\0\0\x0e\x10\x03\0\0\0\x3c\x77\x01!", 13);
	if (!a->no_name) {
		buf[n++] = 1;
		buf[n++] = (uint8_t)strlen(a->nai);
		n = put(buf, n, a->nai, strlen(a->nai));
	}
	total = a->unsigned_one ? n : n + 1 + tag;
	buf[2] = (uint8_t)(total >> 8);
	buf[3] = (uint8_t)total;
	if (a->unsigned_one)
		return xeap_span(buf, n);
	buf[n++] = a->suite;
	server_tag(a->suite, buf, n, mac);
	mac[0] ^= a->spoil;
	return xeap_span(buf, put(buf, n, mac, tag));
}

/* EAP-Initiate/Re-auth-Start; `domain` NULL: without one. */
static struct xeap_span start(uint8_t buf[256], uint8_t id, const char *domain)
{
	const uint8_t head[] = { XEAP_EAP_INITIATE, id, 0, 0, 1, 0 };
	size_t len = domain ? strlen(domain) : 0, n = put(buf, 0, head, sizeof(head));

	if (domain) {
		buf[n++] = 4;
		buf[n++] = (uint8_t)len;
		n = put(buf, n, domain, len);
	}
	buf[3] = (uint8_t)n;
	return xeap_span(buf, n);
}

/* ---- messages ---- */

static void test_parses_start(void **state)
{
	struct xeap_erp_start s = { .id = 77 };
	uint8_t buf[256];

	assert_int_equal(xeap_erp_parse_start(start(buf, 3, NULL), &s), 0);
	assert_int_equal(s.id, 3);
	assert_null(s.domain.data);
	assert_int_equal(xeap_erp_parse_start(start(buf, 4, REALM), &s), 0);
	assert_int_equal(s.domain.len, strlen(REALM));
	/* Cut, a length too long, another type, another code. */
	assert_int_equal(xeap_erp_parse_start(text("\x05\x01"), &s), -EBADMSG);
	assert_int_equal(xeap_erp_parse_start(xeap_span("\x05\x01\0\x05\x01", 5), &s), -EBADMSG);
	assert_int_equal(xeap_erp_parse_start(xeap_span("\x05\x01\0\x08\x01\0\x04\x01", 8), &s),
			 -EBADMSG);
	assert_int_equal(xeap_erp_parse_start(xeap_span("\x05\x01\0\x06\x02\0", 6), &s), -EBADMSG);
	assert_int_equal(xeap_erp_parse_start(xeap_span("\x06\x01\0\x06\x01\0", 6), &s), -EBADMSG);
	assert_int_equal(s.id, 4);
}

static void test_parses_finish(void **state)
{
	struct answer a = right(9, 0x1234);
	struct xeap_erp_reauth m;
	struct xeap_span packet;
	uint8_t buf[256];

	a.lifetimes = true;
	a.flags = XEAP_ERP_FLAG_BOOTSTRAP | XEAP_ERP_FLAG_LIFETIME;
	packet = finish(buf, &a);
	assert_int_equal(xeap_erp_parse_reauth(packet, SUITE, &m), 0);
	assert_int_equal(m.code, XEAP_EAP_FINISH);
	assert_int_equal(m.id, 9);
	assert_int_equal(m.seq, 0x1234);
	assert_int_equal(m.flags, XEAP_ERP_FLAG_BOOTSTRAP | XEAP_ERP_FLAG_LIFETIME);
	assert_int_equal(m.rrk_lifetime, 3600);
	assert_int_equal(m.rmsk_lifetime, 60);
	assert_memory_equal(m.name.data, NAI, strlen(NAI));
	assert_int_equal(m.tag.len, 16);
	assert_int_equal(m.covered.len, packet.len - 16);
	for (size_t len = 0; len < packet.len; len++)
		assert_int_equal(xeap_erp_parse_reauth(xeap_span(buf, len), SUITE, &m), -EBADMSG);
	assert_int_equal(xeap_erp_parse_reauth(packet, XEAP_ERP_SHA256_64, &m), -EBADMSG);
	assert_int_equal(xeap_erp_parse_reauth(packet, 0, &m), -EBADMSG);
	assert_int_equal(xeap_erp_parse_reauth(packet, 4, &m), -EBADMSG);
}

/* ---- keys ---- */

static struct xeap_erp derived(void)
{
	struct xeap_erp erp;

	assert_int_equal(xeap_erp_derive(BYTES(emsk), BYTES(session_id), text(REALM), &erp), 0);
	return erp;
}

static void test_keys_as_hostapd(void **state)
{
	struct xeap_erp erp = derived();
	uint8_t key[64];

	assert_memory_equal(erp.rrk, rrk, sizeof(rrk));
	assert_int_equal(erp.nai_len, strlen(NAI));
	assert_memory_equal(erp.nai, NAI, strlen(NAI));
	assert_int_equal(xeap_erp_rmsk(&erp, 0, key, sizeof(key)), 64);
	assert_memory_equal(key, rmsk, sizeof(rmsk));
	assert_int_equal(xeap_erp_rmsk(&erp, 1, key, sizeof(key)), 64);
	assert_memory_equal(key, rmsk_again, sizeof(rmsk_again));
	assert_int_equal(xeap_erp_rmsk(&erp, 1, key, 63), -ENOSPC);
}

static void test_initiates_as_hostapd_took_it(void **state)
{
	struct xeap_erp erp = derived();
	uint8_t buf[128];
	struct xeap_chunk c = { .data = buf, .cap = sizeof(initiate) };
	uint16_t seq = 77;

	assert_int_equal(xeap_erp_initiate(&erp, &c, initiate[1], SUITE, &seq), 0);
	assert_int_equal(seq, 0);
	assert_int_equal(c.len, sizeof(initiate));
	assert_memory_equal(buf, initiate, sizeof(initiate));
	assert_int_equal(xeap_erp_initiate(&erp, &c, initiate_again[1], SUITE, &seq), 0);
	assert_int_equal(seq, 1);
	assert_memory_equal(buf, initiate_again, sizeof(initiate_again));
	c.cap--;
	assert_int_equal(xeap_erp_initiate(&erp, &c, 1, SUITE, &seq), -EMSGSIZE);
	assert_int_equal(erp.seq, 2);
	assert_int_equal(c.len, sizeof(initiate_again));
}

static void test_every_suite(void **state)
{
	for (uint8_t suite = 1; suite <= 3; suite++) {
		struct xeap_erp erp = derived();
		struct answer a = right(5, 0);
		uint8_t buf[256], mac[32];
		struct xeap_chunk c = { .data = buf, .cap = sizeof(buf) };
		size_t tag = xeap_erp_tag_len(suite);
		struct xeap_erp_reauth m;
		uint16_t seq;

		assert_int_equal(xeap_erp_initiate(&erp, &c, 5, suite, &seq), 0);
		server_tag(suite, buf, c.len - tag, mac);
		assert_memory_equal(buf + c.len - tag, mac, tag);
		a.suite = suite;
		assert_int_equal(xeap_erp_check_finish(&erp, finish(buf, &a), 5, suite, seq, &m),
				 0);
		a.code = XEAP_EAP_INITIATE;
		assert_int_equal(xeap_erp_check_finish(&erp, finish(buf, &a), 5, suite, seq, &m),
				 -EBADMSG);
		a.code = XEAP_EAP_FINISH;
		a.spoil = 1;
		assert_int_equal(xeap_erp_check_finish(&erp, finish(buf, &a), 5, suite, seq, &m),
				 -EBADMSG);
	}
}

static void test_refuses_to_derive(void **state)
{
	char realm[XEAP_ERP_MAX_NAI];
	struct xeap_erp erp = { .seq = 77 };

	memset(realm, 'a', sizeof(realm));
	assert_int_equal(xeap_erp_derive(xeap_span(emsk, 63), BYTES(session_id), text(REALM), &erp),
			 -EINVAL);
	assert_int_equal(xeap_erp_derive(BYTES(emsk), text(""), text(REALM), &erp), -EINVAL);
	assert_int_equal(xeap_erp_derive(BYTES(emsk), BYTES(session_id), text(""), &erp), -EINVAL);
	assert_int_equal(xeap_erp_derive(BYTES(emsk), BYTES(session_id), xeap_span(realm, 237),
					 &erp),
			 -EINVAL);
	assert_int_equal(erp.seq, 77);
	assert_int_equal(
		xeap_erp_derive(BYTES(emsk), BYTES(session_id), xeap_span(realm, 236), &erp), 0);
	assert_int_equal(erp.nai_len, XEAP_ERP_MAX_NAI);
	assert_true(xeap_erp_usable(&erp, xeap_span(NULL, 0)));
	erp.seq = UINT16_MAX;
	assert_false(xeap_erp_usable(&erp, xeap_span(NULL, 0)));
	assert_int_equal(xeap_erp_realm(text("a@b@c")).len, 1);
	assert_int_equal(xeap_erp_realm(text("a")).len, 0);
	assert_int_equal(xeap_erp_realm(text("a@")).len, 0);
}

/* ---- sessions ---- */

static bool no_emsk, long_id;

static int keyed_get_key(const void *p, enum xeap_key_kind kind, uint8_t *buf, size_t size)
{
	static const uint8_t longest[XEAP_KEY_MAX] = { KEYED_TYPE };
	struct xeap_span key = kind == XEAP_KEY_EMSK ? BYTES(emsk) : BYTES(session_id);

	if (long_id && kind == XEAP_KEY_SESSION_ID)
		key = BYTES(longest);
	if (kind == XEAP_KEY_MSK)
		return fake_get_key(p, kind, buf, size);
	if (kind == XEAP_KEY_EMSK && no_emsk)
		return -ENOENT;
	assert_true(size >= key.len);
	memcpy(buf, key.data, key.len);
	return (int)key.len;
}

static struct xeap_method keyed;

struct erp_bed {
	struct bed b;
	struct xeap_resumption *r;
	struct xeap_session_options o;
	uint8_t packet[256], finish[256];
};

static struct xeap_profile *profile_of(const char *identity, const char *erp)
{
	struct xeap_config *config = bed_config("KEYED", identity);
	struct xeap_profile *profile;
	struct xeap_diag diag;

	if (erp)
		assert_int_equal(xeap_config_set(config, "erp", erp, &diag), 0);
	assert_int_equal(xeap_profile_new(config, &profile, &diag), 0);
	xeap_config_free(config);
	return profile;
}

static void use_profile(struct erp_bed *e, const char *identity, const char *erp)
{
	xeap_session_end(e->b.host, e->b.session, NULL);
	xeap_profile_unref(e->b.profile);
	e->b.profile = profile_of(identity, erp);
	e->o.profile = e->b.profile;
}

static int set_up(void **state)
{
	static struct erp_bed e;

	keyed = fake_method;
	keyed.name = "KEYED";
	keyed.type.type = KEYED_TYPE;
	keyed.flags = XEAP_METHOD_F_KEYS;
	keyed.get_key = keyed_get_key;
	keyed.get_resumption = NULL;
	xeap_method_register(&keyed);
	memset(&e, 0, sizeof(e));
	no_emsk = false;
	long_id = false;
	bed_open(&e.b);
	assert_int_equal(xeap_resumption_new(&e.r), 0);
	e.o = bed_options(&e.b);
	e.o.resumption = e.r;
	use_profile(&e, "\"user@" REALM "\"", "1");
	*state = &e;
	return 0;
}

static int tear_down(void **state)
{
	struct erp_bed *e = *state;

	bed_close(&e->b);
	xeap_resumption_free(e->r);
	return 0;
}

static void begin(struct erp_bed *e)
{
	xeap_session_end(e->b.host, e->b.session, NULL);
	assert_int_equal(xeap_session_begin(e->b.host, &e->o, &e->b.session, NULL), XEAP_OK);
}

static void full_login(struct erp_bed *e)
{
	begin(e);
	bed_exchange(&e->b, 1, KEYED_TYPE, "r41-x");
	bed_verdict(&e->b, XEAP_EAP_SUCCESS, 1);
	assert_int_equal(e->b.action, XEAP_ACTION_RESULT);
}

static enum xeap_action feed(struct erp_bed *e, struct xeap_span packet)
{
	assert_int_equal(bed_feed(&e->b, packet), XEAP_OK);
	return e->b.action;
}

/* The authenticator's Start; the peer's Initiate is one that the server takes. */
static void initiates(struct erp_bed *e, uint8_t id, const char *domain, uint16_t seq)
{
	uint8_t mac[32], *p;
	uint32_t len;

	assert_int_equal(feed(e, start(e->packet, id, domain)), XEAP_ACTION_SEND);
	assert_int_equal(xeap_session_get_send_packet(e->b.host, e->b.session, &len, &p, NULL),
			 XEAP_OK);
	assert_int_equal(len, sizeof(initiate));
	assert_memory_equal(p, "\x05", 1);
	assert_int_equal(p[1], id);
	assert_int_equal(p[6] << 8 | p[7], seq);
	assert_memory_equal(p + 10, NAI, strlen(NAI));
	server_tag(SUITE, p, len - 16, mac);
	assert_memory_equal(p + len - 16, mac, 16);
}

static void ignores_start(struct erp_bed *e, const char *domain)
{
	begin(e);
	assert_int_equal(feed(e, start(e->packet, 8, domain)), XEAP_ACTION_DISCARD);
}

static struct xeap_session_result result_of(struct erp_bed *e)
{
	struct xeap_session_result r;

	assert_int_equal(xeap_session_get_result(e->b.host, e->b.session, XEAP_REASON_FROM_METHOD,
						 &r, NULL),
			 XEAP_OK);
	return r;
}

static void succeeds(struct erp_bed *e, uint8_t id, uint16_t seq)
{
	struct answer a = right(id, seq);
	struct xeap_session_result r;
	uint8_t want[64], got[64];
	uint32_t size = sizeof(got);

	assert_int_equal(feed(e, finish(e->finish, &a)), XEAP_ACTION_RESULT);
	r = result_of(e);
	assert_true(r.success && r.info.resumed);
	assert_string_equal(r.method, "ERP");
	assert_int_equal(r.attributes.count, 2); /* of rMSK, RFC 2548 */
	server_rmsk(seq, want);
	assert_memory_equal(r.attributes.item[0].value.data, want, 32);
	assert_int_equal(xeap_session_get_key(e->b.host, e->b.session, XEAP_KEY_MSK, &size, got,
					      NULL),
			 XEAP_OK);
	assert_int_equal(size, 64);
	assert_memory_equal(got, want, 64);
	size = sizeof(got);
	assert_int_equal(xeap_session_get_key(e->b.host, e->b.session, XEAP_KEY_EMSK, &size, got,
					      NULL),
			 XEAP_E_NOT_SUPPORTED);
}

/* RFC 6696 §5.3.2: SEQ begins with 0 and goes up, for as long as the key is good. */
static void test_reauthenticates(void **state)
{
	struct erp_bed *e = *state;

	assert_true(xeap_profile_resumes(e->b.profile));
	full_login(e);
	for (uint16_t seq = 0; seq < 3; seq++) {
		begin(e);
		assert_int_equal(bed_status(&e->b), XEAP_AUTH_NOT_STARTED);
		initiates(e, (uint8_t)(40 + seq), seq ? REALM : NULL, seq);
		assert_int_equal(bed_status(&e->b), XEAP_AUTH_IN_PROGRESS);
		succeeds(e, (uint8_t)(40 + seq), seq);
		assert_int_equal(bed_status(&e->b), XEAP_AUTH_SUCCEEDED);
		assert_int_equal(result_of(e).round_trips, 1);
	}
	full_login(e);
	begin(e);
	initiates(e, 7, "ERP.Example", 0); /* a new key, RFC 4343 §3 */
	succeeds(e, 7, 0);
}

/* EAP-IKEv2's Session-Id, with the longest nonce a server may have (RFC 7296 §3.9). */
static void test_longest_session_id(void **state)
{
	struct erp_bed *e = *state;

	assert_int_equal(XEAP_KEY_MAX, 1 + 256 + 32);
	long_id = true;
	full_login(e);
	begin(e); /* the first session has ended, and left its key */
	assert_true(xeap_erp_usable(e->r->erp, xeap_span(NULL, 0)));
}

/* The first login knows no key: the Start is passed over, and Identity follows. */
static void test_first_login_is_full(void **state)
{
	struct erp_bed *e = *state;

	ignores_start(e, REALM);
	bed_exchange(&e->b, 2, XEAP_EAP_IDENTITY, "");
	bed_exchange(&e->b, 3, KEYED_TYPE, "r41-x");
	bed_verdict(&e->b, XEAP_EAP_SUCCESS, 3);
	assert_string_equal(result_of(e).method, "KEYED");
	assert_false(result_of(e).info.resumed);
	begin(e);
	initiates(e, 9, REALM, 0);
	succeeds(e, 9, 0);
}

static void test_start_is_repeated(void **state)
{
	struct erp_bed *e = *state;
	uint8_t first[128], *p;
	uint32_t len, again;

	full_login(e);
	begin(e);
	initiates(e, 5, NULL, 0);
	xeap_session_get_send_packet(e->b.host, e->b.session, &len, &p, NULL);
	memcpy(first, p, len);
	assert_int_equal(feed(e, start(e->packet, 5, NULL)), XEAP_ACTION_SEND);
	xeap_session_get_send_packet(e->b.host, e->b.session, &again, &p, NULL);
	assert_int_equal(again, len);
	assert_memory_equal(p, first, len);
	/* Another Start is another attempt. */
	initiates(e, 6, NULL, 1);
	succeeds(e, 6, 1);
}

/* None of these is the answer; the one that is still counts after them. */
static void test_drops_what_is_no_answer(void **state)
{
	struct erp_bed *e = *state;
	struct answer cases[9];
	uint8_t old[256];
	struct answer a = right(20, 0);
	struct xeap_span replayed = finish(old, &a);

	full_login(e);
	begin(e);
	assert_int_equal(feed(e, replayed), XEAP_ACTION_DISCARD); /* nothing was sent yet */
	initiates(e, 20, NULL, 0);
	succeeds(e, 20, 0);
	begin(e);
	initiates(e, 20, NULL, 1);
	assert_int_equal(feed(e, replayed), XEAP_ACTION_DISCARD);
	for (size_t i = 0; i < 9; i++)
		cases[i] = right(20, 1);
	cases[0].spoil = 0x80;
	cases[1].seq = 2;
	cases[2].id = 21;
	cases[3].nai = "007e02621a84061a@erp.example";
	cases[4].no_name = true;
	cases[5].code = XEAP_EAP_INITIATE;
	cases[6].suite = XEAP_ERP_SHA256_64;
	cases[7].unsigned_one = true;
	cases[8] = right(20, 0);
	cases[8].flags = XEAP_ERP_FLAG_FAILURE;
	for (size_t i = 0; i < 9; i++)
		assert_int_equal(feed(e, finish(e->finish, &cases[i])), XEAP_ACTION_DISCARD);
	succeeds(e, 20, 1);
}

static void refused(struct erp_bed *e, const struct answer *a)
{
	struct xeap_session_result r;

	assert_int_equal(feed(e, finish(e->finish, a)), XEAP_ACTION_RESULT);
	r = result_of(e);
	assert_true(!r.success && r.info.resumed);
	assert_string_equal(r.method, "ERP");
	assert_string_equal(r.reason,
			    "the server refused to re-authenticate (ERP) before any method");
}

/* R=1, RFC 6696 §5.3.3, signed or by a server that has no key to sign with. */
static void test_refusal(void **state)
{
	struct erp_bed *e = *state;
	struct answer a = right(5, 0);

	a.flags = XEAP_ERP_FLAG_FAILURE;
	for (int i = 0; i < 2; i++) {
		xeap_resumption_clear(e->r);
		a.unsigned_one = i;
		use_profile(e, "\"user@" REALM "\"", "1");
		full_login(e);
		begin(e);
		initiates(e, 5, NULL, 0);
		refused(e, &a);
		/* The next sessions are full ones, sixteen of them. */
		for (int n = 0; n < 16; n++) {
			ignores_start(e, NULL);
			bed_exchange(&e->b, 1, KEYED_TYPE, "r41-x");
			bed_verdict(&e->b, XEAP_EAP_SUCCESS, 1);
			assert_int_equal(e->b.action, XEAP_ACTION_RESULT);
		}
		full_login(e);
		begin(e);
		initiates(e, 5, NULL, 0);
		succeeds(e, 5, 0);
	}
}

static void test_silence(void **state)
{
	struct erp_bed *e = *state;
	struct xeap_session_result r;

	full_login(e);
	begin(e);
	initiates(e, 5, NULL, 0);
	assert_int_equal(xeap_session_get_result(e->b.host, e->b.session, XEAP_REASON_TIMEOUT, &r,
						 NULL),
			 XEAP_OK);
	assert_true(!r.success && r.info.resumed);
	ignores_start(e, NULL);
}

/* A link that went down in between says nothing of the key; its SEQ is used up. */
static void test_cut_off(void **state)
{
	struct erp_bed *e = *state;

	full_login(e);
	begin(e);
	initiates(e, 5, NULL, 0);
	begin(e);
	initiates(e, 6, NULL, 1);
	succeeds(e, 6, 1);
}

/* The authenticator may give it up and ask for the identity, in the same session. */
static void test_full_after_all(void **state)
{
	struct erp_bed *e = *state;
	struct answer a = right(5, 0);

	full_login(e);
	begin(e);
	initiates(e, 5, NULL, 0);
	bed_exchange(&e->b, 6, XEAP_EAP_IDENTITY, "");
	bed_exchange(&e->b, 7, KEYED_TYPE, "r20-x");
	/* Once a method runs, ERP is over. */
	assert_int_equal(feed(e, finish(e->finish, &a)), XEAP_ACTION_DISCARD);
	assert_int_equal(feed(e, start(e->packet, 9, NULL)), XEAP_ACTION_DISCARD);
	bed_exchange(&e->b, 8, KEYED_TYPE, "r41-x");
	bed_verdict(&e->b, XEAP_EAP_SUCCESS, 8);
	assert_string_equal(result_of(e).method, "KEYED");
	begin(e);
	initiates(e, 5, NULL, 0);
	succeeds(e, 5, 0);
}

/* EAP-Failure in place of Finish. */
static void test_failure(void **state)
{
	struct erp_bed *e = *state;

	full_login(e);
	begin(e);
	initiates(e, 5, NULL, 0);
	bed_verdict(&e->b, XEAP_EAP_SUCCESS, 4);
	assert_int_equal(e->b.action, XEAP_ACTION_DISCARD);
	bed_verdict(&e->b, XEAP_EAP_SUCCESS, 5); /* proves nothing */
	assert_int_equal(e->b.action, XEAP_ACTION_RESULT);
	assert_false(result_of(e).success);
	ignores_start(e, NULL);
}

static void test_not_for_it(void **state)
{
	struct erp_bed *e = *state;

	full_login(e);
	ignores_start(e, "other.example");
	full_login(e);
	e->o.flags = XEAP_FLAG_FULL_AUTH; /* forgets the key, too */
	ignores_start(e, NULL);
	e->o.flags = 0;
	ignores_start(e, NULL);
	full_login(e);
	e->o.flags = XEAP_FLAG_MACHINE_AUTH; /* somebody else */
	ignores_start(e, NULL);
	e->o.flags = 0;
	full_login(e);
	use_profile(e, "\"user@" REALM "\"", "1"); /* another's key */
	ignores_start(e, NULL);
	use_profile(e, "\"user@" REALM "\"", "0");
	full_login(e);
	ignores_start(e, NULL);
	use_profile(e, "\"user\"", "1"); /* no realm */
	full_login(e);
	ignores_start(e, NULL);
	use_profile(e, "\"user@" REALM "\"", "1");
	no_emsk = true;
	full_login(e);
	ignores_start(e, NULL);
	e->o.resumption = NULL;
	no_emsk = false;
	full_login(e);
	ignores_start(e, NULL);
}

#define SESSION(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parses_start),
		cmocka_unit_test(test_parses_finish),
		cmocka_unit_test(test_keys_as_hostapd),
		cmocka_unit_test(test_initiates_as_hostapd_took_it),
		cmocka_unit_test(test_every_suite),
		cmocka_unit_test(test_refuses_to_derive),
		SESSION(test_reauthenticates),
		SESSION(test_longest_session_id),
		SESSION(test_first_login_is_full),
		SESSION(test_start_is_repeated),
		SESSION(test_drops_what_is_no_answer),
		SESSION(test_refusal),
		SESSION(test_silence),
		SESSION(test_cut_off),
		SESSION(test_full_after_all),
		SESSION(test_failure),
		SESSION(test_not_for_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
