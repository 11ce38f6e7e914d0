/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* NetworkManager's keyfiles: what is read, what is written, and what both say they cannot carry. */
#include <errno.h>
#include <glob.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <xeap/keyfile.h>

#include "host/config_limits.h"
#include "host/config_network.h"
#include "host/keyfile.h"
#include "tests/unit/document.h"
#include "tests/unit/same_network.h"

#define SECRET "Only-the-two-of-us-know-this"

static bool looking;
static size_t left_behind;

void __real_free(void *p);
void __wrap_free(void *p);

void __wrap_free(void *p)
{
	if (looking && p && memmem(p, malloc_usable_size(p), SECRET, sizeof(SECRET) - 1))
		left_behind++;
	__real_free(p);
}

static int from_document(struct xeap_span text, struct xeap_config **ret_config)
{
	return xeap_config_from_keyfile(text, ret_config, &notes, &diag);
}

static void test_reads_a_connection(void **state)
{
	struct xeap_config *c = accept("# of the wall socket\n"
				       "[connection]\n"
				       "id=Office\r\n"
				       "uuid=2815492f-7e56-435e-b2e9-246bd7cdc664\n"
				       "type=ethernet\n"
				       "autoconnect-priority=7\n"
				       "\n"
				       "[802-1x]\n"
				       "eap=tls;md5;\n"
				       "identity = host/a.example.org\n"
				       "anonymous-identity=\\sanon\n"
				       "ca-cert=/etc/ssl/ca.pem\n"
				       "client-cert=file:///etc/ssl/host.pem\n"
				       "private-key=/etc/ssl/host.key\n"
				       "private-key-password=a;b\\\\c\\td\n"
				       "password=pa=ss word \n"
				       "altsubject-matches=DNS:radius.example.org;DNS:r2;\n"
				       "domain-suffix-match=example.org\n"
				       "domain-match=a.example.org;b.example.org\n"
				       "phase1-peapver=0\n"
				       "phase1-auth-flags=0x41\n"
				       "phase2-autheap=mschapv2\n"
				       "password-flags=0\n");

	assert_notes(0);
	assert_key(c, XEAP_CONFIG_ID_STR, "Office");
	assert_int_equal(xeap_config_get_int(c, XEAP_CONFIG_PRIORITY, 0), 7);
	assert_string_equal(xeap_config_get_eap(c, 0), "TLS");
	assert_string_equal(xeap_config_get_eap(c, 1), "MD5");
	assert_key(c, XEAP_CONFIG_IDENTITY, "host/a.example.org");
	assert_key(c, XEAP_CONFIG_ANONYMOUS_IDENTITY, " anon");
	assert_key(c, XEAP_CONFIG_CA_CERT, "/etc/ssl/ca.pem");
	assert_key(c, XEAP_CONFIG_CLIENT_CERT, "/etc/ssl/host.pem");
	assert_key(c, XEAP_CONFIG_PRIVATE_KEY, "/etc/ssl/host.key");
	assert_key(c, XEAP_CONFIG_PRIVATE_KEY_PASSWD, "a;b\\c\td");
	assert_key(c, XEAP_CONFIG_PASSWORD, "pa=ss word ");
	assert_key(c, XEAP_CONFIG_ALTSUBJECT_MATCH, "DNS:radius.example.org;DNS:r2");
	assert_key(c, XEAP_CONFIG_DOMAIN_SUFFIX_MATCH, "example.org");
	assert_key(c, XEAP_CONFIG_DOMAIN_MATCH, "a.example.org;b.example.org");
	assert_key(c, XEAP_CONFIG_PHASE1, "peapver=0 tls_disable_tlsv1_0=1 tls_disable_tlsv1_1=0");
	assert_key(c, XEAP_CONFIG_PHASE2, "autheap=MSCHAPV2");
	assert_key(c, XEAP_CONFIG_KEY_MGMT, "IEEE8021X");
	assert_int_equal(xeap_config_get_int(c, XEAP_CONFIG_EAPOL_FLAGS, 3), 0);
	xeap_config_free(c);
}

