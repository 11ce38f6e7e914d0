/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The way of a frame through the supplicant of `xeap run`, over a kernel that the test plays: ring,
 * 802.1X machine, session, method, get-send-packet, ring. What it costs in allocations, system
 * calls and copies once a conversation has begun: none, one wake-up a batch, none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "method/list.h"
#include "allocations.h"
#include "md5_credentials.h"
#include "test_port_fake.h"
#include "tool/netport.h"
#include "tool/prompt.h"
#include "tool/report.h"

const struct xeap_method *const xeap_methods_builtin[] = { &xeap_method_md5, NULL };
const size_t xeap_methods_builtin_count = 1;

/* Linked with --wrap for these: what the code under test writes. */
static unsigned int writes;
int __wrap_printf(const char *format, ...);
int __wrap_fflush(FILE *f);

int __wrap_printf(const char *format, ...)
{
	writes++;
	return 0;
}

int __wrap_fflush(FILE *f)
{
	writes++;
	return 0;
}

struct bed {
	struct run_options options;
	struct report report;
	struct prompts nobody;
	struct worker worker;
	struct xeap_steer *steer;
	struct xeap_profile *profile;
	struct credentials credentials;
	struct port_spec spec;
	struct netport *port;
	struct supplicant *s;
	struct fake_socket *kernel;
};

static struct bed bed;

static void make_worker(void)
{
	struct xeap_rings_options o = { .size = sizeof(o) };

	assert_int_equal(xeap_steer_open(NULL, &bed.steer, NULL), 0);
	o.steer = bed.steer;
	bed.options = (struct run_options){ .start_period = XEAP_S(5),
					    .held_period = XEAP_S(60),
					    .auth_period = XEAP_S(30),
					    .ui_period = XEAP_S(120),
					    .max_start = 3,
					    .workers = 1 };
	bed.worker.options = &bed.options;
	bed.worker.report = &bed.report;
	bed.nobody.epoll = -1;
	bed.worker.prompts = &bed.nobody;
	bed.worker.now = XEAP_S(1);
	report_init(&bed.report, &bed.options, bed.worker.now);
	assert_int_equal(xeap_rings_new(&o, &bed.worker.rings, NULL), 0);
	assert_int_equal(xeap_host_new(NULL, &bed.worker.host), XEAP_OK);
	xeap_list_init(&bed.worker.netports);
}

static int setup(void **state)
{
	struct netport_seed seed = {
		.link = { .ifindex = 100, .ifname = "p0", .ethernet = true, .running = true },
		.spec = &bed.spec,
		.credentials = &bed.credentials,
	};

	memset(&bed, 0, sizeof(bed));
	fake_reset();
	md5_credentials(&bed.profile, &bed.credentials);
	make_worker();
	bed.port = netport_new(&bed.worker, &seed);
	assert_non_null(bed.port);
	bed.s = &bed.port->supplicants[0];
	bed.kernel = fake_socket_on("p0", 0);
	assert_non_null(bed.kernel);
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
	return fake_is_clean() ? 0 : -1;
}

/* What the loop of `xeap run` does with what waits. */
static void turn(void)
{
	struct xeap_rx batch[8];
	unsigned int n = xeap_rings_receive(bed.worker.rings, batch, 8);

	for (unsigned int i = 0; i < n; i++)
		netport_receive(xeap_port_user(batch[i].port), batch[i].data);
	xeap_rings_recycle(bed.worker.rings, batch, n);
	xeap_rings_flush(bed.worker.rings);
}

/* An EAP packet from the authenticator to the PAE group address. */
static void deliver(const uint8_t *eap, uint16_t len)
{
	uint8_t frame[128] = { 0x01, 0x80, 0xc2, 0, 0, 3, 2, 0, 0, 0, 0, 9, 0x88, 0x8e, 2, 0 };

	frame[16] = (uint8_t)(len >> 8);
	frame[17] = (uint8_t)len;
	memcpy(frame + 18, eap, len);
	assert_true(fake_deliver(bed.kernel, frame, 60));
	turn();
}

static const uint8_t identity_request[] = { 1, 1, 0, 5, 1 };
static const uint8_t challenge[] = { 1, 2, 0, 22, 4,  16, 1,  2,  3,  4,  5,
				     6, 7, 8, 9,  10, 11, 12, 13, 14, 15, 16 };
static const uint8_t success[] = { 3, 2, 0, 4 };

static uint64_t copied(void)
{
	struct xeap_pool_stats s;

	xeap_pool_get_stats(xeap_port_pool(bed.port->port), &s);
	return s.copied;
}

/* EAPOL-Start went out when the port came up; two responses follow; nothing was copied. */
static void a_login_goes_through(void **state)
{
	turn();
	assert_int_equal(bed.kernel->sent, 1);
	assert_int_equal(bed.kernel->last[15], 1);
	deliver(identity_request, sizeof(identity_request));
	assert_memory_equal(bed.kernel->last + 18, "\2\1\0\14\1md5user", 12);
	deliver(challenge, sizeof(challenge));
	assert_memory_equal(bed.kernel->last + 18, "\2\2\0\26\4\20", 6);
	deliver(success, sizeof(success));
	assert_int_equal(bed.kernel->sent, 3);
	assert_int_equal(bed.s->outcome, OUTCOME_AUTHENTICATED);
	assert_int_equal(copied(), 0);
}

/* C51 and the promise of the hot path: no frame costs an allocation or a line of log. */
static void frames_cost_no_allocation(void **state)
{
	unsigned int before, wrote, kicks;

	turn();
	deliver(identity_request, sizeof(identity_request));
	before = allocations;
	wrote = writes;
	kicks = bed.kernel->tx_kicks;
	deliver(challenge, sizeof(challenge));
	for (int i = 0; i < 100; i++)
		deliver(challenge, sizeof(challenge)); /* the authenticator asks again */
	assert_int_equal(allocations, before);
	assert_int_equal(writes, wrote);
	assert_int_equal(bed.kernel->tx_kicks, kicks + 101);
	assert_int_equal(bed.kernel->sent, 2 + 101);
	assert_int_equal(copied(), 0);
}

/* Frames that are not for the engine cost none either. */
static void junk_costs_no_allocation(void **state)
{
	static const uint8_t longer[] = { 1, 9, 0, 99, 1 };
	unsigned int before;

	turn();
	deliver(identity_request, sizeof(identity_request));
	before = allocations;
	for (int i = 0; i < 100; i++)
		deliver(longer, sizeof(longer));
	assert_int_equal(allocations, before);
	assert_int_equal(bed.kernel->sent, 2);
	assert_int_equal(bed.s->outcome, OUTCOME_PENDING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_login_goes_through, setup, teardown),
		cmocka_unit_test_setup_teardown(frames_cost_no_allocation, setup, teardown),
		cmocka_unit_test_setup_teardown(junk_costs_no_allocation, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
