/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_WIRE_JSON_H
#define XEAP_WIRE_JSON_H

#include <base/reader.h>
#include <stdbool.h>
#include <xeap/span.h>

/*
 * JSON of a peer that nobody trusts (RFC 8259), as EAP-NOOB has it: read in place, without
 * allocation. A value is the text of it, which was checked throughout; its insides are read when
 * they are wanted. Not for files: those of the tool are jansson's.
 */

#define XEAP_JSON_DEPTH 8 /* containers within each other */

struct xeap_json_member {
	struct xeap_span name;	/* without its quotes; it has no escapes */
	struct xeap_span value; /* one value's text, no white space around it */
};

/*
 * The members of a text that is one object. 0; -EBADMSG for what is no object, has a name twice,
 * a name with an escape, or nests too deep; -ENOSPC for more than max members. ret_members has
 * room for max, its contents are undefined unless 0 is returned.
 */
int xeap_json_members(struct xeap_span text, struct xeap_json_member *ret_members, size_t max,
		      size_t *ret_n);

/* The items of a text that is one array; the same results. */
int xeap_json_items(struct xeap_span text, struct xeap_span *ret_items, size_t max, size_t *ret_n);

/* The value of that name; data NULL when there is none. */
struct xeap_span xeap_json_find(const struct xeap_json_member *members, size_t n, const char *name);

/* A number without sign, fraction and exponent, at most max. 0 or -EBADMSG. */
int xeap_json_number(struct xeap_span value, uint32_t max, uint32_t *ret_number);

/* What is between a string's quotes when it has no escapes. 0 or -EBADMSG. */
int xeap_json_plain(struct xeap_span value, struct xeap_span *ret_plain);

/*
 * A value's text without the white space between its tokens (RFC 9140 §3.3.2 digests it so). Names
 * and values stay in their order and as they were written.
 */
void xeap_json_put_compact(struct xeap_builder *b, struct xeap_span value);

#endif
