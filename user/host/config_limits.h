/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_HOST_CONFIG_LIMITS_H
#define XEAP_HOST_CONFIG_LIMITS_H

/* What a configuration may come to. More is -E2BIG, with the limit in the message. */
#define XEAP_CONFIG_MAX_TEXT (1 << 20) /* bytes of a file */
#define XEAP_CONFIG_MAX_LINE 16384 /* bytes of a line, and of a value given to xeap_config_set() */
#define XEAP_CONFIG_MAX_BLOCKS 65536 /* network blocks of a file, skipped ones included */
#define XEAP_CONFIG_MAX_LINES 1024   /* keys of a block, ignored and repeated ones included */
#define XEAP_CONFIG_MAX_METHODS 32   /* words of eap= */
#define XEAP_CONFIG_MAX_WORD 32	     /* bytes of a word of eap= or key_mgmt= */
#define XEAP_CONFIG_MAX_KEY 40	     /* bytes of a key that a message shows */
#define XEAP_CONFIG_MAX_EXTERNAL 128 /* bytes of a NAME in ext:NAME */

#endif
