/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CONFIG_H
#define XEAP_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xeap/error.h>
#include <xeap/span.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Keys of a wpa_supplicant network block that mean something to xeap. Numbers are stable: new keys
 * are added at the end. Keys that wpa_supplicant has and a wired EAP peer has no use for are
 * accepted and ignored, from a list; all others are errors.
 */
enum xeap_config_key {
	XEAP_CONFIG_KEY_MGMT,
	/** see xeap_config_get_eap(); its bytes are the names with a NUL between them */
	XEAP_CONFIG_EAP,
	XEAP_CONFIG_IDENTITY,
	XEAP_CONFIG_ANONYMOUS_IDENTITY,
	XEAP_CONFIG_PASSWORD,
	XEAP_CONFIG_CA_CERT,
	XEAP_CONFIG_CA_PATH,
	XEAP_CONFIG_CLIENT_CERT,
	XEAP_CONFIG_PRIVATE_KEY,
	XEAP_CONFIG_PRIVATE_KEY_PASSWD,
	XEAP_CONFIG_SUBJECT_MATCH,
	XEAP_CONFIG_ALTSUBJECT_MATCH,
	XEAP_CONFIG_DOMAIN_SUFFIX_MATCH,
	XEAP_CONFIG_DOMAIN_MATCH,
	XEAP_CONFIG_PHASE1,
	XEAP_CONFIG_PHASE2,
	/** bytes of one EAP packet of a fragmented message; default 1398 */
	XEAP_CONFIG_FRAGMENT_SIZE, /**< most TLS bytes in one packet; default 1398 */
	XEAP_CONFIG_EAPOL_FLAGS,
	XEAP_CONFIG_EAP_WORKAROUND,
	XEAP_CONFIG_OPENSSL_CIPHERS,
	XEAP_CONFIG_PRIORITY, /**< of the block among others; higher goes first, default 0 */
	XEAP_CONFIG_DISABLED, /**< 0 (default): the block counts; 1 and 2: it is left out */
	XEAP_CONFIG_ID_STR,   /**< the administrator's name for the block */
	/** 16 bytes, from password=hash:…; then PASSWORD is not set, and the reverse */
	XEAP_CONFIG_PASSWORD_HASH,
	XEAP_CONFIG_CHECK_CERT_SUBJECT,
	XEAP_CONFIG_OCSP, /**< 0 none, 1 try, 2 require, 3 require for every intermediate */
	XEAP_CONFIG_PIN,
	XEAP_CONFIG_ENGINE,
	XEAP_CONFIG_ENGINE_ID,
	XEAP_CONFIG_KEY_ID,
	XEAP_CONFIG_CERT_ID,
	XEAP_CONFIG_CA_CERT_ID,
	XEAP_CONFIG_PAC_FILE,
	XEAP_CONFIG_PCSC,
	XEAP_CONFIG_SIM_NUM,
	XEAP_CONFIG_ERP,
	XEAP_CONFIG_IMSI_IDENTITY,
	XEAP_CONFIG_IMSI_PRIVACY_CERT,
	XEAP_CONFIG_IMSI_PRIVACY_ATTR,
	/** this and the following ones ending in 2: of a TLS method inside a tunnel */
	XEAP_CONFIG_CA_CERT2,
	XEAP_CONFIG_CA_PATH2,
	XEAP_CONFIG_CLIENT_CERT2,
	XEAP_CONFIG_PRIVATE_KEY2,
	XEAP_CONFIG_PRIVATE_KEY2_PASSWD,
	XEAP_CONFIG_SUBJECT_MATCH2,
	XEAP_CONFIG_CHECK_CERT_SUBJECT2,
	XEAP_CONFIG_ALTSUBJECT_MATCH2,
	XEAP_CONFIG_DOMAIN_SUFFIX_MATCH2,
	XEAP_CONFIG_DOMAIN_MATCH2,
	XEAP_CONFIG_OCSP2,
	XEAP_CONFIG_PIN2,
	XEAP_CONFIG_ENGINE2,
	XEAP_CONFIG_ENGINE_ID2,
	XEAP_CONFIG_KEY_ID2,
	XEAP_CONFIG_CERT_ID2,
	XEAP_CONFIG_CA_CERT_ID2,
	XEAP_CONFIG_MACHINE_IDENTITY, /**< MACHINE_…: the machine's own credentials (TEAP) */
	XEAP_CONFIG_MACHINE_PASSWORD,
	XEAP_CONFIG_MACHINE_PASSWORD_HASH, /**< as PASSWORD_HASH, for MACHINE_PASSWORD */
	XEAP_CONFIG_MACHINE_PHASE2,
	XEAP_CONFIG_MACHINE_CA_CERT,
	XEAP_CONFIG_MACHINE_CA_PATH,
	XEAP_CONFIG_MACHINE_CLIENT_CERT,
	XEAP_CONFIG_MACHINE_PRIVATE_KEY,
	XEAP_CONFIG_MACHINE_PRIVATE_KEY_PASSWD,
	XEAP_CONFIG_MACHINE_SUBJECT_MATCH,
	XEAP_CONFIG_MACHINE_CHECK_CERT_SUBJECT,
	XEAP_CONFIG_MACHINE_ALTSUBJECT_MATCH,
	XEAP_CONFIG_MACHINE_DOMAIN_SUFFIX_MATCH,
	XEAP_CONFIG_MACHINE_DOMAIN_MATCH,
	XEAP_CONFIG_MACHINE_OCSP,
	XEAP_CONFIG_MACHINE_PIN,
	XEAP_CONFIG_MACHINE_ENGINE,
	XEAP_CONFIG_MACHINE_ENGINE_ID,
	XEAP_CONFIG_MACHINE_KEY_ID,
	XEAP_CONFIG_MACHINE_CERT_ID,
	XEAP_CONFIG_MACHINE_CA_CERT_ID,
	/**
	 * the name of a password that is kept outside, from password=ext:NAME; then neither
	 * PASSWORD nor PASSWORD_HASH is set, and the reverse. xeap_config_resolve() puts the
	 * password in its place.
	 */
	XEAP_CONFIG_PASSWORD_EXTERNAL,
	XEAP_CONFIG_MACHINE_PASSWORD_EXTERNAL, /**< the same for MACHINE_PASSWORD */
	XEAP_CONFIG_OPENSSL_ECDH_CURVES,       /**< as OpenSSL's list of groups */
	XEAP_CONFIG_OPENSSL_SIGALGS,	       /**< as OpenSSL's list of signature algorithms */
	/** 1: as phase1="conservative_peer_mode=1" */
	XEAP_CONFIG_STRICT_CONSERVATIVE_PEER_MODE,
	XEAP_CONFIG_NOOB_STATE_FILE, /**< where EAP-NOOB keeps its association; holds secrets */
	XEAP_CONFIG_NOOB_DIR,	     /**< 1 to the server, 2 to the peer, 3 (default) both */
	XEAP_CONFIG_NOOB_PEER_INFO,  /**< a JSON object */
	XEAP_CONFIG_NOOB,	     /**< the out-of-band message that came from the server */
	/**
	 * 0: no person is asked about a server that cannot be verified, it is refused; default 1
	 */
	XEAP_CONFIG_SERVER_CERT_PROMPT,
	XEAP_CONFIG_SERVER_CERT_PROMPT2, /**< the same for a TLS method inside a tunnel */
	XEAP_CONFIG_MACHINE_SERVER_CERT_PROMPT,
	XEAP_CONFIG_PKCS11_ENGINE_PATH, /**< the engine itself, a shared object */
	XEAP_CONFIG_PKCS11_MODULE_PATH, /**< what makes tokens known to it, another one */
	XEAP_CONFIG_MAX
};

