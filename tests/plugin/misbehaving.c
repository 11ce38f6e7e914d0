/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A method that does wrong what each request tells it to. First byte of a request's Type-Data:
 *
 *	r nothing wrong            0 no response             l one byte too long
 *	L wrong Length field       C wrong Code              d wrong Identifier
 *	t wrong Type               o, N data elsewhere, NULL a data moved past the end
 *	b data moved back          s methodState out of range D decision out of range
 *	n need out of range        u asks, without a prompt  A offers attributes, without any
 *	p fails with a number that is no errno                m says that memory is short, for ever
 *	T takes from an empty flight, has no response         G takes a chunk that claims too much
 *	M takes a chunk whose data is elsewhere               g fails, with control characters
 *	z crashes    h never returns    x ends the process
 *	w says garbage to the program   W says what answers another call
 *	k responds with what it sees of the configuration
 *	f, v, e tries to write a file, to use the network, to run a program: responds with Y or N
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <xeap/host.h>
#include <xeap/plugin.h>

#define HEADER 12
#define GARBAGE 99

static uint8_t elsewhere[256];

struct misbehaving {
	const struct xeap_config *config;
};

static int load(const struct xeap_config *config, bool interactive, void **ret_shared,
		struct xeap_diag *ret_diag)
{
	const char *phase1 = xeap_config_get_string(config, XEAP_CONFIG_PHASE1);

	if (!phase1)
		return 0;
	ret_diag->code = XEAP_E_INVALID_PARAMETER;
	strcpy(ret_diag->text, "phase1 is not to my taste");
	return -EINVAL;
}

static void unload(void *shared)
{
}

static int init(void *ctx, const struct xeap_method_args *args)
{
	((struct misbehaving *)ctx)->config = args->config;
	return 0;
}

static void write_response(struct xeap_chunk *c, uint8_t id, uint8_t byte)
{
	const uint8_t packet[HEADER + 1] = { 2,	   id, 0, HEADER + 1, 254, 0,	0x7e,
					     0xd9, 0,  0, 0,	      2,   byte };

	memcpy(c->data, packet, sizeof(packet));
	c->len = sizeof(packet);
}

static int spoil_flight(uint8_t what, struct xeap_writer *w, uint8_t id)
{
	struct xeap_chunk *c;

	if (what == 'T') {
		xeap_flight_clear(w);
		w->c.len = 0;
		return xeap_flight_take(w) == -ENOENT && !xeap_flight_pending(w) ? 0 : -EPROTO;
	}
	c = xeap_flight_append(w);
	if (!c)
		return -ENOMEM;
	write_response(c, id, what);
	if (what == 'G')
		c->len = c->cap + 1;
	else
		c->data = elsewhere;
	return xeap_flight_take(w);
}

static void spoil_chunk(uint8_t what, struct xeap_chunk *c)
{
	switch (what) {
	case '0':
		c->len = 0;
		break;
	case 'l':
		c->len = c->cap + 1;
		break;
	case 'L':
		c->data[3]--;
		break;
	case 'C':
		c->data[0] = 1;
		break;
	case 'd':
		c->data[1]++;
		break;
	case 't':
		c->data[11] = 7;
		break;
	case 'o':
		memcpy(elsewhere, c->data, c->len);
		c->data = elsewhere;
		break;
	case 'a':
		c->data += c->cap - 4;
		break;
	case 'N':
		c->data = NULL;
		break;
	case 'b':
		c->data -= 64;
		c->cap += 64;
		break;
	}
}

static int spoil_result(uint8_t what, struct xeap_method_result *r)
{
	switch (what) {
	case 's':
		r->method_state = (enum xeap_method_state)GARBAGE;
		break;
	case 'D':
		r->decision = (enum xeap_decision)GARBAGE;
		break;
	case 'n':
		r->need = (enum xeap_method_need)GARBAGE;
		break;
	case 'u':
		r->need = XEAP_NEED_UI;
		break;
	case 'A':
		r->need = XEAP_NEED_ATTRIBUTES;
		break;
	case 'g':
		memset(r->diag.text, '\a', sizeof(r->diag.text));
		return -EACCES;
	case 'p':
		return 100000;
	case 'm':
		return -ENOMEM;
	}
	return 0;
}

static void spoil_process(uint8_t what)
{
	static const char garbage[] = "\377 this is no message";
	static const char forged[] = "\4call\0\0"; /* a reply, but not to this call */

	switch (what) {
	case 'z':
		signal(SIGSEGV, SIG_DFL); /* a sanitizer would make a report of it */
		raise(SIGSEGV);
		break;
	case 'h':
		for (;;)
			pause();
	case 'x':
		_exit(7);
	case 'W':
		send(3, forged, sizeof(forged), 0);
		break;
	case 'w':
		send(3, garbage, sizeof(garbage), 0);
		break;
	}
}

