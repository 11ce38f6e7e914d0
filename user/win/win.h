/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_WIN_WIN_H
#define XEAP_WIN_WIN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <xeap/eappapis.h>
#include <xeap/host.h>
#include <xeap/plugin.h>

/*
 * EAPHost's published names over xeap/host.h. memory.c: what callers free, and what sessions keep.
 * error.c: EAP_ERROR. handles.c: the process's host, and 32-bit handles for its sessions. notify.c:
 * connections, and the thread that calls back. blob.c: connection and user data, and the profiles
 * made of them. session.c: begin, end, packets. interact.c: UI contexts and attributes of a
 * session. result.c: verdict, status. attributes.c: the two forms of them. methods.c: what is
 * installed. fields.c, ui.c: what a person is asked, as fields. xml.c: documents.
 */

/* memory.c */

/*
 * Memory that a caller frees with one of the API's functions: zeroed, wiped when freed. `whole` is
 * what it is part of, or NULL. NULL when memory is short.
 */
void *xeap_win_alloc(size_t size, void *whole);
/* Wipe and free such memory with all of its parts. Anything else is left alone. */
void xeap_win_free(const void *p);
/* Such memory with a copy of bytes. */
void *xeap_win_copy(const void *bytes, size_t size, void *whole);
/* Such memory with UTF-8 as UTF-16; NULL when memory is short or for what is no UTF-8. */
LPWSTR xeap_win_string(struct xeap_span text, void *whole);
/*
 * UTF-16 as UTF-8, at most `max` units, to be freed with xeap_text_free(). 0, -EILSEQ, -EMSGSIZE
 * for a longer one, -ENOMEM. NULL is an empty text.
 */
int xeap_win_utf8(const WCHAR *text, size_t max, char **ret_text);

/* Zero and NULL, where wanted. */
void xeap_win_no_data(DWORD *ret_size, BYTE **ret_data);

/* Memory that a session keeps until it makes room for other such: begin with zeros. */
struct xeap_win_arena {
	struct xeap_win_chunk *chunks;
};
void *xeap_win_take(struct xeap_win_arena *arena, size_t size);
LPWSTR xeap_win_take_string(struct xeap_win_arena *arena, struct xeap_span text);
void xeap_win_arena_clear(struct xeap_win_arena *arena);

/* error.c */

/* Return `code`, with an EAP_ERROR when one is wanted. `why` NULL means the code's own text. */
DWORD xeap_win_refuse(EAP_ERROR **ret_error, DWORD code, const char *why);
/* Return `code`, with an EAP_ERROR made of a native error, which is freed. */
DWORD xeap_win_pass(EAP_ERROR **ret_error, DWORD code, struct xeap_error *error);
/* The code for a negative errno with a diagnosis, and the EAP_ERROR. */
DWORD xeap_win_diag(EAP_ERROR **ret_error, int err, const struct xeap_diag *diag);
/* An error that is a session's. NULL when memory is short. */
EAP_ERROR *xeap_win_keep_error(struct xeap_win_arena *arena, const struct xeap_session_result *r);

/* handles.c */

/* A session under a handle. All of it belongs to the thread that claimed it. */
struct xeap_win_session {
	xeap_session_id id;
	struct xeap_profile *profile;
	uint64_t cached; /* of xeap_win_profile() */
	DWORD flags;
	struct xeap_win_arena result, status, attributes;
};

/* The host, NULL before Initialize. */
struct xeap_host *xeap_win_host(void);
/* A place for a session, with zeros; NULL when all are taken. */
struct xeap_win_session *xeap_win_reserve(void);
/* Make it known. Returns its handle. */
EAP_SESSIONID xeap_win_publish(struct xeap_win_session *s);
/* Give a place back that was not made known, or was claimed: its handle is dead. */
void xeap_win_vacate(struct xeap_win_session *s);
/* Wipe and free what a session has, the native one excepted. */
void xeap_win_session_clear(struct xeap_win_session *s);
/*
 * Get the sole use of a session, without a lock. NO_ERROR, ERROR_INVALID_HANDLE, or
 * ERROR_INVALID_STATE when another thread has it or there is no host.
 */
