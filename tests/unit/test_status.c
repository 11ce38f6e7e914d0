// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* From what a process knows of itself to JSON, and from that to tables and metrics. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>

#include "tool/status_facts.h"
#include "tool/status_print.h"

static const struct status_timers timers = { XEAP_S(5), XEAP_S(60), XEAP_MS(500), 3 };

static struct status_supplicant supplicant(void)
{
	struct status_supplicant s = {
		.mac = { 2, 0, 0, 0, 0, 1 },
		.running = true,
		.state = XEAP_PAE_AUTHENTICATED,
		.authorized = true,
		.result = STATUS_SUCCESS,
		.method = "TLS",
		.tls_version = "1.3",
		.elapsed = 61300,
		.stats = { .eapol_frames_rx = 6,
			   .eapol_frames_tx = 7,
			   .eapol_start_frames_tx = 1,
			   .eapol_logoff_frames_tx = 2,
			   .eapol_resp_id_frames_tx = 3,
			   .eapol_resp_frames_tx = 4,
			   .eapol_req_id_frames_rx = 5,
			   .eapol_req_frames_rx = 8,
			   .invalid_eapol_frames_rx = 9,
			   .eap_length_error_frames_rx = 10,
			   .last_version_rx = 2,
			   .last_source = { 2, 0, 0, 0, 1, 1 } },
	};

	return s;
}

static struct status_port port(const char *name, unsigned int worker)
{
	struct status_port p = {
		.worker = worker,
		.ifindex = 7,
		.joined = true,
		.link = true,
		.eapol_version = 2,
		.info = { .driver = "veth",
			  .mtu = 1500,
			  .queues = 1,
			  .mode = XEAP_MODE_NATIVE,
			  .ring = "own" },
		.rings = { .frames_rx = 6, .frames_tx = 7, .rx_dropped = 1, .tx_refused = 2 },
		.steer = { [XEAP_STEER_REDIRECTED] = 6,
			   [XEAP_STEER_MASKED] = 2,
			   [XEAP_STEER_NOT_EAPOL] = 99 },
		.pool = { .frames = 32,
			  .state = { [XEAP_FRAME_FREE] = 15,
				     [XEAP_FRAME_FILLED] = 16,
				     [XEAP_FRAME_HELD] = 1 } },
		.supplicants = 1,
		.results = { [STATUS_SUCCESS] = 1 },
		.states = { [XEAP_PAE_AUTHENTICATED] = 1 },
	};
	struct status_supplicant s = supplicant();

	snprintf(p.ifname, sizeof(p.ifname), "%s", name);
	status_add_stats(&p.sum, &s.stats);
	return p;
}

static void write_one(FILE *out, const char *name, unsigned int worker, bool first)
{
	struct status_port p = port(name, worker);
	struct status_supplicant s = supplicant();

	status_write_port(out, &p, first);
	status_write_supplicant(out, &s, &timers, true);
	status_write_port_end(out);
}

static void write_failed(FILE *out)
{
	struct status_port p = port("port2", 1);
	struct status_supplicant s = supplicant();

	p.results[STATUS_SUCCESS] = 0;
	p.results[STATUS_FAILURE] = 1;
	status_write_port(out, &p, false);
	s.state = XEAP_PAE_HELD;
	s.authorized = false;
	s.result = STATUS_FAILURE;
	strcpy(s.reason, "the server's certificate has \"expired\"");
	status_write_supplicant(out, &s, &timers, true);
	status_write_port_end(out);
}

static void write_unjoined(FILE *out)
{
	struct status_port p = { .worker = 1,
				 .ifname = "port3",
				 .ifindex = 9,
				 .supplicants = 1,
				 .results = { [STATUS_FAILURE] = 1 } };

	strcpy(p.reason, "another XDP program is on it");
	status_write_port(out, &p, false);
	status_write_port_end(out);
}

/* Three stations in two VLANs. */
static void write_trunk(FILE *out, bool stations)
{
	struct status_port p = port("trunk0", 1);
	struct status_supplicant s = supplicant();

	p.supplicants = p.results[STATUS_SUCCESS] = p.states[XEAP_PAE_AUTHENTICATED] = 3;
	status_add_stats(&p.sum, &s.stats);
	p.pool.frames = 0;
	strcpy(p.info.ring, "funnel");
	status_write_port(out, &p, false);
	for (unsigned int i = 0; stations && i < 3; i++) {
		s.mac[5] = (uint8_t)i;
		s.vid[0] = i > 0 ? 100 : 0;
		s.vid[1] = i > 1 ? 200 : 0;
		status_write_supplicant(out, &s, &timers, !i);
	}
	status_write_port_end(out);
}

