/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_EAPHOSTPEERCONFIGAPIS_H
#define XEAP_EAPHOSTPEERCONFIGAPIS_H

#include <xeap/eaphosterror.h>
#include <xeap/eaptypes.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The configuration side of EAPHost's supplicant API under its published names. It needs no
 * EapHostPeerInitialize(), and any thread may call it. Errors are freed with
 * EapHostPeerFreeErrorMemory(), all else with EapHostPeerFreeMemory(), which wipes it.
 *
 * What is freed may have parts: the strings of an EAP_METHOD_INFO, the labels of a field. Each may
 * be freed on its own, before or after what it is part of; those that are left go with the whole.
 */

/**
 * An XML document, in place of COM's interfaces: what XeapHostPeerLoadXml() and
 * EapHostPeerConfigBlob2Xml() make, freed with EapHostPeerFreeMemory().
 */
typedef struct XeapXml IXMLDOMNode;
typedef struct XeapXml IXMLDOMDocument2;

/**
 * Take a text as a document.
 * @cbText: bytes, at most 1 MiB
 * @pText: UTF-8; copied
 * @ppDocument: the document; untouched on failure
 * Returns NO_ERROR, ERROR_INVALID_PARAMETER, ERROR_NOT_ENOUGH_MEMORY. Whether it is XML is seen
 * when it is converted.
 */
DWORD XeapHostPeerLoadXml(DWORD cbText, const char *pText, IXMLDOMDocument2 **ppDocument);

/**
 * The text of a document.
 * @pDocument: the document
 * @pcbText: bytes, without the NUL that follows them; may be NULL
 * Returns UTF-8 that is the document's; NULL for NULL.
 */
const char *XeapHostPeerXmlText(const IXMLDOMDocument2 *pDocument, DWORD *pcbText);

/**
 * The methods that are installed.
 * @pEapMethodInfoArray: its pEapMethods is to be freed
 * @ppEapError: on failure an error, else NULL
 * Returns NO_ERROR, ERROR_INVALID_PARAMETER, ERROR_NOT_ENOUGH_MEMORY.
 */
DWORD EapHostPeerGetMethods(EAP_METHOD_INFO_ARRAY *pEapMethodInfoArray, EAP_ERROR **ppEapError);

/**
 * The properties of a method, one for each bit that eaptypes.h names.
 * @dwVersion: EAPHOST_PEER_API_VERSION
 * @dwFlags: accepted and not used
 * @eapMethodType: the method
 * @hUserImpersonationToken: accepted and not used
 * @dwEapConnDataSize: accepted and not used
 * @pbEapConnData: accepted and not used
 * @dwUserDataSize: accepted and not used
 * @pbUserData: accepted and not used
 * @pMethodPropertyArray: its pMethodProperty is to be freed
 * @ppEapError: as for EapHostPeerGetMethods()
 * Returns NO_ERROR, ERROR_INVALID_PARAMETER, EAP_E_EAPHOST_METHOD_NOT_INSTALLED,
 * ERROR_NOT_ENOUGH_MEMORY.
 */
DWORD EapHostPeerGetMethodProperties(DWORD dwVersion, DWORD dwFlags, EAP_METHOD_TYPE eapMethodType,
				     HANDLE hUserImpersonationToken, DWORD dwEapConnDataSize,
				     const BYTE *pbEapConnData, DWORD dwUserDataSize,
				     const BYTE *pbUserData,
				     EAP_METHOD_PROPERTY_ARRAY *pMethodPropertyArray,
				     EAP_ERROR **ppEapError);

/**
 * Connection data from an EapHostConfig document.
 * @dwFlags: accepted and not used
 * @pConfigDoc: the document
 * @pdwSizeOfConfigOut: bytes
 * @ppConfigOut: the blob, to be freed
 * @pEapMethodType: the method that the document is for
 * @ppEapError: as for EapHostPeerGetMethods()
 * Returns NO_ERROR, ERROR_INVALID_PARAMETER, EAP_E_EAPHOST_XML_MALFORMED,
 * EAP_E_EAPHOST_METHOD_NOT_INSTALLED, ERROR_NOT_ENOUGH_MEMORY.
 */
