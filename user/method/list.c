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
	NULL,
};

const size_t xeap_methods_builtin_count =
	sizeof(xeap_methods_builtin) / sizeof(xeap_methods_builtin[0]) - 1;
