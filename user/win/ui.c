/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* A UI context as fields, and its answer. */
#include <errno.h>
#include <string.h>
#include <xeap/config_text.h>

#include "win/win.h"

/* How EAPHost calls a kind of field. */
static EAP_CONFIG_INPUT_FIELD_TYPE type_of(const struct xeap_field *field)
{
	switch (field->kind) {
	case XEAP_FIELD_PASSWORD:
		return EapConfigInputPassword;
	case XEAP_FIELD_PIN:
		return EapConfigInputPin;
	case XEAP_FIELD_TEXT:
		return strcmp(field->id, "identity") ? EapConfigInputEdit : EapConfigInputUsername;
	case XEAP_FIELD_NOTE:
	case XEAP_FIELD_CONFIRM:
	case XEAP_FIELD_KIND_MAX:
		break;
	}
	return EapConfigInputEdit;
}

static DWORD flags_of(const struct xeap_field *field)
{
	DWORD flags = 0;

	if (field->kind == XEAP_FIELD_PASSWORD || field->kind == XEAP_FIELD_PIN)
		flags |= EAP_UI_INPUT_FIELD_PROPS_NON_DISPLAYABLE;
	if (field->kind == XEAP_FIELD_NOTE)
		flags |= EAP_UI_INPUT_FIELD_PROPS_READ_ONLY;
	else if (!(field->flags & XEAP_FIELD_F_SAVE))
		flags |= EAP_UI_INPUT_FIELD_PROPS_NON_PERSIST;
	return flags;
}

/* Whether the first field says what it is about. */
static bool has_head(const struct xeap_prompt *prompt)
{
	return *prompt->title || *prompt->text;
}

static int add_head(const struct xeap_prompt *prompt, EAP_CONFIG_INPUT_FIELD_ARRAY *array)
{
	const struct xeap_win_field head = {
		.type = EapConfigInputEdit,
		.flags = EAP_UI_INPUT_FIELD_PROPS_READ_ONLY,
		.label = prompt->title,
		.value = xeap_span(prompt->text, strlen(prompt->text)),
	};

	return has_head(prompt) ? xeap_win_add_field(array, &head, array) : 0;
}

static int add_fields(const struct xeap_prompt *prompt, EAP_CONFIG_INPUT_FIELD_ARRAY *array)
{
	int err = add_head(prompt, array);

	for (uint32_t i = 0; i < prompt->count && !err; i++) {
		const struct xeap_field *f = &prompt->fields[i];

		err = xeap_win_add_field(array,
					 &(struct xeap_win_field){
						 .type = type_of(f),
						 .flags = flags_of(f),
						 .label = f->label,
						 .value = f->value,
						 .least = f->flags & XEAP_FIELD_F_REQUIRED ? 1 : 0,
					 },
					 array);
	}
	return err;
}

static DWORD code_of(int err)
{
	return err == -ENOMEM ? ERROR_NOT_ENOUGH_MEMORY : ERROR_INVALID_PARAMETER;
}

/* In memory of xeap_win_alloc(), NULL with *ret_code. */
static EAP_CRED_REQ *fields_of(const struct xeap_prompt *prompt, DWORD *ret_code)
{
	const size_t most = prompt->count + 1;
	EAP_CRED_REQ *array = xeap_win_alloc(sizeof(*array), NULL);
	int err = -ENOMEM;

	if (array) {
		array->dwVersion = EAP_CREDENTIAL_VERSION;
		array->pFields = xeap_win_alloc(most * sizeof(*array->pFields), array);
		err = array->pFields ? add_fields(prompt, array) : -ENOMEM;
	}
	if (!err)
		return array;
	xeap_win_free(array);
	*ret_code = code_of(err);
	return NULL;
}

DWORD EapHostPeerQueryInteractiveUIInputFields(DWORD dwVersion, DWORD dwFlags,
					       DWORD dwSizeofUIContextData,
					       const BYTE *pUIContextData,
					       EAP_INTERACTIVE_UI_DATA *pEapInteractiveUIData,
					       EAP_ERROR **ppEapError, LPVOID *ppvReserved)
{
	struct xeap_prompt prompt;
	EAP_CRED_REQ *fields;
	DWORD code = ERROR_INVALID_PARAMETER;

	if (ppEapError)
		*ppEapError = NULL;
	if (ppvReserved)
		*ppvReserved = NULL;
	if (!pEapInteractiveUIData || dwVersion > EAP_INTERACTIVE_UI_DATA_VERSION)
		return xeap_win_refuse(ppEapError, code, NULL);
	*pEapInteractiveUIData = (EAP_INTERACTIVE_UI_DATA){ 0 };
	if (!pUIContextData ||
	    xeap_prompt_parse(xeap_span(pUIContextData, dwSizeofUIContextData), &prompt))
		return xeap_win_refuse(ppEapError, code, "not a UI context");
	fields = fields_of(&prompt, &code);
	if (!fields)
		return xeap_win_refuse(ppEapError, code, NULL);
	*pEapInteractiveUIData = (EAP_INTERACTIVE_UI_DATA){
		.dwVersion = EAP_INTERACTIVE_UI_DATA_VERSION,
		.dwSize = sizeof(*pEapInteractiveUIData),
		.dwDataType = EapCredReq,
		.cbUiData = sizeof(*fields),
		.pbUiData = { .credData = fields },
	};
	return NO_ERROR;
}

