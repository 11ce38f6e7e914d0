// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * From the rings of two workers to the clients' files: which frames, of which ports, and what of
 * those that were lost.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "tool/captures.h"
#include "tool/control_socket.h"

#define WORKERS 2
#define FILE_MAX ((size_t)8 << 20)

struct bed {
	char folder[64], path[100];
	struct control *control;
	struct captures *captures;
	struct capture_ring *ring[WORKERS]; /* as attached */
	uint32_t lost[8];		    /* of port0 … port7 */
	xeap_time now;
};

static struct bed bed;

/* What a client has got, and what is in it. */
struct file {
	int fd;
	bool ended;
	size_t len;
	uint8_t *bytes;
	unsigned int sections, interfaces, frames;
	uint64_t kept, lost;
	char name[8][16];
};

/* The process that is watched: port0 to port7, even ones at worker 0. */

static void attach(void *ctx, unsigned int worker, struct capture_ring *ring)
{
	assert_true(!ring || !bed.ring[worker]);
	bed.ring[worker] = ring;
}

static void losses(void *ctx, unsigned int worker, struct capture_ring *ring)
{
	char name[16];

	assert_ptr_equal(ring, bed.ring[worker]);
	for (unsigned int i = worker; i < 8; i += WORKERS) {
		snprintf(name, sizeof(name), "port%u", i);
		capture_losses(ring, name, &bed.lost[i]);
	}
}

static bool describe(void *ctx, const char *ifname, char *ret_description, size_t size,
		     uint8_t *ret_mac)
{
	if (strlen(ifname) != 5 || strncmp(ifname, "port", 4) || ifname[4] > '7')
		return false;
	snprintf(ret_description, size, "fake");
	memset(ret_mac, ifname[4], 6);
	return true;
}

static const struct captures_source source = { attach, losses, describe };

static int begin(void *ctx, struct control_client *c, const struct request *r,
		 struct xeap_diag *ret_why)
{
	return captures_begin(bed.captures, c, r, ret_why);
}

static enum control_progress more(void *ctx, struct control_client *c)
{
	return captures_more(bed.captures, c);
}

static void stop(void *ctx, struct control_client *c)
{
	captures_stop(bed.captures, c);
}

static void end(void *ctx, struct control_client *c)
{
	captures_end(bed.captures, c);
}

static const struct control_command commands[] = { { "capture", begin, more, stop, end }, { 0 } };

static int set_up(void **state)
{
	struct xeap_diag why;

	bed = (struct bed){ .now = 1000 };
	strcpy(bed.folder, "/tmp/xeap-test-captures-XXXXXX");
	if (!mkdtemp(bed.folder))
		return -1;
	snprintf(bed.path, sizeof(bed.path), "%s/control", bed.folder);
	if (captures_new(&source, NULL, WORKERS, &bed.captures))
		return -1;
	return control_open(bed.path, (gid_t)-1, commands, NULL, &bed.control, &why);
}

static int tear_down(void **state)
{
	control_close(bed.control);
	captures_free(bed.captures);
	return rmdir(bed.folder);
}

static void turns(unsigned int n)
{
	while (n--) {
		bed.now += 100;
		control_turn(bed.control, bed.now);
	}
}

static struct file asking(const char *request)
{
	struct xeap_diag why = { 0 };
	struct file f = { .fd = control_socket_connect(bed.path, &why) };

	assert_true(f.fd >= 0);
	f.bytes = malloc(FILE_MAX);
	assert_non_null(f.bytes);
	assert_int_equal(fcntl(f.fd, F_SETFL, O_NONBLOCK), 0);
	assert_int_equal(send(f.fd, request, strlen(request), 0), strlen(request));
	turns(3);
	return f;
}

static void hear(struct file *f)
{
	ssize_t n;

	while ((n = recv(f->fd, f->bytes + f->len, FILE_MAX - f->len, 0)) > 0)
		f->len += (size_t)n;
	f->ended = n == 0 || (n < 0 && errno != EAGAIN);
}

static void done(struct file *f)
{
	close(f->fd);
	free(f->bytes);
}

/* A frame of a port passes a worker. */
static void frame(unsigned int port, enum pcapng_direction direction, const char *text)
{
	struct capture_ring *ring = bed.ring[port % WORKERS];
	char name[16];

	snprintf(name, sizeof(name), "port%u", port);
	if (ring)
		capture_frame(ring, name, direction, xeap_span(text, strlen(text)),
			      &bed.lost[port]);
}

static void read_interface(struct file *f, const uint8_t *block)
{
	uint16_t len;

	/* if_name is the first option. */
	memcpy(&len, block + 18, sizeof(len));
	assert_in_range(len, 1, 15);
	assert_in_range(f->interfaces, 0, 7);
	memcpy(f->name[f->interfaces++], block + 20, len);
}

