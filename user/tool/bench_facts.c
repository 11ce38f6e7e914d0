/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tool/bench_facts.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "tool/bench_members.h"

const struct bench_share bench_shares[BENCH_SHARES] = {
	{ .5, "p50" },
	{ .9, "p90" },
	{ .99, "p99" },
	{ .999, "p99.9" },
};

struct facts {
	struct bench_fact *list;
	size_t count;
};

__attribute__((format(printf, 3, 4))) static void add(struct facts *f, const char *name,
						      const char *fmt, ...)
{
	struct bench_fact *fact = &f->list[f->count++];
	va_list args;

	fact->name = name;
	va_start(args, fmt);
	vsnprintf(fact->value, sizeof(fact->value), fmt, args);
	va_end(args);
}

double bench_rate(uint64_t count, double seconds)
{
	return seconds > 0 ? (double)count / seconds : 0;
}

void bench_text_ms(double us, char ret[24])
{
	double ms = us / 1e3;

	if (ms >= 99.95)
		snprintf(ret, 24, "%.0f", ms);
	else
		snprintf(ret, 24, ms >= 9.995 ? "%.1f" : ms >= .9995 ? "%.2f" : "%.3f", ms);
}

void bench_text_count(uint64_t n, char ret[32])
{
	char digits[24];
	size_t len = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, n), to = 0;

	for (size_t i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			ret[to++] = ',';
		ret[to++] = digits[i];
	}
	ret[to] = '\0';
}

void bench_text_rate(double n, char ret[32])
{
	if (n >= 99.95 && n < 1e18)
		bench_text_count((uint64_t)(n + .5), ret);
	else
		snprintf(ret, 32, n >= 9.995 || n <= 0 ? "%.1f" : "%.2f", n);
}

void bench_text_time(double seconds, char ret[48])
{
	uint64_t whole = seconds < BENCH_REAL_MAX ? (uint64_t)seconds : 0;

	if (seconds < 120)
		snprintf(ret, 48, "%.1f s", seconds);
	else if (whole < 7200)
		snprintf(ret, 48, "%" PRIu64 " min %" PRIu64 " s", whole / 60, whole % 60);
	else
		snprintf(ret, 48, "%" PRIu64 " h %" PRIu64 " min", whole / 3600, whole / 60 % 60);
}

/* "50 starts a second", "at most 100 under way", or both. */
static void load_text(const struct bench_result *r, char *ret, size_t size)
{
	char rate[32], window[32];

	bench_text_rate(r->rate, rate);
	bench_text_count(r->window, window);
	if (r->rate > 0 && r->window)
		snprintf(ret, size, "%s starts a second, at most %s under way", rate, window);
	else if (r->rate > 0)
		snprintf(ret, size, "%s starts a second", rate);
	else if (r->window)
		snprintf(ret, size, "%s under way at a time", window);
	else
		snprintf(ret, size, "all at once");
}

static const char *method_of(const struct bench_result *r)
{
	return *r->method ? r->method : "EAP";
}

static void began_text(const struct bench_result *r, char *ret, size_t size)
{
	struct tm tm;

	if (!gmtime_r(&r->began, &tm) || !strftime(ret, size, "%Y-%m-%d %H:%M:%S UTC", &tm))
		snprintf(ret, size, "?");
}

void bench_facts_title(const struct bench_result *r, char ret[240])
{
	char supplicants[32], elapsed[48];

	bench_text_count(r->supplicants, supplicants);
	bench_text_time(r->elapsed, elapsed);
	snprintf(ret, 240, "%s, %s supplicant%s, %s", method_of(r), supplicants,
		 r->supplicants == 1 ? "" : "s", elapsed);
}

void bench_facts_subtitle(const struct bench_result *r, char ret[240])
{
	char load[100], began[40];

	load_text(r, load, sizeof(load));
	began_text(r, began, sizeof(began));
	snprintf(ret, 240, "%s on %.80s over %s, %s", load, r->target, r->transport, began);
}

