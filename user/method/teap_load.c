/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <errno.h>
#include <method/teap_load.h>
#include <stdlib.h>
#include <string.h>

static bool word_is(struct xeap_span word, const char *text)
{
	return word.len == strlen(text) && memcmp(word.data, text, word.len) == 0;
}

static int read_words(const struct xeap_config *config, struct teap_shared *s, struct xeap_diag *d)
{
	const char *origin = xeap_config_origin(config);
	const char *sep = *origin ? ": " : "";
	struct xeap_span word;
	int anonymous = 0, hint = 1, r;

	r = xeap_tunnel_digit(config, XEAP_CONFIG_PHASE1, "teap_anon_dh", 1, &anonymous, d);
	if (r == 0)
		r = xeap_tunnel_digit(config, XEAP_CONFIG_PHASE1, "teap_identity_hint", 1, &hint,
				      d);
	if (r < 0)
		return r;
	s->silent = !hint;
	if (anonymous)
		return xeap_diag_set(
			d, -EINVAL, XEAP_E_NOT_SUPPORTED,
			"%s%sphase1: teap_anon_dh=1 is not supported: the server needs "
			"a certificate",
			origin, sep);
	if (xeap_config_get_word(config, XEAP_CONFIG_PHASE1, "teap_compat", &word) < 0)
		return 0;
	s->freeradius = word_is(word, "freeradius");
	if (s->freeradius)
		return 0;
	return xeap_diag_set(d, -EINVAL, XEAP_E_INVALID_PARAMETER,
			     "%s%sphase1: unsupported value in \"teap_compat=%.*s\": freeradius",
			     origin, sep, (int)word.len, (const char *)word.data);
}

static bool has(const struct xeap_config *config, enum xeap_config_key key)
{
	return xeap_config_get(config, key).data;
}

static int load_machine(const struct xeap_config *config, const char *const *otherwise,
			bool interactive, struct teap_shared *s, struct xeap_diag *d)
{
	const struct xeap_inner_choice choice = {
		.outer = "TEAP",
		.whose = XEAP_INNER_MACHINE,
		.prefix = "auth=",
		.otherwise = otherwise,
	};

	if (!has(config, XEAP_CONFIG_MACHINE_IDENTITY) &&
	    !has(config, XEAP_CONFIG_MACHINE_PHASE2) &&
	    !has(config, XEAP_CONFIG_MACHINE_PRIVATE_KEY))
		return 0;
	return xeap_inner_load(config, &choice, interactive, &s->machine, d);
}

static int load_all(const struct xeap_config *config, bool interactive, struct teap_shared *s,
		    struct xeap_diag *d)
{
	static const char *const otherwise[] = { "MSCHAPV2", "TLS", "GTC", "MD5", NULL };
	const struct xeap_inner_choice user = {
		.outer = "TEAP",
		.whose = XEAP_INNER_USER,
		.prefix = "auth=",
		.otherwise = otherwise,
	};
	int r = read_words(config, s, d);

	if (r == 0)
		r = load_machine(config, otherwise, interactive, s, d);
	if (r == 0)
		r = xeap_tunnel_load(config, &user, interactive, &s->tunnel, d);
	if (r < 0)
		return r;
	s->user = has(config, XEAP_CONFIG_IDENTITY) || has(config, XEAP_CONFIG_PASSWORD) ||
		  has(config, XEAP_CONFIG_PHASE2) || !s->machine;
	s->certificate = has(config, XEAP_CONFIG_PRIVATE_KEY);
	return 0;
}

void xeap_teap_unload(void *shared)
{
	struct teap_shared *s = shared;

	xeap_tunnel_unload(&s->tunnel);
	if (!s->borrows)
		xeap_inner_unload(s->machine);
	free(s);
}

int xeap_teap_load(const struct xeap_config *config, bool interactive, void **ret_shared,
		   struct xeap_diag *ret_diag)
{
	struct teap_shared *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	r = load_all(config, interactive, s, ret_diag);
	if (r < 0) {
		xeap_teap_unload(s);
		return r;
	}
	*ret_shared = s;
	return 0;
}

int xeap_teap_derive(void *shared, const struct xeap_method_derivation *derivation,
		     void **ret_shared, struct xeap_diag *ret_diag)
{
	const struct teap_shared *base = shared;
	struct teap_shared *s = malloc(sizeof(*s));
	int r;

	if (!s)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	*s = *base;
	s->borrows = true;
	s->user |= has(derivation->config, XEAP_CONFIG_IDENTITY) ||
		   has(derivation->config, XEAP_CONFIG_PASSWORD);
	s->certificate |= derivation->client_cert.data != NULL;
	r = xeap_tunnel_derive(&base->tunnel, derivation, &s->tunnel, ret_diag);
	if (r < 0) {
		free(s);
		return r;
	}
	*ret_shared = s;
	return 0;
}
