/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Written as for Windows, with its types, names and habits; the one change is <xeap/eappapis.h>.
 * Compiled as C and as C++. Logs in halfway, to an authenticator that exists in memory only.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <xeap/eappapis.h>

#ifdef __cplusplus
#define ASSERT_LAYOUT(x) static_assert(x, #x)
#else
#define ASSERT_LAYOUT(x) _Static_assert(x, #x)
#endif
#define SIZE(type, bytes) ASSERT_LAYOUT(sizeof(type) == bytes)
#define AT(type, member, bytes) ASSERT_LAYOUT(offsetof(type, member) == bytes)

/* As on 64-bit Windows. */
SIZE(BYTE, 1);
SIZE(WCHAR, 2);
SIZE(DWORD, 4);
SIZE(BOOL, 4);
SIZE(GUID, 16);
SIZE(EAP_SESSIONID, 4);
SIZE(EapHostPeerResponseAction, 4);
SIZE(EAP_ATTRIBUTE_TYPE, 4);
SIZE(EAP_TYPE, 12);
AT(EAP_TYPE, dwVendorId, 4);
AT(EAP_TYPE, dwVendorType, 8);
SIZE(EAP_METHOD_TYPE, 16);
AT(EAP_METHOD_TYPE, dwAuthorId, 12);
SIZE(EAP_ERROR, 88);
AT(EAP_ERROR, type, 4);
AT(EAP_ERROR, dwReasonCode, 20);
AT(EAP_ERROR, rootCauseGuid, 24);
AT(EAP_ERROR, repairGuid, 40);
AT(EAP_ERROR, helpLinkGuid, 56);
AT(EAP_ERROR, pRootCauseString, 72);
AT(EAP_ERROR, pRepairString, 80);
SIZE(EAP_ATTRIBUTE, 16);
AT(EAP_ATTRIBUTE, dwLength, 4);
AT(EAP_ATTRIBUTE, pValue, 8);
SIZE(EAP_ATTRIBUTES, 16);
AT(EAP_ATTRIBUTES, pAttribs, 8);
SIZE(EAP_METHOD_INFO, 48);
AT(EAP_METHOD_INFO, pwszAuthorName, 16);
AT(EAP_METHOD_INFO, pwszFriendlyName, 24);
AT(EAP_METHOD_INFO, eapProperties, 32);
AT(EAP_METHOD_INFO, pInnerMethodInfo, 40);
SIZE(EAP_METHOD_INFO_EX, 48);
SIZE(EAP_METHOD_PROPERTY, 24);
AT(EAP_METHOD_PROPERTY, eapMethodPropertyValue, 8);
SIZE(EAP_CONFIG_INPUT_FIELD_DATA, 40);
AT(EAP_CONFIG_INPUT_FIELD_DATA, Type, 4);
AT(EAP_CONFIG_INPUT_FIELD_DATA, dwFlagProps, 8);
AT(EAP_CONFIG_INPUT_FIELD_DATA, pwszLabel, 16);
AT(EAP_CONFIG_INPUT_FIELD_DATA, pwszData, 24);
AT(EAP_CONFIG_INPUT_FIELD_DATA, dwMinDataLength, 32);
AT(EAP_CONFIG_INPUT_FIELD_DATA, dwMaxDataLength, 36);
SIZE(EAP_CONFIG_INPUT_FIELD_ARRAY, 16);
AT(EAP_CONFIG_INPUT_FIELD_ARRAY, pFields, 8);
SIZE(EAP_CRED_EXPIRY_REQ, 32);
SIZE(EAP_INTERACTIVE_UI_DATA, 24);
AT(EAP_INTERACTIVE_UI_DATA, dwDataType, 8);
AT(EAP_INTERACTIVE_UI_DATA, cbUiData, 12);
AT(EAP_INTERACTIVE_UI_DATA, pbUiData, 16);
SIZE(EAPHOST_AUTH_INFO, 12);
SIZE(EapHostPeerMethodResult, 72);
AT(EapHostPeerMethodResult, dwSizeofConnectionData, 12);
AT(EapHostPeerMethodResult, pConnectionData, 16);
AT(EapHostPeerMethodResult, fSaveUserData, 24);
AT(EapHostPeerMethodResult, dwSizeofUserData, 28);
AT(EapHostPeerMethodResult, pUserData, 32);
AT(EapHostPeerMethodResult, pAttribArray, 40);
AT(EapHostPeerMethodResult, isolationState, 48);
AT(EapHostPeerMethodResult, pEapMethodInfo, 56);
AT(EapHostPeerMethodResult, pEapError, 64);

static EAP_ERROR *pEapError = NULL;

static BOOL Failed(const char *szCall, DWORD dwRes)
{
	if (dwRes == NO_ERROR)
		return FALSE;
	printf("%s: 0x%x\n", szCall, (unsigned int)dwRes);
	EapHostPeerFreeEapError(pEapError);
	pEapError = NULL;
	return TRUE;
}

