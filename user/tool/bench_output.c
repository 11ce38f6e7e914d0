// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/bench_output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int say(const struct bench_output *out, int err, char why[BENCH_OUTPUT_WHY])
{
	snprintf(why, BENCH_OUTPUT_WHY, "%s %.100s: %s", out->option, out->path, strerror(err));
	return -EINVAL;
}

/* A FIFO or a device is not emptied, and one that nobody made is none to take away. */
static int open_one(struct bench_output *out, char why[BENCH_OUTPUT_WHY])
{
	bool was = !access(out->path, F_OK);
	int fd = open(out->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

	if (fd < 0)
		return say(out, errno, why);
	if (!was)
		out->made = realpath(out->path, NULL);
	out->f = fdopen(fd, "w");
	if (out->f)
		return 0;
	close(fd);
	return say(out, ENOMEM, why);
}

/* Two names of one file, whose contents would be those of whichever is written last. */
static bool are_one(const struct bench_output *a, const struct bench_output *b)
{
	struct stat of_a, of_b;

	return a->f && b->f && !fstat(fileno(a->f), &of_a) && !fstat(fileno(b->f), &of_b) &&
	       S_ISREG(of_a.st_mode) && of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

static int check_new(const struct bench_outputs *b, int kind, char why[BENCH_OUTPUT_WHY])
{
	const struct bench_output text = { .f = stdout }, *out = &b->all[kind];

	if (out->f != stdout && are_one(out, &text)) {
		snprintf(why, BENCH_OUTPUT_WHY,
			 "%s %.100s: is the file of standard output: name it -", out->option,
			 out->path);
		return -EINVAL;
	}
	for (int i = 0; i < kind; i++) {
		if (!are_one(&b->all[i], out))
			continue;
		snprintf(why, BENCH_OUTPUT_WHY, "%s %.70s: is the file of %s %.70s", out->option,
			 out->path, b->all[i].option, b->all[i].path);
		return -EINVAL;
	}
	return 0;
}

static int open_all(struct bench_outputs *b, char why[BENCH_OUTPUT_WHY])
{
	int err = 0;

	for (int i = 0; !err && i < BENCH_OUTPUT_MAX; i++) {
		struct bench_output *out = &b->all[i];

		if (!out->path)
			continue;
		if (!strcmp(out->path, "-"))
			out->f = stdout;
		else
			err = open_one(out, why);
		if (!err)
			err = check_new(b, i, why);
	}
	return err;
}

int bench_outputs_open(struct bench_outputs *b, const struct bench_options *o,
		       char why[BENCH_OUTPUT_WHY])
{
	int err;

	*b = (struct bench_outputs){ .all = {
					     [BENCH_OUTPUT_JSON] = { .option = "--json",
								     .path = o->json },
					     [BENCH_OUTPUT_CSV] = { .option = "--csv",
								    .path = o->csv },
					     [BENCH_OUTPUT_REPORT] = { .option = "--report",
								       .path = o->report },
				     } };
	err = open_all(b, why);
	if (err)
		bench_outputs_close(b);
	return err;
}

void bench_outputs_begin(struct bench_outputs *b)
{
	struct stat s;

	b->begun = true;
	for (int i = 0; i < BENCH_OUTPUT_MAX; i++) {
		struct bench_output *out = &b->all[i];

		if (out->f && out->f != stdout && !fstat(fileno(out->f), &s) && S_ISREG(s.st_mode))
			out->stuck = ftruncate(fileno(out->f), 0) != 0;
	}
}

FILE *bench_output_of(const struct bench_outputs *b, enum bench_output_kind kind)
{
	return b->all[kind].f;
}

bool bench_outputs_on_stdout(const struct bench_outputs *b)
{
	for (int i = 0; i < BENCH_OUTPUT_MAX; i++)
		if (b->all[i].f == stdout)
			return true;
	return false;
}

/* Standard output has its end when all that goes there is written: see streams_end(). */
static int close_one(struct bench_output *out, bool begun)
{
	int err;

	if (!out->f || out->f == stdout)
		return 0;
	if (!begun && out->made)
		unlink(out->made);
	err = out->stuck || ferror(out->f);
	err |= fclose(out->f);
	if (err)
		fprintf(stderr, "xeap bench: %s could not be written\n", out->path);
	return err ? -EIO : 0;
}

int bench_outputs_close(struct bench_outputs *b)
{
	int err = 0;

	for (int i = 0; i < BENCH_OUTPUT_MAX; i++) {
		err |= close_one(&b->all[i], b->begun);
		free(b->all[i].made);
		b->all[i].f = NULL;
		b->all[i].made = NULL;
	}
	return err ? -EIO : 0;
}
