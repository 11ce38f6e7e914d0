/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_EAPHOSTPEERTYPES_H
#define XEAP_EAPHOSTPEERTYPES_H

#include <xeap/eaptypes.h>

/* What the supplicant's side of EAPHost has beside eaptypes.h, under its published names. */

/** Which result EapHostPeerGetResult() is asked for. */
typedef enum _EapHostPeerMethodResultReason {
	EapHostPeerMethodResultAltSuccessReceived = 1,
	EapHostPeerMethodResultTimeout = 2,
	EapHostPeerMethodResultFromMethod = 3
} EapHostPeerMethodResultReason;

/** What the supplicant has to do next. */
typedef enum _EapHostPeerResponseAction {
	EapHostPeerResponseDiscard = 0,
	EapHostPeerResponseSend = 1,
	EapHostPeerResponseResult = 2,
	EapHostPeerResponseInvokeUi = 3,
	EapHostPeerResponseRespond = 4,
	EapHostPeerResponseStartAuthentication = 5,
	EapHostPeerResponseNone = 6
} EapHostPeerResponseAction;

/** What EapHostPeerGetAuthStatus() is asked for. */
typedef enum _EapHostPeerAuthParams {
	EapHostPeerAuthStatus = 1,
	EapHostPeerIdentity = 2,
	EapHostPeerIdentityExtendedInfo = 3,
	EapHostNapInfo = 4
} EapHostPeerAuthParams;

typedef enum _EAPHOST_AUTH_STATUS {
	EapHostInvalidSession = 0,
	EapHostAuthNotStarted = 1,
	EapHostAuthIdentityExchange = 2,
	EapHostAuthNegotiatingType = 3,
	EapHostAuthInProgress = 4,
	EapHostAuthSucceeded = 5,
	EapHostAuthFailed = 6
} EAPHOST_AUTH_STATUS;

typedef struct _EAPHOST_AUTH_INFO {
	EAPHOST_AUTH_STATUS status;
	DWORD dwErrorCode;
	DWORD dwReasonCode;
} EAPHOST_AUTH_INFO;

typedef enum isolation_state {
	ISOLATION_STATE_UNKNOWN = 0,
	ISOLATION_STATE_NOT_RESTRICTED = 1,
	ISOLATION_STATE_IN_PROBATION = 2,
	ISOLATION_STATE_RESTRICTED_ACCESS = 3
} ISOLATION_STATE;

/** What EapHostPeerGetResult() fills. Pointers are the session's, until the next call on it. */
typedef struct tagEapHostPeerMethodResult {
	BOOL fIsSuccess;
	DWORD dwFailureReasonCode;
	BOOL fSaveConnectionData;
	DWORD dwSizeofConnectionData;
	BYTE *pConnectionData;
	BOOL fSaveUserData;
	DWORD dwSizeofUserData;
	BYTE *pUserData; /**< a secret */
	EAP_ATTRIBUTES *pAttribArray;
	ISOLATION_STATE isolationState; /**< always ISOLATION_STATE_NOT_RESTRICTED */
	EAP_METHOD_INFO *pEapMethodInfo;
	EAP_ERROR *pEapError; /**< NULL on success; not to be freed */
} EapHostPeerMethodResult;

#endif
