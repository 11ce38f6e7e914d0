/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/peap_server.h"
#include "tests/unit/check.h"
#include <openssl/hmac.h>
#include <string.h>

#define EXTENSIONS 33
#define BINDING_TLV 60
#define MAC_AT 40

static void hmac_sha1(const uint8_t *key, size_t key_len, const uint8_t *data, size_t len,
		      uint8_t ret[20])
{
	unsigned int n = 20;

	CHECK(HMAC(EVP_sha1(), key, (int)key_len, data, len, ret, &n));
}

/* [MS-PEAP] §3.1.5.5.2.2: T(n) = HMAC-SHA1(K, T(n-1) | S | n | 0x00 | 0x00). */
static void prf_plus(const uint8_t *key, size_t key_len, const uint8_t *s, size_t s_len,
		     uint8_t *ret, size_t len)
{
	uint8_t block[20], bytes[256];
	size_t before = 0;

	for (uint8_t n = 1; len > 0; n++) {
		size_t part = len < 20 ? len : 20;

		memcpy(bytes, block, before);
		memcpy(bytes + before, s, s_len);
		bytes[before + s_len] = n;
		bytes[before + s_len + 1] = bytes[before + s_len + 2] = 0;
		hmac_sha1(key, key_len, bytes, before + s_len + 3, block);
		memcpy(ret, block, part);
		ret += part;
		len -= part;
		before = 20;
	}
}

static void compound_keys(struct server *s, struct peap_server *p)
{
	static const char label[] = "Inner Methods Compound Keys";
	uint8_t seed[sizeof(label) - 1 + 32], imck[60], tk[60];

	memcpy(tk, s->keys, sizeof(tk));
	if (p->binding == BINDING_OTHER_TUNNEL)
		tk[0] ^= 1;
	memcpy(seed, label, sizeof(label) - 1);
	memcpy(seed + sizeof(label) - 1, p->insider.isk, 32);
	if (p->binding == BINDING_OTHER_KEYS)
		seed[sizeof(label) - 1] ^= 1;
	/* A session resumed without a method inside has no other keys than the tunnel's. */
	if (p->skips_inner)
		memcpy(imck, tk, sizeof(imck));
	else
		prf_plus(tk, 40, seed, sizeof(seed), imck, sizeof(imck));
	memcpy(p->ipmk, imck, 40);
	memcpy(p->cmk, imck + 40, 20);
}

/* HMAC-SHA1-160 over the TLV, its MAC zero, and PEAP's type. */
static void compound_mac(const struct peap_server *p, const uint8_t *tlv, uint8_t ret[20])
{
	uint8_t bytes[BINDING_TLV + 1];

	memcpy(bytes, tlv, MAC_AT);
	memset(bytes + MAC_AT, 0, 20);
	bytes[BINDING_TLV] = 25;
	hmac_sha1(p->cmk, 20, bytes, sizeof(bytes), ret);
}

static void session_keys(struct server *s, struct peap_server *p)
{
	static const char seed[] = "Session Key Generating Function"; /* and the NUL */

	if (p->bound)
		prf_plus(p->ipmk, 40, (const uint8_t *)seed, sizeof(seed), p->keys, 128);
	else
		memcpy(p->keys, s->keys, 128);
}

static size_t put_result(uint8_t *to, uint8_t result)
{
	const uint8_t tlv[] = { 0x80, 3, 0, 2, 0, result };

	memcpy(to, tlv, sizeof(tlv));
	return sizeof(tlv);
}

static size_t put_binding(struct server *s, struct peap_server *p, uint8_t *to)
{
	uint8_t version = s->version_bits, header[] = { 0, 12, 0, 56, 0, version, version, 0 };

	if (p->binding == BINDING_NONE)
		return 0;
	compound_keys(s, p);
	header[7] = p->binding == BINDING_REFLECTED;
	header[5] ^= p->binding == BINDING_OTHER_VERSION;
	header[6] ^= p->binding == BINDING_OTHER_RECEIVED;
	memcpy(to, header, sizeof(header));
	memset(to + sizeof(header), 0x33, 32);
	compound_mac(p, to, to + MAC_AT);
	to[MAC_AT] ^= p->binding == BINDING_WRONG_MAC;
	if (p->spoil)
		p->spoil(p, to);
	if (p->binding == BINDING_SHORT) {
		to[3] = 36;
		return 40;
	}
	return BINDING_TLV;
}

static void send_extensions(struct server *s, struct peap_server *p, const uint8_t *tlvs, size_t n)
{
	uint8_t packet[256] = { 1, ++p->id, 0, (uint8_t)(5 + n), EXTENSIONS };

	memcpy(packet + 5, tlvs, n);
	CHECK(SSL_write(s->ssl, packet, (int)(5 + n)) > 0);
}

static void send_result(struct server *s, struct peap_server *p, uint8_t result)
{
	uint8_t tlvs[200];
	size_t n = 0;

	if (p->ending != PEAP_BINDING_ALONE)
		n += put_result(tlvs, result);
	if (p->ending == PEAP_RESULT_TWICE)
		n += put_result(tlvs + n, 2);
	if (result == 1 || p->ending == PEAP_FAILURE_BOUND)
		n += put_binding(s, p, tlvs + n);
	if (p->ending == PEAP_RESULT_LONG)
		tlvs[n++] = 0x80;
	send_extensions(s, p, tlvs, n);
	p->told = true;
}

static uint8_t result_of(const struct peap_server *p)
{
	if (p->ending == PEAP_RESULT_ODD)
		return 3;
	return p->ending == PEAP_RESULT_FAILURE || p->ending == PEAP_FAILURE_SUCCESS ||
			       p->ending == PEAP_FAILURE_BOUND
		       ? 2
		       : 1;
}

