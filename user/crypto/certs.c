/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/fd.h>
#include <base/hex.h>
#include <base/wipe.h>
#include <crypto/certs.h>
#include <crypto/engine.h>
#include <crypto/tpm.h>
#include <crypto/tpm_provider.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file in memory, wiped when it goes out of scope: it may hold a private key. */
struct file {
	uint8_t *data;
	size_t len;
};

static void file_free(struct file *f)
{
	if (f->data)
		xeap_wipe(f->data, f->len);
	free(f->data);
}

#define FILE_SCOPE __attribute__((cleanup(file_free))) struct file

/* What is being loaded, for messages: origin, and KEY="PATH". */
struct source {
	const char *origin, *key, *path;
};

/* A PIN may stand in a URI (RFC 7512 §2.4), or after a handle: messages show what comes before. */
#define SOURCE_FORMAT "%s%s%s=\"%.*s\": "
#define SOURCE_ARGS(s) (s)->origin, *(s)->origin ? ": " : "", (s)->key, shown((s)->path), (s)->path

static int shown(const char *path)
{
	bool may_tell = xeap_engine_is_uri(path) || xeap_tpm_is_handle(path);

	return path ? (int)(may_tell ? strcspn(path, "?") : strlen(path)) : 0;
}

static struct source source_of(const struct xeap_tls_params *p, const char *key, const char *path)
{
	return (struct source){ p->origin ? p->origin : "", key, path };
}

static int fail(const struct source *s, struct xeap_diag *d, int err, uint32_t code,
		const char *what)
{
	return xeap_diag_set(d, err, code, SOURCE_FORMAT "%s", SOURCE_ARGS(s), what);
}

static int read_all(int fd, struct file *f)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode) || st.st_size > XEAP_CERT_FILE_MAX)
		return -EFBIG;
	f->data = malloc((size_t)st.st_size + 1);
	if (!f->data)
		return -ENOMEM;
	f->len = (size_t)st.st_size; /* to be wiped whatever comes */
	n = xeap_fd_read(fd, f->data, f->len);
	if (n < 0)
		return (int)n;
	f->len = (size_t)n;
	return 0;
}

static int file_read(const char *path, struct file *f)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), r;

	if (fd < 0)
		return -errno;
	r = read_all(fd, f);
	close(fd);
	return r;
}

static int load_file(const struct source *s, uint32_t code, struct file *f, struct xeap_diag *d)
{
	int r = file_read(s->path, f);

	if (r == -EFBIG)
		return fail(s, d, r, code, "not a regular file of at most 4 MiB");
	if (r < 0)
		return fail(s, d, r, code, strerror(-r));
	return 0;
}

static BIO *bio_of(const struct file *f)
{
	return BIO_new_mem_buf(f->data, (int)f->len);
}

/*
 * Whether the last PEM read ended because there was no further block, rather than at a broken one.
 */
static bool pem_at_end(void)
{
	unsigned long e = ERR_peek_last_error();

	return ERR_GET_LIB(e) == ERR_LIB_PEM && ERR_GET_REASON(e) == PEM_R_NO_START_LINE;
}

/* Add a certificate, taking it over; one that is there already is fine. */
static int add_one(X509_STORE *store, X509 *x)
{
	int ok = X509_STORE_add_cert(store, x);

	X509_free(x);
	return ok ? 0 : -ENOMEM;
}

static int add_der(X509_STORE *store, const struct file *f)
{
	const uint8_t *p = f->data;
	X509 *x = d2i_X509(NULL, &p, (long)f->len);

	if (!x)
		return -EBADMSG;
	return add_one(store, x);
}

static int add_pem(X509_STORE *store, BIO *bio)
{
	int count = 0, r = 0;
	X509 *x;

	while (r == 0 && (x = PEM_read_bio_X509_AUX(bio, NULL, NULL, NULL))) {
		r = add_one(store, x);
		count++;
	}
	if (r == 0 && !pem_at_end())
		r = -EBADMSG;
	return r < 0 ? r : count;
}

