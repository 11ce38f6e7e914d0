/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "host/host.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "host/config_keys.h"
#include "host/config_network.h"
#include "wire/sim_identity.h"

static atomic_uint_fast64_t profiles_made;

static size_t count_methods(const struct xeap_config *config)
{
	size_t n = 0;

	while (n < XEAP_MAX_PROFILE_METHODS && xeap_config_get_eap(config, n))
		n++;
	return n;
}

/* "FILE:LINE: " of a network, as two parts of a message. */
static const char *separator(const char *origin)
{
	return *origin ? ": " : "";
}

static int unknown_method(const char *origin, const char *name, struct xeap_diag *ret_diag)
{
	char known[XEAP_DIAG_TEXT / 2];

	xeap_method_names(known, sizeof(known));
	return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_METHOD_NOT_INSTALLED,
			     "%s%seap=%s is no method of this build; there are: %s", origin,
			     separator(origin), name, known);
}

/* A method's own words, with the place in front that only the profile knows. */
int xeap_profile_load_failed(const struct xeap_method *m, const char *origin, int err,
			     const struct xeap_diag *why, struct xeap_diag *ret_diag)
{
	size_t n = strlen(origin);

	if (!why->text[0])
		return xeap_diag_set(ret_diag, err, xeap_code_of_errno(err),
				     "%s%seap=%s cannot be set up: %s", origin, separator(origin),
				     m->name, strerror(-err));
	if (n && strncmp(why->text, origin, n) == 0)
		n = 0;
	return xeap_diag_set(ret_diag, err, why->code ? why->code : xeap_code_of_errno(err),
			     "%s%s%s", n ? origin : "", n ? separator(origin) : "", why->text);
}

static bool has_method(const struct xeap_profile *p, const struct xeap_method *m)
{
	for (uint32_t i = 0; i < p->count; i++)
		if (p->methods[i].method == m)
			return true;
	return false;
}

static int load_method(struct xeap_profile *p, const char *name, struct xeap_diag *ret_diag)
{
	const char *origin = xeap_config_origin(p->config);
	const struct xeap_method *m = xeap_method_find(name);
	struct xeap_diag why = { 0 };
	void *shared = NULL;
	int err;

	if (!m)
		return unknown_method(origin, name, ret_diag);
	if (has_method(p, m))
		return 0;
	err = m->load ? m->load(p->config, p->interactive, &shared, &why) : 0;
	if (err)
		return xeap_profile_load_failed(m, origin, err, &why, ret_diag);
	p->methods[p->count++] = (struct xeap_peer_method){ m, shared };
	p->resumes |= m->get_resumption || (m->flags & XEAP_METHOD_F_KEYS &&
					    xeap_config_get_int(p->config, XEAP_CONFIG_ERP, 0));
	if (m->ctx_size > p->ctx_size)
		p->ctx_size = (uint32_t)m->ctx_size;
	return 0;
}

static int load_methods(struct xeap_profile *p, size_t n, struct xeap_diag *ret_diag)
{
	for (size_t i = 0; i < n; i++) {
		int err = load_method(p, xeap_config_get_eap(p->config, i), ret_diag);

		if (err)
			return err;
	}
	return 0;
}

/* A subscriber's identity: as it stands, or made of the IMSI for the first method that has such. */
static void find_imsi_identity(struct xeap_profile *p)
{
	struct xeap_span imsi = xeap_config_get(p->config, XEAP_CONFIG_IMSI_IDENTITY);
	size_t n = 0;

	for (uint32_t i = 0; i < p->count && !n; i++) {
		char prefix = xeap_sim_prefix(p->methods[i].method->type.type);

		n = prefix ? xeap_sim_nai_of_imsi(imsi, prefix, p->imsi_identity) : 0;
	}
	p->identity = n ? xeap_span(p->imsi_identity, n) : imsi;
}

/* RFC 7542 §3: what goes out in the clear is the anonymous identity when there is one. */
void xeap_profile_find_identity(struct xeap_profile *p)
{
	static const char noob[] = "noob@eap-noob.arpa";

	p->identity = xeap_config_get(p->config, XEAP_CONFIG_ANONYMOUS_IDENTITY);
	if (!p->identity.data)
		p->identity = xeap_config_get(p->config, XEAP_CONFIG_IDENTITY);
	if (!p->identity.data)
		find_imsi_identity(p);
	/* RFC 9140 §3.3.1: of a peer that no server knows yet */
	if (!p->identity.data && p->methods[0].method->type.type == XEAP_EAP_NOOB)
		p->identity = xeap_span(noob, sizeof(noob) - 1);
}

/*
 * What derive() took from the base as it is goes with the base. What load() made is to be unloaded
 * in any case: it may be the same object, counted.
 */