/* NetworkManager wants a PKCS#12 file as certificate, too; wpa_supplicant.conf(5) as key alone. */
static void test_pkcs12(void **state)
{
	struct xeap_config *c = accept("[802-1x]\nclient-cert=/a.p12\nprivate-key=/a.p12\n"
				       "phase2-client-cert=/b.pem\nphase2-private-key=/b.pem\n");

	assert_notes(0);
	assert_null(xeap_config_get_string(c, XEAP_CONFIG_CLIENT_CERT));
	assert_key(c, XEAP_CONFIG_PRIVATE_KEY, "/a.p12");
	assert_key(c, XEAP_CONFIG_CLIENT_CERT2, "/b.pem");
	xeap_config_free(c);
}

static void assert_written(const char *block, const char *keyfile)
{
	struct xeap_config_file *file = NULL;
	char *text = NULL;

	if (xeap_config_parse(xeap_span(block, strlen(block)), "t", &file, &diag))
		fail_msg("%s", diag.text);
	xeap_notes_clear(&notes);
	assert_int_equal(xeap_config_to_keyfile(file->networks[0], &text, &notes), 0);
	assert_string_equal(text, keyfile);
	xeap_text_free(text);
	xeap_config_file_free(file);
}

/* A block, or a keyfile's [802-1x], as keys without a default; then there and back. */
static void assert_carried(const char *keys, const char *properties)
{
	struct xeap_config_file *file = NULL;
	struct xeap_config *c;
	char block[1024], keyfile[1024], *text;

	snprintf(block, sizeof(block), "network={\nkey_mgmt=IEEE8021X\neapol_flags=0\n%s}\n", keys);
	snprintf(keyfile, sizeof(keyfile), "[connection]\ntype=ethernet\n\n[802-1x]\n%s",
		 properties);
	if (xeap_config_parse(xeap_span(block, strlen(block)), "t", &file, &diag))
		fail_msg("%s", diag.text);
	xeap_notes_clear(&notes);
	assert_int_equal(xeap_config_to_keyfile(file->networks[0], &text, &notes), 0);
	assert_string_equal(text, keyfile);
	assert_notes(0);
	c = accept(keyfile);
	assert_notes(0);
	assert_same_network(file->networks[0], c);
	xeap_config_free(c);
	xeap_text_free(text);
	xeap_config_file_free(file);
}

#define KEY "pkcs11:token=a;object=k%20y"
#define CA "pkcs11:token=a;object=ca?module-name=x"

/* RFC 7512; the password of each object is the PIN, and NetworkManager asks for one that lacks. */
static void test_tokens(void **state)
{
	assert_carried("eap=TLS\nca_cert=\"" CA "\"\nclient_cert=\"pkcs11:c\"\nprivate_key=\"" KEY
		       "\"\npin=\"12;34\"\n",
		       "eap=tls;\nca-cert=" CA "\nclient-cert=pkcs11:c\nprivate-key=" KEY
		       "\nprivate-key-password=12;34\nclient-cert-password=12;34\n"
		       "ca-cert-password=12;34\n");
	assert_carried("eap=TLS\nca_cert=\"/ca\"\nclient_cert=\"/c\"\nprivate_key=\"" KEY "\"\n",
		       "eap=tls;\nca-cert=/ca\nclient-cert=/c\nprivate-key=" KEY
		       "\nprivate-key-password-flags=4\n");
	/* NetworkManager wants a certificate; without one it is the key's. */
	assert_carried("eap=TLS\nprivate_key=\"" KEY "\"\n",
		       "eap=tls;\nclient-cert=" KEY "\nprivate-key=" KEY
		       "\nprivate-key-password-flags=4\nclient-cert-password-flags=4\n");
	assert_carried("eap=TTLS\nphase2=\"autheap=TLS\"\nca_cert=\"/ca\"\nca_cert2=\"" CA
		       "\"\nclient_cert2=\"/c\"\nprivate_key2=\"" KEY "\"\npin2=\"5\"\n",
		       "eap=ttls;\nca-cert=/ca\nphase2-autheap=tls\nphase2-ca-cert=" CA
		       "\nphase2-client-cert=/c\nphase2-private-key=" KEY
		       "\nphase2-private-key-password=5\nphase2-ca-cert-password=5\n");
	/* Only what is in the token has the PIN. */
	assert_carried("eap=TLS\nca_cert=\"" CA "\"\nclient_cert=\"/c\"\nprivate_key=\"/k\"\n"
		       "private_key_passwd=\"s\"\npin=\"1\"\n",
		       "eap=tls;\nca-cert=" CA "\nclient-cert=/c\nprivate-key=/k\n"
		       "private-key-password=s\nca-cert-password=1\n");
	assert_carried("eap=TLS\nclient_cert=\"/c\"\nprivate_key=\"/k\"\nprivate_key_passwd=\"\"\n",
		       "eap=tls;\nclient-cert=/c\nprivate-key=/k\nprivate-key-password=\n");
	xeap_config_free(accept("[802-1x]\nca-cert-password=2\nprivate-key-password=1\n"
				"client-cert-password=3\nclient-cert=/c\nprivate-key=" KEY
				"\nca-cert=" CA "\n"));
	assert_notes(2, "cannot carry client-cert-password: certificates are read from files only",
		     "cannot carry ca-cert-password: a token has one PIN, and another came first");
}

