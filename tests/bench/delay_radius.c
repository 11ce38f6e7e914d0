/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 *	delay_radius PORT MILLISECONDS md5|alert [IDENTITY:PASSWORD]
 *
 * A RADIUS server on 127.0.0.1:PORT, secret testing123, that sends each answer so long after the
 * kernel had the request: no wake-up and no work of its own adds to that, up to what it says of
 * itself. md5 logs IDENTITY in by EAP-MD5 in two turns; alert answers a ClientHello with a TLS
 * alert. Prints "ready", and on SIGTERM one JSON object: by how much its answers exceeded that,
 * from the kernel's time of arrival to its time of departure, each turn (answer_late_us) and the
 * turns of each Access-Accept together (login_late_us).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "bench/hist.h"
#include "stub_server.h"
#include "wire/radius.h"

#define SECOND INT64_C(1000000000)
#define QUEUE 4096		      /* answers that wait for their time */
#define TURNS 65536		      /* answers whose times are remembered */
#define AWAKE (SECOND / 1000000 * 60) /* before an answer is due: sleep does not end on time */

/* Nanoseconds of CLOCK_REALTIME, as the kernel's timestamps are. */
struct turn {
	int64_t received;
	int64_t before; /* by how much the login's earlier turns were late */
	int64_t late;
	bool is_last;
};

struct waiting {
	int64_t due;
	uint32_t turn;
	struct sockaddr_in client;
	struct server_packet answer;
};

struct server {
	int fd;
	int64_t delay;
	enum stub_how how;
	struct stub_user user;
	struct waiting queue[QUEUE];
	uint32_t head, count;
	struct turn turns[TURNS];
	uint32_t made;		     /* turns; they leave in the order in which they are made */
	uint64_t lost;		     /* requests that found the queue full */
	struct hist answers, logins; /* ns late */
};

static volatile sig_atomic_t is_over;

static void on_term(int signal)
{
	is_over = 1;
}

static int64_t in_ns(const struct timespec *t)
{
	return t->tv_sec * SECOND + t->tv_nsec;
}

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return in_ns(&t);
}

/* The time and, of what comes from the error queue, the number of the packet that it is about. */
static bool read_stamp(struct msghdr *m, int64_t *ret_at, uint32_t *ret_number)
{
	bool stamped = false;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		struct scm_timestamping t;
		struct sock_extended_err e;

		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPING) {
			memcpy(&t, CMSG_DATA(c), sizeof(t));
			*ret_at = t.ts[0].tv_sec * SECOND + t.ts[0].tv_nsec;
			stamped = true;
		} else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) {
			memcpy(&e, CMSG_DATA(c), sizeof(e));
			*ret_number = e.ee_data;
		}
	}
	return stamped;
}

static ssize_t receive(const struct server *s, int flags, struct sockaddr_in *ret_client,
		       struct server_packet *ret_packet, int64_t *ret_at, uint32_t *ret_number)
{
	_Alignas(struct cmsghdr) char control[256];
	struct iovec bytes = { ret_packet->data, sizeof(ret_packet->data) };
	struct msghdr m = {
		.msg_name = ret_client,
		.msg_namelen = sizeof(*ret_client),
		.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t n = recvmsg(s->fd, &m, flags | MSG_DONTWAIT);

	if (n < 0)
		return n;
	ret_packet->len = (size_t)n;
	if (!read_stamp(&m, ret_at, ret_number))
		*ret_at = now();
	return n;
}

static void take_in(struct server *s, const struct server_packet *request,
		    const struct sockaddr_in *client, int64_t received)
{
	struct waiting *w = &s->queue[(s->head + s->count) % QUEUE];
	struct turn *t = &s->turns[s->made % TURNS];
	uint32_t previous;

	if (s->count == QUEUE) {
		s->lost++;
		return;
	}
	if (!stub_answer(s->how, &s->user, request, s->made, &w->answer, &previous))
		return;
	*t = (struct turn){ .received = received,
			    .is_last = w->answer.data[0] == XEAP_RADIUS_ACCESS_ACCEPT };
	if (previous != STUB_FIRST && s->made - previous < TURNS)
		t->before = s->turns[previous % TURNS].before + s->turns[previous % TURNS].late;
	w->due = received + s->delay;
	w->turn = s->made++;
	w->client = *client;
	s->count++;
}

static void take_requests(struct server *s)
{
	struct server_packet request;
	struct sockaddr_in client;
	int64_t received = 0;
	uint32_t number;

	while (receive(s, 0, &client, &request, &received, &number) >= 0)
		take_in(s, &request, &client, received);
}

/* When answers left: the kernel numbers them from 0 in the order in which they were sent. */
static void take_departures(struct server *s)
{
	struct server_packet nothing;
	struct sockaddr_in client;
	int64_t left = 0;
	uint32_t number = 0;

	while (receive(s, MSG_ERRQUEUE, &client, &nothing, &left, &number) >= 0) {
		struct turn *t = &s->turns[number % TURNS];

		t->late = left - t->received - s->delay;
		if (t->late < 0)
			bench_die("delay_radius: the clock was set");
		hist_record(&s->answers, (uint64_t)t->late);
		if (t->is_last)
			hist_record(&s->logins, (uint64_t)(t->before + t->late));
	}
}

static void send_first(struct server *s)
{
	struct waiting *w = &s->queue[s->head];

	while (now() < w->due)
		;
	if (sendto(s->fd, w->answer.data, w->answer.len, 0, (struct sockaddr *)&w->client,
		   sizeof(w->client)) < 0)
		bench_die("delay_radius: send: %s", strerror(errno));
	s->head = (s->head + 1) % QUEUE;
	s->count--;
}

/* Until a request came or the first answer is nearly due. False: it is over. */
static bool wait_for_news(const struct server *s, const sigset_t *mask)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };
	int64_t left = s->count ? s->queue[s->head].due - AWAKE - now() : SECOND;
	struct timespec t = { .tv_sec = left / SECOND, .tv_nsec = left % SECOND };

	if (left > 0)
		ppoll(&p, 1, &t, mask);
	return !is_over;
}

