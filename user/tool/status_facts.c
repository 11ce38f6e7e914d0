// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/status_facts.h"

#include <stddef.h>

#include "tool/json.h"

static const char *const result_names[STATUS_RESULT_MAX] = {
	[STATUS_PENDING] = "pending",
	[STATUS_SUCCESS] = "success",
	[STATUS_FAILURE] = "failure",
};

/* dot1xSuppPaeState. Its acquired(6) is of the standard of 2001. */
static const char *const mib_states[XEAP_PAE_STATE_MAX] = {
	[XEAP_PAE_LOGOFF] = "logoff",
	[XEAP_PAE_DISCONNECTED] = "disconnected",
	[XEAP_PAE_CONNECTING] = "connecting",
	[XEAP_PAE_AUTHENTICATING] = "authenticating",
	[XEAP_PAE_AUTHENTICATED] = "authenticated",
	[XEAP_PAE_HELD] = "held",
	[XEAP_PAE_RESTART] = "restart",
};

/* dot1xSuppStatsTable, and after it what that lacks. */
static const struct counter {
	const char *name;
	size_t offset;
} counters[] = {
#define COUNTER(name, member)                                                                      \
	{                                                                                          \
		name, offsetof(struct xeap_pae_stats, member)                                      \
	}
	COUNTER("dot1xSuppEapolFramesRx", eapol_frames_rx),
	COUNTER("dot1xSuppEapolFramesTx", eapol_frames_tx),
	COUNTER("dot1xSuppEapolStartFramesTx", eapol_start_frames_tx),
	COUNTER("dot1xSuppEapolLogoffFramesTx", eapol_logoff_frames_tx),
	COUNTER("dot1xSuppEapolRespIdFramesTx", eapol_resp_id_frames_tx),
	COUNTER("dot1xSuppEapolRespFramesTx", eapol_resp_frames_tx),
	COUNTER("dot1xSuppEapolReqIdFramesRx", eapol_req_id_frames_rx),
	COUNTER("dot1xSuppEapolReqFramesRx", eapol_req_frames_rx),
	COUNTER("dot1xSuppInvalidEapolFramesRx", invalid_eapol_frames_rx),
	COUNTER("dot1xSuppEapLengthErrorFramesRx", eap_length_error_frames_rx),
	COUNTER("other_frames_rx", other_frames_rx),
	COUNTER("ignored_frames_rx", ignored_frames_rx),
	COUNTER("retransmitted", retransmitted),
	COUNTER("transmit_failed", transmit_failed),
#undef COUNTER
};
#define COUNTERS (sizeof(counters) / sizeof(counters[0]))

static uint64_t counter_of(const struct xeap_pae_stats *s, size_t i)
{
	return *(const uint64_t *)((const char *)s + counters[i].offset);
}

void status_add_stats(struct xeap_pae_stats *sum, const struct xeap_pae_stats *s)
{
	for (size_t i = 0; i < COUNTERS; i++)
		*(uint64_t *)((char *)sum + counters[i].offset) += counter_of(s, i);
}

static void write_counters(struct json *j, const struct xeap_pae_stats *s)
{
	for (size_t i = 0; i < COUNTERS; i++)
		json_uint(j, counters[i].name, counter_of(s, i));
}

static void write_mac(struct json *j, const char *key, const uint8_t *mac)
{
	char text[18];

	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
	json_string(j, key, text);
}

static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}

static void write_pool(struct json *j, const char *key, const struct xeap_pool_stats *s)
{
	json_open_object(j, key);
	json_uint(j, "frames", s->frames);
	for (unsigned int i = 0; i < XEAP_FRAME_STATE_MAX; i++)
		json_uint(j, xeap_frame_state_name((enum xeap_frame_state)i), s->state[i]);
	json_uint(j, "spilled", s->spilled);
	json_uint(j, "copied", s->copied);
	json_close_object(j);
}

void status_write_head(FILE *out, const struct status_process *p)
{
	struct json j;

	json_begin(&j, out);
	json_string(&j, "schema", STATUS_SCHEMA);
	json_uint(&j, "version", STATUS_VERSION);
	json_open_object(&j, "process");
	json_string(&j, "version", p->version);
	json_uint(&j, "pid", (uint64_t)p->pid);
	json_uint(&j, "time", p->time);
	json_uint(&j, "uptime_us", p->uptime);
	json_uint(&j, "workers", p->workers);
	json_close_object(&j);
	json_open_array(&j, "workers");
}

void status_write_worker(FILE *out, const struct status_worker *w)
{
	struct json j;

	if (w->number)
		putc(',', out);
	json_begin(&j, out);
	json_uint(&j, "worker", w->number);
	json_uint(&j, "ports", w->ports);
	json_uint(&j, "supplicants", w->supplicants);
	if (w->funnel.present)
		write_pool(&j, "funnel_pool", &w->funnel.stats);
	if (w->packet.present)
		write_pool(&j, "packet_pool", &w->packet.stats);
	putc('}', out);
}

void status_write_ports(FILE *out)
{
	fputs("],\"ports\":[", out);
}

static void write_steer(struct json *j, const uint64_t *counts, bool shared)
{
	json_open_object(j, "steer");
	for (unsigned int i = 0; i < XEAP_STEER_REASON_MAX; i++)
		if (xeap_steer_reason_is_shared(i) == shared)
			json_uint(j, xeap_steer_reason_name(i), counts[i]);
	json_close_object(j);
}

