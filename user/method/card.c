/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <method/card.h>
#include <pthread.h>
#include <string.h>

/* Registered for the life of the process, as methods are. */
static struct {
	pthread_mutex_t lock;
	pthread_mutex_t use[XEAP_CARDS_MAX]; /* one call at a time a card */
	size_t count;
	const struct xeap_card *card[XEAP_CARDS_MAX];
} cards = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* Under the lock. */
static const struct xeap_card *find(const char *name, size_t *ret_at)
{
	for (size_t i = 0; i < cards.count; i++)
		if (strcmp(cards.card[i]->name, name) == 0) {
			*ret_at = i;
			return cards.card[i];
		}
	return NULL;
}

/* Under the lock. */
static int add(const struct xeap_card *card)
{
	size_t at;

	if (find(card->name, &at))
		return -EEXIST;
	if (cards.count == XEAP_CARDS_MAX)
		return -ENOSPC;
	pthread_mutex_init(&cards.use[cards.count], NULL);
	cards.card[cards.count++] = card;
	return 0;
}

int xeap_card_register(const struct xeap_card *card)
{
	int err;

	if (!card || card->size != sizeof(*card) || !card->name || !*card->name ||
	    (!card->gsm && !card->umts))
		return -EINVAL;
	pthread_mutex_lock(&cards.lock);
	err = add(card);
	pthread_mutex_unlock(&cards.lock);
	return err;
}

const struct xeap_card *xeap_card_find(const char *name)
{
	const struct xeap_card *card;
	size_t at;

	pthread_mutex_lock(&cards.lock);
	card = find(name, &at);
	pthread_mutex_unlock(&cards.lock);
	return card;
}

/* The lock of a registered card, which never moves. */
static pthread_mutex_t *lock_of(const struct xeap_card *card)
{
	size_t at = 0;

	pthread_mutex_lock(&cards.lock);
	find(card->name, &at);
	pthread_mutex_unlock(&cards.lock);
	return &cards.use[at];
}

int xeap_card_gsm(const struct xeap_card *card, const char *pin, const uint8_t rand[16],
		  uint8_t ret_sres[4], uint8_t ret_kc[8])
{
	pthread_mutex_t *lock = lock_of(card);
	int r;

	pthread_mutex_lock(lock);
	r = card->gsm(card->ctx, pin, rand, ret_sres, ret_kc);
	pthread_mutex_unlock(lock);
	return r;
}

int xeap_card_umts(const struct xeap_card *card, const char *pin, const uint8_t rand[16],
		   const uint8_t autn[16], struct xeap_card_umts *ret_umts)
{
	pthread_mutex_t *lock = lock_of(card);
	int r;

	pthread_mutex_lock(lock);
	r = card->umts(card->ctx, pin, rand, autn, ret_umts);
	pthread_mutex_unlock(lock);
	return r;
}
