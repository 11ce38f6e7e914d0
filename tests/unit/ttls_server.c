/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/ttls_server.h"
#include "tests/unit/check.h"
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#define MICROSOFT 311
#define VENDOR 0x80
#define MANDATORY 0x40

/* What the peer sent: the data of each AVP, by code; Microsoft's in the other half. */
struct avps {
	struct xeap_span of[2][80];
};

static uint32_t u32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* RFC 5281 §10.1: code, flags, length of 24 bits, vendor; padded to four, the last one too. */
static void read_avps(struct xeap_span d, struct avps *ret)
{
	memset(ret, 0, sizeof(*ret));
	while (d.len) {
		uint32_t code, len, vendor = 0;
		size_t header = 8, whole;

		CHECK(d.len >= 8);
		code = u32(d.data);
		len = u32(d.data + 4) & 0xffffff;
		CHECK(d.data[4] & MANDATORY);
		if (d.data[4] & VENDOR) {
			vendor = u32(d.data + 8);
			header = 12;
		}
		whole = (len + 3) / 4 * 4;
		CHECK(len >= header && whole <= d.len);
		CHECK((vendor == 0 || vendor == MICROSOFT) && code < 80);
		CHECK(!ret->of[vendor != 0][code].data);
		for (size_t i = len; i < whole; i++)
			CHECK(d.data[i] == 0);
		ret->of[vendor != 0][code] = xeap_span(d.data + header, len - header);
		d = xeap_span(d.data + whole, d.len - whole);
	}
}

static size_t put_avp(uint8_t *to, uint32_t code, uint8_t flags, const void *data, size_t n)
{
	size_t header = flags & VENDOR ? 12 : 8, len = header + n;
	uint8_t bytes[] = { 0,
			    0,
			    0,
			    (uint8_t)code,
			    flags,
			    0,
			    (uint8_t)(len >> 8),
			    (uint8_t)len,
			    0,
			    0,
			    MICROSOFT >> 8,
			    MICROSOFT & 0xff };

	memcpy(to, bytes, header);
	memcpy(to + header, data, n);
	memset(to + len, 0, 3);
	return (len + 3) / 4 * 4;
}

static bool is(struct xeap_span a, const char *text)
{
	return a.len == strlen(text) && memcmp(a.data, text, a.len) == 0;
}

/* §11.1: the challenge is what the tunnel's secret makes of it, and what follows it the Ident. */
static void check_challenge(struct server *s, struct ttls_server *t, struct xeap_span challenge,
			    size_t n, uint8_t ident)
{
	uint8_t want[17];

	CHECK(SSL_export_keying_material(s->ssl, want, n + 1, "ttls challenge", 14, NULL, 0, 0));
	CHECK(challenge.len == n && memcmp(challenge.data, want, n) == 0);
	CHECK(ident == want[n]);
	t->ident = ident;
}

static void take_pap(struct ttls_server *t, struct xeap_span padded)
{
	size_t n = strlen(t->insider.password);

	t->said = TTLS_SAYS_PAP;
	t->padded = padded.len;
	CHECK(padded.len % 16 == 0);
	t->right = padded.len >= n && memcmp(padded.data, t->insider.password, n) == 0;
	for (size_t i = n; i < padded.len; i++)
		t->right &= padded.data[i] == 0;
}

static void take_chap(struct server *s, struct ttls_server *t, const struct avps *a)
{
	struct xeap_span challenge = a->of[0][60], value = a->of[0][3];
	size_t n = strlen(t->insider.password);
	uint8_t bytes[256], want[16];

	t->said = TTLS_SAYS_CHAP;
	CHECK(value.len == 17);
	check_challenge(s, t, challenge, 16, value.data[0]);
	bytes[0] = value.data[0];
	memcpy(bytes + 1, t->insider.password, n);
	memcpy(bytes + 1 + n, challenge.data, 16);
	EVP_Digest(bytes, 1 + n + 16, want, NULL, EVP_md5(), NULL);
	t->right = memcmp(want, value.data + 1, 16) == 0;
}

static void nt_hash(struct ttls_server *t, uint8_t hash[16])
{
	const char *password = t->insider.password;

	CHECK(t->insider.legacy || xeap_legacy_get(&t->insider.legacy) == 0);
	CHECK(xeap_nt_hash(t->insider.legacy, xeap_span(password, strlen(password)), hash) == 0);
}

static void take_mschap(struct server *s, struct ttls_server *t, const struct avps *a)
{
	struct xeap_span challenge = a->of[1][11], value = a->of[1][1];
	uint8_t hash[16], want[24];

	t->said = TTLS_SAYS_MSCHAP;
	CHECK(value.len == 50 && value.data[1] == 1);
	check_challenge(s, t, challenge, 8, value.data[0]);
	nt_hash(t, hash);
	CHECK(xeap_mschap_response(t->insider.legacy, hash, challenge.data, want) == 0);
	t->right = memcmp(want, value.data + 26, 24) == 0;
}

