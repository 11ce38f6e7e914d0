#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# scripts/check-*: a small tree that keeps the rules passes each; then every rule is broken once, and the check has to say
# where. A check that finds nothing to look at must not pass either.

cd "$(dirname "$0")/../.." || exit 1
. tests/scripts/lib.sh
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
spdx='SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause'
kernel='SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)'

# put PATH LINE…: writes a file of the small tree
put()
{
	mkdir -p "$dir/tree/$(dirname "$1")"
	printf '%s\n' "${@:2}" >"$dir/tree/$1"
}

# lines N TEXT
lines()
{
	local i

	for ((i = 0; i < $1; i++)); do echo "$2"; done
}

fresh()
{
	rm -rf "$dir/tree"
	mkdir -p "$dir/tree"
	git init -q "$dir/tree"
	put include/xeap/span.h "/* $spdx */" '#include <stdint.h>' 'extern "C" {' \
		'/**' ' * Make one.' ' * @a: the bytes' ' * @f: called back' ' * Returns it.' ' */' \
		'static inline int xeap_span(const char *a, int (*f)(int x))' '{' '	return f(*a);' '}' '}'
	put include/xeap/host.h "/* $spdx */" '#include <xeap/span.h>' 'struct xeap_host {' '	int (*call)(int x);' '};' \
		'/**' ' * Free one.' ' * @host: NULL is accepted' ' */' 'void xeap_host_free(struct xeap_host *host);'
	put include/xeap/port.h "/* $spdx */" '#include <xeap/span.h>' \
		'/**' ' * Count.' ' * Returns how many.' ' */' 'int xeap_port_count(void);'
	put user/libxeap.map "/* $spdx */" 'XEAP_0.1 {' 'global:' '	xeap_host_free;' 'local:' '	*;' '};' \
		'XEAP_PRIVATE {' 'global:' '	xeap_inner;' '};'
	put user/libxeap-xdp.map "/* $spdx */" 'XEAP_0.1 {' 'global:' '	xeap_port_count;' 'local:' '	*;' '};'
	put include/uapi/xeap/steer.h "/* $kernel */" '#define XEAP_STEER_ABI 1'
	put bpf/steer.bpf.c "/* $kernel */" '#include <linux/bpf.h>' '#include <xeap/steer.h>'
	put user/base/frame.h "/* $spdx */" '#include <xeap/span.h>'
	put user/host/host.c "/* $spdx */" '#include "base/frame.h"' '#include <user/peer/peer.h>' '#include <xeap/host.h>' \
		'void xeap_host_free(struct xeap_host *host)' '{' "$(lines 75 '	host->call(0);')" \
		'	static const int t[] = {' "$(lines 30 '		1,')" '	};' '}'
	put user/peer/peer.h "/* $spdx */" 'int peer;'
	put user/port/port.c "/* $spdx */" '#include <bpf/libbpf.h>' '#include <sys/socket.h>' '#include <xeap/port.h>'
	put user/crypto/tls.c "/* $spdx */" '#include <openssl/ssl.h>'
	put tests/fixtures/x.conf 'no line for a licence'
	put REUSE.toml "# $spdx" 'version = 1' '[[annotations]]' 'path = ["tests/fixtures/**"]' \
		'SPDX-License-Identifier = "BSD-2-Clause OR LGPL-2.1-or-later"'
	for licence in LGPL-2.1-or-later BSD-2-Clause GPL-2.0-only; do put "LICENSES/$licence.txt" text; done
}

# passes CHECK WHAT: one line beside warnings, status 0
passes()
{
	local out status

	out=$("scripts/check-$1" "$dir/tree" 2>"$dir/warnings")
	status=$?
	[ $status = 0 ] && [ "$(wc -l <<<"$out")" = 1 ] && grep -q ', ok$' <<<"$out"
	report $? "$1: $2" "status $status: $out$(<"$dir/warnings")"
}

# fails CHECK LINE WHAT: status 1, and this line among what it says; the tree is fresh afterwards
fails()
{
	local out status

	out=$("scripts/check-$1" "$dir/tree" 2>&1)
	status=$?
	[ $status = 1 ] && grep -qF -- "$2" <<<"$out"
	report $? "$1: $3" "wanted status 1 and \"$2\"; got status $status: $out"
	fresh
}

echo 1..79
fresh
for check in layers functions docs symbols spdx style; do passes "$check" "a tree that keeps the rules passes"; done
for check in layers functions docs symbols spdx style; do
	rm -rf "$dir/tree" && mkdir "$dir/tree" && git init -q "$dir/tree"
	fails "$check" "nothing to check" "an empty tree does not pass"
done

