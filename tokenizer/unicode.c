#include "tokenizer/unicode.h"

#include "base/err.h"
#include "tokenizer/normal.h"

#include <stdlib.h>

enum { HANGUL = 0xAC00, LEAD = 0x1100, VOWEL = 0x1161, TAIL = 0x11A7 };
enum { LEADS = 19, VOWELS = 21, TAILS = 28, HANGULS = LEADS * VOWELS * TAILS };
enum { FIRST_MARK = 0x300 /* no code point below it joins what stands before it */ };

/* Code points with the order of marks in front, so that a run of marks is sorted as numbers: order, place, code point. */
enum { ORDER_SHIFT = 53, PLACE_SHIFT = 21, CODE_POINT = (1 << PLACE_SHIFT) - 1 };

struct points {
	uint64_t *at;
	size_t n, cap;
};

/* ---- tables ---- */

static const struct uni_decomposition *decomposition_of(uint32_t cp)
{
	uint32_t lo = 0, hi = uni_n_decompositions;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (uni_decompositions[mid].cp < cp)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < uni_n_decompositions && uni_decompositions[lo].cp == cp
		       ? &uni_decompositions[lo]
		       : NULL;
}

static uint32_t composed(uint32_t first, uint32_t second)
{
	if (first - LEAD < LEADS && second - VOWEL < VOWELS)
		return HANGUL + ((first - LEAD) * VOWELS + second - VOWEL) * TAILS;
	if (first - HANGUL < HANGULS && (first - HANGUL) % TAILS == 0 && second > TAIL &&
		second < TAIL + TAILS)
		return first + second - TAIL;
	uint64_t want = (uint64_t)first << 32 | second;
	uint32_t lo = 0, hi = uni_n_compositions;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		const struct uni_decomposition *d = &uni_decompositions[uni_compositions[mid]];
		uint64_t key = (uint64_t)d->first << 32 | d->second;
		if (key == want)
			return d->cp;
		if (key < want)
			lo = mid + 1;
		else
			hi = mid;
	}
	return 0;
}

static unsigned order_of(uint32_t cp)
{
	uint32_t lo = 0, hi = uni_n_marks;
	while (lo < hi && cp >= FIRST_MARK) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (uni_marks[mid].last < cp)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < uni_n_marks && uni_marks[lo].first <= cp ? uni_marks[lo].order : 0;
}

static uint32_t small_of(uint32_t cp)
{
	uint32_t lo = 0, hi = uni_n_smalls;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (uni_smalls[mid].last < cp)
			lo = mid + 1;
		else
			hi = mid;
	}
	const struct uni_small *s = &uni_smalls[lo];
	if (lo == uni_n_smalls || cp < s->first || (cp - s->first) % s->step)
		return cp;
	return (uint32_t)((int32_t)cp + s->delta);
}

/* ---- canonical forms ---- */

static void add_point(struct points *p, uint32_t cp)
{
	p->at[p->n] = (uint64_t)order_of(cp) << ORDER_SHIFT | (uint64_t)p->n << PLACE_SHIFT | cp;
	p->n++;
}

static bool has_room(struct points *p, size_t more)
{
	if (p->cap - p->n >= more)
		return true;
	size_t cap = 2 * p->cap + more + 64;
	uint64_t *at = cap < SIZE_MAX / sizeof(*at) ? realloc(p->at, cap * sizeof(*at)) : NULL;
	if (!at)
		return false;
	p->at = at;
	p->cap = cap;
	return true;
}

/* No decomposition is over four code points. */
enum { DECOMPOSED_MOST = 4 };