static void test_tokens_left(void **state)
{
	assert_written("network={\nprivate_key=\"" KEY
		       "\"\nprivate_key_passwd=\"x\"\npin2=\"5\"\npac_file=\"pkcs11:x\"\n}\n",
		       "[connection]\ntype=ethernet\n\n[802-1x]\nclient-cert=" KEY
		       "\nprivate-key=" KEY
		       "\nprivate-key-password-flags=4\nclient-cert-password-flags=4\n");
	assert_notes(3, "cannot carry private_key_passwd: a key in a token has a pin",
		     "cannot carry pac_file: NetworkManager takes a file by its absolute name",
		     "cannot carry pin2: NetworkManager has no such setting");
	assert_written("network={\nserver_cert_prompt=0\n}\n",
		       "[connection]\ntype=ethernet\n\n[802-1x]\n");
	assert_notes(1, "cannot carry server_cert_prompt: NetworkManager asks nobody about a "
			"server and has no setting for it");
}

static void test_system(void **state)
{
	struct xeap_config *c;

	assert_carried("eap=PEAP\nca_cert=\"system\"\ndomain_match=\"a.b\"\n",
		       "eap=peap;\nsystem-ca-certs=true\ndomain-match=a.b\n");
	assert_carried("eap=TTLS\nphase2=\"autheap=TLS\"\nca_cert=\"system\"\nca_cert2=\"system\"\n"
		       "client_cert2=\"/c\"\nprivate_key2=\"/k\"\n",
		       "eap=ttls;\nsystem-ca-certs=true\nphase2-autheap=tls\n"
		       "phase2-client-cert=/c\nphase2-private-key=/k\n");
	assert_written("network={\nca_cert=\"system\"\nca_path=\"/d\"\nca_cert2=\"/ca\"\n}\n",
		       "[connection]\ntype=ethernet\n\n[802-1x]\nsystem-ca-certs=true\n"
		       "phase2-ca-cert=/ca\n");
	assert_notes(2, "cannot carry ca_path: system-ca-certs takes its place",
		     "cannot carry ca_cert2: system-ca-certs counts beside it");
	assert_written("network={\nca_cert=\"/ca\"\nca_cert2=\"system\"\n}\n",
		       "[connection]\ntype=ethernet\n\n[802-1x]\nca-cert=/ca\n");
	assert_notes(1, "cannot carry ca_cert2: system-ca-certs would be about the server outside, "
			"too");
	c = accept("[802-1x]\nsystem-ca-certs=true\nca-cert=/ca\nca-path=/d\n");
	assert_notes(1, "cannot carry system-ca-certs: there is a ca_cert, too, which goes first");
	assert_key(c, XEAP_CONFIG_CA_CERT, "/ca");
	xeap_config_free(c);
	c = accept("[802-1x]\nca-path=/d\nsystem-ca-certs=true\n");
	assert_notes(1, "cannot carry ca_path: system-ca-certs takes its place");
	assert_key(c, XEAP_CONFIG_CA_CERT, "system");
	assert_key(c, XEAP_CONFIG_CA_PATH, NULL);
	xeap_config_free(c);
	c = accept("[802-1x]\nsystem-ca-certs=false\n");
	assert_notes(0);
	assert_key(c, XEAP_CONFIG_CA_CERT, NULL);
	xeap_config_free(c);
	refuse("[802-1x]\nsystem-ca-certs=yes\n", -EINVAL,
	       "line 2: system-ca-certs is true or false");
}

