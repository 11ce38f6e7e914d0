/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_BENCH_MPI_H
#define XEAP_TOOL_BENCH_MPI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Several processes of `mpirun … xeap bench` that are one run. MPI itself is in a module,
 * xeap-bench-mpi.so beside the program or in ../libexec, that is loaded only when mpirun started
 * this process: xeap needs none of MPI's libraries. All calls by the main thread; those marked
 * "together" return when every rank has made them.
 */
#define BENCH_MPI_WHY 200

/* What the module has, under the name of BENCH_MPI_SYMBOL. Each returns 0 or -EIO. */
struct bench_mpi_ops {
	size_t size; /* of this struct: another one is another version */
	int (*open)(unsigned int *ret_rank, unsigned int *ret_ranks);
	/* Together. `all` has room for `size` bytes of each rank, by rank. */
	int (*exchange)(const void *mine, size_t size, void *all);
	/* Together, but without waiting: *ret_all once everybody is there. Call until it is. */
	int (*arrive)(bool *ret_all);
	/* Together. At rank 0, `all` has room for all ranks' lengths, which are known. */
	int (*gather)(const void *mine, size_t len, void *all, const size_t *lengths);
	void (*close)(void);
};
#define BENCH_MPI_SYMBOL "xeap_bench_mpi"

struct bench_mpi {
	const struct bench_mpi_ops *ops; /* NULL: a run of its own */
	void *module;
	unsigned int rank, ranks; /* 0 and 1 for a run of its own */
	bool arrived;
};

/*
 * Join the others, if mpirun started this process; else it is a run of its own, which all other
 * calls take. 0; -ENOENT: the module is missing; -EIO: MPI does not come up; why has one line.
 */
int bench_mpi_open(struct bench_mpi *ret, char why[BENCH_MPI_WHY]);
/* Leave. When ranks disagree about the end, mpirun ends those that are left. */
void bench_mpi_close(struct bench_mpi *m);

/*
 * Together: whether all ranks can go on. `complaint` is this rank's, NULL: none. When one has a
 * complaint all get -ECANCELED, and rank 0's `ret_why` is the first of them, with its rank;
 * elsewhere it is empty.
 */
int bench_mpi_agree(struct bench_mpi *m, const char *complaint, char ret_why[BENCH_MPI_WHY + 40]);
/* Together: the sum of a count at ranks before this one, and at all. */
int bench_mpi_place(struct bench_mpi *m, uint32_t count, uint32_t *ret_before, uint32_t *ret_all);
/* Together: all have rank 0's value. */
int bench_mpi_tell(struct bench_mpi *m, uint64_t *value);
/* Whether all ranks have come to their end, which the first call says of this one. No waiting. */
bool bench_mpi_all_there(struct bench_mpi *m);
/*
 * Together: texts come to rank 0. There, *ret_all is malloc()ed and has them one after another, and
 * *ret_lengths, malloc()ed, how long each is; elsewhere both are NULL. 0, -ENOMEM or -EIO.
 */
int bench_mpi_gather(struct bench_mpi *m, const char *mine, size_t len, char **ret_all,
		     size_t **ret_lengths);

#endif
