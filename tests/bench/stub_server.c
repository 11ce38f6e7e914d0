/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "stub_server.h"

#include <openssl/evp.h>
#include <string.h>

#include "wire/eap.h"
#include "wire/radius.h"

#define MD5_LEN 16
#define TLS_NO_FLAGS 0
#define TLS_START 0x20 /* RFC 5216 §3.1 */

static const uint8_t challenge[MD5_LEN] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
/* fatal, handshake_failure: RFC 5246 §7.2 */
static const uint8_t alert[] = { TLS_NO_FLAGS, 0x15, 3, 3, 0, 2, 2, 40 };

/* The EAP packet that is answered, in place or joined. */
struct response {
	uint8_t packet[XEAP_RADIUS_MAX];
	size_t len;
	uint8_t id, type;
	struct xeap_span data;
};

static bool read_response(const struct xeap_radius *radius, struct response *ret)
{
	int n = xeap_radius_get_eap(radius, ret->packet, sizeof(ret->packet));

	if (n < 5 || ret->packet[0] != XEAP_EAP_RESPONSE)
		return false;
	ret->len = (size_t)n;
	ret->id = ret->packet[1];
	ret->type = ret->packet[4];
	ret->data = xeap_span(ret->packet + 5, ret->len - 5);
	return true;
}

static void add_eap(struct server_packet *p, uint8_t code, uint8_t id, const void *data, size_t len)
{
	uint8_t eap[64] = { code, id, 0, (uint8_t)(4 + len) };

	if (len)
		memcpy(eap + 4, data, len);
	server_add_eap(p, eap, 4 + len);
}

static void add_request(struct server_packet *p, uint8_t id, uint8_t type, const void *data,
			size_t len)
{
	uint8_t typed[48] = { type };

	memcpy(typed + 1, data, len);
	add_eap(p, XEAP_EAP_REQUEST, id, typed, 1 + len);
}

static void ask(struct server_packet *p, enum stub_how how, uint8_t id)
{
	static const uint8_t start[] = { TLS_START };
	uint8_t sized[1 + MD5_LEN] = { MD5_LEN };

	memcpy(sized + 1, challenge, MD5_LEN);
	if (how == STUB_MD5)
		add_request(p, id, XEAP_EAP_MD5, sized, sizeof(sized));
	else
		add_request(p, id, XEAP_EAP_TLS, start, sizeof(start));
}

/* RFC 1994 §4.1 */
static bool proves(const struct stub_user *user, struct xeap_span name, const struct response *r)
{
	uint8_t bytes[256] = { r->id }, wanted[EVP_MAX_MD_SIZE];
	size_t len = user->password ? strlen(user->password) : 0;

	if (!user->name || name.len != strlen(user->name) ||
	    memcmp(name.data, user->name, name.len) != 0 || 1 + len + MD5_LEN > sizeof(bytes))
		return false;
	memcpy(bytes + 1, user->password, len);
	memcpy(bytes + 1 + len, challenge, MD5_LEN);
	return EVP_Digest(bytes, 1 + len + MD5_LEN, wanted, NULL, EVP_md5(), NULL) &&
	       r->data.len > MD5_LEN && r->data.data[0] == MD5_LEN &&
	       memcmp(r->data.data + 1, wanted, MD5_LEN) == 0;
}

/* One that asks on has a State, RFC 2865 §5.24. */
static void go_on(struct server_packet *p, const struct server_packet *request, uint32_t turn)
{
	server_begin(p, XEAP_RADIUS_ACCESS_CHALLENGE, request);
	server_add_message_authenticator(p);
	server_add(p, XEAP_RADIUS_STATE, &turn, sizeof(turn));
}

static void end(struct server_packet *p, const struct server_packet *request, bool accepts,
		uint8_t id)
{
	server_begin(p, accepts ? XEAP_RADIUS_ACCESS_ACCEPT : XEAP_RADIUS_ACCESS_REJECT, request);
	server_add_message_authenticator(p);
	add_eap(p, accepts ? XEAP_EAP_SUCCESS : XEAP_EAP_FAILURE, id, NULL, 0);
}

static uint32_t previous_of(const struct xeap_radius *radius)
{
	struct xeap_span state;
	uint32_t turn = STUB_FIRST;

	if (xeap_radius_find(radius, XEAP_RADIUS_STATE, &state) && state.len == sizeof(turn))
		memcpy(&turn, state.data, sizeof(turn));
	return turn;
}

bool stub_answer(enum stub_how how, const struct stub_user *user,
		 const struct server_packet *request, uint32_t turn,
		 struct server_packet *ret_answer, uint32_t *ret_previous)
{
	struct xeap_radius radius;
	struct xeap_span name = { 0 };
	struct response r;

	if (xeap_radius_parse(xeap_span(request->data, request->len), &radius) ||
	    radius.code != XEAP_RADIUS_ACCESS_REQUEST || !read_response(&radius, &r))
		return false;
	xeap_radius_find(&radius, XEAP_RADIUS_USER_NAME, &name);
	if (r.type == XEAP_EAP_IDENTITY) {
		go_on(ret_answer, request, turn);
		ask(ret_answer, how, (uint8_t)(r.id + 1));
	} else if (r.type == XEAP_EAP_TLS && r.data.len > 1) {
		go_on(ret_answer, request, turn);
		add_request(ret_answer, (uint8_t)(r.id + 1), XEAP_EAP_TLS, alert, sizeof(alert));
	} else {
		end(ret_answer, request, r.type == XEAP_EAP_MD5 && proves(user, name, &r), r.id);
	}
	server_seal(ret_answer, SERVER_SECRET);
	*ret_previous = previous_of(&radius);
	return true;
}