static void test_says_what_it_leaves(void **state)
{
	xeap_config_free(accept("[connection]\n"
				"type=wifi\n"
				"interface-name=eth7\n"
				"autoconnect=false\n"
				"[802-1x]\n"
				"eap=tls;\n"
				"ca-cert=data:;base64,AAAA\n"
				"client-cert=host.pem\n"
				"private-key=pkcs11:token=a\n"
				"phase1-auth-flags=1024\n"
				"password-flags=1\n"
				"system-ca-certs=true\n"
				"optional=false\n"
				"auth-timeout=25\n"
				"new-thing=1\n"
				"altsubject-matches=DNS:a\\;b;\n"
				"[ipv4]\n"
				"method=auto\n"
				"dns=192.0.2.1;\n"
				"[ipv6]\n"
				"method=disabled\n"));
	assert_notes(
		12, "cannot carry type: it becomes a network of a wired port",
		"cannot carry interface-name: ports are given to xeap run",
		"cannot carry autoconnect: a network in a file is in use",
		"cannot carry ca-cert: only a file is carried, by its absolute name, or a pkcs11: "
		"URI",
		"cannot carry client-cert: only a file is carried, by its absolute name, or a "
		"pkcs11: "
		"URI",
		"cannot carry phase1-auth-flags: has flags that xeap does not know",
		"cannot carry password-flags: the secret is kept elsewhere or asked for; "
		"write it into the network",
		"cannot carry auth-timeout: timers are options of xeap run",
		"cannot carry new-thing: a network block has no such key",
		"cannot carry altsubject-matches: a name with a semicolon in it has no form "
		"in a list",
		"cannot carry [ipv4]: it is not about authentication",
		"cannot carry [ipv6]: it is not about authentication");
}

static void test_refuses(void **state)
{
	static char big[XEAP_CONFIG_MAX_TEXT + 2];

	refuse("", -EINVAL, "no [802-1x] in it: the connection has no authentication");
	refuse("[connection]\nid=a\n", -EINVAL,
	       "no [802-1x] in it: the connection has no authentication");
	refuse("eap=tls\n", -EINVAL, "line 1: a key stands in front of the first [GROUP]");
	refuse("[802-1x]\neap\n", -EINVAL, "line 2: neither [GROUP] nor KEY=VALUE");
	refuse("[802-1x]\n=tls\n", -EINVAL, "line 2: neither [GROUP] nor KEY=VALUE");
	refuse("\n[802-1x\n", -EINVAL, "line 2: a group is written [NAME]");
	refuse("[]\n", -EINVAL, "line 1: a group is written [NAME]");
	refuse("[802-1x]\nidentity=a\\q\n", -EINVAL,
	       "line 2: identity has a backslash before a character that has no such form");
	refuse("[802-1x]\nidentity=a\\;\n", -EINVAL,
	       "line 2: identity has a backslash before a character that has no such form");
	refuse("[802-1x]\nidentity=a\\", -EINVAL,
	       "line 2: identity has a backslash before a character that has no such form");
	refuse("[802-1x]\neap=a b;\\\n", -EINVAL,
	       "line 2: eap has a backslash before a character that has no such form");
	refuse("[802-1x]\npassword-raw=1;256;\n", -EINVAL,
	       "line 2: password-raw is a list of numbers from 0 to 255, a semicolon after each");
	refuse("[802-1x]\nphase2-auth=a b\n", -EINVAL, "line 2: phase2-auth takes one word");
	refuse("[802-1x]\nphase1-auth-flags=much\n", -EINVAL,
	       "line 2: phase1-auth-flags takes a number");
	refuse("[connection]\nautoconnect-priority=high\n", -EINVAL,
	       "line 2: priority takes a whole number from -2147483648 to 2147483647");
	memset(big, 'a', sizeof(big) - 1);
	refuse(big, -E2BIG, "more than 1048576 bytes");
	memcpy(big, "[802-1x]\nidentity=", 18);
	big[XEAP_CONFIG_MAX_LINE + 10] = 0;
	refuse(big, -E2BIG, "line 2: more than 16384 bytes in a line");
	big[XEAP_CONFIG_MAX_LINE + 9] = 0;
	refuse(big, -E2BIG, "line 2: identity may have 16304 bytes");
	memcpy(big, "[802-1x]\n", 9);
	for (size_t i = 0; i < 1025; i++)
		memcpy(big + 9 + 3 * i, "k=\n", 4);
	refuse(big, -E2BIG, "line 1026: more keys than 1024");
}

