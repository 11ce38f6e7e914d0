// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* The command line of `xeap bench`: what is taken, and the one line that says what is not. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "crypto/testca.h"
#include "tool/bench_options.h"

#define EAPOL "-c a.conf -p eth0 "
#define RADIUS "-c a.conf --radius localhost "
#define WORDS_MAX 64

static char lines[2][1024];
static char *argv[WORDS_MAX];

/* What was parsed last. */
static struct bench_options o;

static int free_options(void **state)
{
	bench_options_free(&o);
	o = (struct bench_options){ 0 };
	return 0;
}

/*
 * Splits at blanks; what the options point to stays until the call after the next one. So does what
 * getopt points to between two calls.
 */
static int parse(const char *line)
{
	static unsigned int calls;
	char *words = lines[calls++ % 2];
	int argc = 0;

	snprintf(words, sizeof(lines[0]), "bench %s", line);
	for (char *w = strtok(words, " "); w && argc < WORDS_MAX - 1; w = strtok(NULL, " "))
		argv[argc++] = w;
	argv[argc] = NULL;
	free_options(NULL);
	return bench_options_parse(&o, argc, argv);
}

static void taken(const char *line)
{
	if (parse(line))
		fail_msg("not taken: %s", line);
}

/* What is written to standard error between these two. */
static int real_stderr;
static FILE *said;

static void listen_to_stderr(void)
{
	said = tmpfile();
	assert_non_null(said);
	fflush(stderr);
	real_stderr = dup(STDERR_FILENO);
	dup2(fileno(said), STDERR_FILENO);
}

static void stop_listening(char *ret_text, size_t size)
{
	fflush(stderr);
	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	rewind(said);
	ret_text[fread(ret_text, 1, size - 1, said)] = '\0';
	fclose(said);
}

/* Refused, in one line that has `why` in it. */
static void refused(const char *line, const char *why)
{
	char text[1024];
	size_t len;
	int err;

	listen_to_stderr();
	err = parse(line);
	stop_listening(text, sizeof(text));
	len = strlen(text);
	if (err != -EINVAL)
		fail_msg("%s: taken", line);
	if (!strstr(text, why) || strncmp(text, "xeap", 4) != 0)
		fail_msg("%s: says '%s', not '%s'", line, text, why);
	if (!len || strchr(text, '\n') != text + len - 1)
		fail_msg("%s: says other than one line: '%s'", line, text);
}

static void defaults(void **state)
{
	taken(EAPOL);
	assert_false(o.over_radius || o.force || o.merge || o.help || o.quiet || o.no_view);
	assert_int_equal(o.mode, XEAP_MODE_AUTO);
	assert_int_equal(o.rings, XEAP_RINGS_AUTO);
	assert_int_equal(o.spec_count, 1);
	assert_string_equal(o.conf, "a.conf");
	assert_true(o.supplicants == 0 && o.window == 0 && o.threads == 1 && o.frames == 0);
	assert_true(o.rate == 0 && o.ramp == 0 && o.duration == 0);
	assert_true(o.churn == 0 && o.reauth == 0);
	assert_int_equal(o.stop, BENCH_STOP_NEVER);
	assert_true(o.timeout == XEAP_S(30) && o.start_period == XEAP_S(5));
	assert_true(!o.identity && !o.anonymous && !o.password && !o.users);
	assert_true(!o.json && !o.csv && !o.report && !o.faults.count);
	assert_memory_equal(o.mac, "\2\0\0\0\0\1", 6);
}

static void where_over_eapol(void **state)
{
	static const char *const modes[] = { "auto", "zero-copy", "native", "generic", "packet" };
	char line[80];

	taken("--config a.conf --port eth0,eth1:10-12 -p sw* --rings funnel --frames 128 "
	      "--start-period 0.5 --force");
	assert_int_equal(o.spec_count, 3);
	assert_int_equal(o.specs[1].vlan_count, 1);
	assert_true(o.specs[2].is_pattern);
	assert_int_equal(o.rings, XEAP_RINGS_FUNNEL);
	assert_int_equal(o.frames, 128);
	assert_true(o.start_period == XEAP_MS(500) && o.force);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		snprintf(line, sizeof(line), EAPOL "--mode %s", modes[i]);
		taken(line);
		assert_string_equal(xeap_mode_name(o.mode), modes[i]);
	}
}

