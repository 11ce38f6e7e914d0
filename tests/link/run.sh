#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What "make install" leaves is enough for somebody else's program: ten lines, compiled by what pkg-config says against
# each library, shared and static, as C and as C++, and run.
# time limit: 300 s

cd "$(dirname "$0")/../.." || exit 1
. tests/scripts/lib.sh
build=${XEAP_BUILD:-build}
CC=${CC:-cc}
case $CC in
*clang*) CXX=${CXX:-clang++} ;;
*) CXX=${CXX:-g++} ;;
esac
export CC
tree=$(mktemp -d) || exit 1
trap 'rm -rf "$tree"' EXIT
lib=$tree/usr/lib

run_make()
{
	# Paths that are compiled in are those of the build as it is: nothing is built again while other tests run.
	make -s O="$build" DESTDIR="$tree" PREFIX=/usr METHODDIR=/usr/local/lib/xeap/methods \
		METHODHOST=/usr/local/libexec/xeap-method-host "$@"
}

# pkg-config as for a system whose root is the tree; what is not in it comes from this one.
pc()
{
	PKG_CONFIG_PATH=$lib/pkgconfig pkg-config --define-variable=prefix="$tree/usr" --define-variable=libdir="$lib" "$@"
}

# compile_and_run PACKAGE SOURCE c|c++ [--static]
compile_and_run()
{
	local package=$1 source=$2 language=$3 compiler=$CC standard=gnu17

	[ "$language" = c ] || { compiler=$CXX standard=c++11; }
	shift 3
	# shellcheck disable=SC2046,SC2086 # flags are words
	$compiler -x "$language" -std=$standard -Wall -Wextra -Werror ${SAN:+-fsanitize=$SAN} $(pc --cflags "$package") \
		-o "$tree/program" "$source" -x none $(pc --libs "$@" "$package") &&
		LD_LIBRARY_PATH=$lib "$tree/program"
}

compile_all()
{
	ok "libxeap$1, C" compile_and_run libxeap tests/link/engine.c c ${2:+"$2"}
	ok "libxeap$1, C++" compile_and_run libxeap tests/link/engine.c c++ ${2:+"$2"}
	ok "libxeap$1, as on Windows, C" compile_and_run libxeap tests/link/windows.c c ${2:+"$2"}
	ok "libxeap$1, as on Windows, C++" compile_and_run libxeap tests/link/windows.c c++ ${2:+"$2"}
	ok "libxeap-xdp$1, C" compile_and_run libxeap-xdp tests/link/ports.c c ${2:+"$2"}
	ok "libxeap-xdp$1, C++" compile_and_run libxeap-xdp tests/link/ports.c c++ ${2:+"$2"}
}

# needs FILE LIBRARY: by its soname
needs()
{
	readelf -d "$1" | grep -q "NEEDED.*\[$2\]"
}

declared()
{
	cat "$@" | grep -v '^static\|^typedef\|^#\|^ ' | grep -oE '\b(xeap_[a-z0-9_]+|(Eap|Xeap)HostPeer[A-Za-z0-9]+)\(' | tr -d '(' | sort -u
}

exported()
{
	nm -D --defined-only "$1" | sed -n 's/.* T \(.*\)@@XEAP_0\.1$/\1/p' | sort -u
}

# same LIBRARY HEADER…: exports what the headers declare, no less and no more
same()
{
	local library=$1

	shift
	diff <(declared "$@") <(exported "$library")
}

engine_headers=()
for header in include/xeap/*.h; do
	case $header in
	*/port.h | */link.h | */bridge.h) ;;
	*) engine_headers+=("$header") ;;
	esac
done

echo 1..22
ok 'make install' run_make install
compile_all .so ''
ok 'a program needs the library by its soname' needs "$tree/program" libxeap-xdp.so.0
ok 'libxeap exports what its headers declare' same "$lib/libxeap.so" "${engine_headers[@]}"
ok 'libxeap-xdp exports what its headers declare' same "$lib/libxeap-xdp.so" include/xeap/port.h include/xeap/link.h include/xeap/bridge.h
ok 'what is exported is a function of ours' eval \
	'! nm -D --defined-only "$lib/libxeap.so" "$lib/libxeap-xdp.so" | grep " [A-Z] " | grep -vE " T (xeap_|EapHostPeer|XeapHostPeer)| A XEAP_"'
ok 'libxeap.pc has the version' test "$(pc --modversion libxeap)" = "$(sed -n 's/^VERSION := //p' Makefile)"
ok 'the program runs' "$tree/usr/bin/xeap" --version
ok 'no installed text file knows where it was staged' eval '! grep -rlIF -e "$tree" -e "$build/" "$tree/usr"'
rm -f "$lib"/*.so*
compile_all .a --static
ok 'no shared library of ours is needed' eval '! readelf -d "$tree/program" | grep "NEEDED.*libxeap"'
ok 'make uninstall leaves nothing' eval 'rm "$tree/program"; run_make uninstall && ! find "$tree" ! -type d | grep .'
exit $((failures > 0))
