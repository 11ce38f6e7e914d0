/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What is kept for the next session, as bytes for another process. It is bound to what the network
 * block means, to the method, and to this version of the program: another one may write it in
 * another way. The digest that binds it is salted, since there are passwords in what it is made of.
 */
#include "host/resumption.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/reader.h"
#include "base/wipe.h"
#include "crypto/cipher.h"
#include "crypto/digest.h"

#define FORM 1
#define SALT 16

struct exported {
	uint32_t who;
	struct xeap_span method, salt, digest, data;
};

static const char program[] = "xeap " XEAP_VERSION;

static int bind_to(const struct exported *e, const struct xeap_profile *profile,
		   uint8_t ret_digest[XEAP_SHA256_LEN])
{
	const uint8_t numbers[] = { (uint8_t)(e->who >> 24), (uint8_t)(e->who >> 16),
				    (uint8_t)(e->who >> 8), (uint8_t)e->who,
				    (uint8_t)e->method.len };
	const struct xeap_span parts[] = {
		e->salt,
		xeap_span(program, sizeof(program)),
		xeap_span(profile->meaning, sizeof(profile->meaning)),
		xeap_span(numbers, sizeof(numbers)),
		e->method,
		e->data,
	};
	int r = xeap_digest_once(XEAP_DIGEST_SHA256, parts, sizeof(parts) / sizeof(parts[0]),
				 ret_digest, XEAP_SHA256_LEN);

	return r < 0 ? r : 0;
}

static bool is_lasting(const struct xeap_method *m)
{
	return m->flags & XEAP_METHOD_F_LASTING && m->get_resumption;
}

static int write_exported(const struct exported *e, void *buf, size_t size, size_t *ret_len)
{
	struct xeap_builder b = xeap_builder(buf, size);

	xeap_put_u8(&b, FORM);
	xeap_put_u32(&b, e->who);
	xeap_put_u8(&b, (uint8_t)e->method.len);
	xeap_put_span(&b, e->method);
	xeap_put_span(&b, e->salt);
	xeap_put_span(&b, e->digest);
	xeap_put_u16(&b, (uint16_t)e->data.len);
	xeap_put_span(&b, e->data);
	if (b.bad)
		return -ENOSPC;
	*ret_len = xeap_builder_len(&b);
	return 0;
}

static int export_kept(const struct xeap_resumption *r, const struct xeap_profile *profile,
		       void *buf, size_t size, size_t *ret_len)
{
	uint8_t salt[SALT], digest[XEAP_SHA256_LEN];
	struct exported e = { .who = r->who,
			      .salt = xeap_span(salt, sizeof(salt)),
			      .digest = xeap_span(digest, sizeof(digest)) };
	int err;

	if (!r->data || r->profile != profile->number || !profile->has_meaning ||
	    !is_lasting(r->method) || strlen(r->method->name) > UINT8_MAX)
		return -ENOENT;
	e.method = xeap_span(r->method->name, strlen(r->method->name));
	e.data = xeap_span(r->data, r->len);
	err = xeap_random(salt, sizeof(salt));
	if (!err)
		err = bind_to(&e, profile, digest);
	return err ? err : write_exported(&e, buf, size, ret_len);
}

int xeap_resumption_export(struct xeap_resumption *resumption, const struct xeap_profile *profile,
			   void *buf, size_t size, size_t *ret_len)
{
	int err;

	if (atomic_exchange(&resumption->borrowed, true))
		return -EBUSY;
	err = export_kept(resumption, profile, buf, size, ret_len);
	atomic_store(&resumption->borrowed, false);
	return err;
}

static int read_exported(struct xeap_span bytes, struct exported *ret)
{
	struct xeap_reader r = xeap_reader(bytes);
	uint8_t form = xeap_read_u8(&r);

	ret->who = xeap_read_u32(&r);
	ret->method = xeap_read_span(&r, xeap_read_u8(&r));
	ret->salt = xeap_read_span(&r, SALT);
	ret->digest = xeap_read_span(&r, XEAP_SHA256_LEN);
	ret->data = xeap_read_span(&r, xeap_read_u16(&r));
	if (r.bad || form != FORM || xeap_reader_left(&r) || !ret->data.len ||
	    ret->data.len > XEAP_RESUMPTION_MAX)
		return -EBADMSG;
	return 0;
}

static const struct xeap_method *method_of(const struct xeap_profile *p, struct xeap_span name)
{
	for (uint32_t i = 0; i < p->count; i++) {
		const struct xeap_method *m = p->methods[i].method;

		if (strlen(m->name) == name.len && !memcmp(m->name, name.data, name.len))
			return is_lasting(m) ? m : NULL;
	}
	return NULL;
}

static int check(const struct exported *e, const struct xeap_profile *profile)
{
	uint8_t digest[XEAP_SHA256_LEN];
	int err;

	if (!profile->has_meaning || !method_of(profile, e->method))
		return -ESTALE;
	err = bind_to(e, profile, digest);
	if (err)
		return err;
	return xeap_equal_secret(digest, e->digest.data, sizeof(digest)) ? 0 : -ESTALE;
}

static int take(struct xeap_resumption *r, const struct xeap_profile *profile,
		const struct exported *e)
{
	uint8_t *copy = malloc(e->data.len);

	if (!copy)
		return -ENOMEM;
	xeap_resumption_drop(r);
	memcpy(copy, e->data.data, e->data.len);
	r->data = copy;
	r->len = (uint32_t)e->data.len;
	r->who = e->who;
	r->pause = 0;
	r->profile = profile->number;
	r->method = method_of(profile, e->method);
	return 0;
}

int xeap_resumption_import(struct xeap_resumption *resumption, const struct xeap_profile *profile,
			   struct xeap_span exported)
{
	struct exported e;
	int err = read_exported(exported, &e);

	if (!err)
		err = check(&e, profile);
	if (err)
		return err;
	if (atomic_exchange(&resumption->borrowed, true))
		return -EBUSY;
	err = take(resumption, profile, &e);
	atomic_store(&resumption->borrowed, false);
	return err;
}
