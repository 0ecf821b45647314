#!/bin/sh
# layers.sh accepts the tree, and is not blind: planted breaches are refused.
set -eu
here=$(dirname "$0")
sh "$here/layers.sh" "$here/.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
for plant in 'base/x.c:#include "tokenizer/tokenizer.h"' 'index/x.c:#include "scorer/scorer.h"' \
	'scorer/x.c:#include "index/index.h"' 'client/x.c:#include "index/index.h"' \
	'daemon/x.c:#include "index/segment.h"' 'index/x.c:#include <uv.h>' \
	'daemon/x.c:#include <lmdb.h>' 'base/x.c:#include <zstd.h>' 'tokenizer/x.c:#include <pcre2.h>'; do
	rm -rf "$tmp/t"
	mkdir "$tmp/t"
	for room in base tokenizer index scorer daemon client; do
		mkdir "$tmp/t/$room"
	done
	for h in tokenizer/tokenizer.h index/index.h index/segment.h scorer/scorer.h; do
		: >"$tmp/t/$h"
	done
	echo "${plant#*:}" >"$tmp/t/${plant%%:*}"
	if sh "$here/layers.sh" "$tmp/t" >/dev/null; then
		echo "not noticed: $plant"
		exit 1
	fi
done
