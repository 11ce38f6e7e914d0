// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* The file of --keep-tickets: what is written, what is read, and when. */
#include "fake_host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool/tickets.h"
#include "tool/tickets_file.h"

#define SECRET "a ticket"
#define DAY 86400

static struct xeap_method lasting;

struct place {
	struct bed b;
	struct xeap_profile *profiles[2];
	char dir[32], path[64];
};

static const uint8_t first_mac[6] = { 2, 0, 0, 0, 0, 1 }, second_mac[6] = { 2, 0, 0, 0, 0, 2 };

static int set_up(void **state)
{
	static struct place p;

	lasting = fake_method;
	lasting.name = "LASTING";
	lasting.type.type = FAKE_TYPE + 1;
	lasting.flags = XEAP_METHOD_F_LASTING;
	memset(&p, 0, sizeof(p));
	bed_open(&p.b);
	xeap_method_register(&lasting);
	p.profiles[0] = bed_profile("LASTING", "\"first\"");
	p.profiles[1] = bed_profile("LASTING", "\"second\"");
	snprintf(p.dir, sizeof(p.dir), "/tmp/xeap-tickets-XXXXXX");
	assert_non_null(mkdtemp(p.dir));
	snprintf(p.path, sizeof(p.path), "%s/tickets", p.dir);
	fake_left.len = strlen(SECRET);
	memcpy(fake_left.data, SECRET, fake_left.len);
	*state = &p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;

	fake_left.len = 0;
	xeap_profile_unref(p->profiles[0]);
	xeap_profile_unref(p->profiles[1]);
	bed_close(&p->b);
	unlink(p->path);
	rmdir(p->dir);
	return 0;
}

static struct ticket_owner owner(const struct place *p, const char *name, const uint8_t mac[6])
{
	return (struct ticket_owner){ name, mac, p->profiles, 2 };
}

static struct tickets *open_file(const struct place *p)
{
	struct tickets *t;
	struct xeap_diag why;

	assert_int_equal(tickets_open(p->path, &t, &why), 0);
	assert_string_equal(why.text, "");
	return t;
}

/* A file of no use: what is said of it. */
static struct tickets *open_bad(const struct place *p, const char *what)
{
	struct tickets *t;
	struct xeap_diag why;

	assert_int_equal(tickets_open(p->path, &t, &why), 0);
	assert_non_null(strstr(why.text, what));
	assert_null(strchr(why.text, '\n'));
	return t;
}

static void assert_refused(const struct place *p, int err, const char *what)
{
	struct tickets *t = NULL;
	struct xeap_diag why;

	assert_int_equal(tickets_open(p->path, &t, &why), err);
	assert_non_null(strstr(why.text, what));
	assert_null(t);
}

/* What a login with that profile leaves. */
static struct xeap_resumption *logged_in(struct place *p, struct xeap_profile *profile)
{
	struct xeap_session_options o = bed_options(&p->b);

	assert_int_equal(xeap_resumption_new(&o.resumption), 0);
	o.profile = profile;
	xeap_session_end(p->b.host, p->b.session, NULL);
	assert_int_equal(xeap_session_begin(p->b.host, &o, &p->b.session, NULL), XEAP_OK);
	bed_exchange(&p->b, 1, FAKE_TYPE + 1, "r41-x");
	bed_verdict(&p->b, XEAP_EAP_SUCCESS, 1);
	xeap_session_end(p->b.host, p->b.session, NULL);
	p->b.session = 0;
	return o.resumption;
}

static void add(struct place *p, struct tickets_draft *d, const char *name, const uint8_t mac[6],
		uint64_t time)
{
	struct xeap_resumption *r = logged_in(p, p->profiles[0]);
	struct ticket_owner o = owner(p, name, mac);

	tickets_add(d, &o, time, r);
	xeap_resumption_free(r);
}

