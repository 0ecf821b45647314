/* The names under which a condition is searched for: itself, and what the abbreviation list makes
 * of it or of a part of it ("RUE DVT" <-> "right upper extremity deep vein thrombosis"). */
#include "index/match.h"

#include <ctype.h>

const char *const via_names[VIA_COUNT] = {
	[VIA_EXACT] = "exact",
	[VIA_INFLECTION] = "inflection",
	[VIA_SYNONYM] = "synonym",
	[VIA_ABBREVIATION] = "abbreviation",
	[VIA_SPELLING] = "spelling",
	[VIA_MASK] = "mask",
	[VIA_RANKED] = "ranked",
	[VIA_PROXY] = "proxy",
};

enum {
	NAMES_MAX = 24
}; /* every name is searched for; past this they are combinations of rare parts */

/* One phrase of the abbreviation list. */
struct listed {
	struct slice text;
	const struct abbrev *entry;
	bool is_brief;
};

enum { LETTERS = 32 }; /* low bits of a small letter */

struct widening {
	struct tokenizer *t;
	struct arena *a;
	struct listed *listed;        /* all phrases, by first letter */
	uint32_t bucket[LETTERS + 1]; /* where each letter begins */
	struct name at[NAMES_MAX];
	uint32_t n;
};

/* A name as words, each with its other forms and what they may begin with (a bit per letter). */
struct parsed {
	struct tok_doc doc;
	struct inflections *other;
	uint32_t *initials;
	bool is_ambiguous; /* it came from an ambiguous name, so whatever comes of it is one too */
};

static bool caseless_eq(const char *p, const char *q, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (tolower((unsigned char)p[i]) != tolower((unsigned char)q[i]))
			return false;
	return true;
}

static bool is_listed(const struct widening *w, struct slice text)
{
	for (uint32_t i = 0; i < w->n; i++)
		if (w->at[i].text.n == text.n && caseless_eq(w->at[i].text.p, text.p, text.n))
			return true;
	return false;
}

static uint32_t initial(struct slice word)
{
	return word.n ? 1u << (tolower((unsigned char)word.p[0]) % LETTERS) : 0;
}

/* The next of the '|'-separated names; moves *rest past it. */
static bool next_long(struct slice *rest, struct slice *out)
{
	if (rest->n == 0)
		return false;
	const char *bar = memchr(rest->p, '|', rest->n);
	size_t n = bar ? (size_t)(bar - rest->p) : rest->n;
	*out = slice_of(rest->p, n);
	n += bar ? 1 : 0;
	*rest = slice_of(rest->p + n, rest->n - n);
	return true;
}

static void list_phrase(struct widening *w, struct slice text, const struct abbrev *entry,
	bool is_brief, bool count)
{
	uint32_t *at = &w->bucket[(unsigned)tolower((unsigned char)text.p[0]) % LETTERS];
	if (!count)
		w->listed[*at] = (struct listed){text, entry, is_brief};
	++*at;
}

static void list_phrases(struct widening *w, bool count)
{
	for (uint32_t i = 0; i < n_abbrevs; i++) {
		struct slice rest = slice_str(abbrevs[i].longs), full;
		list_phrase(w, slice_str(abbrevs[i].brief), &abbrevs[i], true, count);
		while (next_long(&rest, &full))
			list_phrase(w, full, &abbrevs[i], false, count);
	}
}

/* Sorts the list by first letter, so that a word is compared with few phrases. */
static int sort_list(struct widening *w, struct err *e)
{
	uint32_t total = 0;
	list_phrases(w, true);
	for (int i = 0; i < LETTERS; i++) {
		uint32_t n = w->bucket[i];
		w->bucket[i] = total;
		total += n;
	}
	w->listed = arena_alloc(w->a, total * sizeof(*w->listed));
	if (!w->listed)
		return err_set(e, LODE_NOMEM, "no memory for names");
	list_phrases(w, false);
	memmove(w->bucket + 1, w->bucket, LETTERS * sizeof(*w->bucket));
	w->bucket[0] = 0;
	return 0;
}

