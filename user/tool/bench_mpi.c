/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tool/bench_mpi.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_MAX_HERE 4096

static const char *const places[] = { "xeap-bench-mpi.so", "../libexec/xeap-bench-mpi.so" };

/* Open MPI's mpirun sets the first; others that speak PMIx set PMIX_RANK. */
static bool started_by_mpirun(void)
{
	return getenv("OMPI_COMM_WORLD_SIZE") || getenv("PMIX_RANK");
}

static void *load(char why[BENCH_MPI_WHY])
{
	char path[PATH_MAX_HERE], *slash;
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 64);

	path[len > 0 ? len : 0] = '\0';
	slash = strrchr(path, '/');
	if (!slash) {
		snprintf(why, BENCH_MPI_WHY, "/proc/self/exe cannot be read");
		return NULL;
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		snprintf(slash + 1, 64, "%s", places[i]);
		if (access(path, F_OK))
			continue;
		/* MPI loads plugins of its own, which look for MPI among the global symbols. */
		void *module = dlopen(path, RTLD_NOW | RTLD_GLOBAL);

		if (!module)
			snprintf(why, BENCH_MPI_WHY, "%.195s", dlerror());
		return module;
	}
	snprintf(why, BENCH_MPI_WHY,
		 "mpirun started it, but xeap was built without MPI: there is no %s", places[0]);
	return NULL;
}

int bench_mpi_open(struct bench_mpi *ret, char why[BENCH_MPI_WHY])
{
	struct bench_mpi m = { .ranks = 1 };

	if (!started_by_mpirun()) {
		*ret = m;
		return 0;
	}
	m.module = load(why);
	if (!m.module)
		return -ENOENT;
	m.ops = dlsym(m.module, BENCH_MPI_SYMBOL);
	if (!m.ops || m.ops->size != sizeof(*m.ops)) {
		snprintf(why, BENCH_MPI_WHY, "%s is of another version of xeap", places[0]);
		return -ENOENT;
	}
	if (m.ops->open(&m.rank, &m.ranks)) {
		snprintf(why, BENCH_MPI_WHY, "MPI does not come up");
		return -EIO;
	}
	*ret = m;
	return 0;
}

/* The module stays: MPI leaves threads and exit handlers behind. */
void bench_mpi_close(struct bench_mpi *m)
{
	if (m->ops)
		m->ops->close();
	m->ops = NULL;
}

int bench_mpi_agree(struct bench_mpi *m, const char *complaint, char ret_why[BENCH_MPI_WHY + 40])
{
	char mine[BENCH_MPI_WHY] = "", *all;
	int err;

	*ret_why = '\0';
	if (complaint)
		snprintf(mine, sizeof(mine), "%s", *complaint ? complaint : "it cannot go on");
	if (!m->ops)
		return complaint ? -ECANCELED : 0;
	all = calloc(m->ranks, sizeof(mine));
	err = all ? m->ops->exchange(mine, sizeof(mine), all) : -ENOMEM;
	for (unsigned int i = 0; !err && i < m->ranks; i++) {
		const char *why = all + i * sizeof(mine);

		if (!*why)
			continue;
		err = -ECANCELED;
		if (m->rank == 0)
			snprintf(ret_why, BENCH_MPI_WHY + 40, "rank %u: %.199s", i, why);
	}
	free(all);
	return err;
}

int bench_mpi_place(struct bench_mpi *m, uint32_t count, uint32_t *ret_before, uint32_t *ret_all)
{
	uint32_t *counts, before = 0, sum = 0;
	int err;

	if (!m->ops) {
		*ret_before = 0;
		*ret_all = count;
		return 0;
	}
	counts = calloc(m->ranks, sizeof(*counts));
	err = counts ? m->ops->exchange(&count, sizeof(count), counts) : -ENOMEM;
	for (unsigned int i = 0; !err && i < m->ranks; i++) {
		if (i == m->rank)
			before = sum;
		if (__builtin_add_overflow(sum, counts[i], &sum))
			err = -ERANGE;
	}
	free(counts);
	if (err)
		return err;
	*ret_before = before;
	*ret_all = sum;
	return 0;
}

int bench_mpi_tell(struct bench_mpi *m, uint64_t *value)
{
	uint64_t *all;
	int err;

	if (!m->ops)
		return 0;
	all = calloc(m->ranks, sizeof(*all));
	err = all ? m->ops->exchange(value, sizeof(*value), all) : -ENOMEM;
	if (!err)
		*value = all[0];
	free(all);
	return err;
}

bool bench_mpi_all_there(struct bench_mpi *m)
{
	/* When MPI fails nobody is to be waited for. */
	if (m->ops && !m->arrived && m->ops->arrive(&m->arrived))
		m->arrived = true;
	return !m->ops || m->arrived;
}

int bench_mpi_gather(struct bench_mpi *m, const char *mine, size_t len, char **ret_all,
		     size_t **ret_lengths)
{
	size_t *lengths = calloc(m->ranks, sizeof(*lengths)), sum = 0;
	char *all = NULL;
	int err = lengths ? m->ops->exchange(&len, sizeof(len), lengths) : -ENOMEM;

	for (unsigned int i = 0; !err && i < m->ranks; i++)
		sum += lengths[i];
	if (!err && m->rank == 0) {
		all = malloc(sum ? sum : 1);
		err = all ? 0 : -ENOMEM;
	}
	if (!err)
		err = m->ops->gather(mine, len, all, lengths);
	if (err || m->rank != 0) {
		free(all);
		free(lengths);
		all = NULL;
		lengths = NULL;
	}
	if (err)
		return err;
	*ret_all = all;
	*ret_lengths = lengths;
	return 0;
}
