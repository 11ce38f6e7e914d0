/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The provider tpm2 offers digests, random numbers and ephemeral keys, too, each of which takes a
 * TPM longer than a whole handshake takes OpenSSL: they are left out.
 *
 * OpenSSL 3.0 signs with whatever provider comes first if it can get the key there, and tpm2
 * exports a private key as its public half. Without export it stays where it can sign.
 *
 * What is to be signed tpm2 has the TPM hash, a block at a time and in one of its few places for
 * objects. Here it is hashed by OpenSSL, and the TPM signs the digest.
 */
#include <crypto/tpm_provider.h>
#include <errno.h>
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define KINDS 4 /* of keys: RSA, RSA-PSS, EC; of signatures: RSA, ECDSA */
#define FUNCTIONS 64
#define MD_NAME_MAX 50

/* What one kind of signature does in the TPM's provider. */
struct signer {
	OSSL_FUNC_signature_newctx_fn *newctx;
	OSSL_FUNC_signature_freectx_fn *freectx;
	OSSL_FUNC_signature_sign_init_fn *init;
	OSSL_FUNC_signature_sign_fn *sign;
	OSSL_FUNC_signature_set_ctx_params_fn *set;
	OSSL_FUNC_signature_settable_ctx_params_fn *settable;
};

/* One signature. */
struct signature {
	const struct signer *signer;
	void *its;
	EVP_MD_CTX *md;
};

static struct {
	OSSL_PROVIDER *tpm;
	void *ctx; /* its */
	OSSL_ALGORITHM keys[KINDS + 1], signatures[KINDS + 1];
	OSSL_DISPATCH functions[KINDS][FUNCTIONS + 1];
	OSSL_FUNC_keymgmt_free_fn *frees[KINDS];
	OSSL_FUNC_keymgmt_get_params_fn *get_params[KINDS];
	struct signer signers[KINDS];
} p;

static pthread_mutex_t lock;
static pthread_once_t lock_made = PTHREAD_ONCE_INIT;

/* A key may be freed while another is loaded. */
static void make_lock(void)
{
	pthread_mutexattr_t recursive;

	pthread_mutexattr_init(&recursive);
	pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&lock, &recursive);
	pthread_mutexattr_destroy(&recursive);
}

void xeap_tpm_lock(void)
{
	pthread_once(&lock_made, make_lock);
	pthread_mutex_lock(&lock);
}

void xeap_tpm_unlock(void)
{
	pthread_mutex_unlock(&lock);
}

/* OpenSSL gives a function nothing that says of which kind it is. */

static void free_key(unsigned int kind, void *key)
{
	xeap_tpm_lock();
	p.frees[kind](key);
	xeap_tpm_unlock();
}

/* Of a curve it is the TPM that is asked. */
static int get_key_params(unsigned int kind, void *key, OSSL_PARAM params[])
{
	int ok;

	xeap_tpm_lock();
	ok = p.get_params[kind](key, params);
	xeap_tpm_unlock();
	return ok;
}

static void *new_signature(unsigned int kind, const char *properties)
{
	struct signature *s = OPENSSL_zalloc(sizeof(*s));

	if (!s)
		return NULL;
	s->signer = &p.signers[kind];
	s->md = EVP_MD_CTX_new();
	s->its = s->signer->newctx(p.ctx, properties);
	if (s->md && s->its)
		return s;
	EVP_MD_CTX_free(s->md);
	if (s->its)
		s->signer->freectx(s->its);
	OPENSSL_free(s);
	return NULL;
}

#define KIND(n)                                                                                    \
	static void free_key_##n(void *key)                                                        \
	{                                                                                          \
		free_key(n, key);                                                                  \
	}                                                                                          \
	static int get_key_params_##n(void *key, OSSL_PARAM params[])                              \
	{                                                                                          \
		return get_key_params(n, key, params);                                             \
	}                                                                                          \
	static void *new_signature_##n(void *ctx, const char *properties)                          \
	{                                                                                          \
		return new_signature(n, properties);                                               \
	}
KIND(0)
KIND(1)
KIND(2)
KIND(3)

static const struct {
	OSSL_FUNC_keymgmt_free_fn *free_key;
	OSSL_FUNC_keymgmt_get_params_fn *get_key_params;
	OSSL_FUNC_signature_newctx_fn *new_signature;
} kinds[KINDS] = {
#define OF_KIND(n)                                                                                 \
	{                                                                                          \
		free_key_##n, get_key_params_##n, new_signature_##n                                \
	}
	OF_KIND(0),
	OF_KIND(1),
	OF_KIND(2),
	OF_KIND(3),
};

