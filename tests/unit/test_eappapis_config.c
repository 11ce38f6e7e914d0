/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* EAPHost's published names: configuration, and what a person is asked. */
#include "windows_bed.h"

/* A key, outside the first plane. */
#define KEY "\xf0\x9f\x94\x91"

static void test_fields_become_user_data(void **state)
{
	EAP_CONFIG_INPUT_FIELD_ARRAY fields;
	EAP_ERROR *error = NULL;
	EAP_SESSIONID id;
	BYTE *data;
	DWORD size;

	assert_int_equal(EapHostPeerQueryCredentialInputFields(NULL, fake_type, 0, 0, NULL, &fields,
							       NULL),
			 NO_ERROR);
	assert_int_equal(fields.dwNumberOfFields, 2);
	assert_int_equal(fields.pFields[0].Type, EapConfigInputUsername);
	assert_int_equal(fields.pFields[1].dwFlagProps,
			 EAP_CONFIG_INPUT_FIELD_PROPS_NON_DISPLAYABLE);
	type_text(fields.pFields[0].pwszData, "k" KEY "y");
	type_text(fields.pFields[1].pwszData, "secret");
	assert_int_equal(EapHostPeerQueryUserBlobFromCredentialInputFields(
				 NULL, fake_type, 0, 0, NULL, &fields, &size, &data, NULL),
			 NO_ERROR);
	assert_int_equal(EapHostPeerBeginSession(0, fake_type, NULL, NULL, 0, NULL, size, data, 0,
						 NULL, NULL, NULL, &id, NULL),
			 NO_ERROR);
	EapHostPeerFreeMemory(data);
	assert_int_equal(request(id, 1, 1, ""), EapHostPeerResponseSend);
	assert_int_equal(sent(id).len, 5 + 6);
	assert_memory_equal(sent(id).data + 5, "k" KEY "y", 6);
	end(id);
	fields.pFields[0].pwszData[0] = 0xdc00;
	assert_int_equal(EapHostPeerQueryUserBlobFromCredentialInputFields(
				 NULL, fake_type, 0, 0, NULL, &fields, &size, &data, &error),
			 ERROR_INVALID_PARAMETER);
	assert_null(data);
	EapHostPeerFreeErrorMemory(error);
	EapHostPeerFreeMemory((BYTE *)fields.pFields[0].pwszLabel);
	EapHostPeerFreeMemory((BYTE *)fields.pFields);
	EapHostPeerFreeMemory((BYTE *)fields.pFields); /* once more, by mistake */
}

static void test_identity_without_a_session(void **state)
{
	struct blob b = BLOB("eap", "FAKE", "identity", "\"a\"", "password", "\"p\"");
	BOOL ui;
	DWORD size;
	BYTE *data;
	LPWSTR name;

	assert_int_equal(EapHostPeerGetIdentity(1, 0, fake_type, (DWORD)b.size,
						(const BYTE *)b.data, 0, NULL, NULL, &ui, &size,
						&data, &name, NULL, NULL),
			 NO_ERROR);
	assert_false(ui);
	assert_text(name, "a");
	assert_non_null(memmem(data, size, "password", 8));
	assert_null(memmem(data, size, "eap=", 4));
	EapHostPeerFreeRuntimeMemory((BYTE *)name);
	EapHostPeerFreeRuntimeMemory(data);
	xeap_text_free(b.data);
	assert_int_equal(EapHostPeerGetIdentity(1, 0, fake_type, 0, NULL, 0, NULL, NULL, &ui, &size,
						&data, &name, NULL, NULL),
			 NO_ERROR);
	assert_true(ui);
	assert_null(name);
	assert_int_equal(EapHostPeerGetIdentity(1, EAP_FLAG_NON_INTERACTIVE, fake_type, 0, NULL, 0,
						NULL, NULL, &ui, &size, &data, &name, NULL, NULL),
			 EAP_E_EAPHOST_IDENTITY_UNKNOWN);
	assert_false(ui);
}

/* An open interaction: its context is the session's. */
static BYTE *ask(EAP_SESSIONID id, DWORD *ret_size)
{
	BYTE *context = NULL;

	assert_int_equal(request(id, 1, 1, ""), EapHostPeerResponseSend);
	assert_int_equal(request(id, 2, FAKE_TYPE, "u20-"), EapHostPeerResponseInvokeUi);
	assert_int_equal(EapHostPeerGetUIContext(id, ret_size, &context, NULL), NO_ERROR);
	return context;
}

