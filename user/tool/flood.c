// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/flood.h"

#include <errno.h>
#include <net/if_arp.h>
#include <net/if.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "flood/flood.h"
#include "link/uplink.h"
#include "tool/exit.h"
#include "tool/flood_frames.h"
#include "tool/flood_options.h"
#include "tool/json.h"
#include "tool/streams.h"

#define CHUNK 8192	/* frames in one call, at full rate */
#define TICK_NS 2000000 /* between two calls, with a rate */
#define HEADER (14 + 4) /* Ethernet and one tag, beyond the MTU */

struct target {
	const char *name;
	int ifindex;
	struct flood_frames frames;
	struct flood_count count;
	uint64_t handed; /* frames that the netdev was given */
	uint64_t before; /* its own counter */
	uint64_t counted;
};

struct load {
	struct flood_options options;
	struct target targets[FLOOD_NETDEVS_MAX];
	struct flood *flood;
	double seconds; /* that it took */
	bool cut;
};

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

static int complain(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int complain(int status, const char *format, ...)
{
	va_list args;

	fputs("xeap flood: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return status;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/*
 * Frames that the netdev says it has sent, of whoever; 0 where it does not say. Not from /sys,
 * which may be that of another namespace.
 */
static uint64_t tx_packets(const char *name)
{
	FILE *f = fopen("/proc/self/net/dev", "re");
	char line[512], here[IF_NAMESIZE];
	unsigned long long n = 0, found = 0;

	/* name: eight figures of what was received, octets and frames that were sent */
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, " %15[^:]: %*u %*u %*u %*u %*u %*u %*u %*u %*u %llu", here, &n) ==
			    2 &&
		    !strcmp(here, name))
			found = n;
	if (f)
		fclose(f);
	return found;
}

/* What must hold before anything is sent; 0 or an exit status. */
static int check_netdev(const struct flood_options *o, struct target *t, int fd)
{
	struct ifreq r = { 0 };

	if (strlen(t->name) >= IF_NAMESIZE)
		return complain(XEAP_EXIT_USAGE, "there is no netdev %s here", t->name);
	memcpy(r.ifr_name, t->name, strlen(t->name));
	if (ioctl(fd, SIOCGIFINDEX, &r))
		return complain(XEAP_EXIT_USAGE, "there is no netdev %s here", t->name);
	t->ifindex = r.ifr_ifindex;
	if (ioctl(fd, SIOCGIFFLAGS, &r) ||
	    (r.ifr_flags & (IFF_UP | IFF_RUNNING)) != (IFF_UP | IFF_RUNNING))
		return complain(XEAP_EXIT_FAILED, "%s is down, or has no carrier", t->name);
	if (ioctl(fd, SIOCGIFMTU, &r) || o->size > (size_t)r.ifr_mtu + HEADER - (o->vid ? 0u : 4u))
		return complain(XEAP_EXIT_USAGE, "-s %zu does not fit the MTU of %s", o->size,
				t->name);
	if (ioctl(fd, SIOCGIFHWADDR, &r) || r.ifr_hwaddr.sa_family != ARPHRD_ETHER)
		return complain(XEAP_EXIT_USAGE, "%s is no Ethernet device", t->name);
	flood_frames_build(&t->frames, o, (const uint8_t *)r.ifr_hwaddr.sa_data);
	return 0;
}

/* A load where the default route is, or beneath it, may cut this machine off. */
static int check_routes(const struct load *l)
{
	struct xeap_uplinks *uplinks = NULL;
	struct xeap_diag why;
	int status = 0;

	if (l->options.force)
		return 0;
	if (xeap_uplinks_find(&uplinks, &why))
		return complain(XEAP_EXIT_FAILED, "%s", why.text);
	for (size_t i = 0; i < l->options.netdev_count && !status; i++)
		if (xeap_uplinks_check(uplinks, l->targets[i].ifindex, &why))
			status = complain(XEAP_EXIT_FAILED, "%s", why.text);
	xeap_uplinks_free(uplinks);
	return status;
}

static int find_netdevs(struct load *l)
{
	int status = 0, fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return complain(XEAP_EXIT_FAILED, "no socket: %s", strerror(errno));
	for (size_t i = 0; i < l->options.netdev_count && !status; i++) {
		l->targets[i].name = l->options.netdevs[i];
		status = check_netdev(&l->options, &l->targets[i], fd);
	}
	close(fd);
	return status ? status : check_routes(l);
}

static int open_flood(struct load *l)
{
	int err = flood_open(&l->flood);

	if (err == -EPERM || err == -EACCES)
		return complain(XEAP_EXIT_PERMISSION, "loading BPF programs needs root");
	if (err == -EOPNOTSUPP)
		return complain(XEAP_EXIT_FAILED, "this kernel has no XDP live frames "
						  "(BPF_F_TEST_XDP_LIVE_FRAMES, Linux 5.18)");
	return err ? complain(XEAP_EXIT_FAILED, "no BPF programs: %s", strerror(-err)) : 0;
}

static int send_some(struct load *l, struct target *t, uint64_t count)
{
	int err;

	if (!count)
		return 0;
	err = flood_send(l->flood, t->ifindex, &t->frames, (uint32_t)count, &t->count);
	t->handed = t->count.sent + t->count.dropped;
	return err && err != -EINTR ? complain(XEAP_EXIT_FAILED, "%s: %s", t->name, strerror(-err))
				    : 0;
}

/* One frame tells whether the netdev takes any from XDP: nothing was sent if it does not. */
static int send_first(struct load *l, struct target *t)
{
	int status;

	t->before = tx_packets(t->name);
	status = send_some(l, t, 1);
	if (status || t->count.sent)
		return status;
	return complain(XEAP_EXIT_FAILED,
			"%s takes no frames from XDP: its driver cannot, or it is a veth whose "
			"other end has neither GRO (ethtool -K PEER gro on) nor an XDP program",
			t->name);
}

/* Frames that are due at a time, in seconds since the begin. */
static uint64_t due(const struct load *l, const struct target *t, double at)
{
	uint64_t n = CHUNK;

	if (l->options.rate > 0) {
		n = (uint64_t)(at * l->options.rate);
		n = n > t->handed ? n - t->handed : 0;
		n = n > CHUNK ? CHUNK : n;
	}
	if (l->options.count && n > l->options.count - t->handed)
		n = l->options.count - t->handed;
	return n;
}

static bool is_over(const struct load *l, double at)
{
	if (l->options.seconds > 0 && at >= l->options.seconds)
		return true;
	for (size_t i = 0; i < l->options.netdev_count; i++)
		if (!l->options.count || l->targets[i].handed < l->options.count)
			return false;
	return true;
}

static void wait_tick(const struct load *l)
{
	struct timespec t = { .tv_nsec = TICK_NS };

	if (l->options.rate > 0)
		nanosleep(&t, NULL);
}

static int send_all(struct load *l)
{
	double begin, at = 0;
	int status = 0;

	for (size_t i = 0; i < l->options.netdev_count && !status; i++)
		status = send_first(l, &l->targets[i]);
	begin = now();
	while (!status && !interrupted && !is_over(l, at)) {
		for (size_t i = 0; i < l->options.netdev_count && !status; i++)
			status = send_some(l, &l->targets[i], due(l, &l->targets[i], at));
		wait_tick(l);
		at = now() - begin;
	}
	l->seconds = now() - begin;
	l->cut = interrupted;
	for (size_t i = 0; i < l->options.netdev_count; i++)
		l->targets[i].counted = tx_packets(l->targets[i].name) - l->targets[i].before;
	return status;
}

static double pps_of(const struct load *l, const struct target *t)
{
	return l->seconds > 0 ? (double)t->count.sent / l->seconds : 0;
}

static double bps_of(const struct load *l, const struct target *t)
{
	return pps_of(l, t) * 8 * (double)l->options.size;
}

/* As scripts/pktgen writes it, so that one reader takes both. */
static void print_json(const struct load *l)
{
	struct utsname u = { 0 };
	struct json j;

	uname(&u);
	json_begin(&j, stdout);
	json_string(&j, "schema", "xeap-flood");
	json_uint(&j, "version", 1);
	json_string(&j, "kernel", u.release);
	json_bool(&j, "cut", l->cut);
	json_open_array(&j, "devices");
	for (size_t i = 0; i < l->options.netdev_count; i++) {
		const struct target *t = &l->targets[i];

		json_open_object(&j, NULL);
		json_string(&j, "device", t->name);
		json_uint(&j, "packets", t->count.sent);
		json_uint(&j, "errors", t->count.dropped);
		json_uint(&j, "usec", (uint64_t)(l->seconds * 1e6));
		json_uint(&j, "size", l->options.size);
		json_real(&j, "pps", pps_of(l, t));
		json_real(&j, "bps", bps_of(l, t));
		json_uint(&j, "interface_packets", t->counted);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_end(&j);
}

static void print_table(const struct load *l)
{
	printf("%-16s %12s %8s %10s %10s %12s\n", "DEVICE", "FRAMES", "ERRORS", "FRAMES/S",
	       "MBIT/S", "ITS COUNTER");
	for (size_t i = 0; i < l->options.netdev_count; i++) {
		const struct target *t = &l->targets[i];

		printf("%-16s %12llu %8llu %10.0f %10.1f %12llu\n", t->name,
		       (unsigned long long)t->count.sent, (unsigned long long)t->count.dropped,
		       pps_of(l, t), bps_of(l, t) / 1e6, (unsigned long long)t->counted);
	}
}

static int run_load(struct load *l)
{
	struct sigaction act = { .sa_handler = interrupt };
	int status = find_netdevs(l);

	if (!status)
		status = open_flood(l);
	if (status)
		return status;
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	status = send_all(l);
	if (status)
		return status;
	if (l->options.json)
		print_json(l);
	else
		print_table(l);
	return streams_end("flood", l->cut ? XEAP_EXIT_FAILED : XEAP_EXIT_OK);
}

int xeap_cmd_flood(int argc, char **argv)
{
	struct load l = { 0 };
	int status;

	if (flood_options_parse(&l.options, argc, argv))
		return XEAP_EXIT_USAGE;
	if (l.options.help) {
		flood_options_help();
		return streams_end("flood", XEAP_EXIT_OK);
	}
	status = run_load(&l);
	flood_close(l.flood);
	return status;
}
