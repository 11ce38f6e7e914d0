/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/wipe.h>
#include <errno.h>
#include <method/inner_set.h>
#include <method/list.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define VALUE_MAX 8192 /* bytes of a key as it is written */
#define FRAGMENT_DEFAULT 1398
#define FRAGMENT_MIN 64
#define OVERHEAD 100 /* of an inner packet: its header, and what TLS makes of it */

/* A key that a method knows, and where its value is in the tunnel's network. */
struct mapping {
	const char *name;
	enum xeap_config_key from[XEAP_INNER_WHOSE_MAX];
	bool is_bytes; /* any bytes; else text */
};

#define CREDENTIALS 2

static const struct mapping mappings[] = {
	{ "identity", { XEAP_CONFIG_IDENTITY, XEAP_CONFIG_MACHINE_IDENTITY }, true },
	{ "password", { XEAP_CONFIG_PASSWORD, XEAP_CONFIG_MACHINE_PASSWORD }, true },
	/* The first CREDENTIALS. */
	{ "ca_cert", { XEAP_CONFIG_CA_CERT2, XEAP_CONFIG_MACHINE_CA_CERT }, false },
	{ "ca_path", { XEAP_CONFIG_CA_PATH2, XEAP_CONFIG_MACHINE_CA_PATH }, false },
	{ "client_cert", { XEAP_CONFIG_CLIENT_CERT2, XEAP_CONFIG_MACHINE_CLIENT_CERT }, false },
	{ "private_key", { XEAP_CONFIG_PRIVATE_KEY2, XEAP_CONFIG_MACHINE_PRIVATE_KEY }, false },
	{ "private_key_passwd",
	  { XEAP_CONFIG_PRIVATE_KEY2_PASSWD, XEAP_CONFIG_MACHINE_PRIVATE_KEY_PASSWD },
	  false },
	{ "subject_match",
	  { XEAP_CONFIG_SUBJECT_MATCH2, XEAP_CONFIG_MACHINE_SUBJECT_MATCH },
	  false },
	{ "check_cert_subject",
	  { XEAP_CONFIG_CHECK_CERT_SUBJECT2, XEAP_CONFIG_MACHINE_CHECK_CERT_SUBJECT },
	  false },
	{ "altsubject_match",
	  { XEAP_CONFIG_ALTSUBJECT_MATCH2, XEAP_CONFIG_MACHINE_ALTSUBJECT_MATCH },
	  false },
	{ "domain_suffix_match",
	  { XEAP_CONFIG_DOMAIN_SUFFIX_MATCH2, XEAP_CONFIG_MACHINE_DOMAIN_SUFFIX_MATCH },
	  false },
	{ "domain_match", { XEAP_CONFIG_DOMAIN_MATCH2, XEAP_CONFIG_MACHINE_DOMAIN_MATCH }, false },
	{ "pin", { XEAP_CONFIG_PIN2, XEAP_CONFIG_MACHINE_PIN }, false },
	{ "engine_id", { XEAP_CONFIG_ENGINE_ID2, XEAP_CONFIG_MACHINE_ENGINE_ID }, false },
	{ "key_id", { XEAP_CONFIG_KEY_ID2, XEAP_CONFIG_MACHINE_KEY_ID }, false },
	{ "cert_id", { XEAP_CONFIG_CERT_ID2, XEAP_CONFIG_MACHINE_CERT_ID }, false },
	{ "ca_cert_id", { XEAP_CONFIG_CA_CERT_ID2, XEAP_CONFIG_MACHINE_CA_CERT_ID }, false },
	{ "openssl_ciphers", { XEAP_CONFIG_OPENSSL_CIPHERS, XEAP_CONFIG_OPENSSL_CIPHERS }, false },
	{ "openssl_ecdh_curves",
	  { XEAP_CONFIG_OPENSSL_ECDH_CURVES, XEAP_CONFIG_OPENSSL_ECDH_CURVES },
	  false },
	{ "pkcs11_engine_path",
	  { XEAP_CONFIG_PKCS11_ENGINE_PATH, XEAP_CONFIG_PKCS11_ENGINE_PATH },
	  false },
	{ "pkcs11_module_path",
	  { XEAP_CONFIG_PKCS11_MODULE_PATH, XEAP_CONFIG_PKCS11_MODULE_PATH },
	  false },
	{ "openssl_sigalgs", { XEAP_CONFIG_OPENSSL_SIGALGS, XEAP_CONFIG_OPENSSL_SIGALGS }, false },
};

