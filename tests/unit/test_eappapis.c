/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * EAPHost's published names: what they add to the calls of xeap/host.h, which the conformance rows
 * hold to account under both names.
 */
#include "windows_bed.h"

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

static void test_nothing_before_initialize(void **state)
{
	EapHostPeerResponseAction action = EapHostPeerResponseSend;
	EAP_SESSIONID id = 5;
	BYTE *packet = (BYTE *)&id;
	EAP_ERROR *error = NULL;
	DWORD size = 9;

	assert_int_equal(EapHostPeerGetSendPacket(0x10000, &size, &packet, &error),
			 ERROR_INVALID_STATE);
	assert_null(packet);
	assert_int_equal(size, 0);
	assert_int_equal(error->dwWinError, ERROR_INVALID_STATE);
	EapHostPeerFreeEapError(error);
	assert_int_equal(EapHostPeerProcessReceivedPacket(0x10000, 4, (const BYTE *)"\3\0\0\4",
							  &action, NULL),
			 ERROR_INVALID_STATE);
	assert_int_equal(begin_blob(BLOB("eap", "FAKE"), any_type, 0, &id), ERROR_INVALID_STATE);
	assert_int_equal(id, 0);
	assert_int_equal(EapHostPeerEndSession(0x10000, NULL), ERROR_INVALID_STATE);
	EapHostPeerUninitialize();
}

static void test_initialize_is_counted(void **state)
{
	EAP_SESSIONID id;

	assert_int_equal(EapHostPeerInitialize(), NO_ERROR);
	assert_int_equal(EapHostPeerInitialize(), NO_ERROR);
	EapHostPeerUninitialize();
	id = begin();
	EapHostPeerUninitialize();
	assert_int_equal(EapHostPeerEndSession(id, NULL), ERROR_INVALID_STATE);
	assert_int_equal(EapHostPeerInitialize(), NO_ERROR);
	assert_int_equal(EapHostPeerEndSession(id, NULL), ERROR_INVALID_HANDLE);
	EapHostPeerUninitialize();
}

/* C09, C10: also when the slot has long been somebody else's. */
static void test_a_dead_handle_answers_never_again(void **state)
{
	enum {
		ROUNDS = 66000
	};
	EAP_SESSIONID first = begin(), id, last = 0;
	DWORD size;
	BYTE *packet;

	end(first);
	for (int i = 0; i < ROUNDS; i++) {
		id = begin();
		assert_int_not_equal(id, first);
		assert_int_not_equal(id, last);
		last = id;
		if (i % 1000 == 0 || (id & 0xffff) == (first & 0xffff))
			assert_int_equal(EapHostPeerGetSendPacket(first, &size, &packet, NULL),
					 ERROR_INVALID_HANDLE);
		end(id);
	}
	assert_int_equal(EapHostPeerEndSession(0, NULL), ERROR_INVALID_HANDLE);
	assert_int_equal(EapHostPeerEndSession(UINT32_MAX, NULL), ERROR_INVALID_HANDLE);
}

static void test_a_lost_session_is_to_be_started_again(void **state)
{
	EapHostPeerResponseAction action = EapHostPeerResponseNone;

	assert_int_equal(EapHostPeerProcessReceivedPacket(77, 4, (const BYTE *)"\3\0\0\4", &action,
							  NULL),
			 ERROR_INVALID_HANDLE);
	assert_int_equal(action, EapHostPeerResponseStartAuthentication);
}

/* C31, C32: freed by mistake or not freed at all, it is the host's. */
static void test_a_packet_to_send_is_not_freed(void **state)
{
	EAP_SESSIONID id = begin();
	struct xeap_span p;
	int on_stack = 0;

	assert_int_equal(request(id, 1, 1, ""), EapHostPeerResponseSend);
	p = sent(id);
	EapHostPeerFreeRuntimeMemory((BYTE *)(uintptr_t)p.data);
	EapHostPeerFreeMemory((BYTE *)(uintptr_t)p.data);
	assert_ptr_equal(sent(id).data, p.data);
	assert_memory_equal(p.data + 5, IDENTITY, strlen(IDENTITY));
	EapHostPeerFreeRuntimeMemory(NULL);
	EapHostPeerFreeRuntimeMemory((BYTE *)&on_stack);
	EapHostPeerFreeEapError(NULL);
	end(id);
}

