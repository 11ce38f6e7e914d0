/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_IKEV2_SERVER_H
#define XEAP_TESTS_IKEV2_SERVER_H

#include "tests/unit/preshared_bed.h"

/* A server of EAP-IKEv2 after RFC 5106 and RFC 7296, with nothing but OpenSSL. */

struct text {
	uint8_t bytes[8192];
	size_t len;
};

void add(struct text *t, const void *bytes, size_t len);
void add_u16(struct text *t, size_t value);
void add_u32(struct text *t, size_t value);
/* A payload with its header. */
void add_payload(struct text *t, uint8_t next, uint8_t flags, const void *body, size_t len);
void add_notify(struct text *t, uint8_t next, uint16_t type);

/* Numbers of IANA. */
struct server_suite {
	uint16_t key_bits, prf, integ, group;
};

struct server {
	struct server_suite suite;
	uint16_t offered_group; /* in SA, where it is another than that of KE; 0: the same */
	uint8_t spi_i[8], spi_r[8], private_value[32];
	struct text ni, nr;
	struct text first, second; /* whole messages */
	struct text pad;	   /* of the next Encrypted payload, before Pad Length */
	uint8_t flags;		   /* of the header */
	bool nothing_encrypted;	   /* in Encrypted payloads: not even padding */
	uint8_t pad_too_long;	   /* added to that Pad Length */
	const char *key_bytes;	   /* what the server takes for the key */
	uint8_t d[64], ai[64], ar[64], ei[32], er[32], pi[64], pr[64];
};

extern const char server_peer_id[];
extern const char server_key[], server_quoted_key[];
/* What hostapd 2.10 has. */
extern const struct server_suite server_hostapd;

void server_init(struct server *s, const struct server_suite *suite);
/* An SA payload's body: one proposal. */
void server_add_proposal(const struct server *s, struct text *t);
/* HDR, SAi1, KEi, Ni, in s->first; sa: another body of SA, or NULL. */
void server_make_first(struct server *s, const struct text *sa);
/* HDR of a message that is filled up to its end. */
void server_begin(const struct server *s, struct text *t, uint8_t first, uint8_t exchange,
		  uint32_t message_id);
void server_end(struct text *t);

/* Feed a message in one packet, with a checksum or without. */
void server_feed(struct preshared_bed *b, const struct server *s, const struct text *message,
		 bool with_checksum);
/* A packet of these flags, the Message Length after them if they say so. */
void server_feed_part(struct preshared_bed *b, const struct server *s, uint8_t flags, size_t total,
		      const uint8_t *part, size_t len);
/* A message in packets of `size` bytes of it, each but the last acknowledged. */
void server_feed_fragments(struct preshared_bed *b, const struct server *s,
			   const struct text *message, size_t size, bool with_checksum);

/* The response's message, fragments asked for one by one. Checks flags and checksums. */
void server_take(struct preshared_bed *b, const struct server *s, bool with_checksum,
		 struct text *ret_message);

/* What message 4 must be, s->second; keys of it. */
void server_read_second(struct preshared_bed *b, struct server *s);
/* What is in the Encrypted payload that ends the peer's message, at `at`. */
void server_open(const struct server *s, const struct text *message, size_t at,
		 struct text *ret_inner);
/* A message of an Encrypted payload alone. */
void server_seal(struct server *s, struct text *t, uint8_t exchange, uint32_t message_id,
		 uint8_t first, const struct text *inner);
/* AUTH of either side over its Identification, `id` from ID Type on. */
size_t server_auth(const struct server *s, bool of_peer, const uint8_t *id, size_t id_len,
		   uint8_t *ret_auth);
/* SK{IDi, AUTH}, message 5 */
void server_make_third(struct server *s, struct text *t);
/* That the response is SK{IDr, AUTH}, message 6, that the peer is in, and its keys. */
void server_assert_logged_in(struct preshared_bed *b, struct server *s);
/* That the response is an error in an Encrypted payload, and the login over. */
void server_assert_refused(struct preshared_bed *b, const struct server *s, uint16_t error,
			   const char *why);

/* That a message is fed in vain. */
void server_assert_ignored(struct preshared_bed *b, const struct server *s,
			   const struct text *message, bool with_checksum);

/* A conversation up to message 3, as server_make_first(); the rest of its login. */
void server_begin_first(struct preshared_bed *b, struct server *s, const struct text *sa);
void server_finish(struct preshared_bed *b, struct server *s);
/* A conversation with that suite up to message 4; and the rest of a login. */
void server_start(struct preshared_bed *b, struct server *s);
void server_log_in(struct preshared_bed *b, struct server *s);

#endif