static char *document(bool stations)
{
	struct status_process p = { "1.2.3", 4711, 1700000000, XEAP_S(3723), 2 };
	struct status_worker w = { .ports = 1, .supplicants = 1 };
	struct status_totals t = { .ports = 5,
				   .supplicants = 6,
				   .refused = 1,
				   .results = { 0, 5, 1 },
				   .steer = { [XEAP_STEER_NOT_EAPOL] = 99 } };
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	status_write_head(out, &p);
	status_write_worker(out, &w);
	w.number = 1;
	w.funnel.present = true;
	w.funnel.stats = (struct xeap_pool_stats){ .frames = 64,
						   .state = { [XEAP_FRAME_FREE] = 64 },
						   .spilled = 4 };
	status_write_worker(out, &w);
	status_write_ports(out);
	write_one(out, "port10", 0, true);
	write_one(out, "port1", 1, false);
	write_failed(out);
	write_unjoined(out);
	write_trunk(out, stations);
	status_write_tail(out, &t);
	fclose(out);
	return text;
}

static json_t *read_document(bool stations)
{
	char *text = document(stations);
	json_t *d = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(d);
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	free(text);
	return d;
}

static json_int_t number(const json_t *object, const char *key)
{
	json_t *v = json_object_get(object, key);

	if (!json_is_integer(v))
		fail_msg("there is no number %s", key);
	return json_integer_value(v);
}

static void expect_text(const json_t *object, const char *key, const char *wanted)
{
	assert_string_equal(json_string_value(json_object_get(object, key)), wanted);
}

static void schema(void **state)
{
	json_t *d = read_document(false), *ports = json_object_get(d, "ports");

	expect_text(d, "schema", "xeap-status");
	assert_int_equal(number(d, "version"), 1);
	assert_int_equal(number(json_object_get(d, "process"), "pid"), 4711);
	assert_int_equal(json_array_size(json_object_get(d, "workers")), 2);
	assert_int_equal(json_array_size(ports), 5);
	assert_int_equal(number(json_object_get(d, "totals"), "success"), 5);
	/* What is counted for all ports together stands once. */
	assert_int_equal(number(json_object_get(d, "steer"), "not-eapol"), 99);
	assert_null(
		json_object_get(json_object_get(json_array_get(ports, 0), "steer"), "not-eapol"));
	assert_int_equal(number(json_object_get(json_array_get(ports, 0), "steer"), "masked"), 2);
	assert_true(json_is_null(json_object_get(json_array_get(ports, 4), "pool")));
	assert_null(json_object_get(json_array_get(ports, 3), "steer"));
	json_decref(d);
}

/* IEEE8021-PAE-MIB: every column of the tables that a supplicant has, but those that are set. */
static void mib_names(void **state)
{
	static const struct {
		const char *name;
		json_int_t value;
	} numbers[] = {
		{ "dot1xSuppHeldPeriod", 60 },		 { "dot1xSuppAuthPeriod", 1 },
		{ "dot1xSuppStartPeriod", 5 },		 { "dot1xSuppMaxStart", 3 },
		{ "dot1xSuppEapolFramesRx", 6 },	 { "dot1xSuppEapolFramesTx", 7 },
		{ "dot1xSuppEapolStartFramesTx", 1 },	 { "dot1xSuppEapolLogoffFramesTx", 2 },
		{ "dot1xSuppEapolRespIdFramesTx", 3 },	 { "dot1xSuppEapolRespFramesTx", 4 },
		{ "dot1xSuppEapolReqIdFramesRx", 5 },	 { "dot1xSuppEapolReqFramesRx", 8 },
		{ "dot1xSuppInvalidEapolFramesRx", 9 },	 { "dot1xSuppEapLengthErrorFramesRx", 10 },
		{ "dot1xSuppLastEapolFrameVersion", 2 },
	};
	json_t *d = read_document(false);
	json_t *p = json_array_get(json_object_get(d, "ports"), 0);
	json_t *s = json_array_get(json_object_get(p, "supplicants"), 0);

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		assert_int_equal(number(s, numbers[i].name), numbers[i].value);
	expect_text(s, "dot1xSuppLastEapolFrameSource", "02:00:00:00:01:01");
	expect_text(s, "dot1xSuppPaeState", "authenticated");
	expect_text(s, "dot1xSuppControlledPortStatus", "authorized");
	assert_int_equal(number(p, "dot1xPaePortNumber"), 7);
	assert_int_equal(number(p, "dot1xPaePortProtocolVersion"), 2);
	expect_text(json_array_get(json_object_get(d, "ports"), 0), "port", "port10");
	json_decref(d);
}