# include WHERE WHAT RULE: an #include that a layer must not have
include()
{
	put "$1" "/* $spdx */" "#include $2"
	fails layers "$1:2: #include of $(tr -d '<>"' <<<"$2" | sed 's,^user/,,'): $3" "$1 may not have $2"
}
engine='the engine has no clock, no socket and no kernel interface'
include user/base/a.c '"wire/eap.h"' 'user/base may not include user/wire'
include user/wire/a.c '<crypto/tls.h>' 'user/wire may not include user/crypto'
include user/crypto/a.c '"wire/eap.h"' 'user/crypto may not include user/wire'
include user/peer/a.c '"method/list.h"' 'user/peer may not include user/method'
include user/peer/a.c '"host/host.h"' 'user/peer may not include user/host'
include user/pae/a.c '"peer/peer.h"' 'user/pae may not include user/peer'
include user/method/a.c '"user/host/host.h"' 'user/method may not include user/host'
include user/host/a.c '"port/ring.h"' 'user/host may not include user/port'
include user/host/a.c '<xeap/port.h>' 'xeap/port.h is not for this folder'
include user/host/a.c '"pae/pae.h"' 'user/host may not include user/pae'
include user/port/a.c '"host/host.h"' 'user/port may not include user/host'
include user/port/a.c '<xeap/host.h>' 'xeap/host.h is not for this folder'
include user/link/a.c '"port/ring.h"' 'user/link may not include user/port'
include user/tool/a.c '"host/host.h"' 'user/tool may not include user/host'
include user/method/a.c '<openssl/ssl.h>' 'OpenSSL is not for this folder'
include user/link/a.c '<bpf/libbpf.h>' 'libbpf is not for this folder'
include user/host/a.c '<netlink/msg.h>' 'libnl is not for this folder'
include user/host/a.c '<xdp/xsk.h>' 'libxdp is not for this folder'
include user/tool/a.c '"bpf/steer.skel.h"' 'XDP programs are loaded by user/port and user/flood alone'
include user/pae/a.c '<time.h>' "$engine"
include user/wire/a.c '<linux/if_ether.h>' "$engine"
include user/host/a.c '<sys/socket.h>' "$engine"
include user/base/a.c '"../host/host.h"' 'names are relative to user/ or include/'
include user/extra/a.c '<stdio.h>' 'this folder is not in the table'
include include/xeap/pae.h '"base/frame.h"' 'a public header includes public headers and those of C only'
include include/xeap/pae.h '<linux/types.h>' 'a public header includes public headers and those of C only'
include include/xeap/host.h '<xeap/port.h>' 'xeap/host.h may not include xeap/port.h'
include include/xeap/port.h '<xeap/host.h>' 'xeap/port.h may not include xeap/host.h'
include include/uapi/xeap/steer.h '<linux/types.h>' 'what the kernel side shares includes nothing'
include bpf/a.bpf.c '<xeap/span.h>' 'XDP programs include xeap/steer.h, linux/ and bpf/ only'
put user/base/a.c "/* $spdx */" '#include "frame.h"'
fails layers 'user/base/a.c:2: #include "frame.h": name the folder' "a header without its folder"

put user/host/host.c "/* $spdx */" 'int f(void)' '{' "$(lines 78 '	f();')" '}'
fails functions 'user/host/host.c:2: f() has 81 lines; 80 are allowed' "a function of 81 lines"
put user/host/host.c "/* $spdx */" 'int f(void)' '{' "$(lines 58 '	f();')" '}'
"scripts/check-functions" "$dir/tree" 2>&1 | grep -qF 'host.c:2: warning: f() has 61 lines'
report $? "functions: a function of 61 lines is a warning" ""
put user/host/host.c "/* $spdx */" "$(lines 799 'int f(void);')" 'int f(void) { return 0; }'
fails functions 'user/host/host.c:801: file of 801 lines' "a file of 801 lines"
put user/host/host.c "/* $spdx */" 'static const int t[] = {' "$(lines 900 '	1,')" '};' 'int f(void) { return 0; }'
passes functions "a long table is no long file"

# doc SENTENCE… : the comment of a public function
doc()
{
	put include/xeap/port.h "/* $spdx */" "$@"
}
doc 'int xeap_port_count(void);'
fails docs 'include/xeap/port.h:2: xeap_port_count() has no /** comment */' "no comment"
doc '/* Count. Returns it. */' 'int xeap_port_count(void);'
fails docs 'port.h:3: xeap_port_count() has no /** comment */' "a comment that is not for the reader"
doc '/** Count. */' 'int xeap_port_count(void);'
fails docs 'port.h:3: xeap_port_count(): what it returns is not documented' "no word on what is returned"
doc '/** Count. */' 'void xeap_port_count(int a[2]);'
fails docs 'port.h:3: xeap_port_count(): @a: is not documented' "a parameter left out"
doc '/** Count.' ' * @b: it' ' * @a: it */' 'void xeap_port_count(' '	int b);'
fails docs 'port.h:5: xeap_port_count(): @a: is documented and no parameter' "a parameter that is none"
doc '/** Count. */' 'void xeap_port_count(struct x *);'
fails docs 'port.h:3: xeap_port_count() has a parameter without a name' "a parameter without a name"
doc '/** One.' ' * @a: it */' 'static inline void xeap_a(int a) { }' 'static inline void xeap_b(int a) { }'
fails docs 'port.h:5: xeap_b() has no /** comment */' "a comment counts for one function"
doc '/** @a: it */' 'void xeap_port_count(int a);'
fails docs 'xeap_port_count(): its comment does not begin with a sentence' "no sentence"

