#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# xeap methods: what is built in, and plug-ins, in this process and in their own.
# time limit: 60 s

cd "$(dirname "$0")/../.." || exit 1
. tests/scripts/lib.sh
build=$(realpath "${XEAP_BUILD:-build}") || exit 1
xeap=$build/xeap
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
install -m 755 "$build/tests/plugin/example.so" "$build/tests/plugin/no_symbol.so" "$dir"

# says STATUS PATTERN ARGUMENT…: the exit status, and a line of what xeap methods writes
says()
{
	local status=$1 pattern=$2 out got

	shift 2
	out=$("$xeap" methods "$@" 2>&1)
	got=$?
	[ "$got" = "$status" ] && grep -q -e "$pattern" <<<"$out" && return
	printf '%s\n' "exit status $got" "$out" | sed 's/^/# /'
	return 1
}

host=$build/xeap-method-host
example='"name":"EXAMPLE","type":254,"vendor":32473,"vendor_type":1,"author":32473,"property_bits":33816608'
echo 1..9
ok 'TLS is built in' says 0 '^TLS  *13  *0  built-in$' --plugins "$dir"
ok 'a plug-in is shown with its file' says 0 "^EXAMPLE  *254/32473/1  *32473  $dir/example.so\$" --plugins "$dir"
ok 'a file that is none is named' says 0 "refused: $dir/no_symbol.so: it defines no xeap_plugin" --plugins "$dir"
ok 'JSON' says 0 "^{$example,.*\"plugin\":\"$dir/example.so\",\"isolated\":false}\$" --plugins "$dir" --json
ok 'isolated' says 0 "^{$example,.*\"isolated\":true}\$" --plugins "$dir" --json --isolate="$host"
ok 'a host that is not there' says 0 '/nowhere cannot be started' --plugins "$dir" --isolate=/nowhere
ok 'a directory that is not there' says 1 '^xeap: plug-ins: /nowhere: No such file' --plugins /nowhere
ok 'an option that is none' says 2 'see .xeap methods --help' --wrong
ok 'the host is not run by hand' eval '"$host" x 2>&1 | grep -q "started by xeap --isolate"'
exit $((failures > 0))
