/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What EAPHost's documents say of tunnels, MSCHAPv2 and cards, as network blocks: documents as
 * [MS-GPWL] and Windows itself have them, and networks there and back.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <xeap/xml.h>

#include "tests/unit/document.h"
#include "tests/unit/same_network.h"

#define P "http://www.microsoft.com/provisioning/"
#define NS(name) " xmlns='" P name "'"
#define COMMON(name, value) "<" name NS("EapCommon") ">" value "</" name ">"
#define METHOD(type, author)                                                                       \
	"<EapMethod>" COMMON("Type", type) COMMON("VendorId", "0") COMMON("VendorType", "0")       \
		COMMON("AuthorId", author) "</EapMethod>"
#define HOST(type, author, inner)                                                                  \
	"<EapHostConfig" NS("EapHostConfig") ">" METHOD(type, author) "<Config>" inner             \
								      "</Config></EapHostConfig>"
#define EAP(type, ns, inner)                                                                       \
	"<Eap" NS("BaseEapConnectionPropertiesV1") "><Type>" type                                  \
						   "</Type><EapType" NS(ns) ">" inner              \
									    "</EapType></Eap>"
#define PEAP(inner) HOST("25", "0", EAP("25", "MsPeapConnectionPropertiesV1", inner))
#define MSCHAPV2(logon)                                                                            \
	EAP("26", "MsChapV2ConnectionPropertiesV1",                                                \
	    "<UseWinLogonCredentials>" logon "</UseWinLogonCredentials>")
#define TTLS(inner)                                                                                \
	HOST("21", "311", "<EapTtls" NS("EapTtlsConnectionPropertiesV1") ">" inner "</EapTtls>")
#define TEAP(inner)                                                                                \
	HOST("55", "311", "<EapTeap" NS("EapTeapConnectionPropertiesV1") ">" inner "</EapTeap>")
#define CARD(type, root, inner)                                                                    \
	HOST(type, "311", "<" root NS(root "ConnectionPropertiesV1") ">" inner "</" root ">")
#define NETWORK(inner) "<network xmlns='urn:xeap:config:1'>" inner "</network>"
#define PEAP2 NS("MsPeapConnectionPropertiesV2")

static int from_document(struct xeap_span text, struct xeap_config **ret_config)
{
	return xeap_config_from_xml(text, ret_config, &notes, &diag);
}

/* What a document comes to: its note, and some keys (NULL: not set). */
struct meaning {
	const char *text, *note, *phase1, *phase2, *anonymous, *domain_match;
};

static void check(const struct meaning *m)
{
	struct xeap_config *c = accept(m->text);

	if (m->note)
		assert_notes(1, m->note);
	else
		assert_notes(0);
	assert_key(c, XEAP_CONFIG_PHASE1, m->phase1);
	assert_key(c, XEAP_CONFIG_PHASE2, m->phase2);
	assert_key(c, XEAP_CONFIG_ANONYMOUS_IDENTITY, m->anonymous);
	assert_key(c, XEAP_CONFIG_DOMAIN_MATCH, m->domain_match);
	xeap_config_free(c);
}

static void check_all(const struct meaning *m, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check(&m[i]);
}

#define CHECK_ALL(cases) check_all(cases, sizeof(cases) / sizeof((cases)[0]))

/* A profile as Windows 10 exports it. */
static void test_peap_as_exported(void **state)
{
	struct xeap_config *c = accept(PEAP(
		"<ServerValidation><DisableUserPromptForServerValidation>true"
		"</DisableUserPromptForServerValidation>"
		"<ServerNames>radius.example.org</ServerNames><TrustedRootCA>00 11 22 33 44 55 66 "
		"77 88 99 aa bb cc dd ee ff 00 11 22 33 </TrustedRootCA></ServerValidation>"
		"<FastReconnect>true</FastReconnect><InnerEapOptional>false</"
		"InnerEapOptional>" MSCHAPV2(
			"false") "<EnableQuarantineChecks>false</EnableQuarantineChecks>"
				 "<RequireCryptoBinding>true</RequireCryptoBinding><PeapExtensions>"
				 "<PerformServerValidation" PEAP2 ">true</PerformServerValidation>"
				 "<AcceptServerName" PEAP2
				 ">true</AcceptServerName><IdentityPrivacy" PEAP2
				 "><EnableIdentityPrivacy>true</"
				 "EnableIdentityPrivacy><AnonymousUserName>anon@"
				 "example.org</AnonymousUserName></"
				 "IdentityPrivacy><PeapExtensionsV2" PEAP2
				 "><AllowPromptingWhenServerCANotFound" NS(
					 "MsPeapConnectionPropertiesV3") ">false</"
									 "AllowPromptingWhenServerC"
									 "ANotFound></"
									 "PeapExtensionsV2></"
									 "PeapExtensions>"));

	assert_notes(1, "cannot carry TrustedRootCA: a thumbprint names no file: name the "
			"authority's in caCert");
	assert_string_equal(xeap_config_get_eap(c, 0), "PEAP");
	assert_key(c, XEAP_CONFIG_PHASE1, "peapver=0 crypto_binding=2");
	assert_key(c, XEAP_CONFIG_PHASE2, "auth=MSCHAPV2");
	assert_key(c, XEAP_CONFIG_ANONYMOUS_IDENTITY, "anon@example.org");
	assert_key(c, XEAP_CONFIG_DOMAIN_MATCH, "radius.example.org");
	assert_key(c, XEAP_CONFIG_KEY_MGMT, "IEEE8021X");
	assert_int_equal(xeap_config_get_int(c, XEAP_CONFIG_SERVER_CERT_PROMPT, 1), 0);
	xeap_config_free(c);
}