DWORD EapHostPeerConfigXml2Blob(DWORD dwFlags, IXMLDOMNode *pConfigDoc, DWORD *pdwSizeOfConfigOut,
				BYTE **ppConfigOut, EAP_METHOD_TYPE *pEapMethodType,
				EAP_ERROR **ppEapError);

/**
 * An EapHostConfig document from connection data.
 * @dwFlags: accepted and not used
 * @eapMethodType: the method; all zeros: the first of the blob's
 * @dwSizeOfConfigIn: bytes
 * @pConfigIn: the blob
 * @ppConfigDoc: the document, to be freed
 * @ppEapError: as for EapHostPeerGetMethods()
 * Returns NO_ERROR, ERROR_INVALID_PARAMETER, EAP_E_EAPHOST_METHOD_NOT_INSTALLED,
 * EAP_E_EAPHOST_METHOD_OPERATION_NOT_SUPPORTED (the method has no form in XML),
 * ERROR_NOT_ENOUGH_MEMORY.
 */
DWORD EapHostPeerConfigBlob2Xml(DWORD dwFlags, EAP_METHOD_TYPE eapMethodType,
				DWORD dwSizeOfConfigIn, const BYTE *pConfigIn,
				IXMLDOMDocument2 **ppConfigDoc, EAP_ERROR **ppEapError);

/**
 * User data from an EapHostUserCredentials document.
 * @dwFlags: accepted and not used
 * @pCredentialsDoc: the document
 * @dwSizeOfConfigIn: bytes
 * @pConfigIn: connection data, looked at only whether it is some; may be NULL
 * @pdwSizeOfCredentialsOut: bytes
 * @ppCredentialsOut: the blob, a secret, to be freed
 * @pEapMethodType: the method that the document is for
 * @ppEapError: as for EapHostPeerGetMethods()
 * Returns as EapHostPeerConfigXml2Blob().
 */
DWORD EapHostPeerCredentialsXml2Blob(DWORD dwFlags, IXMLDOMNode *pCredentialsDoc,
				     DWORD dwSizeOfConfigIn, BYTE *pConfigIn,
				     DWORD *pdwSizeOfCredentialsOut, BYTE **ppCredentialsOut,
				     EAP_METHOD_TYPE *pEapMethodType, EAP_ERROR **ppEapError);

/**
 * What a person has to be asked for a method, as fields.
 * @hUserImpersonationToken: accepted and not used
 * @eapMethodType: the method
 * @dwFlags: accepted and not used
 * @dwEapConnDataSize: bytes
 * @pbEapConnData: connection data whose identity is shown as a default; may be NULL
 * @pEapConfigInputFieldArray: its pFields is to be freed
 * @ppEapError: as for EapHostPeerGetMethods()
 * Returns NO_ERROR, ERROR_INVALID_PARAMETER, EAP_E_EAPHOST_METHOD_NOT_INSTALLED,
 * ERROR_NOT_ENOUGH_MEMORY.
 */
DWORD EapHostPeerQueryCredentialInputFields(HANDLE hUserImpersonationToken,
					    EAP_METHOD_TYPE eapMethodType, DWORD dwFlags,
					    DWORD dwEapConnDataSize, const BYTE *pbEapConnData,
					    EAP_CONFIG_INPUT_FIELD_ARRAY *pEapConfigInputFieldArray,
					    EAP_ERROR **ppEapError);

