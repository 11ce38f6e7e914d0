/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What a person is asked before a session: fields, and the user data that they make. */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <xeap/config_text.h>

#include "base/diag.h"
#include "base/utf16.h"
#include "host/config_network.h"
#include "win/win.h"

#define FIELDS_MAX (XEAP_PROMPT_FIELDS_MAX + 1)
#define EAP_TLS 13

static struct {
	pthread_mutex_t lock;
	XeapUiHandler handler;
	void *ctx;
} ui = { .lock = PTHREAD_MUTEX_INITIALIZER };

void XeapHostPeerSetUiHandler(XeapUiHandler handler, void *pContextData)
{
	pthread_mutex_lock(&ui.lock);
	ui.handler = handler;
	ui.ctx = pContextData;
	pthread_mutex_unlock(&ui.lock);
}

DWORD xeap_win_ask(HWND parent, EAP_CONFIG_INPUT_FIELD_ARRAY *fields)
{
	XeapUiHandler handler;
	void *ctx;

	pthread_mutex_lock(&ui.lock);
	handler = ui.handler;
	ctx = ui.ctx;
	pthread_mutex_unlock(&ui.lock);
	if (!handler)
		return ERROR_NOT_SUPPORTED;
	return handler(ctx, parent, fields) ? NO_ERROR : ERROR_CANCELLED;
}

int xeap_win_add_field(EAP_CONFIG_INPUT_FIELD_ARRAY *array, const struct xeap_win_field *field,
		       void *whole)
{
	const size_t room = MAX_EAP_CONFIG_INPUT_FIELD_VALUE_LENGTH + 1;
	uint16_t *data = xeap_win_alloc(room * sizeof(*data), whole);
	LPWSTR label = xeap_win_string(xeap_span(field->label, strlen(field->label)), whole);
	long n;

	if (!data || !label)
		return -ENOMEM;
	n = xeap_utf16_from_utf8(field->value, data, room);
	if (n < 0 || (size_t)n > room)
		return -EILSEQ;
	array->pFields[array->dwNumberOfFields++] = (EAP_CONFIG_INPUT_FIELD_DATA){
		.dwSize = sizeof(EAP_CONFIG_INPUT_FIELD_DATA),
		.Type = field->type,
		.dwFlagProps = field->flags,
		.pwszLabel = label,
		.pwszData = data,
		.dwMinDataLength = field->least,
		.dwMaxDataLength = MAX_EAP_CONFIG_INPUT_FIELD_VALUE_LENGTH,
	};
	return 0;
}

bool xeap_win_fields_ok(const EAP_CONFIG_INPUT_FIELD_ARRAY *array)
{
	return array && array->dwNumberOfFields <= FIELDS_MAX &&
	       (!array->dwNumberOfFields || array->pFields);
}

static DWORD code_of(int err)
{
	return err == -ENOMEM ? ERROR_NOT_ENOUGH_MEMORY : ERROR_INVALID_PARAMETER;
}

/* The user's name, and the secret that the method wants. */
static int add_credentials(uint8_t type, struct xeap_span identity,
			   EAP_CONFIG_INPUT_FIELD_ARRAY *array)
{
	static const struct xeap_win_field password = {
		.type = EapConfigInputPassword,
		.flags = EAP_CONFIG_INPUT_FIELD_PROPS_NON_DISPLAYABLE,
		.label = "Password",
	};
	static const struct xeap_win_field key = {
		.type = EapConfigInputPin,
		.flags = EAP_CONFIG_INPUT_FIELD_PROPS_NON_DISPLAYABLE,
		.label = "Password of the private key",
	};
	const struct xeap_win_field name = {
		.type = EapConfigInputUsername,
		.label = "User name",
		.value = identity,
		.least = 1,
	};
	int err = xeap_win_add_field(array, &name, array->pFields);

	return err ? err
		   : xeap_win_add_field(array, type == EAP_TLS ? &key : &password, array->pFields);
}

static DWORD query(uint8_t type, const struct xeap_config *config,
		   EAP_CONFIG_INPUT_FIELD_ARRAY *ret_array)
{
	EAP_CONFIG_INPUT_FIELD_ARRAY array = { .dwVersion = EAP_CREDENTIAL_VERSION };
	int err;

	array.pFields = xeap_win_alloc(2 * sizeof(*array.pFields), NULL);
	if (!array.pFields)
		return ERROR_NOT_ENOUGH_MEMORY;
	err = add_credentials(type, xeap_config_get(config, XEAP_CONFIG_IDENTITY), &array);
	if (err) {
		xeap_win_free(array.pFields);
		return code_of(err);
	}
	*ret_array = array;
	return NO_ERROR;
}

