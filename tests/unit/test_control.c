// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The control socket: who may have it, what clients get that behave, and that those that do not
 * keep nobody waiting. Server and clients are one thread: whoever waits for a client hangs here.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "tool/ask.h"
#include "tool/control.h"
#include "tool/control_socket.h"

#define NOBODY ((gid_t)-1)
#define LONG ((size_t)4 << 20)

struct bed {
	char folder[64], path[100];
	struct control *c;
	xeap_time now;
	unsigned int begun, stopped, ended;
	bool stop;
};

static struct bed bed;

/* Commands */

static int begin(void *ctx, struct control_client *c, const struct request *r,
		 struct xeap_diag *ret_why)
{
	bed.begun++;
	if (strcmp(r->ports, "refused"))
		return 0;
	snprintf(ret_why->text, sizeof(ret_why->text), "not so");
	return -EINVAL;
}

static enum control_progress hello(void *ctx, struct control_client *c)
{
	assert_true(control_put(c, "hello\n", 6));
	return CONTROL_DONE;
}

/* LONG bytes, in slices. */
static enum control_progress long_reply(void *ctx, struct control_client *c)
{
	static const char slice[65536];
	size_t sent = (size_t)(uintptr_t)control_state(c);

	assert_true(control_room(c) >= CONTROL_SLICE);
	assert_true(control_put(c, slice, sizeof(slice)));
	sent += sizeof(slice);
	control_set_state(c, (void *)(uintptr_t)sent);
	return sent < LONG ? CONTROL_MORE : CONTROL_DONE;
}

static enum control_progress endless(void *ctx, struct control_client *c)
{
	if (!bed.stop) {
		control_put(c, ".", 1);
		return CONTROL_LATER;
	}
	control_put(c, "bye", 3);
	return CONTROL_DONE;
}

static void stop(void *ctx, struct control_client *c)
{
	bed.stopped++;
	bed.stop = true;
}

static void end(void *ctx, struct control_client *c)
{
	bed.ended++;
}

static const struct control_command commands[] = {
	{ "hello", begin, hello, NULL, end },
	{ "long", NULL, long_reply, NULL, end },
	{ "endless", begin, endless, stop, end },
	{ 0 },
};

/* Bed */

static int set_up(void **state)
{
	bed = (struct bed){ .now = 1000 };
	strcpy(bed.folder, "/tmp/xeap-test-control-XXXXXX");
	if (!mkdtemp(bed.folder))
		return -1;
	snprintf(bed.path, sizeof(bed.path), "%s/run/control", bed.folder);
	return 0;
}

static int tear_down(void **state)
{
	char folder[sizeof(bed.path)];

	control_close(bed.c);
	unlink(bed.path);
	snprintf(folder, sizeof(folder), "%s/run", bed.folder);
	rmdir(folder);
	return rmdir(bed.folder);
}

static int open_control(struct control **ret, gid_t gid, struct xeap_diag *ret_why)
{
	return control_open(bed.path, gid, commands, NULL, ret, ret_why);
}

static void need_control(void)
{
	struct xeap_diag why = { 0 };

	assert_int_equal(open_control(&bed.c, NOBODY, &why), 0);
}

static void turns(unsigned int n)
{
	while (n--) {
		bed.now += 100;
		control_turn(bed.c, bed.now);
	}
}

