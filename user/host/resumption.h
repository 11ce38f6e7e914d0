/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_HOST_RESUMPTION_H
#define XEAP_HOST_RESUMPTION_H

#include <host/host.h>
#include <host/interaction.h>

/*
 * Have a session use what is kept, from here to xeap_resumption_give_back(). 0, or -EBUSY when
 * another session does. `r` NULL: nothing is kept.
 */
int xeap_resumption_borrow(struct xeap_resumption *r, struct xeap_session *s);
/* At the end of a session, while its method still runs. */
void xeap_resumption_give_back(struct xeap_session *s);

#endif