static void test_peap(void **state)
{
	static const struct meaning cases[] = {
		{ PEAP(""), NULL, "peapver=0", NULL, NULL, NULL },
		{ PEAP(NETWORK("")), NULL, NULL, NULL, NULL, NULL },
		{ PEAP("<RequireCryptoBinding>1</RequireCryptoBinding>" NETWORK("")), NULL,
		  "peapver=0 crypto_binding=2", NULL, NULL, NULL },
		{ PEAP("<RequireCryptoBinding>1</RequireCryptoBinding>" NETWORK(
			  "<phase1>crypto_binding=2 peaplabel=0</phase1>")),
		  NULL, "crypto_binding=2 peaplabel=0", NULL, NULL, NULL },
		{ PEAP("<RequireCryptoBinding>1</RequireCryptoBinding>" NETWORK(
			  "<phase1>peapver=0</phase1>")),
		  "cannot carry RequireCryptoBinding: there is a phase1, too, which goes first",
		  "peapver=0", NULL, NULL, NULL },
		{ PEAP(MSCHAPV2("0") NETWORK("<phase2>auth=GTC</phase2>")),
		  "cannot carry Eap: there is a phase2, too, which goes first", NULL, "auth=GTC",
		  NULL, NULL },
		{ PEAP(MSCHAPV2("true") NETWORK("<identity>u</identity>")),
		  "cannot carry UseWinLogonCredentials: nobody is logged on here: give identity "
		  "and password",
		  NULL, "auth=MSCHAPV2", NULL, NULL },
		{ PEAP(MSCHAPV2("true") NETWORK("<identity>u</identity><password>p</password>")),
		  NULL, NULL, "auth=MSCHAPV2", NULL, NULL },
		{ PEAP("<EnableQuarantineChecks>true</EnableQuarantineChecks>"),
		  "cannot carry EnableQuarantineChecks: there is no statement of health to be made "
		  "here",
		  "peapver=0", NULL, NULL, NULL },
		{ PEAP("<FastReconnect>false</FastReconnect>"),
		  "cannot carry FastReconnect: fast_reauth=0 stands outside the network",
		  "peapver=0", NULL, NULL, NULL },
		{ PEAP("<InnerEapOptional>true</InnerEapOptional>"),
		  "cannot carry InnerEapOptional: a login without a method in the tunnel is "
		  "refused",
		  "peapver=0", NULL, NULL, NULL },
		{ PEAP(EAP("6", "BaseEapConnectionPropertiesV1", "")), NULL, "peapver=0",
		  "auth=GTC", NULL, NULL },
		{ PEAP("<ServerValidation><ServerNames AcceptServerName='false'>a.b</ServerNames>"
		       "</ServerValidation>"),
		  "cannot carry ServerNames: AcceptServerName is false, so nobody checks",
		  "peapver=0", NULL, NULL, NULL },
	};

	CHECK_ALL(cases);
}

static void test_peap_refused(void **state)
{
	refuse(PEAP("<PeapExtensions><PerformServerValidation" PEAP2
		    ">false</PerformServerValidation></PeapExtensions>"),
	       -EOPNOTSUPP,
	       "line 1: PerformServerValidation: false is not supported: xeap always verifies the "
	       "server");
	refuse(PEAP("<ServerValidation PerformServerValidation='false'/>"), -EOPNOTSUPP,
	       "line 1: ServerValidation: false is not supported: xeap always verifies the "
	       "server");
	refuse(PEAP("<ServerValidation><ServerNames>.*</ServerNames></ServerValidation>"),
	       -EOPNOTSUPP,
	       "line 1: ServerNames: regular expressions are not supported: write whole names");
	refuse(PEAP(EAP("25", "MsPeapConnectionPropertiesV1", "")), -EOPNOTSUPP,
	       "line 1: Type: xeap runs no method of this type within another");
	refuse(PEAP(EAP("99", "Odd", "")), -EOPNOTSUPP,
	       "line 1: Type: xeap runs no method of this type within another");
	refuse(PEAP("<Eap" NS("BaseEapConnectionPropertiesV1") "/>"), -EINVAL,
	       "line 1: Eap: has no Type");
	refuse(PEAP("<RequireCryptoBinding>2</RequireCryptoBinding>"), -EINVAL,
	       "line 1: RequireCryptoBinding: is true or false");
	refuse(HOST("25", "0", EAP("26", "MsPeapConnectionPropertiesV1", "")), -EINVAL,
	       "line 1: Type: is not the type that EapMethod says");
}

#define DISABLE(value)                                                                             \
	"<ServerValidation><DisableUserPromptForServerValidation>" value                           \
	"</DisableUserPromptForServerValidation></ServerValidation>"