static const struct {
	const char *name;
	enum xeap_config_key from[XEAP_INNER_WHOSE_MAX];
} numbers[] = {
	{ "ocsp", { XEAP_CONFIG_OCSP2, XEAP_CONFIG_MACHINE_OCSP } },
	{ "engine", { XEAP_CONFIG_ENGINE2, XEAP_CONFIG_MACHINE_ENGINE } },
	{ "server_cert_prompt",
	  { XEAP_CONFIG_SERVER_CERT_PROMPT2, XEAP_CONFIG_MACHINE_SERVER_CERT_PROMPT } },
};

static const enum xeap_config_key hashes[XEAP_INNER_WHOSE_MAX] = {
	[XEAP_INNER_USER] = XEAP_CONFIG_PASSWORD_HASH,
	[XEAP_INNER_MACHINE] = XEAP_CONFIG_MACHINE_PASSWORD_HASH,
};

static const enum xeap_config_key phase2_keys[XEAP_INNER_WHOSE_MAX] = {
	[XEAP_INNER_USER] = XEAP_CONFIG_PHASE2,
	[XEAP_INNER_MACHINE] = XEAP_CONFIG_MACHINE_PHASE2,
};

/* In the form of the file: bytes as hexadecimal digits behind `prefix`, text in quotes. */
static int set(struct xeap_config *config, const char *name, struct xeap_span value,
	       const char *prefix, bool is_text)
{
	XEAP_SECRET(text, VALUE_MAX);
	size_t n = 0;

	if (!value.data)
		return 0;
	if (2 * value.len + strlen(prefix) + 3 > sizeof(text))
		return -E2BIG;
	if (is_text) {
		n = (size_t)snprintf((char *)text, sizeof(text), "\"%.*s\"", (int)value.len,
				     (const char *)value.data);
	} else {
		n = (size_t)snprintf((char *)text, sizeof(text), "%s", prefix);
		for (size_t i = 0; i < value.len; i++)
			n += (size_t)snprintf((char *)text + n, 3, "%02x", value.data[i]);
	}
	text[n] = '\0';
	return xeap_config_set(config, name, (const char *)text, NULL);
}

static int set_number(struct xeap_config *config, const char *name, long value)
{
	char text[24];

	if (value < 0)
		return 0;
	snprintf(text, sizeof(text), "%ld", value);
	return xeap_config_set(config, name, text, NULL);
}

/*
 * A packet of an inner TLS is to fit one of the outer: some servers take inner responses for
 * answers to the last of the outer requests that they came with.
 */
static int set_fragment_size(struct xeap_config *to, const struct xeap_config *from)
{
	long size = xeap_config_get_int(from, XEAP_CONFIG_FRAGMENT_SIZE, FRAGMENT_DEFAULT);

	return set_number(to, "fragment_size",
			  size > FRAGMENT_MIN + OVERHEAD ? size - OVERHEAD : FRAGMENT_MIN);
}

/* An inner TLS has the versions of the outer one. */
static int set_versions(struct xeap_config *to, const struct xeap_config *from)
{
	static const char *const words[] = { "tls_disable_tlsv1_2", "tls_disable_tlsv1_3",
					     "tls_disable_time_checks" };
	char phase1[128] = "\"";
	struct xeap_span value;
	size_t n = 1;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!xeap_config_get_word(from, XEAP_CONFIG_PHASE1, words[i], &value) &&
		    value.len == 1)
			n += (size_t)snprintf(phase1 + n, sizeof(phase1) - n, "%s%s=%c",
					      n > 1 ? " " : "", words[i], value.data[0]);
	snprintf(phase1 + n, sizeof(phase1) - n, "\"");
	return n > 1 ? xeap_config_set(to, "phase1", phase1, NULL) : 0;
}

/* The one word of phase2 that is about the method inside. */
static int set_retry(struct xeap_config *to, const struct xeap_config *from,
		     enum xeap_inner_whose whose)
{
	static const char word[] = "mschapv2_retry";
	char phase2[sizeof(word) + 16];
	struct xeap_span value;

	if (xeap_config_get_word(from, phase2_keys[whose], word, &value))
		return 0;
	snprintf(phase2, sizeof(phase2), "\"%s=%.*s\"", word, value.len > 8 ? 8 : (int)value.len,
		 (const char *)value.data);
	return xeap_config_set(to, "phase2", phase2, NULL);
}

static int set_mappings(struct xeap_config *to, const struct xeap_config *from,
			enum xeap_inner_whose whose, size_t count)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i++)
		r = set(to, mappings[i].name, xeap_config_get(from, mappings[i].from[whose]), "",
			!mappings[i].is_bytes);
	return r;
}

