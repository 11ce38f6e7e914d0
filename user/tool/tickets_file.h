/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_TICKETS_FILE_H
#define XEAP_TOOL_TICKETS_FILE_H

#include <stdint.h>
#include <xeap/host.h>
#include <xeap/span.h>

#include "base/reader.h"

/*
 * The form of the file in which tickets are kept. Integers are in network byte order.
 *
 *	"xeap tickets 1\n"
 *	so many of these: 1, time (8 octets, seconds since 1970), address (6), length of a name
 *	(1), name, length (2), what xeap_resumption_export() wrote
 *	0, sum of all before (8)
 *
 * The sum is FNV-1a of 64 bits: it finds what a disk or a full file system has done to the file.
 * What is exported has a digest of its own, and the file's mode keeps others from it.
 */

#define TICKET_NAME_MAX 255

struct ticket {
	struct xeap_span name; /* of whom it is; of people's alphabet, at most TICKET_NAME_MAX */
	uint8_t mac[6];
	uint64_t time; /* of the login that left it */
	struct xeap_span kept;
};

/* Bytes that the longest takes. */
#define TICKET_SIZE_MAX (1 + 8 + 6 + 1 + TICKET_NAME_MAX + 2 + XEAP_RESUMPTION_EXPORT_MAX)

enum tickets_form {
	TICKETS_SOUND,
	TICKETS_DAMAGED, /* or cut off */
	TICKETS_OTHER,	 /* of another version */
	TICKETS_FOREIGN, /* something else altogether */
	TICKETS_FORM_MAX
};

/* What a file is. *ret_entries: what ticket_next() reads; untouched unless it is sound. */
enum tickets_form tickets_form_of(struct xeap_span file, struct xeap_reader *ret_entries);
/* The next one, in place. False: there is none. */
bool ticket_next(struct xeap_reader *entries, struct ticket *ret);

void tickets_put_head(struct xeap_builder *b);
/* `b` has TICKET_SIZE_MAX bytes of room, or is bad afterwards. */
void ticket_put(struct xeap_builder *b, const struct ticket *t);
/* `sum` of all that was written before. */
void tickets_put_end(struct xeap_builder *b, uint64_t sum);

#define TICKETS_SUM_BEGIN 0xcbf29ce484222325u
/* The sum of more bytes. The last octet, which is put by tickets_put_end(), is part of it. */
uint64_t tickets_sum(uint64_t sum, struct xeap_span bytes);

#endif
