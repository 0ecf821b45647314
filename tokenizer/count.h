/* Private to the tokenizer room: a language model's tokenizer.json as it is kept, and the parts of counting with it.
 *
 *   text -> added tokens -> normalizer -> added tokens that are normalized -> pre-tokenizer -> model
 *   (count_added)           (count_normal)                                    (count_split)    (count_model)
 *
 * What each does is what the `tokenizers` library does; docs/context.md says which of its parts are understood.
 * Reading (count_file) refuses the others, so counting meets none. */
#ifndef LODESTONE_TOKENIZER_COUNT_H
#define LODESTONE_TOKENIZER_COUNT_H

#include "base/json.h"
#include "base/pattern.h"
#include "tokenizer/tokenizer.h"

enum { COUNT_STEPS = 16 /* of a normalizer or pre-tokenizer */, COUNT_NONE = -1 };

/* ---- reading ---- */

struct count_file {
	struct slice text;
	struct tok_counter *to;
	struct err *e;
};

/* LODE_BADREQ with "byte N: ", N being where the value begins, and what is wrong with it. */
int count_refuse(const struct count_file *f, const struct json *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* An object, and nothing in it but `known` (NULL at the end) and "type". */
int count_members(const struct count_file *f, const struct json *o, const char *what,
	const char *const *known);
/* Members; absent or null: as `out` was. */
int count_flag(const struct count_file *f, const struct json *o, const char *name, bool *out);
int count_words(
	const struct count_file *f, const struct json *o, const char *name, struct slice *out);
/* The member "type", "" when there is none. */
struct slice count_type(const struct json *o);
/* Copied to what lives as long as the counter. */
int count_keep(const struct count_file *f, struct slice s, struct slice *out);
/* Either alone, or the members of the list `list` of a "Sequence" one by one. */
int count_sequence(const struct count_file *f, const struct json *o, const char *list,
	int (*read)(const struct count_file *f, const struct json *o));

/* ---- patterns ---- */

/* What is looked for: a regex, or bytes when there is none. */
struct count_pattern {
	struct pattern *regex;
	struct slice bytes;
};

/* A regex as the library's engine (Oniguruma) reads it, put so that PCRE2 reads the same; what the two might read
 * otherwise is refused. */
int count_regex(const struct count_file *f, const struct json *at, struct slice regex,
	struct count_pattern *out);
/* {"String": ...} or {"Regex": ...}. */
int count_pattern(const struct count_file *f, const struct json *at, struct count_pattern *out);
void count_pattern_release(struct count_pattern *p);

/* The places of a pattern in a text, one by one, as the library walks them. */
struct count_finder {
	const struct count_pattern *pattern;
	struct slice text;
	size_t from, found; /* where the last one ended, once has_found */
	bool has_found;
};
/* 1: found at start..end, which may be empty, 0: no more, or LODE_*. */
int count_next(struct count_finder *f, struct pattern_scratch *s, size_t *start, size_t *end);

/* Inside of a class: White_Space, by name; what Rust and Oniguruma call letters of a word. */
#define COUNT_WIDE_BLANKS                                         \
	"\\x{9}-\\x{d}\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}" \
	"\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}"
#define COUNT_BLANKS  "\\x{20}" COUNT_WIDE_BLANKS
#define COUNT_LETTERS "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}"

static inline bool count_is_blank(uint32_t cp)
{
	if (cp < 0x80)
		return cp == ' ' || (cp >= '\t' && cp <= '\r');
	return cp == 0x85 || cp == 0xA0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200A) ||
	       cp == 0x2028 || cp == 0x2029 || cp == 0x202F || cp == 0x205F || cp == 0x3000;
}
/* Blanks at either end, bytes. */
size_t count_blanks_first(struct slice text);
size_t count_blanks_last(struct slice text);

/* ---- normalizer ---- */

enum count_normal_kind {
	NORMAL_NFC,
	NORMAL_NFD,
	NORMAL_LOWER,
	NORMAL_PREPEND,
	NORMAL_REPLACE,
	NORMAL_STRIP_LEFT,
	NORMAL_STRIP_RIGHT,
};

struct count_normal {
	enum count_normal_kind kind;
	struct count_pattern pattern; /* REPLACE */
	struct slice by;              /* REPLACE, PREPEND */
	bool keeps;                   /* REPLACE: what was found stays, `by` on either side */
};

int count_read_normalizer(const struct count_file *f, const struct json *o);
/* *text becomes the normalized one: as it was, or in s->normal until the next call. */
void count_normalize(struct tok_counting *s, struct slice *text);

/* ---- pre-tokenizer ---- */

