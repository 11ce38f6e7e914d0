/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Any bytes as each of the documents. A network that is read is written, and comes back the same;
 * credentials complete it or change nothing; what is refused comes with a reason.
 */
#include <string.h>
#include <xeap/xml.h>

#include "tests/unit/check.h"
#include "tests/unit/same_network.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_notes(struct xeap_notes *notes)
{
	for (size_t i = 0; i < notes->count; i++)
		CHECK(!strncmp(notes->lines[i], "cannot carry ", 13));
	xeap_notes_clear(notes);
}

static void there_and_back(const struct xeap_config *config)
{
	struct xeap_config *after;
	struct xeap_diag diag = { 0 };
	char *text;

	CHECK(!xeap_config_to_xml(config, &text, NULL, &diag));
	CHECK(!xeap_config_from_xml(xeap_span(text, strlen(text)), &after, NULL, &diag));
	CHECK(!other_key(config, after));
	xeap_config_free(after);
	xeap_text_free(text);
}

static void as_credentials(struct xeap_span text)
{
	struct xeap_config *config, *before;
	struct xeap_notes notes = { 0 };
	struct xeap_diag diag = { 0 };

	CHECK(!xeap_config_new(&config));
	CHECK(!xeap_config_set(config, "eap", "TLS MD5 PEAP TTLS TEAP MSCHAPV2 PWD", &diag));
	CHECK(!xeap_config_copy(config, &before));
	if (xeap_config_credentials_from_xml(config, text, &notes, &diag))
		CHECK(diag.code && !other_key(config, before));
	check_notes(&notes);
	xeap_config_free(config);
	xeap_config_free(before);
}

/* Beside a document of ours. */
static void completing(struct xeap_span text, const char *eap)
{
	struct xeap_config *config, *completed = NULL;
	struct xeap_notes notes = { 0 };
	struct xeap_diag diag = { 0 };
	char *document;

	CHECK(!xeap_config_new(&config));
	CHECK(!xeap_config_set(config, "eap", eap, &diag));
	CHECK(!xeap_config_to_xml(config, &document, NULL, &diag));
	if (xeap_config_completed_from_xml(xeap_span(document, strlen(document)), text, &completed,
					   &notes, &diag))
		CHECK(diag.code && !completed);
	check_notes(&notes);
	xeap_config_free(completed);
	xeap_config_free(config);
	xeap_text_free(document);
}

static void as_profile(struct xeap_span text)
{
	struct xeap_lan_profile profile = { 0 };
	struct xeap_notes notes = { 0 };
	struct xeap_diag diag = { 0 };

	if (xeap_lan_profile_from_xml(text, &profile, &notes, &diag))
		CHECK(diag.code && !profile.config);
	else
		CHECK(profile.held_period >= 1 && profile.held_period <= 3600);
	check_notes(&notes);
	xeap_lan_profile_clear(&profile);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xeap_config *config = NULL;
	struct xeap_notes notes = { 0 };
	struct xeap_diag diag = { 0 };

	if (xeap_config_from_xml(xeap_span(data, size), &config, &notes, &diag))
		CHECK(!config && diag.code && diag.text[0]);
	else
		there_and_back(config);
	check_notes(&notes);
	xeap_config_free(config);
	as_credentials(xeap_span(data, size));
	completing(xeap_span(data, size), "PEAP");
	completing(xeap_span(data, size), "TTLS");
	as_profile(xeap_span(data, size));
	return 0;
}