static void serve(struct server *s, const sigset_t *mask)
{
	while (wait_for_news(s, mask)) {
		take_requests(s);
		while (s->count && s->queue[s->head].due - AWAKE <= now())
			send_first(s);
		take_departures(s);
	}
}

static void tell_hist(const char *name, const struct hist *h)
{
	static const struct {
		const char *name;
		double share;
	} shares[] = { { "p50", 0.5 }, { "p90", 0.9 }, { "p99", 0.99 }, { "p999", 0.999 } };

	printf(", \"%s\": {\"count\": %llu", name, (unsigned long long)h->count);
	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++)
		printf(", \"%s\": %.1f", shares[i].name, (double)hist_at(h, shares[i].share) / 1e3);
	printf(", \"min\": %.1f, \"max\": %.1f}", h->count ? (double)h->min / 1e3 : 0,
	       h->count ? (double)h->max / 1e3 : 0);
}

static void open_socket(struct server *s, const char *port)
{
	struct sockaddr_in own = { .sin_family = AF_INET,
				   .sin_port = htons((uint16_t)atoi(port)),
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int buffer = 1 << 20, stamps = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_TX_SOFTWARE |
				       SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_ID |
				       SOF_TIMESTAMPING_OPT_TSONLY;

	s->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	setsockopt(s->fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
	if (s->fd < 0 || setsockopt(s->fd, SOL_SOCKET, SO_TIMESTAMPING, &stamps, sizeof(stamps)) ||
	    bind(s->fd, (struct sockaddr *)&own, sizeof(own)))
		bench_die("delay_radius: port %s: %s", port, strerror(errno));
}

static void read_arguments(struct server *s, int argc, char **argv)
{
	char *colon = argc == 5 ? strchr(argv[4], ':') : NULL;

	if (argc < 4 || argc > 5 || (argc == 5 && !colon) ||
	    (strcmp(argv[3], "md5") != 0 && strcmp(argv[3], "alert") != 0))
		bench_die("delay_radius PORT MILLISECONDS md5|alert [IDENTITY:PASSWORD]");
	s->delay = (int64_t)(atof(argv[2]) * 1e6);
	s->how = strcmp(argv[3], "md5") == 0 ? STUB_MD5 : STUB_ALERT;
	if (!colon)
		return;
	*colon = '\0';
	s->user = (struct stub_user){ .name = argv[4], .password = colon + 1 };
}

/* It is an instrument: where it may, it goes before what it measures. */
static void go_first(void)
{
	const struct sched_param first = { .sched_priority = 1 };

	prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
	sched_setscheduler(0, SCHED_FIFO, &first);
}

int main(int argc, char **argv)
{
	struct server *s = calloc(1, sizeof(*s));
	const struct sigaction action = { .sa_handler = on_term };
	sigset_t term, mask;

	if (!s)
		bench_die("delay_radius: out of memory");
	read_arguments(s, argc, argv);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &mask);
	sigaction(SIGTERM, &action, NULL);
	open_socket(s, argv[1]);
	go_first();
	puts("ready");
	fflush(stdout);
	serve(s, &mask);
	printf("{\"lost\": %llu", (unsigned long long)s->lost);
	tell_hist("answer_late_us", &s->answers);
	tell_hist("login_late_us", &s->logins);
	puts("}");
	close(s->fd);
	free(s);
	return 0;
}
