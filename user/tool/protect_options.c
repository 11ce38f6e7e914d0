// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/protect_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool/option.h"

#define wrong(...) option_wrong(NULL, __VA_ARGS__)
#define RATE_MAX 1000000000
#define STATIONS_A_PORT_MAX 65536
#define ETHERTYPE_MIN 0x0600 /* below it is a length, IEEE 802.3 §3.2.6 */

/* EAPOL packet types, IEEE 802.1X-2020 Table 11-3. */
static const char *const type_names[] = {
	"eap",
	"start",
	"logoff",
	"key",
	"asf-alert",
	"mka",
	"announcement",
	"announcement-specific",
	"announcement-req",
};
#define TYPE_NAMES (sizeof(type_names) / sizeof(type_names[0]))
#define TYPE_OTHERS 31 /* bit of type 31 and all above */

static int parse_rate(const char *option, const char *text, struct xeap_rate *ret)
{
	char *end;
	unsigned long rate = strtoul(text, &end, 10), burst = 0;
	bool ok = *text >= '0' && *text <= '9' && rate && rate <= RATE_MAX;

	if (ok && *end == ':') {
		const char *from = end + 1;

		burst = strtoul(from, &end, 10);
		ok = *from >= '0' && *from <= '9' && burst && burst <= RATE_MAX;
	}
	if (!ok || *end)
		return wrong("--%s takes RATE or RATE:BURST, whole numbers from 1 to %d, not "
			     "'%s'",
			     option, RATE_MAX, text);
	*ret = (struct xeap_rate){ .rate = (uint32_t)rate, .burst = (uint32_t)burst };
	return 0;
}

/* A word of a list: to the next comma, or to the end. */
static size_t word_len(const char *text)
{
	return strcspn(text, ",");
}

static bool is_word(const char *word, size_t len, const char *name)
{
	return len == strlen(name) && !memcmp(word, name, len);
}

/* The bit of a type, -1: there is no such type. */
static int find_type(const char *word, size_t len)
{
	char *end;
	unsigned long n;

	for (unsigned int i = 0; i < TYPE_NAMES; i++)
		if (is_word(word, len, type_names[i]))
			return (int)i;
	if (is_word(word, len, "others"))
		return TYPE_OTHERS;
	n = strtoul(word, &end, 10);
	return *word >= '0' && *word <= '9' && end == word + len && n < TYPE_OTHERS ? (int)n : -1;
}

static int parse_types(const char *text, uint32_t *types)
{
	for (const char *at = text;; at++) {
		size_t len = word_len(at);
		int type = find_type(at, len);

		if (type <= 0) {
			return wrong(type ? "--drop-types takes start, logoff, key, asf-alert, "
					    "mka, announcement, announcement-specific, "
					    "announcement-req, others or numbers from 1 to 30, not "
					    "'%.*s'"
					  : "--drop-types: '%.*s' is what the supplicant lives "
					    "by, it cannot be dropped",
				     (int)len, at);
		}
		*types |= 1u << type;
		at += len;
		if (!*at)
			return 0;
	}
}

static int parse_ethertype(const char *word, size_t len, uint16_t *ret)
{
	char *end;
	unsigned long n = strtoul(word, &end, 16);

	if (!len || *word == '-' || *word == '+' || *word == ' ' || end != word + len ||
	    n < ETHERTYPE_MIN || n > UINT16_MAX || n == 0x8100 || n == 0x88a8)
		return wrong("--gate-allow takes EtherTypes in hexadecimal such as 0x88cc, no "
			     "lengths and no VLAN tags, not '%.*s'",
			     (int)len, word);
	*ret = (uint16_t)n;
	return 0;
}

static int add_ethertype(struct protect_options *o, uint16_t type)
{
	for (int i = 0; i < XEAP_GATE_ALLOW; i++) {
		if (o->gate_allow[i] && o->gate_allow[i] != type)
			continue;
		o->gate_allow[i] = type;
		return 0;
	}
	return wrong("--gate-allow takes at most %d EtherTypes", XEAP_GATE_ALLOW);
}

static int parse_allow(const char *text, struct protect_options *o)
{
	for (const char *at = text;; at++) {
		size_t len = word_len(at);
		uint16_t type = 0;

		if (parse_ethertype(at, len, &type) || add_ethertype(o, type))
			return -EINVAL;
		at += len;
		if (!*at)
			return 0;
	}
}

static int parse_gate(const char *text, enum xeap_gate *ret)
{
	if (!xeap_gate_parse(text, ret) && *ret != XEAP_GATE_NONE)
		return 0;
	return wrong("--gate is port or station, not '%s'", text);
}

static int parse_fail(const char *text, struct protect_options *o)
{
	o->gate_fail_open = !strcmp(text, "open");
	o->gate_fail_set = true;
	if (o->gate_fail_open || !strcmp(text, "closed"))
		return 0;
	return wrong("--gate-fail is open or closed, not '%s'", text);
}

int protect_options_take(struct protect_options *o, enum protect_option option, const char *arg)
{
	switch (option) {
	case OPT_POLICE:
		return parse_rate("police", arg, &o->police);
	case OPT_POLICE_STATION:
		return parse_rate("police-station", arg, &o->police_station);
	case OPT_DROP_MALFORMED:
		o->drop_malformed = true;
		return 0;
	case OPT_DROP_TYPES:
		return parse_types(arg, &o->drop_types);
	case OPT_MAX_STATIONS:
		return option_uint(NULL, "--max-stations", arg, 1, STATIONS_A_PORT_MAX,
				   &o->max_stations);
	case OPT_GATE:
		return parse_gate(arg, &o->gate);
	case OPT_GATE_ALLOW:
		return parse_allow(arg, o);
	case OPT_GATE_FAIL:
		return parse_fail(arg, o);
	case PROTECT_OPTION_MAX:
		break;
	}
	return -EINVAL;
}

/* One that needs XDP, NULL: there is none. */
static const char *first_option(const struct protect_options *o)
{
	return o->gate			? "gate"
	       : o->police.rate		? "police"
	       : o->police_station.rate ? "police-station"
	       : o->drop_malformed	? "drop-malformed"
	       : o->drop_types		? "drop-types"
	       : o->max_stations	? "max-stations"
					: NULL;
}

int protect_options_check(const struct protect_options *o, enum xeap_mode mode)
{
	const char *first = first_option(o);

	if (o->gate == XEAP_GATE_NONE && (o->gate_allow[0] || o->gate_fail_set))
		return wrong("--gate-%s goes with --gate", o->gate_fail_set ? "fail" : "allow");
	if (mode != XEAP_MODE_PACKET || !first)
		return 0;
	return wrong("--%s needs XDP: use another --mode than packet", first);
}

void protect_options_port(const struct protect_options *o, struct xeap_port_options *ret_port)
{
	ret_port->police = o->police;
	ret_port->police_station = o->police_station;
	ret_port->drop_malformed = o->drop_malformed;
	ret_port->drop_types = o->drop_types;
	ret_port->max_stations = o->max_stations;
	ret_port->gate = o->gate;
	ret_port->gate_fail_open = o->gate_fail_open;
	memcpy(ret_port->gate_allow, o->gate_allow, sizeof(ret_port->gate_allow));
}
