/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What a sandboxed process and a thread under the workers' filter may do, and what not. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sanitized.h"
#include "tool/files.h"
#include "tool/launcher.h"
#include "tool/limits.h"
#include "tool/sandbox.h"

/* A filter is for good, so each test has a process; it says by its status which line failed. */
#define HOLDS(x)                                                                                   \
	do {                                                                                       \
		if (!(x))                                                                          \
			return __LINE__;                                                           \
	} while (0)
#define REFUSED(call) HOLDS((call) == -1 && errno == EPERM)

static void *in_thread(void *arg)
{
	int (*body)(void) = *(int (**)(void))arg;
	struct xeap_diag why;

	if (sandbox_worker(NULL, &why)) {
		fprintf(stderr, "%s\n", why.text);
		return (void *)1;
	}
	return (void *)(intptr_t)body();
}

/* Returns 0, or the line of the check that failed. */
static int confined(int (*body)(void))
{
	pthread_t t;
	void *line = (void *)2;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || pthread_create(&t, NULL, in_thread, &body))
		return 3;
	pthread_join(t, &line);
	return (int)(intptr_t)line;
}

/* Line numbers do not fit an exit status. */
static int in_process(int (*what)(int (*)(void)), int (*body)(void))
{
	int *line = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status, result;
	pid_t pid;

	assert_ptr_not_equal(line, MAP_FAILED);
	*line = -1;
	pid = fork();
	if (!pid) {
		*line = what(body);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	result = status ? -status : *line;
	munmap(line, 4096);
	return result;
}

static void check_confined(int (*body)(void))
{
	int line = in_process(confined, body);

	if (line)
		fail_msg("line %d (or a negative wait status)", line);
}

static int no_program(void)
{
	char *argv[] = { NULL };

	REFUSED(execve("/bin/true", argv, argv));
	REFUSED(syscall(SYS_execveat, -1, "/bin/true", argv, argv, 0));
	REFUSED(fork());
	REFUSED(vfork());
	REFUSED(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
	REFUSED(syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0));
	return 0;
}

static void it_starts_no_program(void **state)
{
	check_confined(no_program);
}

static int no_file(void)
{
#if !XEAP_SANITIZED
	REFUSED(open("/dev/null", O_WRONLY));
	REFUSED(open("/dev/null", O_RDWR));
	REFUSED(open("/tmp/xeap-no-such-file", O_RDONLY | O_CREAT, 0600));
	REFUSED(open("/tmp", O_TMPFILE | O_WRONLY, 0600));
#endif
	REFUSED(unlink("/tmp/xeap-no-such-file"));
	REFUSED(rename("/tmp/xeap-no-such-file", "/tmp/x"));
	REFUSED(mkdir("/tmp/xeap-no-such-file", 0700));
	REFUSED(chmod("/tmp/xeap-no-such-file", 0700));
	REFUSED(memfd_create("x", 0));
	return 0;
}

static void it_writes_no_file(void **state)
{
	check_confined(no_file);
}

/* Where pins are. A kernel without Landlock has nothing to show. */
static char pins[] = "/tmp/xeap-pins-XXXXXX";

static int only_pins(void)
{
	char here[64], there[64];
	int err = files_confine(pins);

	if (err == -ENOSYS || err == -EOPNOTSUPP)
		return 0;
	snprintf(here, sizeof(here), "%s/pin", pins);
	snprintf(there, sizeof(there), "%s-not", pins);
	HOLDS(!err);
	HOLDS(mknod(here, S_IFREG | 0600, 0) == 0 && unlink(here) == 0);
	HOLDS(mknod(there, S_IFREG | 0600, 0) == -1 && errno == EACCES);
	HOLDS(unlink("/tmp/xeap-no-such-file") == -1 && errno == ENOENT);
	HOLDS(rmdir(pins) == -1 && errno == EACCES);
	HOLDS(open("/dev/null", O_WRONLY) == -1 && errno == EACCES);
	return 0;
}

static int with_pins(int (*body)(void))
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ? __LINE__ : body();
}

static void it_removes_pins_only(void **state)
{
	int line;

	assert_non_null(mkdtemp(pins));
	line = in_process(with_pins, only_pins);
	rmdir(pins);
	if (line)
		fail_msg("line %d (or a negative wait status)", line);
}

