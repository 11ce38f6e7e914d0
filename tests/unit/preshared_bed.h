/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_PRESHARED_BED_H
#define XEAP_TESTS_PRESHARED_BED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <xeap/method.h>
#include "tests/unit/fake_writer.h"

/* One conversation of a method with a shared key; links with -Wl,--wrap=xeap_random. */
struct preshared_bed {
	const struct xeap_method *method;
	struct xeap_config *config;
	void *ctx;
	struct fake_writer out;
	struct xeap_method_result result;
	uint8_t id;
	/* the last request and response, whole */
	uint8_t request[8192];
	size_t request_len;
};

/* Values as in a network block, quoted or hexadecimal; NULL for none. */
void bed_begin(struct preshared_bed *b, const struct xeap_method *method, const char *identity,
	       const char *password, const char *phase1);
/* The same with the size of packets that are sent. */
void bed_begin_fragments(struct preshared_bed *b, const struct xeap_method *method,
			 const char *identity, const char *password, const char *size);
/* The same for a secret that was refused before. */
void bed_begin_again(struct preshared_bed *b, const struct xeap_method *method,
		     const char *identity, const char *password);
void bed_end(struct preshared_bed *b);

/* A request of Type-Data; an EAP packet as it is. Both assert that process() returned 0. */
void bed_feed(struct preshared_bed *b, const void *type_data, size_t len);
void bed_feed_hex(struct preshared_bed *b, const char *packet);

/* The response's Type-Data, its header checked. */
struct xeap_span bed_response(struct preshared_bed *b);
void bed_assert_response_hex(struct preshared_bed *b, const char *packet);
void bed_assert_ignored(struct preshared_bed *b);
void bed_assert_key_hex(struct preshared_bed *b, enum xeap_key_kind kind, const char *key);
void bed_assert_no_keys(struct preshared_bed *b);
/* DONE, and a decision that is not FAIL. */
void bed_assert_proven(struct preshared_bed *b);
/* MAY_CONT and FAIL, with a diagnosis that has `text` in it. */
void bed_assert_failed(struct preshared_bed *b, const char *text);

/* Type `password` into the open prompt. */
void bed_answer(struct preshared_bed *b, const char *password);

/* Bytes that xeap_random() gives next, in hexadecimal; NULL: random ones again. */
void bed_random_hex(const char *bytes);

/* What load() says of a network block. */
void bed_assert_refused(const struct xeap_method *method, const char *password, const char *phase1,
			const char *text);

#endif
