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

static void tickets(void **state)
{
	struct run_options o;

	assert_int_equal(parse(&o, "-c a.conf -p eth0"), 0);
	assert_null(o.tickets);
	run_options_free(&o);
	assert_int_equal(parse(&o, "-c a.conf -p eth0 --keep-tickets /d/f"), 0);
	assert_string_equal(o.tickets, "/d/f");
	assert_false(o.keep);
	run_options_free(&o);
	refused("-c a.conf -p eth0 --keep-tickets");
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

static void what_is_done_to_devices(void **state)
{
	struct run_options o;

	assert_int_equal(parse(&o, "-c a -p e"), 0);
	assert_int_equal(o.bridge, 0);
	assert_int_equal(o.flow_rule, XEAP_FLOW_RULE_AUTO);
	assert_int_equal(o.vlan_strip, XEAP_VLAN_STRIP_REFUSE);
	run_options_free(&o);
	assert_int_equal(parse(&o, "-c a -p e --flow-rule off --vlan-strip off"
				   " --bridge stations,linkmode"
				   " --bridge-station 02:00:00:00:00:01"
				   " --bridge-station 02:00:00:00:00:0a"),
			 0);
	assert_int_equal(o.bridge, XEAP_BRIDGE_STATIONS | XEAP_BRIDGE_LINKMODE);
	assert_int_equal(o.bridge_station_count, 2);
	assert_memory_equal(o.bridge_stations, "\2\0\0\0\0\1\2\0\0\0\0\12", 12);
	assert_int_equal(o.flow_rule, XEAP_FLOW_RULE_OFF);
	assert_int_equal(o.vlan_strip, XEAP_VLAN_STRIP_OFF);
	run_options_free(&o);
	refused("-c a -p e --flow-rule on");
	refused("-c a -p e --vlan-strip on");
	refused("-c a -p e --bridge locked,stations");
	refused("-c a -p e --bridge all");
	refused("-c a -p e --bridge stations --bridge-station 01:80:c2:00:00:03");
	refused("-c a -p e --bridge locked --bridge-station 02:00:00:00:00:01");
	refused("-c a -p e --bridge-station 02:00:00:00:00:01");
	refused("-c a -p e:10 --bridge locked");
	refused("-c a -p e --stations 2 --bridge linkmode");
}

static void an_agent_and_its_time(void **state)
{
	struct run_options o;

	assert_int_equal(parse(&o, "-c a -p e --agent ask --ui-period 4"), 0);
	assert_string_equal(o.agent, "ask");
	assert_true(o.ui_period == XEAP_S(4));
	run_options_free(&o);
}

static void protection(void **state)
{
	struct run_options o;

	assert_int_equal(parse(&o, "-c a -p e --police 100:20 --police-station 5 --drop-malformed"
				   " --drop-types start,5,others --drop-types logoff"
				   " --max-stations 9"),
			 0);
	assert_int_equal(o.protect.police.rate, 100);
	assert_int_equal(o.protect.police.burst, 20);
	assert_int_equal(o.protect.police_station.rate, 5);
	assert_int_equal(o.protect.police_station.burst, 0);
	assert_true(o.protect.drop_malformed);
	assert_int_equal(o.protect.drop_types, 1u << 1 | 1u << 2 | 1u << 5 | 1u << 31);
	assert_int_equal(o.protect.max_stations, 9);
	assert_int_equal(o.protect.gate, XEAP_GATE_NONE);
	run_options_free(&o);
}

/* Every name of a type, in the order of IEEE 802.1X-2020 Table 11-3. */
static void names_of_types(void **state)
{
	struct run_options o;

	assert_int_equal(parse(&o, "-c a -p e --drop-types start,logoff,key,asf-alert,mka,"
				   "announcement,announcement-specific,announcement-req"),
			 0);
	assert_int_equal(o.protect.drop_types, 0x1fe);
	run_options_free(&o);
}

static void gates(void **state)
{
	struct xeap_port_options p = { 0 };
	struct run_options o;

	assert_int_equal(parse(&o, "-c a -p e --gate station --gate-allow 0x88cc,88F7"
				   " --gate-allow 88cc --gate-fail open"),
			 0);
	assert_int_equal(o.protect.gate, XEAP_GATE_STATION);
	assert_true(o.protect.gate_fail_open);
	protect_options_port(&o.protect, &p);
	assert_int_equal(p.gate, XEAP_GATE_STATION);
	assert_true(p.gate_fail_open);
	assert_int_equal(p.gate_allow[0], 0x88cc);
	assert_int_equal(p.gate_allow[1], 0x88f7);
	assert_int_equal(p.gate_allow[2], 0);
	run_options_free(&o);
	assert_int_equal(parse(&o, "-c a -p e --gate port --gate-fail closed --pin /sys/fs/bpf/x"),
			 0);
	assert_int_equal(o.protect.gate, XEAP_GATE_PORT);
	assert_false(o.protect.gate_fail_open);
	run_options_free(&o);
}

static void impossible_protection_is_refused(void **state)
{
	static const char *const line[] = {
		"--police",
		"--police 0",
		"--police -1",
		"--police 5x",
		"--police 5:",
		"--police 5:0",
		"--police :5",
		"--police 5:5:5",
		"--police 1000000001",
		"--police 99999999999999999999",
		"--police-station ten",
		"--drop-types start,,key",
		"--drop-types start,",
		"--drop-types eap",
		"--drop-types 0",
		"--drop-types 31",
		"--drop-types -1",
		"--drop-types starts",
		"--max-stations 0",
		"--max-stations 65537",
		"--gate none",
		"--gate ajar",
		"--gate-allow 88cc",
		"--gate-fail open",
		"--gate port --gate-fail ajar",
		"--gate port --gate-fail closed",
		"--gate port --gate-allow 05ff",
		"--gate port --gate-allow 8100",
		"--gate port --gate-allow 0x88a8",
		"--gate port --gate-allow 10000",
		"--gate port --gate-allow -1",
		"--gate port --gate-allow lldp",
		"--gate port --gate-allow 88cc,",
		"--gate port --gate-allow 801,802,803,804,805,806,807,808,809",
		"--gate port --mode packet",
		"--police 5 --mode packet",
		"--police-station 5 --mode packet",
		"--drop-malformed --mode packet",
		"--drop-types key --mode packet",
		"--max-stations 5 --mode packet",
	};

	for (size_t i = 0; i < sizeof(line) / sizeof(line[0]); i++) {
		char words[128];

		snprintf(words, sizeof(words), "-c a -p e %s", line[i]);
		refused(words);
	}
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
		cmocka_unit_test(tickets),
		cmocka_unit_test(pins),
		cmocka_unit_test(port_lists_share_their_file),
		cmocka_unit_test(a_name_goes_before_a_pattern),
		cmocka_unit_test(several_may_fit_one_port),
		cmocka_unit_test(times_and_counts),
		cmocka_unit_test(what_is_done_to_devices),
		cmocka_unit_test(an_agent_and_its_time),
		cmocka_unit_test(protection),
		cmocka_unit_test(names_of_types),
		cmocka_unit_test(gates),
		cmocka_unit_test(impossible_protection_is_refused),
		cmocka_unit_test(a_control_socket_and_whose_it_is),
		cmocka_unit_test(impossible_ones_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
