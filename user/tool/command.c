// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/command.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Signals as a program expects them, a group of its own, and no descriptor but the three. */
static int set_up(posix_spawnattr_t *attr, posix_spawn_file_actions_t *files, int input, int output)
{
	sigset_t none, usual;

	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	posix_spawnattr_setsigmask(attr, &none);
	posix_spawnattr_setsigdefault(attr, &usual);
	posix_spawnattr_setpgroup(attr, 0);
	posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
					       POSIX_SPAWN_SETPGROUP);
	if (posix_spawn_file_actions_adddup2(files, input, STDIN_FILENO) ||
	    posix_spawn_file_actions_adddup2(files, output, STDOUT_FILENO) ||
	    posix_spawn_file_actions_addclosefrom_np(files, STDERR_FILENO + 1))
		return -ENOMEM;
	return 0;
}

int command_start(const char *command, int input, int output, pid_t *ret_pid)
{
	char sh[] = "/bin/sh", c[] = "-c", *line = strdup(command);
	char *argv[] = { sh, c, line, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int err;

	if (!line)
		return -ENOMEM;
	posix_spawnattr_init(&attr);
	posix_spawn_file_actions_init(&files);
	err = set_up(&attr, &files, input, output);
	if (!err)
		err = -posix_spawn(ret_pid, sh, &files, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	free(line);
	return err;
}
