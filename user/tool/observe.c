// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/observe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "tool/captures.h"
#include "tool/control.h"
#include "tool/netport.h"
#include "tool/status_gather.h"
#include "tool/worker.h"

struct observe {
	struct observed what;
	struct control *control;
	struct captures *captures;
};

/* status: a document, written from slices. */

enum part {
	PART_HEAD,
	PART_PORTS,
	PART_TAIL,
	PART_MAX
};

struct telling {
	struct request request;
	enum part part;
	unsigned int worker; /* whose ports are being told */
	bool open;	     /* the last port's supplicants are not all told */
	bool some_port, some_supplicant;
	struct status_totals totals;
	struct status_slice slice;
};

static void write_head(struct observe *o, FILE *out)
{
	struct status_process p = {
		.version = XEAP_VERSION,
		.pid = getpid(),
		.time = (uint64_t)time(NULL),
		.uptime = worker_clock() - o->what.began,
		.workers = o->what.worker_count,
	};

	status_write_head(out, &p);
	for (unsigned int i = 0; i < o->what.worker_count; i++) {
		struct status_worker w;

		worker_call(&o->what.workers[i], status_gather_worker, &w);
		status_write_worker(out, &w);
	}
	status_write_ports(out);
}

static void add_totals(struct status_totals *t, const struct status_port *p)
{
	t->ports++;
	t->supplicants += p->supplicants;
	for (unsigned int i = 0; i < STATUS_RESULT_MAX; i++)
		t->results[i] += p->results[i];
	/* The same of each port: the last to be read is the newest. */
	if (p->joined)
		memcpy(t->steer, p->steer, sizeof(t->steer));
}

static void write_supplicants(const struct observe *o, struct telling *t, FILE *out,
			      const struct status_supplicant *s, uint32_t count)
{
	const struct run_options *options = o->what.options;
	const struct status_timers timers = { options->start_period, options->held_period,
					      options->auth_period, options->max_start };

	for (uint32_t i = 0; i < count; i++) {
		status_write_supplicant(out, &s[i], &timers, !t->some_supplicant);
		t->some_supplicant = true;
	}
}

static void close_port(struct telling *t, FILE *out)
{
	status_write_port_end(out);
	t->open = t->some_supplicant = false;
}

static void write_slice(const struct observe *o, struct telling *t, FILE *out)
{
	const struct status_slice *s = &t->slice;

	if (t->open && !s->port_count)
		write_supplicants(o, t, out, s->supplicants, s->supplicant_count);
	if (t->open && !s->port_open)
		close_port(t, out);
	for (uint32_t i = 0; i < s->port_count; i++) {
		bool is_last = i + 1 == s->port_count;

		if (t->open) /* it went before all was told */
			close_port(t, out);
		status_write_port(out, &s->ports[i], !t->some_port);
		t->some_port = true;
		add_totals(&t->totals, &s->ports[i]);
		if (s->has_only[i])
			write_supplicants(o, t, out, &s->only[i], 1);
		else if (is_last)
			write_supplicants(o, t, out, s->supplicants, s->supplicant_count);
		t->open = true;
		if (!is_last || !s->port_open)
			close_port(t, out);
	}
}

static void write_ports(struct observe *o, struct telling *t, FILE *out)
{
	worker_call(&o->what.workers[t->worker], status_gather_slice, &t->slice);
	write_slice(o, t, out);
	if (!t->slice.last)
		return;
	t->worker++;
	t->slice.last = false;
	t->slice.port = 0;
	if (t->worker == o->what.worker_count)
		t->part = PART_TAIL;
}

static enum control_progress write_part(struct observe *o, struct telling *t, FILE *out)
{
	switch (t->part) {
	case PART_HEAD:
		write_head(o, out);
		t->part = PART_PORTS;
		break;
	case PART_PORTS:
		write_ports(o, t, out);
		break;
	case PART_TAIL:
	case PART_MAX:
		t->totals.refused = *o->what.refused + atomic_load(o->what.lost);
		status_write_tail(out, &t->totals);
		return CONTROL_DONE;
	}
	return CONTROL_MORE;
}

static int begin_status(void *ctx, struct control_client *c, const struct request *r,
			struct xeap_diag *ret_why)
{
	struct telling *t = calloc(1, sizeof(*t));

