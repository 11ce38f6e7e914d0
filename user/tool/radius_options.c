// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/radius_options.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/wipe.h"
#include "tool/option.h"

#define DEFAULT_SECRET "radius"	  /* eapol_test's */
#define RADSEC_SECRET "radsec"	  /* RFC 6614 §2.3 */
#define SERVICE_TYPE_FRAMED 2	  /* RFC 2865 §5.6 */
#define NAS_PORT_TYPE_WIRELESS 19 /* RFC 2865 §5.41; what eapol_test says */
#define NAS_IDENTIFIER "xeap"

static const char help_text[] =
	"usage: xeap radius -s HOST[:PORT] -c CONF [option…]\n"
	"       xeap radius -a HOST [-p PORT] [-s SECRET] -c CONF [option…]\n"
	"\n"
	"Log EAP peers in at a RADIUS server, as eapol_test does: the switch is left out.\n"
	"\n"
	"  -c, --config CONF        file of wpa_supplicant network blocks; the first one is used\n"
	"  -s, --server HOST[:PORT]  the server, by address or name\n"
	"  -a, --address HOST       the server (127.0.0.1); with it, -s is the shared secret\n"
	"  -p, --port PORT          its port (1812; RadSec 2083)\n"
	"  -s SECRET                after -a, or when it is no address: the shared secret\n"
	"      --secret SECRET      the shared secret (radius; RadSec radsec)\n"
	"      --secret-file FILE   a file with the shared secret in its first line\n"
	"  -A, --bind ADDRESS       the address to send from\n"
	"      --radsec             RADIUS over TLS (RFC 6614), with these:\n"
	"      --ca-cert FILE       trusted CA certificates for the server's\n"
	"      --client-cert FILE   our certificate, with the chain to its CA\n"
	"      --private-key FILE   its key\n"
	"      --private-key-passwd FILE  a file with the key's password in its first line\n"
	"      --server-name NAME   the name in the server's certificate (HOST)\n"
	"  -r, --again COUNT        log in so many times more, one after the other (0)\n"
	"      --sessions COUNT     so many peers at once, each with an address of its own (1)\n"
	"  -t, --timeout SECONDS    for one login (30)\n"
	"  -M, --mac MAC            Calling-Station-Id (02:00:00:00:00:01); more peers count on\n"
	"  -C, --connect-info TEXT  Connect-Info (CONNECT 11Mbps 802.11b)\n"
	"  -N, --attribute ID[:SYNTAX:VALUE]\n"
	"                           another attribute, or another value of one of ours; s string,\n"
	"                           d integer, x octets in hexadecimal; may be repeated\n"
	"      --framed-mtu BYTES   Framed-MTU, and most bytes of an EAP packet (1400)\n"
	"  -n, --no-keys            no MPPE keys are expected, as with EAP-MD5\n"
	"  -e, --key-name           ask for EAP-Key-Name, and compare it with the Session-Id\n"
	"      --keep-tickets FILE  TLS sessions to resume from the next time, in this file\n"
	"      --plugins DIR        more EAP methods, from this directory of plug-ins\n"
	"      --json               one JSON object a line on standard output\n"
	"  -v, --verbose            say every login of many\n"
	"  -h, --help               this text\n"
	"\n"
	"The last line is SUCCESS or FAILURE.\n"
	"Exit status: 0 every login succeeded, 1 some did not, 2 the command line or a\n"
	"configuration is wrong.\n";

