/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PORT_FLOW_RULE_H
#define XEAP_PORT_FLOW_RULE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A queue of its own for EAPOL: a rule in the device takes EAPOL to the last queue, and the table
 * by which it spreads other traffic keeps that off. Such a queue can be served by zero-copy, which
 * would otherwise copy each packet that is passed on.
 *
 * A process that is killed leaves both behind. The next one knows its rule by where it leads, which
 * is the queue that it would choose itself, and the table by how it is made; a rule that leads
 * elsewhere is somebody else's, and left alone. To be called with xeap's program attached: then no
 * other xeap is alive on that port.
 */
struct xeap_flow_rule {
	bool set;
	uint32_t queue, location;
	uint32_t queues;  /* that there are */
	uint32_t *spread; /* as it was; NULL: it was not changed */
	uint32_t spread_size;
	bool spread_default; /* it was the driver's own */
};

/*
 * Set the rule. 0, or a negative errno and nothing was changed; ret_why then says in some words
 * what stood in the way: -ERANGE (there is one queue only), -EEXIST (somebody else's rule),
 * -EOPNOTSUPP, or what the driver answered.
 */
int xeap_flow_rule_set(int ifindex, uint32_t queues, struct xeap_flow_rule *rule, char ret_why[96]);

/* Put everything back; nothing when it is not set. */
void xeap_flow_rule_clear(int ifindex, struct xeap_flow_rule *rule);

/*
 * Whether there is anything in the way, without trying: 0; -ERANGE (one queue only), or the errno
 * that the driver answers.
 */
int xeap_flow_rule_probe(int ifindex, uint32_t queues);

#endif