static void test_a_prompt_is_fields(void **state)
{
	EAP_SESSIONID id = begin();
	DWORD context_size, size;
	BYTE *context = ask(id, &context_size), *data;
	EAP_INTERACTIVE_UI_DATA ui;
	EAP_CRED_REQ *fields;
	EapHostPeerResponseAction action;

	assert_int_equal(EapHostPeerQueryInteractiveUIInputFields(1, 0, context_size, context, &ui,
								  NULL, NULL),
			 NO_ERROR);
	assert_int_equal(ui.dwDataType, EapCredReq);
	fields = ui.pbUiData.credData;
	assert_int_equal(fields->dwNumberOfFields, 3);
	assert_int_equal(fields->pFields[0].dwFlagProps, EAP_UI_INPUT_FIELD_PROPS_READ_ONLY);
	assert_text(fields->pFields[0].pwszLabel, "Fake");
	assert_text(fields->pFields[0].pwszData, "Who goes\nthere?");
	assert_text(fields->pFields[1].pwszLabel, "Think twice.");
	assert_int_equal(fields->pFields[2].Type, EapConfigInputPassword);
	assert_int_equal(fields->pFields[2].dwMinDataLength, 1);
	type_text(fields->pFields[2].pwszData, "J\xc3\xbcrgen");
	assert_int_equal(EapHostPeerQueryUIBlobFromInteractiveUIInputFields(
				 1, 0, context_size, context, &ui, &size, &data, NULL, NULL),
			 NO_ERROR);
	EapHostPeerFreeMemory((BYTE *)fields);
	assert_int_equal(EapHostPeerSetUIContext(id, size, data, &action, NULL), NO_ERROR);
	assert_int_equal(action, EapHostPeerResponseSend);
	EapHostPeerFreeMemory(data);
	assert_memory_equal(sent(id).data + 6, "J\xc3\xbcrgen", 7);
	end(id);
}

static void test_an_answer_of_another_form_is_refused(void **state)
{
	EAP_SESSIONID id = begin();
	DWORD context_size, size;
	BYTE *context = ask(id, &context_size), *data;
	EAP_INTERACTIVE_UI_DATA ui;

	assert_int_equal(EapHostPeerQueryInteractiveUIInputFields(1, 0, context_size - 1, context,
								  &ui, NULL, NULL),
			 ERROR_INVALID_PARAMETER);
	assert_null(ui.pbUiData.credData);
	assert_int_equal(EapHostPeerQueryInteractiveUIInputFields(1, 0, context_size, context, &ui,
								  NULL, NULL),
			 NO_ERROR);
	ui.pbUiData.credData->dwNumberOfFields = 2;
	assert_int_equal(EapHostPeerQueryUIBlobFromInteractiveUIInputFields(
				 1, 0, context_size, context, &ui, &size, &data, NULL, NULL),
			 ERROR_INVALID_PARAMETER);
	ui.pbUiData.credData->dwNumberOfFields = 3;
	ui.dwDataType = EapCredExpiryReq;
	assert_int_equal(EapHostPeerQueryUIBlobFromInteractiveUIInputFields(
				 1, 0, context_size, context, &ui, &size, &data, NULL, NULL),
			 ERROR_INVALID_PARAMETER);
	EapHostPeerFreeMemory((BYTE *)ui.pbUiData.credData);
	end(id);
}

static BOOL CALLBACK fill_last(void *ctx, HWND parent, EAP_CONFIG_INPUT_FIELD_ARRAY *fields)
{
	assert_ptr_equal(parent, ctx);
	if (!ctx)
		return FALSE;
	type_text(fields->pFields[0].pwszData, "somebody");
	type_text(fields->pFields[fields->dwNumberOfFields - 1].pwszData, "word");
	return TRUE;
}

