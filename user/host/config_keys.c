/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "host/config_keys.h"
#include "host/config_limits.h"
#include "host/config_value.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define TEXT(n)                                                                                    \
	{                                                                                          \
		.name = n, .form = XEAP_FORM_TEXT                                                  \
	}
#define FILE_NAME(n)                                                                               \
	{                                                                                          \
		.name = n, .form = XEAP_FORM_FILE                                                  \
	}
#define BYTES(n)                                                                                   \
	{                                                                                          \
		.name = n, .form = XEAP_FORM_BYTES                                                 \
	}
#define NUMBER(n, from, to)                                                                        \
	{                                                                                          \
		.name = n, .form = XEAP_FORM_NUMBER, .min = from, .max = to                        \
	}
#define PASSWORD(n, k)                                                                             \
	{                                                                                          \
		.name = n, .form = XEAP_FORM_PASSWORD, .hash = XEAP_CONFIG_##k##_HASH,             \
		.external = XEAP_CONFIG_##k##_EXTERNAL                                             \
	}
#define HASH(n, p)                                                                                 \
	{                                                                                          \
		.name = n, .form = XEAP_FORM_HASH, .password = XEAP_CONFIG_##p                     \
	}
#define EXTERNAL(n, p)                                                                             \
	{                                                                                          \
		.name = n, .form = XEAP_FORM_EXTERNAL, .password = XEAP_CONFIG_##p                 \
	}

static const char no_imsi_privacy[] =
	"identities are not encrypted: leave it out, and let the server give pseudonyms";

