/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* EAPHost's documents: what is read, what is refused, and that networks survive both ways. */
#include <errno.h>
#include <glob.h>
#include <libxml/xmlmemory.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <xeap/xml.h>

#include "host/config_limits.h"
#include "host/text.h"
#include "tests/unit/document.h"
#include "tests/unit/same_network.h"

#define SECRET "Only-the-two-of-us"
#define SECRET_HEX "4f6e6c792d7468652d74776f2d6f662d7573"

#define P "http://www.microsoft.com/provisioning/"
#define S "https://www.microsoft.com/provisioning/"
#define METHOD(type)                                                                               \
	"<EapMethod><Type xmlns='" P "EapCommon'>" type "</Type><VendorId xmlns='" P               \
	"EapCommon'>0</VendorId><VendorType xmlns='" P "EapCommon'>0</VendorType>"                 \
	"<AuthorId xmlns='" P "EapCommon'>0</AuthorId></EapMethod>"
#define HOST(inner) "<EapHostConfig xmlns='" P "EapHostConfig'>" inner "</EapHostConfig>"
#define HOST_BEGIN "<EapHostConfig xmlns='" P "EapHostConfig'>" METHOD("4")
#define NETWORK_BEGIN "<network xmlns='urn:xeap:config:1'>"
#define MD5(inner) HOST(METHOD("4") "<Config>" inner "</Config>")
#define EAP(inner)                                                                                 \
	"<Eap xmlns='" P "BaseEapConnectionPropertiesV1'><Type>13</Type><EapType xmlns='" P        \
	"EapTlsConnectionPropertiesV1'>" inner "</EapType></Eap>"
#define TLS(inner) HOST(METHOD("13") "<Config>" EAP(inner) "</Config>")
#define NETWORK(inner) "<network xmlns='urn:xeap:config:1'>" inner "</network>"
#define V2 " xmlns='" P "EapTlsConnectionPropertiesV2'"
#define NAMES(names) "<ServerValidation><ServerNames>" names "</ServerNames></ServerValidation>"

static bool looking;
static size_t left_behind;

void __real_free(void *p);
void __wrap_free(void *p);

void __wrap_free(void *p)
{
	if (looking && p &&
	    (memmem(p, malloc_usable_size(p), SECRET, sizeof(SECRET) - 1) ||
	     memmem(p, malloc_usable_size(p), SECRET_HEX, sizeof(SECRET_HEX) - 1)))
		left_behind++;
	__real_free(p);
}

static int from_document(struct xeap_span text, struct xeap_config **ret_config)
{
	return xeap_config_from_xml(text, ret_config, &notes, &diag);
}

/* As an administrator's tool of the other system writes it, every namespace with a prefix. */
static void test_reads_a_published_form(void **state)
{
	struct xeap_config *c = accept(
		"<?xml version=\"1.0\"?>\n"
		"<h:EapHostConfig xmlns:h='" S "EapHostConfig' xmlns:c='" S "EapCommon'\n"
		" xmlns:b='" S "BaseEapConnectionPropertiesV1'\n"
		" xmlns:t='" S "EapTlsConnectionPropertiesV1'>\n"
		" <h:EapMethod><c:Type> 13 </c:Type><c:AuthorId>0</c:AuthorId></h:EapMethod>\n"
		" <h:Config><b:Eap><b:Type>13</b:Type><t:EapType>\n"
		"  <t:CredentialsSource><t:CertificateStore>\n"
		"   <t:SimpleCertSelection>true</t:SimpleCertSelection>\n"
		"  </t:CertificateStore></t:CredentialsSource>\n"
		"  <t:ServerValidation>\n"
		"   <t:DisableUserPromptForServerValidation>false"
		"</t:DisableUserPromptForServerValidation>\n"
		"   <t:ServerNames>r1.example.org; <!-- the other --> r2.example.org;"
		"</t:ServerNames>\n"
		"   <t:TrustedRootCA>00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff 00 11 22 33 "
		"</t:TrustedRootCA>\n"
		"  </t:ServerValidation>\n"
		"  <t:DifferentUsername>false</t:DifferentUsername>\n"
		"  <PerformServerValidation xmlns='" S "EapTlsConnectionPropertiesV2'>1"
		"</PerformServerValidation>\n"
		"  <AcceptServerName xmlns='" S "EapTlsConnectionPropertiesV2'>true"
		"</AcceptServerName>\n"
		"  <TLSExtensions xmlns='" S
		"EapTlsConnectionPropertiesV2'><FilteringInfo xmlns='" S
		"EapTlsConnectionPropertiesV3'><ClientAuthEKUList Enabled='true'/></FilteringInfo>"
		"</TLSExtensions>\n"
		" </t:EapType></b:Eap></h:Config>\n"
		"</h:EapHostConfig>\n");

	assert_notes(
		4,
		"cannot carry TLSExtensions: a certificate is named by its file, not searched for",
		"cannot carry TrustedRootCA: a thumbprint names no file: name the authority's in "
		"caCert",
		"cannot carry CertificateStore: not supported: name files in clientCert and "
		"privateKey",
		"cannot carry DifferentUsername: the identity is not read from the certificate: "
		"give it");
	assert_string_equal(xeap_config_get_eap(c, 0), "TLS");
	assert_null(xeap_config_get_eap(c, 1));
	assert_key(c, XEAP_CONFIG_DOMAIN_MATCH, "r1.example.org;r2.example.org");
	assert_key(c, XEAP_CONFIG_KEY_MGMT, "IEEE8021X");
	assert_int_equal(xeap_config_get_int(c, XEAP_CONFIG_EAPOL_FLAGS, 3), 0);
	assert_int_equal(xeap_config_get_int(c, XEAP_CONFIG_SERVER_CERT_PROMPT, 1), 1);
	assert_key(c, XEAP_CONFIG_CA_CERT, NULL);
	xeap_config_free(c);
}

