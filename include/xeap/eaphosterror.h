/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_EAPHOSTERROR_H
#define XEAP_EAPHOSTERROR_H

#include <xeap/wintypes.h>

/*
 * EAPHost's codes and the GUIDs that an EAP_ERROR explains them by, under their published names.
 * enum xeap_code and the XEAP_E_ numbers of xeap/error.h are the same numbers.
 */

#define FACILITY_EAP_MESSAGE 2114
#define EAP_GROUP_MASK 0x0000ff00u

/* Of the host */
#define EAP_E_EAPHOST_FIRST 0x80420000u
#define EAP_E_EAPHOST_LAST 0x804200ffu
#define EAP_I_EAPHOST_FIRST 0x80420000u
#define EAP_I_EAPHOST_LAST 0x804200ffu
#define EAP_E_CERT_STORE_INACCESSIBLE 0x80420010u
#define EAP_E_EAPHOST_METHOD_NOT_INSTALLED 0x80420011u
#define EAP_E_EAPHOST_THIRDPARTY_METHOD_HOST_RESET 0x80420012u
#define EAP_E_EAPHOST_EAPQEC_INACCESSIBLE 0x80420013u
#define EAP_E_EAPHOST_IDENTITY_UNKNOWN 0x80420014u
#define EAP_E_AUTHENTICATION_FAILED 0x80420015u
#define EAP_I_EAPHOST_EAP_NEGOTIATION_FAILED 0x40420016u
#define EAP_E_EAPHOST_METHOD_INVALID_PACKET 0x80420017u
#define EAP_METHOD_INVALID_PACKET EAP_E_EAPHOST_METHOD_INVALID_PACKET
#define EAP_E_EAPHOST_REMOTE_INVALID_PACKET 0x80420018u
#define EAP_INVALID_PACKET EAP_E_EAPHOST_REMOTE_INVALID_PACKET
#define EAP_E_EAPHOST_XML_MALFORMED 0x80420019u
#define EAP_E_METHOD_CONFIG_DOES_NOT_SUPPORT_SSO 0x8042001au
#define EAP_E_EAPHOST_METHOD_OPERATION_NOT_SUPPORTED 0x80420020u

/* Of the user's credentials */
#define EAP_E_USER_FIRST 0x80420100u
#define EAP_E_USER_LAST 0x804201ffu
#define EAP_I_USER_FIRST 0x40420100u
#define EAP_I_USER_LAST 0x404201ffu
#define EAP_E_USER_CERT_NOT_FOUND 0x80420100u
#define EAP_E_USER_CERT_INVALID 0x80420101u
#define EAP_E_USER_CERT_EXPIRED 0x80420102u
#define EAP_E_USER_CERT_REVOKED 0x80420103u
#define EAP_E_USER_CERT_OTHER_ERROR 0x80420104u
#define EAP_E_USER_CERT_REJECTED 0x80420105u
#define EAP_I_USER_ACCOUNT_OTHER_ERROR 0x40420110u
#define EAP_E_USER_CREDENTIALS_REJECTED 0x80420111u
#define EAP_E_USER_NAME_PASSWORD_REJECTED 0x80420112u
#define EAP_E_NO_SMART_CARD_READER 0x80420113u

/* Of the server's certificate */
#define EAP_E_SERVER_FIRST 0x80420200u
#define EAP_E_SERVER_LAST 0x804202ffu
#define EAP_E_SERVER_CERT_NOT_FOUND 0x80420200u
#define EAP_E_SERVER_CERT_INVALID 0x80420201u
#define EAP_E_SERVER_CERT_EXPIRED 0x80420202u
#define EAP_E_SERVER_CERT_REVOKED 0x80420203u
#define EAP_E_SERVER_CERT_OTHER_ERROR 0x80420204u

