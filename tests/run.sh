#!/bin/sh
# The whole test command: builds with gcc (ASan+UBSan) and clang, runs every suite, lints, and ends
# with "N passed, N failed, N skipped".
set -u
passed=0 failed=0 skipped=0
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

step() { # step NAME COMMAND...: counts as one test
	name=$1
	shift
	start=$(date +%s)
	if "$@" >"$logs/step" 2>&1; then
		passed=$((passed + 1))
		echo "ok    $name ($(($(date +%s) - start)) s)"
	else
		failed=$((failed + 1))
		echo "FAIL  $name"
		tail -n 60 "$logs/step"
	fi
}

setup() { # setup DIR CC OPTIONS...
	dir=$1 cc=$2
	shift 2
	if [ -f "$dir/build.ninja" ]; then
		meson configure "$dir" "$@" && ninja -C "$dir"
	else
		CC=$cc meson setup "$dir" "$@" && ninja -C "$dir"
	fi
}

suites() { # suites DIR [OPTIONS...]: runs meson's tests there and adds up what they say
	dir=$1
	shift
	meson test -C "$dir" "$@" --no-rebuild --print-errorlogs --num-processes 2 --timeout-multiplier 3 \
		>"$logs/meson" 2>&1
	sed -n 's/^ *[0-9]*\/[0-9]* //p' "$logs/meson"
	grep -q '^Ok:' "$logs/meson" || {
		cat "$logs/meson"
		failed=$((failed + 1))
		return
	}
	count() { sed -n "s/^$1: *\([0-9]*\).*/\1/p" "$logs/meson" | tail -n 1; }
	bad=$(($(count Fail) + $(count 'Unexpected Pass') + $(count Timeout)))
	if [ "$bad" != 0 ]; then
		# What a failing test printed, from meson's own log.
		sed -n '/^=\{10,\}.*[0-9]*\/[0-9]*/,$p' "$logs/meson" | tail -n 200
	fi
	passed=$((passed + $(count Ok) + $(count 'Expected Fail')))
	failed=$((failed + bad))
	skipped=$((skipped + $(count Skipped)))
}

echo "== gcc, ASan + UBSan"
step 'build with gcc, sanitised' setup build-asan gcc --buildtype=debugoptimized -Doptimization=1 \
	-Db_sanitize=address,undefined
export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
# What the bench suite asks, whether the benchmarks still run, is asked of the release build.
suites build-asan --no-suite bench
unset ASAN_OPTIONS UBSAN_OPTIONS
echo "== release, gcc"
step 'build with gcc, release' setup build gcc --buildtype=release -Ddebug=true
# The scenarios have run sanitised; the crash tests that a sanitizer excludes, and kernels as they are
# optimised, have not.
suites build --no-suite scenario
echo "== clang"
step 'build with clang, with the fuzz targets' setup build-fuzz clang --buildtype=debugoptimized -Doptimization=1 \
	-Dfuzz=true -Db_lundef=false -Db_sanitize=address,undefined
step 'fuzz, 5 s a target' sh tests/fuzz/run.sh 5
step 'demo' sh tests/demo.sh build
step 'lint' sh tests/lint.sh

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