/* Add a revocation list, taking it over. */
static int add_list(X509_STORE *store, X509_CRL *crl)
{
	int ok = X509_STORE_add_crl(store, crl);

	X509_CRL_free(crl);
	return ok ? 0 : -ENOMEM;
}

/* Add all revocation lists of a file, PEM or DER. Their number, -EBADMSG or -ENOMEM. */
static int add_lists(X509_STORE *store, const struct file *f)
{
	const uint8_t *p = f->data;
	X509_CRL *crl = d2i_X509_CRL(NULL, &p, (long)f->len);
	int count = 0, r = 0;
	BIO *bio;

	if (crl)
		return add_list(store, crl) < 0 ? -ENOMEM : 1;
	bio = bio_of(f);
	if (!bio)
		return -ENOMEM;
	ERR_clear_error();
	while (r == 0 && (crl = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL))) {
		r = add_list(store, crl);
		count++;
	}
	if (r == 0 && !pem_at_end())
		r = -EBADMSG;
	BIO_free(bio);
	ERR_clear_error();
	return r < 0 ? r : count;
}

/* A list that is there is used: nobody puts one beside a CA for it to be passed over. */
static void check_lists(SSL_CTX *ctx)
{
	X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(ctx),
				    X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
}

/*
 * Add all certificates of a file, PEM or DER. 0; -EBADMSG when there is none or a broken one;
 * -ENOMEM.
 */
static int add_trusted(X509_STORE *store, const struct file *f)
{
	BIO *bio = bio_of(f);
	int r;

	if (!bio)
		return -ENOMEM;
	r = add_pem(store, bio);
	BIO_free(bio);
	if (r == 0)
		r = add_der(store, f);
	ERR_clear_error();
	return r < 0 ? r : 0;
}

static int load_ca_cert(SSL_CTX *ctx, const struct xeap_tls_params *p, struct xeap_diag *d)
{
	X509_STORE *store = SSL_CTX_get_cert_store(ctx);
	struct source s = source_of(p, "ca_cert", p->ca_cert);
	FILE_SCOPE f = { NULL, 0 };
	int r;

	if (strstr(p->ca_cert, "://"))
		return fail(&s, d, -EINVAL, XEAP_E_SERVER_ROOT_CERT_NOT_FOUND,
			    "a file, \"system\", or hash://server/sha256/HEX; not probe or blob");
	r = load_file(&s, XEAP_E_SERVER_ROOT_CERT_NOT_FOUND, &f, d);
	if (r < 0)
		return r;
	r = add_trusted(store, &f);
	if (r == -EBADMSG)
		return fail(&s, d, -EINVAL, XEAP_E_SERVER_ROOT_CERT_INVALID,
			    "no certificate in PEM or DER form, or a broken one");
	if (r < 0)
		return fail(&s, d, r, XEAP_E_OUT_OF_MEMORY, "out of memory");
	r = add_lists(store, &f);
	if (r < 0)
		return fail(&s, d, -EINVAL, XEAP_E_SERVER_ROOT_CERT_INVALID,
			    "a revocation list in it is broken");
	if (r > 0)
		check_lists(ctx);
	return 0;
}

/*
 * Files that hold no certificate are passed over: a hashed directory holds revocation lists and
 * notes too.
 */
static int add_from_dir(SSL_CTX *ctx, const struct source *s, const char *name, int *count)
{
	X509_STORE *store = SSL_CTX_get_cert_store(ctx);
	FILE_SCOPE f = { NULL, 0 };
	char path[4096];
	int r;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", s->path, name) >= sizeof(path))
		return 0;
	if (file_read(path, &f) < 0)
		return 0;
	r = add_trusted(store, &f);
	if (r == 0)
		*count += 1;
	if (r != -ENOMEM && add_lists(store, &f) > 0)
		check_lists(ctx);
	return r == -ENOMEM ? r : 0;
}

/*
 * All of the directory is read now, though OpenSSL could look issuers up by hash when they are
 * needed: a conversation must not wait for a disk.
 */
