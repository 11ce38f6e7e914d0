// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/ask.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/diag.h"
#include "tool/control_socket.h"
#include "tool/exit.h"
#include "tool/json.h"

static const char error_prefix[] = "{\"error\":\"";
#define ERROR_PREFIX_LEN (sizeof(error_prefix) - 1)

static void write_request(FILE *out, const struct request *r)
{
	struct json j;

	json_begin(&j, out);
	json_string(&j, "cmd", r->cmd);
	if (*r->ports)
		json_string(&j, "ports", r->ports);
	if (r->stations)
		json_bool(&j, "stations", true);
	if (r->count)
		json_uint(&j, "count", r->count);
	json_end(&j);
}

static int send_request(int fd, const struct request *r)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	int err = 0;

	if (!f)
		return -ENOMEM;
	write_request(f, r);
	if (fclose(f))
		err = -ENOMEM;
	for (size_t sent = 0; !err && sent < len;) {
		ssize_t n = send(fd, text + sent, len - sent, MSG_NOSIGNAL);

		if (n >= 0)
			sent += (size_t)n;
		else if (errno != EINTR)
			err = -errno;
	}
	free(text);
	return err;
}

int ask(struct answerer *a, const char *path, const struct request *r, struct xeap_diag *ret_why)
{
	int fd = control_socket_connect(path, ret_why);
	int err;

	if (fd < 0)
		return fd;
	err = send_request(fd, r);
	if (err) {
		close(fd);
		return xeap_diag_set(ret_why, err, XEAP_E_NOT_SUPPORTED, "control socket %s: %s",
				     path, strerror(-err));
	}
	a->fd = fd;
	a->begun = false;
	a->len = a->taken = 0;
	return 0;
}

void ask_end(struct answerer *a)
{
	close(a->fd);
}

void ask_stop(struct answerer *a)
{
	shutdown(a->fd, SHUT_WR);
}

/* Bytes, 0 at the end, or a negative errno. */
static ssize_t hear(struct answerer *a)
{
	ssize_t n = recv(a->fd, a->bytes + a->len, sizeof(a->bytes) - a->len, 0);

	if (n < 0)
		return -errno;
	a->len += (size_t)n;
	return n;
}

/* What stands between the quotes, as far as it was received; escapes are left as they are. */
static int refuse(const struct answerer *a, struct xeap_diag *ret_why)
{
	const char *text = (const char *)a->bytes + ERROR_PREFIX_LEN;
	const char *end = memchr(a->bytes, '\n', a->len);
	size_t len = (end ? end : (const char *)a->bytes + a->len) - text;

	if (len >= 2 && text[len - 1] == '}' && text[len - 2] == '"')
		len -= 2;
	return xeap_diag_set(ret_why, -EREMOTEIO, XEAP_E_NOT_SUPPORTED, "%.*s", (int)len, text);
}

/* Whether the reply is, or may become, a refusal. */
static bool may_be_refusal(const struct answerer *a)
{
	size_t n = a->len < ERROR_PREFIX_LEN ? a->len : ERROR_PREFIX_LEN;

	return !memcmp(a->bytes, error_prefix, n);
}

/* The beginning of a reply, or all of a refusal. */
static int hear_beginning(struct answerer *a, struct xeap_diag *ret_why)
{
	ssize_t n = 1;

	while (may_be_refusal(a) && n > 0 && a->len < sizeof(a->bytes) / 2)
		n = hear(a);
	if (n < 0)
		return (int)n;
	a->begun = true;
	if (a->len >= ERROR_PREFIX_LEN && may_be_refusal(a))
		return refuse(a, ret_why);
	return a->len > 0;
}

int ask_wait(struct answerer *a, struct xeap_diag *ret_why)
{
	ssize_t n;

	if (a->taken < a->len)
		return 1;
	a->len = a->taken = 0;
	n = a->begun ? hear(a) : hear_beginning(a, ret_why);
	if (n < 0 && n != -EREMOTEIO)
		xeap_diag_set(ret_why, (int)n, XEAP_E_NOT_SUPPORTED, "control socket: %s",
			      strerror((int)-n));
	return n > 0 ? 1 : (int)n;
}

int ask_exit_status(int err)
{
	return err == -EACCES || err == -EPERM ? XEAP_EXIT_PERMISSION : XEAP_EXIT_FAILED;
}
