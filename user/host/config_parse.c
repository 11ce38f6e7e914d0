/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "host/config_keys.h"
#include "host/config_limits.h"
#include "host/config_network.h"
#include "host/config_value.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"

#define WHERE_SIZE (XEAP_DIAG_TEXT / 2) /* "FILE:LINE: ", a long file name cut */

#define EAPOL_VERSION_DEFAULT 2 /* IEEE 802.1X-2004 */

#define DEFAULTS 3

struct parser {
	const char *name;
	const uint8_t *p, *end; /* text not yet read */
	unsigned long line;
	char where[WHERE_SIZE]; /* of the current line */
	struct xeap_diag *diag;
	struct xeap_config_file *file;
	size_t room;			     /* networks that file->networks has room for */
	size_t blocks;			     /* network blocks seen */
	struct xeap_span defaults[DEFAULTS]; /* what stands outside the blocks; no data: nothing */
};

/* What stands outside the blocks and is the default of all. */
static const struct {
	const char *name;
	enum xeap_config_key key;
} defaults[DEFAULTS] = {
	{ "openssl_ciphers", XEAP_CONFIG_OPENSSL_CIPHERS },
	{ "pkcs11_engine_path", XEAP_CONFIG_PKCS11_ENGINE_PATH },
	{ "pkcs11_module_path", XEAP_CONFIG_PKCS11_MODULE_PATH },
};

static int fail(struct parser *ps, int err, const char *why)
{
	return xeap_diag_set(ps->diag, err,
			     err == -ENOMEM ? XEAP_E_OUT_OF_MEMORY : XEAP_E_INVALID_PARAMETER,
			     "%s%s", ps->where, why);
}

static int too_many(struct parser *ps, int most, const char *what)
{
	return xeap_diag_set(ps->diag, -E2BIG, XEAP_E_INVALID_PARAMETER, "%smore than %d %s",
			     ps->where, most, what);
}

static void set_where(struct parser *ps)
{
	size_t len = strlen(ps->name);
	size_t most = WHERE_SIZE - 32; /* leaves room for the number */

	snprintf(ps->where, sizeof(ps->where), "%s%s:%lu: ", len > most ? "…" : "",
		 len > most ? ps->name + len - most : ps->name, ps->line);
}

static bool blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/*
 * Where the comment of a line begins, or its end. As wpa_supplicant has it: a # between two quotes
 * is none; a quote that is not closed hides nothing.
 */
static const uint8_t *find_comment(const uint8_t *p, const uint8_t *end)
{
	const uint8_t *hash, *quote;

	while ((hash = memchr(p, '#', (size_t)(end - p)))) {
		quote = memchr(p, '"', (size_t)(hash - p));
		if (quote)
			quote = memchr(quote + 1, '"', (size_t)(end - quote - 1));
		if (!quote)
			return hash;
		p = quote + 1;
	}
	return end;
}

static struct xeap_span strip(const uint8_t *p, const uint8_t *end)
{
	while (p < end && blank(*p))
		p++;
	end = find_comment(p, end);
	while (end > p && blank(end[-1]))
		end--;
	return xeap_span(p, (size_t)(end - p));
}

/*
 * The next line that is not empty, without comment and outer blanks. Returns 1, 0 at the end, or a
 * negative errno.
 */
static int next_line(struct parser *ps, struct xeap_span *ret_line)
{
	while (ps->p < ps->end) {
		const uint8_t *start = ps->p;
		const uint8_t *newline = memchr(start, '\n', (size_t)(ps->end - start));
		const uint8_t *stop = newline ? newline : ps->end;

		ps->p = newline ? newline + 1 : ps->end;
		ps->line++;
		set_where(ps);
		if (stop - start > XEAP_CONFIG_MAX_LINE)
			return too_many(ps, XEAP_CONFIG_MAX_LINE, "bytes in a line");
		*ret_line = strip(start, stop);
		if (ret_line->len)
			return 1;
	}
	return 0;
}

/* KEY=VALUE. Returns false when there is no equals sign. */
static bool split(struct xeap_span line, struct xeap_span *ret_key, struct xeap_span *ret_value)
{
	const uint8_t *equals = memchr(line.data, '=', line.len);
	size_t len;

	if (!equals)
		return false;
	len = (size_t)(equals - line.data);
	*ret_key = xeap_span(line.data, len);
	*ret_value = xeap_span(equals + 1, line.len - len - 1);
	return true;
}

