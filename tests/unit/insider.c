/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/insider.h"
#include "tests/unit/check.h"
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#define IDENTITY 1
#define NAK 3

enum step {
	ASKED_IDENTITY,
	ASKED_OTHER,
	ASKED_METHOD,
	ASKED_AGAIN,
	ASKED_IDENTITY_AGAIN,
	ASKED_INSTEAD,
	ASKED_AFTERWARDS,
	TOLD_SUCCESS,
	TOLD_FAILURE,
};

static enum insider_verdict request(struct insider *i, uint8_t type, const void *data, size_t len,
				    enum step step)
{
	size_t n = 5 + len;
	uint8_t header[] = { 1, ++i->id, (uint8_t)(n >> 8), (uint8_t)n, type };

	memcpy(i->packet, header, sizeof(header));
	memcpy(i->packet + 5, data, len);
	i->packet_len = n;
	i->step = step;
	return INSIDER_GOES_ON;
}

void insider_begin(struct insider *i)
{
	CHECK(i->legacy || xeap_legacy_get(&i->legacy) == 0);
	request(i, IDENTITY, "", 0, ASKED_IDENTITY);
}

/* OpCode, MS-CHAPv2-ID, MS-Length, and what follows. */
static enum insider_verdict mschapv2(struct insider *i, uint8_t opcode, const void *data,
				     size_t len, enum step step)
{
	uint8_t bytes[INSIDER_PACKET] = { opcode, 7, 0, (uint8_t)(4 + len) };

	memcpy(bytes + 4, data, len);
	return request(i, INSIDER_MSCHAPV2, bytes, 4 + len, step);
}

/* The nested server's requests are whole packets. */
static enum insider_verdict relay(struct insider *i)
{
	const struct server *n = i->nested;

	CHECK(n->request_len <= sizeof(i->packet));
	memcpy(i->packet, n->request, n->request_len);
	i->packet_len = n->request_len;
	i->id = n->id;
	i->step = ASKED_METHOD;
	return INSIDER_GOES_ON;
}

static enum insider_verdict take_nested(struct insider *i, struct xeap_span response)
{
	struct server *n = i->nested;

	server_take(n, response);
	memcpy(i->isk, n->keys, sizeof(i->isk));
	switch (n->verdict) {
	case SERVER_GOING_ON:
		return relay(i);
	case SERVER_SUCCESS:
		return INSIDER_ACCEPTS;
	case SERVER_FAILURE:
		break;
	}
	return INSIDER_REFUSES;
}

static enum insider_verdict ask(struct insider *i)
{
	uint8_t value[1 + XEAP_MSCHAPV2_CHALLENGE + 4] = { XEAP_MSCHAPV2_CHALLENGE };

	switch (i->kind) {
	case INSIDER_NONE:
		return INSIDER_ACCEPTS;
	case INSIDER_TLS:
		return relay(i);
	case INSIDER_GTC:
		return request(i, INSIDER_GTC, "Password", 8, ASKED_METHOD);
	case INSIDER_MD5:
		memset(i->challenge, 0x5a, sizeof(i->challenge));
		memcpy(value + 1, i->challenge, sizeof(i->challenge));
		return request(i, INSIDER_MD5, value, 1 + sizeof(i->challenge), ASKED_METHOD);
	case INSIDER_MSCHAPV2:
		memset(i->challenge, 0xa5, sizeof(i->challenge));
		memcpy(value + 1, i->challenge, sizeof(i->challenge));
		memcpy(value + 1 + sizeof(i->challenge), "test", 4);
		if (i->challenges)
			memcpy(i->challenge, i->challenges, sizeof(i->challenge));
		return mschapv2(i, 1, value, sizeof(value), ASKED_METHOD);
	}
	return INSIDER_REFUSES;
}

static bool md5_is_right(const struct insider *i, struct xeap_span data)
{
	uint8_t bytes[INSIDER_PACKET] = { i->id }, want[16];
	size_t n = strlen(i->password);

	memcpy(bytes + 1, i->password, n);
	memcpy(bytes + 1 + n, i->challenge, sizeof(i->challenge));
	EVP_Digest(bytes, 1 + n + sizeof(i->challenge), want, NULL, EVP_md5(), NULL);
	return data.len >= 17 && data.data[0] == 16 && memcmp(data.data + 1, want, 16) == 0;
}

static enum insider_verdict tell_success(struct insider *i)
{
	const uint8_t *proof = i->proof;
	char text[64] = "S=";

	for (size_t n = 0; n < XEAP_MSCHAPV2_PROOF; n++)
		snprintf(text + 2 + 2 * n, 3, "%02X", proof[n]);
	strcat(text, " M=OK");
	return mschapv2(i, 3, text, strlen(text), TOLD_SUCCESS);
}