static int set_hash(struct xeap_config *to, const struct xeap_config *from,
		    enum xeap_inner_whose whose)
{
	return set(to, "password", xeap_config_get(from, hashes[whose]), "hash:", false);
}

static int make_config(struct xeap_config *to, const struct xeap_config *from,
		       enum xeap_inner_whose whose)
{
	int r = set_versions(to, from);

	if (r == 0)
		r = set_retry(to, from, whose);
	if (r == 0)
		r = set_fragment_size(to, from);
	if (r == 0)
		r = set_mappings(to, from, whose, sizeof(mappings) / sizeof(mappings[0]));
	for (size_t i = 0; r == 0 && i < sizeof(numbers) / sizeof(numbers[0]); i++)
		r = set_number(to, numbers[i].name,
			       xeap_config_get_int(from, numbers[i].from[whose], -1));
	return r < 0 ? r : set_hash(to, from, whose);
}

static const struct xeap_method *find(struct xeap_span name)
{
	for (size_t i = 0; i < xeap_methods_builtin_count; i++) {
		const struct xeap_method *m = xeap_methods_builtin[i];

		if (strlen(m->name) == name.len &&
		    strncasecmp(m->name, (const char *)name.data, name.len) == 0)
			return m;
	}
	return NULL;
}

static bool has(const struct xeap_inner_set *set, const struct xeap_method *m)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->methods[i].method == m)
			return true;
	return false;
}

static int add(struct xeap_inner_set *set, const struct xeap_method *m, bool interactive,
	       struct xeap_diag *d)
{
	void *shared = NULL;
	int r;

	if (has(set, m) || set->count == XEAP_INNER_METHODS)
		return 0;
	r = m->load ? m->load(set->config, interactive, &shared, d) : 0;
	if (r < 0)
		return r;
	set->methods[set->count++] = (struct xeap_inner_method){ m, shared };
	if (m->ctx_size > set->ctx_size)
		set->ctx_size = m->ctx_size;
	return 0;
}

const char *xeap_inner_hint(enum xeap_inner_whose whose, const char *text)
{
	static const char *const hints[XEAP_INNER_WHOSE_MAX] = {
		[XEAP_INNER_USER] = " (keys end in 2 there)",
		[XEAP_INNER_MACHINE] = " (keys begin with machine_ there)",
	};

	if (strstr(text, "_cert") || strstr(text, "private_key") || strstr(text, "_match"))
		return hints[whose];
	return "";
}

static int explain(const struct xeap_config *config, const struct xeap_inner_set *set,
		   const struct xeap_method *m, int r, struct xeap_diag *d)
{
	const char *origin = xeap_config_origin(config);
	struct xeap_diag why = *d;

	return xeap_diag_set(d, r, why.code ? why.code : XEAP_E_INVALID_PARAMETER,
			     "%s%s%s inside %s: %s%s", origin, *origin ? ": " : "", m->name,
			     set->outer, why.text, xeap_inner_hint(set->whose, why.text));
}

static int add_named(struct xeap_inner_set *set, const struct xeap_config *config,
		     const struct xeap_inner_choice *choice, struct xeap_span name,
		     bool interactive, struct xeap_diag *d)
{
	const char *origin = xeap_config_origin(config);
	const struct xeap_method *m = find(name);
	int r;

	if (!m || m->flags & XEAP_METHOD_F_TUNNEL)
		return xeap_diag_set(d, -EINVAL, XEAP_E_METHOD_NOT_INSTALLED,
				     "%s%sphase2: %s%.*s is no method of this build that can run "
				     "inside %s",
				     origin, *origin ? ": " : "", choice->prefix, (int)name.len,
				     (const char *)name.data, choice->outer);
	r = add(set, m, interactive, d);
	return r < 0 ? explain(config, set, m, r, d) : 0;
}

/* The words of phase2 that begin with the prefix. */
static int add_words(struct xeap_inner_set *set, const struct xeap_config *config,
		     const struct xeap_inner_choice *choice, bool interactive, struct xeap_diag *d)
{
	const char *at = xeap_config_get_string(config, phase2_keys[choice->whose]);
	size_t len = strlen(choice->prefix);
	int r = 0;

	while (r == 0 && at && *(at += strspn(at, " \t"))) {
		size_t n = strcspn(at, " \t");

		if (n > len && strncmp(at, choice->prefix, len) == 0)
			r = add_named(set, config, choice, xeap_span(at + len, n - len),
				      interactive, d);
		at += n;
	}
	return r;
}

