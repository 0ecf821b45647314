/* Turns away notes in which no name can stand, on the raw bytes, for a tenth of what it costs to find
 * the words.  Never too many: it lets pass what it cannot tell.  A word is known by its first letters.
 *
 * For masks it rests on three things.  A match has one mask, so a word of the name stands next to it, behind it
 * unless the mask is for the name's last word.  A mask ends in none but a bracket, an underscore, an
 * asterisk, a hyphen or a capital, and begins with a bracket, two underscores, two asterisks or "XX".
 * Between the two stands no letter or digit, nor a comma or the like that the name has not. */
#include "index/match.h"

#include <stdlib.h>

enum {
	HEAD = 8,                                        /* letters of a form that are compared */
	LOOK_BACK = 2 * MATCH_GAP_MAX + 2 * TOK_TERM_MAX /* a word split in two, and the gap */
};

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* Punctuation that a gap has only where the name has it too; a full stop may stand behind an initial. */
static bool is_hard(char c)
{
	return (unsigned char)c < 0x80 && !is_alnum(c) && !strchr(" \t\r\n\v\f-/'\"`().", c);
}

static bool has_hard(struct slice gap)
{
	for (size_t i = 0; i < gap.n; i++)
		if (is_hard(gap.p[i]))
			return true;
	return false;
}

/* Dashes, bullets, degrees and signs, the frequent ones: their blocks have no letters. */
static bool is_wide_sign(struct slice text, size_t at)
{
	unsigned char first = (unsigned char)text.p[at];
	unsigned char second = at + 1 < text.n ? (unsigned char)text.p[at + 1] : 0;
	if (first == 0xc2) /* U+0080 to U+00BF */
		return second < 0xaa || (second >= 0xab && second <= 0xb1) || second == 0xb7;
	return first == 0xe2 && (second == 0x80 || second == 0x88 || second == 0x89 ||
					(second >= 0x94 && second <= 0x97));
}

static int add_form(struct sieve_side *s, struct slice term, struct arena *a)
{
	struct slice *heads = arena_grow(a, s->heads, s->n, sizeof(*heads), &s->cap);
	unsigned char first = term.n ? (unsigned char)term.p[0] : 0;
	if (!heads)
		return LODE_NOMEM;
	s->heads = heads;
	s->heads[s->n++] = slice_of(term.p, term.n < HEAD ? term.n : HEAD);
	s->initial[first] = true;
	if (first >= 'a' && first <= 'z')
		s->initial[first - 'a' + 'A'] = true;
	for (unsigned c = 0xc2; c < 0x100; c++)
		s->initial[c] = true;
	return 0;
}

static int add_beside(
	struct sieve_masks *s, const struct matcher *m, const struct match_use *u, struct arena *a)
{
	const struct match_compiled *n = &m->names[u->name];
	struct slice term = m->forms[u->form].term;
	uint32_t last = n->doc.n_words - 1;
	int rc = 0;
	if (!(n->flags & MATCH_MASKS) || last == 0)
		return 0;
	if (term.n == 0 || (unsigned char)term.p[0] <= ' ')
		s->pass_all = true; /* the name itself holds a mask */
	if (u->at > 0 && n->maskable[u->at - 1])
		rc = add_form(&s->behind, term, a);
	if (rc == 0 && n->maskable[last] && u->at < last &&
		last - u->at <= (u->kind == MATCH_JOINED ? 2 : 1))
		rc = add_form(&s->before, term, a);
	return rc;
}