static const struct xeap_config_rule rules[XEAP_CONFIG_MAX] = {
	[XEAP_CONFIG_KEY_MGMT] = { .name = "key_mgmt", .form = XEAP_FORM_KEY_MGMT },
	[XEAP_CONFIG_EAP] = { .name = "eap", .form = XEAP_FORM_METHODS },
	[XEAP_CONFIG_IDENTITY] = BYTES("identity"),
	[XEAP_CONFIG_ANONYMOUS_IDENTITY] = BYTES("anonymous_identity"),
	[XEAP_CONFIG_PASSWORD] = PASSWORD("password", PASSWORD),
	[XEAP_CONFIG_CA_CERT] = FILE_NAME("ca_cert"),
	[XEAP_CONFIG_CA_PATH] = FILE_NAME("ca_path"),
	[XEAP_CONFIG_CLIENT_CERT] = FILE_NAME("client_cert"),
	[XEAP_CONFIG_PRIVATE_KEY] = FILE_NAME("private_key"),
	[XEAP_CONFIG_PRIVATE_KEY_PASSWD] = TEXT("private_key_passwd"),
	[XEAP_CONFIG_SUBJECT_MATCH] = TEXT("subject_match"),
	[XEAP_CONFIG_ALTSUBJECT_MATCH] = TEXT("altsubject_match"),
	[XEAP_CONFIG_DOMAIN_SUFFIX_MATCH] = TEXT("domain_suffix_match"),
	[XEAP_CONFIG_DOMAIN_MATCH] = TEXT("domain_match"),
	[XEAP_CONFIG_PHASE1] = TEXT("phase1"),
	[XEAP_CONFIG_PHASE2] = TEXT("phase2"),
	[XEAP_CONFIG_FRAGMENT_SIZE] = { .name = "fragment_size",
					.form = XEAP_FORM_NUMBER,
					.min = 64,
					.max = 65535,
					.zero_unsets = true },
	[XEAP_CONFIG_EAPOL_FLAGS] = { .name = "eapol_flags",
				      .form = XEAP_FORM_NUMBER,
				      .max = INT_MAX,
				      .no_effect = true },
	[XEAP_CONFIG_EAP_WORKAROUND] = NUMBER("eap_workaround", INT_MIN, INT_MAX),
	[XEAP_CONFIG_OPENSSL_CIPHERS] = TEXT("openssl_ciphers"),
	[XEAP_CONFIG_PRIORITY] = NUMBER("priority", INT_MIN, INT_MAX),
	[XEAP_CONFIG_DISABLED] = NUMBER("disabled", 0, 2),
	[XEAP_CONFIG_ID_STR] = { .name = "id_str", .form = XEAP_FORM_TEXT, .no_effect = true },
	[XEAP_CONFIG_PASSWORD_HASH] = HASH("password", PASSWORD),
	[XEAP_CONFIG_CHECK_CERT_SUBJECT] = TEXT("check_cert_subject"),
	[XEAP_CONFIG_OCSP] = NUMBER("ocsp", 0, 3),
	[XEAP_CONFIG_PIN] = TEXT("pin"),
	[XEAP_CONFIG_ENGINE] = NUMBER("engine", 0, 1),
	[XEAP_CONFIG_ENGINE_ID] = TEXT("engine_id"),
	[XEAP_CONFIG_KEY_ID] = TEXT("key_id"),
	[XEAP_CONFIG_CERT_ID] = TEXT("cert_id"),
	[XEAP_CONFIG_CA_CERT_ID] = TEXT("ca_cert_id"),
	[XEAP_CONFIG_PAC_FILE] = TEXT("pac_file"),
	[XEAP_CONFIG_PCSC] = TEXT("pcsc"),
	[XEAP_CONFIG_SIM_NUM] = { .name = "sim_num",
				  .form = XEAP_FORM_NUMBER,
				  .min = 1,
				  .max = 255,
				  .no_effect = true },
	[XEAP_CONFIG_ERP] = NUMBER("erp", 0, 1),
	[XEAP_CONFIG_IMSI_IDENTITY] = BYTES("imsi_identity"),
	[XEAP_CONFIG_IMSI_PRIVACY_CERT] = { .name = "imsi_privacy_cert",
					    .form = XEAP_FORM_FILE,
					    .refused = no_imsi_privacy },
	[XEAP_CONFIG_IMSI_PRIVACY_ATTR] = { .name = "imsi_privacy_attr",
					    .form = XEAP_FORM_TEXT,
					    .refused = no_imsi_privacy },
	[XEAP_CONFIG_CA_CERT2] = FILE_NAME("ca_cert2"),
	[XEAP_CONFIG_CA_PATH2] = FILE_NAME("ca_path2"),
	[XEAP_CONFIG_CLIENT_CERT2] = FILE_NAME("client_cert2"),
	[XEAP_CONFIG_PRIVATE_KEY2] = FILE_NAME("private_key2"),
	[XEAP_CONFIG_PRIVATE_KEY2_PASSWD] = TEXT("private_key2_passwd"),
	[XEAP_CONFIG_SUBJECT_MATCH2] = TEXT("subject_match2"),
	[XEAP_CONFIG_CHECK_CERT_SUBJECT2] = TEXT("check_cert_subject2"),
	[XEAP_CONFIG_ALTSUBJECT_MATCH2] = TEXT("altsubject_match2"),
	[XEAP_CONFIG_DOMAIN_SUFFIX_MATCH2] = TEXT("domain_suffix_match2"),
	[XEAP_CONFIG_DOMAIN_MATCH2] = TEXT("domain_match2"),
	[XEAP_CONFIG_OCSP2] = NUMBER("ocsp2", 0, 3),
	[XEAP_CONFIG_PIN2] = TEXT("pin2"),
	[XEAP_CONFIG_ENGINE2] = NUMBER("engine2", 0, 1),
	[XEAP_CONFIG_ENGINE_ID2] = TEXT("engine_id2"),
	[XEAP_CONFIG_KEY_ID2] = TEXT("key_id2"),
	[XEAP_CONFIG_CERT_ID2] = TEXT("cert_id2"),
	[XEAP_CONFIG_CA_CERT_ID2] = TEXT("ca_cert_id2"),
	[XEAP_CONFIG_MACHINE_IDENTITY] = BYTES("machine_identity"),
	[XEAP_CONFIG_MACHINE_PASSWORD] = PASSWORD("machine_password", MACHINE_PASSWORD),
	[XEAP_CONFIG_MACHINE_PASSWORD_HASH] = HASH("machine_password", MACHINE_PASSWORD),
	[XEAP_CONFIG_MACHINE_PHASE2] = TEXT("machine_phase2"),
	[XEAP_CONFIG_MACHINE_CA_CERT] = FILE_NAME("machine_ca_cert"),
	[XEAP_CONFIG_MACHINE_CA_PATH] = FILE_NAME("machine_ca_path"),
	[XEAP_CONFIG_MACHINE_CLIENT_CERT] = FILE_NAME("machine_client_cert"),
	[XEAP_CONFIG_MACHINE_PRIVATE_KEY] = FILE_NAME("machine_private_key"),
	[XEAP_CONFIG_MACHINE_PRIVATE_KEY_PASSWD] = TEXT("machine_private_key_passwd"),
	[XEAP_CONFIG_MACHINE_SUBJECT_MATCH] = TEXT("machine_subject_match"),
	[XEAP_CONFIG_MACHINE_CHECK_CERT_SUBJECT] = TEXT("machine_check_cert_subject"),
	[XEAP_CONFIG_MACHINE_ALTSUBJECT_MATCH] = TEXT("machine_altsubject_match"),
	[XEAP_CONFIG_MACHINE_DOMAIN_SUFFIX_MATCH] = TEXT("machine_domain_suffix_match"),
	[XEAP_CONFIG_MACHINE_DOMAIN_MATCH] = TEXT("machine_domain_match"),
	[XEAP_CONFIG_MACHINE_OCSP] = NUMBER("machine_ocsp", 0, 3),
	[XEAP_CONFIG_MACHINE_PIN] = TEXT("machine_pin"),
	[XEAP_CONFIG_MACHINE_ENGINE] = NUMBER("machine_engine", 0, 1),
	[XEAP_CONFIG_MACHINE_ENGINE_ID] = TEXT("machine_engine_id"),
	[XEAP_CONFIG_MACHINE_KEY_ID] = TEXT("machine_key_id"),
	[XEAP_CONFIG_MACHINE_CERT_ID] = TEXT("machine_cert_id"),
	[XEAP_CONFIG_MACHINE_CA_CERT_ID] = TEXT("machine_ca_cert_id"),
	[XEAP_CONFIG_PASSWORD_EXTERNAL] = EXTERNAL("password", PASSWORD),
	[XEAP_CONFIG_MACHINE_PASSWORD_EXTERNAL] = EXTERNAL("machine_password", MACHINE_PASSWORD),
	[XEAP_CONFIG_OPENSSL_ECDH_CURVES] = TEXT("openssl_ecdh_curves"),
	[XEAP_CONFIG_OPENSSL_SIGALGS] = TEXT("openssl_sigalgs"),
	[XEAP_CONFIG_STRICT_CONSERVATIVE_PEER_MODE] = NUMBER("strict_conservative_peer_mode", 0, 1),
	[XEAP_CONFIG_NOOB_STATE_FILE] = TEXT("noob_state_file"),
	[XEAP_CONFIG_NOOB_DIR] = NUMBER("noob_dir", 1, 3),
	[XEAP_CONFIG_NOOB_PEER_INFO] = TEXT("noob_peer_info"),
	[XEAP_CONFIG_NOOB] = TEXT("noob"),
	[XEAP_CONFIG_SERVER_CERT_PROMPT] = NUMBER("server_cert_prompt", 0, 1),
	[XEAP_CONFIG_SERVER_CERT_PROMPT2] = NUMBER("server_cert_prompt2", 0, 1),
	[XEAP_CONFIG_MACHINE_SERVER_CERT_PROMPT] = NUMBER("machine_server_cert_prompt", 0, 1),
	[XEAP_CONFIG_PKCS11_ENGINE_PATH] = TEXT("pkcs11_engine_path"),
	[XEAP_CONFIG_PKCS11_MODULE_PATH] = TEXT("pkcs11_module_path"),
};

