/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef TESTS_BENCH_SUBJECT_H
#define TESTS_BENCH_SUBJECT_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * A process in another network namespace whose CPU time and memory are measured. All are on CPU 0:
 * who measures sleeps while there is something to measure.
 */
struct subject {
	pid_t pid;
	int softirq; /* process id of the kernel's thread that helps out with frames, or 0 */
};

/* This process goes to CPU 0; children inherit it. */
void subject_pin(void);
/* Run `fn` in another namespace and come back. */
void subject_visit(const char *namespace, void (*fn)(void *arg), void *arg);
/* A child in another namespace that runs `fn`, which does not return. */
void subject_start(struct subject *s, const char *namespace, void (*fn)(const void *arg),
		   const void *arg);
/* SIGTERM. Returns the seconds that its end took. */
double subject_end(struct subject *s);

/* It does nothing, however much comes, until it is told to go on. */
void subject_halt(const struct subject *s);
void subject_go_on(const struct subject *s);

/* CPU seconds so far, its share of the kernel's thread included. */
double subject_cpu(const struct subject *s);
/*
 * Memory in KiB: that of the process alone, without files and the rings that it shares with the
 * kernel; what the machine's kernel has, rings included, but for the page cache.
 */
double subject_kib(const struct subject *s);
double subject_kernel_kib(void);

/* `xeap run` with these arguments in place of this process, without output. */
void subject_exec(const char *const *argv) __attribute__((noreturn));

#endif
