/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* xeap-method-host: the process of an isolated plug-in. libxeap starts it, nobody else. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>

#include "plugin/serve.h"

int main(int argc, char **argv)
{
	int type;
	socklen_t len = sizeof(type);

	if (argc != 2 || getsockopt(XEAP_SERVE_SOCKET, SOL_SOCKET, SO_TYPE, &type, &len) ||
	    type != SOCK_SEQPACKET || fcntl(XEAP_SERVE_PLUGIN, F_GETFD) < 0) {
		fputs("xeap-method-host is started by xeap --isolate, not by hand\n", stderr);
		return 2;
	}
	xeap_confine();
	xeap_serve(argv[1]);
	return 0;
}
