/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <errno.h>
#include <method/tls_config.h>
#include <string.h>

enum word_meaning {
	WORD_SWITCH, /* 0 or 1 */
	WORD_OFF,    /* 0 only: what 1 asks for is not here */
	WORD_ON,     /* 1 only: it is so in any case */
	WORD_OTHER,  /* another method's, any value */
};

static const struct word {
	const char *name;
	enum word_meaning meaning;
} words[] = {
	{ "tls_disable_tlsv1_0", WORD_SWITCH },
	{ "tls_disable_tlsv1_1", WORD_SWITCH },
	{ "tls_disable_tlsv1_2", WORD_SWITCH },
	{ "tls_disable_tlsv1_3", WORD_SWITCH },
	{ "tls_disable_time_checks", WORD_SWITCH },
	{ "tls_disable_session_ticket", WORD_SWITCH },
	{ "include_tls_length", WORD_SWITCH },
	{ "allow_canned_success", WORD_SWITCH },
	{ "allow_unsafe_renegotiation", WORD_OFF },
	{ "tls_allow_md5", WORD_OFF },
	{ "tls_suiteb", WORD_OFF },
	{ "tls_suiteb_no_ecdh", WORD_OFF },
	{ "tls_ext_cert_check", WORD_OFF },
	{ "peapver", WORD_OTHER },
	{ "peaplabel", WORD_OTHER },
	{ "peap_outer_success", WORD_OTHER },
	{ "crypto_binding", WORD_OTHER },
	{ "phase2_auth", WORD_ON },
	{ "fast_provisioning", WORD_OTHER },
	{ "fast_max_pac_list_len", WORD_OTHER },
	{ "fast_pac_format", WORD_OTHER },
	{ "teap_provisioning", WORD_OTHER },
	{ "teap_max_pac_list_len", WORD_OTHER },
	{ "teap_pac_format", WORD_OTHER },
	{ "teap_compat", WORD_OTHER },
	{ "teap_identity_hint", WORD_OTHER },
	{ "teap_anon_dh", WORD_OFF },
	{ "tnc", WORD_OFF },
	{ "result_ind", WORD_OTHER },
	{ "sim_min_num_chal", WORD_OTHER },
	{ "conservative_peer_mode", WORD_OTHER },
	{ "network_name", WORD_OTHER },
	{ "aka_fs", WORD_OTHER },
	{ "dhgroup", WORD_OTHER },
	{ "encr", WORD_OTHER },
	{ "prf", WORD_OTHER },
	{ "mac", WORD_OTHER },
	{ "cipher", WORD_OTHER },
};

static const struct word *find_word(struct xeap_span name)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i].name) == name.len &&
		    memcmp(words[i].name, name.data, name.len) == 0)
			return &words[i];
	return NULL;
}

static bool is_digit(struct xeap_span value, uint8_t digit)
{
	return value.len == 1 && value.data[0] == digit;
}

static bool value_fits(const struct word *w, struct xeap_span value)
{
	switch (w->meaning) {
	case WORD_SWITCH:
		return is_digit(value, '0') || is_digit(value, '1');
	case WORD_OFF:
		return is_digit(value, '0');
	case WORD_ON:
		return is_digit(value, '1');
	case WORD_OTHER:
		return true;
	}
	return false;
}

static int check_word(const char *origin, struct xeap_span word, struct xeap_diag *d)
{
	const uint8_t *equals = memchr(word.data, '=', word.len);
	size_t n = equals ? (size_t)(equals - word.data) : word.len;
	struct xeap_span value = { NULL, 0 };
	const struct word *w = find_word(xeap_span(word.data, n));

	if (equals)
		value = xeap_span(equals + 1, word.len - n - 1);
	if (w && value_fits(w, value))
		return 0;
	return xeap_diag_set(d, -EINVAL, XEAP_E_INVALID_PARAMETER, "%s%sphase1: %s \"%.*s\"%s",
			     origin, *origin ? ": " : "",
			     w ? "unsupported value in" : "unknown word", (int)word.len,
			     (const char *)word.data,
			     w && w->meaning == WORD_SWITCH ? ": 0 or 1" : ": leave it out");
}

static int check_phase1(const struct xeap_config *config, struct xeap_diag *d)
{
	const char *at = xeap_config_get_string(config, XEAP_CONFIG_PHASE1);
	int r = 0;

	while (r == 0 && at && *(at += strspn(at, " \t"))) {
		size_t n = strcspn(at, " \t");

		r = check_word(xeap_config_origin(config), xeap_span(at, n), d);
		at += n;
	}
	return r;
}