#define DISABLE_HERE(value)                                                                        \
	"<ServerValidation><DisablePrompt>" value "</DisablePrompt></ServerValidation>"
#define ALLOW(value)                                                                               \
	"<PeapExtensions><PeapExtensionsV2" PEAP2 "><AllowPromptingWhenServerCANotFound" NS(       \
		"MsPeapConnectionPropertiesV3") ">" value "</AllowPromptingWhenServerCANotFound>"  \
						"</PeapExtensionsV2></PeapExtensions>"
#define INNER_TLS(content) EAP("13", "EapTlsConnectionPropertiesV1", content)

/* What forbids to ask about the server is carried, in the form that each method has. */
static void test_prompts(void **state)
{
	static const struct {
		const char *text, *note;
		long prompt, prompt2; /* 2: not set */
	} cases[] = {
		{ PEAP(""), NULL, 2, 2 },
		{ PEAP(DISABLE("true")), NULL, 0, 2 },
		{ PEAP(DISABLE("false")), NULL, 2, 2 },
		{ PEAP(DISABLE("0") ALLOW("true")), NULL, 2, 2 },
		{ PEAP(DISABLE("1") ALLOW("true")), NULL, 0, 2 },
		{ PEAP(DISABLE("1") ALLOW("false")), NULL, 0, 2 },
		{ PEAP(DISABLE("0") ALLOW("false")),
		  "cannot carry AllowPromptingWhenServerCANotFound: nobody is asked about a "
		  "server's name either",
		  0, 2 },
		{ PEAP(DISABLE("true") NETWORK("<serverCertPrompt>0</serverCertPrompt>")), NULL, 0,
		  2 },
		{ PEAP(DISABLE("true") NETWORK("<serverCertPrompt>1</serverCertPrompt>")),
		  "cannot carry DisableUserPromptForServerValidation: there is a serverCertPrompt, "
		  "too, which goes first",
		  1, 2 },
		{ PEAP(DISABLE("false") INNER_TLS(DISABLE("true"))), NULL, 2, 0 },
		{ PEAP(DISABLE("true") INNER_TLS(DISABLE("false"))), NULL, 0, 2 },
		{ HOST("13", "0", INNER_TLS(DISABLE("true"))), NULL, 0, 2 },
		{ HOST("13", "0", INNER_TLS(DISABLE("false"))), NULL, 2, 2 },
		{ TTLS(DISABLE_HERE("true")), NULL, 0, 2 },
		{ TTLS(DISABLE_HERE("false")), NULL, 2, 2 },
		{ TEAP(DISABLE_HERE("true")), NULL, 0, 2 },
		{ TEAP(DISABLE_HERE("false")), NULL, 2, 2 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct xeap_config *c = accept(cases[i].text);

		assert_notes(cases[i].note ? 1 : 0, cases[i].note);
		assert_int_equal(xeap_config_get_int(c, XEAP_CONFIG_SERVER_CERT_PROMPT, 2),
				 cases[i].prompt);
		assert_int_equal(xeap_config_get_int(c, XEAP_CONFIG_SERVER_CERT_PROMPT2, 2),
				 cases[i].prompt2);
		xeap_config_free(c);
	}
}

/* … and written in that form, so that it is read again. */
static void test_prompts_written(void **state)
{
	static const struct {
		const char *eap, *element;
	} methods[] = {
		{ "TLS", "<DisableUserPromptForServerValidation>" },
		{ "PEAP", "<DisableUserPromptForServerValidation>" },
		{ "TTLS", "<DisablePrompt>" },
		{ "TEAP", "<DisablePrompt>" },
	};

	for (size_t i = 0; i < 3 * sizeof(methods) / sizeof(methods[0]); i++) {
		const char *eap = methods[i / 3].eap, *const values[] = { NULL, "0", "1" };
		const char *value = values[i % 3];
		struct xeap_config *c, *back;
		char wanted[100], *text;

		assert_int_equal(xeap_config_new(&c), 0);
		assert_int_equal(xeap_config_set(c, "eap", eap, NULL), 0);
		assert_int_equal(xeap_config_set(c, "identity", "\"u\"", NULL), 0);
		if (value)
			assert_int_equal(xeap_config_set(c, "server_cert_prompt", value, NULL), 0);
		assert_int_equal(xeap_config_to_xml(c, &text, NULL, NULL), 0);
		snprintf(wanted, sizeof(wanted), "%s%s</", methods[i / 3].element,
			 value && *value == '0' ? "true" : "false");
		assert_non_null(strstr(text, wanted));
		/* The element of our own has only what those of EAPHost do not say. */
		assert_int_equal(!!strstr(text, "<serverCertPrompt>"), value && *value == '1');
		back = accept(text);
		assert_notes(0);
		assert_int_equal(xeap_config_get_int(back, XEAP_CONFIG_SERVER_CERT_PROMPT, 2),
				 value ? *value - '0' : 2);
		xeap_text_free(text);
		xeap_config_free(back);
		xeap_config_free(c);
	}
}

#define PRIVACY(ns, enabled, name)                                                                 \
	"<IdentityPrivacy" ns "><EnableIdentityPrivacy>" enabled                                   \
	"</EnableIdentityPrivacy><AnonymousUserName>" name                                         \
	"</AnonymousUserName></IdentityPrivacy>"
#define IDENTITY(name) NETWORK("<identity>" name "</identity>")

/* The realm is the user's. */
static void test_privacy(void **state)
{
	static const struct meaning cases[] = {
		{ PEAP(PRIVACY("", "true", "anon") IDENTITY("u@a.b")), NULL, NULL, NULL, "anon@a.b",
		  NULL },
		{ PEAP(PRIVACY("", "true", "") IDENTITY("u@a.b")), NULL, NULL, NULL, "@a.b", NULL },
		{ PEAP(PRIVACY("", "true", "x@c.d") IDENTITY("u@a.b")), NULL, NULL, NULL, "x@c.d",
		  NULL },
		{ PEAP(PRIVACY("", "true", "anon") IDENTITY("dom\\u")), NULL, NULL, NULL, "anon",
		  NULL },
		{ PEAP(PRIVACY("", "false", "anon") IDENTITY("u")), NULL, NULL, NULL, NULL, NULL },
		{ PEAP(PRIVACY("", "true", "anon") NETWORK("")),
		  "cannot carry the realm of AnonymousUserName: no identity is there to take it "
		  "from, so anonymous_identity is the name alone",
		  NULL, NULL, "anon", NULL },
		{ PEAP(PRIVACY("", "true", "") NETWORK("")),
		  "cannot carry AnonymousUserName: there is no realm of an identity: give one",
		  NULL, NULL, NULL, NULL },
		{ PEAP(PRIVACY("", "true", "anon")
			       NETWORK("<anonymousIdentity>mine</anonymousIdentity>")),
		  NULL, NULL, NULL, "mine", NULL },
		{ PEAP(PRIVACY("", "true", "old") "<PeapExtensions/>" IDENTITY("u@a.b")), NULL,
		  NULL, NULL, NULL, NULL },
		{ PEAP(PRIVACY("", "true", "old") "<PeapExtensions>" PRIVACY(
			  PEAP2, "true", "new") "</PeapExtensions>" IDENTITY("u@a.b")),
		  NULL, NULL, NULL, "new@a.b", NULL },
		{ TTLS("<Phase1Identity><AnonymousIdentity>anon</AnonymousIdentity>"
		       "</Phase1Identity>" IDENTITY("u@a.b")),
		  NULL, NULL, NULL, "anon@a.b", NULL },
		{ TTLS("<Phase1Identity><IdentityPrivacy>false</IdentityPrivacy>"
		       "<AnonymousIdentity>anon</AnonymousIdentity></Phase1Identity>"),
		  NULL, NULL, NULL, NULL, NULL },
	};

	CHECK_ALL(cases);
}

#define PHASE2(inner) "<Phase2Authentication>" inner "</Phase2Authentication>"

static void test_ttls(void **state)
{
	static const struct meaning cases[] = {
		{ TTLS("<ServerValidation><ServerNames>a.b</ServerNames><TrustedRootCAHash/>"
		       "<DisablePrompt>true</DisablePrompt></ServerValidation>" PHASE2(
			       "<PAPAuthentication/>")),
		  NULL, NULL, "auth=PAP", NULL, "a.b" },
		{ TTLS(PHASE2("<CHAPAuthentication/>")), NULL, NULL, "auth=CHAP", NULL, NULL },
		{ TTLS(PHASE2("<MSCHAPAuthentication/>")), NULL, NULL, "auth=MSCHAP", NULL, NULL },
		{ TTLS(PHASE2("<MSCHAPv2Authentication><UseWinlogonCredentials>false"
			      "</UseWinlogonCredentials></MSCHAPv2Authentication>")),
		  NULL, NULL, "auth=MSCHAPV2", NULL, NULL },
		{ TTLS(PHASE2("<MSCHAPv2Authentication><UseWinlogonCredentials>true"
			      "</UseWinlogonCredentials></MSCHAPv2Authentication>")),
		  "cannot carry UseWinlogonCredentials: nobody is logged on here: give identity "
		  "and password",
		  NULL, "auth=MSCHAPV2", NULL, NULL },
		{ TTLS(PHASE2(MSCHAPV2("false"))), NULL, NULL, "autheap=MSCHAPV2", NULL, NULL },
		{ TTLS(PHASE2(HOST("26", "0", MSCHAPV2("false")))), NULL, NULL, "autheap=MSCHAPV2",
		  NULL, NULL },
		{ TTLS(PHASE2(CARD("18", "EapSim", "<Realm Enabled='false'/>"))), NULL, NULL,
		  "autheap=SIM", NULL, NULL },
		{ TTLS("<ServerValidation><DisablePrompt>false</DisablePrompt>"
		       "</ServerValidation>"),
		  NULL, NULL, NULL, NULL, NULL },
		{ HOST("21", "311",
		       "<eapTtls" NS("EapTtlsConnectionPropertiesV1") ">" PHASE2(
			       "<PAPAuthentication/>") "</eapTtls>"),
		  NULL, NULL, "auth=PAP", NULL, NULL },
	};

	CHECK_ALL(cases);
	refuse(TTLS(PHASE2(HOST("25", "0", ""))), -EOPNOTSUPP,
	       "line 1: EapMethod: xeap runs no method of this type within another");
	refuse(TTLS(PHASE2("<EapHostConfig" NS("EapHostConfig") "/>")), -EINVAL,
	       "line 1: EapHostConfig: has to have EapMethod and Config");
	refuse(TTLS(PHASE2(HOST("13", "0", MSCHAPV2("false")))), -EINVAL,
	       "line 1: Eap: is not of the type that EapMethod says");
}

#define INNER(config) "<InnerMethodConfig>" config "</InnerMethodConfig>"
#define UNVERIFIED                                                                                 \
	EAP("13", "EapTlsConnectionPropertiesV1",                                                  \
	    "<CredentialsSource><CertificateStore><SimpleCertSelection>true</SimpleCertSelection>" \
	    "</CertificateStore></CredentialsSource><PerformServerValidation" NS(                  \
		    "EapTlsConnectionPropertiesV2") ">false</PerformServerValidation>")
#define ROOTS                                                                                      \
	"<ServerValidation><ServerNames>a.b</ServerNames><TrustedRootCAHash/>"                     \
	"<DownloadTrustedServerRoot>true</DownloadTrustedServerRoot></ServerValidation>"

/* A template of Windows 11: a certificate within, whose server nobody verifies once more. */
static void test_teap(void **state)
{
	struct xeap_config *c = accept(TEAP(ROOTS PHASE2(INNER(HOST("13", "0", UNVERIFIED)) INNER(
		HOST("26", "0", MSCHAPV2("true")))) "<Phase1Identity/>" IDENTITY("u@a.b")));

	assert_notes(4,
		     "cannot carry DownloadTrustedServerRoot: authorities are read from files, not "
		     "from a server",
		     "cannot carry PerformServerValidation: how the server within is verified is "
		     "said by caCert2",
		     "cannot carry UseWinLogonCredentials: nobody is logged on here: give identity "
		     "and password",
		     "cannot carry CertificateStore: not supported: name files in clientCert2 and "
		     "privateKey2");
	assert_string_equal(xeap_config_get_eap(c, 0), "TEAP");
	assert_key(c, XEAP_CONFIG_PHASE2, "auth=TLS auth=MSCHAPV2");
	assert_key(c, XEAP_CONFIG_ANONYMOUS_IDENTITY, "@a.b");
	xeap_config_free(c);
}

static void test_cards(void **state)
{
	static const struct meaning cases[] = {
		{ CARD("18", "EapSim",
		       "<UseStrongCipherKeys>true</UseStrongCipherKeys>"
		       "<DontRevealPermanentID>false</DontRevealPermanentID><ProviderName/>"
		       "<Realm Enabled='true'/>"),
		  NULL, "sim_min_num_chal=3", NULL, NULL, NULL },
		{ CARD("18", "EapSim",
		       "<UseStrongCipherKeys>true</UseStrongCipherKeys>" NETWORK(
			       "<phase1>result_ind=1 sim_min_num_chal=3</phase1>")),
		  NULL, "result_ind=1 sim_min_num_chal=3", NULL, NULL, NULL },
		{ CARD("18", "EapSim",
		       "<UseStrongCipherKeys>true</UseStrongCipherKeys>" NETWORK(
			       "<phase1>result_ind=1</phase1>")),
		  "cannot carry UseStrongCipherKeys: there is a phase1, too, which goes first",
		  "result_ind=1", NULL, NULL, NULL },
		{ CARD("23", "EapAka", "<DontRevealPermanentID>true</DontRevealPermanentID>"),
		  "cannot carry DontRevealPermanentID: a server that asks for the permanent "
		  "identity gets it",
		  NULL, NULL, NULL, NULL },
		{ CARD("23", "EapAka", "<ProviderName>P</ProviderName>"),
		  "cannot carry ProviderName: the provider of a card is not compared", NULL, NULL,
		  NULL, NULL },
		{ CARD("50", "EapAkaPrime",
		       "<IgnoreNetworkNameMismatch>true</IgnoreNetworkNameMismatch>"
		       "<EnableFastReauth>true</EnableFastReauth><Realm Enabled='true'>r.s"
		       "</Realm>"),
		  "cannot carry Realm: write the realm into the identity", NULL, NULL, NULL, NULL },
		{ CARD("50", "EapAkaPrime", "<Realm Enabled='true'>r.s</Realm>" IDENTITY("6@r.s")),
		  NULL, NULL, NULL, NULL, NULL },
		{ CARD("50", "EapAkaPrime", "<Realm Enabled='false'>r.s</Realm>"), NULL, NULL, NULL,
		  NULL, NULL },
		{ CARD("50", "EapAkaPrime", "<EnableFastReauth>false</EnableFastReauth>"),
		  "cannot carry EnableFastReauth: fast_reauth=0 stands outside the network", NULL,
		  NULL, NULL, NULL },
		{ CARD("50", "EapAkaPrime",
		       "<IgnoreNetworkNameMismatch>false</IgnoreNetworkNameMismatch>"),
		  "cannot carry IgnoreNetworkNameMismatch: a wired port has no network name to "
		  "compare",
		  NULL, NULL, NULL, NULL },
		/* Elements of another method are none of this one's. */
		{ CARD("23", "EapAka", "<UseStrongCipherKeys>true</UseStrongCipherKeys>"),
		  "cannot carry UseStrongCipherKeys: xeap does not know this element", NULL, NULL,
		  NULL, NULL },
	};

	CHECK_ALL(cases);
}

/* ---- there and back ---- */

static char *written(const struct xeap_config *config)
{
	char *text = NULL;

	xeap_notes_clear(&notes);
	if (xeap_config_to_xml(config, &text, &notes, &diag))
		fail_msg("%s", diag.text);
	assert_int_equal(notes.count, 0);
	return text;
}

/* A network, the elements that have to be in its document, and one that must not. */
struct way {
	const char *block, *has[4], *has_not;
};

static void check_way(const struct way *w)
{
	struct xeap_config_file *file = NULL;
	struct xeap_config *after;
	char block[1024], *text;

	snprintf(block, sizeof(block), "network={\nkey_mgmt=IEEE8021X\nidentity=\"u@a.b\"\n%s\n}\n",
		 w->block);
	if (xeap_config_parse(xeap_span(block, strlen(block)), "t", &file, &diag))
		fail_msg("%s", diag.text);
	text = written(file->networks[0]);
	for (size_t i = 0; i < 4 && w->has[i]; i++) {
		if (!strstr(text, w->has[i]))
			fail_msg("%s is not in\n%s", w->has[i], text);
	}
	if (w->has_not && strstr(text, w->has_not))
		fail_msg("%s is in\n%s", w->has_not, text);
	after = accept(text);
	assert_notes(0);
	assert_same_network(file->networks[0], after);
	xeap_config_free(after);
	xeap_text_free(text);
	xeap_config_file_free(file);
}

static const struct way ways[] = {
	{ "eap=PEAP\nphase1=\"peapver=0 crypto_binding=2\"\nphase2=\"auth=MSCHAPV2\"",
	  { "<RequireCryptoBinding>true<", ">26</Type>", "<UseWinLogonCredentials>false<",
	    "<FastReconnect>true<" },
	  "<phase" },
	{ "eap=PEAP\nphase1=\"peapver=1\"\nphase2=\"auth=GTC\"\nanonymous_identity=\"anon@a.b\"",
	  { "<RequireCryptoBinding>false<", "<phase1>peapver=1<", "<Type>6<",
	    "<AnonymousUserName>anon<" },
	  "<phase2" },
	{ "eap=PEAP", { "<EapType xmlns=\"" P "MsPeapConnectionPropertiesV1\">" }, "<Type>26<" },
	{ "eap=PEAP\nphase2=\"auth=TLS\"\ndomain_match2=\"c.d\"\nclient_cert2=\"/c\"",
	  { "<ServerNames>c.d<", "<Type>13<" },
	  "domainMatch2" },
	{ "eap=PEAP\nphase2=\"auth=MSCHAPV2 mschapv2_retry=0\"",
	  { "<phase2>", "<Type>26<" },
	  NULL },
	{ "eap=PEAP\nphase2=\"auth=TTLS\"", { "<phase2>auth=TTLS<" }, "<Type>21<" },
	{ "eap=PEAP\nphase2=\"\"\nphase1=\"\"\nanonymous_identity=\"\"", { "<phase2><" }, NULL },
	{ "eap=TTLS\nphase2=\"auth=PAP\"\nanonymous_identity=\"anon@c.d\"\ndomain_match=\"a.b\"",
	  { "<PAPAuthentication/>", "<AnonymousIdentity>anon@c.d<", "EapCommon\">311</AuthorId>",
	    "<ServerNames>a.b<" },
	  "<phase2" },
	{ "eap=TTLS\nphase2=\"auth=MSCHAPV2\"",
	  { "<MSCHAPv2Authentication>", "<UseWinlogonCredentials>false<",
	    "<IdentityPrivacy>false<" },
	  "<phase2" },
	{ "eap=TTLS\nphase2=\"autheap=MSCHAPV2\"",
	  { "<EapHostConfig xmlns=\"" P "EapHostConfig\">", ">26</Type>" },
	  "<phase2" },
	{ "eap=TTLS\nphase2=\"autheap=TLS auth=PAP\"", { ">13</Type>", "<phase2>" }, "PAPA" },
	{ "eap=TTLS\nphase2=\"auth=EAP\"", { "<phase2>" }, "Phase2Authentication" },
	{ "eap=TEAP\nphase2=\"auth=TLS auth=MSCHAPV2\"\nmachine_identity=\"host/a\"",
	  { "<InnerMethodConfig>", ">13</Type>", ">26</Type>", "<machineIdentity>" },
	  "<phase2" },
	{ "eap=MSCHAPV2\npassword=\"p\"",
	  { "<UseWinLogonCredentials>false<", "MsChapV2ConnectionPropertiesV1" },
	  NULL },
	{ "eap=SIM\nphase1=\"sim_min_num_chal=3\"",
	  { "<UseStrongCipherKeys>true<", "<Realm Enabled=\"true\">a.b</Realm>" },
	  "<phase1" },
	{ "eap=SIM\nphase1=\"result_ind=1\"", { "<UseStrongCipherKeys>false<", "<phase1>" }, NULL },
	{ "eap=AKA\nidentity=\"0\"", { "<Realm Enabled=\"false\"/>", "<EapAka " }, "UseStrong" },
	{ "eap=AKA'", { "<EapAkaPrime ", "<EnableFastReauth>true<" }, "UseStrong" },
	{ "eap=FAST\nphase1=\"fast_provisioning=1\"\npac_file=\"/p\"", { ">43</Type>" }, "<Eap " },
	{ "eap=PWD\npassword=\"p\"", { ">52</Type>" }, "<Eap " },
	{ "eap=PSK\npassword=00112233445566778899aabbccddeeff", { ">47</Type>" }, NULL },
	{ "eap=GPSK\npassword=\"p\"", { ">51</Type>" }, NULL },
	{ "eap=SAKE\npassword=\"p\"", { ">48</Type>" }, NULL },
	{ "eap=PAX\npassword=\"p\"", { ">46</Type>" }, NULL },
	{ "eap=EKE\npassword=\"p\"", { ">53</Type>" }, NULL },
	{ "eap=IKEV2\npassword=\"p\"", { ">49</Type>" }, NULL },
	{ "eap=NOOB", { ">56</Type>" }, NULL },
	{ "eap=PEAP TTLS\nphase2=\"auth=MSCHAPV2\"\nerp=1",
	  { "<eap>PEAP TTLS<", "<erp>1<" },
	  NULL },
};

static void test_there_and_back(void **state)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		check_way(&ways[i]);
}

