/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Any bytes as what a process is asked. What is accepted has texts that end and a list of ports
 * that is one; what is refused comes with a reason.
 */
#include <string.h>

#include "tests/unit/check.h"
#include "tool/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char name[REQUEST_PATTERN_MAX + 1];
	struct xeap_diag why = { 0 };
	struct request r;

	if (request_read((const char *)data, size, &r, &why)) {
		CHECK(why.code && why.text[0]);
		return 0;
	}
	CHECK(size <= REQUEST_MAX);
	CHECK(memchr(r.cmd, '\0', sizeof(r.cmd)) && *r.cmd);
	CHECK(memchr(r.ports, '\0', sizeof(r.ports)));
	CHECK(!port_list_check(r.ports, &why));
	port_list_fits(r.ports, "port0");
	for (unsigned int i = 0; port_list_name(r.ports, i, name, sizeof(name)); i++)
		CHECK(*name && !strpbrk(name, "*?[") && port_list_fits(r.ports, name));
	return 0;
}
