/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What a session came to, how far it is, and as whom. */
#include <string.h>

#include "base/diag.h"
#include "win/win.h"

static struct xeap_span span_of(const char *text)
{
	return xeap_span(text, strlen(text));
}

static bool keep_bytes(struct xeap_win_arena *arena, struct xeap_span from, DWORD *ret_size,
		       BYTE **ret_data)
{
	if (!from.len)
		return true;
	*ret_data = xeap_win_take(arena, from.len);
	if (!*ret_data)
		return false;
	memcpy(*ret_data, from.data, from.len);
	*ret_size = (DWORD)from.len;
	return true;
}

static bool keep_method(struct xeap_win_arena *arena, const struct xeap_session_result *r,
			EAP_METHOD_INFO **ret_info)
{
	struct xeap_method_entry e;
	EAP_METHOD_INFO *info;

	if (xeap_win_method_named(r->method, &e))
		return true;
	info = xeap_win_take(arena, sizeof(*info));
	if (!info)
		return false;
	info->eaptype = xeap_win_type(&r->type);
	info->pwszAuthorName = xeap_win_take_string(arena, span_of("xeap"));
	info->pwszFriendlyName = xeap_win_take_string(arena, span_of(r->method));
	info->eapProperties = e.properties;
	*ret_info = info;
	return info->pwszAuthorName && info->pwszFriendlyName;
}

/* False when memory is short. */
static bool keep_result(struct xeap_win_arena *arena, const struct xeap_session_result *r,
			EapHostPeerMethodResult *to)
{
	to->fIsSuccess = r->success;
	to->dwFailureReasonCode = r->failure_code;
	to->fSaveConnectionData = r->save_connection_data;
	to->fSaveUserData = r->save_user_data;
	to->isolationState = ISOLATION_STATE_NOT_RESTRICTED;
	to->pAttribArray = xeap_win_attributes(arena, &r->attributes);
	if (!r->success)
		to->pEapError = xeap_win_keep_error(arena, r);
	return to->pAttribArray && (r->success || to->pEapError) &&
	       keep_method(arena, r, &to->pEapMethodInfo) &&
	       keep_bytes(arena, r->connection_data, &to->dwSizeofConnectionData,
			  &to->pConnectionData) &&
	       keep_bytes(arena, r->user_data, &to->dwSizeofUserData, &to->pUserData);
}

/* The next session with the same data asks for another password. */
static void judge(const struct xeap_win_session *s, const struct xeap_session_result *r)
{
	bool refused = r->failure_code == XEAP_E_USER_NAME_PASSWORD_REJECTED ||
		       r->failure_code == XEAP_E_USER_CREDENTIALS_REJECTED;

	if (r->success || refused)
		xeap_win_profile_judge(s->cached, refused);
}

static DWORD get_result(struct xeap_win_session *s, EapHostPeerMethodResultReason reason,
			EapHostPeerMethodResult *ret_result, EAP_ERROR **ret_error)
{
	EapHostPeerMethodResult to = { 0 };
	struct xeap_session_result r;
	struct xeap_error *error = NULL;
	DWORD code;

	code = xeap_session_get_result(xeap_win_host(), s->id, (enum xeap_result_reason)reason,
				       ret_result ? &r : NULL, ret_error ? &error : NULL);
	if (code)
		return xeap_win_pass(ret_error, code, error);
	judge(s, &r);
	xeap_win_arena_clear(&s->result);
	if (!keep_result(&s->result, &r, &to) ||
	    !xeap_win_add_keys(&s->result, to.pAttribArray, &r.attributes)) {
		xeap_win_arena_clear(&s->result);
		return xeap_win_refuse(ret_error, ERROR_NOT_ENOUGH_MEMORY, NULL);
	}
	*ret_result = to;
	return NO_ERROR;
}

DWORD EapHostPeerGetResult(EAP_SESSIONID sessionHandle, EapHostPeerMethodResultReason reason,
			   EapHostPeerMethodResult *ppResult, EAP_ERROR **ppEapError)
{
	struct xeap_win_session *s;
	DWORD code;

	if (ppResult)
		*ppResult = (EapHostPeerMethodResult){ 0 };
	code = xeap_win_enter(sessionHandle, &s, ppEapError);
	if (code)
		return code;
	code = get_result(s, reason, ppResult, ppEapError);
	xeap_win_release(s);
	return code;
}