/* ---- credentials ---- */

#define CREDENTIALS(type, inner)                                                                   \
	"<EapHostUserCredentials" NS("EapHostUserCredentials") ">" METHOD(                         \
		type, "0") "<Credentials>" inner "</Credentials></EapHostUserCredentials>"
#define USER(type, ns, inner)                                                                      \
	"<Eap" NS("BaseEapUserPropertiesV1") "><Type>" type                                        \
					     "</Type><EapType" NS(ns) ">" inner "</EapType></Eap>"
#define CHAP_USER(domain)                                                                          \
	USER("26", "MsChapV2UserPropertiesV1",                                                     \
	     "<Username>user</Username><Password> p</Password><LogonDomain>" domain                \
	     "</LogonDomain>")

static void completes(const char *eap, const char *text, const char *note, const char *identity,
		      const char *password, const char *anonymous)
{
	struct xeap_config *c;

	assert_int_equal(xeap_config_new(&c), 0);
	assert_int_equal(xeap_config_set(c, "eap", eap, &diag), 0);
	xeap_notes_clear(&notes);
	if (xeap_config_credentials_from_xml(c, xeap_span(text, strlen(text)), &notes, &diag))
		fail_msg("%s", diag.text);
	if (note)
		assert_notes(1, note);
	else
		assert_notes(0);
	assert_key(c, XEAP_CONFIG_IDENTITY, identity);
	assert_key(c, XEAP_CONFIG_PASSWORD, password);
	assert_key(c, XEAP_CONFIG_ANONYMOUS_IDENTITY, anonymous);
	xeap_config_free(c);
}

