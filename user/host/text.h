/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_HOST_TEXT_H
#define XEAP_HOST_TEXT_H

#include <stdbool.h>
#include <xeap/config_text.h>

/*
 * A text that is being written. It may hold secrets: no copy of it is left behind when it grows.
 * Once memory was short it stays `failed`, and adding to it does nothing. Begin with zeros.
 */
struct xeap_text {
	char *data;
	size_t len, room;
	bool failed;
};

void xeap_text_add(struct xeap_text *t, struct xeap_span bytes);
void xeap_text_puts(struct xeap_text *t, const char *string);
void xeap_text_hex(struct xeap_text *t, struct xeap_span bytes);
void xeap_text_number(struct xeap_text *t, long number);
void xeap_text_wipe(struct xeap_text *t);

/* Hand the text over, with a NUL after it, and forget it. 0 or -ENOMEM; *ret_len may be NULL. */
int xeap_text_finish(struct xeap_text *t, char **ret_text, size_t *ret_len);

/* Whether the bytes are UTF-8 (RFC 3629 §4); with `printable`, without C0 controls and DEL too. */
bool xeap_text_is_utf8(struct xeap_span bytes, bool printable);

/*
 * Add "cannot carry KEY: why". `notes` may be NULL. Control characters become '?', a long text is
 * cut. 0 or -ENOMEM.
 */
int xeap_note(struct xeap_notes *notes, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Set a key to what xeap_config_get() would return, or to a number in decimal: the same checks as
 * for a line of a file. A hash key takes its 16 bytes.
 */
int xeap_config_assign_bytes(struct xeap_config *config, const char *where,
			     enum xeap_config_key key, struct xeap_span bytes,
			     struct xeap_diag *ret_diag);

/* Whether a key is set. */
bool xeap_config_has(const struct xeap_config *config, enum xeap_config_key key);

/* Methods of eap=, a blank between them. */
void xeap_text_methods(struct xeap_text *t, const struct xeap_config *config);

#endif
