// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/json.h"

#define ROWS_MAX 64 /* of one port in the table */

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
	pthread_mutex_init(&r->lock, NULL);
}

void report_done(struct report *r)
{
	pthread_mutex_destroy(&r->lock);
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

static bool has_many(const struct netport *n)
{
	return n->count > 1 || n->lans[0].vid[0] || n->supplicants[0].own_mac;
}

/* Which of a port's supplicants. */
static void json_key(struct json *j, const struct supplicant *s)
{
	const uint16_t *vid = s->lan->vid;
	const uint8_t *mac = s->mac;
	char text[24];

	snprintf(text, sizeof(text), vid[1] ? "%u.%u" : "%u", vid[0], vid[1]);
	json_string(j, "vlan", vid[0] ? text : NULL);
	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
	json_string(j, "mac", text);
}

struct happening {
	const char *event, *state, *result, *reason;
};

static void json_common(struct json *j, const struct happening *h, const struct netport *n,
			const struct supplicant *s)
{
	json_begin(j, stdout);
	json_string(j, "event", h->event);
	json_string(j, "port", n->ifname);
	if (s && has_many(n))
		json_key(j, s);
	json_string(j, "state", h->state);
	json_string(j, "method", s ? or_null(s->method) : NULL);
	json_string(j, "tls_version", s ? or_null(s->tls_version) : NULL);
	json_string(j, "result", h->result);
	json_string(j, "reason", or_null(h->reason));
	if (h->result)
		json_uint(j, "elapsed_us", s->elapsed);
	else
		json_null(j, "elapsed_us");
	json_uint(j, "frames_rx", s ? s->frames_rx : 0);
	json_uint(j, "frames_tx", s ? s->frames_tx : 0);
	json_uint(j, "tx_copied", n->tx_copied);
	json_string(j, "mode", or_null(n->mode));
}

static void json_port(struct report *r, const struct netport *n, const char *state,
		      const char *reason)
{
	const struct happening h = { .event = "port", .state = state, .reason = reason };
	struct json j;

	json_common(&j, &h, n, n->count == 1 ? n->supplicants : NULL);
	json_string(&j, "driver", or_null(n->driver));
	json_string(&j, "ring", or_null(n->ring));
	json_end(&j);
	flush(r);
}

static void print_port(struct report *r, const struct netport *n, const char *state,
		       const char *reason)
{
	if (!r->verbose && (r->live || r->once))
		return;
	clear_live(r);
	printf("%s: %s%s%s%s%s\n", n->ifname, state, *n->mode ? ", " : "", n->mode,
	       reason ? ": " : "", reason ? reason : "");
	flush(r);
}

void report_port(struct report *r, const struct netport *n, const char *state, const char *reason)
{
	pthread_mutex_lock(&r->lock);
	if (r->json)
		json_port(r, n, state, reason);
	else
		print_port(r, n, state, reason);
	pthread_mutex_unlock(&r->lock);
}

void report_refused(struct report *r, const char *ifname, const char *reason)
{
	struct netport none = { 0 };

	snprintf(none.ifname, sizeof(none.ifname), "%s", ifname);
	report_port(r, &none, "refused", reason);
}

static void json_bridge(const char *ifname, const char *state, const char *means)
{
	struct json j;

	json_begin(&j, stdout);
	json_string(&j, "event", "bridge");
	json_string(&j, "port", ifname);
	json_string(&j, "state", state);
	json_string(&j, "means", means);
	json_end(&j);
}

void report_bridge(struct report *r, const char *ifname, const char *state, const char *means)
{
	pthread_mutex_lock(&r->lock);
	if (r->json) {
		json_bridge(ifname, state, means);
	} else if (r->verbose || (!r->live && !r->once)) {
		clear_live(r);
		printf("%s: %s by %s\n", ifname, state, means);
	}
	flush(r);
	pthread_mutex_unlock(&r->lock);
}

/* Time for people: microseconds as ms below ten seconds, else as s. */
static const char *duration(char *buf, size_t size, xeap_time us)
{
	uint64_t tenths = us < XEAP_S(10) ? (us + 50) / 100 : (us + 50000) / 100000;

	snprintf(buf, size, "%" PRIu64 ".%u %s", tenths / 10, (unsigned int)(tenths % 10),
		 us < XEAP_S(10) ? "ms" : "s");
	return buf;
}

static void print_auth(const struct supplicant *s, bool success)
{
	char time[32], name[SUPPLICANT_NAME];

	supplicant_name(s, name);
	duration(time, sizeof(time), s->elapsed);
	if (success)
		printf("%s: authenticated by %s%s%s%s in %s (%s)\n", name, s->method,
		       *s->tls_version ? " on TLS " : "", s->tls_version,
		       s->resumed ? ", resumed," : "", time, s->netport->mode);
	else
		printf("%s: not authenticated after %s: %s\n", name, time,
		       s->reason ? s->reason : "?");
}

static void json_auth(const struct supplicant *s, bool success)
{
	const struct happening h = {
		.event = "auth",
		.state = xeap_pae_state_name(xeap_pae_get_state(s->pae)),
		.result = outcome_name[success ? OUTCOME_AUTHENTICATED : OUTCOME_FAILED],
		.reason = success ? NULL : s->reason,
	};
	struct json j;

	json_common(&j, &h, s->netport, s);
	json_bool(&j, "resumed", success && s->resumed);
	json_end(&j);
}

void report_auth(struct report *r, const struct supplicant *s, bool success)
{
	pthread_mutex_lock(&r->lock);
	clear_live(r);
	if (r->json)
		json_auth(s, success);
	else if (!r->live || !r->once || !success || r->verbose)
		print_auth(s, success);
	r->waiting = true;
	pthread_mutex_unlock(&r->lock);
}

void report_flush(struct report *r)
{
	if (!r->waiting)
		return;
	pthread_mutex_lock(&r->lock);
	r->waiting = false;
	flush(r);
	pthread_mutex_unlock(&r->lock);
}

void report_state(struct report *r, const struct supplicant *s, enum xeap_pae_state from,
		  enum xeap_pae_state to)
{
	char name[SUPPLICANT_NAME];

	if (!r->verbose)
		return;
	pthread_mutex_lock(&r->lock);
	clear_live(r);
	fprintf(stderr, "%s: %s -> %s\n", supplicant_name(s, name), xeap_pae_state_name(from),
		xeap_pae_state_name(to));
	pthread_mutex_unlock(&r->lock);
}

void report_warning(struct report *r, const char *text)
{
	pthread_mutex_lock(&r->lock);
	clear_live(r);
	fprintf(stderr, "xeap: %s\n", text);
	pthread_mutex_unlock(&r->lock);
}

static void json_takeover(struct report *r, const struct xeap_steer_gap *gap)
{
	struct json j;

	json_begin(&j, stdout);
	json_string(&j, "event", "takeover");
	json_uint(&j, "ports", gap->ports);
	if (gap->known) {
		json_uint(&j, "gap_us", gap->ns / 1000);
		json_uint(&j, "passed", gap->passed);
	} else {
		json_null(&j, "gap_us");
		json_null(&j, "passed");
	}
	json_end(&j);
	flush(r);
}

void report_takeover(struct report *r, const struct xeap_steer_gap *gap)
{
	char text[160];

	if (gap->known)
		snprintf(
			text, sizeof(text),
			"%u pinned ports taken over: for %.1f ms EAPOL went to the kernel, %" PRIu64
			" frames did",
			gap->ports, (double)gap->ns / 1e6, gap->passed);
	else
		snprintf(text, sizeof(text),
			 "%u pinned ports taken over from a process that was killed", gap->ports);
	report_warning(r, text);
	pthread_mutex_lock(&r->lock);
	if (r->json && !r->error)
		json_takeover(r, gap);
	pthread_mutex_unlock(&r->lock);
}

static void print_progress(struct report *r, xeap_time now)
{
	printf("\r\033[K%zu of %zu authenticated, %zu failed, %.1f s", r->authenticated, r->ports,
	       r->failed, (double)(now - r->started) / 1e6);
	flush(r);
	r->dirty = true;
}

void report_progress(struct report *r, xeap_time now)
{
	pthread_mutex_lock(&r->lock);
	if (r->live && !r->held)
		print_progress(r, now);
	pthread_mutex_unlock(&r->lock);
}

void report_hold(struct report *r, bool held)
{
	pthread_mutex_lock(&r->lock);
	clear_live(r);
	fflush(stdout);
	r->held = held;
	pthread_mutex_unlock(&r->lock);
}

static int by_name(const void *a, const void *b)
{
	const struct netport *const *x = a, *const *y = b;

	return strverscmp((*x)->ifname, (*y)->ifname);
}

static const char *or_dash(const char *text)
{
	return *text ? text : "-";
}

static void print_row(const struct supplicant *s)
{
	const struct netport *n = s->netport;
	char time[32] = "-", name[SUPPLICANT_NAME];

	if (s->outcome != OUTCOME_PENDING)
		duration(time, sizeof(time), s->elapsed);
	printf("%-15s %-10s %-9s %-8s %-4s %-8s %10s %5" PRIu64 " %5" PRIu64 "%s%s\n",
	       supplicant_name(s, name), or_dash(n->driver), or_dash(n->mode), or_dash(s->method),
	       or_dash(s->tls_version), outcome_name[s->outcome], time, s->frames_rx, s->frames_tx,
	       s->outcome == OUTCOME_FAILED ? "  " : "",
	       s->outcome == OUTCOME_FAILED && s->reason ? s->reason : "");
}

static size_t count_outcome(const struct netport *n, enum outcome outcome)
{
	size_t count = 0;

	for (uint32_t i = 0; i < n->count; i++)
		count += n->supplicants[i].outcome == outcome;
	return count;
}

/* Of a port with many supplicants one row, and one for each that failed. */
static void print_rows(const struct netport *n)
{
	bool all = n->count <= ROWS_MAX;

	if (!all)
		printf("%-15s %-10s %-9s %zu of %u authenticated\n", n->ifname, or_dash(n->driver),
		       or_dash(n->mode), count_outcome(n, OUTCOME_AUTHENTICATED), n->count);
	for (uint32_t i = 0; i < n->count; i++)
		if (all || n->supplicants[i].outcome != OUTCOME_AUTHENTICATED)
			print_row(&n->supplicants[i]);
}

static void print_table(const struct summary *s)
{
	struct netport **sorted = calloc(s->count + 1, sizeof(*sorted));

	if (!sorted)
		return;
	memcpy(sorted, s->netports, s->count * sizeof(*sorted));
	qsort(sorted, s->count, sizeof(*sorted), by_name);
	printf("%-15s %-10s %-9s %-8s %-4s %-8s %10s %5s %5s\n", "port", "driver", "mode", "method",
	       "TLS", "result", "time", "in", "out");
	for (size_t i = 0; i < s->count; i++)
		print_rows(sorted[i]);
	free(sorted);
}

struct totals {
	size_t ports, authenticated, failed;
	uint64_t rx, tx, copied, retransmitted;
};

static void add_supplicant(struct totals *t, const struct supplicant *s)
{
	t->ports++;
	t->authenticated += s->outcome == OUTCOME_AUTHENTICATED;
	t->failed += s->outcome == OUTCOME_FAILED;
	t->rx += s->frames_rx;
	t->tx += s->frames_tx;
	t->retransmitted += s->retransmitted;
}

static struct totals add_up(const struct summary *s)
{
	struct totals t = { .ports = s->refused, .failed = s->refused };

	for (size_t i = 0; i < s->count; i++) {
		t.copied += s->netports[i]->tx_copied;
		for (uint32_t k = 0; k < s->netports[i]->count; k++)
			add_supplicant(&t, &s->netports[i]->supplicants[k]);
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

void report_summary(struct report *r, const struct summary *s)
{
	struct totals t = add_up(s);

	pthread_mutex_lock(&r->lock);
	clear_live(r);
	if (r->json)
		json_totals(&t, s->elapsed);
	else if (r->once)
		print_table(s);
	if (!r->json)
		print_totals(&t, s->elapsed);
	flush(r);
	pthread_mutex_unlock(&r->lock);
}
