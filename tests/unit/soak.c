/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include "port/ring.h"
#include "soak.h"

struct world world;

/* Nobody is told anything. */
void report_port(struct report *r, const struct netport *n, const char *state, const char *reason)
{
}

void report_auth(struct report *r, const struct supplicant *s, bool success)
{
}

void report_state(struct report *r, const struct supplicant *s, enum xeap_pae_state from,
		  enum xeap_pae_state to)
{
}

void report_warning(struct report *r, const char *text)
{
}

void report_hold(struct report *r, bool held)
{
}

/* splitmix64: small, and the same everywhere. */
uint64_t draw(void)
{
	uint64_t z = world.random += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

unsigned int below(unsigned int n)
{
	return (unsigned int)(draw() % n);
}

bool chance(unsigned int percent)
{
	return below(100) < percent;
}

/* Netdevs: p0 to p4 of the fake kernel, by their place there. */

struct fake_netdev *netdev(unsigned int i)
{
	return &fake.netdev[i];
}

int place_of(int ifindex)
{
	for (int i = 0; i < SOAK_PORTS; i++)
		if (netdev((unsigned int)i)->there && netdev((unsigned int)i)->n.ifindex == ifindex)
			return i;
	return -1;
}

static struct xeap_link link_of(unsigned int i)
{
	const struct fake_netdev *d = netdev(i);
	struct xeap_link l = {
		.ifindex = d->n.ifindex,
		.ethernet = true,
		.up = d->n.up,
		.running = d->n.up && world.wire[i].carrier,
		.mtu = d->n.mtu,
	};

	memcpy(l.mac, d->n.mac, sizeof(l.mac));
	memcpy(l.ifname, d->n.name, sizeof(l.ifname));
	return l;
}

void happened(enum xeap_link_event_type type, unsigned int i)
{
	if (world.event_count == SOAK_EVENTS)
		fail();
	world.events[world.event_count++] =
		(struct xeap_link_event){ .type = type, .link = link_of(i) };
}

/* A name of its own, that matches: the program follows netdevs by names of p and anything. */
static bool matches(const struct xeap_link *link)
{
	return link->ifname[0] == 'p';
}

static void add_port(const struct xeap_link *link)
{
	struct netport_seed seed = { .link = *link,
				     .spec = &world.spec,
				     .credentials = &world.credentials };

	if (matches(link))
		assert_non_null(netport_new(W, &seed));
}

/* What run.c makes of a link event. */
static void tell(const struct xeap_link_event *e)
{
	struct netport *n = netport_find(W, e->link.ifindex);

	switch (e->type) {
	case XEAP_LINK_ADDED:
		add_port(&e->link);
		break;
	case XEAP_LINK_CHANGED:
		if (n)
			netport_link_changed(n, &e->link);
		break;
	case XEAP_LINK_RENAMED:
		if (n && matches(&e->link)) {
			netport_renamed(n, &e->link);
		} else if (n) {
			supplicant_logoff(&n->supplicants[0]);
			netport_removed(n, "renamed");
			netport_free(n);
		} else {
			add_port(&e->link);
		}
		break;
	case XEAP_LINK_REMOVED:
		if (!n)
			break;
		netport_removed(n, "removed");
		netport_free(n);
		break;
	case XEAP_LINK_EVENT_MAX:
		break;
	}
}

void tell_some(unsigned int most)
{
	unsigned int n = most < world.event_count ? most : world.event_count;

	for (unsigned int i = 0; i < n; i++)
		tell(&world.events[i]);
	world.event_count -= n;
	memmove(world.events, world.events + n, world.event_count * sizeof(world.events[0]));
}

/* The wire. */

static void post(int ifindex, const uint8_t *bytes, uint32_t len)
{
	struct letter *l = &world.mail[world.letters];

	if (world.letters == SOAK_MAIL || len > sizeof(l->bytes))
		return; /* lost, as happens on wires */
	l->ifindex = ifindex;
	l->len = len;
	memcpy(l->bytes, bytes, len);
	world.letters++;
}

static void packet_sent(const struct fake_packet *p)
{
	post(p->ifindex, p->bytes, p->len);
}

/* Of a frame in the funnel the tag says whose it is: it is taken out again. */
static void funnel_sent(const uint8_t *bytes, uint32_t len)
{
	struct xeap_funnel_tag tag;
	uint8_t frame[256];

	memcpy(&tag, bytes + 12, sizeof(tag));
	if (tag.type != htons(XEAP_ETH_P_FUNNEL) || len > sizeof(frame))
		return;
	memcpy(frame, bytes, 12);
	memcpy(frame + 12, bytes + 12 + sizeof(tag), len - 12 - sizeof(tag));
	for (struct xeap_node *i = W->netports.next; i != &W->netports; i = i->next) {
		const struct netport *n = XEAP_CONTAINER(i, struct netport, node);

		if (n->port && n->port->attachment.slot == ntohs(tag.slot) &&
		    n->port->attachment.generation == ntohs(tag.generation))
			post(n->ifindex, frame, len - (uint32_t)sizeof(tag));
	}
}

static void sent(struct fake_socket *s, const uint8_t *bytes, uint32_t len)
{
	if (s->netdev < FAKE_PORTS)
		post(fake.netdev[s->netdev].n.ifindex, bytes, len);
	else
		funnel_sent(bytes, len);
}

struct fake_socket *funnel_socket(void)
{
	for (int i = 0; i < FAKE_SOCKETS; i++) {
		struct fake_socket *s = &fake.socket[i];

		if (s->xsk && s->netdev >= FAKE_PORTS && fake.netdev[s->netdev].there)
			return s;
	}
	return NULL;
}

static void through_funnel(const struct xeap_port *p, const uint8_t *bytes, uint32_t len)
{
	struct fake_socket *s = funnel_socket();
	const struct xeap_funnel_tag tag = {
		.type = htons(XEAP_ETH_P_FUNNEL),
		.slot = htons((uint16_t)p->attachment.slot),
		.generation = htons(p->attachment.generation),
	};
	uint8_t frame[300];

	if (!s || len < 12)
		return;
	memcpy(frame, bytes, 12);
	memcpy(frame + 12, &tag, sizeof(tag));
	memcpy(frame + 12 + sizeof(tag), bytes + 12, len - 12);
	fake_deliver(s, frame, len + (uint32_t)sizeof(tag));
}

void arrive(unsigned int i, const uint8_t *bytes, uint32_t len)
{
	const struct netport *n = netport_find(W, netdev(i)->n.ifindex);
	struct fake_packet p = { .ifindex = netdev(i)->n.ifindex, .len = len, .tag = -1 };
	struct fake_socket *s;

	if (!netdev(i)->there || !netdev(i)->n.up || !n || !n->port)
		return;
	if (n->port->packet) {
		memcpy(p.bytes, bytes, len);
		if (fake.in_count < FAKE_PACKETS)
			fake_packet_in(&p);
		return;
	}
	if (n->port->funnel) {
		through_funnel(n->port, bytes, len);
		return;
	}
	s = fake_socket_on(netdev(i)->n.name, 0);
	if (s && s->config.area)
		fake_deliver(s, bytes, len);
}

static const uint8_t pae_group[6] = { 0x01, 0x80, 0xc2, 0, 0, 3 };

/* Bytes before the EtherType: addresses, and the tags that the program sent. */
static uint32_t header_of(const struct letter *l)
{
	uint32_t len = 12;

	while (len + 8 < l->len && (l->bytes[len] == 0x81 || l->bytes[len + 1] == 0xa8))
		len += 4;
	return len;
}

static void reply(unsigned int i, const struct letter *l, const uint8_t *eap, uint16_t eap_len)
{
	uint32_t header = header_of(l);
	uint8_t frame[128] = { 0 }, *eapol = frame + header + 2;

	memcpy(frame, l->bytes, header);
	memcpy(frame, world.wire[i].unicast ? l->bytes + 6 : pae_group, 6);
	memcpy(frame + 6, "\6\0\0\0\0\1", 6); /* nobody else's */
	memcpy(frame + header, "\x88\x8e\2\0", 4);
	eapol[2] = (uint8_t)(eap_len >> 8);
	eapol[3] = (uint8_t)eap_len;
	memcpy(eapol + 4, eap, eap_len);
	arrive(i, frame, 68);
}

/* An authenticator: Identity, MD5, Success. */
static void answer(const struct letter *l)
{
	int i = place_of(l->ifindex);
	const uint8_t *eapol = l->bytes + header_of(l) + 2, *eap = eapol + 4;
	uint8_t request[22] = { 1, 0, 0, 22, 4, 16 };
	struct wire *w;

	if (i < 0 || l->len < header_of(l) + 11 || eapol[-2] != 0x88 || eapol[-1] != 0x8e)
		return;
	w = &world.wire[i];
	if (w->silent || !w->carrier || !netdev((unsigned int)i)->n.up)
		return;
	request[1] = ++w->id;
	if (eapol[1] == 1) {
		request[3] = 5;
		request[4] = 1;
		reply((unsigned int)i, l, request, 5);
	} else if (eapol[1] == 0 && eap[0] == 2 && eap[4] == 1) {
		reply((unsigned int)i, l, request, 22);
	} else if (eapol[1] == 0 && eap[0] == 2 && eap[4] == 4) {
		request[0] = 3;
		request[1] = eap[1];
		request[3] = 4;
		reply((unsigned int)i, l, request, 4);
	}
}

void deliver_mail(bool reliable)
{
	struct letter mail[SOAK_MAIL];
	unsigned int n = world.letters;

	memcpy(mail, world.mail, n * sizeof(mail[0]));
	world.letters = 0;
	for (unsigned int i = 0; i < n; i++)
		if (reliable || chance(90))
			answer(&mail[i]);
}

void soak_watch(void)
{
	fake.on_sent = sent;
	fake.on_packet = packet_sent;
}