DWORD xeap_win_claim(EAP_SESSIONID handle, struct xeap_win_session **ret_session);
/* The same with an EAP_ERROR, NULL on success. */
DWORD xeap_win_enter(EAP_SESSIONID handle, struct xeap_win_session **ret_session,
		     EAP_ERROR **ret_error);
void xeap_win_release(struct xeap_win_session *s);

/* notify.c */

/* A connection's callback, known to xeap_win_notify() from now on. 0 or -ENOMEM. */
int xeap_win_connection_add(struct xeap_host *host, const GUID *id, NotificationHandler func,
			    void *ctx);
/* What xeap/host.h calls, with anything as its context. */
void xeap_win_notify(void *ctx, const uint8_t *connection_id, enum xeap_notification_reason reason);
/* Stop the thread and forget all connections. */
void xeap_win_connections_end(void);

/* blob.c */

/* Data that describes a session. */
struct xeap_win_data {
	EAP_METHOD_TYPE type;
	struct xeap_span connection, user;
};
/* One network of it all. 0, or a negative errno with a diagnosis. */
int xeap_win_config(const struct xeap_win_data *data, struct xeap_config **ret_config,
		    struct xeap_diag *ret_diag);
/* The user's part of a network, as a blob in memory of xeap_win_alloc(). 0 or a negative errno. */
int xeap_win_user_blob(const struct xeap_config *config, BYTE **ret_blob, DWORD *ret_size);
/* A network as a blob in memory of xeap_win_alloc(). 0 or a negative errno. */
int xeap_win_blob(const struct xeap_config *config, BYTE **ret_blob, DWORD *ret_size);

/* cache.c */

/*
 * A profile of some data, the caller's to unref, perhaps one made before. *ret_cached names its
 * entry for the functions below. 0, or a negative errno with a diagnosis.
 */
int xeap_win_profile(const struct xeap_win_data *data, bool interactive,
		     struct xeap_profile **ret_profile, uint64_t *ret_cached,
		     struct xeap_diag *ret_diag);
/* Whether the password of an entry was refused. */
bool xeap_win_profile_refused(uint64_t cached);
void xeap_win_profile_judge(uint64_t cached, bool refused);
void xeap_win_profiles_end(void);

/* attributes.c */

/*
 * Attributes as EAPHost has them, in an arena, with room for the keys, which are left out here.
 * NULL when memory is short.
 */
EAP_ATTRIBUTES *xeap_win_attributes(struct xeap_win_arena *arena,
				    const struct xeap_attributes *attributes);
/* Append the two MS-MPPE keys, if they are there. False when memory is short. */
bool xeap_win_add_keys(struct xeap_win_arena *arena, EAP_ATTRIBUTES *to,
		       const struct xeap_attributes *attributes);
/* The other way; values stay the caller's. NO_ERROR or ERROR_INVALID_PARAMETER. */
DWORD xeap_win_native_attributes(const EAP_ATTRIBUTES *attributes, struct xeap_attributes *ret);

/* methods.c */

bool xeap_win_type_given(const EAP_METHOD_TYPE *type);
/* The installed method of a type. 0 or -ENOENT. */
int xeap_win_method(const EAP_METHOD_TYPE *type, struct xeap_method_entry *ret_entry);
/* The same for a name. */
int xeap_win_method_named(const char *name, struct xeap_method_entry *ret_entry);
EAP_METHOD_TYPE xeap_win_type(const struct xeap_method_type *type);

/* fields.c */

/* Fields with room for all that may be typed, in memory of xeap_win_alloc(). */
struct xeap_win_field {
	EAP_CONFIG_INPUT_FIELD_TYPE type;
	DWORD flags;
	const char *label;
	struct xeap_span value;
	DWORD least;
};
/* Add a field to an array that has room for it; parts of `whole`. 0, -EILSEQ or -ENOMEM. */
int xeap_win_add_field(EAP_CONFIG_INPUT_FIELD_ARRAY *array, const struct xeap_win_field *field,
		       void *whole);
/* Whether an array is one. */
bool xeap_win_fields_ok(const EAP_CONFIG_INPUT_FIELD_ARRAY *array);
/* Have a person fill fields. NO_ERROR, ERROR_CANCELLED, ERROR_NOT_SUPPORTED. */
DWORD xeap_win_ask(HWND parent, EAP_CONFIG_INPUT_FIELD_ARRAY *fields);

#endif
