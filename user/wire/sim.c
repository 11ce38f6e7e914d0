/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <string.h>
#include <wire/sim.h>

/* What stands after Type and Length of an attribute. */
enum form {
	FORM_U16,      /* a 16-bit value, or two reserved octets that are a flag */
	FORM_BLOCK,    /* reserved, 16 octets */
	FORM_RANDS,    /* reserved, RANDs; how many depends on the method */
	FORM_COUNTED,  /* length in octets, octets, padding */
	FORM_BITS,     /* length in bits, octets, padding */
	FORM_BARE,     /* octets, padding */
	FORM_RESERVED, /* reserved, octets */
	FORM_PADDING,  /* zeros */
};

static const struct {
	uint8_t number;
	uint8_t form;
	uint8_t len; /* of FORM_BARE: octets that count, 0 all */
} known[XEAP_AT_MAX] = {
	[XEAP_AT_RAND] = { 1, FORM_RANDS, 0 },
	[XEAP_AT_AUTN] = { 2, FORM_BLOCK, 0 },
	[XEAP_AT_RES] = { 3, FORM_BITS, 0 },
	[XEAP_AT_AUTS] = { 4, FORM_BARE, XEAP_SIM_AUTS_LEN },
	[XEAP_AT_PADDING] = { 6, FORM_PADDING, 0 },
	[XEAP_AT_NONCE_MT] = { 7, FORM_BLOCK, 0 },
	[XEAP_AT_PERMANENT_ID_REQ] = { 10, FORM_U16, 0 },
	[XEAP_AT_MAC] = { 11, FORM_BLOCK, 0 },
	[XEAP_AT_NOTIFICATION] = { 12, FORM_U16, 0 },
	[XEAP_AT_ANY_ID_REQ] = { 13, FORM_U16, 0 },
	[XEAP_AT_IDENTITY] = { 14, FORM_COUNTED, 0 },
	[XEAP_AT_VERSION_LIST] = { 15, FORM_COUNTED, 0 },
	[XEAP_AT_SELECTED_VERSION] = { 16, FORM_U16, 0 },
	[XEAP_AT_FULLAUTH_ID_REQ] = { 17, FORM_U16, 0 },
	[XEAP_AT_COUNTER] = { 19, FORM_U16, 0 },
	[XEAP_AT_COUNTER_TOO_SMALL] = { 20, FORM_U16, 0 },
	[XEAP_AT_NONCE_S] = { 21, FORM_BLOCK, 0 },
	[XEAP_AT_CLIENT_ERROR_CODE] = { 22, FORM_U16, 0 },
	[XEAP_AT_KDF_INPUT] = { 23, FORM_COUNTED, 0 },
	[XEAP_AT_KDF] = { 24, FORM_U16, 0 },
	[XEAP_AT_IV] = { 129, FORM_BLOCK, 0 },
	[XEAP_AT_ENCR_DATA] = { 130, FORM_RESERVED, 0 },
	[XEAP_AT_NEXT_PSEUDONYM] = { 132, FORM_COUNTED, 0 },
	[XEAP_AT_NEXT_REAUTH_ID] = { 133, FORM_COUNTED, 0 },
	[XEAP_AT_CHECKCODE] = { 134, FORM_RESERVED, 0 },
	[XEAP_AT_RESULT_IND] = { 135, FORM_U16, 0 },
	[XEAP_AT_BIDDING] = { 136, FORM_U16, 0 },
	[XEAP_AT_PUB_ECDHE] = { 152, FORM_BARE, 0 },
	[XEAP_AT_KDF_FS] = { 153, FORM_U16, 0 },
};

_Static_assert(XEAP_AT_MAX <= 32, "the bits of `present`");

/* Up to here a peer that does not know an attribute must not go on (RFC 4186 §8.1). */
#define NON_SKIPPABLE_MAX 127

static bool find(uint8_t number, enum xeap_sim_attribute *ret_which)
{
	for (int i = 0; i < XEAP_AT_MAX; i++)
		if (known[i].number == number) {
			*ret_which = (enum xeap_sim_attribute)i;
			return true;
		}
	return false;
}

