/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Whole EAP-MD5 logins: the 802.1X machine over real sessions, against what an authenticator once
 * said to another supplicant (tests/fixtures/captures). Every frame sent must be the one that the
 * other supplicant sent, byte by byte, out of the frame that the session built it in.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xeap/config.h>
#include <xeap/host.h>
#include <xeap/pae.h>
#include "base/frame.h"
#include "method/list.h"

#define FRAMES 4
#define CHUNK 2048
#define MAX_WIRE 256
#define MAX_PACKETS 16

const struct xeap_method *const xeap_methods_builtin[] = { &xeap_method_md5, NULL };
const size_t xeap_methods_builtin_count = 1;

/* The supplicant of the captures; everybody else is the authenticator. */
static const uint8_t supplicant_mac[6] = { 0x02, 0, 0, 0, 0x0b, 0x01 };

struct packet {
	uint8_t bytes[MAX_WIRE];
	uint32_t len;
};

struct login {
	struct xeap_host *host;
	struct xeap_profile *profile;
	struct xeap_pool *pool;
	struct xeap_pae *pae;
	xeap_session_id session;
	struct packet sent[MAX_PACKETS];
	unsigned int sent_count, ends;
	xeap_time now;
};

/* ---- the engine: one session after the other ---- */

static void engine_end(void *engine)
{
	struct login *l = (struct login *)engine;

	if (l->session)
		assert_int_equal(xeap_session_end(l->host, l->session, NULL), XEAP_OK);
	l->session = 0;
	l->ends++;
}

static int engine_restart(void *engine)
{
	struct login *l = (struct login *)engine;
	struct xeap_session_options options = {
		.size = sizeof(options),
		.profile = l->profile,
		.pool = l->pool,
	};

	engine_end(l);
	return xeap_session_begin(l->host, &options, &l->session, NULL) ? -ENOMEM : 0;
}

static int engine_process(void *engine, struct xeap_span eap, enum xeap_action *ret_action)
{
	struct login *l = (struct login *)engine;
	uint32_t code = xeap_session_process_received_packet(l->host, l->session, (uint32_t)eap.len,
							     eap.data, ret_action, NULL);

	switch (code) {
	case XEAP_OK:
	case XEAP_E_INVALID_HANDLE:
		return 0;
	case XEAP_E_OUT_OF_MEMORY:
		return -ENOMEM;
	case XEAP_E_REMOTE_INVALID_PACKET:
		return -EBADMSG;
	}
	return -EPROTO;
}

static int engine_get_send_frame(void *engine, struct xeap_frame **ret_frame)
{
	struct login *l = (struct login *)engine;
	uint8_t *packet;
	uint32_t size;

	if (xeap_session_get_send_packet(l->host, l->session, &size, &packet, NULL))
		return -EINVAL;
	*ret_frame = xeap_pool_frame_of(l->pool, packet);
	assert_non_null(*ret_frame);
	return 0;
}

static int engine_get_result(void *engine, enum xeap_result_reason reason, bool *ret_success)
{
	struct login *l = (struct login *)engine;
	struct xeap_session_result result;

	if (xeap_session_get_result(l->host, l->session, reason, &result, NULL))
		return -EINVAL;
	*ret_success = result.success;
	return 0;
}

static const struct xeap_pae_engine_ops engine_ops = {
	.restart = engine_restart,
	.process = engine_process,
	.get_send_frame = engine_get_send_frame,
	.get_result = engine_get_result,
	.end = engine_end,
};

/* ---- the port: a ring that sends at once ---- */

static struct xeap_frame *port_lend(void *port)
{
	return xeap_pool_lend(((struct login *)port)->pool);
}

static int port_transmit(void *port, struct xeap_frame *frame)
{
	struct login *l = (struct login *)port;
	struct packet *p = &l->sent[l->sent_count];
	int err = xeap_frame_queue(frame);

	if (err < 0)
		return err;
	assert_true(l->sent_count < MAX_PACKETS);
	l->sent_count++;
	p->len = xeap_frame_wire_len(frame);
	assert_true(p->len <= MAX_WIRE);
	memcpy(p->bytes, xeap_frame_wire(frame), p->len);
	return xeap_frame_complete(frame);
}

static const struct xeap_pae_port_ops port_ops = {
	.lend = port_lend,
	.transmit = port_transmit,
};

/* ---- begin and end ---- */

static struct xeap_profile *new_profile(const char *password)
{
	struct xeap_profile *profile;
	struct xeap_config *config;

