/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Connection data and user data are networks as blobs. The user's keys of the latter replace those
 * of the former; what decides whom to trust stays with the connection.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <xeap/config_text.h>

#include "base/diag.h"
#include "host/config_network.h"
#include "win/win.h"

static const enum xeap_config_key user_keys[] = {
	XEAP_CONFIG_IDENTITY,
	XEAP_CONFIG_ANONYMOUS_IDENTITY,
	XEAP_CONFIG_PASSWORD,
	XEAP_CONFIG_PASSWORD_HASH,
	XEAP_CONFIG_PASSWORD_EXTERNAL,
	XEAP_CONFIG_CLIENT_CERT,
	XEAP_CONFIG_PRIVATE_KEY,
	XEAP_CONFIG_PRIVATE_KEY_PASSWD,
	XEAP_CONFIG_PIN,
	XEAP_CONFIG_CLIENT_CERT2,
	XEAP_CONFIG_PRIVATE_KEY2,
	XEAP_CONFIG_PRIVATE_KEY2_PASSWD,
	XEAP_CONFIG_PIN2,
	XEAP_CONFIG_MACHINE_IDENTITY,
	XEAP_CONFIG_MACHINE_PASSWORD,
	XEAP_CONFIG_MACHINE_PASSWORD_HASH,
	XEAP_CONFIG_MACHINE_PASSWORD_EXTERNAL,
	XEAP_CONFIG_MACHINE_CLIENT_CERT,
	XEAP_CONFIG_MACHINE_PRIVATE_KEY,
	XEAP_CONFIG_MACHINE_PRIVATE_KEY_PASSWD,
	XEAP_CONFIG_MACHINE_PIN,
};

/* A password, its hash and its name stand for each other. */
#define FORMS 3
static const enum xeap_config_key either[][FORMS] = {
	{ XEAP_CONFIG_PASSWORD, XEAP_CONFIG_PASSWORD_HASH, XEAP_CONFIG_PASSWORD_EXTERNAL },
	{ XEAP_CONFIG_MACHINE_PASSWORD, XEAP_CONFIG_MACHINE_PASSWORD_HASH,
	  XEAP_CONFIG_MACHINE_PASSWORD_EXTERNAL },
};

static bool has_form(const enum xeap_config_key forms[FORMS], enum xeap_config_key key)
{
	for (int i = 0; i < FORMS; i++) {
		if (forms[i] == key)
			return true;
	}
	return false;
}

static void unset_others(struct xeap_config *config, enum xeap_config_key key)
{
	for (size_t i = 0; i < sizeof(either) / sizeof(either[0]); i++) {
		for (int form = 0; form < FORMS && has_form(either[i], key); form++)
			xeap_config_unset(config, either[i][form]);
	}
}

static int take_user_keys(const struct xeap_config *from, struct xeap_config *to)
{
	for (size_t i = 0; i < sizeof(user_keys) / sizeof(user_keys[0]); i++) {
		struct xeap_span value = xeap_config_get(from, user_keys[i]);

		if (!value.data)
			continue;
		unset_others(to, user_keys[i]);
		if (xeap_config_put(to, user_keys[i], value))
			return -ENOMEM;
	}
	return 0;
}

static int no_memory(struct xeap_diag *diag)
{
	return xeap_diag_set(diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
}

static int add_user(struct xeap_config *config, struct xeap_span blob, struct xeap_diag *diag)
{
	struct xeap_config *user;
	int err;

	if (!blob.len)
		return 0;
	err = xeap_config_from_blob(blob, &user, diag);
	if (err)
		return err;
	err = take_user_keys(user, config);
	xeap_config_free(user);
	return err ? no_memory(diag) : 0;
}

static int not_installed(struct xeap_diag *diag, const char *why)
{
	return xeap_diag_set(diag, -ENOENT, XEAP_E_METHOD_NOT_INSTALLED, "%s", why);
}

/* Have eap= name the one method that was asked for. */
static int choose_method(struct xeap_config *config, const EAP_METHOD_TYPE *type,
			 struct xeap_diag *diag)
{
	struct xeap_method_entry wanted, named;
	const char *name = xeap_config_get_eap(config, 0);
	bool listed = !name;

	if (!xeap_win_type_given(type))
		return 0;
	if (xeap_win_method(type, &wanted))
		return not_installed(diag, "the type is of no method that is installed");
	for (size_t n = 0; (name = xeap_config_get_eap(config, n)); n++)
		listed |= !xeap_win_method_named(name, &named) && named.method == wanted.method;
	if (!listed)
		return not_installed(diag, "the connection data does not name the method");
	return xeap_config_set(config, "eap", wanted.method->name, diag);
}

static int read_connection(struct xeap_span blob, struct xeap_config **ret_config,
			   struct xeap_diag *diag)
{
	if (blob.len)
		return xeap_config_from_blob(blob, ret_config, diag);
	return xeap_config_new(ret_config) ? no_memory(diag) : 0;
}

int xeap_win_config(const struct xeap_win_data *data, struct xeap_config **ret_config,
		    struct xeap_diag *ret_diag)
{
	struct xeap_config *config;
	int err;

	if ((data->connection.len && !data->connection.data) ||
	    (data->user.len && !data->user.data))
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "a size without data");
	err = read_connection(data->connection, &config, ret_diag);
	if (err)
		return err;
	err = add_user(config, data->user, ret_diag);
	if (!err)
		err = choose_method(config, &data->type, ret_diag);
	if (err)
		xeap_config_free(config);
	else
		*ret_config = config;
	return err;
}

int xeap_win_blob(const struct xeap_config *config, BYTE **ret_blob, DWORD *ret_size)
{
	BYTE *copy;
	char *text;
	size_t size;
	int err = xeap_config_to_blob(config, &text, &size);

	if (err)
		return err;
	copy = xeap_win_copy(text, size, NULL);
	xeap_text_free(text);
	if (!copy)
		return -ENOMEM;
	*ret_blob = copy;
	*ret_size = (DWORD)size;
	return 0;
}

int xeap_win_user_blob(const struct xeap_config *config, BYTE **ret_blob, DWORD *ret_size)
{
	struct xeap_config *user;
	int err = xeap_config_new(&user);

	if (err)
		return err;
	err = take_user_keys(config, user);
	if (!err)
		err = xeap_win_blob(user, ret_blob, ret_size);
	xeap_config_free(user);
	return err;
}
