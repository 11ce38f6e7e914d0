/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_BENCH_MEMBERS_H
#define XEAP_TOOL_BENCH_MEMBERS_H

#include "tool/bench_result.h"

/*
 * The members of a result that are one value each, by the JSON object that they stand in: what
 * writes, reads and merges them goes by these tables.
 */

#define BENCH_COUNT_MAX ((uint64_t)INT64_MAX) /* readers of JSON have no more */
#define BENCH_REAL_MAX 1e15
#define BENCH_TIME_MAX INT64_C(253402300799) /* the end of the year 9999, in seconds */

enum bench_kind {
	BENCH_TEXT,
	BENCH_COUNT,  /* an unsigned integer of `size` bytes */
	BENCH_DIGITS, /* a uint64_t in a string: it has more bits than readers' numbers */
	BENCH_REAL,
	BENCH_KIND_MAX
};

/* What merging two of them gives. */
enum bench_rule {
	BENCH_KEEP, /* the first */
	BENCH_ADD,
	BENCH_LIMIT, /* the sum, but 0, which is no limit, when one is 0 */
	BENCH_LARGER,
	BENCH_SAME,  /* they must not differ */
	BENCH_KNOWN, /* nor these, but one may be empty */
	BENCH_MIXED, /* "mixed" when they differ, and one may be empty */
	BENCH_JOIN,  /* both, with a comma between them, as far as there is room */
	BENCH_RULE_MAX
};

struct bench_member {
	const char *key; /* NULL: the end */
	enum bench_kind kind;
	enum bench_rule rule;
	size_t offset, size;
};

/* An object of the result, key NULL: its members stand at the top. */
struct bench_group {
	const char *key;
	const struct bench_member *members;
};

#define BENCH_GROUPS 4
extern const struct bench_group bench_groups[BENCH_GROUPS];
/* Of a struct bench_second. */
extern const struct bench_member bench_second_members[];
/* Of a struct bench_background. */
extern const struct bench_member bench_background_members[];

/* The value of a member of the struct at `base`. */
uint64_t bench_member_count(const struct bench_member *m, const void *base);
void bench_member_set_count(const struct bench_member *m, void *base, uint64_t value);
double bench_member_real(const struct bench_member *m, const void *base);
void bench_member_set_real(const struct bench_member *m, void *base, double value);
const char *bench_member_text(const struct bench_member *m, const void *base);
/* The text has to fit. */
void bench_member_set_text(const struct bench_member *m, void *base, const char *text);

/* Whether an item of a list with ", " between its items is this text. */
bool bench_list_has(const char *list, const char *text);

#endif
