// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/bench.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/diag.h"
#include "tool/bench_background.h"
#include "tool/bench_merge.h"
#include "tool/bench_mpi.h"
#include "tool/bench_output.h"
#include "tool/bench_ranks.h"
#include "tool/bench_sample.h"
#include "tool/bench_users.h"
#include "tool/bench_view.h"
#include "tool/exit.h"
#include "tool/limits.h"
#include "tool/signals.h"
#include "tool/streams.h"
#include "tool/worker.h"

#define LOOK_MS 20 /* at whether the threads have ended */

struct run {
	struct bench_options options;
	struct bench_users users;
	struct bench_ports ports;
	struct xeap_steer *steer;
	struct bench_worker *workers;
	struct bench_result *result;
	struct bench_sample sample;
	struct bench_view *view;
	struct bench_outputs outputs;
	int signals;
	xeap_time began; /* setting up */
	bool told;	 /* what takes so long */
	bool interrupted;
	uint32_t supplicants;	/* here */
	uint32_t first, in_all; /* the number of the first one here, and at all ranks */
	struct bench_mpi mpi;
	char complaint[BENCH_MPI_WHY];
};

/* Of several ranks, one line is enough for all: agree() has it. */
static int complain(struct run *r, int err, const char *why)
{
	if (!r->mpi.ops)
		fprintf(stderr, "xeap bench: %s\n", why);
	else if (!*r->complaint)
		snprintf(r->complaint, sizeof(r->complaint), "%.199s", why);
	return err;
}

static int no_memory(struct run *r)
{
	return complain(r, -ENOMEM, "out of memory");
}

/* What is told. */

static int open_outputs(struct run *r)
{
	char why[BENCH_OUTPUT_WHY];

	if (r->mpi.rank != 0)
		return 0;
	return bench_outputs_open(&r->outputs, &r->options, why) ? complain(r, -EINVAL, why) : 0;
}

/* From here on what an earlier run wrote is gone. */
static void begin_outputs(struct run *r)
{
	FILE *csv = bench_output_of(&r->outputs, BENCH_OUTPUT_CSV);

	bench_outputs_begin(&r->outputs);
	if (csv)
		bench_report_csv_head(csv);
}

/* What could not be written as it came, but is known at the end. */
static void write_seconds(struct run *r)
{
	FILE *csv = bench_output_of(&r->outputs, BENCH_OUTPUT_CSV);

	for (size_t i = 0; csv && i < r->result->second_count; i++)
		bench_report_csv(&r->result->seconds[i], csv);
}

static int write_reports(struct run *r)
{
	FILE *json = bench_output_of(&r->outputs, BENCH_OUTPUT_JSON);
	FILE *page = bench_output_of(&r->outputs, BENCH_OUTPUT_REPORT);

	if (!bench_outputs_on_stdout(&r->outputs))
		bench_report_text(r->result, stdout);
	if (json)
		bench_report_json(r->result, json);
	if (page)
		bench_report_html(r->result, page);
	return bench_outputs_close(&r->outputs);
}

static void tell_second(struct run *r, const struct bench_second *second)
{
	FILE *csv = bench_output_of(&r->outputs, BENCH_OUTPUT_CSV);

	if (!second || r->mpi.rank != 0)
		return;
	/* The file has all ranks' seconds, which are known at the end. */
	if (csv && !r->mpi.ops) {
		bench_report_csv(second, csv);
		fflush(csv);
	}
	if (r->view)
		bench_view_draw(r->view, r->result, second);
	else if (!r->options.quiet)
		bench_report_line(second, stderr);
}

/* Who runs. */

static struct bench_lan *lan_of(struct run *r, uint32_t number)
{
	return r->ports.lan_count ? &r->ports.lans[number % r->ports.lan_count] : NULL;
}

static unsigned int worker_of(struct run *r, uint32_t number)
{
	struct bench_lan *lan = lan_of(r, number);

	return lan ? lan->port->worker : number % r->options.threads;
}

static int allocate(struct run *r)
{
	r->workers = calloc(r->options.threads, sizeof(*r->workers));
	if (!r->workers)
		return no_memory(r);
	for (uint32_t i = 0; i < r->supplicants; i++)
		r->workers[worker_of(r, i)].count++;
	for (unsigned int n = 0; n < r->options.threads; n++) {
		struct bench_worker *w = &r->workers[n];

		w->supplicants = calloc(w->count ? w->count : 1, sizeof(*w->supplicants));
		if (!w->supplicants)
			return no_memory(r);
		w->count = 0;
	}
	return 0;
}