static void unload_method(const struct xeap_profile *p, size_t i)
{
	const struct xeap_peer_method *m = &p->methods[i];
	bool derived = p->base && m->method->derive;

	if (m->method->unload && !(derived && m->shared == p->base->methods[i].shared))
		m->method->unload(m->shared);
}

void xeap_profile_free(struct xeap_profile *p)
{
	while (p->count-- > 0)
		unload_method(p, p->count);
	xeap_config_free(p->config);
	xeap_profile_unref(p->base);
	free(p);
}

/* A name must never be taken for the password. */
static int check_external(const struct xeap_config *config, struct xeap_diag *ret_diag)
{
	enum xeap_config_key key = xeap_config_external_key(config);
	const char *origin = xeap_config_origin(config);
	struct xeap_span name;

	if (key == XEAP_CONFIG_MAX)
		return 0;
	name = xeap_config_get(config, key);
	return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
			     "%s%s%s=ext:%.*s is kept outside and was not fetched; "
			     "ext_password_backend= says where it is",
			     origin, separator(origin), xeap_config_key_name(key), (int)name.len,
			     name.data);
}

/* Keys that ask for what is not done: without it less would happen than the file says. */
static int check_refused(const struct xeap_config *config, struct xeap_diag *ret_diag)
{
	const char *origin = xeap_config_origin(config);

	for (int i = 0; i < XEAP_CONFIG_MAX; i++) {
		const struct xeap_config_rule *rule = xeap_config_rule((enum xeap_config_key)i);

		if (rule->refused && xeap_config_get(config, (enum xeap_config_key)i).data)
			return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_NOT_SUPPORTED,
					     "%s%s%s is not supported: %s", origin,
					     separator(origin), rule->name, rule->refused);
	}
	return 0;
}

struct xeap_profile *xeap_profile_alloc(struct xeap_config *config, size_t n)
{
	struct xeap_profile *p = calloc(1, sizeof(*p) + n * sizeof(p->methods[0]));

	if (!p) {
		xeap_config_free(config);
		return NULL;
	}
	p->config = config;
	atomic_init(&p->refs, 1);
	p->number = atomic_fetch_add_explicit(&profiles_made, 1, memory_order_relaxed) + 1;
	return p;
}

static int new_profile(const struct xeap_config *config, bool interactive,
		       struct xeap_profile **ret_profile, struct xeap_diag *ret_diag)
{
	const char *origin = xeap_config_origin(config);
	size_t n = count_methods(config);
	struct xeap_config *copy;
	struct xeap_profile *p;
	int err;

	if (n == 0)
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%s%seap= is missing; name the methods to run, as in eap=TLS",
				     origin, separator(origin));
	if (xeap_config_get_eap(config, n))
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%s%seap= names more than %d methods", origin,
				     separator(origin), XEAP_MAX_PROFILE_METHODS);
	err = check_external(config, ret_diag);
	if (!err)
		err = check_refused(config, ret_diag);
	if (err)
		return err;
	p = xeap_config_copy(config, &copy) ? NULL : xeap_profile_alloc(copy, n);
	if (!p)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	p->interactive = interactive;
	err = load_methods(p, n, ret_diag);
	if (err) {
		xeap_profile_free(p);
		return err;
	}
	xeap_profile_find_identity(p);
	/* Without it nothing is exported. */
	p->has_meaning = p->resumes && !xeap_meaning(p->config, p->meaning);
	*ret_profile = p;
	return 0;
}

int xeap_profile_new(const struct xeap_config *config, struct xeap_profile **ret_profile,
		     struct xeap_diag *ret_diag)
{
	return new_profile(config, false, ret_profile, ret_diag);
}

int xeap_profile_new_interactive(const struct xeap_config *config,
				 struct xeap_profile **ret_profile, struct xeap_diag *ret_diag)
{
	return new_profile(config, true, ret_profile, ret_diag);
}

uint32_t xeap_get_identity(struct xeap_profile *profile, uint32_t flags,
			   struct xeap_span *ret_identity)
{
	if (!profile || !ret_identity)
		return XEAP_E_INVALID_PARAMETER;
	if (flags & XEAP_FLAG_GUEST_ACCESS) {
		*ret_identity = xeap_span("", 0);
		return XEAP_OK;
	}
	if (!profile->identity.data)
		return XEAP_E_IDENTITY_UNKNOWN;
	*ret_identity = profile->identity;
	return XEAP_OK;
}

bool xeap_profile_resumes(const struct xeap_profile *profile)
{
	return profile->resumes;
}

struct xeap_profile *xeap_profile_ref(struct xeap_profile *profile)
{
	atomic_fetch_add_explicit(&profile->refs, 1, memory_order_relaxed);
	return profile;
}

struct xeap_profile *xeap_profile_unref(struct xeap_profile *profile)
{
	if (profile && atomic_fetch_sub_explicit(&profile->refs, 1, memory_order_acq_rel) == 1)
		xeap_profile_free(profile);
	return NULL;
}
