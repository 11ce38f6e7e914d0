// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/captures.h"

#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"

#define STREAMS_MAX 4
#define RING_SIZE ((size_t)1 << 20)
#define ROOM_MIN PCAPNG_FRAME_MAX(CAPTURE_FRAME_MAX) /* in a buffer, to be worth a frame */

/* A port in one stream. */
struct interface {
	char name[IF_NAMESIZE];
	bool wanted;
	uint32_t id;	/* in the file, when it is wanted */
	uint64_t began; /* when it was first seen */
	uint64_t kept, lost;
	uint64_t untold; /* of lost: no frame was kept since */
};

struct stream {
	struct control_client *client;
	char ports[REQUEST_PORTS_MAX + 1];
	uint64_t left;	/* frames to be kept yet */
	uint64_t until; /* the time when it was asked to end */
	void *by_name;	/* tsearch(3) */
	struct interface **wanted;
	uint32_t count, room, told; /* told: whose statistics were written */
};

struct captures {
	const struct captures_source *source;
	void *ctx;
	struct stream *streams[STREAMS_MAX];
	unsigned int count;
	unsigned int workers;
	struct capture_ring *rings[]; /* NULLs while nobody captures */
};

/* Interfaces */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct interface *)a)->name, ((const struct interface *)b)->name);
}

static bool make_room(struct stream *s)
{
	uint32_t room = s->room ? 2 * s->room : 16;
	struct interface **more;

	if (s->count < s->room)
		return true;
	more = reallocarray(s->wanted, room, sizeof(struct interface *));
	if (!more)
		return false;
	s->wanted = more;
	s->room = room;
	return true;
}

static bool write_interface(const struct captures *c, struct stream *s, const struct interface *i)
{
	struct pcapng_interface block = { .name = i->name };
	char description[64] = "";
	uint8_t out[PCAPNG_BLOCK_MAX];

	c->source->describe(c->ctx, i->name, description, sizeof(description), block.mac);
	block.description = description;
	return control_put(s->client, out, pcapng_interface(out, sizeof(out), &block));
}

/* One that nobody has seen before. False: there is no room for it. */
static bool introduce(const struct captures *c, struct stream *s, struct interface *i)
{
	i->wanted = port_list_fits(s->ports, i->name);
	if (!i->wanted)
		return true;
	if (!make_room(s) || !write_interface(c, s, i))
		return false;
	i->id = s->count;
	i->began = capture_clock();
	s->wanted[s->count++] = i;
	return true;
}

/* NULL: there is no room for it now. */
static struct interface *find_interface(const struct captures *c, struct stream *s,
					const char *name)
{
	struct interface key = { 0 }, **found, *made;

	memcpy(key.name, name, sizeof(key.name));
	found = tfind(&key, &s->by_name, by_name);
	if (found)
		return *found;
	made = malloc(sizeof(*made));
	if (!made)
		return NULL;
	*made = key;
	if (!tsearch(made, &s->by_name, by_name)) {
		free(made);
		return NULL;
	}
	if (introduce(c, s, made))
		return made;
	tdelete(made, &s->by_name, by_name);
	free(made);
	return NULL;
}

/* Frames */

static bool keep(struct stream *s, const struct interface *i, const struct capture_record *r,
		 const uint8_t *bytes)
{
	uint8_t out[PCAPNG_FRAME_MAX(CAPTURE_FRAME_MAX)];
	struct pcapng_frame frame = {
		.interface = i->id,
		.direction = (enum pcapng_direction)r->direction,
		.time = r->time,
		.lost = i->untold,
		.whole = r->whole,
		.data = xeap_span(bytes, r->len),
	};

	return control_put(s->client, out, pcapng_frame(out, sizeof(out), &frame));
}

static void deliver(const struct captures *c, struct stream *s, const struct capture_record *r,
		    const uint8_t *bytes)
{
	struct interface *i = s->left ? find_interface(c, s, r->ifname) : NULL;

	if (!i || !i->wanted)
		return;
	i->lost += r->lost;
	i->untold += r->lost;
	if (!r->len)
		return;
	if (!keep(s, i, r, bytes)) {
		i->lost++;
		i->untold++;
		return;
	}
	i->untold = 0;
	i->kept++;
	s->left--;
}

/* The oldest that waits in any ring. */
static struct capture_ring *oldest(const struct captures *c, struct capture_record *ret_record)
{
	struct capture_ring *found = NULL;
	struct capture_record r;

	for (unsigned int i = 0; i < c->workers; i++) {
		if (!capture_ring_peek(c->rings[i], &r) || (found && r.time >= ret_record->time))
			continue;
		found = c->rings[i];
		*ret_record = r;
	}
	return found;
}

static bool somebody_has_room(const struct captures *c)
{
	for (unsigned int i = 0; i < c->count; i++)
		if (control_room(c->streams[i]->client) >= 2 * ROOM_MIN)
			return true;
	return false;
}

/* Whether more is there that nobody has room for. */
static bool empty_rings(const struct captures *c)
{
	uint8_t bytes[CAPTURE_FRAME_MAX];
	struct capture_record r;
	struct capture_ring *ring;

	while ((ring = oldest(c, &r))) {
		if (!somebody_has_room(c))
			return true;
		capture_ring_take(ring, &r, bytes);
		for (unsigned int i = 0; i < c->count; i++)
			deliver(c, c->streams[i], &r, bytes);
	}
	return false;
}

