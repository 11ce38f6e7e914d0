/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_NOOB_BED_H
#define XEAP_TESTS_NOOB_BED_H

#include <stdbool.h>
#include <stdint.h>
#include <xeap/method.h>
#include "tests/unit/fake_writer.h"
#include "tests/unit/noob_server.h"

/* An EAP-NOOB peer, and what passes between it and the server. */
struct noob_bed {
	struct xeap_config *config;
	void *shared, *ctx;
	bool interactive;
	uint32_t flags;
	struct fake_writer out;
	struct xeap_method_result result;
	struct noob_server server;
	uint8_t id;
	char reply[2000]; /* the JSON text of the response */
};

/* lines: "key=value" of a network block, one after the other, up to a NULL. */
void noob_bed_init(struct noob_bed *b, bool interactive, const char *const *lines);
void noob_bed_free(struct noob_bed *b);
/* As after the program's end: what is not in the file is gone. */
void noob_bed_restart(struct noob_bed *b);
/* The conversation after this one. */
void noob_bed_again(struct noob_bed *b);

/* A request of the server, its JSON text; the reply is to be found in the bed. */
void noob_feed(struct noob_bed *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
int noob_feed_bytes(struct noob_bed *b, const void *type_data, size_t len);

/* The reply has this member, as text or number. */
void noob_assert_text(const struct noob_bed *b, const char *name, const char *expected);
void noob_assert_number(const struct noob_bed *b, const char *name, int expected);
bool noob_has(const struct noob_bed *b, const char *name);
/* The reply is an error, the conversation over. */
void noob_assert_error(const struct noob_bed *b, int code);

/* The exchanges, as they go well. */
void noob_discovery(struct noob_bed *b, int expected_state);
void noob_negotiation(struct noob_bed *b);
void noob_initial(struct noob_bed *b, int suite);
void noob_waiting(struct noob_bed *b);
/* The server's message, into the room. */
const char *noob_message(struct noob_bed *b, const uint8_t noob[16], char room[200]);
void noob_completion(struct noob_bed *b);
void noob_reconnect(struct noob_bed *b, int suite, int keying_mode);
/* Types 7 and 8 of it only. */
void noob_reconnect_keys(struct noob_bed *b, int suite, int keying_mode);

/* The peer says success, with the server's keys. */
void noob_assert_proven(struct noob_bed *b);

#endif