static void test_credentials(void **state)
{
	completes("PEAP",
		  CREDENTIALS("25",
			      USER("25", "MsPeapUserPropertiesV1",
				   "<RoutingIdentity>anon@a.b</RoutingIdentity>" CHAP_USER("DOM"))),
		  NULL, "DOM\\user", " p", "anon@a.b");
	completes("PEAP",
		  CREDENTIALS("25", USER("25", "MsPeapUserPropertiesV1",
					 "<RoutingIdentity/>" CHAP_USER(""))),
		  NULL, "user", " p", NULL);
	completes("PEAP",
		  CREDENTIALS("25", USER("25", "MsPeapUserPropertiesV1",
					 USER("13", "EapTlsUserPropertiesV1",
					      "<Username>u</Username><UserCert>00</UserCert>"))),
		  "cannot carry UserCert: a thumbprint names no file: use clientCert2 and "
		  "privateKey2",
		  "u", NULL, NULL);
	completes("PEAP",
		  CREDENTIALS("25", USER("25", "MsPeapUserPropertiesV1",
					 USER("6", "EapUserPropertiesV1",
					      "<Username>u</Username><Password>q</Password>"))),
		  NULL, "u", "q", NULL);
	completes("MSCHAPV2", CREDENTIALS("26", CHAP_USER("D")), NULL, "D\\user", " p", NULL);
	completes(
		"TTLS",
		CREDENTIALS("21",
			    "<EapTtls" NS(
				    "EapTtlsUserPropertiesV1") ">"
							       "<Username>u</Username><Password>q</"
							       "Password></EapTtls>"),
		NULL, "u", "q", NULL);
	completes("TTLS",
		  CREDENTIALS("21", "<EapTtls" NS("EapTtlsUserPropertiesV1") ">" CHAP_USER(
					    "") "</EapTtls>"),
		  NULL, "user", " p", NULL);
	completes("TEAP",
		  CREDENTIALS("55", "<EapTeap" NS("EapTeapUserPropertiesV1") ">" CHAP_USER(
					    "") "</EapTeap>"),
		  NULL, "user", " p", NULL);
	completes("PWD",
		  CREDENTIALS("52", USER("52", "EapUserPropertiesV1",
					 "<Username>u</Username><Password>q</Password>")),
		  NULL, "u", "q", NULL);
	completes("MSCHAPV2",
		  CREDENTIALS("26", USER("26", "MsChapV2UserPropertiesV1",
					 "<LogonDomain>D</LogonDomain>")),
		  "cannot carry LogonDomain: there is no Username", NULL, NULL, NULL);
}

