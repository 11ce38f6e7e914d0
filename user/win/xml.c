/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Documents: EapHostConfig and EapHostUserCredentials, as text in place of COM's objects. */
#include <errno.h>
#include <string.h>
#include <xeap/config_text.h>
#include <xeap/xml.h>

#include "base/diag.h"
#include "win/win.h"

#define TEXT_MAX (1u << 20)

struct XeapXml {
	DWORD size;
	char text[]; /* a NUL after it */
};

static IXMLDOMDocument2 *new_document(const char *text, size_t size)
{
	IXMLDOMDocument2 *doc = xeap_win_alloc(sizeof(*doc) + size + 1, NULL);

	if (!doc)
		return NULL;
	doc->size = (DWORD)size;
	memcpy(doc->text, text, size);
	return doc;
}

DWORD XeapHostPeerLoadXml(DWORD cbText, const char *pText, IXMLDOMDocument2 **ppDocument)
{
	IXMLDOMDocument2 *doc;

	if (!pText || !ppDocument || !cbText || cbText > TEXT_MAX)
		return ERROR_INVALID_PARAMETER;
	doc = new_document(pText, cbText);
	if (!doc)
		return ERROR_NOT_ENOUGH_MEMORY;
	*ppDocument = doc;
	return NO_ERROR;
}

const char *XeapHostPeerXmlText(const IXMLDOMDocument2 *pDocument, DWORD *pcbText)
{
	if (pcbText)
		*pcbText = pDocument ? pDocument->size : 0;
	return pDocument ? pDocument->text : NULL;
}

static struct xeap_span span_of(const IXMLDOMNode *doc)
{
	return xeap_span(doc->text, doc->size);
}

/* A document that cannot be read is malformed, whatever is wrong with it. */
static DWORD refuse_document(EAP_ERROR **ret_error, int err, struct xeap_diag *diag)
{
	if (err == -EINVAL)
		diag->code = EAP_E_EAPHOST_XML_MALFORMED;
	else if (err == -EOPNOTSUPP)
		diag->code = EAP_E_EAPHOST_METHOD_OPERATION_NOT_SUPPORTED;
	return xeap_win_diag(ret_error, err, diag);
}

/* The type of the network's first method. */
static int first_type(const struct xeap_config *config, EAP_METHOD_TYPE *ret_type)
{
	const char *name = xeap_config_get_eap(config, 0);
	struct xeap_method_entry e;

	if (!name || xeap_win_method_named(name, &e))
		return -ENOENT;
	*ret_type = xeap_win_type(&e.method->type);
	return 0;
}

static DWORD convert(const struct xeap_config *config, bool credentials, DWORD *ret_size,
		     BYTE **ret_blob, EAP_METHOD_TYPE *ret_type, EAP_ERROR **ret_error)
{
	EAP_METHOD_TYPE type;
	int err;

	if (first_type(config, &type))
		return xeap_win_refuse(ret_error, EAP_E_EAPHOST_METHOD_NOT_INSTALLED, NULL);
	err = credentials ? xeap_win_user_blob(config, ret_blob, ret_size)
			  : xeap_win_blob(config, ret_blob, ret_size);
	if (err)
		return xeap_win_refuse(ret_error, xeap_code_of_errno(err), NULL);
	*ret_type = type;
	return NO_ERROR;
}

DWORD EapHostPeerConfigXml2Blob(DWORD dwFlags, IXMLDOMNode *pConfigDoc, DWORD *pdwSizeOfConfigOut,
				BYTE **ppConfigOut, EAP_METHOD_TYPE *pEapMethodType,
				EAP_ERROR **ppEapError)
{
	struct xeap_diag diag = { 0 };
	struct xeap_config *config;
	DWORD code;
	int err;

	if (ppEapError)
		*ppEapError = NULL;
	xeap_win_no_data(pdwSizeOfConfigOut, ppConfigOut);
	if (!pConfigDoc || !pdwSizeOfConfigOut || !ppConfigOut || !pEapMethodType)
		return xeap_win_refuse(ppEapError, ERROR_INVALID_PARAMETER, NULL);
	*pEapMethodType = (EAP_METHOD_TYPE){ 0 };
	err = xeap_config_from_xml(span_of(pConfigDoc), &config, NULL, &diag);
	if (err)
		return refuse_document(ppEapError, err, &diag);
	code = convert(config, false, pdwSizeOfConfigOut, ppConfigOut, pEapMethodType, ppEapError);
	xeap_config_free(config);
	return code;
}

