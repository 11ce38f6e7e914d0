/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A supplicant machine under any sequence of frames, time, link changes, logoffs and moods of its
 * engine and port. The input is a configuration byte and then steps: an opcode and its operands.
 *
 * What must hold after each step: a deadline is set whenever the machine has to do something by
 * itself; after a tick it lies ahead; only the states that may be authorised are; conversations
 * run in AUTHENTICATING only. What must hold at the end: once everything works again the machine
 * comes back by itself and asks for an authenticator; no frame is lost.
 */
#include <stddef.h>
#include <stdint.h>
#include "tests/unit/test_pae_bed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum step {
	STEP_RAW,
	STEP_EAP,
	STEP_TIME,
	STEP_DEADLINE,
	STEP_LINK,
	STEP_LOGOFF,
	STEP_ACTION,
	STEP_ENGINE_ERRORS,
	STEP_PORT_ERRORS,
	STEP_COMPLETE,
	STEP_ANSWER,
	STEP_MAX
};

struct input {
	const uint8_t *p, *end;
};

static uint8_t next(struct input *in)
{
	return in->p < in->end ? *in->p++ : 0;
}

static void configure(struct xeap_pae_config *config, uint8_t bits)
{
	xeap_pae_config_defaults(config);
	config->send_start = !(bits & 1);
	config->vlan_tags = (uint8_t)((bits >> 1) % 3);
	config->vlan_tpid[0] = XEAP_ETHERTYPE_QINQ;
	config->vlan_tpid[1] = XEAP_ETHERTYPE_VLAN;
	config->eapol_version = (uint8_t)(1 + (bits >> 3) % 3);
	config->max_start = 1u + (bits >> 5);
	config->erp = bits & 8;
	if (bits & 0x80) {
		config->start_period = XEAP_PAE_PERIOD_MIN;
		config->auth_period = XEAP_PAE_PERIOD_MIN;
		config->held_period = XEAP_PAE_PERIOD_MIN;
		config->ui_period = XEAP_PAE_PERIOD_MIN;
	}
}

static bool is_authenticated(const struct bed *b)
{
	return xeap_pae_get_state(b->pae) == XEAP_PAE_AUTHENTICATED;
}

static void check(const struct bed *b, bool up, bool logoff)
{
	enum xeap_pae_state s = xeap_pae_get_state(b->pae);
	bool pending = xeap_pae_deadline(b->pae) != XEAP_NEVER;
	bool may = s == XEAP_PAE_AUTHENTICATED || s == XEAP_PAE_AUTHENTICATING ||
		   s == XEAP_PAE_RESTART;

	bed_require(up || s == XEAP_PAE_DISCONNECTED, "a state without a link");
	bed_require(!up || !logoff || s == XEAP_PAE_LOGOFF, "logged off, and in another state");
	bed_require(pending == (up && !logoff && !is_authenticated(b)),
		    "no deadline where one is due, or one where none is");
	bed_require(may || !xeap_pae_is_authorized(b->pae), "authorised in the wrong state");
	bed_require(!is_authenticated(b) || xeap_pae_is_authorized(b->pae),
		    "authenticated and not authorised");
	bed_require(b->engine.active == (s == XEAP_PAE_AUTHENTICATING),
		    "a conversation in the wrong state");
	bed_require(strcmp(xeap_pae_reason_name(xeap_pae_get_reason(b->pae)), "?") != 0,
		    "a reason that has no name");
}

static void tick(struct bed *b)
{
	xeap_pae_tick(b->pae, b->now);
	bed_require(xeap_pae_deadline(b->pae) > b->now, "a deadline in the past after a tick");
}

static void receive_raw(struct bed *b, struct input *in)
{
	size_t len = next(in) % (BED_WIRE + 1);
	size_t left = (size_t)(in->end - in->p);
	struct xeap_pae_address address = { 0 };

	if (len > left)
		len = left;
	xeap_pae_read_address(xeap_span(in->p, len), &address);
	bed_require(address.vlans <= 2, "more VLANs than tags");
	xeap_pae_receive(b->pae, xeap_span(in->p, len), b->now);
	in->p += len;
}

