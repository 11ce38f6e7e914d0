/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "host/config_keys.h"
#include "host/config_limits.h"
#include "host/config_network.h"
#include "host/text.h"

#define BLOB_MAGIC "xeap-config 1\n" /* a reader of another form refuses it */
#define BLOCK_BEGIN "network={\n"
#define BLOCK_END "}\n"

/* Bytes of a value that has room in a line beside its key and quotes. */
#define MAX_VALUE (XEAP_CONFIG_MAX_LINE - 2 * XEAP_CONFIG_MAX_KEY)

/* Ways to write a string, in order of preference; all are exact for what they take. */
struct form {
	bool (*takes)(struct xeap_span value);
	void (*add)(struct xeap_text *t, struct xeap_span value);
};

static bool takes_quotes(struct xeap_span value)
{
	return xeap_text_is_utf8(value, true) &&
	       (!value.len || !memchr(value.data, '"', value.len));
}

static void add_quoted(struct xeap_text *t, struct xeap_span value)
{
	xeap_text_puts(t, "\"");
	xeap_text_add(t, value);
	xeap_text_puts(t, "\"");
}

static bool takes_escapes(struct xeap_span value)
{
	return xeap_text_is_utf8(value, false);
}

/*
 * A quote and a number sign are written as numbers: within the line they would count where a
 * comment is looked for.
 */
static void add_escaped(struct xeap_text *t, struct xeap_span value)
{
	xeap_text_puts(t, "P\"");
	for (size_t i = 0; i < value.len; i++) {
		struct xeap_span byte = xeap_span(value.data + i, 1);

		if (*byte.data == '\\') {
			xeap_text_puts(t, "\\\\");
		} else if (*byte.data < 0x20 || *byte.data == 0x7f || *byte.data == '"' ||
			   *byte.data == '#') {
			xeap_text_puts(t, "\\x");
			xeap_text_hex(t, byte);
		} else {
			xeap_text_add(t, byte);
		}
	}
	xeap_text_puts(t, "\"");
}

static bool takes_hex(struct xeap_span value)
{
	return value.len > 0;
}

/* What no other form fits into one line: bytes that stand for themselves. */
static bool takes_raw(struct xeap_span value)
{
	return !memchr(value.data, '"', value.len) && !memchr(value.data, '\n', value.len) &&
	       !memchr(value.data, 0, value.len);
}

static const struct form forms[] = {
	{ takes_quotes, add_quoted },
	{ takes_escapes, add_escaped },
	{ takes_hex, xeap_text_hex },
	{ takes_raw, add_quoted },
};

/* Take a line back that was begun at `start`. */
static void cut(struct xeap_text *t, size_t start)
{
	if (t->data && t->len > start)
		t->len = start;
}

static void begin_line(struct xeap_text *t, enum xeap_config_key key)
{
	xeap_text_puts(t, "\t");
	xeap_text_puts(t, xeap_config_key_name(key));
	xeap_text_puts(t, "=");
}

static int write_string(struct xeap_text *t, enum xeap_config_key key, struct xeap_span value)
{
	size_t start = t->len;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (!forms[i].takes(value))
			continue;
		begin_line(t, key);
		forms[i].add(t, value);
		if (t->len - start <= XEAP_CONFIG_MAX_LINE || t->failed)
			return 0;
		cut(t, start);
	}
	return -E2BIG;
}

static int write_bytes(struct xeap_text *t, const struct xeap_config *config,
		       enum xeap_config_key key, struct xeap_span value)
{
	switch (xeap_config_rule(key)->form) {
	case XEAP_FORM_TEXT:
	case XEAP_FORM_FILE:
	case XEAP_FORM_BYTES:
	case XEAP_FORM_PASSWORD:
		return write_string(t, key, value);
	case XEAP_FORM_HASH:
		begin_line(t, key);
		xeap_text_puts(t, "hash:");
		xeap_text_hex(t, value);
		return 0;
	case XEAP_FORM_EXTERNAL:
		begin_line(t, key);
		xeap_text_puts(t, "ext:");
		xeap_text_add(t, value);
		return 0;
	case XEAP_FORM_METHODS:
		begin_line(t, key);
		xeap_text_methods(t, config);
		return 0;
	case XEAP_FORM_KEY_MGMT:
		begin_line(t, key);
		xeap_text_add(t, value);
		return 0;
	case XEAP_FORM_NUMBER:
	case XEAP_FORM_MAX:
		break;
	}
	return -EINVAL;
}

bool xeap_config_has(const struct xeap_config *config, enum xeap_config_key key)
{
	return xeap_config_get(config, key).data ||
	       xeap_config_get_int(config, key, 0) == xeap_config_get_int(config, key, 1);
}

static int write_key(struct xeap_text *t, const struct xeap_config *config,
		     enum xeap_config_key key)
{
	int err = 0;

	if (!xeap_config_has(config, key))
		return 0;
	if (xeap_config_rule(key)->form == XEAP_FORM_NUMBER) {
		begin_line(t, key);
		xeap_text_number(t, xeap_config_get_int(config, key, 0));
	} else {
		err = write_bytes(t, config, key, xeap_config_get(config, key));
	}
	xeap_text_puts(t, "\n");
	return err;
}

