/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The conformance rows' API by EAPHost's published names. */
#include "conformance.h"

#include <stdio.h>
#include <xeap/config_text.h>
#include <xeap/eappapis.h>

#include "base/utf16.h"

#define ERROR(e) ((EAP_ERROR **)(e))
#define NO_HANDLE UINT32_MAX /* no session has it: so many were never begun */
#define CONNECTIONS 8
#define VSA_HEADER 6
#define MPPE_KEY_AT 3
#define MPPE_KEY 32

/* A process has one host, so that there is nothing but this to hand out. */
static char host_token;

/* The rows' callbacks have another form. */
static struct connection {
	GUID id;
	void (*notify)(void *ctx, const uint8_t *id, enum xeap_notification_reason reason);
	void *ctx;
} connections[CONNECTIONS];
static unsigned int connection_count;

static void *windows_open(void)
{
	connection_count = 0;
	if (EapHostPeerInitialize() || XeapHostPeerNotificationFd() < 0)
		return NULL;
	return &host_token;
}

static void windows_close(void *host)
{
	EapHostPeerUninitialize();
}

/* A row that passes no host wants to see what is answered before Initialize. */
static void leave(const void *host)
{
	if (!host)
		EapHostPeerUninitialize();
}

static uint32_t back(const void *host, uint32_t code)
{
	if (!host)
		assert_int_equal(EapHostPeerInitialize(), NO_ERROR);
	return code;
}

static EAP_SESSIONID handle(uint64_t session)
{
	return session > UINT32_MAX ? NO_HANDLE : (EAP_SESSIONID)session;
}

static void CALLBACK forward(GUID id, void *ctx)
{
	const struct connection *c = ctx;

	c->notify(c->ctx, (const uint8_t *)&id, XEAP_NOTIFY_CONFIGURATION);
}

static struct connection *remember(const struct xeap_session_options *o)
{
	struct connection *c = &connections[connection_count++ % CONNECTIONS];

	memcpy(&c->id, o->connection_id, sizeof(c->id));
	c->notify = o->notify;
	c->ctx = o->notify_ctx;
	return c;
}

static uint32_t begin_with(const struct xeap_session_options *o, struct xeap_span data,
			   EAP_SESSIONID *ret_handle, void **ret_error)
{
	const EAP_METHOD_TYPE type = { .eapType = { .type = o->method_type } };
	struct connection *c = o->connection_id && o->notify ? remember(o) : NULL;

	XeapHostPeerSetPool(o->pool);
	return EapHostPeerBeginSession(o->flags, type, NULL, NULL, (DWORD)data.len, data.data, 0,
				       NULL, o->max_send_packet_size,
				       (const GUID *)(const void *)o->connection_id,
				       c ? forward : NULL, c, ret_handle, ERROR(ret_error));
}

static uint32_t begin(void *host, const struct xeap_session_options *o,
		      const struct xeap_config *config, uint64_t *ret_session, void **ret_error)
{
	static const struct xeap_session_options none;
	EAP_SESSIONID id = NO_HANDLE;
	char *blob = NULL;
	size_t size = 0;
	uint32_t code;

	if (o && o->profile && xeap_config_to_blob(config, &blob, &size)) {
		*ret_session = 0; /* the row has nothing to say about this */
		return XEAP_E_OUT_OF_MEMORY;
	}
	leave(host);
	code = begin_with(o ? o : &none, xeap_span(blob, size), ret_session ? &id : NULL,
			  ret_error);
	xeap_text_free(blob);
	if (ret_session)
		*ret_session = id;
	return back(host, code);
}

static uint32_t process(void *host, uint64_t session, uint32_t size, const uint8_t *packet,
			enum xeap_action *ret_action, void **ret_error)
{
	leave(host);
	return back(host, EapHostPeerProcessReceivedPacket(handle(session), size, packet,
							   (EapHostPeerResponseAction *)ret_action,
							   ERROR(ret_error)));
}

static uint32_t get_send_packet(void *host, uint64_t session, uint32_t *ret_size,
				uint8_t **ret_packet, void **ret_error)
{
	leave(host);
	return back(host, EapHostPeerGetSendPacket(handle(session), ret_size, ret_packet,
						   ERROR(ret_error)));
}

