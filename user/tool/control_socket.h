/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_CONTROL_SOCKET_H
#define XEAP_TOOL_CONTROL_SOCKET_H

#include <sys/types.h>
#include <sys/un.h>
#include <xeap/error.h>

/* The socket of control.h as a file: who may have it, and whose it is. */
struct control_socket {
	int fd;
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	dev_t dev; /* with ino: the file that is ours, as long as nobody has replaced it */
	ino_t ino;
};

/* See control_open(). */
int control_socket_open(struct control_socket *s, const char *path, gid_t gid,
			struct xeap_diag *ret_why);
/* Removes the file if it is still ours. */
void control_socket_close(struct control_socket *s);

/*
 * The other side: a connected socket, or a negative errno with one line that says what to do.
 */
int control_socket_connect(const char *path, struct xeap_diag *ret_why);

#endif