static void bad_places(void **state)
{
	refused("-c a.conf", "needs -p PORT or --radius HOST");
	refused("-p eth0", "needs -c CONF");
	refused(EAPOL "--radius localhost", "-p and --radius");
	refused(EAPOL "-m fast", "--mode takes auto, zero-copy, native, generic or packet");
	refused(EAPOL "--rings two", "--rings takes own or funnel");
	refused(EAPOL "--frames 100", "a power of two");
	refused(EAPOL "--frames 8", "--frames takes a whole number from 16");
	refused(EAPOL "--start-period 0", "--start-period takes a number");
	refused("-c a.conf -p eth0:5000", "VLANs are");
	refused("-c a.conf -p eth0:0-3", "VLANs are");
	refused("-c a.conf -p ,eth0", "empty port name");
	refused("-c a.conf -p eth0=b.conf", "one configuration for all, with -c");
	refused(EAPOL "eth1", "'eth1' is not an option");
}

static void where_over_radius(void **state)
{
	char line[200];
	int fds[2];

	taken("--radius radius.test:1912 --secret abc --bind 192.0.2.1 --source-ports 8 "
	      "--attribute 32:s:lab --connect-info x --framed-mtu 1000 --no-keys --key-name "
	      "-c a.conf");
	assert_true(o.over_radius && !o.radius.radsec);
	assert_string_equal(o.radius.host, "radius.test");
	assert_string_equal(o.radius.port, "1912");
	assert_string_equal(o.radius.secret, "abc");
	assert_int_equal(o.source_ports, 8);
	assert_int_equal(o.radius.framed_mtu, 1000);
	assert_true(o.radius.no_keys && o.radius.wants_key_name);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "secret\n", 7), 7);
	close(fds[1]);
	snprintf(line, sizeof(line),
		 RADIUS "--radsec --ca-cert ca --client-cert c --private-key k "
			"--private-key-passwd /dev/fd/%d --server-name radius.test",
		 fds[0]);
	taken(line);
	close(fds[0]);
	assert_string_equal(o.radius.private_key_passwd, "secret");
	assert_true(o.radius.radsec);
	assert_string_equal(o.radius.host, "localhost");
	assert_string_equal(o.radius.port, "2083");
	assert_string_equal(o.radius.server_name, "radius.test");
}

static void bad_servers(void **state)
{
	static const char *const of_radius[] = {
		"--secret x",	   "--secret-file x", "--bind 192.0.2.1", "--radsec",
		"--ca-cert x",	   "--client-cert x", "--private-key x",  "--private-key-passwd x",
		"--server-name x", "--attribute x",   "--connect-info x", "--framed-mtu 1000",
		"--no-keys",	   "--key-name",      "--source-ports 2",
	};
	static const char *const of_ports[] = { "-m native", "--rings funnel", "--frames 64",
						"--start-period 1", "--force" };
	char line[80], why[40];

	for (size_t i = 0; i < sizeof(of_radius) / sizeof(of_radius[0]); i++) {
		snprintf(line, sizeof(line), EAPOL "%s", of_radius[i]);
		snprintf(why, sizeof(why), "%.*s goes with --radius",
			 (int)strcspn(of_radius[i], " "), of_radius[i]);
		refused(line, why);
	}
	for (size_t i = 0; i < sizeof(of_ports) / sizeof(of_ports[0]); i++) {
		snprintf(line, sizeof(line), RADIUS "%s", of_ports[i]);
		refused(line, "go with -p");
	}
	refused("--radius localhost", "needs -c CONF");
	refused("-c a.conf --radius localhost:x", "HOST:PORT");
	refused(RADIUS "--source-ports 0", "--source-ports takes a whole number from 1");
	refused(RADIUS "--radsec", "needs --ca-cert, --client-cert and --private-key");
	refused(RADIUS "--ca-cert x", "--ca-cert goes with --radsec");
	refused(RADIUS "--attribute x", "-N");
	refused(RADIUS "--framed-mtu 1", "framed-mtu");
	refused(RADIUS "--secret-file /does/not/exist", "No such file");
}

