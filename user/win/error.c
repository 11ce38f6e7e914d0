/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <string.h>

#include "base/diag.h"
#include "host/host.h"
#include "win/win.h"

/* What EAPHost explains a reason by. */
static const struct explanation {
	DWORD reason;
	const GUID *cause, *repair, *help;
} explanations[] = {
	{ EAP_E_CERT_STORE_INACCESSIBLE, &GUID_EapHost_Cause_CertStoreInaccessible,
	  &GUID_EapHost_Repair_ContactAdmin_CertStoreInaccessible,
	  &GUID_EapHost_Help_Troubleshooting },
	{ EAP_E_EAPHOST_METHOD_NOT_INSTALLED, &GUID_EapHost_Cause_MethodDLLNotFound,
	  &GUID_EapHost_Repair_ContactAdmin_MethodNotFound, &GUID_EapHost_Help_Troubleshooting },
	{ EAP_E_EAPHOST_THIRDPARTY_METHOD_HOST_RESET,
	  &GUID_EapHost_Cause_ThirdPartyMethod_Host_Reset,
	  &GUID_EapHost_Repair_Retry_Authentication, &GUID_EapHost_Help_Troubleshooting },
	{ EAP_E_EAPHOST_IDENTITY_UNKNOWN, &GUID_EapHost_Cause_IdentityUnknown,
	  &GUID_EapHost_Repair_ContactAdmin_IdentityUnknown, &GUID_EapHost_Help_Troubleshooting },
	{ EAP_E_AUTHENTICATION_FAILED, &GUID_EapHost_Cause_Generic_AuthFailure,
	  &GUID_EapHost_Repair_ContactAdmin_AuthFailure, &GUID_EapHost_Help_Troubleshooting },
	{ EAP_I_EAPHOST_EAP_NEGOTIATION_FAILED, &GUID_EapHost_Cause_EapNegotiationFailed,
	  &GUID_EapHost_Repair_ContactAdmin_NegotiationFailed, &GUID_EapHost_Help_Troubleshooting },
	{ EAP_E_EAPHOST_XML_MALFORMED, &GUID_EapHost_Cause_XmlMalformed,
	  &GUID_EapHost_Repair_ContactSysadmin, &GUID_EapHost_Help_Troubleshooting },
	{ EAP_E_EAPHOST_METHOD_OPERATION_NOT_SUPPORTED,
	  &GUID_EapHost_Cause_MethodDoesNotSupportOperation, &GUID_EapHost_Repair_ContactSysadmin,
	  &GUID_EapHost_Help_Troubleshooting },
	{ EAP_E_USER_CERT_NOT_FOUND, &GUID_EapHost_Cause_User_CertNotFound,
	  &GUID_EapHost_Repair_User_GetNewCert, &GUID_EapHost_Help_ObtainingCerts },
	{ EAP_E_USER_CERT_INVALID, &GUID_EapHost_Cause_User_CertInvalid,
	  &GUID_EapHost_Repair_User_GetNewCert, &GUID_EapHost_Help_ObtainingCerts },
	{ EAP_E_USER_CERT_EXPIRED, &GUID_EapHost_Cause_User_CertExpired,
	  &GUID_EapHost_Repair_User_GetNewCert, &GUID_EapHost_Help_ObtainingCerts },
	{ EAP_E_USER_CERT_REVOKED, &GUID_EapHost_Cause_User_CertRevoked,
	  &GUID_EapHost_Repair_User_GetNewCert, &GUID_EapHost_Help_ObtainingCerts },
	{ EAP_E_USER_CERT_OTHER_ERROR, &GUID_EapHost_Cause_User_CertOtherError,
	  &GUID_EapHost_Repair_ContactAdmin_InvalidUserCert, &GUID_EapHost_Help_ObtainingCerts },
	{ EAP_E_USER_CERT_REJECTED, &GUID_EapHost_Cause_User_CertRejected,
	  &GUID_EapHost_Repair_User_SelectValidCert, &GUID_EapHost_Help_ObtainingCerts },
	{ EAP_I_USER_ACCOUNT_OTHER_ERROR, &GUID_EapHost_Cause_User_Account_OtherProblem,
	  &GUID_EapHost_Repair_ContactAdmin_InvalidUserAccount,
	  &GUID_EapHost_Help_Troubleshooting },
	{ EAP_E_USER_CREDENTIALS_REJECTED, &GUID_EapHost_Cause_User_CredsRejected,
	  &GUID_EapHost_Repair_User_AuthFailure, &GUID_EapHost_Help_Troubleshooting },
	{ EAP_E_USER_NAME_PASSWORD_REJECTED, &GUID_EapHost_Cause_User_CredsRejected,
	  &GUID_EapHost_Repair_User_AuthFailure, &GUID_EapHost_Help_Troubleshooting },
	{ EAP_E_SERVER_CERT_NOT_FOUND, &GUID_EapHost_Cause_Server_CertNotFound,
	  &GUID_EapHost_Repair_ContactSysadmin, &GUID_EapHost_Help_Troubleshooting },
	{ EAP_E_SERVER_CERT_INVALID, &GUID_EapHost_Cause_Server_CertInvalid,
	  &GUID_EapHost_Repair_Server_ClientSelectServerCert, &GUID_EapHost_Help_Troubleshooting },
	{ EAP_E_SERVER_CERT_EXPIRED, &GUID_EapHost_Cause_Server_CertExpired,
	  &GUID_EapHost_Repair_ContactSysadmin, &GUID_EapHost_Help_Troubleshooting },
	{ EAP_E_SERVER_CERT_REVOKED, &GUID_EapHost_Cause_Server_CertRevoked,
	  &GUID_EapHost_Repair_ContactSysadmin, &GUID_EapHost_Help_Troubleshooting },
	{ EAP_E_SERVER_CERT_OTHER_ERROR, &GUID_EapHost_Cause_Server_CertOtherError,
	  &GUID_EapHost_Repair_ContactSysadmin, &GUID_EapHost_Help_Troubleshooting },
	{ EAP_E_USER_ROOT_CERT_NOT_FOUND, &GUID_EapHost_Cause_User_Root_CertNotFound,
	  &GUID_EapHost_Repair_ContactAdmin_RootCertNotFound, &GUID_EapHost_Help_ObtainingCerts },
	{ EAP_E_USER_ROOT_CERT_INVALID, &GUID_EapHost_Cause_User_Root_CertInvalid,
	  &GUID_EapHost_Repair_ContactAdmin_RootCertInvalid, &GUID_EapHost_Help_ObtainingCerts },
	{ EAP_E_USER_ROOT_CERT_EXPIRED, &GUID_EapHost_Cause_User_Root_CertExpired,
	  &GUID_EapHost_Repair_ContactAdmin_RootExpired, &GUID_EapHost_Help_ObtainingCerts },
	{ EAP_E_SERVER_ROOT_CERT_NOT_FOUND, &GUID_EapHost_Cause_Server_Root_CertNotFound,
	  &GUID_EapHost_Repair_ContactAdmin_RootCertNotFound, &GUID_EapHost_Help_Troubleshooting },
	{ EAP_E_SERVER_ROOT_CERT_INVALID, &GUID_EapHost_Cause_Server_Root_CertNotFound,
	  &GUID_EapHost_Repair_ContactAdmin_RootCertInvalid, &GUID_EapHost_Help_Troubleshooting },
	{ EAP_E_SERVER_ROOT_CERT_NAME_REQUIRED, &GUID_EapHost_Cause_Server_Root_CertNameRequired,
	  &GUID_EapHost_Repair_ContactAdmin_CertNameAbsent, &GUID_EapHost_Help_Troubleshooting },
};

