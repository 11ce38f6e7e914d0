/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "host/host.h"

#include "base/diag.h"

static const struct {
	uint32_t code;
	const char *text;
} repairs[] = {
	{ XEAP_E_INVALID_HANDLE, "begin a session and feed it the packet again" },
	{ XEAP_E_OUT_OF_MEMORY, "feed the same packet again when frames or memory are free" },
	{ XEAP_E_INVALID_STATE,
	  "make the call when the last action asks for it, from one thread at a time" },
	{ XEAP_E_IDENTITY_UNKNOWN, "set identity=" },
	{ XEAP_E_METHOD_NOT_INSTALLED, "name a method of this build in eap=" },
	{ XEAP_E_REMOTE_INVALID_PACKET, "drop the packet" },
	{ XEAP_E_METHOD_INVALID_PACKET, "report this as a defect of the method" },
	{ XEAP_I_NEGOTIATION_FAILED,
	  "let eap= and the authenticator's list have a method in common" },
	{ XEAP_E_AUTHENTICATION_FAILED, "see the authenticator's log for its reason" },
	{ XEAP_E_USER_NAME_PASSWORD_REJECTED, "check identity= and password=" },
	{ XEAP_E_USER_CREDENTIALS_REJECTED, "check identity= and password=" },
	{ XEAP_E_USER_CERT_NOT_FOUND, "check client_cert=" },
	{ XEAP_E_USER_CERT_INVALID, "check client_cert= and private_key=" },
	{ XEAP_E_USER_CERT_EXPIRED, "renew the certificate that client_cert= names" },
	{ XEAP_E_USER_CERT_REVOKED, "renew the certificate that client_cert= names" },
	{ XEAP_E_USER_CERT_REJECTED, "check that the server trusts the CA of client_cert=" },
	{ XEAP_E_SERVER_CERT_INVALID,
	  "check domain_suffix_match=, altsubject_match= and subject_match=" },
	{ XEAP_E_SERVER_CERT_EXPIRED,
	  "renew the server's certificate, or set this machine's clock" },
	{ XEAP_E_SERVER_CERT_REVOKED, "renew the server's certificate" },
	{ XEAP_E_SERVER_ROOT_CERT_NOT_FOUND, "check that ca_cert= names the server's CA" },
	{ XEAP_E_SERVER_ROOT_CERT_INVALID, "check that ca_cert= names the server's CA" },
	{ XEAP_E_SERVER_ROOT_CERT_NAME_REQUIRED, "set domain_suffix_match=" },
};

static const char *repair(uint32_t code)
{
	for (size_t i = 0; i < sizeof(repairs) / sizeof(repairs[0]); i++)
		if (repairs[i].code == code)
			return repairs[i].text;
	return "";
}

uint32_t xeap_refuse(struct xeap_error **ret_error, uint32_t code, const char *why)
{
	if (ret_error)
		*ret_error = xeap_error_new(code, NULL, code, why, repair(code));
	return code;
}

uint32_t xeap_refuse_peer(struct xeap_error **ret_error, uint32_t code,
			  const struct xeap_peer *peer)
{
	const struct xeap_peer_method *m = xeap_peer_selected(peer);
	const struct xeap_diag *diag = xeap_peer_diag(peer);
	uint32_t reason = diag->code ? diag->code : code;

	if (ret_error)
		*ret_error = xeap_error_new(code, m ? &m->method->type : NULL, reason, diag->text,
					    repair(reason));
	return code;
}
