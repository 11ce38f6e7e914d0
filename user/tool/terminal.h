/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_TERMINAL_H
#define XEAP_TOOL_TERMINAL_H

#include "tool/prompt.h"

/*
 * Questions at the terminal: text on standard error, lines from standard input, one question at a
 * time. While a secret is typed the terminal does not echo, and cannot suspend the program, which
 * would leave it so.
 */

/* Whether standard input and standard error are a terminal. */
bool terminal_is_there(void);

/* NULL: no memory. Its descriptor is in `epoll`, with data.ptr NULL, while a question is shown. */
struct terminal *terminal_new(int epoll, struct report *report);
struct terminal *terminal_free(struct terminal *t);

void terminal_ask(struct terminal *t, struct question *q);
void terminal_forget(struct terminal *t, struct question *q);
/* Something was typed. */
void terminal_event(struct terminal *t);
/* Show the next question, if it is its turn and the terminal is ours. */
void terminal_turn(struct terminal *t);
/* Whether a question waits for the terminal to be ours again. */
bool terminal_is_waiting(const struct terminal *t);

#endif
