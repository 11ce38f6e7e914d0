// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/bench_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "tool/option.h"
#include "bench/pattern.h"
#include "crypto/testca.h"

#define OVER_RADIUS 100	    /* supplicants, if nobody says how many */
#define RADIUS_WORDS_MAX 64 /* of the command line, for xeap radius' options */

static const char help_text[] =
	"usage: xeap bench -p PORT[,PORT…] -c CONF [option…]\n"
	"       xeap bench --radius HOST[:PORT] -c CONF [option…]\n"
	"       xeap bench --merge FILE… [--json FILE] [--csv FILE] [--report FILE]\n"
	"\n"
	"Log many supplicants in, and tell how many, how late, and what fails first.\n"
	"\n"
	"Where:\n"
	"  -p, --port PORT[:VLANS]  ports or patterns ('eth*'), as for xeap run; repeatable\n"
	"  -m, --mode MODE          auto, zero-copy, native, generic or packet (auto)\n"
	"      --rings own|funnel   as for xeap run (own)\n"
	"      --frames N           UMEM chunks a ring, a power of two (by supplicants)\n"
	"      --start-period SECONDS  until an unanswered EAPOL-Start is repeated (5)\n"
	"      --force              also a port that carries the default route\n"
	"      --radius HOST[:PORT]  straight at a RADIUS server, with xeap radius' options\n"
	"                           --secret, --secret-file, --bind, --radsec, --ca-cert,\n"
	"                           --client-cert, --private-key, --private-key-passwd,\n"
	"                           --server-name, --attribute, --connect-info, --framed-mtu,\n"
	"                           --no-keys, --key-name\n"
	"      --source-ports N     send from at least so many UDP ports (one for 256 logins)\n"
	"Who:\n"
	"  -c, --config CONF        file of wpa_supplicant network blocks; the first one is used\n"
	"  -n, --supplicants N      how many (one a port and VLAN; over RADIUS 100)\n"
	"      --identity PATTERN   of each: %d is its number, %05d with zeros, %x in hex,\n"
	"                           %m its MAC\n"
	"      --anonymous-identity PATTERN\n"
	"      --password PATTERN\n"
	"      --users FILE         CSV of identity,password lines, used round and round; or with\n"
	"                           a head that names columns: identity, password, mac, cert, key\n"
	"      --test-ca KEY        sign a client certificate for each: ec, rsa2048, rsa4096,\n"
	"                           rsa8192, ml-dsa-44, ml-dsa-65, ml-dsa-87; its name is the\n"
	"                           identity\n"
	"      --test-ca-files CERT,KEY  by this authority; without, one is made for the run\n"
	"      --test-ca-write FILE  write its certificate, for servers to trust\n"
	"      --mac MAC            the first one's; the others count on (02:00:00:00:00:01);\n"
	"                           or a pattern with one number, such as 02:00:00:%06x\n"
	"When:\n"
	"  -r, --rate N             logins a second, evenly spaced, late or not (open loop)\n"
	"  -w, --window N           most logins under way; without -r as fast as that allows\n"
	"      --ramp SECONDS       the rate grows evenly over this time\n"
	"  -t, --time SECONDS       log in again and again for so long (each once)\n"
	"      --churn N            so many a second of those that are in log off and in; with -t\n"
	"      --reauth N           so many a second authenticate again, without logoff; with -t\n"
	"      --stop-at start|identity|method|before-success[:SHARE]\n"
	"                           give logins up there, all or a share of them (1)\n"
	"      --timeout SECONDS    a login that takes longer has failed (30)\n"
	"      --fault KIND=P[@STAGE[+STAGE…]][:MS]\n"
	"                           drop, duplicate, corrupt, delay or reorder what is sent, with\n"
	"                           probability P, in stages start, identity, method, result\n"
	"                           (the method's last response, which the result answers)\n"
	"      --seed N             of all chance, to have the same again\n"
	"  -j, --threads N          share the supplicants among threads (1)\n"
	"What is told:\n"
	"      --json FILE          all of it as JSON; - is standard output, without the text\n"
	"      --csv FILE           a line a second; - as well\n"
	"      --report FILE        one HTML page with plots; - as well\n"
	"      --background FILE    of a load beside the run: xeap flood --json, or\n"
	"                           scripts/pktgen -j; read at the end\n"
	"      --no-view            lines in place of the full screen on a terminal\n"
	"  -q, --quiet              nothing while it runs\n"
	"      --merge FILE…        make one result of what several machines measured\n"
	"  -h, --help               this text\n"
	"\n"
	"Exit status: 0 it was measured, 1 not one login succeeded or it was cut, 2 the command\n"
	"line or a configuration is wrong, and nothing was sent.\n";