enum count_split_kind { SPLIT_AT, SPLIT_BYTES, SPLIT_METASPACE, SPLIT_PREFIX };
enum count_behavior {
	PART_REMOVED,
	PART_ISOLATED,
	PART_WITH_PREVIOUS,
	PART_WITH_NEXT,
	PART_JOINED
};
enum count_prepend { PREPEND_NEVER, PREPEND_FIRST, PREPEND_ALWAYS };

struct count_split {
	enum count_split_kind kind;
	/* AT: cuts text at what the pattern finds, or inverted: at what is between. */
	struct count_pattern pattern;
	enum count_behavior behavior;
	bool is_inverted;
	/* METASPACE: blanks become `by`, and one may be put in front; PREFIX: a blank in front, unless there is
	 * one; BYTES: every byte becomes the letter that stands for it. */
	struct slice by;
	enum count_prepend prepend;
};

int count_read_pre_tokenizer(const struct count_file *f, const struct json *o);
/* is_first: the text begins where the whole one does. */
void count_split(struct tok_counting *s, struct slice text, bool is_first);

/* ---- vocabulary ---- */

/* Texts in the order of the file, and a hash from text to place.  Ids are not needed to count. */
struct count_vocabulary {
	struct slice *at;
	uint32_t n, mask; /* slots - 1 */
	uint32_t *slots;  /* place + 1; 0: free */
	size_t longest;   /* bytes */
};

int count_read_vocabulary(const struct count_file *f, const struct json *vocab);
/* Place of that text, COUNT_NONE: none. */
int32_t count_place(const struct count_vocabulary *v, struct slice text);

/* ---- model ---- */

enum count_model { MODEL_BPE, MODEL_WORDPIECE };

struct count_merge {
	uint32_t left, right; /* places; left UINT32_MAX: free slot */
	uint32_t rank, made;
};

struct count_bpe {
	struct count_merge *merges; /* a hash */
	uint64_t seed;              /* of the hash */
	uint32_t mask, n;
	struct slice prefix, suffix; /* of what is not first, of what is last */
	int32_t unk;
	bool fuses_unk, ignores_merges, has_bytes; /* some of byte_fallback's 256 */
	bool leaves_out; /* not all: without unk, what is unknown is nothing */
	int32_t bytes[256];
	/* Nothing is merged across the border before `cut` unless its last byte before is marked here: so a long
	 * text without pre-tokenizer falls into words. */
	struct slice cut;
	bool joins_cut[256];
};

int count_read_bpe(const struct count_file *f, const struct json *o);
/* Tokens of a piece. */
uint64_t count_bpe(struct tok_counting *s, struct slice piece);

struct count_wordpiece {
	struct slice prefix;
	int64_t most; /* code points */
};

int count_read_wordpiece(const struct count_file *f, const struct json *o);
uint64_t count_wordpiece(struct tok_counting *s, struct slice piece);

/* ---- added tokens ---- */

/* Node of a trie over bytes; the first one is the root, whose children are in `roots`. */
struct count_node {
	uint32_t child, sibling; /* 0: none */
	int32_t token;           /* that ends here, COUNT_NONE */
	uint8_t byte;
};

struct count_trie {
	struct count_node *at;
	uint32_t n, cap;
	uint32_t roots[256];
};

struct count_added {
	struct slice text;
	bool takes_left, takes_right; /* blanks beside it */
	bool is_normalized;
};

int count_read_added(const struct count_file *f, const struct json *list);
void count_added(struct tok_counting *s, struct slice text);

/* ---- all of it ---- */

struct tok_counter {
	struct arena memory;
	struct count_normal normal[COUNT_STEPS];
	struct count_split split[COUNT_STEPS];
	unsigned n_normal, n_split;
	struct count_added *added;
	uint32_t n_added;
	struct count_trie raw, normalized; /* which added tokens are looked for where */
	struct count_vocabulary vocabulary;
	enum count_model model;
	struct count_bpe bpe;
	struct count_wordpiece wordpiece;
	char digest[33];
};

enum { COUNT_CACHED = 1 << 15, COUNT_CACHED_BYTES = 26, COUNT_TEXT_MOST = 64 << 20 };

/* The count of a piece that came by; n 0: none. */
struct count_cached {
	uint32_t tokens;
	uint8_t n;
	char text[COUNT_CACHED_BYTES + 1];
};

struct count_symbol {
	int32_t place; /* COUNT_NONE: merged away */
	uint32_t previous, next;
};
struct count_candidate {
	uint32_t rank, at, made;
};

struct tok_counting {
	const struct tok_counter *counter;
	struct pattern_scratch *match;
	struct buf normal[2], split[COUNT_STEPS], word;
	struct count_cached *cache;
	struct buf symbols, candidates;
	uint64_t tokens;
	int rc; /* the first failure: what follows is not counted any more */
};

void count_failed(struct tok_counting *s, int rc);
void count_piece(struct tok_counting *s, struct slice piece);

#endif