/* clang-format off */

/*
 * Keys of network blocks that configure radio, keys of the link layer, MACsec or access-point
 * modes.
 */
static const char *const ignored_keys[] = {
	"ssid", "scan_ssid", "bssid", "bssid_hint", "bssid_ignore", "bssid_accept",
	"bssid_blacklist", "bssid_whitelist", "psk", "mem_only_psk", "sae_password",
	"sae_password_id", "alt_sae_password_ids", "sae_password_id_change", "sae_pwe", "sae_pk",
	"proto", "bg_scan_period", "pairwise", "group", "group_mgmt", "auth_alg", "scan_freq",
	"freq_list", "ht", "vht", "he", "ht40", "max_oper_chwidth", "vht_center_freq1",
	"vht_center_freq2", "wep_key0", "wep_key1", "wep_key2", "wep_key3", "wep_tx_keyidx",
	"mode", "no_auto_peer", "mesh_fwding", "mesh_rssi_threshold", "mesh_basic_rates",
	"dot11MeshMaxRetries", "dot11MeshRetryTimeout", "dot11MeshConfirmTimeout",
	"dot11MeshHoldingTimeout", "proactive_key_caching", "ieee80211w", "ocv", "peerkey",
	"mixed_cell", "frequency", "fixed_freq", "enable_edmg", "edmg_channel", "acs",
	"wpa_ptk_rekey", "wpa_deny_ptk0_rekey", "group_rekey", "bgscan", "ignore_broadcast_ssid",
	"go_p2p_dev_addr", "p2p_client_list", "p2p2_client_list", "psk_list", "go_dik_id",
	"disable_ht", "disable_ht40", "disable_sgi", "disable_ldpc", "ht40_intolerant", "tx_stbc",
	"rx_stbc", "disable_max_amsdu", "ampdu_factor", "ampdu_density", "ht_mcs", "disable_vht",
	"vht_capa", "vht_capa_mask", "vht_rx_mcs_nss_1", "vht_rx_mcs_nss_2", "vht_rx_mcs_nss_3",
	"vht_rx_mcs_nss_4", "vht_rx_mcs_nss_5", "vht_rx_mcs_nss_6", "vht_rx_mcs_nss_7",
	"vht_rx_mcs_nss_8", "vht_tx_mcs_nss_1", "vht_tx_mcs_nss_2", "vht_tx_mcs_nss_3",
	"vht_tx_mcs_nss_4", "vht_tx_mcs_nss_5", "vht_tx_mcs_nss_6", "vht_tx_mcs_nss_7",
	"vht_tx_mcs_nss_8", "disable_he", "disable_eht", "ap_max_inactivity", "dtim_period",
	"beacon_int", "macsec_policy", "macsec_integ_only", "macsec_replay_protect",
	"macsec_replay_window", "macsec_offload", "macsec_port", "macsec_csindex",
	"macsec_icv_indicator", "mka_priority", "mka_cak", "mka_ckn", "update_identifier",
	"roaming_consortium_selection", "mac_addr", "mac_value", "pbss", "wps_disabled",
	"fils_dh_group", "dpp_connector", "dpp_netaccesskey", "dpp_netaccesskey_expiry",
	"dpp_csign", "dpp_pp_key", "dpp_pfs", "dpp_connector_privacy", "owe_group", "owe_only",
	"owe_ptk_workaround", "multi_ap_backhaul_sta", "multi_ap_profile", "ft_eap_pmksa_caching",
	"beacon_prot", "transition_disable", "enable_4addr_mode", "max_idle", "ssid_protection",
	"rsn_overriding", "pmksa_privacy", "eap_over_auth_frame",
	"drop_unicast_ip_in_l2_multicast", "always_use_proxy_arp", "pmkid_rnd_initial",
	"dh_file", "dh_file2", "machine_dh_file", "disable_uhr", "pasn_groups",
	"security_profiles", "disable_pmksa_caching",
};

