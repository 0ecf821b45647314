#include "scorer/cue_scan.h"

struct scan {
	const struct cue_engine *c;
	struct cue_stretch *s;
	unsigned at; /* the word just stepped over */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_capital_at(const struct tok_doc *d, uint32_t at)
{
	return at < d->text.n && d->text.p[at] >= 'A' && d->text.p[at] <= 'Z';
}

/* "... 5 mg PRN. Next": an abbreviation that orders end with, seldom followed by a name. */
static bool ends_an_order(const char *stop)
{
	static const char orders[][4] = {"prn", "bid", "tid", "qid", "qhs", "qam", "qpm"};
	if (!is_blank(stop[-4]))
		return false;
	char last[4] = {
		(char)(stop[-3] | 0x20), (char)(stop[-2] | 0x20), (char)(stop[-1] | 0x20), '\0'};
	for (unsigned i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		if (memcmp(last, orders[i], 3) == 0)
			return true;
	return false;
}

/* "Hepatitis C. Next", "vitamin D. Next": the letter is a type, no initial. */
static bool ends_a_type(const char *p, uint32_t stop)
{
	static const char *const nouns[] = {"hepatitis", "hep", "vitamin", "type", "stage", "grade",
		"class", "group", "influenza", "hemophilia", "haemophilia"};
	uint32_t end = stop - 2;
	if (!is_blank(p[end]) || p[stop - 1] < 'A' || p[stop - 1] > 'Z')
		return false;
	for (unsigned i = 0; i < sizeof(nouns) / sizeof(nouns[0]); i++) {
		size_t n = strlen(nouns[i]);
		bool fits = end > n && is_blank(p[end - n - 1]);
		/* the first letter may be a capital */
		if (fits && memcmp(p + end - n + 1, nouns[i] + 1, n - 1) == 0 &&
			(p[end - n] | 0x20) == nouns[i][0])
			return true;
	}
	return false;
}

/* A full stop the sentence splitter let pass ends a scope only where it looks like one: before a
 * capital, after a word too long for an abbreviation. */
static bool is_full_stop(const struct tok_doc *d, uint32_t at, uint32_t to)
{
	const char *p = d->text.p;
	if (at + 1 >= to || !is_blank(p[at + 1]) || at < 5)
		return false;
	if (ends_an_order(p + at) || ends_a_type(p, at))
		return is_capital_at(d, to);
	for (uint32_t i = at - 5; i < at; i++)
		if (is_blank(p[i]) || p[i] == '.')
			return false;
	return is_capital_at(d, to);
}

/* "[ ]", "( )", "[_]": a box left empty; "[x]": ticked, its x being the next word. */
static uint32_t box_bits(const struct tok_doc *d, uint32_t at, uint32_t to)
{
	const char *p = d->text.p;
	char close = p[at] == '[' ? ']' : ')';
	uint32_t i = at + 1;
	while (i < to && i < at + 4 && (p[i] == ' ' || p[i] == '_'))
		i++;
	if (i < to && p[i] == close)
		return i > at + 1 || close == ']' ? GAP_MINUS | BAR_ITEM : 0;
	bool ticked = i == to && i == at + 1 && to + 1 < d->text.n && (p[to] | 0x20) == 'x';
	return ticked && p[to + 1] == close ? GAP_PLUS | BAR_ITEM : 0;
}

/* "(-)", "[+]" */
static uint32_t bracket_bits(const struct tok_doc *d, uint32_t at, uint32_t to)
{
	const char *p = d->text.p;
	uint32_t box = box_bits(d, at, to);
	if (box)
		return box;
	bool closes = at + 2 < to && (p[at + 2] == ')' || p[at + 2] == ']');
	if (closes && p[at + 1] == '-')
		return GAP_MINUS;
	if (closes && p[at + 1] == '+')
		return GAP_PLUS;
	return BAR_OPEN;
}

/* Boxes, ticks and dashes beyond ASCII. */
static uint32_t glyph_bits(const struct tok_doc *d, uint32_t at, uint32_t to)
{
	static const struct {
		char utf8[4];
		uint32_t bits;
	} glyphs[] = {
		{"\u2610", GAP_MINUS | BAR_ITEM}, /* ballot box */
		{"\u2611", GAP_PLUS | BAR_ITEM},  /* with check */
		{"\u2612", GAP_PLUS | BAR_ITEM},  /* with x: word processors tick that way */
		{"\u2713", GAP_PLUS | BAR_ITEM},  /* check mark */
		{"\u2714", GAP_PLUS | BAR_ITEM},  /* heavy check mark */
		{"\u2013", BAR_DASH},
		{"\u2014", BAR_DASH},
	};
	if (at + 3 > to)
		return 0;
	for (unsigned i = 0; i < sizeof(glyphs) / sizeof(glyphs[0]); i++)
		if (memcmp(d->text.p + at, glyphs[i].utf8, 3) == 0)
			return glyphs[i].bits;
	return 0;
}

static bool stands_free(const struct tok_doc *d, uint32_t at, uint32_t from, uint32_t to)
{
	const char *p = d->text.p;
	bool before = at == from ? from == 0 : is_blank(p[at - 1]);
	return before && (at + 1 < to && is_blank(p[at + 1]));
}

/* '?' in front of a word ("?PE", "? pneumonia"), not at the end of the one before. */
static bool questions_next(const struct tok_doc *d, uint32_t at, uint32_t from, uint32_t to)
{
	const char *p = d->text.p;
	bool fresh = at == 0 || is_blank(p[at - 1]) || p[at - 1] == '(' || p[at - 1] == ':' ||
		     p[at - 1] == ',' || p[at - 1] == '?';
	return fresh && to - at <= 2;
}

static uint32_t punctuation_bits(
	const struct tok_doc *d, uint32_t at, uint32_t from, uint32_t to, bool after_number)
{
	switch (d->text.p[at]) {
	case ',': return BAR_COMMA;
	case ';': return BAR_SEMI;
	case ':': return BAR_COLON;
	case '/': return BAR_SLASH;
	case '(':
	case '[': return bracket_bits(d, at, to);
	case ')':
	case ']':
		if (after_number && at == from && at + 1 < to && is_blank(d->text.p[at + 1]))
			return BAR_ITEM;
		return BAR_CLOSE;
	case '.':
		if (after_number && at == from && at + 1 < to && is_blank(d->text.p[at + 1]))
			return BAR_ITEM;
		return is_full_stop(d, at, to) ? BAR_STOP : 0;
	case '!': return BAR_STOP;
	case '?': return questions_next(d, at, from, to) ? GAP_QUESTION : BAR_STOP;
	/* the cells of a table: "| fever | no |" */
	case '|':
	case '\t': return BAR_DASH;
	case '-': return stands_free(d, at, from, to) ? BAR_DASH : 0;
	case '*': return stands_free(d, at, from, to) ? BAR_ITEM : 0;
	case '\xe2': return glyph_bits(d, at, to);
	default: return 0;
	}
}

/* Whether a sign with bits b belongs to what follows: at a line start, or after other punctuation,
 * for a box after a colon only. */
static bool sign_leads(uint32_t b, uint32_t bits, bool starts)
{
	uint32_t before = b & BAR_ITEM ? BAR_COLON : BAR_COMMA | BAR_SEMI | BAR_COLON;
	return starts || bits & before;
}

/* The last byte of a sign: the bracket that closes it, or of a character of three bytes. */
static uint32_t sign_end(const struct tok_doc *d, uint32_t at, uint32_t to)
{
	const char *p = d->text.p;
	if (p[at] != '(' && p[at] != '[')
		return at + 2;
	while (at + 1 < to && p[at] != ')' && p[at] != ']')
		at++;
	return at;
}

static inline bool is_one_blank(const struct tok_doc *d, uint32_t from, uint32_t to)
{
	return to - from == 1 && d->text.p[from] == ' ';
}

uint32_t cue_gap(const struct tok_doc *d, uint32_t from, uint32_t to, bool after_number)
{
	if (is_one_blank(d, from, to))
		return 0;
	uint32_t bits = 0;
	unsigned lines = 0;
	for (uint32_t at = from; at < to; at++) {
		char c = d->text.p[at];
		if (c == ' ')
			continue;
		if (c == '\n') {
			lines++;
			continue;
		}
		uint32_t b = punctuation_bits(d, at, from, to, after_number);
		if (b & (GAP_MINUS | GAP_PLUS)) {
			if (sign_leads(b, bits, lines || from == 0))
				bits |= GAP_LEADS;
			at = sign_end(d, at, to);
		}
		bits |= b;
	}
	if (lines)
		bits |= lines > 1 ? BAR_PARA | BAR_LINE : BAR_LINE;
	return bits;
}

/* A word that a year follows and a time of the day does not. */
static bool leads_year(struct slice t)
{
	static const char *const words[] = {"in", "of", "early", "late", "january", "february",
		"march", "april", "may", "june", "july", "august", "september", "october",
		"november", "december"};
	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (slice_eq(t, slice_str(words[i])))
			return true;
	return false;
}

/* 1900-2099; 2100-2299, where dates were shifted to hide them, only as in "in 2154". */
static bool is_year(const struct tok_doc *d, const struct tok_word *w, struct slice t)
{
	if (t.n != 4)
		return false;
	if ((t.p[0] == '1' && t.p[1] == '9') || (t.p[0] == '2' && t.p[1] == '0'))
		return true;
	bool shifted = t.p[0] == '2' && (t.p[1] == '1' || t.p[1] == '2');
	return shifted && w > d->words && leads_year(tok_term(d, w - 1));
}

static uint32_t word_id(
	const struct cue_engine *c, const struct tok_doc *d, const struct tok_word *w)
{
	struct slice t = tok_term(d, w);
	if (w->kind == TOK_WORD_MASK)
		return AUTOMATON_UNKNOWN;
	if (w->kind == TOK_WORD_NUMBER)
		return is_year(d, w, t) ? c->year : c->num;
	/* "-ve", "+ve": the sign is no part of the word */
	if (t.n == 2 && t.p[0] == 'v' && t.p[1] == 'e' && w->start > 0) {
		char sign = d->text.p[w->start - 1];
		return sign == '-' ? c->negative : sign == '+' ? c->positive : AUTOMATON_UNKNOWN;
	}
	return automaton_word(c->automaton, t);
}

/* A phrase may run over a hyphen or a line end, not over punctuation; its own slashes must stand. */
static bool holds_together(
	const struct cue_stretch *s, unsigned first, unsigned last, uint16_t slashes)
{
	const uint32_t breaks = BAR_COMMA | BAR_SEMI | BAR_COLON | BAR_PARA | BAR_ITEM | BAR_STOP |
				BAR_OPEN | BAR_CLOSE | BAR_DASH | GAP_MINUS | GAP_PLUS |
				GAP_QUESTION;
	for (unsigned i = first; i < last; i++) {
		uint32_t gap = s->gap[i + 1];
		bool wants = slashes >> (i - first) & 1;
		if (gap & breaks || (wants && !(gap & BAR_SLASH)))
			return false;
	}
	return true;
}

static void on_phrase(void *arg, uint32_t value, unsigned n_words)
{
	struct scan *k = arg;
	struct cue_stretch *s = k->s;
	const struct cue_phrase *p = &k->c->phrases[value];
	unsigned last = k->at, first = last + 1 - n_words;
	if (n_words > 1 && !holds_together(s, first, last, p->slashes))
		return;
	/* Longest first at each end, and ends only grow: the stack keeps what no longer one holds. */
	while (s->n_marks && s->marks[s->n_marks - 1].first >= first &&
		(s->marks[s->n_marks - 1].first > first || s->marks[s->n_marks - 1].last < last))
		s->n_marks--;
	const struct cue_mark *top = s->n_marks ? &s->marks[s->n_marks - 1] : NULL;
	if (top && top->last == last && top->first < first)
		return;
	if (s->n_marks < CUE_MARKS)
		s->marks[s->n_marks++] =
			(struct cue_mark){p->rule, (uint16_t)first, (uint16_t)last};
}

static void raise_barriers(struct cue_stretch *s)
{
	for (unsigned i = 0; i < s->n_marks; i++) {
		const struct cue_mark *m = &s->marks[i];
		if (m->rule->role != ROLE_BARRIER)
			continue;
		if (m->rule->flags & CUE_COMMA && !(s->gap[m->first] & BAR_COMMA))
			continue;
		for (unsigned at = m->first; at <= m->last; at++)
			s->bars[at] |= m->rule->stops;
	}
}

void cue_scan(const struct cue_engine *c, const struct tok_doc *d, uint32_t first, uint32_t n,
	struct cue_stretch *out)
{
	struct scan k = {c, out, 0};
	out->doc = d;
	out->first = first;
	out->n = n;
	out->n_marks = 0;
	out->gap[0] = out->gap[n] = out->all_gaps = 0;
	uint32_t state = 0;
	for (unsigned i = 0; i < n; i++) {
		const struct tok_word *w = &d->words[first + i];
		out->gap[i] = 0;
		if (i > 0 && !is_one_blank(d, w[-1].end, w->start)) {
			bool number = w[-1].kind == TOK_WORD_NUMBER && w[-1].end - w[-1].start < 3;
			out->gap[i] = cue_gap(d, w[-1].end, w->start, number);
			out->all_gaps |= out->gap[i];
		}
		out->bars[i] = 0;
		k.at = i;
		state = automaton_step(c->automaton, state, word_id(c, d, w), on_phrase, &k);
	}
	raise_barriers(out);
}
