/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_ANSWER_H
#define XEAP_TOOL_ANSWER_H

#include "tool/prompt.h"

/*
 * What an agent says: {"fields":{"ID":"VALUE"}}, true and false for "1" and "0". Fields that are
 * not asked for are passed over.
 */

/*
 * Fill the fields of `answers`, which holds the question. True when it is an answer: every required
 * field has a value. The values live until answer_free(*ret_root), which wipes them. False: there
 * is nothing to free, and `answers` is not to be used.
 */
bool answer_read(const char *text, size_t len, struct xeap_prompt *answers, void **ret_root);
void answer_free(void *root);

/* Whether every required field has a value. */
bool answer_is_whole(const struct xeap_prompt *answers);

#endif
