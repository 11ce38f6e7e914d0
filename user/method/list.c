/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <method/list.h>

const struct xeap_method *const xeap_methods_builtin[] = {
#ifdef CONFIG_XEAP_MD5
	&xeap_method_md5,
#endif
#ifdef CONFIG_XEAP_GTC
	&xeap_method_gtc,
#endif
#ifdef CONFIG_XEAP_OTP
	&xeap_method_otp,
#endif
#ifdef CONFIG_XEAP_TLS
	&xeap_method_tls,
#endif
#ifdef CONFIG_XEAP_PEAP
	&xeap_method_peap,
#endif
#ifdef CONFIG_XEAP_TTLS
	&xeap_method_ttls,
#endif
#ifdef CONFIG_XEAP_TEAP
	&xeap_method_teap,
#endif
#ifdef CONFIG_XEAP_FAST
	&xeap_method_fast,
#endif
#ifdef CONFIG_XEAP_MSCHAPV2
	&xeap_method_mschapv2,
#endif
#ifdef CONFIG_XEAP_PWD
	&xeap_method_pwd,
#endif
#ifdef CONFIG_XEAP_PSK
	&xeap_method_psk,
#endif
#ifdef CONFIG_XEAP_GPSK
	&xeap_method_gpsk,
#endif
#ifdef CONFIG_XEAP_SAKE
	&xeap_method_sake,
#endif
#ifdef CONFIG_XEAP_PAX
	&xeap_method_pax,
#endif
#ifdef CONFIG_XEAP_EKE
	&xeap_method_eke,
#endif
#ifdef CONFIG_XEAP_IKEV2
	&xeap_method_ikev2,
#endif
#ifdef CONFIG_XEAP_SIM
	&xeap_method_sim,
#endif
#ifdef CONFIG_XEAP_AKA
	&xeap_method_aka,
#endif
#ifdef CONFIG_XEAP_AKA_PRIME
	&xeap_method_aka_prime,
#endif
#ifdef CONFIG_XEAP_NOOB
	&xeap_method_noob,
#endif
	NULL,
};

const size_t xeap_methods_builtin_count =
	sizeof(xeap_methods_builtin) / sizeof(xeap_methods_builtin[0]) - 1;