static int load_dir(SSL_CTX *ctx, const struct source *from, struct xeap_diag *d)
{
	struct source s = *from;
	DIR *dir = opendir(s.path);
	int count = 0, files = 0, r = 0;
	struct dirent *e;

	if (!dir)
		return fail(&s, d, -errno, XEAP_E_SERVER_ROOT_CERT_NOT_FOUND, strerror(errno));
	while (r == 0 && (e = readdir(dir)) && files++ < XEAP_CA_PATH_MAX_FILES)
		if (e->d_name[0] != '.')
			r = add_from_dir(ctx, &s, e->d_name, &count);
	closedir(dir);
	if (r < 0)
		return fail(&s, d, r, XEAP_E_OUT_OF_MEMORY, "out of memory");
	if (files > XEAP_CA_PATH_MAX_FILES)
		return fail(&s, d, -E2BIG, XEAP_E_SERVER_ROOT_CERT_NOT_FOUND, "too many files");
	if (count == 0)
		return fail(&s, d, -EINVAL, XEAP_E_SERVER_ROOT_CERT_NOT_FOUND,
			    "no file in it holds a certificate");
	return 0;
}

static int load_ca_path(SSL_CTX *ctx, const struct xeap_tls_params *p, struct xeap_diag *d)
{
	struct source s = source_of(p, "ca_path", p->ca_path);

	return load_dir(ctx, &s, d);
}

/* What the machine trusts, as OpenSSL was built to find it: /etc/ssl/certs on Debian. */
static int load_system(SSL_CTX *ctx, const struct xeap_tls_params *p, struct xeap_diag *d)
{
	struct source s = source_of(p, "ca_cert", X509_get_default_cert_dir());
	struct xeap_tls_params file = *p;

	file.ca_cert = X509_get_default_cert_file();
	if (access(file.ca_cert, R_OK) == 0)
		return load_ca_cert(ctx, &file, d);
	return load_dir(ctx, &s, d);
}

/* An authority in a token. */
static int load_token_ca(SSL_CTX *ctx, const struct xeap_tls_params *p,
			 const struct xeap_engine_object *o, struct xeap_diag *d)
{
	X509 *cert;
	int r = xeap_engine_cert(p, o, &cert, d);

	if (r < 0)
		return r;
	if (add_one(SSL_CTX_get_cert_store(ctx), cert) < 0)
		return xeap_diag_set(d, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	return 0;
}

int xeap_certs_read_pin(const struct xeap_tls_params *params,
			uint8_t ret_fingerprint[XEAP_TLS_FINGERPRINT], struct xeap_diag *ret_diag)
{
	static const char start[] = "hash://server/sha256/";
	struct source s = source_of(params, "ca_cert", params->ca_cert);
	uint8_t value[XEAP_TLS_FINGERPRINT];
	const char *hex = params->ca_cert;

	if (!hex || strncmp(hex, "hash://", 7) != 0)
		return 0;
	if (strncmp(hex, start, sizeof(start) - 1) == 0)
		hex += sizeof(start) - 1;
	if (strlen(hex) != 2 * sizeof(value) ||
	    !xeap_hex_octets(xeap_span(hex, strlen(hex)), value))
		return fail(&s, ret_diag, -EINVAL, XEAP_E_SERVER_ROOT_CERT_INVALID,
			    "is not hash://server/sha256/ and 64 digits of hex");
	if (params->ca_path || params->ocsp)
		return fail(&s, ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
			    "a hash says all: leave ca_path and ocsp out");
	memcpy(ret_fingerprint, value, sizeof(value));
	return 1;
}

int xeap_certs_load_trust(SSL_CTX *ctx, const struct xeap_tls_params *params,
			  struct xeap_diag *ret_diag)
{
	const struct xeap_engine_object in_ca_cert = { "ca_cert", params->ca_cert };
	const struct xeap_engine_object in_ca_cert_id = { "ca_cert_id", params->ca_cert_id };
	const char *origin = params->origin ? params->origin : "";
	bool may_ask = params->interactive && !params->never_ask;
	int r = 0;

	if (!params->ca_cert && !params->ca_path && !params->ca_cert_id && !may_ask &&
	    !params->server_optional)
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_SERVER_ROOT_CERT_NOT_FOUND,
				     "%s%sca_cert is missing, any server would be believed: "
				     "set ca_cert=\"FILE\" or ca_path=\"DIRECTORY\"",
				     origin, *origin ? ": " : "");
	if (params->ca_cert && strcmp(params->ca_cert, "system") == 0)
		r = load_system(ctx, params, ret_diag);
	else if (xeap_engine_is_uri(params->ca_cert))
		r = load_token_ca(ctx, params, &in_ca_cert, ret_diag);
	else if (params->ca_cert)
		r = load_ca_cert(ctx, params, ret_diag);
	if (r == 0 && params->ca_cert_id)
		r = load_token_ca(ctx, params, &in_ca_cert_id, ret_diag);
	if (r == 0 && params->ca_path)
		r = load_ca_path(ctx, params, ret_diag);
	return r;
}

