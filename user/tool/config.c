/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tool/config.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xeap/keyfile.h>
#include <xeap/xml.h>

#include "tool/config_file.h"
#include "tool/exit.h"
#include "tool/keys.h"

enum form {
	FORM_UNKNOWN,
	FORM_WPA,
	FORM_XML,
	FORM_NM,
	FORM_MAX
};

static const char *const form_names[FORM_MAX] = { "", "wpa", "xml", "nm" };

struct convert {
	enum form from, to;
	const char *path, *output, *credentials;
	bool help, keys;

	struct xeap_config_globals globals;
	struct xeap_config **networks; /* the file's, or `only` */
	size_t count;
	struct xeap_config_file *file; /* FORM_WPA */
	struct xeap_config *only;      /* other forms have one network */

	char *head;   /* what stands in front of the networks */
	char **texts; /* of each network that is written */
	size_t written;
	struct xeap_notes notes;
	bool lost; /* something was not carried */
};

static const char help_text[] =
	"usage: xeap config convert [--from FORM] [--credentials FILE] --to FORM [-o OUTPUT] FILE\n"
	"       xeap config keys\n"
	"\n"
	"Convert networks between wpa (wpa_supplicant network blocks), xml (EapHostConfig; a\n"
	"LANProfile is read, too) and nm (NetworkManager keyfiles). FILE may be - for standard "
	"input.\n"
	"\n"
	"      --from FORM      form of FILE, when it is not what it looks like\n"
	"      --credentials FILE\n"
	"                       complete the network with an EapHostUserCredentials document\n"
	"      --to FORM        form that is written\n"
	"  -o, --output OUTPUT  write this file, for its owner only, and not standard output\n"
	"  -h, --help           this text\n"
	"\n"
	"What cannot be carried is said on standard error, a line each.\n"
	"\n"
	"'keys' prints the names that network blocks may have, and those outside of them: what is\n"
	"used, ignored for it has no meaning on a wire, or refused.\n"
	"\n"
	"Exit status: 0, 1 something could not be carried (the rest was written), 2 the command\n"
	"line or FILE is wrong, or nothing could be written.\n";

