/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Isolated plug-ins of a thread that may not start programs: a launcher does it for it. */
#define ISOLATE true
#define LAUNCH launch
static void launch(void *ctx, void (*run)(void *arg), void *arg);
#include "plugin_bed.h"

#include <pthread.h>
#include <sys/prctl.h>

#include "tool/launcher.h"
#include "tool/sandbox.h"

static struct launcher *launcher; /* NULL: there is none yet */
static unsigned int launches;

static void launch(void *ctx, void (*run)(void *arg), void *arg)
{
	launches++;
	if (launcher)
		launcher_run(launcher, run, arg);
	else
		run(arg);
}

static void *crash_and_log_in(void *arg)
{
	struct bed b;

	assert_int_equal(sandbox_worker(NULL, NULL), 0);
	example_logs_in(NULL);
	bed_open(&b, "MISBEHAVING", PASSWORD);
	tell(&b, 1, 'z');
	assert_int_equal(b.error->reason, XEAP_E_THIRD_PARTY_METHOD_HOST_RESET);
	b.session = begin(&b);
	tell(&b, 1, 'r');
	if (launcher)
		fetch(&b);
	else
		assert_non_null(strstr(b.error->root_cause, "Operation not permitted"));
	bed_close(&b);
	return NULL;
}

static void run_in_thread(void)
{
	pthread_t t;

	assert_int_equal(pthread_create(&t, NULL, crash_and_log_in, NULL), 0);
	pthread_join(t, NULL);
}

static void a_launcher_starts_it_again(void **state)
{
	unsigned int before = launches;

	launcher = launcher_new();
	assert_non_null(launcher);
	run_in_thread();
	assert_int_equal(launches - before, 2); /* one ended, one begun */
	launcher = launcher_free(launcher);
}

/* That the filter is what kept it from it. */
static void without_one_it_stays_dead(void **state)
{
	run_in_thread();
}

static int setup_launched(void **state)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	setup(state);
	assert_int_equal(launches, 2);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SHARED_TESTS,
		cmocka_unit_test(a_launcher_starts_it_again),
		cmocka_unit_test(without_one_it_stays_dead),
	};

	return cmocka_run_group_tests(tests, setup_launched, teardown);
}
