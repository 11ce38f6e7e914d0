/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_PASSWORDS_H
#define XEAP_TOOL_PASSWORDS_H

#include <xeap/config.h>
#include "tool/config_file.h"

/* A person may have to open the safe: a key's passphrase, a touch. */
#define PASSWORDS_WAIT_MS 60000

/*
 * Fetch what a configuration keeps in ext_password_backend=fd:N or cmd:COMMAND, when a network of
 * it needs that. To be called before rights are dropped. 0, or a negative errno with one line in
 * ret_why.
 */
int passwords_fetch(struct xeap_config_file *file, const char *path, struct xeap_diag *ret_why);

/*
 * The two of them, wait_ms at most. What was read is the caller's to wipe with config_file_wipe();
 * untouched on failure. An inherited descriptor is read once and closed.
 */
int passwords_read_fd(const char *number, int wait_ms, struct config_text *ret_text,
		      struct xeap_diag *ret_why);
int passwords_run(const char *command, int wait_ms, struct config_text *ret_text,
		  struct xeap_diag *ret_why);

#endif