/**
 * User data from such fields, filled.
 * @hUserImpersonationToken: accepted and not used
 * @eapMethodType: the method
 * @dwFlags: accepted and not used
 * @dwEapConnDataSize: accepted and not used
 * @pbEapConnData: accepted and not used
 * @pEapConfigInputFieldArray: the caller's, not kept
 * @pdwUserBlobSize: bytes
 * @ppbUserBlob: the blob, a secret, to be freed
 * @ppEapError: as for EapHostPeerGetMethods()
 * Returns NO_ERROR, ERROR_INVALID_PARAMETER (text that is no UTF-16, too),
 * EAP_E_EAPHOST_METHOD_NOT_INSTALLED, ERROR_NOT_ENOUGH_MEMORY.
 */
DWORD EapHostPeerQueryUserBlobFromCredentialInputFields(
	HANDLE hUserImpersonationToken, EAP_METHOD_TYPE eapMethodType, DWORD dwFlags,
	DWORD dwEapConnDataSize, const BYTE *pbEapConnData,
	const EAP_CONFIG_INPUT_FIELD_ARRAY *pEapConfigInputFieldArray, DWORD *pdwUserBlobSize,
	BYTE **ppbUserBlob, EAP_ERROR **ppEapError);

/**
 * A UI context as fields. The first one may be read-only: its label and its value say what it is
 * all about.
 * @dwVersion: EAP_INTERACTIVE_UI_DATA_VERSION
 * @dwFlags: accepted and not used
 * @dwSizeofUIContextData: bytes
 * @pUIContextData: of EapHostPeerGetUIContext()
 * @pEapInteractiveUIData: its pbUiData.credData is to be freed
 * @ppEapError: as for EapHostPeerGetMethods()
 * @ppvReserved: NULL
 * Returns NO_ERROR, ERROR_INVALID_PARAMETER, ERROR_NOT_ENOUGH_MEMORY.
 */
DWORD EapHostPeerQueryInteractiveUIInputFields(DWORD dwVersion, DWORD dwFlags,
					       DWORD dwSizeofUIContextData,
					       const BYTE *pUIContextData,
					       EAP_INTERACTIVE_UI_DATA *pEapInteractiveUIData,
					       EAP_ERROR **ppEapError, LPVOID *ppvReserved);

/**
 * The answer for EapHostPeerSetUIContext() from such fields, filled.
 * @dwVersion: EAP_INTERACTIVE_UI_DATA_VERSION
 * @dwFlags: accepted and not used
 * @dwSizeofUIContextData: bytes
 * @pUIContextData: of EapHostPeerGetUIContext()
 * @pEapInteractiveUIData: the caller's, not kept; the same fields in the same order
 * @pdwSizeOfDataFromInteractiveUI: bytes
 * @ppDataFromInteractiveUI: the answer, a secret, to be freed
 * @ppEapError: as for EapHostPeerGetMethods()
 * @ppvReserved: NULL
 * Returns NO_ERROR, ERROR_INVALID_PARAMETER (text that is no UTF-16, too),
 * ERROR_NOT_ENOUGH_MEMORY.
 */
DWORD EapHostPeerQueryUIBlobFromInteractiveUIInputFields(
	DWORD dwVersion, DWORD dwFlags, DWORD dwSizeofUIContextData, const BYTE *pUIContextData,
	const EAP_INTERACTIVE_UI_DATA *pEapInteractiveUIData, DWORD *pdwSizeOfDataFromInteractiveUI,
	BYTE **ppDataFromInteractiveUI, EAP_ERROR **ppEapError, LPVOID *ppvReserved);

/**
 * How this system shows fields to a person, in place of a window: fill the values, which are the
 * library's buffers of dwMaxDataLength characters and a NUL. FALSE means cancelled.
 */
typedef BOOL(CALLBACK *XeapUiHandler)(void *pContextData, HWND hwndParent,
				      EAP_CONFIG_INPUT_FIELD_ARRAY *pFields);

/**
 * Have a handler called by the two EapHostPeerInvoke…UI functions that ask for values.
 * @handler: NULL: there is none any more; no such function may be running
 * @pContextData: passed to it
 */
void XeapHostPeerSetUiHandler(XeapUiHandler handler, void *pContextData);

