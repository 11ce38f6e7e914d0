/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_JSON_H
#define XEAP_TOOL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Writes one JSON object a line. A NULL string becomes null; bytes that are not UTF-8 become
 * U+FFFD.
 */

/* jansson, which reads JSON, has functions of the same names: it must not see ours. */
#pragma GCC visibility push(hidden)

struct json {
	FILE *out;
	bool first;
};

void json_begin(struct json *j, FILE *out);
void json_string(struct json *j, const char *key, const char *value);
void json_uint(struct json *j, const char *key, uint64_t value);
/* As few digits as make the same double again; null when it is not finite. */
void json_real(struct json *j, const char *key, double value);
void json_bool(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);
/* An object or array within: whoever opens it closes it. In an array every key is NULL. */
void json_open_object(struct json *j, const char *key);
void json_close_object(struct json *j);
void json_open_array(struct json *j, const char *key);
void json_close_array(struct json *j);
/* Ends the line and flushes it, so that a reader of the pipe sees events as they happen. */
void json_end(struct json *j);

/* Length of the well-formed UTF-8 sequence (RFC 3629 §4) at text, 0 when there is none. */
size_t json_character(const char *text);

#pragma GCC visibility pop
#endif