enum {
	OPT_RINGS = 256,
	OPT_FRAMES,
	OPT_START_PERIOD,
	OPT_FORCE,
	OPT_RADIUS,
	OPT_SOURCE_PORTS,
	OPT_IDENTITY,
	OPT_ANONYMOUS,
	OPT_PASSWORD,
	OPT_USERS,
	OPT_MAC,
	OPT_TEST_CA,
	OPT_TEST_CA_FILES,
	OPT_TEST_CA_WRITE,
	OPT_RAMP,
	OPT_CHURN,
	OPT_REAUTH,
	OPT_STOP_AT,
	OPT_TIMEOUT,
	OPT_FAULT,
	OPT_SEED,
	OPT_JSON,
	OPT_CSV,
	OPT_REPORT,
	OPT_BACKGROUND,
	OPT_NO_VIEW,
	OPT_MERGE,
	OPT_OF_RADIUS, /* those from here on are xeap radius' */
};

static const struct option long_options[] = {
	{ "port", required_argument, NULL, 'p' },
	{ "mode", required_argument, NULL, 'm' },
	{ "rings", required_argument, NULL, OPT_RINGS },
	{ "frames", required_argument, NULL, OPT_FRAMES },
	{ "start-period", required_argument, NULL, OPT_START_PERIOD },
	{ "force", no_argument, NULL, OPT_FORCE },
	{ "radius", required_argument, NULL, OPT_RADIUS },
	{ "source-ports", required_argument, NULL, OPT_SOURCE_PORTS },
	{ "config", required_argument, NULL, 'c' },
	{ "supplicants", required_argument, NULL, 'n' },
	{ "identity", required_argument, NULL, OPT_IDENTITY },
	{ "anonymous-identity", required_argument, NULL, OPT_ANONYMOUS },
	{ "password", required_argument, NULL, OPT_PASSWORD },
	{ "users", required_argument, NULL, OPT_USERS },
	{ "test-ca", required_argument, NULL, OPT_TEST_CA },
	{ "test-ca-files", required_argument, NULL, OPT_TEST_CA_FILES },
	{ "test-ca-write", required_argument, NULL, OPT_TEST_CA_WRITE },
	{ "mac", required_argument, NULL, OPT_MAC },
	{ "rate", required_argument, NULL, 'r' },
	{ "window", required_argument, NULL, 'w' },
	{ "ramp", required_argument, NULL, OPT_RAMP },
	{ "time", required_argument, NULL, 't' },
	{ "churn", required_argument, NULL, OPT_CHURN },
	{ "reauth", required_argument, NULL, OPT_REAUTH },
	{ "stop-at", required_argument, NULL, OPT_STOP_AT },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "fault", required_argument, NULL, OPT_FAULT },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "threads", required_argument, NULL, 'j' },
	{ "json", required_argument, NULL, OPT_JSON },
	{ "csv", required_argument, NULL, OPT_CSV },
	{ "report", required_argument, NULL, OPT_REPORT },
	{ "background", required_argument, NULL, OPT_BACKGROUND },
	{ "no-view", no_argument, NULL, OPT_NO_VIEW },
	{ "quiet", no_argument, NULL, 'q' },
	{ "merge", no_argument, NULL, OPT_MERGE },
	{ "help", no_argument, NULL, 'h' },
	{ "secret", required_argument, NULL, OPT_OF_RADIUS },
	{ "secret-file", required_argument, NULL, OPT_OF_RADIUS },
	{ "bind", required_argument, NULL, OPT_OF_RADIUS },
	{ "radsec", no_argument, NULL, OPT_OF_RADIUS },
	{ "ca-cert", required_argument, NULL, OPT_OF_RADIUS },
	{ "client-cert", required_argument, NULL, OPT_OF_RADIUS },
	{ "private-key", required_argument, NULL, OPT_OF_RADIUS },
	{ "private-key-passwd", required_argument, NULL, OPT_OF_RADIUS },
	{ "server-name", required_argument, NULL, OPT_OF_RADIUS },
	{ "attribute", required_argument, NULL, OPT_OF_RADIUS },
	{ "connect-info", required_argument, NULL, OPT_OF_RADIUS },
	{ "framed-mtu", required_argument, NULL, OPT_OF_RADIUS },
	{ "no-keys", no_argument, NULL, OPT_OF_RADIUS },
	{ "key-name", no_argument, NULL, OPT_OF_RADIUS },
	{ 0 },
};

