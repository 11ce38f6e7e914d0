/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/wipe.h>
#include <errno.h>
#include <method/fast_pac.h>
#include <method/kept_file.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char first_line[] = "wpa_supplicant EAP-FAST PAC file - version 1";

enum field {
	FIELD_OPAQUE,
	FIELD_A_ID,
	FIELD_I_ID,
	FIELD_A_ID_INFO,
	FIELD_MAX
};

static const char *const field_names[] = {
	[FIELD_OPAQUE] = "PAC-Opaque",
	[FIELD_A_ID] = "A-ID",
	[FIELD_I_ID] = "I-ID",
	[FIELD_A_ID_INFO] = "A-ID-Info",
};

/* The values stand one after the other behind it. */
struct pac {
	struct pac *next;
	uint8_t key[XEAP_PAC_KEY];
	struct xeap_span fields[FIELD_MAX];
	uint8_t memory[];
};

struct xeap_pacs {
	pthread_mutex_t lock;
	struct pac *first; /* the newest */
	size_t max;
	struct xeap_kept_file file; /* none: memory only */
	bool changed;
};

static bool same(struct xeap_span a, struct xeap_span b)
{
	return a.len == b.len && (!a.len || memcmp(a.data, b.data, a.len) == 0);
}

static void forget(struct pac *p)
{
	xeap_wipe(p->key, sizeof(p->key));
	free(p);
}

/* Take out the older one that it replaces, and the oldest over the limit. */
static void insert(struct xeap_pacs *pacs, struct pac *fresh)
{
	struct pac **at = &fresh->next;
	size_t count = 1;

	fresh->next = pacs->first;
	pacs->first = fresh;
	while (*at) {
		struct pac *p = *at;

		if (count < pacs->max &&
		    !(same(p->fields[FIELD_A_ID], fresh->fields[FIELD_A_ID]) &&
		      same(p->fields[FIELD_I_ID], fresh->fields[FIELD_I_ID]))) {
			count++;
			at = &p->next;
			continue;
		}
		*at = p->next;
		forget(p);
	}
}

static struct pac *copy(const uint8_t *key, const struct xeap_span fields[FIELD_MAX])
{
	struct xeap_builder to;
	size_t len = 0;
	struct pac *p;

	for (int i = 0; i < FIELD_MAX; i++)
		len += fields[i].len;
	p = calloc(1, sizeof(*p) + len);
	if (!p)
		return NULL;
	memcpy(p->key, key, sizeof(p->key));
	to = xeap_builder(p->memory, len);
	for (int i = 0; i < FIELD_MAX; i++) {
		p->fields[i] = xeap_span(to.p, fields[i].len);
		xeap_put_span(&to, fields[i]);
	}
	return p;
}

static int add(struct xeap_pacs *pacs, struct xeap_span key,
	       const struct xeap_span fields[FIELD_MAX])
{
	struct pac *p;

	if (key.len != XEAP_PAC_KEY || !fields[FIELD_OPAQUE].len || !fields[FIELD_A_ID].len)
		return -EBADMSG;
	for (int i = 0; i < FIELD_MAX; i++)
		if (fields[i].len > XEAP_PACS_VALUE_MAX)
			return -EBADMSG;
	p = copy(key.data, fields);
	if (!p)
		return -ENOMEM;
	pthread_mutex_lock(&pacs->lock);
	insert(pacs, p);
	pacs->changed = true;
	pthread_mutex_unlock(&pacs->lock);
	return 0;
}

int xeap_pacs_add(struct xeap_pacs *pacs, const struct xeap_fast_pac *pac)
{
	const struct xeap_span fields[] = {
		[FIELD_OPAQUE] = pac->opaque,
		[FIELD_A_ID] = pac->a_id,
		[FIELD_I_ID] = pac->i_id,
		[FIELD_A_ID_INFO] = pac->a_id_info,
	};

	return add(pacs, pac->key, fields);
}

static struct pac *find(struct xeap_pacs *pacs, struct xeap_span a_id, struct xeap_span identity)
{
	for (struct pac *p = pacs->first; p; p = p->next)
		if (same(p->fields[FIELD_A_ID], a_id) &&
		    (!p->fields[FIELD_I_ID].len || same(p->fields[FIELD_I_ID], identity)))
			return p;
	return NULL;
}

