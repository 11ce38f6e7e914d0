/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_TLS_H
#define XEAP_CRYPTO_TLS_H

#include <stdbool.h>
#include <xeap/error.h>
#include <xeap/span.h>

/*
 * The client side of TLS 1.2 and 1.3, without I/O: bytes of the server come in as spans, bytes for
 * it go out through a function, both without a buffer of ours between. What connections share is a
 * profile: keys, trust store, rules about the server's certificate. A profile never changes after
 * it was made, and outlives its connections.
 *
 * OpenSSL allocates as it goes, and reads the time of day to check certificates: no other part of
 * the library does either.
 */

#define XEAP_TLS_MAX_CERTS 65536 /* bytes of the server's certificate message */
#define XEAP_TLS_MAX_CHAIN 10	 /* certificates between the server's and the root */

struct xeap_tls_profile;

/*
 * What a profile is made from, with the names of wpa_supplicant's keys; NULL where not set. Strings
 * are copied as needed.
 */
struct xeap_tls_params {
	const char *origin; /* "FILE:LINE" for messages, or "" */
	const char *ca_cert, *ca_path;
	const char *client_cert, *private_key, *private_key_passwd;
	/* Of a token: private_key, client_cert and ca_cert "pkcs11:…", or ids in an engine. */
	const char *engine_id, *pin, *key_id, *cert_id, *ca_cert_id;
	/* Of the engine pkcs11: its own file, and the PKCS#11 module that it is to load. */
	const char *engine_path, *module_path;
	const char *openssl_ciphers, *openssl_ecdh_curves, *openssl_sigalgs;
	/* Rules for the server's certificate; all that are set must hold. */
	const char *subject_match;	 /* part of the subject's one-line form */
	const char *altsubject_match;	 /* one of "DNS:…;EMAIL:…;URI:…" */
	const char *domain_suffix_match; /* dNSName ends in one of "…;…", at a label */
	const char *domain_match;	 /* dNSName is one of "…;…" */
	const char *check_cert_subject;	 /* parts of the subject, "O=…/CN=…*" */
	int ocsp; /* stapled status of the server's certificate: 0, 1 (use), 2 (require) */
	bool disable_tls12, disable_tls13;
	bool disable_time_checks;
	bool disable_session_ticket; /* TLS 1.2: resume by session id only */
	/*
	 * A person can be asked about a server that nobody vouches for: ca_cert and ca_path may
	 * both be missing.
	 */
	bool interactive;
	bool never_ask;	      /* not about a server, whoever is there */
	bool server_optional; /* ca_cert may be missing: no certificate is believed then */
	bool client_optional; /* private_key may be missing: the client has other credentials */
};

/*
 * Load everything. Returns 0, or -EINVAL, -ENOTSUP where OpenSSL's configuration leaves no TLS,
 * -ENOMEM or the errno of a file, with a diagnosis that names key and path. Needs ca_cert or
 * ca_path (else any server would be believed), and private_key.
 */
int xeap_tls_profile_new(const struct xeap_tls_params *params,
			 struct xeap_tls_profile **ret_profile, struct xeap_diag *ret_diag);
/*
 * A profile that differs from another one in the client's certificate, and shares all else with it;
 * that one outlives it. PEM: the certificate and those of its issuers; the key, which `passwd`
 * opens if it is encrypted, NULL: there is none. 0; -EINVAL or -ENOMEM with a diagnosis, behind
 * `origin`.
 */
int xeap_tls_profile_derive(const struct xeap_tls_profile *base, struct xeap_span client_cert,
			    struct xeap_span private_key, const char *passwd, const char *origin,
			    struct xeap_tls_profile **ret_profile, struct xeap_diag *ret_diag);
struct xeap_tls_profile *xeap_tls_profile_free(struct xeap_tls_profile *profile);

/* Where a connection's bytes for the server go. */
struct xeap_tls_output {
	/*
	 * Returns how many bytes were taken: fewer than len, or 0, when there is no room for the
	 * rest now.
	 */
	size_t (*write)(struct xeap_tls_output *output, const uint8_t *data, size_t len);
};

/*
 * What is doubtful about a server's certificate that is sound in itself: nobody known vouches for
 * it, or it is another server's. A person may accept it, for one connection.
 */
#define XEAP_TLS_FINGERPRINT 32
#define XEAP_TLS_DOUBT_TEXT 1024
struct xeap_tls_doubt {
	char text
		[XEAP_TLS_DOUBT_TEXT]; /* for people: why, subject, issuer, validity, fingerprint */
	uint8_t fingerprint[XEAP_TLS_FINGERPRINT]; /* SHA-256 of the certificate */
	int error; /* X509_V_ERR_ number of the first doubt of the check that runs, 0: none */
	struct xeap_diag why, name_why; /* the first doubt, and that about its name */
	bool answered, accepted;
};