static int no_new_code(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *data = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = open("/proc/self/exe", O_RDONLY);
	void *code;

	HOLDS(data != MAP_FAILED && fd >= 0);
	REFUSED(mprotect(data, page, PROT_READ | PROT_EXEC));
	HOLDS(mmap(NULL, page, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
		      MAP_FAILED &&
	      errno == EPERM);
	HOLDS(mmap(NULL, page, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE, fd, 0) ==
		      MAP_FAILED &&
	      errno == EPERM);
	/* as dlopen() does: OpenSSL may have a module to load */
	code = mmap(NULL, page, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
	HOLDS(code != MAP_FAILED);
	return 0;
}

static void it_gets_no_new_code(void **state)
{
	check_confined(no_new_code);
}

static int no_others(void)
{
	union bpf_attr attr = { 0 };

	REFUSED(kill(getppid(), SIGTERM));
	REFUSED(socket(AF_INET, SOCK_STREAM, 0));
	REFUSED(socket(AF_INET, SOCK_DGRAM, 0));
	REFUSED(socket(AF_INET6, SOCK_DGRAM, 0));
	REFUSED(socket(AF_UNIX, SOCK_STREAM, 0));
	REFUSED(socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT));
	REFUSED(unshare(CLONE_NEWUSER));
	REFUSED(syscall(SYS_setuid, 0));
	REFUSED(syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr)));
	REFUSED(syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr)));
	REFUSED(syscall(SYS_io_uring_setup, 1, NULL));
	return 0;
}

static void it_leaves_others_alone(void **state)
{
	check_confined(no_others);
}

/* What is for root answers EPERM by itself; another errno: the filter let it through. */
static int reaches(int family, int type, int protocol)
{
	int fd = socket(family, type, protocol);

	if (fd >= 0)
		close(fd);
	return fd >= 0 || (geteuid() && errno == EPERM) || errno == EAFNOSUPPORT;
}

static void *nothing(void *arg)
{
	return arg;
}

static int what_it_needs(void)
{
	union bpf_attr attr = { .map_fd = (uint32_t)-1 };
	struct epoll_event e = { .events = EPOLLIN };
	int epoll = epoll_create1(EPOLL_CLOEXEC), fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
	char name[IF_NAMESIZE];
	pthread_t t[8];

	HOLDS(epoll >= 0 && fd >= 0);
	HOLDS(epoll_wait(epoll, &e, 1, 0) == 0);
	HOLDS(reaches(AF_XDP, SOCK_RAW, 0) && reaches(AF_PACKET, SOCK_RAW, 0));
	HOLDS(reaches(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
	HOLDS(if_nametoindex("lo") && if_indextoname(if_nametoindex("lo"), name));
	HOLDS(syscall(SYS_bpf, BPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr)) == -1);
	HOLDS(geteuid() || errno != EPERM);
	HOLDS(kill(getpid(), 0) == 0);
	for (int i = 0; i < 8; i++)
		HOLDS(!pthread_create(&t[i], NULL, nothing, NULL));
	for (int i = 0; i < 8; i++)
		HOLDS(!pthread_join(t[i], NULL));
	close(fd);
	close(epoll);
	return 0;
}

static void it_has_what_it_needs(void **state)
{
	check_confined(what_it_needs);
}

static int give_up(void)
{
	signal(SIGABRT, SIG_DFL);
	abort();
}

/* A frame that is in two places ends the process, by abort(): it must not go on instead. */
static void it_can_abort(void **state)
{
	int status = in_process(confined, give_up);

	assert_true(status < 0 && WIFSIGNALED(-status) && WTERMSIG(-status) == SIGABRT);
}

/* /proc/thread-self/status: the value of a line, without its name and white space */
static void status_line(const char *name, char value[64])
{
	char line[256];
	FILE *f = fopen("/proc/thread-self/status", "r");

	value[0] = '\0';
	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, name, strlen(name)) && line[strlen(name)] == ':')
			sscanf(line + strlen(name) + 1, " %63s", value);
	if (f)
		fclose(f);
}

static uint64_t capabilities(const char *set)
{
	char value[64];

	status_line(set, value);
	return strtoull(value, NULL, 16);
}

#define KEPT (1ull << 12 | 1ull << 13 | 1ull << 14 | 1ull << 39)

