/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Many supplicants on one netdev, over a kernel and an authenticator that the test plays: whom
 * frames are for, turns, VLAN tags, frames under pressure. The authenticator asks each address for
 * its identity, challenges it by MD5 and lets it in.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "method/list.h"
#include "md5_credentials.h"
#include "test_port_fake.h"
#include "tool/netport.h"
#include "tool/prompt.h"
#include "tool/report.h"

const struct xeap_method *const xeap_methods_builtin[] = { &xeap_method_md5, NULL };
const size_t xeap_methods_builtin_count = 1;

int __wrap_printf(const char *format, ...);
int __wrap_fflush(FILE *f);

int __wrap_printf(const char *format, ...)
{
	return 0;
}

int __wrap_fflush(FILE *f)
{
	return 0;
}

#define REPLIES 32768
#define HEADERS 26 /* Ethernet, two tags, EAPOL */

struct reply {
	uint8_t frame[64];
	uint32_t len;
};

static struct bed {
	struct run_options options;
	struct report report;
	struct prompts nobody;
	struct worker worker;
	struct xeap_steer *steer;
	struct xeap_profile *profile;
	struct credentials credentials;
	struct port_spec spec;
	struct vlan_range vlans[3];
	struct netport *port;
	struct fake_socket *kernel;
	/* the authenticator */
	bool to_group; /* it answers to the group address */
	bool deaf;     /* it answers nothing */
	bool slow;     /* challenges wait in `late` */
	struct reply late[256];
	uint32_t late_count;
	struct reply *replies;
	uint32_t first, count;
	uint32_t starts, successes;
	uint32_t under_way, most; /* conversations: now, and at most at once */
} bed;

static const uint8_t group[6] = { 0x01, 0x80, 0xc2, 0, 0, 3 };

/* An EAP packet to whom `to` came from, with its tags. */
static void reply(const uint8_t *to, uint32_t headers, const uint8_t *eap, uint16_t len)
{
	struct reply *r = &bed.replies[(bed.first + bed.count++) % REPLIES];

	assert_true(bed.count <= REPLIES);
	memset(r, 0, sizeof(*r));
	memcpy(r->frame, bed.to_group ? group : to + 6, 6);
	memcpy(r->frame + 6, "\6\0\0\0\0\11", 6);
	memcpy(r->frame + 12, to + 12, headers - 12);
	r->frame[headers - 3] = 0;
	r->frame[headers - 2] = (uint8_t)(len >> 8);
	r->frame[headers - 1] = (uint8_t)len;
	memcpy(r->frame + headers, eap, len);
	r->len = headers + len > 60 ? headers + len : 60;
}

/* Identifiers of two stations differ, as far as eight bits go. */
static uint8_t id_of(const uint8_t *frame)
{
	return (uint8_t)(frame[11] * 37 + frame[10] * 11);
}

static void answer_response(const uint8_t *frame, uint32_t headers)
{
	const uint8_t *eap = frame + headers;
	const uint8_t challenge[22] = { 1, (uint8_t)(eap[1] + 1), 0, 22, 4, 16, 1, 2, 3 };
	const uint8_t success[4] = { 3, eap[1], 0, 4 };

	if (eap[4] == 1) {
		reply(frame, headers, challenge, sizeof(challenge));
		if (bed.slow)
			bed.late[bed.late_count++] =
				bed.replies[(bed.first + --bed.count) % REPLIES];
	} else {
		assert_int_equal(eap[4], 4);
		reply(frame, headers, success, sizeof(success));
		bed.successes++;
		bed.under_way--;
	}
}

static void authenticator(struct fake_socket *s, const uint8_t *frame, uint32_t len)
{
	const uint8_t request[5] = { 1, id_of(frame), 0, 5, 1 };
	uint32_t headers = 18;

	while (frame[headers - 6] == 0x81 ||
	       (frame[headers - 6] == 0x88 && frame[headers - 5] == 0xa8))
		headers += 4;
	assert_true(headers <= HEADERS);
	if (frame[headers - 3] == 1) {
		bed.starts++;
		if (bed.deaf)
			return;
		bed.under_way++;
		if (bed.under_way > bed.most)
			bed.most = bed.under_way;
		reply(frame, headers, request, sizeof(request));
	} else if (frame[headers - 3] == 0 && !bed.deaf) {
		answer_response(frame, headers);
	}
}

