/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What a supplicant keeps, in another process: a second profile of the same block stands for it. */
#include "fake_host.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET "a ticket"

static struct xeap_method lasting, other;

struct kept {
	uint8_t bytes[XEAP_RESUMPTION_EXPORT_MAX];
	size_t len;
};

static int set_up(void **state)
{
	static struct bed b;

	lasting = fake_method;
	lasting.name = "LASTING";
	lasting.type.type = FAKE_TYPE + 1;
	lasting.flags = XEAP_METHOD_F_LASTING;
	other = lasting;
	other.name = "OTHER";
	other.type.type = FAKE_TYPE + 2;
	memset(&b, 0, sizeof(b));
	memset(&fake_given, 0, sizeof(fake_given));
	bed_open(&b);
	xeap_method_register(&lasting);
	xeap_method_register(&other);
	fake_left.len = strlen(SECRET);
	memcpy(fake_left.data, SECRET, fake_left.len);
	*state = &b;
	return 0;
}

static int tear_down(void **state)
{
	fake_left.len = 0;
	bed_close(*state);
	return 0;
}

static void assert_given(const char *what)
{
	assert_int_equal(fake_given.len, strlen(what));
	assert_memory_equal(fake_given.data, what, fake_given.len);
}

/* A network of method `eap`, with another key that a block may have. */
static struct xeap_profile *profile_with(const char *eap, const char *name, const char *value)
{
	struct xeap_config *config = bed_config(eap, "\"" BED_IDENTITY "\"");
	struct xeap_profile *profile;

	if (name)
		assert_int_equal(xeap_config_set(config, name, value, NULL), 0);
	assert_int_equal(xeap_profile_new(config, &profile, NULL), 0);
	xeap_config_free(config);
	return profile;
}

static struct xeap_resumption *empty(void)
{
	struct xeap_resumption *r;

	assert_int_equal(xeap_resumption_new(&r), 0);
	return r;
}

static void begin(struct bed *b, struct xeap_profile *profile, struct xeap_resumption *r)
{
	struct xeap_session_options o = bed_options(b);

	o.profile = profile;
	o.resumption = r;
	xeap_session_end(b->host, b->session, NULL);
	assert_int_equal(xeap_session_begin(b->host, &o, &b->session, NULL), XEAP_OK);
}

static void log_in(struct bed *b, struct xeap_profile *profile, struct xeap_resumption *r,
		   uint8_t type)
{
	begin(b, profile, r);
	bed_exchange(b, 1, type, "r41-x");
	bed_verdict(b, XEAP_EAP_SUCCESS, 1);
	xeap_session_end(b->host, b->session, NULL);
}

static int export_to(struct kept *k, struct xeap_resumption *r, const struct xeap_profile *profile)
{
	return xeap_resumption_export(r, profile, k->bytes, sizeof(k->bytes), &k->len);
}

static int import(struct xeap_resumption *r, const struct xeap_profile *profile,
		  const struct kept *k)
{
	return xeap_resumption_import(r, profile, xeap_span(k->bytes, k->len));
}

/* What a login with this profile leaves. */
static void keep(struct bed *b, struct xeap_profile *profile, struct kept *k)
{
	struct xeap_resumption *r = empty();

	log_in(b, profile, r, FAKE_TYPE + 1);
	assert_int_equal(export_to(k, r, profile), 0);
	xeap_resumption_free(r);
}

static void goes_on_in_another_process(void **state)
{
	struct xeap_profile *before = profile_with("LASTING", NULL, NULL);
	struct xeap_profile *after = profile_with("LASTING", NULL, NULL);
	struct xeap_resumption *r = empty();
	struct kept k;

	keep(*state, before, &k);
	assert_int_equal(import(r, after, &k), 0);
	log_in(*state, after, r, FAKE_TYPE + 1);
	assert_given(SECRET);
	xeap_resumption_free(r);
	xeap_profile_unref(before);
	xeap_profile_unref(after);
}