/* Those that can be loaded with what is there. */
static void add_defaults(struct xeap_inner_set *set, const struct xeap_inner_choice *choice,
			 bool interactive)
{
	struct xeap_diag ignored;

	for (const char *const *name = choice->otherwise; name && *name; name++) {
		const struct xeap_method *m = find(xeap_span(*name, strlen(*name)));

		if (m)
			add(set, m, interactive, &ignored);
	}
}

static int bad_keys(const struct xeap_config *config, const struct xeap_inner_set *set, int r,
		    struct xeap_diag *d)
{
	const char *origin = xeap_config_origin(config);

	return xeap_diag_set(d, r, r == -ENOMEM ? XEAP_E_OUT_OF_MEMORY : XEAP_E_INVALID_PARAMETER,
			     "%s%skeys for the method inside %s cannot be used: %s", origin,
			     *origin ? ": " : "", set->outer, strerror(-r));
}

static int fill(struct xeap_inner_set *set, const struct xeap_config *config,
		const struct xeap_inner_choice *choice, bool interactive, struct xeap_diag *d)
{
	int r = xeap_config_new(&set->config);

	if (r == 0)
		r = make_config(set->config, config, choice->whose);
	if (r < 0)
		return bad_keys(config, set, r, d);
	r = add_words(set, config, choice, interactive, d);
	if (r == 0 && !set->count)
		add_defaults(set, choice, interactive);
	return r;
}

int xeap_inner_load(const struct xeap_config *config, const struct xeap_inner_choice *choice,
		    bool interactive, struct xeap_inner_set **ret_set, struct xeap_diag *ret_diag)
{
	struct xeap_inner_set *set = calloc(1, sizeof(*set));
	int r;

	if (!set)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	set->whose = choice->whose;
	set->outer = choice->outer;
	r = fill(set, config, choice, interactive, ret_diag);
	if (r < 0) {
		xeap_inner_unload(set);
		return r;
	}
	*ret_set = set;
	return 0;
}

static int derive_config(struct xeap_inner_set *set, const struct xeap_config *from)
{
	int r = xeap_config_overlay(set->base->config, &set->config);

	if (r == 0)
		r = set_mappings(set->config, from, set->whose, CREDENTIALS);
	return r < 0 ? r : set_hash(set->config, from, set->whose);
}

static int derive_method(struct xeap_inner_set *set,
			 const struct xeap_method_derivation *derivation, struct xeap_diag *d)
{
	const struct xeap_inner_method *from = &set->base->methods[set->count];
	const struct xeap_method *m = from->method;
	void *shared = NULL;
	int r = 0;

	if (m->derive)
		r = m->derive(from->shared, derivation, &shared, d);
	else if (m->load)
		r = m->load(derivation->config, derivation->interactive, &shared, d);
	if (r == 0)
		set->methods[set->count++] = (struct xeap_inner_method){ m, shared };
	return r;
}

static int derive_all(struct xeap_inner_set *set, const struct xeap_method_derivation *derivation,
		      struct xeap_diag *d)
{
	struct xeap_method_derivation inner = *derivation;
	int r = derive_config(set, derivation->config);

	if (r < 0)
		return bad_keys(derivation->config, set, r, d);
	inner.config = set->config;
	inner.client_cert = inner.private_key = xeap_span(NULL, 0);
	while (r == 0 && set->count < set->base->count) {
		*d = (struct xeap_diag){ 0 };
		r = derive_method(set, &inner, d);
	}
	if (r < 0)
		explain(derivation->config, set, set->base->methods[set->count].method, r, d);
	return r;
}

int xeap_inner_derive(const struct xeap_inner_set *base,
		      const struct xeap_method_derivation *derivation,
		      struct xeap_inner_set **ret_set, struct xeap_diag *ret_diag)
{
	struct xeap_inner_set *set = calloc(1, sizeof(*set));
	int r;

	if (!set)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	set->base = base;
	set->whose = base->whose;
	set->outer = base->outer;
	set->ctx_size = base->ctx_size;
	r = derive_all(set, derivation, ret_diag);
	if (r < 0) {
		xeap_inner_unload(set);
		return r;
	}
	*ret_set = set;
	return 0;
}

/* Not what derive() gave as it is in the set below; load() may give the same object, counted. */
static void unload_method(const struct xeap_inner_set *set, size_t i)
{
	const struct xeap_inner_method *m = &set->methods[i];
	bool derived = set->base && m->method->derive;

	if (m->method->unload && !(derived && m->shared == set->base->methods[i].shared))
		m->method->unload(m->shared);
}

struct xeap_inner_set *xeap_inner_unload(struct xeap_inner_set *set)
{
	if (!set)
		return NULL;
	while (set->count-- > 0)
		unload_method(set, set->count);
	xeap_config_free(set->config);
	free(set);
	return NULL;
}
