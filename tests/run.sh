#!/bin/sh
# The whole test command: builds with gcc (ASan+UBSan) and clang, runs every suite, lints, and ends
# with "N passed, N failed, N skipped".
set -u
passed=0 failed=0 skipped=0
aside=
logs=$(mktemp -d)
trap '[ -z "$aside" ] || kill "$aside" 2>/dev/null; rm -rf "$logs"' EXIT
trap 'exit 130' INT TERM
: >"$logs/failing"

ended() { # ended STATUS NAME START LOG: counts as one test
	if [ "$1" = 0 ]; then
		passed=$((passed + 1))
		echo "ok    $2 ($(($(date +%s) - $3)) s)"
	else
		failed=$((failed + 1))
		echo "FAIL  $2"
		tail -n 60 "$4"
		python3 tests/failing.py --step "$2" "$4" >>"$logs/failing"
	fi
}

step() { # step NAME COMMAND...
	name=$1
	shift
	start=$(date +%s)
	"$@" >"$logs/step" 2>&1
	ended $? "$name" "$start" "$logs/step"
}

setup() { # setup DIR CC TARGET OPTIONS...
	dir=$1 cc=$2 target=$3
	shift 3
	if [ -f "$dir/build.ninja" ]; then
		meson configure "$dir" "$@" && ninja -C "$dir" "$target"
	else
		CC=$cc meson setup "$dir" "$@" && ninja -C "$dir" "$target"
	fi
}

suites() { # suites DIR [OPTIONS...]: runs meson's tests there and adds up what they say
	dir=$1
	shift
	meson test -C "$dir" "$@" --no-rebuild --print-errorlogs --num-processes 2 --timeout-multiplier 5 \
		>"$logs/meson" 2>&1
	sed -n 's/^ *[0-9]*\/[0-9]* //p' "$logs/meson"
	grep -q '^Ok:' "$logs/meson" || {
		cat "$logs/meson"
		failed=$((failed + 1))
		python3 tests/failing.py --step "meson test -C $dir" "$logs/meson" >>"$logs/failing"
		return
	}
	count() {
		n=$(sed -n "s/^$1: *\([0-9]*\).*/\1/p" "$logs/meson" | tail -n 1)
		echo "${n:-0}"
	}
	bad=$(($(count Fail) + $(count 'Unexpected Pass') + $(count Timeout)))
	if [ "$bad" != 0 ]; then
		# What a failing test printed, from meson's own log.
		sed -n '/^=\{10,\}.*[0-9]*\/[0-9]*/,$p' "$logs/meson" | tail -n 200
		python3 tests/failing.py "$dir" >>"$logs/failing"
	fi
	passed=$((passed + $(count Ok) + $(count 'Expected Fail')))
	failed=$((failed + bad))
	skipped=$((skipped + $(count Skipped)))
}

echo "== builds"
step 'build with gcc, sanitised' setup build-asan gcc all --buildtype=debugoptimized -Doptimization=1 \
	-Db_sanitize=address,undefined
# Every source of ours, and the fuzz targets; the tests' own sources are only looked at, by lint.
step 'build with clang, with the fuzz targets' setup build-fuzz clang fuzzing --buildtype=debugoptimized -Doptimization=1 \
	-Dfuzz=true -Db_lundef=false -Db_sanitize=address,undefined
# Many tests wait: lint takes what they leave of the processors.
aside_start=$(date +%s)
timeout 1800 nice -n 19 sh tests/lint.sh >"$logs/lint" 2>&1 & # timeout ends all of it when it is ended
aside=$!
echo "== tests, gcc, ASan + UBSan"
# What the bench suite asks, whether the benchmarks still run, is asked of the release build.
suites build-asan --no-suite bench
echo "== release, gcc"
step 'build with gcc, release' setup build gcc all --buildtype=release -Ddebug=true
# The scenarios have run sanitised; the crash tests that a sanitizer excludes, and kernels as they are
# optimised, have not.
suites build --no-suite scenario
echo "== the rest"
step 'demo' sh tests/demo.sh build
wait "$aside"
ended $? 'lint' "$aside_start" "$logs/lint"
aside=
step 'fuzz, 5 s a target' sh tests/fuzz/run.sh 5

[ $failed = 0 ] || { echo "== failing"; head -n 40 "$logs/failing"; }
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