/* One attribute back into xeap's form: keys bare, by the authenticator's names. */
static struct xeap_attribute native_attribute(const EAP_ATTRIBUTE *from)
{
	struct xeap_attribute a = { .type = (uint32_t)from->eaType,
				    .value = xeap_span(from->pValue, from->dwLength) };

	if (from->eaType != eatVendorSpecific)
		return a;
	a.vendor = (uint32_t)from->pValue[2] << 8 | from->pValue[3];
	a.vendor_type = from->pValue[4];
	a.value = xeap_span(from->pValue + VSA_HEADER, from->dwLength - VSA_HEADER);
	if (a.vendor != XEAP_VENDOR_MICROSOFT)
		return a;
	assert_int_equal(a.value.data[MPPE_KEY_AT - 1], MPPE_KEY);
	a.value = xeap_span(a.value.data + MPPE_KEY_AT, MPPE_KEY);
	a.vendor_type = a.vendor_type == XEAP_MS_MPPE_SEND_KEY ? XEAP_MS_MPPE_RECV_KEY
							       : XEAP_MS_MPPE_SEND_KEY;
	return a;
}

static struct xeap_attributes native_attributes(const EAP_ATTRIBUTES *from)
{
	struct xeap_attributes to = { .count = from ? from->dwNumberOfAttributes : 0 };

	for (uint32_t i = 0; i < to.count; i++)
		to.item[i] = native_attribute(&from->pAttribs[i]);
	return to;
}

static struct xeap_session_result native_result(const EapHostPeerMethodResult *r)
{
	static _Thread_local char method[32];
	struct xeap_session_result to = {
		.success = r->fIsSuccess,
		.failure_code = r->dwFailureReasonCode,
		.reason = "",
		.method = "",
		.attributes = native_attributes(r->pAttribArray),
		.save_connection_data = r->fSaveConnectionData,
		.connection_data = xeap_span(r->pConnectionData, r->dwSizeofConnectionData),
		.save_user_data = r->fSaveUserData,
		.user_data = xeap_span(r->pUserData, r->dwSizeofUserData),
	};

	if (r->pEapMethodInfo) {
		xeap_utf16_to_utf8(r->pEapMethodInfo->pwszFriendlyName, sizeof(method), method,
				   sizeof(method));
		to.method = method;
		to.type.type = r->pEapMethodInfo->eaptype.eapType.type;
	}
	return to;
}

static uint32_t get_result(void *host, uint64_t session, enum xeap_result_reason reason,
			   struct xeap_session_result *ret_result, void **ret_error)
{
	EapHostPeerMethodResult r = { 0 };
	uint32_t code;

	leave(host);
	code = EapHostPeerGetResult(handle(session), (EapHostPeerMethodResultReason)reason,
				    ret_result ? &r : NULL, ERROR(ret_error));
	if (ret_result)
		*ret_result = native_result(&r);
	return back(host, code);
}

static uint32_t get_auth_status(void *host, uint64_t session, enum xeap_auth_status *ret_status,
				void **ret_error)
{
	EAPHOST_AUTH_INFO info = { .status = EapHostInvalidSession };
	BYTE *data = NULL;
	DWORD size = 0;
	uint32_t code;

	leave(host);
	code = EapHostPeerGetAuthStatus(handle(session), EapHostPeerAuthStatus, &size,
					ret_status ? &data : NULL, ERROR(ret_error));
	if (data)
		memcpy(&info, data, sizeof(info));
	if (ret_status)
		*ret_status = (enum xeap_auth_status)info.status;
	return back(host, code);
}

static uint32_t get_notification(void *host, uint64_t session, const char **ret_text,
				 void **ret_error)
{
	struct xeap_host *native;
	uint64_t id;
	uint32_t code = XeapHostPeerGetSession(handle(session), &native, &id);

	if (ret_error)
		*ret_error = NULL;
	if (ret_text)
		*ret_text = NULL;
	return code ? code : xeap_session_get_notification(native, id, ret_text, NULL);
}

static uint32_t get_ui_context(void *host, uint64_t session, uint32_t *ret_size,
			       const uint8_t **ret_context, void **ret_error)
{
	BYTE *context = NULL;
	uint32_t code;

	leave(host);
	code = EapHostPeerGetUIContext(handle(session), ret_size, ret_context ? &context : NULL,
				       ERROR(ret_error));
	if (ret_context)
		*ret_context = context;
	return back(host, code);
}