static struct xeap_config *completed(const char *text, const char *credentials)
{
	struct xeap_config *c = NULL;

	xeap_notes_clear(&notes);
	if (xeap_config_completed_from_xml(xeap_span(text, strlen(text)),
					   xeap_span(credentials, strlen(credentials)), &c, &notes,
					   &diag))
		fail_msg("%s", diag.text);
	return c;
}

#define PEAP_USER(inner) CREDENTIALS("25", USER("25", "MsPeapUserPropertiesV1", inner))
#define USER_OF_REALM                                                                              \
	USER("26", "MsChapV2UserPropertiesV1", "<Username>u@a.b</Username><Password>p</Password>")

/* With its credentials a document has a realm for the name outside, and somebody who logs on. */
static void test_completed(void **state)
{
	static const char text[] = PEAP(MSCHAPV2("true") PRIVACY("", "true", "anon"));
	static const char own[] = PEAP(PRIVACY("", "true", "anon") IDENTITY("own@c.d"));
	struct xeap_config *c = completed(text, PEAP_USER(USER_OF_REALM));

	assert_notes(0);
	assert_key(c, XEAP_CONFIG_IDENTITY, "u@a.b");
	assert_key(c, XEAP_CONFIG_PASSWORD, "p");
	assert_key(c, XEAP_CONFIG_ANONYMOUS_IDENTITY, "anon@a.b");
	assert_key(c, XEAP_CONFIG_PHASE1, "peapver=0");
	assert_key(c, XEAP_CONFIG_PHASE2, "auth=MSCHAPV2");
	xeap_config_free(c);
	c = completed(text, PEAP_USER("<RoutingIdentity>r@x</RoutingIdentity>" USER_OF_REALM));
	assert_notes(0);
	assert_key(c, XEAP_CONFIG_ANONYMOUS_IDENTITY, "r@x");
	xeap_config_free(c);
	c = completed(own, PEAP_USER(USER_OF_REALM));
	assert_notes(0);
	assert_key(c, XEAP_CONFIG_IDENTITY, "u@a.b");
	xeap_config_free(c);
	/* What is not known with them either is still said, once. */
	c = completed(PEAP("<InnerEapOptional>true</InnerEapOptional>" PRIVACY("", "true", "anon")),
		      PEAP_USER(""));
	assert_notes(2,
		     "cannot carry InnerEapOptional: a login without a method in the tunnel is "
		     "refused",
		     "cannot carry the realm of AnonymousUserName: no identity is there to take it "
		     "from, so anonymous_identity is the name alone");
	xeap_config_free(c);
}

