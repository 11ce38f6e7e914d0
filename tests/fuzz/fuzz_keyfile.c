/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Any bytes as a keyfile. What is accepted is written as a keyfile that is accepted too, and from
 * then on the network stays the same; what is refused comes with a reason.
 */
#include <string.h>
#include <xeap/keyfile.h>

#include "tests/unit/check.h"
#include "tests/unit/same_network.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *again(const struct xeap_config *config, struct xeap_config **ret_config)
{
	struct xeap_notes notes = { 0 };
	struct xeap_diag diag = { 0 };
	char *text;

	CHECK(!xeap_config_to_keyfile(config, &text, &notes));
	for (size_t i = 0; i < notes.count; i++)
		CHECK(!strncmp(notes.lines[i], "cannot carry ", 13));
	CHECK(!xeap_config_from_keyfile(xeap_span(text, strlen(text)), ret_config, NULL, &diag));
	xeap_notes_clear(&notes);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xeap_config *config = NULL, *second, *third;
	struct xeap_notes notes = { 0 };
	struct xeap_diag diag = { 0 };
	char *text, *text2;

	if (xeap_config_from_keyfile(xeap_span(data, size), &config, &notes, &diag)) {
		CHECK(!config && diag.code && diag.text[0]);
		xeap_notes_clear(&notes);
		return 0;
	}
	xeap_notes_clear(&notes);
	text = again(config, &second);
	text2 = again(second, &third);
	CHECK(!other_key(second, third));
	xeap_text_free(text);
	xeap_text_free(text2);
	xeap_config_free(config);
	xeap_config_free(second);
	xeap_config_free(third);
	return 0;
}
