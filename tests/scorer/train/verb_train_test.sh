#!/bin/sh
# lodestone-train train from the outside: refusals, the same bytes from one thread and two, and from a run
# stopped by SIGINT and gone on with; the probes' table; the model file.
# usage: verb_train_test.sh LODESTONE_TRAIN SOURCE_DIR
set -u
train=$(readlink -f "$1") source=$2
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
bad=0

fail() {
	echo "not ok: $1"
	bad=1
}

refused() { # WANTED-STATUS WORDS ARGS...
	status=$1 words=$2
	shift 2
	"$train" "$@" >out 2>err
	[ $? = "$status" ] || fail "$* ended otherwise than $status"
	grep -q -- "$words" err || fail "$* does not say $words: $(cat err)"
}

vocabulary="$source/scorer/model/vocabulary.bin"
set -- train --vocabulary "$vocabulary" --lexicon "$source/index/lexicon" --shares 1:0:0 --d 16 --heads 1 \
	--layers 2 --ff 32 --batch 4 --steps 12 --warmup 2 --quiet --probe-tokens 200

refused 2 'no such verb: fly' fly
refused 2 'unknown option: --bogus' "$@" --bogus 1
refused 2 '--lr: fast is no number' "$@" --lr fast
refused 2 '--lr needs a value' "$@" --lr
refused 2 'none of heads, mlm, causal, mixed' "$@" --objective chess
refused 2 '/nowhere/model: its folder' "$@" --out /nowhere/model
refused 2 'at least 5' "$@" --prune-after 1 --probe-every 2
refused 1 'batch is 0' "$@" --batch 0
refused 1 '/nowhere/log' "$@" --log /nowhere/log
refused 1 'nothing-here' "$@" --resume nothing-here
refused 1 'd is 17' "$@" --d 17
refused 1 'is no checkpoint' "$@" --resume "$vocabulary"

"$train" "$@" --objective mixed --checkpoint one --probe-every 4 --probe-pair --probe-csv one.csv --log one.log \
	--out one.model || fail "a run"
"$train" "$@" --objective mixed --checkpoint two --probe-every 4 --probe-pair --probe-csv two.csv --threads 2 ||
	fail "a run of two threads"
cmp one two || fail "one thread and two differ"
cmp one.csv two.csv || fail "probes of one thread and two differ"
[ "$(head -n 1 one.csv | cut -d, -f1-11)" = "step,layer,tok,seq,batch,p10,p50,p90,off,null,on" ] ||
	fail "the probes' columns"
[ "$(wc -l <one.csv)" = 9 ] || fail "a row per probe and layer"
[ "$(grep -c '^{"step":.*}$' one.log)" = 12 ] || fail "a line of log per step"
grep -aq '"lodestone' one.model || fail "the model file"
mkdir here
"$train" "$@" --checkpoint "$work/here/one" --out "$work/here/model" || fail "a run with paths"
grep -aq '"command.*--out model' here/model || fail "the model does not say how it was made"
grep -aqF "$work" here/model && fail "the model says where on this machine it was made"

# A threshold of doubt goes into the file beside what it says of its training, in place of an earlier one.
printf 'report\tbegin\tend\tsurface\tnegation\tcertainty\texperiencer\ttemporality\tpresent\n' >labels.tsv
for i in $(seq 12); do
	printf '{"id":"y%d","text":"She has gout."}\n{"id":"n%d","text":"Denies gout."}\n' "$i" "$i" >>reports.jsonl
	printf 'y%d\t8\t12\tgout\taffirmed\tcertain\tpatient\trecent\tyes\n' "$i" >>labels.tsv
	printf 'n%d\t7\t11\tgout\tnegated\tcertain\tpatient\trecent\tno\n' "$i" >>labels.tsv
done
"$train" calibrate labels.tsv --reports reports.jsonl --model one.model --out a.model --doubt 0.25 >out ||
	fail "calibrating with a threshold of doubt"
grep -aq '"training":"{..*\\"seed\\":.*\\"doubt\\":0.25}"' a.model || fail "the threshold of doubt in the file"
"$train" calibrate labels.tsv --reports reports.jsonl --model a.model --out b.model --doubt 0.5 >out ||
	fail "calibrating again"
[ "$(grep -ao 'doubt.":[0-9.]*' b.model)" = 'doubt\":0.5' ] || fail "the threshold of doubt is not replaced"
"$train" calibrate labels.tsv --reports reports.jsonl --model b.model --out c.model >out || fail "calibrating alone"
cmp b.model c.model || fail "without --doubt the threshold stays"
"$train" "$@" --seed 2 --ff 48 --out two.model || fail "a second network"
"$train" join --model one.model --with two.model --out both.model || fail "joining two networks"
grep -aq '\\"d_ff\\":\[48,48\].*\\"networks\\":2}' both.model || fail "both networks in one file"
"$train" calibrate labels.tsv --reports reports.jsonl --model both.model --out e.model >out || fail "a fit for two"
"$train" join --model e.model --with one.model --out f.model 2>err && fail "joined three"
grep -q 'e.model is no single network' err || fail "does not say what is wrong: $(cat err)"
"$train" "$@" --d 32 --out wide.model || fail "a wider network"
refused 1 'other shapes' join --model one.model --with wide.model --out x
refused 2 'are needed' join --model one.model --out x
refused 1 'one.model has no stack' "$@" --teachers one.model
refused 2 'from 0 to below 1' calibrate --model one.model --out x --doubt 1.5

# Stopped in the middle, at any step, and gone on with: the bytes of a run that never stopped.
set -- "$@" --steps 600 --checkpoint-every 0 --average .95
"$train" "$@" --checkpoint whole || fail "the whole run"
"$train" "$@" --checkpoint part --log part.log &
pid=$!
until [ -s part.log ]; do kill -0 $pid 2>/dev/null || break; done
kill -INT $pid
wait $pid
status=$?
[ $status = 130 ] || fail "SIGINT ended it with $status"
"$train" "$@" --checkpoint part --resume part || fail "resuming"
cmp whole part || fail "a run that was stopped ended elsewhere"
exit $bad
