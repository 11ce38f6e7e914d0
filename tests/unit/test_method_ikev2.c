/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/ikev2_server.h"
#include <method/list.h>
#include <string.h>
#include "tests/unit/hex.h"
#include "tests/unit/ikev2_pair.h"

/* EAP-IKEv2: a login of other programs, and a server of RFC 5106 in ikev2_server.c. */

/*
 * wpa_supplicant 2.10 (eapol_test -K) and hostapd 2.10: with the same random numbers both responses
 * are octet for octet the same.
 */
static void capture(void **state)
{
	struct preshared_bed b;

	bed_begin(&b, &xeap_method_ikev2, server_peer_id, server_quoted_key, NULL);
	bed_random_hex("7c97b308021780f0"
		       "c5b5479fdb377c321c3fc123bee66390"
		       "30c17eacf42d5f151f8a6adfe4544ea8"
		       "ff9988a045fdc3395601d6e590deb71c");
	ikev2_pair_is_given = true;
	bed_feed_hex(&b,
		     "012000ee31005ebdff25eba8245100000000000000002120220800000000000000e822000030"
		     "0000002c010100040300000c0100000c800e0080030000080200000203000008030000020000"
		     "0008040000022800008800020000c46379e96967ebb2250296af0cee840639e4530b350eb3e1"
		     "d93c0305517a10d8d630d06ad23aed1d250832c3278ac6e1219700dee2090d56b86b28733c6b"
		     "a4e31ef68d6a005fe132d3c9e045eb6442ea48493aa0c02a75fd50b4a0aa601635a486b27408"
		     "92d38088dff04769409c783b761365f97df09a8ac8eb368cc075ff7000000014d1f93454238f"
		     "c2290dfd850617e1aeac");
	bed_assert_response_hex(
		&b, "0220012e31005ebdff25eba824517c97b308021780f021202220000000000000012822000030"
		    "0000002c010100040300000c0100000c800e0080030000080200000203000008030000020000"
		    "00080400000228000088000200001d7eb6601996689acb99307c0edda82a16ddfb65d4a71d41"
		    "5892cc2247bfbcd2849793ff1ec2d7bf384a09292d6b73d348b2620b3faf9424232416382740"
		    "b5e7a263466b0b15d6690611afa95aa22e2ac1afe770f8042d307b7150de363bc1b30bf2e515"
		    "8254e3b642ccf0b425d985f061405399640d5d7aa2b19efd2fc78c242e000014c5b5479fdb37"
		    "7c321c3fc123bee663902400004030c17eacf42d5f151f8a6adfe4544ea806aad21a656a279a"
		    "93650b8f8b03447e0462af44251df0ea2542e2c0db2b0a87f60bf2bfc5b8e70bacc4f4ac");
	bed_assert_no_keys(&b);
	bed_feed_hex(&b,
		     "0121007e31205ebdff25eba824517c97b308021780f02e202308000000010000006c23000050"
		     "9c51f49af480e142a926d71fa18ccaef2c8fff2a61356c9af7426901b950aa9b2f51b64827e4"
		     "8b3debf0a523918af18a201c851ce11e439abfba6b26f00aba4e5d396c5e270210ebef974f7d"
		     "41bb169dd27a769981062ce3");
	bed_assert_response_hex(
		&b, "0221007e31205ebdff25eba824517c97b308021780f02e202320000000010000006c24000050"
		    "ff9988a045fdc3395601d6e590deb71c766fd94bc8fbb9175c14928732c1e05dbe30d0a57e90"
		    "b61b60e6f8f963cf8125baf7017cfd89ee2b9c55f292b5c9e905e492d8145b479af480b86771"
		    "415e548634f0032835195a3a");
	assert_int_equal(b.result.method_state, XEAP_METHOD_MAY_CONT);
	assert_int_equal(b.result.decision, XEAP_DECISION_COND_SUCC);
	bed_assert_key_hex(
		&b, XEAP_KEY_MSK,
		"6fd6904b0be043eeb422f0d779e3fef5ef0197fd3e2caf927bef88c98872b1a79fededb8dd4f"
		"37cc2f7820aa05d6bb67fe84c009a4adad6973dbd6861237e7cb");
	bed_assert_key_hex(
		&b, XEAP_KEY_EMSK,
		"6df2d04666493f9259121e578d9e797104a71491414f70b46027ba8eacec95dcaaeca90917d5"
		"dcd892b32c0f6ea73a0f665d09b1d8d541b32056f31c5d34579a");
	bed_assert_key_hex(&b, XEAP_KEY_SESSION_ID,
			   "31d1f93454238fc2290dfd850617e1aeacc5b5479fdb377c321c3fc123bee66390");
	bed_end(&b);
	ikev2_pair_is_given = false;
}