/*
 * OpenSSL asks for the passphrase when a key turns out to be encrypted; that it asked tells errors
 * apart.
 */
struct passphrase {
	const char *text;
	bool asked;
};

static int give_passphrase(char *buf, int size, int for_writing, void *arg)
{
	struct passphrase *p = arg;
	size_t len;

	p->asked = true;
	if (!p->text)
		return -1;
	len = strlen(p->text);
	if (len > (size_t)size)
		return -1;
	memcpy(buf, p->text, len);
	return (int)len;
}

static EVP_PKEY *key_from_pem_or_der(const struct file *f, struct passphrase *pass)
{
	EVP_PKEY *key = NULL;
	BIO *bio = bio_of(f);

	if (!bio)
		return NULL;
	key = PEM_read_bio_PrivateKey(bio, NULL, give_passphrase, pass);
	if (!key && !pass->asked && BIO_reset(bio) >= 0)
		key = d2i_PrivateKey_bio(bio, NULL);
	if (!key && !pass->asked && BIO_reset(bio) >= 0)
		key = d2i_PKCS8PrivateKey_bio(bio, NULL, give_passphrase, pass);
	BIO_free(bio);
	return key;
}

static int key_error(const struct source *s, const struct passphrase *pass, struct xeap_diag *d)
{
	const char *what = "no private key in PEM or DER form (PKCS#12: leave client_cert out)";

	if (pass->asked)
		what = pass->text ? "private_key_passwd does not open it"
				  : "encrypted: private_key_passwd is missing";
	return fail(s, d, -EINVAL, XEAP_E_USER_CERT_INVALID, what);
}

/* Takes the key over. */
static int use_its_key(SSL_CTX *ctx, const struct source *s, const struct xeap_tls_params *p,
		       EVP_PKEY *key, struct xeap_diag *d)
{
	const char *whose = p->cert_id ? "cert_id" : "client_cert";
	const char *cert = p->cert_id ? p->cert_id : p->client_cert;
	int ok;

	ok = SSL_CTX_use_PrivateKey(ctx, key) == 1 && SSL_CTX_check_private_key(ctx) == 1;
	EVP_PKEY_free(key);
	if (ok)
		return 0;
	return xeap_diag_set(d, -EINVAL, XEAP_E_USER_CERT_INVALID,
			     SOURCE_FORMAT "is not the key of %s%s%.*s%s", SOURCE_ARGS(s), whose,
			     cert ? "=\"" : "", shown(cert), cert ? cert : "", cert ? "\"" : "");
}

static int use_key(SSL_CTX *ctx, const struct xeap_tls_params *p, const struct file *f,
		   struct xeap_diag *d)
{
	struct source s = source_of(p, "private_key", p->private_key);
	struct passphrase pass = { p->private_key_passwd, false };
	EVP_PKEY *key = key_from_pem_or_der(f, &pass);

	return key ? use_its_key(ctx, &s, p, key, d) : key_error(&s, &pass, d);
}

/*
 * The first certificate is the client's, the others are its chain. 0, -EBADMSG, or -EACCES when
 * OpenSSL refuses it.
 */
