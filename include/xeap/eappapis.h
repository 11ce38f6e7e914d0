/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_EAPPAPIS_H
#define XEAP_EAPPAPIS_H

#include <xeap/eaphosterror.h>
#include <xeap/eaphostpeerconfigapis.h>
#include <xeap/eaphostpeertypes.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * EAPHost's supplicant API under its published names, over xeap/host.h: source that was written
 * against it compiles with <xeap/eappapis.h> for <eappapis.h>.
 *
 *	EapHostPeerInitialize
 *	EapHostPeerBeginSession
 *	for each EAP packet received:
 *	    EapHostPeerProcessReceivedPacket, then by action
 *	        Send:     EapHostPeerGetSendPacket, transmit
 *	        InvokeUi: EapHostPeerGetUIContext, ask, EapHostPeerSetUIContext: a new action
 *	        Respond:  EapHostPeerGetResponseAttributes, …Set…: a new action
 *	        Result:   EapHostPeerGetResult
 *	EapHostPeerEndSession
 *	EapHostPeerClearConnection
 *	EapHostPeerUninitialize
 *
 * Connection data is a blob of xeap_config_to_blob(); user data is one, too, of the keys that are
 * a user's (identity, password, certificate). Sessions begun with the same data share what was
 * loaded for them, a TLS context for one, as long as the files that the data names do not change.
 *
 * Handles: 16 bits of slot, 16 of generation, never 0. A slot is used again after all others were,
 * so that a handle comes back after four billion sessions, and an ended one answers
 * ERROR_INVALID_HANDLE until then. At most 65536 sessions are open at a time.
 *
 * One thread at a time per session: a second one gets ERROR_INVALID_STATE. Different sessions may
 * run in parallel. Every function accepts a NULL error argument, and on failure leaves its other
 * outputs zero or NULL. Before EapHostPeerInitialize() run-time functions return
 * ERROR_INVALID_STATE. All return NO_ERROR, an ERROR_ number of xeap/wintypes.h or a code of
 * xeap/eaphosterror.h.
 *
 * Functions and types that begin with Xeap are no part of the published API.
 */

/**
 * Called when a connection is to be authenticated again; by a thread of the host's own, unless
 * XeapHostPeerNotificationFd() was asked for. May begin sessions, not call
 * EapHostPeerUninitialize().
 */
typedef void(CALLBACK *NotificationHandler)(GUID connectionId, void *pContextData);

/**
 * Set the process up. Counted: each call wants an EapHostPeerUninitialize(). Any thread.
 * Returns NO_ERROR, ERROR_NOT_ENOUGH_MEMORY.
 */
DWORD EapHostPeerInitialize(void);

/**
 * Undo one EapHostPeerInitialize(). The last one ends all sessions, forgets all connections and
 * wipes what was loaded; no other run-time function may be running.
 */
void EapHostPeerUninitialize(void);

/**
 * Open one EAP conversation. On success EapHostPeerEndSession() is mandatory, on failure there is
 * nothing to end.
 * @dwFlags: EAP_FLAG_…
 * @eapType: the method to run; all zeros: those that the connection data names
 * @pAttributeArray: accepted and not used; may be NULL
 * @hTokenImpersonateUser: accepted and not used
 * @dwSizeofConnectionData: bytes
 * @pConnectionData: a blob, copied; NULL: nothing configured but eapType
 * @dwSizeofUserData: bytes
 * @pUserData: a blob, copied; its identity and credentials replace those of the connection data;
 * may be NULL
 * @dwMaxSendPacketSize: most bytes of one EAP packet sent, 64 to 65504; 0 means 1496
 * @pConnectionId: copied; at most one session each. NULL: func and pContextData are ignored
 * @func: called when the connection is to be authenticated again, also after the session, until
 * EapHostPeerClearConnection(); may be NULL
 * @pContextData: passed to func
 * @pSessionId: the handle; 0 on failure
 * @ppEapError: on failure an error to be freed with EapHostPeerFreeEapError(), else NULL
 * Returns NO_ERROR, ERROR_INVALID_STATE, ERROR_INVALID_PARAMETER (a blob that is none, a size out
 * of range, a connection id with a session), EAP_E_EAPHOST_METHOD_NOT_INSTALLED,
 * EAP_E_EAPHOST_IDENTITY_UNKNOWN, ERROR_NOT_ENOUGH_MEMORY, or why a file could not be loaded.
 */
