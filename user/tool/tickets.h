/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_TICKETS_H
#define XEAP_TOOL_TICKETS_H

#include <stdbool.h>
#include <xeap/error.h>
#include <xeap/host.h>
#include <xeap/pae.h>

/*
 * TLS sessions in a file, for the process that is started next. The file is read once; what it has
 * of a supplicant goes to that when its first session begins. It is written anew, beside itself and
 * then renamed, when there was a login since: every minute, and at the end. What no supplicant has
 * come for stays in it for as long as it is good.
 */
struct tickets;

/* Whose tickets they are: the same after a restart. */
struct ticket_owner {
	const char *name;
	const uint8_t *mac;
	struct xeap_profile *const *profiles; /* of those that it logs in with: count of them */
	size_t count;
};

/*
 * Before rights are dropped: the directory is looked up, the file is read if there is one. Returns
 * 0, with a line in ret_why when the file's content is of no use, else code 0 there; -EPERM: others
 * can read the file, or it is somebody else's; other negative errnos. ret_why says it for people.
 */
int tickets_open(const char *path, struct tickets **ret_tickets, struct xeap_diag *ret_why);
struct tickets *tickets_close(struct tickets *t);
/* Again: another process has written it in the meantime. What was there stays on failure. */
void tickets_read_again(struct tickets *t);

/*
 * Let a supplicant have what is there of it; used up by that. Returns the time of the login that
 * left it, 0: nothing is there. Any thread. `t` NULL: there is no file.
 */
uint64_t tickets_take(struct tickets *t, const struct ticket_owner *owner,
		      struct xeap_resumption *resumption);
/* A login came to a result, and may have left something. Any thread; costs no system call. */
void tickets_changed(struct tickets *t);
/* Seconds since 1970, as for tickets_add(). */
uint64_t tickets_clock(void);

/* When tickets_is_due() is to be asked again; XEAP_NEVER: there is no file. */
xeap_time tickets_next(const struct tickets *t);
/* Whether the file is to be written now. `t` NULL: never. */
bool tickets_is_due(struct tickets *t, xeap_time now);
/* The same at the end: whether there is anything that was not written. */
bool tickets_is_behind(struct tickets *t);

/* What is to be written, collected by one thread at a time. NULL: out of memory. */
struct tickets_draft;
struct tickets_draft *tickets_begin(struct tickets *t);
/* What a supplicant has, of a login at `time`; nothing, where a session is using it. */
void tickets_add(struct tickets_draft *d, const struct ticket_owner *owner, uint64_t time,
		 struct xeap_resumption *resumption);
/*
 * Write it, and free the draft. 0, or a negative errno with a line in ret_why; one that says
 * nothing is the same as the last.
 */
int tickets_save(struct tickets_draft *d, struct xeap_diag *ret_why);

#endif
