/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <crypto/chains.h>
#include <errno.h>
#include <openssl/evp.h>
#include <string.h>

static uint64_t seconds_of(const ASN1_TIME *t)
{
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
	int days, rest, ok = epoch && ASN1_TIME_diff(&days, &rest, epoch, t);

	ASN1_TIME_free(epoch);
	if (!ok)
		return UINT64_MAX;
	return days < 0 || rest < 0 ? 0 : (uint64_t)days * 86400 + (uint64_t)rest;
}

uint64_t xeap_now_seconds(void)
{
	return seconds_of(NULL);
}

int xeap_chains_init(struct xeap_chains *c)
{
	memset(c, 0, sizeof(*c));
	return pthread_mutex_init(&c->lock, NULL) ? -ENOMEM : 0;
}

void xeap_chains_destroy(struct xeap_chains *c)
{
	pthread_mutex_destroy(&c->lock);
}

/* Their order matters not to a verifier, and costs nothing here. */
static bool digest_of(X509_STORE_CTX *store, uint8_t ret_digest[XEAP_CHAIN_DIGEST])
{
	STACK_OF(X509) *sent = X509_STORE_CTX_get0_untrusted(store);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	uint8_t one[EVP_MAX_MD_SIZE];
	unsigned int len;
	bool ok = md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) &&
		  X509_digest(X509_STORE_CTX_get0_cert(store), EVP_sha256(), one, &len) &&
		  EVP_DigestUpdate(md, one, len);

	for (int i = 0; ok && i < sk_X509_num(sent); i++)
		ok = X509_digest(sk_X509_value(sent, i), EVP_sha256(), one, &len) &&
		     EVP_DigestUpdate(md, one, len);
	ok = ok && EVP_DigestFinal_ex(md, ret_digest, NULL);
	EVP_MD_CTX_free(md);
	return ok;
}

/* Under the lock. */
static const struct xeap_chain *find(const struct xeap_chains *c, const uint8_t *digest)
{
	for (size_t i = 0; i < XEAP_CHAINS; i++)
		if (c->known[i].until && !memcmp(c->known[i].digest, digest, XEAP_CHAIN_DIGEST))
			return &c->known[i];
	return NULL;
}

bool xeap_chains_know(struct xeap_chains *c, X509_STORE_CTX *store, struct xeap_chain *ret_chain)
{
	const struct xeap_chain *found;
	uint64_t now = xeap_now_seconds();

	memset(ret_chain, 0, sizeof(*ret_chain));
	if (!digest_of(store, ret_chain->digest))
		return false;
	pthread_mutex_lock(&c->lock);
	found = find(c, ret_chain->digest);
	if (found)
		*ret_chain = *found;
	pthread_mutex_unlock(&c->lock);
	return found && now >= ret_chain->from && now < ret_chain->until;
}

/* When the first of the lists that are in force now is to be replaced. */
static uint64_t lists_until(X509_STORE *trust, uint64_t until)
{
	STACK_OF(X509_OBJECT) * objects;
	uint64_t now = xeap_now_seconds();

	X509_STORE_lock(trust);
	objects = X509_STORE_get0_objects(trust);
	for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
		X509_CRL *crl = X509_OBJECT_get0_X509_CRL(sk_X509_OBJECT_value(objects, i));
		const ASN1_TIME *next = crl ? X509_CRL_get0_nextUpdate(crl) : NULL;
		uint64_t end = next ? seconds_of(next) : UINT64_MAX;

		until = end > now && end < until ? end : until;
	}
	X509_STORE_unlock(trust);
	return until;
}

void xeap_chain_validity(struct xeap_chain *chain, X509_STORE_CTX *store, bool ignores_time)
{
	STACK_OF(X509) *certs = X509_STORE_CTX_get0_chain(store);

	chain->from = 0;
	chain->until = UINT64_MAX;
	for (int i = 0; i < sk_X509_num(certs) && !ignores_time; i++) {
		const X509 *x = sk_X509_value(certs, i);
		uint64_t from = seconds_of(X509_get0_notBefore(x));
		uint64_t until = seconds_of(X509_get0_notAfter(x));

		chain->from = from > chain->from ? from : chain->from;
		chain->until = until < chain->until ? until : chain->until;
	}
	if (!ignores_time)
		chain->until = lists_until(X509_STORE_CTX_get0_store(store), chain->until);
}

void xeap_chains_add(struct xeap_chains *c, const struct xeap_chain *chain)
{
	pthread_mutex_lock(&c->lock);
	if (!find(c, chain->digest)) {
		c->known[c->next] = *chain;
		c->next = (c->next + 1) % XEAP_CHAINS;
	}
	pthread_mutex_unlock(&c->lock);
}