static const char *const globals[] = {
	"eapol_version", "fast_reauth", "openssl_ciphers", "ctrl_interface", "no_ctrl_interface",
	"ctrl_interface_group", "ap_scan", "bgscan", "user_mpm", "max_peer_links",
	"mesh_max_inactivity", "mesh_fwding", "dot11RSNASAERetransPeriod", "disable_scan_offload",
	"opensc_engine_path", "pkcs11_engine_path", "pkcs11_module_path", "pcsc_reader",
	"pcsc_pin", "external_sim", "driver_param", "dot11RSNAConfigPMKLifetime",
	"dot11RSNAConfigPMKReauthThreshold", "dot11RSNAConfigSATimeout", "update_config",
	"load_dynamic_eap", "uuid", "auto_uuid", "device_name", "manufacturer", "model_name",
	"model_number", "serial_number", "device_type", "os_version", "config_methods",
	"wps_cred_processing", "wps_cred_add_sae", "wps_vendor_ext_m1", "sec_device_type",
	"p2p_listen_reg_class", "p2p_listen_channel", "p2p_oper_reg_class", "p2p_oper_channel",
	"p2p_go_intent", "p2p_ssid_postfix", "persistent_reconnect", "p2p_intra_bss",
	"p2p_group_idle", "p2p_go_freq_change_policy", "p2p_passphrase_len", "p2p_pref_chan",
	"p2p_no_go_freq", "p2p_add_cli_chan", "p2p_optimize_listen_chan", "p2p_go_ht40",
	"p2p_go_vht", "p2p_go_he", "p2p_go_edmg", "p2p_disabled", "p2p_go_ctwindow",
	"p2p_no_group_iface", "p2p_ignore_shared_freq", "ip_addr_go", "ip_addr_mask",
	"ip_addr_start", "ip_addr_end", "p2p_cli_probe", "p2p_device_random_mac_addr",
	"p2p_device_persistent_mac_addr", "p2p_interface_random_mac_addr", "p2p_6ghz_disable",
	"p2p_bootstrap_methods", "p2p_pasn_type", "p2p_comeback_after", "p2p_twt_power_mgmt",
	"p2p_chan_switch_req_enable", "p2p_reg_info", "p2p_assisted_dfs_chan_enable",
	"dik_cipher", "dik", "country", "bss_max_count", "bss_expiration_age",
	"bss_expiration_scan_count", "filter_ssids", "filter_rssi", "max_num_sta", "ap_isolate",
	"disassoc_low_ack", "hs20", "interworking", "hessid", "access_network_type",
	"go_interworking", "go_access_network_type", "go_internet", "go_venue_group",
	"go_venue_type", "pbc_in_m1", "autoscan", "wps_nfc_dev_pw_id", "wps_nfc_dh_pubkey",
	"wps_nfc_dh_privkey", "wps_nfc_dev_pw", "ext_password_backend", "p2p_go_max_inactivity",
	"auto_interworking", "okc", "pmf", "sae_check_mfp", "sae_groups", "sae_pwe",
	"sae_pmkid_in_assoc", "dtim_period", "beacon_int", "ap_assocresp_elements",
	"ap_vendor_elements", "ignore_old_scan_res", "freq_list", "initial_freq_list",
	"scan_cur_freq", "scan_res_valid_for_connect", "sched_scan_interval",
	"sched_scan_start_delay", "tdls_external_control", "wowlan_triggers", "p2p_search_delay",
	"mac_addr", "rand_addr_lifetime", "preassoc_mac_addr", "key_mgmt_offload", "passive_scan",
	"reassoc_same_bss_optim", "wps_priority", "fst_group_id", "fst_priority", "fst_llt",
	"cert_in_cb", "wpa_rsc_relaxation", "sched_scan_plans", "non_pref_chan", "mbo_cell_capa",
	"disassoc_imminent_rssi_threshold", "oce", "gas_address3", "ftm_responder",
	"ftm_initiator", "twt_requester", "gas_rand_addr_lifetime", "gas_rand_mac_addr",
	"dpp_config_processing", "dpp_name", "dpp_mud_url", "dpp_extra_conf_req_name",
	"dpp_extra_conf_req_value", "dpp_connector_privacy_default", "coloc_intf_reporting",
	"disable_btm", "extended_key_id", "wowlan_disconnect_on_deinit", "rsn_overriding",
	"ft_prepend_pmkid", "wfa_gen_capa", "wfa_gen_capa_supp", "disable_op_classes_80_80_mhz",
	"pr_pasn_type", "pr_preferred_role", "max_auth_rounds", "max_auth_rounds_short",
	"pasn_groups", "force_kdk_derivation", "pasn_corrupt_mic", "mld_force_single_link",
	"mld_connect_band_pref", "mld_connect_bssid_pref", "security_profiles",
};