static void read_block(struct file *f, const uint8_t *block, size_t len, enum pcapng_block kind)
{
	uint64_t kept, lost;

	switch (kind) {
	case PCAPNG_BLOCK_SECTION:
		f->sections++;
		break;
	case PCAPNG_BLOCK_INTERFACE:
		read_interface(f, block);
		break;
	case PCAPNG_BLOCK_FRAME:
		f->frames++;
		break;
	case PCAPNG_BLOCK_STATISTICS:
		assert_true(pcapng_read_statistics(block, len, &kept, &lost));
		f->kept += kept;
		f->lost += lost;
		break;
	case PCAPNG_BLOCK_KIND_MAX:
		break;
	}
}

/* The file is whole blocks. */
static void read_file(struct file *f)
{
	enum pcapng_block kind = PCAPNG_BLOCK_KIND_MAX;
	size_t at = 0;

	hear(f);
	while (at < f->len) {
		size_t len = pcapng_head(f->bytes + at, &kind);

		assert_int_not_equal(len, 0);
		assert_true(len <= f->len - at);
		read_block(f, f->bytes + at, len, kind);
		at += len;
	}
	assert_int_equal(f->sections, 1);
}

/* What the n-th frame of the file says, and its interface. */
static const char *nth(const struct file *f, unsigned int n, const char **ret_name)
{
	static char text[64];
	enum pcapng_block kind = PCAPNG_BLOCK_KIND_MAX;
	uint32_t interface, len;
	size_t at = 0;

	for (;;) {
		size_t size = pcapng_head(f->bytes + at, &kind);

		if (kind == PCAPNG_BLOCK_FRAME && !n--)
			break;
		at += size;
	}
	memcpy(&interface, f->bytes + at + 8, sizeof(interface));
	memcpy(&len, f->bytes + at + 20, sizeof(len));
	snprintf(text, sizeof(text), "%.*s", (int)len, (const char *)f->bytes + at + 28);
	*ret_name = f->name[interface];
	return text;
}

static void expect_frame(const struct file *f, unsigned int n, const char *port, const char *text)
{
	const char *name, *got = nth(f, n, &name);

	assert_string_equal(name, port);
	assert_string_equal(got, text);
}

/* Tests */

static void all_ports(void **state)
{
	struct file f = asking("{\"cmd\":\"capture\"}\n");

	frame(3, PCAPNG_INBOUND, "request 3");
	frame(0, PCAPNG_INBOUND, "request 0");
	frame(3, PCAPNG_OUTBOUND, "response 3");
	turns(1);
	hear(&f);
	assert_false(f.ended);
	frame(0, PCAPNG_OUTBOUND, "response 0");
	shutdown(f.fd, SHUT_WR);
	turns(2);
	read_file(&f);
	assert_true(f.ended);
	assert_int_equal(f.interfaces, 2);
	assert_int_equal(f.frames, 4);
	assert_int_equal(f.kept, 4);
	assert_int_equal(f.lost, 0);
	expect_frame(&f, 0, "port3", "request 3");
	expect_frame(&f, 1, "port0", "request 0");
	expect_frame(&f, 2, "port3", "response 3");
	expect_frame(&f, 3, "port0", "response 0");
	assert_null(bed.ring[0]);
	assert_null(bed.ring[1]);
	done(&f);
}

static void some_ports(void **state)
{
	struct file f = asking("{\"cmd\":\"capture\",\"ports\":\"port[0-2],port7,new*\"}\n");

	for (unsigned int i = 0; i < 8; i++)
		frame(i, PCAPNG_INBOUND, "x");
	turns(1);
	shutdown(f.fd, SHUT_WR);
	turns(2);
	read_file(&f);
	assert_int_equal(f.interfaces, 4);
	assert_int_equal(f.frames, 4);
	done(&f);
}

static void no_such_port(void **state)
{
	struct file f = asking("{\"cmd\":\"capture\",\"ports\":\"port*,port9\"}\n");

	hear(&f);
	assert_true(f.ended);
	f.bytes[f.len] = '\0';
	assert_non_null(strstr((char *)f.bytes, "no port port9 is served"));
	assert_null(bed.ring[0]);
	done(&f);
}

static void so_many_frames(void **state)
{
	struct file f = asking("{\"cmd\":\"capture\",\"count\":3}\n");

	for (unsigned int i = 0; i < 10; i++)
		frame(0, PCAPNG_INBOUND, "x");
	turns(2);
	read_file(&f);
	assert_true(f.ended);
	assert_int_equal(f.frames, 3);
	assert_int_equal(f.kept, 3);
	assert_int_equal(f.lost, 0);
	done(&f);
}