static void free_signature(void *ctx)
{
	struct signature *s = ctx;

	xeap_tpm_lock();
	s->signer->freectx(s->its);
	xeap_tpm_unlock();
	EVP_MD_CTX_free(s->md);
	OPENSSL_free(s);
}

static int set_params(void *ctx, const OSSL_PARAM params[])
{
	struct signature *s = ctx;

	return s->signer->set(s->its, params);
}

static const OSSL_PARAM *settable(void *ctx, void *provider_ctx)
{
	struct signature *s = ctx;

	return s ? s->signer->settable(s->its, p.ctx) : NULL;
}

static int set_digest(struct signature *s, const char *name)
{
	char text[MD_NAME_MAX];
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_SIGNATURE_PARAM_DIGEST, text, 0),
		OSSL_PARAM_END,
	};

	OPENSSL_strlcpy(text, name, sizeof(text));
	return set_params(s, params);
}

static int begin(void *ctx, const char *md_name, void *key, const OSSL_PARAM params[])
{
	struct signature *s = ctx;
	EVP_MD *md = EVP_MD_fetch(NULL, md_name, NULL);
	int ok = md && EVP_DigestInit_ex2(s->md, md, NULL);

	EVP_MD_free(md);
	if (!ok)
		return 0;
	xeap_tpm_lock();
	ok = s->signer->init(s->its, key, NULL) && set_digest(s, md_name) &&
	     (!params || set_params(s, params));
	xeap_tpm_unlock();
	return ok;
}

static int update(void *ctx, const unsigned char *data, size_t len)
{
	struct signature *s = ctx;

	return EVP_DigestUpdate(s->md, data, len);
}

/* Asked with NULL it only says how much room it wants. */
static int finish(void *ctx, unsigned char *signature, size_t *ret_len, size_t size)
{
	struct signature *s = ctx;
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned int len = (unsigned int)EVP_MD_CTX_get_size(s->md);
	int ok = !signature || EVP_DigestFinal_ex(s->md, digest, &len);

	xeap_tpm_lock();
	ok = ok && s->signer->sign(s->its, signature, ret_len, size, digest, len);
	xeap_tpm_unlock();
	return ok;
}

/* As TLS does it. OpenSSL 3.0 wants the three others beside it. */
static int sign(void *ctx, unsigned char *signature, size_t *ret_len, size_t size,
		const unsigned char *data, size_t len)
{
	if (signature && !update(ctx, data, len))
		return 0;
	return finish(ctx, signature, ret_len, size);
}

#define FUNCTION(id, f)                                                                            \
	{                                                                                          \
		OSSL_FUNC_SIGNATURE_##id, (void (*)(void))(f)                                      \
	}
/* But for NEWCTX, which is each kind's own. */
static const OSSL_DISPATCH signing[] = {
	FUNCTION(FREECTX, free_signature),
	FUNCTION(DIGEST_SIGN_INIT, begin),
	FUNCTION(DIGEST_SIGN_UPDATE, update),
	FUNCTION(DIGEST_SIGN_FINAL, finish),
	FUNCTION(DIGEST_SIGN, sign),
	FUNCTION(SET_CTX_PARAMS, set_params),
	FUNCTION(SETTABLE_CTX_PARAMS, settable),
};
#define SIGNING (sizeof(signing) / sizeof(signing[0]))

static OSSL_DISPATCH signing_of[KINDS][SIGNING + 2];

static void (*function_of(const OSSL_DISPATCH *d, int id))(void)
{
	while (d->function_id && d->function_id != id)
		d++;
	return d->function;
}

/* What a function of a key becomes; NULL: it is left out. */
static void (*pass_on(const OSSL_DISPATCH *d, size_t kind))(void)
{
	switch (d->function_id) {
	case OSSL_FUNC_KEYMGMT_EXPORT:
	case OSSL_FUNC_KEYMGMT_EXPORT_TYPES:
		return NULL;
	case OSSL_FUNC_KEYMGMT_FREE:
		return (void (*)(void))kinds[kind].free_key;
	case OSSL_FUNC_KEYMGMT_GET_PARAMS:
		return (void (*)(void))kinds[kind].get_key_params;
	}
	return d->function;
}

