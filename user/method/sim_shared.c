/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/hex.h>
#include <base/reader.h>
#include <base/wipe.h>
#include <errno.h>
#include <method/sim_shared.h>
#include <stdlib.h>
#include <string.h>
#include <wire/sim.h>
#include <wire/sim_identity.h>

static const uint8_t no_amf[2];

bool xeap_sim_name_set(struct xeap_sim_name *name, struct xeap_span value)
{
	name->len = value.len <= sizeof(name->bytes) ? value.len : 0;
	if (name->len)
		memcpy(name->bytes, value.data, name->len);
	return name->len == value.len;
}

/* n octets in hexadecimal. */
static bool read_hex(struct xeap_reader *r, uint8_t *to, size_t n)
{
	struct xeap_span digits = xeap_read_span(r, 2 * n);

	return !r->bad && xeap_hex_octets(digits, to);
}

static bool read_char(struct xeap_reader *r, char c)
{
	return xeap_read_u8(r) == (uint8_t)c && !r->bad;
}

/* Ki:OPc[:SQN], as wpa_supplicant's software USIM has it. */
static bool read_key(struct xeap_sim_shared *s, struct xeap_span password, bool with_sqn)
{
	struct xeap_reader r = xeap_reader(password);

	s->has_key = read_hex(&r, s->key.k, sizeof(s->key.k)) && read_char(&r, ':') &&
		     read_hex(&r, s->key.opc, sizeof(s->key.opc));
	if (!s->has_key)
		return false;
	if (xeap_reader_left(&r) == 0)
		return !with_sqn;
	return read_char(&r, ':') && read_hex(&r, s->sqn, sizeof(s->sqn)) &&
	       xeap_reader_left(&r) == 0;
}

static bool read_triplet(struct xeap_reader *r, struct xeap_sim_triplet *t)
{
	return read_hex(r, t->rand, sizeof(t->rand)) && read_char(r, ':') &&
	       read_hex(r, t->sres, sizeof(t->sres)) && read_char(r, ':') &&
	       read_hex(r, t->kc, sizeof(t->kc));
}

static bool read_triplets(struct xeap_sim_shared *s, struct xeap_reader *r)
{
	do {
		if (s->triplet_count == XEAP_SIM_TRIPLETS_MAX ||
		    !read_triplet(r, &s->triplet[s->triplet_count]))
			return false;
		s->triplet_count++;
	} while (xeap_reader_left(r) && read_char(r, ','));
	return xeap_reader_left(r) == 0 && s->triplet_count >= 2;
}

static bool read_password(struct xeap_sim_shared *s, struct xeap_span password, bool gsm)
{
	static const char word[] = "triplets:";
	struct xeap_reader r = xeap_reader(password);
	struct xeap_span begin = xeap_read_span(&r, sizeof(word) - 1);

	if (gsm && begin.data && memcmp(begin.data, word, begin.len) == 0)
		return read_triplets(s, &r);
	return read_key(s, password, !gsm);
}

static int refuse(const struct xeap_config *config, struct xeap_diag *ret_diag, const char *method,
		  const char *what)
{
	const char *origin = xeap_config_origin(config);

	return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER, "%s%seap=%s: %s", origin,
			     *origin ? ": " : "", method, what);
}

static int load_card(struct xeap_sim_shared *s, const struct xeap_config *config,
		     const char *method, bool gsm, struct xeap_diag *ret_diag)
{
	const char *name = xeap_config_get_string(config, XEAP_CONFIG_PCSC);

	s->card = name ? xeap_card_find(name) : NULL;
	s->pin = xeap_config_get_string(config, XEAP_CONFIG_PIN);
	if (!s->card)
		return refuse(config, ret_diag, method,
			      "pcsc= names a card that this program has not registered "
			      "(xeap_card_register()); without a card leave it out and give the "
			      "key in password=");
	if (gsm ? !s->card->gsm : !s->card->umts)
		return refuse(config, ret_diag, method,
			      "the card of pcsc= does not run this method's algorithm");
	return 0;
}

static int load_password(struct xeap_sim_shared *s, const struct xeap_config *config,
			 const char *method, bool gsm, struct xeap_diag *ret_diag)
{
	struct xeap_span password = xeap_config_get(config, XEAP_CONFIG_PASSWORD);

	if (password.data && read_password(s, password, gsm))
		return 0;
	if (gsm)
		return refuse(config, ret_diag, method,
			      "password= has to be \"Ki:OPc\" in hexadecimal (32 digits each) or "
			      "\"triplets:RAND:SRES:Kc,…\" with at least two of them");
	return refuse(config, ret_diag, method,
		      "password= has to be \"Ki:OPc:SQN\" in hexadecimal (32, 32 and 12 digits)");
}

/* A word of phase1 that is a digit from..to; `otherwise` when it is not there, -EINVAL. */
static int phase1_digit(const struct xeap_config *config, const char *name, int from, int to,
			int otherwise)
{
	struct xeap_span v;

	if (xeap_config_get_word(config, XEAP_CONFIG_PHASE1, name, &v))
		return otherwise;
	if (v.len != 1 || v.data[0] < '0' + from || v.data[0] > '0' + to)
		return -EINVAL;
	return v.data[0] - '0';
}

