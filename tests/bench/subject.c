/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/bench/subject.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/bench.h"

void subject_pin(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(0, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		bench_die("CPU 0 cannot be used: %m");
}

static void enter(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || setns(fd, CLONE_NEWNET))
		bench_die("%s: %m", path);
	close(fd);
}

static void enter_namespace(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	enter(path);
}

void subject_visit(const char *namespace, void (*fn)(void *arg), void *arg)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	enter_namespace(namespace);
	fn(arg);
	if (home < 0 || setns(home, CLONE_NEWNET))
		bench_die("the way back to a namespace: %m");
	close(home);
}

/* A process id by its command's name, or 0. */
static int find_process(const char *comm)
{
	DIR *proc = opendir("/proc");
	int found = 0;

	for (struct dirent *d; proc && !found && (d = readdir(proc));) {
		char path[300], name[32] = "";
		FILE *f;

		snprintf(path, sizeof(path), "/proc/%s/comm", d->d_name);
		f = fopen(path, "re");
		if (f && fscanf(f, "%31s", name) == 1 && !strcmp(name, comm))
			found = atoi(d->d_name);
		if (f)
			fclose(f);
	}
	if (proc)
		closedir(proc);
	return found;
}

void subject_start(struct subject *s, const char *namespace, void (*fn)(const void *arg),
		   const void *arg)
{
	s->softirq = find_process("ksoftirqd/0");
	s->pid = fork();
	if (s->pid < 0)
		bench_die("no process: %m");
	if (s->pid)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	enter_namespace(namespace);
	fn(arg);
	_exit(1);
}

static double now(void)
{
	return bench_clock(CLOCK_MONOTONIC) / 1e9;
}

double subject_end(struct subject *s)
{
	double begin = now();

	kill(s->pid, SIGTERM);
	while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
		;
	return now() - begin;
}

static void wait_change(const struct subject *s, int what)
{
	siginfo_t info;

	if (waitid(P_PID, (id_t)s->pid, &info, WEXITED | WNOWAIT | what))
		bench_die("a process got lost: %m");
	if (info.si_code == CLD_EXITED || info.si_code == CLD_KILLED || info.si_code == CLD_DUMPED)
		bench_die("a process ended while it was measured");
	waitid(P_PID, (id_t)s->pid, &info, what | WNOHANG);
}

void subject_halt(const struct subject *s)
{
	kill(s->pid, SIGSTOP);
	wait_change(s, WSTOPPED);
}

void subject_go_on(const struct subject *s)
{
	kill(s->pid, SIGCONT);
}

static double process_cpu(pid_t pid)
{
	clockid_t clock;

	return pid && !clock_getcpuclockid(pid, &clock) ? bench_clock(clock) / 1e9 : 0;
}

double subject_cpu(const struct subject *s)
{
	return process_cpu(s->pid) + process_cpu(s->softirq);
}

/* Lines of a file in /proc, "NAME: N kB", added up. */
static double add_up(const char *path, const char *const *names)
{
	FILE *f = fopen(path, "re");
	char line[128], name[64];
	long kib, sum = 0;

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%63[^:]: %ld kB", name, &kib) != 2)
			continue;
		for (const char *const *n = names; *n; n++)
			sum += strcmp(*n, name) ? 0 : kib;
	}
	if (f)
		fclose(f);
	return (double)sum;
}

double subject_kib(const struct subject *s)
{
	static const char *const names[] = { "Pss_Anon", NULL };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)s->pid);
	return add_up(path, names);
}

double subject_kernel_kib(void)
{
	static const char *const names[] = { "SUnreclaim", "VmallocUsed", "Percpu", "PageTables",
					     NULL };

	return add_up("/proc/meminfo", names);
}

void subject_exec(const char *const *argv)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	dup2(null, STDOUT_FILENO);
	execv(argv[0], (char *const *)(uintptr_t)argv);
	bench_die("%s: %m", argv[0]);
}
