/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <glob.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xeap/config.h>

#include "host/config_limits.h"

static struct xeap_diag diag;

static int parse(const char *text, struct xeap_config_file **ret_file)
{
	memset(&diag, 0, sizeof(diag));
	return xeap_config_parse(xeap_span(text, strlen(text)), "t.conf", ret_file, &diag);
}

static struct xeap_config_file *accept(const char *text)
{
	struct xeap_config_file *file = NULL;

	if (parse(text, &file))
		fail_msg("refused: %s", diag.text);
	return file;
}

static void refuse(const char *text, int err, const char *message)
{
	struct xeap_config_file *file = NULL;

	assert_int_equal(parse(text, &file), err);
	assert_null(file);
	assert_string_equal(diag.text, message);
	assert_int_not_equal(diag.code, 0);
}

static struct xeap_config_file *accept_line(const char *line)
{
	char text[4096];

	snprintf(text, sizeof(text), "network={\n%s\n}\n", line);
	return accept(text);
}

static void assert_bytes(const struct xeap_config *config, enum xeap_config_key key,
			 const void *bytes, size_t len)
{
	struct xeap_span span = xeap_config_get(config, key);

	assert_non_null(span.data);
	assert_int_equal(span.len, len);
	assert_memory_equal(span.data, bytes, len);
	assert_int_equal(span.data[len], 0);
}

static void assert_line(const char *line, enum xeap_config_key key, const char *bytes, size_t len)
{
	struct xeap_config_file *file = accept_line(line);

	assert_bytes(file->networks[0], key, bytes, len);
	xeap_config_file_free(file);
}

static void refuse_line(const char *line, const char *message)
{
	char text[4096];

	snprintf(text, sizeof(text), "network={\n%s\n}\n", line);
	refuse(text, -EINVAL, message);
}

static void test_a_whole_file(void **state)
{
	struct xeap_config_file *file = accept("# comment\n"
					       "ctrl_interface=/run/wpas\n"
					       "eapol_version=3\nfast_reauth=0\nap_scan=0\n"
					       "\n"
					       "network={\n"
					       "\tkey_mgmt=IEEE8021X\n"
					       "\teap=TLS md5\n"
					       "\tidentity=\"tlsuser\"\n"
					       "\tca_cert=\"certs/ca.pem\"\n"
					       "\tphase1=\"peapver=1 peaplabel=0\"\n"
					       "\tfragment_size=200\n"
					       "}\n");
	const struct xeap_config *c = file->networks[0];
	struct xeap_span word;

	assert_int_equal(file->count, 1);
	assert_int_equal(file->globals.eapol_version, 3);
	assert_int_equal(file->globals.fast_reauth, 0);
	assert_string_equal(xeap_config_get_eap(c, 0), "TLS");
	assert_string_equal(xeap_config_get_eap(c, 1), "MD5");
	assert_null(xeap_config_get_eap(c, 2));
	assert_string_equal(xeap_config_get_string(c, XEAP_CONFIG_IDENTITY), "tlsuser");
	assert_string_equal(xeap_config_get_string(c, XEAP_CONFIG_CA_CERT), "certs/ca.pem");
	assert_int_equal(xeap_config_get_int(c, XEAP_CONFIG_FRAGMENT_SIZE, 1398), 200);
	assert_int_equal(xeap_config_get_int(c, XEAP_CONFIG_EAPOL_FLAGS, 3), 3);
	assert_null(xeap_config_get(c, XEAP_CONFIG_PASSWORD).data);
	assert_null(xeap_config_get_string(c, XEAP_CONFIG_PASSWORD));
	assert_int_equal(xeap_config_get_word(c, XEAP_CONFIG_PHASE1, "peaplabel", &word), 0);
	assert_memory_equal(word.data, "0", 1);
	assert_int_equal(word.len, 1);
	assert_int_equal(xeap_config_get_word(c, XEAP_CONFIG_PHASE1, "peap", &word), -ENOENT);
	assert_int_equal(xeap_config_get_word(c, XEAP_CONFIG_PHASE2, "auth", &word), -ENOENT);
	assert_string_equal(xeap_config_origin(c), "t.conf:7");
	xeap_config_file_free(file);
}