/* What a failed session failed of. */
static void fill_codes(struct xeap_win_session *s, EAPHOST_AUTH_INFO *info)
{
	struct xeap_session_result r;

	if (xeap_session_get_result(xeap_win_host(), s->id, XEAP_REASON_FROM_METHOD, &r, NULL))
		return;
	info->dwErrorCode = r.failure_code;
	info->dwReasonCode = r.failure_code;
}

/*
 * All but a failure is the same for every session, and needs no memory that another thread's call
 * could take away.
 */
static const EAPHOST_AUTH_INFO plain[] = {
	[EapHostInvalidSession] = { .status = EapHostInvalidSession },
	[EapHostAuthNotStarted] = { .status = EapHostAuthNotStarted },
	[EapHostAuthIdentityExchange] = { .status = EapHostAuthIdentityExchange },
	[EapHostAuthNegotiatingType] = { .status = EapHostAuthNegotiatingType },
	[EapHostAuthInProgress] = { .status = EapHostAuthInProgress },
	[EapHostAuthSucceeded] = { .status = EapHostAuthSucceeded },
};

static DWORD get_status(struct xeap_win_session *s, DWORD *ret_size, BYTE **ret_data)
{
	EAPHOST_AUTH_INFO info = { .status = EapHostAuthFailed };
	const EAPHOST_AUTH_INFO *found;
	enum xeap_auth_status status;
	DWORD code = xeap_session_get_auth_status(xeap_win_host(), s->id, &status, NULL);

	if (code)
		return code;
	if (status != XEAP_AUTH_FAILED) {
		found = &plain[status];
		memcpy(ret_data, &found, sizeof(found)); /* published without the const */
		*ret_size = sizeof(*found);
		return NO_ERROR;
	}
	fill_codes(s, &info);
	xeap_win_arena_clear(&s->status);
	return keep_bytes(&s->status, xeap_span(&info, sizeof(info)), ret_size, ret_data)
		       ? NO_ERROR
		       : ERROR_NOT_ENOUGH_MEMORY;
}

static DWORD get_identity(struct xeap_win_session *s, DWORD *ret_size, BYTE **ret_data)
{
	struct xeap_span identity;
	DWORD code = xeap_get_identity(s->profile, s->flags, &identity);
	WCHAR *text;
	size_t len = 0;

	if (code)
		return code;
	xeap_win_arena_clear(&s->status);
	text = xeap_win_take_string(&s->status, identity);
	if (!text)
		return ERROR_NOT_ENOUGH_MEMORY;
	while (text[len])
		len++;
	*ret_data = (BYTE *)text;
	*ret_size = (DWORD)((len + 1) * sizeof(*text));
	return NO_ERROR;
}

static DWORD get_param(struct xeap_win_session *s, EapHostPeerAuthParams param, DWORD *ret_size,
		       BYTE **ret_data)
{
	switch (param) {
	case EapHostPeerAuthStatus:
		return get_status(s, ret_size, ret_data);
	case EapHostPeerIdentity:
		return get_identity(s, ret_size, ret_data);
	case EapHostPeerIdentityExtendedInfo:
		return NO_ERROR;
	case EapHostNapInfo:
		return ERROR_NOT_SUPPORTED;
	}
	return ERROR_INVALID_PARAMETER;
}

DWORD EapHostPeerGetAuthStatus(EAP_SESSIONID sessionHandle, EapHostPeerAuthParams authParam,
			       DWORD *pcbAuthData, BYTE **ppAuthData, EAP_ERROR **ppEapError)
{
	struct xeap_win_session *s;
	DWORD code;

	xeap_win_no_data(pcbAuthData, ppAuthData);
	code = xeap_win_enter(sessionHandle, &s, ppEapError);
	if (code)
		return code;
	code = pcbAuthData && ppAuthData ? get_param(s, authParam, pcbAuthData, ppAuthData)
					 : ERROR_INVALID_PARAMETER;
	xeap_win_release(s);
	return code ? xeap_win_refuse(ppEapError, code, NULL) : NO_ERROR;
}