enum {
	OPT_SECRET = 256,
	OPT_SERVER,
	OPT_SECRET_FILE,
	OPT_RADSEC,
	OPT_CA_CERT,
	OPT_CLIENT_CERT,
	OPT_PRIVATE_KEY,
	OPT_PRIVATE_KEY_PASSWD,
	OPT_SERVER_NAME,
	OPT_SESSIONS,
	OPT_FRAMED_MTU,
	OPT_PLUGINS,
	OPT_KEEP_TICKETS,
	OPT_JSON,
};

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "server", required_argument, NULL, OPT_SERVER },
	{ "address", required_argument, NULL, 'a' },
	{ "port", required_argument, NULL, 'p' },
	{ "secret", required_argument, NULL, OPT_SECRET },
	{ "secret-file", required_argument, NULL, OPT_SECRET_FILE },
	{ "bind", required_argument, NULL, 'A' },
	{ "radsec", no_argument, NULL, OPT_RADSEC },
	{ "ca-cert", required_argument, NULL, OPT_CA_CERT },
	{ "client-cert", required_argument, NULL, OPT_CLIENT_CERT },
	{ "private-key", required_argument, NULL, OPT_PRIVATE_KEY },
	{ "private-key-passwd", required_argument, NULL, OPT_PRIVATE_KEY_PASSWD },
	{ "server-name", required_argument, NULL, OPT_SERVER_NAME },
	{ "again", required_argument, NULL, 'r' },
	{ "sessions", required_argument, NULL, OPT_SESSIONS },
	{ "timeout", required_argument, NULL, 't' },
	{ "mac", required_argument, NULL, 'M' },
	{ "connect-info", required_argument, NULL, 'C' },
	{ "attribute", required_argument, NULL, 'N' },
	{ "framed-mtu", required_argument, NULL, OPT_FRAMED_MTU },
	{ "no-keys", no_argument, NULL, 'n' },
	{ "key-name", no_argument, NULL, 'e' },
	{ "plugins", required_argument, NULL, OPT_PLUGINS },
	{ "keep-tickets", required_argument, NULL, OPT_KEEP_TICKETS },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

void radius_options_help(void)
{
	fputs(help_text, stdout);
}

/* Which of xeap's commands has these options: "radius". */
static const char *command;

#define wrong(...) option_wrong(command, __VA_ARGS__)

static int bad_attribute(const char *text)
{
	return wrong("-N takes ID (1 to 255) or ID:s:TEXT, ID:d:NUMBER, ID:x:HEXADECIMAL, "
		     "of up to %d bytes, not '%s'",
		     XEAP_RADIUS_VALUE_MAX, text);
}

/* Returns the bytes written to value, or -EINVAL. */
static int parse_hex(const char *text, uint8_t value[XEAP_RADIUS_VALUE_MAX])
{
	size_t len = strlen(text) / 2;

	if (strlen(text) % 2 || len > XEAP_RADIUS_VALUE_MAX)
		return -EINVAL;
	return xeap_hex_octets(xeap_span(text, 2 * len), value) ? (int)len : -EINVAL;
}

static int parse_integer(const char *text, uint8_t value[4])
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || n > UINT32_MAX)
		return -EINVAL;
	for (int i = 0; i < 4; i++)
		value[i] = (uint8_t)(n >> (24 - 8 * i));
	return 4;
}

/* SYNTAX:VALUE */
static int parse_value(const char *text, uint8_t value[XEAP_RADIUS_VALUE_MAX])
{
	size_t len = strlen(text);

	if (len < 2 || text[1] != ':')
		return -EINVAL;
	if (text[0] == 'x')
		return parse_hex(text + 2, value);
	if (text[0] == 'd')
		return parse_integer(text + 2, value);
	if (text[0] != 's' || len - 2 > XEAP_RADIUS_VALUE_MAX)
		return -EINVAL;
	memcpy(value, text + 2, len - 2);
	return (int)(len - 2);
}

/* What belongs to the conversation, and would break it. */
static bool is_ours(unsigned long type)
{
	return type == XEAP_RADIUS_EAP_MESSAGE || type == XEAP_RADIUS_STATE ||
	       type == XEAP_RADIUS_MESSAGE_AUTHENTICATOR;
}

static int refuse_ours(unsigned long type)
{
	return wrong("-N %lu: State, EAP-Message and Message-Authenticator are "
		     "made by the login itself",
		     type);
}