static int setup(void **state)
{
	struct xeap_rings_options o = { .size = sizeof(o) };

	memset(&bed, 0, sizeof(bed));
	fake_reset();
	fake.on_sent = authenticator;
	bed.replies = calloc(REPLIES, sizeof(*bed.replies));
	md5_credentials(&bed.profile, &bed.credentials);
	assert_int_equal(xeap_steer_open(NULL, &bed.steer, NULL), 0);
	o.steer = bed.steer;
	bed.options = (struct run_options){ .start_period = XEAP_S(5),
					    .held_period = XEAP_S(60),
					    .auth_period = XEAP_S(30),
					    .ui_period = XEAP_S(120),
					    .max_start = 3,
					    .workers = 1 };
	bed.nobody.epoll = -1;
	bed.worker = (struct worker){ .options = &bed.options,
				      .report = &bed.report,
				      .prompts = &bed.nobody,
				      .now = XEAP_S(1) };
	report_init(&bed.report, &bed.options, bed.worker.now);
	assert_int_equal(xeap_rings_new(&o, &bed.worker.rings, NULL), 0);
	assert_int_equal(xeap_host_new(NULL, &bed.worker.host), XEAP_OK);
	xeap_list_init(&bed.worker.netports);
	return 0;
}

static int teardown(void **state)
{
	netport_free(bed.port);
	xeap_host_free(bed.worker.host);
	xeap_rings_free(bed.worker.rings);
	xeap_steer_close(bed.steer);
	xeap_timers_free(&bed.worker.timers);
	xeap_timers_free(&bed.worker.retries);
	xeap_profile_unref(bed.profile);
	report_done(&bed.report);
	free(bed.replies);
	return fake_is_clean() ? 0 : -1;
}

static void join(uint32_t stations)
{
	struct netport_seed seed = {
		.link = { .ifindex = fake.netdev[0].n.ifindex,
			  .ifname = "p0",
			  .ethernet = true,
			  .running = true },
		.spec = &bed.spec,
		.credentials = &bed.credentials,
	};

	memcpy(seed.link.mac, fake.netdev[0].n.mac, 6);
	bed.options.stations = stations;
	bed.port = netport_new(&bed.worker, &seed);
	assert_non_null(bed.port);
	bed.kernel = fake_socket_on("p0", 0);
	assert_non_null(bed.kernel);
}

static unsigned int receive(void)
{
	struct xeap_rx batch[64];
	unsigned int n = xeap_rings_receive(bed.worker.rings, batch, 64);

	for (unsigned int i = 0; i < n; i++)
		netport_receive(xeap_port_user(batch[i].port), batch[i].data);
	xeap_rings_recycle(bed.worker.rings, batch, n);
	return n;
}

static void run_timers(void)
{
	struct xeap_timer *t;

	while ((t = xeap_timers_due(&bed.worker.timers, bed.worker.now)))
		supplicant_due(XEAP_CONTAINER(t, struct supplicant, timer));
}

/* As `xeap run` and the authenticator go on, until nothing is left to do at this time. */
static void settle(void)
{
	bool more = true;

	while (more) {
		more = false;
		xeap_rings_flush(bed.worker.rings);
		while (bed.count && fake_deliver(bed.kernel, bed.replies[bed.first].frame,
						 bed.replies[bed.first].len)) {
			bed.first = (bed.first + 1) % REPLIES;
			bed.count--;
			more = true;
		}
		while (receive())
			more = true;
		run_timers();
		xeap_rings_flush(bed.worker.rings);
		more = more || bed.count;
	}
}

static void wait_for(xeap_time time)
{
	bed.worker.now += time;
	run_timers();
	settle();
}

static size_t authenticated(void)
{
	return bed.worker.totals.authenticated;
}

/* Every frame is free or the kernel's to receive into: none leaked. */
static void assert_frames_close(void)
{
	struct xeap_pool_stats s;

	xeap_pool_get_stats(xeap_port_pool(bed.port->port), &s);
	assert_int_equal(s.state[XEAP_FRAME_FREE] + s.state[XEAP_FRAME_FILLED], s.frames);
}