	assert_int_equal(xeap_config_new(&config), 0);
	assert_int_equal(xeap_config_set(config, "key_mgmt", "IEEE8021X", NULL), 0);
	assert_int_equal(xeap_config_set(config, "eap", "MD5", NULL), 0);
	assert_int_equal(xeap_config_set(config, "identity", "\"md5user\"", NULL), 0);
	assert_int_equal(xeap_config_set(config, "password", password, NULL), 0);
	assert_int_equal(xeap_profile_new(config, &profile, NULL), 0);
	xeap_config_free(config);
	return profile;
}

static void begin(struct login *l, const char *password)
{
	*l = (struct login){ .now = XEAP_S(1) };
	l->profile = new_profile(password);
	assert_int_equal(xeap_host_new(NULL, &l->host), XEAP_OK);
	assert_int_equal(xeap_pool_new(FRAMES, CHUNK, &l->pool), 0);
	assert_int_equal(xeap_pae_new(NULL, supplicant_mac, &engine_ops, l, &port_ops, l, &l->pae),
			 0);
	xeap_pae_set_link(l->pae, true, l->now);
}

static void end(struct login *l)
{
	struct xeap_pool_stats stats;

	l->pae = xeap_pae_free(l->pae);
	assert_int_equal(l->session, 0);
	xeap_pool_get_stats(l->pool, &stats);
	assert_int_equal(stats.state[XEAP_FRAME_FREE], FRAMES);
	assert_int_equal(stats.copied, 0);
	l->host = xeap_host_free(l->host);
	l->profile = xeap_profile_unref(l->profile);
	l->pool = xeap_pool_free(l->pool);
}

static bool is_state(const struct login *l, enum xeap_pae_state state)
{
	return xeap_pae_get_state(l->pae) == state;
}

/* ---- captures ---- */

static FILE *open_capture(const char *name)
{
	const char *fixtures = getenv("XEAP_FIXTURES");
	uint8_t header[24];
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/captures/%s.pcap", fixtures ? fixtures : "tests/fixtures",
		 name);
	f = fopen(path, "rb");
	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	assert_int_equal(fread(header, sizeof(header), 1, f), 1);
	return f;
}

static bool read_packet(FILE *f, struct packet *p)
{
	uint32_t record[4]; /* seconds, microseconds, captured, length */

	if (fread(record, sizeof(record), 1, f) != 1)
		return false;
	p->len = record[2];
	assert_true(p->len <= MAX_WIRE);
	assert_int_equal(fread(p->bytes, p->len, 1, f), 1);
	return true;
}

static unsigned int read_capture(const char *name, struct packet *ret_packets)
{
	FILE *f = open_capture(name);
	unsigned int n = 0;

	while (n < MAX_PACKETS && read_packet(f, &ret_packets[n]))
		n++;
	fclose(f);
	assert_true(n > 2);
	return n;
}

static bool is_ours(const struct packet *p)
{
	return memcmp(p->bytes + 6, supplicant_mac, 6) == 0;
}

/* What the authenticator said is fed, what the other supplicant said is compared. */
static void replay(struct login *l, const char *name)
{
	struct packet packets[MAX_PACKETS];
	unsigned int n = read_capture(name, packets), compared = 0;

	for (unsigned int i = 0; i < n; i++) {
		const struct packet *p = &packets[i];

		if (!is_ours(p)) {
			xeap_pae_receive(l->pae, xeap_span(p->bytes, p->len), l->now++);
			continue;
		}
		assert_true(compared < l->sent_count);
		assert_int_equal(l->sent[compared].len, p->len);
		assert_memory_equal(l->sent[compared].bytes, p->bytes, p->len);
		compared++;
	}
	assert_int_equal(compared, l->sent_count);
}

/* ---- tests ---- */

static void test_login_to_the_group_address(void **state)
{
	struct login l;

	begin(&l, "\"md5pass\"");
	replay(&l, "md5");
	assert_true(is_state(&l, XEAP_PAE_AUTHENTICATED));
	assert_true(xeap_pae_is_authorized(l.pae));
	end(&l);
}

static void test_login_to_the_supplicants_address(void **state)
{
	struct login l;

	begin(&l, "\"md5pass\"");
	replay(&l, "md5-unicast");
	assert_true(is_state(&l, XEAP_PAE_AUTHENTICATED));
	end(&l);
}