static int add_supplicant(struct run *r, uint32_t number)
{
	struct bench_worker *w = &r->workers[worker_of(r, number)];
	struct bench_supplicant *b = &w->supplicants[w->count];
	struct xeap_diag why = { 0 };

	b->s.number = number;
	b->lan = lan_of(r, number);
	bench_users_mac(&r->users, r->first + number, b->mac);
	if (bench_users_profile(&r->users, r->first + number, b->mac, &b->profile, &why))
		return complain(r, -EINVAL, *why.text ? why.text : "out of memory");
	w->count++;
	if (b->lan) {
		b->lan->supplicants++;
		b->lan->port->supplicants++;
	}
	return 0;
}

/* Whether somebody wants the end before it has begun. Certificates of many take their time. */
static int go_on(struct run *r, const char *what)
{
	struct signals s = { 0 };

	signals_take(r->signals, &s);
	r->interrupted = s.stop;
	if (s.stop)
		return complain(r, -EINTR, "interrupted before the start: nothing was sent");
	if (!r->told && worker_clock() - r->began > XEAP_S(1) && isatty(STDERR_FILENO) &&
	    !r->options.quiet && r->mpi.rank == 0) {
		fprintf(stderr, "xeap bench: %s of %u supplicants …\n", what, r->supplicants);
		r->told = true;
	}
	return 0;
}

static int make_supplicants(struct run *r)
{
	int err = allocate(r);

	r->began = worker_clock();
	for (uint32_t i = 0; !err && i < r->supplicants; i++) {
		err = go_on(r, "making the identities");
		if (!err)
			err = add_supplicant(r, i);
	}
	return err;
}

/*
 * A worker's part of the window: one for each, and what is more than that by supplicants, those
 * before it counted, so that the parts add up to the whole.
 */
static uint64_t window_of(const struct run *r, const struct bench_worker *w)
{
	uint64_t workers = (uint64_t)r->options.threads * r->mpi.ranks, before = r->first, more;

	if (r->options.window < workers) /* none */
		return 0;
	more = r->options.window - workers;
	for (const struct bench_worker *i = r->workers; i < w; i++)
		before += i->count;
	return 1 + more * (before + w->count) / r->in_all - more * before / r->in_all;
}

/* When a worker's logins begin: every so many-th of all: threads and ranks take turns. */
static struct pace pace_of(const struct run *r, const struct bench_worker *w, double rate)
{
	const struct bench_options *o = &r->options;
	double share = (double)w->count / (double)r->in_all;

	return (struct pace){
		.rate = rate,
		.ramp = o->ramp,
		.window = window_of(r, w),
		.share = share > 0 ? 1 / share : 1,
		.offset = r->mpi.rank + (double)w->number * r->mpi.ranks,
		.end = o->duration > 0 ? (xeap_time)(o->duration * 1e6) : XEAP_NEVER,
	};
}

static void set_up_worker(struct run *r, unsigned int number)
{
	struct bench_worker *w = &r->workers[number];
	const struct bench_options *o = &r->options;
	struct bench_engine *e = &w->engine;
	bool stays = o->churn > 0 || o->reauth > 0;

	w->options = o;
	w->number = number;
	w->transport = o->over_radius ? &bench_radius_transport : &bench_eapol_transport;
	w->resumes = r->users.credentials.globals.fast_reauth;
	w->eapol_version = (uint8_t)r->users.credentials.globals.eapol_version;
	w->steer = r->steer;
	w->ports = &r->ports;
	e->logins = pace_of(r, w, o->rate);
	e->churn = pace_of(r, w, o->churn);
	e->reauth = pace_of(r, w, o->reauth);
	e->churn.ramp = e->reauth.ramp = 0;
	e->repeats = o->duration > 0 && !stays;
	if (!e->repeats)
		e->logins.total = w->count;
	if (!w->count)
		e->logins.end = 0;
	e->stop = o->stop;
	e->stop_share = o->stop_share;
	e->faults = o->faults;
	e->seed = o->seed;
}