static void explain(EAP_ERROR *e)
{
	for (size_t i = 0; i < sizeof(explanations) / sizeof(explanations[0]); i++) {
		const struct explanation *x = &explanations[i];

		if (x->reason == e->dwReasonCode) {
			e->rootCauseGuid = *x->cause;
			e->repairGuid = *x->repair;
			e->helpLinkGuid = *x->help;
		}
	}
}

static struct xeap_span span_of(const char *text)
{
	return xeap_span(text, strlen(text));
}

static EAP_ERROR *new_error(const struct xeap_error *from)
{
	EAP_ERROR *e = xeap_win_alloc(sizeof(*e), NULL);

	if (!e)
		return NULL;
	e->dwWinError = from->code;
	e->type = xeap_win_type(&from->method);
	e->dwReasonCode = from->reason;
	explain(e);
	e->pRootCauseString = xeap_win_string(span_of(from->root_cause), e);
	e->pRepairString = xeap_win_string(span_of(from->repair), e);
	return e;
}

DWORD xeap_win_pass(EAP_ERROR **ret_error, DWORD code, struct xeap_error *error)
{
	if (ret_error && error)
		*ret_error = new_error(error);
	xeap_error_free(error);
	return code;
}

DWORD xeap_win_refuse(EAP_ERROR **ret_error, DWORD code, const char *why)
{
	struct xeap_error *error = NULL;

	if (ret_error)
		xeap_refuse(&error, code, why);
	return xeap_win_pass(ret_error, code, error);
}

DWORD xeap_win_diag(EAP_ERROR **ret_error, int err, const struct xeap_diag *diag)
{
	DWORD code = diag->code ? diag->code : xeap_code_of_errno(err);

	return xeap_win_refuse(ret_error, code, diag->text[0] ? diag->text : NULL);
}

EAP_ERROR *xeap_win_keep_error(struct xeap_win_arena *arena, const struct xeap_session_result *r)
{
	EAP_ERROR *e = xeap_win_take(arena, sizeof(*e));
	struct xeap_error *native = NULL;

	xeap_refuse(&native, r->failure_code, r->reason);
	if (e && native) {
		e->dwWinError = r->failure_code;
		e->type = xeap_win_type(&r->type);
		e->dwReasonCode = r->failure_code;
		explain(e);
		e->pRootCauseString = xeap_win_take_string(arena, span_of(r->reason));
		e->pRepairString = xeap_win_take_string(arena, span_of(native->repair));
	}
	xeap_error_free(native);
	return e;
}
