/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_SCREEN_H
#define XEAP_TOOL_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <termios.h>

/*
 * Standard output as a place where a text is drawn again and again: on a terminal always in the
 * same place, until somebody types q or ^C; else one text after the other, with an empty line
 * between them.
 */
struct screen {
	bool live;		    /* a terminal that is drawn on */
	bool keys;		    /* standard input is one, too */
	unsigned int columns, rows; /* 0: as many as there are; rows only where it is live */
	bool begun, failed;
	FILE *out; /* what a text is written to, between begin and end */
	char *text;
	size_t len;
	struct termios before;
};

/* again: there will be more than one text. */
void screen_open(struct screen *s, bool again);
/* Leaves the terminal as it was. */
void screen_close(struct screen *s);

void screen_begin(struct screen *s);
void screen_end(struct screen *s);

/* Wait. False when it is to end: q, ^C, another signal that ends, or nobody reads the output. */
bool screen_wait(struct screen *s, double seconds);

#endif