/* Files of our own element answer what is kept in stores elsewhere: nothing is left to say. */
static void test_own_element_completes(void **state)
{
	struct xeap_config *c = accept(
		TLS("<CredentialsSource><SmartCard/></CredentialsSource>"
		    "<ServerValidation><DisableUserPromptForServerValidation>true"
		    "</DisableUserPromptForServerValidation><TrustedRootCA>0011</TrustedRootCA>"
		    "</ServerValidation><DifferentUsername>false</DifferentUsername>" NETWORK(
			    "<identity> a &lt;b&gt; &amp;#10;</identity><caCert>/ca.pem</caCert>"
			    "<privateKey><![CDATA[/k<1>.pem]]></privateKey>"
			    "<password encoding='hex'>00 ff</password><fragmentSize> 200 "
			    "</fragmentSize>")));

	assert_notes(0);
	assert_key(c, XEAP_CONFIG_IDENTITY, " a <b> &#10;");
	assert_key(c, XEAP_CONFIG_CA_CERT, "/ca.pem");
	assert_key(c, XEAP_CONFIG_PRIVATE_KEY, "/k<1>.pem");
	assert_int_equal(xeap_config_get(c, XEAP_CONFIG_PASSWORD).len, 2);
	assert_memory_equal(xeap_config_get(c, XEAP_CONFIG_PASSWORD).data, "\0\xff", 2);
	assert_int_equal(xeap_config_get_int(c, XEAP_CONFIG_FRAGMENT_SIZE, 0), 200);
	assert_int_equal(xeap_config_get_int(c, XEAP_CONFIG_SERVER_CERT_PROMPT, 1), 0);
	xeap_config_free(c);
	c = accept(TLS("<CredentialsSource><SmartCard/></CredentialsSource>"));
	assert_notes(1, "cannot carry SmartCard: not supported: name files in clientCert and "
			"privateKey");
	xeap_config_free(c);
}

static void test_server_names(void **state)
{
	struct xeap_config *c =
		accept(TLS(NAMES("a.b") "<AcceptServerName" V2 ">false</AcceptServerName>"));

	assert_notes(1, "cannot carry ServerNames: AcceptServerName is false, so nobody checks");
	assert_key(c, XEAP_CONFIG_DOMAIN_MATCH, NULL);
	xeap_config_free(c);
	c = accept(TLS(NAMES(" ; ")));
	assert_notes(0);
	assert_key(c, XEAP_CONFIG_DOMAIN_MATCH, NULL);
	xeap_config_free(c);
	c = accept(TLS(NAMES("a.b") NETWORK("<domainMatch>c.d</domainMatch>")));
	assert_notes(1, "cannot carry ServerNames: there is a domainMatch, too, which goes first");
	assert_key(c, XEAP_CONFIG_DOMAIN_MATCH, "c.d");
	xeap_config_free(c);
	refuse(TLS(NAMES("^r.*\\.example\\.org$")), -EOPNOTSUPP,
	       "line 1: ServerNames: regular expressions are not supported: write whole names");
	refuse(TLS("<PerformServerValidation" V2 ">false</PerformServerValidation>"), -EOPNOTSUPP,
	       "line 1: PerformServerValidation: false is not supported: xeap always verifies the "
	       "server");
}