static int add_attribute(struct radius_options *o, const char *text)
{
	struct xeap_builder b =
		xeap_builder(o->extra + o->extra_len, sizeof(o->extra) - o->extra_len);
	uint8_t value[XEAP_RADIUS_VALUE_MAX] = { 0 };
	char *end;
	unsigned long type = strtoul(text, &end, 10);
	int len = 1; /* an octet of zero, as eapol_test sends it */

	if (*text < '0' || *text > '9' || !type || type > UINT8_MAX || (*end && *end != ':'))
		return bad_attribute(text);
	if (is_ours(type))
		return refuse_ours(type);
	if (*end)
		len = parse_value(end + 1, value);
	if (len < 0)
		return bad_attribute(text);
	xeap_radius_put(&b, (uint8_t)type, xeap_span(value, (size_t)len));
	if (b.bad)
		return wrong("the attributes of -N take more than %d bytes",
			     XEAP_RADIUS_COMMON_MAX);
	o->extra_len += xeap_builder_len(&b);
	return 0;
}

/* The first line of a file, without its end. */
static int read_secret(const char *path, char **ret_text)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t len = f ? getline(&line, &room, f) : -1;

	if (f)
		fclose(f);
	if (len < 0) {
		wrong("%s: %s", path, f ? "is empty" : strerror(errno));
		free(line);
		return -EINVAL;
	}
	line[strcspn(line, "\r\n")] = '\0';
	free(*ret_text);
	*ret_text = line;
	return 0;
}

static int take_flag(struct radius_options *o, int option)
{
	switch (option) {
	case OPT_RADSEC:
		o->radsec = true;
		return 0;
	case OPT_JSON:
		o->json = true;
		return 0;
	case 'n':
		o->no_keys = true;
		return 0;
	case 'e':
		o->wants_key_name = true;
		return 0;
	case 'v':
		o->verbose = true;
		return 0;
	case 'h':
		o->help = true;
		return 0;
	}
	return wrong("see 'xeap %s --help'", command);
}

/* Options whose word is kept as it is. NULL: it is none of them. */
static const char **word_of(struct radius_options *o, int option)
{
	switch (option) {
	case 'c':
		return &o->conf;
	case 'a':
		return &o->address_word;
	case 's':
		return &o->s_word;
	case 'p':
		return &o->port_word;
	case 'A':
		return &o->bind;
	case 'C':
		return &o->connect_info;
	case OPT_SERVER:
		return &o->server_word;
	case OPT_SECRET:
		return &o->secret_word;
	case OPT_SECRET_FILE:
		return &o->secret_file;
	case OPT_CA_CERT:
		return &o->ca_cert;
	case OPT_CLIENT_CERT:
		return &o->client_cert;
	case OPT_PRIVATE_KEY:
		return &o->private_key;
	case OPT_SERVER_NAME:
		return &o->server_name;
	case OPT_PLUGINS:
		return &o->plugins;
	case OPT_KEEP_TICKETS:
		return &o->tickets;
	}
	return NULL;
}

static int take_option(struct radius_options *o, int option, const char *arg)
{
	const char **word = word_of(o, option);

	if (word) {
		*word = arg;
		return 0;
	}
	switch (option) {
	case 'r':
		return option_uint(command, "-r", arg, 0, 1000000, &o->again);
	case OPT_SESSIONS:
		return option_uint(command, "--sessions", arg, 1, RADIUS_SESSIONS_MAX,
				   &o->sessions);
	case OPT_FRAMED_MTU:
		return option_uint(command, "--framed-mtu", arg, 64, XEAP_RADIUS_MTU_MAX,
				   &o->framed_mtu);
	case 't':
		return option_seconds(command, "-t", arg, &o->timeout);
	case 'M':
		return option_mac(command, "-M", arg, false, o->mac);
	case 'N':
		return add_attribute(o, arg);
	case OPT_PRIVATE_KEY_PASSWD:
		return read_secret(arg, &o->private_key_passwd);
	}
	return take_flag(o, option);
}

