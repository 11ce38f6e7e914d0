/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_HOST_RESUMPTION_H
#define XEAP_HOST_RESUMPTION_H

#include <host/host.h>
#include <host/interaction.h>

struct xeap_resumption {
	atomic_bool borrowed;
	uint8_t pause;	  /* of the profile's sessions, so many yet */
	uint32_t who;	  /* flags */
	uint64_t profile; /* its number */
	const struct xeap_method *method;
	uint8_t *data; /* NULL: nothing */
	uint32_t len;
	struct xeap_erp *erp; /* NULL until a session wants ERP */
	uint32_t erp_who;
	uint64_t erp_profile; /* of whom its key is */
};

/* Forget what is there of a session; an ERP key stays. Not while a session has it. */
void xeap_resumption_drop(struct xeap_resumption *r);

/*
 * Have a session use what is kept, from here to xeap_resumption_give_back(). 0, or -EBUSY when
 * another session does. `r` NULL: nothing is kept.
 */
int xeap_resumption_borrow(struct xeap_resumption *r, struct xeap_session *s);
/* At the end of a session, while its method still runs. */
void xeap_resumption_give_back(struct xeap_session *s);

#endif