static void test_a_handler_asks(void **state)
{
	EAP_SESSIONID id = begin();
	DWORD context_size, size;
	BYTE *context = ask(id, &context_size), *data;
	EapHostPeerResponseAction action;
	LPWSTR name;

	assert_int_equal(EapHostPeerInvokeInteractiveUI(NULL, context_size, context, &size, &data,
							NULL),
			 ERROR_NOT_SUPPORTED);
	XeapHostPeerSetUiHandler(fill_last, NULL);
	assert_int_equal(EapHostPeerInvokeInteractiveUI(NULL, context_size, context, &size, &data,
							NULL),
			 ERROR_CANCELLED);
	assert_null(data);
	XeapHostPeerSetUiHandler(fill_last, &id);
	assert_int_equal(EapHostPeerInvokeInteractiveUI(&id, context_size, context, &size, &data,
							NULL),
			 NO_ERROR);
	assert_int_equal(EapHostPeerSetUIContext(id, size, data, &action, NULL), NO_ERROR);
	assert_int_equal(action, EapHostPeerResponseSend);
	EapHostPeerFreeMemory(data);
	assert_int_equal(EapHostPeerInvokeIdentityUI(1, fake_type, 0, &id, 0, NULL, 0, NULL, &size,
						     &data, &name, NULL, NULL),
			 NO_ERROR);
	assert_text(name, "somebody");
	EapHostPeerFreeMemory((BYTE *)name);
	EapHostPeerFreeMemory(data);
	assert_int_equal(EapHostPeerInvokeIdentityUI(1, fake_type, EAP_FLAG_NON_INTERACTIVE, &id, 0,
						     NULL, 0, NULL, &size, &data, &name, NULL,
						     NULL),
			 ERROR_NOT_SUPPORTED);
	XeapHostPeerSetUiHandler(NULL, NULL);
	end(id);
}

static void test_the_methods_that_are_installed(void **state)
{
	EAP_METHOD_INFO_ARRAY methods;
	EAP_METHOD_PROPERTY_ARRAY properties;
	const EAP_METHOD_TYPE unknown = { .eapType = { .type = 99 } };
	LPWSTR name;

	EapHostPeerUninitialize(); /* this side needs no Initialize */
	assert_int_equal(EapHostPeerGetMethods(&methods, NULL), NO_ERROR);
	assert_int_equal(methods.dwNumberOfMethods, 2);
	assert_text(methods.pEapMethods[1].pwszFriendlyName, "LOADED");
	assert_int_equal(methods.pEapMethods[1].eaptype.eapType.type, LOADED_TYPE);
	name = methods.pEapMethods[0].pwszFriendlyName;
	EapHostPeerFreeMemory((BYTE *)methods.pEapMethods);
	EapHostPeerFreeMemory((BYTE *)name); /* it went with the whole */
	assert_int_equal(EapHostPeerGetMethodProperties(1, 0, fake_type, NULL, 0, NULL, 0, NULL,
							&properties, NULL),
			 NO_ERROR);
	assert_int_equal(properties.dwNumberOfProperties, 29);
	for (int i = 0; i < 29; i++) {
		assert_int_equal(properties.pMethodProperty[i].eapMethodPropertyType, i);
		assert_int_equal(properties.pMethodProperty[i].eapMethodPropertyValueType,
				 empvtBool);
	}
	EapHostPeerFreeMemory((BYTE *)properties.pMethodProperty);
	assert_int_equal(EapHostPeerGetMethodProperties(1, 0, unknown, NULL, 0, NULL, 0, NULL,
							&properties, NULL),
			 EAP_E_EAPHOST_METHOD_NOT_INSTALLED);
	assert_null(properties.pMethodProperty);
	assert_int_equal(EapHostPeerInitialize(), NO_ERROR);
}

#if CONFIG_XEAP_XML
#define NS "http://www.microsoft.com/provisioning/"
#define METHOD "<EapMethod><Type xmlns='" NS "EapCommon'>4</Type></EapMethod>"
#define NETWORK "<network xmlns='urn:xeap:config:1'><identity>a &amp; b</identity></network>"
#define CONFIG                                                                                     \
	"<EapHostConfig xmlns='" NS "EapHostConfig'>" METHOD "<Config>" NETWORK                    \
	"</Config></EapHostConfig>"
#define CREDENTIALS                                                                                \
	"<EapHostUserCredentials xmlns='" NS "EapHostUserCredentials'>" METHOD                     \
	"<Credentials xmlns:b='" NS "BaseEapUserPropertiesV1' xmlns:u='" NS                        \
	"EapUserPropertiesV1'><b:Eap><b:Type>4</b:Type><network xmlns='urn:xeap:config:1'>"        \
	"<identity>me</identity><password>secret</password></network></b:Eap></Credentials>"       \
	"</EapHostUserCredentials>"

/* A method with the name and number of one that documents know. */
static void register_known(void)
{
	static struct xeap_method known;

	if (known.abi)
		return;
	known = fake_method;
	known.name = "MD5";
	known.type.type = 4;
	assert_int_equal(xeap_method_register(&known), 0);
}

