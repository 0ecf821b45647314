#!/bin/sh
# The order of rooms and the doorways, read from the #include lines.
#
#   base < tokenizer < {index, scorer} < daemon ; base < client ; index and scorer do not know
#   each other; a room shows others only its one public header (base: every header).
set -u
root=${1:-$(dirname "$0")/..}
cd "$root" || exit 2
bad=0

complain() {
	echo "$1: $2"
	bad=$((bad + 1))
}

# allowed ROOM -> regex of include prefixes that ROOM may name in quotes
allowed() {
	case $1 in
	base) echo '^base/' ;;
	tokenizer) echo '^(base/|tokenizer/)' ;;
	index) echo '^(base/|tokenizer/tokenizer[.]h$|index/)' ;;
	scorer) echo '^(base/|tokenizer/tokenizer[.]h$|scorer/)' ;;
	daemon) echo '^(base/|tokenizer/tokenizer[.]h$|index/index[.]h$|scorer/scorer[.]h$|daemon/)' ;;
	client) echo '^(base/|client/)' ;;
	esac
}

# One process a room: the tree has thousands of these lines.
includes() { # ROOM -> FILE HEADER, a line for each include in quotes
	find "$1" -name '*.[ch]' -exec \
		awk '/^[[:space:]]*#[[:space:]]*include[[:space:]]*"/ { split($0, p, "\""); print FILENAME, p[2] }' {} + | sort
}

for room in base tokenizer index scorer daemon client; do
	list=$(includes $room)
	for f in $(echo "$list" | awk -v ok="$(allowed $room)" 'NF && $2 !~ ok { print $1 ":" $2 }'); do
		complain "${f%%:*}" "may not include \"${f#*:}\""
	done
	for h in $(echo "$list" | awk 'NF { print $2 }' | sort -u); do
		[ -f "$h" ] || complain "$room" "includes \"$h\", which is not a path from the top"
	done
done

# doorway HEADER-REGEX FILES-REGEX: only those files may include that outside header
doorway() {
	for f in $(grep -lE "^[[:space:]]*#[[:space:]]*include[[:space:]]*<($1)>" -r base tokenizer index \
		scorer daemon client --include='*.[ch]'); do
		echo "$f" | grep -Eq "^($2)$" || complain "$f" "may not include <$1>"
	done
}
doorway 'uv\.h' 'daemon/.*'
doorway 'llhttp\.h' 'base/http\.c'
doorway 'json.*\.h|jansson\.h' 'base/json\.c'
doorway 'pcre2\.h' 'base/pattern\.c'
doorway 'lmdb\.h' 'index/(store|txn|cursor)\.c'
doorway 'zstd\.h|zstd_errors\.h|zdict\.h|zlib\.h' 'base/compress\.c'
doorway 'xxhash\.h' 'base/digest\.c'

[ $bad = 0 ] && exit 0
echo "$bad breaches of the order of rooms"
exit 1