/* Of the roots that vouch for the user and for the server */
#define EAP_E_USER_ROOT_CERT_FIRST 0x80420300u
#define EAP_E_USER_ROOT_CERT_LAST 0x804203ffu
#define EAP_E_USER_ROOT_CERT_NOT_FOUND 0x80420300u
#define EAP_E_USER_ROOT_CERT_INVALID 0x80420301u
#define EAP_E_USER_ROOT_CERT_EXPIRED 0x80420302u
#define EAP_E_SERVER_ROOT_CERT_FIRST 0x80420400u
#define EAP_E_SERVER_ROOT_CERT_LAST 0x804204ffu
#define EAP_E_SERVER_ROOT_CERT_NOT_FOUND 0x80420400u
#define EAP_E_SERVER_ROOT_CERT_INVALID 0x80420401u
#define EAP_E_SERVER_ROOT_CERT_NAME_REQUIRED 0x80420406u
#define EAP_E_SIM_NOT_VALID 0x80420500u

/* clang-format off */
#define XEAP_GUID(hi, lo) \
	{ 0x9612fc67, 0x6150, 0x4209, { 0xa8, 0x5e, 0xa8, 0xd8, 0, 0, hi, lo } }

static const GUID GUID_EapHost_Default = { 0, 0, 0, { 0, 0, 0, 0, 0, 0, 0, 0 } };

/* What was wrong */
static const GUID GUID_EapHost_Cause_MethodDLLNotFound = XEAP_GUID(0, 0x01);
static const GUID GUID_EapHost_Cause_CertStoreInaccessible = XEAP_GUID(0, 0x04);
static const GUID GUID_EapHost_Cause_Server_CertExpired = XEAP_GUID(0, 0x05);
static const GUID GUID_EapHost_Cause_Server_CertInvalid = XEAP_GUID(0, 0x06);
static const GUID GUID_EapHost_Cause_Server_CertNotFound = XEAP_GUID(0, 0x07);
static const GUID GUID_EapHost_Cause_Server_CertRevoked = XEAP_GUID(0, 0x08);
static const GUID GUID_EapHost_Cause_Server_CertOtherError = XEAP_GUID(0x01, 0x08);
static const GUID GUID_EapHost_Cause_User_CertExpired = XEAP_GUID(0, 0x09);
static const GUID GUID_EapHost_Cause_User_CertInvalid = XEAP_GUID(0, 0x0a);
static const GUID GUID_EapHost_Cause_User_CertNotFound = XEAP_GUID(0, 0x0b);
static const GUID GUID_EapHost_Cause_User_CertOtherError = XEAP_GUID(0, 0x0c);
static const GUID GUID_EapHost_Cause_User_CertRejected = XEAP_GUID(0, 0x0d);
static const GUID GUID_EapHost_Cause_User_CertRevoked = XEAP_GUID(0, 0x0e);
static const GUID GUID_EapHost_Cause_User_Account_OtherProblem = XEAP_GUID(0x01, 0x0e);
static const GUID GUID_EapHost_Cause_User_CredsRejected = XEAP_GUID(0x02, 0x0e);
static const GUID GUID_EapHost_Cause_User_Root_CertExpired = XEAP_GUID(0, 0x0f);
static const GUID GUID_EapHost_Cause_User_Root_CertInvalid = XEAP_GUID(0, 0x10);
static const GUID GUID_EapHost_Cause_User_Root_CertNotFound = XEAP_GUID(0, 0x11);
static const GUID GUID_EapHost_Cause_Server_Root_CertNameRequired = XEAP_GUID(0, 0x12);
static const GUID GUID_EapHost_Cause_Server_Root_CertNotFound = XEAP_GUID(0x01, 0x12);
static const GUID GUID_EapHost_Cause_EapNegotiationFailed = XEAP_GUID(0, 0x1c);
static const GUID GUID_EapHost_Cause_XmlMalformed = XEAP_GUID(0, 0x1d);
static const GUID GUID_EapHost_Cause_MethodDoesNotSupportOperation = XEAP_GUID(0, 0x1e);
static const GUID GUID_EapHost_Cause_No_SmartCardReader_Found = XEAP_GUID(0, 0x2b);
static const GUID GUID_EapHost_Cause_Generic_AuthFailure = XEAP_GUID(0x01, 0x04);
static const GUID GUID_EapHost_Cause_IdentityUnknown = XEAP_GUID(0x02, 0x04);
static const GUID GUID_EapHost_Cause_SimNotValid = XEAP_GUID(0x03, 0x04);
static const GUID GUID_EapHost_Cause_ThirdPartyMethod_Host_Reset = XEAP_GUID(0x02, 0x12);
static const GUID GUID_EapHost_Cause_EapQecInaccessible = XEAP_GUID(0x03, 0x12);
static const GUID GUID_EapHost_Cause_Method_Config_Does_Not_Support_Sso = {
	0xda18bd32, 0x004f, 0x41fa, { 0xae, 0x08, 0x0b, 0xc8, 0x5e, 0x58, 0x45, 0xac } };

