/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "veth.h"
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/types.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-qual"
#include <bpf/bench_responder.skel.h>
#pragma GCC diagnostic pop

/* Answers of bpf/bench_responder.bpf.c by BPF_PROG_TEST_RUN: packets as data, what goes back. */

#define PAE "\x01\x80\xc2\x00\x00\x03"
#define SRC "\x02\x00\x00\x00\x00\x01"
#define FAR "\x02\x00\x00\x00\x00\x09"
#define TYPE "\x88\x8e"
#define EAPOL(len) TYPE "\x02\x00\x00" len
#define START PAE SRC TYPE "\x01\x01\x00\x00"
#define BACK SRC FAR
#define VALUE "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define PAD10 "\0\0\0\0\0\0\0\0\0\0"
#define PAD40 PAD10 PAD10 PAD10 PAD10
#define NAME40 "abcdefghijabcdefghijabcdefghijabcdefghij"

/* The kinds that bpf/bench_responder.bpf.c counts. */
enum kind {
	START_SEEN,
	IDENTITY_SEEN,
	MD5_SEEN,
	OTHER_SEEN,
	NOT_SEEN
};

struct row {
	const char *what;
	const char *in;
	size_t len;
	uint32_t verdict;
	enum kind kind;
	const char *out; /* up to its zeroes */
	size_t out_len;
};

#define ROW(what, in, verdict, kind, out)                                                          \
	{                                                                                          \
		what, in, sizeof(in) - 1, verdict, kind, out, sizeof(out) - 1                      \
	}

static const struct row rows[] = {
	ROW("Start, the first login", START, XDP_TX, START_SEEN,
	    BACK EAPOL("\x05") "\x01\x02\x00\x05\x01"),
	ROW("Start, padded, the next login", START PAD40 "\0\0", XDP_TX, START_SEEN,
	    BACK EAPOL("\x05") "\x01\x04\x00\x05\x01"),
	ROW("identity", PAE SRC EAPOL("\x09") "\x02\x04\x00\x09\x01user", XDP_TX, IDENTITY_SEEN,
	    BACK EAPOL("\x16") "\x01\x05\x00\x16\x04\x10" VALUE),
	ROW("identity, empty", PAE SRC EAPOL("\x05") "\x02\x07\x00\x05\x01", XDP_TX, IDENTITY_SEEN,
	    BACK EAPOL("\x16") "\x01\x08\x00\x16\x04\x10" VALUE),
	ROW("identity, longer than the answer",
	    PAE SRC EAPOL("\x55") "\x02\x09\x00\x55\x01" NAME40 NAME40, XDP_TX, IDENTITY_SEEN,
	    BACK EAPOL("\x16") "\x01\x0a\x00\x16\x04\x10" VALUE),
	ROW("identity, the last identifier", PAE SRC EAPOL("\x05") "\x02\xff\x00\x05\x01", XDP_TX,
	    IDENTITY_SEEN, BACK EAPOL("\x16") "\x01\x00\x00\x16\x04\x10" VALUE),
	ROW("MD5 response", PAE SRC EAPOL("\x16") "\x02\x05\x00\x16\x04\x10" VALUE, XDP_TX,
	    MD5_SEEN, BACK EAPOL("\x04") "\x03\x05\x00\x04"),

	ROW("Logoff", PAE SRC TYPE "\x01\x02\x00\x00", XDP_DROP, OTHER_SEEN, ""),
	ROW("Nak", PAE SRC EAPOL("\x06") "\x02\x05\x00\x06\x03\x0d", XDP_DROP, OTHER_SEEN, ""),
	ROW("a request", PAE SRC EAPOL("\x05") "\x01\x05\x00\x05\x01", XDP_DROP, OTHER_SEEN, ""),
	ROW("ends in the EAP header", PAE SRC EAPOL("\x05") "\x02\x05\x00\x05", XDP_DROP,
	    OTHER_SEEN, ""),
	ROW("IPv4", PAE SRC "\x08\x00" PAD40, XDP_PASS, NOT_SEEN, ""),
	ROW("ends in the EAPOL header", PAE SRC TYPE "\x01\x01\x00", XDP_PASS, NOT_SEEN, ""),
};

static struct bench_responder_bpf *skel;

#define NEED_PROGRAM()                                                                             \
	do {                                                                                       \
		if (!skel) {                                                                       \
			print_message("skipped: needs root for bpf(2)\n");                         \
			skip();                                                                    \
		}                                                                                  \
	} while (0)

/* Returns the length of what comes out. */
static uint32_t run(const struct bpf_program *program, const struct row *row, uint32_t *ret_verdict,
		    char *out, uint32_t size)
{
	LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = row->in, .data_size_in = (uint32_t)row->len,
		    .data_out = out, .data_size_out = size, .repeat = 1);

	assert_int_equal(bpf_prog_test_run_opts(bpf_program__fd(program), &o), 0);
	*ret_verdict = o.retval;
	return o.data_size_out;
}

static void check_answer(const struct row *row, const char *out, uint32_t len)
{
	char want[60] = { 0 };

	memcpy(want, row->out, row->out_len);
	if (len != sizeof(want) || memcmp(out, want, sizeof(want)) != 0)
		fail_msg("%s: another answer, of %u bytes", row->what, len);
}

