/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Debian 12 has PKCS#11 for OpenSSL 3 as an engine only, an interface that 3.0 deprecates. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <base/diag.h>
#include <crypto/engine.h>
#include <errno.h>
#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/ui.h>
#include <pthread.h>
#include <string.h>

static const char uri_start[] = "pkcs11:";

bool xeap_engine_is_uri(const char *value)
{
	return value && strncmp(value, uri_start, sizeof(uri_start) - 1) == 0;
}

static const char *name_of(const struct xeap_tls_params *p)
{
	return p->engine_id ? p->engine_id : "pkcs11";
}

/* The PIN may stand in a URI (RFC 7512 §2.4): messages show what comes before. */
static int fail(const struct xeap_tls_params *p, const struct xeap_engine_object *o,
		struct xeap_diag *d, int err, const char *what)
{
	const char *origin = p->origin ? p->origin : "";

	return xeap_diag_set(d, err,
			     err == -ENOTSUP ? XEAP_E_NOT_SUPPORTED : XEAP_E_USER_CERT_NOT_FOUND,
			     "%s%s%s=\"%.*s\": %s", origin, *origin ? ": " : "", o->key,
			     (int)strcspn(o->id, "?"), o->id, what);
}

/* An engine that lacks a PIN asks for it on the terminal, if nobody stops it. */
static int ask_nobody(UI *ui, UI_STRING *string)
{
	return UI_get_string_type(string) == UIT_PROMPT ? 0 : 1;
}

static UI_METHOD *nobody; /* as long as the engine: for ever */
static pthread_once_t nobody_made = PTHREAD_ONCE_INIT;

static void make_nobody(void)
{
	nobody = UI_create_method("nobody");
	if (nobody)
		UI_method_set_reader(nobody, ask_nobody);
}

/* What an engine does not know of this it leaves alone. Its own messages would be without a key. */
static void prepare(ENGINE *e, const struct xeap_tls_params *p)
{
	pthread_once(&nobody_made, make_nobody);
	ENGINE_ctrl_cmd(e, "SET_USER_INTERFACE", 0, nobody, NULL, 1);
	ENGINE_ctrl_cmd_string(e, "QUIET", NULL, 1);
	if (p->pin)
		ENGINE_ctrl_cmd_string(e, "PIN", p->pin, 1);
}

static ENGINE *fetch(const struct xeap_tls_params *p, const struct xeap_engine_object *o,
		     struct xeap_diag *d)
{
	const char *name = name_of(p);
	ENGINE *e = strchr(name, '/') ? NULL : ENGINE_by_id(name);

	if (!e) {
		fail(p, o, d, -ENOTSUP,
		     "OpenSSL has no such engine (pkcs11: Debian's libengine-pkcs11-openssl)");
		return NULL;
	}
	prepare(e, p);
	/* Never finished: keys go on needing it, and do not say so to OpenSSL. */
	if (ENGINE_init(e))
		return e;
	ENGINE_free(e);
	fail(p, o, d, -EINVAL, "the engine cannot start: is a PKCS#11 module configured?");
	return NULL;
}

int xeap_engine_key(const struct xeap_tls_params *params, const struct xeap_engine_object *object,
		    EVP_PKEY **ret_key, struct xeap_diag *ret_diag)
{
	ENGINE *e = fetch(params, object, ret_diag);
	EVP_PKEY *key = NULL;

	if (e && nobody)
		key = ENGINE_load_private_key(e, object->id, nobody, NULL);
	if (e && !key)
		fail(params, object, ret_diag, -EINVAL,
		     params->pin ? "no such key in a token, or pin is wrong"
				 : "no such key in a token, or it needs a pin");
	ENGINE_free(e);
	ERR_clear_error();
	if (!key)
		return e ? -EINVAL : -ENOTSUP;
	*ret_key = key;
	return 0;
}

int xeap_engine_cert(const struct xeap_tls_params *params, const struct xeap_engine_object *object,
		     X509 **ret_cert, struct xeap_diag *ret_diag)
{
	/* The engine's own structure for this command. */
	struct {
		const char *id;
		X509 *cert;
	} wanted = { object->id, NULL };
	ENGINE *e = fetch(params, object, ret_diag);

	if (!e)
		return -ENOTSUP;
	if (!ENGINE_ctrl_cmd(e, "LOAD_CERT_CTRL", 0, &wanted, NULL, 1) || !wanted.cert)
		fail(params, object, ret_diag, -EINVAL, "no such certificate in a token");
	ENGINE_free(e);
	ERR_clear_error();
	if (!wanted.cert)
		return -EINVAL;
	*ret_cert = wanted.cert;
	return 0;
}
