/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/wipe.h>
#include <crypto/mac.h>
#include <crypto/tls_pac.h>
#include <crypto/tls_prf.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>

#define MASTER 48
#define BLOCK_MAX 512 /* of keys, and what follows */
#define FIXED_IV 4    /* of GCM, CCM (RFC 5288 §3, RFC 6655 §3) */
#define TPRF_MAX ((size_t)255 * XEAP_SHA1_LEN)

int xeap_tprf(struct xeap_span key, const char *label, struct xeap_span seed, uint8_t *ret_key,
	      size_t len)
{
	XEAP_SECRET(t, XEAP_SHA1_LEN);
	uint8_t tail[3] = { (uint8_t)(len >> 8), (uint8_t)len, 0 };
	size_t before = 0;

	if (len > TPRF_MAX)
		return -EINVAL;
	for (size_t done = 0, take; done < len; done += take) {
		/* the label's end is a zero octet of S */
		const struct xeap_span parts[] = { xeap_span(t, before),
						   xeap_span(label, strlen(label) + 1), seed,
						   xeap_span(tail, sizeof(tail)) };
		int r;

		tail[2]++;
		r = xeap_hmac(XEAP_DIGEST_SHA1, key, parts, 4, t, XEAP_SHA1_LEN);
		if (r < 0) {
			xeap_wipe(ret_key, len);
			return r;
		}
		before = XEAP_SHA1_LEN;
		take = len - done < XEAP_SHA1_LEN ? len - done : XEAP_SHA1_LEN;
		memcpy(ret_key + done, t, take);
	}
	return 0;
}

/*
 * Called by OpenSSL at the ServerHello. Whether the server took the ticket is known by its next
 * message only: a full handshake makes the master secret anew.
 */
static int on_secret(SSL *ssl, void *secret, int *secret_len, STACK_OF(SSL_CIPHER) * ciphers,
		     const SSL_CIPHER **cipher, void *arg)
{
	struct xeap_tls_pac *pac = arg;
	uint8_t seed[2 * XEAP_TLS_RANDOM];

	if (*secret_len < MASTER ||
	    SSL_get_server_random(ssl, seed, XEAP_TLS_RANDOM) != XEAP_TLS_RANDOM ||
	    SSL_get_client_random(ssl, seed + XEAP_TLS_RANDOM, XEAP_TLS_RANDOM) != XEAP_TLS_RANDOM)
		return 0;
	if (xeap_tprf(xeap_span(pac->key, XEAP_PAC_KEY), "PAC to master secret label hash",
		      xeap_span(seed, sizeof(seed)), secret, MASTER) < 0)
		return 0;
	*secret_len = MASTER;
	pac->asked = true;
	return 1;
}

int xeap_tls_use_pac(struct xeap_tls *t, struct xeap_tls_pac *pac, struct xeap_span ticket)
{
	/* OpenSSL copies it */
	bool ok = ticket.len <= UINT16_MAX &&
		  SSL_set_session_ticket_ext(t->ssl, (void *)(uintptr_t)ticket.data,
					     (int)ticket.len) == 1 &&
		  SSL_set_session_secret_cb(t->ssl, on_secret, pac) == 1;

	ERR_clear_error();
	if (!ok)
		return -ENOMEM;
	SSL_clear_options(t->ssl, SSL_OP_NO_TICKET);
	return 0;
}

int xeap_tls_allow_anonymous(struct xeap_tls *t, bool beside)
{
	/* OpenSSL knows DEFAULT as the first word only, where it bans the last: what it means */
	const char *suites = beside ? "ALL:-COMPLEMENTOFDEFAULT:ADH-AES128-SHA:@SECLEVEL=0"
				    : "ADH-AES128-SHA:@SECLEVEL=0";
	int ok = SSL_set_cipher_list(t->ssl, suites);

	ERR_clear_error();
	return ok == 1 ? 0 : -ENOTSUP;
}

bool xeap_tls_is_anonymous(const struct xeap_tls *t)
{
	const SSL_CIPHER *cipher = SSL_get_current_cipher(t->ssl);

	return !SSL_session_reused(t->ssl) && cipher &&
	       SSL_CIPHER_get_auth_nid(cipher) == NID_auth_null;
}

static size_t block_length(const SSL_CIPHER *suite, enum xeap_tls_block block)
{
	const EVP_CIPHER *cipher = EVP_get_cipherbynid(SSL_CIPHER_get_cipher_nid(suite));
	const EVP_MD *mac = EVP_get_digestbynid(SSL_CIPHER_get_digest_nid(suite));
	bool nonce = SSL_CIPHER_is_aead(suite);
	int iv, len;

	if (!cipher)
		return 0;
	iv = EVP_CIPHER_get_iv_length(cipher);
	if (nonce && block == XEAP_TLS_BLOCK_RFC5246 && EVP_CIPHER_get_mode(cipher))
		iv = FIXED_IV;
	len = EVP_CIPHER_get_key_length(cipher) + iv + (!nonce && mac ? EVP_MD_get_size(mac) : 0);
	return 2 * (size_t)len;
}

int xeap_tls_after_key_block(const struct xeap_tls *t, enum xeap_tls_block block, uint8_t *ret_key,
			     size_t len)
{
	XEAP_SECRET(master, MASTER);
	XEAP_SECRET(keys, BLOCK_MAX);
	const SSL_SESSION *session = SSL_get0_session(t->ssl);
	const SSL_CIPHER *suite = SSL_get_current_cipher(t->ssl);
	size_t before = suite ? block_length(suite, block) : 0;
	uint8_t seed[2 * XEAP_TLS_RANDOM];
	enum xeap_digest_name digest;
	int r;

	if (!session || !before || before + len > BLOCK_MAX ||
	    SSL_SESSION_get_master_key(session, master, MASTER) != MASTER ||
	    xeap_tls_randoms(t, seed + XEAP_TLS_RANDOM, seed) < 0)
		return -EIO;
	r = xeap_tls_digest(t, &digest);
	if (r == 0)
		r = xeap_tls_prf(digest, xeap_span(master, MASTER), "key expansion",
				 xeap_span(seed, sizeof(seed)), keys, before + len);
	if (r == 0)
		memcpy(ret_key, keys + before, len);
	return r;
}
