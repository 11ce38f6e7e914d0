/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Begin, end, packets. */
#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "win/win.h"

#define QUIET (EAP_FLAG_NON_INTERACTIVE | EAP_FLAG_SUPRESS_UI)

static _Thread_local struct xeap_pool *pool_to_use;

void XeapHostPeerSetPool(struct xeap_pool *pool)
{
	pool_to_use = pool;
}

static DWORD no_host(EAP_ERROR **ret_error)
{
	return xeap_win_refuse(ret_error, ERROR_INVALID_STATE, "EapHostPeerInitialize comes first");
}

/* What EapHostPeerBeginSession() was given. */
struct beginning {
	struct xeap_win_data data;
	struct xeap_session_options o;
	const GUID *connection;
	NotificationHandler func;
	void *ctx;
	struct xeap_diag diag;
};

static DWORD refuse_data(struct beginning *b, int err, EAP_ERROR **ret_error)
{
	return xeap_win_diag(ret_error, err, &b->diag);
}

/* With a profile. */
static DWORD begin_native(struct xeap_win_session *s, struct beginning *b, EAP_ERROR **ret_error)
{
	struct xeap_host *host = xeap_win_host();
	struct xeap_error *error = NULL;
	DWORD code;

	b->o.profile = s->profile;
	b->o.ask_again = !(s->flags & QUIET) && xeap_win_profile_refused(s->cached);
	if (b->connection && b->func)
		b->o.notify = xeap_win_notify;
	code = xeap_session_begin(host, &b->o, &s->id, ret_error ? &error : NULL);
	if (code)
		return xeap_win_pass(ret_error, code, error);
	if (!b->o.notify || !xeap_win_connection_add(host, b->connection, b->func, b->ctx))
		return NO_ERROR;
	xeap_session_end(host, s->id, NULL);
	return xeap_win_refuse(ret_error, ERROR_NOT_ENOUGH_MEMORY, NULL);
}

static DWORD begin(struct beginning *b, EAP_SESSIONID *ret_handle, EAP_ERROR **ret_error)
{
	struct xeap_win_session *s = xeap_win_reserve();
	DWORD code;
	int err;

	if (!s)
		return xeap_win_refuse(ret_error, ERROR_NOT_ENOUGH_MEMORY,
				       "all handles are in use");
	s->flags = b->o.flags;
	err = xeap_win_profile(&b->data, !(s->flags & QUIET), &s->profile, &s->cached, &b->diag);
	code = err ? refuse_data(b, err, ret_error) : begin_native(s, b, ret_error);
	if (code)
		xeap_win_vacate(s);
	else
		*ret_handle = xeap_win_publish(s);
	return code;
}

DWORD EapHostPeerBeginSession(DWORD dwFlags, EAP_METHOD_TYPE eapType,
			      const EapAttributes *const pAttributeArray,
			      HANDLE hTokenImpersonateUser, DWORD dwSizeofConnectionData,
			      const BYTE *const pConnectionData, DWORD dwSizeofUserData,
			      const BYTE *const pUserData, DWORD dwMaxSendPacketSize,
			      const GUID *const pConnectionId, NotificationHandler func,
			      void *pContextData, EAP_SESSIONID *pSessionId, EAP_ERROR **ppEapError)
{
	struct beginning b = {
		.data = { .type = eapType,
			  .connection = xeap_span(pConnectionData, dwSizeofConnectionData),
			  .user = xeap_span(pUserData, dwSizeofUserData) },
		.o = { .size = sizeof(b.o),
		       .flags = dwFlags,
		       .max_send_packet_size = dwMaxSendPacketSize,
		       .pool = pool_to_use,
		       .connection_id = (const uint8_t *)pConnectionId },
		.connection = pConnectionId,
		.func = func,
		.ctx = pContextData,
	};

	if (ppEapError)
		*ppEapError = NULL;
	if (!pSessionId)
		return xeap_win_refuse(ppEapError, ERROR_INVALID_PARAMETER, NULL);
	*pSessionId = 0;
	return xeap_win_host() ? begin(&b, pSessionId, ppEapError) : no_host(ppEapError);
}

DWORD EapHostPeerEndSession(EAP_SESSIONID sessionHandle, EAP_ERROR **ppEapError)
{
	struct xeap_win_session *s;
	struct xeap_error *error = NULL;
	DWORD code = xeap_win_enter(sessionHandle, &s, ppEapError);

	if (code)
		return code;
	code = xeap_session_end(xeap_win_host(), s->id, ppEapError ? &error : NULL);
	if (code == XEAP_E_INVALID_STATE) { /* somebody uses the native session */
		xeap_win_release(s);
		return xeap_win_pass(ppEapError, code, error);
	}
	xeap_win_vacate(s);
	return code ? xeap_win_pass(ppEapError, code, error) : NO_ERROR;
}

DWORD EapHostPeerProcessReceivedPacket(EAP_SESSIONID sessionHandle, DWORD cbReceivePacket,
				       const BYTE *const pReceivePacket,
				       EapHostPeerResponseAction *pEapOutput,
				       EAP_ERROR **ppEapError)
{
	enum xeap_action action = XEAP_ACTION_DISCARD;
	struct xeap_win_session *s;
	struct xeap_error *error = NULL;
	DWORD code = xeap_win_enter(sessionHandle, &s, ppEapError);

	if (pEapOutput)
		*pEapOutput = code == ERROR_INVALID_HANDLE ? EapHostPeerResponseStartAuthentication
							   : EapHostPeerResponseDiscard;
	if (code)
		return code;
	code = xeap_session_process_received_packet(xeap_win_host(), s->id, cbReceivePacket,
						    pReceivePacket, pEapOutput ? &action : NULL,
						    ppEapError ? &error : NULL);
	xeap_win_release(s);
	if (pEapOutput)
		*pEapOutput = (EapHostPeerResponseAction)action;
	return code ? xeap_win_pass(ppEapError, code, error) : NO_ERROR;
}

DWORD EapHostPeerGetSendPacket(EAP_SESSIONID sessionHandle, DWORD *pcbSendPacket,
			       BYTE **ppSendPacket, EAP_ERROR **ppEapError)
{
	struct xeap_win_session *s;
	struct xeap_error *error = NULL;
	DWORD code;

	if (pcbSendPacket)
		*pcbSendPacket = 0;
	if (ppSendPacket)
		*ppSendPacket = NULL;
	code = xeap_win_enter(sessionHandle, &s, ppEapError);
	if (code)
		return code;
	code = xeap_session_get_send_packet(xeap_win_host(), s->id, pcbSendPacket, ppSendPacket,
					    ppEapError ? &error : NULL);
	xeap_win_release(s);
	return code ? xeap_win_pass(ppEapError, code, error) : NO_ERROR;
}
