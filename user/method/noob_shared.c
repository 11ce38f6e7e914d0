/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/wipe.h>
#include <errno.h>
#include <method/noob_oob.h>
#include <stdlib.h>
#include <string.h>
#include <wire/json.h>

#define PEER_INFO_MEMBERS 32

static int refuse(const struct xeap_config *config, struct xeap_diag *d, const char *why)
{
	const char *origin = xeap_config_origin(config);

	return xeap_diag_set(d, -EINVAL, XEAP_E_INVALID_PARAMETER, "%s%s%s", origin,
			     *origin ? ": " : "", why);
}

static int load_keys(const struct xeap_config *config, struct xeap_noob_shared *s,
		     struct xeap_diag *d)
{
	struct xeap_json_member members[PEER_INFO_MEMBERS];
	size_t n;

	s->dirs = (uint32_t)xeap_config_get_int(config, XEAP_CONFIG_NOOB_DIR, XEAP_NOOB_DIRS);
	s->message = xeap_config_get(config, XEAP_CONFIG_NOOB);
	s->peer_info = xeap_config_get(config, XEAP_CONFIG_NOOB_PEER_INFO);
	if (!s->peer_info.data)
		s->peer_info = xeap_span("{}", 2);
	if (s->peer_info.len > XEAP_NOOB_INFO_MAX ||
	    xeap_json_members(s->peer_info, members, PEER_INFO_MEMBERS, &n) < 0)
		return refuse(config, d,
			      "noob_peer_info is a JSON object of at most 500 bytes, as in "
			      "noob_peer_info=\"{\"Make\":\"Acme\"}\"");
	return 0;
}

static int load_file(const struct xeap_config *config, struct xeap_noob_shared *s,
		     struct xeap_diag *d)
{
	const char *path = xeap_config_get_string(config, XEAP_CONFIG_NOOB_STATE_FILE);
	const char *origin = xeap_config_origin(config);
	const char *sep = *origin ? ": " : "";
	XEAP_SECRET(text, XEAP_NOOB_FILE_MAX);
	size_t len;
	int r = xeap_kept_file_open(&s->file, path, (char *)text, sizeof(text), &len);

	if (r < 0)
		return xeap_diag_set(d, r, XEAP_E_INVALID_PARAMETER,
				     "%s%snoob_state_file=\"%s\": %s", origin, sep, path,
				     strerror(-r));
	if (xeap_noob_state_parse(xeap_span(text, len), &s->state) < 0)
		return xeap_diag_set(d, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%s%snoob_state_file=\"%s\" is not what was written there: "
				     "remove the file to begin anew, or name another",
				     origin, sep, path);
	return 0;
}

int xeap_noob_shared_load(const struct xeap_config *config, bool interactive,
			  struct xeap_noob_shared **ret_shared, struct xeap_diag *ret_diag)
{
	struct xeap_noob_shared *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	pthread_mutex_init(&s->lock, NULL);
	s->file.fd = -1;
	s->interactive = interactive;
	r = load_keys(config, s, ret_diag);
	if (r == 0)
		r = load_file(config, s, ret_diag);
	if (r < 0)
		xeap_noob_shared_free(s);
	else
		*ret_shared = s;
	return r;
}

void xeap_noob_shared_free(struct xeap_noob_shared *s)
{
	if (!s)
		return;
	xeap_kept_file_close(&s->file);
	pthread_mutex_destroy(&s->lock);
	xeap_wipe(s, sizeof(*s));
	free(s);
}

void xeap_noob_shared_get(struct xeap_noob_shared *s, struct xeap_noob_state *ret_state)
{
	pthread_mutex_lock(&s->lock);
	*ret_state = s->state;
	pthread_mutex_unlock(&s->lock);
}

int xeap_noob_shared_nai(struct xeap_noob_shared *s, uint8_t *buf, size_t size)
{
	int r = -ENOENT;

	pthread_mutex_lock(&s->lock);
	if (s->state.nai.len && s->state.nai.len <= size) {
		memcpy(buf, s->state.nai.bytes, s->state.nai.len);
		r = (int)s->state.nai.len;
	}
	pthread_mutex_unlock(&s->lock);
	return r;
}

static int write_file(struct xeap_kept_file *file, const struct xeap_noob_state *state)
{
	XEAP_SECRET(message, XEAP_NOOB_MESSAGE_MAX);
	XEAP_SECRET(text, XEAP_NOOB_FILE_MAX);
	struct xeap_builder m = xeap_builder(message, sizeof(message));
	struct xeap_builder b = xeap_builder(text, sizeof(text));

	if (state->state == XEAP_NOOB_WAITING && state->has_mine)
		xeap_noob_message_write(state, &m);
	xeap_noob_state_write(state, xeap_span(message, xeap_builder_len(&m)), &b);
	if (b.bad)
		return -ENOSPC;
	return xeap_kept_file_write(file, xeap_span(text, xeap_builder_len(&b)));
}

int xeap_noob_shared_set(struct xeap_noob_shared *s, const struct xeap_noob_state *state)
{
	int r;

	pthread_mutex_lock(&s->lock);
	r = s->file.path ? write_file(&s->file, state) : 0;
	if (r == 0)
		s->state = *state;
	pthread_mutex_unlock(&s->lock);
	return r;
}
