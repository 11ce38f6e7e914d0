// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/diag.h"
#include "tool/bridging.h"
#include "tool/confine.h"
#include "tool/exit.h"
#include "tool/extent.h"
#include "tool/launcher.h"
#include "tool/link_job.h"
#include "tool/limits.h"
#include "tool/netport.h"
#include "tool/observe.h"
#include "tool/plugins.h"
#include "tool/prompt.h"
#include "tool/report.h"
#include "tool/run_options.h"
#include "tool/signals.h"
#include "tool/takeover.h"
#include "tool/tickets_gather.h"
#include "tool/worker.h"

#define PROGRESS_PERIOD XEAP_MS(200)
#define BEHIND_PERIOD XEAP_MS(100) /* until the list of netdevs is tried again after an error */
#define MAX_WAIT_MS 3600000
/*
 * With --rings auto: from so many ports on. A thousand ports on veth drain and answer a burst
 * through a funnel in 2 to 2.5 us a port where own rings take 4, and have some 10 KiB each in place
 * of 90 to 100. But a funnel is a netdev more, which takes 50 ms to make and to remove, and a flood
 * on one port takes room from all: with few ports it earns little.
 */
#define FUNNEL_PORTS 128
#define LOGOFF_GRACE XEAP_MS(200) /* for the last frames to leave */

/* Which worker has a netdev. */
struct assignment {
	int ifindex;
	struct worker *worker;
	const struct port_spec *spec;
};

/* The main thread: it follows netdevs, signals and people; ports belong to workers. */
struct run {
	struct run_options options;
	struct report report;
	struct extent extent;		 /* as it began */
	struct credentials *credentials; /* one a distinct file */
	size_t credentials_count;
	struct xeap_steer *steer;
	struct xeap_links *links;
	struct prompts prompts;
	struct tickets *tickets; /* NULL: none are kept */
	struct bridging bridging;
	struct observe *observe; /* NULL: there is no control socket */
	struct worker *workers;
	unsigned int worker_count; /* that are open */
	struct assignment *assigned;
	size_t assigned_count, assigned_room;
	size_t supplicants; /* of all that is assigned */
	size_t refused;	    /* ports named on the command line that have no supplicant */
	atomic_size_t lost; /* supplicants that a worker had no memory for */
	uint64_t stations;  /* addresses given out so far */
	int epoll, signals, news;
	bool stopping;
	bool handing_over; /* stopping, for another process to go on */
	bool links_behind; /* the list of netdevs had an error; nothing wakes us to try again */
	xeap_time now, next_progress;
};

/* Ports. What happens to a netdev is told to its worker, in the order it happened. */

/* Returns 0, or -ENOMEM: the worker was not told. */
static int tell(struct run *r, struct worker *w, worker_job fn, const struct link_job *what)
{
	struct link_job *j = malloc(sizeof(*j));

	if (j)
		*j = *what;
	if (j && !worker_post(w, fn, j))
		return 0;
	free(j);
	report_warning(&r->report, "out of memory: a port does not follow its netdev");
	return -ENOMEM;
}

static struct assignment *find(const struct run *r, int ifindex)
{
	for (size_t i = 0; i < r->assigned_count; i++)
		if (r->assigned[i].ifindex == ifindex)
			return &r->assigned[i];
	return NULL;
}

static int make_room(struct run *r)
{
	size_t room = r->assigned_room ? 2 * r->assigned_room : 64;
	struct assignment *more;

	if (r->assigned_count < r->assigned_room)
		return 0;
	more = reallocarray(r->assigned, room, sizeof(*more));
	if (!more)
		return -ENOMEM;
	r->assigned = more;
	r->assigned_room = room;
	return 0;
}

static size_t load_of(const struct run *r, const struct worker *w)
{
	size_t load = 0;

	for (size_t i = 0; i < r->assigned_count; i++)
		if (r->assigned[i].worker == w)
			load += netport_size(&r->options, r->assigned[i].spec);
	return load;
}