static void receive_eap(struct bed *b, struct input *in)
{
	uint8_t code = (uint8_t)(1 + next(in) % 4);
	uint8_t id = next(in);

	if (code == XEAP_EAP_REQUEST)
		bed_request(b, id, next(in));
	else
		bed_say(b, (enum xeap_eap_code)code, id);
}

static void set_moods(struct bed *b, enum step step, uint8_t bits)
{
	static const int errors[] = { 0, -ENOMEM, -ENOBUFS, -EBADMSG, -EPROTO, -EALREADY };

	if (step == STEP_ACTION) {
		b->engine.action = (enum xeap_action)(bits % XEAP_ACTION_MAX);
		b->engine.success = bits & 0x80;
		b->engine.success_at_timeout = bits & 0x40;
		b->engine.result_err = bits & 0x20 ? -EINVAL : 0;
	} else if (step == STEP_ENGINE_ERRORS) {
		b->engine.process_err = errors[bits % 5];
		b->engine.restart_err = bits & 0x80 ? -ENOMEM : 0;
	} else {
		b->port.transmit_err = errors[bits % 6];
		b->port.dry = bits & 0x80;
	}
}

static void do_step(struct bed *b, struct input *in, bool *up, bool *logoff)
{
	enum step step = (enum step)(next(in) % STEP_MAX);

	switch (step) {
	case STEP_RAW:
		receive_raw(b, in);
		return;
	case STEP_EAP:
		receive_eap(b, in);
		return;
	case STEP_TIME:
		b->now += (xeap_time)1 << next(in) % 36;
		tick(b);
		return;
	case STEP_DEADLINE:
		if (xeap_pae_deadline(b->pae) != XEAP_NEVER && xeap_pae_deadline(b->pae) > b->now)
			b->now = xeap_pae_deadline(b->pae);
		tick(b);
		return;
	case STEP_LINK:
		*up = next(in) & 1;
		xeap_pae_set_link(b->pae, *up, b->now);
		return;
	case STEP_LOGOFF:
		*logoff = next(in) & 1;
		xeap_pae_set_logoff(b->pae, *logoff, b->now);
		return;
	case STEP_ACTION:
	case STEP_ENGINE_ERRORS:
	case STEP_PORT_ERRORS:
		set_moods(b, step, next(in));
		return;
	case STEP_COMPLETE:
		bed_complete(b);
		return;
	case STEP_ANSWER:
		bed_resume(b, (enum xeap_action)(next(in) % XEAP_ACTION_MAX));
		return;
	case STEP_MAX:
		return;
	}
}

/* Everything works again and nobody says anything: at most HELD, CONNECTING and its first Start. */
static void check_recovery(struct bed *b, bool send_start)
{
	uint64_t before = bed_stats(b).eapol_start_frames_tx;

	bed_complete(b);
	b->port.transmit_err = 0;
	b->port.dry = false;
	b->engine.restart_err = 0;
	b->engine.result_err = 0;
	xeap_pae_set_logoff(b->pae, false, b->now);
	xeap_pae_set_link(b->pae, true, b->now);
	for (unsigned int i = 0; i < 8 && !is_authenticated(b); i++) {
		bed_complete(b);
		b->now = xeap_pae_deadline(b->pae) > b->now ? xeap_pae_deadline(b->pae) : b->now;
		tick(b);
	}
	bed_require(is_authenticated(b) || !send_start ||
			    bed_stats(b).eapol_start_frames_tx > before,
		    "the machine did not come back");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, data + size };
	struct xeap_pae_config config;
	bool up = false, logoff = false;
	struct bed b;

	configure(&config, next(&in));
	bed_new(&b, &config);
	while (in.p < in.end) {
		do_step(&b, &in, &up, &logoff);
		check(&b, up, logoff);
	}
	check_recovery(&b, config.send_start);
	bed_free(&b);
	return 0;
}