static const EAP_ATTRIBUTE *vendor_attribute(const EAP_ATTRIBUTES *a, BYTE type)
{
	for (DWORD i = 0; i < a->dwNumberOfAttributes; i++)
		if (a->pAttribs[i].eaType == eatVendorSpecific && a->pAttribs[i].pValue[4] == type)
			return &a->pAttribs[i];
	return NULL;
}

/* An MSK whose octets count up. */
static int counted_key(const void *ctx, enum xeap_key_kind kind, uint8_t *buf, size_t size)
{
	if (kind != XEAP_KEY_MSK)
		return -ENOENT;
	if (size < 64)
		return -ENOSPC;
	for (uint8_t i = 0; i < 64; i++)
		buf[i] = i;
	return 64;
}

/* RFC 2548 §2.4.2 in the clear: salt, length of the key, key, padding. */
static void assert_key(const EAP_ATTRIBUTE *a)
{
	static const BYTE header[] = { 0, 0, 1, 0x37 };

	assert_non_null(a);
	assert_int_equal(a->dwLength, 56);
	assert_memory_equal(a->pValue, header, 4);
	assert_int_equal(a->pValue[5], 52);
	assert_int_equal(a->pValue[8], 32);
	for (int i = 9; i < 41; i++)
		assert_int_equal(a->pValue[i], FAKE_PATTERN);
	for (int i = 41; i < 56; i++)
		assert_int_equal(a->pValue[i], 0);
}

static void test_success_comes_with_keys(void **state)
{
	EapHostPeerMethodResult r, again;
	EAP_SESSIONID id = begin();

	succeed(id);
	assert_int_equal(EapHostPeerGetResult(id, EapHostPeerMethodResultFromMethod, &r, NULL),
			 NO_ERROR);
	assert_true(r.fIsSuccess);
	assert_int_equal(r.dwFailureReasonCode, 0);
	assert_null(r.pEapError);
	assert_int_equal(r.isolationState, ISOLATION_STATE_NOT_RESTRICTED);
	assert_int_equal(r.pEapMethodInfo->eaptype.eapType.type, FAKE_TYPE);
	assert_text(r.pEapMethodInfo->pwszFriendlyName, "FAKE");
	assert_key(vendor_attribute(r.pAttribArray, 16));
	assert_key(vendor_attribute(r.pAttribArray, 17));
	assert_int_equal(EapHostPeerGetResult(id, EapHostPeerMethodResultFromMethod, &again, NULL),
			 NO_ERROR);
	assert_true(again.fIsSuccess);
	end(id);
}

/* [MS-CHAP] 3.1.5.1: two keys of 16 octets; the peer sends with the first half of the MSK. */
static void test_short_keys_are_whole(void **state)
{
	static const struct {
		BYTE type, first;
	} key[] = { { XEAP_MS_MPPE_SEND_KEY, 0 }, { XEAP_MS_MPPE_RECV_KEY, 16 } };
	EapHostPeerMethodResult r;
	EAP_SESSIONID id;

	loading_method.flags = XEAP_METHOD_F_KEYS | XEAP_METHOD_F_MPPE_128;
	loading_method.get_key = counted_key;
	assert_int_equal(begin_blob(BLOB("eap", "LOADED", "identity", "\"" IDENTITY "\""), any_type,
				    0, &id),
			 NO_ERROR);
	succeed_with(id, LOADED_TYPE);
	assert_int_equal(EapHostPeerGetResult(id, EapHostPeerMethodResultFromMethod, &r, NULL),
			 NO_ERROR);
	assert_int_equal(r.pAttribArray->dwNumberOfAttributes, 2);
	for (size_t k = 0; k < 2; k++) {
		const EAP_ATTRIBUTE *a = vendor_attribute(r.pAttribArray, key[k].type);

		assert_non_null(a);
		assert_int_equal(a->dwLength, 40);
		assert_int_equal(a->pValue[5], 36);
		assert_int_equal(a->pValue[8], 16);
		for (int i = 0; i < 16; i++)
			assert_int_equal(a->pValue[9 + i], key[k].first + i);
		for (int i = 25; i < 40; i++)
			assert_int_equal(a->pValue[i], 0);
	}
	end(id);
	bed_methods();
}