DWORD EapHostPeerBeginSession(DWORD dwFlags, EAP_METHOD_TYPE eapType,
			      const EapAttributes *const pAttributeArray,
			      HANDLE hTokenImpersonateUser, DWORD dwSizeofConnectionData,
			      const BYTE *const pConnectionData, DWORD dwSizeofUserData,
			      const BYTE *const pUserData, DWORD dwMaxSendPacketSize,
			      const GUID *const pConnectionId, NotificationHandler func,
			      void *pContextData, EAP_SESSIONID *pSessionId,
			      EAP_ERROR **ppEapError);

/**
 * Feed one received EAP packet, from its Code byte on.
 * @sessionHandle: the handle
 * @cbReceivePacket: bytes
 * @pReceivePacket: the caller's, not kept
 * @pEapOutput: what to do next
 * @ppEapError: as for EapHostPeerBeginSession()
 * Returns as xeap_session_process_received_packet(); ERROR_INVALID_HANDLE comes with
 * EapHostPeerResponseStartAuthentication.
 */
DWORD EapHostPeerProcessReceivedPacket(EAP_SESSIONID sessionHandle, DWORD cbReceivePacket,
				       const BYTE *const pReceivePacket,
				       EapHostPeerResponseAction *pEapOutput,
				       EAP_ERROR **ppEapError);

/**
 * Fetch the packet to transmit, after EapHostPeerResponseSend. It is the host's, not to be freed,
 * and unchanged until the next call on the session that processes a packet or ends it; asked again
 * it is the same. It lies in a frame of the pool that XeapHostPeerSetPool() set.
 * @sessionHandle: the handle
 * @pcbSendPacket: bytes, the EAP Length; output only
 * @ppSendPacket: the EAP packet; NULL on failure
 * @ppEapError: as for EapHostPeerBeginSession()
 * Returns NO_ERROR, ERROR_INVALID_HANDLE, ERROR_INVALID_PARAMETER, ERROR_INVALID_STATE (nothing to
 * send), ERROR_NOT_ENOUGH_MEMORY.
 */
DWORD EapHostPeerGetSendPacket(EAP_SESSIONID sessionHandle, DWORD *pcbSendPacket,
			       BYTE **ppSendPacket, EAP_ERROR **ppEapError);

/**
 * The final result, or a forced one.
 * @sessionHandle: the handle
 * @reason: EapHostPeerMethodResultFromMethod after EapHostPeerResponseResult, the others any time
 * @ppResult: filled, success is in it; what it points at is the session's until the next call on
 * it. Zeros on failure
 * @ppEapError: as for EapHostPeerBeginSession()
 * Returns NO_ERROR, ERROR_INVALID_HANDLE, ERROR_INVALID_PARAMETER, ERROR_INVALID_STATE (there is
 * none yet), ERROR_NOT_ENOUGH_MEMORY.
 */
DWORD EapHostPeerGetResult(EAP_SESSIONID sessionHandle, EapHostPeerMethodResultReason reason,
			   EapHostPeerMethodResult *ppResult, EAP_ERROR **ppEapError);

/**
 * What to ask a person, after EapHostPeerResponseInvokeUi.
 * @sessionHandle: the handle
 * @pdwSizeOfUIContextData: bytes; 0 on failure
 * @ppUIContextData: for EapHostPeerInvokeInteractiveUI() or
 * EapHostPeerQueryInteractiveUIInputFields(); the session's until the next call on it
 * @ppEapError: as for EapHostPeerBeginSession()
 * Returns as xeap_session_get_ui_context().
 */
