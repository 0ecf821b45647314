#!/bin/sh
# lodestone-train from outside: misuse is 2, failure is 1, one command twice gives the same bytes.
set -eu
train=$1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

expect() { # STATUS ARGUMENTS...
	want=$1
	shift
	got=0
	"$train" "$@" >"$tmp/out" 2>"$tmp/err" || got=$?
	[ "$got" = "$want" ] || { echo "lodestone-train $*: $got, not $want"; cat "$tmp/err"; exit 1; }
}

for i in 1 2 3 4 5 6 7 8 9 10; do
	echo "{\"id\":\"$i\",\"text\":\"No fever, no chills. Denies cough (-).\"}"
done >"$tmp/a.jsonl"
printf '1\n2\n' >"$tmp/skip"
printf '1\n99\n' >"$tmp/skip-others"

expect 2
expect 2 nonsense
expect 0 --help
for verb in calibrate evaluate generate memory show-window train vocabulary; do
	expect 0 "$verb" --help
	grep -q "^usage: lodestone-train $verb " "$tmp/out" || { echo "$verb --help does not say how"; exit 1; }
	[ "$(tail -c 1 "$tmp/out" | od -An -tx1)" = " 0a" ] || { echo "$verb --help lacks its last newline"; exit 1; }
	[ ! -s "$tmp/err" ] || { echo "$verb --help complains"; exit 1; }
	expect 2 "$verb" --nonsense
done
expect 0 generate --n 3
[ "$(wc -l <"$tmp/out")" = 3 ]
expect 2 generate three
expect 2 evaluate
expect 2 evaluate --model "$tmp/m" --half tunes
expect 2 evaluate --model
expect 77 evaluate --model "$tmp/m"
expect 2 calibrate --model "$tmp/m"
expect 2 calibrate labels.tsv --model "$tmp/m" --out "$tmp/n"
expect 2 memory --model "$tmp/m" --places 0
expect 1 memory --model "$tmp/m"
expect 2 vocabulary
expect 2 vocabulary --out "$tmp/v"
expect 2 vocabulary "$tmp/a.jsonl"
expect 2 vocabulary --ids 12 --out "$tmp/v" "$tmp/a.jsonl"
expect 2 vocabulary --ids -1 --out "$tmp/v" "$tmp/a.jsonl"
expect 2 vocabulary --colour --out "$tmp/v" "$tmp/a.jsonl"
expect 2 vocabulary "$tmp/a.jsonl" --out
expect 1 vocabulary --out "$tmp/v" "$tmp/missing.jsonl"
expect 1 vocabulary --out "$tmp/v" "$tmp/a.jsonl:$tmp/skip-others"
expect 1 vocabulary --out "$tmp/no/folder" "$tmp/a.jsonl"
expect 0 vocabulary --ids 400 --out "$tmp/v" "$tmp/a.jsonl"
expect 0 vocabulary --ids 400 --out "$tmp/w" "$tmp/a.jsonl"
cmp "$tmp/v" "$tmp/w"
grep -q 'learnt from *10 documents' "$tmp/out"
expect 0 vocabulary --ids 400 --hold-out 4 --out "$tmp/w" "$tmp/a.jsonl:$tmp/skip"
grep -q 'learnt from *6 documents' "$tmp/out"
grep -q 'held out *2 documents' "$tmp/out"

show() { # NOTE ARGUMENTS...: the window in $tmp/out
	printf '%s' "$1" >"$tmp/note"
	shift
	"$train" show-window "$tmp/v" "$@" <"$tmp/note" >"$tmp/out" 2>"$tmp/err"
}
show 'No [[cough]], no fever.'
grep -q '\[CLS\]\[none\].*\[M\]\[COND\]\[/M\].*\[EOS\]' "$tmp/out"
if grep -q cough "$tmp/out"; then
	echo "a hidden mention is shown"
	exit 1
fi
show 'No [[cough]], no fever.' --show-mention
grep -q '\[M\] cough|\[/M\]' "$tmp/out"
for note in 'No cough.' 'No ]]cough[[' ''; do
	if show "$note"; then
		echo "a note without a mention is taken: $note"
		exit 1
	fi
done
expect 2 show-window
expect 2 show-window "$tmp/v" --nonsense
expect 1 show-window "$tmp/a.jsonl" <"$tmp/note"
