/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_KEYFILE_H
#define XEAP_KEYFILE_H

#include <xeap/config.h>
#include <xeap/config_text.h>
#include <xeap/error.h>
#include <xeap/span.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Networks as NetworkManager's keyfiles (nm-settings-keyfile(5)): the groups [connection] and
 * [802-1x] of a wired connection. Certificates and keys are carried as absolute file names and as
 * pkcs11: URIs. The password of what a URI names is its PIN: pin, within a tunnel pin2.
 * system-ca-certs=true is ca_cert="system", and with a client's certificate within the tunnel
 * ca_cert2="system" as well.
 */

/**
 * Read a keyfile. key_mgmt=IEEE8021X and eapol_flags=0 are set, as NetworkManager has them on a
 * wire.
 * @text: the file's bytes; at most 1 MiB
 * @ret_config: the network, the caller's to free with xeap_config_free(); untouched on failure
 * @notes: gets a line for everything else that stands in the file; may be NULL
 * @ret_diag: on failure "line N: …"; may be NULL
 * Returns 0, -EINVAL for text that is no keyfile, has no [802-1x], or has a value that is not
 * acceptable, -EOPNOTSUPP for a connection with LEAP alone, -E2BIG, -ENOMEM.
 */
int xeap_config_from_keyfile(struct xeap_span text, struct xeap_config **ret_config,
			     struct xeap_notes *notes, struct xeap_diag *ret_diag);

/**
 * Write a network as a keyfile. Without id_str there is no id=: NetworkManager takes the file's
 * name. It reads only files that nobody but root can.
 * @config: the network
 * @ret_text: the keyfile, secrets included, to be freed with xeap_text_free(); untouched on
 * failure
 * @notes: gets a line for every key that NetworkManager has no place for; may be NULL
 * Returns 0 or -ENOMEM.
 */
int xeap_config_to_keyfile(const struct xeap_config *config, char **ret_text,
			   struct xeap_notes *notes);

#ifdef __cplusplus
}
#endif
#endif
