/* A word is a maximal run of letters and digits of any script.  Inside it an apostrophe before a
 * letter joins ("o'clock" -> oclock); a possessive 's stays in the span but not in the term
 * ("Crohn's" -> crohn).  Hyphens, slashes, underscores and all other punctuation separate.  Terms are
 * folded by tok_fold.  Scripts written without blanks give one word per run. */
#include "tokenizer/word.h"

#include "tokenizer/normal.h"

#include <ctype.h>

static const char mask_term[] = "\x01m";

enum { MASK_TERM_BYTES = sizeof(mask_term) - 1 };

struct scan {
	const char *p;
	size_t n;
	size_t limit; /* the next mask, or n: no word reaches past it */
	const struct tok_bits *bits;
	struct arena *arena;
	struct tok_doc *doc;
	char *terms; /* room for every term, and STEP bytes more */
	size_t cap;  /* of doc->words */
};

static int add_word(struct scan *s, size_t start, size_t end, size_t term_bytes, unsigned kind)
{
	struct tok_doc *d = s->doc;
	if (d->n_words == s->cap) {
		d->words = arena_grow(s->arena, d->words, d->n_words, sizeof(*d->words), &s->cap);
		if (!d->words)
			return LODE_NOMEM;
	}
	d->words[d->n_words++] = (struct tok_word){
		.start = (uint32_t)start,
		.end = (uint32_t)end,
		.term = d->terms_bytes,
		.term_bytes = (uint8_t)term_bytes,
		.kind = (uint8_t)kind,
	};
	d->terms_bytes += (uint32_t)term_bytes;
	return LODE_OK;
}

static unsigned kind_of(const char *term, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)(term[i] - '0') > 9)
			return TOK_WORD_PLAIN;
	return TOK_WORD_NUMBER;
}

/* Room after the terms: lower_plain writes whole steps. */
enum { STEP = 16 };

/* ASCII letters and digits only: bit 5 set is lower case, and digits have it already.  A step of 16
 * bytes, more than nearly every word has, costs less than a loop whose length varies. */
static inline void lower_plain(char *to, const char *from, size_t n, size_t readable)
{
	const uint64_t lower = 0x2020202020202020ull;
	for (size_t i = 0; i < n; i += STEP) {
		uint64_t v[2] = {0, 0};
		if (readable - i >= STEP)
			memcpy(v, from + i, STEP);
		else
			memcpy(v, from + i, readable - i);
		v[0] |= lower;
		v[1] |= lower;
		memcpy(to + i, v, STEP);
	}
}

/* Plain words from byte i on; returns where a byte of tok_bits.hard, the limit or a full array stops
 * it.  The loop that nearly every word goes through, hence all in locals. */
static size_t add_plain_words(struct scan *s, size_t i)
{
	struct tok_doc *d = s->doc;
	const uint64_t *plain = s->bits->plain, *hard = s->bits->hard;
	struct tok_word *words = d->words;
	size_t n_words = d->n_words, terms_bytes = d->terms_bytes, limit = s->limit;
	for (; n_words < s->cap; n_words++) {
		size_t start = bit_next_either(plain, hard, i, limit);
		i = start;
		if (start == limit || !bit_is_set(plain, start))
			break;
		size_t end = bit_next_clear(plain, start, limit);
		if (end < limit && bit_is_set(hard, end))
			break;
		size_t n = end - start < TOK_TERM_MAX ? end - start : TOK_TERM_MAX;
		char *term = s->terms + terms_bytes;
		lower_plain(term, s->p + start, n, s->n - start);
		words[n_words] = (struct tok_word){
			.start = (uint32_t)start,
			.end = (uint32_t)end,
			.term = (uint32_t)terms_bytes,
			.term_bytes = (uint8_t)n,
			.kind = (uint8_t)kind_of(term, n),
		};
		terms_bytes += n;
		i = end;
	}
	d->n_words = (uint32_t)n_words;
	d->terms_bytes = (uint32_t)terms_bytes;
	return i;
}

/* What the apostrophe before byte i does to the word. */
enum apostrophe { ENDS_WORD, JOINS, POSSESSIVE };

static struct tok_fold fold_at(const struct scan *s, size_t i, unsigned *n)
{
	if (i >= s->limit) {
		*n = 0;
		return (struct tok_fold){.class = FOLD_SEPARATE};
	}
	return tok_fold(tok_decode(s->p + i, n));
}

static bool is_letter(const struct tok_fold *f)
{
	return f->class == FOLD_WORD && !isdigit((unsigned char)f->bytes[0]);
}

