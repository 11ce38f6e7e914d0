/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <errno.h>
#include <method/tls_config.h>
#include <method/tunnel_load.h>
#include <string.h>

/* Words of phase2 and machine_phase2, for this method or another one of the block. */
static const char *const phase2_words[] = { "auth=", "autheap=", "mschapv2_retry=" };

static bool knows(const char *at, size_t n)
{
	for (size_t i = 0; i < sizeof(phase2_words) / sizeof(phase2_words[0]); i++) {
		size_t len = strlen(phase2_words[i]);

		if (n > len && strncmp(at, phase2_words[i], len) == 0)
			return true;
	}
	return false;
}

static int check_words(const struct xeap_config *config, enum xeap_config_key key,
		       struct xeap_diag *d)
{
	const char *at = xeap_config_get_string(config, key);
	const char *origin = xeap_config_origin(config);

	while (at && *(at += strspn(at, " \t"))) {
		size_t n = strcspn(at, " \t");

		if (!knows(at, n))
			return xeap_diag_set(d, -EINVAL, XEAP_E_INVALID_PARAMETER,
					     "%s%s%s: unknown word \"%.*s\": auth=METHOD, "
					     "autheap=METHOD or mschapv2_retry=0",
					     origin, *origin ? ": " : "", xeap_config_key_name(key),
					     (int)n, at);
		at += n;
	}
	return 0;
}

static int read_params(const struct xeap_config *config, bool interactive,
		       struct xeap_tls_params *ret_params, struct xeap_diag *d)
{
	int r = check_words(config, XEAP_CONFIG_PHASE2, d);

	if (r == 0)
		r = check_words(config, XEAP_CONFIG_MACHINE_PHASE2, d);
	if (r == 0)
		r = xeap_tls_config_read(config, ret_params, d);
	if (r < 0)
		return r;
	ret_params->interactive = interactive;
	ret_params->client_optional = true;
	return 0;
}

static int load(const struct xeap_config *config, const struct xeap_inner_choice *choice,
		const struct xeap_tls_params *params, struct xeap_tunnel_shared *ret_shared,
		struct xeap_diag *d)
{
	int r = xeap_inner_load(config, choice, params->interactive, &ret_shared->inner, d);

	if (r < 0)
		return r;
	r = xeap_tls_profile_new(params, &ret_shared->profile, d);
	if (r < 0)
		ret_shared->inner = xeap_inner_unload(ret_shared->inner);
	return r;
}

int xeap_tunnel_load(const struct xeap_config *config, const struct xeap_inner_choice *choice,
		     bool interactive, struct xeap_tunnel_shared *ret_shared,
		     struct xeap_diag *ret_diag)
{
	struct xeap_tls_params params;
	int r = read_params(config, interactive, &params, ret_diag);

	return r < 0 ? r : load(config, choice, &params, ret_shared, ret_diag);
}

int xeap_tunnel_load_12(const struct xeap_config *config, const struct xeap_inner_choice *choice,
			bool interactive, bool server_optional,
			struct xeap_tunnel_shared *ret_shared, struct xeap_diag *ret_diag)
{
	struct xeap_tls_params params;
	int r = read_params(config, interactive, &params, ret_diag);

	if (r < 0)
		return r;
	params.disable_tls13 = true;
	params.server_optional = server_optional;
	return load(config, choice, &params, ret_shared, ret_diag);
}

int xeap_tunnel_derive(const struct xeap_tunnel_shared *base,
		       const struct xeap_method_derivation *derivation,
		       struct xeap_tunnel_shared *ret_shared, struct xeap_diag *ret_diag)
{
	int r = xeap_inner_derive(base->inner, derivation, &ret_shared->inner, ret_diag);

	if (r < 0)
		return r;
	r = xeap_tls_config_derive(base->profile, derivation, &ret_shared->profile, ret_diag);
	if (r < 0)
		ret_shared->inner = xeap_inner_unload(ret_shared->inner);
	else
		ret_shared->borrows = ret_shared->profile == base->profile;
	return r;
}

void xeap_tunnel_unload(struct xeap_tunnel_shared *shared)
{
	if (!shared->borrows)
		xeap_tls_profile_free(shared->profile);
	shared->profile = NULL;
	shared->inner = xeap_inner_unload(shared->inner);
}

int xeap_tunnel_digit(const struct xeap_config *config, enum xeap_config_key key, const char *word,
		      int max, int *ret_value, struct xeap_diag *ret_diag)
{
	const char *origin = xeap_config_origin(config);
	struct xeap_span value;

	if (xeap_config_get_word(config, key, word, &value) < 0)
		return 0;
	if (value.len == 1 && value.data[0] >= '0' && value.data[0] <= '0' + max) {
		*ret_value = value.data[0] - '0';
		return 0;
	}
	return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
			     "%s%s%s: unsupported value in \"%s=%.*s\": from 0 to %d", origin,
			     *origin ? ": " : "", xeap_config_key_name(key), word, (int)value.len,
			     (const char *)value.data, max);
}

void xeap_tunnel_blame_inner(const struct xeap_inner *inner, struct xeap_method_result *ret_result)
{
	const struct xeap_diag *why = &inner->result.diag;

	ret_result->save_user_data |= inner->result.save_user_data;

	if (ret_result->need == XEAP_NEED_NONE && !ret_result->ignore && why->code &&
	    ret_result->decision != XEAP_DECISION_UNCOND_SUCC)
		ret_result->diag = *why;
}