static void test_methods(void **state)
{
	static const struct {
		const char *text, *method;
	} cases[] = {
		{ MD5(""), "MD5" },
		{ HOST(METHOD("5") "<Config/>"), "OTP" },
		{ HOST(METHOD("6") "<Config><Eap xmlns='" P
				   "BaseEapConnectionPropertiesV1'><Type>6</Type></Eap></Config>"),
		  "GTC" },
		{ HOST(METHOD("25") "<Config>" NETWORK("<phase2>auth=GTC</phase2>") "</Config>"),
		  "PEAP" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct xeap_config *c = accept(cases[i].text);

		assert_notes(0);
		assert_string_equal(xeap_config_get_eap(c, 0), cases[i].method);
		xeap_config_free(c);
	}
	xeap_config_free(accept(HOST(
		"<EapMethod><Type xmlns='" P "EapCommon'>4</Type><AuthorId xmlns='" P
		"EapCommon'>9</AuthorId></EapMethod><Config><new xmlns='urn:x'/></Config><odd/>")));
	assert_notes(3, "cannot carry odd: xeap does not know this element",
		     "cannot carry AuthorId: the method is xeap's own, not that author's",
		     "cannot carry new: xeap does not know this element");
}

static void test_refuses_other_methods(void **state)
{
	refuse(HOST(METHOD("43") "<Config><Eap xmlns='" P
				 "BaseEapConnectionPropertiesV1'><Type>43</Type></Eap></Config>"),
	       -EOPNOTSUPP,
	       "line 1: Eap: this method's own elements are not supported; network of "
	       "urn:xeap:config:1 is");
	refuse(HOST(METHOD("99") "<Config/>"), -EOPNOTSUPP,
	       "line 1: EapMethod: xeap knows no method of this type");
	refuse(HOST(METHOD("254") "<Config/>"), -EOPNOTSUPP,
	       "line 1: EapMethod: expanded types are not supported");
	refuse(HOST(METHOD("256") "<Config/>"), -EINVAL,
	       "line 1: Type: is not a number that it may be");
	refuse(HOST(METHOD("") "<Config/>"), -EINVAL,
	       "line 1: Type: is not a number that it may be");
	refuse(HOST("<EapMethod><Type>4</Type></EapMethod><Config/>"), -EINVAL,
	       "line 1: EapMethod: has no Type of the namespace EapCommon");
	refuse(HOST("<Config/>"), -EINVAL, "line 1: EapHostConfig: has no EapMethod");
	refuse(HOST(METHOD("4")), -EINVAL,
	       "line 1: EapHostConfig: has to have either elements or a blob");
	refuse(HOST(METHOD("4") "<Config/><ConfigBlob/>"), -EINVAL,
	       "line 1: EapHostConfig: has to have either elements or a blob");
	refuse(HOST(METHOD("4") METHOD("4") "<Config/>"), -EINVAL,
	       "line 1: EapMethod: is there twice");
	refuse(HOST(METHOD("4") "<Config>" EAP("") "</Config>"), -EINVAL,
	       "line 1: Type: is not the type that EapMethod says");
	refuse(MD5(NETWORK("<eap>TLS MD5</eap>")), -EINVAL,
	       "line 1: EapMethod: is not the first of the methods in eap");
}

static void test_refuses_values(void **state)
{
	refuse(MD5(NETWORK("<ssid>a</ssid>")), -EINVAL, "line 1: ssid: is no key of a network");
	refuse(MD5(NETWORK("<identity xmlns=''>a</identity>")), -EINVAL,
	       "line 1: identity: is no key of a network");
	refuse(MD5(NETWORK("<identity encoding='base64'>a</identity>")), -EINVAL,
	       "line 1: identity: has no encoding but hex");
	refuse(MD5(NETWORK("<identity encoding='hex'>0</identity>")), -EINVAL,
	       "line 1: identity: takes pairs of hexadecimal digits");
	refuse(MD5(NETWORK("<identity>a<b/></identity>")), -EINVAL,
	       "line 1: identity: takes text, not elements");
	refuse(MD5("\n\n" NETWORK("<caCert>blob://x</caCert>")), -EINVAL,
	       "line 3: ca_cert names a blob, which is not supported; write it to a file and name "
	       "that");
	refuse(MD5(NETWORK("<ocsp>4</ocsp>")), -EINVAL,
	       "line 1: ocsp takes a whole number from 0 to 3");
	refuse(MD5(NETWORK("<phase1 encoding='hex'>00</phase1>")), -EINVAL,
	       "line 1: phase1 must not contain a zero byte");
	refuse(TLS("<DifferentUsername>maybe</DifferentUsername>"), -EINVAL,
	       "line 1: DifferentUsername: is true or false");
	refuse(TLS("<ServerValidation><TrustedRootCA>xy</TrustedRootCA></ServerValidation>"),
	       -EINVAL, "line 1: TrustedRootCA: takes pairs of hexadecimal digits");
}

static void test_refuses_malformed(void **state)
{
	refuse("", -EINVAL, "line 1: there is no XML in it");
	refuse("network={\n}\n", -EINVAL, "line 1: there is no XML in it");
	refuse("<a>\n<b>\n</a>", -EINVAL, "line 3: an element is closed under another name");
	refuse("<a>\n<b></c>\n</a>", -EINVAL, "line 2: an element is closed under another name");
	refuse("<a>", -EINVAL, "line 1: an element is not closed");
	refuse("<a>\n<b></b\n<c/></a>", -EINVAL, "line 3: a tag is not closed by >");
	refuse("<a/><b/>", -EINVAL, "line 1: something follows the document");
	refuse("<a>&pass;</a>", -EINVAL, "line 1: an entity is none of XML's own five");
	refuse("<a>\xff</a>", -EINVAL, "a character does not belong to its encoding");
	refuse("<a>\x01</a>", -EINVAL, "line 1: a character does not belong to its encoding");
	refuse("<a b=c/>", -EINVAL, "line 1: it is not well-formed");
	refuse("<EapHostConfig/>", -EINVAL,
	       "line 1: EapHostConfig: is neither EapHostConfig nor LANProfile");
	refuse("<EapHostConfig xmlns='ftp://www.microsoft.com/provisioning/EapHostConfig'/>",
	       -EINVAL, "line 1: EapHostConfig: is neither EapHostConfig nor LANProfile");
	refuse("<EapHostUserCredentials xmlns='" P "EapHostUserCredentials'/>", -EINVAL,
	       "line 1: EapHostUserCredentials: credentials alone are no network: they complete "
	       "an EapHostConfig");
}

/* A billion laughs, one in an attribute, a file of the machine, and the network. */
static void test_refuses_dtd(void **state)
{
	static const char why[] = "a document with a DOCTYPE is not read";
	const char *laughs =
		"<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'ha'>"
		"<!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c "
		"'&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;'>"
		"<!ENTITY e '&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;'><!ENTITY f "
		"'&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;'><!ENTITY g '&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;'>"
		"<!ENTITY h '&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;'><!ENTITY i "
		"'&h;&h;&h;&h;&h;&h;&h;&h;&h;&h;'>]><l b='&i;'>&i;</l>";

	refuse(laughs, -EINVAL, why);
	refuse("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", -EINVAL, why);
	refuse("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", -EINVAL, why);
	refuse("<!DOCTYPE a SYSTEM 'http://192.0.2.1/a.dtd' [<!ENTITY % p SYSTEM "
	       "'http://192.0.2.1/p'> %p;]><a/>",
	       -EINVAL, why);
	refuse("<!DOCTYPE EapHostConfig>" MD5(""), -EINVAL, why);
}

/* Elements within each other, and their ends if they have some. */
static char *nest(int levels, bool closed)
{
	struct xeap_text t = { 0 };
	char *text;

	for (int i = 0; i < levels; i++)
		xeap_text_puts(&t, "<a>");
	for (int i = 0; i < levels && closed; i++)
		xeap_text_puts(&t, "</a>");
	assert_int_equal(xeap_text_finish(&t, &text, NULL), 0);
	return text;
}

static void test_limits(void **state)
{
	static const struct {
		int levels;
		bool closed;
		int err;
		const char *message;
	} cases[] = {
		{ 32, true, -EINVAL, "line 1: a: is neither EapHostConfig nor LANProfile" },
		{ 33, true, -E2BIG, "elements are more than 32 deep" },
		{ 2000, true, -EINVAL, "line 1: it is not well-formed" },
		{ 100000, false, -EINVAL, "line 1: it is not well-formed" },
	};
	static char big[XEAP_CONFIG_MAX_TEXT + 2];

	memset(big, ' ', sizeof(big) - 1);
	refuse(big, -E2BIG, "more than 1048576 bytes");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = nest(cases[i].levels, cases[i].closed);

		refuse(text, cases[i].err, cases[i].message);
		xeap_text_free(text);
	}
}