static int init_masks(struct sieve_masks *s, const struct matcher *m, struct arena *a)
{
	int rc = 0;
	for (uint32_t u = 0; u < m->n_uses && rc == 0; u++)
		rc = add_beside(s, m, &m->uses[u], a);
	for (uint32_t i = 0; i < m->n_names; i++)
		for (uint32_t w = 0; w + 1 < m->names[i].doc.n_words; w++) {
			s->pass_all |= m->names[i].gaps[w].text.n > MATCH_GAP_MAX;
			s->hard_gaps |= has_hard(m->names[i].gaps[w].text);
		}
	return rc;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* May the word that begins here be the form?  Accents fold away, an apostrophe is dropped ("o'clock"),
 * and a word may stand split at a hyphen or between a digit and a letter. */
static bool is_head(struct slice text, size_t at, struct slice head)
{
	for (size_t k = 0; k < head.n; k++) {
		if (at + k >= text.n)
			return false;
		char c = text.p[at + k];
		if ((unsigned char)c >= 0x80)
			return k > 0 || !is_wide_sign(text, at);
		if (!is_alnum(c))
			return k > 0 &&
			       (c == '-' || c == '\'' ||
				       is_digit(text.p[at + k - 1]) != is_digit(head.p[k]));
		if ((c | 0x20) != head.p[k])
			return false;
	}
	return true;
}

static bool begins_word(const struct sieve_side *s, struct slice text, size_t at)
{
	if (!s->initial[(unsigned char)text.p[at]] || (at > 0 && is_alnum(text.p[at - 1])))
		return false;
	for (size_t i = 0; i < s->n; i++)
		if (is_head(text, at, s->heads[i]))
			return true;
	return false;
}

static bool ends_mask(const struct sieve_masks *s, struct slice text, size_t end)
{
	size_t least = end > MATCH_GAP_MAX ? end - MATCH_GAP_MAX - 1 : 0;
	for (size_t i = end; i-- > least;) {
		char c = text.p[i];
		if (c == ']' || c == '>' || c == '_' || c == '*')
			return true;
		if (is_alnum(c))
			return c >= 'A' && c <= 'Z';
		if (is_hard(c) && !s->hard_gaps)
			return false;
	}
	return false;
}

static bool begins_mask(struct slice text, size_t at)
{
	char c = text.p[at];
	if (c == '[' || c == '<')
		return true;
	return (c == '_' || c == '*' || c == 'X') && at + 1 < text.n && text.p[at + 1] == c &&
	       (at == 0 || text.p[at - 1] != c);
}

static bool word_stands_before(const struct sieve_side *s, struct slice text, size_t mask)
{
	for (size_t i = mask > LOOK_BACK ? mask - LOOK_BACK : 0; i < mask; i++)
		if (begins_word(s, text, i))
			return true;
	return false;
}

bool sieve_masks_pass(const struct sieve *sieve, struct slice text)
{
	const struct sieve_masks *s = &sieve->masks;
	if (s->pass_all)
		return true;
	for (size_t i = 0; i < text.n && s->behind.n > 0; i++)
		if (begins_word(&s->behind, text, i) && ends_mask(s, text, i))
			return true;
	for (size_t i = 0; i < text.n && s->before.n > 0; i++)
		if (begins_mask(text, i) && word_stands_before(&s->before, text, i))
			return true;
	return false;
}

/* ---- words close together ---- */

static int add_head(
	struct sieve_near *s, struct slice term, uint32_t set, uint32_t place, struct arena *a)
{
	struct sieve_head *heads =
		arena_grow(a, s->heads, s->n_heads, sizeof(*heads), &s->cap_heads);
	if (!heads)
		return LODE_NOMEM;
	if (term.n == 0 || (unsigned char)term.p[0] <= ' ')
		s->pass_all = true;
	s->heads = heads;
	s->heads[s->n_heads++] =
		(struct sieve_head){slice_of(term.p, term.n < HEAD ? term.n : HEAD), set, place};
	return 0;
}

static int add_place(struct sieve_near *s, const struct matcher *m, const struct match_use *u,
	bool together, struct arena *a)
{
	struct slice term = m->forms[u->form].term;
	if (together)
		return u->at == 0 ? add_head(s, term, 0, u->name, a) : 0;
	if (m->names[u->name].doc.n_words < 2)
		return 0;
	int rc = add_head(s, term, u->name, s->sets[u->name].first + u->at, a);
	if (rc == 0 && u->kind == MATCH_JOINED)
		rc = add_head(s, term, u->name, s->sets[u->name].first + u->at + 1, a);
	return rc;
}

static int by_first(const void *a, const void *b)
{
	const struct sieve_head *x = a, *y = b;
	return (int)(unsigned char)x->text.p[0] - (int)(unsigned char)y->text.p[0];
}

static void sort_heads(struct sieve_near *s)
{
	if (s->n_heads > 1)
		qsort(s->heads, s->n_heads, sizeof(*s->heads), by_first);
	for (size_t i = 0; i < s->n_heads; i++)
		s->bucket[(unsigned char)s->heads[i].text.p[0] + 1]++;
	for (int c = 0; c < 256; c++)
		s->bucket[c + 1] += s->bucket[c];
}

static int init_near(
	struct sieve_near *s, const struct matcher *m, uint32_t together, struct arena *a)
{
	s->n_sets = together ? 1 : m->n_names;
	s->sets = arena_array(a, struct sieve_set, s->n_sets);
	if (!s->sets)
		return LODE_NOMEM;
	for (uint32_t i = 0; i < m->n_names; i++) {
		const struct match_compiled *n = &m->names[i];
		if (together)
			s->pass_all |= n->doc.n_words > 1;
		else
			s->sets[i] = (struct sieve_set){s->n_last, n->doc.n_words, n->bytes};
		s->n_last += together ? 1 : n->doc.n_words;
	}
	if (together)
		s->sets[0] = (struct sieve_set){0, m->n_names, together};
	s->last = arena_array(a, uint32_t, s->n_last);
	int rc = s->last ? 0 : LODE_NOMEM;
	for (uint32_t u = 0; u < m->n_uses && rc == 0; u++)
		rc = add_place(s, m, &m->uses[u], together > 0, a);
	if (rc == 0 && !s->pass_all)
		sort_heads(s);
	return rc;
}

/* What is_head would say at once, for most words. */
static bool is_other(struct slice text, size_t at, struct slice head)
{
	char c = at + 1 < text.n ? (char)(text.p[at + 1] | 0x20) : 0;
	return c >= 'a' && c <= 'z' && head.n > 1 && c != head.p[1];
}

/* A word that may take this place begins at byte i: are all places of the set taken close by? */
static bool take_place(struct sieve_near *s, const struct sieve_head *h, uint32_t i)
{
	const struct sieve_set *set = &s->sets[h->set];
	s->last[h->place] = i + 1;
	for (uint32_t k = set->first; k < set->first + set->n; k++)
		if (s->last[k] == 0 || i + 1 - s->last[k] > set->bytes)
			return false;
	return true;
}

bool sieve_near_pass(struct sieve *sieve, struct slice text)
{
	struct sieve_near *s = &sieve->near;
	if (s->pass_all)
		return true;
	memset(s->last, 0, s->n_last * sizeof(*s->last));
	for (uint32_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		bool wide = c >= 0xc2 && !is_wide_sign(text, i);
		unsigned from = c >= 'A' && c <= 'Z' ? c | 0x20u : c;
		uint32_t k = wide ? 0 : s->bucket[from];
		uint32_t end = wide ? (uint32_t)s->n_heads : s->bucket[from + 1];
		if (k == end || (i > 0 && is_alnum(text.p[i - 1])))
			continue;
		for (; k < end; k++)
			if (!is_other(text, i, s->heads[k].text) &&
				is_head(text, i, s->heads[k].text) &&
				take_place(s, &s->heads[k], i))
				return true;
	}
	return false;
}

int sieve_init(struct sieve *s, const struct matcher *m, uint32_t together, struct arena *a)
{
	*s = (struct sieve){0};
	int rc = init_masks(&s->masks, m, a);
	return rc ? rc : init_near(&s->near, m, together, a);
}