static int open_workers(struct run *r)
{
	for (unsigned int n = 0; n < r->options.threads; n++)
		set_up_worker(r, n);
	for (unsigned int n = 0; n < r->options.threads; n++) {
		if (go_on(r, "opening the transport"))
			return -EINTR;
		if (bench_worker_open(&r->workers[n]))
			return complain(r, -EINVAL, r->workers[n].why.text);
	}
	return go_on(r, "opening the transport");
}

static int open_steer(struct run *r)
{
	struct xeap_steer_options o = {
		.size = sizeof(o),
		.max_ports = (uint32_t)r->ports.count,
		.max_vlans = (uint32_t)r->ports.lan_count,
		.max_stations = 1,
		.max_authorized = 1,
	};
	struct xeap_diag why = { 0 };

	if (r->options.mode == XEAP_MODE_PACKET)
		return 0;
	limits_raise();
	return xeap_steer_open(&o, &r->steer, &why) ? complain(r, -EINVAL, why.text) : 0;
}

static int find_ports(struct run *r)
{
	struct xeap_diag why = { 0 };

	if (r->options.over_radius)
		return 0;
	if (bench_ports_find(&r->ports, &r->options, &why))
		return complain(r, -EINVAL, why.text);
	return open_steer(r);
}

/* Which of all supplicants are here: each rank has a range of them, or what its ports have. */
static void place_supplicants(struct run *r)
{
	const struct bench_options *o = &r->options;
	uint64_t all = o->supplicants;

	if (r->in_all) /* those of the ranks' ports, counted together */
		return;
	r->in_all = (uint32_t)all;
	r->first = (uint32_t)(all * r->mpi.rank / r->mpi.ranks);
	r->supplicants = (uint32_t)(all * (r->mpi.rank + 1) / r->mpi.ranks) - r->first;
}

/* One supplicant a port and VLAN. Every rank comes here, also one whose ports are missing. */
static int count_lans(struct run *r, int err)
{
	if (r->options.over_radius || r->options.supplicants)
		return err;
	r->supplicants = err ? 0 : (uint32_t)r->ports.lan_count;
	if (bench_mpi_place(&r->mpi, r->supplicants, &r->first, &r->in_all))
		return complain(r, -EINVAL, "the ranks' ports cannot be counted");
	return err;
}

static int join_ranks(struct run *r)
{
	char why[BENCH_MPI_WHY];
	int err;

	/* First, so that MPI's threads leave the signals to us. */
	r->signals = signals_open();
	err = bench_mpi_open(&r->mpi, why);
	if (err)
		return complain(r, err, why);
	/* One seed makes the whole run again, while no two ranks' chances are the same. */
	if (bench_mpi_tell(&r->mpi, &r->options.seed))
		return complain(r, -EIO, "MPI fails");
	r->options.seed += (uint64_t)r->mpi.rank * 4096;
	return 0;
}

static int prepare(struct run *r)
{
	char why[BENCH_PEOPLE_WHY];
	int err = open_outputs(r);

	if (err)
		return err;
	if (r->mpi.ranks > 1 && r->options.test_ca && !r->options.test_ca_cert)
		return complain(r, -EINVAL,
				"--test-ca: several ranks need one authority, by --test-ca-files");
	r->result = calloc(1, sizeof(*r->result));
	if (!r->result)
		return no_memory(r);
	if (bench_users_load(&r->users, &r->options, why))
		return complain(r, -EINVAL, why);
	return find_ports(r);
}

static int open_run(struct run *r)
{
	char why[BENCH_COUNT_WHY];
	int err = count_lans(r, prepare(r));

	if (err)
		return err;
	place_supplicants(r);
	if (bench_options_check_count(&r->options, r->in_all, why) ||
	    bench_users_check_count(&r->users, r->in_all, why))
		return complain(r, -EINVAL, why);
	if (r->mpi.ops && r->supplicants < r->options.threads)
		return complain(
			r, -EINVAL,
			"it has fewer supplicants than threads: more of -n, or fewer ranks");
	if (r->options.window && r->options.window < (uint64_t)r->options.threads * r->mpi.ranks)
		return complain(r, -EINVAL, "-w: less than the threads of all ranks");
	err = make_supplicants(r);
	return err ? err : open_workers(r);
}

/* Nobody sends a frame before all are ready to: one rank's complaint is the end of all. */
static int open_all(struct run *r)
{
	char why[BENCH_MPI_WHY + 40];
	int err = join_ranks(r);

	if (err)
		return err;
	err = open_run(r);
	err = bench_mpi_agree(&r->mpi, err ? r->complaint : NULL, why);
	if (r->mpi.ops && *why)
		fprintf(stderr, "xeap bench: %s\n", why);
	if (!err)
		begin_outputs(r);
	return err;
}