static void ten_thousand_stations_log_in(void **state)
{
	join(10000);
	settle();
	assert_int_equal(authenticated(), 10000);
	assert_int_equal(bed.starts, 10000);
	assert_int_equal(bed.successes, 10000);
	assert_true(bed.most > 1 && bed.most <= 64);
	assert_int_equal(bed.port->tx_copied, 0);
	assert_frames_close();
}

/* What an idle one takes: machine, table place and all. */
static void a_station_takes_less_than_a_kibibyte(void **state)
{
	join(16);
	settle();
	assert_int_equal(authenticated(), 16);
	assert_true(sizeof(struct supplicant) <= 512);
}

static void an_authenticator_of_the_group_has_one_at_a_time(void **state)
{
	bed.to_group = true;
	join(100);
	settle();
	assert_int_equal(authenticated(), 100);
	assert_int_equal(bed.most, 1);
	assert_int_equal(bed.starts, 100);
	assert_frames_close();
}

/* Nothing is known of an authenticator that is silent: one asks, the others wait for their turn. */
static void a_silent_authenticator_is_asked_by_one(void **state)
{
	bed.deaf = true;
	join(10);
	settle();
	assert_int_equal(bed.starts, 1);
	wait_for(XEAP_S(5));
	wait_for(XEAP_S(5));
	assert_int_equal(bed.starts, 3);
	wait_for(XEAP_S(5)); /* the first has failed, it is the second's turn */
	assert_int_equal(bed.starts, 4);
	assert_int_equal(bed.worker.totals.failed, 1);
	bed.deaf = false;
	wait_for(XEAP_S(5));
	assert_int_equal(authenticated(), 9);
	wait_for(XEAP_S(60)); /* heldPeriod of the first */
	assert_int_equal(authenticated(), 10);
	assert_int_equal(bed.worker.totals.failed, 0);
}

/* A group request that nobody has asked for: each of those that wait has its turn to answer. */
static void polls_to_the_group_go_round(void **state)
{
	uint8_t poll[60] = { 0x01, 0x80, 0xc2, 0, 0, 3, 2, 0,  0, 0, 0, 9,
			     0x88, 0x8e, 2,    0, 0, 5, 1, 77, 0, 5, 1 };
	struct supplicant *s;

	bed.to_group = true;
	join(3);
	settle();
	assert_int_equal(authenticated(), 3);
	for (int i = 0; i < 3; i++) {
		s = &bed.port->supplicants[i];
		poll[19] = (uint8_t)(100 + i);
		bed.under_way++; /* the authenticator's own doing */
		assert_true(fake_deliver(bed.kernel, poll, sizeof(poll)));
		bed.successes = 0;
		settle();
		assert_int_equal(bed.successes, 1);
		supplicant_count(s);
		assert_int_equal(s->frames_rx, 6);
	}
	assert_int_equal(authenticated(), 3);
	assert_int_equal(bed.most, 1);
}

/* With several under way, an Identifier that nobody's answer fits finds nobody. */
static void a_frame_that_answers_nobody_is_counted(void **state)
{
	static const uint8_t failure[60] = { 0x01, 0x80, 0xc2, 0, 0, 3, 2, 0, 0, 0, 0,
					     9,	   0x88, 0x8e, 2, 0, 0, 4, 4, 9, 0, 4 };

	join(5);
	settle();
	assert_int_equal(authenticated(), 5);
	assert_true(fake_deliver(bed.kernel, failure, sizeof(failure)));
	settle();
	assert_int_equal(authenticated(), 5);
	assert_int_equal(bed.port->lans[0].unmatched, 1);
}

static void frames_of_strangers_are_counted(void **state)
{
	uint8_t request[60] = { 2,    9,    9, 9, 9, 9, 2, 0, 0, 0, 0, 9,
				0x88, 0x8e, 2, 0, 0, 5, 1, 1, 0, 5, 1 };

	join(5);
	settle();
	assert_true(fake_deliver(bed.kernel, request, sizeof(request)));
	request[12] = 0x81; /* and of a VLAN that is not served */
	request[13] = 0;
	request[14] = 0;
	request[15] = 7;
	request[16] = 0x88;
	request[17] = 0x8e;
	request[18] = 2;
	request[19] = 0;
	request[21] = 5;
	assert_true(fake_deliver(bed.kernel, request, sizeof(request)));
	settle();
	assert_int_equal(bed.port->strays, 2);
}

