#!/bin/sh
# lodestone-train lab from the outside: a tiny experiment's table and figure, the same bytes from one job and two, ended
# runs that are not run again, a damaged one that is.
# usage: lab_verb_test.sh LODESTONE_TRAIN SOURCE_DIR
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

refused() { # WORDS ARGS...
	words=$1
	shift
	"$train" lab "$@" >out 2>err
	[ $? = 2 ] || fail "lab $* is not refused"
	grep -q -- "$words" err || fail "lab $* does not say $words: $(cat err)"
}

refused 'no such experiment: s10' s10
refused 'which experiment'
refused '--scale: above 0' s1 --scale 0
refused '--seeds: 1 to' s1 --seeds 0
refused '--widest: 0, or 64 to 32768' s9 --widest 63

set -- --tiny --scale 0.1 --seeds 2 --texts made-up
"$train" lab s1 s3 s7 s8 "$@" --jobs 1 --out one >out 2>err || fail "lab: $(cat err)"
[ "$(head -n 1 one/s1.csv)" = arm,seed,tokens,step,layer,measure,at,value ] || fail 'columns of s1.csv'
for measure in loss batch_use; do
	grep -q ",$measure," one/s1.csv || fail "s1.csv has no $measure"
done
grep -q ',off_by_chance,' one/s3.csv || fail 's3.csv has no off_by_chance'
grep -q ',removed_random,' one/s7.csv || fail 's7.csv has no removed_random'
grep -q ',reads_null,' one/s8.csv || fail 's8.csv has no reads_null'
awk -F, 'NR > 1 && NF != 9 { exit 1 }' one/s1.csv || fail 'a row of s1.csv has more or fewer fields' # the arm has a comma
for name in s1 s3 s7 s8; do
	tail -n 1 one/$name.svg | grep -q '</svg>' || fail "$name.svg is not whole"
done
# experiments of one family share their runs: two arms, two seeds
[ "$(ls one/runs | wc -l)" = 4 ] || fail "$(ls one/runs | wc -l) runs, not 4"

"$train" lab s1 s3 s7 s8 "$@" --jobs 2 --out two --quiet >out2 2>err || fail "lab with two jobs: $(cat err)"
for file in s1.csv s3.csv s7.csv s8.csv s1.svg; do
	cmp one/$file two/$file || fail "$file depends on the number of jobs"
done
cmp out out2 || fail 'the summary depends on the number of jobs'

# ended runs stay; one that is cut short is run again, alone, to the same bytes
one=$(ls one/runs | head -n 1)
head -n 20 "one/runs/$one" >cut && cp cut "one/runs/$one"
"$train" lab s1 "$@" --jobs 1 --out one >/dev/null 2>err || fail "lab again: $(cat err)"
grep -q '4 runs, 3 of them there already' err || fail "not one run again: $(cat err)"
cmp "one/runs/$one" "two/runs/$one" || fail 'a run differs when it is run again'

# a model file under the probes
refused 'trunk goes with --model' trunk
refused 'trunk goes with --model' s1 --model m
for seed in 1 2; do
	"$train" train --vocabulary "$source/scorer/model/vocabulary.bin" --lexicon "$source/index/lexicon" --shares 1:0:0 --d 16 \
		--heads 1 --layers 2 --ff 32 --batch 4 --steps 2 --warmup 1 --quiet --firing-tokens 200 --seed $seed --out m$seed \
		>/dev/null || fail train
done
mv m1 m
"$train" lab trunk --model m --texts made-up --tiny --out trunk >out 2>err || fail "lab trunk: $(cat err)"
grep -q '^| 2 | 32 | ' out || fail 'lab trunk prints no second layer'
grep -q ',sequence_use,' trunk/trunk.csv || fail 'trunk.csv has no sequence_use'
awk '/units that may go/ { good = $14 >= 0 && $14 <= 100 } END { exit !good }' out || fail 'lab trunk takes nothing out'

# of two networks in one file each is looked at: what they say is what they say alone
"$train" join --model m --with m2 --out both >/dev/null || fail join
"$train" lab trunk --model both --texts made-up --tiny --out both.lab >out 2>err || fail "lab trunk, two networks: $(cat err)"
"$train" lab trunk --model m2 --texts made-up --tiny --out m2.lab >out2 2>err || fail "lab trunk: $(cat err)"
grep -q '^network 2 of 2' out || fail 'lab trunk names no second network'
for pair in trunk/trunk.csv:both.lab/trunk.csv m2.lab/trunk.csv:both.lab/trunk-2.csv; do
	tail -n +2 "${pair%:*}" >alone
	tail -n +2 "${pair#*:}" >joined
	cmp alone joined || fail "$pair differ"
done
cmp -s trunk/trunk.csv m2.lab/trunk.csv && fail 'two seeds, one network'

# the first arms alone
"$train" lab levers --tiny --scale 0.1 --seeds 1 --texts made-up --arms 2 --jobs 1 --out few >/dev/null 2>err || fail "lab --arms: $(cat err)"
[ "$(ls few/runs | wc -l)" = 2 ] || fail "$(ls few/runs | wc -l) runs of two arms"
exit $bad