/* Inlined, gcc 12 takes what it returns for the local that held it. */
__attribute__((noinline)) static char *table(const json_t *d, const struct status_view *view)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	status_print_table(out, d, view);
	fclose(out);
	return text;
}

static void expect_table(const json_t *d, const struct status_view *view, const char *wanted)
{
	char *text = table(d, view);

	assert_string_equal(text, wanted);
	free(text);
}

#define SUMMARY                                                                                    \
	"xeap 1.2.3, process 4711, up 1:02:03\n"                                                   \
	"5 ports, 6 supplicants: 5 authenticated, 1 failed, 0 pending\n"                           \
	"XDP: 99 not-eapol, 24 redirected, 8 masked\n"                                             \
	"rings: 24 in, 28 out, 0 copied, 8 refused, 4 lost; of 160 frames 109 free, 3 held, "      \
	"4 spilled\n"                                                                              \
	"worker 0, 1 ports: 6 in, 7 out, 0 copied, 2 refused, 1 lost; of 32 frames 15 free, "      \
	"1 held, 0 spilled\n"                                                                      \
	"worker 1, 1 ports: 18 in, 21 out, 0 copied, 6 refused, 3 lost; of 128 frames 94 free, "   \
	"2 held, 4 spilled\n\n"

static void a_row_a_port(void **state)
{
	struct status_view view = { 0 };
	json_t *d = read_document(false);

	expect_table(d, &view,
		     SUMMARY
		     "PORT    DRIVER  MODE    RING    STATE          RESULT    METHOD  TLS  IN  OUT"
		     "  LOST\n"
		     "port1   veth    native  own     authenticated  success   TLS     1.3   6    7"
		     "     3\n"
		     "port2   veth    native  own     held           failure   TLS     1.3   6    7"
		     "     3  the server's certificate has \"expired\"\n"
		     "port3   -       -       -       not joined     1 failed  -       -     0    0"
		     "     0  another XDP program is on it\n"
		     "port10  veth    native  own     authenticated  success   TLS     1.3   6    7"
		     "     3\n"
		     "trunk0  veth    native  funnel  3 of 3         success   -       -    12   14"
		     "     3\n");
	json_decref(d);
}

static void a_row_a_supplicant(void **state)
{
	struct status_view view = { .stations = true };
	json_t *d = read_document(true);
	char *text = table(d, &view);

	assert_non_null(strstr(text, "PORT    MAC                   VLAN  STATE"));
	assert_non_null(strstr(text, "trunk0  02:00:00:00:00:00        -  authenticated"));
	assert_non_null(strstr(text, "trunk0  02:00:00:00:00:01      100  authenticated"));
	assert_non_null(strstr(text, "trunk0  02:00:00:00:00:02  100.200  authenticated"));
	free(text);
	json_decref(d);
}

static size_t widest(const char *text)
{
	size_t most = 0;

	while (*text) {
		size_t n = strcspn(text, "\n");

		most = n > most ? n : most;
		text += n + 1;
	}
	return most;
}

/* Every row fits, whatever is left out for it; the port and how it fares are not. */
static void narrow(void **state)
{
	json_t *d = read_document(false);

	for (unsigned int columns = 72; columns < 130; columns++) {
		struct status_view view = { .columns = columns };
		char *text = table(d, &view);
		const char *rows = strstr(text, "\n\n");

		assert_non_null(rows);
		assert_non_null(strstr(rows, "PORT"));
		assert_non_null(strstr(rows, "STATE"));
		assert_in_range(widest(rows + 2), 60, columns);
		free(text);
	}
	json_decref(d);
}