static void test_writes(void **state)
{
	assert_written("network={\n"
		       "key_mgmt=IEEE8021X\neapol_flags=0\neap=TLS GTC TTLS\n"
		       "identity=\" a\"\npassword=\"a;\\b\"\nid_str=\"Office\"\npriority=-5\n"
		       "ca_cert=\"/c;a.pem\"\nprivate_key=\"/key.P12\"\n"
		       "altsubject_match=\"DNS:a;DNS:b\"\n"
		       "phase1=\"tls_disable_tlsv1_3=1 peapver=1 tls_disable_tlsv1_2=0\"\n"
		       "phase2=\"auth=MSCHAPV2\"\n}\n",
		       "[connection]\nid=Office\nautoconnect-priority=-5\ntype=ethernet\n\n"
		       "[802-1x]\neap=tls;ttls;\nidentity=\\sa\npassword=a;\\\\b\n"
		       "ca-cert=/c;a.pem\nclient-cert=/key.P12\nprivate-key=/key.P12\n"
		       "altsubject-matches=DNS:a;DNS:b;\nphase1-peapver=1\n"
		       "phase1-auth-flags=144\nphase2-auth=mschapv2\n");
	assert_notes(1, "cannot carry eap: NetworkManager has no method GTC");
	assert_written("network={\npassword=00ff\n}\n", "[connection]\ntype=ethernet\n\n"
							"[802-1x]\npassword-raw=0;255;\n");
	assert_notes(0);
	assert_written("network={\nkey_mgmt=IEEE8021X WPA-EAP\neapol_flags=3\nidentity=ff\n"
		       "password=hash:000102030405060708090a0b0c0d0e0f\nfragment_size=100\n"
		       "ca_cert=\"ca.pem\"\npac_file=\"blob://pac\"\npriority=1000\n"
		       "phase1=\"peapver=0 peapver=1 crypto_binding=2 peaplabel=A odd\"\n"
		       "phase2=\"auth=pap\"\ndisabled=0\n}\n",
		       "[connection]\ntype=ethernet\n\n[802-1x]\nphase1-peapver=0\n");
	assert_notes(13, "cannot carry priority: NetworkManager takes -999 to 999",
		     "cannot carry identity: it is not text",
		     "cannot carry ca_cert: NetworkManager takes a file by its absolute name",
		     "cannot carry pac_file: NetworkManager takes a file by its absolute name",
		     "cannot carry phase1: NetworkManager has nothing for peapver",
		     "cannot carry phase1: NetworkManager has nothing for crypto_binding",
		     "cannot carry phase1: NetworkManager has nothing for peaplabel",
		     "cannot carry phase1: NetworkManager has nothing for odd",
		     "cannot carry phase2: NetworkManager has nothing for auth",
		     "cannot carry key_mgmt: NetworkManager has no such setting",
		     "cannot carry fragment_size: NetworkManager has no such setting",
		     "cannot carry eapol_flags: NetworkManager has no such setting",
		     "cannot carry password: NetworkManager takes no hash of a password");
}

/* Whether a note names a word of a key, or the key as a whole. */
static bool is_noted(enum xeap_config_key key, struct xeap_span word)
{
	char start[100], text[100] = { 0 };
	size_t len = (size_t)snprintf(start, sizeof(start),
				      "cannot carry %s: ", xeap_config_key_name(key));

	memcpy(text, word.data, word.len < 90 ? word.len : 90);
	if (strchr(text, '='))
		*strchr(text, '=') = 0;
	for (size_t i = 0; i < notes.count; i++) {
		if (!strncmp(notes.lines[i], start, len) &&
		    (!*text || strstr(notes.lines[i], text)))
			return true;
	}
	return false;
}