static int use_pem_chain(SSL_CTX *ctx, BIO *bio)
{
	X509 *x = PEM_read_bio_X509_AUX(bio, NULL, NULL, NULL);
	int ok;

	if (!x)
		return -EBADMSG;
	ok = SSL_CTX_use_certificate(ctx, x);
	X509_free(x);
	if (ok != 1)
		return -EACCES;
	while ((x = PEM_read_bio_X509(bio, NULL, NULL, NULL)))
		if (SSL_CTX_add0_chain_cert(ctx, x) != 1) {
			X509_free(x);
			return -EACCES;
		}
	return pem_at_end() ? 0 : -EBADMSG;
}

static int use_der_cert(SSL_CTX *ctx, const struct file *f)
{
	const uint8_t *p = f->data;
	X509 *x = d2i_X509(NULL, &p, (long)f->len);
	int ok;

	if (!x)
		return -EBADMSG;
	ok = SSL_CTX_use_certificate(ctx, x);
	X509_free(x);
	return ok == 1 ? 0 : -EACCES;
}

static int cert_error(const struct source *s, int err, struct xeap_diag *d)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());

	if (err == -EBADMSG)
		return fail(s, d, -EINVAL, XEAP_E_USER_CERT_INVALID,
			    "no certificate in PEM or DER form, or a broken one");
	/* Too weak a key or signature, for example. */
	return fail(s, d, -EINVAL, XEAP_E_USER_CERT_INVALID, reason ? reason : "refused");
}