static void save(struct tickets_draft *d)
{
	struct xeap_diag why;

	assert_int_equal(tickets_save(d, &why), 0);
	assert_string_equal(why.text, "");
}

/* A file with one supplicant's ticket. */
static void write_one(struct place *p, const char *name, const uint8_t mac[6], uint64_t time)
{
	struct tickets *t = open_file(p);
	struct tickets_draft *d = tickets_begin(t);

	add(p, d, name, mac, time);
	save(d);
	tickets_close(t);
}

static uint64_t take(const struct place *p, struct tickets *t, const char *name,
		     const uint8_t mac[6])
{
	struct ticket_owner o = owner(p, name, mac);
	struct xeap_resumption *r;
	uint64_t when;
	size_t size;

	assert_int_equal(xeap_resumption_new(&r), 0);
	size = xeap_resumption_size(r);
	when = tickets_take(t, &o, r);
	assert_int_equal(xeap_resumption_size(r) - size, when ? strlen(SECRET) : 0);
	xeap_resumption_free(r);
	return when;
}

static size_t file_size(const struct place *p)
{
	struct stat st;

	assert_int_equal(stat(p->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	return (size_t)st.st_size;
}

static void each_gets_its_own_once(void **state)
{
	struct place *p = *state;
	uint64_t now = tickets_clock();
	struct tickets *t = open_file(p);
	struct tickets_draft *d = tickets_begin(t);

	add(p, d, "swp1", first_mac, now - 5);
	add(p, d, "swp2", second_mac, now - 6);
	save(d);
	tickets_close(t);
	t = open_file(p);
	assert_int_equal(take(p, t, "swp1", second_mac), 0);
	assert_int_equal(take(p, t, "swp3", first_mac), 0);
	assert_int_equal(take(p, t, "swp2", second_mac), now - 6);
	assert_int_equal(take(p, t, "swp2", second_mac), 0);
	assert_int_equal(take(p, t, "swp1", first_mac), now - 5);
	tickets_close(t);
}

/* Of a supplicant's networks the one that it logged in with is not the first. */
static void any_network(void **state)
{
	struct place *p = *state;
	struct tickets *t = open_file(p);
	struct tickets_draft *d = tickets_begin(t);
	struct xeap_resumption *r = logged_in(p, p->profiles[1]);
	struct ticket_owner o = owner(p, "swp1", first_mac), other;

	tickets_add(d, &o, tickets_clock(), r);
	xeap_resumption_free(r);
	save(d);
	tickets_close(t);
	t = open_file(p);
	assert_true(take(p, t, "swp1", first_mac));
	tickets_close(t);

	/* None of them: used up all the same. */
	t = open_file(p);
	other = o;
	other.profiles = &p->b.profile;
	other.count = 1;
	assert_int_equal(xeap_resumption_new(&r), 0);
	assert_int_equal(tickets_take(t, &other, r), 0);
	xeap_resumption_free(r);
	assert_int_equal(take(p, t, "swp1", first_mac), 0);
	tickets_close(t);
}

static void old_ones_go(void **state)
{
	struct place *p = *state;
	uint64_t now = tickets_clock();
	size_t empty;
	struct tickets *t;

	write_one(p, "swp1", first_mac, now - DAY);
	empty = file_size(p);
	write_one(p, "swp1", first_mac, now + 3600); /* the clock was set back: who knows */
	assert_int_equal(file_size(p), empty);
	write_one(p, "swp1", first_mac, now - DAY + 100);
	assert_true(file_size(p) > empty);
	t = open_file(p);
	assert_int_equal(take(p, t, "swp1", first_mac), now - DAY + 100);
	tickets_close(t);
}

/* Ports that are not there today may be tomorrow. */
static void nobody_came_for_it(void **state)
{
	struct place *p = *state;
	struct tickets *t;
	size_t one;

	write_one(p, "swp1", first_mac, tickets_clock());
	one = file_size(p);
	write_one(p, "swp2", second_mac, tickets_clock());
	assert_true(file_size(p) > one);
	t = open_file(p);
	assert_true(take(p, t, "swp1", first_mac));
	save(tickets_begin(t));
	assert_int_equal(file_size(p), one);
	tickets_close(t);
	/* Of two of the same the one that a supplicant had, and not the file, counts. */
	write_one(p, "swp2", second_mac, tickets_clock() - 50);
	t = open_file(p);
	assert_true(take(p, t, "swp2", second_mac) < tickets_clock() - 40);
	tickets_close(t);
}

static void many(void **state)
{
	struct place *p = *state;
	struct tickets *t = open_file(p);
	struct tickets_draft *d = tickets_begin(t);
	struct xeap_resumption *r;
	char name[32];

	fake_left.len = 8000;
	r = logged_in(p, p->profiles[0]);
	for (int i = 0; i < 100; i++) {
		struct ticket_owner o = owner(p, name, first_mac);

		snprintf(name, sizeof(name), "swp%d", i);
		tickets_add(d, &o, tickets_clock(), r);
	}
	save(d);
	xeap_resumption_free(r);
	tickets_close(t);
	assert_true(file_size(p) > 800000);
	t = open_file(p);
	for (int i = 0; i < 100; i++) {
		struct ticket_owner o = owner(p, name, first_mac);

		snprintf(name, sizeof(name), "swp%d", i);
		assert_int_equal(xeap_resumption_new(&r), 0);
		assert_true(tickets_take(t, &o, r));
		xeap_resumption_free(r);
	}
	tickets_close(t);
}

static void when_to_write(void **state)
{
	struct place *p = *state;
	struct tickets *t = open_file(p);

	/* At once, to see whether it can be written; then a minute apart, after logins. */
	assert_true(tickets_is_due(t, 1000));
	assert_false(tickets_is_due(t, 1000));
	assert_int_equal(tickets_next(t), 1000 + XEAP_S(60));
	assert_false(tickets_is_due(t, 1000 + XEAP_S(60)));
	tickets_changed(t);
	assert_false(tickets_is_due(t, 1000 + XEAP_S(119)));
	assert_true(tickets_is_due(t, 1000 + XEAP_S(120)));
	assert_false(tickets_is_behind(t));
	tickets_changed(t);
	assert_true(tickets_is_behind(t));
	tickets_close(t);
	/* Without a file there is nothing to do. */
	assert_int_equal(tickets_next(NULL), XEAP_NEVER);
	assert_false(tickets_is_due(NULL, 1000));
	assert_false(tickets_is_behind(NULL));
	tickets_changed(NULL);
	tickets_read_again(NULL);
	assert_null(tickets_close(NULL));
}

static void read_again(void **state)
{
	struct place *p = *state;
	struct tickets *t = open_file(p);

	assert_int_equal(take(p, t, "swp1", first_mac), 0);
	write_one(p, "swp1", first_mac, tickets_clock());
	tickets_read_again(t);
	assert_true(take(p, t, "swp1", first_mac));
	/* What is no use then does not take away what there was. */
	tickets_read_again(t);
	assert_int_equal(truncate(p->path, 20), 0);
	tickets_read_again(t);
	assert_true(take(p, t, "swp1", first_mac));
	tickets_close(t);
}

static void damaged(void **state)
{
	struct place *p = *state;
	struct tickets *t;
	size_t size;

	write_one(p, "swp1", first_mac, tickets_clock());
	size = file_size(p);
	while (size-- > 0) {
		assert_int_equal(truncate(p->path, (off_t)size), 0);
		t = open_bad(p, "is damaged or cut off");
		assert_int_equal(take(p, t, "swp1", first_mac), 0);
		tickets_close(t);
	}
	/* It is made anew. */
	t = open_bad(p, "is damaged or cut off");
	assert_true(tickets_is_due(t, 0));
	save(tickets_begin(t));
	tickets_close(t);
	tickets_close(open_file(p));
}

static void every_bit_counts(void **state)
{
	struct place *p = *state;
	int fd;
	size_t size;

	write_one(p, "swp1", first_mac, tickets_clock());
	size = file_size(p);
	fd = open(p->path, O_RDWR);
	for (size_t i = 0; i < size; i++) {
		struct xeap_diag why;
		struct tickets *t;
		uint8_t was, bad;

		assert_int_equal(pread(fd, &was, 1, (off_t)i), 1);
		bad = was ^ 1;
		assert_int_equal(pwrite(fd, &bad, 1, (off_t)i), 1);
		assert_int_equal(tickets_open(p->path, &t, &why), 0);
		assert_true(why.text[0]);
		assert_int_equal(take(p, t, "swp1", first_mac), 0);
		tickets_close(t);
		assert_int_equal(pwrite(fd, &was, 1, (off_t)i), 1);
	}
	close(fd);
}

static void write_text(const struct place *p, const char *text)
{
	int fd = open(p->path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* A file that was named by mistake is not to be lost by that. */
static void not_ours(void **state)
{
	struct place *p = *state;
	struct tickets *t;

	write_text(p, "network={\n}\n");
	t = open_bad(p, "is no file of xeap's tickets");
	assert_int_equal(tickets_next(t), XEAP_NEVER);
	assert_false(tickets_is_behind(t));
	tickets_close(t);
	write_text(p, "xeap tickets 2\nwhatever");
	t = open_bad(p, "is of another version");
	assert_true(tickets_is_due(t, 0));
	tickets_close(t);
}

static void refused(void **state)
{
	struct place *p = *state;
	static const mode_t modes[] = { 0640, 0620, 0604, 0610, 0666 };

	write_one(p, "swp1", first_mac, tickets_clock());
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_int_equal(chmod(p->path, modes[i]), 0);
		assert_refused(p, -EPERM, "others get at the keys");
	}
	unlink(p->path);
	assert_int_equal(symlink("elsewhere", p->path), 0);
	assert_refused(p, -ELOOP, "symbolic link");
	unlink(p->path);
	assert_int_equal(mkfifo(p->path, 0600), 0);
	assert_refused(p, -EINVAL, "not a regular file");
	unlink(p->path);
	assert_int_equal(truncate(p->path, 0), -1);
	snprintf(p->path, sizeof(p->path), "%s/", p->dir);
	assert_refused(p, -EISDIR, "names no file");
	snprintf(p->path, sizeof(p->path), "%s/none/tickets", p->dir);
	assert_refused(p, -ENOENT, "No such file");
}

/* The same trouble again is not told again; the file as it was stays. */
static void cannot_be_written(void **state)
{
	struct place *p = *state;
	struct xeap_diag why;
	char in_the_way[72];
	struct tickets *t;
	size_t size;

	write_one(p, "swp1", first_mac, tickets_clock());
	size = file_size(p);
	t = open_file(p);
	snprintf(in_the_way, sizeof(in_the_way), "%s.new", p->path);
	assert_int_equal(mkdir(in_the_way, 0700), 0);
	assert_true(tickets_save(tickets_begin(t), &why) < 0);
	assert_non_null(strstr(why.text, "cannot be written"));
	assert_true(tickets_save(tickets_begin(t), &why) < 0);
	assert_string_equal(why.text, "");
	assert_int_equal(file_size(p), size);
	rmdir(in_the_way);
	save(tickets_begin(t));
	tickets_close(t);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(each_gets_its_own_once),
		TEST(any_network),
		TEST(old_ones_go),
		TEST(nobody_came_for_it),
		TEST(many),
		TEST(when_to_write),
		TEST(read_again),
		TEST(damaged),
		TEST(every_bit_counts),
		TEST(not_ours),
		TEST(refused),
		TEST(cannot_be_written),
	};

	return cmocka_run_group_tests_name("tickets", tests, NULL, NULL);
}