static struct worker *least_loaded(const struct run *r)
{
	struct worker *best = &r->workers[0];
	size_t least = SIZE_MAX;

	for (unsigned int i = 0; i < r->worker_count; i++) {
		size_t load = r->worker_count > 1 ? load_of(r, &r->workers[i]) : 0;

		if (load >= least)
			continue;
		least = load;
		best = &r->workers[i];
	}
	return best;
}

static void refuse(struct run *r, const char *ifname, const struct port_spec *spec, const char *why)
{
	report_refused(&r->report, ifname, why);
	r->refused += netport_size(&r->options, spec);
}

static void assign(struct run *r, const struct xeap_link *link, struct port_spec *spec)
{
	uint32_t size = netport_size(&r->options, spec);
	struct link_job j = {
		.seed = { .link = *link,
			  .spec = spec,
			  .credentials = &r->credentials[spec->credentials],
			  .first_station = r->stations },
		.lost = &r->lost,
	};
	struct assignment a = { .ifindex = link->ifindex, .spec = spec };
	struct xeap_diag why = { 0 };

	if (bridging_add(&r->bridging, link, &j.seed.bridged, &why)) {
		report_warning(&r->report, why.text);
		refuse(r, link->ifname, spec, why.text);
		return;
	}
	a.worker = least_loaded(r);
	if (make_room(r) || tell(r, a.worker, link_job_add, &j)) {
		bridged_release(j.seed.bridged);
		r->refused += size;
		return;
	}
	r->assigned[r->assigned_count++] = a;
	r->supplicants += size;
	r->stations += size;
}

static void mark_matched(struct run *r, const char *ifname)
{
	for (size_t i = 0; i < r->options.spec_count; i++)
		r->options.specs[i].matched |= port_spec_fits(&r->options.specs[i], ifname);
}

/* What a pattern takes: one such as '*' is not to take what xeap has made itself. */
static bool may_match(const struct xeap_link *link)
{
	return link->ethernet && !link->loopback && !xeap_port_is_funnel(link->ifname);
}

static void add_port(struct run *r, const struct xeap_link *link)
{
	struct port_spec *spec = run_options_match(&r->options, link->ifname);
	const struct credentials *c;

	if (!spec || (spec->is_pattern && !may_match(link)))
		return;
	mark_matched(r, link->ifname);
	c = &r->credentials[spec->credentials];
	if (c->count)
		assign(r, link, spec);
	else
		refuse(r, link->ifname, spec, c->diag.text);
}

static void remove_port(struct run *r, const struct link_job *j)
{
	struct assignment *a = find(r, j->seed.link.ifindex);

	if (!a)
		return;
	tell(r, a->worker, link_job_remove, j);
	if (!r->options.once)
		r->supplicants -= netport_size(&r->options, a->spec);
	*a = r->assigned[--r->assigned_count];
}

/* Whether a name means the same supplicants as another. */
static bool is_same(const struct port_spec *a, const struct port_spec *b)
{
	return a == b || (a->credentials == b->credentials && !a->vlan_count && !b->vlan_count);
}

static void rename_port(struct run *r, const struct link_job *j)
{
	struct assignment *a = find(r, j->seed.link.ifindex);
	struct port_spec *spec = run_options_match(&r->options, j->seed.link.ifname);
	struct link_job leave = *j;

	if (!a) {
		add_port(r, &j->seed.link);
		return;
	}
	if (spec && is_same(spec, a->spec)) {
		tell(r, a->worker, link_job_rename, j);
		return;
	}
	leave.logoff = true;
	leave.reason = "renamed to a name that no -p matches";
	remove_port(r, &leave);
	if (spec)
		add_port(r, &j->seed.link);
}