static int use_cert(SSL_CTX *ctx, const struct xeap_tls_params *p, struct xeap_diag *d)
{
	struct source s = source_of(p, "client_cert", p->client_cert);
	FILE_SCOPE f = { NULL, 0 };
	BIO *bio;
	int r = load_file(&s, XEAP_E_USER_CERT_NOT_FOUND, &f, d);

	if (r < 0)
		return r;
	bio = bio_of(&f);
	if (!bio)
		return fail(&s, d, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	r = use_pem_chain(ctx, bio);
	BIO_free(bio);
	if (r == -EBADMSG && !SSL_CTX_get0_certificate(ctx))
		r = use_der_cert(ctx, &f);
	return r < 0 ? cert_error(&s, r, d) : 0;
}

static int pkcs12_error(const struct source *s, const struct xeap_tls_params *p,
			struct xeap_diag *d)
{
	unsigned long e = ERR_peek_last_error();
	const char *reason = ERR_reason_error_string(e);
	const char *what = reason ? reason : "not acceptable";

	if (ERR_GET_LIB(e) == ERR_LIB_PKCS12 && ERR_GET_REASON(e) == PKCS12_R_MAC_VERIFY_FAILURE)
		what = p->private_key_passwd ? "private_key_passwd does not open it"
					     : "encrypted: private_key_passwd is missing";
	else if (ERR_GET_LIB(e) == ERR_LIB_EVP &&
		 (ERR_GET_REASON(e) == ERR_R_UNSUPPORTED ||
		  ERR_GET_REASON(e) == EVP_R_UNSUPPORTED_ALGORITHM))
		what = "encrypted with an old cipher (RC2): write it anew with openssl pkcs12 "
		       "-legacy -nodes and openssl pkcs12 -export";
	return fail(s, d, -EINVAL, XEAP_E_USER_CERT_INVALID, what);
}

static int use_pkcs12(SSL_CTX *ctx, const struct xeap_tls_params *p, const struct file *f,
		      struct xeap_diag *d)
{
	struct source s = source_of(p, "private_key", p->private_key);
	const uint8_t *at = f->data;
	PKCS12 *p12 = d2i_PKCS12(NULL, &at, (long)f->len);
	STACK_OF(X509) *chain = NULL;
	EVP_PKEY *key = NULL;
	X509 *cert = NULL;
	int r = 0;

	if (!p12)
		return fail(&s, d, -EINVAL, XEAP_E_USER_CERT_NOT_FOUND,
			    "not PKCS#12: client_cert is missing");
	if (!PKCS12_parse(p12, p->private_key_passwd, &key, &cert, &chain))
		r = pkcs12_error(&s, p, d);
	else if (!key || !cert)
		r = fail(&s, d, -EINVAL, XEAP_E_USER_CERT_NOT_FOUND,
			 "lacks a private key or its certificate");
	else if (SSL_CTX_use_cert_and_key(ctx, cert, key, chain, 1) != 1)
		r = cert_error(&s, -EACCES, d);
	PKCS12_free(p12);
	EVP_PKEY_free(key);
	X509_free(cert);
	sk_X509_pop_free(chain, X509_free);
	return r;
}

static int use_token_cert(SSL_CTX *ctx, const struct xeap_tls_params *p,
			  const struct xeap_engine_object *o, struct xeap_diag *d)
{
	struct source s = source_of(p, o->key, o->id);
	X509 *cert;
	int ok, r = xeap_engine_cert(p, o, &cert, d);

	if (r < 0)
		return r;
	ok = SSL_CTX_use_certificate(ctx, cert);
	X509_free(cert);
	return ok == 1 ? 0 : cert_error(&s, -EACCES, d);
}

/* The key is in a token; its certificate is in a file, too, or under the same name. */
static int load_token(SSL_CTX *ctx, const struct xeap_tls_params *p,
		      const struct xeap_engine_object *o, struct xeap_diag *d)
{
	struct source s = source_of(p, o->key, o->id);
	struct xeap_engine_object cert = { "client_cert", p->client_cert };
	EVP_PKEY *key;
	int r;

	if (p->cert_id)
		cert = (struct xeap_engine_object){ "cert_id", p->cert_id };
	else if (!p->client_cert)
		cert = *o;
	r = p->client_cert && !p->cert_id && !xeap_engine_is_uri(p->client_cert)
		    ? use_cert(ctx, p, d)
		    : use_token_cert(ctx, p, &cert, d);
	if (r == 0)
		r = xeap_engine_key(p, o, &key, d);
	return r < 0 ? r : use_its_key(ctx, &s, p, key, d);
}

/* The key is in a TPM, or in a file that only a TPM can open. */
static int load_tpm(SSL_CTX *ctx, const struct xeap_tls_params *p, struct xeap_span file,
		    struct xeap_diag *d)
{
	struct source s = source_of(p, "private_key", p->private_key);
	EVP_PKEY *key;
	int r;

	if (!p->client_cert)
		return fail(&s, d, -EINVAL, XEAP_E_USER_CERT_NOT_FOUND,
			    "a TPM has no certificates: client_cert=\"FILE\" is missing");
	r = use_cert(ctx, p, d);
	if (r == 0)
		r = xeap_tpm_key(p, file, &key, d);
	if (r < 0)
		return r;
	xeap_tpm_lock();
	r = use_its_key(ctx, &s, p, key, d);
	xeap_tpm_unlock();
	return r;
}

int xeap_certs_load_client(SSL_CTX *ctx, const struct xeap_tls_params *params,
			   struct xeap_diag *ret_diag)
{
	struct source s = source_of(params, "private_key", params->private_key);
	struct xeap_engine_object object = { "private_key", params->private_key };
	FILE_SCOPE key = { NULL, 0 };
	int r;

	if (params->key_id)
		object = (struct xeap_engine_object){ "key_id", params->key_id };
	ERR_clear_error();
	if (params->key_id || xeap_engine_is_uri(params->private_key))
		return load_token(ctx, params, &object, ret_diag);
	if (xeap_tpm_is_handle(params->private_key))
		return load_tpm(ctx, params, xeap_span(NULL, 0), ret_diag);
	if (!params->private_key)
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_USER_CERT_NOT_FOUND,
				     "%s%sprivate_key is missing: set client_cert=\"FILE\" and "
				     "private_key=\"FILE\", or private_key to a PKCS#12 file",
				     s.origin, *s.origin ? ": " : "");
	r = load_file(&s, XEAP_E_USER_CERT_NOT_FOUND, &key, ret_diag);
	if (r < 0)
		return r;
	if (xeap_tpm_is_wrapped(xeap_span(key.data, key.len)))
		return load_tpm(ctx, params, xeap_span(key.data, key.len), ret_diag);
	if (!params->client_cert)
		return use_pkcs12(ctx, params, &key, ret_diag);
	r = use_cert(ctx, params, ret_diag);
	return r < 0 ? r : use_key(ctx, params, &key, ret_diag);
}
