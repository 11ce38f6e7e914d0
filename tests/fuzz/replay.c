/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Gives a fuzz target the inputs that are kept for it, without libFuzzer: replay_NAME FILE-OR-FOLDER…
 * So every build, sanitized or not, of either compiler, goes over them in make check.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void die(const char *path)
{
	fprintf(stderr, "%s: %s\n", path, strerror(errno));
	exit(1);
}

/* The buffer is exactly as large as the input, so that a sanitizer sees a read of one byte more. */
static void replay_file(const char *path, size_t size)
{
	uint8_t *data = malloc(size ? size : 1);
	FILE *f = fopen(path, "rb");

	if (!data || !f || fread(data, 1, size, f) != size)
		die(path);
	fclose(f);
	if (LLVMFuzzerTestOneInput(data, size)) {
		fprintf(stderr, "%s: refused by the target\n", path);
		exit(1);
	}
	free(data);
}

static size_t replay(const char *path);

static size_t replay_folder(const char *path)
{
	struct dirent **entries;
	char name[4096];
	size_t done = 0;
	int n = scandir(path, &entries, NULL, alphasort);

	if (n < 0)
		die(path);
	for (int i = 0; i < n; i++) {
		if (entries[i]->d_name[0] != '.') {
			snprintf(name, sizeof(name), "%s/%s", path, entries[i]->d_name);
			done += replay(name);
		}
		free(entries[i]);
	}
	free(entries);
	return done;
}

static size_t replay(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		die(path);
	if (S_ISDIR(st.st_mode))
		return replay_folder(path);
	replay_file(path, (size_t)st.st_size);
	return 1;
}

int main(int argc, char **argv)
{
	size_t done = 0;

	for (int i = 1; i < argc; i++)
		done += replay(argv[i]);
	printf("%zu inputs replayed\n", done);
	if (done == 0)
		fprintf(stderr, "%s: no input: nothing was shown\n", argv[0]);
	return done == 0;
}