static void link_event(struct run *r, const struct xeap_link_event *e)
{
	struct link_job j = { .seed.link = e->link, .reason = "the port was removed" };
	const struct assignment *a;

	bridging_follow(&r->bridging, &e->link);
	switch (e->type) {
	case XEAP_LINK_ADDED:
		add_port(r, &e->link);
		break;
	case XEAP_LINK_CHANGED:
		a = find(r, e->link.ifindex);
		if (a)
			tell(r, a->worker, link_job_change, &j);
		break;
	case XEAP_LINK_RENAMED:
		rename_port(r, &j);
		break;
	case XEAP_LINK_REMOVED:
		remove_port(r, &j);
		break;
	case XEAP_LINK_EVENT_MAX:
		break;
	}
}

static void take_link_events(struct run *r)
{
	struct xeap_link_event e;
	int more;

	while ((more = xeap_links_next(r->links, &e)) == 1)
		link_event(r, &e);
	r->links_behind = more < 0;
}

/*
 * Ports that were named in full have to exist; a pattern has to match something only with --once.
 */
static void report_unmatched(struct run *r)
{
	for (size_t i = 0; i < r->options.spec_count; i++) {
		struct port_spec *s = &r->options.specs[i];
		char text[128];

		if (s->matched || (s->is_pattern && !r->options.once))
			continue;
		if (s->is_pattern)
			snprintf(text, sizeof(text), "no port matches '%s': see 'ip link'",
				 s->pattern);
		else
			snprintf(text, sizeof(text), "there is no port '%s': see 'ip link'",
				 s->pattern);
		report_warning(&r->report, text);
		report_refused(&r->report, s->pattern, text);
		r->refused += r->options.once;
	}
}

/* The loop. */

static void count_outcomes(struct run *r)
{
	size_t authenticated = 0, failed = r->refused + atomic_load(&r->lost);

	for (unsigned int i = 0; i < r->worker_count; i++) {
		const struct worker_totals *t = &r->workers[i].totals;

		authenticated += atomic_load_explicit(&t->authenticated, memory_order_relaxed);
		failed += atomic_load_explicit(&t->failed, memory_order_relaxed);
	}
	r->report.ports = r->supplicants + r->refused;
	r->report.authenticated = authenticated;
	r->report.failed = failed;
}

static bool finished(const struct run *r)
{
	return r->stopping || r->report.error ||
	       (r->options.once && r->report.authenticated + r->report.failed == r->report.ports);
}

static void take_signals(struct run *r)
{
	struct signals s = { false, false };

	signals_take(r->signals, &s);
	if (s.hand_over && !r->options.pin_dir)
		report_warning(&r->report, "nothing can be handed over without --pin");
	r->handing_over |= s.hand_over && r->options.pin_dir;
	r->stopping |= s.stop || r->handing_over;
}

static xeap_time earlier(xeap_time a, xeap_time b)
{
	return a < b ? a : b;
}

/* Milliseconds to wait: until the next deadline, rounded up, so that no turn is made too early. */
static int wait_time(const struct run *r, xeap_time limit)
{
	xeap_time next = limit;

	if (r->report.live)
		next = earlier(next, r->next_progress);
	if (r->links_behind)
		next = earlier(next, r->now + BEHIND_PERIOD);
	if (prompts_waiting(&r->prompts))
		next = earlier(next, r->now + XEAP_S(1));
	next = earlier(next, observe_next(r->observe, r->now));
	next = earlier(next, tickets_next(r->tickets));
	if (next == XEAP_NEVER)
		return -1;
	if (next <= r->now)
		return 0;
	next = (next - r->now + 999) / 1000;
	return next < MAX_WAIT_MS ? (int)next : MAX_WAIT_MS;
}

static bool is_ready(const struct epoll_event *events, int n, int fd)
{
	for (int i = 0; i < n; i++)
		if (events[i].data.fd == fd)
			return true;
	return false;
}

static void take_news(struct run *r)
{
	uint64_t count;

	while (read(r->news, &count, sizeof(count)) == sizeof(count))
		;
}