/* An export takes nothing away: the process that made it goes on, too. */
static void kept_when_exported(void **state)
{
	struct xeap_profile *profile = profile_with("LASTING", NULL, NULL);
	struct xeap_resumption *r = empty();
	struct kept first, second;

	log_in(*state, profile, r, FAKE_TYPE + 1);
	assert_int_equal(export_to(&first, r, profile), 0);
	assert_int_equal(export_to(&second, r, profile), 0);
	/* Each has a salt of its own: equal ones would say that two supplicants have one block. */
	assert_int_equal(first.len, second.len);
	assert_memory_not_equal(first.bytes, second.bytes, first.len);
	log_in(*state, profile, r, FAKE_TYPE + 1);
	assert_given(SECRET);
	xeap_resumption_free(r);
	xeap_profile_unref(profile);
}

static void nothing_to_export(void **state)
{
	struct bed *b = *state;
	struct xeap_profile *profile = profile_with("LASTING", NULL, NULL);
	struct xeap_profile *same = profile_with("LASTING", NULL, NULL);
	struct xeap_resumption *r = empty();
	struct kept k = { .len = 77 };

	assert_int_equal(export_to(&k, r, profile), -ENOENT);
	log_in(b, profile, r, FAKE_TYPE + 1);
	assert_int_equal(export_to(&k, r, same), -ENOENT);
	assert_int_equal(xeap_resumption_export(r, profile, k.bytes, 40, &k.len), -ENOSPC);
	/* FAKE has not promised that what it leaves outlasts the process. */
	log_in(b, b->profile, r, FAKE_TYPE);
	assert_int_equal(export_to(&k, r, b->profile), -ENOENT);
	assert_int_equal(k.len, 77);
	xeap_resumption_free(r);
	xeap_profile_unref(profile);
	xeap_profile_unref(same);
}

static void not_while_a_session_has_it(void **state)
{
	struct bed *b = *state;
	struct xeap_profile *profile = profile_with("LASTING", NULL, NULL);
	struct xeap_resumption *r = empty();
	struct kept k;

	keep(b, profile, &k);
	log_in(b, profile, r, FAKE_TYPE + 1);
	begin(b, profile, r);
	assert_int_equal(export_to(&k, r, profile), -EBUSY);
	assert_int_equal(import(r, profile, &k), -EBUSY);
	xeap_session_end(b->host, b->session, NULL);
	b->session = 0;
	assert_int_equal(export_to(&k, r, profile), 0);
	assert_int_equal(import(r, profile, &k), 0);
	xeap_resumption_free(r);
	xeap_profile_unref(profile);
}

/* Whatever a block says differently may have been what the full login was judged by. */
static void not_for_another_configuration(void **state)
{
	struct {
		const char *eap, *name, *value;
	} const others[] = {
		{ "LASTING", "identity", "\"other@example.org\"" },
		{ "LASTING", "password", "\"new\"" },
		{ "LASTING", "ca_cert", "\"/nonexistent\"" },
		{ "LASTING", "domain_match", "\"example.org\"" },
		{ "LASTING FAKE", NULL, NULL },
		{ "OTHER", NULL, NULL },
		{ "FAKE", NULL, NULL },
	};
	struct xeap_profile *before = profile_with("LASTING", NULL, NULL);
	struct xeap_resumption *r = empty();
	size_t size = xeap_resumption_size(r);
	struct kept k;

	keep(*state, before, &k);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct xeap_profile *p =
			profile_with(others[i].eap, others[i].name, others[i].value);

		assert_int_equal(import(r, p, &k), -ESTALE);
		xeap_profile_unref(p);
	}
	assert_int_equal(xeap_resumption_size(r), size);
	xeap_resumption_free(r);
	xeap_profile_unref(before);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static int import_with(const struct kept *k, const char *name, const char *value)
{
	struct xeap_profile *p = profile_with("LASTING", name, value);
	struct xeap_resumption *r = empty();
	int err = import(r, p, k);

	xeap_resumption_free(r);
	xeap_profile_unref(p);
	return err;
}