/*
 * More conversations wait for their challenge than there are frames for responses: the oldest
 * responses move to the heap, all logins succeed.
 */
static void under_pressure_responses_are_spilled(void **state)
{
	struct xeap_pool_stats s;

	bed.options.frames = 16;
	bed.slow = true;
	join(200);
	bed.port->lans[0].side_by_side = 200;
	settle();
	for (int i = 0; i < 100 && bed.late_count < 200; i++)
		wait_for(XEAP_MS(100));
	assert_int_equal(bed.late_count, 200);
	xeap_pool_get_stats(xeap_port_pool(bed.port->port), &s);
	assert_true(s.spilled >= 200 - 16);
	for (uint32_t i = 0; i < bed.late_count; i++)
		bed.replies[(bed.first + bed.count++) % REPLIES] = bed.late[i];
	settle();
	assert_int_equal(authenticated(), 200);
	assert_frames_close();
}

static void each_vlan_has_its_own(void **state)
{
	bed.vlans[0] = (struct vlan_range){ { 0, 0 }, { 0, 0 } };
	bed.vlans[1] = (struct vlan_range){ { 100, 0 }, { 163, 0 } };
	bed.vlans[2] = (struct vlan_range){ { 10, 20 }, { 10, 21 } };
	bed.spec.vlans = bed.vlans;
	bed.spec.vlan_count = 3;
	bed.to_group = true;
	join(0);
	assert_int_equal(bed.port->count, 67);
	settle();
	assert_int_equal(authenticated(), 67);
	assert_int_equal(bed.port->strays, 0);
	for (uint32_t i = 0; i < 67; i++) {
		supplicant_count(&bed.port->supplicants[i]);
		assert_int_equal(bed.port->supplicants[i].frames_rx, 3);
	}
}

/* Two authenticators of the group, one a VLAN: turns are taken within a VLAN only. */
static void turns_are_of_a_vlan(void **state)
{
	bed.vlans[0] = (struct vlan_range){ { 5, 0 }, { 6, 0 } };
	bed.spec.vlans = bed.vlans;
	bed.spec.vlan_count = 1;
	bed.to_group = true;
	join(10);
	settle();
	assert_int_equal(authenticated(), 20);
	assert_int_equal(bed.most, 2);
}

static void all_come_back_after_a_link_flap(void **state)
{
	struct xeap_link link = { .ifindex = fake.netdev[0].n.ifindex,
				  .ifname = "p0",
				  .ethernet = true };

	join(1000);
	settle();
	memcpy(link.mac, fake.netdev[0].n.mac, 6);
	for (int i = 0; i < 3; i++) {
		link.running = false;
		netport_link_changed(bed.port, &link);
		assert_int_equal(authenticated(), 0);
		link.running = true;
		netport_link_changed(bed.port, &link);
		settle();
		assert_int_equal(authenticated(), 1000);
	}
	assert_frames_close();
}

static void addresses_count_on_from_the_first(void **state)
{
	static const uint8_t first[6] = { 2, 0, 0, 0, 0, 0xff };

	memcpy(bed.options.station_mac, first, 6);
	bed.options.station_mac_set = true;
	join(3);
	assert_memory_equal(bed.port->supplicants[0].mac, "\2\0\0\0\0\xff", 6);
	assert_memory_equal(bed.port->supplicants[2].mac, "\2\0\0\0\1\1", 6);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(ten_thousand_stations_log_in),
		TEST(a_station_takes_less_than_a_kibibyte),
		TEST(an_authenticator_of_the_group_has_one_at_a_time),
		TEST(a_silent_authenticator_is_asked_by_one),
		TEST(polls_to_the_group_go_round),
		TEST(a_frame_that_answers_nobody_is_counted),
		TEST(frames_of_strangers_are_counted),
		TEST(under_pressure_responses_are_spilled),
		TEST(each_vlan_has_its_own),
		TEST(turns_are_of_a_vlan),
		TEST(all_come_back_after_a_link_flap),
		TEST(addresses_count_on_from_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