DWORD EapHostPeerGetUIContext(EAP_SESSIONID sessionHandle, DWORD *pdwSizeOfUIContextData,
			      BYTE **ppUIContextData, EAP_ERROR **ppEapError);

/**
 * Hand the person's answer back. Mandatory after the interaction.
 * @sessionHandle: the handle
 * @dwSizeOfUIContextData: bytes; 0: it was cancelled
 * @pUIContextData: what EapHostPeerInvokeInteractiveUI() or
 * EapHostPeerQueryUIBlobFromInteractiveUIInputFields() made; the caller's, not kept
 * @pEapOutput: what to do next
 * @ppEapError: as for EapHostPeerBeginSession()
 * Returns as xeap_session_set_ui_context().
 */
DWORD EapHostPeerSetUIContext(EAP_SESSIONID sessionHandle, DWORD dwSizeOfUIContextData,
			      const BYTE *const pUIContextData,
			      EapHostPeerResponseAction *pEapOutput, EAP_ERROR **ppEapError);

/**
 * What the method offers, after EapHostPeerResponseRespond.
 * @sessionHandle: the handle
 * @pAttribs: filled; its array is the session's until the next call on it
 * @ppEapError: as for EapHostPeerBeginSession()
 * Returns as xeap_session_get_response_attributes().
 */
DWORD EapHostPeerGetResponseAttributes(EAP_SESSIONID sessionHandle, EapAttributes *pAttribs,
				       EAP_ERROR **ppEapError);

/**
 * Answer the method's attributes; mandatory after EapHostPeerGetResponseAttributes().
 * @sessionHandle: the handle
 * @pAttribs: at most 16 attributes, the caller's, not kept
 * @pEapOutput: what to do next
 * @ppEapError: as for EapHostPeerBeginSession()
 * Returns as xeap_session_set_response_attributes().
 */
DWORD EapHostPeerSetResponseAttributes(EAP_SESSIONID sessionHandle,
				       const EapAttributes *const pAttribs,
				       EapHostPeerResponseAction *pEapOutput,
				       EAP_ERROR **ppEapError);

/**
 * How far a session is, and as whom.
 * @sessionHandle: the handle
 * @authParam: EapHostPeerAuthStatus: an EAPHOST_AUTH_INFO; EapHostPeerIdentity: the identity as
 * a WCHAR string, NUL included; EapHostPeerIdentityExtendedInfo: nothing
 * @pcbAuthData: bytes; 0 on failure
 * @ppAuthData: to be read only, the session's, until the next call on it; NULL on failure
 * @ppEapError: as for EapHostPeerBeginSession()
 * Returns NO_ERROR, ERROR_INVALID_HANDLE, ERROR_INVALID_PARAMETER, ERROR_NOT_SUPPORTED
 * (EapHostNapInfo), ERROR_NOT_ENOUGH_MEMORY.
 */
DWORD EapHostPeerGetAuthStatus(EAP_SESSIONID sessionHandle, EapHostPeerAuthParams authParam,
			       DWORD *pcbAuthData, BYTE **ppAuthData, EAP_ERROR **ppEapError);

/**
 * Close a session: all of it is wiped and freed but its errors.
 * @sessionHandle: the handle, dead afterwards
 * @ppEapError: as for EapHostPeerBeginSession()
 * Returns NO_ERROR, ERROR_INVALID_HANDLE, ERROR_INVALID_STATE (another thread is in it).
 */
DWORD EapHostPeerEndSession(EAP_SESSIONID sessionHandle, EAP_ERROR **ppEapError);

/**
 * Forget a connection id. Its callback is not called any more once this has returned.
 * @pConnectionId: the id
 * @ppEapError: as for EapHostPeerBeginSession()
 * Returns NO_ERROR, ERROR_INVALID_PARAMETER (not known, or NULL), ERROR_INVALID_STATE.
 */
DWORD EapHostPeerClearConnection(GUID *pConnectionId, EAP_ERROR **ppEapError);