/* Whether something is possible that an isolated plug-in must not do. */
static uint8_t can(uint8_t what)
{
	struct sockaddr_in loopback = { .sin_family = AF_INET,
					.sin_port = htons(9),
					.sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = -1;

	if (what == 'f')
		fd = open("/tmp/xeap-written-by-a-plug-in", O_WRONLY | O_CREAT, 0600);
	if (what == 'v') {
		fd = socket(AF_INET, SOCK_DGRAM, 0);
		if (fd >= 0 && connect(fd, (struct sockaddr *)&loopback, sizeof(loopback)))
			fd = -1;
	}
	if (what == 'e')
		execl("/bin/true", "true", NULL);
	return fd >= 0 ? 'Y' : 'N';
}

/* 1 identity, 2 password, 4 private_key_passwd, 8 ca_cert. */
static uint8_t keys_seen(const struct xeap_config *config)
{
	static const enum xeap_config_key keys[] = { XEAP_CONFIG_IDENTITY, XEAP_CONFIG_PASSWORD,
						     XEAP_CONFIG_PRIVATE_KEY_PASSWD,
						     XEAP_CONFIG_CA_CERT };
	uint8_t seen = 0;

	for (int i = 0; i < 4; i++)
		if (xeap_config_get(config, keys[i]).data)
			seen |= (uint8_t)(1u << i);
	return seen;
}

static int process(void *ctx, struct xeap_span request, struct xeap_writer *w,
		   struct xeap_method_result *ret_result)
{
	struct misbehaving *m = ctx;
	uint8_t what = request.len > HEADER ? request.data[HEADER] : 'r';

	ret_result->method_state = XEAP_METHOD_MAY_CONT;
	ret_result->decision = XEAP_DECISION_COND_SUCC;
	if (strchr("TGM", what))
		return spoil_flight(what, w, request.data[1]);
	if (strchr("nuA", what))
		return spoil_result(what, ret_result);
	write_response(&w->c, request.data[1], what);
	if (what == 'k')
		w->c.data[HEADER] = keys_seen(m->config);
	if (strchr("fve", what))
		w->c.data[HEADER] = can(what);
	spoil_process(what);
	spoil_chunk(what, &w->c);
	return spoil_result(what, ret_result);
}

static const struct xeap_method method = {
	.abi = XEAP_METHOD_ABI,
	.name = "misbehaving",
	.type = { .type = 254, .vendor = 32473, .vendor_type = 2 },
	.ctx_size = sizeof(struct misbehaving),
	.load = load,
	.unload = unload,
	.init = init,
	.process = process,
};

/* A second method, which is in order: it offers what it was asked, and says what it got. */
struct offering {
	uint8_t id, asked;
};

static int offering_init(void *ctx, const struct xeap_method_args *args)
{
	return 0;
}

static int offering_process(void *ctx, struct xeap_span request, struct xeap_writer *w,
			    struct xeap_method_result *ret_result)
{
	struct offering *o = ctx;

	o->id = request.data[1];
	o->asked = request.data[request.len - 1];
	ret_result->need = XEAP_NEED_ATTRIBUTES;
	return 0;
}

static int get_attributes(void *ctx, struct xeap_attributes *ret_attributes)
{
	struct offering *o = ctx;

	ret_attributes->count = 1;
	ret_attributes->item[0] = (struct xeap_attribute){ 26, 32473, 5, { &o->asked, 1 } };
	return 0;
}

static int set_attributes(void *ctx, const struct xeap_attributes *answers, struct xeap_writer *w,
			  struct xeap_method_result *ret_result)
{
	struct offering *o = ctx;

	if (answers->count != 2 || answers->item[1].value.len != 1)
		return -EINVAL;
	write_response(&w->c, o->id, answers->item[1].value.data[0]);
	w->c.data[HEADER - 1] = 3;
	ret_result->method_state = XEAP_METHOD_DONE;
	ret_result->decision = XEAP_DECISION_UNCOND_SUCC;
	return 0;
}

static void describe(const void *ctx, struct xeap_method_info *ret_info)
{
	*ret_info = (struct xeap_method_info){ "1.3", "ROT13", true };
}

static const struct xeap_method offering = {
	.abi = XEAP_METHOD_ABI,
	.name = "offering",
	.type = { .type = 254, .vendor = 32473, .vendor_type = 3 },
	.ctx_size = sizeof(struct offering),
	.init = offering_init,
	.process = offering_process,
	.get_attributes = get_attributes,
	.set_attributes = set_attributes,
	.describe = describe,
};

static const enum xeap_config_key keys[] = { XEAP_CONFIG_IDENTITY, XEAP_CONFIG_PRIVATE_KEY_PASSWD,
					     XEAP_CONFIG_PHASE1, XEAP_CONFIG_MAX };
static const struct xeap_plugin_method methods[] = { { &method, XEAP_PROP_STANDALONE, keys },
						     { &offering, 0, NULL },
						     { NULL } };

const struct xeap_plugin xeap_plugin = { XEAP_METHOD_ABI, methods };
