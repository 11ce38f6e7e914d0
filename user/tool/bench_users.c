// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/bench_users.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/wipe.h"
#include "bench/pattern.h"

#define PEM_MAX 65536 /* bytes of a file */

static const struct bench_person *somebody_with_cert(const struct bench_people *p)
{
	for (size_t i = 0; i < p->count; i++)
		if (bench_person_has_cert(&p->all[i]))
			return &p->all[i];
	return NULL;
}

/* A value that is a file's name. */
static int set_file(struct xeap_config *network, const char *name, const char *path,
		    struct xeap_diag *d)
{
	char value[4200];

	snprintf(value, sizeof(value), "\"%s\"", path);
	return xeap_config_set(network, name, value, d);
}

/* So that there is a profile to derive from. */
static int certify_by_people(struct bench_users *u, struct xeap_config *network,
			     struct xeap_diag *d)
{
	const struct bench_person *who = somebody_with_cert(&u->people);
	int err;

	if (!who || xeap_config_get(network, XEAP_CONFIG_PRIVATE_KEY).data ||
	    xeap_config_get(network, XEAP_CONFIG_KEY_ID).data)
		return 0;
	u->lent = true;
	err = set_file(network, "client_cert", who->field[BENCH_COLUMN_CERT], d);
	return err ? err : set_file(network, "private_key", who->field[BENCH_COLUMN_KEY], d);
}

/* A network of a run whose supplicants have certificates needs none of its own. */
static int certify(void *ctx, struct xeap_config *network, struct xeap_diag *ret_why)
{
	struct bench_users *u = ctx;

	return u->ca ? bench_ca_certify(u->ca, network, ret_why)
		     : certify_by_people(u, network, ret_why);
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

static int read_people(struct bench_users *u, char why[BENCH_PEOPLE_WHY])
{
	const struct bench_options *o = u->options;
	int err = o->users ? bench_people_read(&u->people, o->users, why) : 0;

	if (err)
		return err;
	if (u->people.has[BENCH_COLUMN_MAC] && o->mac_set)
		snprintf(why, BENCH_PEOPLE_WHY, "--users has a column mac: without --mac");
	else if (u->people.has[BENCH_COLUMN_CERT] && o->test_ca)
		snprintf(why, BENCH_PEOPLE_WHY, "--users has a column cert: without --test-ca");
	else
		return 0;
	return -EINVAL;
}

int bench_users_load(struct bench_users *u, const struct bench_options *o,
		     char why[BENCH_PEOPLE_WHY])
{
	struct xeap_diag diag = { 0 };
	int err;

	*u = (struct bench_users){ .options = o };
	err = read_people(u, why);
	if (err)
		return err;
	err = open_ca(u, &diag);
	if (!err) {
		err = credentials_load_with(&u->credentials, o->conf, false, certify, u);
		diag = u->credentials.diag;
	}
	if (err)
		snprintf(why, BENCH_PEOPLE_WHY, "%.199s", diag.text);
	return err;
}

void bench_users_free(struct bench_users *u)
{
	bench_people_free(&u->people);
	credentials_free(&u->credentials);
	bench_ca_close(u->ca);
}

int bench_users_check_count(const struct bench_users *u, uint32_t supplicants,
			    char why[BENCH_COUNT_WHY])
{
	if (!u->people.has[BENCH_COLUMN_MAC] || supplicants <= u->people.count)
		return 0;
	snprintf(why, BENCH_COUNT_WHY, "-n %u: --users has only %zu addresses", supplicants,
		 u->people.count);
	return -EINVAL;
}

void bench_users_mac(const struct bench_users *u, uint32_t number, uint8_t mac[6])
{
	const struct bench_options *o = u->options;
	uint32_t tail = ((uint32_t)o->mac[3] << 16 | (uint32_t)o->mac[4] << 8 | o->mac[5]) + number;

	if (u->people.has[BENCH_COLUMN_MAC]) {
		memcpy(mac, bench_people_of(&u->people, number)->mac, 6);
		return;
	}
	if (o->mac_pattern) {
		pattern_expand_mac(o->mac_pattern, number, mac);
		return;
	}
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

/* What is wrong with what a line says, behind where it stands. */
static int bad_person(const struct bench_users *u, const struct bench_person *who, int err,
		      const char *what, struct xeap_diag *ret_why)
{
	return xeap_diag_set(ret_why, err, xeap_code_of_errno(err), "--users %.60s:%zu: %.110s",
			     u->people.path, who->line, what);
}

static int read_pem(const struct bench_users *u, const struct bench_person *who,
		    enum bench_column column, char **ret_text, size_t *ret_len,
		    struct xeap_diag *ret_why)
{
	int err = bench_text_read(who->field[column], PEM_MAX, ret_text, ret_len);
	char what[110];

	if (!err)
		return 0;
	snprintf(what, sizeof(what), "%.70s: %s", who->field[column], strerror(-err));
	return bad_person(u, who, err, what, ret_why);
}

/* With the certificate that the line names. */
static int derive_with_cert(const struct bench_users *u, const struct bench_person *who,
			    struct xeap_derivation *d, struct xeap_profile **ret,
			    struct xeap_diag *ret_why)
{
	char *cert = NULL, *key = NULL;
	size_t cert_len = 0, key_len = 0;
	struct xeap_diag why = { 0 };
	int err = read_pem(u, who, BENCH_COLUMN_CERT, &cert, &cert_len, ret_why);

	if (!err)
		err = read_pem(u, who, BENCH_COLUMN_KEY, &key, &key_len, ret_why);
	if (!err) {
		d->client_cert = xeap_span(cert, cert_len);
		d->private_key = xeap_span(key, key_len);
		err = xeap_profile_derive(u->credentials.profiles[0], d, ret, &why);
		if (err)
			bad_person(u, who, err, why.text, ret_why);
	}
	bench_text_free(cert, cert_len);
	bench_text_free(key, key_len);
	return err;
}

static void take_person(const struct bench_person *who, struct xeap_derivation *d)
{
	const char *identity = who->field[BENCH_COLUMN_IDENTITY];
	const char *password = who->field[BENCH_COLUMN_PASSWORD];

	d->identity = xeap_span(identity, strlen(identity));
	if (password)
		d->password = xeap_span(password, strlen(password));
}

int bench_users_profile(const struct bench_users *u, uint32_t number, const uint8_t mac[6],
			struct xeap_profile **ret, struct xeap_diag *ret_why)
{
	const struct bench_options *o = u->options;
	const struct bench_person *who = u->people.count ? bench_people_of(&u->people, number)
							 : NULL;
	char identity[PATTERN_MAX], anonymous[PATTERN_MAX];
	XEAP_SECRET(password, PATTERN_MAX);
	struct xeap_derivation d = {
		.size = sizeof(d),
		.identity = expand(o->identity, number, mac, identity),
		.anonymous_identity = expand(o->anonymous, number, mac, anonymous),
		.password = expand(o->password, number, mac, (char *)password),
	};

	if (who)
		take_person(who, &d);
	if (who && bench_person_has_cert(who))
		return derive_with_cert(u, who, &d, ret, ret_why);
	if (who && u->lent)
		return bad_person(u, who, -EINVAL, "it has no cert, and the network block has none",
				  ret_why);
	if (u->ca)
		return derive_signed(u, &d, ret, ret_why);
	if (d.identity.data || d.anonymous_identity.data || d.password.data)
		return xeap_profile_derive(u->credentials.profiles[0], &d, ret, ret_why);
	*ret = xeap_profile_ref(u->credentials.profiles[0]);
	return 0;
}