/* Half a surrogate pair, the halves the wrong way round, half a unit, a NUL: no characters. */
static void test_no_characters(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} cases[] = {
		{ "\xff\xfe\x3d\xd8<\0", 6 },
		{ "\xff\xfe<\0\x3d\xd8", 6 },
		{ "\xff\xfe\x00\xde\x3d\xd8", 6 },
		{ "\xff\xfe<\0>", 5 },
		{ "\xff\xfe<\0\0\0", 6 },
		{ "\xfe\xff\xd8\x3d\0<", 6 },
		{ "<\0\0\0", 4 },
		{ "<a\0/>", 5 },
		{ "\xc0\xbc", 2 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct xeap_config *config = NULL;

		assert_int_equal(parse_bytes(cases[i].bytes, cases[i].len, &config), -EINVAL);
		assert_string_equal(diag.text, "a character does not belong to its encoding");
	}
}

/* The text in UTF-16, with the high byte first or last. Returns its bytes. */
static size_t widen(const char *text, bool big, uint8_t *to)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++) {
		to[2 * i] = (uint8_t)(big ? 0 : text[i]);
		to[2 * i + 1] = (uint8_t)(big ? text[i] : 0);
	}
	return 2 * len;
}

static void test_encodings(void **state)
{
	static const char before[] = "<?xml version='1.0' encoding='utf-16'?>" HOST_BEGIN
				     "<Config>" NETWORK_BEGIN "<identity>a",
			  after[] = "</identity></network></Config></EapHostConfig>";
	static const uint8_t odd[2][8] = { { 0xfc, 0, 0xac, 0x20, 0x3d, 0xd8, 0x00, 0xde },
					   { 0, 0xfc, 0x20, 0xac, 0xd8, 0x3d, 0xde, 0x00 } };
	uint8_t wide[4096];

	for (int i = 0; i < 4; i++) {
		bool big = i & 1, mark = i & 2;
		size_t len = mark ? 2 : 0;
		struct xeap_config *config;

		wide[0] = big ? 0xfe : 0xff;
		wide[1] = big ? 0xff : 0xfe;
		len += widen(before, big, wide + len);
		memcpy(wide + len, odd[big], 8);
		len += 8;
		len += widen(after, big, wide + len);
		if (parse_bytes(wide, len, &config))
			fail_msg("%s", diag.text);
		assert_key(config, XEAP_CONFIG_IDENTITY, "aü€😀");
		xeap_config_free(config);
		assert_int_equal(parse_bytes(wide, len - 1, &config), -EINVAL);
	}
	xeap_config_free(accept("\xef\xbb\xbf" MD5("")));
	xeap_config_free(accept("<?xml version='1.0' encoding='us-ascii'?>" MD5("")));
	refuse("<?xml version='1.0' encoding='ISO-8859-1'?>" MD5(NETWORK("<pin>ü</pin>")), -EINVAL,
	       "a document is in UTF-8 or UTF-16");
	refuse("<?xml version='1.0' encoding='x-none'?>" MD5(""), -EINVAL,
	       "line 1: a character does not belong to its encoding");
}

