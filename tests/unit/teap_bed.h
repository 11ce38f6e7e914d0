/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_TEAP_BED_H
#define XEAP_TESTS_TEAP_BED_H

#include "tests/unit/teap_server.h"
#include "tests/unit/tls_bed.h"

/*
 * Inside run methods of one request whose keys are known: WITH has MSK and EMSK, MSCHAPV2 is one by
 * its number, which decides about the order of its MSK.
 */
#define WITH 250
#define MSCHAPV2 26
#define REFUSES 0xee /* a request with this octet is not the server's proof */

/* Keys of the methods inside; prepare() makes them. */
extern uint8_t teap_bed_msk[64], teap_bed_emsk[64];

struct teap_bed {
	struct xeap_config *config;
	void *shared;
	struct teap_server s;
	bool keeps; /* as keeps_resumption */
	struct xeap_span resumption;
};

/* A network with ca_cert, identity "user" and both methods; further keys. */
void teap_bed_prepare(struct teap_bed *b);
void teap_bed_set(struct teap_bed *b, const char *key, const char *value);
/* Load, and do the handshake with the versions of TLS and TEAP. False when it failed. */
bool teap_bed_begin(struct teap_bed *b, int version, uint8_t teap_version);
void teap_bed_end(struct teap_bed *b);

/* Add a request of a method, with one octet, to what is to be said. */
void teap_bed_say_eap(struct teap_server *s, uint8_t type, uint8_t octet);
/* One method to the point where its result is due. */
void teap_bed_run(struct teap_server *s, uint8_t type);

/* A TLV of two bytes was heard. */
void teap_bed_assert_result(const struct teap_server *s, uint16_t type, int value);
/* TEAP succeeded with the keys of the MSKs' chain (0) or the EMSKs' (1). */
void teap_bed_assert_success(struct teap_bed *b, int emsk);
/* Refused: the server hears a failure and an error, and there are no keys. */
void teap_bed_assert_refused(struct teap_bed *b, const char *why);

#endif
