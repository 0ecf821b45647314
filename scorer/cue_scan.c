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

/* A full stop the sentence splitter let pass ends a scope only where it looks like one: before a
 * capital, after a word too long for an abbreviation. */
static bool is_full_stop(const struct tok_doc *d, uint32_t at, uint32_t to)
{
	const char *p = d->text.p;
	if (at + 1 >= to || !is_blank(p[at + 1]) || at < 5)
		return false;
	for (uint32_t i = at - 5; i < at; i++)
		if (is_blank(p[i]) || p[i] == '.')
			return false;
	return to < d->text.n && p[to] >= 'A' && p[to] <= 'Z';
}

/* "(-)", "[+]" */
static uint32_t bracket_bits(const struct tok_doc *d, uint32_t at, uint32_t to)
{
	const char *p = d->text.p;
	bool closes = at + 2 < to && (p[at + 2] == ')' || p[at + 2] == ']');
	if (closes && p[at + 1] == '-')
		return GAP_MINUS;
	if (closes && p[at + 1] == '+')
		return GAP_PLUS;
	return BAR_OPEN;
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
	case '-': return stands_free(d, at, from, to) ? BAR_DASH : 0;
	case '*': return stands_free(d, at, from, to) ? BAR_ITEM : 0;
	default: return 0;
	}
}

uint32_t cue_gap(const struct tok_doc *d, uint32_t from, uint32_t to, bool after_number)
{
	if (to - from == 1 && d->text.p[from] == ' ')
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
			/* After other punctuation, or at the start, a sign belongs to what follows. */
			if (bits & (BAR_COMMA | BAR_SEMI | BAR_COLON) || lines || from == 0)
				bits |= GAP_LEADS;
			at += 2;
		}
		bits |= b;
	}
	if (lines)
		bits |= lines > 1 ? BAR_PARA | BAR_LINE : BAR_LINE;
	return bits;
}

static bool is_year(struct slice t)
{
	return t.n == 4 && ((t.p[0] == '1' && t.p[1] == '9') || (t.p[0] == '2' && t.p[1] == '0'));
}

static uint32_t word_id(
	const struct cue_engine *c, const struct tok_doc *d, const struct tok_word *w)
{
	struct slice t = tok_term(d, w);
	if (w->kind == TOK_WORD_MASK)
		return AUTOMATON_UNKNOWN;
	if (w->kind == TOK_WORD_NUMBER)
		return is_year(t) ? c->year : c->num;
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
	out->gap[0] = out->gap[n] = 0;
	uint32_t state = 0;
	for (unsigned i = 0; i < n; i++) {
		const struct tok_word *w = &d->words[first + i];
		if (i > 0) {
			bool number = w[-1].kind == TOK_WORD_NUMBER && w[-1].end - w[-1].start < 3;
			out->gap[i] = cue_gap(d, w[-1].end, w->start, number);
		}
		out->bars[i] = 0;
		k.at = i;
		state = automaton_step(c->automaton, state, word_id(c, d, w), on_phrase, &k);
	}
	raise_barriers(out);
}