static void decompose(struct points *p, uint32_t cp)
{
	const struct uni_decomposition *d;
	uint32_t seconds[DECOMPOSED_MOST], n = 0;
	if (cp - HANGUL < HANGULS) {
		uint32_t s = cp - HANGUL;
		add_point(p, LEAD + s / (VOWELS * TAILS));
		add_point(p, VOWEL + s % (VOWELS * TAILS) / TAILS);
		if (s % TAILS)
			add_point(p, TAIL + s % TAILS);
		return;
	}
	while (cp >= 0xC0 && n < DECOMPOSED_MOST && (d = decomposition_of(cp)) != NULL) {
		cp = d->first;
		if (d->second)
			seconds[n++] = d->second;
	}
	add_point(p, cp);
	while (n > 0)
		add_point(p, seconds[--n]);
}

static int by_order(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
	return (a > b) - (a < b);
}

static void sort_marks(struct points *p)
{
	for (size_t i = 0, end; i < p->n; i = end + (end == i)) {
		bool is_sorted = true;
		for (end = i; end < p->n && p->at[end] >> ORDER_SHIFT; end++)
			is_sorted &= end == i || p->at[end - 1] < p->at[end];
		if (!is_sorted)
			qsort(p->at + i, end - i, sizeof(*p->at), by_order);
	}
}

static void compose(struct points *p)
{
	size_t n = 0, starter = SIZE_MAX;
	for (size_t i = 0; i < p->n; i++) {
		unsigned order = (unsigned)(p->at[i] >> ORDER_SHIFT);
		uint32_t cp = (uint32_t)(p->at[i] & CODE_POINT), joined = 0;
		/* What stands between has a lower order, or nothing stands between. */
		bool is_free =
			starter != SIZE_MAX &&
			(n == starter + 1 || (unsigned)(p->at[n - 1] >> ORDER_SHIFT) < order);
		if (is_free)
			joined = composed((uint32_t)(p->at[starter] & CODE_POINT), cp);
		if (joined) {
			p->at[starter] = joined;
			continue;
		}
		if (order == 0)
			starter = n;
		p->at[n++] = p->at[i];
	}
	p->n = n;
}

static void put_point(struct buf *out, uint32_t cp)
{
	char bytes[4];
	buf_put(out, bytes, tok_encode(cp, bytes));
}

static void normalise(struct slice text, struct buf *out, bool composes)
{
	struct points p = {0};
	unsigned n;
	for (size_t i = 0; i < text.n; i += n) {
		uint32_t cp = tok_decode(text.p + i, &n);
		if (!has_room(&p, DECOMPOSED_MOST + 1)) {
			out->failed = true;
			break;
		}
		decompose(&p, cp);
	}
	sort_marks(&p);
	if (composes)
		compose(&p);
	for (size_t i = 0; i < p.n; i++)
		put_point(out, (uint32_t)(p.at[i] & CODE_POINT));
	free(p.at);
}

/* Most texts: what is below `least`, and the punctuation and signs that stand for themselves. */
static bool is_plain(struct slice text, uint32_t least)
{
	unsigned n;
	for (size_t i = 0; i < text.n; i += n) {
		uint32_t cp = tok_decode(text.p + i, &n);
		bool is_sign = cp >= 0x2010 && cp < 0x20D0;
		if (cp >= least && !is_sign)
			return false;
	}
	return true;
}

void uni_nfd(struct slice text, struct buf *out)
{
	if (is_plain(text, 0xC0))
		buf_put_slice(out, text);
	else
		normalise(text, out, false);
}

void uni_nfc(struct slice text, struct buf *out)
{
	if (is_plain(text, FIRST_MARK))
		buf_put_slice(out, text);
	else
		normalise(text, out, true);
}

void uni_lower(struct slice text, struct buf *out)
{
	unsigned n;
	char *room = buf_room(out, text.n);
	for (size_t i = 0; room && i < text.n; i += n) {
		unsigned char c = (unsigned char)text.p[i];
		if (c < 0x80) {
			n = 1;
			buf_put_byte(out, c >= 'A' && c <= 'Z' ? c | 0x20 : c);
			continue;
		}
		uint32_t cp = tok_decode(text.p + i, &n);
		put_point(out, cp == 0x130 ? 'i' : small_of(cp));
		if (cp == 0x130) /* the one letter with two */
			put_point(out, 0x307);
	}
}
