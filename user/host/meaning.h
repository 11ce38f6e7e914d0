/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_HOST_MEANING_H
#define XEAP_HOST_MEANING_H

#include <stdint.h>
#include <xeap/config.h>

#define XEAP_MEANING 32

/*
 * What a network block means, as a digest (SHA-256): its keys, and what is in the files that they
 * name, but for the PAC file, which changes by itself. Two that differ in anything a login depends
 * on have different ones. 0; -EFBIG when a file is too large to be read for this; -ENOMEM; a
 * negative errno of read(); as xeap_config_write() and xeap_digest_once().
 */
int xeap_meaning(const struct xeap_config *config, uint8_t ret_meaning[XEAP_MEANING]);

#endif
