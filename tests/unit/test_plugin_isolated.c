/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Plug-ins in a process of their own: what they cannot do, and what their end costs. */
#define ISOLATE true
#include "plugin_bed.h"

#include <linux/landlock.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>

/* The processes of plug-ins that this one has. */
static int processes(void)
{
	char line[64];
	FILE *f = fopen("/proc/thread-self/children", "r");
	int n = 0, pid;

	assert_non_null(f);
	while (fscanf(f, "%d", &pid) == 1) {
		FILE *comm;

		snprintf(line, sizeof(line), "/proc/%d/comm", pid);
		comm = fopen(line, "r");
		if (comm && fgets(line, sizeof(line), comm) && strstr(line, "xeap-method-hos"))
			n++;
		if (comm)
			fclose(comm);
	}
	fclose(f);
	return n;
}

static void a_process_a_plugin(void **state)
{
	assert_int_equal(processes(), 2);
}

/* Of a configuration the method sees the keys that its plug-in names: identity and one more. */
static void only_keys_that_are_named(void **state)
{
	struct bed b;

	bed_open(&b, "MISBEHAVING", PASSWORD);
	tell(&b, 1, 'k');
	fetch(&b);
	assert_int_equal(b.packet[HEADER], 1 | 4);
	bed_close(&b);
}

static bool has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

/* What is not in the memory for it does not come over, and is told from an empty response. */
static void misplaced_responses(void **state)
{
	struct bed b;

	bed_open(&b, "MISBEHAVING", PASSWORD);
	assert_int_equal(tell(&b, 1, 'o'), XEAP_E_METHOD_INVALID_PACKET);
	assert_non_null(strstr(b.error->root_cause, "it is longer than allowed"));
	b.session = begin(&b);
	assert_int_equal(tell(&b, 1, '0'), XEAP_E_METHOD_INVALID_PACKET);
	assert_non_null(strstr(b.error->root_cause, "it is empty"));
	bed_close(&b);
}

static void it_is_confined(void **state)
{
	struct bed b;

	bed_open(&b, "MISBEHAVING", PASSWORD);
	if (has_landlock()) {
		tell(&b, 1, 'f');
		fetch(&b);
		assert_int_equal(b.packet[HEADER], 'N');
		tell(&b, 2, 'e');
		fetch(&b);
		assert_int_equal(b.packet[HEADER], 'N');
	}
	tell(&b, 3, 'v');
	fetch(&b);
	assert_int_equal(b.packet[HEADER], 'N');
	bed_close(&b);
}

/* What ends the process ends the sessions that it had, says why, and nothing else. */
static void check_reset(char what, const char *why)
{
	struct bed b, other;
	xeap_session_id second;

	bed_open(&b, "MISBEHAVING", PASSWORD);
	bed_open(&other, "EXAMPLE", PASSWORD);
	feed(&other, 1, 7, 1, "nonce", 5);
	fetch(&other);
	second = begin(&b);
	tell(&b, 1, 'r');
	fetch(&b);
	tell(&b, 2, what);
	assert_int_equal(b.code, XEAP_E_AUTHENTICATION_FAILED);
	assert_int_equal(b.error->reason, XEAP_E_THIRD_PARTY_METHOD_HOST_RESET);
	assert_non_null(strstr(b.error->root_cause, "/misbehaving.so: the plug-in's process "));
	if (!strstr(b.error->root_cause, why))
		fail_msg("%s", b.error->root_cause);
	assert_int_equal(result_of(&b).failure_code, XEAP_E_THIRD_PARTY_METHOD_HOST_RESET);
	/* One that had not begun there finds the next process. */
	b.session = second;
	tell(&b, 1, 'r');
	fetch(&b);
	check_login(&other, 7, "nonce");
	bed_close(&other);
	bed_close(&b);
}

static void a_crash(void **state)
{
	check_reset('z', "crashed: Segmentation fault");
}

static void an_end(void **state)
{
	check_reset('x', "ended with status 7");
}

static void garbage_instead_of_a_reply(void **state)
{
	check_reset('w', "sent a message that is no reply");
}

