/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_CONFORMANCE_H
#define XEAP_TESTS_CONFORMANCE_H

/*
 * The conformance table, C01 to C55, as tests. A row is a function that drives one session on a
 * bed; the same row runs over each API and each kind of pool. What a row may know of an API is
 * struct api: a set of calls with the semantics of EAPHost's, under whatever names.
 *
 * conformance_rows.h: the table. test_conformance.c runs it. conformance.c: the bed.
 * conformance_get.c: the rows of get-send-packet. conformance_flow.c: those of a conversation.
 * conformance_limits.c: memory and threads. conformance_native.c: the names of xeap/host.h. A file
 * that brings another API defines conformance_windows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <xeap/host.h>

/* What an error object says, read through its API. */
struct error_facts {
	uint32_t code, reason;
	uint8_t method_type; /* 0: none */
	char root_cause[XEAP_DIAG_TEXT], repair[XEAP_DIAG_TEXT];
};

/*
 * The calls, in the order of xeap/host.h. Every pointer of a call may be NULL and is passed on as
 * it is; nothing is set beforehand or cleared afterwards on the library's behalf. Sessions are
 * handles as numbers, errors are the API's own objects. Numbers (codes, actions, reasons, status,
 * flags) are EAPHost's and need no translation.
 */
struct api {
	const char *name; /* "native", "windows" */
	/*
	 * Set up; what all other calls get as their first argument (NULL there: not set up).
	 * Closing ends all sessions.
	 */
	void *(*open)(void);
	void (*close)(void *host);
	/*
	 * `config` is the network that o->profile was made from, for an API that takes it in
	 * another form. Of `o` every member counts. o->notify is called by dispatch().
	 */
	uint32_t (*begin)(void *host, const struct xeap_session_options *o,
			  const struct xeap_config *config, uint64_t *ret_session,
			  void **ret_error);
	uint32_t (*process)(void *host, uint64_t session, uint32_t size, const uint8_t *packet,
			    enum xeap_action *ret_action, void **ret_error);
	uint32_t (*get_send_packet)(void *host, uint64_t session, uint32_t *ret_size,
				    uint8_t **ret_packet, void **ret_error);
	/* An API that has no `reason`, `info` or `round_trips` leaves them zero. */
	uint32_t (*get_result)(void *host, uint64_t session, enum xeap_result_reason reason,
			       struct xeap_session_result *ret_result, void **ret_error);
	uint32_t (*get_auth_status)(void *host, uint64_t session, enum xeap_auth_status *ret_status,
				    void **ret_error);
	/* NULL when the API has no such call. */
	uint32_t (*get_notification)(void *host, uint64_t session, const char **ret_text,
				     void **ret_error);
	uint32_t (*get_ui_context)(void *host, uint64_t session, uint32_t *ret_size,
				   const uint8_t **ret_context, void **ret_error);
	uint32_t (*set_ui_context)(void *host, uint64_t session, uint32_t size,
				   const uint8_t *answer, enum xeap_action *ret_action,
				   void **ret_error);
	uint32_t (*get_response_attributes)(void *host, uint64_t session,
					    struct xeap_attributes *ret_attributes,
					    void **ret_error);
	uint32_t (*set_response_attributes)(void *host, uint64_t session,
					    const struct xeap_attributes *attributes,
					    enum xeap_action *ret_action, void **ret_error);
	uint32_t (*end)(void *host, uint64_t session, void **ret_error);
	uint32_t (*clear_connection)(void *host, const uint8_t *connection_id, void **ret_error);
	/* Ask for a connection to be authenticated again, and deliver what was asked for. */
	uint32_t (*notify)(void *host, const uint8_t *connection_id);
	unsigned int (*dispatch)(void *host);
	/* FreeRuntimeMemory; NULL when the API has no such call. */
	void (*free_runtime_memory)(void *memory);
	void (*read_error)(const void *error, struct error_facts *ret_facts);
	void (*free_error)(void *error); /* NULL is accepted */
};

extern const struct api conformance_native;
/* Defined where the program is linked with the file that has it. */
extern const struct api conformance_windows __attribute__((weak));

/* Frames in a UMEM that a kernel would send from, or on the heap and written to a socket. */
enum pool_kind {
	POOL_UMEM,
	POOL_HEAP,
	POOL_KIND_MAX
};

#define BED_IDENTITY "user@example.org"
#define BED_SECRET "open-sesame-open" /* what a person types */
#define BED_FRAMES 8
#define BED_CHUNK 512
#define BED_MAX_PACKET 200
#define BED_HEADERS 18 /* that a transmitted packet gets in front */