static void who(void **state)
{
	taken(EAPOL "-n 50000 --identity u%05d@x --anonymous-identity %m --password p%d "
		    "--mac 0a:0B:0c:00:00:01");
	assert_int_equal(o.supplicants, 50000);
	assert_string_equal(o.identity, "u%05d@x");
	assert_string_equal(o.anonymous, "%m");
	assert_string_equal(o.password, "p%d");
	assert_true(o.mac_set);
	assert_memory_equal(o.mac, "\x0a\x0b\x0c\0\0\1", 6);
	taken(RADIUS "--supplicants 1000000 --users u.csv --anonymous-identity x%%");
	assert_string_equal(o.users, "u.csv");
	/* As many as there are addresses, and no more. */
	taken(EAPOL "-n 16 --mac 02:00:00:ff:ff:f0");
	refused(EAPOL "-n 17 --mac 02:00:00:ff:ff:f0", "-n 17: there are only 16 addresses");
	taken(EAPOL "-n 256 --mac 02:00:00:00:%02x:01");
	assert_string_equal(o.mac_pattern, "02:00:00:00:%02x:01");
	refused(EAPOL "-n 257 --mac 02:00:00:00:%02x:01",
		"-n 257: --mac '02:00:00:00:%02x:01': its number has too few digits for so many");
	refused(EAPOL "--mac 02:00:00:%02x:%02x:01", "--mac '02:00:00:%02x:%02x:01': a pattern of");
	refused(EAPOL "--mac 02:00:00:00:%02x:01 -n 1 --mac 02:00:00:%02x", "does not come out as");
}

static void certificates(void **state)
{
	taken(EAPOL "--test-ca ec --test-ca-write ca.pem");
	assert_string_equal(o.test_ca, "ec");
	assert_string_equal(o.test_ca_write, "ca.pem");
	assert_true(!o.test_ca_cert && !o.test_ca_key);
	taken(EAPOL "--test-ca rsa2048 --test-ca-files a.pem,a.key --test-ca-files b.pem,b.key");
	assert_string_equal(o.test_ca_cert, "b.pem");
	assert_string_equal(o.test_ca_key, "b.key");
	refused(EAPOL "--test-ca dsa",
		"--test-ca takes ec, rsa2048, rsa4096, rsa8192, ml-dsa-44, ml-dsa-65 or "
		"ml-dsa-87, not 'dsa'");
	if (!xeap_testca_key_is_here(XEAP_TESTCA_ML_DSA_65))
		refused(EAPOL "--test-ca ml-dsa-65",
			"--test-ca ml-dsa-65: the OpenSSL that is installed has none of that");
	refused(EAPOL "--test-ca ec --test-ca-files a.pem", "--test-ca-files takes CERT,KEY");
	refused(EAPOL "--test-ca ec --test-ca-files ,a.key", "--test-ca-files takes CERT,KEY");
	refused(EAPOL "--test-ca ec --test-ca-files a.pem,", "--test-ca-files takes CERT,KEY");
	refused(EAPOL "--test-ca-files a.pem,a.key", "go with --test-ca");
	refused(EAPOL "--test-ca-write a.pem", "go with --test-ca");
}

static void bad_people(void **state)
{
	refused(EAPOL "-n 0", "-n takes a whole number from 1 to 1000000, not '0'");
	refused(EAPOL "-n 1000001", "-n takes a whole number");
	refused(EAPOL "-n 5x", "not '5x'");
	refused(EAPOL "-n -5", "not '-5'");
	refused(EAPOL "--identity %s", "--identity '%s': ");
	refused(EAPOL "--anonymous-identity %", "--anonymous-identity '%': ");
	refused(EAPOL "--password a%00d", "--password");
	refused(EAPOL "--users u.csv --identity u%d", "--users has identities and passwords");
	refused(EAPOL "--users u.csv --password x", "--users has identities and passwords");
	refused(EAPOL "--mac 01:00:00:00:00:00", "not a group's");
	refused(EAPOL "--mac 02:00:00:00:00", "--mac takes an address");
	refused(EAPOL "--mac 02:00:00:00:00:001", "--mac takes an address");
	refused(EAPOL "--mac 02:00:00:00:00:0g", "--mac takes an address");
}

static void when(void **state)
{
	taken(EAPOL "-n 100 --rate 12.5 --window 100 --ramp 5 --time 60 --churn 2 --reauth 0.5 "
		    "--timeout 2.5 --seed 18446744073709551615 --threads 4");
	assert_true(o.rate == 12.5 && o.ramp == 5 && o.duration == 60);
	assert_true(o.churn == 2 && o.reauth == 0.5 && o.window == 100 && o.threads == 4);
	assert_true(o.timeout == XEAP_MS(2500));
	assert_true(o.seed_set && o.seed == UINT64_MAX);
	taken(EAPOL "-r 1 --ramp 10 -t 10 --seed 0");
	assert_true(o.seed_set && o.seed == 0);
}

