// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/port_spec.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "tool/option.h"

#define wrong(...) option_wrong(NULL, __VA_ARGS__)

static int bad_vlans(const char *text, size_t len)
{
	return wrong("VLANs are 0, VID, VID-VID or OUTER.INNER with VIDs from 1 to 4094, joined "
		     "by '+', not '%.*s'",
		     (int)len, text);
}

/* VID or VID-VID at *at, which moves on. */
static bool read_vids(const char **at, const char *end, uint16_t *ret_first, uint16_t *ret_last)
{
	unsigned int vid[2];

	for (int i = 0; i < 2; i++) {
		const char *from = *at;

		for (vid[i] = 0; *at < end && **at >= '0' && **at <= '9' && vid[i] <= 4094; ++*at)
			vid[i] = 10 * vid[i] + (unsigned int)(**at - '0');
		if (*at == from || vid[i] > 4094)
			return false;
		if (!i && (*at == end || **at != '-'))
			vid[++i] = vid[0];
		else if (!i)
			++*at;
	}
	*ret_first = (uint16_t)vid[0];
	*ret_last = (uint16_t)vid[1];
	return vid[0] <= vid[1] && (vid[0] || !vid[1]);
}

static bool read_range(const char **at, const char *end, struct vlan_range *r)
{
	*r = (struct vlan_range){ 0 };
	if (!read_vids(at, end, &r->first[0], &r->last[0]))
		return false;
	if (*at == end || **at != '.')
		return true;
	++*at;
	return r->first[0] && read_vids(at, end, &r->first[1], &r->last[1]) && r->first[1];
}

/* VLANS[+VLANS…] */
static int add_vlans(struct port_spec *s, const char *text, size_t len)
{
	const char *at = text, *end = text + len;

	for (;; at++) {
		struct vlan_range r, *more;

		if (!read_range(&at, end, &r) || (at < end && *at != '+'))
			return bad_vlans(text, len);
		more = reallocarray(s->vlans, s->vlan_count + 1, sizeof(*more));
		if (!more)
			return -ENOMEM;
		s->vlans = more;
		more[s->vlan_count++] = r;
		if (at == end)
			return 0;
	}
}

static int add_spec(struct port_spec **specs, size_t *count, const char *name, size_t len,
		    const char *conf)
{
	const char *colon = memchr(name, ':', len);
	size_t name_len = colon ? (size_t)(colon - name) : len;
	struct port_spec *more, *s;

	if (!name_len)
		return wrong("-p has an empty port name in it");
	more = reallocarray(*specs, *count + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	*specs = more;
	s = &more[*count];
	*s = (struct port_spec){ .pattern = strndup(name, name_len), .conf = conf };
	if (!s->pattern)
		return -ENOMEM;
	++*count;
	s->is_pattern = strpbrk(s->pattern, "*?[");
	return colon ? add_vlans(s, colon + 1, len - name_len - 1) : 0;
}

int port_specs_add(struct port_spec **specs, size_t *count, const char *text)
{
	const char *equals = strchr(text, '=');
	const char *end = equals ? equals : text + strlen(text);

	if (equals && !equals[1])
		return wrong("-p %s: no file name after the equals sign", text);
	for (;;) {
		const char *comma = memchr(text, ',', (size_t)(end - text));
		const char *stop = comma ? comma : end;
		int err = add_spec(specs, count, text, (size_t)(stop - text),
				   equals ? equals + 1 : NULL);

		if (err || !comma)
			return err;
		text = comma + 1;
	}
}

void port_specs_free(struct port_spec *specs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(specs[i].pattern);
		free(specs[i].vlans);
	}
	free(specs);
}

bool port_spec_fits(const struct port_spec *s, const char *ifname)
{
	return s->is_pattern ? !fnmatch(s->pattern, ifname, 0) : !strcmp(s->pattern, ifname);
}
