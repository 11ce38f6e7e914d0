/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tool/bench_view.h"

/* Functions, no macros with plain names. */
#define NCURSES_NOMACROS
#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include "tool/bench_screen.h"

/* Signals that end a program. */
static const int fatal[] = { SIGINT, SIGTERM, SIGHUP,  SIGQUIT, SIGABRT,
			     SIGBUS, SIGFPE,  SIGSEGV, SIGILL };
#define FATAL (sizeof(fatal) / sizeof(fatal[0]))

struct bench_view {
	SCREEN *screen;
	bool keys, utf8;
	bool ours[FATAL]; /* signals that had no handler */
	struct sigaction suspend;
};

/* What a signal's handler needs, ready before it comes. */
static struct {
	char text[128]; /* puts the terminal back */
	size_t len;
	struct termios modes;
	bool has_modes;
} back;

static int keep_byte(int c)
{
	if (back.len < sizeof(back.text))
		back.text[back.len++] = (char)c;
	return c;
}

static void keep_string(const char *name)
{
	const char *s = tigetstr(name);

	if (s && s != (const char *)-1)
		tputs(s, 1, keep_byte);
}

/* Only what a handler may call: POSIX.1-2017 §2.4.3. */
static void put_back(int signal_number)
{
	ssize_t n = write(STDOUT_FILENO, back.text, back.len);

	(void)n;
	if (back.has_modes)
		tcsetattr(STDOUT_FILENO, TCSANOW, &back.modes);
	/* SA_RESETHAND: this time it ends the program. */
	raise(signal_number);
}

static void take_signals(struct bench_view *v)
{
	const struct sigaction ours = { .sa_handler = put_back,
					.sa_flags = (int)(SA_RESETHAND | SA_NODEFER) };
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction was;

	for (size_t i = 0; i < FATAL; i++) {
		if (sigaction(fatal[i], NULL, &was) || was.sa_handler != SIG_DFL)
			continue;
		v->ours[i] = !sigaction(fatal[i], &ours, NULL);
	}
	sigaction(SIGTSTP, &ignore, &v->suspend);
}

static void give_signals_back(const struct bench_view *v)
{
	for (size_t i = 0; i < FATAL; i++)
		if (v->ours[i])
			signal(fatal[i], SIG_DFL);
	sigaction(SIGTSTP, &v->suspend, NULL);
}

/* Before signals are taken and after the terminal is open, there is nothing to put back. */
static void prepare_back(void)
{
	static const char *const names[] = { "sgr0", "cnorm", "rmkx", "rmcup" };

	back.len = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		keep_string(names[i]);
}

static void set_modes(struct bench_view *v)
{
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	bench_screen_colours();
	v->keys = isatty(STDIN_FILENO);
}

struct bench_view *bench_view_open(void)
{
	struct sigaction resized;
	struct bench_view *v;

	if (!isatty(STDOUT_FILENO))
		return NULL;
	v = calloc(1, sizeof(*v));
	if (!v)
		return NULL;
	setlocale(LC_CTYPE, "");
	v->utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	back.len = 0;
	back.has_modes = !tcgetattr(STDOUT_FILENO, &back.modes);
	/* Before ncurses looks, which else would set its own. */
	take_signals(v);
	sigaction(SIGWINCH, NULL, &resized);
	v->screen = newterm(NULL, stdout, stdin);
	/* Sizes are asked for: no signal of ncurses' is to interrupt anybody's poll(). */
	sigaction(SIGWINCH, &resized, NULL);
	if (!v->screen || !tigetstr("cup") || tigetstr("cup") == (char *)-1)
		return bench_view_close(v);
	prepare_back();
	set_modes(v);
	return v;
}

struct bench_view *bench_view_close(struct bench_view *v)
{
	if (!v)
		return NULL;
	if (v->screen) {
		endwin();
		delscreen(v->screen);
	}
	give_signals_back(v);
	free(v);
	return NULL;
}

static void follow_size(void)
{
	struct winsize w;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) && w.ws_row && w.ws_col &&
	    is_term_resized(w.ws_row, w.ws_col))
		resizeterm(w.ws_row, w.ws_col);
}

void bench_view_draw(struct bench_view *v, const struct bench_result *so_far,
		     const struct bench_second *last)
{
	follow_size();
	werase(stdscr);
	bench_screen_draw(so_far, last, v->utf8);
	wrefresh(stdscr);
}

int bench_view_fd(const struct bench_view *v)
{
	return v->keys ? STDIN_FILENO : -1;
}

bool bench_view_stop(struct bench_view *v)
{
	struct pollfd p[] = { { v->keys ? STDIN_FILENO : -1, POLLIN, 0 }, { STDOUT_FILENO, 0, 0 } };
	int key;

	if (poll(p, 2, 0) > 0 && ((p[0].revents | p[1].revents) & (POLLHUP | POLLERR)))
		return true;
	while (v->keys && (key = wgetch(stdscr)) != ERR)
		if (key == 'q' || key == 'Q')
			return true;
	return false;
}