static void stages_to_stop_at(void **state)
{
	static const char *const stages[] = { "start", "identity", "method", "before-success" };
	char line[80];

	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++) {
		snprintf(line, sizeof(line), EAPOL "--stop-at %s", stages[i]);
		taken(line);
		assert_string_equal(bench_stop_id(o.stop), stages[i]);
		assert_true(o.stop_share == 1);
	}
	taken(EAPOL "--stop-at method:0.25");
	assert_true(o.stop == BENCH_STOP_METHOD && o.stop_share == 0.25);
	refused(EAPOL "--stop-at never", "--stop-at takes start, identity, method or");
	refused(EAPOL "--stop-at end", "--stop-at takes start, identity, method or");
	refused(EAPOL "--stop-at method:0", "--stop-at STAGE: takes a number from");
	refused(EAPOL "--stop-at method:1.5", "--stop-at STAGE: takes a number from");
	refused(EAPOL "--stop-at method:", "--stop-at STAGE: takes a number from");
}

static void bad_times(void **state)
{
	refused(EAPOL "-r 0", "-r takes a number from 0.001 to 1e+06, not '0'");
	refused(EAPOL "-r -1", "not '-1'");
	refused(EAPOL "-r nan", "not 'nan'");
	refused(EAPOL "-r inf", "not 'inf'");
	refused(EAPOL "-r 10/s", "not '10/s'");
	refused(EAPOL "-w 0", "-w takes a whole number from 1");
	refused(EAPOL "-w 11 -n 10", "-w 11: more than the supplicants of -n, 10");
	refused(RADIUS "-w 101", "-w 101: more than the supplicants of -n, 100");
	refused(RADIUS "--mac 02:00:00:ff:ff:f0", "-n 100: there are only 16 addresses");
	refused(EAPOL "-j 0", "-j takes a whole number from 1 to 64");
	refused(EAPOL "-j 65", "-j takes a whole number from 1 to 64");
	refused(RADIUS "-w 3 -j 4", "-w 3: less than the threads of -j, 4");
	refused(EAPOL "-j 11 -n 10", "-j 11: more than the supplicants of -n");
	refused(EAPOL "--ramp 5", "--ramp goes with -r");
	refused(EAPOL "-r 1 --ramp 0", "--ramp takes a number");
	refused(EAPOL "-r 1 --ramp 11 -t 10", "--ramp is longer than -t");
	refused(EAPOL "-t 0", "-t takes a number");
	refused(EAPOL "--churn 1", "--churn and --reauth go with -t");
	refused(EAPOL "--reauth 1", "--churn and --reauth go with -t");
	refused(EAPOL "-t 5 --churn 0", "--churn takes a number");
	refused(EAPOL "-t 5 --reauth x", "--reauth takes a number");
	refused(EAPOL "--timeout 0", "--timeout takes a number");
	refused(EAPOL "--seed -1", "--seed takes a whole number");
	refused(EAPOL "--seed 18446744073709551616", "--seed takes a whole number");
}

static void faults(void **state)
{
	char line[400] = EAPOL;

	taken(EAPOL "--fault drop=0.01 --fault delay=1@identity+method:250 "
		    "--fault corrupt=1@result --fault duplicate=0.5 --fault reorder=0.5@start");
	assert_int_equal(o.faults.count, 5);
	assert_int_equal(o.faults.rules[1].kind, FAULT_DELAY);
	assert_true(o.faults.rules[1].delay == XEAP_MS(250));
	refused(EAPOL "--fault lose=0.1", "--fault 'lose=0.1': a fault is drop, duplicate,");
	refused(EAPOL "--fault drop", "--fault 'drop': a fault is");
	refused(EAPOL "--fault drop=2", "a probability is from 0 to 1");
	refused(EAPOL "--fault drop=0.1@sleep", "stages are start, identity, method and result");
	refused(EAPOL "--fault delay=0.1", "has :MILLISECONDS at its end");
	refused(EAPOL "--fault drop=0.1:5", "has :MILLISECONDS at its end");
	refused(EAPOL "--fault delay=0.1:0", "a delay is from 1 to 600000 milliseconds");
	for (int i = 0; i <= FAULT_RULES_MAX; i++)
		strcat(line, " --fault drop=0");
	refused(line, "at most 16 of them");
}