/*
 * Families of globals, by the start of their names: queues and access categories of an access
 * point.
 */
static const char *const global_prefixes[] = { "tx_queue_", "wmm_ac_" };

static const char *const key_mgmt_words[] = {
	"IEEE8021X", "NONE", "WPA-PSK", "WPA-EAP", "WPA-NONE", "WPA-PSK-SHA256", "WPA-EAP-SHA256",
	"WPA-EAP-SHA384", "WPA-EAP-SUITE-B", "WPA-EAP-SUITE-B-192", "FT-PSK", "FT-EAP",
	"FT-EAP-SHA384", "WPS", "SAE", "SAE-EXT-KEY", "FT-SAE", "FT-SAE-EXT-KEY", "OSEN",
	"FILS-SHA256", "FILS-SHA384", "FT-FILS-SHA256", "FT-FILS-SHA384", "OWE", "DPP",
};

/* clang-format on */

const struct xeap_config_rule *xeap_config_rule(enum xeap_config_key key)
{
	return &rules[key];
}

const char *xeap_config_key_name(enum xeap_config_key key)
{
	if ((unsigned int)key >= XEAP_CONFIG_MAX)
		return "?";
	return rules[key].name;
}

static bool in_list(const char *const *list, size_t count, struct xeap_span name)
{
	for (size_t i = 0; i < count; i++) {
		if (xeap_span_is(name, list[i]))
			return true;
	}
	return false;
}

