/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_WINDOWS_BED_H
#define XEAP_TESTS_WINDOWS_BED_H

/* Sessions by EAPHost's published names, of the FAKE method and of one that counts its loads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <xeap/config_text.h>
#include <xeap/eappapis.h>

#include "base/utf16.h"
#include "fake_method.h"
#include "method/list.h"
#include <xeap/host.h>

#define IDENTITY "user@example.org"
#define LOADED_TYPE 201

/* A method that counts what profiles load. */
static atomic_int loads, loaded;

static inline int count_load(const struct xeap_config *config, bool interactive, void **ret_shared,
			     struct xeap_diag *ret_diag)
{
	loads++;
	loaded++;
	return 0;
}

static inline void count_unload(void *shared)
{
	loaded--;
}

static struct xeap_method loading_method;
static bool asked_again; /* what the last conversation began with */

static inline int note_init(void *ctx, const struct xeap_method_args *args)
{
	asked_again = args->ask_again;
	return fake_init(ctx, args);
}

const struct xeap_method *const xeap_methods_builtin[] = { &fake_method, &loading_method, NULL };
const size_t xeap_methods_builtin_count = 2;

static const EAP_METHOD_TYPE any_type;
static const EAP_METHOD_TYPE fake_type = { .eapType = { .type = FAKE_TYPE } };
static const EAP_METHOD_TYPE loading_type = { .eapType = { .type = LOADED_TYPE } };

/* A blob that is freed with free(). */
struct blob {
	char *data;
	size_t size;
};

/* Pairs of key and value, ended by NULL. */
static inline struct blob blob_of(const char *const *pairs)
{
	struct xeap_config *config;
	struct xeap_diag diag;
	struct blob b;

	assert_int_equal(xeap_config_new(&config), 0);
	for (; *pairs; pairs += 2)
		assert_int_equal(xeap_config_set(config, pairs[0], pairs[1], &diag), 0);
	assert_int_equal(xeap_config_to_blob(config, &b.data, &b.size), 0);
	xeap_config_free(config);
	return b;
}

#define BLOB(...) blob_of((const char *const[]){ __VA_ARGS__, NULL })

static inline DWORD begin_blob(struct blob b, EAP_METHOD_TYPE type, DWORD flags,
			       EAP_SESSIONID *ret_id)
{
	DWORD code = EapHostPeerBeginSession(flags, type, NULL, NULL, (DWORD)b.size,
					     (const BYTE *)b.data, 0, NULL, 200, NULL, NULL, NULL,
					     ret_id, NULL);

	xeap_text_free(b.data);
	return code;
}

static inline EAP_SESSIONID begin(void)
{
	EAP_SESSIONID id = 0;

	assert_int_equal(begin_blob(BLOB("eap", "FAKE", "identity", "\"" IDENTITY "\""), any_type,
				    0, &id),
			 NO_ERROR);
	assert_int_not_equal(id, 0);
	return id;
}

static inline void end(EAP_SESSIONID id)
{
	assert_int_equal(EapHostPeerEndSession(id, NULL), NO_ERROR);
}

static inline EapHostPeerResponseAction request(EAP_SESSIONID id, uint8_t identifier, uint8_t type,
						const char *data)
{
	EapHostPeerResponseAction action = EapHostPeerResponseDiscard;
	EAP_ERROR *error = NULL;
	uint8_t buf[512];
	struct xeap_span p = fake_packet(buf, 1, identifier, type, data, strlen(data));

	EapHostPeerProcessReceivedPacket(id, (DWORD)p.len, p.data, &action, &error);
	EapHostPeerFreeEapError(error);
	return action;
}

/* The EAP packet that answers. */
static inline struct xeap_span sent(EAP_SESSIONID id)
{
	EAP_ERROR *error = NULL;
	DWORD size = 0;
	BYTE *packet = NULL;

	assert_int_equal(EapHostPeerGetSendPacket(id, &size, &packet, &error), NO_ERROR);
	assert_null(error);
	return xeap_span(packet, size);
}

static inline void succeed_with(EAP_SESSIONID id, uint8_t type)
{
	static const uint8_t success[] = { 3, 2, 0, 4 };
	EapHostPeerResponseAction action;

	assert_int_equal(request(id, 1, 1, ""), EapHostPeerResponseSend);
	assert_int_equal(request(id, 2, type, "r42-x"), EapHostPeerResponseSend);
	assert_int_equal(EapHostPeerProcessReceivedPacket(id, 4, success, &action, NULL), NO_ERROR);
	assert_int_equal(action, EapHostPeerResponseResult);
}

static inline void succeed(EAP_SESSIONID id)
{
	succeed_with(id, FAKE_TYPE);
}

static inline void assert_text(const WCHAR *got, const char *wanted)
{
	char text[512];

	assert_non_null(got);
	assert_true(xeap_utf16_to_utf8(got, sizeof(text), text, sizeof(text)) <=
		    (long)sizeof(text));
	assert_string_equal(text, wanted);
}

static inline void type_text(WCHAR *to, const char *text)
{
	xeap_utf16_from_utf8(xeap_span(text, strlen(text)), to, 64);
}

static inline int setup(void **state)
{
	fake_calls = fake_begun = fake_short = 0;
	return EapHostPeerInitialize() ? -1 : 0;
}

static inline int teardown(void **state)
{
	EapHostPeerUninitialize();
	return fake_begun || loaded;
}

static inline void bed_methods(void)
{
	loading_method = fake_method;
	loading_method.name = "LOADED";
	loading_method.type.type = LOADED_TYPE;
	loading_method.init = note_init;
	loading_method.load = count_load;
	loading_method.unload = count_unload;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

#endif