static void turn(struct run *r, xeap_time limit)
{
	struct epoll_event events[8];
	int n = epoll_wait(r->epoll, events, 8, wait_time(r, limit));

	if (n < 0 && errno != EINTR)
		report_warning(&r->report, "epoll_wait failed");
	r->now = worker_clock();
	if (is_ready(events, n, r->signals))
		take_signals(r);
	if (is_ready(events, n, r->news))
		take_news(r);
	if (r->links_behind || is_ready(events, n, xeap_links_fd(r->links)))
		take_link_events(r);
	prompts_turn(&r->prompts);
	bridging_turn(&r->bridging);
	observe_turn(r->observe, r->now);
	tickets_turn(r->tickets, r->workers, r->worker_count, &r->report, r->now);
	count_outcomes(r);
	if (r->now >= r->next_progress) {
		report_progress(&r->report, r->now);
		r->next_progress = r->now + PROGRESS_PERIOD;
	}
}

static void loop(struct run *r)
{
	xeap_time limit = r->options.once ? r->now + r->options.timeout : XEAP_NEVER;

	while (!finished(r) && r->now < limit)
		turn(r, limit);
}

/* The way out, in the worker's thread. */

static void flush_for_long(struct worker *w)
{
	xeap_time limit = worker_clock() + LOGOFF_GRACE;

	while (xeap_rings_flush(w->rings) == -EAGAIN && worker_clock() < limit)
		usleep(1000);
}

static void conclude(struct netport *n, const char *reason)
{
	for (uint32_t i = 0; i < n->count; i++) {
		if (reason)
			supplicant_give_up(&n->supplicants[i], reason);
		else
			supplicant_logoff(&n->supplicants[i]);
	}
}

/* For another process: it goes on with the ports as the authenticator knows them. */
static char handed_over[] = "handed over";

/* arg: why supplicants without a result have failed; NULL: they log off, as all others. */
static void leave(struct worker *w, void *arg)
{
	const char *reason = arg;
	struct xeap_node *i;

	for (i = w->netports.next; reason != handed_over && i != &w->netports; i = i->next)
		conclude(XEAP_CONTAINER(i, struct netport, node), reason);
	flush_for_long(w);
	for (i = w->netports.next; i != &w->netports; i = i->next)
		netport_detach(XEAP_CONTAINER(i, struct netport, node));
	w->rings = xeap_rings_free(w->rings);
	w->leaving = true;
}

/* All at once: closing takes the kernel some time. */
static void stop_workers(struct run *r)
{
	static char no_result[] = "no result in time", interrupted[] = "interrupted";
	char *reason = r->stopping ? interrupted : no_result;
	struct job jobs[WORKERS_MAX];

	if (r->handing_over)
		reason = handed_over;
	else if (!r->options.once)
		reason = NULL;
	for (unsigned int i = 0; i < r->worker_count; i++) {
		jobs[i] = (struct job){ .fn = leave, .arg = reason };
		if (r->workers[i].running)
			worker_give(&r->workers[i], &jobs[i]);
	}
	for (unsigned int i = 0; i < r->worker_count; i++)
		worker_join(&r->workers[i]);
}

/* Set-up and the way back. */

static int watch(struct run *r, int fd)
{
	struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(r->epoll, EPOLL_CTL_ADD, fd, &e) ? -errno : 0;
}

static int open_worker(struct run *r, const struct xeap_rings_options *rings, struct xeap_diag *why)
{
	struct worker *w = &r->workers[r->worker_count];

	*w = (struct worker){ .options = &r->options,
			      .report = &r->report,
			      .prompts = &r->prompts,
			      .tickets = r->tickets,
			      .number = r->worker_count,
			      .news = r->news };
	r->worker_count++;
	return worker_open(w, rings, why);
}