static enum server_verdict conclude(struct server *s, struct peap_server *p)
{
	static const uint8_t unknown[] = { 0x80, 99, 0, 1, 0 }, success[] = { 3, 9, 0, 4 };

	if (p->ending == PEAP_OUTER_ONLY)
		return SERVER_SUCCESS;
	if (p->ending == PEAP_NO_HEADER) {
		CHECK(SSL_write(s->ssl, "\376\1", 2) == 2);
	} else if (s->version_bits == 1) {
		CHECK(SSL_write(s->ssl, success, 4) == 4);
	} else if (p->ending == PEAP_UNKNOWN_FIRST && !p->refused_tlv) {
		send_extensions(s, p, unknown, sizeof(unknown));
		return SERVER_GOING_ON;
	} else {
		send_result(s, p, result_of(p));
	}
	p->told = true;
	return SERVER_GOING_ON;
}

static void check_peer_binding(struct peap_server *p, const struct server *s, const uint8_t *tlv)
{
	static const uint8_t want[] = { 0, 12, 0, 56, 0 };
	uint8_t mac[20];

	CHECK(memcmp(tlv, want, sizeof(want)) == 0);
	CHECK(tlv[5] == s->version_bits && tlv[6] == s->version_bits && tlv[7] == 1);
	compound_mac(p, tlv, mac);
	CHECK(memcmp(mac, tlv + MAC_AT, 20) == 0);
	p->peer_bound = true;
}

/* The peer's answer to a Result TLV, or its NAK of another. */
static enum server_verdict take_extensions(struct server *s, struct peap_server *p,
					   struct xeap_span r)
{
	static const uint8_t nak[] = { 0x80, 4, 0, 6, 0, 0, 0, 0, 0, 99 };
	static const uint8_t yes[] = { 0x80, 3, 0, 2, 0, 1 };

	CHECK(r.len >= 5 && r.data[0] == 2 && r.data[1] == p->id && r.data[4] == EXTENSIONS);
	CHECK((size_t)(r.data[2] << 8 | r.data[3]) == r.len);
	if (p->ending == PEAP_UNKNOWN_FIRST && !p->refused_tlv) {
		CHECK(r.len == 5 + sizeof(nak) && memcmp(r.data + 5, nak, sizeof(nak)) == 0);
		p->refused_tlv = true;
		return conclude(s, p);
	}
	p->peer_agreed = memcmp(r.data + 5, yes, sizeof(yes)) == 0;
	if (r.len > 11)
		check_peer_binding(p, s, r.data + 11);
	if (p->ending == PEAP_FAILURE_SUCCESS) {
		p->ending = PEAP_GOOD;
		send_result(s, p, 1);
		return SERVER_GOING_ON;
	}
	if (p->ending == PEAP_SUCCESS_FAILURE || p->ending == PEAP_SUCCESS_TWICE) {
		p->bound = p->peer_bound;
		session_keys(s, p);
		send_result(s, p, p->ending == PEAP_SUCCESS_TWICE ? 1 : 2);
		p->ending = PEAP_GOOD;
		return SERVER_GOING_ON;
	}
	p->bound = p->peer_bound;
	session_keys(s, p);
	/* Some servers do not care what the peer says. */
	return SERVER_SUCCESS;
}

static void send_inner(struct server *s, struct peap_server *p)
{
	const uint8_t *packet = p->insider.packet;
	size_t skip = s->version_bits == 0 ? 4 : 0, n = p->insider.packet_len;

	CHECK(SSL_write(s->ssl, packet + skip, (int)(n - skip)) > 0);
}

static enum server_verdict take_inner(struct server *s, struct peap_server *p,
				      struct xeap_span data)
{
	uint8_t packet[2048] = { 2, p->insider.id };
	size_t n = 0;

	if (s->version_bits == 0) {
		n = 4 + data.len;
		packet[2] = (uint8_t)(n >> 8);
		packet[3] = (uint8_t)n;
	}
	CHECK(n + data.len < sizeof(packet));
	memcpy(packet + (n ? 4 : 0), data.data, data.len);
	switch (insider_take(&p->insider, xeap_span(packet, n ? n : data.len))) {
	case INSIDER_GOES_ON:
		send_inner(s, p);
		return SERVER_GOING_ON;
	case INSIDER_ACCEPTS:
		return conclude(s, p);
	case INSIDER_REFUSES:
		break;
	}
	if (s->version_bits == 1)
		return SERVER_FAILURE;
	p->ending = PEAP_RESULT_FAILURE;
	return conclude(s, p);
}

enum server_verdict peap_server_inside(struct server *s, struct xeap_span data)
{
	struct peap_server *p = s->o.insider;

	if (p->indicates && !p->began) {
		p->indicates = false;
		CHECK(SSL_write(s->ssl, "", 1) > 0);
		return SERVER_GOING_ON;
	}
	if (!p->began) {
		p->began = true;
		if (p->skips_inner || (SSL_session_reused(s->ssl) && !p->runs_inner)) {
			p->skips_inner = true;
			return conclude(s, p);
		}
		insider_begin(&p->insider);
		send_inner(s, p);
		return SERVER_GOING_ON;
	}
	if (!p->told && p->id == 0)
		return data.len ? take_inner(s, p, data) : SERVER_FAILURE;
	if (s->version_bits == 1 || !data.len) {
		session_keys(s, p);
		return SERVER_SUCCESS;
	}
	return take_extensions(s, p, data);
}