static bool has_word(const struct xeap_config *config, enum xeap_config_key key,
		     struct xeap_span wanted)
{
	struct xeap_span text = xeap_config_get(config, key), word;

	while (xeap_value_word(&text, &word)) {
		if (word.len == wanted.len && !memcmp(word.data, wanted.data, word.len))
			return true;
	}
	return false;
}

/* Each key comes back as it was, or a note has named it; of phase1 and phase2, each word. */
static void check_round_trip(const struct xeap_config *before, const struct xeap_config *after)
{
	for (int i = 0; i < XEAP_CONFIG_MAX; i++) {
		enum xeap_config_key key = (enum xeap_config_key)i;
		struct xeap_span text = xeap_config_get(before, key), word;

		if (!xeap_config_has(before, key))
			continue;
		if (key != XEAP_CONFIG_PHASE1 && key != XEAP_CONFIG_PHASE2) {
			if (!same_key(before, after, key) && !is_noted(key, xeap_span("", 0)))
				fail_msg("%s is lost", xeap_config_key_name(key));
			continue;
		}
		while (xeap_value_word(&text, &word)) {
			if (!has_word(after, key, word) && !is_noted(key, word))
				fail_msg("%.*s is lost", (int)word.len, word.data);
		}
	}
}

/* A fixture with its folder filled in: names of files are absolute. */
static struct xeap_config_file *read_fixture(const char *path)
{
	char text[4096] = { 0 }, *p = text, *at;
	struct xeap_config_file *file = NULL;
	struct xeap_text full = { 0 };
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	assert_true(fread(text, 1, sizeof(text) - 1, f) > 0);
	fclose(f);
	for (; (at = strstr(p, "@DIR@")); p = at + 5) {
		xeap_text_add(&full, xeap_span(p, (size_t)(at - p)));
		xeap_text_puts(&full, "/etc/lab");
	}
	xeap_text_puts(&full, p);
	if (xeap_config_parse(xeap_span(full.data, full.len), path, &file, &diag))
		fail_msg("%s", diag.text);
	xeap_text_wipe(&full);
	return file;
}

static size_t round_trip(const char *path)
{
	struct xeap_config_file *file = read_fixture(path);
	size_t count = file->count;

	xeap_notes_clear(&notes);
	for (size_t i = 0; i < count; i++) {
		struct xeap_config *after;
		size_t noted;
		char *text;

		assert_int_equal(xeap_config_to_keyfile(file->networks[i], &text, &notes), 0);
		noted = notes.count;
		if (xeap_config_from_keyfile(xeap_span(text, strlen(text)), &after, &notes, &diag))
			fail_msg("%s: %s", path, diag.text);
		assert_int_equal(notes.count, noted);
		check_round_trip(file->networks[i], after);
		xeap_config_free(after);
		xeap_text_free(text);
	}
	xeap_config_file_free(file);
	xeap_notes_clear(&notes);
	return count;
}

