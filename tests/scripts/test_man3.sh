#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# scripts/man3: a page for each public function that mandoc has nothing to say about, references that lead somewhere; what it
# makes of a small header with everything that a header may have; and that what it does not understand stops it.

cd "$(dirname "$0")/../.." || exit 1
. tests/scripts/lib.sh
. scripts/lab.sh
build=${XEAP_BUILD:-build}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

pages=$build/man/man3
ok "make man" lab_make -s man

# By another parser than that of man3
functions()
{
	python3 -B -c '
import sys
sys.path.insert(0, "scripts")
import tree
for path in tree.files("include/xeap/*.h"):
    for f in tree.functions(tree.read(path)):
        print(f.name)' | sort
}
ok "a page for each function of the public headers, and no other" \
	diff <(functions) <(find "$pages" -name '*.3' -printf '%f\n' | sed 's/\.3$//' | sort)

# lint WHAT FILE…: nothing to say
lint()
{
	local what=$1

	shift
	if command -v mandoc >/dev/null; then
		ok "$what" mandoc -T lint -W warning "$@"
	else
		count=$((count + 1))
		echo "ok $count - $what # SKIP no mandoc: scripts/deps --test installs it"
	fi
}
lint "mandoc has nothing to say about the generated pages" "$pages"/*.3
lint "nor about the written ones" user/*/*.[1-9]
ok "the pages are ASCII" eval "! LC_ALL=C grep -l '[^ -~	]' '$pages'/*.3"

# References to pages of ours, as NAME.SECTION
references()
{
	sed -nE 's/^\.(.* )?Xr ([A-Za-z_][A-Za-z0-9_-]*) ([1-9]).*/\2.\3/p' "$@" | grep -E '^(xeap|Eap)' | sort -u
}
ok "references lead to pages that are there" diff /dev/null \
	<(comm -23 <(references "$pages"/*.3 user/*/*.[1-9]) <(basename -a "$pages"/*.3 user/*/*.[1-9] | sort))
constants()
{
	grep -oE '\bXEAP_[A-Z0-9_]+\b' user/host/xeap-host.7 | sort -u | while read -r name; do
		grep -qrw "$name" include/xeap || echo "$name"
	done
}
ok "xeap-host(7) names constants that are there" diff /dev/null <(constants)
ok "its table of actions is that of the header" diff \
	<(sed -nE 's/^\t(XEAP_ACTION_[A-Z_]+) = ([0-9]+),.*/\1 \2/p' include/xeap/host.h | sort) \
	<(sed -nE 's/^\.It Dv (XEAP_ACTION_[A-Z_]+) Ta ([0-9]+) Ta .*/\1 \2/p' user/host/xeap-host.7 | sort)
ok "the same pages come out elsewhere" eval \
	"LC_ALL=C TZ=UTC+9 scripts/man3 --date \"\$(sed -n 's/^\.Dd //p' user/host/xeap-host.7)\" -o '$dir/again' \
		\"\$PWD\"/include/xeap/*.h user/*.map && diff -r '$pages' '$dir/again'"