struct xeap_config;

/** What stands outside the network blocks of a file and concerns xeap. */
struct xeap_config_globals {
	/**
	 * 1, 2 or 3; default 2 (IEEE 802.1X-2004), as others do for the sake of old authenticators
	 */
	int eapol_version;
	int fast_reauth; /**< 1 (default): keep TLS sessions for resumption; 0: never resume */
};

/**
 * A parsed file: its globals and its enabled network blocks, in order of priority, then of
 * appearance.
 */
struct xeap_config_file {
	struct xeap_config_globals globals;
	size_t count;
	struct xeap_config **networks; /**< count of them, owned by this struct */
	/**
	 * where passwords are kept that stand as ext:NAME: the value of ext_password_backend=, NULL
	 * without one; owned by this struct
	 */
	char *ext_password_backend;
};

/**
 * Parse the text of a wpa_supplicant configuration.
 * @text: the file's bytes, need not end in a newline or NUL; at most 1 MiB
 * @name: the file's name for messages
 * @ret_file: the result, the caller's to free with xeap_config_file_free(); untouched on failure
 * @ret_diag: on failure "NAME:LINE: what is wrong with KEY and what would be right"; never shows a
 * value of a secret key
 * Returns 0, -EINVAL for text that is not acceptable, -E2BIG, -ENOMEM. A file without an enabled
 * block that says key_mgmt=IEEE8021X (or none) is -EINVAL.
 */