/* The name of a CA's file says nothing about who is trusted. The PAC file changes by itself. */
static void not_for_other_files(void **state)
{
	char dir[] = "/tmp/xeap-export-XXXXXX", path[64], value[72];
	struct xeap_profile *p;
	struct kept k;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/file", dir);
	snprintf(value, sizeof(value), "\"%s\"", path);
	write_file(path, "before");
	p = profile_with("LASTING", "ca_cert", value);
	keep(*state, p, &k);
	assert_int_equal(import_with(&k, "ca_cert", value), 0);
	write_file(path, "after!");
	assert_int_equal(import_with(&k, "ca_cert", value), -ESTALE);
	unlink(path);
	assert_int_equal(import_with(&k, "ca_cert", value), -ESTALE);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(import_with(&k, "ca_cert", value), -ESTALE);
	unlink(path);
	/* The profile that was loaded before is as it was. */
	keep(*state, p, &k);
	write_file(path, "before");
	assert_int_equal(import_with(&k, "ca_cert", value), 0);
	xeap_profile_unref(p);

	p = profile_with("LASTING", "pac_file", value);
	keep(*state, p, &k);
	write_file(path, "after!");
	assert_int_equal(import_with(&k, "pac_file", value), 0);
	xeap_profile_unref(p);

	assert_int_equal(truncate(path, 5 << 20), 0);
	assert_int_equal(import_with(&k, "ca_cert", value), -ESTALE);
	unlink(path);
	rmdir(dir);
}

/* Flags choose whose credentials a session shows: the machine's ticket is not the user's. */
static void not_for_another_identity(void **state)
{
	struct bed *b = *state;
	struct xeap_profile *profile = profile_with("LASTING", NULL, NULL);
	struct xeap_resumption *r = empty();
	struct xeap_session_options o = bed_options(b);
	struct kept k;

	keep(b, profile, &k);
	assert_int_equal(import(r, profile, &k), 0);
	o.profile = profile;
	o.resumption = r;
	o.flags = XEAP_FLAG_GUEST_ACCESS;
	xeap_session_end(b->host, b->session, NULL);
	assert_int_equal(xeap_session_begin(b->host, &o, &b->session, NULL), XEAP_OK);
	bed_exchange(b, 1, FAKE_TYPE + 1, "r41-x");
	assert_given("");
	xeap_session_end(b->host, b->session, NULL);
	b->session = 0;
	xeap_resumption_free(r);
	xeap_profile_unref(profile);
}

static void damaged(void **state)
{
	struct xeap_profile *profile = profile_with("LASTING", NULL, NULL);
	struct xeap_resumption *r = empty();
	size_t size = xeap_resumption_size(r);
	struct kept k;

	keep(*state, profile, &k);
	for (size_t i = 0; i < k.len; i++) {
		struct kept bad = k;

		bad.bytes[i] ^= 0x10;
		assert_true(import(r, profile, &bad) == -EBADMSG ||
			    import(r, profile, &bad) == -ESTALE);
		bad = k;
		bad.len = i;
		assert_int_equal(import(r, profile, &bad), -EBADMSG);
	}
	k.bytes[k.len++] = 0;
	assert_int_equal(import(r, profile, &k), -EBADMSG);
	assert_int_equal(xeap_resumption_size(r), size);
	xeap_resumption_free(r);
	xeap_profile_unref(profile);
}

static void bounds(void **state)
{
	struct xeap_profile *profile = profile_with("LASTING", NULL, NULL);
	struct xeap_resumption *r = empty();
	struct kept k;

	fake_left.len = XEAP_RESUMPTION_MAX;
	keep(*state, profile, &k);
	assert_int_equal(import(r, profile, &k), 0);
	/* What was kept of an earlier session is replaced. */
	fake_left.len = strlen(SECRET);
	keep(*state, profile, &k);
	assert_int_equal(import(r, profile, &k), 0);
	fake_left.len = 0;
	log_in(*state, profile, r, FAKE_TYPE + 1);
	assert_given(SECRET);
	xeap_resumption_free(r);
	xeap_profile_unref(profile);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(goes_on_in_another_process),
		TEST(kept_when_exported),
		TEST(nothing_to_export),
		TEST(not_while_a_session_has_it),
		TEST(not_for_another_configuration),
		TEST(not_for_other_files),
		TEST(not_for_another_identity),
		TEST(damaged),
		TEST(bounds),
	};

	return cmocka_run_group_tests_name("host, export of resumptions", tests, NULL, NULL);
}
