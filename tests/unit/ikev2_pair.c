/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/ikev2_pair.h"
#include <crypto/modp.h>
#include <string.h>
#include "tests/unit/hex.h"

#define PAIR_LEN 128 /* of group 2 */

bool ikev2_pair_is_given;

int __real_xeap_modp_make_ike(uint8_t group, uint8_t *ret_private, uint8_t *ret_public);
int __wrap_xeap_modp_make_ike(uint8_t group, uint8_t *ret_private, uint8_t *ret_public);

int __wrap_xeap_modp_make_ike(uint8_t group, uint8_t *ret_private, uint8_t *ret_public)
{
	size_t before = xeap_modp_len(group) - PAIR_LEN;

	if (!ikev2_pair_is_given)
		return __real_xeap_modp_make_ike(group, ret_private, ret_public);
	memset(ret_private, 0, before);
	memset(ret_public, 0, before);
	hex("a5f77d6d402603af8992f170c5779e5067f0736529dac1702e50a6bd8ad2dc320142d726c6dd"
	    "489ab4fdb2da6a969a06116fb6b0a62a909b8e87e3252d3186911667827e2f93e0e14f05ed21"
	    "61d3575ae5bbe5c241c1d6e4a678a91a5a654c041bd7b4985d4cbfb8b4394707482b75a7a621"
	    "758ca9be401d40b75b0200851396",
	    ret_private + before);
	hex("1d7eb6601996689acb99307c0edda82a16ddfb65d4a71d415892cc2247bfbcd2849793ff1ec2"
	    "d7bf384a09292d6b73d348b2620b3faf9424232416382740b5e7a263466b0b15d6690611afa9"
	    "5aa22e2ac1afe770f8042d307b7150de363bc1b30bf2e5158254e3b642ccf0b425d985f06140"
	    "5399640d5d7aa2b19efd2fc78c24",
	    ret_public + before);
	return 0;
}
