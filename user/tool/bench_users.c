// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/bench_users.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/wipe.h"
#include "bench/pattern.h"

#define USERS_MAX (256u * 1024 * 1024) /* bytes of the file */

static int read_text(struct bench_users *u, const char *path, char why[200])
{
	FILE *f = fopen(path, "re");
	size_t room = 0;

	if (!f) {
		snprintf(why, 200, "--users %s: %s", path, strerror(errno));
		return -errno;
	}
	while (!feof(f) && !ferror(f) && u->text_len < USERS_MAX) {
		if (u->text_len + 1 >= room) {
			char *more = malloc(room ? 2 * room : 4096);

			if (!more)
				break;
			if (u->text_len)
				memcpy(more, u->text, u->text_len);
			if (u->text)
				xeap_wipe(u->text, u->text_len);
			free(u->text);
			u->text = more;
			room = room ? 2 * room : 4096;
		}
		u->text_len += fread(u->text + u->text_len, 1, room - 1 - u->text_len, f);
	}
	if (feof(f) && !ferror(f) && u->text) {
		u->text[u->text_len] = '\0';
		fclose(f);
		return 0;
	}
	fclose(f);
	snprintf(why, 200, "--users %s: cannot be read, or is too long", path);
	return -EFBIG;
}

static int bad_line(const char *path, size_t line, const char *what, char why[200])
{
	snprintf(why, 200, "--users %s:%zu: %s", path, line, what);
	return -EINVAL;
}

/* One line: identity, password. */
static int add_pair(struct bench_users *u, char *line, size_t number, size_t *room, char why[200])
{
	const char *path = u->options->users;
	char *at = line, *identity = csv_field(&at), *password = at ? csv_field(&at) : NULL;

	if (!identity || !password)
		return bad_line(path, number, "a line has identity,password", why);
	if (at)
		return bad_line(path, number, "there is more than identity,password", why);
	if (!*identity || strlen(identity) >= PATTERN_MAX || strlen(password) >= PATTERN_MAX)
		return bad_line(path, number, "the identity is empty, or one of them too long",
				why);
	if (u->count == *room) {
		size_t wanted = *room ? 2 * *room : 64;
		void *more = reallocarray(u->pairs, wanted, sizeof(*u->pairs));

		if (!more)
			return bad_line(path, number, "out of memory", why);
		u->pairs = more;
		*room = wanted;
	}
	u->pairs[u->count][0] = identity;
	u->pairs[u->count++][1] = password;
	return 0;
}

static int read_users(struct bench_users *u, char why[200])
{
	const char *path = u->options->users;
	int err = read_text(u, path, why);
	size_t number = 0, room = 0;
	char *save = NULL;

	if (err)
		return err;
	if (strlen(u->text) != u->text_len)
		return bad_line(path, 1, "the file has NUL bytes", why);
	for (char *line = strtok_r(u->text, "\n", &save); !err && line;
	     line = strtok_r(NULL, "\n", &save)) {
		line[strcspn(line, "\r")] = '\0';
		number++;
		if (*line)
			err = add_pair(u, line, number, &room, why);
	}
	if (!err && !u->count)
		return bad_line(path, 1, "there is nobody in it", why);
	return err;
}

/* A network of a run whose authority signs certificates needs none of its own. */
static int certify(void *ctx, struct xeap_config *network, struct xeap_diag *ret_why)
{
	struct bench_users *u = ctx;

	return u->ca ? bench_ca_certify(u->ca, network, ret_why) : 0;
}

static int open_ca(struct bench_users *u, struct xeap_diag *ret_why)
{
	const struct bench_options *o = u->options;
	const struct bench_ca_options ca = {
		.key = o->test_ca,
		.ca_cert = o->test_ca_cert,
		.ca_key = o->test_ca_key,
		.write = o->test_ca_write,
	};

	return o->test_ca ? bench_ca_open(&ca, &u->ca, ret_why) : 0;
}

int bench_users_load(struct bench_users *u, const struct bench_options *o, char why[200])
{
	struct xeap_diag diag = { 0 };
	int err;

	*u = (struct bench_users){ .options = o };
	err = open_ca(u, &diag);
	if (!err) {
		err = credentials_load_with(&u->credentials, o->conf, false, certify, u);
		diag = u->credentials.diag;
	}
	if (err) {
		snprintf(why, 200, "%.199s", diag.text);
		return err;
	}
	return o->users ? read_users(u, why) : 0;
}

void bench_users_free(struct bench_users *u)
{
	if (u->text)
		xeap_wipe(u->text, u->text_len);
	free(u->text);
	free(u->pairs);
	credentials_free(&u->credentials);
	bench_ca_close(u->ca);
}

void bench_users_mac(const struct bench_options *o, uint32_t number, uint8_t mac[6])
{
	uint32_t tail = ((uint32_t)o->mac[3] << 16 | (uint32_t)o->mac[4] << 8 | o->mac[5]) + number;

	memcpy(mac, o->mac, 3);
	mac[3] = (uint8_t)(tail >> 16);
	mac[4] = (uint8_t)(tail >> 8);
	mac[5] = (uint8_t)tail;
}

static struct xeap_span expand(const char *pattern, uint32_t number, const uint8_t mac[6],
			       char buf[PATTERN_MAX])
{
	if (!pattern)
		return (struct xeap_span){ 0 };
	return xeap_span(buf, pattern_expand(pattern, number, mac, buf));
}

/* Signed for the name that it logs in with. */
static int derive_signed(const struct bench_users *u, struct xeap_derivation *d,
			 struct xeap_profile **ret, struct xeap_diag *ret_why)
{
	struct xeap_span name = d->identity;
	struct xeap_testca_pair pair;
	int err;

	if (!name.data)
		name = xeap_config_get(u->credentials.file->networks[0], XEAP_CONFIG_IDENTITY);
	err = bench_ca_issue(u->ca, name, &pair, ret_why);
	if (err)
		return err;
	d->client_cert = xeap_span(pair.cert, strlen(pair.cert));
	d->private_key = xeap_span(pair.key, strlen(pair.key));
	err = xeap_profile_derive(u->credentials.profiles[0], d, ret, ret_why);
	xeap_testca_pair_free(&pair);
	return err;
}

int bench_users_profile(const struct bench_users *u, uint32_t number, const uint8_t mac[6],
			struct xeap_profile **ret, struct xeap_diag *ret_why)
{
	const struct bench_options *o = u->options;
	char identity[PATTERN_MAX], anonymous[PATTERN_MAX];
	XEAP_SECRET(password, PATTERN_MAX);
	struct xeap_derivation d = {
		.size = sizeof(d),
		.identity = expand(o->identity, number, mac, identity),
		.anonymous_identity = expand(o->anonymous, number, mac, anonymous),
		.password = expand(o->password, number, mac, (char *)password),
	};

	if (u->count) {
		char *const *pair = u->pairs[number % u->count];

		d.identity = xeap_span(pair[0], strlen(pair[0]));
		d.password = xeap_span(pair[1], strlen(pair[1]));
	}
	if (u->ca)
		return derive_signed(u, &d, ret, ret_why);
	if (d.identity.data || d.anonymous_identity.data || d.password.data)
		return xeap_profile_derive(u->credentials.profiles[0], &d, ret, ret_why);
	*ret = xeap_profile_ref(u->credentials.profiles[0]);
	return 0;
}