static char server[] = "--server", conf[] = "-c"; /* getopt's words are not const */

/* What is handed on to xeap radius' own reading of its options. */
struct radius_words {
	int count;
	char *word[RADIUS_WORDS_MAX];
	size_t seen; /* options of it, without --radius */
};

void bench_options_help(void)
{
	fputs(help_text, stdout);
}

#define wrong(...) option_wrong("bench", __VA_ARGS__)

static int parse_time(const char *option, const char *text, xeap_time *ret)
{
	double seconds;
	int err = option_real("bench", option, text, 0.001, 65535, &seconds);

	if (!err)
		*ret = (xeap_time)(seconds * 1e6);
	return err;
}

static int parse_pattern(const char *option, const char *text, const char **ret)
{
	const char *why;

	if (pattern_check(text, &why))
		return wrong("%s '%s': %s", option, text, why);
	*ret = text;
	return 0;
}

/* Nobody answers to an identity without a character. */
static int parse_name(const char *option, const char *text, const char **ret)
{
	return *text ? parse_pattern(option, text, ret) : wrong("%s '': it is empty", option);
}

static int parse_mac(struct bench_options *o, const char *text)
{
	const char *why;

	o->mac_set = true;
	o->mac_pattern = NULL;
	if (!strchr(text, '%'))
		return option_mac("bench", "--mac", text, true, o->mac);
	if (pattern_check_mac(text, 1, &why))
		return wrong("--mac '%s': %s", text, why);
	o->mac_pattern = text;
	return 0;
}

static int parse_test_ca(struct bench_options *o, const char *text)
{
	enum xeap_testca_key key = xeap_testca_key_of(text);

	o->test_ca = text;
	if (key == XEAP_TESTCA_KEY_MAX)
		return wrong("--test-ca takes ec, rsa2048, rsa4096, rsa8192, ml-dsa-44, ml-dsa-65 "
			     "or ml-dsa-87, not '%s'",
			     text);
	if (!xeap_testca_key_is_here(key))
		return wrong("--test-ca %s: the OpenSSL that is installed has none of that, "
			     "which came with 3.5",
			     text);
	return 0;
}

static int parse_test_ca_files(struct bench_options *o, const char *text)
{
	char *comma;

	free(o->test_ca_cert);
	o->test_ca_cert = strdup(text);
	comma = o->test_ca_cert ? strchr(o->test_ca_cert, ',') : NULL;
	if (!comma || comma == o->test_ca_cert || !comma[1])
		return wrong("--test-ca-files takes CERT,KEY, not '%s'", text);
	*comma = '\0';
	o->test_ca_key = comma + 1;
	return 0;
}

static int parse_stop(struct bench_options *o, const char *text)
{
	char id[32];
	const char *colon = strchr(text, ':');

	snprintf(id, sizeof(id), "%.*s", colon ? (int)(colon - text) : (int)strlen(text), text);
	o->stop = bench_stop_find(id);
	if (o->stop == BENCH_STOP_MAX) {
		o->stop = BENCH_STOP_NEVER;
		return wrong("--stop-at takes start, identity, method or before-success, with "
			     ":SHARE where not all stop, not '%s'",
			     text);
	}
	o->stop_share = 1;
	return colon ? option_real("bench", "--stop-at STAGE:", colon + 1, 0.000001, 1,
				   &o->stop_share)
		     : 0;
}

static int parse_mode(const char *text, enum xeap_mode *ret)
{
	for (int mode = XEAP_MODE_AUTO; mode < XEAP_MODE_MAX; mode++)
		if (!strcmp(text, xeap_mode_name((enum xeap_mode)mode))) {
			*ret = (enum xeap_mode)mode;
			return 0;
		}
	return wrong("--mode takes auto, zero-copy, native, generic or packet, not '%s'", text);
}

static int parse_rings(const char *text, enum xeap_rings_kind *ret)
{
	if (strcmp(text, "own") && strcmp(text, "funnel"))
		return wrong("--rings takes own or funnel, not '%s'", text);
	*ret = *text == 'o' ? XEAP_RINGS_OWN : XEAP_RINGS_FUNNEL;
	return 0;
}

