// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/status_print.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

/* Counters and gauges of a port: where the document has them. */
static const struct metric {
	const char *name, *type, *help;
	const char *object, *member; /* of a port; member NULL: each of the object, as `label` */
	const char *label;
} metrics[] = {
	{ "xeap_port_supplicants", "gauge", "Supplicants of a port, by dot1xSuppPaeState.",
	  "states", NULL, "state" },
	{ "xeap_port_results", "gauge", "Supplicants of a port, by their last result.", "results",
	  NULL, "result" },
	{ "xeap_steer_frames_total", "counter",
	  "Frames that the XDP program saw, by what it did with them.", "steer", NULL, "reason" },
	{ "xeap_ring_received_frames_total", "counter", "Frames taken off the rings.", "rings",
	  "frames_rx" },
	{ "xeap_ring_sent_frames_total", "counter", "Frames that the rings completed.", "rings",
	  "frames_tx" },
	{ "xeap_ring_copied_frames_total", "counter",
	  "Responses that were copied before they were sent.", "rings", "tx_copied" },
	{ "xeap_ring_refused_frames_total", "counter", "Frames that no ring took.", "rings",
	  "tx_refused" },
	{ "xeap_ring_dropped_frames_total", "counter",
	  "Frames that the kernel dropped for want of room.", "rings", "rx_dropped" },
	{ "xeap_ring_receive_wakeups_total", "counter", "System calls made to refill rings.",
	  "rings", "rx_wakeups" },
	{ "xeap_ring_send_wakeups_total", "counter", "System calls made to send.", "rings",
	  "tx_wakeups" },
	{ "xeap_eapol_received_frames_total", "counter", "dot1xSuppEapolFramesRx.", "sum",
	  "dot1xSuppEapolFramesRx" },
	{ "xeap_eapol_sent_frames_total", "counter", "dot1xSuppEapolFramesTx.", "sum",
	  "dot1xSuppEapolFramesTx" },
	{ "xeap_eapol_sent_start_frames_total", "counter", "dot1xSuppEapolStartFramesTx.", "sum",
	  "dot1xSuppEapolStartFramesTx" },
	{ "xeap_eapol_sent_logoff_frames_total", "counter", "dot1xSuppEapolLogoffFramesTx.", "sum",
	  "dot1xSuppEapolLogoffFramesTx" },
	{ "xeap_eapol_sent_identity_frames_total", "counter", "dot1xSuppEapolRespIdFramesTx.",
	  "sum", "dot1xSuppEapolRespIdFramesTx" },
	{ "xeap_eapol_sent_response_frames_total", "counter", "dot1xSuppEapolRespFramesTx.", "sum",
	  "dot1xSuppEapolRespFramesTx" },
	{ "xeap_eapol_received_identity_frames_total", "counter", "dot1xSuppEapolReqIdFramesRx.",
	  "sum", "dot1xSuppEapolReqIdFramesRx" },
	{ "xeap_eapol_received_request_frames_total", "counter", "dot1xSuppEapolReqFramesRx.",
	  "sum", "dot1xSuppEapolReqFramesRx" },
	{ "xeap_eapol_received_invalid_frames_total", "counter", "dot1xSuppInvalidEapolFramesRx.",
	  "sum", "dot1xSuppInvalidEapolFramesRx" },
	{ "xeap_eapol_received_length_error_frames_total", "counter",
	  "dot1xSuppEapLengthErrorFramesRx.", "sum", "dot1xSuppEapLengthErrorFramesRx" },
	{ "xeap_eapol_retransmitted_frames_total", "counter",
	  "Responses to duplicate requests, and repeated Starts.", "sum", "retransmitted" },
	{ "xeap_eapol_transmit_failed_total", "counter",
	  "Frames that the port would not take, or had none for.", "sum", "transmit_failed" },
};

/* What a pool counts that is no state of a frame. */
static bool is_state(const char *member)
{
	return strcmp(member, "frames") && strcmp(member, "spilled") && strcmp(member, "copied");
}

static void print_head(FILE *out, const char *name, const char *type, const char *help)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* A label's value: backslash, quote and newline are escaped. */
static void print_label(FILE *out, const char *name, const char *value)
{
	fprintf(out, "%s=\"", name);
	for (; value && *value; value++) {
		if (*value == '\n') {
			fputs("\\n", out);
			continue;
		}
		if (*value == '"' || *value == '\\')
			putc('\\', out);
		putc(*value, out);
	}
	putc('"', out);
}

static void print_sample(FILE *out, const char *metric, const char *port, const char *label,
			 const char *value, const json_t *number)
{
	if (!json_is_integer(number))
		return;
	fprintf(out, "%s{", metric);
	print_label(out, "port", port);
	if (label) {
		putc(',', out);
		print_label(out, label, value);
	}
	fprintf(out, "} %" JSON_INTEGER_FORMAT "\n", json_integer_value(number));
}

static const char *text(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s ? s : "";
}

