// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/json.h"

static const char *const outcome_name[OUTCOME_MAX] = {
	[OUTCOME_PENDING] = "pending",
	[OUTCOME_AUTHENTICATED] = "success",
	[OUTCOME_FAILED] = "failure",
};

void report_init(struct report *r, const struct run_options *o, xeap_time now)
{
	*r = (struct report){ .json = o->json,
			      .live = !o->json && isatty(STDOUT_FILENO),
			      .once = o->once,
			      .verbose = o->verbose,
			      .started = now };
}

/* Let go of what was printed, or take note that it cannot be. */
static void flush(struct report *r)
{
	if (!fflush(stdout) && !ferror(stdout))
		return;
	if (!r->error)
		r->error = errno ? errno : EIO;
}

/* Take the updating line off the screen before anything else is printed. */
static void clear_live(struct report *r)
{
	if (!r->dirty)
		return;
	fputs("\r\033[K", stdout);
	r->dirty = false;
}

static const char *or_null(const char *text)
{
	return text && *text ? text : NULL;
}

static void json_common(struct json *j, const char *event, const struct supplicant *s,
			const char *state, const char *result, const char *reason)
{
	const struct supplicant_facts *f = &s->facts;

	json_begin(j, stdout);
	json_string(j, "event", event);
	json_string(j, "port", s->ifname);
	json_string(j, "state", state);
	json_string(j, "method", or_null(f->method));
	json_string(j, "tls_version", or_null(f->tls_version));
	json_string(j, "result", result);
	json_string(j, "reason", or_null(reason));
	if (result)
		json_uint(j, "elapsed_us", f->elapsed);
	else
		json_null(j, "elapsed_us");
	json_uint(j, "frames_rx", f->frames_rx);
	json_uint(j, "frames_tx", f->frames_tx);
	json_uint(j, "tx_copied", f->tx_copied);
	json_string(j, "mode", or_null(f->mode));
}

void report_port(struct report *r, const struct supplicant *s, const char *state,
		 const char *reason)
{
	struct json j;

	if (r->json) {
		json_common(&j, "port", s, state, NULL, reason);
		json_string(&j, "driver", or_null(s->facts.driver));
		json_string(&j, "ring", or_null(s->facts.ring));
		json_end(&j);
		flush(r);
		return;
	}
	if (!r->verbose && (r->live || r->once))
		return;
	clear_live(r);
	printf("%s: %s%s%s%s%s\n", s->ifname, state, *s->facts.mode ? ", " : "", s->facts.mode,
	       reason ? ": " : "", reason ? reason : "");
	flush(r);
}

void report_refused(struct report *r, const char *ifname, const char *reason)
{
	struct supplicant none = { 0 };

	snprintf(none.ifname, sizeof(none.ifname), "%s", ifname);
	report_port(r, &none, "refused", reason);
}

/* Time for people: microseconds as ms below ten seconds, else as s. */
static const char *duration(char *buf, size_t size, xeap_time us)
{
	if (us < XEAP_S(10))
		snprintf(buf, size, "%.1f ms", (double)us / 1e3);
	else
		snprintf(buf, size, "%.1f s", (double)us / 1e6);
	return buf;
}

static void print_auth(const struct supplicant *s, bool success)
{
	const struct supplicant_facts *f = &s->facts;
	char time[32];

	duration(time, sizeof(time), f->elapsed);
	if (success)
		printf("%s: authenticated by %s%s%s%s in %s (%s)\n", s->ifname, f->method,
		       *f->tls_version ? " on TLS " : "", f->tls_version,
		       f->resumed ? ", resumed," : "", time, f->mode);
	else
		printf("%s: not authenticated after %s: %s\n", s->ifname, time, f->reason);
}

void report_auth(struct report *r, const struct supplicant *s, bool success)
{
	struct json j;

	if (r->json) {
		json_common(&j, "auth", s, xeap_pae_state_name(xeap_pae_get_state(s->pae)),
			    outcome_name[success ? OUTCOME_AUTHENTICATED : OUTCOME_FAILED],
			    success ? NULL : s->facts.reason);
		json_bool(&j, "resumed", success && s->facts.resumed);
		json_end(&j);
		flush(r);
		return;
	}
	clear_live(r);
	if (!r->live || !r->once || !success || r->verbose)
		print_auth(s, success);
	flush(r);
}