int xeap_pacs_find(struct xeap_pacs *pacs, struct xeap_span a_id, struct xeap_span identity,
		   uint8_t ret_key[XEAP_PAC_KEY], uint8_t **ret_ticket, size_t *ret_len)
{
	struct xeap_builder to;
	uint8_t *ticket = NULL;
	struct pac *p;
	size_t len = 0;

	pthread_mutex_lock(&pacs->lock);
	p = find(pacs, a_id, identity);
	if (p) {
		len = XEAP_FAST_HEADER + p->fields[FIELD_OPAQUE].len;
		ticket = malloc(len);
	}
	if (ticket) {
		to = xeap_builder(ticket, len);
		xeap_put_u16(&to, XEAP_PAC_OPAQUE);
		xeap_put_u16(&to, (uint16_t)p->fields[FIELD_OPAQUE].len);
		xeap_put_span(&to, p->fields[FIELD_OPAQUE]);
		memcpy(ret_key, p->key, XEAP_PAC_KEY);
		*ret_ticket = ticket;
		*ret_len = len;
	}
	pthread_mutex_unlock(&pacs->lock);
	if (!p)
		return -ENOENT;
	return ticket ? 0 : -ENOMEM;
}

/* What a block of the text holds so far: values, decoded one after the other. */
struct block {
	bool open, has_key;
	uint8_t key[XEAP_PAC_KEY];
	struct xeap_span fields[FIELD_MAX];
	struct xeap_builder to;
};

static int digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int unhex(struct xeap_span hex, struct xeap_builder *to, struct xeap_span *ret_value)
{
	uint8_t *at = hex.len % 2 ? NULL : xeap_put_space(to, hex.len / 2);

	if (!at)
		return -EBADMSG;
	for (size_t i = 0; i < hex.len / 2; i++) {
		int high = digit(hex.data[2 * i]), low = digit(hex.data[2 * i + 1]);

		if (high < 0 || low < 0)
			return -EBADMSG;
		at[i] = (uint8_t)(high << 4 | low);
	}
	*ret_value = xeap_span(at, hex.len / 2);
	return 0;
}

/* What follows "NAME=" of the line; data NULL: it is another. */
static struct xeap_span value_of(struct xeap_span line, const char *name)
{
	struct xeap_reader r = xeap_reader(line);
	struct xeap_span start = xeap_read_span(&r, strlen(name) + 1);

	if (!start.data || memcmp(start.data, name, strlen(name)) != 0 ||
	    start.data[strlen(name)] != '=')
		return xeap_span(NULL, 0);
	return xeap_read_rest(&r);
}

static bool is(struct xeap_span line, const char *text)
{
	return same(line, xeap_span(text, strlen(text)));
}

/* "I-ID-txt=" and its like repeat a value for people. */
static int take_value(struct block *b, struct xeap_span line)
{
	struct xeap_span value = value_of(line, "PAC-Key"), key;

	if (value.data) {
		if (b->has_key || unhex(value, &b->to, &key) < 0 || key.len != XEAP_PAC_KEY)
			return -EBADMSG;
		memcpy(b->key, key.data, XEAP_PAC_KEY);
		b->has_key = true;
		return 0;
	}
	for (int i = 0; i < FIELD_MAX; i++) {
		value = value_of(line, field_names[i]);
		if (value.data)
			return b->fields[i].data ? -EBADMSG : unhex(value, &b->to, &b->fields[i]);
	}
	value = value_of(line, "PAC-Type");
	if (value.data)
		return is(value, "1") ? 0 : -EBADMSG;
	return value_of(line, "I-ID-txt").data || value_of(line, "A-ID-Info-txt").data ||
			       value_of(line, "A-ID-txt").data
		       ? 0
		       : -EBADMSG;
}

static int take_line(struct xeap_pacs *pacs, struct block *b, struct xeap_span line)
{
	struct xeap_builder memory = xeap_builder(b->to.base, (size_t)(b->to.end - b->to.base));
	int r;

	if (!line.len)
		return 0;
	if (!b->open) {
		if (!is(line, "START"))
			return -EBADMSG;
		*b = (struct block){ .open = true, .to = memory };
		return 0;
	}
	if (!is(line, "END"))
		return take_value(b, line);
	r = add(pacs, xeap_span(b->key, b->has_key ? XEAP_PAC_KEY : 0), b->fields);
	b->open = false;
	return r;
}

static struct xeap_span next_line(struct xeap_reader *r)
{
	size_t left = xeap_reader_left(r);
	const uint8_t *end = memchr(r->p, '\n', left);
	struct xeap_span line = xeap_read_span(r, end ? (size_t)(end - r->p) : left);

	if (end)
		xeap_read_u8(r);
	if (line.len && line.data[line.len - 1] == '\r')
		line.len--;
	return line;
}

static int parse_blocks(struct xeap_pacs *pacs, struct block *b, struct xeap_reader *r,
			unsigned int *line)
{
	int e = 0;

	for (*line = 1; e == 0 && xeap_reader_left(r); e = take_line(pacs, b, next_line(r)))
		++*line;
	return e == 0 && b->open ? -EBADMSG : e;
}