static void print_members(FILE *out, const struct metric *m, const char *port, json_t *object)
{
	const char *name;
	const json_t *v;

	json_object_foreach(object, name, v) print_sample(out, m->name, port, m->label, name, v);
}

static void print_metric(FILE *out, const struct metric *m, const json_t *ports)
{
	const json_t *port;
	size_t i;

	print_head(out, m->name, m->type, m->help);
	json_array_foreach(ports, i, port)
	{
		json_t *object = json_object_get(port, m->object);

		if (m->member)
			print_sample(out, m->name, text(port, "port"), NULL, NULL,
				     json_object_get(object, m->member));
		else
			print_members(out, m, text(port, "port"), object);
	}
}

/* What a port is goes into labels of a metric that is always 1. */
static void print_ports(FILE *out, const json_t *ports)
{
	static const char *const labels[] = { "driver", "mode", "ring" };
	const json_t *port;
	size_t i;

	print_head(out, "xeap_port_info", "gauge", "How the frames of a port come and go.");
	json_array_foreach(ports, i, port)
	{
		fputs("xeap_port_info{", out);
		print_label(out, "port", text(port, "port"));
		for (size_t l = 0; l < sizeof(labels) / sizeof(labels[0]); l++) {
			putc(',', out);
			print_label(out, labels[l], text(port, labels[l]));
		}
		fprintf(out, ",worker=\"%" JSON_INTEGER_FORMAT "\"} 1\n",
			json_integer_value(json_object_get(port, "worker")));
	}
	print_head(out, "xeap_port_up", "gauge", "Whether a port has a link.");
	json_array_foreach(ports, i, port)
	{
		fputs("xeap_port_up{", out);
		print_label(out, "port", text(port, "port"));
		fprintf(out, "} %d\n", json_is_true(json_object_get(port, "link")));
	}
}

/* Frames by state, or how many were spilled. */
static void print_pool(FILE *out, bool spilled, const char *key, const char *owner, json_t *pool)
{
	const char *name;
	const json_t *v;

	json_object_foreach(pool, name, v)
	{
		if (!json_is_integer(v) || (spilled ? strcmp(name, "spilled") : !is_state(name)))
			continue;
		fputs(spilled ? "xeap_pool_spilled_frames_total{" : "xeap_pool_frames{", out);
		print_label(out, key, owner);
		if (!spilled) {
			putc(',', out);
			print_label(out, "state", name);
		}
		fprintf(out, "} %" JSON_INTEGER_FORMAT "\n", json_integer_value(v));
	}
}

/* Pools of ports, and those that the ports of a worker share. */
static void print_pools(FILE *out, const json_t *document, bool spilled)
{
	static const char *const shared[] = { "funnel", "packet" };
	const json_t *item;
	char key[32], worker[24];
	size_t i;

	json_array_foreach(json_object_get(document, "ports"), i, item)
		print_pool(out, spilled, "port", text(item, "port"), json_object_get(item, "pool"));
	json_array_foreach(json_object_get(document, "workers"), i, item)
	{
		for (size_t k = 0; k < sizeof(shared) / sizeof(shared[0]); k++) {
			snprintf(key, sizeof(key), "%s_pool", shared[k]);
			snprintf(worker, sizeof(worker), "%zu", i);
			print_pool(out, spilled, shared[k], worker, json_object_get(item, key));
		}
	}
}

static void print_process(FILE *out, const json_t *document)
{
	const json_t *p = json_object_get(document, "process"), *v;
	const char *name;

	print_head(out, "xeap_info", "gauge", "The program.");
	fputs("xeap_info{", out);
	print_label(out, "version", text(p, "version"));
	fputs("} 1\n", out);
	print_head(out, "xeap_uptime_seconds", "gauge", "Time since the program started.");
	fprintf(out, "xeap_uptime_seconds %.3f\n",
		(double)json_integer_value(json_object_get(p, "uptime_us")) / 1e6);
	print_head(out, "xeap_steer_shared_frames_total", "counter",
		   "Frames that the XDP program saw and counts for all ports together.");
	json_object_foreach(json_object_get(document, "steer"), name, v)
	{
		fputs("xeap_steer_shared_frames_total{", out);
		print_label(out, "reason", name);
		fprintf(out, "} %" JSON_INTEGER_FORMAT "\n", json_integer_value(v));
	}
}

void status_print_metrics(FILE *out, const json_t *document)
{
	const json_t *ports = json_object_get(document, "ports");

	print_process(out, document);
	print_ports(out, ports);
	for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++)
		print_metric(out, &metrics[i], ports);
	print_head(out, "xeap_pool_frames", "gauge",
		   "Frames of a port's pool, or of one that a worker's ports share, by state.");
	print_pools(out, document, false);
	print_head(out, "xeap_pool_spilled_frames_total", "counter",
		   "Held frames that were moved to the heap because the pool had run dry.");
	print_pools(out, document, true);
}