/* A low screen shows those first that somebody should look at. */
static void low(void **state)
{
	struct status_view view = { .rows = 11 };
	json_t *d = read_document(false);
	char *text = table(d, &view), *at = text;
	unsigned int lines = 0;

	while ((at = strchr(at, '\n'))) {
		lines++;
		at++;
	}
	assert_int_equal(lines, 11);
	assert_non_null(strstr(text, "port2"));
	assert_non_null(strstr(text, "port3"));
	assert_null(strstr(text, "port1 "));
	assert_non_null(strstr(text, "and 3 more\n"));
	free(text);
	json_decref(d);
}

static void rates(void **state)
{
	json_t *d = read_document(false), *before = read_document(false);
	struct status_view view = { .before = before, .seconds = 2 };
	json_t *sum = json_object_get(json_array_get(json_object_get(before, "ports"), 1), "sum");
	char *text;

	json_object_set_new(sum, "dot1xSuppEapolFramesRx", json_integer(2));
	json_array_remove(json_object_get(before, "ports"), 0);
	text = table(d, &view);
	assert_non_null(strstr(text, "IN/S"));
	assert_non_null(strstr(text, "     3     2      0\n")); /* port1: 6 less 2 in 2 s */
	assert_non_null(strstr(text, "     3     0      0\n"));
	free(text);
	json_decref(before);
	json_decref(d);
}

/* A document of a version that says less, or other things, is no reason to die. */
static void anything_else(void **state)
{
	static const char *const texts[] = {
		"{}",
		"{\"ports\":7,\"workers\":{},\"steer\":[]}",
		"{\"ports\":[1,null,{}],\"workers\":[2,{}]}",
		"{\"ports\":[{\"port\":null,\"supplicants\":[3]}],\"steer\":{\"a\":\"b\"}}",
	};
	struct status_view view = { 0 };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		json_t *d = json_loads(texts[i], 0, NULL);
		FILE *out = fopen("/dev/null", "w");

		view.stations = i & 1;
		free(table(d, &view));
		status_print_metrics(out, d);
		fclose(out);
		json_decref(d);
	}
}

/* One TYPE a metric, all of its samples after it, and each line one that the format knows. */
static void metrics(void **state)
{
	json_t *d = read_document(false);
	char *text, *line, *rest, metric[64] = "";
	size_t len;
	FILE *out = open_memstream(&text, &len);

	status_print_metrics(out, d);
	fclose(out);
	assert_non_null(strstr(text, "# TYPE xeap_eapol_received_frames_total counter\n"));
	assert_non_null(strstr(text, "xeap_eapol_received_frames_total{port=\"port10\"} 6\n"));
	assert_non_null(strstr(text, "xeap_eapol_received_frames_total{port=\"trunk0\"} 12\n"));
	assert_non_null(
		strstr(text, "xeap_steer_frames_total{port=\"port1\",reason=\"redirected\"} 6\n"));
	assert_non_null(strstr(text, "xeap_steer_shared_frames_total{reason=\"not-eapol\"} 99\n"));
	assert_non_null(
		strstr(text, "xeap_port_supplicants{port=\"trunk0\",state=\"authenticated\"} 3\n"));
	assert_non_null(strstr(text, "xeap_pool_frames{port=\"port1\",state=\"held\"} 1\n"));
	assert_non_null(strstr(text, "xeap_pool_frames{funnel=\"1\",state=\"free\"} 64\n"));
	assert_non_null(strstr(text, "xeap_pool_spilled_frames_total{funnel=\"1\"} 4\n"));
	assert_non_null(strstr(text, "xeap_port_info{port=\"port1\",driver=\"veth\","
				     "mode=\"native\",ring=\"own\",worker=\"1\"} 1\n"));
	assert_non_null(strstr(text, "xeap_uptime_seconds 3723.000\n"));
	for (line = text; *line; line = rest + 1) {
		char name[64];

		rest = strchr(line, '\n');
		if (sscanf(line, "# TYPE %63s ", name) == 1) {
			strcpy(metric, name);
		} else if (*line != '#') {
			assert_int_equal(strncmp(line, metric, strlen(metric)), 0);
			assert_true(line[strlen(metric)] == '{' || line[strlen(metric)] == ' ');
		}
	}
	free(text);
	json_decref(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(schema),	cmocka_unit_test(mib_names),
		cmocka_unit_test(a_row_a_port), cmocka_unit_test(a_row_a_supplicant),
		cmocka_unit_test(narrow),	cmocka_unit_test(low),
		cmocka_unit_test(rates),	cmocka_unit_test(anything_else),
		cmocka_unit_test(metrics),
	};

	return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