static int parse_name(struct widening *w, struct slice text, struct parsed *p, struct err *e)
{
	int rc = tok_words(w->t, text, w->a, &p->doc, e);
	if (rc < 0)
		return rc;
	p->other = arena_alloc(w->a, sizeof(*p->other) * (p->doc.n_words + (size_t)1));
	p->initials = arena_array(w->a, uint32_t, p->doc.n_words + (size_t)1);
	if (!p->other || !p->initials)
		return err_set(e, LODE_NOMEM, "no memory for names");
	for (uint32_t i = 0; i < p->doc.n_words; i++) {
		struct slice term = tok_term(&p->doc, &p->doc.words[i]);
		inflect_written(match_word_text(&p->doc, i), term, &p->other[i]);
		p->initials[i] = initial(term);
		for (uint32_t j = 0; j < p->other[i].n; j++)
			p->initials[i] |= initial(p->other[i].at[j]);
	}
	return 0;
}

static bool word_is(const struct parsed *p, uint32_t word, struct slice listed)
{
	struct slice term = tok_term(&p->doc, &p->doc.words[word]);
	if (term.n == listed.n && caseless_eq(term.p, listed.p, term.n))
		return true;
	for (uint32_t i = 0; i < p->other[word].n; i++)
		if (p->other[word].at[i].n == listed.n &&
			caseless_eq(p->other[word].at[i].p, listed.p, listed.n))
			return true;
	return false;
}

/* How many words of p, from `first`, are the listed phrase (words with single blanks); 0: not it. */
static uint32_t phrase_at(const struct parsed *p, uint32_t first, struct slice phrase)
{
	uint32_t word = first;
	for (size_t i = 0; i < phrase.n; word++) {
		const char *blank = memchr(phrase.p + i, ' ', phrase.n - i);
		size_t n = blank ? (size_t)(blank - phrase.p) - i : phrase.n - i;
		if (word >= p->doc.n_words || !word_is(p, word, slice_of(phrase.p + i, n)))
			return 0;
		i += n + (blank ? 1 : 0);
	}
	return word - first;
}

static uint32_t words_of(struct slice listed)
{
	uint32_t n = 1;
	for (size_t i = 0; i < listed.n; i++)
		n += listed.p[i] == ' ';
	return n;
}

/* Adds p with words [first, first + n) replaced. */
static int add_replaced(struct widening *w, const struct parsed *p, uint32_t first, uint32_t n,
	struct slice with, enum via via, bool is_ambiguous, struct err *e)
{
	struct slice text = p->doc.text;
	size_t start = p->doc.words[first].start, end = p->doc.words[first + n - 1].end;
	size_t size = text.n - (end - start) + with.n;
	uint32_t words = p->doc.n_words - n + words_of(with);
	if (w->n == NAMES_MAX || size > MATCH_BYTES_MAX || words > MATCH_WORDS_MAX)
		return 0;
	char *room = arena_alloc(w->a, size);
	if (!room)
		return err_set(e, LODE_NOMEM, "no memory for names");
	memcpy(room, text.p, start);
	memcpy(room + start, with.p, with.n);
	memcpy(room + start + with.n, text.p + end, text.n - end);
	if (!is_listed(w, slice_of(room, size)))
		w->at[w->n++] =
			(struct name){slice_of(room, size), via, is_ambiguous || p->is_ambiguous};
	return 0;
}

static int add_longs(struct widening *w, const struct parsed *p, uint32_t first, uint32_t n,
	const struct abbrev *b, enum via via, struct err *e)
{
	struct slice rest = slice_str(b->longs), full;
	int rc = 0;
	while (rc == 0 && next_long(&rest, &full))
		rc = add_replaced(w, p, first, n, full, via, false, e);
	return rc;
}

/* A plural has a letter more than its singular: "MIs" is MI, but "RA" is not RAS. */
static bool is_plural_of(const struct parsed *p, uint32_t word, struct slice brief)
{
	return tok_term(&p->doc, &p->doc.words[word]).n >= brief.n;
}

/* Words of p, from `first`, that are the abbreviation; 0: none.  Where small letters mean something
 * else ("hearing aids"), a condition of several words must have it in capitals. */
static uint32_t brief_at(const struct parsed *p, uint32_t first, const struct abbrev *b)
{
	struct slice brief = slice_str(b->brief);
	uint32_t n = phrase_at(p, first, brief);
	if (n == 1 && !is_plural_of(p, first, brief))
		return 0;
	if (n > 0 && p->doc.n_words > n && (b->flags & ABBREV_CAPITALS)) {
		uint32_t start = p->doc.words[first].start;
		if (p->doc.text.n - start < brief.n ||
			memcmp(p->doc.text.p + start, brief.p, brief.n) != 0)
			return 0;
	}
	return n;
}

static uint32_t listed_at(const struct parsed *p, uint32_t first, const struct listed *l)
{
	return l->is_brief ? brief_at(p, first, l->entry) : phrase_at(p, first, l->text);
}