/* Put a finished network into the file, or drop it. Takes it over. */
static int add_network(struct parser *ps, struct xeap_config *config)
{
	struct xeap_config_file *file = ps->file;

	if (!xeap_config_usable(config)) {
		xeap_config_free(config);
		return 0;
	}
	if (file->count == ps->room) {
		size_t room = ps->room ? 2 * ps->room : 8;
		struct xeap_config **more = reallocarray(file->networks, room, sizeof(*more));

		if (!more) {
			xeap_config_free(config);
			return fail(ps, -ENOMEM, "out of memory");
		}
		file->networks = more;
		ps->room = room;
	}
	config->order = file->count;
	file->networks[file->count++] = config;
	return 0;
}

static int not_closed(struct parser *ps, unsigned long start)
{
	ps->line = start;
	set_where(ps);
	return fail(ps, -EINVAL, "block that begins here is not closed; its last line is }");
}

static int read_network_lines(struct parser *ps, struct xeap_config *config)
{
	unsigned long start = ps->line;
	unsigned int lines = 0;
	struct xeap_span line, key, value;
	int err;

	while ((err = next_line(ps, &line)) > 0) {
		if (xeap_span_is(line, "}"))
			return 0;
		if (++lines > XEAP_CONFIG_MAX_LINES)
			return too_many(ps, XEAP_CONFIG_MAX_LINES, "keys in one block");
		if (!split(line, &key, &value))
			return xeap_config_unknown(ps->where, xeap_span(NULL, 0), NULL, ps->diag);
		err = xeap_config_assign(config, ps->where, key, value, ps->diag);
		if (err)
			return err;
	}
	return err ? err : not_closed(ps, start);
}

static int read_network(struct parser *ps)
{
	struct xeap_config *config;
	int err;

	if (++ps->blocks > XEAP_CONFIG_MAX_BLOCKS)
		return too_many(ps, XEAP_CONFIG_MAX_BLOCKS, "network blocks");
	err = xeap_config_new(&config);
	if (err)
		return fail(ps, err, "out of memory");
	if (asprintf(&config->origin, "%s:%lu", ps->name, ps->line) < 0) {
		config->origin = NULL;
		err = fail(ps, -ENOMEM, "out of memory");
	}
	if (!err)
		err = read_network_lines(ps, config);
	if (err) {
		xeap_config_free(config);
		return err;
	}
	return add_network(ps, config);
}

static int skip_block(struct parser *ps)
{
	unsigned long start = ps->line;
	struct xeap_span line;
	int err;

	while ((err = next_line(ps, &line)) > 0) {
		if (xeap_span_is(line, "}"))
			return 0;
	}
	return err ? err : not_closed(ps, start);
}

static int read_number(struct parser *ps, const char *key, struct xeap_span value, int min, int max,
		       int *ret_number)
{
	long number;

	if (xeap_value_number(value, &number) || number < min || number > max)
		return xeap_diag_set(ps->diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%s%s takes a whole number from %d to %d", ps->where, key, min,
				     max);
	*ret_number = (int)number;
	return 0;
}

static int read_backend(struct parser *ps, struct xeap_span value)
{
	char *backend;

	if (memchr(value.data, 0, value.len))
		return fail(ps, -EINVAL, "ext_password_backend must not contain a zero byte");
	backend = calloc(1, value.len + 1);
	if (!backend)
		return fail(ps, -ENOMEM, "out of memory");
	memcpy(backend, value.data, value.len);
	free(ps->file->ext_password_backend);
	ps->file->ext_password_backend = backend;
	return 0;
}

static int read_global(struct parser *ps, struct xeap_span line)
{
	struct xeap_config_globals *globals = &ps->file->globals;
	struct xeap_span key = { NULL, 0 }, value;

	if (!split(line, &key, &value))
		return xeap_config_unknown(ps->where, key, NULL, ps->diag);
	if (xeap_span_is(key, "eapol_version"))
		return read_number(ps, "eapol_version", value, 1, 3, &globals->eapol_version);
	if (xeap_span_is(key, "fast_reauth"))
		return read_number(ps, "fast_reauth", value, 0, 1, &globals->fast_reauth);
	if (xeap_span_is(key, "network"))
		return fail(ps, -EINVAL, "network={ has to be alone on its line");
	for (size_t i = 0; i < DEFAULTS; i++) {
		if (xeap_span_is(key, defaults[i].name))
			ps->defaults[i] = value;
	}
	if (xeap_span_is(key, "ext_password_backend"))
		return read_backend(ps, value);
	if (xeap_config_find_global(key) == XEAP_NAME_MISPLACED)
		return xeap_diag_set(ps->diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%skey '%.*s' belongs inside network={…}", ps->where,
				     (int)key.len, key.data);
	if (xeap_config_find_global(key) == XEAP_NAME_IGNORED)
		return 0;
	return xeap_config_unknown(ps->where, key, xeap_config_nearest_global(key), ps->diag);
}