static bool is_port(const char *text, size_t len)
{
	unsigned int n = 0;

	for (size_t i = 0; i < len && n <= UINT16_MAX; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		n = 10 * n + (unsigned int)(text[i] - '0');
	}
	return len && n && n <= UINT16_MAX;
}

static bool is_address(const char *text)
{
	uint8_t bytes[16];

	return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

/* HOST, HOST:PORT, [HOST]:PORT or an IPv6 address. The port is NULL when none is said. */
static int split_server(const char *text, char **ret_host, char **ret_port)
{
	const char *close = text[0] == '[' ? strchr(text, ']') : NULL;
	const char *colon = close ? close + 1 : strrchr(text, ':');
	size_t skip = close ? 1 : 0, len;

	if (is_address(text) || !colon || !*colon)
		colon = NULL;
	len = close ? (size_t)(close - text) - 1 : colon ? (size_t)(colon - text) : strlen(text);
	if (!len || (text[0] == '[' && !close) ||
	    (colon && (*colon != ':' || !is_port(colon + 1, strlen(colon + 1)))))
		return wrong("a server is HOST, HOST:PORT or [ADDRESS]:PORT, not '%s'", text);
	*ret_host = strndup(text + skip, len);
	*ret_port = colon ? strdup(colon + 1) : NULL;
	return *ret_host && (!colon || *ret_port) ? 0 : -ENOMEM;
}

/* A word of -s that names a server beyond doubt: an address, "localhost", or with a port. */
static bool names_server(const char *text)
{
	const char *colon = strrchr(text, ':');

	return is_address(text) || !strcmp(text, "localhost") || text[0] == '[' ||
	       (colon && colon != text && is_port(colon + 1, strlen(colon + 1)));
}

/*
 * To eapol_test's users -s is the shared secret, and their scripts must run; to others it is the
 * server. It is the secret beside -a or --server; the server where a secret is said otherwise, or
 * with RadSec, which needs none; and where neither is, by its form.
 */
static void settle_s(struct radius_options *o)
{
	bool has_server = o->address_word || o->server_word;
	bool has_secret = o->secret_word || o->secret_file || o->radsec;

	if (!o->s_word)
		return;
	if (!has_server && (has_secret || names_server(o->s_word)))
		o->server_word = o->s_word;
	else if (!o->secret_word)
		o->secret_word = o->s_word;
}

static int settle_server(struct radius_options *o)
{
	const char *server = o->address_word ? o->address_word : o->server_word;
	int err;

	if (o->port_word && !is_port(o->port_word, strlen(o->port_word)))
		return wrong("-p takes a port from 1 to 65535, not '%s'", o->port_word);
	err = split_server(server ? server : "127.0.0.1", &o->host, &o->port);
	if (err)
		return err;
	if (o->port_word || !o->port) {
		free(o->port);
		o->port = strdup(o->port_word ? o->port_word : o->radsec ? "2083" : "1812");
	}
	return o->port ? 0 : -ENOMEM;
}

static int settle_secret(struct radius_options *o)
{
	const char *fallback = o->radsec ? RADSEC_SECRET : DEFAULT_SECRET;

	if (o->secret_file)
		return read_secret(o->secret_file, &o->secret);
	o->secret = strdup(o->secret_word ? o->secret_word : fallback);
	return o->secret ? 0 : -ENOMEM;
}

static int check_radsec(const struct radius_options *o)
{
	const char *only = o->ca_cert	    ? "ca-cert"
			   : o->client_cert ? "client-cert"
			   : o->private_key ? "private-key"
			   : o->server_name ? "server-name"
					    : NULL;

	if (o->radsec && (!o->ca_cert || !o->client_cert || !o->private_key))
		return wrong("--radsec needs --ca-cert, --client-cert and --private-key "
			     "(RFC 6614 §2.3)");
	if (!o->radsec && only) {
		return wrong("--%s goes with --radsec", only);
	}
	return 0;
}

static int check(struct radius_options *o)
{
	int err;

	if (!o->conf)
		return wrong("needs -c CONF, a file of wpa_supplicant network blocks");
	if (o->address_word && o->server_word) {
		return wrong("-a and --server both name the server");
	}
	err = check_radsec(o);
	if (err)
		return err;
	settle_s(o);
	err = settle_server(o);
	if (!err)
		err = settle_secret(o);
	if (!err)
		o->secret_len = strlen(o->secret);
	return err;
}

int radius_options_parse(struct radius_options *o, int argc, char **argv)
{
	int option, err;

	*o = (struct radius_options){
		.sessions = 1,
		.timeout = XEAP_S(30),
		.mac = { 2, 0, 0, 0, 0, 1 },
		.framed_mtu = XEAP_RADIUS_MTU_DEFAULT,
		.connect_info = "CONNECT 11Mbps 802.11b",
	};
	command = argv[0];
	optind = 1;
	while ((option = getopt_long(argc, argv, "c:a:p:s:A:r:t:M:C:N:nevh", long_options, NULL)) !=
	       -1) {
		err = take_option(o, option, optarg);
		if (err)
			return err;
	}
	if (o->help)
		return 0;
	if (optind < argc)
		return wrong("'%s' is not an option", argv[optind]);
	return check(o);
}

static void free_secret(char *text)
{
	if (text)
		xeap_wipe(text, strlen(text));
	free(text);
}

void radius_options_free(struct radius_options *o)
{
	free(o->host);
	free(o->port);
	free_secret(o->secret);
	free_secret(o->private_key_passwd);
	*o = (struct radius_options){ 0 };
}

static bool is_extra(const struct radius_options *o, uint8_t type)
{
	struct xeap_reader r = xeap_reader(xeap_span(o->extra, o->extra_len));
	struct xeap_radius_attribute a;

	while (xeap_radius_next(&r, &a))
		if (a.type == type)
			return true;
	return false;
}

static void put_bytes(const struct radius_options *o, struct xeap_builder *b, uint8_t type,
		      struct xeap_span value)
{
	if (value.len && !is_extra(o, type))
		xeap_radius_put(b, type, value);
}

static void put_number(const struct radius_options *o, struct xeap_builder *b, uint8_t type,
		       uint32_t value)
{
	if (!is_extra(o, type))
		xeap_radius_put_u32(b, type, value);
}

size_t radius_options_attributes(const struct radius_options *o, struct xeap_span nas, uint8_t *buf,
				 size_t size)
{
	struct xeap_builder b = xeap_builder(buf, size);

	put_bytes(o, &b, nas.len == 4 ? XEAP_RADIUS_NAS_IP_ADDRESS : XEAP_RADIUS_NAS_IPV6_ADDRESS,
		  nas);
	put_bytes(o, &b, XEAP_RADIUS_NAS_IDENTIFIER,
		  xeap_span(NAS_IDENTIFIER, strlen(NAS_IDENTIFIER)));
	put_number(o, &b, XEAP_RADIUS_FRAMED_MTU, o->framed_mtu);
	put_number(o, &b, XEAP_RADIUS_NAS_PORT_TYPE, NAS_PORT_TYPE_WIRELESS);
	put_number(o, &b, XEAP_RADIUS_SERVICE_TYPE, SERVICE_TYPE_FRAMED);
	put_bytes(o, &b, XEAP_RADIUS_CONNECT_INFO,
		  xeap_span(o->connect_info, strlen(o->connect_info)));
	xeap_put_span(&b, xeap_span(o->extra, o->extra_len));
	return xeap_builder_len(&b);
}