static bool is_global(struct xeap_span name)
{
	for (size_t i = 0; i < ARRAY_SIZE(global_prefixes); i++) {
		size_t len = strlen(global_prefixes[i]);

		if (name.len > len && !memcmp(name.data, global_prefixes[i], len))
			return true;
	}
	return in_list(globals, ARRAY_SIZE(globals), name);
}

static bool find_stored(struct xeap_span name, enum xeap_config_key *ret_key)
{
	for (int i = 0; i < XEAP_CONFIG_MAX; i++) {
		if (rules[i].form == XEAP_FORM_HASH || rules[i].form == XEAP_FORM_EXTERNAL ||
		    !xeap_span_is(name, rules[i].name))
			continue;
		*ret_key = (enum xeap_config_key)i;
		return true;
	}
	return false;
}

enum xeap_name_meaning xeap_config_find_key(struct xeap_span name, enum xeap_config_key *ret_key)
{
	if (find_stored(name, ret_key))
		return XEAP_NAME_STORED;
	if (in_list(ignored_keys, ARRAY_SIZE(ignored_keys), name))
		return XEAP_NAME_IGNORED;
	return is_global(name) ? XEAP_NAME_MISPLACED : XEAP_NAME_UNKNOWN;
}

enum xeap_name_meaning xeap_config_find_global(struct xeap_span name)
{
	enum xeap_config_key key;

	if (is_global(name))
		return XEAP_NAME_IGNORED;
	if (find_stored(name, &key) || in_list(ignored_keys, ARRAY_SIZE(ignored_keys), name))
		return XEAP_NAME_MISPLACED;
	return XEAP_NAME_UNKNOWN;
}

static enum xeap_config_fate fate_of(const struct xeap_config_rule *rule)
{
	if (rule->refused)
		return XEAP_CONFIG_FATE_REFUSED;
	return rule->no_effect ? XEAP_CONFIG_FATE_IGNORED : XEAP_CONFIG_FATE_USED;
}

/* The other forms of a password have its name. */
static bool has_own_name(enum xeap_config_key key)
{
	return rules[key].form != XEAP_FORM_HASH && rules[key].form != XEAP_FORM_EXTERNAL;
}

/* The n-th key with a name of its own. */
static bool nth_key(size_t n, struct xeap_config_name *ret_name)
{
	for (int i = 0; i < XEAP_CONFIG_MAX; i++) {
		if (!has_own_name((enum xeap_config_key)i) || n--)
			continue;
		*ret_name = (struct xeap_config_name){ rules[i].name, 0, fate_of(&rules[i]) };
		return true;
	}
	return false;
}

static size_t count_keys(void)
{
	size_t count = 0;

	for (int i = 0; i < XEAP_CONFIG_MAX; i++)
		count += has_own_name((enum xeap_config_key)i);
	return count;
}