static bool is_zero(struct xeap_span s)
{
	uint8_t any = 0;

	for (size_t i = 0; i < s.len; i++)
		any |= s.data[i];
	return any == 0;
}

/* Up to three octets of padding make a multiple of four; others are no padding. */
static bool take_counted(struct xeap_reader *r, bool bits, struct xeap_span *ret_value)
{
	size_t n = xeap_read_u16(r);

	if (bits && n % 8)
		return false;
	*ret_value = xeap_read_span(r, bits ? n / 8 : n);
	return !r->bad && xeap_reader_left(r) < 4;
}

static bool take_reserved(struct xeap_reader *r, struct xeap_span *ret_value)
{
	xeap_read_u16(r);
	*ret_value = xeap_read_rest(r);
	return !r->bad;
}

static bool take_value(enum xeap_sim_attribute which, struct xeap_span content,
		       struct xeap_span *ret_value)
{
	struct xeap_reader r = xeap_reader(content);
	bool fits = false;

	switch ((enum form)known[which].form) {
	case FORM_U16:
		*ret_value = xeap_read_span(&r, 2);
		fits = content.len == 2;
		break;
	case FORM_BLOCK:
		fits = take_reserved(&r, ret_value) && ret_value->len == XEAP_SIM_BLOCK;
		break;
	case FORM_RANDS:
		fits = take_reserved(&r, ret_value) && ret_value->len &&
		       ret_value->len % XEAP_SIM_BLOCK == 0 &&
		       ret_value->len <= (size_t)XEAP_SIM_RANDS_MAX * XEAP_SIM_BLOCK;
		break;
	case FORM_COUNTED:
		fits = take_counted(&r, false, ret_value);
		break;
	case FORM_BITS:
		fits = take_counted(&r, true, ret_value);
		break;
	case FORM_BARE:
		*ret_value = known[which].len ? xeap_read_span(&r, known[which].len) : content;
		fits = !r.bad && (!known[which].len || content.len == ret_value->len);
		break;
	case FORM_RESERVED:
		fits = take_reserved(&r, ret_value);
		break;
	case FORM_PADDING:
		*ret_value = content;
		fits = is_zero(content);
		break;
	}
	return fits;
}

/* True: it is a list, and had room. */
static bool take_listed(struct xeap_sim_list *list, struct xeap_span value)
{
	if (list->count == XEAP_SIM_KDFS_MAX)
		return false;
	list->value[list->count++] = (uint16_t)(value.data[0] << 8 | value.data[1]);
	return true;
}

static bool store(struct xeap_sim_message *m, enum xeap_sim_attribute which, struct xeap_span value)
{
	uint32_t bit = UINT32_C(1) << which;
	bool fits = !(m->present & bit);

	if (which == XEAP_AT_KDF)
		fits = take_listed(&m->kdf, value);
	else if (which == XEAP_AT_KDF_FS)
		fits = take_listed(&m->kdf_fs, value);
	m->present |= bit;
	m->value[which] = value;
	return fits;
}

static int parse_attribute(struct xeap_reader *r, struct xeap_sim_message *m)
{
	uint8_t number = xeap_read_u8(r), words = xeap_read_u8(r);
	enum xeap_sim_attribute which;
	struct xeap_span content, value;

	if (r->bad || words == 0)
		return -EBADMSG;
	content = xeap_read_span(r, (size_t)words * 4 - 2);
	if (r->bad)
		return -EBADMSG;
	if (!find(number, &which))
		return number <= NON_SKIPPABLE_MAX ? -EPROTONOSUPPORT : 0;
	if (!take_value(which, content, &value) || !store(m, which, value))
		return -EBADMSG;
	return 0;
}

static int parse_attributes(struct xeap_reader *r, struct xeap_sim_message *m)
{
	int err = 0;

	while (!err && xeap_reader_left(r))
		err = parse_attribute(r, m);
	return err;
}

