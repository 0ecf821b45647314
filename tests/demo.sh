#!/bin/sh
# demo.sh BUILD: a daemon on a private socket in a temporary folder, the fixtures, four questions.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
tmp=$(mktemp -d)
pid=
finish() {
	rc=$?
	if [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; then
		kill -TERM "$pid"
		wait "$pid" || rc=1
	fi
	rm -rf "$tmp"
	exit $rc
}
trap finish EXIT INT TERM

export LODESTONE_SOCKET="$tmp/lodestone.sock"
"$build/daemon/lodestoned" --data "$tmp/data" --socket "$LODESTONE_SOCKET" 2>"$tmp/log" &
pid=$!
tries=0
until "$build/client/lodestone" health >/dev/null 2>&1; do
	tries=$((tries + 1))
	if [ $tries -gt 100 ] || ! kill -0 "$pid" 2>/dev/null; then
		cat "$tmp/log" >&2
		exit 1
	fi
	sleep 0.05
done

say() { # the command as a person would type it
	printf '\n$ lodestone %s\n' "$*"
}

ask() {
	say "ask $1 \"$2\""
	"$build/client/lodestone" ask "$1" "$2"
}

cd "$here"
say 'ingest fixtures/charts/*.ndjson'
"$build/client/lodestone" ingest fixtures/charts/*.ndjson
ask p01 "history of myocardial infarction?"      # present
ask p01 "Does he have a deep vein thrombosis?"   # negated
ask p01 "colon cancer?"                          # family history
ask p01 "any evidence of sarcoidosis?"           # not mentioned
echo
kill -TERM "$pid"
wait "$pid"
pid=
echo "daemon stopped cleanly"
