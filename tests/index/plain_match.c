#include "tests/index/plain_match.h"

#include "index/match.h"

#include <ctype.h>

static bool is_light(char c)
{
	return strchr(" \t\r\n-/\"'`()", c) != NULL;
}

static size_t keep(char *to, const char *p, size_t n, bool strict)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		if (strict ? !isspace((unsigned char)p[i]) : !is_light(p[i]))
			to[kept++] = p[i];
	return kept;
}

static bool blank_line(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] != '\n')
			continue;
		for (size_t k = i + 1; k < n && isspace((unsigned char)p[k]); k++)
			if (p[k] == '\n')
				return true;
	}
	return false;
}

static bool gap_ok(const struct tok_doc *name, uint32_t i, const struct tok_doc *d, uint32_t j)
{
	char asked[600], got[PLAIN_TEXT_MAX];
	const char *p = name->text.p + name->words[i].end, *q = d->text.p + d->words[j].end;
	size_t n = name->words[i + 1].start - name->words[i].end;
	size_t m = d->words[j + 1].start - d->words[j].end;
	struct slice left = tok_term(name, &name->words[i]);
	struct slice right = tok_term(name, &name->words[i + 1]);
	if ((m > 64 && m > n) || (blank_line(q, m) && !blank_line(p, n)))
		return false;
	bool strict =
		isdigit((unsigned char)left.p[left.n - 1]) && isdigit((unsigned char)right.p[0]);
	size_t a = keep(asked, p, n, strict), b = keep(got, q, m, strict);
	if (a == b && memcmp(asked, got, a) == 0)
		return true;
	bool initial = left.n <= 2 && isalpha((unsigned char)left.p[0]) &&
		       isalpha((unsigned char)left.p[left.n - 1]);
	return !strict && (b == 0 || (initial && b == 1 && got[0] == '.'));
}

/* Kept by word, as the same few are asked for all the time. */
static const struct inflections *inflections_of(struct slice word)
{
	static struct {
		char word[TOK_TERM_MAX];
		size_t n;
		struct inflections other;
	} kept[1024];
	unsigned at = digest64(word) % 1024;
	if (kept[at].n != word.n || memcmp(kept[at].word, word.p, word.n) != 0) {
		memcpy(kept[at].word, word.p, word.n);
		kept[at].n = word.n;
		inflect(word, &kept[at].other);
	}
	return &kept[at].other;
}

/* 0 no, 1 equal, 2 inflected */
static int same_word(struct slice asked, struct slice got)
{
	if (slice_eq(asked, got))
		return 1;
	if (asked.n == 0 || asked.n > TOK_TERM_MAX)
		return 0;
	const struct inflections *other = inflections_of(asked);
	for (uint32_t i = 0; i < other->n; i++)
		if (slice_eq(other->at[i], got))
			return 2;
	return 0;
}

static struct slice together(struct slice a, struct slice b, char room[2 * TOK_TERM_MAX])
{
	memcpy(room, a.p, a.n);
	memcpy(room + a.n, b.p, b.n);
	return slice_of(room, a.n + b.n);
}

static uint8_t type_of_mask(const struct tok_doc *d, uint32_t j)
{
	for (uint32_t i = 0; i < d->n_masks; i++)
		if (d->masks[i].start == d->words[j].start)
			return d->masks[i].type;
	return TOK_MASK_OTHER;
}

static bool has_digit(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (isdigit((unsigned char)s.p[i]))
			return true;
	return false;
}

static bool may_mask(const struct tok_doc *name, uint32_t i, uint8_t type)
{
	bool says = false;
	if (name->words[i].kind != TOK_WORD_PLAIN || has_digit(tok_term(name, &name->words[i])))
		return false;
	for (uint32_t k = 0; k < name->n_words; k++) {
		struct slice s = tok_term(name, &name->words[k]);
		says |= k != i && name->words[k].kind == TOK_WORD_PLAIN && !has_digit(s) &&
			s.n >= (name->n_words == 2 ? 5 : 4) && !inflect_is_function_word(s);
	}
	if (!says || name->n_words < 2)
		return false;
	if (name->n_words == 2)
		return i == 0 && type == TOK_MASK_NAME;
	if (i + 1 == name->n_words)
		return type == TOK_MASK_NAME || type == TOK_MASK_UNTYPED;
	return type == TOK_MASK_NAME || type == TOK_MASK_UNTYPED || type == TOK_MASK_PLACE ||
	       type == TOK_MASK_OTHER;
}

