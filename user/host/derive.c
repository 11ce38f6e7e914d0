/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Profiles that share what one of them loaded and differ in credentials. */
#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "host/config_network.h"
#include "host/host.h"

/* The caller's struct may be of an older or a newer version of this one. */
static bool read_derivation(const struct xeap_derivation *from, struct xeap_derivation *to)
{
	*to = (struct xeap_derivation){ 0 };
	if (!from || from->size < sizeof(from->size))
		return false;
	memcpy(to, from, from->size < sizeof(*to) ? from->size : sizeof(*to));
	return true;
}

static int put(struct xeap_config *config, enum xeap_config_key key, struct xeap_span value)
{
	return value.data ? xeap_config_put(config, key, value) : 0;
}

static int make_config(const struct xeap_config *below, const struct xeap_derivation *d,
		       struct xeap_config **ret_config)
{
	struct xeap_config *config;
	int err = xeap_config_overlay(below, &config);

	if (err)
		return err;
	err = put(config, XEAP_CONFIG_IDENTITY, d->identity);
	if (!err)
		err = put(config, XEAP_CONFIG_ANONYMOUS_IDENTITY, d->anonymous_identity);
	if (!err)
		err = put(config, XEAP_CONFIG_PASSWORD, d->password);
	if (!err && d->password.data)
		err = xeap_config_unset(config, XEAP_CONFIG_PASSWORD_HASH);
	if (err) {
		xeap_config_free(config);
		return err;
	}
	*ret_config = config;
	return 0;
}

/*
 * What its sessions leave is not exported (has_meaning): to say what a configuration means takes a
 * look at all its files, which is no small thing for each of many.
 */
static struct xeap_profile *new_profile(struct xeap_profile *base, const struct xeap_derivation *d)
{
	struct xeap_config *config;
	struct xeap_profile *p;

	if (make_config(base->config, d, &config))
		return NULL;
	p = xeap_profile_alloc(config, base->count);
	if (!p)
		return NULL;
	p->base = xeap_profile_ref(base);
	p->ctx_size = base->ctx_size;
	p->interactive = base->interactive;
	p->resumes = base->resumes;
	return p;
}

static int derive_method(struct xeap_profile *p, const struct xeap_method_derivation *d,
			 struct xeap_diag *ret_diag)
{
	const struct xeap_peer_method *from = &p->base->methods[p->count];
	const struct xeap_method *m = from->method;
	struct xeap_diag why = { 0 };
	void *shared = NULL;
	int err = 0;

	if (m->derive)
		err = m->derive(from->shared, d, &shared, &why);
	else if (m->load)
		err = m->load(d->config, d->interactive, &shared, &why);
	if (err)
		return xeap_profile_load_failed(m, xeap_config_origin(d->config), err, &why,
						ret_diag);
	p->methods[p->count++] = (struct xeap_peer_method){ m, shared };
	return 0;
}

static int derive_methods(struct xeap_profile *p, const struct xeap_derivation *d,
			  struct xeap_diag *ret_diag)
{
	const struct xeap_method_derivation derivation = {
		.size = sizeof(derivation),
		.config = p->config,
		.interactive = p->interactive,
		.other_identity = d->identity.data,
		.other_password = d->password.data,
		.client_cert = d->client_cert,
		.private_key = d->private_key,
	};
	int err = 0;

	while (!err && p->count < p->base->count)
		err = derive_method(p, &derivation, ret_diag);
	return err;
}

static int check_certificate(const struct xeap_profile *base, const struct xeap_derivation *d,
			     struct xeap_diag *ret_diag)
{
	const char *origin = xeap_config_origin(base->config);
	const char *colon = *origin ? ": " : "";

	if (!d->client_cert.data != !d->private_key.data)
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%s%sa certificate needs its key, and a key its certificate",
				     origin, colon);
	if (!d->client_cert.data)
		return 0;
	for (uint32_t i = 0; i < base->count; i++)
		if (base->methods[i].method->flags & XEAP_METHOD_F_CERTIFICATE)
			return 0;
	return xeap_diag_set(ret_diag, -EOPNOTSUPP, XEAP_E_NOT_SUPPORTED,
			     "%s%seap=%s has no use for a client certificate", origin, colon,
			     base->methods[0].method->name);
}

int xeap_profile_derive(struct xeap_profile *base, const struct xeap_derivation *derivation,
			struct xeap_profile **ret_profile, struct xeap_diag *ret_diag)
{
	struct xeap_derivation d;
	struct xeap_profile *p;
	int err;

	if (!base || !ret_profile || !read_derivation(derivation, &d))
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "a derivation without a profile, or without a size");
	err = check_certificate(base, &d, ret_diag);
	if (err)
		return err;
	p = new_profile(base, &d);
	if (!p)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	err = derive_methods(p, &d, ret_diag);
	if (err) {
		xeap_profile_free(p);
		return err;
	}
	xeap_profile_find_identity(p);
	*ret_profile = p;
	return 0;
}
