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

static void report(const struct bench_result *r)
{
	struct bench_result *again = malloc(sizeof(*again));
	char *text = NULL, why[200];
	size_t len;
	FILE *f = open_memstream(&text, &len);

	CHECK(f && again);
	bench_report_text(r, f);
	CHECK(!bench_report_html(r, f));
	rewind(f);
	CHECK(!bench_report_json(r, f));
	fflush(f);
	len = (size_t)ftell(f);
	CHECK(!bench_result_parse(text, len, "again", again, why));
	CHECK(!memcmp(&again->total, &r->total, sizeof(r->total)));
	CHECK(again->second_count == r->second_count);
	fclose(f);
	free(text);
	bench_result_done(again);
	free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bench_result *r = malloc(sizeof(*r)), *other = malloc(sizeof(*other));
	char why[200] = "";

	CHECK(r && other);
	if (bench_result_parse((const char *)data, size, "fuzz", r, why)) {
		CHECK(*why && !strchr(why, '\n'));
	} else {
		report(r);
		CHECK(!bench_result_parse((const char *)data, size, "fuzz", other, why));
		if (!bench_result_merge(r, other, why))
			report(r);
		bench_result_done(other);
		bench_result_done(r);
	}
	free(r);
	free(other);
	return 0;
}
