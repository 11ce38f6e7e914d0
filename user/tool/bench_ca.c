// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/bench_ca.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/wipe.h"

#define FILE_MAX 65536 /* bytes of a PEM file */

struct bench_ca {
	struct xeap_testca *ca;
	int cert, key; /* files in memory of a network's own certificate; -1: none */
};

struct text {
	size_t len;
	char bytes[FILE_MAX];
};

static int file_error(const char *path, int err, struct xeap_diag *d)
{
	return xeap_diag_set(d, err, xeap_code_of_errno(err), "%s: %s", path, strerror(-err));
}

static int read_file(const char *path, struct text *t, struct xeap_diag *d)
{
	FILE *f = fopen(path, "re");
	int err = 0;

	if (!f)
		return file_error(path, -errno, d);
	setvbuf(f, NULL, _IONBF, 0); /* no copy of a key stays behind */
	t->len = fread(t->bytes, 1, sizeof(t->bytes), f);
	if (ferror(f))
		err = -EIO;
	else if (t->len == sizeof(t->bytes))
		err = -EFBIG;
	fclose(f);
	return err ? file_error(path, err, d) : 0;
}

static int write_all(int fd, const char *text)
{
	size_t len = strlen(text);

	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

static int write_cert(const struct bench_ca *b, const char *path, struct xeap_diag *d)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), err;

	if (fd < 0)
		return file_error(path, -errno, d);
	err = write_all(fd, xeap_testca_cert(b->ca));
	if (close(fd) && !err)
		err = -errno;
	return err ? file_error(path, err, d) : 0;
}

static int load(const struct bench_ca_options *o, struct xeap_testca_params *p, struct bench_ca *b,
		struct xeap_diag *d)
{
	struct text *cert = calloc(1, sizeof(*cert)), *key = calloc(1, sizeof(*key));
	int err = cert && key ? 0 : -ENOMEM;

	if (!err)
		err = read_file(o->ca_cert, cert, d);
	if (!err)
		err = read_file(o->ca_key, key, d);
	if (!err) {
		p->cert = xeap_span(cert->bytes, cert->len);
		p->key = xeap_span(key->bytes, key->len);
		err = xeap_testca_new(p, &b->ca, d);
	}
	if (key)
		xeap_wipe(key, sizeof(*key));
	free(key);
	free(cert);
	return err;
}

/* A key of RSA takes long to make, and one is enough. */
static bool is_slow(enum xeap_testca_key kind)
{
	return kind == XEAP_TESTCA_RSA2048 || kind == XEAP_TESTCA_RSA4096 ||
	       kind == XEAP_TESTCA_RSA8192;
}

static int read_kind(const struct bench_ca_options *o, struct xeap_testca_params *p,
		     struct xeap_diag *d)
{
	p->kind = o->key ? xeap_testca_key_of(o->key) : XEAP_TESTCA_EC;
	if (p->kind == XEAP_TESTCA_KEY_MAX)
		return xeap_diag_set(d, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "no kind of key is called %s: ec, rsa2048, rsa4096, rsa8192, "
				     "ml-dsa-44, ml-dsa-65, ml-dsa-87",
				     o->key);
	if (!xeap_testca_key_is_here(p->kind))
		return xeap_diag_set(d, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "the OpenSSL that is installed has no %s, which came with 3.5",
				     o->key);
	if (!o->ca_cert != !o->ca_key)
		return xeap_diag_set(d, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "a CA has two files, certificate and key; one is missing");
	p->keys = o->keys || !is_slow(p->kind) ? o->keys : 1;
	return 0;
}

static int fill(struct bench_ca *b, const struct bench_ca_options *o, struct xeap_diag *d)
{
	struct xeap_testca_params p = { 0 };
	int err = read_kind(o, &p, d);

	if (!err)
		err = o->ca_cert ? load(o, &p, b, d) : xeap_testca_new(&p, &b->ca, d);
	return !err && o->write ? write_cert(b, o->write, d) : err;
}

int bench_ca_open(const struct bench_ca_options *o, struct bench_ca **ret_ca,
		  struct xeap_diag *ret_why)
{
	struct bench_ca *b = calloc(1, sizeof(*b));
	int err;

	if (!b)
		return xeap_diag_set(ret_why, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	b->cert = b->key = -1;
	err = fill(b, o, ret_why);
	if (err) {
		bench_ca_close(b);
		return err;
	}
	*ret_ca = b;
	return 0;
}

struct bench_ca *bench_ca_close(struct bench_ca *ca)
{
	if (!ca)
		return NULL;
	if (ca->cert >= 0)
		close(ca->cert);
	if (ca->key >= 0)
		close(ca->key);
	xeap_testca_free(ca->ca);
	free(ca);
	return NULL;
}

int bench_ca_issue(struct bench_ca *ca, struct xeap_span identity,
		   struct xeap_testca_pair *ret_pair, struct xeap_diag *ret_why)
{
	return xeap_testca_issue(ca->ca, identity, ret_pair, ret_why);
}

/* A file in memory with this text. */
static int keep(const char *text, int *fd)
{
	if (*fd < 0)
		*fd = memfd_create("xeap-bench", MFD_CLOEXEC);
	if (*fd < 0 || ftruncate(*fd, 0) || lseek(*fd, 0, SEEK_SET))
		return -errno;
	return write_all(*fd, text);
}

static int set(struct xeap_config *network, const char *name, int fd, struct xeap_diag *d)
{
	char value[64];

	snprintf(value, sizeof(value), "\"/proc/self/fd/%d\"", fd);
	return xeap_config_set(network, name, value, d);
}

static int set_both(struct bench_ca *ca, const struct xeap_testca_pair *pair,
		    struct xeap_config *network, struct xeap_diag *d)
{
	int err = keep(pair->cert, &ca->cert);

	if (!err)
		err = keep(pair->key, &ca->key);
	if (err)
		return xeap_diag_set(d, err, xeap_code_of_errno(err),
				     "a certificate cannot be kept in memory: %s", strerror(-err));
	err = set(network, "client_cert", ca->cert, d);
	return err ? err : set(network, "private_key", ca->key, d);
}

int bench_ca_certify(struct bench_ca *ca, struct xeap_config *network, struct xeap_diag *ret_why)
{
	static const char name[] = "xeap bench";
	struct xeap_testca_pair pair;
	int err;

	if (xeap_config_get(network, XEAP_CONFIG_PRIVATE_KEY).data ||
	    xeap_config_get(network, XEAP_CONFIG_KEY_ID).data)
		return 0;
	err = bench_ca_issue(ca, xeap_span(name, sizeof(name) - 1), &pair, ret_why);
	if (err)
		return err;
	err = set_both(ca, &pair, network, ret_why);
	xeap_testca_pair_free(&pair);
	return err;
}