static void told(void **state)
{
	taken(EAPOL "--json - --csv a.csv --report a.html --no-view --quiet");
	assert_string_equal(o.json, "-");
	assert_string_equal(o.csv, "a.csv");
	assert_string_equal(o.report, "a.html");
	assert_true(o.no_view && o.quiet);
	taken("-h");
	assert_true(o.help);
	taken("--merge a.json b.json --json c.json");
	assert_true(o.merge && o.merged_count == 2);
	assert_string_equal(o.merged[0], "a.json");
	assert_string_equal(o.merged[1], "b.json");
	refused("--merge", "--merge needs files that --json wrote");
	taken("--merge a.json --json - --csv c.csv --report c.html");
}

static void what_merge_would_ignore(void **state)
{
	static const char *const others[] = {
		"-p eth0",
		"-c a.conf",
		"--radius localhost",
		"-n 5",
		"-r 3",
		"--churn 5",
		"--secret foo",
		"--users u.csv",
		"-q",
		"--no-view",
		"--seed 1",
		"--timeout 3",
		"--background b",
		"--mac 02:00:00:00:00:01",
		"-m native",
		"--stop-at start",
		"--fault drop=0.1",
		"-j 2",
		"--no-keys",
		"--identity x",
	};
	char line[80], why[100];

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		snprintf(line, sizeof(line), "--merge a.json %s", others[i]);
		snprintf(why, sizeof(why),
			 "--merge does not run anything: it goes with --json, --csv "
			 "and --report, not with %.*s\n",
			 (int)strcspn(others[i], " "), others[i]);
		refused(line, why);
	}
}

static void outputs_that_are_one(void **state)
{
	refused(EAPOL "--json - --csv -", "--json and --csv are one file, '-': give them two");
	refused(EAPOL "--csv - --report -", "--csv and --report are one file, '-'");
	refused(EAPOL "--json - --report /dev/stdout", "--json and --report are one file, '-'");
	refused(EAPOL "--json x --report x", "--json and --report are one file, 'x'");
	refused(EAPOL "--json x --csv x", "--json and --csv are one file, 'x'");
	refused(EAPOL "--test-ca ec --test-ca-write x --csv x",
		"--csv and --test-ca-write are one");
	refused(EAPOL "--json a.conf", "--json and -c are one file, 'a.conf'");
	refused(EAPOL "--csv u --users u", "--csv and --users are one file, 'u'");
	refused(EAPOL "--report b --background b", "--report and --background are one file, 'b'");
	refused("--merge a.json --json x --csv x", "--json and --csv are one file, 'x'");
	taken(EAPOL "--json - --csv x --report y");
	taken(EAPOL "--csv -");
	taken(EAPOL "--report /dev/stdout");
	assert_string_equal(o.report, "-");
}

static void empty_names(void **state)
{
	char bench[] = "bench", identity[] = "--identity", anonymous[] = "--anonymous-identity",
	     empty[] = "", p[] = "-p", eth0[] = "eth0", c[] = "-c", conf[] = "a.conf";
	char *options[] = { identity, anonymous }, text[200];

	for (size_t i = 0; i < 2; i++) {
		char *words[] = { bench, p, eth0, c, conf, options[i], empty, NULL };
		int err;

		free_options(NULL);
		listen_to_stderr();
		err = bench_options_parse(&o, 7, words);
		stop_listening(text, sizeof(text));
		assert_int_equal(err, -EINVAL);
		assert_non_null(strstr(text, "'': it is empty\n"));
	}
}

static void no_seed_is_a_new_one_each_time(void **state)
{
	uint64_t seed;

	taken(EAPOL);
	seed = o.seed;
	assert_false(o.seed_set);
	taken(EAPOL);
	assert_true(o.seed != seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(where_over_eapol),
		cmocka_unit_test(bad_places),
		cmocka_unit_test(where_over_radius),
		cmocka_unit_test(bad_servers),
		cmocka_unit_test(who),
		cmocka_unit_test(certificates),
		cmocka_unit_test(bad_people),
		cmocka_unit_test(when),
		cmocka_unit_test(stages_to_stop_at),
		cmocka_unit_test(bad_times),
		cmocka_unit_test(faults),
		cmocka_unit_test(told),
		cmocka_unit_test(what_merge_would_ignore),
		cmocka_unit_test(outputs_that_are_one),
		cmocka_unit_test(empty_names),
		cmocka_unit_test(no_seed_is_a_new_one_each_time),
	};

	return cmocka_run_group_tests(tests, NULL, free_options);
}