int xeap_config_parse(struct xeap_span text, const char *name, struct xeap_config_file **ret_file,
		      struct xeap_diag *ret_diag);

/**
 * Read and parse a file. Passwords that its ext_password_backend=file:PATH keeps are read, too;
 * what fd:N and cmd:COMMAND keep is the caller's to fetch for xeap_config_resolve(), since a
 * library starts no programs.
 * @path: the file
 * @ret_file: as for xeap_config_parse()
 * @ret_diag: as for xeap_config_parse()
 * Returns as xeap_config_parse() and xeap_config_resolve(), or a negative errno of open() and
 * read(); -EINVAL also when a password stands as ext:NAME and ext_password_backend= is missing or
 * of another kind.
 */
int xeap_config_read(const char *path, struct xeap_config_file **ret_file,
		     struct xeap_diag *ret_diag);

/**
 * Wipe and free a parsed file and all its networks.
 * @file: NULL is accepted
 * Returns NULL.
 */
struct xeap_config_file *xeap_config_file_free(struct xeap_config_file *file);

/**
 * Whether a password of a file's networks is kept outside and has not been put in its place.
 * @file: the file
 * Returns true when xeap_config_resolve() has something to do.
 */
bool xeap_config_wants_passwords(const struct xeap_config_file *file);

/**
 * Put passwords in the place of their names: each password=ext:NAME of a file's networks becomes
 * the value that a text has for NAME. The text has lines of NAME=VALUE, as wpa_supplicant's
 * ext_password_backend=file: has them: the value is everything after the equals sign but blanks at
 * its end; a # at the start of a line or after a blank, and not between double quotes, begins a
 * comment; of a name that stands twice the first counts.
 * @file: the file; on failure some networks may be resolved already
 * @text: the passwords, at most 1 MiB; the caller's to wipe
 * @name: where the text is from, for messages
 * @ret_diag: on failure one line that names the place and the NAME, never a password
 * Returns 0; -EINVAL for a line of another form or a NAME that the text has not; -E2BIG; -ENOMEM.
 */
int xeap_config_resolve(struct xeap_config_file *file, struct xeap_span text, const char *name,
			struct xeap_diag *ret_diag);

/**
 * Make an empty network, to be filled with xeap_config_set().
 * @ret_config: the network, the caller's to free with xeap_config_free(); untouched on failure
 * Returns 0 or -ENOMEM.
 */
int xeap_config_new(struct xeap_config **ret_config);

/**
 * Wipe and free a network that was made with xeap_config_new(), xeap_config_copy() or
 * xeap_config_overlay().
 * @config: NULL is accepted
 * Returns NULL.
 */
struct xeap_config *xeap_config_free(struct xeap_config *config);

/**
 * Make a network with the same keys and origin as another.
 * @from: the network that is copied; not changed
 * @ret_copy: the copy, the caller's to free with xeap_config_free(); untouched on failure
 * Returns 0 or -ENOMEM.
 */