static int load_phase1(struct xeap_sim_shared *s, const struct xeap_config *config,
		       const char *method, struct xeap_diag *ret_diag)
{
	int result_ind = phase1_digit(config, "result_ind", 0, 1, 0);
	int conservative = phase1_digit(config, "conservative_peer_mode", 0, 1, 0);
	int challenges = phase1_digit(config, "sim_min_num_chal", 2, 3, 2);
	int fs = phase1_digit(config, "aka_fs", 0, 2, XEAP_SIM_FS_IF_OFFERED);

	if (result_ind < 0 || conservative < 0)
		return refuse(config, ret_diag, method,
			      "result_ind= and conservative_peer_mode= of phase1 are 0 or 1");
	if (challenges < 0)
		return refuse(config, ret_diag, method, "sim_min_num_chal= of phase1 is 2 or 3");
	if (fs < 0)
		return refuse(config, ret_diag, method,
			      "aka_fs= of phase1 is 0 (no forward secrecy), 1 (when it is offered) "
			      "or 2 (required)");
	s->result_ind = result_ind;
	s->conservative = conservative ||
			  xeap_config_get_int(config, XEAP_CONFIG_STRICT_CONSERVATIVE_PEER_MODE, 0);
	s->min_challenges = (uint8_t)challenges;
	s->fs = (enum xeap_sim_fs)fs;
	xeap_config_get_word(config, XEAP_CONFIG_PHASE1, "network_name", &s->network);
	return 0;
}

/* RFC 9048 §4: whether the peer would have run AKA'. */
static bool has_prime(const struct xeap_config *config)
{
	const char *name;

	for (size_t n = 0; (name = xeap_config_get_eap(config, n)); n++)
		if (strcmp(name, "AKA'") == 0)
			return true;
	return false;
}

static int load_imsi(struct xeap_sim_shared *s, const struct xeap_config *config,
		     const char *method, char prefix, struct xeap_diag *ret_diag)
{
	struct xeap_span imsi = xeap_config_get(config, XEAP_CONFIG_IMSI_IDENTITY);
	uint8_t buf[XEAP_SIM_IMSI_NAI];
	size_t n;

	if (!imsi.data)
		return 0;
	n = xeap_sim_nai_of_imsi(imsi, prefix, buf);
	if (n ? xeap_sim_name_set(&s->imsi_identity, xeap_span(buf, n))
	      : memchr(imsi.data, '@', imsi.len) && xeap_sim_name_set(&s->imsi_identity, imsi))
		return 0;
	return refuse(config, ret_diag, method,
		      "imsi_identity= is an IMSI (6 to 15 digits) or an identity with a realm");
}

static int load(struct xeap_sim_shared *s, const struct xeap_config *config, const char *method,
		char prefix, struct xeap_diag *ret_diag)
{
	bool gsm = prefix == '1';
	int err = load_phase1(s, config, method, ret_diag);

	if (err)
		return err;
	s->prefers_prime = has_prime(config);
	err = load_imsi(s, config, method, prefix, ret_diag);
	if (err)
		return err;
	if (xeap_config_get(config, XEAP_CONFIG_PCSC).data)
		return load_card(s, config, method, gsm, ret_diag);
	return load_password(s, config, method, gsm, ret_diag);
}

int xeap_sim_shared_load(const struct xeap_config *config, const char *method, char prefix,
			 struct xeap_sim_shared **ret_shared, struct xeap_diag *ret_diag)
{
	struct xeap_sim_shared *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	pthread_mutex_init(&s->lock, NULL);
	err = load(s, config, method, prefix, ret_diag);
	if (err) {
		xeap_sim_shared_free(s);
		return err;
	}
	*ret_shared = s;
	return 0;
}

int xeap_sim_check_derivation(const struct xeap_method_derivation *derivation, const char *method,
			      struct xeap_diag *ret_diag)
{
	const struct xeap_config *config = derivation->config;
	const char *why = NULL, *origin = xeap_config_origin(config);

	if (derivation->other_password && xeap_config_get(config, XEAP_CONFIG_PCSC).data)
		why = "the key is in the card of pcsc=, another password has no effect";
	else if (derivation->other_identity &&
		 xeap_config_get(config, XEAP_CONFIG_IMSI_IDENTITY).data)
		why = "imsi_identity= says who the subscriber is, another identity has no effect";
	if (!why)
		return 0;
	return xeap_diag_set(ret_diag, -EOPNOTSUPP, XEAP_E_NOT_SUPPORTED, "%s%seap=%s: %s", origin,
			     *origin ? ": " : "", method, why);
}

struct xeap_sim_shared *xeap_sim_shared_free(struct xeap_sim_shared *s)
{
	if (!s)
		return NULL;
	pthread_mutex_destroy(&s->lock);
	xeap_wipe(s, sizeof(*s));
	free(s);
	return NULL;
}