static void nothing_happened(void **state)
{
	struct file f = asking("{\"cmd\":\"capture\"}\n");

	shutdown(f.fd, SHUT_WR);
	turns(2);
	read_file(&f);
	assert_true(f.ended);
	assert_int_equal(f.frames, 0);
	done(&f);
}

static void several_clients(void **state)
{
	struct file f[5];

	for (unsigned int i = 0; i < 4; i++)
		f[i] = asking(i ? "{\"cmd\":\"capture\"}\n"
				: "{\"cmd\":\"capture\",\"ports\":\"port1\"}\n");
	f[4] = asking("{\"cmd\":\"capture\"}\n");
	hear(&f[4]);
	assert_true(f[4].ended);
	f[4].bytes[f[4].len] = '\0';
	assert_non_null(strstr((char *)f[4].bytes, "4 captures are running already"));
	frame(0, PCAPNG_INBOUND, "x");
	frame(1, PCAPNG_INBOUND, "x");
	turns(1);
	close(f[3].fd);
	turns(2);
	frame(1, PCAPNG_OUTBOUND, "y");
	turns(1);
	for (unsigned int i = 0; i < 3; i++)
		shutdown(f[i].fd, SHUT_WR);
	turns(3);
	for (unsigned int i = 0; i < 3; i++) {
		read_file(&f[i]);
		assert_true(f[i].ended);
		assert_int_equal(f[i].frames, i ? 3 : 2);
		assert_int_equal(f[i].lost, 0);
	}
	assert_null(bed.ring[0]);
	for (unsigned int i = 0; i < 5; i++)
		done(&f[i]);
}

/* A ring that nobody empties: what it had no room for is counted, to the last one. */
static void more_than_the_ring_holds(void **state)
{
	static char text[1001];
	struct file f = asking("{\"cmd\":\"capture\"}\n");
	unsigned int sent = 0;

	memset(text, 'x', sizeof(text) - 1);
	while (bed.lost[0] < 1000) {
		frame(0, PCAPNG_INBOUND, text);
		sent++;
	}
	shutdown(f.fd, SHUT_WR);
	/* It reads while it is written to: only the ring was too small. */
	for (unsigned int i = 0; i < 50; i++) {
		turns(1);
		hear(&f);
	}
	read_file(&f);
	assert_true(f.ended);
	assert_int_equal(bed.lost[0], 0);
	assert_int_equal(f.frames, f.kept);
	assert_int_equal(f.kept + f.lost, sent);
	assert_true(f.lost >= 1000);
	done(&f);
}

/* One does not read, the other does: the one loses frames, the other does not. */
static void a_slow_client(void **state)
{
	static char text[1001];
	struct file slow = asking("{\"cmd\":\"capture\"}\n");
	struct file fast = asking("{\"cmd\":\"capture\"}\n");
	unsigned int sent = 0;

	memset(text, 'x', sizeof(text) - 1);
	while (sent < 5000) {
		for (unsigned int i = 0; i < 50; i++, sent++)
			frame(i % 8, PCAPNG_INBOUND, text);
		turns(2);
		hear(&fast);
	}
	/* However long that takes. */
	bed.now += XEAP_S(1000);
	turns(1);
	shutdown(slow.fd, SHUT_WR);
	shutdown(fast.fd, SHUT_WR);
	for (unsigned int i = 0; i < 50; i++) {
		turns(1);
		hear(&slow);
		hear(&fast);
	}
	read_file(&slow);
	read_file(&fast);
	assert_true(slow.ended && fast.ended);
	assert_int_equal(fast.frames, sent);
	assert_int_equal(fast.lost, 0);
	assert_int_equal(slow.frames, slow.kept);
	assert_int_equal(slow.kept + slow.lost, sent);
	assert_true(slow.lost > 1000);
	done(&slow);
	done(&fast);
}

/* The process ends: clients get what there is, and the end of the file. */
static void the_process_ends(void **state)
{
	struct file f = asking("{\"cmd\":\"capture\"}\n");

	frame(5, PCAPNG_OUTBOUND, "logoff");
	bed.control = control_close(bed.control);
	read_file(&f);
	assert_true(f.ended);
	assert_int_equal(f.frames, 1);
	assert_int_equal(f.kept, 1);
	expect_frame(&f, 0, "port5", "logoff");
	done(&f);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(all_ports),
		TEST(some_ports),
		TEST(no_such_port),
		TEST(so_many_frames),
		TEST(nothing_happened),
		TEST(several_clients),
		TEST(more_than_the_ring_holds),
		TEST(a_slow_client),
		TEST(the_process_ends),
	};

	return cmocka_run_group_tests_name("captures", tests, NULL, NULL);
}
