/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CONFIG_TEXT_H
#define XEAP_CONFIG_TEXT_H

#include <stddef.h>
#include <xeap/config.h>
#include <xeap/error.h>
#include <xeap/span.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Networks as text, and what conversions from one form of text into another have to say. Other
 * forms are in xeap/xml.h and xeap/keyfile.h. These functions share nothing: any thread may call
 * them, as long as nobody changes the network meanwhile.
 */

/**
 * What a conversion could not take along, as lines "cannot carry KEY: why" without newline. None
 * of them shows a secret. Begin with zeros; one list may go through several conversions.
 */
struct xeap_notes {
	size_t count;
	char **lines; /**< count of them, owned by this struct */
};

/**
 * Free the lines; the list is empty afterwards.
 * @notes: the list
 */
void xeap_notes_clear(struct xeap_notes *notes);

/**
 * Wipe and free a text that one of the functions here, in xeap/xml.h or xeap/keyfile.h made.
 * @text: NULL is accepted
 * Returns NULL.
 */
char *xeap_text_free(char *text);

/**
 * Write a network as a block of a wpa_supplicant configuration file. xeap_config_parse() reads
 * back the same keys with the same bytes. Strings are in double quotes where that is exact, else
 * as P"…", else in hexadecimal.
 * @config: the network
 * @ret_text: the block, secrets included, to be freed with xeap_text_free(); untouched on failure
 * Returns 0, -E2BIG for a value that fits no line of a file, or -ENOMEM.
 */
int xeap_config_write(const struct xeap_config *config, char **ret_text);

/**
 * Make the binary form of a network that EAPHost calls a connection data blob: a line with the
 * form's version, then the network block.
 * @config: the network
 * @ret_blob: the blob, secrets included, to be freed with xeap_text_free(); untouched on failure
 * @ret_size: its bytes; untouched on failure
 * Returns as xeap_config_write().
 */
int xeap_config_to_blob(const struct xeap_config *config, char **ret_blob, size_t *ret_size);

/**
 * Read a blob of xeap_config_to_blob().
 * @blob: the bytes
 * @ret_config: the network, the caller's to free with xeap_config_free(); untouched on failure
 * @ret_diag: on failure one line; may be NULL
 * Returns 0, -EINVAL for a blob of another maker or version or with a key that is not acceptable,
 * -E2BIG, -ENOMEM.
 */
int xeap_config_from_blob(struct xeap_span blob, struct xeap_config **ret_config,
			  struct xeap_diag *ret_diag);

#ifdef __cplusplus
}
#endif
#endif