static enum apostrophe apostrophe_at(const struct scan *s, size_t i, unsigned *letter_bytes)
{
	struct tok_fold f = fold_at(s, i, letter_bytes);
	if (!is_letter(&f))
		return ENDS_WORD;
	unsigned n;
	struct tok_fold after = fold_at(s, i + *letter_bytes, &n);
	bool is_s = f.n == 1 && f.bytes[0] == 's';
	return is_s && after.class != FOLD_WORD && after.class != FOLD_DROP ? POSSESSIVE : JOINS;
}

/* Any word, code point by code point, from the letter or digit at start; returns where to go on. */
static size_t add_hard(struct scan *s, size_t start, int *rc)
{
	char *to = s->terms + s->doc->terms_bytes;
	size_t i = start, n = 0;
	unsigned bytes;
	bool cut = false;
	for (;; i += bytes) {
		struct tok_fold f = fold_at(s, i, &bytes);
		if (f.class == FOLD_DROP)
			continue;
		if (f.class == FOLD_SEPARATE)
			break;
		if (f.class == FOLD_JOIN) {
			unsigned letter;
			enum apostrophe what = apostrophe_at(s, i + bytes, &letter);
			if (what == POSSESSIVE)
				i += bytes + letter;
			if (what != JOINS)
				break;
			continue;
		}
		if (!cut && n + f.n <= TOK_TERM_MAX)
			memcpy(to + n, f.bytes, sizeof(f.bytes));
		cut = cut || n + f.n > TOK_TERM_MAX;
		n += cut ? 0 : f.n;
	}
	*rc = add_word(s, start, i, n, kind_of(to, n));
	return i;
}

static int add_mask(struct scan *s, const struct tok_mask *m)
{
	memcpy(s->terms + s->doc->terms_bytes, mask_term, MASK_TERM_BYTES);
	return add_word(s, m->start, m->end, MASK_TERM_BYTES, TOK_WORD_MASK);
}

/* The s of "___'s" is no word. */
static size_t after_mask(const struct scan *s, size_t i)
{
	unsigned bytes, letter;
	struct tok_fold f = fold_at(s, i, &bytes);
	if (f.class == FOLD_JOIN && apostrophe_at(s, i + bytes, &letter) == POSSESSIVE)
		return i + bytes + letter;
	return i;
}

/* Words between byte i and s->limit. */
static int scan_stretch(struct scan *s, size_t i)
{
	int rc = LODE_OK;
	while (rc == LODE_OK) {
		i = add_plain_words(s, i);
		i = bit_next_either(s->bits->plain, s->bits->hard, i, s->limit);
		if (i == s->limit)
			break;
		unsigned bytes;
		struct tok_fold f = fold_at(s, i, &bytes);
		i = f.class == FOLD_WORD ? add_hard(s, i, &rc) : i + bytes;
	}
	return rc;
}

/* An upper bound for texts without punctuation beyond ASCII, where arena_grow takes over. */
static size_t count_runs(const struct tok_bits *b)
{
	size_t count = 0;
	uint64_t carry = 0;
	for (size_t w = 0; w < (b->n + 63) / 64; w++) {
		uint64_t v = b->plain[w] | b->hard[w];
		count += (size_t)__builtin_popcountll(v & ~(v << 1 | carry));
		carry = v >> 63;
	}
	return count;
}

int tok_find_words(const struct tok_bits *bits, struct arena *a, struct tok_doc *out)
{
	struct scan s = {.p = out->text.p, .n = out->text.n, .bits = bits, .arena = a, .doc = out};
	/* A folded form is longer than its source by at most a third (Roman numeral VIII has none). */
	s.terms = arena_alloc(a, s.n + s.n / 3 + 16);
	s.cap = count_runs(bits) + out->n_masks + 1;
	out->words = arena_alloc(a, s.cap * sizeof(*out->words));
	out->terms = s.terms;
	if (!s.terms || !out->words)
		return LODE_NOMEM;
	size_t i = 0;
	int rc = LODE_OK;
	for (uint32_t m = 0; m <= out->n_masks && rc == LODE_OK; m++) {
		bool last = m == out->n_masks;
		s.limit = last ? s.n : out->masks[m].start;
		rc = scan_stretch(&s, i);
		if (last || rc != LODE_OK)
			break;
		rc = add_mask(&s, &out->masks[m]);
		s.limit = m + 1 < out->n_masks ? out->masks[m + 1].start : s.n;
		i = after_mask(&s, out->masks[m].end);
	}
	return rc;
}
