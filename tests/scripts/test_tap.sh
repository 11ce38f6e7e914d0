#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The runner itself: programs that go wrong in every way it claims to notice. Each must change the total.

cd "$(dirname "$0")/../.." || exit 1
. tests/scripts/lib.sh
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

# program NAME BODY: writes a shell script
program()
{
	printf '#!/bin/bash\n%s\n' "$2" >"$dir/$1"
	chmod +x "$dir/$1"
}

# expect TOTAL STATUS WHAT ARGS…: the runner's last line and exit status
expect()
{
	local total=$1 status=$2 what=$3 out got
	shift 3
	out=$(env -u CI ${ci:+CI=$ci} scripts/tap "$@" 2>&1)
	got=$?
	[ "$(tail -n1 <<<"$out")" = "$total" ] && [ $got = "$status" ] && grep -q -- "${see:-.}" <<<"$out"
	report $? "$what" "wanted \"$total\", status $status, \"${see:-}\"; got status $got and:"$'\n'"$out"
}

program good 'echo 1..2; echo ok 1 - one; echo ok 2 - two'
program bad 'echo 1..2; echo ok 1 - one; echo not ok 2 - two; exit 1'
program late_plan 'echo ok 1 - one; echo 1..1'
program planless 'echo ok 1 - one'
program silent 'exit 0'
program short 'echo 1..3; echo ok 1 - one; echo ok 2 - two'
program long 'echo 1..1; echo ok 1 - one; echo ok 2 - two'
program empty 'echo 1..0'
program crashing 'echo 1..1; echo ok 1 - one; kill -SEGV $$'
program status 'echo 1..1; echo ok 1 - one; exit 3'
program hanging 'trap "echo cleaned up >&2; exit 1" TERM; echo 1..1; echo ok 1 - one; sleep 60 & wait'
program stubborn 'trap "" TERM; echo 1..1; sleep 60'
program litter 'echo 1..1; echo ok 1 - one; sleep 60 &'
program own_limit '# time limit: 1 s
echo 1..1; echo ok 1 - one; sleep 60'
program slow 'sleep 0.5; touch "$0.ended"; echo 1..1; echo ok 1 - one'
program alone '# alone
rm "${0%alone}slow.ended" && echo ok 1 - the other has ended; echo 1..1'
program skipping 'echo 1..2; echo ok 1 - one; echo "ok 2 - two # SKIP no such kernel"'
program skip_all 'echo "1..0 # SKIP no root"'
program bail 'echo 1..1; echo ok 1 - one; echo "Bail out! no disk"'
program cmocka 'echo 1..2; echo ok 1 - a; echo not ok 2 "# SKIP b"; echo 1..1; echo ok 1 - c'
program not_a_skip 'echo 1..1; echo "not ok 1 - a # SKIP b"'
program plain_skip 'echo no tool for it; exit 77'
program env 'echo 1..1; [ "$CMOCKA_MESSAGE_OUTPUT" = TAP ] && [ -z "$MAKEFLAGS" ] && echo ok 1; true'
program input 'echo 1..1; read -r -t 5 line; [ $? = 1 ] && echo ok 1; true'

echo 1..33
expect "2 passed, 0 failed, 0 skipped" 0 "all pass" "$dir/good"
see=two expect "1 passed, 1 failed, 0 skipped" 1 "a failing test is counted once and named" "$dir/bad"
see="| not ok 2" expect "1 passed, 1 failed, 0 skipped" 1 "output of a failing program is shown" "$dir/bad"
expect "1 passed, 0 failed, 0 skipped" 0 "the plan may come last" "$dir/late_plan"
see="no plan" expect "1 passed, 1 failed, 0 skipped" 1 "no plan fails" "$dir/planless"
see="no plan" expect "0 passed, 1 failed, 0 skipped" 1 "no output fails" "$dir/silent"
see="ran 2 of 3" expect "2 passed, 1 failed, 0 skipped" 1 "fewer than planned fails" "$dir/short"
see="ran 2 of 1" expect "2 passed, 1 failed, 0 skipped" 1 "more than planned fails" "$dir/long"
see="no test at all" expect "0 passed, 1 failed, 0 skipped" 1 "an empty plan without a reason fails" "$dir/empty"
see=SIGSEGV expect "1 passed, 1 failed, 0 skipped" 1 "a crash fails" "$dir/crashing"
see="status 3" expect "1 passed, 1 failed, 0 skipped" 1 "an error at the end fails" "$dir/status"
see="after 1 s" expect "1 passed, 1 failed, 0 skipped" 1 "a hang fails" -t 1 "$dir/hanging"
see="cleaned up" expect "1 passed, 1 failed, 0 skipped" 1 "a hanging script may clean up" -t 1 "$dir/hanging"
see="after 1 s" expect "0 passed, 2 failed, 0 skipped" 1 "a hang that ignores SIGTERM is killed" \
	-t 1 --grace 1 "$dir/stubborn"
see="after 1 s" expect "1 passed, 1 failed, 0 skipped" 1 "a script's own limit counts" "$dir/own_limit"
see="left processes behind: sleep" expect "1 passed, 1 failed, 0 skipped" 1 "processes left behind fail" "$dir/litter"
see="no such kernel" expect "1 passed, 0 failed, 1 skipped" 0 "a skip is counted, its reason shown" "$dir/skipping"
see="no root" expect "0 passed, 0 failed, 1 skipped" 0 "a program may skip all" "$dir/skip_all"
see="no disk" expect "1 passed, 1 failed, 0 skipped" 1 "bailing out fails" "$dir/bail"
expect "2 passed, 0 failed, 1 skipped" 0 "cmocka's groups and skips" "$dir/cmocka"
expect "0 passed, 1 failed, 0 skipped" 1 "a failure that mentions a skip is a failure" "$dir/not_a_skip"
see="No such file" expect "0 passed, 1 failed, 0 skipped" 1 "a program that is not there fails" "$dir/absent"
expect "0 passed, 1 failed, 0 skipped" 1 "nothing to run fails"
expect "2 passed, 0 failed, 0 skipped" 0 "a script that is to be alone runs after the others" -j 2 "$dir/alone" "$dir/slow"
expect "4 passed, 1 failed, 1 skipped" 1 "totals add up, two at a time" -j 2 "$dir/good" "$dir/bad" "$dir/skipping"
expect "1 passed, 0 failed, 0 skipped" 0 "plain: exit status 0 passes" plain:true
expect "0 passed, 1 failed, 0 skipped" 1 "plain: any other fails" "plain:sh -c 'exit 4'"
see="no tool for it" expect "0 passed, 0 failed, 1 skipped" 0 "plain: 77 skips with a reason" "plain:$dir/plain_skip"
MAKEFLAGS=k expect "1 passed, 0 failed, 0 skipped" 0 "tests get TAP asked for, and no make" "$dir/env"
expect "1 passed, 0 failed, 0 skipped" 0 "tests have no input" "$dir/input" <<<"line"

ci=true see="without leave" expect "1 passed, 1 failed, 0 skipped" 1 "in CI a skip fails" "$dir/skipping"
echo '*/skipping: two | runs on newer kernels only' >"$dir/allowed"
ci=true expect "1 passed, 0 failed, 1 skipped" 0 "in CI a skip on the list does not" \
	--skips-allowed "$dir/allowed" "$dir/skipping"
echo '*/skipping: two' >"$dir/allowed"
ci=true see="expected: PROGRAM" expect "$dir/allowed:1: expected: PROGRAM: TEST | reason" 1 \
	"the list wants reasons" --skips-allowed "$dir/allowed" "$dir/skipping"
exit $((failures > 0))
