/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_HOST_KEYFILE_H
#define XEAP_HOST_KEYFILE_H

#include <stdbool.h>
#include <xeap/config.h>

#include "host/config_value.h"
#include "host/text.h"

#define XEAP_KEYFILE_MAX_KEYS 1024

/* A walk over the lines of a GKeyFile. Begin with the text and zeros. */
struct xeap_keyfile {
	struct xeap_span text; /* not yet read */
	unsigned int line, keys;
	struct xeap_span group, key, value; /* of the current line; key empty: a group begins */
};

/*
 * Go to the next group or key. Returns 1, 0 at the end, -EINVAL or -E2BIG. The line number is that
 * of the line.
 */
int xeap_keyfile_next(struct xeap_keyfile *kf, struct xeap_diag *ret_diag);

/* Undo the escapes of a value. 0, -ENOMEM, or -EINVAL for an escape that does not exist. */
int xeap_keyfile_string(struct xeap_span value, struct xeap_bytes *ret_bytes);

/*
 * Take the next item off a list, its escapes undone. Returns 1, 0 at the end, or as
 * xeap_keyfile_string().
 */
int xeap_keyfile_item(struct xeap_span *list, struct xeap_bytes *ret_item);

/* Write a value with the escapes that it needs, or an item of a list. */
void xeap_keyfile_escape(struct xeap_text *t, struct xeap_span value, bool item);

/* How a property of [802-1x] or [connection] is written. */
enum xeap_keyfile_form {
	XEAP_KF_TEXT,
	XEAP_KF_FILE,	 /* an absolute name */
	XEAP_KF_CERT,	 /* the same, or an object in a token, "pkcs11:…" */
	XEAP_KF_LIST,	 /* a list here, joined by semicolons there */
	XEAP_KF_BYTES,	 /* a list of numbers: for a password that is no text */
	XEAP_KF_METHODS, /* a list of names in lower case */
	XEAP_KF_NUMBER,
	XEAP_KF_WORD,	   /* a word of phase1 */
	XEAP_KF_METHOD,	   /* a word of phase2, a name in lower case here */
	XEAP_KF_TLS_FLAGS, /* words of phase1 as bits of a number */
	XEAP_KF_MAX
};

struct xeap_keyfile_rule {
	const char *group, *name;
	enum xeap_keyfile_form form;
	enum xeap_config_key key;
	const char *word;   /* WORD and METHOD */
	const char *values; /* and what NetworkManager takes for it, blanks between them */
};

/* Whether a value is one of those of a rule. */
bool xeap_keyfile_takes(const struct xeap_keyfile_rule *rule, struct xeap_span value);

/* Ends with a rule without a name. */
extern const struct xeap_keyfile_rule xeap_keyfile_rules[];

/* NMSetting8021xAuthFlags: a bit for a word of phase1 with this value. Ends without a word. */
struct xeap_keyfile_flag {
	const char *word, *value;
	unsigned int bit;
};
extern const struct xeap_keyfile_flag xeap_keyfile_flags[];

#define XEAP_KEYFILE_CONNECTION "connection"
#define XEAP_KEYFILE_8021X "802-1x"

/* Whether a character may be part of a word of phase1 or phase2, after the equals sign. */
bool xeap_keyfile_is_letter(uint8_t c);

/*
 * What may be in a token. NetworkManager has a password for each, which is the PIN (RFC 7512); a
 * network block has one PIN. Ends without a name.
 */
struct xeap_keyfile_object {
	const char *name; /* of the property; its password is NAME-password */
	enum xeap_config_key key, pin;
};
extern const struct xeap_keyfile_object xeap_keyfile_objects[];

/* Whether a value names an object in a token, RFC 7512. */
bool xeap_keyfile_is_token(struct xeap_span value);

/* Whether a file is PKCS#12 by its name: NetworkManager wants it as certificate, too. */
bool xeap_keyfile_is_pkcs12(struct xeap_span file);

#endif