/* ---- the way back ---- */

static char *written(const struct xeap_config *config)
{
	char *text = NULL;

	xeap_notes_clear(&notes);
	if (xeap_config_to_xml(config, &text, &notes, &diag))
		fail_msg("%s", diag.text);
	assert_int_equal(notes.count, 0);
	return text;
}

static void survives(const struct xeap_config *config)
{
	struct xeap_config *after;
	char *text = written(config);

	after = accept(text);
	assert_notes(0);
	assert_same_network(config, after);
	xeap_config_free(after);
	xeap_text_free(text);
}

static void test_fixtures(void **state)
{
	size_t networks = 0;
	glob_t found;

	assert_int_equal(glob("tests/fixtures/wpa_supplicant/*.conf", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct xeap_config_file *file;

		assert_int_equal(xeap_config_read(found.gl_pathv[i], &file, &diag), 0);
		for (size_t n = 0; n < file->count; n++, networks++)
			survives(file->networks[n]);
		xeap_config_file_free(file);
	}
	assert_true(networks >= 33);
	globfree(&found);
}

static struct xeap_config *network(const char *eap)
{
	struct xeap_config *config;

	assert_int_equal(xeap_config_new(&config), 0);
	assert_int_equal(xeap_config_set(config, "eap", eap, &diag), 0);
	assert_int_equal(xeap_config_set(config, "key_mgmt", "IEEE8021X", &diag), 0);
	return config;
}

static void test_every_key_and_byte(void **state)
{
	struct xeap_config *c = network("TLS MD5");
	char value[16];

	for (int key = 0; key < XEAP_CONFIG_MAX; key++) {
		const char *name = xeap_config_key_name((enum xeap_config_key)key);

		if (key == XEAP_CONFIG_EAP || key == XEAP_CONFIG_KEY_MGMT)
			continue;
		if (xeap_config_set(c, name, "\"]]> a & <b>\"", &diag) &&
		    xeap_config_set(c, name, "1", &diag))
			assert_int_equal(xeap_config_set(c, name, "100", &diag), 0);
	}
	survives(c);
	for (int i = 0; i < 256; i++) {
		snprintf(value, sizeof(value), "%02x61%02x61%02x", i, i, i);
		assert_int_equal(xeap_config_set(c, "identity", value, &diag), 0);
		snprintf(value, sizeof(value), "%02x", i);
		assert_int_equal(xeap_config_set(c, "password", value, &diag), 0);
		if (i)
			assert_int_equal(xeap_config_set(c, "domain_match", value, &diag), 0);
		survives(c);
	}
	assert_int_equal(
		xeap_config_set(c, "password", "hash:000102030405060708090a0b0c0d0e0f", &diag), 0);
	assert_int_equal(xeap_config_set(c, "identity", "efbfbf", &diag), 0);
	assert_int_equal(xeap_config_set(c, "domain_match", "\"a;b\"", &diag), 0);
	survives(c);
	xeap_config_free(c);
}

static void test_writes(void **state)
{
	struct xeap_config *c = network("TLS");
	char *text;

	assert_int_equal(xeap_config_set(c, "domain_match", "\"a.b;c.d\"", &diag), 0);
	assert_int_equal(xeap_config_set(c, "identity", "\"u\"", &diag), 0);
	text = written(c);
	assert_non_null(strstr(text, "<EapHostConfig xmlns=\"" P "EapHostConfig\">"));
	assert_non_null(strstr(text, "<Type xmlns=\"" P "EapCommon\">13</Type>"));
	assert_non_null(strstr(text, "<ServerNames>a.b;c.d</ServerNames>"));
	assert_non_null(strstr(text, "<DifferentUsername>true</DifferentUsername>"));
	assert_non_null(strstr(text, "<PerformServerValidation xmlns=\"" P
				     "EapTlsConnectionPropertiesV2\">true<"));
	assert_non_null(strstr(text, "<network xmlns=\"urn:xeap:config:1\">"));
	assert_null(strstr(text, "domainMatch"));
	xeap_text_free(text);
	xeap_config_free(c);
}

static void test_cannot_write(void **state)
{
	struct xeap_config *c;
	char *text = NULL;

	assert_int_equal(xeap_config_new(&c), 0);
	assert_int_equal(xeap_config_to_xml(c, &text, NULL, &diag), -EINVAL);
	assert_string_equal(diag.text, "eap is not set: a document is one of a method");
	xeap_config_free(c);
	c = network("VENDOR-TEST TLS");
	assert_int_equal(xeap_config_to_xml(c, &text, NULL, &diag), -EOPNOTSUPP);
	assert_string_equal(diag.text, "eap: the number of VENDOR-TEST is not known here");
	assert_null(text);
	xeap_config_free(c);
}

static void blob_document(struct xeap_config *from, const char *type, char *text, size_t size)
{
	size_t len, at;
	char *blob;

	assert_int_equal(xeap_config_to_blob(from, &blob, &len), 0);
	at = (size_t)snprintf(text, size,
			      "<EapHostConfig xmlns='" P "EapHostConfig'><EapMethod><Type xmlns='" P
			      "EapCommon'>%s</Type></EapMethod><ConfigBlob>",
			      type);
	for (size_t i = 0; i < len; i++)
		at += (size_t)snprintf(text + at, size - at, "%02X", (uint8_t)blob[i]);
	snprintf(text + at, size - at, "</ConfigBlob></EapHostConfig>");
	xeap_text_free(blob);
}

static void test_config_blob(void **state)
{
	struct xeap_config *c = network("TLS"), *after;
	char text[4096];

	assert_int_equal(xeap_config_set(c, "ca_cert", "\"/ca\"", &diag), 0);
	blob_document(c, "13", text, sizeof(text));
	after = accept(text);
	assert_same_network(c, after);
	xeap_config_free(after);
	blob_document(c, "4", text, sizeof(text));
	refuse(text, -EINVAL, "line 1: EapMethod: is not the first of the methods in eap");
	xeap_config_free(c);
	refuse(HOST(METHOD("13") "<ConfigBlob>020000002A000000</ConfigBlob>"), -EOPNOTSUPP,
	       "line 1: ConfigBlob: only blobs of xeap's own are read");
}

/* ---- credentials ---- */

#define CREDENTIALS(type, inner)                                                                   \
	"<EapHostUserCredentials xmlns='" P "EapHostUserCredentials' xmlns:c='" P                  \
	"EapCommon'><EapMethod><c:Type>" type "</c:Type></EapMethod>" inner                        \
	"</EapHostUserCredentials>"
#define USER(type, inner)                                                                          \
	CREDENTIALS(type, "<Credentials xmlns:b='" P "BaseEapUserPropertiesV1' xmlns:t='" P        \
			  "EapTlsUserPropertiesV1' xmlns:u='" P                                    \
			  "EapUserPropertiesV1'><b:Eap><b:Type>" type "</b:Type>" inner            \
			  "</b:Eap></Credentials>")

static int complete(struct xeap_config *config, const char *text)
{
	xeap_notes_clear(&notes);
	memset(&diag, 0, sizeof(diag));
	return xeap_config_credentials_from_xml(config, xeap_span(text, strlen(text)), &notes,
						&diag);
}

static void test_credentials(void **state)
{
	struct xeap_config *c = network("TLS");

	assert_int_equal(complete(c, USER("13", "<t:EapType><t:Username>dom\\user</t:Username>"
						"<t:UserCert/></t:EapType>")),
			 0);
	assert_notes(0);
	assert_key(c, XEAP_CONFIG_IDENTITY, "dom\\user");
	assert_int_equal(complete(c, USER("13", "<t:EapType><t:Username>u</t:Username>"
						"<t:UserCert>00 aa</t:UserCert></t:EapType>")),
			 0);
	assert_notes(1, "cannot carry UserCert: a thumbprint names no file: use clientCert and "
			"privateKey");
	assert_key(c, XEAP_CONFIG_IDENTITY, "u");
	xeap_config_free(c);
	c = network("TLS MD5");
	assert_int_equal(complete(c, USER("4", "<u:EapType><u:Username>u</u:Username>"
					       "<u:Password>p </u:Password></u:EapType>")),
			 0);
	assert_key(c, XEAP_CONFIG_PASSWORD, "p ");
	assert_int_equal(
		complete(c, CREDENTIALS("4", "<Credentials>" NETWORK(
						     "<password>q</password>") "</Credentials>")),
		0);
	assert_notes(0);
	assert_key(c, XEAP_CONFIG_PASSWORD, "q");
	assert_string_equal(xeap_config_get_eap(c, 0), "TLS");
	xeap_config_free(c);
}

/* What is refused changes nothing. */
static void test_credentials_refused(void **state)
{
	struct xeap_config *c = network("MD5"), *before;

	assert_int_equal(xeap_config_set(c, "identity", "\"old\"", &diag), 0);
	assert_int_equal(xeap_config_copy(c, &before), 0);
	assert_int_equal(complete(c, USER("13", "<t:EapType/>")), -EINVAL);
	assert_string_equal(diag.text, "line 1: EapMethod: the network does not have this method");
	assert_int_equal(complete(c, MD5("")), -EINVAL);
	assert_string_equal(diag.text, "line 1: EapHostConfig: EapHostUserCredentials was "
				       "expected");
	assert_int_equal(complete(c, USER("4", "<u:EapType><u:Username>new</u:Username>"
					       "<u:Password>a<b/></u:Password></u:EapType>")),
			 -EINVAL);
	assert_int_equal(complete(c, CREDENTIALS("4", "<CredentialsBlob>00</CredentialsBlob>")),
			 -EOPNOTSUPP);
	assert_same_network(c, before);
	xeap_config_free(c);
	xeap_config_free(before);
}

/* ---- profiles ---- */

#define ONEX(inner) "<OneX xmlns='http://www.microsoft.com/networking/OneX/v1'>" inner "</OneX>"
#define LAN(security)                                                                              \
	"<LANProfile "                                                                             \
	"xmlns='http://www.microsoft.com/networking/LAN/profile/v1'><MSM><security>" security      \
	"</security></MSM></LANProfile>"

static int profile_of(const char *text, struct xeap_lan_profile *ret_profile)
{
	xeap_notes_clear(&notes);
	return xeap_lan_profile_from_xml(xeap_span(text, strlen(text)), ret_profile, &notes, &diag);
}

static void test_profile_defaults(void **state)
{
	struct xeap_lan_profile p = { 0 };

	assert_int_equal(profile_of(ONEX("<EAPConfig>" MD5("") "</EAPConfig>"), &p), 0);
	assert_notes(0);
	assert_true(p.enabled && !p.enforced && p.send_start);
	assert_int_equal(p.held_period, 1);
	assert_int_equal(p.auth_period, 18);
	assert_int_equal(p.start_period, 5);
	assert_int_equal(p.max_start, 3);
	assert_int_equal(p.max_auth_failures, 1);
	assert_string_equal(xeap_config_get_eap(p.config, 0), "MD5");
	xeap_lan_profile_clear(&p);
	assert_null(p.config);
	assert_int_equal(profile_of(ONEX(""), &p), 0);
	assert_null(p.config);
}

static void test_profile(void **state)
{
	static const char text[] =
		LAN("<OneXEnforced>true</OneXEnforced><OneXEnabled>false</OneXEnabled>" ONEX(
			"<cacheUserData>true</cacheUserData><heldPeriod>2</heldPeriod>"
			"<authPeriod>19</authPeriod><startPeriod>3600</startPeriod>"
			"<maxStart>100</maxStart><maxAuthFailures>4</maxAuthFailures>"
			"<supplicantMode>inhibitTransmission</supplicantMode>"
			"<authMode>machineOrUser</authMode><EAPConfig>" MD5("") "</EAPConfig>"));
	struct xeap_lan_profile p;
	struct xeap_config *c;

	assert_int_equal(profile_of(text, &p), 0);
	assert_notes(2, "cannot carry cacheUserData: nothing is kept of what was asked",
		     "cannot carry authMode: a network has one identity, whoever is logged on");
	assert_true(!p.enabled && p.enforced && !p.send_start);
	assert_int_equal(p.held_period, 2);
	assert_int_equal(p.auth_period, 19);
	assert_int_equal(p.start_period, 3600);
	assert_int_equal(p.max_start, 100);
	assert_int_equal(p.max_auth_failures, 4);
	xeap_lan_profile_clear(&p);
	/* As a network it has no timers, and says so. */
	c = accept(text);
	assert_int_equal(notes.count, 8);
	assert_string_equal(notes.lines[1], "cannot carry heldPeriod: it is an option of xeap run");
	xeap_config_free(c);
}

static void refuse_profile(const char *text, const char *message)
{
	struct xeap_lan_profile p = { .max_start = 77 };

	assert_int_equal(profile_of(text, &p), -EINVAL);
	assert_string_equal(diag.text, message);
	assert_int_equal(p.max_start, 77);
}

static void test_profile_refused(void **state)
{
	refuse_profile(ONEX("<heldPeriod>0</heldPeriod>"),
		       "line 1: heldPeriod: is not a number that it may be");
	refuse_profile(ONEX("<heldPeriod>3601</heldPeriod>"),
		       "line 1: heldPeriod: is not a number that it may be");
	refuse_profile(ONEX("<maxStart>101</maxStart>"),
		       "line 1: maxStart: is not a number that it may be");
	refuse_profile(ONEX("<supplicantMode>loud</supplicantMode>"),
		       "line 1: supplicantMode: is not one of the three modes");
	refuse_profile(ONEX("<EAPConfig/>"), "line 1: EAPConfig: has no EapHostConfig");
	refuse_profile(ONEX("<EAPConfig>" MD5("") "</EAPConfig><EAPConfig>" MD5("") "</EAPConfig>"),
		       "line 1: EAPConfig: is there twice");
	refuse_profile(MD5(""), "line 1: EapHostConfig: is neither LANProfile nor OneX");
	refuse(ONEX(""), -EINVAL, "line 1: OneX: has no EAPConfig in it");
}

/* In our own memory and in libxml2's. */
static void test_secrets_are_wiped(void **state)
{
	struct xeap_config *c;
	char *text;

	assert_int_equal(xmlMemSetup(__wrap_free, malloc, realloc, strdup), 0);
	looking = true;
	left_behind = 0;
	c = accept(MD5(NETWORK("<identity>u</identity><password>" SECRET "</password>"
			       "<pin encoding='hex'>" SECRET_HEX "</pin>")));
	text = written(c);
	assert_non_null(strstr(text, SECRET));
	xeap_text_free(text);
	assert_int_equal(complete(c, USER("4", "<u:EapType><u:Password>" SECRET
					       "</u:Password></u:EapType>")),
			 0);
	xeap_config_free(c);
	refuse(MD5(NETWORK("<password>" SECRET "</password><odd/>")), -EINVAL,
	       "line 1: odd: is no key of a network");
	looking = false;
	assert_int_equal(left_behind, 0);
	assert_int_equal(xmlMemSetup(free, malloc, realloc, strdup), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_a_published_form),
		cmocka_unit_test(test_own_element_completes),
		cmocka_unit_test(test_server_names),
		cmocka_unit_test(test_methods),
		cmocka_unit_test(test_refuses_other_methods),
		cmocka_unit_test(test_refuses_values),
		cmocka_unit_test(test_refuses_malformed),
		cmocka_unit_test(test_refuses_dtd),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_no_characters),
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_fixtures),
		cmocka_unit_test(test_every_key_and_byte),
		cmocka_unit_test(test_writes),
		cmocka_unit_test(test_cannot_write),
		cmocka_unit_test(test_config_blob),
		cmocka_unit_test(test_credentials),
		cmocka_unit_test(test_credentials_refused),
		cmocka_unit_test(test_profile_defaults),
		cmocka_unit_test(test_profile),
		cmocka_unit_test(test_profile_refused),
		cmocka_unit_test(test_secrets_are_wiped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