int xeap_sim_run_gsm(struct xeap_sim_shared *s, const uint8_t rand[16], uint8_t ret_sres[4],
		     uint8_t ret_kc[8])
{
	if (s->card)
		return xeap_card_gsm(s->card, s->pin, rand, ret_sres, ret_kc);
	if (s->has_key)
		return xeap_milenage_gsm(&s->key, rand, ret_sres, ret_kc);
	for (size_t i = 0; i < s->triplet_count; i++)
		if (memcmp(s->triplet[i].rand, rand, 16) == 0) {
			memcpy(ret_sres, s->triplet[i].sres, 4);
			memcpy(ret_kc, s->triplet[i].kc, 8);
			return 0;
		}
	return -ENOENT;
}

static void mix(uint8_t *to, const uint8_t *a, const uint8_t *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = a[i] ^ b[i];
}

/* AUTS = SQN_MS ⊕ AK*, MAC-S with AMF 0: TS 33.102 §6.3.3. Under the lock. */
static int make_auts(struct xeap_sim_shared *s, const uint8_t rand[16],
		     const struct xeap_milenage *m, uint8_t auts[XEAP_SIM_AUTS_LEN])
{
	uint8_t mac_a[XEAP_MILENAGE_MAC];
	int err = xeap_milenage_f1(&s->key, rand, s->sqn, no_amf, mac_a, auts + 6);

	mix(auts, s->sqn, m->aks, XEAP_MILENAGE_SQN);
	return err ? err : -ESTALE;
}

/* The higher number is the newer one; it is remembered. Under the lock. */
static int check_sqn(struct xeap_sim_shared *s, const uint8_t rand[16],
		     const uint8_t sqn[XEAP_MILENAGE_SQN], const struct xeap_milenage *m,
		     struct xeap_card_umts *ret_umts)
{
	if (memcmp(sqn, s->sqn, XEAP_MILENAGE_SQN) <= 0)
		return make_auts(s, rand, m, ret_umts->auts);
	memcpy(s->sqn, sqn, XEAP_MILENAGE_SQN);
	return 0;
}

static int run_milenage(struct xeap_sim_shared *s, const uint8_t rand[16], const uint8_t autn[16],
			struct xeap_milenage *m, struct xeap_card_umts *ret_umts)
{
	uint8_t sqn[XEAP_MILENAGE_SQN], mac_a[XEAP_MILENAGE_MAC], mac_s[XEAP_MILENAGE_MAC];
	int err = xeap_milenage_f2345(&s->key, rand, m);

	if (err)
		return err;
	mix(sqn, autn, m->ak, sizeof(sqn));
	err = xeap_milenage_f1(&s->key, rand, sqn, autn + 6, mac_a, mac_s);
	if (err)
		return err;
	if (!xeap_equal_secret(mac_a, autn + 8, sizeof(mac_a)))
		return -EBADMSG;
	memcpy(ret_umts->res, m->res, sizeof(m->res));
	ret_umts->res_len = sizeof(m->res);
	memcpy(ret_umts->ck, m->ck, sizeof(m->ck));
	memcpy(ret_umts->ik, m->ik, sizeof(m->ik));
	pthread_mutex_lock(&s->lock);
	err = check_sqn(s, rand, sqn, m, ret_umts);
	pthread_mutex_unlock(&s->lock);
	return err;
}

/* RES has 32 to 128 bits (TS 33.102 §6.3.7); a card that says else is no card. */
static int run_card(struct xeap_sim_shared *s, const uint8_t rand[16], const uint8_t autn[16],
		    struct xeap_card_umts *ret_umts)
{
	int err = xeap_card_umts(s->card, s->pin, rand, autn, ret_umts);

	if (!err && (ret_umts->res_len < 4 || ret_umts->res_len > sizeof(ret_umts->res)))
		return -EIO;
	return err;
}

int xeap_sim_run_umts(struct xeap_sim_shared *s, const uint8_t rand[16], const uint8_t autn[16],
		      struct xeap_card_umts *ret_umts)
{
	struct xeap_milenage m;
	int err;

	if (s->card)
		return run_card(s, rand, autn, ret_umts);
	err = run_milenage(s, rand, autn, &m, ret_umts);
	xeap_wipe(&m, sizeof(m));
	return err;
}

void xeap_sim_get_pseudonym(struct xeap_sim_shared *s, struct xeap_span permanent,
			    struct xeap_sim_name *ret_name)
{
	pthread_mutex_lock(&s->lock);
	ret_name->len = 0;
	if (permanent.len == s->pseudonym_of.len &&
	    (!permanent.len || memcmp(permanent.data, s->pseudonym_of.bytes, permanent.len) == 0))
		*ret_name = s->pseudonym;
	pthread_mutex_unlock(&s->lock);
}

void xeap_sim_set_pseudonym(struct xeap_sim_shared *s, struct xeap_span permanent,
			    const struct xeap_sim_name *name)
{
	pthread_mutex_lock(&s->lock);
	s->pseudonym.len = 0;
	if (xeap_sim_name_set(&s->pseudonym_of, permanent))
		s->pseudonym = *name;
	pthread_mutex_unlock(&s->lock);
}