/* RFC 2759 §4: peer challenge, reserved, NT response, flags; then the name. */
static enum insider_verdict check_mschapv2(struct insider *i, struct xeap_span data)
{
	static const char failure[] = "E=691 R=0 C=000102030405060708090a0b0c0d0e0f V=3 M=No";
	uint8_t hash[XEAP_NT_HASH], want[XEAP_NT_RESPONSE];
	struct xeap_mschapv2 m = { i->challenge,
				   i->challenges ? i->challenges + sizeof(i->challenge)
						 : data.data + 5,
				   xeap_span(i->user, strlen(i->user)) };
	struct xeap_span password = xeap_span(i->password, strlen(i->password));

	CHECK(data.len > 54 && data.data[0] == 2 && data.data[1] == 7 && data.data[4] == 49);
	CHECK(xeap_nt_hash(i->legacy, password, hash) == 0);
	CHECK(xeap_mschapv2_response(i->legacy, hash, &m, want) == 0);
	if (i->forges_proof)
		return tell_success(i);
	if (memcmp(want, data.data + 5 + 24, sizeof(want)) != 0)
		return mschapv2(i, 4, failure, strlen(failure), TOLD_FAILURE);
	CHECK(xeap_mschapv2_proof(i->legacy, hash, &m, want, i->proof) == 0);
	CHECK(xeap_mschapv2_keys(i->legacy, hash, want, i->isk) == 0);
	if (i->instead)
		return request(i, i->instead, "Password", 8, ASKED_INSTEAD);
	if (i->identity_midway)
		return request(i, IDENTITY, "", 0, ASKED_IDENTITY_AGAIN);
	return i->skips_success ? INSIDER_ACCEPTS : tell_success(i);
}

static enum insider_verdict check(struct insider *i, struct xeap_span data)
{
	bool right = false;

	if (i->kind == INSIDER_MSCHAPV2)
		return check_mschapv2(i, data);
	if (i->kind == INSIDER_MD5)
		right = md5_is_right(i, data);
	if (i->kind == INSIDER_GTC)
		right = data.len == strlen(i->password) &&
			memcmp(data.data, i->password, data.len) == 0;
	if (right && i->asks_twice && i->step == ASKED_METHOD)
		return request(i, INSIDER_GTC, "Once more", 9, ASKED_AGAIN);
	return right ? INSIDER_ACCEPTS : INSIDER_REFUSES;
}

static enum insider_verdict take_identity(struct insider *i, uint8_t type, struct xeap_span data)
{
	CHECK(type == IDENTITY);
	CHECK(data.len == strlen(i->user) && memcmp(data.data, i->user, data.len) == 0);
	return i->first ? request(i, i->first, "\1\2\3", 3, ASKED_OTHER) : ask(i);
}

enum insider_verdict insider_take(struct insider *i, struct xeap_span r)
{
	struct xeap_span data;
	uint8_t type;

	CHECK(r.len >= 5 && r.data[0] == 2 && r.data[1] == i->id);
	CHECK((size_t)(r.data[2] << 8 | r.data[3]) == r.len);
	type = r.data[4];
	data = xeap_span(r.data + 5, r.len - 5);
	switch ((enum step)i->step) {
	case ASKED_IDENTITY:
		return take_identity(i, type, data);
	case ASKED_OTHER:
		CHECK(type == NAK);
		i->naked = true;
		if (i->nags && i->nags--)
			return request(i, i->first, "\1\2\3", 3, ASKED_OTHER);
		if (i->kind == INSIDER_NONE || memchr(data.data, (int)i->kind, data.len))
			return ask(i);
		return INSIDER_REFUSES;
	case ASKED_METHOD:
	case ASKED_AGAIN:
		CHECK(type == NAK || type == (uint8_t)i->kind);
		if (type == NAK)
			return INSIDER_REFUSES;
		return i->kind == INSIDER_TLS ? take_nested(i, r) : check(i, data);
	case ASKED_IDENTITY_AGAIN:
		CHECK(type == IDENTITY && data.len == strlen(i->user));
		return tell_success(i);
	case TOLD_SUCCESS:
		CHECK(type == INSIDER_MSCHAPV2 && data.len == 1 && data.data[0] == 3);
		i->proved = true;
		if (i->afterwards)
			return request(i, i->afterwards, "Password", 8, ASKED_AFTERWARDS);
		return INSIDER_ACCEPTS;
	case ASKED_INSTEAD:
	case ASKED_AFTERWARDS:
		i->naked = type == NAK;
		i->leaked = !i->naked;
		return INSIDER_ACCEPTS;
	case TOLD_FAILURE:
		return INSIDER_REFUSES;
	}
	return INSIDER_REFUSES;
}