put user/libxeap.map "/* $spdx */" 'XEAP_0.1 {' 'global:' '	xeap_other;' 'local:' '	*;' '};'
fails symbols 'include/xeap/host.h:10: xeap_host_free() is not exported by user/libxeap.map' "a function left out"
put user/libxeap.map "/* $spdx */" 'XEAP_0.1 {' 'global:' '	xeap_host_free;' '	xeap_other;' 'local:' '	*;' '};'
fails symbols 'user/libxeap.map:5: xeap_other is exported and no header' "a name too many"
put user/libxeap.map "/* $spdx */" 'XEAP_0.1 {' 'global:' '	xeap_host_free;' '	xeap_port_count;' 'local:' '	*;' '};'
fails symbols 'user/libxeap.map:5: xeap_port_count belongs into user/libxeap-xdp.map' "a name of the other library"
put user/libxeap.map "/* $spdx */" 'XEAP_0.1 {' 'global:' '	xeap_host_free;' '};'
fails symbols 'user/libxeap.map:1: nothing hides the rest' "no local: *"
put user/libxeap.map "/* $spdx */" 'A {' 'global:' '	xeap_host_free;' 'local:' '	*;' '};' \
	'XEAP_PRIVATE {' 'global: /* xeap_no: */ xeap_host_free;' '};'
fails symbols 'user/libxeap.map:9: xeap_host_free is public' "a public name lent"
put user/libxeap.map "/* $spdx */" 'A {' 'global:' '	xeap_host_free;' 'local:' '	*;' '};' 'B { global: xeap_host_free; };'
fails symbols 'user/libxeap.map:8: xeap_host_free is there twice' "a name twice"

put user/base/a.c 'int x;' 'int y;' 'int z;' "/* $spdx */"
fails spdx 'user/base/a.c:1: no SPDX-License-Identifier in the first three lines' "no licence in three lines"
put user/base/a.c "/* $kernel */"
fails spdx 'user/base/a.c:1: licence "(GPL-2.0-only OR BSD-2-Clause)"' "the licence of the other side"
put bpf/a.bpf.c '' "/* $spdx */"
fails spdx 'bpf/a.bpf.c:2: licence "LGPL-2.1-or-later OR BSD-2-Clause"' "an XDP program that the kernel would not take"
put user/base/a.c '/* SPDX-License-Identifier: LGPL-2.1-or-later AND BSD-2-Clause */'
fails spdx 'user/base/a.c:1: licence "LGPL-2.1-or-later AND' "a licence that leaves no choice"
rm "$dir/tree/tests/fixtures/x.conf"
fails spdx 'REUSE.toml:1: "tests/fixtures/**" is no file' "a pattern without a file"
rm "$dir/tree/LICENSES/GPL-2.0-only.txt"
fails spdx 'LICENSES/GPL-2.0-only.txt:1: is missing' "a licence without its text"
put LICENSES/MIT.txt text
fails spdx 'LICENSES/MIT.txt:1: no file names this licence' "a text without its licence"

put user/base/a.c "/* $spdx */" "$(printf '\t%092d' 0)" "$(printf '\t%093d' 0)"
fails style 'user/base/a.c:3: 101 columns; 100 are allowed' "a line of 101 columns"
put user/base/a.c "/* $spdx */" "$(printf '/* %093d… */' 0)"
passes style "columns are characters, not bytes"
fresh
for name in util utils misc common helper manager; do put "user/base/port_$name.c" "/* $spdx */"; done
out=$(scripts/check-style "$dir/tree")
[ "$(grep -c 'says nothing about what is in it' <<<"$out")" = 6 ]
report $? "style: names that say nothing" "$out"
fresh
put user/base/a.c "/* $spdx */" '/* TO''DO */' '/* FIX''ME */' '/* XX''X */' '/* HA''CK */' '/* XX''XX */'
out=$(scripts/check-style "$dir/tree")
[ "$(grep -c 'open ends belong into an issue' <<<"$out")" = 4 ]
report $? "style: notes to oneself" "$out"
fresh
put scripts/a.sh "# $spdx" 'true '
fails style 'scripts/a.sh:2: blanks at the end of the line' "a blank at the end of a line"
put user/base/a.c "/* $spdx */" $'  \tint x;'
fails style 'user/base/a.c:2: blanks before a tab' "blanks before a tab"
printf '/* %s */\nint x;' "$spdx" >"$dir/tree/user/base/a.c"
fails style 'user/base/a.c:2: a file ends with one newline' "no newline at the end"
put user/base/a.c "/* $spdx */" 'int x;' ''
fails style 'user/base/a.c:4: a file ends with one newline' "an empty line at the end"
printf 'x\0y' >"$dir/tree/user/base/a.o"
fails style 'user/base/a.o:1: not a text file' "an object file"
fresh
mkdir "$dir/tree/doc" && printf 'x\0y' >"$dir/tree/doc/a.png"
passes style "a picture"
head -c 205824 /dev/zero >"$dir/tree/doc/a.png"
fails style 'doc/a.png:1: 201 KiB; 200 are allowed' "a large picture"

[ $failures = 0 ]