static void test_failure_says_why(void **state)
{
	EapHostPeerMethodResult r;
	EAP_ERROR *error = NULL;
	EAPHOST_AUTH_INFO *info;
	BYTE *data;
	DWORD size;
	EapHostPeerResponseAction action;
	EAP_SESSIONID id = begin();
	uint8_t buf[64];
	struct xeap_span p = fake_packet(buf, 1, 2, FAKE_TYPE, "g10-", 4);

	assert_int_equal(request(id, 1, 1, ""), EapHostPeerResponseSend);
	assert_int_not_equal(EapHostPeerProcessReceivedPacket(id, (DWORD)p.len, p.data, &action,
							      &error),
			     NO_ERROR);
	assert_int_equal(EapHostPeerGetResult(id, EapHostPeerMethodResultFromMethod, &r, NULL),
			 NO_ERROR);
	assert_false(r.fIsSuccess);
	assert_int_equal(r.dwFailureReasonCode, EAP_E_USER_NAME_PASSWORD_REJECTED);
	assert_int_equal(r.pEapError->dwReasonCode, EAP_E_USER_NAME_PASSWORD_REJECTED);
	assert_text(r.pEapError->pRepairString, "check identity= and password=");
	EapHostPeerFreeEapError(r.pEapError); /* by mistake: it is the session's */
	assert_int_equal(EapHostPeerGetAuthStatus(id, EapHostPeerAuthStatus, &size, &data, NULL),
			 NO_ERROR);
	assert_int_equal(size, sizeof(*info));
	info = (EAPHOST_AUTH_INFO *)(void *)data;
	assert_int_equal(info->status, EapHostAuthFailed);
	assert_int_equal(info->dwReasonCode, EAP_E_USER_NAME_PASSWORD_REJECTED);
	end(id);
	/* C45 */
	assert_int_equal(error->type.eapType.type, FAKE_TYPE);
	assert_int_equal(error->dwReasonCode, EAP_E_USER_NAME_PASSWORD_REJECTED);
	assert_memory_equal(&error->rootCauseGuid, &GUID_EapHost_Cause_User_CredsRejected,
			    sizeof(GUID));
	assert_text(error->pRootCauseString, "the server does not like the password");
	assert_text(error->pRepairString, "check identity= and password=");
	EapHostPeerFreeEapError(error);
}

static void test_status_and_identity(void **state)
{
	EAP_SESSIONID id = begin();
	BYTE *data;
	DWORD size;

	assert_int_equal(EapHostPeerGetAuthStatus(id, EapHostPeerIdentity, &size, &data, NULL),
			 NO_ERROR);
	assert_int_equal(size, 2 * (strlen(IDENTITY) + 1));
	assert_text((WCHAR *)(void *)data, IDENTITY);
	assert_int_equal(EapHostPeerGetAuthStatus(id, EapHostPeerAuthStatus, &size, &data, NULL),
			 NO_ERROR);
	assert_int_equal(*(EAPHOST_AUTH_STATUS *)(void *)data, EapHostAuthNotStarted);
	assert_int_equal(EapHostPeerGetAuthStatus(id, EapHostNapInfo, &size, &data, NULL),
			 ERROR_NOT_SUPPORTED);
	assert_null(data);
	end(id);
	assert_int_equal(EapHostPeerGetAuthStatus(id, EapHostPeerAuthStatus, &size, &data, NULL),
			 ERROR_INVALID_HANDLE);
}