/* The run. */

static void describe_target(struct run *r, struct bench_result *t)
{
	const struct bench_options *o = &r->options;
	size_t len = 0;

	if (o->over_radius) {
		snprintf(t->transport, sizeof(t->transport), "%s",
			 o->radius.radsec ? "radsec" : "udp");
		snprintf(t->target, sizeof(t->target), "%s:%s", o->radius.host, o->radius.port);
		return;
	}
	snprintf(t->transport, sizeof(t->transport), "eapol");
	for (size_t i = 0; i < r->ports.count && len < sizeof(t->target) - 24; i++)
		len += (size_t)snprintf(t->target + len, sizeof(t->target) - len, "%s%s",
					i ? ", " : "", r->ports.ports[i].link.ifname);
	if (len >= sizeof(t->target) - 24)
		snprintf(t->target + len, sizeof(t->target) - len, ", … (%zu ports)",
			 r->ports.count);
}

static void describe(struct run *r)
{
	const struct bench_options *o = &r->options;
	struct bench_result *t = r->result;
	/* Merging adds these up. */
	double share = 1.0 / r->mpi.ranks;
	struct utsname system;

	snprintf(t->version, sizeof(t->version), "%s", XEAP_VERSION);
	if (!uname(&system)) {
		snprintf(t->host, sizeof(t->host), "%s", system.nodename);
		snprintf(t->kernel, sizeof(t->kernel), "%s", system.release);
	}
	describe_target(r, t);
	if (o->stop)
		snprintf(t->stop_at, sizeof(t->stop_at), "%s", bench_stop_id(o->stop));
	t->began = time(NULL);
	t->seed = o->seed;
	t->supplicants = r->supplicants;
	t->window = o->window;
	t->rate = o->rate * share;
	t->ramp = o->ramp;
	t->duration = o->duration;
	t->churn = o->churn * share;
	t->reauth = o->reauth * share;
	t->threads = o->threads;
	t->ranks = t->machines = 1;
}

static bool all_over(struct run *r)
{
	for (unsigned int n = 0; n < r->options.threads; n++)
		if (!atomic_load(&r->workers[n].over))
			return false;
	return true;
}

static void cut(struct run *r, const char *why)
{
	r->result->cut = true;
	snprintf(r->result->cut_why, sizeof(r->result->cut_why), "%s", why);
	for (unsigned int n = 0; n < r->options.threads; n++)
		atomic_store(&r->workers[n].cut, true);
}

/* Wait a while; somebody may want the end. */
static void look(struct run *r)
{
	struct pollfd fds[3] = {
		{ .fd = r->signals, .events = POLLIN },
		{ .fd = r->view ? bench_view_fd(r->view) : -1, .events = POLLIN },
		{ .fd = bench_ports_fd(&r->ports), .events = POLLIN },
	};
	struct signals s = { 0 };

	poll(fds, 3, LOOK_MS);
	if (fds[0].revents)
		signals_take(r->signals, &s);
	if (s.stop)
		cut(r, "interrupted");
	else if (r->view && bench_view_stop(r->view))
		cut(r, "stopped with q");
	else if (fds[2].revents && !bench_ports_look(&r->ports) && !r->result->cut)
		cut(r, "no port is left");
}

static int start(struct run *r)
{
	xeap_time begin = worker_clock();

	if (bench_sample_init(&r->sample, r->workers, r->options.threads, r->result, begin))
		return no_memory(r);
	describe(r);
	if (!r->options.quiet && !r->options.no_view && !r->mpi.ops &&
	    !bench_outputs_on_stdout(&r->outputs))
		r->view = bench_view_open();
	for (unsigned int n = 0; n < r->options.threads; n++)
		if (bench_worker_start(&r->workers[n], begin))
			return complain(r, -EAGAIN, "no thread to be had");
	return 0;
}

