// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/radius_report.h"

#include <inttypes.h>
#include <stdio.h>

#include "tool/json.h"

#define LINES_MAX 64 /* of logins that succeeded, without --verbose */

static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}

static void json_number_or_null(struct json *j, const char *key, uint32_t value)
{
	if (value)
		json_uint(j, key, value);
	else
		json_null(j, key);
}

static void json_login(const char *mac, const struct xeap_radius_result *l)
{
	struct json j;

	json_begin(&j, stdout);
	json_string(&j, "event", "auth");
	json_string(&j, "mac", mac);
	json_string(&j, "method", or_null(l->method));
	json_string(&j, "tls_version", or_null(l->tls_version));
	json_string(&j, "result", l->success ? "success" : "failure");
	json_string(&j, "reason", l->success ? NULL : or_null(l->why.text));
	json_uint(&j, "elapsed_us", l->elapsed);
	json_uint(&j, "round_trips", l->round_trips);
	json_bool(&j, "resumed", l->success && l->resumed);
	json_bool(&j, "accepted", l->accepted);
	json_bool(&j, "rejected", l->rejected);
	json_string(&j, "mppe_keys", xeap_radius_mppe_name(l->mppe));
	json_string(&j, "key_name", xeap_radius_mppe_name(l->key_name));
	json_string(&j, "message", or_null(l->message));
	json_number_or_null(&j, "session_timeout", l->session_timeout);
	json_number_or_null(&j, "challenge_timeout", l->challenge_timeout);
	json_end(&j);
}

static void print_login(const struct radius_report *r, const char *mac,
			const struct xeap_radius_result *l)
{
	double ms = (double)l->elapsed / 1e3;

	if (!l->success)
		printf("%s: not authenticated after %.1f ms: %s\n", mac, ms, l->why.text);
	else if (r->options->verbose || r->wanted <= LINES_MAX)
		printf("%s: authenticated by %s%s%s%s in %.1f ms, MPPE keys: %s%s%s\n", mac,
		       l->method, *l->tls_version ? " on TLS " : "", l->tls_version,
		       l->resumed ? ", resumed," : "", ms, xeap_radius_mppe_name(l->mppe),
		       r->options->wants_key_name ? ", EAP-Key-Name: " : "",
		       r->options->wants_key_name ? xeap_radius_mppe_name(l->key_name) : "");
}

static void flush(struct radius_report *r)
{
	if (fflush(stdout) || ferror(stdout))
		r->broken = true;
}

void radius_report_login(struct radius_report *r, const uint8_t mac[6],
			 const struct xeap_radius_result *result)
{
	char text[24];

	r->authenticated += result->success;
	r->failed += !result->success;
	r->keys_equal += result->mppe == XEAP_RADIUS_MPPE_EQUAL;
	r->keys_mismatch +=
		result->mppe == XEAP_RADIUS_MPPE_MISMATCH ||
		(result->accepted && result->mppe == XEAP_RADIUS_MPPE_NONE && !r->options->no_keys);
	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
	if (r->options->json)
		json_login(text, result);
	else
		print_login(r, text, result);
	flush(r);
}

bool radius_report_is_success(const struct radius_report *r)
{
	return r->authenticated == r->wanted && !r->broken;
}

static uint64_t dropped(const struct xeap_radius_counters *c)
{
	uint64_t n = c->malformed + c->stray;

	for (int i = 0; i < XEAP_RADIUS_VERDICT_MAX; i++)
		n += c->refused[i];
	return n;
}

static void json_totals(const struct radius_report *r, const struct xeap_radius_counters *c,
			xeap_time now)
{
	struct json j;

	json_begin(&j, stdout);
	json_string(&j, "event", "summary");
	json_string(&j, "server", r->server);
	json_uint(&j, "logins", r->wanted);
	json_uint(&j, "authenticated", r->authenticated);
	json_uint(&j, "failed", r->wanted - r->authenticated);
	json_uint(&j, "packets_tx", c->sent);
	json_uint(&j, "packets_rx", c->received);
	json_uint(&j, "retransmitted", c->retransmitted);
	json_uint(&j, "malformed", c->malformed);
	json_uint(&j, "stray", c->stray);
	json_uint(&j, "wrong_authenticator", c->refused[XEAP_RADIUS_WRONG_AUTHENTICATOR]);
	json_uint(&j, "no_message_authenticator", c->refused[XEAP_RADIUS_NO_MESSAGE_AUTHENTICATOR]);
	json_uint(&j, "wrong_message_authenticator",
		  c->refused[XEAP_RADIUS_WRONG_MESSAGE_AUTHENTICATOR]);
	json_uint(&j, "mppe_keys_equal", r->keys_equal);
	json_uint(&j, "mppe_keys_mismatch", r->keys_mismatch);
	json_uint(&j, "elapsed_us", now - r->began);
	json_end(&j);
}

/* The line about the keys and the last one are eapol_test's: scripts look for them. */
static void print_totals(const struct radius_report *r, const struct xeap_radius_counters *c,
			 xeap_time now)
{
	printf("\n%" PRIu64 " of %" PRIu64 " authenticated, %" PRIu64 " failed\n", r->authenticated,
	       r->wanted, r->wanted - r->authenticated);
	printf("packets: %" PRIu64 " in, %" PRIu64 " out, %" PRIu64 " retransmitted, %" PRIu64
	       " dropped\n",
	       c->received, c->sent, c->retransmitted, dropped(c));
	printf("elapsed: %.3f s\n", (double)(now - r->began) / 1e6);
	printf("MPPE keys OK: %" PRIu64 "  mismatch: %" PRIu64 "\n", r->keys_equal,
	       r->keys_mismatch);
	puts(radius_report_is_success(r) ? "SUCCESS" : "FAILURE");
}

void radius_report_end(struct radius_report *r, const struct xeap_radius_counters *c, xeap_time now)
{
	if (r->options->json)
		json_totals(r, c, now);
	else
		print_totals(r, c, now);
	flush(r);
}