# One of everything
mkdir "$dir/include"
cat >"$dir/include/small.h" <<'END'
#ifndef SMALL_H
#define SMALL_H
#include <other.h>
#ifdef __cplusplus
extern "C" {
#endif
#if defined(_WIN32) || SMALL_LIMIT > 5
#error no C at all `
#elif defined(SMALL_H) && !defined(NOT_HERE)
/** How many there may be. */
#define SMALL_LIMIT 4
#endif
#define WINAPI
#define IN
#define SMALL_API __attribute__((visibility("default")))

/** Which way; the numbers are fixed. */
#define SMALL_F_LEFT 0x1u
#define SMALL_F_RIGHT 0x2u /**< away from the heart */

typedef uint32_t DWORD;
typedef struct tagSMALL_ERROR {
	DWORD dwCode; /**< 0 is "good" */
	union {
		int narrow : 3;
		struct {
			int x, y[SMALL_LIMIT][2]; /**< a point */
		} wide;
	};
	/** Asked for more. Returns -EINVAL or NULL. */
	int (WINAPI *more)(void *ctx, struct opaque *o);
} SMALL_ERROR, *PSMALL_ERROR;

/**
 * Told of news.
 * @ctx: the caller's
 * Returns nothing.
 */
typedef void (WINAPI *SmallHandler)(IN void *ctx, const struct news *n);
struct news {
	int age; /**< in days */
};
enum small_colour { SMALL_RED, /**< as fire */ SMALL_BLUE = (1 << 2), SMALL_MAX };
extern const struct tagSMALL_ERROR small_table[], *small_other;
_Static_assert(sizeof(int) == 4, "as ever");

/**
 * Begin, with everything that a comment may hold, so that it takes more than one line of an index. In
 * a second sentence: small_end(), not_ours(), `literal`, `flags`, open(2), SMALL_LIMIT, -ENOMEM, NULL; "\e"
 * .and (see enum small_colour), *really*.
 *
 * - an item
 * - another,
 *   longer
 *
 *	'a line -- as it stands
 *
 * @flags: SMALL_F_…, or 0
 * @handler: told
 *   of it
 * @In: a parameter called like a macro of mdoc
 * @ret_error: untouched; see small_end()'s
 * Returns 0 or -EINVAL.
 *
 * Example:
 *	small_begin(0, NULL);
 *
 *	.done();
 */
SMALL_API DWORD WINAPI small_begin(IN DWORD flags, _In_reads_(n * 2) SmallHandler handler, enum small_colour In,
				   PSMALL_ERROR *ret_error, ...) __attribute__((nonnull(1)));

/** End. Returns a table of them. @x is none of it. */
static inline const struct tagSMALL_ERROR *const *small_end(void)
{
	if (1) { /* braces { */
		return 0;
	}
}
/**
 * Hand over a function.
 * @compare: how
 */
void SmallHandOver(int (*compare)(const void *, const void *));
#ifdef __cplusplus
}
#endif
#endif
END
printf 'typedef int other_t;\n#define SMALL_LATE 1\n' >"$dir/include/other.h"
printf 'X {\nglobal:\n\tsmall_begin;\nlocal:\n\t*;\n};\n' >"$dir/libsmall.map"
out=$(scripts/man3 --date 'May 1, 2026' -o "$dir/out" "$dir/include/small.h" "$dir/include/other.h" "$dir/libsmall.map" 2>&1)
report $? "a small header is understood" "$out"
lint "mandoc has nothing to say about its pages" "$dir"/out/*
ok "its functions are listed" test "$(scripts/man3 --list "$dir/include/small.h" | tr '\n' ' ')" = \
	"SmallHandOver.3 small_begin.3 small_end.3 "

# has PAGE WHAT LINE…: these lines, one after the other
has()
{
	local page=$dir/out/$1 what=$2

	shift 2
	python3 -c 'import sys; sys.exit(sys.argv[2] not in "\n" + open(sys.argv[1]).read())' "$page" "$(printf '\n%s' "$@" '')"
	report $? "$what" "$(printf 'wanted:\n%s\nin:\n' "$*")$(<"$page")"
}
has small_begin.3 "a name, and what it is for in a line" '.Dd May 1, 2026' '.Dt SMALL_BEGIN 3' '.Os xeap' '.Sh NAME' \
	'.Nm small_begin' '.Nd begin, with everything that a comment may hold'
has small_begin.3 "the library, by its version script" '.Sh LIBRARY' 'libsmall;' '.Ql "pkg-config --libs libsmall"'
has small_begin.3 "the prototype without attributes" '.Sh SYNOPSIS' '.In small.h' '.Ft "DWORD"' '.Fo small_begin' \
	'.Fa "DWORD flags"' '.Fa "SmallHandler handler"' '.Fa "enum small_colour In"' '.Fa "PSMALL_ERROR *ret_error"' '.Fa "..."' \
	'.Fc'
has small_begin.3 "functions, literals, constants and errors in the text" 'In a second sentence:' '.Xr small_end 3 ,' \
	'.Fn not_ours ,' '.Ql literal ,' '.Fa flags ,' '.Xr open 2 ,' '.Dv SMALL_LIMIT ,' '.Dv \-ENOMEM ,' '.Dv NULL ;' \
	'\(dq\ee\(dq .and (see' '.Vt "enum small_colour" ) ,' '.Em really .'
has small_begin.3 "items" '.Bl -bullet -compact' '.It' 'an item' '.It' 'another, longer' '.El'
has small_begin.3 "a line as it stands" '.Bd -literal -offset indent' "\\&'a line \\-\\- as it stands" '.Ed'
has small_begin.3 "parameters" '.It Fa flags' 'SMALL_F_\[u2026], or 0' '.It Fa handler' 'told of it' '.It Fa \&In'
has small_begin.3 "a possessive after a reference" "untouched; see" ".Xr small_end 3 Ns \\&'s"
has small_begin.3 "what it returns" '.Sh RETURN VALUES' '.Fn small_begin' 'returns 0 or' '.Dv \-EINVAL .'
has small_begin.3 "an example" '.Sh EXAMPLES' '.Bd -literal -offset indent' 'small_begin(0, NULL);' '' '\&.done();' '.Ed'
has small_begin.3 "a struct behind a typedef, one within it, and what it holds by value" '.Ss struct tagSMALL_ERROR' \
	'.Bl -tag -width Ds' '.It Fa "DWORD dwCode"' '0 is \(dqgood\(dq' '.It Fa "union"' '.Bl -tag -width Ds' \
	'.It Fa "int narrow : 3"' '.It Fa "struct wide"' '.Bl -tag -width Ds' '.It Fa "int x"' 'a point' \
	'.It Fa "int y[SMALL_LIMIT][2]"' 'a point' '.El' '.El' '.It Fa "int (*more)(void *ctx, struct opaque *o)"' 'Asked for more.'
has small_begin.3 "a callback, and what it is called with" '.Ss typedef void (*SmallHandler)(void *ctx, const struct news *n)' \
	'Told of news.' '.Bl -tag -width Ds' '.It Fa ctx' "the caller's" '.El' '.Pp' 'Returns nothing.'
has small_begin.3 "a struct that the callback gets" '.Ss struct news' '.Bl -tag -width Ds' '.It Fa "int age"' 'in days' '.El'
has small_begin.3 "an enum without the number of its values" '.Ss enum small_colour' '.Bl -tag -width Ds' '.It Dv SMALL_RED' \
	'as fire' '.It Dv SMALL_BLUE No \&= (1 << 2)' '.El'
has small_begin.3 "constants that the text names by their beginning" '.Sh CONSTANTS' 'Which way; the numbers are fixed.' \
	'.Bl -tag -width Ds' '.It Dv SMALL_F_LEFT No 0x1u' '.It Dv SMALL_F_RIGHT No 0x2u' 'away from the heart' '.El'
has small_begin.3 "the family, what is referred to, and the overview" '.Sh SEE ALSO' '.Xr open 2 ,' '.Xr small_end 3 ,' \
	'.Xr xeap-host 7'
has small_end.3 "an inline function without parameters" '.Ft "static inline const struct tagSMALL_ERROR *const *"' \
	'.Fo small_end' '.Fa "void"' '.Fc'
has small_end.3 "a comment of one line" '.Sh DESCRIPTION' 'End.' '.Sh RETURN VALUES' '.Fn small_end' 'returns a table of them.'
has SmallHandOver.3 "a parameter that is a function" '.Fa "int (*compare)(const void *, const void *)"'

# refuses WHAT MESSAGE LINE…: a header of these lines stops it with this message, and no page is written
refuses()
{
	local what=$1 message="$dir/bad.h:$2" out status

	shift 2
	printf '%s\n' "$@" >"$dir/bad.h"
	rm -rf "$dir/bad"
	out=$(scripts/man3 -o "$dir/bad" "$dir/bad.h" 2>&1)
	status=$?
	[ $status = 1 ] && [ "$out" = "$message" ] && [ ! -e "$dir/bad" ]
	report $? "refused: $what" "wanted status 1 and \"$message\"; got status $status: $out"
}
good=('/** Good. */' 'void good(void);')
refuses "a function without a comment" '3: f() has no /** comment */' "${good[@]}" 'int f(void);'
refuses "a comment of another kind" '4: f() has no /** comment */' "${good[@]}" '/* Not for the reader. */' 'int f(void);'
refuses "one comment for two functions" '3: f() has no /** comment */' "${good[@]}" 'int f(void);'
refuses "a parameter without a text" '4: f(): @b: is not documented' '/** Do.' ' * @a: it */' 'int f(int a,' '	int b);'
refuses "a parameter without a name" '2: f(): @None: is not documented' '/** Do. */' 'int f(int);'
refuses "a comment without a sentence" '2: f(): its comment does not begin with a sentence' '/** @a: it */' 'int f(int a);'
refuses "a declaration without a name" '4: a declaration without a name: "int(void)"' "${good[@]}" 'int' '(void);'
refuses "a word alone" '3: "DWORD;" declares nothing' "${good[@]}" 'DWORD;'
refuses "a macro that is a declaration" '3: DECLARE(): neither a declaration with a type nor a word before one' "${good[@]}" \
	'DECLARE(x);'
