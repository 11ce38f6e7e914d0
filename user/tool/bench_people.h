/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_BENCH_PEOPLE_H
#define XEAP_TOOL_BENCH_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_PEOPLE_WHY 200

/* Columns of the file that --users names. */
enum bench_column {
	BENCH_COLUMN_IDENTITY,
	BENCH_COLUMN_PASSWORD,
	BENCH_COLUMN_MAC,
	BENCH_COLUMN_CERT, /* the path of a file, PEM, as of the next one */
	BENCH_COLUMN_KEY,
	BENCH_COLUMN_MAX
};

/* A line of it. */
struct bench_person {
	size_t line;
	char *field[BENCH_COLUMN_MAX]; /* NULL: there is no such column */
	uint8_t mac[6];
};

struct bench_people {
	const char *path;
	char *text; /* that the fields lie in, wiped at the end */
	size_t text_len;
	/* columns in their order; without a head identity and password */
	enum bench_column columns[BENCH_COLUMN_MAX];
	size_t column_count;
	bool has[BENCH_COLUMN_MAX];
	struct bench_person *all;
	size_t count, room;
};

/* 0 or a negative errno with why, which names file and line. To be freed either way. */
int bench_people_read(struct bench_people *p, const char *path, char why[BENCH_PEOPLE_WHY]);
void bench_people_free(struct bench_people *p);
/* Round and round. There is somebody. */
const struct bench_person *bench_people_of(const struct bench_people *p, uint32_t number);
/* Whether a certificate of their own is named. */
bool bench_person_has_cert(const struct bench_person *person);

#define BENCH_TEXT_MAX (256u * 1024 * 1024)

/*
 * A whole file with a NUL behind it, to be wiped and freed, of at most `max` bytes. 0 or a negative
 * errno.
 */
int bench_text_read(const char *path, size_t max, char **ret_text, size_t *ret_len);
/* Wipe and free; NULL is taken. */
void bench_text_free(char *text, size_t len);

#endif