static void test_globals_have_defaults(void **state)
{
	struct xeap_config_file *file = accept("network={\n}");

	assert_int_equal(file->globals.eapol_version, 2);
	assert_int_equal(file->globals.fast_reauth, 1);
	xeap_config_file_free(file);
}

/* The odd ones are what wpa_supplicant 2.10 says (-dd -K) that it read. */
static void test_values_are_written_as_in_wpa_supplicant(void **state)
{
	assert_line("identity=\"a#b\" # comment", XEAP_CONFIG_IDENTITY, "a#b", 3);
	assert_line("identity=\"a\"b\\n\"", XEAP_CONFIG_IDENTITY, "a\"b\\n", 5);
	assert_line("identity=\"\"", XEAP_CONFIG_IDENTITY, "", 0);
	assert_line("identity=\" a \"  \t\r", XEAP_CONFIG_IDENTITY, " a ", 3);
	assert_line("identity=\"u\" # \"x\"", XEAP_CONFIG_IDENTITY, "u", 1);
	assert_line("identity=\"a\"b\" # \"c\"", XEAP_CONFIG_IDENTITY, "a\"b\" # \"c", 9);
	assert_line("identity=\"a#b\"c\" # d", XEAP_CONFIG_IDENTITY, "a#b\"c", 5);
	assert_line("identity=6162 # \"c\"", XEAP_CONFIG_IDENTITY, "ab", 2);
	assert_line("identity=P\"a\\\"#b\"", XEAP_CONFIG_IDENTITY, "a", 1);
	assert_line("identity=P\"a\\x4\\101\\\"\\\\\\n\\e\\q\\xzz\\8\"", XEAP_CONFIG_IDENTITY,
		    "a\4A\"\\\n\033qzz8", 11);
	assert_line("password=00ff7F", XEAP_CONFIG_PASSWORD, "\0\xff\x7f", 3);
	assert_line("password=6162#63", XEAP_CONFIG_PASSWORD, "ab", 2);
	assert_line("identity=P\"a\\x0\\x41\\101\\\"\\\\\\n\\e\"", XEAP_CONFIG_IDENTITY,
		    "a\0AA\"\\\n\033", 8);
	assert_line("eap=PEAP\t TTLS", XEAP_CONFIG_EAP, "PEAP\0TTLS", 9);
	assert_line("key_mgmt=WPA-EAP IEEE8021X", XEAP_CONFIG_KEY_MGMT, "WPA-EAP IEEE8021X", 17);
}

static void test_a_repeated_key_counts_last(void **state)
{
	assert_line("identity=\"a\"\nidentity=\"bb\"", XEAP_CONFIG_IDENTITY, "bb", 2);
}

/* As in wpa_supplicant, where 0 stands for the size that it takes by itself. */
static void test_fragment_size_0_unsets(void **state)
{
	struct xeap_config_file *file = accept_line("fragment_size=500\nfragment_size=0");

	assert_int_equal(xeap_config_get_int(file->networks[0], XEAP_CONFIG_FRAGMENT_SIZE, -1), -1);
	xeap_config_file_free(file);
}

static void test_null_unsets(void **state)
{
	struct xeap_config_file *file = accept_line("identity=\"a\"\neap=TLS\nidentity=NULL");

	assert_null(xeap_config_get(file->networks[0], XEAP_CONFIG_IDENTITY).data);
	assert_string_equal(xeap_config_get_eap(file->networks[0], 0), "TLS");
	xeap_config_file_free(file);
}

