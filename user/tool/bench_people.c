// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/bench_people.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/wipe.h"
#include "bench/pattern.h"
#include "tool/option.h"

static const char *const names[BENCH_COLUMN_MAX] = {
	[BENCH_COLUMN_IDENTITY] = "identity", [BENCH_COLUMN_PASSWORD] = "password",
	[BENCH_COLUMN_MAC] = "mac",	      [BENCH_COLUMN_CERT] = "cert",
	[BENCH_COLUMN_KEY] = "key",
};

/* Room for more; what the former held is wiped. */
static int grow(char **text, size_t len, size_t *room)
{
	size_t wanted = *room ? 2 * *room : 4096;
	char *more = malloc(wanted);

	if (!more)
		return -ENOMEM;
	if (len)
		memcpy(more, *text, len);
	bench_text_free(*text, len);
	*text = more;
	*room = wanted;
	return 0;
}

static int read_all(FILE *f, size_t max, char **text, size_t *len)
{
	size_t room = 0;
	int err = 0;

	while (!err && !feof(f) && !ferror(f)) {
		if (*len + 1 >= room)
			err = grow(text, *len, &room);
		if (!err)
			*len += fread(*text + *len, 1, room - 1 - *len, f);
		if (*len > max)
			err = -EFBIG;
	}
	if (ferror(f))
		err = errno ? -errno : -EIO;
	if (!err)
		(*text)[*len] = '\0';
	return err;
}

int bench_text_read(const char *path, size_t max, char **ret_text, size_t *ret_len)
{
	FILE *f = fopen(path, "re");
	char *text = NULL;
	size_t len = 0;
	int err;

	if (!f)
		return -errno;
	setvbuf(f, NULL, _IONBF, 0); /* no copy of a secret stays behind */
	err = read_all(f, max, &text, &len);
	fclose(f);
	if (err) {
		bench_text_free(text, len);
		return err;
	}
	*ret_text = text;
	*ret_len = len;
	return 0;
}

void bench_text_free(char *text, size_t len)
{
	if (text)
		xeap_wipe(text, len);
	free(text);
}

static int bad_line(const struct bench_people *p, size_t line, const char *what,
		    char why[BENCH_PEOPLE_WHY])
{
	snprintf(why, BENCH_PEOPLE_WHY, "--users %.90s:%zu: %.90s", p->path, line, what);
	return -EINVAL;
}

static enum bench_column column_of(const char *name)
{
	int i = 0;

	while (i < BENCH_COLUMN_MAX && strcmp(names[i], name) != 0)
		i++;
	return i;
}

static int add_column(struct bench_people *p, const char *name, char why[BENCH_PEOPLE_WHY])
{
	enum bench_column column = name ? column_of(name) : BENCH_COLUMN_MAX;

	if (column == BENCH_COLUMN_MAX)
		return bad_line(p, 1, "columns are identity, password, mac, cert and key", why);
	if (p->has[column])
		return bad_line(p, 1, "a column is there twice", why);
	p->has[column] = true;
	p->columns[p->column_count++] = column;
	return 0;
}

/* The first line names the columns when its first field is "identity". */
static int take_head(struct bench_people *p, char *line, bool *ret_is_head,
		     char why[BENCH_PEOPLE_WHY])
{
	size_t len = strlen(names[BENCH_COLUMN_IDENTITY]);
	bool is_head = !strncmp(line, names[BENCH_COLUMN_IDENTITY], len) &&
		       (!line[len] || line[len] == ',');
	int err = 0;

	if (!is_head) {
		add_column(p, "identity", why);
		add_column(p, "password", why);
	}
	for (char *at = line; is_head && !err && at;)
		err = add_column(p, csv_field(&at), why);
	if (!err && p->has[BENCH_COLUMN_CERT] != p->has[BENCH_COLUMN_KEY])
		return bad_line(p, 1, "cert and key go together", why);
	*ret_is_head = is_head;
	return err;
}

static int check_file(const struct bench_people *p, size_t line, const char *path,
		      char why[BENCH_PEOPLE_WHY])
{
	char what[90];

	if (!access(path, R_OK))
		return 0;
	snprintf(what, sizeof(what), "%.50s: %s", path, strerror(errno));
	return bad_line(p, line, what, why);
}

static int check_files(const struct bench_people *p, const struct bench_person *who,
		       char why[BENCH_PEOPLE_WHY])
{
	const char *cert = who->field[BENCH_COLUMN_CERT], *key = who->field[BENCH_COLUMN_KEY];
	int err;

	if (!cert || (!*cert && !*key))
		return 0;
	if (!*cert || !*key)
		return bad_line(p, who->line, "cert needs its key, and a key its cert", why);
	err = check_file(p, who->line, cert, why);
	return err ? err : check_file(p, who->line, key, why);
}

