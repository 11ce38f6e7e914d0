/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Profiles by what they were made of, so that the sessions of a port that has a thousand share one
 * TLS context. Bounded: the one used longest ago goes.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <xeap/config_text.h>

#include "base/diag.h"
#include "base/wipe.h"
#include "host/config_keys.h"
#include "host/text.h"
#include "win/win.h"

#define ENTRIES 16

struct entry {
	uint64_t number; /* 0: free; never used twice */
	uint64_t used;
	struct xeap_text key;
	struct xeap_profile *profile;
	bool refused;
};

static struct {
	pthread_mutex_t lock;
	uint64_t clock;
	struct entry entry[ENTRIES];
} cache = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* A file that was written to since is another file. */
static void add_stamp(struct xeap_text *key, const char *path)
{
	struct stat st;
	uint64_t stamp[5];

	if (stat(path, &st))
		return;
	stamp[0] = st.st_dev;
	stamp[1] = st.st_ino;
	stamp[2] = (uint64_t)st.st_size;
	stamp[3] = (uint64_t)st.st_mtim.tv_sec;
	stamp[4] = (uint64_t)st.st_mtim.tv_nsec;
	xeap_text_add(key, xeap_span(stamp, sizeof(stamp)));
}

static int make_key(const struct xeap_config *config, bool interactive, struct xeap_text *key)
{
	char *blob;
	size_t size;
	int err = xeap_config_to_blob(config, &blob, &size);

	if (err)
		return err;
	xeap_text_puts(key, interactive ? "interactive " : "alone ");
	xeap_text_add(key, xeap_span(blob, size));
	xeap_text_free(blob);
	for (int k = 0; k < XEAP_CONFIG_MAX; k++) {
		enum xeap_config_key name = (enum xeap_config_key)k;
		const char *path = xeap_config_get_string(config, name);

		if (path && xeap_config_rule(name)->form == XEAP_FORM_FILE)
			add_stamp(key, path);
	}
	return key->failed ? -ENOMEM : 0;
}

static bool same(const struct xeap_text *a, const struct xeap_text *b)
{
	return a->len == b->len && xeap_equal_secret(a->data, b->data, a->len);
}

static void drop(struct entry *e)
{
	xeap_text_wipe(&e->key);
	xeap_profile_unref(e->profile);
	*e = (struct entry){ 0 };
}

/* Under the lock. */
static struct entry *find(const struct xeap_text *key)
{
	for (size_t i = 0; i < ENTRIES; i++)
		if (cache.entry[i].number && same(&cache.entry[i].key, key))
			return &cache.entry[i];
	return NULL;
}

/* A free one, or the one used longest ago. Under the lock. */
static struct entry *make_room(void)
{
	struct entry *oldest = &cache.entry[0];

	for (size_t i = 1; i < ENTRIES; i++)
		if (cache.entry[i].used < oldest->used)
			oldest = &cache.entry[i];
	drop(oldest);
	return oldest;
}

/* The key is taken over on success. Under the lock. */
static int add(const struct xeap_config *config, bool interactive, struct xeap_text *key,
	       struct entry **ret_entry, struct xeap_diag *ret_diag)
{
	struct xeap_profile *profile;
	struct entry *e;
	int err = interactive ? xeap_profile_new_interactive(config, &profile, ret_diag)
			      : xeap_profile_new(config, &profile, ret_diag);

	if (err)
		return err;
	e = make_room();
	*e = (struct entry){ .number = ++cache.clock, .key = *key, .profile = profile };
	*key = (struct xeap_text){ 0 };
	*ret_entry = e;
	return 0;
}

static int get(const struct xeap_config *config, bool interactive, struct xeap_text *key,
	       struct xeap_profile **ret_profile, uint64_t *ret_cached, struct xeap_diag *ret_diag)
{
	struct entry *e;
	int err = 0;

	pthread_mutex_lock(&cache.lock);
	e = find(key);
	if (!e)
		err = add(config, interactive, key, &e, ret_diag);
	if (!err) {
		e->used = ++cache.clock;
		*ret_profile = xeap_profile_ref(e->profile);
		*ret_cached = e->number;
	}
	pthread_mutex_unlock(&cache.lock);
	return err;
}

int xeap_win_profile(const struct xeap_win_data *data, bool interactive,
		     struct xeap_profile **ret_profile, uint64_t *ret_cached,
		     struct xeap_diag *ret_diag)
{
	struct xeap_text key = { 0 };
	struct xeap_config *config;
	int err = xeap_win_config(data, &config, ret_diag);

	if (err)
		return err;
	err = make_key(config, interactive, &key);
	if (err)
		xeap_diag_set(ret_diag, err, xeap_code_of_errno(err), "%s", strerror(-err));
	else
		err = get(config, interactive, &key, ret_profile, ret_cached, ret_diag);
	xeap_text_wipe(&key);
	xeap_config_free(config);
	return err;
}

/* NULL when it is there no more. Under the lock. */
static struct entry *numbered(uint64_t number)
{
	for (size_t i = 0; i < ENTRIES; i++)
		if (number && cache.entry[i].number == number)
			return &cache.entry[i];
	return NULL;
}

bool xeap_win_profile_refused(uint64_t cached)
{
	struct entry *e;
	bool refused;

	pthread_mutex_lock(&cache.lock);
	e = numbered(cached);
	refused = e && e->refused;
	pthread_mutex_unlock(&cache.lock);
	return refused;
}

void xeap_win_profile_judge(uint64_t cached, bool refused)
{
	struct entry *e;

	pthread_mutex_lock(&cache.lock);
	e = numbered(cached);
	if (e)
		e->refused = refused;
	pthread_mutex_unlock(&cache.lock);
}

void xeap_win_profiles_end(void)
{
	pthread_mutex_lock(&cache.lock);
	for (size_t i = 0; i < ENTRIES; i++)
		drop(&cache.entry[i]);
	pthread_mutex_unlock(&cache.lock);
}