static int whole_process(int (*unused)(void))
{
	uint64_t had = capabilities("CapEff"), bounding = capabilities("CapBnd");
	struct xeap_diag why;
	char value[64];

	HOLDS(sandbox_process(&why) == 0);
	HOLDS(capabilities("CapEff") == (had & KEPT) && capabilities("CapPrm") == (had & KEPT));
	HOLDS(capabilities("CapInh") == 0 && capabilities("CapAmb") == 0);
	HOLDS(capabilities("CapBnd") == (had & 1ull << 8 ? 0 : bounding));
	status_line("NoNewPrivs", value);
	HOLDS(!strcmp(value, "1"));
	status_line("Seccomp", value);
	HOLDS(!strcmp(value, "0"));
	HOLDS(prctl(PR_GET_DUMPABLE) == 0);
	HOLDS(sandbox_worker(NULL, &why) == 0);
	return 0;
}

static void the_process_keeps_four_capabilities(void **state)
{
	int line = in_process(whole_process, NULL);

	if (line)
		fail_msg("line %d (or a negative wait status)", line);
}

static int no_exec_limits(int (*unused)(void))
{
	const struct rlimit few = { 100, 100 };
	struct limits_need need = { .ports = 64, .files = 100 };
	struct xeap_diag why = { 0 };

	HOLDS(!setrlimit(RLIMIT_NOFILE, &few) && !setrlimit(RLIMIT_MEMLOCK, &few));
	HOLDS(limits_check(&need, &why) == 0);
	need.files = 101;
	HOLDS(limits_check(&need, &why) == -EMFILE);
	HOLDS(strstr(why.text, "64 ports need 101 open files, the limit is 100: ") &&
	      strstr(why.text, "ulimit -n 101") && strstr(why.text, "LimitNOFILE="));
	need.files = 1;
	need.locked = 200 << 10;
	if (capabilities("CapEff") & 1ull << 14) {
		HOLDS(limits_check(&need, &why) == 0);
		return 0;
	}
	HOLDS(limits_check(&need, &why) == -ENOMEM);
	HOLDS(strstr(why.text, "64 ports need 200 KiB of locked memory") &&
	      strstr(why.text, "ulimit -l 200") && strstr(why.text, "LimitMEMLOCK="));
	return 0;
}

static int without_ipc_lock(int (*unused)(void))
{
	/* From a set that it is not in it cannot be had. */
	HOLDS(setuid(geteuid() ? geteuid() : 65534) == 0);
	return no_exec_limits(unused);
}

static void limits_say_what_is_needed(void **state)
{
	assert_int_equal(in_process(no_exec_limits, NULL), 0);
	assert_int_equal(in_process(without_ipc_lock, NULL), 0);
}

static int soft_limits_go_up(int (*unused)(void))
{
	struct rlimit l = { 50, 100 };

	HOLDS(!setrlimit(RLIMIT_NOFILE, &l));
	limits_raise();
	HOLDS(!getrlimit(RLIMIT_NOFILE, &l) && l.rlim_cur == 100 && l.rlim_max == 100);
	return 0;
}

static void soft_limits_are_raised(void **state)
{
	assert_int_equal(in_process(soft_limits_go_up, NULL), 0);
}

struct sum {
	pthread_t in;
	unsigned int calls;
};

static void count_call(void *arg)
{
	struct sum *s = arg;

	s->in = pthread_self();
	s->calls++;
}

struct caller {
	struct launcher *l;
	struct sum *s;
};

static void *call_often(void *arg)
{
	struct caller *c = arg;

	for (int i = 0; i < 1000; i++)
		launcher_run(c->l, count_call, c->s);
	return NULL;
}

static void a_launcher_serves_all_in_turn(void **state)
{
	struct sum s = { 0 };
	struct caller c = { launcher_new(), &s };
	pthread_t t[4];

	assert_non_null(c.l);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&t[i], NULL, call_often, &c), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	assert_int_equal(s.calls, 4000);
	for (int i = 0; i < 4; i++)
		assert_false(pthread_equal(s.in, t[i]));
	launcher_free(c.l);
	launcher_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_starts_no_program),
		cmocka_unit_test(it_writes_no_file),
		cmocka_unit_test(it_removes_pins_only),
		cmocka_unit_test(it_gets_no_new_code),
		cmocka_unit_test(it_leaves_others_alone),
		cmocka_unit_test(it_has_what_it_needs),
		cmocka_unit_test(it_can_abort),
		cmocka_unit_test(the_process_keeps_four_capabilities),
		cmocka_unit_test(limits_say_what_is_needed),
		cmocka_unit_test(soft_limits_are_raised),
		cmocka_unit_test(a_launcher_serves_all_in_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