static int open_workers(struct run *r, struct xeap_diag *why)
{
	struct xeap_rings_options o = {
		.size = sizeof(o),
		.steer = r->steer,
		.frames = r->options.frames,
		.kind = r->options.rings,
		.funnel_frames = extent_funnel_frames(&r->options, &r->extent),
	};
	struct limits_need need;
	int err;

	if (o.kind == XEAP_RINGS_AUTO && r->extent.ports >= FUNNEL_PORTS)
		o.kind = XEAP_RINGS_FUNNEL;
	need = limits_need(&r->options, &o, r->extent.ports);
	err = limits_check(&need, why);
	if (err)
		return err;
	r->workers = calloc(r->options.workers, sizeof(*r->workers));
	if (!r->workers)
		return xeap_diag_set(why, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	while (!err && r->worker_count < r->options.workers)
		err = open_worker(r, &o, why);
	return err;
}

static int start_workers(struct run *r, struct xeap_diag *why)
{
	for (unsigned int i = 0; i < r->worker_count; i++) {
		int err = worker_start(&r->workers[i]);

		if (err)
			return xeap_diag_set(why, err, XEAP_E_OUT_OF_MEMORY,
					     "a worker cannot be started: %s", strerror(-err));
	}
	return 0;
}

static int open_loop(struct run *r, struct xeap_diag *why)
{
	r->epoll = epoll_create1(EPOLL_CLOEXEC);
	r->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (r->epoll < 0 || r->signals < 0 || r->news < 0 || watch(r, r->signals) ||
	    watch(r, r->news) || watch(r, xeap_links_fd(r->links)) ||
	    (prompts_somebody(&r->prompts) && watch(r, r->prompts.epoll)))
		return xeap_diag_set(why, -ENOMEM, XEAP_E_OUT_OF_MEMORY,
				     "out of memory or file descriptors");
	return 0;
}

/* Without a socket that nobody asked for the ports do as well. */
static int open_observe(struct run *r, struct xeap_diag *why)
{
	const struct observed what = {
		.options = &r->options,
		.workers = r->workers,
		.worker_count = r->worker_count,
		.began = r->now,
		.refused = &r->refused,
		.lost = &r->lost,
	};
	int err = observe_open(&what, &r->observe, why);

	if (!err && !r->observe && *why->text)
		report_warning(&r->report, why->text);
	if (!err && r->observe && watch(r, observe_fd(r->observe)))
		err = xeap_diag_set(why, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	return err;
}

static int open_all(struct run *r, struct xeap_diag *why)
{
	struct xeap_steer_options sizes;
	int err;

	/* Before anybody can ask for the ports, by a signal that would end a process. */
	r->signals = signals_open();
	err = bridging_open(&r->bridging, &r->options, &r->report, why);

	r->extent = extent_now(&r->options);
	sizes = extent_steer(&r->options, &r->extent);
	if (!err)
		err = takeover_open(&r->options, &sizes, &r->report, &r->steer, why);
	if (!err)
		err = xeap_links_open(&r->links, why);
	if (!err)
		err = open_loop(r, why);
	if (!err)
		err = open_workers(r, why);
	if (!err)
		err = open_observe(r, why);
	if (!err)
		err = confine_process(&r->options,
				      credentials_save(r->credentials, r->credentials_count), why);
	if (!err)
		err = start_workers(r, why);
	if (!err)
		err = confine_workers(r->workers, r->worker_count, why);
	return err ? err : takeover_own(r->steer, why);
}

static void free_netports(struct worker *w)
{
	while (!xeap_list_empty(&w->netports))
		netport_free(XEAP_CONTAINER(w->netports.next, struct netport, node));
}

static void close_all(struct run *r)
{
	stop_workers(r);
	observe_close(r->observe);
	launcher_end();
	for (unsigned int i = 0; i < r->worker_count; i++) {
		free_netports(&r->workers[i]);
		worker_close(&r->workers[i]);
	}
	free(r->workers);
	bridging_close(&r->bridging);
	xeap_steer_close(r->steer);
	xeap_links_close(r->links);
	prompts_close(&r->prompts);
	free(r->assigned);
	if (r->epoll >= 0)
		close(r->epoll);
	if (r->signals >= 0)
		close(r->signals);
	if (r->news >= 0)
		close(r->news);
}

/* 0; -EINVAL after a line that says why the file is refused. */
static int open_tickets(struct run *r)
{
	struct xeap_diag why;
	int err;

	if (!r->options.tickets)
		return 0;
	err = tickets_open(r->options.tickets, &r->tickets, &why);
	if (why.text[0])
		report_warning(&r->report, why.text);
	return err;
}

static void free_configuration(struct run *r)
{
	tickets_close(r->tickets);
	for (size_t i = 0; i < r->credentials_count; i++)
		credentials_free(&r->credentials[i]);
	free(r->credentials);
	run_options_free(&r->options);
}

/* All ports, in the order of the workers; NULL: no memory. */
static struct netport **gather(const struct run *r, size_t *ret_count)
{
	struct netport **all;
	size_t count = 0;

	for (unsigned int w = 0; w < r->worker_count; w++)
		for (struct xeap_node *i = r->workers[w].netports.next;
		     i != &r->workers[w].netports; i = i->next)
			count++;
	all = calloc(count + 1, sizeof(*all));
	count = 0;
	for (unsigned int w = 0; all && w < r->worker_count; w++)
		for (struct xeap_node *i = r->workers[w].netports.next;
		     i != &r->workers[w].netports; i = i->next)
			all[count++] = XEAP_CONTAINER(i, struct netport, node);
	*ret_count = count;
	return all;
}

static void sum_up(struct run *r, xeap_time elapsed)
{
	struct summary s = { .refused = r->refused + r->lost, .elapsed = elapsed };
	struct netport **all = gather(r, &s.count);

	s.netports = all;
	report_summary(&r->report, &s);
	free(all);
	count_outcomes(r);
}

static int exit_status(const struct run *r)
{
	if (r->report.error) {
		fprintf(stderr, "xeap: standard output: %s\n", strerror(r->report.error));
		return XEAP_EXIT_FAILED;
	}
	if (!r->options.once)
		return XEAP_EXIT_OK;
	return r->report.ports && r->report.authenticated == r->report.ports ? XEAP_EXIT_OK
									     : XEAP_EXIT_FAILED;
}

static int run_ports(struct run *r)
{
	struct xeap_diag why = { 0 };
	xeap_time began = r->now;
	int err = open_all(r, &why);

	if (err) {
		report_warning(&r->report, why.text);
		return err == -EPERM ? XEAP_EXIT_PERMISSION : XEAP_EXIT_FAILED;
	}
	if (r->options.takeover)
		tickets_read_again(r->tickets);
	tickets_turn(r->tickets, r->workers, r->worker_count, &r->report, r->now);
	take_link_events(r);
	takeover_tell(r->steer, r->workers, r->worker_count);
	report_unmatched(r);
	count_outcomes(r);
	loop(r);
	r->now = worker_clock();
	if (r->handing_over || r->options.keep)
		takeover_keep(r->steer);
	stop_workers(r);
	tickets_finish(r->tickets, r->workers, r->worker_count, &r->report);
	r->observe = observe_close(r->observe);
	sum_up(r, r->now - began);
	return exit_status(r);
}

int xeap_cmd_run(int argc, char **argv)
{
	struct run r = { .epoll = -1, .signals = -1, .news = -1, .prompts.epoll = -1 };
	int status = XEAP_EXIT_USAGE;

	if (run_options_parse(&r.options, argc, argv))
		goto out;
	if (r.options.help) {
		run_options_help();
		status = XEAP_EXIT_OK;
		goto out;
	}
	limits_raise();
	r.now = worker_clock();
	report_init(&r.report, &r.options, r.now);
	if (prompts_open(&r.prompts, r.options.agent, &r.report))
		report_warning(&r.report, "out of memory: nobody will be asked for anything");
	if (plugins_load(r.options.plugins, r.options.isolate, r.options.method_host) ||
	    credentials_load_all(&r.options, prompts_somebody(&r.prompts), &r.report,
				 &r.credentials, &r.credentials_count) ||
	    open_tickets(&r))
		goto out;
	status = run_ports(&r);
	close_all(&r);
out:
	prompts_close(&r.prompts);
	free_configuration(&r);
	return status;
}