static void test_login_with_the_wrong_password(void **state)
{
	struct login l;

	begin(&l, "\"wrong\"");
	replay(&l, "md5-wrongpw");
	assert_true(is_state(&l, XEAP_PAE_HELD));
	assert_int_equal(xeap_pae_get_reason(l.pae), XEAP_PAE_REASON_FAILURE);
	assert_false(xeap_pae_is_authorized(l.pae));
	end(&l);
}

/* Twice the same login is a re-authentication: the captures differ in Identifier and challenge. */
static void test_asked_again_after_success(void **state)
{
	struct packet packets[MAX_PACKETS];
	struct login l;
	unsigned int n;

	begin(&l, "\"md5pass\"");
	replay(&l, "md5");
	n = read_capture("md5-unicast", packets);
	for (unsigned int i = 0; i < n; i++) {
		if (is_ours(&packets[i]))
			continue;
		assert_true(xeap_pae_is_authorized(l.pae));
		xeap_pae_receive(l.pae, xeap_span(packets[i].bytes, packets[i].len), l.now);
	}
	assert_true(is_state(&l, XEAP_PAE_AUTHENTICATED));
	assert_int_equal(l.sent_count, 5);
	assert_memory_equal(l.sent[4].bytes, packets[4].bytes, packets[4].len);
	end(&l);
}

static void test_a_repeated_request_gets_the_same_bytes(void **state)
{
	struct packet packets[MAX_PACKETS];
	struct xeap_pae_stats stats;
	struct login l;

	begin(&l, "\"md5pass\"");
	read_capture("md5", packets);
	xeap_pae_receive(l.pae, xeap_span(packets[1].bytes, packets[1].len), l.now);
	for (unsigned int i = 0; i < 3; i++)
		xeap_pae_receive(l.pae, xeap_span(packets[3].bytes, packets[3].len), l.now);
	assert_int_equal(l.sent_count, 5);
	assert_memory_equal(l.sent[2].bytes, packets[4].bytes, packets[4].len);
	assert_memory_equal(l.sent[4].bytes, packets[4].bytes, packets[4].len);
	xeap_pae_get_stats(l.pae, &stats);
	assert_int_equal(stats.retransmitted, 2);
	end(&l);
}

/* IEEE 802.1X-2004 figure 8-17: silence after the method has begun. MD5 promises nothing. */
static void test_an_authenticator_that_falls_silent(void **state)
{
	struct packet packets[MAX_PACKETS];
	struct login l;

	begin(&l, "\"md5pass\"");
	read_capture("md5", packets);
	xeap_pae_receive(l.pae, xeap_span(packets[1].bytes, packets[1].len), l.now);
	xeap_pae_receive(l.pae, xeap_span(packets[3].bytes, packets[3].len), l.now);
	xeap_pae_tick(l.pae, l.now + XEAP_S(30));
	assert_true(is_state(&l, XEAP_PAE_CONNECTING));
	assert_int_equal(xeap_pae_get_reason(l.pae), XEAP_PAE_REASON_SILENT);
	assert_int_equal(l.session, 0);
	end(&l);
}

/* All frames are taken: what cannot be answered now is answered when it comes again. */
static void test_a_pool_that_ran_dry(void **state)
{
	struct xeap_frame *taken[FRAMES];
	struct packet packets[MAX_PACKETS];
	struct login l;

	begin(&l, "\"md5pass\"");
	read_capture("md5", packets);
	for (unsigned int i = 0; i < FRAMES; i++)
		taken[i] = xeap_pool_lend(l.pool);
	xeap_pae_receive(l.pae, xeap_span(packets[1].bytes, packets[1].len), l.now);
	assert_int_equal(l.sent_count, 1);
	assert_true(is_state(&l, XEAP_PAE_AUTHENTICATING));
	for (unsigned int i = 0; i < FRAMES; i++)
		xeap_frame_give_back(taken[i]);
	xeap_pae_receive(l.pae, xeap_span(packets[1].bytes, packets[1].len), l.now);
	assert_int_equal(l.sent_count, 2);
	assert_memory_equal(l.sent[1].bytes, packets[2].bytes, packets[2].len);
	end(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_login_to_the_group_address),
		cmocka_unit_test(test_login_to_the_supplicants_address),
		cmocka_unit_test(test_login_with_the_wrong_password),
		cmocka_unit_test(test_asked_again_after_success),
		cmocka_unit_test(test_a_repeated_request_gets_the_same_bytes),
		cmocka_unit_test(test_an_authenticator_that_falls_silent),
		cmocka_unit_test(test_a_pool_that_ran_dry),
	};

	return cmocka_run_group_tests_name("pae_host", tests, NULL, NULL);
}