DWORD EapHostPeerQueryCredentialInputFields(HANDLE hUserImpersonationToken,
					    EAP_METHOD_TYPE eapMethodType, DWORD dwFlags,
					    DWORD dwEapConnDataSize, const BYTE *pbEapConnData,
					    EAP_CONFIG_INPUT_FIELD_ARRAY *pEapConfigInputFieldArray,
					    EAP_ERROR **ppEapError)
{
	const struct xeap_win_data data = {
		.type = eapMethodType,
		.connection = xeap_span(pbEapConnData, dwEapConnDataSize),
	};
	struct xeap_diag diag = { 0 };
	struct xeap_config *config;
	DWORD code;
	int err;

	if (ppEapError)
		*ppEapError = NULL;
	if (!pEapConfigInputFieldArray)
		return xeap_win_refuse(ppEapError, ERROR_INVALID_PARAMETER, NULL);
	*pEapConfigInputFieldArray = (EAP_CONFIG_INPUT_FIELD_ARRAY){ 0 };
	err = xeap_win_config(&data, &config, &diag);
	if (err)
		return xeap_win_diag(ppEapError, err, &diag);
	code = query(eapMethodType.eapType.type, config, pEapConfigInputFieldArray);
	xeap_config_free(config);
	return code ? xeap_win_refuse(ppEapError, code, NULL) : NO_ERROR;
}

/* The key that a field fills; XEAP_CONFIG_MAX for none. */
static enum xeap_config_key key_of(EAP_CONFIG_INPUT_FIELD_TYPE type, bool tls)
{
	switch (type) {
	case EapConfigInputUsername:
	case EapConfigInputNetworkUsername:
	case EapConfigSmartCardUsername:
		return XEAP_CONFIG_IDENTITY;
	case EapConfigInputPassword:
	case EapConfigInputNetworkPassword:
	case EapConfigInputPSK:
	case EapConfigInputPin:
		return tls ? XEAP_CONFIG_PRIVATE_KEY_PASSWD : XEAP_CONFIG_PASSWORD;
	case EapConfigInputEdit:
	case EapConfigSmartCardError:
		break;
	}
	return XEAP_CONFIG_MAX;
}

static int take_field(const EAP_CONFIG_INPUT_FIELD_DATA *field, bool tls,
		      struct xeap_config *config)
{
	enum xeap_config_key key = key_of(field->Type, tls);
	char *text;
	int err;

	if (key == XEAP_CONFIG_MAX)
		return 0;
	err = xeap_win_utf8(field->pwszData, MAX_EAP_CONFIG_INPUT_FIELD_VALUE_LENGTH, &text);
	if (err)
		return err;
	if (*text)
		err = xeap_config_put(config, key, xeap_span(text, strlen(text)));
	xeap_text_free(text);
	return err;
}

static DWORD make_user_blob(const EAP_CONFIG_INPUT_FIELD_ARRAY *array, bool tls, DWORD *ret_size,
			    BYTE **ret_blob)
{
	struct xeap_config *config;
	int err = xeap_config_new(&config);

	if (err)
		return ERROR_NOT_ENOUGH_MEMORY;
	for (DWORD i = 0; i < array->dwNumberOfFields && !err; i++)
		err = take_field(&array->pFields[i], tls, config);
	if (!err)
		err = xeap_win_blob(config, ret_blob, ret_size);
	xeap_config_free(config);
	return err ? code_of(err) : NO_ERROR;
}

DWORD EapHostPeerQueryUserBlobFromCredentialInputFields(
	HANDLE hUserImpersonationToken, EAP_METHOD_TYPE eapMethodType, DWORD dwFlags,
	DWORD dwEapConnDataSize, const BYTE *pbEapConnData,
	const EAP_CONFIG_INPUT_FIELD_ARRAY *pEapConfigInputFieldArray, DWORD *pdwUserBlobSize,
	BYTE **ppbUserBlob, EAP_ERROR **ppEapError)
{
	struct xeap_method_entry e;
	DWORD code;

	if (ppEapError)
		*ppEapError = NULL;
	xeap_win_no_data(pdwUserBlobSize, ppbUserBlob);
	if (!pdwUserBlobSize || !ppbUserBlob || !xeap_win_fields_ok(pEapConfigInputFieldArray))
		return xeap_win_refuse(ppEapError, ERROR_INVALID_PARAMETER, NULL);
	if (xeap_win_method(&eapMethodType, &e))
		return xeap_win_refuse(ppEapError, EAP_E_EAPHOST_METHOD_NOT_INSTALLED, NULL);
	code = make_user_blob(pEapConfigInputFieldArray, eapMethodType.eapType.type == EAP_TLS,
			      pdwUserBlobSize, ppbUserBlob);
	return code ? xeap_win_refuse(ppEapError, code, NULL) : NO_ERROR;
}