static int write_block(struct xeap_text *t, const struct xeap_config *config)
{
	int err = 0;

	xeap_text_puts(t, BLOCK_BEGIN);
	for (int key = 0; key < XEAP_CONFIG_MAX && !err; key++)
		err = write_key(t, config, (enum xeap_config_key)key);
	xeap_text_puts(t, BLOCK_END);
	return err;
}

static int write_all(const char *start, const struct xeap_config *config, char **ret_text,
		     size_t *ret_len)
{
	struct xeap_text t = { 0 };
	int err;

	xeap_text_puts(&t, start);
	err = write_block(&t, config);
	if (!err)
		err = xeap_text_finish(&t, ret_text, ret_len);
	xeap_text_wipe(&t);
	return err;
}

int xeap_config_write(const struct xeap_config *config, char **ret_text)
{
	return write_all("", config, ret_text, NULL);
}

int xeap_config_to_blob(const struct xeap_config *config, char **ret_blob, size_t *ret_size)
{
	return write_all(BLOB_MAGIC, config, ret_blob, ret_size);
}

static bool take(struct xeap_span *text, const char *start)
{
	size_t len = strlen(start);

	if (text->len < len || memcmp(text->data, start, len))
		return false;
	*text = xeap_span(text->data + len, text->len - len);
	return true;
}

static int not_ours(struct xeap_diag *diag)
{
	return xeap_diag_set(diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
			     "not a blob of xeap's, or of a version that this one does not know");
}

static int too_big(struct xeap_diag *diag, int most, const char *what)
{
	return xeap_diag_set(diag, -E2BIG, XEAP_E_INVALID_PARAMETER, "more than %d bytes in %s",
			     most, what);
}

/* One line, as write_key() writes it. */
static int read_line(struct xeap_span *text, struct xeap_config *config, struct xeap_diag *diag)
{
	struct xeap_span name, value;
	const uint8_t *end, *equals;
	size_t len;

	if (!take(text, "\t") || !(end = memchr(text->data, '\n', text->len)))
		return not_ours(diag);
	len = (size_t)(end - text->data);
	equals = memchr(text->data, '=', len);
	if (!equals)
		return not_ours(diag);
	if (len > XEAP_CONFIG_MAX_LINE)
		return too_big(diag, XEAP_CONFIG_MAX_LINE, "a line");
	name = xeap_span(text->data, (size_t)(equals - text->data));
	value = xeap_span(equals + 1, (size_t)(end - equals - 1));
	*text = xeap_span(end + 1, text->len - len - 1);
	return xeap_config_assign(config, "", name, value, diag);
}

int xeap_config_from_blob(struct xeap_span blob, struct xeap_config **ret_config,
			  struct xeap_diag *ret_diag)
{
	struct xeap_config *config;
	int err;

	if (blob.len > XEAP_CONFIG_MAX_TEXT)
		return too_big(ret_diag, XEAP_CONFIG_MAX_TEXT, "a blob");
	if (!take(&blob, BLOB_MAGIC) || !take(&blob, BLOCK_BEGIN))
		return not_ours(ret_diag);
	err = xeap_config_new(&config);
	if (err)
		return xeap_diag_set(ret_diag, err, XEAP_E_OUT_OF_MEMORY, "out of memory");
	while (!err && !take(&blob, BLOCK_END))
		err = read_line(&blob, config, ret_diag);
	if (!err && blob.len)
		err = not_ours(ret_diag);
	if (err) {
		xeap_config_free(config);
		return err;
	}
	*ret_config = config;
	return 0;
}

int xeap_config_assign_bytes(struct xeap_config *config, const char *where,
			     enum xeap_config_key key, struct xeap_span bytes,
			     struct xeap_diag *ret_diag)
{
	enum xeap_config_form form = xeap_config_rule(key)->form;
	const char *name = xeap_config_key_name(key);
	struct xeap_text t = { 0 };
	int err;

	if (bytes.len > MAX_VALUE)
		return xeap_diag_set(ret_diag, -E2BIG, XEAP_E_INVALID_PARAMETER,
				     "%s%s may have %d bytes", where, name, MAX_VALUE);
	if (form == XEAP_FORM_HASH) {
		xeap_text_puts(&t, "hash:");
		xeap_text_hex(&t, bytes);
	} else if (form == XEAP_FORM_EXTERNAL) {
		xeap_text_puts(&t, "ext:");
		xeap_text_add(&t, bytes);
	} else if (form == XEAP_FORM_NUMBER || form == XEAP_FORM_METHODS ||
		   form == XEAP_FORM_KEY_MGMT) {
		xeap_text_add(&t, bytes);
	} else {
		add_quoted(&t, bytes);
	}
	if (t.failed)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "%sout of memory",
				     where);
	err = xeap_config_assign(config, where, xeap_span(name, strlen(name)),
				 xeap_span(t.data, t.len), ret_diag);
	xeap_text_wipe(&t);
	return err;
}
