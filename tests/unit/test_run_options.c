// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* The command line of `xeap run`. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tool/run_options.h"

/* Splits at blanks; empty words are not needed here. */
static int parse(struct run_options *o, const char *line)
{
	static char words[512];
	static char *argv[32];
	int argc = 0;

	snprintf(words, sizeof(words), "run %s", line);
	for (char *w = strtok(words, " "); w && argc < 31; w = strtok(NULL, " "))
		argv[argc++] = w;
	argv[argc] = NULL;
	return run_options_parse(o, argc, argv);
}

static void refused(const char *line)
{
	struct run_options o;

	assert_int_equal(parse(&o, line), -EINVAL);
	run_options_free(&o);
}

static void defaults(void **state)
{
	struct run_options o;

	assert_int_equal(parse(&o, "-c a.conf -p eth0"), 0);
	assert_int_equal(o.mode, XEAP_MODE_AUTO);
	assert_false(o.once || o.json || o.help || o.verbose);
	assert_true(o.start_period == XEAP_S(5) && o.held_period == XEAP_S(60));
	assert_true(o.auth_period == XEAP_S(30) && o.max_start == 3);
	assert_true(o.ui_period == XEAP_S(120) && !o.agent);
	assert_int_equal(o.spec_count, 1);
	assert_string_equal(o.specs[0].pattern, "eth0");
	assert_null(o.specs[0].conf);
	run_options_free(&o);
}

static void pins(void **state)
{
	struct run_options o;

	assert_int_equal(parse(&o, "-c a.conf -p eth0"), 0);
	assert_true(!o.pin_dir && !o.keep && !o.takeover);
	run_options_free(&o);
	assert_int_equal(parse(&o, "-c a.conf -p eth0 --pin /d --keep --takeover"), 0);
	assert_string_equal(o.pin_dir, "/d");
	assert_true(o.keep && o.takeover);
	run_options_free(&o);
	refused("-c a.conf -p eth0 --keep");
	refused("-c a.conf -p eth0 --takeover");
	refused("-c a.conf -p eth0 --pin");
	refused("-c a.conf -p eth0 --pin /d --mode packet");
}

static void port_lists_share_their_file(void **state)
{
	struct run_options o;

	assert_int_equal(parse(&o, "-c a.conf -p eth0,eth1=b.conf -p sw*"), 0);
	assert_int_equal(o.spec_count, 3);
	assert_string_equal(o.specs[0].conf, "b.conf");
	assert_string_equal(o.specs[1].conf, "b.conf");
	assert_string_equal(o.specs[1].pattern, "eth1");
	assert_null(o.specs[2].conf);
	assert_true(o.specs[2].is_pattern && !o.specs[1].is_pattern);
	run_options_free(&o);
}

static void a_name_goes_before_a_pattern(void **state)
{
	struct run_options o;

	assert_int_equal(parse(&o, "-c a -p sw* -p s*=c -p sw7=b"), 0);
	assert_string_equal(run_options_match(&o, "sw7")->conf, "b");
	assert_null(run_options_match(&o, "sw8")->conf);
	assert_string_equal(run_options_match(&o, "s0")->conf, "c");
	assert_null(run_options_match(&o, "eth0"));
	run_options_free(&o);
}

/* Each -p that fits a port counts as matched, whichever the port is taken by. */
static void several_may_fit_one_port(void **state)
{
	struct run_options o;

	assert_int_equal(parse(&o, "-c a -p sw7 -p sw* -p sw7 -p sw7=a"), 0);
	for (size_t i = 0; i < o.spec_count; i++)
		assert_true(port_spec_fits(&o.specs[i], "sw7"));
	assert_false(port_spec_fits(&o.specs[0], "sw8"));
	assert_true(port_spec_fits(&o.specs[1], "sw8"));
	run_options_free(&o);
}

static void times_and_counts(void **state)
{
	struct run_options o;

	assert_int_equal(parse(&o, "-c a -p e --once --timeout 0.5 --start-period 1 --held-period 2"
				   " --auth-period 3 --max-start 4 --frames 64 --mode generic -vv"
				   " --rings funnel"),
			 0);
	assert_true(o.timeout == XEAP_MS(500) && o.start_period == XEAP_S(1));
	assert_true(o.held_period == XEAP_S(2) && o.auth_period == XEAP_S(3));
	assert_true(o.max_start == 4 && o.frames == 64 && o.verbose == 2);
	assert_int_equal(o.mode, XEAP_MODE_GENERIC);
	assert_int_equal(o.rings, XEAP_RINGS_FUNNEL);
	run_options_free(&o);
}

static void an_agent_and_its_time(void **state)
{
	struct run_options o;

	assert_int_equal(parse(&o, "-c a -p e --agent ask --ui-period 4"), 0);
	assert_string_equal(o.agent, "ask");
	assert_true(o.ui_period == XEAP_S(4));
	run_options_free(&o);
}

static void a_control_socket_and_whose_it_is(void **state)
{
	struct run_options o;

	assert_int_equal(parse(&o, "-c a -p e"), 0);
	assert_null(o.control);
	assert_true(o.control_group == (gid_t)-1);
	run_options_free(&o);
	assert_int_equal(parse(&o, "-c a -p e --control /x --control-group root"), 0);
	assert_string_equal(o.control, "/x");
	assert_int_equal(o.control_group, 0);
	run_options_free(&o);
	assert_int_equal(parse(&o, "-c a -p e --control none --control-group 12"), -EINVAL);
	run_options_free(&o);
	assert_int_equal(parse(&o, "-c a -p e --control-group no-such-group"), -EINVAL);
	run_options_free(&o);
	assert_int_equal(parse(&o, "-c a -p e --control-group 4711"), 0);
	assert_int_equal(o.control_group, 4711);
	run_options_free(&o);
}

static void impossible_ones_are_refused(void **state)
{
	static const char *const line[] = {
		"",
		"-c a",
		"-p eth0",
		"-c a -p ,",
		"-c a -p eth0,",
		"-c a -p eth0=",
		"-c a -p eth0 eth1",
		"-c a -p eth0 -p eth0=b",
		"-p eth0=a -p eth1,eth0=b",
		"-c a -p e --mode fast",
		"-c a -p e --rings many",
		"-c a -p e --timeout 5",
		"-c a -p e --once --timeout 0",
		"-c a -p e --once --timeout 1e9",
		"-c a -p e --once --timeout nan",
		"-c a -p e --once --timeout 5s",
		"-c a -p e --ui-period 0",
		"-c a -p e --agent",
		"-c a -p e --max-start 0",
		"-c a -p e --max-start -1",
		"-c a -p e --frames 8",
		"-c a -p e --frames 48",
		"-c a -p e --frames 32768",
		"-c a -p e --nonsense",
		"-c",
	};

	for (size_t i = 0; i < sizeof(line) / sizeof(line[0]); i++)
		refused(line[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(pins),
		cmocka_unit_test(port_lists_share_their_file),
		cmocka_unit_test(a_name_goes_before_a_pattern),
		cmocka_unit_test(several_may_fit_one_port),
		cmocka_unit_test(times_and_counts),
		cmocka_unit_test(an_agent_and_its_time),
		cmocka_unit_test(a_control_socket_and_whose_it_is),
		cmocka_unit_test(impossible_ones_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