static IXMLDOMDocument2 *document(const char *text)
{
	IXMLDOMDocument2 *doc = NULL;

	assert_int_equal(XeapHostPeerLoadXml((DWORD)strlen(text), text, &doc), NO_ERROR);
	return doc;
}

static void test_documents_both_ways(void **state)
{
	IXMLDOMDocument2 *doc = document(CONFIG), *again;
	EAP_METHOD_TYPE type;
	EAP_SESSIONID id;
	BYTE *blob;
	DWORD size;

	register_known();
	assert_int_equal(EapHostPeerConfigXml2Blob(0, doc, &size, &blob, &type, NULL), NO_ERROR);
	assert_int_equal(type.eapType.type, 4);
	EapHostPeerFreeMemory((BYTE *)doc);
	assert_int_equal(EapHostPeerBeginSession(0, type, NULL, NULL, size, blob, 0, NULL, 0, NULL,
						 NULL, NULL, &id, NULL),
			 NO_ERROR);
	assert_int_equal(request(id, 1, 1, ""), EapHostPeerResponseSend);
	assert_memory_equal(sent(id).data + 5, "a & b", 5);
	end(id);
	assert_int_equal(EapHostPeerConfigBlob2Xml(0, type, size, blob, &again, NULL), NO_ERROR);
	EapHostPeerFreeMemory(blob);
	assert_non_null(
		strstr(XeapHostPeerXmlText(again, &size), "<identity>a &amp; b</identity>"));
	assert_int_equal(size, strlen(XeapHostPeerXmlText(again, NULL)));
	EapHostPeerFreeMemory((BYTE *)again);
}

static void test_credentials_of_a_document(void **state)
{
	IXMLDOMDocument2 *doc = document(CREDENTIALS);
	struct blob b = BLOB("eap", "MD5", "ca_cert", "\"/ca\"");
	EAP_METHOD_TYPE type;
	BYTE *user;
	DWORD size;

	register_known();
	for (int with = 0; with < 2; with++) {
		assert_int_equal(EapHostPeerCredentialsXml2Blob(0, doc, with ? (DWORD)b.size : 0,
								with ? (BYTE *)b.data : NULL, &size,
								&user, &type, NULL),
				 NO_ERROR);
		assert_int_equal(type.eapType.type, 4);
		assert_non_null(memmem(user, size, "identity=\"me\"", 13));
		assert_non_null(memmem(user, size, "password=\"secret\"", 17));
		assert_null(memmem(user, size, "ca_cert", 7));
		EapHostPeerFreeMemory(user);
	}
	xeap_text_free(b.data);
	EapHostPeerFreeMemory((BYTE *)doc);
}

static void test_a_malformed_document_is_refused(void **state)
{
	IXMLDOMDocument2 *doc = document("<EapHostConfig>");
	EAP_ERROR *error = NULL;
	EAP_METHOD_TYPE type;
	BYTE *blob = (BYTE *)&type;
	DWORD size = 1;

	assert_int_equal(EapHostPeerConfigXml2Blob(0, doc, &size, &blob, &type, &error),
			 EAP_E_EAPHOST_XML_MALFORMED);
	assert_null(blob);
	assert_int_equal(size, 0);
	assert_memory_equal(&error->rootCauseGuid, &GUID_EapHost_Cause_XmlMalformed, sizeof(GUID));
	EapHostPeerFreeErrorMemory(error);
	assert_int_equal(EapHostPeerCredentialsXml2Blob(0, doc, 0, NULL, &size, &blob, &type, NULL),
			 EAP_E_EAPHOST_XML_MALFORMED);
	EapHostPeerFreeMemory((BYTE *)doc);
	assert_int_equal(EapHostPeerConfigXml2Blob(0, NULL, &size, &blob, &type, NULL),
			 ERROR_INVALID_PARAMETER);
	assert_int_equal(XeapHostPeerLoadXml(0, "", &doc), ERROR_INVALID_PARAMETER);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_fields_become_user_data),
		TEST(test_identity_without_a_session),
		TEST(test_a_prompt_is_fields),
		TEST(test_an_answer_of_another_form_is_refused),
		TEST(test_a_handler_asks),
		TEST(test_the_methods_that_are_installed),
#if CONFIG_XEAP_XML
		TEST(test_documents_both_ways),
		TEST(test_credentials_of_a_document),
		TEST(test_a_malformed_document_is_refused),
#endif
	};

	bed_methods();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