static VOID CALLBACK OnReauthenticate(GUID connectionId, void *pContextData)
{
	*(BOOL *)pContextData = connectionId.Data1 == 1;
}

/* User data for a method, of what a person would type. */
static BOOL MakeUserData(EAP_METHOD_TYPE eapType, DWORD *pdwSize, BYTE **ppData)
{
	static const WCHAR wszUser[] = { 'u', 's', 'e', 'r', 0 };
	EAP_CONFIG_INPUT_FIELD_ARRAY fields;
	DWORD dwRes;

	dwRes = EapHostPeerQueryCredentialInputFields(NULL, eapType, 0, 0, NULL, &fields,
						      &pEapError);
	if (Failed("EapHostPeerQueryCredentialInputFields", dwRes))
		return FALSE;
	for (DWORD i = 0; i < fields.dwNumberOfFields; i++)
		memcpy(fields.pFields[i].pwszData, wszUser, sizeof(wszUser));
	dwRes = EapHostPeerQueryUserBlobFromCredentialInputFields(
		NULL, eapType, 0, 0, NULL, &fields, pdwSize, ppData, &pEapError);
	EapHostPeerFreeMemory((BYTE *)fields.pFields);
	return !Failed("EapHostPeerQueryUserBlobFromCredentialInputFields", dwRes);
}

static BOOL Converse(EAP_SESSIONID sessionId)
{
	static const BYTE identityRequest[] = { 1, 7, 0, 5, 1 };
	EapHostPeerResponseAction action = EapHostPeerResponseNone;
	DWORD dwRes, dwSizeofSendPacket = 0;
	BYTE *pSendPacket = NULL;

	dwRes = EapHostPeerProcessReceivedPacket(sessionId, sizeof(identityRequest),
						 identityRequest, &action, &pEapError);
	if (Failed("EapHostPeerProcessReceivedPacket", dwRes))
		return FALSE;
	switch (action) {
	case EapHostPeerResponseSend:
		dwRes = EapHostPeerGetSendPacket(sessionId, &dwSizeofSendPacket, &pSendPacket,
						 &pEapError);
		break;
	default:
		printf("action %d\n", action);
		return FALSE;
	}
	if (Failed("EapHostPeerGetSendPacket", dwRes))
		return FALSE;
	return dwSizeofSendPacket == 9 && pSendPacket[0] == EapCodeResponse &&
	       memcmp(pSendPacket + 4, "\1user", 5) == 0;
}

static BOOL Run(EAP_METHOD_TYPE eapType)
{
	GUID connectionId = { 1, 2, 3, { 4, 5, 6, 7, 8, 9, 10, 11 } };
	EAP_SESSIONID sessionId = 0;
	BYTE *pUserData = NULL;
	DWORD dwRes, dwSizeofUserData = 0;
	BOOL fCalled = FALSE, fGood;

	if (!MakeUserData(eapType, &dwSizeofUserData, &pUserData))
		return FALSE;
	dwRes = EapHostPeerBeginSession(EAP_FLAG_NON_INTERACTIVE, eapType, NULL, NULL, 0, NULL,
					dwSizeofUserData, pUserData, 1400, &connectionId,
					OnReauthenticate, &fCalled, &sessionId, &pEapError);
	EapHostPeerFreeMemory(pUserData);
	if (Failed("EapHostPeerBeginSession", dwRes))
		return FALSE;
	fGood = Converse(sessionId);
	if (Failed("EapHostPeerEndSession", EapHostPeerEndSession(sessionId, &pEapError)))
		return FALSE;
	if (Failed("EapHostPeerClearConnection",
		   EapHostPeerClearConnection(&connectionId, &pEapError)))
		return FALSE;
	return fGood && !fCalled;
}

int main(void)
{
	EAP_METHOD_INFO_ARRAY methods = { 0, NULL };
	BOOL fGood = FALSE;

	if (Failed("EapHostPeerGetMethods", EapHostPeerGetMethods(&methods, &pEapError)) ||
	    Failed("EapHostPeerInitialize", EapHostPeerInitialize()))
		return 1;
	for (DWORD i = 0; i < methods.dwNumberOfMethods; i++)
		if (methods.pEapMethods[i].eaptype.eapType.type == 4)
			fGood = Run(methods.pEapMethods[i].eaptype);
	for (DWORD i = 0; i < methods.dwNumberOfMethods; i++) {
		EapHostPeerFreeMemory((BYTE *)methods.pEapMethods[i].pwszAuthorName);
		EapHostPeerFreeMemory((BYTE *)methods.pEapMethods[i].pwszFriendlyName);
	}
	EapHostPeerFreeMemory((BYTE *)methods.pEapMethods);
	EapHostPeerUninitialize();
	printf("%s\n", fGood ? "as expected" : "failed");
	return !fGood;
}