static uint32_t set_ui_context(void *host, uint64_t session, uint32_t size, const uint8_t *answer,
			       enum xeap_action *ret_action, void **ret_error)
{
	leave(host);
	return back(host, EapHostPeerSetUIContext(handle(session), size, answer,
						  (EapHostPeerResponseAction *)ret_action,
						  ERROR(ret_error)));
}

static uint32_t get_response_attributes(void *host, uint64_t session,
					struct xeap_attributes *ret_attributes, void **ret_error)
{
	EAP_ATTRIBUTES a = { 0 };
	uint32_t code;

	leave(host);
	code = EapHostPeerGetResponseAttributes(handle(session), ret_attributes ? &a : NULL,
						ERROR(ret_error));
	if (ret_attributes)
		*ret_attributes = native_attributes(&a);
	return back(host, code);
}

static uint32_t set_response_attributes(void *host, uint64_t session,
					const struct xeap_attributes *attributes,
					enum xeap_action *ret_action, void **ret_error)
{
	EAP_ATTRIBUTE item[XEAP_ATTRIBUTES_MAX + 1] = { 0 };
	EAP_ATTRIBUTES a = { .pAttribs = item };

	for (uint32_t i = 0; attributes && i < attributes->count && i <= XEAP_ATTRIBUTES_MAX; i++) {
		item[i].eaType = (EAP_ATTRIBUTE_TYPE)attributes->item[i].type;
		item[i].dwLength = (DWORD)attributes->item[i].value.len;
		memcpy(&item[i].pValue, &attributes->item[i].value.data, sizeof(BYTE *));
		a.dwNumberOfAttributes++;
	}
	leave(host);
	return back(host, EapHostPeerSetResponseAttributes(handle(session), attributes ? &a : NULL,
							   (EapHostPeerResponseAction *)ret_action,
							   ERROR(ret_error)));
}

static uint32_t end(void *host, uint64_t session, void **ret_error)
{
	leave(host);
	return back(host, EapHostPeerEndSession(handle(session), ERROR(ret_error)));
}

static uint32_t clear_connection(void *host, const uint8_t *connection_id, void **ret_error)
{
	GUID id;

	if (connection_id)
		memcpy(&id, connection_id, sizeof(id));
	leave(host);
	return back(host, EapHostPeerClearConnection(connection_id ? &id : NULL, ERROR(ret_error)));
}

static uint32_t notify(void *host, const uint8_t *connection_id)
{
	return XeapHostPeerNotify((const GUID *)(const void *)connection_id);
}

static unsigned int dispatch(void *host)
{
	return XeapHostPeerDispatch();
}

static void free_runtime_memory(void *memory)
{
	EapHostPeerFreeRuntimeMemory(memory);
}

static void read_error(const void *error, struct error_facts *ret_facts)
{
	const EAP_ERROR *e = error;

	ret_facts->code = e->dwWinError;
	ret_facts->reason = e->dwReasonCode;
	ret_facts->method_type = e->type.eapType.type;
	xeap_utf16_to_utf8(e->pRootCauseString, XEAP_DIAG_TEXT, ret_facts->root_cause,
			   XEAP_DIAG_TEXT);
	xeap_utf16_to_utf8(e->pRepairString, XEAP_DIAG_TEXT, ret_facts->repair, XEAP_DIAG_TEXT);
}

static void free_error(void *error)
{
	EapHostPeerFreeEapError(error);
}

const struct api conformance_windows = {
	.name = "windows",
	.open = windows_open,
	.close = windows_close,
	.begin = begin,
	.process = process,
	.get_send_packet = get_send_packet,
	.get_result = get_result,
	.get_auth_status = get_auth_status,
	.get_notification = get_notification,
	.get_ui_context = get_ui_context,
	.set_ui_context = set_ui_context,
	.get_response_attributes = get_response_attributes,
	.set_response_attributes = set_response_attributes,
	.end = end,
	.clear_connection = clear_connection,
	.notify = notify,
	.dispatch = dispatch,
	.free_runtime_memory = free_runtime_memory,
	.read_error = read_error,
	.free_error = free_error,
};
