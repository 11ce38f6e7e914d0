/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Any bytes as a configuration file. What is accepted must be readable through every accessor, must
 * survive being copied, and each stored value must lie within its network; what is refused must
 * come with a reason. A line of two dashes separates passwords that
 * the configuration names.
 */
#include <stdbool.h>
#include <string.h>
#include <xeap/config.h>
#include "tests/unit/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same_value(const struct xeap_config *a, const struct xeap_config *b,
		       enum xeap_config_key key)
{
	struct xeap_span x = xeap_config_get(a, key), y = xeap_config_get(b, key);
	const char *string = xeap_config_get_string(a, key);

	CHECK(!x.data == !y.data && x.len == y.len);
	CHECK(!x.len || !memcmp(x.data, y.data, x.len));
	CHECK(!x.data || !x.data[x.len]);
	CHECK(!string || strlen(string) == x.len);
	CHECK(xeap_config_get_int(a, key, -7) == xeap_config_get_int(b, key, -7));
}

static void visit(const struct xeap_config *config)
{
	struct xeap_config *copy;
	struct xeap_span word;

	if (xeap_config_copy(config, &copy))
		return;
	for (int key = 0; key < XEAP_CONFIG_MAX; key++)
		same_value(config, copy, (enum xeap_config_key)key);
	for (size_t n = 0; xeap_config_get_eap(config, n); n++)
		CHECK(n < 32 && *xeap_config_get_eap(config, n));
	if (!xeap_config_get_word(config, XEAP_CONFIG_PHASE1, "peapver", &word))
		CHECK(word.data + word.len <=
		      xeap_config_get(config, XEAP_CONFIG_PHASE1).data +
			      xeap_config_get(config, XEAP_CONFIG_PHASE1).len);
	CHECK(!strcmp(xeap_config_origin(config), xeap_config_origin(copy)));
	xeap_config_free(copy);
}

/* A name in a network of the file, or none. */
static struct xeap_span some_name(const struct xeap_config_file *file)
{
	struct xeap_span name = { NULL, 0 };

	for (size_t i = 0; i < file->count && !name.data; i++) {
		name = xeap_config_get(file->networks[i], XEAP_CONFIG_PASSWORD_EXTERNAL);
		if (!name.data)
			name = xeap_config_get(file->networks[i],
					       XEAP_CONFIG_MACHINE_PASSWORD_EXTERNAL);
	}
	return name;
}

static void resolve(struct xeap_config_file *file, struct xeap_span passwords)
{
	bool wants = xeap_config_wants_passwords(file);
	struct xeap_diag diag = { 0 };

	CHECK(wants == !!some_name(file).data);
	if (xeap_config_resolve(file, passwords, "pw", &diag)) {
		CHECK(!!diag.text[0]);
		return;
	}
	CHECK(!xeap_config_wants_passwords(file) && !some_name(file).data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char line[] = "\n--\n";
	const uint8_t *found = memmem(data, size, line, strlen(line));
	const uint8_t *passwords = found ? found + strlen(line) : data + size;
	size_t len = found ? (size_t)(found - data) : size;
	struct xeap_config_file *file = NULL;
	struct xeap_diag diag = { 0 };

	if (xeap_config_parse(xeap_span(data, len), "fuzz.conf", &file, &diag)) {
		CHECK(!file && !strncmp(diag.text, "fuzz.conf:", 10));
		return 0;
	}
	CHECK(file->count > 0);
	CHECK(file->globals.eapol_version >= 1 && file->globals.eapol_version <= 3);
	for (size_t i = 0; i < file->count; i++)
		visit(file->networks[i]);
	resolve(file, xeap_span(passwords, (size_t)(data + size - passwords)));
	xeap_config_file_free(file);
	return 0;
}
