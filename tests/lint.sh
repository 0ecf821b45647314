#!/bin/sh
# Layers, formatting, clang's warnings for the tests, clang-tidy.
set -u
cd "$(dirname "$0")/.." || exit 2
bad=0
sh tests/layers.sh . || bad=1
files=$(git ls-files '*.c' '*.h' 2>/dev/null)
[ -n "$files" ] || files=$(find base tokenizer index scorer daemon client tests bench -name '*.[ch]')
# shellcheck disable=SC2086
clang-format --dry-run --Werror $files || bad=1
# clang-tidy reads compile commands of a clang build (gcc's have flags it does not know): the fuzz build of
# tests/run.sh has them; alone, lint makes its own.  Nothing that it reads is generated.
tidy=build-fuzz
[ -f "$tidy/build.ninja" ] || tidy=build-tidy
[ -f "$tidy/build.ninja" ] || CC=clang meson setup "$tidy" >/dev/null || exit 1
python3 tests/clang_look.py "$tidy" || bad=1
find base tokenizer index scorer daemon client -name '*.c' -print0 |
	xargs -0 -P 2 -n 4 clang-tidy --quiet -p "$tidy" 2>/dev/null >"$tidy/tidy.log" || bad=1
grep -E 'warning:|error:' "$tidy/tidy.log"
long=$(find base tokenizer index scorer daemon client -name '*.[ch]' -exec wc -l {} + |
	awk '$2 != "total" && $1 > 700 { print $2 " has " $1 " lines" }')
[ -z "$long" ] || { echo "$long"; bad=1; }
exit $bad
