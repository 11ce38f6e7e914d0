/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Gives a fuzz target the inputs that are kept for it, without libFuzzer: replay_NAME
 * FILE-OR-FOLDER… So every build, sanitized or not, of either compiler, goes over them in make
 * check. Speaks TAP, one test an argument. Each input is named before it is tried: the last one
 * named is the one that kills.
 */
#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What became of one argument. */
struct replayed {
	size_t inputs;
	bool failed;
};

static void complain(struct replayed *r, const char *path, const char *why)
{
	printf("# %s: %s\n", path, why);
	r->failed = true;
}

/* The buffer is exactly as large as the input, so that a sanitizer sees a read of one byte more. */
static void replay_file(const char *path, size_t size, struct replayed *r)
{
	uint8_t *data = malloc(size ? size : 1);
	FILE *f = fopen(path, "rb");

	printf("# %s\n", path);
	fflush(stdout);
	if (!data || !f || fread(data, 1, size, f) != size)
		complain(r, path, strerror(errno));
	else if (LLVMFuzzerTestOneInput(data, size))
		complain(r, path, "refused by the target");
	if (f)
		fclose(f);
	free(data);
	r->inputs++;
}

static void replay(const char *path, struct replayed *r);

static void replay_folder(const char *path, struct replayed *r)
{
	struct dirent **entries;
	char name[4096];
	int n = scandir(path, &entries, NULL, alphasort);

	if (n < 0) {
		complain(r, path, strerror(errno));
		return;
	}
	for (int i = 0; i < n; i++) {
		if (entries[i]->d_name[0] != '.') {
			snprintf(name, sizeof(name), "%s/%s", path, entries[i]->d_name);
			replay(name, r);
		}
		free(entries[i]);
	}
	free(entries);
}

static void replay(const char *path, struct replayed *r)
{
	size_t before = r->inputs;
	struct stat st;

	if (stat(path, &st)) {
		complain(r, path, strerror(errno));
	} else if (!S_ISDIR(st.st_mode)) {
		replay_file(path, (size_t)st.st_size, r);
	} else {
		replay_folder(path, r);
		if (r->inputs == before)
			complain(r, path, "no input here: nothing was shown");
	}
}

int main(int argc, char **argv)
{
	bool failed = argc < 2;

	printf("1..%d\n", argc - 1);
	for (int i = 1; i < argc; i++) {
		struct replayed r = { 0 };

		replay(argv[i], &r);
		printf("%s %d - fuzz replay %s (%zu inputs)\n", r.failed ? "not ok" : "ok", i,
		       basename(argv[i]), r.inputs);
		failed |= r.failed;
	}
	return failed;
}
