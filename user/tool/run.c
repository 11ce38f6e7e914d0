// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/run.h"

#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "tool/exit.h"
#include "tool/plugins.h"
#include "tool/report.h"
#include "tool/run_options.h"
#include "tool/supplicant.h"

#define BATCH 64
#define BATCHES 16 /* a turn: a flooded port must not keep timers and signals waiting */
#define PROGRESS_PERIOD XEAP_MS(200)
#define FLUSH_PERIOD XEAP_MS(1)
#define MAX_WAIT_MS 3600000
/*
 * With --rings auto: from so many ports on. A thousand ports on veth drain and answer a burst
 * through a funnel in 2 to 2.5 us a port where own rings take 4, and have some 10 KiB each in place
 * of 90 to 100. But a funnel is a netdev more, which takes 50 ms to make and to remove, and a flood
 * on one port takes room from all: with few ports it earns little.
 */
#define FUNNEL_PORTS 128
#define FUNNEL_FRAMES_MIN 256
#define FUNNEL_FRAMES_MAX 65536
#define LOGOFF_GRACE XEAP_MS(200) /* for the last frames to leave */

struct run {
	struct run_options options;
	struct report report;
	struct credentials *credentials; /* one a distinct file */
	size_t credentials_count;
	struct xeap_steer *steer;
	struct xeap_links *links;
	struct prompts prompts;
	struct worker worker;
	struct supplicant **all;
	size_t count, room;
	size_t refused; /* ports named on the command line that have no supplicant */
	int epoll, signals;
	bool stopping;
	bool unsent;	   /* the kernel did not take all frames; nothing wakes us when it would */
	bool links_behind; /* the list of netdevs had an error; nothing wakes us to try again */
	xeap_time next_progress;
};

static xeap_time clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return XEAP_S(t.tv_sec) + (xeap_time)t.tv_nsec / 1000;
}

/* Configuration: every file is read before anything is attached. */

static const char *conf_of(const struct run_options *o, const struct port_spec *s)
{
	return s->conf ? s->conf : o->conf;
}

static size_t credentials_find(const struct run *r, const char *path)
{
	size_t i = 0;

	while (i < r->credentials_count && strcmp(r->credentials[i].path, path))
		i++;
	return i;
}

static int load_credentials(struct run *r)
{
	size_t usable = 0;

	r->credentials = calloc(r->options.spec_count, sizeof(*r->credentials));
	if (!r->credentials)
		return -ENOMEM;
	for (size_t i = 0; i < r->options.spec_count; i++) {
		struct port_spec *s = &r->options.specs[i];
		const char *path = conf_of(&r->options, s);

		s->credentials = credentials_find(r, path);
		if (s->credentials < r->credentials_count)
			continue;
		r->credentials_count++;
		if (!credentials_load(&r->credentials[s->credentials], path,
				      prompts_somebody(&r->prompts)))
			usable++;
		else
			report_warning(&r->report, r->credentials[s->credentials].diag.text);
	}
	return usable ? 0 : -EINVAL;
}

/* Ports. */

static struct supplicant *find(const struct run *r, int ifindex, size_t *ret_place)
{
	for (size_t i = 0; i < r->count; i++) {
		if (r->all[i]->ifindex != ifindex || r->all[i]->gone)
			continue;
		if (ret_place)
			*ret_place = i;
		return r->all[i];
	}
	return NULL;
}

static int make_room(struct run *r)
{
	struct supplicant **more;
	size_t room = r->room ? 2 * r->room : 64;

	if (r->count < r->room)
		return 0;
	more = reallocarray(r->all, room, sizeof(*more));
	if (!more)
		return -ENOMEM;
	r->all = more;
	r->room = room;
	return xeap_timers_reserve(&r->worker.timers, (uint32_t)room);
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
	struct credentials *c;
	struct supplicant *s;

	if (!spec || (spec->is_pattern && !may_match(link)))
		return;
	mark_matched(r, link->ifname);
	c = &r->credentials[spec->credentials];
	if (!c->count) {
		report_refused(&r->report, link->ifname, c->diag.text);
		r->refused++;
		return;
	}
	if (make_room(r) || !(s = supplicant_new(&r->worker, link, c))) {
		report_warning(&r->report, "out of memory: a port was left out");
		r->refused++;
		return;
	}
	r->all[r->count++] = s;
}