static void every_suite(void **state)
{
	static const struct server_suite rows[] = {
		{ 128, 2, 2, 2 },  { 256, 5, 12, 5 },  { 128, 6, 13, 14 }, { 256, 7, 14, 15 },
		{ 128, 5, 2, 16 }, { 128, 2, 14, 14 }, { 256, 7, 2, 2 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct preshared_bed b;
		struct server s;

		server_init(&s, &rows[i]);
		server_begin_first(&b, &s, NULL);
		server_finish(&b, &s);
		bed_end(&b);
	}
}

/* RFC 7296 §3.3: of many, the first that is known, with the group of KE. */
static void the_first_that_is_known(void **state)
{
	/*
	 * 1: 3DES. 2: with a transform of a type that is not known. 3: AES of 192 bits, of 128 with
	 * another attribute, of 128; HMAC-MD5 or HMAC-SHA1; group 14 or 2.
	 */
	static const char proposals[] =
		"020000280101000403000008010000030300000802000002030000080300000200000008"
		"04000002"
		"02000034020100050300000c0100000c800e008003000008020000020300000803000002"
		"03000008050000000000000804000002"
		"00000058030100080300000c0100000c800e00c0030000100100000c800e0080800f0001"
		"0300000c0100000c800e0080030000080200000103000008020000020300000803000002"
		"030000080400000e0000000804000002";
	struct text sa = { .len = 0 };
	struct preshared_bed b;
	struct server s;
	struct text m;

	sa.len = hex(proposals, sa.bytes);
	server_init(&s, &server_hostapd);
	server_begin_first(&b, &s, &sa);
	server_take(&b, &s, false, &m);
	assert_int_equal(m.bytes[16], 33);
	/* The one proposal of the answer: number 3, as the server has it. */
	assert_int_equal(m.bytes[28 + 4 + 4], 3);
	assert_int_equal(m.bytes[28 + 4 + 8 + 12 + 7], 2);
	assert_int_equal(m.bytes[28 + 4 + 43], 2);
	bed_end(&b);
}

static void assert_plain_notify(struct preshared_bed *b, const struct server *s,
				const char *wanted_hex)
{
	uint8_t wanted[16];
	size_t n = hex(wanted_hex, wanted);
	struct text m;

	server_take(b, s, false, &m);
	assert_memory_equal(m.bytes, s->spi_i, 8);
	assert_memory_equal(m.bytes + 8, "\0\0\0\0\0\0\0", 8);
	assert_memory_equal(m.bytes + 16, "\x29\x20\x22\x20\0\0\0", 8);
	assert_int_equal(m.len, 28 + n);
	assert_memory_equal(m.bytes + 28, wanted, n);
}

static void no_suite(void **state)
{
	static const struct server_suite rows[] = {
		{ 192, 2, 2, 2 },
		{ 128, 1, 2, 2 },
		{ 128, 2, 1, 2 },
		{ 0, 2, 2, 2 },
	};

	for (size_t i = 0; i <= sizeof(rows) / sizeof(rows[0]); i++) {
		struct preshared_bed b;
		struct server s;
		struct text sa = { .len = 0 };

		server_init(&s, i ? &rows[i - 1] : &server_hostapd);
		if (i == 0)
			s.offered_group = 22;
		server_add_proposal(&s, &sa);
		if (i == 4) { /* AES without a length: the proposal is shorter */
			sa.bytes[3] = 40;
		}
		server_begin_first(&b, &s, &sa);
		bed_assert_failed(&b, "no EAP-IKEv2 ciphersuite that is known");
		assert_plain_notify(&b, &s, "000000080000000e");
		server_assert_ignored(&b, &s, &s.first, false);
		bed_end(&b);
	}
}

/* ESP's protocol number, and an SPI, which the first IKE SA has not. */
static void proposals_of_something_else(void **state)
{
	for (int with_spi = 0; with_spi < 2; with_spi++) {
		struct text own = { .len = 0 }, sa = { .len = 0 };
		struct preshared_bed b;
		struct server s;

		server_init(&s, &server_hostapd);
		server_add_proposal(&s, &own);
		add(&sa, own.bytes, 8);
		if (with_spi) {
			add(&sa, "12345678", 8);
			sa.bytes[3] += 8;
			sa.bytes[6] = 8;
		} else {
			sa.bytes[5] = 3;
		}
		add(&sa, own.bytes + 8, own.len - 8);
		server_begin_first(&b, &s, &sa);
		bed_assert_failed(&b, "no EAP-IKEv2 ciphersuite that is known");
		bed_end(&b);
	}
}

static void another_group(void **state)
{
	struct preshared_bed b;
	struct server s;

	server_init(&s, &server_hostapd);
	s.offered_group = 14;
	server_begin_first(&b, &s, NULL);
	assert_int_equal(b.result.method_state, XEAP_METHOD_CONT);
	assert_plain_notify(&b, &s, "0000000a00000011000e");
	server_assert_ignored(&b, &s, &s.first, false); /* it was told once */
	s.offered_group = 0;
	s.suite.group = 14;
	server_make_first(&s, NULL);
	server_feed(&b, &s, &s.first, false);
	server_finish(&b, &s);
	bed_end(&b);
}

/* 0, 1, p - 1, p, and a value that is too short or too long. */
static void bad_public_values(void **state)
{
	static const uint8_t lengths[] = { 128, 128, 128, 128, 127, 129, 0 };
	struct preshared_bed b;
	struct server s, good;

	server_init(&s, &server_hostapd);
	good = s;
	server_make_first(&good, NULL);
	bed_begin(&b, &xeap_method_ikev2, server_peer_id, server_quoted_key, NULL);
	for (size_t i = 0; i < sizeof(lengths); i++) {
		uint8_t *value = s.first.bytes + 28 + 48 + 8;
		struct text tail;

		server_make_first(&s, NULL);
		tail.len = s.first.len - (28 + 48 + 136);
		memcpy(tail.bytes, value + 128, tail.len);
		if (i < 2)
			memset(value, 0, 128);
		if (i == 1)
			value[127] = 1;
		if (i == 2 || i == 3)
			hex("ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbe"
			    "a63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51"
			    "c2"
			    "45e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f"
			    "24"
			    "117c4b1fe649286651ece65381ffffffffffffffff",
			    value);
		if (i == 2)
			value[127] = 0xfe;
		memcpy(value + lengths[i], tail.bytes, tail.len);
		s.first.bytes[28 + 48 + 2] = 0;
		s.first.bytes[28 + 48 + 3] = (uint8_t)(lengths[i] + 8);
		s.first.len = 28 + 48 + 8u + lengths[i] + tail.len;
		server_end(&s.first);
		server_assert_ignored(&b, &s, &s.first, false);
	}
	server_feed(&b, &good, &good.first, false);
	server_finish(&b, &good);
	bed_end(&b);
}

static void malformed_first(void **state)
{
	struct preshared_bed b;
	struct server s;
	struct text t;

	server_init(&s, &server_hostapd);
	server_make_first(&s, NULL);
	bed_begin(&b, &xeap_method_ikev2, server_peer_id, server_quoted_key, NULL);
	bed_feed(&b, NULL, 0);
	bed_assert_ignored(&b);
	for (size_t i = 0; i < s.first.len; i++) {
		server_feed_part(&b, &s, 0, 0, s.first.bytes, i);
		bed_assert_ignored(&b);
	}
	/* The responder's SPI, version, exchange, flags, message ID, no initiator's SPI. */
	for (size_t at = 8; at < 24; at++) {
		t = s.first;
		t.bytes[at] ^= at == 16 ? 0 : 0x28;
		if (at == 16)
			memset(t.bytes, 0, 8);
		server_assert_ignored(&b, &s, &t, false);
	}
	/* With a checksum, for which there are no keys. */
	server_assert_ignored(&b, &s, &s.first, true);
	/* Without one of its payloads. */
	for (uint8_t gone = 33; gone <= 40; gone++) {
		server_begin(&s, &t, gone == 33 ? 34 : 33, 34, 0);
		if (gone != 33)
			add_payload(&t, gone == 34 ? 40 : 34, 0, s.first.bytes + 32, 44);
		if (gone != 34)
			add_payload(&t, gone == 40 ? 0 : 40, 0, s.first.bytes + 80, 132);
		if (gone != 40)
			add_payload(&t, 0, 0, s.ni.bytes, s.ni.len);
		server_end(&t);
		if (gone > 34 && gone < 40)
			continue;
		server_assert_ignored(&b, &s, &t, false);
	}
	server_feed(&b, &s, &s.first, false);
	server_finish(&b, &s);
	bed_end(&b);
}

/* RFC 7296 §2.5 */
static void payloads_that_are_not_known(void **state)
{
	for (int critical = 0; critical < 2; critical++) {
		struct preshared_bed b;
		struct server s;

		server_init(&s, &server_hostapd);
		server_make_first(&s, NULL);
		s.first.bytes[28 + 48 + 136] = 200; /* after the nonce */
		add_payload(&s.first, 0, critical ? 0x80 : 0, "what", 4);
		server_end(&s.first);
		bed_begin(&b, &xeap_method_ikev2, server_peer_id, server_quoted_key, NULL);
		server_feed(&b, &s, &s.first, false);
		if (critical) {
			bed_assert_failed(&b, "payload of type 200");
			assert_plain_notify(&b, &s, "0000000900000001c8");
		} else {
			server_finish(&b, &s);
		}
		bed_end(&b);
	}
}

static void another_key(void **state)
{
	struct preshared_bed b;
	struct server s;
	struct text t;

	server_start(&b, &s);
	s.key_bytes = "another";
	server_make_third(&s, &t);
	server_feed(&b, &s, &t, true);
	server_assert_refused(&b, &s, 24, "check identity and password");
	assert_int_equal(b.result.diag.code, XEAP_E_USER_NAME_PASSWORD_REJECTED);
	s.key_bytes = server_key;
	server_make_third(&s, &t);
	server_assert_ignored(&b, &s, &t, true);
	bed_end(&b);
}

static void tampered(void **state)
{
	struct preshared_bed b;
	struct server s;
	struct text whole, t;

	server_start(&b, &s);
	server_make_third(&s, &whole);
	/* Without a checksum, with a wrong one, with one that is cut. */
	server_assert_ignored(&b, &s, &whole, false);
	for (size_t i = 0; i < 12; i++) {
		s.ai[i] ^= 1;
		server_assert_ignored(&b, &s, &whole, true);
		s.ai[i] ^= 1;
		bed_feed(&b,
			 "\x20"
			 "123456789ab",
			 i);
		bed_assert_ignored(&b);
	}
	/* A message that was changed under a right one. */
	for (size_t i = 0; i < whole.len; i++) {
		t = whole;
		t.bytes[i] ^= 0x10;
		server_assert_ignored(&b, &s, &t, true);
		server_feed_part(&b, &s, 0x20, 0, whole.bytes, i);
		bed_assert_ignored(&b);
	}
	t = whole;
	add(&t, "x", 1);
	server_assert_ignored(&b, &s, &t, true);
	server_feed(&b, &s, &whole, true);
	server_assert_logged_in(&b, &s);
	server_feed(&b, &s, &whole, true);
	assert_true(b.result.ignore);
	bed_end(&b);
}

/* Under right checksums, but not of this conversation, or of no sense. */
static void of_another_conversation(void **state)
{
	struct preshared_bed b;
	struct server s;
	struct text t;

	server_start(&b, &s);
	for (int i = 0; i < 5; i++) {
		struct server other = s;

		switch (i) {
		case 0:
			other.spi_i[7] ^= 1;
			break;
		case 1:
			other.spi_r[7] ^= 1;
			break;
		case 2:
			other.flags = 0x28; /* a response */
			break;
		case 3:
			other.flags = 0; /* not of the initiator */
			break;
		case 4:
			other.nothing_encrypted = true;
			break;
		}
		server_make_third(&other, &t);
		server_assert_ignored(&b, &s, &t, true);
	}
	server_log_in(&b, &s);
	bed_end(&b);
}

/* AUTH that is the right one's beginning, or has something after it. */
static void auth_of_another_length(void **state)
{
	static const uint8_t id[] = "\x02\0\0\0radius.example";

	for (int i = -1; i <= 1; i++) {
		struct text inner = { .len = 0 }, auth = { .len = 0 }, t;
		struct preshared_bed b;
		struct server s;

		server_start(&b, &s);
		add(&auth, "\2\0\0\0", 4);
		auth.len += server_auth(&s, false, id, sizeof(id) - 1, auth.bytes + 4);
		auth.bytes[auth.len] = 0;
		add_payload(&inner, 39, 0, id, sizeof(id) - 1);
		add_payload(&inner, 0, 0, auth.bytes, auth.len + (size_t)i);
		server_seal(&s, &t, 35, 1, 35, &inner);
		server_feed(&b, &s, &t, true);
		if (i)
			server_assert_refused(&b, &s, 24, "check identity and password");
		else
			server_assert_logged_in(&b, &s);
		bed_end(&b);
	}
}

/* What the peer sent, sent back; messages of an earlier conversation. */
static void reflected_and_replayed(void **state)
{
	struct preshared_bed b;
	struct server s, old;
	struct text t;

	server_start(&b, &old);
	server_make_third(&old, &t);
	bed_end(&b);
	server_start(&b, &s);
	server_assert_ignored(&b, &old, &t, true);
	server_assert_ignored(&b, &s, &t, true);
	server_assert_ignored(&b, &s, &s.second, true);
	server_assert_ignored(&b, &s, &s.first, false);
	server_assert_ignored(&b, &s, &s.first, true);
	server_log_in(&b, &s);
	bed_end(&b);
}

/* What is wrong inside, under right checksums, is told. */
static void bad_inside(void **state)
{
	static const struct {
		const char *inner;
		uint8_t first;
		uint16_t error;
		const char *why;
	} rows[] = {
		{ "", 0, 7, "without its identity or a proof" },
		{ "0000000c0200000072616469", 35, 7, "without its identity" },
		{ "0000000c0200000072616469", 39, 7, "without its identity" },
		{ "0000000d0200000072616469", 35, 7, "malformed inside" },
		{ "2700000c0200000072616469"
		  "0000000c0100000072616469",
		  35, 24, "authentication method 1" },
		{ "2700000c0200000072616469"
		  "0000000c0200000072616469",
		  35, 24, "check identity and password" },
		{ "0080000500", 201, 1, "payload of type 201" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text inner = { .len = 0 }, t;
		struct preshared_bed b;
		struct server s;

		server_start(&b, &s);
		inner.len = hex(rows[i].inner, inner.bytes);
		server_seal(&s, &t, 35, 1, rows[i].first, &inner);
		server_feed(&b, &s, &t, true);
		server_assert_refused(&b, &s, rows[i].error, rows[i].why);
		bed_end(&b);
	}
}

/* More padding than needed; one that is longer than what is there. */
static void padding(void **state)
{
	struct text inner = { .len = 0 }, t;
	struct preshared_bed b;
	struct server s;

	server_start(&b, &s);
	s.pad.len = 3 * 16;
	memset(s.pad.bytes, 'p', s.pad.len);
	server_log_in(&b, &s);
	bed_end(&b);
	/* A block of padding alone; more of it than there is; octets that are no payload. */
	server_start(&b, &s);
	server_seal(&s, &t, 37, 1, 0, &inner);
	server_feed(&b, &s, &t, true);
	bed_response(&b);
	s.pad_too_long = 1;
	server_seal(&s, &t, 37, 2, 0, &inner);
	server_assert_ignored(&b, &s, &t, true);
	s.pad_too_long = 0;
	inner.len = 15;
	server_seal(&s, &t, 37, 2, 0, &inner);
	server_feed(&b, &s, &t, true);
	server_assert_refused(&b, &s, 7, "malformed inside");
	bed_end(&b);
}

static void assert_empty_answer(struct preshared_bed *b, const struct server *s)
{
	struct text m, inner;

	server_take(b, s, true, &m);
	assert_int_equal(m.bytes[28], 0);
	server_open(s, &m, 28, &inner);
	assert_int_equal(inner.len, 0);
}

/* RFC 5106 §7: an error of the server, at any time once there are keys. */
static void errors_of_the_server(void **state)
{
	static const struct {
		bool late;
		uint8_t exchange;
		uint16_t error;
		const char *why;
	} rows[] = {
		{ false, 35, 24, "check identity and password" },
		{ false, 37, 24, "check identity and password" },
		{ true, 37, 24, "check identity and password" },
		{ true, 37, 7, "refused the login (IKEv2 error 7)" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text inner = { .len = 0 }, t;
		struct preshared_bed b;
		struct server s;

		server_start(&b, &s);
		if (rows[i].late)
			server_log_in(&b, &s);
		add_notify(&inner, 0, rows[i].error);
		/* Of another number, it is none. */
		server_seal(&s, &t, rows[i].exchange, 3, 41, &inner);
		server_feed(&b, &s, &t, true);
		assert_true(b.result.ignore);
		server_seal(&s, &t, rows[i].exchange, rows[i].late ? 2 : 1, 41, &inner);
		server_feed(&b, &s, &t, true);
		assert_int_equal(b.result.method_state, XEAP_METHOD_MAY_CONT);
		assert_int_equal(b.result.decision, XEAP_DECISION_FAIL);
		assert_non_null(strstr(b.result.diag.text, rows[i].why));
		assert_empty_answer(&b, &s);
		server_feed(&b, &s, &t, true);
		assert_true(b.result.ignore);
		bed_end(&b);
	}
}

/* A question whether the peer is there changes nothing. */
static void informational_without_an_error(void **state)
{
	struct text inner = { .len = 0 }, t;
	struct preshared_bed b;
	struct server s;

	server_start(&b, &s);
	server_log_in(&b, &s);
	server_seal(&s, &t, 37, 2, 0, &inner);
	server_feed(&b, &s, &t, true);
	assert_empty_answer(&b, &s);
	assert_int_equal(b.result.decision, XEAP_DECISION_COND_SUCC);
	server_feed(&b, &s, &t, true);
	assert_true(b.result.ignore);
	bed_end(&b);
}

static void a_person_is_asked(void **state)
{
	for (int i = 0; i < 4; i++) {
		bool again = i & 1, in_parts = i & 2;
		struct preshared_bed b;
		struct server s;

		server_init(&s, &server_hostapd);
		server_make_first(&s, NULL);
		if (again)
			bed_begin_again(&b, &xeap_method_ikev2, server_peer_id, "\"wrong\"");
		else
			bed_begin(&b, &xeap_method_ikev2, server_peer_id, NULL, NULL);
		bed_feed(&b, "\0nothing", 8);
		bed_assert_ignored(&b);
		if (in_parts)
			server_feed_part(&b, &s, 0xc0, s.first.len, s.first.bytes, 50);
		else
			server_feed(&b, &s, &s.first, false);
		assert_int_equal(b.result.need, XEAP_NEED_UI);
		bed_answer(&b, server_key);
		if (in_parts) {
			assert_int_equal(bed_response(&b).len, 0);
			server_feed_part(&b, &s, 0, 0, s.first.bytes + 50, s.first.len - 50);
		}
		server_finish(&b, &s);
		assert_true(b.result.save_user_data);
		bed_end(&b);
	}
}

static void the_longest_nonce(void **state)
{
	struct preshared_bed b;
	struct server s;

	server_init(&s, &server_hostapd);
	s.ni.len = 256;
	memset(s.ni.bytes, 'n', 256);
	server_begin_first(&b, &s, NULL);
	server_finish(&b, &s);
	bed_end(&b);
}

static void what_load_refuses(void **state)
{
	const struct xeap_method *m = &xeap_method_ikev2;

	bed_assert_refused(m, NULL, NULL, "password is missing: eap=IKEV2");
	bed_assert_refused(m, "hash:0123456789abcdef0123456789abcdef", NULL,
			   "of no use to eap=IKEV2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capture),
		cmocka_unit_test(every_suite),
		cmocka_unit_test(the_first_that_is_known),
		cmocka_unit_test(no_suite),
		cmocka_unit_test(proposals_of_something_else),
		cmocka_unit_test(another_group),
		cmocka_unit_test(bad_public_values),
		cmocka_unit_test(malformed_first),
		cmocka_unit_test(payloads_that_are_not_known),
		cmocka_unit_test(another_key),
		cmocka_unit_test(tampered),
		cmocka_unit_test(of_another_conversation),
		cmocka_unit_test(auth_of_another_length),
		cmocka_unit_test(reflected_and_replayed),
		cmocka_unit_test(bad_inside),
		cmocka_unit_test(padding),
		cmocka_unit_test(errors_of_the_server),
		cmocka_unit_test(informational_without_an_error),
		cmocka_unit_test(a_person_is_asked),
		cmocka_unit_test(the_longest_nonce),
		cmocka_unit_test(what_load_refuses),
	};

	return cmocka_run_group_tests_name("method ikev2", tests, NULL, NULL);
}