static bool is_blob(struct xeap_span line)
{
	static const char start[] = "blob-base64-";

	return line.len >= sizeof(start) - 1 && !memcmp(line.data, start, sizeof(start) - 1);
}

static int read_all(struct parser *ps)
{
	struct xeap_span line;
	int err;

	while ((err = next_line(ps, &line)) > 0) {
		if (xeap_span_is(line, "network={"))
			err = read_network(ps);
		else if (xeap_span_is(line, "cred={") || xeap_span_is(line, "identity={"))
			err = skip_block(ps);
		else if (is_blob(line))
			err = fail(ps, -EINVAL,
				   "blobs are not supported; write it to a file and name that");
		else
			err = read_global(ps, line);
		if (err)
			return err;
	}
	return err;
}

static int set_default(struct parser *ps, size_t n)
{
	struct xeap_config_file *file = ps->file;
	struct xeap_span value = ps->defaults[n];

	if (memchr(value.data, 0, value.len))
		return xeap_diag_set(ps->diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%s%s must not contain a zero byte", ps->where,
				     defaults[n].name);
	for (size_t i = 0; i < file->count; i++) {
		struct xeap_config *config = file->networks[i];

		if (xeap_config_get(config, defaults[n].key).data)
			continue;
		if (xeap_config_put(config, defaults[n].key, value))
			return fail(ps, -ENOMEM, "out of memory");
	}
	return 0;
}

static int set_defaults(struct parser *ps)
{
	int err = 0;

	for (size_t i = 0; i < DEFAULTS && !err; i++) {
		if (ps->defaults[i].data)
			err = set_default(ps, i);
	}
	return err;
}

static int compare(const void *a, const void *b)
{
	const struct xeap_config *x = *(const struct xeap_config *const *)a;
	const struct xeap_config *y = *(const struct xeap_config *const *)b;
	long px = xeap_config_get_int(x, XEAP_CONFIG_PRIORITY, 0);
	long py = xeap_config_get_int(y, XEAP_CONFIG_PRIORITY, 0);

	if (px != py)
		return px < py ? 1 : -1;
	return x->order < y->order ? -1 : 1;
}

static int complete(struct parser *ps)
{
	struct xeap_config_file *file = ps->file;

	snprintf(ps->where, sizeof(ps->where), "%s: ", ps->name);
	if (!ps->blocks)
		return fail(ps, -EINVAL, "no network={…} block in it");
	if (!file->count)
		return fail(ps, -EINVAL,
			    "no network block in it is enabled and has key_mgmt=IEEE8021X");
	qsort(file->networks, file->count, sizeof(*file->networks), compare);
	return set_defaults(ps);
}

int xeap_config_parse(struct xeap_span text, const char *name, struct xeap_config_file **ret_file,
		      struct xeap_diag *ret_diag)
{
	struct parser ps = { .name = name, .diag = ret_diag };
	int err;

	snprintf(ps.where, sizeof(ps.where), "%s: ", name);
	if (text.len > XEAP_CONFIG_MAX_TEXT)
		return too_many(&ps, XEAP_CONFIG_MAX_TEXT, "bytes");
	ps.file = calloc(1, sizeof(*ps.file));
	if (!ps.file)
		return fail(&ps, -ENOMEM, "out of memory");
	ps.p = text.data;
	ps.end = text.len ? text.data + text.len : text.data;
	ps.file->globals = (struct xeap_config_globals){ EAPOL_VERSION_DEFAULT, 1 };
	err = read_all(&ps);
	if (!err)
		err = complete(&ps);
	if (err) {
		xeap_config_file_free(ps.file);
		return err;
	}
	*ret_file = ps.file;
	return 0;
}
