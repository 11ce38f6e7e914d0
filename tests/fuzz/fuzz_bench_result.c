/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Any bytes as a result file of xeap bench. What is refused comes with one line; what is accepted
 * can be reported in every form, written and read again, and merged with itself.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/check.h"
#include "tool/bench_result.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *written(int (*report)(const struct bench_result *r, FILE *out),
		     const struct bench_result *r, size_t *ret_len)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, ret_len);

	CHECK(f);
	bench_report_text(r, f);
	rewind(f);
	CHECK(!report(r, f));
	CHECK(!fclose(f));
	return text;
}

static void report(const struct bench_result *r)
{
	size_t len;

	free(written(bench_report_html, r, &len));
	free(written(bench_report_json, r, &len));
}

/* It says the same when it is written and read again. */
static void read_again(const struct bench_result *r, struct bench_result *again)
{
	char *text = NULL, why[200];
	size_t len;
	FILE *f = open_memstream(&text, &len);

	CHECK(f);
	CHECK(!bench_report_json(r, f));
	CHECK(!fclose(f));
	CHECK(!bench_result_parse(text, len, "again", again, why));
	CHECK(!memcmp(&again->total, &r->total, sizeof(r->total)));
	CHECK(again->second_count == r->second_count);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bench_result *r = malloc(sizeof(*r)), *again = malloc(sizeof(*again));
	char why[200] = "";

	CHECK(r && again);
	if (bench_result_parse((const char *)data, size, "fuzz", r, why)) {
		CHECK(*why && !strchr(why, '\n'));
	} else {
		report(r);
		read_again(r, again);
		if (!bench_result_merge(r, again, why))
			report(r);
		bench_result_done(again);
		bench_result_done(r);
	}
	free(r);
	free(again);
	return 0;
}
