/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_LIST_H
#define XEAP_METHOD_LIST_H

#include <xeap/method.h>

/* The methods built in, as Kbuild's CONFIG_XEAP_ switches say; NULL follows the last. */
extern const struct xeap_method *const xeap_methods_builtin[];
extern const size_t xeap_methods_builtin_count;

extern const struct xeap_method xeap_method_md5;
extern const struct xeap_method xeap_method_gtc;
extern const struct xeap_method xeap_method_otp;
extern const struct xeap_method xeap_method_tls;
extern const struct xeap_method xeap_method_peap;
extern const struct xeap_method xeap_method_ttls;
extern const struct xeap_method xeap_method_teap;
extern const struct xeap_method xeap_method_fast;
extern const struct xeap_method xeap_method_mschapv2;
extern const struct xeap_method xeap_method_pwd;
extern const struct xeap_method xeap_method_psk;
extern const struct xeap_method xeap_method_gpsk;
extern const struct xeap_method xeap_method_sake;
extern const struct xeap_method xeap_method_pax;
extern const struct xeap_method xeap_method_eke;
extern const struct xeap_method xeap_method_ikev2;
extern const struct xeap_method xeap_method_sim;
extern const struct xeap_method xeap_method_aka;
extern const struct xeap_method xeap_method_aka_prime;
extern const struct xeap_method xeap_method_noob;

#endif
