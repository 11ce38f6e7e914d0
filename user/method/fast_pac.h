/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_FAST_PAC_H
#define XEAP_METHOD_FAST_PAC_H

#include <crypto/tls_pac.h>
#include <wire/fasttlv.h>

/*
 * The PACs of a network block, for all supplicants that use it; any number of threads. They are in
 * memory; the file is read once and written when they changed, as wpa_supplicant's text.
 */

#define XEAP_PACS_MAX 10 /* default of fast_max_pac_list_len */
#define XEAP_PACS_FILE_MAX 4194304
#define XEAP_PACS_VALUE_MAX 8192 /* bytes of a value */

struct xeap_pacs;

/*
 * Read the file `path`, which need not be there; "blob://NAME" or NULL: kept in memory. 0, or a
 * negative errno with a diagnosis. `origin` is "FILE:LINE" of the block, or "".
 */
int xeap_pacs_open(const char *path, const char *origin, size_t max, struct xeap_pacs **ret_pacs,
		   struct xeap_diag *ret_diag);
/* Whether they are written to a file. */
bool xeap_pacs_in_file(const struct xeap_pacs *pacs);
/* Write what changed, and forget all. NULL is allowed. Returns NULL. */
struct xeap_pacs *xeap_pacs_close(struct xeap_pacs *pacs);

/*
 * The newest PAC of this authority that is for this identity, or for anybody: its key, and as
 * *ret_ticket the TLV for the TLS extension, to be freed. 0, -ENOENT or -ENOMEM.
 */
int xeap_pacs_find(struct xeap_pacs *pacs, struct xeap_span a_id, struct xeap_span identity,
		   uint8_t ret_key[XEAP_PAC_KEY], uint8_t **ret_ticket, size_t *ret_len);

/* Keep it in memory, in place of an older one. 0; -EBADMSG: something is missing; -ENOMEM. */
int xeap_pacs_add(struct xeap_pacs *pacs, const struct xeap_fast_pac *pac);

/* Write the file if it is to be and PACs changed since. 0 or a negative errno. */
int xeap_pacs_sync(struct xeap_pacs *pacs);

/* Add those of a file's text. 0; -ENOMEM; -EBADMSG with the line that is wrong, from 1 on. */
int xeap_pacs_parse(struct xeap_pacs *pacs, struct xeap_span text, unsigned int *ret_line);

#endif