int xeap_config_name(size_t n, struct xeap_config_name *ret_name)
{
	static const char *const used[] = { "eapol_version",	  "fast_reauth",
					    "openssl_ciphers",	  "ext_password_backend",
					    "pkcs11_engine_path", "pkcs11_module_path" };
	struct xeap_span global;

	if (nth_key(n, ret_name))
		return 0;
	n -= count_keys();
	if (n < ARRAY_SIZE(ignored_keys)) {
		*ret_name =
			(struct xeap_config_name){ ignored_keys[n], 0, XEAP_CONFIG_FATE_IGNORED };
		return 0;
	}
	n -= ARRAY_SIZE(ignored_keys);
	if (n >= ARRAY_SIZE(globals))
		return -ENOENT;
	global = xeap_span(globals[n], strlen(globals[n]));
	*ret_name = (struct xeap_config_name){ globals[n], 1,
					       in_list(used, ARRAY_SIZE(used), global)
						       ? XEAP_CONFIG_FATE_USED
						       : XEAP_CONFIG_FATE_IGNORED };
	return 0;
}

bool xeap_config_is_key_mgmt(struct xeap_span word)
{
	return in_list(key_mgmt_words, ARRAY_SIZE(key_mgmt_words), word);
}

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int m = a < b ? a : b;

	return m < c ? m : c;
}

/*
 * Edits that turn a into b: letters put in, left out, replaced, or swapped with their neighbour
 * (each at most once).
 */
static unsigned int distance(struct xeap_span a, const char *b)
{
	unsigned int rows[3][XEAP_CONFIG_MAX_KEY + 1];
	unsigned int *before = rows[0], *last = rows[1], *row = rows[2];
	size_t n = strlen(b);

	for (size_t j = 0; j <= n; j++)
		last[j] = (unsigned int)j;
	for (size_t i = 1; i <= a.len; i++) {
		unsigned int *spare = before;

		row[0] = (unsigned int)i;
		for (size_t j = 1; j <= n; j++) {
			bool same = a.data[i - 1] == (uint8_t)b[j - 1];

			row[j] = min3(last[j] + 1, row[j - 1] + 1, last[j - 1] + !same);
			if (i > 1 && j > 1 && a.data[i - 1] == (uint8_t)b[j - 2] &&
			    a.data[i - 2] == (uint8_t)b[j - 1])
				row[j] = min3(row[j], before[j - 2] + 1, row[j]);
		}
		before = last;
		last = row;
		row = spare;
	}
	return last[n];
}

struct nearest {
	struct xeap_span name;
	const char *best;
	unsigned int edits; /* of best, or one more than is still near */
};

static struct nearest nearest_begin(struct xeap_span name)
{
	struct nearest n = { .name = name, .edits = 3 };

	if (name.len / 2 + 1 < n.edits)
		n.edits = (unsigned int)(name.len / 2 + 1);
	if (name.len > XEAP_CONFIG_MAX_KEY)
		n.edits = 0;
	return n;
}

static void nearest_try(struct nearest *n, const char *candidate)
{
	unsigned int edits;

	if (!n->edits || strlen(candidate) > XEAP_CONFIG_MAX_KEY)
		return;
	edits = distance(n->name, candidate);
	if (edits < n->edits) {
		n->edits = edits;
		n->best = candidate;
	}
}

static const char *nearest_in_list(struct xeap_span name, const char *const *list, size_t count)
{
	struct nearest n = nearest_begin(name);

	for (size_t i = 0; i < count; i++)
		nearest_try(&n, list[i]);
	return n.best;
}

const char *xeap_config_nearest_key(struct xeap_span name)
{
	struct nearest n = nearest_begin(name);

	for (int i = 0; i < XEAP_CONFIG_MAX; i++)
		nearest_try(&n, rules[i].name);
	for (size_t i = 0; i < ARRAY_SIZE(ignored_keys); i++)
		nearest_try(&n, ignored_keys[i]);
	return n.best;
}

const char *xeap_config_nearest_global(struct xeap_span name)
{
	return nearest_in_list(name, globals, ARRAY_SIZE(globals));
}

const char *xeap_config_nearest_key_mgmt(struct xeap_span word)
{
	return nearest_in_list(word, key_mgmt_words, ARRAY_SIZE(key_mgmt_words));
}
