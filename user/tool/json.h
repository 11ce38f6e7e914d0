/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_JSON_H
#define XEAP_TOOL_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Writes one flat JSON object a line. A NULL string becomes null; bytes that are not UTF-8 become
 * U+FFFD.
 */
struct json {
	FILE *out;
	bool first;
};

void json_begin(struct json *j, FILE *out);
void json_string(struct json *j, const char *key, const char *value);
void json_uint(struct json *j, const char *key, uint64_t value);
void json_bool(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);
/* Ends the line and flushes it, so that a reader of the pipe sees events as they happen. */
void json_end(struct json *j);

#endif