/* With --once the port's row stays for the report; else nothing is left of it. */
static void remove_port(struct run *r, int ifindex, const char *reason)
{
	size_t place;
	struct supplicant *s = find(r, ifindex, &place);

	if (!s)
		return;
	supplicant_removed(s, reason);
	if (r->options.once)
		return;
	supplicant_free(s);
	r->all[place] = r->all[--r->count];
}

static void rename_port(struct run *r, const struct xeap_link_event *e)
{
	struct supplicant *s = find(r, e->link.ifindex, NULL);
	struct port_spec *spec = run_options_match(&r->options, e->link.ifname);

	if (!s) {
		add_port(r, &e->link);
		return;
	}
	if (spec && &r->credentials[spec->credentials] == s->credentials) {
		supplicant_renamed(s, &e->link);
		return;
	}
	supplicant_logoff(s);
	remove_port(r, e->link.ifindex, "renamed to a name that no -p matches");
	if (spec)
		add_port(r, &e->link);
}

static void link_event(struct run *r, const struct xeap_link_event *e)
{
	struct supplicant *s;

	switch (e->type) {
	case XEAP_LINK_ADDED:
		add_port(r, &e->link);
		break;
	case XEAP_LINK_CHANGED:
		s = find(r, e->link.ifindex, NULL);
		if (s)
			supplicant_link_changed(s, &e->link);
		break;
	case XEAP_LINK_RENAMED:
		rename_port(r, e);
		break;
	case XEAP_LINK_REMOVED:
		remove_port(r, e->link.ifindex, "the port was removed");
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

/*
 * Responses leave with the batch; but a TLS handshake takes a millisecond, and the first response
 * of a batch is not to wait for the last handshake.
 */
static void receive_batch(struct run *r, const struct xeap_rx *batch, unsigned int n)
{
	xeap_time flushed = r->worker.now;

	for (unsigned int i = 0; i < n; i++) {
		supplicant_receive(xeap_port_user(batch[i].port), batch[i].data);
		r->worker.now = clock_now();
		if (r->worker.now - flushed < FLUSH_PERIOD)
			continue;
		xeap_rings_flush(r->worker.rings);
		flushed = r->worker.now;
	}
}

static void receive_frames(struct run *r)
{
	struct xeap_rx batch[BATCH];
	unsigned int n = BATCH;

	for (unsigned int i = 0; i < BATCHES && n == BATCH; i++) {
		n = xeap_rings_receive(r->worker.rings, batch, BATCH);
		receive_batch(r, batch, n);
		xeap_rings_recycle(r->worker.rings, batch, n);
	}
}

static void run_timers(struct run *r)
{
	struct xeap_timer *t;

	while ((t = xeap_timers_due(&r->worker.timers, r->worker.now)))
		supplicant_due(
			(struct supplicant *)((char *)t - offsetof(struct supplicant, timer)));
}

static void count_outcomes(struct run *r)
{
	size_t n[OUTCOME_MAX] = { 0 };

	for (size_t i = 0; i < r->count; i++)
		n[r->all[i]->facts.outcome]++;
	r->report.ports = r->count + r->refused;
	r->report.authenticated = n[OUTCOME_AUTHENTICATED];
	r->report.failed = n[OUTCOME_FAILED] + r->refused;
}

static bool finished(const struct run *r)
{
	return r->stopping || r->report.error ||
	       (r->options.once && r->report.authenticated + r->report.failed == r->report.ports);
}

static void take_signal(struct run *r)
{
	struct signalfd_siginfo info;

	while (read(r->signals, &info, sizeof(info)) == sizeof(info))
		r->stopping = true;
}

/*
 * Milliseconds to wait: until the next deadline, rounded up, so that a turn is never made too
 * early.
 */
static int wait_time(const struct run *r, xeap_time limit)
{
	xeap_time next = xeap_timers_next(&r->worker.timers);

	if (r->report.live && r->next_progress < next)
		next = r->next_progress;
	if (limit < next)
		next = limit;
	if (r->unsent && r->worker.now + XEAP_MS(1) < next)
		next = r->worker.now + XEAP_MS(1);
	if (prompts_waiting(&r->prompts) && r->worker.now + XEAP_S(1) < next)
		next = r->worker.now + XEAP_S(1);
	if (next == XEAP_NEVER)
		return -1;
	if (next <= r->worker.now)
		return 0;
	next = (next - r->worker.now + 999) / 1000;
	return next < MAX_WAIT_MS ? (int)next : MAX_WAIT_MS;
}

/* A turn comes with every few frames: to ask descriptors that have nothing costs too much. */
static bool is_ready(const struct epoll_event *events, int n, int fd)
{
	for (int i = 0; i < n; i++)
		if (events[i].data.fd == fd)
			return true;
	return false;
}

static void turn(struct run *r, xeap_time limit)
{
	struct epoll_event events[4];
	int n = xeap_rings_wait(r->worker.rings, r->epoll, wait_time(r, limit));

	if (n < 0)
		report_warning(&r->report, "poll failed");
	else if (n)
		n = epoll_wait(r->epoll, events, 4, 0);
	r->worker.now = clock_now();
	if (is_ready(events, n, r->signals))
		take_signal(r);
	if (r->links_behind || is_ready(events, n, xeap_links_fd(r->links)))
		take_link_events(r);
	receive_frames(r);
	run_timers(r);
	prompts_turn(&r->prompts);
	r->unsent = xeap_rings_flush(r->worker.rings) == -EAGAIN;
	count_outcomes(r);
	if (r->worker.now >= r->next_progress) {
		report_progress(&r->report, r->worker.now);
		r->next_progress = r->worker.now + PROGRESS_PERIOD;
	}
}

static void loop(struct run *r)
{
	xeap_time limit = XEAP_NEVER;

	if (r->options.once)
		limit = r->worker.now + r->options.timeout;
	while (!finished(r) && r->worker.now < limit)
		turn(r, limit);
}

static void give_up_all(struct run *r, const char *reason)
{
	for (size_t i = 0; i < r->count; i++)
		supplicant_give_up(r->all[i], reason);
}

static void leave_all(struct run *r)
{
	xeap_time limit = r->worker.now + LOGOFF_GRACE;

	for (size_t i = 0; i < r->count; i++) {
		supplicant_logoff(r->all[i]);
		supplicant_count(r->all[i]);
	}
	while (xeap_rings_flush(r->worker.rings) == -EAGAIN && clock_now() < limit)
		usleep(1000);
}

/* Set-up and the way back. */

static int watch(struct run *r, int fd)
{
	struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(r->epoll, EPOLL_CTL_ADD, fd, &e) ? -errno : 0;
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	/* A terminal that a secret is typed at has to get its echo back. */
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static void raise_limits(void)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) || l.rlim_cur == l.rlim_max)
		return;
	l.rlim_cur = l.rlim_max;
	setrlimit(RLIMIT_NOFILE, &l);
}

