/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "wire/isolate.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "base/reader.h"

#define STEP_IGNORE 0x1u
#define STEP_NOTIFICATIONS 0x2u
#define STEP_SAVE 0x4u
#define STEP_RESUMED 0x8u
#define STEP_MISPLACED 0x10u
#define STEP_FLAGS 0x1fu
#define CAN_ALL (XEAP_ISOLATE_ASKS | XEAP_ISOLATE_OFFERS | XEAP_ISOLATE_KEYED)
#define ERRNO_MAX 4095

static void put_text(struct xeap_builder *b, const char *text, size_t most)
{
	size_t n = strnlen(text, most);

	xeap_put_u8(b, (uint8_t)n);
	xeap_put_span(b, xeap_span(text, n));
}

/* Texts are shown to people: no control characters. `ret` has room for `most` bytes and a NUL. */
static void read_text(struct xeap_reader *r, char *ret, size_t most)
{
	struct xeap_span s = xeap_read_span(r, xeap_read_u8(r));

	if (s.len > most)
		r->bad = true;
	for (size_t i = 0; i < s.len && !r->bad; i++)
		if (s.data[i] < 0x20 || s.data[i] == 0x7f)
			r->bad = true;
	if (r->bad)
		return;
	if (s.len)
		memcpy(ret, s.data, s.len);
	ret[s.len] = '\0';
}

/* A message is read whole: bytes too many are as wrong as bytes too few. */
static bool is_read(const struct xeap_reader *r)
{
	return !r->bad && !xeap_reader_left(r);
}

size_t xeap_isolate_write_call(const struct xeap_isolate_call *call, void *buf, size_t size)
{
	struct xeap_builder b = xeap_builder(buf, size);

	xeap_put_u8(&b, (uint8_t)call->op);
	xeap_put_u32(&b, call->id);
	for (size_t i = 0; i < XEAP_ISOLATE_ARGS; i++)
		xeap_put_u32(&b, call->arg[i]);
	xeap_put_span(&b, call->data);
	return xeap_builder_len(&b);
}

int xeap_isolate_parse_call(struct xeap_span message, struct xeap_isolate_call *ret_call)
{
	struct xeap_reader r = xeap_reader(message);
	struct xeap_isolate_call call = { .op = (enum xeap_isolate_op)xeap_read_u8(&r) };

	call.id = xeap_read_u32(&r);
	for (size_t i = 0; i < XEAP_ISOLATE_ARGS; i++)
		call.arg[i] = xeap_read_u32(&r);
	call.data = xeap_read_rest(&r);
	if (r.bad || call.op >= XEAP_ISOLATE_OP_MAX)
		return -EBADMSG;
	*ret_call = call;
	return 0;
}

size_t xeap_isolate_write_reply(const struct xeap_isolate_reply *reply, void *buf, size_t size)
{
	struct xeap_builder b = xeap_builder(buf, size);

	xeap_put_u8(&b, (uint8_t)reply->op);
	xeap_put_u32(&b, reply->id);
	xeap_put_u16(&b, (uint16_t)-reply->error);
	xeap_put_span(&b, reply->data);
	return xeap_builder_len(&b);
}

int xeap_isolate_parse_reply(struct xeap_span message, struct xeap_isolate_reply *ret_reply)
{
	struct xeap_reader r = xeap_reader(message);
	struct xeap_isolate_reply reply = { .op = (enum xeap_isolate_op)xeap_read_u8(&r) };

	reply.id = xeap_read_u32(&r);
	reply.error = -(int)xeap_read_u16(&r);
	reply.data = xeap_read_rest(&r);
	if (r.bad || reply.op >= XEAP_ISOLATE_OP_MAX || reply.error < -ERRNO_MAX)
		return -EBADMSG;
	*ret_reply = reply;
	return 0;
}

static void put_diag(struct xeap_builder *b, const struct xeap_diag *diag)
{
	xeap_put_u32(b, diag->code);
	put_text(b, diag->text, XEAP_DIAG_TEXT - 1);
}

static void read_diag(struct xeap_reader *r, struct xeap_diag *ret)
{
	ret->code = xeap_read_u32(r);
	read_text(r, ret->text, XEAP_DIAG_TEXT - 1);
}

size_t xeap_isolate_write_diag(const struct xeap_diag *diag, void *buf, size_t size)
{
	struct xeap_builder b = xeap_builder(buf, size);

	put_diag(&b, diag);
	return xeap_builder_len(&b);
}

int xeap_isolate_parse_diag(struct xeap_span data, struct xeap_diag *ret_diag)
{
	struct xeap_reader r = xeap_reader(data);
	struct xeap_diag diag = { 0 };

	read_diag(&r, &diag);
	if (!is_read(&r))
		return -EBADMSG;
	*ret_diag = diag;
	return 0;
}

static uint8_t step_flags(const struct xeap_isolate_step *step)
{
	return (uint8_t)((step->result.ignore ? STEP_IGNORE : 0) |
			 (step->result.allow_notifications ? STEP_NOTIFICATIONS : 0) |
			 (step->result.save_user_data ? STEP_SAVE : 0) |
			 (step->resumed ? STEP_RESUMED : 0) |
			 (step->misplaced ? STEP_MISPLACED : 0));
}

size_t xeap_isolate_write_step(const struct xeap_isolate_step *step, void *buf, size_t size)
{
	struct xeap_builder b = xeap_builder(buf, size);

	xeap_put_u8(&b, step_flags(step));
	xeap_put_u32(&b, (uint32_t)step->result.need);
	xeap_put_u32(&b, (uint32_t)step->result.method_state);
	xeap_put_u32(&b, (uint32_t)step->result.decision);
	put_diag(&b, &step->result.diag);
	put_text(&b, step->tls_version, XEAP_ISOLATE_TEXT - 1);
	put_text(&b, step->cipher, XEAP_ISOLATE_TEXT - 1);
	xeap_put_span(&b, step->response);
	return xeap_builder_len(&b);
}