/* What lies in the TX ring. */
struct bed_tx {
	uint64_t address; /* offset in the area */
	uint32_t len;
	struct xeap_frame *frame;
};

struct bed {
	const struct api *api;
	enum pool_kind kind;
	void *host;
	struct xeap_config *config;
	struct xeap_profile *profile;
	struct xeap_pool *pool;
	uint8_t *area; /* UMEM: the memory that pool cuts up */
	uint64_t session;
	uint8_t in[2048]; /* the last packet fed */
	uint32_t code;	  /* what the last call returned */
	enum xeap_action action;
	void *error; /* of the last call */
	struct error_facts why;
	uint32_t size;
	uint8_t *packet;
	const uint8_t *context;
	struct bed_tx tx[BED_FRAMES];
	unsigned int n_tx;
	uint8_t wire[BED_CHUNK]; /* what was sent last, link headers left out */
	uint32_t wire_len;
};

/* The rows of the table: c01() and so on. */
#define ROW(id, function, basis, text) void function(struct bed *b);
#include "conformance_rows.h"
#undef ROW

/* A host, a pool, a profile that runs the FAKE method, and one session. */
void bed_open(struct bed *b, const struct api *api, enum pool_kind kind);
/* Ends everything, and checks that no frame was lost. */
void bed_close(struct bed *b);
/* The same again, for a row with several parts. */
void bed_reopen(struct bed *b);
/* One more pool of the bed's kind; the area is to be freed after the pool. */
struct xeap_pool *bed_new_pool(const struct bed *b, uint8_t **ret_area);

struct xeap_session_options bed_options(const struct bed *b);
uint64_t bed_begin(struct bed *b);
/* End the session, and begin another one with these options. */
void bed_begin_again(struct bed *b, const struct xeap_session_options *o);
/* The same with another network: `key` set to `value`; NULL identity for none. */
void bed_begin_with(struct bed *b, const char *identity, const char *key, const char *value,
		    uint32_t flags);
/* Feed a packet; the action counts only when XEAP_OK is returned. */
uint32_t bed_feed(struct bed *b, struct xeap_span packet);
uint32_t bed_request(struct bed *b, uint8_t id, uint8_t type, const char *data);
uint32_t bed_verdict(struct bed *b, uint8_t code, uint8_t id);
uint32_t bed_gsp(struct bed *b);
/* Feed a request, expect Send, fetch. */
void bed_exchange(struct bed *b, uint8_t id, uint8_t type, const char *data);
/* Fetch the UI context into b->context, b->size. */
uint32_t bed_get_ui(struct bed *b);
/* Answer the prompt's first field that is no note; NULL cancels. */
uint32_t bed_answer(struct bed *b, const char *value);
/* Answer the attributes with one of type 18 (Reply-Message). */
uint32_t bed_attribute(struct bed *b, const char *value);
uint32_t bed_end(struct bed *b);
struct xeap_session_result bed_result(struct bed *b, enum xeap_result_reason reason);
enum xeap_auth_status bed_status(struct bed *b);
/* How many frames of the pool are in a state. */
unsigned int bed_frames(struct bed *b, enum xeap_frame_state state);
/*
 * Put the packet just fetched into the TX ring of a UMEM, where it stays until bed_complete(); or
 * write it to the socket of a heap pool, and it is sent.
 */
void bed_transmit(struct bed *b);
/* The kernel sends all of the TX ring; b->wire is the last packet. */
void bed_complete(struct bed *b);
/* Take every frame away, or give those back. */
unsigned int bed_take_frames(struct bed *b, struct xeap_frame *taken[BED_FRAMES]);
void bed_give_frames(struct xeap_frame *taken[BED_FRAMES], unsigned int n);

/* Type and state machine of the FAKE method, see fake_method.h; what it has seen and shall do. */
#define BED_TYPE 200
unsigned int fake_method_calls(void);
void fake_method_short_of_memory(unsigned int calls);
void fake_method_cannot_start(int err);
/*
 * While it is on, the method waits in process() twice: until the test meets it, which then knows
 * that a thread is inside, and until it does so again.
 */
void fake_method_pause(bool on);
void fake_method_meet(void);

/* Allocations and locks taken so far by this program, and the next of them refused (-1: none). */
unsigned int bed_allocations(void);
unsigned int bed_locks(void);
void bed_fail_allocations_after(int n);
/*
 * Count the blocks that still hold the FAKE method's secret, or BED_SECRET, when they are freed.
 */
void bed_watch_frees(bool on);
unsigned int bed_left_behind(void);

#endif