/* An empty network for a method. */
static int network_for(const char *name, struct xeap_config **ret_config, struct xeap_diag *diag)
{
	struct xeap_config *config;
	int err = xeap_config_new(&config);

	if (!err)
		err = xeap_config_set(config, "eap", name, diag);
	if (err)
		xeap_config_free(config);
	else
		*ret_config = config;
	return err;
}

/* Without connection data the document alone says which method it is for. */
static int read_any_credentials(struct xeap_span text, struct xeap_config **ret_config,
				struct xeap_diag *diag)
{
	struct xeap_method_entry e;
	int err = -ENOENT;

	for (size_t n = 0; err && err != -ENOMEM && !xeap_method_enumerate(n, &e); n++) {
		struct xeap_config *config;

		err = network_for(e.method->name, &config, diag);
		if (err)
			continue;
		err = xeap_config_credentials_from_xml(config, text, NULL, diag);
		if (err)
			xeap_config_free(config);
		else
			*ret_config = config;
	}
	return err;
}

static int read_credentials(struct xeap_span text, const struct xeap_win_data *data,
			    struct xeap_config **ret_config, struct xeap_diag *diag)
{
	struct xeap_config *config;
	int err;

	if (!data->connection.len)
		return read_any_credentials(text, ret_config, diag);
	err = xeap_win_config(data, &config, diag);
	if (err)
		return err;
	err = xeap_config_credentials_from_xml(config, text, NULL, diag);
	if (err)
		xeap_config_free(config);
	else
		*ret_config = config;
	return err;
}

DWORD EapHostPeerCredentialsXml2Blob(DWORD dwFlags, IXMLDOMNode *pCredentialsDoc,
				     DWORD dwSizeOfConfigIn, BYTE *pConfigIn,
				     DWORD *pdwSizeOfCredentialsOut, BYTE **ppCredentialsOut,
				     EAP_METHOD_TYPE *pEapMethodType, EAP_ERROR **ppEapError)
{
	const struct xeap_win_data data = { .connection = xeap_span(pConfigIn, dwSizeOfConfigIn) };
	struct xeap_diag diag = { 0 };
	struct xeap_config *config;
	DWORD code;
	int err;

	if (ppEapError)
		*ppEapError = NULL;
	xeap_win_no_data(pdwSizeOfCredentialsOut, ppCredentialsOut);
	if (!pCredentialsDoc || !pdwSizeOfCredentialsOut || !ppCredentialsOut || !pEapMethodType)
		return xeap_win_refuse(ppEapError, ERROR_INVALID_PARAMETER, NULL);
	*pEapMethodType = (EAP_METHOD_TYPE){ 0 };
	err = read_credentials(span_of(pCredentialsDoc), &data, &config, &diag);
	if (err)
		return refuse_document(ppEapError, err, &diag);
	code = convert(config, true, pdwSizeOfCredentialsOut, ppCredentialsOut, pEapMethodType,
		       ppEapError);
	xeap_config_free(config);
	return code;
}

static DWORD write_document(const struct xeap_config *config, IXMLDOMDocument2 **ret_doc,
			    EAP_ERROR **ret_error)
{
	struct xeap_diag diag = { 0 };
	char *text;
	int err = xeap_config_to_xml(config, &text, NULL, &diag);

	if (err == -EOPNOTSUPP)
		diag.code = EAP_E_EAPHOST_METHOD_OPERATION_NOT_SUPPORTED;
	if (err)
		return xeap_win_diag(ret_error, err, &diag);
	*ret_doc = new_document(text, strlen(text));
	xeap_text_free(text);
	return *ret_doc ? NO_ERROR : xeap_win_refuse(ret_error, ERROR_NOT_ENOUGH_MEMORY, NULL);
}

DWORD EapHostPeerConfigBlob2Xml(DWORD dwFlags, EAP_METHOD_TYPE eapMethodType,
				DWORD dwSizeOfConfigIn, const BYTE *pConfigIn,
				IXMLDOMDocument2 **ppConfigDoc, EAP_ERROR **ppEapError)
{
	const struct xeap_win_data data = {
		.type = eapMethodType,
		.connection = xeap_span(pConfigIn, dwSizeOfConfigIn),
	};
	struct xeap_diag diag = { 0 };
	struct xeap_config *config;
	DWORD code;
	int err;

	if (ppEapError)
		*ppEapError = NULL;
	if (!ppConfigDoc)
		return xeap_win_refuse(ppEapError, ERROR_INVALID_PARAMETER, NULL);
	*ppConfigDoc = NULL;
	err = xeap_win_config(&data, &config, &diag);
	if (err)
		return xeap_win_diag(ppEapError, err, &diag);
	code = write_document(config, ppConfigDoc, ppEapError);
	xeap_config_free(config);
	return code;
}