bool xeap_tls_config_word(const struct xeap_config *config, const char *word)
{
	struct xeap_span value;

	return xeap_config_get_word(config, XEAP_CONFIG_PHASE1, word, &value) == 0 &&
	       is_digit(value, '1');
}

/*
 * Keys that ask for more than is done here: to go on without would be less than the user believes
 * to have.
 */
static int refuse_unsupported(const struct xeap_config *config, struct xeap_diag *d)
{
	const char *origin = xeap_config_origin(config), *why = NULL;

	if (xeap_config_get_int(config, XEAP_CONFIG_OCSP, 0) > 2)
		why = "ocsp=3 is not supported, as OpenSSL has no status for CAs: use ocsp=2";
	else if (xeap_config_get_int(config, XEAP_CONFIG_ENGINE, 0) > 0 &&
		 (!xeap_config_get(config, XEAP_CONFIG_ENGINE_ID).data ||
		  !xeap_config_get(config, XEAP_CONFIG_KEY_ID).data))
		why = "engine=1 needs engine_id=\"pkcs11\" and key_id=\"pkcs11:…\"";
	if (!why)
		return 0;
	return xeap_diag_set(d, -EINVAL, XEAP_E_NOT_SUPPORTED, "%s%s%s", origin,
			     *origin ? ": " : "", why);
}

int xeap_tls_config_read(const struct xeap_config *config, struct xeap_tls_params *ret_params,
			 struct xeap_diag *ret_diag)
{
	int r = refuse_unsupported(config, ret_diag);

	if (r == 0)
		r = check_phase1(config, ret_diag);
	if (r < 0)
		return r;
#define STRING(key) xeap_config_get_string(config, XEAP_CONFIG_##key)
	*ret_params = (struct xeap_tls_params){
		.origin = xeap_config_origin(config),
		.ca_cert = STRING(CA_CERT),
		.ca_path = STRING(CA_PATH),
		.client_cert = STRING(CLIENT_CERT),
		.private_key = STRING(PRIVATE_KEY),
		.private_key_passwd = STRING(PRIVATE_KEY_PASSWD),
		.pin = STRING(PIN),
		.openssl_ciphers = STRING(OPENSSL_CIPHERS),
		.openssl_ecdh_curves = STRING(OPENSSL_ECDH_CURVES),
		.openssl_sigalgs = STRING(OPENSSL_SIGALGS),
		.subject_match = STRING(SUBJECT_MATCH),
		.altsubject_match = STRING(ALTSUBJECT_MATCH),
		.domain_suffix_match = STRING(DOMAIN_SUFFIX_MATCH),
		.domain_match = STRING(DOMAIN_MATCH),
		.ocsp = (int)xeap_config_get_int(config, XEAP_CONFIG_OCSP, 0),
		.check_cert_subject = STRING(CHECK_CERT_SUBJECT),
		.disable_tls12 = xeap_tls_config_word(config, "tls_disable_tlsv1_2"),
		.disable_tls13 = xeap_tls_config_word(config, "tls_disable_tlsv1_3"),
		.disable_time_checks = xeap_tls_config_word(config, "tls_disable_time_checks"),
		.disable_session_ticket =
			xeap_tls_config_word(config, "tls_disable_session_ticket"),
	};
	/* Without engine=1 what it would be about is not looked at. */
	if (xeap_config_get_int(config, XEAP_CONFIG_ENGINE, 0) > 0) {
		ret_params->engine_id = STRING(ENGINE_ID);
		ret_params->key_id = STRING(KEY_ID);
		ret_params->cert_id = STRING(CERT_ID);
		ret_params->ca_cert_id = STRING(CA_CERT_ID);
	}
#undef STRING
	return 0;
}

int xeap_tls_config_derive(struct xeap_tls_profile *base,
			   const struct xeap_method_derivation *derivation,
			   struct xeap_tls_profile **ret_profile, struct xeap_diag *ret_diag)
{
	if (derivation->client_cert.data)
		return xeap_tls_profile_derive(
			base, derivation->client_cert, derivation->private_key,
			xeap_config_get_string(derivation->config, XEAP_CONFIG_PRIVATE_KEY_PASSWD),
			xeap_config_origin(derivation->config), ret_profile, ret_diag);
	*ret_profile = base;
	return 0;
}