/**
 * Edit connection data in a window. There are no windows here.
 * @hwndParent: not used
 * @dwFlags: not used
 * @eapMethodType: the method
 * @dwSizeOfConfigIn: bytes
 * @pConfigIn: the blob
 * @pdwSizeOfConfigOut: 0
 * @ppConfigOut: NULL
 * @ppEapError: as for EapHostPeerGetMethods()
 * Returns EAP_E_EAPHOST_METHOD_OPERATION_NOT_SUPPORTED, or what is wrong with the parameters.
 */
DWORD EapHostPeerInvokeConfigUI(HWND hwndParent, DWORD dwFlags, EAP_METHOD_TYPE eapMethodType,
				DWORD dwSizeOfConfigIn, const BYTE *pConfigIn,
				DWORD *pdwSizeOfConfigOut, BYTE **ppConfigOut,
				EAP_ERROR **ppEapError);

/**
 * Ask a person for identity and credentials, through the handler of XeapHostPeerSetUiHandler().
 * @dwVersion: EAPHOST_PEER_API_VERSION
 * @eapMethodType: the method
 * @dwFlags: EAP_FLAG_…
 * @hwndParent: passed to the handler
 * @dwSizeofConnectionData: bytes
 * @pConnectionData: the blob; may be NULL
 * @dwSizeofUserData: accepted and not used
 * @pUserData: accepted and not used
 * @pdwSizeOfUserDataOut: bytes
 * @ppUserDataOut: user data, a secret, to be freed
 * @ppwszIdentity: the identity, to be freed
 * @ppEapError: as for EapHostPeerGetMethods()
 * @ppvReserved: NULL
 * Returns NO_ERROR, ERROR_CANCELLED, ERROR_NOT_SUPPORTED (no handler, or the flags forbid it), and
 * as EapHostPeerQueryUserBlobFromCredentialInputFields().
 */
DWORD EapHostPeerInvokeIdentityUI(DWORD dwVersion, EAP_METHOD_TYPE eapMethodType, DWORD dwFlags,
				  HWND hwndParent, DWORD dwSizeofConnectionData,
				  const BYTE *pConnectionData, DWORD dwSizeofUserData,
				  const BYTE *pUserData, DWORD *pdwSizeOfUserDataOut,
				  BYTE **ppUserDataOut, LPWSTR *ppwszIdentity,
				  EAP_ERROR **ppEapError, LPVOID *ppvReserved);

/**
 * Ask a person what a UI context asks, through the handler of XeapHostPeerSetUiHandler().
 * @hwndParent: passed to the handler
 * @dwSizeofUIContextData: bytes
 * @pUIContextData: of EapHostPeerGetUIContext()
 * @pdwSizeOfDataFromInteractiveUI: bytes
 * @ppDataFromInteractiveUI: for EapHostPeerSetUIContext(), a secret, to be freed
 * @ppEapError: as for EapHostPeerGetMethods()
 * Returns NO_ERROR, ERROR_CANCELLED, ERROR_NOT_SUPPORTED (no handler), and as
 * EapHostPeerQueryUIBlobFromInteractiveUIInputFields().
 */
DWORD EapHostPeerInvokeInteractiveUI(HWND hwndParent, DWORD dwSizeofUIContextData,
				     const BYTE *pUIContextData,
				     DWORD *pdwSizeOfDataFromInteractiveUI,
				     BYTE **ppDataFromInteractiveUI, EAP_ERROR **ppEapError);

/**
 * Wipe and free what a function of this header made, an error excepted.
 * @pData: NULL is accepted; so is what was freed with the whole that it is part of
 */
void EapHostPeerFreeMemory(BYTE *pData);

/**
 * Free an error of a function of this header. Once.
 * @pEapError: NULL is accepted
 */
void EapHostPeerFreeErrorMemory(EAP_ERROR *pEapError);

#ifdef __cplusplus
}
#endif
#endif
