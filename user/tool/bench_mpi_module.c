/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* xeap-bench-mpi.so: the only file that knows MPI. */
#include <errno.h>
#include <limits.h>
#include <mpi.h>

#include "tool/bench_mpi.h"

#define TAG_RESULT 1

static MPI_Request everybody;
static bool waiting;

static int mpi_open(unsigned int *ret_rank, unsigned int *ret_ranks)
{
	int rank, ranks, level;

	if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level) != MPI_SUCCESS ||
	    MPI_Comm_rank(MPI_COMM_WORLD, &rank) != MPI_SUCCESS ||
	    MPI_Comm_size(MPI_COMM_WORLD, &ranks) != MPI_SUCCESS || rank < 0 || ranks < 1)
		return -EIO;
	*ret_rank = (unsigned int)rank;
	*ret_ranks = (unsigned int)ranks;
	return 0;
}

static int mpi_exchange(const void *mine, size_t size, void *all)
{
	int err =
		MPI_Allgather(mine, (int)size, MPI_BYTE, all, (int)size, MPI_BYTE, MPI_COMM_WORLD);

	return err == MPI_SUCCESS ? 0 : -EIO;
}

static int mpi_arrive(bool *ret_all)
{
	int all = 0;

	if (!waiting && MPI_Ibarrier(MPI_COMM_WORLD, &everybody) != MPI_SUCCESS)
		return -EIO;
	waiting = true;
	if (MPI_Test(&everybody, &all, MPI_STATUS_IGNORE) != MPI_SUCCESS)
		return -EIO;
	*ret_all = all;
	waiting = !all;
	return 0;
}

/* One message a rank: each is shorter than 2 GB, while all together need not be. */
static int mpi_gather(const void *mine, size_t len, void *all, const size_t *lengths)
{
	int rank, ranks;
	char *to = all;

	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &ranks);
	for (int i = 0; i < ranks; i++)
		if (lengths[i] > INT_MAX)
			return -EIO;
	if (rank != 0)
		return MPI_Send(mine, (int)len, MPI_BYTE, 0, TAG_RESULT, MPI_COMM_WORLD) ==
				       MPI_SUCCESS
			       ? 0
			       : -EIO;
	for (size_t i = 0; i < len; i++)
		to[i] = ((const char *)mine)[i];
	for (int i = 1; i < ranks; i++) {
		to += lengths[i - 1];
		if (MPI_Recv(to, (int)lengths[i], MPI_BYTE, i, TAG_RESULT, MPI_COMM_WORLD,
			     MPI_STATUS_IGNORE) != MPI_SUCCESS)
			return -EIO;
	}
	return 0;
}

static void mpi_close(void)
{
	MPI_Finalize();
}

extern const struct bench_mpi_ops xeap_bench_mpi;
const struct bench_mpi_ops xeap_bench_mpi = {
	.size = sizeof(xeap_bench_mpi),
	.open = mpi_open,
	.exchange = mpi_exchange,
	.arrive = mpi_arrive,
	.gather = mpi_gather,
	.close = mpi_close,
};