static int check_person(const struct bench_people *p, struct bench_person *who,
			char why[BENCH_PEOPLE_WHY])
{
	const char *identity = who->field[BENCH_COLUMN_IDENTITY];
	const char *password = who->field[BENCH_COLUMN_PASSWORD];
	const char *mac = who->field[BENCH_COLUMN_MAC];

	if (!*identity || strlen(identity) >= PATTERN_MAX ||
	    (password && strlen(password) >= PATTERN_MAX))
		return bad_line(p, who->line, "the identity is empty, or one of them too long",
				why);
	if (mac && !option_mac_read(mac, true, who->mac))
		return bad_line(p, who->line,
				"mac is an address such as 02:00:00:00:00:01, not a group's", why);
	return check_files(p, who, why);
}

static int add_room(struct bench_people *p)
{
	size_t wanted = p->room ? 2 * p->room : 64;
	void *more = p->count < p->room ? p->all : reallocarray(p->all, wanted, sizeof(*p->all));

	if (!more)
		return -ENOMEM;
	if (p->count == p->room)
		p->room = wanted;
	p->all = more;
	return 0;
}

static int add_person(struct bench_people *p, char *line, size_t number, char why[BENCH_PEOPLE_WHY])
{
	struct bench_person who = { .line = number };
	char *at = line, what[90];
	size_t i = 0;

	for (; i < p->column_count && at; i++)
		if (!(who.field[p->columns[i]] = csv_field(&at)))
			return bad_line(p, number, "quotes do not match", why);
	if (i < p->column_count || at) {
		snprintf(what, sizeof(what), "it has %s fields than the %zu columns",
			 at ? "more" : "fewer", p->column_count);
		return bad_line(p, number, what, why);
	}
	if (add_room(p))
		return bad_line(p, number, "out of memory", why);
	p->all[p->count++] = who;
	return check_person(p, &p->all[p->count - 1], why);
}

static int by_mac(const void *a, const void *b)
{
	const struct bench_person *const *x = a, *const *y = b;
	int order = memcmp((*x)->mac, (*y)->mac, 6);

	return order ? order : (*x)->line > (*y)->line ? 1 : -1;
}

/* Two stations of one address get each other's answers. */
static int check_macs(const struct bench_people *p, char why[BENCH_PEOPLE_WHY])
{
	const struct bench_person **sorted;
	char what[60];
	int err = 0;

	if (!p->has[BENCH_COLUMN_MAC])
		return 0;
	sorted = calloc(p->count, sizeof(const struct bench_person *));
	if (!sorted)
		return bad_line(p, 1, "out of memory", why);
	for (size_t i = 0; i < p->count; i++)
		sorted[i] = &p->all[i];
	qsort(sorted, p->count, sizeof(const struct bench_person *), by_mac);
	for (size_t i = 1; !err && i < p->count; i++) {
		if (memcmp(sorted[i - 1]->mac, sorted[i]->mac, 6) != 0)
			continue;
		snprintf(what, sizeof(what), "its mac is that of line %zu", sorted[i - 1]->line);
		err = bad_line(p, sorted[i]->line, what, why);
	}
	free(sorted);
	return err;
}

static int take_lines(struct bench_people *p, char why[BENCH_PEOPLE_WHY])
{
	char *rest = p->text, *line;
	bool is_head = false;
	int err = 0;

	for (size_t number = 1; !err && (line = strsep(&rest, "\n")); number++) {
		line[strcspn(line, "\r")] = '\0';
		if (number == 1)
			err = take_head(p, line, &is_head, why);
		if (!err && *line && !(number == 1 && is_head))
			err = add_person(p, line, number, why);
	}
	if (!err && !p->count)
		return bad_line(p, 1, "there is nobody in it", why);
	return err ? err : check_macs(p, why);
}

int bench_people_read(struct bench_people *p, const char *path, char why[BENCH_PEOPLE_WHY])
{
	int err;

	*p = (struct bench_people){ .path = path };
	err = bench_text_read(path, BENCH_TEXT_MAX, &p->text, &p->text_len);
	if (err) {
		snprintf(why, BENCH_PEOPLE_WHY, "--users %.100s: %s", path, strerror(-err));
		return err;
	}
	if (strlen(p->text) != p->text_len)
		return bad_line(p, 1, "the file has NUL bytes", why);
	return take_lines(p, why);
}

void bench_people_free(struct bench_people *p)
{
	bench_text_free(p->text, p->text_len);
	free(p->all);
	*p = (struct bench_people){ 0 };
}

const struct bench_person *bench_people_of(const struct bench_people *p, uint32_t number)
{
	return &p->all[number % p->count];
}

bool bench_person_has_cert(const struct bench_person *person)
{
	return person->field[BENCH_COLUMN_CERT] && *person->field[BENCH_COLUMN_CERT];
}
