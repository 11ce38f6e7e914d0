/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Supplicants of `xeap run` over a kernel and authenticators that the test plays, on a virtual
 * clock: netdevs go down and up, away and come back, change names and addresses; frames of all
 * kinds come, authenticators fall silent, calls to the kernel fail. After each turn of the loop
 * has to hold:
 *
 *   - no supplicant without a deadline, but those that have nothing to wait for, and none that
 *     lies further away than the longest period;
 *   - every frame of every pool is where it belongs: what is filled or queued is in the kernel's
 *     rings, what is lent or held is a session's, one each;
 *   - and once everything is in order again every port logs in, whatever was before.
 *
 * XEAP_SOAK_SEED=N repeats one world, XEAP_SOAK_WORLDS=N makes more of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "method/list.h"
#include "port/ring.h"
#include "md5_credentials.h"
#include "soak.h"

#define WORLDS 1000
#define STEPS 150 /* of a world */
#define STATIONS 3
#define RETRY_PERIOD XEAP_S(10) /* as tool/netport.c has it */

const struct xeap_method *const xeap_methods_builtin[] = { &xeap_method_md5, NULL };
const size_t xeap_methods_builtin_count = 1;

#define HOLDS(x, ...)                                                                              \
	do {                                                                                       \
		if (!(x)) {                                                                        \
			print_error("XEAP_SOAK_SEED=%llu, step %u: not so: %s: ",                  \
				    (unsigned long long)world.seed, world.steps, #x);              \
			print_error(__VA_ARGS__);                                                  \
			print_error("\n");                                                         \
			fail();                                                                    \
		}                                                                                  \
	} while (0)

/* The loop of a worker. */

static void receive(void)
{
	struct xeap_rx batch[16];
	unsigned int n = 16;

	for (int i = 0; i < 4 && n == 16; i++) {
		n = xeap_rings_receive(W->rings, batch, 16);
		for (unsigned int k = 0; k < n; k++)
			netport_receive(xeap_port_user(batch[k].port), batch[k].data);
		xeap_rings_recycle(W->rings, batch, n);
	}
}

static void run_timers(void)
{
	struct xeap_timer *t;

	while ((t = xeap_timers_due(&W->timers, W->now)))
		supplicant_due(XEAP_CONTAINER(t, struct supplicant, timer));
	while ((t = xeap_timers_due(&W->retries, W->now)))
		netport_due(XEAP_CONTAINER(t, struct netport, retry));
}

static void turn(void)
{
	receive();
	run_timers();
	xeap_rings_flush(W->rings);
}

/* What has to hold after a turn. */

static xeap_time longest_wait(const struct supplicant *s)
{
	switch (xeap_pae_get_state(s->pae)) {
	case XEAP_PAE_CONNECTING:
		return world.options.start_period;
	case XEAP_PAE_AUTHENTICATING:
	case XEAP_PAE_RESTART:
		return world.options.auth_period;
	case XEAP_PAE_HELD:
		return world.options.held_period;
	case XEAP_PAE_AUTHENTICATED:
	case XEAP_PAE_DISCONNECTED:
	case XEAP_PAE_LOGOFF:
	case XEAP_PAE_STATE_MAX:
		break;
	}
	return XEAP_NEVER;
}

static bool somebody_is_running(const struct supplicant *s)
{
	for (uint32_t i = 0; i < s->netport->count; i++)
		if (s->netport->supplicants[i].lan == s->lan &&
		    s->netport->supplicants[i].is_running)
			return true;
	return false;
}

/* A netdev that is gone, and nobody has been told yet, may be taken for one whose link is down. */
static void check_supplicant(const struct supplicant *s)
{
	enum xeap_pae_state state = xeap_pae_get_state(s->pae);
	xeap_time wait = longest_wait(s);

	HOLDS(s->netport->running || state == XEAP_PAE_DISCONNECTED || state == XEAP_PAE_LOGOFF,
	      "%s, state %d: its link is down", s->netport->ifname, state);
	if (!s->netport->running || place_of(s->netport->ifindex) < 0)
		return;
	if (s->is_waiting) {
		HOLDS(somebody_is_running(s), "%s waits for nobody's turn to end",
		      s->netport->ifname);
		return;
	}
	HOLDS(s->timer.at > W->now, "%s, state %d: a deadline was passed over", s->netport->ifname,
	      state);
	if (wait != XEAP_NEVER)
		HOLDS(s->timer.at <= W->now + wait, "%s, state %d: waits for ever",
		      s->netport->ifname, state);
	HOLDS(state != XEAP_PAE_DISCONNECTED, "%s: its link is up, and it was not told",
	      s->netport->ifname);
}

static void check_netport(const struct netport *n)
{
	HOLDS(n->port || n->gone || n->retry.at <= W->now + RETRY_PERIOD,
	      "%s: is not joined, and nobody tries", n->ifname);
	HOLDS(!n->port || n->port->netdev.ifindex == n->ifindex, "%s: has joined another netdev",
	      n->ifname);
	for (uint32_t i = 0; n->port && i < n->count; i++)
		check_supplicant(&n->supplicants[i]);
}

static unsigned int sessions(const struct xeap_pool *pool)
{
	unsigned int count = 0;

	for (struct xeap_node *i = W->netports.next; i != &W->netports; i = i->next) {
		const struct netport *n = XEAP_CONTAINER(i, struct netport, node);

		for (uint32_t k = 0; k < n->count; k++)
			count += n->port && n->port->ring->pool == pool &&
				 n->supplicants[k].session;
	}
	return count;
}

/* socket: NULL while none is bound, or when there is none (AF_PACKET). */
static void check_pool(const struct xeap_pool *pool, const struct fake_socket *socket)
{
	struct xeap_pool_stats s;
	uint32_t sum = 0;

	xeap_pool_get_stats(pool, &s);
	for (int i = 0; i < XEAP_FRAME_STATE_MAX; i++)
		sum += s.state[i];
	HOLDS(sum == s.frames, "%u frames of %u", sum, s.frames);
	/* A response that could not be sent is lent as long as its session may send it again. */
	HOLDS(s.state[XEAP_FRAME_LENT] + s.state[XEAP_FRAME_HELD] <= sessions(pool),
	      "%u frames are lent and %u held, by %u sessions", s.state[XEAP_FRAME_LENT],
	      s.state[XEAP_FRAME_HELD], sessions(pool));
	if (!socket)
		return;
	HOLDS(s.state[XEAP_FRAME_RECEIVED] == 0 &&
		      s.state[XEAP_FRAME_FILLED] == fake_filled(socket) + fake_received(socket),
	      "%u received, %u filled, %u and %u in rings", s.state[XEAP_FRAME_RECEIVED],
	      s.state[XEAP_FRAME_FILLED], fake_filled(socket), fake_received(socket));
	/* Descriptors of frames that were withdrawn lie there, too. */
	HOLDS(s.state[XEAP_FRAME_QUEUED] <= fake_to_send(socket), "%u queued, %u in rings",
	      s.state[XEAP_FRAME_QUEUED], fake_to_send(socket));
	HOLDS(fake_filled(socket) + fake_received(socket) > 0, "there is nothing to receive into");
}

static const struct fake_socket *socket_of(const struct xeap_port *p)
{
	for (int i = 0; i < FAKE_SOCKETS; i++) {
		const struct fake_socket *s = &fake.socket[i];

		if (s->xsk && s->netdev >= 0 && fake.netdev[s->netdev].there &&
		    fake.netdev[s->netdev].n.ifindex == p->netdev.ifindex)
			return s;
	}
	return NULL;
}

static void check_all(void)
{
	for (struct xeap_node *i = W->netports.next; i != &W->netports; i = i->next) {
		const struct netport *n = XEAP_CONTAINER(i, struct netport, node);

		check_netport(n);
		if (n->port && n->port->ring_count)
			check_pool(n->port->ring->pool, xeap_own_ring_bound(n->port->own[0])
								? socket_of(n->port)
								: NULL);
	}
	if (W->rings->funnel)
		check_pool(W->rings->funnel->pool, NULL);
	if (W->rings->packet)
		check_pool(W->rings->packet->pool, NULL);
}

/* What happens. */

static void flip_carrier(unsigned int i)
{
	world.wire[i].carrier = !world.wire[i].carrier;
	happened(XEAP_LINK_CHANGED, i);
}

static void flip_admin(unsigned int i)
{
	netdev(i)->n.up = !netdev(i)->n.up;
	happened(XEAP_LINK_CHANGED, i);
}

static void change_address(unsigned int i)
{
	netdev(i)->n.mac[4] = (uint8_t)draw();
	happened(XEAP_LINK_CHANGED, i);
}

static void change_mtu(unsigned int i)
{
	static const uint32_t mtus[] = { 68, 576, 1500, 3000 };

	netdev(i)->n.mtu = mtus[below(4)];
	happened(XEAP_LINK_CHANGED, i);
}

static bool is_taken(const char *name)
{
	for (unsigned int i = 0; i < SOAK_PORTS; i++)
		if (netdev(i)->there && !strcmp(netdev(i)->n.name, name))
			return true;
	return false;
}

/* To a free name, or out of sight; sometimes a name goes from one to another. */
static void rename_netdev(unsigned int i)
{
	char name[IF_NAMESIZE];

	snprintf(name, sizeof(name), "%c%u", chance(80) ? 'p' : 'x', below(SOAK_PORTS + 2));
	if (is_taken(name))
		return;
	memcpy(netdev(i)->n.name, name, sizeof(name));
	happened(XEAP_LINK_RENAMED, i);
}

static void remove_netdev(unsigned int i)
{
	happened(XEAP_LINK_REMOVED, i);
	fake_remove_netdev(netdev(i)->n.name);
}

/* Its place is free once its sockets are closed, as in the kernel, where they hold it. */
static void add_netdev(unsigned int i)
{
	struct fake_netdev *d = netdev(i);
	char name[IF_NAMESIZE];

	for (unsigned int k = 0; k < FAKE_SOCKETS; k++)
		if (fake.socket[k].xsk && fake.socket[k].netdev == (int)i)
			return;
	for (unsigned int k = i; is_taken(snprintf(name, sizeof(name), "p%u", k) ? name : ""); k++)
		;
	if (d->link)
		return;
	d->there = true;
	d->groups = 0;
	d->n.ifindex = world.next_ifindex++;
	d->n.up = true;
	d->n.mtu = 1500;
	memcpy(d->n.name, name, sizeof(name));
	world.wire[i] = (struct wire){ .carrier = true, .unicast = chance(50) };
	happened(XEAP_LINK_ADDED, i);
}

static void garble(uint8_t *eap, uint32_t len)
{
	static const uint8_t codes[] = { 1, 1, 1, 2, 3, 4, 0 };
	static const uint8_t types[] = { 1, 2, 3, 4, 13, 254, 0 };

	for (uint32_t k = 0; k < len; k++)
		eap[k] = (uint8_t)draw();
	eap[0] = codes[below(sizeof(codes))];
	if (chance(80)) {
		eap[2] = 0;
		eap[3] = (uint8_t)(chance(80) ? len : below(256));
	}
	eap[4] = types[below(sizeof(types))];
}

static void junk(unsigned int i)
{
	uint8_t frame[160] = { 0x01, 0x80, 0xc2, 0, 0, 3, 2, 0, 0, 0, 0, 9, 0x88, 0x8e, 2 };
	uint32_t len = 5 + below(100);

	garble(frame + 18, len);
	if (chance(50))
		memcpy(frame, netdev(i)->n.mac, 6);
	frame[14] = chance(90) ? 2 : (uint8_t)below(4);
	frame[15] = chance(80) ? 0 : (uint8_t)below(6);
	frame[17] = (uint8_t)(chance(90) ? len : below(256));
	len = chance(90) ? 18 + len : 14 + below(10);
	arrive(i, frame, len);
}

static void flood(unsigned int i)
{
	for (unsigned int k = below(60); k; k--)
		junk(i);
}

static void some_call_fails(void)
{
	static const int errors[] = { ENOMEM, EMFILE, EBUSY, EIO, EAGAIN, ENOBUFS, EPERM, EINVAL };

	fake.fail_at = fake.calls + 1 + below(20);
	fake.fail_with = errors[below(sizeof(errors) / sizeof(errors[0]))];
}

static void kernel_is_stuck(void)
{
	struct fake_socket *s = &fake.socket[below(FAKE_SOCKETS)];

	if (s->xsk)
		s->stuck = !s->stuck;
}

static void lose_funnel(void)
{
	struct fake_socket *s = funnel_socket();

	if (s)
		fake_remove_netdev(fake.netdev[s->netdev].n.name);
}

static void step_netdev(unsigned int i)
{
	switch (below(16)) {
	case 0:
	case 1:
	case 2:
		flip_carrier(i);
		break;
	case 3:
	case 4:
		flip_admin(i);
		break;
	case 5:
		change_address(i);
		break;
	case 6:
		change_mtu(i);
		break;
	case 7:
		rename_netdev(i);
		break;
	case 8:
		remove_netdev(i);
		break;
	case 9:
		world.wire[i].silent = !world.wire[i].silent;
		break;
	case 10:
		flood(i);
		break;
	default:
		junk(i);
		break;
	}
}

static void step_kernel(void)
{
	switch (below(12)) {
	case 0:
		some_call_fails();
		break;
	case 1:
		kernel_is_stuck();
		break;
	case 2:
		lose_funnel();
		break;
	default:
		break;
	}
}

static void pass_time(void)
{
	xeap_time next = xeap_timers_next(&W->timers);

	if (chance(30) && next != XEAP_NEVER && next > W->now)
		W->now = next;
	else
		W->now += XEAP_MS(below(chance(10) ? 5000 : 50));
}

static void step(void)
{
	unsigned int i = below(SOAK_PORTS);

	if (world.event_count + 4 > SOAK_EVENTS)
		tell_some(SOAK_EVENTS);
	if (netdev(i)->there)
		step_netdev(i);
	else if (!world.event_count)
		add_netdev(i);
	step_kernel();
	if (chance(70))
		deliver_mail(false);
	tell_some(below(4));
	pass_time();
	turn();
	check_all();
	world.steps++;
}

/* Everything in order again; then time for what was tried in vain to be tried once more. */

static void put_in_order(void)
{
	fake.fail_at = 0;
	for (int i = 0; i < FAKE_SOCKETS; i++)
		fake.socket[i].stuck = false;
	tell_some(SOAK_EVENTS);
	turn();
	for (unsigned int i = 0; i < SOAK_PORTS; i++) {
		if (!netdev(i)->there)
			add_netdev(i);
		netdev(i)->n.up = true;
		netdev(i)->n.mtu = 1500;
		world.wire[i].carrier = true;
		world.wire[i].silent = false;
		happened(XEAP_LINK_CHANGED, i);
	}
	for (unsigned int i = 0; i < SOAK_PORTS; i++) {
		if (netdev(i)->n.name[0] == 'p')
			continue;
		for (unsigned int k = 0;
		     is_taken(snprintf(netdev(i)->n.name, IF_NAMESIZE, "p1%u", k) ? "" : ""); k++)
			;
		snprintf(netdev(i)->n.name, IF_NAMESIZE, "p1%u", i);
		happened(XEAP_LINK_RENAMED, i);
	}
	tell_some(SOAK_EVENTS);
}

static bool all_are_in(void)
{
	unsigned int ports = 0;

	for (struct xeap_node *i = W->netports.next; i != &W->netports; i = i->next, ports++) {
		const struct netport *n = XEAP_CONTAINER(i, struct netport, node);

		for (uint32_t k = 0; k < n->count; k++)
			if (n->supplicants[k].outcome != OUTCOME_AUTHENTICATED)
				return false;
	}
	return ports == SOAK_PORTS;
}

static void say_who_is_not(void)
{
	for (struct xeap_node *i = W->netports.next; i != &W->netports; i = i->next) {
		const struct netport *n = XEAP_CONTAINER(i, struct netport, node);

		for (uint32_t k = 0; k < n->count; k++) {
			const struct supplicant *s = &n->supplicants[k];

			if (s->outcome == OUTCOME_AUTHENTICATED)
				continue;
			print_error("%s/%u: outcome %d, state %d, %s %s, addressing %d: %s, %s\n",
				    n->ifname, k, s->outcome,
				    s->pae ? (int)xeap_pae_get_state(s->pae) : -1, n->mode, n->ring,
				    s->lan->addressing, n->reason, s->reason ? s->reason : "");
		}
	}
}

static void settle(void)
{
	xeap_time limit = W->now + 2 * RETRY_PERIOD + 4 * world.options.held_period;

	put_in_order();
	/* A link that flaps asks everybody to begin again: an old success does not count. */
	for (int up = 0; up < 2; up++) {
		for (unsigned int i = 0; i < SOAK_PORTS; i++) {
			world.wire[i].carrier = up;
			happened(XEAP_LINK_CHANGED, i);
		}
		tell_some(SOAK_EVENTS);
		turn();
	}
	while (!all_are_in() && W->now < limit) {
		deliver_mail(true);
		W->now += XEAP_MS(20);
		turn();
		check_all();
	}
	if (!all_are_in())
		say_who_is_not();
	HOLDS(all_are_in(), "within %llu s", (unsigned long long)(limit / XEAP_S(1)));
}

/* Worlds. */

static void draw_options(struct xeap_rings_options *o)
{
	static const enum xeap_mode modes[] = { XEAP_MODE_AUTO, XEAP_MODE_AUTO, XEAP_MODE_GENERIC,
						XEAP_MODE_PACKET };

	world.options = (struct run_options){
		.mode = modes[below(4)],
		.start_period = XEAP_MS(300),
		.held_period = XEAP_S(2),
		.auth_period = XEAP_S(1),
		.ui_period = XEAP_S(5),
		.max_start = 3,
		.frames = 16,
		.workers = 1,
		.stations = chance(40) ? STATIONS : 0,
	};
	/* The packet socket does not see tags, and auto may end there. */
	if (world.options.mode == XEAP_MODE_GENERIC && chance(50)) {
		world.vlans[1].first[0] = 10;
		world.vlans[1].last[0] = 11;
		world.vlans[2] = (struct vlan_range){ { 20, 30 }, { 20, 30 } };
		world.spec = (struct port_spec){ .vlans = world.vlans, .vlan_count = 3 };
	}
	*o = (struct xeap_rings_options){
		.size = sizeof(*o),
		.steer = world.steer,
		.frames = 16,
		.funnel_frames = 64,
		.packet_frames = 32,
		.kind = chance(50) ? XEAP_RINGS_OWN : XEAP_RINGS_FUNNEL,
	};
}

static void begin_world(uint64_t seed)
{
	struct xeap_rings_options o;

	memset(&world, 0, sizeof(world));
	world.seed = world.random = seed;
	world.next_ifindex = 1000;
	fake_reset();
	soak_watch();
	for (unsigned int i = SOAK_PORTS; i < FAKE_PORTS; i++)
		netdev(i)->there = false;
	md5_credentials(&world.profile, &world.credentials);
	assert_int_equal(xeap_steer_open(NULL, &world.steer, NULL), 0);
	draw_options(&o);
	world.nobody.epoll = -1;
	W->options = &world.options;
	W->report = &world.report;
	W->prompts = &world.nobody;
	W->news = -1;
	W->now = XEAP_S(1);
	xeap_timers_init(&W->timers);
	xeap_timers_init(&W->retries);
	xeap_list_init(&W->netports);
	assert_int_equal(xeap_rings_new(&o, &W->rings, NULL), 0);
	assert_int_equal(xeap_host_new(NULL, &W->host), XEAP_OK);
	for (unsigned int i = 0; i < SOAK_PORTS; i++) {
		world.wire[i] = (struct wire){ .carrier = true, .unicast = chance(50) };
		happened(XEAP_LINK_ADDED, i);
	}
}

static void end_world(void)
{
	while (!xeap_list_empty(&W->netports))
		netport_free(XEAP_CONTAINER(W->netports.next, struct netport, node));
	turn();
	check_all();
	xeap_host_free(W->host);
	xeap_rings_free(W->rings);
	xeap_steer_close(world.steer);
	xeap_timers_free(&W->timers);
	xeap_timers_free(&W->retries);
	xeap_profile_unref(world.profile);
	HOLDS(fake_is_clean(), "something was left open");
}

static void live_through(uint64_t seed)
{
	begin_world(seed);
	for (int i = 0; i < STEPS; i++)
		step();
	settle();
	end_world();
}

static unsigned long number(const char *name, unsigned long otherwise)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 10) : otherwise;
}

static void no_port_is_lost(void **state)
{
	unsigned long worlds = number("XEAP_SOAK_WORLDS", WORLDS);
	uint64_t first = number("XEAP_SOAK_SEED", (unsigned long)time(NULL) * 100000);

	if (getenv("XEAP_SOAK_SEED") && !getenv("XEAP_SOAK_WORLDS"))
		worlds = 1;
	print_message("# XEAP_SOAK_SEED=%llu XEAP_SOAK_WORLDS=%lu\n", (unsigned long long)first,
		      worlds);
	for (unsigned long i = 0; i < worlds; i++)
		live_through(first + i);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(no_port_is_lost) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