/* Without the XDP program mode auto still has the packet socket. */
static int open_steer(struct run *r, struct xeap_diag *why)
{
	int err;

	if (r->options.mode == XEAP_MODE_PACKET)
		return 0;
	err = xeap_steer_open(NULL, &r->steer, why);
	if (!err || r->options.mode != XEAP_MODE_AUTO || err == -EPERM)
		return err;
	report_warning(&r->report, why->text);
	return 0;
}

/* Ports that are there now and are ours, as far as names tell. */
static unsigned int count_ports(const struct run_options *o)
{
	struct if_nameindex *all = if_nameindex();
	unsigned int n = 0;

	for (const struct if_nameindex *i = all; i && i->if_name; i++)
		n += run_options_match(o, i->if_name) != NULL;
	if (all)
		if_freenameindex(all);
	return n;
}

/* Four frames a port, with some to spare for ports that come later. */
static uint32_t funnel_frames(unsigned int ports)
{
	uint32_t n = FUNNEL_FRAMES_MIN;

	while (n < 4 * ports && n < FUNNEL_FRAMES_MAX)
		n *= 2;
	return n;
}

static int open_rings(struct run *r, struct xeap_diag *why)
{
	unsigned int ports = count_ports(&r->options);
	struct xeap_rings_options o = {
		.size = sizeof(o),
		.frames = r->options.frames,
		.kind = r->options.rings,
		.funnel_frames = funnel_frames(ports),
	};
	int err = open_steer(r, why);

	if (err)
		return err;
	o.steer = r->steer;
	if (o.kind == XEAP_RINGS_AUTO && ports >= FUNNEL_PORTS)
		o.kind = XEAP_RINGS_FUNNEL;
	return xeap_rings_new(&o, &r->worker.rings, why);
}