static void assert_incomplete(const char *text, const char *credentials, const char *message)
{
	struct xeap_config *c = NULL;

	assert_int_equal(xeap_config_completed_from_xml(xeap_span(text, strlen(text)),
							xeap_span(credentials, strlen(credentials)),
							&c, &notes, &diag),
			 -EINVAL);
	assert_null(c);
	assert_string_equal(diag.text, message);
}

static void test_completed_refused(void **state)
{
	assert_incomplete(PEAP(""), CREDENTIALS("13", ""),
			  "credentials: line 1: EapMethod: the network does not have this method");
	assert_incomplete(PEAP(""), PEAP(""),
			  "credentials: line 1: EapHostConfig: EapHostUserCredentials was "
			  "expected");
	assert_incomplete(PEAP_USER(""), PEAP_USER(""),
			  "line 1: EapHostUserCredentials: credentials alone are no network: they "
			  "complete an EapHostConfig");
}

static void test_credentials_refused(void **state)
{
	struct xeap_config *c;
	static const char text[] =
		CREDENTIALS("25", USER("25", "MsPeapUserPropertiesV1",
				       USER("25", "MsPeapUserPropertiesV1", "")));

	assert_int_equal(xeap_config_new(&c), 0);
	assert_int_equal(xeap_config_set(c, "eap", "PEAP", &diag), 0);
	assert_int_equal(xeap_config_credentials_from_xml(c, xeap_span(text, strlen(text)), &notes,
							  &diag),
			 -EOPNOTSUPP);
	assert_string_equal(diag.text,
			    "line 1: Type: xeap runs no method of this type within another");
	xeap_config_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_peap_as_exported),
		cmocka_unit_test(test_peap),
		cmocka_unit_test(test_peap_refused),
		cmocka_unit_test(test_prompts),
		cmocka_unit_test(test_prompts_written),
		cmocka_unit_test(test_privacy),
		cmocka_unit_test(test_ttls),
		cmocka_unit_test(test_teap),
		cmocka_unit_test(test_cards),
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_credentials),
		cmocka_unit_test(test_completed),
		cmocka_unit_test(test_completed_refused),
		cmocka_unit_test(test_credentials_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
