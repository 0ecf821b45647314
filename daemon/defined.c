/* An abbreviation that its note spells out as something else: "UC (urgent care)", "intake data assistant (IDA)".
 * After Schwartz and Hearst (A simple algorithm for identifying abbreviation definitions, PSB 2003), by initials
 * alone. */
#include "daemon/ask_state.h"
#include "daemon/qualifier.h"

#include <strings.h>

enum {
	LETTERS_MIN = 2,
	LETTERS_MAX = 6,
	GAP = 3,        /* bytes between an abbreviation and its bracket */
	BYTES_MAX = 80, /* of a bracket */
	SHARED_MIN = 3, /* bytes of a word that says what it is about */
};

/* Words of a long form, without "of", "the" and their like. */
struct longer {
	uint32_t word[LETTERS_MAX], n;
};

static char small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* The words in the bracket that opens behind the hit; n 0: there is none, or too many. */
static struct longer bracket_behind(const struct tok_doc *d, const struct hit *h)
{
	struct longer l = {0};
	uint32_t open = h->end;
	while (open < d->text.n && open < h->end + GAP && d->text.p[open] == ' ')
		open++;
	if (open == d->text.n || d->text.p[open] != '(')
		return l;
	size_t most = d->text.n - open < BYTES_MAX ? d->text.n - open : BYTES_MAX;
	const char *close = memchr(d->text.p + open, ')', most);
	if (!close)
		return l;
	for (uint32_t w = qualifier_word_from(d, open);
		w < d->n_words && d->text.p + d->words[w].end <= close; w++) {
		if (qualifier_is_small(tok_term(d, &d->words[w])))
			continue;
		if (l.n == LETTERS_MAX)
			return (struct longer){0};
		l.word[l.n++] = w;
	}
	return l;
}

/* As many words as the abbreviation has letters, before the bracket that it stands in. */
static struct longer words_before(const struct tok_doc *d, const struct hit *h)
{
	struct longer l = {0};
	uint32_t letters = h->end - h->start, w = qualifier_word_from(d, h->start);
	uint32_t sentence = d->sentences[tok_sentence_at(d, h->start)].start;
	bool within = h->start > 0 && d->text.p[h->start - 1] == '(' && h->end < d->text.n &&
		      d->text.p[h->end] == ')' && letters <= LETTERS_MAX;
	/* Filled from the last to the first. */
	for (uint32_t left = letters; within && left > 0;) {
		if (w == 0 || d->words[w - 1].start < sentence)
			return (struct longer){0};
		if (!qualifier_is_small(tok_term(d, &d->words[--w])))
			l.word[--left] = w;
	}
	l.n = within ? letters : 0;
	return l;
}

/* The initials of the words, in their order, are letters of the abbreviation, and the first its first. */
static bool spells(const struct tok_doc *d, const struct longer *l, const struct hit *h)
{
	uint32_t at = h->start;
	for (uint32_t i = 0; i < l->n; i++) {
		char initial = tok_term(d, &d->words[l->word[i]]).p[0];
		while (at < h->end && small(d->text.p[at]) != initial && i > 0)
			at++;
		if (at >= h->end || small(d->text.p[at]) != initial)
			return false;
		at++;
	}
	return l->n >= LETTERS_MIN;
}

static bool holds_word(struct slice name, struct slice word)
{
	for (size_t i = 0; i + word.n <= name.n; i++)
		if (strncasecmp(name.p + i, word.p, word.n) == 0)
			return true;
	return false;
}

/* "CAD (coronary artery dz)" is still the condition. */
static bool shares_word(const struct tok_doc *d, const struct longer *l, const struct names *names)
{
	for (uint32_t i = 0; i < l->n; i++) {
		struct slice term = tok_term(d, &d->words[l->word[i]]);
		for (uint32_t k = 0; k < names->n && term.n >= SHARED_MIN; k++)
			if (holds_word(names->at[k].text, term))
				return true;
	}
	return false;
}

bool ask_defined_otherwise(
	const struct tok_doc *doc, const struct names *names, const struct hit *h)
{
	uint32_t letters = h->end - h->start;
	if (letters < LETTERS_MIN || letters > LETTERS_MAX)
		return false;
	struct longer l = bracket_behind(doc, h);
	if (!spells(doc, &l, h))
		l = words_before(doc, h);
	return spells(doc, &l, h) && !shares_word(doc, &l, names);
}
