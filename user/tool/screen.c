// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/screen.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define ENTER "\033[?1049h\033[?25l" /* the other screen, without a cursor */
#define LEAVE "\033[?25h\033[?1049l"
#define HOME "\033[H"
#define REST_OF_LINE "\033[K"
#define REST_OF_SCREEN "\033[J"

static volatile sig_atomic_t ended;

static void take_signal(int signal)
{
	ended = 1;
}

static void take_signals(void)
{
	static const int those[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction a = { .sa_handler = take_signal };

	sigemptyset(&a.sa_mask);
	for (size_t i = 0; i < sizeof(those) / sizeof(those[0]); i++)
		sigaction(those[i], &a, NULL);
	/* Stopped, it would leave a terminal behind that nobody can type at. */
	signal(SIGTSTP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
}

static void measure(struct screen *s)
{
	struct winsize w;

	s->columns = s->rows = 0;
	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &w))
		return;
	s->columns = w.ws_col;
	s->rows = s->live && w.ws_row ? w.ws_row - 1u : 0; /* or it would scroll */
}

static void read_keys(struct screen *s)
{
	struct termios raw;

	if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &s->before))
		return;
	raw = s->before;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	s->keys = !tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}

void screen_open(struct screen *s, bool again)
{
	*s = (struct screen){ .live = again && isatty(STDOUT_FILENO) };
	measure(s);
	if (!again)
		return;
	take_signals();
	if (!s->live)
		return;
	read_keys(s);
	fputs(ENTER, stdout);
	fflush(stdout);
}

void screen_close(struct screen *s)
{
	if (!s->live)
		return;
	fputs(LEAVE, stdout);
	fflush(stdout);
	if (s->keys)
		tcsetattr(STDIN_FILENO, TCSANOW, &s->before);
}

void screen_begin(struct screen *s)
{
	measure(s);
	s->out = open_memstream(&s->text, &s->len);
	if (!s->out)
		s->out = stdout;
}

/* In place: each line over the one that stood there. */
static void draw(const struct screen *s)
{
	const char *at = s->text, *end = s->text + s->len;

	fputs(HOME, stdout);
	while (at < end) {
		const char *line = memchr(at, '\n', (size_t)(end - at));

		if (!line)
			line = end;
		fwrite(at, 1, (size_t)(line - at), stdout);
		fputs(REST_OF_LINE "\n", stdout);
		at = line + 1;
	}
	fputs(REST_OF_SCREEN, stdout);
}

void screen_end(struct screen *s)
{
	if (s->out != stdout) {
		fclose(s->out);
		if (s->live) {
			draw(s);
		} else {
			if (s->begun)
				putchar('\n');
			fwrite(s->text, 1, s->len, stdout);
		}
		free(s->text);
	}
	s->begun = true;
	if (fflush(stdout) || ferror(stdout))
		s->failed = true;
}

static bool typed_q(void)
{
	char keys[64];
	ssize_t n = read(STDIN_FILENO, keys, sizeof(keys));

	return n <= 0 || memchr(keys, 'q', (size_t)n) || memchr(keys, 'Q', (size_t)n);
}

static double clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

bool screen_wait(struct screen *s, double seconds)
{
	struct pollfd p[] = { { s->keys ? STDIN_FILENO : -1, POLLIN, 0 }, { STDOUT_FILENO, 0, 0 } };
	double end = clock_now() + seconds, left = seconds;

	while (!ended && !s->failed) {
		int n = poll(p, 2, left > 0 ? (int)(left * 1e3 + 1) : 0);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0 && (p[1].revents || (p[0].revents && typed_q())))
			return false;
		left = end - clock_now();
		if (left <= 0)
			break;
	}
	return !ended && !s->failed;
}
