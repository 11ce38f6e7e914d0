/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */

/*
 * The modes of a port, tried from the best on. A rung is entered completely or not at all; why the
 * first one failed is kept in the port's note.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <base/diag.h>
#include <port/protect.h>
#include <port/ring.h>
#include <port/vlan_strip.h>

/* What stands in the way of a mode. */
struct obstacle {
	int err;
	bool final; /* no other mode would do better */
	char what[96];
	const char *way_out;
};

static const char privileges[] = "run as root, or with CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW";

static const char *driver_of(const struct xeap_port *p)
{
	return p->netdev.driver[0] ? p->netdev.driver : "of this port";
}

static int blocked(struct obstacle *ob, int err, const char *way_out, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static int blocked(struct obstacle *ob, int err, const char *way_out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(ob->what, sizeof(ob->what), format, args);
	va_end(args);
	ob->err = err;
	ob->final = err == -ENODEV || err == -EMFILE || err == -ENFILE || err == -ENOSPC;
	ob->way_out = way_out;
	return err;
}

/* What any system call may say, whatever it was about to do. */
static int blocked_anyhow(struct obstacle *ob, int err, const char *doing)
{
	switch (err) {
	case -EPERM:
	case -EACCES:
		return blocked(ob, -EPERM, privileges, "no permission %s", doing);
	case -ENODEV:
	case -ENXIO:
		return blocked(ob, -ENODEV, "check its name with 'ip link'", "it is gone");
	case -EMFILE:
	case -ENFILE:
		return blocked(ob, err, "raise the limit of open files (ulimit -n)",
			       "no more file descriptors %s", doing);
	case -ENOBUFS:
	case -ENOMEM:
		return blocked(ob, -ENOMEM,
			       "raise the limit of locked memory (ulimit -l) or ask for fewer "
			       "frames",
			       "no memory %s", doing);
	default:
		return blocked(ob, err, "see 'xeap probe', or use mode packet", "%s %s failed",
			       strerror(-err), doing);
	}
}

static bool is_ours(const char *program)
{
	return !strncmp(program, "xeap_steer", 10);
}

/* Another xeap takes the EAPOL frames away: a packet socket would wait for them in vain. */
static int blocked_by_program(struct obstacle *ob, const struct xeap_port *p)
{
	const char *way_out = "end what attached it, or use mode packet";
	char name[16];
	uint32_t id = xeap_sys_xdp_query(p->netdev.ifindex, name);

	if (!id)
		return blocked(ob, -EBUSY, way_out, "another XDP program is attached");
	if (is_ours(name)) {
		blocked(ob, -EBUSY,
			"end it, or run 'xeap steer detach' if it has left the port pinned",
			"another xeap serves it (XDP program id %u)", id);
		ob->final = true;
		return -EBUSY;
	}
	return blocked(ob, -EBUSY, way_out, "XDP program %s%s(id %u) is attached", name,
		       name[0] ? " " : "", id);
}

static int blocked_attach(struct obstacle *ob, const struct xeap_port *p, enum xeap_mode mode,
			  int err)
{
	switch (err) {
	case -EBUSY:
		return blocked_by_program(ob, p);
	case -EEXIST:
		return blocked(ob, -EBUSY, "ask for that mode, or run 'xeap steer detach'",
			       "its pinned program runs in another mode");
	case -ENOSPC:
		return blocked(ob, -ENOMEM, "load it for more ports",
			       "the XDP program has no slot left");
	case -EDQUOT:
		return blocked(ob, -ENOSPC, "lower it, or load the program for more stations",
			       "its limit of stations is more than the XDP program remembers");
	case -EOPNOTSUPP:
		if (mode == XEAP_MODE_GENERIC)
			break;
		return blocked(ob, err, "use mode generic or packet", "driver %s has no native XDP",
			       driver_of(p));
	case -EINVAL:
	case -ERANGE:
		return blocked(ob, -EOPNOTSUPP, "lower the MTU, or use mode generic or packet",
			       "driver %s refuses XDP at MTU %u (%s)", driver_of(p), p->netdev.mtu,
			       strerror(-err));
	default:
		break;
	}
	return blocked_anyhow(ob, err, "to attach an XDP program");
}

static int blocked_bind(struct obstacle *ob, const struct xeap_port *p, enum xeap_mode mode,
			uint32_t queue, int err)
{
	switch (err) {
	case -EBUSY:
		return blocked(ob, err, "end its owner, or use mode packet",
			       "queue %u belongs to another AF_XDP socket", queue);
	case -EAFNOSUPPORT:
		return blocked(ob, -EOPNOTSUPP, "use mode packet",
			       "the kernel has no AF_XDP (CONFIG_XDP_SOCKETS)");
	case -EOPNOTSUPP:
	case -EINVAL:
		if (mode != XEAP_MODE_ZERO_COPY)
			break;
		return blocked(ob, -EOPNOTSUPP, "use mode native or auto",
			       "driver %s has no AF_XDP zero-copy", driver_of(p));
	default:
		break;
	}
	return blocked_anyhow(ob, err, "to bind an AF_XDP socket");
}

static struct xeap_steer_conf steering_of(const struct xeap_port *p)
{
	const struct xeap_port_options *o = &p->options;
	struct xeap_steer_conf conf = { .port.type_mask = o->type_mask };

	if (o->any_unicast)
		conf.port.flags |= XEAP_STEER_F_ANY_UNICAST;
	if (o->untagged_only)
		conf.port.flags |= XEAP_STEER_F_UNTAGGED_ONLY;
	if (p->funnel)
		conf.port.flags |= XEAP_STEER_F_FUNNEL;
	memcpy(conf.port.mac, p->netdev.mac, sizeof(conf.port.mac));
	xeap_protect_conf(o, &conf);
	return conf;
}

/* With a flow rule zero-copy is for its queue, which has nothing else on it. */
static enum xeap_mode mode_of(const struct xeap_port *p, uint32_t queue)
{
	return p->rule.set && queue != p->rule.queue ? XEAP_MODE_NATIVE : p->mode;
}

/* One for each queue that has none; a queue that a socket is bound to does not go away. */
static int make_rings(struct xeap_port *p)
{
	uint32_t queues = p->netdev.queues < XEAP_STEER_MAX_QUEUES ? p->netdev.queues
								   : XEAP_STEER_MAX_QUEUES;
	struct xeap_ring **more;

	if (queues <= p->ring_count)
		return 0;
	more = reallocarray(p->own, queues, sizeof(struct xeap_ring *));
	if (!more)
		return -ENOMEM;
	p->own = more;
	while (p->ring_count < queues) {
		struct xeap_own_ring_config c = { .queue = p->ring_count,
						  .tx = p->ring_count == p->tx_queue,
						  .zero_copy = mode_of(p, p->ring_count) ==
							       XEAP_MODE_ZERO_COPY };
		int err = xeap_own_ring_new(p, &c, &p->own[p->ring_count]);

		if (err)
			return err;
		p->ring_count++;
	}
	p->ring = p->own[p->tx_queue];
	return 0;
}

static int bind_ring(struct xeap_port *p, uint32_t queue)
{
	struct xeap_ring *ring = p->own[queue];
	bool zero_copy;
	int err = xeap_own_ring_bind(ring, mode_of(p, queue), &zero_copy);

	if (err)
		return err;
	if (queue == p->tx_queue)
		p->zero_copy = zero_copy;
	else if (!p->rule.set)
		p->zero_copy &= zero_copy;
	err = xeap_ring_enter(ring);
	if (err)
		return err;
	return xeap_steer_set_socket(p->rings->steer, &p->attachment, queue, ring->fd);
}

static int blocked_funnel(struct obstacle *ob, int err)
{
	if (err == -EOPNOTSUPP || err == -EEXIST || err == -ENAMETOOLONG)
		return blocked(ob, err, "use own rings", "no veth for the funnel can be made (%s)",
			       strerror(-err));
	return blocked_anyhow(ob, err, "to make the funnel");
}

/* The set's funnel is made with the first port that is to go through it. */
static int enter_funnel(struct xeap_port *p, struct obstacle *ob)
{
	struct xeap_rings *r = p->rings;
	int err = 0;

	if (!r->funnel)
		err = xeap_funnel_ring_new(r, &r->funnel);
	if (!err)
		err = xeap_funnel_ring_add(r->funnel, p);
	if (err)
		return blocked_funnel(ob, err);
	p->ring = r->funnel;
	p->down = !p->netdev.up;
	return 0;
}

static int bind_rings(struct xeap_port *p, struct obstacle *ob)
{
	int err;

	for (uint32_t i = 0; i < p->ring_count; i++) {
		uint32_t q = (i + p->tx_queue) % p->ring_count;

		if (xeap_own_ring_bound(p->own[q]))
			continue;
		err = bind_ring(p, q);
		if (err == -ENETDOWN) {
			p->down = true;
			return 0;
		}
		if (err)
			return blocked_bind(ob, p, mode_of(p, q), q, err);
	}
	return 0;
}

static int have_funnel(struct xeap_port *p, struct obstacle *ob)
{
	int err = xeap_funnel_ring_mend(p->ring);

	return err ? blocked_funnel(ob, err) : 0;
}

static int try_rings(struct xeap_port *p, struct obstacle *ob)
{
	int err = make_rings(p);

	return err ? blocked_anyhow(ob, err, "for its rings") : bind_rings(p, ob);
}

static void note_zero_copy(struct xeap_port *p, const char *why)
{
	snprintf(p->note, sizeof(p->note), "%s: %s", xeap_mode_name(XEAP_MODE_ZERO_COPY), why);
}

/* The rings stay, and what is lent of their memory: only the mode is another. */
static void give_up_rule(struct xeap_port *p, const char *why)
{
	note_zero_copy(p, why);
	xeap_flow_rule_clear(p->netdev.ifindex, &p->rule);
	p->mode = XEAP_MODE_NATIVE;
}

static int have_rings(struct xeap_port *p, struct obstacle *ob)
{
	int err = try_rings(p, ob);

	if (!err || ob->final || !p->rule.set || p->ring_count <= p->rule.queue ||
	    xeap_own_ring_bound(p->own[p->rule.queue]))
		return err;
	give_up_rule(p, ob->what);
	return try_rings(p, ob);
}

/* A queue of its own for EAPOL, where the device lets us: that one has zero-copy. */
static void take_rule(struct xeap_port *p)
{
	char why[96];

	if (xeap_flow_rule_set(p->netdev.ifindex, p->netdev.queues, &p->rule, why)) {
		note_zero_copy(p, why);
		return;
	}
	p->tx_queue = p->rule.queue;
	p->mode = XEAP_MODE_ZERO_COPY;
}

static void leave_xdp(struct xeap_port *p)
{
	xeap_ladder_silence(p);
	xeap_ladder_release(&p, 1);
}

/*
 * Who sits there may be a xeap that was killed a moment ago, whose link the kernel is about to
 * drop: wait for that, some 100 ms. For a program of anybody else's there is nothing to wait for;
 * nor for a xeap that stayed on another port: it has one program for all of its ports, and they
 * may be a thousand.
 */
static int attach(struct xeap_port *p)
{
	struct xeap_steer_conf conf = steering_of(p);
	struct xeap_rings *r = p->rings;
	uint32_t id = 0;
	char name[16];

	for (int i = 0; i < XEAP_BUSY_RETRIES; i++) {
		int err = xeap_steer_attach(r->steer, p->netdev.ifindex, p->mode, &conf,
					    &p->attachment);

		if (err != -EBUSY)
			return err;
		id = xeap_sys_xdp_query(p->netdev.ifindex, name);
		if (id && (!is_ours(name) || id == r->staying))
			return err;
		xeap_sys_pause(XEAP_BUSY_PAUSE_MS);
	}
	r->staying = id;
	return -EBUSY;
}

/* Zero-copy is between a queue and its own ring. */
static bool takes_funnel(const struct xeap_port *p)
{
	return p->rings->options.kind == XEAP_RINGS_FUNNEL && p->mode != XEAP_MODE_ZERO_COPY &&
	       xeap_funnel_fits(p->rings, p->netdev.mtu);
}

static bool tries_rule(const struct xeap_port *p)
{
	return p->options.mode == XEAP_MODE_AUTO && p->options.flow_rule == XEAP_FLOW_RULE_AUTO &&
	       p->mode == XEAP_MODE_NATIVE && p->netdev.queues > 1;
}

static int enter_xdp(struct xeap_port *p, struct obstacle *ob);

/* The program is attached: no other xeap is on this port, and a rule that is found is nobody's. */
static int enter_with_rule(struct xeap_port *p, struct obstacle *ob)
{
	int err;

	take_rule(p);
	if (p->rule.set || !takes_funnel(p)) {
		err = have_rings(p, ob);
		if (err || p->rule.set || !takes_funnel(p))
			return err;
		leave_xdp(p);
		p->options.flow_rule = XEAP_FLOW_RULE_OFF;
		return enter_xdp(p, ob);
	}
	p->funnel = true;
	err = xeap_ladder_steer(p);
	return err ? blocked_anyhow(ob, err, "to steer into the funnel") : enter_funnel(p, ob);
}

static int enter_xdp(struct xeap_port *p, struct obstacle *ob)
{
	int err;

	if (!p->rings->steer)
		return blocked(ob, -EOPNOTSUPP, privileges, "no XDP program could be loaded");
	p->funnel = takes_funnel(p) && !tries_rule(p);
	err = attach(p);
	if (err) {
		p->funnel = false;
		return blocked_attach(ob, p, p->mode, err);
	}
	if (tries_rule(p))
		err = enter_with_rule(p, ob);
	else
		err = p->funnel ? enter_funnel(p, ob) : have_rings(p, ob);
	if (err) {
		if (p->mode == XEAP_MODE_NATIVE)
			p->note[0] = '\0'; /* that the rule failed explains least now */
		leave_xdp(p);
	}
	return err;
}

static int enter_packet(struct xeap_port *p, struct obstacle *ob)
{
	const char *needs_xdp = xeap_protect_needs_xdp(&p->options);
	struct xeap_rings *r = p->rings;
	int err = 0;

	if (needs_xdp)
		return blocked(ob, -EOPNOTSUPP, "use mode native or generic", "%s", needs_xdp);
	if (!r->packet)
		err = xeap_packet_ring_new(r, &r->packet);
	if (err)
		return blocked_anyhow(ob, err, "to open a packet socket");
	xeap_packet_ring_add(r->packet, p);
	p->ring = r->packet;
	p->packet = true;
	return 0;
}

static int enter(struct xeap_port *p, enum xeap_mode mode, struct obstacle *ob)
{
	p->mode = mode;
	return mode == XEAP_MODE_PACKET ? enter_packet(p, ob) : enter_xdp(p, ob);
}

static int report(const struct xeap_port *p, const struct obstacle *ob, struct xeap_diag *ret_diag)
{
	if (p->note[0])
		return xeap_diag_set(ret_diag, ob->err, XEAP_E_NOT_SUPPORTED,
				     "port %s, mode %s: %s (%s): %s", p->netdev.name,
				     xeap_mode_name(p->mode), ob->what, p->note, ob->way_out);
	return xeap_diag_set(ret_diag, ob->err, XEAP_E_NOT_SUPPORTED, "port %s, mode %s: %s: %s",
			     p->netdev.name, xeap_mode_name(p->mode), ob->what, ob->way_out);
}

static int climb(struct xeap_port *port, enum xeap_mode best, enum xeap_mode worst,
		 int (*rung)(struct xeap_port *p, enum xeap_mode mode, struct obstacle *ob),
		 struct xeap_diag *ret_diag)
{
	struct obstacle ob;

	for (enum xeap_mode mode = best;; mode++) {
		if (!rung(port, mode, &ob))
			return 0;
		if (mode == worst || ob.final)
			return report(port, &ob, ret_diag);
		if (!port->note[0])
			snprintf(port->note, sizeof(port->note), "%s: %s", xeap_mode_name(mode),
				 ob.what);
	}
}

int xeap_ladder_climb(struct xeap_port *port, enum xeap_mode best, enum xeap_mode worst,
		      struct xeap_diag *ret_diag)
{
	return climb(port, best, worst, enter, ret_diag);
}

static int attach_alone(struct xeap_port *p, enum xeap_mode mode, struct obstacle *ob)
{
	int err;

	p->mode = mode;
	err = attach(p);
	return err ? blocked_attach(ob, p, mode, err) : 0;
}

int xeap_ladder_attach(struct xeap_port *port, enum xeap_mode best, enum xeap_mode worst,
		       struct xeap_diag *ret_diag)
{
	return climb(port, best, worst, attach_alone, ret_diag);
}

int xeap_ladder_bind(struct xeap_port *port, struct xeap_diag *ret_diag)
{
	struct obstacle ob;

	if (port->packet)
		return 0;
	if (port->funnel ? have_funnel(port, &ob) : have_rings(port, &ob))
		return report(port, &ob, ret_diag);
	return 0;
}

int xeap_ladder_steer(struct xeap_port *port)
{
	struct xeap_steer_conf conf = steering_of(port);

	return xeap_steer_update(port->rings->steer, &port->attachment, &conf);
}

void xeap_ladder_silence(struct xeap_port *port)
{
	if (port->packet)
		xeap_packet_ring_remove(port->rings->packet, port);
	if (port->attachment.slot)
		xeap_steer_silence(port->rings->steer, &port->attachment, port->ring_count);
	if (port->funnel && port->rings->funnel)
		xeap_funnel_ring_remove(port->rings->funnel, port);
	for (uint32_t q = 0; q < port->ring_count; q++)
		xeap_ring_leave(port->own[q]);
	port->packet = port->funnel = false;
	port->ring = NULL;
}

/* Closing an AF_XDP socket waits for the kernel, some 10 ms, so many are closed side by side. */
#define MAX_THREADS 128
#define THREAD_STACK (64 << 10)

struct teardown {
	struct xeap_ring **rings;
	unsigned int count;
	atomic_uint next;
};

static void *tear_down(void *arg)
{
	struct teardown *t = arg;

	for (;;) {
		unsigned int i = atomic_fetch_add(&t->next, 1);

		if (i >= t->count)
			return NULL;
		t->rings[i]->ops->close(t->rings[i]);
	}
}

static void close_rings(struct xeap_ring **rings, unsigned int count)
{
	struct teardown t = { .rings = rings, .count = count };
	pthread_t threads[MAX_THREADS];
	unsigned int n = 0;
	pthread_attr_t attr;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, THREAD_STACK);
	while (n < MAX_THREADS && n + 1 < count) {
		if (pthread_create(&threads[n], &attr, tear_down, &t))
			break;
		n++;
	}
	tear_down(&t); /* this thread works, too, and alone where no other can be had */
	while (n)
		pthread_join(threads[--n], NULL);
	pthread_attr_destroy(&attr);
}