static struct plain_way better(struct plain_way a, struct plain_way b)
{
	if (a.cost < 0 || (b.cost >= 0 && (b.cost < a.cost || (b.cost == a.cost && b.end > a.end))))
		return b;
	return a;
}

struct plain_way plain_follow(const struct tok_doc *name, uint32_t i, const struct tok_doc *d,
	uint32_t j, int cost, unsigned flags)
{
	struct plain_way best = {-1, 0};
	char room[2 * TOK_TERM_MAX];
	if (i == name->n_words)
		return (struct plain_way){cost, j};
	if (j >= d->n_words || (i > 0 && !gap_ok(name, i - 1, d, j - 1)))
		return best;
	struct slice asked = tok_term(name, &name->words[i]), got = tok_term(d, &d->words[j]);
	bool inflects = flags & PLAIN_INFLECT,
	     plain = inflects && name->words[i].kind == TOK_WORD_PLAIN;
	int same = plain ? same_word(asked, got) : slice_eq(asked, got);
	if (same)
		best = better(best, plain_follow(name, i + 1, d, j + 1, cost | (same == 2), flags));
	if (inflects && i + 1 < name->n_words) {
		struct slice next = tok_term(name, &name->words[i + 1]);
		const char *p = name->text.p + name->words[i].end;
		size_t n = name->words[i + 1].start - name->words[i].end;
		bool two_digits = isdigit((unsigned char)asked.p[asked.n - 1]) &&
				  isdigit((unsigned char)next.p[0]);
		if (name->words[i].kind != TOK_WORD_MASK &&
			name->words[i + 1].kind != TOK_WORD_MASK && keep(room, p, n, false) == 0 &&
			!blank_line(p, n) && !two_digits && asked.n + next.n >= 3 &&
			!(inflect_is_function_word(asked) && n == 1 && *p == ' ') &&
			same_word(together(asked, next, room), got))
			best = better(best, plain_follow(name, i + 2, d, j + 1, cost | 1, flags));
	}
	if (inflects && j + 1 < d->n_words) {
		struct slice next = tok_term(d, &d->words[j + 1]);
		const char *p = d->text.p + d->words[j].end;
		size_t n = d->words[j + 1].start - d->words[j].end, k = 1;
		bool border = isdigit((unsigned char)got.p[got.n - 1]) !=
			      isdigit((unsigned char)next.p[0]);
		size_t lines = 0, blanks = 0;
		for (k = n && p[0] == '-'; k < n && isspace((unsigned char)p[k]); k++)
			p[k] == '\n' ? lines++ : blanks++;
		bool hyphen = n && p[0] == '-';
		bool split = n > 0 && n <= 64 && k == n && lines <= 1 &&
			     (hyphen ? lines || !blanks : border);
		if (split && got.n + next.n >= 3 && got.n + next.n <= TOK_TERM_MAX) {
			struct slice whole = together(got, next, room);
			if (plain ? same_word(asked, whole) : slice_eq(asked, whole))
				best = better(
					best, plain_follow(name, i + 1, d, j + 2, cost | 1, flags));
		}
	}
	if ((flags & PLAIN_MASKS) && d->words[j].kind == TOK_WORD_MASK && cost < 2 &&
		may_mask(name, i, type_of_mask(d, j)))
		best = better(best, plain_follow(name, i + 1, d, j + 1, cost | 2, flags));
	return best;
}

static bool longer(const struct hit *a, const struct hit *b)
{
	uint32_t x = a->end - a->start, y = b->end - b->start;
	if (x != y)
		return x > y;
	return a->name != b->name ? a->name < b->name : a->start < b->start;
}

uint32_t plain_resolve(struct hit *hits, uint32_t n, struct hit *out)
{
	uint32_t kept = 0;
	while (n > 0) {
		uint32_t best = 0, left = 0;
		for (uint32_t i = 1; i < n; i++)
			if (longer(&hits[i], &hits[best]))
				best = i;
		struct hit taken = out[kept++] = hits[best];
		for (uint32_t i = 0; i < n; i++)
			if (hits[i].end <= taken.start || hits[i].start >= taken.end)
				hits[left++] = hits[i];
		n = left;
	}
	return kept;
}
