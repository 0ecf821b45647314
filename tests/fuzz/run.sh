#!/bin/sh
# run.sh SECONDS: fuzzes every target that many seconds, two at a time, starting from the kept seeds.
# New inputs go to build-fuzz/corpus; a crash is left in build-fuzz/crash-* and fails the run.
set -u
cd "$(dirname "$0")/../.." || exit 2
if [ "${1:-}" = --target ]; then
	exe=$2 seconds=$3
	name=$(basename "$exe" _fuzz)
	mkdir -p "build-fuzz/corpus/$name" "fixtures/seeds/$name"
	if "$exe" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix=build-fuzz/crash-"$name"- "build-fuzz/corpus/$name" \
		"fixtures/seeds/$name" >"build-fuzz/$name.log" 2>&1; then
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "build-fuzz/$name.log")
		echo "ok    $name: $runs runs"
		exit 0
	fi
	# One write, so that two that fail at once do not mix their lines.
	printf 'FAIL  %s\n%s\n' "$name" "$(tail -n 40 "build-fuzz/$name.log")"
	exit 1
fi
seconds=${1:-60}
[ -f build-fuzz/build.ninja ] || CC=clang meson setup build-fuzz -Dfuzz=true -Db_lundef=false \
	-Db_sanitize=address,undefined >/dev/null || exit 1
ninja -C build-fuzz fuzzing >build-fuzz/ninja.log 2>&1 || { tail -n 30 build-fuzz/ninja.log; exit 1; }
find build-fuzz/tests/fuzz -maxdepth 1 -name '*_fuzz' -type f -perm -u+x | sort |
	xargs -P 2 -I '{}' sh tests/fuzz/run.sh --target '{}' "$seconds"