/* All rings of many ports in one array, NULL when memory is short. */
static struct xeap_ring **gather(struct xeap_port *const *ports, unsigned int count,
				 unsigned int *ret_rings)
{
	struct xeap_ring **rings;
	unsigned int n = 0;

	for (unsigned int i = 0; i < count; i++)
		n += ports[i] ? ports[i]->ring_count : 0;
	rings = calloc(n ? n : 1, sizeof(struct xeap_ring *));
	if (!rings)
		return NULL;
	*ret_rings = n;
	n = 0;
	for (unsigned int i = 0; i < count; i++)
		for (uint32_t q = 0; ports[i] && q < ports[i]->ring_count; q++)
			rings[n++] = ports[i]->own[q];
	return rings;
}

static void forget_rings(struct xeap_port *p)
{
	free(p->own);
	p->own = NULL;
	p->ring_count = p->tx_queue = 0;
}

void xeap_ladder_release(struct xeap_port *const *ports, unsigned int count)
{
	unsigned int n = 0, i;
	struct xeap_ring **rings = gather(ports, count, &n);

	for (i = 0; i < count; i++)
		if (ports[i] && ports[i]->attachment.slot)
			xeap_steer_detach(ports[i]->rings->steer, &ports[i]->attachment);
	if (rings)
		close_rings(rings, n);
	for (i = 0; i < count; i++) {
		if (!ports[i])
			continue;
		xeap_flow_rule_clear(ports[i]->netdev.ifindex, &ports[i]->rule);
		xeap_vlan_strip_restore(ports[i]);
		if (!rings)
			close_rings(ports[i]->own, ports[i]->ring_count);
		forget_rings(ports[i]);
	}
	free(rings);
}
