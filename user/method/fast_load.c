/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <errno.h>
#include <method/fast_load.h>
#include <stdlib.h>
#include <string.h>

#define LIST_MAX 9999 /* as many PACs as four digits tell */

static int refuse(const struct xeap_config *config, enum xeap_code code, struct xeap_diag *d,
		  const char *why)
{
	const char *origin = xeap_config_origin(config);

	return xeap_diag_set(d, -EINVAL, code, "%s%s%s", origin, *origin ? ": " : "", why);
}

static int read_length(const struct xeap_config *config, size_t *ret_max, struct xeap_diag *d)
{
	struct xeap_span word;
	size_t n = 0;

	if (xeap_config_get_word(config, XEAP_CONFIG_PHASE1, "fast_max_pac_list_len", &word) < 0)
		return 0;
	for (size_t i = 0; i < word.len && n <= LIST_MAX; i++)
		n = word.data[i] < '0' || word.data[i] > '9'
			    ? LIST_MAX + 1
			    : 10 * n + (size_t)(word.data[i] - '0');
	if (!n || n > LIST_MAX)
		return refuse(config, XEAP_E_INVALID_PARAMETER, d,
			      "phase1: fast_max_pac_list_len is from 1 to 9999");
	*ret_max = n;
	return 0;
}

static int check_format(const struct xeap_config *config, struct xeap_diag *d)
{
	struct xeap_span word;

	if (xeap_config_get_word(config, XEAP_CONFIG_PHASE1, "fast_pac_format", &word) < 0 ||
	    (word.len == 4 && memcmp(word.data, "text", 4) == 0))
		return 0;
	return refuse(config, XEAP_E_NOT_SUPPORTED, d,
		      "phase1: fast_pac_format is text here: leave it out, and let pac_file be "
		      "written anew");
}

static int load_all(const struct xeap_config *config, bool interactive, struct fast_shared *s,
		    struct xeap_diag *d)
{
	static const char *const otherwise[] = { "MSCHAPV2", "GTC", NULL };
	const struct xeap_inner_choice choice = {
		.outer = "FAST",
		.whose = XEAP_INNER_USER,
		.prefix = "auth=",
		.otherwise = otherwise,
	};
	const char *path = xeap_config_get_string(config, XEAP_CONFIG_PAC_FILE);
	int r = xeap_tunnel_digit(config, XEAP_CONFIG_PHASE1, "fast_provisioning", 3,
				  &s->provisioning, d);

	s->max = XEAP_PACS_MAX;
	if (r == 0)
		r = read_length(config, &s->max, d);
	if (r == 0)
		r = check_format(config, d);
	if (r == 0 && !s->provisioning && !path)
		r = refuse(config, XEAP_E_INVALID_PARAMETER, d,
			   "EAP-FAST needs a PAC: name a file that has it with pac_file, or set "
			   "phase1=\"fast_provisioning=2\"");
	if (r == 0)
		r = xeap_tunnel_load_12(config, &choice, interactive,
					!(s->provisioning & XEAP_FAST_AUTHENTICATED), &s->tunnel,
					d);
	if (r == 0)
		r = xeap_pacs_open(path, xeap_config_origin(config), s->max, &s->pacs, d);
	return r;
}

void xeap_fast_unload(void *shared)
{
	struct fast_shared *s = shared;

	xeap_tunnel_unload(&s->tunnel);
	if (!s->borrows)
		xeap_pacs_close(s->pacs);
	free(s);
}

int xeap_fast_load(const struct xeap_config *config, bool interactive, void **ret_shared,
		   struct xeap_diag *ret_diag)
{
	struct fast_shared *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	r = load_all(config, interactive, s, ret_diag);
	if (r < 0) {
		xeap_fast_unload(s);
		return r;
	}
	*ret_shared = s;
	return 0;
}

/* A file has PACs of many identities; what is kept in memory only is of this supplicant. */
static int derive_pacs(const struct fast_shared *base, const struct xeap_config *config,
		       struct fast_shared *s, struct xeap_diag *d)
{
	if (xeap_pacs_in_file(base->pacs)) {
		s->pacs = base->pacs;
		s->borrows = true;
		return 0;
	}
	return xeap_pacs_open(NULL, xeap_config_origin(config), s->max, &s->pacs, d);
}

int xeap_fast_derive(void *shared, const struct xeap_method_derivation *derivation,
		     void **ret_shared, struct xeap_diag *ret_diag)
{
	const struct fast_shared *base = shared;
	struct fast_shared *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	s->provisioning = base->provisioning;
	s->max = base->max;
	r = derive_pacs(base, derivation->config, s, ret_diag);
	if (r == 0)
		r = xeap_tunnel_derive(&base->tunnel, derivation, &s->tunnel, ret_diag);
	if (r < 0) {
		xeap_fast_unload(s);
		return r;
	}
	*ret_shared = s;
	return 0;
}
