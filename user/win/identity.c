/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Identity and user data without a session. */
#include <string.h>

#include "base/diag.h"
#include "win/win.h"

/* What EapHostPeerGetIdentity() hands out. */
struct identity {
	BOOL invoke_ui;
	DWORD size;
	BYTE *user_data;
	LPWSTR name;
};

static struct xeap_span identity_of(const struct xeap_config *config, DWORD flags)
{
	if (flags & EAP_FLAG_GUEST_ACCESS)
		return xeap_span("", 0);
	return xeap_config_get(config, XEAP_CONFIG_IDENTITY);
}

static DWORD find_identity(const struct xeap_config *config, DWORD flags, struct identity *ret)
{
	struct xeap_span name = identity_of(config, flags);

	if (!name.data) {
		ret->invoke_ui = !(flags & (EAP_FLAG_NON_INTERACTIVE | EAP_FLAG_SUPRESS_UI));
		return ret->invoke_ui ? NO_ERROR : EAP_E_EAPHOST_IDENTITY_UNKNOWN;
	}
	ret->name = xeap_win_string(name, NULL);
	if (!ret->name)
		return ERROR_NOT_ENOUGH_MEMORY;
	if (!xeap_win_user_blob(config, &ret->user_data, &ret->size))
		return NO_ERROR;
	xeap_win_free(ret->name);
	*ret = (struct identity){ 0 };
	return ERROR_NOT_ENOUGH_MEMORY;
}

static DWORD get_identity(const struct xeap_win_data *data, DWORD flags, struct identity *ret,
			  EAP_ERROR **ret_error)
{
	struct xeap_diag diag = { 0 };
	struct xeap_config *config;
	int err = xeap_win_config(data, &config, &diag);
	DWORD code;

	if (err)
		return xeap_win_diag(ret_error, err, &diag);
	code = find_identity(config, flags, ret);
	xeap_config_free(config);
	return code ? xeap_win_refuse(ret_error, code, NULL) : NO_ERROR;
}

DWORD EapHostPeerGetIdentity(DWORD dwVersion, DWORD dwFlags, EAP_METHOD_TYPE eapMethodType,
			     DWORD dwSizeofConnectionData, const BYTE *pConnectionData,
			     DWORD dwSizeofUserData, const BYTE *pUserData,
			     HANDLE hTokenImpersonateUser, BOOL *pfInvokeUI,
			     DWORD *pdwSizeOfUserDataOut, BYTE **ppUserDataOut,
			     LPWSTR *ppwszIdentity, EAP_ERROR **ppEapError, BYTE **ppvReserved)
{
	const struct xeap_win_data data = {
		.type = eapMethodType,
		.connection = xeap_span(pConnectionData, dwSizeofConnectionData),
		.user = xeap_span(pUserData, dwSizeofUserData),
	};
	struct identity found = { 0 };
	DWORD code;

	if (ppEapError)
		*ppEapError = NULL;
	if (ppvReserved)
		*ppvReserved = NULL;
	xeap_win_no_data(pdwSizeOfUserDataOut, ppUserDataOut);
	if (!pfInvokeUI || !pdwSizeOfUserDataOut || !ppUserDataOut || !ppwszIdentity ||
	    dwVersion > EAPHOST_PEER_API_VERSION)
		return xeap_win_refuse(ppEapError, ERROR_INVALID_PARAMETER, NULL);
	*pfInvokeUI = FALSE;
	*ppwszIdentity = NULL;
	if (!xeap_win_host())
		return xeap_win_refuse(ppEapError, ERROR_INVALID_STATE, NULL);
	code = get_identity(&data, dwFlags, &found, ppEapError);
	*pfInvokeUI = found.invoke_ui;
	*pdwSizeOfUserDataOut = found.size;
	*ppUserDataOut = found.user_data;
	*ppwszIdentity = found.name;
	return code;
}