static LPWSTR copy_name(const EAP_CONFIG_INPUT_FIELD_ARRAY *fields)
{
	const WCHAR *name = fields->pFields[0].pwszData;
	size_t len = 0;

	while (name[len])
		len++;
	return xeap_win_copy(name, (len + 1) * sizeof(*name), NULL);
}

/* Ask for what `fields` has, and make user data of it. */
static DWORD ask_user(HWND parent, const EAP_METHOD_TYPE *type,
		      EAP_CONFIG_INPUT_FIELD_ARRAY *fields, DWORD *ret_size, BYTE **ret_data,
		      LPWSTR *ret_name)
{
	DWORD code = xeap_win_ask(parent, fields);

	if (code)
		return code;
	code = make_user_blob(fields, type->eapType.type == EAP_TLS, ret_size, ret_data);
	if (code)
		return code;
	*ret_name = copy_name(fields);
	if (*ret_name)
		return NO_ERROR;
	xeap_win_free(*ret_data);
	xeap_win_no_data(ret_size, ret_data);
	return ERROR_NOT_ENOUGH_MEMORY;
}

DWORD EapHostPeerInvokeIdentityUI(DWORD dwVersion, EAP_METHOD_TYPE eapMethodType, DWORD dwFlags,
				  HWND hwndParent, DWORD dwSizeofConnectionData,
				  const BYTE *pConnectionData, DWORD dwSizeofUserData,
				  const BYTE *pUserData, DWORD *pdwSizeOfUserDataOut,
				  BYTE **ppUserDataOut, LPWSTR *ppwszIdentity,
				  EAP_ERROR **ppEapError, LPVOID *ppvReserved)
{
	EAP_CONFIG_INPUT_FIELD_ARRAY fields;
	DWORD code;

	if (ppEapError)
		*ppEapError = NULL;
	if (ppvReserved)
		*ppvReserved = NULL;
	xeap_win_no_data(pdwSizeOfUserDataOut, ppUserDataOut);
	if (!pdwSizeOfUserDataOut || !ppUserDataOut || !ppwszIdentity ||
	    dwVersion > EAPHOST_PEER_API_VERSION)
		return xeap_win_refuse(ppEapError, ERROR_INVALID_PARAMETER, NULL);
	*ppwszIdentity = NULL;
	if (dwFlags & (EAP_FLAG_NON_INTERACTIVE | EAP_FLAG_SUPRESS_UI))
		return xeap_win_refuse(ppEapError, ERROR_NOT_SUPPORTED, "the flags forbid to ask");
	code = EapHostPeerQueryCredentialInputFields(NULL, eapMethodType, dwFlags,
						     dwSizeofConnectionData, pConnectionData,
						     &fields, ppEapError);
	if (code)
		return code;
	code = ask_user(hwndParent, &eapMethodType, &fields, pdwSizeOfUserDataOut, ppUserDataOut,
			ppwszIdentity);
	xeap_win_free(fields.pFields);
	return code ? xeap_win_refuse(ppEapError, code, NULL) : NO_ERROR;
}

DWORD EapHostPeerInvokeConfigUI(HWND hwndParent, DWORD dwFlags, EAP_METHOD_TYPE eapMethodType,
				DWORD dwSizeOfConfigIn, const BYTE *pConfigIn,
				DWORD *pdwSizeOfConfigOut, BYTE **ppConfigOut,
				EAP_ERROR **ppEapError)
{
	struct xeap_method_entry e;
	DWORD code = EAP_E_EAPHOST_METHOD_OPERATION_NOT_SUPPORTED;

	if (ppEapError)
		*ppEapError = NULL;
	xeap_win_no_data(pdwSizeOfConfigOut, ppConfigOut);
	if (!pdwSizeOfConfigOut || !ppConfigOut)
		code = ERROR_INVALID_PARAMETER;
	else if (xeap_win_method(&eapMethodType, &e))
		code = EAP_E_EAPHOST_METHOD_NOT_INSTALLED;
	return xeap_win_refuse(ppEapError, code, NULL);
}