static int parse_frames(const char *text, unsigned int *ret)
{
	int err = option_uint("bench", "--frames", text, 16, 65536, ret);

	return !err && *ret & (*ret - 1) ? wrong("--frames takes a power of two, not %u", *ret)
					 : err;
}

static int add_fault(struct bench_options *o, const char *word)
{
	const char *why;
	int err = faults_add(&o->faults, word, &why);

	if (err == -E2BIG)
		return wrong("--fault: at most %d of them", FAULT_RULES_MAX);
	return err ? wrong("--fault '%s': %s", word, why) : 0;
}

static int take_who(struct bench_options *o, int option, const char *arg)
{
	switch (option) {
	case 'n':
		return option_uint("bench", "-n", arg, 1, BENCH_SUPPLICANTS_MAX, &o->supplicants);
	case OPT_IDENTITY:
		return parse_name("--identity", arg, &o->identity);
	case OPT_ANONYMOUS:
		return parse_name("--anonymous-identity", arg, &o->anonymous);
	case OPT_PASSWORD:
		return parse_pattern("--password", arg, &o->password);
	case OPT_USERS:
		o->users = arg;
		return 0;
	case OPT_MAC:
		return parse_mac(o, arg);
	case OPT_TEST_CA:
		return parse_test_ca(o, arg);
	case OPT_TEST_CA_FILES:
		return parse_test_ca_files(o, arg);
	case OPT_TEST_CA_WRITE:
		o->test_ca_write = arg;
		return 0;
	}
	return -ENOENT;
}

static int take_when(struct bench_options *o, int option, const char *arg)
{
	unsigned long long n = 0;
	int err;

	switch (option) {
	case 'r':
		return option_real("bench", "-r", arg, 0.001, 1e6, &o->rate);
	case 'w':
		err = option_count("bench", "-w", arg, 1, BENCH_SUPPLICANTS_MAX, &n);
		o->window = n;
		return err;
	case OPT_RAMP:
		return option_real("bench", "--ramp", arg, 0.001, 86400, &o->ramp);
	case 't':
		return option_real("bench", "-t", arg, 0.1, 604800, &o->duration);
	case OPT_CHURN:
		return option_real("bench", "--churn", arg, 0.001, 1e6, &o->churn);
	case OPT_REAUTH:
		return option_real("bench", "--reauth", arg, 0.001, 1e6, &o->reauth);
	case OPT_STOP_AT:
		return parse_stop(o, arg);
	case OPT_TIMEOUT:
		return parse_time("--timeout", arg, &o->timeout);
	case OPT_FAULT:
		return add_fault(o, arg);
	case OPT_SEED:
		err = option_count("bench", "--seed", arg, 0, UINT64_MAX, &n);
		o->seed = n;
		o->seed_set = true;
		return err;
	case 'j':
		return option_uint("bench", "-j", arg, 1, BENCH_THREADS_MAX, &o->threads);
	}
	return -ENOENT;
}

/* One name for it, so that two are seen to be one. */
static const char *output(const char *path)
{
	return strcmp(path, "/dev/stdout") ? path : "-";
}

static int take_told(struct bench_options *o, int option, const char *arg)
{
	switch (option) {
	case OPT_JSON:
		o->json = output(arg);
		return 0;
	case OPT_CSV:
		o->csv = output(arg);
		return 0;
	case OPT_REPORT:
		o->report = output(arg);
		return 0;
	case OPT_BACKGROUND:
		o->background = arg;
		return 0;
	case OPT_NO_VIEW:
		o->no_view = true;
		return 0;
	case 'q':
		o->quiet = true;
		return 0;
	case OPT_MERGE:
		o->merge = true;
		return 0;
	case 'h':
		o->help = true;
		return 0;
	}
	return -ENOENT;
}

static int take_where(struct bench_options *o, int option, const char *arg)
{
	switch (option) {
	case 'p':
		return port_specs_add(&o->specs, &o->spec_count, arg);
	case 'm':
		return parse_mode(arg, &o->mode);
	case OPT_RINGS:
		return parse_rings(arg, &o->rings);
	case OPT_FRAMES:
		return parse_frames(arg, &o->frames);
	case OPT_START_PERIOD:
		return parse_time("--start-period", arg, &o->start_period);
	case OPT_FORCE:
		o->force = true;
		return 0;
	case OPT_SOURCE_PORTS:
		return option_uint("bench", "--source-ports", arg, 1, 4096, &o->source_ports);
	}
	return -ENOENT;
}