static void test_a_password_is_plain_or_a_hash(void **state)
{
	static const char line[] = "password=\"x\"\npassword=hash:000102030405060708090a0b0c0d0e0F";
	static const uint8_t hash[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	struct xeap_config_file *file = accept_line(line);
	struct xeap_config *c = file->networks[0];

	assert_bytes(c, XEAP_CONFIG_PASSWORD_HASH, hash, 16);
	assert_null(xeap_config_get(c, XEAP_CONFIG_PASSWORD).data);
	assert_int_equal(xeap_config_set(c, "password", "\"y\"", &diag), 0);
	assert_bytes(c, XEAP_CONFIG_PASSWORD, "y", 1);
	assert_null(xeap_config_get(c, XEAP_CONFIG_PASSWORD_HASH).data);
	xeap_config_file_free(file);
	refuse_line("password=hash:0001",
		    "t.conf:2: password needs 32 hexadecimal digits after hash:");
	refuse_line("password=hash:zz0102030405060708090a0b0c0d0e0f",
		    "t.conf:2: password needs 32 hexadecimal digits after hash:");
}

static void test_unknown_keys_are_named_with_their_line(void **state)
{
	refuse_line("eap=TLS\nidenity=\"u\"",
		    "t.conf:3: unknown key 'idenity'; did you mean 'identity'?");
	refuse_line("pirvate_key=\"u\"",
		    "t.conf:2: unknown key 'pirvate_key'; did you mean 'private_key'?");
	refuse_line("idnetiti=\"u\"", "t.conf:2: unknown key 'idnetiti'; did you mean 'identity'?");
	refuse_line("idnetiii=\"u\"",
		    "t.conf:2: unknown key 'idnetiii'; wpa_supplicant.conf(5) has no "
		    "such key either");
	refuse_line("colour=\"u\"", "t.conf:2: unknown key 'colour'; wpa_supplicant.conf(5) has no "
				    "such key either");
	refuse("fast_reuth=1\nnetwork={\n}\n", -EINVAL,
	       "t.conf:1: unknown key 'fast_reuth'; did you mean 'fast_reauth'?");
	refuse("identity=\"x\"\nnetwork={\n}\n", -EINVAL,
	       "t.conf:1: key 'identity' belongs inside network={…}");
	refuse_line("ctrl_interface=/run",
		    "t.conf:2: key 'ctrl_interface' belongs outside network={…}");
}

static void test_syntax_errors_are_named_with_their_line(void **state)
{
	refuse_line("identity = \"u\"",
		    "t.conf:2: not a line of KEY=VALUE (there are no blanks around the =)");
	refuse_line("identity",
		    "t.conf:2: not a line of KEY=VALUE (there are no blanks around the =)");
	refuse("network={\n\neap=TLS\n", -EINVAL,
	       "t.conf:1: block that begins here is not closed; its last line is }");
	refuse("cred={\n", -EINVAL,
	       "t.conf:1: block that begins here is not closed; its last line is }");
	refuse("network={ eap=TLS }\n", -EINVAL, "t.conf:1: network={ has to be alone on its line");
	refuse("blob-base64-x={\nAAAA\n}\n", -EINVAL,
	       "t.conf:1: blobs are not supported; write it to a file and name that");
	refuse("}\n", -EINVAL,
	       "t.conf:1: not a line of KEY=VALUE (there are no blanks around the =)");
}

static void test_values_out_of_form_are_named(void **state)
{
	refuse_line(
		"identity=user",
		"t.conf:2: identity needs double quotes around its value, or bytes in hexadecimal");
	refuse_line("identity=\"user",
		    "t.conf:2: identity lacks the closing quote at the end of its line");
	refuse_line("identity=\"",
		    "t.conf:2: identity lacks the closing quote at the end of its line");
	refuse_line("identity=P\"",
		    "t.conf:2: identity lacks the closing quote at the end of its line");
	refuse_line("ca_cert=610062", "t.conf:2: ca_cert must not contain a zero byte");
	refuse_line("ca_cert=\"blob://x\"",
		    "t.conf:2: ca_cert names a blob, which is not supported; "
		    "write it to a file and name that");
	refuse_line("eap=\"TLS\"",
		    "t.conf:2: eap takes names of EAP methods without quotes, blanks "
		    "between them");
	refuse_line("eap=", "t.conf:2: eap takes names of EAP methods without quotes, blanks "
			    "between them");
	xeap_config_file_free(accept_line("fragment_size=0"));
	refuse_line("fragment_size=63",
		    "t.conf:2: fragment_size takes a whole number from 64 to 65535");
	refuse_line("fragment_size=65536",
		    "t.conf:2: fragment_size takes a whole number from 64 to 65535");
	refuse_line("fragment_size=1400x",
		    "t.conf:2: fragment_size takes a whole number from 64 to 65535");
	refuse_line("fragment_size=",
		    "t.conf:2: fragment_size takes a whole number from 64 to 65535");
	refuse_line("key_mgmt=IEEE802.1X", "t.conf:2: key_mgmt has an unknown word 'IEEE802.1X'; "
					   "did you mean 'IEEE8021X'?");
	refuse("eapol_version=4\n", -EINVAL,
	       "t.conf:1: eapol_version takes a whole number from 1 to 3");
	refuse("fast_reauth=2\n", -EINVAL,
	       "t.conf:1: fast_reauth takes a whole number from 0 to 1");
}

/*
 * Every place where a secret can go wrong: on its own line, split over lines, under a mistyped
 * name.
 */
static void test_messages_hold_no_secrets(void **state)
{
	static const char *const lines[] = {
		"password=s3cr3t!",	      "password=\"s3cr3t!",
		"password=\"ab\ns3cr3t!\"",   "passwrd=\"s3cr3t!\"",
		"private_key_passwd=s3cr3t!", "pin=\"s3cr3t!",
		"password=hash:s3cr3t!",      "password=ext:a s3cr3t!",
		"machine_password=s3cr3t!",   "private_key2_passwd=P\"s3cr3t!",
		"s3cr3t!s3cr3t!s3cr3t!==",    "password=\"x\" s3cr3t!",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct xeap_config_file *file = NULL;
		char text[256];

		snprintf(text, sizeof(text), "network={\n%s\n}\n", lines[i]);
		assert_int_equal(parse(text, &file), -EINVAL);
		assert_non_null(strstr(diag.text, "t.conf:"));
		assert_null(strstr(diag.text, "s3cr3t"));
	}
}

#define MARK "s3cr3t-0123456789"

/* volatile: for the compiler, free() cannot call back into this file. */
static volatile bool watching;
static volatile unsigned int marks_freed;

void __real_free(void *p);
void __wrap_free(void *p);

/* Every block that the library gives back while watched is looked through. */
void __wrap_free(void *p)
{
	if (p && watching && memmem(p, malloc_usable_size(p), MARK, strlen(MARK)))
		marks_freed++;
	__real_free(p);
}

static void test_secrets_are_wiped(void **state)
{
	static const char text[] = "network={\nkey_mgmt=IEEE8021X\npassword=\"" MARK
				   "\"\nprivate_key_passwd=P\"\\x41" MARK "\"\npin=\"" MARK
				   "\"\npassword=\"" MARK "2\"\n}\n";
	char path[] = "/tmp/xeap-test-config-XXXXXX";
	struct xeap_config_file *file;
	struct xeap_config *copy;
	char *volatile unwiped; /* or the compiler leaves the pair of calls out */
	int fd = mkstemp(path);

	assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
	close(fd);
	marks_freed = 0;
	watching = true;
	unwiped = strdup(MARK);
	free(unwiped);
	assert_int_equal(marks_freed, 1); /* the watch works */
	assert_int_equal(xeap_config_read(path, &file, &diag), 0);
	assert_int_equal(xeap_config_copy(file->networks[0], &copy), 0);
	assert_int_equal(xeap_config_set(copy, "pin", "NULL", &diag), 0);
	xeap_config_file_free(file);
	xeap_config_free(copy);
	assert_int_equal(parse("network={\npassword=\"" MARK "\"\nfoo=1\n}\n", &file), -EINVAL);
	watching = false;
	assert_int_equal(marks_freed, 1);
	unlink(path);
}

static void test_keys_without_meaning_on_a_wire_are_ignored(void **state)
{
	xeap_config_file_free(
		accept("update_config=1\ncountry=DE\ntx_queue_data2_aifs=1\n"
		       "cred={\nrealm=\"x\"\n}\n"
		       "network={\nssid=\"x\"\nscan_ssid=1\nproto=RSN\npairwise=CCMP\n"
		       "psk=anything at all\nmka_cak=00\n}\n"));
}

static void test_blocks_that_are_not_for_a_wire_are_left_out(void **state)
{
	struct xeap_config_file *file =
		accept("network={\nkey_mgmt=WPA-PSK\n}\n"
		       "network={\ndisabled=1\nkey_mgmt=IEEE8021X\n}\n"
		       "network={\nkey_mgmt=NONE\neap=TLS\n}\n"
		       "network={\nkey_mgmt=IEEE8021X\nid_str=\"wired\"\n}\n");

	assert_int_equal(file->count, 1);
	assert_string_equal(xeap_config_get_string(file->networks[0], XEAP_CONFIG_ID_STR), "wired");
	xeap_config_file_free(file);
	refuse("network={\nkey_mgmt=WPA-PSK\n}\n", -EINVAL,
	       "t.conf: no network block in it is enabled and has key_mgmt=IEEE8021X");
	refuse("network={\ndisabled=1\n}\n", -EINVAL,
	       "t.conf: no network block in it is enabled and has key_mgmt=IEEE8021X");
	refuse("", -EINVAL, "t.conf: no network={…} block in it");
	refuse("# only\n", -EINVAL, "t.conf: no network={…} block in it");
}

static void test_errors_count_in_blocks_that_are_left_out(void **state)
{
	refuse_line("disabled=1\nfoo=1", "t.conf:3: unknown key 'foo'; wpa_supplicant.conf(5) has "
					 "no such key either");
}

static void test_priority_sorts_and_keeps_the_order_of_equals(void **state)
{
	static const char *const order[] = { "b", "d", "a", "e", "c" };
	struct xeap_config_file *file = accept("network={\nid_str=\"a\"\n}\n"
					       "network={\nid_str=\"b\"\npriority=3\n}\n"
					       "network={\nid_str=\"c\"\npriority=-1\n}\n"
					       "network={\nid_str=\"d\"\npriority=3\n}\n"
					       "network={\nid_str=\"e\"\n}\n");

	assert_int_equal(file->count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(xeap_config_get_string(file->networks[i], XEAP_CONFIG_ID_STR),
				    order[i]);
	xeap_config_file_free(file);
}

static void test_global_paths_of_tokens_are_the_default_of_all_blocks(void **state)
{
	struct xeap_config_file *file =
		accept("pkcs11_module_path=/m\nnetwork={\n}\nnetwork={\n"
		       "pkcs11_module_path=\"/own\"\n}\npkcs11_engine_path=/e\n");

	assert_string_equal(
		xeap_config_get_string(file->networks[0], XEAP_CONFIG_PKCS11_MODULE_PATH), "/m");
	assert_string_equal(
		xeap_config_get_string(file->networks[1], XEAP_CONFIG_PKCS11_MODULE_PATH), "/own");
	assert_string_equal(
		xeap_config_get_string(file->networks[1], XEAP_CONFIG_PKCS11_ENGINE_PATH), "/e");
	assert_null(xeap_config_get_string(file->networks[1], XEAP_CONFIG_OPENSSL_CIPHERS));
	xeap_config_file_free(file);
}

static void test_global_ciphers_are_the_default_of_all_blocks(void **state)
{
	struct xeap_config_file *file =
		accept("network={\n}\nnetwork={\nopenssl_ciphers=\"HIGH\"\n}\n"
		       "openssl_ciphers=DEFAULT:!EXP\n");

	assert_bytes(file->networks[0], XEAP_CONFIG_OPENSSL_CIPHERS, "DEFAULT:!EXP", 12);
	assert_bytes(file->networks[1], XEAP_CONFIG_OPENSSL_CIPHERS, "HIGH", 4);
	xeap_config_file_free(file);
}

static void test_any_bytes(void **state)
{
	static const char text[] = "network={\nidentity=\"a\0b\"\n}\n";
	static const char bad[] = "network={\nphase1=\"a\0b\"\n}\n";
	static const char key[] = "network={\nident\0ity=\"b\"\n}\n";
	struct xeap_config_file *file = NULL, *none = NULL;

	assert_int_equal(xeap_config_parse(xeap_span(text, sizeof(text) - 1), "n", &file, &diag),
			 0);
	assert_bytes(file->networks[0], XEAP_CONFIG_IDENTITY, "a\0b", 3);
	assert_null(xeap_config_get_string(file->networks[0], XEAP_CONFIG_IDENTITY));
	assert_int_equal(xeap_config_parse(xeap_span(bad, sizeof(bad) - 1), "n", &none, &diag),
			 -EINVAL);
	assert_int_equal(xeap_config_parse(xeap_span(key, sizeof(key) - 1), "n", &none, &diag),
			 -EINVAL);
	assert_int_equal(xeap_config_parse(xeap_span(NULL, 0), "n", &none, &diag), -EINVAL);
	assert_int_equal(xeap_config_parse(xeap_span(bad, sizeof(bad) - 1), "n", &none, NULL),
			 -EINVAL);
	assert_null(none);
	xeap_config_file_free(file);
}

/* Text of `count` times `unit` between two other texts; the caller's to free. */
static char *repeat(const char *before, const char *unit, size_t count, const char *after)
{
	size_t n = strlen(unit), len = strlen(before);
	char *text = malloc(len + n * count + strlen(after) + 1);

	assert_non_null(text);
	memcpy(text, before, len);
	for (size_t i = 0; i < count; i++)
		memcpy(text + len + i * n, unit, n);
	strcpy(text + len + n * count, after);
	return text;
}

static void limit(char *text, int err, const char *message)
{
	struct xeap_config_file *file = NULL;

	assert_int_equal(parse(text, &file), err);
	if (err)
		assert_string_equal(diag.text, message);
	xeap_config_file_free(file);
	free(text);
}

static void test_limits(void **state)
{
	size_t line = XEAP_CONFIG_MAX_LINE - strlen("identity=\"\"");

	limit(repeat("network={\nidentity=\"", "x", line, "\"\n}\n"), 0, NULL);
	limit(repeat("network={\nidentity=\"", "x", line + 1, "\"\n}\n"), -E2BIG,
	      "t.conf:2: more than 16384 bytes in a line");
	limit(repeat("network={\n", "ssid=1\n", XEAP_CONFIG_MAX_LINES, "}\n"), 0, NULL);
	limit(repeat("network={\n", "ssid=1\n", XEAP_CONFIG_MAX_LINES + 1, "}\n"), -E2BIG,
	      "t.conf:1026: more than 1024 keys in one block");
	limit(repeat("", "network={\n}\n", XEAP_CONFIG_MAX_BLOCKS, ""), 0, NULL);
	limit(repeat("", "network={\n}\n", XEAP_CONFIG_MAX_BLOCKS + 1, ""), -E2BIG,
	      "t.conf:131073: more than 65536 network blocks");
	limit(repeat("network={\n}\n", "\n", XEAP_CONFIG_MAX_TEXT - 12, ""), 0, NULL);
	limit(repeat("network={\n}\n", "\n", XEAP_CONFIG_MAX_TEXT - 11, ""), -E2BIG,
	      "t.conf: more than 1048576 bytes");
	limit(repeat("network={\neap=", "A ", XEAP_CONFIG_MAX_METHODS, "\n}\n"), 0, NULL);
	limit(repeat("network={\neap=", "A ", XEAP_CONFIG_MAX_METHODS + 1, "\n}\n"), -EINVAL,
	      "t.conf:2: eap takes names of EAP methods without quotes, blanks between them");
}

static void test_set_by_hand(void **state)
{
	struct xeap_config *c;
	char *big;

	assert_int_equal(xeap_config_new(&c), 0);
	assert_string_equal(xeap_config_origin(c), "");
	assert_null(xeap_config_get_eap(c, 0));
	assert_int_equal(xeap_config_set(c, "eap", "MD5", &diag), 0);
	assert_int_equal(xeap_config_set(c, "identity", "\"me\"", &diag), 0);
	assert_int_equal(xeap_config_set(c, "ssid", "whatever", &diag), 0);
	assert_int_equal(xeap_config_set(c, "identity", "me", &diag), -EINVAL);
	assert_string_equal(diag.text, "identity needs double quotes around its value, or bytes in "
				       "hexadecimal");
	assert_string_equal(xeap_config_get_string(c, XEAP_CONFIG_IDENTITY), "me");
	assert_int_equal(xeap_config_set(c, "passwort", "\"me\"", &diag), -EINVAL);
	assert_string_equal(diag.text, "unknown key 'passwort'; did you mean 'password'?");
	assert_int_equal(xeap_config_set(c, "", "\"me\"", NULL), -EINVAL);
	big = repeat("\"", "x", XEAP_CONFIG_MAX_LINE, "\"");
	assert_int_equal(xeap_config_set(c, "identity", big, &diag), -E2BIG);
	free(big);
	assert_null(xeap_config_free(c));
	assert_null(xeap_config_free(NULL));
	assert_null(xeap_config_file_free(NULL));
}

static void test_a_copy_stands_alone(void **state)
{
	struct xeap_config_file *file = accept_line("eap=TLS\npassword=\"s\"\nfragment_size=99");
	struct xeap_config *copy;

	assert_int_equal(xeap_config_copy(file->networks[0], &copy), 0);
	assert_int_equal(xeap_config_set(file->networks[0], "password", "\"t\"", &diag), 0);
	xeap_config_file_free(file);
	assert_string_equal(xeap_config_get_string(copy, XEAP_CONFIG_PASSWORD), "s");
	assert_string_equal(xeap_config_get_eap(copy, 0), "TLS");
	assert_int_equal(xeap_config_get_int(copy, XEAP_CONFIG_FRAGMENT_SIZE, 0), 99);
	assert_string_equal(xeap_config_origin(copy), "t.conf:1");
	xeap_config_free(copy);
}

static void test_every_key_has_a_name_of_its_own(void **state)
{
	for (int i = 0; i < XEAP_CONFIG_MAX; i++) {
		assert_non_null(xeap_config_key_name((enum xeap_config_key)i));
		assert_string_not_equal(xeap_config_key_name((enum xeap_config_key)i), "?");
	}
	assert_string_equal(xeap_config_key_name(XEAP_CONFIG_PRIVATE_KEY_PASSWD),
			    "private_key_passwd");
	assert_string_equal(xeap_config_key_name(XEAP_CONFIG_MAX), "?");
	assert_string_equal(xeap_config_key_name((enum xeap_config_key) - 1), "?");
}

static void test_files_that_wpa_supplicant_reads(void **state)
{
	glob_t files;

	assert_int_equal(glob("tests/fixtures/wpa_supplicant/*.conf", 0, NULL, &files), 0);
	assert_int_equal(glob("tests/fixtures/eapol_test/*.conf", GLOB_APPEND, NULL, &files), 0);
	assert_true(files.gl_pathc >= 40);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct xeap_config_file *file = NULL;

		if (xeap_config_read(files.gl_pathv[i], &file, &diag))
			fail_msg("%s", diag.text);
		assert_int_equal(file->count, 1);
		assert_non_null(xeap_config_get_eap(file->networks[0], 0));
		assert_non_null(xeap_config_get(file->networks[0], XEAP_CONFIG_IDENTITY).data);
		xeap_config_file_free(file);
	}
	globfree(&files);
}

static void refuse_path(const char *path, int err, const char *reason)
{
	struct xeap_config_file *file = NULL;
	char message[XEAP_DIAG_TEXT];

	memset(&diag, 0, sizeof(diag));
	assert_int_equal(xeap_config_read(path, &file, &diag), err);
	assert_null(file);
	snprintf(message, sizeof(message), "%s: %s", path, reason);
	assert_string_equal(diag.text, message);
}

static void test_files_that_cannot_be_read(void **state)
{
	char dir[] = "/tmp/xeap-test-config-XXXXXX", path[64];

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/x.conf", dir);
	refuse_path(path, -ENOENT, "No such file or directory");
	refuse_path(dir, -EINVAL, "not a regular file; a configuration is read from one");
	assert_int_equal(mkfifo(path, 0600), 0);
	refuse_path(path, -EINVAL, "not a regular file; a configuration is read from one");
	unlink(path);
	fclose(fopen(path, "w"));
	refuse_path(path, -EINVAL, "no network={…} block in it");
	assert_int_equal(truncate(path, 5 << 20), 0);
	refuse_path(path, -E2BIG, "more than 1048576 bytes");
	unlink(path);
	rmdir(dir);
}

static const char *text_of(const struct xeap_config *config, enum xeap_config_key key)
{
	const char *text = xeap_config_get_string(config, key);

	return text ? text : "(not set)";
}

static void test_overlays(void **state)
{
	struct xeap_config_file *file =
		accept("network={\neap=MD5\nidentity=\"a\"\npassword=hash:"
		       "878d8014606cda29677a44efa1353fc7\nfragment_size=500\n}\n");
	const struct xeap_config *below = file->networks[0];
	struct xeap_config *over, *top, *copy;

	assert_int_equal(xeap_config_overlay(below, &over), 0);
	assert_int_equal(xeap_config_overlay(over, &top), 0);
	assert_string_equal(xeap_config_origin(top), "t.conf:1");
	assert_string_equal(text_of(top, XEAP_CONFIG_IDENTITY), "a");
	assert_int_equal(xeap_config_get_int(top, XEAP_CONFIG_FRAGMENT_SIZE, 1), 500);
	assert_int_equal(xeap_config_set(over, "identity", "\"b\"", &diag), 0);
	assert_string_equal(text_of(top, XEAP_CONFIG_IDENTITY), "b");
	assert_int_equal(xeap_config_set(top, "identity", "NULL", &diag), 0);
	assert_string_equal(text_of(top, XEAP_CONFIG_IDENTITY), "(not set)");
	/* One form of a password excludes the other. */
	assert_int_equal(xeap_config_set(over, "password", "\"secret\"", &diag), 0);
	assert_null(xeap_config_get(top, XEAP_CONFIG_PASSWORD_HASH).data);
	assert_int_equal(xeap_config_set(top, "fragment_size", "600", &diag), 0);
	/* A copy has all of it, on its own. */
	assert_int_equal(xeap_config_copy(top, &copy), 0);
	xeap_config_free(top);
	assert_string_equal(text_of(over, XEAP_CONFIG_IDENTITY), "b");
	xeap_config_free(over);
	assert_string_equal(text_of(below, XEAP_CONFIG_IDENTITY), "a");
	assert_int_equal(xeap_config_get(below, XEAP_CONFIG_PASSWORD_HASH).len, 16);
	xeap_config_file_free(file);
	assert_string_equal(xeap_config_origin(copy), "t.conf:1");
	assert_string_equal(text_of(copy, XEAP_CONFIG_IDENTITY), "(not set)");
	assert_string_equal(text_of(copy, XEAP_CONFIG_PASSWORD), "secret");
	assert_null(xeap_config_get(copy, XEAP_CONFIG_PASSWORD_HASH).data);
	assert_int_equal(xeap_config_get_int(copy, XEAP_CONFIG_FRAGMENT_SIZE, 1), 600);
	assert_string_equal(xeap_config_get_eap(copy, 0), "MD5");
	xeap_config_free(copy);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_whole_file),
		cmocka_unit_test(test_globals_have_defaults),
		cmocka_unit_test(test_values_are_written_as_in_wpa_supplicant),
		cmocka_unit_test(test_a_repeated_key_counts_last),
		cmocka_unit_test(test_null_unsets),
		cmocka_unit_test(test_fragment_size_0_unsets),
		cmocka_unit_test(test_a_password_is_plain_or_a_hash),
		cmocka_unit_test(test_unknown_keys_are_named_with_their_line),
		cmocka_unit_test(test_syntax_errors_are_named_with_their_line),
		cmocka_unit_test(test_values_out_of_form_are_named),
		cmocka_unit_test(test_messages_hold_no_secrets),
		cmocka_unit_test(test_secrets_are_wiped),
		cmocka_unit_test(test_keys_without_meaning_on_a_wire_are_ignored),
		cmocka_unit_test(test_blocks_that_are_not_for_a_wire_are_left_out),
		cmocka_unit_test(test_errors_count_in_blocks_that_are_left_out),
		cmocka_unit_test(test_priority_sorts_and_keeps_the_order_of_equals),
		cmocka_unit_test(test_global_paths_of_tokens_are_the_default_of_all_blocks),
		cmocka_unit_test(test_global_ciphers_are_the_default_of_all_blocks),
		cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_set_by_hand),
		cmocka_unit_test(test_a_copy_stands_alone),
		cmocka_unit_test(test_every_key_has_a_name_of_its_own),
		cmocka_unit_test(test_files_that_wpa_supplicant_reads),
		cmocka_unit_test(test_files_that_cannot_be_read),
		cmocka_unit_test(test_overlays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
