/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <wire/eap.h>
#include <wire/sim_identity.h>

#define IMSI_MIN 6
#define IMSI_MAX 15

char xeap_sim_prefix(uint8_t type)
{
	if (type == XEAP_EAP_SIM)
		return XEAP_SIM_PREFIX_SIM;
	if (type == XEAP_EAP_AKA)
		return XEAP_SIM_PREFIX_AKA;
	return type == XEAP_EAP_AKA_PRIME ? XEAP_SIM_PREFIX_AKA_PRIME : '\0';
}

static bool is_imsi(struct xeap_span imsi)
{
	if (imsi.len < IMSI_MIN || imsi.len > IMSI_MAX)
		return false;
	for (size_t i = 0; i < imsi.len; i++)
		if (imsi.data[i] < '0' || imsi.data[i] > '9')
			return false;
	return true;
}

static bool has_long_mnc(const char *mcc)
{
	return (memcmp(mcc, "31", 2) == 0 && mcc[2] <= '6') || memcmp(mcc, "302", 3) == 0 ||
	       memcmp(mcc, "334", 3) == 0;
}

size_t xeap_sim_nai_of_imsi(struct xeap_span imsi, char prefix, uint8_t ret_nai[XEAP_SIM_IMSI_NAI])
{
	char digits[IMSI_MAX + 1] = "";
	bool is_long;
	int n;

	if (!is_imsi(imsi))
		return 0;
	memcpy(digits, imsi.data, imsi.len);
	is_long = has_long_mnc(digits);
	n = snprintf((char *)ret_nai, XEAP_SIM_IMSI_NAI,
		     "%c%s@wlan.mnc%s%.*s.mcc%.3s.3gppnetwork.org", prefix, digits,
		     is_long ? "" : "0", is_long ? 3 : 2, digits + 3, digits);
	return (size_t)n;
}