int xeap_isolate_parse_step(struct xeap_span data, struct xeap_isolate_step *ret_step)
{
	struct xeap_reader r = xeap_reader(data);
	struct xeap_isolate_step step = { 0 };
	uint8_t flags = xeap_read_u8(&r);

	step.result.ignore = flags & STEP_IGNORE;
	step.result.allow_notifications = flags & STEP_NOTIFICATIONS;
	step.result.save_user_data = flags & STEP_SAVE;
	step.resumed = flags & STEP_RESUMED;
	step.misplaced = flags & STEP_MISPLACED;
	step.result.need = (enum xeap_method_need)xeap_read_u32(&r);
	step.result.method_state = (enum xeap_method_state)xeap_read_u32(&r);
	step.result.decision = (enum xeap_decision)xeap_read_u32(&r);
	read_diag(&r, &step.result.diag);
	read_text(&r, step.tls_version, XEAP_ISOLATE_TEXT - 1);
	read_text(&r, step.cipher, XEAP_ISOLATE_TEXT - 1);
	step.response = xeap_read_rest(&r);
	if (r.bad || flags & ~STEP_FLAGS)
		return -EBADMSG;
	*ret_step = step;
	return 0;
}

bool xeap_isolate_name_ok(const char *name)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789-_.";
	size_t n = strnlen(name, XEAP_METHOD_NAME_MAX + 1);

	return n && n <= XEAP_METHOD_NAME_MAX && strspn(name, allowed) == n;
}

static void put_method(struct xeap_builder *b, const struct xeap_isolate_method *m)
{
	put_text(b, m->name, XEAP_METHOD_NAME_MAX);
	xeap_put_u8(b, m->type.type);
	xeap_put_u32(b, m->type.vendor);
	xeap_put_u32(b, m->type.vendor_type);
	xeap_put_u32(b, m->type.author);
	xeap_put_u32(b, m->flags);
	xeap_put_u32(b, m->properties);
	xeap_put_u32(b, m->can);
	xeap_put_span(b, xeap_span(m->keys, sizeof(m->keys)));
}

static void read_method(struct xeap_reader *r, struct xeap_isolate_method *ret)
{
	struct xeap_span keys;

	read_text(r, ret->name, XEAP_METHOD_NAME_MAX);
	ret->type.type = xeap_read_u8(r);
	ret->type.vendor = xeap_read_u32(r);
	ret->type.vendor_type = xeap_read_u32(r);
	ret->type.author = xeap_read_u32(r);
	ret->flags = xeap_read_u32(r);
	ret->properties = xeap_read_u32(r);
	ret->can = xeap_read_u32(r);
	keys = xeap_read_span(r, sizeof(ret->keys));
	if (keys.data)
		memcpy(ret->keys, keys.data, sizeof(ret->keys));
	if (ret->can & ~CAN_ALL || !xeap_isolate_name_ok(ret->name))
		r->bad = true;
}

size_t xeap_isolate_write_hello(const struct xeap_isolate_hello *hello, void *buf, size_t size)
{
	struct xeap_builder b = xeap_builder(buf, size);

	xeap_put_u8(&b, (uint8_t)hello->count);
	for (uint32_t i = 0; i < hello->count; i++)
		put_method(&b, &hello->method[i]);
	return xeap_builder_len(&b);
}

int xeap_isolate_parse_hello(struct xeap_span data, struct xeap_isolate_hello *ret_hello)
{
	struct xeap_reader r = xeap_reader(data);
	struct xeap_isolate_hello hello = { .count = xeap_read_u8(&r) };

	if (!hello.count || hello.count > XEAP_PLUGIN_METHODS_MAX)
		return -EBADMSG;
	for (uint32_t i = 0; i < hello.count && !r.bad; i++)
		read_method(&r, &hello.method[i]);
	if (!is_read(&r))
		return -EBADMSG;
	*ret_hello = hello;
	return 0;
}

size_t xeap_isolate_write_attributes(const struct xeap_attributes *attributes, void *buf,
				     size_t size)
{
	struct xeap_builder b = xeap_builder(buf, size);

	if (attributes->count > XEAP_ATTRIBUTES_MAX)
		return 0;
	xeap_put_u8(&b, (uint8_t)attributes->count);
	for (uint32_t i = 0; i < attributes->count; i++) {
		const struct xeap_attribute *a = &attributes->item[i];

		if (a->value.len > XEAP_ISOLATE_MAX)
			return 0;
		xeap_put_u32(&b, a->type);
		xeap_put_u32(&b, a->vendor);
		xeap_put_u32(&b, a->vendor_type);
		xeap_put_u32(&b, (uint32_t)a->value.len);
		xeap_put_span(&b, a->value);
	}
	return xeap_builder_len(&b);
}

int xeap_isolate_parse_attributes(struct xeap_span data, struct xeap_attributes *ret_attributes)
{
	struct xeap_reader r = xeap_reader(data);
	struct xeap_attributes attributes = { .count = xeap_read_u8(&r) };

	if (attributes.count > XEAP_ATTRIBUTES_MAX)
		return -EBADMSG;
	for (uint32_t i = 0; i < attributes.count; i++) {
		struct xeap_attribute *a = &attributes.item[i];

		a->type = xeap_read_u32(&r);
		a->vendor = xeap_read_u32(&r);
		a->vendor_type = xeap_read_u32(&r);
		a->value = xeap_read_span(&r, xeap_read_u32(&r));
	}
	if (!is_read(&r))
		return -EBADMSG;
	*ret_attributes = attributes;
	return 0;
}
