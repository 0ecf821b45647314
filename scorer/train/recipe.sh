#!/bin/sh
# The scorer's model, from texts to a file that is shipped, in one command:
#
#   scorer/train/recipe.sh [BUILD]        BUILD: a release build (build)
#
# Learns the vocabulary again and compares it, trains one network per seed with a language model beside the heads and an
# L1 on the hidden units, prunes as it goes, fits the stack on the tune halves for each seed and for each pair of
# seeds, keeps the pair whose held-out log-loss is least, evaluates on the report halves, tries to get the training
# texts back out, fits the threshold of doubt, and writes
# OUT/{model.safetensors,training.ndjson,evaluation.md,reliability.svg}.
#
# A seed whose WORK/seed-N.raw is there is not trained again.
#
# Settings, from the environment: SEEDS ("1 2 3"), STEPS (1600), L1 (0.0003), WORK (a folder for what is between),
# OUT (scorer/model), LODESTONE_DATA (../shared/data), TRAIN_OPTIONS (more for `train`).
set -eu
cd "$(dirname "$0")/../.."
train=$PWD/${1:-build}/scorer/train/lodestone-train
data=${LODESTONE_DATA:-$PWD/../shared/data}
work=${WORK:-/tmp/lodestone-recipe}
seeds=${SEEDS:-1 2 3}
model=${OUT:-scorer/model}
vocabulary=scorer/model/vocabulary.bin
export LODESTONE_DATA="$data"

[ -x "$train" ] || { echo "recipe: $train is absent: ninja -C ${1:-build}" >&2; exit 2; }
[ -d "$data/mentions-dev" ] || { echo "recipe: $data is absent" >&2; exit 77; }
mkdir -p "$work" "$model"

# Reports of the tune half, seen by no weight: the stack is fitted on logits of unseen reports.
awk -F '\t' 'NR > 1 && $10 == "tune" { print $1 }' "$data/mentions-dev/mentions.tsv" | sort -u >"$work/tune-reports"

"$train" vocabulary --made-up 20000 --out "$work/vocabulary.bin" \
	"$data/mtsamples-dev/reports.jsonl.zst:$data/mtsamples-dev/not-for-training.txt" \
	"$data/e3c-dev/ccby_texts.jsonl.zst" "$data/notes/aci-bench/train.csv" "$data/notes/aci-bench/valid.csv"
cmp "$work/vocabulary.bin" $vocabulary ||
	echo "recipe: the vocabulary differs from the one in the tree, which is used" >&2

# NAME: fits NAME.raw's stack into NAME.safetensors, evaluates it, and says its held-out loss
fit_and_evaluate() {
	"$train" calibrate --model "$1.raw" --out "$1.safetensors" --excluded "$work/tune-reports" >"$1.fit"
	"$train" evaluate --model "$1.safetensors" --svg "$1.svg" >"$1.md"
	awk '/held-out log-loss/ { sum += $NF } END { print sum }' "$1.fit"
}

for seed in $seeds; do
	out=$work/seed-$seed
	# shellcheck disable=SC2086
	[ -f "$out.raw" ] || "$train" train --vocabulary $vocabulary --excluded "$work/tune-reports" \
		--seed "$seed" --objective mixed --text-share 0.2 --shares .35:.3:.35 --dropped .08 \
		--position rotary --ff 512 --steps "${STEPS:-1600}" --average .2 \
		--l1 "${L1:-0.0003}" --probe-every 200 --probe-csv "$out.csv" --prune-after 5 \
		--checkpoint "$out.checkpoint" --log "$out.ndjson" --threads 2 --out "$out.raw" \
		${TRAIN_OPTIONS:-}
	echo "seed $seed: held-out log-loss of the four axes $(fit_and_evaluate "$out")" >&2
done

best='' best_loss='' pairs=''
for one in $seeds; do
	for other in $seeds; do
		[ "$one" -lt "$other" ] || continue
		out=$work/pair-$one-$other pairs="$pairs $one-$other"
		"$train" join --model "$work/seed-$one.raw" --with "$work/seed-$other.raw" --out "$out.raw"
		loss=$(fit_and_evaluate "$out")
		echo "seeds $one and $other: held-out log-loss of the four axes $loss" >&2
		if [ -z "$best" ] || awk "BEGIN { exit !($loss < $best_loss) }"; then
			best=$out best_loss=$loss first=$one
		fi
	done
done
[ -n "$best" ] || { echo "recipe: a pair needs two seeds" >&2; exit 2; }

"$train" memory --model "$best.safetensors" >"$work/memory" ||
	{ cat "$work/memory" >&2; echo "recipe: the model gives its texts back" >&2; exit 1; }
# Above which entropy a question is looked at again, with this model: asked of the daemon, then kept in the file.
doubt=$(python3 bench/doubt.py --build "${1:-build}" --data "$data" --model "$best.safetensors" --fit |
	sed -n 's/^threshold \([0-9.]*\):.*<- fit$/\1/p')
"$train" calibrate --model "$best.raw" --out "$model"/model.safetensors --excluded "$work/tune-reports" \
	--doubt "$doubt" >/dev/null
# of the first of both, every 20th step: the whole is megabytes
awk 'NR % 20 == 1' "$work/seed-$first.ndjson" >"$model"/training.ndjson
cp "$best.svg" "$model"/reliability.svg
names=
for seed in $seeds; do names="$names seed-$seed"; done
for pair in $pairs; do names="$names pair-$pair"; done
{
	echo "# What the shipped model is worth"
	echo
	echo "Made by scorer/train/recipe.sh; do not edit. Seeds $seeds, shipped: $(basename "$best"), whose held-out log-loss is the least of the pairs."
	echo
	sed 's/^/    /' "$best.fit"
	echo
	sed 's/^/    /' "$work/memory"
	echo
	echo "## All seeds and pairs, report halves"
	echo
	echo "| seed or pair, figure | always affirmed | rules | model | gain of model | stack | gain of stack |"
	echo "|---|---|---|---|---|---|---|"
	for name in $names; do
		grep -E '^\| (macro-F1|all four|negation F1|historical F1)' "$work/$name.md" |
			sed "s/^| /| $name: /"
	done
	echo
	echo "Rows 3 and 4 of each are negex-dev as it is, 5 and 6 with typos. Present or absent, both sets, the stack, at"
	echo "100, 98, 95, 90 and 80 % coverage, and P(present): Brier, log-loss, slope, intercept, ECE:"
	echo
	for name in $names; do
		grep -E '^\| stack \| [0-9]+ of 7' "$work/$name.md" | sed "s/^/    $name: /"
		grep -E '^\| stack \| [0-9]+ \|' "$work/$name.md" | sed "s/^/    $name: /"
	done
	echo
	echo "Share of hidden units that fire for a token, by layer, at the last probe:"
	echo
	for seed in $seeds; do
		tail -4 "$work/seed-$seed.csv" | cut -d, -f3 | xargs echo "    $seed:"
	done
	echo
	cat "$best.md"
} >"$model"/evaluation.md
