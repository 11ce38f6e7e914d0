#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Every C example in a manual page or in README.md compiles without a warning. One that has a main, or something that runs it
# in tests/examples, is linked and run.
# time limit: 300 s

cd "$(dirname "$0")/../.." || exit 1
. tests/scripts/lib.sh
. scripts/lab.sh
build=${XEAP_BUILD:-build}
CC=${CC:-cc}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
warnings=(-std=gnu17 -Wall -Wextra -Werror -Wno-unused-parameter -Wno-unused-function)

compile()
{
	$CC "${warnings[@]}" ${SAN:+-fsanitize=$SAN} -Iinclude -Iinclude/uapi -I. -c -o "$dir/object.o" "$1"
}

# run NAME SOURCE: with what runs it, if there is something
run()
{
	local driver=tests/examples/$1.c packages

	[ -f "$driver" ] || driver=
	packages=$(pkg-config --libs libxdp libbpf libnl-route-3.0 libnl-3.0 libssl libcrypto) || return
	# shellcheck disable=SC2086 # flags are words
	$CC "${warnings[@]}" ${SAN:+-fsanitize=$SAN} -Iinclude -Iinclude/uapi -I. -o "$dir/$1" "$2" $driver \
		"$build/libxeap-xdp.a" "$build/libxeap.a" $packages -lpthread && "$dir/$1"
}

extract()
{
	tests/examples/extract "$@"
}

# An example that is wrong has to be noticed, wherever it stands.
wrong=$dir/wrong
mkdir "$wrong" "$wrong/out"
printf '%s\n' '# x' '```sh' 'not C' '```' '```c' 'int f(void) { return "x"; }' '```' >"$wrong/README.md"
printf '%s\n' '.Sh EXAMPLES' '.\" example: unused' '.Bd -literal' 'static int a\e' ';int f(void) { int unused; return a; }' '.Ed' \
	'.Bd -literal' '\&.1 + x\->y \(dq\-\(dq \[u2026]' '.Ed' '.Sh NOTES' '.Bd -literal' 'no example' '.Ed' >"$wrong/page.7"
extract "$wrong/out" "$wrong/README.md" "$wrong/page.7" >"$wrong/list"
ok "examples are found by their marks alone" test "$(cut -d' ' -f1 "$wrong/list" | tr '\n' ' ')" = "README_md_1 unused page_7_2 "
ok "an example is what the page shows" test "$(tail -n +2 "$wrong/out/page_7_2.c")" = '.1 + x->y "-" …'
ok "a wrong one in Markdown does not compile" eval "! compile '$wrong/out/README_md_1.c'"
ok "a message names the line of the page" eval "compile '$wrong/out/unused.c' 2>&1 | grep -q 'page.7:5:'"
ok "two of one name are refused" eval "! extract '$wrong/out' '$wrong/page.7'"

ok 'make all man' lab_make -s all man
mkdir "$dir/sources"
ok 'the examples of all pages' eval 'extract "$dir/sources" README.md user/*/*.[1-9] "$build"/man/man3/*.3 >"$dir/list"'
for driver in tests/examples/*.c; do
	name=$(basename "$driver" .c)
	ok "$name is an example" grep -q "^$name " "$dir/list"
done
while read -r name source origin; do
	ok "$origin: $name compiles" compile "$source"
	if [ -f "tests/examples/$name.c" ] || grep -qE '^int main\(' "$source"; then
		ok "$origin: $name runs" run "$name" "$source"
	fi
done <"$dir/list"
echo "1..$count"
exit $((failures > 0))