	if (!t)
		return xeap_diag_set(ret_why, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	t->request = *r;
	t->slice.request = &t->request;
	control_set_state(c, t);
	return 0;
}

static enum control_progress more_status(void *ctx, struct control_client *c)
{
	enum control_progress progress = CONTROL_DONE;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return CONTROL_DONE;
	progress = write_part(ctx, control_state(c), out);
	if (fclose(out) || !control_put(c, text, len))
		progress = CONTROL_DONE; /* the reader sees that it broke off */
	free(text);
	return progress;
}

static void end_status(void *ctx, struct control_client *c)
{
	free(control_state(c));
}

/* capture */

static void attach_ring(struct worker *w, void *arg)
{
	w->captured = arg;
}

static void attach(void *ctx, unsigned int worker, struct capture_ring *ring)
{
	const struct observe *o = ctx;

	worker_call(&o->what.workers[worker], attach_ring, ring);
}

static void tell_losses(struct worker *w, void *arg)
{
	for (struct xeap_node *i = w->netports.next; i != &w->netports; i = i->next) {
		struct netport *n = XEAP_CONTAINER(i, struct netport, node);

		capture_losses(arg, n->ifname, &n->uncaptured);
	}
}

static void losses(void *ctx, unsigned int worker, struct capture_ring *ring)
{
	const struct observe *o = ctx;

	worker_call(&o->what.workers[worker], tell_losses, ring);
}

struct described {
	const char *ifname;
	bool found;
	char description[64];
	uint8_t mac[6];
};

static void describe_port(struct worker *w, void *arg)
{
	struct described *d = arg;

	for (struct xeap_node *i = w->netports.next; i != &w->netports; i = i->next) {
		const struct netport *n = XEAP_CONTAINER(i, struct netport, node);

		if (n->gone || strcmp(n->ifname, d->ifname) != 0)
			continue;
		d->found = true;
		memcpy(d->mac, n->mac, sizeof(d->mac));
		snprintf(d->description, sizeof(d->description), "%s, %s, %s ring", n->driver,
			 n->mode, n->ring);
		return;
	}
}

static bool describe(void *ctx, const char *ifname, char *ret_description, size_t size,
		     uint8_t *ret_mac)
{
	const struct observe *o = ctx;
	struct described d = { .ifname = ifname };

	for (unsigned int i = 0; i < o->what.worker_count && !d.found; i++)
		worker_call(&o->what.workers[i], describe_port, &d);
	if (!d.found)
		return false;
	snprintf(ret_description, size, "%s", d.description);
	memcpy(ret_mac, d.mac, sizeof(d.mac));
	return true;
}

static const struct captures_source source = {
	.attach = attach,
	.losses = losses,
	.describe = describe,
};

static int begin_capture(void *ctx, struct control_client *c, const struct request *r,
			 struct xeap_diag *ret_why)
{
	return captures_begin(((struct observe *)ctx)->captures, c, r, ret_why);
}

static enum control_progress more_capture(void *ctx, struct control_client *c)
{
	return captures_more(((struct observe *)ctx)->captures, c);
}

static void stop_capture(void *ctx, struct control_client *c)
{
	captures_stop(((struct observe *)ctx)->captures, c);
}

static void end_capture(void *ctx, struct control_client *c)
{
	captures_end(((struct observe *)ctx)->captures, c);
}

/* What can be asked. */
static const struct control_command commands[] = {
	{ "status", begin_status, more_status, NULL, end_status },
	{ "capture", begin_capture, more_capture, stop_capture, end_capture },
	{ 0 },
};

/* Opening and closing */

int observe_open(const struct observed *what, struct observe **ret_observe,
		 struct xeap_diag *ret_why)
{
	const struct run_options *options = what->options;
	struct observe *o;
	int err;

	*ret_observe = NULL;
	if (options->control && !strcmp(options->control, "none"))
		return 0;
	o = calloc(1, sizeof(*o));
	if (!o || captures_new(&source, o, what->worker_count, &o->captures)) {
		free(o);
		return xeap_diag_set(ret_why, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	}
	o->what = *what;
	err = control_open(options->control ? options->control : CONTROL_PATH,
			   options->control_group, commands, o, &o->control, ret_why);
	if (!err) {
		*ret_observe = o;
		return 0;
	}
	observe_close(o);
	return options->control ? err : 0;
}

struct observe *observe_close(struct observe *o)
{
	if (!o)
		return NULL;
	control_close(o->control);
	captures_free(o->captures);
	free(o);
	return NULL;
}

int observe_fd(const struct observe *o)
{
	return o ? control_fd(o->control) : -1;
}

void observe_turn(struct observe *o, xeap_time now)
{
	if (o)
		control_turn(o->control, now);
}

xeap_time observe_next(const struct observe *o, xeap_time now)
{
	return o ? control_next(o->control, now) : XEAP_NEVER;
}