static int widen_with(struct widening *w, const struct parsed *p, uint32_t first, uint32_t n,
	const struct listed *l, struct err *e)
{
	if (l->is_brief)
		return l->entry->flags & ABBREV_AMBIGUOUS
			       ? 0
			       : add_longs(w, p, first, n, l->entry, VIA_ABBREVIATION, e);
	int rc = add_replaced(w, p, first, n, slice_str(l->entry->brief), VIA_ABBREVIATION,
		(l->entry->flags & ABBREV_AMBIGUOUS) != 0, e);
	return rc ? rc : add_longs(w, p, first, n, l->entry, VIA_SYNONYM, e);
}

/* Only the longest phrases that begin at this word: "diabetes" is not taken out of "diabetes
 * mellitus". */
static int widen_at(struct widening *w, const struct parsed *p, uint32_t first, struct err *e)
{
	uint32_t most = 0;
	int rc = 0;
	for (uint32_t left = p->initials[first]; left; left &= left - 1) {
		int letter = __builtin_ctz(left);
		for (uint32_t i = w->bucket[letter]; i < w->bucket[letter + 1]; i++) {
			uint32_t n = listed_at(p, first, &w->listed[i]);
			most = n > most ? n : most;
		}
	}
	if (most == 0)
		return 0;
	for (uint32_t left = p->initials[first]; left; left &= left - 1) {
		int letter = __builtin_ctz(left);
		for (uint32_t i = w->bucket[letter]; i < w->bucket[letter + 1] && rc == 0; i++)
			if (listed_at(p, first, &w->listed[i]) == most)
				rc = widen_with(w, p, first, most, &w->listed[i], e);
	}
	return rc;
}

static int widen_name(struct widening *w, const struct name *name, struct err *e)
{
	struct parsed p = {.is_ambiguous = name->is_ambiguous};
	int rc = parse_name(w, name->text, &p, e);
	if (rc < 0 || p.doc.n_words > MATCH_WORDS_MAX)
		return rc;
	for (uint32_t at = 0; at < p.doc.n_words && rc == 0; at++)
		rc = widen_at(w, &p, at, e);
	return rc;
}

static struct slice trimmed(struct slice s)
{
	while (s.n > 0 && isspace((unsigned char)s.p[0]))
		s = slice_of(s.p + 1, s.n - 1);
	while (s.n > 0 && isspace((unsigned char)s.p[s.n - 1]))
		s.n--;
	return s;
}

static int check_condition(
	struct slice condition, struct tokenizer *t, struct arena *a, struct err *e)
{
	size_t bad;
	struct tok_doc doc;
	if (condition.n > MATCH_BYTES_MAX)
		return err_set(e, LODE_BADREQ,
			"condition has %zu bytes; at most %d are searched for", condition.n,
			MATCH_BYTES_MAX);
	if (tok_utf8_check(condition, &bad) < 0)
		return err_set(e, LODE_BADREQ, "condition is not valid UTF-8 at byte %zu", bad);
	int rc = tok_words(t, condition, a, &doc, e);
	if (rc < 0)
		return rc;
	if (doc.n_words == 0 || doc.n_words > MATCH_WORDS_MAX)
		return err_set(e, LODE_BADREQ, "condition has %u words; it must have 1 to %d",
			doc.n_words, MATCH_WORDS_MAX);
	return 0;
}

int names_widen(struct slice condition, struct tokenizer *t, struct arena *a, struct names *out,
	struct err *e)
{
	struct widening w = {.t = t, .a = a, .n = 1};
	condition = trimmed(condition);
	int rc = check_condition(condition, t, a, e);
	if (rc == 0)
		rc = sort_list(&w, e);
	if (rc < 0)
		return rc;
	w.at[0] = (struct name){arena_slice(a, condition), VIA_EXACT, false};
	if (!w.at[0].text.p)
		return err_set(e, LODE_NOMEM, "no memory for names");
	/* Names found are widened in their turn, so that every combination of parts is reached. */
	for (uint32_t i = 0; i < w.n && rc == 0; i++)
		rc = widen_name(&w, &w.at[i], e);
	if (rc < 0)
		return rc;
	struct name *names = arena_array(a, struct name, w.n);
	if (!names)
		return err_set(e, LODE_NOMEM, "no memory for names");
	memcpy(names, w.at, w.n * sizeof(*names));
	*out = (struct names){.at = names, .n = w.n};
	return 0;
}
