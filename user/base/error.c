/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/diag.h"

static const struct {
	uint32_t code;
	const char *text;
} texts[] = {
	{ XEAP_OK, "success" },
	{ XEAP_E_INVALID_HANDLE, "no such session" },
	{ XEAP_E_OUT_OF_MEMORY, "out of memory or frames" },
	{ XEAP_E_NOT_SUPPORTED, "not supported" },
	{ XEAP_E_INVALID_PARAMETER, "invalid parameter" },
	{ XEAP_E_INVALID_STATE, "not possible in this state" },
	{ XEAP_E_CERT_STORE_INACCESSIBLE, "the certificate store cannot be read" },
	{ XEAP_E_METHOD_NOT_INSTALLED, "no configured EAP method has this type" },
	{ XEAP_E_THIRD_PARTY_METHOD_HOST_RESET, "the host of an external EAP method was reset" },
	{ XEAP_E_IDENTITY_UNKNOWN, "no identity is configured" },
	{ XEAP_E_AUTHENTICATION_FAILED, "authentication failed" },
	{ XEAP_I_NEGOTIATION_FAILED, "no EAP method that both sides accept" },
	{ XEAP_E_METHOD_INVALID_PACKET, "the EAP method made an invalid packet" },
	{ XEAP_E_REMOTE_INVALID_PACKET, "the authenticator sent an invalid packet" },
	{ XEAP_E_XML_MALFORMED, "malformed XML" },
	{ XEAP_E_METHOD_OPERATION_NOT_SUPPORTED, "the EAP method does not support this" },
	{ XEAP_E_USER_CERT_NOT_FOUND, "client certificate not found" },
	{ XEAP_E_USER_CERT_INVALID, "client certificate invalid" },
	{ XEAP_E_USER_CERT_EXPIRED, "client certificate expired" },
	{ XEAP_E_USER_CERT_REVOKED, "client certificate revoked" },
	{ XEAP_E_USER_CERT_OTHER, "client certificate unusable" },
	{ XEAP_E_USER_CERT_REJECTED, "client certificate rejected by the server" },
	{ XEAP_E_USER_CREDENTIALS_REJECTED, "credentials rejected" },
	{ XEAP_E_USER_NAME_PASSWORD_REJECTED, "user name or password rejected" },
	{ XEAP_E_SERVER_CERT_NOT_FOUND, "the server sent no certificate" },
	{ XEAP_E_SERVER_CERT_INVALID, "server certificate invalid" },
	{ XEAP_E_SERVER_CERT_EXPIRED, "server certificate expired" },
	{ XEAP_E_SERVER_CERT_REVOKED, "server certificate revoked" },
	{ XEAP_E_SERVER_CERT_OTHER, "server certificate not accepted" },
	{ XEAP_E_USER_ROOT_CERT_NOT_FOUND, "CA certificate of the client not found" },
	{ XEAP_E_USER_ROOT_CERT_INVALID, "CA certificate of the client invalid" },
	{ XEAP_E_SERVER_ROOT_CERT_NOT_FOUND, "CA certificate of the server not trusted" },
	{ XEAP_E_SERVER_ROOT_CERT_INVALID, "CA certificate of the server invalid" },
	{ XEAP_E_SERVER_ROOT_CERT_NAME_REQUIRED, "a server name to check is required" },
};

const char *xeap_strerror(uint32_t code)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].code == code)
			return texts[i].text;
	return "unknown error";
}

static const struct {
	int err;
	uint32_t code;
} codes[] = {
	{ 0, XEAP_OK },
	{ -ENOMEM, XEAP_E_OUT_OF_MEMORY },
	{ -ENOBUFS, XEAP_E_OUT_OF_MEMORY },
	{ -EINVAL, XEAP_E_INVALID_PARAMETER },
	{ -ERANGE, XEAP_E_INVALID_PARAMETER },
	{ -ENOSPC, XEAP_E_INVALID_PARAMETER },
	{ -EOPNOTSUPP, XEAP_E_NOT_SUPPORTED },
	{ -ENOSYS, XEAP_E_NOT_SUPPORTED },
	{ -ENOENT, XEAP_E_NOT_SUPPORTED },
	{ -EBADF, XEAP_E_INVALID_HANDLE },
	{ -EBADFD, XEAP_E_INVALID_STATE },
	{ -EALREADY, XEAP_E_INVALID_STATE },
	{ -EBUSY, XEAP_E_INVALID_STATE },
	{ -EBADMSG, XEAP_E_REMOTE_INVALID_PACKET },
	{ -EPROTO, XEAP_E_REMOTE_INVALID_PACKET },
	{ -EPROTONOSUPPORT, XEAP_E_REMOTE_INVALID_PACKET },
	{ -EMSGSIZE, XEAP_E_METHOD_INVALID_PACKET },
};

uint32_t xeap_code_of_errno(int err)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].err == err)
			return codes[i].code;
	return XEAP_E_AUTHENTICATION_FAILED;
}

/* C0, DEL, and C1 as UTF-8 writes it (C2 80 to C2 9F): a terminal obeys all three. */
static void replace_controls(char *text)
{
	for (uint8_t *p = (uint8_t *)text; *p; p++) {
		if (*p < 0x20 || *p == 0x7f)
			*p = '?';
		else if (*p == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0)
			p[0] = p[1] = '?';
	}
}

/* Cut off a character that truncation left incomplete, so that the line stays UTF-8. */
static void trim_partial_character(char *text, size_t len)
{
	size_t lead = len, want;

	while (lead > 0 && len - lead < 3 && ((uint8_t)text[lead - 1] & 0xc0) == 0x80)
		lead--;
	if (lead == 0 || (uint8_t)text[lead - 1] < 0xc0)
		return;
	lead--;
	want = (uint8_t)text[lead] >= 0xf0 ? 4 : (uint8_t)text[lead] >= 0xe0 ? 3 : 2;
	if (len - lead < want)
		text[lead] = '\0';
}

int xeap_diag_set(struct xeap_diag *d, int err, uint32_t code, const char *format, ...)
{
	va_list args;
	int len;

	if (!d)
		return err;
	va_start(args, format);
	len = vsnprintf(d->text, sizeof(d->text), format, args);
	va_end(args);
	if (len < 0)
		d->text[0] = '\0';
	else if ((size_t)len >= sizeof(d->text))
		trim_partial_character(d->text, sizeof(d->text) - 1);
	replace_controls(d->text);
	d->code = code;
	return err;
}

struct xeap_error *xeap_error_new(uint32_t code, const struct xeap_method_type *method,
				  uint32_t reason, const char *root_cause, const char *repair)
{
	struct xeap_error *e;
	size_t cause_size, repair_size;
	char *text;

	if (!root_cause)
		root_cause = xeap_strerror(reason ? reason : code);
	if (!repair)
		repair = "";
	cause_size = strlen(root_cause) + 1;
	repair_size = strlen(repair) + 1;
	e = calloc(1, sizeof(*e) + cause_size + repair_size);
	if (!e)
		return NULL;
	text = (char *)(e + 1);
	e->code = code;
	if (method)
		e->method = *method;
	e->reason = reason ? reason : code;
	e->root_cause = memcpy(text, root_cause, cause_size);
	e->repair = memcpy(text + cause_size, repair, repair_size);
	replace_controls(text);
	replace_controls(text + cause_size);
	return e;
}

void xeap_error_free(struct xeap_error *error)
{
	free(error);
}
