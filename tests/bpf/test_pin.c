/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "port_bed.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

/*
 * Pins on a bpffs of the test's own, in a mount namespace of its own. Processes that are killed are
 * children; what they leave is looked at from here.
 */

static char place[] = "/tmp/xeap-pin-XXXXXX", dir[64];

static int setup_pin(void **state)
{
	*state = calloc(1, sizeof(struct state));
	if (no_root)
		return 0;
	sh("ip link add p0 type veth peer name f0 && ip link set p0 up && ip link set f0 up");
	return mount("bpf", place, "bpf", 0, NULL);
}

static int teardown_pin(void **state)
{
	free(*state);
	if (no_root)
		return 0;
	sh("ip link del p0");
	return umount(place);
}

#define PIN_TEST(name) cmocka_unit_test_setup_teardown(name, setup_pin, teardown_pin)

static int open_steer(struct state *s, bool beside)
{
	struct xeap_steer_options o = { .size = sizeof(o), .pin_dir = dir, .beside = beside };

	return xeap_steer_open(&o, &s->steer, &s->diag);
}

static int open_rings(struct state *s, enum xeap_rings_kind kind)
{
	struct xeap_rings_options o = {
		.size = sizeof(o), .kind = kind, .funnel_frames = 256, .steer = s->steer
	};

	return xeap_rings_new(&o, &s->rings, &s->diag);
}

static void close_all(struct state *s)
{
	s->rings = xeap_rings_free(s->rings);
	s->steer = xeap_steer_close(s->steer);
}