/* The sessions that the process had beside the one that ended it fail when they are next used. */
static void sessions_beside_it(void **state)
{
	xeap_session_id first;
	struct bed b;

	bed_open(&b, "MISBEHAVING", PASSWORD);
	first = b.session;
	tell(&b, 1, 'r');
	fetch(&b);
	b.session = begin(&b);
	tell(&b, 1, 'W');
	assert_non_null(strstr(b.error->root_cause, "sent a message that is no reply"));
	b.session = first;
	tell(&b, 2, 'r');
	assert_int_equal(b.code, XEAP_E_AUTHENTICATION_FAILED);
	assert_int_equal(b.error->reason, XEAP_E_THIRD_PARTY_METHOD_HOST_RESET);
	assert_non_null(strstr(b.error->root_cause, "ended, and this session with it"));
	bed_close(&b);
}

/* A method that never returns: the time that a call takes is bounded. It is the fifth start. */
static void a_hang_and_too_many_starts(void **state)
{
	struct timespec before, after;
	struct bed b;
	double took;

	bed_open(&b, "MISBEHAVING", PASSWORD);
	clock_gettime(CLOCK_MONOTONIC, &before);
	tell(&b, 1, 'h');
	clock_gettime(CLOCK_MONOTONIC, &after);
	took = (double)(after.tv_sec - before.tv_sec) +
	       (double)(after.tv_nsec - before.tv_nsec) / 1e9;
	assert_true(took > 0.9 && took < 20);
	assert_int_equal(b.error->reason, XEAP_E_THIRD_PARTY_METHOD_HOST_RESET);
	assert_non_null(strstr(b.error->root_cause, "did not answer within"));
	b.session = begin(&b);
	tell(&b, 1, 'r');
	assert_int_equal(b.error->reason, XEAP_E_THIRD_PARTY_METHOD_HOST_RESET);
	assert_non_null(strstr(b.error->root_cause, "failed too often"));
	bed_close(&b);
	assert_int_equal(processes(), 1); /* the example's */
}

#define THREADS 4

static void *log_in_often(void *arg)
{
	for (int i = 0; i < 20; i++)
		example_logs_in(NULL);
	return NULL;
}

static void sessions_in_several_threads(void **state)
{
	pthread_t t[THREADS];

	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&t[i], NULL, log_in_often, NULL), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
}

/* A plug-in that its own process refuses is refused with that process's words. */
static void what_is_refused_there(void **state)
{
	struct xeap_plugins_options o;

	put("no_process", "no_process.so", 0755);
	o = plugins_options(true);
	assert_int_equal(xeap_plugins_load(&o, NULL), 0);
	assert_non_null(strstr(refused, "/example.so: method EXAMPLE: its name or type is taken"));
	assert_non_null(strstr(refused, "/no_process.so: method 1, REFUSED: it has no init()"));
	o = plugins_options(true);
	o.host_path = "/nonexistent/method-host";
	assert_int_equal(xeap_plugins_load(&o, NULL), 0);
	assert_non_null(strstr(refused, "/nonexistent/method-host cannot be started"));
	o = plugins_options(true);
	o.host_path = "/bin/true";
	assert_int_equal(xeap_plugins_load(&o, NULL), 0);
	assert_non_null(strstr(refused, "ended with status 0"));
	assert_int_equal(processes(), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SHARED_TESTS,
		cmocka_unit_test(a_process_a_plugin),
		cmocka_unit_test(only_keys_that_are_named),
		cmocka_unit_test(misplaced_responses),
		cmocka_unit_test(it_is_confined),
		cmocka_unit_test(sessions_in_several_threads),
		cmocka_unit_test(what_is_refused_there),
		/* In this order: a process is started five times a minute. */
		cmocka_unit_test(a_crash),
		cmocka_unit_test(an_end),
		cmocka_unit_test(garbage_instead_of_a_reply),
		cmocka_unit_test(sessions_beside_it),
		cmocka_unit_test(a_hang_and_too_many_starts),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