/* Texts that a prompt's fields point at. */
struct values {
	char *text[XEAP_PROMPT_FIELDS_MAX];
};

static void free_values(struct values *v)
{
	for (size_t i = 0; i < XEAP_PROMPT_FIELDS_MAX; i++)
		v->text[i] = xeap_text_free(v->text[i]);
}

/* `from` are the fields after the head. */
static int fill(struct xeap_prompt *prompt, const EAP_CONFIG_INPUT_FIELD_DATA *from,
		struct values *v)
{
	for (uint32_t i = 0; i < prompt->count; i++) {
		struct xeap_field *f = &prompt->fields[i];
		int err;

		if (f->kind == XEAP_FIELD_NOTE)
			continue;
		err = xeap_win_utf8(from[i].pwszData, MAX_EAP_CONFIG_INPUT_FIELD_VALUE_LENGTH,
				    &v->text[i]);
		if (err)
			return err;
		f->value = xeap_span(v->text[i], strlen(v->text[i]));
	}
	return 0;
}

static DWORD write_answer(const struct xeap_prompt *prompt, DWORD *ret_size, BYTE **ret_data)
{
	int n = xeap_prompt_write(prompt, NULL, 0);
	BYTE *data;

	if (n < 0)
		return ERROR_INVALID_PARAMETER;
	data = xeap_win_alloc((size_t)n, NULL);
	if (!data)
		return ERROR_NOT_ENOUGH_MEMORY;
	xeap_prompt_write(prompt, data, (size_t)n);
	*ret_size = (DWORD)n;
	*ret_data = data;
	return NO_ERROR;
}

static DWORD make_answer(struct xeap_prompt *prompt, const EAP_CRED_RESP *fields, DWORD *ret_size,
			 BYTE **ret_data)
{
	struct values v = { 0 };
	DWORD head = has_head(prompt), code;
	int err;

	if (!xeap_win_fields_ok(fields) || fields->dwNumberOfFields != prompt->count + head)
		return ERROR_INVALID_PARAMETER;
	err = fill(prompt, fields->pFields + head, &v);
	code = err ? code_of(err) : write_answer(prompt, ret_size, ret_data);
	free_values(&v);
	return code;
}

DWORD EapHostPeerQueryUIBlobFromInteractiveUIInputFields(
	DWORD dwVersion, DWORD dwFlags, DWORD dwSizeofUIContextData, const BYTE *pUIContextData,
	const EAP_INTERACTIVE_UI_DATA *pEapInteractiveUIData, DWORD *pdwSizeOfDataFromInteractiveUI,
	BYTE **ppDataFromInteractiveUI, EAP_ERROR **ppEapError, LPVOID *ppvReserved)
{
	struct xeap_prompt prompt;
	DWORD code = ERROR_INVALID_PARAMETER;

	if (ppEapError)
		*ppEapError = NULL;
	if (ppvReserved)
		*ppvReserved = NULL;
	xeap_win_no_data(pdwSizeOfDataFromInteractiveUI, ppDataFromInteractiveUI);
	if (!pEapInteractiveUIData || !pdwSizeOfDataFromInteractiveUI || !ppDataFromInteractiveUI ||
	    dwVersion > EAP_INTERACTIVE_UI_DATA_VERSION ||
	    (pEapInteractiveUIData->dwDataType != EapCredReq &&
	     pEapInteractiveUIData->dwDataType != EapCredResp))
		return xeap_win_refuse(ppEapError, code, NULL);
	if (!pUIContextData ||
	    xeap_prompt_parse(xeap_span(pUIContextData, dwSizeofUIContextData), &prompt))
		return xeap_win_refuse(ppEapError, code, "not a UI context");
	code = make_answer(&prompt, pEapInteractiveUIData->pbUiData.credData,
			   pdwSizeOfDataFromInteractiveUI, ppDataFromInteractiveUI);
	return code ? xeap_win_refuse(ppEapError, code, NULL) : NO_ERROR;
}

DWORD EapHostPeerInvokeInteractiveUI(HWND hwndParent, DWORD dwSizeofUIContextData,
				     const BYTE *pUIContextData,
				     DWORD *pdwSizeOfDataFromInteractiveUI,
				     BYTE **ppDataFromInteractiveUI, EAP_ERROR **ppEapError)
{
	EAP_INTERACTIVE_UI_DATA ui;
	DWORD code;

	xeap_win_no_data(pdwSizeOfDataFromInteractiveUI, ppDataFromInteractiveUI);
	code = EapHostPeerQueryInteractiveUIInputFields(EAP_INTERACTIVE_UI_DATA_VERSION, 0,
							dwSizeofUIContextData, pUIContextData, &ui,
							ppEapError, NULL);
	if (code)
		return code;
	code = xeap_win_ask(hwndParent, ui.pbUiData.credData);
	if (code)
		xeap_win_refuse(ppEapError, code, NULL);
	else
		code = EapHostPeerQueryUIBlobFromInteractiveUIInputFields(
			EAP_INTERACTIVE_UI_DATA_VERSION, 0, dwSizeofUIContextData, pUIContextData,
			&ui, pdwSizeOfDataFromInteractiveUI, ppDataFromInteractiveUI, ppEapError,
			NULL);
	xeap_win_free(ui.pbUiData.credData);
	return code;
}
