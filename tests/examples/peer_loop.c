/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Runs the example peer_loop of xeap-host(7): an authenticator behind its two callbacks, which
 * asks for identity and MD5-Challenge (RFC 3748 §5.1, §5.4).
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <xeap/host.h>

#include "tests/examples/profile.h"

struct transport {
	uint32_t (*receive)(void *user, uint8_t *buf, uint32_t size);
	void (*send)(void *user, const uint8_t *packet, uint32_t size);
	void *user;
};

uint32_t authenticate(struct xeap_host *host, struct xeap_profile *profile,
		      const struct transport *t);

static const uint8_t ask_identity[] = { 1, 1, 0, 5, 1 };
static const uint8_t noise[] = { 1, 2, 0, 99, 1 };
static const uint8_t ask_md5[] = { 1, 2, 0, 14, 4, 8, 'c', 'h', 'a', 'l', 'l', 'e', 'n', 'g' };

struct authenticator {
	const char *password; /* NULL: falls silent after the identity */
	unsigned int asked;   /* packets that it sent */
	uint8_t answer[64];   /* the last response */
	uint32_t size;
};

static void take(void *user, const uint8_t *packet, uint32_t size)
{
	struct authenticator *a = user;

	a->size = size <= sizeof(a->answer) ? size : 0;
	memcpy(a->answer, packet, a->size);
}

static int is_right(const struct authenticator *a)
{
	uint8_t text[64] = { 2 }, digest[EVP_MAX_MD_SIZE];
	size_t length = strlen(a->password);
	unsigned int size;

	memcpy(text + 1, a->password, length);
	memcpy(text + 1 + length, ask_md5 + 6, 8);
	if (!EVP_Digest(text, 9 + length, digest, &size, EVP_md5(), NULL))
		return 0;
	return a->size >= 22 && a->answer[4] == 4 && a->answer[5] == 16 &&
	       !memcmp(a->answer + 6, digest, 16);
}

static uint32_t hand_out(uint8_t *buf, const uint8_t *packet, uint32_t size)
{
	memcpy(buf, packet, size);
	return size;
}

static uint32_t give(void *user, uint8_t *buf, uint32_t size)
{
	struct authenticator *a = user;
	uint8_t verdict[] = { 4, 2, 0, 4 };

	switch (a->asked++) {
	case 0:
		return hand_out(buf, ask_identity, sizeof(ask_identity));
	case 1:
		return hand_out(buf, noise, sizeof(noise));
	case 2:
		if (!a->password || a->size != 9 || memcmp(a->answer + 5, "user", 4))
			return 0;
		return hand_out(buf, ask_md5, sizeof(ask_md5));
	case 3:
		verdict[0] = is_right(a) ? 3 : 4;
		return hand_out(buf, verdict, sizeof(verdict));
	}
	return 0;
}

static int run(struct xeap_host *host, struct xeap_profile *profile, const char *password,
	       int succeeds)
{
	struct authenticator a = { .password = password };
	struct transport t = { .receive = give, .send = take, .user = &a };
	uint32_t code = authenticate(host, profile, &t);

	if (succeeds == !code)
		return 0;
	fprintf(stderr, "password %s: %u, %s\n", password ? password : "(silent)", code,
		xeap_strerror(code));
	return 1;
}

int main(void)
{
	struct xeap_profile *profile = make_profile();
	struct xeap_host *host = NULL;
	int failures = 1;

	if (profile && !xeap_host_new(NULL, &host))
		failures = run(host, profile, "secret", 1) + run(host, profile, "wrong", 0) +
			   run(host, profile, NULL, 0);
	xeap_host_free(host);
	xeap_profile_unref(profile);
	return failures;
}
