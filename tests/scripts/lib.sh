# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# shellcheck shell=bash
# shellcheck disable=SC2034 # the caller ends with them
#
# Sourced by tests that are scripts: their lines of TAP. They end with "1..$count", if they have not begun with it, and
# the exit status $((failures > 0)).

count=0
failures=0

# report STATUS WHAT [OUTPUT]
report()
{
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		failures=$((failures + 1))
		echo "not ok $count - $2"
		printf '%s\n' "${3:-}" | sed 's/^/# /'
	fi
}

# ok WHAT COMMAND…
ok()
{
	local what=$1 out

	shift
	out=$("$@" 2>&1)
	report $? "$what" "$*"$'\n'"$out"
}
