/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What a session asks of a person and of the supplicant. */
#include <string.h>

#include "win/win.h"

DWORD EapHostPeerGetUIContext(EAP_SESSIONID sessionHandle, DWORD *pdwSizeOfUIContextData,
			      BYTE **ppUIContextData, EAP_ERROR **ppEapError)
{
	const uint8_t *context = NULL;
	struct xeap_win_session *s;
	struct xeap_error *error = NULL;
	DWORD code;

	xeap_win_no_data(pdwSizeOfUIContextData, ppUIContextData);
	code = xeap_win_enter(sessionHandle, &s, ppEapError);
	if (code)
		return code;
	code = xeap_session_get_ui_context(xeap_win_host(), s->id, pdwSizeOfUIContextData,
					   ppUIContextData ? &context : NULL,
					   ppEapError ? &error : NULL);
	xeap_win_release(s);
	if (code)
		return xeap_win_pass(ppEapError, code, error);
	memcpy(ppUIContextData, &context, sizeof(context)); /* published without the const */
	return NO_ERROR;
}

static void give_action(EapHostPeerResponseAction *ret, enum xeap_action action)
{
	if (ret)
		*ret = (EapHostPeerResponseAction)action;
}

DWORD EapHostPeerSetUIContext(EAP_SESSIONID sessionHandle, DWORD dwSizeOfUIContextData,
			      const BYTE *const pUIContextData,
			      EapHostPeerResponseAction *pEapOutput, EAP_ERROR **ppEapError)
{
	enum xeap_action action = XEAP_ACTION_DISCARD;
	struct xeap_win_session *s;
	struct xeap_error *error = NULL;
	DWORD code = xeap_win_enter(sessionHandle, &s, ppEapError);

	give_action(pEapOutput, action);
	if (code)
		return code;
	code = xeap_session_set_ui_context(xeap_win_host(), s->id, dwSizeOfUIContextData,
					   pUIContextData, pEapOutput ? &action : NULL,
					   ppEapError ? &error : NULL);
	xeap_win_release(s);
	give_action(pEapOutput, action);
	return code ? xeap_win_pass(ppEapError, code, error) : NO_ERROR;
}

static DWORD keep_attributes(struct xeap_win_session *s, const struct xeap_attributes *native,
			     EapAttributes *ret)
{
	EAP_ATTRIBUTES *kept;

	xeap_win_arena_clear(&s->attributes);
	kept = xeap_win_attributes(&s->attributes, native);
	if (!kept)
		return ERROR_NOT_ENOUGH_MEMORY;
	*ret = *kept;
	return NO_ERROR;
}

DWORD EapHostPeerGetResponseAttributes(EAP_SESSIONID sessionHandle, EapAttributes *pAttribs,
				       EAP_ERROR **ppEapError)
{
	struct xeap_attributes native;
	struct xeap_win_session *s;
	struct xeap_error *error = NULL;
	DWORD code;

	if (pAttribs)
		*pAttribs = (EapAttributes){ 0 };
	code = xeap_win_enter(sessionHandle, &s, ppEapError);
	if (code)
		return code;
	code = xeap_session_get_response_attributes(
		xeap_win_host(), s->id, pAttribs ? &native : NULL, ppEapError ? &error : NULL);
	if (code)
		xeap_win_pass(ppEapError, code, error);
	else if ((code = keep_attributes(s, &native, pAttribs)))
		xeap_win_refuse(ppEapError, code, NULL);
	xeap_win_release(s);
	return code;
}

DWORD EapHostPeerSetResponseAttributes(EAP_SESSIONID sessionHandle,
				       const EapAttributes *const pAttribs,
				       EapHostPeerResponseAction *pEapOutput,
				       EAP_ERROR **ppEapError)
{
	enum xeap_action action = XEAP_ACTION_DISCARD;
	struct xeap_attributes native;
	struct xeap_win_session *s;
	struct xeap_error *error = NULL;
	DWORD code = xeap_win_enter(sessionHandle, &s, ppEapError);

	give_action(pEapOutput, action);
	if (code)
		return code;
	if (pAttribs && xeap_win_native_attributes(pAttribs, &native)) {
		xeap_win_release(s);
		return xeap_win_refuse(ppEapError, ERROR_INVALID_PARAMETER, NULL);
	}
	code = xeap_session_set_response_attributes(xeap_win_host(), s->id,
						    pAttribs ? &native : NULL,
						    pEapOutput ? &action : NULL,
						    ppEapError ? &error : NULL);
	xeap_win_release(s);
	give_action(pEapOutput, action);
	return code ? xeap_win_pass(ppEapError, code, error) : NO_ERROR;
}
