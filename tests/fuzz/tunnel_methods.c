/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <method/list.h>

/* What may run inside the tunnels of fuzz targets. */
const struct xeap_method *const xeap_methods_builtin[] = { &xeap_method_md5, &xeap_method_gtc,
							   &xeap_method_tls, &xeap_method_mschapv2,
							   NULL };
const size_t xeap_methods_builtin_count = 4;