int xeap_sim_parse(struct xeap_span type_data, struct xeap_sim_message *ret_message)
{
	struct xeap_reader r = xeap_reader(type_data);
	struct xeap_sim_message m = { .subtype = xeap_read_u8(&r) };
	int err;

	xeap_read_u16(&r);
	err = r.bad ? -EBADMSG : parse_attributes(&r, &m);
	if (err)
		return err;
	if (m.present & XEAP_AT_BIT(PADDING))
		return -EBADMSG;
	*ret_message = m;
	return 0;
}

int xeap_sim_parse_encrypted(struct xeap_span plain, struct xeap_sim_message *ret_message)
{
	struct xeap_reader r = xeap_reader(plain);
	struct xeap_sim_message m = { 0 };
	int err = 0;

	while (!err && xeap_reader_left(&r)) {
		if (m.present & XEAP_AT_BIT(PADDING))
			return -EBADMSG;
		err = parse_attribute(&r, &m);
	}
	/* At most three words pad a cipher block. */
	if (err || m.value[XEAP_AT_PADDING].len > XEAP_SIM_BLOCK - 4 - 2)
		return err ? err : -EBADMSG;
	*ret_message = m;
	return 0;
}

uint16_t xeap_sim_u16(const struct xeap_sim_message *m, enum xeap_sim_attribute which)
{
	struct xeap_reader r = xeap_reader(m->value[which]);

	return xeap_read_u16(&r);
}

/* Type and Length of an attribute with so many octets after them; false: no such attribute. */
static bool put_header(struct xeap_builder *b, enum xeap_sim_attribute which, size_t content)
{
	size_t words = (2 + content + 3) / 4;

	if (words > UINT8_MAX) {
		b->bad = true;
		return false;
	}
	xeap_put_u8(b, known[which].number);
	xeap_put_u8(b, (uint8_t)words);
	return true;
}

static void put_zeros(struct xeap_builder *b, size_t n)
{
	while (n--)
		xeap_put_u8(b, 0);
}

/* To a multiple of four, counted from the attribute's Type. */
static void put_fill(struct xeap_builder *b, size_t content)
{
	put_zeros(b, (4 - (2 + content) % 4) % 4);
}

void xeap_sim_put_u16(struct xeap_builder *b, enum xeap_sim_attribute which, uint16_t value)
{
	put_header(b, which, 2);
	xeap_put_u16(b, value);
}

uint8_t *xeap_sim_put_block(struct xeap_builder *b, enum xeap_sim_attribute which,
			    struct xeap_span block)
{
	uint8_t *at;

	put_header(b, which, 2 + XEAP_SIM_BLOCK);
	xeap_put_u16(b, 0);
	at = xeap_put_space(b, XEAP_SIM_BLOCK);
	if (!at)
		return NULL;
	if (block.data)
		memcpy(at, block.data, XEAP_SIM_BLOCK);
	else
		memset(at, 0, XEAP_SIM_BLOCK);
	return at;
}

void xeap_sim_put_counted(struct xeap_builder *b, enum xeap_sim_attribute which,
			  struct xeap_span value)
{
	size_t count = known[which].form == FORM_BITS ? value.len * 8 : value.len;

	if (!put_header(b, which, 2 + value.len))
		return;
	xeap_put_u16(b, (uint16_t)count);
	xeap_put_span(b, value);
	put_fill(b, 2 + value.len);
}

void xeap_sim_put_bare(struct xeap_builder *b, enum xeap_sim_attribute which,
		       struct xeap_span value)
{
	if (!put_header(b, which, value.len))
		return;
	xeap_put_span(b, value);
	put_fill(b, value.len);
}

void xeap_sim_put_reserved(struct xeap_builder *b, enum xeap_sim_attribute which,
			   struct xeap_span value)
{
	if (!put_header(b, which, 2 + value.len))
		return;
	xeap_put_u16(b, 0);
	xeap_put_span(b, value);
}

void xeap_sim_put_padding(struct xeap_builder *b)
{
	size_t over = xeap_builder_len(b) % XEAP_SIM_BLOCK;

	if (over == 0)
		return;
	over = XEAP_SIM_BLOCK - over;
	put_header(b, XEAP_AT_PADDING, over - 2);
	put_zeros(b, over - 2);
}