static void finish(struct run *r)
{
	struct bench_result *t = r->result;

	for (unsigned int n = 0; n < r->options.threads; n++) {
		struct bench_worker *w = &r->workers[n];

		bench_worker_join(w);
		if (!*t->method) {
			memcpy(t->method, w->method, sizeof(t->method));
			memcpy(t->tls_version, w->tls_version, sizeof(t->tls_version));
		}
		if (!*t->mode)
			memcpy(t->mode, w->mode, sizeof(t->mode));
		if (w->err && !t->cut) {
			t->cut = true;
			bench_words_copy(w->why.text, t->cut_why);
		}
	}
	tell_second(r, bench_sample_finish(&r->sample));
	bench_ports_tell(&r->ports, t);
	r->view = bench_view_close(r->view);
}

/* A load that left nothing to read costs a line, not the run. */
static void read_background(struct run *r)
{
	char why[200];

	if (r->options.background && bench_background_read(r->options.background, r->result, why))
		fprintf(stderr, "xeap bench: warning: %s\n", why);
}

/* Rank 0 tells what all have measured. */
static int conclude(struct run *r)
{
	const struct bench_options *o = &r->options;
	char why[BENCH_MPI_WHY];
	int err;

	while (!bench_mpi_all_there(&r->mpi))
		look(r);
	if (bench_ranks_merge(&r->mpi, r->result, why)) {
		fprintf(stderr, "xeap bench: %s\n", why);
		return -EIO;
	}
	/* As they were asked for, not as a sum of shares. */
	r->result->window = o->window;
	r->result->rate = o->rate;
	r->result->churn = o->churn;
	r->result->reauth = o->reauth;
	if (r->mpi.ops)
		write_seconds(r);
	if (r->mpi.rank != 0)
		return 0;
	read_background(r);
	err = write_reports(r);
	/* Leaving MPI may take longer than mpirun waits. */
	fflush(stdout);
	return err;
}

static int measure(struct run *r)
{
	int err = start(r);
	xeap_time next = r->sample.begin + XEAP_S(1);

	if (err)
		cut(r, "no thread to be had");
	while (!err && !all_over(r)) {
		look(r);
		if (worker_clock() < next || all_over(r))
			continue;
		tell_second(r, bench_sample_take(&r->sample));
		next += XEAP_S(1);
	}
	finish(r);
	if (err && !r->mpi.ops)
		return err;
	return conclude(r);
}

static void close_run(struct run *r)
{
	for (unsigned int n = 0; r->workers && n < r->options.threads; n++)
		bench_worker_close(&r->workers[n]);
	free(r->workers);
	bench_sample_free(&r->sample);
	xeap_steer_close(r->steer);
	bench_ports_free(&r->ports);
	bench_users_free(&r->users);
	bench_outputs_close(&r->outputs);
	if (r->result)
		bench_result_done(r->result);
	free(r->result);
	if (r->signals >= 0)
		close(r->signals);
}

/* Whether it came to what it was meant to. */
static bool is_good(const struct bench_result *t)
{
	return !t->cut && (t->total.ended[BENCH_SUCCESS] || t->total.ended[BENCH_ABANDONED]);
}

static int merge(struct run *r)
{
	char why[200];

	r->result = calloc(1, sizeof(*r->result));
	if (!r->result)
		return no_memory(r);
	if (bench_merge(r->options.merged, r->options.merged_count, r->result, why))
		return complain(r, -EINVAL, why);
	if (open_outputs(r))
		return -EINVAL;
	begin_outputs(r);
	write_seconds(r);
	return write_reports(r);
}

static int status_of_merge(int err)
{
	if (!err)
		return XEAP_EXIT_OK;
	return err == -EIO ? XEAP_EXIT_FAILED : XEAP_EXIT_USAGE;
}

static int run(struct run *r)
{
	if (r->options.help) {
		bench_options_help();
		return XEAP_EXIT_OK;
	}
	if (r->options.merge)
		return status_of_merge(merge(r));
	if (open_all(r))
		return r->interrupted ? XEAP_EXIT_FAILED : XEAP_EXIT_USAGE;
	return !measure(r) && (r->mpi.rank || is_good(r->result)) ? XEAP_EXIT_OK : XEAP_EXIT_FAILED;
}

int xeap_cmd_bench(int argc, char **argv)
{
	struct run r = { .signals = -1, .mpi.ranks = 1 };
	int status = XEAP_EXIT_USAGE;

	if (!bench_options_parse(&r.options, argc, argv))
		status = run(&r);
	if (status != XEAP_EXIT_USAGE && !r.mpi.rank)
		status = streams_end("bench", status);
	close_run(&r);
	bench_mpi_close(&r.mpi);
	bench_options_free(&r.options);
	return status;
}