/* A connection; the owner keeps it at one address from xeap_tls_init() to xeap_tls_done(). */
struct xeap_tls {
	struct ssl_st *ssl;
	const struct xeap_tls_profile *profile;
	struct xeap_tls_output *output;
	struct xeap_span in;  /* what is left of the bytes being fed */
	struct xeap_diag why; /* set by the first thing that went wrong */
	/*
	 * For resumption, times in seconds since 1970: the server sent a ticket in this connection;
	 * its certificates are valid until; and the full handshake that is resumed vouches until.
	 */
	bool new_ticket;
	uint64_t chain_until, vouched_until;
	/*
	 * Set from the profile by xeap_tls_init(); the owner clears it where nobody is to be asked.
	 */
	bool may_ask;
	struct xeap_tls_doubt *doubt; /* NULL: no doubt came up */
};

/* 0 or -ENOMEM. No ticket is asked for until xeap_tls_resume() was called. */
int xeap_tls_init(struct xeap_tls *t, const struct xeap_tls_profile *profile,
		  struct xeap_tls_output *output);
void xeap_tls_done(struct xeap_tls *t);

/*
 * Go on with the handshake. `in` is moved past the bytes that were taken: all of them unless the
 * handshake ends within it or output had no room. Returns 1 when the handshake is done; 0 when more
 * of the server is needed; -ENOBUFS when output had no room, to be called again with what is left
 * of `in`; -EAGAIN when may_ask is set and t->doubt->text is to be shown to a person, to be called
 * again in the same way after xeap_tls_answer(); -EPROTO when it failed (see xeap_tls_why(); an
 * alert has been written if there was one to write).
 */
int xeap_tls_handshake(struct xeap_tls *t, struct xeap_span *in);

/* Whether the certificate of t->doubt is accepted. */
void xeap_tls_answer(struct xeap_tls *t, bool accept);

/*
 * Take application data, after the handshake; post-handshake messages are dealt with inside.
 * Returns how many bytes were decrypted into buf; 0 when more of the server is needed; -ENOBUFS and
 * -EPROTO as xeap_tls_handshake(), where the server's close_notify is a failure too.
 */
int xeap_tls_read(struct xeap_tls *t, struct xeap_span *in, uint8_t *buf, size_t size);

/*
 * Seal application data, after the handshake. Returns len, all of it; -ENOBUFS when output had no
 * room, to be called again with the same bytes; -EPROTO as xeap_tls_handshake().
 */
int xeap_tls_write(struct xeap_tls *t, struct xeap_span data);

/* Why the connection failed; code 0 when it has not. */
const struct xeap_diag *xeap_tls_why(const struct xeap_tls *t);

/*
 * Keying material exporter, RFC 5705 and RFC 8446 §7.5; a context with data NULL is none. 0 or
 * -EIO.
 */
int xeap_tls_export(const struct xeap_tls *t, const char *label, struct xeap_span context,
		    uint8_t *ret_key, size_t len);

#define XEAP_TLS_RANDOM 32
/* client_random and server_random of the handshake. 0 or -EIO. */
int xeap_tls_randoms(const struct xeap_tls *t, uint8_t ret_client[XEAP_TLS_RANDOM],
		     uint8_t ret_server[XEAP_TLS_RANDOM]);

/*
 * Resumption, tls_session.c. What is kept of a connection for the next one of the same profile is a
 * string of bytes, a secret: when it loses its worth, and the session without the server's
 * certificate. The judgement of that certificate holds as long as the certificate does, and at most
 * XEAP_TLS_RESUME_SECONDS from the full handshake on, however often it was resumed in between
 * (RFC 8446 §4.6.1, RFC 9190 §5.7). Whoever resumes trusts the rules of the profile as they were
 * then, so it has to be the same one.
 */
#define XEAP_TLS_RESUME_SECONDS 86400 /* RFC 5246 §F.1.4 */

/*
 * Before the handshake: ask for a ticket, and offer an earlier session; one that is void or expired
 * is passed over, as is data NULL. A server that refuses it goes on with a full handshake.
 */
void xeap_tls_resume(struct xeap_tls *t, struct xeap_span session);

/*
 * After a handshake that led to success: write what can be resumed. Returns its length; -ENOENT
 * when there is nothing: no ticket came (one of TLS 1.3 is good for once, RFC 8446 §C.4), or a
 * person accepted the server's certificate for one login; -ENOSPC; -ENOMEM.
 */
int xeap_tls_get_session(const struct xeap_tls *t, uint8_t *buf, size_t size);

/* Whether the server resumed the session that was offered. */
bool xeap_tls_resumed(const struct xeap_tls *t);
/* Whether the server asked for our certificate in this handshake, and got it with its proof. */
bool xeap_tls_gave_certificate(const struct xeap_tls *t);

/* "1.2" or "1.3", and the cipher suite; constants, NULL before the server has chosen. */
const char *xeap_tls_version(const struct xeap_tls *t);
const char *xeap_tls_cipher(const struct xeap_tls *t);
bool xeap_tls_is_13(const struct xeap_tls *t);

#endif