static int add_word(struct radius_words *w, char *word)
{
	if (w->count == RADIUS_WORDS_MAX - 1)
		return wrong("there are too many options of RADIUS");
	w->word[w->count++] = word;
	return 0;
}

/* One of xeap radius' options, as getopt has just read it. */
static int take_radius(struct radius_words *w, const char *name, char *arg)
{
	static char dashed[RADIUS_WORDS_MAX][24];

	snprintf(dashed[w->count], sizeof(dashed[0]), "--%s", name);
	w->seen++;
	if (add_word(w, dashed[w->count]))
		return -EINVAL;
	return arg ? add_word(w, arg) : 0;
}

static int take_option(struct bench_options *o, struct radius_words *w, int option, int index,
		       char *arg)
{
	int err;

	switch (option) {
	case 'c':
		o->conf = arg;
		return 0;
	case OPT_RADIUS:
		o->over_radius = true;
		err = add_word(w, server);
		return err ? err : add_word(w, arg);
	case OPT_OF_RADIUS:
		return take_radius(w, long_options[index].name, arg);
	}
	err = take_where(o, option, arg);
	if (err == -ENOENT)
		err = take_who(o, option, arg);
	if (err == -ENOENT)
		err = take_when(o, option, arg);
	if (err == -ENOENT)
		err = take_told(o, option, arg);
	return err == -ENOENT ? wrong("see 'xeap bench --help'") : err;
}

static int check_where(const struct bench_options *o, const struct radius_words *w)
{
	if (o->over_radius && o->spec_count)
		return wrong("-p and --radius: a run goes over one of them");
	if (!o->over_radius && !o->spec_count)
		return wrong("needs -p PORT or --radius HOST");
	if (!o->over_radius && w->seen)
		return wrong("%s goes with --radius", w->word[1]);
	if (!o->over_radius && o->source_ports)
		return wrong("--source-ports goes with --radius");
	if (o->over_radius && (o->mode || o->rings || o->frames || o->force || o->start_period))
		return wrong("--mode, --rings, --frames, --start-period and --force go with -p");
	if (!o->conf)
		return wrong("needs -c CONF, a file of wpa_supplicant network blocks");
	for (size_t i = 0; i < o->spec_count; i++)
		if (o->specs[i].conf)
			return wrong("-p %s: one configuration for all, with -c",
				     o->specs[i].pattern);
	return 0;
}

int bench_options_check_count(const struct bench_options *o, uint32_t supplicants,
			      char why[BENCH_COUNT_WHY])
{
	uint32_t tail = (uint32_t)o->mac[3] << 16 | (uint32_t)o->mac[4] << 8 | o->mac[5];
	const char *what;

	if (o->mac_pattern && pattern_check_mac(o->mac_pattern, supplicants, &what))
		snprintf(why, BENCH_COUNT_WHY, "-n %u: --mac '%.30s': %s", supplicants,
			 o->mac_pattern, what);
	else if (!o->mac_pattern && supplicants - 1 > 0xffffff - tail)
		snprintf(why, BENCH_COUNT_WHY, "-n %u: there are only %u addresses from --mac on",
			 supplicants, 0xffffff - tail + 1);
	else if (o->window > supplicants)
		snprintf(why, BENCH_COUNT_WHY, "-w %llu: more than the supplicants of -n, %u",
			 (unsigned long long)o->window, supplicants);
	else if (o->threads > supplicants)
		snprintf(why, BENCH_COUNT_WHY, "-j %u: more than the supplicants of -n, %u",
			 o->threads, supplicants);
	else if (o->window && o->window < o->threads)
		snprintf(why, BENCH_COUNT_WHY, "-w %llu: less than the threads of -j, %u",
			 (unsigned long long)o->window, o->threads);
	else
		return 0;
	return -EINVAL;
}

static int check_who(struct bench_options *o)
{
	char why[BENCH_COUNT_WHY];

	if (o->over_radius && !o->supplicants)
		o->supplicants = OVER_RADIUS;
	if (!o->test_ca && (o->test_ca_cert || o->test_ca_write))
		return wrong("--test-ca-files and --test-ca-write go with --test-ca");
	if (o->users && (o->identity || o->password))
		return wrong("--users has identities and passwords: without --identity and "
			     "--password");
	if (o->supplicants && bench_options_check_count(o, o->supplicants, why))
		return wrong("%s", why);
	return 0;
}