static void write_rings(struct json *j, const struct xeap_port_stats *s)
{
	json_open_object(j, "rings");
	json_uint(j, "frames_rx", s->frames_rx);
	json_uint(j, "frames_tx", s->frames_tx);
	json_uint(j, "tx_copied", s->tx_copied);
	json_uint(j, "tx_refused", s->tx_refused);
	json_uint(j, "rx_dropped", s->rx_dropped);
	json_uint(j, "rx_wakeups", s->rx_wakeups);
	json_uint(j, "tx_wakeups", s->tx_wakeups);
	json_close_object(j);
}

static void write_joined(struct json *j, const struct status_port *p)
{
	const struct xeap_port_info *info = &p->info;

	json_string(j, "driver", info->driver);
	write_mac(j, "mac", info->mac);
	json_uint(j, "mtu", info->mtu);
	json_uint(j, "queues", info->queues);
	json_string(j, "mode", xeap_mode_name(info->mode));
	json_string(j, "ring", info->ring);
	json_bool(j, "zero_copy", info->zero_copy);
	json_string(j, "note", or_null(info->note));
	write_steer(j, p->steer, false);
	write_rings(j, &p->rings);
	if (p->pool.frames)
		write_pool(j, "pool", &p->pool);
	else
		json_null(j, "pool");
}

static void write_results(struct json *j, const struct status_port *p)
{
	json_uint(j, "strays", p->strays);
	json_uint(j, "count", p->supplicants);
	json_open_object(j, "results");
	for (unsigned int i = 0; i < STATUS_RESULT_MAX; i++)
		json_uint(j, result_names[i], p->results[i]);
	json_close_object(j);
	json_open_object(j, "states");
	for (unsigned int i = 0; i < XEAP_PAE_STATE_MAX; i++)
		json_uint(j, mib_states[i], p->states[i]);
	json_close_object(j);
	json_open_object(j, "sum");
	write_counters(j, &p->sum);
	json_close_object(j);
}

void status_write_port(FILE *out, const struct status_port *p, bool first)
{
	struct json j;

	if (!first)
		putc(',', out);
	json_begin(&j, out);
	json_string(&j, "port", p->ifname);
	json_uint(&j, "worker", p->worker);
	json_bool(&j, "joined", p->joined);
	json_bool(&j, "link", p->link);
	json_string(&j, "reason", or_null(p->reason));
	json_uint(&j, "dot1xPaePortNumber", (uint64_t)p->ifindex);
	json_uint(&j, "dot1xPaePortProtocolVersion", p->eapol_version);
	json_open_array(&j, "dot1xPaePortCapabilities");
	json_string(&j, NULL, "dot1xPaePortSuppCapable");
	json_close_array(&j);
	if (p->joined)
		write_joined(&j, p);
	write_results(&j, p);
	json_open_array(&j, "supplicants");
}

static void write_vlans(struct json *j, const struct status_supplicant *s)
{
	json_open_array(j, "vlans");
	for (unsigned int i = 0; i < 2 && s->vid[i]; i++)
		json_uint(j, NULL, s->vid[i]);
	json_close_array(j);
}

/* The MIB has whole seconds. */
static uint64_t seconds(xeap_time t)
{
	return (t + XEAP_S(1) - 1) / XEAP_S(1);
}

static void write_config(struct json *j, const struct status_timers *t)
{
	json_uint(j, "dot1xSuppHeldPeriod", seconds(t->held_period));
	json_uint(j, "dot1xSuppAuthPeriod", seconds(t->auth_period));
	json_uint(j, "dot1xSuppStartPeriod", seconds(t->start_period));
	json_uint(j, "dot1xSuppMaxStart", t->max_start);
}

void status_write_supplicant(FILE *out, const struct status_supplicant *s,
			     const struct status_timers *t, bool first)
{
	struct json j;

	if (!first)
		putc(',', out);
	json_begin(&j, out);
	write_mac(&j, "mac", s->mac);
	write_vlans(&j, s);
	json_string(&j, "result", result_names[s->result]);
	json_string(&j, "reason", or_null(s->reason));
	json_string(&j, "method", or_null(s->method));
	json_string(&j, "tls_version", or_null(s->tls_version));
	json_uint(&j, "elapsed_us", s->elapsed);
	json_string(&j, "dot1xSuppPaeState", s->running ? mib_states[s->state] : NULL);
	json_string(&j, "dot1xSuppControlledPortStatus",
		    s->authorized ? "authorized" : "unauthorized");
	write_config(&j, t);
	write_counters(&j, &s->stats);
	json_uint(&j, "dot1xSuppLastEapolFrameVersion", s->stats.last_version_rx);
	write_mac(&j, "dot1xSuppLastEapolFrameSource", s->stats.last_source);
	putc('}', out);
}

void status_write_port_end(FILE *out)
{
	fputs("]}", out);
}

void status_write_tail(FILE *out, const struct status_totals *t)
{
	struct json j = { .out = out };

	putc(']', out);
	write_steer(&j, t->steer, true);
	json_open_object(&j, "totals");
	json_uint(&j, "ports", t->ports);
	json_uint(&j, "refused", t->refused);
	json_uint(&j, "supplicants", t->supplicants);
	for (unsigned int i = 0; i < STATUS_RESULT_MAX; i++)
		json_uint(&j, result_names[i], t->results[i]);
	json_close_object(&j);
	json_end(&j);
}
