/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What xeap_session_get_send_packet() costs, beside a memcpy() of the packet that it hands out:
 * what a caller would pay at the least if packets were copied out instead. For one session, whose
 * memory is in the first cache, and for a thousand in turn, whose memory is not.
 */
#include <errno.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/bench.h"
#include "tests/bench/peer.h"
#include "tests/unit/allocations.h"

#define SESSIONS 1024 /* a power of two */
#define CALLS (1u << 20)
#define MD5_SIZE 22
#define TLS_SIZE 1400

/* Sessions that have a response to send, all of one size. */
struct bed {
	const char *what;
	struct xeap_host *host;
	struct xeap_profile *profile;
	struct xeap_pool *pool;
	xeap_session_id id[SESSIONS];
	struct xeap_span packet[SESSIONS];
};

static const uint8_t identity_request[] = { 1, 1, 0, 5, 1 };
static const uint8_t challenge[] = { 1, 2, 0, 22, 4,  16, 1,  2,  3,  4,  5,
				     6, 7, 8, 9,  10, 11, 12, 13, 14, 15, 16 };

/* Keeps the compiler from leaving out what nobody reads. */
static void used(const void *p)
{
	__asm__ volatile("" : : "r"(p) : "memory");
}

static void call(const struct bed *b, unsigned int mask, unsigned int calls)
{
	uint8_t *packet;
	uint32_t size;

	for (unsigned int i = 0; i < calls; i++) {
		xeap_session_get_send_packet(b->host, b->id[i & mask], &size, &packet, NULL);
		used(packet);
	}
}

static void copy(const struct bed *b, unsigned int mask, unsigned int calls)
{
	uint8_t to[TLS_SIZE];

	for (unsigned int i = 0; i < calls; i++) {
		memcpy(to, b->packet[i & mask].data, b->packet[i & mask].len);
		used(to);
	}
}

typedef void (*work)(const struct bed *b, unsigned int mask, unsigned int calls);

static double time_of(work f, const struct bed *b, unsigned int sessions)
{
	double start;

	f(b, sessions - 1, SESSIONS);
	start = bench_clock(CLOCK_THREAD_CPUTIME_ID);
	f(b, sessions - 1, CALLS);
	return (bench_clock(CLOCK_THREAD_CPUTIME_ID) - start) / CALLS;
}

static void compare(const struct bed *b, unsigned int sessions)
{
	struct bench_pair pair;
	char what[128];

	for (size_t i = 0; i < BENCH_ROUNDS; i++) {
		pair.ours[i] = time_of(call, b, sessions);
		pair.theirs[i] = time_of(copy, b, sessions);
	}
	snprintf(what, sizeof(what), "%s, %s", b->what,
		 sessions == 1 ? "1 session" : "1,024 in turn");
	bench_print(&(struct bench_row){ .row = "gsp",
					 .what = what,
					 .unit = "ns",
					 .against = "memcpy of the packet",
					 .goal = { .about = BENCH_VALUE, .limit = 100 } },
		    &pair);
}

/*
 * A process that may do nothing but read, write and exit (seccomp's strict mode) makes the calls:
 * any other system call kills it. Returns whether it lived. `also`: a system call of our own
 * beside them, to see that it would not.
 */
static bool lives(const struct bed *b, bool also)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		bench_die("no process: %m");
	if (!child) {
		if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT))
			_exit(2);
		call(b, SESSIONS - 1, CALLS);
		if (also)
			syscall(SYS_getppid);
		syscall(SYS_exit, 0);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status))
		bench_die("this kernel has no strict seccomp");
	return WIFEXITED(status);
}

static void count(const struct bed *b)
{
	unsigned long before = allocations;
	char what[128];

	call(b, SESSIONS - 1, CALLS);
	snprintf(what, sizeof(what), "%s, allocations in %u calls", b->what, CALLS);
	bench_print_count("gsp", what, allocations - before, 0);
	if (lives(b, true))
		bench_die("a system call under strict seccomp went unnoticed");
	snprintf(what, sizeof(what), "%s, deaths by strict seccomp", b->what);
	bench_print_count("gsp", what, !lives(b, false), 0);
}

static void open_bed(struct bed *b, const char *what, struct xeap_profile *profile)
{
	b->what = what;
	b->profile = profile;
	if (xeap_host_new(NULL, &b->host) || xeap_pool_new(8 * SESSIONS, 2048, &b->pool))
		bench_die("out of memory");
	for (size_t i = 0; i < SESSIONS; i++) {
		b->id[i] = bench_begin(b->host, profile, b->pool);
		bench_answer(b->host, b->id[i],
			     xeap_span(identity_request, sizeof(identity_request)));
	}
}

static void run_bed(struct bed *b, size_t size)
{
	for (size_t i = 0; i < SESSIONS; i++)
		if (b->packet[i].len != size)
			bench_die("%s: %zu bytes, not %zu", b->what, b->packet[i].len, size);
	compare(b, 1);
	compare(b, SESSIONS);
	count(b);
	b->host = xeap_host_free(b->host);
	b->pool = xeap_pool_free(b->pool);
	b->profile = xeap_profile_unref(b->profile);
}

static void run_md5(struct bed *b)
{
	static const char *const settings[] = { "eap=MD5", "identity=\"md5user\"",
						"password=\"md5pass\"", NULL };

	open_bed(b, "get_send_packet, 22-byte MD5 response", bench_profile(NULL, settings));
	for (size_t i = 0; i < SESSIONS; i++)
		b->packet[i] =
			bench_answer(b->host, b->id[i], xeap_span(challenge, sizeof(challenge)));
	run_bed(b, MD5_SIZE);
}

/* The first fragment of the client's certificate: ten bytes of header, 1,390 of TLS. */
static struct xeap_span first_fragment(struct xeap_host *host, xeap_session_id id,
				       const struct bench_files *files)
{
	struct server_options o = { .cert = &files->server, .ca = &files->ca };
	struct server *s = malloc(sizeof(*s));
	struct xeap_span response;

	server_init(s, &o);
	do {
		response = bench_answer(host, id, xeap_span(s->request, s->request_len));
		if (response.len != TLS_SIZE)
			server_take(s, response);
	} while (response.len != TLS_SIZE && s->verdict == SERVER_GOING_ON);
	server_free(s);
	free(s);
	return response;
}

static void run_tls(struct bed *b)
{
	static const char *const settings[] = { "eap=TLS",
						"identity=\"user\"",
						"fragment_size=1390",
						"ca_cert=\"@/ca.pem\"",
						"client_cert=\"@/client.pem\"",
						"private_key=\"@/client.key\"",
						NULL };
	struct bench_files files;

	bench_files_make(&files, 2000);
	open_bed(b, "get_send_packet, 1,400-byte TLS fragment", bench_profile(&files, settings));
	for (size_t i = 0; i < SESSIONS; i++)
		b->packet[i] = first_fragment(b->host, b->id[i], &files);
	run_bed(b, TLS_SIZE);
	bench_files_remove(&files);
}

int main(void)
{
	static struct bed bed;

	run_md5(&bed);
	run_tls(&bed);
	return 0;
}