static int check_when(const struct bench_options *o)
{
	if (o->ramp > 0 && !(o->rate > 0))
		return wrong("--ramp goes with -r");
	if ((o->churn > 0 || o->reauth > 0) && !(o->duration > 0))
		return wrong("--churn and --reauth go with -t: else there is no end to them");
	if (o->duration > 0 && o->ramp > o->duration)
		return wrong("--ramp is longer than -t");
	return 0;
}

/* What is written would be mixed with, or in place of, something else. */
static int check_outputs(const struct bench_options *o)
{
	const struct {
		const char *option, *path;
	} files[] = {
		{ "--json", o->json },
		{ "--csv", o->csv },
		{ "--report", o->report },
		{ "--test-ca-write", o->test_ca_write },
		{ "-c", o->conf },
		{ "--users", o->users },
		{ "--background", o->background },
	};

	for (size_t i = 0; i < 4; i++) {
		for (size_t j = i + 1; j < sizeof(files) / sizeof(files[0]); j++) {
			if (!files[i].path || !files[j].path ||
			    strcmp(files[i].path, files[j].path) != 0)
				continue;
			return wrong("%s and %s are one file, '%s': give them two", files[i].option,
				     files[j].option, files[i].path);
		}
	}
	return 0;
}

static int check_merge(struct bench_options *o, const char *other, int argc, char **argv)
{
	if (other)
		return wrong("--merge does not run anything: it goes with --json, --csv and "
			     "--report, not with %s",
			     other);
	if (argc - optind < 1)
		return wrong("--merge needs files that --json wrote");
	o->merged = argv + optind;
	o->merged_count = (size_t)(argc - optind);
	return check_outputs(o);
}

static int parse_radius(struct bench_options *o, struct radius_words *w)
{
	int err = add_word(w, conf);

	if (!err)
		err = add_word(w, o->conf);
	w->word[w->count] = NULL;
	return err ? err : radius_options_parse(&o->radius, w->count, w->word);
}

static int check(struct bench_options *o, struct radius_words *w)
{
	if (check_where(o, w) || check_who(o) || check_when(o) || check_outputs(o))
		return -EINVAL;
	if (!o->seed_set && getrandom(&o->seed, sizeof(o->seed), 0) != sizeof(o->seed))
		o->seed = 1;
	if (!o->start_period)
		o->start_period = XEAP_S(5);
	return o->over_radius ? parse_radius(o, w) : 0;
}

/* The options that go with --merge. */
static bool goes_with_merge(int option)
{
	return option == OPT_MERGE || option == OPT_JSON || option == OPT_CSV ||
	       option == OPT_REPORT;
}

/* Take all of them; one that does not go with --merge is *ret_other, as it was written. */
static int take_all(struct bench_options *o, struct radius_words *w, int argc, char **argv,
		    char ret_other[32])
{
	int option, index, err;

	optind = 1;
	while (index = -1, (option = getopt_long(argc, argv, "p:m:c:n:r:w:t:j:qh", long_options,
						 &index)) != -1) {
		err = take_option(o, w, option, index, optarg);
		if (err)
			return err;
		if (goes_with_merge(option))
			continue;
		if (index >= 0)
			snprintf(ret_other, 32, "--%s", long_options[index].name);
		else
			snprintf(ret_other, 32, "-%c", option);
	}
	return 0;
}

int bench_options_parse(struct bench_options *o, int argc, char **argv)
{
	struct radius_words w = { .count = 1, .word = { argv[0] } };
	char other[32] = "";
	int err;

	*o = (struct bench_options){ .mac = { 2, 0, 0, 0, 0, 1 },
				     .timeout = XEAP_S(30),
				     .threads = 1 };
	err = take_all(o, &w, argc, argv, other);
	if (err || o->help)
		return err;
	if (o->merge)
		return check_merge(o, *other ? other : NULL, argc, argv);
	if (optind < argc)
		return wrong("'%s' is not an option", argv[optind]);
	return check(o, &w);
}

void bench_options_free(struct bench_options *o)
{
	port_specs_free(o->specs, o->spec_count);
	free(o->test_ca_cert);
	radius_options_free(&o->radius);
}
