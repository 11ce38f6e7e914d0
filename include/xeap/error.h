/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_ERROR_H
#define XEAP_ERROR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Return codes of the host functions (xeap/host.h): the numbers that EAPHost publishes.
 * Functions outside the host return 0 or a negative errno.
 */
enum xeap_code {
	XEAP_OK = 0,
	XEAP_E_INVALID_HANDLE = 6,
	XEAP_E_OUT_OF_MEMORY = 8,
	XEAP_E_NOT_SUPPORTED = 50,
	XEAP_E_INVALID_PARAMETER = 87,
	XEAP_E_INVALID_STATE = 5023,
};

#define XEAP_E_CERT_STORE_INACCESSIBLE 0x80420010u
#define XEAP_E_METHOD_NOT_INSTALLED 0x80420011u
#define XEAP_E_THIRD_PARTY_METHOD_HOST_RESET 0x80420012u
#define XEAP_E_IDENTITY_UNKNOWN 0x80420014u
#define XEAP_E_AUTHENTICATION_FAILED 0x80420015u
#define XEAP_I_NEGOTIATION_FAILED 0x40420016u
#define XEAP_E_METHOD_INVALID_PACKET 0x80420017u
#define XEAP_E_REMOTE_INVALID_PACKET 0x80420018u
#define XEAP_E_XML_MALFORMED 0x80420019u
#define XEAP_E_METHOD_OPERATION_NOT_SUPPORTED 0x80420020u

#define XEAP_E_USER_CERT_NOT_FOUND 0x80420100u
#define XEAP_E_USER_CERT_INVALID 0x80420101u
#define XEAP_E_USER_CERT_EXPIRED 0x80420102u
#define XEAP_E_USER_CERT_REVOKED 0x80420103u
#define XEAP_E_USER_CERT_OTHER 0x80420104u
#define XEAP_E_USER_CERT_REJECTED 0x80420105u
#define XEAP_E_USER_CREDENTIALS_REJECTED 0x80420111u
#define XEAP_E_USER_NAME_PASSWORD_REJECTED 0x80420112u

#define XEAP_E_SERVER_CERT_NOT_FOUND 0x80420200u
#define XEAP_E_SERVER_CERT_INVALID 0x80420201u
#define XEAP_E_SERVER_CERT_EXPIRED 0x80420202u
#define XEAP_E_SERVER_CERT_REVOKED 0x80420203u
#define XEAP_E_SERVER_CERT_OTHER 0x80420204u
#define XEAP_E_USER_ROOT_CERT_NOT_FOUND 0x80420300u
#define XEAP_E_USER_ROOT_CERT_INVALID 0x80420301u
#define XEAP_E_SERVER_ROOT_CERT_NOT_FOUND 0x80420400u
#define XEAP_E_SERVER_ROOT_CERT_INVALID 0x80420401u
#define XEAP_E_SERVER_ROOT_CERT_NAME_REQUIRED 0x80420406u

#define XEAP_DIAG_TEXT 256

/**
 * Where a failing call says why, in one line that names the thing and the way out. The caller owns
 * it (usually on the stack); it is written only on failure, never holds a secret, and needs no
 * freeing.
 */
struct xeap_diag {
	uint32_t code; /**< an enum xeap_code or XEAP_E_ number; 0 when nothing was written */
	char text[XEAP_DIAG_TEXT];
};

/**
 * EAP method type (RFC 3748 §5.7), with EAPHost's author id. vendor and vendor_type are 0 unless
 * type is 254.
 */
struct xeap_method_type {
	uint8_t type;
	uint32_t vendor;
	uint32_t vendor_type;
	uint32_t author;
};

/**
 * What EAPHost calls EAP_ERROR. Made by the host, outlives its session, freed once with
 * xeap_error_free().
 */
struct xeap_error {
	uint32_t code;			/**< the return value of the call that made it */
	struct xeap_method_type method; /**< type 0 when no method was running */
	uint32_t reason; /**< XEAP_E_ number, more specific than code where known, else code */
	const char *root_cause; /**< one line, never NULL */
	const char *repair;	/**< one line that says what to do, or "" */
};

/**
 * Free an error object. NULL is accepted.
 * @error: what a host function stored through its error argument
 */
void xeap_error_free(struct xeap_error *error);

/**
 * The one-line text of a code.
 * @code: enum xeap_code or XEAP_E_ number
 * Returns a constant string, "unknown error" for a number not in the table; never NULL.
 */
const char *xeap_strerror(uint32_t code);

#ifdef __cplusplus
}
#endif
#endif