/* What would mend it */
static const GUID GUID_EapHost_Repair_ContactSysadmin = XEAP_GUID(0, 0x02);
static const GUID GUID_EapHost_Repair_Server_ClientSelectServerCert = XEAP_GUID(0, 0x18);
static const GUID GUID_EapHost_Repair_User_AuthFailure = XEAP_GUID(0, 0x19);
static const GUID GUID_EapHost_Repair_User_GetNewCert = XEAP_GUID(0, 0x1a);
static const GUID GUID_EapHost_Repair_User_SelectValidCert = XEAP_GUID(0, 0x1b);
static const GUID GUID_EapHost_Repair_Retry_Authentication = XEAP_GUID(0x01, 0x1b);
static const GUID GUID_EapHost_Repair_ContactAdmin_AuthFailure = XEAP_GUID(0, 0x1f);
static const GUID GUID_EapHost_Repair_ContactAdmin_IdentityUnknown = XEAP_GUID(0, 0x20);
static const GUID GUID_EapHost_Repair_ContactAdmin_NegotiationFailed = XEAP_GUID(0, 0x21);
static const GUID GUID_EapHost_Repair_ContactAdmin_MethodNotFound = XEAP_GUID(0, 0x22);
static const GUID GUID_EapHost_Repair_RestartNap = XEAP_GUID(0, 0x23);
static const GUID GUID_EapHost_Repair_ContactAdmin_CertStoreInaccessible = XEAP_GUID(0, 0x24);
static const GUID GUID_EapHost_Repair_ContactAdmin_InvalidUserAccount = XEAP_GUID(0, 0x25);
static const GUID GUID_EapHost_Repair_ContactAdmin_RootCertInvalid = XEAP_GUID(0, 0x26);
static const GUID GUID_EapHost_Repair_ContactAdmin_RootCertNotFound = XEAP_GUID(0, 0x27);
static const GUID GUID_EapHost_Repair_ContactAdmin_RootExpired = XEAP_GUID(0, 0x28);
static const GUID GUID_EapHost_Repair_ContactAdmin_CertNameAbsent = XEAP_GUID(0, 0x29);
static const GUID GUID_EapHost_Repair_ContactAdmin_NoSmartCardReader = XEAP_GUID(0, 0x2a);
static const GUID GUID_EapHost_Repair_ContactAdmin_InvalidUserCert = XEAP_GUID(0, 0x2c);
static const GUID GUID_EapHost_Repair_Method_Not_Support_Sso = XEAP_GUID(0, 0x2d);
static const GUID GUID_EapHost_Repair_No_ValidSim_Found = XEAP_GUID(0, 0x2e);

/* Where help is */
static const GUID GUID_EapHost_Help_ObtainingCerts = {
	0xf535eea3, 0x1bdd, 0x46ca, { 0xa2, 0xfc, 0xa6, 0x65, 0x59, 0x39, 0xb7, 0xe8 } };
static const GUID GUID_EapHost_Help_Troubleshooting = {
	0x33307acf, 0x0698, 0x41ba, { 0xb0, 0x14, 0xea, 0x0a, 0x2e, 0xb8, 0xd0, 0xa8 } };
#undef XEAP_GUID
/* clang-format on */

#endif
