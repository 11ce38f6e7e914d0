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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char uri_start[] = "pkcs11:";
static const char pkcs11[] = "pkcs11"; /* the engine's name */
static const char missing[] =
	"OpenSSL has no such engine (pkcs11: Debian's libengine-pkcs11-openssl)";

bool xeap_engine_is_uri(const char *value)
{
	return value && strncmp(value, uri_start, sizeof(uri_start) - 1) == 0;
}

static const char *name_of(const struct xeap_tls_params *p)
{
	return p->engine_id ? p->engine_id : pkcs11;
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

static bool given(const char *path)
{
	return path && *path;
}

static bool is_pkcs11(const struct xeap_tls_params *p)
{
	return !strcmp(name_of(p), pkcs11);
}

static int fail_path(const struct xeap_tls_params *p, struct xeap_diag *d, const char *key,
		     const char *path, const char *what)
{
	const char *origin = p->origin ? p->origin : "";

	return xeap_diag_set(d, -EINVAL, XEAP_E_INVALID_PARAMETER, "%s%s%s=%s: %s", origin,
			     *origin ? ": " : "", key, path, what);
}

/*
 * The engine for PKCS#11 binds once in a process, and has one module from its first object on: keys
 * in it go on needing it. So there is one of both.
 */
static struct {
	pthread_mutex_t lock;
	ENGINE *engine;
	char *engine_path, *module_path; /* NULL: OpenSSL's and p11-kit's */
	bool used;
} tokens = { .lock = PTHREAD_MUTEX_INITIALIZER };

static bool load(ENGINE *e, const char *path)
{
	return ENGINE_ctrl_cmd_string(e, "SO_PATH", path, 0) &&
	       ENGINE_ctrl_cmd_string(e, "ID", pkcs11, 0) &&
	       ENGINE_ctrl_cmd_string(e, "LIST_ADD", "1", 0) &&
	       ENGINE_ctrl_cmd_string(e, "LOAD", NULL, 0);
}

static int load_tokens(const struct xeap_tls_params *p, const struct xeap_engine_object *o,
		       struct xeap_diag *d)
{
	ENGINE *e = ENGINE_by_id(given(p->engine_path) ? "dynamic" : pkcs11);
	char *path = given(p->engine_path) ? strdup(p->engine_path) : NULL;

	if (e && (!given(p->engine_path) || (path && load(e, path)))) {
		tokens.engine = e;
		tokens.engine_path = path;
		return 0;
	}
	ENGINE_free(e);
	free(path);
	if (given(p->engine_path))
		return fail_path(p, d, "pkcs11_engine_path", p->engine_path,
				 "cannot be loaded as OpenSSL's engine pkcs11");
	return fail(p, o, d, -ENOTSUP, missing);
}

static bool differs(const char *wanted, const char *there)
{
	return given(wanted) && (!there || strcmp(wanted, there) != 0);
}

static int set_module(const struct xeap_tls_params *p, struct xeap_diag *d)
{
	static const char key[] = "pkcs11_module_path";
	char *path;

	if (!differs(p->module_path, tokens.module_path))
		return 0;
	if (tokens.used)
		return fail_path(p, d, key, p->module_path,
				 "a program has one module, and another is in use");
	if (access(p->module_path, R_OK))
		return fail_path(p, d, key, p->module_path, strerror(errno));
	path = strdup(p->module_path);
	if (!path)
		return xeap_diag_set(d, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	free(tokens.module_path);
	tokens.module_path = path;
	if (ENGINE_ctrl_cmd_string(tokens.engine, "MODULE_PATH", path, 0))
		return 0;
	return fail_path(p, d, key, path, "the engine does not take it");
}

static int open_tokens(const struct xeap_tls_params *p, const struct xeap_engine_object *o,
		       struct xeap_diag *d)
{
	int r = tokens.engine ? 0 : load_tokens(p, o, d);

	if (r == 0 && differs(p->engine_path, tokens.engine_path))
		r = fail_path(p, d, "pkcs11_engine_path", p->engine_path,
			      "a program has one engine for tokens, and another is loaded");
	return r < 0 ? r : set_module(p, d);
}

static int fetch_tokens(const struct xeap_tls_params *p, const struct xeap_engine_object *o,
			ENGINE **ret_engine, struct xeap_diag *d)
{
	int r;

	pthread_mutex_lock(&tokens.lock);
	r = open_tokens(p, o, d);
	if (r == 0 && ENGINE_up_ref(tokens.engine))
		*ret_engine = tokens.engine;
	pthread_mutex_unlock(&tokens.lock);
	return r;
}

static int fetch_other(const struct xeap_tls_params *p, const struct xeap_engine_object *o,
		       ENGINE **ret_engine, struct xeap_diag *d)
{
	const char *name = name_of(p);
	ENGINE *e = strchr(name, '/') ? NULL : ENGINE_by_id(name);

	if (!e)
		return fail(p, o, d, -ENOTSUP, missing);
	*ret_engine = e;
	return 0;
}

static int fetch(const struct xeap_tls_params *p, const struct xeap_engine_object *o,
		 ENGINE **ret_engine, struct xeap_diag *d)
{
	ENGINE *e = NULL;
	int r = is_pkcs11(p) ? fetch_tokens(p, o, &e, d) : fetch_other(p, o, &e, d);

	if (r < 0)
		return r;
	prepare(e, p);
	/* Never finished: keys go on needing it, and do not say so to OpenSSL. */
	if (ENGINE_init(e)) {
		*ret_engine = e;
		return 0;
	}
	ENGINE_free(e);
	return fail(p, o, d, -EINVAL, "the engine cannot start: is a PKCS#11 module configured?");
}

/* A module that cannot be loaded looks like one without tokens: it is named. */
static int fail_object(const struct xeap_tls_params *p, const struct xeap_engine_object *o,
		       struct xeap_diag *d, const char *kind, const char *more)
{
	char what[300], module[200] = "";

	pthread_mutex_lock(&tokens.lock);
	if (is_pkcs11(p) && tokens.module_path)
		snprintf(module, sizeof(module), " of pkcs11_module_path=%s", tokens.module_path);
	pthread_mutex_unlock(&tokens.lock);
	snprintf(what, sizeof(what), "no such %s in a token%s%s", kind, module, more);
	return fail(p, o, d, -EINVAL, what);
}

/* The module has to stay from here on. */
static void keep_module(const struct xeap_tls_params *p)
{
	pthread_mutex_lock(&tokens.lock);
	tokens.used |= is_pkcs11(p);
	pthread_mutex_unlock(&tokens.lock);
}

int xeap_engine_key(const struct xeap_tls_params *params, const struct xeap_engine_object *object,
		    EVP_PKEY **ret_key, struct xeap_diag *ret_diag)
{
	EVP_PKEY *key = NULL;
	ENGINE *e = NULL;
	int r = fetch(params, object, &e, ret_diag);

	if (e && nobody)
		key = ENGINE_load_private_key(e, object->id, nobody, NULL);
	if (e && !key)
		r = fail_object(params, object, ret_diag, "key",
				params->pin ? ", or pin is wrong" : ", or it needs a pin");
	ENGINE_free(e);
	ERR_clear_error();
	if (!key)
		return r;
	keep_module(params);
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
	ENGINE *e = NULL;
	int r = fetch(params, object, &e, ret_diag);

	if (!e)
		return r;
	if (!ENGINE_ctrl_cmd(e, "LOAD_CERT_CTRL", 0, &wanted, NULL, 1) || !wanted.cert)
		r = fail_object(params, object, ret_diag, "certificate", "");
	ENGINE_free(e);
	ERR_clear_error();
	if (!wanted.cert)
		return r;
	keep_module(params);
	*ret_cert = wanted.cert;
	return 0;
}