static void test_the_type_chooses_among_the_methods(void **state)
{
	const EAP_METHOD_TYPE unknown = { .eapType = { .type = 99 } };
	EAP_SESSIONID id;

	assert_int_equal(begin_blob(BLOB("eap", "LOADED FAKE", "identity", "\"a\""), fake_type, 0,
				    &id),
			 NO_ERROR);
	assert_int_equal(request(id, 1, 1, ""), EapHostPeerResponseSend);
	assert_int_equal(request(id, 2, LOADED_TYPE, "r10-x"), EapHostPeerResponseSend);
	assert_memory_equal(sent(id).data + 4, "\3\310", 2); /* Nak: 200 instead */
	end(id);
	assert_int_equal(begin_blob(BLOB("eap", "FAKE", "identity", "\"a\""), loading_type, 0, &id),
			 EAP_E_EAPHOST_METHOD_NOT_INSTALLED);
	assert_int_equal(begin_blob(BLOB("eap", "FAKE", "identity", "\"a\""), unknown, 0, &id),
			 EAP_E_EAPHOST_METHOD_NOT_INSTALLED);
	assert_int_equal(id, 0);
}

static void test_data_that_is_none_is_refused(void **state)
{
	EAP_SESSIONID id = 1;
	EAP_ERROR *error = NULL;

	assert_int_equal(EapHostPeerBeginSession(0, fake_type, NULL, NULL, 3, (const BYTE *)"abc",
						 0, NULL, 0, NULL, NULL, NULL, &id, &error),
			 ERROR_INVALID_PARAMETER);
	assert_int_equal(id, 0);
	EapHostPeerFreeEapError(error);
	assert_int_equal(EapHostPeerBeginSession(0, fake_type, NULL, NULL, 3, NULL, 0, NULL, 0,
						 NULL, NULL, NULL, &id, NULL),
			 ERROR_INVALID_PARAMETER);
	assert_int_equal(EapHostPeerBeginSession(0, fake_type, NULL, NULL, 0, NULL, 0, NULL, 0,
						 NULL, NULL, NULL, NULL, NULL),
			 ERROR_INVALID_PARAMETER);
}

/* As on Windows, where the sessions of an adapter are many and its certificates are loaded once. */
static void test_sessions_share_what_was_loaded(void **state)
{
	enum {
		SESSIONS = 1000,
		PROFILES = 40,
		KEPT = 16
	};
	EAP_SESSIONID id[SESSIONS];
	char name[32];

	loads = 0;
	for (int i = 0; i < SESSIONS; i++)
		assert_int_equal(begin_blob(BLOB("eap", "LOADED", "identity", "\"a\""), any_type, 0,
					    &id[i]),
				 NO_ERROR);
	assert_int_equal(loads, 1);
	for (int i = 0; i < SESSIONS; i++)
		end(id[i]);
	for (int i = 0; i < PROFILES; i++) {
		snprintf(name, sizeof(name), "\"user%d\"", i);
		assert_int_equal(begin_blob(BLOB("eap", "LOADED", "identity", name), any_type, 0,
					    &id[i]),
				 NO_ERROR);
		end(id[i]);
		assert_true(loaded <= KEPT);
	}
	assert_int_equal(loads, 1 + PROFILES);
}

static void use(const char *name)
{
	EAP_SESSIONID id;

	assert_int_equal(begin_blob(BLOB("eap", "LOADED", "identity", name), any_type, 0, &id),
			 NO_ERROR);
	end(id);
}