static void take_mschapv2(struct server *s, struct ttls_server *t, const struct avps *a)
{
	struct xeap_span challenge = a->of[1][11], value = a->of[1][25];
	struct xeap_mschapv2 m = { challenge.data, value.data + 2,
				   xeap_span(t->insider.user, strlen(t->insider.user)) };
	uint8_t hash[16], want[24];

	t->said = TTLS_SAYS_MSCHAPV2;
	CHECK(value.len == 50 && value.data[1] == 0);
	check_challenge(s, t, challenge, 16, value.data[0]);
	nt_hash(t, hash);
	CHECK(xeap_mschapv2_response(t->insider.legacy, hash, &m, want) == 0);
	t->right = memcmp(want, value.data + 26, 24) == 0;
	CHECK(xeap_mschapv2_proof(t->insider.legacy, hash, &m, want, t->proof) == 0);
}

static size_t put_proof(struct ttls_server *t, uint8_t *to)
{
	const uint8_t *proof = t->replayed ? t->replayed : t->proof;
	char text[64] = "";

	text[0] = (char)(t->ident + (t->oddity == TTLS_OTHER_IDENT));
	memcpy(text + 1, "S=", 2);
	for (size_t n = 0; n < sizeof(t->proof); n++)
		snprintf(text + 3 + 2 * n, 3, "%02X",
			 proof[n] ^ (t->oddity == TTLS_FORGES_PROOF && n == 19));
	return put_avp(to, 26, VENDOR | MANDATORY, text, 43);
}

static enum server_verdict say(struct server *s, const uint8_t *avps, size_t n)
{
	CHECK(SSL_write(s->ssl, avps, (int)n) == (int)n);
	return SERVER_GOING_ON;
}

/* MS-CHAP2-Success or MS-CHAP-Error, and what is odd about it. */
static enum server_verdict tell_mschapv2(struct server *s, struct ttls_server *t)
{
	uint8_t avps[512];
	size_t n = 0;

	if (t->oddity == TTLS_OUTER_ONLY)
		return SERVER_SUCCESS;
	t->told = true;
	if (!t->right || t->oddity == TTLS_ERROR_THEN_PROOF)
		return say(s, avps, put_avp(avps, 2, VENDOR | MANDATORY, "\1E=691 R=0", 10));
	if (t->oddity == TTLS_UNKNOWN_OPTIONAL) {
		n += put_avp(avps + n, 77, 0, "x", 1);
		n += put_avp(avps + n, 18, MANDATORY, "Welcome", 7);
	}
	n += put_proof(t, avps + n);
	if (t->oddity == TTLS_UNKNOWN_MANDATORY)
		n += put_avp(avps + n, 77, MANDATORY, "x", 1);
	if (t->oddity == TTLS_LENGTH_LONG)
		avps[7] += 4;
	if (t->oddity == TTLS_LENGTH_SHORT)
		avps[7] = 11;
	return say(s, avps, n);
}

static enum server_verdict say_eap(struct server *s, struct ttls_server *t)
{
	size_t len = t->insider.packet_len, half = len / 2, n = 0;
	const uint8_t *packet = t->insider.packet;
	uint8_t avps[1024];

	if (t->oddity == TTLS_SPLIT_EAP) {
		n = put_avp(avps, 79, MANDATORY, packet, half);
		packet += half;
		len -= half;
	}
	n += put_avp(avps + n, 79, MANDATORY, packet, len);
	return say(s, avps, n);
}

static enum server_verdict take_eap(struct server *s, struct ttls_server *t,
				    struct xeap_span packet)
{
	t->said = TTLS_SAYS_EAP;
	if (!t->eap_began) {
		insider_begin(&t->insider);
		/* The peer's answer to a request that nobody sent. */
		CHECK(packet.len > 5);
		t->insider.id = packet.data[1];
		t->eap_began = true;
	}
	switch (insider_take(&t->insider, packet)) {
	case INSIDER_GOES_ON:
		return say_eap(s, t);
	case INSIDER_ACCEPTS:
		t->eap_done = true;
		return SERVER_SUCCESS;
	case INSIDER_REFUSES:
		break;
	}
	return SERVER_FAILURE;
}

static enum server_verdict after_telling(struct server *s, struct ttls_server *t)
{
	uint8_t avps[128];

	if (t->oddity == TTLS_ERROR_THEN_PROOF) {
		t->oddity = TTLS_GOOD;
		return say(s, avps, put_proof(t, avps));
	}
	/* Whatever the peer made of it. */
	return SERVER_SUCCESS;
}

static enum server_verdict judge(const struct ttls_server *t)
{
	return t->right ? SERVER_SUCCESS : SERVER_FAILURE;
}

enum server_verdict ttls_server_inside(struct server *s, struct xeap_span data)
{
	struct ttls_server *t = s->o.insider;
	struct avps a;

	if (t->told)
		return after_telling(s, t);
	if (t->eap_done || SSL_session_reused(s->ssl))
		return SERVER_SUCCESS;
	if (!data.len)
		return t->said ? judge(t) : SERVER_FAILURE;
	read_avps(data, &a);
	if (a.of[0][79].data)
		return take_eap(s, t, a.of[0][79]);
	CHECK(is(a.of[0][1], t->insider.user));
	if (a.of[0][2].data)
		take_pap(t, a.of[0][2]);
	else if (a.of[0][3].data)
		take_chap(s, t, &a);
	else if (a.of[1][1].data)
		take_mschap(s, t, &a);
	else
		take_mschapv2(s, t, &a);
	return t->said == TTLS_SAYS_MSCHAPV2 ? tell_mschapv2(s, t) : judge(t);
}