static int open_all(struct run *r, struct xeap_diag *why)
{
	int err = open_rings(r, why);

	if (err)
		return err;
	err = xeap_links_open(&r->links, why);
	if (err)
		return err;
	r->epoll = epoll_create1(EPOLL_CLOEXEC);
	r->signals = open_signals();
	if (r->epoll < 0 || r->signals < 0 || watch(r, r->signals) ||
	    watch(r, xeap_links_fd(r->links)) ||
	    (prompts_somebody(&r->prompts) && watch(r, r->prompts.epoll)) ||
	    xeap_host_new(NULL, &r->worker.host)) {
		snprintf(why->text, sizeof(why->text), "out of memory or file descriptors");
		return -ENOMEM;
	}
	return 0;
}

static void close_all(struct run *r)
{
	for (size_t i = 0; i < r->count; i++)
		supplicant_detach(r->all[i]);
	xeap_host_free(r->worker.host);
	xeap_rings_free(r->worker.rings);
	xeap_steer_close(r->steer);
	xeap_links_close(r->links);
	for (size_t i = 0; i < r->count; i++)
		supplicant_free(r->all[i]);
	prompts_close(&r->prompts);
	xeap_timers_free(&r->worker.timers);
	free(r->all);
	if (r->epoll >= 0)
		close(r->epoll);
	if (r->signals >= 0)
		close(r->signals);
}

static void free_configuration(struct run *r)
{
	for (size_t i = 0; i < r->credentials_count; i++)
		credentials_free(&r->credentials[i]);
	free(r->credentials);
	run_options_free(&r->options);
}

static int run_ports(struct run *r)
{
	struct xeap_diag why = { 0 };
	int err = open_all(r, &why);

	if (err) {
		report_warning(&r->report, why.text);
		return err == -EPERM ? XEAP_EXIT_PERMISSION : XEAP_EXIT_FAILED;
	}
	take_link_events(r);
	report_unmatched(r);
	count_outcomes(r);
	r->unsent = xeap_rings_flush(r->worker.rings) == -EAGAIN;
	loop(r);
	if (r->options.once)
		give_up_all(r, r->stopping ? "interrupted" : "no result in time");
	else
		leave_all(r);
	report_summary(&r->report, r->all, r->count, r->refused, clock_now());
	count_outcomes(r);
	if (r->report.error) {
		fprintf(stderr, "xeap: standard output: %s\n", strerror(r->report.error));
		return XEAP_EXIT_FAILED;
	}
	if (!r->options.once)
		return XEAP_EXIT_OK;
	return r->report.ports && r->report.authenticated == r->report.ports ? XEAP_EXIT_OK
									     : XEAP_EXIT_FAILED;
}

int xeap_cmd_run(int argc, char **argv)
{
	struct run r = { .epoll = -1, .signals = -1, .prompts.epoll = -1 };
	int status = XEAP_EXIT_USAGE;

	if (run_options_parse(&r.options, argc, argv))
		goto out;
	if (r.options.help) {
		run_options_help();
		status = XEAP_EXIT_OK;
		goto out;
	}
	raise_limits();
	r.worker.now = clock_now();
	r.worker.options = &r.options;
	r.worker.report = &r.report;
	report_init(&r.report, &r.options, r.worker.now);
	r.worker.prompts = &r.prompts;
	xeap_timers_init(&r.worker.timers);
	if (prompts_open(&r.prompts, r.options.agent, &r.report))
		report_warning(&r.report, "out of memory: nobody will be asked for anything");
	if (plugins_load(r.options.plugins, r.options.isolate, r.options.method_host) ||
	    load_credentials(&r))
		goto out;
	status = run_ports(&r);
	close_all(&r);
out:
	prompts_close(&r.prompts);
	free_configuration(&r);
	return status;
}