int xeap_pacs_parse(struct xeap_pacs *pacs, struct xeap_span text, unsigned int *ret_line)
{
	struct xeap_reader r = xeap_reader(text);
	size_t size = text.len / 2 + 1;
	struct block b = { .open = false };
	uint8_t *memory;
	int e;

	*ret_line = 1;
	if (!text.len)
		return 0;
	if (!is(next_line(&r), first_line))
		return -EBADMSG;
	memory = malloc(size);
	if (!memory)
		return -ENOMEM;
	b.to = xeap_builder(memory, size);
	e = parse_blocks(pacs, &b, &r, ret_line);
	xeap_wipe(memory, size);
	xeap_wipe(b.key, sizeof(b.key));
	free(memory);
	return e;
}

static void write_hex(FILE *f, const char *name, struct xeap_span value)
{
	fprintf(f, "%s=", name);
	for (size_t i = 0; i < value.len; i++)
		fprintf(f, "%02x", value.data[i]);
	fputc('\n', f);
}

/* Those that were newest come last, so that reading makes the same order again. */
static void write_pacs(FILE *f, const struct pac *p)
{
	const struct pac *end = NULL, *last;

	fprintf(f, "%s\n", first_line);
	for (; p != end; end = last) {
		for (last = p; last->next != end;)
			last = last->next;
		fprintf(f, "START\nPAC-Type=%d\n", XEAP_PAC_TUNNEL);
		write_hex(f, "PAC-Key", xeap_span(last->key, XEAP_PAC_KEY));
		for (int i = 0; i < FIELD_MAX; i++)
			if (last->fields[i].len)
				write_hex(f, field_names[i], last->fields[i]);
		fprintf(f, "END\n");
	}
}

static int write_file(struct xeap_pacs *pacs)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	int r = -ENOMEM;

	if (!f)
		return -ENOMEM;
	write_pacs(f, pacs->first);
	if (fclose(f) == 0)
		r = xeap_kept_file_write(&pacs->file, xeap_span(text, len));
	if (text)
		xeap_wipe(text, len);
	free(text);
	return r;
}

int xeap_pacs_sync(struct xeap_pacs *pacs)
{
	int r = 0;

	pthread_mutex_lock(&pacs->lock);
	if (pacs->changed && pacs->file.path)
		r = write_file(pacs);
	if (r == 0)
		pacs->changed = false;
	pthread_mutex_unlock(&pacs->lock);
	return r;
}

bool xeap_pacs_in_file(const struct xeap_pacs *pacs)
{
	return pacs->file.path;
}

struct xeap_pacs *xeap_pacs_close(struct xeap_pacs *pacs)
{
	struct pac *p;

	if (!pacs)
		return NULL;
	xeap_pacs_sync(pacs);
	while ((p = pacs->first)) {
		pacs->first = p->next;
		forget(p);
	}
	pthread_mutex_destroy(&pacs->lock);
	xeap_kept_file_close(&pacs->file);
	free(pacs);
	return NULL;
}

static int load(struct xeap_pacs *pacs, const char *path, const char *origin, struct xeap_diag *d)
{
	const char *sep = *origin ? ": " : "";
	char *text = malloc(XEAP_PACS_FILE_MAX);
	unsigned int line = 0;
	size_t len;
	int r;

	if (!text)
		return xeap_diag_set(d, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	r = xeap_kept_file_open(&pacs->file, path, text, XEAP_PACS_FILE_MAX, &len);
	if (r < 0) {
		free(text);
		return xeap_diag_set(d, r, XEAP_E_INVALID_PARAMETER, "%s%spac_file=\"%s\": %s",
				     origin, sep, path, strerror(-r));
	}
	r = xeap_pacs_parse(pacs, xeap_span(text, len), &line);
	xeap_wipe(text, len);
	free(text);
	pacs->changed = false;
	if (r == 0)
		return 0;
	return xeap_diag_set(
		d, r == -ENOMEM ? r : -EINVAL, XEAP_E_INVALID_PARAMETER,
		"%s%spac_file=\"%s\": line %u is not what wpa_supplicant writes into a "
		"file of PACs as text: remove the file, or name another",
		origin, sep, path, line);
}

int xeap_pacs_open(const char *path, const char *origin, size_t max, struct xeap_pacs **ret_pacs,
		   struct xeap_diag *ret_diag)
{
	struct xeap_pacs *pacs = calloc(1, sizeof(*pacs));
	bool file = path && strncmp(path, "blob://", 7) != 0;
	int r;

	if (!pacs)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	pthread_mutex_init(&pacs->lock, NULL);
	pacs->max = max ? max : 1;
	pacs->file.fd = -1;
	r = file ? load(pacs, path, origin, ret_diag) : 0;
	if (r < 0)
		xeap_pacs_close(pacs);
	else
		*ret_pacs = pacs;
	return r;
}