/* The end of a stream. */
static enum control_progress write_statistics(struct stream *s)
{
	uint8_t out[PCAPNG_BLOCK_MAX];
	uint64_t now = capture_clock();

	while (s->told < s->count) {
		const struct interface *i = s->wanted[s->told];
		struct pcapng_statistics block = {
			.interface = i->id,
			.time = now,
			.began = i->began,
			.kept = i->kept,
			.lost = i->lost,
		};

		if (!control_put(s->client, out, pcapng_statistics(out, sizeof(out), &block)))
			return CONTROL_MORE;
		s->told++;
	}
	return CONTROL_DONE;
}

/* Whether frames wait that passed before the stream was to end. */
static bool is_behind(const struct captures *c, const struct stream *s)
{
	struct capture_record r;

	return oldest(c, &r) && r.time <= s->until;
}

/* With the losses of ports that no frame passed since. */
static void take_the_last(const struct captures *c, struct stream *s)
{
	for (unsigned int i = 0; i < c->workers; i++)
		c->source->losses(c->ctx, i, c->rings[i]);
	empty_rings(c);
	s->left = 0;
}

enum control_progress captures_more(struct captures *c, struct control_client *client)
{
	struct stream *s = control_state(client);
	bool more = s->left && empty_rings(c);

	if (s->left && s->until && !is_behind(c, s))
		take_the_last(c, s);
	if (!s->left)
		return write_statistics(s);
	return more ? CONTROL_MORE : CONTROL_LATER;
}

void captures_stop(struct captures *c, struct control_client *client)
{
	struct stream *s = control_state(client);

	s->until = capture_clock();
}

/* Streams */

static void attach(struct captures *c)
{
	for (unsigned int i = 0; i < c->workers; i++)
		c->source->attach(c->ctx, i, c->rings[i]);
}

static void free_rings(struct captures *c)
{
	for (unsigned int i = 0; i < c->workers; i++)
		c->rings[i] = capture_ring_free(c->rings[i]);
}

static int make_rings(struct captures *c)
{
	for (unsigned int i = 0; i < c->workers; i++) {
		if (!capture_ring_new(RING_SIZE, &c->rings[i]))
			continue;
		free_rings(c);
		return -ENOMEM;
	}
	attach(c);
	return 0;
}

/* Ports that are named in full have to be there. */
static int check_ports(const struct captures *c, const char *ports, struct xeap_diag *ret_why)
{
	char name[REQUEST_PATTERN_MAX + 1], description[64];
	uint8_t mac[6];

	for (unsigned int i = 0; port_list_name(ports, i, name, sizeof(name)); i++)
		if (!c->source->describe(c->ctx, name, description, sizeof(description), mac))
			return xeap_diag_set(ret_why, -ENODEV, XEAP_E_INVALID_PARAMETER,
					     "no port %s is served: 'xeap status' lists those that "
					     "are",
					     name);
	return 0;
}

static void add_stream(struct captures *c, struct stream *s, struct control_client *client,
		       const struct request *request)
{
	uint8_t out[PCAPNG_BLOCK_MAX];

	s->client = client;
	memcpy(s->ports, request->ports, sizeof(s->ports));
	s->left = request->count ? request->count : UINT64_MAX;
	c->streams[c->count++] = s;
	control_set_state(client, s);
	control_put(client, out, pcapng_section(out, sizeof(out), "xeap " XEAP_VERSION));
}

int captures_begin(struct captures *c, struct control_client *client, const struct request *request,
		   struct xeap_diag *ret_why)
{
	int err = check_ports(c, request->ports, ret_why);
	struct stream *s;

	if (err)
		return err;
	if (c->count == STREAMS_MAX)
		return xeap_diag_set(ret_why, -EBUSY, XEAP_E_INVALID_STATE,
				     "%u captures are running already: end one of them",
				     STREAMS_MAX);
	s = calloc(1, sizeof(*s));
	if (!s || (!c->count && make_rings(c))) {
		free(s);
		return xeap_diag_set(ret_why, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	}
	add_stream(c, s, client, request);
	return 0;
}

static void free_stream(struct stream *s)
{
	tdestroy(s->by_name, free);
	free(s->wanted);
	free(s);
}

void captures_end(struct captures *c, struct control_client *client)
{
	struct stream *s = control_state(client);

	for (unsigned int i = 0; i < c->count; i++)
		if (c->streams[i] == s)
			c->streams[i] = c->streams[--c->count];
	free_stream(s);
	if (c->count)
		return;
	for (unsigned int i = 0; i < c->workers; i++)
		c->source->attach(c->ctx, i, NULL);
	free_rings(c);
}

int captures_new(const struct captures_source *source, void *ctx, unsigned int workers,
		 struct captures **ret_captures)
{
	struct captures *c = calloc(1, sizeof(*c) + workers * sizeof(c->rings[0]));

	if (!c)
		return -ENOMEM;
	c->source = source;
	c->ctx = ctx;
	c->workers = workers;
	*ret_captures = c;
	return 0;
}

struct captures *captures_free(struct captures *c)
{
	free(c);
	return NULL;
}