int xeap_config_copy(const struct xeap_config *from, struct xeap_config **ret_copy);

/**
 * Make a network that has all keys of another one, and its origin, but for those that are set or
 * unset in it: many networks that differ in a few keys take little memory.
 * @below: the other network; it outlives this one, and is not changed meanwhile
 * @ret_config: the network, the caller's to free with xeap_config_free(); untouched on failure
 * Returns 0 or -ENOMEM.
 */
int xeap_config_overlay(const struct xeap_config *below, struct xeap_config **ret_config);

/**
 * Set a key, by name, as if `NAME=VALUE` stood in a network block.
 * @config: the network
 * @name: "identity", "eap", …
 * @value: the right-hand side, quotes included where the file format wants them; NULL without
 * quotes unsets a string
 * @ret_diag: on failure one line
 * Returns 0, also for a key that is ignored; -EINVAL, -E2BIG or -ENOMEM (the old value stays).
 */
int xeap_config_set(struct xeap_config *config, const char *name, const char *value,
		    struct xeap_diag *ret_diag);

/**
 * Bytes of a key.
 * @config: the network
 * @key: the key
 * Returns its bytes without quotes (a NUL follows them that is not counted), or a span with data
 * NULL when it is not set. They belong to the network. Integers have no bytes.
 */
struct xeap_span xeap_config_get(const struct xeap_config *config, enum xeap_config_key key);

/**
 * A key as a C string.
 * @config: the network
 * @key: the key
 * Returns a string that belongs to the network, or NULL when not set or when its bytes contain a
 * NUL.
 */
const char *xeap_config_get_string(const struct xeap_config *config, enum xeap_config_key key);

/**
 * An integer key.
 * @config: the network
 * @key: the key
 * @otherwise: the value when it is not set
 * Returns the integer or `otherwise`.
 */
long xeap_config_get_int(const struct xeap_config *config, enum xeap_config_key key,
			 long otherwise);

/**
 * The n-th method named by eap=, in order of preference.
 * @config: the network
 * @n: from 0
 * Returns its name in upper case, or NULL past the end.
 */
const char *xeap_config_get_eap(const struct xeap_config *config, size_t n);

/**
 * Look up one `name=value` word of phase1 or phase2.
 * @config: the network
 * @key: XEAP_CONFIG_PHASE1 or XEAP_CONFIG_PHASE2
 * @name: the word before the equals sign
 * @ret_value: the bytes after it, the network's; untouched unless found
 * Returns 0 or -ENOENT.
 */
int xeap_config_get_word(const struct xeap_config *config, enum xeap_config_key key,
			 const char *name, struct xeap_span *ret_value);

/**
 * Name of a key as it stands in a file.
 * @key: the key
 * Returns a constant string, "?" for a number out of range.
 */
const char *xeap_config_key_name(enum xeap_config_key key);

/** What becomes of a name in a configuration. */
enum xeap_config_fate {
	XEAP_CONFIG_FATE_USED,
	XEAP_CONFIG_FATE_IGNORED, /**< it has no meaning for a supplicant on a wire */
	XEAP_CONFIG_FATE_REFUSED, /**< a network with it makes no profile */
	XEAP_CONFIG_FATE_MAX
};

/** A name that may stand in a configuration. */
struct xeap_config_name {
	const char *name;
	int outside; /**< 0: in a network block, 1: outside of them */
	enum xeap_config_fate fate;
};

/**
 * Enumerate the names that may stand in a configuration.
 * @n: from 0
 * @ret_name: the n-th one, its string constant; untouched past the end
 * Returns 0, or -ENOENT past the end.
 */
int xeap_config_name(size_t n, struct xeap_config_name *ret_name);

/**
 * Where a network was defined, for messages.
 * @config: the network
 * Returns "FILE:LINE" of its block, "" when it came from no file. The network's.
 */
const char *xeap_config_origin(const struct xeap_config *config);

#ifdef __cplusplus
}
#endif
#endif