void report_state(struct report *r, const struct supplicant *s, enum xeap_pae_state from,
		  enum xeap_pae_state to)
{
	if (!r->verbose)
		return;
	clear_live(r);
	fprintf(stderr, "%s: %s -> %s\n", s->ifname, xeap_pae_state_name(from),
		xeap_pae_state_name(to));
}

void report_warning(struct report *r, const char *text)
{
	clear_live(r);
	fprintf(stderr, "xeap: %s\n", text);
}

void report_progress(struct report *r, xeap_time now)
{
	if (!r->live || r->held)
		return;
	printf("\r\033[K%zu of %zu authenticated, %zu failed, %.1f s", r->authenticated, r->ports,
	       r->failed, (double)(now - r->started) / 1e6);
	flush(r);
	r->dirty = true;
}

void report_hold(struct report *r, bool held)
{
	clear_live(r);
	fflush(stdout);
	r->held = held;
}

static int by_name(const void *a, const void *b)
{
	const struct supplicant *const *x = a, *const *y = b;

	return strverscmp((*x)->ifname, (*y)->ifname);
}

static void print_row(const struct supplicant *s)
{
	const struct supplicant_facts *f = &s->facts;
	char time[32] = "-";

	if (f->outcome != OUTCOME_PENDING)
		duration(time, sizeof(time), f->elapsed);
	printf("%-15s %-10s %-9s %-8s %-4s %-8s %10s %5" PRIu64 " %5" PRIu64 "%s%s\n", s->ifname,
	       *f->driver ? f->driver : "-", *f->mode ? f->mode : "-", *f->method ? f->method : "-",
	       *f->tls_version ? f->tls_version : "-", outcome_name[f->outcome], time, f->frames_rx,
	       f->frames_tx, f->outcome == OUTCOME_FAILED ? "  " : "",
	       f->outcome == OUTCOME_FAILED ? f->reason : "");
}

static void print_table(struct supplicant *const *all, size_t count)
{
	struct supplicant **sorted = calloc(count + 1, sizeof(*sorted));

	if (!sorted)
		return;
	memcpy(sorted, all, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), by_name);
	printf("%-15s %-10s %-9s %-8s %-4s %-8s %10s %5s %5s\n", "port", "driver", "mode", "method",
	       "TLS", "result", "time", "in", "out");
	for (size_t i = 0; i < count; i++)
		print_row(sorted[i]);
	free(sorted);
}

struct totals {
	size_t ports, authenticated, failed;
	uint64_t rx, tx, copied, retransmitted;
};

static struct totals add_up(struct supplicant *const *all, size_t count, size_t refused)
{
	struct totals t = { .ports = count + refused, .failed = refused };

	for (size_t i = 0; i < count; i++) {
		const struct supplicant_facts *f = &all[i]->facts;

		t.authenticated += f->outcome == OUTCOME_AUTHENTICATED;
		t.failed += f->outcome == OUTCOME_FAILED;
		t.rx += f->frames_rx;
		t.tx += f->frames_tx;
		t.copied += f->tx_copied;
		t.retransmitted += f->retransmitted;
	}
	return t;
}

static void json_totals(const struct totals *t, xeap_time elapsed)
{
	struct json j;

	json_begin(&j, stdout);
	json_string(&j, "event", "summary");
	json_uint(&j, "ports", t->ports);
	json_uint(&j, "authenticated", t->authenticated);
	json_uint(&j, "failed", t->failed);
	json_uint(&j, "frames_rx", t->rx);
	json_uint(&j, "frames_tx", t->tx);
	json_uint(&j, "tx_copied", t->copied);
	json_uint(&j, "retransmitted", t->retransmitted);
	json_uint(&j, "elapsed_us", elapsed);
	json_end(&j);
}

static void print_totals(const struct totals *t, xeap_time elapsed)
{
	printf("\n%zu of %zu authenticated, %zu failed\n", t->authenticated, t->ports, t->failed);
	printf("frames: %" PRIu64 " in, %" PRIu64 " out, %" PRIu64 " copied on transmit, %" PRIu64
	       " retransmitted\n",
	       t->rx, t->tx, t->copied, t->retransmitted);
	printf("elapsed: %.3f s\n", (double)elapsed / 1e6);
}

void report_summary(struct report *r, struct supplicant *const *all, size_t count, size_t refused,
		    xeap_time now)
{
	struct totals t = add_up(all, count, refused);

	if (r->json) {
		json_totals(&t, now - r->started);
		flush(r);
		return;
	}
	clear_live(r);
	if (r->once)
		print_table(all, count);
	print_totals(&t, now - r->started);
	flush(r);
}