static void test_what_is_used_often_stays_loaded(void **state)
{
	char name[32];

	loads = 0;
	for (int i = 0; i < 40; i++) {
		use("\"often\"");
		snprintf(name, sizeof(name), "\"seldom%d\"", i);
		use(name);
	}
	assert_int_equal(loads, 1 + 40);
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void test_a_file_that_changed_is_loaded_again(void **state)
{
	char path[] = "/tmp/test_eappapis.XXXXXX", quoted[64];
	int fd = mkstemp(path);
	EAP_SESSIONID id[3];

	assert_true(fd >= 0);
	close(fd);
	snprintf(quoted, sizeof(quoted), "\"%s\"", path);
	loads = 0;
	for (int i = 0; i < 3; i++) {
		if (i == 2)
			write_file(path, "another certificate");
		assert_int_equal(
			begin_blob(BLOB("eap", "LOADED", "identity", "\"a\"", "ca_cert", quoted),
				   any_type, 0, &id[i]),
			NO_ERROR);
		assert_int_equal(loads, i == 2 ? 2 : 1);
	}
	for (int i = 0; i < 3; i++)
		end(id[i]);
	unlink(path);
}

static void test_attributes_both_ways(void **state)
{
	/* Microsoft's vendor type 11 */
	static BYTE vendor[] = { 0, 0, 1, 0x37, 11, 4, 'h', 'i' };
	EAP_ATTRIBUTE item = { .eaType = eatReplyMessage, .dwLength = 2, .pValue = vendor + 6 };
	EAP_ATTRIBUTES a, mine = { .dwNumberOfAttributes = 1, .pAttribs = &item };
	EapHostPeerResponseAction action;
	EAP_SESSIONID id = begin();

	assert_int_equal(request(id, 1, 1, ""), EapHostPeerResponseSend);
	assert_int_equal(request(id, 2, FAKE_TYPE, "A20-"), EapHostPeerResponseRespond);
	assert_int_equal(EapHostPeerGetResponseAttributes(id, &a, NULL), NO_ERROR);
	assert_int_equal(a.dwNumberOfAttributes, 1);
	assert_int_equal(a.pAttribs[0].eaType, eatReplyMessage);
	assert_memory_equal(a.pAttribs[0].pValue, "What now?", a.pAttribs[0].dwLength);
	item.eaType = eatVendorSpecific;
	item.pValue = vendor;
	item.dwLength = 5;
	assert_int_equal(EapHostPeerSetResponseAttributes(id, &mine, &action, NULL),
			 ERROR_INVALID_PARAMETER);
	item.dwLength = sizeof(vendor);
	assert_int_equal(EapHostPeerSetResponseAttributes(id, &mine, &action, NULL), NO_ERROR);
	assert_int_equal(action, EapHostPeerResponseSend);
	assert_memory_equal(sent(id).data + 6, "hi", 2);
	end(id);
}

/* A session of the LOADED method, up to its first request. */
static void try_once(DWORD flags, const char *what, bool wanted)
{
	EapHostPeerMethodResult r;
	EAP_SESSIONID id;

	assert_int_equal(begin_blob(BLOB("eap", "LOADED", "identity", "\"a\""), any_type, flags,
				    &id),
			 NO_ERROR);
	request(id, 1, 1, "");
	request(id, 2, LOADED_TYPE, what);
	assert_int_equal(asked_again, wanted);
	EapHostPeerGetResult(id, EapHostPeerMethodResultFromMethod, &r, NULL);
	end(id);
}

static void test_a_refused_password_is_asked_for_again(void **state)
{
	try_once(0, "g10-", false);
	try_once(0, "r20-", true);
	try_once(EAP_FLAG_NON_INTERACTIVE, "r20-", false);
}

static const GUID connection = { 1, 2, 3, { 4, 5, 6, 7, 8, 9, 10, 11 } };

static void CALLBACK count_call(GUID id, void *ctx)
{
	assert_memory_equal(&id, &connection, sizeof(id));
	atomic_fetch_add((atomic_int *)ctx, 1);
}

static EAP_SESSIONID begin_connection(atomic_int *calls)
{
	struct blob b = BLOB("eap", "FAKE", "identity", "\"a\"");
	EAP_SESSIONID id;

	assert_int_equal(EapHostPeerBeginSession(0, any_type, NULL, NULL, (DWORD)b.size,
						 (const BYTE *)b.data, 0, NULL, 0, &connection,
						 count_call, calls, &id, NULL),
			 NO_ERROR);
	xeap_text_free(b.data);
	return id;
}

static void test_a_thread_calls_back(void **state)
{
	GUID id = connection;
	atomic_int calls = 0;

	end(begin_connection(&calls));
	assert_int_equal(XeapHostPeerNotificationFd(), -EBUSY);
	assert_int_equal(XeapHostPeerNotify(&connection), NO_ERROR);
	for (int i = 0; i < 500 && !calls; i++)
		usleep(10000);
	assert_int_equal(calls, 1);
	assert_int_equal(EapHostPeerClearConnection(&id, NULL), NO_ERROR);
	assert_int_equal(XeapHostPeerNotify(&connection), ERROR_INVALID_PARAMETER);
	assert_int_equal(EapHostPeerClearConnection(&id, NULL), ERROR_INVALID_PARAMETER);
}

static void test_an_event_loop_calls_back(void **state)
{
	struct pollfd fd = { .events = POLLIN };
	atomic_int calls = 0;

	fd.fd = XeapHostPeerNotificationFd();
	assert_true(fd.fd >= 0);
	end(begin_connection(&calls));
	assert_int_equal(poll(&fd, 1, 0), 0);
	assert_int_equal(XeapHostPeerNotify(&connection), NO_ERROR);
	assert_int_equal(poll(&fd, 1, 1000), 1);
	usleep(50000); /* a thread would have called by now */
	assert_int_equal(calls, 0);
	assert_int_equal(XeapHostPeerDispatch(), 1);
	assert_int_equal(calls, 1);
	assert_int_equal(poll(&fd, 1, 0), 0);
}

static void test_a_connection_has_one_session(void **state)
{
	struct blob b = BLOB("eap", "FAKE", "identity", "\"a\"");
	atomic_int calls = 0;
	EAP_SESSIONID id = begin_connection(&calls), second;

	assert_int_equal(EapHostPeerBeginSession(0, any_type, NULL, NULL, (DWORD)b.size,
						 (const BYTE *)b.data, 0, NULL, 0, &connection,
						 NULL, NULL, &second, NULL),
			 ERROR_INVALID_PARAMETER);
	xeap_text_free(b.data);
	end(id);
	end(begin_connection(&calls));
}

static void test_a_pool_of_the_callers(void **state)
{
	struct xeap_pool_stats stats;
	struct xeap_pool *pool;
	EAP_SESSIONID id;

	assert_int_equal(xeap_pool_new(8, 512, &pool), 0);
	XeapHostPeerSetPool(pool);
	id = begin();
	XeapHostPeerSetPool(NULL);
	assert_int_equal(request(id, 1, 1, ""), EapHostPeerResponseSend);
	assert_non_null(xeap_pool_frame_of(pool, sent(id).data));
	end(id);
	xeap_pool_get_stats(pool, &stats);
	assert_int_equal(stats.state[XEAP_FRAME_FREE], stats.frames);
	xeap_pool_free(pool);
}

/* C46 */
static void *log_in_often(void *arg)
{
	for (int i = 0; i < 200; i++) {
		EapHostPeerMethodResult r;
		EAP_SESSIONID id = begin();

		succeed(id);
		assert_int_equal(EapHostPeerGetResult(id, EapHostPeerMethodResultFromMethod, &r,
						      NULL),
				 NO_ERROR);
		assert_true(r.fIsSuccess);
		end(id);
	}
	return arg;
}

static void test_sessions_in_parallel(void **state)
{
	pthread_t thread[4];

	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, log_in_often, NULL), 0);
	for (size_t i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_before_initialize),
		cmocka_unit_test(test_initialize_is_counted),
		TEST(test_a_dead_handle_answers_never_again),
		TEST(test_a_lost_session_is_to_be_started_again),
		TEST(test_a_packet_to_send_is_not_freed),
		TEST(test_success_comes_with_keys),
		TEST(test_short_keys_are_whole),
		TEST(test_failure_says_why),
		TEST(test_status_and_identity),
		TEST(test_the_type_chooses_among_the_methods),
		TEST(test_data_that_is_none_is_refused),
		TEST(test_sessions_share_what_was_loaded),
		TEST(test_what_is_used_often_stays_loaded),
		TEST(test_a_file_that_changed_is_loaded_again),
		TEST(test_attributes_both_ways),
		TEST(test_a_refused_password_is_asked_for_again),
		TEST(test_a_thread_calls_back),
		TEST(test_an_event_loop_calls_back),
		TEST(test_a_connection_has_one_session),
		TEST(test_a_pool_of_the_callers),
		TEST(test_sessions_in_parallel),
	};

	bed_methods();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