static void add_began(struct facts *f, const struct bench_result *r)
{
	char began[40];

	began_text(r, began, sizeof(began));
	add(f, "Began", "%s", began);
	if (r->duration > 0)
		add(f, "Ran", "%.1f of %.6g s%s%s", r->elapsed, r->duration,
		    r->cut ? ", cut: " : "", r->cut ? r->cut_why : "");
	else
		add(f, "Ran", "%.1f s%s%s", r->elapsed, r->cut ? ", cut: " : "",
		    r->cut ? r->cut_why : "");
}

static void add_load(struct facts *f, const struct bench_result *r)
{
	char text[100];

	bench_text_count(r->supplicants, text);
	add(f, "Supplicants", "%s", text);
	load_text(r, text, sizeof(text));
	add(f, "Load", "%s", text);
	if (r->ramp > 0)
		add(f, "Ramp", "%.10g s up to the full rate", r->ramp);
	if (r->churn > 0)
		add(f, "Churn", "%.10g logoffs a second", r->churn);
	if (r->reauth > 0)
		add(f, "Re-authentication", "%.10g a second", r->reauth);
	if (*r->stop_at)
		add(f, "Abandoned at", "%s", r->stop_at);
}

size_t bench_facts_run(const struct bench_result *r, struct bench_fact ret[BENCH_FACTS_MAX])
{
	struct facts f = { .list = ret };

	add(&f, "Method", "%s%s%s%s", *r->method ? r->method : "none came so far",
	    *r->tls_version ? " (" : "", r->tls_version, *r->tls_version ? ")" : "");
	add(&f, "Target", "%s over %s", r->target, r->transport);
	if (*r->mode)
		add(&f, "Mode", "%s", r->mode);
	add_load(&f, r);
	add_began(&f, r);
	add(&f, "Seed", "%" PRIu64, r->seed);
	add(&f, "Tester", "xeap %s on %s, Linux %s", r->version, r->host, r->kernel);
	add(&f, "Threads", "%u%s", r->threads, r->threads == 1 ? "" : " in all");
	if (r->ranks > 1)
		add(&f, "Ranks", "%u", r->ranks);
	if (r->machines > 1)
		add(&f, "Machines", "%u", r->machines);
	return f.count;
}

static void add_frames(struct facts *f, const struct tally *t)
{
	char rx[32], tx[32], again[32], copied[32];

	bench_text_count(t->frames_rx, rx);
	bench_text_count(t->frames_tx, tx);
	bench_text_count(t->retransmitted, again);
	bench_text_count(t->copied, copied);
	add(f, "Frames", "%s received, %s sent", rx, tx);
	add(f, "Retransmitted", "%s", again);
	add(f, "Copied to be sent", "%s", copied);
}

static void add_faults(struct facts *f, const struct bench_result *r)
{
	char text[240] = "", n[32];
	size_t len = 0;

	for (int i = 0; i < FAULT_KIND_MAX; i++) {
		if (!r->faults[i])
			continue;
		bench_text_count(r->faults[i], n);
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s %s", len ? ", " : "",
					n, fault_kind_name(i));
	}
	if (*text)
		add(f, "Faults on purpose", "%s", text);
}

size_t bench_facts_measured(const struct bench_result *r, struct bench_fact ret[BENCH_FACTS_MAX])
{
	struct facts f = { .list = ret };
	double cpu = r->cpu_user + r->cpu_system;
	uint64_t ended = tally_ended(&r->total);
	char n[32];

	add_frames(&f, &r->total);
	if (r->total.resumed) {
		bench_text_count(r->total.resumed, n);
		add(&f, "Resumed sessions", "%s", n);
	}
	add_faults(&f, r);
	add(&f, "Tester's CPU", "%.2f s (%.2f user, %.2f system), %.0f %% of one processor", cpu,
	    r->cpu_user, r->cpu_system, r->elapsed > 0 ? cpu / r->elapsed * 100 : 0);
	if (ended) {
		bench_text_ms(cpu * 1e6 / (double)ended, n);
		add(&f, "CPU a login", "%s ms", n);
	}
	add(&f, "Busiest thread", "%.0f %% of its time", r->busiest * 100);
	add(&f, "Tester's memory", "%.1f MiB", (double)r->memory / (1 << 20));
	return f.count;
}