static int client(void)
{
	struct xeap_diag why = { 0 };
	int fd = control_socket_connect(bed.path, &why);

	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static int asking(const char *text)
{
	int fd = client();

	say(fd, text);
	return fd;
}

/* All that is there; *ret_ended: and no more comes. */
static size_t hear(int fd, char *text, size_t size, bool *ret_ended)
{
	size_t len = 0;
	ssize_t n;

	while ((n = recv(fd, text + len, size - 1 - len, 0)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	*ret_ended = n == 0 || (n < 0 && errno != EAGAIN);
	return len;
}

static void expect(int fd, const char *wanted, bool wanted_end)
{
	char text[8192];
	bool ended;

	hear(fd, text, sizeof(text), &ended);
	assert_string_equal(text, wanted);
	assert_int_equal(ended, wanted_end);
}

static void expect_reply(const char *request, const char *reply)
{
	int fd = asking(request);

	turns(3);
	expect(fd, reply, true);
	close(fd);
}

/* The file */

static mode_t mode_of(gid_t *ret_gid)
{
	struct stat st;

	assert_int_equal(lstat(bed.path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	*ret_gid = st.st_gid;
	return st.st_mode & 07777;
}

static void for_the_owner(void **state)
{
	mode_t before = umask(0);
	gid_t gid;

	need_control();
	assert_int_equal(mode_of(&gid), 0600);
	umask(before);
}

static void for_a_group(void **state)
{
	gid_t group = getuid() ? getgid() : 4711, gid;
	mode_t before = umask(077);
	struct xeap_diag why = { 0 };

	assert_int_equal(open_control(&bed.c, group, &why), 0);
	assert_int_equal(mode_of(&gid), 0660);
	assert_int_equal(gid, group);
	umask(before);
}

static void gone_at_the_end(void **state)
{
	need_control();
	bed.c = control_close(bed.c);
	assert_int_equal(access(bed.path, F_OK), -1);
	assert_null(control_close(NULL));
}

static void a_live_one_is_left_alone(void **state)
{
	struct control *second = NULL;
	struct xeap_diag why = { 0 };

	need_control();
	assert_int_equal(open_control(&second, NOBODY, &why), -EADDRINUSE);
	assert_non_null(strstr(why.text, "another xeap run"));
	assert_null(second);
	turns(1);
	expect_reply("{\"cmd\":\"hello\"}\n", "hello\n");
}

/* A socket that nobody listens on any more. */
static void a_dead_one_is_replaced(void **state)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s/run", bed.folder);
	assert_int_equal(mkdir(a.sun_path, 0700), 0);
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", bed.path);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 1), 0);
	close(fd);
	need_control();
	expect_reply("{\"cmd\":\"hello\"}\n", "hello\n");
}

static void what_is_no_socket_is_left_alone(void **state)
{
	struct xeap_diag why = { 0 };
	struct stat st;
	int fd;

	need_control();
	bed.c = control_close(bed.c);
	fd = open(bed.path, O_CREAT | O_WRONLY | O_EXCL, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(open_control(&bed.c, NOBODY, &why), -EADDRINUSE);
	assert_non_null(strstr(why.text, "no socket"));
	assert_int_equal(lstat(bed.path, &st), 0);
	assert_true(S_ISREG(st.st_mode));
}

/* Whoever has replaced the file keeps it. */
static void not_ours_any_more(void **state)
{
	struct xeap_diag why = { 0 };
	struct control *second;

	need_control();
	assert_int_equal(unlink(bed.path), 0);
	assert_int_equal(open_control(&second, NOBODY, &why), 0);
	control_close(bed.c);
	bed.c = second;
	expect_reply("{\"cmd\":\"hello\"}\n", "hello\n");
}

static void bad_paths(void **state)
{
	struct xeap_diag why = { 0 };
	struct control *c = NULL;
	char path[300];

	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(control_open(path, NOBODY, commands, NULL, &c, &why), -ENAMETOOLONG);
	assert_int_equal(control_open("", NOBODY, commands, NULL, &c, &why), -ENAMETOOLONG);
	assert_int_equal(control_open("/nowhere/at/all/x", NOBODY, commands, NULL, &c, &why),
			 -ENOENT);
	assert_null(c);
	why = (struct xeap_diag){ 0 };
	assert_int_equal(control_socket_connect(bed.path, &why), -ENOENT);
	assert_non_null(strstr(why.text, "no xeap run listens"));
}

/* Requests */

static void replies(void **state)
{
	need_control();
	expect_reply("{\"cmd\":\"hello\"}\n", "hello\n");
	assert_int_equal(bed.begun, 1);
	assert_int_equal(bed.ended, 1);
	expect_reply("{\"cmd\":\"hello\",\"ports\":\"refused\"}\n", "{\"error\":\"not so\"}\n");
	assert_int_equal(bed.begun, 2);
	assert_int_equal(bed.ended, 1);
	expect_reply("{\"cmd\":\"goodbye\"}\n", "{\"error\":\"there is no command 'goodbye'\"}\n");
	expect_reply("what?\n", "{\"error\":\"the request is not a JSON object\"}\n");
	expect_reply("\n", "{\"error\":\"the request is not a JSON object\"}\n");
}

static void a_byte_at_a_time(void **state)
{
	static const char text[] = "{\"cmd\":\"hello\"}\n";
	int fd;

	need_control();
	fd = client();
	for (const char *at = text; *at; at++) {
		assert_int_equal(send(fd, at, 1, MSG_NOSIGNAL), 1);
		turns(1);
	}
	turns(2);
	expect(fd, "hello\n", true);
	close(fd);
}

static void too_long(void **state)
{
	static char text[REQUEST_MAX + 2];
	int fd;

	need_control();
	memset(text, ' ', sizeof(text) - 1);
	fd = asking(text);
	turns(5);
	expect(fd, "{\"error\":\"the request is too long\"}\n", true);
	close(fd);
}

static void the_asking_side(void **state)
{
	struct request hello_request = { .cmd = "hello" }, wrong = { .cmd = "what\"" };
	struct xeap_diag why = { 0 };
	struct answerer a;

	need_control();
	assert_int_equal(ask(&a, bed.path, &hello_request, &why), 0);
	turns(3);
	assert_int_equal(ask_wait(&a, &why), 1);
	assert_int_equal(a.len, 6);
	a.taken = a.len;
	assert_int_equal(ask_wait(&a, &why), 0);
	ask_end(&a);
	assert_int_equal(ask(&a, bed.path, &wrong, &why), 0);
	turns(3);
	assert_int_equal(ask_wait(&a, &why), -EREMOTEIO);
	assert_non_null(strstr(why.text, "there is no command 'what"));
	ask_end(&a);
}

/* Clients that do not behave */

static void one_that_does_not_read(void **state)
{
	static char text[LONG + 1];
	bool ended;
	int slow, other;
	size_t len;

	need_control();
	slow = asking("{\"cmd\":\"long\"}\n");
	turns(100);
	/* Others do not wait for it. */
	expect_reply("{\"cmd\":\"hello\"}\n", "hello\n");
	other = asking("{\"cmd\":\"long\"}\n");
	for (len = 0, ended = false; !ended;) {
		turns(1);
		len += hear(other, text, sizeof(text) - len, &ended);
	}
	assert_int_equal(len, LONG);
	close(other);
	assert_true(control_next(bed.c, bed.now) <= bed.now + XEAP_S(10));
	assert_int_equal(bed.ended, 2);
	bed.now += XEAP_S(10);
	turns(1);
	assert_int_equal(bed.ended, 3);
	assert_true(hear(slow, text, sizeof(text), &ended) < LONG);
	assert_true(ended);
	close(slow);
}

static void those_that_say_nothing(void **state)
{
	int fd[20], late;

	need_control();
	for (unsigned int i = 0; i < 20; i++)
		fd[i] = client();
	late = asking("{\"cmd\":\"hello\"}\n");
	turns(3);
	expect(fd[0], "", false);
	expect(late, "", false);
	assert_true(control_next(bed.c, bed.now) <= bed.now + XEAP_S(5));
	bed.now += XEAP_S(5);
	turns(3);
	expect(fd[0], "", true);
	expect(fd[19], "", false);
	expect(late, "hello\n", true);
	bed.now += XEAP_S(5);
	turns(3);
	expect(fd[19], "", true);
	assert_true(control_next(bed.c, bed.now) == XEAP_NEVER);
	for (unsigned int i = 0; i < 20; i++)
		close(fd[i]);
	close(late);
}

static void those_that_go(void **state)
{
	int fd;

	need_control();
	close(client());
	close(asking("{\"cmd\":"));
	fd = asking("{\"cmd\":\"long\"}\n");
	turns(3);
	close(fd);
	fd = asking("{\"cmd\":\"endless\"}\n");
	turns(3);
	close(fd);
	turns(2);
	assert_int_equal(bed.ended, bed.begun + 1);
	assert_true(control_next(bed.c, bed.now) == XEAP_NEVER);
	expect_reply("{\"cmd\":\"hello\"}\n", "hello\n");
}

/* A reply that has no end is asked to come to one. */
static void stopped_by_the_client(void **state)
{
	int fd;

	need_control();
	fd = asking("{\"cmd\":\"endless\"}\n");
	turns(2);
	assert_int_equal(control_next(bed.c, bed.now), bed.now + XEAP_MS(5));
	bed.now += XEAP_S(100);
	turns(1);
	expect(fd, "..", false);
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	turns(2);
	expect(fd, "bye", true);
	assert_int_equal(bed.stopped, 1);
	assert_int_equal(bed.ended, 1);
	close(fd);
}

static void stopped_at_the_end(void **state)
{
	int fd, other;

	need_control();
	fd = asking("{\"cmd\":\"endless\"}\n");
	other = asking("{\"cmd\":\"long\"}\n");
	turns(2);
	bed.c = control_close(bed.c);
	expect(fd, ".bye", true);
	assert_int_equal(bed.stopped, 1);
	assert_int_equal(bed.ended, 2);
	close(fd);
	close(other);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(for_the_owner),
		TEST(for_a_group),
		TEST(gone_at_the_end),
		TEST(a_live_one_is_left_alone),
		TEST(a_dead_one_is_replaced),
		TEST(what_is_no_socket_is_left_alone),
		TEST(not_ours_any_more),
		TEST(bad_paths),
		TEST(replies),
		TEST(a_byte_at_a_time),
		TEST(too_long),
		TEST(the_asking_side),
		TEST(one_that_does_not_read),
		TEST(those_that_say_nothing),
		TEST(those_that_go),
		TEST(stopped_by_the_client),
		TEST(stopped_at_the_end),
	};

	return cmocka_run_group_tests_name("control socket", tests, NULL, NULL);
}
