/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/hex.h>
#include <base/reader.h>
#include <errno.h>
#include <method/mschapv2_packet.h>
#include <wire/eap.h>

#define HEADER 4 /* OpCode, MS-CHAPv2-ID, MS-Length */
#define VALUE (XEAP_MSCHAPV2_CHALLENGE + RESERVED + XEAP_NT_RESPONSE + 1)
#define RESERVED 8
#define CHANGE                                                                                     \
	(HEADER + XEAP_NT_ENCRYPTED_PASSWORD + XEAP_NT_HASH + XEAP_MSCHAPV2_CHALLENGE + RESERVED + \
	 XEAP_NT_RESPONSE + 2)

static const struct xeap_method_type mschapv2_type = { .type = XEAP_EAP_MSCHAPV2 };

/*
 * MS-Length says what EAP's Length has said already; there are servers that fill it wrongly, and
 * nothing here depends on it.
 */
bool xeap_mschapv2_read(struct xeap_span type_data, struct xeap_mschapv2_request *ret_request)
{
	struct xeap_reader r = xeap_reader(type_data);
	struct xeap_mschapv2_request request = { .opcode = xeap_read_u8(&r),
						 .id = xeap_read_u8(&r) };

	xeap_read_u16(&r);
	if (request.opcode == XEAP_MSCHAPV2_CHALLENGE_OP) {
		if (xeap_read_u8(&r) != XEAP_MSCHAPV2_CHALLENGE)
			return false;
		request.challenge = xeap_read_span(&r, XEAP_MSCHAPV2_CHALLENGE).data;
	} else if (request.opcode == XEAP_MSCHAPV2_SUCCESS_OP ||
		   request.opcode == XEAP_MSCHAPV2_FAILURE_OP) {
		request.message = xeap_read_rest(&r);
	} else {
		return false;
	}
	if (r.bad)
		return false;
	*ret_request = request;
	return true;
}

/* Decimal; a number past what RFC 2759 §6 allows, 10 digits, is 0. */
static unsigned int read_number(struct xeap_span digits)
{
	uint64_t n = 0;

	if (digits.len > 10)
		return 0;
	for (size_t i = 0; i < digits.len; i++) {
		if (digits.data[i] < '0' || digits.data[i] > '9')
			return 0;
		n = n * 10 + (digits.data[i] - '0');
	}
	return n > UINT32_MAX ? 0 : (unsigned int)n;
}

static void take_field(uint8_t key, struct xeap_span value, struct xeap_mschapv2_failure *f)
{
	if (key == 'E')
		f->error = read_number(value);
	else if (key == 'R')
		f->retry = read_number(value) == 1;
	else if (key == 'V')
		f->version = read_number(value);
	else if (key == 'C')
		f->has_challenge = value.len == 2 * sizeof(f->challenge) &&
				   xeap_hex_octets(value, f->challenge);
}

/* Bytes up to the next space. */
static size_t word_length(const struct xeap_reader *r)
{
	size_t left = xeap_reader_left(r);
	const uint8_t *space = left ? memchr(r->p, ' ', left) : NULL;

	return space ? (size_t)(space - r->p) : left;
}

void xeap_mschapv2_read_failure(struct xeap_span message, struct xeap_mschapv2_failure *ret_failure)
{
	struct xeap_reader r = xeap_reader(message);

	*ret_failure = (struct xeap_mschapv2_failure){ 0 };
	while (xeap_reader_left(&r)) {
		size_t len = word_length(&r);
		bool is_text = len >= 2 && r.p[0] == 'M' && r.p[1] == '=';
		struct xeap_span word = xeap_read_span(&r, is_text ? xeap_reader_left(&r) : len);
		struct xeap_reader in = xeap_reader(word);
		uint8_t key = xeap_read_u8(&in), equals = xeap_read_u8(&in);

		if (is_text)
			ret_failure->text = xeap_read_rest(&in);
		else if (equals == '=')
			take_field(key, xeap_read_rest(&in), ret_failure);
		if (xeap_reader_left(&r))
			xeap_read_u8(&r);
	}
}

const char *xeap_mschapv2_error_text(unsigned int error)
{
	static const struct {
		unsigned int error;
		const char *text;
	} errors[] = {
		{ XEAP_MSCHAPV2_RESTRICTED_HOURS, "no login at this time of day" },
		{ XEAP_MSCHAPV2_ACCOUNT_DISABLED, "the account is disabled" },
		{ XEAP_MSCHAPV2_PASSWORD_EXPIRED, "the password has expired" },
		{ XEAP_MSCHAPV2_NO_DIALIN, "the account may not log in over the network" },
		{ XEAP_MSCHAPV2_REFUSED, "check identity and password" },
		{ XEAP_MSCHAPV2_CHANGE_FAILED, "the password was not changed" },
	};

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].error == error)
			return errors[i].text;
	return "no reason that RFC 2759 knows";
}

static void put_proofs(struct xeap_builder *b, const struct xeap_mschapv2_answer *a)
{
	static const uint8_t reserved[RESERVED];

	xeap_put_span(b, xeap_span(a->peer_challenge, XEAP_MSCHAPV2_CHALLENGE));
	xeap_put_span(b, xeap_span(reserved, sizeof(reserved)));
	xeap_put_span(b, xeap_span(a->response, XEAP_NT_RESPONSE));
}

int xeap_mschapv2_write_response(const struct xeap_mschapv2_answer *a, struct xeap_span name,
				 struct xeap_chunk *to)
{
	struct xeap_builder b = xeap_eap_build_response(to, a->eap_id, mschapv2_type);

	if (name.len > UINT16_MAX - HEADER - 1 - VALUE)
		return -EMSGSIZE;
	xeap_put_u8(&b, XEAP_MSCHAPV2_RESPONSE_OP);
	xeap_put_u8(&b, a->id);
	xeap_put_u16(&b, (uint16_t)(HEADER + 1 + VALUE + name.len));
	xeap_put_u8(&b, VALUE);
	put_proofs(&b, a);
	xeap_put_u8(&b, 0); /* Flags */
	xeap_put_span(&b, name);
	return xeap_eap_finish_built(to, &b);
}

/* RFC 2759 §7. */
int xeap_mschapv2_write_change(const struct xeap_mschapv2_answer *a,
			       const uint8_t password[XEAP_NT_ENCRYPTED_PASSWORD],
			       const uint8_t hash[XEAP_NT_HASH], struct xeap_chunk *to)
{
	struct xeap_builder b = xeap_eap_build_response(to, a->eap_id, mschapv2_type);

	xeap_put_u8(&b, XEAP_MSCHAPV2_CHANGE_OP);
	xeap_put_u8(&b, a->id);
	xeap_put_u16(&b, CHANGE);
	xeap_put_span(&b, xeap_span(password, XEAP_NT_ENCRYPTED_PASSWORD));
	xeap_put_span(&b, xeap_span(hash, XEAP_NT_HASH));
	put_proofs(&b, a);
	xeap_put_u16(&b, 0); /* Flags */
	return xeap_eap_finish_built(to, &b);
}

int xeap_mschapv2_write_ack(uint8_t eap_id, uint8_t opcode, struct xeap_chunk *to)
{
	struct xeap_builder b = xeap_eap_build_response(to, eap_id, mschapv2_type);

	xeap_put_u8(&b, opcode);
	return xeap_eap_finish_built(to, &b);
}
