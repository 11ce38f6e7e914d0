/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_STATUS_PRINT_H
#define XEAP_TOOL_STATUS_PRINT_H

#include <stdbool.h>
#include <stdio.h>

/* A document of status_facts.h, as jansson has read it. */
struct json_t;

struct status_view {
	unsigned int columns, rows;  /* of the screen; 0: as many as it takes */
	bool stations;		     /* a row for each supplicant */
	const struct json_t *before; /* an earlier document, for rates; NULL: none are shown */
	double seconds;		     /* between the two */
};

/* Tables for people. */
void status_print_table(FILE *out, const struct json_t *document, const struct status_view *view);

/* Metrics in Prometheus' text format, version 0.0.4. */
void status_print_metrics(FILE *out, const struct json_t *document);

#endif