static void check(const struct row *row)
{
	uint64_t before[NOT_SEEN];
	uint32_t verdict, len;
	char out[256];

	memcpy(before, skel->bss->seen, sizeof(before));
	len = run(skel->progs.bench_responder, row, &verdict, out, sizeof(out));
	if (verdict != row->verdict)
		fail_msg("%s: verdict %u, expected %u", row->what, verdict, row->verdict);
	if (verdict == XDP_TX)
		check_answer(row, out, len);
	if (row->kind < NOT_SEEN)
		before[row->kind]++;
	if (memcmp(before, skel->bss->seen, sizeof(before)) != 0)
		fail_msg("%s: counted as another kind", row->what);
}

static void reset(void)
{
	memset(skel->bss->seen, 0, sizeof(skel->bss->seen));
	skel->bss->silent = skel->bss->no_program = 0;
}

static void test_answers(void **state)
{
	NEED_PROGRAM();
	reset();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(&rows[i]);
}

/* A silent one counts as before, and says nothing. */
static void test_silent(void **state)
{
	NEED_PROGRAM();
	reset();
	skel->bss->silent = 1;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct row row = rows[i];

		row.verdict = row.verdict == XDP_TX ? XDP_DROP : row.verdict;
		check(&row);
	}
}

/* To where it came from, by the other way. */
static void test_no_program(void **state)
{
	uint32_t verdict, len;
	char out[256];

	NEED_PROGRAM();
	reset();
	skel->bss->no_program = 1;
	len = run(skel->progs.bench_responder, &rows[0], &verdict, out, sizeof(out));
	assert_int_equal(verdict, XDP_REDIRECT);
	check_answer(&rows[0], out, len);
}

/* The times of the first Start, the awaited Start and the awaited end of a login. */
static void test_times(void **state)
{
	struct bench_responder_bpf__bss *b;
	const struct row *start = &rows[0], *md5 = &rows[6];
	uint32_t verdict;
	char out[256];

	NEED_PROGRAM();
	reset();
	b = skel->bss;
	b->awaited = 2;
	b->first_at = b->started_at = b->done_at = 0;
	run(skel->progs.bench_responder, start, &verdict, out, sizeof(out));
	run(skel->progs.bench_responder, md5, &verdict, out, sizeof(out));
	assert_int_not_equal(b->first_at, 0);
	assert_int_equal(b->started_at, 0);
	assert_int_equal(b->done_at, 0);
	run(skel->progs.bench_responder, start, &verdict, out, sizeof(out));
	run(skel->progs.bench_responder, md5, &verdict, out, sizeof(out));
	assert_true(b->started_at > b->first_at);
	assert_true(b->done_at > b->started_at);
}

static void test_bounce(void **state)
{
	static const char response[61] = FAR SRC EAPOL("\x05") "\x02\x05\x00\x05\x01";
	static const char request[61] = SRC FAR EAPOL("\x05") "\x01\x05\x00\x05\x01";
	struct row row = { .in = response, .len = 60 };
	uint32_t verdict, len;
	char out[256];

	NEED_PROGRAM();
	len = run(skel->progs.bench_bounce, &row, &verdict, out, sizeof(out));
	assert_int_equal(verdict, XDP_TX);
	assert_int_equal(len, 60);
	assert_memory_equal(out, request, 60);
	row.len = 59;
	run(skel->progs.bench_bounce, &row, &verdict, out, sizeof(out));
	assert_int_equal(verdict, XDP_PASS);
}

/* Out of one far end after the other; the identifier is the burst's. */
static void test_burst(void **state)
{
	static const char request[61] = PAE FAR EAPOL("\x05") "\x01\x2a\x00\x05\x01";
	static const char used[61] = SRC SRC EAPOL("\x05") "\x01\x00\x00\x05\x01";
	struct row row = { .in = used, .len = 60 };
	uint32_t verdict, len, first = 0, lo = if_nametoindex("lo");
	char out[256];

	NEED_PROGRAM();
	assert_int_equal(bpf_map_update_elem(bpf_map__fd(skel->maps.bench_far), &first, &lo, 0), 0);
	skel->bss->burst_id = 42;
	skel->bss->burst_next = 0;
	len = run(skel->progs.bench_burst, &row, &verdict, out, sizeof(out));
	assert_int_equal(verdict, XDP_REDIRECT);
	assert_int_equal(len, 60);
	assert_memory_equal(out, request, 60);
	assert_int_equal(skel->bss->burst_next, 1);
	run(skel->progs.bench_burst, &row, &verdict, out, sizeof(out));
	assert_int_equal(verdict, XDP_ABORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),	   cmocka_unit_test(test_silent),
		cmocka_unit_test(test_no_program), cmocka_unit_test(test_times),
		cmocka_unit_test(test_bounce),	   cmocka_unit_test(test_burst),
	};
	int failed;

	if (!own_namespace())
		skel = bench_responder_bpf__open_and_load();
	failed = cmocka_run_group_tests_name("bench responder", tests, NULL, NULL);
	bench_responder_bpf__destroy(skel);
	return failed;
}
