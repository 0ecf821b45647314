/* Forms: several items and their answers on one line, each answer its own item's alone
 * ("Snoring: yes   Fever: no", "Cough: [ ] yes [x] no", "Hives: Y/N N"). */
#include "scorer/cue_scan.h"

enum { LABEL_BYTES = 40 };

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_small(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_letter(char c)
{
	return is_capital(c) || is_small(c);
}

/* "Yes", "no" or a box. */
static bool begins_answer(struct slice t)
{
	if (t.n < 2)
		return false;
	char a = (char)(t.p[0] | 0x20), b = (char)(t.p[1] | 0x20);
	return (a == 'n' && b == 'o') || (a == 'y' && b == 'e') || t.p[0] == '[' || t.p[0] == '(' ||
	       t.p[0] == '\xe2';
}

/* A label and its answer: "Sore throat: no". */
static bool begins_item(const struct tok_doc *d, uint32_t at)
{
	const char *p = d->text.p;
	size_t n = d->text.n, end = n - at < LABEL_BYTES ? n : at + LABEL_BYTES, i = at;
	while (i < end && (is_letter(p[i]) || p[i] == ' ' || p[i] == '-' || p[i] == '/'))
		i++;
	if (i == at || i == end || p[i] != ':')
		return false;
	i++;
	while (i < n && is_blank(p[i]))
		i++;
	return begins_answer(slice_of(p + i, n - i));
}

bool cue_is_closed(const struct tok_doc *d, uint32_t at)
{
	const char *p = d->text.p;
	size_t n = d->text.n;
	uint32_t from = at;
	unsigned lines = 0;
	bool wide = false;
	for (; at < n && is_blank(p[at]); at++) {
		lines += p[at] == '\n';
		wide |= p[at] == '\t' || at > from;
	}
	if (at == n || lines > 1 || strchr(",;.|[(*-\xe2", p[at]))
		return at == n || at > from || p[at] != '-';
	if (at == from)
		return false;
	bool capital = is_capital(p[at]);
	if (lines)
		return capital;
	/* "CV: no  PE" is a typist's second blank */
	if (wide && capital && at + 1 < n && is_small(p[at + 1]))
		return true;
	return (wide || capital) && begins_item(d, at);
}

static bool is_one_of(struct slice t, const char *const *words, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (slice_eq(t, slice_str(words[i])))
			return true;
	return false;
}

/* "Y/N", "no/yes" at words i and i + 1. */
static bool is_choice(const struct cue_stretch *s, unsigned i)
{
	const struct tok_word *w = &s->doc->words[s->first + i];
	if (!(s->gap[i + 1] & BAR_SLASH) || s->gap[i + 1] & BAR_LINE)
		return false;
	struct slice a = tok_term(s->doc, w), b = tok_term(s->doc, w + 1);
	return (slice_eq(a, SLICE("y")) && slice_eq(b, SLICE("n"))) ||
	       (slice_eq(a, SLICE("n")) && slice_eq(b, SLICE("y"))) ||
	       (slice_eq(a, SLICE("yes")) && slice_eq(b, SLICE("no"))) ||
	       (slice_eq(a, SLICE("no")) && slice_eq(b, SLICE("yes")));
}

/* Whether word i is what was written behind a choice, on its line. */
static bool is_chosen(const struct cue_stretch *s, unsigned i, uint32_t gap)
{
	const uint32_t apart = BAR_LINE | BAR_PARA | BAR_SEMI | BAR_STOP | BAR_COMMA | BAR_SLASH;
	return i >= 2 && !(gap & apart) && is_choice(s, i - 2);
}

bool cue_offers_choice(const struct cue_stretch *s, unsigned i)
{
	return i + 2 < s->n && s->gap[i + 1] & BAR_SLASH && is_choice(s, i) &&
	       cue_answers(s, i + 2, s->gap[i + 2]);
}

bool cue_answers(const struct cue_stretch *s, unsigned i, uint32_t gap)
{
	static const char *const answers[] = {"yes", "no", "y", "n", "none", "absent", "present",
		"negative", "positive", "unknown"};
	bool chosen = is_chosen(s, i, gap);
	if (!chosen && !(gap & (BAR_COLON | BAR_DASH | BAR_CLOSE | GAP_MINUS | GAP_PLUS)))
		return false;
	const struct tok_word *w = &s->doc->words[s->first + i];
	if (!is_one_of(tok_term(s->doc, w), answers, sizeof(answers) / sizeof(answers[0])))
		return false;
	/* the x of "[x]" is a word */
	bool ticked = i > 0 && gap & BAR_CLOSE && slice_eq(tok_term(s->doc, w - 1), SLICE("x"));
	bool asked = chosen || gap & (BAR_COLON | BAR_DASH | GAP_MINUS | GAP_PLUS);
	return (asked || ticked) && cue_is_closed(s->doc, w->end);
}

enum cue_answer cue_ticked(const struct cue_stretch *s, uint32_t gap_after)
{
	const uint32_t ends = BAR_LINE | BAR_PARA | BAR_SEMI | BAR_STOP;
	enum cue_answer last = ANSWER_NONE;
	bool boxes_lead = false, tick = false;
	for (unsigned i = 0; i < s->n; i++) {
		uint32_t gap = i == 0 ? gap_after : s->gap[i];
		struct slice term = tok_term(s->doc, &s->doc->words[s->first + i]);
		if (gap & ends)
			return ANSWER_NONE;
		if (!last)
			boxes_lead |= gap & (GAP_PLUS | GAP_MINUS);
		else if (!boxes_lead && gap & GAP_PLUS)
			return last;
		if (gap & (GAP_PLUS | GAP_MINUS))
			tick = gap & GAP_PLUS;
		if (slice_eq(term, SLICE("yes")))
			last = ANSWER_YES;
		else if (slice_eq(term, SLICE("no")))
			last = ANSWER_NO;
		else if (slice_eq(term, SLICE("x")))
			continue;
		else
			return ANSWER_NONE;
		if (boxes_lead && tick)
			return last;
	}
	return ANSWER_NONE;
}