static void test_fixtures(void **state)
{
	size_t networks = 0;
	glob_t found;

	assert_int_equal(glob("tests/fixtures/wpa_supplicant/*.conf", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		networks += round_trip(found.gl_pathv[i]);
	assert_true(networks >= 33);
	globfree(&found);
}

/* What a fixture of a method that both have keeps: everything. */
static void test_carries_a_tunnel_whole(void **state)
{
	struct xeap_config_file *file;
	struct xeap_config *after;
	char *text;

	assert_int_equal(xeap_config_read("tests/fixtures/wpa_supplicant/sup-ttls-pap.conf", &file,
					  &diag),
			 0);
	assert_int_equal(xeap_config_set(file->networks[0], "ca_cert", "\"/ca.pem\"", &diag), 0);
	assert_int_equal(xeap_config_to_keyfile(file->networks[0], &text, &notes), 0);
	assert_notes(0);
	after = accept(text);
	assert_notes(0);
	assert_same_network(file->networks[0], after);
	xeap_config_free(after);
	xeap_text_free(text);
	xeap_config_file_free(file);
}

/* Every property that a tunnel has there. */
static void test_reads_a_tunnel(void **state)
{
	struct xeap_config *c = accept("[802-1x]\n"
				       "eap=peap;ttls;fast;pwd;\n"
				       "anonymous-identity=anon@a.b\n"
				       "pac-file=/etc/x.pac\n"
				       "openssl-ciphers=HIGH\n"
				       "phase1-peapver=1\n"
				       "phase1-peaplabel=1\n"
				       "phase1-fast-provisioning=3\n"
				       "phase2-auth=mschapv2\n"
				       "phase2-ca-cert=/ca2.pem\n"
				       "phase2-ca-path=/ca2\n"
				       "phase2-client-cert=/b.pem\n"
				       "phase2-private-key=/b.key\n"
				       "phase2-private-key-password=k\n"
				       "phase2-private-key-password-flags=0\n"
				       "phase2-subject-match=s\n"
				       "phase2-altsubject-matches=DNS:a;DNS:b;\n"
				       "phase2-domain-suffix-match=d\n"
				       "phase2-domain-match=e\n"
				       "phase2-ca-cert-password=\n"
				       "pin=1234\n"
				       "pin-flags=0\n");

	assert_notes(0);
	assert_string_equal(xeap_config_get_eap(c, 0), "PEAP");
	assert_string_equal(xeap_config_get_eap(c, 3), "PWD");
	assert_key(c, XEAP_CONFIG_ANONYMOUS_IDENTITY, "anon@a.b");
	assert_key(c, XEAP_CONFIG_PAC_FILE, "/etc/x.pac");
	assert_key(c, XEAP_CONFIG_OPENSSL_CIPHERS, "HIGH");
	assert_key(c, XEAP_CONFIG_PHASE1, "peapver=1 peaplabel=1 fast_provisioning=3");
	assert_key(c, XEAP_CONFIG_PHASE2, "auth=MSCHAPV2");
	assert_key(c, XEAP_CONFIG_CA_CERT2, "/ca2.pem");
	assert_key(c, XEAP_CONFIG_CA_PATH2, "/ca2");
	assert_key(c, XEAP_CONFIG_CLIENT_CERT2, "/b.pem");
	assert_key(c, XEAP_CONFIG_PRIVATE_KEY2, "/b.key");
	assert_key(c, XEAP_CONFIG_PRIVATE_KEY2_PASSWD, "k");
	assert_key(c, XEAP_CONFIG_SUBJECT_MATCH2, "s");
	assert_key(c, XEAP_CONFIG_ALTSUBJECT_MATCH2, "DNS:a;DNS:b");
	assert_key(c, XEAP_CONFIG_DOMAIN_SUFFIX_MATCH2, "d");
	assert_key(c, XEAP_CONFIG_DOMAIN_MATCH2, "e");
	assert_key(c, XEAP_CONFIG_PIN, "1234");
	xeap_config_free(c);
	xeap_config_free(accept("[802-1x]\neap=ttls;\npin-flags=2\n"
				"phase2-client-cert-password=x\n"));
	assert_notes(2,
		     "cannot carry pin-flags: the secret is kept elsewhere or asked for; write it "
		     "into the network",
		     "cannot carry phase2-client-cert-password: certificates are read from files "
		     "only");
}

static void test_leap(void **state)
{
	struct xeap_config *c = accept("[802-1x]\neap=LEAP;peap;\n");

	assert_notes(1, "cannot carry eap: LEAP is broken and not supported; the others are "
			"carried");
	assert_string_equal(xeap_config_get_eap(c, 0), "PEAP");
	assert_null(xeap_config_get_eap(c, 1));
	xeap_config_free(c);
	refuse("[802-1x]\neap=leap;\n", -EOPNOTSUPP,
	       "line 2: eap=leap is not supported: LEAP is broken; use another method");
	assert_written("network={\neap=LEAP\n}\n", "[connection]\ntype=ethernet\n\n[802-1x]\n");
	assert_notes(1, "cannot carry eap: LEAP is broken and not supported");
}

/* A value that NetworkManager refuses would take the whole connection with it. */
static void test_writes_tunnels(void **state)
{
	static const char *const others[] = { "TEAP", "MSCHAPV2", "PSK",   "GPSK", "SAKE",
					      "PAX",  "EKE",	  "IKEV2", "SIM",  "AKA",
					      "AKA'", "NOOB",	  "OTP" };
	char block[64], message[80];

	assert_written("network={\neap=FAST PEAP PWD\npac_file=\"/p\"\n"
		       "phase1=\"fast_provisioning=2 peapver=0 peaplabel=1\"\n"
		       "phase2=\"autheap=TLS\"\nca_cert2=\"/ca\"\n}\n",
		       "[connection]\ntype=ethernet\n\n[802-1x]\neap=fast;peap;pwd;\npac-file=/p\n"
		       "phase1-peapver=0\nphase1-peaplabel=1\nphase1-fast-provisioning=2\n"
		       "phase2-autheap=tls\nphase2-ca-cert=/ca\n");
	assert_notes(0);
	assert_written("network={\nphase1=\"peapver=2 fast_provisioning=4\"\n"
		       "phase2=\"auth=SIM autheap=PAP\"\n}\n",
		       "[connection]\ntype=ethernet\n\n[802-1x]\n");
	assert_notes(4, "cannot carry phase1: NetworkManager has nothing for peapver",
		     "cannot carry phase1: NetworkManager has nothing for fast_provisioning",
		     "cannot carry phase2: NetworkManager has nothing for auth",
		     "cannot carry phase2: NetworkManager has nothing for autheap");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		snprintf(block, sizeof(block), "network={\neap=%s\n}\n", others[i]);
		snprintf(message, sizeof(message),
			 "cannot carry eap: NetworkManager has no method %s", others[i]);
		assert_written(block, "[connection]\ntype=ethernet\n\n[802-1x]\n");
		assert_notes(1, message);
	}
}

/* Every byte, first, last and in the middle, of a string and of an item. */
static void test_every_byte(void **state)
{
	for (int c = 0; c < 256; c++) {
		struct xeap_config *config, *after;
		char value[16], *text;

		snprintf(value, sizeof(value), "%02x61%02x61%02x", c, c, c);
		assert_int_equal(xeap_config_new(&config), 0);
		assert_int_equal(xeap_config_set(config, "key_mgmt", "IEEE8021X", &diag), 0);
		assert_int_equal(xeap_config_set(config, "eapol_flags", "0", &diag), 0);
		assert_int_equal(xeap_config_set(config, "password", value, &diag), 0);
		if (c)
			assert_int_equal(xeap_config_set(config, "altsubject_match",
							 c < 0x80 ? value : "3b3b", &diag),
					 0);
		xeap_notes_clear(&notes);
		assert_int_equal(xeap_config_to_keyfile(config, &text, &notes), 0);
		if (notes.count)
			assert_true(c < ' ' || c == 0x7f);
		for (size_t i = 0; i < notes.count; i++)
			assert_int_equal(xeap_config_set(config, "altsubject_match", "NULL", &diag),
					 0);
		after = accept(text);
		assert_same_network(config, after);
		xeap_config_free(after);
		xeap_config_free(config);
		xeap_text_free(text);
	}
}

static void test_secrets_are_wiped(void **state)
{
	struct xeap_config *config;
	static const char bad[] = "[802-1x]\npassword=" SECRET "\nidentity=\\q\n";
	char *text;

	looking = true;
	left_behind = 0;
	config = accept("[802-1x]\npassword=" SECRET "\nprivate-key-password=\\s" SECRET
			"\nphase2-private-key-password=" SECRET "\npin=" SECRET
			"\nphase2-private-key=pkcs11:a\nca-cert-password=" SECRET "\n");
	assert_int_equal(xeap_config_to_keyfile(config, &text, &notes), 0);
	assert_non_null(strstr(text, SECRET));
	xeap_text_free(text);
	xeap_config_free(config);
	assert_int_equal(parse_bytes(bad, strlen(bad), &config), -EINVAL);
	looking = false;
	assert_int_equal(left_behind, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_a_connection),
		cmocka_unit_test(test_pkcs12),
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_tokens_left),
		cmocka_unit_test(test_system),
		cmocka_unit_test(test_says_what_it_leaves),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_writes),
		cmocka_unit_test(test_fixtures),
		cmocka_unit_test(test_carries_a_tunnel_whole),
		cmocka_unit_test(test_reads_a_tunnel),
		cmocka_unit_test(test_leap),
		cmocka_unit_test(test_writes_tunnels),
		cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_secrets_are_wiped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