/* A process that has p0, and waits; returns when the port is open. */
static pid_t start_process(enum xeap_rings_kind kind, enum xeap_mode mode)
{
	struct xeap_port_options o = { .size = sizeof(o), .mode = mode };
	struct state s = { 0 };
	struct xeap_port *p;
	int ready[2];
	pid_t pid;
	char c = 0;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		if (open_steer(&s, false) || open_rings(&s, kind) ||
		    xeap_port_open(s.rings, "p0", &o, &p, &s.diag)) {
			fprintf(stderr, "%s\n", s.diag.text);
			_exit(1);
		}
		if (write(ready[1], "+", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	close(ready[0]);
	return pid;
}

static void kill_process(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static bool there(const char *name)
{
	char path[128];
	struct stat st;

	snprintf(path, sizeof(path), "%s%s%s", dir, name[0] ? "/" : "", name);
	return !stat(path, &st);
}

static char *link_name(void)
{
	static char name[32];

	snprintf(name, sizeof(name), "link-%u", if_nametoindex("p0"));
	return name;
}

/* A frame from the far end gets to the kernel's own receivers: an ordinary supplicant has it. */
static bool kernel_gets_it(void)
{
	int near = far_socket("p0"), far = far_socket("f0");
	uint8_t frame[64], got[2048];
	size_t len = request(frame, "", 0, 60), n;

	assert_true(near >= 0 && far >= 0);
	assert_int_equal(send(far, frame, len, 0), len);
	n = far_receive(near, got, sizeof(got));
	close(near);
	close(far);
	return n == len && !memcmp(got, frame, len);
}

static void read_number(const char *what, unsigned int *ret_number)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/sys/class/net/p0/%s", what);
	f = fopen(path, "re");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%u", ret_number), 1);
	fclose(f);
}

struct seen {
	unsigned int count;
	struct xeap_steer_seen last;
};

static void count_seen(void *arg, const struct xeap_steer_seen *port)
{
	struct seen *seen = arg;

	seen->count++;
	seen->last = *port;
}

static struct xeap_steer_seen look(struct state *s)
{
	struct seen seen = { 0 };

	assert_ok(xeap_steer_look(dir, count_seen, &seen, &s->diag));
	assert_int_equal(seen.count, 1);
	assert_string_equal(seen.last.ifname, "p0");
	return seen.last;
}

static void test_normal_end(void **state)
{
	struct state *s = *state;

	NEED_ROOT();
	assert_ok(open_steer(s, false));
	assert_ok(open_rings(s, XEAP_RINGS_OWN));
	expect_in(s, open_port(s, "p0", XEAP_MODE_NATIVE), "", 0, "f0");
	assert_true(there("xeap_header"));
	assert_true(there("xeap_sockets"));
	assert_true(there(link_name()));
	close_all(s);
	expect_nothing_left("p0");
	assert_false(there(""));
}

/* Killed: the program stays, EAPOL passes; the next one has slot, counters, link and all. */
static void killed_and_taken_over(struct state *s, enum xeap_rings_kind kind, enum xeap_mode mode)
{
	pid_t pid = start_process(kind, mode);
	struct xeap_steer_seen before, after;
	unsigned int carrier, carrier_now;
	struct xeap_steer_gap gap;
	struct xeap_port *p;

	assert_int_equal(open_steer(s, false), -EBUSY);
	assert_non_null(strstr(s->diag.text, "process "));
	before = look(s);
	assert_true(before.pinned);
	assert_int_equal(before.mode, mode);
	assert_int_equal(before.funnel, kind == XEAP_RINGS_FUNNEL);
	kill_process(pid);
	assert_int_equal(attached_id("p0"), before.program);
	usleep(50000); /* its sockets go a little later */
	assert_true(kernel_gets_it());
	after = look(s);
	assert_int_equal(after.packets[XEAP_STEER_NO_SOCKET],
			 before.packets[XEAP_STEER_NO_SOCKET] + 1);

	read_number("carrier_changes", &carrier);
	assert_ok(open_steer(s, false));
	assert_ok(open_rings(s, kind));
	assert_int_not_equal(attached_id("p0"), before.program);
	p = open_port(s, "p0", mode);
	expect_in(s, p, "", 0, "f0");
	expect_out(s, p, "", 0, 50, "f0");
	xeap_steer_get_gap(s->steer, &gap);
	assert_int_equal(gap.ports, 1);
	assert_false(gap.known);
	after = look(s);
	assert_int_equal(after.slot, before.slot);
	assert_int_equal(after.packets[XEAP_STEER_NO_SOCKET],
			 before.packets[XEAP_STEER_NO_SOCKET] + 1);
	assert_int_equal(after.packets[XEAP_STEER_REDIRECTED],
			 before.packets[XEAP_STEER_REDIRECTED] + 1);
	read_number("carrier_changes", &carrier_now);
	assert_int_equal(carrier_now, carrier);
	close_all(s);
	expect_nothing_left("p0");
	assert_false(there(""));
	assert_int_not_equal(sh("ip link | grep xeapf"), 0);
}

static void test_killed_native(void **state)
{
	NEED_ROOT();
	killed_and_taken_over(*state, XEAP_RINGS_OWN, XEAP_MODE_NATIVE);
}

static void test_killed_generic(void **state)
{
	NEED_ROOT();
	killed_and_taken_over(*state, XEAP_RINGS_OWN, XEAP_MODE_GENERIC);
}

static void test_killed_funnel(void **state)
{
	NEED_ROOT();
	killed_and_taken_over(*state, XEAP_RINGS_FUNNEL, XEAP_MODE_NATIVE);
}

/* Rings of the other kind than the process before had. */
static void test_change_of_rings(void **state)
{
	struct state *s = *state;

	NEED_ROOT();
	for (int i = 0; i < 2; i++) {
		kill_process(
			start_process(i ? XEAP_RINGS_OWN : XEAP_RINGS_FUNNEL, XEAP_MODE_NATIVE));
		assert_ok(open_steer(s, false));
		assert_ok(open_rings(s, i ? XEAP_RINGS_FUNNEL : XEAP_RINGS_OWN));
		expect_in(s, open_port(s, "p0", XEAP_MODE_NATIVE), "", 0, "f0");
		close_all(s);
		expect_nothing_left("p0");
	}
}

/* Opened beside a process that lives, owned when that is gone. */
static void test_beside(void **state)
{
	struct state *s = *state;
	struct xeap_port *p;
	uint32_t id;
	pid_t pid;

	NEED_ROOT();
	pid = start_process(XEAP_RINGS_OWN, XEAP_MODE_NATIVE);
	id = attached_id("p0");
	assert_ok(open_steer(s, true));
	assert_ok(open_rings(s, XEAP_RINGS_OWN));
	assert_false(xeap_steer_is_owned(s->steer));
	assert_int_equal(try_open(s, "p0", XEAP_MODE_NATIVE), -EBUSY);
	assert_int_equal(xeap_steer_own(s->steer, &s->diag), -EBUSY);
	assert_int_equal(attached_id("p0"), id);
	kill_process(pid);
	assert_ok(xeap_steer_own(s->steer, &s->diag));
	assert_int_not_equal(attached_id("p0"), id);
	p = open_port(s, "p0", XEAP_MODE_NATIVE);
	expect_in(s, p, "", 0, "f0");
	close_all(s);
	expect_nothing_left("p0");
}

/* A frame that is not EAPOL gets to the kernel's own receivers. */
static bool others_get_in(void)
{
	uint8_t frame[64] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 9, 0x88, 0xb6 };
	int near = far_socket("p0"), far = far_socket("f0");
	struct pollfd p = { .fd = near, .events = POLLIN };
	uint8_t got[64];
	bool in = false;

	assert_true(near >= 0 && far >= 0);
	assert_int_equal(send(far, frame, sizeof(frame), 0), sizeof(frame));
	while (!in && poll(&p, 1, 300) == 1)
		in = recv(near, got, sizeof(got), 0) >= 14 && !memcmp(got, frame, 14);
	close(near);
	close(far);
	return in;
}

static struct xeap_port *open_gated(struct state *s, enum xeap_gate gate, bool fail_open)
{
	struct xeap_port_options o = { .size = sizeof(o),
				       .mode = XEAP_MODE_NATIVE,
				       .gate = gate,
				       .gate_fail_open = fail_open };
	struct xeap_port *p = NULL;

	assert_ok(xeap_port_open(s->rings, "p0", &o, &p, &s->diag));
	return p;
}

static void take_over(struct state *s)
{
	xeap_steer_keep(s->steer);
	close_all(s);
	usleep(50000);
}

/*
 * A gate holds as it was when no process is there, and is shut by the next one, of whatever kind it
 * was; a program without a gate takes the place of one with, and back.
 */
static void test_gate(void **state)
{
	static const uint8_t station[6] = { 2, 0, 0, 0, 0, 7 };
	struct state *s = *state;
	struct xeap_port *p;

	NEED_ROOT();
	assert_ok(open_steer(s, false));
	assert_ok(open_rings(s, XEAP_RINGS_OWN));
	p = open_gated(s, XEAP_GATE_PORT, false);
	assert_false(others_get_in());
	take_over(s);
	assert_false(others_get_in()); /* fail-closed */
	assert_ok(open_steer(s, false));
	assert_false(others_get_in()); /* the program was replaced by one of its kind */
	assert_ok(open_rings(s, XEAP_RINGS_OWN));
	p = open_gated(s, XEAP_GATE_PORT, false);
	assert_ok(xeap_port_authorize(p, NULL, true));
	assert_true(others_get_in());
	take_over(s);
	assert_true(others_get_in()); /* as it was left */
	assert_ok(open_steer(s, false));
	assert_true(others_get_in());
	assert_ok(open_rings(s, XEAP_RINGS_OWN));
	p = open_gated(s, XEAP_GATE_STATION, false);
	assert_false(others_get_in());
	assert_ok(xeap_port_authorize(p, station, true));
	assert_true(others_get_in()); /* to a group's address */
	take_over(s);
	assert_ok(open_steer(s, false));
	assert_true(others_get_in());
	assert_ok(open_rings(s, XEAP_RINGS_OWN));
	open_gated(s, XEAP_GATE_PORT, true);
	assert_false(others_get_in());
	take_over(s);
	assert_true(others_get_in()); /* fail-open */
	assert_ok(open_steer(s, false));
	assert_ok(open_rings(s, XEAP_RINGS_OWN));
	expect_in(s, open_port(s, "p0", XEAP_MODE_NATIVE), "", 0, "f0");
	assert_true(others_get_in());
	close_all(s);
	expect_nothing_left("p0");
	assert_false(there(""));
}

static void test_kept(void **state)
{
	struct state *s = *state;
	struct xeap_steer_gap gap;

	NEED_ROOT();
	assert_ok(open_steer(s, false));
	assert_ok(open_rings(s, XEAP_RINGS_OWN));
	open_port(s, "p0", XEAP_MODE_NATIVE);
	xeap_steer_keep(s->steer);
	close_all(s);
	assert_true(there(link_name()));
	assert_int_not_equal(attached_id("p0"), 0);
	assert_true(kernel_gets_it());
	/* a process that opens no port leaves them, too */
	assert_ok(open_steer(s, false));
	xeap_steer_get_gap(s->steer, &gap);
	assert_int_equal(gap.ports, 1);
	assert_true(gap.known);
	assert_true(gap.ns > 1000 && gap.ns < 60000000000);
	assert_int_equal(gap.passed, 1);
	close_all(s);
	assert_int_not_equal(attached_id("p0"), 0);
	assert_ok(xeap_steer_unpin(dir, "p0", &s->diag));
	expect_nothing_left("p0");
	assert_true(there("xeap_header"));
	assert_ok(xeap_steer_unpin(dir, NULL, &s->diag));
	assert_false(there(""));
}

/* The netdev goes, another comes; its number is another, or the same. */
static void test_netdev_gone(void **state)
{
	struct state *s = *state;
	unsigned int ifindex;
	char name[32];

	NEED_ROOT();
	kill_process(start_process(XEAP_RINGS_OWN, XEAP_MODE_NATIVE));
	snprintf(name, sizeof(name), "%s", link_name());
	ifindex = if_nametoindex("p0");
	sh("ip link del p0");
	assert_true(there(name));
	sh("ip link add p0 index %u type veth peer name f0 && ip link set p0 up && "
	   "ip link set f0 up",
	   ifindex);
	assert_int_equal(if_nametoindex("p0"), ifindex);
	assert_int_equal(attached_id("p0"), 0);
	assert_ok(open_steer(s, false));
	assert_false(there(name));
	assert_ok(open_rings(s, XEAP_RINGS_OWN));
	expect_in(s, open_port(s, "p0", XEAP_MODE_NATIVE), "", 0, "f0");
	assert_true(there(name));
	close_all(s);
}

static void write_header(unsigned int abi, unsigned int complete)
{
	struct xeap_steer_header h;
	uint32_t zero = 0;
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/xeap_header", dir);
	fd = bpf_obj_get(path);
	assert_true(fd >= 0);
	assert_int_equal(bpf_map_lookup_elem(fd, &zero, &h), 0);
	h.abi = abi;
	h.complete = complete;
	assert_int_equal(bpf_map_update_elem(fd, &zero, &h, 0), 0);
	close(fd);
}

static void expect_refused(struct state *s, int err, const char *says)
{
	uint32_t id = attached_id("p0");

	assert_int_equal(open_steer(s, false), err);
	print_message("%s\n", s->diag.text);
	assert_non_null(strstr(s->diag.text, says));
	assert_int_equal(attached_id("p0"), id);
}

static void test_refused(void **state)
{
	struct state *s = *state;
	int status;
	pid_t pid;

	NEED_ROOT();
	kill_process(start_process(XEAP_RINGS_OWN, XEAP_MODE_NATIVE));
	write_header(XEAP_STEER_ABI + 1, 1);
	expect_refused(s, -EPROTO, "xeap steer detach");
	write_header(XEAP_STEER_ABI, 1);
	pid = fork();
	if (!pid)
		_exit(own_namespace() || open_steer(s, false) != -EXDEV);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	/* a map that is not what this version has, in the place of another */
	sh("mv %s/xeap_counters %s/xeap_tmp && mv %s/xeap_ports %s/xeap_counters", dir, dir, dir,
	   dir);
	expect_refused(s, -EPROTO, "xeap steer detach");
	assert_ok(xeap_steer_unpin(dir, NULL, &s->diag));
	assert_false(there(""));
	expect_nothing_left("p0");
}

/* What was half made or half removed is made anew. */
static void test_half_made(void **state)
{
	struct state *s = *state;

	NEED_ROOT();
	assert_ok(open_steer(s, false));
	xeap_steer_keep(s->steer);
	close_all(s);
	write_header(XEAP_STEER_ABI, 0);
	sh("rm %s/xeap_ports", dir);
	assert_ok(open_steer(s, false));
	assert_true(there("xeap_ports"));
	close_all(s);
	assert_false(there(""));
}

static void test_no_place(void **state)
{
	struct xeap_steer_options o = { .size = sizeof(o), .pin_dir = "/tmp/xeap-no-bpffs" };
	struct state *s = *state;

	NEED_ROOT();
	assert_int_equal(xeap_steer_open(&o, &s->steer, &s->diag), -EMEDIUMTYPE);
	assert_int_not_equal(access(o.pin_dir, F_OK), 0);
	o.pin_dir = "/nowhere/at/all";
	assert_int_equal(xeap_steer_open(&o, &s->steer, &s->diag), -ENOENT);
	assert_int_equal(xeap_steer_unpin("/tmp", NULL, &s->diag), -EMEDIUMTYPE);
	assert_int_equal(xeap_steer_unpin(dir, NULL, &s->diag), -ENOENT);
	snprintf(dir, sizeof(dir), "%s", place); /* the bpffs itself */
	assert_ok(open_steer(s, false));
	close_all(s);
	assert_int_not_equal(sh("ls %s | grep xeap_", dir), 0);
	snprintf(dir, sizeof(dir), "%s/xeap", place);
}

static void make_place(void)
{
	enter_namespace();
	if (no_root)
		return;
	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("sysfs", "/sys", "sysfs", 0, NULL) || !mkdtemp(place))
		no_root = 1;
	snprintf(dir, sizeof(dir), "%s/xeap", place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PIN_TEST(test_normal_end),
		PIN_TEST(test_killed_native),
		PIN_TEST(test_killed_generic),
		PIN_TEST(test_killed_funnel),
		PIN_TEST(test_change_of_rings),
		PIN_TEST(test_beside),
		PIN_TEST(test_kept),
		PIN_TEST(test_gate),
		PIN_TEST(test_netdev_gone),
		PIN_TEST(test_refused),
		PIN_TEST(test_half_made),
		PIN_TEST(test_no_place),
	};
	int failed;

	make_place();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(place);
	return failed;
}