/**
 * Free an error of a run-time function. Once.
 * @pEapError: NULL is accepted
 */
void EapHostPeerFreeEapError(EAP_ERROR *pEapError);

/**
 * Free what EapHostPeerGetIdentity() returned. For all that is the session's, a packet to send
 * above all, this does nothing.
 * @pData: NULL is accepted
 */
void EapHostPeerFreeRuntimeMemory(BYTE *pData);

/**
 * The identity and the user data of a method, without a session.
 * @dwVersion: EAPHOST_PEER_API_VERSION
 * @dwFlags: EAP_FLAG_…
 * @eapMethodType: as for EapHostPeerBeginSession()
 * @dwSizeofConnectionData: bytes
 * @pConnectionData: as for EapHostPeerBeginSession()
 * @dwSizeofUserData: bytes
 * @pUserData: as for EapHostPeerBeginSession()
 * @hTokenImpersonateUser: accepted and not used
 * @pfInvokeUI: TRUE when the identity is not known and a person could be asked
 * @pdwSizeOfUserDataOut: bytes
 * @ppUserDataOut: user data for EapHostPeerBeginSession(), freed with
 * EapHostPeerFreeRuntimeMemory(); NULL when there is none
 * @ppwszIdentity: freed with EapHostPeerFreeRuntimeMemory(); NULL when it is not known
 * @ppEapError: as for EapHostPeerBeginSession()
 * @ppvReserved: NULL
 * Returns NO_ERROR, and as EapHostPeerBeginSession().
 */
DWORD EapHostPeerGetIdentity(DWORD dwVersion, DWORD dwFlags, EAP_METHOD_TYPE eapMethodType,
			     DWORD dwSizeofConnectionData, const BYTE *pConnectionData,
			     DWORD dwSizeofUserData, const BYTE *pUserData,
			     HANDLE hTokenImpersonateUser, BOOL *pfInvokeUI,
			     DWORD *pdwSizeOfUserDataOut, BYTE **ppUserDataOut,
			     LPWSTR *ppwszIdentity, EAP_ERROR **ppEapError, BYTE **ppvReserved);

struct xeap_pool;
struct xeap_host;

/**
 * Where the packets of the sessions lie that this thread begins from now on, a port's pool
 * (xeap/port.h) for one; xeap/frame.h says how to find the frame of a packet.
 * @pool: outlives the sessions; NULL: each session has a small pool of its own
 */
void XeapHostPeerSetPool(struct xeap_pool *pool);

/**
 * The session behind a handle, for the calls of xeap/host.h that the published API has not: the
 * text of a Notification, keys other than the MSK. Not to be ended through them.
 * @sessionHandle: the handle
 * @ret_host: the process's host; untouched on failure
 * @ret_session: a xeap_session_id; untouched on failure
 * Returns NO_ERROR, ERROR_INVALID_HANDLE, ERROR_INVALID_PARAMETER, ERROR_INVALID_STATE.
 */
DWORD XeapHostPeerGetSession(EAP_SESSIONID sessionHandle, struct xeap_host **ret_host,
			     uint64_t *ret_session);

/**
 * Ask for a connection to be authenticated again: its settings or credentials changed. Any thread.
 * @pConnectionId: the id
 * Returns NO_ERROR, ERROR_INVALID_PARAMETER (not known, or NULL), ERROR_INVALID_STATE.
 */
DWORD XeapHostPeerNotify(const GUID *pConnectionId);

/**
 * For an event loop: a descriptor that polls readable while callbacks wait for
 * XeapHostPeerDispatch(). After this the host makes no thread of its own; to be called before the
 * first session with a callback.
 * Returns the descriptor, which stays the host's; a negative errno, -EBUSY when the thread runs.
 */
int XeapHostPeerNotificationFd(void);

/**
 * Call the callbacks that wait, in this thread.
 * Returns how many were called.
 */
DWORD XeapHostPeerDispatch(void);

#ifdef __cplusplus
}
#endif
#endif