static void copy_key(const OSSL_ALGORITHM *from, size_t kind)
{
	const OSSL_DISPATCH *d = from->implementation;
	OSSL_DISPATCH *to = p.functions[kind];

	p.frees[kind] = (OSSL_FUNC_keymgmt_free_fn *)function_of(d, OSSL_FUNC_KEYMGMT_FREE);
	p.get_params[kind] =
		(OSSL_FUNC_keymgmt_get_params_fn *)function_of(d, OSSL_FUNC_KEYMGMT_GET_PARAMS);
	p.keys[kind] = *from;
	p.keys[kind].implementation = to;
	for (size_t n = 0; d->function_id && n < FUNCTIONS; d++) {
		void (*function)(void) = pass_on(d, kind);

		if (function)
			to[n++] = (OSSL_DISPATCH){ d->function_id, function };
	}
}

static void copy_signature(const OSSL_ALGORITHM *from, size_t kind)
{
	const OSSL_DISPATCH *d = from->implementation;
	struct signer *s = &p.signers[kind];
	OSSL_DISPATCH *to = signing_of[kind];

#define ITS(id, type) (OSSL_FUNC_signature_##type##_fn *)function_of(d, OSSL_FUNC_SIGNATURE_##id)
	*s = (struct signer){ ITS(NEWCTX, newctx),
			      ITS(FREECTX, freectx),
			      ITS(SIGN_INIT, sign_init),
			      ITS(SIGN, sign),
			      ITS(SET_CTX_PARAMS, set_ctx_params),
			      ITS(SETTABLE_CTX_PARAMS, settable_ctx_params) };
#undef ITS
	p.signatures[kind] = *from;
	p.signatures[kind].implementation = to;
	*to++ = (OSSL_DISPATCH)FUNCTION(NEWCTX, kinds[kind].new_signature);
	for (size_t i = 0; i < SIGNING; i++)
		*to++ = signing[i];
}

static bool is_whole(const struct signer *s)
{
	return s->newctx && s->freectx && s->init && s->sign && s->set && s->settable;
}

static void copy_keys(void)
{
	int no_cache;
	const OSSL_ALGORITHM *a = OSSL_PROVIDER_query_operation(p.tpm, OSSL_OP_KEYMGMT, &no_cache);

	for (size_t i = 0; a && a[i].algorithm_names && i < KINDS; i++)
		copy_key(&a[i], i);
	OSSL_PROVIDER_unquery_operation(p.tpm, OSSL_OP_KEYMGMT, a);
}

static int copy_signatures(void)
{
	int no_cache, r = 0;
	const OSSL_ALGORITHM *a =
		OSSL_PROVIDER_query_operation(p.tpm, OSSL_OP_SIGNATURE, &no_cache);

	for (size_t i = 0; a && a[i].algorithm_names && i < KINDS; i++) {
		copy_signature(&a[i], i);
		if (!is_whole(&p.signers[i]))
			r = -ENOTSUP;
	}
	OSSL_PROVIDER_unquery_operation(p.tpm, OSSL_OP_SIGNATURE, a);
	return r;
}

static const OSSL_ALGORITHM *query(void *ctx, int operation, int *ret_no_cache)
{
	int no_cache;

	*ret_no_cache = 0;
	if (operation == OSSL_OP_KEYMGMT)
		return p.keys;
	if (operation == OSSL_OP_SIGNATURE)
		return p.signatures;
	if (operation == OSSL_OP_STORE || operation == OSSL_OP_DECODER)
		return OSSL_PROVIDER_query_operation(p.tpm, operation, &no_cache);
	return NULL;
}

static int init(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in, const OSSL_DISPATCH **ret,
		void **ret_ctx)
{
	static const OSSL_DISPATCH functions[] = {
		{ OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))query },
		{ 0, NULL },
	};

	*ret = functions;
	*ret_ctx = p.ctx;
	return 1;
}

int xeap_tpm_provider_add(OSSL_LIB_CTX *ctx, OSSL_PROVIDER *tpm)
{
	static const char name[] = "xeap-tpm";
	int r;

	p.tpm = tpm;
	p.ctx = OSSL_PROVIDER_get0_provider_ctx(tpm);
	copy_keys();
	r = copy_signatures();
	if (r < 0)
		return r;
	return OSSL_PROVIDER_add_builtin(ctx, name, init) && OSSL_PROVIDER_load(ctx, name)
		       ? 0
		       : -ENOMEM;
}