refuses "a function of a function" '3: a function that returns a function: give its type a name' "${good[@]}" \
	'int (*f(int))(int);'
refuses "a member without a name" '3: a member without a name: "int"' "${good[@]}" 'struct s { int; };'
refuses "a constant without a name" '3: the name of a constant expected, not "1"' "${good[@]}" 'enum e { 1 };'
refuses "a comment in the middle" '3: this comment belongs to no declaration' "${good[@]}" 'int f(/** a */ int a);'
refuses "a pointer without a name" '5: a declaration without a name: "struct s *"' "${good[@]}" 'struct s {' '	int a;' '} *;'
refuses "a brace too many" '3: a declaration expected, not "}"' "${good[@]}" '}'
refuses "a brace too few" '3: f: no end of what begins here' "${good[@]}" 'static inline int f(void) {'
refuses "a parenthesis too few" '4: parameters: "," expected, not "the end of the file"' "${good[@]}" 'int f(int a'
refuses "the same function twice" '3: good() is declared a second time' "${good[@]}" 'void good(void);'
refuses "the same struct twice" '4: struct s is defined a second time' "${good[@]}" 'struct s { int a; };' 'struct s { int a; };'
refuses "a condition" '3: #if FEATURE(2) is not understood' "${good[@]}" '#if FEATURE(2)' '#endif'
refuses "a condition without an end" '3: #if without #endif' "${good[@]}" '#if 1'
refuses "an end without a condition" '3: #endif without #if' "${good[@]}" '#endif'
refuses "another directive" '3: #import is not understood' "${good[@]}" '#import <x.h>'
refuses "what is not C" '3: "`" is nothing that C knows' "${good[@]}" 'int `;'
out=$(scripts/man3 -o "$dir/bad" "$dir/include/other.h" 2>&1)
[ $? = 1 ] && [ "$out" = 'scripts/man3: no function is declared' ]
report $? "a header without functions does not pass" "$out"
echo "1..$count"
[ $failures = 0 ]