static const struct option long_options[] = {
	{ "from", required_argument, NULL, 'f' }, { "credentials", required_argument, NULL, 'c' },
	{ "to", required_argument, NULL, 't' },	  { "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },	  { NULL, 0, NULL, 0 },
};

static int complain(const char *what, const char *why)
{
	fprintf(stderr, "xeap config: %s: %s\n", what, why);
	return XEAP_EXIT_USAGE;
}

static int usage(const char *why)
{
	fprintf(stderr, "xeap config: %s: see 'xeap config --help'\n", why);
	return XEAP_EXIT_USAGE;
}

static int parse_form(const char *name, enum form *ret_form)
{
	for (int i = FORM_WPA; i < FORM_MAX; i++) {
		if (strcmp(name, form_names[i]) != 0)
			continue;
		*ret_form = (enum form)i;
		return 0;
	}
	return complain(name, "a form is wpa, xml or nm");
}

static int parse_option(struct convert *c, int option)
{
	switch (option) {
	case 'f':
		return parse_form(optarg, &c->from);
	case 't':
		return parse_form(optarg, &c->to);
	case 'c':
		c->credentials = optarg;
		return 0;
	case 'o':
		c->output = optarg;
		return 0;
	case 'h':
		c->help = true;
		return 0;
	}
	return XEAP_EXIT_USAGE; /* getopt has said why */
}

/* The options, then the operands: convert FILE. */
static int parse(struct convert *c, int argc, char **argv)
{
	int option, err;

	optind = 1;
	while ((option = getopt_long(argc, argv, "o:h", long_options, NULL)) != -1) {
		err = parse_option(c, option);
		if (err)
			return err;
	}
	if (c->help)
		return 0;
	c->keys = argc - optind == 1 && !strcmp(argv[optind], "keys");
	if (c->keys)
		return 0;
	if (optind == argc || strcmp(argv[optind], "convert") != 0)
		return usage("what to do is 'convert' or 'keys'");
	if (argc - optind != 2)
		return usage("one FILE is converted");
	if (!c->to)
		return usage("--to is missing");
	c->path = argv[optind + 1];
	if (c->credentials && !strcmp(c->credentials, "-") && !strcmp(c->path, "-"))
		return usage("standard input is read once");
	return 0;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* By the first character that is neither blank nor of a comment. */
static enum form guess(const struct config_text *text)
{
	const uint8_t *p = text->data, *end = p + text->len;

	if (text->len > 1 &&
	    (!p[0] || !p[1] || (p[0] == 0xff && p[1] == 0xfe) || (p[0] == 0xfe && p[1] == 0xff)))
		return FORM_XML; /* UTF-16 */
	if (text->len > 2 && !memcmp(p, "\xef\xbb\xbf", 3))
		p += 3;
	for (; p < end; p++) {
		if (*p == '#') {
			while (p < end && *p != '\n')
				p++;
			p -= p == end;
		} else if (!is_blank(*p)) {
			return *p == '<' ? FORM_XML : *p == '[' ? FORM_NM : FORM_WPA;
		}
	}
	return FORM_WPA;
}

/* A document and its credentials are read as one, networks of other forms are completed. */
static int read_only(struct convert *c, struct xeap_span text, struct xeap_span credentials,
		     struct xeap_diag *diag)
{
	if (c->from == FORM_NM)
		return xeap_config_from_keyfile(text, &c->only, &c->notes, diag);
	if (c->credentials)
		return xeap_config_completed_from_xml(text, credentials, &c->only, &c->notes, diag);
	return xeap_config_from_xml(text, &c->only, &c->notes, diag);
}

static int complete(struct convert *c, struct xeap_span credentials)
{
	struct xeap_diag diag = { 0 };

	if (!c->credentials || c->from == FORM_XML)
		return 0;
	if (c->count > 1)
		return complain(c->path, "credentials complete one network, and there are several");
	if (xeap_config_credentials_from_xml(c->networks[0], credentials, &c->notes, &diag))
		return complain(c->credentials, diag.text);
	return 0;
}

static int read_networks(struct convert *c, struct xeap_span text, struct xeap_span credentials)
{
	struct xeap_diag diag = { 0 };
	int err;

	c->networks = &c->only;
	c->count = 1;
	if (c->from == FORM_WPA)
		err = xeap_config_parse(text, c->path, &c->file, &diag);
	else
		err = read_only(c, text, credentials, &diag);
	if (err && c->from == FORM_WPA)
		fprintf(stderr, "xeap config: %s\n", diag.text); /* names the file itself */
	else if (err)
		complain(c->path, diag.text);
	if (c->file) {
		c->networks = c->file->networks;
		c->count = c->file->count;
		c->globals = c->file->globals;
	}
	return err ? XEAP_EXIT_USAGE : complete(c, credentials);
}

static int read_file(const char *path, struct config_text *ret_text)
{
	int err = config_file_read(path, ret_text);

	return err ? complain(path, err == -EINVAL ? "not a regular file" : strerror(-err)) : 0;
}

static int read_input(struct convert *c)
{
	struct config_text text = { 0 }, credentials = { 0 };
	int err = read_file(c->path, &text);

	if (!err && c->credentials)
		err = read_file(c->credentials, &credentials);
	if (!err && !c->from)
		c->from = guess(&text);
	if (!err)
		err = read_networks(c, xeap_span(text.data, text.len),
				    xeap_span(credentials.data, credentials.len));
	config_file_wipe(&credentials);
	config_file_wipe(&text);
	return err;
}

static int write_network(struct convert *c, const struct xeap_config *config, char **ret_text)
{
	struct xeap_diag diag = { 0 };
	int err;

	if (c->to == FORM_XML)
		err = xeap_config_to_xml(config, ret_text, &c->notes, &diag);
	else if (c->to == FORM_NM)
		err = xeap_config_to_keyfile(config, ret_text, &c->notes);
	else
		err = xeap_config_write(config, ret_text);
	return err ? complain(c->path, diag.text[0] ? diag.text : strerror(-err)) : 0;
}

/* Blocks can have company and globals, the other forms cannot. */
static void drop_global(struct convert *c, const char *name, bool given)
{
	if (given)
		fprintf(stderr, "cannot carry %s: it stands outside the network\n", name);
	c->lost |= given;
}

static int write_globals(struct convert *c)
{
	const char *backend = c->file->ext_password_backend;
	bool usual = c->globals.eapol_version == 2 && c->globals.fast_reauth;
	char two[64] = "";

	if (c->to != FORM_WPA) {
		drop_global(c, "eapol_version", c->globals.eapol_version != 2);
		drop_global(c, "fast_reauth", !c->globals.fast_reauth);
		drop_global(c, "ext_password_backend", backend);
		return 0;
	}
	if (!usual)
		snprintf(two, sizeof(two), "eapol_version=%d\nfast_reauth=%d\n",
			 c->globals.eapol_version, c->globals.fast_reauth);
	if (asprintf(&c->head, "%s%s%s%s", two, backend ? "ext_password_backend=" : "",
		     backend ? backend : "", backend ? "\n" : "") >= 0)
		return 0;
	c->head = NULL;
	return complain(c->path, "out of memory");
}

/* Whether it can stand outside of the blocks, where a value has no quotes. */
static bool is_plain_path(const char *value)
{
	size_t len = value ? strlen(value) : 0;

	return len && value[0] == '/' && !strpbrk(value, "#\"\r\n") && !is_blank(value[len - 1]);
}

/* A key that all networks have with one value, which is the caller's to free; NULL for others. */
static char *shared_path(const struct convert *c, enum xeap_config_key key)
{
	const char *path = xeap_config_get_string(c->networks[0], key);

	if (!is_plain_path(path))
		return NULL;
	for (size_t i = 1; i < c->count; i++) {
		const char *other = xeap_config_get_string(c->networks[i], key);

		if (!other || strcmp(other, path) != 0)
			return NULL;
	}
	return strdup(path);
}

/* wpa_supplicant has this outside of the blocks only. */
static int hoist(struct convert *c, enum xeap_config_key key)
{
	const char *name = xeap_config_key_name(key);
	char *path = shared_path(c, key), *head = NULL;

	if (!path)
		return 0;
	if (asprintf(&head, "%s%s=%s\n", c->head ? c->head : "", name, path) < 0)
		head = NULL;
	free(path);
	if (!head)
		return complain(c->path, "out of memory");
	free(c->head);
	c->head = head;
	for (size_t i = 0; i < c->count; i++)
		xeap_config_set(c->networks[i], name, "NULL", NULL);
	return 0;
}

static void drop_others(struct convert *c)
{
	for (size_t i = 1; i < c->count; i++)
		fprintf(stderr, "cannot carry the network of %s: only the first one has room\n",
			xeap_config_origin(c->networks[i]));
	c->lost |= c->count > 1;
	c->count = 1;
}

static int write_networks(struct convert *c)
{
	int err = 0;

	if (c->file)
		err = write_globals(c);
	if (!err && c->to == FORM_WPA)
		err = hoist(c, XEAP_CONFIG_PKCS11_ENGINE_PATH);
	if (!err && c->to == FORM_WPA)
		err = hoist(c, XEAP_CONFIG_PKCS11_MODULE_PATH);
	if (err)
		return err;
	if (c->to != FORM_WPA)
		drop_others(c);
	c->texts = calloc(c->count, sizeof(*c->texts));
	if (!c->texts)
		return complain(c->path, "out of memory");
	for (; c->written < c->count && !err; c->written += !err)
		err = write_network(c, c->networks[c->written], &c->texts[c->written]);
	return err;
}

static int write_output(struct convert *c)
{
	struct xeap_span *pieces = calloc(c->written + 1, sizeof(*pieces));
	int err = -ENOMEM;

	if (!pieces)
		return complain(c->path, "out of memory");
	pieces[0] = xeap_span(c->head, c->head ? strlen(c->head) : 0);
	for (size_t i = 0; i < c->written; i++)
		pieces[i + 1] = xeap_span(c->texts[i], strlen(c->texts[i]));
	if (c->output)
		err = config_file_write(c->output, pieces, c->written + 1);
	else
		err = config_file_put(STDOUT_FILENO, pieces, c->written + 1);
	free(pieces);
	if (err)
		return complain(c->output ? c->output : "standard output",
				err == -EEXIST ? "there is something that is no regular file"
					       : strerror(-err));
	return 0;
}

static int convert(struct convert *c)
{
	int err = read_input(c);

	if (!err)
		err = write_networks(c);
	for (size_t i = 0; i < c->notes.count; i++)
		fprintf(stderr, "%s\n", c->notes.lines[i]);
	c->lost |= c->notes.count > 0;
	if (!err)
		err = write_output(c);
	if (err)
		return err;
	return c->lost ? XEAP_EXIT_FAILED : XEAP_EXIT_OK;
}

int xeap_cmd_config(int argc, char **argv)
{
	struct convert c = { 0 };
	int status = parse(&c, argc, argv);

	if (c.help && !status) {
		fputs(help_text, stdout);
		return XEAP_EXIT_OK;
	}
	if (c.keys && !status) {
		keys_print();
		return XEAP_EXIT_OK;
	}
	if (!status)
		status = convert(&c);
	for (size_t i = 0; i < c.written; i++)
		xeap_text_free(c.texts[i]);
	free(c.texts);
	free(c.head);
	xeap_notes_clear(&c.notes);
	xeap_config_free(c.only);
	xeap_config_file_free(c.file);
	return status;
}
