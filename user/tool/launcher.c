// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/launcher.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct launcher {
	pthread_mutex_t turn; /* of callers */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t thread;
	void (*run)(void *arg); /* NULL: nothing is to be done */
	void *arg;
	bool stop;
};

static void *serve(void *arg)
{
	struct launcher *l = arg;

	pthread_mutex_lock(&l->lock);
	for (;;) {
		while (!l->run && !l->stop)
			pthread_cond_wait(&l->changed, &l->lock);
		if (l->stop)
			break;
		l->run(l->arg);
		l->run = NULL;
		pthread_cond_broadcast(&l->changed);
	}
	pthread_mutex_unlock(&l->lock);
	return NULL;
}

struct launcher *launcher_new(void)
{
	struct launcher *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	pthread_mutex_init(&l->turn, NULL);
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->changed, NULL);
	if (!pthread_create(&l->thread, NULL, serve, l))
		return l;
	free(l);
	return NULL;
}

struct launcher *launcher_free(struct launcher *l)
{
	if (!l)
		return NULL;
	pthread_mutex_lock(&l->lock);
	l->stop = true;
	pthread_cond_broadcast(&l->changed);
	pthread_mutex_unlock(&l->lock);
	pthread_join(l->thread, NULL);
	pthread_cond_destroy(&l->changed);
	pthread_mutex_destroy(&l->lock);
	pthread_mutex_destroy(&l->turn);
	free(l);
	return NULL;
}

void launcher_run(struct launcher *l, void (*run)(void *arg), void *arg)
{
	pthread_mutex_lock(&l->turn);
	pthread_mutex_lock(&l->lock);
	l->run = run;
	l->arg = arg;
	pthread_cond_broadcast(&l->changed);
	while (l->run)
		pthread_cond_wait(&l->changed, &l->lock);
	pthread_mutex_unlock(&l->lock);
	pthread_mutex_unlock(&l->turn);
}

static struct launcher *of_process;

int launcher_begin(void)
{
	of_process = launcher_new();
	return of_process ? 0 : -ENOMEM;
}

void launcher_end(void)
{
	of_process = launcher_free(of_process);
}

void launcher_do(void *ctx, void (*run)(void *arg), void *arg)
{
	if (of_process)
		launcher_run(of_process, run, arg);
	else
		run(arg);
}
